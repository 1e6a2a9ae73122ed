"""The tab that compares options: its figures are the engine's, and it shows those somebody wants to see."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from db.study.model import Id, Score, Study
from desktop.analysis.arrays import Array
from desktop.charts.chart import Mark
from desktop.charts.picture import png_of, svg_of
from desktop.charts.profiles_chart import shared_out, spread_out
from desktop.charts.waterfall_chart import hatches, space_of
from desktop.commands import EditOption, MoveWeight
from desktop.evaluation import Result, evaluate
from desktop.look import tokens_for
from desktop.panels.compare_view import DIFFERENCE, CompareView
from desktop.session import Session
from desktop.window.study_page import StudyPage
from seeds import security_guarantees
from tests.bench.tables import study_of
from tests.gui.desk import grid


class Stage:
    """A page turned to the comparison."""

    def __init__(self, study: Study, qtbot: QtBot) -> None:
        self.session = Session(study)
        self.page = StudyPage(self.session)
        qtbot.addWidget(self.page)
        self.page.resize(1440, 860)
        self.page.show()
        self.page.tabs.turn_to("compare")
        view = self.page.tabs.view("compare")
        assert isinstance(view, CompareView)
        self.view = view
        self.flush()

    def flush(self) -> None:
        self.page.refresher.flush()
        QApplication.processEvents()

    @property
    def result(self) -> Result:
        """The study as it stands, worked out afresh."""
        return evaluate(self.session.study, self.session.view.perspective)

    @property
    def ranked(self) -> list[Id]:
        return [self.result.table.options[row].id for row in self.result.order]

    def turn_to(self, kind: str) -> None:
        self.view.kind.choose_at(int(kind == DIFFERENCE))
        self.flush()

    def drag(self, share: float) -> None:
        """Move the weight of the first criterion, button held."""
        party, leaf = self.session.view.perspective, self.session.study.leaves()[0].id
        self.session.do(MoveWeight(party, leaf, share), live=True)
        self.flush()

    def steps(self) -> Array:
        """What each criterion puts the first shown ahead of the second by, in the engine's own contributions."""
        rows = [self.result.table.rows[option] for option in self.view.shown[:2]]
        points = np.where(np.isnan(self.result.contributions), self.result.shares * 50.0, self.result.contributions)
        found: Array = points[rows[0]] - points[rows[1]]
        return found

    def gap(self) -> float:
        rows = [self.result.table.rows[option] for option in self.view.shown[:2]]
        return float(self.result.totals[rows[0]] - self.result.totals[rows[1]])

    def menu(self, place: int) -> QMenu:
        """The menu of a button, as it is when it opens."""
        menu = self.view.picks[place].menu()
        menu.aboutToShow.emit()
        return menu

    def choose(self, place: int, text: str) -> None:
        """Choose from the menu of a button."""
        action = next(action for action in self.menu(place).actions() if action.text().split("\t")[0] == text)
        action.trigger()
        self.flush()

    def exclude(self, option: Id, wanted: bool) -> None:
        self.session.do(EditOption(option, {"excluded": wanted}))
        self.flush()


@pytest.fixture
def stage(qtbot: QtBot) -> Iterator[Stage]:
    made = Stage(security_guarantees.load(), qtbot)
    yield made
    made.page.refresher.stop()


@pytest.fixture
def build(qtbot: QtBot) -> Iterator[Callable[[Study], Stage]]:
    """Stages on studies of one's own."""
    made: list[Stage] = []

    def make(study: Study) -> Stage:
        made.append(Stage(study, qtbot))
        return made[-1]

    yield make
    for each in made:
        each.page.refresher.stop()


# The difference


def test_the_bars_on_show_are_the_contributions_and_sum_to_the_gap_in_every_frame_of_a_drag(stage: Stage) -> None:
    stage.turn_to(DIFFERENCE)
    chart = stage.view.difference
    for share in (None, 0.2, 0.05, 0.6):
        if share is not None:
            stage.drag(share)
        bars, steps = chart.bars(), stage.steps()
        for bar in bars:
            assert bar.points == pytest.approx(steps[list(bar.columns)].sum(), abs=1e-9)
        assert sum(bar.points for bar in bars) == pytest.approx(stage.gap(), abs=1e-9)
        space = space_of(chart.content_size, bars, has_note(stage))
        ends = [space.bar(place, bar.start, bar.end) for place, bar in enumerate(bars)]
        for (bar, area), (_, after) in pairwise(zip(bars, ends, strict=True)):
            if abs(bar.points) > 0.2:
                assert min(abs(space.x(bar.end) - edge) for edge in (after.left(), after.right())) < 1.5
                assert (space.x(bar.end) > area.center().x()) == (bar.points > 0)
        assert f"{abs(stage.gap()):.1f}" in chart.all_marks()[-1].heading
    stage.session.settle()


