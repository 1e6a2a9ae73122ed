"""Evidence in full: one piece with everything known about it, and the choice of a piece to cite."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QPainter
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QStackedWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from db.study.model import Evidence, Id, Study, new_id
from db.study.words import counted
from desktop.commands import EditEvidence
from desktop.look import font, look
from desktop.look.painting import draw_text
from desktop.look.widgets import Button, Chip, Segmented, TextLabel, identify
from desktop.panels.inspector.fields import Choice, Paragraph, TextField, labelled, side_by_side
from desktop.panels.inspector.page import Page
from desktop.panels.inspector.wording import CREDIBILITY, RELIABILITY, evidence_line
from desktop.session import Session

_TEXTS = (
    ("claim", "Claim", "What does it state?"),
    ("source", "Source", "Who says so, and where?"),
    ("date", "Date", "When?"),
    ("grade_note", "Why this grade", "Why is it graded so?"),
    ("read_as", "Read as", "In full, as an abstract, as somebody's summary?"),
    ("used_for", "Used for", "What does it bear on?"),
)


class EvidencePage(Page):
    """The fields of one piece of evidence, each edited in place."""

    def __init__(self, session: Session, item: Id) -> None:
        super().__init__(session)
        self._id = item
        self._item = session.study.cited(item)
        self.box.setContentsMargins(20, 16, 14, 16)
        self.ref = self._text("ref", "Short name", "", 17, 600)
        self.chip = Chip("")
        self.texts = {field: self._text(field, name, hint) for field, name, hint in _TEXTS}
        self.reliability = Choice("evidence.reliability", "Reliability of the source", RELIABILITY)
        self.reliability.picked.connect(lambda grade: self._edit("reliability", grade))
        self.credibility = Choice("evidence.credibility", "Credibility of the claim", CREDIBILITY)
        self.credibility.picked.connect(lambda grade: self._edit("credibility", int(grade) if grade else None))
        self.url = self._text("url", "Address", "https://…")
        self.copy = Button("Copy address", "copy", "outlined")
        identify(self.copy, "evidence.copy")
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._item.url))
        self.cited_by = Paragraph()
        self._lay_out()

    def _lay_out(self) -> None:
        self.add(self.ref)
        self.box.addWidget(self.chip, 0, Qt.AlignmentFlag.AlignLeft)
        for field, name, _ in _TEXTS[:3]:
            self.add(labelled(name, self.texts[field]), gap=2)
        grades = (labelled("Reliability", self.reliability), labelled("Credibility", self.credibility))
        self.add(side_by_side(*grades), gap=2)
        for field, name, _ in _TEXTS[3:]:
            self.add(labelled(name, self.texts[field]), gap=2)
        self.add(labelled("Address", self.url), gap=2)
        self.box.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignLeft)
        self.rule()
        self.add(self.cited_by)
        self.box.addStretch(1)

    def _text(self, field: str, name: str, hint: str, px: float = 13, weight: int = 400) -> TextField:
        is_line = field in ("ref", "date", "url")
        made = TextField(f"evidence.{field}", name, hint, px, weight, is_line)
        return self.text_field(made, partial(self._edit, field), lambda: str(getattr(self._item, field)))

    def _edit(self, field: str, value: object) -> str:
        return self.attempt(EditEvidence(self._id, {field: value.strip() if isinstance(value, str) else value}))

    def show_study(self, study: Study) -> bool:
        """Show the piece as the study has it; False when it has it no more."""
        item = next((each for each in study.evidence if each.id == self._id), None)
        if item is None:
            return False
        self._item = item
        for field, widget in (("ref", self.ref), ("url", self.url), *self.texts.items()):
            widget.set_text(str(getattr(item, field)))
        self.reliability.set_current(item.reliability)
        self.credibility.set_current(str(item.credibility or ""))
        self.copy.setEnabled(bool(item.url))
        kind = item.kind + (", later than the study's date" if item.later else "")
        self.chip.set_text(kind.capitalize(), "warn" if item.later or item.kind == "assumption" else "neutral")
        self.cited_by.set_text(cited_by(study, self._id))
        return True


def cited_by(study: Study, item: Id) -> str:
    """How often a piece of evidence is cited, in words."""
    counts = (
        (sum(1 for score in study.scores.values() if item in score.evidence), "score"),
        (sum(1 for option in study.options if item in option.evidence), "option"),
        (sum(1 for party in study.perspectives if item in party.evidence), "perspective"),
    )
    parts = [counted(number, word) for number, word in counts if number]
    if not parts:
        return "Nothing cites it yet."
    return f"Cited by {', '.join(parts[:-1])}{' and ' if len(parts) > 1 else ''}{parts[-1]}."


class EvidenceDialog(QDialog):
    """Everything about one piece of evidence. It stays open while the window is used, and closes with its subject."""

    def __init__(self, session: Session, item: Id, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"Evidence {session.study.cited(item).ref}")
        identify(self, "evidence.dialog")
        self.page = EvidencePage(session, item)
        area = QScrollArea()
        area.setWidget(self.page)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        done = Button("Close", kind="primary")
        identify(done, "evidence.close")
        done.clicked.connect(self.close)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 14)
        box.addWidget(area, 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(20, 0, 20, 0)
        foot.addStretch(1)
        foot.addWidget(done)
        box.addLayout(foot)
        self.resize(460, 640)
        done.setFocus()
        self._stop: Callable[[], None] | None = session.subscribe(lambda _, after: self._on_study(after))
        self._on_study(session.study)

    def _on_study(self, study: Study) -> None:
        if self._stop is not None and not self.page.show_study(study):
            self._leave()
            self.close()

    def _leave(self) -> None:
        stop, self._stop = self._stop, None
        if stop is not None:
            stop()

    def done(self, result: int) -> None:
        self.page.flush()
        self._leave()
        super().done(result)


_ITEM = Qt.ItemDataRole.UserRole


class _Delegate(QStyledItemDelegate):
    """Two lines: what it says, and where it comes from."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(200, 48)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        tokens, item, area = look.tokens, index.data(_ITEM), QRectF(option.rect)
        states = QStyle.StateFlag
        if option.state & (states.State_Selected | states.State_MouseOver):
            is_on = bool(option.state & states.State_Selected)
            painter.fillRect(area, tokens.accent_soft if is_on else tokens.hover)
        top = QRectF(area.left() + 12, area.top() + 6, area.width() - 24, 18)
        draw_text(painter, top, f"{item.ref}  {item.claim}", font(13), tokens.text)
        draw_text(painter, top.translated(0, 18), evidence_line(item), font(12), tokens.text2)


