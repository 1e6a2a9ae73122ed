"""Inverse distribution functions, each on 0..1 or standardised: accurate, monotone, and without a library of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cache, cached_property
from math import gamma

import numpy as np

from desktop.analysis.arrays import Array

HALF_STEP = 2.0**-54
"""Half the distance between two uniform draws: a draw of 0 stands for it."""

# Wichura (1988), algorithm AS 241, PPND16: numerator and denominator, highest power first.
CENTRAL = (
    (
        2.5090809287301226727e3,
        3.3430575583588128105e4,
        6.7265770927008700853e4,
        4.5921953931549871457e4,
        1.3731693765509461125e4,
        1.9715909503065514427e3,
        1.3314166789178437745e2,
        3.3871328727963666080e0,
    ),
    (
        5.2264952788528545610e3,
        2.8729085735721942674e4,
        3.9307895800092710610e4,
        2.1213794301586595867e4,
        5.3941960214247511077e3,
        6.8718700749205790830e2,
        4.2313330701600911252e1,
        1.0,
    ),
)
TAIL = (
    (
        7.74545014278341407640e-4,
        2.27238449892691845833e-2,
        2.41780725177450611770e-1,
        1.27045825245236838258e0,
        3.64784832476320460504e0,
        5.76949722146069140550e0,
        4.63033784615654529590e0,
        1.42343711074968357734e0,
    ),
    (
        1.05075007164441684324e-9,
        5.47593808499534494600e-4,
        1.51986665636164571966e-2,
        1.48103976427480074590e-1,
        6.89767334985100004550e-1,
        1.67638483018380384940e0,
        2.05319162663775882187e0,
        1.0,
    ),
)
FAR_TAIL = (
    (
        2.01033439929228813265e-7,
        2.71155556874348757815e-5,
        1.24266094738807843860e-3,
        2.65321895265761230930e-2,
        2.96560571828504891230e-1,
        1.78482653991729133580e0,
        5.46378491116411436990e0,
        6.65790464350110377720e0,
    ),
    (
        2.04426310338993978564e-15,
        1.42151175831644588870e-7,
        1.84631831751005468180e-5,
        7.86869131145613259100e-4,
        1.48753612908506148525e-2,
        1.36929880922735805310e-1,
        5.99832206555887937690e-1,
        1.0,
    ),
)

NODES = 256
"""Steps of the table of a PERT quantile, on each side of its median."""
SHAPES = 28
"""Modes for which that table is worked out; for others it is interpolated."""


def normal(u: Array) -> Array:
    """The standard normal quantile of each u, 0 <= u < 1, to about 16 digits (Wichura 1988, AS 241)."""
    q = u - 0.5
    z: Array = q * _ratio(CENTRAL, 0.180625 - q * q)
    outer = np.abs(q) > 0.425
    if outer.any():
        ends = np.maximum(u[outer], HALF_STEP)
        z[outer] = np.copysign(_tail(np.minimum(ends, 1.0 - ends)), ends - 0.5)
    return z


@dataclass(frozen=True, eq=False)
class UnitLaw(ABC):
    """Laws on 0..1, each with its mode at peak[k], (q,)."""

    peak: Array

    @abstractmethod
    def quantiles(self, u: Array) -> Array:
        """(b, q) from u (b, q): column k follows law k."""

    @abstractmethod
    def mean(self) -> Array:
        """(q,) exact means."""

    @abstractmethod
    def variance(self) -> Array:
        """(q,) exact variances."""


class Uniform(UnitLaw):
    """Every x alike, whatever the peak: mean 1/2, variance 1/12."""

    def quantiles(self, u: Array) -> Array:
        return u

    def mean(self) -> Array:
        return np.full(self.peak.shape, 1.0 / 2.0)

    def variance(self) -> Array:
        return np.full(self.peak.shape, 1.0 / 12.0)


class Triangular(UnitLaw):
    """A density that rises in a line to the peak c and falls to 1: mean (1 + c) / 3, variance (1 - c + c^2) / 18."""

    def quantiles(self, u: Array) -> Array:
        below = np.sqrt(u * self.peak)
        above = 1.0 - np.sqrt((1.0 - u) * (1.0 - self.peak))
        return np.where(u < self.peak, below, above)

    def mean(self) -> Array:
        return (1.0 + self.peak) / 3.0

    def variance(self) -> Array:
        return (1.0 - self.peak + self.peak**2) / 18.0


class Pert(UnitLaw):
    """Beta with a = 1 + 4 c and b = 6 - a for a peak c (Clark 1962): mean a / 6, variance a b / 252.

    Below the median, x is a smooth function of (2u)^(1/a), which takes the power off the end of the law; above it, 1-x
    is the same function of the mirrored law. That function is tabled once for all peaks and interpolated by cubics with
    exact slopes; the error of x is below 1e-9.
    """

    def mean(self) -> Array:
        return (1.0 + 4.0 * self.peak) / 6.0

    def variance(self) -> Array:
        return (1.0 + 4.0 * self.peak) * (5.0 - 4.0 * self.peak) / 252.0

    @cached_property
    def _powers(self) -> Array:
        """(2, q): below the median, and above it."""
        return np.stack((1.0 / (1.0 + 4.0 * self.peak), 1.0 / (5.0 - 4.0 * self.peak)))

    @cached_property
    def _tables(self) -> tuple[Array, Array]:
        """x, and its slope times the distance of nodes, at each node, laws below the median first: in one row each."""
        tables = np.stack((_pert_table(self.peak), _pert_table(1.0 - self.peak)))
        return tables[..., 0, :].ravel(), tables[..., 1, :].ravel()

    def quantiles(self, u: Array) -> Array:
        mirrored = u >= 0.5
        powers = np.where(mirrored, self._powers[1], self._powers[0])
        place = (2.0 * np.where(mirrored, 1.0 - u, u)) ** powers * NODES
        node = np.minimum(place.astype(np.intp), NODES - 1)
        row = (mirrored * self.peak.size + np.arange(self.peak.size)) * (NODES + 1) + node
        x = self._between(row, place - node)
        return np.where(mirrored, 1.0 - x, x)

    def _between(self, row: Array, part: Array) -> Array:
        """Hermite's cubic from one node to the next, `part` of the way."""
        heights, slopes = self._tables
        start = heights[row]
        rise = heights[row + 1] - start
        bend, twist = slopes[row] - rise, slopes[row + 1] - rise
        found: Array = start + part * (rise + (1.0 - part) * (bend * (1.0 - part) - twist * part))
        return found


