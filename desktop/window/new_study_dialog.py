"""Begin a study: what is to be decided, between what, judged by what."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from db.study.model import Criterion, Known, Perspective, Scale, ScaleKind, Study, new_id
from desktop.commands import AddCriterion, AddOption, EditStudy
from desktop.commands.base import Command
from desktop.look.widgets import TextLabel
from desktop.window.dialog import Dialog, field_label


class NewStudyDialog(Dialog):
    """Emits the study that was described; everything but the title may be left for later."""

    made = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("New study", "Create", parent)
        self.resize(620, 480)
        self.title = _line("Title", "What is to be decided", "new.title")
        self.question = _line("Question", "Which arrangement would best …?", "new.question")
        self.options = _lines("Options, one a line", "new.options")
        self.criteria = _lines("Criteria, one a line", "new.criteria")
        for label, widget in (("Title", self.title), ("Question", self.question)):
            self.body.addWidget(field_label(label))
            self.body.addWidget(widget)
        sides = QHBoxLayout()
        sides.setSpacing(16)
        for label, lines in (("Options, one a line", self.options), ("Criteria, one a line", self.criteria)):
            side = QVBoxLayout()
            side.setSpacing(4)
            side.addWidget(field_label(label))
            side.addWidget(lines, 1)
            sides.addLayout(side, 1)
        self.body.addLayout(sides, 1)
        hint = "New criteria are rated 0 to 100, higher is better, with equal weights; change scales in the inspector."
        self.body.addWidget(TextLabel(hint, 12, 400, "text2"))
        self.title.setFocus()

    def try_accept(self) -> None:
        """Make the study, or say what is wrong with a name."""
        try:
            study = described(
                self.title.text(),
                self.question.text(),
                self.options.toPlainText().splitlines(),
                self.criteria.toPlainText().splitlines(),
            )
        except Known as refusal:
            self.say(str(refusal))
            return
        self.accept()
        self.made.emit(study)


def described(title: str, question: str, options: list[str], criteria: list[str]) -> Study:
    """A study from its names; blank lines are skipped. Raises Known for a name that is empty or taken."""
    study = Study(new_id(), "", perspectives=(Perspective(new_id(), "Our weights", assessed=False),))
    steps: list[Command] = [EditStudy({"title": title, "question": question.strip()})]
    steps.extend(AddOption(name) for name in options if name.strip())
    rating = Scale(kind=ScaleKind.DIRECT, unit="points")
    steps.extend(AddCriterion(name, scale=rating) for name in criteria if name.strip())
    for step in steps:
        study = step.apply(study)
    return _equal(study, study.leaves())


def _equal(study: Study, leaves: tuple[Criterion, ...]) -> Study:
    weights = {leaf.id: 100.0 / len(leaves) for leaf in leaves}
    party = replace(study.perspectives[0], weights=weights, assessed=False)
    return replace(study, perspectives=(party,))


def _line(name: str, hint: str, identifier: str) -> QLineEdit:
    line = QLineEdit()
    line.setAccessibleName(name)
    line.setAccessibleIdentifier(identifier)
    line.setPlaceholderText(hint)
    return line


def _lines(name: str, identifier: str) -> QPlainTextEdit:
    lines = QPlainTextEdit()
    lines.setAccessibleName(name)
    lines.setAccessibleIdentifier(identifier)
    lines.setTabChangesFocus(True)
    return lines
