"""The past of a study and what arrives from elsewhere, in the real window."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.commands import EditStudy
from desktop.window.arrived_dialog import ArrivedDialog
from desktop.window.backups_dialog import BackupsDialog
from desktop.window.patience import worked_out
from desktop.window.summons import summon
from tests.gui.test_keeper import file_of, held
from tests.gui.test_start_page import drop, titles
from tests.gui.window_stage import CONTROL, DETERRENCE, SHIFT, Key, Stage, running

TITLE = "Security guarantees for Ukraine"


def press(stage: Stage, within: QWidget, text: str) -> None:
    """Press the button with this text."""
    (button,) = [one for one in within.findChildren(QAbstractButton) if one.isVisible() and one.text() == text]
    stage.click(button)


def edited(stage: Stage, question: str) -> None:
    stage.session.do(EditStudy({"question": question}))
    stage.flush()
    stage.wait_saved()


def sent(stage: Stage, path: Path) -> Path:
    stage.window.send_copy_to(path)
    return path


# What was


def test_the_study_as_it_was_is_looked_at_and_left_again(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        first = stage.study
        edited(stage, "Which?")
        present = stage.session
        stage.window.desk.archive.look_at_change(1)  # type: ignore[union-attr]
        stage.flush()
        assert stage.study == first
        assert "as it was after change 1" in stage.window.strip.text()
        assert "(read only)" in stage.window.windowTitle()
        stage.drag(DETERRENCE, 10.0)
        assert stage.study == first
        assert "can be looked at, not changed" in stage.toast
        press(stage, stage.window.strip, "Back")
        assert stage.session is present
        assert stage.window.strip.isHidden()
        stage.drag(DETERRENCE, 10.0)
        stage.wait_saved()
        assert stage.study != first


def test_a_state_is_restored_as_a_change_that_can_be_undone(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        first = stage.study
        edited(stage, "Which?")
        edited(stage, "Which one?")
        stage.window.desk.archive.look_at_change(1)  # type: ignore[union-attr]
        press(stage, stage.window.strip, "Restore this state")
        assert stage.study == first
        assert not stage.session.read_only
        assert "Restore the study as after change 1" in stage.session.undo_label
        stage.key(Key.Key_Z, CONTROL)
        assert stage.study.question == "Which one?"
        stage.wait_saved()


def test_a_refusal_told_while_looking_is_told_once(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        told: list[str] = []
        for _ in range(2):
            stage.window.desk.archive.look_at_change(1)  # type: ignore[union-attr]
            press(stage, stage.window.strip, "Back")
        stage.session.on_refusal(told.append)
        listening = len(stage.session._refusal_listeners)
        stage.window.desk.archive.look_at_change(1)  # type: ignore[union-attr]
        press(stage, stage.window.strip, "Back")
        assert len(stage.session._refusal_listeners) == listening
        stage.session.refuse("No.")
        assert told == ["No."]
        assert stage.toast == "No."


# Backups


def test_a_backup_is_listed_looked_at_and_restored_as_a_study_of_its_own(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        edited(stage, "Which?")
        backed_up = stage.study
        stage.application.close_study()
        stage.window.open_recent(stage.application.recent()[0].key)
        edited(stage, "Which one?")
        stage.key(Key.Key_B, CONTROL | SHIFT)
        dialog = stage.dialog(BackupsDialog)
        assert dialog.table.rowCount() == 1
        assert "Question of the study" in dialog.table.item(0, 4).text()
        assert dialog.table.item(0, 3).text() == "yes"
        stage.click(dialog.look)
        assert stage.study == backed_up
        press(stage, stage.window.strip, "Restore as a study of its own")
        assert stage.study.question == "Which?"
        assert stage.study.title.startswith(f"{TITLE} (backup of ")
        assert len(titles(stage)) == 2


def test_a_study_without_backups_says_so(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        stage.window.open_backups()
        dialog = stage.dialog(BackupsDialog)
        assert not dialog.accept_button.isEnabled()
        assert dialog.size().width() >= QSize(600, 300).width()


# What arrives


def test_a_copy_that_is_ahead_updates_the_study_with_its_changes(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = str(tmp_path / "mine")
    monkeypatch.setenv("STEELYARD_HOME", mine)
    path = tmp_path / "round.steelyard"
    with running(qtbot) as stage:
        sent(stage, path)
    monkeypatch.setenv("STEELYARD_HOME", str(tmp_path / "theirs"))
    with running(qtbot, path) as theirs:
        edited(theirs, "Which?")
        path.unlink()
        sent(theirs, path)
    monkeypatch.setenv("STEELYARD_HOME", mine)
    with running(qtbot) as stage:
        drop(stage, path)
        dialog = stage.dialog(ArrivedDialog)
        assert stage.study.question != "Which?"
        stage.click(dialog.accept_button)
        assert stage.study.question == "Which?"
        assert titles(stage) == [TITLE]
        assert stage.session.undo_label == "Question of the study"
        stage.key(Key.Key_Z, CONTROL)
        stage.wait_saved()


def test_a_copy_that_went_another_way_is_taken_over_as_one_change_that_can_be_undone(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "apart.steelyard"
    mine = str(tmp_path / "mine")
    monkeypatch.setenv("STEELYARD_HOME", mine)
    with running(qtbot) as stage:
        sent(stage, path)
        edited(stage, "Mine?")
    monkeypatch.setenv("STEELYARD_HOME", str(tmp_path / "theirs"))
    with running(qtbot, path) as theirs:
        edited(theirs, "Theirs?")
        path.unlink()
        sent(theirs, path)
    monkeypatch.setenv("STEELYARD_HOME", mine)
    with running(qtbot) as stage:
        drop(stage, path)
        stage.click(stage.dialog(ArrivedDialog).accept_button)
        assert stage.study.question == "Theirs?"
        stage.key(Key.Key_Z, CONTROL)
        assert stage.study.question == "Mine?"
        stage.wait_saved()


# Two windows


def test_a_study_open_elsewhere_can_be_looked_at(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        path = file_of(stage)
        edited(stage, "Which?")
    with held(path), running(qtbot) as second:
        press(second, second.window.banner, "Open read-only")
        assert second.study.question == "Which?"
        assert "Another window has this study open" in second.window.strip.text()
        press(second, second.window.strip, "Back")
        assert second.window.page is None


def test_whoever_asks_for_an_open_study_brings_its_window_to_the_front(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        path = file_of(stage)
        stage.window.showMinimized()
        assert worked_out(lambda: summon(path))
        qtbot.waitUntil(lambda: not stage.window.isMinimized())
        stage.application.close_study()
        assert not summon(path)


# Damage


def damaged(path: Path) -> None:
    """Change a stored score behind the history's back."""
    raw = sqlite3.connect(path)
    raw.execute("UPDATE score SET likely = likely + 1 WHERE rowid = (SELECT min(rowid) FROM score)")
    raw.commit()
    raw.close()


