"""What the lead hangs on: how far the interval of each score and each weight moves it, and what to firm up first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np

from db.study.model import Doubt, Knowledge, Shape
from desktop.analysis.arrays import TIE, Array, Flags, Ranks
from desktop.analysis.share_lines import ShareLines, share_lines
from desktop.analysis.tornado import Tornado, tornado
from desktop.evaluation import Table, value_of
from desktop.questions.firmness import Firmness

Kind = Literal["both", "scores", "weights"]


class End(NamedTuple):
    """One end of an interval: the score in its criterion's unit, or the share of a weight 0..1, and the lead there."""

    figure: float
    lead: float
    over_second: float


@dataclass(frozen=True)
class Bar:
    """What one score or one weight does to the lead while all else is as it is; leads in points of value.

    option: the row whose score moves, None where a weight moves; criterion: the column. low, high: the ends of its
    interval, low.figure <= high.figure; least, greatest: the lead anywhere in between. lost: 0..1, the part of the
    interval in which another option is ahead; rival: the row that is ahead where the lead is least, None for nobody.
    """

    option: int | None
    criterion: int
    low: End
    high: End
    least: float
    greatest: float
    lost: float
    rival: int | None

    @property
    def swing(self) -> float:
        """Points between the least and the greatest lead."""
        return self.greatest - self.least


@dataclass(frozen=True, eq=False)
class Lead:
    """The lead of the first option over the second, and what moves it.

    tornado: a bar for each score and weight that counts, the widest swing first, criteria as columns of the table;
    lost: (b,) as `Bar.lost`; overtaker: (b,) as `Bar.rival`, -1 for nobody; share_ends: (n, 2) shares between which
    each weight moves, NaN for those that carry none.
    """

    firm: Firmness
    tornado: Tornado
    lost: Array
    overtaker: Ranks
    share_ends: Array

    @property
    def first(self) -> int:
        """The row of the option that is listed first."""
        return self.tornado.winner

    @property
    def second(self) -> int:
        """The row of the best of the others."""
        assert self.tornado.second is not None
        return self.tornado.second

    @property
    def points(self) -> float:
        """Points of the first over the second now."""
        return self.tornado.lead

    def moving(self, kind: Kind = "both") -> Ranks:
        """Places of the bars that move the lead at all, the widest first."""
        wanted = self._is_moving
        if kind != "both":
            wanted = wanted & ((self.tornado.option >= 0) == (kind == "scores"))
        found: Ranks = np.flatnonzero(wanted)
        return found

    @cached_property
    def priority(self) -> Ranks:
        """Places of the moving bars, the one to firm up first in front: that which loses the lead over the largest part
        of its interval, and among those that lose it alike the one with the widest swing.
        """
        places = self.moving()
        found: Ranks = places[np.lexsort((places, -np.round(self.lost[places], 9)))]
        return found

    def bar(self, place: int) -> Bar:
        """The bar at a place of the tornado."""
        found = self.tornado
        option, criterion = int(found.option[place]), int(found.criterion[place])
        ends = [
            (float(found.at_low[place]), float(found.second_at_low[place])),
            (float(found.at_high[place]), float(found.second_at_high[place])),
        ]
        table = self.firm.result.table
        figures = self.share_ends[criterion].tolist() if option < 0 else score_ends(table, option, criterion)
        low, high = (End(figure, *leads) for figure, leads in zip(figures, ends, strict=True))
        if high.figure < low.figure:
            low, high = high, low
        rival = int(self.overtaker[place])
        return Bar(
            None if option < 0 else option,
            criterion,
            low,
            high,
            float(found.least[place]),
            float(found.greatest[place]),
            float(self.lost[place]),
            None if rival < 0 else rival,
        )

    @cached_property
    def _is_moving(self) -> Flags:
        found: Flags = self.tornado.swing > 100.0 * TIE
        return found


def lead_of(firm: Firmness) -> Lead:
    """What the lead of a result hangs on: scores over their ranges, weights over `weight_intervals`."""
    counted, spans = firm.counted, firm.spans
    shares, locked = firm.shares[counted], firm.locked[counted]
    leaves = tuple(firm.result.table.leaves[column].id for column in counted)
    lows, highs = weight_intervals(shares, locked, firm.doubt, leaves)
    low, values, high = (part[:, counted] for part in (spans.low, spans.values, spans.high))
    found = tornado(low, values, high, shares, lows, highs, winner=firm.leader, locked=locked)
    lines = share_lines(values, shares, locked)
    lost, overtaker = _lost_to_weights(lines, found.winner, lows, highs)
    wide = replace(found, criterion=counted[found.criterion])
    is_weight = found.option < 0
    ends = np.full((firm.shares.size, 2), np.nan)
    ends[counted] = np.clip(np.stack((lows, highs)), lines.low, lines.high).T
    return Lead(
        firm,
        wide,
        np.where(is_weight, lost[found.criterion], _lost_to_scores(firm, wide)),
        np.where(found.overtaken, np.where(is_weight, overtaker[found.criterion], _overtakers(found)), -1),
        ends,
    )


