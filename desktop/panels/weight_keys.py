"""What the keys do on a row of the weights panel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from db.study.model import Id
from desktop.panels.tree_moves import inward, outward, shifted
from desktop.panels.weight_rows import BranchRow, LeafRow

if TYPE_CHECKING:
    from desktop.panels.weights_panel import WeightsPanel

_PLAIN = Qt.KeyboardModifier.NoModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_CONTROL = Qt.KeyboardModifier.ControlModifier
_ALT = Qt.KeyboardModifier.AltModifier


class RowKeys:
    """Turns a key on a row into a move of the focus or an action of the panel."""

    def __init__(self, panel: WeightsPanel) -> None:
        self._panel = panel

    def on_keyed(self, node: Id, event: QKeyEvent) -> None:
        """Handle a key; it is accepted when it meant something."""
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        key = Qt.Key(event.key())
        known = {_PLAIN: self._plain, _SHIFT: self._shifted, _CONTROL: self._with_control, _ALT: self._with_alt}.get(
            held
        )
        if known is not None and known(node, key):
            event.accept()
        elif held == _PLAIN and event.text() and event.text() in "0123456789.," and self._is_leaf(node):
            self._panel.tree.leaf_row(node).begin_number(event.text())
            event.accept()

    def acting(self, node: Id) -> list[Id]:
        """What a key on this row acts on: the selection when the row is part of it, else the row."""
        selection = self._panel.tree.selection
        return selection if node in selection else [node]

    def _is_leaf(self, node: Id) -> bool:
        return isinstance(self._panel.tree.row(node), LeafRow)

    def _plain(self, node: Id, key: Qt.Key) -> bool:
        panel, keys = self._panel, Qt.Key
        if key in (keys.Key_Up, keys.Key_Down):
            self._go(node, -1 if key == keys.Key_Up else 1)
        elif key == keys.Key_F2:
            panel.rename(node)
        elif key == keys.Key_Delete:
            self._delete(node)
        elif key == keys.Key_L and self._is_leaf(node):
            panel.toggle_lock(node)
        elif key in (keys.Key_Left, keys.Key_Right):
            self._sideways(node, key == keys.Key_Right)
        elif key in (keys.Key_Return, keys.Key_Enter, keys.Key_Space):
            self._enter(node)
        elif key in (keys.Key_Home, keys.Key_End):
            order = panel.tree.visible_order()
            self._focus(order[0 if key == keys.Key_Home else -1])
        else:
            return False
        return True

    def _shifted(self, node: Id, key: Qt.Key) -> bool:
        if key not in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            return False
        neighbour = self._neighbour(node, -1 if key == Qt.Key.Key_Up else 1)
        if neighbour is not None:
            self._panel.tree.extend_to(neighbour)
            self._panel.tree.row(neighbour).setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def _with_control(self, node: Id, key: Qt.Key) -> bool:
        panel = self._panel
        if key == Qt.Key.Key_D:
            panel.structure.duplicate_criterion(node)
        elif key == Qt.Key.Key_G:
            if node not in panel.tree.selection:
                panel.tree.choose(node)
            panel.group_selected()
        else:
            return False
        return True

    def _with_alt(self, node: Id, key: Qt.Key) -> bool:
        study, nodes = self._panel.study, self.acting(node)
        moves = {
            Qt.Key.Key_Up: lambda: shifted(study, nodes, -1),
            Qt.Key.Key_Down: lambda: shifted(study, nodes, 1),
            Qt.Key.Key_Left: lambda: outward(study, nodes),
            Qt.Key.Key_Right: lambda: inward(study, nodes),
        }
        if key not in moves:
            return False
        self._panel.carry(moves[key])
        return True

    def _neighbour(self, node: Id, by: int) -> Id | None:
        order = self._panel.tree.visible_order()
        place = order.index(node) + by
        return order[place] if 0 <= place < len(order) else None

    def _go(self, node: Id, by: int) -> None:
        tree = self._panel.tree
        here = tree.row(node)
        in_number = isinstance(here, LeafRow) and QApplication.focusWidget() is here.number
        neighbour = self._neighbour(node, by)
        while in_number and neighbour is not None and not self._is_leaf(neighbour):
            neighbour = self._neighbour(neighbour, by)
        if neighbour is None:
            return
        if in_number:
            tree.reveal(neighbour)
            tree.leaf_row(neighbour).number.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._focus(neighbour)

    def _focus(self, node: Id) -> None:
        tree = self._panel.tree
        tree.choose(node)
        tree.reveal(node)
        tree.row(node).setFocus(Qt.FocusReason.OtherFocusReason)

    def _sideways(self, node: Id, is_right: bool) -> None:
        tree, row = self._panel.tree, self._panel.tree.row(node)
        if isinstance(row, BranchRow) and tree.is_open(node) != is_right:
            tree.toggle(node)
        elif isinstance(row, LeafRow) and is_right:
            row.slider.setFocus(Qt.FocusReason.TabFocusReason)
        elif not is_right and row.node.parent is not None:
            self._focus(row.node.parent)

    def _enter(self, node: Id) -> None:
        row = self._panel.tree.row(node)
        if isinstance(row, LeafRow):
            row.number.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self._panel.tree.toggle(node)

    def _delete(self, node: Id) -> None:
        gone = self.acting(node)
        order = self._panel.tree.visible_order()
        place = order.index(node)
        self._panel.structure.delete_criteria(gone)
        left = {each.id for each in self._panel.study.criteria}
        after = [other for other in (*order[place + 1 :], *reversed(order[:place])) if other in left]
        if after:
            self._focus(after[0])
