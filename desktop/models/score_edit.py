"""The line in which a cell or a header is edited: it stays open, outlined in red, while what it holds is refused."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPersistentModelIndex, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from desktop.look import font, look
from desktop.look.bubble import RefusableEdit


class ScoreEdit(RefusableEdit):
    """A line of text over a cell. `refuse` marks it and says why under it; the mark goes as soon as it is edited."""

    def __init__(self, parent: QWidget, px: float = 13) -> None:
        super().__init__(parent=parent)
        self.is_done = False
        self.place = QPersistentModelIndex()
        """The cell it stands over; follows it when rows move."""
        self.before = ""
        self.setFrame(False)
        self.setProperty("bare", True)
        self.setFont(font(px, 400, tabular=True))
        self.setTextMargins(4, 0, 4, 0)
        self.textEdited.connect(self._on_edited)

    def begin(self, text: str) -> None:
        """Start from a text; leaving it as it is changes nothing."""
        self.before = text
        self.setText(text)

    def refuse(self, reason: str, short: str = "") -> None:
        """Keep the text, outline it in red and say why."""
        self.mark(reason)
        self.say(short or reason)

    def finish(self) -> None:
        """Take the mark away; nothing more is handed over."""
        self.is_done = True
        self.mark("")

    def _on_edited(self) -> None:
        self.mark("")

    def hideEvent(self, event: QHideEvent) -> None:
        self.mark("")
        super().hideEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = look.tokens
        painter = QPainter(self)
        painter.fillRect(self.rect(), tokens.surface)
        painter.setPen(QPen(tokens.bad if self._reason else tokens.accent, 2))
        painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))
        painter.end()
        super().paintEvent(event)


class NameEdit(ScoreEdit):
    """A name edited in place over a header. Enter or leaving it commits, Esc takes it back."""

    closed = Signal()

    def __init__(self, parent: QWidget, name: str, submit: Callable[[str], str]) -> None:
        super().__init__(parent)
        self._submit = submit
        self.begin(name)
        self.selectAll()
        self.setAccessibleName(f"Name of {name}")
        self.setAccessibleIdentifier("scores.name")

    def event(self, event: QEvent) -> bool:
        # Esc belongs to the name while it is open, not to a shortcut of the window.
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            is_ours = event.key() == Qt.Key.Key_Escape
            event.setAccepted(is_ours)
            return is_ours or super().event(event)
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab):
            self._commit()
        elif event.key() == Qt.Key.Key_Escape:
            self._close()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        stays = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)
        if event.reason() not in stays:
            self.leave()

    def leave(self) -> None:
        """Commit what stands there if it can be, and close."""
        if not self.is_done:
            self._commit()
            self._close()

    def _commit(self) -> None:
        reason = "" if self.text() == self.before else self._submit(self.text())
        if reason:
            self.refuse(reason)
        else:
            self._close()

    def _close(self) -> None:
        if not self.is_done:
            self.finish()
            self.hide()
            self.closed.emit()
            self.deleteLater()
