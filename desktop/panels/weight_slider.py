"""The slider of one weight: painted here, but a real slider to the keyboard and to screen readers."""

from __future__ import annotations

from math import ceil
from typing import NamedTuple

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QSlider, QWidget

from desktop.look import colour_of, look
from desktop.look.focus import Ringed
from desktop.look.painting import ghost_mark, handle
from desktop.look.spoken import Amount, SpokenAmount
from desktop.panels.weight_flips import Hold, paint_band

INSET = 8.0
"""Pixels left and right of the track, so that the handle and the focus ring fit at both ends."""

HANDLE = 13.0
STEP, FINE_STEP, PAGE = 5, 1, 50
"""Tenths of a point that an arrow, an arrow with Shift, and a page key move."""


def stay_opaque(widget: QWidget, event: QEvent) -> None:
    """Call after an event: a style sheet takes WA_OpaquePaintEvent away, and then each tick paints the whole row."""
    if event.type() in (QEvent.Type.Polish, QEvent.Type.StyleChange):
        widget.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)


class SliderState(NamedTuple):
    """What a slider shows, in points: of percent, or the free points of a leaf.

    `scale` is the amount at the right end of the track, `room` the most that locks leave (None: no limit), `ghost`
    the amount before the last gesture (None: none to show). `hold` is where the leader stays first (None: not known).
    """

    amount: float = 0.0
    scale: float = 40.0
    room: float | None = None
    ghost: float | None = None
    locked: bool = False
    hold: Hold | None = None


