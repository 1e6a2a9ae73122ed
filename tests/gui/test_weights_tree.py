"""Shaping the value tree in its own rows: dragging, keys, naming, adding, deleting."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from db.study.model import Id
from desktop.panels.weight_rows import BranchRow
from seeds import security_guarantees
from seeds.security_guarantees import criterion_id
from tests.gui.desk import LEFT
from tests.gui.weights_stage import ALT, CONTROL, COST, PLAIN, RISK, SHIFT, UNITY, Stage, staged

PEACE, DANGER, DONE = criterion_id("g_peace"), criterion_id("g_risk"), criterion_id("g_feasible")
DETERRENCE, TROOPS = criterion_id("deterrence"), criterion_id("troop_load")


@pytest.fixture
def stage(qtbot: QtBot) -> Stage:
    return staged(qtbot, security_guarantees.load())


def names(stage: Stage, parent: Id | None) -> list[str]:
    return [node.name for node in stage.study.children(parent)]


def click(stage: Stage, node: Id, held: Qt.KeyboardModifier = PLAIN) -> None:
    row = stage.panel.tree.row(node)
    QTest.mouseClick(row, LEFT, held, row.name_area().center().toPoint())
    stage.flush()


def press(stage: Stage, key: Qt.Key, held: Qt.KeyboardModifier = PLAIN) -> None:
    QTest.keyClick(QApplication.focusWidget(), key, held)
    stage.flush()


def type_name(stage: Stage, name: str) -> None:
    QTest.keyClicks(QApplication.focusWidget(), name)
    press(stage, Qt.Key.Key_Return)


def carry(stage: Stage, node: Id, target: Id, part: float, release: bool = True) -> None:
    """Drag a row by its name to a part of another row's height (0 = top)."""
    tree = stage.panel.tree
    row, goal = tree.row(node), tree.row(target)
    start = row.name_area().center().toPoint()
    end = QPoint(start.x(), round(goal.y() + part * goal.height()) - row.y())
    QTest.mousePress(row, LEFT, PLAIN, start)
    for step in (0.3, 0.7, 1.0):
        QTest.mouseMove(row, start + (end - start) * step)
    if release:
        QTest.mouseRelease(row, LEFT, PLAIN, end)
        stage.flush()


# Dragging rows


def test_a_row_dragged_above_another_stands_there_as_one_step(stage: Stage) -> None:
    carry(stage, UNITY, TROOPS, 0.1)
    assert names(stage, DONE) == ["Russian acceptance", "Allied unity", "Troop availability", "Speed of deployment"]
    assert [step.label for step in stage.steps] == ["Move Allied unity"]


def test_a_row_dragged_onto_a_group_goes_into_it_with_its_weight(stage: Stage) -> None:
    before = stage.share(COST)
    carry(stage, COST, PEACE, 0.5)
    assert names(stage, PEACE)[-1] == "Cost"
    assert stage.share(COST) == before
    row = stage.panel.tree.row(PEACE)
    assert isinstance(row, BranchRow)
    assert row.sum_text() == "56.0"


def test_the_mark_shows_where_a_drop_would_land_and_escape_takes_it_back(stage: Stage) -> None:
    before = stage.study
    carry(stage, UNITY, TROOPS, 0.1, release=False)
    mark = stage.panel.tree.drop_mark()
    assert mark.contains(mark.left(), stage.row(TROOPS).y())
    QTest.keyClick(stage.row(UNITY), Qt.Key.Key_Escape)
    QTest.mouseRelease(stage.row(UNITY), LEFT, PLAIN, QPoint(60, 5))
    assert stage.panel.tree.drop_mark().isNull()
    assert stage.study is before


def test_a_group_dropped_into_its_own_group_is_refused_and_stays(stage: Stage) -> None:
    before = stage.study
    carry(stage, PEACE, DETERRENCE, 0.9)
    assert stage.study is before
    assert "below itself" in stage.refusals[0]


def test_several_selected_rows_are_dragged_together(stage: Stage) -> None:
    click(stage, COST)
    click(stage, UNITY, CONTROL)
    carry(stage, UNITY, RISK, 0.1)
    assert names(stage, DANGER)[:3] == ["Allied unity", "Cost", "Escalation risk"]
    assert len(stage.steps) == 1


# Keys


def test_alt_with_arrows_moves_a_row_among_its_siblings_and_keeps_the_focus(stage: Stage) -> None:
    click(stage, TROOPS)
    press(stage, Qt.Key.Key_Up, ALT)
    assert names(stage, DONE)[:2] == ["Troop availability", "Russian acceptance"]
    press(stage, Qt.Key.Key_Up, ALT)
    press(stage, Qt.Key.Key_Down, ALT)
    assert names(stage, DONE)[:2] == ["Russian acceptance", "Troop availability"]
    assert stage.row(TROOPS).hasFocus()
    assert len(stage.steps) == 2


def test_alt_with_left_and_right_moves_a_row_out_of_and_into_groups(stage: Stage) -> None:
    click(stage, TROOPS)
    press(stage, Qt.Key.Key_Left, ALT)
    assert names(stage, None)[3] == "Troop availability"
    press(stage, Qt.Key.Key_Right, ALT)
    assert names(stage, DONE)[-1] == "Troop availability"


def test_keys_of_rows_work_while_the_slider_has_the_focus(stage: Stage) -> None:
    stage.row(TROOPS).slider.setFocus(Qt.FocusReason.TabFocusReason)
    press(stage, Qt.Key.Key_Up, ALT)
    assert names(stage, DONE)[0] == "Troop availability"


