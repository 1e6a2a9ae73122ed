"""What a scale must be, and how weights keep their trade-offs when its ends move."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from math import expm1, inf, isfinite

import numpy as np

from db.study.model import Criterion, Direction, Id, Known, Perspective, Scale, Shape, Study
from desktop.analysis.values import rescale_weights
from desktop.commands.base import is_kept, kept


def check_scale(name: str, scale: Scale) -> None:
    """Raises Known, naming the criterion, when a scale has no range or a value function that cannot be."""
    stays = "the scale stays as it is"
    if not (is_kept(scale.low) and is_kept(scale.high)):
        raise Known(f"{name}: the ends of a scale must be numbers, at most 1e300; {stays}; type two others.")
    if not is_kept(scale.curvature):
        raise Known(f"{name}: the curvature must be a number, at most 1e300; {stays}; type another.")
    if not scale.low < scale.high:
        raise Known(f"{name}: a scale from {scale.low:g} to {scale.high:g} has no range; {stays}; set low below high.")
    if scale.shape is Shape.PIECEWISE and scale.points:
        _check_points(name, scale, stays)
    if any(not isfinite(level.x) or not scale.low <= level.x <= scale.high for level in scale.levels):
        raise Known(f"{name}: a level lies outside {scale.low:g} to {scale.high:g}; {stays}; move or delete the level.")


def _check_points(name: str, scale: Scale, stays: str) -> None:
    xs, vs = zip(*scale.points, strict=True)
    if len(xs) < 2 or any(b <= a for a, b in pairwise(xs)):
        raise Known(f"{name}: the points of a value function must run from low to high; {stays}; move the point.")
    if (xs[0], xs[-1]) != (scale.low, scale.high) or any(not 0 <= v <= 100 for v in vs):
        raise Known(
            f"{name}: a value function must cover the whole scale with values from 0 to 100; {stays}; move the point."
        )
    ends = (0.0, 100.0) if scale.direction is Direction.HIGHER else (100.0, 0.0)
    if (vs[0], vs[-1]) != ends:
        raise Known(f"{name}: the worst end must be worth 0 and the best 100; {stays}; move a point between the ends.")


def outside(study: Study, leaf: Id, scale: Scale) -> int:
    """How many scores on a leaf lie, in part, outside a scale's ends."""
    lost = 0
    for (_, criterion), score in study.scores.items():
        if criterion == leaf and score.likely is not None:
            given = [number for number in (score.low, score.likely, score.high) if number is not None]
            lost += any(not scale.low <= number <= scale.high for number in given)
    return lost


def kept_tradeoffs(
    study: Study, leaf: Criterion, scale: Scale, *, keep_weights: bool
) -> tuple[Scale, tuple[Perspective, ...]]:
    """`scale` with the old value function re-based to its new ends, and the perspectives with their trade-offs kept.

    rho = (old value of the new best end - old value of the new worst end) / 100, extrapolated where the new scale is
    wider; the leaf's share is multiplied by rho and all are normalised (Keeney & Raiffa 1976).
    Levels beyond the new ends are dropped. With `keep_weights`, the shares stay and the trade-offs change. Raises Known
    when the old value function cannot be carried over: the new ends are worth the same on it, or it turns back.
    """
    old = leaf.scale
    assert old is not None
    value = extrapolated(old)
    ratio = _ratio(value, scale)
    if not (isfinite(ratio) and ratio > 0):
        raise Known(
            f"{leaf.name}: on the present value function the new best end is not worth measurably more than the new "
            "worst end; the scale stays as it is; set other ends or make the value function linear first."
        )
    new = _rebased(old, scale, value)
    if any(not 0 <= worth <= 100 for _, worth in new.points):
        raise Known(
            f"{leaf.name}: the value function turns back between the new ends, so they would not be its worst and "
            "best; the scale stays as it is; set other ends or move the points first."
        )
    if keep_weights:
        return new, study.perspectives
    leaves = [node.id for node in study.leaves()]
    place = leaves.index(leaf.id)
    return new, kept(study.perspectives, tuple(_rescaled(party, leaves, place, ratio) for party in study.perspectives))


def _ratio(value: Callable[[float], float], scale: Scale) -> float:
    try:
        return (value(scale.best) - value(scale.worst)) / 100.0
    except OverflowError:
        return inf


def extrapolated(scale: Scale) -> Callable[[float], float]:
    """The value function without the flat ends: carried on beyond them by its own formula or its last slope."""
    span = scale.best - scale.worst
    if scale.shape is Shape.EXPONENTIAL and abs(scale.curvature) >= 1e-9:
        c = scale.curvature
        return lambda x: 100.0 * expm1(-c * (x - scale.worst) / span) / expm1(-c)
    if scale.shape is Shape.PIECEWISE and len(scale.points) >= 2:
        return lambda x: _along(scale.points, x)
    return lambda x: 100.0 * (x - scale.worst) / span


def _along(points: tuple[tuple[float, float], ...], x: float) -> float:
    if x < points[0][0]:
        (xa, va), (xb, vb) = points[0], points[1]
    elif x > points[-1][0]:
        (xa, va), (xb, vb) = points[-2], points[-1]
    else:
        xs, vs = zip(*points, strict=True)
        return float(np.interp(x, xs, vs))
    return va + (vb - va) * (x - xa) / (xb - xa)


def _rebased(old: Scale, scale: Scale, value: Callable[[float], float]) -> Scale:
    levels = tuple(level for level in scale.levels if scale.low <= level.x <= scale.high)
    new = replace(scale, levels=levels, shape=old.shape, curvature=old.curvature, points=())
    if old.shape is Shape.EXPONENTIAL:
        return replace(new, curvature=old.curvature * (scale.high - scale.low) / (old.high - old.low))
    if old.shape is not Shape.PIECEWISE or len(old.points) < 2:
        return new
    inner = [x for x, _ in old.points if scale.low < x < scale.high]
    bottom, top = value(scale.worst), value(scale.best)
    values = [(x, _rounded(100.0 * (value(x) - bottom) / (top - bottom))) for x in inner]
    ends = (0.0, 100.0) if scale.direction is Direction.HIGHER else (100.0, 0.0)
    return replace(new, points=((scale.low, ends[0]), *values, (scale.high, ends[1])))


def _rounded(worth: float) -> float:
    """A value that only rounding has put beyond 0 or 100 is 0 or 100."""
    nearest = min(100.0, max(0.0, worth))
    return nearest if abs(worth - nearest) < 1e-9 else worth


def _rescaled(party: Perspective, leaves: list[Id], place: int, ratio: float) -> Perspective:
    points = np.array([party.weights.get(leaf, 0.0) for leaf in leaves])
    if points[place] <= 0:
        return party
    shares = rescale_weights(points, place, ratio) * 100.0
    return replace(party, weights={leaf: float(share) for leaf, share in zip(leaves, shares, strict=True)})
