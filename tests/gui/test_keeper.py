"""What the window does while a disk refuses, another process holds the study, or Steelyard itself fails."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from db.store import Store
from desktop.commands import AnnotateScore, EditStudy, MoveWeight
from desktop.keeper import when
from desktop.look.buttons import Button
from desktop.window.crash import CrashDialog
from desktop.window.new_study_dialog import NewStudyDialog, described
from desktop.window.start_page import StartPage
from tests.gui.window_stage import CONTROL, COST, DETERRENCE, Key, Stage, running

ROOT = Path(__file__).parents[2]
HOLDER = """
import sys
from pathlib import Path
from db.store import Store
store = Store.open(Path(sys.argv[1]))
print("open", flush=True)
sys.stdin.read()
store.close()
"""


@contextmanager
def refusing(most: int = 1000) -> Iterator[None]:
    """No file of this process can grow beyond so many bytes, as on a full disk."""
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Another process has the study open."""
    other = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)],
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert other.stdout is not None
    assert other.stdout.readline() == "open\n"
    try:
        yield
    finally:
        other.communicate()
        assert other.returncode == 0


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.keeper.RETRY_MS", 150)


def wait_refused(stage: Stage) -> None:
    stage.qtbot.waitUntil(lambda: stage.window.status.saved.text() == "Not saved")


def file_of(stage: Stage) -> Path:
    keeper = stage.application.keeper
    assert keeper is not None
    path = keeper.path
    assert path is not None
    return path


def banner_button(stage: Stage, text: str) -> Button:
    return next(button for button in stage.window.banner.findChildren(Button) if button.text() == text)


