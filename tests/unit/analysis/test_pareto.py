"""Pareto fronts against their definition, on few points and on many, and the frontier of benefit against cost."""

from __future__ import annotations

import threading
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from desktop.analysis.arrays import Array, Flags, MissingScoreError, NotFiniteError, ShapeError
from desktop.analysis.pareto import efficient_frontier, pareto_front
from desktop.analysis.work import Cancelled

Case = tuple[Array, Flags]


@st.composite
def cases(draw: DrawFn, most: int = 24, level: int = 4) -> Case:
    """Few levels, so that ties and duplicates abound."""
    m, d = draw(st.integers(1, most)), draw(st.integers(1, 6))
    rows = draw(st.lists(st.lists(st.integers(0, level), min_size=d, max_size=d), min_size=m, max_size=m))
    ups = draw(st.lists(st.booleans(), min_size=d, max_size=d))
    return np.array(rows, dtype=float), np.array(ups, dtype=bool)


def by_definition(case: Case) -> list[bool]:
    points = case[0] * np.where(case[1], 1, -1)
    return [not any((other >= own).all() and (other > own).any() for other in points) for own in points]


def assert_is_front(points: Array, front: Flags) -> None:
    """Nothing kept is dominated by what is kept, and everything else is."""
    kept = points[front]
    for start in range(0, len(points), 500):
        block = points[start : start + 500]
        never_worse = np.ones((len(block), len(kept)), dtype=bool)
        better = np.zeros_like(never_worse)
        for own, theirs in zip(block.T, kept.T, strict=True):
            never_worse &= theirs >= own[:, None]
            better |= theirs > own[:, None]
        assert np.array_equal((never_worse & better).any(axis=1), ~front[start : start + 500])


@given(case=cases())
def test_the_front_is_what_nothing_dominates(case: Case) -> None:
    assert pareto_front(*case).tolist() == by_definition(case)


@pytest.mark.parametrize("d", [1, 2, 3, 4, 5, 8, 12])
@pytest.mark.parametrize("levels", [0, 4, 60])
def test_the_front_of_thousands_is_what_nothing_dominates(d: int, levels: int) -> None:
    points = np.random.default_rng(d).normal(size=(4500, d)).cumsum(axis=1)
    points = np.round(points * levels / 4) if levels else points
    ups = np.arange(d) % 3 != 1
    assert_is_front(points * np.where(ups, 1, -1), pareto_front(points, ups))


@pytest.mark.parametrize("d", [2, 3, 4])
def test_a_front_of_thousands_of_points_that_all_stay(d: int) -> None:
    points = np.abs(np.random.default_rng(d).normal(size=(3000, d)))
    sphere = points / np.linalg.norm(points, axis=1)[:, None]
    front = pareto_front(sphere, np.ones(d, dtype=bool))
    assert_is_front(sphere, front)
    assert front.mean() > 0.99
    both = pareto_front(np.vstack((sphere, sphere, 0.9 * sphere)), np.ones(d, dtype=bool))
    assert both.tolist() == np.concatenate((front, front, np.zeros_like(front))).tolist()


@pytest.mark.parametrize("d", [2, 3, 4])
def test_tens_of_thousands_of_points(d: int) -> None:
    points = np.random.default_rng(d).random((40_000, d))
    points[::500] = points[0]
    ups = np.ones(d, dtype=bool)
    assert_is_front(points, pareto_front(points, ups))
    assert np.array_equal(pareto_front(np.asfortranarray(-points), ~ups), pareto_front(points, ups))


def test_more_points_that_all_stay_than_a_short_number_counts() -> None:
    rng = np.random.default_rng(5)
    points = rng.permutation(300_000)[:140_000].reshape(-1, 2).astype(float)
    plane = np.column_stack((points, 700_000 - points.sum(axis=1)))
    assert pareto_front(plane, np.ones(3, dtype=bool)).all(), "equal sums: none can dominate another"
    below = plane[::10_000] - [[0, 1, 0]]
    assert np.flatnonzero(~pareto_front(np.vstack((plane, below)), np.ones(3, dtype=bool))).tolist() == [
        *range(70_000, 70_007)
    ]


@settings(max_examples=50)
@given(case=cases(), data=st.data())
def test_the_order_of_options_and_of_objectives_changes_nothing(case: Case, data: st.DataObject) -> None:
    points, ups = case
    rows = data.draw(st.permutations(range(len(points))))
    columns = data.draw(st.permutations(range(ups.size)))
    assert pareto_front(points[rows][:, columns], ups[columns]).tolist() == pareto_front(points, ups)[rows].tolist()


@settings(max_examples=50)
@given(case=cases())
def test_a_rising_transform_of_an_objective_leaves_the_front_as_it_is(case: Case) -> None:
    points, ups = case
    bent = np.column_stack([np.exp((1 + k) * column) - 7 for k, column in enumerate(points.T)])
    assert pareto_front(bent, ups).tolist() == pareto_front(points, ups).tolist()
    assert pareto_front(-points, ~ups).tolist() == pareto_front(points, ups).tolist()


