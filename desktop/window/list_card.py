"""What the lists of dialogs have in common: a card around them that shows the focus, flat rows."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractItemView, QFrame

from desktop.look import look
from desktop.look.widgets import Card

FLAT_ROWS = (
    "QAbstractItemView { border: none; outline: none; }"
    "QAbstractItemView::item { padding: 5px; }"
    "QAbstractItemView::item:selected { background: palette(highlight); color: palette(highlighted-text); }"
)
"""For lists whose rows Qt paints: a soft ground under the selected row, no box around one cell of it."""

_RADIUS = 3.0
"""Small, since a list is square and reaches to the line."""


class ListCard(Card):
    """A card around a list; its line is in the accent's colour while the list has the focus, as that of a field."""

    def __init__(self, view: QAbstractItemView) -> None:
        super().__init__(radius=_RADIUS)
        self._view = view
        view.setFrameShape(QFrame.Shape.NoFrame)
        view.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._view.hasFocus():
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(look.tokens.accent, 1))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)
