"""The verdict beside the ranking: its figures worked out here once more, the rule behind it, and what it says when."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QSize, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from db.study.model import Doubt, Id, Knowledge, Study
from desktop.charts.picture import image_of
from desktop.charts.ranking_scene import Mode
from desktop.commands import MoveWeight, SetWeights
from desktop.evaluation import evaluate
from desktop.look import colour_of
from desktop.panels.ranking_panel import RankingPanel
from desktop.panels.verdict_rule import RuleCard
from desktop.questions.plausible import spans_of
from desktop.window.refresher import Refresher
from seeds import security_guarantees
from tests.gui.desk import LEFT, Key, PanelDesk, focused, grid, layouts, shown


class Desk(PanelDesk):
    """A ranking with a session that hands it a frame after every change."""

    panel: RankingPanel

    def __init__(self, study: Study) -> None:
        super().__init__(study)
        self.panel = RankingPanel(self.session)
        self.verdict = self.panel.verdict
        self.panel.resize(760, 420)
        self.feed()

    def look_as(self, party: int) -> None:
        chosen = self.study.perspectives[party].id
        self.session.look(replace(self.session.view, perspective=chosen))

    def first(self, study: Study) -> str:
        """Who is first in a study, from the evaluation itself."""
        result = evaluate(study, self.session.view.perspective)
        option = result.table.options[int(result.totals.argmax())]
        return option.short or option.name

    @property
    def card(self) -> RuleCard:
        found = self.panel.window().findChild(RuleCard)
        assert isinstance(found, RuleCard)
        return found


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    made = Desk(security_guarantees.load())
    shown(qtbot, made.panel)
    return made


def chances(study: Study, party: Id) -> tuple[float, float]:
    """How often the leader is first, and ahead of the one who beats it most often, from draws of our own."""
    result, rng, count = evaluate(study, party), np.random.default_rng(7), 20_000
    spans, doubt = spans_of(result.table), result.perspective.doubt
    weights = (1 - doubt.spread) * result.shares + doubt.spread * rng.dirichlet(np.ones(result.shares.size), count)
    low, high = spans.low, np.where(spans.low < spans.high, spans.high, spans.low + 1e-9)
    totals = np.stack([(rng.triangular(low, np.clip(spans.values, low, high), high) @ w) for w in weights[:6000]])
    lead = int(result.order[0])
    ahead = (totals[:, [lead]] > totals).mean(axis=0)
    return float((totals.argmax(axis=1) == lead).mean()), float(np.delete(ahead, lead).min())


@pytest.mark.parametrize("party", [0, 2, 3])
def test_the_figures_are_those_of_draws_taken_here(desk: Desk, party: int) -> None:
    desk.look_as(party)
    first, ahead = chances(desk.study, desk.session.view.perspective)
    figure = re.match(r"First in (\d+) % of plausible weights and scores", desk.verdict.shown()[0])
    assert figure is not None
    assert float(figure.group(1)) == pytest.approx(100 * first, abs=4.0)
    expected = "As good as a tie" if ahead < 0.6 else "Robust" if first >= 0.9 else "Leaning"
    assert desk.verdict.word() == expected
    desk.verdict.click()
    said = re.search(r"nearest rival, in (\d+) % of the draws", desk.card.text())
    assert said is not None
    assert float(said.group(1)) == pytest.approx(100 * ahead, abs=4.0)
    result = evaluate(desk.study, desk.session.view.perspective)
    best, second = np.sort(result.totals)[::-1][:2]
    assert desk.panel.sentence().endswith(f"leads by {best - second:.1f} points")
    assert desk.panel.sentence() in desk.verdict.text()


def test_moving_as_many_points_as_it_says_makes_the_other_option_first(desk: Desk) -> None:
    party = desk.session.view.perspective
    desk.session.do(SetWeights(party, {leaf.id: 1.0 for leaf in desk.study.leaves()}, "Equal"))
    said = re.fullmatch(r"Moving ([\d.]+) points from (.+) to (.+) makes (.+) first", desk.verdict.shown()[1])
    assert said is not None
    points, give, take, rival = float(said[1]), desk.criterion(said[2]).id, desk.criterion(said[3]).id, said[4]
    shares = {leaf.id: 100.0 / 12.0 for leaf in desk.study.leaves()}
    before = desk.first(desk.study)
    for moved, winner in ((points - 0.06, before), (points + 0.06, rival)):
        weights = {**shares, give: shares[give] - moved, take: shares[take] + moved}
        assert desk.first(SetWeights(party, weights, "Flip").apply(desk.study)) == winner


def test_the_verdict_follows_the_drag_and_lays_nothing_out(desk: Desk, qapp: QApplication) -> None:
    durability, said = desk.criterion("Durability").id, set()
    for _ in range(5):
        qapp.processEvents()
    with layouts(qapp) as seen:
        for share in (0.1, 0.3, 0.6, 0.9):
            desk.session.do(MoveWeight(desk.session.view.perspective, durability, share), live=True)
            qapp.processEvents()
            said.add((desk.verdict.word(), *desk.verdict.shown()))
            assert desk.first(desk.study) in desk.verdict.text()
    assert seen == []
    assert len(said) == 4
    assert len({word for word, *_ in said}) > 1


def test_the_deep_answer_replaces_the_coarse_one_in_place(qtbot: QtBot, deep: None) -> None:
    made = Desk(security_guarantees.load())
    refresher = Refresher(made.session, [made.panel], made.panel)
    shown(qtbot, made.panel)
    refresher.flush()
    made.verdict.click()
    area, height = made.verdict.chip_area(), made.panel.chart.height()
    assert "2,000 draws" in made.card.text()
    qtbot.waitUntil(lambda: "100,000 draws" in made.card.text(), timeout=20_000)
    assert (made.verdict.chip_area(), made.panel.chart.height()) == (area, height)
    refresher.stop()


# The rule


def test_enter_shows_the_rule_and_escape_gives_the_focus_back(desk: Desk) -> None:
    desk.verdict.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(desk.verdict, Key.Key_Space)
    card = desk.card
    assert card.isVisible()
    assert card.window() is desk.panel.window()
    assert desk.panel.rect().contains(card.geometry())
    for words in (
        "first in 90 % of the draws or more",
        "fewer than 60 %",
        "Leaning: any",
        "Seed 1:",
        "2,000 draws",
    ):
        assert words in card.text()
        assert words in card.accessibleDescription()
    QTest.keyClick(focused(), Key.Key_Escape)
    assert not card.isVisible()
    assert focused() is desk.verdict
    QTest.keyClick(desk.verdict, Key.Key_Return)
    assert card.isVisible()


def test_the_rule_goes_with_a_click_elsewhere_and_with_a_second_click(desk: Desk) -> None:
    at = desk.verdict.chip_area().center().toPoint()
    QTest.mouseClick(desk.verdict, LEFT, pos=at)
    card = desk.card
    QTest.mouseClick(card, LEFT, pos=QPoint(20, card.height() - 5))
    assert card.isVisible()
    QTest.mouseClick(desk.verdict, LEFT, pos=at)
    assert not card.isVisible()
    QTest.mouseClick(desk.verdict, LEFT, pos=at)
    QTest.mouseClick(desk.panel.legend.names, LEFT, pos=QPoint(1, 1))
    assert not card.isVisible()


# What it says when


def test_one_option_alone_has_a_reason_in_place_of_a_verdict(qtbot: QtBot) -> None:
    desk = Desk(grid(1, 3))
    shown(qtbot, desk.panel)
    assert desk.verdict.word() == ""
    assert desk.verdict.chip_area().isEmpty()
    assert desk.verdict.shown() == [desk.verdict.text()]
    assert desk.verdict.text().startswith("Only one option is left")
    assert not desk.verdict.isEnabled()


def test_it_says_working_until_there_are_draws(qtbot: QtBot) -> None:
    study = security_guarantees.load()
    doubt = Doubt(Knowledge.RANGES, ranges={leaf.id: (0.0, 0.5) for leaf in study.leaves()})
    desk = Desk(replace(study, perspectives=(replace(study.perspectives[0], doubt=doubt),)))
    shown(qtbot, desk.panel)
    assert desk.verdict.word() == "Working"
    assert desk.verdict.shown()[0] == "The draws are being made ready"
    assert desk.verdict.shown()[1].startswith("Moving ")


def test_a_tie_says_who_is_meant(qtbot: QtBot) -> None:
    study = grid(3, 2)
    scores = {key: replace(score, likely=50.0 if key[0] == "o0" else 60.0) for key, score in study.scores.items()}
    desk = Desk(replace(study, scores=scores))
    shown(qtbot, desk.panel)
    assert desk.verdict.word() == "A tie"
    assert re.match(r"Option \d+ and Option \d+ are level; the first named is first in", desk.verdict.shown()[0])


def test_the_other_modes_say_that_the_verdict_is_about_the_weights(desk: Desk) -> None:
    desk.panel.set_mode(Mode.UNWEIGHTED)
    assert desk.panel.sentence() == "Observers leads by 3.8 points with equal weights"
    assert desk.verdict.shown()[0].startswith("With the weights, Reassurance + US leads by 4.1 points; ")
    desk.panel.set_mode(Mode.DIFFERENCE)
    assert desk.verdict.shown()[0].startswith("Reassurance + US leads by 4.1 points; ")


@pytest.mark.parametrize("width", [430, 560, 776])
@pytest.mark.parametrize("height", [290, 440])
def test_the_lead_and_the_chance_are_never_cut_off(qtbot: QtBot, width: int, height: int) -> None:
    study, lengthy = (
        security_guarantees.load(),
        "A multinational force with a mandate that takes a whole line to name: ",
    )
    options = tuple(replace(option, name=lengthy + option.name, short="") for option in study.options)
    desk = Desk(replace(study, options=options))
    shown(qtbot, desk.panel)
    desk.panel.resize(width, height)
    QApplication.processEvents()
    label = desk.panel.header.subtitle if desk.panel._sentence.isHidden() else desk.panel._sentence
    assert label.text().endswith("leads by 4.1 points")
    assert not label.is_elided()
    assert re.match(r"First in \d+ %", desk.verdict.shown()[0])
    assert desk.verdict.width() == desk.panel.verdict.parentWidget().width()  # type: ignore[union-attr]
    assert len(desk.verdict.shown()) == (2 if height == 440 else 1)


def test_the_whole_sentence_is_the_tooltip_and_what_screen_readers_hear(desk: Desk, qtbot: QtBot) -> None:
    at = QPoint(200, 10)
    QApplication.sendEvent(desk.verdict, QHelpEvent(QEvent.Type.ToolTip, at, desk.verdict.mapToGlobal(at)))
    assert "makes Armed Ukraine first. Click to see the rule." in desk.verdict.toolTip()
    qtbot.waitUntil(lambda: desk.verdict.accessibleDescription() == desk.verdict.text())
    assert desk.verdict.accessibleName() == "How firm the ranking is"


# The picture of the ranking


@pytest.mark.parametrize(("rows", "height"), [(10, 420), (60, 1420)])
def test_the_picture_has_every_criterions_colour_below_the_axis(qtbot: QtBot, rows: int, height: int) -> None:
    desk = Desk(grid(rows, 12))
    shown(qtbot, desk.panel)
    image = image_of(desk.panel.chart, QSize(900, height), "light", 1.0)
    below = {image.pixelColor(x, y).name() for y in range(height - 58, height) for x in range(900)}
    assert {colour_of(leaf.colour).name() for leaf in desk.study.leaves()} <= below
