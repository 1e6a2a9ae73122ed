"""The score table as arrays, excluded options included, and which part of it a change has touched. No Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from math import floor, log10, nan

import numpy as np
from numpy.typing import NDArray

from db.study.model import MISSING, Cell, Criterion, Known, Scale, Score, Study
from desktop.analysis.arrays import Array
from desktop.evaluation import Axes, Table, table_of, value_of

Block = tuple[int, int, int, int]
"""Top, left, bottom, right of a rectangle of cells, all inclusive."""

DIGITS = 3
"""Significant digits that a column shows at least of its largest score."""


@dataclass(frozen=True, eq=False)
class Grid(Axes):
    """The scores of every option of a study, in study order, on every leaf, in tree order.

    `likely`, `low`, `high`: (m, n) in each leaf's unit; `values`: (m, n), 0..100; NaN = missing. `decimals`: per leaf,
    how many places its numbers show.
    """

    study: Study
    likely: Array
    low: Array
    high: Array
    values: Array
    decimals: tuple[int, ...]

    @cached_property
    def ends(self) -> tuple[Array, Array]:
        """(m, n) the lowest and the highest value, 0..100, that each score's range reaches."""
        pair = tuple(
            np.column_stack([_valued(leaf, part[:, column]) for column, leaf in enumerate(self.leaves)])
            if self.leaves
            else part
            for part in (self.low, self.high)
        )
        return np.fmin(*pair), np.fmax(*pair)

    def cell(self, row: int, column: int) -> Cell:
        """The address of the score in a row and column."""
        return self.options[row].id, self.leaves[column].id

    def score(self, row: int, column: int) -> Score:
        """The score in a row and column."""
        return self.study.scores.get((self.options[row].id, self.leaves[column].id), MISSING)


def grid_of(study: Study, table: Table | None = None) -> Grid:
    """The grid of a study; `table`, the arrays already made of its included options, saves the work when none is
    excluded."""
    leaves = study.leaves()
    if table is None or len(table.options) != len(study.options):
        table = _whole_table(study)
    decimals = tuple(_decimals(table.likely[:, column]) for column in range(len(leaves)))
    return Grid(study.options, leaves, study, table.likely, table.low, table.high, table.values, decimals)


def is_doubtful(score: Score) -> bool:
    """Whether a score rests on little evidence; the middle grades are ordinary."""
    return score.confidence == "D" and not score.is_missing


def updated(old: Grid, study: Study) -> tuple[Grid, Block | None]:
    """The grid of a study that differs from the old grid's in its scores alone, and the smallest rectangle around what
    changed, None when nothing did. Where a column's number of decimals changed, all of it counts.
    """
    touched = _touched(old, study.scores)
    if not touched:
        return replace(old, study=study), None
    rows, columns = (np.array(part) for part in zip(*touched, strict=True))
    grid = _patched(old, study, rows, columns)
    shifted = [column for column in set(columns.tolist()) if grid.decimals[column] != old.decimals[column]]
    if shifted:
        rows = np.array([0, len(grid.options) - 1])
    return grid, (int(rows.min()), int(columns.min()), int(rows.max()), int(columns.max()))


def _touched(old: Grid, new: Mapping[Cell, Score]) -> list[tuple[int, int]]:
    """Rows and columns of the cells whose score is another object now."""
    before = old.study.scores
    found = [cell for cell, score in new.items() if before.get(cell) is not score]
    if len(new) != len(before) or found:
        found += [cell for cell in before if cell not in new]
    rows, columns = old.rows, old.columns
    return [(rows[option], columns[leaf]) for option, leaf in found if option in rows and leaf in columns]


def _patched(old: Grid, study: Study, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Grid:
    scores = [study.scores.get(old.cell(row, column), MISSING) for row, column in zip(rows, columns, strict=True)]
    likely, low, high, values = (part.copy() for part in (old.likely, old.low, old.high, old.values))
    likely[rows, columns] = [nan if score.likely is None else score.likely for score in scores]
    low[rows, columns] = [_end(score, score.low) for score in scores]
    high[rows, columns] = [_end(score, score.high) for score in scores]
    decimals = list(old.decimals)
    for column in {int(column) for column in columns}:
        values[:, column] = _valued(old.leaves[column], likely[:, column])
        decimals[column] = _decimals(likely[:, column])
    return Grid(old.options, old.leaves, study, likely, low, high, values, tuple(decimals))


def _end(score: Score, end: float | None) -> float:
    if score.likely is None:
        return nan
    return score.likely if end is None else end


def _whole_table(study: Study) -> Table:
    options = tuple(replace(option, excluded=False) if option.excluded else option for option in study.options)
    everyone = replace(study, options=options)
    try:
        return table_of(everyone)
    except Known:
        return _without_values(everyone)


def _without_values(study: Study) -> Table:
    """The table of a study that has a scale without a range: what is on it has no value."""
    flat = {leaf.id for leaf in study.leaves() if leaf.scale is not None and not leaf.scale.low < leaf.scale.high}
    mended = tuple(replace(node, scale=Scale()) if node.id in flat else node for node in study.criteria)
    table = table_of(replace(study, criteria=mended))
    table.values[:, [table.columns[leaf] for leaf in flat]] = np.nan
    return table


def _valued(leaf: Criterion, scores: Array) -> Array:
    assert leaf.scale is not None
    try:
        return value_of(leaf.scale, scores)
    except Known:
        return np.full(scores.shape, np.nan)


def _decimals(scores: Array) -> int:
    """As few places as show every score of a column exactly, but not more than `DIGITS` digits of its largest need."""
    scores = scores[np.isfinite(scores)]
    if not scores.size:
        return 0
    largest = float(np.abs(scores).max())
    most = max(0, min(6, DIGITS - (floor(log10(largest)) if largest > 0 else 0)))
    for places in range(most):
        if bool((np.abs(np.round(scores, places) - scores) <= 1e-12 * largest).all()):
            return places
    return most
