"""How firm a ranking is: how often the leader stays first when weights and scores are as uncertain as they are, and
what would make another option first.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from db.study.model import Id, Known, Study
from desktop.analysis.arrays import TIE, Array, Flags, Ranks
from desktop.analysis.dominance import Dominance, dominated, potentially_optimal
from desktop.analysis.flips import ScoreChange, WeightMove, smallest_score_change, smallest_weight_move
from desktop.analysis.polytope import whole
from desktop.analysis.sensitivity import stability_intervals
from desktop.analysis.smaa import Acceptability, acceptability, sample_weights
from desktop.analysis.smaa.scores import triangular
from desktop.evaluation import Result, Table, evaluate, value_of

SPREAD = 0.3
"""L, 0 exact .. 1 unknown: plausible weights are (1 - L) w0 + L u, w0 the present ones and u any at all."""

SAMPLES, SEED = 20_000, 1
ROBUST, OPEN = 0.9, 0.6
"""The verdict's bounds: the leader beats its nearest rival in at least, or in fewer than, so many of the draws."""


class Verdict(StrEnum):
    """What a lead is worth."""

    ROBUST = "robust"
    LEANING = "leaning"
    TIE = "a tie"


@dataclass(frozen=True, eq=False)
class Firmness:
    """What is known of how firm a ranking is.

    leader, rival: rows; the rival beats the leader most often. winning: 0..1, how often the leader beats the rival.
    sample: acceptability over plausible weights and scores. stable: (n, 2) shares between which each weight leaves the
    leaders first. move, change: the smallest changes of weights, and of one score, that draw another option level.
    never_first: (m,) options that are first under no weights at all; dominance: which are worse than one other in
    everything.
    """

    result: Result
    verdict: Verdict
    leader: int
    rival: int
    winning: float
    sample: Acceptability
    stable: Array
    move: WeightMove
    change: ScoreChange
    never_first: Flags
    dominance: Dominance

    @property
    def closest(self) -> Ranks:
        """(n,) criteria, the one whose share has the least way to go to a flip first; those without a flip last."""
        found: Ranks = np.argsort(self.way, kind="stable")
        return found

    @property
    def way(self) -> Array:
        """(n,) way of each share, 0..1, to the nearest end of its stable interval inside 0..1, infinite for none."""
        low, high = self.stable.T
        down = np.where(low > TIE, self.result.shares - low, np.inf)
        up = np.where(high < 1.0 - TIE, high - self.result.shares, np.inf)
        # Comparisons with NaN are false, so what is unknown has no way.
        nearest: Array = np.maximum(np.minimum(down, up), 0.0)
        return nearest


def firmness(
    study: Study, perspective: Id, *, spread: float = SPREAD, samples: int = SAMPLES, seed: int = SEED
) -> Firmness:
    """How firm the ranking of one perspective is.

    Plausible weights lie on the criteria that carry weight now. The verdict is robust when the leader beats every rival
    in at least 90 % of the draws, a tie when it fails to beat one in 60 %, or is level with it now; leaning in between.
    Raises Known for one option alone and for a missing score that counts.
    """
    result = evaluate(study, perspective)
    _refuse_gaps(result)
    counted = result.shares > 0
    shares, values = result.shares[counted], result.table.values[:, counted]
    low, high = (ends[:, counted] for ends in ends_of(result.table))
    weights = sample_weights(whole(shares.size), samples, seed, around=shares, spread=spread)
    sample = acceptability(values, weights, scores=triangular(low, values, high))
    leader = int(result.order[0])
    winning = np.delete(sample.pairwise_winning[leader], leader)
    rival = int(np.delete(np.arange(len(values)), leader)[winning.argmin()])
    locked = _locked(result)[counted]
    return Firmness(
        result,
        _verdict(float(winning.min()), result.lead()),
        leader,
        rival,
        float(winning.min()),
        sample,
        _stable(result),
        smallest_weight_move(values, shares, leader, None, locked=locked),
        smallest_score_change(values, shares, leader, None),
        ~potentially_optimal(values, whole(shares.size)).optimal,
        dominated(values),
    )


def ends_of(table: Table) -> tuple[Array, Array]:
    """(lowest, highest) values, both (m, n), 0..100, that the ranges of the scores allow; NaN where one is missing."""
    ends = []
    for raw in (table.low, table.high):
        values = np.empty_like(raw)
        for column, leaf in enumerate(table.leaves):
            assert leaf.scale is not None
            values[:, column] = value_of(leaf.scale, raw[:, column])
        ends.append(values)
    # Where less is better the low score has the high value; a bent value function may peak in between.
    found = np.array([*ends, table.values])
    return found.min(axis=0), found.max(axis=0)


def _refuse_gaps(result: Result) -> None:
    if len(result.table.options) < 2:
        raise Known("Only one option is left, so nothing can overtake it; add or include another.")
    missing = np.argwhere(np.isnan(result.table.values) & (result.shares > 0))
    if missing.size:
        row, column = missing[0]
        option, leaf = result.table.options[row].name, result.table.leaves[column].name
        raise Known(
            f"The score of “{option}” on “{leaf}” is missing, so how firm the ranking is cannot be told; nothing was "
            "computed; enter it, exclude the option, or give the criterion no weight."
        )


def _locked(result: Result) -> Flags:
    return np.array([leaf.id in result.perspective.locked for leaf in result.table.leaves], dtype=bool)


def _verdict(winning: float, lead: float) -> Verdict:
    if lead == 0.0 or winning < OPEN:
        return Verdict.TIE
    return Verdict.ROBUST if winning >= ROBUST else Verdict.LEANING


def _stable(result: Result) -> Array:
    """(n, 2) stable intervals; NaN for a criterion without weight that lacks scores."""
    known = ~np.isnan(result.table.values).any(axis=0)
    found = np.full((known.size, 2), np.nan)
    values, shares = result.table.values[:, known], result.shares[known]
    found[known] = stability_intervals(values, shares, locked=_locked(result)[known])
    return found
