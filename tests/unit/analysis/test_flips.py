"""The smallest flips by weights: of one share, and of all together with locks; each substituted back."""

from __future__ import annotations

from fractions import Fraction
from itertools import chain, combinations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from desktop.analysis.arrays import Array, DomainError, MissingScoreError, ShapeError, WeightError
from desktop.analysis.flips import (
    Flip,
    Obstacle,
    WeightMove,
    smallest_weight_move,
    smallest_winning_move,
)
from desktop.analysis.linear import INFINITY, Program
from desktop.analysis.weights import move_weight
from tests.decisions import CROSSING, CROSSING_WEIGHTS
from tests.unit.analysis.exact_lines import Case, cases, first_of

SOME = settings(max_examples=80, deadline=None)
ROUND = 1e-9


def leader_of(case: Case) -> int:
    return first_of(case.totals)[0]


def move_of(case: Case, j: int | None = None) -> WeightMove:
    """Against the exact leader: rounding may call another of those tied for the first place so."""
    return smallest_weight_move(case.values, case.weights, leader_of(case), j, case.locked)


def others_of(case: Case, option: int) -> list[int]:
    return [other for other in range(len(case.values)) if other != option]


def exact_one_share(case: Case, j: int) -> Fraction | None:
    """The least change of an unlocked share at which j is level with the leader."""
    leader = leader_of(case)
    gap = case.totals[leader] - case.totals[j]
    if gap == 0:
        return Fraction(0)
    pair = (min(leader, j), max(leader, j))
    meetings = [(k, case.crossings(k).get(pair)) for k in case.free]
    return min((abs(share - case.shares[k]) for k, share in meetings if share is not None), default=None)


@SOME
@given(case=cases())
def test_the_smallest_change_of_one_share_agrees_with_exact_arithmetic(case: Case) -> None:
    for j in others_of(case, leader_of(case)):
        found, exact = move_of(case, j).one_share, exact_one_share(case, j)
        assert (found is None) == (exact is None)
        if found is not None and exact is not None:
            assert found.distance == pytest.approx(float(exact), abs=1e-11)
            assert found.rival == j
            moved = move_weight(case.weights, found.criterion, found.after, case.locked)
            assert found.weights == pytest.approx(moved, abs=1e-12)


def exact_reach(case: Case, leader: int, rival: int) -> tuple[Fraction, Fraction]:
    """(gap now, gap at the best weights the locks allow) of the leader over the rival."""
    gains = [int(case.values[rival, k] - case.values[leader, k]) for k in range(len(case.points))]
    gap = case.totals[leader] - case.totals[rival]
    best = max((gains[k] for k in case.free), default=0)
    return gap, gap - sum((case.shares[k] * (best - gains[k]) for k in case.free), Fraction(0))


def fewest_by_program(case: Case, leaders: list[int], rival: int) -> float | None:
    """The least weight that has to be moved, as a linear program over the shares and how far each is from now."""
    n = len(case.points)
    shares = np.array([float(share) for share in case.shares])
    level = np.hstack((case.values[rival] - case.values[leaders], np.zeros((len(leaders), n))))
    above, below = np.hstack((np.eye(n), -np.eye(n))), np.hstack((np.eye(n), np.eye(n)))
    total = np.append(np.ones(n), np.zeros(n))[None]
    rows = np.vstack((level, above, below, total))
    low = np.concatenate((np.zeros(len(leaders)), np.full(n, -INFINITY), shares, [1.0]))
    high = np.concatenate((np.full(len(leaders), INFINITY), shares, np.full(n, INFINITY), [1.0]))
    lower, upper = np.zeros(2 * n), np.full(2 * n, INFINITY)
    lower[:n][case.locked] = upper[:n][case.locked] = shares[case.locked]
    best = Program(rows, low, high, lower, upper).minimise(np.repeat((0.0, 0.5), n))
    return None if best is None else best.value


@SOME
@given(case=cases())
def test_the_fewest_points_are_those_of_the_linear_program(case: Case) -> None:
    leader = leader_of(case)
    for j in others_of(case, leader):
        found = move_of(case, j).fewest_points
        gap, least = exact_reach(case, leader, j)
        assert (found is None) == (gap > 0 and least > 0)
        if found is not None:
            assert found.distance == pytest.approx(fewest_by_program(case, [leader], j), abs=1e-8)
            assert found.distance == pytest.approx(np.abs(found.weights - case.weights / case.weights.sum()).sum() / 2)
            assert found.overtakes == (least < 0)


