"""How far every score is from a flip: by how many points it alone must change so that the leader no longer leads."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from desktop.analysis.arrays import Array, DomainError, Ranks, frozen, index_of, matrix_of, shares_of
from desktop.analysis.share_lines import tie_of


@dataclass(frozen=True, eq=False)
class ScoreMargins:
    """The least change of each score alone after which another option is level with the leader.

    change: (m, n) points of value, negative for the leader, whose scores must fall; infinite where no score within the
    scale does it. rival: (m,) who is level then: the option itself, or for the leader the next best, -1 where there is
    none. shortfall: the gap that the best single score still leaves, 0 where one closes it, infinite for an option
    that is alone.
    """

    leader: int
    change: Array
    rival: Ranks
    shortfall: float


def score_margins(
    values: ArrayLike, weights: ArrayLike, leader: int | None = None, scale: tuple[float, float] = (0.0, 100.0)
) -> ScoreMargins:
    """By how many points each score alone must change to take the lead away, in O(m n).

    values: (m, n); weights: (n,); leader: by default the first of those with the best total; scale: the lowest and the
    highest value. With V the totals and w the shares, option j != i needs d_jk = (V_i - V_j) / w_k more on criterion k,
    possible where v_jk + d_jk <= top; the leader i loses as soon as it falls to the next best,
    d_ik = (V_i - max_j V_j) / w_k, possible where v_ik - d_ik >= bottom. The least of all is
    `flips.smallest_score_change`. Raises as it does.
    """
    bottom, top = scale
    if not (np.isfinite(top - bottom) and bottom < top):
        raise DomainError("scale", f"must be two finite numbers, the lower first, not {bottom} and {top}")
    table = matrix_of(values)
    shares = shares_of(weights, table.shape[1])
    totals, tie = table @ shares, tie_of(table, top - bottom)
    i = int(totals.argmax()) if leader is None else index_of(leader, "leader", totals.size)
    others = np.delete(np.arange(totals.size), i)
    rival = np.arange(totals.size)
    rival[i] = others[totals[others].argmax()] if others.size else -1
    if not others.size:
        return _margins(i, np.full(table.shape, np.inf), rival, np.inf)
    gaps = totals[i] - totals
    gaps[i] = gaps[others].min()
    gaps[gaps <= tie] = 0.0
    room = np.maximum(top - table, 0.0)
    room[i] = np.maximum(table[i] - bottom, 0.0)
    left = gaps[:, None] - room * shares
    with np.errstate(over="ignore"):
        needed = gaps[:, None] / np.where(shares > 0, shares, np.inf)
    change = np.where(left <= tie, np.minimum(needed, room), np.inf)
    change[i] = np.where(np.isinf(change[i]), np.inf, -change[i])
    least = float(left.min())
    return _margins(i, change, rival, least if least > tie else 0.0)


def _margins(leader: int, change: Array, rival: Ranks, shortfall: float) -> ScoreMargins:
    frozen(change, rival)
    return ScoreMargins(leader, change, rival, shortfall)
