"""The checks' tab: what it lists is found again, its links lead to their places, and it waits for the hand."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from db.study.model import Option, Study
from desktop.charts.checks_list import link_words, rows_of
from desktop.commands import MoveWeight, SetScores
from desktop.commands.scores import Entry
from desktop.evaluation import evaluate
from desktop.panels import checks_view
from desktop.panels.checks_view import ChecksView
from desktop.questions.findings import Case, Finding, Group
from desktop.questions.firmness import firmness
from desktop.questions.review import as_text, review, tally
from desktop.session import Session, Subject
from desktop.window.preferences import Preferences
from desktop.window.study_page import StudyPage
from seeds import security_guarantees
from tests.unit.questions.test_review import sound, with_option, with_scores


class Stage:
    """A page turned to the checks."""

    def __init__(self, study: Study, qtbot: QtBot, width: int = 1440) -> None:
        self.session, self.qtbot = Session(study), qtbot
        self.page = StudyPage(self.session)
        qtbot.addWidget(self.page)
        self.page.resize(width, 860)
        self.page.show()
        self.page.refresher.flush()
        self.page.tabs.turn_to("checks")
        view = self.page.tabs.view("checks")
        assert isinstance(view, ChecksView)
        self.view = view
        self.flush()

    def flush(self) -> None:
        self.page.refresher.flush()
        QApplication.processEvents()

    def finding(self, key: str) -> Finding:
        return next(finding for finding in self.view.list.findings if finding.key == key)

    def click(self, key: str) -> None:
        """Click on a finding, which is scrolled to first."""
        chart = self.view.list
        mark = next(mark for mark in chart.all_marks() if mark.key == key)
        chart._reveal(mark.area)
        at = mark.area.translated(0, -chart.scroll).center().toPoint()
        QTest.mouseClick(chart.viewport(), Qt.MouseButton.LeftButton, pos=at)
        self.flush()

    def stop(self) -> None:
        self.page.refresher.stop()


def test_links_lead_to_scores_criteria_options_perspectives_and_tabs_one_after_the_other(qtbot: QtBot) -> None:
    stage = Stage(with_scores(with_option(sound(), excluded=True), likely=None, low=None, high=None), qtbot)
    session, view = stage.session, stage.view
    assert view.sentence.text() == tally(view.list.findings)
    stage.click("excluded")
    assert (session.view.option, session.view.subject) == ("o3", Subject.OPTION)
    stage.click("missing")
    assert (session.cell, session.view.subject) == (("o0", "c0"), Subject.SCORE)
    assert len(stage.finding("unopened").places) == 1
    stage.click("unopened")
    assert session.view.perspective == "q"
    assert stage.finding("unopened").group is Group.ORDER
    assert [place.tab for place in stage.finding("varied").places] == ["sensitivity", "tornado", "perspectives"]
    stage.click("varied")
    assert stage.page.tabs.current == "sensitivity"
    stage.page.tabs.turn_to("checks")
    assert [place.tab for place in stage.finding("varied").places] == ["tornado", "perspectives"]
    stage.stop()


def test_a_link_to_several_places_goes_through_them_and_opens_the_inspector(qtbot: QtBot) -> None:
    study = security_guarantees.load()
    stage = Stage(study, qtbot, 1100)
    assert stage.page.inspector.isHidden()
    places = stage.finding("ends").places
    for number, place in enumerate((*places, places[0])):
        assert stage.view.list.next_place(stage.finding("ends")) == number % len(places)
        stage.click("ends")
        assert stage.session.view.criterion == place.criterion
    assert stage.page.inspector.isVisible()
    stage.stop()


def test_the_keyboard_steps_through_the_findings_and_enter_follows_the_link(qtbot: QtBot) -> None:
    stage = Stage(with_scores(sound(), likely=None, low=None, high=None), qtbot)
    chart = stage.view.list
    chart.setFocus(Qt.FocusReason.TabFocusReason)
    for key in (Qt.Key.Key_Home, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Return):
        QTest.keyClick(chart, key)
    assert stage.session.cell == ("o0", "c0")
    assert chart.summary().startswith("Completeness: 2 of 16 scores are missing")
    stage.stop()


def test_the_list_waits_for_the_end_of_a_drag_and_for_no_longer(qtbot: QtBot) -> None:
    stage = Stage(security_guarantees.load(), qtbot)
    session, chart = stage.session, stage.view.list
    party, leaf = session.view.perspective, session.study.leaves()[0].id
    before = chart.findings
    session.do(MoveWeight(party, leaf, 0.9), live=True)
    stage.flush()
    assert chart.findings is before
    session.settle()
    stage.flush()
    seen = frozenset(session.visited)
    assert chart.findings == review(Case(session.study, evaluate(session.study, party), None, seen))
    assert chart.findings != before
    stage.stop()


def test_a_large_study_is_checked_away_from_the_window_with_the_same_findings(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks_view, "AT_ONCE", 0)
    stage = Stage(sound(), qtbot)
    qtbot.waitUntil(lambda: bool(stage.view.list.findings))
    stage.session.do(SetScores({("o0", "c0"): Entry(None)}))
    stage.flush()
    qtbot.waitUntil(lambda: stage.finding("missing").group is Group.FIRST)
    stage.stop()


def test_what_can_never_be_first_is_told_once_the_deep_answer_is_there(qtbot: QtBot, deep: None) -> None:
    study = security_guarantees.load()
    stage = Stage(study, qtbot)
    qtbot.waitUntil(lambda: any(finding.key == "never_first" for finding in stage.view.list.findings))
    firm = firmness(study, study.perspectives[0].id, samples=50)
    seen = frozenset(stage.session.visited)
    assert stage.view.list.findings == review(Case(study, firm.result, firm.never_first, seen))
    stage.stop()


def test_what_was_on_show_is_remembered_for_the_next_time(qtbot: QtBot, tmp_path: Path) -> None:
    preferences = Preferences(tmp_path)
    stage = Stage(sound(), qtbot)
    stage.session.look(replace(stage.session.view, perspective="q"))
    stage.page.tabs.turn_to("tornado")
    stage.flush()
    stage.page.remember(preferences)
    stage.stop()
    again = Stage(sound(), qtbot)
    again.page.recall(preferences)
    again.page.tabs.turn_to("checks")
    again.flush()
    assert again.finding("unopened").group is Group.ORDER
    assert [place.tab for place in again.finding("varied").places] == ["sensitivity", "perspectives"]
    again.stop()


def test_the_findings_are_copied_as_text_and_shown_as_a_table(qtbot: QtBot) -> None:
    stage = Stage(sound(), qtbot)
    stage.view.copy.click()
    assert QGuiApplication.clipboard().text() == as_text("Example", "All", stage.view.list.findings)
    stage.view.toggle_table()
    model = stage.view.figures.model()
    assert model.rowCount() == len(stage.view.list.findings)
    assert model.index(0, 2).data() == stage.view.list.findings[0].sentence
    stage.stop()


def test_a_study_without_options_is_told_so_and_still_checked(qtbot: QtBot) -> None:
    stage = Stage(replace(sound(), options=(), scores={}), qtbot)
    assert stage.view.list.findings[0].sentence == "There is no option yet."
    assert stage.finding("swing").group is Group.ORDER
    stage.stop()


@pytest.mark.parametrize("width", [560.0, 776.0, 1400.0])
def test_nothing_overlaps_or_is_cut_at_any_width(dressed: QApplication, width: float) -> None:
    study = security_guarantees.load()
    options = tuple(Option(option.id, option.name * 3) for option in study.options)
    rows = rows_of(review(Case(replace(study, options=options), None)), width)
    for above, below in pairwise(rows):
        assert above.area.bottom() <= below.area.top() + 1e-6
    for row in rows:
        if row.finding is not None:
            assert row.area.contains(row.sentence)
            assert row.sentence.bottom() <= row.area.bottom()
            assert not row.link.intersects(row.sentence)
            assert row.link.isNull() or row.link.left() >= row.name.right()
            assert row.link.isNull() or link_words(row.finding, 0).startswith("Show")
