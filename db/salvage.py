"""What a damaged study file still holds.

Nothing is trusted and nothing is written: a private copy is read in three ways, the best first. The history may hold
together although the tables do not, and leads to the study as it was; the tables may be readable although the history
is not; and where neither is whole, every row that can be read and that refers to nothing lost is put together again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
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
from db.study.model import Study
from db.study.patch import NOTHING, Mismatch, Workbench
from db.study.words import counted

MOST_ROWS = 2_000_000
"""Rows of one table that are looked at."""


@dataclass(frozen=True, slots=True)
class Salvaged:
    """The study as far as it could be read, and what is wrong, in sentences for the user."""

    study: Study
    wrong: tuple[str, ...]


def salvage(path: Path) -> Salvaged:
    """Read a damaged file as far as it can be read; the file is only read. Raises Damaged where nothing can be."""
    with private_copy(path) as copy:
        chain = _chain(copy)
        replayed, reached = _followed(chain)
        written = _written(copy)
        if (
            replayed is not None
            and reached == len(chain)
            and written is not None
            and chain[-1].digest == digest(written)
        ):
            return Salvaged(
                written, ("Its study and its history hold together; only other parts of the file are damaged.",)
            )
        if written is not None and (replayed is None or not _fits(copy, chain, reached)):
            return Salvaged(written, tuple(_unproved(chain, reached)))
        if replayed is not None:
            return Salvaged(replayed, tuple(_from_history(chain, reached, replayed, written)))
        pieced, lost = _pieced_together(copy)
        return Salvaged(pieced, (*_lost_rows(lost), "Its history cannot be followed, so nothing proves what is shown."))


def _from_history(chain: Sequence[Change], reached: int, replayed: Study, written: Study | None) -> Iterator[str]:
    at = chain[reached - 1].at[:16].replace("T", " ")
    yield f"What is shown follows from its history, which holds together up to change {reached} of {at} UTC."
    if written is None:
        yield "The tables that hold the study itself cannot be read."
    elif count := len(differences(replayed, written)):
        yield f"In {counted(count, 'place')} the tables say something else than the history; the history is shown."


def _unproved(chain: Sequence[Change], reached: int) -> Iterator[str]:
    yield "The study itself can be read whole."
    yield (
        f"Its history can be followed only up to change {reached}, so nothing proves what is shown."
        if reached
        else "Its history cannot be followed, so nothing proves what is shown."
    )


def _lost_rows(lost: dict[str, int]) -> Iterator[str]:
    for table, count in lost.items():
        yield f"{counted(count, 'row')} of “{table}” could not be read or referred to something lost."
    if not lost:
        yield "No row that was found is missing, but some may never have been found."


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


def _written(copy: Path) -> Study | None:
    """The study as the tables hold it, where they can be read whole."""
    raw = connect(copy)
    try:
        return reading.load(raw)
    except (Damaged, *reading.BAD_CONTENT):
        return None
    finally:
        raw.close()


def _fits(copy: Path, chain: Sequence[Change], reached: int) -> bool:
    """Whether the history that could be followed is all that the file says there is."""
    raw = connect(copy)
    try:
        (count,) = raw.execute("SELECT count(*) FROM change").fetchone()
        return bool(reached == len(chain) == count)
    except reading.BAD_CONTENT:
        return False
    finally:
        raw.close()


def _pieced_together(copy: Path) -> tuple[Study, dict[str, int]]:
    from sqlalchemy.exc import DBAPIError

    from db.tables import Base
    from db.writing import create_tables

    target = copy.with_name("pieces.steelyard")
    raw, source = connect(target, "rwc"), connect(copy)
    try:
        with engine_over(raw).begin() as connection:
            create_tables(connection)
        names = [table.name for table in Base.metadata.sorted_tables if table.name not in ("change", "alembic_version")]
        lost = {name: missing for name in names if (missing := _copied(source, raw, name))}
        _drop_orphans(raw, lost)
        return reading.load(raw), lost
    except (Damaged, DBAPIError, *reading.BAD_CONTENT) as error:
        raise Damaged(
            f"Nothing that could be put together is left in it ({error}). It was left as it is; open a backup."
        ) from error
    finally:
        raw.close()
        source.close()


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


def _drop_orphans(raw: sqlite3.Connection, lost: dict[str, int]) -> None:
    """Remove rows that refer to what is not there, until none is left."""
    while found := raw.execute("PRAGMA foreign_key_check").fetchall():
        for table, row in {(table, row) for table, row, *_ in found}:
            raw.execute(f"DELETE FROM {table} WHERE rowid = ?", (row,))
            lost[table] = lost.get(table, 0) + 1
