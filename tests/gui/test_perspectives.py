"""The perspectives side by side: every figure on the screen is the engine's, and every control does what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import cast

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QSize, QSizeF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from db.study.model import Perspective, PerspectiveKind, Study
from desktop.analysis.group import kendall_tau, kendall_w
from desktop.charts.chart import Chart, Mark
from desktop.charts.parties_chart import bar_area
from desktop.charts.picture import svg_of
from desktop.charts.slope_chart import spread_out
from desktop.commands import MoveWeight
from desktop.evaluation import Result, evaluate
from desktop.look import look
from desktop.panels.perspectives_view import PerspectivesView, margin_problem
from desktop.session import Session
from desktop.window.study_page import StudyPage
from seeds import security_guarantees
from tests.bench.tables import study_of

STAKEHOLDERS = 4
Opened = Callable[..., PerspectivesView]


@pytest.fixture
def opened(qtbot: QtBot) -> Iterator[Opened]:
    """Opens the tab on a study, in a window as large as the tab usually is; `picture` is what is on show."""
    pages: list[StudyPage] = []

    def open_(study: Study | None = None, picture: str = "rankings") -> PerspectivesView:
        page = StudyPage(Session(study or security_guarantees.load(), who="Ada"))
        pages.append(page)
        qtbot.addWidget(page)
        page.resize(1440, 860)
        with qtbot.waitExposed(page):
            page.show()
        page.tabs.turn_to("perspectives")
        page.refresher.flush()
        view = cast(PerspectivesView, page.tabs.view("perspectives"))
        turn(view, picture)
        return view

    yield open_
    for page in pages:
        page.refresher.stop()


def turn(view: PerspectivesView, picture: str) -> None:
    """Choose a picture as a user does."""
    keys = ["rankings", "slope", "agreement", "acceptable"]
    view.picture.choose_at(keys.index(picture))


def flush(view: PerspectivesView) -> None:
    """Show what the session holds now."""
    page = view.window()
    assert isinstance(page, StudyPage)
    page.refresher.flush()


def results(study: Study) -> dict[str, Result]:
    """What each perspective finds by itself, by name."""
    return {party.name: evaluate(study, party.id) for party in study.perspectives}


def names(study: Study) -> list[str]:
    return [option.short or option.name for option in study.options]


def figures(chart: Chart) -> list[dict[str, object]]:
    """The rows of the figures table by their headings."""
    head, *rows = chart.rows()
    return [dict(zip([str(cell) for cell in head], row, strict=True)) for row in rows]


def ranks(totals: np.ndarray) -> np.ndarray:
    """1 + how many totals are larger."""
    return 1 + (totals[:, None] < totals[None, :] - 1e-7).sum(axis=1)


def marked(chart: Chart, heading: str) -> Mark:
    return next(mark for mark in chart.all_marks() if mark.heading == heading)


def click(chart: Chart, mark: Mark) -> None:
    at = (mark.area.center() - QPointF(0, chart.scroll)).toPoint()
    QTest.mouseClick(chart.viewport(), Qt.MouseButton.LeftButton, pos=at)


def test_the_rankings_are_those_of_each_party_in_the_order_that_was_chosen(opened: Opened) -> None:
    view = opened()
    study, found = view.session.study, results(view.session.study)
    shown = figures(view.rankings)
    for row in shown:
        place = names(study).index(str(row["Option"]))
        for name, result in found.items():
            assert row[f"{name}: total"] == pytest.approx(float(result.totals[place]))
            assert row[f"{name}: rank"] == ranks(result.totals)[place]
            words = marked(view.rankings, f"{row['Option']}, {name}").words
            assert words == f"rank {ranks(result.totals)[place]} of 10, total {result.totals[place]:.1f}"
    assert [row["Option"] for row in shown] == [names(study)[place] for place in found["Kyiv"].order]
    view.order.choose_at(1)
    parties = [result for result in found.values() if result.perspective.kind is PerspectiveKind.STAKEHOLDER]
    means = np.mean([ranks(result.totals) for result in parties], axis=0)
    shown = figures(view.rankings)
    assert [row["Mean rank of stakeholders"] for row in shown] == pytest.approx(np.sort(means).tolist())
    assert shown[0]["Option"] == names(study)[int(means.argmin())]


def test_a_bar_is_as_long_as_its_total_and_stress_tests_stand_apart(opened: Opened) -> None:
    view = opened()
    chart, found = view.rankings, view.found
    assert found is not None
    board = chart.board(chart.content_size)
    gaps = np.diff(board.xs) - board.cell
    assert (gaps[:3] < 0.5).all()
    assert (gaps[3:] > 5).all()
    image = chart.grab().toImage()
    party, row = found.all[0], int(chart.shown.order[0]) if chart.shown is not None else 0
    bar = bar_area(board.cell_area(0, 0, 0), party)
    filled = bar.left() + bar.width() * float(party.sure.totals[row]) / 100.0
    assert colour_at(image, filled - 2, bar.center().y()) == look.tokens.accent.rgb()
    assert colour_at(image, filled + 2, bar.center().y()) == look.tokens.track.rgb()


def colour_at(image: QImage, x: float, y: float) -> int:
    return image.pixel(round(x * image.devicePixelRatio()), round(y * image.devicePixelRatio()))


def test_a_drag_moves_the_party_on_show_and_no_other(opened: Opened) -> None:
    view = opened()
    session = view.session
    before = {row["Option"]: row for row in figures(view.rankings)}
    session.do(MoveWeight(session.view.perspective, session.study.leaves()[0].id, 0.7), live=True)
    flush(view)
    found = results(session.study)
    for row in figures(view.rankings):
        place = names(session.study).index(str(row["Option"]))
        assert row["Kyiv: total"] == pytest.approx(float(found["Kyiv"].totals[place]))
        assert row["Washington: total"] == before[row["Option"]]["Washington: total"]
    assert view.lead.text().startswith("First: ")
    session.abandon()


def test_choosing_a_party_looks_at_it_and_choosing_an_option_selects_it(opened: Opened) -> None:
    view = opened()
    session = view.session
    click(view.rankings, marked(view.rankings, "Washington"))
    assert session.view.perspective == session.study.perspectives[1].id
    flush(view)
    order = evaluate(session.study, session.view.perspective).order
    assert [row["Option"] for row in figures(view.rankings)] == [names(session.study)[place] for place in order]
    click(view.rankings, marked(view.rankings, "Observers, Kyiv"))
    option = next(option for option in session.study.options if option.id == session.view.option)
    assert option.short == "Observers"


def test_the_slope_shows_both_ranks_and_who_changes_order_with_whom(opened: Opened) -> None:
    view = opened(picture="slope")
    study, found = view.session.study, results(view.session.study)
    a, b = found["Kyiv"].totals, found["Washington"].totals
    crossed = ((a[:, None] - a) * (b[:, None] - b) < 0).sum(axis=1)
    for row in figures(view.slope):
        place = names(study).index(str(row["Option"]))
        assert (row["Kyiv: rank"], row["Washington: rank"]) == (ranks(a)[place], ranks(b)[place])
        assert row["Places it rises"] == ranks(a)[place] - ranks(b)[place]
        assert row["Options it changes its order with"] == crossed[place]
    assert f"{crossed.sum() // 2} of 45 pairs" in view.lead.text()
    lines = view.slope.lines(QSizeF(776, 200))
    assert (np.argsort(lines.left) == found["Kyiv"].order).all()
    assert (np.argsort(lines.right) == found["Washington"].order).all()
    view.measure.choose_at(1)
    lines = view.slope.lines(QSizeF(776, 200))
    parts = np.diff(lines.left[found["Kyiv"].order]) / np.diff(a[found["Kyiv"].order])
    assert parts == pytest.approx(np.full(9, parts[0]))


def test_the_two_parties_are_picked_from_menus_and_change_places(opened: Opened) -> None:
    view = opened(picture="slope")
    moscow = view.session.study.perspectives[4]
    menu = view.menu(1)
    action = next(action for action in menu.actions() if action.text().startswith(moscow.name))
    assert "Stress test" in action.text()
    action.trigger()
    assert view.slope.title() == "From Kyiv to Moscow (stress test only) (stress test)"
    assert view.ends[1].accessibleName() == f"To: {moscow.name}"
    view.pick(0, moscow.id)
    assert view.slope.title() == "From Moscow (stress test only) (stress test) to Kyiv"


def test_labels_keep_their_distance_their_order_and_as_much_as_can_be_their_places() -> None:
    dice = np.random.default_rng(4)
    for count in (1, 2, 10, 40):
        wanted = dice.uniform(20, 180, count)
        found = spread_out(wanted, 4.0, 20.0, 180.0)
        ordered = found[np.argsort(wanted, kind="stable")]
        assert (np.diff(ordered) >= 4.0 - 1e-9).all()
        assert found.min() >= 20.0 - 1e-9
        assert found.max() <= 180.0 + 1e-9
    far = np.array([20.0, 60.0, 100.0])
    assert spread_out(far, 14.0, 20.0, 180.0).tolist() == far.tolist()
    assert spread_out(np.array([50.0, 50.0]), 10.0, 0.0, 100.0).tolist() == [45.0, 55.0]


def test_agreement_is_kendalls_and_only_stakeholders_are_counted_in_w(opened: Opened) -> None:
    view = opened(picture="agreement")
    study, found = view.session.study, results(view.session.study)
    *rows, last = figures(view.tau)
    for row in rows:
        for name, result in found.items():
            first = found[str(row["Perspective"])]
            assert row[name] == pytest.approx(kendall_tau(-first.totals, -result.totals))
    w = kendall_w(np.array([ranks(result.totals) for result in list(found.values())[:STAKEHOLDERS]]))
    assert last["Kind"] == pytest.approx(w)
    assert f"4 stakeholders agree weakly: Kendall's W {w:.2f}" in view.lead.text()
    taus = {(a, b): kendall_tau(-found[a].totals, -found[b].totals) for a in found for b in found if a != b}
    least = min(taus, key=lambda pair: taus[pair])
    assert all(name in view.note.text() for name in least)
    click(view.tau, marked(view.tau, "Front-line allies and Washington"))
    assert view.picture.current() == "slope"
    assert view.slope.title() == "From Front-line allies to Washington"
    turn(view, "agreement")
    view.between.choose_at(1)
    firsts = [ranks(result.totals) for result in list(found.values())[:STAKEHOLDERS]]
    for a, row in enumerate(figures(view.preference)):
        place = names(study).index(str(next(iter(row.values()))))
        for b, name in enumerate(list(row)[1:]):
            other = names(study).index(name)
            count = sum(bool(one[place] < one[other]) for one in firsts)
            assert row[name] == pytest.approx(count / STAKEHOLDERS)
            assert a == b or view.preference.count(a, b) == count


def test_acceptance_follows_the_margin_and_counts_stakeholders_only(opened: Opened) -> None:
    view = opened(picture="acceptable")
    study, found = view.session.study, results(view.session.study)
    below = {name: result.totals.max() - result.totals for name, result in found.items()}
    parties = list(found)[:STAKEHOLDERS]
    for margin in (5.0, 12.5):
        view.field.setFocus()
        view.field.selectAll()
        QTest.keyClicks(view.field, f"{margin:g}")
        QTest.keyClick(view.field, Qt.Key.Key_Return)
        shown = figures(view.acceptable)
        for row in shown:
            place = names(study).index(str(row["Option"]))
            assert row["Stakeholders who accept it"] == sum(below[name][place] <= margin for name in parties)
            assert row["Acceptable to all from (points)"] == pytest.approx(max(below[name][place] for name in parties))
            for name in found:
                words = marked(view.acceptable, f"{row['Option']}, {name}").words
                assert words.startswith("acceptable" if below[name][place] <= margin else "not acceptable")
        counts = [cast(float, row["Stakeholders who accept it"]) for row in shown]
        assert counts == sorted(counts, reverse=True)
    least = min(max(below[name][place] for name in parties) for place in range(10))
    assert f"from {least:.1f} points on" in view.lead.text()


@pytest.mark.parametrize(
    ("typed", "is_refused"), [("5", False), ("0", False), ("101", True), ("-1", True), ("x", True)]
)
def test_a_margin_is_a_number_of_points_from_0_to_100(typed: str, is_refused: bool) -> None:
    assert bool(margin_problem(typed)) == is_refused


def test_a_party_without_weights_is_shown_with_its_reason(opened: Opened) -> None:
    study = security_guarantees.load()
    view = opened(replace(study, perspectives=(*study.perspectives, Perspective("new", "Nobody yet"))))
    assert "No criterion carries weight" in marked(view.rankings, "Nobody yet").words
    assert view.lead.text().endswith("Nobody yet cannot rank anything.")
    view.session.look(replace(view.session.view, perspective="new"))
    flush(view)
    assert not view.nothing.text()
    assert len(figures(view.rankings)) == len(study.options)


def test_missing_scores_are_shown_by_the_middle_and_said(opened: Opened) -> None:
    study = security_guarantees.load()
    gone = (study.options[0].id, study.leaves()[0].id)
    gap = replace(study, scores={cell: score for cell, score in study.scores.items() if cell != gone})
    view = opened(gap)
    result = evaluate(gap, gap.perspectives[0].id)
    words = marked(view.rankings, f"{names(gap)[0]}, Kyiv").words
    assert f"total {result.totals[0]:.1f}" in words
    assert f"{result.low[0]:.1f} to {result.high[0]:.1f}" in words
    assert view.note.isVisible()
    assert "middle" in view.note.text()


def test_one_perspective_alone_is_ranked_and_the_rest_says_what_it_takes(opened: Opened) -> None:
    study = security_guarantees.load()
    view = opened(replace(study, perspectives=study.perspectives[4:5]))
    assert not view.nothing.text()
    assert figures(view.rankings)[0]["Mean rank of stakeholders"] is None
    turn(view, "slope")
    assert "only one perspective" in view.nothing.text()
    turn(view, "acceptable")
    assert "nobody whose acceptance could be counted" in view.lead.text()


def test_many_options_and_parties_scroll_and_the_heads_stay_in_sight(opened: Opened) -> None:
    study = study_of(60, 6)
    leaves = study.leaves()
    parties = tuple(
        Perspective(f"p{k}", f"Party {k}", weights={leaf.id: 1.0 + (k * n) % 5 for n, leaf in enumerate(leaves)})
        for k in range(14)
    )
    view = opened(replace(study, perspectives=parties))
    chart = view.rankings
    board = chart.board(chart.content_size)
    assert len(board.bands) > 1
    assert chart.content_size.height() > chart.height()
    below = board.row_top(1, 3)
    assert board.head_top(1, below) == below
    assert {mark.heading for mark in chart.all_marks()} >= {f"Option 60, Party {k}" for k in range(14)}
    turn(view, "agreement")
    view.between.choose_at(1)
    assert "first 24 of 60 options" in view.lead.text()


def test_every_picture_is_painted_in_both_schemes_and_sent_away(opened: Opened) -> None:
    view = opened()
    for picture in ("rankings", "slope", "agreement", "acceptable"):
        turn(view, picture)
        chart = view.chart()
        assert chart.title() in svg_of(chart, QSize(700, 400), "dark").decode()
        assert chart.summary()
        look.set_scheme("dark")
        assert colour_at(chart.grab().toImage(), 2, 2) == look.tokens.surface.rgb()
        look.set_scheme("light")
    assert view.minimumSizeHint().width() <= 560


@pytest.mark.parametrize("width", [560, 776, 1100])
def test_the_controls_of_a_picture_are_never_cut_off(opened: Opened, width: int) -> None:
    view = opened()
    view.setParent(None)
    view.resize(width, 260)
    view.show()
    for picture, control in (("rankings", view.order), ("slope", view.measure), ("acceptable", view.field)):
        turn(view, picture)
        QApplication.processEvents()
        assert control.visibleRegion().boundingRect().size() == control.size()
    view.close()
    view.deleteLater()
