"""The tornado: how far the winner's lead moves while each score, and each weight, runs over its interval."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from desktop.analysis.arrays import (
    TIE,
    Array,
    DomainError,
    Flags,
    Ranks,
    ShapeError,
    frozen,
    index_of,
    matrix_of,
    shares_of,
    vector_of,
)
from desktop.analysis.share_lines import ShareLines, share_lines


@dataclass(frozen=True, eq=False)
class Tornado:
    """The winner's lead while one score or one weight moves alone, a bar for each, the widest swing first.

    winner, second: options, now first and best of the others (None without others); lead: of the winner over the best
    other now, and so over `second`. option: (b,) whose score moves, -1 where a weight moves; criterion: (b,); at_low,
    at_high: (b,) lead over the best other at the ends of the interval; least, greatest: (b,) lead anywhere in it;
    second_at_low, second_at_high: (b,) lead over `second` alone; overtaken: (b,) whether somebody gets ahead of the
    winner. All leads in points of value.
    """

    winner: int
    second: int | None
    lead: float
    option: Ranks
    criterion: Ranks
    at_low: Array
    at_high: Array
    least: Array
    greatest: Array
    second_at_low: Array
    second_at_high: Array
    overtaken: Flags

    @property
    def swing(self) -> Array:
        """(b,) width of each bar, falling."""
        found: Array = self.greatest - self.least
        return found


def tornado(
    values_low: ArrayLike,
    values: ArrayLike,
    values_high: ArrayLike,
    weights: ArrayLike,
    weights_low: ArrayLike | None = None,
    weights_high: ArrayLike | None = None,
    *,
    winner: int | None = None,
    locked: ArrayLike | None = None,
    scale: float = 100.0,
) -> Tornado:
    """The lead of the winner under each score's and each weight's interval, everything else as it is.

    values_low, values, values_high: (m, n); weights: (n,); weights_low, weights_high: (n,) shares, 0..1, between which
    each criterion's share moves while the others give way in proportion and `locked` (n,) hold, clipped to what it can
    take; without them no weight moves. `winner`: whose lead, by default the first option of those tied for the first
    place. Raises as `share_lines`, and DomainError where an interval does not hold the present number.
    """
    table = matrix_of(values)
    lows, highs = _ends_of(values_low, "values_low", table), _ends_of(values_high, "values_high", table)
    lines = share_lines(table, weights, locked, None, scale)
    first = int(lines.totals.argmax()) if winner is None else index_of(winner, "winner", table.shape[0])
    if table.shape[0] == 1:
        return _alone(first)
    shares = shares_of(weights)
    others = lines.totals.copy()
    others[first] = -np.inf
    second = int(others.argmax())
    bars = _score_bars(lines.totals, first, second, shares * (lows - table), shares * (highs - table))
    if weights_low is not None or weights_high is not None:
        interval = _interval(shares, weights_low, weights_high)
        bars = np.concatenate((bars, _weight_bars(lines, first, second, *interval)), axis=1)
    return _sorted(bars, first, second, float(lines.totals[first] - lines.totals[second]), lines.tie)


def _ends_of(numbers: ArrayLike, argument: str, values: Array) -> Array:
    found = matrix_of(numbers, argument)
    if found.shape != values.shape:
        raise ShapeError(argument, f"must be of shape {values.shape}, not {found.shape}")
    beyond = np.argwhere(found > values if argument.endswith("low") else found < values)
    if beyond.size:
        row, column = (int(part) for part in beyond[0])
        raise DomainError(argument, f"{found[row, column]} leaves out the value {values[row, column]}", row, column)
    return found


def _interval(shares: Array, low: ArrayLike | None, high: ArrayLike | None) -> tuple[Array, Array]:
    lows = shares if low is None else vector_of(low, "weights_low", shares.size)
    highs = shares if high is None else vector_of(high, "weights_high", shares.size)
    for argument, ends, beyond in (
        ("weights_low", lows, lows > shares + TIE),
        ("weights_high", highs, highs < shares - TIE),
    ):
        if beyond.any():
            place = int(np.flatnonzero(beyond)[0])
            raise DomainError(argument, f"{ends[place]} leaves out the share {shares[place]}", column=place)
    return lows, highs


def _score_bars(totals: Array, first: int, second: int, fall: Array, rise: Array) -> Array:
    """(8, m n): option, criterion, at low, at high, least, greatest, second at low, second at high."""
    m, n = fall.shape
    rest = totals.copy()
    rest[[first, second]] = -np.inf
    rival = np.full(m, totals[second])
    rival[second] = rest.max()

    def lead(change: Array) -> Array:
        found: Array = totals[first] - np.maximum(totals[:, None] + change, rival[:, None])
        found[first] = totals[first] + change[first] - totals[second]
        return found

    def over_second(change: Array) -> Array:
        found: Array = np.full((m, n), totals[first] - totals[second])
        found[first] += change[first]
        found[second] -= change[second]
        return found

    low, high = lead(fall), lead(rise)
    option, criterion = np.divmod(np.arange(m * n), n)
    ends = (low, high, np.minimum(low, high), np.maximum(low, high), over_second(fall), over_second(rise))
    return np.stack((option, criterion, *(end.ravel() for end in ends)))


def _weight_bars(lines: ShareLines, first: int, second: int, lows: Array, highs: Array) -> Array:
    """(8, n) as `_score_bars`. Over a share the lead is concave, so it is least at an end but may peak in between."""
    ends = np.stack((lows, highs), axis=1)
    totals = lines.totals_at(ends)
    others = np.delete(totals, first, axis=2)
    lead = totals[:, :, first] - others.max(axis=2)
    over_second = totals[:, :, first] - totals[:, :, second]
    # Between two ends at which the same rival is nearest it is so throughout: the others' envelope is convex.
    bent = np.flatnonzero(np.ptp(others.argmax(axis=2), axis=1))
    peak, moved = lead.max(axis=1), lines.criteria
    if bent.size:
        peak[bent] = np.maximum(peak[bent], _peaks(_some(lines, bent), first, lows[bent], highs[bent]))
    return np.stack((np.full(moved.size, -1), moved, *lead.T, lead.min(axis=1), peak, *over_second.T))


def _some(lines: ShareLines, rows: Ranks) -> ShareLines:
    low, high, start, end = (part[rows] for part in (lines.low, lines.high, lines.start, lines.end))
    criteria, shares = lines.criteria[rows], lines.shares[rows]
    return replace(lines, criteria=criteria, shares=shares, low=low, high=high, start=start, end=end)


def _peaks(lines: ShareLines, first: int, lows: Array, highs: Array) -> Array:
    """(c,) the greatest lead at a corner of the others' envelope between the ends, -inf where there is none."""
    without = (np.delete(lines.start, first, 1), np.delete(lines.end, first, 1), np.delete(lines.totals, first))
    rivals = replace(lines, start=without[0], end=without[1], totals=without[2])
    found = np.full(lows.size, -np.inf)
    for row, rival in enumerate(rivals.envelopes()):
        inside = (rival.edges > lows[row]) & (rival.edges < highs[row])
        if inside.any():
            travel, line = (lines.low[row], lines.high[row]), (lines.start[row, first], lines.end[row, first])
            found[row] = (np.interp(rival.edges, travel, line) - rival.totals)[inside].max()
    return found


def _sorted(bars: Array, first: int, second: int, lead: float, tie: float) -> Tornado:
    bars = bars[:, np.argsort(bars[4] - bars[5], kind="stable")]
    option, criterion = bars[0].astype(np.intp), bars[1].astype(np.intp)
    overtaken = bars[4] < -tie
    frozen(option, criterion, bars, overtaken)
    low, high, least, greatest, second_low, second_high = bars[2:]
    return Tornado(
        first, second, lead, option, criterion, low, high, least, greatest, second_low, second_high, overtaken
    )


def _alone(first: int) -> Tornado:
    none, nowhere = np.zeros(0), np.zeros(0, dtype=np.intp)
    return Tornado(first, None, np.inf, nowhere, nowhere, none, none, none, none, none, none, none > 0)
