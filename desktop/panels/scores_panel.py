"""Scores: options by criteria, as entered or as values, edited as in a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from db.study.model import Id, Study
from db.study.words import counted
from desktop.commands.criteria import AddCriterion, EditCriterion
from desktop.commands.options import AddOption, EditOption
from desktop.look import look
from desktop.look.bubble import ReasonBubble
from desktop.look.widgets import Button, Segmented, Separator, TextLabel, identify
from desktop.models.score_edit import NameEdit
from desktop.models.score_header import HEAD_HEIGHT
from desktop.models.score_model import ScoreModel, Shown, option_label
from desktop.panels.frame import Frame
from desktop.panels.score_commands import READ_ONLY, ScoreCommands
from desktop.panels.score_empty import EmptyScores
from desktop.panels.score_table import ScoreTable
from desktop.session import Session, Subject, View

_NAME_WIDTH = 220


Rename = Callable[[Id], object]

MARKS = "Ring: little evidence (D). Line: from low to high. Dash: missing."


class Menus(Protocol):
    """Whatever makes the menus of an option and of a criterion."""

    def option_menu(self, option: Id, rename: Rename | None = None) -> QMenu: ...

    def criterion_menu(self, criterion: Id, rename: Rename | None = None) -> QMenu: ...


class ScoresPanel(QWidget):
    """The score table with its switches."""

    pasted_table = Signal(str)
    """A whole table with names along its sides was pasted; the import dialog takes it from here."""

    def __init__(self, session: Session, actions: Menus | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._actions = session, actions
        self.model = ScoreModel(self)
        self.commands = ScoreCommands(session, self.model, lambda: self.ranges.isChecked())
        self.table = ScoreTable(self.model, self.commands.submit, self)
        self.commands.serve(self.table)
        self.commands.offer_table = self.pasted_table.emit
        self.empty = EmptyScores(self)
        self._make_controls()
        self._lay_out()
        self._connect()
        self._is_quiet = False
        self._name_next: Id | None = None

    # Building

    def _make_controls(self) -> None:
        self.controls = QWidget(self)
        self.switch = Segmented({"raw": "Raw", "value": "Value"}, "raw", "Show scores", "scores.view", self.controls)
        self.ranges = Button("Ranges", parent=self.controls)
        self.ranges.setCheckable(True)
        self.ranges.setToolTip("Show ranges: the lowest and highest each score may be")
        identify(self.ranges, "scores.ranges", "Show ranges")
        row = QHBoxLayout(self.controls)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.ranges)
        row.addWidget(self.switch)
        self.marks = TextLabel(MARKS, 12, 400, "text2")
        self.add_button = Button("Option", "plus")
        self.add_button.setToolTip("Add an option (Insert)")
        identify(self.add_button, "scores.add_option", "Add an option")

    def _lay_out(self) -> None:
        self.bar = QWidget(self)
        top = QHBoxLayout(self.bar)
        top.setContentsMargins(16, 4, 12, 4)
        top.addStretch(1)
        top.addWidget(self.controls)
        foot = QHBoxLayout()
        foot.setContentsMargins(6, 2, 16, 2)
        foot.setSpacing(12)
        foot.addWidget(self.add_button)
        foot.addWidget(self.marks, 1)
        self.pages = QStackedWidget(self)
        self.pages.addWidget(self.table)
        self.pages.addWidget(self.empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        line = Separator(parent=self)
        for part in (self.bar, line, self.pages, Separator(parent=self)):
            column.addWidget(part, 1 if part is self.pages else 0)
        column.addLayout(foot)

    def _connect(self) -> None:
        self.switch.changed.connect(self.set_kind)
        self.ranges.toggled.connect(self.table.show_ranges)
        self.add_button.clicked.connect(lambda: self._add_option())
        self.table.asked.connect(self._on_asked)
        self.table.typed_in_vain.connect(self._on_typed_in_vain)
        self.table.painter_of_cells.lost.connect(self._session.refuse)
        self.table.selectionModel().currentChanged.connect(self._on_current)
        self.table.pressed.connect(self._on_current)
        self.table.menu_wanted.connect(self._on_cell_menu)
        self.table.options.picked.connect(self._on_option_picked)
        self.table.options.moved.connect(self.commands.move_option)
        self.table.options.renaming.connect(self._rename_option)
        self.table.options.menu_wanted.connect(self._on_option_menu)
        self.table.criteria.picked.connect(self._on_criterion_picked)
        self.table.criteria.renaming.connect(self._rename_criterion)
        self.table.criteria.menu_wanted.connect(self._on_criterion_menu)
        self.empty.named.connect(self._on_first_named)
        self.empty.pasted.connect(self._on_first_pasted)
        look.changed.connect(self._on_look_changed)

    def set_kind(self, kind: str) -> None:
        """Show the scores as entered, "raw", or as values, "value"."""
        self.switch.set_current(kind)
        self.model.show_as(Shown(kind))

    # Showing

    def refresh(self, frame: Frame) -> None:
        """Show a frame; only what differs from the one before costs anything."""
        self._is_quiet = True
        try:
            self.model.show(frame.study, frame.result.table if frame.result is not None else None)
            self._choose_page(frame.study)
            self.table.options.mark(frame.view.option)
            self.table.criteria.mark(frame.view.criterion)
            self._follow(frame.view)
        finally:
            self._is_quiet = False
        if self._name_next is not None and (row := self.model.grid.rows.get(self._name_next)) is not None:
            self._name_next = None
            self._rename_option(row)

    def _choose_page(self, study: Study) -> None:
        grid = self.model.grid
        page = self.table if grid.options and grid.leaves else self.empty
        if page is self.empty:
            what = "criterion" if grid.options else "option"
            had = f"{counted(len(grid.options), 'option')} and no criteria yet." if grid.options else "No options yet."
            hint = f"{had} A table pasted with its headings becomes the options and criteria."
            self.empty.ask_for(what, hint)
        if self.pages.currentWidget() is not page:
            had_focus = self.pages.isAncestorOf(self.focusWidget() or self)
            self.controls.setEnabled(page is self.table)
            self.pages.setCurrentWidget(page)
            if had_focus:
                (self.table if page is self.table else self.empty.first).setFocus()

    def _follow(self, view: View) -> None:
        """Make the cell that the window looks at the current one; the selection stays where it is already."""
        at, grid = self.table.currentIndex(), self.model.grid
        row = grid.rows.get(view.option or "", at.row())
        column = grid.columns.get(view.criterion or "", at.column())
        if row >= 0 and column >= 0 and (row, column) != (at.row(), at.column()):
            self.table.setCurrentIndex(self.model.index(row, column))
        self.table.follow_current()

    def _on_look_changed(self) -> None:
        for part in (self.table.viewport(), self.table.options.viewport(), self.table.criteria.viewport(), self.table):
            part.update()

    # Looking

    def _on_current(self, current: QModelIndex) -> None:
        if current.isValid() and not self._is_quiet:
            option, leaf = self.model.cell(current)
            self._session.select(option=option, criterion=leaf)

    def _on_option_picked(self, row: int, extend: bool) -> None:
        self._pick(row, extend, is_row=True)
        self._session.select(option=self.model.grid.options[row].id, subject=Subject.OPTION)

    def _on_criterion_picked(self, column: int, extend: bool) -> None:
        self._pick(column, extend, is_row=False)
        self._session.select(criterion=self.model.grid.leaves[column].id, subject=Subject.CRITERION)

    def _pick(self, section: int, extend: bool, *, is_row: bool) -> None:
        self._is_quiet = True
        self.table.setFocus()
        self.table.pick(section, extend, is_row=is_row)
        self._is_quiet = False

    # Acting

    def _on_asked(self, command: str) -> None:
        if command == "add_option":
            self._add_option(self.table.currentIndex().row() + 1)
        else:
            self._deeds()[command]()

    def _deeds(self) -> dict[str, Callable[[], None]]:
        deeds = self.commands
        return {
            "copy": deeds.copy,
            "cut": deeds.cut,
            "paste": deeds.paste,
            "clear": deeds.clear,
            "fill_down": deeds.fill_down,
            "fill_right": deeds.fill_right,
            "move_up": deeds.move_up,
            "move_down": deeds.move_down,
        }

    def _on_typed_in_vain(self) -> None:
        at = self.table.currentIndex()
        if at.isValid() and self.model.shown is Shown.VALUE:
            self._session.refuse(READ_ONLY)

    def _add_option(self, place: int | None = None) -> None:
        command = self.commands.new_option(place)
        self._name_next = command.id
        self._session.attempt(command)

    def _on_first_named(self, name: str) -> None:
        has_options = bool(self._session.study.options)
        reason = self._session.attempt_quietly(AddCriterion(name) if has_options else AddOption(name))
        if reason:
            self.empty.refuse(reason)
        else:
            self.empty.first.clear()

    def _on_first_pasted(self, text: str) -> None:
        if text.strip():
            self.pasted_table.emit(text)
        else:
            ReasonBubble.say(self.empty.first, "The clipboard holds no text")

    # Renaming

    def _rename_option(self, row: int) -> None:
        option = self.model.grid.options[row]
        field = "short" if option.short else "name"
        place = self.table.options.section_rect(row).translated(self.table.options.pos())
        self._open_name(
            place,
            option_label(option),
            lambda text: self._session.attempt_quietly(EditOption(option.id, {field: text})),
        )

    def _rename_criterion(self, column: int) -> None:
        leaf = self.model.grid.leaves[column]
        place = self.table.criteria.section_rect(column).translated(self.table.criteria.pos())
        place.setHeight(HEAD_HEIGHT - 3)
        self._open_name(
            place, leaf.name, lambda text: self._session.attempt_quietly(EditCriterion(leaf.id, {"name": text}))
        )

    def _open_name(self, place: QRect, name: str, submit: Callable[[str], str]) -> None:
        edit = NameEdit(self.table, name, submit)
        edit.closed.connect(self.table.setFocus)
        self.table.verticalScrollBar().valueChanged.connect(edit.leave)
        self.table.horizontalScrollBar().valueChanged.connect(edit.leave)
        left = max(0, min(place.left(), self.table.width() - _NAME_WIDTH))
        edit.setGeometry(left, place.top(), max(_NAME_WIDTH, place.width()), place.height())
        edit.show()
        edit.setFocus()

    # Menus

    def _on_option_menu(self, row: int, at: QPoint) -> None:
        if self._actions is not None:
            self._option_menu(self.model.grid.options[row].id).popup(at)

    def _on_criterion_menu(self, column: int, at: QPoint) -> None:
        if self._actions is not None:
            self._criterion_menu(self.model.grid.leaves[column].id).popup(at)

    def _on_cell_menu(self, index: QModelIndex, at: QPoint) -> None:
        menu = self.cell_menu(index)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(at)

    def cell_menu(self, index: QModelIndex) -> QMenu:
        """The menu of a cell: clipboard, clearing, filling, and the menus of its option and criterion."""
        menu, is_raw = QMenu(self), self.model.shown is Shown.RAW
        deeds = self._deeds()
        for key, text, keys, writes in _CELL_MENU:
            if not key:
                menu.addSeparator()
                continue
            action = menu.addAction(f"{text}\t{keys}", deeds[key])
            action.setEnabled(is_raw or not writes)
        if self._actions is not None:
            option, leaf = self.model.cell(index)
            menu.addSeparator()
            menu.addMenu(self._option_menu(option))
            menu.addMenu(self._criterion_menu(leaf))
        return menu

    def _option_menu(self, option: Id) -> QMenu:
        assert self._actions is not None
        menu = self._actions.option_menu(option, lambda chosen: self._rename_option(self.model.grid.rows[chosen]))
        return _titled(menu, "Option")

    def _criterion_menu(self, leaf: Id) -> QMenu:
        assert self._actions is not None
        menu = self._actions.criterion_menu(
            leaf, lambda chosen: self._rename_criterion(self.model.grid.columns[chosen])
        )
        return _titled(menu, "Criterion")


_CELL_MENU = (
    ("cut", "Cut", "Ctrl+X", True),
    ("copy", "Copy", "Ctrl+C", False),
    ("paste", "Paste", "Ctrl+V", True),
    ("", "", "", False),
    ("fill_down", "Fill down", "Ctrl+D", True),
    ("fill_right", "Fill right", "Ctrl+R", True),
    ("clear", "Clear", "Del", True),
)


def _titled(menu: QMenu, title: str) -> QMenu:
    """The menu under a title, without keys that mean something else in a table of scores."""
    menu.setTitle(title)
    for action in menu.actions():
        text, _, keys = action.text().partition("\t")
        if keys and not (title == "Option" and keys.startswith("Alt+")):
            action.setText(text)
    return menu
