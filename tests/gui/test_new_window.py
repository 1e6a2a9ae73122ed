"""A window of its own for another study: from the menu and by the command, both alive, each with its study."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from db.library import Library
from db.study.copies import copy_of
from desktop.window.summons import hand_over, starts_lock
from seeds import security_guarantees
from tests.gui.test_summons import second_start
from tests.gui.window_stage import CONTROL, SHIFT, Key, Stage, running

DRIVER = Path(__file__).with_name("other_window.py")


def seen(home: Path) -> str:
    """What the other window shows; "" where there is none."""
    path = home / "seen"
    return path.read_text("utf-8") if path.exists() else ""


@contextmanager
def other_window(stage: Stage, home: Path, title: str) -> Iterator[None]:
    """Another window that shows this; it is closed at the end."""
    try:
        stage.qtbot.waitUntil(lambda: seen(home) == title, timeout=30_000)
        yield
    finally:
        (home / "leave").touch()
        stage.qtbot.waitUntil(lambda: not seen(home), timeout=30_000)


def test_the_menu_opens_a_window_on_the_start_page_and_this_one_keeps_its_study(
    qtbot: QtBot, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(DRIVER.parents[2]))
    with running(qtbot, Library(home / "elsewhere").create(security_guarantees.load(), "Ada")) as stage:
        own = stage.study.id
        # As if this process had been started on a file by the driver, not by pytest.
        monkeypatch.setattr(sys, "argv", [str(DRIVER), "a file.steelyard"])
        monkeypatch.setattr(sys, "orig_argv", ["python", "-P", *sys.argv])
        stage.key(Key.Key_N, CONTROL | SHIFT)
        with other_window(stage, home, "Steelyard"):
            assert stage.window.isVisible()
            assert stage.study.id == own
            assert not stage.banner


def test_a_study_that_another_window_has_is_brought_to_the_front_there(qtbot: QtBot, home: Path) -> None:
    other = Library(home / "elsewhere").create(copy_of(security_guarantees.load(), "Another"), "Ada")
    with running(qtbot) as stage:
        own = stage.study.id
        start = [sys.executable, "-P", "-W", "error", str(DRIVER), "--new-window", str(other)]
        with subprocess.Popen(start, cwd=home, env=environment()) as process:
            with other_window(stage, home, "Another – Steelyard (minimized)"):
                with second_start(stage, str(other)):
                    qtbot.waitUntil(lambda: seen(home) == "Another – Steelyard", timeout=30_000)
                assert stage.study.id == own
                assert not stage.banner
            assert process.wait() == 0


def test_when_the_first_window_is_closed_the_other_answers_for_all_starts(qtbot: QtBot, home: Path) -> None:
    other = Library(home / "elsewhere").create(copy_of(security_guarantees.load(), "Another"), "Ada")
    start = [sys.executable, "-P", "-W", "error", str(DRIVER), "--new-window", str(other)]
    with ExitStack() as first:
        stage = first.enter_context(running(qtbot))
        with subprocess.Popen(start, cwd=home, env=environment()) as process:
            with other_window(stage, home, "Another – Steelyard (minimized)"):
                first.close()
                qtbot.waitUntil(is_handed_over, timeout=30_000)
                qtbot.waitUntil(lambda: seen(home) == "Another – Steelyard", timeout=30_000)
            assert process.wait() == 0


def is_handed_over() -> bool:
    """Whether a start, made now, finds a window that takes its call."""
    lock = starts_lock()
    try:
        return hand_over([], lock)
    finally:
        lock.unlock()


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(DRIVER.parents[2])}


def test_a_window_that_cannot_be_started_is_told_in_a_sentence(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(qtbot) as stage:
        monkeypatch.setattr(sys, "executable", str(tmp_path / "gone"))
        stage.window.menus["file.window"].trigger()
        assert "No new window could be opened" in stage.banner
