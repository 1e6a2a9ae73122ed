"""The weights and scores that could as well be true: draws of them, kept from one frame to the next."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from db.study.model import Doubt, Knowledge, Known
from desktop.analysis.arrays import Array, Flags, Ranks
from desktop.analysis.polytope import EmptyPolytopeError, whole, within
from desktop.analysis.smaa import HeldScores, WeightSample, WeightSampler
from desktop.analysis.smaa.scores import ScoreModel, mixed, triangular, uniform
from desktop.analysis.weights import normalise
from desktop.analysis.work import Cancel
from desktop.evaluation import Table, value_of

COARSE = 2_000
"""Draws in every frame of a drag."""
MOST_OPTIONS = 200
"""Options that are drawn; where there are more, the best of them."""
HELD = 16 * 2**20
"""Numbers of a kind of draws, 8 bytes each, that are held; more are drawn anew each time."""
MIDDLE = 50.0
"""The value that stands in for a missing score, whose draws are anything from 0 to 100."""


@dataclass(frozen=True)
class Sampling:
    """How many draws are taken at rest, and from which seed on."""

    samples: int = 100_000
    seed: int = 1


USUAL = Sampling()
"""What is drawn unless somebody asks for something else."""


@dataclass(frozen=True, eq=False)
class Spans:
    """What is known of every value: all (m, n), 0..100, low <= values <= high.

    gaps: where the score is missing; the value there is the middle of the scale, its span the whole of it.
    """

    table: Table
    values: Array
    low: Array
    high: Array
    gaps: Flags

    @cached_property
    def is_open(self) -> Flags:
        """(n,) criteria on which some value could be another."""
        found: Flags = np.any(self.low < self.high, axis=0)
        return found

    def model(self, rows: Ranks, columns: Ranks) -> ScoreModel | None:
        """How the values of some options on some criteria are drawn; None where every one is known.

        Triangular over low, likely, high; uniform over the scale where the score is missing.
        """
        if not self.is_open[columns].any():
            return None
        part = np.ix_(rows, columns)
        low, high = self.low[part], self.high[part]
        ranged = triangular(low, self.values[part], high)
        gaps = self.gaps[part]
        return mixed(gaps.astype(int), (ranged, uniform(low, high))) if gaps.any() else ranged


def spans_of(table: Table) -> Spans:
    """The spans of a table: the ends of the scores' ranges, seen through the value functions."""
    ends = []
    for raw in (table.low, table.high):
        values = np.empty_like(raw)
        for column, leaf in enumerate(table.leaves):
            assert leaf.scale is not None
            values[:, column] = value_of(leaf.scale, raw[:, column])
        ends.append(values)
    # Where less is better the low score has the high value; a bent value function may peak in between.
    found = np.array([*ends, table.values])
    gaps = np.isnan(table.values)
    low, high = np.where(gaps, 0.0, found.min(axis=0)), np.where(gaps, 100.0, found.max(axis=0))
    return Spans(table, np.where(gaps, MIDDLE, table.values), low, high, gaps)


def counted_of(shares: Array, doubt: Doubt, leaves: tuple[str, ...]) -> Ranks:
    """The columns that are drawn: those that carry weight, and those whose range lets them."""
    counted = shares > 0
    if doubt.knowledge is Knowledge.RANGES:
        counted = counted | np.array([doubt.ranges.get(leaf, (0.0, 0.0))[1] > 0 for leaf in leaves], dtype=bool)
    found: Ranks = np.flatnonzero(counted)
    return found


