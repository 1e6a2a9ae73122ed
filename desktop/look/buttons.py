"""Buttons that paint themselves: plain, outlined, primary, and the row of choices of which one holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from desktop.look.focus import Ringed
from desktop.look.fonts import font
from desktop.look.icons import paint_icon
from desktop.look.painting import draw_text, text_width
from desktop.look.spoken import Role, Spoken
from desktop.look.theme import look

HEIGHT = 30


class Button(Ringed, QPushButton):
    """A push button of kind "plain" (flat), "outlined", "primary" or "link"; with a menu it shows a chevron."""

    def __init__(
        self, text: str, icon: str = "", kind: str = "plain", parent: QWidget | None = None, chevron: bool = False
    ) -> None:
        super().__init__(text, parent)
        self._icon, self._kind, self._chevron = icon, kind, chevron
        self.face = font(13, 500 if kind in ("outlined", "primary") else 400)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor if kind == "link" else Qt.CursorShape.ArrowCursor)

    def sizeHint(self) -> QSize:
        pad = 4 if self._kind == "link" else 11
        width = 2 * pad + text_width(self._shown(), self.face) + (22 if self._icon else 0)
        return QSize(round(width + 0.5) + (18 if self._has_chevron() else 0), HEIGHT)

    minimumSizeHint = sizeHint

    def _shown(self) -> str:
        return self.text().replace("&&", "\0").replace("&", "").replace("\0", "&")

    def _has_chevron(self) -> bool:
        return self._chevron or self.menu() is not None

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect())
        self._paint_ground(painter, area.adjusted(0.5, 0.5, -0.5, -0.5))
        self._paint_content(painter, area)
        self.paint_focus(painter, area)

    def _paint_ground(self, painter: QPainter, area: QRectF) -> None:
        fill, edge = self._ground()
        painter.setBrush(fill or Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(edge, 1) if edge else Qt.PenStyle.NoPen)
        if fill or edge:
            painter.drawRoundedRect(area, 6, 6)

    def _ground(self) -> tuple[QColor | None, QColor | None]:
        tokens = look.tokens
        is_over, is_down = self.isEnabled() and self.underMouse(), self.isDown() or self.isChecked()
        if self._kind == "primary":
            solid = tokens.pressed if not self.isEnabled() else tokens.accent_hover if is_over else tokens.accent
            return solid, None
        fill = tokens.pressed if is_down else tokens.hover if is_over and self._kind != "link" else None
        edge = tokens.border_strong if self._kind == "outlined" else None
        return (fill or tokens.raised, edge) if edge else (fill, None)

    def _ink(self) -> QColor:
        tokens = look.tokens
        if not self.isEnabled():
            return tokens.disabled
        if self._kind == "link":
            return tokens.accent_hover if self.underMouse() else tokens.accent
        return tokens.accent_on if self._kind == "primary" else tokens.text

    def _paint_content(self, painter: QPainter, area: QRectF) -> None:
        pad = 4.0 if self._kind == "link" else 11.0
        ink, left, right = self._ink(), pad, area.width() - pad
        if self._icon:
            quiet = look.tokens.text2 if self._kind in ("plain", "outlined") and self.isEnabled() else ink
            paint_icon(painter, self._icon, QPointF(left + 8, area.center().y()), quiet, 17)
            left += 22
        if self._has_chevron():
            paint_icon(painter, "chevron-down", QPointF(right - 5, area.center().y() + 0.5), "text2", 14)
            right -= 16
        draw_text(painter, QRectF(left, 0, right - left + 1, area.height()), self._shown(), self.face, ink)


def link_button(text: str, icon: str = "", parent: QWidget | None = None) -> Button:
    """Return a button that looks like a link."""
    return Button(text, icon, "link", parent)


class _Choice(Ringed, QPushButton):
    """One of the choices of a Segmented."""

    def __init__(self, key: str, text: str, parent: Segmented) -> None:
        super().__init__(text, parent)
        self.key = key
        self.setCheckable(True)
        self.setAutoExclusive(True)  # Its group makes it so; a screen reader learns it from this.
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(round(text_width(self.text(), font(12, 600))) + 26, HEIGHT - 4)

    minimumSizeHint = sizeHint

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._is_ringed = False
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}
        ends = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: -1}
        owner = self.parentWidget()
        assert isinstance(owner, Segmented)
        if event.key() in steps:
            owner.step(steps[Qt.Key(event.key())])
        elif event.key() in ends:
            owner.choose_at(ends[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, area = look.tokens, QRectF(self.rect())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.isChecked():
            painter.setPen(QPen(tokens.border_strong, 1))
            painter.setBrush(tokens.pressed if tokens.is_dark else tokens.surface)
            painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        ink = tokens.text if self.isChecked() or self.underMouse() else tokens.text2
        face = font(12, 600 if self.isChecked() else 500)
        centre = Qt.AlignmentFlag.AlignHCenter
        draw_text(painter, area, self.text(), face, ink if self.isEnabled() else tokens.disabled, centre)
        self.paint_focus(painter, area, 5)


class Segmented(QWidget):
    """A row of choices of which exactly one holds; arrows, Home and End move it."""

    changed = Signal(str)

    def __init__(
        self,
        options: Mapping[str, str] | Iterable[str],
        current: str = "",
        name: str = "",
        identifier: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        pairs = options if isinstance(options, Mapping) else {text: text for text in options}
        self._group = QButtonGroup(self)
        self._choices = [_Choice(key, text, self) for key, text in pairs.items()]
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(2)
        for choice in self._choices:
            self._group.addButton(choice)
            row.addWidget(choice)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._name_all(name, identifier)
        self.set_current(current or self._choices[0].key)
        self._group.buttonClicked.connect(self._on_clicked)

    def current(self) -> str:
        """Return the key of the choice that holds."""
        return self._current

    def set_current(self, key: str) -> None:
        """Make a choice hold without a signal. Raises KeyError if there is no such choice."""
        chosen = {choice.key: choice for choice in self._choices}[key]
        self._current = key
        chosen.setChecked(True)
        for choice in self._choices:
            choice.setFocusPolicy(Qt.FocusPolicy.TabFocus if choice is chosen else Qt.FocusPolicy.NoFocus)

    def step(self, by: int) -> None:
        """Move the choice by so many places, stopping at the ends."""
        keys = [choice.key for choice in self._choices]
        place = keys.index(self.current()) + by
        self.choose_at(max(0, min(len(keys) - 1, place)))

    def choose_at(self, place: int) -> None:
        """Choose the option at a place, as a user does."""
        choice = self._choices[place]
        self._on_clicked(choice)
        choice.setFocus(Qt.FocusReason.TabFocusReason)

    def _on_clicked(self, choice: _Choice) -> None:
        if choice.key != self._current:
            self.set_current(choice.key)
            self.changed.emit(choice.key)

    def spoken(self) -> Spoken:
        """The group that a screen reader names before the choice."""
        return Spoken(self, Role.Grouping)

    def _name_all(self, name: str, identifier: str) -> None:
        self.setAccessibleName(name)
        self.setAccessibleIdentifier(identifier)
        for choice in self._choices:
            choice.setAccessibleName(f"{name}: {choice.text()}" if name else choice.text())
            choice.setAccessibleIdentifier(f"{identifier}.{choice.key}" if identifier else "")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.tokens.window if look.tokens.is_dark else look.tokens.hover)
        painter.drawRoundedRect(QRectF(self.rect()), 7, 7)
