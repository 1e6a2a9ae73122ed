"""Reading a study file that came from somebody else.

Such a file is hostile until proved otherwise. Only its main file is copied, into a private folder, so that a journal
lying beside it is never played back; the copy is opened read-only with limits, and anything that is not exactly a study
of ours is refused. What comes out is a checked study and its checked history, never a file.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from db import history, reading
from db.collector import collector_at_rest
from db.engine import UNREADABLE, Damaged, Unwritable, connect
from db.header import FORMAT, read_header, read_start
from db.history import Change
from db.study.checks import Severity, problems
from db.study.digest import digest
from db.study.model import Known, Study

LARGEST = 1 << 30
"""Bytes; no study is larger."""

LONGEST_TEXT = 64 << 20
"""Bytes of one value in a received file."""

SECONDS = 20.0
"""How long reading a received file may take."""

TRIES = 5
"""How often a file that somebody writes is copied until a copy holds together."""


@dataclass(frozen=True, slots=True)
class Received:
    """What a file holds, checked."""

    study: Study
    chain: tuple[Change, ...]


def receive(path: Path) -> Received:
    """Read a file that may be hostile; raises Known with the reason when it is refused. The file is never changed."""
    size = read_header(path).size
    if size > LARGEST:
        raise Known(f"“{path.name}” is too large to be a study ({size >> 20} MB). Nothing was changed.")
    if _has_open_log(path):
        raise Known(
            f"“{path.name}” is open elsewhere or was not closed properly, so its last changes stand in another file. "
            f"Close it there, or send a copy from there, and open it again."
        )
    with _quarantined(path) as copy:
        return _examined(copy, path.name)


def peek(path: Path) -> Received:
    """What a study of the library holds that another process has open, its unfolded log included; nothing is changed.

    Copies are made until one holds together: the other process may write meanwhile. Raises Known where none does, and
    Locked where this process has it open.
    """
    trouble: Known | None = None
    for _ in range(TRIES):
        read_header(path)
        with private_copy(path) as copy:
            try:
                _fold_log(copy)
                if read_header(copy).format < FORMAT:
                    from db.upgrade import upgrade

                    upgrade(copy)
                return _examined(copy, path.name)
            except Damaged as error:
                trouble = error
    raise Damaged(
        f"“{path.name}” is being written or damaged, and could not be looked at. Nothing was changed."
    ) from trouble


@contextmanager
def private_copy(path: Path) -> Iterator[Path]:
    """A copy of a file, whatever it is, and of its log, in a folder of its own that goes afterwards.

    Raises what `read_start` raises, so that a file this process has open is never touched.
    """
    read_start(path)
    folder = Path(tempfile.mkdtemp(prefix="steelyard-"))
    try:
        copy = folder / "study.steelyard"
        with _told(path):
            _copy_with_log(path, copy)
        yield copy
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _copy_with_log(path: Path, copy: Path) -> None:
    """Copy both while neither is begun anew; a file from before that with a log from after it would be an old state."""
    for _ in range(TRIES):
        before = _beginnings(path)
        # The log last: it only grows until it is folded in, and a log older than its file would be worthless.
        for suffix in ("", "-wal"):
            Path(f"{copy}{suffix}").unlink(missing_ok=True)
            with suppress(FileNotFoundError):
                shutil.copyfile(f"{path}{suffix}", f"{copy}{suffix}")
        if _beginnings(path) == before:
            return


def _beginnings(path: Path) -> tuple[bytes, bytes]:
    """The header of the log, which is another each time it is begun; where there is none, that of the file."""
    log = _start(Path(f"{path}-wal"), 32)
    return log, b"" if log else _start(path, 100)


def _start(path: Path, size: int) -> bytes:
    with suppress(FileNotFoundError), open(path, "rb") as file:
        return file.read(size)
    return b""


def _fold_log(copy: Path) -> None:
    """Bring the log into the file: as an immutable file it would be read without it."""
    raw: sqlite3.Connection | None = None
    try:
        raw = connect(copy)
        for pragma in ("trusted_schema=OFF", "locking_mode=EXCLUSIVE", "journal_mode=DELETE"):
            raw.execute(f"PRAGMA {pragma}").fetchall()
    except UNREADABLE as error:
        raise Damaged(f"SQLite cannot read it ({error}).") from error
    finally:
        if raw is not None:
            raw.close()


def _has_open_log(path: Path) -> bool:
    log = path.with_name(path.name + "-wal")
    return log.is_file() and log.stat().st_size > 0


@contextmanager
def _quarantined(path: Path) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="steelyard-"))
    try:
        copy = folder / "received.steelyard"
        with _told(path):
            _copy_sparsely(path, copy)
        if read_header(copy).format < FORMAT:
            from db.upgrade import upgrade

            upgrade(copy)
        os.chmod(copy, 0o400)
        yield copy
    finally:
        with suppress(OSError):
            os.chmod(copy, 0o600)  # Windows removes no file that cannot be written.
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn the refusal of a disk to make a private copy into a sentence."""
    try:
        yield
    except OSError as error:
        raise Unwritable(
            f"“{path.name}” could not be looked at, because no copy of it can be made ({error.strerror}). What "
            f"was saved is intact; make room on the disk and open it again."
        ) from error


