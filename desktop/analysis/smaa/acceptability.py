"""SMAA-2: how often each option takes each rank, for which weights it comes first, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import cast

import numpy as np
from numpy.typing import ArrayLike

from desktop.analysis.arrays import (
    Array,
    DomainError,
    ShapeError,
    WeightError,
    frozen,
    index_of,
    matrix_of,
    shares_of,
)
from desktop.analysis.smaa.confidence import HALF_WIDTH, Model, frame_of, half_width, model_of
from desktop.analysis.smaa.held import HeldScores, Replayed
from desktop.analysis.smaa.kernels import Tally
from desktop.analysis.smaa.sampling import WeightSample
from desktop.analysis.smaa.scores import ScoreModel
from desktop.analysis.work import Cancel, Progress, Work

ROWS = 16_384
"""Samples between two looks at whether to stop."""
FIRST_STEP = 2048
"""Samples whose totals are compared at a time when only the first place counts."""
UNEVEN = 1e-6
"""How far from 1 the sum of a vector of shares may be."""

Weights = WeightSample | Array | Sequence[Sequence[float]] | Iterable[Array]


@dataclass(frozen=True, eq=False)
class Acceptability:
    """What a sample of weights, and of scores where they are uncertain, says of m options and n criteria.

    rank_acceptability: (m, m), b_ir, 0..1, the part of the samples in which option i takes rank r + 1; rows and columns
    sum to 1. central_weights: (m, n), the mean weights with which i comes first; NaN where it never does.
    confidence_factors: (m,), 0..1, the chance of i to come first at its central weights; NaN where it has none.
    pairwise_winning: (m, m), c_ij, 0..1, the part in which i beats j, ties counting half; 1/2 on the diagonal.
    count: samples; effective: how many independent ones they are worth; seed: of the sample, None where unknown.
    The half-widths are those of 95 % intervals, and 0 where nothing is left to chance.
    """

    rank_acceptability: Array
    central_weights: Array
    confidence_factors: Array
    pairwise_winning: Array
    central_half_widths: Array
    confidence_half_widths: Array
    count: int
    effective: float
    seed: int | None

    def __post_init__(self) -> None:
        frozen(self.rank_acceptability, self.central_weights, self.confidence_factors, self.pairwise_winning)
        frozen(self.central_half_widths, self.confidence_half_widths)

    @property
    def first(self) -> Array:
        """(m,) part of the samples in which each option comes first: b_i1."""
        return self.rank_acceptability[:, 0]

    @cached_property
    def rank_half_widths(self) -> Array:
        """(m, m) half-widths of rank_acceptability: 1.96 sqrt(b (1 - b) / N), N the effective number of samples."""
        return half_width(self.rank_acceptability, self.effective)

    @cached_property
    def pairwise_half_widths(self) -> Array:
        """(m, m) half-widths of pairwise_winning, 0 on the diagonal."""
        widths = half_width(self.pairwise_winning, self.effective)
        np.fill_diagonal(widths, 0.0)
        return widths

    @cached_property
    def entropy(self) -> float:
        """H = - sum_i b_i1 log2 b_i1, in bits: 0 where one option always comes first, log2 m where all do alike.

        As van Valkenhoef & Tervonen have it.
        """
        return float(self.first @ self._surprise)

    @cached_property
    def entropy_half_width(self) -> float:
        """Half-width of the entropy, from the spread of -log2 b_i1 over the samples (delta method)."""
        spread = max(0.0, float(self.first @ self._surprise**2) - self.entropy**2)
        return float(HALF_WIDTH * np.sqrt(spread / self.effective))

    @property
    def _surprise(self) -> Array:
        bits: Array = np.log2(1.0 / np.where(self.first > 0, self.first, 1.0))
        return bits

    def holistic(self, rank_weights: ArrayLike) -> Array:
        """(m,) holistic acceptability a_i = sum_r alpha_r b_ir.

        rank_weights, alpha: (m,) non-negative, best rank first, as given: 1, .., 0 says first 1, last 0.
        Raises ShapeError, NotFiniteError, WeightError.
        """
        return self.rank_acceptability @ self._metaweights(rank_weights)

    def holistic_half_widths(self, rank_weights: ArrayLike) -> Array:
        """(m,) half-widths of `holistic`, which is the mean of alpha at the ranks an option takes."""
        alpha = self._metaweights(rank_weights)
        spread = self.rank_acceptability @ alpha**2 - (self.rank_acceptability @ alpha) ** 2
        widths: Array = HALF_WIDTH * np.sqrt(np.maximum(spread, 0.0) / self.effective)
        return widths

    def _metaweights(self, rank_weights: ArrayLike) -> Array:
        shares_of(rank_weights, len(self.rank_acceptability), "rank_weights")
        return np.asarray(rank_weights, dtype=np.float64)


def acceptability(
    values: ArrayLike,
    weights: Weights,
    *,
    scores: ScoreModel | HeldScores | None = None,
    confident: bool = True,
    scale: float = 100.0,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> Acceptability:
    """SMAA-2 of the additive model under sampled weights (Lahdelma & Salminen 2001; Tervonen & Lahdelma 2007).

    values: (m, n); weights: a WeightSample, an array (count, n) of shares, or an iterable of such arrays, of which one
    is held at a time. scores: distributions of uncertain scores, which then stand in place of `values`, drawn anew for
    each weight vector, with the seed of the sample; HeldScores of that seed give the same numbers in a fraction of the
    time. Totals within 1e-9 of `scale` of the best of their group are tied,
    which is the tie of `ranking.ranks` but along a chain of near ties: t options tied from rank r on take 1/t of each
    of the ranks r..r+t-1. Where values are so large that float64 cannot tell totals apart that closely, what it can
    tell counts instead.

    Normal scores that are independent make the total given w normal, with mean sum w_k v_ik and variance sum w_k^2
    s_ik^2, so that m numbers are drawn in place of m n, and confidence factors are integrals instead of draws. Other
    scores are drawn in blocks. With certain scores every confidence factor is 1: the weights for which an option comes
    first are a convex set. Without `confident` they are left out (NaN), which for held scores is most of the work.

    Raises as `matrix_of`; ShapeError for weights about another number of criteria; WeightError for weights that are no
    shares; DomainError for a scale that is not above 0 and for no samples at all; Cancelled.
    """
    table = matrix_of(values)
    sample = _Sample(weights, table.shape[1])
    _refuse_other_shape(table, scores)
    model = _model_of(table, scores, scale, sample.seed or 0, cancel)
    work = Work(progress, cancel)
    tally = Tally(len(table), table.shape[1], model.frame.edge)
    for block in sample.blocks():
        work.at(tally.count / sample.count if sample.count else 0.0)
        model.feed(tally, block)
    if not tally.count:
        raise DomainError("weights", "must hold at least one sample")
    found = _result(tally, model, sample, confident)
    work.at(1.0)
    return found


def _refuse_other_shape(table: Array, scores: ScoreModel | HeldScores | None) -> None:
    if scores is not None and scores.shape != table.shape:
        raise ShapeError("scores", f"must be {table.shape[0]} by {table.shape[1]} distributions, not {scores.shape}")


def _model_of(
    values: Array, scores: ScoreModel | HeldScores | None, scale: float, seed: int, cancel: Cancel | None
) -> Model:
    if isinstance(scores, HeldScores):
        return Replayed(scores)
    return model_of(values, scores, scale, seed, cancel)


@dataclass(frozen=True, eq=False)
class Standing:
    """Where one option stands in a sample.

    first: (m,) part of the samples in which each option comes first, 0..1; wins: (m,) part in which `option` beats
    each, ties counting half, 1/2 for itself; count; effective: how many independent samples they are worth.
    """

    option: int
    first: Array
    wins: Array
    count: int
    effective: float

    def __post_init__(self) -> None:
        frozen(self.first, self.wins)


def standing(
    values: ArrayLike, weights: Weights, i: int, *, scores: HeldScores | None = None, scale: float = 100.0
) -> Standing:
    """The first column of `acceptability` and row i of its pairwise winning, several times cheaper, for every frame.

    Of totals in float64 as they come: within 1e-9 of `scale` they are tied. Raises as `acceptability`, and ShapeError
    for an option out of range.
    """
    table = matrix_of(values)
    option = index_of(i, "i", len(table))
    _refuse_other_shape(table, scores)
    sample = _Sample(weights, table.shape[1])
    frame = frame_of(table, scale) if scores is None else scores.frame
    framed = np.asfortranarray(frame.of(table))
    firsts, wins, count = np.zeros(len(table)), np.zeros(len(table)), 0
    for block in sample.blocks():
        for start in range(0, len(block), FIRST_STEP):
            some = block[start : start + FIRST_STEP]
            totals = framed @ some.T if scores is None else scores.totals(some, count)
            firsts += _firsts(totals, frame.edge)
            wins += _wins(totals, option, frame.edge)
            count += len(some)
    if not count:
        raise DomainError("weights", "must hold at least one sample")
    return Standing(option, firsts / count, wins / count, count, sample.effective or count)


def _wins(totals: Array, option: int, edge: float) -> Array:
    """(m,) in how many of the samples, the columns of `totals`, an option beats each, ties counting half."""
    ahead = totals[option] - totals
    won: Array = (np.count_nonzero(ahead > edge, axis=1) + np.count_nonzero(ahead >= -edge, axis=1)) / 2.0
    return won


def first_rank(values: ArrayLike, weights: Weights, *, scale: float = 100.0) -> Array:
    """(m,) part of the samples in which each option comes first: `acceptability(..).first` and nothing else.

    Several times cheaper, for every frame of a drag. Ties, arguments and errors as `acceptability` has them.
    """
    table = matrix_of(values)
    sample = _Sample(weights, table.shape[1])
    frame = frame_of(table, scale)
    framed = np.asfortranarray(frame.of(table))
    totals = np.empty((len(table), FIRST_STEP))
    firsts, count = np.zeros(len(table)), 0
    for block in sample.blocks():
        for start in range(0, len(block), FIRST_STEP):
            some = block[start : start + FIRST_STEP]
            firsts += _firsts(np.matmul(framed, some.T, out=totals[:, : len(some)]), frame.edge)
        count += len(block)
    if not count:
        raise DomainError("weights", "must hold at least one sample")
    shares: Array = firsts / count
    return shares


def _firsts(totals: Array, edge: float) -> Array:
    """(m,) how many of the samples, the columns of `totals`, each option wins, 1/t of one where t options tie."""
    best = totals >= totals.max(axis=0) - edge
    won = np.array([np.count_nonzero(row) for row in best], dtype=np.float64)
    if won.sum() > totals.shape[1]:
        sharing = best.sum(axis=0)
        for size in np.unique(sharing[sharing > 1]).tolist():
            won -= np.count_nonzero(best & (sharing == size), axis=1) * (1.0 - 1.0 / size)
    return won


def _result(tally: Tally, model: Model, sample: _Sample, confident: bool) -> Acceptability:
    ranks = tally.places() / tally.count
    firsts = ranks[:, 0] * tally.count
    central, variance = tally.central(firsts)
    part = 1.0 if sample.effective is None else sample.effective / tally.count
    factors, widths = model.confidence(central) if confident else np.full((2, len(ranks)), np.nan)
    return Acceptability(
        rank_acceptability=ranks,
        central_weights=central,
        confidence_factors=factors,
        pairwise_winning=tally.wins() / tally.count,
        central_half_widths=HALF_WIDTH * np.sqrt(variance / (np.where(firsts > 0, firsts, np.nan)[:, None] * part)),
        confidence_half_widths=widths,
        count=tally.count,
        effective=tally.count * part,
        seed=sample.seed,
    )


class _Sample:
    """Weights in blocks, whatever they came as, checked where nobody has checked them yet."""

    def __init__(self, weights: Weights, criteria: int) -> None:
        self._criteria, self._is_ours = criteria, isinstance(weights, WeightSample)
        self.count: int | None = None
        self.effective: float | None = None
        self.seed: int | None = None
        self._parts: Iterable[Array]
        if isinstance(weights, WeightSample):
            self._parts, self.seed, self.effective = (weights.weights,), weights.seed, weights.effective
            self.count = weights.count
        elif isinstance(weights, (np.ndarray, list, tuple)):
            table = np.atleast_1d(np.asarray(weights, dtype=np.float64))
            self._parts, self.count = (table,), len(table)
        else:
            self._parts = cast(Iterable[Array], weights)

    def blocks(self) -> Iterator[Array]:
        """Blocks of at most 16,384 rows. Raises ShapeError, or WeightError where they are no shares."""
        seen = 0
        for part in self._parts:
            for start in range(0, len(part), ROWS):
                block = np.asarray(part[start : start + ROWS], dtype=np.float64)
                self._check(block, seen)
                yield block
                seen += len(block)

    def _check(self, block: Array, seen: int) -> None:
        if block.ndim != 2 or block.shape[1] != self._criteria:
            raise ShapeError("weights", f"must be samples by {self._criteria} criteria, not of shape {block.shape}")
        if not self._is_ours:
            _refuse_no_shares(block, seen)


def _refuse_no_shares(block: Array, seen: int) -> None:
    with np.errstate(invalid="ignore"):
        uneven = np.abs(block @ np.ones(block.shape[1]) - 1.0)
    # Turned round so that a NaN is refused too.
    if not (uneven.max() <= UNEVEN and block.min() >= 0):
        row = int(np.flatnonzero(~((uneven <= UNEVEN) & (block.min(axis=1) >= 0)))[0])
        raise WeightError("weights", "must be shares: 0 or more, with sum 1", row=seen + row)
