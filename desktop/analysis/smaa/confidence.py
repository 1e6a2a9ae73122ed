"""Totals of certain, normal and other uncertain scores under sampled weights, and the confidence in a first place."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from math import erfc, pi, sqrt
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from desktop.analysis.arrays import TIE, Array, DomainError
from desktop.analysis.smaa import scores as laws
from desktop.analysis.smaa.draws import SCORES, generator
from desktop.analysis.smaa.kernels import Tally
from desktop.analysis.smaa.scores import ScoreModel
from desktop.analysis.work import Cancel

HALF_WIDTH = 1.96
"""Standard errors in half of a 95 % interval."""
TRIALS = 10_000
"""Draws of the scores behind a confidence factor that is not an integral."""
TAIL = 7.0
"""Standard deviations beyond which a normal distribution holds nothing that counts: 2e-12."""
GRID = 64
"""Exact values of the normal distribution function to a standard deviation."""
CLOSE = 1e-8
"""How far apart two rules may put the integral over a panel that is not halved again."""
PANELS = 5
"""Panels the integral begins with."""
FINE = 16
"""Intervals of the finer rule on a panel; the coarser one has half of them."""
ENDLESS = 2**62
"""More draws than are ever asked for."""
HELD = 2**20
"""Numbers held at a time."""
CACHED = 15_000
"""Numbers worked on at a time, so that they stay in the cache."""


def half_width(chances: Array, samples: float) -> Array:
    """Half of the 95 % interval around chances found in so many independent samples: 1.96 sqrt(b (1 - b) / N)."""
    widths: Array = HALF_WIDTH * np.sqrt(np.maximum(chances * (1.0 - chances), 0.0) / samples)
    return widths


@dataclass(frozen=True, eq=False)
class Frame:
    """Where totals lie and what a tie is: a shift by criterion and a common divisor, which keep their order.

    middle: (n,); reach: what `of` divides by, so that totals lie within about -1..1; edge: a tie, after division.
    """

    middle: Array
    reach: float
    edge: float

    def of(self, values: Array) -> Array:
        """(.., n) values, shifted and divided."""
        framed: Array = (values - self.middle) / self.reach
        return framed


def frame_of(values: Array, scale: float, spread: float = 0.0) -> Frame:
    """The frame of `values` (m, n) that vary by about `spread`; a tie is 1e-9 of `scale`, or what float64 can tell.

    Raises DomainError for a scale that is not above 0.
    """
    if not 0.0 < scale < np.inf:
        raise DomainError("scale", f"must be a number above 0, not {scale}")
    middle = values.min(axis=0) / 2 + values.max(axis=0) / 2
    reach = min(max(float(np.abs(values - middle).max()), spread), sys.float_info.max) or 1.0
    noise = 4.0 * values.shape[1] * float(np.finfo(np.float64).eps)
    return Frame(middle, reach, min(max(TIE * scale / reach, noise), 4.0))


class Model(Protocol):
    """How totals come about, given weights."""

    frame: Frame

    def feed(self, tally: Tally, weights: Array) -> None:
        """Have the samples with `weights` (b, n) counted."""
        ...

    def confidence(self, central: Array) -> tuple[Array, Array]:
        """Confidence factors at the `central` weights (m, n) and their half-widths, both (m,); NaN where NaN."""
        ...


def model_of(values: Array, scores: ScoreModel | None, scale: float, seed: int, cancel: Cancel | None = None) -> Model:
    """How totals come about from `values` (m, n), or from uncertain scores in their place. Raises as `frame_of`."""
    if scores is None:
        return Certain(values, scale)
    if all(isinstance(law, (laws.Fixed, laws.Normal)) for law in scores.laws):
        return Normal(scores.mean(), _deviations(scores), generator(seed, SCORES), scale)
    return Drawn(scores, seed, scale, cancel)


def _deviations(scores: ScoreModel) -> Array:
    """(m, n) standard deviations of normal scores; their squares may lie beyond the range of floats."""
    found = np.zeros(scores.shape)
    for law in scores.laws:
        if isinstance(law, laws.Normal):
            found.flat[law.cells] = law.deviation
    return found


class Certain:
    """Every score is known."""

    def __init__(self, values: Array, scale: float) -> None:
        self.frame = frame_of(values, scale)
        # Of all orders the one that is multiplied soonest.
        self._values = np.asfortranarray(self.frame.of(values))

    def feed(self, tally: Tally, weights: Array) -> None:
        """Have the samples with `weights` (b, n) counted."""

        def fill(part: slice, out: Array) -> None:
            np.matmul(self._values, weights[part].T, out=out)

        tally.take(weights, fill)

    def confidence(self, central: Array) -> tuple[Array, Array]:
        """1: the weights for which an option comes first are a convex set, which holds their mean."""
        never = np.isnan(central[:, 0])
        return np.where(never, np.nan, 1.0), np.where(never, np.nan, 0.0)


class Normal:
    """Independent normal scores: given the weights, totals are normal too, with variance sum_k w_k^2 s_ik^2."""

    def __init__(self, mean: Array, deviation: Array, stream: np.random.Generator, scale: float) -> None:
        self.frame = frame_of(mean, scale, float(deviation.max()))
        self._mean, self._variance = self.frame.of(mean), np.square(deviation / self.frame.reach)
        self._stream = stream

    def feed(self, tally: Tally, weights: Array) -> None:
        """Have the samples with `weights` (b, n) counted."""

        def fill(part: slice, out: Array) -> None:
            step = max(1, CACHED // len(out))
            for start in range(0, out.shape[1], step):
                out[:, start : start + step] = self._totals(weights[part][start : start + step]).T

        tally.take(weights, fill)

    def _totals(self, weights: Array) -> Array:
        """(b, m): a row for each sample, so that the numbers do not depend on how the samples are cut into blocks."""
        totals = self._stream.standard_normal((len(weights), len(self._mean)))
        totals *= np.sqrt(np.square(weights) @ self._variance.T)
        totals += weights @ self._mean.T
        return totals

    def confidence(self, central: Array) -> tuple[Array, Array]:
        """The integral `chance_of_best`."""
        which = np.flatnonzero(~np.isnan(central[:, 0]))
        means = central[which] @ self._mean.T
        spreads = np.sqrt(np.square(central[which]) @ self._variance.T)
        factors, widths = np.full((2, len(central)), np.nan)
        factors[which], widths[which] = chance_of_best(means, spreads, which, self.frame.edge), 0.0
        return factors, widths


class Drawn:
    """Scores of any distribution, drawn anew for each weight vector."""

    def __init__(self, scores: ScoreModel, seed: int, scale: float, cancel: Cancel | None = None) -> None:
        self.frame = frame_of(scores.mean(), scale, float(np.sqrt(scores.variance().max())))
        self._scores, self._seed, self._cancel = scores, seed, cancel
        self._draws = scores.draw(ENDLESS, seed, cancel=cancel)
        self._left = np.empty((0, 0, 0))
        self._fed = 0

    def feed(self, tally: Tally, weights: Array) -> None:
        """Have the samples with `weights` (b, n) counted."""
        start = 0
        while start < len(weights):
            if not len(self._left):
                self._left = self.frame.of(next(self._draws))
            some = weights[start : start + len(self._left)]
            self._count(tally, some, self._left[: len(some)])
            self._left = self._left[len(some) :]
            start += len(some)
        self._fed += len(weights)

    def confidence(self, central: Array) -> tuple[Array, Array]:
        """The part of up to 10,000 fresh draws in which each option comes first at its central weights."""
        trials = min(self._fed, TRIALS)
        blocks = self._scores.draw(trials, trial_seed(self._seed, trials), cancel=self._cancel)
        return chance_first((self.frame.of(draws) for draws in blocks), trials, central, self.frame.edge)

    def _count(self, tally: Tally, weights: Array, draws: Array) -> None:
        def fill(part: slice, out: Array) -> None:
            out[...] = (draws[part] @ weights[part][:, :, None])[:, :, 0].T

        tally.take(weights, fill)


def trial_seed(seed: int, trials: int) -> int:
    """The seed of the fresh draws of scores behind confidence factors."""
    return int(np.random.SeedSequence([seed, trials]).generate_state(1)[0])


def chance_first(blocks: Iterable[Array], trials: int, central: Array, edge: float) -> tuple[Array, Array]:
    """Confidence factors at the `central` weights (m, n) from blocks (b, m, n) of `trials` draws, and half-widths."""
    which = np.flatnonzero(~np.isnan(central[:, 0]))
    first = np.zeros(len(which))
    for draws in blocks:
        first += _firsts(draws, central[which], which, edge)
    factors, widths = np.full((2, len(central)), np.nan)
    factors[which], widths[which] = first / trials, half_width(first / trials, trials)
    return factors, widths


def chance_of_best(means: Array, spreads: Array, which: NDArray[np.intp], edge: float) -> Array:
    """(k,) chance that option which[r] is the best of the independent normal totals in row r of `means`, (k, m).

    spreads: (k, m) standard deviations. P = integral of phi(z) prod_j Phi((mu_i + s_i z - mu_j) / s_j) dz, to about
    1e-8. Totals that vary by no more than `edge` are taken as certain: such a rival is a limit of the integral instead
    of a factor, and to come within `edge` of it is enough.
    """
    rows = np.arange(len(which))
    own, spread = means[rows, which], spreads[rows, which]
    certain = spreads <= edge
    sure = certain[rows, which]
    certain[rows, which] = False
    floor = np.where(certain, means, -np.inf).max(axis=1, initial=-np.inf) - edge
    # What is certain, and the option itself, become factors of 1.
    factor = ~certain
    factor[rows, which] = False
    width = np.where(factor, spreads, 1.0)
    offset = np.where(factor, (own[:, None] - means) / width, TAIL)
    slope = np.where(factor, np.where(sure, 0.0, spread)[:, None] / width, 0.0)
    low = np.clip((floor - own) / np.where(sure, 1.0, spread), -TAIL, TAIL)
    found = np.where(own >= floor, 1.0, 0.0)
    found[sure] *= _below(offset[sure]).prod(axis=1)
    uncertain = np.flatnonzero(~sure)
    step = max(1, CACHED // (PANELS * (FINE + 1) * means.shape[1]))
    for start in range(0, uncertain.size, step):
        some = uncertain[start : start + step]
        found[some] = _integrals(low[some], offset[some], slope[some])
    return found


def _integrals(low: Array, offset: Array, slope: Array) -> Array:
    """(k,) integrals of phi(z) prod_j Phi(offset_kj + slope_kj z) from low_k on.

    Over panels halved until two rules agree: Clenshaw & Curtis' (1960) on 17 points and on every other one of them.
    """
    nodes, fine, coarse = _rules()
    # The others are beaten for sure.
    rivals = (offset + slope * low[:, None] < TAIL).any(axis=0)
    offset, slope = offset[:, None, rivals], slope[:, None, rivals]
    edges = np.linspace(low, TAIL, PANELS + 1)
    left, right = edges[:-1].ravel(), edges[1:].ravel()
    row = np.tile(np.arange(low.size), PANELS)
    total = np.zeros(low.size)
    while left.size:
        half = (right - left) / 2
        z = (left + right)[:, None] / 2 + half[:, None] * nodes
        heights = np.exp(-0.5 * z**2) / sqrt(2 * pi)
        heights *= _below(offset[row] + slope[row] * z[:, :, None]).prod(axis=2)
        better = half * (heights @ fine)
        rough = np.abs(better - half * (heights[:, ::2] @ coarse)) > CLOSE
        total += np.bincount(row[~rough], better[~rough], minlength=total.size)
        left, right, middle = left[rough], right[rough], (left + right)[rough] / 2
        left, right, row = np.concatenate((left, middle)), np.concatenate((middle, right)), np.tile(row[rough], 2)
    return total


@cache
def _rules() -> tuple[Array, Array, Array]:
    """Nodes on -1..1 and the weights of the two rules, the coarser one's for every other node."""
    return np.cos(np.arange(FINE + 1) * pi / FINE), _clenshaw_curtis(FINE), _clenshaw_curtis(FINE // 2)


def _clenshaw_curtis(intervals: int) -> Array:
    j, k = np.arange(intervals + 1)[:, None], np.arange(1, intervals // 2 + 1)
    terms = np.where(2 * k == intervals, 1.0, 2.0) / (4 * k**2 - 1) * np.cos(2 * j * k * pi / intervals)
    weights: Array = 2.0 / intervals * (1.0 - terms.sum(axis=1))
    weights[[0, -1]] /= 2.0
    return weights


def _below(z: Array) -> Array:
    """Phi(z), the standard normal distribution function, to 2e-12; 0 or 1 beyond seven standard deviations.

    Taylor's polynomial of degree 4 from the nearest of a table of exact values.
    """
    t = np.clip(z, -TAIL, TAIL)
    g = np.rint(t * GRID)
    place = (g + TAIL * GRID).astype(np.intp)
    g /= GRID
    t -= g
    square = g * g
    bend = (square - 3) * g
    bend *= t / -24
    square -= 1
    bend += square / 6
    bend *= t
    bend -= g / 2
    bend *= t
    bend += 1
    chance, density = _normal_table()
    found: Array = density[place]
    found *= t
    found *= bend
    found += chance[place]
    return found


@cache
def _normal_table() -> tuple[Array, Array]:
    """Distribution function and density of the standard normal law at every 64th of -7..7."""
    z = np.arange(-TAIL * GRID, TAIL * GRID + 1) / GRID
    chance, density = np.array([0.5 * erfc(-x / sqrt(2.0)) for x in z]), np.exp(-0.5 * z**2) / sqrt(2 * pi)
    chance[[0, -1]], density[[0, -1]] = (0.0, 1.0), 0.0
    return chance, density


def _firsts(draws: Array, central: Array, which: NDArray[np.intp], edge: float) -> Array:
    """(k,) in how many of the draws (b, m, n) option which[r] comes first under row r of `central`, (k, n)."""
    found = np.zeros(len(which))
    step = max(1, HELD // (draws.shape[1] * max(1, len(which))))
    for start in range(0, len(draws), step):
        totals = draws[start : start + step] @ central.T
        own = totals[:, which, np.arange(len(which))]
        found += np.count_nonzero(totals.max(axis=1) - own <= edge, axis=0)
    return found