class Plausible:
    """Draws of one fixed number, with what does not change from one frame to the next kept.

    Weights: around the present ones, w = (1 - L) w0 + L u, u uniform on the simplex (METHODS 2.12 b); of the same
    order, tied ones in any; or between given ends. Making the last ready can take a second: an impatient keeper then
    has none until it is given some (`adopt`).
    """

    def __init__(self, count: int, *, is_patient: bool = True) -> None:
        self.count, self._is_patient = count, is_patient
        self._base_key: object = None
        self._base: WeightSample | None = None
        self._ranges_key: object = None
        self._in_ranges: WeightSample | None = None
        self._sorted_key: object = None
        self._sorted: tuple[Array, Array] | None = None
        self._scores_key: tuple[object, ...] = ()
        self._scores: HeldScores | ScoreModel | None = None

    def weights(
        self, shares: Array, doubt: Doubt, leaves: tuple[str, ...], seed: int, cancel: Cancel | None = None
    ) -> WeightSample | None:
        """Draws (count, k) of the shares (k,) of these leaves; None where nobody has made them ready yet.

        Raises Known where no weights lie within the ranges; Cancelled.
        """
        if doubt.knowledge is Knowledge.RANGES:
            return self._within(doubt, leaves, seed, cancel)
        if doubt.knowledge is Knowledge.RANKING:
            return self._ranked(shares, seed)
        return self._around(shares, doubt.spread, seed, cancel)

    def adopt(self, doubt: Doubt, leaves: tuple[str, ...], seed: int, sample: WeightSample) -> None:
        """Take the first draws of a longer sample between ends, as if they had been drawn here."""
        if doubt.knowledge is Knowledge.RANGES:
            few = sample.weights[: self.count]
            self._ranges_key = _key_of(doubt, leaves, seed)
            self._in_ranges = WeightSample(few, seed, sample.method, sample.effective * len(few) / sample.count)

    def _around(self, shares: Array, spread: float, seed: int, cancel: Cancel | None) -> WeightSample:
        """What `WeightSampler.sample` has around the shares, bit for bit, from the same u in every frame."""
        if self.count * shares.size > HELD:
            sampler = WeightSampler(whole(shares.size))
            return sampler.sample(self.count, seed, around=shares, spread=spread, cancel=cancel)
        if self._base is None or self._base_key != (shares.size, seed):
            self._base = WeightSampler(whole(shares.size)).sample(self.count, seed, cancel=cancel)
            self._base_key = (shares.size, seed)
        weights = self._base.weights * spread
        weights += (1.0 - spread) * normalise(shares)
        return WeightSample(weights, seed, self._base.method, self._base.effective)

    def _within(self, doubt: Doubt, leaves: tuple[str, ...], seed: int, cancel: Cancel | None) -> WeightSample | None:
        key = _key_of(doubt, leaves, seed)
        if key == self._ranges_key:
            return self._in_ranges
        if not self._is_patient:
            return None
        low, high = np.array([doubt.ranges.get(leaf, (0.0, 1.0)) for leaf in leaves]).T
        try:
            sampler = WeightSampler(within(low, high), cancel=cancel)
        except EmptyPolytopeError:
            raise Known(
                "No weights lie within all the ranges given: their lower ends sum to more than 100 %, or their upper "
                "ends to less; nothing was drawn; widen a range."
            ) from None
        self._in_ranges = sampler.sample(self.count, seed, cancel=cancel)
        self._ranges_key = key
        return self._in_ranges

    def _ranked(self, shares: Array, seed: int) -> WeightSample:
        """Uniform over the weights of the same order: sorted exponentials, shuffled among criteria that are level."""
        if self._sorted_key != (shares.size, seed):
            drawn = WeightSampler(whole(shares.size)).sample(self.count, seed).weights
            keys = np.random.default_rng([seed, shares.size]).random(drawn.shape)
            self._sorted, self._sorted_key = (-np.sort(-drawn, axis=1), keys), (shares.size, seed)
        assert self._sorted is not None
        falling, keys = self._sorted
        level = np.round(shares, 9)
        if np.unique(level).size == level.size:
            weights = np.take(falling, np.argsort(np.argsort(-level)), axis=1)
        else:
            order = np.lexsort((keys, np.broadcast_to(-level, keys.shape)), axis=-1)
            weights = np.empty_like(falling)
            np.put_along_axis(weights, order, falling, axis=1)
        return WeightSample(weights, seed, "exact: sorted exponentials over their sum", float(self.count))

    def scores(
        self, spans: Spans, rows: Ranks, columns: Ranks, seed: int, cancel: Cancel | None = None
    ) -> HeldScores | ScoreModel | None:
        """The scores as drawn: held where there is room, else their model; None where every one is known."""
        key = (spans, rows.tobytes(), columns.tobytes(), seed)
        if self._scores_key[1:] != key[1:] or self._scores_key[0] is not spans:
            model = spans.model(rows, columns)
            fits = self.count * rows.size * columns.size <= HELD
            self._scores = HeldScores(model, self.count, seed, cancel=cancel) if model is not None and fits else model
            self._scores_key = key
        return self._scores


def _key_of(doubt: Doubt, leaves: tuple[str, ...], seed: int) -> object:
    return (tuple(doubt.ranges.get(leaf, (0.0, 1.0)) for leaf in leaves), seed)
