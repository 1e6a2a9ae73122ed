"""What is played while system calls are counted, stopped and spoiled, and how the folder is judged afterwards.

A scene prepares a folder, is played in it by a process that may die at any moment, and is judged by another process.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from db import engine
from db.backup import verify
from db.engine import StorageThread, Unwritable, connect
from db.library import Library
from db.quarantine import receive
from db.store import Store, write_new
from db.study.model import Id, Score, Study, new_id
from desktop.exchange.csv_export import ExportChoice, table_text, write
from tests.unit.db.test_library import STUDY

Say = Callable[[str], object]

OLD = replace(STUDY, id="11111111-1111-4111-8111-111111111111", title="Old")
NEW = replace(OLD, title="New")
RELEASED = Path(__file__).parents[1] / "unit" / "db" / "files"
WHO = "Ada"


class Scene(Protocol):
    """One thing that Steelyard does with files."""

    def prepare(self, folder: Path) -> None:
        """Make what is there before."""

    def play(self, folder: Path, say: Say) -> None:
        """Do it, between “begin” and “end”; “done” is what a user would be told."""

    def judge(self, folder: Path, done: bool) -> None:
        """Fail unless the folder holds what was before, or what was to be: the latter when `done` was said."""


def study_of(folder: Path) -> Path:
    """The one study that the library in this folder lists; fails where it lists another or one in trouble."""
    (entry,) = Library(folder).entries()
    assert not entry.trouble, entry.trouble
    return entry.path


def held(path: Path) -> Study:
    """What a study file holds, after every check of it."""
    with Store.open(path) as store:
        store.verify()
        return store.study


def in_library(folder: Path) -> Path:
    """Where the study of a scene stands."""
    return folder / "studies" / "s.steelyard"


def prepare_library(folder: Path, study: Study = OLD) -> Library:
    """A library with one study."""
    library = Library(folder)
    write_new(in_library(folder), study, who=WHO)
    return library


def rename(store: Store) -> None:
    """The edit of most scenes."""
    store.save(OLD, NEW, "Rename", who=WHO)


class Nothing:
    """For trying whether anything can be played here at all."""

    def prepare(self, folder: Path) -> None:
        pass

    def play(self, folder: Path, say: Say) -> None:
        say("done")

    def judge(self, folder: Path, done: bool) -> None:
        pass


class Edit:
    """Open a study on the storage thread, change it, close it."""

    def prepare(self, folder: Path) -> None:
        prepare_library(folder)

    def play(self, folder: Path, say: Say) -> None:
        say("begin")
        with StorageThread() as thread:
            store = thread.submit(Store.open, in_library(folder)).result()
            thread.submit(rename, store).result()
            say("done")
            thread.submit(store.close).result()
        say("end")

    def judge(self, folder: Path, done: bool) -> None:
        found = held(in_library(folder))
        assert found == NEW or (found == OLD and not done)
        assert held(study_of(folder)) == found


class Look:
    """Open a study, say what it shows, and go without closing it."""

    def prepare(self, folder: Path) -> None:
        prepare_library(folder)

    def play(self, folder: Path, say: Say) -> None:
        with Store.open(in_library(folder)) as store:
            say(store.study.title)

    def judge(self, folder: Path, done: bool) -> None:
        held(in_library(folder))


class Migrate:
    """Open a study of format 1 whose last session was killed, so that its newest change stands in the log."""

    def prepare(self, folder: Path) -> None:
        Library(folder)
        with tempfile.TemporaryDirectory() as name:
            old = Path(name) / "s.steelyard"
            shutil.copy(RELEASED / "format-1.steelyard", old)
            raw = connect(old)
            newest = "(SELECT max(seq) FROM change)"
            (label,) = raw.execute(f"SELECT label FROM change WHERE seq = {newest}").fetchone()
            raw.execute(f"UPDATE change SET label = 'not yet' WHERE seq = {newest}")
            raw.execute("PRAGMA locking_mode=EXCLUSIVE").fetchall()
            raw.execute("PRAGMA journal_mode=WAL").fetchall()
            raw.execute(f"UPDATE change SET label = ? WHERE seq = {newest}", (label,))
            for suffix in ("", "-wal"):
                shutil.copy(f"{old}{suffix}", f"{in_library(folder)}{suffix}")
            raw.close()

    def play(self, folder: Path, say: Say) -> None:
        say("begin")
        store = Store.open(in_library(folder))
        say("done")
        store.close()
        say("end")

    def judge(self, folder: Path, done: bool) -> None:
        found = self._looked_at(in_library(folder))
        assert found == ("0003", 3) or (found == ("0001", 1) and not done)
        for kept in (folder / "backups").glob("[!.]*"):
            assert self._looked_at(kept) == ("0001", 1)
        assert held(in_library(folder)).question == "Which of three?"
        assert study_of(folder) == in_library(folder)

    def _looked_at(self, path: Path) -> tuple[str, int]:
        """Revision and format of a copy whose history is that of the released file."""
        with tempfile.TemporaryDirectory() as name:
            for beside in path.parent.glob(f"{path.name}*"):
                shutil.copy(beside, Path(name) / beside.name)
            raw = connect(Path(name) / path.name)
            try:
                assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
                assert raw.execute("SELECT * FROM change ORDER BY seq").fetchall() == _released()
                (revision,) = raw.execute("SELECT version_num FROM alembic_version").fetchone()
                return revision, raw.execute("PRAGMA user_version").fetchone()[0]
            finally:
                raw.close()


def _released() -> list[tuple[object, ...]]:
    raw = connect(RELEASED / "format-1.steelyard", "immutable")
    try:
        return raw.execute("SELECT * FROM change ORDER BY seq").fetchall()
    finally:
        raw.close()


class BackUp:
    """Back up a study that was backed up before, or never."""

    def __init__(self, *, first: bool) -> None:
        self._before = [] if first else [OLD]

    def prepare(self, folder: Path) -> None:
        library = prepare_library(folder)
        if self._before:
            with library.open(in_library(folder)) as store:
                library.back_up(store)

    def play(self, folder: Path, say: Say) -> None:
        library = Library(folder)
        with Store.open(in_library(folder)) as store:
            rename(store)
            say("begin")
            library.back_up(store)
            say("done")
            say("end")

    def judge(self, folder: Path, done: bool) -> None:
        found = Library(folder).backups_of(OLD.id)
        studies = [verify(backup.path) for backup in found]
        assert studies == [*self._before, NEW] or (studies == self._before and not done)
        assert all(backup.verified for backup in (found if done else found[: len(self._before)]))
        assert held(study_of(folder)) == NEW


class Export:
    """Write the score table over an older one."""

    def prepare(self, folder: Path) -> None:
        (folder / "table.csv").write_bytes(b"the old table")

    def play(self, folder: Path, say: Say) -> None:
        text = table_text(NEW, ExportChoice())
        say("begin")
        write(folder / "table.csv", text)
        say("done")
        say("end")

    def judge(self, folder: Path, done: bool) -> None:
        found, new = (folder / "table.csv").read_bytes(), table_text(NEW, ExportChoice()).encode("utf-8-sig")
        assert found == new or (found == b"the old table" and not done)
        assert [file.name for file in folder.iterdir() if not file.name.startswith(".")] == ["table.csv"]


class WriteOver(Export):
    """The same as nobody should write it: the judge must notice."""

    def play(self, folder: Path, say: Say) -> None:
        text = table_text(NEW, ExportChoice())
        say("begin")
        (folder / "table.csv").write_text(text, "utf-8-sig", newline="")
        say("done")
        say("end")


class SendCopy:
    """Send a copy of the open study over an older copy."""

    def prepare(self, folder: Path) -> None:
        library = prepare_library(folder)
        with library.open(in_library(folder)) as store:
            library.send_copy(store, folder / "sent.steelyard")

    def play(self, folder: Path, say: Say) -> None:
        library = Library(folder)
        with Store.open(in_library(folder)) as store:
            rename(store)
            say("begin")
            library.send_copy(store, folder / "sent.steelyard")
            say("done")
            say("end")

    def judge(self, folder: Path, done: bool) -> None:
        found = receive(folder / "sent.steelyard").study
        assert found == NEW or (found == OLD and not done)
        assert [file.name for file in folder.glob("[!.]*.steelyard")] == ["sent.steelyard"]
        assert held(study_of(folder)) == NEW


class Update:
    """Bring the library's study to what somebody sent back."""

    def prepare(self, folder: Path) -> None:
        library = prepare_library(folder)
        arrived = folder / "arrived.steelyard"
        with library.open(in_library(folder)) as store:
            library.send_copy(store, arrived)
        with Store.open(arrived) as store:
            rename(store)

    def play(self, folder: Path, say: Say) -> None:
        library = Library(folder)
        arrival = library.examine(folder / "arrived.steelyard")
        say("begin")
        library.update(arrival, WHO)
        say("done")
        say("end")

    def judge(self, folder: Path, done: bool) -> None:
        for backup in Library(folder).backups_of(OLD.id):
            assert verify(backup.path) in (OLD, NEW)
        found = held(study_of(folder))
        assert found == NEW or (found == OLD and not done)


