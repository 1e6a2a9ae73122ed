"""The inspector: real keys and mouse, a real session on the bundled study."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from db.study.model import Criterion, Direction, Id, Known, Level, Option, Origin, Score, Shape, Study
from desktop.charts.profile_bars import ROW
from desktop.charts.value_curve import corners
from desktop.commands import AddCriterion, AddOption, ClearScores, EditOption, MoveWeight, RemoveOption
from desktop.evaluation import Evaluator, evaluate, value_of
from desktop.look import look
from desktop.panels.evidence_dialog import EvidenceDialog, EvidencePicker
from desktop.panels.frame import Frame
from desktop.panels.inspector import wording
from desktop.panels.inspector.branch_page import BranchPage
from desktop.panels.inspector.fields import Paragraph, TextField
from desktop.panels.inspector.leaf_page import LeafPage
from desktop.panels.inspector.option_page import OptionPage
from desktop.panels.inspector.scale_ends import turned
from desktop.panels.inspector.score_page import BigNumber, ScorePage
from desktop.panels.inspector.study_page import StudyPage
from desktop.panels.inspector.value_editor import reshaped
from desktop.panels.inspector_panel import InspectorPanel
from desktop.panels.structure_actions import StructureActions
from desktop.session import Session, Subject
from seeds import security_guarantees

Key, Mod, LEFT = Qt.Key, Qt.KeyboardModifier, Qt.MouseButton.LeftButton


class Desk:
    """An inspector in a window, with a session that hands it a frame after every change."""

    def __init__(self, study: Study) -> None:
        self.session = Session(study, who="Ada")
        self.evaluator = Evaluator()
        self.window = QWidget()
        self.panel = InspectorPanel(self.session, StructureActions(self.session, self.window), self.window)
        self.panel.resize(296, 900)
        self.window.resize(600, 900)
        self.refusals: list[str] = []
        self.steps: list[str] = []
        self.session.subscribe(lambda before, after: self.refresh())
        self.session.on_view(lambda before, after: self.refresh())
        self.session.on_refusal(self.refusals.append)
        self.session.on_step(lambda step: self.steps.append(step.label))
        self.refresh()

    def refresh(self) -> None:
        study, view = self.session.study, self.session.view
        try:
            result = self.evaluator.evaluate(study, view.perspective) if study.included() else None
        except (Known, KeyError):
            result = None
        before = result if self.session.in_gesture else None
        self.panel.refresh(Frame(study, view, result, before=before))

    @property
    def study(self) -> Study:
        return self.session.study

    def option(self, name: str) -> Option:
        return next(option for option in self.study.options if name in (option.name, option.short))

    def leaf(self, name: str) -> Criterion:
        return next(node for node in self.study.criteria if node.name == name)

    def score_page(self, option: str = "Tripwire", leaf: str = "Cost") -> ScorePage:
        self.session.select(option=self.option(option).id, criterion=self.leaf(leaf).id)
        return self._page(ScorePage)

    def option_page(self, option: str = "Tripwire") -> OptionPage:
        self.session.select(option=self.option(option).id, subject=Subject.OPTION)
        return self._page(OptionPage)

    def leaf_page(self, leaf: str = "Cost") -> LeafPage:
        self.session.select(criterion=self.leaf(leaf).id, subject=Subject.CRITERION)
        return self._page(LeafPage)

    def branch_page(self, branch: str = "Can be done") -> BranchPage:
        self.session.select(criterion=self.leaf(branch).id, subject=Subject.CRITERION)
        return self._page(BranchPage)

    def study_page(self) -> StudyPage:
        return self._page(StudyPage)

    def _page(self, kind: type) -> object:
        QApplication.processEvents()
        page = self.panel.page()
        assert isinstance(page, kind)
        return page

    def score(self, option: str = "Tripwire", leaf: str = "Cost") -> Score:
        return self.study.score(self.option(option).id, self.leaf(leaf).id)


@pytest.fixture(autouse=True)
def light(qapp: QApplication) -> Iterator[None]:
    look.install(qapp)
    look.set_scheme("light")
    yield
    look.set_scheme("light")
    QGuiApplication.clipboard().clear()


def shown(qtbot: QtBot, study: Study) -> Desk:
    made = Desk(study)
    qtbot.addWidget(made.window)
    with qtbot.waitExposed(made.window):
        made.window.show()
    made.window.activateWindow()
    qtbot.waitUntil(made.window.isActiveWindow)
    return made


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return shown(qtbot, security_guarantees.load())


def type_over(field: QWidget, text: str, *keys: Qt.Key) -> None:
    """Focus a field, replace what it holds by what is typed, and press keys."""
    field.setFocus()
    QTest.keyClick(field, Key.Key_A, Mod.ControlModifier)
    QTest.keyClick(field, Key.Key_Delete)
    QTest.keyClicks(field, text)
    for key in keys:
        QTest.keyClick(field, key)


# The score


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
    scale = desk.leaf("Cost").scale
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
    assert desk.session.view.subject is Subject.CRITERION
    desk.score_page()
    QTest.mouseClick(desk.panel.crumb, LEFT, pos=QPoint(5, 5))
    assert desk.session.view.subject is Subject.OPTION


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


# During a drag


class Layouts(QObject):
    """Notes what asks for a new layout anywhere."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            self.seen.append(f"{event.type()} of {watched}")
        return False


