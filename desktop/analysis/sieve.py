"""A quick sieve before a Pareto front of many points: most of them lie below a few strong ones, and go in one pass."""

from __future__ import annotations

import numpy as np

from desktop.analysis.arrays import Array, Flags, Ranks
from desktop.analysis.skyline import Points
from desktop.analysis.work import Work

FEW = 1 << 12
"""Points that need no sieve; also how many are drawn to find strong ones among."""
BLOCK = 1 << 15
"""Rows read at a time: they stay in the processor's cache."""
CANDIDATES = 64
GUARDS = 8
WORTH = 0.02
"""The part of the drawn points that a guard must lie above to be worth its pass."""


def sieved(table: Array, signs: Array, work: Work) -> tuple[Ranks, Array]:
    """(ascending rows that may be on the front, their objectives (d, k), higher is better).

    table: (m, d); signs: (d,) 1.0 to maximise, -1.0 to minimise. A row is left out only when another surely dominates
    it, so equal rows stay or go together. Memory: blocks, and the rows that stay. Tells progress up to a half.
    """
    m = table.shape[0]
    if m <= FEW:
        return np.arange(m), np.ascontiguousarray((table * signs).T)
    drawn = np.random.default_rng(m).integers(0, m, FEW)
    guards = _guards(np.ascontiguousarray((table[drawn] * signs).T))
    if not guards.size:
        return np.arange(m), np.ascontiguousarray((table * signs).T)
    found = []
    for start in range(0, m, BLOCK):
        work.at(start / m / 2)
        rows, points = _of_block(table[start : start + BLOCK], signs, guards)
        found.append((start + rows, points))
    rows, points = (np.concatenate(part, axis=-1) for part in zip(*found, strict=True))
    return sieved_points(rows, points)


def sieved_points(rows: Ranks, points: Points) -> tuple[Ranks, Points]:
    """Those of (rows (k,), their objectives (d, k)) that may be on the front: sieved again as long as it pays."""
    before = np.inf
    while FEW < rows.size < 0.9 * before:
        before = rows.size
        drawn = np.random.default_rng(before).integers(0, before, FEW)
        rows, points = _behind(rows, points, _guards(points[:, drawn]))
    return rows, points


def _of_block(block: Array, signs: Array, guards: Array) -> tuple[Ranks, Array]:
    """(rows of one block that no guard is above, their objectives (d, k)).

    The first guard is laid out as often as there are rows, so that it is compared along the memory.
    """
    b, d = block.shape
    flat = block.reshape(-1)
    if (signs < 0).any():
        flat = flat * np.tile(signs, b)
    rows = np.flatnonzero(_any_of_row((flat > np.tile(guards[:, 0], b)).reshape(b, d)))
    return _behind(rows, np.ascontiguousarray(flat.reshape(b, d)[rows].T), guards[:, 1:])


def _any_of_row(flags: Flags) -> Flags:
    """(b,) whether any flag of a row (b, d) is set: each flag is or-ed with those behind it, side by side in memory."""
    d, flat = flags.shape[1], flags.reshape(-1)
    some = flat[: flat.size - d + 1].copy()
    for shift in range(1, d):
        some |= flat[shift : flat.size - d + 1 + shift]
    return some[::d].copy()


def _behind(rows: Ranks, points: Points, guards: Points) -> tuple[Ranks, Points]:
    for guard in guards.T:
        above = points[0] > guard[0]
        for row, least in zip(points[1:], guard[1:], strict=True):
            above |= row > least
        kept = np.flatnonzero(above)
        rows, points = rows[kept], points[:, kept]
    return rows, points


def _guards(points: Points) -> Points:
    """(d, g) points so strong that each lies above many of `points` (d, n), the strongest first.

    Each guard's first objective is lowered by a hair: what equals the guard is not above it, yet must stay.
    """
    n = points.shape[1]
    strongest = np.argpartition(_rank_sums(points), n - CANDIDATES)[-CANDIDATES:]
    below = points[0, strongest, None] > points[0]
    for row in points[1:]:
        below &= row[strongest, None] >= row
    chosen: list[int] = []
    while len(chosen) < GUARDS:
        counts = np.count_nonzero(below, axis=1)
        best = int(counts.argmax())
        if counts[best] < WORTH * n:
            break
        chosen.append(int(strongest[best]))
        below &= ~below[best]
    found = points[:, chosen]
    found[0] = found[0] - 1 if found.dtype.kind == "i" else np.nextafter(found[0], -np.inf)
    return found


def _rank_sums(points: Points) -> Ranks:
    sums: Ranks = sum((np.searchsorted(np.sort(row), row) for row in points), np.zeros(points.shape[1], dtype=np.intp))
    return sums
