"""Our own icons: drawn from SVG when first shown, in the colour of the scheme, sharp at any scale."""

from __future__ import annotations

import weakref
from functools import cache, lru_cache
from typing import Protocol

from PySide6.QtCore import QByteArray, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QToolButton, QWidget

import resources
from desktop.look.focus import Ringed
from desktop.look.theme import look

Colour = QColor | str | None
"""A colour, the name of a token, or None for the quiet text colour."""


class HasIcon(Protocol):
    """Anything that shows an icon: an action, a button."""

    def setIcon(self, icon: QIcon) -> None:
        """Show the icon."""


@cache
def _source(name: str) -> str:
    return resources.read_text(f"icons/{name}.svg")


def _resolved(colour: Colour) -> QColor:
    if isinstance(colour, QColor):
        return colour
    return look.tokens.colour(colour or "text2")


@lru_cache(maxsize=1024)
def _drawn(name: str, hex_name: str, size: int, ratio: float) -> QPixmap:
    from PySide6.QtSvg import QSvgRenderer

    renderer = QSvgRenderer(QByteArray(_source(name).replace("currentColor", hex_name).encode()))
    made = QPixmap(QSize(round(size * ratio), round(size * ratio)))
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    renderer.render(painter, QRectF(0, 0, made.width(), made.height()))
    painter.end()
    made.setDevicePixelRatio(ratio)
    return made


def pixmap(name: str, colour: Colour = None, size: int = 18, ratio: float | None = None) -> QPixmap:
    """Return the icon as pixels; ratio is the device pixel ratio, the application's own if not given."""
    if ratio is None:
        app = QGuiApplication.instance()
        ratio = app.devicePixelRatio() if isinstance(app, QGuiApplication) else 1.0
    return _drawn(name, _resolved(colour).name(), size, ratio)


def paint_icon(painter: QPainter, name: str, centre: QPointF, colour: Colour = None, size: int = 18) -> None:
    """Paint the icon around a point, on whole device pixels."""
    ratio = painter.device().devicePixelRatio()
    drawn = pixmap(name, colour, size, ratio)
    x = round((centre.x() - size / 2) * ratio) / ratio
    y = round((centre.y() - size / 2) * ratio) / ratio
    painter.drawPixmap(QPointF(x, y), drawn)


@lru_cache(maxsize=512)
def _icon(name: str, hex_name: str, off: str, size: int, ratio: float) -> QIcon:
    made = QIcon()
    for each in sorted({1.0, 2.0, ratio}):
        made.addPixmap(_drawn(name, hex_name, size, each), QIcon.Mode.Normal)
        made.addPixmap(_drawn(name, off, size, each), QIcon.Mode.Disabled)
    return made


def icon(name: str, colour: Colour = None, size: int = 18) -> QIcon:
    """Return the icon in a colour of the current scheme; use bind_icon where it must follow the scheme."""
    app = QGuiApplication.instance()
    ratio = app.devicePixelRatio() if isinstance(app, QGuiApplication) else 1.0
    return _icon(name, _resolved(colour).name(), look.tokens.disabled.name(), size, ratio)


def app_icon() -> QIcon:
    """Return the coloured icon of the application's windows."""
    made = QIcon()
    for size in (16, 24, 32, 48, 64, 128, 256):
        made.addPixmap(_drawn("app", "#000000", size, 1.0))
    return made


_bound: list[tuple[weakref.ref[HasIcon], str, Colour, int]] = []


def bind_icon(target: HasIcon, name: str, colour: Colour = None, size: int = 18) -> None:
    """Set the icon of an action or button and set it again whenever the scheme changes."""
    _bound[:] = [entry for entry in _bound if entry[0]() is not None and entry[0]() is not target]
    _bound.append((weakref.ref(target), name, colour, size))
    target.setIcon(icon(name, colour, size))


def _on_changed() -> None:
    for reference, name, colour, size in _bound:
        target = reference()
        if target is not None:
            _set_if_alive(target, icon(name, colour, size))


def _set_if_alive(target: HasIcon, wanted: QIcon) -> None:
    from shiboken6 import isValid

    if isValid(target):
        target.setIcon(wanted)


look.changed.connect(_on_changed)


class IconButton(Ringed, QToolButton):
    """A flat square button that shows one icon; its name is its tooltip and what a screen reader says."""

    def __init__(self, name: str, label: str, size: int = 18, side: int = 28, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._size = name, size
        self._colour: Colour = None
        self.setAutoRaise(True)
        self.setFixedSize(side, side)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.set_label(label)

    def set_label(self, label: str) -> None:
        """Change what the button says it does."""
        self.setToolTip(label)
        self.setAccessibleName(label)

    def set_icon(self, name: str, colour: Colour = None) -> None:
        """Show another icon, in another colour if given."""
        self._name, self._colour = name, colour
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter)
        paint_icon(painter, self._name, QRectF(self.rect()).center(), self._ink(), self._size)

    def _ink(self) -> Colour:
        if not self.isEnabled():
            return "disabled"
        return self._colour or ("accent" if self.isChecked() else None)

    def _paint_ground(self, painter: QPainter) -> None:
        tokens = look.tokens
        area = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        ground = None
        if self.isEnabled():
            ground = tokens.pressed if self.isDown() else tokens.hover if self.underMouse() else None
            ground = ground or (tokens.accent_soft if self.isChecked() else None)
        if ground is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ground)
            painter.drawRoundedRect(area, 6, 6)
        self.paint_focus(painter, QRectF(self.rect()))