def numbers(page: QWidget) -> list[str]:
    """Every number on a page."""
    return [each.text() for each in (*page.findChildren(Paragraph), *page.findChildren(BigNumber))]


@pytest.mark.parametrize("kind", ["score", "option", "leaf", "branch"])
def test_a_weight_drag_moves_the_numbers_and_lays_nothing_out(
    desk: Desk, qapp: QApplication, qtbot: QtBot, kind: str
) -> None:
    page = {
        "score": desk.score_page,
        "option": desk.option_page,
        "leaf": desk.leaf_page,
        "branch": desk.branch_page,
    }[kind]()
    qtbot.wait(50)
    texts = numbers(page)
    layouts = Layouts()
    qapp.installEventFilter(layouts)
    for step in range(20):
        command = MoveWeight(desk.session.view.perspective, desk.leaf("Cost").id, 0.1 + step / 50)
        desk.session.do(command, live=True)
        qapp.processEvents()
    qapp.removeEventFilter(layouts)
    assert layouts.seen == []
    assert numbers(page) != texts
    desk.session.settle()


# Evidence


def test_the_evidence_of_a_score_is_listed_in_its_order_with_source_and_grade(desk: Desk) -> None:
    page = desk.score_page()
    items = [desk.study.cited(item) for item in desk.score().evidence]
    rows = page.evidence.rows()
    assert [row.claim.text() for row in rows] == [f"{item.ref}  {item.claim}" for item in items]
    for row, item in zip(rows, items, strict=True):
        assert item.source in row.source.text()
        assert not item.reliability or f"grade {item.reliability}" in row.source.text()


def test_a_link_to_evidence_is_taken_away_by_its_cross_and_by_the_delete_key(desk: Desk) -> None:
    page = desk.score_page()
    before = desk.score().evidence
    QTest.mouseClick(page.evidence.rows()[0].remove, LEFT)
    assert desk.score().evidence == before[1:]
    QTest.keyClick(page.evidence.rows()[0], Key.Key_Delete)
    assert desk.score().evidence == before[2:]
    desk.session.undo()
    desk.session.undo()
    assert len(page.evidence.rows()) == len(before)


def dialog(desk: Desk, kind: type) -> object:
    found = [each for each in desk.window.findChildren(kind) if each.isVisible()]
    assert len(found) == 1
    found[0].activateWindow()
    QApplication.processEvents()
    assert found[0].isActiveWindow()
    return found[0]


