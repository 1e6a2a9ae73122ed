"""Value functions read backwards: from a value between 0 and 100 to the score, in its own unit, that is worth it."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from desktop.analysis.arrays import DomainError
from desktop.analysis.values import corners_of


def linear_score(value: float, worst: float, best: float) -> float:
    """The score worth `value`, 0..100, on the straight line of `values.linear_value`: worst + (best - worst) v / 100.

    Raises DomainError for a value outside 0..100, and when the ends coincide or are not finite.
    """
    return _at(_part(value), worst, best)


def exponential_score(value: float, worst: float, best: float, curvature: float) -> float:
    """The score worth `value`, 0..100, on the curve of `values.exponential_value`.

    z = -ln(1 - (1 - exp(-c)) v / 100) / c, the score is worst + (best - worst) z; c -> 0 is the straight line (Keeney &
    Raiffa 1976). Raises as `linear_score`, and for a curvature that is not finite.
    """
    if not np.isfinite(curvature):
        raise DomainError("curvature", f"must be a finite number, not {curvature}")
    part = _part(value)
    if abs(curvature) < 1e-9:
        return _at(part, worst, best)
    with np.errstate(divide="ignore"):
        if curvature < 0:  # Mirrored, so that no curvature overflows.
            z = 1.0 - np.log1p((1.0 - part) * np.expm1(curvature)) / curvature
        else:
            z = -np.log1p(part * np.expm1(-curvature)) / curvature
    return _at(float(np.clip(z, 0.0, 1.0)), worst, best)


def piecewise_score(value: float, xs: ArrayLike, vs: ArrayLike, near: float) -> float:
    """The score nearest to `near` that is worth `value` on the straight lines of `values.piecewise_value`.

    xs: (k,) strictly ascending, k >= 2; vs: (k,) finite values. Where the line is level every score on it is worth the
    same. Raises ShapeError, NotFiniteError, or DomainError for corners that do not ascend, a value that no score
    between them is worth, and a `near` that is not finite.
    """
    corners, values = corners_of(xs, vs)
    if not np.isfinite(near):
        raise DomainError("near", f"must be a finite number, not {near}")
    from_, to = values[:-1], values[1:]
    found = (np.minimum(from_, to) <= value) & (value <= np.maximum(from_, to))
    if not found.any():
        raise DomainError("value", f"must lie between {values.min()} and {values.max()}, not {value}")
    start, end, from_, to = corners[:-1][found], corners[1:][found], from_[found], to[found]
    level = from_ == to
    part = np.divide(value - from_, to - from_, out=np.zeros_like(from_), where=~level)
    scores = np.where(level, np.clip(near, start, end), np.where(part < 1.0, start + part * (end - start), end))
    return float(scores[np.abs(scores - near).argmin()])


def _part(value: float) -> float:
    if not 0.0 <= value <= 100.0:
        raise DomainError("value", f"must lie between 0 and 100, not {value}")
    return float(value) / 100.0


def _at(part: float, worst: float, best: float) -> float:
    first, last = float(worst), float(best)
    if not np.isfinite(last - first) or first == last:
        raise DomainError("worst", f"and best must be two different finite numbers, not {first} and {last}")
    return last if part == 1.0 else first + part * (last - first)
