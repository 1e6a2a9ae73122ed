"""What every chart of the analysis is: one painted item, with marks that can be pointed at and stepped through.

A chart of its own says what it draws (`draw`), what can be pointed at (`marks`), what it says in words (`summary`) and
its figures (`rows`), and calls `refresh` when they have changed. Pointing, focus, keys, scrolling, the words for screen
readers and pictures to be sent away come with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from math import hypot

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QScrollBar, QWidget

from desktop.charts.painted import PaintedItem
from desktop.charts.picture import Cell
from desktop.charts.ranking_readout import ReadOut
from desktop.look import look
from desktop.look.focus import came_by_keyboard, paint_ring
from desktop.look.spoken import Part, SpokenParts, say_stop

TELL_AFTER_MS = 250
BAR = 11
"""Pixels at the right for the scroll bar."""


@dataclass(frozen=True)
class Mark:
    """Something on a chart that can be pointed at: its area, what it says, and what choosing it means."""

    area: QRectF
    heading: str
    words: str = ""
    key: object = None
    colour: QColor | None = None


class Chart(pg.GraphicsView):  # type: ignore[misc]
    """A chart that paints itself in one go; see the module."""

    chosen = Signal(object)
    """The key of a mark that was clicked, or on which Enter or Space was pressed."""

    def __init__(self, name: str, identifier: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, background=None)
        self._marks: Sequence[Mark] | None = None
        self._at: Mark | None = None
        self._pointed: Mark | None = None
        self._is_ringed = False
        self._item = PaintedItem(self.paint_now)
        self.addItem(self._item)
        self._bar = QScrollBar(Qt.Orientation.Vertical, self)
        self._bar.valueChanged.connect(self._on_scrolled)
        self._bar.hide()
        self._read_out = ReadOut(self)
        self._tell = QTimer(self)
        self._tell.setInterval(TELL_AFTER_MS)
        self._tell.setSingleShot(True)
        self._tell.timeout.connect(self._on_tell)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(200, 120)
        self.setAccessibleName(name)
        self.setAccessibleIdentifier(identifier)
        self._bar.setAccessibleName(f"Scroll {name}")
        look.changed.connect(self._item.update)

    # What a chart of its own says

    def draw(self, painter: QPainter, size: QSizeF, seen: QRectF) -> None:
        """Paint the content, `size` large, of which `seen` is on show; the ground is painted already."""
        raise NotImplementedError

    def marks(self, size: QSizeF) -> Sequence[Mark]:
        """What can be pointed at, in reading order, in the coordinates of the content."""
        return ()

    def content_height(self, width: float) -> float:
        """How high the content has to be at least; where that is more than there is, it scrolls."""
        return 0.0

    def summary(self) -> str:
        """What it shows, in words, for those who do not see it."""
        return ""

    def title(self) -> str:
        """What a picture of it is headed with."""
        return str(self.accessibleName())

    def rows(self) -> Sequence[Sequence[Cell]]:
        """The figures it shows: the first row has the headings."""
        return ()

    # What a screen reader is told

    def spoken(self) -> SpokenParts:
        """A chart whose parts are its marks."""
        return SpokenParts(self)

    def spoken_parts(self) -> list[Part]:
        """Its marks, where they are on show."""
        return [self._spoken_mark(mark) for mark in self.all_marks()]

    def _spoken_mark(self, mark: Mark) -> Part:
        words = f"{mark.heading}: {mark.words}" if mark.words else mark.heading
        is_at = self._at is not None and mark.area == self._at.area and mark.heading == self._at.heading
        choose = partial(self._choose, mark) if mark.key is not None else None
        return Part(words.replace("\n", " "), mark.area.translated(0, -self.scroll), is_at, choose)

    # Showing

    def refresh(self) -> None:
        """Show what has changed: at most one repaint."""
        self._marks = None
        self._place_bar()
        self._tell.start()
        self._item.update()
        if self._at is not None and self.hasFocus():
            self._at = next((mark for mark in self.all_marks() if mark.key == self._at.key), None)
        if not self._read_out.isHidden() and self._pointed is not None and self.underMouse():
            self._point_at(self.mark_at(self._pointer), self._pointer)

    _pointer = QPointF()

    @property
    def content_size(self) -> QSizeF:
        """How large the content is."""
        width, height = float(self.width()), float(self.height())
        needed = self.content_height(width)
        if needed > height:
            return QSizeF(width - BAR, max(needed, self.content_height(width - BAR)))
        return QSizeF(width, height)

    @property
    def scroll(self) -> float:
        """Pixels of the content above what is on show."""
        return float(self._bar.value()) if not self._bar.isHidden() else 0.0

    def all_marks(self) -> Sequence[Mark]:
        """What can be pointed at now, in the coordinates of the content."""
        if self._marks is None:
            self._marks = self.marks(self.content_size)
        return self._marks

    def mark_at(self, at: QPointF) -> Mark | None:
        """The mark at a point of the widget; of several the last, which is painted on top."""
        point = at + QPointF(0, self.scroll)
        return next((mark for mark in reversed(self.all_marks()) if mark.area.contains(point)), None)

    def paint_now(self, painter: QPainter) -> None:
        """Paint what is on show."""
        size = self.content_size
        painter.fillRect(QRectF(0, 0, self.width(), self.height()), look.tokens.surface)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.save()
        painter.translate(0, -self.scroll)
        self.draw(painter, size, QRectF(0, self.scroll, size.width(), float(self.height())))
        painter.restore()
        self._ring(painter)

    def paint_picture(self, painter: QPainter, size: QSizeF) -> None:
        """Paint all of it into an area of this size; what needs more height than that is made smaller."""
        needed = self.content_height(size.width())
        if needed <= size.height():
            self.draw(painter, size, QRectF(0, 0, size.width(), size.height()))
            return
        part = size.height() / needed
        painter.scale(part, part)
        whole = QSizeF(size.width() / part, needed)
        self.draw(painter, whole, QRectF(0, 0, whole.width(), whole.height()))

    def read_out_text(self) -> str:
        """What the read-out says, "" when it is hidden."""
        return "" if self._read_out.isHidden() else self._read_out.text()

    def _ring(self, painter: QPainter) -> None:
        if not (self.hasFocus() and self._is_ringed):
            return
        paint_ring(painter, QRectF(0, 0, self.width(), self.height()), 6)
        if self._at is not None:
            painter.setPen(QPen(look.tokens.accent, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self._at.area.translated(0, -self.scroll).adjusted(-2, -2, 2, 2), 4, 4)

    def _place_bar(self) -> None:
        size = self.content_size
        reach = max(0, round(size.height() - self.height()))
        self._bar.setRange(0, reach)
        self._bar.setPageStep(max(1, self.height()))
        self._bar.setSingleStep(24)
        self._bar.setGeometry(self.width() - BAR + 1, 2, BAR - 2, max(1, self.height() - 4))
        self._bar.setVisible(reach > 0)

    def _on_scrolled(self) -> None:
        self._read_out.hide()
        self._item.update()

    def _on_tell(self) -> None:
        self.setAccessibleDescription(self.summary())

    # Events

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        if event is None:  # pyqtgraph calls this while it is still being built
            return
        self._item.set_area(QRectF(0, 0, self.width(), self.height()))
        self._marks = None
        self._place_bar()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._tell.start()

    def sizeHint(self) -> QSize:
        return QSize(640, 260)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointer = event.position()
        if not event.buttons():
            self._point_at(self.mark_at(event.position()), event.position())

    def leaveEvent(self, event: QEvent) -> None:
        self._point_at(None, QPointF())

    def _point_at(self, mark: Mark | None, at: QPointF) -> None:
        self._pointed = mark
        if mark is None:
            self._read_out.hide()
        else:
            self._read_out.say(mark.heading, mark.words, mark.colour, at.toPoint())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        mark = self.mark_at(event.position())
        if event.button() is Qt.MouseButton.LeftButton and mark is not None:
            self._at = mark
            self._choose(mark)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)

    def _choose(self, mark: Mark) -> None:
        if mark.key is not None:
            self.chosen.emit(mark.key)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self._bar.isHidden():
            event.ignore()
        else:
            self._bar.setValue(round(self._bar.value() - event.angleDelta().y() / 2))
            event.accept()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._is_ringed = came_by_keyboard(event, self._is_ringed)
        super().focusInEvent(event)
        self._item.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._read_out.hide()
        self._item.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows step to the nearest mark that way, Home and End to the first and last; Enter or Space chooses."""
        keys, marks = Qt.Key, self.all_marks()
        ways = {keys.Key_Left: (-1, 0), keys.Key_Right: (1, 0), keys.Key_Up: (0, -1), keys.Key_Down: (0, 1)}
        key = Qt.Key(event.key())
        if not marks or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            event.ignore()
        elif key in ways:
            self._step_to(_nearest(marks, self._at, ways[key]) if self._at is not None else marks[0])
        elif key in (keys.Key_Home, keys.Key_End):
            self._step_to(marks[0 if key == keys.Key_Home else -1])
        elif key in (keys.Key_Return, keys.Key_Enter, keys.Key_Space) and self._at is not None:
            self._choose(self._at)
        elif key == keys.Key_Escape and not self._read_out.isHidden():
            self._read_out.hide()
        else:
            event.ignore()

    def _step_to(self, mark: Mark | None) -> None:
        if mark is None:
            return
        self._at, self._is_ringed = mark, True
        self._reveal(mark.area)
        at = mark.area.translated(0, -self.scroll).center()
        self._read_out.say(mark.heading, mark.words, mark.colour, at.toPoint())
        say_stop(self)
        self.setAccessibleDescription(f"{mark.heading}: {mark.words}. {self.summary()}")
        self._item.update()

    def _reveal(self, area: QRectF) -> None:
        if area.top() < self.scroll:
            self._bar.setValue(round(area.top()) - 8)
        elif area.bottom() > self.scroll + self.height():
            self._bar.setValue(round(area.bottom() - self.height()) + 8)


def _nearest(marks: Sequence[Mark], here: Mark, way: tuple[int, int]) -> Mark | None:
    """The mark whose centre is nearest in a direction; what lies across counts three times."""
    from_ = here.area.center()
    best, least = None, float("inf")
    for mark in marks:
        step = mark.area.center() - from_
        along, across = step.x() * way[0] + step.y() * way[1], step.x() * way[1] + step.y() * way[0]
        if along > 0.5 and hypot(along, 3.0 * across) < least:
            best, least = mark, hypot(along, 3.0 * across)
    return best
