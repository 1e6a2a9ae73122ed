"""The window by keyboard and for a screen reader: names, identifiers, order, panes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QMenuBar, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from db.study.model import Study
from tests.gui.window_stage import CONTROL, SHIFT, Key, Stage, running


def reachable(root: QWidget) -> list[QWidget]:
    """Every widget that Tab or a click can give the focus to."""
    return [
        widget
        for widget in QApplication.allWidgets()
        if widget.window() is root
        and widget.isVisible()
        and widget.isEnabled()
        and widget.focusProxy() is None
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]


def told(widget: QWidget) -> str:
    return f"{type(widget).__name__} {widget.accessibleIdentifier()!r} in {type(widget.parent()).__name__}"


def nameless(root: QWidget) -> list[str]:
    inside = [widget for widget in reachable(root) if not _is_qts_own(widget)]
    assert inside
    return [told(widget) for widget in inside if not (widget.accessibleName() or _own_text(widget))]


def unidentified(root: QWidget) -> list[str]:
    return [told(widget) for widget in reachable(root) if not _is_qts_own(widget) and not widget.accessibleIdentifier()]


def _own_text(widget: QWidget) -> str:
    text = getattr(widget, "text", None)
    return str(text()) if callable(text) and not isinstance(widget, QScrollArea) else ""


def _is_qts_own(widget: QWidget) -> bool:
    return isinstance(widget, QMenuBar) or widget.objectName().startswith("qt_")


def test_everything_that_takes_the_focus_has_a_name_and_an_identifier(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        study = stage.study
        stage.session.select(option=study.options[2].id, criterion=study.leaves()[0].id)
        stage.flush()
        assert nameless(stage.window) == []
        assert unidentified(stage.window) == []


@pytest.mark.parametrize("subject", ["study", "option", "leaf", "group"])
def test_every_page_of_the_inspector_is_named(qtbot: QtBot, subject: str) -> None:
    with running(qtbot) as stage:
        study = stage.study
        group = next(node for node in study.criteria if not node.is_leaf)
        if subject == "option":
            stage.session.select(option=study.options[1].id)
        elif subject != "study":
            stage.session.select(criterion=group.id if subject == "group" else study.leaves()[3].id)
        stage.flush()
        assert nameless(stage.page.inspector.window()) == []
        assert unidentified(stage.window) == []


def test_the_start_page_is_named_throughout(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        stage.key(Key.Key_W, CONTROL)
        assert nameless(stage.window) == []
        assert unidentified(stage.window) == []


@pytest.mark.parametrize("action", ["file.new", "file.export", "help.guide", "help.about"])
def test_every_dialog_is_named_throughout(qtbot: QtBot, action: str) -> None:
    with running(qtbot) as stage:
        stage.window.menus[action].trigger()
        (dialog,) = stage.dialogs()
        assert nameless(dialog) == []
        assert unidentified(dialog) == []


def test_no_identifier_is_used_twice(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        stage.session.select(option=stage.study.options[2].id, criterion=stage.study.leaves()[0].id)
        stage.flush()
        found = [widget.accessibleIdentifier() for widget in reachable(stage.window) if widget.accessibleIdentifier()]
        assert sorted({name for name in found if found.count(name) > 1}) == []


# Order


def tab_order(stage: Stage) -> Iterator[QWidget]:
    """What Tab goes through, once round, from the study's name on."""
    stage.window.top.study.setFocus(Qt.FocusReason.TabFocusReason)
    first = seen = QApplication.focusWidget()
    for _ in range(400):
        assert seen is not None
        yield seen
        table = stage.page.scores.table
        if seen is table:
            table.setCurrentIndex(table.model().index(table.model().rowCount() - 1, table.model().columnCount() - 1))
        QTest.keyClick(seen, Key.Key_Tab)
        seen = QApplication.focusWidget()
        if seen is first:
            return
    pytest.fail(f"Tab never came round; it was last at {told(seen) if seen else None}")


def test_tab_goes_through_the_panes_in_reading_order_and_comes_round(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        stage.session.select(option=stage.study.options[2].id, criterion=stage.study.leaves()[0].id)
        stage.flush()
        page = stage.page
        parts = [stage.window.top, page.weights, page.ranking, page.tabs, page.inspector]
        visited: list[int] = []
        for widget in tab_order(stage):
            place = next((n for n, part in enumerate(parts) if part.isAncestorOf(widget)), None)
            if place is not None and (not visited or visited[-1] != place):
                visited.append(place)
        assert visited == [0, 1, 2, 3, 4]


def test_f6_goes_round_the_panes_and_shift_f6_back(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        page = stage.page
        panes = [page.weights, page.ranking, page.tabs, page.inspector]

        def here() -> int:
            focused = QApplication.focusWidget()
            return next(n for n, pane in enumerate(panes) if pane is focused or pane.isAncestorOf(focused))

        visited = []
        for _ in range(5):
            stage.key(Key.Key_F6)
            visited.append(here())
        assert visited == [0, 1, 2, 3, 0]
        stage.key(Key.Key_F6, SHIFT)
        assert here() == 3


def test_f7_hides_the_inspector_and_f6_passes_it_by(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        stage.key(Key.Key_F7)
        assert stage.page.inspector.isHidden()
        for _ in range(4):
            stage.key(Key.Key_F6)
        assert stage.page.weights.isAncestorOf(QApplication.focusWidget())
        stage.key(Key.Key_F7)
        assert stage.page.inspector.isVisible()


def test_a_narrow_window_gives_the_inspectors_room_to_the_rest(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        stage.window.resize(1000, 700)
        stage.flush()
        assert stage.page.inspector.isHidden()
        stage.key(Key.Key_F7)
        assert stage.page.inspector.isVisible()


def test_the_menus_of_what_is_selected_hold_its_actions(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        study: Study = stage.study
        stage.session.select(option=study.options[2].id, criterion=study.leaves()[0].id)
        menus = {menu.title().replace("&", ""): menu for menu in stage.window.findChildren(QMenu)}
        for name in ("Selected option", "Selected criterion", "Perspective"):
            menu = menus[name]
            menu.aboutToShow.emit()
            assert len([action for action in menu.actions() if action.isEnabled() and action.text()]) >= 4
        duplicate = next(action for action in menus["Selected option"].actions() if "Duplicate" in action.text())
        duplicate.trigger()
        stage.flush()
        assert len(stage.study.options) == len(study.options) + 1
        stage.wait_saved()


def test_a_click_on_the_study_button_opens_a_menu_in_place(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        menu = stage.window.top.study.menu()
        assert next(action.text() for action in menu.actions() if action.text()).startswith("&Title")
        stage.click(stage.page.ranking.chart.viewport(), QPoint(20, 20))
        assert not stage.dialogs()
