"""Judgements of difference in words, what they demand of a scale, and where they clash."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from desktop.analysis.arrays import Array, DomainError, ShapeError, whole_of
from desktop.analysis.linear import Program

EXTREME = 6
"""Categories: 0 no difference, 1 very weak, 2 weak, 3 moderate, 4 strong, 5 very strong, 6 extreme."""

FLOORS = EXTREME
"""Thresholds m_1 .. m_6: no difference of at least category c is smaller than m_c."""

CEILINGS = EXTREME - 1
"""Thresholds M_1 .. M_5: no difference of at most category c is greater than M_c."""

THRESHOLDS = FLOORS + CEILINGS

Side = tuple[int, bool]
"""(place of a judgement, True for its high end, False for its low end)"""


@dataclass(frozen=True)
class Judgement:
    """Element `better` is preferred to `worse`, by a difference of category `low` to `high`, 0..6; 0 is indifference.

    low < high is hesitation between neighbouring categories; 1 to 6 says no more than which one is better.
    """

    better: int
    worse: int
    low: int
    high: int


def checked(judgements: Sequence[Judgement], n: int) -> tuple[Judgement, ...]:
    """The judgements, when each is one of two of n elements and no two of a pair exclude each other.

    Raises DomainError for n below 1, an element against itself, a category outside 0..6, low > high, and two
    judgements of one pair that share no category; ShapeError for an element out of range. The error's row is the
    judgement's place.
    """
    whole_of(n, "n")
    for place, judgement in enumerate(judgements):
        _check(judgement, place, n)
    _refuse_duplicates(judgements)
    return tuple(judgements)


def structure() -> tuple[Array, Array]:
    """(rows, low) over the 11 thresholds: m_c - M_d >= c - d for every c > d >= 1."""
    pairs = list(combinations(range(1, EXTREME + 1), 2))
    rows = np.zeros((len(pairs), THRESHOLDS))
    for row, (lower, upper) in enumerate(pairs):
        rows[row, upper - 1], rows[row, FLOORS + lower - 1] = 1.0, -1.0
    return rows, np.array([float(upper - lower) for lower, upper in pairs])


def lowest_thresholds() -> Array:
    """(11,) m_c >= c and M_c >= 0."""
    return np.concatenate((np.arange(1.0, FLOORS + 1), np.zeros(CEILINGS)))


def demands(judgements: Sequence[Judgement], n: int) -> tuple[Array, list[Side]]:
    """(rows, sides): rows @ (values, thresholds) >= 0, one row for each end of a judgement that demands something.

    Together with `structure` and `lowest_thresholds` they say: v(x) - v(y) >= low, = 0 in category 0, and
    [v(x) - v(y)] - [v(u) - v(z)] >= low(x, y) - high(u, z) wherever low(x, y) > high(u, z) (Bana e Costa, De Corte &
    Vansnick 2012). A threshold between every two categories takes the place of a row for every pair of judgements.
    """
    sides = [(place, top) for place, j in enumerate(judgements) for top in (False, True) if not top or j.high < EXTREME]
    rows = np.zeros((len(sides), n + THRESHOLDS))
    for row, (place, top) in enumerate(sides):
        judgement = judgements[place]
        sign = -1.0 if top else 1.0
        rows[row, judgement.better], rows[row, judgement.worse] = sign, -sign
        category = judgement.high if top else judgement.low
        if category:
            rows[row, n + category - 1 + (FLOORS if top else 0)] = -sign
    return rows, sides


def clash(judgements: Sequence[Judgement], n: int) -> tuple[Side, ...]:
    """Ends of judgements that contradict each other; empty where there is a scale for all of them.

    A vertex of the multipliers y >= 0 with y A = 0, y b = 1 proves that A x >= b has no solution, and no row of its
    support can be spared (Gleeson & Ryan 1990).
    """
    rows, sides = demands(judgements, n)
    frame, gaps = structure()
    bounds = np.hstack((np.zeros((THRESHOLDS, n)), np.eye(THRESHOLDS)))
    table = np.vstack((rows, np.hstack((np.zeros((len(frame), n)), frame)), bounds))
    limits = np.concatenate((np.zeros(len(sides)), gaps, lowest_thresholds()))
    wanted = np.zeros(n + THRESHOLDS + 1)
    wanted[-1] = 1.0
    proof = Program(np.vstack((table.T, limits)), wanted, wanted).minimise(np.arange(len(limits)) < len(sides))
    if proof is None:
        return ()
    return tuple(side for side, multiplier in zip(sides, proof.x, strict=False) if multiplier > 1e-9)


def contradiction(judgements: Sequence[Judgement], n: int) -> tuple[int, ...]:
    """Places of judgements that contradict each other and none of which can be left out; empty where there are none."""
    found = _places(clash(judgements, n))
    for place in found:
        without = [other for other in found if other != place]
        if place in found and (smaller := _places(clash([judgements[other] for other in without], n))):
            found = tuple(without[index] for index in smaller)
    return found


def _places(sides: Sequence[Side]) -> tuple[int, ...]:
    return tuple(sorted({place for place, _ in sides}))


def _check(judgement: Judgement, place: int, n: int) -> None:
    for element in (judgement.better, judgement.worse):
        if not isinstance(element, int | np.integer) or not 0 <= element < n:
            raise ShapeError("judgements", f"must name elements 0 to {n - 1}, not {element}", place)
    if judgement.better == judgement.worse:
        raise DomainError("judgements", f"must not set element {judgement.better} against itself", place)
    for category in (judgement.low, judgement.high):
        if not isinstance(category, int | np.integer) or not 0 <= category <= EXTREME:
            raise DomainError("judgements", f"must be of categories 0 to {EXTREME}, not {category}", place)
    if judgement.low > judgement.high:
        raise DomainError("judgements", f"has its low end {judgement.low} above its high end {judgement.high}", place)


def _refuse_duplicates(judgements: Sequence[Judgement]) -> None:
    seen: dict[tuple[int, int], list[tuple[int, int, int]]] = {}
    for place, judgement in enumerate(judgements):
        pair, low, high = (judgement.better, judgement.worse), judgement.low, judgement.high
        if judgement.better > judgement.worse:
            pair, low, high = (judgement.worse, judgement.better), -high, -low
        for other, least, most in seen.setdefault(pair, []):
            if max(low, least) > min(high, most):
                raise DomainError("judgements", f"contradicts judgement {other} of the same two elements", place)
        seen[pair].append((place, low, high))
