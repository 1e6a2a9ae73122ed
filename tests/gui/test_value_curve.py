"""The value curve and the profile bars: exact geometry, real drags, real keys."""

from __future__ import annotations

from itertools import pairwise
from math import log10

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from db.study.model import Direction, Scale, Score, Shape
from desktop.charts.profile_bars import ROW, Bar, ProfileBars
from desktop.charts.value_curve import (
    HEIGHT,
    STEEPEST,
    Plot,
    Points,
    ValueCurve,
    corners,
    curvature_through,
    inserted,
    legible,
    midway,
    moved,
    plot_of,
    step_of,
    traced,
)
from desktop.commands.scales import check_scale
from desktop.evaluation import value_of
from desktop.look import colour_of, contrast, look
from tests.gui.desk import LEFT, Key, double_click, shown

BENT = Scale(
    0.0, 40.0, Direction.LOWER, "months", shape=Shape.PIECEWISE, points=((0, 100), (10, 60), (20, 30), (40, 0))
)
CURVED = Scale(0.0, 100.0, unit="points", shape=Shape.EXPONENTIAL, curvature=2.0)

ends = st.tuples(st.floats(-1e6, 1e6, allow_nan=False), st.floats(1e-3, 1e6, allow_nan=False)).map(
    lambda pair: (pair[0], pair[0] + pair[1])
)


class Stage(QWidget):
    """A window with a curve that takes its own edits, as the inspector does."""

    def __init__(self, scale: Scale, score: Score | None = None, is_editable: bool = True) -> None:
        super().__init__()
        self.before, self.after = QLineEdit(), QLineEdit()
        self.curve = ValueCurve(is_editable)
        self.settled = 0
        self.live: list[object] = []
        box = QVBoxLayout(self)
        for widget in (self.before, self.curve, self.after):
            box.addWidget(widget)
        self.resize(300, 300)
        self.score = score or Score()
        self.curve.show(scale, self.score, 3)
        self.curve.shaped.connect(self._on_shaped)
        self.curve.bent.connect(self._on_bent)
        self.curve.settled.connect(self._on_settled)

    def _on_shaped(self, points: Points) -> None:
        old = self.curve.scale_shown()
        self.live.append(points)
        self.curve.show(
            Scale(old.low, old.high, old.direction, old.unit, shape=Shape.PIECEWISE, points=points), self.score, 3
        )

    def _on_bent(self, curvature: float) -> None:
        self.live.append(curvature)
        self.curve.show(Scale(0.0, 100.0, shape=Shape.EXPONENTIAL, curvature=curvature), self.score, 3)

    def _on_settled(self) -> None:
        self.settled += 1

    @property
    def points(self) -> Points:
        return corners(self.curve.scale_shown())


def staged(qtbot: QtBot, scale: Scale, score: Score | None = None, is_editable: bool = True) -> Stage:
    made = Stage(scale, score, is_editable)
    shown(qtbot, made)
    return made


def at(stage: Stage, x: float, value: float) -> QPoint:
    return stage.curve.plot().to_pixel(x, value).toPoint()


def drag(stage: Stage, start: QPoint, *stops: QPoint) -> None:
    view = stage.curve.viewport()
    QTest.mousePress(view, LEFT, pos=start)
    for stop in stops:
        QTest.mouseMove(view, stop)
    QTest.mouseRelease(view, LEFT, pos=stops[-1])


# Geometry


@given(ends, st.floats(0, 1), st.floats(0, 100), st.floats(40, 2000), st.floats(40, 900))
@settings(max_examples=150)
def test_a_pixel_leads_back_to_the_score_and_value_it_stands_for(
    span: tuple[float, float], part: float, value: float, width: float, height: float
) -> None:
    scale = Scale(*span)
    plot, x = plot_of(scale, width, height), span[0] + part * (span[1] - span[0])
    back, worth = plot.from_pixel(plot.to_pixel(x, value))
    assert back == pytest.approx(x, abs=1e-6 * (abs(span[0]) + span[1] - span[0]))
    assert worth == pytest.approx(value, abs=1e-6)


def test_the_ends_of_the_scale_and_of_the_values_are_the_corners_of_the_area() -> None:
    plot = Plot(QRectF(10, 20, 200, 100), -5.0, 15.0)
    assert plot.to_pixel(-5.0, 0.0) == QPointF(10, 120)
    assert plot.to_pixel(15.0, 100.0) == QPointF(210, 20)
    assert plot.to_pixel(5.0, 50.0) == QPointF(110, 70)


