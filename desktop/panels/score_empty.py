"""What stands in the place of the score table while a study has no options or no criteria."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.look import font, look
from desktop.look.bubble import ReasonBubble
from desktop.look.widgets import Button, TextLabel, identify
from desktop.models.score_blocks import brief
from desktop.models.score_header import COLUMN_WIDTH, HEAD_HEIGHT, OPTION_WIDTH, ROW_HEIGHT


class FirstName(QLineEdit):
    """The first cell: a name typed here begins the table, a table pasted here becomes it."""

    pasted = Signal(str)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            is_ours = event.matches(QKeySequence.StandardKey.Paste)
            event.setAccepted(is_ours)
            return is_ours or super().event(event)
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        text = QGuiApplication.clipboard().text()
        if event.matches(QKeySequence.StandardKey.Paste) and ("\t" in text or "\n" in text.strip()):
            self.pasted.emit(text)
        else:
            super().keyPressEvent(event)


class EmptyScores(QWidget):
    """An invitation over the outline of a table, with its first cell ready."""

    named = Signal(str)
    pasted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.first = FirstName(self)
        self.first.setFont(font(13))
        self.first.setFixedWidth(280)
        self.title = TextLabel("Paste scores or type in the first cell", 14, 600)
        self.hint = TextLabel("", 12, 400, "text2")
        self.paste_button = Button("Paste a table", "table", "outlined")
        identify(self.first, "scores.first")
        identify(self.paste_button, "scores.paste_table", "Paste a table from the clipboard")
        self._lay_out()
        self.first.returnPressed.connect(self._on_entered)
        self.first.pasted.connect(self.pasted)
        self.paste_button.clicked.connect(self._on_paste)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.first)
        row.addWidget(self.paste_button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(OPTION_WIDTH + 24, HEAD_HEIGHT + 16, 24, 16)
        column.setSpacing(8)
        column.addWidget(self.title)
        column.addWidget(self.hint)
        column.addSpacing(4)
        column.addLayout(row)
        column.addStretch(1)

    def ask_for(self, what: str, hint: str) -> None:
        """Ask for the first "option" or "criterion"."""
        self.first.setPlaceholderText(f"Name of the first {what}")
        self.first.setAccessibleName(f"Name of the first {what}")
        self.hint.setText(hint)

    def refuse(self, reason: str) -> None:
        """Keep what was typed and say under it why it cannot be."""
        ReasonBubble.say(self.first, brief(reason))

    def _on_entered(self) -> None:
        if self.first.text().strip():
            self.named.emit(self.first.text())

    def _on_paste(self) -> None:
        self.pasted.emit(QGuiApplication.clipboard().text())

    def paintEvent(self, event: QPaintEvent) -> None:
        """The faint outline of the table that is to come."""
        painter, tokens = QPainter(self), look.tokens
        painter.fillRect(self.rect(), tokens.surface)
        for x in range(OPTION_WIDTH, self.width(), COLUMN_WIDTH):
            painter.fillRect(x, 0, 1, HEAD_HEIGHT, tokens.grid)
        painter.fillRect(0, HEAD_HEIGHT, self.width(), 1, tokens.border)
        for y in range(HEAD_HEIGHT + ROW_HEIGHT, self.height(), ROW_HEIGHT):
            painter.fillRect(0, y, OPTION_WIDTH, 1, tokens.grid)
        painter.fillRect(OPTION_WIDTH, 0, 1, self.height(), tokens.border)
