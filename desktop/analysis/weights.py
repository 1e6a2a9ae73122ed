"""Weights of criteria: shares that sum to 1, and how the others give way when one is moved."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from desktop.analysis.arrays import Array, Flags, NotFiniteError, flags_of, index_of, shares_of


def normalise(weights: ArrayLike) -> Array:
    """(n,) non-negative weights as shares that sum to 1.

    Raises ShapeError, NotFiniteError, or WeightError for a negative weight and for weights that are all 0.
    """
    return shares_of(weights)


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
    shares = normalise(weights)
    held = _held(locked, index, shares.size)
    free = _free(held, index)
    if not free.any():
        return shares
    room = max(0.0, 1.0 - float(shares[held].sum()))
    target = min(max(0.0, float(share)), room)
    moved = shares.copy()
    moved[index] = target
    moved[free] = (room - target) * (normalise(shares[free]) if shares[free].any() else 1.0 / free.sum())
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
