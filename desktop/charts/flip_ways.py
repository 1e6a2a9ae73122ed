"""The three smallest ways to reverse two options, each as a sentence with its figures."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QFont, QPainter, QTextLayout, QTextOption
from PySide6.QtWidgets import QWidget

from desktop.charts.chart import Chart, Mark
from desktop.charts.flip_list import paint_sign, tone_of
from desktop.charts.flip_rows import Cell
from desktop.exchange.flips_text import WORDS, Way
from desktop.look import font, look
from desktop.look.painting import draw_text, metrics

LEAST, MOST = 46.0, 88.0
"""The least and the greatest height of a way."""
PAD = 16.0
NARROW = 640.0
"""Below this width words are smaller."""


class FlipWays(Chart):
    """Three lines of words; the buttons that show them stand beside it."""

    def __init__(self, name: str, identifier: str, parent: QWidget | None = None) -> None:
        super().__init__(name, identifier, parent)
        self._ways: Sequence[Way] = ()
        self._heading = name
        self.setMinimumHeight(round(3 * LEAST))

    def show_ways(self, ways: Sequence[Way], heading: str) -> None:
        """Show other ways, under the heading that a picture of them gets."""
        if (tuple(ways), heading) != (tuple(self._ways), self._heading):
            self._ways, self._heading = ways, heading
            self.refresh()

    @property
    def ways(self) -> Sequence[Way]:
        """What it shows."""
        return self._ways

    def title(self) -> str:
        return self._heading

    def summary(self) -> str:
        return " ".join(f"{way.title}: {way.sentence}" for way in self._ways)

    def rows(self) -> Sequence[Sequence[Cell]]:
        lines = [(way.title, WORDS[way.closeness], way.amount, way.sentence) for way in self._ways]
        return [("Way", "Closeness", "Change", "What it takes"), *lines]

    def content_height(self, width: float) -> float:
        return LEAST * len(self._ways)

    def marks(self, size: QSizeF) -> Sequence[Mark]:
        return [Mark(self.way_area(place, size), way.title, way.sentence) for place, way in enumerate(self._ways)]

    def way_area(self, place: int, size: QSizeF) -> QRectF:
        """Where a way stands in the content."""
        high = size.height() / max(1, len(self._ways))
        return QRectF(8, place * high, size.width() - 16, high)

    def draw(self, painter: QPainter, size: QSizeF, seen: QRectF) -> None:
        for place, way in enumerate(self._ways):
            area = self.way_area(place, size)
            if place:
                painter.fillRect(QRectF(area.left(), round(area.top()), area.width(), 1), look.tokens.grid)
            _paint_way(painter, area, way)


def _paint_way(painter: QPainter, area: QRectF, way: Way) -> None:
    tokens, x, middle = look.tokens, PAD, area.center().y()
    left, px, high = (176.0, 13, 19.0) if area.width() >= NARROW - 88 else (152.0, 12, 16.0)
    draw_text(painter, QRectF(x, middle - 20, left - x, 20), way.title, font(13, 600), tokens.text)
    paint_sign(painter, way.closeness, QPointF(x + 6, middle + 10))
    words = WORDS[way.closeness] + (f" · {way.amount}" if way.amount else "")
    draw_text(painter, QRectF(x + 18, middle, left - x - 18, 20), words, font(12, 500), tone_of(way.closeness))
    room, face = area.right() - left, font(px)
    lines = lines_of(
        way.sentence.replace(" %", "\N{NO-BREAK SPACE}%"), face, room - 8, max(1, int((area.height() - 4) / high))
    )
    top = middle - len(lines) * high / 2
    for number, line in enumerate(lines):
        draw_text(painter, QRectF(left, top + number * high, room, high), line, face, tokens.text)


@lru_cache(maxsize=256)
def lines_of(text: str, face: QFont, width: float, most: int) -> tuple[str, ...]:
    """A text in lines no wider than this, at most so many, the last of them shortened."""
    layout = QTextLayout(text, face)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    starts: list[int] = []
    while len(starts) <= most and (line := layout.createLine()).isValid():
        line.setLineWidth(max(20.0, width))
        starts.append(line.textStart())
    layout.endLayout()
    ends = [*starts[1:], len(text)]
    lines = [text[start:end].strip() for start, end in zip(starts, ends, strict=True)]
    if len(lines) <= most:
        return tuple(lines)
    rest = metrics(face).elidedText(text[starts[most - 1] :], Qt.TextElideMode.ElideRight, int(width))
    return (*lines[: most - 1], rest)
