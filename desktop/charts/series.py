"""How options on one chart are told apart: each place has its colour, its shape and its kind of line."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from desktop.look import blend, look

MOST = 4
SHAPES = ("circle", "square", "triangle", "diamond")
LINES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine, Qt.PenStyle.DashDotLine)


def series_colour(place: int) -> QColor:
    """The colour of the option at a place, in the look that holds."""
    tokens = look.tokens
    return (tokens.accent, tokens.warn, tokens.text, tokens.good)[place]


def line_pen(place: int, width: float = 1.75) -> QPen:
    """The line of the option at a place."""
    pen = QPen(series_colour(place), width, LINES[place])
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen


def soft(place: int) -> QColor:
    """The colour of a place stepped back, for what stands behind."""
    return blend(series_colour(place), look.tokens.surface, 0.45)


def marker(painter: QPainter, place: int, at: QPointF, radius: float = 4.0, *, hollow: bool = False) -> None:
    """Paint the shape of a place around a point; hollow where what it stands for is not known."""
    colour, ground = series_colour(place), look.tokens.surface
    painter.setPen(QPen(colour if hollow else ground, 1.5 if hollow else 1.0))
    painter.setBrush(ground if hollow else colour)
    x, y = at.x(), at.y()
    if SHAPES[place] == "circle":
        painter.drawEllipse(at, radius, radius)
    elif SHAPES[place] == "square":
        side = radius * 0.9
        painter.drawRect(QRectF(x - side, y - side, 2 * side, 2 * side))
    elif SHAPES[place] == "triangle":
        corners = ((x - radius * 1.1, y + radius * 0.85), (x, y - radius * 1.1), (x + radius * 1.1, y + radius * 0.85))
        painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners]))
    else:
        far = radius * 1.2
        corners4 = ((x - far, y), (x, y - far), (x + far, y), (x, y + far))
        painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners4]))