def _overtakers(found: Tornado) -> Ranks:
    """(b,) who gets ahead when a score moves: the second where it is the winner's own, else the option itself."""
    assert found.second is not None
    overtaker: Ranks = np.where(found.option == found.winner, found.second, found.option)
    return overtaker


def weight_intervals(shares: Array, locked: Flags, doubt: Doubt, leaves: tuple[str, ...]) -> tuple[Array, Array]:
    """(k,) lows and (k,) highs, 0..1, between which each share moves alone, the others giving way in proportion.

    Around the present weights with spread L, of which w = (1 - L) w0 + L u is drawn: (1 - L) w0 .. (1 - L) w0 + L.
    In their order: as far as no weight passes another; without locks, for the share w between the next larger a and
    the next smaller b, from b / (1 - w + b) to a / (1 - w + a), the largest up to 1 and the smallest down to 0.
    In ranges: the range, as far as the others' ranges leave room for it. The present share is always inside.
    """
    if doubt.knowledge is Knowledge.RANKING:
        lows, highs = _in_order(shares, locked)
    elif doubt.knowledge is Knowledge.RANGES:
        low, high = np.array([doubt.ranges.get(leaf, (0.0, 1.0)) for leaf in leaves]).T
        lows, highs = np.maximum(low, 1.0 - (high.sum() - high)), np.minimum(high, 1.0 - (low.sum() - low))
    else:
        lows = (1.0 - doubt.spread) * shares
        highs = lows + doubt.spread
    return np.clip(np.minimum(lows, shares), 0.0, 1.0), np.clip(np.maximum(highs, shares), 0.0, 1.0)


def _in_order(shares: Array, locked: Flags) -> tuple[Array, Array]:
    """Shares between which every pair of different weights keeps its order: each weight is a straight line, too."""
    lines = share_lines(np.eye(shares.size), shares, locked, None, 1.0)
    level = np.unique(np.round(shares, 9), return_inverse=True)[1]
    larger, smaller = np.nonzero(level[:, None] == level + 1)
    d0 = lines.start[:, larger] - lines.start[:, smaller]
    d1 = lines.end[:, larger] - lines.end[:, smaller]
    return _between(lines.low, lines.high, *_kept(d0, d1, TIE))


def _between(low: Array, high: Array, first: Array, last: Array) -> tuple[Array, Array]:
    return low + first * (high - low), low + last * (high - low)


def _kept(d0: Array, d1: Array, tie: float) -> tuple[Array, Array]:
    """(c,) first and last position 0..1 between which straight lines from d0 to d1, both (c, p), are all positive."""
    with np.errstate(divide="ignore", invalid="ignore"):
        meet = d0 / (d0 - d1)
    first = np.where((d0 < -tie) & (d1 >= -tie), meet, 0.0).max(axis=1, initial=0.0)
    last = np.where((d1 < -tie) & (d0 >= -tie), meet, 1.0).min(axis=1, initial=1.0)
    return first, last


def _lost_to_weights(lines: ShareLines, first: int, lows: Array, highs: Array) -> tuple[Array, Ranks]:
    """(c,) part of each interval in which the first is behind, and (c,) who is ahead where it is furthest behind."""
    totals = lines.totals_at(np.stack((lows, highs), axis=1))
    gaps = totals[:, :, first, None] - totals
    gaps[:, :, first] = np.inf
    start, end = _kept(np.delete(gaps[:, 0], first, 1), np.delete(gaps[:, 1], first, 1), lines.tie)
    worst = gaps.min(axis=2).argmin(axis=1)
    rivals: Ranks = gaps[np.arange(lows.size), worst].argmin(axis=1)
    return np.clip(1.0 - (end - start), 0.0, 1.0), rivals


def _lost_to_scores(firm: Firmness, found: Tornado) -> Array:
    """(b,) part of each score's interval, in value, in which the first is behind: its lead over it is straight there.

    0 for weights.
    """
    rows, columns = np.maximum(found.option, 0), found.criterion
    full = firm.shares[columns] * (firm.spans.high - firm.spans.low)[rows, columns]
    lost = np.divide(-found.least, full, out=np.zeros_like(full), where=found.overtaken & (full > 0))
    return np.clip(lost, 0.0, 1.0)


def score_ends(table: Table, row: int, column: int) -> tuple[float, float]:
    """The scores, in the criterion's unit, at which a score is worth least and most; the scale's ends if missing."""
    scale = table.leaves[column].scale
    assert scale is not None
    scores = [float(part[row, column]) for part in (table.low, table.likely, table.high)]
    if scores[1] != scores[1]:
        return scale.worst, scale.best
    if scale.shape is not Shape.PIECEWISE:
        return (scores[0], scores[2]) if scale.worst < scale.best else (scores[2], scores[0])
    values = value_of(scale, scores)
    if values[0] <= values[1] <= values[2]:
        return scores[0], scores[2]
    if values[0] >= values[1] >= values[2]:
        return scores[2], scores[0]
    # A value function with a peak or a dip may be worth most, or least, in between.
    return scores[values.argmin()], scores[values.argmax()]
