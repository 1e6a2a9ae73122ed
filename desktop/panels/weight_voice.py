"""What a row of the weights panel says to those who point at it and to those who hear it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from db.study.model import Criterion
from desktop.look.spoken import Role, Spoken, SpokenBranch, SpokenChoice

if TYPE_CHECKING:
    from desktop.panels.weight_rows import Row


def spoken_row(row: Row, is_open: Callable[[], bool] | None = None) -> Spoken:
    """A row as an item of a tree; one that says whether it is open opens and closes."""
    tell, node = row.signals, row.node.id

    def is_chosen() -> bool:
        return row.is_selected

    def choose() -> None:
        row.setFocus()
        tell.pressed.emit(node, Qt.KeyboardModifier.NoModifier)

    if is_open is None:
        return SpokenChoice(row, Role.TreeItem, is_chosen, choose)
    return SpokenBranch(row, is_chosen, choose, is_open, lambda: tell.toggled.emit(node))


def tooltip(node: Criterion, more: Sequence[str] = ()) -> str:
    """The name of a node and what is meant by it."""
    parts = [f"<b>{escape(node.name)}</b>", *map(escape, meaning(node)), *map(escape, more)]
    return "<p style='white-space: pre-wrap'>" + "<br>".join(parts) + "</p>"


def meaning(node: Criterion) -> list[str]:
    """What is meant by a node, and what its weight is for."""
    swing = [f"Its weight is for the whole way {node.swing}."] if node.swing else []
    return [*([node.definition] if node.definition else []), *swing]