def test_a_score_beyond_the_ends_stands_at_the_nearer_end() -> None:
    plot = Plot(QRectF(0, 0, 100, 100), 0.0, 10.0)
    assert plot.to_pixel(-3.0, 0.0).x() == 0.0
    assert plot.to_pixel(99.0, 0.0).x() == 100.0


@given(ends)
@settings(max_examples=100)
def test_the_step_of_a_scale_is_one_two_or_five_times_a_power_of_ten_near_a_hundredth(
    span: tuple[float, float],
) -> None:
    width = Scale(*span).high - Scale(*span).low
    step = step_of(Scale(*span))
    assert width / 260 < step <= width / 100 * 1.001
    mantissa = step / 10.0 ** round(log10(step) - 0.35)
    assert min(abs(mantissa - known) for known in (0.5, 1.0, 2.0, 5.0)) < 1e-6


@given(st.data(), ends, st.lists(st.floats(0.01, 0.99), min_size=1, max_size=6, unique_by=lambda part: round(part, 3)))
@settings(max_examples=150)
def test_a_moved_point_leaves_a_value_function_that_the_study_accepts(
    data: st.DataObject, span: tuple[float, float], parts: list[float]
) -> None:
    low, high = Scale(*span).low, Scale(*span).high
    inner = sorted((low + part * (high - low), 50.0) for part in parts)
    points = ((low, 0.0), *inner, (high, 100.0))
    index = data.draw(st.integers(0, len(points) - 1))
    x, value = data.draw(st.floats(-2e6, 3e6)), data.draw(st.floats(-50, 150))
    after = moved(points, index, x, value, step_of(Scale(low, high)))
    assert (after[0], after[-1], len(after)) == (points[0], points[-1], len(points))
    assert all(a < b for (a, _), (b, _) in pairwise(after))
    check_scale("It", Scale(low, high, shape=Shape.PIECEWISE, points=after))


@given(st.floats(-STEEPEST, STEEPEST))
def test_the_middle_of_an_exponential_curve_names_its_curvature(curvature: float) -> None:
    scale = Scale(0.0, 100.0, shape=Shape.EXPONENTIAL, curvature=curvature)
    assert midway(curvature) == pytest.approx(float(value_of(scale, 50.0)), abs=1e-6)
    assert curvature_through(midway(curvature)) == pytest.approx(curvature, abs=0.02)


@pytest.mark.parametrize("scale", [Scale(), Scale(direction=Direction.LOWER), BENT, CURVED])
def test_the_drawn_curve_runs_through_what_the_engine_computes(scale: Scale) -> None:
    for x, value in traced(scale):
        assert value == pytest.approx(float(value_of(scale, x)), abs=1e-9)


