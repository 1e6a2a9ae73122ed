"""The best-worst method: weights, error, consistency, contradictions, and which criteria are the ends."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn
from numpy.typing import NDArray

from desktop.analysis.arrays import DomainError, InputError, NotFiniteError, ShapeError
from desktop.analysis.best_worst import BestWorst, UnclearEndError, best_worst, threshold_of

Array = NDArray[np.float64]
Judged = tuple[list[int], list[int], int, int]


@st.composite
def judged(draw: DrawFn, least: int = 2, most: int = 6) -> Judged:
    """(best to others, others to worst, best, worst), consistent or not."""
    n = draw(st.integers(least, most))
    best, worst = draw(st.permutations(range(n)))[:2]
    middle = st.lists(st.integers(1, 9), min_size=n, max_size=n)
    a_best, a_worst = draw(middle), draw(middle)
    a_best[best] = a_worst[worst] = 1
    a_best[worst] = a_worst[best] = draw(st.integers(1, 9))
    return a_best, a_worst, best, worst


def error_of(weights: Array, case: Judged) -> Array:
    """The largest error of each row of weights, (k, n) -> (k,)."""
    a_best, a_worst, best, worst = case
    first = np.abs(weights[:, [best]] - np.array(a_best) * weights)
    second = np.abs(weights - np.array(a_worst) * weights[:, [worst]])
    found: Array = np.maximum(first, second).max(axis=1)
    return found


@pytest.mark.parametrize(
    ("a_best", "a_worst", "weights", "xi", "ratio"),
    [
        ((2, 1, 4, 2, 8), (4, 8, 2, 4, 1), (0.2105, 0.4211, 0.1053, 0.2105, 0.0526), 0, 0),
        ((8, 2, 1), (1, 5, 8), (0.0714, 0.3214, 0.6071), 0.0357, 0.0357),
        ((3, 1, 4, 2, 8), (4, 8, 2, 4, 1), (0.1584, 0.4356, 0.1188, 0.2376, 0.0495), 0.0396, 0.0714),
    ],
)
def test_the_golden_judgements_of_the_methods(
    a_best: tuple[int, ...], a_worst: tuple[int, ...], weights: tuple[float, ...], xi: float, ratio: float
) -> None:
    found = best_worst(a_best, a_worst)
    assert found.weights == pytest.approx(weights, abs=5e-5)
    assert found.xi == pytest.approx(xi, abs=5e-5)
    assert found.cr == pytest.approx(ratio, abs=5e-5)


@given(case=judged())
@settings(max_examples=80)
def test_xi_is_the_largest_error_the_weights_make(case: Judged) -> None:
    found = best_worst(*case)
    assert found.weights.sum() == pytest.approx(1)
    assert (found.weights >= 0).all()
    assert error_of(found.weights[None, :], case)[0] == pytest.approx(found.xi, abs=1e-8)


@given(case=judged(), seed=st.integers(0, 99))
@settings(max_examples=80)
def test_no_other_weights_make_a_smaller_error(case: Judged, seed: int) -> None:
    found = best_worst(*case)
    rng = np.random.default_rng(seed)
    anywhere = rng.dirichlet(np.ones(len(case[0])), 500)
    nearby = np.abs(found.weights + rng.normal(0, 0.01, anywhere.shape))
    others = np.vstack((anywhere, nearby / nearby.sum(axis=1, keepdims=True)))
    assert error_of(others, case).min() >= found.xi - 1e-9


@given(case=judged(least=3, most=3))
@settings(max_examples=20)
def test_of_three_criteria_the_weights_are_those_a_grid_finds(case: Judged) -> None:
    found = best_worst(*case)
    points = np.linspace(0, 1, 201)
    first, second = np.meshgrid(points, points)
    grid = np.column_stack((first.ravel(), second.ravel(), 1 - first.ravel() - second.ravel()))
    grid = grid[grid[:, 2] >= 0]
    errors = error_of(grid, case)
    # An error changes by at most 10 times what the weights do, which is half a step of the grid in each.
    assert errors.min() <= found.xi + 10 * 0.005
    assert errors.min() >= found.xi - 1e-9


@given(points=st.lists(st.integers(1, 20), min_size=2, max_size=6, unique=True))
@settings(max_examples=60)
def test_consistent_judgements_give_back_their_weights(points: list[int]) -> None:
    weights = np.array(points, dtype=float)
    found = best_worst(weights.max() / weights, weights / weights.min())
    assert found.weights == pytest.approx(weights / weights.sum(), abs=1e-9)
    assert found.xi == pytest.approx(0, abs=1e-9)
    assert found.cr == pytest.approx(0, abs=1e-9)
    assert found.contradictions == ()
    assert ends(found) == (int(weights.argmax()), int(weights.argmin()))


@given(case=judged(), data=st.data())
@settings(max_examples=60)
def test_permuting_the_criteria_permutes_their_weights(case: Judged, data: st.DataObject) -> None:
    a_best, a_worst, best, worst = case
    order = data.draw(st.permutations(range(len(a_best))))
    before = best_worst(*case)
    after = best_worst(np.array(a_best)[order], np.array(a_worst)[order], order.index(best), order.index(worst))
    assert after.xi == pytest.approx(before.xi, abs=1e-9)
    assert after.weights == pytest.approx(before.weights[order], abs=1e-7)
    assert after.ratios == pytest.approx(before.ratios[order])


def test_one_criterion_has_all_the_weight() -> None:
    found = best_worst([1], [1])
    assert (found.weights.tolist(), found.xi, found.cr, found.best, found.worst) == ([1.0], 0.0, 0.0, 0, 0)


def test_criteria_that_all_count_alike_have_ratio_0() -> None:
    found = best_worst([1, 1, 1], [1, 1, 1], best=0, worst=2)
    assert found.weights == pytest.approx([1 / 3] * 3)
    assert (found.cr, found.threshold) == (0, None)


# Consistency


def test_the_threshold_depends_on_the_number_of_criteria_and_on_best_over_worst() -> None:
    assert best_worst((3, 1, 4, 2, 8), (4, 8, 2, 4, 1)).threshold == 0.2958
    assert threshold_of(3, 4) == 0.1121
    assert threshold_of(9, 9) == 0.3662
    assert (threshold_of(5, 2), threshold_of(5, 3)) == (0, 0.1667)


@pytest.mark.parametrize(("n", "a_bw"), [(2, 5), (10, 5), (5, 1), (5, 10), (5, 4.5)])
def test_outside_the_published_table_there_is_no_threshold(n: int, a_bw: float) -> None:
    assert threshold_of(n, a_bw) is None


def test_judgements_that_order_two_criteria_both_ways_are_named() -> None:
    found = best_worst((1, 2, 5, 8), (8, 3, 4, 1))
    assert found.contradictions == ((1, 2),)
    assert best_worst((1, 2, 2, 8), (8, 3, 4, 1)).contradictions == ()


@given(case=judged())
@settings(max_examples=60)
def test_contradictions_are_the_pairs_whose_product_is_negative(case: Judged) -> None:
    a_best, a_worst, *_ = case
    n = len(a_best)
    signs = {(i, j): (a_best[i] - a_best[j]) * (a_worst[j] - a_worst[i]) for i in range(n) for j in range(n)}
    found = best_worst(*case).contradictions
    assert {pair for pair, sign in signs.items() if sign < 0} == {*found, *((j, i) for i, j in found)}
    assert all(a_best[i] < a_best[j] for i, j in found)


# Which criteria are the best and the worst


def ends(found: BestWorst) -> tuple[int, int]:
    return found.best, found.worst


def test_of_several_1s_the_best_is_the_one_both_lists_agree_on() -> None:
    assert ends(best_worst((1, 1, 8), (8, 7, 1))) == (0, 2)
    assert ends(best_worst((1, 1, 8), (7, 8, 1))) == (1, 2)
    assert ends(best_worst((1, 8, 7), (7, 1, 1))) == (0, 2)


@pytest.mark.parametrize(
    ("a_best", "a_worst", "unclear"),
    [((1, 1, 8), (8, 8, 1), "best"), ((1, 8, 8), (8, 1, 1), "worst"), ((1, 1, 1), (1, 1, 1), "best")],
)
def test_what_the_judgements_leave_open_must_be_said(
    a_best: tuple[int, ...], a_worst: tuple[int, ...], unclear: str
) -> None:
    with pytest.raises(UnclearEndError, match=f"{unclear} may be any of"):
        best_worst(a_best, a_worst)
    assert ends(best_worst(a_best, a_worst, best=0, worst=2)) == (0, 2)


@pytest.mark.parametrize(
    ("a_best", "a_worst", "argument"),
    [((2, 3, 8), (8, 3, 1), "best"), ((1, 3, 8), (8, 3, 2), "worst"), ((1, 3, 8), (7, 3, 1), "best_to_others")],
)
def test_judgements_without_ends_are_refused(a_best: tuple[int, ...], a_worst: tuple[int, ...], argument: str) -> None:
    with pytest.raises(UnclearEndError) as caught:
        best_worst(a_best, a_worst)
    assert caught.value.argument == argument


@pytest.mark.parametrize(
    ("error", "arguments", "argument", "column"),
    [
        (ShapeError, ([], []), "best_to_others", None),
        (ShapeError, ([1, 2], [2, 2, 1]), "others_to_worst", None),
        (NotFiniteError, ([1, np.nan], [2, 1]), "best_to_others", 1),
        (DomainError, ([1, 0.5], [2, 1]), "best_to_others", 1),
        (DomainError, ([1, 2], [-2, 1]), "others_to_worst", 0),
        (DomainError, ([1, 2], [2, 1], 1), "best", 1),
        (DomainError, ([1, 2], [2, 1], 0, 0), "worst", 0),
        (DomainError, ([1, 1], [1, 1], 0, 0), "worst", None),
        (ShapeError, ([1, 2], [2, 1], 2), "best", None),
    ],
)
def test_what_is_no_judgement_is_refused_at_its_place(
    error: type[InputError], arguments: tuple[list[float], ...], argument: str, column: int | None
) -> None:
    with pytest.raises(error) as caught:
        best_worst(*arguments)  # type: ignore[arg-type]
    assert (caught.value.argument, caught.value.column) == (argument, column)
