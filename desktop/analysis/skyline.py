"""Which points no other point beats: the kernels under every Pareto front, exact for any number of objectives.

Points are the columns of a (d, n) array, higher is better; they are only ever compared, never added up.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop.analysis.arrays import Flags, Ranks
from desktop.analysis.work import Work

Points = NDArray[Any]

PAIRS = 1 << 16
"""Pairs compared at once: as many bytes as stay in a processor's cache."""


def front_of(points: Points, work: Work, done: float = 0.0) -> Ranks:
    """Ascending indices of the columns of `points` (d, n) that no other column dominates; equal columns all stay.

    Columns are brought into descending lexicographic order, in which a dominator always comes first. Then divide and
    conquer (Kung, Luccio & Preparata 1975). `done` is the progress told before; NaN must have been refused.
    """
    if points.shape[0] == 1:
        return np.flatnonzero(points[0] == points[0].max())
    if points.shape[0] == 2:
        return _stairs(points)
    ranked = _ranked(points)
    order = np.lexsort(ranked[::-1])[::-1]
    ranked = ranked[:, order]
    fresh = np.ones(order.size, dtype=bool)
    fresh[1:] = (ranked[:, 1:] != ranked[:, :-1]).any(axis=0)
    firsts = np.flatnonzero(fresh)
    kept = np.zeros(firsts.size, dtype=bool)
    kept[_peaks(ranked[:, firsts], work, done, 1.0)] = True
    return np.sort(order[kept[np.cumsum(fresh) - 1]])


def unbeaten(points: Points, rivals: Points, work: Work) -> Flags:
    """(a,) bool: the columns of `points` (d, a) that no column of `rivals` (d, b) equals or exceeds throughout; d >= 2.

    The marginal step of Kung, Luccio & Preparata (1975): both are split at a median of the first objective; whatever is
    on the upper side of it need not be compared on that objective again.
    """
    (d, a), b = points.shape, rivals.shape[1]
    if not a or not b:
        return np.full(a, not b)
    if d == 2:
        return _above_stairs(points, rivals)
    if a * b <= PAIRS:
        return _compared(points, rivals)
    work.at(0.0)
    own, theirs = points[0], rivals[0]
    middle = np.partition(theirs, b // 2)[b // 2]
    free = np.ones(a, dtype=bool)
    _drop(free, own <= middle, points[1:], rivals[1:, theirs >= middle], work)
    _drop(free, own < middle, points, rivals[:, theirs < middle], work)
    _drop(free, own > middle, points, rivals[:, theirs > middle], work)
    return free


def _drop(free: Flags, side: Flags, points: Points, rivals: Points, work: Work) -> None:
    """Takes out of `free` those on this side that a rival beats."""
    asked = np.flatnonzero(free & side)
    free[asked] = unbeaten(points[:, asked], rivals, work)


def _peaks(points: Points, work: Work, done: float, end: float) -> Ranks:
    """Indices of the undominated columns among distinct ones in descending lexicographic order."""
    n = points.shape[1]
    if n * n <= PAIRS:
        work.at(end)
        return _peaks_of_few(points)
    half, middle = n // 2, (done + end) / 2
    upper = _peaks(points[:, :half], work, done, middle)
    # The upper half is at least as good on the first objective: only the others decide.
    lower = half + np.flatnonzero(unbeaten(points[1:, half:], points[1:, upper], Work(None, work.cancel)))
    return np.concatenate((upper, lower[_peaks(points[:, lower], work, middle, end)]))


def _peaks_of_few(points: Points) -> Ranks:
    n = points.shape[1]
    beats = points[1, :, None] <= points[1]
    for row in points[2:]:
        beats &= row[:, None] <= row
    # Earlier columns are at least as good on the first objective; only they can dominate.
    beats &= np.arange(n)[:, None] > np.arange(n)
    return np.flatnonzero(~beats.any(axis=1))


def _compared(points: Points, rivals: Points) -> Flags:
    beaten = points[0, :, None] <= rivals[0]
    step = np.empty_like(beaten)
    for own, theirs in zip(points[1:], rivals[1:], strict=True):
        beaten &= np.less_equal(own[:, None], theirs, out=step)
    free: Flags = ~beaten.any(axis=1)
    return free


def _above_stairs(points: Points, rivals: Points) -> Flags:
    """`unbeaten` on two objectives: by the best second objective of all rivals at least as good on the first."""
    order = np.argsort(rivals[0])
    best = np.maximum.accumulate(rivals[1, order][::-1])[::-1]
    place = np.searchsorted(rivals[0, order], points[0])
    free: Flags = (place == order.size) | (points[1] > best[np.minimum(place, order.size - 1)])
    return free


def _stairs(points: Points) -> Ranks:
    """`front_of` two objectives: by falling first objective, whatever exceeds the best second one so far."""
    order = np.lexsort((points[1], points[0]))[::-1]
    first, second = points[0, order], points[1, order]
    best = np.maximum.accumulate(second)
    rises = np.empty(order.size, dtype=bool)
    rises[0] = True
    np.greater(second[1:], best[:-1], out=rises[1:])
    high = second == best
    if np.count_nonzero(high) > np.count_nonzero(rises):
        # Some equal the best so far without exceeding it: those stay that equal the last rise on both.
        high &= first == first[np.maximum.accumulate(np.where(rises, np.arange(order.size), 0))]
    return np.sort(order[high])


def _ranked(points: Points) -> Points:
    """Each value as its rank among the values of its objective: small whole numbers compare several times faster."""
    d, n = points.shape
    ranked = np.empty((d, n), dtype=np.uint16 if n <= 1 << 16 else np.uint32)
    for row, place in zip(points, ranked, strict=True):
        order = np.argsort(row)
        ascending = row[order]
        place[order[0]] = 0
        place[order[1:]] = np.cumsum(ascending[1:] != ascending[:-1])
    return ranked
