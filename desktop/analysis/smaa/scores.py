"""Uncertain scores: what each cell of the table may be, drawn so that editing one cell moves no other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from desktop.analysis.arrays import (
    Array,
    DomainError,
    Flags,
    ShapeError,
    frozen,
    index_of,
    matrix_of,
    numbers_of,
    refuse,
    vector_of,
    whole_of,
)
from desktop.analysis.smaa import quantiles
from desktop.analysis.smaa.draws import SCENARIOS, SCORES, generator, regrouped, told
from desktop.analysis.work import Cancel, Progress, Work

Cells = NDArray[np.intp]

CHUNK = 2**15
"""Scores drawn at a time."""
SUM = 1e-9
"""How far from 1 the probabilities of scenarios may sum."""


class Law(Protocol):
    """How some cells of the table are distributed."""

    @property
    def cells(self) -> Cells:
        """(q,) their places in the table read row by row, rising."""
        ...

    def draw(self, u: Array, scenario: Array) -> Array:
        """(b, q) scores from uniform draws on 0..1: u (b, q) of each cell, scenario (b,) common to all cells."""
        ...

    def mean(self) -> Array:
        """(q,) exact means."""
        ...

    def variance(self) -> Array:
        """(q,) exact variances; infinite where they are beyond the range of floats."""
        ...

    def only(self, places: Cells) -> Law:
        """The same for those of its cells that stand at `places` among them."""
        ...


@dataclass(frozen=True, eq=False)
class Fixed:
    """Scores that are known: values (q,)."""

    cells: Cells
    values: Array

    def draw(self, u: Array, scenario: Array) -> Array:
        return np.broadcast_to(self.values, u.shape)

    def mean(self) -> Array:
        return self.values

    def variance(self) -> Array:
        return np.zeros(self.values.shape)

    def only(self, places: Cells) -> Fixed:
        return Fixed(self.cells[places], self.values[places])


@dataclass(frozen=True, eq=False)
class Bounded:
    """low + (high - low) x, x drawn by a law on 0..1. low, high: (q,)."""

    cells: Cells
    low: Array
    high: Array
    unit: quantiles.UnitLaw

    def draw(self, u: Array, scenario: Array) -> Array:
        return self._at(self.unit.quantiles(u))

    def mean(self) -> Array:
        return self._at(self.unit.mean())

    def variance(self) -> Array:
        deviation = np.sqrt(self.unit.variance())
        with np.errstate(over="ignore"):
            found: Array = (self.high * deviation - self.low * deviation) ** 2
        return found

    def only(self, places: Cells) -> Bounded:
        unit = type(self.unit)(self.unit.peak[places])
        return Bounded(self.cells[places], self.low[places], self.high[places], unit)

    def _at(self, x: Array) -> Array:
        # Both ends weighted, for high - low may overflow; clipped, for rounding must not lead out of the range.
        with np.errstate(over="ignore"):
            found: Array = 1.0 - x
            found *= self.low
            found += self.high * x
        return np.clip(found, self.low, self.high, out=found)


@dataclass(frozen=True, eq=False)
class Normal:
    """centre + deviation z, z standard normal. centre, deviation: (q,)."""

    cells: Cells
    centre: Array
    deviation: Array

    def draw(self, u: Array, scenario: Array) -> Array:
        found = quantiles.normal(u)
        found *= self.deviation
        found += self.centre
        return found

    def mean(self) -> Array:
        return self.centre

    def variance(self) -> Array:
        with np.errstate(over="ignore"):
            found: Array = self.deviation**2
        return found

    def only(self, places: Cells) -> Normal:
        return Normal(self.cells[places], self.centre[places], self.deviation[places])


@dataclass(frozen=True, eq=False)
class Scenarios:
    """One of several tables, all cells from the same. values: (s, q); probabilities: (s,), with sum 1."""

    cells: Cells
    values: Array
    probabilities: Array

    def draw(self, u: Array, scenario: Array) -> Array:
        ends = np.cumsum(self.probabilities)
        found: Array = self.values[np.searchsorted(ends[:-1] / ends[-1], scenario, side="right")]
        return found

    def mean(self) -> Array:
        found: Array = self.probabilities @ self.values
        return found

    def variance(self) -> Array:
        with np.errstate(over="ignore"):
            found: Array = self.probabilities @ (self.values - self.mean()) ** 2
        return found

    def only(self, places: Cells) -> Scenarios:
        return Scenarios(self.cells[places], self.values[:, places], self.probabilities)


@dataclass(frozen=True, eq=False)
class ScoreModel:
    """What the scores of m options on n criteria may be. shape: (m, n); laws: between them, each cell once.

    Cells are independent of each other, but for scenarios, which hold for all their cells at once.
    """

    shape: tuple[int, int]
    laws: tuple[Law, ...]

    def __post_init__(self) -> None:
        for law in self.laws:
            frozen(*(held for held in vars(law).values() if isinstance(held, np.ndarray)))

    @property
    def is_normal(self) -> bool:
        """Whether every score is normal or known: then a weighted total is normal too, and needs no draws of cells."""
        return all(isinstance(law, Normal | Fixed) for law in self.laws)

    def mean(self) -> Array:
        """(m, n) exact means."""
        return self._filled([law.mean() for law in self.laws])

    def variance(self) -> Array:
        """(m, n) exact variances: 0 where a score is known, infinite where beyond the range of floats."""
        return self._filled([law.variance() for law in self.laws])

    def draw(
        self,
        count: int,
        seed: int,
        *,
        rows: int | None = None,
        progress: Progress | None = None,
        cancel: Cancel | None = None,
    ) -> Iterator[Array]:
        """`count` tables in blocks (b, m, n) of `rows` tables each, by default a quarter of a megabyte.

        By the inverse of each distribution function from common random numbers: cell (i, k) of draw s depends on the
        seed, s, the cell's place and its own law alone, and moves with it continuously; the size of blocks changes
        nothing. The streams are others than those of the weights under the same seed.

        Raises DomainError for a count or rows below 1 and a negative seed; Cancelled between two blocks.
        """
        size = whole_of(self._rows if rows is None else rows, "rows")
        blocks = regrouped(
            self._chunks(generator(seed, SCORES), generator(seed, SCENARIOS)), whole_of(count, "count"), size
        )
        return told(blocks, count, Work(progress, cancel))

    @property
    def _rows(self) -> int:
        return max(1, CHUNK // (self.shape[0] * self.shape[1]))

    def _chunks(self, stream: np.random.Generator, scenarios: np.random.Generator) -> Iterator[Array]:
        while True:
            u = stream.random((self._rows, self.shape[0] * self.shape[1]))
            scenario = scenarios.random(self._rows)
            for law in self.laws:
                # Places rise, so that as many as there are cells are all of them.
                chosen = slice(None) if law.cells.size == u.shape[1] else law.cells
                u[:, chosen] = law.draw(u[:, chosen], scenario)
            yield u.reshape(-1, *self.shape)

    def _filled(self, parts: Sequence[Array]) -> Array:
        table = np.empty(self.shape)
        for law, part in zip(self.laws, parts, strict=True):
            table.flat[law.cells] = part
        return table


def exact(values: ArrayLike) -> ScoreModel:
    """Scores (m, n) that are known. Raises ShapeError, NotFiniteError, MissingScoreError."""
    table = matrix_of(values)
    return ScoreModel(_shape(table), (Fixed(np.arange(table.size), _flat(table)),))


def uniform(low: ArrayLike, high: ArrayLike) -> ScoreModel:
    """Every score between low and high, both (m, n), alike; known where they are equal.

    Raises ShapeError, NotFiniteError, MissingScoreError; DomainError naming the cell where low is above high.
    """
    lows, highs = matrix_of(low, "low"), matrix_of(high, "high")
    _ordered(lows, highs, "low", "high")
    return _bounded(lows, lows, highs, quantiles.Uniform)


def triangular(low: ArrayLike, mode: ArrayLike, high: ArrayLike) -> ScoreModel:
    """Scores between low and high with the density of a triangle over its peak at mode, each (m, n).

    Raises ShapeError, NotFiniteError, MissingScoreError; DomainError naming the cell where low <= mode <= high fails.
    """
    return _peaked(low, mode, high, quantiles.Triangular)


def pert(low: ArrayLike, mode: ArrayLike, high: ArrayLike) -> ScoreModel:
    """Scores between low and high of a PERT (beta) law with its peak at mode and mean (low + 4 mode + high) / 6.

    The law of Malcolm, Roseboom, Clark & Fazar (1959). Raises as `triangular`.
    """
    return _peaked(low, mode, high, quantiles.Pert)


def normal(mean: ArrayLike, sd: ArrayLike) -> ScoreModel:
    """Normal scores with mean and standard deviation, each (m, n); known where that is 0.

    Raises ShapeError, NotFiniteError, MissingScoreError; DomainError naming the cell where sd is negative or carries
    draws beyond the range of floats.
    """
    centres, deviations = matrix_of(mean, "mean"), matrix_of(sd, "sd")
    _same_shape(centres, deviations, "sd")
    refuse(deviations < 0, DomainError, "sd", "must not be negative, not {}", deviations)
    with np.errstate(over="ignore"):
        reach = np.abs(centres) + 9.0 * deviations
    refuse(np.isinf(reach), DomainError, "sd", "is too wide to draw from: {}", deviations)
    known, open_ = _parted(deviations == 0)
    centre, deviation = _flat(centres), _flat(deviations)
    laws = (Fixed(known, centre[known]), Normal(open_, centre[open_], deviation[open_]))
    return ScoreModel(_shape(centres), _kept(laws))


def discrete(values: ArrayLike, probabilities: ArrayLike) -> ScoreModel:
    """One of s tables of scores, values (s, m, n), with the probabilities (s,) that it is the right one.

    Raises ShapeError; NotFiniteError or MissingScoreError naming the scenario and the cell; DomainError for a
    negative probability, and for probabilities that do not sum to 1 within 1e-9.
    """
    tables = numbers_of(values, "values")
    if tables.ndim != 3 or not tables.size:
        raise ShapeError("values", f"must be scenarios by options by criteria, not of shape {tables.shape}")
    for place, table in enumerate(tables):
        matrix_of(table, f"values[{place}]")
    chances = vector_of(probabilities, "probabilities", len(tables))
    refuse(chances < 0, DomainError, "probabilities", "must not be negative, not {}", chances)
    if abs(chances.sum() - 1.0) > SUM:
        raise DomainError("probabilities", f"must sum to 1, not to {chances.sum()}")
    cells = np.arange(tables[0].size)
    law = Scenarios(cells, _owned(tables.reshape(len(tables), -1)), _owned(chances / chances.sum()))
    return ScoreModel(_shape(tables[0]), (law,))


def mixed(choice: ArrayLike, models: Sequence[ScoreModel]) -> ScoreModel:
    """Each cell from one of several models: choice (m, n) whole numbers, the place of its model.

    Cells keep their draws: they are those of the model they are taken from. Scenarios of several models are drawn from
    the same random number. Raises ShapeError for no models, a choice that is no model's place, and models
    of other shapes.
    """
    if not models:
        raise ShapeError("models", "must be at least one")
    chosen = np.asarray(choice)
    if chosen.ndim != 2 or not chosen.size or not np.issubdtype(chosen.dtype, np.integer):
        raise ShapeError("choice", f"must be whole numbers, options by criteria, not of shape {chosen.shape}")
    for place, model in enumerate(models):
        if model.shape != chosen.shape:
            raise ShapeError("models", f"{place} is of shape {model.shape}, not {chosen.shape}")
    for place in np.unique(chosen):
        index_of(int(place), "choice", len(models))
    picked = chosen.ravel()
    laws = [
        law.only(np.flatnonzero(picked[law.cells] == place)) for place, model in enumerate(models) for law in model.laws
    ]
    return ScoreModel(_shape(chosen), _kept(laws))


def _peaked(low: ArrayLike, mode: ArrayLike, high: ArrayLike, family: type[quantiles.UnitLaw]) -> ScoreModel:
    lows, modes, highs = matrix_of(low, "low"), matrix_of(mode, "mode"), matrix_of(high, "high")
    _ordered(lows, modes, "low", "mode")
    _ordered(modes, highs, "mode", "high")
    return _bounded(lows, modes, highs, family)


def _bounded(low: Array, mode: Array, high: Array, family: type[quantiles.UnitLaw]) -> ScoreModel:
    known, open_ = _parted(low == high)
    lows, highs = _flat(low), _flat(high)
    peak = _peak(lows[open_], _flat(mode)[open_], highs[open_])
    laws = (Fixed(known, lows[known]), Bounded(open_, lows[open_], highs[open_], family(peak)))
    return ScoreModel(_shape(low), _kept(laws))


def _peak(low: Array, mode: Array, high: Array) -> Array:
    """(mode - low) / (high - low), scaled first, so that it neither overflows nor vanishes."""
    scale = np.maximum(np.abs(low), np.abs(high))
    base = low / scale
    found: Array = np.clip((mode / scale - base) / (high / scale - base), 0.0, 1.0)
    return _owned(found)


def _ordered(lower: Array, upper: Array, name: str, above: str) -> None:
    _same_shape(lower, upper, above)
    refuse(lower > upper, DomainError, name, f"is above its {above}: {{}}", lower)


def _same_shape(first: Array, other: Array, argument: str) -> None:
    if other.shape != first.shape:
        raise ShapeError(argument, f"must be of shape {first.shape}, not {other.shape}")


def _parted(known: Flags) -> tuple[Cells, Cells]:
    return np.flatnonzero(known), np.flatnonzero(~known)


def _kept(laws: Sequence[Law]) -> tuple[Law, ...]:
    return tuple(law for law in laws if law.cells.size)


def _flat(table: Array) -> Array:
    return _owned(table.ravel())


def _owned(numbers: Array) -> Array:
    """A read-only copy, so that the caller's array can change."""
    copy = numbers.copy()
    frozen(copy)
    return copy


def _shape(table: NDArray[np.generic]) -> tuple[int, int]:
    return int(table.shape[0]), int(table.shape[1])
