"""Small widgets every panel shares."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from desktop.look.bubble import ReasonBubble
from desktop.look.buttons import Button, Segmented, link_button
from desktop.look.focus import identify
from desktop.look.fonts import font
from desktop.look.icons import IconButton, paint_icon
from desktop.look.number_edit import NumberEdit
from desktop.look.painting import draw_text, metrics, text_width
from desktop.look.theme import look

__all__ = [
    "Banner",
    "Button",
    "Card",
    "CardHeader",
    "Chip",
    "IconButton",
    "NumberEdit",
    "ReasonBubble",
    "Segmented",
    "Separator",
    "TextLabel",
    "Toast",
    "identify",
    "link_button",
    "paragraph",
    "scroll_area",
]

TONES = ("neutral", "info", "good", "warn", "bad")
_TONE_ICON = {"neutral": "info", "info": "info", "good": "check", "warn": "warning", "bad": "warning"}


def tone_colours(tone: str) -> tuple[QColor, QColor]:
    """Return (ink, ground) of a tone: "neutral", "info", "good", "warn" or "bad"."""
    tokens = look.tokens
    return {
        "neutral": (tokens.text2, tokens.hover),
        "info": (tokens.accent, tokens.accent_soft),
        "good": (tokens.good, tokens.good_soft),
        "warn": (tokens.warn, tokens.warn_soft),
        "bad": (tokens.bad, tokens.bad_soft),
    }[tone]


class Card(QFrame):
    """A panel's surface: rounded, one line around it. Put content into .body."""

    def __init__(self, parent: QWidget | None = None, radius: float = 8.0) -> None:
        super().__init__(parent)
        self._radius = radius
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(1, 1, 1, 1)
        self.body.setSpacing(0)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.tokens.border, 1))
        painter.setBrush(look.tokens.surface)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), self._radius, self._radius)


class TextLabel(QLabel):
    """One line of text in a token's colour, shortened where it must be, with the whole as tooltip.

    Another text never asks for a new layout, so it may change while a weight is dragged.
    """

    def __init__(
        self,
        text: str = "",
        px: float = 13,
        weight: int = 400,
        colour: str = "text",
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
        tabular: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.face: QFont = font(px, weight, tabular)
        self._text, self._colour, self._align = "", colour, align
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setText(text)

    def text(self) -> str:
        """Return the whole text, also where it is shown shortened."""
        return self._text

    def setText(self, text: str, announce: bool = True) -> None:
        """Show another text; during a drag pass announce=False and call announce() when it ends."""
        if text == self._text:
            return
        self._text = text
        if announce:
            self.announce()
        self._refresh_tooltip()
        self.update()

    def announce(self) -> None:
        """Let screen readers know the present text."""
        if self.accessibleName() != self._text:
            self.setAccessibleName(self._text)

    def set_colour(self, colour: str) -> None:
        """Show the text in another token's colour."""
        if colour != self._colour:
            self._colour = colour
            self.update()

    def is_elided(self) -> bool:
        """Whether the text is wider than the label."""
        return text_width(self._text, self.face) > self.width()

    def _refresh_tooltip(self) -> None:
        wanted = self._text if self.is_elided() else ""
        if wanted != self.toolTip():
            self.setToolTip(wanted)

    def sizeHint(self) -> QSize:
        return QSize(round(text_width(self._text, self.face) + 1), round(self.face.pixelSize() * 1.35 + 0.5))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._refresh_tooltip()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.width() < 3 * self.face.pixelSize() and self.is_elided():
            return  # A letter or two say nothing; the tooltip has it all.
        painter = QPainter(self)
        colour = look.tokens.colour(self._colour if self.isEnabled() else "disabled")
        draw_text(painter, QRectF(self.rect()), self._text, self.face, colour, self._align)


def paragraph(text: str = "", px: float = 12, colour: str = "text2", weight: int = 400) -> QLabel:
    """Return a label that wraps, in a token's colour (text, text2, text3, accent, good, warn or bad)."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)  # Names from a file stand in it.
    label.setFont(font(px, weight))
    label.setProperty("ink", colour)
    label.setWordWrap(True)
    return label


class Separator(QWidget):
    """A line one pixel thick."""

    def __init__(self, vertical: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        if vertical:
            self.setFixedWidth(1)
        else:
            self.setFixedHeight(1)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), look.tokens.border)


def scroll_area(content: QWidget) -> QScrollArea:
    """Return an area that scrolls the content up and down and shows the card's own surface behind it."""
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(content)
    area.viewport().setAutoFillBackground(False)
    content.setAutoFillBackground(False)
    return area


class CardHeader(QWidget):
    """The top of a card: a title, a quiet sentence beside it, and room for buttons at the right."""

    def __init__(self, title: str, subtitle: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = TextLabel(title, 14, 600)
        self.title.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.title.setMinimumWidth(round(text_width(title, self.title.face) + 1))
        self.subtitle = TextLabel(subtitle, 12, 400, "text2")
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(4)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 12, 8)
        row.setSpacing(10)
        row.addWidget(self.title)
        row.addWidget(self.subtitle, 1)
        row.addLayout(self.buttons)
        self.setFixedHeight(48)

    def set_subtitle(self, text: str) -> None:
        """Say another sentence beside the title; nothing is laid out anew."""
        self.subtitle.setText(text)

    def add(self, widget: QWidget) -> None:
        """Put a button at the right."""
        self.buttons.addWidget(widget)


class Chip(QLabel):
    """A short word on a soft ground; tone is "neutral", "info", "good", "warn" or "bad"."""

    def __init__(self, text: str, tone: str = "neutral", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text, self._tone = text, tone
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)

    def text(self) -> str:
        """Return the word."""
        return self._text

    def tone(self) -> str:
        """Return the tone."""
        return self._tone

    def set_text(self, text: str, tone: str = "") -> None:
        """Say another word, in another tone if given."""
        self._text, self._tone = text, tone or self._tone
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(round(text_width(self._text, font(11, 600)) + 17), 20)

    minimumSizeHint = sizeHint

    def paintEvent(self, event: QPaintEvent) -> None:
        ink, ground = tone_colours(self._tone)
        painter, area = QPainter(self), QRectF(self.rect())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(area, area.height() / 2, area.height() / 2)
        draw_text(painter, area, self._text, font(11, 600), ink, Qt.AlignmentFlag.AlignHCenter)


class _Sentence(TextLabel):
    """A text that is never shortened: it runs over as many lines as it needs."""

    WRAP = int(Qt.TextFlag.TextWordWrap) | int(Qt.AlignmentFlag.AlignLeft) | int(Qt.AlignmentFlag.AlignVCenter)
    PADDING = 10

    def __init__(self, px: float, weight: int) -> None:
        super().__init__("", px, weight)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def setText(self, text: str, announce: bool = True) -> None:
        super().setText(text, announce)
        self.updateGeometry()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        room = QRectF(0, 0, max(width, 80), 10_000)
        return round(metrics(self.face).boundingRect(room, self.WRAP, self._text).height()) + self.PADDING

    def is_elided(self) -> bool:
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self.face)
        painter.setPen(look.tokens.colour(self._colour))
        painter.drawText(QRectF(self.rect()), self.WRAP, self._text)


