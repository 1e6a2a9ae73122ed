"""The points of the trade-off chart: what each is worth is told by its shape as well as by its colour."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QPainter, QPen

from desktop.analysis.arrays import Array
from desktop.look import look
from desktop.questions.tradeoff import Tradeoff


class Shape(StrEnum):
    """How a point looks."""

    LEADER = "leader"
    FRONTIER = "frontier"
    BEHIND = "behind"
    BEATEN = "beaten"


def shape_of(tradeoff: Tradeoff, row: int) -> Shape:
    """A cross for what another option dominates, a dot for all others, larger for the leader."""
    if row == tradeoff.leader:
        return Shape.LEADER
    if tradeoff.beaten[row] >= 0:
        return Shape.BEATEN
    return Shape.FRONTIER if tradeoff.by[row] < 0 else Shape.BEHIND


def paint_points(painter: QPainter, tradeoff: Tradeoff, points: Array, selected: int) -> None:
    """Every option, the leader on top; hollow where no weights make it first, ringed where it is selected."""
    for row in reversed(tradeoff.result.order.tolist()):
        at = QPointF(float(points[row, 0]), float(points[row, 1]))
        paint_point(painter, at, shape_of(tradeoff, row), is_hollow=bool(tradeoff.lost[row]))
    if selected >= 0:
        painter.setPen(QPen(look.tokens.text, 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QPointF(float(points[selected, 0]), float(points[selected, 1])), 9.0, 9.0)


def paint_point(painter: QPainter, at: QPointF, shape: Shape, *, is_hollow: bool = False) -> None:
    """One point."""
    tokens = look.tokens
    ink = tokens.accent if shape in (Shape.LEADER, Shape.FRONTIER) else tokens.text3
    if shape is Shape.BEATEN:
        painter.setPen(QPen(ink, 2.0))
        for way in (1.0, -1.0):
            painter.drawLine(QLineF(at.x() - 3.5, at.y() - 3.5 * way, at.x() + 3.5, at.y() + 3.5 * way))
        return
    radius = 6.5 if shape is Shape.LEADER else 4.75
    painter.setPen(QPen(ink, 2.0) if is_hollow else QPen(tokens.surface, 1.5))
    painter.setBrush(tokens.surface if is_hollow else ink)
    painter.drawEllipse(at, radius - (0.75 if is_hollow else 0.0), radius - (0.75 if is_hollow else 0.0))
