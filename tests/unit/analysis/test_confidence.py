"""Uncertain scores: confidence factors against closed forms and draws, and what certain scores leave of them."""

from __future__ import annotations

from math import erf, erfc, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.analysis.arrays import Array
from desktop.analysis.polytope import whole
from desktop.analysis.smaa import WeightSample, acceptability, sample_weights
from desktop.analysis.smaa.confidence import Drawn, Normal, chance_of_best, frame_of, model_of
from desktop.analysis.smaa.kernels import Tally
from desktop.analysis.smaa.scores import ScoreModel, discrete, exact, mixed, normal, triangular, uniform
from tests.decisions import rows_of

EDGE = 1e-12


def below(z: float) -> float:
    return 0.5 * (1 + erf(z / sqrt(2)))


def chances(means: list[float], spreads: list[float]) -> Array:
    """Of each option to be the best, under the same totals."""
    m = len(means)
    return chance_of_best(np.tile(means, (m, 1)), np.tile(spreads, (m, 1)), np.arange(m), EDGE)


def one_criterion(count: int) -> WeightSample:
    return sample_weights(whole(1), count, 5)


@pytest.mark.parametrize("lead", [-2.0, 0.0, 0.3, 5.0])
@pytest.mark.parametrize("spreads", [(1.0, 1.0), (0.2, 3.0), (1e-6, 1.0), (1.0, 1e-6), (1e-5, 1e-9)])
def test_two_normal_totals_agree_with_their_difference(lead: float, spreads: tuple[float, float]) -> None:
    expected = below(lead / sqrt(spreads[0] ** 2 + spreads[1] ** 2))
    assert chances([lead, 0.0], list(spreads)) == pytest.approx([expected, 1 - expected], abs=1e-8)


def test_a_certain_option_and_one_rival_give_the_normal_law_itself() -> None:
    z = np.random.default_rng(9).uniform(-7.5, 7.5, 5000)
    means, spreads = np.column_stack((z, np.zeros(5000))), np.tile([0.0, 1.0], (5000, 1))
    found = chance_of_best(means, spreads, np.zeros(5000, dtype=np.intp), EDGE)
    assert found == pytest.approx([0.5 * erfc(-x / sqrt(2)) for x in z], abs=3e-12)


@pytest.mark.parametrize("m", [1, 2, 7, 60])
def test_totals_of_one_law_have_equal_chances(m: int) -> None:
    assert chances([3.0] * m, [0.5] * m) == pytest.approx([1 / m] * m, abs=1e-8)


def test_three_totals_about_one_mean_agree_with_the_angle_of_their_wedge() -> None:
    a, b, c = 1.0, 2.0, 0.5
    # x1 is the greatest of three centred normals: an angle over 2 pi (Sheppard 1899).
    correlation = a**2 / sqrt((a**2 + b**2) * (a**2 + c**2))
    expected = 0.25 + np.arcsin(correlation) / (2 * np.pi)
    assert chances([0.0, 0.0, 0.0], [a, b, c])[0] == pytest.approx(expected, abs=1e-8)


def test_a_certain_rival_is_a_bar_and_a_certain_option_a_product() -> None:
    assert chances([1.0, 0.0], [2.0, 0.0]) == pytest.approx([below(0.5), below(-0.5)], abs=1e-8)
    assert chances([1.0, 0.0, -1.0], [0.0, 1.0, 1.0])[0] == pytest.approx(below(1) * below(2), abs=1e-12)
    assert chances([1.0, 2.0, 0.0], [0.0, 0.0, 1.0])[0] == 0
    assert chances([2.0, 2.0, 0.0], [0.0, 0.0, 1.0])[:2] == pytest.approx([below(2)] * 2, abs=1e-12)
    assert chances([2.0, 2.0, 1.0], [0.0, 0.0, 0.0]).tolist() == [1, 1, 0]


@settings(max_examples=30)
@given(data=st.data())
def test_chances_of_uncertain_totals_sum_to_one(data: st.DataObject) -> None:
    m = data.draw(st.integers(1, 8))
    means = data.draw(st.lists(st.integers(-5, 5), min_size=m, max_size=m))
    spreads = data.draw(st.lists(st.sampled_from([1e-4, 0.1, 1.0, 9.0]), min_size=m, max_size=m))
    assert chances([float(mean) for mean in means], spreads).sum() == pytest.approx(1, abs=1e-7)


