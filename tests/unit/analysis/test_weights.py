"""Weights: shares of one, and how the others give way."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from desktop.analysis.weights import feasible_share, move_weight, normalise

points = st.lists(st.floats(0, 1e6) | st.sampled_from((5e-324, 1e-300, 1e300)), min_size=1, max_size=8).filter(any)


@st.composite
def cases(draw: DrawFn) -> tuple[list[float], int, float, list[bool]]:
    """(weights, index, share, locked)"""
    weights = draw(points)
    locked = draw(st.lists(st.booleans(), min_size=len(weights), max_size=len(weights)))
    return weights, draw(st.integers(0, len(weights) - 1)), draw(st.floats(-0.5, 1.5)), locked


@given(weights=points)
def test_shares_are_the_exact_parts_of_the_sum(weights: list[float]) -> None:
    total = sum(map(Fraction, weights))
    assert normalise(weights) == pytest.approx([float(Fraction(weight) / total) for weight in weights], abs=1e-12)


@given(weights=points, factor=st.floats(1e-3, 1e3))
def test_scaling_all_weights_changes_no_share(weights: list[float], factor: float) -> None:
    usual = [max(weight, 1e-200) if weight else 0.0 for weight in weights]
    assert normalise([weight * factor for weight in usual]) == pytest.approx(normalise(usual), abs=1e-12)


@pytest.mark.parametrize("weights", [[], [0.0, 0.0], [1.0, -1.0], [1.0, math.nan], [math.inf, 1.0], [[1.0]]])
def test_weights_that_are_none_are_refused_by_name(weights: list[float]) -> None:
    with pytest.raises(ValueError, match="weight"):
        normalise(weights)


@given(case=cases())
def test_after_a_move_the_shares_sum_to_one_and_none_is_negative(
    case: tuple[list[float], int, float, list[bool]],
) -> None:
    moved = move_weight(*case)
    assert math.fsum(moved) == pytest.approx(1, abs=1e-12)
    assert (moved >= 0).all()


@given(case=cases())
def test_a_move_agrees_with_exact_arithmetic(case: tuple[list[float], int, float, list[bool]]) -> None:
    assert move_weight(*case) == pytest.approx([float(share) for share in exactly_moved(*case)], abs=1e-9)


def exactly_moved(weights: list[float], index: int, share: float, locked: list[bool]) -> list[Fraction]:
    """The formula of the method in fractions."""
    total = sum(map(Fraction, weights))
    shares = [Fraction(weight) / total for weight in weights]
    others = [place for place in range(len(weights)) if place != index and not locked[place]]
    if not others:
        return shares
    held = sum((shares[place] for place in range(len(weights)) if place != index and locked[place]), Fraction(0))
    target = min(max(Fraction(share), Fraction(0)), 1 - held)
    free = sum(shares[place] for place in others)
    moved = list(shares)
    moved[index] = target
    for place in others:
        part = shares[place] / free if free else Fraction(1, len(others))
        moved[place] = (1 - held - target) * part
    return moved


@given(case=cases())
def test_locked_weights_hold(case: tuple[list[float], int, float, list[bool]]) -> None:
    weights, index, _, locked = case
    before, after = normalise(weights), move_weight(*case)
    held = [place for place in range(len(weights)) if locked[place] and place != index]
    assert after[held].tolist() == before[held].tolist()


@given(case=cases())
def test_the_free_others_keep_their_ratios(case: tuple[list[float], int, float, list[bool]]) -> None:
    weights, index, _, locked = case
    before, after = normalise(weights), move_weight(*case)
    free = [place for place in range(len(weights)) if not locked[place] and place != index]
    for first in free:
        for second in free:
            if before[free].any():
                assert before[first] * after[second] == pytest.approx(before[second] * after[first], abs=1e-12)


@given(case=cases())
def test_a_move_reaches_the_share_asked_for_or_the_nearest_the_locks_allow(
    case: tuple[list[float], int, float, list[bool]],
) -> None:
    weights, index, share, locked = case
    lowest, highest = feasible_share(weights, index, locked)
    assert move_weight(*case)[index] == pytest.approx(min(max(share, lowest), highest), abs=1e-12)


@given(case=cases(), share=st.floats(0, 1))
def test_only_where_a_drag_ends_counts_while_the_others_keep_some_weight(
    case: tuple[list[float], int, float, list[bool]], share: float
) -> None:
    weights, index, end, locked = case
    usual = [max(weight, 1.0) for weight in weights]
    way = min(share, 0.999 * feasible_share(usual, index, locked)[1])
    by_way = move_weight(move_weight(usual, index, way, locked), index, end, locked)
    assert by_way == pytest.approx(move_weight(usual, index, end, locked), abs=1e-9)


def test_where_the_others_are_all_zero_they_share_the_rest_equally() -> None:
    assert move_weight([1, 0, 0, 0], 0, 0.4, [False] * 4).tolist() == pytest.approx([0.4, 0.2, 0.2, 0.2])
    assert move_weight([1, 0, 0, 0], 0, 0.4, [False, True, False, False]).tolist() == pytest.approx([0.4, 0, 0.3, 0.3])


def test_others_too_small_to_divide_by_still_give_way() -> None:
    assert move_weight([1, 5e-324], 0, 0.25, [False, False]).tolist() == pytest.approx([0.25, 0.75])


def test_where_every_other_is_locked_nothing_moves() -> None:
    assert move_weight([1, 1, 2], 0, 0.9, [False, True, True]).tolist() == [0.25, 0.25, 0.5]
    assert feasible_share([1, 1, 2], 0, [False, True, True]) == (0.25, 0.25)


def test_its_own_lock_does_not_count() -> None:
    assert move_weight([1, 1], 0, 0.75, [True, False]).tolist() == [0.75, 0.25]


def test_locks_bound_the_share() -> None:
    assert feasible_share([1, 1, 2], 0, [False, False, True]) == (0.0, 0.5)
    assert move_weight([1, 1, 2], 0, 0.9, [False, False, True]).tolist() == [0.5, 0, 0.5]


@pytest.mark.parametrize("share", [math.nan, math.inf])
def test_a_share_that_is_no_number_is_refused_by_name(share: float) -> None:
    with pytest.raises(ValueError, match="share"):
        move_weight([1, 1], 0, share, [False, False])


def test_a_move_leaves_the_weights_it_was_given_alone() -> None:
    weights, locked = np.array([1.0, 3.0]), np.array([True, True])
    move_weight(weights, 0, 0.5, locked)
    assert (weights.tolist(), locked.tolist()) == ([1, 3], [True, True])
