"""Ranking by the additive model: totals, contributions, ranks with ties, and what missing scores leave open."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from desktop.analysis.arrays import TIE, Array


def additive(values: ArrayLike, weights: ArrayLike) -> tuple[Array, Array]:
    """(lowest, highest) possible total of each option, both (m,), 0..100; equal where no score is missing.

    values: (m, n), 0..100, NaN = missing; weights: (n,), summing to 1. V_i = sum_k w_k v_ik (Keeney & Raiffa 1976;
    Dyer & Sarin 1979). A missing score may turn out to be worth anything from 0 to 100.
    """
    table, shares = np.asarray(values, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    gaps = np.isnan(table)
    if not gaps.any():
        totals = table @ shares
        return totals, totals
    low = np.where(gaps, 0.0, table) @ shares
    return low, low + gaps @ (100.0 * shares)


def contributions(values: ArrayLike, weights: ArrayLike) -> Array:
    """(m, n) points each criterion adds to each total: w_k v_ik; NaN where the score is missing."""
    return np.asarray(values, dtype=np.float64) * np.asarray(weights, dtype=np.float64)


def ranks(totals: ArrayLike, scale: float = 100.0) -> NDArray[np.intp]:
    """(m,) ranks, 1 = best; totals closer than 1e-9 of `scale` to the best of their group share its rank.

    The ranks do not depend on the order of the options.
    """
    scores = np.asarray(totals, dtype=np.float64)
    found = np.empty(scores.shape, dtype=np.intp)
    order = np.argsort(-scores, kind="stable")
    descending = scores[order]
    if not (descending[:-1] - descending[1:] <= TIE * scale).any():
        found[order] = np.arange(1, scores.size + 1)
        return found
    start = 0
    while start < descending.size:
        end = start + 1
        if end < descending.size and descending[start] - descending[end] <= TIE * scale:
            end += int(np.searchsorted(-descending[end:], -(descending[start] - TIE * scale), side="right"))
        found[order[start:end]] = start + 1
        start = end
    return found


def rank_bounds(low: ArrayLike, high: ArrayLike, scale: float = 100.0) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """(best, worst) rank each option can still take when its total lies between `low` and `high`, both (m,).

    An option's best rank counts those whose lowest total surely beats its highest; its worst, all that may beat its
    lowest. Intervals are taken as independent of each other, so shared gaps make the bounds wide, never narrow.
    """
    lows, highs = np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)
    if np.array_equal(lows, highs):
        exact = ranks(lows, scale)
        return exact, exact
    edge = TIE * scale
    surely = lows.size - np.searchsorted(np.sort(lows), highs + edge, side="right")
    maybe = lows.size - np.searchsorted(np.sort(highs), lows + edge, side="right")
    own = highs > lows + edge
    return surely + 1, maybe - own + 1