def test_the_integral_agrees_with_a_million_draws() -> None:
    stream = np.random.default_rng(1)
    means, spreads = stream.uniform(0, 3, 6), stream.uniform(0.05, 2, 6)
    best = (means + spreads * stream.standard_normal((1_000_000, 6))).argmax(axis=1)
    often = np.bincount(best, minlength=6) / 1e6
    assert (np.abs(chances(list(means), list(spreads)) - often) <= 5 * np.sqrt(often * (1 - often) / 1e6)).all()


def test_normal_totals_and_their_integral_agree_with_drawn_scores() -> None:
    values = np.random.default_rng(2).uniform(0, 100, (5, 4))
    scores = normal(values, np.random.default_rng(3).uniform(0, 20, (5, 4)))
    sample = sample_weights(whole(4), 20_000, 1)
    found = acceptability(values, sample, scores=scores)
    drawn = Drawn(scores, 9, 100.0)
    assert isinstance(model_of(values, scores, 100.0, 9), Normal)
    tally = Tally(5, 4, drawn.frame.edge)
    drawn.feed(tally, sample.weights)
    room = 5 * sqrt(2) / 1.96
    places = tally.places() / tally.count
    assert (np.abs(places - found.rank_acceptability) <= room * found.rank_half_widths + 1e-3).all()
    factors, widths = drawn.confidence(found.central_weights)
    assert (widths > 0).any()
    assert (np.abs(factors - found.confidence_factors) <= 5 / 1.96 * widths + 1e-3).all()
    assert (found.confidence_half_widths == 0).all()


def test_two_normal_options_under_one_weight_vector_win_as_often_as_their_difference_says() -> None:
    values = np.array([[50.0, 60.0], [55.0, 50.0]])
    weights = np.tile([0.25, 0.75], (40_000, 1))
    found = acceptability(values, weights, scores=normal(values, [[4.0, 2.0], [0.0, 6.0]]))
    lead = 0.25 * -5 + 0.75 * 10
    expected = below(lead / sqrt((0.25 * 4) ** 2 + (0.75 * 2) ** 2 + (0.75 * 6) ** 2))
    assert found.first[0] == pytest.approx(expected, abs=5 * sqrt(expected * (1 - expected) / 40_000))
    assert found.confidence_factors == pytest.approx([expected, 1 - expected], abs=1e-8)


def test_uniform_and_triangular_scores_agree_with_their_areas() -> None:
    sample = one_criterion(20_000)
    apart = uniform([[0.0], [0.5]], [[1.0], [1.5]])
    found = acceptability(apart.mean(), sample, scores=apart)
    error = sqrt(1 / 8 * 7 / 8 / 10_000)
    assert found.confidence_factors == pytest.approx([1 / 8, 7 / 8], abs=5 * error)
    assert found.first == pytest.approx([1 / 8, 7 / 8], abs=5 * error)
    assert found.confidence_half_widths == pytest.approx([1.96 * error] * 2, rel=0.1)
    peaked = triangular([[0.0], [0.5]], [[1.0], [0.5]], [[1.0], [0.5]])
    assert acceptability(peaked.mean(), sample, scores=peaked).confidence_factors == pytest.approx(
        [3 / 4, 1 / 4], abs=0.025
    )


def test_a_factor_resamples_the_scores_and_holds_the_weights() -> None:
    # With weight w the first option leads by w (x - 1/2) + (1 - w) / 4, x uniform on 0..1.
    scores = uniform([[0.0, 0.25], [0.5, 0.0]], [[1.0, 0.25], [0.5, 0.0]])
    found = acceptability(scores.mean(), sample_weights(whole(2), 40_000, 2), scores=scores, scale=1)
    for option, sign in enumerate((1, -1)):
        w = found.central_weights[option, 0]
        lead = min(0.5, (1 - w) / (4 * w))
        assert found.confidence_factors[option] == pytest.approx(0.5 + sign * lead, abs=0.025)


def test_scenarios_win_as_often_as_they_are_likely() -> None:
    scores = discrete([[[1.0], [0.0]], [[0.0], [1.0]], [[1.0], [1.0]]], [0.5, 0.3, 0.2])
    found = acceptability(scores.mean(), one_criterion(10_000), scores=scores, scale=1)
    # Both come first in the third scenario: they share its acceptability, and each is confident of it.
    assert found.first == pytest.approx([0.6, 0.4], abs=0.025)
    assert found.confidence_factors == pytest.approx([0.7, 0.5], abs=0.025)


