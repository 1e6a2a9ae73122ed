"""Who would choose each option: the mean weights with which it comes first, and how sure it is of that then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QFont, QPainter

from desktop.analysis.arrays import Array
from desktop.charts import heat_cells as cells
from desktop.charts.acceptance import (
    Acceptance,
    central_rows,
    central_sentence,
    confidence_words,
    first_words,
    never_words,
    short_percent,
)
from desktop.charts.chart import Mark
from desktop.charts.draws_chart import DrawsChart
from desktop.charts.heat_cells import Grid
from desktop.charts.picture import Cell
from desktop.look import colour_of, font, look, text_on
from desktop.look.painting import draw_text, swatch, text_width

_FIRST, _SURE = 44.0, 76.0
_NUMBERED = 26.0
_LINE, _ENTRY, _ROOMY = 16.0, 180.0, 17.0
_RIGHT = Qt.AlignmentFlag.AlignRight


class CentralChart(DrawsChart):
    """Central weights as stacked bars in the colours of the criteria, the present weights above them."""

    def __init__(self) -> None:
        super().__init__("Who would choose each option", "robustness.central")

    def rows_of(self, shown: Acceptance) -> int:
        return len(shown.names) + 1

    def grid(self, shown: Acceptance, size: QSizeF) -> Grid:
        """The first row has the present weights; one cell to a row, as wide as a whole bar."""
        count, width = self.rows_of(shown), size.width()
        left = cells.LEFT + cells.name_room(width) + _FIRST + 14
        room = max(40.0, width - left - _SURE - cells.RIGHT)
        below = legend_height(shown, width)
        height = size.height() - below if size.height() - below >= cells.HEADER + count * _ROOMY else size.height()
        return Grid(width, count, 1, left, cells.row_height(count, height), room)

    # Painting

    def paint_draws(self, painter: QPainter, shown: Acceptance, grid: Grid, seen: QRectF) -> None:
        for row in grid.rows_in(seen):
            if row == 0:
                draw_text(painter, grid.name_area(0), "Present weights", _face(grid, 400), look.tokens.text2)
                _paint_pieces(painter, shown, grid, 0)
            else:
                _paint_row(painter, shown, grid, row)
        _paint_heads(painter, grid, seen.top())
        top = grid.top(grid.rows) + 8
        if top + legend_height(shown, grid.width) <= seen.bottom() + 8:
            _paint_legend(painter, shown, grid.width, top)

    # Reading

    def marks_of(self, shown: Acceptance, grid: Grid, row: int) -> Iterator[Mark]:
        name, key, words = "Present weights", "", "those of the sliders"
        if row:
            place = int(shown.order[row - 1])
            name, key = shown.names[place], shown.ids[place]
            words = f"first in {first_words(shown, place)}; confidence {confidence_words(shown, place)}"
            if shown.is_never_first(place):
                words = never_words(shown, place)
        line = grid.name_area(row)
        line.setRight(grid.left - 4)
        yield Mark(line, name, words, (key, ""))
        for column, area in pieces(shown, grid, row):
            yield self._piece_mark(shown, row, column, area, name, key)

    def _piece_mark(self, shown: Acceptance, row: int, column: int, area: QRectF, name: str, option: str) -> Mark:
        leaf, now = shown.firm.result.table.leaves[column], 100 * float(shown.firm.shares[column])
        words = f"{leaf.name}: weight {now:.1f} %"
        if row:
            place = int(shown.order[row - 1])
            at = np.searchsorted(shown.firm.counted, column)
            half = 100 * float(shown.sample.central_half_widths[place, at])
            mean = 100 * float(shown.central[place, column])
            words = f"{leaf.name}: {mean:.1f} % ± {half:.1f} on average where it is first; now {now:.1f} %"
        return Mark(area, name, words, (option, leaf.id), colour_of(leaf.colour))

    def told(self, shown: Acceptance) -> str:
        never = [shown.names[place] for place in shown.order.tolist() if shown.is_never_first(place)]
        words = f" Never first: {'; '.join(never)}." if never else ""
        return central_sentence(shown) + words

    def figures(self, shown: Acceptance) -> Sequence[Sequence[Cell]]:
        return central_rows(shown)


def legend_of(shown: Acceptance, width: float) -> list[tuple[int, float, float]]:
    """(criterion, x, y) of each entry of the legend below the bars, y from the top of the legend."""
    found: list[tuple[int, float, float]] = []
    x, y = cells.LEFT, 0.0
    for column, leaf in enumerate(shown.firm.result.table.leaves):
        wide = min(text_width(leaf.name, font(11)), _ENTRY) + 30
        if x > cells.LEFT and x + wide > width - cells.RIGHT:
            x, y = cells.LEFT, y + _LINE
        found.append((column, x, y))
        x += wide
    return found


def legend_height(shown: Acceptance, width: float) -> float:
    """How high the legend is; it stands where the rows leave it room."""
    return legend_of(shown, width)[-1][2] + _LINE + 10


def _paint_legend(painter: QPainter, shown: Acceptance, width: float, top: float) -> None:
    for column, x, y in legend_of(shown, width):
        leaf = shown.firm.result.table.leaves[column]
        swatch(painter, QPointF(x + 5, top + y + _LINE / 2), colour_of(leaf.colour), 9)
        draw_text(painter, QRectF(x + 15, top + y, _ENTRY, _LINE), leaf.name, font(11), look.tokens.text2)


def weights_of(shown: Acceptance, row: int) -> Array:
    """(n,) the weights of a row, the present ones in the first; NaN where an option is never first."""
    found: Array = shown.central[shown.order[row - 1]] if row else shown.firm.shares
    return found


def pieces(shown: Acceptance, grid: Grid, row: int) -> Iterator[tuple[int, QRectF]]:
    """(criterion, area) of each part of the bar of a row; nothing where there is no bar."""
    weights = np.nan_to_num(weights_of(shown, row))
    ends = (grid.left + grid.cell * np.concatenate(((0.0,), np.cumsum(weights)))).tolist()
    inset = min(4.0, grid.row * 0.14)
    for column in np.flatnonzero(weights).tolist():
        area = QRectF(ends[column], grid.top(row) + inset, ends[column + 1] - ends[column], grid.row - 2 * inset)
        yield column, area


def _face(grid: Grid, weight: int, tabular: bool = False) -> QFont:
    return font(11 if grid.row < 17 else 12, weight, tabular)


def _paint_pieces(painter: QPainter, shown: Acceptance, grid: Grid, row: int) -> None:
    leaves, weights = shown.firm.result.table.leaves, weights_of(shown, row)
    centre = Qt.AlignmentFlag.AlignHCenter
    for column, area in pieces(shown, grid, row):
        colour = colour_of(leaves[column].colour)
        painter.fillRect(area.adjusted(0, 0, -1.0 if area.width() > 2.0 else 0.0, 0), colour)
        if area.width() >= _NUMBERED:
            draw_text(
                painter, area, short_percent(float(weights[column])), font(11, 500, True), text_on(colour), centre
            )


def _paint_row(painter: QPainter, shown: Acceptance, grid: Grid, row: int) -> None:
    tokens, place = look.tokens, int(shown.order[row - 1])
    if shown.ids[place] == shown.option:
        cells.paint_selection(painter, grid, row)
    cells.paint_name(painter, grid.name_area(row), shown.names[place], shown.is_stressed(place))
    top, name = grid.top(row), cells.name_room(grid.width)
    area = QRectF(cells.LEFT + name, top, _FIRST, grid.row)
    first = float(shown.sample.first[place])
    draw_text(painter, area, short_percent(first, 1), _face(grid, 600, True), tokens.text, _RIGHT)
    if shown.is_never_first(place):
        words = never_words(shown, place)
        area = QRectF(grid.left, top, grid.cell + _SURE, grid.row)
        draw_text(painter, area, words[0].upper() + words[1:], _face(grid, 400), tokens.text3)
        return
    _paint_pieces(painter, shown, grid, row)
    sure = short_percent(float(shown.sample.confidence_factors[place])) if shown.is_sure else "…"
    area = QRectF(grid.left + grid.cell, top, _SURE - 8, grid.row)
    draw_text(painter, area, sure, _face(grid, 400, True), tokens.text2, _RIGHT)


def _paint_heads(painter: QPainter, grid: Grid, top: float) -> None:
    tokens, face, high = look.tokens, font(11), cells.HEADER
    painter.fillRect(QRectF(0, top, grid.width, high), tokens.surface)
    first = QRectF(cells.LEFT + cells.name_room(grid.width) - 24, top, _FIRST + 24, high)
    draw_text(painter, first, "first, %", face, tokens.text3, _RIGHT)
    middle = QRectF(grid.left, top, grid.cell, high)
    draw_text(painter, middle, "mean weights with which it is first, %", face, tokens.text3)
    sure = QRectF(grid.left + grid.cell - 16, top, _SURE + 8, high)
    draw_text(painter, sure, "confidence, %", face, tokens.text3, _RIGHT)
