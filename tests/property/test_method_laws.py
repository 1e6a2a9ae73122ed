"""Laws that hold for every method of ranking at once, and the ones that some of them break, with the reason why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from desktop.analysis.arrays import Array, Flags, Ranks, WeightError
from desktop.analysis.live import LiveTotals
from desktop.analysis.pairwise import synthesise
from desktop.analysis.promethee import Preference, Shape, promethee
from desktop.analysis.ranking import additive, rank_matrix, ranks, weighted_product
from desktop.analysis.reversal import min_max
from desktop.analysis.topsis import LiveTopsis, topsis
from desktop.analysis.vikor import vikor

Answer = tuple[Array, Ranks]
"""((m,) scores, higher is better; (m,) ranks, 1 = best)"""

LEVEL = 1e-9
"""Scores that are the same but for rounding, in parts of the largest."""


@dataclass(frozen=True)
class Method:
    """A way to rank raw scores, and which laws it keeps.

    is_global: the order of two options does not depend on the others, so leaving one out reverses nothing. is_monotone:
    a score made better never makes its option rank worse, where all are above 0. has_no_units: only ratios or orders
    within a criterion count, so that another unit for it changes nothing.
    """

    name: str
    judge: Callable[[Array, Array, Flags], Answer]
    is_global: bool = False
    is_monotone: bool = True
    has_no_units: bool = False


def by_totals(matrix: Array, weights: Array, maximise: Flags) -> Answer:
    totals, _ = additive(np.where(maximise, matrix, 100.0 - matrix), weights)
    return totals, ranks(totals)


def turned(matrix: Array, maximise: Flags) -> Array:
    """Scores on ratio scales, the reciprocals of those to be minimised."""
    return np.where(maximise, matrix, 1.0 / np.where(maximise, 1.0, matrix))


def by_moving(matrix: Array, weights: Array, maximise: Flags) -> Answer:
    """Additive totals to which the slider has come from other weights."""
    live = LiveTotals(np.where(maximise, matrix, 100.0 - matrix), np.ones(weights.size))
    for index in np.argsort(-weights, kind="stable"):
        live.move(int(index), float(weights[index]))
    return live.totals(), live.ranks()


def by_local_totals(matrix: Array, weights: Array, maximise: Flags) -> Answer:
    totals, _ = additive(min_max(matrix, maximise), weights)
    return totals, ranks(totals)


def by_product(matrix: Array, weights: Array, maximise: Flags) -> Answer:
    found = weighted_product(turned(matrix, maximise), weights)
    return found.logs, found.ranks


def by_sheet(matrix: Array, weights: Array, maximise: Flags) -> Answer:
    found = rank_matrix(matrix, weights, maximise)
    return -found.totals, found.ranks


def by_topsis(matrix: Array, weights: Array, maximise: Flags) -> Answer:
    found = topsis(matrix, weights, maximise)
    return found.closeness, found.ranks


def by_live_topsis(matrix: Array, weights: Array, maximise: Flags) -> Answer:
    live = LiveTopsis(matrix, np.ones(weights.size), maximise)
    for index in np.argsort(-weights, kind="stable"):
        live.move(int(index), float(weights[index]))
    return live.closeness().copy(), live.ranks()


def by_vikor(matrix: Array, weights: Array, maximise: Flags) -> Answer:
    found = vikor(matrix, weights, maximise)
    return -found.q, found.ranks


def by_promethee(preference: Preference) -> Callable[[Array, Array, Flags], Answer]:
    def judge(matrix: Array, weights: Array, maximise: Flags) -> Answer:
        found = promethee(matrix, weights, maximise, [preference] * weights.size)
        return found.net, found.ranks

    return judge


def by_synthesis(mode: str) -> Callable[[Array, Array, Flags], Answer]:
    def judge(matrix: Array, weights: Array, maximise: Flags) -> Answer:
        priorities = turned(matrix, maximise)
        found = synthesise(priorities, weights, mode)  # type: ignore[arg-type]
        return found, ranks(found, 1.0)

    return judge


METHODS = (
    Method("additive", by_totals, is_global=True),
    Method("additive, live", by_moving, is_global=True),
    Method("additive, local scale", by_local_totals, has_no_units=True),
    Method("weighted product", by_product, is_global=True, has_no_units=True),
    Method("ranks times weights", by_sheet, has_no_units=True),
    Method("TOPSIS", by_topsis, has_no_units=True),
    Method("TOPSIS, live", by_live_topsis, has_no_units=True),
    Method("VIKOR", by_vikor, is_monotone=False, has_no_units=True),
    *(
        Method(f"PROMETHEE II, {shape.value}", by_promethee(Preference(shape, q=5.0, p=20.0, s=15.0)))
        for shape in Shape
    ),
    Method("AHP, ideal", by_synthesis("ideal"), has_no_units=True),
    Method("AHP, distributive", by_synthesis("distributive"), has_no_units=True),
)
every_method = pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
some = settings(max_examples=25)


@dataclass(frozen=True)
class Decision:
    """Raw scores 1..100 in whole numbers, weights in whole points, and what is to be maximised."""

    matrix: Array
    weights: Array
    maximise: Flags


@st.composite
def decisions(draw: DrawFn, least: int = 1) -> Decision:
    m, n = draw(st.integers(least, 5)), draw(st.integers(1, 4))
    scores = st.lists(st.integers(1, 100), min_size=n, max_size=n)
    points = draw(st.lists(st.integers(0, 9), min_size=n, max_size=n).filter(any))
    flags = draw(st.lists(st.booleans(), min_size=n, max_size=n))
    matrix = np.array(draw(st.lists(scores, min_size=m, max_size=m)), dtype=float)
    return Decision(matrix, np.array(points, dtype=float), np.array(flags))


def judged(method: Method, case: Decision) -> Answer:
    return method.judge(case.matrix, case.weights, case.maximise)


def refuse_difference(found: Answer, expected: Answer) -> None:
    """Scores agree but for rounding, and ranks agree."""
    assert found[0] == pytest.approx(expected[0], abs=LEVEL * max(1.0, float(np.abs(expected[0]).max())))
    assert found[1].tolist() == expected[1].tolist()


@every_method
@some
@given(case=decisions(), data=st.data())
def test_permuting_options_permutes_their_scores_and_ranks(method: Method, case: Decision, data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(len(case.matrix))))
    scores, places = judged(method, case)
    refuse_difference(method.judge(case.matrix[order], case.weights, case.maximise), (scores[order], places[order]))


@every_method
@some
@given(case=decisions(), data=st.data())
def test_permuting_criteria_changes_nothing(method: Method, case: Decision, data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(case.weights.size)))
    found = method.judge(case.matrix[:, order], case.weights[order], case.maximise[order])
    refuse_difference(found, judged(method, case))


@every_method
@some
@given(case=decisions(), factor=st.sampled_from((1e-300, 0.3, 7.0, 1e300)))
def test_the_unit_of_the_weights_changes_nothing(method: Method, case: Decision, factor: float) -> None:
    found = method.judge(case.matrix, factor * case.weights, case.maximise)
    refuse_difference(found, judged(method, case))


@every_method
@some
@given(case=decisions(), data=st.data())
def test_a_criterion_without_weight_changes_nothing(method: Method, case: Decision, data: st.DataObject) -> None:
    scores = data.draw(st.lists(st.integers(1, 100), min_size=len(case.matrix), max_size=len(case.matrix)))
    wider = np.column_stack((case.matrix, np.array(scores, dtype=float)))
    found = method.judge(wider, np.append(case.weights, 0.0), np.append(case.maximise, data.draw(st.booleans())))
    refuse_difference(found, judged(method, case))


@every_method
@some
@given(case=decisions(), data=st.data())
def test_duplicates_tie(method: Method, case: Decision, data: st.DataObject) -> None:
    row = data.draw(st.integers(0, len(case.matrix) - 1))
    _, places = method.judge(np.vstack((case.matrix, case.matrix[row])), case.weights, case.maximise)
    assert places[-1] == places[row]


@every_method
@some
@given(case=decisions(least=2))
def test_a_dominated_option_never_outranks_its_dominator(method: Method, case: Decision) -> None:
    _, places = judged(method, case)
    upward = np.where(case.maximise, case.matrix, -case.matrix)
    for one, other in product(range(len(upward)), repeat=2):
        if (upward[one] >= upward[other]).all():
            assert places[one] <= places[other]


@pytest.mark.parametrize("method", [one for one in METHODS if one.is_monotone], ids=lambda method: method.name)
@some
@given(case=decisions(), data=st.data())
def test_a_better_score_never_makes_its_option_rank_worse(method: Method, case: Decision, data: st.DataObject) -> None:
    row, column = (data.draw(st.integers(0, size - 1)) for size in case.matrix.shape)
    better = case.matrix.copy()
    step = data.draw(st.integers(1, 99))
    better[row, column] = better[row, column] + step if case.maximise[column] else max(1.0, better[row, column] - step)
    assert method.judge(better, case.weights, case.maximise)[1][row] <= judged(method, case)[1][row]


def test_in_vikor_a_better_score_can_cost_a_rank() -> None:
    """The raised score moves the best of its column, so the others lose more there: the ranges of S and R, by which Q
    is measured, grow unequally, and a lead in the one no longer makes up for the lag in the other."""
    both = np.array([True, True])
    before = vikor([(57, 69), (8, 68), (22, 9)], [7, 5], both)
    after = vikor([(57, 69), (8, 100), (22, 9)], [7, 5], both)
    assert (before.ranks.tolist(), after.ranks.tolist()) == ([1, 2, 3], [1, 3, 2])


def test_in_topsis_a_better_score_can_cost_a_rank_where_scores_have_both_signs() -> None:
    """Less is better on the second criterion; 23 in place of 55 halves the length of its column, so that what the first
    option still loses there counts for more than before."""
    sides = np.array([True, False])
    before = topsis([(92, 55), (-53, -22)], [1, 1], sides)
    after = topsis([(92, 23), (-53, -22)], [1, 1], sides)
    assert (before.ranks.tolist(), after.ranks.tolist()) == ([1, 2], [2, 1])


@pytest.mark.parametrize("method", [one for one in METHODS if one.is_global], ids=lambda method: method.name)
@some
@given(case=decisions(least=2), data=st.data())
def test_on_a_fixed_scale_leaving_an_option_out_keeps_the_order_of_the_rest(
    method: Method, case: Decision, data: st.DataObject
) -> None:
    gone = data.draw(st.integers(0, len(case.matrix) - 1))
    _, places = judged(method, case)
    _, rest = method.judge(np.delete(case.matrix, gone, axis=0), case.weights, case.maximise)
    assert order_of(rest) == order_of(np.delete(places, gone))


@pytest.mark.parametrize("method", [one for one in METHODS if not one.is_global], ids=lambda method: method.name)
def test_elsewhere_leaving_an_option_out_can_reverse_the_order_of_the_rest(method: Method) -> None:
    rng = np.random.default_rng(3)
    up = np.ones(6, dtype=bool)
    for _ in range(200):
        matrix, weights = rng.uniform(5.0, 100.0, (6, 6)), rng.dirichlet(np.ones(6))
        places = method.judge(matrix, weights, up)[1]
        if order_of(method.judge(matrix[1:], weights, up)[1]) != order_of(places[1:]):
            return
    pytest.fail("200 decisions without a reversal: is this method global?")


@pytest.mark.parametrize("method", [one for one in METHODS if one.has_no_units], ids=lambda method: method.name)
@some
@given(case=decisions(), data=st.data())
def test_units_twelve_orders_of_magnitude_apart_change_nothing(
    method: Method, case: Decision, data: st.DataObject
) -> None:
    powers = data.draw(st.lists(st.integers(-6, 6), min_size=case.weights.size, max_size=case.weights.size))
    _, places = method.judge(case.matrix * 10.0 ** np.array(powers), case.weights, case.maximise)
    assert places.tolist() == judged(method, case)[1].tolist()


@every_method
@pytest.mark.parametrize(
    "matrix",
    [
        [[5.0]],
        [[5.0, 7.0, 9.0]],
        [[5.0], [7.0], [9.0]],
        [[4.0, 4.0], [4.0, 4.0], [4.0, 4.0]],
        [[1.0, 8.0], [2.0, 8.0], [3.0, 8.0]],
        [[1e-6, 1e6], [2e-6, 3e6], [3e-6, 2e6]],
        [[1e300, 1e-300], [1e-300, 1e300], [1e300, 1e300]],
        [[5e-324, 1.0], [1e-310, 2.0], [1e-323, 3.0]],
    ],
    ids=str,
)
def test_degenerate_decisions_have_ranks_and_no_nan(method: Method, matrix: list[list[float]]) -> None:
    table = np.array(matrix)
    m, n = table.shape
    for weights in (np.ones(n), np.eye(n)[0], np.arange(1.0, n + 1), np.full(n, 5e-324)):
        scores, places = method.judge(table, weights, np.ones(n, dtype=bool))
        assert np.isfinite(scores).all()
        assert places.min() == 1
        assert places.max() <= m
        if (table == table[0]).all():
            assert (places == 1).all()


@every_method
def test_weights_that_are_all_0_are_refused(method: Method) -> None:
    with pytest.raises(WeightError, match=r"all (be|weights) 0"):
        method.judge(np.ones((2, 2)), np.zeros(2), np.ones(2, dtype=bool))


def order_of(places: Ranks) -> list[list[int]]:
    """-1, 0 or 1 for every pair of options."""
    found: list[list[int]] = np.sign(np.subtract.outer(places, places)).tolist()
    return found
