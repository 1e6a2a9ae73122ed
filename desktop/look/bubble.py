"""The reason why an entry was refused, shown right under it, and the line of text that can be refused."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from desktop.look.fonts import font
from desktop.look.painting import draw_text, text_width
from desktop.look.theme import look


class ReasonBubble(QLabel):
    """One line floating in the window under a field; a child, not a pop-up, so screen readers find it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleIdentifier("reason")
        self.hide()

    @classmethod
    def say(cls, beside: QWidget, reason: str) -> ReasonBubble:
        """Show the reason under a widget, in place of any other in the same window."""
        window = beside.window()
        found = window.findChild(cls, options=Qt.FindChildOption.FindDirectChildrenOnly)
        bubble = found if isinstance(found, cls) else cls(window)
        bubble.setText(reason)
        bubble.setAccessibleName(reason)
        bubble._place(QRect(beside.mapTo(window, QPoint(0, 0)), beside.size()))
        bubble.show()
        bubble.raise_()
        return bubble

    def sizeHint(self) -> QSize:
        return QSize(round(text_width(self.text(), font(12, 500))) + 20, 26)

    def _place(self, field: QRect) -> None:
        room, size = self.window().rect(), self.sizeHint()
        width = min(size.width(), room.width() - 8)
        x = max(4, min(field.left(), room.width() - width - 4))
        below = field.bottom() + 4
        y = below if below + size.height() <= room.height() else field.top() - size.height() - 3
        self.setGeometry(x, y, width, size.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, area = look.tokens, QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(tokens.bad, 1))
        painter.setBrush(tokens.bad_soft)
        painter.drawRoundedRect(area, 5, 5)
        draw_text(painter, area.adjusted(9, 0, -9, 0), self.text(), font(12, 500), tokens.bad)


class RefusableEdit(QLineEdit):
    """A line of text that can be marked as refused, and says why under it."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._reason = ""
        self._bubble: ReasonBubble | None = None

    def reason(self) -> str:
        """Why the present text is refused, or ""."""
        return self._reason

    def mark(self, reason: str) -> None:
        """Mark the present text as refused; "" takes the mark and its bubble away."""
        self._reason = reason
        if not reason and self._bubble is not None:
            self._bubble.hide()
            self._bubble = None
        self.setToolTip(reason)
        self.setAccessibleDescription(reason)
        self.update()

    def say(self, reason: str) -> None:
        """Show a reason under the text until the mark is taken away."""
        self._bubble = ReasonBubble.say(self, reason)
