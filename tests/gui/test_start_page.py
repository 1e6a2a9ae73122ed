"""The start page and what comes in through the window: new, example, recent, files dropped, files sent."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from db.header import FORMAT
from desktop.window.arrived_dialog import ArrivedDialog
from desktop.window.import_dialog import ImportDialog
from desktop.window.new_study_dialog import NewStudyDialog
from desktop.window.start_page import RecentRow, StartPage
from seeds import security_guarantees
from tests.gui.window_stage import CONTROL, DETERRENCE, Key, Stage, running

TITLE = security_guarantees.load().title


def start_page(stage: Stage) -> StartPage:
    """Close the study and go to the start page by its shortcut."""
    if stage.window.page is not None:
        stage.key(Key.Key_W, CONTROL)
    found = stage.window.stack.currentWidget()
    assert isinstance(found, StartPage)
    return found


def recent(stage: Stage) -> list[RecentRow]:
    QApplication.processEvents()
    return [row for row in start_page(stage).findChildren(RecentRow) if row.isVisible()]


def titles(stage: Stage) -> list[str]:
    return [entry.title for entry in stage.application.recent()]


def type_lines(field: QWidget, *lines: str) -> None:
    for line in lines:
        QTest.keyClicks(field, line)
        QTest.keyClick(field, Key.Key_Return)


def drop(stage: Stage, *paths: Path) -> None:
    """Let go of files over the window."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    at, buttons, keys = QPoint(400, 300), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(at, Qt.DropAction.CopyAction, data, buttons, keys)
    QApplication.sendEvent(stage.window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(stage.window, QDropEvent(at.toPointF(), Qt.DropAction.CopyAction, data, buttons, keys))
    stage.flush()


def test_ctrl_w_goes_to_the_start_page_which_lists_the_study(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        rows = recent(stage)
        assert [row.accessibleName() for row in rows] == [f"{TITLE}. 10 options · 12 criteria"]
        assert stage.window.windowTitle() == "Steelyard"
        assert stage.application.keeper is None


def test_a_new_study_opens_with_what_was_typed(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        stage.key(Key.Key_N, CONTROL)
        dialog = stage.dialog(NewStudyDialog)
        assert QApplication.focusWidget() is dialog.title
        stage.write("Which bridge")
        type_lines(dialog.options, "Arch", "Beam", "", "Cable")
        type_lines(dialog.criteria, "Cost", "Beauty")
        stage.click(dialog.accept_button)
        assert not stage.dialogs()
        assert stage.study.title == "Which bridge"
        assert [option.name for option in stage.study.options] == ["Arch", "Beam", "Cable"]
        assert [leaf.name for leaf in stage.study.leaves()] == ["Cost", "Beauty"]
        assert set(titles(stage)) == {"Which bridge", TITLE}


@pytest.mark.parametrize(
    ("title", "options", "criteria", "word"),
    [
        ("", "A", "C", "needs a name"),
        ("   ", "A", "C", "needs a name"),
        ("Bridge", "Arch\narch", "C", "arch"),
        ("Bridge", "A", "Cost\nＣＯＳＴ", "ＣＯＳＴ"),
        ("x" * 600, "A", "C", "longer"),
    ],
)
def test_bad_names_are_refused_in_place_and_nothing_is_made(
    qtbot: QtBot, title: str, options: str, criteria: str, word: str
) -> None:
    with running(qtbot) as stage:
        start_page(stage)
        stage.key(Key.Key_N, CONTROL)
        dialog = stage.dialog(NewStudyDialog)
        dialog.title.setText(title)
        dialog.options.setPlainText(options)
        dialog.criteria.setPlainText(criteria)
        stage.click(dialog.accept_button)
        assert dialog.isVisible()
        assert dialog.trouble.isVisible()
        assert word.casefold() in dialog.trouble.text().casefold()
        assert dialog.options.toPlainText() == options, "what was typed is kept"
        assert titles(stage) == [TITLE]


def test_the_example_card_opens_a_fresh_copy_with_a_number(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        stage.drag(DETERRENCE, 20.0, 10.0)
        stage.click(start_page(stage).example)
        assert stage.study.title == f"{TITLE} 2"
        original = security_guarantees.load()
        assert stage.study.perspectives == original.perspectives
        assert stage.study.scores == original.scores
        assert set(titles(stage)) == {TITLE, f"{TITLE} 2"}


def test_a_recent_study_opens_as_it_was_left(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        stage.drag(DETERRENCE, 20.0, 10.0)
        left = stage.study
        stage.click(recent(stage)[0], QPoint(100, 20))
        assert stage.study == left
        assert stage.window.page is not None


def test_the_bin_moves_a_study_away_without_destroying_it(qtbot: QtBot, home: Path) -> None:
    with running(qtbot) as stage:
        stage.click(recent(stage)[0].bin)
        assert recent(stage) == []
        assert not list((home / "studies").glob("*.steelyard"))
        assert len(list((home / "trash").glob("*.steelyard"))) == 1
        assert not stage.banner


def test_ctrl_1_on_the_start_page_does_nothing(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        start_page(stage)
        stage.key(Key.Key_1, CONTROL)
        stage.key(Key.Key_Z, CONTROL)
        assert not stage.dialogs()


def test_a_study_that_cannot_be_read_is_listed_with_the_reason_and_the_rest_works(qtbot: QtBot, home: Path) -> None:
    (home / "studies").mkdir()
    (home / "studies" / "broken.steelyard").write_bytes(b"SQLite format 3\0" + b"?" * 5000)
    with running(qtbot) as stage:
        assert stage.study.title == TITLE
        names = [row.accessibleName() for row in recent(stage)]
        assert len(names) == 2
        assert any(name.startswith("broken. ") and "not a Steelyard study" in name for name in names)
        stage.click(next(row for row in recent(stage) if row.accessibleName().startswith("broken")), QPoint(100, 20))
        assert "not a Steelyard study" in stage.banner
        assert stage.window.page is None


# Files


def test_a_dropped_csv_opens_the_import_dialog(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "bridges.csv"
    path.write_text("Option,Cost\nArch,5\nBeam,7\n")
    with running(qtbot) as stage:
        drop(stage, path)
        dialog = stage.dialog(ImportDialog)
        assert dialog.title.text() == "bridges"
        assert dialog.accept_button.isEnabled()


def test_a_table_given_at_the_start_opens_the_import_dialog(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "bridges.csv"
    path.write_text("Option,Cost\nArch,5\nBeam,7\n")
    with running(qtbot, path) as stage:
        dialog = stage.dialog(ImportDialog)
        stage.click(dialog.accept_button)
        assert stage.study.title == "bridges"


@pytest.mark.parametrize("contents", [b"", b"hello", b"%PDF-1.7 not a study", bytes(4096)])
def test_a_dropped_file_that_is_no_study_gives_one_sentence_and_changes_nothing(
    qtbot: QtBot, home: Path, tmp_path: Path, contents: bytes
) -> None:
    path = tmp_path / "something.steelyard"
    path.write_bytes(contents)
    with running(qtbot) as stage:
        stage.drag(DETERRENCE, 20.0, 10.0)
        before, session = stage.study, stage.session
        drop(stage, path)
        assert "something.steelyard" in stage.banner
        assert "Nothing was changed" in stage.banner
        assert stage.session is session
        assert stage.study is before
        assert len(list((home / "studies").glob("*.steelyard"))) == 1
        stage.drag(DETERRENCE, 15.0)
        stage.wait_saved()
    assert path.read_bytes() == contents


def test_a_study_of_a_newer_format_gives_one_sentence_and_the_open_one_stays(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "newer.steelyard"
    with running(qtbot) as stage:
        stage.window.send_copy_to(path)
        data = bytearray(path.read_bytes())
        data[60:64] = (FORMAT + 1).to_bytes(4, "big")
        path.write_bytes(data)
        session = stage.session
        drop(stage, path)
        assert "newer version" in stage.banner
        assert stage.session is session
        stage.drag(DETERRENCE, 15.0)
        stage.wait_saved()


def test_a_folder_and_a_file_that_is_gone_are_refused_in_words(qtbot: QtBot, tmp_path: Path) -> None:
    with running(qtbot) as stage:
        for path in (tmp_path, tmp_path / "gone.steelyard", tmp_path / "gone.csv"):
            drop(stage, path)
            assert path.name in stage.banner
            stage.window.banner.dismiss()
        assert stage.window.page is not None


def test_a_copy_that_was_sent_opens_elsewhere_with_everything(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "to a colleague.steelyard"
    with running(qtbot) as mine:
        mine.drag(DETERRENCE, 20.0, 10.0)
        sent = mine.study
        mine.window.send_copy_to(path)
        assert str(path) in mine.toast
    monkeypatch.setenv("STEELYARD_HOME", str(tmp_path / "theirs"))
    received = path.read_bytes()
    with running(qtbot, path) as theirs:
        assert theirs.study == sent
        assert theirs.session.undo_label
        theirs.drag(DETERRENCE, 30.0)
        theirs.wait_saved()
    assert path.read_bytes() == received, "a received file is never edited"


def test_a_copy_of_an_older_state_opened_again_is_asked_about_and_can_be_kept_beside_the_newer(
    qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "older.steelyard"
    with running(qtbot) as stage:
        stage.window.send_copy_to(path)
        older = stage.study
        stage.drag(DETERRENCE, 20.0, 10.0)
        newer = stage.study
        drop(stage, path)
        dialog = stage.dialog(ArrivedDialog)
        assert stage.study is newer
        assert dialog.accept_button.text() == "Open mine", "nothing to update"
        stage.click(dialog.keep)
        assert stage.study.title == f"{TITLE} 2"
        assert stage.study.perspectives == older.perspectives
        assert set(titles(stage)) == {TITLE, f"{TITLE} 2"}


def test_the_very_same_state_is_not_kept_twice(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "same.steelyard"
    with running(qtbot) as stage:
        stage.window.send_copy_to(path)
        session = stage.session
        drop(stage, path)
        assert not stage.banner
        assert stage.session is session
        assert titles(stage) == [TITLE]


def test_an_old_refusal_goes_when_something_opens(qtbot: QtBot, tmp_path: Path) -> None:
    with running(qtbot) as stage:
        drop(stage, tmp_path / "gone.steelyard")
        assert stage.banner
        stage.click(start_page(stage).example)
        assert not stage.banner
