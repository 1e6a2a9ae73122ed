"""The first morning: the bundled study, a weight dragged, a score corrected, undone, kept, handed over."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from db.study.model import PerspectiveKind
from desktop.evaluation import evaluate
from desktop.exchange.csv_import import onto
from desktop.exchange.csv_proposal import propose
from desktop.exchange.csv_table import read_table
from desktop.window.export_dialog import ExportDialog
from seeds import security_guarantees
from tests.gui.window_stage import CONTROL, COST, DETERRENCE, SHIFT, Key, running


def test_the_very_first_start_opens_a_copy_of_the_bundled_study(qtbot: QtBot, home: Path) -> None:
    original = security_guarantees.load()
    with running(qtbot) as stage:
        assert stage.study.title == original.title
        assert stage.study.id != original.id
        assert [option.name for option in stage.study.options] == [option.name for option in original.options]
        assert stage.window.windowTitle().startswith(original.title)
        assert len(list((home / "studies").glob("*.steelyard"))) == 1
        assert stage.shown_totals() == pytest.approx(stage.right_totals())


def test_totals_follow_the_hand_while_the_button_is_down(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        before = stage.shown_totals()
        stage.take(DETERRENCE, 20.0, 12.0)
        during = stage.shown_totals()
        assert stage.session.in_gesture
        assert stage.points(DETERRENCE) == pytest.approx(12.0, abs=1.0)
        assert during != pytest.approx(before, abs=0.5)
        assert during == pytest.approx(stage.right_totals())
        assert stage.window.status.saved.text().startswith("Saved"), "nothing is written while the button is down"
        stage.release(DETERRENCE)
        stage.wait_saved()


def test_a_drag_is_one_step_that_is_saved_when_the_button_comes_up(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        steps: list[str] = []
        stage.session.on_step(lambda step: steps.append(step.label))
        stage.drag(DETERRENCE, 30.0, 25.0, 18.0, 14.0)
        assert len(steps) == 1
        qtbot.waitUntil(lambda: re.fullmatch(r"Saved \d\d:\d\d", stage.window.status.saved.text()) is not None)
        keeper = stage.application.keeper
        assert keeper is not None
        assert keeper.saved == stage.study
        assert stage.window.menus["edit.undo"].text() == f"Undo {steps[0]}"


def test_a_drag_out_and_back_leaves_no_step(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        before = stage.study
        stage.drag(DETERRENCE, 20.0, stage.points(DETERRENCE))
        assert stage.study == before
        assert not stage.window.menus["edit.undo"].isEnabled()


def test_a_score_typed_in_the_table_changes_the_totals_and_ctrl_z_names_and_undoes_it(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        option = stage.study.options[0]
        before, totals = stage.score(option.id, DETERRENCE), stage.shown_totals()
        stage.enter(option.id, DETERRENCE, "64,5")
        assert stage.score(option.id, DETERRENCE).likely == 64.5
        assert stage.shown_totals()[option.id] > totals[option.id]
        assert stage.shown_totals() == pytest.approx(stage.right_totals())
        label = stage.window.menus["edit.undo"].text()
        assert "Deterrent credibility" in label
        assert label.startswith("Undo Score of")
        assert label in stage.window.top.undo.accessibleName()
        stage.key(Key.Key_Z, CONTROL)
        assert stage.score(option.id, DETERRENCE) == before
        assert stage.shown_totals() == pytest.approx(totals)
        assert stage.window.menus["edit.redo"].text() == label.replace("Undo", "Redo", 1)
        stage.key(Key.Key_Z, CONTROL | SHIFT)
        assert stage.score(option.id, DETERRENCE).likely == 64.5
        stage.wait_saved()


def test_tomorrow_everything_is_there_and_yesterdays_drag_can_be_undone(qtbot: QtBot) -> None:
    with running(qtbot) as yesterday:
        first = yesterday.points(DETERRENCE)
        yesterday.drag(DETERRENCE, 20.0, 12.0)
        left = yesterday.study
        label = yesterday.session.undo_label
    with running(qtbot) as today:
        assert today.study == left
        assert today.points(DETERRENCE) == pytest.approx(12.0, abs=1.0)
        assert today.window.menus["edit.undo"].text() == f"Undo {label}"
        today.key(Key.Key_Z, CONTROL)
        assert today.points(DETERRENCE) == pytest.approx(first)
        assert today.shown_totals() == pytest.approx(today.right_totals())
        today.key(Key.Key_Y, CONTROL)
        assert today.study == left
        today.wait_saved()


def test_what_is_being_typed_when_the_window_closes_is_kept(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        number = stage.page.weights.tree.leaf_row(COST).number
        number.setFocus()
        number.selectAll()
        stage.write("17")
    with running(qtbot) as later:
        assert later.points(COST) == pytest.approx(17.0)


def test_the_exported_table_holds_what_the_window_shows(qtbot: QtBot, tmp_path: Path) -> None:
    target = tmp_path / "table.csv"
    with running(qtbot) as stage:
        stage.drag(DETERRENCE, 20.0, 12.0)
        stage.enter(stage.study.options[2].id, DETERRENCE, "37.25")
        stage.key(Key.Key_E, CONTROL)
        dialog = stage.dialog(ExportDialog)
        shown = [
            [dialog.table.item(row, column).text() for column in range(dialog.table.columnCount())] for row in range(8)
        ]
        dialog.write_to(target)
        assert not stage.dialogs()
        assert str(target) in stage.toast
        with target.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))
        assert rows[1:9] == shown
        party = stage.study.perspective(stage.session.view.perspective)
        column = _total_column(rows[0], party.name)
        totals = stage.shown_totals()
        for row, option in zip(rows[1:], stage.study.options, strict=True):
            assert row[0] == option.name
            assert float(row[column]) == pytest.approx(totals[option.id], abs=1e-8)
        data = target.read_bytes()
        assert onto(stage.study, read_table(data, propose(data))) is stage.study
        stage.wait_saved()


def _total_column(heads: list[str], party: str) -> int:
    found = [place for place, head in enumerate(heads) if party in head and "otal" in head]
    assert len(found) == 1
    return found[0]


def published() -> dict[str, str]:
    """Perspective name: name of the option that leads in the published results."""
    data, study = security_guarantees.read(), security_guarantees.load()
    names = {option.id: option.name for option in study.options}
    results = data["checks"]["results"]
    return {
        study.perspective(security_guarantees.perspective_id(key)).name: names[
            security_guarantees.option_id(found["ranking"][0]["option"])
        ]
        for key, found in results.items()
    }


def test_ctrl_and_a_number_shows_each_perspective_with_its_published_leader(qtbot: QtBot) -> None:
    leaders = published()
    assert len(leaders) == 6
    with running(qtbot) as stage:
        for place, party in enumerate(stage.study.perspectives):
            stage.key(Key(int(Key.Key_1) + place), CONTROL)
            assert stage.session.view.perspective == party.id
            assert stage.window.top.perspective.name() == party.name
            assert stage.leader() == leaders[party.name]
        assert len({leaders[party.name] for party in stage.study.perspectives}) > 1


def test_the_perspective_menu_switches_and_marks_what_is_shown(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        menu = stage.window.top.perspective.menu()
        menu.aboutToShow.emit()
        parties = stage.study.perspectives
        stress = [action.text() for action in menu.actions() if "(stress test)" in action.text()]
        assert len(stress) == sum(party.kind is PerspectiveKind.STRESS_TEST for party in parties)
        menu.actions()[1].trigger()
        stage.flush()
        assert stage.window.top.perspective.name() == parties[1].name
        assert stage.leader() == published()[parties[1].name]
        menu.aboutToShow.emit()
        assert [action.isChecked() for action in menu.actions()[: len(parties)]] == [
            place == 1 for place in range(len(parties))
        ]


def test_switching_perspective_is_no_change_of_the_study(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        before = stage.study
        stage.key(Key.Key_3, CONTROL)
        assert stage.study is before
        assert not stage.window.menus["edit.undo"].isEnabled()
        assert stage.shown_totals() == pytest.approx(
            dict(
                zip(
                    [option.id for option in before.included()],
                    map(float, evaluate(before, before.perspectives[2].id).totals),
                    strict=True,
                )
            )
        )
