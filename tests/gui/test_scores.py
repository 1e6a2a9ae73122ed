"""The score table: real keys, real mouse, a real session on the bundled study."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QItemSelectionModel, QMimeData, QPoint, QRect, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QPainter
from PySide6.QtTest import QAbstractItemModelTester, QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QMenu, QStyleOptionViewItem, QWidget
from pytestqt.qtbot import QtBot

from db.study.model import Criterion, Known, Option, Scale, Score, Study
from desktop.commands import AddOption, ClearScores, EditOption, MoveOption, MoveWeight, RemoveOption, SetScores
from desktop.commands.scores import Entry
from desktop.evaluation import Evaluator
from desktop.look import look
from desktop.look.bubble import ReasonBubble
from desktop.models.score_delegate import ScoreDelegate
from desktop.models.score_edit import NameEdit, ScoreEdit
from desktop.models.score_model import Index, ScoreModel, Shown
from desktop.panels.frame import Frame
from desktop.panels.score_commands import MIME
from desktop.panels.scores_panel import ScoresPanel
from desktop.panels.structure_actions import StructureActions
from desktop.session import Session, Subject
from seeds import security_guarantees

Key, Mod = Qt.Key, Qt.KeyboardModifier
LEFT = Qt.MouseButton.LeftButton


class Desk:
    """A score panel with a session that hands it a frame after every change, as the window does."""

    def __init__(self, study: Study) -> None:
        self.session = Session(study, who="Ada")
        self.evaluator = Evaluator()
        self.refusals: list[str] = []
        self.steps: list[str] = []
        self.tables: list[str] = []
        self.panel = ScoresPanel(self.session)
        self.panel.resize(1000, 480)
        self.panel.pasted_table.connect(self.tables.append)
        self.session.subscribe(lambda before, after: self.refresh())
        self.session.on_view(lambda before, after: self.refresh())
        self.session.on_refusal(self.refusals.append)
        self.session.on_step(lambda step: self.steps.append(step.label))
        self.refresh()

    def refresh(self) -> None:
        study, view = self.session.study, self.session.view
        try:
            result = self.evaluator.evaluate(study, view.perspective)
        except (Known, KeyError):
            result = None
        self.panel.refresh(Frame(study, view, result))

    @property
    def study(self) -> Study:
        return self.session.study

    def at(self, row: int, column: int) -> Score:
        return self.study.score(self.study.options[row].id, self.study.leaves()[column].id)

    def stand(self, row: int, column: int) -> None:
        self.panel.table.setCurrentIndex(self.panel.model.index(row, column))
        self.panel.table.setFocus()

    def place(self) -> tuple[int, int]:
        at = self.panel.table.currentIndex()
        return at.row(), at.column()

    def editor(self) -> ScoreEdit:
        found = self.panel.table.editor()
        assert found is not None
        return found


@pytest.fixture(autouse=True)
def light(qapp: QApplication) -> Iterator[None]:
    look.install(qapp)
    look.set_scheme("light")
    yield
    look.set_scheme("light")
    QGuiApplication.clipboard().clear()


def shown(qtbot: QtBot, study: Study) -> Desk:
    made = Desk(study)
    qtbot.addWidget(made.panel)
    with qtbot.waitExposed(made.panel):
        made.panel.show()
    made.panel.activateWindow()
    qtbot.waitUntil(made.panel.isActiveWindow)
    return made


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    made = shown(qtbot, security_guarantees.load())
    made.stand(0, 0)
    return made


def focused() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


def press(*keys: Qt.Key, mod: Qt.KeyboardModifier = Mod.NoModifier) -> None:
    """Press keys where the focus is, as a keyboard does."""
    for key in keys:
        QTest.keyClick(focused(), key, mod)


def type_in(text: str) -> None:
    for letter in text:
        QTest.keyClicks(focused(), letter)


def put(text: str) -> None:
    QGuiApplication.clipboard().setText(text)


def rect(desk: Desk, row: int, column: int) -> QRect:
    return desk.panel.table.visualRect(desk.panel.model.index(row, column))


# The model


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
    assert score.origin.value.capitalize() in tip
    assert f"({score.confidence})" in tip
    assert score.rationale.splitlines()[0] in tip


def test_values_are_shown_from_0_to_100_and_cannot_be_edited(desk: Desk) -> None:
    press(Key.Key_Tab)
    desk.panel.switch.choose_at(1)
    model = desk.panel.model
    escalation = [leaf.name for leaf in desk.study.leaves()].index("Escalation risk")
    raw = desk.at(0, escalation).likely
    assert raw is not None
    assert model.index(0, escalation).data() == f"{100 - raw:.0f}"
    assert not model.flags(model.index(0, 0)) & Qt.ItemFlag.ItemIsEditable


# Moving and editing


def test_typing_replaces_and_enter_commits_and_moves_down(desk: Desk) -> None:
    type_in("57")
    press(Key.Key_Return)
    assert desk.at(0, 0).likely == 57.0
    assert not desk.at(0, 0).has_range
    assert (desk.at(0, 0).changed_by, desk.at(0, 0).entered) == ("Ada", "57")
    assert desk.place() == (1, 0)
    assert focused() is desk.panel.table


def test_a_range_is_typed_in_brackets_and_comma_or_point_are_decimal_marks(desk: Desk) -> None:
    type_in("40,5 (30-55.25)")
    press(Key.Key_Return)
    score = desk.at(0, 0)
    assert (score.low, score.likely, score.high) == (30.0, 40.5, 55.25)


@pytest.mark.parametrize(
    ("key", "mod", "to"),
    [
        (Key.Key_Return, Mod.NoModifier, (3, 2)),
        (Key.Key_Return, Mod.ShiftModifier, (1, 2)),
        (Key.Key_Tab, Mod.NoModifier, (2, 3)),
        (Key.Key_Backtab, Mod.ShiftModifier, (2, 1)),
        (Key.Key_Down, Mod.NoModifier, (3, 2)),
        (Key.Key_Up, Mod.NoModifier, (1, 2)),
    ],
)
def test_a_key_that_commits_also_moves(desk: Desk, key: Qt.Key, mod: Qt.KeyboardModifier, to: tuple[int, int]) -> None:
    desk.stand(2, 2)
    type_in("33")
    press(key, mod=mod)
    assert desk.at(2, 2).likely == 33.0
    assert desk.place() == to


def test_enter_and_tab_move_without_editing_too(desk: Desk) -> None:
    press(Key.Key_Return, Key.Key_Tab)
    assert desk.place() == (1, 1)
    press(Key.Key_Return, mod=Mod.ShiftModifier)
    assert desk.place() == (0, 1)
    assert desk.steps == []


def test_f2_keeps_the_text_with_its_range(desk: Desk) -> None:
    press(Key.Key_F2)
    assert desk.editor().text() == "0 (0–5)"
    assert not desk.editor().hasSelectedText()
    press(Key.Key_Backspace, Key.Key_Backspace)
    type_in("7)")
    press(Key.Key_Return)
    assert (desk.at(0, 0).low, desk.at(0, 0).likely, desk.at(0, 0).high) == (0.0, 0.0, 7.0)


def test_a_double_click_edits_and_keeps_the_text(desk: Desk) -> None:
    at = rect(desk, 1, 1).center()
    QTest.mouseClick(desk.panel.table.viewport(), LEFT, Mod.NoModifier, at)
    QTest.mouseDClick(desk.panel.table.viewport(), LEFT, Mod.NoModifier, at)
    assert desk.editor().text() == "45 (25–60)"


def test_leaving_a_text_as_it_is_makes_no_step(desk: Desk) -> None:
    press(Key.Key_F2, Key.Key_Return)
    assert desk.steps == []
    assert desk.place() == (1, 0)


def test_escape_takes_back_what_was_typed(desk: Desk) -> None:
    before = desk.study
    type_in("99")
    press(Key.Key_Escape)
    assert desk.study is before
    assert desk.panel.table.editor() is None
    assert desk.place() == (0, 0)


def test_clicking_elsewhere_commits_what_was_typed(desk: Desk) -> None:
    type_in("21")
    QTest.mouseClick(desk.panel.table.viewport(), LEFT, Mod.NoModifier, rect(desk, 4, 3).center())
    assert desk.at(0, 0).likely == 21.0
    assert desk.place() == (4, 3)
    assert len(desk.steps) == 1


@pytest.mark.parametrize(
    ("text", "why"),
    [("abc", "is not a number"), ("130", "outside the scale from 0 to 100"), ("40 (50-60)", "low over likely to high")],
)
def test_a_wrong_entry_is_refused_in_place_and_changes_nothing(desk: Desk, text: str, why: str) -> None:
    before = desk.study
    type_in(text)
    press(Key.Key_Return)
    editor = desk.editor()
    assert editor.hasFocus()
    assert editor.text() == text
    assert why in editor.reason()
    assert why in editor.accessibleDescription()
    assert desk.study is before
    assert desk.place() == (0, 0)
    bubble = desk.panel.findChild(ReasonBubble)
    assert bubble is not None
    assert bubble.isVisible()
    assert why in bubble.text()
    assert desk.refusals == []


def test_a_refused_entry_can_be_mended_where_it_stands(desk: Desk) -> None:
    type_in("1300")
    press(Key.Key_Return, Key.Key_Backspace)
    assert desk.editor().reason() == ""
    press(Key.Key_Backspace, Key.Key_Return)
    assert desk.at(0, 0).likely == 13.0


def test_what_is_typed_goes_to_its_option_even_when_rows_move_meanwhile(desk: Desk) -> None:
    desk.stand(2, 1)
    option = desk.study.options[2].id
    type_in("66")
    desk.session.do(MoveOption(desk.study.options[0].id, 5))
    press(Key.Key_Return)
    assert desk.study.score(option, desk.study.leaves()[1].id).likely == 66.0


def test_an_entry_whose_option_is_deleted_meanwhile_goes_nowhere(desk: Desk) -> None:
    desk.stand(2, 1)
    type_in("66")
    desk.session.do(RemoveOption(desk.study.options[2].id))
    after = desk.study
    press(Key.Key_Return)
    assert desk.study is after


def test_leaving_a_wrong_entry_by_mouse_keeps_the_old_score_and_says_so(desk: Desk) -> None:
    before = desk.study
    type_in("oops")
    QTest.mouseClick(desk.panel.table.viewport(), LEFT, Mod.NoModifier, rect(desk, 3, 3).center())
    assert desk.study is before
    assert len(desk.refusals) == 1
    assert "oops" in desk.refusals[0]
    assert desk.panel.table.editor() is None


def test_typing_into_values_is_refused_with_the_way_out(desk: Desk) -> None:
    desk.panel.model.show_as(Shown.VALUE)
    before = desk.study
    type_in("5")
    press(Key.Key_Delete)
    assert desk.study is before
    assert len(desk.refusals) == 2
    assert all("switch to Raw" in sentence for sentence in desk.refusals)


def test_delete_clears_the_selection_as_one_step(desk: Desk) -> None:
    before = desk.study
    desk.panel.table.select_block((1, 1, 3, 2))
    press(Key.Key_Delete)
    assert all(desk.at(row, column).is_missing for row in (1, 2, 3) for column in (1, 2))
    assert desk.steps == ["Clear 6 scores"]
    assert desk.panel.model.index(1, 1).data() == "—"
    desk.session.undo()
    assert desk.study is before


def test_control_enter_fills_the_selection_with_what_is_typed(desk: Desk) -> None:
    before = desk.study
    desk.stand(1, 0)
    press(Key.Key_Down, Key.Key_Down, mod=Mod.ShiftModifier)
    type_in("12")
    press(Key.Key_Return, mod=Mod.ControlModifier)
    assert [desk.at(row, 0).likely for row in (1, 2, 3)] == [12.0] * 3
    assert len(desk.steps) == 1
    desk.session.undo()
    assert desk.study is before


def test_fill_down_and_right_copy_scores_with_their_ranges(desk: Desk) -> None:
    source = desk.at(1, 1)
    desk.panel.table.select_block((1, 1, 3, 1))
    press(Key.Key_D, mod=Mod.ControlModifier)
    numbers = (source.low, source.likely, source.high)
    assert [(desk.at(r, 1).low, desk.at(r, 1).likely, desk.at(r, 1).high) for r in (2, 3)] == [numbers] * 2
    desk.panel.table.select_block((1, 1, 1, 2))
    press(Key.Key_R, mod=Mod.ControlModifier)
    assert (desk.at(1, 2).low, desk.at(1, 2).likely, desk.at(1, 2).high) == numbers
    assert len(desk.steps) == 2


def test_a_fill_that_does_not_fit_a_scale_changes_nothing_and_says_where(desk: Desk) -> None:
    names = [leaf.name for leaf in desk.study.leaves()]
    column = names.index("Cost")
    before = desk.study
    desk.panel.table.select_block((0, column - 1, 2, column))
    press(Key.Key_R, mod=Mod.ControlModifier)
    assert desk.study is before
    assert "on Cost" in desk.refusals[0]


# The clipboard


def test_a_block_from_a_spreadsheet_with_decimal_commas_is_one_step(desk: Desk) -> None:
    before = desk.study
    desk.stand(2, 1)
    put('40,5\t"12,25"\r\n7\t99,125\r\n')
    press(Key.Key_V, mod=Mod.ControlModifier)
    got = [[desk.at(row, column).likely for column in (1, 2)] for row in (2, 3)]
    assert got == [[40.5, 12.25], [7.0, 99.125]]
    assert desk.steps == ["Paste 4 scores"]
    assert desk.panel.table.block() == (2, 1, 3, 2)
    desk.session.undo()
    assert desk.study is before


def test_a_pasted_gap_makes_a_score_missing(desk: Desk) -> None:
    desk.stand(0, 0)
    put("1\t\r\n—\t2\r\n")
    press(Key.Key_V, mod=Mod.ControlModifier)
    assert [desk.at(0, 0).likely, desk.at(0, 1).likely, desk.at(1, 0).likely, desk.at(1, 1).likely] == [
        1,
        None,
        None,
        2,
    ]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("1\t2\r\n3\tfour\r\n", "Row 2, column 2 (Observers, Finding and proving violations): “four” is not a number"),
        ("1\t2\r\n3\t400\r\n", "Row 2, column 2 (Observers, Finding and proving violations): 400 lies outside"),
        ("1\t2\r\n3\r\n", "Row 2 of the clipboard has 1 cell where the first has 2"),
        ("nan\t1\r\n", "not a finite number"),
        ("1\r\n" * 40, "40 × 1 cells"),
        ("", "no text"),
        ("1\t" * 200_000, "more than 100,000 cells"),
        ("1" * 1_000_001, "more than 1 MB"),
    ],
)
def test_a_block_that_fails_anywhere_changes_nothing_and_says_where_and_why(desk: Desk, text: str, why: str) -> None:
    before = desk.study
    put(text)
    press(Key.Key_V, mod=Mod.ControlModifier)
    assert desk.study is before
    assert len(desk.refusals) == 1
    assert why in desk.refusals[0]
    assert "nothing was pasted" in desk.refusals[0]


def test_one_value_pasted_over_a_selection_fills_it(desk: Desk) -> None:
    desk.panel.table.select_block((0, 0, 2, 2))
    put("31")
    press(Key.Key_V, mod=Mod.ControlModifier)
    assert {desk.at(row, column).likely for row in range(3) for column in range(3)} == {31.0}
    assert len(desk.steps) == 1


def test_copy_then_paste_elsewhere_gives_the_same_bits(desk: Desk) -> None:
    odd = {
        (desk.study.options[row].id, desk.study.leaves()[0].id): Entry(row / 3 + 0.1, 0.1 / 3, 77 / 7)
        for row in range(3)
    }
    desk.session.do(SetScores(odd))
    desk.panel.table.select_block((0, 0, 2, 0))
    press(Key.Key_C, mod=Mod.ControlModifier)
    desk.stand(4, 2)
    press(Key.Key_V, mod=Mod.ControlModifier)
    for row in range(3):
        source, copy = desk.at(row, 0), desk.at(row + 4, 2)
        assert (source.low, source.likely, source.high) == (copy.low, copy.likely, copy.high)


def test_text_copied_for_a_spreadsheet_reads_back_to_the_same_bits(desk: Desk) -> None:
    numbers = [1 / 3, 0.1 + 0.2, 99.99999999999999, 5e-324]
    cells = [(desk.study.options[row].id, desk.study.leaves()[0].id) for row in range(4)]
    desk.session.do(SetScores({cell: Entry(number) for cell, number in zip(cells, numbers, strict=True)}))
    desk.panel.table.select_block((0, 0, 3, 0))
    press(Key.Key_C, mod=Mod.ControlModifier)
    text = QGuiApplication.clipboard().text()
    assert text.endswith("\r\n")
    assert text.count("\r\n") == 4
    desk.session.do(ClearScores(tuple(cells)))
    put(text)
    press(Key.Key_V, mod=Mod.ControlModifier)
    assert [desk.at(row, 0).likely for row in range(4)] == numbers


def test_cut_copies_and_clears(desk: Desk) -> None:
    first = desk.at(1, 1)
    desk.stand(1, 1)
    press(Key.Key_X, mod=Mod.ControlModifier)
    assert desk.at(1, 1).is_missing
    desk.stand(1, 2)
    press(Key.Key_V, mod=Mod.ControlModifier)
    assert desk.at(1, 2).likely == first.likely


def test_cells_that_pretend_to_be_ours_are_refused(desk: Desk) -> None:
    data = QMimeData()
    data.setText("1")
    data.setData(MIME, b'[["1", null, NaN]]')
    QGuiApplication.clipboard().setMimeData(data)
    before = desk.study
    press(Key.Key_V, mod=Mod.ControlModifier)
    assert desk.study is before
    assert "cannot be read" in desk.refusals[0]


def test_a_table_with_headings_is_offered_to_the_import(desk: Desk) -> None:
    before = desk.study
    text = "\tCost\tSpeed\r\nBridge\t1,5\t2\r\nTunnel\t3\t4\r\n"
    put(text)
    press(Key.Key_V, mod=Mod.ControlModifier)
    assert [table.replace("\r\n", "\n") for table in desk.tables] == [text.replace("\r\n", "\n")]
    assert desk.study is before


# Selection


def test_the_current_cell_is_what_the_window_looks_at(desk: Desk) -> None:
    QTest.mouseClick(desk.panel.table.viewport(), LEFT, Mod.NoModifier, rect(desk, 3, 2).center())
    view = desk.session.view
    assert (view.option, view.criterion) == (desk.study.options[3].id, desk.study.leaves()[2].id)
    assert view.subject is Subject.SCORE


def test_what_is_selected_elsewhere_becomes_the_current_cell(desk: Desk) -> None:
    desk.session.select(option=desk.study.options[7].id, criterion=desk.study.leaves()[9].id)
    assert desk.place() == (7, 9)
    assert desk.panel.table.viewport().rect().intersects(rect(desk, 7, 9))
    desk.session.select(option=desk.study.options[1].id)
    assert desk.place() == (1, 9)


def test_a_selected_block_survives_frames(desk: Desk) -> None:
    desk.stand(1, 1)
    press(Key.Key_Right, Key.Key_Down, mod=Mod.ShiftModifier)
    block = desk.panel.table.block()
    desk.session.do(MoveWeight(desk.session.view.perspective, desk.study.leaves()[0].id, 0.3))
    assert desk.panel.table.block() == block == (1, 1, 2, 2)


def test_a_header_at_the_side_selects_the_option(desk: Desk) -> None:
    options = desk.panel.table.options
    QTest.mouseClick(options.viewport(), LEFT, Mod.NoModifier, options.section_rect(5).center())
    assert desk.session.view.option == desk.study.options[5].id
    assert desk.session.view.subject is Subject.OPTION
    assert desk.panel.table.block() == (5, 0, 5, len(desk.study.leaves()) - 1)


def test_a_header_at_the_top_selects_the_criterion(desk: Desk) -> None:
    criteria = desk.panel.table.criteria
    QTest.mouseClick(criteria.viewport(), LEFT, Mod.NoModifier, criteria.section_rect(2).center())
    assert desk.session.view.criterion == desk.study.leaves()[2].id
    assert desk.session.view.subject is Subject.CRITERION
    assert desk.panel.table.block() == (0, 2, len(desk.study.options) - 1, 2)


def test_the_selection_follows_an_option_that_moves(desk: Desk) -> None:
    desk.stand(1, 1)
    moved = desk.study.options[1].id
    press(Key.Key_Down, mod=Mod.AltModifier)
    assert desk.study.options[2].id == moved
    assert desk.place() == (2, 1)
    press(Key.Key_Up, Key.Key_Up, mod=Mod.AltModifier)
    assert desk.study.options[0].id == moved
    assert desk.place() == (0, 1)


def test_the_selection_stays_on_its_cell_when_options_come_and_go(desk: Desk) -> None:
    desk.stand(5, 4)
    looked_at = desk.session.cell
    desk.session.do(RemoveOption(desk.study.options[0].id))
    assert desk.place() == (4, 4)
    desk.session.undo()
    assert desk.place() == (5, 4)
    assert desk.session.cell == looked_at


def test_tab_leaves_the_table_at_its_last_cell(desk: Desk) -> None:
    desk.stand(len(desk.study.options) - 1, len(desk.study.leaves()) - 1)
    press(Key.Key_Tab)
    assert focused() is not desk.panel.table


# Options


def test_dragging_a_header_moves_the_option(desk: Desk) -> None:
    header, moved = desk.panel.table.options, desk.study.options[1].id
    start, end = header.section_rect(1).center(), header.section_rect(4).center() + QPoint(0, 10)
    QTest.mousePress(header.viewport(), LEFT, Mod.NoModifier, start)
    for y in range(start.y(), end.y(), 8):
        QTest.mouseMove(header.viewport(), QPoint(start.x(), y))
        move = QPoint(start.x(), y)
        _drag(header.viewport(), move)
    _drag(header.viewport(), end)
    assert header.is_dragging
    QTest.mouseRelease(header.viewport(), LEFT, Mod.NoModifier, end)
    assert desk.study.options[4].id == moved
    assert len(desk.steps) == 1


def test_a_dragged_option_goes_back_on_escape(desk: Desk) -> None:
    header, before = desk.panel.table.options, desk.study
    QTest.mousePress(header.viewport(), LEFT, Mod.NoModifier, header.section_rect(1).center())
    _drag(header.viewport(), header.section_rect(5).center())
    press(Key.Key_Escape)
    QTest.mouseRelease(header.viewport(), LEFT, Mod.NoModifier, header.section_rect(5).center())
    assert desk.study is before


def _drag(widget: QWidget, to: QPoint) -> None:
    from PySide6.QtCore import QEvent, QPointF
    from PySide6.QtGui import QMouseEvent

    where, on_screen = QPointF(to), QPointF(widget.mapToGlobal(to))
    kind = QEvent.Type.MouseMove
    QApplication.sendEvent(widget, QMouseEvent(kind, where, on_screen, Qt.MouseButton.NoButton, LEFT, Mod.NoModifier))


def test_insert_adds_an_option_below_and_lets_it_be_named(desk: Desk) -> None:
    desk.stand(2, 0)
    press(Key.Key_Insert)
    assert desk.study.options[3].name == "New option"
    edit = focused()
    assert isinstance(edit, NameEdit)
    type_in("Blue helmets")
    press(Key.Key_Return)
    assert desk.study.options[3].name == "Blue helmets"
    assert focused() is desk.panel.table


def test_the_button_adds_an_option_at_the_end(desk: Desk) -> None:
    QTest.mouseClick(desk.panel.add_button, LEFT)
    assert desk.study.options[-1].name == "New option"
    press(Key.Key_Escape)


def test_a_double_click_on_a_header_renames_and_a_taken_name_is_refused_in_place(desk: Desk) -> None:
    criteria = desk.panel.table.criteria
    QTest.mouseDClick(criteria.viewport(), LEFT, Mod.NoModifier, criteria.section_rect(0).center())
    edit = focused()
    assert isinstance(edit, NameEdit)
    assert edit.text() == "Deterrent credibility"
    type_in("cost")
    press(Key.Key_Return)
    assert "already" in edit.reason()
    assert desk.study.leaves()[0].name == "Deterrent credibility"
    assert desk.refusals == []
    edit.selectAll()
    type_in("Credibility")
    press(Key.Key_Return)
    assert desk.study.leaves()[0].name == "Credibility"
    assert desk.panel.model.headerData(0, Qt.Orientation.Horizontal) == "Credibility"


def test_scrolling_commits_the_name_being_typed(desk: Desk) -> None:
    options = desk.panel.table.options
    QTest.mouseDClick(options.viewport(), LEFT, Mod.NoModifier, options.section_rect(1).center())
    type_in("Watchers")
    bar = desk.panel.table.horizontalScrollBar()
    bar.setValue(bar.maximum())
    assert desk.study.options[1].short == "Watchers"
    assert focused() is desk.panel.table


def test_menus_come_from_the_actions_handed_in(qtbot: QtBot) -> None:
    asked: list[str] = []

    class Menus:
        def option_menu(self, option: str, rename: Callable[[str], object] | None = None) -> QMenu:
            asked.append(option)
            return QMenu(panel)

        def criterion_menu(self, criterion: str, rename: Callable[[str], object] | None = None) -> QMenu:
            asked.append(criterion)
            return QMenu(panel)

    session = Session(security_guarantees.load())
    panel = ScoresPanel(session, Menus())
    qtbot.addWidget(panel)
    panel.refresh(Frame(session.study, session.view, None))
    menu = panel.cell_menu(panel.model.index(1, 2))
    assert asked == [session.study.options[1].id, session.study.leaves()[2].id]
    assert [action.text().split("\t")[0] for action in menu.actions() if not action.isSeparator()] == [
        "Cut",
        "Copy",
        "Paste",
        "Fill down",
        "Fill right",
        "Clear",
        "Option",
        "Criterion",
    ]


# Sights


def test_the_menu_key_asks_for_the_menu_of_the_current_cell(desk: Desk) -> None:
    desk.stand(2, 3)
    table = desk.panel.table
    table.menu_wanted.disconnect()  # the screenless platform cannot show a menu
    spy = QSignalSpy(table.menu_wanted)
    reason = QContextMenuEvent.Reason.Keyboard
    QApplication.sendEvent(table, QContextMenuEvent(reason, QPoint(0, 0), QPoint(0, 0)))
    index = spy.at(0)[0]
    assert (index.row(), index.column()) == (2, 3)


def test_an_option_is_renamed_in_place_from_the_shared_menu(desk: Desk) -> None:
    panel = ScoresPanel(desk.session, StructureActions(desk.session, desk.panel), desk.panel)
    panel.refresh(Frame(desk.study, desk.session.view, None))
    panel.resize(800, 400)
    panel.show()
    menu = next(a.menu() for a in panel.cell_menu(panel.model.index(1, 0)).actions() if a.text() == "Option")
    assert isinstance(menu, QMenu)
    rename = next(action for action in menu.actions() if action.text().startswith("Rename"))
    rename.trigger()
    edit = panel.table.findChild(NameEdit)
    assert edit is not None
    assert edit.text() == "Observers"


def test_an_excluded_option_is_greyed_and_says_so(desk: Desk) -> None:
    header = desk.panel.table.options
    place = header.section_rect(3)
    before = header.grab(place).toImage()
    desk.session.do(EditOption(desk.study.options[3].id, {"excluded": True}))
    assert header.grab(place).toImage() != before
    tip = desk.panel.model.headerData(3, Qt.Orientation.Vertical, Qt.ItemDataRole.ToolTipRole)
    assert "Excluded" in tip


def test_a_change_of_scheme_repaints_the_table(desk: Desk) -> None:
    light = desk.panel.table.grab().toImage()
    look.set_scheme("dark")
    dark = desk.panel.table.grab().toImage()
    assert light.pixelColor(300, 80) != dark.pixelColor(300, 80)


def test_ranges_are_shown_beside_the_scores_in_wider_columns(desk: Desk) -> None:
    narrow = rect(desk, 0, 0).width()
    desk.panel.ranges.click()
    assert rect(desk, 0, 0).width() > narrow
    assert desk.panel.model.range_text(0, 0) == "0–5"
    bar = desk.panel.table.horizontalScrollBar()
    bar.setValue(bar.maximum())
    last = len(desk.study.leaves()) - 1
    assert rect(desk, 0, last).right() < desk.panel.table.viewport().width()


# Empty and large


def test_a_study_with_nothing_is_begun_by_typing_names(qtbot: QtBot) -> None:
    desk = shown(qtbot, Study("s", "Empty"))
    first = desk.panel.empty.first
    assert first.isVisible()
    first.setFocus()
    type_in("Bridge")
    press(Key.Key_Return)
    type_in("Cost")
    press(Key.Key_Return)
    assert [option.name for option in desk.study.options] == ["Bridge"]
    assert [leaf.name for leaf in desk.study.leaves()] == ["Cost"]
    assert desk.panel.table.isVisible()
    assert desk.panel.model.index(0, 0).data() == "—"


def test_a_table_pasted_into_nothing_is_offered_to_the_import(qtbot: QtBot) -> None:
    desk = shown(qtbot, Study("s", "Empty"))
    desk.panel.empty.first.setFocus()
    put("Option\tCost\nBridge\t4\n")
    press(Key.Key_V, mod=Mod.ControlModifier)
    assert desk.tables == ["Option\tCost\nBridge\t4\n"]


def large(rows: int, columns: int) -> Study:
    options = tuple(Option(f"o{row}", f"Option {row}") for row in range(rows))
    leaves = tuple(
        Criterion(f"c{column}", f"Criterion {column}", scale=Scale(), colour=column) for column in range(columns)
    )
    scores = {
        (option.id, leaf.id): Score(float((row * 7 + 3) % 101)) for row, option in enumerate(options) for leaf in leaves
    }
    return Study("large", "Large", options=options, criteria=leaves, scores=scores)


def test_only_visible_cells_are_painted(qtbot: QtBot) -> None:
    painted: list[tuple[int, int]] = []

    class Counting(ScoreDelegate):
        def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
            painted.append((index.row(), index.column()))
            super().paint(painter, option, index)

    desk = shown(qtbot, large(2000, 50))
    table = desk.panel.table
    table.setItemDelegate(Counting(desk.panel.model, desk.panel.commands.submit, table))
    painted.clear()
    table.viewport().repaint()
    size = table.viewport().size()
    assert 0 < len(painted) <= (size.width() // 88 + 2) * (size.height() // 32 + 2)
    painted.clear()
    table.verticalScrollBar().setValue(32 * 1000)
    table.viewport().repaint()
    assert min(painted)[0] >= 1000
    assert len(painted) <= (size.width() // 88 + 2) * (size.height() // 32 + 2)


def test_a_paste_of_twenty_thousand_cells_is_one_step(qtbot: QtBot) -> None:
    desk = shown(qtbot, large(500, 50))
    desk.stand(0, 0)
    put("\r\n".join("\t".join(str((row + column) % 90) for column in range(50)) for row in range(400)) + "\r\n")
    before = desk.study
    press(Key.Key_V, mod=Mod.ControlModifier)
    assert desk.refusals == []
    assert desk.at(399, 49).likely == float((399 + 49) % 90)
    assert len(desk.steps) == 1
    desk.session.undo()
    assert desk.study is before


def test_a_single_option_and_a_single_criterion_show_a_table(qtbot: QtBot) -> None:
    desk = shown(qtbot, replace(large(1, 1), scores={}))
    desk.stand(0, 0)
    flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
    desk.panel.table.selectionModel().select(desk.panel.model.index(0, 0), flag)
    type_in("5")
    press(Key.Key_Return)
    assert desk.at(0, 0).likely == 5.0
