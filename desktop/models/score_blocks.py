"""Blocks of scores as text: what goes to and comes from a spreadsheet through the clipboard. No Qt."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence

from db.study.model import Cell, Known, Score, Study
from db.study.words import counted
from desktop.commands.scores import Entry, refusal
from desktop.exchange.numbers import entry_text, number_text, parse_entry

MOST_TEXT = 1_000_000
MOST_CELLS = 100_000

Rows = list[list[str]]

_COMMA = re.compile(r"\d,(\d{1,2}|\d{4,})(?!\d)")
_POINT = re.compile(r"\d\.(\d{1,2}|\d{4,})(?!\d)")
_KEEPING = re.compile(r"; (?:nothing|the old score) ")
_KEPT = "; nothing was pasted"


def read_block(text: str) -> Rows:
    """The cells of tab-separated text as spreadsheets put it on the clipboard. Raises Known when it is too much, ragged
    or holds nothing."""
    if len(text.encode("utf-8", "replace")) > MOST_TEXT:
        raise Known(f"The clipboard holds more than 1 MB of text{_KEPT}; copy a smaller block.")
    try:
        rows = [row or [""] for row in csv.reader(io.StringIO(text, newline=""), delimiter="\t")]
    except csv.Error as trouble:
        raise Known(f"The clipboard's text cannot be read as a table ({trouble}){_KEPT}; copy it again.") from None
    if not rows or not any(cell.strip() for row in rows for cell in row):
        raise Known(f"The clipboard holds no text{_KEPT}; copy some cells first.")
    if sum(map(len, rows)) > MOST_CELLS:
        raise Known(f"The clipboard holds more than {MOST_CELLS:,} cells{_KEPT}; copy a smaller block.")
    for number, row in enumerate(rows, 1):
        if len(row) != len(rows[0]):
            raise Known(
                f"Row {number} of the clipboard has {counted(len(row), 'cell')} where the first has {len(rows[0])}"
                f"{_KEPT}; copy a rectangle."
            )
    return rows


def write_block(rows: Sequence[Sequence[Score]], *, decimal: str = ".", ranges: bool = False) -> str:
    """Scores as tab-separated text with CRLF, numbers at full precision; with `ranges` as `40 (30–55)`."""
    text = entry_text if ranges else _likely_text
    return "".join("\t".join(text(score, decimal) for score in row) + "\r\n" for row in rows)


def pack(rows: Sequence[Sequence[Score]]) -> bytes:
    """Scores with their ranges as they travel inside the application, bit for bit."""
    return json.dumps([[(score.likely, score.low, score.high) for score in row] for row in rows]).encode()


def unpack(data: bytes) -> list[list[Entry]]:
    """The entries that `pack` made. Raises Known for anything else."""
    try:
        rows = [[_unpacked(*map(_number, cell)) for cell in row] for row in json.loads(data)]
        if len({len(row) for row in rows}) != 1 or not rows[0]:
            raise ValueError("not a rectangle")
        return rows
    except (ValueError, TypeError):
        raise Known(f"The clipboard's cells cannot be read{_KEPT}; copy them again.") from None


def decimal_mark(rows: Rows) -> str | None:
    """The decimal mark that the block as a whole uses, None when it does not say."""
    commas = sum(1 for row in rows for cell in row if _COMMA.search(cell))
    points = sum(1 for row in rows for cell in row if _POINT.search(cell))
    return "," if commas and not points else "." if points and not commas else None


def has_headers(rows: Rows) -> bool:
    """Whether a block is a whole table: names along the top and down the side, and numbers somewhere inside."""
    if len(rows) < 2 or len(rows[0]) < 2:
        return False
    names = [*rows[0][1:], *(row[0] for row in rows[1:])]
    inside = (cell for row in rows[1:] for cell in row[1:])
    return all(name.strip() and not _is_entry(name) for name in names) and any(map(_is_entry, inside))


def _is_entry(text: str) -> bool:
    try:
        return parse_entry(text).likely is not None
    except Known:
        return False


def parse_block(study: Study, target: Sequence[Sequence[Cell]], rows: Rows) -> list[list[Entry]]:
    """The entries of a block that is to go into `target`. Raises Known, naming the place, at the first bad cell."""
    decimal = decimal_mark(rows)
    entries: list[list[Entry]] = []
    for row, texts in enumerate(rows):
        entries.append([])
        for column, text in enumerate(texts):
            try:
                entries[-1].append(parse_entry(text, decimal))
            except Known as trouble:
                raise Known(_at(study, target[row][column], row, column, str(trouble))) from None
    return entries


def fitted(study: Study, target: Sequence[Sequence[Cell]], entries: Sequence[Sequence[Entry]]) -> dict[Cell, Entry]:
    """What each cell of `target` gets. Raises Known, naming row and column, when an entry does not fit its scale."""
    found: dict[Cell, Entry] = {}
    for row, cells in enumerate(target):
        for column, cell in enumerate(cells):
            entry = entries[row % len(entries)][column % len(entries[0])]
            if reason := refusal(study, cell, entry):
                raise Known(_at(study, cell, row, column, reason.split(": ", 1)[-1]))
            found[cell] = entry
    return found


def _at(study: Study, cell: Cell, row: int, column: int, reason: str) -> str:
    option, leaf = study.option(cell[0]), study.criterion(cell[1])
    where = f"Row {row + 1}, column {column + 1} ({option.short or option.name}, {leaf.name})"
    return f"{where}: {brief(reason)}{_KEPT}; mend it and paste again."


def brief(sentence: str) -> str:
    """The reason alone, without what was kept and what to do."""
    return _KEEPING.split(sentence, maxsplit=1)[0].rstrip(".")


def _likely_text(score: Score, decimal: str) -> str:
    return "" if score.likely is None else number_text(score.likely, decimal=decimal)


def _unpacked(likely: float | None, low: float | None, high: float | None) -> Entry:
    return Entry(likely, low, high, entry_text(Score(likely=likely, low=low, high=high)))


def _number(part: object) -> float | None:
    if part is None or (isinstance(part, float) and part - part == 0.0):
        return part
    raise ValueError(part)
