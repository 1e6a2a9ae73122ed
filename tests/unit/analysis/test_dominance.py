"""Dominance, potential optimality and regret against brute force over corners in exact arithmetic."""

from __future__ import annotations

import threading
from collections.abc import Callable
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from desktop.analysis import polytope as known
from desktop.analysis.arrays import Array, DomainError, MissingScoreError, NotFiniteError, ShapeError
from desktop.analysis.dominance import (
    certainly_dominated,
    dominance_under,
    dominated,
    minimax_regret,
    potentially_optimal,
    scenario_regret,
)
from desktop.analysis.linear import Program
from desktop.analysis.margins import rivalry_of
from desktop.analysis.pareto import pareto_front
from desktop.analysis.polytope import EmptyPolytopeError, WeightPolytope
from desktop.analysis.work import Cancelled, Work
from tests.decisions import CROSSING, rows_of
from tests.unit.analysis.polytopes import exact_corners, exact_totals, polytopes

Case = tuple[Array, WeightPolytope]
Method = Callable[..., object]
MANY_CORNERS = known.within(np.full(14, 0.5 / 14), np.full(14, 2 / 14)) & known.ranked(14, range(4))
UNDER_WEIGHTS: list[Method] = [dominance_under, potentially_optimal, minimax_regret]


@st.composite
def few_levels(draw: DrawFn, most: int = 12) -> Array:
    m, n = draw(st.integers(1, most)), draw(st.integers(1, 5))
    row = st.lists(st.integers(0, 3), min_size=n, max_size=n)
    return np.array(draw(st.lists(row, min_size=m, max_size=m)), dtype=float)


@st.composite
def cases(draw: DrawFn) -> Case:
    """Up to 6 options, up to 4 criteria, weights that are possible."""
    m, n = draw(st.integers(1, 6)), draw(st.integers(1, 4))
    return draw(rows_of(m, n)), draw(polytopes(n).filter(lambda polytope: polytope.program().is_feasible()))


def beats(own: Array, other: Array) -> bool:
    return bool((own >= other).all() and (own > other).any())


@given(values=few_levels())
def test_an_option_is_dominated_when_another_is_nowhere_worse_and_somewhere_better(values: Array) -> None:
    found = dominated(values)
    for j, own in enumerate(values):
        dominators = [i for i, other in enumerate(values) if beats(other, own)]
        assert found.dominated[j] == bool(dominators)
        assert (found.by[j] in dominators) if dominators else (found.by[j] == -1)


@given(values=few_levels())
def test_the_dominator_named_beats_the_most_and_is_undominated_itself(values: Array) -> None:
    found = dominated(values)
    strength = [sum(int((values[:, k] < row[k]).sum()) for k in range(row.size)) for row in values]
    for j in np.flatnonzero(found.dominated):
        dominators = [i for i, other in enumerate(values) if beats(other, values[j])]
        assert strength[found.by[j]] == max(strength[i] for i in dominators)
        assert not found.dominated[found.by[j]]


@given(values=few_levels(), data=st.data())
def test_the_order_of_options_and_criteria_leaves_dominance_as_it_is(values: Array, data: st.DataObject) -> None:
    rows = data.draw(st.permutations(range(len(values))))
    columns = data.draw(st.permutations(range(values.shape[1])))
    assert dominated(values[rows][:, columns]).dominated.tolist() == dominated(values).dominated[rows].tolist()


@given(values=few_levels())
def test_the_undominated_options_are_the_pareto_front(values: Array) -> None:
    assert (~dominated(values).dominated).tolist() == pareto_front(
        values, np.ones(values.shape[1], dtype=bool)
    ).tolist()


def test_equal_options_do_not_dominate_each_other() -> None:
    found = dominated([[3, 3], [3, 3], [2, 3]])
    assert found.dominated.tolist() == [False, False, True]
    assert found.by.tolist() == [-1, -1, 0]


