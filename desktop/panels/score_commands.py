"""What the score table can do to a study: enter, clear, copy, paste, fill, and move or add options."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

from db.study.model import Cell, Known, Score
from desktop.commands.base import Command, free_name
from desktop.commands.options import AddOption, MoveOption
from desktop.commands.scores import ClearScores, Entry, SetScores
from desktop.exchange.numbers import entry_text, parse_entry
from desktop.models import score_blocks
from desktop.models.score_grid import Block
from desktop.models.score_model import Index, ScoreModel, Shown
from desktop.panels.score_table import ScoreTable
from desktop.session import Session, now

MIME = "application/x-steelyard-scores"
READ_ONLY = "Values are computed from the scores and cannot be typed; nothing was changed; switch to Raw to edit."


class ScoreCommands:
    """Acts on a session for a table. Every refusal goes to the session's refusal listeners."""

    def __init__(self, session: Session, model: ScoreModel, ranges: Callable[[], bool]) -> None:
        self._session, self._model, self._ranges = session, model, ranges
        self._table: ScoreTable | None = None
        self.offer_table: Callable[[str], None] = lambda text: None

    def serve(self, table: ScoreTable) -> None:
        """Take the selection from this table from now on."""
        self._table = table

    # Entering

    def submit(self, index: Index, text: str, whole: bool) -> str:
        """Enter a text into a cell, or with `whole` into the whole selection; returns why not, or ""."""
        try:
            entry = parse_entry(text)
            cells = [cell for row in self._cells() for cell in row] if whole else [self._model.cell(index)]
            self._session.do(self._entering(dict.fromkeys(cells, entry), "Fill" if whole else ""))
        except Known as refusal:
            return str(refusal)
        return ""

    def clear(self) -> None:
        """Make the selected scores missing."""
        if self._may_write() and (rows := self._cells()):
            cells = tuple(cell for row in rows for cell in row)
            self._attempt(ClearScores(cells, self._session.who, now()))

    # Clipboard

    def copy(self) -> None:
        """Put the selected block on the clipboard, as text for spreadsheets and exactly for this table."""
        rows = self._shown_scores()
        if not rows:
            return
        mark = "," if _system_mark() == "," else "."
        data = QMimeData()
        data.setText(score_blocks.write_block(rows, decimal=mark, ranges=self._ranges()))
        data.setData(MIME, score_blocks.pack(rows))
        QGuiApplication.clipboard().setMimeData(data)

    def cut(self) -> None:
        """Copy the selected block, then make it missing."""
        if self._may_write():
            self.copy()
            self.clear()

    def paste(self) -> None:
        """Put the clipboard's block at the selection as one change, or change nothing and say why."""
        data = QGuiApplication.clipboard().mimeData()
        try:
            if data.hasFormat(MIME):
                self._paste_entries(score_blocks.unpack(bytes(data.data(MIME).data())))
            else:
                self._paste_text(data.text())
        except Known as refusal:
            self._session.refuse(str(refusal))

    def _paste_text(self, text: str) -> None:
        rows = score_blocks.read_block(text)
        if score_blocks.has_headers(rows):
            self.offer_table(text)
            return
        target = self._target(len(rows), len(rows[0]))
        self._enter_block(target, score_blocks.parse_block(self._session.study, target, rows))

    def _paste_entries(self, entries: list[list[Entry]]) -> None:
        self._enter_block(self._target(len(entries), len(entries[0])), entries)

    def _enter_block(self, target: list[list[Cell]], entries: list[list[Entry]]) -> None:
        found = score_blocks.fitted(self._session.study, target, entries)
        self._session.do(self._entering(found, "Paste"))
        grid, (option, leaf), (last, end) = self._model.grid, target[0][0], target[-1][-1]
        if self._table is not None and {option, last} <= grid.rows.keys() and {leaf, end} <= grid.columns.keys():
            self._table.select_block((grid.rows[option], grid.columns[leaf], grid.rows[last], grid.columns[end]))

    def _target(self, height: int, width: int) -> list[list[Cell]]:
        """The cells a block of this size goes to. Raises Known when it does not fit, or nothing can be entered."""
        block, grid = self._block(), self._model.grid
        if self._model.shown is Shown.VALUE:
            raise Known(READ_ONLY)
        if block is None:
            raise Known("No cell is selected to paste into; nothing was pasted; select one first.")
        if (height, width) == (1, 1):
            return self._cells()
        top, left = block[:2]
        room = (len(grid.options) - top, len(grid.leaves) - left)
        if height > room[0] or width > room[1]:
            raise Known(
                f"The clipboard holds {height} × {width} cells (rows × columns), but from the selected cell there are "
                f"only {room[0]} × {room[1]}; nothing was pasted; select a cell further up or left, or add rows first."
            )
        return self._cells((top, left, top + height - 1, left + width - 1))

    # Filling

    def fill_down(self) -> None:
        """Copy the top row of the selection to the rows below; a single row takes the one above it."""
        self._fill(1, 0)

    def fill_right(self) -> None:
        """Copy the left column of the selection to the right; a single column takes the one left of it."""
        self._fill(0, 1)

    def _fill(self, down: int, right: int) -> None:
        block = self._block()
        if block is None or not self._may_write():
            return
        top, left, bottom, right_end = block
        if (down and top == bottom) or (right and left == right_end):
            top, left = top - down, left - right
        if top < 0 or left < 0:
            return
        cell, entries = self._model.grid.cell, {}
        for row in range(top + down, bottom + 1):
            for column in range(left + right, right_end + 1):
                source = cell(top if down else row, left if right else column)
                entries[cell(row, column)] = _entry_of(self._session.study.score(*source))
        self._attempt(self._entering(entries, "Fill"))

    # Options

    def move_up(self) -> None:
        """Move the current option one place up."""
        self._move(-1)

    def move_down(self) -> None:
        """Move the current option one place down."""
        self._move(1)

    def move_option(self, row: int, place: int) -> None:
        """Put the option of a row at another place."""
        self._attempt(MoveOption(self._model.grid.options[row].id, place))

    def _move(self, by: int) -> None:
        row = self._table.currentIndex().row() if self._table is not None else -1
        if row >= 0 and 0 <= row + by < len(self._model.grid.options):
            self.move_option(row, row + by)

    def new_option(self, place: int | None = None) -> AddOption:
        """The command that adds an option under a free name at a place (None: last)."""
        names = [option.name for option in self._session.study.options]
        return AddOption(free_name("New option", names), place)

    # Inside

    def _block(self) -> Block | None:
        return self._table.block() if self._table is not None else None

    def _cells(self, block: Block | None = None) -> list[list[Cell]]:
        found = block or self._block()
        if found is None:
            return []
        top, left, bottom, right = found
        cell = self._model.grid.cell
        return [[cell(row, column) for column in range(left, right + 1)] for row in range(top, bottom + 1)]

    def _shown_scores(self) -> list[list[Score]]:
        block, grid = self._block(), self._model.grid
        if block is None:
            return []
        top, left, bottom, right = block
        rows, columns = range(top, bottom + 1), range(left, right + 1)
        if self._model.shown is Shown.RAW:
            return [[self._session.study.score(*grid.cell(row, column)) for column in columns] for row in rows]
        return [[_value_score(grid.values[row, column]) for column in columns] for row in rows]

    def _entering(self, entries: dict[Cell, Entry], what: str) -> SetScores:
        label = f"{what} {len(entries)} scores" if what and len(entries) > 1 else ""
        return SetScores(entries, self._session.who, now(), label)

    def _attempt(self, command: Command) -> None:
        self._session.attempt(command)

    def _may_write(self) -> bool:
        if self._model.shown is Shown.VALUE:
            self._session.refuse(READ_ONLY)
            return False
        return True


def _entry_of(score: Score) -> Entry:
    return Entry(score.likely, score.low, score.high, score.entered or entry_text(score))


def _value_score(value: float) -> Score:
    return Score() if value != value else replace(Score(), likely=float(value))


def _system_mark() -> str:
    from PySide6.QtCore import QLocale

    return QLocale.system().decimalPoint()