@settings(max_examples=50)
@given(case=cases())
def test_the_front_of_the_front_is_the_front(case: Case) -> None:
    points, ups = case
    front = pareto_front(points, ups)
    assert front.any()
    assert pareto_front(points[front], ups).all()


@settings(max_examples=50)
@given(case=cases())
def test_doubling_every_option_doubles_the_front(case: Case) -> None:
    points, ups = case
    assert pareto_front(np.vstack((points, points)), ups).tolist() == 2 * pareto_front(points, ups).tolist()


def test_numbers_that_differ_in_their_last_bit_are_not_equal() -> None:
    a, b = 0.1 + 0.2, 0.3
    assert pareto_front([[a, 1.0], [b, 1.0]], np.array([True, True])).tolist() == [True, False]
    assert pareto_front([[a, 1.0], [b, 2.0]], np.array([True, True])).tolist() == [True, True]


def test_huge_and_tiny_numbers_stand_beside_each_other() -> None:
    points = [[1.7e308, 5e-324], [-1.7e308, 1e-323], [1.7e308, 0.0], [-1.7e308, -5e-324]]
    assert pareto_front(points, np.array([True, True])).tolist() == [True, True, False, False]
    many = np.tile(points, (3000, 1))
    assert np.flatnonzero(pareto_front(many, np.array([True, True])) != np.tile([1, 1, 0, 0], 3000)).size == 0


def test_zero_and_minus_zero_are_equal() -> None:
    assert pareto_front([[0.0, -0.0, 1.0], [-0.0, 0.0, 1.0]], np.ones(3, dtype=bool)).all()


def test_one_option_and_equal_options_are_on_the_front() -> None:
    assert pareto_front([[3.0]], np.array([False])).tolist() == [True]
    assert pareto_front(np.ones((5000, 3)), np.ones(3, dtype=bool)).all()


def test_what_is_no_table_of_numbers_is_refused_with_its_place() -> None:
    with pytest.raises(MissingScoreError, match=r"objectives\[1, 0\]") as missing:
        pareto_front([[1.0, 2.0], [np.nan, 0.0]], np.array([True, True]))
    assert (missing.value.row, missing.value.column) == (1, 0)
    with pytest.raises(NotFiniteError, match=r"objectives\[0, 1\]"):
        pareto_front([[1.0, np.inf]], np.array([True, True]))
    with pytest.raises(ShapeError, match="maximise"):
        pareto_front([[1.0, 2.0]], np.array([True]))
    with pytest.raises(ShapeError, match="objectives"):
        pareto_front([1.0, 2.0], np.array([True, True]))


