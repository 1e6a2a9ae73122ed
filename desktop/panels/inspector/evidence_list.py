"""The evidence behind something: one row for each claim, with its source, date and grade."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QEnterEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from db.study.model import Evidence
from desktop.look import look, paint_icon
from desktop.look.focus import Ringed
from desktop.look.spoken import Role, Spoken
from desktop.look.widgets import Button, IconButton, identify
from desktop.panels.inspector.fields import Paragraph, caption
from desktop.panels.inspector.wording import evidence_line


class EvidenceRow(Ringed, QWidget):
    """One claim; a click or Enter opens it, Delete takes the link away."""

    opened = Signal(str)
    removed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._item: Evidence | None = None
        self.claim, self.source = Paragraph("", 13, 400, "text", 2), Paragraph("", 12, 400, "text2", 3)
        self.remove = IconButton("close", "Take this link away", 13, 22)
        texts = QVBoxLayout()
        texts.setSpacing(1)
        texts.addWidget(self.claim)
        texts.addWidget(self.source)
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 4, 0, 4)
        row.setSpacing(4)
        row.addLayout(texts, 1)
        row.addWidget(self.remove, 0, Qt.AlignmentFlag.AlignTop)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.remove.clicked.connect(self._on_remove)

    def show_item(self, item: Evidence) -> None:
        """Show a piece of evidence."""
        if item is self._item:
            return
        self._item = item
        self.claim.set_text(f"**{item.ref}**  {item.claim}")
        self.source.set_text(evidence_line(item))
        identify(self, f"inspector.evidence.{item.ref}", f"Evidence {item.ref}: {item.claim}")
        identify(self.remove, f"inspector.evidence.{item.ref}.remove", f"Take the link to {item.ref} away")

    def spoken(self) -> Spoken:
        """A button that opens the claim."""
        return Spoken(self, Role.Button, self._open)

    def _on_remove(self) -> None:
        if self._item is not None:
            self.removed.emit(self._item.id)

    def _open(self) -> None:
        if self._item is not None:
            self.opened.emit(self._item.id)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self._open()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._open()
        elif event.key() == Qt.Key.Key_Delete:
            self._on_remove()
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, area = QPainter(self), QRectF(self.rect())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.tokens.hover)
            painter.drawRoundedRect(area, 5, 5)
        paint_icon(painter, "link", QPointF(9, 13), "text2", 15)
        self.paint_focus(painter, area, 5)


class EvidenceList(QWidget):
    """A heading with an Add button, and the rows below it."""

    opened = Signal(str)
    removed = Signal(str)
    add_asked = Signal()

    def __init__(self, identifier: str, empty: str) -> None:
        super().__init__()
        self._shown: tuple[Evidence, ...] = ()
        self.add = Button("Add", "plus")
        identify(self.add, f"{identifier}.add", "Add evidence")
        identify(self, identifier, "Evidence")
        head = QHBoxLayout()
        head.addWidget(caption("Evidence"), 1)
        head.addWidget(self.add)
        self._empty = Paragraph(empty, 12, 400, "text2")
        self._rows: list[EvidenceRow] = []
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(2)
        self._box.addLayout(head)
        self._box.addWidget(self._empty)
        self.add.clicked.connect(self.add_asked)

    def spoken(self) -> Spoken:
        """A group of controls."""
        return Spoken(self, Role.Grouping)

    def show_items(self, items: tuple[Evidence, ...]) -> None:
        """Show these pieces of evidence."""
        if len(items) == len(self._shown) and all(a is b for a, b in zip(items, self._shown, strict=True)):
            return
        self._shown = items
        while len(self._rows) < len(items):
            self._rows.append(self._new_row())
        for row, item in zip(self._rows, items, strict=False):
            row.show_item(item)
        for place, row in enumerate(self._rows):
            row.setVisible(place < len(items))
        self._empty.setVisible(not items)

    def rows(self) -> list[EvidenceRow]:
        """The rows on show."""
        return self._rows[: len(self._shown)]

    def _new_row(self) -> EvidenceRow:
        row = EvidenceRow()
        row.opened.connect(self.opened)
        row.removed.connect(self.removed)
        self._box.addWidget(row)
        return row
