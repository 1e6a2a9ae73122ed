"""Which options others beat for sure: whatever the scores, whatever the weights within what is known of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from desktop.analysis.arrays import TIE, Array, DomainError, Flags, Ranks, ShapeError, frozen, matrix_of, refuse
from desktop.analysis.margins import rivalry_of
from desktop.analysis.polytope import WeightPolytope
from desktop.analysis.sieve import sieved
from desktop.analysis.skyline import front_of
from desktop.analysis.work import Cancel, Progress, Work

PAIRS = 1 << 20
"""Pairs of options compared at once."""


@dataclass(frozen=True, eq=False)
class Dominance:
    """dominated: (m,) bool, beaten whatever the weights; by: (m,) an option that dominates it, -1 where none does."""

    dominated: Flags
    by: Ranks

    def __post_init__(self) -> None:
        frozen(self.dominated, self.by)


def dominated(values: ArrayLike, *, progress: Progress | None = None, cancel: Cancel | None = None) -> Dominance:
    """Options that another beats whatever the weights: nowhere worse and somewhere better; compared exactly.

    values: (m, n), higher is better. Equal options do not dominate each other. Of several dominators the one named
    beats the most others, summed over the criteria; of equals the first. Raises ShapeError, NotFiniteError,
    MissingScoreError (see `certainly_dominated` for scores that are missing or uncertain), Cancelled.
    """
    table = matrix_of(values)
    work = Work(progress, cancel)
    rows, points = sieved(table, np.ones(table.shape[1]), work)
    front = rows[front_of(points, Work(None, cancel))]
    return _dominators(table, table, front, work)


def certainly_dominated(
    low: ArrayLike, high: ArrayLike, *, progress: Progress | None = None, cancel: Cancel | None = None
) -> Dominance:
    """Options that another beats whatever the weights and wherever in [low, high], both (m, n), the values lie.

    i beats j when low_ik >= high_jk for all k, > for one; for low = high this is `dominated`. A missing score is the
    interval from 0 to 100. Raises as `dominated`, ShapeError where the two differ in shape, DomainError for low > high.
    """
    lows, highs = matrix_of(low, "low"), matrix_of(high, "high")
    if lows.shape != highs.shape:
        raise ShapeError("high", f"must be of shape {lows.shape} as low is, not {highs.shape}")
    refuse(lows > highs, DomainError, "low", "{} is above its high end {}", lows, highs)
    return _dominators(lows, highs, np.arange(len(lows)), Work(progress, cancel))


def dominance_under(
    values: ArrayLike, polytope: WeightPolytope, *, progress: Progress | None = None, cancel: Cancel | None = None
) -> Flags:
    """(m, m) bool: option i (row) is behind option j (column) for no weights of the polytope, and ahead for some.

    min over w in W of sum_k w_k (v_ik - v_jk) >= 0 and max > 0, each to 1e-9 of the widest criterion; where nothing is
    known of the weights, plain dominance, compared exactly. Answered at the corners of W where they are few (for a
    complete ranking by partial sums, Kirkwood & Sarin 1985), else by linear programs. values: (m, n), higher is better.
    Raises ShapeError, NotFiniteError, MissingScoreError, EmptyPolytopeError, Cancelled.
    """
    table = matrix_of(values)
    work = Work(progress, cancel)
    if polytope.is_whole and polytope.size == table.shape[1]:
        found = _beats(table, table, work)
    else:
        found = rivalry_of(table, polytope).dominance(work)
    work.at(1.0)
    frozen(found)
    return found


@dataclass(frozen=True, eq=False)
class PotentialOptimality:
    """Which options come first for some weights.

    eps: (m,) points by which each option leads all others at its best weights; negative, how far it stays behind even
    there; infinite for a single option. optimal: (m,) bool, eps >= 0. convex_dominated: (m,) bool, those that are never
    first although no single other option dominates them under the same weights. weights: (m, n) each option's best.
    """

    eps: Array
    optimal: Flags
    convex_dominated: Flags
    weights: Array

    def __post_init__(self) -> None:
        frozen(self.eps, self.optimal, self.convex_dominated, self.weights)


def potentially_optimal(
    values: ArrayLike, polytope: WeightPolytope, *, progress: Progress | None = None, cancel: Cancel | None = None
) -> PotentialOptimality:
    """max eps such that sum_k w_k (v_ik - v_jk) >= eps for all j != i, w in the polytope; one linear program an option.

    Hazen (1986); Athanassopoulos & Podinovski (1997). values: (m, n), higher is better; eps is in their unit, and 0
    means to 1e-9 of the widest criterion. Raises as `dominance_under`.
    """
    table = matrix_of(values)
    work = Work(progress, cancel)
    rivalry = rivalry_of(table, polytope)
    eps, weights = rivalry.leads(work)
    optimal = eps >= -TIE
    convex = ~optimal
    if convex.any():
        convex &= ~rivalry.dominance(Work(None, cancel), columns=convex).any(axis=0)
    work.at(1.0)
    return PotentialOptimality(rivalry.points(eps), optimal, convex, weights)


@dataclass(frozen=True, eq=False)
class MinimaxRegret:
    """How much each option can turn out to lose against the best.

    regret: (m,) points, 0 or more; by: (m,) the option it is lost to, -1 where there is no regret; weights: (m, n)
    where that happens; choices: the options of least regret, ascending, more than one when they tie.
    """

    regret: Array
    by: Ranks
    weights: Array
    choices: Ranks

    def __post_init__(self) -> None:
        frozen(self.regret, self.by, self.weights, self.choices)


def minimax_regret(
    values: ArrayLike, polytope: WeightPolytope, *, progress: Progress | None = None, cancel: Cancel | None = None
) -> MinimaxRegret:
    """MR(i) = max over w in the polytope, max over j, of sum_k w_k (v_jk - v_ik) (Salo & Hamalainen 2001).

    values: (m, n), higher is better; the regret is in their unit. Taken at the corners of the polytope where they are
    few, else by linear programs. Regrets within 1e-9 of the widest criterion tie. Raises as `dominance_under`.
    """
    table = matrix_of(values)
    work = Work(progress, cancel)
    rivalry = rivalry_of(table, polytope)
    regret, by, weights = rivalry.regrets(work)
    work.at(1.0)
    by = np.where(regret > TIE, by, -1)
    return MinimaxRegret(rivalry.points(regret), by, weights, np.flatnonzero(regret <= regret.min() + TIE))


@dataclass(frozen=True, eq=False)
class ScenarioRegret:
    """How far each option stays behind the best that each scenario would have allowed.

    regret: (m, s) points, 0 or more; worst: (m,) the greatest over the scenarios; choices: the options of least worst
    regret, ascending, more than one when they tie.
    """

    regret: Array
    worst: Array
    choices: Ranks

    def __post_init__(self) -> None:
        frozen(self.regret, self.worst, self.choices)


def scenario_regret(totals: ArrayLike) -> ScenarioRegret:
    """R(i, s) = max_j V_s(j) - V_s(i) (Savage 1951), totals: (m options, s scenarios), higher is better.

    Regrets within 1e-9 of the largest tie. Raises ShapeError, NotFiniteError, MissingScoreError.
    """
    table = matrix_of(totals, "totals")
    with np.errstate(over="ignore"):
        regret = table.max(axis=0) - table
    worst = regret.max(axis=1)
    edge = worst.min() + TIE * min(float(worst.max()), np.finfo(np.float64).max)
    return ScenarioRegret(regret, worst, np.flatnonzero(worst <= edge))


def _dominators(low: Array, high: Array, candidates: Ranks, work: Work) -> Dominance:
    """For each option the strongest candidate whose low ends beat its high ends, found block by block."""
    m = len(low)
    order = candidates[np.argsort(-_beaten(low)[candidates], kind="stable")]
    by = np.full(m, -1)
    step = max(1, PAIRS // m)
    for start in range(0, order.size, step):
        work.at(0.5 + start / order.size / 2)
        asked = np.flatnonzero(by < 0)
        beats = _beats(low[order[start : start + step]], high[asked], Work())
        won = beats.any(axis=0)
        by[asked[won]] = order[start + beats[:, won].argmax(axis=0)]
    work.at(1.0)
    return Dominance(by >= 0, by)


def _beaten(values: Array) -> Ranks:
    """(m,) how many options each beats, summed over the criteria."""
    counts = [np.searchsorted(np.sort(column), column) for column in values.T]
    beaten: Ranks = np.sum(counts, axis=0)
    return beaten


def _beats(low: Array, high: Array, work: Work) -> Flags:
    """(a, b) bool: low (a, n) is nowhere below high (b, n) and somewhere above."""
    never_below = np.ones((len(low), len(high)), dtype=bool)
    above = np.zeros_like(never_below)
    for done, (own, theirs) in enumerate(zip(low.T, high.T, strict=True)):
        work.at(done / low.shape[1])
        never_below &= own[:, None] >= theirs
        above |= own[:, None] > theirs
    return never_below & above