class Restore:
    """Put a backup beside the study it was made of."""

    def prepare(self, folder: Path) -> None:
        library = prepare_library(folder)
        with library.open(in_library(folder)) as store:
            library.back_up(store)

    def play(self, folder: Path, say: Say) -> None:
        library = Library(folder)
        (backup,) = library.backups_of(OLD.id)
        say("begin")
        library.restore(backup.path)
        say("done")
        say("end")

    def judge(self, folder: Path, done: bool) -> None:
        entries = Library(folder).entries()
        assert not any(entry.trouble for entry in entries)
        studies = [held(entry.path) for entry in entries]
        assert OLD in studies
        assert len(studies) == 2 or (len(studies) == 1 and not done)
        assert all(study.scores == OLD.scores for study in studies)


FIRST_SESSION, SECOND_SESSION = 8, 16


def numbered(number: int) -> Study:
    """The study after edit `number` of the long sessions; the later ones are large, so that the log is folded in."""
    if number == 0:
        return OLD
    score = Score(likely=float(number), rationale=f"{number} " * (10_000 if number > FIRST_SESSION else 10))
    return replace(OLD, scores={("a", "c"): score})


class Sessions:
    """Two sessions of edits, each told as “saved” and its number; `pragmas` replace those of the application."""

    def __init__(self, pragmas: tuple[tuple[str, str, object], ...] = engine.PRAGMAS) -> None:
        self._pragmas = pragmas

    def prepare(self, folder: Path) -> None:
        prepare_library(folder)

    def play(self, folder: Path, say: Say) -> None:
        with _pragmas(self._pragmas):
            say("begin")
            for numbers in (range(FIRST_SESSION), range(FIRST_SESSION, FIRST_SESSION + SECOND_SESSION)):
                with Store.open(in_library(folder)) as store:
                    for number in numbers:
                        store.save(store.study, numbered(number + 1), f"Set {number + 1}", who=WHO)
                        say(f"saved {number + 1}")
            say("end")

    def judge(self, folder: Path, done: bool) -> None:
        assert not done, "has no end of its own"


