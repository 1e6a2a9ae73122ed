"""How far every score is from a flip, against exact arithmetic, substitution and the smallest change of one score."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from desktop.analysis.flips import smallest_score_change
from desktop.analysis.score_margins import score_margins
from tests.unit.analysis.exact_lines import Case, cases, first_of

SOME = settings(max_examples=80, deadline=None)


def exact_margin(case: Case, leader: int, row: int, column: int, low: int, high: int) -> Fraction | None:
    rivals = [row] if row != leader else [other for other in range(len(case.values)) if other != leader]
    gap = min(case.totals[leader] - case.totals[rival] for rival in rivals)
    if gap == 0:
        return Fraction(0)
    value, share = int(case.values[row, column]), case.shares[column]
    room = max(0, value - low if row == leader else high - value)
    return gap / share if share and gap / share <= room else None


@SOME
@given(case=cases(locks=False), data=st.data())
def test_every_margin_agrees_with_exact_arithmetic(case: Case, data: st.DataObject) -> None:
    assume(len(case.values) > 1)
    low, high = data.draw(st.integers(-20, 30)), data.draw(st.integers(70, 120))
    leader = first_of(case.totals)[0]
    found = score_margins(case.values, case.weights, leader, (low, high))
    for (row, column), change in np.ndenumerate(found.change):
        exact = exact_margin(case, leader, row, column, low, high)
        assert np.isinf(change) == (exact is None)
        if exact is not None:
            assert change == pytest.approx(float(-exact if row == leader else exact), abs=1e-7)


@SOME
@given(case=cases(locks=False))
def test_a_margin_substituted_back_makes_its_rival_level_and_the_least_is_the_smallest_change(case: Case) -> None:
    assume(len(case.values) > 1)
    leader = first_of(case.totals)[0]
    found, least = (
        score_margins(case.values, case.weights, leader),
        smallest_score_change(case.values, case.weights, leader),
    )
    shares = case.weights / case.weights.sum()
    for row, column in np.argwhere(np.isfinite(found.change)):
        table = case.values.copy()
        table[row, column] += found.change[row, column]
        totals = table @ shares
        assert totals[leader] == pytest.approx(totals[found.rival[row]], abs=1e-7)
        assert totals[leader] >= np.delete(totals, row).max() - 1e-7 or row == leader
    if least.flip is None:
        assert np.isinf(found.change).all()
        assert found.shortfall == pytest.approx(least.shortfall)
    else:
        assert np.abs(found.change).min() == pytest.approx(least.flip.points)
        assert found.shortfall == 0.0


def test_an_option_alone_has_no_margin() -> None:
    found = score_margins([[10.0, 20.0]], [1.0, 1.0])
    assert np.isinf(found.change).all()
    assert (found.rival.tolist(), found.shortfall) == ([-1], np.inf)
