"""Value functions: what a score is worth, at the ends, beyond them and in between."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.analysis.arrays import DomainError, ShapeError
from desktop.analysis.ranking import additive
from desktop.analysis.values import exponential_value, linear_value, piecewise_value, rescale_weights

ends = st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)).filter(lambda two: abs(two[0] - two[1]) > 1e-3)
curvatures = st.floats(-50, 50)
places = st.lists(st.floats(0, 1), min_size=2, max_size=20).map(sorted)


@given(ends=ends, z=places)
def test_linear_value_is_the_exact_straight_line_in_either_direction(ends: tuple[float, float], z: list[float]) -> None:
    worst, best = ends
    x = [worst + part * (best - worst) for part in z]
    inside = [min(max(number, min(ends)), max(ends)) for number in x]
    exact = [100 * (Fraction(number) - Fraction(worst)) / (Fraction(best) - Fraction(worst)) for number in inside]
    assert linear_value(x, worst, best) == pytest.approx([float(value) for value in exact], abs=1e-7)


@given(ends=ends, c=curvatures)
def test_the_worst_end_is_worth_0_and_the_best_100_whatever_the_shape(ends: tuple[float, float], c: float) -> None:
    assert linear_value(ends, *ends).tolist() == [0, 100]
    assert exponential_value(ends, *ends, c) == pytest.approx([0, 100], abs=1e-9)


@given(ends=ends, c=curvatures, z=places)
def test_exponential_value_never_falls_on_the_way_to_best(ends: tuple[float, float], c: float, z: list[float]) -> None:
    worst, best = ends
    values = exponential_value([worst + part * (best - worst) for part in z], worst, best, c)
    assert (np.diff(values) >= -1e-9).all()
    assert ((values >= -1e-9) & (values <= 100 + 1e-9)).all()


@given(c=curvatures, z=places)
def test_exponential_value_of_minus_c_is_the_mirror_image(c: float, z: list[float]) -> None:
    mirrored = 100 - exponential_value(1 - np.array(z), 0, 1, -c)
    assert exponential_value(z, 0, 1, c) == pytest.approx(mirrored, abs=1e-9)


@pytest.mark.parametrize("c", [0.0, 1e-12, -1e-12, 1e-9, -1e-9, 1e-7, -1e-7])
def test_exponential_value_is_the_straight_line_as_c_vanishes(c: float) -> None:
    x = np.linspace(3, 17, 29)
    assert exponential_value(x, 3, 17, c) == pytest.approx(linear_value(x, 3, 17), abs=1e-5)


@pytest.mark.parametrize("c", [0.5, 3.0, -2.0])
def test_exponential_value_follows_the_formula(c: float) -> None:
    z = 0.3
    expected = 100 * (1 - math.exp(-c * z)) / (1 - math.exp(-c))
    assert float(exponential_value(13, 10, 20, c)) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("c", [1e4, -1e4, 1e300, -1e300])
def test_extreme_curvature_bends_to_a_step_without_overflow(c: float) -> None:
    middle = float(exponential_value(0.5, 0, 1, c))
    assert middle == pytest.approx(100 if c > 0 else 0)


def test_every_value_function_is_flat_beyond_its_ends_infinity_included() -> None:
    beyond = [-math.inf, -5, 15, math.inf]
    assert linear_value(beyond, 0, 10).tolist() == [0, 0, 100, 100]
    assert linear_value(beyond, 10, 0).tolist() == [100, 100, 0, 0]
    assert exponential_value(beyond, 0, 10, 2).tolist() == [0, 0, 100, 100]
    assert piecewise_value(beyond, [0, 4, 10], [0, 80, 100]).tolist() == [0, 0, 100, 100]


def test_a_missing_score_stays_missing() -> None:
    x = [math.nan, 5.0]
    for values in (linear_value(x, 0, 10), exponential_value(x, 0, 10, 2), piecewise_value(x, [0, 10], [0, 100])):
        assert np.isnan(values).tolist() == [True, False]


def test_piecewise_value_joins_the_corners_with_straight_lines() -> None:
    found = piecewise_value([0, 2, 4, 7, 10], [0, 4, 10], [0, 80, 100])
    assert found.tolist() == [0, 40, 80, 90, 100]
    falling = piecewise_value([0, 2, 10], [0, 4, 10], [100, 20, 0])
    assert falling.tolist() == [100, 60, 0]


@given(ends=ends.map(sorted), z=places)
def test_piecewise_value_of_two_corners_is_the_straight_line(ends: list[float], z: list[float]) -> None:
    x = [ends[0] + part * (ends[1] - ends[0]) for part in z]
    assert piecewise_value(x, ends, [0, 100]) == pytest.approx(linear_value(x, *ends), abs=1e-7)


@pytest.mark.parametrize(("worst", "best"), [(1, 1), (math.nan, 1), (0, math.inf), (-1e308, 1e308)])
def test_ends_that_make_no_range_are_refused_by_name(worst: float, best: float) -> None:
    with pytest.raises(ValueError, match="worst and best"):
        linear_value([0.5], worst, best)
    with pytest.raises(ValueError, match="worst and best"):
        exponential_value([0.5], worst, best, 1)


@pytest.mark.parametrize("c", [math.nan, math.inf])
def test_a_curvature_that_is_no_number_is_refused_by_name(c: float) -> None:
    with pytest.raises(ValueError, match="curvature"):
        exponential_value([0.5], 0, 1, c)


@pytest.mark.parametrize(
    ("xs", "vs"),
    [
        ([0], [0]),
        ([0, 1], [0]),
        ([0, 0], [0, 100]),
        ([1, 0], [0, 100]),
        ([0, math.nan], [0, 100]),
        ([[0, 1]], [[0, 1]]),
    ],
)
def test_corners_that_do_not_ascend_are_refused_by_name(xs: list[float], vs: list[float]) -> None:
    with pytest.raises(ValueError, match=r"xs|vs"):
        piecewise_value([0.5], xs, vs)


@pytest.mark.parametrize("ratio", [0.0, -1.0, math.nan, math.inf])
def test_a_range_change_needs_a_positive_ratio(ratio: float) -> None:
    with pytest.raises(ValueError, match="ratio"):
        rescale_weights([0.5, 0.5], 0, ratio)


def test_a_range_doubled_doubles_the_weight_against_every_other() -> None:
    assert rescale_weights([0.2, 0.3, 0.5], 0, 2.0) == pytest.approx([0.4 / 1.2, 0.3 / 1.2, 0.5 / 1.2])


@given(weights=st.lists(st.integers(0, 9), min_size=2, max_size=5).filter(any), ratio=st.floats(0.01, 100))
def test_a_range_change_keeps_every_other_trade_off(weights: list[int], ratio: float) -> None:
    exact = [Fraction(weight) * (Fraction(ratio) if place == 1 else 1) for place, weight in enumerate(weights)]
    assert rescale_weights(weights, 1, ratio) == pytest.approx([float(part / sum(exact)) for part in exact], abs=1e-12)


@given(
    weights=st.lists(st.integers(1, 9), min_size=3, max_size=3), x=st.lists(st.floats(0, 10), min_size=6, max_size=6)
)
def test_totals_on_a_wider_scale_with_rescaled_weights_keep_the_ratios_of_their_differences(
    weights: list[int], x: list[float]
) -> None:
    """Scale 0 of 0..10 becomes -5..20: its old values at the new ends differ by 250 points, so rho is 2.5."""
    scores = np.array(x).reshape(3, 2)
    others = np.array([[40.0], [90.0], [10.0]])
    before = additive(np.hstack((linear_value(scores, 0, 10), others)), weights)[0]
    wide = np.hstack((linear_value(scores[:, :1], -5, 20), linear_value(scores[:, 1:], 0, 10), others))
    after = additive(wide, rescale_weights(weights, 0, 2.5))[0]
    shrunk = sum(weights) / (2.5 * weights[0] + weights[1] + weights[2])
    assert np.diff(after) == pytest.approx(np.diff(before) * shrunk, abs=1e-9)


def test_a_range_change_of_a_criterion_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ShapeError, match=r"^index"):
        rescale_weights([1, 1], 2, 1.0)


def test_ends_a_subnormal_apart_and_scores_far_beyond_them_do_not_overflow() -> None:
    assert linear_value([-1e308, 0, 5e-324, 1e308], 0, 5e-324).tolist() == [0, 0, 100, 100]
    assert linear_value([-1.7e308, 1.7e308], 1e308, 0).tolist() == [100, 0]
    assert exponential_value([-1e308, 1e308], 0, 5e-324, 2).tolist() == [0, 100]
    assert piecewise_value([-1e308, 0, 5e-324, 1e308], [0, 5e-324], [0, 100]).tolist() == [0, 0, 100, 100]


def test_ends_may_be_numbers_of_numpy() -> None:
    assert linear_value(5, np.float64(0), np.float64(10)).tolist() == 50
    with pytest.raises(DomainError, match=r"^worst and best"):
        linear_value(5, np.float64(-1e308), np.float64(1e308))


def test_corners_without_a_finite_range_are_refused_by_name() -> None:
    with pytest.raises(DomainError, match=r"^xs must have a finite range"):
        piecewise_value([0.5], [-1e308, 1e308], [0, 100])
    with pytest.raises(DomainError, match=r"^xs\[2\] must ascend"):
        piecewise_value([0.5], [0, 1, 1], [0, 50, 100])
