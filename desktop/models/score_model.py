"""The score table as a Qt item model: it announces what changed and never writes."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from db.study.meanings import DIRECTIONS, ORIGINS
from db.study.model import Cell, Criterion, Id, Option, Scale, Score, Study
from desktop.evaluation import Table
from desktop.exchange.numbers import entry_text, number_text
from desktop.models.score_grid import Block, Grid, grid_of, is_doubtful, updated

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole

_ROOT = QModelIndex()
_ALIGN = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_READABLE = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
_EDITABLE = _READABLE | Qt.ItemFlag.ItemIsEditable
_CONFIDENCE = {"A": "firm", "B": "fair", "C": "moderate", "D": "low"}


class Shown(StrEnum):
    """Which numbers the table shows."""

    RAW = "raw"
    VALUE = "value"


class ScoreModel(QAbstractTableModel):
    """Options by leaves, in study order; `grid` holds the arrays that delegates paint from."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.grid = grid_of(Study("", ""))
        self.shown = Shown.RAW

    # Changing

    def show(self, study: Study, table: Table | None = None) -> None:
        """Show a study and announce only what differs from the one shown; `table` as for `grid_of`."""
        old = self.grid
        if study.options is old.study.options and study.criteria is old.study.criteria:
            if study.scores is not old.study.scores:
                self.grid, block = updated(old, study)
                self._announce(block)
            return
        self._restructure(old, grid_of(study, table))

    def show_as(self, shown: Shown) -> None:
        """Show the numbers as entered or as values."""
        if shown is not self.shown:
            self.shown = shown
            self._announce_all()

    def _restructure(self, old: Grid, new: Grid) -> None:
        before, after = _shape(old), _shape(new)
        if before == after:
            self.grid = new
            self._announce_all()
            self._announce_headers()
        elif tuple(map(frozenset, before)) == tuple(map(frozenset, after)):
            self.layoutAboutToBeChanged.emit()
            self.grid = new
            self._carry_over(old, new)
            self.layoutChanged.emit()
        else:
            self.beginResetModel()
            self.grid = new
            self.endResetModel()

    def _carry_over(self, old: Grid, new: Grid) -> None:
        places = self.persistentIndexList()
        moved = [
            self.index(new.rows[old.options[at.row()].id], new.columns[old.leaves[at.column()].id]) for at in places
        ]
        self.changePersistentIndexList(places, moved)

    def _announce(self, block: Block | None) -> None:
        if block is not None:
            top, left, bottom, right = block
            self.dataChanged.emit(self.index(top, left), self.index(bottom, right))

    def _announce_all(self) -> None:
        if self.grid.options and self.grid.leaves:
            self._announce((0, 0, len(self.grid.options) - 1, len(self.grid.leaves) - 1))

    def _announce_headers(self) -> None:
        if self.grid.options:
            self.headerDataChanged.emit(Qt.Orientation.Vertical, 0, len(self.grid.options) - 1)
        if self.grid.leaves:
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.grid.leaves) - 1)

    # Asking

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.grid.options)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.grid.leaves)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return _EDITABLE if self.shown is Shown.RAW else _READABLE

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = index.row(), index.column()
        if role == Role.DisplayRole:
            return self.text(row, column)
        if role == Role.EditRole:
            return entry_text(self.grid.score(row, column))
        if role == Role.TextAlignmentRole:
            return _ALIGN
        if role == Role.AccessibleDescriptionRole:
            return self.description(row, column)
        return tooltip(self.grid, row, column) if role == Role.ToolTipRole else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        is_row = orientation == Qt.Orientation.Vertical
        if not 0 <= section < (len(self.grid.options) if is_row else len(self.grid.leaves)):
            return None
        if is_row:
            return _option_data(self.grid.options[section], role)
        return _leaf_data(self.grid.leaves[section], self.grid.study, role)

    def text(self, row: int, column: int) -> str:
        """What the cell says: the score or its value, "—" when missing."""
        if self.shown is Shown.VALUE:
            return _number(self.grid.values[row, column], 0)
        return _number(self.grid.likely[row, column], self.grid.decimals[column])

    def range_text(self, row: int, column: int) -> str:
        """The range as "30–55", "" when none is given or nothing lies between its ends."""
        if not self.grid.low[row, column] < self.grid.high[row, column]:
            return ""
        if self.shown is Shown.VALUE:
            return "–".join(_number(end[row, column], 0) for end in self.grid.ends)
        places = self.grid.decimals[column]
        return "–".join(_number(end[row, column], places) for end in (self.grid.low, self.grid.high))

    def description(self, row: int, column: int) -> str:
        """Which score this is, as a screen reader says it: "Armed Ukraine, Cost, US$ bn a year"."""
        leaf = self.grid.leaves[column]
        unit = "value of 100" if self.shown is Shown.VALUE else leaf.scale.unit if leaf.scale else ""
        score = self.grid.score(row, column)
        notes = [
            "missing" if score.is_missing else "",
            "low confidence" if is_doubtful(score) else "",
            "option excluded" if self.grid.options[row].excluded else "",
        ]
        return ", ".join(filter(None, (option_label(self.grid.options[row]), leaf.name, unit, *notes)))

    def place_of(self, option: Id | None, leaf: Id | None) -> QModelIndex:
        """The index of a cell, invalid when the table has no such row or column."""
        row, column = self.grid.rows.get(option or ""), self.grid.columns.get(leaf or "")
        return QModelIndex() if row is None or column is None else self.index(row, column)

    def cell(self, index: Index) -> Cell:
        """The address of the score at an index."""
        return self.grid.cell(index.row(), index.column())


