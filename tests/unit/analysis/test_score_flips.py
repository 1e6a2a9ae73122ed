"""The smallest flip by one score, raised or lowered within its scale."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from desktop.analysis.arrays import DomainError, MissingScoreError, ShapeError, WeightError
from desktop.analysis.flips import Obstacle, smallest_score_change
from tests.decisions import CROSSING, CROSSING_WEIGHTS
from tests.unit.analysis.exact_lines import Case, cases, first_of

SOME = settings(max_examples=80, deadline=None)


def rivals_of(case: Case, leader: int) -> list[int]:
    return [other for other in range(len(case.values)) if other != leader]


def exact_score_change(case: Case, rivals: list[int], low: int, high: int) -> Fraction | None:
    leader = first_of(case.totals)[0]
    found = []
    for j in rivals:
        gap = case.totals[leader] - case.totals[j]
        if gap == 0:
            return Fraction(0)
        for k, share in enumerate(case.shares):
            rooms = (high - int(case.values[j, k]), int(case.values[leader, k]) - low)
            found += [gap / share for room in rooms if share and gap / share <= room]
    return min(found, default=None)


@SOME
@given(case=cases(locks=False), data=st.data())
def test_the_smallest_change_of_a_score_agrees_with_exact_arithmetic(case: Case, data: st.DataObject) -> None:
    low, high = data.draw(st.integers(-20, 30)), data.draw(st.integers(70, 120))
    leader = first_of(case.totals)[0]
    for rivals in ([j] for j in rivals_of(case, leader)):
        change = smallest_score_change(case.values, case.weights, leader, rivals[0], (low, high))
        exact = exact_score_change(case, rivals, low, high)
        assert (change.flip is None) == (exact is None)
        if change.flip is not None and exact is not None:
            assert change.flip.points == pytest.approx(float(exact), abs=1e-7)


@SOME
@given(case=cases(locks=False))
def test_a_changed_score_substituted_back_makes_the_rival_level_within_the_scale(case: Case) -> None:
    leader = first_of(case.totals)[0]
    assume(len(case.values) > 1)
    change = smallest_score_change(case.values, case.weights, leader)
    exact = exact_score_change(case, rivals_of(case, leader), 0, 100)
    assert (change.flip is None) == (exact is None)
    if change.flip is None or exact is None:
        assert change.obstacle == Obstacle.ONE_SCORE
        assert change.shortfall > 0
        return
    flip = change.flip
    assert flip.points == pytest.approx(float(exact), abs=1e-7)
    values = case.values.copy()
    assert values[flip.option, flip.criterion] == flip.before
    assert abs(flip.after - flip.before) == pytest.approx(flip.points)
    assert 0 <= flip.after <= 100
    values[flip.option, flip.criterion] = flip.after
    totals = values @ (case.weights / case.weights.sum())
    assert totals == pytest.approx(flip.totals)
    assert totals[leader] == pytest.approx(totals[flip.rival], abs=2e-7)
    assert flip.option in (leader, flip.rival)


def test_the_shortfall_is_the_gap_the_best_single_score_leaves() -> None:
    change = smallest_score_change([[100, 100, 100], [10, 10, 10]], [1, 1, 1])
    assert change.flip is None
    assert change.shortfall == pytest.approx(90 - 100 / 3)


def test_a_score_may_have_to_run_over_its_whole_scale() -> None:
    flip = smallest_score_change([[90, 90], [80, 0]], [0.5, 0.5]).flip
    assert flip is not None
    assert (flip.option, flip.criterion) == (1, 1)
    assert flip.after == pytest.approx(100)


def test_of_equal_changes_the_rival_is_raised() -> None:
    flip = smallest_score_change([[60, 50], [50, 50]], [1, 1]).flip
    assert flip is not None
    assert (flip.option, flip.criterion) == (1, 0)
    assert flip.points == pytest.approx(10)


def test_a_score_at_the_end_of_the_scale_is_lowered_instead() -> None:
    flip = smallest_score_change([[90, 50], [70, 50]], [1, 0], scale=(0, 80)).flip
    assert flip is not None
    assert flip.option == 0
    assert flip.after == pytest.approx(70)


def test_one_criterion_leaves_nothing_to_move_but_the_score() -> None:
    flip = smallest_score_change([[10], [20]], [1]).flip
    assert flip is not None
    assert flip.option == 0
    assert flip.after == pytest.approx(20)


def test_anybody_is_the_rival_that_takes_fewest_points() -> None:
    every = [smallest_score_change(CROSSING, CROSSING_WEIGHTS, 1, j).flip for j in (0, 2)]
    anyone = smallest_score_change(CROSSING, CROSSING_WEIGHTS).flip
    assert anyone is not None
    assert anyone.points == pytest.approx(15)
    assert anyone.points == min(flip.points for flip in every if flip is not None)


def test_leaders_tied_already_need_no_points() -> None:
    change = smallest_score_change([[60, 40], [40, 60]], [1, 1])
    assert change.flip is not None
    assert change.flip.points == 0
    assert change.shortfall == 0


def test_a_leader_that_is_behind_already_needs_no_points() -> None:
    flip = smallest_score_change(CROSSING, CROSSING_WEIGHTS, 0, 1).flip
    assert flip is not None
    assert flip.points == 0


def test_one_option_has_nobody_to_flip_with() -> None:
    assert smallest_score_change([[10, 20]], [1, 1]).obstacle == Obstacle.ALONE


def test_a_weight_of_nothing_moves_no_total() -> None:
    change = smallest_score_change([[90, 0], [20, 0]], [1e-320, 1.0], scale=(0, 100))
    assert change.flip is not None, "totals this close are tied"
    change = smallest_score_change([[0, 90], [0, 20]], [1e-320, 1.0], scale=(0, 100))
    assert change.flip is not None
    assert change.flip.criterion == 1


@pytest.mark.parametrize("size", [1e300, 1e-300])
def test_huge_and_tiny_values_flip_too(size: float) -> None:
    flip = smallest_score_change(CROSSING / 100 * size, CROSSING_WEIGHTS, scale=(0, size)).flip
    assert flip is not None
    assert flip.points == pytest.approx(0.15 * size)


def test_what_cannot_be_taken_is_refused_by_name() -> None:
    with pytest.raises(DomainError, match="scale"):
        smallest_score_change(CROSSING, CROSSING_WEIGHTS, scale=(100, 0))
    with pytest.raises(DomainError, match="j"):
        smallest_score_change(CROSSING, CROSSING_WEIGHTS, 1, 1)
    with pytest.raises(ShapeError, match="j"):
        smallest_score_change(CROSSING, CROSSING_WEIGHTS, 1, 3)
    with pytest.raises(MissingScoreError, match="values"):
        smallest_score_change([[1, float("nan")], [2, 3]], [1, 1])
    with pytest.raises(WeightError):
        smallest_score_change(CROSSING, [0, 0, 0, 0])
