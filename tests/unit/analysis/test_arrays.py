"""The door: what is let in, and what is refused with its name and place."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.analysis.arrays import (
    DomainError,
    InputError,
    MissingScoreError,
    NotFiniteError,
    ShapeError,
    WeightError,
    flags_of,
    frozen,
    index_of,
    matrix_of,
    shares_of,
    vector_of,
)

numbers = st.floats(0, 1e308) | st.sampled_from((5e-324, 1e-308, 1.7e308))


def test_tables_of_numbers_become_arrays() -> None:
    assert matrix_of([[1, 2], [3, 4]]).dtype == np.float64
    assert matrix_of(np.arange(6, dtype=np.int32).reshape(2, 3)).shape == (2, 3)
    table = np.ones((2, 2))
    assert matrix_of(table) is table


@pytest.mark.parametrize(
    "table", [[], [[]], [1.0], 1.0, np.ones((2, 0)), np.ones((0, 2)), np.ones((1, 1, 1)), [[1.0], [1.0, 2.0]], [["a"]]]
)
def test_a_table_of_another_shape_is_refused_by_name(table: object) -> None:
    with pytest.raises(ShapeError, match=r"^scores must be") as caught:
        matrix_of(table, "scores")  # type: ignore[arg-type]
    assert (caught.value.argument, caught.value.row, caught.value.column) == ("scores", None, None)


@given(shape=st.tuples(st.integers(1, 4), st.integers(1, 4)), data=st.data())
@settings(max_examples=40)
def test_the_first_hole_of_a_table_is_named(shape: tuple[int, int], data: st.DataObject) -> None:
    table = np.zeros(shape)
    holes = data.draw(st.lists(st.integers(0, table.size - 1), min_size=1, max_size=3, unique=True))
    infinite = data.draw(st.booleans())
    table.flat[holes] = math.nan
    if infinite:
        table.flat[holes[-1]] = -math.inf
    expected = holes[-1] if infinite else min(holes)
    with pytest.raises(NotFiniteError if infinite else MissingScoreError) as caught:
        matrix_of(table)
    assert (caught.value.row, caught.value.column) == divmod(expected, shape[1])


def test_a_missing_score_is_let_in_where_gaps_are_but_no_infinity() -> None:
    assert np.isnan(matrix_of([[math.nan, 1.0]], gaps=True)[0, 0])
    with pytest.raises(NotFiniteError, match=r"^values\[0, 1\] must be a finite number, not inf"):
        matrix_of([[math.nan, math.inf]], gaps=True)


@pytest.mark.parametrize("vector", [[], 1.0, [[1.0]], [1.0, 2.0, 3.0], ["a", "b"], [1.0, [2.0]]])
def test_a_list_of_another_shape_is_refused_by_name(vector: object) -> None:
    with pytest.raises(ShapeError, match=r"^points must be"):
        vector_of(vector, "points", 2)  # type: ignore[arg-type]


def test_the_first_number_that_is_none_is_named() -> None:
    with pytest.raises(NotFiniteError, match=r"^points\[1\] must be a finite number, not nan") as caught:
        vector_of([1.0, math.nan, math.inf], "points")
    assert (caught.value.row, caught.value.column) == (None, 1)


def test_flags_are_booleans_and_nothing_else() -> None:
    assert flags_of([True, False], "locked", 2).tolist() == [True, False]
    for flags in ([1, 0], [True], [[True, False]], True, ["True", "False"]):
        with pytest.raises(ShapeError, match=r"^locked must be a list of 2 booleans"):
            flags_of(flags, "locked", 2)


def test_an_index_counts_from_the_front_only() -> None:
    assert [index_of(index, "index", 3) for index in (0, 2, np.int64(1))] == [0, 2, 1]
    for index in (-1, 3, 0.5, math.nan):
        with pytest.raises(ShapeError, match=r"^index must be a whole number between 0 and 2, not"):
            index_of(index, "index", 3)  # type: ignore[arg-type]


@given(weights=st.lists(numbers, min_size=1, max_size=8).filter(any))
def test_shares_are_the_exact_parts_of_any_weights(weights: list[float]) -> None:
    total = sum(map(Fraction, weights))
    assert shares_of(weights) == pytest.approx([float(Fraction(weight) / total) for weight in weights], abs=1e-15)


def test_weights_that_are_none_are_refused_with_their_place() -> None:
    with pytest.raises(WeightError, match=r"^importance\[1\] must not be negative, not -2.0") as caught:
        shares_of([1.0, -2.0, -3.0], argument="importance")
    assert caught.value.column == 1
    with pytest.raises(WeightError, match=r"^weights must not all be 0"):
        shares_of([0.0, -0.0])
    with pytest.raises(ShapeError, match=r"^weights must be a list of 3 numbers, not of shape \(2,\)"):
        shares_of([1.0, 2.0], 3)
    with pytest.raises(NotFiniteError, match=r"^weights\[0\]"):
        shares_of([math.inf, 1.0])


@pytest.mark.parametrize("kind", [ShapeError, NotFiniteError, MissingScoreError, WeightError, DomainError])
def test_every_error_is_a_value_error_that_says_where(kind: type[InputError]) -> None:
    error = kind("values", "is odd", 2, 3)
    assert isinstance(error, ValueError)
    assert (str(error), error.argument, error.row, error.column) == ("values[2, 3] is odd", "values", 2, 3)
    assert str(kind("values", "is odd")) == "values is odd"
    assert str(kind("values", "is odd", row=2)) == "values[2] is odd"


def test_a_frozen_array_cannot_be_written() -> None:
    one, two = np.zeros(2), np.zeros(2, dtype=bool)
    frozen(one, two)
    for array in (one, two):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1
