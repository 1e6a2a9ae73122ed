"""One-way sensitivity: crossings, who is first along a share, stability intervals, sweeps and critical weights."""

from __future__ import annotations

from fractions import Fraction
from threading import Event

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.analysis.arrays import (
    Array,
    DomainError,
    MissingScoreError,
    NotFiniteError,
    ShapeError,
    WeightError,
)
from desktop.analysis.ranking import ranks
from desktop.analysis.sensitivity import (
    all_crossings,
    crossings,
    envelope,
    share_lines,
    stability_interval,
    stability_intervals,
    sweep,
    weight_criticality,
)
from desktop.analysis.share_lines import MOST_PAIRS
from desktop.analysis.weights import feasible_share, move_weight, normalise
from desktop.analysis.work import Cancelled
from tests.decisions import CROSSING, CROSSING_WEIGHTS
from tests.unit.analysis.exact_lines import Case, cases, first_of, interval_of, order_of

SOME = settings(max_examples=80, deadline=None)
ONE_WINNER = np.array([(90, 10), (10, 90)], dtype=float)


def meetings(case: Case, criterion: int) -> dict[tuple[int, int], float | None]:
    found = crossings(case.values, case.weights, criterion, locked=case.locked)
    level: dict[tuple[int, int], float | None] = {(i, j): None for _, i, j in found.tied.tolist()}
    return level | dict(zip(zip(found.first.tolist(), found.second.tolist(), strict=True), found.share, strict=True))


@SOME
@given(case=cases())
def test_crossings_agree_with_exact_arithmetic(case: Case) -> None:
    for criterion in range(len(case.points)):
        found, exact = meetings(case, criterion), case.crossings(criterion)
        assert found.keys() == exact.keys()
        for pair, share in exact.items():
            assert found[pair] == (None if share is None else pytest.approx(float(share), abs=1e-11))


@SOME
@given(case=cases())
def test_both_options_have_the_total_told_where_they_cross(case: Case) -> None:
    found = all_crossings(case.values, case.weights, locked=case.locked)
    for k, i, j, share, total in zip(found.criterion, found.first, found.second, found.share, found.total, strict=True):
        totals = case.values @ move_weight(case.weights, int(k), float(share), case.locked)
        assert [totals[i], totals[j]] == pytest.approx([total, total], abs=1e-9)


@SOME
@given(case=cases())
def test_all_crossings_are_those_of_each_criterion_in_turn(case: Case) -> None:
    together = all_crossings(case.values, case.weights, locked=case.locked)
    alone = [crossings(case.values, case.weights, k, locked=case.locked) for k in range(len(case.points))]
    for field in ("criterion", "first", "second", "share", "total", "tied"):
        joined = np.concatenate([getattr(part, field) for part in alone])
        assert getattr(together, field) == pytest.approx(joined, abs=1e-12)


@SOME
@given(case=cases(most=6), data=st.data())
def test_chosen_options_keep_just_the_crossings_they_take_part_in(case: Case, data: st.DataObject) -> None:
    chosen = data.draw(st.lists(st.integers(0, len(case.values) - 1), max_size=3))
    every = all_crossings(case.values, case.weights, locked=case.locked)
    some = all_crossings(case.values, case.weights, locked=case.locked, options=chosen)
    kept = np.isin(every.first, chosen) | np.isin(every.second, chosen)
    assert some.share.tolist() == every.share[kept].tolist()
    assert np.array_equal(some.first, every.first[kept])
    assert np.array_equal(some.second, every.second[kept])
    assert np.array_equal(some.criterion, every.criterion[kept])


@SOME
@given(case=cases())
def test_the_stability_interval_is_the_largest_in_which_the_first_place_stays(case: Case) -> None:
    for criterion in range(len(case.points)):
        exact = interval_of(case, criterion, first_of)
        found = stability_interval(case.values, case.weights, criterion, locked=case.locked)
        assert found == pytest.approx([float(end) for end in exact], abs=1e-11)


@SOME
@given(case=cases())
def test_the_stability_interval_of_the_order_is_the_largest_in_which_every_rank_stays(case: Case) -> None:
    for criterion in range(len(case.points)):
        exact = interval_of(case, criterion, order_of)
        found = stability_interval(case.values, case.weights, criterion, True, locked=case.locked)
        assert found == pytest.approx([float(end) for end in exact], abs=1e-11)


