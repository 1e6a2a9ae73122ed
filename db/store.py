"""One open study: load it, save what changed in one transaction, undo what was done on another day.

The only door to SQL. A store belongs to one thread at a time; the application uses it on the storage thread.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from db import history, reading
from db.collector import collector_at_rest
from db.engine import (
    Damaged,
    Locked,
    Unwritable,
    claim,
    connect,
    connect_live,
    copy_database,
    engine_over,
    explain,
    release,
    replacing,
)
from db.header import APPLICATION_ID, FORMAT, read_header, resolved
from db.history import Change
from db.study.diff import Difference, differences
from db.study.digest import digest
from db.study.model import Id, Known, Study
from db.study.patch import NOTHING, Mismatch, Workbench

if TYPE_CHECKING:
    from sqlalchemy import Engine

_Result = TypeVar("_Result")


class Store:
    """An open study file. What `study` holds is exactly what the file holds."""

    def __init__(self, path: Path, identity: tuple[int, int]) -> None:
        self.path = path
        self.on_close: Callable[[Store], None] | None = None
        """Called by `close` while the file is still open, for the backup."""
        self.on_saved: Callable[[Store], None] | None = None
        """Called once the file holds one more change."""
        self.notice = ""
        """What whoever opened the study must be told, as a sentence; "" for nothing."""
        self._doubtful = ""
        """The hash of the last change of which it was not known whether it had been written."""
        self._raw: sqlite3.Connection | None = None
        self._engine: Engine | None = None
        self._identity = identity
        self._closed = False
        self._raw = connect_live(path, self._examine)
        self.opened_at = self._head.seq

    @classmethod
    def create(cls, path: Path, study: Study, who: str) -> Store:
        """A new file with this study, opened; raises Unwritable, and Known when a file of that name exists."""
        write_new(path, study, who=who)
        return cls.open(path)

    @classmethod
    def open(cls, path: Path) -> Store:
        """The study in a file of the library. An older format is first backed up and brought up to date.

        Raises NotAStudy, TooNew, Locked, Damaged or Unwritable; the file is then as it was. A file from elsewhere must
        go through `Library.import_file`.
        """
        path = resolved(path)
        if read_header(path).format < FORMAT:
            from db.upgrade import upgrade

            upgrade(path, path.parent.parent / "backups")
        identity = claim(path)
        try:
            return cls(path, identity)
        except BaseException:
            release(identity)
            raise

    def _examine(self, raw: sqlite3.Connection) -> None:
        try:
            self._load(raw)
        except (Damaged, *reading.BAD_CONTENT) as error:
            raise _damaged(self.path, error) from error

    def _load(self, raw: sqlite3.Connection) -> None:
        if reading.schema_digest(raw) != reading.SCHEMA:
            raise Damaged("Its tables are not those of a study.")
        with collector_at_rest():
            study = reading.load(raw)
            head = history.verify_end(raw)
            if digest(study) != head.digest:
                raise Damaged("The study is not what its history says it is.")
        self._study, self._head = study, head

    @property
    def study(self) -> Study:
        """The study as it was last saved."""
        return self._study

    @property
    def head(self) -> Change:
        """The newest change in the file."""
        return self._head

    @property
    def changed(self) -> bool:
        """Whether anything was saved since the file was opened."""
        return self._head.seq != self.opened_at

    def load(self) -> Study:
        """The study, read afresh from the file."""
        return self._reading(reading.load)

    def save(
        self,
        before: Study,
        after: Study,
        label: str,
        *,
        who: str,
        change: Id | None = None,
        kind: str = "do",
        of: Id | None = None,
        reason: str = "",
    ) -> Change:
        """Make the file hold `after`, and add one change to its history; once this returns, a power cut cannot undo it.

        What is written is what differs from the file, so edits that an earlier, failed call could not write go along.
        Raises Unwritable when the disk refuses: the file then holds what it held before, and the same call may be made
        again. `before` is what the caller took for saved; `change` names the change, `of` the one undone or redone.
        """
        del before  # The file itself is the better witness.
        raw = self._connection()
        if change is not None and self._head.uuid == change:
            return self._head  # A call whose outcome was in doubt had written it.
        if of is not None and history.find(raw, of) is None:
            kind, of = "do", None  # A step that was never saved by itself cannot be pointed at.
        found = differences(self._study, after)
        if self._head.uuid == change and not found:
            return self._head  # An earlier call, whose outcome was in doubt, had written it.
        try:
            new = history.next_change(self._head, found, label, who=who, kind=kind, uuid=change, of=of, reason=reason)
        except ValueError as error:
            raise _refused(after, error) from error
        try:
            self._commit(found, after, new)
        except sqlite3.Error as error:
            self._settle(after, new, error)
        self._went_on(after, new)
        return new

    def name_version(self, name: str, *, who: str, reason: str = "", change: Id | None = None) -> Change:
        """Call the study as it is now by a name, for good; once this returns, a power cut cannot undo it.

        Raises Known for an empty name, and Unwritable as `save`.
        """
        if not name.strip():
            raise Known("A version needs a name. Nothing was changed; type one.")
        self._connection()  # Where the last outcome was in doubt, the file says what the newest change is.
        if self._head.uuid == change:
            return self._head
        new = history.next_change(self._head, (), name.strip(), who=who, kind="name", uuid=change, reason=reason)
        try:
            self._commit((), self._study, new)
        except sqlite3.Error as error:
            self._settle(self._study, new, error)
        self._went_on(self._study, new)
        return new

    def _went_on(self, study: Study, head: Change) -> None:
        self._study, self._head = study, head
        if self.on_saved is not None:
            self.on_saved(self)

    def _commit(self, found: Sequence[Difference], after: Study, *new: Change) -> None:
        from sqlalchemy.exc import DBAPIError, IntegrityError

        from db.writing import write

        try:
            with self._writing().begin() as connection:
                write(connection, found, after)
                history.append(connection, new)
        except IntegrityError as error:
            raise _refused(after, error) from error
        except DBAPIError as error:
            if isinstance(error.orig, sqlite3.Error):
                raise error.orig from error
            raise
        finally:
            self._roll_back()

    def _roll_back(self) -> None:
        """A COMMIT that a deferred rule refused leaves its transaction open."""
        raw = self._raw
        if raw is not None and raw.in_transaction:
            with contextlib.suppress(sqlite3.Error):
                raw.execute("ROLLBACK")

    def _settle(self, after: Study, new: Change, error: sqlite3.Error) -> None:
        """After an error the outcome is unknown: open the file again and see. Returns when the change is there."""
        self._let_go()
        self._doubtful = new.hash
        try:
            written = history.find(self._connection(), new.uuid)
        except Known as second:
            raise Unwritable(
                f"Whether the last change to “{after.title}” was saved cannot be told, because its file cannot be "
                f"opened again ({second}) It is kept in this window; save a copy elsewhere."
            ) from error
        if written is None:
            raise explain(error, after.title) from error

    def undoable(self) -> list[tuple[Id, str]]:
        """(change, label) of everything that can be undone, also from before a restart; the next one is the last."""
        return list(self._reading(history.steps).undoable)

    def redoable(self) -> list[tuple[Id, str]]:
        """(change, label) of everything that was undone and can be redone; the next one is the last."""
        return list(self._reading(history.steps).redoable)

    def before(self, change: Id, study: Study) -> Study:
        """`study` with that change taken back; raises Known when later edits stand in the way."""
        return self._applied(change, study, backwards=True)

    def after(self, change: Id, study: Study) -> Study:
        """`study` with that change made again; raises Known when later edits stand in the way."""
        return self._applied(change, study, backwards=False)

    def _applied(self, uuid: Id, study: Study, *, backwards: bool) -> Study:
        change = self._reading(lambda raw: history.find(raw, uuid))
        if change is None:
            raise Known("This step is not in the history of the study. Nothing was changed.")
        bench = Workbench(study)
        try:
            bench.apply(change.patch, backwards=backwards)
            return bench.study()
        except Mismatch as error:
            done = "undone" if backwards else "redone"
            raise Known(f"“{change.label}” cannot be {done}: {error}. Nothing was changed.") from error

    def changes(self) -> list[Change]:
        """The whole history, oldest first."""
        return self._reading(lambda raw: list(history.changes(raw)))

    def as_it_was(self, seq: int) -> Study:
        """The study after the change with this number."""
        return self._reading(lambda raw: history.replay(history.changes(raw), seq))

    def verify(self) -> None:
        """Check the whole file, and the whole history against the study; raises Damaged."""
        self._reading(self._verify)

    def _verify(self, raw: sqlite3.Connection) -> None:
        try:
            self._verify_whole(raw)
        except reading.BAD_CONTENT as error:
            raise _damaged(self.path, error) from error

    def _verify_whole(self, raw: sqlite3.Connection) -> None:
        if raw.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",):
            raise Damaged(
                f"SQLite finds “{self.path.name}” damaged. Open a backup of it, or send a copy and check that."
            )
        history.verify_replay(history.changes(raw), reading.load(raw))

    def holds(self, seq: int, hash: str) -> bool:
        """Whether the change with this number is in the history, with this hash of the chain up to it."""
        found = self._reading(lambda raw: raw.execute("SELECT hash FROM change WHERE seq = ?", (seq,)).fetchone())
        return found is not None and found[0] == hash

    def adopt(self, study: Study, chain: Sequence[Change]) -> None:
        """Go on as the same study went on elsewhere: add these changes, which end in `study`, as they were made there.

        Raises Known where they do not follow on the file's own newest change, and Unwritable as `save`.
        """
        self._connection()
        if not chain or chain[0].prev_hash != self._head.hash:
            raise Known("These changes do not follow on what this file holds. Nothing was changed.")
        try:
            self._commit(differences(self._study, study), study, *chain)
        except sqlite3.Error as error:
            self._settle(study, chain[-1], error)
        self._went_on(study, chain[-1])

    def copy_to(self, target: Path) -> None:
        """Write the file as it is now to a path that is not a live study, through SQLite's own backup."""
        copy_database(self._connection(), target)

    def warm(self) -> None:
        """Load what the first save needs, ahead of it."""
        import_module("db.writing")
        self._writing()

    def close(self) -> None:
        """Bring everything into the one file and let go of it; does nothing the second time. Raises Unwritable."""
        if self._closed:
            return
        try:
            if self._raw is not None:
                self._finish(self._raw)
        finally:
            self._closed = True
            self._let_go()
            release(self._identity)

    def _finish(self, raw: sqlite3.Connection) -> None:
        try:
            if self.on_close is not None:
                self.on_close(self)
        finally:
            try:
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
                raw.execute("PRAGMA journal_mode=DELETE").fetchall()
            except sqlite3.Error as error:
                raise Unwritable(
                    f"“{self._study.title}” is saved, but its disk refuses to make it a single file again ({error}). "
                    f"Keep all files of that name together; it is done when the study is next opened and closed."
                ) from error

    def _reading(self, work: Callable[[sqlite3.Connection], _Result]) -> _Result:
        raw = self._connection()
        try:
            return work(raw)
        except sqlite3.Error as error:
            raise explain(error, self._study.title) from error
        except (UnicodeDecodeError, Mismatch) as error:  # In what is too old to be looked at when a file is opened.
            raise _damaged(self.path, error) from error

    def _connection(self) -> sqlite3.Connection:
        if self._closed:
            raise ValueError("the store is closed")
        if self._raw is None:
            self._raw = connect_live(self.path, self._examine_again)
        return self._raw

    def _examine_again(self, raw: sqlite3.Connection) -> None:
        """The file had to be let go for a moment: what another window wrote meanwhile must not be written over."""
        study, head = self._study, self._head
        self._examine(raw)
        if self._head.hash not in (head.hash, self._doubtful):
            self._study, self._head = study, head
            raise Locked(
                f"“{self.path.name}” was changed in another window while it could not be written here, and was left as "
                f"it is now. What was done here since is kept in this window; save a copy elsewhere."
            )

    def _writing(self) -> Engine:
        if self._engine is None:
            self._engine = engine_over(self._connection())
        return self._engine

    def _let_go(self) -> None:
        engine, raw, self._engine, self._raw = self._engine, self._raw, None, None
        with contextlib.suppress(sqlite3.Error):
            if engine is not None:
                engine.dispose()
            if raw is not None:
                raw.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()


