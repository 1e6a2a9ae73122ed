"""What a table file holds, for the import dialog: the table, or why it cannot be read."""

from __future__ import annotations

from dataclasses import dataclass

from db.study.model import Known
from desktop.exchange.csv_proposal import propose
from desktop.exchange.csv_table import ImportedTable, read_table
from desktop.exchange.csv_text import Dialect, cells

AT_ONCE = 200_000
"""Bytes that are read so fast that nobody notices; more is read away from the window's thread."""

PREVIEW_ROWS = 12


@dataclass(frozen=True, slots=True)
class Reading:
    """A table as a dialect reads it: its first rows, what it holds, and why it cannot be read ("" when it can)."""

    dialect: Dialect
    rows: list[list[str]]
    table: ImportedTable
    trouble: str = ""


def reading(data: bytes, dialect: Dialect | None = None) -> Reading:
    """The table that `data` holds under a dialect, or under the one that is proposed for it."""
    rows: list[list[str]] = []
    try:
        dialect = dialect or propose(data)
        rows = cells(data, dialect, PREVIEW_ROWS)
        return Reading(dialect, rows, read_table(data, dialect))
    except Known as trouble:
        return Reading(dialect or Dialect(), rows, ImportedTable(), str(trouble))
