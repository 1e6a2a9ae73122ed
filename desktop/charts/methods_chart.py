"""Options against methods: the rank each gives each option, or what leaving each option out does under each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import QWidget

from db.study.model import Id
from desktop.charts import methods_words as words
from desktop.charts.chart import Chart, Mark
from desktop.charts.picture import Cell
from desktop.charts.ranking_words import number
from desktop.look import blend, font, look
from desktop.look.painting import draw_text, text_width
from desktop.questions.concordance import Concordance, Ranked

Mode = Literal["ranks", "removals"]
Key = tuple[Id | None, int | None]
"""What a cell is about: an option, None for the head of a column; a method, None for the name of an option."""

HEADER, AGREEMENT = 38.0, 24.0
ROW_LOWEST, ROW_HIGHEST = 22.0, 32.0
LEFT, RIGHT = 16.0, 8.0
NARROW = 54.0
"""Columns below this width have their ranks more to the left."""
_Centre, _Right = Qt.AlignmentFlag.AlignHCenter, Qt.AlignmentFlag.AlignRight


@dataclass(frozen=True)
class Grid:
    """Pixels of the table: names up to `left`, then columns of one width; rows from `top` on."""

    left: float
    top: float
    column: float
    row: float

    def cell(self, row: int, column: int) -> QRectF:
        """The area of a cell; column -1 has the names."""
        y = self.top + row * self.row
        if column < 0:
            return QRectF(LEFT, y, self.left - LEFT - 6, self.row)
        return QRectF(self.left + column * self.column, y, self.column, self.row)


class MethodsChart(Chart):
    """A table of ranks or of removals; `chosen` gives the `Key` of what was clicked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("The options under each method", "methods.chart", parent)
        self.found: Concordance | None = None
        self.mode: Mode = "ranks"
        self.order: tuple[int, ...] = ()
        self.method: int | None = None
        self._option: Id | None = None

    def show_methods(
        self, found: Concordance | None, order: Sequence[int], mode: Mode, method: int | None, option: Id | None
    ) -> None:
        """Show ranks or removals, options in this order; the chosen method and option are stressed."""
        self.found, self.order, self.mode, self.method, self._option = found, tuple(order), mode, method, option
        self.refresh()

    # What it says

    def title(self) -> str:
        if self.found is None:
            return super().title()
        said = words.agreement(self.found) if self.mode == "ranks" else words.reversal_sentence(self.found)
        return f"{self.found.perspective}: {said[0].lower()}{said[1:]}"

    def summary(self) -> str:
        if self.found is None:
            return "Working"
        sections = words.reasons if self.mode == "ranks" else words.removal_reasons
        return " ".join(f"{heading}: {said}" for heading, said in sections(self.found, None))

    def rows(self) -> Sequence[Sequence[Cell]]:
        if self.found is None:
            return [["Option"]]
        return _rank_rows(self.found, self.order) if self.mode == "ranks" else _removal_rows(self.found, self.order)

    def content_height(self, width: float) -> float:
        return 0.0 if self.found is None else self._top + len(self.order) * ROW_LOWEST + 4

    @property
    def _top(self) -> float:
        return HEADER + (AGREEMENT if self.mode == "ranks" else 0.0)

    def grid(self, size: QSizeF) -> Grid:
        """Where the cells lie in content of this size."""
        assert self.found is not None
        count = len(self.found.methods)
        left = LEFT + min(300.0, max(92.0, 0.27 * size.width()))
        row = (size.height() - self._top - 4) / max(1, len(self.order))
        return Grid(left, self._top, (size.width() - RIGHT - left) / count, min(ROW_HIGHEST, max(ROW_LOWEST, row)))

    def marks(self, size: QSizeF) -> Sequence[Mark]:
        found = self.found
        if found is None:
            return ()
        grid, names = self.grid(size), words.names_of(found)
        marks = [
            Mark(
                QRectF(grid.left + column * grid.column, 0, grid.column, self._top),
                one.method,
                self._head_words(one, column),
                (None, column),
            )
            for column, one in enumerate(found.methods)
        ]
        for place, row in enumerate(self.order):
            option = found.table.options[row].id
            marks += [
                Mark(grid.cell(place, column), f"{names[row]}, {one.method}", self._words(one, row), (option, column))
                for column, one in enumerate(found.methods)
            ]
            marks.append(Mark(grid.cell(place, -1), found.table.options[row].name, "", (option, None)))
        return marks

    def _head_words(self, one: Ranked, column: int) -> str:
        likeness = f"{words.TAU.lower()} {number(one.tau, 2)}" if column else "the answer of the study"
        return f"{likeness}; choose {'for the reasons of all' if column == self.method else 'for its reasons'}"

    def mark_at(self, at: QPointF) -> Mark | None:
        """The mark at a point; the heads stay in sight, whatever is scrolled below them."""
        return super().mark_at(QPointF(at.x(), at.y() - self.scroll) if at.y() < self._top else at)

    def _reveal(self, area: QRectF) -> None:
        super()._reveal(area.adjusted(0, -self._top, 0, 0) if area.top() >= self._top else area)

    def _words(self, one: Ranked, row: int) -> str:
        assert self.found is not None
        if self.mode == "ranks":
            return words.cell_words(self.found, one, row)
        if not one.removals:
            return "being worked out"
        return f"left out: {words.removal_words(self.found, one, one.removals[row])}"

    # Painting

    def draw(self, painter: QPainter, size: QSizeF, seen: QRectF) -> None:
        found = self.found
        if found is None:
            draw_text(painter, QRectF(seen), "Working out the rankings…", font(13), look.tokens.text2, _Centre)
            return
        grid = self.grid(size)
        first = max(0, int((seen.top()) / grid.row) - 1)
        last = min(len(self.order), int((seen.bottom() - grid.top) / grid.row) + 1)
        brush = _Painter(painter, found, grid, size.width())
        if self.method is not None:
            brush.column(self.method, seen)
        for place in range(first, last):
            row = self.order[place]
            brush.name(place, row, found.table.options[row].id == self._option)
            for column, one in enumerate(found.methods):
                if self.mode == "ranks":
                    brush.rank(place, row, column, one)
                else:
                    brush.removal(place, row, column, one)
        brush.header(seen.top(), self.method, self.mode)


