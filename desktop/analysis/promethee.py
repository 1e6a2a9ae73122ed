"""PROMETHEE I and II: options compared in pairs through preference functions; GAIA: their flows in a plane."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from math import frexp, ldexp
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from desktop.analysis.arrays import (
    TIE,
    Array,
    DomainError,
    Flags,
    NotFiniteError,
    Ranks,
    ShapeError,
    flags_of,
    frozen,
    matrix_of,
    refuse,
    shares_of,
)
from desktop.analysis.ranking import places
from desktop.analysis.work import Cancel, Progress, Work

INCOMPARABLE = 2
"""What `Promethee.partial` says of a pair where each option is stronger in one of the two flows."""

_PAIRS = 1 << 18
"""Pairs of scores held at once where a sum must visit every pair."""


class Shape(Enum):
    """The six preference functions of Brans & Vincke 1985, of the difference d between two scores."""

    USUAL = "usual"
    U = "u"
    V = "v"
    LEVEL = "level"
    LINEAR = "linear"
    GAUSSIAN = "gaussian"


@dataclass(frozen=True)
class Preference:
    """How far a difference d > 0 between two scores is a preference P(d), 0..1 (Brans & Vincke 1985); 0 for d <= 0.

    usual: 1. u: 1 where d > q. v: d / p, at most 1. level: 0.5 where d > q, 1 where d > p. linear: (d - q) / (p - q),
    clipped to 0..1. gaussian: 1 - exp(-d^2 / 2 s^2). q, p and s are in the unit of the criterion; a shape reads those
    it names. Where p = q (0 for v), level and linear and v are their limit, 1 where d > q.
    Raises NotFiniteError, or DomainError for a negative threshold, p < q in level and linear, and s = 0 in gaussian.
    """

    shape: Shape = Shape.USUAL
    q: float = 0.0
    p: float = 0.0
    s: float = 1.0

    def __post_init__(self) -> None:
        for name in ("q", "p", "s"):
            threshold = getattr(self, name)
            if not np.isfinite(threshold):
                raise NotFiniteError(name, f"must be a finite number, not {threshold}")
            if threshold < 0:
                raise DomainError(name, f"must not be negative, not {threshold}")
        if self.shape in (Shape.LEVEL, Shape.LINEAR) and self.p < self.q:
            raise DomainError("p", f"must not be below q = {self.q}, not {self.p}")
        if self.shape is Shape.GAUSSIAN and self.s == 0:
            raise DomainError("s", "must be greater than 0")


@dataclass(frozen=True, eq=False)
class Promethee:
    """What PROMETHEE finds, read-only.

    positive and negative: (m,) phi+ and phi-, 0..1, how far an option is preferred to the others and they to it; net:
    (m,) phi = phi+ - phi-, -1..1, sums to 0; ranks: (m,) PROMETHEE II, by phi, 1 = best; unicriterion: (m, n) net
    flows phi_k in each criterion, phi = sum_k w_k phi_k. One option alone has flows 0.
    """

    positive: Array
    negative: Array
    net: Array
    ranks: Ranks
    unicriterion: Array

    def partial(self) -> NDArray[np.int8]:
        """(m, m) PROMETHEE I, row against column: 1 preferred, -1 the reverse, 0 indifferent, 2 incomparable.

        a P b where phi+(a) >= phi+(b) and phi-(a) <= phi-(b), one of them strict; a I b where both are equal; else a R
        b. Flows within 1e-9 are equal.
        """
        stronger = self.positive[:, None] > self.positive + TIE
        stronger |= self.negative[:, None] < self.negative - TIE
        found = stronger.astype(np.int8) - stronger.T
        found[stronger & stronger.T] = INCOMPARABLE
        frozen(found)
        return found


@dataclass(frozen=True, eq=False)
class PreparedPromethee:
    """The flows in each criterion, which do not depend on the weights.

    positive: (n, m) phi+_k(a) = sum_b P_k(a, b) / (m - 1), 0..1; negative: (n, m) phi-_k(a), the same of P_k(b, a);
    unicriterion: (m, n) net flows phi_k = phi+_k - phi-_k, -1..1.
    """

    positive: Array
    negative: Array
    unicriterion: Array

    @classmethod
    def of(
        cls,
        matrix: ArrayLike,
        maximise: ArrayLike,
        preferences: Sequence[Preference],
        *,
        progress: Progress | None = None,
        cancel: Cancel | None = None,
    ) -> PreparedPromethee:
        """Prepare a raw (m, n) matrix. Raises as `promethee`."""
        table = matrix_of(matrix, "matrix")
        m, n = table.shape
        upward = flags_of(maximise, "maximise", n)
        if len(preferences) != n:
            raise ShapeError("preferences", f"must be one for each of {n} criteria, not {len(preferences)}")
        work = Work(progress, cancel)
        flows = np.empty((2, n, m))
        for k, preference in enumerate(preferences):
            flows[:, k] = _flows(table[:, k] if upward[k] else -table[:, k], preference, _leg(work, k, n))
        work.at(1.0)
        flows /= max(m - 1, 1)
        positive, negative = flows
        net = np.ascontiguousarray((positive - negative).T)
        frozen(positive, negative, net)
        return cls(positive, negative, net)

    def at(self, weights: ArrayLike) -> Promethee:
        """PROMETHEE under (n,) weights, one product. Raises as `promethee`."""
        shares = shares_of(weights, len(self.positive))
        positive, negative = shares @ self.positive, shares @ self.negative
        net = positive - negative
        found = Promethee(positive, negative, net, places(-net, TIE), self.unicriterion)
        frozen(positive, negative, net, found.ranks)
        return found


def promethee(
    matrix: ArrayLike,
    weights: ArrayLike,
    maximise: ArrayLike,
    preferences: Sequence[Preference],
    *,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> Promethee:
    """PROMETHEE I and II (Brans & Vincke 1985; Brans & Mareschal 2005).

    matrix: (m, n) raw scores; weights: (n,) non-negative; maximise: (n,) bool; preferences: n, one for each criterion.
    phi+(a) = sum_b sum_k w_k P_k(a, b) / (m - 1), phi-(a) the same of P_k(b, a), phi = phi+ - phi-. d is the float
    difference x_a - x_b in the preferred direction and is compared with the thresholds as it is, so that decimal
    scores such as 0.9 - 0.7 exceed 0.2 by rounding. An option that is worse in no criterion never ranks behind.
    Dropping an option can change the order of the rest. O(n m log m), but O(n m^2) and blocks of pairs for gaussian.
    Raises ShapeError, NotFiniteError, MissingScoreError (every score is needed), WeightError, or Cancelled.
    """
    return PreparedPromethee.of(matrix, maximise, preferences, progress=progress, cancel=cancel).at(weights)


@dataclass(frozen=True, eq=False)
class Gaia:
    """Options, criteria and weights in the plane that shows most of the flows, read-only.

    options: (m, 2) coordinates; criteria: (n, 2) axes; decision: (2,) where the weights pull; quality: delta, the part
    of the inertia the plane shows, 0..1: below 0.6 to 0.7 the picture misleads.
    """

    options: Array
    criteria: Array
    decision: Array
    quality: float


def gaia(unicriterion_net_flows: ArrayLike, weights: ArrayLike) -> Gaia:
    """The GAIA plane (Mareschal & Brans 1988).

    unicriterion_net_flows: (m, n) Phi, as `Promethee.unicriterion`; weights: (n,) non-negative.
    U holds the first two eigenvectors of C = Phi' Phi / m; options Phi U, criteria U, decision axis U' w, quality
    (lambda_1 + lambda_2) / sum lambda. Where there is no second axis, its coordinates are 0; where all flows are 0, the
    plane hides nothing: quality 1, and all coordinates 0. Each axis points where the decision axis does; where that is
    at right angles, the first of the sum of loadings, of their cubes, and of the cubes of the option coordinates that
    is not 0 is made positive. So nothing depends on the order of options or criteria, but where the picture is its own
    mirror image in all of these, and where eigenvalues are equal and leave the axes free to turn.
    Raises ShapeError, NotFiniteError, MissingScoreError, WeightError, or DomainError for a flow beyond -1..1.
    """
    flows = matrix_of(unicriterion_net_flows, "unicriterion_net_flows")
    refuse(np.abs(flows) > 1.0 + TIE, DomainError, "unicriterion_net_flows", "must lie between -1 and 1, not {}", flows)
    shares = shares_of(weights, flows.shape[1])
    _, sizes, turned = np.linalg.svd(flows, full_matrices=False)
    axes = np.zeros((flows.shape[1], 2))
    shown = int((sizes[:2] > sizes[0] * TIE).sum())
    axes[:, :shown] = turned[:shown].T
    axes *= _signs(flows, axes, shares)
    inertia = np.square(sizes / (sizes[0] or 1.0))
    quality = float(inertia[:2].sum() / inertia.sum()) if shown else 1.0
    found = Gaia(flows @ axes, axes, axes.T @ shares, quality)
    frozen(found.options, found.criteria, found.decision)
    return found


def _signs(flows: Array, axes: Array, shares: Array) -> Array:
    """(2,) 1 or -1, by the first moment of each axis that is clearly not 0."""
    spread = flows @ axes
    spread /= np.abs(spread).max() or 1.0
    moments = np.array([shares @ axes, axes.sum(axis=0), (axes**3).sum(axis=0), (spread**3).sum(axis=0)])
    clear = np.abs(moments) > TIE
    deciding = moments[clear.argmax(axis=0), np.arange(2)]
    return np.where(deciding < 0, -1.0, 1.0)


def _leg(work: Work, k: int, n: int) -> Progress:
    return lambda part: work.at((k + part) / n)


def _flows(scores: Array, preference: Preference, told: Progress) -> tuple[Array, Array]:
    """(sum_b P(a, b), sum_b P(b, a)), both (m,), of scores where higher is better."""
    told(0.0)
    # A column near the largest float is scaled down, exactly, so that its differences and sums stay finite.
    shift = min(0, 900 - frexp(np.abs(scores).max())[1])
    q, p, s = (ldexp(threshold, shift) for threshold in (preference.q, preference.p, preference.s))
    levels, place, counts = np.unique(np.ldexp(scores, shift), return_inverse=True, return_counts=True)
    column = _Column(levels, counts)
    match preference.shape:
        case Shape.USUAL:
            given, taken = column.step(0.0)
        case Shape.U:
            given, taken = column.step(q)
        case Shape.V:
            given, taken = column.ramp(0.0, p)
        case Shape.LEVEL:
            near, far = column.step(q), column.step(p)
            given, taken = 0.5 * (near[0] + far[0]), 0.5 * (near[1] + far[1])
        case Shape.LINEAR:
            given, taken = column.ramp(q, p)
        case Shape.GAUSSIAN:
            given, taken = column.bell(s, told)
    return given[place], taken[place]


class _Column:
    """The distinct scores of a column, (k,) ascending, and how many options have each."""

    def __init__(self, levels: Array, counts: Ranks) -> None:
        self.levels, self.counts = levels, counts
        self.before = _running(counts)

    def step(self, t: float) -> tuple[Array, Array]:
        """How many options each level beats by more than t, and how many beat it so, both (k,)."""
        below, above = self._reach(t)
        return self.before[below].astype(np.float64), (self.before[-1] - self.before[above]).astype(np.float64)

    def ramp(self, q: float, p: float) -> tuple[Array, Array]:
        """Sums of clip((d - q) / (p - q), 0, 1) over the options each level beats by d, and over those that beat it."""
        if p <= q or q >= self.levels[-1] - self.levels[0]:
            return self.step(q)
        (far_below, far_above), (below, above) = self._reach(p), self._reach(q)
        given = self.before[far_below] + self._sloped(far_below, below, q, p, 1.0)
        taken = self.before[-1] - self.before[far_above] + self._sloped(above, far_above, q, p, -1.0)
        return given, taken

    def bell(self, s: float, told: Progress) -> tuple[Array, Array]:
        """Sums of 1 - exp(-d^2 / 2 s^2), as `ramp`, by blocks of pairs."""
        size, narrow = self.levels.size, max(s, np.finfo(np.float64).smallest_subnormal)
        given, taken = np.empty(size), np.zeros(size)
        rows = max(1, _PAIRS // size)
        for start in range(0, size, rows):
            stop = min(start + rows, size)
            told(start / size)
            d = np.maximum(self.levels[start:stop, None] - self.levels[:stop], 0.0)
            with np.errstate(over="ignore"):
                preferred = -np.expm1(-0.5 * np.square(d / narrow))
            given[start:stop] = preferred @ self.counts[:stop]
            taken[:stop] += self.counts[start:stop] @ preferred
        return given, taken

    def _sloped(self, start: Ranks, stop: Ranks, q: float, p: float, side: float) -> Array:
        """(k,) sum of (d - q) / (p - q) over levels start..stop-1; side: 1 where those lie below, -1 where above."""
        within = self.before[stop] - self.before[start]
        excess = np.zeros(self.levels.size)
        for (part, sums), threshold in zip(self._parts, self._parted(q), strict=True):
            excess += side * (within * part - (sums[stop] - sums[start])) - within * threshold
        # A difference rounded down to p may exceed it.
        sloped: Array = np.clip(excess / (p - q), 0.0, within)
        return sloped

    @cached_property
    def _parts(self) -> list[tuple[Array, Array]]:
        """Both parts of the levels, each with its running sums."""
        return [(part, _running(part * self.counts)) for part in self._parted(self.levels)]

    @cached_property
    def _grid(self) -> float:
        largest = self.before[-1] * max(self.levels[-1], -self.levels[0])
        return ldexp(1.0, max(-1074, frexp(largest)[1] - 51))

    def _parted(self, numbers: Any) -> tuple[Any, Any]:
        """Numbers as the sum of two: multiples of a grid so coarse that their sums are exact, and the small rest. So a
        narrow ramp, far from 0 or in a wide column, keeps its digits.
        """
        coarse = np.rint(numbers / self._grid) * self._grid
        return coarse, numbers - coarse

    def _reach(self, t: float) -> tuple[Ranks, Ranks]:
        """How many levels each beats by more than t; and the first of those that beat it so: both (k,)."""
        below = np.searchsorted(self.levels, self.levels - t)
        # x - t is rounded, and so is x - y: the differences decide, and where the search misplaced one it is redone.
        astray = self._beats(below, t) | ((below > 0) & ~self._beats(below - 1, t))
        if astray.any():
            below[astray] = self._bisected(np.flatnonzero(astray), t)
        return below, np.cumsum(np.bincount(below, minlength=self.levels.size))

    def _bisected(self, own: Ranks, t: float) -> Ranks:
        low, high = np.zeros_like(own), own
        while (low < high).any():
            middle = (low + high) // 2
            won = self.levels[own] - self.levels[middle] > t
            low, high = np.where(won, middle + 1, low), np.where(won, high, middle)
        return low

    def _beats(self, others: Ranks, t: float) -> Flags:
        won: Flags = self.levels - self.levels[others] > t
        return won


def _running(numbers: NDArray[Any]) -> NDArray[Any]:
    """(k + 1,) sums of the first 0, 1, .. k numbers."""
    sums = np.zeros(numbers.size + 1, dtype=numbers.dtype)
    numbers.cumsum(out=sums[1:])
    return sums
