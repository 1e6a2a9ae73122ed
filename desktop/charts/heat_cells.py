"""Tables of cells in one hue: where the cells lie, and how they are painted."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from desktop.analysis.arrays import Array
from desktop.charts.acceptance import short_percent
from desktop.look import blend, font, look, text_on, tokens_for
from desktop.look.painting import draw_text

HEADER = 18.0
ROW_LOWEST, ROW_HIGHEST = 14.0, 32.0
CELL_WIDEST = 84.0
NUMBERED = 24.0
"""The narrowest cell that has a number."""
LEFT, RIGHT = 16.0, 14.0
_EVERY = 5


@dataclass(frozen=True)
class Grid:
    """Where rows of names, each followed by cells of one width, lie; in pixels of the content."""

    width: float
    rows: int
    columns: int
    left: float
    row: float
    cell: float

    def top(self, row: int) -> float:
        """Where a row begins."""
        return HEADER + row * self.row

    def area(self, row: int, column: int) -> QRectF:
        """The place of a cell."""
        return QRectF(self.left + column * self.cell, self.top(row), self.cell, self.row)

    def name_area(self, row: int) -> QRectF:
        """The place of the name of a row."""
        return QRectF(LEFT, self.top(row), name_room(self.width) - 8, self.row)

    def rows_in(self, seen: QRectF) -> range:
        """The rows of which something is on show."""
        first = max(0, int((seen.top() - HEADER) // self.row))
        return range(first, max(first, min(self.rows, int((seen.bottom() - HEADER) // self.row) + 1)))


def name_room(width: float) -> float:
    """How wide the column of the names is."""
    return min(236.0, max(104.0, width * 0.23))


def row_height(rows: int, height: float, highest: float = ROW_HIGHEST) -> float:
    """How high a row is so that all fill the height; no lower than can be read."""
    return max(ROW_LOWEST, min(highest, (height - HEADER - 4.0) / max(1, rows)))


def least_height(rows: int) -> float:
    """The height below which rows would be too low."""
    return HEADER + 4.0 + rows * ROW_LOWEST


def grid_of(rows: int, columns: int, width: float, height: float) -> Grid:
    """A grid that fills an area."""
    left = LEFT + name_room(width)
    cell = min(CELL_WIDEST, (width - left - RIGHT) / max(1, columns))
    return Grid(width, rows, columns, left, row_height(rows, height), cell)


@cache
def _hues(is_dark: bool, bend: float) -> tuple[tuple[QColor, QColor], ...]:
    tokens = tokens_for("dark" if is_dark else "light")
    grounds = [blend(tokens.surface, tokens.heat, 0.05 + 0.9 * (percent / 100.0) ** bend) for percent in range(101)]
    return tuple((ground, text_on(ground)) for ground in grounds)


def hue_of(part: float, bend: float = 0.8) -> tuple[QColor, QColor]:
    """(ground, ink) of a part 0..1; the less the bend, the sooner small parts are seen."""
    return _hues(look.tokens.is_dark, bend)[min(100, max(0, round(100.0 * part)))]


@lru_cache(maxsize=64)
def shades(ranks: int, is_dark: bool) -> tuple[QColor, ...]:
    """One hue for each of so many ranks, the first strongest."""
    tokens, last = tokens_for("dark" if is_dark else "light"), max(1, ranks - 1)
    return tuple(blend(tokens.surface, tokens.heat, 0.1 + 0.9 * (1.0 - rank / last) ** 1.4) for rank in range(ranks))


def paint_cells(painter: QPainter, grid: Grid, parts: Array, rows: range, *, are_pairs: bool) -> None:
    """Fill the cells of some rows with the hues of `parts` (rows, columns), with numbers where there is room.

    Pairs leave the diagonal blank. Ranks spread thinly over many columns, so their small parts are stressed.
    """
    bend = 0.8 if are_pairs else 0.5
    nothing, dot = look.tokens.sunken, look.tokens.text3
    is_numbered = grid.cell >= NUMBERED
    inset = 0.5 if grid.cell >= 12 else 0.0
    face = font(11 if grid.row < 20 or grid.cell < 34 else 12, 500, True)
    painter.setFont(face)
    centre = int(Qt.AlignmentFlag.AlignCenter)
    for row in rows:
        top = grid.top(row)
        for column, part in enumerate(parts[row].tolist()):
            area = QRectF(
                grid.left + column * grid.cell + inset, top + 0.5, grid.cell - 2 * inset, max(1.0, grid.row - 1)
            )
            if are_pairs and row == column:
                continue
            ground, ink = hue_of(part, bend) if part > 0.0 else (nothing, dot)
            painter.fillRect(area, ground)
            if is_numbered:
                painter.setPen(ink)
                painter.drawText(area, centre, short_percent(part) if part > 0.0 else "·")


def paint_heads(painter: QPainter, grid: Grid, label: str, top: float) -> None:
    """Number the columns, every fifth where they are narrow; `label` says of the rest what it needs."""
    tokens, face, centre = look.tokens, font(11, 400, True), Qt.AlignmentFlag.AlignHCenter
    painter.fillRect(QRectF(0, top, grid.width, HEADER), tokens.surface)
    draw_text(painter, QRectF(LEFT, top, grid.left - LEFT - 8, HEADER), label, font(11), tokens.text3)
    step = 1 if grid.cell >= 18 else _EVERY
    for column in range(grid.columns):
        if step == 1 or (column + 1) % step == 0 or column == 0:
            area = QRectF(grid.left + column * grid.cell - 8, top, grid.cell + 16, HEADER)
            draw_text(painter, area, str(column + 1), face, tokens.text2, centre)


def paint_name(painter: QPainter, area: QRectF, name: str, is_stressed: bool, place: int | None = None) -> None:
    """Write the name of a row, with a number before it where columns are known by numbers."""
    tokens, px = look.tokens, 11 if area.height() < 17 else 12 if area.height() < 26 else 13
    if place is not None:
        right = Qt.AlignmentFlag.AlignRight
        number = QRectF(area.left(), area.top(), 16, area.height())
        draw_text(painter, number, str(place), font(px, 400, True), tokens.text3, right)
        area = area.adjusted(22, 0, 0, 0)
    draw_text(painter, area, name, font(px, 600 if is_stressed else 400), tokens.text)


def paint_selection(painter: QPainter, grid: Grid, row: int) -> None:
    """Stress the row of what is selected."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.tokens.accent_soft)
    painter.drawRoundedRect(QRectF(6, grid.top(row), grid.width - 12, grid.row), 4, 4)
