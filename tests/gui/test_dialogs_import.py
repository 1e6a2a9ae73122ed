"""The import dialog: what is proposed, what is refused and where, and what an import over the study changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton, QComboBox
from pytestqt.qtbot import QtBot

from desktop.window.export_dialog import ExportDialog
from desktop.window.import_dialog import ImportDialog
from desktop.window.table_reading import AT_ONCE
from tests.gui.window_stage import CONTROL, DETERRENCE, Key, Stage, running

GOOD = b"Option,Cost,Speed\r\nArch,5,3\r\nBeam,7,4\r\n"


def opened(stage: Stage, folder: Path, data: bytes, name: str = "table.csv") -> ImportDialog:
    path = folder / name
    path.write_bytes(data)
    stage.window.take_file(path)
    return stage.dialog(ImportDialog)


def choose(combo: QComboBox, key: str) -> None:
    """Choose an entry as the user does, so that the box says it was activated."""
    place = combo.findData(key)
    assert place >= 0
    combo.setCurrentIndex(place)
    combo.activated.emit(place)


def over_the_study(stage: Stage, dialog: ImportDialog) -> None:
    buttons = dialog.place.findChildren(QAbstractButton)
    stage.click(next(button for button in buttons if button.accessibleIdentifier() == "import.place.onto"))
    assert dialog.place.current() == "onto"


def previewed(dialog: ImportDialog) -> list[list[str]]:
    table = dialog.table
    heads = [table.horizontalHeaderItem(column).text() for column in range(table.columnCount())]
    return [
        heads,
        *([table.item(row, column).text() for column in range(table.columnCount())] for row in range(table.rowCount())),
    ]


def test_semicolons_and_decimal_commas_are_proposed_and_shown(qtbot: QtBot, tmp_path: Path) -> None:
    data = "Möglichkeit;Kosten;Tempo\r\nBogen;5,5;3\r\nBalken;7,25;4\r\n".encode()
    with running(qtbot) as stage:
        dialog = opened(stage, tmp_path, data, "Brücken.csv")
        assert (dialog.separator.currentData(), dialog.decimal.currentData()) == (";", ",")
        assert dialog.encoding.currentData() == "utf-8"
        assert "semicolons" in dialog.why.text()
        assert previewed(dialog) == [
            ["Möglichkeit", "Kosten", "Tempo"],
            ["Bogen", "5,5", "3"],
            ["Balken", "7,25", "4"],
        ]
        assert "2 options and 2 criteria" in dialog.outcome.text()
        stage.click(dialog.accept_button)
        assert stage.study.title == "Brücken"
        bow = next(option for option in stage.study.options if option.name == "Bogen")
        costs = next(leaf for leaf in stage.study.leaves() if leaf.name == "Kosten")
        assert stage.score(bow.id, costs.id).likely == 5.5


def test_a_doubtful_encoding_is_proposed_as_doubtful_and_another_can_be_chosen(qtbot: QtBot, tmp_path: Path) -> None:
    with running(qtbot) as stage:
        dialog = opened(stage, tmp_path, "Option,Größe\nÄpfel,5\nBirnen,7\n".encode("cp1252"))
        assert "not sure" in dialog.why.text()
        assert previewed(dialog)[1][0] == "Äpfel"
        choose(dialog.encoding, "mac-roman")
        assert previewed(dialog)[1][0] != "Äpfel"
        choose(dialog.encoding, "cp1252")
        assert previewed(dialog)[1][0] == "Äpfel"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"Option,Cost,Speed\nArch,5,3\nBeam,7\n", ("Row 3", "2 cells")),
        (b"Option,Cost\nArch,5\narch,7\n", ("Row 3", "row 2")),
        (b"Option,Cost,cost\nArch,5,1\n", ("Column 3", "column 2")),
        (b"Option,Cost\nArch,5\nBeam,plenty\n", ("Row 3", "column 2", "plenty")),
        (b"Option,Cost\nArch,nan\nBeam,7\n", ("Row 2", "column 2")),
        (b"Option,Cost\nArch,inf\nBeam,7\n", ("Row 2", "column 2")),
        (b"Option,Cost\nArch,1e999\nBeam,7\n", ("Row 2", "column 2")),
        (b"Option,\nArch,5\n", ("Column 2", "no heading")),
        (b"", ("empty",)),
        (b"\n\n \n", ("empty",)),
        (b"Option\nArch\n", ("only one column",)),
        (b"Option,Cost\n", ("no row",)),
        (bytes(range(1, 32)) * 40, ("no text",)),
    ],
)
def test_what_cannot_be_imported_is_said_with_its_place_and_the_button_is_off(
    qtbot: QtBot, tmp_path: Path, data: bytes, words: tuple[str, ...]
) -> None:
    with running(qtbot) as stage:
        before = stage.study
        dialog = opened(stage, tmp_path, data)
        assert dialog.trouble.isVisible()
        for word in (*words, "nothing was imported"):
            assert word in dialog.trouble.text()
        assert not dialog.accept_button.isEnabled()
        assert not dialog.outcome.text()
        dialog.try_accept()
        assert dialog.isVisible()
        assert stage.study is before
        assert len(stage.application.recent()) == 1


def test_an_encoding_that_does_not_fit_is_said_and_the_next_choice_mends_it(qtbot: QtBot, tmp_path: Path) -> None:
    with running(qtbot) as stage:
        dialog = opened(stage, tmp_path, "Option,Größe\nÄpfel,5\nBirnen,7\n".encode("cp1252"))
        choose(dialog.encoding, "utf-8")
        assert "not written in utf-8 in line 1" in dialog.trouble.text()
        assert not dialog.accept_button.isEnabled()
        choose(dialog.encoding, "cp1252")
        assert dialog.trouble.isHidden()
        assert dialog.accept_button.isEnabled()


def test_the_problems_of_one_dialect_do_not_hide_those_of_the_next(qtbot: QtBot, tmp_path: Path) -> None:
    with running(qtbot) as stage:
        dialog = opened(stage, tmp_path, "Option,Größe\nÄpfel,5\nBirnen,x\n".encode("cp1252"))
        assert "Row 3" in dialog.trouble.text()
        choose(dialog.encoding, "utf-8")
        assert "Row 3" not in dialog.trouble.text()
        assert "not written in utf-8" in dialog.trouble.text()


def test_a_new_study_needs_a_title(qtbot: QtBot, tmp_path: Path) -> None:
    with running(qtbot) as stage:
        dialog = opened(stage, tmp_path, GOOD)
        dialog.title.clear()
        assert "needs a title" in dialog.trouble.text()
        assert not dialog.accept_button.isEnabled()
        dialog.title.setText("Bridges")
        assert dialog.accept_button.isEnabled()


def test_a_large_table_is_read_beside_the_window_which_says_so(qtbot: QtBot, tmp_path: Path) -> None:
    rows = "\r\n".join(f"Option number {number},{number}.5,{number % 7}" for number in range(12_000))
    data = f"Option,Cost,Speed\r\n{rows}\r\n".encode()
    assert len(data) > AT_ONCE
    with running(qtbot) as stage:
        dialog = opened(stage, tmp_path, data)
        assert dialog.outcome.text() == "Reading…"
        assert not dialog.accept_button.isEnabled()
        qtbot.waitUntil(dialog.accept_button.isEnabled, timeout=30_000)
        assert "12000 options and 2 criteria" in dialog.outcome.text()
        assert previewed(dialog)[1] == ["Option number 0", "0.5", "0"]
        choose(dialog.separator, ";")
        choose(dialog.separator, ",")
        qtbot.waitUntil(dialog.accept_button.isEnabled, timeout=30_000)
        assert dialog.trouble.isHidden()


def test_a_dialog_closed_while_it_reads_leaves_nothing_behind(qtbot: QtBot, tmp_path: Path) -> None:
    rows = "\n".join(f"Option number {number},{number}.5" for number in range(12_000))
    with running(qtbot) as stage:
        dialog = opened(stage, tmp_path, f"Option,Cost\n{rows}\n".encode())
        dialog.close()
        stage.flush()
        assert not stage.dialogs()
        assert len(stage.application.recent()) == 1


def exported(stage: Stage, folder: Path) -> bytes:
    path = folder / "exported.csv"
    stage.key(Key.Key_E, CONTROL)
    stage.dialog(ExportDialog).write_to(path)
    return path.read_bytes()


def test_what_was_exported_and_is_imported_over_the_study_changes_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    with running(qtbot) as stage:
        data, before = exported(stage, tmp_path), stage.study
        dialog = opened(stage, tmp_path, data)
        over_the_study(stage, dialog)
        assert "Nothing changes" in dialog.outcome.text()
        stage.click(dialog.accept_button)
        assert stage.study is before
        assert not stage.window.menus["edit.undo"].isEnabled()


def test_an_import_over_the_study_is_one_step_that_undo_takes_back(qtbot: QtBot, tmp_path: Path) -> None:
    with running(qtbot) as stage:
        before = stage.study
        names = [option.name for option in before.options[:2]]
        leaf = before.criterion(DETERRENCE)
        table = f'Option,{leaf.name},Beauty\n"{names[0]}",61,3\n"{names[1]}",62,4\nBrand new,63,5\n'
        dialog = opened(stage, tmp_path, table.encode())
        over_the_study(stage, dialog)
        assert "1 option added, 1 criterion added" in dialog.outcome.text()
        stage.click(dialog.accept_button)
        assert [stage.score(option.id, DETERRENCE).likely for option in before.options[:2]] == [61.0, 62.0]
        assert stage.study.options[-1].name == "Brand new"
        assert stage.session.undo_label == "Import a table"
        stage.key(Key.Key_Z, CONTROL)
        assert stage.study == before
        assert not stage.window.menus["edit.undo"].isEnabled()
        stage.wait_saved()


def test_a_score_beyond_its_scale_is_refused_over_the_study_with_its_place(qtbot: QtBot, tmp_path: Path) -> None:
    with running(qtbot) as stage:
        leaf, name = stage.study.criterion(DETERRENCE), stage.study.options[0].name
        dialog = opened(stage, tmp_path, f'Option,{leaf.name}\n"{name}",100000\n'.encode())
        over_the_study(stage, dialog)
        assert "Row 2, column 2" in dialog.trouble.text()
        assert not dialog.accept_button.isEnabled()
