"""The inspector on one option: real keys and mouse in its fields."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.evaluation import evaluate
from desktop.panels.evidence_dialog import EvidencePicker
from seeds import security_guarantees
from tests.gui.desk import LEFT, Key, type_over
from tests.gui.inspector_desk import Desk, opened


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return opened(qtbot, security_guarantees.load())


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
    picker = desk.dialog(EvidencePicker)
    QTest.mouseClick(picker.button, LEFT)
    assert len(desk.option("Tripwire").evidence) == len(before) + 1
    QTest.mouseClick(page.evidence.rows()[-1].remove, LEFT)
    assert desk.option("Tripwire").evidence == before