def exact_nearest(case: Case, leader: int, rival: int) -> Fraction | None:
    """The least squared distance, over every choice of the free weights that end at 0, in exact arithmetic."""
    gains = [Fraction(int(case.values[rival, k] - case.values[leader, k])) for k in range(len(case.points))]
    gap = case.totals[leader] - case.totals[rival]
    if gap <= 0:
        return Fraction(0)
    found: list[Fraction] = []
    for zeros in chain.from_iterable(combinations(case.free, size) for size in range(len(case.free))):
        used = [k for k in case.free if k not in zeros]
        spare = sum((case.shares[k] for k in zeros), Fraction(0))
        missing = gap + sum((case.shares[k] * gains[k] for k in zeros), Fraction(0))
        steps = closest_step([gains[k] for k in used], spare, missing)
        if steps is not None and all(case.shares[k] + step >= 0 for k, step in zip(used, steps, strict=True)):
            lost = sum((case.shares[k] ** 2 for k in zeros), Fraction(0))
            found.append(lost + sum((step**2 for step in steps), Fraction(0)))
    return min(found, default=None)


def closest_step(gains: list[Fraction], spare: Fraction, missing: Fraction) -> list[Fraction] | None:
    """The shortest step that sums to `spare` and gains `missing`: a + b gains, by its two normal equations."""
    size, mean = len(gains), sum(gains) / len(gains)
    spread = sum((gain - mean) ** 2 for gain in gains)
    left = missing - spare * mean
    if spread == 0:
        return [spare / size] * size if left == 0 else None
    return [spare / size + left / spread * (gain - mean) for gain in gains]


@SOME
@given(case=cases(most=4))
def test_the_nearest_weights_are_those_of_exact_arithmetic(case: Case) -> None:
    leader = leader_of(case)
    for j in others_of(case, leader):
        found, exact = move_of(case, j).nearest, exact_nearest(case, leader, j)
        assert (found is None) == (exact is None)
        if found is not None and exact is not None:
            assert found.distance == pytest.approx(float(exact) ** 0.5, abs=1e-8)


@SOME
@given(case=cases())
def test_anybody_is_the_nearest_of_all_rivals(case: Case) -> None:
    anyone = move_of(case)
    alone = [move_of(case, j) for j in others_of(case, leader_of(case))]
    for kind in ("one_share", "fewest_points", "nearest"):
        flips = [flip for move in alone if (flip := getattr(move, kind)) is not None]
        found = getattr(anyone, kind)
        assert (found is None) == (not flips)
        if found is not None:
            assert found.distance == pytest.approx(min(flip.distance for flip in flips), abs=1e-11)


def flips_of(move: WeightMove) -> list[Flip]:
    return [flip for flip in (move.one_share, move.fewest_points, move.nearest) if flip is not None]


@SOME
@given(case=cases())
def test_substituted_back_the_rival_is_level_and_the_locks_hold(case: Case) -> None:
    leader = leader_of(case)
    for flip in flips_of(move_of(case)):
        assert flip.totals == pytest.approx(case.values @ flip.weights)
        assert flip.totals[leader] - flip.totals[flip.rival] == pytest.approx(0, abs=2e-7)
        assert flip.weights.sum() == pytest.approx(1)
        assert (flip.weights >= 0).all()
        assert flip.weights[case.locked] == pytest.approx(np.array([float(s) for s in case.shares])[case.locked])


@SOME
@given(case=cases(), part=st.floats(0.0, 0.999))
def test_a_flip_flips_and_a_smaller_one_on_the_same_way_does_not(case: Case, part: float) -> None:
    leader = leader_of(case)
    now = np.array([float(share) for share in case.shares])
    for flip in flips_of(move_of(case)):
        assume(flip.distance > 0)
        totals = case.values @ (now + part * (flip.weights - now))
        assert totals[leader] > np.delete(totals, leader).max()


@SOME
@given(case=cases(), less=st.floats(0.5, 0.999))
def test_no_smaller_change_of_any_one_share_takes_the_lead_away(case: Case, less: float) -> None:
    leader, move = leader_of(case), move_of(case)
    reach = 1.0 if move.one_share is None else less * move.one_share.distance
    assume(reach > 0)
    for k in case.free:
        for share in (float(case.shares[k]) - reach, float(case.shares[k]) + reach):
            totals = case.values @ move_weight(case.weights, k, share, case.locked)
            assert totals[leader] > np.delete(totals, leader).max(initial=-1.0) - ROUND


