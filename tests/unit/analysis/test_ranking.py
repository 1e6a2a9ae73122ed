"""The additive model: totals, contributions, ranks and ties, and what missing scores leave open."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn
from numpy.typing import NDArray

from desktop.analysis.ranking import additive, contributions, rank_bounds, ranks
from desktop.analysis.weights import normalise

Array = NDArray[np.float64]
Case = tuple[Array, Array]

CROSSING = np.array([(80, 20, 60, 50), (40, 90, 55, 70), (60, 60, 20, 90)], dtype=float)
CROSSING_WEIGHTS = np.array([0.4, 0.3, 0.2, 0.1])


@st.composite
def cases(draw: DrawFn, most: int = 6, gaps: bool = False) -> Case:
    """(values, shares); the values are whole numbers, so that totals are far apart or equal."""
    m, n = draw(st.integers(1, most)), draw(st.integers(1, most))
    value = st.integers(0, 100) | st.just(None) if gaps else st.integers(0, 100)
    rows = draw(st.lists(st.lists(value, min_size=n, max_size=n), min_size=m, max_size=m))
    points = draw(st.lists(st.integers(0, 9), min_size=n, max_size=n).filter(any))
    return np.array(rows, dtype=float), normalise(points)


def totals_of(case: Case) -> Array:
    low, high = additive(*case)
    assert low.tolist() == high.tolist()
    return low


def test_the_golden_example_of_the_methods() -> None:
    totals = totals_of((CROSSING, CROSSING_WEIGHTS))
    assert totals == pytest.approx([55, 61, 55])
    assert ranks(totals).tolist() == [2, 1, 2]


@given(case=cases())
def test_totals_agree_with_exact_arithmetic(case: Case) -> None:
    values, shares = case
    exact = [sum(Fraction(v) * Fraction(w) for v, w in zip(row, shares, strict=True)) for row in values.tolist()]
    assert totals_of(case) == pytest.approx([float(total) for total in exact], abs=1e-10)


@given(case=cases())
def test_contributions_sum_to_the_total(case: Case) -> None:
    assert contributions(*case).sum(axis=1) == pytest.approx(totals_of(case), abs=1e-10)


def test_the_contribution_of_a_missing_score_is_missing() -> None:
    assert np.isnan(contributions([[np.nan, 50]], [0.5, 0.5])).tolist() == [[True, False]]


@given(case=cases(), data=st.data())
def test_permuting_options_permutes_their_ranks(case: Case, data: st.DataObject) -> None:
    values, shares = case
    order = data.draw(st.permutations(range(len(values))))
    assert ranks(totals_of((values[order], shares))).tolist() == ranks(totals_of(case))[order].tolist()


@given(case=cases(), data=st.data())
def test_permuting_criteria_changes_no_rank(case: Case, data: st.DataObject) -> None:
    values, shares = case
    order = data.draw(st.permutations(range(len(shares))))
    assert ranks(totals_of((values[:, order], shares[order]))).tolist() == ranks(totals_of(case)).tolist()


@given(case=cases())
def test_an_option_that_is_worse_nowhere_never_ranks_behind(case: Case) -> None:
    values, _ = case
    found = ranks(totals_of(case))
    for first, second in product(range(len(values)), repeat=2):
        if (values[first] >= values[second]).all():
            assert found[first] <= found[second]


@given(case=cases(), data=st.data())
def test_removing_an_option_keeps_the_order_of_the_rest(case: Case, data: st.DataObject) -> None:
    totals = totals_of(case)
    gone = data.draw(st.integers(0, len(totals) - 1))
    rest = np.delete(totals, gone)
    assert np.array_equal(orders(rest), np.delete(np.delete(orders(totals), gone, 0), gone, 1))


def orders(totals: Array) -> Array:
    """-1, 0 or 1 for every pair."""
    found = ranks(totals)
    return np.sign(np.subtract.outer(found, found))


@given(totals=st.lists(st.integers(0, 20), max_size=12))
def test_a_rank_is_one_more_than_the_number_of_better_totals(totals: list[int]) -> None:
    noise = np.linspace(-4e-8, 4e-8, len(totals)) if totals else np.array([])
    expected = [1 + sum(other > total for other in totals) for total in totals]
    assert ranks(totals + noise).tolist() == expected


def test_totals_within_a_billionth_of_the_scale_share_the_better_rank() -> None:
    assert ranks([50, 50 + 0.9e-7, 10]).tolist() == [1, 1, 3]
    assert ranks([50, 50 + 1.1e-7, 10]).tolist() == [2, 1, 3]
    assert ranks([0.5, 0.5 + 0.9e-7], scale=1).tolist() == [2, 1]


def test_a_chain_of_near_ties_is_measured_from_the_best_of_each_group() -> None:
    assert ranks([0, 0.8e-7, 1.6e-7]).tolist() == [3, 1, 1]


def test_no_option_and_one_option_have_ranks_too() -> None:
    assert ranks([]).tolist() == []
    assert ranks([7.0]).tolist() == [1]
    assert [bound.tolist() for bound in rank_bounds([7.0], [9.0])] == [[1], [1]]


@given(case=cases(most=4, gaps=True))
def test_every_completion_lies_within_the_totals_and_the_ranks(case: Case) -> None:
    values, shares = case
    gaps = np.argwhere(np.isnan(values))
    if len(gaps) > 5:
        return
    low, high = additive(*case)
    best, worst = rank_bounds(low, high)
    for completion in product((0.0, 37.0, 100.0), repeat=len(gaps)):
        full = values.copy()
        full[tuple(gaps.T)] = completion
        totals = totals_of((full, shares))
        found = ranks(totals)
        assert ((low - 1e-9 <= totals) & (totals <= high + 1e-9)).all()
        assert ((best <= found) & (found <= worst)).all()


@given(case=cases(most=4, gaps=True))
def test_the_ends_of_the_totals_are_reached_when_gaps_are_all_worst_or_all_best(case: Case) -> None:
    values, shares = case
    low, high = additive(*case)
    assert low == pytest.approx(totals_of((np.nan_to_num(values, nan=0.0), shares)))
    assert high == pytest.approx(totals_of((np.nan_to_num(values, nan=100.0), shares)))


def test_a_gap_that_carries_no_weight_leaves_nothing_open() -> None:
    low, high = additive([[np.nan, 60], [10, 50]], [0.0, 1.0])
    assert low.tolist() == high.tolist() == [60, 50]
    assert [bound.tolist() for bound in rank_bounds(low, high)] == [[1, 2], [1, 2]]
