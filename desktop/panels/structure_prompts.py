"""Small dialogs that ask for one line and stay open, saying why, while it is refused."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.look.buttons import Button
from desktop.look.widgets import TextLabel

Act = Callable[[str], str]
"""Does what was asked with the text; returns why it is refused, or "" when it is done."""


class Prompt(QDialog):
    """Asks for one line of text. Show it with `open()`; it deletes itself when it goes."""

    def __init__(self, title: str, label: str, text: str, do: str, act: Act, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._act = act
        self.setWindowTitle(title)
        self.setAccessibleIdentifier("prompt")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(420)
        self.edit = QLineEdit(text)
        self.edit.setAccessibleName(label)
        self.edit.setAccessibleIdentifier("prompt.text")
        self.edit.selectAll()
        self.edit.textEdited.connect(lambda: self.show_reason(""))
        self.reason = TextLabel("", 12, 400, "bad")
        self.reason.setAccessibleIdentifier("prompt.reason")
        self._lay_out(label, do)

    def _lay_out(self, label: str, do: str) -> None:
        self.accept_button = Button(do, kind="primary")
        self.accept_button.setDefault(True)
        self.accept_button.setAccessibleIdentifier("prompt.accept")
        self.accept_button.clicked.connect(self.accept)
        cancel = Button("Cancel", kind="outlined")
        cancel.setAccessibleIdentifier("prompt.cancel")
        cancel.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(cancel)
        row.addWidget(self.accept_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(8)
        column.addWidget(TextLabel(label, 13, 600))
        column.addWidget(self.edit)
        column.addWidget(self.reason)
        column.addLayout(row)

    def show_reason(self, reason: str) -> None:
        """Say why the text is refused; "" takes the reason away."""
        self.reason.setText(reason)
        self.edit.setProperty("refused", bool(reason))
        self.edit.style().unpolish(self.edit)
        self.edit.style().polish(self.edit)

    def accept(self) -> None:
        reason = self._act(self.edit.text())
        if reason:
            self.show_reason(reason)
            self.edit.setFocus()
            self.edit.selectAll()
        else:
            super().accept()