def _damaged(path: Path, error: BaseException) -> Exception:
    if isinstance(error, sqlite3.Error):
        return explain(error, path.name)
    detail = str(error) if isinstance(error, Damaged) else "Some of its rows make no sense."
    return Damaged(
        f"“{path.name}” is damaged and was left as it is. {detail} Open a backup of it, or run a check on it."
    )


def _refused(after: Study, error: Exception) -> Exception:
    """What a rule of the tables says about an edit: for the user if the study is at fault, else a bug."""
    from db.study.checks import Severity, problems

    if isinstance(error, UnicodeEncodeError):
        return Known("A text holds a character that is not one (half of a pair). This was not saved; type it again.")
    for problem in problems(after):
        if problem.severity is Severity.ERROR:
            return Known(f"{problem.message} This was not saved; what was saved before is intact. Undo the last step.")
    return error


def write_new(path: Path, study: Study, *, who: str = "", chain: Iterable[Change] = ()) -> Change:
    """Write a new file in one step, with a history of its own or with the one given; returns its newest change.

    Raises Unwritable, and Known when a file of that name exists.
    """
    if _stands(path):
        raise Known(f"There is already a file “{path.name}” in {path.parent}. It was kept; choose another name.")
    found = differences(NOTHING, study)
    try:
        listed = list(chain) or [history.next_change(None, found, f"Create “{study.title}”", who=who, kind="create")]
    except ValueError as error:
        raise _refused(study, error) from error
    try:
        with replacing(path) as temporary:
            _fill(temporary, study, found, listed)
    except (sqlite3.Error, OSError) as error:
        raise explain(error, path.name) from error
    return listed[-1]


def _stands(path: Path) -> bool:
    try:
        return path.exists()
    except OSError as error:
        raise explain(error, path.name) from error


def _fill(path: Path, study: Study, found: Sequence[Difference], chain: Sequence[Change]) -> None:
    from sqlalchemy.exc import DBAPIError, IntegrityError

    from db.writing import create_tables, write

    raw = connect(path, "rwc")
    try:
        raw.execute("PRAGMA foreign_keys=ON")
        raw.execute(f"PRAGMA application_id={APPLICATION_ID}")
        raw.execute(f"PRAGMA user_version={FORMAT}")
        with engine_over(raw).begin() as connection:
            create_tables(connection)
            write(connection, found, study)
            history.append(connection, chain)
    except IntegrityError as error:
        raise _refused(study, error) from error
    except DBAPIError as error:
        raise (error.orig if isinstance(error.orig, sqlite3.Error) else error) from error
    finally:
        raw.close()