class WeightSlider(Ringed, QSlider):
    """A weight in tenths of a point. `valueChanged` speaks of the user only; `present` is silent."""

    given_up = Signal()
    blocked = Signal()
    typed = Signal(str)
    left = Signal()

    def __init__(self, colour: int, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.colour = colour
        self.ground: QColor | None = None
        self.state = SliderState()
        self._drag_scale, self._grip = 40.0, 0.0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSingleStep(STEP)
        self.setPageStep(PAGE)
        self.setRange(0, 1000)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def present(self, state: SliderState) -> None:
        """Show a state without telling anybody."""
        if state == self.state and self.value() == round(state.amount * 10.0):
            return
        self.state = state
        was_blocked = self.blockSignals(True)
        self.setValue(round(state.amount * 10.0))
        self.blockSignals(was_blocked)
        self.update()

    def bound(self, most: int) -> None:
        """Let the slider go up to so many tenths, without telling anybody."""
        if most != self.maximum():
            was_blocked = self.blockSignals(True)
            self.setMaximum(most)
            self.blockSignals(was_blocked)

    def fraction(self, amount: float) -> float:
        """Where an amount stands on the track, 0 to 1."""
        return max(0.0, min(1.0, amount / self.state.scale))

    def point_of(self, amount: float) -> QPointF:
        """The centre of the handle at an amount."""
        return QPointF(INSET + self.fraction(amount) * self._length(), self.height() / 2)

    def _length(self) -> float:
        return max(1.0, self.width() - 2 * INSET)

    def _shown(self) -> float:
        exact = self.state.amount
        return exact if round(exact * 10.0) == self.value() else self.value() / 10.0

    def spoken(self) -> SpokenAmount:
        """A slider in points, as the number beside it is."""
        return SpokenAmount(self, Amount(self._shown, self.move_to, lambda: self.maximum() / 10.0, STEP / 10.0))

    # Moving

    def move_to(self, amount: float) -> None:
        """Go to an amount as the keys do."""
        if not self._is_held():
            self._go(round(amount * 10.0))

    def _is_held(self) -> bool:
        if self.state.locked:
            self.blocked.emit()
        return self.state.locked

    def _go(self, tenths: int) -> None:
        top = self.maximum() if self.state.room is None else ceil(self.state.room * 10.0 - 1e-9)
        self.setValue(max(0, min(tenths, top)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._is_ringed = False
        if event.button() != Qt.MouseButton.LeftButton or self._is_held():
            event.accept()
            return
        self._drag_scale = self.state.scale
        centre = self.point_of(self._shown()).x()
        on_handle = abs(event.position().x() - centre) <= HANDLE / 2 + 1
        self._grip = event.position().x() - centre if on_handle else 0.0
        self.setSliderDown(True)
        if not on_handle:
            self._follow(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self._follow(event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown() and event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(False)
            self.update()

    def _follow(self, x: float) -> None:
        # The scale of the press holds throughout, so that going on past the right end goes on raising the weight.
        self._go(round((x - self._grip - INSET) / self._length() * self._drag_scale * 10.0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        if plain != Qt.KeyboardModifier.NoModifier:
            event.ignore()
        elif event.key() == Qt.Key.Key_Escape and self.isSliderDown():
            self.give_up()
        elif event.text() and event.text() in "0123456789.,":
            self.typed.emit(event.text())
        elif not self._step_by_key(event):
            event.ignore()

    def give_up(self) -> None:
        """End a drag as if it had never begun."""
        self.given_up.emit()
        self.setSliderDown(False)

    def _step_by_key(self, event: QKeyEvent) -> bool:
        step = FINE_STEP if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else STEP
        keys, here = Qt.Key, self.value()
        targets = {
            keys.Key_Left: here - step,
            keys.Key_Down: here - step,
            keys.Key_Right: here + step,
            keys.Key_Up: here + step,
            keys.Key_PageDown: here - PAGE,
            keys.Key_PageUp: here + PAGE,
            keys.Key_Home: 0,
            keys.Key_End: round(self.state.scale * 10.0),
        }
        target = targets.get(Qt.Key(event.key()))
        if target is None:
            return False
        self._is_ringed = True
        if not self._is_held():
            self._go(target)
        return True

    def wheelEvent(self, event: QWheelEvent) -> None:
        with_control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        turn = event.angleDelta().y() or event.angleDelta().x()
        if not turn or not (self.hasFocus() or with_control):
            event.ignore()
            return
        event.accept()
        step = FINE_STEP if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else STEP
        if not self._is_held():
            self._go(self.value() + (step if turn > 0 else -step))

    # Showing

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            event.ignore()
            return False
        done = super().event(event)
        stay_opaque(self, event)
        return done

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.ground or look.tokens.surface)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        centre = self.point_of(self._shown())
        self._paint_hold(painter, centre.y())
        self._paint_track(painter, centre)
        if self.state.ghost is not None:
            x = self.point_of(self.state.ghost).x()
            ghost_mark(painter, x, centre.y() - 6, centre.y() + 6)
        self._paint_handle(painter, centre)
        self.paint_focus(painter, QRectF(self.rect()), 5)

    def band_area(self) -> QRectF:
        """Where the leader stays first, as far as the track shows it; empty where that is not known or beyond."""
        hold = self.state.hold
        if hold is None or hold.low > self.state.scale:
            return QRectF()
        left, right = self.point_of(hold.low).x(), self.point_of(hold.high).x()
        return QRectF(left, 0, max(1.0, right - left), self.height())

    def _paint_hold(self, painter: QPainter, middle: float) -> None:
        hold, area = self.state.hold, self.band_area()
        if hold is not None and not area.isEmpty():
            is_seen = hold.high <= self.state.scale
            paint_band(
                painter, area, hold.flips_below, hold.flips_above and is_seen, self.ground or look.tokens.surface
            )

    def _paint_track(self, painter: QPainter, centre: QPointF) -> None:
        tokens, left, middle = look.tokens, INSET, centre.y()
        end = self.width() - INSET
        limit = end if self.state.room is None else self.point_of(self.state.room).x()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tokens.track)
        painter.drawRoundedRect(QRectF(left, middle - 2, max(4.0, limit - left), 4), 2, 2)
        if limit < end:
            painter.setPen(QPen(tokens.border_strong, 1.5, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(limit + 3, middle), QPointF(end, middle))
            painter.fillRect(QRectF(limit - 1, middle - 5, 1.5, 10), tokens.text3)
        if centre.x() > left:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour_of(self.colour))
            painter.drawRoundedRect(QRectF(left, middle - 2, centre.x() - left, 4), 2, 2)

    def _paint_handle(self, painter: QPainter, centre: QPointF) -> None:
        tokens = look.tokens
        if self.state.locked:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.text3)
            painter.drawRoundedRect(QRectF(centre.x() - 2, centre.y() - 6.5, 4, 13), 2, 2)
            return
        is_active = self.isSliderDown() or self.underMouse()
        handle(painter, centre, HANDLE, tokens.accent_soft if is_active and not tokens.is_dark else None)
