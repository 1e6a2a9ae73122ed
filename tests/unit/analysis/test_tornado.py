"""The tornado: the winner's lead while each score and each weight runs over its interval."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from desktop.analysis.arrays import Array, DomainError, MissingScoreError, ShapeError
from desktop.analysis.sensitivity import Tornado, tornado
from desktop.analysis.weights import move_weight
from tests.decisions import CROSSING, CROSSING_WEIGHTS
from tests.unit.analysis.exact_lines import Case, cases

SOME = settings(max_examples=50, deadline=None)
Spread = tuple[Array, Array]


@st.composite
def spreads(draw: DrawFn, case: Case) -> Spread:
    """(below, above) each value, whole numbers."""
    sizes = st.lists(st.integers(0, 40), min_size=case.values.size, max_size=case.values.size)
    below, above = (np.array(draw(sizes), dtype=float).reshape(case.values.shape) for _ in range(2))
    return case.values - below, case.values + above


def lead_of(totals: Array, winner: int) -> float:
    return float(totals[winner] - np.delete(totals, winner).max())


@SOME
@given(case=cases(most=4, locks=False), data=st.data())
def test_a_score_bar_is_the_lead_with_that_score_alone_at_its_ends(case: Case, data: st.DataObject) -> None:
    if len(case.values) == 1:
        return
    low, high = data.draw(spreads(case))
    found = tornado(low, case.values, high, case.weights)
    shares = case.weights / case.weights.sum()
    assert sorted(zip(found.option, found.criterion, strict=True)) == list(np.ndindex(case.values.shape))
    for bar, cell in enumerate(zip(found.option, found.criterion, strict=True)):
        for ends, at, over in ((low, found.at_low, found.second_at_low), (high, found.at_high, found.second_at_high)):
            values = case.values.copy()
            values[cell] = ends[cell]
            totals = values @ shares
            assert at[bar] == pytest.approx(lead_of(totals, found.winner), abs=1e-9)
            assert over[bar] == pytest.approx(totals[found.winner] - totals[found.second], abs=1e-9)
        assert found.least[bar] == min(found.at_low[bar], found.at_high[bar])
        assert found.greatest[bar] == max(found.at_low[bar], found.at_high[bar])
    assert_in_order(found)


def assert_in_order(found: Tornado) -> None:
    assert (np.diff(found.swing) <= 0).all()
    assert found.overtaken.tolist() == (found.least < -1e-7).tolist()


@SOME
@given(case=cases(most=4), data=st.data())
def test_a_weight_bar_is_the_range_of_the_lead_over_all_shares_between(case: Case, data: st.DataObject) -> None:
    if len(case.values) == 1:
        return
    shares = case.weights / case.weights.sum()
    below, above = (data.draw(st.integers(0, 10)) / 20 for _ in range(2))
    ends = shares - below, shares + above
    found = tornado(case.values, case.values, case.values, case.weights, *ends, locked=case.locked)
    bars = np.flatnonzero(found.option == -1)
    assert sorted(found.criterion[bars].tolist()) == list(range(len(case.points)))
    for bar in bars:
        k = int(found.criterion[bar])
        swept = [
            case.values @ move_weight(case.weights, k, float(share), case.locked)
            for share in np.linspace(shares[k] - below, shares[k] + above, 81)
        ]
        leads = [lead_of(totals, found.winner) for totals in swept]
        assert found.at_low[bar] == pytest.approx(leads[0], abs=1e-9)
        assert found.at_high[bar] == pytest.approx(leads[-1], abs=1e-9)
        assert found.least[bar] == pytest.approx(min(leads), abs=1e-9)
        # The grid can miss the peak, by no more than one step of the steepest line there is.
        assert max(leads) - 1e-9 <= found.greatest[bar] <= max(leads) + 200 * (below + above) / 80 + 1e-9
        assert found.second_at_low[bar] == pytest.approx(swept[0][found.winner] - swept[0][found.second], abs=1e-9)
    assert_in_order(found)


def test_the_lead_peaks_where_two_rivals_cross() -> None:
    # The winner's total is flat; its rivals' lines cross at a share of one half, where the lead is 60 - 50.
    values = [[60, 60], [100, 0], [0, 100]]
    found = tornado(values, values, values, [0.55, 0.45], [0.2, 0.2], [0.8, 0.8])
    assert found.lead == pytest.approx(5)
    assert found.greatest[:2] == pytest.approx([10, 10])
    assert found.least[:2] == pytest.approx([-20, -20])
    assert found.overtaken[:2].all()


def test_the_golden_decision_is_overtaken_by_its_two_heaviest_weights() -> None:
    found = tornado(
        CROSSING - 10, CROSSING, CROSSING + 5, CROSSING_WEIGHTS, CROSSING_WEIGHTS - 0.1, CROSSING_WEIGHTS + 0.1
    )
    assert found.winner == 1
    assert found.lead == pytest.approx(6)
    assert found.overtaken.tolist() == [True] * 2 + [False] * 14
    assert sorted(found.criterion[:2].tolist()) == [0, 1]
    own = (found.option == 1) & (found.criterion == 0)
    assert found.at_low[own] == pytest.approx([2])
    assert found.at_high[own] == pytest.approx([8])


def test_without_intervals_nothing_swings() -> None:
    found = tornado(CROSSING, CROSSING, CROSSING, CROSSING_WEIGHTS)
    assert found.swing.tolist() == [0] * 12
    assert not found.overtaken.any()


def test_any_option_can_be_looked_at_as_the_winner() -> None:
    found = tornado(CROSSING, CROSSING, CROSSING, CROSSING_WEIGHTS, winner=2)
    assert (found.winner, found.second) == (2, 1)
    assert found.lead == pytest.approx(-6)
    assert found.overtaken.all()


def test_one_option_has_no_rival_to_lead() -> None:
    found = tornado([[1, 2]], [[1, 2]], [[1, 2]], [1, 1], [0, 0], [1, 1])
    assert found.second is None
    assert found.swing.size == 0


def test_two_options_lead_over_each_other_alone() -> None:
    found = tornado([[40], [10]], [[50], [20]], [[60], [70]], [1.0])
    assert found.swing.tolist() == [60, 20]
    assert found.option.tolist() == [1, 0]
    assert found.at_high.tolist() == [-20, 40]
    assert found.overtaken.tolist() == [True, False]


@pytest.mark.parametrize("size", [1e300, 1e-300])
def test_huge_and_tiny_values_have_finite_bars(size: float) -> None:
    values = CROSSING / 100 * size
    found = tornado(
        values / 2, values, values * 2, CROSSING_WEIGHTS, CROSSING_WEIGHTS / 2, CROSSING_WEIGHTS, scale=size
    )
    assert np.isfinite(found.swing).all()


def test_what_cannot_be_taken_is_refused_by_name() -> None:
    with pytest.raises(DomainError, match=r"values_low\[0, 1\]"):
        tornado([[1, 9]], [[1, 2]], [[1, 2]], [1, 1])
    with pytest.raises(DomainError, match=r"values_high\[0, 0\]"):
        tornado([[1, 2]], [[1, 2]], [[0, 2]], [1, 1])
    with pytest.raises(ShapeError, match="values_high"):
        tornado([[1, 2]], [[1, 2]], [[1, 2, 3]], [1, 1])
    with pytest.raises(MissingScoreError, match="values_low"):
        tornado([[1, np.nan]], [[1, 2]], [[1, 2]], [1, 1])
    with pytest.raises(DomainError, match=r"weights_low\[1\]"):
        tornado(CROSSING, CROSSING, CROSSING, CROSSING_WEIGHTS, [0.1, 0.9, 0.1, 0.1])
    with pytest.raises(DomainError, match=r"weights_high\[0\]"):
        tornado(CROSSING, CROSSING, CROSSING, CROSSING_WEIGHTS, None, [0.1, 0.9, 0.9, 0.1])
    with pytest.raises(ShapeError, match="winner"):
        tornado(CROSSING, CROSSING, CROSSING, CROSSING_WEIGHTS, winner=3)
