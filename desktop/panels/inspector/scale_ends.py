"""The ends and the direction of a scale, and what moving an end did to the weights."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from db.study.meanings import DIRECTIONS
from db.study.model import Direction, Known, Scale, Study
from db.study.words import counted
from desktop.commands import SetScale
from desktop.exchange.numbers import parse_number
from desktop.look.widgets import Segmented, identify
from desktop.panels.inspector.fields import Number, Paragraph, labelled, shrinkable, side_by_side
from desktop.panels.inspector.wording import short, weight_moves

if TYPE_CHECKING:
    from desktop.panels.inspector.leaf_page import LeafPage

KEEP, HOLD = "tradeoffs", "weights"


def turned(scale: Scale, direction: Direction) -> Scale:
    """The scale with its other end as the better one, and its value function mirrored: v becomes 100 - v.

    An exponential curve mirrors by the sign of its curvature, because it is measured from the worst end.
    """
    if direction is scale.direction:
        return scale
    points = tuple((x, 100.0 - value) for x, value in scale.points)
    return replace(scale, direction=direction, points=points, curvature=-scale.curvature + 0.0)


class ScaleEnds(QWidget):
    """Low and high end, which is better, and whether weights follow so that trade-offs stay."""

    def __init__(self, page: LeafPage) -> None:
        super().__init__()
        self._page = page
        self._moved: tuple[Study, Study, SetScale] | None = None
        self.low = self._number("low", "Low end of the scale")
        self.high = self._number("high", "High end of the scale")
        self.direction = Segmented(
            {str(key): text for key, text in DIRECTIONS.items()},
            str(Direction.HIGHER),
            "Direction",
            "inspector.criterion.direction",
        )
        shrinkable(self.direction)
        self.direction.changed.connect(lambda key: page.set_scale(turned(self._page.scale(), Direction(key))))
        self.keep = Segmented(
            {KEEP: "Keep trade-offs", HOLD: "Keep weights"},
            KEEP,
            "When an end moves",
            "inspector.criterion.keep",
        )
        self.keep.changed.connect(self._on_keep)
        self.note = Paragraph()
        identify(self.note, "inspector.criterion.moved")
        self.note.hide()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(6)
        box.addWidget(side_by_side(labelled("Low end", self.low), labelled("High end", self.high)))
        for text, choice in (("Direction", self.direction), ("When an end moves", self.keep)):
            holder = labelled(text, choice)
            layout = holder.layout()
            assert layout is not None
            layout.setAlignment(choice, Qt.AlignmentFlag.AlignLeft)
            box.addWidget(holder)
        box.addWidget(self.note)

    def _number(self, which: str, name: str) -> Number:
        field = Number(f"inspector.criterion.{which}", name, partial(self._problem, which))
        return self._page.number(field, partial(self._on_entered, which))

    # Showing

    def show_scale(self, scale: Scale, is_other: bool) -> None:
        """Show the ends and the direction of a scale."""
        self.low.setText(short(scale.low))
        self.high.setText(short(scale.high))
        self.direction.set_current(str(scale.direction))
        if is_other:
            self._moved = None
            self.keep.set_current(KEEP)
            self.note.hide()

    def follow(self, study: Study) -> None:
        """Take the note away once the study has gone on from the move it speaks of."""
        if self._moved is not None and study is not self._moved[1]:
            leaf = next((node for node in study.criteria if node.id == self._moved[2].criterion), None)
            if leaf is None or leaf.scale != self._moved[1].criterion(leaf.id).scale:
                self._moved = None
                self.note.hide()

    # Editing

    def _command(self, which: str, text: str) -> SetScale:
        number = parse_number(text)
        scale = self._page.scale()
        scale = replace(scale, low=number) if which == "low" else replace(scale, high=number)
        return SetScale(self._page.leaf().id, scale, self.keep.current() == KEEP)

    def _problem(self, which: str, text: str) -> str:
        try:
            self._command(which, text).apply(self._page.session.study)
        except Known as reason:
            return str(reason)
        except KeyError:
            return ""
        return ""

    def _on_entered(self, which: str, text: str) -> None:
        self._move(self._command(which, text))

    def _move(self, command: SetScale) -> None:
        session = self._page.session
        session.settle()
        before = session.study
        if not self._page.attempt(command) and session.study is not before:
            self._moved = (before, session.study, command)
            self._say(before, session.study, command)

    def _say(self, before: Study, after: Study, command: SetScale) -> None:
        party, leaf = self._page.session.view.perspective, command.criterion
        text = weight_moves(before, after, leaf, party, kept_tradeoffs=command.keep_tradeoffs)
        old, new = before.criterion(leaf).scale, after.criterion(leaf).scale
        lost = len(old.levels) - len(new.levels) if old is not None and new is not None else 0
        if lost > 0:
            text += f" {counted(lost, 'level')} beyond the new ends went with it; undo brings them back."
        self.note.set_text(text)
        self.note.show()

    def _on_keep(self, key: str) -> None:
        """Apply the other rule to the move just made, as one step in its place."""
        session = self._page.session
        if self._moved is None or session.study is not self._moved[1]:
            return
        command = replace(self._moved[2], keep_tradeoffs=key == KEEP)
        session.undo()
        self._move(command)
