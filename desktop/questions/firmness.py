"""How firm a ranking is: how often the leader stays first when weights and scores are as uncertain as they are, and
what would make another option first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

import numpy as np

from db.study.model import Doubt, Id, Knowledge, Known, Study
from desktop.analysis.arrays import TIE, Array, Flags, Ranks
from desktop.analysis.dominance import Dominance, dominated, potentially_optimal
from desktop.analysis.flips import ScoreChange, WeightMove, smallest_score_change, smallest_weight_move
from desktop.analysis.polytope import whole
from desktop.analysis.share_lines import ShareLines, share_lines
from desktop.analysis.smaa import Acceptability, HeldScores, Standing, WeightSample, acceptability, standing
from desktop.analysis.smaa.scores import ScoreModel
from desktop.analysis.work import Cancel
from desktop.evaluation import Result, evaluate
from desktop.questions.plausible import COARSE, HELD, MOST_OPTIONS, Plausible, Sampling, Spans, counted_of, spans_of

ROBUST, OPEN = 0.9, 0.6
"""The verdict's bounds: first in at least so many of the draws; ahead of the nearest rival in fewer than so many."""


class Verdict(StrEnum):
    """What a lead is worth."""

    ROBUST = "robust"
    LEANING = "leaning"
    TIE = "a tie"


@dataclass(frozen=True, eq=False)
class Deep:
    """What takes longer than a frame. sample: over `rows` of the options; never_first: (m,) options that are first
    under no weights at all, with the likely scores; weights: the draws behind the sample.
    """

    sample: Acceptability
    never_first: Flags
    weights: WeightSample


