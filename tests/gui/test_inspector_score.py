"""The inspector on one score: what it says of it, and real keys and mouse in its fields."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from db.study.model import Origin, Score
from desktop.charts.profile_bars import ROW
from desktop.commands import EditOption, RemoveOption
from desktop.evaluation import evaluate
from desktop.panels.inspector import wording
from desktop.panels.inspector.score_page import ScorePage
from desktop.session import Subject
from seeds import security_guarantees
from tests.gui.desk import LEFT, Key, Mod, type_over
from tests.gui.inspector_desk import Desk, opened


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return opened(qtbot, security_guarantees.load())


def test_nothing_that_rests_on_a_judgement_reads_as_sourced(desk: Desk) -> None:
    for origin in Origin:
        words, tone, _ = wording.origin_text(Score(1.0, origin=origin))
        is_sourced = origin in (Origin.SEED, Origin.CITED)
        assert ("Stated in a source" in words) == is_sourced
        assert (tone == "good") == is_sourced
    page = desk.score_page("Tripwire", "Deterrent credibility")
    assert desk.score("Tripwire", "Deterrent credibility").origin is Origin.JUDGEMENT
    assert page.origin.text() == "Our assumption"


def test_every_score_of_the_bundled_study_says_what_it_is_worth(desk: Desk) -> None:
    result = evaluate(desk.study, desk.session.view.perspective)
    for option in desk.study.options:
        for leaf in desk.study.leaves():
            desk.session.select(option=option.id, criterion=leaf.id)
            page = desk.panel.page()
            assert isinstance(page, ScorePage)
            row, column = result.table.rows[option.id], result.table.columns[leaf.id]
            value, share = result.table.values[row, column], 100 * result.shares[column]
            points = result.contributions[row, column]
            assert page.worth.text().startswith(
                f"Worth {value:.0f} of 100 on this criterion, and {points:.1f} of {share:.1f} points"
            )
            assert page.words.text()
            assert page.crumb() == option.name


def test_a_score_between_two_levels_is_told_by_both_and_one_on_a_level_by_that_one(desk: Desk) -> None:
    scale = desk.criterion("Cost").scale
    assert scale is not None
    assert wording.in_words(scale, 4.0) == "“About one division at the likely unit cost” (4)."
    assert wording.in_words(scale, 2.0).startswith("Between “A large monitoring mission” (1) and “About one division")
    assert wording.in_words(scale, 44.0).startswith("Beyond “A corps")
    assert wording.in_words(scale, None) == ""


def test_a_typed_score_is_committed_by_enter_with_who_and_when(desk: Desk) -> None:
    page = desk.score_page()
    type_over(page.likely, "2,5", Key.Key_Return)
    score = desk.score()
    assert (score.likely, score.changed_by, score.origin) == (2.5, "Ada", Origin.JUDGEMENT)
    assert score.changed_at.endswith("+00:00")
    assert page.value.text() == "2.5"
    assert page.likely.text() == "2.5"
    assert "Last changed by Ada" in page.changed.text()
    assert desk.steps == ["Score of Tripwire force on Cost"]


def test_a_typed_score_is_committed_by_leaving_the_field(desk: Desk) -> None:
    page = desk.score_page()
    type_over(page.likely, "2.5")
    page.rationale.setFocus()
    assert desk.score().likely == 2.5


def test_a_range_typed_with_the_score_sets_all_three(desk: Desk) -> None:
    page = desk.score_page()
    type_over(page.likely, "4 (2-9)", Key.Key_Return)
    assert (desk.score().low, desk.score().likely, desk.score().high) == (2.0, 4.0, 9.0)
    assert (page.low.text(), page.likely.text(), page.high.text()) == ("2", "4", "9")


def test_a_score_outside_its_scale_is_refused_in_place_with_the_reason(desk: Desk) -> None:
    page, before = desk.score_page(), desk.study
    type_over(page.high, "4600", Key.Key_Return)
    assert desk.study is before
    assert page.high.text() == "4600"
    assert "4600 lies outside the scale from 0 to 45 US$ bn a year" in page.high.reason()


def test_a_score_outside_its_own_range_is_refused_and_told_how_to_type_both(desk: Desk) -> None:
    page, before = desk.score_page(), desk.study
    type_over(page.likely, "40", Key.Key_Return)
    assert desk.study is before
    assert "type it as 40 (30-55)" in page.likely.reason()


def test_a_refused_score_that_is_left_behind_is_said_aloud_and_the_old_one_comes_back(desk: Desk) -> None:
    page, before = desk.score_page(), desk.score()
    old = page.likely.text()
    type_over(page.likely, "many")
    page.rationale.setFocus()
    assert desk.score() is before
    assert page.likely.text() == old
    assert len(desk.refusals) == 1
    assert "“many” is not a number" in desk.refusals[0]


def test_escape_brings_back_the_old_score(desk: Desk) -> None:
    page, before = desk.score_page(), desk.study
    old = page.low.text()
    type_over(page.low, "1", Key.Key_Escape)
    assert page.low.text() == old
    page.rationale.setFocus()
    assert desk.study is before


def test_a_range_needs_no_second_number_and_goes_with_either(desk: Desk) -> None:
    page = desk.score_page()
    type_over(page.high, "", Key.Key_Return)
    assert not desk.score().has_range
    type_over(page.low, "0.5", Key.Key_Return)
    assert (desk.score().low, desk.score().high) == (0.5, desk.score().likely)


def test_an_emptied_score_is_missing_and_says_what_that_leaves_open(desk: Desk) -> None:
    page = desk.score_page()
    type_over(page.likely, "", Key.Key_Return)
    assert desk.score().is_missing
    assert page.value.text() == "–"
    assert page.origin.text() == "No score"
    assert page.worth.text().startswith("Missing: it could add anything from 0 to 2.0 points")
    type_over(page.low, "3", Key.Key_Return)
    assert "type the likely score first" in page.low.reason()


def test_a_click_on_a_letter_sets_the_confidence_and_says_what_it_means(desk: Desk) -> None:
    page = desk.score_page()
    before = desk.score().confidence
    choice = next(each for each in page.confidence.findChildren(QWidget) if getattr(each, "key", "") == "A")
    QTest.mouseClick(choice, LEFT)
    assert desk.score().confidence == "A"
    assert page.confidence_words.text() == wording.CONFIDENCE["A"]
    desk.session.undo()
    assert page.confidence.current() == before


def test_a_rationale_is_committed_by_ctrl_enter_and_taken_back_by_escape(desk: Desk) -> None:
    page = desk.score_page()
    type_over(page.rationale, "Because.")
    QTest.keyClick(page.rationale, Key.Key_Return, Mod.ControlModifier)
    assert desk.score().rationale == "Because."
    type_over(page.rationale, "No.", Key.Key_Escape)
    assert page.rationale.toPlainText() == "Because."
    assert desk.steps == ["Rationale of Tripwire force on Cost"]


def test_a_half_typed_text_goes_to_the_score_it_was_typed_for_when_the_selection_moves(desk: Desk) -> None:
    page = desk.score_page("Tripwire", "Cost")
    other = desk.score("Observers", "Cost").rationale
    type_over(page.rationale, "Mine.")
    desk.score_page("Observers", "Cost")
    assert desk.score("Tripwire", "Cost").rationale == "Mine."
    assert desk.score("Observers", "Cost").rationale == other == page.rationale.toPlainText()


def test_a_half_typed_number_goes_to_the_score_it_was_typed_for_when_the_selection_moves(desk: Desk) -> None:
    page = desk.score_page("Tripwire", "Cost")
    other = desk.score("Observers", "Cost")
    type_over(page.likely, "1.5")
    desk.score_page("Observers", "Cost")
    assert desk.score("Tripwire", "Cost").likely == 1.5
    assert desk.score("Observers", "Cost") is other
    assert page.likely.text() == f"{other.likely:g}"


def test_what_is_typed_for_an_option_that_is_deleted_is_dropped(desk: Desk) -> None:
    page = desk.score_page()
    type_over(page.rationale, "Mine.")
    desk.session.do(RemoveOption(desk.option("Tripwire").id))
    assert not isinstance(desk.panel.page(), ScorePage)
    assert desk.steps == ["Delete Tripwire force"]


def test_hiding_the_inspector_commits_what_was_typed(desk: Desk) -> None:
    page = desk.score_page()
    type_over(page.rationale, "Mine.")
    desk.panel.hide()
    assert desk.score().rationale == "Mine."


def test_text_being_typed_survives_a_change_elsewhere(desk: Desk) -> None:
    page = desk.score_page()
    type_over(page.rationale, "Half a sen")
    desk.session.do(EditOption(desk.option("Observers").id, {"short": "Watchers"}))
    QTest.keyClicks(page.rationale, "tence.")
    page.likely.setFocus()
    assert desk.score().rationale == "Half a sentence."


def test_undo_brings_back_what_the_fields_showed(desk: Desk) -> None:
    page = desk.score_page()
    shown_before = (page.value.text(), page.likely.text(), page.worth.text(), page.origin.text())
    type_over(page.likely, "2.5", Key.Key_Return)
    page.rationale.setFocus()
    assert page.value.text() == "2.5"
    desk.session.undo()
    assert (page.value.text(), page.likely.text(), page.worth.text(), page.origin.text()) == shown_before


@pytest.mark.parametrize("field", ["likely", "rationale"])
def test_the_undo_key_in_a_field_takes_back_the_edit_once_nothing_is_half_typed(desk: Desk, field: str) -> None:
    page, before = desk.score_page(), desk.study
    undo = QAction(desk.window)
    undo.setShortcut(QKeySequence.StandardKey.Undo)
    undo.triggered.connect(desk.session.undo)
    desk.window.addAction(undo)
    edit = getattr(page, field)
    type_over(edit, "2.5")
    QTest.keyClick(edit, Key.Key_Return, Mod.ControlModifier)
    assert desk.study is not before
    QTest.keyClicks(edit, "1")
    QTest.keyClick(edit, Key.Key_Z, Mod.ControlModifier)
    assert len(desk.steps) == 1
    QTest.keyClick(edit, Key.Key_Escape)
    QTest.keyClick(edit, Key.Key_Z, Mod.ControlModifier)
    assert desk.study is before
    assert edit.hasFocus()


def test_the_captions_lead_to_the_option_and_the_criterion(desk: Desk) -> None:
    page = desk.score_page()
    QTest.mouseClick(page.title, LEFT)
    view = desk.session.view
    assert view.subject is Subject.CRITERION
    desk.score_page()
    QTest.mouseClick(desk.panel.crumb, LEFT, pos=QPoint(5, 5))
    view = desk.session.view
    assert view.subject is Subject.OPTION


def test_a_click_in_the_profile_selects_that_score(desk: Desk) -> None:
    page = desk.score_page()
    QTest.mouseClick(page.profile, LEFT, pos=QPoint(20, 2 * ROW + 4))
    assert desk.session.view.criterion == desk.study.leaves()[2].id
    assert [bar.number for bar in page.profile.bars()] == [
        f"{value:.0f}" for value in evaluate(desk.study, desk.session.view.perspective).table.values[5]
    ]


def test_an_excluded_option_says_that_it_is_not_ranked(desk: Desk) -> None:
    desk.session.do(EditOption(desk.option("Tripwire").id, {"excluded": True}))
    page = desk.score_page()
    assert "excluded and not ranked" in page.worth.text()
    assert page.profile.bars()[0].number != "–"
