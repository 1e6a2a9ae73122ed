"""Focus rings that only those see who move by keyboard."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFocusEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from desktop.look.theme import look

_MOUSE = (Qt.FocusReason.MouseFocusReason, Qt.FocusReason.PopupFocusReason)


def came_by_keyboard(event: QFocusEvent, was_ringed: bool) -> bool:
    """Whether a widget that just got the focus shall show its ring; a window coming back keeps what was."""
    if event.reason() == Qt.FocusReason.ActiveWindowFocusReason:
        return was_ringed
    return event.reason() not in _MOUSE


def paint_ring(painter: QPainter, area: QRectF, radius: float = 6.0) -> None:
    """Paint the focus ring just inside an area."""
    painter.setPen(QPen(look.tokens.accent, 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), radius, radius)


def identify(widget: QWidget, identifier: str = "", name: str = "") -> None:
    """Give a widget its stable identifier and the name a screen reader says; empty texts change nothing."""
    if identifier:
        widget.setAccessibleIdentifier(identifier)
    if name:
        widget.setAccessibleName(name)
