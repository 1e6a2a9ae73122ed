"""What is known of the weights: statements, what they leave, and which of them conflict."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from desktop.analysis.arrays import Array, DomainError, NotFiniteError, ShapeError
from desktop.analysis.polytope import EmptyPolytopeError, WeightPolytope, linear, ranked, ratio, whole, within
from desktop.analysis.weights import normalise, rank_order_centroid

some = settings(max_examples=60)


@st.composite
def shares(draw: DrawFn) -> Array:
    """Shares of 2 to 5 criteria, whole points at first."""
    return normalise(draw(st.lists(st.integers(0, 9), min_size=2, max_size=5).filter(any)))


def grid(n: int, steps: int = 6) -> Array:
    """Every share vector in steps."""
    if n == 1:
        return np.array([[1.0]])
    points = np.indices((steps + 1,) * (n - 1)).reshape(n - 1, -1).T
    inside = points[points.sum(axis=1) <= steps]
    return np.column_stack((inside, steps - inside.sum(axis=1))) / steps


@some
@given(w=shares())
def test_all_shares_are_in_the_whole_and_nothing_else_is(w: Array) -> None:
    known = whole(w.size)
    assert known.is_whole
    assert known.size == w.size
    assert known.contains(w)
    assert not known.contains(w * 1.01)
    assert not known.contains(w + 2 * np.eye(w.size)[0] - 2 * np.eye(w.size)[1])


@some
@given(w=shares(), data=st.data())
def test_a_ranking_holds_the_weights_that_do_not_rise_along_it(w: Array, data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(w.size)))
    named = order[: data.draw(st.integers(1, w.size))]
    known = ranked(w.size, named)
    assert known.contains(w) == all(w[heavy] >= w[light] - 1e-9 for heavy, light in pairwise(named))
    assert known.order == (tuple(order) if len(named) == w.size else None)
    assert len(known.statements) == len(named) - 1


def test_the_corners_of_a_ranking_average_to_the_rank_order_centroid() -> None:
    known, program = ranked(4, [2, 0, 3, 1]), ranked(4, [2, 0, 3, 1]).program()
    assert known.contains(rank_order_centroid([2, 4, 1, 3]))
    for criterion, place in ((2, 1), (0, 2), (3, 3), (1, 4)):
        found = program.maximise(np.eye(4)[criterion])
        assert found is not None
        assert found.value == pytest.approx(1 / place)


@some
@given(w=shares(), data=st.data())
def test_bounds_hold_the_weights_between_them(w: Array, data: st.DataObject) -> None:
    part = st.lists(st.integers(0, 10).map(lambda tenth: tenth / 10), min_size=w.size, max_size=w.size)
    low, high = np.array(data.draw(part)), np.array(data.draw(part))
    low, high = np.minimum(low, high), np.maximum(low, high)
    assert within(low, high).contains(w) == bool(((low - 1e-9 <= w) & (w <= high + 1e-9)).all())


@some
@given(
    points=st.lists(st.integers(0, 9), min_size=2, max_size=4).filter(any),
    low=st.integers(0, 4),
    spread=st.integers(0, 4) | st.just(math.inf),
)
def test_a_ratio_holds_the_weights_with_such_a_ratio(points: list[int], low: int, spread: float) -> None:
    heavy, light = points[:2]
    inside = low * light <= heavy and (math.isinf(spread) or heavy <= (low + spread) * light)
    assert ratio(len(points), 0, 1, low, low + spread).contains(normalise(points)) == inside


def test_a_ratio_open_above_says_one_thing_and_a_closed_one_two() -> None:
    assert ratio(3, 2, 0, 1.5).statements == ("criterion 2 weighs at least 1.5 times criterion 0",)
    assert len(ratio(3, 2, 0, 1.5, 2.0).statements) == 2


@some
@given(n=st.integers(1, 4), data=st.data())
def test_what_two_statements_leave_is_what_both_leave(n: int, data: st.DataObject) -> None:
    row = st.lists(st.integers(-3, 3), min_size=n, max_size=n)
    one, two = (linear([data.draw(row)], [data.draw(st.integers(-1, 1)) + 0.05]) for _ in range(2))
    for point in grid(n):
        assert (one & two).contains(point) == (one.contains(point) and two.contains(point))


@some
@given(n=st.integers(2, 4), data=st.data())
def test_no_grid_point_is_better_than_the_programs_optimum(n: int, data: st.DataObject) -> None:
    whole_numbers = st.lists(st.integers(-3, 3), min_size=n, max_size=n)
    known = linear([data.draw(whole_numbers)], [data.draw(st.integers(0, 2))])
    cost = np.array(data.draw(whole_numbers), dtype=float)
    inside = [point for point in grid(n) if known.contains(point)]
    found = known.program().maximise(cost)
    assert found is not None or not inside
    if found is not None:
        assert known.contains(found.x, slack=1e-7)
        assert all(point @ cost <= found.value + 1e-7 for point in inside)


def test_the_whole_changes_nothing_it_is_joined_to() -> None:
    known = ranked(3, [0, 1, 2])
    assert (known & whole(3)) is known
    assert (whole(3) & known) is known
    assert (whole(3) & whole(3)).is_whole
    assert (known & within([0.1] * 3, [1.0] * 3)).order is None


def test_statements_that_leave_nothing_are_named_and_no_others() -> None:
    order, floor = ranked(3, [0, 1, 2]), within([0.0, 0.0, 0.4], [1.0, 1.0, 1.0])
    (order & within([0.0, 0.0, 0.3], [1.0, 1.0, 1.0])).refuse_empty()
    whole(2).refuse_empty()
    with pytest.raises(EmptyPolytopeError, match=r"criterion 2 weighs at least 0\.4") as caught:
        (order & floor & ratio(3, 0, 2, 0.25)).refuse_empty()
    assert set(caught.value.conflict) == set(order.statements) | set(floor.statements)
    with pytest.raises(EmptyPolytopeError) as caught:
        within([0.6, 0.0, 0.6], [1.0, 0.9, 1.0]).refuse_empty()
    assert set(caught.value.conflict) == {"criterion 0 weighs at least 0.6", "criterion 2 weighs at least 0.6"}


def test_a_single_criterion_weighs_everything() -> None:
    assert whole(1).contains([1.0])
    assert ranked(1, [0]).order == (0,)
    with pytest.raises(EmptyPolytopeError):
        within([0.0], [0.5]).refuse_empty()


def test_what_a_polytope_was_made_of_stays_with_its_maker() -> None:
    rows = np.array([[1.0, -1.0]])
    known = linear(rows, [0.0])
    rows[0, 0] = 7.0
    assert known.rows.tolist() == [[1, -1]]
    with pytest.raises(ValueError, match="read-only"):
        known.rows[0, 0] = 7.0


def test_statements_that_are_none_are_refused_by_name() -> None:
    with pytest.raises(DomainError, match=r"^n must be at least 1"):
        whole(0)
    with pytest.raises(ShapeError, match=r"^order must be a whole number between 0 and 1"):
        ranked(2, [0, 2])
    with pytest.raises(DomainError, match=r"^order names a criterion twice"):
        ranked(3, [0, 1, 0])
    with pytest.raises(DomainError, match=r"^low\[1\] 0.5 is above its high end 0.4"):
        within([0.0, 0.5], [1.0, 0.4])
    with pytest.raises(ShapeError, match=r"^high must be a list of 2 numbers"):
        within([0.0, 0.5], [1.0])
    with pytest.raises(NotFiniteError, match=r"^low\[0\]"):
        within([math.nan], [1.0])
    with pytest.raises(ShapeError, match=r"^light"):
        ratio(2, 0, 2)
    with pytest.raises(DomainError, match=r"^light must be another criterion"):
        ratio(2, 1, 1)
    for low, high in ((-1.0, 1.0), (2.0, 1.0), (math.inf, math.inf), (math.nan, 1.0), (0.0, math.nan)):
        with pytest.raises(DomainError, match=r"^low and high must be"):
            ratio(2, 0, 1, low, high)


def test_polytopes_that_do_not_fit_are_refused_by_name() -> None:
    with pytest.raises(ShapeError, match=r"^other is about 3 criteria, not 2"):
        whole(2) & whole(3)
    with pytest.raises(ShapeError, match=r"^weights must be a list of 2 numbers"):
        whole(2).contains([1.0])
    with pytest.raises(ShapeError, match=r"^rows"):
        linear([[1.0, 2.0]], [1.0], ["one", "two"])
    with pytest.raises(ShapeError, match=r"^rows"):
        WeightPolytope(np.array(1.0), np.zeros(1), ("one",))
    with pytest.raises(ShapeError, match=r"^limits"):
        linear([[1.0, 2.0]], [1.0, 2.0])
    with pytest.raises(NotFiniteError, match=r"^rows\[0, 1\]"):
        linear([[1.0, math.inf]], [1.0])


def test_weights_beyond_any_share_are_outside_however_large() -> None:
    largest = np.finfo(float).max
    assert not whole(2).contains([largest, largest])
    assert not whole(2).contains([-largest, largest])
