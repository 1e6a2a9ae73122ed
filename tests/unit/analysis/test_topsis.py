"""TOPSIS: the published examples, exact squared distances, and the laws of the method."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.analysis.arrays import Array, Flags, MissingScoreError, NotFiniteError, ShapeError, WeightError
from desktop.analysis.topsis import LiveTopsis, PreparedTopsis, topsis
from tests.decisions import exact_shares, matrices

Case = tuple[Array, Array, Flags]
LAW = settings(max_examples=50)


def test_the_published_example_with_a_criterion_to_minimise() -> None:
    matrix = [(5490, 51.4, 8.5, 285), (6500, 70.6, 7, 288), (6489, 54.3, 7.5, 290)]
    found = topsis(matrix, [0.35, 0.25, 0.25, 0.15], np.array([False, True, True, True]))
    assert found.closeness == pytest.approx([0.4817, 0.5182, 0.1780], abs=5e-5)
    assert found.ranks.tolist() == [2, 1, 3]


def test_the_published_example_of_four_options() -> None:
    found = topsis([(5, 8, 4), (7, 6, 8), (8, 8, 6), (7, 4, 6)], [0.3, 0.4, 0.3], np.ones(3, dtype=bool))
    assert found.closeness == pytest.approx([0.5037, 0.6581, 0.7482, 0.3340], abs=5e-5)
    assert found.ranks.tolist() == [3, 2, 1, 4]


def exact_squares(case: Case) -> tuple[list[Fraction], list[Fraction]]:
    """Squared distances to the best and the worst in exact arithmetic: all under the roots is rational."""
    matrix, shares, maximise = case
    rows = [[Fraction(score) for score in row] for row in matrix.tolist()]
    to_best, to_worst = [Fraction(0)] * len(rows), [Fraction(0)] * len(rows)
    for k, weight in enumerate(exact_shares(shares)):
        column = [row[k] for row in rows]
        length = sum(score**2 for score in column)
        best, worst = (max(column), min(column)) if maximise[k] else (min(column), max(column))
        for i, score in enumerate(column):
            to_best[i] += weight**2 * (score - best) ** 2 / length if length else 0
            to_worst[i] += weight**2 * (score - worst) ** 2 / length if length else 0
    return to_best, to_worst


@LAW
@given(case=matrices())
def test_distances_and_closeness_agree_with_exact_squares(case: Case) -> None:
    found = topsis(*case)
    for i, (best, worst) in enumerate(zip(*exact_squares(case), strict=True)):
        near, far = math.sqrt(best), math.sqrt(worst)
        assert found.to_best[i] == pytest.approx(near, abs=1e-14)
        assert found.to_worst[i] == pytest.approx(far, abs=1e-14)
        assert found.closeness[i] == pytest.approx(far / (near + far) if near + far else 0.5, abs=1e-13)


@LAW
@given(case=matrices(), data=st.data())
def test_permuting_options_permutes_what_is_found(case: Case, data: st.DataObject) -> None:
    matrix, shares, maximise = case
    order = data.draw(st.permutations(range(len(matrix))))
    found, permuted = topsis(*case), topsis(matrix[order], shares, maximise)
    assert permuted.closeness == pytest.approx(found.closeness[order], abs=1e-13)
    assert permuted.ranks.tolist() == found.ranks[order].tolist()


@LAW
@given(case=matrices(), data=st.data())
def test_permuting_criteria_changes_nothing(case: Case, data: st.DataObject) -> None:
    matrix, shares, maximise = case
    order = data.draw(st.permutations(range(len(shares))))
    found, permuted = topsis(*case), topsis(matrix[:, order], shares[order], maximise[order])
    assert permuted.closeness == pytest.approx(found.closeness, abs=1e-13)
    assert permuted.ranks.tolist() == found.ranks.tolist()


@LAW
@given(case=matrices(), factor=st.sampled_from([1e-300, 0.3, 7.0, 1e300]))
def test_scaling_all_weights_changes_nothing(case: Case, factor: float) -> None:
    matrix, shares, maximise = case
    found, scaled = topsis(*case), topsis(matrix, shares * factor, maximise)
    assert scaled.closeness == pytest.approx(found.closeness, abs=1e-13)
    assert scaled.ranks.tolist() == found.ranks.tolist()


@LAW
@given(case=matrices(), data=st.data())
def test_another_unit_for_a_criterion_changes_nothing(case: Case, data: st.DataObject) -> None:
    matrix, shares, maximise = case
    units = data.draw(st.lists(st.sampled_from([1e-300, 1e-12, 0.3, 1e12, 1e300]), min_size=len(shares)))
    found, scaled = topsis(*case), topsis(matrix * units[: len(shares)], shares, maximise)
    assert scaled.closeness == pytest.approx(found.closeness, abs=1e-13)
    assert scaled.ranks.tolist() == found.ranks.tolist()


@LAW
@given(case=matrices())
def test_what_is_to_be_minimised_is_its_negative_to_be_maximised(case: Case) -> None:
    matrix, shares, maximise = case
    mirrored = topsis(np.where(maximise, matrix, -matrix), shares, np.ones_like(maximise))
    assert mirrored.closeness == pytest.approx(topsis(*case).closeness, abs=1e-13)


@LAW
@given(case=matrices())
def test_a_dominated_option_never_outranks_its_dominator(case: Case) -> None:
    matrix, _, maximise = case
    found, upward = topsis(*case), np.where(maximise, matrix, -matrix)
    for first, second in product(range(len(matrix)), repeat=2):
        if (upward[first] >= upward[second]).all():
            assert found.closeness[first] >= found.closeness[second] - 1e-13
            assert found.ranks[first] <= found.ranks[second]


@LAW
@given(case=matrices(), data=st.data())
def test_duplicates_tie(case: Case, data: st.DataObject) -> None:
    matrix, shares, maximise = case
    twin = data.draw(st.integers(0, len(matrix) - 1))
    found = topsis(np.vstack([matrix, matrix[twin]]), shares, maximise)
    assert found.closeness[-1] == pytest.approx(found.closeness[twin], abs=1e-13)
    assert found.ranks[-1] == found.ranks[twin]


@LAW
@given(case=matrices(least=2))
def test_one_criterion_measures_the_way_from_the_worst_to_the_best(case: Case) -> None:
    column = case[0][:, :1]
    found = topsis(column, [3.0], np.array([False]))
    low, high = column.min(), column.max()
    expected = (high - column[:, 0]) / (high - low) if high > low else np.full(len(column), 0.5)
    assert found.closeness == pytest.approx(expected, abs=1e-13)


def test_options_that_are_all_equal_share_a_closeness_of_one_half() -> None:
    for matrix in (np.full((3, 2), 7.0), np.zeros((3, 2)), [[4.0, -2.0]]):
        found = topsis(matrix, [1, 1], np.array([True, False]))
        assert set(found.closeness.tolist()) == {0.5}
        assert set(found.ranks.tolist()) == {1}
        assert not found.to_best.any()
        assert not found.to_worst.any()


def test_options_equal_where_the_weight_is_are_all_equal() -> None:
    assert topsis([(1, 5), (9, 5)], [0, 1], np.ones(2, dtype=bool)).closeness.tolist() == [0.5, 0.5]


def test_a_column_of_zeros_or_of_equal_scores_adds_nothing() -> None:
    matrix, shares, maximise = np.array([(5.0, 8), (7, 6), (8, 1)]), np.array([0.5, 0.5]), np.ones(2, dtype=bool)
    for filler in (0.0, 3.0):
        padded = topsis(np.column_stack([matrix, np.full(3, filler)]), [0.25, 0.25, 0.5], np.ones(3, dtype=bool))
        assert padded.closeness == pytest.approx(topsis(matrix, shares, maximise).closeness, abs=1e-14)


def test_the_largest_and_the_smallest_numbers_there_are_do_no_harm() -> None:
    matrix = np.array([(1.0, 4, 2), (3, 2, 2), (2, 3, 4)])
    maximise, shares = np.array([True, True, False]), [0.2, 0.5, 0.3]
    plain = topsis(matrix, shares, maximise)
    extreme = topsis(matrix * [2.0**1021, 2.0**-1074, 2.0**-1020], shares, maximise)
    assert extreme.closeness == pytest.approx(plain.closeness, abs=1e-14)
    spread = topsis([(1.7e308,), (-1.7e308,), (0.0,)], [1], np.array([True]))
    assert spread.closeness == pytest.approx([1, 0, 0.5], abs=1e-14)


def test_a_tiny_weight_decides_where_the_rest_is_equal() -> None:
    found = topsis([(5, 1), (5, 3), (5, 2)], [1, 1e-250], np.ones(2, dtype=bool))
    assert found.closeness == pytest.approx([0, 1, 0.5], abs=1e-14)


@settings(max_examples=30)
@given(case=matrices(), data=st.data())
def test_the_held_form_forgets_the_weights_before(case: Case, data: st.DataObject) -> None:
    matrix, shares, maximise = case
    held = PreparedTopsis.of(matrix, maximise)
    held.at(data.draw(st.permutations(shares.tolist())))
    again, fresh = held.at(shares), topsis(*case)
    for name in ("closeness", "ranks", "to_best", "to_worst"):
        assert getattr(again, name).tolist() == getattr(fresh, name).tolist()


def assert_live_is(live: LiveTopsis, case: Case) -> None:
    found = topsis(*case)
    assert live.closeness() == pytest.approx(found.closeness, abs=1e-13)
    assert live.ranks().tolist() == found.ranks.tolist()


@LAW
@given(case=matrices(), data=st.data())
def test_moving_weights_one_by_one_finds_what_a_fresh_start_finds(case: Case, data: st.DataObject) -> None:
    matrix, shares, maximise = case
    live, weights = LiveTopsis(*case), shares.copy()
    assert_live_is(live, case)
    for _ in range(data.draw(st.integers(1, 4))):
        index = data.draw(st.integers(0, len(shares) - 1))
        weight = data.draw(st.sampled_from([0.0, 1e-300, 1e-12, 0.3, 5.0, 1e300]))
        if weight == 0 and not np.delete(weights, index).any():
            continue
        weights[index] = weight
        live.move(index, weight)
        assert_live_is(live, (matrix, weights, maximise))


def test_a_weight_that_cannot_be_moved_so_leaves_all_as_it_was() -> None:
    case = np.array([(1.0, 5), (2, 1), (4, 0)]), np.array([0.0, 2.0]), np.array([True, True])
    live = LiveTopsis(*case)
    for index, weight, error in (
        (2, 1.0, ShapeError),
        (-1, 1.0, ShapeError),
        (0, math.nan, NotFiniteError),
        (0, math.inf, NotFiniteError),
        (0, -1.0, WeightError),
        (1, 0.0, WeightError),
    ):
        with pytest.raises(error):
            live.move(index, weight)
        assert_live_is(live, case)
    with pytest.raises(WeightError):
        LiveTopsis(case[0], [0, 0], case[2])


def test_what_is_found_live_stays_when_the_next_weight_moves() -> None:
    live = LiveTopsis([(1, 5), (2, 1), (4, 0)], [1, 1], np.array([True, True]))
    closeness, order = live.closeness(), live.ranks()
    before = closeness.tolist(), order.tolist()
    live.move(0, 9)
    assert (closeness.tolist(), order.tolist()) == before


def test_what_is_held_and_found_cannot_be_changed() -> None:
    matrix = np.array([(1.0, 2), (3, 1)])
    held = PreparedTopsis.of(matrix, np.ones(2, dtype=bool))
    found = held.at([1, 1])
    arrays = (held.squares, held.ranges, found.closeness, found.ranks, found.to_best, found.to_worst)
    assert not any(array.flags.writeable for array in arrays)
    assert matrix.flags.writeable


def test_errors_name_the_argument_and_its_place() -> None:
    both = np.ones(2, dtype=bool)
    with pytest.raises(MissingScoreError) as missing:
        topsis([(1, 2), (np.nan, 3)], [1, 1], both)
    assert (missing.value.argument, missing.value.row, missing.value.column) == ("matrix", 1, 0)
    with pytest.raises(NotFiniteError) as infinite:
        topsis([(1, 2), (2, np.inf)], [1, 1], both)
    assert (infinite.value.argument, infinite.value.row, infinite.value.column) == ("matrix", 1, 1)
    with pytest.raises(WeightError) as negative:
        topsis([(1, 2)], [1, -1], both)
    assert (negative.value.argument, negative.value.column) == ("weights", 1)
    for matrix, weights, maximise, argument in (
        ([1, 2], [1, 1], both, "matrix"),
        ([(1, 2)], [1], both, "weights"),
        ([(1, 2)], [1, 1], np.ones(3, dtype=bool), "maximise"),
        ([(1, 2)], [1, 1], np.ones(2), "maximise"),
    ):
        with pytest.raises(ShapeError) as shape:
            topsis(matrix, weights, maximise)
        assert shape.value.argument == argument
