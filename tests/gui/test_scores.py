"""The score table: its selection, its sights, and tables that are empty or large."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QPainter
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QMenu, QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from db.study.model import Study
from desktop.commands import EditOption, MoveWeight, RemoveOption
from desktop.look import look
from desktop.models.score_delegate import ScoreDelegate
from desktop.models.score_edit import NameEdit
from desktop.models.score_model import Index
from desktop.panels.frame import Frame
from desktop.panels.scores_panel import ScoresPanel
from desktop.panels.structure_actions import StructureActions
from desktop.session import Subject
from seeds import security_guarantees
from tests.gui.desk import LEFT, Key, Mod, focused, grid, press, put, type_in
from tests.gui.scores_desk import Desk, opened


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    made = opened(qtbot, security_guarantees.load())
    made.stand(0, 0)
    return made


def test_the_current_cell_is_what_the_window_looks_at(desk: Desk) -> None:
    QTest.mouseClick(desk.panel.table.viewport(), LEFT, Mod.NoModifier, desk.area(3, 2).center())
    view = desk.session.view
    assert (view.option, view.criterion) == (desk.study.options[3].id, desk.study.leaves()[2].id)
    assert view.subject is Subject.SCORE


def test_what_is_selected_elsewhere_becomes_the_current_cell(desk: Desk) -> None:
    desk.session.select(option=desk.study.options[7].id, criterion=desk.study.leaves()[9].id)
    assert desk.place() == (7, 9)
    assert desk.panel.table.viewport().rect().intersects(desk.area(7, 9))
    desk.session.select(option=desk.study.options[1].id)
    assert desk.place() == (1, 9)


def test_a_selected_block_survives_frames(desk: Desk) -> None:
    desk.stand(1, 1)
    press(Key.Key_Right, Key.Key_Down, mod=Mod.ShiftModifier)
    block = desk.panel.table.block()
    desk.session.do(MoveWeight(desk.session.view.perspective, desk.study.leaves()[0].id, 0.3))
    assert desk.panel.table.block() == block == (1, 1, 2, 2)


def test_a_header_at_the_side_selects_the_option(desk: Desk) -> None:
    options = desk.panel.table.options
    QTest.mouseClick(options.viewport(), LEFT, Mod.NoModifier, options.section_rect(5).center())
    assert desk.session.view.option == desk.study.options[5].id
    assert desk.session.view.subject is Subject.OPTION
    assert desk.panel.table.block() == (5, 0, 5, len(desk.study.leaves()) - 1)


def test_a_header_at_the_top_selects_the_criterion(desk: Desk) -> None:
    criteria = desk.panel.table.criteria
    QTest.mouseClick(criteria.viewport(), LEFT, Mod.NoModifier, criteria.section_rect(2).center())
    assert desk.session.view.criterion == desk.study.leaves()[2].id
    assert desk.session.view.subject is Subject.CRITERION
    assert desk.panel.table.block() == (0, 2, len(desk.study.options) - 1, 2)


def test_the_selection_follows_an_option_that_moves(desk: Desk) -> None:
    desk.stand(1, 1)
    moved = desk.study.options[1].id
    press(Key.Key_Down, mod=Mod.AltModifier)
    assert desk.study.options[2].id == moved
    assert desk.place() == (2, 1)
    press(Key.Key_Up, Key.Key_Up, mod=Mod.AltModifier)
    assert desk.study.options[0].id == moved
    assert desk.place() == (0, 1)


def test_the_selection_stays_on_its_cell_when_options_come_and_go(desk: Desk) -> None:
    desk.stand(5, 4)
    looked_at = desk.session.cell
    desk.session.do(RemoveOption(desk.study.options[0].id))
    assert desk.place() == (4, 4)
    desk.session.undo()
    assert desk.place() == (5, 4)
    assert desk.session.cell == looked_at


def test_tab_leaves_the_table_at_its_last_cell(desk: Desk) -> None:
    desk.stand(len(desk.study.options) - 1, len(desk.study.leaves()) - 1)
    press(Key.Key_Tab)
    assert focused() is not desk.panel.table


# Sights


def test_the_menu_key_asks_for_the_menu_of_the_current_cell(desk: Desk) -> None:
    desk.stand(2, 3)
    table = desk.panel.table
    table.menu_wanted.disconnect()  # the screenless platform cannot show a menu
    spy = QSignalSpy(table.menu_wanted)
    reason = QContextMenuEvent.Reason.Keyboard
    QApplication.sendEvent(table, QContextMenuEvent(reason, QPoint(0, 0), QPoint(0, 0)))
    index = spy.at(0)[0]
    assert (index.row(), index.column()) == (2, 3)


def test_an_option_is_renamed_in_place_from_the_shared_menu(desk: Desk) -> None:
    panel = ScoresPanel(desk.session, StructureActions(desk.session, desk.panel), desk.panel)
    panel.refresh(Frame(desk.study, desk.session.view, None))
    panel.resize(800, 400)
    panel.show()
    menu = next(a.menu() for a in panel.cell_menu(panel.model.index(1, 0)).actions() if a.text() == "Option")
    assert isinstance(menu, QMenu)
    rename = next(action for action in menu.actions() if action.text().startswith("Rename"))
    rename.trigger()
    edit = panel.table.findChild(NameEdit)
    assert edit is not None
    assert edit.text() == "Observers"


def test_an_excluded_option_is_greyed_and_says_so(desk: Desk) -> None:
    header = desk.panel.table.options
    place = header.section_rect(3)
    before = header.grab(place).toImage()
    desk.session.do(EditOption(desk.study.options[3].id, {"excluded": True}))
    assert header.grab(place).toImage() != before
    tip = desk.panel.model.headerData(3, Qt.Orientation.Vertical, Qt.ItemDataRole.ToolTipRole)
    assert "Excluded" in tip


def test_a_change_of_scheme_repaints_the_table(desk: Desk) -> None:
    light = desk.panel.table.grab().toImage()
    look.set_scheme("dark")
    dark = desk.panel.table.grab().toImage()
    assert light.pixelColor(300, 80) != dark.pixelColor(300, 80)


def test_ranges_are_shown_beside_the_scores_in_wider_columns(desk: Desk) -> None:
    narrow = desk.area(0, 0).width()
    desk.panel.ranges.click()
    assert desk.area(0, 0).width() > narrow
    assert desk.panel.model.range_text(0, 0) == "0–5"
    bar = desk.panel.table.horizontalScrollBar()
    bar.setValue(bar.maximum())
    last = len(desk.study.leaves()) - 1
    assert desk.area(0, last).right() < desk.panel.table.viewport().width()


# Empty and large


def test_a_study_with_nothing_is_begun_by_typing_names(qtbot: QtBot) -> None:
    desk = opened(qtbot, Study("s", "Empty"))
    first = desk.panel.empty.first
    assert first.isVisible()
    first.setFocus()
    type_in("Bridge")
    press(Key.Key_Return)
    type_in("Cost")
    press(Key.Key_Return)
    assert [option.name for option in desk.study.options] == ["Bridge"]
    assert [leaf.name for leaf in desk.study.leaves()] == ["Cost"]
    assert desk.panel.table.isVisible()
    assert desk.panel.model.index(0, 0).data() == "—"


def test_a_table_pasted_into_nothing_is_offered_to_the_import(qtbot: QtBot) -> None:
    desk = opened(qtbot, Study("s", "Empty"))
    desk.panel.empty.first.setFocus()
    put("Option\tCost\nBridge\t4\n")
    press(Key.Key_V, mod=Mod.ControlModifier)
    assert desk.tables == ["Option\tCost\nBridge\t4\n"]


def test_only_visible_cells_are_painted(qtbot: QtBot) -> None:
    painted: list[tuple[int, int]] = []

    class Counting(ScoreDelegate):
        def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
            painted.append((index.row(), index.column()))
            super().paint(painter, option, index)

    desk = opened(qtbot, grid(2000, 50))
    table = desk.panel.table
    table.setItemDelegate(Counting(desk.panel.model, desk.panel.commands.submit, table))
    painted.clear()
    table.viewport().repaint()
    size = table.viewport().size()
    assert 0 < len(painted) <= (size.width() // 88 + 2) * (size.height() // 32 + 2)
    painted.clear()
    table.verticalScrollBar().setValue(32 * 1000)
    table.viewport().repaint()
    assert min(painted)[0] >= 1000
    assert len(painted) <= (size.width() // 88 + 2) * (size.height() // 32 + 2)


def test_a_paste_of_twenty_thousand_cells_is_one_step(qtbot: QtBot) -> None:
    desk = opened(qtbot, grid(500, 50))
    desk.stand(0, 0)
    put("\r\n".join("\t".join(str((row + column) % 90) for column in range(50)) for row in range(400)) + "\r\n")
    before = desk.study
    press(Key.Key_V, mod=Mod.ControlModifier)
    assert desk.refusals == []
    assert desk.at(399, 49).likely == float((399 + 49) % 90)
    assert len(desk.steps) == 1
    desk.session.undo()
    assert desk.study is before


def test_a_single_option_and_a_single_criterion_show_a_table(qtbot: QtBot) -> None:
    desk = opened(qtbot, replace(grid(1, 1), scores={}))
    desk.stand(0, 0)
    flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
    desk.panel.table.selectionModel().select(desk.panel.model.index(0, 0), flag)
    type_in("5")
    press(Key.Key_Return)
    assert desk.at(0, 0).likely == 5.0
