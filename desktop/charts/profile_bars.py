"""One option on every criterion, or the parts of a whole: a column of thin bars with names and numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from desktop.look import colour_of, font, look
from desktop.look.focus import Ringed
from desktop.look.painting import draw_text, track
from desktop.look.spoken import Part, SpokenParts, say_stop

ROW = 19
_TELL_MS = 250


@dataclass(frozen=True)
class Bar:
    """One row: what it stands for, its name, how far the bar reaches (0 to 1, None: missing), its number and why."""

    id: str
    name: str
    part: float | None
    number: str
    colour: int
    note: str = field(default="", compare=False)


class ProfileBars(Ringed, QWidget):
    """Rows of 19 px, painted in one go; a click, Enter or Space on a row chooses it.

    A plain widget and no chart view: the bars scroll with the text around them and need neither axes nor zoom.
    """

    chosen = Signal(str)

    def __init__(self, name: str = "", identifier: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bars: tuple[Bar, ...] = ()
        self._selected = ""
        self._over, self._at = -1, 0
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)
        self.setAccessibleIdentifier(identifier)
        self._tell = QTimer(self)
        self._tell.setSingleShot(True)
        self._tell.setInterval(_TELL_MS)
        self._tell.timeout.connect(self._on_tell)
        look.changed.connect(self.update)

    def show(self, bars: Sequence[Bar], selected: str = "") -> None:
        """Show these rows, one of them stressed; only another number of rows asks for a new layout."""
        shown = tuple(bars)
        is_same, is_resized = (shown, selected) == (self._bars, self._selected), len(shown) != len(self._bars)
        self._bars, self._selected = shown, selected
        if is_same:
            return
        self._at = max(0, min(self._at, len(shown) - 1))
        if is_resized:
            self.updateGeometry()
        self._tell.start()
        self.update()

    def bars(self) -> tuple[Bar, ...]:
        """The rows on show."""
        return self._bars

    def sizeHint(self) -> QSize:
        return QSize(264, ROW * len(self._bars))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, ROW * len(self._bars))

    def row_at(self, y: float) -> int:
        """The row at a height, -1 for none."""
        row = int(y // ROW)
        return row if 0 <= row < len(self._bars) else -1

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        first, last = max(0, event.rect().top() // ROW), event.rect().bottom() // ROW + 1
        for row in range(first, min(last, len(self._bars))):
            self._paint_row(painter, row, self._bars[row])
        if self._bars:
            self.paint_focus(painter, QRectF(-4, self._at * ROW, self.width() + 8, ROW), 4)

    def _paint_row(self, painter: QPainter, row: int, bar: Bar) -> None:
        tokens, top, width = look.tokens, row * ROW, self.width()
        is_stressed = bar.id == self._selected
        if row == self._over:
            painter.fillRect(QRectF(0, top, width, ROW), tokens.hover)
        face, ink = font(11.5, 600 if is_stressed else 400), tokens.text if is_stressed else tokens.text2
        name_width = width * 0.54
        draw_text(painter, QRectF(0, top, name_width - 8, ROW), bar.name, face, ink)
        area = QRectF(name_width, top, width - name_width - 36, ROW)
        track(painter, area, bar.part or 0.0, colour_of(bar.colour), 6.0)
        right = Qt.AlignmentFlag.AlignRight
        face = font(12, 600 if is_stressed else 400, True)
        draw_text(painter, QRectF(width - 36, top, 36, ROW), bar.number, face, tokens.text, right)

    # Choosing

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self.row_at(event.position().y()))

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(-1)

    def _hover(self, row: int) -> None:
        if row == self._over:
            return
        self._over = row
        self.setCursor(Qt.CursorShape.PointingHandCursor if row >= 0 else Qt.CursorShape.ArrowCursor)
        self.update()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            row = self.row_at(event.pos().y())  # type: ignore[attr-defined]
            text = "" if row < 0 else f"{self._bars[row].name}\n{self._bars[row].note}".strip()
            QToolTip.showText(event.globalPos(), text, self)  # type: ignore[attr-defined]
            return True
        return bool(super().event(event))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        row = self.row_at(event.position().y())
        if (
            event.button() == Qt.MouseButton.LeftButton
            and row >= 0
            and self.rect().contains(event.position().toPoint())
        ):
            self._at = row
            self.chosen.emit(self._bars[row].id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys, last = Qt.Key, len(self._bars) - 1
        moves = {keys.Key_Up: self._at - 1, keys.Key_Down: self._at + 1, keys.Key_Home: 0, keys.Key_End: last}
        if event.key() in moves and self._bars:
            self._at = max(0, min(last, moves[keys(event.key())]))
            say_stop(self)
            self._tell.start()
            self.update()
        elif event.key() in (keys.Key_Return, keys.Key_Enter, keys.Key_Space) and self._bars:
            self.chosen.emit(self._bars[self._at].id)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._at = next((row for row, bar in enumerate(self._bars) if bar.id == self._selected), self._at)
        super().focusInEvent(event)

    # Telling

    def spoken(self) -> SpokenParts:
        """A chart whose parts are its rows."""
        return SpokenParts(self)

    def spoken_parts(self) -> list[Part]:
        """The rows, of which the keys are at one."""
        height = self.height() / max(1, len(self._bars))
        return [
            Part(
                f"{bar.name}: {bar.number}",
                QRectF(0, row * height, self.width(), height),
                row == self._at,
                partial(self.chosen.emit, bar.id),
            )
            for row, bar in enumerate(self._bars)
        ]

    def _on_tell(self) -> None:
        rows = "; ".join(f"{bar.name} {bar.number}" for bar in self._bars)
        at = f" At {self._bars[self._at].name}." if self.hasFocus() and self._bars else ""
        self.setAccessibleDescription(f"{rows}.{at}" if rows else "Nothing to show")
