"""VIKOR: a ranking between the least total loss and the least largest loss, and the options close to the best."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from desktop.analysis.arrays import TIE, Array, DomainError, Ranks, flags_of, frozen, matrix_of, shares_of
from desktop.analysis.ranking import places
from desktop.analysis.topsis import shortfalls, unit_rows


@dataclass(frozen=True, eq=False)
class Vikor:
    """What VIKOR finds, read-only; lower is better in S, R and Q, and 1 = best in all ranks.

    s: (m,) weighted sum of losses, 0..1; r: (m,) largest weighted loss, 0..1; q: (m,) compromise measure, 0..1;
    ranks: (m,) by Q. c1, acceptable advantage: Q(2) - Q(1) >= 1 / (m - 1), true of one option alone. c2, acceptable
    stability: every option first in Q is first in S or in R. compromise: (k,) indices of the compromise set, best
    first: the first alone where both conditions hold; the first and the second (all who share the second place) where
    only C2 fails; all with Q - Q(1) < 1 / (m - 1) where C1 fails, whatever C2.
    """

    s: Array
    r: Array
    q: Array
    ranks: Ranks
    c1: bool
    c2: bool
    compromise: Ranks

    @cached_property
    def s_ranks(self) -> Ranks:
        """(m,) ranks by S."""
        return _ascending(self.s)

    @cached_property
    def r_ranks(self) -> Ranks:
        """(m,) ranks by R."""
        return _ascending(self.r)


@dataclass(frozen=True, eq=False)
class PreparedVikor:
    """What VIKOR needs of a matrix whatever the weights.

    losses: (n, m) (f*_k - f_ik) / (f*_k - f-_k), 0..1, and 0 in a column whose scores are all equal.
    """

    losses: Array

    @classmethod
    def of(cls, matrix: ArrayLike, maximise: ArrayLike) -> PreparedVikor:
        """Prepare a raw (m, n) matrix. Raises as `vikor`."""
        rows = unit_rows(matrix_of(matrix, "matrix"))
        losses, _ = shortfalls(rows, flags_of(maximise, "maximise", len(rows)))
        frozen(losses)
        return cls(losses)

    def at(self, weights: ArrayLike, v: float = 0.5) -> Vikor:
        """VIKOR under (n,) weights and the weight `v` of the sum against the largest loss. Raises as `vikor`."""
        if not 0 <= v <= 1:
            raise DomainError("v", f"must lie between 0 and 1, not {v}")
        shares = shares_of(weights, len(self.losses))
        s = shares @ self.losses
        r = (shares[:, None] * self.losses).max(axis=0)
        return _judged(s, r, v * _spread(s) + (1.0 - v) * _spread(r))


def vikor(matrix: ArrayLike, weights: ArrayLike, maximise: ArrayLike, v: float = 0.5) -> Vikor:
    """VIKOR with its compromise set (Opricovic & Tzeng 2004).

    matrix: (m, n) raw scores; weights: (n,) non-negative; maximise: (n,) bool; v: 0..1.
    S_i = sum_k w_k (f*_k - f_ik) / (f*_k - f-_k), R_i the largest of these terms, f* and f- the best and the worst of
    a column; Q_i = v (S_i - S*) / (S- - S*) + (1 - v) (R_i - R*) / (R- - R*), * the lowest and - the highest. A column
    without range has terms 0; where S (or R) of all options lie within 1e-9, its part of Q is 0. An option that is
    worse in no criterion never ranks behind. Dropping an option can change the order of the rest, and a better score
    can cost its own option a rank, for it moves the ranges by which S and R are measured.
    Raises ShapeError, NotFiniteError, MissingScoreError (every score is needed), WeightError or DomainError.
    """
    return PreparedVikor.of(matrix, maximise).at(weights, v)


def _spread(losses: Array) -> Array:
    """(m,) 0 at the lowest loss and 1 at the highest; all 0 where they are ties."""
    lowest = losses.min()
    width = losses.max() - lowest
    if width <= TIE:
        return np.zeros_like(losses)
    spread: Array = (losses - lowest) / width
    return spread


def _judged(s: Array, r: Array, q: Array) -> Vikor:
    order = _ascending(q)
    ahead = q - q.min()
    # A difference within 1e-9 of the advantage counts as reaching it: 1 / (m - 1) is seldom a binary fraction.
    near = np.flatnonzero(ahead < 1.0 / max(q.size - 1, 1) - TIE)
    firsts = near[ahead[near] <= TIE]
    c1 = near.size == 1
    c2 = bool(((s[firsts] <= s.min() + TIE) | (r[firsts] <= r.min() + TIE)).all())
    chosen = near if c2 or not c1 else np.flatnonzero(order <= 2)
    compromise = chosen[ahead[chosen].argsort(kind="stable")]
    frozen(s, r, q, compromise)
    return Vikor(s, r, q, order, c1, c2, compromise)


def _ascending(losses: Array) -> Ranks:
    found = places(losses, TIE)
    frozen(found)
    return found
