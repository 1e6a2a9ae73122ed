"""The methods' tab: its ranks, likenesses and removals are found again by hand or by changing the study."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QSize, QSizeF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from db.study.model import Id, Score, Study
from desktop.charts.methods_chart import MethodsChart, lean
from desktop.charts.picture import image_of
from desktop.commands import MoveWeight, RemoveOption, SetScores
from desktop.commands.scores import Entry
from desktop.evaluation import evaluate
from desktop.look import font
from desktop.look.painting import text_width
from desktop.panels.methods_view import LIVE, MethodsView
from desktop.questions.concordance import METHODS, concordance
from desktop.session import Session
from desktop.window.study_page import StudyPage
from seeds import security_guarantees
from tests.unit.questions.test_concordance import EXAMPLE, study_of


class Stage:
    """A page turned to the methods."""

    def __init__(self, study: Study, qtbot: QtBot) -> None:
        self.session, self.qtbot = Session(study), qtbot
        self.page = StudyPage(self.session)
        qtbot.addWidget(self.page)
        self.page.resize(1440, 860)
        self.page.show()
        self.page.tabs.turn_to("methods")
        view = self.page.tabs.view("methods")
        assert isinstance(view, MethodsView)
        self.view = view
        self.flush()

    @property
    def party(self) -> Id:
        return self.session.view.perspective

    def flush(self) -> None:
        self.page.refresher.flush()
        QApplication.processEvents()

    def rest(self) -> None:
        """Wait for what is worked out when the hand rests."""
        chart = self.view.table
        self.qtbot.waitUntil(lambda: chart.found is not None and chart.found.is_whole)

    def column(self, method: str) -> list[str]:
        """The ranks of a method as the table shows them, in the order of the ranking; without the likeness below."""
        headings, *rows = self.view.table.rows()
        place = headings.index(f"{method}: rank")
        return [str(row[place]) for row in rows[:-1]]

    def click(self, row: int, column: int) -> None:
        """Click on a cell, or on the head of a column with row -1."""
        chart, size = self.view.table, self.view.table.content_size
        area = chart.grid(size).cell(row, column)
        at = QPoint(round(area.center().x()), 12) if row < 0 else area.center().toPoint()
        at -= QPoint(0, round(chart.scroll)) if row >= 0 else QPoint()
        QTest.mouseClick(chart.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
        self.flush()


@pytest.fixture
def staged(qtbot: QtBot) -> Iterator[list[Stage]]:
    """Pages that are stopped in the end, whatever happens."""
    stages: list[Stage] = []
    yield stages
    for stage in stages:
        stage.page.refresher.stop()


@pytest.fixture
def stage(staged: list[Stage], qtbot: QtBot) -> Stage:
    staged.append(Stage(security_guarantees.load(), qtbot))
    return staged[0]


def tau_of(one: list[int], other: list[int]) -> float:
    """Kendall's tau-b by looking at every pair."""
    pairs = [(np.sign(a - b), np.sign(c - d)) for (a, c), (b, d) in combinations(zip(one, other, strict=True), 2)]
    told = [sum(pair[place] != 0 for pair in pairs) for place in (0, 1)]
    return float(sum(a * b for a, b in pairs) / np.sqrt(told[0] * told[1]))


def vikor_by_hand(raw: np.ndarray, shares: np.ndarray, is_less_better: np.ndarray) -> np.ndarray:
    """Q of every option, the textbook's sums written out."""
    turned = np.where(is_less_better, -raw, raw)
    best, worst = turned.max(axis=0), turned.min(axis=0)
    terms = shares * (best - turned) / (best - worst)
    s, r = terms.sum(axis=1), terms.max(axis=1)
    return np.asarray(0.5 * (s - s.min()) / (s.max() - s.min()) + 0.5 * (r - r.min()) / (r.max() - r.min()))


