"""A COMMIT whose answer was lost: the file is asked, and what the screen says is what the file holds."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from db.engine import Locked, Unwritable
from db.store import Store, write_new
from db.study.model import new_id
from tests.reliability.editor import mark, marks, take_turns
from tests.reliability.processes import child, needs_kills
from tests.unit.db.test_library import STUDY

EDITED = replace(STUDY, title="Edited")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    target = tmp_path / "study.steelyard"
    write_new(target, STUDY, who="Ada")
    return target


def lose_the_answer(store: Store, *, after_writing: bool, meanwhile: Callable[[], object] = lambda: None) -> None:
    """Let the next COMMIT fail as a failing disk makes it fail: before or after it reached the file."""

    def fail(connection: Any) -> None:
        if after_writing:
            connection.connection.driver_connection.execute("COMMIT")
        meanwhile()
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorname = "SQLITE_IOERR_FSYNC"
        raise error

    event.listen(store._writing(), "commit", fail)


def test_a_change_that_reached_the_file_counts_as_saved_although_commit_failed(path: Path) -> None:
    with Store.open(path) as store:
        lose_the_answer(store, after_writing=True)
        change = store.save(STUDY, EDITED, "Rename", who="Ada")
        assert store.study == EDITED == store.load()
        assert store.changes()[-1] == change
        store.save(EDITED, STUDY, "Back", who="Ada")
        assert [other.label for other in store.changes()[1:]] == ["Rename", "Back"]
        store.verify()


def test_a_change_that_did_not_reach_the_file_is_told_and_goes_along_with_the_next(path: Path) -> None:
    with Store.open(path) as store:
        lose_the_answer(store, after_writing=False)
        with pytest.raises(Unwritable, match="intact"):
            store.save(STUDY, EDITED, "Rename", who="Ada")
        assert store.study == STUDY == store.load()
        later = replace(EDITED, question="Which?")
        store.save(EDITED, later, "Ask", who="Ada")
        assert store.load() == later
        store.verify()


def test_when_the_file_cannot_be_opened_again_that_is_told_and_the_next_save_tries_again(
    path: Path, tmp_path: Path
) -> None:
    with Store.open(path) as store:
        hidden = tmp_path / "hidden"
        lose_the_answer(store, after_writing=False, meanwhile=lambda: path.rename(hidden))
        with pytest.raises(Unwritable, match="cannot be told"):
            store.save(STUDY, EDITED, "Rename", who="Ada")
        with pytest.raises(Unwritable):
            store.save(STUDY, EDITED, "Rename", who="Ada")
        hidden.rename(path)
        store.save(STUDY, EDITED, "Rename", who="Ada")
        assert store.load() == EDITED


def test_a_change_that_reached_a_file_which_could_not_be_opened_again_is_not_written_twice(
    path: Path, tmp_path: Path
) -> None:
    uuid = new_id()
    with Store.open(path) as store:
        hidden = tmp_path / "hidden"
        lose_the_answer(store, after_writing=True, meanwhile=lambda: path.rename(hidden))
        with pytest.raises(Unwritable, match="cannot be told"):
            store.save(STUDY, EDITED, "Rename", who="Ada", change=uuid)
        hidden.rename(path)
        assert store.save(STUDY, EDITED, "Rename", who="Ada", change=uuid).uuid == uuid
        assert [change.label for change in store.changes()[1:]] == ["Rename"]
        store.verify()


@needs_kills
def test_what_another_process_wrote_while_the_disk_refused_here_is_not_written_over(path: Path, tmp_path: Path) -> None:
    """The lock must be let go to see what a failed COMMIT did; another process may be the next to have it."""
    store = Store.open(path)
    with child(take_turns, path, 5, 1) as other:
        said: list[object] = []

        def have_it_taken() -> None:
            store._let_go()
            said.extend(other.end())

        lose_the_answer(store, after_writing=False, meanwhile=have_it_taken)
        with pytest.raises(Unwritable, match="cannot be told"):
            store.save(STUDY, EDITED, "Rename", who="Ada")
    for _ in range(2):
        with pytest.raises(Locked, match="changed in another window"):
            store.save(STUDY, EDITED, "Rename", who="Ada")
    assert store.study == STUDY
    store.close()
    with Store.open(path) as later:
        assert [mark(change) for change in later.changes()[1:]] == marks(said)
        assert len(marks(said)) == 5
        later.verify()


def test_a_version_named_while_the_last_change_is_in_doubt_follows_on_what_the_file_holds(
    path: Path, tmp_path: Path
) -> None:
    with Store.open(path) as store:
        hidden = tmp_path / "hidden"
        lose_the_answer(store, after_writing=True, meanwhile=lambda: path.rename(hidden))
        with pytest.raises(Unwritable, match="cannot be told"):
            store.save(STUDY, EDITED, "Rename", who="Ada")
        hidden.rename(path)
        store.name_version("First", who="Ada")
        assert [change.label for change in store.changes()[1:]] == ["Rename", "First"]
        assert store.study == store.load() == EDITED
        store.verify()


WATCHED = """
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from db.backup import back_up
from db.library import Library

library = Library(Path(sys.argv[1]))
path = library.import_file(Path(sys.argv[2]))
library.entries()
store = library.open(path)
touched = []

def watch(name, arguments):
    if name in ("open", "os.open", "sqlite3.connect", "shutil.copyfile") and path.name in str(arguments[0]):
        if "backups" not in str(arguments[0]):
            touched.append((name, arguments))

sys.addaudithook(watch)
store.save(store.study, replace(store.study, title="New"), "Rename", who="")
assert [entry.title for entry in library.entries()] == ["New"]
library.send_copy(store, Path(sys.argv[2]).with_name("sent.steelyard"))
back_up(store, library.backups)
store.undoable(), store.changes(), store.verify(), store.load()
for forbidden in (lambda: library.import_file(store.path.resolve()), lambda: library.open(path),
                  lambda: library.remove(path)):
    try:
        forbidden()
    except Exception:
        pass
assert not touched, touched
store.close()
"""


def test_nothing_in_this_process_opens_a_live_study_a_second_time(tmp_path: Path, path: Path) -> None:
    root = Path(__file__).parents[2]
    subprocess.run([sys.executable, "-c", WATCHED, str(tmp_path / "home"), str(path)], check=True, cwd=root)
