"""The value function of one criterion: its curve, where a score stands on it, and points that can be dragged."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, floor, isfinite, log, log10

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QSizePolicy, QStyleOptionGraphicsItem, QWidget

from db.study.model import MISSING, Direction, Scale, Score, Shape
from desktop.evaluation import value_of
from desktop.look import blend, colour_of, contrast, font, look
from desktop.look.focus import came_by_keyboard, paint_ring
from desktop.look.painting import draw_text, grid_line
from desktop.look.spoken import Part, SpokenParts, say_stop

HEIGHT = 118
STEEPEST = 12.0
"""The largest curvature, either way, that a drag can reach."""

Points = tuple[tuple[float, float], ...]

_REACH = 11.0
_SETTLE_MS = 600
_TELL_MS = 250


@dataclass(frozen=True)
class Plot:
    """Where a scale lies on the screen: x from `low` to `high` across the area, value 0 to 100 from bottom to top."""

    area: QRectF
    low: float
    high: float

    def to_pixel(self, x: float, value: float) -> QPointF:
        """The pixel of a score and its value; scores beyond the ends stand at the nearer end."""
        part = min(1.0, max(0.0, (x - self.low) / (self.high - self.low)))
        return QPointF(
            self.area.left() + part * self.area.width(), self.area.bottom() - value / 100.0 * self.area.height()
        )

    def from_pixel(self, pixel: QPointF) -> tuple[float, float]:
        """The score and the value under a pixel, clipped to the scale."""
        part = min(1.0, max(0.0, (pixel.x() - self.area.left()) / self.area.width()))
        value = min(100.0, max(0.0, 100.0 * (self.area.bottom() - pixel.y()) / self.area.height()))
        return self.low + part * (self.high - self.low), value


def plot_of(scale: Scale, width: float, height: float) -> Plot:
    """Where a scale lies in a chart of this size."""
    return Plot(QRectF(28.5, 7.0, max(1.0, width - 36.0), max(1.0, height - 28.0)), scale.low, scale.high)


def corners(scale: Scale) -> Points:
    """The corners of a value function as a piecewise one has them; the two ends for any other shape."""
    if scale.shape is Shape.PIECEWISE and len(scale.points) >= 2:
        return scale.points
    ends = (0.0, 100.0) if scale.direction is Direction.HIGHER else (100.0, 0.0)
    return (scale.low, ends[0]), (scale.high, ends[1])


def traced(scale: Scale) -> Points:
    """The corners to draw: exact for straight pieces, 49 samples for a curved function."""
    if scale.shape is not Shape.EXPONENTIAL:
        return corners(scale)
    xs = np.linspace(scale.low, scale.high, 49)
    return tuple(zip(xs.tolist(), value_of(scale, xs).tolist(), strict=True))


def step_of(scale: Scale) -> float:
    """The step by which a point snaps along the scale: 1, 2 or 5 times a power of ten, about a hundredth of it."""
    wanted = (scale.high - scale.low) / 100.0
    power = 10.0 ** floor(log10(wanted))
    return next(factor * power for factor in (5.0, 2.0, 1.0) if factor * power <= wanted * (1 + 1e-12))


def moved(points: Points, index: int, x: float, value: float, step: float) -> Points:
    """`points` with an inner one put elsewhere, snapped, and kept between its neighbours; the ends stay."""
    if not 0 < index < len(points) - 1:
        return points
    before, after = points[index - 1][0], points[index + 1][0]
    place = round(round(x / step) * step, 12)
    gap = min(step, (after - before) / 4.0)
    place = min(after - gap, max(before + gap, place))
    return (*points[:index], (place, min(100.0, max(0.0, float(round(value))))), *points[index + 1 :])


def inserted(points: Points, x: float, value: float) -> tuple[Points, int]:
    """`points` with one more, and its index; unchanged with index -1 where one stands already or beyond the ends."""
    if not points[0][0] < x < points[-1][0] or any(corner == x for corner, _ in points):
        return points, -1
    place = next(index for index, (corner, _) in enumerate(points) if corner > x)
    return (*points[:place], (x, min(100.0, max(0.0, value))), *points[place:]), place


def curvature_through(value: float) -> float:
    """The c of the exponential curve worth `value` halfway between worst and best: v = 100 / (1 + exp(-c / 2))."""
    at = min(99.999, max(0.001, value))
    return min(STEEPEST, max(-STEEPEST, -2.0 * log(100.0 / at - 1.0)))


def midway(curvature: float) -> float:
    """What the exponential curve is worth halfway between worst and best."""
    return 100.0 / (1.0 + exp(-curvature / 2.0))


def legible(colour: QColor, ground: QColor, ink: QColor) -> QColor:
    """The colour, taken towards the ink until it stands out from the ground (3:1, WCAG 1.4.11)."""
    for tenth in range(8):
        tried = blend(colour, ink, tenth / 10.0)
        if contrast(tried, ground) >= 3.0:
            return tried
    return ink


class _Item(pg.GraphicsWidget):
    """The one painted item of the chart."""

    def __init__(self, chart: ValueCurve) -> None:
        super().__init__()
        self._chart = chart

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        self._chart.paint(painter)


class ValueCurve(pg.GraphicsView):
    """Shows a value function with a score's point, crosshair and range on it.

    Editable, its inner points are dragged, nudged with the arrow keys (Tab walks through them), added by double click
    or Insert, and deleted with Delete; the middle of an exponential curve is pulled up or down. `shaped` and `bent` are
    live; `settled` ends the gesture, `abandoned` (Escape during a drag) takes it back.
    """

    shaped = Signal(object)
    bent = Signal(float)
    settled = Signal()
    abandoned = Signal()

    def __init__(self, is_editable: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent, useOpenGL=False, background=None)
        self._scale, self._score, self._colour = Scale(), MISSING, 0
        self._unit, self._editable = "", is_editable
        self._chosen, self._held, self._is_ringed = -1, -1, False
        self._item = _Item(self)
        self.setCentralItem(self._item)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.enableMouse(False)
        self.setMouseTracking(is_editable)
        self.setFixedHeight(HEIGHT + (34 if is_editable else 0))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if is_editable else Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("Value function")
        self._settle = _timer(self, _SETTLE_MS, self.settled.emit)
        self._tell = _timer(self, _TELL_MS, self._on_tell)
        look.changed.connect(self._on_look)
        self._on_look()

    def sizeHint(self) -> QSize:
        return QSize(264, self.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.height())

    def show(self, scale: Scale, score: Score = MISSING, colour: int = 0) -> None:
        """Show a value function and where a score stands on it, in the colour of a criterion."""
        if (scale, score, colour) == (self._scale, self._score, self._colour) and self._unit == scale.unit:
            return
        if scale.shape is not self._scale.shape or len(scale.points) != len(self._scale.points):
            self._chosen = self._chosen if self._held >= 0 else min(self._chosen, len(corners(scale)) - 2)
        self._scale, self._score, self._colour, self._unit = scale, score, colour, scale.unit
        self._tell.start()
        self.viewport().update()

    def scale_shown(self) -> Scale:
        """The scale on show."""
        return self._scale

    def plot(self) -> Plot:
        """Where the scale lies now."""
        return plot_of(self._scale, self.viewport().width(), self.viewport().height())

    def handles(self) -> list[QPointF]:
        """The pixels of what can be dragged: the inner points, or the middle of a curve."""
        plot, scale = self.plot(), self._scale
        if scale.shape is Shape.EXPONENTIAL:
            return [plot.to_pixel((scale.low + scale.high) / 2.0, midway(scale.curvature))]
        return [plot.to_pixel(*corner) for corner in corners(scale)[1:-1]]

    # Painting

    def paint(self, painter: QPainter) -> None:
        """Paint the chart into the painter; called by its one item."""
        plot = self.plot()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_axes(painter, plot)
        if not self._scale.low < self._scale.high:
            return
        ink = legible(colour_of(self._colour), look.tokens.surface, look.tokens.text)
        self._paint_range(painter, plot, ink)
        self._paint_curve(painter, plot, ink)
        self._paint_score(painter, plot, ink)
        if self._editable:
            self._paint_handles(painter, ink)

    def _paint_axes(self, painter: QPainter, plot: Plot) -> None:
        tokens, area, face = look.tokens, plot.area, font(11, tabular=True)
        for value in (0, 50, 100):
            y = area.bottom() - value / 100.0 * area.height()
            line = tokens.border_strong if value == 0 else tokens.grid
            grid_line(painter, QPointF(area.left(), y), QPointF(area.right(), y), line)
            right = Qt.AlignmentFlag.AlignRight
            draw_text(painter, QRectF(0, y - 8, area.left() - 7, 16), str(value), face, tokens.text2, right)
        low, high = f"{_plain(plot.low)}", f"{_plain(plot.high)} {self._scale.unit}".rstrip()
        foot = QRectF(area.left(), area.bottom() + 5, area.width() + 6, 15)
        draw_text(painter, foot.adjusted(0, 0, -foot.width() * 0.4, 0), low, face, tokens.text2)
        draw_text(
            painter, foot.adjusted(foot.width() * 0.3, 0, 0, 0), high, face, tokens.text2, Qt.AlignmentFlag.AlignRight
        )

    def _paint_range(self, painter: QPainter, plot: Plot, ink: QColor) -> None:
        low, high = self._score.low, self._score.high
        if low is None or high is None or self._score.is_missing:
            return
        left, right = plot.to_pixel(low, 0.0), plot.to_pixel(high, 0.0)
        band = QRectF(left.x(), plot.area.top(), max(1.0, right.x() - left.x()), plot.area.height())
        painter.fillRect(band, blend(look.tokens.surface, ink, 0.10))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(blend(look.tokens.surface, ink, 0.55))
        painter.drawRoundedRect(QRectF(band.left() - 1, plot.area.bottom() - 1.5, band.width() + 2, 4.0), 2, 2)

    def _paint_curve(self, painter: QPainter, plot: Plot, ink: QColor) -> None:
        path = QPainterPath()
        for place, (x, value) in enumerate(traced(self._scale)):
            pixel = plot.to_pixel(x, value)
            path.lineTo(pixel) if place else path.moveTo(pixel)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(ink, 2.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        painter.drawPath(path)

    def _paint_score(self, painter: QPainter, plot: Plot, ink: QColor) -> None:
        x = self._score.likely
        if x is None:
            return
        value = float(value_of(self._scale, x))
        at, area = plot.to_pixel(x, value), plot.area
        pen = QPen(look.tokens.text2, 1.0)
        pen.setDashPattern([3.0, 3.0])
        painter.setPen(pen)
        across, down = floor(at.y()) + 0.5, floor(at.x()) + 0.5
        painter.drawLine(QPointF(area.left(), across), QPointF(at.x() - 6, across))
        painter.drawLine(QPointF(down, at.y() + 6), QPointF(down, area.bottom()))
        painter.setPen(QPen(look.tokens.surface, 2.0))
        painter.setBrush(ink)
        painter.drawEllipse(at, 6.0, 6.0)

    def _paint_handles(self, painter: QPainter, ink: QColor) -> None:
        for place, at in enumerate(self.handles()):
            is_chosen = place + 1 == self._chosen
            painter.setPen(QPen(ink, 2.0))
            painter.setBrush(ink if is_chosen else look.tokens.surface)
            painter.drawEllipse(at, 5.5, 5.5)
            if is_chosen and self.hasFocus():
                painter.setPen(QPen(look.tokens.accent, 2.0))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawEllipse(at, 9.0, 9.0)
        if self.hasFocus() and self._is_ringed and self._chosen < 1:
            paint_ring(painter, QRectF(self.viewport().rect()))

    def _on_look(self) -> None:
        self.setBackground(look.tokens.surface)
        self.viewport().update()

    # Dragging

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self._editable or event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self._held = self._chosen = self._near(event.position())
        self._is_ringed = False
        self.viewport().update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held > 0 and event.buttons() & Qt.MouseButton.LeftButton:
            x, value = self.plot().from_pixel(event.position())
            self._put(self._held, x, value)
        elif self._editable:
            is_near = self._near(event.position()) > 0
            self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if is_near else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._held > 0:
            self._held = -1
            self.settled.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if not self._editable or event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
        elif self._scale.shape is not Shape.EXPONENTIAL and self._near(event.position()) < 1:
            x, value = self.plot().from_pixel(event.position())
            self._add(x, float(round(value)))
            self._held = self._chosen

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def leaveEvent(self, event: QEvent) -> None:
        self.viewport().unsetCursor()

    def _near(self, position: QPointF) -> int:
        """The index of the point under a position, -1 for none."""
        reach = [(QPointF(at - position).manhattanLength(), place) for place, at in enumerate(self.handles())]
        distance, place = min(reach, default=(_REACH + 1, -1))
        return place + 1 if distance <= _REACH else -1

    def _put(self, index: int, x: float, value: float) -> None:
        if self._scale.shape is Shape.EXPONENTIAL:
            self.bent.emit(round(curvature_through(value), 2))
            return
        points = moved(corners(self._scale), index, x, value, step_of(self._scale))
        if points != corners(self._scale):
            self.shaped.emit(points)

    def _add(self, x: float, value: float) -> None:
        step = step_of(self._scale)
        points, index = inserted(corners(self._scale), round(round(x / step) * step, 12), value)
        if index > 0:
            self._chosen = index
            self.shaped.emit(points)

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._editable or not self._on_key(event.key(), event.modifiers()):
            event.ignore()

    def _on_key(self, key: int, modifiers: Qt.KeyboardModifier) -> bool:
        keys = Qt.Key
        moves = {keys.Key_Left: (-1, 0), keys.Key_Right: (1, 0), keys.Key_Up: (0, 1), keys.Key_Down: (0, -1)}
        if key in moves and self._chosen > 0:
            by = 10 if modifiers & Qt.KeyboardModifier.ShiftModifier else 1
            self._nudge(moves[keys(key)][0] * by, moves[keys(key)][1] * by)
        elif key == keys.Key_Escape and self._held > 0:
            self._held = -1
            self.abandoned.emit()
        elif key in (keys.Key_Delete, keys.Key_Backspace) and self._scale.shape is not Shape.EXPONENTIAL:
            self._delete()
        elif key == keys.Key_Insert and self._scale.shape is not Shape.EXPONENTIAL:
            self._add_behind()
        else:
            return False
        return True

    def _nudge(self, across: int, up: int) -> None:
        if self._scale.shape is Shape.EXPONENTIAL:
            self.bent.emit(min(STEEPEST, max(-STEEPEST, round(self._scale.curvature + 0.1 * (up + across), 2))))
        else:
            x, value = corners(self._scale)[self._chosen]
            self._put(self._chosen, x + across * step_of(self._scale), value + up)
        self._settle.start()

    def _delete(self) -> None:
        points = corners(self._scale)
        if 0 < self._chosen < len(points) - 1:
            kept = (*points[: self._chosen], *points[self._chosen + 1 :])
            self._chosen = min(self._chosen, len(kept) - 2) or -1
            self.shaped.emit(kept)
            self.settled.emit()

    def _add_behind(self) -> None:
        points = corners(self._scale)
        left = max(0, min(self._chosen, len(points) - 2))
        (xa, va), (xb, vb) = points[left], points[left + 1]
        self._add((xa + xb) / 2.0, float(round((va + vb) / 2.0)))
        self.settled.emit()

    def focusNextPrevChild(self, following: bool) -> bool:
        """Walk through the points before leaving the chart."""
        wanted = self._chosen + (1 if following else -1) if self._chosen > 0 else (1 if following else 0)
        if self._editable and 1 <= wanted <= len(self.handles()):
            self._choose(wanted)
            return True
        return bool(super().focusNextPrevChild(following))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._is_ringed = came_by_keyboard(event, self._is_ringed)
        if event.reason() == Qt.FocusReason.TabFocusReason and self.handles():
            self._choose(1)
        elif event.reason() == Qt.FocusReason.BacktabFocusReason and self.handles():
            self._choose(len(self.handles()))
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._close_keys()
        if event.reason() != Qt.FocusReason.ActiveWindowFocusReason:
            self._chosen = -1
        self.viewport().update()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._close_keys()
        if self._held > 0:
            self._held = -1
            self.settled.emit()

    def _choose(self, index: int) -> None:
        self._chosen = index
        say_stop(self)
        self._tell.start()
        self.viewport().update()

    def _close_keys(self) -> None:
        if self._settle.isActive():
            self._settle.stop()
            self.settled.emit()

    # Telling

    def spoken(self) -> SpokenParts:
        """A chart whose parts are the points of the curve."""
        return SpokenParts(self)

    def spoken_parts(self) -> list[Part]:
        """The points of the curve, of which the keys are at one."""
        whole = QRectF(self.rect())
        return [
            Part(f"{_plain(at)} is worth {value:.0f}", whole, place == self._chosen)
            for place, (at, value) in enumerate(corners(self._scale))
        ]

    def _on_tell(self) -> None:
        self.setAccessibleDescription(self.description())

    def description(self) -> str:
        """The chart in words, with its numbers."""
        scale, x = self._scale, self._score.likely
        points = "; ".join(f"{_plain(at)} is worth {value:.0f}" for at, value in corners(scale))
        chosen = f" Point {self._chosen} of {len(self.handles())} chosen." if self._chosen > 0 else ""
        curve = f" Curvature {scale.curvature:g}." if scale.shape is Shape.EXPONENTIAL else ""
        stands = "" if x is None else f" The score {_plain(x)} is worth {float(value_of(scale, x)):.0f}."
        return f"{scale.shape.value.capitalize()}, in {scale.unit or 'points'}: {points}.{curve}{stands}{chosen}"


def _plain(x: float) -> str:
    return f"{x:,.10g}".replace("-", "−") if isfinite(x) else "?"


def _timer(owner: ValueCurve, lasts: int, then: object) -> QTimer:
    timer = QTimer(owner)
    timer.setSingleShot(True)
    timer.setInterval(lasts)
    timer.timeout.connect(then)
    return timer