def test_dominators_are_named_among_thousands_of_options() -> None:
    values = np.random.default_rng(3).integers(0, 40, (5000, 3)).astype(float)
    found = dominated(values)
    assert np.array_equal(~found.dominated, pareto_front(values, np.ones(3, dtype=bool)))
    lost = np.flatnonzero(found.dominated)
    best = values[found.by[lost]]
    assert ((best >= values[lost]).all(axis=1) & (best > values[lost]).any(axis=1)).all()


@given(values=few_levels())
def test_exact_scores_are_intervals_without_length(values: Array) -> None:
    exact, plain = certainly_dominated(values, values), dominated(values)
    assert exact.dominated.tolist() == plain.dominated.tolist()
    assert (exact.by >= 0).tolist() == plain.dominated.tolist()


@settings(max_examples=60)
@given(values=few_levels(most=3), data=st.data())
def test_certain_dominance_is_dominance_wherever_the_scores_lie(values: Array, data: st.DataObject) -> None:
    values = values[:, :2]
    widths = np.array(data.draw(st.lists(st.integers(0, 2), min_size=values.size, max_size=values.size)))
    high = values + widths.reshape(values.shape)
    found = certainly_dominated(values, high)
    cells = [np.unique((a, b)).tolist() for a, b in zip(values.flat, high.flat, strict=True)]
    worlds = [np.reshape(world, values.shape) for world in product(*cells)]
    for j in range(len(values)):
        always = [i for i in range(len(values)) if all(beats(world[i], world[j]) for world in worlds)]
        assert found.dominated[j] == bool(always)
        assert not always or found.by[j] in always


def test_intervals_that_cross_or_differ_in_shape_are_refused() -> None:
    with pytest.raises(DomainError, match=r"low\[0, 1\]"):
        certainly_dominated([[0, 2]], [[1, 1]])
    with pytest.raises(ShapeError, match="high"):
        certainly_dominated([[0, 2]], [[1, 1], [1, 1]])


@settings(max_examples=120, deadline=None)
@given(case=cases())
def test_dominance_under_weights_agrees_with_every_corner(case: Case) -> None:
    values, polytope = case
    totals = exact_totals(values, exact_corners(polytope))
    expected = [[beats(np.array(own), np.array(other)) for other in totals] for own in totals]
    assert dominance_under(values, polytope).tolist() == expected


@settings(max_examples=120, deadline=None)
@given(case=cases())
def test_minimax_regret_agrees_with_every_corner(case: Case) -> None:
    values, polytope = case
    totals = exact_totals(values, exact_corners(polytope))
    best = [max(column) for column in zip(*totals, strict=True)]
    regrets = [max(top - own for top, own in zip(best, row, strict=True)) for row in totals]
    found = minimax_regret(values, polytope)
    assert found.regret == pytest.approx([float(regret) for regret in regrets], abs=1e-7)
    least = min(regrets)
    assert found.choices.tolist() == [i for i, regret in enumerate(regrets) if regret - least < Fraction(1, 10**8)]
    for i, (by, weights) in enumerate(zip(found.by, found.weights, strict=True)):
        assert polytope.contains(weights)
        assert (by == -1) == (regrets[i] == 0)
        assert by == -1 or weights @ (values[by] - values[i]) == pytest.approx(found.regret[i], abs=1e-7)


@settings(max_examples=80, deadline=None)
@given(case=cases())
def test_the_lead_of_a_potentially_optimal_option_agrees_with_one_program_over_all_rivals(case: Case) -> None:
    values, polytope = case
    found = potentially_optimal(values, polytope)
    for i, (eps, weights) in enumerate(zip(found.eps, found.weights, strict=True)):
        assert polytope.contains(weights)
        others = np.delete(values, i, axis=0)
        if not len(others):
            assert eps == np.inf
            continue
        assert eps == pytest.approx(greatest_lead(values[i], others, polytope), abs=1e-6)
        assert eps == pytest.approx((weights @ (values[i] - others).T).min(), abs=1e-6)
        assert found.optimal[i] == (eps >= -1e-6)


