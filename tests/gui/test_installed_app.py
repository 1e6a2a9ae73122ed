"""The window as an installed application: files that come in, a second start, what the next start finds, faults."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import (
    QMimeData,
    QPoint,
    QPointF,
    Qt,
    QTimer,
    QUrl,
    qCritical,
    qDebug,
    qInstallMessageHandler,
    qWarning,
)
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from db.library import Library
from db.study.copies import copy_of
from desktop.logbook import log_file
from desktop.notices import licence_text, parts
from desktop.window.crash import CrashDialog
from desktop.window.help_dialog import HelpDialog
from desktop.window.import_dialog import ImportDialog
from desktop.window.main_window import MainWindow
from seeds import security_guarantees
from tests.gui.window_stage import CONTROL, LEFT, PLAIN, Key, running

TABLE = "Option,Cost (US$; lower is better; 0 to 10),Use\nA,2.5,30\nB,4,70.5\n"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "choice.csv"
    path.write_text(TABLE)
    return path


@pytest.fixture
def received(tmp_path: Path) -> Path:
    return Library(tmp_path / "elsewhere").create(security_guarantees.load(), "Ada")


def drop(window: MainWindow, *urls: str) -> bool:
    """Drag these over the window and let go if it would take them; returns whether it would."""
    data = QMimeData()
    data.setUrls([QUrl(url) for url in urls])
    copy = Qt.DropAction.CopyAction
    entering = QDragEnterEvent(QPoint(50, 50), copy, data, LEFT, PLAIN)
    entering.ignore()
    QApplication.sendEvent(window, entering)
    if entering.isAccepted():
        QApplication.sendEvent(window, QDropEvent(QPointF(50, 50), copy, data, LEFT, PLAIN))
    return entering.isAccepted()


def local(path: Path) -> str:
    return QUrl.fromLocalFile(str(path)).toString()


def test_files_that_are_dropped_are_opened_and_addresses_are_not(qtbot: QtBot, table: Path, received: Path) -> None:
    with running(qtbot) as stage:
        own = stage.study.id
        assert not drop(stage.window, "https://example.org/study.steelyard")
        assert drop(stage.window, local(table))
        stage.flush()
        assert stage.dialog(ImportDialog).table.item(0, 0).text() == "A"
        stage.dialog(ImportDialog).close()
        assert drop(stage.window, local(received), local(table))
        qtbot.waitUntil(lambda: stage.study.id == security_guarantees.load().id != own)
        assert table.name in stage.toast
        assert not stage.banner


def test_of_several_studies_all_are_kept_and_the_first_is_shown(qtbot: QtBot, tmp_path: Path, received: Path) -> None:
    other = Library(tmp_path / "elsewhere").create(copy_of(security_guarantees.load(), "Another"), "Ada")
    no_study = tmp_path / "notes.steelyard"
    no_study.write_text("not a study")
    with running(qtbot) as stage:
        assert drop(stage.window, local(other), local(no_study), local(received))
        qtbot.waitUntil(lambda: stage.study.title == "Another")
        assert "2 studies are in your library" in stage.banner
        assert no_study.name in stage.banner
        kept = {entry.id for entry in stage.application.entries()}
        assert {stage.study.id, security_guarantees.load().id} <= kept


def test_what_is_no_study_is_refused_in_a_sentence(qtbot: QtBot, tmp_path: Path) -> None:
    folder, link = tmp_path / "folder", tmp_path / "link"
    folder.mkdir()
    link.symlink_to(folder)
    with running(qtbot) as stage:
        own = stage.study.id
        for path in (folder, link, tmp_path / "gone.steelyard", tmp_path / "gone.csv"):
            stage.window.banner.dismiss()
            assert drop(stage.window, local(path))
            qtbot.waitUntil(lambda: bool(stage.banner))
            assert path.resolve().name in stage.banner
            assert "Errno" not in stage.banner
            assert stage.study.id == own


def test_a_table_that_the_window_is_started_on_is_shown_before_it_is_taken(qtbot: QtBot, table: Path) -> None:
    with running(qtbot, table) as stage:
        dialog = stage.dialog(ImportDialog)
        assert dialog.title.text() == "choice"
        assert dialog.table.item(1, 0).text() == "B"


def test_the_next_start_finds_study_perspective_tab_and_window_as_they_were_left(qtbot: QtBot) -> None:
    with running(qtbot) as before:
        before.key(Key.Key_3, CONTROL)
        before.page.tabs.turn_to("sensitivity")
        before.window.resize(860, 640)  # No wider than the screen of a test.
        before.flush()
        left = before.study.id, before.session.view.perspective, before.page.tabs.current, before.window.size()
        assert left[2] == "sensitivity"
    with running(qtbot) as after:
        page = after.page
        assert left == (after.study.id, after.session.view.perspective, page.tabs.current, after.window.size())


def test_a_fault_is_in_the_log_and_the_report_says_where(qtbot: QtBot, capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        raise ZeroDivisionError("a bug of ours")

    with running(qtbot, may_fail=True) as stage:
        QTimer.singleShot(0, fail)
        QTimer.singleShot(0, fail)
        qtbot.waitUntil(lambda: len(stage.bugs) == 2)
        dialog = stage.dialog(CrashDialog)
        assert str(log_file()) in dialog.words.text()
        report = dialog.report.toPlainText()
    text = log_file().read_text("utf-8")
    assert report.strip() in text
    assert text.count("ZeroDivisionError: a bug of ours") == 2
    assert stage.study.title not in text
    assert "a bug of ours" in capsys.readouterr().err


def test_a_fault_of_another_thread_is_told_on_the_windows(qtbot: QtBot, capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        raise ZeroDivisionError("far away")

    with running(qtbot, may_fail=True) as stage:
        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()
        qtbot.waitUntil(lambda: bool(stage.dialogs()))
        assert "ZeroDivisionError: far away" in stage.dialog(CrashDialog).report.toPlainText()
    assert "far away" in capsys.readouterr().err


def test_a_fault_in_the_telling_of_a_fault_leaves_the_systems_own_box(
    qtbot: QtBot, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise ZeroDivisionError("the first")

    with running(qtbot, may_fail=True) as stage:
        monkeypatch.setattr(CrashDialog, "resize", lambda *_: [][0])
        QTimer.singleShot(0, fail)
        qtbot.waitUntil(lambda: bool(stage.dialogs()))
        assert "the first" in stage.dialog(QMessageBox).detailedText()
        stage.dialog(QMessageBox).close()
    text = log_file().read_text("utf-8")
    assert text.count("ZeroDivisionError: the first") == 1
    assert "IndexError" in text
    capsys.readouterr()


def test_what_qt_complains_of_is_in_the_log_once(qtbot: QtBot, capsys: pytest.CaptureFixture[str]) -> None:
    with running(qtbot) as stage:
        before = qInstallMessageHandler(None)
        try:
            stage.application.listen_to_qt()
            for _ in range(3):
                qWarning("the roof leaks")
            qCritical("the house burns")
            qDebug("the sun shines")
        finally:
            qInstallMessageHandler(before)
    logged = [line.split(" ", 3)[3] for line in log_file().read_text("utf-8").splitlines() if " Qt: " in line]
    assert logged == ["INFO Qt: the roof leaks", "ERROR Qt: the house burns"]
    assert capsys.readouterr().err.count("the roof leaks") == 3


def test_the_log_is_in_the_help_menu(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        stage.application.logbook.write("a <word> of the log")
        stage.window.menus["help.log"].trigger()
        shown = stage.dialog(HelpDialog).text.toPlainText()
        assert str(log_file()) in shown
        assert "a <word> of the log" in shown


@pytest.mark.parametrize(
    "damage", [b"", b"\x00\xff" * 999, b"[General]\ngeometry=@ByteArray(\\x1)\nlast=@Variant(x)\n"]
)
def test_damaged_preferences_are_no_preferences(qtbot: QtBot, home: Path, damage: bytes) -> None:
    study = security_guarantees.load().id
    (home / "window.ini").write_bytes(damage + f"\n[looked]\n{study}=[1\n".encode())
    with running(qtbot) as stage:
        assert stage.study.title
        stage.page.tabs.turn_to("flips")
    with running(qtbot) as stage:
        assert stage.page.tabs.current == "flips"


def test_about_lists_what_is_bundled_and_shows_the_words_of_each_licence(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        stage.window.menus["help.about"].trigger()
        dialog = stage.dialog(HelpDialog)
        about = dialog.text.toPlainText()
        assert str(log_file()) in about
        for part in parts():
            assert part.name in about
            assert part.version in about
        for part in (parts()[1], parts()[-1]):
            dialog.show_page(f"licence/{part.name}")
            assert (licence_text(part) or "public domain")[:200].strip() in dialog.text.toPlainText()
            dialog.show_page("about")
            assert dialog.text.toPlainText() == about
