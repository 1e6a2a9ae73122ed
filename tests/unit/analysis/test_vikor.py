"""VIKOR: the published examples, exact arithmetic, the compromise set, and the laws of the method."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.analysis.arrays import (
    Array,
    DomainError,
    Flags,
    MissingScoreError,
    NotFiniteError,
    ShapeError,
    WeightError,
)
from desktop.analysis.vikor import PreparedVikor, Vikor, vikor
from tests.decisions import exact_shares, matrices

Case = tuple[Array, Array, Flags]
TIE = Fraction(1, 10**9)
HALVES = st.sampled_from([0.0, 0.25, 0.5, 1.0])
LAW = settings(max_examples=60)

UNSTABLE = (
    np.array([(10, 6, 2, 4), (3, 8, 6, 1), (3, 10, 0, 6), (5, 8, 1, 3), (6, 4, 2, 3), (7, 0, 8, 3), (1, 7, 10, 6)]),
    np.array([4, 4, 4, 2]),
    np.ones(4, dtype=bool),
)
"""A case with a clear lead in Q for an option that is first in neither S nor R."""


def test_the_published_example_of_four_options() -> None:
    found = vikor([(5, 8, 4), (7, 6, 8), (8, 8, 6), (7, 4, 6)], [0.3, 0.4, 0.3], np.ones(3, dtype=bool))
    assert found.s == pytest.approx([0.6, 0.3, 0.15, 0.65])
    assert found.r == pytest.approx([0.3, 0.2, 0.15, 0.4])
    assert found.q == pytest.approx([0.75, 0.25, 0, 1])
    assert (found.c1, found.c2, found.compromise.tolist()) == (False, True, [2, 1])
    assert [r.tolist() for r in (found.ranks, found.s_ranks, found.r_ranks)] == [[3, 2, 1, 4]] * 3


def test_the_published_example_of_risk_and_altitude() -> None:
    found = vikor([(1, 3000), (2, 3750), (5, 4500)], [0.5, 0.5], np.array([False, True]))
    assert found.q == pytest.approx([1, 0, 1])
    assert found.ranks.tolist() == [2, 1, 2]
    assert (found.c1, found.c2, found.compromise.tolist()) == (True, True, [1])


@dataclass
class Exact:
    """VIKOR as the paper words it, in exact arithmetic and plain loops."""

    s: list[Fraction]
    r: list[Fraction]
    q: list[Fraction]
    c1: bool
    c2: bool
    compromise: set[int]


def exact_of(case: Case, v: float) -> Exact:
    matrix, shares, maximise = case
    terms = [[w * loss for w, loss in zip(exact_shares(shares), row, strict=True)] for row in losses(matrix, maximise)]
    s, r = [sum(row, Fraction(0)) for row in terms], [max(row) for row in terms]
    q = [Fraction(v) * a + (1 - Fraction(v)) * b for a, b in zip(parts(s), parts(r), strict=True)]
    return judged(s, r, q)


def losses(matrix: Array, maximise: Flags) -> list[list[Fraction]]:
    columns = []
    for scores, upward in zip(matrix.T.tolist(), maximise, strict=True):
        best, worst = (max(scores), min(scores)) if upward else (min(scores), max(scores))
        span = Fraction(best) - Fraction(worst)
        columns.append([(Fraction(best) - Fraction(score)) / span if span else Fraction(0) for score in scores])
    return [list(row) for row in zip(*columns, strict=True)]


def parts(losses: list[Fraction]) -> list[Fraction]:
    span = max(losses) - min(losses)
    return [(loss - min(losses)) / span if span > TIE else Fraction(0) for loss in losses]


def judged(s: list[Fraction], r: list[Fraction], q: list[Fraction]) -> Exact:
    options = sorted(range(len(q)), key=lambda option: q[option])
    firsts = [option for option in options if q[option] - min(q) <= TIE]
    c2 = all(s[option] - min(s) <= TIE or r[option] - min(r) <= TIE for option in firsts)
    if len(q) == 1:
        return Exact(s, r, q, True, c2, {0})
    advantage = Fraction(1, len(q) - 1) - TIE
    c1 = q[options[1]] - q[options[0]] >= advantage
    if not c1:
        return Exact(s, r, q, c1, c2, {option for option in options if q[option] - min(q) < advantage})
    if c2:
        return Exact(s, r, q, c1, c2, {options[0]})
    return Exact(s, r, q, c1, c2, {options[0]} | {o for o in options[1:] if q[o] - q[options[1]] <= TIE})


def agrees(found: Vikor, exact: Exact) -> bool:
    """Whether all that was found is what exact arithmetic says."""
    for own, other in ((found.s, exact.s), (found.r, exact.r), (found.q, exact.q)):
        assert own == pytest.approx([float(number) for number in other], abs=1e-12)
    assert set(found.compromise.tolist()) == exact.compromise
    assert found.q[found.compromise].tolist() == sorted(found.q[found.compromise].tolist())
    for order, losses in ((found.ranks, exact.q), (found.s_ranks, exact.s), (found.r_ranks, exact.r)):
        assert order.tolist() == [1 + sum(own - other > TIE for other in losses) for own in losses]
    return (found.c1, found.c2) == (exact.c1, exact.c2)


@LAW
@given(case=matrices(), v=HALVES)
def test_all_that_is_found_agrees_with_exact_arithmetic(case: Case, v: float) -> None:
    assert agrees(vikor(*case, v), exact_of(case, v))


@LAW
@given(case=matrices(most=9, least=5), data=st.data())
def test_clear_leads_and_ties_agree_with_exact_arithmetic_too(case: Case, data: st.DataObject) -> None:
    matrix, shares, maximise = case
    coarse = np.round(matrix / 25)
    twins = data.draw(st.lists(st.integers(0, len(coarse) - 1), max_size=2))
    doubled = np.vstack([coarse, coarse[twins]]), shares, maximise
    assert agrees(vikor(*doubled), exact_of(doubled, 0.5))


def test_a_lead_without_stability_proposes_the_first_and_the_second() -> None:
    found = vikor(*UNSTABLE)
    assert agrees(found, exact_of(UNSTABLE, 0.5))
    assert (found.c1, found.c2, found.compromise.tolist()) == (True, False, [0, 1])
    assert found.s_ranks[0] > 1
    assert found.r_ranks[0] > 1


def test_all_who_share_the_second_place_are_proposed_with_the_first() -> None:
    matrix, shares, maximise = UNSTABLE
    found = vikor(np.vstack([matrix[1:], matrix[1], matrix[0]]), shares, maximise)
    assert (found.c1, found.c2, found.compromise.tolist()) == (True, False, [7, 0, 6])


def test_a_lead_of_exactly_the_advantage_is_accepted() -> None:
    # The second is behind by 1 / (m - 1), which is seldom a binary fraction.
    for m in range(2, 80):
        found = vikor(np.arange(m)[:, None] / 10, [1], np.array([False]))
        assert (found.c1, found.compromise.tolist()) == (True, [0])


def test_a_lead_just_short_of_the_advantage_proposes_all_that_are_close() -> None:
    found = vikor([[10], [8.001], [6], [4], [2], [0]], [1], np.array([True]))
    assert (found.c1, found.compromise.tolist()) == (False, [0, 1])


def test_the_first_two_in_q_when_tied_are_both_proposed() -> None:
    found = vikor([(10, 0), (0, 10)], [1, 1], np.ones(2, dtype=bool))
    assert found.q.tolist() == [0, 0]
    assert (found.c1, found.c2, sorted(found.compromise.tolist())) == (False, True, [0, 1])


def test_one_option_is_the_compromise() -> None:
    found = vikor([(3, 4)], [1, 2], np.array([True, False]))
    assert (found.s.tolist(), found.r.tolist(), found.q.tolist()) == ([0], [0], [0])
    assert (found.c1, found.c2, found.compromise.tolist(), found.ranks.tolist()) == (True, True, [0], [1])


def test_options_that_are_all_equal_are_all_proposed() -> None:
    found = vikor(np.full((3, 2), 5.0), [1, 1], np.ones(2, dtype=bool))
    assert not found.q.any()
    assert (found.c1, found.c2, sorted(found.compromise.tolist())) == (False, True, [0, 1, 2])
    assert found.ranks.tolist() == [1, 1, 1]


def test_equal_sums_leave_the_decision_to_the_largest_loss() -> None:
    # Every sum of losses is a half; the largest losses are a half and a quarter.
    found = vikor([(4, 0), (0, 4), (2, 2)], [1, 1], np.ones(2, dtype=bool))
    assert found.s == pytest.approx([0.5] * 3)
    assert found.q == pytest.approx([0.5, 0.5, 0])


def test_a_column_without_range_adds_nothing() -> None:
    matrix = np.array([(1.0, 30), (2, 10), (4, 20)])
    padded = vikor(np.column_stack([matrix, [7, 7, 7]]), [1, 2, 3], np.ones(3, dtype=bool))
    assert padded.q == pytest.approx(vikor(matrix, [1, 2], np.ones(2, dtype=bool)).q)
    assert padded.s == pytest.approx(vikor(matrix, [1, 2], np.ones(2, dtype=bool)).s / 2)


@LAW
@given(case=matrices(), data=st.data())
def test_permuting_options_permutes_what_is_found(case: Case, data: st.DataObject) -> None:
    matrix, shares, maximise = case
    order = data.draw(st.permutations(range(len(matrix))))
    found, permuted = vikor(*case), vikor(matrix[order], shares, maximise)
    assert permuted.q == pytest.approx(found.q[order], abs=1e-12)
    assert permuted.ranks.tolist() == found.ranks[order].tolist()
    assert {order[option] for option in permuted.compromise} == set(found.compromise.tolist())


@LAW
@given(case=matrices(), factor=st.sampled_from([1e-300, 0.3, 1e300]), data=st.data())
def test_the_order_of_criteria_and_the_scale_of_weights_change_nothing(
    case: Case, factor: float, data: st.DataObject
) -> None:
    matrix, shares, maximise = case
    order = data.draw(st.permutations(range(len(shares))))
    found, permuted = vikor(*case), vikor(matrix[:, order], factor * shares[order], maximise[order])
    assert permuted.q == pytest.approx(found.q, abs=1e-12)
    assert (permuted.c1, permuted.c2) == (found.c1, found.c2)
    assert set(permuted.compromise.tolist()) == set(found.compromise.tolist())


@LAW
@given(case=matrices(), shift=st.sampled_from([-1e3, 0.0, 1e3]), unit=st.sampled_from([1e-12, 0.25, 1e12]))
def test_another_zero_or_unit_for_the_criteria_changes_nothing(case: Case, shift: float, unit: float) -> None:
    matrix, shares, maximise = case
    found, moved = vikor(*case), vikor((matrix + shift) * unit, shares, maximise)
    assert moved.q == pytest.approx(found.q, abs=1e-11)
    assert set(moved.compromise.tolist()) == set(found.compromise.tolist())


@LAW
@given(case=matrices(), v=HALVES)
def test_a_dominated_option_never_outranks_its_dominator(case: Case, v: float) -> None:
    matrix, _, maximise = case
    found, upward = vikor(*case, v), np.where(maximise, matrix, -matrix)
    for first, second in product(range(len(matrix)), repeat=2):
        if (upward[first] >= upward[second]).all():
            assert found.q[first] <= found.q[second] + 1e-12
            assert found.ranks[first] <= found.ranks[second]


@LAW
@given(case=matrices(), data=st.data())
def test_duplicates_tie(case: Case, data: st.DataObject) -> None:
    matrix, shares, maximise = case
    twin = data.draw(st.integers(0, len(matrix) - 1))
    found = vikor(np.vstack([matrix, matrix[twin]]), shares, maximise)
    assert found.q[-1] == pytest.approx(found.q[twin], abs=1e-12)
    assert found.ranks[-1] == found.ranks[twin]
    assert (twin in found.compromise) == (len(matrix) in found.compromise)


def test_the_largest_and_the_smallest_numbers_there_are_do_no_harm() -> None:
    matrix = np.array([(1.0, -4, 2), (-3, 2, 2), (2, 3, 4)])
    shares, maximise = [0.2, 0.5, 0.3], np.array([True, True, False])
    plain = vikor(matrix, shares, maximise)
    extreme = vikor(matrix * [2.0**1021, 2.0**-1074, 2.0**-1020], shares, maximise)
    assert extreme.q.tolist() == plain.q.tolist()


@settings(max_examples=30)
@given(case=matrices(), v=HALVES, data=st.data())
def test_the_held_form_forgets_the_weights_before(case: Case, v: float, data: st.DataObject) -> None:
    matrix, shares, maximise = case
    held = PreparedVikor.of(matrix, maximise)
    held.at(data.draw(st.permutations(shares.tolist())))
    again, fresh = held.at(shares, v), vikor(*case, v)
    for name in ("s", "r", "q", "ranks", "s_ranks", "r_ranks", "compromise"):
        assert getattr(again, name).tolist() == getattr(fresh, name).tolist()
        assert not getattr(again, name).flags.writeable
    assert not held.losses.flags.writeable


def test_errors_name_the_argument_and_its_place() -> None:
    both = np.ones(2, dtype=bool)
    with pytest.raises(MissingScoreError) as missing:
        vikor([(1, 2), (np.nan, 3)], [1, 1], both)
    assert (missing.value.argument, missing.value.row, missing.value.column) == ("matrix", 1, 0)
    with pytest.raises(NotFiniteError) as infinite:
        vikor([(1, 2), (2, 3)], [1, np.inf], both)
    assert (infinite.value.argument, infinite.value.column) == ("weights", 1)
    with pytest.raises(WeightError):
        vikor([(1, 2)], [0, 0], both)
    for v in (-0.1, 1.1, np.nan, np.inf):
        with pytest.raises(DomainError, match="between 0 and 1") as domain:
            vikor([(1, 2)], [1, 1], both, v)
        assert domain.value.argument == "v"
    for matrix, weights, maximise in (([], [1], both), ([(1, 2)], [1, 1, 1], both), ([(1, 2)], [1, 1], [1, 1])):
        with pytest.raises(ShapeError):
            vikor(matrix, weights, maximise)
