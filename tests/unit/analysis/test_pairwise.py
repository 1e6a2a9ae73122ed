"""Pairwise comparisons: weights, consistency, the judgement to revisit, missing judgements, groups of judges."""

from __future__ import annotations

from itertools import combinations
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn
from numpy.typing import NDArray

from desktop.analysis.arrays import DomainError, InputError, NotFiniteError, ShapeError, WeightError
from desktop.analysis.pairwise import (
    RANDOM_INDEX,
    DisconnectedError,
    Method,
    Mode,
    aggregate_judgements,
    aggregate_priorities,
    ahp,
    on_scale,
    random_index,
    synthesise,
)

Array = NDArray[np.float64]
METHODS: tuple[Method, ...] = get_args(Method)
MODES: tuple[Mode, ...] = get_args(Mode)

GOLDEN = np.array([(1, 1 / 2, 3), (2, 1, 4), (1 / 3, 1 / 4, 1)])
STYLE = np.array([(1, 1 / 4, 4, 1 / 6), (4, 1, 4, 1 / 4), (1 / 4, 1 / 4, 1, 1 / 5), (6, 4, 5, 1)])
RELIABILITY = np.array([(1, 2, 5, 1), (1 / 2, 1, 3, 2), (1 / 5, 1 / 3, 1, 1 / 4), (1, 1 / 2, 4, 1)])
FUEL = np.array([(1, 2, 4, 1), (1 / 2, 1, 3, 2), (1 / 4, 1 / 3, 1, 1 / 5), (1, 1 / 2, 5, 1)])
_ = np.nan


def reciprocal(n: int, upper: list[float]) -> Array:
    table = np.ones((n, n))
    for (i, j), judged in zip(combinations(range(n), 2), upper, strict=True):
        table[i, j], table[j, i] = judged, 1 / judged
    return table