class _Painter:
    """Paints the parts of one picture, all in opaque colours."""

    def __init__(self, painter: QPainter, found: Concordance, grid: Grid, width: float) -> None:
        self.painter, self.found, self.grid, self.width = painter, found, grid, width
        self.tokens, self.names = look.tokens, words.names_of(found)
        self.lean = lean(found, grid.column)

    def column(self, column: int, seen: QRectF) -> None:
        """The ground of the chosen method."""
        area = self.grid.cell(0, column)
        bottom = min(seen.bottom(), self.grid.top + len(self.names) * self.grid.row)
        area = QRectF(area.left() + 1, seen.top(), area.width() - 2, bottom - seen.top())
        self.painter.fillRect(area, blend(self.tokens.surface, self.tokens.hover, 0.7))

    def name(self, place: int, row: int, is_selected: bool) -> None:
        """The name of an option, and the line below its row."""
        tokens, area = self.tokens, self.grid.cell(place, -1)
        line = QRectF(LEFT, area.bottom() - 1, self.width - LEFT - RIGHT, 1)
        self.painter.fillRect(line, tokens.grid)
        face = font(12, 600 if is_selected else 400)
        draw_text(self.painter, area, self.names[row], face, tokens.accent if is_selected else tokens.text)

    def rank(self, place: int, row: int, column: int, one: Ranked) -> None:
        """A rank, stressed where it is the first, and how far it is from that of the weighted sum."""
        tokens, area = self.tokens, self.grid.cell(place, column)
        is_first = one.ranks[row] == 1
        if is_first:
            self._ground(area, tokens.accent_soft, tokens.accent)
        text, climb = words.rank_text(one, row), words.climb(self.found, one, row)
        face = font(13, 700 if is_first else 400, True)
        middle = area.center().x() - self.lean
        half = QRectF(area.left(), area.top(), middle + 5 - area.left(), area.height())
        draw_text(self.painter, half, text, face, tokens.accent if is_first else tokens.text, _Right)
        if climb:
            beside = QRectF(middle + 8, area.top(), area.right() - middle - 7, area.height())
            is_great = abs(int(one.ranks[row]) - int(self.found.methods[0].ranks[row])) > 2
            face = font(11, 600 if is_great else 400, True)
            if text_width(climb, face) <= beside.width():  # Half a number would be read as another; a click tells it.
                draw_text(self.painter, beside, climb, face, tokens.warn if is_great else tokens.text2)

    def removal(self, place: int, row: int, column: int, one: Ranked) -> None:
        """Who is first when an option is left out, or that others change places, or nothing."""
        tokens, area = self.tokens, self.grid.cell(place, column)
        inner = area.adjusted(5, 0, -5, 0)
        if not one.removals:
            draw_text(self.painter, inner, "…", font(12), tokens.text3, _Centre)
            return
        removal = one.removals[row]
        text = words.removal_text(self.found, one, removal)
        if removal.winner_changed:
            self._ground(area, tokens.warn_soft, tokens.warn)
            draw_text(self.painter, inner, text, font(11, 600), tokens.warn, _Centre)
        elif one.ranks[row] == 1:
            draw_text(self.painter, inner, "first itself", font(11), tokens.text2, _Centre)
        else:
            draw_text(self.painter, inner, text or "–", font(11), tokens.text2 if text else tokens.text3, _Centre)

    def _ground(self, area: QRectF, fill: QColor, edge: QColor) -> None:
        self.painter.setPen(QPen(edge, 1))
        self.painter.setBrush(fill)
        self.painter.drawRoundedRect(area.adjusted(3.5, 2.5, -3.5, -3.5), 4, 4)

    def header(self, top: float, chosen: int | None, mode: Mode) -> None:
        """The methods, and how alike their order is to that of the weighted sum; it stays in sight."""
        tokens, grid = self.tokens, self.grid
        self.painter.fillRect(QRectF(0, top, self.width, grid.top), tokens.surface)
        lead = "Option" if mode == "ranks" else "Left out"
        draw_text(self.painter, QRectF(LEFT, top, grid.left - LEFT, HEADER), lead, font(11, 600), tokens.text2)
        if mode == "ranks":
            area = QRectF(LEFT, top + HEADER, grid.left - LEFT - 6, AGREEMENT)
            self.painter.fillRect(QRectF(LEFT, area.top(), self.width - LEFT - RIGHT, AGREEMENT), tokens.sunken)
            text = next(
                each for each in (words.TAU, "Same order", "") if text_width(each, font(11)) <= area.width() - 4
            )
            draw_text(self.painter, area.adjusted(4, 0, 0, 0), text, font(11), tokens.text2)
        for column, one in enumerate(self.found.methods):
            self._head(column, one, top, column == chosen, mode)

    def _head(self, column: int, one: Ranked, top: float, is_chosen: bool, mode: Mode) -> None:
        tokens, grid = self.tokens, self.grid
        area = QRectF(grid.left + column * grid.column + 1, top, grid.column - 2, HEADER)
        if is_chosen:
            self.painter.fillRect(QRectF(area.left(), area.bottom() - 3, area.width(), 2), tokens.accent)
        lines, face = _lines(one.method, area.width())
        ink = tokens.accent if is_chosen else tokens.text
        for number_, line in enumerate(lines):
            y = area.center().y() - 7.5 * len(lines) + 15 * number_
            draw_text(self.painter, QRectF(area.left(), y, area.width(), 15), line, face, ink, _Centre)
        if mode == "ranks":
            tau = "–" if column == 0 else number(one.tau, 2)
            below = QRectF(area.left(), top + HEADER, area.width(), AGREEMENT)
            draw_text(self.painter, below, tau, font(12, 500, True), tokens.text, _Centre)


