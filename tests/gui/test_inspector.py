"""The inspector: the study's own page, what is empty or odd, and what holds for every page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from db.study.model import Study
from desktop.commands import AddCriterion, AddOption, ClearScores, MoveWeight
from desktop.panels.inspector.fields import Paragraph, TextField
from desktop.panels.inspector.leaf_page import LeafPage
from desktop.panels.inspector.option_page import OptionPage
from desktop.panels.inspector.score_page import BigNumber, ScorePage
from seeds import security_guarantees
from tests.gui.desk import Key, layouts, type_over
from tests.gui.inspector_desk import Desk, opened


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return opened(qtbot, security_guarantees.load())


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
    desk = opened(qtbot, Study("s", "Empty"))
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
    desk.session.do(ClearScores(((desk.option("Tripwire").id, desk.criterion("Cost").id),)))
    page = desk.option_page()
    assert "while scores are missing" in page.standing.text()
    assert next(bar for bar in page.profile.bars() if bar.name == "Cost").number == "–"


def test_a_very_long_name_wraps_to_two_lines_and_is_told_whole(desk: Desk, qapp: QApplication) -> None:
    name = "A criterion with a name that goes on and on " * 4
    type_over(desk.leaf_page().name, name.strip(), Key.Key_Return)
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


# During a drag


def numbers(page: QWidget) -> list[str]:
    """Every number on a page."""
    paragraphs, numbers = page.findChildren(Paragraph), page.findChildren(BigNumber)
    return [*(each.text() for each in paragraphs), *(each.text() for each in numbers)]


@pytest.mark.parametrize("kind", ["score", "option", "leaf", "branch"])
def test_a_weight_drag_moves_the_numbers_and_lays_nothing_out(
    desk: Desk, qapp: QApplication, qtbot: QtBot, kind: str
) -> None:
    pages: dict[str, Callable[[], QWidget]] = {
        "score": desk.score_page,
        "option": desk.option_page,
        "leaf": desk.leaf_page,
        "branch": desk.branch_page,
    }
    page = pages[kind]()
    qtbot.wait(50)
    texts = numbers(page)
    with layouts(qapp) as seen:
        for step in range(20):
            command = MoveWeight(desk.session.view.perspective, desk.criterion("Cost").id, 0.1 + step / 50)
            desk.session.do(command, live=True)
            qapp.processEvents()
    assert seen == []
    assert numbers(page) != texts
    desk.session.settle()
