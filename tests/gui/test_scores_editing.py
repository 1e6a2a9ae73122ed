"""Moving and editing in the score table: real keys and mouse, a real session on the bundled study."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.commands import MoveOption, RemoveOption
from desktop.look.bubble import ReasonBubble
from desktop.models.score_model import Shown
from seeds import security_guarantees
from tests.gui.desk import LEFT, Key, Mod, double_click, focused, press, type_in
from tests.gui.scores_desk import Desk, opened


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    made = opened(qtbot, security_guarantees.load())
    made.stand(0, 0)
    return made


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
    at = desk.area(1, 1).center()
    QTest.mouseClick(desk.panel.table.viewport(), LEFT, Mod.NoModifier, at)
    double_click(desk.panel.table.viewport(), at)
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
    QTest.mouseClick(desk.panel.table.viewport(), LEFT, Mod.NoModifier, desk.area(4, 3).center())
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
    QTest.mouseClick(desk.panel.table.viewport(), LEFT, Mod.NoModifier, desk.area(3, 3).center())
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
