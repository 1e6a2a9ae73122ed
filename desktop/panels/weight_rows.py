"""The rows of the weights panel: a branch with its sum, and a leaf with slider, number and lock."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QEvent, QObject, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFont,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import QApplication, QWidget

from db.study.model import Criterion, Id
from desktop.look import IconButton, colour_of, font, look, paint_icon
from desktop.look.focus import Ringed
from desktop.look.number_edit import Check
from desktop.look.painting import draw_text, swatch, text_width
from desktop.look.spoken import Spoken
from desktop.panels.weight_edits import NameEdit, ShareEdit
from desktop.panels.weight_flips import RULE, Hold, label_width, paint_label, paint_shape
from desktop.panels.weight_slider import INSET, SliderState, WeightSlider
from desktop.panels.weight_voice import meaning, spoken_row, tooltip
from desktop.questions.flipping import Closeness

BRANCH_HEIGHT, LEAF_HEIGHT, RANGED_HEIGHT = 30, 30, 38
LEFT, INDENT, DEEPEST = 16, 14, 8
RIGHT, LOCK, NUMBER, SHARE = 8, 22, 48, 46
SLIDER = 94
SIGN = 12
"""Pixels that the sign of a flip takes beside the slider of a low row."""
LABEL = 76
"""Pixels that the longest label of a flip takes."""
RANGE = 48
"""A range is worded where it has so many pixels at least."""


class RowSignals(QObject):
    """What every row tells: who was touched, and how. Shared by all rows of one tree."""

    pressed = Signal(str, object)
    clicked = Signal(str, object)
    dragged = Signal(str, object)
    dropped = Signal(str)
    drag_given_up = Signal()
    toggled = Signal(str)
    keyed = Signal(str, object)
    menu_wanted = Signal(str, object)
    renamed = Signal(str, str)
    naming_ended = Signal(str)
    weight_taken = Signal(str)
    weight_moved = Signal(str, int)
    weight_released = Signal(str)
    weight_given_up = Signal(str)
    weight_blocked = Signal(str)
    slider_left = Signal(str)
    number_typed = Signal(str, str)
    lock_clicked = Signal(str)


class LeafState(NamedTuple):
    """What a leaf's row shows: the slider, the number as text, and the share beside it ("" for none)."""

    slider: SliderState
    number: str
    share: str = ""


