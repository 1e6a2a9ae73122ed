"""Headings with paragraphs, painted: they may change in every frame without a new layout of the window."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from desktop.charts.chart import Chart, Mark
from desktop.charts.picture import Cell
from desktop.look import font, look
from desktop.look.painting import metrics

LEFT, RIGHT, TOP = 14.0, 12.0, 4.0
HEAD, GAP = 4.0, 10.0
_WRAP = int(Qt.TextFlag.TextWordWrap) | int(Qt.AlignmentFlag.AlignLeft) | int(Qt.AlignmentFlag.AlignTop)


class NotesChart(Chart):
    """Sections of a heading and a paragraph; each can be stepped to."""

    def __init__(self, name: str, identifier: str, parent: QWidget | None = None) -> None:
        super().__init__(name, identifier, parent)
        self.setMinimumSize(150, 80)
        self.sections: tuple[tuple[str, str], ...] = ()

    def show_sections(self, sections: Sequence[tuple[str, str]]) -> None:
        """Show other sections."""
        if tuple(sections) != self.sections:
            self.sections = tuple(sections)
            self.refresh()

    def summary(self) -> str:
        return " ".join(f"{heading}: {words}" for heading, words in self.sections)

    def rows(self) -> Sequence[Sequence[Cell]]:
        return [["Heading", "Text"], *self.sections]

    def content_height(self, width: float) -> float:
        places = self._places(width)
        return places[-1][1].bottom() + GAP if places else 0.0

    def marks(self, size: QSizeF) -> Sequence[Mark]:
        return [
            Mark(head.united(body), heading)
            for (heading, _), (head, body) in zip(self.sections, self._places(size.width()), strict=True)
        ]

    def draw(self, painter: QPainter, size: QSizeF, seen: QRectF) -> None:
        tokens = look.tokens
        painter.fillRect(QRectF(0, seen.top(), 1, seen.height()), tokens.border)
        for (heading, words), (head, body) in zip(self.sections, self._places(size.width()), strict=True):
            if body.bottom() < seen.top() or head.top() > seen.bottom():
                continue
            painter.setFont(font(12, 600))
            painter.setPen(tokens.text)
            painter.drawText(head, _WRAP, heading)
            painter.setFont(font(12))
            painter.setPen(tokens.text2)
            painter.drawText(body, _WRAP, words)

    def _places(self, width: float) -> list[tuple[QRectF, QRectF]]:
        room, y, found = max(60.0, width - LEFT - RIGHT), TOP, []
        for heading, words in self.sections:
            head = QRectF(LEFT, y, room, _height(heading, 600, room))
            body = QRectF(LEFT, head.bottom() + HEAD, room, _height(words, 400, room))
            found.append((head, body))
            y = body.bottom() + GAP
        return found


@lru_cache(maxsize=512)
def _height(text: str, weight: int, width: float) -> float:
    return metrics(font(12, weight)).boundingRect(QRectF(0, 0, width, 10_000), _WRAP, text).height()
