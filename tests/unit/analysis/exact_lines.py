"""Decisions with whole points and locks, and their totals along a share in exact arithmetic."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

import numpy as np
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from desktop.analysis.arrays import Array, Flags
from tests.decisions import rows_of


@dataclass(frozen=True)
class Case:
    """Whole values and points, and locks: ties are exact, and other totals far apart."""

    values: Array
    points: tuple[int, ...]
    locks: tuple[bool, ...]

    @property
    def weights(self) -> Array:
        return np.array(self.points, dtype=float)

    @property
    def locked(self) -> Flags:
        return np.array(self.locks, dtype=bool)

    @property
    def shares(self) -> list[Fraction]:
        return [Fraction(point, sum(self.points)) for point in self.points]

    @property
    def totals(self) -> list[Fraction]:
        return self.totals_of(self.shares)

    @property
    def free(self) -> list[int]:
        return [k for k, lock in enumerate(self.locks) if not lock]

    def totals_of(self, shares: list[Fraction]) -> list[Fraction]:
        return [sum((w * int(v) for w, v in zip(shares, row, strict=True)), Fraction(0)) for row in self.values]

    def travel(self, criterion: int) -> tuple[Fraction, Fraction]:
        """The least and the greatest share."""
        if not self.givers(criterion):
            return self.shares[criterion], self.shares[criterion]
        held = [self.shares[k] for k, lock in enumerate(self.locks) if lock and k != criterion]
        return Fraction(0), 1 - sum(held, Fraction(0))

    def givers(self, criterion: int) -> list[int]:
        return [k for k in self.free if k != criterion]

    def moved(self, criterion: int, share: Fraction) -> list[Fraction]:
        givers, shares = self.givers(criterion), self.shares
        if not givers:
            return shares
        old, new = sum((shares[k] for k in givers), Fraction(0)), self.travel(criterion)[1] - share
        moved = list(shares)
        moved[criterion] = share
        for k in givers:
            moved[k] = new * shares[k] / old if old else new / len(givers)
        return moved

    def totals_at(self, criterion: int, share: Fraction) -> list[Fraction]:
        return self.totals_of(self.moved(criterion, share))

    def crossings(self, criterion: int) -> dict[tuple[int, int], Fraction | None]:
        """The share at which each pair meets, None where it is level all the way; parallel pairs are left out."""
        low, high = self.travel(criterion)
        start, end = self.totals_at(criterion, low), self.totals_at(criterion, high)
        found: dict[tuple[int, int], Fraction | None] = {}
        for i, j in combinations(range(len(start)), 2):
            d0, d1 = start[i] - start[j], end[i] - end[j]
            if d0 == d1 == 0:
                found[i, j] = None
            elif d0 * d1 <= 0:
                found[i, j] = low + (high - low) * d0 / (d0 - d1)
        return found

    def corners(self, criterion: int) -> list[Fraction]:
        """Every share at which anything can change, and the ends of the travel."""
        meetings = {share for share in self.crossings(criterion).values() if share is not None}
        return sorted(meetings | set(self.travel(criterion)))


@st.composite
def cases(draw: DrawFn, most: int = 5, most_criteria: int = 5, locks: bool = True) -> Case:
    m, n = draw(st.integers(1, most)), draw(st.integers(1, most_criteria))
    points = draw(st.lists(st.integers(0, 9), min_size=n, max_size=n).filter(any))
    held = draw(st.lists(st.booleans(), min_size=n, max_size=n)) if locks and draw(st.booleans()) else [False] * n
    return Case(draw(rows_of(m, n)), tuple(points), tuple(held))


def first_of(totals: list[Fraction]) -> tuple[int, ...]:
    """The options tied for the first place."""
    return tuple(option for option, total in enumerate(totals) if total == max(totals))


def order_of(totals: list[Fraction]) -> tuple[int, ...]:
    """The rank of each option."""
    return tuple(1 + sum(other > total for other in totals) for total in totals)


def interval_of(
    case: Case, criterion: int, place: Callable[[list[Fraction]], tuple[int, ...]]
) -> tuple[Fraction, Fraction]:
    """The largest interval around the present share within which `place` stays, found by walking corner to corner."""
    here = case.shares[criterion]
    now, corners = place(case.totals), case.corners(criterion)

    def walk(ahead: list[Fraction]) -> Fraction:
        reached = here
        for corner in ahead:
            between = place(case.totals_at(criterion, (reached + corner) / 2))
            if between != now:
                return reached
            reached = corner
            if place(case.totals_at(criterion, corner)) != now:
                return reached
        return reached

    return walk([c for c in reversed(corners) if c < here]), walk([c for c in corners if c > here])
