"""A study whose file or folder cannot be written, and a file that is no study any more, in the real window."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from tests.gui.test_archive import edited, press
from tests.gui.test_keeper import file_of
from tests.gui.test_start_page import titles
from tests.gui.window_stage import DETERRENCE, running

NOBODY = 65534

pytestmark = pytest.mark.skipif(os.name != "posix", reason="uses POSIX permissions")


@pytest.fixture
def open_home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home that every user can read, unlike pytest's own."""
    with tempfile.TemporaryDirectory() as name:
        os.chmod(name, 0o755)
        monkeypatch.setenv("STEELYARD_HOME", name)
        yield Path(name)


@contextmanager
def without_rights(folder: Path) -> Iterator[None]:
    """Let nobody write to a folder; for root, whom no mode stops, by being another user meanwhile."""
    mode, user = folder.stat().st_mode, os.geteuid()
    os.chmod(folder, 0o555)
    if user == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(user)
        os.chmod(folder, mode)


def test_a_study_that_cannot_be_written_is_looked_at_with_the_reason_and_opened_once_it_can(
    qtbot: QtBot, open_home: Path
) -> None:
    with running(qtbot) as stage:
        path = file_of(stage)
        edited(stage, "Which?")
    contents = path.read_bytes()
    with without_rights(path.parent), running(qtbot) as stage:
        assert stage.study.question == "Which?"
        assert stage.session.read_only
        assert "cannot be written where it is" in stage.window.strip.text()
        assert "looked at, not changed" in stage.window.strip.text()
        before = stage.study
        stage.drag(DETERRENCE, 10.0)
        assert stage.study is before
        press(stage, stage.window.strip, "Try again to open it")
        assert stage.session.read_only
    assert path.read_bytes() == contents
    with running(qtbot) as stage:
        assert stage.study.question == "Which?"
        assert not stage.session.read_only
        edited(stage, "And now?")


def test_trying_again_opens_a_study_that_has_become_writable(qtbot: QtBot, open_home: Path) -> None:
    with running(qtbot) as stage:
        path = file_of(stage)
    refused = without_rights(path.parent)
    refused.__enter__()
    try:
        with running(qtbot) as stage:
            assert stage.session.read_only
            refused.__exit__(None, None, None)
            press(stage, stage.window.strip, "Try again to open it")
            assert not stage.session.read_only
            edited(stage, "And now?")
    finally:
        os.chmod(path.parent, 0o755)


def test_a_study_that_cannot_even_be_read_is_refused_in_one_sentence(qtbot: QtBot, open_home: Path) -> None:
    with running(qtbot) as stage:
        path = file_of(stage)
    os.chmod(path, 0o000)
    with without_rights(path.parent), running(qtbot) as stage:
        assert stage.window.page is None
        assert f"“{path.name}” cannot be read" in stage.banner
    os.chmod(path, 0o644)


def test_a_file_that_is_no_study_any_more_is_one_click_from_its_backup(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        path = file_of(stage)
        edited(stage, "Which?")
        good = stage.study
    rubbish = b"\xff" * 9000
    path.write_bytes(rubbish)
    with running(qtbot) as stage:
        assert "not a Steelyard study" in stage.banner
        (button,) = [
            one
            for one in stage.window.banner.findChildren(QAbstractButton)
            if one.isVisible() and "Go on from the backup" in one.text()
        ]
        stage.click(button)
        assert stage.study == good
        assert not stage.session.read_only
        (aside,) = path.parent.glob("*.damaged-*")
        assert aside.read_bytes() == rubbish
        assert len(titles(stage)) == 1
