"""What would change the answer, as lists by closeness, for any two options, and as studies in which it has changed.

A score or weight is close, near or far from a flip. Of weights and of scores without a range, the points to go decide;
a score with a range is close as soon as the flip lies within it, for then it may be true already.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from math import inf

import numpy as np

from db.study.model import Scale, Shape, Study
from desktop.analysis.arrays import TIE, Array, Ranks
from desktop.analysis.flips import ScoreChange, WeightMove
from desktop.analysis.inverses import exponential_score, linear_score, piecewise_score
from desktop.analysis.score_margins import ScoreMargins, score_margins
from desktop.commands.base import replaced
from desktop.questions.firmness import Firmness

CLOSE_WEIGHT, NEAR_WEIGHT = 0.05, 0.15
"""Parts of the whole weight up to which a flip is close, or near."""
CLOSE_SCORE, NEAR_SCORE = 10.0, 30.0
"""Points of value up to which the flip of a score is close (where it has no range), or near."""
MOST_SCORES = 100
"""Scores that are listed; where there are more, the closest."""

Journey = Callable[[float], Study]
"""The study as it is a part of the way, 0..1, to a flip."""


class Closeness(StrEnum):
    """How far a flip is."""

    CLOSE = "close"
    NEAR = "near"
    FAR = "far"
    NONE = "none"
    LOCKED = "locked"


def closeness_of(way: float, close: float, near: float) -> Closeness:
    """The word for a way to go; the limits count in."""
    if not np.isfinite(way):
        return Closeness.NONE
    return Closeness.CLOSE if way <= close else Closeness.NEAR if way <= near else Closeness.FAR


@dataclass(frozen=True, eq=False)
class WeightFlips:
    """Every criterion, the closest to a flip first, those without one after them, locked ones last.

    columns: (n,) criteria in this order; all else follows them. way: (n,) 0..1, infinite for none; flip: (n,) the share
    there, NaN for none; rival: (n,) rows of those who are first just beyond it, -1 for none; closeness: n words.
    """

    firm: Firmness
    columns: Ranks
    way: Array
    flip: Array
    rival: Ranks
    closeness: tuple[Closeness, ...]


def weight_flips(firm: Firmness) -> WeightFlips:
    """How far every weight is from a flip; a locked weight has none."""
    way = np.where(firm.locked, inf, firm.way)
    order = np.lexsort((way, firm.locked))
    # Where both ends are as far, the lower one.
    is_down = (firm.lines.reach()[0] > TIE) & (firm.shares - firm.stable[:, 0] <= way)
    flip = np.where(is_down, firm.stable[:, 0], firm.stable[:, 1])
    flip[np.isinf(way)] = np.nan
    rival = _beyond(firm, flip, way)
    words = tuple(
        Closeness.LOCKED if firm.locked[column] else closeness_of(float(way[column]), CLOSE_WEIGHT, NEAR_WEIGHT)
        for column in order.tolist()
    )
    return WeightFlips(firm, order, way[order], flip[order], rival[order], words)


def _beyond(firm: Firmness, flip: Array, way: Array) -> Ranks:
    """Of those who are level with the leader at the flips, whose line rises most above the leader's on the way on."""
    lines, leader = firm.lines, firm.leader
    has_flip = np.isfinite(flip)
    at = np.where(has_flip, flip, lines.shares)
    span = np.where(lines.high > lines.low, lines.high - lines.low, 1.0)
    t = np.clip((at - lines.low) / span, 0.0, 1.0)[:, None]
    gaps = (1.0 - t) * (lines.start - lines.start[:, leader, None]) + t * (lines.end - lines.end[:, leader, None])
    gains = (lines.end - lines.start) - (lines.end - lines.start)[:, leader, None]
    # Where options are level now, either way is a flip: the way on which somebody gains most.
    gains = np.where((way == 0.0)[:, None], np.abs(gains), np.where((at < lines.shares)[:, None], -gains, gains))
    level = gaps >= gaps.max(axis=1, keepdims=True) - 3.0 * lines.tie
    level[:, leader] = False
    rival = np.where(level, gains, -inf).argmax(axis=1)
    return np.where(has_flip & level.any(axis=1), rival, -1)


@dataclass(frozen=True, eq=False)
class ScoreFlips:
    """The closest MOST_SCORES of the scores that alone can take the lead away, the closest first.

    rows, columns: (c,) their places; change: (c,) signed points of value; rival: (c,) rows of those who are level then;
    closeness: c words; count: how many scores could; of: how many there are; margins: of all.
    """

    firm: Firmness
    rows: Ranks
    columns: Ranks
    change: Array
    rival: Ranks
    closeness: tuple[Closeness, ...]
    count: int
    of: int
    margins: ScoreMargins

    def after(self, place: int) -> float:
        """The value, 0..100, at which the score flips the answer."""
        return float(np.clip(self.firm.values[self.rows[place], self.columns[place]] + self.change[place], 0.0, 100.0))


