"""What every page of the inspector is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from db.study.model import Id
from desktop.charts.profile_bars import Bar
from desktop.commands import Command
from desktop.evaluation import value_of
from desktop.look.widgets import Button, Separator, identify
from desktop.panels.frame import Frame
from desktop.panels.inspector.fields import Number, TextField
from desktop.session import Session


class StructureActions(Protocol):
    """What duplicates and deletes parts of the study, asking first where something goes with them."""

    def duplicate_option(self, option: Id) -> None: ...

    def delete_option(self, option: Id) -> None: ...

    def duplicate_criterion(self, criterion: Id) -> None: ...

    def delete_criterion(self, criterion: Id) -> None: ...


def structure_buttons(identifier: str, copy: Callable[[], object] | None, delete: Callable[[], object]) -> QWidget:
    """The buttons that duplicate (where that is possible) and delete a subject."""
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(6)
    for name, icon, act in (("Duplicate", "copy", copy), ("Delete", "trash", delete)):
        if act is not None:
            button = Button(name, icon, "outlined")
            identify(button, f"{identifier}.{name.lower()}", name)
            button.clicked.connect(act)
            row.addWidget(button)
    row.addStretch(1)
    return holder


class Page(QWidget):
    """A column of parts about one subject. Fields hand over what was typed to the subject it was typed for."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.box = QVBoxLayout(self)
        self.box.setContentsMargins(0, 0, 0, 16)
        self.box.setSpacing(6)
        self._fields: list[TextField | Number] = []

    def refresh(self, frame: Frame) -> None:
        """Show the subject of the frame."""
        raise NotImplementedError

    def crumb(self) -> str:
        """The caption above the page: what the subject belongs to."""
        return ""

    def leads_on(self) -> bool:
        """Whether the caption leads somewhere."""
        return False

    def follow_crumb(self) -> None:
        """Go to what the caption names."""

    def add(self, *widgets: QWidget, gap: int = 0) -> None:
        """Put widgets below what is there, the first of them after a gap."""
        if gap:
            self.box.addSpacing(gap)
        for widget in widgets:
            self.box.addWidget(widget)

    def rule(self) -> None:
        """Part what follows from what is above by a line."""
        self.box.addSpacing(8)
        self.box.addWidget(Separator())
        self.box.addSpacing(6)

    def text_field(self, field: TextField, act: Callable[[str], str], now: Callable[[], str]) -> TextField:
        """Let a text field act on commit; refused, it shows again what `now` holds."""

        def on_committed(text: str) -> None:
            if act(text):
                field.give_back(now())

        field.committed.connect(on_committed)
        self._fields.append(field)
        return field

    def number(self, field: Number, act: Callable[[str], object]) -> Number:
        """Let a number act on commit, and say why one that was left behind could not be taken."""
        field.committed.connect(act)
        field.abandoned.connect(self.session.refuse)
        self._fields.append(field)
        return field

    def forget(self, field: TextField | Number) -> None:
        """No longer flush a field that goes away."""
        if field in self._fields:
            self._fields.remove(field)

    def attempt(self, command: Command, *, live: bool = False) -> str:
        """Carry out a command; a subject that is gone takes nothing any more. Returns the refusal or ""."""
        try:
            return self.session.attempt(command, live=live)
        except KeyError:
            return ""

    def is_pending(self) -> bool:
        """Whether a field holds something that has not been handed over."""
        return any(field.is_dirty() for field in self._fields)

    def flush(self) -> None:
        """Hand over everything typed so far."""
        for field in tuple(self._fields):
            field.flush()


def profile(frame: Frame, option: Id) -> list[Bar]:
    """An option on every leaf in tree order: its value as a bar."""
    result, study = frame.result, frame.study
    bars = []
    row = None if result is None else result.table.rows.get(option)
    for column, leaf in enumerate(study.leaves() if result is None else result.table.leaves):
        if result is not None and row is not None:
            value, share = float(result.table.values[row, column]), float(result.shares[column])
            note = f"value {value:.0f} × weight {100 * share:.1f} % = {value * share:.1f} points"
        else:
            likely, note = study.score(option, leaf.id).likely, "not ranked"
            value = float("nan") if likely is None or leaf.scale is None else float(value_of(leaf.scale, likely))
        is_there = value == value
        number = f"{value:.0f}" if is_there else "–"
        bars.append(
            Bar(
                leaf.id,
                leaf.name,
                value / 100.0 if is_there else None,
                number,
                leaf.colour,
                note if is_there else "no score yet",
            )
        )
    return bars
