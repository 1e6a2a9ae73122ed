"""The backups of the open study: when each was made, how large it is, what it holds; to look at, or to restore."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QLabel, QTableWidget, QTableWidgetItem

from desktop.look.buttons import Button
from desktop.look.focus import identify
from desktop.look.painting import hint
from desktop.look.widgets import paragraph
from desktop.window.dialog import Dialog
from desktop.window.list_card import FLAT_ROWS, ListCard

if TYPE_CHECKING:
    from collections.abc import Callable

    from desktop.window.desk import Archive, BackupCopy
    from desktop.window.main_window import MainWindow

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_HEADINGS = ("Made", "Change", "Size", "Checked", "Holds")


class BackupsDialog(Dialog):
    """Lists them, the newest first. Restoring makes a study of its own; the open one stays as it is."""

    def __init__(self, archive: Archive, window: MainWindow) -> None:
        super().__init__("Backups", "Restore as a study of its own", window)
        self.cancel.setText("Close")
        self.resize(min(900, window.width() - 40), 440)
        self._archive = archive
        self._backups = archive.backups()
        self.table = self._table()
        self.look = Button("Look at it", kind="outlined")
        identify(self.look, "backups.look")
        self.look.clicked.connect(lambda: self._do(self._archive.look_at_backup))
        self.buttons.insertWidget(self.buttons.indexOf(self.accept_button), self.look)
        self.body.addWidget(
            paragraph(
                "A backup is made every ten minutes while the study changes, when it is closed, and before a file is "
                "taken over. Each is checked from end to end before it gets its name."
            )
        )
        card = ListCard(self.table)
        card.body.addWidget(self.table if self._backups else _none_yet())
        self.body.addWidget(card, 1)
        self.table.itemSelectionChanged.connect(self._on_chosen)
        self._on_chosen()

    def _on_chosen(self) -> None:
        for button in (self.look, self.accept_button):
            button.setEnabled(self.table.selectionModel().hasSelection())

    def _table(self) -> QTableWidget:
        table = QTableWidget(len(self._backups), len(_HEADINGS))
        identify(table, "backups.table", "Backups")
        table.setHorizontalHeaderLabels(_HEADINGS)
        table.verticalHeader().hide()
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.setWordWrap(False)
        for row, backup in enumerate(self._backups):
            for column, text in enumerate(_cells(backup)):
                item = QTableWidgetItem(text)
                item.setToolTip(hint(text))
                if column in (1, 2):
                    item.setTextAlignment(_RIGHT)
                table.setItem(row, column, item)
        table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column in (1, 2):
            table.horizontalHeaderItem(column).setTextAlignment(_RIGHT)
        table.setStyleSheet(FLAT_ROWS)
        table.resizeColumnsToContents()
        table.horizontalHeader().setSectionResizeMode(len(_HEADINGS) - 1, QHeaderView.ResizeMode.Stretch)
        table.cellDoubleClicked.connect(lambda *_: self._do(self._archive.look_at_backup))
        if self._backups:
            table.selectRow(0)
        return table

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        first = self.table if self._backups else self.cancel
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def try_accept(self) -> None:
        """Restore the selected one, or say why not."""
        self._do(self._archive.restore_backup)

    def _do(self, act: Callable[[str], None]) -> None:
        row = self.table.currentRow()
        if not self.table.selectionModel().isRowSelected(row):
            return
        self.carry_out(lambda: act(self._backups[row].key))


def _none_yet() -> QLabel:
    told = paragraph("There is no backup yet: the first is made when this study changes.", 13)
    told.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return told


def _cells(backup: BackupCopy) -> tuple[str, ...]:
    made = datetime.fromisoformat(backup.made_at).astimezone()
    size = f"{backup.size / 1e6:.1f} MB" if backup.size >= 1e5 else f"{backup.size / 1e3:.0f} kB"
    holds = backup.holds or "Not known: its description is missing"
    return f"{made:%d %b %Y, %H:%M}", str(backup.seq), size, "yes" if backup.verified else "no", holds
