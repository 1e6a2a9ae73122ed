"""Ctrl+K finds and runs everything; help opens, hangs together, and knows every shortcut."""

from __future__ import annotations

import re
from importlib.metadata import version

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import resources
from desktop.notices import parts
from desktop.window.command_palette import CommandPalette, match
from desktop.window.help_dialog import LICENCE, TITLES, HelpDialog
from desktop.window.searching import lines
from tests.gui.window_stage import CONTROL, COST, DETERRENCE, SHIFT, Key, Stage, running


def palette(stage: Stage) -> CommandPalette:
    stage.key(Key.Key_K, CONTROL)
    found = stage.window.findChild(CommandPalette)
    assert isinstance(found, CommandPalette)
    assert found.isVisible()
    assert QApplication.focusWidget() is found.field
    return found


def listed(found: CommandPalette) -> list[str]:
    return [found.list.item(row).text() for row in range(found.list.count())]


def search(stage: Stage, query: str) -> CommandPalette:
    found = palette(stage)
    for part in re.findall(r"[ -~]+|[^ -~]+", query):
        if part.isascii():
            QTest.keyClicks(found.field, part)
        else:
            found.field.insert(part)  # QTest types ASCII only.
    return found


def test_every_action_of_the_menus_is_found_by_its_words_and_by_its_letters(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        for action in stage.window.menus.every():
            text = action.text().split("\t")[0].replace("&", "").rstrip("…")
            first = next(line for line in lines(stage.window) if match(text, line.text) >= 2)
            assert first
            found = search(stage, text)
            assert text in listed(found), text
            stage.key(Key.Key_Escape)


def test_letters_in_order_find_what_whole_words_would(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        assert "Export score table" in listed(search(stage, "exsctb"))


def test_whole_words_come_before_letters_in_order() -> None:
    assert match("cost", "Cost") > match("cost", "Combat of saints") > 0
    assert match("cost", "Tempo") == 0


def test_enter_runs_the_chosen_line(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        second = stage.study.perspectives[1]
        found = search(stage, second.name)
        assert listed(found)[0] == second.name
        stage.key(Key.Key_Return)
        assert found.isHidden()
        assert stage.session.view.perspective == second.id


def test_arrows_choose_another_line_and_a_click_runs_one(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        found = search(stage, "colours")
        texts = listed(found)
        stage.key(Key.Key_Down)
        assert found.list.currentRow() == 1
        place = texts.index("Dark colours")
        stage.click(found.list.viewport(), found.list.visualItemRect(found.list.item(place)).center())
        assert stage.window.preferences.text("scheme") == "dark"
        stage.window.set_scheme("light")


@pytest.mark.parametrize("typed", ["weight cost 25", "Weight Cost 25 %", "weight co 25,0", "weight cost 25.0%"])
def test_weight_and_a_number_sets_the_weight(qtbot: QtBot, typed: str) -> None:
    with running(qtbot) as stage:
        found = search(stage, typed)
        assert listed(found)[0] == "Set the weight of Cost to 25 %"
        stage.key(Key.Key_Return)
        assert stage.points(COST) == pytest.approx(25.0)
        assert stage.session.undo_label
        stage.wait_saved()


@pytest.mark.parametrize("typed", ["weight cost nan", "weight cost 1_0", "weight cost inf", "weight cost ٢٥"])
def test_what_is_no_number_sets_no_weight(qtbot: QtBot, typed: str) -> None:
    with running(qtbot) as stage:
        assert not [line for line in listed(search(stage, typed)) if line.startswith("Set the weight")]


def test_a_weight_of_200_is_refused_in_words(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        before = stage.study
        search(stage, "weight cost 200")
        stage.key(Key.Key_Return)
        assert stage.study is before
        assert "between 0 and 100 %" in stage.toast


def test_choosing_an_option_selects_it(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        chosen = stage.study.options[4]
        search(stage, chosen.name)
        stage.key(Key.Key_Return)
        assert stage.session.view.option == chosen.id


def test_escape_closes_and_gives_the_focus_back(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        slider = stage.page.weights.tree.leaf_row(DETERRENCE).slider
        slider.setFocus()
        found = search(stage, "zzzz")
        assert listed(found) == ["Nothing found"]
        stage.key(Key.Key_Return)
        assert found.isVisible()
        stage.key(Key.Key_Escape)
        assert found.isHidden()
        assert QApplication.focusWidget() is slider


def test_ctrl_shift_p_and_the_search_field_open_it_too(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        stage.key(Key.Key_P, CONTROL | SHIFT)
        found = stage.window.findChild(CommandPalette)
        assert isinstance(found, CommandPalette)
        stage.key(Key.Key_Escape)
        stage.click(stage.window.top.search)
        assert found.isVisible()


def test_the_palette_works_where_no_study_is_open(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        stage.key(Key.Key_W, CONTROL)
        assert listed(search(stage, "undo")) == ["Nothing found"]
        found = stage.window.findChild(CommandPalette)
        assert isinstance(found, CommandPalette)
        found.field.setText("weight cost 25")
        assert listed(found) == ["Nothing found"]


# Help


def shortcuts(stage: Stage) -> set[str]:
    """Every shortcut of the window: of the menus, those written beside their texts, and those without an action."""
    found: set[str] = set()
    for action in stage.window.menus.named().values():
        found.update(key.toString() for key in action.shortcuts())
        found.update(action.text().split("\t")[1:])
    found.update(shortcut.key().toString() for shortcut in stage.window.findChildren(QShortcut))
    return {QKeySequence(key).toString() for key in found}


def documented() -> set[str]:
    text = resources.read_text("help/keyboard.md")
    for held in ("Ctrl", "Alt"):
        text = text.replace(f"{held}+1 … {held}+9", ", ".join(f"{held}+{n}" for n in range(1, 10)))
    text = text.replace("Delete", "Del").replace("Insert", "Ins")
    return {
        QKeySequence(key).toString()
        for key in re.findall(r"(?:(?:Ctrl|Shift|Alt)\+)*(?:F\d+|Del|Ins|[A-Z0-9])\b", text)
    }


def test_the_keyboard_page_lists_every_shortcut(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        there = shortcuts(stage)
        assert len(there) > 25
        assert there - documented() == set()


def test_no_two_actions_have_the_same_shortcut(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        keys = [key.toString() for action in stage.window.menus.named().values() for key in action.shortcuts()]
        keys += [shortcut.key().toString() for shortcut in stage.window.findChildren(QShortcut)]
        assert len(keys) == len(set(keys))


@pytest.mark.parametrize("page", TITLES)
def test_a_help_page_opens_and_its_links_go_to_pages_that_are_there(qtbot: QtBot, page: str) -> None:
    with running(qtbot) as stage:
        stage.window.menus[{"keyboard": "help.keys"}.get(page, f"help.{page}")].trigger()
        dialog = stage.dialog(HelpDialog)
        assert TITLES[page] in dialog.windowTitle()
        assert len(dialog.text.toPlainText()) > 200
        for link in re.findall(r'href="([^"]*)"', dialog.text.toHtml()):
            assert link in TITLES or link in {f"{LICENCE}{part.name}" for part in parts()}, link


def test_a_click_on_a_link_switches_the_page_and_a_foreign_one_does_nothing(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        stage.key(Key.Key_F1)
        dialog = stage.dialog(HelpDialog)
        dialog.text.anchorClicked.emit(QUrl("keyboard"))
        assert TITLES["keyboard"] in dialog.windowTitle()
        text = dialog.text.toPlainText()
        for foreign in ("https://example.org", "file:///etc/hostname", "../about"):
            dialog.text.anchorClicked.emit(QUrl(foreign))
        assert dialog.text.toPlainText() == text


def test_help_names_every_way_in_and_no_address_of_the_network() -> None:
    for page in TITLES:
        assert not re.search(r"https?://|www\.", resources.read_text(f"help/{page}.md"))


def test_about_shows_the_versions_of_what_runs(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        stage.window.menus["help.about"].trigger()
        text = stage.dialog(HelpDialog).text.toPlainText()
        for part in ("PySide6-Essentials", "numpy", "SQLAlchemy"):
            assert version(part) in text
        assert "Steelyard" in text
        assert "Python" in text