@SOME
@given(case=cases())
def test_just_beyond_a_flip_the_rival_is_ahead_when_it_can_be(case: Case) -> None:
    leader = leader_of(case)
    flip = move_of(case).one_share
    assume(flip is not None)
    assert flip is not None
    low, high = (float(end) for end in case.travel(flip.criterion))
    ways = [low, high] if flip.distance == 0 else [high if flip.after > flip.before else low]
    beyond = [
        case.values @ move_weight(case.weights, flip.criterion, flip.after + 1e-3 * (end - flip.after), case.locked)
        for end in ways
    ]
    assert flip.overtakes == any(totals[flip.rival] > totals[leader] + ROUND for totals in beyond)


@SOME
@given(case=cases())
def test_to_be_first_takes_what_the_linear_program_says(case: Case) -> None:
    for j in range(len(case.values)):
        move = smallest_winning_move(case.values, case.weights, j, case.locked)
        others = others_of(case, j)
        found = move.fewest_points
        expected = fewest_by_program(case, others, j) if others else 0.0
        assert (found is None) == (expected is None)
        if found is None:
            assert move.obstacle in (Obstacle.LOCKS, Obstacle.NEVER_FIRST)
            assert move.one_share is None
        else:
            assert found.distance == pytest.approx(expected, abs=1e-7)
            assert found.totals[j] >= found.totals.max() - 2e-7


def exact_winning_share(case: Case, j: int) -> Fraction | None:
    if j in first_of(case.totals):
        return Fraction(0)
    found = [
        abs(corner - case.shares[k])
        for k in case.free
        for corner in case.corners(k)
        if j in first_of(case.totals_at(k, corner))
    ]
    return min(found, default=None)


@SOME
@given(case=cases())
def test_one_share_makes_an_option_first_where_exact_arithmetic_says(case: Case) -> None:
    for j in range(len(case.values)):
        found = smallest_winning_move(case.values, case.weights, j, case.locked).one_share
        exact = exact_winning_share(case, j)
        assert (found is None) == (exact is None)
        if found is not None and exact is not None:
            assert found.distance == pytest.approx(float(exact), abs=1e-11)
            assert found.totals[j] >= found.totals.max() - 2e-7


@SOME
@given(case=cases())
def test_the_least_move_that_makes_another_first_is_the_least_that_takes_the_lead_away(case: Case) -> None:
    anyone = move_of(case)
    winning = [
        smallest_winning_move(case.values, case.weights, j, case.locked) for j in others_of(case, leader_of(case))
    ]
    for kind in ("one_share", "fewest_points"):
        flips = [flip for move in winning if (flip := getattr(move, kind)) is not None]
        found = getattr(anyone, kind)
        assert (found is None) == (not flips)
        if found is not None:
            assert found.distance == pytest.approx(min(flip.distance for flip in flips), abs=1e-8)


def test_the_golden_flip_of_the_methods() -> None:
    move = smallest_weight_move(CROSSING, CROSSING_WEIGHTS, 1, 0)
    assert move.fewest_points is not None
    assert move.fewest_points.distance == pytest.approx(0.0545, abs=5e-5)
    changed = move.fewest_points.weights - CROSSING_WEIGHTS
    assert changed == pytest.approx([6 / 110, -6 / 110, 0, 0])
    assert move.nearest is not None
    assert move.nearest.weights == pytest.approx([0.4479, 0.2451, 0.2152, 0.0918], abs=5e-5)
    assert move.nearest.distance == pytest.approx(0.0749, abs=5e-5)
    assert move.one_share is not None
    assert move.one_share.criterion == 1
    assert move.one_share.after == pytest.approx(0.2344, abs=5e-5)
    assert smallest_weight_move(CROSSING, CROSSING_WEIGHTS).leader == 1


def test_leaders_tied_already_are_no_distance_apart() -> None:
    move = smallest_weight_move([[60, 40], [40, 60]], [1, 1])
    assert [flip.distance for flip in flips_of(move)] == [0, 0, 0]
    assert all(flip.overtakes for flip in flips_of(move))
    still = smallest_weight_move([[60, 40], [60, 40]], [1, 1])
    assert [flip.distance for flip in flips_of(still)] == [0, 0, 0]
    assert not any(flip.overtakes for flip in flips_of(still))
    locked = smallest_weight_move([[60, 40], [40, 60]], [1, 1], locked=np.array([True, True]))
    assert [(flip.distance, flip.overtakes) for flip in flips_of(locked)] == [(0, False)] * 3


@pytest.mark.parametrize("points", [(1, 6, 1), (1, 1, 1), (3, 7, 9)])
def test_no_rounding_moves_what_is_level_already(points: tuple[int, ...]) -> None:
    move = smallest_weight_move(np.zeros((2, 3)), points)
    assert [flip.distance for flip in flips_of(move)] == [0, 0, 0]
    won = smallest_winning_move(np.zeros((2, 3)), points, 1)
    assert [flip.distance for flip in flips_of(won)] == [0, 0]


