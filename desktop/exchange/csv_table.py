"""From cells to a score table: headings read, numbers read, everything that is wrong with it in sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from db.study.model import Direction, Known
from db.study.names import legible, name_key, name_trouble, normal_name
from db.study.words import counted
from desktop.commands.scores import Entry
from desktop.exchange.csv_text import Dialect, decoded, records
from desktop.exchange.headings import Heading, is_computed, parse_heading, plain
from desktop.exchange.numbers import is_missing, table_entry, table_number

MOST_CELLS = 1_000_000
"""Cells of the largest table that is read."""

MOST_PROBLEMS = 100
"""Problems that are listed; a table with more is as unreadable."""

_BLANK = Entry(None)


@dataclass(frozen=True, slots=True)
class Column:
    """One criterion of an imported table: what its heading says, None where it says nothing.

    `heading` is the whole heading, `place` the column in the file (1 = the first), `has_range` whether columns of low
    and high ends came with it.
    """

    name: str
    heading: str
    place: int
    unit: str | None = None
    direction: Direction | None = None
    low: float | None = None
    high: float | None = None
    has_range: bool = False


@dataclass(frozen=True, slots=True)
class ImportedTable:
    """A table as it was read: `entries[row][column]` follow `options` and `columns`; `rows` are rows in the file.

    A cell without text has an entry without number or text; "-" and "n/a" have no number but their text. `ignored`
    are headings of columns that are computed and not read back. While there are `problems`, nothing may be imported.
    """

    options: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    entries: tuple[tuple[Entry, ...], ...] = ()
    rows: tuple[int, ...] = ()
    ignored: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def read_table(data: bytes, dialect: Dialect) -> ImportedTable:
    """The score table in `data`: option names in the first column, one criterion per further column.

    What is wrong with rows, names and numbers is listed in `problems`, each with its row and column. Raises Known
    when there is nothing to read at all: an unknown or wrong encoding, an empty or far too large file.
    """
    try:
        rows = _bounded(decoded(data, dialect.encoding), dialect.separator)
    except _Unsplit as error:
        return ImportedTable(problems=(str(error),))
    return table_from(rows, dialect.decimal)


def table_from(rows: Sequence[Sequence[str]], decimal: str) -> ImportedTable:
    """The score table in rows of cells, headings first."""
    return _Reader(rows, decimal).table()


class _Unsplit(Exception):
    """Text that does not fall into cells."""


def _bounded(text: str, separator: str) -> list[list[str]]:
    rows: list[list[str]] = []
    count = 0
    try:
        for row in records(text, separator):
            rows.append(row)
            count += len(row)
            if count > MOST_CELLS:
                raise Known(f"The table has more than {MOST_CELLS:,} cells; nothing was imported; split the file.")
    except Known as error:
        if count > MOST_CELLS:
            raise
        raise _Unsplit(str(error)) from error
    return rows


@dataclass(slots=True)
class _Group:
    """The columns of one criterion: places in the row of its likely, low and high numbers."""

    column: Column
    likely: int = -1
    low: int = -1
    high: int = -1


class _Reader:
    """Reads one table and collects what is wrong with it."""

    def __init__(self, rows: Sequence[Sequence[str]], decimal: str) -> None:
        self._decimal = decimal
        self._first = next((number for number, row in enumerate(rows) if _filled(row)), len(rows))
        self._heads = [plain(head).strip() for head in rows[self._first]] if self._first < len(rows) else []
        self._rows = rows
        self._problems: list[str] = []
        self._ignored: list[str] = []
        self._parsed: dict[int, Heading | None] = {}

    def table(self) -> ImportedTable:
        groups = self._groups()
        names: list[str] = []
        entries: list[tuple[Entry, ...]] = []
        places: list[int] = []
        if not self._problems:
            for number, row in enumerate(self._rows[self._first + 1 :], self._first + 2):
                if _filled(row) and self._fits(row, number):
                    names.append(normal_name(plain(row[0])))
                    places.append(number)
                    entries.append(tuple(self._entry(row, number, group) for group in groups))
            self._check_names("option", names, [f"Row {place}" for place in places])
            if not names and not self._problems:
                self._say("There is no row below the headings; nothing was imported; add one row per option.")
        columns = tuple(group.column for group in groups)
        problems = tuple(self._problems)
        return ImportedTable(tuple(names), columns, tuple(entries), tuple(places), tuple(self._ignored), problems)

    def _groups(self) -> list[_Group]:
        if len(self._heads) < 2:
            self._say("There is only one column; nothing was imported; check the separator.")
            return []
        groups: dict[str, _Group] = {}
        self._parsed = self._parse({place for place in range(1, len(self._heads)) if self._is_read(place)})
        for place in self._parsed:
            self._add(groups, place)
        found = list(groups.values())
        for group in found:
            self._check_group(group)
        if not found and not self._problems:
            self._say("There is no column with scores; nothing was imported; add one column per criterion.")
        whole = [group for group in found if group.likely >= 0]
        self._check_names("criterion", [g.column.name for g in whole], [f"Column {g.column.place}" for g in whole])
        return found

    def _parse(self, places: set[int]) -> dict[int, Heading | None]:
        found = {place: self._heading(place) for place in sorted(places)}
        names = Counter(name_key(head.name) for head in found.values() if head and not head.part)
        # "Cost (2024)" and "Cost (2025)" are two names, not one name with two units.
        for place, head in found.items():
            if head and head.direction is None and head.low is None and names[name_key(head.name)] > 1:
                found[place] = Heading(self._heads[place])
        return found

    def _heading(self, place: int) -> Heading | None:
        try:
            return parse_heading(self._heads[place], self._decimal)
        except Known as error:
            self._say(f"Column {place + 1}, heading: {str(error).replace('was changed', 'was imported')}")
            return None

    def _is_read(self, place: int) -> bool:
        head = self._heads[place]
        if not head:
            if any(len(row) > place and row[place].strip() for row in self._rows[self._first + 1 :]):
                self._say(f"Column {place + 1} has no heading; nothing was imported; name the criterion.")
            return False
        if is_computed(head):
            self._ignored.append(head)
            return False
        return True

    def _add(self, groups: dict[str, _Group], place: int) -> None:
        head = self._parsed[place]
        if head is None:
            return
        key, name = name_key(head.name), normal_name(head.name)
        # A second column of the same name and part makes a group of its own and is found by its name.
        slot = head.part or "likely"
        if key in groups and getattr(groups[key], slot) >= 0:
            key = f"{key}\n{place}"
        group = groups.setdefault(key, _Group(_column(head, name, self._heads[place], place + 1)))
        if not head.part:
            group.column = _column(head, name, self._heads[place], place + 1)
        setattr(group, slot, place)

    def _check_group(self, group: _Group) -> None:
        column = group.column
        where = f"Column {column.place} ({legible(column.name)})"
        if group.likely < 0:
            self._say(f"{where} is an end of a range without its scores; nothing was imported; add their column.")
        elif (group.low < 0) != (group.high < 0):
            self._say(f"{where} has one end of its range only; nothing was imported; add the other column.")
        elif column.low is not None and column.high is not None and not column.low < column.high:
            group.column = replace(column, low=None, high=None)
        if group.low >= 0 and group.high >= 0:
            group.column = replace(group.column, has_range=True)

    def _check_names(self, what: str, names: list[str], places: list[str]) -> None:
        seen: dict[str, str] = {}
        for name, place in zip(names, places, strict=True):
            if trouble := name_trouble(name):
                self._say(f"{place}: the name of the {what} {trouble}; nothing was imported; mend the name.")
            elif earlier := seen.get(key := name_key(name)):
                self._say(
                    f"{place}: “{legible(name)}” stands in {earlier.lower()} already; nothing was imported; "
                    f"every {what} needs a name of its own."
                )
            else:
                seen[key] = place

    def _fits(self, row: Sequence[str], number: int) -> bool:
        wanted, got = len(self._heads), len(row)
        if got != wanted:
            self._say(
                f"Row {number} has {counted(got, 'cell')} where the headings have {wanted}; "
                "nothing was imported; mend the row or check the separator."
            )
        return got == wanted

    def _entry(self, row: Sequence[str], number: int, group: _Group) -> Entry:
        try:
            return self._read(row, group)
        except Known as error:
            where = f"Row {number}, column {group.column.place} ({legible(group.column.name)})"
            self._say(f"{where}: {str(error).replace('nothing was changed', 'nothing was imported')}")
            return _BLANK

    def _read(self, row: Sequence[str], group: _Group) -> Entry:
        text = row[group.likely].strip()
        entry = table_entry(plain(text), self._decimal) if text else _BLANK
        if group.low >= 0 and group.high >= 0:
            entry = self._ranged(entry, row[group.low], row[group.high])
        given = [number for number in (entry.low, entry.likely, entry.high) if number is not None]
        if given != sorted(given):
            raise Known(_order(entry))
        return entry

    def _ranged(self, entry: Entry, low: str, high: str) -> Entry:
        if is_missing(low) and is_missing(high):
            return entry
        if is_missing(low) or is_missing(high):
            raise Known("one end of the range is missing; nothing was changed; fill both ends or neither.")
        if entry.likely is None:
            raise Known("there is a range but no likely score; nothing was changed; fill in the score.")
        if entry.low is not None:
            raise Known("the range stands both in brackets and in columns; nothing was changed; leave one out.")
        return Entry(entry.likely, table_number(low, self._decimal), table_number(high, self._decimal), entry.text)

    def _say(self, problem: str) -> None:
        if len(self._problems) < MOST_PROBLEMS:
            self._problems.append(problem)


def _column(head: Heading, name: str, heading: str, place: int) -> Column:
    return Column(name, normal_name(heading), place, head.unit, head.direction, head.low, head.high)


def _filled(row: Sequence[str]) -> bool:
    return any(cell.strip() for cell in row)


def _order(entry: Entry) -> str:
    return (
        f"the range from {entry.low:g} to {entry.high:g} does not hold the likely score {entry.likely:g}; nothing was "
        "changed; put low, likely and high in order."
    )