@pytest.mark.parametrize("kind", ["exact", "normal", "uniform"])
def test_scores_that_vary_by_nothing_are_certain(kind: str) -> None:
    values = np.random.default_rng(4).uniform(0, 100, (6, 3))
    known: dict[str, ScoreModel] = {
        "exact": exact(values),
        "normal": normal(values, np.zeros((6, 3))),
        "uniform": uniform(values, values),
    }
    sample = sample_weights(whole(3), 2000, 1)
    certain, found = acceptability(values, sample), acceptability(values, sample, scores=known[kind])
    assert (found.rank_acceptability == certain.rank_acceptability).all()
    assert (found.pairwise_winning == certain.pairwise_winning).all()
    np.testing.assert_array_equal(found.confidence_factors, certain.confidence_factors)
    np.testing.assert_array_equal(found.confidence_half_widths, certain.confidence_half_widths)


def test_an_option_that_never_comes_first_has_no_confidence_factor() -> None:
    values = np.array([[90.0, 90.0], [10.0, 10.0]])
    for scores in (None, normal(values, np.full((2, 2), 1.0)), uniform(values - 1, values + 1)):
        found = acceptability(values, sample_weights(whole(2), 500, 1), scores=scores)
        assert np.isnan(found.confidence_factors).tolist() == [False, True]
        assert np.isnan(found.confidence_half_widths).tolist() == [False, True]
        assert np.isnan(found.central_weights[1]).all()
        assert found.confidence_factors[0] == pytest.approx(1)


@pytest.mark.parametrize("kind", ["normal", "mixed"])
@pytest.mark.parametrize("rows", [1, 613])
def test_the_size_of_blocks_changes_nothing(kind: str, rows: int) -> None:
    values = np.random.default_rng(5).uniform(0, 100, (30, 2))
    gauss = normal(values, np.full((30, 2), 9.0))
    scores = gauss if kind == "normal" else mixed(np.tile([0, 1], (30, 1)), (gauss, uniform(values - 5, values + 5)))
    weights = np.array(sample_weights(whole(2), 2000, 0).weights)
    blocks = (weights[start : start + rows] for start in range(0, 2000, rows))
    held, parts = acceptability(values, weights, scores=scores), acceptability(values, blocks, scores=scores)
    assert parts.rank_acceptability == pytest.approx(held.rank_acceptability, abs=1e-14)
    assert parts.confidence_factors == pytest.approx(held.confidence_factors, abs=2e-3, nan_ok=True)


def test_the_seed_of_the_sample_is_that_of_the_scores() -> None:
    values = np.random.default_rng(6).uniform(0, 100, (4, 2))
    scores, weights = normal(values, np.full((4, 2), 30.0)), sample_weights(whole(2), 500, 1).weights
    runs = [acceptability(values, WeightSample(weights, seed, "given", 500.0), scores=scores) for seed in (1, 1, 2)]
    assert (runs[0].rank_acceptability == runs[1].rank_acceptability).all()
    assert (runs[0].rank_acceptability != runs[2].rank_acceptability).any()


@settings(max_examples=25)
@given(data=st.data())
def test_ranks_of_uncertain_scores_sum_to_one_and_raising_an_option_never_lowers_its_confidence(
    data: st.DataObject,
) -> None:
    m, n = data.draw(st.integers(1, 5)), data.draw(st.integers(1, 3))
    values, spreads = data.draw(rows_of(m, n)), data.draw(rows_of(m, n))
    found = acceptability(values, sample_weights(whole(n), 60, 1), scores=normal(values, spreads))
    np.testing.assert_allclose(found.rank_acceptability.sum(axis=0), 1, atol=1e-12)
    np.testing.assert_allclose(found.rank_acceptability.sum(axis=1), 1, atol=1e-12)
    model, higher = model_of(values, normal(values, spreads), 100.0, 1), values + np.eye(m, n) * 20
    raised = model_of(higher, normal(higher, spreads), 100.0, 1)
    centre = np.full((m, n), 1 / n)
    assert raised.confidence(centre)[0][0] >= model.confidence(centre)[0][0] - 1e-7


def test_huge_and_tiny_scores_have_a_frame() -> None:
    for values in (np.full((2, 2), 1.7e308) * [[1, -1], [-1, 1]], np.full((2, 2), 5e-324), np.zeros((1, 1))):
        framed = frame_of(values, 100.0).of(values)
        assert np.isfinite(framed).all()
        assert (np.abs(framed) <= 1).all()
    huge = normal([[1e307, 0.0], [0.0, 1e307]], [[1e306, 0.0], [0.0, 1e306]])
    found = acceptability(huge.mean(), sample_weights(whole(2), 4000, 1), scores=huge)
    assert found.first == pytest.approx([0.5, 0.5], abs=0.05)
    assert found.confidence_factors[0] > 0.9
