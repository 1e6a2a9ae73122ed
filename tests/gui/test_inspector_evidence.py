"""Evidence in the inspector: listed, opened, edited, linked and taken away."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.panels.evidence_dialog import EvidenceDialog, EvidencePicker
from desktop.panels.inspector.score_page import ScorePage
from seeds import security_guarantees
from tests.gui.desk import LEFT, Key, type_over
from tests.gui.inspector_desk import Desk, opened


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return opened(qtbot, security_guarantees.load())


def write_new(desk: Desk, page: ScorePage, ref: str, claim: str) -> EvidencePicker:
    """Write down a new piece of evidence in the picker and press its button."""
    QTest.mouseClick(page.evidence.add, LEFT)
    picker = desk.dialog(EvidencePicker)
    picker.mode.choose_at(1)
    QTest.keyClicks(picker.form["ref"], ref)
    QTest.keyClicks(picker.form["claim"], claim)
    QTest.mouseClick(picker.button, LEFT)
    return picker


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


def test_a_click_on_evidence_opens_all_that_is_known_and_copies_its_address(desk: Desk, qtbot: QtBot) -> None:
    page = desk.score_page("Tripwire", "Deterrent credibility")
    items = [desk.study.cited(item) for item in desk.score("Tripwire", "Deterrent credibility").evidence]
    place = next(place for place, item in enumerate(items) if item.url)
    QTest.mouseClick(page.evidence.rows()[place], LEFT, pos=QPoint(40, 10))
    opened = desk.dialog(EvidenceDialog)
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
    opened = desk.dialog(EvidenceDialog)
    type_over(opened.page.texts["source"], "A better source")
    opened.page.texts["claim"].setFocus()
    assert desk.study.cited(item).source == "A better source"
    desk.session.undo()
    assert opened.page.texts["source"].toPlainText() == desk.study.cited(item).source != "A better source"
    opened.close()


def test_the_dialog_of_evidence_that_is_undone_away_closes(desk: Desk) -> None:
    page = desk.score_page()
    write_new(desk, page, "NEW26", "Something new")
    added = desk.study.evidence[-1]
    assert (added.ref, desk.score().evidence[-1]) == ("NEW26", added.id)
    assert len(desk.steps) == 1
    page.evidence.rows()[-1].opened.emit(added.id)
    opened = desk.dialog(EvidenceDialog)
    desk.session.undo()
    assert not opened.isVisible()


def test_a_piece_from_the_study_is_found_by_words_and_cited(desk: Desk) -> None:
    page = desk.score_page()
    before = desk.score().evidence
    QTest.mouseClick(page.evidence.add, LEFT)
    picker = desk.dialog(EvidencePicker)
    assert picker.list.count() == len(desk.study.evidence) - len(before)
    QTest.keyClicks(picker.search, "tripwires reiter")
    assert [picker.list.item(row).text()[:8] for row in range(picker.list.count())] == ["REITER21"]
    QTest.mouseClick(picker.button, LEFT)
    assert desk.study.cited(desk.score().evidence[-1]).ref == "REITER21"
    assert desk.score().evidence[:-1] == before


def test_new_evidence_under_a_name_that_is_taken_is_refused_and_the_form_stays(desk: Desk) -> None:
    page, before = desk.score_page(), desk.study
    picker = write_new(desk, page, "seed", "Something")
    assert picker.isVisible()
    assert "already" in picker.problem.text()
    assert desk.study is before
    picker.reject()
