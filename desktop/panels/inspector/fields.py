"""The texts and fields of the inspector: paragraphs that wrap, and fields that look like text until touched."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QFocusEvent,
    QFont,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
    QWheelEvent,
)
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPlainTextEdit, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from desktop.look import font, look
from desktop.look.focus import came_by_keyboard
from desktop.look.painting import metrics, text_width
from desktop.look.spoken import Role, Spoken
from desktop.look.widgets import NumberEdit, Segmented, TextLabel, identify

Spans = tuple[tuple[int, int], ...]


def stressed(text: str) -> tuple[str, Spans]:
    """The text without its pairs of two stars, and (start, length) of what stood between them."""
    parts, plain, spans = text.split("**"), "", []
    for place, part in enumerate(parts):
        if place % 2:
            spans.append((len(plain), len(part)))
        plain += part
    return plain, tuple(spans)


@lru_cache(maxsize=512)
def _lines(text: str, face: QFont, width: int) -> int:
    """How many lines a text takes at a width, its line breaks counted."""
    return sum(_laid_out(part, face, width, ()).lineCount() for part in text.split("\n"))


@lru_cache(maxsize=64)
def _pitch(face: QFont) -> float:
    """How high one line of a text field is."""
    layout = _laid_out("X", face, 1000.0, ())
    return layout.lineAt(0).height()


def _laid_out(text: str, face: QFont, width: float, spans: Spans) -> QTextLayout:
    layout = QTextLayout(text, face)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    if spans:
        layout.setFormats([_bold(start, length, face) for start, length in spans])
    layout.beginLayout()
    while (line := layout.createLine()).isValid():
        line.setLineWidth(max(1.0, width))
    layout.endLayout()
    return layout


def _bold(start: int, length: int, face: QFont) -> QTextLayout.FormatRange:
    heavy = QFont(face)
    heavy.setWeight(QFont.Weight.DemiBold)
    made, style = QTextLayout.FormatRange(), QTextCharFormat()
    style.setFont(heavy)
    style.setForeground(look.tokens.text)
    made.start, made.length, made.format = start, length, style
    return made


class Paragraph(QWidget):
    """Text that wraps; after `most` lines (0: never) it is cut with an ellipsis and told whole in the tooltip."""

    def __init__(
        self,
        text: str = "",
        px: float = 12,
        weight: int = 400,
        colour: str = "text2",
        most: int = 0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.face, self._colour, self._most = font(px, weight), colour, most
        self._pitch = round(self.face.pixelSize() * 1.38 + 0.5)
        self._text, self._spans = "", ()  # type: tuple[str, Spans]
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.set_text(text)

    def spoken(self) -> Spoken:
        """A text."""
        return Spoken(self, Role.StaticText)

    def text(self) -> str:
        """The whole text, without marks."""
        return self._text

    def set_text(self, text: str, *, lays_out: bool = True) -> None:
        """Show another text; during a drag, `lays_out` is False and the height stays what it was."""
        plain, spans = stressed(text)
        if (plain, spans) == (self._text, self._spans):
            if lays_out:
                self.refit()
            return
        self._text, self._spans = plain, spans
        self.setAccessibleName(plain)
        if lays_out:
            self.refit()
        self.update()

    def refit(self) -> None:
        """Ask for a new layout if the text needs another height than it has."""
        if self.width() < 2 or self.heightForWidth(self.width()) != self.height():
            self.updateGeometry()

    def set_colour(self, colour: str) -> None:
        """Show the text in another token's colour."""
        if colour != self._colour:
            self._colour = colour
            self.update()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        lines = _lines(self._text, self.face, width)
        return self._pitch * (min(lines, self._most) if self._most else lines)

    def sizeHint(self) -> QSize:
        return QSize(264, self.heightForWidth(max(self.width(), 200)))

    def minimumSizeHint(self) -> QSize:
        return QSize(40, self._pitch)

    def resizeEvent(self, event: QResizeEvent) -> None:
        cut = self._most and _lines(self._text, self.face, self.width()) > self._most
        self.setToolTip(self._text if cut else "")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(look.tokens.colour(self._colour if self.isEnabled() else "disabled"))
        top, room, start = 0.0, float(self.height()), 0
        for part in self._text.split("\n"):
            spans = tuple((at - start, length) for at, length in self._spans if start <= at < start + len(part) + 1)
            top = self._paint_part(painter, part, spans, top, room)
            start += len(part) + 1

    def _paint_part(self, painter: QPainter, part: str, spans: Spans, top: float, room: float) -> float:
        layout = _laid_out(part, self.face, self.width(), spans)
        lift = (self._pitch - metrics(self.face).height()) / 2.0
        for number in range(layout.lineCount()):
            line = layout.lineAt(number)
            if top + self._pitch > room + 1:
                break
            is_last = top + 2 * self._pitch > room + 1 and number < layout.lineCount() - 1
            if is_last:
                self._paint_cut(painter, part[line.textStart() :], top)
            else:
                line.draw(painter, QPointF(0, top + lift - line.y()))
            top += self._pitch
        return top

    def _paint_cut(self, painter: QPainter, rest: str, top: float) -> None:
        painter.setFont(self.face)
        text = metrics(self.face).elidedText(rest, Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(QRectF(0, top, self.width(), self._pitch), int(Qt.AlignmentFlag.AlignVCenter), text)


class Link(Paragraph):
    """A paragraph that leads somewhere: underlined under the mouse, chosen by click, Enter or Space."""

    clicked = Signal()

    def __init__(
        self, identifier: str, px: float = 12, weight: int = 400, colour: str = "text2", most: int = 1
    ) -> None:
        super().__init__("", px, weight, colour, most)
        identify(self, identifier)
        self._leads: bool | None = None
        self.set_active(True)
        self._plain_face = self.face
        self._over_face = QFont(self.face)
        self._over_face.setUnderline(True)

    def spoken(self) -> Spoken:
        """A link."""
        return Spoken(self, Role.Link, self.clicked.emit)

    def set_active(self, leads: bool) -> None:
        """Whether it leads anywhere now; else it is mere text."""
        if leads != self._leads:
            self._leads = leads
            self.setCursor(Qt.CursorShape.PointingHandCursor if leads else Qt.CursorShape.ArrowCursor)
            self.setFocusPolicy(Qt.FocusPolicy.TabFocus if leads else Qt.FocusPolicy.NoFocus)

    def _underline(self, is_on: bool) -> None:
        self.face = self._over_face if is_on and self._leads else self._plain_face
        self.update()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._underline(True)

    def leaveEvent(self, event: QEvent) -> None:
        self._underline(False)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._underline(came_by_keyboard(event, False))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._underline(False)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.clicked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.clicked.emit()
        else:
            super().keyPressEvent(event)


def is_for_study(event: QEvent, is_dirty: bool) -> bool:
    """Whether an undo or redo key belongs to the study: a field takes it only while something is half typed."""
    if event.type() != QEvent.Type.ShortcutOverride or is_dirty or not isinstance(event, QKeyEvent):
        return False
    return event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo)