def has_note(stage: Stage) -> bool:
    bars = stage.view.difference.bars()
    return bars[-1].is_rest or any(bar.is_open for bar in bars)


def test_while_a_weight_moves_the_two_and_the_bars_keep_their_places_and_catch_up_at_rest(stage: Stage) -> None:
    stage.turn_to(DIFFERENCE)
    before, places = list(stage.view.shown), [bar.columns for bar in stage.view.difference.bars()]
    stage.drag(0.01)
    assert stage.ranked[:2] != before[:2], "the drag should make another option first"
    assert stage.view.shown == before
    assert [bar.columns for bar in stage.view.difference.bars()] == places
    assert "behind" in stage.view.difference.title()
    stage.session.settle()
    stage.flush()
    assert stage.view.shown == stage.ranked[:2]
    sizes = [abs(bar.points) for bar in stage.view.difference.bars() if not bar.is_rest]
    assert sizes == sorted(sizes, reverse=True)


def test_what_has_no_room_is_put_together_said_so_and_in_the_table_all_the_same(stage: Stage) -> None:
    stage.turn_to(DIFFERENCE)
    chart = stage.view.difference
    size = QSizeF(700, 180)
    bars = chart.bars(size)
    count = len(bars[-1].columns)
    assert bars[-1].is_rest
    assert count == 12 - (len(bars) - 1)
    rest, last = chart.marks(size)[-2:]
    assert f"{count} others" in rest.heading
    assert last.area.bottom() <= size.height()
    assert f"{count} others: the smallest differences" in svg_of(chart, QSize(700, 214), "light").decode()
    assert len(stage.view.difference.rows()) == 14
    table = {row[0]: row[4] for row in chart.rows()[1:-1]}
    leaves = stage.result.table.leaves
    assert table == pytest.approx({leaf.name: step for leaf, step in zip(leaves, stage.steps(), strict=True)})


def test_in_tree_order_the_bars_follow_the_tree(stage: Stage) -> None:
    stage.turn_to(DIFFERENCE)
    stage.view.order.choose_at(1)
    columns = [bar.columns[0] for bar in stage.view.difference.bars() if not bar.is_rest]
    assert columns == sorted(columns)
    assert [row[0] for row in stage.view.difference.rows()[1:-1]] == [
        leaf.name for leaf in stage.session.study.leaves()
    ]


def test_a_missing_score_is_hatched_counted_as_the_middle_and_said(build: Callable[[Study], Stage]) -> None:
    study = security_guarantees.load()
    result = evaluate(study, study.perspectives[0].id)
    leader = result.table.options[result.order[0]].id
    gap = (leader, study.leaves()[0].id)
    stage = build(replace(study, scores={**study.scores, gap: Score()}))
    if leader not in stage.view.shown[:2]:
        stage.view.pick(0, leader)
    stage.turn_to(DIFFERENCE)
    bars, steps = stage.view.difference.bars(), stage.steps()
    assert [bar.columns for bar in bars if bar.is_open] == [(0,)]
    assert next(bar.points for bar in bars if bar.is_open) == pytest.approx(steps[0], abs=1e-9)
    drawn = svg_of(stage.view.difference, QSize(900, 400), "light").decode()
    assert "Hatched: no score; 50, the middle of the scale, stands in" in drawn
    assert "missing scores leave it between" in drawn
    assert "no score (50 stands in)" in mark_of(stage.view.difference.all_marks(), gap[1]).words
    stage.turn_to("profiles")
    assert "no score (50 stands in)" in mark_of(stage.view.profiles.all_marks(), gap[1]).words
    assert "Hollow: no score, 50 stands in" in svg_of(stage.view.profiles, QSize(900, 400), "light").decode()