def test_ranks_and_likenesses_on_show_are_those_found_by_hand(stage: Stage) -> None:
    result = evaluate(stage.session.study, stage.party)
    order = result.order
    assert stage.column("Weighted sum") == [result.rank_text(row) for row in order.tolist()]
    less = np.array([leaf.scale is not None and leaf.scale.best < leaf.scale.worst for leaf in result.table.leaves])
    q = vikor_by_hand(result.table.likely, result.shares, less)
    assert stage.column("VIKOR") == [str(1 + int((q < q[row] - 1e-12).sum())) for row in order.tolist()]
    product = np.prod(result.table.values**result.shares, axis=1)
    assert stage.column("Weighted product") == [str(1 + int((product > product[row]).sum())) for row in order.tolist()]
    headings, *rows = stage.view.table.rows()
    base = [int(rank) for rank in stage.column("Weighted sum")]
    for method in METHODS:
        shown = rows[-1][headings.index(f"{method.name}: rank") + 1]
        assert shown == pytest.approx(tau_of(base, [int(rank) for rank in stage.column(method.name)]))


def test_the_sentence_counts_the_methods_that_agree_and_the_notes_say_why_they_differ(stage: Stage) -> None:
    firsts = [stage.column(method.name).index("1") for method in METHODS]
    assert firsts == [0] * 6
    assert stage.view.sentence.text() == "All 6 methods put Reassurance + US first"
    headings = [heading for heading, _ in stage.view.notes.sections]
    assert len(headings) == 7
    assert "Nothing here is averaged." in stage.view.notes.sections[0][1]
    stage.click(-1, 2)
    assert [heading.split(":")[0] for heading, _ in stage.view.notes.sections] == ["TOPSIS"]
    assert "moves most" in stage.view.notes.sections[0][1]
    stage.click(-1, 2)
    assert len(stage.view.notes.sections) == 7


def test_ranks_follow_the_hand(stage: Stage) -> None:
    leaf = next(leaf for leaf in stage.session.study.leaves() if leaf.name == "Cost")
    for share in (0.3, 0.6):
        stage.session.do(MoveWeight(stage.party, leaf.id, share), live=True)
        stage.flush()
        result = evaluate(stage.session.study, stage.party)
        expected = concordance(stage.session.study, stage.party)
        for one in expected.methods:
            assert [int(rank.rstrip("=")) for rank in stage.column(one.method)] == one.ranks[result.order].tolist()
        assert stage.view.table.found is not None
        assert not stage.view.table.found.is_whole
    stage.session.settle()


def test_choosing_a_cell_selects_its_option_and_tells_of_its_method(stage: Stage) -> None:
    row = evaluate(stage.session.study, stage.party).order[1]
    stage.click(1, 3)
    assert stage.session.view.option == stage.session.study.options[row].id
    assert [heading.split(":")[0] for heading, _ in stage.view.notes.sections] == ["VIKOR"]
    stage.click(2, -1)
    row = evaluate(stage.session.study, stage.party).order[2]
    assert stage.session.view.option == stage.session.study.options[row].id


def test_who_wins_without_an_option_is_who_wins_in_the_study_without_it(staged: list[Stage], qtbot: QtBot) -> None:
    stage = Stage(study_of(EXAMPLE), qtbot)
    staged.append(stage)
    stage.view.mode.choose_at(1)
    stage.rest()
    assert stage.view.sentence.text() == "Leaving out one option changes the winner under VIKOR"
    headings, *rows = stage.view.table.rows()
    said = {str(row[0]): str(row[headings.index("VIKOR")]) for row in rows}
    for option in stage.session.study.options:
        rest = RemoveOption(option.id).apply(stage.session.study)
        vikor = next(one for one in concordance(rest, "p").methods if one.method == "VIKOR")
        first = rest.options[int(vikor.ranks.argmin())].name
        if option.name == "A":
            assert said["A"].startswith(f"{first} would be first instead of ")
        elif option.name == "B":
            assert said["B"].startswith(f"it was first itself; then {first} is")
        else:
            assert said[option.name].startswith("the same option stays first")
    told = stage.view.notes.summary()
    assert "Read backwards: adding A to the others takes the first place from D, for B." in told
    assert "the weighted sum would put B first and leaving out A would put another of the rest first" in told


