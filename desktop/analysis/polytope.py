"""What is known of the weights: a polytope of shares, made of statements that can be named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from desktop.analysis.arrays import (
    Array,
    DomainError,
    ShapeError,
    frozen,
    index_of,
    matrix_of,
    refuse,
    vector_of,
    whole_of,
)
from desktop.analysis.linear import INFINITY, Program, conflicting


class EmptyPolytopeError(ValueError):
    """No weights meet the statements. `conflict` holds statements of which no one can be kept beside the others."""

    def __init__(self, conflict: tuple[str, ...]) -> None:
        super().__init__("no weights meet these statements together: " + "; ".join(conflict))
        self.conflict = conflict


@dataclass(frozen=True, eq=False)
class WeightPolytope:
    """All shares w >= 0 with sum 1 and rows @ w <= limits.

    rows: (p, n); limits: (p,); statements: p sentences, one for each row. `order`: the criteria from the heaviest to
    the lightest when a complete ranking is all that is said, else None. Intersect two with `&`.
    """

    rows: Array
    limits: Array
    statements: tuple[str, ...] = ()
    order: tuple[int, ...] | None = None

    def __post_init__(self) -> None:
        alike = self.rows.shape[:1] == self.limits.shape == (len(self.statements),)
        if self.rows.ndim != 2 or not alike:
            raise ShapeError("rows", f"of shape {self.rows.shape} need as many limits and statements")
        frozen(self.rows, self.limits)

    @property
    def size(self) -> int:
        """Number of criteria."""
        return int(self.rows.shape[1])

    @property
    def is_whole(self) -> bool:
        """Whether nothing at all is said of the weights."""
        return self.limits.size == 0

    def __and__(self, other: WeightPolytope) -> WeightPolytope:
        if other.size != self.size:
            raise ShapeError("other", f"is about {other.size} criteria, not {self.size}")
        if other.is_whole or self.is_whole:
            return self if other.is_whole else other
        rows, limits = np.vstack((self.rows, other.rows)), np.concatenate((self.limits, other.limits))
        return WeightPolytope(rows, limits, self.statements + other.statements)

    def contains(self, weights: ArrayLike, slack: float = 1e-9) -> bool:
        """Whether shares meet every statement, each to within `slack`."""
        shares = vector_of(weights, "weights", self.size)
        if (np.abs(shares - 0.5) > 0.5 + slack).any():
            return False
        return bool((self.rows @ shares <= self.limits + slack).all() and abs(shares.sum() - 1.0) <= slack)

    def program(self) -> Program:
        """The linear program over these weights, to be given objectives. Does not look whether it is empty."""
        rows = np.vstack((np.ones((1, self.size)), self.rows))
        low = np.concatenate(([1.0], np.full(self.limits.size, -INFINITY)))
        return Program(rows, low, np.concatenate(([1.0], self.limits)))

    def refuse_empty(self) -> None:
        """Raises EmptyPolytopeError, naming a smallest conflict, where no weights meet the statements."""
        if self.is_whole or self.program().is_feasible():
            return
        rows = np.vstack((np.ones((1, self.size)), self.rows))
        low = np.concatenate(([1.0], np.full(self.limits.size, -INFINITY)))
        culprits = conflicting(rows, low, np.concatenate(([1.0], self.limits)), required=1)
        raise EmptyPolytopeError(tuple(self.statements[row - 1] for row in culprits))


def whole(n: int) -> WeightPolytope:
    """Every share vector of n criteria: nothing is known of the weights. Raises DomainError for no criteria."""
    size = whole_of(n, "n")
    return WeightPolytope(np.zeros((0, size)), np.zeros(0))


def ranked(n: int, order: Sequence[int]) -> WeightPolytope:
    """Weights that do not rise along `order`: the criteria from the heaviest to the lightest; some may be left out.

    Raises ShapeError for an index out of range, DomainError for one that stands twice.
    """
    size = whole_of(n, "n")
    places = [index_of(k, "order", size) for k in order]
    if len(set(places)) != len(places):
        raise DomainError("order", "names a criterion twice")
    pairs = list(pairwise(places))
    rows = np.zeros((len(pairs), size))
    for row, (heavy, light) in enumerate(pairs):
        rows[row, light], rows[row, heavy] = 1.0, -1.0
    said = tuple(f"criterion {heavy} weighs at least as much as criterion {light}" for heavy, light in pairs)
    return WeightPolytope(rows, np.zeros(len(pairs)), said, tuple(places) if len(places) == size else None)


def within(low: ArrayLike, high: ArrayLike) -> WeightPolytope:
    """Shares between `low` and `high`, both (n,), 0..1. Raises DomainError where a low end is above its high end."""
    lows = vector_of(low, "low")
    highs = vector_of(high, "high", lows.size)
    refuse(lows > highs, DomainError, "low", "{} is above its high end {}", lows, highs)
    n = lows.size
    floors, ceilings = np.flatnonzero(lows > 0), np.flatnonzero(highs < 1)
    eye = np.eye(n)
    said = tuple(f"criterion {k} weighs at least {lows[k]:g}" for k in floors) + tuple(
        f"criterion {k} weighs at most {highs[k]:g}" for k in ceilings
    )
    limits = np.concatenate((-lows[floors], highs[ceilings]))
    return WeightPolytope(np.vstack((-eye[floors], eye[ceilings])), limits, said)


def ratio(n: int, heavy: int, light: int, low: float = 1.0, high: float = INFINITY) -> WeightPolytope:
    """low <= w_heavy / w_light <= high, as an imprecise swing says it.

    Raises ShapeError for an index out of range, DomainError for a low end below 0 or above `high`, or for a criterion
    against itself.
    """
    size = whole_of(n, "n")
    index_of(heavy, "heavy", size), index_of(light, "light", size)
    if heavy == light:
        raise DomainError("light", f"must be another criterion than heavy, not {light} too")
    if not 0 <= low <= high or not np.isfinite(low):
        raise DomainError("low", f"and high must be 0 <= low <= high, low finite, not {low} and {high}")
    floor, ceiling = np.zeros(size), np.zeros(size)
    floor[heavy], floor[light] = -1.0, low
    said = [f"criterion {heavy} weighs at least {low:g} times criterion {light}"]
    rows = [floor]
    if np.isfinite(high):
        ceiling[heavy], ceiling[light] = 1.0, -high
        rows.append(ceiling)
        said.append(f"criterion {heavy} weighs at most {high:g} times criterion {light}")
    return WeightPolytope(np.array(rows), np.zeros(len(rows)), tuple(said))


def linear(rows: ArrayLike, limits: ArrayLike, statements: Sequence[str] = ()) -> WeightPolytope:
    """rows @ w <= limits, with a sentence for each row. Raises ShapeError or NotFiniteError."""
    table = matrix_of(rows, "rows")
    bounds = vector_of(limits, "limits", table.shape[0])
    said = tuple(statements) or tuple(f"condition {row}" for row in range(table.shape[0]))
    return WeightPolytope(table.copy(), bounds.copy(), said)
