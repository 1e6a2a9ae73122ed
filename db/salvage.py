"""What a damaged study file still holds.

Nothing is trusted and nothing is written: a private copy is read in three ways, the best first. The history may hold
together although the tables do not, and leads to the study as it was; the tables may be readable although the history
is not; and where neither is whole, every row that can be read and that refers to nothing lost is put together again.
Where no row can be, the history is shown as far as it goes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from db import history, reading
from db.engine import Damaged, connect, engine_over
from db.history import Change
from db.quarantine import private_copy
from db.study.diff import differences
from db.study.digest import digest, digest_of_nothing, moved
from db.study.model import Study, new_id
from db.study.patch import NOTHING, Mismatch, Workbench
from db.study.words import counted

MOST_ROWS = 2_000_000
"""Rows of one table that are looked at."""

BORN: Mapping[str, int] = {"doubt": 3, "weight_range": 3}
"""The format that first had a table, where that is not the first: an older file without it has lost nothing."""

LOST = "Study whose title is lost"


@dataclass(frozen=True, slots=True)
class Salvaged:
    """The study as far as it could be read, and what is wrong, in sentences for the user."""

    study: Study
    wrong: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Pieces:
    """What could be put together: how many rows of which table are lost, and which tables were not read to the end."""

    study: Study
    lost: dict[str, int]
    unread: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        return not self.lost and not self.unread


def salvage(path: Path) -> Salvaged:
    """Read a damaged file as far as it can be read; the file is only read. Raises Damaged where nothing can be."""
    with private_copy(path) as copy:
        chain = _chain(copy)
        replayed, reached = _followed(chain)
        pieces = _pieced_together(copy)
        if replayed is None and pieces is None:
            raise Damaged("Nothing that could be put together is left in it. It was left as it is; open a backup.")
        written = pieces.study if pieces is not None and pieces.is_whole else None
        if replayed is not None and (reached == _count(copy) or pieces is None):
            return Salvaged(replayed, tuple(_from_history(chain, reached, replayed, written)))
        assert pieces is not None
        if written is not None:
            return Salvaged(written, tuple(_unproved(reached, is_sealed=_newest_digest(copy) == digest(written))))
        wrong = (*_lost_rows(pieces), *_history_broken(reached))
        return Salvaged(pieces.study, wrong)


def _from_history(chain: Sequence[Change], reached: int, replayed: Study, written: Study | None) -> Iterator[str]:
    if written is not None and reached == len(chain) and digest(written) == chain[-1].digest:
        yield "Its study and its history hold together; only other parts of the file are damaged."
        return
    at = chain[reached - 1].at[:16].replace("T", " ")
    yield f"What is shown follows from its history, which holds together up to change {reached} of {at} UTC."
    if written is None:
        yield "The tables that hold the study itself cannot be read whole."
    elif count := len(differences(replayed, written)):
        yield f"In {counted(count, 'place')} the tables say something else than the history; the history is shown."


def _unproved(reached: int, *, is_sealed: bool) -> Iterator[str]:
    if is_sealed:
        yield "The study itself can be read whole, and is what its newest change says it is."
        yield f"Its history can be followed only up to change {reached}." if reached else "Its history is broken."
    else:
        yield "The study itself can be read whole."
        yield from _history_broken(reached)


def _history_broken(reached: int) -> Iterator[str]:
    how = f"can be followed only up to change {reached}" if reached else "cannot be followed"
    yield f"Its history {how}, so nothing proves what is shown."


def _lost_rows(pieces: _Pieces) -> Iterator[str]:
    if pieces.lost:
        rows = ", ".join(f"{counted(count, 'row')} of “{table}”" for table, count in sorted(pieces.lost.items()))
        yield f"{rows} could not be read or referred to something lost."
    if pieces.unread:
        tables = ", ".join(f"“{table}”" for table in pieces.unread)
        yield f"Of {tables} not everything could be read, so more may be missing than is known."


def _chain(copy: Path) -> list[Change]:
    """The changes that hold together from the first on."""
    found: list[Change] = []
    raw = connect(copy)
    try:
        prev_hash = history.START
        for change in history.changes(raw):
            if (change.seq, change.prev_hash) != (len(found) + 1, prev_hash) or change.hash != change.expected_hash():
                break
            found.append(change)
            prev_hash = change.hash
    except reading.BAD_CONTENT:
        pass  # What was read up to here is what can be followed.
    finally:
        raw.close()
    return found


def _followed(chain: Sequence[Change]) -> tuple[Study | None, int]:
    """The study after the last change whose recorded contents the patches lead to, and the number of that change."""
    bench, before, expected, reached = Workbench(), NOTHING, digest_of_nothing(), 0
    for change in chain:
        try:
            bench.apply(change.patch)
            after = bench.study()
        except Mismatch:
            break
        expected = moved(expected, differences(before, after))
        if expected != change.digest:
            break
        before, reached = after, change.seq
    return (before, reached) if reached else (None, 0)


def _count(copy: Path) -> int:
    """How many changes the file says there are; -1 where that cannot be read."""
    raw = connect(copy)
    try:
        (count,) = raw.execute("SELECT count(*) FROM change").fetchone()
        return int(count)
    except reading.BAD_CONTENT:
        return -1
    finally:
        raw.close()


def _newest_digest(copy: Path) -> str:
    """What the newest change that can be read says the study is; "" where it has been spoilt itself."""
    raw = connect(copy)
    try:
        newest = history.head(raw)
        return newest.digest if newest.hash == newest.expected_hash() else ""
    except (Damaged, *reading.BAD_CONTENT):
        return ""
    finally:
        raw.close()


def _pieced_together(copy: Path) -> _Pieces | None:
    """Every row that can be read and fits, in fresh tables that take no others; None where that makes no study."""
    from sqlalchemy.exc import DBAPIError

    from db.tables import Base
    from db.writing import create_tables

    raw, source = sqlite3.connect(":memory:", isolation_level=None), connect(copy)
    try:
        with engine_over(raw).begin() as connection:
            create_tables(connection)
        without = {"change", "alembic_version", *_not_born(source)}
        names = [table.name for table in Base.metadata.sorted_tables if table.name not in without]
        unread = tuple(name for name in names if not _is_read_whole(source, name))
        lost = {name: missing for name in names if (missing := _copied(source, raw, name))}
        _drop_orphans(raw, lost)
        _name_the_nameless(raw, lost)
        return _Pieces(reading.load(raw), lost, unread)
    except (Damaged, DBAPIError, *reading.BAD_CONTENT):
        return None
    finally:
        raw.close()
        source.close()


def _not_born(source: sqlite3.Connection) -> Iterator[str]:
    """The tables that are not there because the file is of a format that had none."""
    (format,) = source.execute("PRAGMA user_version").fetchone()
    there = {name for (name,) in source.execute("SELECT name FROM sqlite_schema")}
    yield from (name for name, born in BORN.items() if format < born and name not in there)


def _is_read_whole(source: sqlite3.Connection, table: str) -> bool:
    """Whether every row can be read, and as many as SQLite finds when it counts them by an index."""
    try:
        rows = sum(1 for _ in source.execute(f"SELECT * FROM {table} NOT INDEXED"))
        return bool(source.execute(f"SELECT count(*) FROM {table}").fetchone() == (rows,))
    except reading.BAD_CONTENT:
        return False


def _copied(source: sqlite3.Connection, target: sqlite3.Connection, table: str) -> int:
    """Copy every row that can be read and is well formed; returns how many were seen and are not there."""
    seen: set[tuple[object, ...]] = set()
    kept = 0
    for row in _rows(source, table):
        if row not in seen:
            seen.add(row)
            marks = ", ".join("?" * len(row))
            with suppress(sqlite3.Error):
                kept += target.execute(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", row).rowcount
    return len(seen) - kept


def _rows(source: sqlite3.Connection, table: str) -> Iterator[tuple[object, ...]]:
    """Rows from both ends towards what cannot be read."""
    for direction in ("ASC", "DESC"):
        with suppress(*reading.BAD_CONTENT):
            rows: Iterable[tuple[object, ...]] = source.execute(f"SELECT * FROM {table} ORDER BY rowid {direction}")
            yield from islice(rows, MOST_ROWS)
            return


def _name_the_nameless(raw: sqlite3.Connection, lost: dict[str, int]) -> None:
    """Where the row of the study itself is lost but there is something in it, give it a title."""
    held = raw.execute("SELECT (SELECT count(*) FROM study), (SELECT count(*) FROM option) + count(*) FROM criterion")
    headings, things = held.fetchone()
    if things and not headings:
        lost["study"] = 1
        raw.execute("INSERT INTO study VALUES (0, ?, ?, '', '', '')", (new_id(), LOST))


def _drop_orphans(raw: sqlite3.Connection, lost: dict[str, int]) -> None:
    """Remove rows that refer to what is not there, until none is left."""
    while found := raw.execute("PRAGMA foreign_key_check").fetchall():
        for table, row in {(table, row) for table, row, *_ in found}:
            raw.execute(f"DELETE FROM {table} WHERE rowid = ?", (row,))
            lost[table] = lost.get(table, 0) + 1
