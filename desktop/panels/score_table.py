"""The grid of scores: moving, selecting and editing as in a spreadsheet. It asks; the panel acts."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QModelIndex, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QFrame, QTableView, QWidget

from desktop.look import look
from desktop.models.score_delegate import Go, ScoreDelegate, Submit
from desktop.models.score_edit import ScoreEdit
from desktop.models.score_grid import Block
from desktop.models.score_header import (
    COLUMN_WIDTH,
    ROW_HEIGHT,
    WIDE_COLUMN_WIDTH,
    CriterionHeader,
    OptionHeader,
)
from desktop.models.score_model import ScoreModel

_KEYS = {
    QKeySequence.StandardKey.Copy: "copy",
    QKeySequence.StandardKey.Cut: "cut",
    QKeySequence.StandardKey.Paste: "paste",
    QKeySequence.StandardKey.SelectAll: "select_all",
}
_COMBINATIONS = {
    (Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier): "fill_down",
    (Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier): "fill_right",
    (Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier): "move_up",
    (Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier): "move_down",
    (Qt.Key.Key_Insert, Qt.KeyboardModifier.NoModifier): "add_option",
    (Qt.Key.Key_Delete, Qt.KeyboardModifier.NoModifier): "clear",
    (Qt.Key.Key_Backspace, Qt.KeyboardModifier.NoModifier): "clear",
    (Qt.Key.Key_F2, Qt.KeyboardModifier.NoModifier): "edit",
}
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_PLAIN = ~Qt.KeyboardModifier.KeypadModifier


class ScoreTable(QTableView):
    """Shows a `ScoreModel`; fixed sizes, frozen options, one rectangle selected at a time."""

    asked = Signal(str)
    """A key asked for a command of the panel: "copy", "cut", "paste", "clear", "fill_down", "fill_right", "move_up",
    "move_down" or "add_option"."""
    menu_wanted = Signal(QModelIndex, QPoint)
    """A cell was asked for its menu, by mouse or by key; the point is on the screen."""
    typed_in_vain = Signal()
    """Something was typed while the cells cannot be edited."""

    def __init__(self, model: ScoreModel, submit: Submit, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.painter_of_cells = ScoreDelegate(model, submit, self)
        self.options, self.criteria = OptionHeader(model, self), CriterionHeader(model, self)
        self.setVerticalHeader(self.options)
        self.setHorizontalHeader(self.criteria)
        self.setModel(model)
        self.setItemDelegate(self.painter_of_cells)
        self._arrange()
        self._name()
        self.painter_of_cells.left.connect(self.go)

    def _arrange(self) -> None:
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.AnyKeyPressed | triggers.DoubleClicked)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalScrollBar().setSingleStep(ROW_HEIGHT)
        self.horizontalScrollBar().setSingleStep(COLUMN_WIDTH // 2)

    def _name(self) -> None:
        self.setAccessibleName("Scores")
        self.setAccessibleIdentifier("scores.table")
        self.setCornerWidget(QWidget(self))
        corner = self.findChild(QAbstractButton)
        if corner is not None:
            corner.setToolTip("Select all scores")
            corner.setAccessibleName("Select all scores")
            corner.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # The corner is Qt's own button; painted here, it follows the scheme like the headers.
        if event.type() == QEvent.Type.Paint and isinstance(watched, QAbstractButton):
            tokens, area = look.tokens, watched.rect()
            painter = QPainter(watched)
            painter.fillRect(area, tokens.surface)
            painter.fillRect(area.left(), area.bottom(), area.width(), 1, tokens.border)
            painter.fillRect(area.right(), area.top(), 1, area.height(), tokens.border)
            painter.end()
            return True
        return super().eventFilter(watched, event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        if index.isValid():
            corner = self.viewport().mapToGlobal(self.visualRect(index).bottomLeft())
            self.menu_wanted.emit(index, corner if by_key else event.globalPos())

    # What is selected

    def block(self) -> Block | None:
        """The selected rectangle, or the current cell alone; None when there is neither."""
        chosen = self.selectionModel().selection()
        ranges = [chosen.at(place) for place in range(chosen.count())]
        if ranges:
            return (
                min(part.top() for part in ranges),
                min(part.left() for part in ranges),
                max(part.bottom() for part in ranges),
                max(part.right() for part in ranges),
            )
        at = self.currentIndex()
        return (at.row(), at.column(), at.row(), at.column()) if at.isValid() else None

    def select_block(self, block: Block) -> None:
        """Select a rectangle of cells."""
        model, (top, left, bottom, right) = self.model(), block
        chosen = QItemSelection(model.index(top, left), model.index(bottom, right))
        self.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def pick(self, section: int, extend: bool, *, is_row: bool) -> None:
        """Select a whole row or column; with `extend` all from the current one to it."""
        at, last_row, last_column = self.currentIndex(), self.model().rowCount() - 1, self.model().columnCount() - 1
        start = (at.row() if is_row else at.column()) if extend and at.isValid() else section
        first, last = sorted((start, section))
        if not extend or not at.isValid():
            row, column = (section, max(0, at.column())) if is_row else (max(0, at.row()), section)
            self.selectionModel().setCurrentIndex(self.model().index(row, column), _NO_UPDATE)
        self.select_block((first, 0, last, last_column) if is_row else (0, first, last_row, last))

    def go(self, go: Go) -> None:
        """Move the current cell; to the right and left it runs on into the next and last row."""
        at, rows, columns = self.currentIndex(), self.model().rowCount(), self.model().columnCount()
        if not at.isValid():
            return
        down, right = go.value
        row, column = at.row() + down, at.column() + right
        if right:
            place = max(0, min(rows * columns - 1, row * columns + column))
            row, column = divmod(place, columns)
        if go is not Go.STAY:
            self.setCurrentIndex(self.model().index(max(0, min(rows - 1, row)), column))
        self.setFocus()

    def show_ranges(self, shown: bool) -> None:
        """Show each score's range beside it, in wider columns, or as a whisker."""
        self.painter_of_cells.has_ranges = shown
        self.criteria.setDefaultSectionSize(WIDE_COLUMN_WIDTH if shown else COLUMN_WIDTH)
        self.updateGeometries()  # Qt leaves the scroll bar's range as it was
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())
        self.viewport().update()

    # Keys

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _command(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        command, back = _command(event), event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if command == "edit":
            self.edit_current()
        elif command == "select_all":
            self.selectAll()
        elif command:
            self.asked.emit(command)
        elif event.key() in _ENTER and self.state() != QAbstractItemView.State.EditingState:
            self.go(Go.UP if back else Go.DOWN)
        elif event.key() == Qt.Key.Key_Escape and self.options.is_dragging:
            self.options.cancel()
        else:
            super().keyPressEvent(event)

    def edit_current(self) -> None:
        """Open the current cell with its text kept."""
        if not self.edit(self.currentIndex(), QAbstractItemView.EditTrigger.AllEditTriggers, None):
            self.typed_in_vain.emit()

    def edit(self, index: QModelIndex, *rest: Any) -> Any:
        opened = super().edit(index, *rest)
        keeps = (QAbstractItemView.EditTrigger.DoubleClicked, QAbstractItemView.EditTrigger.AllEditTriggers)
        if opened and rest and rest[0] in keeps:
            editor = self.indexWidget(index)
            if isinstance(editor, ScoreEdit):
                editor.deselect()
                editor.end(False)
        return opened

    def editor(self) -> ScoreEdit | None:
        """The editor that is open, None when none is."""
        found = [edit for edit in self.viewport().findChildren(ScoreEdit) if not edit.is_done and edit.isVisible()]
        return found[0] if found else None

    def keyboardSearch(self, search: str) -> None:
        # Typing edits; where it cannot, it says so instead of jumping about.
        if search.strip():
            self.typed_in_vain.emit()

    def focusNextPrevChild(self, next: bool) -> bool:
        # Tab runs through the cells and leaves the table at its ends.
        at, edge = self.currentIndex(), self.model().index(0, 0)
        if next:
            edge = self.model().index(self.model().rowCount() - 1, self.model().columnCount() - 1)
        if not at.isValid() or (at.row(), at.column()) == (edge.row(), edge.column()):
            return QWidget.focusNextPrevChild(self, next)
        return super().focusNextPrevChild(next)

    # Following

    def currentChanged(self, current: QModelIndex, previous: QModelIndex) -> None:
        super().currentChanged(current, previous)
        self.follow_current()

    def follow_current(self) -> None:
        """Let the cells know which one is current."""
        at = self.currentIndex()
        place = (at.row(), at.column())
        if place != self.painter_of_cells.current:
            self.painter_of_cells.current = place
            self.viewport().update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.follow_current()


def _command(event: QKeyEvent) -> str:
    for key, command in _KEYS.items():
        if event.matches(key):
            return command
    return _COMBINATIONS.get((Qt.Key(event.key()), event.modifiers() & _PLAIN), "")


_NO_UPDATE = QItemSelectionModel.SelectionFlag.NoUpdate
