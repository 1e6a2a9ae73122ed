"""What to firm up first: the judgements that would settle most if they were known, with the rule that orders them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from desktop.charts import tornado_words as words
from desktop.charts.chart import Chart, Mark
from desktop.charts.picture import Cell
from desktop.look import colour_of, font, look
from desktop.look.painting import draw_text, metrics
from desktop.questions.lead import Bar, Lead

MOST = 10
"""Judgements that are listed."""
ROW = 38.0
TITLE = 26.0
_WRAP = int(Qt.TextFlag.TextWordWrap) | int(Qt.AlignmentFlag.AlignLeft) | int(Qt.AlignmentFlag.AlignTop)


class FirmUpChart(Chart):
    """A numbered list; `chosen` gives the `Key` of a judgement that was clicked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Firm this up first", "tornado.first", parent)
        self.setMinimumSize(150, 80)
        self._lead: Lead | None = None
        self.bars: tuple[Bar, ...] = ()

    def show_lead(self, lead: Lead) -> None:
        """List the judgements of all kinds, the one that would settle most first."""
        self._lead = lead
        self.bars = tuple(lead.bar(place) for place in lead.priority[:MOST].tolist())
        self.refresh()

    def summary(self) -> str:
        if self._lead is None or not self.bars:
            return "Nothing moves the lead"
        result = self._lead.firm.result
        listed = (
            f"{place}. {words.label(result, bar)}: {words.verdict(result, bar)}"
            for place, bar in enumerate(self.bars, 1)
        )
        return f"{words.RULE} {'; '.join(listed)}"

    def rows(self) -> Sequence[Sequence[Cell]]:
        if self._lead is None:
            return [list(words.HEADINGS)]
        return words.rows(self._lead, self._lead.priority[:MOST].tolist())

    def content_height(self, width: float) -> float:
        return _top(width) + len(self.bars) * ROW + 4

    def marks(self, size: QSizeF) -> Sequence[Mark]:
        if self._lead is None:
            return ()
        table, top = self._lead.firm.result.table, _top(size.width())
        result = self._lead.firm.result
        return [
            Mark(
                QRectF(2, top + place * ROW, size.width() - 4, ROW),
                words.label(result, bar),
                f"{words.span(result, bar)}: {words.verdict(result, bar)}",
                (None if bar.option is None else table.options[bar.option].id, table.leaves[bar.criterion].id),
                colour_of(table.leaves[bar.criterion].colour),
            )
            for place, bar in enumerate(self.bars)
        ]

    def draw(self, painter: QPainter, size: QSizeF, seen: QRectF) -> None:
        if self._lead is None:
            return
        tokens, width = look.tokens, size.width()
        painter.fillRect(QRectF(0, seen.top(), 1, seen.height()), tokens.border)
        draw_text(painter, QRectF(14, 0, width - 18, TITLE), self.accessibleName(), font(12, 600), tokens.text)
        painter.setFont(font(11))
        painter.setPen(tokens.text2)
        painter.drawText(QRectF(14, TITLE - 2, width - 24, _top(width)), _WRAP, words.RULE)
        for place, bar in enumerate(self.bars):
            top = _top(width) + place * ROW
            if top < seen.bottom() and top + ROW > seen.top():
                self._row(painter, place, bar, QRectF(0, top, width, ROW))
        if not self.bars:
            area = QRectF(14, _top(width), width - 24, ROW)
            draw_text(painter, area, "Nothing moves the lead", font(12), tokens.text2)

    def _row(self, painter: QPainter, place: int, bar: Bar, area: QRectF) -> None:
        assert self._lead is not None
        tokens, is_lost = look.tokens, bar.rival is not None
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tokens.bad_soft if is_lost else tokens.hover)
        centre = QPointF(24, area.top() + 13)
        painter.drawEllipse(centre, 10, 10)
        ink = tokens.bad if is_lost else tokens.text2
        number = QRectF(centre.x() - 10, centre.y() - 10, 20, 20)
        draw_text(painter, number, str(place + 1), font(11, 600, True), ink, Qt.AlignmentFlag.AlignHCenter)
        line = QRectF(42, area.top() + 3, area.width() - 48, 17)
        draw_text(painter, line, words.label(self._lead.firm.result, bar), font(12, 500), tokens.text)
        draw_text(painter, line.translated(0, 16), words.short_verdict(bar), font(11), ink)


@lru_cache(maxsize=64)
def _top(width: float) -> float:
    """Where the first row begins: below the rule, which takes as many lines as it needs."""
    room = QRectF(0, 0, max(60.0, width - 24), 1000.0)
    return TITLE + metrics(font(11)).boundingRect(room, _WRAP, words.RULE).height() + 8
