"""Leads and regrets over all weights that a polytope allows: at its corners where few, else by linear programs.

Values are brought to one unit first: each criterion from 0, the widest reaching 1. Differences between options, all
that is asked about, are only scaled by that.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from desktop.analysis.arrays import TIE, Array, Flags, Ranks, ShapeError
from desktop.analysis.linear import INFINITY, Optimum, Program, SolverError
from desktop.analysis.polytope import WeightPolytope
from desktop.analysis.vertices import MOST, vertices_of
from desktop.analysis.work import Work

CELLS = 1 << 21
"""Numbers held at once while totals are compared."""


def rivalry_of(values: Array, polytope: WeightPolytope, most: int = MOST) -> Rivalry:
    """The comparison of options (m, n) under the polytope, by its corners when they are no more than `most`.

    Raises ShapeError, EmptyPolytopeError.
    """
    if polytope.size != values.shape[1]:
        raise ShapeError("polytope", f"is about {polytope.size} criteria, not {values.shape[1]}")
    polytope.refuse_empty()
    largest = float(np.abs(values).max()) or 1.0
    tame = values / largest
    raised = tame - tame.min(axis=0)
    widest = float(raised.max()) or 1.0
    corners = vertices_of(polytope, most)
    if corners is not None and len(corners):
        return Rivalry(raised / widest, polytope, corners, True, (widest, largest))
    return Rivalry(raised / widest, polytope, _some_corners(polytope), False, (widest, largest))


@dataclass(frozen=True, eq=False)
class Rivalry:
    """values: (m, n) in the unit; corners: (p, n) weights in the polytope, `complete` when they are all its corners."""

    values: Array
    polytope: WeightPolytope
    corners: Array
    complete: bool
    unit: tuple[float, float]

    def points(self, numbers: Array) -> Array:
        """Back in the unit of the values that were given."""
        widest, largest = self.unit
        with np.errstate(over="ignore"):
            return numbers * widest * largest

    def dominance(self, work: Work, columns: Flags | None = None) -> Flags:
        """(m, m) whether i is never behind j, to 1e-9, and somewhere ahead of it; only for the `columns` asked."""
        least = self._least(work)
        asked = least >= -TIE
        if columns is not None:
            asked &= columns
        never_behind = asked if self.complete else self._never_behind(asked, work)
        ahead = -least.T > TIE
        if not self.complete:
            for i, j in self._unclear(never_behind & ~ahead):
                ahead[i, j] = -self._lead(j, i)[0] > TIE
        return never_behind & ahead

    def leads(self, work: Work) -> tuple[Array, Array]:
        """(eps (m,), weights (m, n)): the greatest lead of each over all others, and where; infinite when alone."""
        m, n = self.values.shape
        if m == 1:
            return np.array([np.inf]), self.corners.mean(axis=0, keepdims=True)
        eps, weights = np.empty(m), np.empty((m, n))
        totals = self.values @ self.corners.T
        field = _Field(self.values, self.polytope, np.unique(np.argpartition(totals, m - 2, axis=0)[m - 2 :]))
        for i in range(m):
            work.at(i / m)
            eps[i], weights[i] = field.greatest_lead(i)
        return eps, weights

    def regrets(self, work: Work) -> tuple[Array, Ranks, Array]:
        """(regret (m,), the option it is lost to (m,), the weights where (m, n))."""
        regret = np.full(len(self.values), -1.0)
        by, weights = np.zeros(regret.size, dtype=np.intp), np.zeros(self.values.shape)
        for corner in self.corners:
            self._regret_at(corner, regret, by, weights)
        if not self.complete:
            for i in range(regret.size):
                work.at(i / regret.size)
                self._raise_regret(i, regret, by, weights)
        return regret, by, weights

    def _least(self, work: Work) -> Array:
        """(m, m) the least lead of i over j at any of the corners."""
        totals = self.values @ self.corners.T
        least = np.empty((len(totals), len(totals)))
        step = max(1, CELLS // totals.size)
        for start in range(0, len(totals), step):
            work.at(start / len(totals) / 2)
            least[start : start + step] = (totals[start : start + step, None] - totals).min(axis=2)
        return least

    def _never_behind(self, asked: Flags, work: Work) -> Flags:
        """Which of the pairs asked hold at all weights. What follows from two that hold needs no program."""
        i, j = np.nonzero(asked)
        sure = np.zeros_like(asked)
        sure[i, j] = self._over_box(self.values[i] - self.values[j]) >= -TIE
        middle = self.values @ self.corners.mean(axis=0)
        pairs = np.argwhere(asked & ~sure)
        pairs = pairs[np.argsort(middle[pairs[:, 0]] - middle[pairs[:, 1]], kind="stable")]
        for done, (i, j) in enumerate(pairs):
            work.at(0.5 + done / len(pairs) / 2)
            if not asked[i, j] or sure[i, j]:
                continue
            sure[i, j] = bool((sure[i] & sure[:, j]).any())
            if not sure[i, j]:
                lead, weights = self._lead(i, j)
                sure[i, j] = lead >= -TIE
                totals = self.values @ weights
                asked &= totals[:, None] >= totals - TIE
        return sure

    def _unclear(self, pairs: Flags) -> Ranks:
        """(q, 2) those of the pairs in which i might be ahead of j for some weights; equal options are not."""
        i, j = np.nonzero(pairs)
        maybe = -self._over_box(self.values[j] - self.values[i]) > TIE
        return np.column_stack((i[maybe], j[maybe]))

    @cached_property
    def _program(self) -> Program:
        return self.polytope.program()

    def _lead(self, i: int, j: int) -> tuple[float, Array]:
        """The least lead of i over j, and the weights where."""
        found = _solved(self._program.minimise(self.values[i] - self.values[j]))
        return found.value, found.x

    def _over_box(self, leads: Array) -> Array:
        """(q,) a lower bound of leads (q, n) @ w: over the least and greatest share of each criterion alone.

        Whatever is left to give goes to the smallest lead first.
        """
        low, high = self.corners.min(axis=0), self.corners.max(axis=0)
        order = np.argsort(leads, axis=1)
        room = (high - low)[order]
        given = np.clip(1.0 - low.sum() - (np.cumsum(room, axis=1) - room), 0.0, room)
        bound: Array = leads @ low + (given * np.take_along_axis(leads, order, axis=1)).sum(axis=1)
        return bound

    def _regret_at(self, corner: Array, regret: Array, by: Ranks, weights: Array) -> None:
        totals = self.values @ corner
        best = int(totals.argmax())
        lost = totals[best] - totals
        more = lost > regret
        regret[more], by[more], weights[more] = lost[more], best, corner

    def _raise_regret(self, i: int, regret: Array, by: Ranks, weights: Array) -> None:
        """Asks by linear programs whether any rival can make the regret of i greater, the likeliest first."""
        bounds = -self._over_box(self.values[i] - self.values)
        for j in np.argsort(-bounds, kind="stable"):
            if bounds[j] <= regret[i] + TIE / 10:
                return
            self._regret_at(self._lead(i, int(j))[1], regret, by, weights)


class _Field:
    """The rivals an option must lead. Others are let in only once they would change an answer: programs stay small."""

    def __init__(self, values: Array, polytope: WeightPolytope, rivals: Ranks) -> None:
        self.values, self.polytope, self.rivals = values, polytope, rivals
        self._shared: Program | None = None

    def greatest_lead(self, i: int) -> tuple[float, Array]:
        """(eps, weights): the most by which option i can lead all others, and where."""
        while True:
            found = _solved(self._program(i).maximise(np.append(self.values[i], -1.0)))
            totals = self.values @ found.x[:-1]
            own, totals[i] = totals[i], -np.inf
            above = np.setdiff1d(np.flatnonzero(totals > found.x[-1] + TIE / 10), self.rivals)
            if not above.size:
                return float(own - totals.max()), found.x[:-1]
            self.rivals = np.union1d(self.rivals, above[np.argsort(-totals[above], kind="stable")[:8]])
            self._shared = None

    def _program(self, i: int) -> Program:
        """Against all rivals but i itself: one program for all options that are no rivals."""
        if i in self.rivals:
            return self._against(self.rivals[self.rivals != i])
        if self._shared is None:
            self._shared = self._against(self.rivals)
        return self._shared

    def _against(self, rivals: Ranks) -> Program:
        """Over weights, and the total of the best of these rivals as the last variable."""
        p, n = self.polytope.rows.shape
        rows = np.block(
            [
                [np.ones((1, n)), np.zeros((1, 1))],
                [self.polytope.rows, np.zeros((p, 1))],
                [-self.values[rivals], np.ones((rivals.size, 1))],
            ]
        )
        low = np.concatenate(([1.0], np.full(p, -INFINITY), np.zeros(rivals.size)))
        high = np.concatenate(([1.0], self.polytope.limits, np.full(rivals.size, INFINITY)))
        return Program(rows, low, high, lower=np.append(np.zeros(n), -INFINITY))


def _solved(found: Optimum | None) -> Optimum:
    if found is None:
        raise SolverError("weights that were found to exist are gone: the statements leave next to nothing")
    return found


def _some_corners(polytope: WeightPolytope) -> Array:
    """(p, n) corners of the polytope: where each share is least and greatest, and where chance leads."""
    program, n = polytope.program(), polytope.size
    aims = np.vstack((np.eye(n), -np.eye(n), np.random.default_rng(n).standard_normal((2 * n, n))))
    return np.array([_solved(program.maximise(aim)).x for aim in aims])