@SOME
@given(case=cases(), whole_order=st.booleans())
def test_the_intervals_of_all_criteria_are_those_of_each(case: Case, whole_order: bool) -> None:
    together = stability_intervals(case.values, case.weights, whole_order, locked=case.locked)
    for criterion, interval in enumerate(together.tolist()):
        alone = stability_interval(case.values, case.weights, criterion, whole_order, locked=case.locked)
        assert interval == pytest.approx(alone, abs=1e-12)


def winners_at(values: Array, weights: Array, criterion: int, share: float) -> list[int]:
    totals = values @ move_weight(weights, criterion, share, np.zeros(weights.size, dtype=bool))
    return np.flatnonzero(ranks(totals) == 1).tolist()


@pytest.mark.parametrize("seed", range(5))
def test_on_a_dense_grid_the_winner_changes_just_outside_the_interval_and_nowhere_inside(seed: int) -> None:
    rng = np.random.default_rng(seed)
    values, weights = rng.uniform(0, 100, (30, 6)), rng.dirichlet(np.ones(6))
    now = winners_at(values, weights, 0, float(weights[0]))
    for k, (low, high) in enumerate(stability_intervals(values, weights).tolist()):
        for share in np.linspace(low + 1e-6, high - 1e-6, 100):
            assert winners_at(values, weights, k, share) == now
        assert low == 0 or winners_at(values, weights, k, low - 1e-6) != now
        assert high == 1 or winners_at(values, weights, k, high + 1e-6) != now


@SOME
@given(case=cases(most=7))
def test_the_pieces_of_the_envelope_are_those_of_exact_arithmetic(case: Case) -> None:
    for criterion in range(len(case.points)):
        corners = case.corners(criterion)
        exact: list[tuple[Fraction, tuple[int, ...]]] = []
        for low, high in zip(corners, corners[1:] or corners, strict=False):
            winners = first_of(case.totals_at(criterion, (low + high) / 2))
            if not exact or exact[-1][1] != winners:
                exact.append((low, winners))
        found = envelope(case.values, case.weights, criterion, locked=case.locked)
        assert list(found.winners) == [winners for _, winners in exact]
        assert found.edges == pytest.approx([float(low) for low, _ in exact] + [float(corners[-1])], abs=1e-11)
        best = [float(max(case.totals_at(criterion, low))) for low, _ in exact]
        assert found.totals[:-1] == pytest.approx(best, abs=1e-9)


def test_a_lead_of_less_than_a_tie_at_an_end_is_no_piece_of_the_envelope() -> None:
    values = [[60, 50], [0, 50 + 1e-9]]
    assert envelope(values, [1, 1], 0).winners == ((0,),)
    assert envelope(values, [1, 1], 1).winners == ((0,),)


def test_a_hull_with_every_option_on_it_is_found_whole() -> None:
    # Tangents of a parabola: each is first around its own point.
    points = np.linspace(0.0, 1.0, 201)
    start, end = 50 - 50 * points**2, 50 - 50 * points**2 + 100 * points
    found = envelope(np.stack((end, start), axis=1), [0.5, 0.5], 0)
    assert found.winners == tuple((option,) for option in range(201))
    assert found.edges[1:-1] == pytest.approx((points[1:] + points[:-1]) / 2)


@SOME
@given(case=cases(), data=st.data())
def test_a_sweep_gives_the_totals_of_each_moved_weight(case: Case, data: st.DataObject) -> None:
    criterion = data.draw(st.integers(0, len(case.points) - 1))
    shares = data.draw(st.lists(st.floats(-0.5, 1.5), min_size=1, max_size=5))
    totals = sweep(case.values, case.weights, criterion, shares, locked=case.locked)
    for share, row in zip(shares, totals, strict=True):
        assert row == pytest.approx(case.values @ move_weight(case.weights, criterion, share, case.locked), abs=1e-9)


@SOME
@given(case=cases())
def test_a_line_runs_over_the_shares_that_can_be_taken(case: Case) -> None:
    lines = share_lines(case.values, case.weights, case.locked)
    for k in range(len(case.points)):
        feasible = feasible_share(case.weights, k, case.locked)
        assert (lines.low[k], lines.high[k]) == pytest.approx(feasible, abs=1e-12)
        for share, ends in zip(feasible, (lines.start[k], lines.end[k]), strict=True):
            assert ends == pytest.approx(case.values @ move_weight(case.weights, k, share, case.locked), abs=1e-9)


