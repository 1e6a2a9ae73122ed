"""Reads a table for the import dialog; a large one away from the window's thread."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, QThreadPool, Signal

from db.study.model import Known
from desktop.exchange.csv_proposal import propose
from desktop.exchange.csv_table import ImportedTable, read_table
from desktop.exchange.csv_text import Dialect, cells

AT_ONCE = 200_000
"""Bytes that are read so fast that nobody notices."""

PREVIEW_ROWS = 12


@dataclass(frozen=True, slots=True)
class Reading:
    """A table as a dialect reads it: its first rows, what it holds, and why it cannot be read ("" when it can)."""

    dialect: Dialect
    rows: list[list[str]]
    table: ImportedTable
    trouble: str = ""


class TableReader(QObject):
    """Answers with the reading that was asked for last; answers to earlier questions are dropped."""

    read = Signal(object)
    _answered = Signal(int, object)

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self._data, self._asked = data, 0
        self._answered.connect(self._on_answered)

    @property
    def is_large(self) -> bool:
        """Whether an answer takes a while."""
        return len(self._data) > AT_ONCE

    def ask(self, dialect: Dialect | None = None) -> None:
        """Read under this dialect, or under the one that is proposed; `read` tells the outcome."""
        self._asked += 1
        if self.is_large:
            number = self._asked
            QThreadPool.globalInstance().start(lambda: self._work(number, dialect))
        else:
            self.read.emit(reading(self._data, dialect))

    def _work(self, number: int, dialect: Dialect | None) -> None:
        """Runs in the pool; a bug is carried over to the window's thread, which reports it."""
        try:
            answer: Reading | Exception = reading(self._data, dialect)
        except Exception as bug:
            answer = bug
        self._answered.emit(number, answer)

    def _on_answered(self, number: int, answer: Reading | Exception) -> None:
        if isinstance(answer, Exception):
            raise answer
        if number == self._asked:
            self.read.emit(answer)


def reading(data: bytes, dialect: Dialect | None = None) -> Reading:
    """The table that `data` holds under a dialect, or under the one that is proposed for it."""
    rows: list[list[str]] = []
    try:
        dialect = dialect or propose(data)
        rows = cells(data, dialect, PREVIEW_ROWS)
        return Reading(dialect, rows, read_table(data, dialect))
    except Known as trouble:
        return Reading(dialect or Dialect(), rows, ImportedTable(), str(trouble))
