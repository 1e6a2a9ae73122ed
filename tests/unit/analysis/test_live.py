"""Live totals: after any moves of the weights they are what a fresh ranking would be."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from desktop.analysis.arrays import (
    Array,
    DomainError,
    InputError,
    MissingScoreError,
    NotFiniteError,
    ShapeError,
    WeightError,
)
from desktop.analysis.live import LiveTotals
from desktop.analysis.ranking import additive, ranks
from tests.decisions import CROSSING, CROSSING_WEIGHTS, Decision, decisions, exact_ranks, exact_totals

Moves = list[tuple[int, float]]
A_HUNDREDTH_OF_A_TIE = 1e-9
MANY = 8200
"""So many values that only the moved column is added."""


@st.composite
def drags(draw: DrawFn) -> tuple[Decision, Moves]:
    """A decision and moves of its weights that never leave them all 0."""
    values, shares = draw(decisions())
    weight = st.integers(0, 9).map(float) | st.sampled_from((3e-5, 7e5))
    left, moves = shares.copy(), []
    for index, moved in draw(st.lists(st.tuples(st.integers(0, shares.size - 1), weight), max_size=8)):
        after = left.copy()
        after[index] = moved
        if after.any():
            left = after
            moves.append((index, moved))
    return (values, shares), moves


def dragged(values: Array, weights: Array, moves: Moves) -> tuple[LiveTotals, Array]:
    """The live totals after the moves, and the weights they end at."""
    live, left = LiveTotals(values, weights), weights.copy()
    for index, weight in moves:
        live.move(index, weight)
        left[index] = weight
    return live, left


@pytest.mark.parametrize("least", [1, MANY])
@given(case=drags())
@settings(max_examples=50)
def test_after_any_moves_totals_and_ranks_are_those_of_exact_arithmetic(
    least: int, case: tuple[Decision, Moves]
) -> None:
    (values, shares), moves = case
    repeats = -(-least // values.size)
    live, left = dragged(np.tile(values, (repeats, 1)), shares, moves)
    exact = exact_totals(values, left)
    assert live.totals() == pytest.approx(np.tile([float(total) for total in exact], repeats), abs=1e-9)
    once = exact_ranks(exact)
    better = [sum(other - own > Fraction(1, 10**7) for other in exact) for own in exact]
    assert live.ranks().tolist() == [1 + repeats * count for count in better] * repeats
    assert [live.rank_of(row) for row in range(len(values))] == live.ranks()[: len(values)].tolist()
    assert repeats > 1 or live.ranks().tolist() == once


@given(case=drags(), k=st.integers(1, 9))
@settings(max_examples=50)
def test_the_top_are_the_first_by_rank_and_then_by_index(case: tuple[Decision, Moves], k: int) -> None:
    (values, shares), moves = case
    live, _ = dragged(values, shares, moves)
    assert live.top(k).tolist() == first_by_rank(live, k)


def first_by_rank(live: LiveTotals, k: int) -> list[int]:
    found = live.ranks()
    return sorted(range(found.size), key=lambda row: (found[row], row))[:k]


def many(seed: int, m: int = 1000, n: int = 12) -> tuple[Array, Array]:
    random = np.random.default_rng(seed)
    return random.uniform(0, 100, (m, n)), random.uniform(0.1, 1, n)


@pytest.mark.parametrize("k", [1, 2, 30, 100, 999, 1000, 5000])
def test_the_top_of_many_options_is_exact(k: int) -> None:
    values, weights = many(1)
    rounded = LiveTotals(np.round(values[:, :1]).repeat(12, axis=1), weights)
    chained = LiveTotals(np.arange(1000.0)[::-1, None].repeat(12, axis=1) * 0.3e-7, weights)
    for live in (LiveTotals(values, weights), rounded, chained):
        assert live.top(k).tolist() == first_by_rank(live, k)


@pytest.mark.parametrize("start", [0, 1])
def test_the_top_is_exact_where_a_sample_of_the_options_misleads(start: int) -> None:
    values, weights = many(2, m=2000)
    values[start::61] /= 1000.0
    values[1 - start :: 61] += 1000.0
    live = LiveTotals(values, weights)
    assert live.top(40).tolist() == first_by_rank(live, 40)


def test_the_top_counts_those_that_tie_with_the_last_of_it_wherever_a_sample_ends() -> None:
    totals = np.zeros(2000)
    totals[: 6 * 61 : 61] = 50 + np.arange(6)[::-1]
    last, tied = np.arange(1530, 1570), np.arange(1410, 1420)
    assert not (last % 61 == 0).any()
    assert not (tied % 61 == 0).any()
    totals[last], totals[tied] = 50 - 3.8e-7, 50 - 4.5e-7
    live = LiveTotals(totals[:, None].repeat(12, axis=1), np.ones(12))
    assert live.top(40).tolist() == first_by_rank(live, 40) == [*range(0, 6 * 61, 61), *tied, *last[:24]]


def test_thousands_of_moves_drift_by_less_than_a_hundredth_of_a_tie() -> None:
    values, weights = many(3)
    live, random = LiveTotals(values, weights), np.random.default_rng(4)
    for count in range(6000):
        index, weight = int(random.integers(12)), float(random.uniform())
        live.move(index, weight)
        weights[index] = weight
        if count % 100 == 0:
            assert_near(live, values, weights)
    assert_near(live, values, weights)


def test_weights_that_fall_by_twelve_orders_leave_no_rounding_of_their_heavy_days_behind() -> None:
    values, weights = many(5)
    live, random = LiveTotals(values, weights), np.random.default_rng(6)
    for _ in range(1500):
        index, weight = int(random.integers(12)), float(10.0 ** random.uniform(-12, 12))
        live.move(index, weight)
        weights[index] = weight
        assert_near(live, values, weights)


def assert_near(live: LiveTotals, values: Array, weights: Array) -> None:
    fresh, _ = additive(values, weights)
    assert np.abs(live.totals() - fresh).max() < A_HUNDREDTH_OF_A_TIE


def test_drift_is_held_where_the_values_are_far_larger_than_their_scale() -> None:
    values, weights = many(7)
    live = LiveTotals(values + 1e6, weights, scale=100.0)
    for count in range(500):
        live.move(count % 12, weights[count % 12] * (1 + count % 7))
    final = [weights[k] * (1 + max(c for c in range(500) if c % 12 == k) % 7) for k in range(12)]
    assert live.totals() == pytest.approx(additive(values + 1e6, final)[0], abs=2e-9)


def test_settling_leaves_exactly_what_a_new_start_would_give() -> None:
    values, weights = many(8)
    live = LiveTotals(values, weights)
    for count in range(300):
        live.move(count % 12, float(count % 5 + 1))
    last = [float(max(c for c in range(300) if c % 12 == k) % 5 + 1) for k in range(12)]
    live.settle()
    assert live.totals().tolist() == LiveTotals(values, last).totals().tolist()


def test_the_golden_example_moved_to_a_crossing() -> None:
    live = LiveTotals(CROSSING, CROSSING_WEIGHTS)
    assert live.totals() == pytest.approx([55, 61, 55])
    # The first two cross at a share of 11/23 = .4783, the others then keeping 0.6 together.
    for weight, order in ((0.549, [2, 1, 3]), (0.55, [1, 1, 3]), (0.551, [1, 2, 3])):
        live.move(0, weight)
        assert live.ranks().tolist() == order
    live.move(0, 0.55)
    assert live.totals()[:2] == pytest.approx([1340 / 23] * 2, abs=1e-12)


def test_what_was_handed_out_does_not_move_with_the_weights() -> None:
    values, weights = CROSSING.copy(), CROSSING_WEIGHTS.copy()
    live = LiveTotals(values, weights)
    totals, found = live.totals(), live.ranks()
    before = totals.tolist(), found.tolist()
    values[:], weights[:] = 1.0, 1.0
    live.move(0, 100.0)
    assert (totals.tolist(), found.tolist()) == before
    assert live.totals() != pytest.approx(totals)
    live.move(0, 0.4)
    assert live.totals() == pytest.approx(totals)


@pytest.mark.parametrize("repeats", [1, MANY])
@pytest.mark.parametrize("weights", [(1e308, 1e308), (5e-324, 5e-324), (1e308, 5e-324), (0.0, 1e-300)])
def test_huge_and_subnormal_weights_move_too(repeats: int, weights: tuple[float, float]) -> None:
    values = np.tile([[100.0, 0.0], [0.0, 50.0]], (repeats, 1))
    live = LiveTotals(values, weights)
    for first, second in ((5e-324, 1.0), (1e308, 1e308), (np.float64(1e308), np.float64(5e-324)), (0.0, 1e-310)):
        live.move(0, first)
        live.move(1, second)
        share = Fraction(float(first)) / (Fraction(float(first)) + Fraction(float(second)))
        expected = [float(100 * share), float(50 * (1 - share))]
        assert live.totals()[:2] == pytest.approx(expected, abs=1e-9)


def test_one_option_one_criterion_and_values_all_0_are_ranked() -> None:
    live = LiveTotals([[7.0]], [3.0])
    live.move(0, 0.1)
    assert (live.totals().tolist(), live.ranks().tolist(), live.top(3).tolist(), live.rank_of(0)) == ([7], [1], [0], 1)
    nothing = LiveTotals(np.zeros((MANY, 2)), [1.0, 0.0])
    nothing.move(1, 5.0)
    assert nothing.top(3).tolist() == [0, 1, 2]
    assert (nothing.ranks() == 1).all()


@pytest.mark.parametrize("repeats", [1, MANY])
def test_a_move_that_is_refused_changes_nothing(repeats: int) -> None:
    live = LiveTotals([[80.0, 20.0]] * repeats, [0.0, 2.0])
    refused: list[tuple[int, float, type[InputError], str]] = [
        (1, 0.0, WeightError, "^weight must not leave all weights 0"),
        (1, -1.0, WeightError, "^weight must not be negative, not -1"),
        (1, math.nan, NotFiniteError, "^weight must be a finite number, not nan"),
        (1, math.inf, NotFiniteError, "^weight must be a finite number, not inf"),
        (1, -math.inf, WeightError, "^weight"),
        (2, 1.0, ShapeError, "^index must be a whole number between 0 and 1, not 2"),
        (-1, 1.0, ShapeError, "^index"),
    ]
    for index, weight, error, words in refused:
        with pytest.raises(error, match=words):
            live.move(index, weight)
        assert live.totals()[0] == 20
    live.move(0, 2.0)
    assert live.totals()[0] == 50


def test_what_cannot_be_moved_is_refused_at_the_door() -> None:
    with pytest.raises(MissingScoreError, match=r"^values\[0, 1\]"):
        LiveTotals([[1.0, math.nan]], [1.0, 1.0])
    with pytest.raises(DomainError, match=r"^values\[1, 0\] must lie within 1e300, not -1e\+301"):
        LiveTotals([[1.0], [-1e301]], [1.0])
    with pytest.raises(WeightError, match=r"^weights must not all be 0"):
        LiveTotals([[1.0]], [0.0])
    with pytest.raises(ShapeError, match=r"^weights must be a list of 1 numbers"):
        LiveTotals([[1.0]], [1.0, 1.0])
    for scale in (0.0, -1.0, math.nan, math.inf):
        with pytest.raises(DomainError, match=r"^scale"):
            LiveTotals([[1.0]], [1.0], scale)
    live = LiveTotals([[1.0]], [1.0])
    with pytest.raises(ShapeError, match=r"^option"):
        live.rank_of(1)
    with pytest.raises(DomainError, match=r"^k must be at least 1, not 0"):
        live.top(0)


def test_ranks_follow_the_scale_they_were_given() -> None:
    values = [[0.5], [0.5 + 0.9e-7]]
    assert LiveTotals(values, [1.0]).ranks().tolist() == [1, 1]
    assert LiveTotals(values, [1.0], scale=1.0).ranks().tolist() == ranks([0.5, 0.5 + 0.9e-7], 1.0).tolist() == [2, 1]