def test_a_damaged_study_is_shown_as_it_was_and_its_backup_is_one_click_away(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        path = file_of(stage)
        edited(stage, "Which?")
        good = stage.study
    damaged(path)
    contents = path.read_bytes()
    with running(qtbot) as stage:
        assert "damaged" in stage.window.strip.text()
        assert stage.study == good, "the history holds together and is shown"
        assert stage.session.read_only
        (button,) = [one for one in stage.window.strip.findChildren(QAbstractButton) if "backup" in one.text()]
        stage.click(button)
        assert stage.study == good
        assert not stage.session.read_only
        assert "damaged file was kept" in stage.banner
        edited(stage, "And now?")
        (aside,) = path.parent.glob("*.damaged-*")
        assert aside.read_bytes() == contents
        assert titles(stage) == [TITLE]


def test_a_study_put_back_to_an_older_file_is_noticed_and_both_are_kept(qtbot: QtBot, tmp_path: Path) -> None:
    with running(qtbot) as stage:
        path = file_of(stage)
        edited(stage, "First?")
    older = tmp_path / "older"
    shutil.copy(path, older)
    with running(qtbot) as stage:
        edited(stage, "Second?")
    shutil.copy(older, path)
    with running(qtbot) as stage:
        assert "not as this library last saw it" in stage.banner
        assert stage.study.question == "First?"
        assert len(titles(stage)) == 2
    with running(qtbot) as stage:
        assert stage.banner == "", "noticed once"