@dataclass(frozen=True, eq=False)
class Firmness:
    """What is known of how firm a ranking is; every part is worked out when it is first asked for.

    `weights` are draws of the `counted` criteria's shares and `scores` draws of the values of `rows`, the options that
    are drawn (all, or the 200 best), on them; None where nothing is drawn. `deep` is None until it is there.
    """

    result: Result
    spans: Spans
    sampling: Sampling
    rows: Ranks
    counted: Ranks
    weights: WeightSample | None
    scores: HeldScores | ScoreModel | None
    deep: Deep | None = None

    @property
    def doubt(self) -> Doubt:
        """How sure the party is of its weights."""
        return self.result.perspective.doubt

    @property
    def values(self) -> Array:
        """(m, n) values, 0..100; the middle where a score is missing."""
        return self.spans.values

    @property
    def shares(self) -> Array:
        """(n,) shares, summing to 1."""
        return self.result.shares

    @property
    def leader(self) -> int:
        """The row of the option that is listed first."""
        return int(self.result.order[0])

    @cached_property
    def gaps(self) -> int:
        """Missing scores that carry weight: drawn as anything from 0 to 100."""
        return int(np.count_nonzero(self.spans.gaps[:, self.shares > 0]))

    @cached_property
    def locked(self) -> Flags:
        """(n,) shares that hold."""
        return np.array([leaf.id in self.result.perspective.locked for leaf in self.result.table.leaves], dtype=bool)

    # The verdict

    @cached_property
    def standing(self) -> Standing | None:
        """How often each of `rows` comes first, and the leader beats it; None until there are draws."""
        place = self._place(self.leader)
        if self.deep is not None:
            found = self.deep.sample
            return Standing(place, found.first, found.pairwise_winning[place], found.count, found.effective)
        if self.weights is None:
            return None
        held = self.scores if isinstance(self.scores, HeldScores) else None
        return standing(self._drawn_values, self.weights, place, scores=held)

    @cached_property
    def rival(self) -> int | None:
        """The row of the option that beats the leader most often; None until there are draws."""
        if self.standing is None:
            return None
        wins = self.standing.wins.copy()
        wins[self.standing.option] = np.inf
        return int(self.rows[wins.argmin()])

    @property
    def winning(self) -> float:
        """0..1, how often the leader beats that rival; NaN until there are draws."""
        if self.standing is None or self.rival is None:
            return np.nan
        return float(self.standing.wins[self._place(self.rival)])

    @property
    def first(self) -> float:
        """0..1, how often the leader comes first; NaN until there are draws."""
        return np.nan if self.standing is None else float(self.standing.first[self.standing.option])

    @cached_property
    def verdict(self) -> Verdict | None:
        """Robust: first in 90 % of the draws or more. A tie: level now, or ahead of its nearest rival in fewer than
        60 %. Leaning: in between. None until there are draws.
        """
        if self.result.lead() == 0.0:
            return Verdict.TIE
        if self.standing is None:
            return None
        if self.winning < OPEN:
            return Verdict.TIE
        return Verdict.ROBUST if self.first >= ROBUST else Verdict.LEANING

    @cached_property
    def sample(self) -> Acceptability | None:
        """Acceptability of `rows` over `counted`; without confidence factors until it is the deep one."""
        if self.deep is not None:
            return self.deep.sample
        if self.weights is None:
            return None
        held = self.scores if isinstance(self.scores, HeldScores) else None
        return acceptability(self._drawn_values, self.weights, scores=held, confident=False)

    @cached_property
    def central(self) -> Array:
        """(rows, n) central weights over all criteria, 0 for those that are not drawn; NaN where never first."""
        assert self.sample is not None
        found = np.zeros((self.rows.size, self.shares.size))
        found[:, self.counted] = self.sample.central_weights
        found[np.isnan(self.sample.central_weights).any(axis=1)] = np.nan
        return found

    @property
    def varies_scores(self) -> bool:
        """Whether scores are drawn, too, in what is shown now."""
        if self.deep is not None:
            return bool(self.spans.is_open[self.counted].any())
        return isinstance(self.scores, HeldScores)

    # What would change it

    @cached_property
    def lines(self) -> ShareLines:
        """Every total over every share, the free ones giving way in proportion."""
        return share_lines(self.values, self.shares, self.locked)

    @cached_property
    def stable(self) -> Array:
        """(n, 2) shares between which each weight leaves the leaders first; NaN for one without weight that lacks
        scores, and for a weight that cannot move.
        """
        found = self.lines.stability()
        unknown = self.spans.gaps.any(axis=0) & (self.shares == 0)
        if not unknown.any():
            return found
        return np.where(unknown[:, None], np.nan, found)

    @cached_property
    def way(self) -> Array:
        """(n,) way of each share, 0..1, to the nearest end of its stable interval inside 0..1, infinite for none."""
        low, high = self.stable.T
        # The end of what locks leave to a share is no flip.
        first, last = self.lines.reach()
        known = ~np.isnan(low)
        down = np.where((first > TIE) & known, self.shares - low, np.inf)
        up = np.where((last < 1.0 - TIE) & known, high - self.shares, np.inf)
        nearest: Array = np.maximum(np.minimum(down, up), 0.0)
        return nearest

    @property
    def closest(self) -> Ranks:
        """(n,) criteria, the one whose share has the least way to go to a flip first; those without a flip last."""
        found: Ranks = np.argsort(self.way, kind="stable")
        return found

    @cached_property
    def move(self) -> WeightMove:
        """The smallest changes of weights that draw another option level with the leader, over all criteria."""
        return self.move_between(self.leader, None)

    @cached_property
    def change(self) -> ScoreChange:
        """The smallest change of one score that draws another option level with the leader."""
        return self.change_between(self.leader, None)

    def move_between(self, leader: int, rival: int | None) -> WeightMove:
        """The smallest changes of weights, locks held, that draw `rival` (None: anybody) level with `leader`.

        Criteria without weight keep none; `weights` of the flips are over all criteria; without the nearest weights.
        """
        some = np.flatnonzero((self.shares > 0) | self.locked)
        found = smallest_weight_move(
            self.values[:, some], self.shares[some], leader, rival, locked=self.locked[some], straight=False
        )
        return _widened(found, some, self.shares.size)

    def change_between(self, leader: int, rival: int | None) -> ScoreChange:
        """The smallest change of one score that draws `rival` (None: anybody) level with `leader`."""
        return smallest_score_change(self.values, self.shares, leader, rival)

    @cached_property
    def dominance(self) -> Dominance:
        """Which options are worse than one other on every criterion that carries weight, or as good."""
        return dominated(self.values[:, self.shares > 0])

    @property
    def never_first(self) -> Flags:
        """(m,) options known to be first under no weights at all: all that are, once the deep answer is there."""
        return self.dominance.by >= 0 if self.deep is None else self.deep.never_first

    # Inside

    @cached_property
    def _drawn_values(self) -> Array:
        return self.values[np.ix_(self.rows, self.counted)]

    def _place(self, row: int) -> int:
        return int(np.searchsorted(self.rows, row))