def test_a_rival_that_seems_nearer_until_a_weight_is_used_up_is_not_taken_for_the_nearest() -> None:
    values = [[10, 0, 100], [0, 5, 0], [0, 7, 100]]
    move = smallest_weight_move(values, [0.49, 0.49, 0.02])
    assert move.fewest_points is not None
    assert move.fewest_points.rival == 2
    assert move.fewest_points.distance == pytest.approx(1.47 / 17)


def test_the_nearest_weights_are_left_out_on_request_and_nothing_else_is() -> None:
    whole = smallest_weight_move(CROSSING, CROSSING_WEIGHTS)
    part = smallest_weight_move(CROSSING, CROSSING_WEIGHTS, straight=False)
    assert whole.nearest is not None
    assert part.nearest is None
    assert part.obstacle is part.one_share_obstacle is None
    assert whole.fewest_points is not None
    assert part.fewest_points is not None
    assert part.one_share is not None
    assert part.fewest_points.weights.tolist() == whole.fewest_points.weights.tolist()


def test_a_share_that_brings_an_option_level_goes_on_to_put_it_first() -> None:
    for option in (0, 2):
        flip = smallest_winning_move(CROSSING, CROSSING_WEIGHTS, option).one_share
        assert flip is not None
        assert flip.overtakes


def test_a_leader_that_is_behind_already_needs_no_move() -> None:
    move = smallest_weight_move(CROSSING, CROSSING_WEIGHTS, 0, 1)
    assert [flip.distance for flip in flips_of(move)] == [0, 0, 0]


def test_a_leader_ahead_on_every_criterion_cannot_be_reached() -> None:
    move = smallest_weight_move([[60, 70], [50, 60]], [1, 1])
    assert flips_of(move) == []
    assert move.obstacle == move.one_share_obstacle == Obstacle.BETTER_EVERYWHERE


def test_locks_that_hold_too_much_are_named() -> None:
    values = [[100, 0, 0], [0, 100, 30]]
    free = smallest_weight_move(values, [6, 2, 2])
    assert free.fewest_points is not None
    held = smallest_weight_move(values, [6, 2, 2], locked=np.array([True, False, False]))
    assert held.obstacle == held.one_share_obstacle == Obstacle.LOCKS
    won = smallest_winning_move(values, [6, 2, 2], 1, np.array([True, False, False]))
    assert won.obstacle == Obstacle.LOCKS


def test_one_share_may_not_do_what_several_do() -> None:
    # The last is first where no weight is above 0.45, and one share alone always leaves another there.
    move = smallest_winning_move([[100, 0, 0], [0, 100, 0], [0, 0, 100], [45, 45, 45]], [0.9, 0.1, 0.0], 3)
    assert move.one_share is None
    assert move.one_share_obstacle == Obstacle.ONE_SHARE
    assert move.fewest_points is not None
    assert move.fewest_points.distance == pytest.approx(0.45)
    assert move.obstacle is None


@SOME
@given(case=cases())
def test_against_one_rival_one_share_does_whatever_weights_can_do(case: Case) -> None:
    # The share of the criterion that speaks most for the rival can take all that is free.
    for j in others_of(case, leader_of(case)):
        move = move_of(case, j)
        assert (move.one_share is None) == (move.fewest_points is None) == (move.nearest is None)
        assert move.one_share_obstacle == move.obstacle


def test_an_option_that_no_weights_put_first_is_told_so() -> None:
    move = smallest_winning_move([[100, 0], [0, 100], [45, 45]], [0.6, 0.4], 2)
    assert flips_of(move) == []
    assert move.obstacle == move.one_share_obstacle == Obstacle.NEVER_FIRST


def test_level_at_one_point_only_is_a_flip_that_never_overtakes() -> None:
    move = smallest_weight_move([[60, 50], [50, 50]], [1, 1])
    assert [flip.overtakes for flip in flips_of(move)] == [False] * 3
    for flip in flips_of(move):
        assert flip.weights == pytest.approx([0, 1])
    tip = smallest_winning_move([[100, 0], [0, 100], [50, 50]], [0.6, 0.4], 2)
    for flip in flips_of(tip):
        assert flip.weights == pytest.approx([0.5, 0.5])
        assert not flip.overtakes