def test_a_point_cannot_be_added_where_one_stands_or_beyond_the_ends() -> None:
    points = corners(BENT)
    assert inserted(points, 10.0, 5.0) == (points, -1)
    assert inserted(points, 40.0, 5.0) == (points, -1)
    added, place = inserted(points, 15.0, 45.0)
    assert (added[place], len(added)) == ((15.0, 45.0), len(points) + 1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("index", range(14))
def test_the_curve_of_every_criterion_stands_out_from_the_surface(scheme: str, index: int) -> None:
    look.set_scheme(scheme)
    ink = legible(colour_of(index), look.tokens.surface, look.tokens.text)
    assert contrast(ink, look.tokens.surface) >= 3.0


# What is painted


def test_the_score_is_painted_on_the_curve_at_its_value(qtbot: QtBot) -> None:
    stage = staged(qtbot, BENT, Score(15.0, 8.0, 24.0), is_editable=False)
    assert stage.curve.height() == HEIGHT
    image = stage.curve.grab().toImage()
    ink = legible(colour_of(3), look.tokens.surface, look.tokens.text)
    spot = at(stage, 15.0, float(value_of(BENT, 15.0)))
    assert QColor(image.pixel(spot)) == ink
    inside, outside = at(stage, 9.0, 90.0), at(stage, 30.0, 90.0)
    assert QColor(image.pixel(inside)) != QColor(image.pixel(outside)) == look.tokens.surface


def test_the_chart_says_its_numbers_to_a_screen_reader(qtbot: QtBot) -> None:
    stage = staged(qtbot, BENT, Score(15.0))
    qtbot.waitUntil(lambda: bool(stage.curve.accessibleDescription()))
    text = stage.curve.accessibleDescription()
    assert "10 is worth 60" in text
    assert "The score 15 is worth 45" in text
    assert "months" in text


def test_a_change_of_scheme_repaints_the_chart_on_the_new_surface(qtbot: QtBot) -> None:
    stage = staged(qtbot, BENT)
    look.set_scheme("dark")
    assert QColor(stage.curve.grab().toImage().pixel(2, 2)) == look.tokens.surface


# Dragging


def test_a_dragged_point_moves_live_and_the_gesture_ends_once(qtbot: QtBot) -> None:
    stage = staged(qtbot, BENT)
    drag(stage, at(stage, 10, 60), at(stage, 12, 70), at(stage, 14, 80))
    assert len(stage.live) == 2
    assert stage.settled == 1
    x, value = stage.points[1]
    assert x == pytest.approx(14, abs=0.3)
    assert value == pytest.approx(80, abs=2)


def test_a_point_dragged_past_its_neighbour_stops_before_it(qtbot: QtBot) -> None:
    stage = staged(qtbot, BENT)
    drag(stage, at(stage, 10, 60), at(stage, 35, 60))
    assert 19 < stage.points[1][0] < 20


def test_the_ends_of_the_curve_cannot_be_dragged(qtbot: QtBot) -> None:
    stage = staged(qtbot, BENT)
    drag(stage, at(stage, 40, 0), at(stage, 30, 50))
    assert (stage.live, stage.settled) == ([], 0)


def test_a_click_on_a_point_changes_nothing(qtbot: QtBot) -> None:
    stage = staged(qtbot, BENT)
    QTest.mouseClick(stage.curve.viewport(), LEFT, pos=at(stage, 10, 60))
    assert stage.live == []


def test_a_double_click_adds_a_point_and_it_can_be_dragged_on(qtbot: QtBot) -> None:
    stage = staged(qtbot, BENT)
    view, place = stage.curve.viewport(), at(stage, 30, 70)
    double_click(view, place)
    assert len(stage.points) == 5
    x, value = stage.points[3]
    assert x == pytest.approx(30, abs=0.3)
    assert value == pytest.approx(70, abs=2)


def test_a_double_click_bends_a_straight_line(qtbot: QtBot) -> None:
    stage = staged(qtbot, Scale(0.0, 40.0))
    double_click(stage.curve.viewport(), at(stage, 10, 60))
    assert stage.curve.scale_shown().shape is Shape.PIECEWISE
    assert len(stage.points) == 3


def test_the_middle_of_an_exponential_curve_is_pulled_up(qtbot: QtBot) -> None:
    stage = staged(qtbot, CURVED)
    drag(stage, at(stage, 50, midway(2.0)), at(stage, 50, 90))
    assert midway(stage.curve.scale_shown().curvature) == pytest.approx(90, abs=1.5)
    assert stage.settled == 1


def test_a_curve_that_is_not_editable_takes_neither_mouse_nor_focus(qtbot: QtBot) -> None:
    stage = staged(qtbot, BENT, is_editable=False)
    drag(stage, at(stage, 10, 60), at(stage, 14, 80))
    double_click(stage.curve.viewport(), at(stage, 30, 70))
    assert stage.live == []
    stage.before.setFocus()
    QTest.keyClick(stage.before, Key.Key_Tab)
    assert stage.after.hasFocus()


# Keys


def focus_curve(stage: Stage) -> None:
    stage.before.setFocus()
    QTest.keyClick(stage.before, Key.Key_Tab)
    assert stage.curve.hasFocus()


def test_arrow_keys_move_the_chosen_point_by_a_step_and_settle_after_stillness(qtbot: QtBot) -> None:
    stage = staged(qtbot, BENT)
    focus_curve(stage)
    QTest.keyClick(stage.curve, Key.Key_Right)
    QTest.keyClick(stage.curve, Key.Key_Up)
    assert stage.points[1] == (10 + step_of(BENT), 61.0)
    assert stage.settled == 0
    qtbot.waitUntil(lambda: stage.settled == 1, timeout=3000)


def test_leaving_the_curve_by_key_settles_at_once(qtbot: QtBot) -> None:
    stage = staged(qtbot, BENT)
    focus_curve(stage)
    QTest.keyClick(stage.curve, Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    stage.after.setFocus()
    assert stage.settled == 1
    assert stage.points[1] == (10.0, 70.0)


def test_tab_walks_through_the_points_and_then_on(qtbot: QtBot) -> None:
    stage = staged(qtbot, BENT)
    focus_curve(stage)
    QTest.keyClick(stage.curve, Key.Key_Tab)
    QTest.keyClick(stage.curve, Key.Key_Down)
    assert stage.points[2] == (20.0, 29.0)
    QTest.keyClick(stage.curve, Key.Key_Tab)
    assert stage.after.hasFocus()
    QTest.keyClick(stage.after, Key.Key_Backtab)
    QTest.keyClick(stage.curve, Key.Key_Up)
    assert stage.points[2] == (20.0, 30.0)


def test_delete_removes_the_chosen_point_and_insert_brings_one(qtbot: QtBot) -> None:
    stage = staged(qtbot, BENT)
    focus_curve(stage)
    QTest.keyClick(stage.curve, Key.Key_Delete)
    assert stage.points == ((0, 100), (20, 30), (40, 0))
    QTest.keyClick(stage.curve, Key.Key_Insert)
    assert len(stage.points) == 4
    check_scale("It", stage.curve.scale_shown())


def test_arrow_keys_bend_an_exponential_curve(qtbot: QtBot) -> None:
    stage = staged(qtbot, CURVED)
    focus_curve(stage)
    QTest.keyClick(stage.curve, Key.Key_Up)
    assert stage.curve.scale_shown().curvature == pytest.approx(2.1)


# Profile bars

BARS = [Bar("a", "Cost", 0.5, "50", 0, "why"), Bar("b", "Speed", None, "–", 1), Bar("c", "Unity", 1.0, "100", 2)]


@pytest.fixture
def holder() -> QWidget:
    return QWidget()


@pytest.fixture
def bars(qtbot: QtBot, holder: QWidget) -> ProfileBars:
    made = ProfileBars("Profile")
    QVBoxLayout(holder).addWidget(made)
    made.show(BARS, "b")
    holder.resize(300, 200)
    shown(qtbot, holder)
    return made


@pytest.fixture
def chosen(bars: ProfileBars) -> list[str]:
    heard: list[str] = []
    bars.chosen.connect(heard.append)
    return heard


def test_the_bars_are_as_high_as_their_rows(bars: ProfileBars) -> None:
    assert bars.sizeHint().height() == 3 * ROW
    assert [bars.row_at(y) for y in (0, ROW, 3 * ROW - 1, 3 * ROW, -1)] == [0, 1, 2, -1, -1]


def test_a_click_on_a_row_chooses_it(bars: ProfileBars, chosen: list[str]) -> None:
    QTest.mouseClick(bars, LEFT, pos=QPoint(40, 2 * ROW + 5))
    assert chosen == ["c"]


def test_arrow_keys_and_enter_choose_a_row(bars: ProfileBars, chosen: list[str]) -> None:
    bars.setFocus(Qt.FocusReason.TabFocusReason)
    for key in (Key.Key_Up, Key.Key_Up, Key.Key_Return, Key.Key_End, Key.Key_Space):
        QTest.keyClick(bars, key)
    assert chosen == ["a", "c"]


def test_a_bar_reaches_as_far_as_its_value_and_a_missing_one_nowhere(bars: ProfileBars) -> None:
    image, width = bars.grab().toImage(), bars.width()
    left, right = width * 0.54, width - 36
    middle = int(left + (right - left) * 0.45), int(left + (right - left) * 0.55)
    y = [row * ROW + ROW // 2 for row in range(3)]
    assert [QColor(image.pixel(x, y[0])) for x in middle] == [colour_of(0), look.tokens.track]
    assert [QColor(image.pixel(x, y[1])) for x in middle] == [look.tokens.track] * 2
    assert [QColor(image.pixel(x, y[2])) for x in middle] == [colour_of(2)] * 2


def test_the_bars_say_their_numbers_to_a_screen_reader(bars: ProfileBars, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: "Cost 50; Speed –; Unity 100" in bars.accessibleDescription())