def test_a_click_on_evidence_opens_all_that_is_known_and_copies_its_address(desk: Desk, qtbot: QtBot) -> None:
    page = desk.score_page("Tripwire", "Deterrent credibility")
    items = [desk.study.cited(item) for item in desk.score("Tripwire", "Deterrent credibility").evidence]
    place = next(place for place, item in enumerate(items) if item.url)
    QTest.mouseClick(page.evidence.rows()[place], LEFT, pos=QPoint(40, 10))
    opened = dialog(desk, EvidenceDialog)
    assert isinstance(opened, EvidenceDialog)
    assert opened.page.texts["claim"].toPlainText() == items[place].claim
    assert opened.page.url.toPlainText() == items[place].url
    assert "Cited by" in opened.page.cited_by.text()
    QTest.mouseClick(opened.page.copy, LEFT)
    assert QGuiApplication.clipboard().text() == items[place].url
    opened.close()


def test_evidence_is_edited_in_its_dialog_and_follows_undo(desk: Desk) -> None:
    page = desk.score_page()
    item = desk.score().evidence[0]
    page.evidence.rows()[0].opened.emit(item)
    opened = dialog(desk, EvidenceDialog)
    assert isinstance(opened, EvidenceDialog)
    type_over(opened.page.texts["source"], "A better source")
    opened.page.texts["claim"].setFocus()
    assert desk.study.cited(item).source == "A better source"
    desk.session.undo()
    assert opened.page.texts["source"].toPlainText() == desk.study.cited(item).source != "A better source"
    opened.close()


def test_the_dialog_of_evidence_that_is_undone_away_closes(desk: Desk) -> None:
    page = desk.score_page()
    QTest.mouseClick(page.evidence.add, LEFT)
    picker = dialog(desk, EvidencePicker)
    assert isinstance(picker, EvidencePicker)
    picker.mode.choose_at(1)
    QTest.keyClicks(picker.form["ref"], "NEW26")
    QTest.keyClicks(picker.form["claim"], "Something new")
    QTest.mouseClick(picker.button, LEFT)
    added = desk.study.evidence[-1]
    assert (added.ref, desk.score().evidence[-1]) == ("NEW26", added.id)
    assert len(desk.steps) == 1
    page.evidence.rows()[-1].opened.emit(added.id)
    opened = dialog(desk, EvidenceDialog)
    assert isinstance(opened, EvidenceDialog)
    desk.session.undo()
    assert not opened.isVisible()


def test_a_piece_from_the_study_is_found_by_words_and_cited(desk: Desk) -> None:
    page = desk.score_page()
    before = desk.score().evidence
    QTest.mouseClick(page.evidence.add, LEFT)
    picker = dialog(desk, EvidencePicker)
    assert isinstance(picker, EvidencePicker)
    assert picker.list.count() == len(desk.study.evidence) - len(before)
    QTest.keyClicks(picker.search, "tripwires reiter")
    assert [picker.list.item(row).text()[:8] for row in range(picker.list.count())] == ["REITER21"]
    QTest.mouseClick(picker.button, LEFT)
    assert desk.study.cited(desk.score().evidence[-1]).ref == "REITER21"
    assert desk.score().evidence[:-1] == before


def test_new_evidence_under_a_name_that_is_taken_is_refused_and_the_form_stays(desk: Desk) -> None:
    page, before = desk.score_page(), desk.study
    QTest.mouseClick(page.evidence.add, LEFT)
    picker = dialog(desk, EvidencePicker)
    assert isinstance(picker, EvidencePicker)
    picker.mode.choose_at(1)
    QTest.keyClicks(picker.form["ref"], "seed")
    QTest.keyClicks(picker.form["claim"], "Something")
    QTest.mouseClick(picker.button, LEFT)
    assert picker.isVisible()
    assert "already" in picker.problem.text()
    assert desk.study is before
    picker.reject()


# The option


