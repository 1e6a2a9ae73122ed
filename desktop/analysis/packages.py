"""The best packages of one item from each of several lists, found without enumerating them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from desktop.analysis.arrays import Array, DomainError, Ranks, ShapeError, flags_of, frozen, matrix_of, whole_of
from desktop.analysis.sieve import sieved_points
from desktop.analysis.skyline import front_of
from desktop.analysis.work import Cancel, Progress, Work

Whole = NDArray[np.int64]

PLACES = 10.0 ** np.arange(10)
"""Decimal places looked for before a number is taken as binary."""


@dataclass(frozen=True, eq=False)
class PackageFront:
    """Packages that no other package dominates.

    items: (f, lists) the item taken from each list, rows ascending; totals: (f, d) sums of objectives, rounded once,
    infinite where a float cannot hold them.
    """

    items: Ranks
    totals: Array

    def __post_init__(self) -> None:
        frozen(self.items, self.totals)


def package_front(
    lists: Sequence[ArrayLike],
    maximise: ArrayLike,
    *,
    most: int = 1_000_000,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> PackageFront:
    """Undominated packages of one item from each list, where an objective of a package is the sum over its items.

    lists: each (items, d), raw; maximise: (d,) bool. Front(A + B) = Front(Front A + Front B), list by list. That needs
    sums without rounding, or a part that is a hair better could make an equal whole; so each objective is turned into
    whole numbers first: decimals of up to 9 places count as exactly the decimals they print as (0.1 + 0.2 ties with
    0.3), other numbers are rounded to 2^-60 of what a total can reach. Equal packages all stay. Raises as
    `pareto_front`, naming `lists[i]`, and DomainError where more than `most` packages would have to be kept at once.
    """
    parts = _checked(lists)
    whole_of(most, "most")
    ups = flags_of(maximise, "maximise", parts[0].shape[1])
    signs = np.where(ups, 1, -1)
    table = np.concatenate(parts)
    grid = _grid(table, len(parts))
    points = grid.whole(table * signs).T
    ends = np.cumsum([len(part) for part in parts])
    work = Work(progress, cancel)
    items = front_of(points[:, : ends[0]], Work())[None]
    sums = points[:, items[0]]
    for start, end in pairwise(ends):
        work.at(start / ends[-1])
        sums, items = _joined(sums, items, points[:, start:end], most, cancel)
    work.at(1.0)
    order = np.lexsort(items[::-1])
    return PackageFront(items.T[order], grid.floats(sums.T[order] * signs))


def _checked(lists: Sequence[ArrayLike]) -> list[Array]:
    parts = [matrix_of(part, f"lists[{place}]") for place, part in enumerate(lists)]
    if not parts:
        raise ShapeError("lists", "must hold at least one list")
    for place, part in enumerate(parts):
        if part.shape[1] != parts[0].shape[1]:
            raise ShapeError(f"lists[{place}]", f"has {part.shape[1]} objectives, the first {parts[0].shape[1]}")
    return parts


def _joined(sums: Whole, items: Ranks, part: Whole, most: int, cancel: Cancel | None) -> tuple[Whole, Ranks]:
    """(sums (d, f), items (lists, f)) of the undominated packages when one item of `part` (d, k) is added to each."""
    own = front_of(part, Work())
    found = (sums[:, :, None] + part[:, None, own]).reshape(part.shape[0], -1)
    rows, points = sieved_points(np.arange(found.shape[1]), found)
    kept = rows[front_of(points, Work(None, cancel))]
    if kept.size > most:
        raise DomainError("lists", f"leave {kept.size} packages that none dominates, more than {most}")
    before = kept // own.size
    return found[:, kept], np.concatenate((items[:, before], own[None, kept - before * own.size]))


@dataclass(frozen=True, eq=False)
class _Grid:
    """What turns each objective into whole numbers whose sums are exact: times a power of ten, or a power of two."""

    tens: Array
    shifts: Ranks

    def whole(self, part: Array) -> Whole:
        return np.rint(np.ldexp(part * self.tens, self.shifts)).astype(np.int64)

    def floats(self, sums: Whole) -> Array:
        with np.errstate(over="ignore"):
            found: Array = np.ldexp(sums / self.tens, -self.shifts)
        return found


def _grid(table: Array, lists: int) -> _Grid:
    powers = PLACES[:, None, None]
    with np.errstate(over="ignore"):
        near = np.rint(table * powers)
        decimal = ((near / powers == table) & (np.abs(near) * lists < 2.0**53)).all(axis=1)
    found = decimal.any(axis=0)
    # |number| < 2^exponent, so that no sum of `lists` of them reaches 2^61.
    exponents = np.frexp(np.abs(table).max(axis=0))[1]
    shifts = np.where(found, 0, 61 - exponents - lists.bit_length())
    return _Grid(np.where(found, PLACES[decimal.argmax(axis=0)], 1.0), shifts)