def score_flips(firm: Firmness, most: int = MOST_SCORES) -> ScoreFlips:
    """How far the scores are from a flip: those within whose range it lies first, then by points of value."""
    margins = score_margins(firm.values, firm.shares, firm.leader)
    way = np.abs(margins.change).ravel()
    after = np.clip(firm.values + np.where(np.isinf(margins.change), 0.0, margins.change), 0.0, 100.0)
    spans = firm.spans
    has_range = (spans.low < spans.high).ravel()
    is_within = ((spans.low <= after) & (after <= spans.high)).ravel() & has_range & np.isfinite(way)
    found = np.flatnonzero(np.isfinite(way) & np.tile(firm.shares > 0, len(firm.values)))
    chosen = found[np.lexsort((way[found], ~is_within[found]))[:most]]
    rows, columns = np.divmod(chosen, firm.shares.size)
    words = tuple(
        score_closeness(float(way[cell]), has_range=bool(has_range[cell]), is_within=bool(is_within[cell]))
        for cell in chosen
    )
    change = margins.change.ravel()[chosen]
    return ScoreFlips(firm, rows, columns, change, margins.rival[rows], words, found.size, way.size, margins)


def score_closeness(way: float, *, has_range: bool, is_within: bool) -> Closeness:
    """The word for a score that flips the answer after `way` points of value; see the module."""
    if has_range:
        return Closeness.CLOSE if is_within else closeness_of(way, -1.0, NEAR_SCORE)
    return closeness_of(way, CLOSE_SCORE, NEAR_SCORE)


@dataclass(frozen=True, eq=False)
class Pair:
    """Two options by row, the one that is ahead now, by `gap` points, first, and what would reverse them."""

    firm: Firmness
    ahead: int
    behind: int
    gap: float
    move: WeightMove
    change: ScoreChange

    @property
    def is_level(self) -> bool:
        """Whether the two are level already."""
        return self.gap <= TIE * 100.0

    @property
    def score_closeness(self) -> Closeness:
        """How far the flip by one score is."""
        flip, spans = self.change.flip, self.firm.spans
        if flip is None:
            return Closeness.NONE
        low, high = (float(end[flip.option, flip.criterion]) for end in (spans.low, spans.high))
        return score_closeness(flip.points, has_range=low < high, is_within=low <= flip.after <= high)


def pair_of(firm: Firmness, one: int, other: int) -> Pair:
    """What would reverse two options."""
    totals = firm.result.totals
    ahead, behind = (one, other) if totals[one] >= totals[other] else (other, one)
    gap = float(totals[ahead] - totals[behind])
    return Pair(firm, ahead, behind, gap, firm.move_between(ahead, behind), firm.change_between(ahead, behind))


# Studies in which it has changed


def weights_journey(study: Study, firm: Firmness, weights: Array) -> Journey:
    """From a study's own weights to others (n,), all moving at once."""
    party = study.perspective(firm.result.perspective.id)
    leaves, start = firm.result.table.leaves, firm.shares

    def at(part: float) -> Study:
        shares = start + part * (weights - start)
        points = {leaf.id: 100.0 * float(share) for leaf, share in zip(leaves, shares, strict=True)}
        return replace(study, perspectives=replaced(study.perspectives, replace(party, weights=points)))

    return at


def score_journey(study: Study, firm: Firmness, row: int, column: int, value: float) -> Journey:
    """From a study's own score, or the middle of the scale where it is missing, to the one worth `value`, 0..100."""
    table = firm.result.table
    option, leaf = table.options[row], table.leaves[column]
    start, end = score_ends(firm, row, column, value)
    score = study.score(option.id, leaf.id)
    low, high = (start if score.low is None else score.low), (start if score.high is None else score.high)

    def at(part: float) -> Study:
        likely = end if part == 1.0 else start + part * (end - start)
        # A range always holds the likely score.
        ends = (min(low, likely), max(high, likely)) if score.has_range else (None, None)
        moved = replace(score, likely=likely, low=ends[0], high=ends[1])
        return replace(study, scores={**study.scores, (option.id, leaf.id): moved})

    return at


def score_ends(firm: Firmness, row: int, column: int, value: float) -> tuple[float, float]:
    """A score, in its own unit, as it is (or in the middle of its scale), and as it must be to be worth `value`."""
    table = firm.result.table
    scale = table.leaves[column].scale
    assert scale is not None
    now = float(table.likely[row, column])
    if np.isnan(now):
        now = score_of(scale, float(firm.values[row, column]), (scale.low + scale.high) / 2.0)
    return now, score_of(scale, value, now)


def score_of(scale: Scale, value: float, near: float) -> float:
    """The score on a scale that is worth `value`, 0..100; of several the one nearest to `near`."""
    worth = min(100.0, max(0.0, value))
    if scale.shape is Shape.PIECEWISE and len(scale.points) >= 2:
        xs, vs = zip(*scale.points, strict=True)
        return piecewise_score(min(max(vs), max(min(vs), worth)), xs, vs, near)
    if scale.shape is Shape.EXPONENTIAL:
        return exponential_score(worth, scale.worst, scale.best, scale.curvature)
    return linear_score(worth, scale.worst, scale.best)
