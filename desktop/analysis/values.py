"""Value functions: from a score in its own unit to a value between 0 (worst end) and 100 (best end)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from desktop.analysis.arrays import (
    Array,
    DomainError,
    ShapeError,
    index_of,
    numbers_of,
    positive_of,
    refuse,
    shares_of,
    vector_of,
)


def linear_value(x: ArrayLike, worst: float, best: float) -> Array:
    """Value on a straight line from `worst` (0) to `best` (100), flat beyond the ends; NaN stays NaN.

    x: any shape, in the scale's unit; worst > best means that less is better. v = 100 (x - worst) / (best - worst)
    (Keeney & Raiffa 1976). Raises ShapeError for what is not numbers, DomainError when the ends coincide or
    are not finite.
    """
    return 100.0 * _position(x, worst, best)


def exponential_value(x: ArrayLike, worst: float, best: float, curvature: float) -> Array:
    """Value on an exponential curve, flat beyond the ends; NaN stays NaN.

    v = 100 (1 - exp(-c z)) / (1 - exp(-c)), z = (x - worst) / (best - worst); c -> 0 is the straight line (Keeney &
    Raiffa 1976). Positive c rises early. Raises DomainError as `linear_value`, and for a curvature that is not finite.
    """
    if not np.isfinite(curvature):
        raise DomainError("curvature", f"must be a finite number, not {curvature}")
    z = _position(x, worst, best)
    if abs(curvature) < 1e-9:
        return 100.0 * z
    # The mirrored form keeps the exponent negative, so that no curvature overflows.
    if curvature < 0:
        mirrored: Array = 100.0 - 100.0 * np.expm1(curvature * (1.0 - z)) / np.expm1(curvature)
        return mirrored
    curved: Array = 100.0 * np.expm1(-curvature * z) / np.expm1(-curvature)
    return curved


def piecewise_value(x: ArrayLike, xs: ArrayLike, vs: ArrayLike) -> Array:
    """Value by straight lines between corners, flat beyond the first and the last; NaN stays NaN.

    xs: (k,) strictly ascending, k >= 2; vs: (k,) finite values, 0..100 by custom (Keeney & Raiffa 1976). Raises
    ShapeError, NotFiniteError, or DomainError for corners that do not ascend or whose range is not finite.
    """
    corners, values = corners_of(xs, vs)
    if not np.isfinite(float(corners[-1]) - float(corners[0])):
        raise DomainError("xs", f"must have a finite range, not from {corners[0]} to {corners[-1]}")
    points = numbers_of(x, "x")
    found: Array = np.interp(points, corners, values)
    return np.where(np.isnan(points), np.nan, found)


def corners_of(xs: ArrayLike, vs: ArrayLike) -> tuple[Array, Array]:
    """The corners of a piecewise value function, both (k,); refused as `piecewise_value` does."""
    corners = vector_of(xs, "xs")
    values = vector_of(vs, "vs", corners.size)
    if corners.size < 2:
        raise ShapeError("xs", "must hold at least two points")
    stuck = np.append(False, corners[1:] <= corners[:-1])
    refuse(stuck, DomainError, "xs", "must ascend, each greater than the one before")
    return corners, values


def rescale_weights(weights: ArrayLike, index: int, ratio: float) -> Array:
    """Weights, summing to 1, after the range of criterion `index` changed, with every trade-off kept.

    weights: (n,) non-negative; ratio: rho, the old value difference between the new ends over 100, positive.
    w_k' = w_k rho / sum_j w_j rho_j, rho_j = 1 for the others (Fischer 1995; Keeney & Raiffa 1976). All differences
    between totals keep their ratios. Raises DomainError for a ratio that is not positive and
    finite, and as `weights.normalise`.
    """
    scaled = shares_of(weights)
    scaled[index_of(index, "index", scaled.size)] *= positive_of(ratio, "ratio")
    return shares_of(scaled)


def _position(x: ArrayLike, worst: float, best: float) -> Array:
    """Where x lies between the ends, 0 = worst, 1 = best; clipped before dividing, which no distance then overflows."""
    first, last = float(worst), float(best)
    if not np.isfinite(last - first) or first == last:
        raise DomainError("worst", f"and best must be two different finite numbers, not {first} and {last}")
    points = np.clip(numbers_of(x, "x"), min(first, last), max(first, last))
    found: Array = (points - first) / (last - first)
    return found
