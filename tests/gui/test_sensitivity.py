"""The sensitivity tab: its figures are the engine's, its line is the slider, and it follows the window."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from db.study.model import Id, Option, Study
from desktop.analysis import sensitivity
from desktop.charts.picture import svg_of
from desktop.charts.sensitivity_chart import SensitivityChart
from desktop.charts.sensitivity_scene import Sweep
from desktop.charts.sensitivity_space import Space
from desktop.commands import LockWeight, MoveWeight
from desktop.evaluation import evaluate
from desktop.panels.sensitivity_view import ALL, SensitivityView
from desktop.session import Session
from desktop.window.refresher import Refresher
from desktop.window.study_page import StudyPage
from seeds import security_guarantees
from seeds.security_guarantees import criterion_id
from tests.bench.tables import study_of

LEFT, PLAIN, SHIFT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
Key = Qt.Key
DETERRENCE, COST = criterion_id("deterrence"), criterion_id("cost")


class Hands:
    """The tab in a window, or on a whole page, and hands on its chart."""

    def __init__(self, study: Study, qtbot: QtBot, is_page: bool = False) -> None:
        self.session = Session(study)
        self.steps: list[str] = []
        self.refusals: list[str] = []
        self.session.on_step(lambda step: self.steps.append(step.label))
        self.session.on_refusal(self.refusals.append)
        self.page = StudyPage(self.session) if is_page else None
        if self.page is not None:
            self.page.tabs.turn_to("sensitivity")
            view = self.page.tabs.view("sensitivity")
            assert isinstance(view, SensitivityView)
            self.window: QWidget = self.page
            self.view, self.refresher = view, self.page.refresher
        else:
            self.window = QWidget()
            self.view = SensitivityView(self.session)
            self.other = QLineEdit()
            column = QVBoxLayout(self.window)
            column.addWidget(self.view)
            column.addWidget(self.other)
            self.refresher = Refresher(self.session, (self.view,))
        qtbot.addWidget(self.window)
        self.window.resize(*((1440, 860) if is_page else (800, 340)))
        with qtbot.waitExposed(self.window):
            self.window.show()
        self.flush()

    def flush(self) -> None:
        QApplication.processEvents()
        self.refresher.flush()
        QApplication.processEvents()

    def option(self, short: str) -> Option:
        return next(option for option in self.session.study.options if option.short == short)

    @property
    def chart(self) -> SensitivityChart:
        return self.view.one

    @property
    def sweep(self) -> Sweep:
        assert self.chart.sweep is not None
        return self.chart.sweep

    @property
    def space(self) -> Space:
        return self.chart.space_in(self.chart.content_size)

    def share(self, leaf: Id) -> float:
        result = evaluate(self.session.study, self.session.view.perspective)
        return float(result.shares[result.table.columns[leaf]])

    def at(self, share: float, y: float = 60.0) -> QPoint:
        return QPointF(self.space.x(share), self.space.top + y).toPoint()

    def take(self, *shares: float) -> None:
        """Take the line where it is and move it through these shares, button held."""
        QTest.mousePress(self.chart.viewport(), LEFT, PLAIN, self.at(self.sweep.share))
        for share in shares:
            QTest.mouseMove(self.chart.viewport(), self.at(share))
            self.flush()

    def release(self) -> None:
        QTest.mouseRelease(self.chart.viewport(), LEFT, PLAIN, QPoint(5, 5))
        self.flush()

    def key(self, *keys: Qt.Key, held: Qt.KeyboardModifier = PLAIN) -> None:
        for key in keys:
            QTest.keyClick(self.chart, key, held)
            self.flush()


def made(qtbot: QtBot, is_page: bool) -> Iterator[Hands]:
    hands = Hands(security_guarantees.load(), qtbot, is_page)
    hands.session.select(criterion=DETERRENCE)
    hands.flush()
    yield hands
    hands.refresher.stop()


@pytest.fixture
def hands(qtbot: QtBot) -> Iterator[Hands]:
    yield from made(qtbot, is_page=False)


@pytest.fixture
def page_hands(qtbot: QtBot) -> Iterator[Hands]:
    yield from made(qtbot, is_page=True)


# Figures


def test_the_tables_figures_are_those_of_the_study_and_of_the_engine(hands: Hands) -> None:
    result = evaluate(hands.session.study, hands.session.view.perspective)
    column = result.table.columns[DETERRENCE]
    ends = sensitivity.sweep(result.table.values, result.shares, column, [0.0, 1.0])
    found = sensitivity.envelope(result.table.values, result.shares, column)
    rows = {row[0]: row[1:] for row in hands.chart.rows()[1:]}
    for row, option in enumerate(result.table.options):
        assert rows[option.name][:3] == pytest.approx((ends[0, row], result.totals[row], ends[1, row]))
    crossings = [row for row in hands.chart.rows() if "overtake" in str(row[0])]
    assert [row[1] for row in crossings] == pytest.approx(100.0 * found.edges[1:-1])
    assert [row[2] for row in crossings] == pytest.approx(found.totals[1:-1])


def test_each_ring_says_its_weight_and_who_overtakes_whom(hands: Hands) -> None:
    rings = [mark for mark in hands.chart.all_marks() if isinstance(mark.key, tuple)]
    said = [(ring.heading, ring.words) for ring in rings]
    totals = [f"{flip.total:.1f}" for flip in hands.sweep.course.flips]
    assert said == [
        ("At 16.6 %", f"going down, Armed Ukraine overtakes Reassurance + US; both total {totals[0]}"),
        ("At 68.7 %", f"going up, Large force overtakes Reassurance + US; both total {totals[1]}"),
    ]
    for ring, flip in zip(rings, hands.sweep.course.flips, strict=True):
        assert ring.area.center().x() == pytest.approx(hands.space.x(flip.share))
        assert ring.area.center().y() == pytest.approx(hands.space.y(flip.total))
    QTest.mouseClick(hands.chart.viewport(), LEFT, PLAIN, rings[1].area.center().toPoint())
    assert hands.session.view.option == hands.option("Large force").id


def test_pointing_between_the_lines_reads_out_the_nearest_ones_total_at_that_weight(hands: Hands) -> None:
    option = hands.option("Consent group")
    row = hands.sweep.firm.result.table.rows[option.id]
    y = hands.space.y(float(hands.sweep.course.totals_at(0.9)[row])) - hands.space.top + 1
    at = hands.at(0.9, y)
    QTest.mouseMove(hands.chart.viewport(), at)
    totals = hands.sweep.course.totals_at(hands.space.share_at(at.x()))
    assert hands.chart.read_out_text().startswith(f"{option.name}: {totals[row]:.1f} at ")
    assert f"{totals.max() - totals[row]:.1f} behind" in hands.chart.read_out_text()
    QTest.mouseClick(hands.chart.viewport(), LEFT, PLAIN, at)
    assert hands.session.view.option == option.id


# The line is the slider


def test_dragging_the_line_moves_the_whole_window_and_the_slider_moves_the_line(page_hands: Hands) -> None:
    hands = page_hands
    assert hands.page is not None
    slider = hands.page.weights.tree.leaf_row(DETERRENCE).slider
    hands.take(0.5, 0.75)
    assert hands.session.in_gesture
    assert hands.share(DETERRENCE) == pytest.approx(0.75, abs=0.002)
    scene = hands.page.ranking.chart.scene_shown
    assert scene is not None
    assert scene.bars.totals == pytest.approx(hands.sweep.course.totals_at(hands.share(DETERRENCE)))
    assert slider.value() == round(1000 * hands.share(DETERRENCE))
    assert hands.sweep.first[0] == hands.sweep.firm.result.table.rows[hands.option("Large force").id]
    hands.release()
    assert hands.steps == ["Weight of Deterrent credibility"]
    assert not hands.session.in_gesture
    QTest.keyClick(slider, Key.Key_PageDown)
    hands.flush()
    assert hands.chart.all_marks()[0].area.center().x() == pytest.approx(hands.space.x(hands.share(DETERRENCE)))
    QTest.keyClick(hands.page.weights.tree.leaf_row(COST).slider, Key.Key_PageUp)
    hands.flush()
    assert hands.sweep.leaf.id == COST
    assert hands.sweep.share == pytest.approx(hands.share(COST))
    hands.session.select(criterion=criterion_id("durability"))
    hands.flush()
    assert hands.sweep.leaf.id == criterion_id("durability")


def test_escape_during_a_drag_takes_it_back(hands: Hands) -> None:
    before = hands.session.study
    hands.take(0.6)
    hands.key(Key.Key_Escape)
    hands.release()
    assert hands.session.study == before
    assert hands.steps == []


def test_turning_to_all_criteria_during_a_drag_keeps_where_it_was(hands: Hands) -> None:
    hands.take(0.6)
    hands.view.which._on_clicked(hands.view.which._choices[1])
    hands.flush()
    assert not hands.session.in_gesture
    assert hands.steps == ["Weight of Deterrent credibility"]


def test_a_drag_to_the_end_and_back_restores_every_weight(hands: Hands) -> None:
    before = evaluate(hands.session.study, hands.session.view.perspective).shares
    hands.take(0.9, 1.0)
    course = hands.sweep.course
    QTest.mouseMove(hands.chart.viewport(), hands.at(0.32))
    hands.flush()
    assert hands.sweep.course is course
    hands.release()
    after = evaluate(hands.session.study, hands.session.view.perspective).shares
    assert after == pytest.approx(before, abs=0.003)


def test_arrows_move_the_weight_and_are_one_step_when_the_focus_leaves(hands: Hands) -> None:
    hands.chart.setFocus(Qt.FocusReason.TabFocusReason)
    hands.key(Key.Key_Right, Key.Key_Right)
    hands.key(Key.Key_Left, held=SHIFT)
    assert hands.share(DETERRENCE) == pytest.approx(0.329)
    hands.other.setFocus(Qt.FocusReason.TabFocusReason)
    hands.flush()
    assert hands.steps == ["Weight of Deterrent credibility"]


def test_up_goes_to_the_flips_arrows_step_through_them_and_down_comes_back(hands: Hands) -> None:
    hands.chart.setFocus(Qt.FocusReason.TabFocusReason)
    hands.key(Key.Key_Up)
    assert hands.chart.read_out_text().startswith("At 16.6 %")
    hands.key(Key.Key_Right)
    assert hands.chart.read_out_text().startswith("At 68.7 %")
    assert hands.share(DETERRENCE) == pytest.approx(0.32)
    hands.key(Key.Key_Down, Key.Key_Right)
    assert hands.share(DETERRENCE) == pytest.approx(0.325)


def test_a_locked_weight_stays_and_the_reason_is_told_once_a_drag(hands: Hands) -> None:
    hands.session.do(LockWeight(hands.session.view.perspective, DETERRENCE, True))
    hands.flush()
    hands.take(0.5, 0.6, 0.7)
    hands.release()
    assert hands.share(DETERRENCE) == pytest.approx(0.32)
    assert len(hands.refusals) == 1
    assert "locked" in hands.refusals[0]


# Choosing, and all criteria


def test_a_criterion_can_be_chosen_from_the_menu(hands: Hands) -> None:
    menu = hands.view.criteria_menu()
    assert [action.text() for action in menu.actions() if action.isChecked()] == ["Deterrent credibility"]
    next(action for action in menu.actions() if action.text() == "Cost").trigger()
    hands.flush()
    assert hands.session.view.criterion == COST
    assert hands.sweep.leaf.id == COST
    assert hands.view.criterion.text() == "Cost"


def test_all_criteria_show_the_closest_flip_first_and_a_click_looks_closer(hands: Hands) -> None:
    hands.view.which._on_clicked(hands.view.which._choices[1])
    assert hands.view.which.current() == ALL
    result = evaluate(hands.session.study, hands.session.view.perspective)
    bounds = sensitivity.stability_intervals(result.table.values, result.shares)
    for row in hands.view.all.rows()[1:]:
        column = next(place for place, leaf in enumerate(result.table.leaves) if leaf.name == row[0])
        assert row[1:4] == pytest.approx([100 * result.shares[column], *(100.0 * bounds[column])])
    steps = [abs(row[4]) for row in hands.view.all.rows()[1:] if isinstance(row[4], float)]
    assert steps == sorted(steps)
    mark = hands.view.all.all_marks()[1]
    QTest.mouseClick(hands.view.all.viewport(), LEFT, PLAIN, mark.area.center().toPoint())
    hands.flush()
    assert hands.sweep.leaf.id == mark.key
    assert hands.view.chart() is hands.chart


def test_the_small_charts_keep_their_places_while_a_weight_moves(hands: Hands) -> None:
    hands.view.which._on_clicked(hands.view.which._choices[1])
    order = hands.view.all.order
    for share in (0.1, 0.3, 0.5):
        hands.session.do(MoveWeight(hands.session.view.perspective, COST, share), live=True)
        hands.flush()
        assert hands.view.all.order == order
    hands.session.settle()
    hands.flush()
    assert hands.view.all.order != order


@pytest.mark.parametrize("which", [0, 1])
def test_the_picture_and_the_words_hold_what_the_screen_does(hands: Hands, which: int) -> None:
    hands.view.which._on_clicked(hands.view.which._choices[which])
    chart = hands.view.chart()
    picture = svg_of(chart, QSize(1000, 620), "light").decode()
    assert "<image" not in picture
    assert "Deterrent credibility" in chart.summary()
    assert "Armed Ukraine" in chart.summary()


def test_many_options_criteria_and_a_lone_option_are_shown_or_explained(qtbot: QtBot) -> None:
    hands = Hands(study_of(60, 40), qtbot)
    assert "of 60 shown" in hands.chart.summary()
    hands.view.which._on_clicked(hands.view.which._choices[1])
    assert hands.view.all.content_size.height() > hands.view.all.height()
    study = hands.session.study
    alone = tuple(replace(option, excluded=True) for option in study.options[1:])
    hands.session._show(replace(study, options=(study.options[0], *alone)))
    hands.flush()
    assert hands.view.nothing.text().startswith("Only one option is left")
    assert hands.view.pictured() is None
    hands.refresher.stop()
