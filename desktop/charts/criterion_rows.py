"""The left of a chart that has a row for every criterion: its colour, its name and its weight."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from db.study.model import Criterion
from desktop.look import colour_of, font, look
from desktop.look.painting import draw_text, swatch

LOWEST, HIGHEST = 16.0, 26.0
"""Pixels of a row."""
LEFT = 16.0
_NAME = LEFT + 16.0
_WEIGHT = 50.0

_Right = Qt.AlignmentFlag.AlignRight


@dataclass(frozen=True)
class Columns:
    """Where names and weights end, and the rest begins."""

    name_right: float
    weight_right: float
    end: float


def columns_of(width: float) -> Columns:
    """The columns of a chart so wide."""
    name_right = LEFT + max(96.0, min(250.0, 0.25 * width))
    return Columns(name_right, name_right + _WEIGHT, name_right + _WEIGHT + 12)


def row_height(room: float, rows: int) -> float:
    """How high rows are that share this room."""
    return max(LOWEST, min(HIGHEST, room / max(1, rows)))


def paint_ground(painter: QPainter, top: float, height: float, width: float, *, is_moving: bool) -> None:
    """Stress the row that is selected or whose weight is being moved."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.tokens.accent_soft if is_moving else look.tokens.hover)
    painter.drawRoundedRect(QRectF(6, top + 0.5, width - 12, height - 1), 4, 4)


def paint_criterion(
    painter: QPainter, leaf: Criterion, weight: str, columns: Columns, top: float, height: float, *, counts: bool
) -> None:
    """Paint a criterion's swatch, name and weight; one without weight is paler."""
    tokens = look.tokens
    swatch(painter, QPointF(LEFT + 5, top + height / 2), colour_of(leaf.colour), 9)
    area = QRectF(_NAME, top, columns.name_right - _NAME - 4, height)
    draw_text(painter, area, leaf.name, font(12), tokens.text if counts else tokens.text3)
    paint_weight(painter, weight, columns, top, height)


def paint_weight(painter: QPainter, weight: str, columns: Columns, top: float, height: float) -> None:
    """Paint a weight in its column."""
    area = QRectF(columns.weight_right - _WEIGHT, top, _WEIGHT, height)
    draw_text(painter, area, weight, font(12, 400, True), look.tokens.text2, _Right)


def paint_heading(painter: QPainter, columns: Columns, top: float, height: float) -> None:
    """Paint what stands above the weights."""
    draw_text(painter, QRectF(LEFT, top, columns.name_right - LEFT, height), "Criterion", font(11), look.tokens.text3)
    area = QRectF(columns.weight_right - _WEIGHT - 8, top, _WEIGHT + 8, height)
    draw_text(painter, area, "Weight", font(11), look.tokens.text3, _Right)
