"""The slider of how sure a party is of its weights: from exact to knowing nothing."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QSlider, QWidget

from desktop.look import font, look
from desktop.look.focus import Ringed, identify
from desktop.look.painting import draw_text, handle

INSET, MIDDLE, HANDLE = 9.0, 11.0, 13.0
STEP, FINE_STEP, PAGE = 5, 1, 10
"""Hundredths that an arrow, an arrow with Shift, and a page key move."""


class SpreadSlider(Ringed, QSlider):
    """A spread in hundredths, 0 to 100. `valueChanged` speaks of the user only; `present` is silent."""

    given_up = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setRange(0, 100)
        self.setSingleStep(STEP)
        self.setPageStep(PAGE)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        identify(self, "robustness.spread", "How sure are we of the weights? 0 exact, 100 know nothing")
        self._grip = 0.0

    def sizeHint(self) -> QSize:
        return QSize(170, 34)

    def minimumSizeHint(self) -> QSize:
        return QSize(104, 34)

    def present(self, spread: float) -> None:
        """Show a spread, 0 to 1, without telling anybody."""
        was_blocked = self.blockSignals(True)
        self.setValue(round(100.0 * spread))
        self.blockSignals(was_blocked)

    def point_of(self, value: int) -> QPointF:
        """The centre of the handle at a value."""
        return QPointF(INSET + value / 100.0 * self._length(), MIDDLE)

    def _length(self) -> float:
        return max(1.0, self.width() - 2 * INSET)

    # Moving

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._is_ringed = False
        if event.button() != Qt.MouseButton.LeftButton:
            return
        away = event.position().x() - self.point_of(self.value()).x()
        self._grip = away if abs(away) <= HANDLE / 2 + 1 else 0.0
        self.setSliderDown(True)
        self._follow(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self._follow(event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown() and event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(False)
            self.update()

    def _follow(self, x: float) -> None:
        self.setValue(round((x - self._grip - INSET) / self._length() * 100.0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = FINE_STEP if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else STEP
        keys, here = Qt.Key, self.value()
        targets = {
            keys.Key_Left: here - step, keys.Key_Down: here - step,
            keys.Key_Right: here + step, keys.Key_Up: here + step,
            keys.Key_PageDown: here - PAGE, keys.Key_PageUp: here + PAGE,
            keys.Key_Home: 0, keys.Key_End: 100,
        }  # fmt: skip
        if event.key() == keys.Key_Escape and self.isSliderDown():
            self.given_up.emit()
            self.setSliderDown(False)
        elif keys(event.key()) in targets:
            self._is_ringed = True
            self.setValue(targets[keys(event.key())])
        else:
            event.ignore()

    def wheelEvent(self, event: QWheelEvent) -> None:
        turn = event.angleDelta().y() or event.angleDelta().x()
        if not turn or not self.hasFocus():
            event.ignore()
            return
        event.accept()
        self.setValue(self.value() + (FINE_STEP if turn > 0 else -FINE_STEP))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, painter = look.tokens, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        centre = self.point_of(self.value())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tokens.track)
        painter.drawRoundedRect(QRectF(INSET, MIDDLE - 2, self._length(), 4), 2, 2)
        painter.setBrush(tokens.accent if self.isEnabled() else tokens.disabled)
        if centre.x() > INSET:
            painter.drawRoundedRect(QRectF(INSET, MIDDLE - 2, centre.x() - INSET, 4), 2, 2)
        is_active = self.isEnabled() and (self.isSliderDown() or self.underMouse())
        handle(painter, centre, HANDLE, tokens.accent_soft if is_active and not tokens.is_dark else None)
        ends = QRectF(INSET - 4, MIDDLE + 7, self._length() + 8, 14)
        draw_text(painter, ends, "exact", font(10), tokens.text3)
        draw_text(painter, ends, "know nothing", font(10), tokens.text3, Qt.AlignmentFlag.AlignRight)
        self.paint_focus(painter, QRectF(self.rect()), 5)