def test_one_option_has_nobody_to_flip_with() -> None:
    move = smallest_weight_move([[10, 20]], [1, 1])
    assert move.obstacle == move.one_share_obstacle == Obstacle.ALONE
    assert [flip.distance for flip in flips_of(smallest_winning_move([[10, 20]], [1, 1], 0))] == [0, 0]


def test_one_criterion_leaves_nothing_to_move() -> None:
    assert smallest_weight_move([[10], [20]], [1]).obstacle == Obstacle.BETTER_EVERYWHERE


@pytest.mark.parametrize("size", [1e300, 1e-300])
def test_huge_and_tiny_values_flip_at_the_same_weights(size: float) -> None:
    plain = smallest_weight_move(CROSSING, CROSSING_WEIGHTS)
    scaled = smallest_weight_move(CROSSING / 100 * size, CROSSING_WEIGHTS, scale=size)
    for one, other in zip(flips_of(plain), flips_of(scaled), strict=True):
        assert other.weights == pytest.approx(one.weights, abs=1e-9)
    won = smallest_winning_move(CROSSING / 100 * size, CROSSING_WEIGHTS, 2, scale=size)
    there = smallest_winning_move(CROSSING, CROSSING_WEIGHTS, 2)
    for one, other in zip(flips_of(there), flips_of(won), strict=True):
        assert other.weights == pytest.approx(one.weights, abs=1e-9)


def test_twelve_orders_of_magnitude_between_columns_still_flip() -> None:
    values = np.array([(1e12, 0.0, 3.0), (0.0, 1.0, 5.0)])
    move = smallest_weight_move(values, [0.5, 0.25, 0.25], scale=1e12)
    assert len(flips_of(move)) == 3
    tiny = smallest_weight_move(values, [0.5, 0.25, 0.25])
    assert len(flips_of(tiny)) == 3


@pytest.mark.parametrize("seed", range(3))
def test_a_large_decision_has_the_flips_of_its_nearest_rival(seed: int) -> None:
    rng = np.random.default_rng(seed)
    values, weights = rng.uniform(0, 100, (100, 20)), rng.dirichlet(np.ones(20))
    move = smallest_weight_move(values, weights)
    leader = move.leader
    every = [smallest_weight_move(values, weights, leader, j) for j in range(100) if j != leader]
    for kind in ("one_share", "fewest_points", "nearest"):
        distances = [flip.distance for one in every if (flip := getattr(one, kind)) is not None]
        assert getattr(move, kind).distance == pytest.approx(min(distances), abs=1e-12)


def nearest_by_steps(values: Array, weights: Array, leader: int, rival: int) -> float:
    """Dykstra's alternating projections on the simplex's faces and the level half-space."""
    gains = values[rival] - values[leader]
    x, lost = weights.copy(), np.zeros((2, weights.size))
    for _ in range(4000):
        y = x + lost[0]
        ordered = np.sort(y)[::-1]
        over = (np.cumsum(ordered) - 1) / np.arange(1, y.size + 1)
        x = np.maximum(y - over[np.count_nonzero(ordered > over) - 1], 0)
        lost[0] = y - x
        y = x + lost[1]
        x = y - min(0.0, float(gains @ y)) / float(gains @ gains) * gains
        lost[1] = y - x
    return float(np.linalg.norm(x - weights))


def test_the_nearest_weights_are_the_limit_of_alternating_projections() -> None:
    rng = np.random.default_rng(4)
    values, weights = rng.uniform(0, 100, (2, 8)), rng.dirichlet(np.full(8, 0.3))
    values[0] += 20
    leader = int((values @ weights).argmax())
    found = smallest_weight_move(values, weights, leader, 1 - leader).nearest
    assert found is not None
    assert found.distance == pytest.approx(nearest_by_steps(values, weights, leader, 1 - leader), abs=1e-6)


def test_what_cannot_be_taken_is_refused_by_name() -> None:
    with pytest.raises(DomainError, match="j"):
        smallest_weight_move(CROSSING, CROSSING_WEIGHTS, 1, 1)
    with pytest.raises(ShapeError, match="i"):
        smallest_weight_move(CROSSING, CROSSING_WEIGHTS, 3)
    with pytest.raises(ShapeError, match="j"):
        smallest_winning_move(CROSSING, CROSSING_WEIGHTS, -1)
    with pytest.raises(ShapeError, match="locked"):
        smallest_weight_move(CROSSING, CROSSING_WEIGHTS, locked=[True])
    with pytest.raises(MissingScoreError, match=r"values\[0, 1\]"):
        smallest_weight_move([[1, np.nan], [2, 3]], [1, 1])
    with pytest.raises(WeightError):
        smallest_weight_move(CROSSING, [0, 0, 0, 0])
