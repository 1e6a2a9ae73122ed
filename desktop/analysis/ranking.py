"""Ranking: additive totals, ranks with ties, what missing scores leave open, weighted products and rank sheets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from desktop.analysis.arrays import (
    TIE,
    Array,
    DomainError,
    Ranks,
    flags_of,
    frozen,
    matrix_of,
    numbers_of,
    positive_of,
    refuse,
    shares_of,
    vector_of,
)

FEW = 256
"""Up to so many options, looking each up among the sorted ones beats sorting their places."""

_LARGEST_LOG = float(np.log(np.finfo(np.float64).max))


def additive(values: ArrayLike, weights: ArrayLike, scale: float = 100.0) -> tuple[Array, Array]:
    """(lowest, highest) possible total of each option, both (m,); the same array twice where no score is missing.

    values: (m, n), 0..scale, NaN = missing; weights: (n,) non-negative. V_i = sum_k w_k v_ik with the weights as shares
    (Keeney & Raiffa 1976; Dyer & Sarin 1979). A missing score may turn out to be worth anything from 0 to `scale`.
    Raises ShapeError, NotFiniteError for an infinity, WeightError, DomainError for a scale that is not positive.
    """
    table = matrix_of(values, gaps=True)
    shares = shares_of(weights, table.shape[1])
    whole = positive_of(scale, "scale")
    gaps = np.isnan(table)
    if not gaps.any():
        totals = table @ shares
        return totals, totals
    low = np.where(gaps, 0.0, table) @ shares
    return low, low + gaps @ (whole * shares)


def contributions(values: ArrayLike, weights: ArrayLike) -> Array:
    """(m, n) points each criterion adds to each total: w_k v_ik with the weights as shares; NaN where missing.

    Also the Shapley value of each criterion in the total (Shapley 1953), for the model adds up. Raises as `additive`.
    """
    table = matrix_of(values, gaps=True)
    return table * shares_of(weights, table.shape[1])


def ranks(totals: ArrayLike, scale: float = 100.0) -> Ranks:
    """(m,) ranks, 1 = best: 1 + the number of options better by more than 1e-9 of `scale`.

    Each is counted by itself, so nothing depends on the order of the options: along a chain of near ties each option
    shares the ranks of those near it, though the ends of the chain may differ. No option has no rank. Raises
    ShapeError, NotFiniteError, or DomainError for a scale that is not positive.
    """
    return places(-_totals_of(totals, "totals"), TIE * positive_of(scale, "scale"))


def rank_bounds(low: ArrayLike, high: ArrayLike, scale: float = 100.0) -> tuple[Ranks, Ranks]:
    """(best, worst) rank each option can still take when its total lies between `low` and `high`, both (m,).

    An option's best rank counts those whose lowest total surely beats its highest; its worst, all whose highest may
    beat its lowest. Totals are taken as independent of each other, so shared gaps make the bounds wide, never narrow.
    Where nothing is open both are `ranks`. Raises as `ranks`, and DomainError for a low above its high.
    """
    lows = _totals_of(low, "low")
    highs = _totals_of(high, "high", lows.size)
    edge = TIE * positive_of(scale, "scale")
    if np.array_equal(lows, highs):
        exact = places(-lows, edge)
        return exact, exact
    refuse(lows > highs, DomainError, "low", "must not be above its high")
    best = 1 + _below(-lows, -highs - edge)
    worst = 1 + _below(-highs, -lows - edge)
    # Its own highest total is above its own lowest, but no option beats itself.
    return best, worst - (-highs < -lows - edge)


def places(costs: Array, edge: float | Array, room: Array | None = None) -> Ranks:
    """(m,) ranks of `costs`, lowest = 1: 1 + #{j: c_j < c_i - edge}. Unchecked: the arithmetic behind every ranking.

    room: (m + 1,) to sort in, for those who rank the same options again and again.
    """
    if costs.size <= FEW:
        ascending = np.empty(costs.size + 1) if room is None else room
        # What is below every bar counts the 1.
        ascending[0] = -np.inf
        ascending[1:] = costs
        ascending.sort()
        return ascending.searchsorted(costs - edge)
    order = costs.argsort()
    ascending = costs[order]
    counted = np.arange(1, costs.size + 1)
    bars = ascending[1:] - edge
    near = np.flatnonzero(ascending[:-1] >= bars)
    if near.size:
        counted[near + 1] = 1 + ascending.searchsorted(bars[near])
    found = np.empty_like(counted)
    found[order] = counted
    return found


@dataclass(frozen=True, eq=False)
class WeightedProduct:
    """Options by the weighted product.

    totals: (m,) prod_k v_ik^w_k, in the unit of the values where all have the same; logs: (m,) their logarithms, whose
    difference is the logarithm of the ratio R of two options, -inf where the total is 0; ranks: (m,), 1 = best; wiped:
    rows that a value of 0 under a weight wipes out, whatever their other values, ascending.
    """

    totals: Array
    logs: Array
    ranks: Ranks
    wiped: Ranks


def weighted_product(values: ArrayLike, weights: ArrayLike) -> WeightedProduct:
    """V_i = prod_k v_ik^w_k = exp(sum_k w_k ln v_ik), the weighted product (Bridgman 1922; Miller & Starr 1969).

    values: (m, n) on ratio scales, not negative, higher is better; weights: (n,) non-negative. Only ratios of values
    count: another unit for a criterion multiplies every total alike and changes no rank, so options tie when their
    ratio is within 1e-9 of 1. Criteria without weight take no part (0^0 = 1). Raises ShapeError, NotFiniteError,
    MissingScoreError, WeightError, DomainError for a negative value.
    """
    table = matrix_of(values)
    shares = shares_of(weights, table.shape[1])
    refuse(table < 0, DomainError, "values", "must not be negative, not {}", table)
    counted = table[:, shares > 0]
    empty = (counted == 0).any(axis=1)
    logs = np.log(np.where(counted == 0, 1.0, counted)) @ shares[shares > 0]
    logs[empty] = -np.inf
    found = WeightedProduct(np.exp(np.minimum(logs, _LARGEST_LOG)), logs, places(-logs, TIE), np.flatnonzero(empty))
    frozen(found.totals, found.logs, found.ranks, found.wiped)
    return found


@dataclass(frozen=True, eq=False)
class RankMatrix:
    """The rank-times-weight sheet.

    criterion_ranks: (m, n) rank on each criterion, 1 = best, ties at the average of their places; totals: (m,) weighted
    sum of these, 1..m, lower is better; ranks: (m,), 1 = best.
    """

    criterion_ranks: Array
    totals: Array
    ranks: Ranks


def rank_matrix(matrix: ArrayLike, weights: ArrayLike, maximise: ArrayLike | None = None) -> RankMatrix:
    """T_i = sum_k w_k r_ik, r_ik the rank of option i on criterion k: the decision matrix of staffs (US Army FM 6-0).

    For comparison only, because it is no value model: ranks throw away how much better an option is,
    so the sheet often finds another winner than the values do, and removing a loser may change its winner.

    matrix: (m, n) raw scores; weights: (n,) non-negative; maximise: (n,) bool, all true when None. Scores closer than
    1e-9 of their column's range tie. Raises ShapeError, NotFiniteError, MissingScoreError, WeightError.
    """
    table = matrix_of(matrix, "matrix")
    m, n = table.shape
    shares = shares_of(weights, n)
    wanted = np.ones(n, dtype=bool) if maximise is None else flags_of(maximise, "maximise", n)
    costs = np.where(wanted, -table, table)
    criterion_ranks = np.column_stack([mid_places(_unit_range(column), TIE) for column in costs.T])
    totals = criterion_ranks @ shares
    found = RankMatrix(criterion_ranks, totals, places(totals, TIE * m))
    frozen(found.criterion_ranks, found.totals, found.ranks)
    return found


def mid_places(costs: Array, edge: float) -> Array:
    """(m,) 1 = lowest; of tied ones the middle of their places: those ahead and those behind pull equally."""
    ahead, behind = places(costs, edge), places(-costs, edge)
    middle: Array = (costs.size + 1 + ahead - behind) / 2.0
    return middle


def _unit_range(column: Array) -> Array:
    """A column over its range, all 0 where it has none; over its largest first, which keeps every range finite."""
    largest = np.abs(column).max()
    scaled: Array = column / largest if largest > 0 else np.zeros_like(column)
    span = scaled.max() - scaled.min()
    return scaled / span if span > 0 else scaled


def _below(pool: Array, bars: Array) -> Ranks:
    """(m,) how many of `pool` are below each bar."""
    return np.sort(pool).searchsorted(bars)


def _totals_of(totals: ArrayLike, argument: str, size: int | None = None) -> Array:
    """As `vector_of`, but no options have no totals."""
    found = numbers_of(totals, argument)
    return found if size in (None, 0) and found.shape == (0,) else vector_of(found, argument, size)
