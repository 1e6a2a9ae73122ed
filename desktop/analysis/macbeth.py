"""MACBETH: a scale of numbers from judgements of difference in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from desktop.analysis.arrays import (
    TIE,
    Array,
    DomainError,
    Flags,
    NotFiniteError,
    frozen,
    index_of,
    shares_of,
    vector_of,
)
from desktop.analysis.contradiction import ContradictionError
from desktop.analysis.linear import INFINITY, Optimum, Program, SolverError
from desktop.analysis.macbeth_judgements import (
    EXTREME,
    THRESHOLDS,
    Judgement,
    checked,
    contradiction,
    demands,
    lowest_thresholds,
    structure,
)

POINT = 1e-7
"""An interval narrower than this part of the span is a point."""


@dataclass(frozen=True, eq=False)
class Macbeth:
    """A scale that meets every judgement.

    raw: (n,) the basic scale, least element 0, in steps of a category; values: (n,) the same with the anchors at 0 and
    100, all 0 where no judgement tells two elements apart; low, high: (n,) the values each element can take among the
    scales of least span, on the scale of `values`; held: (n,) bool, the elements that define 0 and 100.
    """

    judgements: tuple[Judgement, ...]
    raw: Array
    values: Array
    low: Array
    high: Array
    held: Flags

    def __post_init__(self) -> None:
        frozen(self.raw, self.values, self.low, self.high, self.held)


@dataclass(frozen=True, eq=False)
class MacbethWeights:
    """weights: (n,) shares that sum to 1; scale: of the n swings and, last, of the all-worst option at 0."""

    weights: Array
    scale: Macbeth

    def __post_init__(self) -> None:
        frozen(self.weights)


def macbeth(judgements: Sequence[Judgement], n: int, *, good: int | None = None, neutral: int | None = None) -> Macbeth:
    """The MACBETH scale of n elements, some pairs of which are judged.

    min v(x+) - v(x-), v(x) = v(y) in category 0, v(x) - v(y) >= low(x, y), and [v(x) - v(y)] - [v(u) - v(z)] >=
    low(x, y) - high(u, z) wherever low(x, y) > high(u, z) (Bana e Costa, De Corte & Vansnick 2005, 2012). Where several
    scales have the least span, each element in turn, from the highest down, takes the middle of what is left to it;
    elements that share a middle move together as near to it as they can, so that their order does not matter.
    0 and 100 are the least and the greatest element, or `neutral` and `good`.

    Raises as `checked`; ContradictionError where no scale meets the judgements; DomainError for one anchor without
    the other and for a `good` element that is not above the `neutral` one.
    """
    said = checked(judgements, n)
    anchors = _anchors(good, neutral, n)
    family = _Family(said, n)
    span = family.span()
    if span is None:
        raise ContradictionError("judgements", contradiction(said, n))
    low, high = family.intervals(np.zeros(n), np.full(n, span))
    raw = _settled(family, low, high)
    if span <= 0:
        return Macbeth(said, raw, np.zeros(n), np.zeros(n), np.zeros(n), np.ones(n, dtype=bool))
    zero, hundred, held = 0.0, span, (raw <= POINT * span) | (raw >= span - POINT * span)
    if anchors is not None:
        zero, hundred, held = _anchored(raw, span, anchors)
        low, high = family.intervals(np.where(held, raw, low), np.where(held, raw, high))
    values, low, high = (100.0 * (part - zero) / (hundred - zero) for part in (raw, low, high))
    return Macbeth(said, raw, values, low, high, held)


def macbeth_weights(judgements: Sequence[Judgement], n: int) -> MacbethWeights:
    """Weights of n criteria from judgements of their swings.

    Element k is the fictitious option that is best on criterion k and worst on all others, element n the one that is
    worst on all. The all-worst option is never preferred, judged or not. w_k = v_k / sum v (Bana e Costa, De Corte &
    Vansnick 2012). Raises as `macbeth`, DomainError where the all-worst option is judged the better one or no swing is
    judged to be worth anything.
    """
    said = checked(judgements, n + 1)
    for place, judgement in enumerate(said):
        if judgement.better == n and judgement.high > 0:
            raise DomainError("judgements", "must not prefer the option that is worst on every criterion", place)
    implied = tuple(Judgement(k, n, 0, EXTREME) for k in range(n))
    try:
        scale = macbeth(said + implied, n + 1)
    except ContradictionError as error:
        raise ContradictionError("judgements", tuple(j for j in error.conflict if j < len(said))) from None
    if not scale.values[:n].any():
        raise DomainError("judgements", "give no criterion any weight")
    return MacbethWeights(shares_of(np.maximum(scale.raw[:n] - scale.raw[n], 0.0)), scale)


def is_admissible(judgements: Sequence[Judgement], values: ArrayLike) -> bool:
    """Whether values keep to the judgements: better is higher, indifferent is equal, a stronger category is a greater
    difference (the conditions of a pre-cardinal scale).

    values: (n,), 0..100; differences below 1e-9 of that are none. Raises as `checked`, ShapeError, NotFiniteError.
    """
    points = vector_of(values, "values")
    strict, weak, equal = _conditions(checked(judgements, points.size), points.size)
    edge = TIE * 100.0
    return bool(
        (strict @ points > edge).all() and (weak @ points >= -edge).all() and (abs(equal @ points) <= edge).all()
    )


def room(scale: Macbeth) -> tuple[Array, Array]:
    """(low, high), both (n,): between which each element can be dragged while the others stay and all judgements hold.

    The ends themselves make two categories meet and are left out, except where low = high. Elements judged indifferent
    move together. Infinite where nothing is in the way; the elements that define 0 and 100 stay.
    """
    n = scale.values.size
    together = _together(scale.judgements, n)
    strict, weak, _ = _conditions(scale.judgements, n)
    rows = np.vstack((strict, weak))
    slack, slopes = np.maximum(rows @ scale.values, 0.0)[:, None], rows @ together
    with np.errstate(divide="ignore", invalid="ignore"):
        steps = slack / np.abs(slopes)
    down = np.where(slopes > 0, steps, np.inf).min(axis=0, initial=np.inf)
    up = np.where(slopes < 0, steps, np.inf).min(axis=0, initial=np.inf)
    fixed = together @ scale.held > 0
    return scale.values - np.where(fixed, 0.0, down), scale.values + np.where(fixed, 0.0, up)


def move(scale: Macbeth, element: int, value: float) -> Macbeth:
    """The scale with `element`, and those indifferent to it, at `value`; ask `room` for what the others may take then.

    Raises ShapeError for an element out of range, NotFiniteError for a value that is no number, DomainError for one
    that `room` leaves no place for.
    """
    n = scale.values.size
    index_of(element, "element", n)
    if not np.isfinite(value):
        raise NotFiniteError("value", f"must be a finite number, not {value}")
    low, high = (float(end[element]) for end in room(scale))
    edge = TIE * 100.0
    if abs(value - scale.values[element]) > edge and not low + edge < value < high - edge:
        raise DomainError("value", f"must lie between {low:g} and {high:g}, not {value:g}")
    return replace(scale, values=np.where(_together(scale.judgements, n)[:, element] > 0, value, scale.values))


class _Family:
    """The scales that meet the judgements, as a linear program of n values, the thresholds, and a span above all."""

    def __init__(self, judgements: Sequence[Judgement], n: int) -> None:
        rows, _ = demands(judgements, n)
        frame, gaps = structure()
        below = np.hstack((-np.eye(n), np.zeros((n, THRESHOLDS))))
        table = np.vstack((rows, np.hstack((np.zeros((len(frame), n)), frame)), below))
        self._n = n
        self._rows = np.hstack((table, np.repeat([[0.0], [1.0]], (len(table) - n, n), axis=0)))
        self._low = np.concatenate((np.zeros(len(rows)), gaps, np.zeros(n)))

    def span(self) -> float | None:
        """The least span of a scale, None where there is no scale."""
        best = self._program(np.zeros(self._n), np.full(self._n, INFINITY)).minimise(self._unit(-1))
        return None if best is None else max(0.0, best.value)

    def intervals(self, low: Array, high: Array) -> tuple[Array, Array]:
        """(low, high), both (n,): what each value can take while all of them stay within such bounds."""
        program, lows, highs = self._program(low, high), low.copy(), high.copy()
        for k in np.flatnonzero(high > low).tolist():
            lows[k] = _value(program.minimise(self._unit(k)))
            highs[k] = _value(program.maximise(self._unit(k)))
        return np.clip(lows, low, high), np.clip(highs, low, high)

    def reach(self, low: Array, high: Array, group: Flags, middle: Array) -> float:
        """How far the farthest of a group must stay from its middle, at the least."""
        members = np.flatnonzero(group)
        if members.size == 1:
            return 0.0
        eye = np.eye(self._n)[members]
        wide = np.zeros((2 * members.size, self._rows.shape[1] + 1))
        wide[:, : self._n], wide[:, -1] = np.vstack((eye, -eye)), 1.0
        table = np.vstack((np.pad(self._rows, ((0, 0), (0, 1))), wide))
        limits = np.concatenate((self._low, middle[members], -middle[members]))
        bounds = (np.append(end, edge) for end, edge in zip(self._bounds(low, high), (0.0, INFINITY), strict=True))
        return max(0.0, _value(Program(table, limits, INFINITY, *bounds).minimise(np.append(0.0 * self._unit(0), 1.0))))

    def _program(self, low: Array, high: Array) -> Program:
        return Program(self._rows, self._low, INFINITY, *self._bounds(low, high))

    def _bounds(self, low: Array, high: Array) -> tuple[Array, Array]:
        lower = np.concatenate((low, lowest_thresholds(), [0.0]))
        return lower, np.concatenate((high, np.full(THRESHOLDS + 1, INFINITY)))

    def _unit(self, k: int) -> Array:
        unit = np.zeros(self._rows.shape[1])
        unit[k] = 1.0
        return unit


def _settled(family: _Family, low: Array, high: Array) -> Array:
    edge = POINT * float(high.max())
    for _ in range(low.size):
        wide = high - low > edge
        if not wide.any():
            break
        middle = (low + high) / 2.0
        group = wide & (middle >= middle[wide].max() - edge)
        reach = family.reach(low, high, group, middle)
        low, high = np.where(group, middle - reach, low), np.where(group, middle + reach, high)
        low, high = family.intervals(low, high)
    middle = (low + high) / 2.0
    raw: Array = middle - middle.min()
    return raw


def _value(optimum: Optimum | None) -> float:
    if optimum is None:
        raise SolverError("the linear program of the scale lost its solution to rounding")
    return optimum.value


def _anchors(good: int | None, neutral: int | None, n: int) -> tuple[int, int] | None:
    if good is None and neutral is None:
        return None
    if good is None or neutral is None:
        raise DomainError("good", "and neutral must be given together")
    return index_of(neutral, "neutral", n), index_of(good, "good", n)


def _anchored(raw: Array, span: float, anchors: tuple[int, int]) -> tuple[float, float, Flags]:
    neutral, good = anchors
    if raw[good] - raw[neutral] <= POINT * span:
        raise DomainError("good", f"element {good} must be above the neutral one, {neutral}")
    return float(raw[neutral]), float(raw[good]), np.isin(np.arange(raw.size), anchors)


def _conditions(judgements: Sequence[Judgement], n: int) -> tuple[Array, Array, Array]:
    """(strict, weak, equal) rows: strict @ values > 0, weak @ values >= 0, equal @ values = 0."""
    differences = np.zeros((len(judgements) + 1, n))
    for place, judgement in enumerate(judgements):
        differences[place, judgement.better], differences[place, judgement.worse] = 1.0, -1.0
    # The last row is no difference at all, of category 0.
    low = np.array([judgement.low for judgement in judgements] + [0])
    high = np.array([judgement.high for judgement in judgements] + [0])
    greater, less = np.nonzero(low[:, None] > high)
    undecided = (low == 0) & (high > 0)
    return differences[greater] - differences[less], differences[undecided], differences[high == 0]


def _together(judgements: Sequence[Judgement], n: int) -> Array:
    """(n, n) 1 where two elements are judged indifferent, directly or through others, else 0."""
    joined = np.eye(n)
    for judgement in judgements:
        if judgement.high == 0:
            joined[judgement.better, judgement.worse] = joined[judgement.worse, judgement.better] = 1.0
    for _ in range(n.bit_length()):
        joined = np.minimum(joined @ joined, 1.0)
    return joined
