"""Structure actions as the menus and panels call them: prompts, menus and what they announce."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from desktop.panels.structure_actions import StructureActions
from desktop.panels.structure_prompts import Prompt
from desktop.session import Session, Subject
from seeds import security_guarantees
from seeds.security_guarantees import criterion_id
from tests.gui.desk import shown


class Stage:
    """Structure actions over the bundled study in a bare window."""

    def __init__(self, qtbot: QtBot) -> None:
        self.window = QWidget()
        shown(qtbot, self.window)
        self.session = Session(security_guarantees.load())
        self.actions = StructureActions(self.session, self.window)
        self.announced: list[str] = []
        self.actions.announced.connect(self.announced.append)
        self.refused: list[str] = []
        self.session.on_refusal(self.refused.append)

    @property
    def options(self) -> list[str]:
        return [option.name for option in self.session.study.options]


@pytest.fixture
def stage(qtbot: QtBot) -> Stage:
    return Stage(qtbot)


def answer(prompt: Prompt, text: str) -> None:
    """Type over the text at hand and press Enter."""
    QTest.keyClicks(prompt.edit, text)
    QTest.keyClick(prompt.edit, Qt.Key.Key_Return)


def action(menu: QMenu, text: str) -> Callable[[], None]:
    return next(each for each in menu.actions() if each.text().startswith(text)).trigger


def test_a_new_option_gets_the_name_typed_over_the_free_one_and_is_selected(stage: Stage) -> None:
    prompt = stage.actions.add_option()
    assert prompt.edit.selectedText() == "New option"
    answer(prompt, "Armed neutrality")
    assert stage.options[-1] == "Armed neutrality"
    assert stage.session.view.option == stage.session.study.options[-1].id
    assert stage.session.view.subject is Subject.OPTION
    assert stage.session.undo_label == "Add Armed neutrality"


def test_enter_alone_takes_the_free_name_and_the_next_one_is_numbered(stage: Stage) -> None:
    QTest.keyClick(stage.actions.add_option().edit, Qt.Key.Key_Return)
    prompt = stage.actions.add_option()
    assert prompt.edit.text() == "New option 2"
    prompt.reject()
    assert stage.options[-1] == "New option"


def test_a_prompt_stays_open_and_says_why_until_the_name_is_good(stage: Stage) -> None:
    first = stage.session.study.options[0]
    prompt = stage.actions.rename_option(first.id)
    answer(prompt, stage.options[1])
    assert prompt.isVisible()
    assert "already an option" in prompt.reason.text()
    assert not stage.refused
    answer(prompt, "Nothing at all")
    assert stage.session.study.option(first.id).name == "Nothing at all"


def test_escape_leaves_everything_as_it_was(stage: Stage) -> None:
    before = stage.session.study
    prompt = stage.actions.add_criterion()
    QTest.keyClick(prompt.edit, Qt.Key.Key_Escape)
    assert stage.session.study is before


def test_an_excluded_option_keeps_the_reason_until_it_is_included_again(stage: Stage) -> None:
    option = stage.session.study.options[2].id
    answer(stage.actions.exclude_option(option), "Nobody offers it")
    assert stage.session.study.option(option).excluded
    assert stage.session.study.option(option).why_excluded == "Nobody offers it"
    stage.actions.include_option(option)
    assert not stage.session.study.option(option).excluded
    assert stage.session.study.option(option).why_excluded == ""


def test_a_deleted_option_is_announced_with_its_scores_and_comes_back(stage: Stage) -> None:
    before, option = stage.session.study, stage.session.study.options[1]
    stage.actions.delete_option(option.id)
    assert stage.announced == [f"Deleted {option.name} and its 12 scores."]
    stage.session.undo()
    assert stage.session.study == before


def test_options_move_within_the_list_and_stop_at_its_ends(stage: Stage) -> None:
    first, second = stage.options[:2]
    option = stage.session.study.options[0].id
    stage.actions.move_option(option, -1)
    assert stage.options[:2] == [first, second]
    stage.actions.move_option(option, 1)
    assert stage.options[:2] == [second, first]


def test_there_is_one_baseline_at_most(stage: Stage) -> None:
    for option in stage.session.study.options[1:3]:
        stage.actions.set_baseline(option.id)
    assert [option.is_baseline for option in stage.session.study.options[:4]] == [False, False, True, False]


def test_a_copy_of_an_option_is_selected(stage: Stage) -> None:
    stage.actions.duplicate_option(stage.session.study.options[0].id)
    assert stage.session.view.option == stage.session.study.options[1].id
    assert stage.options[1] == f"{stage.options[0]} (copy)"


def test_a_criterion_is_added_in_the_group_asked_for(stage: Stage) -> None:
    group = criterion_id("g_cost")
    answer(stage.actions.add_criterion(group), "Upkeep")
    added = stage.session.study.children(group)[-1]
    assert added.name == "Upkeep"
    assert stage.session.view.criterion == added.id
    assert all(added.id not in party.weights for party in stage.session.study.perspectives)


def test_criteria_are_grouped_under_a_name_that_is_asked_for(stage: Stage) -> None:
    pair = [criterion_id("allied_unity"), criterion_id("troop_load")]
    answer(stage.actions.group_criteria(pair), "Partners")
    group = next(node for node in stage.session.study.criteria if node.name == "Partners")
    assert {node.id for node in stage.session.study.children(group.id)} == set(pair)


def test_perspectives_are_added_copied_renamed_and_deleted(stage: Stage) -> None:
    answer(stage.actions.add_perspective(), "Ankara")
    here = stage.session.study.perspective(stage.session.view.perspective)
    assert here.name == "Ankara"
    assert not here.assessed
    stage.actions.duplicate_perspective()
    answer(stage.actions.rename_perspective(), "Ankara, later")
    assert [party.name for party in stage.session.study.perspectives][-2:] == ["Ankara", "Ankara, later"]
    stage.actions.delete_perspective()
    assert stage.announced == ["Deleted the perspective Ankara, later with its weights."]


def test_the_last_perspective_cannot_be_deleted(stage: Stage) -> None:
    for party in stage.session.study.perspectives[1:]:
        stage.actions.delete_perspective(party.id)
    stage.announced.clear()
    stage.actions.delete_perspective()
    assert len(stage.session.study.perspectives) == 1
    assert "at least one perspective" in stage.refused[0]
    assert not stage.announced


def test_the_option_menu_does_what_it_says(stage: Stage) -> None:
    option = stage.session.study.options[0]
    menu = stage.actions.option_menu(option.id)
    assert not next(each for each in menu.actions() if each.text().startswith("Move up")).isEnabled()
    action(menu, "Move down")()
    assert stage.session.study.options[1] is option
    action(stage.actions.option_menu(option.id), "Delete")()
    assert option not in stage.session.study.options


def test_the_criterion_menu_does_what_it_says(stage: Stage) -> None:
    leaf = criterion_id("allied_unity")
    action(stage.actions.criterion_menu(leaf), "Out of its group")()
    assert stage.session.study.criterion(leaf).parent is None
    action(stage.actions.criterion_menu(leaf), "Into the next group")()
    assert stage.session.study.criterion(leaf).parent == criterion_id("g_feasible")
    asked: list[str] = []
    action(stage.actions.criterion_menu(leaf, asked.append), "Rename")()
    assert asked == [leaf]


def test_actions_of_a_menu_work_from_the_menu_they_were_lent_to(stage: Stage) -> None:
    host = QMenu(stage.window)
    for _ in range(3):
        host.clear()
        for each in stage.actions.perspective_menu().actions():
            host.addAction(each)
    QApplication.processEvents()
    action(host, "Duplicate")()
    assert len(stage.session.study.perspectives) == 7
