"""The score table's model: what it announces, shows and tells of a cell."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QSignalSpy
from pytestqt.qtbot import QtBot

from db.study.model import Origin, Score
from desktop.commands import AddOption, MoveOption, MoveWeight, RemoveOption, SetScores
from desktop.commands.scores import Entry
from desktop.models.score_model import ScoreModel, Shown, origin_words
from desktop.panels.inspector.wording import origin_text
from desktop.session import Session
from seeds import security_guarantees
from tests.gui.desk import Key, press
from tests.gui.scores_desk import Desk, opened


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    made = opened(qtbot, security_guarantees.load())
    made.stand(0, 0)
    return made


def test_the_model_keeps_every_promise_of_an_item_model_while_the_study_changes(qtbot: QtBot) -> None:
    study, model = security_guarantees.load(), ScoreModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    session = Session(study)
    session.subscribe(lambda before, after: model.show(after))
    model.show(study)
    cell = (study.options[1].id, study.leaves()[1].id)
    session.do(SetScores({cell: Entry(7.0)}))
    session.do(MoveOption(study.options[0].id, 4))
    session.do(AddOption("Another"))
    session.do(RemoveOption(study.options[2].id))
    model.show_as(Shown.VALUE)
    for _ in range(4):
        session.undo()
    assert model.rowCount() == len(study.options)
    assert model.columnCount() == len(study.leaves())
    tester.deleteLater()


def test_one_changed_score_is_announced_as_one_cell(desk: Desk) -> None:
    spy = QSignalSpy(desk.panel.model.dataChanged)
    cell = (desk.study.options[2].id, desk.study.leaves()[3].id)
    desk.session.do(SetScores({cell: Entry(11.0)}))
    assert spy.count() == 1
    top, bottom = spy.at(0)[:2]
    assert (top.row(), top.column(), bottom.row(), bottom.column()) == (2, 3, 2, 3)


def test_a_column_is_announced_whole_when_its_decimals_change(desk: Desk) -> None:
    spy = QSignalSpy(desk.panel.model.dataChanged)
    cell = (desk.study.options[2].id, desk.study.leaves()[3].id)
    desk.session.do(SetScores({cell: Entry(11.5)}))
    top, bottom = spy.at(0)[:2]
    assert (top.row(), top.column(), bottom.row(), bottom.column()) == (0, 3, len(desk.study.options) - 1, 3)
    assert desk.panel.model.index(0, 3).data() == "5.0"


def test_a_weight_tick_announces_nothing(desk: Desk) -> None:
    spy = QSignalSpy(desk.panel.model.dataChanged)
    leaf = desk.study.leaves()[0].id
    desk.session.do(MoveWeight(desk.session.view.perspective, leaf, 0.4))
    assert spy.count() == 0


def test_a_cell_says_its_score_plainly_and_describes_where_it_stands(desk: Desk) -> None:
    names = [leaf.name for leaf in desk.study.leaves()]
    index = desk.panel.model.index(2, names.index("Cost"))
    assert index.data() == "9.00"
    assert index.data(Qt.ItemDataRole.AccessibleDescriptionRole).startswith("Armed Ukraine, Cost, US$ bn a year")


def test_the_tooltip_gives_level_range_confidence_and_origin(desk: Desk) -> None:
    tip = desk.panel.model.index(4, 0).data(Qt.ItemDataRole.ToolTipRole)
    score = desk.at(4, 0)
    assert "45 (" in tip
    assert "evel" in tip
    assert f"{origin_text(score)[0]}; " in tip
    assert f"({score.confidence})" in tip
    assert score.rationale.splitlines()[0] in tip


def test_a_tooltip_words_an_origin_as_the_inspector_does_and_no_judgement_reads_as_sourced() -> None:
    for origin in Origin:
        score = Score(1.0, confidence="A", origin=origin)
        words = origin_words(score)
        assert words == f"{origin_text(score)[0]}; firm confidence (A)."
        assert ("Stated in a source" in words) == (origin in (Origin.SEED, Origin.CITED))


def test_values_are_shown_from_0_to_100_and_cannot_be_edited(desk: Desk) -> None:
    press(Key.Key_Tab)
    desk.panel.switch.choose_at(1)
    model = desk.panel.model
    escalation = [leaf.name for leaf in desk.study.leaves()].index("Escalation risk")
    raw = desk.at(0, escalation).likely
    assert raw is not None
    assert model.index(0, escalation).data() == f"{100 - raw:.0f}"
    assert not model.flags(model.index(0, 0)) & Qt.ItemFlag.ItemIsEditable
