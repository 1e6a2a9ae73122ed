"""What one weight or one score alone can change: crossings, who is first along a share, stability intervals, tornado.

One-way sensitivity moves one share while the other free criteria keep their proportions and locked ones hold; totals
then run along straight lines (`share_lines`). To ask several things of the same weights, make `share_lines` once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from desktop.analysis.arrays import Array, frozen, vector_of
from desktop.analysis.share_lines import Crossings, Envelope, ShareLines, share_line, share_lines
from desktop.analysis.tornado import Tornado, tornado
from desktop.analysis.work import Cancel, Progress

__all__ = [
    "Crossings",
    "Envelope",
    "ShareLines",
    "Tornado",
    "WeightCriticality",
    "all_crossings",
    "crossings",
    "envelope",
    "share_lines",
    "stability_interval",
    "stability_intervals",
    "sweep",
    "tornado",
    "weight_criticality",
]


@dataclass(frozen=True, eq=False)
class WeightCriticality:
    """How near each weight is to changing the first place (`top`) or any place (`any`), in shares.

    top_share, any_share: (n,) the nearest share, 0..1, at which it changes, NaN where it never does; top_percent,
    any_percent: (n,) how far that is, in per cent of the present share, infinite for a share of 0. most_critical_top,
    most_critical_any: the criterion with the smallest such change, None where no share changes anything.
    """

    top_share: Array
    top_percent: Array
    most_critical_top: int | None
    any_share: Array
    any_percent: Array
    most_critical_any: int | None


def crossings(
    values: ArrayLike,
    weights: ArrayLike,
    criterion: int,
    *,
    locked: ArrayLike | None = None,
    options: Sequence[int] | None = None,
    scale: float = 100.0,
) -> Crossings:
    """Every share of one criterion at which two options are level, and their total there.

    With d the gap of the pair on the criterion and D that on the others, x* = D / (D - d) (von Winterfeldt &
    Edwards 1986). values: (m, n); weights: (n,); locked: (n,) bool; options: only pairs with at least one
    of them, to be given where m makes more than MOST_PAIRS pairs. Raises as `share_lines` and DomainError for too many.
    """
    return share_line(values, weights, locked, criterion, scale).crossings(options)


def all_crossings(
    values: ArrayLike,
    weights: ArrayLike,
    *,
    locked: ArrayLike | None = None,
    options: Sequence[int] | None = None,
    scale: float = 100.0,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> Crossings:
    """`crossings` of all criteria at once. Raises as `crossings`, and Cancelled."""
    return share_lines(values, weights, locked, None, scale).crossings(options, progress=progress, cancel=cancel)


def envelope(
    values: ArrayLike, weights: ArrayLike, criterion: int, *, locked: ArrayLike | None = None, scale: float = 100.0
) -> Envelope:
    """Who is first along one criterion's share, piece by piece. Raises as `share_lines`."""
    return share_line(values, weights, locked, criterion, scale).envelopes()[0]


def stability_interval(
    values: ArrayLike,
    weights: ArrayLike,
    criterion: int,
    whole_order: bool = False,
    *,
    locked: ArrayLike | None = None,
    scale: float = 100.0,
) -> tuple[float, float]:
    """(low, high): the largest interval of one criterion's share in which the first place, or the whole order, stays.

    Mareschal (1988); see `ShareLines.stability`. At the ends another option draws level, unless they are the lowest and
    the highest share there are. Raises as `share_lines`.
    """
    low, high = share_line(values, weights, locked, criterion, scale).stability(whole_order)[0]
    return float(low), float(high)


def stability_intervals(
    values: ArrayLike,
    weights: ArrayLike,
    whole_order: bool = False,
    *,
    locked: ArrayLike | None = None,
    scale: float = 100.0,
) -> Array:
    """(n, 2) the `stability_interval` of every criterion. Raises as `share_lines`."""
    return share_lines(values, weights, locked, None, scale).stability(whole_order)


def sweep(
    values: ArrayLike, weights: ArrayLike, criterion: int, shares: ArrayLike, *, locked: ArrayLike | None = None
) -> Array:
    """(s, m) totals at each of s shares of one criterion; a share it cannot take counts as the nearest it can.

    Raises as `share_lines`, and ShapeError or NotFiniteError for the shares.
    """
    lines = share_line(values, weights, locked, criterion)
    totals: Array = lines.totals_at(vector_of(shares, "shares"))[0]
    return totals


def weight_criticality(
    values: ArrayLike, weights: ArrayLike, *, locked: ArrayLike | None = None, scale: float = 100.0
) -> WeightCriticality:
    """The most critical weights, after Triantaphyllou & Sanchez (1997), but in shares that can be set.

    Their delta is taken off a weight before all are scaled to sum 1 again, so it is not the change of the share:
    (w_k - delta) / (1 - delta) is, and that is what stands here. Raises as `share_lines`.
    """
    lines = share_lines(values, weights, locked, None, scale)
    top, top_percent = _nearest_change(lines, whole_order=False)
    anywhere, any_percent = _nearest_change(lines, whole_order=True)
    frozen(top, top_percent, anywhere, any_percent)
    return WeightCriticality(top, top_percent, _smallest(top_percent), anywhere, any_percent, _smallest(any_percent))


def _nearest_change(lines: ShareLines, whole_order: bool) -> tuple[Array, Array]:
    """(n,) nearest share at which something changes, and how far it is in per cent of the present one."""
    first, last = lines.reach(whole_order)
    here = lines.position
    position = np.where(here - first <= last - here, first, last)
    share = np.where(np.isinf(position), np.nan, lines.share_at(np.clip(position, 0.0, 1.0)))
    moved = np.abs(share - lines.shares)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        percent = np.where(moved == 0, 0.0, 100.0 * (moved / lines.shares))
    return share, percent


def _smallest(percent: Array) -> int | None:
    return None if np.isnan(percent).all() else int(np.nanargmin(percent))
