"""What the screens of the past let one do and see: nothing on them misleads, is cut off, or does nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from desktop.commands import EditOption, EditStudy
from desktop.look.painting import hint
from desktop.window.arrived_dialog import ArrivedDialog
from desktop.window.backups_dialog import BackupsDialog
from desktop.window.comparison_dialog import ComparisonDialog
from desktop.window.help_dialog import HelpDialog
from desktop.window.history_dialog import HistoryDialog
from desktop.window.searching import lines, special
from desktop.window.start_page import RecentRow
from seeds import security_guarantees
from tests.gui.test_archive import damaged, edited, press, sent
from tests.gui.test_keeper import file_of, held
from tests.gui.test_start_page import drop
from tests.gui.window_stage import CONTROL, DETERRENCE, SHIFT, Key, Stage, running

MARKUP = "<h1>Done</h1><img src='x'>"


def found_names(stage: Stage) -> list[str]:
    """Everything the command palette would list now."""
    return [found.text for found in lines(stage.window)]


def looked_at(stage: Stage, seq: int) -> None:
    stage.application.archive.look_at_change(seq)
    stage.flush()


def test_the_palette_over_a_past_state_lists_what_that_state_holds_and_sets_no_weight(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        old = stage.study.options[3].name
        stage.session.do(EditOption(stage.study.options[3].id, {"name": "Treaty"}))
        assert list(special(stage.window, "weight cost 25"))
        looked_at(stage, 1)
        assert old in found_names(stage)
        assert "Treaty" not in found_names(stage)
        assert not list(special(stage.window, "weight cost 25")), "it would only be refused"
        assert "History" in found_names(stage), "it is the history of the study that is looked at"
        press(stage, stage.window.strip, "Back")
        assert "Treaty" in found_names(stage)
        stage.wait_saved()


def test_history_and_backups_of_one_study_are_not_offered_over_another(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        other = file_of(stage)
        stage.application.open_example()
        stage.wait_saved()
        with held(other):
            stage.window.open_recent(other.name)
            press(stage, stage.window.banner, "Open read-only")
            assert stage.session.read_only
            assert not {"History", "Backups"} & set(found_names(stage))
            stage.key(Key.Key_H, CONTROL)
            stage.key(Key.Key_B, CONTROL | SHIFT)
            assert stage.dialogs() == []
            press(stage, stage.window.strip, "Back")
        assert {"History", "Backups"} <= set(found_names(stage))


def test_the_strip_says_which_change_a_past_state_follows(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        stage.session.do(EditOption(stage.study.options[3].id, {"name": "T" * 200}))
        looked_at(stage, 2)
        said = stage.window.strip.text()
        assert said.startswith("This is the study as it was after change 2: “Rename ")
        assert "…”" in said
        assert said.endswith("It can be looked at, not changed.")


def test_what_is_wrong_with_a_damaged_study_is_told_in_the_strip_and_not_at_every_refusal(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        path = file_of(stage)
        edited(stage, "Which?")
    damaged(path)
    with running(qtbot) as stage:
        strip = stage.window.strip
        assert strip.text().startswith(stage.session.read_only)
        assert len(strip.text()) > len(stage.session.read_only), "and what is wrong"
        stage.drag(DETERRENCE, 10.0)
        assert stage.toast == stage.session.read_only
        stage.window.resize(stage.window.minimumSize())
        stage.flush()
        assert strip.height() >= strip.heightForWidth(strip.width()), "nothing of it is cut off"


def test_selected_changes_are_named_and_no_empty_box_is_left_when_none_is(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        edited(stage, "Which?")
        edited(stage, "Which one?")
        stage.key(Key.Key_H, CONTROL)
        dialog = stage.dialog(HistoryDialog)
        dialog.timeline.choose(0, 2)
        assert dialog.heading.text() == "2 changes are selected"
        first, second = dialog.details.toPlainText().splitlines()
        assert first.startswith("Change 1 of ")
        assert second == "Now: Question of the study"
        QTest.keyClicks(dialog.search, "xylophone")
        qtbot.waitUntil(dialog.nothing.isVisible)
        assert not dialog.details.isVisible()
        dialog.search.clear()
        qtbot.waitUntil(dialog.details.isVisible)


def test_what_a_new_study_holds_is_told_before_its_identity(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        stage.key(Key.Key_H, CONTROL)
        told = stage.dialog(HistoryDialog).details.toPlainText().splitlines()
        assert told[0].startswith("Study · title: ")
        assert any(line.startswith("Study · identity: ") for line in told), "last, but there"


def test_nothing_is_restored_from_backups_while_none_is_selected(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        edited(stage, "Which?")
        key = stage.application.recent()[0].key
        stage.application.close_study()
        stage.window.open_recent(key)
        stage.key(Key.Key_B, CONTROL | SHIFT)
        dialog = stage.dialog(BackupsDialog)
        assert dialog.accept_button.isEnabled()
        assert dialog.cancel.text() == "Close"
        dialog.table.clearSelection()
        assert not dialog.accept_button.isEnabled()
        assert not dialog.look.isEnabled()
        dialog.try_accept()
        assert dialog.isVisible()


def test_a_file_that_is_behind_offers_the_newer_study_itself(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STEELYARD_HOME", str(tmp_path / "home"))
    with running(qtbot) as stage:
        path = sent(stage, tmp_path / "older.steelyard")
        edited(stage, "Which?")
        stage.application.close_study()
        drop(stage, path)
        dialog = stage.dialog(ArrivedDialog)
        QTest.keyClick(dialog, Key.Key_Return)
        stage.flush()
        assert stage.study.question == "Which?"
        assert not stage.session.read_only
        assert len(stage.application.recent()) == 1


def test_names_are_shown_letter_by_letter_never_as_markup(qtbot: QtBot, tmp_path: Path) -> None:
    with running(qtbot) as stage:
        stage.session.do(EditStudy({"title": MARKUP}))
        path = sent(stage, tmp_path / "copy.steelyard")
        edited(stage, "Which?")
        drop(stage, path)
        dialog = stage.dialog(ArrivedDialog)
        (told,) = [label for label in dialog.findChildren(QLabel) if MARKUP in label.text()]
        assert told.textFormat() == Qt.TextFormat.PlainText
        dialog.say(MARKUP)
        assert dialog.trouble.textFormat() == Qt.TextFormat.PlainText
    assert "<h1>" not in hint(MARKUP)
    assert hint("") == ""


def test_long_names_of_versions_are_both_told_in_a_comparison(qtbot: QtBot) -> None:
    study = security_guarantees.load()
    names = ("A" * 200, "B" * 200)
    parent = QLabel()
    qtbot.addWidget(parent)
    parent.resize(860, 560)
    dialog = ComparisonDialog(study, study, names, parent)
    dialog.show()
    qtbot.waitUntil(lambda: dialog.found is not None)
    assert "A" * 80 in dialog.versions.text()
    assert "B" * 80 in dialog.versions.text()
    assert all(name in dialog.versions.toolTip() for name in names)
    dialog.close()


def test_help_is_no_higher_than_its_window(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        stage.window.resize(stage.window.minimumSize())
        stage.flush()
        stage.window.menus["help.safety"].trigger()
        assert stage.dialog(HelpDialog).height() <= stage.window.height()


def test_a_study_that_cannot_be_read_is_listed_with_the_reason_and_the_page_fits_the_window(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        path = file_of(stage)
        stage.application.close_study()
        path.write_bytes(b"x" * 5000)
        stage.window.show_start()
        stage.window.resize(stage.window.minimumSize())
        stage.flush()
        (row,) = (row for row in stage.window.findChildren(RecentRow) if row.isVisible())
        reason = stage.application.recent()[0].trouble
        assert reason
        assert reason in row.accessibleName()
        assert row.toolTip() == hint(reason)
        page = stage.window.stack.currentWidget()
        assert page.horizontalScrollBar().maximum() == 0  # type: ignore[attr-defined]
        assert row.bin.geometry().right() < row.width() <= stage.window.width()


def test_a_version_is_named_by_typing_and_enter_alone(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        edited(stage, "Which?")
        stage.key(Key.Key_H, CONTROL)
        dialog = stage.dialog(HistoryDialog)
        dialog.name.click()
        qtbot.waitUntil(lambda: getattr(QApplication.focusWidget(), "accessibleIdentifier", str)() == "version.name")
        stage.write("Sent to the board")
        stage.key(Key.Key_Return)
        assert dialog.heading.text() == "Sent to the board"
