"""Bring a score table in: what the file says, how it is read, what it would become. Nothing is guessed silently."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit

from db.study.model import Known, Study
from desktop.commands import ReplaceTable
from desktop.exchange.csv_import import new_study, onto, summary
from desktop.exchange.csv_proposal import propose
from desktop.exchange.csv_table import ImportedTable, read_table
from desktop.exchange.csv_text import ENCODINGS, Dialect, cells
from desktop.look.buttons import Segmented
from desktop.look.widgets import paragraph
from desktop.session import now, user_name
from desktop.window.dialog import Dialog, field_label
from desktop.window.export_dialog import choices
from desktop.window.file_dialogs import ask_open
from desktop.window.table_preview import TablePreview

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
        """Raises Known for a file that is empty or far too large."""
        super().__init__("Import a table", "Import", window)
        self.resize(980, 620)
        self._data, self._study = data, study
        self._proposal = propose(data)
        self._table = ImportedTable()
        places = {"new": "A new study"} | ({"onto": "Over the open study"} if study is not None else {})
        self.place = Segmented(places, "new", "Import into", "import.place")
        self.title = QLineEdit(title)
        self.title.setAccessibleName("Title of the new study")
        self.title.setAccessibleIdentifier("import.title")
        self.title.setMinimumWidth(180)
        self.encoding = choices(
            "Encoding", {name: name for name in _encodings(self._proposal)}, self._proposal.encoding, "import.encoding"
        )
        self.separator = choices("Separator", SEPARATORS, self._proposal.separator, "import.separator")
        self.decimal = choices("Decimal mark", DECIMALS, self._proposal.decimal, "import.decimal")
        self.why = paragraph(self._proposal.why, 12, "text2" if self._proposal.sure else "warn")
        self.table = TablePreview("What the file holds")
        self.outcome = paragraph("", 12, "text2")
        self._lay_out()
        self._refresh()

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
            combo.currentIndexChanged.connect(self._refresh)
        self.place.changed.connect(self._refresh)
        self.title.textChanged.connect(self._refresh)
        self.body.addLayout(grid)
        self.body.addWidget(self.why)
        self.body.addWidget(field_label("The file, as it is read"))
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self.outcome)

    def dialect(self) -> Dialect:
        """How the file is read now."""
        return replace(
            self._proposal,
            encoding=self.encoding.currentData(),
            separator=self.separator.currentData(),
            decimal=self.decimal.currentData(),
        )

    def study(self) -> Study:
        """The study the import would leave. Raises Known, naming row and column, when it cannot be done."""
        who = user_name()
        if self.place.current() == "onto" and self._study is not None:
            return onto(self._study, self._table, who, now())
        if not self.title.text().strip():
            raise Known("The new study needs a title; nothing was imported; type one.")
        return new_study(self._table, self.title.text(), who, now())

    def _refresh(self) -> None:
        self.title.setEnabled(self.place.current() == "new")
        self.outcome.setText("")
        try:
            self.table.show_rows(cells(self._data, self.dialect(), 12))
            self._table = read_table(self._data, self.dialect())
            self.outcome.setText(self._words(self.study()))
        except Known as trouble:
            self._refuse(str(trouble))
            return
        self.say("")
        self.accept_button.setEnabled(True)

    def _refuse(self, reason: str) -> None:
        problems = self._table.problems
        more = len(problems) - SHOWN_PROBLEMS
        lines = [*problems[:SHOWN_PROBLEMS], *([f"… and {more} more."] if more > 0 else [])] if problems else [reason]
        self.say("\n".join(lines))
        self.accept_button.setEnabled(False)

    def _words(self, after: Study) -> str:
        if self.place.current() == "onto" and self._study is not None:
            return f"{summary(self._study, after)} It is one change, which undo takes back."
        size = f"{len(after.options)} options and {len(after.criteria)} criteria"
        left = ", ".join(self._table.ignored[:4])
        computed = f" Left out, because they are computed: {left}." if left else ""
        return f"Becomes a new study of {size}, with equal weights until you set them.{computed}"

    def try_accept(self) -> None:
        """Import and close, or say why not."""
        try:
            after = self.study()
        except Known as trouble:
            self._refuse(str(trouble))
            return
        self.accept()
        if self.place.current() == "onto":
            self.replaced.emit(ReplaceTable(after))
        else:
            self.new_made.emit(after)


def _encodings(proposal: Dialect) -> list[str]:
    return list(dict.fromkeys([proposal.encoding, *ENCODINGS]))
