"""One window calling another to the front."""

from __future__ import annotations

from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from pytestqt.qtbot import QtBot

from desktop.window.summons import Summons, summon
from tests.gui.window_stage import CONTROL, Key, running
from tests.reliability.processes import child, needs_kills


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "study.steelyard"


def test_nobody_answers_for_a_study_that_no_window_has(qtbot: QtBot, path: Path) -> None:
    assert not summon(path)


def test_a_window_comes_for_its_own_study_and_for_no_other(qtbot: QtBot, path: Path) -> None:
    called: list[str] = []
    other = path.with_name("other.steelyard")
    summons = Summons(lambda: called.append("come"))
    summons.answer_for(path)
    assert not summon(other)
    assert summon(path)
    qtbot.waitUntil(lambda: called == ["come"])
    assert summon(path.parent / "x" / ".." / path.name), "the same file by another name"
    qtbot.waitUntil(lambda: len(called) == 2)
    summons.answer_for(other)
    assert not summon(path)
    assert summon(other)
    qtbot.waitUntil(lambda: len(called) == 3)
    summons.answer_for(None)
    assert not summon(other)
    assert len(called) == 3


def listen(say: Connection, path: Path) -> None:
    """A window without a window, in a process of its own; says when it listens, and when it was called."""
    app = QCoreApplication([])
    summons = Summons(lambda: say.send("come"))
    summons.answer_for(path)
    say.send("listening")
    app.exec()


@needs_kills
def test_another_process_hears_the_call_and_what_it_leaves_when_killed_stands_in_nobodys_way(
    qtbot: QtBot, path: Path
) -> None:
    for _ in range(2):
        with child(listen, path) as window:
            assert window.pipe.recv() == "listening"
            assert summon(path)
            assert window.pipe.recv() == "come"
            window.kill()
        assert not summon(path)
    called: list[str] = []
    summons = Summons(lambda: called.append("come"))
    summons.answer_for(path)
    assert summon(path)
    qtbot.waitUntil(lambda: called == ["come"])
    summons.answer_for(None)


def test_the_window_rises_when_it_is_called_and_not_for_a_study_it_has_closed(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        assert stage.application.keeper is not None
        path = stage.application.keeper.path
        assert path is not None
        stage.window.showMinimized()
        assert stage.window.windowState() & Qt.WindowState.WindowMinimized
        assert summon(path)
        qtbot.waitUntil(lambda: not stage.window.windowState() & Qt.WindowState.WindowMinimized)
        stage.key(Key.Key_W, CONTROL)
        assert not summon(path)
