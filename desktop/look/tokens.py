"""The colours of the window under two schemes, and the arithmetic of opaque colours."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from typing import Any

from PySide6.QtGui import QColor

import resources

_INK = QColor("#14171B")
_PAPER = QColor("#FFFFFF")


@dataclass(frozen=True)
class Tokens:
    """Every colour of one scheme, by what it is for."""

    is_dark: bool
    window: QColor
    surface: QColor
    sunken: QColor
    raised: QColor
    hover: QColor
    pressed: QColor
    border: QColor
    border_strong: QColor
    grid: QColor
    track: QColor
    text: QColor
    text2: QColor
    text3: QColor
    disabled: QColor
    accent: QColor
    accent_hover: QColor
    accent_soft: QColor
    accent_on: QColor
    good: QColor
    good_soft: QColor
    warn: QColor
    warn_soft: QColor
    bad: QColor
    bad_soft: QColor
    heat: QColor
    categorical: tuple[QColor, ...]

    def colour(self, name: str) -> QColor:
        """Return the token called name. Raises AttributeError if there is none."""
        found: QColor = getattr(self, name)
        return found

    def hex(self) -> dict[str, str]:
        """Return every single colour as "#rrggbb", keyed by its name."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value.name() for name, value in values.items() if isinstance(value, QColor)}


@cache
def tokens_for(scheme: str) -> Tokens:
    """Return the tokens of "light" or "dark"."""
    palette: dict[str, Any] = resources.palette()
    colours = {name: QColor(value) for name, value in palette[scheme].items()}
    return Tokens(is_dark=scheme == "dark", categorical=tuple(map(QColor, palette["categorical"])), **colours)


def blend(a: QColor, b: QColor, t: float) -> QColor:
    """Return the opaque colour a fraction t (0 to 1) of the way from a to b."""
    s = 1.0 - t
    return QColor(
        round(a.red() * s + b.red() * t),
        round(a.green() * s + b.green() * t),
        round(a.blue() * s + b.blue() * t),
    )


def luminance(colour: QColor) -> float:
    """Relative luminance, 0 to 1, as WCAG 2.2 defines it."""
    channels = (colour.redF(), colour.greenF(), colour.blueF())
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: QColor, b: QColor) -> float:
    """Contrast ratio of two colours, 1 to 21, as WCAG 2.2 defines it."""
    dark, light = sorted((luminance(a), luminance(b)))
    return (light + 0.05) / (dark + 0.05)


@cache
def _text_on(rgb: int) -> QColor:
    colour = QColor.fromRgb(rgb)
    return _PAPER if contrast(_PAPER, colour) >= contrast(_INK, colour) else _INK


def text_on(colour: QColor) -> QColor:
    """Return white or near-black, whichever reads better on the colour."""
    return _text_on(colour.rgb())


@cache
def _categorical(scheme: str, index: int) -> QColor:
    base = tokens_for(scheme).categorical
    turn, place = divmod(index, len(base))
    steps: tuple[tuple[QColor, float], ...] = ((_PAPER, 0.0), (_PAPER, 0.38), (_INK, 0.34))
    towards, t = steps[turn % len(steps)]
    return blend(base[place], towards, t)


def categorical(tokens: Tokens, index: int) -> QColor:
    """Return the colour of criterion number index: twelve hues, then the same hues lighter, then darker."""
    return _categorical("dark" if tokens.is_dark else "light", index)


@cache
def _heat(scheme: str, percent: int) -> QColor:
    tokens = tokens_for(scheme)
    return blend(tokens.surface, tokens.heat, 0.05 + 0.40 * percent / 100.0)


def heat_of(tokens: Tokens, value: float) -> QColor:
    """Return the tint of a value from 0 to 100, opaque on the surface."""
    return _heat("dark" if tokens.is_dark else "light", round(min(100.0, max(0.0, value))))
