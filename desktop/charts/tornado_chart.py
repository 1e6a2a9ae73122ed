"""The tornado: how far the interval of each score and each weight moves the lead, the widest swing first."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from PySide6.QtCore import QLineF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from db.study.model import Id
from desktop.charts import tornado_words as words
from desktop.charts.chart import Chart, Mark
from desktop.charts.picture import Cell
from desktop.charts.ranking_words import number
from desktop.charts.tornado_layout import HEADER, LEFT, Space, content_height, space_of
from desktop.look import blend, colour_of, font, look, paint_icon
from desktop.look.painting import draw_text, elided_in, swatch, text_width
from desktop.questions.lead import Bar, End, Kind, Lead

Key = tuple[Id | None, Id]
"""What a bar is about: an option's score on a criterion, or the weight of a criterion where the option is None."""

TOP = 25
"""Bars on show unless all are asked for."""

_Align = Qt.AlignmentFlag


class TornadoChart(Chart):
    """Bars around the present lead; `chosen` gives the `Key` of a bar that was clicked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("What moves the lead", "tornado.chart", parent)
        self._lead: Lead | None = None
        self._kind: Kind = "both"
        self._selected: Key | None = None
        self.places: tuple[int, ...] = ()
        self.bars: tuple[Bar, ...] = ()

    def show_lead(self, lead: Lead, kind: Kind, is_whole: bool, selected: Key | None) -> None:
        """Show the bars of scores, weights or both: the widest of them, or all; the selected one is stressed."""
        places = lead.moving(kind).tolist()
        self._lead, self._kind, self._selected = lead, kind, selected
        self.places = tuple(places if is_whole else places[:TOP])
        self.bars = tuple(lead.bar(place) for place in self.places)
        self.refresh()

    # What it says

    def title(self) -> str:
        return words.headline(self._lead) if self._lead is not None else super().title()

    def summary(self) -> str:
        return "" if self._lead is None else words.summary(self._lead, self.bars, self._kind)

    def rows(self) -> Sequence[Sequence[Cell]]:
        return [list(words.HEADINGS)] if self._lead is None else words.rows(self._lead, self.places)

    def content_height(self, width: float) -> float:
        return content_height(len(self.bars))

    def space(self, size: QSizeF) -> Space:
        """Where the bars lie in content of this size."""
        assert self._lead is not None
        return space_of(size.width(), size.height(), self.bars, self._lead.points)

    def marks(self, size: QSizeF) -> Sequence[Mark]:
        if self._lead is None:
            return ()
        space, result = self.space(size), self._lead.firm.result
        return [
            Mark(
                QRectF(4, space.top(row), size.width() - 8, space.row_height),
                words.label(result, bar),
                words.reading(result, bar),
                self.key_of(bar),
                self._colour(bar),
            )
            for row, bar in enumerate(self.bars)
        ]

    def mark_at(self, at: QPointF) -> Mark | None:
        """The mark at a point; none below the scale, which stays in sight."""
        return super().mark_at(at) if at.y() >= HEADER else None

    def _reveal(self, area: QRectF) -> None:
        super()._reveal(area.adjusted(0, -HEADER, 0, 0))

    def key_of(self, bar: Bar) -> Key:
        """What a bar is about."""
        assert self._lead is not None
        table = self._lead.firm.result.table
        return (None if bar.option is None else table.options[bar.option].id, table.leaves[bar.criterion].id)

    def _colour(self, bar: Bar) -> QColor:
        assert self._lead is not None
        return colour_of(self._lead.firm.result.table.leaves[bar.criterion].colour)

    # Painting

    def draw(self, painter: QPainter, size: QSizeF, seen: QRectF) -> None:
        if self._lead is None:
            return
        if not self.bars:
            _say(painter, size, words.nothing(self._lead, self._kind))
            return
        space = self.space(size)
        first = max(0, int((seen.top()) / space.row_height) - 1)
        last = min(len(self.bars), int((seen.bottom() - HEADER) / space.row_height) + 1)
        bottom = space.top(len(self.bars))
        brush = _Painter(painter, space, self._lead)
        brush.ground(QRectF(0, seen.top() + HEADER, size.width(), min(bottom, seen.bottom()) - seen.top() - HEADER))
        for row in range(first, last):
            if self.key_of(self.bars[row]) == self._selected:
                brush.stress(row)
        brush.grid(seen.top() + HEADER - 4, min(bottom, seen.bottom()))
        brush.bars(list(enumerate(self.bars))[first:last])
        brush.lines(seen.top() + HEADER - 4, min(bottom, seen.bottom()))
        for row in range(first, last):
            brush.texts(
                row, self.bars[row], self._colour(self.bars[row]), self.key_of(self.bars[row]) == self._selected
            )
        brush.header(seen.top())


def _say(painter: QPainter, size: QSizeF, text: str) -> None:
    painter.setFont(font(13))
    painter.setPen(look.tokens.text2)
    area = QRectF(32, 0, size.width() - 64, size.height())
    painter.drawText(area, int(_Align.AlignCenter) | int(Qt.TextFlag.TextWordWrap), text)


class _Painter:
    """Paints the parts of one picture, all in opaque colours."""

    def __init__(self, painter: QPainter, space: Space, lead: Lead) -> None:
        self.painter, self.space, self.lead = painter, space, lead
        self.tokens, self.result = look.tokens, lead.firm.result
        self.now, self.zero = space.at(lead.points), space.at(0.0)
        self.face = font(11, 400, True)

    @cached_property
    def shades(self) -> dict[tuple[bool, bool], QColor]:
        """By (is high end, is behind)."""
        tokens = self.tokens
        return {
            (False, False): blend(tokens.accent, tokens.surface, 0.62),
            (True, False): blend(tokens.accent, tokens.surface, 0.08),
            (False, True): blend(tokens.bad, tokens.surface, 0.58),
            (True, True): tokens.bad,
        }

    def ground(self, area: QRectF) -> None:
        """The side of the plot where the lead is lost."""
        left, right = self.space.plot_left, max(self.space.plot_left, self.zero)
        if right > left:
            tint = blend(self.tokens.surface, self.tokens.bad_soft, 0.55)
            self.painter.fillRect(QRectF(left, area.top(), right - left, area.height()), tint)

    def stress(self, row: int) -> None:
        """The ground of the row that is selected."""
        space = self.space
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(self.tokens.accent_soft)
        self.painter.drawRoundedRect(QRectF(6, space.top(row) + 1, space.width - 12, space.row_height - 2), 4, 4)

    def grid(self, top: float, bottom: float) -> None:
        """The grid lines of the leads."""
        for tick in self.space.ticks():
            self.painter.fillRect(QRectF(round(self.space.at(tick)), top, 1, bottom - top), self.tokens.grid)

    def lines(self, top: float, bottom: float) -> None:
        """The strong line of no lead, and that of the present lead."""
        self.painter.fillRect(QRectF(round(self.zero) - 1, top, 2, bottom - top), self.tokens.text)
        self.painter.setPen(QPen(self.tokens.text2, 1, Qt.PenStyle.DashLine))
        x = round(self.now) + 0.5
        self.painter.drawLine(QLineF(x, top, x, bottom))

    def bars(self, shown: Sequence[tuple[int, Bar]]) -> None:
        """The bars of some rows; where both ends lie on one side, the nearer one lies over the farther."""
        painter = self.painter
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        layers: tuple[dict[tuple[bool, bool], list[QRectF]], ...] = ({}, {})
        for row, bar in shown:
            ends = sorted(((bar.low, False), (bar.high, True)), key=lambda each: -abs(each[0].lead - self.lead.points))
            for layer, (end, is_high) in zip(layers, ends, strict=True):
                for is_behind, piece in self._pieces(row, end):
                    layer.setdefault((is_high, is_behind), []).append(piece)
        painter.setPen(Qt.PenStyle.NoPen)
        for layer in layers:
            for shade, pieces in layer.items():
                painter.setBrush(self.shades[shade])
                painter.drawRects(pieces)
        painter.setPen(QPen(self.tokens.accent, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        self._whiskers(shown)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def _pieces(self, row: int, end: End) -> list[tuple[bool, QRectF]]:
        """The part of a bar from the present lead to one of its ends, cut where the lead is lost."""
        here, there = self.now, self.space.at(end.lead)
        edge = max(self.zero, min(here, there))
        found = [(False, self._piece(row, max(here, there), edge if end.lead < 0.0 else min(here, there)))]
        if end.lead < 0.0:
            found.append((True, self._piece(row, min(self.zero, here), there)))
        return [(is_behind, piece) for is_behind, piece in found if piece.width() > 0.0]

    def _piece(self, row: int, right: float, left: float) -> QRectF:
        top = self.space.top(row) + (self.space.row_height - self.space.bar_height) / 2
        return QRectF(round(left), round(top), round(right) - round(left), self.space.bar_height)

    def _whiskers(self, shown: Sequence[tuple[int, Bar]]) -> None:
        """A line to the greatest lead where that is reached between the ends."""
        lines = []
        for row, bar in shown:
            edge = max(bar.low.lead, bar.high.lead, self.lead.points)
            if bar.greatest > edge + 1e-9:
                y = round(self.space.top(row) + self.space.row_height / 2)
                x0, x1 = round(self.space.at(edge)), round(self.space.at(bar.greatest))
                lines += [QLineF(x0, y, x1, y), QLineF(x1, y - 3, x1, y + 3)]
        self.painter.drawLines(lines)

    def texts(self, row: int, bar: Bar, colour: QColor, is_selected: bool) -> None:
        """The name of a row, the figures at its ends, and the word for one that loses the lead."""
        space, top, painter = self.space, self.space.top(row), self.painter
        centre = QPointF(LEFT + 5, top + space.row_height / 2)
        if bar.option is None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawEllipse(centre, 5, 5)
        else:
            swatch(painter, centre, colour)
        area = QRectF(LEFT + 18, top, space.name_right - LEFT - 22, space.row_height)
        face = font(12, 600 if is_selected else 400)
        draw_text(painter, area, words.label(self.result, bar), face, self.tokens.text)
        self._figures(bar, top)
        if bar.rival is not None:
            self._word(top)

    def _figures(self, bar: Bar, top: float) -> None:
        left, right = (bar.low, bar.high) if bar.low.lead <= bar.high.lead else (bar.high, bar.low)
        here, height = self.lead.points, self.space.row_height
        texts = [words.figure(bar, end) for end in (left, right)]
        if right.lead < here - 1e-9:
            texts = [f"{texts[0]} ({texts[1]})", ""]
        elif left.lead > here + 1e-9:
            texts = ["", f"{texts[1]} ({texts[0]})"]
        edge = self.space.at(min(left.lead, here)) - 5
        if edge - text_width(texts[0], self.face) < self.zero < edge + 5:
            edge = self.zero - 6
        area = QRectF(self.space.name_right + 4, top, edge - self.space.name_right - 4, height)
        draw_text(self.painter, area, texts[0], self.face, self.tokens.text2, _Align.AlignRight)
        edge = self.space.at(max(bar.greatest, here)) + 5
        area = QRectF(edge, top, self.space.word_left - edge - 2, height)
        full = f"{texts[1]} {words.unit(self.result, bar)}" if texts[1] else ""
        text = full if text_width(full, self.face) <= area.width() else texts[1]
        draw_text(self.painter, area, text, self.face, self.tokens.text2)

    def _word(self, top: float) -> None:
        space, bad = self.space, self.tokens.bad
        paint_icon(self.painter, "warning", QPointF(space.word_left + 11, top + space.row_height / 2), bad, 14)
        if not space.is_narrow:
            area = QRectF(space.word_left + 22, top, space.width - space.word_left - 24, space.row_height)
            draw_text(self.painter, area, "loses the lead", font(11, 500), bad)

    def header(self, top: float) -> None:
        """The scale of leads, which stays in sight, and which shade is which end."""
        tokens, space, painter = self.tokens, self.space, self.painter
        painter.fillRect(QRectF(0, top, space.width, HEADER - 4), tokens.surface)
        now = f"now {number(self.lead.points)}"
        face = font(11, 600, True)
        half = text_width(now, face) / 2 + 4
        draw_text(painter, QRectF(self.now - 60, top, 120, HEADER - 4), now, face, tokens.text, _Align.AlignHCenter)
        decimals = 0 if space.step >= 1.0 else 1 if space.step >= 0.1 else 2
        for tick in space.ticks():
            x, text = space.at(tick), number(tick, decimals)
            if abs(x - self.now) > half + text_width(text, self.face) / 2:
                area = QRectF(x - 30, top, 60, HEADER - 4)
                draw_text(painter, area, text, self.face, tokens.text2, _Align.AlignHCenter)
        self._legend(top)

    def _legend(self, top: float) -> None:
        x, tokens = LEFT, self.tokens
        for is_high, text in ((False, "low end"), (True, "high end")):
            self.painter.fillRect(QRectF(x, top + 6, 10, 10), self.shades[is_high, False])
            room = self.space.plot_left - x - 20
            draw_text(
                self.painter,
                QRectF(x + 15, top, room, HEADER - 4),
                elided_in(text, font(11), room),
                font(11),
                tokens.text2,
            )
            x += 15 + text_width(text, font(11)) + 12