def lean(found: Concordance, column: float) -> float:
    """How far left of the middle the ranks of a column end, so that the longest move has room beside them."""
    base = found.methods[0].ranks
    furthest = max(int(np.abs(one.ranks - base).max()) for one in found.methods)
    needed = text_width(f"↓{furthest}", font(11, 600, True)) + 8 - column / 2
    most = column / 2 + 5 - text_width(str(base.size), font(13, 700, True))
    return max(0.0, min(most, max(needed, 8.0 if column < NARROW else 0.0)))


def _lines(name: str, width: float) -> tuple[Sequence[str], QFont]:
    """A method's name on one line or two that fit, as large and as complete as may be."""
    faces, short = (font(11, 600), font(10, 600)), words.SHORT.get(name, ((name,),))
    for lines in ((name,), tuple(name.rsplit(" ", 1)), *short):
        for face in faces:
            if all(text_width(line, face) <= width for line in lines):
                return lines, face
    return short[-1], faces[-1]


def _rank_rows(found: Concordance, order: Sequence[int]) -> list[list[Cell]]:
    names = words.names_of(found)
    head: list[Cell] = ["Option", *(f"{one.method}: {part}" for one in found.methods for part in ("rank", one.measure))]
    table: list[list[Cell]] = [head]
    for row in order:
        cells: list[Cell] = [names[row]]
        for one in found.methods:
            cells += [words.rank_text(one, row), float(one.scores[row])]
        table.append(cells)
    likeness: list[Cell] = ["Kendall's tau with the weighted sum"]
    for one in found.methods:
        likeness += [None, one.tau]
    return [*table, likeness]


def _removal_rows(found: Concordance, order: Sequence[int]) -> list[list[Cell]]:
    names = words.names_of(found)
    table: list[list[Cell]] = [["Left out", *(one.method for one in found.methods)]]
    for row in order:
        said = (words.removal_words(found, one, one.removals[row]) if one.removals else None for one in found.methods)
        table.append([names[row], *said])
    return table
