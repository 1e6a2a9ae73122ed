"""The one connection to a study file, set so that what was acknowledged survives a power cut, and its thread.

A live study file is never opened a second time in this process, not even to read it: closing any handle on a file
drops the kernel's locks on it. `claim` keeps that promise.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar
from urllib.parse import quote

from db.study.model import Known

if TYPE_CHECKING:
    from sqlalchemy import Engine

_Args = ParamSpec("_Args")
_Result = TypeVar("_Result")

LOCK_WAIT = 0.25
"""Seconds to wait for a lock: long enough for a closing window, short enough not to be noticed."""

PRAGMAS: tuple[tuple[str, str, object], ...] = (
    # The lock must be asked for before the journal mode: WAL then needs no shared memory, and no second opener gets in.
    ("locking_mode", "EXCLUSIVE", "exclusive"),
    ("synchronous", "FULL", 2),
    ("foreign_keys", "ON", 1),
    ("trusted_schema", "OFF", 0),
    ("cell_size_check", "ON", 1),
    ("mmap_size", "0", 0),
    ("wal_autocheckpoint", "500", 500),
    ("journal_mode", "WAL", "wal"),
)
"""Name, value set, value that must be read back; in this order. Only the last writes to the file."""

_live: dict[tuple[int, int], Path] = {}
_live_lock = threading.Lock()


UNREADABLE = (sqlite3.Error, UnicodeDecodeError)
"""What SQLite raises for a damaged file: the second where it puts spoilt text into what it says of the first."""


class Locked(Known):
    """The study is open in another window of Steelyard or in another program."""


class Damaged(Known):
    """The file is a study, but what it holds cannot be trusted."""


class Unwritable(Known):
    """The disk refuses: it is full, read-only or failing. What is on it is intact."""


def is_live(path: Path) -> bool:
    """Whether this process has the file open as a study. Such a file must not be opened by other means."""
    with _live_lock, contextlib.suppress(OSError):
        return _identity(path) in _live
    return False


def claim(path: Path) -> tuple[int, int]:
    """Mark an existing file as open in this process; raises Locked when it already is."""
    with _live_lock:
        identity = _identity(path)
        if identity in _live:
            raise Locked(f"“{path.name}” is already open in this window. Nothing was changed.")
        _live[identity] = path
        return identity


def release(identity: tuple[int, int]) -> None:
    """The file is closed again."""
    with _live_lock:
        _live.pop(identity, None)


def _identity(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_dev, status.st_ino


def connect(path: Path, mode: str = "rw") -> sqlite3.Connection:
    """A bare connection to exactly this file, whatever characters its name holds; raises sqlite3.Error.

    `mode` is "rw", "rwc" (may create), "ro", or "immutable": read-only, without locks, journals ignored.
    """
    query = "mode=ro&immutable=1" if mode == "immutable" else f"mode={mode}"
    name = quote(str(path.resolve()))
    return sqlite3.connect(
        f"file:{'' if name.startswith('/') else '/'}{name}?{query}",
        uri=True,
        timeout=LOCK_WAIT,
        isolation_level=None,
        check_same_thread=False,
    )


def connect_live(path: Path, examine: Callable[[sqlite3.Connection], object] = lambda raw: None) -> sqlite3.Connection:
    """The connection through which a study is edited: exclusive, durable, every setting read back.

    `examine` reads the file under its lock before anything is written to it. Raises Locked, Damaged or Unwritable, or
    what `examine` raises; the file is then closed and unchanged.
    """
    raw: sqlite3.Connection | None = None
    try:
        identity = _identity(path)
        raw = connect(path)
        _set_pragmas(raw, path, PRAGMAS[:-1])
        raw.execute("BEGIN IMMEDIATE").execute("ROLLBACK")  # Says plainly what the journal mode would hide.
        if _identity(path) != identity:  # Exchanged while we waited for the lock: ours is that of a file without name.
            raise _exchanged(path)
        _confirm_log(path)
        examine(raw)
        _set_pragmas(raw, path, PRAGMAS[-1:])
        raw.execute("SELECT count(*) FROM sqlite_schema").fetchone()  # Makes the log.
        sync_folder(path.parent)  # SQLite syncs the name of the log, too, but is content when that fails.
        return raw
    except BaseException as error:
        if raw is not None:
            raw.close()
        if isinstance(error, (*UNREADABLE, OSError)):
            # A log of the new file beside the old one, which we had opened, reads as damage; it is none.
            with contextlib.suppress(OSError):
                if raw is not None and _identity(path) != identity:
                    raise _exchanged(path) from error
            raise explain(error, path.name) from error
        raise


def _exchanged(path: Path) -> Locked:
    return Locked(f"“{path.name}” was just exchanged by another window. Nothing was changed; open it again.")


def _confirm_log(path: Path) -> None:
    """Have the disk confirm what a session that was killed, or whose disk failed, left in the log of a locked study.

    SQLite reads it whether or not it ever reached the disk, and after a failed sync another one proves nothing about
    what was written before: so it is written again, as it is. Raises OSError.
    """
    log = path.with_name(f"{path.name}-wal")
    if not log.is_file() or not log.stat().st_size:
        return
    with open(log, "rb+") as file:
        contents = file.read()
        file.seek(0)
        file.write(contents)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)


def _set_pragmas(raw: sqlite3.Connection, path: Path, pragmas: Sequence[tuple[str, str, object]]) -> None:
    for name, value, expected in pragmas:
        raw.execute(f"PRAGMA {name}={value}").fetchall()
        found = raw.execute(f"PRAGMA {name}").fetchone()
        if found is not None and found[0] != expected:
            raise Unwritable(
                f"“{path.name}” was not opened, because this computer's SQLite refuses the setting {name} that "
                f"protects it against power cuts. The file is unchanged; keep it on a local disk and try again."
            )


def copy_database(raw: sqlite3.Connection, target: Path) -> None:
    """Write the database of a connection, as it is now, to one file at `target`, through SQLite's own backup."""
    copy = connect(target, "rwc")
    try:
        raw.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE").fetchall()
    finally:
        copy.close()


