"""What autosave promises besides saving: names, backups, checks and updates, also where the disk refuses them."""

from __future__ import annotations

import time
from concurrent.futures import wait
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from db.library import Library
from db.store import Store
from db.study.model import Known, Study
from desktop.commands import EditStudy
from desktop.window.backups_dialog import BackupsDialog
from desktop.window.new_study_dialog import described
from tests.gui.test_keeper import banner_button, file_of, refusing, wait_refused
from tests.gui.window_stage import COST, DETERRENCE, Stage, running


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.keeper.RETRY_MS", 150)
    monkeypatch.setattr("desktop.keeper.CHECK_MS", 50)


def library_of(stage: Stage) -> Library:
    return stage.application.library


def a_while(stage: Stage) -> None:
    """Long enough for anything that is due every 100 ms to have happened a few times."""
    stage.qtbot.wait(500)


def no_backups_for(stage: Stage, study: Study) -> Path:
    """A file stands where the folder of the backups should be."""
    blocked = library_of(stage).backups / study.id
    blocked.write_text("in the way")
    return blocked


def test_a_new_title_that_the_disk_refuses_is_shown_and_saved_when_it_can_be(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        stage.wait_saved()
        path = file_of(stage)
        with refusing():
            stage.session.do(EditStudy({"title": "Another title"}))
            wait_refused(stage)
            stage.flush()
            assert stage.window.windowTitle().startswith("Another title")
        stage.wait_saved()
        assert not stage.banner
    with Store.open(path) as store:
        assert store.study.title == "Another title"


def test_a_version_is_named_only_where_all_is_saved_and_is_named_later_instead(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        archive = stage.application.archive
        with refusing():
            stage.drag(DETERRENCE, 20.0, 10.0)
            wait_refused(stage)
            stage.window.guard(lambda: archive.name_version("Sent to the board", ""))
            assert stage.window.status.saved.text() == "Not saved"
            assert "intact" in stage.banner
            stage.drag(COST, 25.0)
        stage.wait_saved()
        archive.name_version("Sent to the board", "They asked")
        named = [change for change in archive.changes() if change.kind == "name"]
        assert [(change.label, change.reason, change.seq) for change in named] == [
            ("Sent to the board", "They asked", 4)
        ]
        assert stage.window.status.saved.text().startswith("Saved")


def test_a_disk_that_fills_up_just_when_a_version_is_named_says_so_and_keeps_the_study(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        stage.drag(COST, 25.0)
        stage.wait_saved()
        saved = stage.study
        with refusing(), pytest.raises(Known, match="intact"):
            stage.application.archive.name_version("Sent to the board", "")
        assert stage.application.keeper is not None
        assert stage.application.keeper.saved == saved
        stage.application.archive.name_version("Sent to the board", "")
        assert [change.kind for change in stage.application.archive.changes()] == ["create", "do", "name"]


def test_backups_are_made_while_the_study_changes_and_only_then(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.keeper.BACKUP_MS", 100)
    with running(qtbot) as stage:
        study = stage.study.id

        def backups() -> int:
            return len(library_of(stage).backups_of(study))

        a_while(stage)
        assert not backups()
        for made, amount in enumerate((25.0, 15.0), 1):
            stage.drag(COST, amount)
            qtbot.waitUntil(lambda made=made: backups() == made)
            a_while(stage)
            assert backups() == made
        newest = library_of(stage).backups_of(study)[-1]
        assert library_of(stage).look(newest.path) == stage.study
        assert not stage.banner


def test_a_backup_that_cannot_be_made_is_told_while_the_study_stays_saved(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.keeper.BACKUP_MS", 100)
    with running(qtbot) as stage:
        stage.wait_saved()
        blocked = no_backups_for(stage, stage.study)
        stage.drag(COST, 25.0)
        qtbot.waitUntil(lambda: "a backup of it could not be made" in stage.banner)
        assert "is saved" in stage.banner
        assert stage.window.status.saved.text().startswith("Saved")
        assert banner_button(stage, "Backups…").isVisible()
        blocked.unlink()
        qtbot.waitUntil(lambda: len(library_of(stage).backups_of(stage.study.id)) == 1)
        left = stage.study
    with running(qtbot) as later:
        assert later.study == left


def test_damage_that_opening_does_not_notice_is_told_soon_after_with_the_backups(qtbot: QtBot, home: Path) -> None:
    library = Library(home)
    path = library.create(described("Fleet", "", ["Lease", "Buy"], ["Cost"]), "Ada")
    with library.open(path) as store:
        for number in range(110):
            after = EditStudy({"question": f"Which of {number}?"}).apply(store.study)
            store.save(store.study, after, f"Ask {number:03}", who="Ada")
    contents = path.read_bytes()
    assert contents.count(b"Ask 003") == 1
    path.write_bytes(contents.replace(b"Ask 003", b"Ask 0\x133"))
    with running(qtbot) as stage:
        assert stage.study.question == "Which of 109?"
        qtbot.waitUntil(lambda: "does not hold together" in stage.banner)
        stage.click(banner_button(stage, "Backups…"))
        dialog = stage.dialog(BackupsDialog)
        assert dialog.table.rowCount() == 1
        dialog.close()


def test_a_new_study_that_cannot_be_kept_yet_offers_the_copy_and_nothing_else(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        stage.wait_saved()
        with refusing():
            stage.application.open_new(described("Fleet", "", ["Lease", "Buy"], ["Cost"]))
            wait_refused(stage)
            a_while(stage)
            assert banner_button(stage, "Save a copy elsewhere…").isVisible()
        stage.wait_saved()


def test_a_study_that_could_not_be_kept_when_it_was_to_be_closed_is_kept_once_it_can_be(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        stage.wait_saved()
        with refusing():
            stage.application.open_new(described("Fleet", "", ["Lease", "Buy"], ["Cost"]))
            wait_refused(stage)
            session, keeper = stage.session, stage.application.keeper
            assert keeper is not None
            stage.session.do(EditStudy({"question": "Which ships?"}))
            keeper._try_again()
            assert keeper._pending is not None
            wait([keeper._pending])
            keeper._thread.submit(time.sleep, 0.2)  # So that the refusal is heard of while the window waits.
            stage.window.close_study()
            assert stage.session is session
            left = stage.study
        stage.wait_saved()
        assert keeper.saved == left


def arrived_with_news(stage: Stage, folder: Path) -> Path:
    """A copy of the open study that went on elsewhere, taken by the window."""
    copy = folder / "news.steelyard"
    stage.application.send_copy(copy)
    with Store.open(copy) as store:
        store.save(store.study, EditStudy({"question": "News?"}).apply(store.study), "Ask", who="Bob")
    stage.window.take_file(copy)
    for dialog in stage.dialogs():
        dialog.close()
    return copy


def test_an_update_that_is_refused_leaves_the_study_open_and_saved_as_before(qtbot: QtBot, tmp_path: Path) -> None:
    with running(qtbot) as stage:
        stage.wait_saved()
        own, path = stage.study, file_of(stage)
        arrived_with_news(stage, tmp_path)
        blocked = no_backups_for(stage, own)
        stage.window.guard(stage.application.archive.update_from_arrived)
        assert "backup of it could not be made" in stage.banner
        assert stage.study == own
        stage.drag(COST, 25.0)
        stage.wait_saved()
        left = stage.study
        blocked.unlink()
    with Store.open(path) as store:
        assert store.study == left


def test_where_the_disk_refuses_an_update_no_page_takes_edits_that_nobody_keeps(qtbot: QtBot, tmp_path: Path) -> None:
    with running(qtbot) as stage:
        stage.wait_saved()
        arrived_with_news(stage, tmp_path)
        path = file_of(stage)
        with refusing():
            stage.window.guard(stage.application.archive.update_from_arrived)
            assert stage.banner
            keeper = stage.application.keeper
            kept = keeper.session if keeper is not None else None
            assert stage.window.page is None or stage.session.read_only or stage.session is kept
        stage.window.open_recent(path.name)
        stage.window.guard(stage.application.archive.update_from_arrived)
        assert stage.study.question == "News?"
