"""Files, folders and media that take no writing: looked at with the reason, or one clear refusal; nothing changed.

Each is tried by a process without rights of its own, as root is stopped by no mode.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from db.library import Library
from db.study.digest import digest
from tests.reliability.victims import FIRST, ROOT, go_on

pytestmark = pytest.mark.skipif(os.name != "posix", reason="uses POSIX permissions")

VISITOR = """
import json, os, sys
from pathlib import Path
from db.library import Library
from db.quarantine import peek
from db.study.digest import digest
from db.study.model import Known, Study
import db.store, db.writing, db.backup  # What is installed may be out of reach for nobody.

if os.getuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
home, name = Path(sys.argv[1]), sys.argv[2]
said = {}

def ask(what, work):
    try:
        said[what] = work()
    except Known as refusal:
        said["no " + what] = str(refusal)

def opened():
    store = library.open(library.studies / name)
    found = [store.notice, digest(store.study), store.path.name]
    store.close()
    return found

ask("library", lambda: str(Library(home)) and "made")
if "library" in said:
    library = Library(home)
    ask("list", lambda: [[entry.title, entry.trouble] for entry in library.entries()])
    ask("study", opened)
    ask("look", lambda: digest(library.look(library.studies / name)))
    ask("new study", lambda: library.create(Study("s", "T"), "Eve").name)
print(json.dumps(said))
"""


@pytest.fixture
def home() -> Iterator[Path]:
    """A library with one study in it that every user may read and write."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        library = Library(folder / "home")
        with library.open(library.create(FIRST, "Ada")) as store:
            go_on(store, 3)
        _allow(folder)
        yield library.home
        _allow(folder)


def _allow(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        os.chmod(path, 0o777 if path.is_dir() else 0o666)


def visit(home: Path) -> dict[str, Any]:
    """What a process without rights is shown and told."""
    (path,) = _studies(home)
    done = subprocess.run(
        [sys.executable, "-c", VISITOR, str(home), path.name],
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert isinstance(said, dict)
    return said


def _studies(home: Path) -> list[Path]:
    return list((home / "studies").glob("*.steelyard"))


def everything(home: Path) -> dict[str, bytes]:
    return {str(path.relative_to(home)): path.read_bytes() for path in home.rglob("*") if path.is_file()}


def file_read_only(home: Path) -> None:
    os.chmod(_studies(home)[0], 0o444)


def folder_read_only(home: Path) -> None:
    os.chmod(home / "studies", 0o555)


def both_read_only(home: Path) -> None:
    file_read_only(home)
    folder_read_only(home)


def library_read_only(home: Path) -> None:
    for path in (home, *home.rglob("*")):
        os.chmod(path, 0o555 if path.is_dir() else 0o444)


@pytest.mark.parametrize("forbid", [file_read_only, folder_read_only, both_read_only, library_read_only])
def test_a_study_that_cannot_be_written_can_be_looked_at_and_is_not_changed(
    home: Path, forbid: Callable[[Path], None]
) -> None:
    forbid(home)
    check_looked_at(home)


def check_looked_at(home: Path) -> None:
    (path,), before = _studies(home), everything(home)
    said = visit(home)
    assert said["list"] == [[FIRST.title, ""]]
    assert "cannot be written where it is" in said["no study"]
    assert "save a copy elsewhere" in said["no study"]
    assert "look" in said
    after = everything(home)
    assert {name: contents for name, contents in after.items() if name in before} == before
    assert {Path(name).parts[0] for name in after.keys() - before.keys()} <= {"studies", "index.json"}
    with Library(home).open(path) as store:
        assert digest(store.study) == said["look"]


def test_a_study_of_another_user_is_refused_in_one_sentence(home: Path) -> None:
    os.chmod(_studies(home)[0], 0o000)
    before = everything(home) if os.getuid() == 0 else None
    said = visit(home)
    assert "cannot be read" in said["no study"]
    assert said["no study"] == said["no look"]
    assert [trouble for _, trouble in said["list"]] == [said["no study"]]
    if before is not None:
        assert {name: contents for name, contents in everything(home).items() if name in before} == before


def test_a_library_that_cannot_be_made_is_refused_in_one_sentence(home: Path) -> None:
    shutil.rmtree(home / "trash")
    os.chmod(home, 0o555)
    said = visit(home)
    assert list(said) == ["no library"]
    assert "The library cannot be kept in" in said["no library"]
    assert "STEELYARD_HOME" in said["no library"]


def test_a_library_on_a_read_only_medium_can_be_looked_at(home: Path) -> None:
    mount = shutil.which("mount")
    if mount is None or os.getuid() != 0:
        pytest.skip("needs root and mount for a read-only medium of its own")
    medium = home.with_name("medium")
    medium.mkdir()
    if subprocess.run([mount, "-t", "tmpfs", "tmpfs", str(medium)], capture_output=True).returncode:
        pytest.skip("this machine does not let tests mount a medium")
    try:
        shutil.copytree(home, medium / "home")
        _allow(medium)
        subprocess.run([mount, "-o", "remount,ro", str(medium)], check=True)
        before, said = everything(medium / "home"), visit(medium / "home")
        assert said["list"] == [[FIRST.title, ""]]
        assert "cannot be written where it is" in said["no study"]
        assert "look" in said
        assert "cannot be written" in said["no new study"]
        assert everything(medium / "home") == before
    finally:
        subprocess.run(["umount", str(medium)], check=True)
