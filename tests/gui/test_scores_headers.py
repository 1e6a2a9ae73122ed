"""Options and criteria in the headers of the score table: moved, added, named, and their menus."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from desktop.models.score_edit import NameEdit
from desktop.panels.frame import Frame
from desktop.panels.scores_panel import ScoresPanel
from desktop.session import Session
from seeds import security_guarantees
from tests.gui.desk import LEFT, Key, Mod, double_click, focused, press, type_in
from tests.gui.scores_desk import Desk, opened


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    made = opened(qtbot, security_guarantees.load())
    made.stand(0, 0)
    return made


def test_dragging_a_header_moves_the_option(desk: Desk) -> None:
    header, moved = desk.panel.table.options, desk.study.options[1].id
    start, end = header.section_rect(1).center(), header.section_rect(4).center() + QPoint(0, 10)
    QTest.mousePress(header.viewport(), LEFT, Mod.NoModifier, start)
    for y in range(start.y(), end.y(), 8):
        QTest.mouseMove(header.viewport(), QPoint(start.x(), y))
        move = QPoint(start.x(), y)
        drag(header.viewport(), move)
    drag(header.viewport(), end)
    assert header.is_dragging
    QTest.mouseRelease(header.viewport(), LEFT, Mod.NoModifier, end)
    assert desk.study.options[4].id == moved
    assert len(desk.steps) == 1


def test_a_dragged_option_goes_back_on_escape(desk: Desk) -> None:
    header, before = desk.panel.table.options, desk.study
    QTest.mousePress(header.viewport(), LEFT, Mod.NoModifier, header.section_rect(1).center())
    drag(header.viewport(), header.section_rect(5).center())
    press(Key.Key_Escape)
    QTest.mouseRelease(header.viewport(), LEFT, Mod.NoModifier, header.section_rect(5).center())
    assert desk.study is before


def drag(widget: QWidget, to: QPoint) -> None:
    where, on_screen = QPointF(to), QPointF(widget.mapToGlobal(to))
    kind = QEvent.Type.MouseMove
    QApplication.sendEvent(widget, QMouseEvent(kind, where, on_screen, Qt.MouseButton.NoButton, LEFT, Mod.NoModifier))


def test_insert_adds_an_option_below_and_lets_it_be_named(desk: Desk) -> None:
    desk.stand(2, 0)
    press(Key.Key_Insert)
    assert desk.study.options[3].name == "New option"
    edit = focused()
    assert isinstance(edit, NameEdit)
    type_in("Blue helmets")
    press(Key.Key_Return)
    assert desk.study.options[3].name == "Blue helmets"
    assert focused() is desk.panel.table


def test_the_button_adds_an_option_at_the_end(desk: Desk) -> None:
    QTest.mouseClick(desk.panel.add_button, LEFT)
    assert desk.study.options[-1].name == "New option"
    press(Key.Key_Escape)


def test_a_double_click_on_a_header_renames_and_a_taken_name_is_refused_in_place(desk: Desk) -> None:
    criteria = desk.panel.table.criteria
    double_click(criteria.viewport(), criteria.section_rect(0).center())
    edit = focused()
    assert isinstance(edit, NameEdit)
    assert edit.text() == "Deterrent credibility"
    type_in("cost")
    press(Key.Key_Return)
    assert "already" in edit.reason()
    assert desk.study.leaves()[0].name == "Deterrent credibility"
    assert desk.refusals == []
    edit.selectAll()
    type_in("Credibility")
    press(Key.Key_Return)
    assert desk.study.leaves()[0].name == "Credibility"
    assert desk.panel.model.headerData(0, Qt.Orientation.Horizontal) == "Credibility"


def test_scrolling_commits_the_name_being_typed(desk: Desk) -> None:
    options = desk.panel.table.options
    double_click(options.viewport(), options.section_rect(1).center())
    type_in("Watchers")
    bar = desk.panel.table.horizontalScrollBar()
    bar.setValue(bar.maximum())
    assert desk.study.options[1].short == "Watchers"
    assert focused() is desk.panel.table


def test_menus_come_from_the_actions_handed_in(qtbot: QtBot) -> None:
    asked: list[str] = []

    class Menus:
        def option_menu(self, option: str, rename: Callable[[str], object] | None = None) -> QMenu:
            asked.append(option)
            return QMenu(panel)

        def criterion_menu(self, criterion: str, rename: Callable[[str], object] | None = None) -> QMenu:
            asked.append(criterion)
            return QMenu(panel)

    session = Session(security_guarantees.load())
    panel = ScoresPanel(session, Menus())
    qtbot.addWidget(panel)
    panel.refresh(Frame(session.study, session.view, None))
    menu = panel.cell_menu(panel.model.index(1, 2))
    assert asked == [session.study.options[1].id, session.study.leaves()[2].id]
    assert [action.text().split("\t")[0] for action in menu.actions() if not action.isSeparator()] == [
        "Cut",
        "Copy",
        "Paste",
        "Fill down",
        "Fill right",
        "Clear",
        "Option",
        "Criterion",
    ]
