"""Several people: how far they agree, and what moved a result between two snapshots."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import factorial

import numpy as np
from numpy.typing import ArrayLike

from desktop.analysis.arrays import (
    Array,
    DomainError,
    Flags,
    NotFiniteError,
    ShapeError,
    WeightError,
    frozen,
    matrix_of,
    numbers_of,
    refuse,
    shares_of,
    vector_of,
    whole_of,
)
from desktop.analysis.ranking import mid_places
from desktop.analysis.work import Cancel, Progress, Work

SAATY_SCALE = 9.0
"""The largest judgement of the scale AHP weights come from."""

BANDS = ((0.50, "very low"), (0.65, "low"), (0.75, "moderate"), (0.85, "high"), (1.0, "very high"))
"""(highest consensus, name), Goepel 2018."""

EXACT_UP_TO = 10
"""Number of changes up to which all their combinations are tried."""

_BLOCK = 1 << 21
_REMEMBERED = 1 << 22


@dataclass(frozen=True)
class Consensus:
    """How far several people's weights agree. index: S*, 0..1; alpha, gamma: entropies in nats, of each and of all."""

    index: float
    alpha: float
    gamma: float

    @property
    def band(self) -> str:
        """The name of the band the index lies in: very low up to 50 %, low 65, moderate 75, high 85, then very high."""
        return next(name for highest, name in BANDS if self.index <= highest)


@dataclass(frozen=True, eq=False)
class Spread:
    """How far people's weights lie apart, each (n,): `low`, `high`, their `range`, and the sample `deviation`."""

    low: Array
    high: Array
    range: Array
    deviation: Array


@dataclass(frozen=True, eq=False)
class Attribution:
    """What each of p changes did to an outcome of any shape: shares (p, *shape), which sum to `whole` (*shape).

    whole: the outcome with all changes less that with none. errors (p, *shape): standard errors, 0 where `exact`.
    permutations: how many orders of the changes were sampled, 0 where `exact`, from `seed`.
    """

    shares: Array
    whole: Array
    errors: Array
    exact: bool
    permutations: int
    seed: int


Outcome = Callable[[Flags], ArrayLike]
"""The result when the changes whose flags are set, (p,), have been made, always of one shape."""


def kendall_w(ranks: ArrayLike) -> float:
    """Concordance of p people's rankings of m options, 0 none .. 1 the same (Kendall & Babington Smith 1939).

    ranks: (p, m), ties in any numbering. W = 12 S / (p^2 (m^3 - m) - p sum T), T = sum(t^3 - t) over ties of t, S the
    sum of squared deviations of the rank sums. 1 where nobody tells any two options apart. Raises as `matrix_of`.
    """
    table = matrix_of(ranks, "ranks")
    p, m = table.shape
    found = np.array([mid_places(row, 0.0) for row in table])
    ties = sum(float((counts**3 - counts).sum()) for counts in (_tie_sizes(row) for row in table))
    most = p * p * (m**3 - m) - p * ties
    deviations = found.sum(axis=0) - p * (m + 1) / 2
    return 12.0 * float(deviations @ deviations) / most if most > 0 else 1.0


def kendall_tau(first: ArrayLike, second: ArrayLike) -> float:
    """Rank correlation tau-b of two rankings of m options, -1 opposite .. 1 the same (Kendall 1945).

    (concordant - discordant) / sqrt(pairs told apart by the first x by the second). Where one tells no pair apart: 1 if
    the other does not either, else 0. Raises ShapeError or NotFiniteError.
    """
    a = vector_of(first, "first")
    return float(agreement(np.vstack((a, vector_of(second, "second", a.size))))[0, 1])