def test_while_the_disk_refuses_it_is_said_and_editing_goes_on_until_all_is_saved(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        first = stage.study
        with refusing():
            stage.drag(DETERRENCE, 20.0, 10.0)
            wait_refused(stage)
            assert "could not be written" in stage.banner or "cannot be written" in stage.banner
            assert "intact" in stage.banner
            second = stage.study
            stage.drag(COST, 25.0)
            assert stage.shown_totals() == pytest.approx(stage.right_totals())
            assert stage.window.status.saved.text() == "Not saved"
            third = stage.study
        stage.wait_saved()
        assert not stage.banner
    with running(qtbot) as later:
        assert later.study == third
        later.key(Key.Key_Z, CONTROL)
        assert later.study == second, "each drag is a step of its own"
        later.key(Key.Key_Z, CONTROL)
        assert later.study == first
        later.wait_saved()


def test_a_copy_can_be_saved_elsewhere_while_the_study_cannot(qtbot: QtBot, tmp_path: Path) -> None:
    target = tmp_path / "rescued.steelyard"
    with running(qtbot) as stage:
        stage.wait_saved()
        option = stage.study.options[0].id
        with refusing(file_of(stage).stat().st_size + 300_000):
            stage.session.do(AnnotateScore((option, DETERRENCE), {"rationale": "x" * 3_000_000}))
            wait_refused(stage)
            stage.session.do(AnnotateScore((option, DETERRENCE), {"rationale": "short"}))
            stage.drag(DETERRENCE, 20.0, 10.0)
            assert banner_button(stage, "Save a copy elsewhere…").isVisible()
            stage.window.rescue_to(target)
            assert str(target) in stage.toast
            assert stage.window.status.saved.text() == "Not saved"
        with Store.open(target) as store:
            assert store.study == stage.study
        stage.wait_saved()


def test_a_new_study_that_the_disk_refuses_is_shown_and_kept_as_soon_as_it_can_be(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        stage.wait_saved()
        made = described("Fleet", "", ["Lease", "Buy"], ["Cost"])
        with refusing():
            stage.application.open_new(made)
            wait_refused(stage)
            assert stage.study == made
            stage.session.do(EditStudy({"question": "Which ships?"}))
            wanted = stage.study
        stage.wait_saved()
        keeper = stage.application.keeper
        assert keeper is not None
        assert keeper.saved == wanted


def test_a_drag_in_progress_does_not_reach_the_disk_when_it_is_tried_again(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        with refusing():
            stage.drag(DETERRENCE, 20.0, 10.0)
            wait_refused(stage)
            settled = stage.study
            stage.take(COST, 30.0, 40.0)
        stage.wait_saved()
        assert stage.session.in_gesture
        keeper = stage.application.keeper
        assert keeper is not None
        assert keeper.saved == settled
        stage.session.abandon()
        stage.release(COST)
        assert stage.study == settled


def test_recovery_leaves_another_message_alone(qtbot: QtBot, tmp_path: Path) -> None:
    with running(qtbot) as stage:
        with refusing():
            stage.drag(DETERRENCE, 20.0, 10.0)
            wait_refused(stage)
            stage.application.keeper._retry.stop()  # type: ignore[union-attr]
            stage.window.take_file(tmp_path / "gone.steelyard")
        said = stage.banner
        assert "gone.steelyard" in said
        stage.application.keeper.flush()  # type: ignore[union-attr]
        stage.flush()
        assert stage.window.status.saved.text().startswith("Saved")
        assert stage.banner == said


def test_closing_while_something_is_unsaved_asks_and_loses_nothing(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        with refusing():
            stage.drag(DETERRENCE, 20.0, 10.0)
            assert not stage.window.close()
            assert stage.window.isVisible()
            assert banner_button(stage, "Close anyway").isVisible()
            stage.drag(COST, 25.0)
            left = stage.study
        assert stage.window.close()
    with running(qtbot) as later:
        assert later.study == left


def test_close_anyway_closes_and_the_study_is_as_it_was_last_saved(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        stage.drag(COST, 25.0)
        stage.wait_saved()
        saved = stage.study
        with refusing():
            stage.drag(DETERRENCE, 20.0, 10.0)
            assert not stage.window.close()
            stage.click(banner_button(stage, "Close anyway"))
            assert not stage.window.isVisible()
    with running(qtbot) as later:
        assert later.study == saved


def test_what_is_unsaved_keeps_its_study_open_when_another_is_asked_for(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        key = file_of(stage).name
        stage.application.open_example()
        session = stage.session
        with refusing():
            stage.drag(DETERRENCE, 20.0, 10.0)
            stage.window.open_recent(key)
            stage.key(Key.Key_W, CONTROL)
            assert stage.session is session
            assert "intact" in stage.banner
            stage.drag(COST, 25.0)
        stage.wait_saved()
        stage.window.open_recent(key)
        assert stage.session is not session


def test_each_of_many_quick_edits_is_a_step_on_disk(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        party = stage.session.view.perspective
        for share in (0.1, 0.2, 0.3, 0.4, 0.5):
            stage.session.do(MoveWeight(party, COST, share))
        stage.wait_saved()
        path, left = file_of(stage), stage.study
        stage.key(Key.Key_W, CONTROL)
        with Store.open(path) as store:
            assert store.study == left
            assert len(store.undoable()) == 5


def test_undo_and_redo_are_on_disk_too(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        stage.drag(DETERRENCE, 20.0, 10.0)
        stage.drag(COST, 25.0)
        stage.key(Key.Key_Z, CONTROL)
        left = stage.study
    with running(qtbot) as later:
        assert later.study == left
        assert later.session.redo_label
        later.key(Key.Key_Y, CONTROL)
        assert later.points(COST) == pytest.approx(25.0, abs=1.0)
        later.wait_saved()


# Others


def test_a_study_open_in_another_process_is_refused_and_the_open_one_stays(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        first = file_of(stage)
        stage.application.open_example()
        session = stage.session
        with held(first):
            stage.window.open_recent(first.name)
            assert "open in another window or program" in stage.banner
            assert stage.session is session
            stage.drag(DETERRENCE, 20.0, 10.0)
            stage.wait_saved()
        stage.window.open_recent(first.name)
        assert stage.session is not session


def test_a_second_window_on_the_same_study_starts_with_a_sentence(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        path = file_of(stage)
    with held(path), running(qtbot) as second:
        assert "open in another window or program" in second.banner
        assert isinstance(second.window.stack.currentWidget(), StartPage)


def test_a_library_that_cannot_be_made_is_said_and_the_window_stays_usable(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where the folder should be")
    monkeypatch.setenv("STEELYARD_HOME", str(blocked))
    with running(qtbot) as stage:
        assert "library cannot be kept" in stage.banner
        assert isinstance(stage.window.stack.currentWidget(), StartPage)
        stage.key(Key.Key_N, CONTROL)
        dialog = stage.dialog(NewStudyDialog)
        QTest.keyClicks(dialog.title, "Bridges")
        stage.click(dialog.accept_button)
        assert "library cannot be kept" in stage.banner
        blocked.unlink()
        stage.application.open_example()
        stage.wait_saved()


def test_an_unforeseen_failure_shows_a_report_that_can_be_copied(
    qtbot: QtBot, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise ZeroDivisionError("a bug of ours")

    with running(qtbot, may_fail=True) as stage:
        QTimer.singleShot(0, fail)
        QTimer.singleShot(0, fail)
        qtbot.waitUntil(lambda: len(stage.bugs) == 2)
        dialog = stage.dialog(CrashDialog)
        report = dialog.report.toPlainText()
        assert "ZeroDivisionError: a bug of ours" in report
        assert "Python" in report
        copy = next(button for button in dialog.findChildren(QAbstractButton) if "Copy" in button.text())
        stage.click(copy)
        assert QGuiApplication.clipboard().text() == report
        dialog.close()
        stage.flush()
        stage.drag(DETERRENCE, 20.0, 10.0)
        stage.wait_saved()
        QTimer.singleShot(0, fail)
        qtbot.waitUntil(lambda: len(stage.bugs) == 3)
        assert stage.dialog(CrashDialog)
    assert "a bug of ours" in capsys.readouterr().err


def test_a_time_is_told_with_its_day_where_it_is_not_today() -> None:
    assert when("changed", "") == ""
    assert when("changed", "2020-03-04T12:00:00+00:00").startswith("changed 4 Mar 2020, ")


def test_a_disk_that_refuses_the_last_tidying_up_keeps_nobody_from_closing(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        stage.drag(DETERRENCE, 20.0, 10.0)
        stage.wait_saved()
        saved = stage.study
        with refusing():
            stage.key(Key.Key_W, CONTROL)
            assert isinstance(stage.window.stack.currentWidget(), StartPage)
            assert "is saved" in stage.banner
        stage.window.open_recent(stage.application.preferences.text("last"))
        assert stage.study == saved
        with refusing():
            stage.drag(COST, stage.points(COST))
            assert stage.window.close()
    with running(qtbot) as later:
        assert later.study == saved
