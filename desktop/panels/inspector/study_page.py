"""The study as a whole, shown when nothing is selected."""

from __future__ import annotations

from functools import partial

from desktop.commands import EditStudy
from desktop.look.widgets import identify
from desktop.panels.frame import Frame
from desktop.panels.inspector.fields import Paragraph, TextField, labelled
from desktop.panels.inspector.page import Page
from desktop.panels.inspector.wording import counts
from desktop.session import Session

HINT = "Select an option, a criterion or a score to see what stands behind it."


class StudyPage(Page):
    """The texts of the study, and how much it holds."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._notes: tuple[str, ...] = ()
        self._counted: tuple[object, ...] = (None,) * 5
        self.title = self._text("title", "Title", "", 17, 600, True)
        self.question = self._text("question", "Question", "Which question does the study answer?")
        self.objective = self._text("objective", "Objective", "What shall be achieved?")
        self.as_of = self._text("as_of", "As of", "Up to when are sources used?", is_line=True)
        notes = TextField("inspector.study.notes", "Notes", "Notes, parted by blank lines", 12)
        self.notes = self.text_field(notes, self._edit_notes, lambda: "\n\n".join(self._notes))
        self.counts = Paragraph()
        identify(self.counts, "inspector.study.counts")
        self.add(Paragraph(HINT), self.title, self.counts)
        self.rule()
        for name, field in (("Question", self.question), ("Objective", self.objective), ("As of", self.as_of)):
            self.add(labelled(name, field))
        self.rule()
        self.add(labelled("Notes", self.notes))
        self.box.addStretch(1)

    def _text(
        self, field: str, name: str, hint: str = "", px: float = 13, weight: int = 400, is_line: bool = False
    ) -> TextField:
        made = TextField(f"inspector.study.{field}", name, hint, px, weight, is_line)
        return self.text_field(made, partial(self._edit, field), lambda: str(getattr(self.session.study, field)))

    def _edit(self, field: str, value: object) -> str:
        return self.attempt(EditStudy({field: value}))

    def _edit_notes(self, text: str) -> str:
        parts = (part.strip() for part in text.replace("\r\n", "\n").split("\n\n"))
        return self._edit("notes", tuple(part for part in parts if part))

    def refresh(self, frame: Frame) -> None:
        """Show the texts of the study."""
        study = frame.study
        self._notes = study.notes
        self.title.set_text(study.title)
        self.question.set_text(study.question)
        self.objective.set_text(study.objective)
        self.as_of.set_text(study.as_of)
        self.notes.set_text("\n\n".join(study.notes))
        # Counting takes milliseconds on a large table, and a weight on the move adds nothing to count.
        holds = (study.options, study.criteria, study.scores, study.evidence, len(study.perspectives))
        if any(new is not old for new, old in zip(holds, self._counted, strict=True)):
            self._counted = holds
            self.counts.set_text(counts(study))

    def crumb(self) -> str:
        """What kind of thing this is."""
        return "Study"
