"""The weights, or the scores, by how little of a change makes another option first: a painted list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isnan

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from db.study.model import Id
from desktop.charts.chart import Chart, Mark
from desktop.charts.flip_rows import Cell, Row, Rows, summary_of, table_of
from desktop.exchange.flips_text import WORDS
from desktop.look import font, look
from desktop.look.icons import paint_icon
from desktop.look.painting import draw_text, swatch
from desktop.look.theme import colour_of
from desktop.look.tokens import blend
from desktop.questions.flipping import Closeness

HEADER = 26.0
LOW, HIGH = 26.0, 32.0
"""A row's least and greatest height."""
PAD, GAP = 16.0, 14.0
_FIXED = {"closeness": 74.0, "now": 62.0, "flip": 66.0, "change": 76.0}
_RIGHT = {"now", "flip", "change"}
_TRACK_FROM, _NOW_FROM, _FIRST_FROM = {False: 640.0, True: 900.0}, 600.0, {False: 0.0, True: 640.0}
_SHARES = {
    False: {"criterion": 0.42, "track": 0.26, "first": 0.32},
    True: {"option": 0.3, "criterion": 0.3, "track": 0.18, "first": 0.22},
}
_HEADINGS = {
    "closeness": "Closeness",
    "option": "Option",
    "criterion": "Criterion",
    "now": "Now",
    "flip": "Flips at",
    "change": "Points to go",
    "first": "Then first",
}
Columns = Mapping[str, tuple[float, float]]
"""Left end and width of each column that is shown, in pixels."""


def columns_of(width: float, has_options: bool) -> Columns:
    """Where the columns stand: figures are as wide as they need, names share the rest, and what is too much goes."""
    shown = ["closeness", *(["option"] if has_options else []), "criterion", "track", "now", "flip", "change", "first"]
    least = {"track": _TRACK_FROM[has_options], "now": _NOW_FROM, "first": _FIRST_FROM[has_options]}
    shown = [name for name in shown if width >= least.get(name, 0.0)]
    parts = {name: part for name, part in _SHARES[has_options].items() if name in shown}
    room = width - 2 * PAD - GAP * (len(shown) - 1) - sum(_FIXED.get(name, 0.0) for name in shown)
    found, x = {}, PAD
    for name in shown:
        wide = _FIXED[name] if name in _FIXED else room * parts[name] / sum(parts.values())
        found[name] = (x, wide)
        x += wide + GAP
    return found


def tone_of(closeness: Closeness) -> QColor:
    """The colour that goes with a word of closeness."""
    tokens = look.tokens
    tones = {Closeness.CLOSE: tokens.bad, Closeness.NEAR: tokens.warn, Closeness.FAR: tokens.good}
    return tones.get(closeness, tokens.text2)


def paint_sign(painter: QPainter, closeness: Closeness, centre: QPointF, size: float = 5.0) -> None:
    """The shape that goes with a word of closeness: a triangle, a diamond, a ring, a dash, a lock."""
    x, y, tone = centre.x(), centre.y(), tone_of(closeness)
    if closeness is Closeness.LOCKED:
        paint_icon(painter, "lock", centre, tone, 13)
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(tone)
    if closeness is Closeness.CLOSE:
        painter.drawPolygon(QPolygonF([QPointF(x, y - size), QPointF(x + size, y + 4), QPointF(x - size, y + 4)]))
    elif closeness is Closeness.NEAR:
        painter.drawPolygon(_diamond(x, y, size))
    elif closeness is Closeness.FAR:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(tone, 2))
        painter.drawEllipse(centre, size - 1, size - 1)
    else:
        painter.drawRect(QRectF(x - size, y - 1, 2 * size, 2))


