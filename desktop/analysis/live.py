"""Totals and ranks while a weight is dragged: each move costs one column, and nothing is ranked unasked."""

from __future__ import annotations

import sys
from math import inf

import numpy as np
from numpy.typing import ArrayLike

from desktop.analysis.arrays import (
    TIE,
    Array,
    NotFiniteError,
    Ranks,
    WeightError,
    index_of,
    largest_of,
    matrix_of,
    positive_of,
    shares_of,
    vector_of,
    whole_of,
)
from desktop.analysis.ranking import FEW, places

_SMALL = 8192
"""Up to so many values a whole product costs no more than moving one column."""

_BLOCK = 32768
"""Sums moved at a time, so that the step stays in the cache."""

_STRIDE = 61
"""Every so-many-th option is sampled to guess where the best ones begin."""

_ROUNDING = sys.float_info.epsilon
_HIGHEST, _LOWEST = 4.0, 0.25
"""The weights are scaled afresh when one is above so many of the heaviest, or all together are below."""


class LiveTotals:
    """The additive totals of a decision of which one weight after another is moved.

    values: (m, n), finite, higher is better; weights: (n,) non-negative, in any unit; scale: the width of the values'
    scale, of which 1e-9 is a tie. V_i = sum_k w_k v_ik / sum_k w_k. Small tables are multiplied afresh at each move;
    of large ones only the moved column is added, w'_j - w_j times, and all is multiplied afresh before rounding can
    have moved a total by a hundredth of a tie. Holds a copy of the values. Raises ShapeError, NotFiniteError,
    MissingScoreError, WeightError, and DomainError for values beyond 1e300 or a scale that is not positive.
    """

    def __init__(self, values: ArrayLike, weights: ArrayLike, scale: float = 100.0) -> None:
        table = matrix_of(values)
        self._m, self._n = table.shape
        shares_of(weights, self._n)
        self._given = vector_of(weights, "weights", self._n).tolist()
        tie, largest = TIE * positive_of(scale, "scale"), largest_of(table)
        self._drift_allowed = tie / (256.0 * largest) if largest else inf
        # Costs, so that the lowest is the best; two more rows keep the width of a tie and the divisor beside them.
        self._rows = np.empty((self._m + 2, self._n), order="F")
        np.negative(table, out=self._rows[:-2])
        self._rows[-2:] = [[tie], [-1.0]]
        self._is_small = self._rows.size <= _SMALL
        self._sums = np.empty(self._m + 2)
        self._costs = self._sums[:-2]
        self._edge, self._divisor = self._sums[-2:-1].reshape(()), self._sums[-1:].reshape(())
        self._step = np.empty(min(_BLOCK, self._sums.size))
        self._mask = np.empty(self._m, dtype=bool)
        self._sorted = np.empty(self._m + 1) if self._m <= FEW else None
        self.settle()

    def move(self, index: int, weight: float) -> None:
        """Give criterion `index` another weight, in the unit of the weights given; the others keep theirs.

        Raises ShapeError for an index out of range, NotFiniteError, WeightError for a negative weight and for one that
        leaves all weights 0; the weights are then as before.
        """
        index_of(index, "index", self._n)
        if not 0.0 <= weight < inf:
            raise _refusal(weight)
        before, self._given[index] = self._given[index], float(weight)
        scaled = self._given[index] / self._unit
        if scaled > _HIGHEST:
            self.settle()
            return
        if self._is_small:
            self._scaled[index] = scaled
            self._rows.dot(self._scaled, self._sums)
        else:
            self._shift(index, scaled)
        total = -self._divisor.item()
        if total < _LOWEST or self._drift > self._drift_allowed * total:
            self._settle_unless_empty(index, before)

    def settle(self) -> None:
        """Multiply afresh, with no rounding left of the moves; for when the slider is let go."""
        self._unit = max(self._given)
        self._scaled = np.array(self._given) / self._unit
        self._rows.dot(self._scaled, self._sums)
        self._drift = 0.0

    def totals(self) -> Array:
        """(m,) totals, in the unit of the values."""
        return self._costs / self._divisor

    def ranks(self) -> Ranks:
        """(m,) ranks, 1 = best, as `ranking.ranks` counts them."""
        return places(self._costs, self._edge, self._sorted)

    def top(self, k: int) -> Ranks:
        """The `k` best options, or all when there are fewer, from the best; those that share a rank by their index.

        The others are not ranked. Raises DomainError for k below 1.
        """
        pool = self._pool(min(whole_of(k, "k"), self._m))
        # Whoever is better than one of the pool is in the pool, so that ranks within it are ranks among all.
        order = places(self._costs[pool], self._edge).argsort(kind="stable")
        return pool[order[:k]]

    def rank_of(self, option: int) -> int:
        """The rank of one option, 1 = best, without ranking the others. Raises ShapeError."""
        bar = self._costs.item(index_of(option, "option", self._m)) - self._edge.item()
        return 1 + int(np.count_nonzero(np.less(self._costs, bar, out=self._mask)))

    def _shift(self, index: int, scaled: float) -> None:
        step = scaled - self._scaled.item(index)
        self._scaled[index] = scaled
        column = self._rows[:, index]
        for start in range(0, column.size, _BLOCK):
            sums = self._sums[start : start + _BLOCK]
            sums += np.multiply(column[start : start + _BLOCK], step, out=self._step[: sums.size])
        # What the three operations have rounded, in parts of the largest value.
        self._drift += _ROUNDING * (abs(step) - self._divisor.item())

    def _settle_unless_empty(self, index: int, before: float) -> None:
        emptied = not any(self._given)
        if emptied:
            self._given[index] = before
        self.settle()
        if emptied:
            raise WeightError("weight", "must not leave all weights 0")

    def _pool(self, k: int) -> Ranks:
        """Options, ascending, among which are the k best and all that share their ranks."""
        if self._rows.size <= _SMALL:
            return np.arange(self._m)
        sample = self._costs[::_STRIDE]
        # Twice as many as are wanted, and a few, so that the guess is hardly ever too low.
        guess = _lowest(sample, min(2 * k // _STRIDE + 5, sample.size))
        pool = self._up_to(guess)
        if pool.size < k or _lowest(self._costs[pool], k) > guess:
            pool = self._up_to(_lowest(self._costs, k))
        return pool

    def _up_to(self, cost: float) -> Ranks:
        """Options whose cost is at most `cost`, or more by so little that they may share a rank with it."""
        return np.flatnonzero(np.less_equal(self._costs, cost + 4.0 * self._edge.item(), out=self._mask))


def _lowest(costs: Array, k: int) -> float:
    """The k-th lowest."""
    return float(np.partition(costs, k - 1)[k - 1])


def _refusal(weight: float) -> ValueError:
    if weight < 0:
        return WeightError("weight", f"must not be negative, not {weight}")
    return NotFiniteError("weight", f"must be a finite number, not {weight}")
