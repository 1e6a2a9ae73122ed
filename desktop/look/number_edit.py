"""A number that looks like text until it is touched, and refuses what is not a number in place."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from desktop.look.bubble import RefusableEdit
from desktop.look.fonts import font
from desktop.look.theme import look

Check = Callable[[str], str]
"""Takes what was typed and returns why it is refused, or "" if it is accepted."""


def number_problem(text: str) -> str:
    """Return why a text is not a plain number (decimal point or comma, optional percent sign), or ""."""
    bare = text.strip().removesuffix("%").strip().replace("\u2212", "-").replace(",", ".")
    try:
        value = float(bare)
    except ValueError:
        return f"“{text.strip()}” is not a number." if text.strip() else "Type a number."
    return "" if value - value == 0.0 else f"“{text.strip()}” is not a finite number."


class NumberEdit(RefusableEdit):
    """A right-aligned number field. Enter or leaving it commits, Esc brings back what was there.

    A refused text stays where it is, outlined in red, with the reason under it, until it is corrected; leaving the
    field with a refused text brings the old one back.
    """

    committed = Signal(str)
    refused = Signal(str)

    def __init__(
        self,
        text: str = "",
        check: Check = number_problem,
        px: float = 13,
        weight: int = 400,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._check, self._kept = check, text
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setFont(font(px, weight, tabular=True))
        self.setFrame(False)
        self.setMinimumHeight(26)
        self.setProperty("bare", True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.textEdited.connect(self._on_edited)

    def setText(self, text: str) -> None:
        """Show a number, unless the user is typing one."""
        self._kept = text
        if not (self.hasFocus() and self.isModified()) and text != self.text():
            super().setText(text)

    def refuse(self, reason: str) -> None:
        """Mark the present text as refused; for owners who find out later than the check."""
        self.mark(reason)
        if self.hasFocus():
            self.selectAll()
            self.say(reason)
        self.refused.emit(reason)

    def restore(self) -> None:
        """Bring back the number that was there."""
        super().setText(self._kept)
        self.mark("")

    def commit(self) -> bool:
        """Hand over what was typed if it is accepted; return whether it was."""
        typed, before = self.text(), self._kept
        self.mark("")
        if typed == before:
            return True
        reason = self._check(typed)
        if reason:
            self.refuse(reason)
            return False
        self._kept = typed
        self.setModified(False)
        self.committed.emit(typed)
        if self._reason:
            self._kept = before
        return not self._reason

    def _on_edited(self) -> None:
        if self._reason:
            self.mark(self._check(self.text()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.commit():
                self.selectAll()
        elif event.key() == Qt.Key.Key_Escape and (self.text() != self._kept or self._reason):
            self.restore()
            self.selectAll()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() != Qt.FocusReason.MouseFocusReason:
            self.selectAll()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() == Qt.FocusReason.PopupFocusReason:
            return
        if not self.commit() and event.reason() != Qt.FocusReason.ActiveWindowFocusReason:
            self.restore()
        self.deselect()
        self.update()

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def _edge(self) -> QColor | None:
        tokens = look.tokens
        if self._reason:
            return tokens.bad
        if self.hasFocus():
            return tokens.accent
        if not self.text():
            return tokens.text3
        return tokens.border_strong if self.underMouse() and self.isEnabled() else None

    def paintEvent(self, event: QPaintEvent) -> None:
        edge = self._edge()
        if edge is not None:
            self._paint_edge(edge)
        super().paintEvent(event)

    def _paint_edge(self, edge: QColor) -> None:
        thick = 2.0 if self._reason or self.hasFocus() else 1.0
        inset = thick / 2
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(edge, thick))
        painter.setBrush(look.tokens.surface)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), 5, 5)
        painter.end()
