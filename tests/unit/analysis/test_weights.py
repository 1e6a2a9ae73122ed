"""Weights: shares of one, from rankings, swings and trees, and how the others give way."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn
from numpy.typing import ArrayLike

from desktop.analysis.arrays import Array, DomainError, InputError, NotFiniteError, ShapeError, WeightError
from desktop.analysis.weights import (
    feasible_share,
    hierarchical,
    move_weight,
    normalise,
    rank_order_centroid,
    rank_reciprocal,
    rank_sum,
    swing,
)

Method = Callable[[ArrayLike], Array]

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
    assert move_weight([1e300, 0, 1e-185], 0, 0, [False] * 3).tolist() == [0, 0, 1]


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


# Rankings


@pytest.mark.parametrize(
    ("n", "expected"),
    [
        (1, [1.0]),
        (3, [0.6111, 0.2778, 0.1111]),
        (4, [0.5208, 0.2708, 0.1458, 0.0625]),
        (5, [0.4567, 0.2567, 0.1567, 0.0900, 0.0400]),
    ],
)
def test_the_published_rank_order_centroids(n: int, expected: list[float]) -> None:
    assert rank_order_centroid(range(1, n + 1)) == pytest.approx(expected, abs=5e-5)


def test_the_published_rank_sums_and_reciprocals() -> None:
    assert rank_sum([1, 2, 3, 4]) == pytest.approx([0.4, 0.3, 0.2, 0.1])
    assert rank_reciprocal([1, 2, 3, 4]) == pytest.approx([12 / 25, 6 / 25, 4 / 25, 3 / 25])


def centroid(n: int) -> list[Fraction]:
    """The mean of the corners of the ranked simplex: equal weights on the first 1, 2, ... n."""
    return [sum((Fraction(1, s) for s in range(r, n + 1)), Fraction(0)) / n for r in range(1, n + 1)]


METHODS: dict[Method, Callable[[int], list[Fraction]]] = {
    rank_order_centroid: centroid,
    rank_sum: lambda n: [Fraction(2 * (n + 1 - r), n * (n + 1)) for r in range(1, n + 1)],
    rank_reciprocal: lambda n: [Fraction(1, r) / sum(Fraction(1, s) for s in range(1, n + 1)) for r in range(1, n + 1)],
}
every_method = pytest.mark.parametrize("method", METHODS)
rankings = st.lists(st.integers(1, 8), min_size=1, max_size=8).map(
    lambda keys: [1 + sum(other < own for other in keys) for own in keys]
)
"""Rankings with ties, as sports write them."""


@every_method
@given(ranks=rankings)
@settings(max_examples=60)
def test_weights_from_a_ranking_are_the_formula_averaged_over_the_places_of_ties(
    method: Method, ranks: list[int]
) -> None:
    formula = METHODS[method](len(ranks))
    places = [range(rank - 1, rank - 1 + ranks.count(rank)) for rank in ranks]
    expected = [sum(formula[place] for place in taken) / len(taken) for taken in places]
    assert method(ranks) == pytest.approx([float(share) for share in expected], abs=1e-14)


@every_method
@given(ranks=rankings)
@settings(max_examples=40)
def test_only_the_order_of_the_ranks_counts(method: Method, ranks: list[int]) -> None:
    dense = [1 + len({other for other in ranks if other < own}) for own in ranks]
    middle = [rank + (ranks.count(rank) - 1) / 2 for rank in ranks]
    assert method(dense).tolist() == method(middle).tolist() == method(ranks).tolist()


@given(n=st.integers(1, 12))
def test_the_centroid_is_the_mean_of_the_corners_of_the_ranked_weights(n: int) -> None:
    corners = np.tril(np.ones((n, n))) / np.arange(1, n + 1)[:, None]
    assert rank_order_centroid(np.arange(1, n + 1)) == pytest.approx(corners.mean(axis=0), abs=1e-15)


@every_method
def test_ranks_that_are_none_are_refused_with_their_place(method: Method) -> None:
    with pytest.raises(DomainError, match=r"^ranks\[1\] must lie between 1 and 2, not 3"):
        method([1, 3])
    with pytest.raises(DomainError, match=r"^ranks\[0\] must lie between 1 and 3, not 0"):
        method([0, 1, 2])
    with pytest.raises(NotFiniteError, match=r"^ranks\[1\]"):
        method([1, math.nan])
    for none in (4, [], [[1]]):
        with pytest.raises(ShapeError, match=r"^ranks"):
            method(none)


# Swings


def test_swings_are_weighed_by_their_ratios() -> None:
    assert swing([100, 50, 0, 50]).tolist() == [0.5, 0.25, 0, 0.25]
    assert swing([10, 30]).tolist() == [0.25, 0.75]


def test_swings_that_are_none_are_refused_by_name() -> None:
    with pytest.raises(WeightError, match=r"^points\[1\] must not be negative"):
        swing([100, -5])
    with pytest.raises(WeightError, match=r"^points must not all be 0"):
        swing([0, 0])


# Trees


def test_shares_of_leaves_are_products_down_the_tree() -> None:
    #     0 (1)         1 (3)
    #    2  3          4 (1)  5 (1)
    #   (1)(1)                6 (1) 7 (3)
    leaves, shares = hierarchical([-1, -1, 0, 0, 1, 1, 5, 5], [1, 3, 1, 1, 1, 1, 1, 3])
    assert leaves.tolist() == [2, 3, 4, 6, 7]
    assert shares.tolist() == [1 / 8, 1 / 8, 3 / 8, 3 / 32, 9 / 32]


@st.composite
def trees(draw: DrawFn) -> tuple[list[int], list[int]]:
    """(parents, local), the nodes in any order, each group with some weight."""
    k = draw(st.integers(1, 10))
    above = [draw(st.integers(-1, node - 1)) for node in range(k)]
    names = draw(st.permutations(range(k)))
    parents = [0] * k
    for node, parent in enumerate(above):
        parents[names[node]] = names[parent] if parent >= 0 else -1
    return parents, draw(st.lists(st.integers(1, 9), min_size=k, max_size=k))


def exact_share(node: int, parents: list[int], local: list[int]) -> Fraction:
    """The product of the local shares from a node up to the top."""
    group = sum(weight for weight, parent in zip(local, parents, strict=True) if parent == parents[node])
    own = Fraction(local[node], group)
    return own if parents[node] < 0 else own * exact_share(parents[node], parents, local)


@given(tree=trees())
def test_a_tree_agrees_with_exact_products(tree: tuple[list[int], list[int]]) -> None:
    parents, local = tree
    leaves, shares = hierarchical(parents, local)
    assert leaves.tolist() == [node for node in range(len(parents)) if node not in parents]
    assert shares == pytest.approx([float(exact_share(node, parents, local)) for node in leaves], abs=1e-14)
    assert math.fsum(shares) == pytest.approx(1, abs=1e-14)


@given(tree=trees(), factor=st.sampled_from((1e-300, 0.3, 1e300)), data=st.data())
def test_the_unit_of_a_group_changes_no_share(
    tree: tuple[list[int], list[int]], factor: float, data: st.DataObject
) -> None:
    parents, local = tree
    group = data.draw(st.sampled_from(parents))
    scaled = [weight * factor if above == group else weight for weight, above in zip(local, parents, strict=True)]
    assert hierarchical(parents, scaled)[1] == pytest.approx(hierarchical(parents, local)[1], abs=1e-14)


def test_a_flat_tree_is_what_normalise_makes_of_it() -> None:
    leaves, shares = hierarchical([-1, -1, -1], [2, 0, 6])
    assert (leaves.tolist(), shares.tolist()) == ([0, 1, 2], normalise([2, 0, 6]).tolist())


def test_groups_of_huge_and_of_subnormal_weights_have_shares_too() -> None:
    assert hierarchical([-1, -1, 0, 0], [1.7e308, 1.7e308, 5e-324, 5e-324])[1].tolist() == [0.5, 0.25, 0.25]


def test_a_branch_without_weight_leaves_its_leaves_without() -> None:
    assert hierarchical([-1, -1, 0, 0], [0, 5, 1, 3])[1].tolist() == [1, 0, 0]


@pytest.mark.parametrize(
    ("parents", "local", "error", "words"),
    [
        ([], [], ShapeError, r"^parents must be a list of integers"),
        ([0.0, 1.0], [1, 1], ShapeError, r"^parents must be a list of integers, not float64"),
        ([[-1]], [1], ShapeError, r"^parents"),
        ([-1, 2], [1, 1], DomainError, r"^parents\[1\] must lie between -1 and 1, not 2"),
        ([-2, 0], [1, 1], DomainError, r"^parents\[0\]"),
        ([0], [1], DomainError, r"^parents\[0\] must not lead round"),
        ([-1, 3, 1, 2, 1], [1] * 5, DomainError, r"^parents\[1\] must not lead round"),
        ([-1], [1, 1], ShapeError, r"^local must be a list of 1 numbers"),
        ([-1, -1], [1, math.inf], NotFiniteError, r"^local\[1\]"),
        ([-1, -1], [1, -1], WeightError, r"^local\[1\] must not be negative, not -1"),
        ([-1, -1], [0, 0], WeightError, r"^local\[0\] and the other weights at the top must not all be 0"),
        ([-1, -1, 1, 1], [1, 1, 0, 0], WeightError, r"^local\[2\] and the other weights under node 1 must not"),
    ],
)
def test_trees_that_are_none_are_refused_with_their_place(
    parents: list[int], local: list[float], error: type[InputError], words: str
) -> None:
    with pytest.raises(error, match=words):
        hierarchical(parents, local)
