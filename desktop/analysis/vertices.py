"""The corners of what is known of the weights: where they are few, a linear question is answered by looking."""

from __future__ import annotations

import numpy as np

from desktop.analysis.arrays import Array, Flags, Ranks
from desktop.analysis.polytope import WeightPolytope

MOST = 2000
"""Corners worth keeping; beyond, linear programs are quicker."""
WORK = 1 << 28
"""Multiplications spent on one statement at most."""
ON = 1e-12
"""A corner this close to a statement's edge, in parts of its largest coefficient, lies on it."""


def vertices_of(polytope: WeightPolytope, most: int = MOST) -> Array | None:
    """(p, n) all corners of the polytope, or None where there are more than `most` or they take too long to find.

    Nothing known: the unit vectors. A complete ranking: (1, 0, ..), (1/2, 1/2, 0, ..), .. (1/n, ..) in its order
    (Kirkwood & Sarin 1985). Else the unit simplex is cut by one statement after the other (double description, Motzkin,
    Raiffa, Thompson & Thrall 1953). Empty, (0, n), where the statements contradict each other.
    """
    n = polytope.size
    if n > most:
        return None
    if polytope.order is not None:
        return _of_ranking(polytope.order)
    corners, tight = np.eye(n), ~np.eye(n, dtype=bool)
    for row, limit in zip(polytope.rows, polytope.limits, strict=True):
        reach = max(float(np.abs(row).max()), abs(float(limit)))
        excess = (corners @ row - limit) / reach if reach > 0 else np.zeros(len(corners))
        cut = _cut(corners, tight, excess)
        if cut is None or len(cut[0]) > most:
            return None
        corners, tight = cut
    return corners


def _of_ranking(order: tuple[int, ...]) -> Array:
    n = len(order)
    corners = np.zeros((n, n))
    corners[:, order] = np.tri(n) / np.arange(1, n + 1)[:, None]
    return corners


def _cut(corners: Array, tight: Flags, excess: Array) -> tuple[Array, Flags] | None:
    """(corners, which conditions are tight at each) where excess <= 0 is one more condition; None if too much work.

    New corners lie on the edges that lead out.
    """
    outside, inside = np.flatnonzero(excess > ON), np.flatnonzero(excess < -ON)
    stay = excess <= ON
    kept = np.column_stack((tight[stay], excess[stay] >= -ON))
    if not outside.size or not inside.size:
        return corners[stay], kept
    edges = _edges(tight, inside, outside, corners.shape[1] - 2)
    if edges is None:
        return None
    a, b = edges
    part = (excess[b] / (excess[b] - excess[a]))[:, None]
    fresh = part * corners[a] + (1.0 - part) * corners[b]
    marks = np.column_stack((tight[a] & tight[b], np.ones(a.size, dtype=bool)))
    return np.vstack((corners[stay], fresh)), np.vstack((kept, marks))


def _edges(tight: Flags, inside: Ranks, outside: Ranks, least: int) -> tuple[Ranks, Ranks] | None:
    """Pairs of adjacent corners: what is tight at both is tight at no third one."""
    marks = tight.astype(np.float32)
    if inside.size * outside.size * marks.shape[1] > WORK:
        return None
    near, far = np.nonzero(marks[inside] @ marks[outside].T >= least)
    a, b = inside[near], outside[far]
    if a.size * marks.size > WORK:
        return None
    common = marks[a] * marks[b]
    shared = common @ marks.T == common.sum(axis=1)[:, None]
    adjacent = np.count_nonzero(shared, axis=1) == 2
    return a[adjacent], b[adjacent]
