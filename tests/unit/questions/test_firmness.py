"""How firm a ranking is: the verdict, what overturns it, and the text that says so."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from db.study.model import Doubt, Knowledge, Known, Option, Perspective, Score, Study
from desktop.evaluation import evaluate
from desktop.exchange.firmness_text import draws_sentences, firmness_text, verdict_sentence
from desktop.questions.firmness import DeepJudge, Judge, Verdict, firmness
from desktop.questions.plausible import Sampling, spans_of
from seeds import security_guarantees
from tests.unit.questions.test_concordance import study_of

FAR = np.array([(90.0, 80.0), (20.0, 10.0), (30.0, 15.0)])
EVEN = np.array([(100.0, 0.0), (0.0, 100.0)])


def test_an_option_far_ahead_everywhere_is_robust_and_no_weights_overturn_it() -> None:
    found = firmness(study_of(FAR, (60.0, 40.0)), "p")
    assert found.verdict is Verdict.ROBUST
    assert found.sample.first.tolist() == [1.0, 0.0, 0.0]
    assert found.move.fewest_points is None
    assert found.never_first.tolist() == [False, True, True]
    assert found.dominance.by.tolist() == [-1, 0, 0]
    assert np.isinf(found.way).all()
    assert "at least as good on every criterion" in firmness_text(
        study_of(FAR, (60.0, 40.0)), "p", "table", spread=0.3, samples=100, seed=1
    )


def test_two_options_that_are_level_are_a_tie() -> None:
    found = firmness(study_of(EVEN, (50.0, 50.0)), "p")
    assert found.verdict is Verdict.TIE
    assert found.winning == pytest.approx(0.5, abs=0.02)
    assert verdict_sentence(found).startswith("A tie: A and B are level; the first named is first in 5")


def test_the_chance_to_come_first_is_that_of_the_weights_where_the_scores_are_exact() -> None:
    # w1 = 0.7 * 0.6 + 0.3 u, u uniform on 0..1, is above one half where u > 4/15.
    found = firmness(study_of(EVEN, (60.0, 40.0)), "p", samples=100_000)
    assert found.sample.first[0] == pytest.approx(11 / 15, abs=0.005)
    assert found.verdict is Verdict.LEANING
    assert found.stable == pytest.approx(np.array([[0.5, 1.0], [0.0, 0.5]]))
    assert found.way == pytest.approx([0.1, 0.1])


def test_wide_ranges_of_scores_make_a_lead_less_firm() -> None:
    sure = study_of(np.array([(60.0, 50.0), (50.0, 55.0)]), (60.0, 40.0))
    doubtful = replace(sure, scores={**sure.scores, ("o0", "c0"): Score(likely=60.0, low=10.0, high=90.0)})
    assert firmness(doubtful, "p").winning < firmness(sure, "p").winning


def test_ranges_are_seen_through_scales_where_less_is_better() -> None:
    study = study_of(EVEN, (50.0, 50.0), lower=frozenset({1}))
    study = replace(study, scores={**study.scores, ("o0", "c1"): Score(likely=40.0, low=20.0, high=90.0)})
    spans = spans_of(evaluate(study, "p").table)
    low, high = spans.low, spans.high
    assert (low[0, 1], high[0, 1]) == pytest.approx((10.0, 80.0))
    assert (low <= high).all()


def test_the_smallest_changes_it_names_draw_another_option_level() -> None:
    study = security_guarantees.load()
    for party in study.perspectives:
        found = firmness(study, party.id, samples=500)
        move = found.move.fewest_points
        assert move is not None
        assert move.totals[move.rival] == pytest.approx(move.totals[found.leader])


def test_a_criterion_without_weight_that_lacks_scores_has_no_interval() -> None:
    matrix = np.array([(60.0, np.nan, 50.0), (50.0, 10.0, 55.0)])
    found = firmness(study_of(matrix, (60.0, 0.0, 40.0)), "p")
    assert np.isnan(found.stable[1]).all()
    assert np.isinf(found.way[1])
    assert found.closest[-1] == 1


def test_locked_weights_hold_in_every_change_it_names() -> None:
    study = study_of(np.array([(80.0, 20.0, 40.0), (20.0, 80.0, 50.0)]), (50.0, 30.0, 20.0))
    held = replace(study, perspectives=(replace(study.perspectives[0], locked=frozenset({"c2"})),))
    move = firmness(held, "p").move.fewest_points
    assert move is not None
    assert move.weights[2] == pytest.approx(0.2)


def test_what_cannot_be_told_is_refused_in_words() -> None:
    with pytest.raises(Known, match="Only one option"):
        firmness(study_of(EVEN[:1], (50.0, 50.0)), "p")
    study = study_of(EVEN, (50.0, 50.0))
    doubt = Doubt(Knowledge.RANGES, ranges={"c0": (0.6, 1.0), "c1": (0.6, 1.0)})
    with pytest.raises(Known, match="No weights lie within all the ranges"):
        firmness(replace(study, perspectives=(replace(study.perspectives[0], doubt=doubt),)), "p")


def test_a_missing_score_may_be_anything_and_is_told() -> None:
    # B beats A's 60 where its missing value is above 60: in 40 % of the draws of a value that is anything alike.
    found = firmness(study_of(np.array([(60.0,), (np.nan,)]), (50.0,)), "p", samples=50_000)
    assert found.first == pytest.approx(0.6, abs=0.01)
    assert found.gaps == 1
    assert "1 missing score may be anything" in " ".join(draws_sentences(found))


def test_weights_of_which_only_the_order_is_known_are_uniform_over_that_order() -> None:
    # Any w1 >= w2 is alike, so w1 is uniform on 1/2..1 and A is first throughout; tied weights may be in any order.
    ranking = Doubt(Knowledge.RANKING)
    ordered = firmness(doubtful(study_of(EVEN, (60.0, 40.0)), ranking), "p", samples=20_000)
    assert ordered.first == 1.0
    assert ordered.central[0] == pytest.approx([0.75, 0.25], abs=0.005)
    assert firmness(doubtful(study_of(EVEN, (50.0, 50.0)), ranking), "p").first == pytest.approx(0.5, abs=0.02)
    three = firmness(doubtful(study_of(np.eye(3) * 100, (50.0, 30.0, 20.0)), ranking), "p", samples=50_000)
    # The mean weights of a complete ranking are its centroid: rank-order centroid weights.
    assert three.deep is not None
    assert three.deep.weights.weights.mean(axis=0) == pytest.approx([11 / 18, 5 / 18, 2 / 18], abs=0.005)


def test_weights_within_ranges_stay_within_them() -> None:
    ranges = Doubt(Knowledge.RANGES, ranges={"c0": (0.3, 0.55)})
    found = firmness(doubtful(study_of(EVEN, (50.0, 50.0)), ranges), "p", samples=20_000)
    # First where w1 > 1/2: a fifth of 0.3..0.55.
    assert found.first == pytest.approx(0.2, abs=0.02)


def test_a_judge_in_a_hurry_waits_for_nobody_and_says_the_same_as_the_deep_one() -> None:
    study = doubtful(study_of(EVEN, (50.0, 50.0)), Doubt(Knowledge.RANGES, ranges={"c0": (0.3, 0.55)}))
    result, judge, sampling = evaluate(study, "p"), Judge(), Sampling(20_000, 3)
    hasty = judge.judge(result, sampling)
    assert (hasty.verdict, hasty.sample) == (Verdict.TIE, None)
    deep = DeepJudge().deepen(hasty)
    assert judge.judge(result, sampling, deep).first == deep.sample.first[hasty.leader]
    coarse = judge.judge(result, sampling)
    assert coarse.sample is not None
    assert coarse.sample.count == 2000
    assert coarse.first == pytest.approx(deep.sample.first[hasty.leader], abs=0.04)


def doubtful(study: Study, doubt: Doubt) -> Study:
    return replace(study, perspectives=(replace(study.perspectives[0], doubt=doubt),))


def test_with_many_options_the_best_are_drawn_and_the_text_says_so() -> None:
    matrix = np.column_stack((np.linspace(0, 90, 230), np.linspace(10, 80, 230)))
    study = study_of(EVEN, (50.0, 50.0))
    options = tuple(Option(f"o{row}", f"Option {row}") for row in range(230))
    scores = {(f"o{row}", f"c{k}"): Score(likely=float(x)) for (row, k), x in np.ndenumerate(matrix)}
    found = firmness(replace(study, options=options, scores=scores), "p", samples=500)
    assert found.rows.tolist() == list(range(30, 230))
    assert found.first == 1.0
    assert "200 best of 230 options" in " ".join(draws_sentences(found))


def test_the_same_seed_says_the_same_and_another_nearly() -> None:
    study = security_guarantees.load()
    party = study.perspectives[0].id
    first, again, other = (firmness(study, party, seed=seed).sample.first for seed in (1, 1, 2))
    assert (first == again).all()
    assert first == pytest.approx(other, abs=0.03)


def test_the_text_names_the_verdict_the_flips_and_the_draws() -> None:
    study = security_guarantees.load()
    text = firmness_text(study, study.perspectives[0].id, "table", spread=0.3, samples=2000, seed=1)
    assert "As good as a tie: Reassurance force with American promise" in text
    assert "points from" in text
    assert "2,000 draws" in text
    assert "can never be first" in text
    for leaf in study.leaves():
        assert leaf.name in text


def test_the_record_for_programs_is_whole(capsys: pytest.CaptureFixture[str]) -> None:
    study = security_guarantees.load()
    party: Perspective = study.perspectives[3]
    record = json.loads(firmness_text(study, party.id, "json", spread=0.3, samples=2000, seed=7))
    assert (record["perspective"], record["verdict"], record["seed"]) == (party.name, "robust", 7)
    assert sum(record["first"].values()) == pytest.approx(1.0)
    assert len(record["weights"]) == len(study.leaves())
