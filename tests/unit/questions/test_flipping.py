"""What would change the answer: how close it is, in what words, and the studies in which it has changed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from db.study.model import Direction, Scale, Score, Shape, Study
from desktop.evaluation import evaluate, value_of
from desktop.exchange.firmness_text import verdict_sentence
from desktop.exchange.flips_text import figure, ways_of
from desktop.questions.firmness import Firmness, firmness
from desktop.questions.flipping import (
    CLOSE_WEIGHT,
    MOST_SCORES,
    NEAR_WEIGHT,
    Closeness,
    closeness_of,
    pair_of,
    score_flips,
    score_of,
    weight_flips,
    weights_journey,
)
from tests.unit.questions.test_concordance import study_of

EVEN = np.array([(100.0, 0.0), (0.0, 100.0)])
THREE = np.array([(80.0, 20.0, 40.0), (20.0, 80.0, 50.0), (10.0, 10.0, 99.0)])


def firm_of(study: Study) -> Firmness:
    return firmness(study, "p", samples=10)


def locked(study: Study, *leaves: str) -> Study:
    return replace(study, perspectives=(replace(study.perspectives[0], locked=frozenset(leaves)),))


def test_the_end_of_what_the_locks_leave_to_a_weight_is_no_flip() -> None:
    # With c2 held at 20 %, c0 can have at most 80 %, at which the first option still leads.
    firm = firm_of(locked(study_of(THREE, (50.0, 30.0, 20.0)), "c2"))
    flips = weight_flips(firm)
    assert firm.stable[0, 1] == pytest.approx(0.8)
    assert flips.columns.tolist()[-1] == 2
    assert flips.closeness[-1] is Closeness.LOCKED
    assert flips.flip[flips.columns.tolist().index(0)] < 0.5


def test_where_nothing_can_give_way_no_weight_has_a_flip() -> None:
    assert np.isinf(firm_of(locked(study_of(EVEN, (60.0, 40.0)), "c0", "c1")).way).all()
    assert np.isinf(firm_of(study_of(np.array([(60.0,), (40.0,)]), (1.0,))).way).all()


def test_weights_are_close_near_or_far_by_the_points_to_go() -> None:
    assert closeness_of(CLOSE_WEIGHT, CLOSE_WEIGHT, NEAR_WEIGHT) is Closeness.CLOSE
    assert closeness_of(NEAR_WEIGHT, CLOSE_WEIGHT, NEAR_WEIGHT) is Closeness.NEAR
    assert closeness_of(0.2, CLOSE_WEIGHT, NEAR_WEIGHT) is Closeness.FAR
    assert closeness_of(np.inf, CLOSE_WEIGHT, NEAR_WEIGHT) is Closeness.NONE
    flips = weight_flips(firm_of(study_of(EVEN, (54.0, 46.0))))
    assert flips.closeness == (Closeness.CLOSE, Closeness.CLOSE)
    assert flips.rival.tolist() == [1, 1]
    assert flips.flip == pytest.approx([0.5, 0.5])


def test_a_flip_within_a_scores_range_is_close_however_far_and_one_beyond_it_is_not() -> None:
    study = study_of(np.array([(60.0, 50.0), (30.0, 50.0)]), (50.0, 50.0))

    def closeness(score: Score) -> Closeness:
        flips = score_flips(firm_of(replace(study, scores={**study.scores, ("o1", "c0"): score})))
        cells = list(zip(flips.rows.tolist(), flips.columns.tolist(), strict=True))
        return flips.closeness[cells.index((1, 0))]

    assert closeness(Score(30.0, 10.0, 65.0)) is Closeness.CLOSE
    assert closeness(Score(30.0, 10.0, 55.0)) is Closeness.NEAR
    assert closeness(Score(55.0)) is Closeness.CLOSE
    assert closeness(Score(55.0, 50.0, 58.0)) is Closeness.NEAR
    assert closeness(Score()) is Closeness.CLOSE


def test_of_many_scores_the_closest_hundred_are_listed() -> None:
    values = np.full((8, 20), 50.0) - np.arange(8)[:, None] / 10.0
    flips = score_flips(firm_of(study_of(values, (5.0,) * 20)))
    assert len(flips.rows) == MOST_SCORES < flips.count <= flips.of == 160
    change = np.abs(flips.margins.change)
    assert np.sort(np.abs(flips.change)) == pytest.approx(np.sort(change[np.isfinite(change)])[:MOST_SCORES])


@pytest.mark.parametrize(
    "scale",
    [
        Scale(0.0, 8.0),
        Scale(-5.0, 20.0, Direction.LOWER),
        Scale(2.0, 9.0, shape=Shape.EXPONENTIAL, curvature=3.0),
        Scale(0.0, 10.0, Direction.LOWER, shape=Shape.PIECEWISE, points=((0.0, 100.0), (4.0, 30.0), (10.0, 0.0))),
    ],
)
def test_a_score_is_found_for_every_value_of_every_kind_of_scale(scale: Scale) -> None:
    for value in (0.0, 12.5, 30.0, 99.0, 100.0):
        assert float(value_of(scale, score_of(scale, value, 5.0))) == pytest.approx(value, abs=1e-9)


def test_two_options_are_reversed_in_sentences_whose_figures_do_it() -> None:
    study = study_of(EVEN, (60.0, 40.0))
    firm = firm_of(study)
    weight, points, score = ways_of(pair_of(firm, 1, 0))
    assert weight.sentence == "Criterion 1 going up from 40.0 to 50.0 % makes the two level; any more puts B ahead."
    assert (
        points.sentence
        == "Moving 10.0 points from Criterion 0 to Criterion 1 makes the two level; any more puts B ahead."
    )
    assert (weight.amount, points.amount, score.amount) == ("10.0 points", "10.0 points", "33.3 points")
    assert score.sentence.startswith("B scoring 33.3 on Criterion 0, instead of 0,")
    shown = weights_journey(study, firm, np.array([0.5, 0.5]))(1.0)
    assert evaluate(shown, "p").lead() == 0.0


def test_where_two_options_cannot_be_reversed_the_sentences_say_why() -> None:
    firm = firm_of(study_of(np.array([(100.0, 99.0), (3.0, 4.0)]), (60.0, 40.0)))
    weight, points, score = ways_of(pair_of(firm, 0, 1))
    assert (
        weight.sentence == points.sentence == "None: no weights at all do it: the leader is ahead on every criterion."
    )
    assert score.sentence.startswith("None: no single score within the scale does it; the best of them leaves B 3")
    held = firm_of(locked(study_of(EVEN, (60.0, 40.0)), "c0", "c1"))
    assert ways_of(pair_of(held, 0, 1))[0].sentence == "None: the locked weights leave too little to move."
    level = firm_of(study_of(EVEN, (50.0, 50.0)))
    assert {way.sentence for way in ways_of(pair_of(level, 0, 1))} == {"The two are level now: any change parts them."}


def test_scores_are_told_to_three_digits_of_their_scale() -> None:
    assert figure(54.6687, Scale(0.0, 100.0)) == "54.7"
    assert figure(-0.0461, Scale(-1.0, 1.0)) == "\N{MINUS SIGN}0.05"
    assert figure(12_345.6, Scale(0.0, 90_000.0)) == "12346"
    assert figure(40.0, Scale(0.0, 100.0)) == "40"


@pytest.mark.parametrize("lead", [1e-4, 1e-6, 2e-7])
def test_a_hair_before_a_tie_it_is_still_said_what_moves(lead: float) -> None:
    firm = firm_of(study_of(EVEN, (50.0 + lead, 50.0 - lead)))
    moved = "oving 0.0 points from Criterion 0 to Criterion 1 makes"
    assert f"m{moved} B first" in verdict_sentence(firm)
    assert ways_of(pair_of(firm, 0, 1))[1].sentence.startswith(f"M{moved} the two level")
