"""One option: what it is, where it stands, and how it does on every criterion."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from db.study.model import Evidence, Id, Option, Study
from desktop.charts.profile_bars import ProfileBars
from desktop.commands import AddEvidence, EditOption
from desktop.look.widgets import identify
from desktop.panels.frame import Frame
from desktop.panels.inspector.evidence_list import EvidenceList
from desktop.panels.inspector.fields import Paragraph, TextField, caption, column, labelled
from desktop.panels.inspector.page import Page, StructureActions, profile, structure_buttons
from desktop.panels.inspector.score_page import BigNumber
from desktop.panels.inspector.wording import standing
from desktop.session import Session


class Fact(QWidget):
    """One fact about an option: its label and its text."""

    def __init__(self, place: int) -> None:
        super().__init__()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        self.label = Paragraph("", 11, 400, "text2")
        self.text = TextField(f"inspector.option.fact.{place}", "Fact")
        box.addWidget(self.label)
        box.addWidget(self.text)


class OptionPage(Page):
    """The selected option."""

    def __init__(self, session: Session, actions: StructureActions | None = None) -> None:
        super().__init__(session)
        self._option = Option("", "")
        self._study: Study | None = None
        self._facts: list[Fact] = []
        self._build_top(actions)
        self.rule()
        self._build_profile()
        self.rule()
        self._build_texts()
        self.box.addStretch(1)

    def _build_top(self, actions: StructureActions | None) -> None:
        self.name = self._text("name", "Name", "", 17, 600, True)
        self.short = self._text("short", "Short name", "Short name for charts", is_line=True)
        self.total, self.standing = BigNumber("inspector.option.total"), Paragraph(px=12.5)
        identify(self.standing, "inspector.option.standing")
        self.definition = self._text("definition", "Definition", "What exactly is this option?")
        self.baseline = self._check("is_baseline", "Baseline")
        self.excluded = self._check("excluded", "Excluded from the ranking")
        self.why = self._text("why_excluded", "Why it is excluded", "Why is it excluded?")
        self.add(self.name, self.total, self.standing)
        self.add(labelled("Short name", self.short), labelled("Definition", self.definition), gap=4)
        self.add(self.baseline, self.excluded, self.why, gap=2)
        if actions is not None:
            buttons = structure_buttons(
                "inspector.option",
                lambda: actions.duplicate_option(self._option.id),
                lambda: actions.delete_option(self._option.id),
            )
            self.add(buttons, gap=4)

    def _text(
        self, field: str, name: str, hint: str = "", px: float = 13, weight: int = 400, is_line: bool = False
    ) -> TextField:
        made = TextField(f"inspector.option.{field}", name, hint, px, weight, is_line)
        return self.text_field(made, partial(self._edit, field), lambda: str(getattr(self._option, field)))

    def _check(self, field: str, words: str) -> QCheckBox:
        box = QCheckBox(words)
        identify(box, f"inspector.option.{field}")
        box.clicked.connect(lambda on: self._edit(field, on))
        return box

    def _build_profile(self) -> None:
        self.profile = ProfileBars("This option on every criterion", "inspector.option.profile")
        self.profile.chosen.connect(lambda leaf: self.session.select(option=self._option.id, criterion=leaf))
        self.add(caption("On every criterion"), self.profile)

    def _build_texts(self) -> None:
        self.evidence = EvidenceList("inspector.option.evidence", "Nothing is cited for this option yet.")
        self.evidence.opened.connect(self._open)
        self.evidence.removed.connect(self._remove)
        self.evidence.add_asked.connect(self._pick)
        self._facts_holder, self._facts_box = column(6)
        self._facts_title = caption("Facts")
        self.add(self.evidence, self._facts_title, self._facts_holder)

    # Showing

    def refresh(self, frame: Frame) -> None:
        """Show the selected option; while weights move, only the total and its sentence can differ."""
        assert frame.view.option is not None
        option, study = frame.study.option(frame.view.option), frame.study
        total, sentence = standing(frame.result, option.id)
        self.total.say(total, "points of 100" if total != "–" else "")
        self.standing.set_text(sentence, lays_out=frame.before is None)
        self.profile.show(profile(frame, option.id), "")
        if option is not self._option or self._study is None or study.evidence is not self._study.evidence:
            self._option = option
            self._show_option(study)
        self._study = study

    def _show_option(self, study: Study) -> None:
        option = self._option
        self.name.set_text(option.name)
        self.short.set_text(option.short)
        self.definition.set_text(option.definition)
        self.baseline.setChecked(option.is_baseline)
        self.excluded.setChecked(option.excluded)
        self.why.setVisible(option.excluded)
        self.why.set_text(option.why_excluded)
        cited = {item.id: item for item in study.evidence}
        self.evidence.show_items(tuple(cited[item] for item in option.evidence if item in cited))
        self._show_facts(option.facts)

    def _show_facts(self, facts: tuple[tuple[str, str], ...]) -> None:
        while len(self._facts) < len(facts):
            self._facts.append(self._new_fact(len(self._facts)))
        for fact, (label, text) in zip(self._facts, facts, strict=False):
            fact.label.set_text(label)
            fact.text.setAccessibleName(label)
            fact.text.set_text(text)
        for place, fact in enumerate(self._facts):
            fact.setVisible(place < len(facts))
        self._facts_title.setVisible(bool(facts))

    def _new_fact(self, place: int) -> Fact:
        fact = Fact(place)
        self.text_field(fact.text, partial(self._edit_fact, place), lambda: self._option.facts[place][1])
        self._facts_box.addWidget(fact)
        return fact

    def crumb(self) -> str:
        """What kind of thing this is."""
        return "Option, excluded" if self._option.excluded else "Option"

    # Editing

    def _edit(self, field: str, value: object) -> str:
        return self.attempt(EditOption(self._option.id, {field: value}))

    def _edit_fact(self, place: int, text: str) -> str:
        option = next((each for each in self.session.study.options if each.id == self._option.id), self._option)
        facts = option.facts
        if place >= len(facts):
            return ""
        return self._edit("facts", (*facts[:place], (facts[place][0], text), *facts[place + 1 :]))

    def _open(self, item: Id) -> None:
        from desktop.panels.evidence_dialog import EvidenceDialog

        EvidenceDialog(self.session, item, self.window()).open()

    def _remove(self, item: Id) -> None:
        self._edit("evidence", tuple(each for each in self._option.evidence if each != item))

    def _pick(self) -> None:
        from desktop.panels.evidence_dialog import EvidencePicker

        option = self._option.id
        picker = EvidencePicker(self.session, self._option.evidence, self.window())
        picker.picked.connect(lambda item: self._cite(option, item))
        picker.write = lambda item: self._create(option, item)
        picker.open()

    def _cite(self, option: Id, item: Id) -> str:
        links = self.session.study.option(option).evidence
        return self.attempt(EditOption(option, {"evidence": (*links, item)}))

    def _create(self, option: Id, item: Evidence) -> str:
        return self.attempt(AddEvidence(item)) or self._cite(option, item.id)