def test_arrows_walk_the_rows_and_close_and_open_groups(stage: Stage) -> None:
    click(stage, PEACE)
    press(stage, Qt.Key.Key_Down)
    assert stage.session.view.criterion == DETERRENCE
    press(stage, Qt.Key.Key_Left)
    assert stage.panel.tree.selection == [PEACE]
    press(stage, Qt.Key.Key_Left)
    assert stage.row(DETERRENCE).isHidden()
    press(stage, Qt.Key.Key_Down)
    assert stage.panel.tree.selection == [DANGER]


def test_enter_goes_from_the_row_to_its_number_and_arrows_on_to_the_next_number(stage: Stage) -> None:
    click(stage, DETERRENCE)
    press(stage, Qt.Key.Key_Return)
    assert stage.row(DETERRENCE).number.hasFocus()
    press(stage, Qt.Key.Key_Down)
    press(stage, Qt.Key.Key_Down)
    press(stage, Qt.Key.Key_Down)
    assert stage.row(RISK).number.hasFocus()


# Naming and adding


def test_f2_renames_in_place(stage: Stage) -> None:
    click(stage, COST)
    press(stage, Qt.Key.Key_F2)
    type_name(stage, "Price")
    assert stage.study.criterion(COST).name == "Price"
    assert stage.row(COST).slider.accessibleName() == "Weight of Price"
    assert stage.row(COST).hasFocus()


@pytest.mark.parametrize("name", ["Allied unity", "ALLIED UNITY", " "])
def test_a_taken_or_empty_name_is_refused_in_place_and_escape_keeps_the_old_one(stage: Stage, name: str) -> None:
    click(stage, COST)
    press(stage, Qt.Key.Key_F2)
    type_name(stage, name)
    editor = stage.row(COST).editor
    assert editor is not None
    assert editor.reason()
    press(stage, Qt.Key.Key_Escape)
    assert stage.row(COST).editor is None
    assert stage.study.criterion(COST).name == "Cost"


def test_an_added_criterion_is_named_in_place_and_is_one_step(stage: Stage) -> None:
    click(stage, COST)
    stage.panel.add_criterion()
    stage.flush()
    type_name(stage, "Prestige")
    assert names(stage, criterion_id("g_cost")) == ["Cost", "Prestige"]
    assert [step.label for step in stage.steps] == ["Add Prestige"]
    stage.session.undo()
    stage.flush()
    assert names(stage, criterion_id("g_cost")) == ["Cost"]


def test_escape_while_naming_keeps_the_new_criterion_under_its_free_name(stage: Stage) -> None:
    stage.panel.add_criterion()
    stage.flush()
    press(stage, Qt.Key.Key_Escape)
    assert names(stage, None)[-1] == "New criterion"
    assert [step.label for step in stage.steps] == ["Add New criterion"]
    assert not stage.session.in_gesture


def test_ctrl_g_groups_the_selected_siblings_and_asks_for_the_name(stage: Stage) -> None:
    click(stage, TROOPS)
    click(stage, UNITY, CONTROL)
    press(stage, Qt.Key.Key_G, CONTROL)
    type_name(stage, "Partners")
    group = next(node for node in stage.study.children(DONE) if node.name == "Partners")
    assert names(stage, group.id) == ["Troop availability", "Allied unity"]
    assert [step.label for step in stage.steps] == ["Group as Partners"]


def test_shift_click_selects_the_rows_between(stage: Stage) -> None:
    click(stage, TROOPS)
    click(stage, UNITY, SHIFT)
    assert [stage.study.criterion(node).name for node in stage.panel.tree.selection] == [
        "Troop availability",
        "Speed of deployment",
        "Allied unity",
    ]


# Duplicating and deleting


def test_ctrl_d_duplicates_with_scores_and_without_weight(stage: Stage) -> None:
    click(stage, COST)
    press(stage, Qt.Key.Key_D, CONTROL)
    twin = next(leaf for leaf in stage.study.leaves() if leaf.name == "Cost (copy)")
    assert stage.share(twin.id) == 0.0
    assert stage.share(COST) == pytest.approx(2.0)
    assert stage.session.view.criterion == twin.id


def test_delete_says_what_went_and_undo_brings_all_of_it_back(stage: Stage) -> None:
    before = stage.study
    click(stage, COST)
    press(stage, Qt.Key.Key_Delete)
    assert COST not in [node.id for node in stage.study.criteria]
    assert stage.announced == ["Deleted Cost, its 10 scores and its weight in every perspective."]
    assert QApplication.focusWidget() is stage.panel.tree.row(stage.panel.tree.selection[0])
    stage.session.undo()
    stage.flush()
    assert stage.study == before
    assert stage.row(COST).number.text() == "2.0"


def test_deleting_a_group_and_a_criterion_is_one_step(stage: Stage) -> None:
    click(stage, COST)
    click(stage, PEACE, CONTROL)
    press(stage, Qt.Key.Key_Delete)
    assert len(stage.study.leaves()) == 8
    assert len(stage.steps) == 1
    assert "Keeps the peace, Cost" in stage.announced[0]


def test_delete_in_the_number_edits_the_number_only(stage: Stage) -> None:
    before = stage.study
    stage.row(COST).number.setFocus(Qt.FocusReason.TabFocusReason)
    press(stage, Qt.Key.Key_Delete)
    assert stage.study is before


def test_the_row_menu_locks_and_names_in_place(stage: Stage) -> None:
    menu = stage.panel.row_menu(COST)
    texts = [action.text().split("\t")[0] for action in menu.actions() if not action.isSeparator()]
    assert texts[:3] == ["Lock the weight", "Rename…", "Duplicate"]
    menu.actions()[0].trigger()
    assert COST in stage.party.locked
    next(action for action in menu.actions() if action.text().startswith("Rename")).trigger()
    assert stage.row(COST).editor is not None
    stage.row(COST).end_naming()
