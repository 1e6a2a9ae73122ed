"""Every total against one weight from end to end; the line at the present weight is the slider itself."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent, QMouseEvent, QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from desktop.charts import sensitivity_words as words
from desktop.charts.chart import Chart, Mark
from desktop.charts.picture import Cell
from desktop.charts.ranking_words import called, number
from desktop.charts.sensitivity_paint import Canvas, label_left, labels_of, names_width, piece_area, pill_area
from desktop.charts.sensitivity_scene import Sweep
from desktop.charts.sensitivity_space import NUMBER, PITCH, Space, span_of
from desktop.look import look

NOW = "now"
"""The key of the mark that is the slider."""
GRIP, NEAR = 7.0, 9.0
"""Pixels beside the line at which it is taken, and beside an option's line at which that is clicked."""
STEP, FINE_STEP, PAGE = 0.005, 0.001, 0.05
"""What an arrow, an arrow with Shift, and a page key move the share by."""


class SensitivityChart(Chart):
    """Shows a sweep; dragging its line, or the arrows on it, move the weight."""

    weight_taken = Signal()
    weight_moved = Signal(float)
    """The share, 0..1, at which the hand wants the weight."""
    weight_released = Signal()
    weight_given_up = Signal()
    key_moved = Signal(float)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Totals against one weight", "sensitivity.chart", parent)
        self.sweep: Sweep | None = None
        self.is_taken = False
        self._grip = 0.0
        self._hover: tuple[float, int] | None = None
        self._pixmap: tuple[object, QPixmap] | None = None

    def show_sweep(self, sweep: Sweep) -> None:
        """Show another moment."""
        self.sweep = sweep
        self._hover = None if self._hover is None or self._hover[1] >= len(sweep.totals) else self._hover
        self.refresh()

    # What it says

    def title(self) -> str:
        return "Totals" if self.sweep is None else f"Totals as the weight of {self.sweep.leaf.name} changes"

    def summary(self) -> str:
        return "" if self.sweep is None else words.summary(self.sweep)

    def rows(self) -> Sequence[Sequence[Cell]]:
        return () if self.sweep is None else words.rows(self.sweep)

    def space_in(self, size: QSizeF) -> Space:
        """Where things stand in an area of this size."""
        assert self.sweep is not None
        line, shown = self.sweep.course.line, list(self.sweep.rows)
        least, most = span_of(np.concatenate((line.start[0, shown], line.end[0, shown])))
        has_note = bool(words.notes(self.sweep))
        return Space(size.width(), size.height(), least, most, names_width(self.sweep, size.width()), has_note)

    def marks(self, size: QSizeF) -> Sequence[Mark]:
        if self.sweep is None:
            return ()
        sweep, space = self.sweep, self.space_in(size)
        flips = [
            Mark(_around(QPointF(space.x(flip.share), space.y(flip.total)), 8), f"At {words.percent(flip.share)}",
                 words.flip_words(sweep, flip), ("flip", place))
            for place, flip in enumerate(sweep.course.flips)
        ]  # fmt: skip
        return (self._now_mark(space), *flips, *self._pieces(space), *self._names(space))

    def _pieces(self, space: Space) -> list[Mark]:
        assert self.sweep is not None
        if self.sweep.course.is_stuck:
            return []
        found, options = self.sweep.course.envelope, self.sweep.firm.result.table.options
        return [
            Mark(
                piece_area(self.sweep, space, piece),
                ", ".join(options[row].name for row in winners),
                words.piece_words(self.sweep, piece),
                winners[0],
            )
            for piece, winners in enumerate(found.winners)
        ]

    def _now_mark(self, space: Space) -> Mark:
        assert self.sweep is not None
        heading = f"{self.sweep.leaf.name}: {words.percent(self.sweep.share)}"
        hint = "This weight is locked" if self.sweep.is_locked else "Drag, or press Left and Right, to move the weight"
        return Mark(pill_area(self.sweep, space), heading, hint, NOW)

    def _names(self, space: Space) -> list[Mark]:
        assert self.sweep is not None
        options, left = self.sweep.firm.result.table.options, label_left(self.sweep, space)
        return [
            Mark(QRectF(left - 3, label.y - PITCH / 2, space.names + NUMBER + 6, PITCH), options[label.row].name,
                 self._standing(label.row, self.sweep.share), label.row)
            for label in labels_of(self.sweep, space)
        ]  # fmt: skip

    def _standing(self, row: int, share: float) -> str:
        """What a total is at a share, and how far behind the best there."""
        assert self.sweep is not None
        totals = self.sweep.course.totals_at(share)
        best = int(totals.argmax())
        gap = float(totals[best] - totals[row])
        said = f"{number(float(totals[row]))} at {words.percent(share)}"
        if number(gap) == "0.0":
            return f"{said}, first there"
        return f"{said}, {number(gap)} behind {called(self.sweep.firm.result.table.options[best])}"

    def mark_at(self, at: QPointF) -> Mark | None:
        """The mark at a point; inside the plot else the option whose line is nearest, at the weight there."""
        found = super().mark_at(at)
        self._hover = None
        if found is not None or self.sweep is None or self.sweep.course.is_stuck:
            return found
        space = self.space_in(self.content_size)
        if self._holds_now(space, at):
            return self._now_mark(space)
        share = space.share_at(at.x())
        if not (self.sweep.course.low <= share <= self.sweep.course.high and space.top <= at.y() <= space.bottom):
            return None
        row, away = self._nearest_line(space, share, at.y())
        self._hover = (share, row)
        name = self.sweep.firm.result.table.options[row].name
        return Mark(_around(at, 4), name, self._standing(row, share), row if away <= NEAR else None)

    def _nearest_line(self, space: Space, share: float, y: float) -> tuple[int, float]:
        assert self.sweep is not None
        totals = self.sweep.course.totals_at(share)
        ways = [abs(space.y(float(totals[row])) - y) for row in self.sweep.rows]
        place = int(np.argmin(ways))
        return self.sweep.rows[place], ways[place]

    def _holds_now(self, space: Space, at: QPointF) -> bool:
        assert self.sweep is not None
        is_beside = abs(at.x() - space.x(self.sweep.share)) <= GRIP and space.top <= at.y() <= space.bottom
        return is_beside or pill_area(self.sweep, space).adjusted(-2, -3, 2, 4).contains(at)

    # Painting

    def draw(self, painter: QPainter, size: QSizeF, seen: QRectF) -> None:
        if self.sweep is None:
            return
        space = self.space_in(size)
        painter.drawPixmap(0, 0, self._still(space, painter.device().devicePixelRatio()))
        at, lit = self._hover or (None, None)
        Canvas(painter, self.sweep, space).moving(at, lit, self.is_taken)

    def paint_picture(self, painter: QPainter, size: QSizeF) -> None:
        if self.sweep is not None:
            canvas = Canvas(painter, self.sweep, self.space_in(size))
            canvas.still()
            canvas.moving()

    def _still(self, space: Space, ratio: float) -> QPixmap:
        """What stays while the weight moves, painted once."""
        sweep = self.sweep
        assert sweep is not None
        # The ends of the band come out of each frame anew, and differ by what rounding leaves.
        band = sweep.band and tuple(round(share, 9) for share in sweep.band)
        looks = (space, ratio, look.tokens.is_dark)
        key = (sweep.course, sweep.rows, sweep.first, sweep.option, band, sweep.is_locked, *looks)
        if self._pixmap is None or self._pixmap[0] != key:
            made = QPixmap(round(space.width * ratio), round(space.height * ratio))
            made.setDevicePixelRatio(ratio)
            made.fill(look.tokens.surface)
            painter = QPainter(made)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            Canvas(painter, sweep, space).still()
            painter.end()
            self._pixmap = (key, made)
        return self._pixmap[1]

    # The hand

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton or self.sweep is None:
            return
        space, at = self.space_in(self.content_size), event.position()
        found = super().mark_at(at)
        is_ring = found is not None and isinstance(found.key, tuple)
        is_jump = at.y() > space.bottom and space.left - GRIP <= at.x() <= space.right + GRIP
        is_jump = is_jump and at.y() <= space.bottom + 24
        if not is_ring and (self._holds_now(space, at) or is_jump):
            self._take(space, at, self._holds_now(space, at))
        else:
            found = self.mark_at(at)
            if found is not None and found.key is not None:
                self._at = found
                self._choose(found)

    def _take(self, space: Space, at: QPointF, is_held: bool) -> None:
        assert self.sweep is not None
        self._at = self._now_mark(space)
        self._grip = at.x() - space.x(self.sweep.share) if is_held else 0.0
        self.is_taken, self._hover = True, None
        self._read_out.hide()
        self.weight_taken.emit()
        if not is_held:
            self._follow(at)
        self._item.update()

    def _follow(self, at: QPointF) -> None:
        assert self.sweep is not None
        share = self.space_in(self.content_size).share_at(at.x() - self._grip)
        self.weight_moved.emit(self._reachable(share))

    def _reachable(self, share: float) -> float:
        """The nearest share in whole tenths of a percent that the weight can take."""
        assert self.sweep is not None
        return max(self.sweep.course.low, min(round(share, 3), self.sweep.course.high, 1.0))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.is_taken:
            self._follow(event.position())
            return
        super().mouseMoveEvent(event)
        if self.sweep is not None and not event.buttons():
            is_grip = self._holds_now(self.space_in(self.content_size), event.position()) and not self.sweep.is_locked
            self.setCursor(Qt.CursorShape.SizeHorCursor if is_grip else Qt.CursorShape.ArrowCursor)
            self._item.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover = None
        self._item.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if self.is_taken and event.button() is Qt.MouseButton.LeftButton:
            self.is_taken = False
            self.weight_released.emit()
            self._item.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """On the line, Left and Right move the weight Up goes to the flips; there they step, and Down comes back."""
        if event.key() == Qt.Key.Key_Escape and self.is_taken:
            self.is_taken = False
            self.weight_given_up.emit()
        elif self.sweep is None or not (self._on_line(event) or self._on_flip(event)):
            super().keyPressEvent(event)

    def _on_line(self, event: QKeyEvent) -> bool:
        if self._at is not None and self._at.key != NOW:
            return False
        target = self._target(event)
        if target is None:
            return False
        self._at, self._is_ringed = self.all_marks()[0], True
        self._hover = None
        self._read_out.hide()
        self.key_moved.emit(self._reachable(target))
        return True

    def _target(self, event: QKeyEvent) -> float | None:
        """The share to which a key moves the weight."""
        assert self.sweep is not None
        keys, here, course = Qt.Key, round(self.sweep.share, 3), self.sweep.course
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if held not in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier):
            return None
        step = FINE_STEP if held else STEP
        targets = {
            keys.Key_Left: here - step,
            keys.Key_Right: here + step,
            keys.Key_PageDown: here - PAGE,
            keys.Key_PageUp: here + PAGE,
            keys.Key_Home: course.low,
            keys.Key_End: course.high,
        }
        return targets.get(Qt.Key(event.key()))

    def _on_flip(self, event: QKeyEvent) -> bool:
        """Whether the key stepped to a flip or back to the line."""
        flips = [mark for mark in self.all_marks() if isinstance(mark.key, tuple)]
        here = next(
            (place for place, mark in enumerate(flips) if self._at is not None and mark.key == self._at.key), -1
        )
        key, keys = Qt.Key(event.key()), Qt.Key
        steps = {keys.Key_Left: -1, keys.Key_Right: 1}
        if key == keys.Key_Up and here < 0 and flips and (self._at is None or self._at.key == NOW):
            now = self.all_marks()[0].area.center().x()
            self._step_to(min(flips, key=lambda mark: abs(mark.area.center().x() - now)))
        elif here >= 0 and 0 <= here + steps.get(key, -len(flips) - 1) < len(flips):
            self._step_to(flips[here + steps[key]])
        elif key == keys.Key_Down and here >= 0:
            self._step_to(self.all_marks()[0])
        else:
            return False
        return True

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self.is_taken:
            self.is_taken = False
            self.weight_released.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()


def _around(at: QPointF, reach: float) -> QRectF:
    return QRectF(at.x() - reach, at.y() - reach, 2 * reach, 2 * reach)
