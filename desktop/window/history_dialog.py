"""The history of the open study: every change, searched and filtered, looked at, restored, named and compared."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from db.study.model import Id, Known, Study
from db.study.past import Past, label_of
from db.study.telling import visible
from db.study.words import counted
from desktop.look.buttons import Button
from desktop.look.focus import explain, identify
from desktop.look.painting import hint
from desktop.look.splitter import Splitter
from desktop.look.widgets import TextLabel, paragraph
from desktop.models.history_model import HistoryModel, clock, day_text, days_of
from desktop.panels.errand import Errand
from desktop.window.dialog import Dialog, field_label
from desktop.window.list_card import ListCard
from desktop.window.patience import worked_out
from desktop.window.timeline import Timeline

if TYPE_CHECKING:
    from desktop.window.desk import Archive
    from desktop.window.main_window import MainWindow

_KINDS = {"option": "Option", "criterion": "Criterion", "perspective": "Perspective"}
_PLURALS = {"option": "options", "criterion": "criteria", "perspective": "perspectives"}
_LONGEST = 200_000


class HistoryDialog(Dialog):
    """Lists every change, newest first. Restoring one is itself a change, so nothing is lost by it."""

    def __init__(self, archive: Archive, window: MainWindow) -> None:
        super().__init__("History", "Restore this state", window)
        self.resize(min(1120, window.width() - 40), min(760, window.height() - 40))
        self._archive, self._window = archive, window
        self._past, days = _read(archive)
        self._errand = Errand(self)
        self._model = HistoryModel(self._past, days, self)
        self.timeline = Timeline(self._model)
        self.filters = {kind: self._filter(kind) for kind in _KINDS}
        self._lay_out()
        self._build_buttons()
        self.timeline.selectionModel().selectionChanged.connect(lambda *_: self._on_chosen())
        self.timeline.doubleClicked.connect(lambda _: self._look())
        self.timeline.choose_first()
        self._tell_count()

    # Building

    def _lay_out(self) -> None:
        self.search = QLineEdit()
        self.search.setPlaceholderText("Names, values, reasons")
        self.search.setClearButtonEnabled(True)
        identify(self.search, "history.search", "Search the history")
        self.search.textChanged.connect(lambda _: self._refresh())
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        fields = [("Search", self.search), *((_KINDS[kind], combo) for kind, combo in self.filters.items())]
        for column, (label, widget) in enumerate(fields):
            grid.addWidget(field_label(label), 0, column)
            grid.addWidget(widget, 1, column)
            grid.setColumnStretch(column, 2 if column == 0 else 1)
        self.body.addLayout(grid)
        self.nothing = paragraph("No change matches. Clear the search, or choose less in the filters.", 13)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages = QStackedWidget()
        for page in (self.timeline, self.nothing):
            self._pages.addWidget(page)
        card = ListCard(self.timeline)
        card.body.addWidget(self._pages)
        self._told = self._details()
        both = {"changes": card, "details": self._told}
        self.parts = Splitter(Qt.Orientation.Vertical, "history.edge", 10, both)
        for place, stretch in enumerate((3, 1)):
            self.parts.setStretchFactor(place, stretch)
        self.body.addWidget(self.parts, 1)
        self.count = TextLabel("", 12, 400, "text2")
        self.count.setAccessibleIdentifier("history.count")
        self.body.addWidget(self.count)

    def _details(self) -> QWidget:
        self.heading, self.circumstances = TextLabel("", 13, 600), TextLabel("", 12, 400, "text2")
        self.details = QPlainTextEdit()
        self.details.setReadOnly(True)
        self.details.setTabChangesFocus(True)
        self.details.setMinimumHeight(64)
        identify(self.details, "history.details", "What the selected change did")
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for widget in (self.heading, self.circumstances, self.details):
            column.addWidget(widget)
        return holder

    def _filter(self, kind: str) -> QComboBox:
        combo = QComboBox()
        identify(combo, f"history.{kind}", f"Only changes of this {kind}")
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        combo.setMinimumContentsLength(12)
        combo.addItem(f"All {_PLURALS[kind]}", "")
        for thing in self._past.mentioned(kind):
            name = visible(thing.name)
            combo.addItem(name if thing.is_there else f"{name} (deleted)", thing.id)
            combo.setItemData(combo.count() - 1, hint(name), Qt.ItemDataRole.ToolTipRole)
        combo.currentIndexChanged.connect(lambda _: explain(combo, combo.currentText()))
        combo.currentIndexChanged.connect(lambda _: self._refresh())
        return combo

    def _build_buttons(self) -> None:
        self.name = self._button("Name this version…", "history.name", self._ask_name)
        self.compare = self._button("Compare…", "history.compare", self._compare)
        self.look = self._button("Look at it", "history.look", self._look)
        self.cancel.setText("Close")
        self.name.setToolTip("Give the study as it is now a name in its history")
        # Enter belongs to the search and to the list; nothing is restored by accident.
        self.accept_button.setDefault(False)
        row: QHBoxLayout = self.buttons
        row.insertWidget(0, self.name)
        for button in (self.compare, self.look):
            row.insertWidget(row.indexOf(self.accept_button), button)

    def _button(self, text: str, identifier: str, act: Callable[[], None]) -> Button:
        button = Button(text, kind="outlined")
        identify(button, identifier)
        button.clicked.connect(act)
        return button

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.timeline.setFocus(Qt.FocusReason.OtherFocusReason)

    def done(self, result: int) -> None:
        self._errand.cancel()
        super().done(result)

    # Finding

    def _wanted(self) -> tuple[str, list[Id]]:
        about = [combo.currentData() for combo in self.filters.values()]
        return self.search.text().strip(), [key for key in about if key]

    def _refresh(self) -> None:
        search, about = self._wanted()
        if not search and not about:
            self._errand.cancel()
            self._on_found(range(len(self._past.changes)))
            return
        past = self._past
        self._errand.ask(lambda cancel, _: _matching(past, search, about, cancel.is_set), self._on_found)

    def _on_found(self, places: Sequence[int]) -> None:
        chosen = self.timeline.chosen()
        self._model.show_places(places)
        self._pages.setCurrentIndex(0 if self._model.count else 1)
        still = [place for place in chosen if self._model.index_of(place).isValid()]
        if still:
            self.timeline.choose(*still)
        else:
            self.timeline.choose_first()
        self._on_chosen()
        self._tell_count()

    def _tell_count(self) -> None:
        whole = counted(len(self._past.changes), "change")
        shown = self._model.count
        self.count.setText(whole if shown == len(self._past.changes) else f"{shown} of {whole}")

    # Choosing

    def _on_chosen(self) -> None:
        chosen, newest = self.timeline.chosen(), len(self._past.changes) - 1
        self.look.setEnabled(len(chosen) == 1)
        self.accept_button.setEnabled(len(chosen) == 1 and chosen != [newest])
        self.compare.setEnabled(len(chosen) == 2 or (len(chosen) == 1 and chosen != [newest]))
        self.compare.setToolTip("Select two changes to compare them, or one to compare it with the present")
        self.accept_button.setToolTip("This is how the study stands now" if chosen == [newest] else "")
        if len(chosen) == 1:
            self._show(chosen[0])
        elif len(chosen) > 1:
            labels = "\n".join(f"{self._named(place)}: {label_of(self._past.changes[place])}" for place in chosen[:100])
            say = "Two can be compared; select one to see what it did."
            self._say(f"{len(chosen)} changes are selected", say, labels)
        self._told.setVisible(bool(chosen))

    def _show(self, place: int) -> None:
        change = self._past.changes[place]
        lines = [line.text for line in sorted(self._past.lines(place), key=lambda line: line.quiet)]
        when = f"{day_text(change.at)}, {clock(change.at)}"
        parts = [f"Change {change.seq}", visible(change.who), when, visible(change.reason)]
        text = "\n".join(lines) or _WITHOUT_LINES.get(change.kind, "It changed nothing.")
        self._say(label_of(change), " · ".join(part for part in parts if part), text)

    def _say(self, heading: str, circumstances: str, text: str) -> None:
        self.heading.setText(heading)
        self.circumstances.setText(circumstances)
        cut = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}\n… and more; steelyard history tells it all."
        self.details.setPlainText(cut)

    # Acting

    def try_accept(self) -> None:
        """Restore the selected state as a new change, or say why not."""
        self._on_one(self._archive.restore_change)

    def _look(self) -> None:
        self._on_one(self._archive.look_at_change)

    def _on_one(self, act: Callable[[int], None]) -> None:
        chosen = self.timeline.chosen()
        if len(chosen) != 1:
            return
        seq = self._past.changes[chosen[0]].seq
        self.carry_out(lambda: act(seq))

    def _ask_name(self) -> None:
        dialog = NameVersionDialog(self._archive, self)
        dialog.accepted.connect(self._reload)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _reload(self) -> None:
        """Read the history again, after a version was named."""
        self._past, days = _read(self._archive)
        self._model = HistoryModel(self._past, days, self)
        self.timeline.show_model(self._model)
        self.timeline.selectionModel().selectionChanged.connect(lambda *_: self._on_chosen())
        self._refresh()
        self.timeline.choose_first()

    def _compare(self) -> None:
        chosen = self.timeline.chosen()
        newest = len(self._past.changes) - 1
        first, second = (chosen[0], newest) if len(chosen) == 1 else chosen
        try:
            before, after = self._state(first), self._state(second)
        except Known as trouble:
            self.say(str(trouble))
            return
        self._open_comparison(first, second, before, after)

    def _open_comparison(self, first: int, second: int, before: Study, after: Study) -> None:
        from desktop.window.comparison_dialog import ComparisonDialog

        names = self._named(first), self._named(second)
        party = self._window.session.view.perspective
        ComparisonDialog(before, after, names, self, party).open()

    def _state(self, place: int) -> Study:
        return self._archive.as_it_was(self._past.changes[place].seq)

    def _named(self, place: int) -> str:
        change = self._past.changes[place]
        if place == len(self._past.changes) - 1:
            return "Now"
        if change.kind == "name":
            return f"“{label_of(change)}”"
        return f"Change {change.seq} of {day_text(change.at).removeprefix('Today, ')}, {clock(change.at)}"


class NameVersionDialog(Dialog):
    """Asks what the study as it is now shall be called in its history, and why."""

    def __init__(self, archive: Archive, parent: QWidget) -> None:
        super().__init__("Name this version", "Name it", parent)
        self.resize(480, 290)
        self._archive = archive
        self.version, self.reason = QLineEdit(), QLineEdit()
        self.body.addWidget(paragraph("The study as it is now keeps this name in its history, whatever changes later."))
        for field, label, example, identifier in (
            (self.version, "Name", "such as: Sent to the committee", "version.name"),
            (self.reason, "Why (if you like)", "", "version.reason"),
        ):
            identify(field, identifier, label)
            field.setPlaceholderText(example)
            self.body.addWidget(field_label(label))
            self.body.addWidget(field)
        self.body.addStretch(1)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.version.setFocus(Qt.FocusReason.OtherFocusReason)

    def try_accept(self) -> None:
        """Name it, or say why not."""
        self.carry_out(lambda: self._archive.name_version(self.version.text(), self.reason.text().strip()))


_WITHOUT_LINES = {
    "name": "The study as it then was got this name. Nothing in it changed.",
    "migrate": "The file was brought to a newer format. Nothing in the study changed.",
}


def _read(archive: Archive) -> tuple[Past, list[str]]:
    """The history, and the day of each change in words."""
    changes = archive.changes()
    return worked_out(lambda: (Past(changes), days_of(changes)))


def _matching(past: Past, search: str, about: Sequence[Id], is_dropped: Callable[[], bool]) -> list[int]:
    """Runs on another thread; gives up when something else is asked."""
    found = []
    for place in past.matching(search, about):
        if is_dropped():
            break
        found.append(place)
    return found
