"""Paints the cells of the score table from the model's arrays and edits them in place."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from functools import cache, lru_cache

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import QBrush, QColor, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop.look import blend, font, heat, look, tokens_for
from desktop.look.painting import draw_text
from desktop.models.score_blocks import brief
from desktop.models.score_edit import ScoreEdit
from desktop.models.score_grid import is_doubtful
from desktop.models.score_model import Index, ScoreModel, Shown

RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
_SELECTED = QStyle.StateFlag.State_Selected
PAD = 10
RANGE_WIDTH = 84
EDIT_WIDTH = 124


class Go(Enum):
    """Where the table goes after a cell was entered: (rows, columns)."""

    STAY = (0, 0)
    DOWN = (1, 0)
    UP = (-1, 0)
    RIGHT = (0, 1)
    LEFT = (0, -1)


Submit = Callable[[Index, str, bool], str]
"""Enters a text into a cell, or with True into the whole selection; returns why not, or ""."""

_MOVES = {
    Qt.Key.Key_Return: (Go.DOWN, Go.UP),
    Qt.Key.Key_Enter: (Go.DOWN, Go.UP),
    Qt.Key.Key_Tab: (Go.RIGHT, Go.LEFT),
    Qt.Key.Key_Backtab: (Go.LEFT, Go.LEFT),
    Qt.Key.Key_Down: (Go.DOWN, Go.DOWN),
    Qt.Key.Key_Up: (Go.UP, Go.UP),
}


class ScoreDelegate(QStyledItemDelegate):
    """A lean painter: one fill, one text and at most two marks a cell, no question to the model through roles."""

    left = Signal(object)
    """Where to go after a cell was entered, as a `Go`."""
    lost = Signal(str)
    """Why what stood in an editor that was left could not be entered."""

    def __init__(self, model: ScoreModel, submit: Submit, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model, self._submit = model, submit
        self.current = (-1, -1)
        self.has_ranges = False

    # Painting

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row, column = index.row(), index.column()
        area: QRect = option.rect
        selected = bool(option.state & _SELECTED)
        inner = area.adjusted(0, 0, -1, -1)
        self._paint_ground(painter, inner, row, column, selected)
        self._paint_text(painter, inner, row, column)
        if (row, column) == self.current:
            painter.setPen(QPen(look.tokens.accent, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(inner.adjusted(1, 1, 0, 0))

    def _paint_ground(self, painter: QPainter, area: QRect, row: int, column: int, selected: bool) -> None:
        tokens, grid = look.tokens, self._model.grid
        value = grid.values[row, column]
        if grid.options[row].excluded or value != value:
            ground = tokens.sunken
        else:
            ground = heat(value)
        if selected and (row, column) != self.current:
            ground = _selected(ground.rgb(), tokens.accent.rgb())
        painter.fillRect(area, ground)
        if grid.likely[row, column] != grid.likely[row, column]:
            painter.fillRect(area, QBrush(blend(ground, tokens.border_strong, 0.6), Qt.BrushStyle.BDiagPattern))

    def _paint_text(self, painter: QPainter, area: QRect, row: int, column: int) -> None:
        tokens, model = look.tokens, self._model
        score = model.grid.score(row, column)
        faint = score.likely is None or model.grid.options[row].excluded
        painter.setFont(font(13, 400, tabular=True))
        painter.setPen(tokens.text3 if faint else tokens.text)
        right = area.right() - PAD + 1
        if self.has_ranges:
            right -= RANGE_WIDTH
        painter.drawText(area.left(), area.top(), right - area.left(), area.height(), RIGHT, model.text(row, column))
        if is_doubtful(score):
            self._paint_ring(painter, area)
        if self.has_ranges:
            place = QRectF(right + 6, area.top(), RANGE_WIDTH - 6, area.height())
            draw_text(painter, place, model.range_text(row, column), font(11, 400, tabular=True), tokens.text2)
        elif model.shown is Shown.RAW and model.grid.low[row, column] < model.grid.high[row, column]:
            self._paint_whisker(painter, area, row, column)

    def _paint_ring(self, painter: QPainter, area: QRect) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.tokens.warn, 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QPointF(area.left() + 11.0, area.top() + area.height() / 2), 3.0, 3.0)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _paint_whisker(self, painter: QPainter, area: QRect, row: int, column: int) -> None:
        """A thin line from low to high at the foot of the cell, the whole cell being the scale."""
        grid = self._model.grid
        scale = grid.leaves[column].scale
        if scale is None or not scale.low < scale.high:
            return
        unit = (area.width() - 12) / (scale.high - scale.low)
        start = area.left() + 6 + (grid.low[row, column] - scale.low) * unit
        length = max(2.0, (grid.high[row, column] - grid.low[row, column]) * unit)
        painter.fillRect(QRectF(start, area.bottom() - 3, length, 1.5), _whisker(look.tokens.is_dark))

    # Editing

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = ScoreEdit(parent)
        editor.place = QPersistentModelIndex(index)
        editor.setAlignment(Qt.AlignmentFlag.AlignRight)
        editor.setAccessibleName(f"Score of {self._model.description(index.row(), index.column())}")
        editor.setAccessibleIdentifier("scores.editor")
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        # Qt asks again whenever the cell changes; what is being typed must survive that.
        assert isinstance(editor, ScoreEdit)
        if not editor.isModified() and not editor.is_done:
            editor.begin(str(index.data(Qt.ItemDataRole.EditRole)))

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        area: QRect = option.rect
        room = editor.parentWidget().width()
        width = min(max(area.width(), EDIT_WIDTH), max(room, area.width()))
        left = max(0, min(area.right() + 1 - width, room - width)) if area.right() >= width else max(0, area.left())
        editor.setGeometry(left, area.top(), width, area.height())

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        """The editor was left some other way than by a key: enter what stands in it, or say why not."""
        assert isinstance(editor, ScoreEdit)
        if not editor.is_done and (reason := self._enter(editor, index, False)):
            editor.finish()
            self.lost.emit(reason)

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:
        if isinstance(editor, ScoreEdit):
            if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and self._on_key(editor, event):
                return True
            if event.type() == QEvent.Type.FocusOut and _keeps_open(event):
                return False
        return super().eventFilter(editor, event)

    def _on_key(self, editor: ScoreEdit, event: QKeyEvent) -> bool:
        moves = _MOVES.get(Qt.Key(event.key()))
        if moves is None:
            return False
        whole = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and bool(
            event.modifiers() & Qt.KeyboardModifier.ControlModifier
        )
        back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._finish(editor, Go.STAY if whole else moves[back], whole)
        return True

    def _finish(self, editor: ScoreEdit, go: Go, whole: bool) -> None:
        reason = self._enter(editor, editor.place, whole)
        if reason:
            short = brief(reason.split(": ", 1)[-1])
            editor.refuse(reason, short[:1].upper() + short[1:])
            return
        self.closeEditor.emit(editor, QStyledItemDelegate.EndEditHint.NoHint)
        self.left.emit(go)

    def _enter(self, editor: ScoreEdit, index: Index, whole: bool) -> str:
        if editor.text() == editor.before and not whole:
            editor.finish()
            return ""
        reason = self._submit(index, editor.text(), whole)
        if not reason:
            editor.finish()
        return reason


def _keeps_open(event: QEvent) -> bool:
    stays = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)
    return event.reason() in stays  # type: ignore[attr-defined]


@cache
def _whisker(is_dark: bool) -> QColor:
    tokens = tokens_for("dark" if is_dark else "light")
    return blend(tokens.surface, tokens.heat, 0.7)


@lru_cache(maxsize=1024)
def _selected(ground: int, accent: int) -> QColor:
    return blend(QColor.fromRgb(ground), QColor.fromRgb(accent), 0.3)
