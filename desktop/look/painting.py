"""What charts and painted rows share: bars, swatches, sliders, and text that is measured once."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from desktop.look.theme import look

BAR_RADIUS = 3.0


@lru_cache(maxsize=256)
def metrics(face: QFont) -> QFontMetricsF:
    """Return the metrics of a font, made once."""
    return QFontMetricsF(face)


@lru_cache(maxsize=8192)
def _width(text: str, face: QFont) -> float:
    return metrics(face).horizontalAdvance(text)


def text_width(text: str, face: QFont) -> float:
    """Return how wide the text is in this font, in pixels."""
    return _width(text, face)


@lru_cache(maxsize=8192)
def _elided(text: str, face: QFont, width: int) -> str:
    return metrics(face).elidedText(text, Qt.TextElideMode.ElideRight, width)


def elided_in(text: str, face: QFont, width: float) -> str:
    """Return the text, shortened with an ellipsis if it is wider than width in this font."""
    return text if text_width(text, face) <= width else _elided(text, face, max(0, int(width)))


def draw_text(
    painter: QPainter,
    area: QRectF,
    text: str,
    face: QFont,
    colour: QColor,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> None:
    """Paint one line of text, vertically centred in the area and shortened to it."""
    painter.setFont(face)
    painter.setPen(colour)
    flags = int(align) | int(Qt.AlignmentFlag.AlignVCenter) | int(Qt.TextFlag.TextSingleLine)
    painter.drawText(area, flags, elided_in(text, face, area.width()))


def rounded_ends(area: QRectF, radius: float, left: bool = True, right: bool = True) -> QPainterPath:
    """Return the outline of a bar that is round at the chosen ends."""
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    radius = min(radius, area.width() / 2, area.height() / 2)
    path.addRoundedRect(area, radius, radius)
    half = QRectF(area.left(), area.top(), area.width() / 2, area.height())
    if not left:
        path.addRect(half)
    if not right:
        path.addRect(half.translated(area.width() / 2, 0))
    return path


def stacked_bar(
    painter: QPainter,
    area: QRectF,
    segments: Iterable[tuple[float, QColor]],
    ground: QColor,
    radius: float = BAR_RADIUS,
    gap: float = 1.0,
) -> float:
    """Paint segments (width in pixels, colour) side by side, separated by the ground; return the right end.

    Only the ends of the whole bar are round. Segments thinner than a gap keep their colour and lose the gap, so a small
    share never vanishes.
    """
    shown = [(width, colour) for width, colour in segments if width > 0.0]
    x = area.left()
    painter.setPen(Qt.PenStyle.NoPen)
    last = len(shown) - 1
    for place, (width, colour) in enumerate(shown):
        inner = width - gap if place != last and width > 2 * gap else width
        piece = QRectF(x, area.top(), inner, area.height())
        if place in (0, last):
            painter.setBrush(colour)
            painter.drawPath(rounded_ends(piece, radius, place == 0, place == last))
        else:
            painter.fillRect(piece, colour)
        x += width
    return x


def swatch(painter: QPainter, centre: QPointF, colour: QColor, side: float = 10.0) -> None:
    """Paint the small rounded square that stands for a criterion."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawRoundedRect(QRectF(centre.x() - side / 2, centre.y() - side / 2, side, side), BAR_RADIUS, BAR_RADIUS)


def track(painter: QPainter, area: QRectF, fraction: float, colour: QColor, height: float = 4.0) -> None:
    """Paint a thin track across the middle of an area, filled up to a fraction of its width."""
    line = QRectF(area.left(), area.center().y() - height / 2, area.width(), height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.tokens.track)
    painter.drawRoundedRect(line, height / 2, height / 2)
    filled = max(0.0, min(1.0, fraction)) * area.width()
    if filled > 0.0:
        line.setWidth(max(filled, height))
        painter.setBrush(colour)
        painter.drawRoundedRect(line, height / 2, height / 2)


def handle(painter: QPainter, centre: QPointF, diameter: float = 13.0, colour: QColor | None = None) -> None:
    """Paint the round handle of a slider, outlined strongly enough to be seen (WCAG 1.4.11)."""
    tokens = look.tokens
    fill = colour or (tokens.text if tokens.is_dark else tokens.surface)
    painter.setPen(QPen(tokens.text3, 1.25))
    painter.setBrush(fill)
    painter.drawEllipse(centre, diameter / 2 - 0.5, diameter / 2 - 0.5)


def ghost_mark(painter: QPainter, x: float, top: float, bottom: float) -> None:
    """Paint the short upright mark that says where something stood before."""
    area = QRectF(x - 1, top, 2, bottom - top)
    painter.fillRect(area, look.tokens.text)


def grid_line(painter: QPainter, start: QPointF, end: QPointF, colour: QColor | None = None) -> None:
    """Paint a crisp line one pixel wide, upright or level."""
    tone = colour or look.tokens.grid
    if start.x() == end.x():
        painter.fillRect(QRectF(round(start.x()), start.y(), 1, end.y() - start.y()), tone)
    else:
        painter.fillRect(QRectF(start.x(), round(start.y()), end.x() - start.x(), 1), tone)


def hint(text: str) -> str:
    """A text as a tooltip that takes nothing in it for markup; a long one runs over several lines."""
    from html import escape

    space = "pre" if len(text) <= 80 else "pre-wrap"
    return f"<p style='white-space: {space}'>{escape(text[:2000])}</p>" if text else ""