def test_the_option_page_tells_total_and_rank_and_edits_every_text(desk: Desk) -> None:
    page = desk.option_page("Reassurance + US")
    result = evaluate(desk.study, desk.session.view.perspective)
    row = result.table.rows[desk.option("Reassurance + US").id]
    assert page.total.text() == f"{result.totals[row]:.1f}"
    assert page.standing.text().startswith(f"Rank {result.rank_text(row)} of 10 by the weights of Kyiv")
    type_over(page.short, "R+US", Key.Key_Return)
    type_over(page.definition, "New words.")
    page.name.setFocus()
    after = desk.option("R+US")
    assert after.definition == "New words."
    assert len(page._facts) == len(after.facts) == 12


def test_a_fact_is_edited_in_place(desk: Desk) -> None:
    page = desk.option_page()
    facts = desk.option("Tripwire").facts
    type_over(page._facts[1].text, "none")
    page.name.setFocus()
    assert desk.option("Tripwire").facts == (facts[0], (facts[1][0], "none"), *facts[2:])


def test_a_name_that_is_taken_is_refused_and_the_old_one_comes_back(desk: Desk) -> None:
    page, before = desk.option_page(), desk.study
    type_over(page.name, "Observer force", Key.Key_Return)
    assert desk.study is before
    assert page.name.toPlainText() == "Tripwire force"
    assert "already" in desk.refusals[0]


