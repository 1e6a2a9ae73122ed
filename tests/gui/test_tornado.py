"""The tornado's tab: its figures are those of the study changed so; its bars and its list are filtered and chosen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from db.study.model import Criterion, Id, Option, Perspective, Scale, Score, Study
from desktop.charts.picture import image_of
from desktop.charts.tornado_chart import TornadoChart
from desktop.commands import MoveWeight, SetSpread
from desktop.evaluation import evaluate
from desktop.panels.tornado_view import TornadoView
from desktop.session import Session
from desktop.window.study_page import StudyPage
from seeds import security_guarantees

Rows = list[list[str | float | None]]


class Stage:
    """A page turned to the tornado."""

    def __init__(self, study: Study, qtbot: QtBot) -> None:
        self.session = Session(study)
        self.page = StudyPage(self.session)
        qtbot.addWidget(self.page)
        self.page.resize(1440, 860)
        self.page.show()
        self.page.tabs.turn_to("tornado")
        view = self.page.tabs.view("tornado")
        assert isinstance(view, TornadoView)
        self.view = view
        self.flush()

    @property
    def party(self) -> Id:
        return self.session.view.perspective

    @property
    def figures(self) -> Rows:
        return [list(row) for row in self.view.tornado.rows()]

    def flush(self) -> None:
        self.page.refresher.flush()
        QApplication.processEvents()

    def click(self, place: int) -> None:
        """Click on a bar."""
        chart = self.view.tornado
        at = chart.all_marks()[place].area.center().toPoint() - QPoint(0, round(chart.scroll))
        QTest.mouseClick(chart.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
        self.flush()

    def lead_at(self, label: str, figure: float) -> float:
        """The lead of the option that is first now, in the study with one score or weight as the table says."""
        study, now = self.session.study, evaluate(self.session.study, self.party)
        if label.startswith("Weight of "):
            leaf = next(leaf for leaf in study.leaves() if f"Weight of {leaf.name}" == label)
            changed = MoveWeight(self.party, leaf.id, figure / 100.0).apply(study)
        else:
            cells = {
                f"{leaf.name} of {option.short or option.name}": (option.id, leaf.id)
                for leaf in study.leaves()
                for option in study.options
            }
            changed = replace(study, scores={**study.scores, cells[label]: Score(likely=figure)})
        totals = evaluate(changed, self.party).totals
        return float(totals[now.order[0]] - np.delete(totals, now.order[0]).max())


@pytest.fixture
def stage(qtbot: QtBot) -> Iterator[Stage]:
    made = Stage(security_guarantees.load(), qtbot)
    yield made
    made.page.refresher.stop()


def narrow_study(ranges: bool) -> Study:
    leaves = tuple(Criterion(f"c{k}", f"Criterion {k}", scale=Scale()) for k in range(2))
    options = (Option("a", "A"), Option("b", "B"))
    score = Score(likely=60.0, low=20.0, high=90.0) if ranges else Score(likely=60.0)
    scores = {("a", "c0"): score, ("a", "c1"): Score(likely=50.0), ("b", "c0"): Score(likely=50.0)}
    scores["b", "c1"] = Score(likely=50.0)
    party = Perspective("p", "All", weights={"c0": 50.0, "c1": 50.0})
    return Study("s", "Two", options=options, criteria=leaves, scores=scores, perspectives=(party,))


def test_every_figure_of_the_tornado_is_the_lead_of_the_study_changed_so(stage: Stage) -> None:
    stage.view.extent.choose_at(1)
    headings, *rows = stage.figures
    assert len(rows) > 40
    low, high = headings.index("Low end"), headings.index("Lead at low end")
    assert high == low + 2
    for label, _, from_, to, at_low, at_high, least, greatest, *_ in rows:
        assert isinstance(label, str)
        assert isinstance(from_, float)
        assert isinstance(to, float)
        assert at_low == pytest.approx(stage.lead_at(label, from_), abs=1e-9)
        assert at_high == pytest.approx(stage.lead_at(label, to), abs=1e-9)
        assert isinstance(least, float)
        assert isinstance(greatest, float)
        assert least == pytest.approx(min(stage.lead_at(label, from_), stage.lead_at(label, to)), abs=1e-9)
        assert greatest >= max(stage.lead_at(label, from_), stage.lead_at(label, to)) - 1e-9
    swings = [float(row[7]) - float(row[6]) for row in rows]  # type: ignore[arg-type]
    assert swings == sorted(swings, reverse=True)


def test_the_widest_bars_of_scores_or_weights_are_shown_with_how_many_there_are(stage: Stage) -> None:
    view = stage.view
    total = len(view._lead.moving()) if view._lead else 0
    assert len(view.tornado.bars) == 25
    assert view.count.text() == f"25 of {total}"
    lead = evaluate(stage.session.study, stage.party).lead()
    assert view.headline.text() == f"Lead of {lead:.1f} points: Reassurance + US over Armed Ukraine"
    view.kind.choose_at(2)
    assert {bar.option for bar in view.tornado.bars} == {None}
    assert view.count.text() == "12 of 12"
    view.kind.choose_at(1)
    view.extent.choose_at(1)
    assert len(view.tornado.bars) == total - 12
    assert None not in {bar.option for bar in view.tornado.bars}


def test_bars_follow_the_hand_and_how_sure_the_party_is(stage: Stage) -> None:
    leaf = stage.session.study.leaves()[0]
    before = stage.figures
    for share in (0.2, 0.1):
        stage.session.do(MoveWeight(stage.party, leaf.id, share), live=True)
        stage.flush()
    label, _, from_, _, at_low, *_ = stage.figures[1]
    assert stage.figures != before
    assert at_low == pytest.approx(stage.lead_at(str(label), float(from_ or 0.0)), abs=1e-9)
    stage.session.settle()
    stage.view.kind.choose_at(2)
    stage.session.do(SetSpread(stage.party, 0.0))
    stage.flush()
    assert stage.view.tornado.bars == ()
    assert "taken as exact" in stage.view.tornado.summary()
    assert stage.view.count.text() == "0 of 0"


def test_a_bar_that_loses_the_lead_says_to_whom_and_in_how_much_of_its_range(stage: Stage) -> None:
    chart = stage.view.tornado
    losing = [place for place, bar in enumerate(chart.bars) if bar.least < 0]
    assert losing
    for place in losing:
        words, bar = chart.all_marks()[place].words, chart.bars[place]
        worst = bar.low if bar.low.lead < bar.high.lead else bar.high
        times = 100.0 if bar.option is None else 1.0
        assert "loses the lead to " in words
        assert stage.lead_at(chart.all_marks()[place].heading, times * worst.figure) < 0
    assert "cannot lose it" in chart.all_marks()[next(p for p in range(25) if p not in losing)].words


def test_choosing_a_bar_or_a_line_of_the_list_selects_its_score_or_its_criterion(stage: Stage) -> None:
    view = stage.view
    first = dict(enumerate(view.tornado.bars))
    score = next(place for place, bar in first.items() if bar.option is not None)
    stage.click(score)
    table = evaluate(stage.session.study, stage.party).table
    option = first[score].option
    assert option is not None
    assert stage.session.view.option == table.options[option].id
    assert stage.session.view.criterion == table.leaves[first[score].criterion].id
    assert stage.session.view.subject == "score"
    weight = next(place for place, bar in first.items() if bar.option is None)
    stage.click(weight)
    assert stage.session.view.subject == "criterion"
    assert stage.session.view.criterion == table.leaves[first[weight].criterion].id
    view.first.setFocus()
    QTest.keyClick(view.first, Qt.Key.Key_End)
    QTest.keyClick(view.first, Qt.Key.Key_Return)
    assert stage.session.view.criterion == table.leaves[view.first.bars[-1].criterion].id


def test_the_list_ranks_by_the_part_of_the_range_that_loses_the_lead_and_says_so(stage: Stage) -> None:
    bars = stage.view.first.bars
    assert len(bars) == 10
    assert [bar.lost for bar in bars] == sorted((bar.lost for bar in bars), reverse=True)
    headings, *rows = stage.view.first.rows()
    assert [row[headings.index("Firm up")] for row in rows] == list(range(1, 11))
    assert "part of its range in which the lead is lost" in stage.view.first.summary()


@pytest.mark.parametrize("ranges", [False, True])
def test_one_range_in_all_the_study_is_one_bar_and_none_is_a_sentence(qtbot: QtBot, ranges: bool) -> None:
    stage = Stage(narrow_study(ranges), qtbot)
    stage.session.do(SetSpread("p", 0.0))
    stage.flush()
    if ranges:
        # A leads by 5; at 20 it trails by 15, at 90 it leads by 20; lost from 20 to 50.
        (_, row) = stage.figures
        assert row[:6] == ["Criterion 0 of A", "", 20.0, 90.0, pytest.approx(-15.0), pytest.approx(20.0)]
        assert row[10:] == [pytest.approx(30 / 70), "B", 1]
    else:
        assert stage.figures[1:] == []
        assert stage.view.tornado.summary().startswith("Nothing moves the lead")
        assert stage.view.first.summary() == "Nothing moves the lead"
    image = image_of(stage.view.tornado, QSize(640, 300), "dark")
    assert image.size() == QSize(1280, 600)
    stage.page.refresher.stop()


def test_the_scale_stays_in_sight_and_its_band_is_no_bar(stage: Stage) -> None:
    chart: TornadoChart = stage.view.tornado
    marks = chart.all_marks()
    chart.setFocus()
    QTest.keyClick(chart, Qt.Key.Key_End)
    assert chart.scroll > 0
    assert chart.mark_at(QPoint(100, 8).toPointF()) is None
    QTest.keyClick(chart, Qt.Key.Key_Home)
    assert marks[0].area.top() - chart.scroll >= 20