def engine_over(raw: sqlite3.Connection, begin: str = "BEGIN IMMEDIATE") -> Engine:
    """An SQLAlchemy engine with this connection as its only one; every transaction begins by taking the write lock."""
    from sqlalchemy import create_engine, event
    from sqlalchemy.pool import StaticPool

    engine = create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool, pool_reset_on_return=None)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


_LOCKED = {"SQLITE_BUSY", "SQLITE_LOCKED"}
_UNWRITABLE = {"SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_FULL", "SQLITE_IOERR"}
_BUGS = {"SQLITE_ERROR", "SQLITE_MISUSE", "SQLITE_RANGE", "SQLITE_MISMATCH"}


def explain(error: Exception, name: str) -> Exception:
    """What went wrong with the file called `name`, in one sentence for the user; a mistake of ours as it is."""
    code = "_".join(str(getattr(error, "sqlite_errorname", "")).split("_")[:2])
    if code in _LOCKED:
        return Locked(f"“{name}” is open in another window or program. Nothing was changed; close it there first.")
    if code == "SQLITE_FULL":
        return Unwritable(f"The disk is full, so “{name}” could not be written. What was saved before is intact.")
    if code in _UNWRITABLE or isinstance(error, OSError):
        return Unwritable(
            f"“{name}” cannot be written where it is: the file, its folder or its disk refuses ({_reason(error)}). "
            f"What was saved before is intact; allow writing there or save a copy elsewhere."
        )
    if code in _BUGS:
        return error
    return Damaged(
        f"“{name}” is damaged ({_reason(error)}). Nothing was changed; open a backup of it, or run a check on it."
    )


def _reason(error: Exception) -> str:
    return str(error.strerror if isinstance(error, OSError) and error.strerror else error) or type(error).__name__


def sync_file(path: Path) -> None:
    """Have the disk confirm a finished file that is not a live study."""
    with open(path, "rb+") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Have the disk confirm names and renames in a folder, where the system offers that."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def make_folder(folder: Path) -> None:
    """Make a folder, and those it is in, where they are missing; their names are on the disk before this returns."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)


@contextlib.contextmanager
def replacing(target: Path, *, synced: bool = True) -> Iterator[Path]:
    """A temporary path beside `target`; when the block ends well, what stands there takes the place of `target`.

    The file is on the disk before its name is, and the name before this returns; not so for what is not `synced` and
    may be lost in a power cut. On an error the target is untouched.
    """
    from uuid import uuid4

    temporary = target.with_name(f".{uuid4().hex}.tmp")
    try:
        yield temporary
        if synced:
            sync_file(temporary)
        os.replace(temporary, target)
        if synced:
            sync_folder(target.parent)
    finally:
        temporary.unlink(missing_ok=True)


class StorageThread:
    """The one thread on which open studies are read and written, in the order asked for."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="storage")

    def submit(self, work: Callable[_Args, _Result], *args: _Args.args, **kwargs: _Args.kwargs) -> Future[_Result]:
        """Do `work` after everything submitted before; raises RuntimeError once closed."""
        return self._pool.submit(work, *args, **kwargs)

    def close(self) -> None:
        """Finish everything that was submitted, then end the thread."""
        self._pool.shutdown(wait=True)

    def __enter__(self) -> StorageThread:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()
