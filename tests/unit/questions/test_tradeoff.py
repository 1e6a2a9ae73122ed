"""Two parts of the value tree against each other: held against totals, sums and draws worked out here anew."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from db.study.model import Criterion, Direction, Scale, Score, Shape, Study
from desktop.analysis.arrays import Array
from desktop.charts.tradeoff_layout import Name, Reach, place_names, reach_of
from desktop.evaluation import evaluate, value_of
from desktop.questions.firmness import Firmness, Judge, firmness
from desktop.questions.plausible import USUAL
from desktop.questions.tradeoff import Side, Tradeoff, Tradeoffs, leaves_of, sides_of, usual_sides
from seeds import security_guarantees
from tests.bench.tables import study_of


@pytest.fixture(scope="module")
def bundled() -> Study:
    return security_guarantees.load()


def node(study: Study, name: str) -> str:
    return next(each.id for each in study.criteria if each.name == name)


def firm_of(study: Study) -> Firmness:
    return Judge().judge(evaluate(study, study.perspectives[0].id), USUAL)


def between(study: Study, across: Side, up: Side) -> Tradeoff:
    return Tradeoffs().between(study, firm_of(study), across, up)


def totals_along(study: Study, found: Tradeoff, worths: Array) -> Array:
    """wx X + wy Y with the raw weights of the study."""
    party = study.perspectives[0]
    points = [
        sum(party.weights.get(leaf.id, 0.0) for leaf in leaves_of(study, axis.side)) for axis in (found.x, found.y)
    ]
    return np.asarray(worths @ np.array(points) / sum(party.weights.values()))


def test_cost_in_its_own_unit_stands_against_everything_else_to_begin_with(bundled: Study) -> None:
    cost = node(bundled, "Cost")
    found = usual_sides(bundled, evaluate(bundled, bundled.perspectives[0].id))
    assert found == (Side(cost, in_unit=True), Side(cost, is_rest=True))


def test_without_a_cost_the_heaviest_branch_stands_against_the_rest() -> None:
    study = study_of(5, 12)
    result = evaluate(study, study.perspectives[0].id)
    found = usual_sides(study, result)
    assert found is not None
    heaviest = max(
        (each for each in study.criteria if each.parent is None),
        key=lambda each: sum(result.shares[result.table.columns[leaf.id]] for leaf in study.leaves(each.id)),
    )
    assert found == (Side(heaviest.id), Side(heaviest.id, is_rest=True))


def test_one_criterion_alone_can_stand_against_nothing() -> None:
    leaf = Criterion("c", "Cost", scale=Scale())
    study = replace(study_of(2, 1), criteria=(leaf,))
    assert sides_of(study) == ()


def test_the_values_are_those_of_the_leaves_with_weights_that_sum_to_one(bundled: Study) -> None:
    side, rest = (Side(node(bundled, "Keeps the peace"), is_rest=is_rest) for is_rest in (False, True))
    found, party = between(bundled, side, rest), bundled.perspectives[0]
    for axis in (found.x, found.y):
        leaves = leaves_of(bundled, axis.side)
        total = sum(party.weights.get(leaf.id, 0.0) for leaf in leaves)
        for row, option in enumerate(bundled.included()):
            worths = (
                party.weights.get(leaf.id, 0.0)
                * float(value_of(leaf.scale, bundled.scores[option.id, leaf.id].likely or 0.0))
                for leaf in leaves
                if leaf.scale is not None
            )
            assert axis.values[row] == pytest.approx(sum(worths) / total, abs=1e-8)


def test_both_axes_with_all_weight_give_the_totals_and_a_line_of_equal_totals(bundled: Study) -> None:
    found = between(bundled, Side(node(bundled, "Can be done")), Side(node(bundled, "Can be done"), is_rest=True))
    worths = np.column_stack((found.x.values, found.y.values))
    assert found.is_exact
    np.testing.assert_allclose(totals_along(bundled, found, worths), found.result.totals, atol=1e-7)
    np.testing.assert_allclose(totals_along(bundled, found, found.line), found.result.totals.max(), atol=1e-7)


def test_the_line_bends_with_a_value_function_and_stays_level(bundled: Study) -> None:
    cost = node(bundled, "Cost")
    found = between(bundled, Side(cost, in_unit=True), Side(cost, is_rest=True))
    scale = bundled.criterion(cost).scale
    assert scale is not None
    worths = np.column_stack((value_of(scale, found.line[:, 0]), found.line[:, 1]))
    assert len(found.line) > 2
    np.testing.assert_allclose(totals_along(bundled, found, worths), found.result.totals.max(), atol=1e-6)


def test_two_parts_of_the_weight_have_a_line_of_their_own_and_say_how_much_they_carry(bundled: Study) -> None:
    found = between(bundled, Side(node(bundled, "Keeps the peace")), Side(node(bundled, "Can be done")))
    leader = np.array([[axis.values[found.leader] for axis in (found.x, found.y)]])
    assert not found.is_exact
    assert found.carried == pytest.approx(0.76)
    level = totals_along(bundled, found, leader)[0]
    np.testing.assert_allclose(totals_along(bundled, found, found.line), level, atol=1e-7)


def test_a_branch_against_one_of_its_leaves_has_no_level_line(bundled: Study) -> None:
    found = between(bundled, Side(node(bundled, "Can be done")), Side(node(bundled, "Allied unity")))
    assert found.is_shared
    assert not found.is_exact
    assert not len(found.line)


def test_the_frontier_is_what_nobody_beats_on_both_axes() -> None:
    study = study_of(40, 12)
    group = next(each for each in study.criteria if each.parent is None)
    found = between(study, Side(group.id), Side(group.id, is_rest=True))
    x, y = found.x.values, found.y.values
    ahead = (x[:, None] >= x) & (y[:, None] >= y) & ((x[:, None] > x) | (y[:, None] > y))
    assert sorted(found.frontier.tolist()) == np.flatnonzero(~ahead.any(axis=0)).tolist()
    assert (np.diff(x[found.frontier]) <= 0).all()
    assert all(ahead[by, row] for row, by in enumerate(found.by.tolist()) if by >= 0)


def test_a_range_of_several_criteria_holds_nine_draws_in_ten(bundled: Study) -> None:
    found, firm = between(bundled, *_peace(bundled)), firm_of(bundled)
    model = firm.spans.model(*(np.arange(size) for size in firm.values.shape))
    assert model is not None
    shares = firm.shares[found.y.columns] / found.y.share
    draws = np.concatenate([block[:, :, found.y.columns] @ shares for block in model.draw(20_000, 7)])
    inside = ((draws >= found.y.low) & (draws <= found.y.high)).mean(axis=0)
    spread = found.y.high - found.y.low > 1.0
    assert spread.sum() >= 8
    np.testing.assert_allclose(inside[spread], 0.9, atol=0.025)


def _peace(study: Study) -> tuple[Side, Side]:
    peace = node(study, "Keeps the peace")
    return Side(peace), Side(peace, is_rest=True)


def test_one_criterion_ranges_from_its_low_to_its_high_and_a_missing_score_over_the_scale(bundled: Study) -> None:
    cost, option = node(bundled, "Cost"), bundled.included()[2].id
    there = between(bundled, Side(cost, in_unit=True), Side(cost, is_rest=True))
    score = bundled.scores[option, cost]
    assert (there.x.low[2], there.x.places[2], there.x.high[2]) == (score.low, score.likely, score.high)
    gone = replace(bundled, scores={**bundled.scores, (option, cost): Score()})
    open_ = between(gone, Side(cost, in_unit=True), Side(cost, is_rest=True)).x
    assert open_.gaps.tolist() == [row == 2 for row in range(len(open_.gaps))]
    assert (open_.low[2], open_.high[2]) == (0.0, 45.0)
    scale = gone.criterion(cost).scale
    assert scale is not None
    assert float(value_of(scale, open_.places[2])) == pytest.approx(50.0)


def test_an_option_that_only_mixtures_beat_is_told_from_one_that_another_dominates() -> None:
    scale = Scale()
    leaves = (Criterion("a", "A", scale=scale), Criterion("b", "B", scale=scale))
    base = study_of(4, 2)
    cells = {0: (100, 0), 1: (0, 100), 2: (30, 30), 3: (20, 20)}
    scores = {
        (base.options[row].id, leaf.id): Score(float(value))
        for row, values in cells.items()
        for leaf, value in zip(leaves, values, strict=True)
    }
    party = replace(base.perspectives[0], weights={"a": 1.0, "b": 1.0})
    study = replace(base, criteria=leaves, scores=scores, perspectives=(party,))
    maker = Tradeoffs()
    early = maker.between(study, firm_of(study), Side("a"), Side("b"))
    deep = firmness(study, party.id, samples=500)
    late = maker.between(study, deep, Side("a"), Side("b"))
    assert early.never is None
    assert not early.lost.any()
    assert late.lost.tolist() == [False, False, True, False]
    assert late.beaten.tolist() == [-1, -1, -1, 2]
    coarse = replace(deep, deep=None)
    assert maker.between(study, coarse, Side("a"), Side("b")).lost.tolist() == late.lost.tolist()


@pytest.mark.parametrize("direction", list(Direction))
def test_a_value_function_with_a_peak_has_no_way_back_to_the_unit(direction: Direction) -> None:
    bent = Scale(unit="€", direction=direction, shape=Shape.PIECEWISE, points=((0, 0), (50, 100), (100, 40)))
    base = study_of(3, 2)
    first, *others = base.leaves()
    nodes = tuple(replace(each, scale=bent) if each.id == first.id else each for each in base.criteria)
    study = replace(base, criteria=nodes)
    found = between(study, Side(first.id, in_unit=True), Side(others[0].id))
    assert found.x.scale is None
    assert found.x.unit == "value"


def test_names_cover_neither_each_other_nor_other_points() -> None:
    rng = np.random.default_rng(3)
    points = rng.uniform((20, 20), (480, 180), (40, 2))
    names = [Name(row, 70.0, 15.0, row == 0) for row in range(40)]
    nothing, none = np.empty((0, 2)), np.empty((0, 4))
    found = place_names(names, points, (0, 0, 500, 200), nothing, none, {})
    boxes = {row: box for row, (_, box) in found.items()}
    assert 0 in boxes
    assert len(boxes) >= 10
    for row, (left, top, right, bottom) in boxes.items():
        assert left >= 0
        assert top >= 0
        assert right <= 500
        assert bottom <= 200
        if row == 0:
            continue
        assert not any(left < x < right and top < y < bottom for x, y in points)
        for other, box in boxes.items():
            apart = left >= box[2] or right <= box[0] or top >= box[3] or bottom <= box[1]
            assert other == row or apart
    again = place_names(names, points, (0, 0, 500, 200), nothing, none, {row: at for row, (at, _) in found.items()})
    assert again == found


def test_an_axis_holds_its_numbers_with_round_ticks_and_never_leaves_the_scale() -> None:
    reach = reach_of(np.array([12.0, 95.0]), (0.0, 100.0))
    assert 0.0 <= reach.least < 12.0
    assert reach.most == pytest.approx(99.98)
    assert reach.ticks(400, 72) == [20.0, 40.0, 60.0, 80.0]
    assert reach.joined(Reach(3.0, 50.0)).least == 3.0
    assert reach_of(np.array([7.0]), (0.0, 100.0)).most - 7.0 == pytest.approx(5.0)
