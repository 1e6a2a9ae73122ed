"""The trade-off tab: it shows what the study holds, it follows the hand, and everything on it can be reached."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QSizeF, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from db.study.model import Criterion, Study
from desktop.charts.tradeoff_chart import NAMED
from desktop.commands import MoveWeight
from desktop.evaluation import Result, evaluate
from desktop.panels.tradeoff_view import TOO_FEW, TradeoffView
from desktop.questions.tradeoff import Side
from desktop.session import Session
from desktop.window.study_page import StudyPage
from seeds import security_guarantees
from tests.bench.tables import study_of


class Stage:
    """A study's page with the trade-off on show."""

    def __init__(self, qtbot: QtBot, study: Study) -> None:
        self.session = Session(study)
        self.page = StudyPage(self.session)
        qtbot.addWidget(self.page)
        self.page.resize(1440, 900)
        self.page.show()
        self.page.tabs.turn_to("tradeoff")
        self.page.refresher.flush()
        view = self.page.tabs.view("tradeoff")
        assert isinstance(view, TradeoffView)
        self.view, self.plot = view, view.plot

    def node(self, name: str) -> str:
        return next(each.id for each in self.session.study.criteria if each.name == name)

    def result(self) -> Result:
        return evaluate(self.session.study, self.session.view.perspective)

    def column(self, heading: str) -> list[object]:
        heads, *rows = self.plot.rows()
        return [row[list(heads).index(heading)] for row in rows]

    def marked(self, heading: str) -> QPoint:
        return next(mark for mark in self.plot.all_marks() if mark.heading == heading).area.center().toPoint()


@pytest.fixture
def stages(qtbot: QtBot) -> Iterator[list[Stage]]:
    made: list[Stage] = []
    yield made
    for stage in made:
        stage.page.refresher.stop()


@pytest.fixture
def stage(qtbot: QtBot, stages: list[Stage]) -> Stage:
    stages.append(Stage(qtbot, security_guarantees.load()))
    return stages[-1]


def action(menu: QMenu, text: str) -> QAction:
    return next(each for each in menu.actions() if each.text().strip() == text)


def test_benefit_stands_against_cost_with_the_figures_of_the_study(stage: Stage) -> None:
    result, cost = stage.result(), stage.node("Cost")
    order, column = result.order, result.table.columns[cost]
    assert stage.plot.title() == "Everything but Cost against Cost"
    assert stage.column("Cost (US$ bn a year)") == result.table.likely[order, column].tolist()
    assert stage.column("Cost: high") == result.table.high[order, column].tolist()
    rest = np.delete(result.table.values, column, axis=1) @ np.delete(result.shares, column)
    np.testing.assert_allclose(stage.column("Everything but Cost (value)"), rest[order] / (1 - result.shares[column]))
    np.testing.assert_allclose(stage.column("Total"), result.totals[order])
    assert stage.plot.accessibleName() == "Trade-off"
    assert "totals are equal" in stage.plot.summary()


def test_points_stand_where_their_figures_say(stage: Stage) -> None:
    laid = stage.plot.laid(stage.plot.content_size)
    assert laid is not None
    tradeoff = laid.scene.tradeoff
    x, y = laid.points[:, 0], laid.points[:, 1]
    assert (np.diff(x[np.argsort(tradeoff.x.places)]) >= 0).all()
    assert (np.diff(y[np.argsort(tradeoff.y.places)]) <= 0).all()
    leader = stage.result().table.options[tradeoff.leader].name
    assert stage.marked(leader).x() == pytest.approx(laid.plot.x(tradeoff.x.places[tradeoff.leader]), abs=1)


def test_a_drag_moves_the_points_tilts_the_line_and_keeps_the_axes(stage: Stage) -> None:
    stage.view.choose(Side(stage.node("Keeps the peace")), Side(stage.node("Keeps the peace"), is_rest=True))
    before = stage.plot.laid(QSizeF(776, 240))
    assert before is not None
    leaf, party = stage.node("Ukrainian sovereignty"), stage.session.view.perspective
    stage.session.do(MoveWeight(party, leaf, 0.5), live=True)
    stage.page.refresher.flush()
    after = stage.plot.laid(QSizeF(776, 240))
    assert after is not None
    assert after.plot.across == before.plot.across
    assert after.plot.up.least <= before.plot.up.least
    assert after.plot.up.most >= before.plot.up.most
    line = after.scene.tradeoff.line
    result = stage.result()
    share = sum(result.shares[result.table.columns[each.id]] for each in _peace(stage))
    np.testing.assert_allclose(share * line[:, 0] + (1 - share) * line[:, 1], result.totals.max())
    np.testing.assert_allclose(stage.column("Total"), result.totals[result.order])
    stage.session.settle()


