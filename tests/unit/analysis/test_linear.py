"""Linear programs: against every corner, and what the solver says of programs that have no optimum."""

from __future__ import annotations

import math
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn
from numpy.typing import ArrayLike

from desktop.analysis.arrays import Array, NotFiniteError, ShapeError
from desktop.analysis.linear import INFINITY, Program, SolverError, conflicting

Boxed = tuple[Array, Array]
"""(rows, high): rows @ x <= high within the box 0 <= x <= 5."""


@st.composite
def boxed(draw: DrawFn) -> Boxed:
    """Programs of whole numbers, some of them without a solution."""
    p, n = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    row = st.lists(st.integers(-4, 4), min_size=n, max_size=n)
    rows = draw(st.lists(row, min_size=p, max_size=p))
    return np.array(rows, dtype=float), np.array(draw(st.lists(st.integers(-6, 12), min_size=p, max_size=p)), float)


def corners(rows: Array, high: Array) -> list[Array]:
    """Every point at which n of the constraints and the sides of the box meet, and none is broken."""
    n = rows.shape[1]
    sides = np.vstack((rows, np.eye(n), -np.eye(n)))
    limits = np.concatenate((high, np.full(n, 5.0), np.zeros(n)))
    found = []
    for chosen in map(list, combinations(range(len(sides)), n)):
        if abs(np.linalg.det(sides[chosen])) > 1e-9:
            x = np.linalg.solve(sides[chosen], limits[chosen])
            if (sides @ x <= limits + 1e-9).all():
                found.append(x)
    return found


@settings(max_examples=60)
@given(case=boxed(), data=st.data())
def test_the_optimum_is_the_best_corner_for_one_objective_after_the_other(case: Boxed, data: st.DataObject) -> None:
    rows, high = case
    n, points = rows.shape[1], corners(rows, high)
    program = Program(rows, -INFINITY, high, upper=5.0)
    for cost in data.draw(st.lists(st.lists(st.integers(-5, 5), min_size=n, max_size=n), min_size=1, max_size=3)):
        least, most = program.minimise(cost), program.maximise(cost)
        assert (least is None) == (most is None) == (not points)
        if least is not None and most is not None:
            values = [float(point @ np.array(cost)) for point in points]
            assert (least.value, most.value) == pytest.approx((min(values), max(values)), abs=1e-7)
            assert least.value == pytest.approx(float(least.x @ np.array(cost)))
            assert (rows @ least.x <= high + 1e-7).all()
            assert ((least.x >= -1e-7) & (least.x <= 5 + 1e-7)).all()
    assert program.is_feasible() == bool(points)


@settings(max_examples=40)
@given(case=boxed(), data=st.data())
def test_whole_variables_reach_the_best_whole_point(case: Boxed, data: st.DataObject) -> None:
    rows, high = case
    n = rows.shape[1]
    cost = np.array(data.draw(st.lists(st.integers(-5, 5), min_size=n, max_size=n)))
    inside = [x for x in map(np.array, product(range(6), repeat=n)) if (rows @ x <= high).all()]
    found = Program(rows, -INFINITY, high, upper=5.0, whole=np.ones(n, dtype=bool)).maximise(cost)
    assert (found is None) == (not inside)
    if found is not None:
        assert found.value == pytest.approx(max(float(x @ cost) for x in inside), abs=1e-6)


def test_whole_optima_are_proved_to_the_last_unit() -> None:
    """One part in 10,000 is what solvers are content with; this optimum is better by less."""
    rows = np.array([[3.0, 7.0, 11.0]])
    found = Program(rows, 99_999.0, 100_003.0, upper=40_000.0, whole=np.ones(3, dtype=bool)).minimise(rows[0])
    assert found is not None
    assert found.value == pytest.approx(99_999, abs=1e-6)


def test_only_the_variables_named_are_whole() -> None:
    found = Program([[2.0, 2.0]], 0.0, 3.0, upper=[1.0, 10.0], whole=np.array([True, False])).maximise([1.1, 1.0])
    assert found is not None
    assert found.x == pytest.approx([1.0, 0.5])


def test_bounds_may_be_negative_and_open() -> None:
    program = Program([[1.0, 1.0]], 2.0, 2.0, lower=[-5.0, -INFINITY], upper=[3.0, INFINITY])
    found = program.maximise([0.0, 1.0])
    assert found is not None
    assert found.x == pytest.approx([-5.0, 7.0])


def test_no_solution_no_bound_and_no_rows_are_told_apart() -> None:
    assert Program([[1.0, 1.0]], 2.0, 1.0).minimise([1.0, 1.0]) is None
    assert not Program([[0.0, 0.0]], 1.0, 1.0).is_feasible()
    unbounded = Program([[1.0, -1.0]], 0.0, 0.0)
    with pytest.raises(SolverError, match="Unbounded"):
        unbounded.maximise([1.0, 1.0])
    after = unbounded.minimise([1.0, 1.0])
    assert after is not None
    assert after.value == 0
    free = Program(np.zeros((0, 2)), [], []).minimise([1.0, 2.0])
    assert free is not None
    assert free.value == 0


