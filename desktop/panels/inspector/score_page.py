"""One option on one criterion: the score, what it is worth, and what it rests on."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from db.study.model import Cell, Criterion, Evidence, Id, Known, Option, Scale, Score, Study
from desktop.charts.profile_bars import ProfileBars
from desktop.charts.value_curve import ValueCurve
from desktop.commands import AddEvidence, AnnotateScore, Cite, Entry, SetScores
from desktop.commands.scores import refusal
from desktop.exchange.numbers import entry_text, is_missing, number_text, parse_entry, parse_number
from desktop.look import font, look
from desktop.look.painting import elided_in, text_width
from desktop.look.spoken import Role, Spoken
from desktop.look.widgets import Chip, Segmented, identify
from desktop.panels.frame import Frame
from desktop.panels.inspector.evidence_list import EvidenceList
from desktop.panels.inspector.fields import Link, Number, Paragraph, TextField, caption, labelled, side_by_side
from desktop.panels.inspector.page import Page, profile
from desktop.panels.inspector.wording import (
    CONFIDENCE,
    changed_text,
    in_words,
    origin_text,
    range_text,
    short,
    shown,
    worth,
)
from desktop.session import Session, Subject, now

NOT_STATED = "-"


class BigNumber(QWidget):
    """A number 26 px high with its unit behind it."""

    def __init__(self, identifier: str) -> None:
        super().__init__()
        identify(self, identifier)
        self._text, self._unit = "", ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def say(self, text: str, unit: str) -> None:
        """Show another number; nothing is laid out anew."""
        if (text, unit) != (self._text, self._unit):
            self._text, self._unit = text, unit
            self.setAccessibleName(f"{text} {unit}".strip())
            self.update()

    def spoken(self) -> Spoken:
        """A text."""
        return Spoken(self, Role.StaticText)

    def text(self) -> str:
        """The number as shown."""
        return self._text

    def sizeHint(self) -> QSize:
        return QSize(264, 34)

    def minimumSizeHint(self) -> QSize:
        return QSize(60, 34)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, face, small = QPainter(self), font(26, 600, True), font(13)
        text = elided_in(self._text, face, self.width())
        painter.setFont(face)
        painter.setPen(look.tokens.text)
        painter.drawText(0, 27, text)
        left = text_width(text, face) + 8
        painter.setFont(small)
        painter.setPen(look.tokens.text2)
        painter.drawText(round(left), 27, elided_in(self._unit, small, max(0.0, self.width() - left)))


class ScorePage(Page):
    """The score of the selected option on the selected leaf."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._cell: Cell = ("", "")
        self._option = Option("", "")
        self._leaf = Criterion("", "", scale=Scale())
        self._score = Score()
        self._study: Study | None = None
        self._build_top()
        self.rule()
        self._build_worth()
        self.rule()
        self._build_reasons()
        self.rule()
        self._build_profile()
        self.box.addStretch(1)

    # Building

    def _build_top(self) -> None:
        self.title = Link("inspector.score.criterion", 17, 600, "text", 2)
        self.title.clicked.connect(lambda: self._look_at(Subject.CRITERION))
        self.value = BigNumber("inspector.score.value")
        self.range = Paragraph()
        self.origin, self.origin_note = Chip(""), Paragraph("", 11)
        identify(self.origin, "inspector.score.origin")
        self.likely = self._entry_field("likely", "Likely score")
        self.low = self._entry_field("low", "Lowest plausible score")
        self.high = self._entry_field("high", "Highest plausible score")
        boxes = side_by_side(labelled("Low", self.low), labelled("Likely", self.likely), labelled("High", self.high))
        self.confidence = Segmented(
            {NOT_STATED: "–", **{letter: letter for letter in "ABCD"}},
            NOT_STATED,
            "Confidence",
            "inspector.score.confidence",
        )
        for letter, words in CONFIDENCE.items():
            key = letter or NOT_STATED
            choice = next(each for each in self.confidence.findChildren(QWidget) if getattr(each, "key", "") == key)
            choice.setToolTip(words)
        self.confidence.changed.connect(self._on_confidence)
        self.confidence_words = Paragraph()
        self.add(self.title, self.value, self.range)
        self.box.addWidget(self.origin, 0, Qt.AlignmentFlag.AlignLeft)
        self.add(self.origin_note)
        self.add(boxes, gap=4)
        self.add(caption("Confidence"), gap=4)
        self.box.addWidget(self.confidence, 0, Qt.AlignmentFlag.AlignLeft)
        self.add(self.confidence_words)

    def _entry_field(self, which: str, name: str) -> Number:
        field = Number(f"inspector.score.{which}", name, partial(self._problem, which))
        return self.number(field, partial(self._on_entered, which))

    def _build_worth(self) -> None:
        self.curve = ValueCurve()
        identify(self.curve, "inspector.score.curve")
        self.worth, self.words = Paragraph(px=12.5), Paragraph()
        identify(self.worth, "inspector.score.worth")
        self.add(caption("Value function"), self.curve, self.worth, self.words)

    def _build_reasons(self) -> None:
        field = TextField("inspector.score.rationale", "Rationale", "Why this score? Say it in a sentence or two.")
        self.rationale = self.text_field(
            field,
            lambda text: self.attempt(AnnotateScore(self._cell, {"rationale": text})),
            lambda: self._score.rationale,
        )
        self.changed = Paragraph("", 11, 400, "text3")
        self.evidence = EvidenceList("inspector.score.evidence", "Nothing is cited for this score yet.")
        self.evidence.opened.connect(self._open)
        self.evidence.removed.connect(lambda item: self.attempt(Cite(self._cell, item, False)))
        self.evidence.add_asked.connect(self._pick)
        self.add(caption("Rationale"), self.rationale, self.changed)
        self.rule()
        self.add(self.evidence)

    def _build_profile(self) -> None:
        self.profile = ProfileBars("This option on every criterion", "inspector.score.profile")
        self.profile.chosen.connect(lambda leaf: self.session.select(option=self._cell[0], criterion=leaf))
        self.add(caption("This option on every criterion"), self.profile)

    # Showing

    def refresh(self, frame: Frame) -> None:
        """Show the selected score; while weights move, only the sentence and the numbers can differ."""
        view, study = frame.view, frame.study
        assert view.option is not None
        assert view.criterion is not None
        self._cell = (view.option, view.criterion)
        option, leaf, score = study.option(view.option), study.criterion(view.criterion), study.score(*self._cell)
        is_new = option is not self._option or leaf is not self._leaf or score is not self._score
        if is_new or self._study is None or study.evidence is not self._study.evidence:
            self._option, self._leaf, self._score = option, leaf, score
            self._show_score(study)
        self._study = study
        assert leaf.scale is not None
        self.worth.set_text(worth(frame.result, option.id, leaf.id, leaf.scale), lays_out=frame.before is None)
        self.profile.show(profile(frame, option.id), leaf.id)

    def _show_score(self, study: Study) -> None:
        leaf, score = self._leaf, self._score
        assert leaf.scale is not None
        self.title.set_text(leaf.name)
        self.value.say("–" if score.likely is None else shown(score.likely), leaf.scale.unit)
        self.range.set_text(range_text(score))
        words, tone, note = origin_text(score)
        if (words, tone) != (self.origin.text(), self.origin.tone()):
            self.origin.set_text(words, tone)
        self.origin_note.set_text(note)
        self.origin_note.setVisible(bool(note))
        for field, number in ((self.low, score.low), (self.likely, score.likely), (self.high, score.high)):
            field.setText("" if number is None else short(number))
        self.confidence.set_current(score.confidence or NOT_STATED)
        self.confidence_words.set_text(CONFIDENCE.get(score.confidence, score.confidence))
        self.curve.show(leaf.scale, score, leaf.colour)
        self.words.set_text(in_words(leaf.scale, score.likely))
        self.words.setVisible(bool(self.words.text()))
        self.rationale.set_text(score.rationale)
        self.changed.set_text(changed_text(score))
        self.changed.setVisible(bool(self.changed.text()))
        cited = {item.id: item for item in study.evidence}
        self.evidence.show_items(tuple(cited[item] for item in score.evidence if item in cited))

    def crumb(self) -> str:
        """The option."""
        return self._option.name

    def leads_on(self) -> bool:
        """To the option."""
        return True

    def follow_crumb(self) -> None:
        """Go to the option."""
        self._look_at(Subject.OPTION)

    def _look_at(self, subject: Subject) -> None:
        self.session.select(option=self._cell[0], criterion=self._cell[1], subject=subject)

    # Editing

    def _entry(self, which: str, text: str) -> Entry:
        """What the score becomes when one of its numbers is typed. Raises Known."""
        score = self.session.study.score(*self._cell)
        if which == "likely":
            entry = parse_entry(text)
            if entry.likely is None or entry.low is not None:
                return entry
            return Entry(entry.likely, score.low, score.high, entry.text)
        if score.likely is None:
            raise Known("A range needs a likely score; nothing was changed; type the likely score first.")
        if is_missing(text):
            return Entry(score.likely, None, None, number_text(score.likely))
        number = parse_number(text)
        low = number if which == "low" else score.likely if score.low is None else score.low
        high = number if which == "high" else score.likely if score.high is None else score.high
        return Entry(score.likely, low, high, entry_text(Score(score.likely, low, high)))

    def _problem(self, which: str, text: str) -> str:
        try:
            return refusal(self.session.study, self._cell, self._entry(which, text))
        except Known as reason:
            return str(reason)
        except KeyError:
            return ""

    def _on_entered(self, which: str, text: str) -> None:
        entry = self._entry(which, text)
        self.attempt(SetScores({self._cell: entry}, self.session.who, now()))

    def _on_confidence(self, key: str) -> None:
        self.attempt(AnnotateScore(self._cell, {"confidence": "" if key == NOT_STATED else key}))

    def _open(self, item: Id) -> None:
        from desktop.panels.evidence_dialog import EvidenceDialog

        EvidenceDialog(self.session, item, self.window()).open()

    def _pick(self) -> None:
        from desktop.panels.evidence_dialog import EvidencePicker

        cell = self._cell
        picker = EvidencePicker(self.session, self._score.evidence, self.window())
        picker.picked.connect(lambda item: self.attempt(Cite(cell, item)))
        picker.write = lambda item: self._create(item, cell)
        picker.open()

    def _create(self, item: Evidence, cell: Cell) -> str:
        return self.attempt(AddEvidence(item, cell))
