"""The history in the real window: found, looked at, restored, named, compared."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QSize
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from db.store import write_new
from db.study.past import Past
from db.study.patch import NOTHING
from desktop.commands import EditOption, EditStudy, MoveWeight, RemoveOption
from desktop.models.history_model import FROM, TO, WHAT, WHEN, WHO, WHY, HistoryModel, clock, day_text, days_of
from desktop.window.arrived_dialog import ArrivedDialog
from desktop.window.command_palette import match
from desktop.window.comparison_dialog import ComparisonDialog, effect_text
from desktop.window.history_dialog import HistoryDialog, NameVersionDialog
from desktop.window.searching import lines
from tests.gui.test_archive import edited, press, sent
from tests.gui.test_start_page import drop
from tests.gui.test_window_access import nameless, unidentified
from tests.gui.window_stage import CONTROL, COST, DETERRENCE, SHIFT, Key, Stage, running
from tests.unit.db.test_telling import Made

LONG = "A tripwire force with a remarkably long name " * 6


def opened(stage: Stage) -> HistoryDialog:
    """The history, opened as its user opens it."""
    stage.flush()
    stage.key(Key.Key_H, CONTROL)
    return stage.dialog(HistoryDialog)


def rows(dialog: HistoryDialog, column: int = WHAT) -> list[str]:
    """The cells of a column for all changes that are shown, from the top."""
    model = dialog.timeline.changes
    cells = [model.index(row, column) for row in range(model.rowCount())]
    return [str(cell.data()) for cell in cells if model.place_of(cell) is not None]


def searched(stage: Stage, dialog: HistoryDialog, text: str) -> None:
    dialog.search.clear()
    QTest.keyClicks(dialog.search, text)
    stage.qtbot.waitUntil(lambda: " of " in dialog.count.text())


def chosen_filter(stage: Stage, dialog: HistoryDialog, kind: str, name: str) -> None:
    combo = dialog.filters[kind]
    combo.setCurrentIndex(combo.findText(name))
    stage.qtbot.waitUntil(lambda: " of " in dialog.count.text() or not combo.currentData())


def worked(stage: Stage) -> None:
    """Some edits: a weight, a name, a score, a deletion, an undo."""
    session = stage.session
    session.do(MoveWeight(session.view.perspective, COST, 0.2))
    session.do(EditOption(stage.study.options[3].id, {"name": "Treaty"}))
    stage.enter(stage.study.options[1].id, DETERRENCE, "33")
    session.do(RemoveOption(stage.study.options[1].id))
    session.undo()


def test_every_change_is_listed_newest_first_with_who_when_from_and_to(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        worked(stage)
        dialog = opened(stage)
        assert rows(dialog)[:4] == [
            "Undo Delete Observer force",
            "Delete Observer force",
            "Score of Observer force on Deterrent credibility",
            "Rename Article-5-like treaty, no stationed force to Treaty",
        ]
        assert rows(dialog)[4] == "Weight of Cost"
        assert (rows(dialog, FROM)[4], rows(dialog, TO)[4]) == ("2 %", "20 %, others give way")
        assert rows(dialog, FROM)[2].startswith("8")
        assert rows(dialog, TO)[2].startswith("33")
        assert set(rows(dialog, WHO)) == {stage.session.who}
        assert all(len(text) == 5 and text[2] == ":" for text in rows(dialog, WHEN))
        assert dialog.timeline.changes.day_of(0).startswith("Today, ")
        assert dialog.count.text() == "6 changes"


def test_what_a_change_did_is_told_in_full_when_it_is_selected(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        worked(stage)
        dialog = opened(stage)
        dialog.timeline.choose(1)
        assert dialog.heading.text() == "Weight of Cost"
        told = dialog.details.toPlainText().splitlines()
        assert told[0] == "Weight of Cost in “Kyiv”: 2 % → 20 %"
        assert len(told) == 12
        assert "Change 2" in dialog.circumstances.text()
        dialog.timeline.choose(4)
        assert "Option Observer force: deleted" in dialog.details.toPlainText()
        assert "Observer force · Deterrent credibility: 33 → missing" in dialog.details.toPlainText()


def test_a_search_finds_names_values_and_reasons_and_can_find_nothing(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        worked(stage)
        dialog = opened(stage)
        searched(stage, dialog, "treaty RENAME")
        stage.qtbot.waitUntil(
            lambda: rows(dialog)[:1] == ["Rename Article-5-like treaty, no stationed force to Treaty"]
        )
        assert dialog.heading.text() == rows(dialog)[0]
        searched(stage, dialog, "xylophone")
        stage.qtbot.waitUntil(dialog.nothing.isVisible)
        assert rows(dialog) == []
        assert not dialog.look.isEnabled()
        assert not dialog.accept_button.isEnabled()
        dialog.search.clear()
        stage.flush()
        assert len(rows(dialog)) == 6
        assert dialog.timeline.isVisible()


def test_filters_show_what_speaks_of_an_option_a_criterion_and_a_perspective(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        worked(stage)
        stage.session.do(RemoveOption(stage.study.options[2].id))
        dialog = opened(stage)
        chosen_filter(stage, dialog, "option", "Treaty")
        stage.qtbot.waitUntil(lambda: len(rows(dialog)) == 2)
        chosen_filter(stage, dialog, "option", "All options")
        chosen_filter(stage, dialog, "criterion", "Cost")
        chosen_filter(stage, dialog, "perspective", "Kyiv")
        stage.qtbot.waitUntil(lambda: rows(dialog)[:1] == ["Weight of Cost"])
        assert len(rows(dialog)) == 2
        gone = "Stronger Ukrainian army, no foreign troops (deleted)"
        assert dialog.filters["option"].itemText(dialog.filters["option"].count() - 1) == gone


def test_a_change_is_looked_at_and_left_again(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        first = stage.study
        worked(stage)
        left = stage.study
        dialog = opened(stage)
        dialog.timeline.choose(0)
        stage.click(dialog.look)
        assert stage.study == first
        assert not stage.dialogs()
        assert "as it was after change 1" in stage.window.strip.text()
        assert opened(stage).count.text() == "6 changes", "the history is that of the open study"
        stage.dialog(HistoryDialog).close()
        press(stage, stage.window.strip, "Back")
        assert stage.study == left


def test_enter_on_a_change_looks_at_it_and_restores_nothing(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        worked(stage)
        steps = stage.session.undo_label
        dialog = opened(stage)
        QTest.keyClick(dialog.search, Key.Key_Return)
        assert dialog.isVisible()
        QTest.keyClick(dialog.timeline, Key.Key_Down)
        QTest.keyClick(dialog.timeline, Key.Key_Return)
        stage.flush()
        assert stage.session.read_only
        press(stage, stage.window.strip, "Back")
        assert stage.session.undo_label == steps


def test_restoring_is_a_change_that_undo_takes_back(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        first = stage.study
        worked(stage)
        left = stage.study
        dialog = opened(stage)
        assert not dialog.accept_button.isEnabled(), "the newest change is how the study stands"
        dialog.timeline.choose(0)
        stage.click(dialog.accept_button)
        assert stage.study == first
        stage.wait_saved()
        dialog = opened(stage)
        assert rows(dialog)[0] == "Restore the study as after change 1"
        dialog.close()
        stage.key(Key.Key_Z, CONTROL)
        assert stage.study == left
        stage.wait_saved()


def test_a_version_is_named_and_found_after_a_restart(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        worked(stage)
        dialog = opened(stage)
        stage.click(dialog.name)
        ask = stage.dialog(NameVersionDialog)
        stage.click(ask.accept_button)
        assert "A version needs a name" in ask.trouble.text()
        QTest.keyClicks(ask.version, "Sent out")
        QTest.keyClicks(ask.reason, "The committee asked")
        QTest.keyClick(ask.reason, Key.Key_Return)
        stage.flush()
        assert rows(dialog)[0] == "Sent out"
        assert rows(dialog, WHY)[0] == "The committee asked"
        assert dialog.timeline.changes.is_named(1)
        assert dialog.heading.text() == "Sent out"
        assert "got this name" in dialog.details.toPlainText()
        left = stage.study
        dialog.close()
        edited(stage, "Which one?")
    with running(qtbot) as later:
        dialog = opened(later)
        searched(later, dialog, "sent committee")
        later.qtbot.waitUntil(lambda: rows(dialog)[:1] == ["Sent out"])
        later.click(dialog.look)
        assert later.study == left
        press(later, later.window.strip, "Back")
        later.key(Key.Key_Z, CONTROL)
        assert later.study == left
        later.wait_saved()


# Comparing


def compared(stage: Stage, dialog: ComparisonDialog) -> None:
    stage.qtbot.waitUntil(lambda: dialog.found is not None and "Working" not in dialog.sentence.text())


def test_a_change_is_compared_with_the_present_and_effects_add_up(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        worked(stage)
        history = opened(stage)
        assert not history.compare.isEnabled()
        history.timeline.choose(0)
        stage.click(history.compare)
        dialog = stage.dialog(ComparisonDialog)
        compared(stage, dialog)
        assert dialog.parts.topLevelItemCount() == 3
        titles = [dialog.parts.topLevelItem(row).text(0) for row in range(3)]
        assert titles[0] == "Weight of Cost in “Kyiv”  (+11)"
        assert "Article-5-like treaty, no stationed force · name" in titles
        found = dialog.found
        assert found is not None
        place = next(place for place in found.places if place.option == found.leader)
        moved = sum(part.totals[place.option] for part in found.parts)
        assert place.total_before is not None
        assert place.total_after is not None
        assert moved == pytest.approx(place.total_after - place.total_before)
        assert dialog.places.topLevelItemCount() == len(stage.study.options)
        assert dialog.sentence.text().startswith("3 differences. ")


def test_two_changes_are_compared_the_older_one_first(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        worked(stage)
        history = opened(stage)
        history.timeline.choose(2, 1)
        assert "2 changes are selected" in history.heading.text()
        assert not history.look.isEnabled()
        stage.click(history.compare)
        dialog = stage.dialog(ComparisonDialog)
        compared(stage, dialog)
        (item,) = [dialog.parts.topLevelItem(row) for row in range(dialog.parts.topLevelItemCount())]
        assert item.text(1) == "“Article-5-like treaty, no stationed force”"
        assert item.text(2) == "“Treaty”"
        assert "None of them moves a total" in dialog.sentence.text()
        history.timeline.choose(0, 1, 2)
        assert not history.compare.isEnabled()


def test_the_effects_on_any_option_can_be_seen_and_the_perspective_changed(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        worked(stage)
        history = opened(stage)
        history.timeline.choose(0)
        stage.click(history.compare)
        dialog = stage.dialog(ComparisonDialog)
        compared(stage, dialog)
        found = dialog.found
        assert found is not None
        row = next(row for row, place in enumerate(found.places) if place.name == "Observer force")
        dialog.places.setCurrentItem(dialog.places.topLevelItem(row))
        scored = [dialog.parts.topLevelItem(at) for at, part in enumerate(found.parts) if "·" in part.title.subject]
        shown = {item.text(0).split("  ")[0]: item.text(4) for item in scored}
        assert shown["Observer force · Deterrent credibility"].startswith("+")
        dialog.found = None
        dialog.party.setCurrentIndex(1)
        compared(stage, dialog)
        assert dialog.found.perspective == stage.study.perspectives[1].id  # type: ignore[attr-defined]
        assert dialog.parts.topLevelItem(0).text(0).startswith("Observer force · Deterrent credibility")


def test_a_comparison_that_is_closed_while_it_is_worked_out_is_dropped(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        study = stage.study
        scores = {cell: replace(score, likely=0.0) for cell, score in study.scores.items()}
        dialog = ComparisonDialog(study, replace(study, scores=scores), ("Before", "After"), stage.window)
        dialog.open()
        dialog.close()
        stage.flush()
        assert dialog.found is None


def test_an_arrived_study_is_compared_with_the_librarys_own(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, mine = tmp_path / "round.steelyard", str(tmp_path / "mine")
    monkeypatch.setenv("STEELYARD_HOME", mine)
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
        arrived = stage.dialog(ArrivedDialog)
        stage.click(arrived.compare)
        dialog = stage.dialog(ComparisonDialog)
        compared(stage, dialog)
        assert dialog.parts.topLevelItem(0).text(2) == "“Which?”"
        assert dialog.sentence.text().startswith("1 difference.")
        dialog.close()
        assert arrived.isVisible()


def test_an_effect_is_written_with_its_sign_and_its_error() -> None:
    assert effect_text(0.0) == "0"
    assert effect_text(1.25, 0.0) == "+1.2"
    assert effect_text(-1.26, 0.31) == "−1.3 ±0.3"
    assert effect_text(0.01) == "+<0.1"
    assert effect_text(-0.01) == "−<0.1"


# The window's manners


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_both_dialogs_are_named_throughout_and_survive_long_names(qtbot: QtBot, scheme: str) -> None:
    with running(qtbot) as stage:
        stage.window.set_scheme(scheme)
        stage.window.resize(QSize(900, 600))
        stage.session.do(EditOption(stage.study.options[0].id, {"name": LONG.strip()}))
        stage.session.do(EditStudy({"question": "Which\none?" * 500}))
        history = opened(stage)
        assert nameless(history) == []
        assert unidentified(history) == []
        assert history.width() <= 900
        history.timeline.choose(0)
        stage.click(history.compare)
        dialog = stage.dialog(ComparisonDialog)
        compared(stage, dialog)
        assert nameless(dialog) == []
        assert unidentified(dialog) == []
        assert dialog.width() <= 900
        for shown in (history, dialog):
            assert not shown.grab().isNull()


def test_the_history_is_reached_from_the_menu_and_the_palette_and_needs_a_study(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        assert [line.text for line in lines(stage.window) if match("history", line.text) >= 1] == ["History"]
        stage.key(Key.Key_W, CONTROL)
        assert not stage.window.menus["file.history"].isEnabled()


def test_all_of_the_history_is_reached_by_tab(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        worked(stage)
        dialog = opened(stage)
        dialog.timeline.choose(0)
        seen = set()
        for _ in range(20):
            seen.add(QApplication.focusWidget())
            QTest.keyClick(QApplication.focusWidget() or dialog, Key.Key_Tab)
        wanted = {dialog.search, *dialog.filters.values(), dialog.timeline, dialog.details}
        assert wanted <= seen
        assert {dialog.look, dialog.compare, dialog.name, dialog.accept_button, dialog.cancel} <= seen
        QTest.keyClick(dialog.timeline, Key.Key_Down, SHIFT)


# A long history


def made(count: int) -> Past:
    """A history of so many empty changes, a day apart; the clock was set back in the middle."""
    days = [number if number < count // 2 else number - count // 4 for number in range(count)]
    return Past(
        [
            Made(number + 1, "Ada", f"20{10 + day // 336}-{1 + day // 28 % 12:02}-{1 + day % 28:02}T12:00:00+00:00",
                 f"Change {number}", "", "do", [])
            for number, day in enumerate(days)
        ]
    )  # fmt: skip


def test_the_order_is_that_of_the_history_whatever_the_clock_said(dressed: QApplication) -> None:
    past = made(40)
    model = HistoryModel(past, days_of(past.changes))
    places = [model.place_of(model.index(row, 0)) for row in range(model.rowCount())]
    assert [place for place in places if place is not None] == list(range(39, -1, -1))
    days = [model.day_of(row) for row in range(model.rowCount()) if model.day_of(row)]
    assert all(first != second for first, second in pairwise(days))
    assert len(set(days)) < len(days), "a day that comes twice has two headings"


def test_a_row_is_told_only_when_it_is_shown(dressed: QApplication, qtbot: QtBot) -> None:
    from desktop.window.timeline import Timeline

    past = made(10_000)
    view = Timeline(HistoryModel(past, days_of(past.changes)))
    qtbot.addWidget(view)
    view.resize(900, 500)
    view.show()
    view.choose_first()
    QApplication.processEvents()
    assert 0 < len(past._told) < 100
    view.scrollToBottom()
    QApplication.processEvents()
    assert len(past._told) < 200
    view.close()
    QApplication.sendPostedEvents(view, QEvent.Type.DeferredDelete)


def test_a_time_that_is_none_is_shown_as_it_stands() -> None:
    assert clock("some day") == "some day"
    assert day_text("some day") == "At an unknown time"
    assert day_text("2020-03-04T12:00:00+00:00") == "Wednesday 4 March 2020"


def test_a_study_that_was_only_made_has_a_history_of_one_change(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "empty.steelyard"
    write_new(path, replace(NOTHING, id="s", title="Empty"), who="Ada")
    with running(qtbot, path) as stage:
        dialog = opened(stage)
        assert rows(dialog) == ["Create “Empty”"]
        assert not dialog.compare.isEnabled()
        assert not dialog.accept_button.isEnabled()
        assert dialog.filters["option"].count() == 1
