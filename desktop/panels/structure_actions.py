"""Adding, naming, moving and deleting options, criteria and perspectives, for every panel and the main menu alike."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from db.study.model import Id
from desktop.commands import (
    AddCriterion,
    AddOption,
    AddPerspective,
    Command,
    DuplicateCriterion,
    DuplicateOption,
    DuplicatePerspective,
    EditCriterion,
    EditOption,
    EditPerspective,
    GroupCriteria,
    MoveOption,
    MovePerspective,
    RemoveCriterion,
    RemoveOption,
    RemovePerspective,
)
from desktop.commands.base import Together, free_name
from desktop.look import bind_icon
from desktop.panels.structure_prompts import Prompt
from desktop.panels.tree_moves import inward, outward, shifted, tops
from desktop.session import Session

Rename = Callable[[Id], object]


class StructureActions(QObject):
    """What can be done to the structure of the open study. Nothing here blocks: prompts are opened, not executed.

    `announced` says in a sentence what was done that the user may want back; the window shows it with Undo.
    """

    announced = Signal(str)

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._parent = session, parent
        self._menus: dict[str, QMenu] = {}

    # Options

    def add_option(self) -> Prompt:
        """Ask for a name and add an option; it becomes the selected one."""
        name = free_name("New option", [option.name for option in self._session.study.options])
        return self._ask("Add an option", "Name of the new option", name, "Add", self._add_option)

    def rename_option(self, option: Id) -> Prompt:
        """Ask for another name of an option."""
        name = self._session.study.option(option).name
        act = self._editing(lambda text: EditOption(option, {"name": text}))
        return self._ask("Rename", f"Another name for {name}", name, "Rename", act)

    def duplicate_option(self, option: Id) -> None:
        """Add a copy of an option with its scores, and select it."""
        command = DuplicateOption(option)
        if not self._session.attempt(command):
            self._session.select(option=command.id)

    def exclude_option(self, option: Id) -> Prompt:
        """Ask why and leave an option out of the ranking."""
        name = self._session.study.option(option).name
        why = self._session.study.option(option).why_excluded
        act = self._editing(lambda text: EditOption(option, {"excluded": True, "why_excluded": text.strip()}))
        return self._ask("Exclude", f"Why leave {name} out? (may stay empty)", why, "Exclude", act)

    def include_option(self, option: Id) -> None:
        """Let an excluded option take part again."""
        self._session.attempt(EditOption(option, {"excluded": False, "why_excluded": ""}))

    def delete_option(self, option: Id) -> None:
        """Remove an option and say what went with it."""
        self._remove(RemoveOption(option))

    def move_option(self, option: Id, by: int) -> None:
        """Move an option up (negative) or down in the list."""
        options = self._session.study.options
        place = options.index(self._session.study.option(option)) + by
        if 0 <= place < len(options):
            self._session.attempt(MoveOption(option, place))

    def set_baseline(self, option: Id, is_baseline: bool = True) -> None:
        """Make an option the one that others are compared with, or no longer."""
        self._session.attempt(EditOption(option, {"is_baseline": is_baseline}))

    def _add_option(self, name: str) -> str:
        command = AddOption(name)
        reason = self._session.attempt_quietly(command)
        if not reason:
            self._session.select(option=command.id)
        return reason

    # Criteria

    def add_criterion(self, parent: Id | None = None) -> Prompt:
        """Ask for a name and add a criterion below a branch (None: the top); it becomes the selected one."""
        name = self._free_criterion("New criterion")
        return self._ask(
            "Add a criterion",
            f"Name of the new criterion{self._within(parent)}",
            name,
            "Add",
            lambda text: self._add_node(AddCriterion(text, parent)),
        )

    def add_group(self, parent: Id | None = None) -> Prompt:
        """Ask for a name and add a group that criteria can be moved into."""
        return self._ask(
            "Add a group",
            f"Name of the new group{self._within(parent)}",
            self._free_criterion("New group"),
            "Add",
            lambda text: self._session.attempt_quietly(AddCriterion(text, parent, None)),
        )

    def rename_criterion(self, criterion: Id) -> Prompt:
        """Ask for another name of a criterion or group."""
        name = self._session.study.criterion(criterion).name
        act = self._editing(lambda text: EditCriterion(criterion, {"name": text}))
        return self._ask("Rename", f"Another name for {name}", name, "Rename", act)

    def duplicate_criterion(self, criterion: Id) -> None:
        """Add a copy of a leaf with its scale and scores, and select it."""
        command = DuplicateCriterion(criterion)
        if not self._session.attempt(command):
            self._session.select(criterion=command.id)

    def group_criteria(self, criteria: Collection[Id]) -> Prompt:
        """Ask for a name and put siblings under a new group."""
        chosen = tops(self._session.study, criteria)
        act = self._editing(lambda text: GroupCriteria(chosen, text))
        return self._ask("Group", "Name of the new group", self._free_criterion("New group"), "Group", act)

    def delete_criterion(self, criterion: Id) -> None:
        """Remove a criterion or group with all below it, and say what went."""
        self.delete_criteria([criterion])

    def delete_criteria(self, criteria: Collection[Id]) -> None:
        """Remove criteria and groups as one step, and say what went."""
        study = self._session.study
        gone = [RemoveCriterion(node) for node in tops(study, criteria)]
        if len(gone) == 1:
            self._remove(gone[0])
        elif gone:
            names = ", ".join(study.criterion(command.criterion).name for command in gone)
            if not self._session.attempt(Together(tuple(gone), f"Delete {len(gone)} criteria")):
                self.announced.emit(f"Deleted {names}, with their scores and weights.")

    def move_criterion(self, criterion: Id, by: int) -> None:
        """Move a node up (negative) or down among its siblings."""
        self._session.attempt_found(lambda: shifted(self._session.study, [criterion], by))

    def move_out(self, criterion: Id) -> None:
        """Move a node out of its group."""
        self._session.attempt_found(lambda: outward(self._session.study, [criterion]))

    def move_in(self, criterion: Id) -> None:
        """Move a node into the nearest group among its siblings."""
        self._session.attempt_found(lambda: inward(self._session.study, [criterion]))

    def _add_node(self, command: AddCriterion) -> str:
        reason = self._session.attempt_quietly(command)
        if not reason:
            self._session.select(criterion=command.id)
        return reason

    def _free_criterion(self, wanted: str) -> str:
        return free_name(wanted, [node.name for node in self._session.study.criteria])

    def _within(self, parent: Id | None) -> str:
        return "" if parent is None else f" in {self._session.study.criterion(parent).name}"

    # Perspectives

    def add_perspective(self) -> Prompt:
        """Ask for a name and add a perspective with equal weights; it becomes the one looked through."""
        name = free_name("New perspective", [party.name for party in self._session.study.perspectives])
        return self._ask("Add a perspective", "Whose view is it?", name, "Add", self._add_perspective)

    def duplicate_perspective(self, perspective: Id = "") -> None:
        """Add a copy of a perspective ("" = the present one) and look through it."""
        command = DuplicatePerspective(perspective or self._session.view.perspective)
        if not self._session.attempt(command):
            self._session.look(replace(self._session.view, perspective=command.id))

    def rename_perspective(self, perspective: Id = "") -> Prompt:
        """Ask for another name of a perspective ("" = the present one)."""
        party = self._session.study.perspective(perspective or self._session.view.perspective)
        act = self._editing(lambda text: EditPerspective(party.id, {"name": text}))
        return self._ask("Rename", f"Another name for {party.name}", party.name, "Rename", act)

    def delete_perspective(self, perspective: Id = "") -> None:
        """Remove a perspective ("" = the present one) with its weights, and say so."""
        party = self._session.study.perspective(perspective or self._session.view.perspective)
        if not self._session.attempt(RemovePerspective(party.id)):
            self.announced.emit(f"Deleted the perspective {party.name} with its weights.")

    def move_perspective(self, by: int, perspective: Id = "") -> None:
        """Move a perspective up (negative) or down in the list."""
        parties = [party.id for party in self._session.study.perspectives]
        here = perspective or self._session.view.perspective
        place = parties.index(here) + by
        if 0 <= place < len(parties):
            self._session.attempt(MovePerspective(here, place))

    def _add_perspective(self, name: str) -> str:
        command = AddPerspective(name)
        reason = self._session.attempt_quietly(command)
        if not reason:
            self._session.look(replace(self._session.view, perspective=command.id))
        return reason

    # Menus

    def option_menu(self, option: Id, rename: Rename | None = None) -> QMenu:
        """What can be done to an option; show it with `popup`. `rename` renames in place instead of asking."""
        item = self._session.study.option(option)
        menu = self._menu("option")
        _act(menu, "Rename…\tF2", "edit", lambda: (rename or self.rename_option)(option))
        _act(menu, "Duplicate\tCtrl+D", "copy", lambda: self.duplicate_option(option))
        if item.excluded:
            _act(menu, "Include in the ranking", "eye", lambda: self.include_option(option))
        else:
            _act(menu, "Exclude from the ranking…", "eye-off", lambda: self.exclude_option(option))
        baseline = _act(menu, "Baseline", "flag", lambda: self.set_baseline(option, not item.is_baseline))
        baseline.setCheckable(True)
        baseline.setChecked(item.is_baseline)
        menu.addSeparator()
        places = self._session.study.options
        up = _act(menu, "Move up\tAlt+Up", "arrow-up", lambda: self.move_option(option, -1))
        down = _act(menu, "Move down\tAlt+Down", "arrow-down", lambda: self.move_option(option, 1))
        up.setEnabled(item is not places[0])
        down.setEnabled(item is not places[-1])
        menu.addSeparator()
        _act(menu, "Add an option…", "plus", self.add_option)
        _act(menu, "Delete\tDel", "trash", lambda: self.delete_option(option))
        return menu

    def criterion_menu(self, criterion: Id, rename: Rename | None = None) -> QMenu:
        """What can be done to a criterion or group; show it with `popup`. `rename` renames in place."""
        study = self._session.study
        node = study.criterion(criterion)
        branch = node.parent if node.is_leaf else node.id
        siblings = study.children(node.parent)
        menu = self._menu("criterion")
        _act(menu, "Rename…\tF2", "edit", lambda: (rename or self.rename_criterion)(criterion))
        if node.is_leaf:
            _act(menu, "Duplicate\tCtrl+D", "copy", lambda: self.duplicate_criterion(criterion))
        _act(menu, "Group…\tCtrl+G", "group", lambda: self.group_criteria([criterion]))
        menu.addSeparator()
        up = _act(menu, "Move up\tAlt+Up", "arrow-up", lambda: self.move_criterion(criterion, -1))
        down = _act(menu, "Move down\tAlt+Down", "arrow-down", lambda: self.move_criterion(criterion, 1))
        out = _act(menu, "Out of its group\tAlt+Left", "", lambda: self.move_out(criterion))
        into = _act(menu, "Into the next group\tAlt+Right", "", lambda: self.move_in(criterion))
        up.setEnabled(node is not siblings[0])
        down.setEnabled(node is not siblings[-1])
        out.setEnabled(node.parent is not None)
        into.setEnabled(any(not other.is_leaf and other is not node for other in siblings))
        menu.addSeparator()
        _act(menu, "Add a criterion…", "plus", lambda: self.add_criterion(branch))
        _act(menu, "Add a group…", "", lambda: self.add_group(branch))
        _act(menu, "Delete\tDel", "trash", lambda: self.delete_criterion(criterion))
        return menu

    def perspective_menu(self, perspective: Id = "") -> QMenu:
        """What can be done to a perspective ("" = the present one); show it with `popup`."""
        here = perspective or self._session.view.perspective
        menu = self._menu("perspective")
        _act(menu, "Rename…", "edit", lambda: self.rename_perspective(here))
        _act(menu, "Duplicate", "copy", lambda: self.duplicate_perspective(here))
        _act(menu, "Move up", "arrow-up", lambda: self.move_perspective(-1, here))
        _act(menu, "Move down", "arrow-down", lambda: self.move_perspective(1, here))
        menu.addSeparator()
        _act(menu, "Add a perspective…", "plus", self.add_perspective)
        delete = _act(menu, "Delete", "trash", lambda: self.delete_perspective(here))
        delete.setEnabled(len(self._session.study.perspectives) > 1)
        return menu

    # Inside

    def _menu(self, kind: str) -> QMenu:
        """A new menu in place of the last one of its kind, which may have lent its actions to another menu."""
        last = self._menus.pop(kind, None)
        if last is not None:
            last.deleteLater()
        self._menus[kind] = QMenu(self._parent)
        return self._menus[kind]

    def _ask(self, title: str, label: str, text: str, do: str, act: Callable[[str], str]) -> Prompt:
        prompt = Prompt(title, label, text, do, act, self._parent.window())
        prompt.open()
        prompt.edit.setFocus()
        return prompt

    def _editing(self, command: Callable[[str], Command]) -> Callable[[str], str]:
        return lambda text: self._session.attempt_quietly(command(text))

    def _remove(self, command: RemoveOption | RemoveCriterion) -> None:
        loses = command.loses(self._session.study)
        if not self._session.attempt(command):
            self.announced.emit(f"Deleted {loses}.")


def _act(menu: QMenu, text: str, icon: str, act: Callable[[], object]) -> QAction:
    action = menu.addAction(text)
    if icon:
        bind_icon(action, icon)
    action.triggered.connect(lambda: act())
    return action