class Banner(QFrame):
    """A sentence that says what happened, with an optional button and a cross; hidden until it has something to say.

    It is as high as the sentence needs, since the reason and what to do stand at its end.
    """

    LOWEST = 38

    acted = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone = "info"
        self._is_lasting = False
        self._act: Callable[[], object] = lambda: None
        self._label = _Sentence(13, 500)
        self._button, self._second = Button("", kind="link"), Button("", kind="link")
        self._second_act: Callable[[], object] = lambda: None
        self._close = IconButton("close", "Close this message", 16, 26)
        row = QHBoxLayout(self)
        row.setContentsMargins(40, 4, 8, 4)
        row.setSpacing(8)
        row.addWidget(self._label, 1)
        row.addWidget(self._button)
        row.addWidget(self._second)
        row.addWidget(self._close)
        self.setMinimumHeight(self.LOWEST)
        self._button.clicked.connect(lambda: self._on_acted(self._act))
        self._second.clicked.connect(lambda: self._on_acted(self._second_act))
        self._close.clicked.connect(self.dismiss)
        self.hide()

    def say(
        self,
        text: str,
        tone: str = "info",
        action: str = "",
        act: Callable[[], object] | None = None,
        second: tuple[str, Callable[[], object]] = ("", lambda: None),
        lasting: bool = False,
    ) -> None:
        """Show a message; `action` is the text of the button and `act` what it does, `second` another such pair.

        A lasting one has no cross: it goes when what it speaks of goes.
        """
        self._tone, self._act, self._second_act = tone, act or (lambda: None), second[1]
        self._is_lasting = lasting
        self._second.setText(second[0])
        self._second.setVisible(bool(second[0]))
        self._close.setVisible(not lasting)
        self._label.setText(text)
        self.setAccessibleName(text)
        self._button.setText(action)
        self._button.setVisible(bool(action))
        self.show()
        if self.parentWidget() is not None:
            self.raise_()
        self.update()

    def _beside(self) -> int:
        """How much of the width the sign, the button and the cross take."""
        shown = [button for button in (self._button, self._second) if button.text()]
        return 40 + 8 + self._close.width() + 8 + sum(button.sizeHint().width() + 8 for button in shown)

    def text(self) -> str:
        """Return what it says."""
        return self._label.text()

    def dismiss(self) -> None:
        """Take the message away."""
        self.hide()
        self.closed.emit()

    def _on_acted(self, act: Callable[[], object]) -> None:
        if not self._is_lasting:
            self.dismiss()
        act()
        self.acted.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        ink, ground = tone_colours(self._tone)
        painter, area = QPainter(self), QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(ink, 1))
        painter.setBrush(ground)
        painter.drawRoundedRect(area, 7, 7)
        centre = area.center()
        centre.setX(22)
        paint_icon(painter, _TONE_ICON[self._tone], centre, ink, 18)


class Toast(Banner):
    """A banner that floats at the foot of its parent and goes by itself after a few seconds."""

    LASTS_MS = 6000
    WIDEST = 820

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._room = parent
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.dismiss)
        parent.installEventFilter(self)

    def say(self, text: str, tone: str = "info", action: str = "", act: Callable[[], object] | None = None) -> None:
        """Show a message for a while; one with a button or a warning stays until it is closed."""
        super().say(text, tone, action, act)
        self._place()
        if action or tone in ("warn", "bad"):
            self._timer.stop()
        else:
            self._timer.start(self.LASTS_MS)

    def dismiss(self) -> None:
        """Take the message away."""
        self._timer.stop()
        super().dismiss()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    def _place(self) -> None:
        room = self._room.size()
        wanted = text_width(self._label.text(), self._label.face) + self._beside() + 16
        width = min(room.width() - 32, self.WIDEST, round(wanted))
        height = max(self.LOWEST, self.heightForWidth(width))
        self.setGeometry((room.width() - width) // 2, room.height() - height - 44, width, height)