def mark_of(marks: object, key: Id) -> Mark:
    assert isinstance(marks, list)
    found = [mark for mark in marks if mark.key == key]
    assert len(found) == 1
    assert isinstance(found[0], Mark)
    return found[0]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_bars_each_way_have_the_colours_of_the_two_they_speak_for(stage: Stage, scheme: str) -> None:
    stage.turn_to(DIFFERENCE)
    chart, size = stage.view.difference, QSizeF(900, 400)
    bars = chart.bars(size)
    space = space_of(size, bars, False)
    image = QImage.fromData(png_of(chart, QSize(900, 434), scheme, ratio=1.0))
    tokens = tokens_for(scheme)
    for place, bar in enumerate(bars):
        if abs(bar.points) > 0.5:
            at = space.bar(place, bar.start, bar.end).center().toPoint() + QPoint(0, 34)
            assert QColor(image.pixel(at)) == (tokens.accent if bar.points > 0 else tokens.warn)


@given(st.floats(0, 500), st.floats(1, 300), st.floats(8, 20))
def test_hatching_stays_inside_its_bar(left: float, width: float, height: float) -> None:
    for line in hatches(QRectF(left, 0, width, height)):
        assert left - 1e-6 <= min(line.x1(), line.x2())
        assert max(line.x1(), line.x2()) <= left + width + 1e-6
        assert min(line.y1(), line.y2()) >= -1e-6
        assert max(line.y1(), line.y2()) <= height + 1e-6


# Profiles


def test_every_dot_lies_at_its_value_and_is_read_out_with_its_range(stage: Stage) -> None:
    chart, table = stage.view.profiles, stage.result.table
    space = chart.space()
    for place, option in enumerate(stage.view.shown):
        for column, leaf in enumerate(table.leaves):
            value = float(table.values[table.rows[option], column])
            at = space.dot(value, column, place, len(stage.view.shown))
            assert 100.0 * (at.x() - space.left) / (space.right - space.left) == pytest.approx(value)
            mark = mark_of(list(chart.all_marks()), leaf.id)
            assert mark.area.contains(at)
            assert f" {value:.1f}".removesuffix(".0") in mark.words
    figures = {row[0]: row for row in chart.rows()}
    for column, leaf in enumerate(table.leaves):
        row = figures[leaf.name]
        assert row[2] == pytest.approx(100.0 * stage.result.shares[column])
        assert row[3] == pytest.approx(table.values[table.rows[stage.view.shown[0]], column])


def test_the_weights_and_totals_beside_profiles_follow_a_drag(stage: Stage) -> None:
    stage.drag(0.6)
    drawn = svg_of(stage.view.profiles, QSize(900, 400), "light").decode()
    assert "60.0 %" in drawn
    for option in stage.view.shown:
        assert f"{stage.result.totals[stage.result.table.rows[option]]:.1f}" in drawn
    stage.session.abandon()


def test_many_criteria_scroll_and_the_last_is_reached_with_keys(build: Callable[[Study], Stage]) -> None:
    stage = build(study_of(50, 50))
    chart = stage.view.profiles
    assert chart.content_size.height() > chart.height()
    QTest.keyClick(chart, Qt.Key.Key_End)
    last = stage.session.study.leaves()[-1]
    assert last.name in chart.read_out_text()
    mark = mark_of(list(chart.all_marks()), last.id)
    assert chart.scroll <= mark.area.top()
    assert mark.area.bottom() <= chart.scroll + chart.height()


@given(st.lists(st.tuples(st.floats(-50, 900), st.floats(20, 190)), min_size=1, max_size=4))
def test_labels_never_touch_or_leave_their_room(labels: list[tuple[float, float]]) -> None:
    wanted, widths = [at for at, _ in labels], [wide for _, wide in labels]
    lefts = spread_out(wanted, widths, 10.0, 810.0)
    areas = sorted((left, left + wide) for left, wide in zip(lefts, widths, strict=True))
    assert areas[0][0] >= 10.0 - 1e-9
    assert areas[-1][1] <= 810.0 + 1e-9
    assert all(before[1] <= after[0] for before, after in pairwise(areas))


@given(st.lists(st.floats(1, 400), min_size=1, max_size=4), st.floats(0, 900))
def test_only_labels_that_want_more_than_their_part_are_cut(wanted: list[float], room: float) -> None:
    widths = shared_out(wanted, room)
    assert sum(widths) <= max(room, 0.0) + 1e-9
    assert all(width <= natural for width, natural in zip(widths, wanted, strict=True))
    cut = [width for width, natural in zip(widths, wanted, strict=True) if width < natural]
    assert all(width >= max(widths) - 1e-9 for width in cut)
    assert bool(cut) == (sum(wanted) > room) or sum(wanted) == pytest.approx(room)