def option_label(option: Option) -> str:
    """What an option is called where there is little room."""
    return option.short or option.name


def tooltip(grid: Grid, row: int, column: int) -> str:
    """What stands behind a score: its level in words, range, confidence, origin, and the first line of its reasons."""
    score, leaf = grid.score(row, column), grid.leaves[column]
    assert leaf.scale is not None
    head = f"{option_label(grid.options[row])} · {leaf.name}"
    if score.likely is None:
        return "\n".join(filter(None, (head, "Missing: nobody has scored this yet.", _first_line(score.rationale))))
    unit = f" {leaf.scale.unit}" if leaf.scale.unit else ""
    value = grid.values[row, column]
    worth = f", worth {_number(value, 0)} of 100" if not np.isnan(value) else ""
    lines = (
        head,
        f"{entry_text(score)}{unit}{worth}",
        nearest_level(leaf.scale, score.likely),
        origin_words(score),
        _first_line(score.rationale),
    )
    return "\n".join(filter(None, lines))


def nearest_level(scale: Scale, x: float) -> str:
    """The worded level nearest to a score, "" when the scale has none."""
    if not scale.levels:
        return ""
    level = min(scale.levels, key=lambda level: abs(level.x - x))
    return level.text if level.x == x else f"Nearest level, {number_text(level.x)}: {level.text}"


def origin_words(score: Score) -> str:
    """Who says so and how firmly, in a sentence."""
    origin = ORIGINS[score.origin]
    confidence = _CONFIDENCE.get(score.confidence, "")
    return f"{origin}; {confidence} confidence ({score.confidence})." if confidence else f"{origin}."


def direction_words(scale: Scale) -> str:
    """Which end of the scale is better, and the ends."""
    unit = f" {scale.unit}" if scale.unit else ""
    return f"{DIRECTIONS[scale.direction]}, from {number_text(scale.low)} to {number_text(scale.high)}{unit}."


def _option_data(option: Option, role: int) -> Any:
    if role == Role.DisplayRole:
        return option_label(option)
    if role in (Role.ToolTipRole, Role.AccessibleDescriptionRole):
        excluded = f"Excluded. {option.why_excluded}".strip() if option.excluded else ""
        name = option.name + (" (baseline)" if option.is_baseline and "baseline" not in option.name.lower() else "")
        return "\n".join(filter(None, (name, excluded, _first_line(option.definition))))
    return None


def _leaf_data(leaf: Criterion, study: Study, role: int) -> Any:
    if role == Role.DisplayRole:
        return leaf.name
    if role in (Role.ToolTipRole, Role.AccessibleDescriptionRole):
        assert leaf.scale is not None
        group = f"{study.criterion(leaf.parent).name} › " if leaf.parent else ""
        return "\n".join(filter(None, (group + leaf.name, direction_words(leaf.scale), _first_line(leaf.definition))))
    return None


def _number(x: float, places: int) -> str:
    return "—" if x != x else number_text(float(x), places).replace("-", "−")


def _first_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[0] if lines else ""


def _shape(grid: Grid) -> tuple[tuple[Id, ...], tuple[Id, ...]]:
    return tuple(option.id for option in grid.options), tuple(leaf.id for leaf in grid.leaves)
