"""The weights panel in a real window: mouse, wheel, keys and typing on a real session over the bundled study."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from db.study.model import Criterion, Id, Perspective, Scale, Study
from seeds import security_guarantees
from seeds.security_guarantees import criterion_id, perspective_id
from tests.gui.desk import LEFT
from tests.gui.weights_stage import CONTROL, COST, PLAIN, RISK, SHIFT, UNITY, Stage, staged


@pytest.fixture
def stage(qtbot: QtBot) -> Stage:
    return staged(qtbot, security_guarantees.load())


def wheel(stage: Stage, leaf: Id, held: Qt.KeyboardModifier = PLAIN, turn: int = 120) -> None:
    """Turn the wheel over a slider, as the window system tells it."""
    slider = stage.row(leaf).slider
    at = slider.mapTo(stage.panel, slider.rect().center())
    QTest.wheelEvent(stage.panel.windowHandle(), QPointF(at), QPoint(0, turn), QPoint(), held)
    stage.flush()


# Dragging


def test_a_drag_raises_the_weight_and_the_others_give_way_in_proportion(stage: Stage) -> None:
    before = stage.shares()
    stage.drag(COST, 10.0, 20.0)
    assert stage.share(COST) == pytest.approx(20.0, abs=0.6)
    stage.release(COST)
    after = stage.shares()
    assert sum(after.values()) == pytest.approx(100.0)
    factor = (100.0 - after[COST]) / (100.0 - before[COST])
    for leaf in set(before) - {COST}:
        assert after[leaf] == pytest.approx(before[leaf] * factor)


def test_the_rows_follow_the_drag_live(stage: Stage) -> None:
    stage.drag(COST, 20.0)
    assert stage.session.in_gesture
    for leaf, share in stage.shares().items():
        assert stage.row(leaf).number.text() == f"{share:.1f}"
        assert stage.row(leaf).slider.value() == round(share * 10)
    stage.release(COST)


def test_a_drag_is_one_step_and_undo_brings_every_weight_back(stage: Stage) -> None:
    before = dict(stage.party.weights)
    stage.drag(COST, 5.0, 12.0, 30.0, 18.0)
    stage.release(COST)
    assert [step.label for step in stage.steps] == ["Weight of Cost"]
    stage.session.undo()
    stage.flush()
    assert stage.party.weights == before
    assert stage.row(COST).number.text() == "2.0"


def test_a_drag_out_and_back_leaves_the_other_weights_in_their_old_proportion(stage: Stage) -> None:
    before = stage.shares()
    stage.drag(COST, 40.0, 80.0, 0.0, 2.0)
    stage.release(COST)
    after = stage.shares()
    assert after[COST] == pytest.approx(before[COST], abs=0.6)
    assert after[UNITY] / after[RISK] == pytest.approx(before[UNITY] / before[RISK])


def test_escape_during_a_drag_takes_it_back_and_the_rest_of_the_drag_does_nothing(stage: Stage) -> None:
    before = stage.study
    stage.drag(COST, 25.0)
    stage.key(COST, Qt.Key.Key_Escape)
    QTest.mouseMove(stage.row(COST).slider, stage.point(COST, 35.0))
    stage.release(COST)
    assert stage.study is before
    assert not stage.steps
    assert stage.row(COST).slider.value() == 20


def test_a_press_anywhere_on_the_track_jumps_there(stage: Stage) -> None:
    slider = stage.row(COST).slider
    QTest.mousePress(slider, LEFT, PLAIN, stage.point(COST, 30.0))
    assert stage.share(COST) == pytest.approx(30.0, abs=0.6)
    stage.release(COST)
    assert len(stage.steps) == 1


def test_a_press_on_the_handle_changes_nothing(stage: Stage) -> None:
    stage.drag(COST)
    stage.release(COST)
    assert not stage.steps


def test_going_on_past_the_end_of_the_track_goes_on_raising_and_extends_the_scale(stage: Stage) -> None:
    slider = stage.row(COST).slider
    QTest.mousePress(slider, LEFT, PLAIN, stage.point(COST, 2.0))
    QTest.mouseMove(slider, QPoint(slider.width() + 60, 8))
    stage.flush()
    assert stage.share(COST) > 55.0
    assert slider.state.scale == pytest.approx(stage.share(COST))
    stage.release(COST)


def test_the_weight_before_the_gesture_stays_marked_until_the_next_one(stage: Stage) -> None:
    stage.drag(COST, 20.0)
    assert stage.row(COST).slider.state.ghost == pytest.approx(2.0)
    stage.release(COST)
    assert stage.row(COST).slider.state.ghost == pytest.approx(2.0)
    risk = stage.share(RISK)
    stage.drag(UNITY, 30.0)
    assert stage.row(RISK).slider.state.ghost == pytest.approx(risk)
    stage.release(UNITY)


def test_another_perspective_shows_no_mark_of_the_last_one(stage: Stage) -> None:
    stage.drag(COST, 20.0)
    stage.release(COST)
    stage.session.look(replace(stage.session.view, perspective=perspective_id("washington")))
    stage.flush()
    assert all(stage.row(leaf.id).slider.state.ghost is None for leaf in stage.study.leaves())
    assert stage.row(COST).number.text() == f"{stage.share(COST):.1f}"


# Keys and wheel


@pytest.mark.parametrize(
    ("key", "held", "by"),
    [
        (Qt.Key.Key_Right, PLAIN, 0.5),
        (Qt.Key.Key_Up, PLAIN, 0.5),
        (Qt.Key.Key_Left, PLAIN, -0.5),
        (Qt.Key.Key_Right, SHIFT, 0.1),
        (Qt.Key.Key_Down, SHIFT, -0.1),
        (Qt.Key.Key_PageUp, PLAIN, 5.0),
        (Qt.Key.Key_PageDown, PLAIN, -5.0),
        (Qt.Key.Key_Home, PLAIN, -6.0),
        (Qt.Key.Key_End, PLAIN, 34.0),
    ],
)
def test_keys_move_the_weight_by_their_step(stage: Stage, key: Qt.Key, held: Qt.KeyboardModifier, by: float) -> None:
    stage.key(UNITY, key, held)
    assert stage.share(UNITY) == pytest.approx(6.0 + by)


def test_keys_make_one_step_once_the_hand_is_still(stage: Stage, qtbot: QtBot) -> None:
    for _ in range(4):
        stage.key(COST, Qt.Key.Key_Right)
    assert stage.session.in_gesture
    assert not stage.steps
    qtbot.waitUntil(lambda: len(stage.steps) == 1)
    assert stage.share(COST) == pytest.approx(4.0)


def test_keys_on_two_weights_in_quick_succession_keep_both_changes(stage: Stage) -> None:
    stage.key(COST, Qt.Key.Key_PageUp)
    cost = stage.share(COST)
    stage.key(RISK, Qt.Key.Key_PageUp)
    stage.session.settle()
    assert len(stage.steps) == 2
    assert stage.share(COST) > cost * 0.9
    assert stage.share(RISK) > 7.0


def test_leaving_the_slider_closes_the_gesture_at_once(stage: Stage) -> None:
    slider = stage.row(COST).slider
    slider.setFocus(Qt.FocusReason.TabFocusReason)
    stage.key(COST, Qt.Key.Key_Right)
    QTest.keyClick(slider, Qt.Key.Key_Tab)
    assert len(stage.steps) == 1
    assert stage.row(COST).number.hasFocus()


def test_the_wheel_scrolls_past_a_slider_that_has_no_focus(stage: Stage) -> None:
    stage.panel.resize(336, 400)
    stage.flush()
    before = stage.study
    wheel(stage, RISK, turn=-120)
    assert stage.study is before
    assert stage.panel.tree.verticalScrollBar().value() > 0


def test_the_wheel_moves_the_focused_slider_and_with_control_any(stage: Stage) -> None:
    stage.row(COST).slider.setFocus(Qt.FocusReason.MouseFocusReason)
    wheel(stage, COST)
    assert stage.share(COST) == pytest.approx(2.5)
    wheel(stage, UNITY, CONTROL, -120)
    assert stage.share(UNITY) == pytest.approx(6.0 * 97.5 / 98.0 - 0.5, abs=0.051)


def test_a_screen_reader_sets_the_weight_through_the_value_interface(stage: Stage) -> None:
    slider = stage.row(COST).slider
    interface = QAccessible.queryAccessibleInterface(slider)
    assert interface.role() == QAccessible.Role.Slider
    assert interface.text(QAccessible.Text.Name) == "Weight of Cost"
    value = interface.valueInterface()
    assert value.currentValue() == 2.0  # Told as it is shown, in per cent.
    value.setCurrentValue(30.0)
    stage.flush()
    assert stage.share(COST) == pytest.approx(30.0)


# Typing


@pytest.mark.parametrize(("text", "share"), [("25", 25.0), ("25%", 25.0), ("25,5 %", 25.5), ("0", 0.0), ("33.3", 33.3)])
def test_a_typed_weight_is_taken_in_any_common_spelling(stage: Stage, text: str, share: float) -> None:
    stage.type(COST, text)
    assert stage.share(COST) == pytest.approx(share)
    assert stage.row(COST).number.text() == f"{share:.1f}"
    assert [step.label for step in stage.steps] == ["Weight of Cost"]


@pytest.mark.parametrize("text", ["200", "-1", "", "much", "nan", "inf", "1e999"])
def test_a_wrong_weight_is_refused_in_place_with_the_reason(stage: Stage, text: str) -> None:
    before = stage.study
    stage.type(COST, text)
    number = stage.row(COST).number
    assert stage.study is before
    assert number.text() == text
    assert number.reason()
    QTest.keyClick(number, Qt.Key.Key_Escape)
    assert number.text() == "2.0"
    assert not number.reason()


def test_a_digit_typed_on_the_slider_goes_into_the_number(stage: Stage) -> None:
    stage.row(COST).slider.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(stage.row(COST).slider, Qt.Key.Key_2)
    QTest.keyClicks(stage.row(COST).number, "5")
    QTest.keyClick(stage.row(COST).number, Qt.Key.Key_Return)
    stage.flush()
    assert stage.share(COST) == pytest.approx(25.0)


# Locks


def test_a_locked_weight_holds_while_another_is_dragged(stage: Stage) -> None:
    QTest.mouseClick(stage.row(RISK).lock, LEFT)
    stage.flush()
    assert RISK in stage.party.locked
    stage.drag(COST, 30.0)
    stage.release(COST)
    assert stage.share(RISK) == pytest.approx(3.0)
    assert stage.row(RISK).slider.state.locked
    assert stage.row(COST).slider.state.room == pytest.approx(97.0)


def test_l_locks_and_unlocks_the_focused_weight(stage: Stage) -> None:
    stage.key(RISK, Qt.Key.Key_L)
    assert RISK in stage.party.locked
    assert stage.row(RISK).lock.isChecked()
    stage.key(RISK, Qt.Key.Key_L)
    assert RISK not in stage.party.locked
    assert not stage.row(RISK).lock.isChecked()


def test_a_locked_weight_refuses_mouse_keys_and_typing_and_says_why(stage: Stage) -> None:
    stage.key(RISK, Qt.Key.Key_L)
    before = stage.study
    stage.drag(RISK, 20.0)
    stage.release(RISK)
    stage.key(RISK, Qt.Key.Key_Right)
    assert len(stage.refusals) == 2
    assert "locked" in stage.refusals[0]
    stage.type(RISK, "20")
    assert "locked" in stage.row(RISK).number.reason()
    assert stage.study is before


def test_a_typed_weight_beyond_what_the_locks_leave_is_refused(stage: Stage) -> None:
    stage.key(criterion_id("deterrence"), Qt.Key.Key_L)
    stage.type(COST, "90")
    assert "68.0 %" in stage.row(COST).number.reason()
    assert stage.share(COST) == pytest.approx(2.0)


def test_unlock_all_is_one_step(stage: Stage) -> None:
    for leaf in (COST, RISK, UNITY):
        stage.panel.toggle_lock(leaf)
    stage.panel.unlock_all()
    stage.flush()
    assert not stage.party.locked
    assert len(stage.steps) == 4
    stage.session.undo()
    assert stage.party.locked == {COST, RISK, UNITY}


def test_the_last_free_weight_cannot_move_and_its_slider_stays(stage: Stage) -> None:
    for leaf in stage.study.leaves():
        if leaf.id != COST:
            stage.panel.toggle_lock(leaf.id)
    stage.flush()
    before = stage.study
    stage.key(COST, Qt.Key.Key_Right)
    stage.key(COST, Qt.Key.Key_Left)
    assert stage.study is before
    assert stage.row(COST).slider.value() == 20
    assert any("nothing can give way" in sentence for sentence in stage.refusals)


# Points


def test_free_points_leave_the_others_alone_and_show_shares_beside(stage: Stage) -> None:
    stage.panel.set_method("points")
    stage.type(COST, "200")
    assert stage.party.weights[COST] == 200.0
    assert stage.party.weights[UNITY] == 6.0
    assert stage.panel.total.text() == "12 criteria · points total 298"
    assert stage.row(COST).share_text() == "67.1 %"
    stage.panel.set_method("proportional")
    assert stage.row(COST).number.text() == "67.1"


def test_a_drag_in_free_points_moves_points_only(stage: Stage) -> None:
    stage.panel.set_method("points")
    stage.drag(COST, 20.0)
    stage.release(COST)
    assert stage.party.weights[COST] == pytest.approx(20.0, abs=0.6)
    assert stage.party.weights[UNITY] == 6.0


def test_the_last_point_cannot_be_taken_away(qtbot: QtBot) -> None:
    leaf, party = Criterion("a", "Only", scale=Scale()), Perspective("p", "P", weights={"a": 5.0})
    stage = staged(qtbot, Study("s", "One", criteria=(leaf,), perspectives=(party,)))
    stage.panel.set_method("points")
    stage.type("a", "0")
    assert "must carry weight" in stage.row("a").number.reason()
    assert stage.party.weights == {"a": 5.0}


# All at once


def test_equal_and_reset_are_steps_that_can_be_undone(stage: Stage) -> None:
    opened = dict(stage.party.weights)
    QTest.mouseClick(stage.panel.equal_button, LEFT)
    stage.flush()
    assert stage.shares() == pytest.approx(dict.fromkeys(opened, 100.0 / 12))
    QTest.keyClick(stage.row(COST).slider, Qt.Key.Key_0, CONTROL)
    stage.flush()
    assert stage.party.weights == opened
    assert [step.label for step in stage.steps] == ["Equal weights in Kyiv", "Reset weights in Kyiv"]


def test_equal_weights_keep_a_mark_where_each_stood(stage: Stage) -> None:
    stage.panel.equal()
    stage.flush()
    assert stage.row(COST).slider.state.ghost == pytest.approx(2.0)
    stage.session.undo()
    stage.flush()
    assert stage.row(COST).slider.state.ghost is None