@st.composite
def judged(draw: DrawFn, least: int = 1, most: int = 7) -> Array:
    """Judgements on Saaty's scale, consistent or not."""
    n = draw(st.integers(least, most))
    step = st.integers(1, 9) | st.integers(2, 9).map(lambda k: 1 / k)
    return reciprocal(n, draw(st.lists(step, min_size=n * (n - 1) // 2, max_size=n * (n - 1) // 2)))


@st.composite
def consistent(draw: DrawFn, least: int = 1, most: int = 7) -> tuple[Array, Array]:
    """(judgements that agree with each other, the weights they come from)."""
    points = draw(st.lists(st.integers(1, 99), min_size=least, max_size=most))
    weights = np.array(points, dtype=float)
    return weights[:, None] / weights, weights / weights.sum()


@st.composite
def connected_gaps(draw: DrawFn, n: int) -> list[tuple[int, int]]:
    """Pairs to leave out that leave a spanning tree of judgements: everything hangs on something before it."""
    kept = {(draw(st.integers(0, j - 1)), j) for j in range(1, n)}
    spare = [pair for pair in combinations(range(n), 2) if pair not in kept]
    return draw(st.lists(st.sampled_from(spare), unique=True)) if spare else []


def without(table: Array, gaps: list[tuple[int, int]]) -> Array:
    holed = table.copy()
    for i, j in gaps:
        holed[i, j] = holed[j, i] = np.nan
    return holed


# Weights


@pytest.mark.parametrize("method", METHODS)
@given(case=consistent())
@settings(max_examples=60)
def test_consistent_judgements_give_back_their_weights(method: Method, case: tuple[Array, Array]) -> None:
    found = ahp(case[0], method)
    assert found.weights == pytest.approx(case[1], rel=1e-12)
    assert found.lambda_max == pytest.approx(len(case[1]), rel=1e-12)
    assert found.cr == pytest.approx(0, abs=1e-12)
    assert found.gci == pytest.approx(0, abs=1e-12)
    assert found.revisit is None


@given(table=judged())
@settings(max_examples=150)
def test_the_eigenvector_is_the_positive_one(table: Array) -> None:
    found = ahp(table)
    assert table @ found.weights == pytest.approx(found.lambda_max * found.weights, rel=1e-11)
    assert (found.weights > 0).all()
    assert found.weights.sum() == pytest.approx(1)
    assert found.lambda_max >= len(table)


@given(table=judged())
@settings(max_examples=60)
def test_the_geometric_mean_is_that_of_the_rows(table: Array) -> None:
    means = np.prod(table, axis=1) ** (1 / len(table))
    assert ahp(table, "geometric").weights == pytest.approx(means / means.sum(), rel=1e-12)


@given(table=judged(least=1, most=3))
@settings(max_examples=60)
def test_up_to_three_things_both_methods_agree(table: Array) -> None:
    assert ahp(table).weights == pytest.approx(ahp(table, "geometric").weights, rel=1e-11)


@pytest.mark.parametrize("method", METHODS)
@given(table=judged(), data=st.data())
@settings(max_examples=60)
def test_permuting_the_things_permutes_their_weights(method: Method, table: Array, data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(len(table))))
    before, after = ahp(table, method), ahp(table[np.ix_(order, order)], method)
    assert after.weights == pytest.approx(before.weights[order], rel=1e-11)
    assert after.cr == pytest.approx(before.cr, abs=1e-11)
    assert after.gci == pytest.approx(before.gci, abs=1e-11)


@given(table=judged())
@settings(max_examples=60)
def test_turning_every_judgement_round_inverts_the_geometric_weights(table: Array) -> None:
    inverse = 1 / ahp(table, "geometric").weights
    assert ahp(table.T, "geometric").weights == pytest.approx(inverse / inverse.sum(), rel=1e-11)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("times", "n"), [(9, 4), (3, 8), (1, 5), (1 / 7, 6)])
def test_one_thing_x_times_all_others_weighs_x_over_x_plus_n_less_1(method: Method, times: float, n: int) -> None:
    table = np.ones((n, n))
    table[0, 1:], table[1:, 0] = times, 1 / times
    assert ahp(table, method).weights[0] == pytest.approx(times / (times + n - 1))


def test_nine_orders_of_magnitude_between_weights_are_kept() -> None:
    weights = 10.0 ** np.array([0, 4, -5, 1])
    found = ahp(weights[:, None] / weights)
    assert found.weights == pytest.approx(weights / weights.sum(), rel=1e-12)
    assert found.cr == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("method", METHODS)
def test_a_chain_of_the_largest_judgements_is_weighed_too(method: Method) -> None:
    n = 20
    weights = 1e-9 ** np.arange(n)
    near = np.abs(np.subtract.outer(range(n), range(n))) <= 1
    found = ahp(np.where(near, weights[:, None] / weights, np.nan), method)
    assert found.weights == pytest.approx(weights, rel=1e-8)
    assert found.cr == 0


def test_the_wildest_contradiction_still_has_finite_figures() -> None:
    found = ahp(reciprocal(3, [1e9, 1e-9, 1e9]))
    assert found.weights == pytest.approx([1 / 3] * 3)
    assert found.lambda_max == pytest.approx(1e9)
    assert found.revisit is not None
    assert found.revisit.suggested == 1


@pytest.mark.parametrize("n", [40, 120])
def test_many_things_are_weighed_alike(n: int) -> None:
    table = reciprocal(n, list(np.exp(np.random.default_rng(n).normal(0, 1, n * (n - 1) // 2))))
    found = ahp(table)
    assert table @ found.weights == pytest.approx(found.lambda_max * found.weights, rel=1e-10)


@pytest.mark.parametrize(("table", "weights"), [([[1.0]], [1.0]), ([[1, 3], [1 / 3, 1]], [0.75, 0.25])])
def test_one_and_two_things_are_always_consistent(table: list[list[float]], weights: list[float]) -> None:
    found = ahp(table)
    assert found.weights == pytest.approx(weights)
    assert (found.cr, found.cr_alonso_lamata, found.gci) == (0, 0, 0)
    assert found.gci_threshold is None
    assert found.revisit is None


def test_a_result_cannot_be_changed_and_does_not_follow_its_argument() -> None:
    table = GOLDEN.copy()
    found = ahp(table)
    table[0, 1] = 9
    assert found.judgements[0, 1] == 0.5
    with pytest.raises(ValueError, match="read-only"):
        found.weights[0] = 1


# Consistency


def test_the_golden_judgements_of_the_methods() -> None:
    found = ahp(GOLDEN)
    assert found.weights == pytest.approx([0.3196, 0.5584, 0.1220], abs=5e-5)
    assert found.lambda_max == pytest.approx(3.0183, abs=5e-5)
    assert found.cr == pytest.approx(0.0158, abs=5e-5)
    assert found.cr_alonso_lamata == pytest.approx(0.0191, abs=5e-5)
    assert found.gci == pytest.approx(0.0548, abs=5e-5)
    assert found.gci_threshold == 0.31


def test_the_published_cars_are_the_distributive_synthesis_of_the_eigenvectors() -> None:
    priorities = np.column_stack([ahp(table).weights for table in (STYLE, RELIABILITY, FUEL)])
    totals = synthesise(priorities, ahp(GOLDEN).weights, "distributive")
    assert totals == pytest.approx([0.2922, 0.2767, 0.0697, 0.3613], abs=5e-5)
    assert ahp(STYLE).cr == pytest.approx(0.161, abs=5e-4)


@given(table=judged(least=3))
@settings(max_examples=60)
def test_the_two_ratios_are_the_same_excess_over_two_random_ones(table: Array) -> None:
    found, n = ahp(table), len(table)
    excess = max(np.linalg.eigvals(table).real) - n
    assert found.cr == pytest.approx(excess / (n - 1) / RANDOM_INDEX[n - 1], abs=1e-9)
    assert found.cr_alonso_lamata == pytest.approx(excess / (1.7699 * n - 4.3513), abs=1e-9)


def test_above_fifteen_things_the_ratio_is_that_of_alonso_and_lamata() -> None:
    found = ahp(reciprocal(16, [1.0, 2.0, 3.0] * 40))
    assert found.cr == pytest.approx(found.cr_alonso_lamata)
    assert random_index(15) == 1.59
    assert random_index(16) == pytest.approx(1.59, abs=0.02)


@given(table=judged(least=3))
@settings(max_examples=60)
def test_the_gci_is_the_mean_square_over_all_cycles_of_three(table: Array) -> None:
    """Aguaron & Moreno-Jimenez 2003: GCI is a third of the mean of ln^2(a_ij a_jk a_ki)."""
    logs = np.log(table)
    cycles = [(logs[i, j] + logs[j, k] + logs[k, i]) ** 2 for i, j, k in combinations(range(len(table)), 3)]
    assert ahp(table, "geometric").gci == pytest.approx(np.mean(cycles) / 3, abs=1e-10)


# The judgement to revisit


@pytest.mark.parametrize("method", METHODS)
def test_the_judgement_that_was_slipped_is_the_one_to_revisit(method: Method) -> None:
    weights = np.array([8.0, 4, 2, 1])
    table = weights[:, None] / weights
    table[0, 1], table[1, 0] = 1 / 2, 2.0
    found = ahp(table, method).revisit
    assert found is not None
    assert (found.i, found.j, found.given) == (1, 0, 2.0)
    assert found.unrounded < found.given
    assert found.suggested == on_scale(found.unrounded)


@given(table=judged(least=3), data=st.data())
@settings(max_examples=60)
def test_no_judgement_is_further_from_the_weights_than_the_one_to_revisit(table: Array, data: st.DataObject) -> None:
    found = ahp(without(table, data.draw(connected_gaps(len(table)))))
    apart = found.judgements * found.weights / found.weights[:, None]
    worst = np.nanmax(apart)
    if found.revisit is None:
        assert worst == pytest.approx(1, abs=1e-5)
    else:
        assert apart[found.revisit.i, found.revisit.j] == pytest.approx(worst)


@pytest.mark.parametrize(
    ("ratio", "step"), [(1.0, 1), (1.41, 1), (1.42, 2), (5.4, 5), (30, 9), (0.7, 1 / 2), (0.72, 1), (0.001, 1 / 9)]
)
def test_a_ratio_is_rounded_to_the_nearest_step_by_ratio(ratio: float, step: float) -> None:
    assert on_scale(ratio) == pytest.approx(step)
    assert on_scale(1 / ratio) == pytest.approx(1 / step)


# Missing judgements


@pytest.mark.parametrize("method", METHODS)
@given(case=consistent(least=2), data=st.data())
@settings(max_examples=60)
def test_a_connected_part_of_consistent_judgements_gives_the_same_weights(
    method: Method, case: tuple[Array, Array], data: st.DataObject
) -> None:
    gaps = data.draw(connected_gaps(len(case[1])))
    found = ahp(without(case[0], gaps), method)
    assert found.weights == pytest.approx(case[1], rel=1e-9)
    assert found.cr == pytest.approx(0, abs=1e-9)
    assert found.missing == len(gaps)


@given(table=judged(least=3, most=6), data=st.data())
@settings(max_examples=50)
def test_harkers_weights_are_the_eigenvector_of_the_matrix_they_complete(table: Array, data: st.DataObject) -> None:
    holed = without(table, data.draw(connected_gaps(len(table))))
    found = ahp(holed)
    filled = np.where(np.isnan(holed), found.weights[:, None] / found.weights, holed)
    assert filled @ found.weights / found.weights == pytest.approx(np.full(len(table), found_lambda(filled)), rel=1e-9)


def found_lambda(table: Array) -> float:
    return float(max(np.linalg.eigvals(table).real))


@given(table=judged(least=3, most=6), data=st.data())
@settings(max_examples=50)
def test_least_squares_weights_leave_no_sum_of_errors_in_any_row(table: Array, data: st.DataObject) -> None:
    holed = without(table, data.draw(connected_gaps(len(table))))
    logs = np.log(ahp(holed, "geometric").weights)
    assert np.nansum(np.log(holed) - logs[:, None] + logs, axis=1) == pytest.approx(np.zeros(len(table)), abs=1e-9)


@given(table=judged(least=3, most=5), data=st.data())
@settings(max_examples=40)
def test_no_completion_is_more_consistent_than_lambda_max_says(table: Array, data: st.DataObject) -> None:
    gaps = data.draw(connected_gaps(len(table)))
    least = ahp(without(table, gaps)).lambda_max
    completion = table.copy()
    for i, j in gaps:
        completion[i, j] = np.exp(data.draw(st.floats(-4, 4)))
        completion[j, i] = 1 / completion[i, j]
    assert least <= found_lambda(completion) * (1 + 1e-9)


def test_one_missing_judgement_is_completed_as_a_search_along_it_does() -> None:
    table = without(STYLE, [(0, 3)])
    grid = np.exp(np.linspace(-4, 4, 4001))
    lambdas = [found_lambda(np.where(np.isnan(table), reciprocal(4, [1, 1, x, 1, 1, 1]), table)) for x in grid]
    assert ahp(table).lambda_max == pytest.approx(min(lambdas), abs=1e-6)


def test_the_ratio_of_an_incomplete_matrix_is_over_a_smaller_random_index() -> None:
    found = ahp(without(STYLE, [(0, 3)]))
    assert found.cr == pytest.approx((found.lambda_max - 4) / 3 / (0.90 * 2 / 3))
    assert found.cr_alonso_lamata is None
    assert found.gci is None


def test_a_bare_tree_of_judgements_cannot_contradict_itself() -> None:
    found = ahp([[1, 2, _, _], [1 / 2, 1, 3, _], [_, 1 / 3, 1, 4], [_, _, 1 / 4, 1]])
    assert found.weights == pytest.approx(np.array([24, 12, 4, 1]) / 41)
    assert found.lambda_max == pytest.approx(4)
    assert found.cr == 0
    assert found.revisit is None
    assert found.missing == 3


def test_a_diagonal_need_not_be_given() -> None:
    assert ahp([[_, 3], [1 / 3, _]]).weights == pytest.approx([0.75, 0.25])


def test_judgements_in_groups_that_nothing_compares_are_refused_by_group() -> None:
    with pytest.raises(DisconnectedError, match=r"\(0, 2\) and \(1\) and \(3\)") as caught:
        ahp([[1, _, 2, _], [_, 1, _, _], [1 / 2, _, 1, _], [_, _, _, 1]])
    assert caught.value.groups == ((0, 2), (1,), (3,))


# Refusals


@pytest.mark.parametrize(
    ("error", "table", "place"),
    [
        (ShapeError, [[1, 2]], (None, None)),
        (ShapeError, [], (None, None)),
        (ShapeError, [1, 2], (None, None)),
        (NotFiniteError, [[1, np.inf], [0.1, 1]], (0, 1)),
        (DomainError, [[1, 0], [2, 1]], (0, 1)),
        (DomainError, [[1, -2], [-0.5, 1]], (0, 1)),
        (DomainError, [[1, 1e60], [1e-60, 1]], (0, 1)),
        (DomainError, [[1, 1e200], [1e200, 1]], (0, 1)),
        (DomainError, [[1, 2, 3], [1 / 2, 1, 4], [1 / 3, 1 / 5, 1]], (1, 2)),
        (DomainError, [[1, 2, 3], [1 / 2, 2, 4], [1 / 3, 1 / 4, 1]], (1, 1)),
        (DomainError, [[1, _], [2, 1]], (0, 1)),
    ],
)
def test_what_is_no_reciprocal_matrix_is_refused_at_its_place(
    error: type[InputError], table: list[list[float]], place: tuple[int | None, int | None]
) -> None:
    with pytest.raises(error, match="judgements") as caught:
        ahp(table)
    assert (caught.value.row, caught.value.column) == place


def test_another_method_or_mode_is_refused_by_name() -> None:
    with pytest.raises(DomainError, match="method"):
        ahp(GOLDEN, "mean")  # type: ignore[arg-type]
    with pytest.raises(DomainError, match="mode"):
        synthesise([[1.0]], [1.0], "sum")  # type: ignore[arg-type]


# Groups of judges


@given(table=judged(least=2, most=5), data=st.data())
@settings(max_examples=40)
def test_geometric_weights_of_the_aggregate_are_the_aggregate_of_the_weights(table: Array, data: st.DataObject) -> None:
    second = data.draw(judged(least=len(table), most=len(table)))
    judges = data.draw(st.lists(st.integers(1, 5), min_size=2, max_size=2))
    together = ahp(aggregate_judgements([table, second], judges), "geometric").weights
    apart = [ahp(one, "geometric").weights for one in (table, second)]
    assert aggregate_priorities(apart, judges) == pytest.approx(together, rel=1e-10)


def test_opposite_judges_aggregate_to_indifference() -> None:
    assert aggregate_judgements([GOLDEN, GOLDEN.T]) == pytest.approx(np.ones((3, 3)))
    assert aggregate_judgements([GOLDEN, GOLDEN.T], [1, 0]) == pytest.approx(GOLDEN)


def test_a_pair_some_judges_left_out_is_the_mean_of_the_others() -> None:
    first, second = np.array([(1, 4), (1 / 4, 1)]), np.array([(1, _), (_, 1)])
    assert aggregate_judgements([first, second], [1, 9]) == pytest.approx(first)
    assert np.isnan(aggregate_judgements([first, second], [0, 1])).tolist() == [[False, True], [True, False]]


def test_judges_are_checked_as_arrays_are() -> None:
    with pytest.raises(ShapeError, match="judgements"):
        aggregate_judgements(GOLDEN)
    with pytest.raises(DomainError, match="judgements"):
        aggregate_judgements([GOLDEN, GOLDEN + 1])
    with pytest.raises(WeightError, match="judges"):
        aggregate_judgements([GOLDEN], [-1])
    with pytest.raises(DomainError, match=r"weights\[1, 0\]"):
        aggregate_priorities([[0.5, 0.5], [0.0, 1.0]])


# Synthesis


def test_ideal_and_distributive_synthesis_by_hand() -> None:
    local = [[0.6, 0.2], [0.3, 0.4], [0.1, 0.4]]
    assert synthesise(local, [1, 3], "distributive") == pytest.approx([0.3, 0.375, 0.325])
    ideal = np.array([1 * 0.25 + 0.5 * 0.75, 0.5 * 0.25 + 0.75, 0.25 / 6 + 0.75])
    assert synthesise(local, [1, 3], "ideal") == pytest.approx(ideal / ideal.sum())


@pytest.mark.parametrize("mode", MODES)
@given(table=judged(least=2, most=5))
@settings(max_examples=30)
def test_rescaling_a_column_changes_no_synthesis(mode: Mode, table: Array) -> None:
    weights = np.arange(1.0, len(table) + 1)
    assert synthesise(table * weights, weights, mode) == pytest.approx(synthesise(table, weights, mode))


def test_a_copy_of_an_option_can_reverse_the_distributive_order_but_not_the_ideal_one() -> None:
    local = np.array([(9, 1), (1, 9), (8, 4)], dtype=float)
    copied = np.vstack((local, local[0]))
    weights = [0.5, 0.5]
    for mode, keeps in (("ideal", True), ("distributive", False)):
        before, after = synthesise(local, weights, mode), synthesise(copied, weights, mode)  # type: ignore[arg-type]
        assert (np.argsort(before).tolist() == np.argsort(after[:3]).tolist()) is keeps


def test_priorities_that_are_no_shares_are_refused_at_their_place() -> None:
    with pytest.raises(WeightError, match=r"local_weights\[0\] must not all be 0"):
        synthesise([[0.0, 1.0], [0.0, 1.0]], [1, 1])
    with pytest.raises(WeightError, match=r"local_weights\[1, 0\] must not be negative"):
        synthesise([[1.0, 1.0], [-1.0, 1.0]], [1, 1])
    with pytest.raises(WeightError, match=r"criteria_weights\[1\]"):
        synthesise([[1.0, 1.0]], [1, -1])
