"""From a study and a perspective to arrays and results: the one bridge between the study and the analysis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from db.study.model import Cell, Criterion, Id, Known, Option, Perspective, Scale, Score, Shape, Study
from desktop.analysis.arrays import TIE, Array
from desktop.analysis.ranking import additive, contributions, rank_bounds, ranks
from desktop.analysis.values import exponential_value, linear_value, piecewise_value
from desktop.analysis.weights import normalise


def value_of(scale: Scale, x: ArrayLike) -> Array:
    """The value 0..100 of scores `x` (any shape, the scale's unit; NaN stays NaN). Flat beyond the scale's ends.

    Raises Known for a scale that has no range.
    """
    if not scale.low < scale.high:
        raise Known(
            f"A scale from {scale.low:g} to {scale.high:g} has no range, so nothing on it can be valued; nothing was "
            "changed; set two different ends."
        )
    if scale.shape is Shape.PIECEWISE and len(scale.points) >= 2:
        xs, vs = zip(*scale.points, strict=True)
        return piecewise_value(x, xs, vs)
    if scale.shape is Shape.EXPONENTIAL:
        return exponential_value(x, scale.worst, scale.best, scale.curvature)
    return linear_value(x, scale.worst, scale.best)


@dataclass(frozen=True, eq=False)
class Axes:
    """What the rows and columns of a table stand for."""

    options: tuple[Option, ...]
    leaves: tuple[Criterion, ...]

    @cached_property
    def rows(self) -> Mapping[Id, int]:
        """Row of each option."""
        return {option.id: row for row, option in enumerate(self.options)}

    @cached_property
    def columns(self) -> Mapping[Id, int]:
        """Column of each leaf."""
        return {leaf.id: column for column, leaf in enumerate(self.leaves)}


@dataclass(frozen=True, eq=False)
class Table(Axes):
    """The scores of a study as arrays: m included options in display order by n leaves in tree order.

    `likely`, `low`, `high`: (m, n) in each leaf's unit, NaN = missing, low = likely = high where no range is given;
    `values`: (m, n), 0..100, NaN = missing.
    """

    likely: Array
    low: Array
    high: Array
    values: Array


def table_of(study: Study) -> Table:
    """The arrays of a study's included options and leaves. Raises Known for a scale without a range."""
    options, leaves = study.included(), study.leaves()
    shape = (len(options), len(leaves))
    likely, low, high = np.full(shape, np.nan), np.full(shape, np.nan), np.full(shape, np.nan)
    for column, leaf in enumerate(leaves):
        _fill(
            study.scores,
            [option.id for option in options],
            leaf.id,
            (likely[:, column], low[:, column], high[:, column]),
        )
    values = np.empty(shape)
    for column, leaf in enumerate(leaves):
        assert leaf.scale is not None
        values[:, column] = value_of(leaf.scale, likely[:, column])
    return Table(options, leaves, likely, low, high, values)


def _fill(scores: Mapping[Cell, Score], rows: list[Id], leaf: Id, columns: tuple[Array, Array, Array]) -> None:
    likely, low, high = columns
    for row, option in enumerate(rows):
        score = scores.get((option, leaf))
        if score is not None and score.likely is not None:
            likely[row] = score.likely
            low[row] = score.likely if score.low is None else score.low
            high[row] = score.likely if score.high is None else score.high


@dataclass(frozen=True, eq=False)
class Result:
    """What one perspective makes of the table; every array follows `table.options` and `table.leaves`.

    `shares`: (n,), summing to 1. `low`, `high`: (m,) lowest and highest possible total, 0..100, equal unless scores
    are missing; `totals` their middle. `best_rank`, `worst_rank`: (m,), 1 = best, equal unless scores are missing;
    tied options share the better rank. `order`: (m,) rows from first to last, ties by name. `contributions`: (m, n)
    points of the total, NaN = missing.
    """

    perspective: Perspective
    table: Table
    shares: Array
    low: Array
    high: Array
    totals: Array
    best_rank: NDArray[np.intp]
    worst_rank: NDArray[np.intp]
    order: NDArray[np.intp]
    contributions: Array

    @property
    def is_complete(self) -> bool:
        """Whether no score that carries weight is missing."""
        return bool(np.array_equal(self.low, self.high))

    def rank_text(self, row: int) -> str:
        """The rank of a row as people write it: "3", "3=" for a tie, "2-4" while scores are missing."""
        best, worst = int(self.best_rank[row]), int(self.worst_rank[row])
        if best != worst:
            return f"{best}–{worst}"
        return f"{best}=" if int((self.best_rank == best).sum()) > 1 else str(best)

    def lead(self) -> float:
        """Points between the first and the second total; 0 for a tie or fewer than two options."""
        if self.order.size < 2:
            return 0.0
        gap = float(self.totals[self.order[0]] - self.totals[self.order[1]])
        return gap if gap > TIE * 100.0 else 0.0


def shares_of(perspective: Perspective, leaves: tuple[Criterion, ...]) -> Array:
    """(n,) shares of the leaves, summing to 1. Raises Known when no leaf carries any weight."""
    points = np.array([perspective.weights.get(leaf.id, 0.0) for leaf in leaves])
    if not points.size:
        return points
    try:
        return normalise(points)
    except ValueError:
        raise Known(
            f"No criterion carries weight in “{perspective.name}”, so nothing can be ranked; "
            "give at least one criterion a weight."
        ) from None


def totals_of(table: Table, shares: Array) -> tuple[Array, Array]:
    """(lowest, highest) possible total of each option, both (m,), 0..100; 0 where there are no criteria."""
    if table.values.size:
        return additive(table.values, shares)
    nothing = np.zeros(len(table.options))
    return nothing, nothing


def points_of(table: Table, shares: Array) -> Array:
    """(m, n) points each criterion adds to each total, NaN = missing."""
    return contributions(table.values, shares) if table.values.size else table.values


class Evaluator:
    """Evaluates studies one after the other and keeps the score table while the scores stay the same objects."""

    def __init__(self) -> None:
        self._source: tuple[object, ...] = ()
        self._table: Table | None = None
        self._by_name: NDArray[np.intp] | None = None

    def table(self, study: Study) -> Table:
        """The arrays of `study`, from memory when its options, criteria and scores are the ones seen last."""
        source = (study.options, study.criteria, study.scores)
        if self._table is None or any(a is not b for a, b in zip(source, self._source, strict=True)):
            self._table, self._by_name, self._source = table_of(study), None, source
        return self._table

    def adopt(self, study: Study, table: Table) -> None:
        """Take over the arrays that another evaluator made of `study`."""
        if table is not self._table:
            self._table, self._by_name = table, None
        self._source = (study.options, study.criteria, study.scores)

    def evaluate(self, study: Study, perspective: Id) -> Result:
        """The result of one perspective. Raises KeyError for an unknown one, Known where nothing can be ranked."""
        party = study.perspective(perspective)
        table = self.table(study)
        if self._by_name is None:
            self._by_name = _by_name(table.options)
        shares = shares_of(party, table.leaves)
        low, high = totals_of(table, shares)
        totals = low if low is high else (low + high) / 2.0
        best, worst = rank_bounds(low, high)
        order = _display_order(totals, self._by_name)
        parts = points_of(table, shares)
        return Result(party, table, shares, low, high, totals, best, worst, order, parts)


def evaluate(study: Study, perspective: Id) -> Result:
    """The result of one perspective, computed afresh; see `Evaluator.evaluate`."""
    return Evaluator().evaluate(study, perspective)


def _by_name(options: tuple[Option, ...]) -> NDArray[np.intp]:
    ordered = sorted(range(len(options)), key=lambda row: (options[row].name.casefold(), options[row].id))
    position = np.empty(len(options), dtype=np.intp)
    position[ordered] = np.arange(len(options))
    return position


def _display_order(totals: Array, by_name: NDArray[np.intp]) -> NDArray[np.intp]:
    """Rows from the highest total to the lowest; those that share a rank by name."""
    found: NDArray[np.intp] = np.lexsort((by_name, ranks(totals)))
    return found
