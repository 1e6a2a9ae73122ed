"""Ctrl+K: find and run any action, option, criterion or perspective; "weight cost 25" sets a weight."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from desktop.look import look
from desktop.look.fonts import font
from desktop.look.painting import draw_text, text_width

WIDTH, ROWS, ROW, HEAD, FOOT = 560, 12, 30, 56, 14

NOTE = Qt.ItemDataRole.UserRole

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class Found:
    """One line of the palette: what it is, a note at its right, and what choosing it does."""

    text: str
    note: str
    run: Callable[[], object]


Source = Callable[[str], Iterable[Found]]
"""Gives lines for a query that is not just a filter, such as "weight cost 25"."""


class CommandPalette(QFrame):
    """An overlay inside the window, not a window of its own, so that screen readers find it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self._lines: Sequence[Found] = ()
        self._special: Source = lambda query: ()
        self._shown: list[Found] = []
        self._came_from: QWidget | None = None
        self.field = QLineEdit()
        self.field.setPlaceholderText("Search or run a command")
        self.field.setAccessibleName("Search or run a command")
        self.field.setAccessibleIdentifier("palette.field")
        self.field.setMinimumHeight(36)
        self.list = QListWidget()
        self.list.setAccessibleName("Matches")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setUniformItemSizes(True)
        self.list.setItemDelegate(_LineDelegate(self.list))
        self.list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 10, 10)
        column.addWidget(self.field)
        column.addWidget(self.list)
        self.field.textChanged.connect(self._fill)
        self.field.installEventFilter(self)
        self.list.itemClicked.connect(lambda item: self._run(self.list.row(item)))
        self.hide()

    def open(self, lines: Sequence[Found], special: Source) -> None:
        """Show the palette over the window with these lines to search."""
        self._lines, self._special = lines, special
        focused = QApplication.focusWidget()
        if focused is not None and not self.isAncestorOf(focused):
            self._came_from = focused
        width = min(WIDTH, self._over.width() - 40)
        self.setGeometry((self._over.width() - width) // 2, 62, width, HEAD + ROWS * ROW + FOOT)
        self.field.clear()
        self._fill("")
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def _fill(self, query: str) -> None:
        ranked = sorted(
            ((score, place) for place, line in enumerate(self._lines) if (score := match(query, line.text)) > 0),
            key=lambda pair: (-pair[0], pair[1]),
        )
        self._shown = [*self._special(query), *(self._lines[place] for _, place in ranked[:60])]
        self.list.clear()
        for line in self._shown:
            item = QListWidgetItem(line.text)
            item.setData(NOTE, line.note)
            item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, line.note)
            item.setSizeHint(QSize(100, ROW))
            self.list.addItem(item)
        if not self._shown:
            nothing = QListWidgetItem("Nothing found")
            nothing.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addItem(nothing)
        self.list.setCurrentRow(0 if self._shown else -1)
        rows = min(ROWS, max(1, len(self._shown)))
        self.resize(self.width(), HEAD + rows * ROW + FOOT)

    def _run(self, row: int) -> None:
        if 0 <= row < len(self._shown):
            chosen = self._shown[row]
            self.close_palette()
            chosen.run()

    def close_palette(self) -> None:
        """Hide the palette and give the focus back."""
        came_from, self._came_from = self._came_from, None
        self.hide()
        target = came_from if came_from is not None and isValid(came_from) and came_from.isVisible() else self._over
        target.setFocus(Qt.FocusReason.PopupFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut and self.isVisible():
            self.hide()
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._on_key(event)
        return False

    def _on_key(self, event: QKeyEvent) -> bool:
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}
        key = Qt.Key(event.key())
        if key in steps:
            row = max(0, min(self.list.count() - 1, self.list.currentRow() + steps[key]))
            self.list.setCurrentRow(row)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._run(self.list.currentRow())
        elif key == Qt.Key.Key_Escape:
            self.close_palette()
        else:
            return False
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.tokens.border_strong, 1))
        painter.setBrush(look.tokens.raised)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)


class _LineDelegate(QStyledItemDelegate):
    """Paints a line with its note at the right."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        area, tokens = QRectF(option.rect), look.tokens
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.accent_soft)
            painter.drawRoundedRect(area, 6, 6)
        note = str(index.data(NOTE) or "")
        room = text_width(note, font(12)) + 10
        words = QRectF(area.left() + 10, area.top(), area.width() - room - 28, area.height())
        draw_text(painter, words, str(index.data()), font(13), tokens.text)
        place = QRectF(area.right() - room - 8, area.top(), room, area.height())
        draw_text(painter, place, note, font(12), tokens.text2, Qt.AlignmentFlag.AlignRight)


def match(query: str, text: str) -> float:
    """How well a text answers a query: 0 for not at all. Words anywhere beat letters in order."""
    wanted, there = query.casefold().split(), text.casefold()
    if not wanted:
        return 1.0
    if all(word in there for word in wanted):
        starts = sum(bool(re.search(rf"\b{re.escape(word)}", there)) for word in wanted)
        return 2.0 + starts - len(there) / 1000.0
    letters = iter(there)
    return 0.5 if all(letter in letters for letter in "".join(wanted)) else 0.0
