"""The worded levels of a scale: what some of its points mean."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from db.study.model import Known, Level, Scale
from desktop.commands import SetScale
from desktop.exchange.numbers import parse_number
from desktop.look.widgets import Button, IconButton, identify
from desktop.panels.inspector.fields import Number, Paragraph, TextField, caption
from desktop.panels.inspector.wording import short

if TYPE_CHECKING:
    from desktop.panels.inspector.leaf_page import LeafPage


def free_place(scale: Scale) -> float:
    """Where a new level goes: the middle of the widest stretch between the ends and the levels there are."""
    marks = sorted({scale.low, scale.high, *(level.x for level in scale.levels)})
    taken = {level.x for level in scale.levels}
    for end in (scale.low, scale.high):
        if end not in taken:
            return end
    _, left, right = max((b - a, a, b) for a, b in pairwise(marks))
    return (left + right) / 2.0


class LevelRow(QWidget):
    """One level: its place on the scale and its words."""

    def __init__(self, table: LevelTable, place: int) -> None:
        super().__init__()
        stem = f"inspector.criterion.level.{place}"
        self.at = Number(f"{stem}.x", f"Level {place + 1}: place", partial(table.problem, place))
        self.at.setFixedWidth(54)
        self.words = TextField(f"{stem}.text", f"Level {place + 1}: words", "What does this level mean?")
        self.delete = IconButton("close", f"Delete level {place + 1}", 13, 24)
        identify(self.delete, f"{stem}.delete")
        table.page.number(self.at, partial(table.move, place))
        table.page.text_field(self.words, partial(table.word, place), lambda: table.words_of(place))
        self.delete.clicked.connect(lambda: table.delete(place))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        top = Qt.AlignmentFlag.AlignTop
        row.addWidget(self.at, 0, top)
        column = QVBoxLayout()
        column.setContentsMargins(0, 4, 0, 0)
        column.addWidget(self.words)
        row.addLayout(column, 1)
        row.addWidget(self.delete, 0, top)


class LevelTable(QWidget):
    """The levels of the page's leaf, from low to high."""

    def __init__(self, page: LeafPage) -> None:
        super().__init__()
        self.page = page
        self._count = 0
        self._rows: list[LevelRow] = []
        self.add = Button("Add", "plus")
        identify(self.add, "inspector.criterion.level.add", "Add a level")
        self.add.clicked.connect(self._on_add)
        self._empty = Paragraph("No levels yet. Say at least what the two ends mean.")
        head = QHBoxLayout()
        head.addWidget(caption("Levels in words"), 1)
        head.addWidget(self.add)
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(4)
        self._box.addLayout(head)
        self._box.addWidget(self._empty)

    def show_scale(self, scale: Scale) -> None:
        """Show the levels of a scale."""
        self._count = len(scale.levels)
        while len(self._rows) < len(scale.levels):
            self._rows.append(LevelRow(self, len(self._rows)))
            self._box.addWidget(self._rows[-1])
        for row, level in zip(self._rows, scale.levels, strict=False):
            row.at.setText(short(level.x, 6))
            row.words.set_text(level.text)
        for place, row in enumerate(self._rows):
            row.setVisible(place < len(scale.levels))
        self._empty.setVisible(not scale.levels)

    def words_of(self, place: int) -> str:
        """The words of a level, "" where there is none any more."""
        return self.page.scale().levels[place].text if place < len(self.page.scale().levels) else ""

    def rows(self) -> list[LevelRow]:
        """The rows on show."""
        return self._rows[: self._count]

    # Editing

    def _with(self, levels: tuple[Level, ...]) -> Scale:
        return replace(self.page.scale(), levels=tuple(sorted(levels, key=lambda level: level.x)))

    def _changed(self, place: int, level: Level) -> Scale:
        levels = self.page.scale().levels
        return self._with((*levels[:place], level, *levels[place + 1 :])) if place < len(levels) else self.page.scale()

    def problem(self, place: int, text: str) -> str:
        """Why a typed place is refused, or ""."""
        if place >= len(self.page.scale().levels):
            return ""
        try:
            scale = self._changed(place, Level(parse_number(text), self.words_of(place)))
            SetScale(self.page.leaf().id, scale).apply(self.page.session.study)
        except Known as reason:
            return str(reason)
        except KeyError:
            return ""
        return ""

    def move(self, place: int, text: str) -> None:
        """Put a level elsewhere on the scale."""
        self.page.set_scale(self._changed(place, Level(parse_number(text), self.words_of(place))))

    def word(self, place: int, text: str) -> str:
        """Say a level in other words. Returns the refusal or ""."""
        if place >= len(self.page.scale().levels):
            return ""
        return self.page.set_scale(self._changed(place, Level(self.page.scale().levels[place].x, text)))

    def delete(self, place: int) -> None:
        """Take a level away."""
        self.page.flush()
        levels = self.page.scale().levels
        self.page.set_scale(replace(self.page.scale(), levels=(*levels[:place], *levels[place + 1 :])))

    def _on_add(self) -> None:
        self.page.set_scale(self._with((*self.page.scale().levels, Level(free_place(self.page.scale()), ""))))