class Judge:
    """Says in every frame how firm a result is, and keeps what does not change in between; never waits."""

    def __init__(self) -> None:
        self._draws = Plausible(COARSE, is_patient=False)
        self._spans: Spans | None = None

    def judge(self, result: Result, sampling: Sampling, deep: Deep | None = None) -> Firmness:
        """How firm a result is. Raises Known for one option alone, and where no weights lie within the ranges."""
        if len(result.table.options) < 2:
            raise Known("Only one option is left, so nothing can overtake it; add or include another.")
        if self._spans is None or self._spans.table is not result.table:
            self._spans = spans_of(result.table)
        spans, doubt = self._spans, result.perspective.doubt
        leaves = tuple(leaf.id for leaf in result.table.leaves)
        counted = counted_of(result.shares, doubt, leaves)
        rows = np.sort(result.order[:MOST_OPTIONS])
        drawn = tuple(leaves[column] for column in counted)
        if deep is not None:
            self._draws.adopt(doubt, drawn, sampling.seed, deep.weights)
            return Firmness(result, spans, sampling, rows, counted, None, None, deep)
        count = min(COARSE, max(1, HELD // (rows.size * counted.size)))
        if count != self._draws.count:
            self._draws = Plausible(count, is_patient=False)
        weights = self._draws.weights(result.shares[counted], doubt, drawn, sampling.seed)
        # Where there are more options, others are the best in every frame: their scores are drawn at rest only.
        is_all = rows.size == len(result.table.options)
        scores = self._draws.scores(spans, rows, counted, sampling.seed) if is_all else None
        return Firmness(result, spans, sampling, rows, counted, weights, scores)


class DeepJudge:
    """Works out, on a thread of its own, what takes longer than a frame."""

    def __init__(self) -> None:
        self._draws = Plausible(1)
        self._never: tuple[Spans, bytes, Flags] | None = None

    def deepen(self, firm: Firmness, cancel: Cancel | None = None) -> Deep:
        """The deep answer to what `firm` tells coarsely.

        Raises Known where no weights lie within the ranges; Cancelled.
        """
        samples, seed = firm.sampling.samples, firm.sampling.seed
        if self._draws.count != samples:
            self._draws = Plausible(samples)
        leaves = tuple(firm.result.table.leaves[column].id for column in firm.counted)
        weights = self._draws.weights(firm.shares[firm.counted], firm.doubt, leaves, seed, cancel)
        assert weights is not None
        scores = self._draws.scores(firm.spans, firm.rows, firm.counted, seed, cancel)
        values = firm.values[np.ix_(firm.rows, firm.counted)]
        sample = acceptability(values, weights, scores=scores, cancel=cancel)
        return Deep(sample, self._never_first(firm, cancel), weights)

    def _never_first(self, firm: Firmness, cancel: Cancel | None) -> Flags:
        counts = firm.shares > 0
        key = counts.tobytes()
        if self._never is None or self._never[0] is not firm.spans or self._never[1] != key:
            values = firm.values[:, counts]
            if len(values) > MOST_OPTIONS:
                never = firm.dominance.by >= 0
            else:
                never = ~potentially_optimal(values, whole(values.shape[1]), cancel=cancel).optimal
            self._never = (firm.spans, key, never)
        return self._never[2]


def firmness(
    study: Study, perspective: Id, *, spread: float | None = None, samples: int = 20_000, seed: int = 1
) -> Firmness:
    """How firm the ranking of one perspective is, with the deep answer; with `spread`, 0..1, around its weights.

    Raises Known for one option alone, and where no weights lie within the ranges.
    """
    result = evaluate(study, perspective)
    if spread is not None:
        doubt = replace(result.perspective.doubt, knowledge=Knowledge.AROUND, spread=spread)
        result = replace(result, perspective=replace(result.perspective, doubt=doubt))
    judge, sampling = Judge(), Sampling(samples, seed)
    return judge.judge(result, sampling, DeepJudge().deepen(judge.judge(result, sampling)))


def _widened(move: WeightMove, some: Ranks, size: int) -> WeightMove:
    """A move over some of the criteria as one over all."""
    if some.size == size:
        return move

    def wide(weights: Array) -> Array:
        found = np.zeros(size)
        found[some] = weights
        found.setflags(write=False)
        return found

    one, few = move.one_share, move.fewest_points
    share = one and replace(one, weights=wide(one.weights), criterion=int(some[one.criterion]))
    return replace(move, one_share=share, fewest_points=few and replace(few, weights=wide(few.weights)))
