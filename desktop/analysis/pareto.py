"""Options that no other option beats on every objective, and the frontier of benefit against cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from desktop.analysis.arrays import TIE, Array, Flags, Ranks, flags_of, frozen, matrix_of, vector_of
from desktop.analysis.sieve import sieved
from desktop.analysis.skyline import front_of
from desktop.analysis.work import Cancel, Progress, Work

HUGE = np.finfo(np.float64).max / 4
"""Beyond this the difference of two numbers may overflow."""


def pareto_front(
    objectives: ArrayLike, maximise: ArrayLike, *, progress: Progress | None = None, cancel: Cancel | None = None
) -> Flags:
    """(m,) bool: the options no other option dominates. Options with equal objectives stay together, or go together.

    objectives: (m, d) raw, any units; maximise: (d,) bool. One option dominates another when it is nowhere worse and
    somewhere better (Pareto); numbers are compared exactly and never added up, so no scale matters. 1 objective by its
    best value, 2 by sorting, more by divide and conquer (Kung, Luccio & Preparata 1975), after a sieve. Raises
    ShapeError, NotFiniteError, MissingScoreError, Cancelled.
    """
    table = matrix_of(objectives, "objectives")
    signs = np.where(flags_of(maximise, "maximise", table.shape[1]), 1.0, -1.0)
    work = Work(progress, cancel)
    rows, points = sieved(table, signs, work)
    front = np.zeros(table.shape[0], dtype=bool)
    front[rows[front_of(points, work, 0.5)]] = True
    work.at(1.0)
    frozen(front)
    return front


@dataclass(frozen=True, eq=False)
class Frontier:
    """What each amount of cost can buy at most.

    indices: (f,) options that none beats on benefit and cost both, from the cheapest to the dearest, equal ones side by
    side in ascending order. on_hull: (f,) bool, those also on the concave hull: no mix of two others gives more for the
    same cost. steps: (f,) extra benefit per extra cost since the frontier option before, positive. hull_steps: (f,) the
    same along the hull, never rising, NaN off it. Both are NaN for the cheapest; equal options have equal steps.
    """

    indices: Ranks
    on_hull: Flags
    steps: Array
    hull_steps: Array

    def __post_init__(self) -> None:
        frozen(self.indices, self.on_hull, self.steps, self.hull_steps)

    @property
    def hull(self) -> Ranks:
        """(h,) the options on the hull, from the cheapest to the dearest: where money does most."""
        return self.indices[self.on_hull]


def efficient_frontier(benefit: ArrayLike, cost: ArrayLike) -> Frontier:
    """The frontier of benefit (m,), more is better, against cost (m,), less is better, and its concave hull.

    Extra benefit per extra cost along the hull is the order in which money is spent best (value for money, Phillips &
    Bana e Costa 2007); an option off the hull is dominated by a mix of its neighbours (extended dominance). What lies
    on a straight line between two others, to 1e-9 of the range, is on the hull. Raises ShapeError or NotFiniteError.
    """
    gains = vector_of(benefit, "benefit")
    costs = vector_of(cost, "cost", gains.size)
    found = front_of(np.array((gains, -costs)), Work())
    found = found[np.lexsort((found, costs[found]))]
    # Costs rise strictly along distinct points of a front, so equal costs are equal points.
    places, group = np.unique(costs[found], return_inverse=True)
    firsts = np.searchsorted(costs[found], places)
    x, y = places, gains[found[firsts]]
    run, rise = _unit(x), _unit(y)
    corners = _corners(run.tolist(), rise.tolist())
    on_hull = rise >= np.interp(run, run[corners], rise[corners]) - TIE
    on_hull[corners] = True
    edges = _steps(x[corners], y[corners])[np.searchsorted(corners, np.arange(x.size))]
    return Frontier(found, on_hull[group], _steps(x, y)[group], np.where(on_hull, edges, np.nan)[group])


def _steps(costs: Array, gains: Array) -> Array:
    """(f,) extra gain per extra cost, NaN first; infinite where a float cannot hold it."""
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        gain, cost = np.diff(gains), np.diff(costs)
        halved = np.diff(gains / 2) / np.diff(costs / 2)
        return np.concatenate(([np.nan], np.where(np.isinf(gain) | np.isinf(cost), halved, gain / cost)))


def _unit(rising: Array) -> Array:
    """Rising numbers brought to 0..1."""
    tame = rising / 2 if np.abs(rising).max() > HUGE else rising
    reach = tame[-1] - tame[0]
    return (tame - tame[0]) / reach if reach > 0 else np.zeros_like(tame)


def _corners(x: list[float], y: list[float]) -> Ranks:
    """Indices of the corners of the upper hull of points with rising x (Andrew 1979)."""
    corners: list[int] = []
    for i in range(len(x)):
        while len(corners) > 1 and _is_below(x, y, corners[-2], corners[-1], i):
            corners.pop()
        corners.append(i)
    return np.array(corners)


def _is_below(x: list[float], y: list[float], left: int, middle: int, right: int) -> bool:
    """Whether the middle point is not above the line from left to right."""
    return (y[middle] - y[left]) * (x[right] - x[left]) <= (y[right] - y[left]) * (x[middle] - x[left])