class TextField(QPlainTextEdit):
    """Text to read and to edit in place, as high as it needs.

    Leaving it or Ctrl+Enter (Enter, where it holds one line only) hands the text over; Esc brings back what was there.
    """

    committed = Signal(str)

    def __init__(
        self,
        identifier: str,
        name: str,
        hint: str = "",
        px: float = 13,
        weight: int = 400,
        is_line: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        identify(self, identifier, name)
        self._kept, self._is_line, self._was = "", is_line, -1
        self.setFont(font(px, weight))
        self.setPlaceholderText(hint)
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(0)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.textChanged.connect(self._refit)
        look.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        tokens = look.tokens
        self.setStyleSheet(
            "QPlainTextEdit { border: none; border-bottom: 1px solid transparent; border-radius: 0;"
            " background: transparent; padding: 1px 1px 2px 1px; }"
            f"QPlainTextEdit:hover {{ border-bottom-color: {tokens.border_strong.name()}; }}"
            f"QPlainTextEdit:focus {{ border-bottom-color: {tokens.accent.name()}; }}"
        )

    def set_text(self, text: str) -> None:
        """Show a text, unless the user is typing one."""
        if text == self._kept and text == self.toPlainText():
            return
        is_typing = self.is_dirty()
        self._kept = text
        if not is_typing:
            self.setPlainText(text)

    def is_dirty(self) -> bool:
        """Whether the user has typed something that nobody has been told of."""
        return self.toPlainText() != self._kept

    def flush(self) -> None:
        """Hand over what was typed."""
        if self.is_dirty():
            text = self.toPlainText()
            self._kept = text
            self.committed.emit(text)

    def restore(self) -> None:
        """Bring back what was there."""
        self.setPlainText(self._kept)

    def give_back(self, text: str) -> None:
        """Show what holds after all, when what was handed over was refused."""
        self._kept = text
        self.setPlainText(text)

    def event(self, event: QEvent) -> bool:
        if is_for_study(event, self.is_dirty()):
            event.ignore()
            return False
        return bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and (self._is_line or event.modifiers() & Qt.KeyboardModifier.ControlModifier):
            self.flush()
        elif event.key() == Qt.Key.Key_Escape and self.is_dirty():
            self.restore()
        else:
            super().keyPressEvent(event)

    def insertFromMimeData(self, source: object) -> None:
        text = source.text()  # type: ignore[attr-defined]
        self.insertPlainText(" ".join(text.split()) if self._is_line else text)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.flush()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    # Height

    def _refit(self) -> None:
        wanted = self.heightForWidth(self.width())
        if wanted != self._was:
            self._was = wanted
            self.updateGeometry()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        text = self.toPlainText() or self.placeholderText()
        lines = max(1, _lines(text, self.font(), width - 2))
        return round(lines * _pitch(self.font()) + 0.5) + 5

    def sizeHint(self) -> QSize:
        return QSize(264, self.heightForWidth(max(self.width(), 200)))

    def minimumSizeHint(self) -> QSize:
        return QSize(40, round(_pitch(self.font())) + 5)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.verticalScrollBar().setValue(0)


class Number(NumberEdit):
    """A number in a box; a refused one that is left behind is said aloud before the old one comes back."""

    abandoned = Signal(str)

    def __init__(self, identifier: str, name: str, check: Callable[[str], str], px: float = 13) -> None:
        super().__init__("", check, px)
        identify(self, identifier, name)
        self.setFixedHeight(28)
        self.setMinimumWidth(40)

    def is_dirty(self) -> bool:
        """Whether something was typed that has not been handed over."""
        return self.text() != self._kept

    def flush(self) -> None:
        """Hand over what was typed, or say why it cannot be taken and bring back the old number."""
        if self.is_dirty():
            reason = self._check(self.text())
            if reason:
                self.restore()
                self.setModified(False)
                self.abandoned.emit(reason)
            else:
                self.commit()

    def event(self, event: QEvent) -> bool:
        if is_for_study(event, self.is_dirty()):
            event.ignore()
            return False
        return bool(super().event(event))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self.flush()
        super().focusOutEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def _edge(self) -> QColor | None:
        return super()._edge() or look.tokens.border


class Choice(QComboBox):
    """A drop-down of keyed words that the wheel does not turn by accident."""

    picked = Signal(str)

    def __init__(self, identifier: str, name: str, words: dict[str, str]) -> None:
        super().__init__()
        identify(self, identifier, name)
        for key, text in words.items():
            self.addItem(text, key)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.activated.connect(lambda _: self.picked.emit(self.currentData()))

    def set_current(self, key: str) -> None:
        """Choose without a signal."""
        place = self.findData(key)
        if place != self.currentIndex():
            self.setCurrentIndex(place)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


def caption(text: str) -> TextLabel:
    """A small heading above a part of a page."""
    return TextLabel(text, 11, 600, "text2")


def column(spacing: int = 4) -> tuple[QWidget, QVBoxLayout]:
    """A widget with a column of its own."""
    holder = QWidget()
    box = QVBoxLayout(holder)
    box.setContentsMargins(0, 0, 0, 0)
    box.setSpacing(spacing)
    return holder, box


def labelled(text: str, field: QWidget, gap: int = 0) -> QWidget:
    """A field with a caption above it; a gap puts a text on the line of a boxed field beside it."""
    holder, box = column(2)
    box.addWidget(TextLabel(text, 11, 400, "text2"))
    box.addSpacing(gap)
    box.addWidget(field)
    return holder


def shrinkable(choices: Segmented) -> None:
    """Let a row of choices become narrower than it likes to be, down to its words."""
    for each in choices.findChildren(QPushButton):
        each.setMinimumWidth(round(text_width(each.text(), font(12, 600))) + 12)
    choices.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)


def side_by_side(*widgets: QWidget, spacing: int = 8) -> QWidget:
    """Widgets in a row that share its width."""
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(spacing)
    for widget in widgets:
        row.addWidget(widget, 1)
    return holder