@SOME
@given(case=cases(), data=st.data())
def test_nothing_depends_on_the_order_of_options_or_criteria(case: Case, data: st.DataObject) -> None:
    rows = data.draw(st.permutations(range(len(case.values))))
    columns = data.draw(st.permutations(range(len(case.points))))
    mixed = case.values[rows][:, columns]
    for whole_order in (False, True):
        here = stability_intervals(case.values, case.weights, whole_order, locked=case.locked)
        there = stability_intervals(mixed, case.weights[columns], whole_order, locked=case.locked[columns])
        assert there == pytest.approx(here[columns], abs=1e-11)
    shares = all_crossings(case.values, case.weights, locked=case.locked).share
    others = all_crossings(mixed, case.weights[columns], locked=case.locked[columns]).share
    assert np.sort(others) == pytest.approx(np.sort(shares), abs=1e-11)


@SOME
@given(case=cases())
def test_scaling_the_weights_changes_nothing(case: Case) -> None:
    here = stability_intervals(case.values, case.weights, locked=case.locked)
    assert stability_intervals(case.values, 7e200 * case.weights, locked=case.locked) == pytest.approx(here, abs=1e-12)


def test_the_golden_crossings_of_the_methods() -> None:
    found = all_crossings(CROSSING, CROSSING_WEIGHTS)
    pair = (found.first == 0) & (found.second == 1)
    assert dict(zip(found.criterion[pair].tolist(), found.share[pair].round(4).tolist(), strict=True)) == {
        0: 0.4783,
        1: 0.2344,
        2: 0.6364,
    }


def test_the_shares_are_the_golden_deltas_of_triantaphyllou_and_sanchez_made_shares() -> None:
    deltas = (CROSSING_WEIGHTS[:3] - meetings_of_the_golden_pair()) / (1 - meetings_of_the_golden_pair())
    assert deltas == pytest.approx([-0.15, 0.0857, -1.2], abs=5e-5)
    totals, gaps = CROSSING @ CROSSING_WEIGHTS, CROSSING[1] - CROSSING[0]
    raw = (totals[1] - totals[0]) / gaps
    assert raw == pytest.approx([-0.15, 0.0857, -1.2, 0.30], abs=5e-5)
    assert raw[:3] == pytest.approx(deltas)
    assert raw[3] > CROSSING_WEIGHTS[3], "the delta that cannot be taken off is the crossing that is not there"


def meetings_of_the_golden_pair() -> Array:
    found = all_crossings(CROSSING, CROSSING_WEIGHTS)
    share: Array = found.share[(found.first == 0) & (found.second == 1)]
    return share


def test_critical_weights_stand_in_shares_and_not_in_deltas() -> None:
    found = weight_criticality(CROSSING, CROSSING_WEIGHTS)
    assert found.top_share == pytest.approx([0.4783, 0.2344, 0.0345, 0.3077], abs=5e-5)
    assert found.top_percent == pytest.approx([19.565, 21.875, 82.759, 207.692], abs=5e-4)
    assert found.most_critical_top == 0
    # The other two are level now, so the least move parts them.
    assert found.any_share == pytest.approx(CROSSING_WEIGHTS)
    assert found.any_percent == pytest.approx([0, 0, 0, 0], abs=1e-9)


@SOME
@given(case=cases())
def test_a_critical_share_is_the_nearest_end_at_which_something_changes(case: Case) -> None:
    found = weight_criticality(case.values, case.weights, locked=case.locked)
    for share, percent, place in (
        (found.top_share, found.top_percent, first_of),
        (found.any_share, found.any_percent, order_of),
    ):
        for k, present in enumerate(case.shares):
            travel = case.travel(k)
            changing = [
                end
                for end in interval_of(case, k, place)
                if end not in travel
                or place(case.totals_at(k, end)) != place(case.totals)
                or is_parting(case, k, place)
            ]
            if not changing:
                assert np.isnan(share[k])
                assert np.isnan(percent[k])
                continue
            distance = min(abs(end - present) for end in changing)
            assert abs(share[k] - float(present)) == pytest.approx(float(distance), abs=1e-11)
            expected = 100 * float(distance / present) if present else (np.inf if distance else 0.0)
            assert percent[k] == pytest.approx(expected, abs=1e-8)


