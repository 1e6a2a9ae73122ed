"""The smallest change that takes the lead away: of one share, of all weights together, or of one score.

A flip is a change after which the rival at least draws level with the leader; just beyond it the rival is ahead, unless
`overtakes` is false, and any smaller change leaves the leader ahead. Each is checked by substituting it back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np
from numpy.typing import ArrayLike

from desktop.analysis.arrays import (
    TIE,
    Array,
    DomainError,
    Flags,
    Ranks,
    flags_of,
    frozen,
    index_of,
    matrix_of,
    shares_of,
)
from desktop.analysis.linear import INFINITY, Program
from desktop.analysis.share_lines import ShareLines, lines_of, tie_of
from desktop.analysis.weights import move_weight

SOLVED = 1e-8
"""How exactly a linear program is solved, as a part of the largest number in it."""


class Obstacle(Enum):
    """Why no change of the kind asked for is a flip."""

    ALONE = "there is no other option"
    BETTER_EVERYWHERE = "no weights at all do it: the leader is ahead on every criterion"
    NEVER_FIRST = "no weights at all make this option first"
    LOCKS = "the locked weights leave too little to move"
    ONE_SHARE = "several weights have to move: no single share does it"
    ONE_SCORE = "no single score within the scale does it"


class UnverifiedFlipError(ArithmeticError):
    """A flip that does not flip when it is substituted back: an error of ours, or numbers too far apart to add."""


@dataclass(frozen=True, eq=False)
class Flip:
    """Weights at which the rival draws level with the leader.

    weights: (n,) shares there; totals: (m,) there; distance: how far they are, 0..1 for shares and points moved,
    0..sqrt 2 for the straight distance; overtakes: whether going on the same way puts the rival ahead.
    """

    rival: int
    weights: Array
    totals: Array
    distance: float
    overtakes: bool


@dataclass(frozen=True, eq=False)
class ShareFlip(Flip):
    """A flip by one share, from `before` to `after`, 0..1; the other free criteria give way in proportion."""

    criterion: int
    before: float
    after: float


@dataclass(frozen=True, eq=False)
class WeightMove:
    """The smallest moves of the weights at which the leader no longer leads, None where there is none.

    one_share: by one share, distance |after - before|; fewest_points: least weight moved, 1/2 sum |w' - w|; nearest:
    least sqrt(sum (w' - w)^2), None where it is not asked for. one_share_obstacle and obstacle: why there is none.
    """

    leader: int
    one_share: ShareFlip | None
    one_share_obstacle: Obstacle | None
    fewest_points: Flip | None
    nearest: Flip | None
    obstacle: Obstacle | None


@dataclass(frozen=True, eq=False)
class ScoreFlip:
    """The score of `option` on `criterion` moved from `before` to `after`, by `points` of value; totals: (m,) then."""

    rival: int
    option: int
    criterion: int
    before: float
    after: float
    points: float
    totals: Array


@dataclass(frozen=True, eq=False)
class ScoreChange:
    """The smallest change of one score at which the leader no longer leads, or why there is none.

    shortfall: the gap in totals that the best single score still leaves, 0 where there is a flip.
    """

    leader: int
    flip: ScoreFlip | None
    obstacle: Obstacle | None
    shortfall: float


def smallest_weight_move(
    values: ArrayLike,
    weights: ArrayLike,
    i: int | None = None,
    j: int | None = None,
    locked: ArrayLike | None = None,
    *,
    straight: bool = True,
    scale: float = 100.0,
) -> WeightMove:
    """The smallest moves at which option j, or anybody, draws level with i, by default the first of the leaders.

    values: (m, n); weights: (n,); locked: (n,) bool, the shares that hold. One share: the nearest crossing. Fewest
    points: weight goes from the criteria that speak most for i to the one that speaks most for j, each point gaining
    the difference, which is optimal as filling a fractional knapsack is (Dantzig 1957). Nearest: the point of
    {w' >= 0, same sum, j level} nearest to w, if `straight`. Where they are level, or i is behind, already, every
    distance is 0. Raises as `share_lines`, DomainError for i = j, ShapeError for an option out of range,
    UnverifiedFlipError.
    """
    case = _Case.of(values, weights, locked, scale)
    leader = case.leader(i)
    rivals = case.rivals(leader, j)
    if not rivals.size:
        return WeightMove(leader, None, Obstacle.ALONE, None, None, Obstacle.ALONE)
    one_share = _one_share(case, leader, rivals)
    fewest = _least(case, leader, rivals, points=True)
    nearest = _least(case, leader, rivals, points=False) if straight else None
    obstacle = None if fewest is not None else case.obstacle(leader, rivals)
    return WeightMove(leader, one_share, _unless(one_share, Obstacle.ONE_SHARE, obstacle), fewest, nearest, obstacle)


def smallest_winning_move(
    values: ArrayLike, weights: ArrayLike, j: int, locked: ArrayLike | None = None, *, scale: float = 100.0
) -> WeightMove:
    """The smallest moves at which option j draws level with every other option, so that it is first.

    Fewest points by the linear program min 1/2 sum (p + q) such that sum (w + p - q)(v_j - v_l) >= 0 for all l,
    sum p = sum q, q <= w, over the free criteria, exact to SOLVED of the scale or of the largest value.
    Over all j the least is `smallest_weight_move`. Raises as it does, and linear.SolverError.
    """
    case = _Case.of(values, weights, locked, scale)
    rival = index_of(j, "j", case.values.shape[0])
    leader = int(case.totals.argmax())
    one_share, fewest = _one_winning_share(case, rival), _fewest_to_win(case, rival)
    obstacle = None if fewest is not None else case.why_never_first(rival)
    return WeightMove(leader, one_share, _unless(one_share, Obstacle.ONE_SHARE, obstacle), fewest, None, obstacle)


def smallest_score_change(
    values: ArrayLike,
    weights: ArrayLike,
    i: int | None = None,
    j: int | None = None,
    scale: tuple[float, float] = (0.0, 100.0),
) -> ScoreChange:
    """The smallest change of one score, of j raised or of i lowered, at which j (or anybody) draws level with i.

    A gap D in totals takes D / w_k points on criterion k, if they fit between the two ends of `scale`.
    Of equal changes the one of j, then that on the first criterion. Raises as `smallest_weight_move`, DomainError for
    a scale whose ends are not in order.
    """
    bottom, top = scale
    if not (np.isfinite(top - bottom) and bottom < top):
        raise DomainError("scale", f"must be two finite numbers, the lower first, not {bottom} and {top}")
    case = _Case.of(values, weights, None, top - bottom)
    leader = case.leader(i)
    rivals = case.rivals(leader, j)
    if not rivals.size:
        return ScoreChange(leader, None, Obstacle.ALONE, np.inf)
    room = np.empty((2, rivals.size, case.shares.size))
    room[0], room[1] = top - case.values[rivals], case.values[leader] - bottom
    np.maximum(room, 0.0, out=room)
    gaps = case.totals[leader] - case.totals[rivals]
    gaps[gaps <= case.tie] = 0.0
    left = gaps[:, None] - room * case.shares
    if left.min() > case.tie:
        return ScoreChange(leader, None, Obstacle.ONE_SCORE, float(left.min()))
    with np.errstate(over="ignore"):
        needed = gaps[:, None] / np.where(case.shares > 0, case.shares, np.inf)
    points = np.where(left <= case.tie, np.minimum(needed, room), np.inf)
    side, place, criterion = (int(part) for part in np.unravel_index(int(points.argmin()), points.shape))
    flip = _score_flip(case, leader, int(rivals[place]), side, criterion, float(points.min()))
    return ScoreChange(leader, flip, None, 0.0)


@dataclass(frozen=True, eq=False)
class _Case:
    """What every question here starts from, checked."""

    values: Array
    shares: Array
    locked: Flags
    totals: Array
    scale: float
    tie: float

    @classmethod
    def of(cls, values: ArrayLike, weights: ArrayLike, locked: ArrayLike | None, scale: float) -> _Case:
        table = matrix_of(values)
        shares = shares_of(weights, table.shape[1])
        held = np.zeros(shares.size, dtype=bool) if locked is None else flags_of(locked, "locked", shares.size)
        return cls(table, shares, held, table @ shares, scale, tie_of(table, scale))

    def leader(self, i: int | None) -> int:
        return int(self.totals.argmax()) if i is None else index_of(i, "i", self.totals.size)

    def others(self, option: int) -> Ranks:
        return np.delete(np.arange(self.totals.size), option)

    def gains(self, rival: int) -> Array:
        """(m - 1, n) by how much the rival beats each other option, in parts of the scale or of the largest number.

        What is less than a tie counts as nothing: a solver would take it for that, or trip over it.
        """
        size = max(self.scale, float(np.abs(self.values).max()))
        found: Array = self.values[rival] / size - self.values[self.others(rival)] / size
        found[np.abs(found) < TIE] = 0.0
        return found

    def rivals(self, leader: int, j: int | None) -> Ranks:
        if j is None:
            return self.others(leader)
        if index_of(j, "j", self.totals.size) == leader:
            raise DomainError("j", f"must be another option than i, not {j}")
        return np.array([j])

    def leads(self, option: int) -> bool:
        return bool(self.totals[option] >= self.totals.max() - self.tie)

    def lines(self) -> ShareLines:
        """Of the criteria that are not locked; of all, none of which can move, where every one is."""
        moved = np.arange(self.shares.size) if self.locked.all() else np.flatnonzero(~self.locked)
        return lines_of(self.values, self.shares, self.locked, moved, self.tie)

    def obstacle(self, leader: int, rivals: Ranks) -> Obstacle:
        """Why no weights bring any of the rivals level."""
        hopeless = (self.values[rivals] - self.values[leader]).max() < -self.tie
        return Obstacle.BETTER_EVERYWHERE if hopeless else Obstacle.LOCKS

    def why_never_first(self, rival: int) -> Obstacle:
        unlocked = replace(self, locked=np.zeros_like(self.locked))
        reachable = self.locked.any() and _fewest_to_win(unlocked, rival) is not None
        return Obstacle.LOCKS if reachable else Obstacle.NEVER_FIRST

    def verify(self, leaders: Ranks, rival: int, weights: Array, totals: Array) -> None:
        """Raises UnverifiedFlipError where the rival is behind a leader, or the weights are not such."""
        worst = float((totals[leaders] - totals[rival]).max(initial=0.0))
        held = np.abs(weights - self.shares)[self.locked].max(initial=0.0)
        slack = 3.0 * self.tie + np.finfo(float).tiny
        if worst > slack or held > TIE or (weights < -TIE).any() or abs(weights.sum() - 1) > TIE:
            raise UnverifiedFlipError(f"option {rival} is still {worst} behind at weights {weights.tolist()}")


def _unless(found: Flip | None, obstacle: Obstacle, deeper: Obstacle | None) -> Obstacle | None:
    return None if found is not None else deeper or obstacle


def _flip(case: _Case, leaders: Ranks, rival: int, weights: Array, distance: float, overtakes: bool) -> Flip:
    totals = case.values @ weights
    case.verify(leaders, rival, weights, totals)
    frozen(weights, totals)
    return Flip(rival, weights, totals, distance, overtakes)


def _share_flip(case: _Case, leaders: Ranks, rival: int, criterion: int, share: float, overtakes: bool) -> ShareFlip:
    before = float(case.shares[criterion])
    weights = case.shares.copy() if share == before else move_weight(case.shares, criterion, share, case.locked)
    flip = _flip(case, leaders, rival, weights, abs(share - before), overtakes)
    return ShareFlip(rival, weights, flip.totals, flip.distance, overtakes, criterion, before, share)


def _one_share(case: _Case, leader: int, rivals: Ranks) -> ShareFlip | None:
    lines = case.lines()
    d0, d1 = (ends[:, leader, None] - ends[:, rivals] for ends in (lines.start, lines.end))
    level = case.totals[leader] - case.totals[rivals] <= case.tie
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.clip(d0 / (d0 - d1), 0.0, 1.0)
    share = np.where(level, lines.shares[:, None], lines.low[:, None] + t * (lines.high - lines.low)[:, None])
    reached = level | (d0 <= case.tie) | (d1 <= case.tie)
    if not reached.any():
        return None
    distance = np.where(reached, np.abs(share - lines.shares[:, None]), np.inf)
    overtakes = np.minimum(d0, d1) < -case.tie
    place = int(np.lexsort((~overtakes.ravel(), distance.ravel()))[0])
    row, rival = divmod(place, rivals.size)
    criterion, ahead = int(lines.criteria[row]), bool(overtakes[row, rival])
    return _share_flip(case, np.array([leader]), int(rivals[rival]), criterion, float(share[row, rival]), ahead)


def _one_winning_share(case: _Case, rival: int) -> ShareFlip | None:
    lines, others = case.lines(), case.others(rival)
    d0, d1 = (ends[:, rival, None] - ends[:, others] for ends in (lines.start, lines.end))
    with np.errstate(divide="ignore", invalid="ignore"):
        meet = np.clip(d0 / (d0 - d1), 0.0, 1.0)
    lowest = np.where(d0 < -case.tie, meet, 0.0).max(axis=1, initial=0.0)
    highest = np.where(d1 < -case.tie, meet, 1.0).min(axis=1, initial=1.0)
    here = lines.position
    position = here if case.leads(rival) else np.clip(here, lowest, np.maximum(lowest, highest))

    def margin(t: Array) -> Array:
        found: Array = ((1.0 - t)[:, None] * d0 + t[:, None] * d1).min(axis=1, initial=np.inf)
        return found

    reached = margin(position) >= -case.tie
    if not reached.any():
        return None
    share = np.where(position == here, lines.shares, lines.share_at(position))
    distance = np.where(reached, np.abs(share - lines.shares), np.inf)
    # Among weights at which the rival is first the margin is concave: it is open in the middle, or nowhere.
    overtakes = margin((lowest + highest) / 2) > case.tie
    row = int(np.lexsort((~overtakes, distance))[0])
    return _share_flip(case, others, rival, int(lines.criteria[row]), float(share[row]), bool(overtakes[row]))


def _least(case: _Case, leader: int, rivals: Ranks, points: bool) -> Flip | None:
    """The flip with the fewest points moved, or the nearest weights, over all rivals that can draw level."""
    free = np.flatnonzero(~case.locked)
    gains = (case.values[rivals] - case.values[leader])[:, free]
    gaps = case.totals[leader] - case.totals[rivals]
    most = (gains.max(axis=1, initial=-np.inf, keepdims=True) - gains) @ case.shares[free]
    best: tuple[float, int, Array] | None = None
    for place, bound in _in_order(gains, gaps, case.tie, points):
        if best is not None and bound >= best[0]:
            break
        if most[place] >= gaps[place] - case.tie:
            after = case.shares.copy()
            after[free] = _moved(gains[place], case.shares[free], float(gaps[place]), case.tie, points)
            moved = after - case.shares
            distance = float(np.abs(moved).sum() / 2 if points else np.linalg.norm(moved))
            best = (distance, place, after) if best is None or distance < best[0] else best
    if best is None:
        return None
    distance, place, after = best
    overtakes = bool(most[place] - gaps[place] > case.tie)
    return _flip(case, np.array([leader]), int(rivals[place]), after, distance, overtakes)


def _in_order(gains: Array, gaps: Array, tie: float, points: bool) -> Iterator[tuple[int, float]]:
    """Rivals, each with what it takes at least, were no weight ever used up, from the nearest to the farthest."""
    peak = np.abs(gains).max(axis=1, initial=0.0)
    peak[peak == 0] = 1.0
    scaled = gains / peak[:, None]
    if not scaled.shape[1]:
        pull = np.zeros(gaps.size)
    elif points:
        pull = np.ptp(scaled, axis=1)
    else:
        pull = np.linalg.norm(scaled - scaled.mean(axis=1, keepdims=True), axis=1)
    with np.errstate(over="ignore"):
        need = np.where(gaps <= tie, 0.0, gaps / peak)
        # A hair less, so that rounding never makes a bound of what can be reached.
        bounds = np.divide(need * (1 - 1e-12), pull, out=np.where(need > 0, np.inf, 0.0), where=pull > 0)
    for place in np.lexsort((gaps, bounds)).tolist():
        yield place, float(bounds[place])


def _moved(gains: Array, stock: Array, gap: float, tie: float, points: bool) -> Array:
    """The free weights after the least move that gains `gap`, which they can gain to within a tie."""
    if gap <= tie:
        return stock.copy()
    peak = float(np.abs(gains).max())
    return _greedy(gains / peak, stock, gap / peak) if points else _projected(gains / peak, stock, gap / peak)


def _greedy(gains: Array, stock: Array, gap: float) -> Array:
    """From the lowest gains to the highest, each point gaining the difference: a fractional knapsack."""
    best = int(gains.argmax())
    donors = np.argsort(gains, kind="stable")
    donors = donors[donors != best]
    each = gains[best] - gains[donors]
    gained = np.cumsum(stock[donors] * each)
    after = stock.copy()
    last = min(int(np.searchsorted(gained, gap)), int(np.count_nonzero(each)) - 1)
    after[donors[:last]] = 0.0
    before = float(gained[last - 1]) if last else 0.0
    after[donors[last]] = max(0.0, stock[donors[last]] - max(0.0, gap - before) / each[last])
    after[best] += float((stock - after)[donors].sum())
    return after


def _projected(gains: Array, stock: Array, gap: float) -> Array:
    """The nearest point of {x >= 0, sum x = sum stock, gains . (x - stock) = gap}, exactly.

    Along x(mu) = the projection of stock + mu gains on the simplex (its optimality conditions, with the multiplier mu),
    the mean gain of the weights in use only rises. So a weight of 0 comes into use at once or never, one that is used
    up stays so, and the path is at most n straight pieces.
    """
    x, used = stock.copy(), stock > 0
    for place in np.argsort(-gains, kind="stable").tolist():
        used[place] |= gains[place] > gains[used].mean()
    left = gap
    while True:
        pull = np.where(used, gains - gains[used].mean(), 0.0)
        rate = float(pull @ pull)
        # Only rounding is left to gain where all weight is on the best criteria already.
        if rate <= 1e-28:
            return x
        falling = np.flatnonzero(pull < 0)
        limits = x[falling] / -pull[falling]
        step = min(left / rate, float(limits.min()))
        x = np.maximum(x + step * pull, 0.0)
        left -= step * rate
        if left <= 0 or step < limits.min():
            return x
        gone = falling[limits <= step]
        x[gone], used[gone] = 0.0, False


def _fewest_to_win(case: _Case, rival: int) -> Flip | None:
    others, free = case.others(rival), np.flatnonzero(~case.locked)
    if case.leads(rival):
        return _flip(case, others, rival, case.shares.copy(), 0.0, _can_lead(case, rival))
    if not case.shares[free].any():
        return None
    gains, stock, size = case.gains(rival), case.shares[free], free.size
    rows = np.vstack((np.hstack((gains[:, free], -gains[:, free])), np.repeat((1.0, -1.0), size)))
    low, high = np.append(-(gains @ case.shares), 0.0), np.append(np.full(others.size, INFINITY), 0.0)
    # What is added sums to what is taken, so counting the one is enough, and no weight can gain more than there is.
    upper = np.append(np.full(size, stock.sum()), stock)
    best = Program(rows, low, high, 0.0, upper).minimise(np.repeat((0.0, 1.0), size))
    if best is None:
        return None
    after, moved = case.shares.copy(), np.maximum(stock + best.x[:size] - best.x[size:], 0.0)
    after[free] = moved * (stock.sum() / moved.sum())
    distance = float(np.abs(after - case.shares).sum() / 2)
    solved = replace(case, tie=SOLVED * max(case.scale, float(np.abs(case.values).max())))
    return _flip(solved, others, rival, after, distance, _can_lead(case, rival))


def _can_lead(case: _Case, rival: int) -> bool:
    """Whether weights with the locks held put the rival ahead of all others: max eps of its least lead (Hazen 1986)."""
    gains, free = case.gains(rival), np.flatnonzero(~case.locked)
    if not gains.size:
        return False
    room, count = float(case.shares[free].sum()), gains.shape[0]
    rows = np.vstack((np.hstack((gains[:, free], -np.ones((count, 1)))), np.append(np.ones(free.size), 0.0)))
    low = np.append(-gains[:, case.locked] @ case.shares[case.locked], room)
    high = np.append(np.full(count, INFINITY), room)
    best = Program(rows, low, high, np.append(np.zeros(free.size), -INFINITY)).maximise(np.eye(free.size + 1)[-1])
    return best is not None and best.value > TIE


def _score_flip(case: _Case, leader: int, rival: int, side: int, criterion: int, points: float) -> ScoreFlip:
    option = leader if side else rival
    before = float(case.values[option, criterion])
    after = before - points if side else before + points
    table = case.values.copy()
    table[option, criterion] = after
    totals = table @ case.shares
    case.verify(np.array([leader]), rival, case.shares, totals)
    frozen(totals)
    return ScoreFlip(rival, option, criterion, before, after, points, totals)
