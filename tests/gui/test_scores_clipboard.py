"""The score table and the clipboard: blocks copied, cut, pasted and refused."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from desktop.commands import ClearScores, SetScores
from desktop.commands.scores import Entry
from desktop.panels.score_commands import MIME
from seeds import security_guarantees
from tests.gui.desk import Key, Mod, press, put
from tests.gui.scores_desk import Desk, opened


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    made = opened(qtbot, security_guarantees.load())
    made.stand(0, 0)
    return made


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
