"""Weights of criteria: shares that sum to 1, from points, rankings and trees, and how the others give way to one."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from desktop.analysis.arrays import (
    Array,
    DomainError,
    Flags,
    NotFiniteError,
    Ranks,
    ShapeError,
    WeightError,
    flags_of,
    index_of,
    refuse,
    shares_of,
    vector_of,
)


def normalise(weights: ArrayLike) -> Array:
    """(n,) non-negative weights as shares that sum to 1.

    Raises ShapeError, NotFiniteError, or WeightError for a negative weight and for weights that are all 0.
    """
    return shares_of(weights)


def swing(points: ArrayLike) -> Array:
    """(n,) shares from swing points: w_k = p_k / sum p (von Winterfeldt & Edwards 1986).

    points: (n,) what the swing of each criterion from its worst to its best is worth, by custom 100 for the greatest;
    only their ratios count, so SMART's points upward from 10 for the least do as well. Raises as `normalise`.
    """
    return shares_of(points, argument="points")


def rank_order_centroid(ranks: ArrayLike) -> Array:
    """(n,) shares w_r = (1/n) sum_{s=r..n} 1/s, the centroid of all weights in that order (Edwards & Barron 1994).

    ranks: (n,) from 1 to n, 1 = heaviest. Only their order counts: equal ranks are ties and share the average of the
    places they take, however they are written (1, 2, 2, 4; 1, 2, 2, 3; 1, 2.5, 2.5, 4). Raises ShapeError,
    NotFiniteError, or DomainError for a rank that is not from 1 to n.
    """
    order = _ranks_of(ranks)
    return _by_place(order, np.cumsum(1.0 / np.arange(order.size, 0, -1))[::-1])


def rank_sum(ranks: ArrayLike) -> Array:
    """(n,) shares w_r = 2 (n + 1 - r) / (n (n + 1)) (Stillwell, Seaver & Edwards 1981). As `rank_order_centroid`."""
    order = _ranks_of(ranks)
    return _by_place(order, np.arange(order.size, 0.0, -1.0))


def rank_reciprocal(ranks: ArrayLike) -> Array:
    """(n,) shares w_r = (1/r) / sum_s 1/s (Stillwell, Seaver & Edwards 1981). As `rank_order_centroid`."""
    order = _ranks_of(ranks)
    return _by_place(order, 1.0 / np.arange(1.0, order.size + 1.0))


def hierarchical(parents: ArrayLike, local: ArrayLike) -> tuple[Ranks, Array]:
    """(leaves, shares) of a tree of criteria, both (l,): the nodes without children, ascending, and their shares.

    parents: (k,) integers, the node above each node, -1 for those at the top; local: (k,) non-negative weights among
    the nodes under the same parent. A leaf's share is the product of the normalised local weights on its path (Keeney &
    Raiffa 1976). Raises ShapeError, NotFiniteError, DomainError for a parent that is no node and for a cycle,
    WeightError for a negative weight and for a group whose weights are all 0, naming its first node.
    """
    above = _parents_of(parents)
    parts = _local_shares(above, vector_of(local, "local", above.size))
    shares, node = parts.copy(), above.copy()
    while (climbing := np.flatnonzero(node >= 0)).size:
        shares[climbing] *= parts[node[climbing]]
        node[climbing] = above[node[climbing]]
    leaves = np.setdiff1d(np.arange(above.size), above)
    return leaves, shares[leaves]


def feasible_share(weights: ArrayLike, index: int, locked: ArrayLike) -> tuple[float, float]:
    """(lowest, highest) share criterion `index` can take while the locked others hold theirs: [0, 1 - sum of locks].

    Where no other criterion is free to give way, both ends are the present share. Raises as `move_weight`.
    """
    shares = normalise(weights)
    held = _held(locked, index, shares.size)
    if not _free(held, index).any():
        return float(shares[index]), float(shares[index])
    return 0.0, max(0.0, 1.0 - float(shares[held].sum()))


def move_weight(weights: ArrayLike, index: int, share: float, locked: ArrayLike) -> Array:
    """(n,) shares after criterion `index` is moved to `share` and the unlocked others give way in proportion.

    weights: (n,) non-negative; locked: (n,) bool, its own entry ignored. w_j' = w_j (1 - L - w_k') / sum of the free
    others, L the sum of the locks (von Winterfeldt & Edwards 1986); where those others are all 0, they share the
    remainder equally. `share` is clipped to `feasible_share`. Raises as `normalise`, ShapeError for locks of another
    length or an index out of range, NotFiniteError for a share that is no number.
    """
    if not np.isfinite(share):
        raise NotFiniteError("share", f"must be a finite number, not {share}")
    shares, given = normalise(weights), np.asarray(weights, dtype=np.float64)
    held = _held(locked, index, shares.size)
    free = _free(held, index)
    if not free.any():
        return shares
    room = max(0.0, 1.0 - float(shares[held].sum()))
    target = min(max(0.0, float(share)), room)
    moved = shares.copy()
    moved[index] = target
    # The weights as given still differ from 0 where shares beside a far greater one are too small to be told from it.
    moved[free] = (room - target) * (normalise(given[free]) if given[free].any() else 1.0 / free.sum())
    return moved


def _held(locked: ArrayLike, index: int, size: int) -> Flags:
    index_of(index, "index", size)
    held = flags_of(locked, "locked", size).copy()
    held[index] = False
    return held


def _free(held: Flags, index: int) -> Flags:
    free = ~held
    free[index] = False
    return free


def _ranks_of(ranks: ArrayLike) -> Array:
    found = vector_of(ranks, "ranks")
    wrong = (found < 1) | (found > found.size)
    refuse(wrong, DomainError, "ranks", f"must lie between 1 and {found.size}, not {{:g}}", found)
    return found


def _by_place(ranks: Array, places: Array) -> Array:
    """(n,) shares in proportion to `places`, the weights of the first to the last; ties get their average."""
    _, group, count = np.unique(ranks, return_inverse=True, return_counts=True)
    averages = np.add.reduceat(places, np.cumsum(count) - count) / count
    return shares_of(averages[group])


def _parents_of(parents: ArrayLike) -> Ranks:
    found = np.asarray(parents)
    if found.ndim != 1 or not found.size or not np.issubdtype(found.dtype, np.integer):
        raise ShapeError("parents", f"must be a list of integers, not {found.dtype} of shape {found.shape}")
    above = found.astype(np.intp)
    wrong = np.flatnonzero((above < -1) | (above >= above.size))
    if wrong.size:
        place = int(wrong[0])
        raise DomainError("parents", f"must lie between -1 and {above.size - 1}, not {above[place]}", column=place)
    _refuse_cycles(above)
    return above


def _refuse_cycles(above: Ranks) -> None:
    """Whoever still has a node above after as many steps as there are nodes stands on a cycle by then."""
    node = above
    for _ in range(above.size):
        node = np.where(node >= 0, above[node], -1)
        if (node < 0).all():
            return
    place = int(node[node >= 0].min())
    raise DomainError("parents", "must not lead round to the same node again", column=place)


def _local_shares(above: Ranks, local: Array) -> Array:
    """(k,) each node's part of its group; the group of nodes at the top is numbered last."""
    refuse(local < 0, WeightError, "local", "must not be negative, not {}", local)
    largest = np.zeros(above.size + 1)
    np.maximum.at(largest, above, local)
    empty = np.flatnonzero(largest[above] == 0)
    if empty.size:
        place = int(empty[0])
        group = "at the top" if above[place] < 0 else f"under node {above[place]}"
        raise WeightError("local", f"and the other weights {group} must not all be 0", column=place)
    scaled = local / largest[above]
    sums = np.zeros(above.size + 1)
    np.add.at(sums, above, scaled)
    parts: Array = scaled / sums[above]
    return parts
