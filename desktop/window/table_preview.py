"""A small read-only table that shows what a file holds or will hold, cell by cell as text."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from desktop.look.fonts import font

WIDEST, NARROWEST, HEAD = 220, 150, 84


class TablePreview(QTableWidget):
    """First row as headings; nothing can be edited."""

    def __init__(self, name: str, identifier: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setAccessibleIdentifier(identifier)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.verticalHeader().setVisible(False)
        self.verticalHeader().setDefaultSectionSize(26)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.setWordWrap(False)
        wrap = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag(int(wrap)))
        self.horizontalHeader().setFixedHeight(HEAD)
        self.setFont(font(12, tabular=True))

    def show_rows(self, rows: Sequence[Sequence[str]]) -> None:
        """Show these rows, the first as headings."""
        heads, body = (list(rows[0]), rows[1:]) if rows else ([], [])
        width = max((len(row) for row in rows), default=0)
        self.setColumnCount(width)
        self.setRowCount(len(body))
        self.setHorizontalHeaderLabels(heads + [""] * (width - len(heads)))
        for column, head in enumerate(heads):
            self.horizontalHeaderItem(column).setToolTip(head)
        for row, cells in enumerate(body):
            for column in range(width):
                text = cells[column] if column < len(cells) else ""
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                self.setItem(row, column, item)
        metrics = self.fontMetrics()
        for column in range(width):
            texts = [row[column] for row in body if column < len(row)]
            widest = max((metrics.horizontalAdvance(text) for text in texts), default=40)
            self.setColumnWidth(column, min(WIDEST, max(NARROWEST, widest + 26)))
