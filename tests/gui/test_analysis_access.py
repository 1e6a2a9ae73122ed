"""The tabs of the analysis by keyboard, for a screen reader, and with any number of options."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.charts.chart import Chart
from desktop.look import look
from desktop.look.widgets import Segmented
from desktop.panels.analysis_view import AnalysisView
from desktop.session import Session
from desktop.window.analysis import TABS
from desktop.window.study_page import StudyPage
from tests.bench.tables import study_of
from tests.gui.window_stage import Key, Stage, running

ALT = Qt.KeyboardModifier.AltModifier
KEYS = [Key.Key_1, Key.Key_2, Key.Key_3, Key.Key_4, Key.Key_5, Key.Key_6, Key.Key_7, Key.Key_8, Key.Key_9, Key.Key_0]
TAB = Qt.FocusReason.TabFocusReason


def view_of(page: StudyPage, key: str) -> AnalysisView:
    page.tabs.turn_to(key)
    page.refresher.flush()
    QApplication.processEvents()
    view = page.tabs.view(key)
    assert isinstance(view, AnalysisView)
    return view


def stops(root: QWidget) -> list[QWidget]:
    """What Tab may stop at now."""
    parts = [part for part in root.findChildren(QWidget) if part.focusPolicy() & Qt.FocusPolicy.TabFocus]
    return [part for part in parts if part.isVisible() and part.isEnabled() and part.focusProxy() is None]


def charts(view: AnalysisView) -> list[Chart]:
    return [chart for chart in view.findChildren(Chart) if chart.isVisible()]


def spoken(widget: QWidget) -> str:
    """The name that a screen reader is given."""
    told = QAccessible.queryAccessibleInterface(widget)
    assert told is not None
    return told.text(QAccessible.Text.Name)


def place(widget: QWidget) -> QRect:
    return QRect(widget.mapToGlobal(QPoint(0, 0)), widget.size())


def is_read_before(first: QRect, second: QRect) -> bool:
    """Whether the eye comes to one before the other: above it, or in the same row at its left."""
    if first.bottom() < second.top() or second.bottom() < first.top():
        return first.bottom() < second.top()
    return first.left() < second.left()


def press_every_choice(view: AnalysisView, stage: Stage) -> list[str]:
    """Turn to everything that the tab can show, and look at it all; returns what is wrong."""
    wrong = shortcomings(view, stage)
    for segmented in view.findChildren(Segmented):
        for at in range(1, len(segmented.findChildren(QWidget))):
            if segmented.isVisible():
                segmented.choose_at(at)
                stage.flush()
                wrong += shortcomings(view, stage)
        segmented.choose_at(0)
    return wrong


def shortcomings(view: AnalysisView, stage: Stage) -> list[str]:
    told = [f"{type(part).__name__} {part.accessibleIdentifier()!r}" for part in stops(view)]
    wrong = [f"{each} has no name" for each, part in zip(told, stops(view), strict=True) if not spoken(part).strip()]
    wrong += [f"{each} has no identifier" for each in told if each.endswith("''")]
    for chart in charts(view):
        stage.qtbot.waitUntil(lambda chart=chart: bool(chart.accessibleDescription()))  # type: ignore[misc]
        if len(chart.rows()) < 2 or not chart.rows()[0]:
            wrong.append(f"{chart.accessibleIdentifier()} has no figures")
    return wrong


def test_everything_in_every_tab_is_named_and_every_chart_is_told_in_words_and_figures(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.charts.chart.TELL_AFTER_MS", 0)
    with running(qtbot) as stage:
        for tab in TABS:
            assert press_every_choice(view_of(stage.page, tab.key), stage) == []


def test_tab_goes_from_the_strip_through_the_tab_as_it_is_read_and_then_on(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        for tab in TABS:
            view, seen = view_of(stage.page, tab.key), []
            stage.page.tabs.wider.setFocus(TAB)
            for _ in range(len(stops(view))):
                focused = QApplication.focusWidget()
                assert focused is not None
                QTest.keyClick(focused, Key.Key_Tab)
                seen.append(QApplication.focusWidget())
            assert set(seen) == set(stops(view)), tab.key
            for first, second in pairwise(map(place, [part for part in seen if part is not None])):
                assert is_read_before(first, second), (tab.key, first, second)


def test_whoever_comes_by_keyboard_sees_where_the_focus_is(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        for tab in TABS:
            view = view_of(stage.page, tab.key)
            for part in stops(view):
                stage.page.tabs.wider.setFocus(TAB)
                without = part.grab().toImage()
                part.setFocus(TAB)
                assert part.grab().toImage() != without, part.accessibleIdentifier()


def test_each_tab_has_its_keys_and_the_pane_key_leads_to_its_word(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        tabs = stage.page.tabs
        for key, name in zip(KEYS, ["scores", *(tab.key for tab in TABS)], strict=False):
            stage.key(key, ALT)
            assert tabs.current == name
        last = TABS[-1].key
        stage.page.ranking.chart.setFocus(TAB)
        stage.key(Key.Key_F6)
        focused = QApplication.focusWidget()
        assert focused is not None
        assert focused.accessibleIdentifier() == f"analysis.tab.{last}"
        stage.key(Key.Key_Left)
        assert tabs.current == TABS[-2].key


def test_arrows_step_through_every_chart_and_escape_takes_the_words_away(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        for tab in TABS:
            for chart in charts(view_of(stage.page, tab.key)):
                if not chart.all_marks():
                    continue
                chart.setFocus(TAB)
                for key in (Key.Key_End, Key.Key_Up, Key.Key_Home, Key.Key_Down):
                    QTest.keyClick(chart, key)
                at = chart._at
                if at is None:
                    assert chart.accessibleIdentifier() == "sensitivity.chart"  # Its arrows move the weight.
                    continue
                assert at.heading
                assert chart.accessibleDescription().startswith(at.heading)
                assert chart._read_out.isVisible()
                QTest.keyClick(chart, Key.Key_Escape)
                assert chart._read_out.isHidden()


@pytest.mark.parametrize("count", [1, 2, 3, 13, 200])
def test_every_tab_can_show_any_number_of_options(qtbot: QtBot, count: int) -> None:
    page = StudyPage(Session(study_of(count, 7)))
    qtbot.addWidget(page)
    page.resize(1440, 860)
    page.show()
    for tab in TABS:
        view = view_of(page, tab.key)
        chart = view.chart()
        if view.nothing.text():
            assert count == 1, f"{tab.key}: {view.nothing.text()}"
            assert view.nothing.isVisible()
            assert view.pictured() is None
        else:
            assert chart is not None
            qtbot.waitUntil(lambda chart=chart: len(chart.rows()) > 1)  # type: ignore[misc]
        assert not view.grab().isNull()
    look.set_scheme("dark")
    for tab in TABS:
        assert not view_of(page, tab.key).grab().isNull()
    page.refresher.stop()


def test_narrow_tabs_give_their_tables_the_room_and_reasons_come_when_asked_for(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        view_of(stage.page, "tornado")
        stage.page.show_inspector(False)
        stage.window.resize(860, 560)
        stage.flush()
        tornado, methods = (view_of(stage.page, key) for key in ("tornado", "methods"))
        assert tornado.width() < 560
        assert [chart.accessibleIdentifier() for chart in charts(methods)] == ["methods.chart"]
        (table,) = charts(methods)
        for expected in (2, 1):
            table.chosen.emit((None, 2))
            stage.flush()
            assert len(charts(methods)) == expected
        assert [chart.accessibleIdentifier() for chart in charts(view_of(stage.page, "tornado"))] == ["tornado.chart"]
