"""How often one option beats another: pairwise winning without sampling, where the weights fill a simplex."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from desktop.analysis.arrays import Array, DomainError, ShapeError, matrix_of
from desktop.analysis.polytope import WeightPolytope
from desktop.analysis.smaa import simplex
from desktop.analysis.smaa.confidence import frame_of
from desktop.analysis.smaa.sampling import centre_of
from desktop.analysis.work import Cancel, Progress, Work

PAIRS = 4096
"""Pairs taken at a time: their recursion stays in the cache."""


def pairwise_winning(
    values: ArrayLike,
    polytope: WeightPolytope,
    *,
    around: ArrayLike | None = None,
    spread: float | None = None,
    scale: float = 100.0,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> Array:
    """(m, m) chance 0..1 that option i beats option j, for weights uniform on a simplex; no sampling error.

    values: (m, n); polytope: nothing known, a complete ranking, or any other statements that leave a simplex (lower
    bounds, chains of ratios); around, spread: w = (1 - L) w0 + L u as in `sample_weights`. A pair of which no weights
    can tell one total from the other, by 1e-9 of `scale`, is a tie and counts one half each, as does the diagonal;
    c_ij + c_ji = 1. Formula: `chance_not_above` of the differences at the corners of the simplex; c_ij as in Lahdelma,
    Hokkanen & Salminen (1998) and Leskinen et al. (2006).

    Raises as `matrix_of`; ShapeError for a polytope about another number of criteria; DomainError for one that is no
    simplex (sample it instead), for around and spread as `sample_weights`, and for a scale that is not above 0;
    EmptyPolytopeError; Cancelled.
    """
    table, work = matrix_of(values), Work(progress, cancel)
    frame = frame_of(table, scale)
    totals = _corner_totals(frame.of(table), polytope, around, spread)
    found = np.full((len(table), len(table)), 0.5)
    first, second = np.triu_indices(len(table), 1)
    for start in range(0, first.size, PAIRS):
        work.at(start / first.size)
        i, j = first[start : start + PAIRS], second[start : start + PAIRS]
        found[j, i] = _losing(totals[i] - totals[j], frame.edge)
        found[i, j] = 1.0 - found[j, i]
    work.at(1.0)
    return found


def chance_not_above(differences: ArrayLike) -> Array:
    """(p,) the part of the unit simplex in which d . u <= 0, for each row d of `differences` (p, k).

    Varsi (1973), as Ali (1973) proves it: A_0 = 1, A_1.. = 0; for each d_h < 0 and in turn for each d_k >= 0,
    A_k = (d_k A_k - d_h A_k-1) / (d_k - d_h). Every step is a weighted mean, so nothing cancels, however close the
    differences lie; the pairs are sorted by their number of losses, so that each step works on one slice of them.
    """
    d = np.sort(np.asarray(differences, dtype=np.float64), axis=1)
    reach = np.abs(d).max(axis=1, keepdims=True)
    d = d / np.where(reach > 0, reach, 1.0)
    losses = (d < 0).sum(axis=1)
    order = np.argsort(losses, kind="stable")
    found = np.empty(len(d))
    found[order] = _recursion(np.ascontiguousarray(d[order].T), losses[order])
    return found


def _recursion(d: Array, losses: Array) -> Array:
    k, pairs = d.shape
    first_with = np.searchsorted(losses, np.arange(k + 2))
    part = np.zeros((k + 1, pairs))
    part[0] = 1.0
    for h in range(k):
        for gain in range(1, k - h):
            some = slice(first_with[h + 1], first_with[k - gain + 1])
            loss, win = -d[h, some], d[k - gain, some]
            part[gain, some] = (win * part[gain, some] + loss * part[gain - 1, some]) / (win + loss)
    found: Array = part[k - losses, np.arange(pairs)]
    return found


def _losing(differences: Array, edge: float) -> Array:
    tied = np.abs(differences).max(axis=1) <= edge
    return np.where(tied, 0.5, chance_not_above(differences))


def _corner_totals(table: Array, polytope: WeightPolytope, around: ArrayLike | None, spread: float | None) -> Array:
    """(m, k) totals at the corners of the simplex that the weights fill."""
    if polytope.size != table.shape[1]:
        raise ShapeError("polytope", f"is about {polytope.size} criteria, not {table.shape[1]}")
    enclosure = simplex.enclose(polytope)
    if enclosure is None:
        polytope.refuse_empty()
    if enclosure is None or not enclosure.is_exact:
        raise DomainError("polytope", "leaves no simplex, so that its pairwise winning has to be sampled")
    totals: Array = table @ enclosure.vertices.T
    centre, part = centre_of(polytope, around, spread)
    if centre is None:
        return totals
    return (1.0 - part) * (table @ centre)[:, None] + part * totals
