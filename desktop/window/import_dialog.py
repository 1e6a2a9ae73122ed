"""Bring a score table in: what the file says, how it is read, what it would become. Nothing is guessed silently."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit

from db.study.model import Known, Study
from db.study.words import counted
from desktop.commands import ReplaceStudy
from desktop.exchange.csv_import import new_study, onto, summary
from desktop.exchange.csv_table import ImportedTable
from desktop.exchange.csv_text import ENCODINGS, Dialect
from desktop.look.buttons import Segmented
from desktop.look.widgets import paragraph
from desktop.panels.errand import Errand
from desktop.session import now, user_name
from desktop.window.dialog import Dialog, field_label
from desktop.window.export_dialog import choices
from desktop.window.file_dialogs import ask_open
from desktop.window.table_preview import TablePreview
from desktop.window.table_reading import AT_ONCE, Reading, reading

if TYPE_CHECKING:
    from desktop.window.main_window import MainWindow

SEPARATORS = {",": "Comma", ";": "Semicolon", "\t": "Tab", "|": "Bar"}
DECIMALS = {".": "Point", ",": "Comma"}
SHOWN_PROBLEMS = 3


def choose_file(window: MainWindow, take: Callable[[Path], object]) -> None:
    """Ask for a table file."""
    ask_open(window, "Import a table", "Tables (*.csv *.tsv *.txt);;All files (*)", take)


class ImportDialog(Dialog):
    """Shows the table under the dialect chosen, and says what importing it would do."""

    new_made = Signal(object)
    replaced = Signal(object)

    def __init__(self, data: bytes, title: str, study: Study | None, window: MainWindow) -> None:
        super().__init__("Import a table", "Import", window)
        self.resize(980, 620)
        self._study = study
        self._reading: Reading | None = None
        self._data, self._errand = data, Errand(self)
        places = {"new": "A new study"} | ({"onto": "Over the open study"} if study is not None else {})
        self.place = Segmented(places, "new", "Import into", "import.place")
        self.title = QLineEdit(title)
        self.title.setAccessibleName("Title of the new study")
        self.title.setAccessibleIdentifier("import.title")
        self.title.setMinimumWidth(180)
        self.encoding = choices("Encoding", {name: name for name in ENCODINGS}, "", "import.encoding")
        self.separator = choices("Separator", SEPARATORS, "", "import.separator")
        self.decimal = choices("Decimal mark", DECIMALS, "", "import.decimal")
        self.why = paragraph("", 12, "text2")
        self.table = TablePreview("What the file holds", "import.preview")
        self.outcome = paragraph("", 12, "text2")
        self._lay_out()
        self._ask(None)

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        parts = (
            ("Import into", self.place),
            ("Title", self.title),
            ("Encoding", self.encoding),
            ("Separator", self.separator),
            ("Decimal mark", self.decimal),
        )
        for column, (label, widget) in enumerate(parts):
            grid.addWidget(field_label(label), 0, column)
            grid.addWidget(widget, 1, column)
        grid.setColumnStretch(1, 1)
        for combo in (self.encoding, self.separator, self.decimal):
            combo.activated.connect(lambda _place: self._ask(self.dialect()))
        self.place.changed.connect(self._judge)
        self.title.textChanged.connect(self._judge)
        self.body.addLayout(grid)
        self.body.addWidget(self.why)
        self.body.addWidget(field_label("The file, as it is read"))
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self.outcome)

    # Reading

    def dialect(self) -> Dialect:
        """How the file is read now."""
        return replace(
            self._reading.dialect if self._reading is not None else Dialect(),
            encoding=self.encoding.currentData(),
            separator=self.separator.currentData(),
            decimal=self.decimal.currentData(),
        )

    def done(self, result: int) -> None:
        """Close; what is still being read is not waited for."""
        self._errand.cancel()
        super().done(result)

    def _ask(self, dialect: Dialect | None) -> None:
        data = self._data
        if len(data) <= AT_ONCE:
            self._on_read(reading(data, dialect))
            return
        self.say("")
        self.outcome.setText("Reading…")
        self.accept_button.setEnabled(False)
        self._errand.ask(lambda cancel, _: reading(data, dialect), self._on_read)

    def _on_read(self, found: Reading) -> None:
        if self._reading is None:
            self._propose(found.dialect)
        self._reading = found
        self.table.show_rows(found.rows)
        self._judge()

    def _propose(self, dialect: Dialect) -> None:
        self.why.setText(dialect.why)
        self.why.setProperty("ink", "text2" if dialect.sure else "warn")
        self.why.style().polish(self.why)
        for combo, key in (
            (self.encoding, dialect.encoding),
            (self.separator, dialect.separator),
            (self.decimal, dialect.decimal),
        ):
            if combo.findData(key) < 0:
                combo.insertItem(0, key, key)
            combo.setCurrentIndex(combo.findData(key))

    # Judging

    def study(self) -> Study:
        """The study the import would leave. Raises Known, naming row and column, when it cannot be done."""
        table, who = self._sound_table(), user_name()
        if self.place.current() == "onto" and self._study is not None:
            return onto(self._study, table, who, now())
        return new_study(table, self.title.text(), who, now())

    def _sound_table(self) -> ImportedTable:
        if self._reading is None:
            raise Known("The table is still being read; nothing was imported; wait a moment.")
        if self._reading.trouble:
            raise Known(self._reading.trouble)
        if problems := self._reading.table.problems:
            raise Known(_some(problems))
        if self.place.current() == "new" and not self.title.text().strip():
            raise Known("The new study needs a title; nothing was imported; type one.")
        return self._reading.table

    def _judge(self) -> None:
        """Say what importing would do, or why it cannot be done."""
        self.title.setEnabled(self.place.current() == "new")
        if self._reading is None:
            return
        try:
            words, trouble = self._words(self._sound_table()), ""
        except Known as refusal:
            words, trouble = "", str(refusal)
        self.outcome.setText(words)
        self.say(trouble)
        self.accept_button.setEnabled(not trouble)

    def _words(self, table: ImportedTable) -> str:
        if self.place.current() == "onto" and self._study is not None:
            return f"{summary(self._study, self.study())} It is one change, which undo takes back."
        size = f"{counted(len(table.options), 'option')} and {counted(len(table.columns), 'criterion', 'criteria')}"
        left = ", ".join(table.ignored[:4])
        computed = f" Left out, because they are computed: {left}." if left else ""
        return f"Becomes a new study of {size}, with equal weights until you set them.{computed}"

    def try_accept(self) -> None:
        """Import and close, or say why not."""
        try:
            after = self.study()
        except Known as refusal:
            self.say(str(refusal))
            return
        self.accept()
        if self.place.current() == "onto":
            self.replaced.emit(ReplaceStudy(after))
        else:
            self.new_made.emit(after)


def _some(problems: tuple[str, ...]) -> str:
    """The first problems, a line each, and how many more there are."""
    more = len(problems) - SHOWN_PROBLEMS
    return "\n".join([*problems[:SHOWN_PROBLEMS], *([f"… and {more} more."] if more > 0 else [])])
