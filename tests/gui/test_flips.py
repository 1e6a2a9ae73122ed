"""The tab "Flips": its figures are the engine's, a row leads to its place, and a flip is shown without a trace."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QSize, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from db.study.model import Id, Study
from desktop.analysis.weights import move_weight
from desktop.charts.flip_list import FlipList, columns_of
from desktop.charts.flip_ways import lines_of
from desktop.charts.picture import image_of
from desktop.charts.ranking_words import called
from desktop.commands import MoveWeight, SetScores
from desktop.evaluation import Result, evaluate, value_of
from desktop.exchange.numbers import parse_entry
from desktop.look import font
from desktop.look.painting import text_width
from desktop.look.tokens import tokens_for
from desktop.panels import flip_player
from desktop.panels.flip_player import REST, WAY, part_at
from desktop.panels.flips_view import FlipsView
from desktop.session import Session, Step, Subject
from desktop.window.study_page import StudyPage
from seeds import security_guarantees
from tests.unit.questions.test_concordance import study_of

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(qtbot: QtBot) -> Iterator[StudyPage]:
    yield from opened(security_guarantees.load(), qtbot)


def opened(study: Study, qtbot: QtBot) -> Iterator[StudyPage]:
    page = StudyPage(Session(study))
    qtbot.addWidget(page)
    page.resize(1440, 860)
    page.show()
    page.tabs.turn_to("flips")
    page.refresher.flush()
    yield page
    page.refresher.stop()


def view_of(page: StudyPage) -> FlipsView:
    view = page.tabs.view("flips")
    assert isinstance(view, FlipsView)
    return view


def turn_to(page: StudyPage, part: str) -> FlipsView:
    view = view_of(page)
    if view.part.current() != part:
        view.part.choose_at(["weights", "scores", "pair"].index(part))
    return view


def result_of(page: StudyPage) -> Result:
    return evaluate(page.session.study, page.session.view.perspective)


def named(result: Result, name: object) -> int:
    return next(row for row, option in enumerate(result.table.options) if called(option) == name)


def any_of(row: Sequence[Any]) -> Sequence[Any]:
    """A row of figures, whose kinds the headings tell."""
    return row


def centre(chart: FlipList, place: int) -> QPoint:
    return (chart.row_area(place, chart.content_size).center() - QPointF(0, chart.scroll)).toPoint()


def test_every_weight_is_listed_with_the_engines_figures_and_they_make_the_tie(page: StudyPage) -> None:
    view, result = turn_to(page, "weights"), result_of(page)
    leader = int(result.order[0])
    names = [leaf.name for leaf in result.table.leaves]
    listed = view.weights.rows()[1:]
    assert sorted(str(row[0]) for row in listed) == sorted(names)
    ways: list[float] = []
    held = np.zeros(len(names), dtype=bool)
    for place, (name, word, now, flip, change, first, *_) in enumerate(map(any_of, listed)):
        column = names.index(str(name))
        assert now == pytest.approx(100 * result.shares[column])
        if flip is None:
            assert (word, change, first) == ("No flip", None, None)
            continue
        assert change == pytest.approx(flip - now)
        ways.append(abs(change))
        assert word == ("Close" if ways[-1] <= 5 else "Near" if ways[-1] <= 15 else "Far")
        row = view.weights.shown.row(place) if view.weights.shown else None
        assert row is not None
        arrow = "▲" if change > 0 else "▼"
        assert row.texts == (f"{now:.1f} %", f"{flip:.1f} %", f"{arrow} {abs(change):.1f}", first)
        at = result.table.values @ move_weight(result.shares, column, flip / 100, held)
        assert at.max() - at[leader] < 1e-7
        beyond = result.table.values @ move_weight(result.shares, column, (flip + 1e-3 * change) / 100, held)
        assert int(beyond.argmax()) == named(result, first)
    assert ways == sorted(ways)


def test_every_score_is_listed_with_the_engines_figures_and_they_make_the_tie(page: StudyPage) -> None:
    view, result = turn_to(page, "scores"), result_of(page)
    leader, table = int(result.order[0]), result.table
    listed = view.scores.rows()[1:]
    brute = 0
    for row in range(len(table.options)):
        others = [other for other in range(len(table.options)) if other != leader]
        gap = result.totals[leader] - (result.totals[others].max() if row == leader else result.totals[row])
        room = table.values[row] if row == leader else 100 - table.values[row]
        brute += int((gap <= room * result.shares + 1e-7).sum())
    assert len(listed) == brute
    assert view.rule.text().startswith(f"{brute} of 120 scores can do it alone.")
    for option, criterion, word, score, after, value, worth, change, first, low, high in map(any_of, listed):
        row = named(result, option)
        column = next(k for k, leaf in enumerate(table.leaves) if leaf.name == criterion)
        scale = table.leaves[column].scale
        assert scale is not None
        assert (score, value) == (table.likely[row, column], table.values[row, column])
        assert float(value_of(scale, after)) == pytest.approx(worth)
        assert change == pytest.approx(worth - value)
        values = table.values.copy()
        values[row, column] = float(value_of(scale, after))
        totals = values @ result.shares
        assert totals[leader] == pytest.approx(totals[named(result, first)], abs=1e-7)
        assert (word == "Close") == (low <= worth <= high if low < high else abs(change) <= 10)


def test_a_click_on_a_row_selects_what_it_speaks_of_and_lights_the_row(page: StudyPage) -> None:
    view = turn_to(page, "weights")
    QTest.mouseClick(view.weights.viewport(), LEFT, pos=centre(view.weights, 2))
    assert page.session.view.subject is Subject.CRITERION
    assert page.session.study.criterion(str(page.session.view.criterion)).name == view.weights.rows()[3][0]
    view = turn_to(page, "scores")
    QTest.mouseClick(view.scores.viewport(), LEFT, pos=centre(view.scores, 1))
    chosen = page.session.view
    assert chosen.subject is Subject.SCORE
    assert view.scores.shown is not None
    assert (chosen.option, chosen.criterion) == view.scores.shown.key(1)
    page.refresher.flush()
    assert view.scores.mark_at(QPointF(40, 10)) is None
    QTest.mouseMove(view.scores.viewport(), centre(view.scores, 0))
    assert "draws level and goes first" in view.scores.read_out_text()


def test_the_list_follows_the_hand(page: StudyPage) -> None:
    view, session = turn_to(page, "weights"), page.session
    leaf = session.study.leaves()[0]
    before = view.weights.rows()
    session.do(MoveWeight(session.view.perspective, leaf.id, 0.25), live=True)
    page.refresher.flush()
    now = {row[0]: row[2] for row in view.weights.rows()[1:]}
    assert now[leaf.name] == pytest.approx(25.0)
    session.abandon()
    page.refresher.flush()
    assert view.weights.rows() == before


def totals_shown(page: StudyPage) -> dict[Id, float]:
    frame = page.refresher.frame()
    assert frame.result is not None
    return {
        option.id: float(total) for option, total in zip(frame.result.table.options, frame.result.totals, strict=True)
    }


@pytest.mark.parametrize("kind", [0, 1, 2])
def test_a_flip_is_shown_as_a_tie_and_leaves_no_trace(page: StudyPage, kind: int) -> None:
    view, session = turn_to(page, "pair"), page.session
    study = session.study
    steps: list[Step] = []
    session.on_step(steps.append)
    two = view.two
    assert two.pair is not None
    two.player.is_still = True
    ahead, behind = (page.session.study.included()[row].id for row in (two.pair.ahead, two.pair.behind))
    words = [way.sentence for way in two.ways.ways]
    two.buttons[kind].click()
    page.refresher.flush()
    assert session.preview is not None
    totals = totals_shown(page)
    assert totals[ahead] == pytest.approx(totals[behind], abs=1e-7)
    assert page.badge.isVisible()
    assert two.buttons[kind].text() == "Stop"
    assert [way.sentence for way in two.ways.ways] == words
    # A hand anywhere else sees the study again before it takes hold of anything.
    QTest.mousePress(page.weights, LEFT)
    assert session.preview is None
    assert page.badge.isHidden()
    assert two.buttons[kind].text() == "Show me"
    assert (session.study is study, session.undo_label, steps) == (True, "", [])
    assert not page.refresher.frame().is_preview


def test_an_edit_while_a_flip_is_shown_is_an_edit_of_the_study(page: StudyPage) -> None:
    view, session = turn_to(page, "pair"), page.session
    view.two.player.is_still = True
    view.two.buttons[2].click()
    assert session.preview is not None
    leaf, option = session.study.leaves()[0].id, session.study.included()[0].id
    study = session.study
    session.do(SetScores({(option, leaf): parse_entry("33")}))
    assert session.preview is None
    assert not view.two.player.is_playing
    expected = dict(study.scores)
    expected[option, leaf] = session.study.scores[option, leaf]
    assert session.study.scores == expected
    session.undo()
    assert session.study is study


def test_a_flip_goes_there_rests_comes_back_and_ends_by_itself(
    page: StudyPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flip_player, "WAY", 0.04)
    monkeypatch.setattr(flip_player, "REST", 0.02)
    view, session = turn_to(page, "pair"), page.session
    view.two.player.is_still = False
    shown: list[Study | None] = []
    session.on_preview(lambda: shown.append(session.preview))
    view.two.buttons[0].click()
    qtbot.waitUntil(lambda: bool(shown) and shown[-1] is None)
    assert shown[0] is not None
    assert not view.two.player.is_playing
    view.two.buttons[0].click()
    page.tabs.turn_to("scores")
    assert session.preview is None


def test_the_way_there_and_back_begins_and_ends_at_the_study() -> None:
    times = np.linspace(0, 2 * WAY + REST, 101)[:-1]
    parts = [part_at(float(t), is_still=False) for t in times]
    assert parts[0] == 0.0
    assert parts.count(1.0) >= 40
    there = [part for t, part in zip(times, parts, strict=True) if t <= WAY and part is not None]
    assert there == sorted(there)
    assert part_at(2 * WAY + REST, is_still=False) is None
    assert {part_at(float(t), is_still=True) for t in times} == {1.0, None}


def test_any_two_options_can_be_chosen_and_exchanged(page: StudyPage) -> None:
    two, result = turn_to(page, "pair").two, result_of(page)
    ids = [option.id for option in result.table.options]
    last, before = (ids[row] for row in result.order[[-1, -2]])
    two.choose(0, last)
    two.choose(1, before)
    assert two.pair is not None
    assert (ids[two.pair.behind], ids[two.pair.ahead]) == (last, before)
    assert [ids[row] for row in two.rows()] == [last, before]
    two.choose(0, before)
    assert [ids[row] for row in two.rows()] == [before, last]
    name = called(result.table.options[ids.index(before)])
    assert two.choices[0].text() == name
    menu = two.choices[0].menu()
    menu.aboutToShow.emit()
    texts = [action.text() for action in menu.actions() if action.isChecked()]
    assert len(menu.actions()) == len(ids)
    assert texts == [f"{result.rank_text(ids.index(before))}  {name}"]
    gap = float(result.totals[ids.index(before)] - result.totals[ids.index(last)])
    assert f"{abs(gap):.1f} point" in two.gap.text()


def test_where_nothing_reverses_two_options_there_is_nothing_to_show(qtbot: QtBot) -> None:
    study = study_of(np.array([(100.0, 99.0), (3.0, 4.0)]), (60.0, 40.0))
    for page in opened(study, qtbot):
        two = turn_to(page, "pair").two
        assert [button.isEnabled() for button in two.buttons] == [False, False, False]
        assert two.ways.ways[0].sentence.startswith("None: no weights at all do it")
        view = turn_to(page, "scores")
        assert len(view.scores.rows()) == 1
        assert view.scores.summary().startswith("No single score within its scale changes who is first")


def test_every_part_is_painted_at_every_width_in_both_schemes(page: StudyPage) -> None:
    view = view_of(page)
    for part in ("weights", "scores", "pair"):
        chart = turn_to(page, part).chart()
        assert chart is not None
        for scheme in ("light", "dark"):
            for width in (420, 560, 760, 1200):
                image = image_of(chart, QSize(width, 300), scheme, 1.0)
                ground = tokens_for(scheme).surface.rgb()
                left, right = (
                    any(image.pixel(x, y) != ground for y in range(60, 290, 3) for x in columns)
                    for columns in (range(16, 120, 2), range(width // 2, width - 16, 2))
                )
                assert (left, right) == (True, True), (part, scheme, width)
    assert view.weights.summary().startswith("12 rows. Near: ")


@pytest.mark.parametrize("has_options", [False, True])
def test_columns_fit_side_by_side_at_every_width(has_options: bool) -> None:
    for width in range(420, 1600, 20):
        columns = list(columns_of(width, has_options).values())
        assert all(wide > 40 for _, wide in columns)
        assert all(x + wide < after for (x, wide), (after, _) in pairwise(columns))
        assert columns[-1][0] + columns[-1][1] <= width - 15


def test_words_are_broken_into_lines_that_fit_and_none_is_lost() -> None:
    face, text = font(13), "Moving 5.0 points from one place to another makes the two level; any more puts it ahead."
    lines = lines_of(text, face, 200.0, 9)
    assert " ".join(lines) == text
    assert all(text_width(line, face) <= 200 for line in lines)
    short = lines_of(text, face, 200.0, 2)
    assert len(short) == 2
    assert short[0] == lines[0]
    assert short[1].endswith("…")