def is_parting(case: Case, criterion: int, place: object) -> bool:
    """Whether options that are tied now part as soon as the share moves."""
    tied = [pair for pair, share in case.crossings(criterion).items() if share == case.shares[criterion]]
    firsts = first_of(case.totals)
    return any(place is order_of or (i in firsts and j in firsts) for i, j in tied)


def test_a_weight_that_changes_nothing_is_not_critical() -> None:
    found = weight_criticality([[90, 80], [10, 20]], [0.5, 0.5])
    assert np.isnan(found.top_share).all()
    assert found.most_critical_top is None
    assert found.most_critical_any is None


def test_a_change_from_a_share_of_nothing_is_infinite_per_cent() -> None:
    found = weight_criticality([[90, 10], [10, 90]], [1.0, 0.0])
    assert found.top_share == pytest.approx([0.5, 0.5])
    assert found.top_percent.tolist() == [50.0, np.inf]


def test_the_least_change_of_tied_winners_parts_them_unless_their_lines_are_one() -> None:
    assert stability_interval([[60, 40], [40, 60], [0, 0]], [0.5, 0.5], 0) == (0.5, 0.5)
    assert stability_interval([[60, 40], [60, 40], [0, 80]], [0.5, 0.5], 0) == pytest.approx((0.4, 1.0))
    found = crossings([[60, 40], [60, 40], [0, 80]], [0.5, 0.5], 0)
    assert found.tied.tolist() == [[0, 0, 1]]
    assert found.share == pytest.approx([0.4, 0.4])


def test_lines_that_are_level_but_for_rounding_stay_level() -> None:
    values = [[60, 40], [60 + 1e-9, 40 - 2e-9], [0, 0]]
    for whole_order in (False, True):
        assert stability_intervals(values, [0.5, 0.5], whole_order).tolist() == [[0, 1], [0, 1]]
    found = all_crossings(values, [0.5, 0.5], options=[0, 1])
    assert found.tied[:, 1:].tolist() == [[0, 1], [0, 1]]


def test_parallel_lines_never_meet() -> None:
    found = crossings([[60, 50], [40, 30]], [0.5, 0.5], 0)
    assert found.share.size == 0
    assert found.tied.size == 0


def test_lines_that_meet_at_an_end_of_the_travel_cross_there() -> None:
    assert crossings([[60, 50], [60, 30]], [0.5, 0.5], 0).share == pytest.approx([1.0])
    assert crossings([[60, 50], [60, 30]], [0.5, 0.5], 1).share == pytest.approx([0.0])


def test_one_option_is_first_everywhere_and_crosses_nothing() -> None:
    assert stability_intervals([[10, 20]], [1, 1]).tolist() == [[0, 1], [0, 1]]
    assert stability_intervals([[10, 20]], [1, 1], True).tolist() == [[0, 1], [0, 1]]
    assert all_crossings([[10, 20]], [1, 1]).share.size == 0
    assert envelope([[10, 20]], [1, 1], 0).winners == ((0,),)


def test_one_criterion_keeps_its_share() -> None:
    assert stability_intervals([[10], [20]], [3.0]).tolist() == [[1, 1]]
    assert sweep([[10], [20]], [3.0], 0, [0.0, 0.5]).tolist() == [[10, 20], [10, 20]]
    assert all_crossings([[10], [20]], [3.0]).share.size == 0
    assert envelope([[10], [20]], [3.0], 0).edges.tolist() == [1, 1]


def test_options_that_are_all_equal_stay_tied() -> None:
    values = np.full((4, 3), 50.0)
    assert stability_intervals(values, [1, 2, 3]).tolist() == [[0, 1]] * 3
    found = all_crossings(values, [1, 2, 3])
    assert found.share.size == 0
    assert len(found.tied) == 3 * 6
    assert envelope(values, [1, 2, 3], 1).winners == ((0, 1, 2, 3),)


def test_from_a_share_of_one_the_others_rise_equally() -> None:
    values = np.array([(100, 0, 0), (0, 100, 40)], dtype=float)
    assert stability_interval(values, [1, 0, 0], 0) == pytest.approx((70 / 170, 1.0))