def test_excluding_an_option_shows_where_to_say_why(desk: Desk) -> None:
    page = desk.option_page()
    assert page.why.isHidden()
    QTest.mouseClick(page.excluded, LEFT, pos=QPoint(8, page.excluded.height() // 2))
    assert desk.option("Tripwire").excluded
    assert not page.why.isHidden()
    assert page.standing.text() == "Not ranked."
    type_over(page.why, "Ruled out.")
    page.name.setFocus()
    assert desk.option("Tripwire").why_excluded == "Ruled out."


def test_the_buttons_duplicate_and_delete_the_option(desk: Desk) -> None:
    page = desk.option_page()
    buttons = {each.accessibleIdentifier(): each for each in page.findChildren(QWidget)}
    QTest.mouseClick(buttons["inspector.option.duplicate"], LEFT)
    assert desk.session.view.option == desk.study.options[6].id
    QTest.mouseClick(buttons["inspector.option.delete"], LEFT)
    assert len(desk.study.options) == 10
    assert desk.option("Tripwire").name == "Tripwire force"


def test_evidence_is_linked_to_an_option(desk: Desk) -> None:
    page = desk.option_page()
    before = desk.option("Tripwire").evidence
    QTest.mouseClick(page.evidence.add, LEFT)
    picker = dialog(desk, EvidencePicker)
    assert isinstance(picker, EvidencePicker)
    QTest.mouseClick(picker.button, LEFT)
    assert len(desk.option("Tripwire").evidence) == len(before) + 1
    QTest.mouseClick(page.evidence.rows()[-1].remove, LEFT)
    assert desk.option("Tripwire").evidence == before


# The criterion


def differences(study: Study, perspective: Id) -> np.ndarray:
    totals = evaluate(study, perspective).totals
    return totals[:, None] - totals[None, :]


def test_moving_an_end_keeps_every_trade_off_and_says_what_became_of_the_weight(desk: Desk) -> None:
    page, here = desk.leaf_page(), desk.session.view.perspective
    before = desk.study
    type_over(page.ends.high, "60", Key.Key_Return)
    old, new = differences(before, here), differences(desk.study, here)
    scale = new[0, 1] / old[0, 1]
    assert new == pytest.approx(old * scale, abs=1e-9)
    column = [leaf.name for leaf in desk.study.leaves()].index("Cost")
    shares = [100 * evaluate(study, here).shares[column] for study in (before, desk.study)]
    assert page.ends.note.text() == (
        f"Weight of Cost {shares[0]:.1f} % → {shares[1]:.1f} %, so that every trade-off stays as it was."
    )
    assert not page.ends.note.isHidden()


def test_the_other_rule_takes_the_place_of_the_move_as_one_step(desk: Desk) -> None:
    page, before = desk.leaf_page(), desk.study
    type_over(page.ends.high, "60", Key.Key_Return)
    page.ends.keep.choose_at(1)
    assert desk.leaf("Cost").scale.high == 60
    assert [party.weights for party in desk.study.perspectives] == [party.weights for party in before.perspectives]
    assert "stays 2.0 %" in page.ends.note.text()
    assert "have changed" in page.ends.note.text()
    desk.session.undo()
    assert desk.study == before
    assert page.ends.note.isHidden()
    assert page.ends.high.text() == "45"


def test_an_end_that_would_leave_scores_outside_is_refused_in_place(desk: Desk) -> None:
    page, before = desk.leaf_page(), desk.study
    type_over(page.ends.high, "1", Key.Key_Return)
    assert desk.study is before
    assert "lie outside" in page.ends.high.reason()
    type_over(page.ends.low, "45", Key.Key_Return)
    assert "no range" in page.ends.low.reason()


@pytest.mark.parametrize("name", ["Cost", "Durability"])
def test_turning_the_direction_mirrors_every_value(desk: Desk, name: str) -> None:
    page = desk.leaf_page(name)
    old = desk.leaf(name).scale
    page.ends.direction.choose_at(1 - list(Direction).index(old.direction))
    new = desk.leaf(name).scale
    assert new.direction is not old.direction
    xs = np.linspace(old.low, old.high, 11)
    assert value_of(new, xs) == pytest.approx(100 - value_of(old, xs), abs=1e-9)
    assert len(desk.steps) == 1


def test_turning_a_curved_function_mirrors_it_too(desk: Desk) -> None:
    curved = reshaped(desk.leaf("Durability").scale, Shape.EXPONENTIAL)
    xs = np.linspace(0, 100, 11)
    assert value_of(turned(curved, Direction.LOWER), xs) == pytest.approx(100 - value_of(curved, xs), abs=1e-9)


def test_a_point_of_the_curve_is_dragged_live_as_one_step(desk: Desk, qapp: QApplication) -> None:
    page = desk.leaf_page()
    qapp.processEvents()
    curve, before = page.editor.curve, desk.study
    totals: list[float] = []
    desk.session.subscribe(lambda _, after: totals.append(evaluate(after, desk.session.view.perspective).totals[0]))
    start = curve.plot().to_pixel(10, 30).toPoint()
    QTest.mousePress(curve.viewport(), LEFT, pos=start)
    for step in range(1, 6):
        QTest.mouseMove(curve.viewport(), start + QPoint(0, -4 * step))
    assert desk.session.in_gesture
    assert len(totals) == 5
    QTest.mouseRelease(curve.viewport(), LEFT, pos=start)
    assert desk.steps == ["Scale of Cost"]
    x, value = corners(desk.leaf("Cost").scale)[3]
    assert x == 10
    assert value > 40
    desk.session.undo()
    assert desk.study == before


def test_escape_takes_back_a_drag_of_the_curve(desk: Desk, qapp: QApplication) -> None:
    page, before = desk.leaf_page(), desk.study
    qapp.processEvents()
    curve = page.editor.curve
    start = curve.plot().to_pixel(10, 30).toPoint()
    QTest.mousePress(curve.viewport(), LEFT, pos=start)
    QTest.mouseMove(curve.viewport(), start + QPoint(0, -15))
    assert desk.study is not before
    QTest.keyClick(curve, Key.Key_Escape)
    assert desk.study is before
    QTest.mouseRelease(curve.viewport(), LEFT, pos=start + QPoint(0, -15))
    assert (desk.study, desk.steps) == (before, [])


def test_turning_to_something_else_ends_a_drag_of_the_curve(desk: Desk, qapp: QApplication) -> None:
    page = desk.leaf_page()
    qapp.processEvents()
    curve = page.editor.curve
    start = curve.plot().to_pixel(10, 30).toPoint()
    QTest.mousePress(curve.viewport(), LEFT, pos=start)
    QTest.mouseMove(curve.viewport(), start + QPoint(0, -15))
    desk.option_page()
    assert not desk.session.in_gesture
    assert desk.steps == ["Scale of Cost"]


def test_points_are_typed_added_and_deleted_in_the_list(desk: Desk) -> None:
    page = desk.leaf_page()
    row = page.editor._rows[1]
    type_over(row.value, "90", Key.Key_Return)
    assert desk.leaf("Cost").scale.points[1] == (1.0, 90.0)
    type_over(row.at, "7", Key.Key_Return)
    assert "must run from low to high" in row.at.reason()
    QTest.keyClick(row.at, Key.Key_Escape)
    QTest.mouseClick(row.delete, LEFT)
    assert [x for x, _ in desk.leaf("Cost").scale.points] == [0, 4, 10, 20, 45]
    page.editor._add.click()
    assert [x for x, _ in desk.leaf("Cost").scale.points] == [0, 4, 10, 20, 32.5, 45]
    assert not page.editor._rows[0].at.isEnabled()


def test_a_family_of_value_function_is_chosen_and_its_curvature_typed(desk: Desk) -> None:
    page = desk.leaf_page("Durability")
    page.editor.shape.choose_at(2)
    assert desk.leaf("Durability").scale.shape is Shape.EXPONENTIAL
    type_over(page.editor.curvature, "-2.5", Key.Key_Return)
    assert desk.leaf("Durability").scale.curvature == -2.5
    type_over(page.editor.curvature, "99", Key.Key_Return)
    assert "must lie between" in page.editor.curvature.reason()
    QTest.keyClick(page.editor.curvature, Key.Key_Escape)
    page.editor.shape.choose_at(1)
    scale = desk.leaf("Durability").scale
    assert [x for x, _ in scale.points] == [0, 25, 50, 75, 100]
    assert scale.points[2][1] < 50
    page.editor.shape.choose_at(0)
    assert value_of(desk.leaf("Durability").scale, 50.0) == 50.0


def test_levels_are_edited_added_and_deleted(desk: Desk) -> None:
    page = desk.leaf_page()
    rows = page.levels.rows()
    type_over(rows[0].words, "Nothing extra")
    rows[1].words.setFocus()
    assert desk.leaf("Cost").scale.levels[0] == Level(0.0, "Nothing extra")
    type_over(rows[1].at, "99", Key.Key_Return)
    assert "outside 0 to 45" in rows[1].at.reason()
    QTest.keyClick(rows[1].at, Key.Key_Escape)
    page.levels.add.click()
    assert desk.leaf("Cost").scale.levels[-1] == Level(45.0, "")
    QTest.mouseClick(page.levels.rows()[1].delete, LEFT)
    assert [level.x for level in desk.leaf("Cost").scale.levels] == [0, 4, 10, 20, 45]


def test_the_texts_of_a_criterion_are_edited(desk: Desk) -> None:
    page = desk.leaf_page()
    type_over(page.unit, "EUR bn", Key.Key_Return)
    type_over(page.swing, "from much to nothing", Key.Key_Return)
    type_over(page.excludes, "Other things.")
    page.name.setFocus()
    page.kind.setFocus()
    leaf = desk.leaf("Cost")
    assert (leaf.scale.unit, leaf.swing, leaf.excludes) == ("EUR bn", "from much to nothing", "Other things.")


def test_every_criterion_of_the_bundled_study_has_a_page(desk: Desk) -> None:
    for node in desk.study.criteria:
        desk.session.select(criterion=node.id, subject=Subject.CRITERION)
        page = desk.panel.page()
        assert isinstance(page, LeafPage if node.is_leaf else BranchPage)
        assert page.name.toPlainText() == node.name


def test_a_group_shows_the_shares_of_its_parts_and_leads_to_them(desk: Desk) -> None:
    page = desk.branch_page()
    parts = [float(bar.number) for bar in page.parts.bars()]
    assert sum(parts) == pytest.approx(float(page.share.text()), abs=0.11)
    QTest.mouseClick(page.parts, LEFT, pos=QPoint(10, ROW + 3))
    assert desk.session.view.criterion == desk.leaf("Troop availability").id
    assert isinstance(desk.panel.page(), LeafPage)


# The study, and what is empty or odd


def test_without_a_selection_the_study_is_shown_and_edited(desk: Desk) -> None:
    page = desk.study_page()
    assert "10 options · 12 criteria · 120 scores" in page.counts.text()
    type_over(page.question, "What now?")
    page.title.setFocus()
    assert desk.study.question == "What now?"
    type_over(page.notes, "One.")
    QTest.keyClick(page.notes, Key.Key_Return)
    QTest.keyClick(page.notes, Key.Key_Return)
    QTest.keyClicks(page.notes, "Two.")
    page.title.setFocus()
    assert desk.study.notes == ("One.", "Two.")
    type_over(page.title, "", Key.Key_Return)
    assert page.title.toPlainText() == "Security guarantees for Ukraine"


def test_an_empty_study_and_one_without_scores_are_shown(qtbot: QtBot) -> None:
    desk = shown(qtbot, Study("s", "Empty"))
    assert "0 options · 0 criteria" in desk.study_page().counts.text()
    option, leaf = AddOption("Only one"), AddCriterion("Only leaf")
    desk.session.do(option)
    desk.session.do(leaf)
    desk.session.select(option=option.id, criterion=leaf.id)
    page = desk.panel.page()
    assert isinstance(page, ScorePage)
    assert page.value.text() == "–"
    assert page.evidence.rows() == []
    assert isinstance(desk.option_page("Only one"), OptionPage)
    assert isinstance(desk.leaf_page("Only leaf"), LeafPage)


def test_a_missing_score_leaves_the_total_open(desk: Desk) -> None:
    desk.session.do(ClearScores(((desk.option("Tripwire").id, desk.leaf("Cost").id),)))
    page = desk.option_page()
    assert "while scores are missing" in page.standing.text()
    assert next(bar for bar in page.profile.bars() if bar.name == "Cost").number == "–"


def test_a_very_long_name_wraps_to_two_lines_and_is_told_whole(desk: Desk, qapp: QApplication) -> None:
    name = "A criterion with a name that goes on and on " * 4
    page = desk.leaf_page()
    type_over(page.name, name.strip(), Key.Key_Return)
    page = desk.score_page("Tripwire", name.strip())
    qapp.processEvents()
    assert page.title.height() == page.title.heightForWidth(page.title.width())
    assert page.title.height() < 60
    assert page.title.toolTip() == name.strip()
    assert desk.panel._area.horizontalScrollBar().maximum() == 0


@pytest.mark.parametrize("width", [270, 296, 420])
def test_nothing_is_wider_than_the_inspector(desk: Desk, qapp: QApplication, width: int) -> None:
    desk.panel.resize(width, 900)
    for page in (desk.study_page, desk.score_page, desk.option_page, desk.leaf_page, desk.branch_page):
        shown_page = page()
        qapp.processEvents()
        room = desk.panel._area.viewport().width()
        assert desk.panel._holder.minimumSizeHint().width() <= room, type(shown_page).__name__


def test_every_control_has_a_name_and_an_identifier(desk: Desk) -> None:
    for open_page in (desk.study_page, desk.score_page, desk.option_page, desk.leaf_page, desk.branch_page):
        page = open_page()
        for each in page.findChildren(QWidget):
            is_control = each.focusPolicy() & Qt.FocusPolicy.TabFocus and each.focusProxy() is None
            if is_control and each.isVisibleTo(page):
                assert each.accessibleIdentifier(), each
                assert each.accessibleName() or getattr(each, "text", str)(), each.accessibleIdentifier()


def test_a_text_field_is_as_high_as_its_text(desk: Desk, qapp: QApplication) -> None:
    page = desk.score_page()
    qapp.processEvents()
    field = page.rationale
    before = field.height()
    type_over(field, "One line after another, " * 20)
    qapp.processEvents()
    assert field.height() > before
    assert field.verticalScrollBar().maximum() == 0
    QTest.keyClick(field, Key.Key_Escape)
    assert isinstance(field, TextField)