def greatest_lead(own: Array, others: Array, polytope: WeightPolytope) -> float:
    """max eps over (w, eps): own leads each of the others by eps."""
    n, p, m = own.size, polytope.limits.size, len(others)
    rows = np.zeros((1 + p + m, n + 1))
    rows[0, :n] = 1
    rows[1 : 1 + p, :n] = polytope.rows
    rows[1 + p :, :n], rows[1 + p :, n] = others - own, 1
    low = np.concatenate(([1.0], np.full(p + m, -np.inf)))
    high = np.concatenate(([1.0], polytope.limits, np.zeros(m)))
    best = Program(rows, low, high, lower=np.append(np.zeros(n), -np.inf)).maximise(np.append(np.zeros(n), 1.0))
    assert best is not None
    return best.value


@given(values=rows_of(4, 2), seed=st.integers(0, 99))
def test_with_two_criteria_the_lead_is_greatest_where_two_lines_cross(values: Array, seed: int) -> None:
    found = potentially_optimal(values, known.whole(2))
    rows = [[Fraction(x) for x in row] for row in values.tolist()]
    for i, own in enumerate(rows):
        leads = [(own[0] - row[0], own[1] - row[1]) for j, row in enumerate(rows) if j != i]
        places = {Fraction(0), Fraction(1)}
        for (a, b), (c, d) in product(leads, repeat=2):
            if a - b != c - d:
                places.add((d - b) / (a - b - c + d))
        eps = max(min(t * a + (1 - t) * b for a, b in leads) for t in places if 0 <= t <= 1)
        assert found.eps[i] == pytest.approx(float(eps), abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(case=cases(), seed=st.integers(0, 1000))
def test_no_weights_drawn_at_random_contradict_any_answer(case: Case, seed: int) -> None:
    values, polytope = case
    corners = np.array([[float(x) for x in corner] for corner in exact_corners(polytope)])
    totals = values @ (np.random.default_rng(seed).dirichlet(np.ones(len(corners)), 50) @ corners).T
    never_behind = (totals[:, None] - totals >= -1e-6).all(axis=2)
    assert (~dominance_under(values, polytope) | never_behind).all()
    regret = minimax_regret(values, polytope).regret
    assert ((totals.max(axis=0) - totals).max(axis=1) <= regret + 1e-6).all()
    first = (totals == totals.max(axis=0)).any(axis=1)
    assert potentially_optimal(values, polytope).optimal[first].all()


@settings(max_examples=60, deadline=None)
@given(case=cases())
def test_programs_and_corners_give_the_same_answers(case: Case) -> None:
    values, polytope = case
    corners, programs = rivalry_of(values, polytope), rivalry_of(values, polytope, most=0)
    assert corners.complete
    assert not programs.complete
    assert programs.dominance(Work()).tolist() == corners.dominance(Work()).tolist()
    assert programs.leads(Work())[0] == pytest.approx(corners.leads(Work())[0], abs=1e-8)
    assert programs.regrets(Work())[0] == pytest.approx(corners.regrets(Work())[0], abs=1e-8)


@pytest.mark.parametrize("n", [14, 20])
def test_polytopes_of_too_many_corners_are_answered_by_programs(n: int) -> None:
    rng = np.random.default_rng(n)
    # Points moved from a lighter to a heavier criterion never lose, and at the least gain nothing: leads of 0.
    moves = 10 * np.eye(n)[[0, 1, 0, 2]] - 10 * np.eye(n)[[1, 2, 3, 3]]
    values = np.vstack((rng.random((5, n)) * 100, np.full((1, n), 30.0), rng.random((2, n)) * 40))
    values = np.vstack((values, values[5] + moves, values[6] + moves))
    polytope = known.within(np.full(n, 0.5 / n), np.full(n, 2 / n)) & known.ranked(n, range(4))
    assert not rivalry_of(values, polytope).complete
    program = polytope.program()
    least = np.array([[lead_of(program, own - other) for other in values] for own in values])
    assert dominance_under(values, polytope).tolist() == ((least >= -1e-7) & (-least.T > 1e-7)).tolist()
    assert minimax_regret(values, polytope).regret == pytest.approx(np.maximum(-least, 0).max(axis=1), abs=1e-6)
    leads = [greatest_lead(own, np.delete(values, i, axis=0), polytope) for i, own in enumerate(values)]
    assert potentially_optimal(values, polytope).eps == pytest.approx(leads, abs=1e-6)


def lead_of(program: Program, difference: Array) -> float:
    best = program.minimise(difference)
    assert best is not None
    return best.value


@given(values=rows_of(4, 5), order=st.permutations(range(5)))
def test_under_a_ranking_dominance_shows_in_the_partial_sums(values: Array, order: list[int]) -> None:
    found = dominance_under(values, known.ranked(5, order))
    for i, j in product(range(4), repeat=2):
        sums = np.cumsum((values[i] - values[j])[order])
        assert found[i, j] == ((sums >= 0).all() and (sums > 0).any())


@given(values=few_levels())
def test_where_nothing_is_known_of_the_weights_dominance_is_plain_dominance(values: Array) -> None:
    found = dominance_under(values, known.whole(values.shape[1]))
    assert found.any(axis=0).tolist() == dominated(values).dominated.tolist()


@settings(max_examples=60, deadline=None)
@given(case=cases())
def test_dominated_options_never_lead_and_an_option_that_is_never_first_is_dominated_by_one_or_by_a_mix(
    case: Case,
) -> None:
    values, polytope = case
    found = potentially_optimal(values, polytope)
    beaten = dominance_under(values, polytope).any(axis=0)
    assert (found.eps[beaten] <= 1e-6).all()
    assert np.array_equal(found.convex_dominated, ~found.optimal & ~beaten)
    assert found.optimal.any()


@settings(max_examples=40, deadline=None)
@given(case=cases(), data=st.data())
def test_the_order_of_options_and_the_zero_of_criteria_leave_leads_and_regrets_as_they_are(
    case: Case, data: st.DataObject
) -> None:
    values, polytope = case
    rows = data.draw(st.permutations(range(len(values))))
    other = values[rows] + 10.0 * np.arange(values.shape[1])
    assert potentially_optimal(other, polytope).eps == pytest.approx(
        potentially_optimal(values, polytope).eps[rows], abs=1e-6
    )
    assert minimax_regret(other, polytope).regret == pytest.approx(
        minimax_regret(values, polytope).regret[rows], abs=1e-6
    )


@settings(max_examples=25, deadline=None)
@given(case=cases(), data=st.data())
def test_knowing_more_of_the_weights_decides_more_and_regrets_less(case: Case, data: st.DataObject) -> None:
    values, polytope = case
    n = polytope.size
    narrower = polytope & data.draw(polytopes(n))
    if not narrower.program().is_feasible():
        return
    never_behind = dominance_under(values, polytope) & ~dominance_under(values, narrower)
    totals = values @ np.array([[float(x) for x in corner] for corner in exact_corners(narrower)]).T
    for i, j in np.argwhere(never_behind):
        assert totals[i] == pytest.approx(totals[j], abs=1e-6), "ahead only where the weights cannot be any more"
    assert (minimax_regret(values, narrower).regret <= minimax_regret(values, polytope).regret + 1e-6).all()
    assert (potentially_optimal(values, narrower).eps <= potentially_optimal(values, polytope).eps + 1e-6).all()


def test_the_golden_example_of_potential_optimality() -> None:
    found = potentially_optimal([(100, 0), (0, 100), (45, 45)], known.whole(2))
    assert found.eps == pytest.approx([55, 55, -5])
    assert found.optimal.tolist() == [True, True, False]
    assert found.convex_dominated.tolist() == [False, False, True]
    assert found.weights == pytest.approx(np.array([(1, 0), (0, 1), (0.5, 0.5)]))


def test_a_dominated_option_is_not_called_convex_dominated() -> None:
    found = potentially_optimal([(100, 0), (0, 100), (45, 45), (40, 40)], known.whole(2))
    assert found.convex_dominated.tolist() == [False, False, True, False]
    assert found.optimal.tolist() == [True, True, False, False]


def test_the_golden_example_of_minimax_regret() -> None:
    found = minimax_regret(CROSSING, known.ranked(4, [0, 1, 2, 3]))
    assert found.regret == pytest.approx([15, 40, 20])
    assert found.by.tolist() == [1, 0, 0]
    assert found.choices.tolist() == [0]


def test_options_of_equal_regret_are_all_choices() -> None:
    found = minimax_regret([(100, 0), (0, 100), (0, 0)], known.whole(2))
    assert found.regret.tolist() == [100, 100, 100]
    assert found.choices.tolist() == [0, 1, 2]
    assert minimax_regret([(1, 1), (1, 1), (0, 1)], known.whole(2)).choices.tolist() == [0, 1]


def test_regret_over_scenarios() -> None:
    found = scenario_regret([(10, 50, 30), (40, 40, 40), (0, 60, 20)])
    assert found.regret.tolist() == [[30, 10, 10], [0, 20, 0], [40, 0, 20]]
    assert found.worst.tolist() == [30, 20, 40]
    assert found.choices.tolist() == [1]
    tied = scenario_regret([(0, 1 - 1e-12), (1, 0)])
    assert tied.choices.tolist() == [0, 1]


@given(totals=few_levels())
def test_in_every_scenario_somebody_regrets_nothing(totals: Array) -> None:
    found = scenario_regret(totals)
    assert (found.regret.min(axis=0) == 0).all()
    assert found.worst.tolist() == found.regret.max(axis=1).tolist()
    assert found.choices.tolist() == np.flatnonzero(found.worst == found.worst.min()).tolist()


def test_a_single_option_leads_without_end_and_regrets_nothing() -> None:
    for polytope in (known.whole(2), known.ranked(2, [1, 0]), known.within([0.25, 0], [1, 1])):
        assert potentially_optimal([[3, 4]], polytope).eps.tolist() == [np.inf]
        assert potentially_optimal([[3, 4]], polytope).optimal.tolist() == [True]
        assert minimax_regret([[3, 4]], polytope).by.tolist() == [-1]
        assert dominance_under([[3, 4]], polytope).tolist() == [[False]]
    assert scenario_regret([[5.0]]).choices.tolist() == [0]
    assert dominated([[5.0]]).by.tolist() == [-1]


@pytest.mark.parametrize("size", [5e-324, 1e-300, 1.0, 1e12, 1e300, 1.7e308])
def test_the_size_of_the_numbers_does_not_matter(size: float) -> None:
    values = np.array([(1.0, 0.0), (0.0, 1.0), (0.0, 0.0)]) * size
    ranked = known.ranked(2, [0, 1])
    assert dominance_under(values, ranked).tolist() == [[False, True, True], [False, False, True], [False] * 3]
    assert minimax_regret(values, known.whole(2)).regret.tolist() == [size, size, size]
    assert potentially_optimal(values, ranked).optimal.tolist() == [True, True, False]


def test_numbers_at_both_ends_of_the_range_overflow_to_infinite_regret_without_a_warning() -> None:
    values = [(1.7e308, 1.0), (-1.7e308, 2.0)]
    assert minimax_regret(values, known.whole(2)).regret[1] == np.inf
    assert minimax_regret(values, known.whole(2)).choices.tolist() == [0]
    assert scenario_regret(values).choices.tolist() == [0]


@pytest.mark.parametrize("method", UNDER_WEIGHTS)
def test_equal_options_and_equal_columns_are_normal_input(method: Method) -> None:
    for polytope in (known.whole(3), known.ranked(3, [2, 0, 1]), known.within([0.2] * 3, [0.5] * 3)):
        method(np.full((4, 3), 7.0), polytope)
        method([[1, 5, 2], [2, 5, 1], [2, 5, 1]], polytope)
    tied = potentially_optimal(np.full((4, 3), 7.0), known.whole(3))
    assert tied.eps.tolist() == [0, 0, 0, 0]
    assert tied.optimal.all()
    assert minimax_regret(np.full((4, 3), 7.0), known.whole(3)).choices.tolist() == [0, 1, 2, 3]
    assert not dominance_under(np.full((4, 3), 7.0), known.within([0.2] * 3, [0.5] * 3)).any()


def test_two_hundred_equal_options_take_no_program_each() -> None:
    told: list[float] = []
    assert not dominance_under(np.full((200, 14), 7.0), MANY_CORNERS, progress=told.append).any()
    assert minimax_regret(np.full((200, 14), 7.0), MANY_CORNERS).choices.size == 200
    assert len(told) < 200


@pytest.mark.parametrize("method", UNDER_WEIGHTS)
def test_statements_that_contradict_each_other_are_named(method: Method) -> None:
    with pytest.raises(EmptyPolytopeError, match="criterion 0 weighs at least"):
        method([[1, 2], [2, 1]], known.within([0.7, 0.7], [1, 1]))


@pytest.mark.parametrize("method", UNDER_WEIGHTS)
def test_weights_of_other_criteria_are_refused(method: Method) -> None:
    for polytope in (known.whole(3), known.ranked(3, [0, 1, 2]), known.within([0] * 3, [0.5] * 3)):
        with pytest.raises(ShapeError, match="about 3 criteria, not 2"):
            method([[1, 2], [2, 1]], polytope)


@pytest.mark.parametrize("method", [lambda values: dominated(values), scenario_regret])
def test_missing_and_infinite_scores_are_refused_with_their_place(method: Method) -> None:
    with pytest.raises(MissingScoreError, match=r"\[1, 0\]"):
        method([[1.0, 2.0], [np.nan, 1.0]])
    with pytest.raises(NotFiniteError, match=r"\[0, 1\]"):
        method([[1.0, np.inf], [0.0, 1.0]])


@pytest.mark.parametrize("method", UNDER_WEIGHTS)
def test_missing_scores_are_refused_under_weights_too(method: Method) -> None:
    with pytest.raises(MissingScoreError, match=r"values\[0, 1\]"):
        method([[1.0, np.nan]], known.whole(2))


@pytest.mark.parametrize("method", UNDER_WEIGHTS)
@pytest.mark.parametrize("polytope", [known.whole(3), known.ranked(3, [0, 1, 2]), MANY_CORNERS])
def test_progress_rises_to_the_whole_and_the_work_can_be_cancelled(method: Method, polytope: WeightPolytope) -> None:
    values = np.random.default_rng(1).random((9, polytope.size))
    told: list[float] = []
    method(values, polytope, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1
    stop = threading.Event()
    stop.set()
    with pytest.raises(Cancelled):
        method(values, polytope, cancel=stop)


@pytest.mark.parametrize("method", [dominated, lambda values, **work: certainly_dominated(values, values, **work)])
def test_progress_of_plain_dominance_rises_to_the_whole_and_it_can_be_cancelled(method: Method) -> None:
    values = np.random.default_rng(1).random((5000, 2))
    told: list[float] = []
    method(values, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1
    stop = threading.Event()
    stop.set()
    with pytest.raises(Cancelled):
        method(values, cancel=stop)


def test_results_cannot_be_written_to() -> None:
    found = minimax_regret(CROSSING, known.whole(4))
    assert not any(part.flags.writeable for part in (found.regret, found.by, found.weights, found.choices))
    assert not dominance_under(CROSSING, known.whole(4)).flags.writeable
