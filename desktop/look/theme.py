"""The one look of the application: which scheme holds, and who hears when it changes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from string import Template

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

import resources
from desktop.look import fonts, spoken
from desktop.look.tokens import Tokens, blend, categorical, heat_of, tokens_for

# Asked for before the application exists: QApplication.setStyle would make Python build every enumeration of QStyle,
# which delays the first paint.
os.environ["QT_STYLE_OVERRIDE"] = "Fusion"

SCHEMES = ("system", "light", "dark")
FADE = 0.72


class Look(QObject):
    """Holds the current tokens and applies them to the application."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.tokens: Tokens = tokens_for("light")
        self.scheme = "system"
        self._app: QApplication | None = None

    def install(self, app: QApplication) -> None:
        """Give the application its style, typeface, palette, sheet and voice, and follow the system's scheme."""
        self._app = app
        spoken.install()
        fonts.load()
        app.setFont(fonts.font(13))
        app.styleHints().colorSchemeChanged.connect(self._on_system_changed)
        self.tokens = self._resolve()
        self._apply()

    def set_scheme(self, scheme: str) -> None:
        """Choose "system", "light" or "dark". Raises ValueError for anything else."""
        if scheme not in SCHEMES:
            raise ValueError(f"no such colour scheme: {scheme}")
        self.scheme = scheme
        self._refresh()

    @contextmanager
    def dressed_as(self, scheme: str) -> Iterator[None]:
        """Paint in "light" or "dark" for a while, whatever holds on the screen: for pictures that are sent away."""
        was, self.tokens = self.tokens, tokens_for(scheme)
        try:
            yield
        finally:
            self.tokens = was

    def _on_system_changed(self) -> None:
        if self.scheme == "system":
            self._refresh()

    def _refresh(self) -> None:
        wanted = self._resolve()
        if wanted is self.tokens:
            return
        self.tokens = wanted
        self._apply()
        self.changed.emit()

    def _resolve(self) -> Tokens:
        if self.scheme != "system":
            return tokens_for(self.scheme)
        hints = self._app.styleHints() if self._app else None
        is_dark = hints is not None and hints.colorScheme() == Qt.ColorScheme.Dark
        return tokens_for("dark" if is_dark else "light")

    def _apply(self) -> None:
        if self._app is None:
            return
        self._app.setPalette(palette_of(self.tokens))
        self._app.setStyleSheet(sheet_of(self.tokens))


def palette_of(tokens: Tokens) -> QPalette:
    """Return the Qt palette that says the same as the tokens."""
    roles = QPalette.ColorRole
    colours = {
        roles.Window: tokens.window,
        roles.WindowText: tokens.text,
        roles.Base: tokens.surface,
        roles.AlternateBase: tokens.sunken,
        roles.ToolTipBase: tokens.raised,
        roles.ToolTipText: tokens.text,
        roles.PlaceholderText: tokens.text3,
        roles.Text: tokens.text,
        roles.Button: tokens.raised,
        roles.ButtonText: tokens.text,
        roles.BrightText: tokens.bad,
        roles.Light: tokens.raised,
        roles.Midlight: tokens.hover,
        roles.Mid: tokens.border_strong,
        roles.Dark: tokens.text3,
        roles.Shadow: tokens.border_strong,
        roles.Highlight: tokens.accent_soft,
        roles.HighlightedText: tokens.text,
        roles.Accent: tokens.accent,
        roles.Link: tokens.accent,
        roles.LinkVisited: tokens.accent,
    }
    palette = QPalette()
    for role, colour in colours.items():
        palette.setColor(role, colour)
    off = QPalette.ColorGroup.Disabled
    for role in (roles.WindowText, roles.Text, roles.ButtonText, roles.PlaceholderText):
        palette.setColor(off, role, tokens.disabled)
    palette.setColor(off, roles.Highlight, tokens.pressed)
    palette.setColor(off, roles.HighlightedText, tokens.text3)
    return palette


def sheet_of(tokens: Tokens) -> str:
    """Return the style sheet of the flat chrome, filled with the tokens."""
    scheme = "dark" if tokens.is_dark else "light"
    pictures = resources.path(f"chrome/{scheme}").as_posix()
    return Template(resources.read_text("chrome/chrome.qss")).substitute(tokens.hex(), pictures=pictures)


look = Look()


def colour_of(index: int) -> QColor:
    """Return the colour of the criterion whose colour index this is, in the current scheme."""
    return categorical(look.tokens, index)


def faded(colour: QColor) -> QColor:
    """Return the colour stepped back into the surface, for everything that is not being moved."""
    return blend(colour, look.tokens.surface, FADE)


def heat(value: float) -> QColor:
    """Return the opaque tint of a value from 0 to 100 in the current scheme."""
    return heat_of(look.tokens, value)
