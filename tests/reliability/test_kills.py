"""A real process, killed while it edits: every acknowledged edit is there, nothing is damaged, it reopens at once."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from db.engine import Locked
from db.store import Store, write_new
from tests.unit.db.test_library import STUDY

KILLS = int(os.environ.get("STEELYARD_KILLS", "20"))
EDITOR = Path(__file__).with_name("editor.py")
ROOT = Path(__file__).parents[2]


def start(path: Path, first: int) -> subprocess.Popen[str]:
    editor = subprocess.Popen(
        [sys.executable, str(EDITOR), str(path), str(first)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert editor.stdout is not None
    assert editor.stdout.readline() == "open\n"
    return editor


def kill(editor: subprocess.Popen[str]) -> list[int]:
    """End the process at once; returns every number it had acknowledged."""
    editor.send_signal(signal.SIGKILL)
    said, _ = editor.communicate()
    return [int(line) for line in said.split("\n")[:-1]]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    target = tmp_path / "study.steelyard"
    write_new(target, STUDY, who="Ada")
    return target


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is a POSIX matter")
def test_no_acknowledged_edit_is_lost_however_often_the_process_is_killed(path: Path) -> None:
    chance, first, acknowledged = random.Random(7), 1, 0
    for _ in range(KILLS):
        editor = start(path, first)
        assert editor.stdout is not None
        said = [int(editor.stdout.readline())]
        time.sleep(chance.uniform(0, 0.03))
        said += kill(editor)
        with Store.open(path) as store:
            value = store.study.score("a", "c").likely
            # The edit after the last acknowledged one may have been written too.
            assert value in {said[-1], said[-1] + 1}
            assert store.undoable()[-1][1] == f"Set {int(value or 0)}"
            store.verify()
        acknowledged += len(said)
        first = said[-1] + 2
    assert acknowledged >= KILLS


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is a POSIX matter")
def test_a_study_open_in_another_process_is_refused_and_free_again_once_that_is_killed(path: Path) -> None:
    editor = start(path, 1)
    for _ in range(5):
        with pytest.raises(Locked, match="another window"):
            Store.open(path)
    said = kill(editor)
    with Store.open(path) as store:
        assert store.study.score("a", "c").likely in {said[-1], said[-1] + 1} if said else True