class Row(Ringed, QWidget):
    """One node of the tree: its name, where it stands, whether it is selected."""

    name_weight = 400

    def __init__(self, node: Criterion, depth: int, signals: RowSignals, parent: QWidget) -> None:
        super().__init__(parent)
        self.node, self.level, self.signals = node, depth, signals
        self.is_selected = self._is_dragging = False
        self._pressed_at: QPointF | None = None
        self.editor: NameEdit | None = None
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAccessibleIdentifier(f"weights.row.{node.id}")

    def show_node(self, node: Criterion, depth: int) -> None:
        """Show a node, or the same node under another name or at another depth."""
        self.node, self.level = node, depth
        self.setAccessibleName(node.name)
        self.setToolTip(tooltip(node))
        self.place_parts()
        self.update()

    def spoken(self) -> Spoken:
        """An item of a tree."""
        return spoken_row(self)

    def set_selected(self, is_selected: bool) -> None:
        """Draw the row as selected or not."""
        if is_selected != self.is_selected:
            self.is_selected = is_selected
            self.update()

    @property
    def indent(self) -> int:
        """Where the row's own drawing begins."""
        return LEFT + INDENT * min(self.level, DEEPEST)

    def ground(self) -> QColor:
        """The colour behind the row."""
        tokens = look.tokens
        if self.is_selected:
            return tokens.accent_soft
        return tokens.hover if self.underMouse() else tokens.surface

    def name_area(self) -> QRectF:
        """Where the name stands."""
        raise NotImplementedError

    def place_parts(self) -> None:
        """Put the child widgets where they belong."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.place_parts()
        self._place_editor()

    def event(self, event: QEvent) -> bool:
        # Without this a shortcut of the window (F2, Delete, Ctrl+D) would take the key from the row that has the focus.
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and is_row_key(event):
            event.accept()
            return True
        return super().event(event)

    # Naming

    def begin_naming(self, check: Check) -> None:
        """Let the user type another name in place."""
        self.end_naming()
        self.editor = NameEdit(self.node.name, check, self.name_weight, self)
        self._place_editor()
        self.editor.setAccessibleName(f"Name of {self.node.name}")
        self.editor.setAccessibleIdentifier("weights.name")
        self.editor.committed.connect(lambda text: self.signals.renamed.emit(self.node.id, text))
        self.editor.ended.connect(self._on_naming_ended)
        self.editor.show()
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        self.editor.selectAll()

    def _place_editor(self) -> None:
        if self.editor is not None:
            area = self.name_area().toAlignedRect()
            width = max(area.width(), self.width() - area.left() - RIGHT - LOCK - NUMBER) + 8
            self.editor.setGeometry(area.left() - 8, area.center().y() - 12, width, 26)

    def end_naming(self) -> None:
        """Take the name's editor away."""
        editor, self.editor = self.editor, None
        if editor is not None:
            had_focus = editor.hasFocus()
            editor.blockSignals(True)
            editor.hide()
            editor.deleteLater()
            if had_focus:
                self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_naming_ended(self) -> None:
        if self.editor is not None:
            self.end_naming()
            self.signals.naming_ended.emit(self.node.id)

    # Events

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._is_ringed = False
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed_at = event.position()
            self.signals.pressed.emit(self.node.id, event.modifiers())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed_at is None:
            return
        way = (event.position() - self._pressed_at).manhattanLength()
        if self._is_dragging or way >= QApplication.startDragDistance():
            self._is_dragging = True
            self.signals.dragged.emit(self.node.id, self.mapToParent(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        was_dragging, self._is_dragging, self._pressed_at = self._is_dragging, False, None
        if was_dragging:
            self.signals.dropped.emit(self.node.id)
        elif event.button() == Qt.MouseButton.LeftButton:
            self.signals.clicked.emit(self.node.id, event.modifiers())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._is_dragging:
            self._is_dragging, self._pressed_at = False, None
            self.signals.drag_given_up.emit()
            return
        event.ignore()
        self.signals.keyed.emit(self.node.id, event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.signals.menu_wanted.emit(self.node.id, event.globalPos())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        ground = self.ground()
        painter.fillRect(self.rect(), look.tokens.surface)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(6, 0, -4, 0)
        if ground is not look.tokens.surface:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ground)
            painter.drawRoundedRect(area, 6, 6)
        self.paint_parts(painter)
        self.paint_focus(painter, area)

    def paint_parts(self, painter: QPainter) -> None:
        """Paint what is not a child widget."""
        raise NotImplementedError


class BranchRow(Row):
    """A group: chevron, name, and the sum of the shares below it."""

    name_weight = 600

    def __init__(self, node: Criterion, depth: int, signals: RowSignals, parent: QWidget) -> None:
        super().__init__(node, depth, signals, parent)
        self.is_open, self._sum = True, ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def spoken(self) -> Spoken:
        return spoken_row(self, lambda: self.is_open)

    def set_open(self, is_open: bool) -> None:
        """Draw the chevron for an open or a closed branch."""
        if is_open != self.is_open:
            self.is_open = is_open
            self.update()

    def set_sum(self, text: str, tell: bool = True) -> None:
        """Show the sum of the shares below; `tell` says it to screen readers too, which is too slow for every tick."""
        if tell:
            self.setAccessibleDescription(f"{text} % together")
        if text != self._sum:
            self._sum = text
            self.update(self._sum_area().toAlignedRect())

    def sum_text(self) -> str:
        """The sum as it is shown."""
        return self._sum

    def chevron_area(self) -> QRectF:
        """Where a click opens or closes the branch."""
        return QRectF(self.indent - 6, 0, 22, self.height())

    def name_area(self) -> QRectF:
        left = self.indent + 18
        return QRectF(left, 0, self._sum_area().left() - left - 6, self.height())

    def _sum_area(self) -> QRectF:
        return QRectF(self.width() - RIGHT - LOCK - NUMBER, 0, NUMBER - 7, self.height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.chevron_area().contains(event.position()):
            self.signals.toggled.emit(self.node.id)
        else:
            super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.signals.toggled.emit(self.node.id)

    def paint_parts(self, painter: QPainter) -> None:
        tokens, middle = look.tokens, self.height() / 2
        chevron = "chevron-down" if self.is_open else "chevron-right"
        paint_icon(painter, chevron, QPointF(self.indent + 5, middle), "text2", 14)
        draw_text(painter, self.name_area(), self.node.name, font(13, 600), tokens.text)
        right = Qt.AlignmentFlag.AlignRight
        draw_text(painter, self._sum_area(), self._sum, font(12, 600, tabular=True), tokens.text2, right)


class LeafRow(Row):
    """A criterion: swatch, name, slider, number, lock, and the range that its weight speaks of."""

    def __init__(self, node: Criterion, depth: int, signals: RowSignals, check: Check, parent: QWidget) -> None:
        super().__init__(node, depth, signals, parent)
        self.is_tall, self.words_range, self._share = False, False, ""
        self._due = QRegion()
        self.slider = WeightSlider(node.colour, self)
        self.number = ShareEdit(check, self)
        self.lock = IconButton("unlock", "", 15, LOCK, self)
        self.lock.setCheckable(True)
        self.lock.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for part, name in ((self.slider, "slider"), (self.number, "number"), (self.lock, "lock")):
            part.setAccessibleIdentifier(f"weights.{name}.{node.id}")
        self._connect(node.id)

    def _connect(self, leaf: Id) -> None:
        tell = self.signals
        self.slider.valueChanged.connect(lambda value: tell.weight_moved.emit(leaf, value))
        self.slider.sliderPressed.connect(lambda: tell.weight_taken.emit(leaf))
        self.slider.sliderReleased.connect(lambda: tell.weight_released.emit(leaf))
        self.slider.given_up.connect(lambda: tell.weight_given_up.emit(leaf))
        self.slider.blocked.connect(lambda: tell.weight_blocked.emit(leaf))
        self.slider.left.connect(lambda: tell.slider_left.emit(leaf))
        self.slider.typed.connect(self.begin_number)
        self.number.committed.connect(lambda text: tell.number_typed.emit(leaf, text))
        self.lock.clicked.connect(lambda: tell.lock_clicked.emit(leaf))

    def show_node(self, node: Criterion, depth: int) -> None:
        if node.colour != self.slider.colour:
            self.slider.colour = node.colour
            self.slider.update()
        self.slider.setAccessibleName(f"Weight of {node.name}")
        self.number.setAccessibleName(f"Weight of {node.name} as a number")
        self.setAccessibleDescription(" ".join(meaning(node)))
        self._name_lock(node)
        super().show_node(node, depth)

    def present(self, state: LeafState) -> None:
        """Show a weight; only what differs is painted."""
        was_locked, was_held = self.slider.state.locked, self._hold_said()
        self.slider.present(state.slider)
        self.number.setText(state.number)
        if self._hold_said() != was_held:
            self.update(self._hold_area())
        if state.share != self._share:
            self._share = state.share
            self.update(self._share_area().toAlignedRect())
        if state.slider.locked != was_locked:
            self.lock.setChecked(state.slider.locked)
            self._name_lock(self.node)

    def hold_text(self) -> str:
        """How far the weight is from a flip, as it is shown; "" where that is not known."""
        return self._hold_said()[0]

    def shows_label(self, hold: Hold) -> bool:
        """Whether the row has room for the label of a flip beside its sign."""
        name = self.name_area().left() + text_width(self.node.name, font(13, 600))
        return self.is_tall or name + 8 + label_width(hold) < self._label_right()

    def _hold_said(self) -> tuple[str, Closeness]:
        hold = self.slider.state.hold
        return ("", Closeness.NONE) if hold is None else (hold.label(), hold.closeness)

    def tell(self) -> None:
        """Say to screen readers how far the weight is from a flip, which is too slow for every tick."""
        hold = self.slider.state.hold
        said = "" if hold is None else hold.sentence()
        if said != self.slider.accessibleDescription():
            self.slider.setAccessibleDescription(said)

    def share_text(self) -> str:
        """The share as it is shown beside the number, "" for none."""
        return self._share

    def set_lines(self, is_tall: bool, words_range: bool) -> None:
        """Put the slider under the name, or beside it; word the range, or do not."""
        if (is_tall, words_range) != (self.is_tall, self.words_range):
            self.is_tall, self.words_range = is_tall, words_range
            self.place_parts()
            self.update()

    def begin_number(self, text: str) -> None:
        """Type over the number, starting with a first character."""
        self.number.setFocus(Qt.FocusReason.OtherFocusReason)
        self.number.selectAll()
        self.number.insert(text)

    def _name_lock(self, node: Criterion) -> None:
        is_locked = self.lock.isChecked()
        self.lock.set_icon("lock" if is_locked else "unlock", "text2" if is_locked else "disabled")
        self.lock.set_label(f"{'Unlock' if is_locked else 'Lock'} the weight of {node.name} (L)")

    # Places

    def place_parts(self) -> None:
        right = self.width() - RIGHT
        line = self._line()
        self.lock.move(right - LOCK, round(line - LOCK / 2))
        self.number.setGeometry(right - LOCK - NUMBER, round(line - 12), NUMBER, 24)
        self.slider.setGeometry(self._slider_area())

    def _line(self) -> float:
        return 12.0 if self.is_tall else self.height() / 2

    def _numbers_left(self) -> int:
        return self.width() - RIGHT - LOCK - NUMBER - (SHARE if self._share else 0)

    def _slider_area(self) -> QRect:
        inset = round(INSET)
        if self.is_tall:
            left = self.indent + 17 - inset
            width = max(SLIDER, round(0.36 * (self.width() - RIGHT - left)))
            return QRect(left, 20, width + 2, 17)
        width = max(SLIDER - 4, round(0.28 * self.width())) + 2
        return QRect(self._numbers_left() - width, round(self.height() / 2 - 10), width, 20)

    def name_area(self) -> QRectF:
        left = self.indent + 17
        end = self._numbers_left() if self.is_tall else self.slider.x() - SIGN
        return QRectF(left, 0, max(20, end - left), 2 * self._line())

    def _share_area(self) -> QRectF:
        return QRectF(self._numbers_left(), 0, SHARE, 2 * self._line())

    def range_area(self) -> QRectF:
        """Where the range is worded."""
        left = self.slider.geometry().right() + 6
        hold = self.slider.state.hold
        right = self.width() - RIGHT - 6 if hold is None else self._label_right() - label_width(hold) - 8
        return QRectF(left, 19, max(0.0, right - left), 18)

    def _label_right(self) -> float:
        return self.width() - RIGHT - LOCK - 7 if self.is_tall else self.slider.x() - SIGN - 3

    def _hold_area(self) -> QRegion:
        """Where label and sign of a flip stand, without any of the lock, which would be painted anew with it."""
        if self.is_tall:
            left, sign = self.slider.geometry().right(), self.lock.geometry()
            label = QRegion(left, 19, max(0, sign.left() - left), 19)
            return label.united(QRect(sign.left(), sign.bottom() + 1, sign.width(), self.height() - sign.bottom() - 1))
        return QRegion(self.slider.x() - SIGN - LABEL, 0, SIGN + LABEL, self.height())

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            hold = self.slider.state.hold
            self.setToolTip(tooltip(self.node, [] if hold is None else [hold.sentence(), RULE]))
        return super().event(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.signals.keyed.emit(self.node.id, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_F2, _PLAIN))

    def paintEvent(self, event: QPaintEvent) -> None:
        ground = self.ground()
        self.slider.ground = self.number.ground = ground
        self._due = event.region()
        super().paintEvent(event)

    def paint_parts(self, painter: QPainter) -> None:
        tokens = look.tokens
        if self._due.intersects(self._name_painted()):
            self._paint_name(painter)
        if self._share:
            right = Qt.AlignmentFlag.AlignRight
            draw_text(painter, self._share_area(), self._share, font(11, 400, tabular=True), tokens.text3, right)
        if self.words_range and self.node.swing and self.range_area().width() >= RANGE:
            draw_text(painter, self.range_area(), self.node.swing, font(11), tokens.text3)
        if self.slider.state.hold is not None:
            self._paint_hold(painter, self.slider.state.hold)

    def _paint_name(self, painter: QPainter) -> None:
        swatch(painter, QPointF(self.indent + 5, self._line()), colour_of(self.node.colour))
        draw_text(painter, self.name_area(), self.node.name, self._name_face(), look.tokens.text)

    def _name_face(self) -> QFont:
        return font(13, 600 if self.is_selected else 400)

    def _name_painted(self) -> QRect:
        """What swatch and name cover, which a tick need not paint."""
        area, left = self.name_area(), self.indent - 2
        width = min(area.width(), text_width(self.node.name, self._name_face())) + 2
        return QRectF(left, 0, area.left() + width - left, area.height()).toAlignedRect()

    def _paint_hold(self, painter: QPainter, hold: Hold) -> None:
        if self.is_tall:
            right = self._label_right()
            paint_label(painter, QRectF(right - 120, 19, 120, 18), hold)
            paint_shape(painter, QPointF(self.width() - RIGHT - LOCK / 2, 28), hold.closeness)
            return
        paint_shape(painter, QPointF(self.slider.x() - SIGN / 2 + 1, self.height() / 2), hold.closeness)
        if self.shows_label(hold):
            left = self.name_area().left()
            paint_label(painter, QRectF(left, 0, self._label_right() - left, self.height()), hold)


_PLAIN = Qt.KeyboardModifier.NoModifier
_ROW_KEYS = {
    _PLAIN: (Qt.Key.Key_F2, Qt.Key.Key_Delete, Qt.Key.Key_L, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space),
    Qt.KeyboardModifier.ControlModifier: (Qt.Key.Key_D, Qt.Key.Key_G),
    Qt.KeyboardModifier.AltModifier: (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right),
}


def is_row_key(event: QKeyEvent) -> bool:
    """Whether a row uses this key itself."""
    return Qt.Key(event.key()) in _ROW_KEYS.get(event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier, ())
