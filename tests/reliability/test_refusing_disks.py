"""Disks that are full, folders and files that cannot be written: one sentence, nothing lost, and on it goes."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from db.engine import Unwritable
from db.library import Library
from db.store import Store, write_new
from db.study.model import Score, Study
from tests.unit.db.test_library import STUDY

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(os.name != "posix", reason="uses POSIX limits and permissions")

FULL = """
import resource, signal, sys
from dataclasses import replace
from pathlib import Path
from db.engine import Unwritable
from db.store import Store
from db.study.model import Score

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
store = Store.open(Path(sys.argv[1]))
store.warm()
first = study = store.study

def edited(study, number):
    score = Score(likely=float(number), rationale="x" * 3000)
    return replace(study, scores={**study.scores, ("a", "c"): score})

limit = Path(sys.argv[1]).stat().st_size + int(sys.argv[2])
_, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
saved, refused = 0, None
for number in range(1, 400):
    after = edited(study, number)
    try:
        store.save(study, after, f"Set {number}", who="Ada")
    except Unwritable as error:
        refused = str(error)
        break
    study, saved = after, number
assert refused, "the limit was never met"
assert store.study == study == store.load(), "the screen and the file differ"
store.verify()
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
store.save(study, after, "Again", who="Ada")
assert store.load() == after
store.verify()
store.close()
print(saved, refused)
"""

READ_ONLY = """
import os, sys
from pathlib import Path
from db.engine import Unwritable
from db.library import Library
from db.store import Store, write_new
from db.study.model import Study
import db.writing  # What is installed may be out of reach for nobody.

os.setgroups([]) if os.getuid() == 0 else None
if os.getuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
path = Path(sys.argv[1])
for what in (
    lambda: Store.open(path),
    lambda: write_new(path.with_name("new.steelyard"), Study("s", "T")),
    lambda: Library(path.parent / "home"),
):
    try:
        what()
    except Unwritable as error:
        print(error)
    else:
        sys.exit("nothing was refused")
"""


def run(script: str, *arguments: object) -> str:
    done = subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def path(tmp_path: Path) -> Path:
    target = tmp_path / "study.steelyard"
    write_new(target, STUDY, who="Ada")
    return target


@pytest.mark.parametrize("room", [4096, 60_000, 300_000])
def test_a_disk_that_fills_up_refuses_in_words_loses_nothing_and_works_again_when_there_is_room(
    path: Path, room: int
) -> None:
    said = run(FULL, path, room)
    saved, words = int(said.split()[0]), said.split(maxsplit=1)[1]
    assert "could not be written" in words or "cannot be written" in words
    assert "intact" in words
    with Store.open(path) as store:
        assert store.study.score("a", "c").likely == saved + 1
        assert len(store.undoable()) == saved + 1
        store.verify()


def small_disk(folder: Path, size: str) -> Path:
    folder.mkdir()
    mount = shutil.which("mount")
    if mount is None or os.getuid() != 0:
        pytest.skip("needs root and mount for a small disk of its own")
    done = subprocess.run([mount, "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], capture_output=True)
    if done.returncode:
        pytest.skip("this machine does not let tests mount a small disk")
    return folder


def edited(study: Study, number: int) -> Study:
    score = Score(likely=float(number), rationale=f"{number} " * 6000)
    return replace(study, scores={**study.scores, ("a", "c"): score})


def save_until_refused(store: Store) -> int:
    for number in range(1, 200):
        with contextlib.suppress(Unwritable):
            store.save(store.study, edited(STUDY, number), f"Set {number}", who="Ada")
            continue
        return number - 1
    raise AssertionError("the disk was never full")


def test_a_small_disk_that_is_really_full_keeps_every_acknowledged_edit(tmp_path: Path) -> None:
    disk = small_disk(tmp_path / "disk", "1m")
    try:
        path = disk / "study.steelyard"
        ballast = disk / "ballast"
        ballast.write_bytes(bytes(200_000))
        write_new(path, STUDY, who="Ada")
        store = Store.open(path)
        saved = save_until_refused(store)
        assert store.load() == store.study
        assert store.study.score("a", "c").likely == float(saved)
        with pytest.raises(Unwritable, match="full"):
            store.save(store.study, edited(STUDY, saved + 1), "Refused", who="Ada")
        ballast.unlink()
        store.save(store.study, edited(STUDY, saved + 1), "Again", who="Ada")
        store.verify()
        with pytest.raises(Unwritable, match="is saved, but its disk refuses"):
            store.close()  # The log and the file do not both fit.
        reopened = Store.open(path)
        assert reopened.study == edited(STUDY, saved + 1)
        reopened.verify()
        with contextlib.suppress(Unwritable):
            reopened.close()
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_copy_that_does_not_fit_leaves_nothing_behind_and_the_old_copy_as_it_was(tmp_path: Path) -> None:
    disk = small_disk(tmp_path / "disk", "400k")
    try:
        library = Library(tmp_path / "home")
        target = disk / "copy.steelyard"
        target.write_bytes(b"the old copy")
        with library.open(library.create(STUDY, "Ada")) as store:
            for number in range(40):
                store.save(store.study, edited(STUDY, number), "Set", who="Ada")
            with pytest.raises(Unwritable, match="could not be written"):
                library.send_copy(store, target)
            store.verify()
        assert [file.name for file in disk.iterdir()] == [target.name]
        assert target.read_bytes() == b"the old copy"
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user can reach, unlike pytest's own."""
    with tempfile.TemporaryDirectory() as name:
        os.chmod(name, 0o755)
        yield Path(name)


@pytest.mark.parametrize(("folder_mode", "file_mode"), [(0o555, 0o666), (0o555, 0o444), (0o555, 0o000), (0o000, 0o666)])
def test_a_study_where_nothing_may_be_written_is_refused_in_words_and_unchanged(
    open_folder: Path, folder_mode: int, file_mode: int
) -> None:
    path = open_folder / "study.steelyard"
    write_new(path, STUDY, who="Ada")
    contents = path.read_bytes()
    os.chmod(path, file_mode)
    os.chmod(open_folder, folder_mode)
    try:
        said = run(READ_ONLY, path)
    finally:
        os.chmod(open_folder, 0o755)
        os.chmod(path, 0o644)
    assert said.count("\n") == 3
    assert path.read_bytes() == contents
    assert [file.name for file in open_folder.iterdir()] == [path.name]
