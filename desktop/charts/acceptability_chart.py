"""How often each option takes each rank: stacked bars of a few options, a table of cells of many."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QPainter

from desktop.charts import heat_cells as cells
from desktop.charts.acceptance import (
    BARS_UP_TO,
    RANKS_UP_TO,
    Acceptance,
    first_words,
    half_text,
    often,
    percent_text,
    rank_rows,
    ranks_sentence,
    short_percent,
)
from desktop.charts.chart import Mark
from desktop.charts.draws_chart import DrawsChart
from desktop.charts.heat_cells import Grid
from desktop.charts.picture import Cell
from desktop.look import font, look, text_on
from desktop.look.painting import draw_text

_FIRST, _HALF, _AVERAGE = 44.0, 38.0, 58.0
_KEY, _KEY_FROM = 18.0, 30.0
_RIGHT = Qt.AlignmentFlag.AlignRight
_TOLD = 20


class AcceptabilityChart(DrawsChart):
    """Rank acceptability, sorted by expected rank."""

    def __init__(self) -> None:
        super().__init__("How often each option takes each rank", "robustness.ranks")

    # Where things lie

    def grid(self, shown: Acceptance, size: QSizeF) -> Grid:
        """Of stacked bars there is one cell to a row, whose width is that of the bar."""
        count, width = len(shown.names), size.width()
        if not has_bars(shown):
            return cells.grid_of(count, shown.ranks_shown, width, size.height())
        left = cells.LEFT + cells.name_room(width) + _FIRST + _HALF + 12
        room = max(40.0, width - left - _AVERAGE - cells.RIGHT)
        return Grid(width, count, 1, left, cells.row_height(count, size.height()), room)

    # Painting

    def paint_draws(self, painter: QPainter, shown: Acceptance, grid: Grid, seen: QRectF) -> None:
        rows = grid.rows_in(seen)
        for row in rows:
            if shown.ids[shown.order[row]] == shown.option:
                cells.paint_selection(painter, grid, row)
        if has_bars(shown):
            _paint_bars(painter, shown, grid, rows)
            _paint_bar_heads(painter, grid, seen.top())
        else:
            parts = shown.sample.rank_acceptability[shown.order, : shown.ranks_shown]
            cells.paint_cells(painter, grid, parts, rows, are_pairs=False)
            count = len(shown.names)
            label = f"Ranks 1 to {shown.ranks_shown} of {count}" if count > RANKS_UP_TO else "% of draws at rank"
            cells.paint_heads(painter, grid, label, seen.top())
        for row in rows:
            place = int(shown.order[row])
            cells.paint_name(painter, grid.name_area(row), shown.names[place], shown.is_stressed(place))

    # Reading

    def marks_of(self, shown: Acceptance, grid: Grid, row: int) -> Iterator[Mark]:
        place = int(shown.order[row])
        line = grid.name_area(row)
        line.setRight(grid.left - 4)
        words = f"first in {first_words(shown, place)}; rank {shown.expected[place]:.1f} on average"
        yield Mark(line, shown.names[place], words, (shown.ids[place], -1))
        for rank, area in pieces(shown, grid, row):
            part = float(shown.sample.rank_acceptability[place, rank])
            found = often(part, float(shown.sample.rank_half_widths[place, rank]))
            yield Mark(area, shown.names[place], f"Rank {rank + 1} in {found}", (shown.ids[place], rank))

    def told(self, shown: Acceptance) -> str:
        best = shown.order[:_TOLD].tolist()
        lines = [f"{shown.names[place]} first in {percent_text(float(shown.sample.first[place]))}" for place in best]
        return f"{ranks_sentence(shown)} By average rank: {'; '.join(lines)}."

    def figures(self, shown: Acceptance) -> Sequence[Sequence[Cell]]:
        return rank_rows(shown)


def has_bars(shown: Acceptance) -> bool:
    """Whether the options are few enough for stacked bars."""
    return len(shown.names) <= BARS_UP_TO


def pieces(shown: Acceptance, grid: Grid, row: int) -> Iterator[tuple[int, QRectF]]:
    """(rank from 0 on, area) of each part of a stacked bar, or of each cell of a row."""
    if not has_bars(shown):
        yield from ((rank, grid.area(row, rank)) for rank in range(grid.columns))
        return
    parts = shown.sample.rank_acceptability[shown.order[row]]
    ends = (grid.left + grid.cell * np.concatenate(((0.0,), np.cumsum(parts)))).tolist()
    inset = min(4.0, grid.row * 0.14)
    for rank in np.flatnonzero(parts).tolist():
        yield rank, QRectF(ends[rank], grid.top(row) + inset, ends[rank + 1] - ends[rank], grid.row - 2 * inset)


def _paint_bars(painter: QPainter, shown: Acceptance, grid: Grid, rows: range) -> None:
    tones = cells.shades(len(shown.names), look.tokens.is_dark)
    for row in rows:
        for rank, area in pieces(shown, grid, row):
            painter.fillRect(area.adjusted(0, 0, -1.0 if area.width() > 2.0 else 0.0, 0), tones[rank])
        _paint_figures(painter, shown, grid, row)


def _paint_figures(painter: QPainter, shown: Acceptance, grid: Grid, row: int) -> None:
    tokens, place, top, height = look.tokens, int(shown.order[row]), grid.top(row), grid.row
    px = 11 if height < 17 else 12
    area = QRectF(cells.LEFT + cells.name_room(grid.width), top, _FIRST, height)
    first, half = float(shown.sample.first[place]), float(shown.sample.rank_half_widths[place, 0])
    draw_text(painter, area, short_percent(first, 1), font(px, 600, True), tokens.text, _RIGHT)
    area = QRectF(area.right() + 3, top, _HALF, height)
    draw_text(painter, area, f"±{half_text(half)}", font(11, 400, True), tokens.text3)
    area = QRectF(grid.left + grid.cell, top, _AVERAGE - 8, height)
    draw_text(painter, area, f"{shown.expected[place]:.1f}", font(px, 400, True), tokens.text2, _RIGHT)


def key_width(grid: Grid) -> float:
    """How wide each rank of the key is: it stays above the bars, and off the heading beside them."""
    return min(_KEY, (grid.cell - _KEY_FROM) / max(1, grid.rows) - 1.0)


def _paint_bar_heads(painter: QPainter, grid: Grid, top: float) -> None:
    tokens, face = look.tokens, font(11)
    painter.fillRect(QRectF(0, top, grid.width, cells.HEADER), tokens.surface)
    first = QRectF(cells.LEFT + cells.name_room(grid.width) - 24, top, _FIRST + 24, cells.HEADER)
    draw_text(painter, first, "first, %", face, tokens.text3, _RIGHT)
    average = QRectF(grid.left + grid.cell - 6, top, _AVERAGE - 2, cells.HEADER)
    draw_text(painter, average, "av. rank", face, tokens.text3, _RIGHT)
    draw_text(painter, QRectF(grid.left, top, 40, cells.HEADER), "rank", face, tokens.text3)
    each = key_width(grid)
    for rank, tone in enumerate(cells.shades(grid.rows, tokens.is_dark)):
        area = QRectF(grid.left + _KEY_FROM + rank * (each + 1), top + 2, each, cells.HEADER - 5)
        painter.fillRect(area, tone)
        draw_text(painter, area, str(rank + 1), font(10, 600, True), text_on(tone), Qt.AlignmentFlag.AlignHCenter)
