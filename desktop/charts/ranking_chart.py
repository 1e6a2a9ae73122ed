"""The ranking: one stacked bar per option, painted as one item from arrays."""

from __future__ import annotations

import time
from functools import partial

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QScrollBar, QWidget

from db.study.model import Id
from desktop.charts import ranking_layout as layout
from desktop.charts.painted import PaintedItem
from desktop.charts.picture import Cell
from desktop.charts.ranking_legend import areas_of, height_of, paint_names
from desktop.charts.ranking_motion import Motion
from desktop.charts.ranking_paint import Picture, paint
from desktop.charts.ranking_readout import ReadOut
from desktop.charts.ranking_scene import Rows, Scene, order_of, places_of
from desktop.charts.ranking_words import called, description, lines, read_out
from desktop.look import colour_of, font, look
from desktop.look.focus import came_by_keyboard
from desktop.look.painting import text_width
from desktop.look.spoken import Part, SpokenParts

FRAME_MS = 16
TELL_AFTER_MS = 250
_MARGIN = 10.0


class RankingChart(pg.GraphicsView):  # type: ignore[misc]
    """Shows a scene; tells what the user points at. Rows glide to new places unless `is_still`."""

    option_chosen = Signal(str)
    criterion_chosen = Signal(str)
    score_chosen = Signal(str, str)
    criterion_hovered = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, background=None)
        self.is_still = False
        self._scene_now: Scene | None = None
        self._order: Rows | None = None
        self._space = layout.space_of(1, 1, 0, 2, layout.Axis())
        self._motion = Motion()
        self._hover: layout.Hit | None = None
        self._pointer: QPointF | None = None
        self._lit: Id = ""
        self._is_ringed = self._drags_overview = False
        self._corner: QWidget | None = None
        self._item = PaintedItem(self.paint_to)
        self.addItem(self._item)
        self._bar = QScrollBar(Qt.Orientation.Vertical, self)
        self._bar.valueChanged.connect(self._on_scrolled)
        self._read_out = ReadOut(self)
        self._glide = self._timer(FRAME_MS, self._on_glide)
        self._glide.setTimerType(Qt.TimerType.PreciseTimer)
        self._tell = self._timer(TELL_AFTER_MS, self._on_tell, once=True)
        self._prepare()

    def _timer(self, interval: int, act: object, once: bool = False) -> QTimer:
        timer = QTimer(self)
        timer.setInterval(interval)
        timer.setSingleShot(once)
        timer.timeout.connect(act)
        return timer

    def _prepare(self) -> None:
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(300, layout.AXIS + layout.TOP + 2 * layout.ROW_LOWEST)
        self.setAccessibleName("Ranking")
        self.setAccessibleIdentifier("ranking.chart")
        self._bar.setAccessibleName("Scroll the ranking")
        self._bar.setAccessibleIdentifier("ranking.scroll")
        self._bar.hide()
        look.changed.connect(self._item.update)

    def sizeHint(self) -> QSize:
        return QSize(760, 320)

    # Showing

    def show_frame(self, scene: Scene) -> None:
        """Show another moment: at most one repaint, and no layout while a gesture is open."""
        before, self._scene_now = self._scene_now, scene
        is_other = before is None or before.result.table.options != scene.result.table.options
        self._order = order_of(
            scene, None if is_other or before is None or before.sort is not scene.sort else self._order
        )
        self._lay_out(self._axis(scene, before))
        now = time.perf_counter()
        self._motion.step(now)
        is_still = self.is_still or not self.isVisible()
        self._motion.aim(scene.result.table.options, places_of(self._order), now, is_still)
        self._follow_motion()
        if self._pointer is not None:
            self._point_at(self.hit(self._pointer), self._pointer)
        if scene.option and (before is None or before.option != scene.option):
            self._reveal(scene.option)
        self._tell.start()
        self._item.update()

    @property
    def scene_shown(self) -> Scene | None:
        """What is shown; None before the first frame."""
        return self._scene_now

    @property
    def order(self) -> list[Id]:
        """The options from top to bottom."""
        if self._scene_now is None or self._order is None:
            return []
        options = self._scene_now.result.table.options
        return [options[row].id for row in self._order.tolist()]

    def row_area(self, option: Id) -> QRectF:
        """Where the row of an option is on its way to, or stands; empty for one that is not ranked."""
        row = self._scene_now.result.table.rows.get(option) if self._scene_now is not None else None
        if row is None:
            return QRectF()
        top = float(self._space.tops(self._motion.target[row], self._bar.value()))
        return QRectF(0, top, self._space.right, self._space.row_height)

    def piece_area(self, option: Id, criterion: Id) -> QRectF:
        """Where the piece of one criterion lies in the bar of an option; empty where there is none."""
        scene, row_area = self._scene_now, self.row_area(option)
        column = scene.result.table.columns.get(criterion) if scene is not None else None
        if scene is None or column is None or row_area.isEmpty():
            return QRectF()
        points = scene.bars.points(np.array([scene.result.table.rows[option]]))
        spans, height = layout.spans_of(self._space, points), self._space.bar_height
        left, right = float(spans.left[0, column]), float(spans.right[0, column])
        return QRectF(left, row_area.center().y() - height / 2, right - left, height)

    @property
    def is_gliding(self) -> bool:
        """Whether rows are on their way to other places."""
        return self._glide.isActive()

    def set_still(self, is_still: bool) -> None:
        """Let rows jump instead of glide, for those who asked for less motion."""
        self.is_still = is_still
        if is_still:
            self._land()

    def light(self, criterion: Id) -> None:
        """Make one criterion stand out in every row; "" for none."""
        if criterion != self._lit:
            self._lit = criterion
            self._item.update()

    def paint_to(self, painter: QPainter) -> None:
        """Paint what is shown."""
        scene = self._scene_now
        if scene is None or self._order is None or not scene.result.totals.size:
            return
        paint(
            painter,
            Picture(
                scene, self._space, self._motion.places, self._motion.gliding, self._order, float(self._bar.value()),
                self._hover, scene.result.table.columns.get(self._lit), self.hasFocus() and self._is_ringed,
            ),
        )  # fmt: skip
        if self._glide.isActive():
            # Counts anew, so that while frames come each of them is painted once and nothing in between.
            self._glide.start()

    # What a screen reader is told

    def spoken(self) -> SpokenParts:
        """A chart whose parts are its rows."""
        return SpokenParts(self)

    def spoken_parts(self) -> list[Part]:
        """The options from top to bottom, each with its rank and total."""
        scene = self._scene_now
        if scene is None or self._order is None:
            return []
        options, parts = scene.result.table.options, []
        for row, line in zip(self._order.tolist(), lines(scene, self._order.tolist()), strict=True):
            option = options[row].id
            choose = partial(self.option_chosen.emit, option)
            parts.append(Part(line, self.row_area(option), option == scene.option, choose))
        return parts

    # To be sent away

    def title(self) -> str:
        """What a picture of it is headed with."""
        return f"Ranking: {self._scene_now.result.perspective.name}" if self._scene_now is not None else "Ranking"

    def paint_picture(self, painter: QPainter, size: QSizeF) -> None:
        """Paint every row and, below, which colour is which criterion into an area; too many rows are made smaller."""
        scene = self._scene_now
        if scene is None or self._order is None:
            return
        count = scene.result.totals.size
        leaves = scene.result.table.leaves
        names = areas_of(leaves, size.width() - 2 * _MARGIN)
        needed = float(layout.AXIS + layout.TOP + count * layout.ROW_LOWEST) + height_of(names) + _MARGIN
        part = min(1.0, size.height() / needed)
        painter.scale(part, part)
        width, characters = size.width() / part, layout.rank_characters(scene.bars)
        names = areas_of(leaves, width - 2 * _MARGIN)
        height = size.height() / part - height_of(names) - _MARGIN
        space = layout.space_of(width, height, count, characters, self._space.axis)
        places, nothing = places_of(self._order).astype(float), np.zeros(0, dtype=np.intp)
        paint(painter, Picture(scene, space, places, nothing, self._order))
        painter.translate(_MARGIN, space.bottom + layout.AXIS)
        paint_names(painter, leaves, names)

    def rows(self) -> list[list[Cell]]:
        """Rank, total and the points of each criterion, as listed."""
        scene = self._scene_now
        if scene is None or self._order is None:
            return []
        result = scene.shown
        headings: list[Cell] = ["Option", "Rank", "Total", "Lowest", "Highest"]
        found = [headings + [leaf.name for leaf in result.table.leaves]]
        for row in self._order.tolist():
            figures = (result.totals[row], result.low[row], result.high[row], *result.contributions[row])
            found.append([result.table.options[row].name, result.rank_text(row), *(float(x) for x in figures)])
        return found

    def _axis(self, scene: Scene, before: Scene | None) -> layout.Axis:
        """The axis of a scene; it only grows while a gesture is open."""
        is_same_gesture = scene.is_held and before is not None and before.mode is scene.mode
        return layout.axis_of(scene.mode, scene.bars, self._space.axis.high if is_same_gesture else 0.0)

    def _lay_out(self, axis: layout.Axis) -> None:
        scene, size = self._scene_now, self.size()
        if scene is None:
            return
        count, characters = scene.result.totals.size, layout.rank_characters(scene.bars)
        wanted = layout.space_of(float(size.width()), float(size.height()), count, characters, axis)
        if wanted != self._space:
            self._space = wanted
            self._place_bar()

    def put_in_corner(self, widget: QWidget) -> None:
        """Keep a small widget in the free corner below the names, left of the axis."""
        widget.setParent(self)
        self._corner = widget
        self._place_corner()

    def _place_corner(self) -> None:
        if self._corner is not None:
            room = round(self._space.plot_left) - 30
            wide = min(room, self._corner.sizeHint().width())
            self._corner.setGeometry(12, round(self._space.bottom) + 2, wide, layout.AXIS - 3)

    def _place_bar(self) -> None:
        self._place_corner()
        space, bar = self._space, self._bar
        reach = round(space.scroll_reach)
        bar.setRange(0, reach)
        bar.setPageStep(max(1, round(space.bottom - layout.TOP)))
        bar.setSingleStep(round(space.row_height))
        bar.setGeometry(round(space.width) - 11, layout.TOP, 10, max(1, round(space.bottom) - layout.TOP))
        bar.setVisible(reach > 0)

    # Moving

    def _follow_motion(self) -> None:
        if not self._motion.is_moving:
            self._glide.stop()
        elif not self._glide.isActive():
            self._glide.start()

    def _on_glide(self) -> None:
        self._motion.step(time.perf_counter())
        self._follow_motion()
        self._item.update()

    def _land(self) -> None:
        self._glide.stop()
        if self._order is not None:
            self._motion.land()
            self._item.update()

    def _on_scrolled(self) -> None:
        self._point_at(None)
        self._item.update()

    def _reveal(self, option: Id) -> None:
        assert self._scene_now is not None
        row = self._scene_now.result.table.rows.get(option)
        if row is not None and self._space.scroll_reach:
            place = float(self._motion.target[row])
            self._bar.setValue(round(layout.scroll_to(self._space, place, self._bar.value())))

    def _on_tell(self) -> None:
        if self._scene_now is not None and self._order is not None:
            self.setAccessibleDescription(description(self._scene_now, self._order.tolist()))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._scene_now is not None:
            self._tell.start()

    def hideEvent(self, event: QHideEvent) -> None:
        self._land()
        self._tell.stop()
        self._point_at(None)
        super().hideEvent(event)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        if event is None:  # pyqtgraph calls this while it is still being built
            return
        self._item.set_area(QRectF(0, 0, self.width(), self.height()))
        self._lay_out(self._space.axis)

    # Pointing

    def hit(self, at: QPointF) -> layout.Hit | None:
        """What lies at a point of the chart."""
        scene = self._scene_now
        if scene is None:
            return None
        return layout.hit(self._space, scene.bars, self._motion.places, self._bar.value(), (at.x(), at.y()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drags_overview:
            self._scroll_overview(event.position().y())
        elif not event.buttons():
            self._point_at(self.hit(event.position()), event.position())

    def leaveEvent(self, event: QEvent) -> None:
        self._point_at(None)

    def _point_at(self, found: layout.Hit | None, at: QPointF | None = None) -> None:
        before, self._hover, self._pointer = self._hover, found, at
        if found != before:
            self._light_hovered()
            self._item.update()
        self._say(found, at)

    def _light_hovered(self) -> None:
        scene, found = self._scene_now, self._hover
        column = found.column if found is not None else None
        criterion = "" if scene is None or column is None else scene.result.table.leaves[column].id
        if criterion != self._lit:
            self._lit = criterion
            self.criterion_hovered.emit(criterion)

    def _say(self, found: layout.Hit | None, at: QPointF | None) -> None:
        scene = self._scene_now
        heading, words = read_out(scene, found) if scene is not None and found is not None else ("", "")
        if found is not None and scene is not None and found.column is None and at is not None:
            heading, words = (heading, words) if heading else self._whole_name(scene, found, at)
        if heading and at is not None and scene is not None and found is not None:
            leaf = scene.result.table.leaves[found.column] if found.column is not None else None
            self._read_out.say(heading, words, colour_of(leaf.colour) if leaf else None, at.toPoint())
        else:
            self._read_out.hide()

    def _whole_name(self, scene: Scene, found: layout.Hit, at: QPointF) -> tuple[str, str]:
        """The full name over the name column, with what sets the option apart."""
        if at.x() >= self._space.plot_left:
            return "", ""
        option = scene.result.table.options[found.row]
        shown = called(option)
        is_whole = shown == option.name and text_width(shown, font(13, 600)) <= self._space.name_room
        words = "the baseline, against which the others are compared" if option.is_baseline else ""
        return ("", "") if is_whole and not words else (option.name, words)

    def read_out_text(self) -> str:
        """What the read-out beside the pointer says, "" when it is hidden."""
        return "" if self._read_out.isHidden() else self._read_out.text()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        if self._space.has_overview and self._space.right <= at.x() < self._space.width - layout.SCROLL_WIDTH:
            self._drags_overview = True
            self._scroll_overview(at.y())
        else:
            self._choose(self.hit(at))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._drags_overview = False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)

    def _scroll_overview(self, y: float) -> None:
        seen = self._space.bottom - layout.TOP
        middle = (y - layout.TOP) / max(1.0, seen - 1.0) * self._space.rows * self._space.row_height
        self._bar.setValue(round(middle - seen / 2))

    def _choose(self, found: layout.Hit | None) -> None:
        scene = self._scene_now
        if found is None or scene is None:
            return
        option = scene.result.table.options[found.row].id
        if found.column is None:
            self.option_chosen.emit(option)
        else:
            self.score_chosen.emit(option, scene.result.table.leaves[found.column].id)

    def wheelEvent(self, event: QWheelEvent) -> None:
        steps = -event.pixelDelta().y() or round(-event.angleDelta().y() / 120 * 3 * self._space.row_height)
        if self._space.scroll_reach:
            self._bar.setValue(self._bar.value() + steps)
            event.accept()
        else:
            event.ignore()

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        page = max(1, int((self._space.bottom - layout.TOP) / self._space.row_height) - 1)
        far, keys = self._space.rows, Qt.Key
        rows = {
            keys.Key_Up: -1, keys.Key_Down: 1, keys.Key_PageUp: -page, keys.Key_PageDown: page,
            keys.Key_Home: -far, keys.Key_End: far,
        }  # fmt: skip
        columns = {keys.Key_Left: -1, keys.Key_Right: 1}
        if event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
            event.ignore()
        elif event.key() in rows:
            self._step_option(rows[Qt.Key(event.key())])
        elif event.key() in columns:
            self._step_criterion(columns[Qt.Key(event.key())])
        elif event.key() in (keys.Key_Return, keys.Key_Enter):
            self._choose_score()
        else:
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        event.ignore()

    def _step_option(self, by: int) -> None:
        scene, order = self._scene_now, self.order
        if scene is None or not order:
            return
        at = order.index(scene.option) if scene.option in order else -1 if by > 0 else len(order)
        if scene.option not in order and abs(by) > 1:
            at = 0
        self.option_chosen.emit(order[max(0, min(len(order) - 1, at + by))])

    def _step_criterion(self, by: int) -> None:
        leaves = [leaf.id for leaf in self._scene_now.result.table.leaves] if self._scene_now is not None else []
        if not leaves or self._scene_now is None:
            return
        chosen = self._scene_now.criterion
        at = leaves.index(chosen) if chosen in leaves else -1 if by > 0 else len(leaves)
        self.criterion_chosen.emit(leaves[max(0, min(len(leaves) - 1, at + by))])

    def _choose_score(self) -> None:
        scene = self._scene_now
        if (
            scene is not None
            and scene.option in scene.result.table.rows
            and scene.criterion in scene.result.table.columns
        ):
            self.score_chosen.emit(scene.option, scene.criterion)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._is_ringed = came_by_keyboard(event, self._is_ringed)
        super().focusInEvent(event)
        self._item.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._item.update()