def _copy_sparsely(path: Path, copy: Path) -> None:
    """Copy a file without its holes, so that one of nothing but holes costs neither time nor room."""
    with open(path, "rb") as source, open(copy, "wb") as target:
        size = os.fstat(source.fileno()).st_size
        for start, end in _filled(source.fileno(), size):
            source.seek(start)
            target.seek(start)
            while block := source.read(min(1 << 20, end - source.tell())):
                target.write(block)
        target.truncate(size)


def _filled(handle: int, size: int) -> Iterator[tuple[int, int]]:
    """Where a file holds something, as far as its file system tells."""
    if not hasattr(os, "SEEK_DATA"):
        yield 0, size
        return
    end = 0
    while end < size:
        try:
            start = os.lseek(handle, end, os.SEEK_DATA)
        except OSError:  # Nothing but a hole is left.
            return
        end = min(os.lseek(handle, start, os.SEEK_HOLE), size)
        yield start, end


@collector_at_rest()
def _examined(copy: Path, name: str) -> Received:
    raw = connect(copy, "immutable")
    try:
        _restrict(raw)
        return _read(raw)
    except reading.BAD_CONTENT as error:
        raise Damaged(f"“{name}” was refused, because it is damaged or not from Steelyard ({error}).") from error
    except RecursionError as error:
        raise Damaged(f"“{name}” was refused, because it is damaged or not from Steelyard.") from error
    except Damaged as error:
        raise Damaged(f"“{name}” was refused. {error} Nothing was changed; ask for it to be sent again.") from error
    finally:
        raw.close()


def _restrict(raw: sqlite3.Connection) -> None:
    """Let the connection do nothing but read, not for ever, and nothing huge."""
    end = time.monotonic() + SECONDS
    raw.set_progress_handler(lambda: time.monotonic() > end, 10_000)
    raw.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_TEXT)
    raw.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    for pragma in ("trusted_schema=OFF", "cell_size_check=ON", "mmap_size=0"):
        raw.execute(f"PRAGMA {pragma}").fetchall()
    allowed = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
    harmless = {"integrity_check", "foreign_key_check"}

    def judge(action: int, first: str | None, *_: str | None) -> int:
        known = action in allowed or (action == sqlite3.SQLITE_PRAGMA and first in harmless)
        return sqlite3.SQLITE_OK if known else sqlite3.SQLITE_DENY

    raw.set_authorizer(judge)


def _read(raw: sqlite3.Connection) -> Received:
    if reading.schema_digest(raw) != reading.SCHEMA:
        raise Damaged("Its tables are not those of a study.")
    if raw.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",):
        raise Damaged("SQLite finds it damaged.")
    if raw.execute("PRAGMA foreign_key_check").fetchone() is not None:
        raise Damaged("Some of its rows refer to others that are not there.")
    study = reading.load(raw)
    chain = tuple(history.changes(raw))
    history.verify_replay(chain, study)
    if not chain or chain[-1].digest != digest(study):
        raise Damaged("The study is not what its history says it is.")
    for problem in problems(study):
        if problem.severity is Severity.ERROR:
            raise Damaged(problem.message)
    return Received(study, chain)