def test_small_coefficients_count() -> None:
    found = Program([[1e-10, 1.0]], 1.0, 1.0, upper=[INFINITY, 0.0]).minimise([1.0, 0.0])
    assert found is not None
    assert found.value == pytest.approx(1e10)


@pytest.mark.parametrize(("rows", "low"), [([[1e16, 1.0]], 1.0), ([[1.0, 0.0]], 1e20)])
def test_a_program_beyond_the_solver_is_refused(rows: ArrayLike, low: float) -> None:
    with pytest.raises(SolverError, match="too large"):
        Program(rows, low, INFINITY).is_feasible()


def test_arguments_of_another_shape_are_refused_by_name() -> None:
    with pytest.raises(ShapeError, match=r"^rows must be constraints by variables"):
        Program([1.0, 2.0], 0.0, 1.0)
    for argument in ("low", "high", "lower", "upper"):
        given_ = {"low": 0.0, "high": 1.0} | {argument: [0.0, 1.0, 2.0]}
        with pytest.raises(ShapeError, match=rf"^{argument} must be one number or a list of"):
            Program([[1.0, 1.0]], **given_)
    with pytest.raises(ShapeError, match=r"^whole must be a list of 2 booleans"):
        Program([[1.0, 1.0]], 0.0, 1.0, whole=np.array([True]))
    with pytest.raises(ShapeError, match=r"^cost must be a list of 2 numbers"):
        Program([[1.0, 1.0]], 0.0, 1.0).minimise([1.0])


def test_what_is_no_number_is_refused_with_its_place() -> None:
    for odd in (math.nan, math.inf):
        with pytest.raises(NotFiniteError, match=r"^rows\[0, 1\]"):
            Program([[1.0, odd]], 0.0, 1.0)
        with pytest.raises(NotFiniteError, match=r"^cost\[1\]"):
            Program([[1.0, 1.0]], 0.0, 1.0).maximise([0.0, odd])
    for argument in ("low", "high", "lower", "upper"):
        given_ = {"low": 0.0, "high": 1.0} | {argument: math.nan}
        with pytest.raises(NotFiniteError, match=rf"^{argument}\[0\]") as caught:
            Program([[1.0, 1.0]], **given_)
        assert (caught.value.row, caught.value.column) == (None, 0)


@settings(max_examples=60)
@given(case=boxed(), required=st.integers(0, 1))
def test_of_a_smallest_contradiction_no_row_can_be_left_out(case: Boxed, required: int) -> None:
    rows, high = case
    culprits = conflicting(rows, -INFINITY, high, upper=5.0, required=required)
    assert bool(culprits) == (not corners(rows, high) and bool(corners(rows[:required], high[:required])))
    assert all(row >= required for row in culprits)
    if culprits:
        kept = [*range(required), *culprits]
        assert not corners(rows[kept], high[kept])
        for row in culprits:
            rest = [other for other in kept if other != row]
            assert corners(rows[rest], high[rest])


def test_a_contradiction_names_the_two_rows_that_cannot_both_hold() -> None:
    rows = [[1.0, 1.0], [1.0, 0.0], [0.0, 1.0], [1.0, 0.0]]
    low, high = [1.0, -INFINITY, -INFINITY, 0.5], [1.0, 0.3, 0.9, INFINITY]
    assert conflicting(rows, low, high, required=1) == (1, 3)
    assert conflicting(rows[:3], low[:3], high[:3], required=1) == ()


def test_what_the_solver_gives_up_on_among_nearly_equal_columns_is_told_to_have_no_solution() -> None:
    gains = floats(
        "0x1.147ae148df3ecp-2 0x1.147ae1410c8a0p-2 -0x1.33333332cf0ddp-3 "
        "-0x1.ae147ae01683ep-2 -0x1.ae147ae06a514p-2 -0x1.0f5c28f5c28f6p-1 "
        "-0x1.c28f5c16e7768p-4 -0x1.c28f5c45d4d38p-4 -0x1.75c28f5c28f5cp-1 "
        "0x1.3333333e398aep-3 0x1.3333332db8544p-3 -0x1.147ae149bb974p-2 1 1 1"
    ).reshape(5, 3)
    low = floats("0x1.83f473d26e808p-5 0x1.01989e5c09269p-1 0x1.282e996f85831p-1 0x1.56bfac52420d2p-3 0")
    upper = floats("1 1 1 0x1.c039e7a83c63fp-8 0x1.e67ef80932413p-3 0x1.82dfce2e62f6fp-1")
    program = Program(np.hstack((gains, -gains)), low, [INFINITY] * 4 + [0.0], 0.0, upper)
    # A point moved gains at most 0.53 - 0.42 in the second row, and a whole share far less than the 0.5 it asks for.
    assert program.minimise([0, 0, 0, 1, 1, 1]) is None
    assert not program.is_feasible()


def floats(text: str) -> Array:
    return np.array([float.fromhex(number) for number in text.split()])
