"""Rank reversal: which removals change the winner or the order of the rest, under methods that do and that do not."""

from __future__ import annotations

from itertools import combinations
from threading import Event

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn
from numpy.typing import ArrayLike

from desktop.analysis.arrays import Array, Flags, MissingScoreError, NotFiniteError, ShapeError, WeightError
from desktop.analysis.pairwise import Mode, synthesise
from desktop.analysis.reversal import Removal, leave_one_out, min_max
from desktop.analysis.topsis import topsis
from desktop.analysis.work import Cancelled
from tests.decisions import matrices

DEMONSTRATION = np.array([(15, 60, 5), (40, 70, 70), (40, 45, 15), (45, 25, 45)], dtype=float)
WEIGHTS = [0.5, 0.3, 0.2]
Case = tuple[Array, Array, Flags]


def additive_fixed(matrix: Array, weights: Array, maximise: Flags) -> Array:
    """On the scale 0..100, whatever the options."""
    return np.where(maximise, matrix, 100 - matrix) @ weights


def additive_local(matrix: Array, weights: Array, maximise: Flags) -> Array:
    return min_max(matrix, maximise) @ weights


def by_topsis(matrix: Array, weights: Array, maximise: Flags) -> Array:
    return topsis(matrix, weights, maximise).closeness


def distributive(matrix: Array, weights: Array, maximise: Flags) -> Array:
    return synthesise(matrix, weights, "distributive")


@st.composite
def positive(draw: DrawFn) -> Case:
    return draw(matrices(lowest=1))


def test_the_demonstration_of_the_methods() -> None:
    local = leave_one_out(additive_local, DEMONSTRATION, WEIGHTS, scale=100)
    assert local.scores / 100 == pytest.approx([0.233, 0.917, 0.581, 0.623], abs=5e-4)
    without_the_worst = additive_local(DEMONSTRATION[1:], np.array(WEIGHTS), np.ones(3, dtype=bool))
    assert without_the_worst / 100 == pytest.approx([0.500, 0.133, 0.609], abs=5e-4)
    first = local.removals[0]
    assert first.winners == (3,)
    assert first.winner_changed
    assert first.swapped == ((1, 3),)
    assert local.winner_changers == (0,)


def test_the_demonstration_does_not_reverse_on_a_fixed_scale() -> None:
    fixed = leave_one_out(additive_fixed, DEMONSTRATION, WEIGHTS, scale=100)
    assert fixed.scores / 100 == pytest.approx([0.265, 0.550, 0.365, 0.390], abs=5e-4)
    assert fixed.winner_changers == fixed.order_changers == ()
    assert fixed.removals[0].winners == (1,)


@given(case=matrices())
@settings(max_examples=80)
def test_a_fixed_scale_never_reverses_ranks(case: Case) -> None:
    assert leave_one_out(additive_fixed, *case, scale=100).order_changers == ()


def by_hand(method: object, case: Case, gone: int) -> tuple[set[tuple[int, int]], set[tuple[int, int]], bool]:
    """(pairs swapped, pairs tied or untied, whether the winner changed), pair by pair."""
    matrix, weights, maximise = case
    kept = [i for i in range(len(matrix)) if i != gone]
    before = np.asarray(method(matrix, weights, maximise))  # type: ignore[operator]
    after = dict(zip(kept, method(matrix[kept], weights, maximise), strict=True))  # type: ignore[operator]

    def sign(difference: float) -> int:
        return 0 if abs(difference) <= 1e-9 else int(np.sign(difference))

    swapped, loosened = set(), set()
    for i, j in combinations(kept, 2):
        was, now = sign(before[i] - before[j]), sign(after[i] - after[j])
        if was * now < 0:
            swapped.add((i, j) if was > 0 else (j, i))
        elif was != now:
            loosened.add((i, j))
    old = {i for i in range(len(matrix)) if before[i] >= before.max() - 1e-9} - {gone}
    new = {i for i in kept if after[i] >= max(after.values()) - 1e-9}
    return swapped, loosened, bool(old) and old != new


@pytest.mark.parametrize("method", [by_topsis, distributive])
@given(case=positive())
@settings(max_examples=60)
def test_removals_are_compared_pair_by_pair(method: object, case: Case) -> None:
    found = leave_one_out(method, *case)  # type: ignore[arg-type]
    if len(case[0]) < 3:
        return
    for removal in found.removals:
        swapped, loosened, winner_changed = by_hand(method, case, removal.removed)
        assert set(removal.swapped) == swapped
        assert set(removal.tied) | set(removal.untied) == loosened
        assert removal.winner_changed == winner_changed
        assert removal.order_changed == bool(swapped or loosened)


@given(case=positive(), data=st.data())
@settings(max_examples=40)
def test_permuting_the_options_permutes_what_their_removal_does(case: Case, data: st.DataObject) -> None:
    matrix, weights, maximise = case
    order = data.draw(st.permutations(range(len(matrix))))
    before = leave_one_out(additive_local, matrix, weights, maximise, scale=100)
    after = leave_one_out(additive_local, matrix[order], weights, maximise, scale=100)
    assert {order[k] for k in after.winner_changers} == set(before.winner_changers)
    assert {order[k] for k in after.order_changers} == set(before.order_changers)