def test_locks_on_all_others_leave_a_share_where_it_is() -> None:
    locked = [False, True, True]
    values = np.array([(100, 0, 0), (0, 100, 40)], dtype=float)
    assert stability_interval(values, [0.5, 0.25, 0.25], 0, locked=np.array(locked)) == (0.5, 0.5)
    assert sweep(values, [0.5, 0.25, 0.25], 0, [0.0, 1.0], locked=np.array(locked)).tolist() == [[50, 35]] * 2


def test_twelve_orders_of_magnitude_between_columns_lose_nothing() -> None:
    values = np.array([(1e12, 0.0, 1.0), (0.0, 1.0, 1.0)])
    found = crossings(values, [0.5, 0.25, 0.25], 0, scale=1e12)
    assert found.share == pytest.approx([0.5 / (1e12 + 0.5)], abs=1e-20)


@pytest.mark.parametrize("size", [1e300, 1e-300, 5e-324])
def test_huge_and_tiny_values_give_finite_shares(size: float) -> None:
    values = ONE_WINNER / 90 * size
    for whole_order in (False, True):
        assert np.isfinite(stability_intervals(values, [0.7, 0.3], whole_order, scale=size)).all()
    assert np.isfinite(all_crossings(values, [0.7, 0.3], scale=size).share).all()
    assert np.isfinite(envelope(values, [0.7, 0.3], 0, scale=size).edges).all()


def test_the_scale_says_what_a_tie_is() -> None:
    values = [[0.5, 0.5], [0.5 + 5e-8, 0.5]]
    assert len(crossings(values, [1, 1], 0).tied) == 1
    assert len(crossings(values, [1, 1], 0, scale=1.0).tied) == 0


def test_more_pairs_than_fit_must_be_chosen_from() -> None:
    m = int(np.sqrt(2 * MOST_PAIRS)) + 2
    values = np.random.default_rng(1).uniform(0, 100, (m, 2))
    with pytest.raises(DomainError, match="options"):
        crossings(values, [1, 1], 0)
    with pytest.raises(DomainError, match="options"):
        crossings(values, [1, 1], 0, options=range(m))
    mine = crossings(values, [1, 1], 0, options=[7])
    assert ((mine.first == 7) | (mine.second == 7)).all()
    assert mine.share.size > 0


def test_blocks_of_criteria_join_without_a_seam() -> None:
    rng = np.random.default_rng(3)
    values, weights = rng.uniform(0, 100, (150, 12)), rng.dirichlet(np.ones(12))
    told: list[float] = []
    found = all_crossings(values, weights, progress=told.append)
    assert len(told) > 2
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert (np.diff(found.criterion) >= 0).all()
    for k in (0, 11):
        assert found.share[found.criterion == k] == pytest.approx(crossings(values, weights, k).share, abs=1e-12)


def test_a_search_that_is_called_off_has_no_result() -> None:
    stop = Event()
    stop.set()
    with pytest.raises(Cancelled):
        all_crossings(ONE_WINNER, [1, 1], cancel=stop)


def test_results_cannot_be_changed() -> None:
    lines = share_lines(ONE_WINNER, [1, 1])
    found = lines.crossings()
    for array in (lines.start, lines.end, found.share, found.first, found.tied, lines.envelopes()[0].edges):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


def test_what_cannot_be_taken_is_refused_by_name() -> None:
    with pytest.raises(ShapeError, match="criterion"):
        crossings(ONE_WINNER, [1, 1], 2)
    with pytest.raises(ShapeError, match="locked"):
        stability_interval(ONE_WINNER, [1, 1], 0, locked=[True])
    with pytest.raises(ShapeError, match="options"):
        crossings(ONE_WINNER, [1, 1], 0, options=[2])
    with pytest.raises(NotFiniteError, match=r"shares\[1\]"):
        sweep(ONE_WINNER, [1, 1], 0, [0.5, np.nan])
    with pytest.raises(MissingScoreError, match=r"values\[0, 1\]"):
        stability_intervals([[1, np.nan], [2, 3]], [1, 1])
    with pytest.raises(WeightError):
        all_crossings(ONE_WINNER, [0, 0])


def test_the_present_share_lies_in_its_interval() -> None:
    rng = np.random.default_rng(9)
    for _ in range(50):
        values, shares = rng.uniform(0, 100, (20, 5)), normalise(rng.dirichlet(np.ones(5)))
        low, high = stability_intervals(values, shares, True).T
        assert (low <= shares).all()
        assert (shares <= high).all()
