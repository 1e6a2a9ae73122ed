"""Draws kept from one frame to the next are those that would be drawn anew."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.study.model import Doubt, Knowledge
from desktop.analysis.polytope import whole
from desktop.analysis.smaa import HeldScores, acceptability, sample_weights, standing
from desktop.analysis.smaa.scores import triangular
from desktop.questions.plausible import Plausible

RNG = np.random.default_rng(5)
LOW = RNG.uniform(0, 50, (4, 3))
MODE, HIGH = LOW + RNG.uniform(0, 20, LOW.shape), LOW + RNG.uniform(20, 50, LOW.shape)


@given(
    st.lists(st.floats(0.01, 1.0), min_size=1, max_size=6),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 3)), min_size=1, max_size=4),
)
def test_weights_around_the_sliders_are_bit_for_bit_those_of_the_sampler(
    points: list[float], asked: list[tuple[float, int]]
) -> None:
    shares, kept = np.array(points) / sum(points), Plausible(50)
    leaves = tuple(f"c{k}" for k in range(shares.size))
    for spread, seed in asked:
        found = kept.weights(shares, Doubt(spread=spread), leaves, seed)
        assert found is not None
        fresh = sample_weights(whole(shares.size), 50, seed, around=shares, spread=spread)
        assert np.array_equal(found.weights, fresh.weights)
        assert (found.seed, found.effective, found.method) == (fresh.seed, fresh.effective, fresh.method)


@given(st.lists(st.floats(0.01, 1.0), min_size=1, max_size=6), st.integers(0, 3))
def test_weights_of_the_same_order_fall_as_the_shares_do(points: list[float], seed: int) -> None:
    shares = np.array(points) / sum(points)
    found = Plausible(50).weights(shares, Doubt(Knowledge.RANKING), tuple("abcdef"[: shares.size]), seed)
    assert found is not None
    order = np.argsort(-np.round(shares, 9), kind="stable")
    falls = np.diff(np.round(shares, 9)[order]) < 0
    assert (np.diff(found.weights[:, order], axis=1)[:, falls] <= 0).all()
    assert found.weights.sum(axis=1) == pytest.approx(np.ones(50))


def test_held_scores_say_the_same_of_each_weights_whatever_was_asked_before() -> None:
    model, values = triangular(LOW, MODE, HIGH), MODE
    held = HeldScores(model, 300, 2)
    for spread in (0.1, 0.8, 0.1):
        weights = sample_weights(whole(3), 300, 2, around=(0.5, 0.3, 0.2), spread=spread)
        for _ in range(2):
            found = acceptability(values, weights, scores=held)
            fresh = acceptability(values, weights, scores=model)
            assert np.array_equal(found.rank_acceptability, fresh.rank_acceptability)
            assert found.confidence_factors == pytest.approx(fresh.confidence_factors, nan_ok=True)
            assert np.array_equal(standing(values, weights, 0, scores=held).first, fresh.first)


def test_weights_that_can_still_be_written_to_are_never_taken_for_those_before() -> None:
    held = HeldScores(triangular(LOW, MODE, HIGH), 100, 2)
    weights = np.full((100, 3), 1 / 3)
    view = weights[:]
    view.flags.writeable = False
    before = held.totals(view).copy()
    weights[:] = (1.0, 0.0, 0.0)
    assert not np.allclose(held.totals(view), before)
