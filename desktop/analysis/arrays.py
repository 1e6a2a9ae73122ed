"""What every method takes: arrays checked once at the door, and errors that name the argument and its place."""

from __future__ import annotations

from math import inf, nan
from typing import NoReturn

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Ranks = NDArray[np.intp]
Flags = NDArray[np.bool_]

_LARGEST = 1e300

TIE = 1e-9
"""Totals closer than this part of the scale are ties."""


class InputError(ValueError):
    """An argument no method can take. `argument` names it; `row` and `column` its place, None where it has none."""

    def __init__(self, argument: str, trouble: str, row: int | None = None, column: int | None = None) -> None:
        place = ", ".join(str(part) for part in (row, column) if part is not None)
        super().__init__(f"{argument}[{place}] {trouble}" if place else f"{argument} {trouble}")
        self.argument, self.row, self.column = argument, row, column


class ShapeError(InputError):
    """The array has not the shape its method needs."""


class NotFiniteError(InputError):
    """An infinity, or a NaN where a NaN cannot stand for a missing score."""


class MissingScoreError(InputError):
    """A score is missing, and the method cannot say what that leaves open."""


class WeightError(InputError):
    """A negative weight, or weights that are all 0."""


class DomainError(InputError):
    """A finite number outside the range its formula is defined on."""


def numbers_of(numbers: ArrayLike, argument: str) -> Array:
    """float64 of any shape, whatever the numbers. Raises ShapeError for what is not numbers."""
    try:
        if isinstance(numbers, np.ndarray) and numbers.dtype.kind not in "fiubO":
            raise TypeError(f"it holds {numbers.dtype}")
        return np.asarray(numbers, dtype=np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise ShapeError(argument, f"must be an array of numbers: {error}") from None


def matrix_of(matrix: ArrayLike, argument: str = "values", *, gaps: bool = False) -> Array:
    """(m, n) float64, at least one row and one column; NaN only with `gaps`.

    Raises ShapeError, NotFiniteError for an infinity, MissingScoreError for a NaN where `gaps` is false.
    """
    table = numbers_of(matrix, argument)
    if table.ndim != 2 or not table.size:
        raise ShapeError(argument, f"must be options by criteria, at least 1 by 1, not of shape {table.shape}")
    if not np.isfinite(table).all():
        refuse(np.isinf(table), NotFiniteError, argument, "must be a finite number, not {}", table)
        missing = np.isnan(table) & (not gaps)
        refuse(missing, MissingScoreError, argument, "is missing, and this method needs every score")
    return table


def vector_of(numbers: ArrayLike, argument: str, size: int | None = None) -> Array:
    """(size,) float64, finite, at least one entry. Raises ShapeError or NotFiniteError."""
    found = numbers_of(numbers, argument)
    if found.ndim != 1 or not found.size or (size is not None and found.size != size):
        wanted = "a list of numbers" if size is None else f"a list of {size} numbers"
        raise ShapeError(argument, f"must be {wanted}, not of shape {found.shape}")
    refuse(~np.isfinite(found), NotFiniteError, argument, "must be a finite number, not {}", found)
    return found


def flags_of(flags: ArrayLike, argument: str, size: int) -> Flags:
    """(size,) bool, such as which criteria to maximise or which weights are locked. Raises ShapeError."""
    found = np.asarray(flags)
    if found.shape != (size,) or found.dtype != np.bool_:
        raise ShapeError(argument, f"must be a list of {size} booleans, not {found.dtype} of shape {found.shape}")
    return found


def index_of(index: int, argument: str, size: int) -> int:
    """`index` when it lies in 0..size-1. Raises ShapeError, also for a negative one: nothing counts from the end."""
    if not 0 <= index < size or index != int(index):
        raise ShapeError(argument, f"must be a whole number between 0 and {size - 1}, not {index}")
    return int(index)


def whole_of(number: float, argument: str, least: int = 1) -> int:
    """`number` when it is a whole one and at least `least`. Raises DomainError."""
    if not number >= least:
        raise DomainError(argument, f"must be at least {least}, not {number}")
    if number == inf or number != int(number):
        raise DomainError(argument, f"must be a whole number, not {number}")
    return int(number)


def positive_of(number: float, argument: str) -> float:
    """`number` when it is above 0 and finite. Raises DomainError."""
    if not 0.0 < number < inf:
        raise DomainError(argument, f"must be a positive finite number, not {number}")
    return float(number)


def shares_of(weights: ArrayLike, size: int | None = None, argument: str = "weights") -> Array:
    """(n,) weights over their sum.

    Raises ShapeError, NotFiniteError, or WeightError for a negative weight and for weights that are all 0.
    """
    found = numbers_of(weights, argument)
    # The greatest and the least tell all at once, for argmax and argmin stop at a NaN.
    largest = found.item(found.argmax()) if found.ndim == 1 and found.size and size in (None, found.size) else nan
    if not (0.0 < largest < inf and found.item(found.argmin()) >= 0.0):
        _refuse_weights(found, size, argument)
    # Scaling by the largest first keeps sums of huge or of subnormal weights finite.
    shares: Array = found / largest
    shares /= np.add.reduce(shares)
    return shares


def refuse(wrong: Flags, error: type[InputError], argument: str, trouble: str, *tables: Array) -> None:
    """Raises `error` for the first place where `wrong`, (n,) or (m, n), is set.

    Each {} in `trouble` becomes what one of the tables, of the same shape, holds there.
    """
    if wrong.any():
        *row, column = (int(part) for part in np.argwhere(wrong)[0])
        found = (table[(*row, column)] for table in tables)
        raise error(argument, trouble.format(*found), row[0] if row else None, column)


def largest_of(table: Array, argument: str = "values") -> float:
    """The largest magnitude in a table of finite numbers. Raises DomainError beyond 1e300: differences may overflow."""
    largest = float(max(table.max(), -table.min()))
    if largest > _LARGEST:
        refuse(np.abs(table) > _LARGEST, DomainError, argument, "must lie within 1e300, not {}", table)
    return largest


def frozen(*arrays: NDArray[np.generic]) -> None:
    """Make arrays read-only, so that a result cannot be changed by whoever is handed it."""
    for array in arrays:
        array.setflags(write=False)


def _refuse_weights(found: Array, size: int | None, argument: str) -> NoReturn:
    vector_of(found, argument, size)
    refuse(found < 0, WeightError, argument, "must not be negative, not {}", found)
    raise WeightError(argument, "must not all be 0")