@pytest.mark.parametrize("d", [2, 4, 9])
def test_progress_rises_to_the_whole_and_a_front_can_be_cancelled(d: int) -> None:
    points = np.random.default_rng(d).random((70_000 if d < 9 else 3000, d))
    told: list[float] = []
    pareto_front(points, np.ones(d, dtype=bool), progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1
    stop = threading.Event()
    stop.set()
    with pytest.raises(Cancelled):
        pareto_front(points, np.ones(d, dtype=bool), cancel=stop)


class SetLater:
    """Asks to stop when it has been looked at so many times."""

    def __init__(self, patience: int) -> None:
        self.patience = patience

    def is_set(self) -> bool:
        self.patience -= 1
        return self.patience < 0


def test_a_long_front_is_cancelled_in_the_middle_of_it() -> None:
    points = np.random.default_rng(9).random((3000, 9))
    patient, told = SetLater(10_000), list[float]()
    pareto_front(points, np.ones(9, dtype=bool), progress=told.append, cancel=patient)
    looks = 10_000 - patient.patience
    assert looks > len(told) + 5, "also between two tellings"
    with pytest.raises(Cancelled):
        pareto_front(points, np.ones(9, dtype=bool), cancel=SetLater(looks // 2))


def test_the_front_cannot_be_written_to() -> None:
    assert not pareto_front([[1.0]], np.array([True])).flags.writeable


pairs_of = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=1, max_size=14)


@given(options=pairs_of)
def test_the_frontier_and_its_hull_agree_with_exact_arithmetic(options: list[tuple[int, int]]) -> None:
    benefit, cost = (np.array(part, dtype=float) for part in zip(*options, strict=True))
    found = efficient_frontier(benefit, cost)
    front = {i for i, (b, c) in enumerate(options) if not any(is_better(o, (b, c)) for o in options)}
    assert set(found.indices.tolist()) == front
    assert set(found.hull.tolist()) == {i for i in front if not is_under_a_mix(options[i], options)}


def is_better(other: tuple[int, int], own: tuple[int, int]) -> bool:
    return other[0] >= own[0] and other[1] <= own[1] and other != own


def is_under_a_mix(own: tuple[int, int], options: list[tuple[int, int]]) -> bool:
    """Whether some mix of two options has exactly the same cost and more benefit."""
    for (b1, c1), (b2, c2) in combinations(sorted(set(options), key=lambda option: option[1]), 2):
        if c1 <= own[1] <= c2 and c1 < c2 and b1 + Fraction(own[1] - c1, c2 - c1) * (b2 - b1) > own[0]:
            return True
    return False


@given(options=pairs_of)
def test_cost_and_benefit_rise_along_the_frontier_and_money_does_less_and_less_along_the_hull(
    options: list[tuple[int, int]],
) -> None:
    benefit, cost = (np.array(part, dtype=float) for part in zip(*options, strict=True))
    found = efficient_frontier(benefit, cost)
    b, c = benefit[found.indices], cost[found.indices]
    distinct = np.flatnonzero(np.append(True, np.diff(c) > 0))
    assert (np.diff(c) >= 0).all()
    assert found.steps[distinct[1:]] == pytest.approx(np.diff(b[distinct]) / np.diff(c[distinct]))
    assert (found.steps[distinct[1:]] > 0).all()
    hull = found.hull_steps[found.on_hull]
    assert np.array_equal(np.isnan(hull), c[found.on_hull] == c[0])
    assert (np.diff(hull[~np.isnan(hull)]) <= 1e-12).all()
    assert np.isnan(found.hull_steps[~found.on_hull]).all()


def test_a_worked_frontier() -> None:
    found = efficient_frontier([0, 50, 55, 90, 100, 80, 50], [0, 10, 20, 30, 60, 30, 10])
    assert found.indices.tolist() == [0, 1, 6, 2, 3, 4]
    assert found.hull.tolist() == [0, 1, 6, 3, 4]
    assert found.steps == pytest.approx([np.nan, 5, 5, 0.5, 3.5, 1 / 3], nan_ok=True)
    assert found.hull_steps == pytest.approx([np.nan, 5, 5, np.nan, 2, 1 / 3], nan_ok=True)


def test_an_option_on_a_straight_line_between_two_others_is_on_the_hull() -> None:
    found = efficient_frontier([0.1, 0.2, 0.3, 0.7], [0.3, 0.6, 0.9, 2.1])
    assert found.on_hull.all()
    assert found.hull_steps[1:] == pytest.approx([1 / 3] * 3)


@settings(max_examples=50)
@given(options=pairs_of, data=st.data())
def test_the_order_of_options_and_the_units_do_not_move_the_frontier(
    options: list[tuple[int, int]], data: st.DataObject
) -> None:
    order = data.draw(st.permutations(range(len(options))))
    benefit, cost = (np.array(part, dtype=float) for part in zip(*options, strict=True))
    found = efficient_frontier(benefit, cost)
    other = efficient_frontier(7 * benefit[order] - 3, 1e12 * cost[order] + 5)
    assert set(np.array(order)[other.indices].tolist()) == set(found.indices.tolist())
    assert set(np.array(order)[other.hull].tolist()) == set(found.hull.tolist())


def test_one_option_and_equal_options_make_a_frontier_without_steps() -> None:
    found = efficient_frontier([3, 3], [4, 4])
    assert found.indices.tolist() == [0, 1]
    assert found.on_hull.all()
    assert np.isnan(found.steps).all()
    assert np.isnan(found.hull_steps).all()


def test_huge_and_tiny_costs_and_benefits_have_a_frontier() -> None:
    found = efficient_frontier([-1.7e308, 0, 1.7e308], [-1.7e308, 0, 1.7e308])
    assert found.on_hull.all()
    assert found.steps[1:] == pytest.approx([1, 1])
    tiny = efficient_frontier([0.0, 1.0, 1.7e308], [0.0, 5e-324, 1e-323])
    assert tiny.indices.tolist() == [0, 1, 2]
    assert (tiny.steps[1:] == np.inf).all()
    assert tiny.hull[0] == 0
    assert tiny.hull[-1] == 2
    mixed = efficient_frontier([0.0, 5e-324, 1.7e308], [-1.7e308, 0.0, 1e308])
    assert mixed.steps[1:].tolist() == [0.0, pytest.approx(1.7)]
    steep = efficient_frontier([0.0, 5e-324, 1.7e308], [0.0, 5e-324, 1.7e308])
    assert steep.steps[1:].tolist() == [1.0, 1.0]
    assert steep.on_hull.all()
    cliff = efficient_frontier([0.0, 1.0, 2.0], [0.0, 1e-20, 1.0])
    assert cliff.on_hull.all()
    assert cliff.hull_steps[1:].tolist() == [1e20, 1.0]


def test_benefit_and_cost_must_be_numbers_of_the_same_options() -> None:
    with pytest.raises(ShapeError, match="cost"):
        efficient_frontier([1, 2], [1])
    with pytest.raises(NotFiniteError, match="benefit"):
        efficient_frontier([1, np.nan], [1, 2])
