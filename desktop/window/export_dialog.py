"""Hand the score table over as CSV: choose what and how, see it, write it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QHBoxLayout, QVBoxLayout

from db.study.model import Id, Known, Study
from db.study.words import counted
from desktop.exchange.csv_export import ExportChoice, Kind, preview, table_text, write
from desktop.look.buttons import Segmented
from desktop.look.widgets import TextLabel
from desktop.window.dialog import Dialog, field_label
from desktop.window.file_dialogs import ask_save, file_name
from desktop.window.table_preview import TablePreview

if TYPE_CHECKING:
    from desktop.window.main_window import MainWindow

SEPARATORS = {",": "Comma", ";": "Semicolon", "\t": "Tab"}
DECIMALS = {".": "Point", ",": "Comma"}


class ExportDialog(Dialog):
    """Remembers how the table was written last time."""

    written = Signal(str)

    def __init__(self, study: Study, perspective: Id, window: MainWindow) -> None:
        super().__init__("Export score table", "Choose where to write…", window)
        self.resize(860, 560)
        self._study, self._perspective, self._window = study, perspective, window
        remembered = window.preferences
        kinds = {"raw": "In their own units", "value": "Values 0–100", "weighted": "Weighted points"}
        self.kind = Segmented(kinds, remembered.text("export.kind", "raw"), "Scores", "export.kind")
        self.separator = choices("Separator", SEPARATORS, remembered.text("export.separator", ","), "export.separator")
        self.decimal = choices("Decimal mark", DECIMALS, remembered.text("export.decimal", "."), "export.decimal")
        self.party = choices(
            "Totals and ranks of",
            {"": "Every perspective", **{party.id: party.name for party in study.perspectives}},
            "",
            "export.perspective",
        )
        self.totals = _tick("Totals", remembered.flag("export.totals", True), "export.totals")
        self.ranks = _tick("Ranks", remembered.flag("export.ranks", True), "export.ranks")
        self.ranges = _tick("Low and high ends", remembered.flag("export.ranges", True), "export.ranges")
        self.table = TablePreview("Preview of the table", "export.preview")
        self.note = TextLabel("", 12, 400, "text2")
        self._lay_out()
        self._refresh()

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        for column, (label, widget) in enumerate(
            (
                ("Scores", self.kind),
                ("Totals and ranks of", self.party),
                ("Separator", self.separator),
                ("Decimal mark", self.decimal),
            )
        ):
            grid.addWidget(field_label(label), 0, column)
            grid.addWidget(widget, 1, column)
        grid.setColumnStretch(1, 1)
        ticks = QHBoxLayout()
        ticks.setSpacing(20)
        for tick in (self.totals, self.ranks, self.ranges):
            ticks.addWidget(tick)
            tick.toggled.connect(self._refresh)
        ticks.addStretch(1)
        for combo in (self.separator, self.decimal, self.party):
            combo.currentIndexChanged.connect(self._refresh)
        self.kind.changed.connect(self._refresh)
        below = QVBoxLayout()
        below.addWidget(field_label("Preview"))
        below.addWidget(self.table, 1)
        below.addWidget(self.note)
        self.body.addLayout(grid)
        self.body.addLayout(ticks)
        self.body.addLayout(below, 1)

    def choice(self) -> ExportChoice:
        """What is chosen now. Raises Known when the comma is to part cells and decimals at once."""
        party = self.party.currentData()
        chosen: tuple[Id, ...] | None = (party,) if party else None
        if self.kind.current() == "weighted" and not party:
            others = (p.id for p in self._study.perspectives if p.id != self._perspective)
            chosen = (self._perspective, *others)
        return ExportChoice(
            cast(Kind, self.kind.current()),
            self.separator.currentData(),
            self.decimal.currentData(),
            chosen,
            self.totals.isChecked(),
            self.ranks.isChecked(),
            self.ranges.isChecked(),
        )

    def _refresh(self) -> None:
        self.ranges.setEnabled(self.kind.current() == "raw")
        try:
            rows = preview(self._study, self.choice())
        except Known as trouble:
            self.say(str(trouble))
            self.accept_button.setEnabled(False)
            return
        self.say("")
        self.accept_button.setEnabled(True)
        self.table.show_rows(rows)
        more = len(self._study.options) - (len(rows) - 1)
        words = "UTF-8 with a byte order mark, so that Excel reads every letter."
        self.note.setText(f"… and {counted(more, 'more option')}. {words}" if more > 0 else words)

    def try_accept(self) -> None:
        """Ask where, write, and close; stays open when it cannot be written."""
        name = file_name(self._study.title, ".csv")
        ask_save(self._window, "Export score table", name, "CSV tables (*.csv)", self.write_to, self)

    def write_to(self, path: Path) -> None:
        """Write the table and close, or say why it cannot be written."""
        try:
            write(path, table_text(self._study, self.choice()))
        except Known as trouble:
            self.say(str(trouble))
            return
        self._remember()
        self.accept()
        self.written.emit(str(path))

    def _remember(self) -> None:
        settings = self._window.preferences
        settings.set("export.kind", self.kind.current())
        settings.set("export.separator", self.separator.currentData())
        settings.set("export.decimal", self.decimal.currentData())
        for name in ("totals", "ranks", "ranges"):
            settings.set(f"export.{name}", getattr(self, name).isChecked())


def choices(name: str, texts: dict[str, str], current: str, identifier: str) -> QComboBox:
    """A combo box of (key, text), with a key chosen; its data are the keys."""
    combo = QComboBox()
    combo.setAccessibleName(name)
    combo.setAccessibleIdentifier(identifier)
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    combo.setMinimumContentsLength(11)
    combo.setMinimumHeight(32)
    for key, text in texts.items():
        combo.addItem(text, key)
    combo.setCurrentIndex(max(0, combo.findData(current)))
    return combo


def _tick(text: str, is_on: bool, identifier: str) -> QCheckBox:
    tick = QCheckBox(text)
    tick.setChecked(is_on)
    tick.setAccessibleIdentifier(identifier)
    return tick