def beta_below(x: Array, a: Array, b: Array) -> Array:
    """I_x(a, b) for a + b = 6 and x well below 1, by its power series, whose terms are all positive.

    x^a (1-x)^b / (a B(a, b)) sum_k x^k (6)_k / (a+1)_k (Abramowitz & Stegun 1964, 26.5.4).
    """
    term = x**a * (1.0 - x) ** b / (a * _beta(a))
    total = term.copy()
    for k in range(1000):
        term = term * x * ((6.0 + k) / (a + 1.0 + k))
        total += term
        if (term <= 1e-17 * total).all():
            break
    return total


def _pert_table(peak: Array) -> Array:
    """(q, 2, NODES + 1): x at each node below the median of each law, and its slope times the distance of nodes."""
    peaks, weights, table = _worked_out()
    gaps = peak[:, None] - peaks
    exact = np.abs(gaps) < 1e-14
    shares = weights / np.where(exact, 1.0, gaps)
    shares = np.where(exact.any(axis=1, keepdims=True), exact, shares)
    shares /= shares.sum(axis=1, keepdims=True)
    # One by one and not as a matrix product, whose rounding would depend on how many laws there are.
    total = np.zeros((peak.size, table.shape[1]))
    for share, row in zip(shares.T, table, strict=True):
        total += share[:, None] * row
    return total.reshape(peak.size, 2, NODES + 1)


@cache
def _worked_out() -> tuple[Array, Array, Array]:
    """Chebyshev points as modes, their barycentric weights (Berrut & Trefethen 2004), and the table at each."""
    turn = (np.arange(SHAPES) + 0.5) * np.pi / SHAPES
    peaks = 0.5 - 0.5 * np.cos(turn)
    weights = np.sin(turn) * (-1.0) ** np.arange(SHAPES)
    a = (1.0 + 4.0 * peaks)[:, None]
    nodes = np.linspace(0.0, 1.0, NODES + 1)[None, 1:]
    first = (a * _beta(a) / 2.0) ** (1.0 / a)
    x = _solved(nodes, a, first)
    slopes = a * nodes ** (a - 1.0) * _beta(a) / (2.0 * x ** (a - 1.0) * (1.0 - x) ** (5.0 - a))
    heights = np.hstack((np.zeros((SHAPES, 1)), x))
    table = np.hstack((heights, np.hstack((first, slopes)) / NODES))
    return peaks, weights, table


def _solved(nodes: Array, a: Array, first: Array) -> Array:
    """x with I_x(a, 6-a) = nodes^a / 2, by Newton's method on the a-th root of both sides, which is nearly a line."""
    x = np.minimum(first * nodes, 0.5 ** (1.0 / a))
    target = nodes * 0.5 ** (1.0 / a)
    for _ in range(30):
        below = beta_below(x, a, 6.0 - a)
        root = below ** (1.0 / a)
        slope = root / (a * below) * x ** (a - 1.0) * (1.0 - x) ** (5.0 - a) / _beta(a)
        step = (root - target) / slope
        x = np.clip(x - step, x / 4.0, (1.0 + x) / 2.0)
        if (np.abs(step) <= 1e-15 * x).all():
            break
    return x


def _beta(a: Array) -> Array:
    """B(a, 6 - a)."""
    return np.array([gamma(p) * gamma(6.0 - p) / gamma(6.0) for p in a.ravel()]).reshape(a.shape)


def _tail(p: Array) -> Array:
    r = np.sqrt(-np.log(p))
    return np.where(r <= 5.0, _ratio(TAIL, r - 1.6), _ratio(FAR_TAIL, r - 5.0))


def _ratio(pair: tuple[tuple[float, ...], tuple[float, ...]], x: Array) -> Array:
    over, under = (_polynomial(part, x) for part in pair)
    over /= under
    return over


def _polynomial(powers: tuple[float, ...], x: Array) -> Array:
    total = np.full_like(x, powers[0])
    for power in powers[1:]:
        total *= x
        total += power
    return total
