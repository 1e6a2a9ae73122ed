"""The robustness tab: its figures are the engine's, its doubt is the study's, and it says how it reduces itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from db.study.model import Doubt, Id, Knowledge, Option, Score, Study
from desktop.analysis.arrays import Array
from desktop.analysis.polytope import whole
from desktop.analysis.smaa import Acceptability, acceptability, sample_weights
from desktop.analysis.smaa.scores import triangular
from desktop.charts.acceptability_chart import has_bars, key_width, pieces
from desktop.charts.acceptance import Acceptance, short_percent
from desktop.charts.draws_chart import DrawsChart
from desktop.charts.heat_cells import Grid
from desktop.charts.ranking_words import called
from desktop.commands import EditOption, MoveWeight, RemoveCriterion, SetKnowledge, SetWeightRange
from desktop.evaluation import evaluate
from desktop.look import look
from desktop.panels.range_editor import RangeEditor
from desktop.panels.robustness_view import RobustnessView
from desktop.panels.sampling_dialog import SamplingDialog
from desktop.questions.plausible import Sampling, spans_of
from desktop.session import Session
from desktop.window.refresher import Refresher
from seeds import security_guarantees
from tests.unit.questions.test_concordance import study_of

LEFT = Qt.MouseButton.LeftButton
FAR = np.array([(90.0, 80.0), (20.0, 10.0), (30.0, 15.0)])
FEW = Sampling(5_000, 3)


class Desk:
    """The tab in a window of its own, fed as in the application."""

    def __init__(self, study: Study, qtbot: QtBot, read_only: str = "") -> None:
        self.session = Session(study, read_only=read_only)
        self.view = RobustnessView(self.session)
        qtbot.addWidget(self.view)
        self.view.resize(776, 290)
        self.view.show()
        self.refresher = Refresher(self.session, (self.view,))
        self.refresher.stopped.connect(self.view.stop)
        self.steps: list[str] = []
        self.session.on_step(lambda step: self.steps.append(step.label))
        self.flush()

    def flush(self) -> None:
        self.refresher.flush()
        QApplication.processEvents()

    def turn_to(self, picture: str) -> DrawsChart:
        keys = list(self.view.charts)
        self.view.picture.choose_at(keys.index(picture))
        return self.view.charts[picture]

    def table(self) -> dict[str, list[float | None]]:
        """The figures on show, as the table has them."""
        self.view.toggle_table()
        model = self.view.figures.model()
        cells = [
            [model.index(row, column).data(Qt.ItemDataRole.EditRole) for column in range(model.columnCount())]
            for row in range(model.rowCount())
        ]
        self.view.toggle_table()
        return {row[0]: row[1:] for row in cells}

    @property
    def shown(self) -> Acceptance:
        chart = self.view.charts[self.view.picture.current()]
        assert chart.shown is not None
        return chart.shown

    @property
    def party(self) -> Id:
        return self.session.view.perspective

    @property
    def doubt(self) -> Doubt:
        return self.session.study.perspective(self.party).doubt


@contextmanager
def desk_on(study: Study, qtbot: QtBot, read_only: str = "") -> Iterator[Desk]:
    desk = Desk(study, qtbot, read_only)
    try:
        yield desk
    finally:
        desk.refresher.stop()


def sampled(desk: Desk, samples: int, seed: int) -> tuple[list[str], Acceptability]:
    """(names, sample) of the study as it is now, without the bridge that the window uses."""
    result = evaluate(desk.session.study, desk.party)
    spans = spans_of(result.table)
    weights = sample_weights(whole(result.shares.size), samples, seed, around=result.shares, spread=desk.doubt.spread)
    scores = triangular(spans.low, spans.values, spans.high)
    return [called(option) for option in result.table.options], acceptability(spans.values, weights, scores=scores)


def many(count: int) -> Study:
    rng = np.random.default_rng(count)
    options = tuple(Option(f"o{i}", f"Option {i}") for i in range(count))
    scores = {(f"o{i}", f"c{k}"): Score(likely=float(rng.uniform(0, 100))) for i in range(count) for k in range(2)}
    return replace(study_of(FAR, (60.0, 40.0)), options=options, scores=scores)


def percents(parts: Array, halves: Array) -> list[float]:
    return (100 * np.column_stack((parts, halves))).ravel().tolist()


def test_every_figure_during_a_drag_is_that_of_2000_draws(qtbot: QtBot) -> None:
    with desk_on(security_guarantees.load(), qtbot) as desk:
        desk.session.do(MoveWeight(desk.party, desk.session.study.leaves()[0].id, 0.2), live=True)
        desk.flush()
        names, sample = sampled(desk, 2_000, 1)
        assert desk.view.draws.text() == "2,000 draws, seed 1"
        ranks = desk.table()
        for i, name in enumerate(names):
            expected = sample.rank_acceptability[i] @ np.arange(1, len(names) + 1)
            figures = percents(sample.rank_acceptability[i], sample.rank_half_widths[i])
            assert ranks[name] == pytest.approx([expected, *figures])
        assert list(ranks)[-1].startswith("Entropy")
        assert ranks[list(ranks)[-1]][1:3] == pytest.approx([sample.entropy, sample.entropy_half_width])
        averages = np.array([ranks[name][0] for name in list(ranks)[:-1]], dtype=float)
        assert (np.diff(averages) >= 0).all()

        desk.turn_to("pairs")
        wins, order = desk.table(), [names.index(name) for name in list(ranks)[:-1]]
        for i, name in enumerate(names):
            own = [j for j in order if j != i]
            cells = [cell for cell in wins[name] if cell is not None]
            assert cells == pytest.approx(
                percents(sample.pairwise_winning[i, own], sample.pairwise_half_widths[i, own])
            )

        chart = desk.turn_to("central")
        rows = desk.table()
        for i, name in enumerate(names):
            first = [100 * sample.first[i], 100 * sample.rank_half_widths[i, 0]]
            assert rows[name][:2] == pytest.approx(first)
            assert rows[name][2:4] == [None, None]
            central = [None if sample.first[i] == 0 else 100 * share for share in sample.central_weights[i]]
            assert rows[name][4:] == pytest.approx(central)
        assert any("confidence …" in mark.words for mark in chart.all_marks())
        desk.session.settle()


def test_read_outs_say_the_rank_its_share_and_the_sampling_error(qtbot: QtBot) -> None:
    with desk_on(security_guarantees.load(), qtbot) as desk:
        names, sample = sampled(desk, 2_000, 1)
        chart = desk.turn_to("ranks")
        i = next(place for place in desk.shown.order.tolist() if place != desk.shown.leader)
        mark = next(mark for mark in chart.all_marks() if mark.key == (desk.shown.ids[i], 1))
        part, half = sample.rank_acceptability[i, 1], sample.rank_half_widths[i, 1]
        assert (mark.heading, mark.words) == (names[i], f"Rank 2 in {100 * part:.1f} % ± {100 * half:.1f}")
        found = chart.mark_at(mark.area.center() - QPointF(0, chart.scroll))
        assert found is mark
        leader = names.index(called(desk.shown.firm.result.table.options[desk.shown.firm.leader]))
        sentence = f"{names[leader]} is first in {100 * sample.first[leader]:.1f} % ± "
        assert desk.view.reading.text().startswith(sentence)
        QTest.mouseClick(chart.viewport(), LEFT, pos=mark.area.center().toPoint() - QPoint(0, round(chart.scroll)))
        assert desk.session.view.option == desk.shown.ids[i]
        desk.flush()
        assert desk.view.reading.text().startswith(f"{names[i]} is first in ")
        desk.turn_to("pairs")
        best = desk.shown.leader
        share = 100 * sample.pairwise_winning[i, best]
        assert desk.view.reading.text().startswith(f"{names[i]} beats {names[best]}, the leader, in {share:.1f} %")
        desk.turn_to("central")
        leaves, k = desk.session.study.leaves(), int(np.argmax(sample.central_weights[i]))
        said = f"chooses {names[i]} puts {100 * sample.central_weights[i, k]:.0f} % on {leaves[k].name}"
        assert said in desk.view.reading.text()


def test_at_rest_confidence_and_the_draws_asked_for_are_shown(qtbot: QtBot, deep: None) -> None:
    with desk_on(security_guarantees.load(), qtbot) as desk:
        desk.session.look(replace(desk.session.view, sampling=FEW))
        chart = desk.turn_to("central")
        qtbot.waitUntil(lambda: desk.view.draws.text() == "5,000 draws, seed 3")
        names, sample = sampled(desk, FEW.samples, FEW.seed)
        rows = desk.table()
        for i, name in enumerate(names):
            sure = [100 * sample.confidence_factors[i], 100 * sample.confidence_half_widths[i]]
            got = [np.nan if cell is None else cell for cell in rows[name][2:4]]
            assert got == pytest.approx(sure, nan_ok=True)
        place = desk.shown.leader
        factor = f"confidence {100 * sample.confidence_factors[place]:.1f} %"
        assert any(factor in mark.words for mark in chart.all_marks() if mark.heading == names[place])


def test_dragging_the_slider_is_one_step_and_escape_takes_it_back(qtbot: QtBot) -> None:
    with desk_on(security_guarantees.load(), qtbot) as desk:
        slider, study = desk.view.doubt.slider, desk.session.study
        assert slider.value() == round(100 * desk.doubt.spread) == 30
        QTest.mousePress(slider, LEFT, pos=slider.point_of(30).toPoint())
        for value in (40, 60, 80):
            QTest.mouseMove(slider, slider.point_of(value).toPoint())
            desk.flush()
            assert desk.doubt.spread == pytest.approx(value / 100, abs=0.02)
            assert desk.view.doubt.amount.text() == f"{100 * desk.doubt.spread:.0f} %"
        assert not desk.steps
        QTest.mouseRelease(slider, LEFT, pos=slider.point_of(80).toPoint())
        assert len(desk.steps) == 1
        desk.flush()
        names, sample = sampled(desk, 2_000, 1)
        assert desk.table()[names[0]][1] == pytest.approx(100 * sample.first[0])
        QTest.mousePress(slider, LEFT, pos=slider.point_of(slider.value()).toPoint())
        QTest.mouseMove(slider, slider.point_of(5).toPoint())
        QTest.keyClick(slider, Qt.Key.Key_Escape)
        assert desk.doubt.spread == pytest.approx(0.8, abs=0.02)
        desk.session.undo()
        desk.flush()
        assert desk.session.study.perspectives == study.perspectives
        assert slider.value() == 30


def test_keys_move_the_slider_in_one_step_that_ends_when_it_is_left(qtbot: QtBot) -> None:
    with desk_on(security_guarantees.load(), qtbot) as desk:
        slider, leaf = desk.view.doubt.slider, desk.session.study.leaves()[0].id
        desk.session.do(MoveWeight(desk.party, leaf, 0.2), live=True)
        slider.setFocus()
        keys = Qt.Key
        for key, value in ((keys.Key_Right, 35), (keys.Key_PageUp, 45), (keys.Key_Home, 0), (keys.Key_End, 100)):
            QTest.keyClick(slider, key)
            assert desk.doubt.spread == value / 100
        QTest.keyClick(slider, keys.Key_Left, Qt.KeyboardModifier.ShiftModifier)
        assert desk.session.in_gesture
        slider.clearFocus()
        assert not desk.session.in_gesture
        assert [label.split(" ")[0] for label in desk.steps] == ["Weight", "Set"]
        assert desk.doubt.spread == 0.99
        desk.session.undo()
        assert desk.doubt.spread == 0.3
        assert desk.session.study.perspective(desk.party).weights != security_guarantees.load().perspectives[0].weights


def test_only_the_order_draws_no_weights_in_another(qtbot: QtBot) -> None:
    with desk_on(study_of(np.array([(100.0, 0.0), (0.0, 100.0)]), (60.0, 40.0)), qtbot) as desk:
        desk.view.doubt.knowledge.choose_at(1)
        desk.flush()
        assert desk.doubt.knowledge is Knowledge.RANKING
        assert desk.view.doubt.order_words.isVisible()
        assert not desk.view.doubt.slider.isVisible()
        assert desk.table()["A"][1] == 100.0
        words = {mark.heading: mark.words for mark in desk.turn_to("central").all_marks()}
        assert words["B"] == "first in none of the 2,000 draws"


def test_ranges_are_typed_refused_in_place_and_what_lies_outside_is_said(qtbot: QtBot, deep: None) -> None:
    study = study_of(np.array([(100.0, 0.0), (0.0, 100.0)]), (50.0, 50.0))
    with desk_on(study, qtbot) as desk:
        desk.session.look(replace(desk.session.view, sampling=FEW))
        desk.view.doubt.knowledge.choose_at(2)
        desk.flush()
        desk.view.doubt.edit.click()
        editor = desk.view.findChild(RangeEditor)
        assert editor is not None
        row = editor.rows["c0"]
        for field, text in ((row.high, "45"), (row.low, "20")):
            field.setFocus()
            field.setText("")
            QTest.keyClicks(field, text)
            QTest.keyClick(field, Qt.Key.Key_Return)
        assert desk.doubt.ranges == {"c0": (0.2, 0.45)}
        assert row.share.text() == "above: 50.0 %"
        for text, why in (("70", "above the high end"), ("x", "x"), ("-3", "between 0 and 100")):
            row.low.selectAll()
            QTest.keyClicks(row.low, text)
            QTest.keyClick(row.low, Qt.Key.Key_Return)
            assert why in row.low.reason()
            assert desk.doubt.ranges == {"c0": (0.2, 0.45)}
        row.low.restore()
        other = editor.rows["c1"].high
        other.setFocus()
        QTest.keyClicks(other, "50")
        QTest.keyClick(other, Qt.Key.Key_Return)
        assert "add up to 95 %" in editor.trouble.text()
        other.restore()
        qtbot.waitUntil(lambda: desk.view.draws.text() == "5,000 draws, seed 3")
        assert desk.view.doubt.range_words.text() == "1 weight outside"
        # First where w1 > 1/2: never within 20..45 %.
        assert desk.table()["A"][1] == 0.0
        row.clear.click()
        assert not desk.doubt.ranges
        assert row.share.text() == "50.0 %"
        desk.session.do(RemoveCriterion("c1"))
        assert list(editor.rows) == ["c0"]
        editor.close()


def test_ranges_that_no_weights_fit_are_told_and_can_still_be_changed(qtbot: QtBot, deep: None) -> None:
    study = study_of(np.array([(100.0, 0.0, 1.0), (0.0, 100.0, 1.0)]), (50.0, 40.0, 10.0))
    with desk_on(study, qtbot) as desk:
        for leaf in ("c0", "c1"):
            desk.session.do(SetWeightRange(desk.party, leaf, 0.1, 0.2))
        desk.session.do(RemoveCriterion("c2"))
        desk.session.do(SetKnowledge(desk.party, Knowledge.RANGES))
        qtbot.waitUntil(lambda: "No weights lie within" in desk.view.nothing.text())
        assert desk.view.doubt.edit.isVisible()
        assert desk.view.pictured() is None


def test_a_study_that_cannot_be_changed_shows_its_doubt_and_keeps_it(qtbot: QtBot) -> None:
    with desk_on(security_guarantees.load(), qtbot, read_only="Nothing can be changed here.") as desk:
        assert not desk.view.doubt.slider.isEnabled()
        assert not desk.view.doubt.knowledge.isEnabled()
        assert desk.view.doubt.amount.text() == "30 %"
        assert desk.table()
        desk.view.doubt.edit_ranges()
        editor = desk.view.findChild(RangeEditor)
        assert editor is not None
        assert all(row.low.isReadOnly() for row in editor.rows.values())
        editor.close()


def test_draws_and_seed_are_asked_for_and_nonsense_is_refused_in_words(qtbot: QtBot) -> None:
    with desk_on(security_guarantees.load(), qtbot) as desk:
        desk.view.set_draws.click()
        dialog = desk.view.findChild(SamplingDialog)
        assert dialog is not None
        for draws, seed, why in (("999", "1", "1,000 to 1,000,000"), ("1e5", "1", "draws"), ("2000", "-1", "seed")):
            dialog.draws.setText(draws)
            dialog.seed.setText(seed)
            dialog.try_accept()
            assert why in dialog.trouble.text()
            assert desk.session.view.sampling == Sampling()
        dialog.draws.setText("20,000")
        dialog.seed.setText("7")
        dialog.try_accept()
        desk.flush()
        assert desk.session.view.sampling == Sampling(20_000, 7)
        names, sample = sampled(desk, 2_000, 7)
        assert desk.view.draws.text() == "2,000 draws, seed 7"
        assert desk.table()[names[0]][1] == pytest.approx(100 * sample.first[0])


@pytest.mark.parametrize("count", [2, 12, 13, 61])
def test_few_options_are_bars_and_many_are_cells_that_say_how_they_were_reduced(qtbot: QtBot, count: int) -> None:
    with desk_on(many(count), qtbot) as desk:
        desk.view.resize(560, 250)
        QApplication.processEvents()
        chart = desk.turn_to("ranks")
        size, shown = chart.content_size, desk.shown
        grid = chart.grid(shown, size)
        assert has_bars(shown) == (count <= 12)
        assert shown.ranks_shown == (count if count <= 60 else 20)
        for row in range(count):
            areas = [area for _, area in pieces(shown, grid, row)]
            assert all(area.left() >= 0 and area.right() <= size.width() for area in areas)
            assert all(area.bottom() <= size.height() for area in areas)
            if has_bars(shown):
                parts = shown.sample.rank_acceptability[shown.order[row]]
                widths = np.array([area.width() for area in areas]) / grid.cell
                assert widths == pytest.approx(parts[parts > 0])
        pairs = desk.turn_to("pairs")
        assert len(pairs.rows()) - 1 == min(count, 30)
        for scheme in ("light", "dark"):
            look.set_scheme(scheme)
            for picture in desk.view.charts:
                assert not desk.turn_to(picture).grab().toImage().isNull()


def test_one_option_alone_says_why_there_is_nothing_and_an_unbeaten_one_leaves_others_never_first(
    qtbot: QtBot,
) -> None:
    with desk_on(study_of(FAR, (60.0, 40.0)), qtbot) as desk:
        chart = desk.turn_to("central")
        words = {mark.heading: mark.words for mark in chart.all_marks()}
        assert words["B"] == "never first: A is at least as good on every criterion"
        assert "Never first" in chart.summary()
        for option in ("o1", "o2"):
            desk.session.do(EditOption(option, {"excluded": "for the test"}))
        desk.flush()
        assert "Only one option is left" in desk.view.nothing.text()


def test_parts_are_never_rounded_to_nothing_or_to_all() -> None:
    parts = (0.0, 0.004, 0.005, 0.5, 0.994, 0.995, 0.9951, 1.0)
    assert [short_percent(part) for part in parts] == ["0", "<1", "<1", "50", "99", ">99", ">99", "100"]
    assert short_percent(0.0004, 1) == "<0.1"
    assert short_percent(0.99996, 1) == ">99.9"


@pytest.mark.parametrize("wide", [180.0, 240.0, 700.0])
def test_the_key_of_the_ranks_ends_where_the_bars_end(wide: float) -> None:
    grid = Grid(wide + 300, 10, 1, 240, 20, wide)
    assert 10 < key_width(grid) <= 18
    assert 30 + 10 * (key_width(grid) + 1) <= wide
