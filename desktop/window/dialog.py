"""What every dialog of ours looks like: a title, room for its own parts, a line for trouble, and its buttons."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from db.study.model import Known
from desktop.look import look
from desktop.look.buttons import Button
from desktop.look.widgets import TextLabel, paragraph


class Dialog(QDialog):
    """Put parts into `.body`; `accept_text` names the button that does it. It stays open while it cannot be done."""

    def __init__(self, title: str, accept_text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(TextLabel(title, 17, 600))
        self.body = QVBoxLayout()
        self.body.setSpacing(10)
        column.addLayout(self.body, 1)
        self.trouble = paragraph("", 12, "bad")
        self.trouble.setAccessibleIdentifier("dialog.trouble")
        column.addWidget(self.trouble)
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(8)
        self.buttons.addStretch(1)
        self.cancel = Button("Cancel" if accept_text else "Close")
        self.cancel.setAccessibleIdentifier("dialog.cancel")
        self.cancel.clicked.connect(self.reject)
        self.buttons.addWidget(self.cancel)
        self.accept_button = Button(accept_text, kind="primary")
        self.accept_button.setAccessibleIdentifier("dialog.accept")
        self.accept_button.setDefault(True)
        self.accept_button.clicked.connect(self.try_accept)
        self.accept_button.setVisible(bool(accept_text))
        self.buttons.addWidget(self.accept_button)
        column.addLayout(self.buttons)
        self.say("")

    def say(self, trouble: str) -> None:
        """Say why it cannot be done; "" when it can."""
        self.trouble.setText(trouble)
        self.trouble.setVisible(bool(trouble))

    def carry_out(self, act: Callable[[], object]) -> None:
        """Do something and close, or say why it cannot be done.

        What is done may close the dialog itself, together with the study it belongs to.
        """
        try:
            act()
        except Known as trouble:
            if not isValid(self):
                raise
            self.say(str(trouble))
            return
        if isValid(self):
            self.accept()

    def try_accept(self) -> None:
        """Do it, or say why not. Dialogs of their own override this."""
        self.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), look.tokens.surface)


def field_label(text: str) -> TextLabel:
    """The small label above a field."""
    return TextLabel(text, 12, 600, "text2")
