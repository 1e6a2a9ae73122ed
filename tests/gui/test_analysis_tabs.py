"""The tabs of the analysis: turned to by mouse, keys and menu, built when first on show, copied and exported."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication, QImage
from pytestqt.qtbot import QtBot

from desktop.commands import AddOption, RemoveOption
from desktop.panels.analysis_tabs import TabStrip
from desktop.panels.analysis_view import AnalysisView, FiguresTable
from desktop.session import Session
from desktop.window.analysis import TABS, PictureDialog, shortcut
from desktop.window.study_page import StudyPage
from seeds import security_guarantees
from tests.gui.window_stage import running

Key = Qt.Key


def test_each_tab_is_in_the_menu_with_its_keys_and_is_built_when_it_is_turned_to(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        tabs = stage.page.tabs
        assert tabs.current == "scores"
        for place, tab in enumerate(TABS, 1):
            action = stage.window.menus[f"analysis.{tab.key}"]
            assert action.shortcut().toString() == shortcut(place)
            action.trigger()
            assert tabs.current == tab.key
            view = tabs.view(tab.key)
            assert isinstance(view, AnalysisView)
            assert (view.key, view.title) == (tab.key, tab.title)
            assert view.isVisible()
            assert view.accessibleIdentifier() == f"analysis.{tab.key}"
        stage.key(Key.Key_1, Qt.KeyboardModifier.AltModifier)
        assert tabs.current == "scores"


@pytest.mark.parametrize("width", [300, 500, 760, 1200])
def test_tabs_that_do_not_fit_are_in_a_menu_and_the_current_one_is_always_in_sight(qtbot: QtBot, width: int) -> None:
    titles = {tab.key: tab.title for tab in TABS}
    strip = TabStrip(titles, {})
    qtbot.addWidget(strip)
    strip.resize(width, 44)
    strip.show()
    for key in titles:
        strip.set_current(key)
        shown = [tab for tab in strip._tabs if tab.isVisible()]
        assert key in {tab.key for tab in shown}
        assert all(tab.geometry().right() <= width for tab in shown)
        assert strip._more.isVisible() == (len(shown) < len(titles))
        if strip._more.isVisible():
            assert strip._more.geometry().right() <= width


def test_arrows_on_the_strip_go_from_tab_to_tab(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        tabs = stage.page.tabs
        tabs.strip.step(1)
        assert tabs.current == TABS[0].key
        tabs.strip.step(-5)
        assert tabs.current == "scores"


def test_a_tab_without_anything_to_show_says_why(qtbot: QtBot) -> None:
    study = security_guarantees.load()
    session = Session(study)
    page = StudyPage(session)
    qtbot.addWidget(page)
    page.resize(1440, 860)
    page.show()
    page.tabs.turn_to(TABS[0].key)
    page.refresher.flush()
    for option in study.options:
        session.do(RemoveOption(option.id))
    session.do(AddOption("Alone"))
    for tab in TABS:
        page.tabs.turn_to(tab.key)
        page.refresher.flush()
        view = page.tabs.view(tab.key)
        assert isinstance(view, AnalysisView)
    page.refresher.stop()


def test_the_chart_on_show_is_copied_as_picture_and_as_figures(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        stage.page.refresher.flush()
        stage.window.menus["edit.figures"].trigger()
        lines = QGuiApplication.clipboard().text().splitlines()
        assert lines[0].startswith("Option\tRank\tTotal")
        assert len(lines) == 11
        stage.window.menus["edit.picture"].trigger()
        assert not QGuiApplication.clipboard().image().isNull()


def test_the_headings_of_figures_are_seen_whole_or_told_by_a_tooltip(qtbot: QtBot) -> None:
    table = FiguresTable("some.table", "Some")
    qtbot.addWidget(table)
    table.show()
    header, model, long = (
        table.horizontalHeader(),
        table.model(),
        "a heading that says a great deal of what is below it",
    )
    table.show_rows([("Option", "Points to go to the flip, %", long), ("A", 1.5, 2.0)])
    assert header.sectionSize(1) >= header.fontMetrics().horizontalAdvance("Points to go to the flip, %") + 8
    assert header.sectionSize(2) <= 240
    assert model.headerData(2, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole) == long
    right, role = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), Qt.ItemDataRole.TextAlignmentRole
    table.show_rows([("Option", "Points to go to the flip, %", long), ("A", 1.5, "some"), ("B", None, None)])
    sides = [model.data(model.index(row, column), role) == right for row in range(2) for column in range(3)]
    assert sides == [False, True, False] * 2
    assert [model.headerData(place, Qt.Orientation.Horizontal, role) == right for place in range(3)] == sides[:3]
    header.resizeSection(1, 300)
    table.show_rows([("Option", "Points to go to the flip, %", "short"), ("A", 1.6, 2.0)])
    assert (header.sectionSize(1), header.sectionSize(2)) == (300, 80)


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_a_picture_is_written_in_the_size_and_kind_chosen(qtbot: QtBot, tmp_path: Path, kind: str) -> None:
    with running(qtbot) as stage:
        stage.page.refresher.flush()
        chart = stage.page.pictured()
        assert chart is not None
        dialog = PictureDialog(chart, stage.window)
        stage.window.show_dialog(dialog)
        dialog.kind.choose_at(("png", "svg").index(kind))
        dialog.wide.setText("700")
        dialog.high.setText("x")
        assert dialog.picture_size() is None
        assert "whole numbers of pixels" in dialog.trouble.text()
        dialog.high.setText("400")
        assert dialog.picture_size() == QSize(700, 400)
        path = tmp_path / f"ranking.{kind}"
        dialog.say("")
        dialog._write(path, QSize(700, 400))
        data = path.read_bytes()
        assert b"<svg" in data if kind == "svg" else QImage.fromData(data).size() == QSize(1400, 800)


def test_more_room_for_the_analysis_keeps_the_ranking_in_sight_and_goes_back(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        page, before = stage.page, stage.page.centre.sizes()
        stage.window.menus["analysis.room"].trigger()
        assert page.tabs.height() > before[1] + 60
        qtbot.waitUntil(lambda: page.ranking.chart.height() >= 120)
        stage.window.menus["analysis.room"].trigger()
        assert page.centre.sizes() == before
