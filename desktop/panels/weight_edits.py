"""The fields of the rows of the weights panel: a weight as a number, and a name while it is being typed."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop.look import look
from desktop.look.number_edit import Check, NumberEdit
from desktop.look.painting import draw_text
from desktop.panels.weight_slider import stay_opaque


class ShareEdit(NumberEdit):
    """The number of a leaf. Painted as plain text until it is touched: a tick repaints every one of them."""

    def __init__(self, check: Check, parent: QWidget) -> None:
        super().__init__("", check, 13, 600, parent)
        self.ground: QColor | None = None
        self.setMinimumHeight(20)

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        stay_opaque(self, event)
        return done

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.ground or look.tokens.surface)
        if self.hasFocus() or self.reason() or self.underMouse():
            painter.end()
            super().paintEvent(event)
            return
        ink = look.tokens.text if self.isEnabled() else look.tokens.disabled
        area = QRectF(self.rect()).adjusted(0, 0, -7, 0)
        draw_text(painter, area, self.text(), self.font(), ink, Qt.AlignmentFlag.AlignRight)


class NameEdit(NumberEdit):
    """The name of a row while it is being typed; it goes by itself."""

    ended = Signal()

    def __init__(self, text: str, check: Check, weight: int, parent: QWidget) -> None:
        super().__init__(text, check, 13, weight, parent)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.restore()
            self.ended.emit()
            return
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not self.reason():
            self.ended.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        passing = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)
        if event.reason() not in passing:
            self.ended.emit()
