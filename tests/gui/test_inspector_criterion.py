"""The inspector on one criterion: its scale, its value function, its levels, and the parts of a group."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from db.study.model import Direction, Id, Level, Shape, Study
from desktop.charts.profile_bars import ROW
from desktop.charts.value_curve import corners
from desktop.evaluation import evaluate, value_of
from desktop.panels.inspector.branch_page import BranchPage
from desktop.panels.inspector.leaf_page import LeafPage
from desktop.panels.inspector.scale_ends import turned
from desktop.panels.inspector.value_editor import reshaped
from desktop.session import Subject
from seeds import security_guarantees
from tests.gui.desk import LEFT, Key, type_over
from tests.gui.inspector_desk import Desk, opened


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return opened(qtbot, security_guarantees.load())


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
    assert desk.criterion("Cost").scale.high == 60
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
    old = desk.criterion(name).scale
    page.ends.direction.choose_at(1 - list(Direction).index(old.direction))
    new = desk.criterion(name).scale
    assert new.direction is not old.direction
    xs = np.linspace(old.low, old.high, 11)
    assert value_of(new, xs) == pytest.approx(100 - value_of(old, xs), abs=1e-9)
    assert len(desk.steps) == 1


def test_turning_a_curved_function_mirrors_it_too(desk: Desk) -> None:
    curved = reshaped(desk.criterion("Durability").scale, Shape.EXPONENTIAL)
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
    x, value = corners(desk.criterion("Cost").scale)[3]
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
    assert desk.criterion("Cost").scale.points[1] == (1.0, 90.0)
    type_over(row.at, "7", Key.Key_Return)
    assert "must run from low to high" in row.at.reason()
    QTest.keyClick(row.at, Key.Key_Escape)
    QTest.mouseClick(row.delete, LEFT)
    assert [x for x, _ in desk.criterion("Cost").scale.points] == [0, 4, 10, 20, 45]
    page.editor._add.click()
    assert [x for x, _ in desk.criterion("Cost").scale.points] == [0, 4, 10, 20, 32.5, 45]
    assert not page.editor._rows[0].at.isEnabled()


def test_a_family_of_value_function_is_chosen_and_its_curvature_typed(desk: Desk) -> None:
    page = desk.leaf_page("Durability")
    page.editor.shape.choose_at(2)
    assert desk.criterion("Durability").scale.shape is Shape.EXPONENTIAL
    type_over(page.editor.curvature, "-2.5", Key.Key_Return)
    assert desk.criterion("Durability").scale.curvature == -2.5
    type_over(page.editor.curvature, "99", Key.Key_Return)
    assert "must lie between" in page.editor.curvature.reason()
    QTest.keyClick(page.editor.curvature, Key.Key_Escape)
    page.editor.shape.choose_at(1)
    scale = desk.criterion("Durability").scale
    assert [x for x, _ in scale.points] == [0, 25, 50, 75, 100]
    assert scale.points[2][1] < 50
    page.editor.shape.choose_at(0)
    assert value_of(desk.criterion("Durability").scale, 50.0) == 50.0


def test_levels_are_edited_added_and_deleted(desk: Desk) -> None:
    page = desk.leaf_page()
    rows = page.levels.rows()
    type_over(rows[0].words, "Nothing extra")
    rows[1].words.setFocus()
    assert desk.criterion("Cost").scale.levels[0] == Level(0.0, "Nothing extra")
    type_over(rows[1].at, "99", Key.Key_Return)
    assert "outside 0 to 45" in rows[1].at.reason()
    QTest.keyClick(rows[1].at, Key.Key_Escape)
    page.levels.add.click()
    assert desk.criterion("Cost").scale.levels[-1] == Level(45.0, "")
    QTest.mouseClick(page.levels.rows()[1].delete, LEFT)
    assert [level.x for level in desk.criterion("Cost").scale.levels] == [0, 4, 10, 20, 45]


def test_the_texts_of_a_criterion_are_edited(desk: Desk) -> None:
    page = desk.leaf_page()
    type_over(page.unit, "EUR bn", Key.Key_Return)
    type_over(page.swing, "from much to nothing", Key.Key_Return)
    type_over(page.excludes, "Other things.")
    page.name.setFocus()
    page.kind.setFocus()
    leaf = desk.criterion("Cost")
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
    assert desk.session.view.criterion == desk.criterion("Troop availability").id
    assert isinstance(desk.panel.page(), LeafPage)