def agreement(ranks: ArrayLike, *, progress: Progress | None = None, cancel: Cancel | None = None) -> Array:
    """(p, p) tau-b between every two of p people's rankings (Kendall 1945), (p, m); 1 on the diagonal; O(p m^2).

    Raises as `matrix_of`, Cancelled.
    """
    work = Work(progress, cancel)
    table = np.array([mid_places(row, 0.0) for row in matrix_of(ranks, "ranks")])
    p, m = table.shape
    products = np.zeros((p, p))
    # The signs of all pairs are made for some options at a time, so that many options need little memory.
    step = max(1, _BLOCK // (p * m))
    for start in range(0, m, step):
        work.at(start / m)
        signs = np.sign(table[:, start : start + step, None] - table[:, None, :]).reshape(p, -1)
        products += signs @ signs.T
    work.at(1.0)
    told_apart = products.diagonal()
    both = np.sqrt(told_apart[:, None] * told_apart)
    indifferent = told_apart == 0
    alike = (indifferent[:, None] & indifferent).astype(np.float64)
    tau: Array = np.divide(products, both, out=alike, where=both > 0)
    np.fill_diagonal(tau, 1.0)
    return tau


def preference_shares(ranks: ArrayLike) -> Array:
    """(m, m) share of p people, 0..1, who rank option a (row) strictly before b (column); ranks: (p, m), 1 = best."""
    table = matrix_of(ranks, "ranks")
    shares = np.zeros((table.shape[1], table.shape[1]))
    for row in table:
        shares += row[:, None] < row
    shares /= len(table)
    return shares


def consensus(weights: ArrayLike, scale: float | None = SAATY_SCALE) -> Consensus:
    """Consensus S* of p people's weights of n criteria, (p, n): from entropy within and between people (Goepel 2018).

    S = exp(-(H_gamma - H_alpha)), H_gamma the entropy of the mean weights, H_alpha the mean of each person's;
    S* = (S - cor) / (1 - cor), cor = exp(H_alpha,min) / n, so that 0 = each bent on a criterion of his own, 1 = the
    same weights. scale: M, the most that one criterion can outweigh another, which bounds H_alpha from below; None for
    weights that no such scale bounds (H_alpha,min = 0). Fewer people than criteria cannot reach 0; weights further
    apart than the scale allows stay at 0.
    Raises as `matrix_of`, WeightError for a negative weight or a row of zeros, DomainError for a scale below 1.
    """
    shares = _shares_of_each(weights)
    if scale is not None and not (np.isfinite(scale) and scale >= 1):
        raise DomainError("scale", f"must be at least 1, not {scale}")
    n = shares.shape[1]
    alpha = float(np.mean([_entropy(row) for row in shares]))
    gamma = _entropy(shares.mean(axis=0))
    least = 1.0 / n if scale is None else float(np.exp(_entropy(shares_of([scale] + [1.0] * (n - 1))))) / n
    if least >= 1.0:
        return Consensus(1.0, alpha, gamma)
    index = (np.exp(alpha - gamma) - least) / (1.0 - least)
    return Consensus(float(np.clip(index, 0.0, 1.0)), alpha, gamma)


def spread(weights: ArrayLike) -> Spread:
    """How far p people's weights of n criteria, (p, n), lie apart. Raises as `consensus`."""
    shares = _shares_of_each(weights)
    low, high = shares.min(axis=0), shares.max(axis=0)
    deviation = shares.std(axis=0, ddof=1) if len(shares) > 1 else np.zeros_like(low)
    found = Spread(low, high, high - low, deviation)
    frozen(found.low, found.high, found.range, found.deviation)
    return found


def what_changed(
    outcome: Outcome,
    changes: int,
    *,
    permutations: int = 1000,
    seed: int = 0,
    exact_up_to: int = EXACT_UP_TO,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> Attribution:
    """The part each of p changed inputs has in what changed in the result between two snapshots (Shapley 1953).

    phi_k = sum over sets S without k of |S|! (p - |S| - 1)! / p! (outcome(S + k) - outcome(S)): the mean of what k does
    over all orders in which the changes could have been made. Exact over all 2^p sets up to `exact_up_to` changes,
    else over sampled orders, each with its reverse, which cancels much of the noise (Mitchell et al. 2022). Either way
    the parts sum to the whole change. `outcome` is asked once for each set, as far as they can be remembered.
    Raises ShapeError for outcomes of unlike shapes, NotFiniteError for one that is no number, DomainError for no
    changes, fewer than 4 permutations or a negative seed, Cancelled.
    """
    whole_of(changes, "changes")
    whole_of(permutations, "permutations", least=4)
    whole_of(seed, "seed", least=0)
    asked = _Asked(outcome, changes)
    work = Work(progress, cancel)
    if changes <= exact_up_to:
        shares, errors, sampled = *_over_all_sets(asked, work), 0
    else:
        pairs = (permutations + 1) // 2
        shares, errors, sampled = *_over_orders(asked, pairs, seed, work), 2 * pairs
    whole = asked((1 << changes) - 1) - asked(0)
    frozen(shares, whole, errors)
    return Attribution(shares, whole, errors, sampled == 0, sampled, seed)


class _Asked:
    """An outcome by the set of changes as a number, bit k for change k; remembered, up to 32 MB of them."""

    def __init__(self, outcome: Outcome, changes: int) -> None:
        self._outcome, self.changes = outcome, changes
        self._known: dict[int, Array] = {}
        self._shape: tuple[int, ...] | None = None

    def __call__(self, members: int) -> Array:
        found = self._known.get(members)
        if found is None:
            found = self._ask(members)
            if len(self._known) * found.size < _REMEMBERED:
                self._known[members] = found
        return found

    def _ask(self, members: int) -> Array:
        flags = np.array([members >> k & 1 for k in range(self.changes)], dtype=bool)
        found = np.array(numbers_of(self._outcome(flags), "outcome"))
        if not np.isfinite(found).all():
            raise NotFiniteError("outcome", "must be finite numbers")
        if self._shape not in (None, found.shape):
            raise ShapeError("outcome", f"must always be of shape {self._shape}, not {found.shape}")
        self._shape = found.shape
        return found


def _over_all_sets(asked: _Asked, work: Work) -> tuple[Array, Array]:
    p = asked.changes
    outcomes = []
    for members in range(1 << p):
        work.at(members / (1 << p))
        outcomes.append(asked(members))
    work.at(1.0)
    table = np.array(outcomes)
    sets = np.arange(1 << p)
    sizes = np.array([members.bit_count() for members in range(1 << p)])
    chances = np.array([factorial(size) * factorial(p - size - 1) / factorial(p) for size in range(p)])
    shares = []
    for k in range(p):
        without = sets[sets >> k & 1 == 0]
        gains = table[without | 1 << k] - table[without]
        shares.append(np.tensordot(chances[sizes[without]], gains, axes=1))
    found = np.array(shares)
    return found, np.zeros_like(found)


def _over_orders(asked: _Asked, pairs: int, seed: int, work: Work) -> tuple[Array, Array]:
    """Means over pairs of an order and its reverse, and their standard errors (Welford 1962)."""
    rng = np.random.default_rng(seed)
    mean = np.zeros((asked.changes, *asked(0).shape))
    squares = np.zeros_like(mean)
    for done in range(pairs):
        work.at(done / pairs)
        order = rng.permutation(asked.changes)
        gains = 0.5 * (_gains(asked, order) + _gains(asked, order[::-1]))
        off = gains - mean
        mean += off / (done + 1)
        squares += off * (gains - mean)
    work.at(1.0)
    return mean, np.sqrt(squares / (pairs * (pairs - 1)))


def _gains(asked: _Asked, order: ArrayLike) -> Array:
    """What each change adds when they are made in this order."""
    before, members = asked(0), 0
    gains = np.empty((asked.changes, *before.shape))
    for k in np.asarray(order).tolist():
        members |= 1 << k
        after = asked(members)
        gains[k] = after - before
        before = after
    return gains


def _shares_of_each(weights: ArrayLike) -> Array:
    """(p, n) each row over its sum."""
    table = matrix_of(weights, "weights")
    refuse(table < 0, WeightError, "weights", "must not be negative, not {}", table)
    largest = table.max(axis=1, keepdims=True)
    if (largest <= 0).any():
        raise WeightError("weights", "must not all be 0", row=int(largest.argmin()))
    # Scaling by the largest first keeps sums of huge or of subnormal weights finite.
    scaled = table / largest
    shares: Array = scaled / scaled.sum(axis=1, keepdims=True)
    return shares


def _entropy(shares: Array) -> float:
    positive = shares[shares > 0]
    return -float(positive @ np.log(positive))


def _tie_sizes(row: Array) -> Array:
    return np.unique(row, return_counts=True)[1].astype(np.float64)
