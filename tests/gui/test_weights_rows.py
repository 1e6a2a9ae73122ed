"""The weights panel in a real window: what its rows show."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QToolTip
from pytestqt.qtbot import QtBot

from db.study.model import Criterion, Id, Perspective, Scale, Study
from desktop.look import look
from desktop.panels.weight_menus import add_menu, method_menu, more_menu
from desktop.panels.weight_rows import BranchRow
from seeds import security_guarantees
from seeds.security_guarantees import criterion_id
from tests.bench.tick import Paints
from tests.gui.desk import LEFT
from tests.gui.weights_stage import COST, PLAIN, UNITY, Stage, staged

DETERRENCE = criterion_id("deterrence")


@pytest.fixture
def stage(qtbot: QtBot) -> Stage:
    return staged(qtbot, security_guarantees.load())


def test_branches_show_the_sum_of_the_shares_below(stage: Stage) -> None:
    for branch in stage.study.children(None):
        row = stage.panel.tree.row(branch.id)
        assert isinstance(row, BranchRow)
        assert row.sum_text() == f"{sum(stage.share(leaf.id) for leaf in stage.study.leaves(branch.id)):.1f}"


def test_a_click_on_the_chevron_hides_what_is_below_and_keeps_the_sum(stage: Stage) -> None:
    branch = stage.study.children(None)[0]
    row = stage.panel.tree.row(branch.id)
    assert isinstance(row, BranchRow)
    QTest.mouseClick(row, LEFT, PLAIN, row.chevron_area().center().toPoint())
    assert all(stage.row(leaf.id).isHidden() for leaf in stage.study.leaves(branch.id))
    assert row.sum_text() == "54.0"
    QTest.mouseClick(row, LEFT, PLAIN, row.chevron_area().center().toPoint())
    assert all(stage.row(leaf.id).isVisible() for leaf in stage.study.leaves(branch.id))


def test_clicking_a_name_or_the_strip_selects_the_criterion(stage: Stage) -> None:
    QTest.mouseClick(stage.row(COST), LEFT, PLAIN, stage.row(COST).name_area().center().toPoint())
    assert stage.session.view.criterion == COST
    QTest.mouseClick(stage.panel.strip, LEFT, PLAIN, stage.panel.strip.segment(UNITY).center().toPoint())
    stage.flush()
    assert stage.session.view.criterion == UNITY
    assert stage.row(UNITY).is_selected
    assert not stage.row(COST).is_selected


def test_a_criterion_selected_elsewhere_is_scrolled_into_view(stage: Stage) -> None:
    stage.panel.resize(336, 300)
    stage.flush()
    last = stage.study.leaves()[-1].id
    stage.session.select(criterion=last)
    stage.flush()
    assert stage.row(last).is_selected
    assert stage.panel.tree.is_near(stage.row(last))


def test_weights_nobody_chose_are_marked_until_somebody_does(qtbot: QtBot) -> None:
    study = security_guarantees.load()
    parties = (replace(study.perspectives[0], assessed=False), *study.perspectives[1:])
    stage = staged(qtbot, replace(study, perspectives=parties))
    assert stage.panel.party_line.chip.isVisible()
    stage.type(COST, "9")
    assert not stage.panel.party_line.chip.isVisible()


def test_a_study_without_criteria_offers_to_add_one(qtbot: QtBot) -> None:
    stage = staged(qtbot, Study("s", "Nothing yet", perspectives=(Perspective("p", "P"),)))
    assert stage.panel.empty.isVisible()
    QTest.mouseClick(stage.panel.empty.button, LEFT)
    stage.flush()
    assert not stage.panel.empty.isVisible()
    QTest.keyClicks(QApplication.focusWidget(), "Price")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    stage.flush()
    leaf = stage.study.leaves()[0]
    assert leaf.name == "Price"
    assert stage.row(leaf.id).number.text() == "100.0"


def test_weights_can_be_moved_before_there_is_any_option(qtbot: QtBot) -> None:
    study = security_guarantees.load()
    stage = staged(qtbot, replace(study, options=(), scores={}))
    stage.drag(COST, 20.0)
    stage.release(COST)
    assert stage.row(COST).number.text() == f"{stage.share(COST):.1f}"
    assert stage.row(COST).slider.state.ghost == pytest.approx(2.0)


def many(count: int) -> Study:
    """A deep tree: every tenth leaf starts a branch inside the one before."""
    nodes: list[Criterion] = []
    parent: Id | None = None
    for index in range(count):
        if index % 10 == 0:
            nodes.append(Criterion(f"b{index}", f"Branch {index} with a name that is rather long for a row", parent))
            parent = f"b{index}"
        nodes.append(
            Criterion(f"c{index}", f"Criterion {index}", parent, Scale(), colour=index, swing="from bad to good")
        )
    party = Perspective("p", "P", weights={f"c{index}": 1.0 for index in range(count)})
    return Study("s", "Many", criteria=tuple(nodes), perspectives=(party,))


def test_rows_out_of_sight_are_right_once_scrolled_to_and_once_released(qtbot: QtBot) -> None:
    stage = staged(qtbot, many(50))
    stage.drag("c0", 30.0)
    bar = stage.panel.tree.verticalScrollBar()
    bar.setValue(bar.maximum())
    assert stage.row("c49").number.text() == f"{stage.share('c49'):.1f}" != "2.0"
    stage.release("c0")
    for leaf, share in stage.shares().items():
        assert stage.row(leaf).number.text() == f"{share:.1f}"


def test_every_part_of_a_deep_tree_stays_inside_the_panel(qtbot: QtBot) -> None:
    stage = staged(qtbot, many(50), width=300)
    for leaf in stage.study.leaves():
        row = stage.row(leaf.id)
        for part in (row.slider, row.number, row.lock):
            assert row.rect().contains(part.geometry()), leaf.name
        assert row.number.geometry().intersected(row.slider.geometry()).isEmpty()


@pytest.mark.parametrize("ranges", [True, False])
@pytest.mark.parametrize("method", ["proportional", "points"])
def test_no_part_of_a_row_covers_another(stage: Stage, ranges: bool, method: str) -> None:
    stage.panel.tree.show_ranges(ranges)
    stage.panel.set_method(method)
    row = stage.row(COST)
    parts = [row.slider.geometry(), row.number.geometry(), row.lock.geometry()]
    for place, part in enumerate(parts):
        assert row.rect().contains(part)
        assert not any(part.intersects(other) for other in parts[place + 1 :])
    assert stage.panel.tree.shows_ranges is ranges
    assert row.name_area().width() >= 60


def test_a_name_with_markup_is_shown_as_it_is_written(qtbot: QtBot) -> None:
    leaf = Criterion("a", '<b>Bold</b> & "quoted"', scale=Scale(), definition="1 < 2")
    party = Perspective("p", "P", weights={"a": 1.0})
    stage = staged(qtbot, Study("s", "One", criteria=(leaf,), perspectives=(party,)))
    assert "&lt;b&gt;" in stage.row("a").toolTip()
    assert "1 &lt; 2" in stage.row("a").toolTip()


def test_the_panel_paints_in_both_schemes_without_laying_out(stage: Stage) -> None:
    light = stage.panel.grab().toImage()
    assert light.pixelColor(5, 300) == look.tokens.surface
    look.set_scheme("dark")
    dark = stage.panel.grab().toImage()
    assert dark.pixelColor(5, 300) == look.tokens.surface
    assert light.size() == dark.size()
    assert dark.pixelColor(5, 300) != light.pixelColor(5, 300)


def test_a_tick_says_anew_how_far_a_weight_is_from_a_flip_and_paints_no_lock(stage: Stage) -> None:
    row = stage.row(UNITY)
    before = row.hold_text()
    rows, locks = Paints(row), Paints(row.lock)
    QTest.mousePress(stage.row(COST).slider, LEFT, PLAIN, stage.point(COST, stage.share(COST)))
    stage.flush()
    QApplication.processEvents()
    seen = rows.number, locks.number
    stage.row(COST).slider.setValue(stage.row(COST).slider.value() + 20)
    stage.flush()
    QApplication.processEvents()
    assert row.hold_text() != before
    assert rows.number > seen[0]
    assert locks.number == seen[1]
    QTest.mouseRelease(stage.row(COST).slider, LEFT)


# The strip


def test_the_segments_of_the_strip_fill_it_in_the_order_of_the_tree(stage: Stage) -> None:
    strip, left = stage.panel.strip, 0.0
    for leaf in stage.study.leaves():
        segment = strip.segment(leaf.id)
        assert segment.left() == pytest.approx(left)
        assert segment.width() == pytest.approx(stage.share(leaf.id) / 100.0 * strip.width())
        left = segment.right()
    assert left == pytest.approx(strip.width())


def test_hovering_the_strip_names_the_criterion_and_its_share(stage: Stage) -> None:
    at = stage.panel.strip.segment(DETERRENCE).center().toPoint()
    QTest.mouseMove(stage.panel.strip, at)
    QTest.mouseMove(stage.panel.strip, at + QPoint(1, 0))
    assert QToolTip.text() == "Deterrent credibility: 32.0 %"
    QToolTip.hideText()


def test_the_strip_says_its_numbers_to_screen_readers_largest_first(stage: Stage, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: stage.panel.strip.accessibleDescription().startswith("Deterrent credibility 32.0 %; Durab"))


def test_the_menus_set_the_method_the_ranges_and_all_groups(stage: Stage) -> None:
    def choose(menu: QMenu, text: str) -> None:
        next(action for action in menu.actions() if action.text().startswith(text)).trigger()

    choose(method_menu(stage.panel), "Free points")
    assert stage.panel.method == "points"
    choose(method_menu(stage.panel), "Others give way")
    choose(method_menu(stage.panel), "Equal weights")
    assert stage.share(COST) == pytest.approx(100 / 12)
    was_shown = stage.panel.tree.shows_ranges
    choose(more_menu(stage.panel), "Show ranges")
    assert stage.panel.tree.shows_ranges is not was_shown
    choose(more_menu(stage.panel), "Close all groups")
    assert stage.row(COST).isHidden()
    choose(more_menu(stage.panel), "Open all groups")
    assert stage.row(COST).isVisible()
    choose(add_menu(stage.panel), "Group")
    stage.flush()
    assert stage.study.criteria[-1].name == "New group"
    stage.session.settle()