class FlipList(Chart):
    """Shows rows; choosing one gives its (option or None, criterion)."""

    def __init__(self, name: str, identifier: str, parent: QWidget | None = None) -> None:
        super().__init__(name, identifier, parent)
        self._rows: Rows | None = None
        self._selected: tuple[Id | None, Id | None] = (None, None)

    def show_flips(self, rows: Rows, option: Id | None, criterion: Id | None) -> None:
        """Show other rows; the one of the selected option and criterion is lit."""
        self._rows, self._selected = rows, (option if rows.has_options else None, criterion)
        self.refresh()

    @property
    def shown(self) -> Rows | None:
        """What it shows."""
        return self._rows

    # What it says

    def summary(self) -> str:
        return "" if self._rows is None else summary_of(self._rows)

    def rows(self) -> Sequence[Sequence[Cell]]:
        return () if self._rows is None else table_of(self._rows)

    def content_height(self, width: float) -> float:
        return HEADER + LOW * self._count() + 4.0

    def marks(self, size: QSizeF) -> Sequence[Mark]:
        if self._rows is None:
            return ()
        return [
            Mark(self.row_area(place, size), row.heading, row.words, row.key, colour_of(row.colour))
            for place in range(self._count())
            for row in (self._rows.row(place),)
        ]

    def row_area(self, place: int, size: QSizeF) -> QRectF:
        """Where a row stands in the content."""
        high = self._row_height(size)
        return QRectF(PAD - 8.0, HEADER + place * high, size.width() - 2 * (PAD - 8.0), high)

    def mark_at(self, at: QPointF) -> Mark | None:
        # Rows pass under the headings.
        return None if at.y() < HEADER else super().mark_at(at)

    def _reveal(self, area: QRectF) -> None:
        super()._reveal(area.adjusted(0, -HEADER, 0, 0))

    def _count(self) -> int:
        return 0 if self._rows is None else len(self._rows)

    def _row_height(self, size: QSizeF) -> float:
        return min(HIGH, max(LOW, (size.height() - HEADER - 4.0) / max(1, self._count())))

    # Painting

    def draw(self, painter: QPainter, size: QSizeF, seen: QRectF) -> None:
        if self._rows is None:
            return
        if not self._count():
            area = QRectF(PAD, 0, size.width() - 2 * PAD, size.height())
            flags = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
            painter.setFont(font(13))
            painter.setPen(look.tokens.text2)
            painter.drawText(area, flags, self._rows.nothing())
            return
        columns, high = columns_of(size.width(), self._rows.has_options), self._row_height(size)
        first = max(0, int((seen.top() - HEADER) / high))
        last = min(self._count(), int((seen.bottom() - HEADER) / high) + 1)
        for place in range(first, last):
            self._paint_row(painter, place, self.row_area(place, size), columns)
        _paint_headings(painter, QRectF(0, seen.top(), size.width(), HEADER), columns, self._rows.track)

    def _paint_row(self, painter: QPainter, place: int, area: QRectF, columns: Columns) -> None:
        assert self._rows is not None
        row, tokens = self._rows.row(place), look.tokens
        if row.key == self._selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.accent_soft)
            painter.drawRoundedRect(area.adjusted(0, 1, 0, -1), 5, 5)
        else:
            painter.fillRect(QRectF(area.left(), area.bottom() - 0.5, area.width(), 1), tokens.grid)
        cells = {name: QRectF(x, area.top(), wide, area.height()) for name, (x, wide) in columns.items()}
        middle = area.center().y()
        paint_sign(painter, row.closeness, QPointF(cells["closeness"].left() + 6, middle))
        word = cells["closeness"].adjusted(18, 0, 0, 0)
        draw_text(painter, word, WORDS[row.closeness], font(12, 600), tone_of(row.closeness))
        swatch(painter, QPointF(cells["criterion"].left() + 5, middle), colour_of(row.colour))
        draw_text(painter, cells["criterion"].adjusted(17, 0, 0, 0), row.criterion, font(13), tokens.text)
        if "option" in cells:
            draw_text(painter, cells["option"], row.option, font(13), tokens.text)
        if "track" in cells:
            _paint_track(painter, cells["track"], row)
        self._paint_figures(painter, cells, row)

    def _paint_figures(self, painter: QPainter, cells: Mapping[str, QRectF], row: Row) -> None:
        tokens, right = look.tokens, Qt.AlignmentFlag.AlignRight
        now, flip, change, first = row.texts
        quiet = row.closeness in (Closeness.NONE, Closeness.LOCKED)
        if "now" in cells:
            draw_text(painter, cells["now"], now, font(12, 400, True), tokens.text2, right)
        draw_text(painter, cells["flip"], flip, font(12, 400, True), tokens.text2 if quiet else tokens.text, right)
        draw_text(painter, cells["change"], change, font(12, 600, True), tokens.text2 if quiet else tokens.text, right)
        if "first" in cells:
            draw_text(painter, cells["first"], first, font(13), tokens.text)


def _paint_headings(painter: QPainter, area: QRectF, columns: Columns, track: str) -> None:
    tokens = look.tokens
    painter.fillRect(area, tokens.surface)
    painter.fillRect(QRectF(PAD - 8, area.bottom() - 1, area.width() - 2 * (PAD - 8), 1), tokens.border)
    for name, (x, wide) in columns.items():
        align = Qt.AlignmentFlag.AlignRight if name in _RIGHT else Qt.AlignmentFlag.AlignLeft
        text = _HEADINGS.get(name, f"❙ now  ◆ flip   {track}" if wide >= 140 else "❙ now  ◆ flip")
        draw_text(painter, QRectF(x, area.top(), wide, HEADER - 2), text, font(11, 500), tokens.text2, align)


def _paint_track(painter: QPainter, area: QRectF, row: Row) -> None:
    """0 to 100 from end to end: what is shaded is the stable stretch, or the score's range."""
    tokens, middle = look.tokens, round(area.center().y())
    left, wide = area.left() + 6, area.width() - 12
    painter.fillRect(QRectF(left, middle - 2, wide, 4), tokens.track)
    low, high = row.span
    if high > low:
        painter.fillRect(
            QRectF(left + low * wide, middle - 4, max(2.0, (high - low) * wide), 8),
            blend(tokens.track, tokens.accent, 0.45),
        )
    painter.fillRect(QRectF(left + row.now * wide - 1, middle - 7, 2, 14), tokens.text)
    if not isnan(row.flip):
        painter.setPen(QPen(tokens.surface, 1.5))
        painter.setBrush(tone_of(row.closeness))
        painter.drawPolygon(_diamond(left + row.flip * wide, middle, 6.0))


def _diamond(x: float, y: float, size: float) -> QPolygonF:
    return QPolygonF([QPointF(x, y - size), QPointF(x + size, y), QPointF(x, y + size), QPointF(x - size, y)])
