"""The small card beside the pointer that says what a piece of the ranking is worth."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from desktop.look import font, look
from desktop.look.painting import draw_text, swatch, text_width

_AWAY = 16


class ReadOut(QWidget):
    """A heading and one line of explanation; stays inside its parent and out of the pointer's way."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._heading = self._words = ""
        self._colour: QColor | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()

    def text(self) -> str:
        """What it says, on one line."""
        return f"{self._heading}: {self._words}" if self._words else self._heading

    def say(self, heading: str, words: str, colour: QColor | None, at: QPoint) -> None:
        """Say something beside a point of the parent."""
        if (heading, words, colour) != (self._heading, self._words, self._colour):
            self._heading, self._words, self._colour = heading, words, colour
            self.update()
        left = 10 + (18 if colour is not None else 0)
        width = max(left + text_width(heading, font(12, 600)), 10 + text_width(words, font(12, 400, True))) + 11
        room = self.parentWidget().size()
        width, height = min(round(width), room.width()), 44 if words else 26
        x = at.x() + _AWAY if at.x() + _AWAY + width <= room.width() else at.x() - _AWAY - width
        y = at.y() + _AWAY if at.y() + _AWAY + height <= room.height() else at.y() - _AWAY + 4 - height
        self.setGeometry(max(0, min(x, room.width() - width)), max(0, y), width, height)
        if self.isHidden():
            self.show()
            self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, painter, area = look.tokens, QPainter(self), QRectF(self.rect())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(tokens.border_strong, 1))
        painter.setBrush(tokens.raised)
        painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        left = 10.0
        if self._colour is not None:
            swatch(painter, QPointF(15, 14), self._colour)
            left = 26.0
        draw_text(painter, QRectF(left, 4, area.width() - left - 8, 20), self._heading, font(12, 600), tokens.text)
        if self._words:
            draw_text(painter, QRectF(10, 22, area.width() - 18, 18), self._words, font(12, 400, True), tokens.text2)
