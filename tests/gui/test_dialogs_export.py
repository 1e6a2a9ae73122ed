"""The export dialog: what is chosen is what is shown is what is written, and it is remembered."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from desktop.window.export_dialog import ExportDialog
from desktop.window.file_dialogs import file_name
from tests.gui.window_stage import CONTROL, Key, Stage, running


def opened(stage: Stage) -> ExportDialog:
    stage.key(Key.Key_E, CONTROL)
    return stage.dialog(ExportDialog)


def press(stage: Stage, dialog: ExportDialog, identifier: str) -> None:
    buttons = dialog.findChildren(QAbstractButton)
    stage.click(next(button for button in buttons if button.accessibleIdentifier() == identifier))


def heads(dialog: ExportDialog) -> list[str]:
    return [dialog.table.horizontalHeaderItem(column).text() for column in range(dialog.table.columnCount())]


def written(path: Path, separator: str = ",") -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, delimiter=separator))


def test_a_comma_for_both_is_refused_in_place_and_can_be_mended(qtbot: QtBot, tmp_path: Path) -> None:
    with running(qtbot) as stage:
        dialog = opened(stage)
        dialog.decimal.setCurrentIndex(dialog.decimal.findData(","))
        assert "cannot separate cells and decimals at once" in dialog.trouble.text()
        assert not dialog.accept_button.isEnabled()
        dialog.write_to(tmp_path / "never.csv")
        assert dialog.isVisible()
        assert not list(tmp_path.iterdir())
        dialog.separator.setCurrentIndex(dialog.separator.findData(";"))
        assert dialog.trouble.isHidden()
        dialog.write_to(tmp_path / "table.csv")
        assert {len(row) for row in written(tmp_path / "table.csv", ";")} == {len(heads_of(tmp_path / "table.csv"))}


def heads_of(path: Path) -> list[str]:
    return written(path, ";")[0]


def test_weighted_points_add_up_to_the_total_of_the_perspective_shown(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "weighted.csv"
    with running(qtbot) as stage:
        stage.key(Key.Key_2, CONTROL)
        dialog = opened(stage)
        press(stage, dialog, "export.kind.weighted")
        assert not dialog.ranges.isEnabled()
        dialog.write_to(path)
        totals = stage.shown_totals()
        n = len(stage.study.leaves())
        for row, option in zip(written(path)[1:], stage.study.options, strict=True):
            assert sum(map(float, row[1 : n + 1])) == pytest.approx(totals[option.id], abs=1e-6)


def test_one_perspective_without_ranks_leaves_one_column_of_totals(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        dialog = opened(stage)
        whole = len(heads(dialog))
        dialog.party.setCurrentIndex(2)
        press(stage, dialog, "export.ranks")
        press(stage, dialog, "export.ranges")
        assert len(heads(dialog)) == 1 + len(stage.study.leaves()) + 1 < whole


def test_what_was_chosen_last_time_is_chosen_again_also_tomorrow(qtbot: QtBot, tmp_path: Path) -> None:
    with running(qtbot) as stage:
        dialog = opened(stage)
        dialog.separator.setCurrentIndex(dialog.separator.findData("\t"))
        dialog.decimal.setCurrentIndex(dialog.decimal.findData(","))
        press(stage, dialog, "export.kind.value")
        press(stage, dialog, "export.totals")
        dialog.write_to(tmp_path / "table.csv")
    with running(qtbot) as later:
        dialog = opened(later)
        assert (dialog.separator.currentData(), dialog.decimal.currentData()) == ("\t", ",")
        assert dialog.kind.current() == "value"
        assert not dialog.totals.isChecked()
        assert dialog.ranks.isChecked()


def test_a_place_that_cannot_be_written_is_said_and_the_dialog_stays(qtbot: QtBot, tmp_path: Path) -> None:
    with running(qtbot) as stage:
        dialog = opened(stage)
        for place in (tmp_path / "no such folder" / "table.csv", tmp_path):
            dialog.write_to(place)
            assert dialog.isVisible()
            assert place.name in dialog.trouble.text()


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Plain", "Plain.csv"),
        ("a/b\\c:d*e?f", "a-b-c-d-e-f.csv"),
        ("  .. ", "study.csv"),
        ("tab\there", "tab-here.csv"),
        ("ß" * 300, "ß" * 80 + ".csv"),
    ],
)
def test_a_file_gets_a_name_that_every_file_system_takes(title: str, name: str) -> None:
    assert file_name(title, ".csv") == name
