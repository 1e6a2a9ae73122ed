"""The scrolling tree of the weights panel: rows in the order of the value tree, selection, keys, and drag and drop."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from db.study.model import Criterion, Id, Study
from desktop.look import look
from desktop.look.spoken import Role, Spoken, say_open
from desktop.panels.tree_moves import Spot, next_sibling, walk_open
from desktop.panels.weight_rows import (
    BRANCH_HEIGHT,
    LEAF_HEIGHT,
    RANGED_HEIGHT,
    BranchRow,
    LeafRow,
    Row,
    RowSignals,
)

GAP = 4
EDGE = 28
ROOMY = 1.6
"""Ranges are worded where the rows with them are at most this many times as high as the view."""


class _Ground(QWidget):
    """What the rows stand on; opaque, so that scrolling moves pixels instead of painting them again."""

    def __init__(self) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(event.rect(), look.tokens.surface)


class _DropMark(QWidget):
    """Where what is being dragged would land: a line between rows, or a frame around a group."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, area = QPainter(self), QRectF(self.rect())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        accent = look.tokens.accent
        painter.setPen(QPen(accent, 2))
        if self.height() > 10:
            painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), 6, 6)
            return
        painter.drawEllipse(QPointF(4, area.center().y()), 3, 3)
        painter.drawLine(QPointF(7, area.center().y()), QPointF(area.right(), area.center().y()))


