"""Value functions: from a score in its own unit to a value between 0 (worst end) and 100 (best end)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def linear_value(x: ArrayLike, worst: float, best: float) -> Array:
    """Value on a straight line from `worst` (0) to `best` (100), flat beyond the ends; NaN stays NaN.

    x: any shape, in the scale's unit; worst > best means that less is better. v = 100 (x - worst) / (best - worst)
    (Keeney & Raiffa 1976). Raises ValueError when the ends coincide or are not finite.
    """
    return 100.0 * _position(x, worst, best)


def exponential_value(x: ArrayLike, worst: float, best: float, curvature: float) -> Array:
    """Value on an exponential curve, flat beyond the ends; NaN stays NaN.

    v = 100 (1 - exp(-c z)) / (1 - exp(-c)), z = (x - worst) / (best - worst); c -> 0 is the straight line (Keeney &
    Raiffa 1976). Positive c rises early. Raises ValueError as `linear_value`, and for a curvature that is not finite.
    """
    if not np.isfinite(curvature):
        raise ValueError("curvature must be a finite number")
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

    xs: (k,) strictly ascending, k >= 2; vs: (k,) values 0..100. Raises ValueError when they are not so.
    """
    corners, values = np.asarray(xs, dtype=np.float64), np.asarray(vs, dtype=np.float64)
    if corners.ndim != 1 or corners.shape != values.shape or corners.size < 2:
        raise ValueError("xs and vs must be two lists of the same length, at least two points")
    if not (np.isfinite(corners).all() and np.isfinite(values).all()):
        raise ValueError("xs and vs must be finite numbers")
    if (np.diff(corners) <= 0).any():
        raise ValueError("xs must ascend, each greater than the one before")
    points = np.asarray(x, dtype=np.float64)
    found: Array = np.interp(points, corners, values)
    return np.where(np.isnan(points), np.nan, found)


def rescale_weights(weights: ArrayLike, index: int, ratio: float) -> Array:
    """Weights, summing to 1, after the range of criterion `index` changed, with every trade-off kept.

    weights: (n,) non-negative; ratio: rho, the old value difference between the new ends over 100, positive.
    w_k' = w_k rho / sum_j w_j rho_j, rho_j = 1 for the others (Fischer 1995; Keeney & Raiffa 1976). All differences
    between totals keep their ratios. Raises ValueError for a ratio that is not positive and finite.
    """
    if not (np.isfinite(ratio) and ratio > 0):
        raise ValueError("ratio must be a positive finite number")
    scaled = np.array(weights, dtype=np.float64)
    scaled[index] *= ratio
    return normalise_sum(scaled)


def normalise_sum(weights: Array) -> Array:
    """`weights` over their sum. Raises ValueError when any is negative or not finite, or all are 0."""
    if weights.ndim != 1 or not np.isfinite(weights).all() or (weights < 0).any():
        raise ValueError("weights must be a list of finite numbers, none below 0")
    largest = weights.max(initial=0.0)
    if largest <= 0:
        raise ValueError("at least one weight must be above 0")
    # Scaling by the largest first keeps sums of huge or of subnormal weights finite.
    scaled: Array = weights / largest
    shares: Array = scaled / scaled.sum()
    return shares


def _position(x: ArrayLike, worst: float, best: float) -> Array:
    if not np.isfinite(best - worst) or worst == best:
        raise ValueError("worst and best must be two different finite numbers")
    points = np.asarray(x, dtype=np.float64)
    found: Array = np.clip((points - worst) / (best - worst), 0.0, 1.0)
    return found