def test_what_was_worked_out_is_kept_for_the_same_weights_and_dropped_for_other_scores(
    staged: list[Stage], qtbot: QtBot
) -> None:
    stage = Stage(study_of(EXAMPLE), qtbot)
    staged.append(stage)
    stage.rest()
    stage.session.do(MoveWeight("p", "c0", 0.2))
    stage.flush()
    assert stage.view.table.found is not None
    assert not stage.view.table.found.is_whole
    stage.session.undo()
    stage.flush()
    assert stage.view.table.found.is_whole
    stage.session.do(SetScores({("o0", "c0"): Entry(90.0)}))
    stage.flush()
    assert not stage.view.table.found.is_whole
    stage.rest()


def test_a_missing_score_and_one_option_alone_are_told_in_a_sentence(staged: list[Stage], qtbot: QtBot) -> None:
    study = study_of(EXAMPLE)
    stage = Stage(replace(study, scores={**study.scores, ("o2", "c1"): Score()}), qtbot)
    staged.append(stage)
    assert "“C” on “Criterion 1” is missing" in stage.view.nothing.text()
    assert stage.view.pictured() is None
    stage.session.do(RemoveOption("o2"))
    stage.flush()
    assert stage.view.nothing.text() == ""
    for option in ("o0", "o1"):
        stage.session.do(RemoveOption(option))
    stage.flush()
    assert "Only one option is left" in stage.view.nothing.text()


def test_with_many_options_the_rankings_come_when_the_hand_rests(staged: list[Stage], qtbot: QtBot) -> None:
    matrix = np.random.default_rng(1).uniform(1, 99, (LIVE + 1, 3))
    study = study_of(EXAMPLE)
    options = tuple(replace(study.options[0], id=f"o{i}", name=f"Option {i}") for i in range(LIVE + 1))
    scores = {(f"o{i}", f"c{k}"): Score(likely=float(x)) for (i, k), x in np.ndenumerate(matrix)}
    stage = Stage(replace(study, options=options, scores=scores), qtbot)
    staged.append(stage)
    assert stage.view.table.found is None
    assert stage.view.sentence.text() == "Working out the rankings…"
    assert stage.view.table.content_height(400) == 0
    stage.rest()
    _moves_have_room(stage.view.table)
    result = evaluate(stage.session.study, "p")
    assert stage.column("Weighted sum") == [result.rank_text(row) for row in result.order.tolist()]
    chart = stage.view.table
    chart.setFocus()
    QTest.keyClick(chart, Qt.Key.Key_End)
    assert chart.scroll > 0
    head = chart.mark_at(QPointF(chart.grid(chart.content_size).cell(0, 4).center().x(), 10))
    assert head is not None
    assert head.heading == "PROMETHEE II"
    assert image_of(chart, QSize(500, 300), "dark").size() == QSize(1000, 600)


def _moves_have_room(chart: MethodsChart) -> None:
    """The longest move is beside its rank, whole, in a tab of the usual width."""
    assert chart.found is not None
    ranks = [one.ranks for one in chart.found.methods]
    furthest = max(int(np.abs(each - ranks[0]).max()) for each in ranks)
    assert furthest >= 10
    column = chart.grid(QSizeF(520, 200)).column
    ends = column / 2 - lean(chart.found, column) + 5
    assert ends >= text_width(str(LIVE), font(13, 700, True))
    assert column - ends - 3 >= text_width(f"↓{furthest}", font(11, 600, True))


def test_nothing_is_worked_out_for_a_tab_that_is_hidden(staged: list[Stage], qtbot: QtBot) -> None:
    stage = Stage(study_of(EXAMPLE), qtbot)
    staged.append(stage)
    stage.page.tabs.turn_to("scores")
    qtbot.waitUntil(lambda: not stage.view._rest.isActive())
    assert not stage.view._errand.is_out
    stage.page.tabs.turn_to("methods")
    stage.rest()