class WeightTree(QScrollArea):
    """Rows by id. It knows what is selected, open and visible; what a gesture means is for the panel to say."""

    chosen = Signal(str)
    landed = Signal(object)
    scrolled = Signal()

    def __init__(self, problem: Callable[[Id, str], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.signals = RowSignals(self)
        self.rows: dict[Id, Row] = {}
        self.selection: list[Id] = []
        self.range_choice: bool | None = None
        self.is_tall = False
        """Whether each leaf has two lines, also where its range is not worded."""
        self._problem = problem
        self._study: Study | None = None
        self._order: list[Id] = []
        self._closed: set[Id] = set()
        self._with_range = False
        self._viewed: Id | None = None
        self._spot: Spot | None = None
        self._drag_y = 0.0
        self._set_up()

    def _set_up(self) -> None:
        self.ground = _Ground()
        self.setWidget(self.ground)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("Value tree")
        self.setAccessibleIdentifier("weights.tree")
        self.verticalScrollBar().setSingleStep(20)
        self.verticalScrollBar().valueChanged.connect(self.scrolled)
        self._mark = _DropMark(self.ground)
        self._scrolling = QTimer(self)
        self._scrolling.setInterval(25)
        self._scrolling.timeout.connect(self._on_scrolling)
        self.signals.pressed.connect(self._on_pressed)
        self.signals.clicked.connect(self._on_clicked)
        self.signals.dragged.connect(self._on_dragged)
        self.signals.dropped.connect(self._on_dropped)
        self.signals.drag_given_up.connect(self._end_drag)
        self.signals.toggled.connect(self.toggle)

    def spoken(self) -> Spoken:
        """A tree, of which the rows are the items."""
        return Spoken(self, Role.Tree)

    # Building

    def show_study(self, study: Study) -> bool:
        """Show the criteria of a study; False when they are the ones shown already."""
        if self._study is not None and self._study.criteria is study.criteria:
            self._study = study
            return False
        self._study = study
        nodes = {node.id: node for node in study.criteria}
        for gone in [
            row for row in self.rows if row not in nodes or self._kind(nodes[row]) is not type(self.rows[row])
        ]:
            self._remove(gone)
        for depth, node in study.walk():
            row = self.rows.get(node.id) or self._made(node, depth)
            row.show_node(node, depth)
        self._closed &= set(nodes)
        self.select([node for node in self.selection if node in nodes])
        self.lay_out()
        return True

    def chain_after(self, stop: QWidget) -> None:
        """Let Tab go from a widget on through the rows, from the top down; rows made late would come last of all."""
        for _, node in self._study.walk() if self._study is not None else ():
            row = self.rows[node.id]
            QWidget.setTabOrder(stop, _first_stop(row))
            _chain(row)
            stop = _last_stop(row)

    @staticmethod
    def _kind(node: Criterion) -> type[Row]:
        return LeafRow if node.is_leaf else BranchRow

    def _made(self, node: Criterion, depth: int) -> Row:
        row: Row
        if node.is_leaf:
            leaf = node.id
            row = LeafRow(node, depth, self.signals, lambda text: self._problem(leaf, text), self.ground)
        else:
            row = BranchRow(node, depth, self.signals, self.ground)
        self.rows[node.id] = row
        return row

    def _remove(self, node: Id) -> None:
        row = self.rows.pop(node)
        row.end_naming()
        row.hide()
        row.deleteLater()

    def lay_out(self) -> None:
        """Put every row where it belongs. Never part of a tick."""
        if self._study is None:
            return
        shown = list(walk_open(self._study, self._closed))
        ranged = self._fits(shown) if self.range_choice is None else self.range_choice
        self._with_range = ranged
        is_tall = ranged or self.is_tall or self._is_roomy(shown)
        width, y = self.viewport().width(), 2
        self._order = [node.id for _, node in shown]
        for place, (depth, node) in enumerate(shown):
            row = self.rows[node.id]
            y += GAP if place and depth == 0 and not node.is_leaf else 0
            height = _height(node, is_tall)
            if isinstance(row, LeafRow):
                row.set_lines(is_tall, ranged)
            row.setGeometry(0, y, width, height)
            row.show()
            y += height
        self._hide_closed()
        self.ground.resize(width, max(y + 6, self.viewport().height()))
        self.scrolled.emit()

    def _hide_closed(self) -> None:
        shown = set(self._order)
        for node, row in self.rows.items():
            if node not in shown:
                row.hide()
            if isinstance(row, BranchRow):
                row.set_open(node not in self._closed)

    def _fits(self, shown: list[tuple[int, Criterion]]) -> bool:
        return any(node.swing for _, node in shown) and _wanted(shown) <= ROOMY * self.viewport().height()

    def _is_roomy(self, shown: list[tuple[int, Criterion]]) -> bool:
        """Whether rows of two lines, which also say how far a flip is, all fit into the view."""
        return self.range_choice is None and _wanted(shown) <= self.viewport().height()

    @property
    def shows_ranges(self) -> bool:
        """Whether the rows word their ranges now."""
        return self._with_range

    def show_ranges(self, choice: bool | None) -> None:
        """Word the ranges, do not, or (None) where there is room."""
        self.range_choice = choice
        self.lay_out()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.lay_out()

    # Looking

    def row(self, node: Id) -> Row:
        """The row of a node. Raises KeyError."""
        return self.rows[node]

    def leaf_row(self, leaf: Id) -> LeafRow:
        """The row of a leaf. Raises KeyError for another node."""
        row = self.rows[leaf]
        if not isinstance(row, LeafRow):
            raise KeyError(leaf)
        return row

    def is_near(self, row: Row) -> bool:
        """Whether any of a row is scrolled into view."""
        top = self.verticalScrollBar().value()
        return not row.isHidden() and row.y() < top + self.viewport().height() and row.y() + row.height() > top

    def visible_order(self) -> list[Id]:
        """The nodes that no closed branch hides, from top to bottom."""
        return list(self._order)

    def toggle(self, branch: Id) -> None:
        """Open a closed branch, or close an open one."""
        self._closed ^= {branch}
        self.lay_out()
        say_open(self.rows[branch])

    def set_all_open(self, are_open: bool) -> None:
        """Open every branch, or close every one."""
        self._closed = set() if are_open else {node for node, row in self.rows.items() if isinstance(row, BranchRow)}
        self.lay_out()

    def open_to(self, node: Id) -> None:
        """Open every branch above a node."""
        above = set(self._above(node))
        if above & self._closed:
            self._closed -= above
            self.lay_out()

    def _above(self, node: Id) -> Iterator[Id]:
        study = self._study
        parent = study.criterion(node).parent if study is not None else None
        while parent is not None and study is not None:
            yield parent
            parent = study.criterion(parent).parent

    def is_open(self, branch: Id) -> bool:
        """Whether a branch shows what is below it."""
        return branch not in self._closed

    def reveal(self, node: Id) -> None:
        """Scroll a row into view."""
        row = self.rows[node]
        self.ensureVisible(0, row.y() + row.height() // 2, 0, row.height() // 2 + 4)

    # Selecting

    def select(self, nodes: list[Id]) -> None:
        """Make these the selected rows."""
        self.selection = nodes
        wanted = set(nodes)
        for node, row in self.rows.items():
            row.set_selected(node in wanted)

    def show_viewed(self, criterion: Id | None) -> None:
        """Follow what the session looks at."""
        if criterion == self._viewed:
            return
        self._viewed = criterion
        if criterion is not None and criterion in self.rows and criterion not in self.selection:
            self.select([criterion])
            if criterion in self._order:
                self.reveal(criterion)

    def choose(self, node: Id) -> None:
        """Select one row as a click does."""
        self.select([node])
        self._viewed = node
        self.chosen.emit(node)

    def extend_to(self, node: Id) -> None:
        """Select from the row selected first to this one."""
        start = self.selection[0] if self.selection and self.selection[0] in self._order else node
        a, b = self._order.index(start), self._order.index(node)
        between = self._order[min(a, b) : max(a, b) + 1]
        self.select(between if a <= b else between[::-1])

    def _on_pressed(self, node: Id, modifiers: Qt.KeyboardModifier) -> None:
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            kept = [other for other in self.selection if other != node]
            self.select(kept if node in self.selection else [*kept, node])
        elif modifiers & Qt.KeyboardModifier.ShiftModifier:
            self.extend_to(node)
        elif node not in self.selection or len(self.selection) == 1:
            self.choose(node)

    def _on_clicked(self, node: Id, modifiers: Qt.KeyboardModifier) -> None:
        both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        if len(self.selection) > 1 and not modifiers & both:
            self.choose(node)

    # Dragging rows

    def _on_dragged(self, node: Id, point: QPointF) -> None:
        self.setCursor(Qt.CursorShape.ClosedHandCursor)
        self._drag_y = point.y() - self.verticalScrollBar().value()
        if not self._scrolling.isActive():
            self._scrolling.start()
        self._spot = self.spot_at(point)
        self._mark.setGeometry(self._mark_area(point, self._spot))
        self._mark.show()
        self._mark.raise_()

    def _on_scrolling(self) -> None:
        bar, y = self.verticalScrollBar(), self._drag_y
        if y < EDGE:
            bar.setValue(bar.value() - 8)
        elif y > self.viewport().height() - EDGE:
            bar.setValue(bar.value() + 8)

    def _on_dropped(self, node: Id) -> None:
        spot = self._spot
        self._end_drag()
        if spot is not None:
            self.landed.emit(spot)

    def _end_drag(self) -> None:
        self._scrolling.stop()
        self._mark.hide()
        self.unsetCursor()
        self._spot = None

    def row_at(self, y: float) -> Row | None:
        """The row at a height, the gap above a row counted to it; None below the last."""
        for node in self._order:
            row = self.rows[node]
            if y < row.y() + row.height():
                return row
        return None

    def spot_at(self, point: QPointF) -> Spot:
        """Where a drop at a point of the ground lands."""
        row = self.row_at(point.y())
        study = self._study
        if row is None or study is None:
            return Spot(None)
        down = (point.y() - row.y()) / row.height()
        if isinstance(row, BranchRow) and down >= 0.3:
            children = study.children(row.node.id)
            into_front = down > 0.7 and self.is_open(row.node.id) and children
            return Spot(row.node.id, children[0].id if into_front else None)
        if down < 0.5:
            return Spot(row.node.parent, row.node.id)
        return self._spot_behind(study, row, point.x())

    def _spot_behind(self, study: Study, row: Row, x: float) -> Spot:
        """Right behind a row; behind the last one of a group, the further left the further out."""
        node, left = row.node, row.indent
        behind = next_sibling(study, node.id)
        while behind is None and node.parent is not None and x < left - 4:
            node = study.criterion(node.parent)
            left = self.rows[node.id].indent
            behind = next_sibling(study, node.id)
        return Spot(node.parent, behind)

    def _mark_area(self, point: QPointF, spot: Spot) -> QRect:
        row, width = self.row_at(point.y()), self.ground.width()
        if row is not None and spot == Spot(row.node.id):
            return row.geometry().adjusted(5, 1, -3, -1)
        left = self.rows[spot.parent].indent + 10 if spot.parent in self.rows else 10
        if row is None:
            y = self.rows[self._order[-1]].geometry().bottom() if self._order else 0
        elif spot.before == row.node.id:
            y = row.y()
        else:
            y = row.geometry().bottom()
        return QRect(left, y - 4, width - left - 12, 9)

    def drop_mark(self) -> QRect:
        """Where the mark of the drop stands; empty when nothing is dragged."""
        return self._mark.geometry() if self._mark.isVisible() else QRect()

    def place_of(self, node: Id) -> QPoint:
        """The middle of a row on the ground."""
        return self.rows[node].geometry().center()


def _height(node: Criterion, is_tall: bool) -> int:
    return BRANCH_HEIGHT if not node.is_leaf else RANGED_HEIGHT if is_tall else LEAF_HEIGHT


def _wanted(shown: list[tuple[int, Criterion]]) -> int:
    """How high all rows are together with two lines each."""
    return 8 + sum(_height(node, True) + (GAP if not node.is_leaf else 0) for _, node in shown)


def _first_stop(row: Row) -> QWidget:
    return row.slider if isinstance(row, LeafRow) else row


def _last_stop(row: Row) -> QWidget:
    return row.number if isinstance(row, LeafRow) else row


def _chain(row: Row) -> None:
    if isinstance(row, LeafRow):
        QWidget.setTabOrder(row.slider, row.number)
