"""The menus of the weights panel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

from db.study.model import Id
from desktop.look import bind_icon
from desktop.panels.weight_amounts import POINTS, PROPORTIONAL

if TYPE_CHECKING:
    from desktop.panels.weights_panel import WeightsPanel

METHODS = {PROPORTIONAL: "Others give way", POINTS: "Free points"}
"""What a weight that moves does to the others, in the words of the button."""


def method_menu(panel: WeightsPanel) -> QMenu:
    """How the others react, and what sets all weights at once."""
    menu = QMenu(panel)
    for method, text in METHODS.items():
        action = menu.addAction(text)
        action.setCheckable(True)
        action.setChecked(method == panel.method)
        action.triggered.connect(lambda _=False, method=method: panel.set_method(method))
    menu.addSeparator()
    for text, name, act in (
        ("Equal weights", "equal", panel.equal),
        ("Reset to the weights at opening\tCtrl+0", "reset", panel.reset),
        ("Unlock all", "unlock", panel.unlock_all),
    ):
        action = menu.addAction(text)
        bind_icon(action, name)
        action.triggered.connect(lambda _=False, act=act: act())
    return menu


def more_menu(panel: WeightsPanel) -> QMenu:
    """What the rows show."""
    menu = QMenu(panel)
    ranges = menu.addAction("Show ranges")
    ranges.setCheckable(True)
    ranges.setChecked(panel.tree.shows_ranges)
    ranges.triggered.connect(panel.tree.show_ranges)
    menu.addSeparator()
    menu.addAction("Open all groups").triggered.connect(lambda: panel.tree.set_all_open(True))
    menu.addAction("Close all groups").triggered.connect(lambda: panel.tree.set_all_open(False))
    return menu


def add_menu(panel: WeightsPanel) -> QMenu:
    """What can be added to the tree."""
    menu = QMenu(panel)
    menu.addAction("Criterion").triggered.connect(panel.add_criterion)
    menu.addAction("Group").triggered.connect(panel.add_group)
    if panel.tree.selection:
        menu.addAction("Group around the selected\tCtrl+G").triggered.connect(panel.group_selected)
    return menu


def row_menu(panel: WeightsPanel, node: Id) -> QMenu:
    """What can be done to a node."""
    menu = panel.structure.criterion_menu(node, panel.rename)
    first = menu.actions()[0]
    if panel.study.criterion(node).is_leaf:
        locked = panel.tree.leaf_row(node).slider.state.locked
        lock = menu.addAction(f"{'Unlock' if locked else 'Lock'} the weight\tL")
        bind_icon(lock, "unlock" if locked else "lock")
        lock.triggered.connect(lambda: panel.toggle_lock(node))
        menu.insertAction(first, lock)
        menu.insertSeparator(first)
    return menu