def _peace(stage: Stage) -> tuple[Criterion, ...]:
    return stage.session.study.leaves(stage.node("Keeps the peace"))


def test_the_menus_put_any_branch_leaf_or_rest_on_either_axis(stage: Stage) -> None:
    action(stage.view.menu_of("up"), "Durability").trigger()
    rests = action(stage.view.menu_of("across"), "Everything but").menu()
    assert isinstance(rests, QMenu)
    action(rests, "Can be done").trigger()
    assert stage.plot.title() == "Durability against Everything but Can be done"
    assert stage.view.up.accessibleName() == "Up: Durability"
    action(stage.view.menu_of("up"), "In its own unit (points)").trigger()
    assert "Durability (points)" in stage.plot.rows()[0]
    action(stage.view.menu_of("up"), "Swap the axes").trigger()
    assert stage.view.across.text() == "Durability"
    unit = next(each for each in stage.view.menu_of("up").actions() if each.text().startswith("In its own unit"))
    assert not unit.isEnabled()


def test_what_was_chosen_stays_until_it_is_gone(stage: Stage) -> None:
    chosen = Side(stage.node("Durability")), Side(stage.node("Allied unity"))
    stage.view.choose(*chosen)
    study = stage.session.study
    again = replace(study, criteria=tuple(reversed(study.criteria)))
    stage.session.show_instead(again)
    stage.page.refresher.flush()
    assert stage.view.sides() == chosen
    gone = replace(study, criteria=tuple(each for each in study.criteria if each.name != "Durability"))
    stage.session.show_instead(gone)
    stage.page.refresher.flush()
    assert stage.plot.title() == "Everything but Cost against Cost"
    stage.session.show_instead(None)


def test_pointing_reads_out_clicking_selects_and_keys_step(stage: Stage) -> None:
    name = "Large armed peacekeeping force"
    QTest.mouseMove(stage.plot.viewport(), stage.marked(name))
    assert stage.plot.read_out_text().startswith(f"{name}: behind ")
    assert "total 45.8, rank 5" in stage.plot.read_out_text()
    QTest.mouseClick(stage.plot.viewport(), Qt.MouseButton.LeftButton, pos=stage.marked(name))
    assert stage.session.study.option(str(stage.session.view.option)).name == name
    QTest.keyClick(stage.plot, Qt.Key.Key_Home)
    QTest.keyClick(stage.plot, Qt.Key.Key_Return)
    assert stage.session.view.option == stage.result().table.options[stage.result().order[0]].id


def test_ranges_widen_the_axes_to_hold_them(stage: Stage) -> None:
    stage.view.ranges.click()
    laid = stage.plot.laid(stage.plot.content_size)
    assert laid is not None
    tradeoff = laid.scene.tradeoff
    assert laid.plot.across.most >= tradeoff.x.high.max()
    assert len(laid.known) == 3 * sum(int((axis.low < axis.high).sum()) for axis in (tradeoff.x, tradeoff.y))


def test_many_options_are_all_drawn_and_only_the_important_ones_named(qtbot: QtBot, stages: list[Stage]) -> None:
    stages.append(Stage(qtbot, study_of(NAMED + 40, 6)))
    stage = stages[-1]
    stage.session.select(option=stage.session.study.options[-1].id)
    stage.page.refresher.flush()
    laid = stage.plot.laid(stage.plot.content_size)
    assert laid is not None
    tradeoff = laid.scene.tradeoff
    assert len(stage.plot.all_marks()) == NAMED + 40
    assert {tradeoff.leader, NAMED + 39} <= set(laid.names)
    assert set(laid.names) <= {tradeoff.leader, NAMED + 39, *tradeoff.frontier.tolist()}
    assert "named are the frontier" in laid.reduced


def test_one_criterion_says_that_there_is_nothing_to_trade(qtbot: QtBot, stages: list[Stage]) -> None:
    stages.append(Stage(qtbot, study_of(3, 1)))
    assert stages[-1].view.nothing.text() == TOO_FEW
    assert stages[-1].view.pictured() is None


def test_the_deep_answer_names_what_no_weights_make_first(qtbot: QtBot, stages: list[Stage], deep: None) -> None:
    stages.append(Stage(qtbot, study_of(12, 4)))
    stage = stages[-1]
    qtbot.waitUntil(lambda: "not known yet" not in stage.column("First under some weights"), timeout=20_000)
    values = stage.result().table.values
    heads = stage.column("Dominated by")
    order = stage.result().order.tolist()
    for place, row in enumerate(order):
        over = (values >= values[row]).all(axis=1) & (values > values[row]).any(axis=1)
        assert (heads[place] is not None) == over.any()
    assert stage.column("First under some weights")[0] == "yes"
