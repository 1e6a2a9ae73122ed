"""What assistive technology is told of the window: roles, values, parts and what can be done to them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QHeaderView, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from desktop.charts.chart import Chart
from desktop.panels.weight_rows import BranchRow, LeafRow
from desktop.window.analysis import TABS
from tests.gui.window_stage import Stage, running

Role, Words = QAccessible.Role, QAccessible.Text
LOOKED_THROUGH = (Role.Client, Role.NoRole, Role.LayeredPane)
"""Roles that a screen reader passes over."""
MARKUP = re.compile(r"</?[a-z]+[ >]|&[a-z]+;|&#")


def told(thing: QWidget) -> QAccessibleInterface:
    """What stands for a widget."""
    found = QAccessible.queryAccessibleInterface(thing)
    assert found is not None
    return found


def parts(thing: QWidget) -> list[QAccessibleInterface]:
    """What stands in a widget."""
    whole = told(thing)
    return [part for part in (whole.child(place) for place in range(whole.childCount())) if part is not None]


def names(thing: QWidget) -> list[str]:
    return [part.text(Words.Name) for part in parts(thing)]


def press(thing: QAccessibleInterface, action: str = "Press") -> None:
    can = thing.actionInterface()
    assert can is not None
    assert action in can.actionNames()
    can.doAction(action)


def shown(root: QWidget) -> Iterator[QWidget]:
    """The widgets of ours on show that take the focus or have a name."""
    for widget in root.findChildren(QWidget):
        is_ours = not widget.objectName().startswith("qt_") and not isinstance(widget, QHeaderView)
        takes = widget.focusPolicy() & Qt.FocusPolicy.TabFocus and not isinstance(widget.parent(), Chart)
        if widget.isVisible() and is_ours and widget.focusProxy() is None and (takes or widget.accessibleName()):
            yield widget


def shortcomings(root: QWidget) -> list[str]:
    wrong = []
    for widget in shown(root):
        whole, who = told(widget), f"{type(widget).__name__} {widget.accessibleIdentifier()!r}"
        said = f"{whole.text(Words.Name)} {whole.text(Words.Description)}"
        if whole.role() in LOOKED_THROUGH:
            wrong.append(f"{who} has no role")
        if MARKUP.search(said):
            wrong.append(f"{who} is told with markup: {said}")
    return wrong


def test_whatever_has_a_name_or_takes_the_focus_has_a_role_and_plain_words(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        stage.session.select(option=stage.study.options[2].id, criterion=stage.study.leaves()[0].id)
        for key in ("scores", *(tab.key for tab in TABS)):
            stage.page.tabs.turn_to(key)
            stage.flush()
            assert shortcomings(stage.window) == [], key


@pytest.mark.parametrize("action", ["file.new", "file.export", "file.history", "file.backups", "help.about"])
def test_dialogs_are_told_as_plainly(qtbot: QtBot, action: str) -> None:
    with running(qtbot) as stage:
        stage.window.menus[action].trigger()
        (dialog,) = stage.dialogs()
        assert shortcomings(dialog) == []


def test_a_weight_is_told_in_per_cent_and_can_be_set(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        row = first_leaf(stage)
        value = told(row.slider).valueInterface()
        assert value is not None
        assert value.currentValue() == pytest.approx(float(row.number.text()), abs=0.05)
        assert (value.minimumValue(), value.maximumValue(), value.minimumStepSize()) == (0.0, 100.0, 0.5)
        before = names(stage.page.ranking.chart)
        value.setCurrentValue(12.5)
        stage.flush()
        assert row.number.text() == "12.5"
        assert value.currentValue() == pytest.approx(12.5)
        assert names(stage.page.ranking.chart) != before
        stage.wait_saved()


def test_a_locked_weight_stays_when_it_is_set(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        row = first_leaf(stage)
        row.lock.click()
        stage.flush()
        value = told(row.slider).valueInterface()
        assert value is not None
        before = value.currentValue()
        value.setCurrentValue(12.5)
        assert value.currentValue() == before
        stage.wait_saved()


def test_the_ranking_tells_each_row_and_choosing_one_selects_its_option(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        chart = stage.page.ranking.chart
        rows = parts(chart)
        assert len(rows) == len(chart.order)
        assert rows[0].text(Words.Name).startswith("1. ")
        press(rows[2])
        stage.flush()
        assert stage.session.view.option == chart.order[2]
        assert [bool(row.state().selected) for row in parts(chart)].index(True) == 2
        assert chart.rect().translated(chart.mapToGlobal(chart.rect().topLeft())).contains(rows[2].rect())


def test_every_mark_of_every_chart_is_told_and_the_keys_choose_among_them(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        for tab in TABS:
            stage.page.tabs.turn_to(tab.key)
            stage.flush()
            for chart in (each for each in stage.page.tabs.findChildren(Chart) if each.isVisible()):
                marks = chart.all_marks()
                assert told(chart).role() == Role.Chart
                assert len(parts(chart)) == len(marks)
                assert all(name.startswith(mark.heading[:8]) for name, mark in zip(names(chart), marks, strict=True))
                if marks and chart.accessibleIdentifier() != "sensitivity.chart":  # Its arrows move the weight.
                    chart.setFocus(Qt.FocusReason.TabFocusReason)
                    QTest.keyClick(chart, Qt.Key.Key_Home)
                    assert parts(chart)[0].state().focused


def test_a_group_of_criteria_opens_and_closes_by_its_action(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        tree = stage.page.weights.tree
        group = next(row for row in tree.rows.values() if isinstance(row, BranchRow))
        assert (told(tree).role(), told(group).role()) == (Role.Tree, Role.TreeItem)
        assert told(group).state().expanded
        press(told(group), "Toggle")
        assert not tree.is_open(group.node.id)
        assert not told(group).state().expanded
        press(told(group))
        assert told(group).state().selected


def test_tabs_are_tabs_of_which_one_is_chosen_also_after_a_second_press(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        tabs = parts(stage.page.tabs.strip)[: 1 + len(TABS)]
        assert {tab.role() for tab in tabs} == {Role.PageTab}
        for _ in range(2):
            press(tabs[1])
            assert [bool(tab.state().selected) for tab in tabs].index(True) == 1
        assert stage.page.tabs.current == TABS[0].key


def test_escape_closes_a_dialog_and_gives_the_focus_back(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        slider = first_leaf(stage).slider
        slider.setFocus(Qt.FocusReason.TabFocusReason)
        for action in ("file.new", "file.export", "file.history", "help.guide"):
            stage.window.menus[action].trigger()
            (dialog,) = stage.dialogs()
            QTest.keyClick(dialog, Qt.Key.Key_Escape)
            qtbot.waitUntil(lambda: not stage.dialogs())
            stage.window.activateWindow()
            qtbot.waitUntil(lambda: QApplication.focusWidget() is slider)


def test_what_was_told_goes_quietly_with_its_study(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        kept = [*parts(stage.page.ranking.chart), told(first_leaf(stage).slider)]
        stage.page.tabs.turn_to("tornado")
        stage.flush()
        kept += [part for chart in stage.page.tabs.findChildren(Chart) for part in parts(chart)]
        assert kept
        page = stage.page
        stage.key(Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(lambda: not isValid(page))
        assert not any(isValid(part) for part in kept)


def first_leaf(stage: Stage) -> LeafRow:
    return stage.page.weights.tree.leaf_row(stage.study.leaves()[0].id)