# Choosing


def test_it_begins_with_the_leader_and_the_runner_up_and_adds_the_selected_option(stage: Stage) -> None:
    assert stage.view.shown == stage.ranked[:2]
    chosen = stage.ranked[5]
    stage.session.select(option=chosen)
    stage.flush()
    assert stage.view.shown == [*stage.ranked[:2], chosen]
    assert [pick.isHidden() for pick in stage.view.picks] == [False, False, False, True]
    option = stage.session.study.option(chosen)
    assert stage.view.picks[2].text() == option.short
    assert option.name in stage.view.picks[2].accessibleName()


def test_options_are_picked_added_left_out_and_swapped_and_stay_as_they_were_picked(stage: Stage) -> None:
    names = {option.id: option.short for option in stage.session.study.options}
    first, second, third, fourth = stage.ranked[:4]
    assert [action.text().split("\t")[0] for action in stage.menu(0).actions()[:10]] == [
        names[option] for option in stage.ranked
    ]
    stage.choose(1, names[third])
    assert stage.view.shown == [first, third]
    stage.choose(1, names[first])
    assert stage.view.shown == [third, first], "one that is shown already changes places"
    for option in (second, fourth):
        adding = stage.view.add.menu()
        adding.aboutToShow.emit()
        next(action for action in adding.actions() if action.text().startswith(names[option])).trigger()
        stage.flush()
    assert stage.view.shown == [third, first, second, fourth]
    assert stage.view.add.isHidden()
    stage.choose(1, "Leave this option out")
    stage.turn_to(DIFFERENCE)
    QTest.mouseClick(stage.view.swap, Qt.MouseButton.LeftButton)
    stage.drag(0.01)
    stage.session.settle()
    stage.flush()
    assert stage.view.shown == [second, third, fourth]
    stage.choose(0, "Leader and runner-up again")
    assert stage.view.shown == stage.ranked[:2]


def test_an_excluded_option_goes_and_comes_back_with_its_place(stage: Stage) -> None:
    first, second, third = stage.ranked[:3]
    stage.view.pick(2, third)
    stage.exclude(second, True)
    assert stage.view.shown == [first, third]
    stage.exclude(second, False)
    assert stage.view.shown == [first, second, third]
    for option in stage.ranked[1:]:
        stage.exclude(option, True)
    assert "Only one option is left" in stage.view.nothing.text()
    assert stage.page.tabs.pictured() is None


def test_a_click_on_a_row_selects_its_criterion_and_on_a_name_the_option(stage: Stage) -> None:
    chart = stage.view.profiles
    leaf = stage.session.study.leaves()[3]
    for key in (leaf.id, stage.view.shown[1]):
        at = mark_of(list(chart.all_marks()), key).area.center().toPoint()
        QTest.mouseClick(chart.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert stage.session.view.criterion == leaf.id
    assert stage.session.view.option == stage.view.shown[1]
    stage.turn_to(DIFFERENCE)
    place, bar = next((n, bar) for n, bar in enumerate(stage.view.difference.bars()) if bar.columns == (7,))
    at = stage.view.difference.all_marks()[place].area.center().toPoint()
    QTest.mouseClick(stage.view.difference.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert stage.session.view.criterion == stage.session.study.leaves()[bar.columns[0]].id


def test_it_says_in_words_what_it_shows(stage: Stage, qtbot: QtBot) -> None:
    stage.turn_to(DIFFERENCE)
    qtbot.waitUntil(lambda: "points ahead of" in stage.view.difference.accessibleDescription())
    assert f"together +{stage.gap():.1f} points" in stage.view.difference.accessibleDescription()
    stage.view.toggle_table()
    stage.flush()
    assert stage.view.figures.model().rowCount() == 13


@pytest.mark.parametrize("shape", [(2, 1), (3, 40)])
def test_any_shape_and_no_scores_at_all_can_be_shown(build: Callable[[Study], Stage], shape: tuple[int, int]) -> None:
    study = grid(*shape)
    for each in (study, replace(study, scores={})):
        stage = build(each)
        for kind in ("profiles", DIFFERENCE):
            stage.turn_to(kind)
            assert png_of(stage.view.chart(), QSize(500, 260), "dark", ratio=1.0)
            assert stage.view.chart().summary()
        assert sum(bar.points for bar in stage.view.difference.bars()) == pytest.approx(stage.gap(), abs=1e-9)