# Ties, each from a table of scores by the options that are left


def scored(table: dict[tuple[int, ...], list[float]]) -> tuple[list[Removal], Array]:
    """What leaving out finds of a method that looks its scores up; the options are numbered in the only column."""

    def method(matrix: Array, weights: Array, maximise: Flags) -> list[float]:
        return table[tuple(int(number) for number in matrix[:, 0])]

    found = leave_one_out(method, [[0.0], [1.0], [2.0]], [1])
    return list(found.removals), found.scores


def test_a_tie_made_or_broken_changes_the_order_but_swaps_nothing() -> None:
    removals, _ = scored({(0, 1, 2): [1, 1, 0], (1, 2): [0, 0], (0, 2): [1, 0], (0, 1): [1, 0]})
    made, kept, broken = removals
    assert (made.tied, made.untied, made.swapped, made.order_changed) == (((1, 2),), (), (), True)
    assert made.winner_changed
    assert made.winners == (1, 2)
    assert not kept.order_changed
    assert (broken.tied, broken.untied, broken.swapped) == ((), ((0, 1),), ())
    assert broken.winner_changed
    assert broken.winners == (0,)


def test_removing_the_only_winner_changes_no_winner_though_it_may_change_the_order() -> None:
    removals, _ = scored({(0, 1, 2): [3, 2, 1], (1, 2): [1, 2], (0, 2): [3, 1], (0, 1): [3, 2]})
    assert removals[0].swapped == ((1, 2),)
    assert not removals[0].winner_changed


def test_scores_within_a_billionth_of_the_scale_are_ties() -> None:
    table = {(0, 1, 2): [1, 1 + 5e-10, 0], (1, 2): [1, 0], (0, 2): [1, 0], (0, 1): [1 + 5e-10, 1]}
    assert not any(removal.order_changed for removal in scored(table)[0])


def test_one_option_and_two() -> None:
    assert leave_one_out(additive_local, [[5.0]], [1]).removals == ()
    found = leave_one_out(additive_local, [[5.0], [7.0]], [1], scale=100)
    assert [removal.winners for removal in found.removals] == [(1,), (0,)]
    assert found.order_changers == found.winner_changers == ()


def test_equal_options_stay_equal() -> None:
    found = leave_one_out(additive_local, np.ones((4, 2)), [1, 1], scale=100)
    assert found.order_changers == ()
    assert found.removals[0].winners == (1, 2, 3)


@pytest.mark.parametrize("mode", ["ideal", "distributive"])
def test_the_scores_cannot_be_changed_and_the_method_is_given_shares(mode: Mode) -> None:
    seen: list[float] = []

    def method(matrix: Array, weights: Array, maximise: Flags) -> ArrayLike:
        seen.append(float(weights.sum()))
        return synthesise(matrix, weights, mode)

    found = leave_one_out(method, DEMONSTRATION, [5, 3, 2])
    assert seen == pytest.approx([1.0] * 5)
    with pytest.raises(ValueError, match="read-only"):
        found.scores[0] = 0


# Local scales


def test_a_local_scale_runs_from_the_worst_to_the_best() -> None:
    found = min_max([[1, 10, 7], [3, 30, 7], [2, 15, 7]], np.array([True, False, True]))
    assert found == pytest.approx(np.array([(0, 100, 100), (100, 0, 100), (50, 75, 100)]))


def test_twelve_orders_of_magnitude_and_the_ends_of_floats_are_scaled_alike() -> None:
    found = min_max([[1e-12, 1e12, -1.7e308, 5e-324], [2e-12, 3e12, 1.7e308, 1e-323]])
    assert found.tolist() == [[0] * 4, [100] * 4]


# Refusals, progress, cancel


@pytest.mark.parametrize("shape", [(3,), (4, 1)])
def test_a_method_that_does_not_score_each_option_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ShapeError, match="scores"):
        leave_one_out(lambda matrix, weights, maximise: np.zeros(shape), DEMONSTRATION, WEIGHTS)


def test_what_no_method_can_take_is_refused_at_its_place() -> None:
    with pytest.raises(MissingScoreError, match=r"matrix\[0, 1\]"):
        leave_one_out(additive_local, [[1, np.nan]], [1, 1])
    with pytest.raises(WeightError, match=r"weights\[1\]"):
        leave_one_out(additive_local, [[1, 2]], [1, -1])
    with pytest.raises(ShapeError, match="maximise"):
        leave_one_out(additive_local, [[1, 2]], [1, 1], [True])
    with pytest.raises(NotFiniteError, match=r"scores\[0\]"):
        leave_one_out(lambda matrix, weights, maximise: np.full(4, np.nan), DEMONSTRATION, WEIGHTS)


def test_progress_runs_to_1_and_a_cancel_stops() -> None:
    parts: list[float] = []
    leave_one_out(additive_local, DEMONSTRATION, WEIGHTS, progress=parts.append)
    assert parts == [0, 0.25, 0.5, 0.75, 1]
    stop = Event()
    stop.set()
    with pytest.raises(Cancelled):
        leave_one_out(additive_local, DEMONSTRATION, WEIGHTS, cancel=stop)
