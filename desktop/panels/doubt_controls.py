"""How sure are we of the weights? What is known of them, how far off they may be, and within what ranges."""

from __future__ import annotations

from PySide6.QtGui import QHideEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget
from shiboken6 import isValid

from db.study.model import Knowledge, Perspective
from db.study.words import counted
from desktop.commands import Command, SetKnowledge, SetSpread
from desktop.evaluation import Result
from desktop.look.focus import identify
from desktop.look.widgets import Button, Segmented, TextLabel
from desktop.panels.frame import Frame
from desktop.panels.range_editor import RangeEditor, outside
from desktop.panels.spread_slider import SpreadSlider
from desktop.panels.stillness import Stillness
from desktop.session import Session

_NARROW = 720
_QUESTION = "How sure are we of the weights?"
_CHOICES = {
    Knowledge.AROUND: "Near these",
    Knowledge.RANKING: "Only their order",
    Knowledge.RANGES: "Within ranges",
}
_PAGES = list(_CHOICES)


class DoubtControls(QWidget):
    """A row of controls over the doubt of the perspective on show; a drag of the slider is one step."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._party: Perspective | None = None
        self._editor: RangeEditor | None = None
        self.question = TextLabel(_QUESTION, 12, 500, "text2")
        self.question.setFixedWidth(self.question.sizeHint().width())
        choices = {known.value: text for known, text in _CHOICES.items()}
        self.knowledge = Segmented(choices, Knowledge.AROUND.value, "What is known of the weights", "robustness.known")
        self.slider = SpreadSlider()
        self.amount = TextLabel("", 12, 600, "text", tabular=True)
        self.amount.setFixedWidth(44)
        self.order_words = TextLabel("any weights in the present order, whatever their sizes", 12, 400, "text2")
        self.edit = Button("Edit ranges…", kind="outlined")
        identify(self.edit, "robustness.ranges")
        self.range_words = TextLabel("", 12, 400, "text2")
        self._still = Stillness(session, self)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self._pages = QStackedWidget()
        self._pages.setFixedHeight(34)
        for parts in ((self.slider, self.amount), (self.order_words,), (self.edit, self.range_words)):
            page = QWidget()
            row = QHBoxLayout(page)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(6)
            for part in parts:
                row.addWidget(part)
            self._pages.addWidget(page)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(10)
        row.addWidget(self.question)
        row.addWidget(self.knowledge)
        row.addWidget(self._pages, 1)

    def _connect(self) -> None:
        self.knowledge.changed.connect(self._on_known)
        self.slider.sliderPressed.connect(self._session.settle)
        self.slider.valueChanged.connect(self._on_moved)
        self.slider.sliderReleased.connect(self._still.settle)
        self.slider.given_up.connect(self._session.abandon)
        self.slider.left.connect(self._still.settle_keys)
        self.edit.clicked.connect(self.edit_ranges)

    # Showing

    def show_frame(self, frame: Frame) -> None:
        """Show the doubt of the perspective on show; nothing is laid out anew while a slider moves."""
        party = next((each for each in frame.study.perspectives if each.id == frame.view.perspective), None)
        self._party = party
        self.setEnabled(party is not None)
        if party is None:
            return
        can_change = not self._session.read_only
        self.knowledge.setEnabled(can_change)
        self.slider.setEnabled(can_change)
        self._show_party(party, frame.before is None)
        if party.doubt.knowledge is Knowledge.RANGES and frame.result is not None:
            words, tone = range_words(party, frame.result)
            self.range_words.setText(words, announce=frame.before is None)
            self.range_words.set_colour(tone)

    def _show_party(self, party: Perspective, announce: bool) -> None:
        doubt = party.doubt
        if self.knowledge.current() != doubt.knowledge.value:
            self.knowledge.set_current(doubt.knowledge.value)
        self._pages.setCurrentIndex(_PAGES.index(doubt.knowledge))
        self.slider.present(doubt.spread)
        self.amount.setText(f"{100 * doubt.spread:.0f} %", announce)
        tip = f"How far from its weights {party.name} might be: {100 * doubt.spread:.0f} % of the way to any at all"
        if self.slider.toolTip() != tip and announce:
            self.slider.setToolTip(tip)

    # Changing

    def _attempt(self, command: Command, live: bool = False) -> None:
        if self._session.attempt(command, live=live) and self._party is not None:
            self._show_party(self._party, announce=True)

    def _on_known(self, key: str) -> None:
        if self._party is not None:
            self._attempt(SetKnowledge(self._party.id, Knowledge(key)))

    def _on_moved(self, value: int) -> None:
        if self._party is None:
            return
        live = self._session.live
        if not isinstance(live, SetSpread) or live.perspective != self._party.id:
            self._session.settle()
        self._attempt(SetSpread(self._party.id, value / 100.0), live=True)
        self._still.moved(is_held=self.slider.isSliderDown())

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._still.settle_keys()

    def stop(self) -> None:
        """Close what is open: the page goes."""
        self._still.stop()
        if self._editor is not None and isValid(self._editor):
            self._editor.close()

    # Ranges

    def edit_ranges(self) -> None:
        """Open the ranges of the perspective on show; a second time it comes to the front."""
        if self._party is None:
            return
        editor = self._editor
        if editor is not None and isValid(editor) and editor.perspective == self._party.id:
            editor.raise_()
            editor.activateWindow()
            return
        self._editor = RangeEditor(self._session, self._party.id, self)
        self._editor.show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.question.setVisible(self.width() >= _NARROW)


def range_words(party: Perspective, result: Result) -> tuple[str, str]:
    """(how many weights lie outside their ranges, or how many criteria have a range set, the colour of that)."""
    leaves = result.table.leaves
    ranged = sum(1 for leaf in leaves if leaf.id in party.doubt.ranges)
    off = sum(1 for leaf, share in zip(leaves, result.shares.tolist(), strict=True) if outside(party, leaf.id, share))
    if off:
        return f"{counted(off, 'weight')} outside", "warn"
    return f"{ranged} of {len(leaves)} set", "text2"
