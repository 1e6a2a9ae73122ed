"""Who agrees with whom: parties against parties by Kendall's tau, and options against options by who prefers one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QStaticText

from db.study.model import Id
from desktop.analysis.arrays import Array, Ranks
from desktop.charts.chart import Chart, Mark
from desktop.charts.party_board import party_words
from desktop.charts.picture import Cell
from desktop.exchange.parties_text import (
    concordance_sentence,
    kind_word,
    least_alike_sentence,
    names_of,
    preference_sentence,
    signed,
)
from desktop.look import blend, font, look, text_on
from desktop.look.painting import draw_text
from desktop.questions.parties import Parties

HEAD = 20.0
LEFT, RIGHT = 16.0, 14.0
ROW_LOWEST, ROW_HIGHEST = 14.0, 34.0
CELL_WIDEST, NAMED, NUMBERED = 150.0, 64.0, 26.0
"""The widest cell, and the narrowest that has a name at its head, and a number in it."""
OPTIONS_UP_TO = 24
"""Options that are compared in pairs: where there are more, the first of the order that is shown."""


@dataclass(frozen=True)
class Square:
    """Where the rows and columns of a square table lie."""

    count: int
    width: float
    left: float
    row: float
    cell: float

    def area(self, row: int, column: int) -> QRectF:
        """The place of a cell."""
        return QRectF(self.left + column * self.cell, HEAD + row * self.row, self.cell, self.row)

    def name_area(self, row: int) -> QRectF:
        """The place of a row's name."""
        return QRectF(LEFT, HEAD + row * self.row, self.left - LEFT - 8, self.row)

    def rows_in(self, seen: QRectF) -> range:
        """The rows of which something is on show."""
        first = max(0, int((seen.top() - HEAD) // self.row))
        return range(first, max(first, min(self.count, int((seen.bottom() - HEAD) // self.row) + 1)))


def square_of(count: int, size: QSizeF) -> Square:
    """A square table that fills an area."""
    left = LEFT + min(240.0, max(120.0, size.width() * 0.24))
    row = max(ROW_LOWEST, min(ROW_HIGHEST, (size.height() - HEAD - 4.0) / max(1, count)))
    return Square(count, size.width(), left, row, min(CELL_WIDEST, (size.width() - left - RIGHT) / max(1, count)))


class SquareChart(Chart):
    """A square table of figures. One of its own names the rows, and tints and words the cells."""

    def __init__(self, name: str, identifier: str) -> None:
        super().__init__(name, identifier)
        self.found: Parties | None = None

    def names(self) -> Sequence[str]:
        """What the rows and columns are called."""
        raise NotImplementedError

    def text(self, row: int, column: int) -> str:
        """The figure of a cell."""
        raise NotImplementedError

    def ground(self, row: int, column: int) -> QColor:
        """The ground of a cell; the same for cells with the same figure."""
        raise NotImplementedError

    def is_stressed(self, row: int) -> bool:
        """Whether the name of a row stands out."""
        return False

    def is_apart(self, row: int) -> bool:
        """Whether a gap parts a row from the one before, and its column likewise."""
        return False

    def content_height(self, width: float) -> float:
        return HEAD + 4.0 + ROW_LOWEST * len(self.names()) if self.found is not None else 0.0

    def square(self, size: QSizeF) -> Square:
        """Where everything lies."""
        return square_of(len(self.names()), size)

    def draw(self, painter: QPainter, size: QSizeF, seen: QRectF) -> None:
        if self.found is None:
            return
        square, names, tokens = self.square(size), self.names(), look.tokens
        px = 11 if square.row < 18 else 12
        for row in square.rows_in(seen):
            area = square.name_area(row)
            if square.cell < NAMED:
                draw_text(painter, area, str(row + 1), font(px, 400, True), tokens.text3)
                area = area.adjusted(20, 0, 0, 0)
            draw_text(painter, area, names[row], font(px, 600 if self.is_stressed(row) else 400), tokens.text)
        self._draw_cells(painter, square, square.rows_in(seen), px)
        self._draw_heads(painter, square, names, seen.top())

    def _draw_cells(self, painter: QPainter, square: Square, rows: range, px: int) -> None:
        """Cells of one figure are painted together: there are few figures, and many cells."""
        kinds: dict[str, tuple[QColor, list[QRectF]]] = {}
        for row in rows:
            top = 2.0 if self.is_apart(row) else 0.5
            for column in range(square.count):
                if row != column:
                    area = square.area(row, column).adjusted(3 if self.is_apart(column) else 0.5, top, -0.5, -0.5)
                    text = self.text(row, column)
                    if text not in kinds:
                        kinds[text] = (self.ground(row, column), [])
                    kinds[text][1].append(area)
        face = font(px, 500, True)
        for text, (ground, areas) in kinds.items():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ground)
            painter.drawRects(areas)
            if square.cell >= NUMBERED:
                self._draw_texts(painter, text, face, text_on(ground), areas)

    def _draw_texts(self, painter: QPainter, text: str, face: QFont, ink: QColor, areas: Sequence[QRectF]) -> None:
        drawn = QStaticText(text)
        drawn.setTextFormat(Qt.TextFormat.PlainText)
        drawn.prepare(font=face)
        half_width, half_height = drawn.size().width() / 2.0, drawn.size().height() / 2.0
        painter.setFont(face)
        painter.setPen(ink)
        for area in areas:
            centre = area.center()
            painter.drawStaticText(QPointF(centre.x() - half_width, centre.y() - half_height), drawn)

    def _draw_heads(self, painter: QPainter, square: Square, names: Sequence[str], top: float) -> None:
        tokens = look.tokens
        painter.fillRect(QRectF(0, top, square.width, HEAD - 2), tokens.surface)
        for column, name in enumerate(names):
            area = QRectF(square.left + column * square.cell + 2, top, square.cell - 4, HEAD - 2)
            text = name if square.cell >= NAMED else str(column + 1)
            face = font(11, 600 if self.is_stressed(column) else 400)
            draw_text(painter, area, text, face, tokens.text2, Qt.AlignmentFlag.AlignHCenter)

    def marks(self, size: QSizeF) -> Sequence[Mark]:
        return list(self.square_marks(self.square(size))) if self.found is not None else ()

    def square_marks(self, square: Square) -> Iterator[Mark]:
        """The names and the cells, in reading order."""
        raise NotImplementedError


class TauChart(SquareChart):
    """How alike the rankings of every two parties are."""

    def __init__(self) -> None:
        super().__init__("How alike the rankings are (Kendall's tau)", "perspectives.tau")
        self._present: Id = ""

    def show_parties(self, found: Parties, present: Id) -> None:
        """Show another moment."""
        self.found, self._present = found, present
        self.refresh()

    def names(self) -> Sequence[str]:
        return [party.name for party in self.found.ranked] if self.found is not None else ()

    def text(self, row: int, column: int) -> str:
        assert self.found is not None
        return signed(float(self.found.tau[row, column]))

    def ground(self, row: int, column: int) -> QColor:
        assert self.found is not None
        tau = float(self.found.tau[row, column])
        hue = look.tokens.heat if tau >= 0 else look.tokens.warn
        return blend(look.tokens.surface, hue, 0.06 + 0.8 * abs(tau))

    def is_stressed(self, row: int) -> bool:
        assert self.found is not None
        return self.found.ranked[row].id == self._present

    def is_apart(self, row: int) -> bool:
        assert self.found is not None
        ranked = self.found.ranked
        return row > 0 and ranked[row].perspective.kind is not ranked[row - 1].perspective.kind

    def square_marks(self, square: Square) -> Iterator[Mark]:
        assert self.found is not None
        for row, party in enumerate(self.found.ranked):
            yield Mark(square.name_area(row), party.name, party_words(party), ("party", party.id))
            for column, other in enumerate(self.found.ranked):
                if row != column:
                    key = ("pair", party.id, other.id)
                    yield Mark(square.area(row, column), f"{party.name} and {other.name}", self.words(row, column), key)

    def words(self, row: int, column: int) -> str:
        """What a cell says, in words."""
        assert self.found is not None
        tau = float(self.found.tau[row, column])
        meaning = "opposite orders prevail" if tau < 0 else "the same order prevails" if tau > 0 else "neither prevails"
        return (
            f"tau {signed(tau)}: of the pairs of options, {meaning} (1 = the same ranking, \N{MINUS SIGN}1 = opposite)"
        )

    def summary(self) -> str:
        if self.found is None:
            return ""
        return f"{concordance_sentence(self.found)} {least_alike_sentence(self.found)}"

    def rows(self) -> Sequence[Sequence[Cell]]:
        if self.found is None:
            return ()
        found = self.found
        table: list[list[Cell]] = [["Perspective", "Kind", *(party.name for party in found.ranked)]]
        for party, taus in zip(found.ranked, found.tau.tolist(), strict=True):
            table.append([party.name, kind_word(party), *taus])
        table.append(["Kendall's W over the stakeholders", found.concordance])
        table[-1] += [None] * (len(table[0]) - len(table[-1]))
        return table


class PreferenceChart(SquareChart):
    """How many stakeholders rank one option before another."""

    def __init__(self) -> None:
        super().__init__("How many stakeholders prefer one option to another", "perspectives.preference")
        self._order: Ranks = np.arange(0)
        self._option: Id | None = None

    def show_parties(self, found: Parties, order: Ranks, option: Id | None) -> None:
        """Show another moment, with the options in an order."""
        self.found, self._order, self._option = found, order[:OPTIONS_UP_TO], option
        shares = found.preference[np.ix_(self._order, self._order)]
        self._counts: list[list[int]] = np.rint(shares * len(found.stakeholders)).astype(int).tolist()
        self.refresh()

    @property
    def shown_count(self) -> int:
        """How many options are shown."""
        return int(self._order.size)

    @property
    def _shares(self) -> Array:
        assert self.found is not None
        return self.found.preference

    def names(self) -> Sequence[str]:
        names = names_of(self.found) if self.found is not None else []
        return [names[row] for row in self._order.tolist()]

    def count(self, row: int, column: int) -> int:
        """How many stakeholders rank the option of a row before that of a column."""
        return self._counts[row][column]

    def text(self, row: int, column: int) -> str:
        return str(self._counts[row][column] or "·")

    def ground(self, row: int, column: int) -> QColor:
        assert self.found is not None
        share = self._counts[row][column] / len(self.found.stakeholders)
        return blend(look.tokens.surface, look.tokens.heat, 0.05 + 0.8 * share)

    def is_stressed(self, row: int) -> bool:
        assert self.found is not None
        return self.found.table.options[self._order[row]].id == self._option

    def square_marks(self, square: Square) -> Iterator[Mark]:
        assert self.found is not None
        names, options = self.names(), self.found.table.options
        for row in range(square.count):
            key = ("option", options[self._order[row]].id)
            beaten = sum(2 * self.count(row, k) > len(self.found.stakeholders) for k in range(square.count) if k != row)
            words = f"more than half of the stakeholders prefer it to {beaten} of {square.count - 1} others"
            yield Mark(square.name_area(row), names[row], words, key)
            for column in range(square.count):
                if row != column:
                    yield Mark(
                        square.area(row, column),
                        *self.words(row, column, names),
                        (*key, options[self._order[column]].id),
                    )

    def words(self, row: int, column: int, names: Sequence[str]) -> tuple[str, str]:
        """(heading, what a cell says)."""
        assert self.found is not None
        a, b = self._order[row], self._order[column]
        who = [party.name for party in self.found.stakeholders if party.ranks[a] < party.ranks[b]]
        said = f"{len(who)} of {len(self.found.stakeholders)} stakeholders" + (f": {', '.join(who)}" if who else "")
        return f"{names[row]} before {names[column]}", said

    def summary(self) -> str:
        return preference_sentence(self.found, self.shown_count) if self.found is not None else ""

    def rows(self) -> Sequence[Sequence[Cell]]:
        if self.found is None:
            return ()
        names = self.names()
        table: list[list[Cell]] = [["Share of stakeholders who put the row before the column", *names]]
        for name, row in zip(names, self._order.tolist(), strict=True):
            shares: list[Cell] = [float(share) for share in self._shares[row, self._order]]
            table.append([name, *shares])
        return table