class EvidencePicker(QDialog):
    """Picks a piece of evidence that is there already, or writes down a new one.

    `picked` gives the id; `write` is called with a new piece and returns the refusal or "".
    """

    picked = Signal(str)

    def __init__(self, session: Session, cited: tuple[Id, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Add evidence")
        identify(self, "evidence.picker")
        self.write: Callable[[Evidence], str] = lambda _: ""
        self._items = [item for item in session.study.evidence if item.id not in cited]
        self.mode = Segmented({"pick": "Pick from the study", "new": "Write a new one"}, "pick", "How", "evidence.mode")
        self._pages = QStackedWidget()
        self._pages.addWidget(self._built_list())
        self._pages.addWidget(self._built_form(session.study))
        self.mode.changed.connect(self._on_mode)
        self._lay_out()
        self._filter("")
        self.search.setFocus()

    def _built_list(self) -> QWidget:
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search in names, claims and sources")
        identify(self.search, "evidence.search", "Search evidence")
        self.search.textChanged.connect(self._filter)
        self.list = QListWidget()
        identify(self.list, "evidence.list", "Evidence of the study")
        self.list.setItemDelegate(_Delegate(self.list))
        self.list.setMouseTracking(True)
        self.list.itemActivated.connect(lambda _: self._on_done())
        self.list.currentRowChanged.connect(self._refresh_button)
        self._none = TextLabel("Nothing matches; write a new one.", 12, 400, "text2")
        holder = QWidget()
        box = QVBoxLayout(holder)
        box.setContentsMargins(0, 0, 0, 0)
        for widget in (self.search, self._none, self.list):
            box.addWidget(widget)
        return holder

    def _built_form(self, study: Study) -> QWidget:
        self.form: dict[str, QLineEdit] = {}
        holder = QWidget()
        box = QVBoxLayout(holder)
        box.setContentsMargins(0, 0, 0, 0)
        for field, name, hint in (
            ("ref", "Short name", "such as WHO24"),
            ("claim", "Claim", "What does it state?"),
            ("source", "Source", "Who says so, and where?"),
            ("date", "Date", "When?"),
            ("url", "Address", "https://…"),
        ):
            line = self.form[field] = QLineEdit()
            line.setPlaceholderText(hint)
            identify(line, f"evidence.new.{field}", name)
            line.textChanged.connect(self._refresh_button)
            box.addWidget(labelled(name, line))
        self.reliability = Choice("evidence.new.reliability", "Reliability of the source", RELIABILITY)
        self.reliability.setCurrentIndex(0)
        self.problem = Paragraph("", 12, 500, "bad")
        box.addWidget(labelled("Reliability of the source", self.reliability))
        box.addWidget(self.problem)
        box.addStretch(1)
        return holder

    def _lay_out(self) -> None:
        self.button = Button("Cite it", kind="primary")
        identify(self.button, "evidence.cite")
        self.button.setAutoDefault(True)
        self.button.setDefault(True)
        self.button.clicked.connect(self._on_done)
        cancel = Button("Cancel", kind="outlined")
        identify(cancel, "evidence.cancel")
        cancel.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(cancel)
        foot.addWidget(self.button)
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 16, 16, 14)
        box.setSpacing(10)
        box.addWidget(self.mode, 0, Qt.AlignmentFlag.AlignLeft)
        box.addWidget(self._pages, 1)
        box.addLayout(foot)
        self.resize(520, 520)

    def _filter(self, text: str) -> None:
        words = text.casefold().split()
        self.list.clear()
        for item in self._items:
            there = f"{item.ref} {item.claim} {item.source} {item.date}".casefold()
            if all(word in there for word in words):
                row = QListWidgetItem(f"{item.ref}: {item.claim}")
                row.setData(_ITEM, item)
                row.setToolTip(item.claim)
                self.list.addItem(row)
        self._none.setVisible(not self.list.count())
        self.list.setCurrentRow(0 if self.list.count() else -1)
        self._refresh_button()

    def _on_mode(self, key: str) -> None:
        self._pages.setCurrentIndex(0 if key == "pick" else 1)
        (self.search if key == "pick" else self.form["ref"]).setFocus()
        self._refresh_button()

    def _refresh_button(self) -> None:
        if not hasattr(self, "button"):
            return
        is_ready = self.list.currentItem() is not None
        if self._pages.currentIndex() == 1:
            is_ready = bool(self.form["ref"].text().strip() and self.form["claim"].text().strip())
        self.button.setEnabled(is_ready)

    def _on_done(self) -> None:
        if self._pages.currentIndex() == 0:
            row = self.list.currentItem()
            if row is not None:
                self.picked.emit(row.data(_ITEM).id)
                self.accept()
            return
        problem = self.write(self._new())
        self.problem.set_text(problem)
        if not problem:
            self.accept()

    def _new(self) -> Evidence:
        text = {field: line.text().strip() for field, line in self.form.items()}
        return Evidence(
            new_id(),
            text["ref"],
            text["claim"],
            source=text["source"],
            date=text["date"],
            url=text["url"],
            reliability=self.reliability.currentData(),
        )