@contextmanager
def _pragmas(pragmas: tuple[tuple[str, str, object], ...]) -> Iterator[None]:
    own, engine.PRAGMAS = engine.PRAGMAS, pragmas
    try:
        yield
    finally:
        engine.PRAGMAS = own


DEFAULT_JOURNAL: tuple[tuple[str, str, object], ...] = (
    ("foreign_keys", "ON", 1),
    ("synchronous", "FULL", 2),
    ("journal_mode", "DELETE", "delete"),
)


def _with_normal() -> tuple[tuple[str, str, object], ...]:
    changed = ("synchronous", "NORMAL", 1)
    return tuple(changed if name == "synchronous" else (name, value, read) for name, value, read in engine.PRAGMAS)


class Refused:
    """An edit on a disk that refuses between “begin” and “end”, then takes everything again.

    Says how each step went, and at the end, as JSON, what the store and the file held after each.
    """

    def prepare(self, folder: Path) -> None:
        prepare_library(folder)

    def play(self, folder: Path, say: Say) -> None:
        change = new_id()
        say("begin")
        store = self._opened(folder, say)
        if store is None:
            say("end")
            store = Store.open(in_library(folder))
        else:
            self._edited(store, change, say)
        store.save(OLD, NEW, "Rename", who=WHO, change=change)
        assert store.study == store.load() == NEW
        assert [other.uuid for other in store.changes()[1:]] == [change]
        store.verify()
        say("begin")
        say(f"closing: {_told(store.close)}")
        say("end")

    def _opened(self, folder: Path, say: Say) -> Store | None:
        try:
            return Store.open(in_library(folder))
        except Unwritable as error:
            say(f"opening: {error}")
            return None

    def _edited(self, store: Store, change: Id, say: Say) -> None:
        told = _told(lambda: store.save(OLD, NEW, "Rename", who=WHO, change=change))
        say(f"editing: {told}")
        say("end")
        if "cannot be told" not in told:
            assert store.study == (OLD if told else NEW)
            assert store.load() == store.study
        assert store.load() == store.study

    def judge(self, folder: Path, done: bool) -> None:
        assert held(in_library(folder)) == NEW
        assert held(study_of(folder)) == NEW


def _told(work: Callable[[], object]) -> str:
    """What the user is told when the disk refuses, "" when it does not."""
    try:
        work()
    except Unwritable as error:
        return str(error)
    return ""


SCENES: dict[str, Scene] = {
    "nothing": Nothing(),
    "edit": Edit(),
    "look": Look(),
    "migrate": Migrate(),
    "first backup": BackUp(first=True),
    "next backup": BackUp(first=False),
    "export": Export(),
    "write over": WriteOver(),
    "send copy": SendCopy(),
    "update": Update(),
    "restore": Restore(),
    "refused": Refused(),
    "sessions": Sessions(),
    "sessions, synchronous NORMAL": Sessions(_with_normal()),
    "sessions, SQLite's default journal": Sessions(DEFAULT_JOURNAL),
}

EVERYTHING = ("edit", "migrate", "first backup", "next backup", "export", "send copy", "update", "restore")
"""The scenes in which Steelyard changes files for good."""
