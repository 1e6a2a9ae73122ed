"""From a study and a perspective to a result: what the screen shows is what the formulas say."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from db.study.model import Criterion, Direction, Known, Option, Perspective, Scale, Score, Shape, Study
from desktop.commands import EditOption, MoveWeight, SetScores
from desktop.commands.scores import Entry
from desktop.evaluation import Evaluator, evaluate, value_of
from tests.strategies import studies


def crossing(**changes: object) -> Study:
    """Three options on four directly rated criteria: the golden example of the methods."""
    table = ((80, 20, 60, 50), (40, 90, 55, 70), (60, 60, 20, 90))
    criteria = tuple(Criterion(f"c{column}", f"Criterion {column}", scale=Scale()) for column in range(4))
    options = tuple(Option(f"o{row}", f"Option {row}") for row in range(3))
    scores = {(f"o{row}", f"c{column}"): Score(float(table[row][column])) for row in range(3) for column in range(4)}
    party = Perspective("p", "All", weights={"c0": 4.0, "c1": 3.0, "c2": 2.0, "c3": 1.0})
    study = Study("s", "Crossing", options=options, criteria=criteria, scores=scores, perspectives=(party,))
    return replace(study, **changes)  # type: ignore[arg-type]


def test_the_golden_example_of_the_methods() -> None:
    result = evaluate(crossing(), "p")
    assert result.totals == pytest.approx([55, 61, 55])
    assert result.order.tolist() == [1, 0, 2]
    assert [result.rank_text(row) for row in range(3)] == ["2=", "1", "2="]
    assert result.lead() == pytest.approx(6)
    assert result.is_complete


weighed = studies().filter(lambda study: bool(study.perspectives and study.leaves() and study.included()))


@settings(max_examples=60)
@given(data=st.data(), study=weighed)
def test_totals_agree_with_exact_sums_of_weights_times_values(data: st.DataObject, study: Study) -> None:
    party = data.draw(st.sampled_from(study.perspectives))
    points = {leaf.id: Fraction(party.weights.get(leaf.id, 0.0)) for leaf in study.leaves()}
    if not sum(points.values()):
        with pytest.raises(Known, match="No criterion carries weight"):
            evaluate(study, party.id)
        return
    result = evaluate(study, party.id)
    for row, option in enumerate(study.included()):
        low = high = Fraction(0)
        for leaf in study.leaves():
            assert leaf.scale is not None
            share, score = points[leaf.id] / sum(points.values()), study.score(option.id, leaf.id)
            known = score.likely is not None
            low += share * (Fraction(float(value_of(leaf.scale, score.likely))) if known else 0)
            high += share * (Fraction(float(value_of(leaf.scale, score.likely))) if known else 100)
        assert (result.low[row], result.high[row]) == pytest.approx((float(low), float(high)), abs=1e-9)
        assert result.totals[row] == pytest.approx(float(low + high) / 2, abs=1e-9)


@settings(max_examples=40)
@given(data=st.data(), study=weighed)
def test_every_completion_of_the_missing_scores_lies_within_what_is_shown(data: st.DataObject, study: Study) -> None:
    party = data.draw(st.sampled_from(study.perspectives))
    assume(sum(party.weights.get(leaf.id, 0.0) for leaf in study.leaves()) > 0)
    result = evaluate(study, party.id)
    gaps = [
        (option.id, leaf)
        for option in study.included()
        for leaf in study.leaves()
        if study.score(option.id, leaf.id).is_missing
    ]
    assume(len(gaps) <= 4)
    ends = [((cell[0], cell[1].id), cell[1].scale) for cell in gaps]
    for choice in product(*((scale.worst, scale.best) for _, scale in ends if scale)):
        filled = {address: Score(x) for (address, _), x in zip(ends, choice, strict=True)}
        full = evaluate(replace(study, scores={**study.scores, **filled}), party.id)
        assert ((result.low <= full.totals + 1e-9) & (full.totals <= result.high + 1e-9)).all()
        assert ((result.best_rank <= full.best_rank) & (full.worst_rank <= result.worst_rank)).all()


@settings(max_examples=60)
@given(data=st.data(), study=weighed)
def test_the_order_of_options_and_criteria_changes_no_rank(data: st.DataObject, study: Study) -> None:
    party = data.draw(st.sampled_from(study.perspectives))
    assume(sum(party.weights.get(leaf.id, 0.0) for leaf in study.leaves()) > 0)
    shuffled = replace(
        study,
        options=tuple(data.draw(st.permutations(study.options))),
        criteria=tuple(data.draw(st.permutations(study.criteria))),
    )
    assert ranks_by_option(shuffled, party.id) == ranks_by_option(study, party.id)


def ranks_by_option(study: Study, party: str) -> dict[str, str]:
    result = evaluate(study, party)
    return {option.id: result.rank_text(row) for row, option in enumerate(result.table.options)}


def test_an_excluded_option_takes_no_part() -> None:
    study = EditOption("o1", {"excluded": True}).apply(crossing())
    result = evaluate(study, "p")
    assert [option.id for option in result.table.options] == ["o0", "o2"]
    assert [result.rank_text(row) for row in range(2)] == ["1=", "1="]
    assert result.lead() == 0


def test_tied_options_stand_in_the_order_of_their_names() -> None:
    study = crossing(options=(Option("o2", "b"), Option("o0", "A"), Option("o1", "c")))
    names = [evaluate(study, "p").table.options[row].name for row in evaluate(study, "p").order]
    assert names == ["c", "A", "b"]


def test_a_missing_score_opens_the_total_and_the_rank_and_leaves_the_contribution_open() -> None:
    study = crossing()
    scores = {cell: score for cell, score in study.scores.items() if cell != ("o0", "c0")}
    result = evaluate(replace(study, scores=scores), "p")
    assert (result.low[0], result.high[0], result.totals[0]) == pytest.approx((23, 63, 43))
    assert [result.rank_text(row) for row in range(3)] == ["1–3", "1–2", "2–3"]
    assert not result.is_complete
    assert np.isnan(result.contributions[0, 0])


@pytest.mark.parametrize(
    ("options", "criteria", "order"), [(0, 4, []), (1, 4, [0]), (3, 1, [0, 2, 1]), (1, 1, [0]), (3, 0, [0, 1, 2])]
)
def test_one_option_one_criterion_or_none_is_a_study_like_any_other(
    options: int, criteria: int, order: list[int]
) -> None:
    study = crossing()
    small = replace(study, options=study.options[:options], criteria=study.criteria[:criteria])
    result = evaluate(small, "p")
    assert result.order.tolist() == order
    assert result.contributions.shape == (options, criteria)
    assert len(result.totals) == options


def test_no_weight_at_all_is_told_with_the_name_of_the_perspective() -> None:
    party = Perspective("p", "Kyiv", weights={"c0": 0.0})
    with pytest.raises(Known, match="“Kyiv”"):
        evaluate(crossing(perspectives=(party,)), "p")


def test_a_scale_without_a_range_is_told_with_its_ends() -> None:
    with pytest.raises(Known, match="from 5 to 5 has no range"):
        value_of(Scale(5, 5), [5.0])


@pytest.mark.parametrize("direction", list(Direction))
@pytest.mark.parametrize("shape", list(Shape))
def test_the_worst_end_is_worth_0_and_the_best_100(direction: Direction, shape: Shape) -> None:
    up = direction is Direction.HIGHER
    points = ((10.0, 0.0 if up else 100.0), (12.0, 70.0), (20.0, 100.0 if up else 0.0))
    scale = Scale(10, 20, direction, shape=shape, points=points, curvature=2.5)
    assert value_of(scale, [scale.worst, scale.best]) == pytest.approx([0, 100])


def test_the_table_stays_the_same_object_while_only_weights_move_and_is_made_afresh_for_a_score() -> None:
    study, evaluator = crossing(), Evaluator()
    table = evaluator.evaluate(study, "p").table
    moved = MoveWeight("p", "c0", 0.9).apply(study)
    assert evaluator.evaluate(moved, "p").table is table
    scored = SetScores({("o0", "c0"): Entry(0.0)}).apply(moved)
    result = evaluator.evaluate(scored, "p")
    assert result.table is not table
    assert result.totals == pytest.approx(evaluate(scored, "p").totals)


def test_a_perspective_that_is_not_there_is_a_bug_not_a_refusal() -> None:
    with pytest.raises(KeyError):
        evaluate(crossing(), "nobody")
