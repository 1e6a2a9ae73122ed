"""How a table seems to be written: a proposal to show, sure only where nothing else can be meant."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from db.study.model import Known
from desktop.exchange.csv_table import ImportedTable, table_from
from desktop.exchange.csv_text import SEPARATORS, Dialect, decoded, hinted_separator, line_end, marked_encoding, records
from desktop.exchange.headings import ends_text, is_computed

_SAMPLE_ROWS = 2000
_SAMPLE_BYTES = 200_000
_TOKEN = re.compile(r"[0-9][0-9.,]*(?:[eE][+-]?[0-9]+)?")
_LONE_GROUP = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}\Z")
_NAMES = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_MARKS = {".": "point", ",": "comma"}
_THOUSANDS = "numbers like 1,234 or 1.234 may be thousands or decimals"


@dataclass(frozen=True, slots=True)
class _Reading:
    """A table as one separator and one decimal mark read it."""

    separator: str
    decimal: str
    rows: list[list[str]]
    table: ImportedTable

    @property
    def works(self) -> bool:
        return not self.table.problems

    @property
    def splits_quotes(self) -> bool:
        """Whether a separator was seen between two quotation marks, where it separates nothing."""
        return any(cell.count('"') % 2 for row in self.rows for cell in row)

    @property
    def content(self) -> tuple[object, ...]:
        return self.table.options, self.table.columns, tuple(_numbers(self.table))


def propose(
    data: bytes, encoding: str | None = None, separator: str | None = None, decimal: str | None = None
) -> Dialect:
    """The dialect that `data` seems to be written in; `sure` is False where a person has to look at a preview.

    What is already known (`encoding`, `separator`, `decimal`) is taken as given, and only the rest is proposed.

    Only UTF-8 and marked UTF-16 or UTF-32 are taken without asking; any other encoding is a guess. Separator and
    decimal mark are sure when exactly one pair reads the whole table, or when none does and nothing can be imported
    anyway. A table whose only marks stand as in 1,234 is not sure. Raises Known for an empty or far too large file, and
    for one that is no text.
    """
    encoding, known = (encoding, True) if encoding else _encoding(data)
    text = decoded(data, encoding)
    _check_text(text, marked=marked_encoding(data) is not None)
    separators = [separator] if separator else _separators(text)
    readings = _plausible(list(_readings(text, separators, [decimal] if decimal else [".", ","])))
    best = _best(readings)
    doubts = [] if known else [f"the text is not UTF-8 and {encoding} is a guess"]
    doubts += [doubt for doubt in _doubts(readings, best) if decimal is None or doubt is not _THOUSANDS]
    why = f"Read as {encoding}, cells separated by {_NAMES.get(best.separator, best.separator)}"
    why += f", decimal {_MARKS[best.decimal]}"
    why += f"; not sure, since {' and '.join(doubts)}." if doubts else "."
    return Dialect(encoding, best.separator, best.decimal, line_end(text), not doubts, why)


def _encoding(data: bytes) -> tuple[str, bool]:
    """(encoding, whether it is certain)."""
    if marked := marked_encoding(data):
        return (marked, True) if _decodes(data, marked) else ("cp1252", False)
    if b"\x00" in data:
        odd, even = data[1::2].count(0), data[::2].count(0)
        wide = "utf-16-le" if odd >= even else "utf-16-be"
        return (wide, False) if _decodes(data, wide) else ("cp1252", False)
    return ("utf-8", True) if _decodes(data, "utf-8") else (_guess(data), False)


def _guess(data: bytes) -> str:
    from charset_normalizer import from_bytes

    sample = data[:_SAMPLE_BYTES]
    found = from_bytes(sample[: sample.rfind(b"\n") + 1] or sample).best()
    likely = found.encoding if found is not None else "cp1252"
    # The many encodings of western Europe differ in letters that most tables do not have: name the usual one.
    if _decodes(data, "cp1252") and _decodes(data, likely) and data.decode("cp1252") == data.decode(likely):
        likely = "cp1252"
    return likely if _decodes(data, likely) else "latin-1"


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except (UnicodeError, LookupError):
        return False
    return True


def _check_text(text: str, marked: bool) -> None:
    start = text[:10_000]
    odd = sum(letter < " " and letter not in "\t\r\n" for letter in start)
    if odd > len(start) / 100 and not marked:
        raise Known("The file is no text and so no table; nothing was imported; choose a CSV file.")


def _separators(text: str) -> Sequence[str]:
    hinted = hinted_separator(text)
    return [hinted] if hinted else SEPARATORS


def _readings(text: str, separators: Sequence[str], decimals: Sequence[str]) -> Iterator[_Reading]:
    for separator in separators:
        rows = _sample(text, separator)
        for decimal in decimals:
            yield _Reading(separator, decimal, rows, table_from(rows, decimal))


def _sample(text: str, separator: str) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        rows.extend(islice(records(text, separator), _SAMPLE_ROWS))
    except Known:
        return rows
    return rows


def _plausible(readings: list[_Reading]) -> list[_Reading]:
    whole = [reading for reading in readings if not reading.splits_quotes]
    return whole if any(reading.works for reading in whole) else readings


def _best(readings: Sequence[_Reading]) -> _Reading:
    """The reading that works with the most columns; where none works, the one that comes closest."""
    if working := [reading for reading in readings if reading.works]:
        return max(working, key=lambda reading: len(reading.table.columns))
    return max(readings, key=_closeness)


def _closeness(reading: _Reading) -> tuple[bool, float, int]:
    rows = [row for row in reading.rows if any(cell.strip() for cell in row)]
    width = len(rows[0]) if rows else 0
    even = sum(len(row) == width for row in rows) / len(rows) if rows else 0.0
    return width > 1, even, -len(reading.table.problems)


def _doubts(readings: Sequence[_Reading], best: _Reading) -> Iterator[str]:
    if not best.works:
        return
    rivals = [reading for reading in readings if reading.works and reading is not best]
    if any(reading.separator != best.separator for reading in rivals):
        yield "another separator would do as well"
    if any(reading.separator == best.separator and reading.content != best.content for reading in rivals):
        yield "the other decimal mark would do as well"
    if _may_be_thousands(best):
        yield _THOUSANDS


def _may_be_thousands(reading: _Reading) -> bool:
    """Whether every mark in the numbers could as well group thousands."""
    columns = _number_columns(reading)
    tokens = [token for place in columns for row in reading.rows[1:] for token in _marked(row[place : place + 1])]
    tokens += [token for place in columns for token in _marked([ends_text(reading.rows[0][place])])]
    lone = [token for token in tokens if _LONE_GROUP.match(token)]
    return bool(lone) and len(lone) == len(tokens) and not _too_large(reading)


def _number_columns(reading: _Reading) -> list[int]:
    heads = reading.rows[0]
    return [place for place in range(1, len(heads)) if not is_computed(heads[place].strip())]


def _marked(cells: Sequence[str]) -> Iterator[str]:
    for cell in cells:
        yield from (token for token in _TOKEN.findall(cell) if "." in token or "," in token)


def _too_large(reading: _Reading) -> bool:
    """Whether a number that may be thousands would then lie beyond the end of the scale in its heading."""
    for place, column in enumerate(reading.table.columns):
        if column.high is not None and column.low is not None and not list(_marked([column.heading])):
            numbers = [row[place].likely for row in reading.table.entries]
            if any(n is not None and n != int(n) and not column.low <= 1000 * n <= column.high for n in numbers):
                return True
    return False


def _numbers(table: ImportedTable) -> Iterator[tuple[float | None, ...]]:
    for row in table.entries:
        for entry in row:
            yield entry.likely, entry.low, entry.high
