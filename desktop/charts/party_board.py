"""Options by parties: where rows, columns and their headings lie, and how what they share is painted.

The columns stand in bands below each other when there is no room for all of them beside each other; each band has all
the options, and its heads stay in sight while it is scrolled.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QPainter

from db.study.model import Id, Option, PerspectiveKind
from desktop.analysis.arrays import Ranks
from desktop.charts.chart import Chart, Mark
from desktop.exchange.parties_text import KIND_WORDS, names_of, option_name
from desktop.look import font, look
from desktop.look.painting import draw_text, metrics, text_width
from desktop.questions.parties import Parties, Party

GROUP_LINE, NAME_LINE = 15.0, 18.0
HEAD = GROUP_LINE + NAME_LINE
LEFT, RIGHT, GAP, BETWEEN = 16.0, 14.0, 12.0, 14.0
ROW_LOWEST, ROW_HIGHEST = 14.0, 27.0
CELL_NARROWEST, CELL_WIDEST = 76.0, 200.0


@dataclass(frozen=True)
class Board:
    """Where everything lies, in pixels of the content."""

    width: float
    rows: int
    bands: tuple[tuple[int, ...], ...]
    """Columns of each band."""
    xs: tuple[float, ...]
    """Where each column begins."""
    name: float
    aside: float
    cell: float
    row: float

    @property
    def band_height(self) -> float:
        """How high a band is, with its heads."""
        return HEAD + self.rows * self.row

    def band_top(self, band: int) -> float:
        """Where a band begins."""
        return band * (self.band_height + BETWEEN)

    def row_top(self, band: int, row: int) -> float:
        """Where a row of a band begins."""
        return self.band_top(band) + HEAD + row * self.row

    def head_top(self, band: int, seen: float) -> float:
        """Where the heads of a band are painted: at its top, or at that of what is seen of it."""
        top = self.band_top(band)
        return max(top, min(seen, top + self.band_height - HEAD - self.row))

    def cell_area(self, band: int, row: int, column: int) -> QRectF:
        """The place of a cell."""
        return QRectF(self.xs[column], self.row_top(band, row), self.cell, self.row)

    def name_area(self, band: int, row: int) -> QRectF:
        """The place of an option's name."""
        return QRectF(LEFT, self.row_top(band, row), self.name - 8, self.row)

    def aside_area(self, band: int, row: int) -> QRectF:
        """The place of the figure beside an option's name."""
        return QRectF(LEFT + self.name, self.row_top(band, row), self.aside - GAP, self.row)

    def rows_in(self, band: int, seen: QRectF) -> range:
        """The rows of a band of which something is on show."""
        top = self.row_top(band, 0)
        first = max(0, int((seen.top() - top) // self.row))
        return range(first, max(first, min(self.rows, int((seen.bottom() - top) // self.row) + 1)))


def board_of(rows: int, kinds: Sequence[PerspectiveKind], size: QSizeF, aside: float, longest: float) -> Board:
    """The board of so many options and of parties of these kinds; kinds stand apart from each other.

    `longest`: how wide the names of the options would like to be.
    """
    width, count = size.width(), len(kinds)
    name = max(80.0, min(220.0, width * 0.19, longest + 12.0))
    left = LEFT + name + aside
    gaps = sum(a is not b for a, b in pairwise(kinds)) * GAP
    room = width - left - RIGHT
    if room - gaps >= count * CELL_NARROWEST:
        per_band = max(1, count)
    else:
        per_band = max(1, int((room - 2 * GAP) // CELL_NARROWEST))
        gaps = 2 * GAP
    cell = min(CELL_WIDEST, max(40.0, (room - gaps) / per_band))
    bands = tuple(tuple(range(at, min(count, at + per_band))) for at in range(0, count, per_band)) or ((),)
    xs = [x for band in bands for x in _xs(band, kinds, left, cell)]
    free = (size.height() - (len(bands) - 1) * BETWEEN - 4.0) / len(bands) - HEAD
    row = max(ROW_LOWEST, min(ROW_HIGHEST, free / max(1, rows)))
    return Board(width, rows, bands, tuple(xs), name, aside, cell, row)


def _xs(band: Sequence[int], kinds: Sequence[PerspectiveKind], left: float, cell: float) -> Iterator[float]:
    x = left
    for place, column in enumerate(band):
        if place and kinds[column] is not kinds[column - 1]:
            x += GAP
        yield x
        x += cell


def least_height(board: Board) -> float:
    """The height of a board."""
    return board.band_top(len(board.bands) - 1) + board.band_height + 4.0


@dataclass(frozen=True, eq=False)
class Shown:
    """One moment of a board: the options in an order, who is looked at, and which option is selected."""

    found: Parties
    order: Ranks
    present: Id
    option: Id | None = None


Place = tuple[QRectF, Party, int]
"""A cell: its area, whose it is, and the row of the option in the table."""


class Figures:
    """Paints many short figures in one face, none of which is ever shortened: faster than text laid out in areas."""

    def __init__(self, painter: QPainter, face: QFont, ink: QColor) -> None:
        self._painter, self._face = painter, face
        measured = metrics(face)
        self._drop = (measured.ascent() - measured.descent()) / 2.0
        painter.setFont(face)
        painter.setPen(ink)

    def left(self, x: float, y: float, text: str) -> None:
        """Write from x on, around the height y."""
        self._painter.drawText(QPointF(x, y + self._drop), text)

    def right(self, x: float, y: float, text: str) -> None:
        """Write up to x."""
        self.left(x - text_width(text, self._face), y, text)

    def centre(self, x: float, y: float, text: str) -> None:
        """Write around x."""
        self.left(x - text_width(text, self._face) / 2.0, y, text)


class BoardChart(Chart):
    """A chart with options in rows and parties in columns. One of its own paints cells and says what they mean."""

    aside = 0.0
    """How wide the column between names and cells is."""
    aside_head = ("", "")

    def __init__(self, name: str, identifier: str) -> None:
        super().__init__(name, identifier)
        self.shown: Shown | None = None

    def draw_cells(self, painter: QPainter, cells: Sequence[Place]) -> None:
        """Paint what parties say of options, all cells on show in one go."""
        raise NotImplementedError

    def draw_aside(self, painter: QPainter, area: QRectF, row: int) -> None:
        """Paint the figure beside an option's name."""

    def cell_words(self, party: Party, row: int) -> str:
        """What a party says of an option, in words."""
        raise NotImplementedError

    def name_words(self, row: int) -> str:
        """What is said of an option as a whole."""
        return ""

    # Where things lie

    @property
    def kinds(self) -> list[PerspectiveKind]:
        """The kinds of the parties, by column."""
        return [party.perspective.kind for party in self.shown.found.all] if self.shown is not None else []

    def content_height(self, width: float) -> float:
        if self.shown is None:
            return 0.0
        return least_height(self.board(QSizeF(width, 0.0)))

    def board(self, size: QSizeF) -> Board:
        """Where everything lies."""
        assert self.shown is not None
        longest = _longest(self.shown.found.table.options)
        return board_of(self.shown.order.size, self.kinds, size, self.aside, longest)

    # Painting

    def draw(self, painter: QPainter, size: QSizeF, seen: QRectF) -> None:
        if self.shown is None:
            return
        board = self.board(size)
        for band, columns in enumerate(board.bands):
            self._draw_rows(painter, board, band, board.rows_in(band, seen))
            self._draw_columns(painter, board, band, columns, board.rows_in(band, seen))
            self._draw_heads(painter, board, columns, board.head_top(band, seen.top()))

    def _draw_rows(self, painter: QPainter, board: Board, band: int, rows: range) -> None:
        assert self.shown is not None
        tokens, names = look.tokens, names_of(self.shown.found)
        px = 11 if board.row < 17 else 12 if board.row < 24 else 13
        for place in rows:
            row = int(self.shown.order[place])
            is_chosen = self.shown.found.table.options[row].id == self.shown.option
            area = board.name_area(band, place)
            if is_chosen:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(tokens.accent_soft)
                painter.drawRoundedRect(QRectF(6, area.top(), board.width - 12, board.row), 4, 4)
            draw_text(painter, area, names[row], font(px, 600 if is_chosen else 400), tokens.text)
            if self.aside:
                self.draw_aside(painter, board.aside_area(band, place), row)

    def _draw_columns(self, painter: QPainter, board: Board, band: int, columns: Sequence[int], rows: range) -> None:
        assert self.shown is not None
        order, cells = self.shown.order.tolist(), []
        for column in columns:
            party = self.shown.found.all[column]
            if party.result is None:
                area = board.cell_area(band, 0, column).adjusted(4, 2, -4, 0)
                area.setHeight(min(60.0, board.rows * board.row))
                painter.setFont(font(11))
                painter.setPen(look.tokens.text2)
                painter.drawText(area, int(Qt.TextFlag.TextWordWrap), "No ranking: nothing carries weight")
                continue
            cells += [(board.cell_area(band, place, column), party, order[place]) for place in rows]
        if cells:
            self.draw_cells(painter, cells)

    def _draw_heads(self, painter: QPainter, board: Board, columns: Sequence[int], top: float) -> None:
        assert self.shown is not None
        tokens, small = look.tokens, font(11)
        painter.fillRect(QRectF(0, top, board.width, HEAD - 1), tokens.surface)
        if self.aside:
            area = QRectF(LEFT + board.name - 20, top, board.aside - GAP + 20, GROUP_LINE)
            for text in self.aside_head:
                draw_text(painter, area, text, small, tokens.text3, Qt.AlignmentFlag.AlignRight)
                area = area.translated(0, GROUP_LINE)
        for group in _groups(columns, self.kinds):
            self._draw_group(painter, board, group, top)
        for column in columns:
            party = self.shown.found.all[column]
            area = QRectF(board.xs[column] + 4, top + GROUP_LINE, board.cell - 10, NAME_LINE - 2)
            is_present = party.id == self.shown.present
            draw_text(painter, area, party.name, font(12, 600 if is_present else 500), tokens.text)
            if is_present:
                painter.fillRect(QRectF(area.left(), top + HEAD - 3, area.width(), 2), tokens.accent)

    def _draw_group(self, painter: QPainter, board: Board, group: Sequence[int], top: float) -> None:
        """The kind of some columns that stand together, with a line under it as wide as they are."""
        tokens = look.tokens
        left, right = board.xs[group[0]] + 4, board.xs[group[-1]] + board.cell - 6
        kind = self.kinds[group[0]]
        words = KIND_WORDS[kind][len(group) > 1]
        if kind is not PerspectiveKind.STAKEHOLDER and right - left > 130:
            words += ", not counted"
        draw_text(painter, QRectF(left, top, right - left, GROUP_LINE - 1), words, font(11), tokens.text3)
        painter.fillRect(QRectF(left, top + GROUP_LINE - 1, right - left, 1), tokens.border_strong)

    # Reading

    def marks(self, size: QSizeF) -> Sequence[Mark]:
        if self.shown is None:
            return ()
        board = self.board(size)
        return [mark for band, columns in enumerate(board.bands) for mark in self._band_marks(board, band, columns)]

    def _band_marks(self, board: Board, band: int, columns: Sequence[int]) -> Iterator[Mark]:
        assert self.shown is not None
        names, options = names_of(self.shown.found), self.shown.found.table.options
        parties = [(column, self.shown.found.all[column]) for column in columns]
        for place, row in enumerate(self.shown.order.tolist()):
            key = ("option", options[row].id)
            line = board.name_area(band, place).united(board.aside_area(band, place))
            yield Mark(line, names[row], self.name_words(row), key)
            for column, party in parties:
                if party.result is not None:
                    area = board.cell_area(band, place, column)
                    yield Mark(area, f"{names[row]}, {party.name}", self.cell_words(party, row), (*key, party.id))
        yield from self._head_marks(board, board.head_top(band, self.scroll), parties)

    def _head_marks(self, board: Board, top: float, parties: Sequence[tuple[int, Party]]) -> Iterator[Mark]:
        for column, party in parties:
            area = QRectF(board.xs[column], top + GROUP_LINE, board.cell, NAME_LINE)
            yield Mark(area, party.name, party_words(party), ("party", party.id))

    def _on_scrolled(self) -> None:
        self._marks = None
        super()._on_scrolled()

    def title(self) -> str:
        return str(self.accessibleName())


def party_words(party: Party) -> str:
    """What is said of a perspective as a whole."""
    words = KIND_WORDS[party.perspective.kind][0].lower()
    words += "" if party.is_stakeholder else ", never counted with the stakeholders"
    if party.result is None:
        return f"{words}. {party.trouble}"
    return words if party.perspective.assessed else f"{words}; equal weights that nobody has set"


def _groups(columns: Sequence[int], kinds: Sequence[PerspectiveKind]) -> list[list[int]]:
    groups: list[list[int]] = []
    for column in columns:
        if groups and kinds[groups[-1][-1]] is kinds[column]:
            groups[-1].append(column)
        else:
            groups.append([column])
    return groups


@lru_cache(maxsize=4)
def _longest(options: tuple[Option, ...]) -> float:
    return max((text_width(option_name(option), font(13, 600)) for option in options), default=0.0)
