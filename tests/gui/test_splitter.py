"""The edges between panes: moved by keyboard, told to assistive technology, ringed, and never pushing a pane away."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.look.splitter import STEP, Edge
from tests.gui.window_stage import Key, Stage, running


@pytest.fixture
def stage(qtbot: QtBot) -> Iterator[Stage]:
    with running(qtbot) as stage:
        stage.window.resize(1440, 900)
        stage.flush()
        yield stage


def edge(stage: Stage, name: str) -> Edge:
    return next(edge for edge in stage.window.findChildren(Edge) if edge.accessibleName() == name and edge.isVisible())


def press(edge: Edge, key: Qt.Key, times: int = 1) -> None:
    edge.setFocus(Qt.FocusReason.TabFocusReason)
    for _ in range(times):
        QTest.keyClick(edge, key)


def test_arrow_keys_move_an_edge_and_the_panes_beside_it(stage: Stage) -> None:
    assert stage.window.page is not None
    weights = stage.window.page.weights.width()
    upright, flat = edge(stage, "Edge between weights and ranking"), edge(stage, "Edge between ranking and analysis")
    press(upright, Key.Key_Right, 3)
    assert stage.window.page.weights.width() == weights + 3 * STEP
    press(upright, Key.Key_Left)
    assert stage.window.page.weights.width() == weights + 2 * STEP
    ranking = stage.window.page.ranking.height()
    press(flat, Key.Key_Down)
    assert stage.window.page.ranking.height() == ranking + STEP
    press(flat, Key.Key_Up, 2)
    assert stage.window.page.ranking.height() == ranking - STEP


@pytest.mark.parametrize("key", [Key.Key_Home, Key.Key_End])
def test_no_pane_is_pushed_away(stage: Stage, key: Qt.Key) -> None:
    assert stage.window.page is not None
    page = stage.window.page
    press(edge(stage, "Edge between weights and ranking"), key)
    press(edge(stage, "Edge between ranking and analysis"), key)
    assert page.weights.width() >= page.weights.minimumWidth() > 200
    assert page.centre.width() >= page.centre.minimumWidth() > 200
    assert page.inspector.width() >= page.inspector.minimumWidth() > 200
    assert min(page.ranking.height(), page.tabs.height()) > 100


def test_an_edge_is_a_splitter_with_a_value_that_can_be_set(stage: Stage) -> None:
    upright = edge(stage, "Edge between weights and ranking")
    told = QAccessible.queryAccessibleInterface(upright)
    assert told.role() == QAccessible.Role.Splitter
    amount = told.valueInterface()
    before = amount.currentValue()
    amount.setCurrentValue(before + 5.0)
    assert amount.currentValue() == pytest.approx(before + 5.0, abs=0.2)
    assert (amount.minimumValue(), amount.maximumValue()) == (0.0, 100.0)


def test_tab_stops_at_an_edge_and_shows_where_it_is(stage: Stage) -> None:
    upright = edge(stage, "Edge between weights and ranking")
    without = upright.grab().toImage()
    met: list[object] = []
    assert stage.window.page is not None
    stage.window.page.weights.setFocus()
    for _ in range(400):
        QTest.keyClick(stage.window, Key.Key_Tab)
        focus = QApplication.focusWidget()
        if focus is upright:
            break
        met.append(focus)
    assert upright.hasFocus(), f"met {len(met)} others"
    assert upright.grab().toImage() != without


def test_a_hidden_pane_has_no_edge(stage: Stage) -> None:
    assert stage.window.page is not None
    stage.window.page.show_inspector(False)
    stage.flush()
    names = [edge.accessibleName() for edge in stage.window.findChildren(Edge) if edge.isVisible()]
    assert sorted(names) == ["Edge between ranking and analysis", "Edge between weights and ranking"]
