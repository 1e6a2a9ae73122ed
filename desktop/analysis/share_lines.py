"""How every total runs while one criterion's share moves: straight lines, where they meet, who is first along them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from desktop.analysis.arrays import (
    TIE,
    Array,
    DomainError,
    Flags,
    Ranks,
    flags_of,
    frozen,
    index_of,
    largest_of,
    matrix_of,
    positive_of,
    shares_of,
)
from desktop.analysis.work import Cancel, Progress, Work

MOST_PAIRS = 2_000_000
"""Pairs of options, counted once for each criterion, that one call looks at."""
ROUNDING = 1e-14
"""What totals can be off by, as a part of the largest value."""
_BLOCK = 1 << 15


@dataclass(frozen=True, eq=False)
class Crossings:
    """Where lines of two options meet, in order of criterion, first and second option.

    criterion, first, second: (c,) indices, first < second; share: (c,) of that criterion, 0..1; total: (c,) of both
    options there. `tied`: (a, 3) criterion, first, second of lines that are level all the way, so meet nowhere.
    """

    criterion: Ranks
    first: Ranks
    second: Ranks
    share: Array
    total: Array
    tied: Ranks


@dataclass(frozen=True, eq=False)
class Envelope:
    """Who is first along one criterion's share.

    edges: (p + 1,) shares from the lowest to the highest, where a piece ends and the next begins; totals: (p + 1,) the
    best total there; winners: p tuples of the options that are first along the piece, several where they are level.
    """

    edges: Array
    totals: Array
    winners: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, eq=False)
class ShareLines:
    """The totals of m options along the shares of c criteria, each moved alone as `weights.move_weight` moves it.

    The other free criteria keep their proportions (or share the rest equally where they are all 0) and locked ones
    hold, so each total is a straight line: (1 - t) start + t end at the share low + t (high - low), t in 0..1.
    criteria: (c,) indices; shares, low, high: (c,) present and extreme shares, 0..1, all equal where nothing can give
    way; start, end: (c, m) totals at low and at high; totals: (m,) at present; tie: the largest difference of totals
    that is a tie.
    """

    criteria: Ranks
    shares: Array
    low: Array
    high: Array
    start: Array
    end: Array
    totals: Array
    tie: float

    @property
    def position(self) -> Array:
        """(c,) t of the present share; 0 where the share cannot move."""
        span = self.high - self.low
        found: Array = np.minimum(np.divide(self.shares - self.low, span, out=np.zeros_like(span), where=span > 0), 1.0)
        return found

    def share_at(self, position: Array) -> Array:
        """(c,) shares at positions t, 0..1, one for each criterion."""
        found: Array = self.low + position * (self.high - self.low)
        return found

    def totals_at(self, shares: ArrayLike) -> Array:
        """(c, s, m) totals at each of s shares of each criterion; a share it cannot take counts as the nearest."""
        wanted = np.clip(np.atleast_1d(np.asarray(shares, dtype=np.float64)), self.low[:, None], self.high[:, None])
        span = np.where(self.high > self.low, self.high - self.low, 1.0)
        t = ((wanted - self.low[:, None]) / span[:, None])[:, :, None]
        found: Array = (1.0 - t) * self.start[:, None, :] + t * self.end[:, None, :]
        return found

    def crossings(
        self,
        options: Sequence[int] | None = None,
        *,
        progress: Progress | None = None,
        cancel: Cancel | None = None,
    ) -> Crossings:
        """Every share at which two options are level, t* = d0 / (d0 - d1) of their gaps at the ends.

        options: only pairs with at least one of them. Meetings at an end count; parallel lines have none. Raises
        DomainError for more than MOST_PAIRS pairs, ShapeError for an option out of range, Cancelled.
        """
        first, second = _pairs(self.start.shape[1], options)
        if first.size * self.low.size > MOST_PAIRS:
            raise DomainError("options", f"must be chosen: all make {first.size * self.low.size} pairs")
        work, rows = Work(progress, cancel), max(1, _BLOCK // max(1, first.size))
        parts = []
        for row in range(0, self.low.size, rows):
            work.at(row / self.low.size)
            parts.append(self._meetings(slice(row, row + rows), first, second))
        work.at(1.0)
        return _joined(parts)

    def stability(self, whole_order: bool = False) -> Array:
        """(c, 2) the lowest and the highest share between which the first place, or the whole order, stays as it is.

        [max x* below, min x* above] the present share over the pairs (first, everyone) or over neighbours in the order
        (Mareschal 1988), clipped to low and high. The first place is the set of options tied for it; where options are
        level now whose lines part, any move changes it, and both ends are the present share. O(m), or O(m log m).
        """
        first, last = self.reach(whole_order)
        bounds = np.stack((np.maximum(first, 0.0), np.minimum(last, 1.0)), axis=1)
        found: Array = self.low[:, None] + bounds * (self.high - self.low)[:, None]
        return found

    def reach(self, whole_order: bool = False) -> tuple[Array, Array]:
        """(c,) positions t of the nearest change below and above, as `stability`; -inf, inf where there is none."""
        if whole_order:
            order = np.argsort(-self.totals, kind="stable")
            start, end, now = self.start[:, order], self.end[:, order], self.totals[order]
            return self._kept(start[:, :-1] - start[:, 1:], end[:, :-1] - end[:, 1:], now[:-1] - now[1:])
        lead = int(self.totals.argmax())
        start, end = self.start[:, lead, None] - self.start, self.end[:, lead, None] - self.end
        return self._kept(start, end, self.totals[lead] - self.totals)

    def envelopes(self) -> tuple[Envelope, ...]:
        """Who is first along each criterion's share: the upper envelope of its lines, O(m log m).

        With (start, end) as points, an option is first somewhere when it is a corner of their upper right hull.
        A piece on which the winner is ahead by no more than a tie is not one.
        """
        order = np.lexsort((-self.end, -self.start), axis=-1)
        ends = np.take_along_axis(self.end, order, axis=1)
        undominated = np.ones(order.shape, dtype=bool)
        undominated[:, 1:] = ends[:, 1:] > np.maximum.accumulate(ends, axis=1)[:, :-1]
        return tuple(self._envelope(row, order[row][undominated[row]].tolist()) for row in range(self.low.size))

    def _meetings(self, rows: slice, first: Ranks, second: Ranks) -> Crossings:
        start, end = self.start[rows], self.end[rows]
        d0 = start.take(first, axis=1) - start.take(second, axis=1)
        d1 = end.take(first, axis=1) - end.take(second, axis=1)
        size0, size1 = np.abs(d0), np.abs(d1)
        meet = (d0 < 0) != (d1 < 0)
        meet |= np.minimum(size0, size1) <= self.tie
        tied = np.maximum(size0, size1) <= self.tie
        meet &= ~tied
        found = np.flatnonzero(meet)
        row, pair = np.divmod(found.astype(np.uint32), np.uint32(first.size))
        gap0, gap1 = d0.ravel()[found], d1.ravel()[found]
        t = np.clip(gap0 / (gap0 - gap1), 0.0, 1.0)
        one = first[pair]
        place = row * start.shape[1] + one
        total = (1.0 - t) * start.ravel()[place] + t * end.ravel()[place]
        names, left, width = self.criteria[rows], self.low[rows], self.high[rows] - self.low[rows]
        share = left[row] + t * width[row]
        level_row, level_pair = np.nonzero(tied)
        level = np.stack((names[level_row], first[level_pair], second[level_pair]), axis=1)
        return Crossings(names[row], one, second[pair], share, total, level)

    def _kept(self, d0: Array, d1: Array, now: Array) -> tuple[Array, Array]:
        """Positions between which gaps (c, p) that are open now stay so, and those that are closed now stay closed."""
        level = now <= self.tie
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            meet = d0 / (d0 - d1)
        here = self.position
        first = np.fmax.reduce(np.where((d0 <= self.tie) & ~level, meet, -np.inf), axis=1, initial=-np.inf)
        last = np.fmin.reduce(np.where((d1 <= self.tie) & ~level, meet, np.inf), axis=1, initial=np.inf)
        parting = (level & (np.maximum(np.abs(d0), np.abs(d1)) > self.tie)).any(axis=1)
        return np.where(parting, here, np.minimum(first, here)), np.where(parting, here, np.maximum(last, here))

    def _envelope(self, row: int, candidates: list[int]) -> Envelope:
        start, end = self.start[row], self.end[row]
        corners = _hull(candidates, start[candidates].tolist(), end[candidates].tolist(), self.tie)
        d0, d1 = -np.diff(start[corners]), np.diff(end[corners])
        t = np.concatenate(([0.0], d0 / (d0 + d1), [1.0]))[:, None]
        totals = (1.0 - t) * start + t * end
        pieces = np.arange(len(corners))
        near = (np.abs(totals[:-1] - totals[pieces, corners][:, None]) <= self.tie) & (
            np.abs(totals[1:] - totals[pieces + 1, corners][:, None]) <= self.tie
        )
        winners = tuple(tuple(np.flatnonzero(piece).tolist()) for piece in near)
        found = Envelope(self.low[row] + t[:, 0] * (self.high[row] - self.low[row]), totals.max(axis=1), winners)
        frozen(found.edges, found.totals)
        return found


def share_lines(
    values: ArrayLike,
    weights: ArrayLike,
    locked: ArrayLike | None = None,
    criteria: Sequence[int] | None = None,
    scale: float = 100.0,
) -> ShareLines:
    """The lines of every criterion, or of `criteria` only; made once for each set of weights, asked many things.

    values: (m, n), higher is better; weights: (n,); locked: (n,) bool, the criteria that do not give way (a criterion's
    own lock is ignored, as in `weights.move_weight`). Raises as `arrays.matrix_of` and `arrays.shares_of`, ShapeError
    for locks of another length or a criterion out of range, and as `tie_of`.
    """
    return _checked(values, weights, locked, criteria, scale, "criteria")


def share_line(
    values: ArrayLike, weights: ArrayLike, locked: ArrayLike | None, criterion: int, scale: float = 100.0
) -> ShareLines:
    """The lines of one criterion. Raises as `share_lines`."""
    return _checked(values, weights, locked, [criterion], scale, "criterion")


def _checked(
    values: ArrayLike,
    weights: ArrayLike,
    locked: ArrayLike | None,
    criteria: Sequence[int] | None,
    scale: float,
    argument: str,
) -> ShareLines:
    table = matrix_of(values)
    shares = shares_of(weights, table.shape[1])
    held = np.zeros(shares.size, dtype=bool) if locked is None else flags_of(locked, "locked", shares.size)
    moved = np.arange(shares.size)
    if criteria is not None:
        moved = np.array([index_of(k, argument, shares.size) for k in criteria], dtype=np.intp)
    return lines_of(table, shares, held, moved, tie_of(table, scale))


def lines_of(values: Array, shares: Array, locked: Flags, moved: Ranks, tie: float) -> ShareLines:
    """`share_lines` of arguments that are checked already, the shares taken as they are."""
    low, high, at_low, at_high = _ends(shares, locked, moved)
    start, end = at_low @ values.T, at_high @ values.T
    lines = ShareLines(moved, shares[moved], low, high, start, end, values @ shares, tie)
    frozen(moved, lines.shares, low, high, start, end, lines.totals)
    return lines


def tie_of(values: Array, scale: float) -> float:
    """The largest difference of totals that is a tie: 1e-9 of the scale, but no less than rounding can tell apart.

    Raises DomainError for a scale that is not positive, and for values beyond 1e300, whose differences may overflow.
    """
    return max(TIE * positive_of(scale, "scale"), ROUNDING * largest_of(values))


def _ends(shares: Array, locked: Flags, moved: Ranks) -> tuple[Array, Array, Array, Array]:
    """(low (c,), high (c,), weights at low (c, n), weights at high (c, n)) of the moved criteria."""
    row = np.arange(moved.size)
    own = np.zeros((moved.size, shares.size), dtype=bool)
    own[row, moved] = True
    held = np.where(locked & ~own, shares, 0.0)
    free = ~(locked | own)
    giving = np.where(free, shares, 0.0)
    spent = giving.sum(axis=1) == 0
    if spent.any():
        giving[spent] = free[spent]
    present = shares[moved]
    stuck: Flags = np.logical_not(free.any(axis=1))
    high = np.where(stuck, present, np.maximum(1.0 - held.sum(axis=1), present))
    at_high = held.copy()
    at_high[row, moved] = high
    parts = giving / np.where(stuck, 1.0, giving.sum(axis=1))[:, None]
    at_low = np.where(stuck[:, None], at_high, held + high[:, None] * parts)
    return np.where(stuck, present, 0.0), high, at_low, at_high


@lru_cache(maxsize=4)
def _all_pairs(m: int) -> tuple[Ranks, Ranks]:
    first, second = np.triu_indices(m, 1)
    frozen(first, second)
    return first, second


def _pairs(m: int, options: Sequence[int] | None) -> tuple[Ranks, Ranks]:
    """Each pair first < second once, in order."""
    if options is None:
        if m * (m - 1) // 2 > MOST_PAIRS:
            raise DomainError("options", f"must be chosen: all make {m * (m - 1) // 2} pairs")
        return _all_pairs(m)
    chosen = np.array(sorted({index_of(option, "options", m) for option in options}), dtype=np.intp)
    if chosen.size * m > 2 * MOST_PAIRS:
        raise DomainError("options", f"must be fewer: {chosen.size} of {m} are too many pairs")
    one, other = np.repeat(chosen, m), np.tile(np.arange(m), chosen.size)
    once = (one != other) & (~np.isin(other, chosen) | (one < other))
    first, second = np.minimum(one, other)[once], np.maximum(one, other)[once]
    order = np.lexsort((second, first))
    return first[order], second[order]


def _hull(options: list[int], starts: list[float], ends: list[float], tie: float) -> list[int]:
    """Of lines whose starts fall and ends rise, those that are first by more than a tie somewhere."""
    kept: list[int] = []
    for place, (a, b) in enumerate(zip(starts, ends, strict=True)):
        while len(kept) > 1:
            before, middle = kept[-2], kept[-1]
            d0, d1 = starts[before] - a, b - ends[before]
            t = d0 / (d0 + d1)
            chord = (1.0 - t) * starts[before] + t * ends[before]
            if (1.0 - t) * starts[middle] + t * ends[middle] > chord + tie:
                break
            kept.pop()
        kept.append(place)
    while len(kept) > 1 and starts[kept[0]] - starts[kept[1]] <= tie:
        del kept[0]
    while len(kept) > 1 and ends[kept[-1]] - ends[kept[-2]] <= tie:
        del kept[-1]
    return [options[place] for place in kept]


def _joined(parts: Sequence[Crossings]) -> Crossings:
    if len(parts) == 1:
        found = parts[0]
    else:
        found = Crossings(
            np.concatenate([part.criterion for part in parts]),
            np.concatenate([part.first for part in parts]),
            np.concatenate([part.second for part in parts]),
            np.concatenate([part.share for part in parts]),
            np.concatenate([part.total for part in parts]),
            np.concatenate([part.tied for part in parts]),
        )
    frozen(found.criterion, found.first, found.second, found.share, found.total, found.tied)
    return found
