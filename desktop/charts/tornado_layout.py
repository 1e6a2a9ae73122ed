"""Where the bars of the tornado lie in pixels: no Qt here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from desktop.questions.lead import Bar

HEADER = 26.0
ROW_LOWEST, ROW_HIGHEST = 22.0, 32.0
LEFT = 16.0
END_ROOM = 46.0
"""Pixels beside the plot for the figures at the ends of the bars."""
WORD_ROOM = 108.0
SIGN_ROOM = 26.0
NARROW = 520.0
"""Below this width the sign alone says that a bar loses the lead."""


@dataclass(frozen=True)
class Space:
    """Pixels of a tornado `width` wide: names up to `name_right`, the plot, then the word for what loses the lead.

    low, high: leads at the edges of the plot, 0 among them; step: between its grid lines.
    """

    width: float
    row_height: float
    name_right: float
    plot_left: float
    plot_right: float
    low: float
    high: float
    step: float

    @property
    def is_narrow(self) -> bool:
        """Whether there is no room for the word."""
        return self.width < NARROW

    @property
    def word_left(self) -> float:
        return self.plot_right + END_ROOM

    @property
    def bar_height(self) -> float:
        return min(18.0, self.row_height - 10.0)

    def at(self, lead: float) -> float:
        """Pixels from the left of a lead."""
        return self.plot_left + (lead - self.low) / (self.high - self.low) * (self.plot_right - self.plot_left)

    def top(self, row: int) -> float:
        """Pixels from the top of a row of the content."""
        return HEADER + row * self.row_height

    def ticks(self) -> list[float]:
        """The leads of the grid lines."""
        first, last = ceil(self.low / self.step - 1e-9), floor(self.high / self.step + 1e-9)
        return [place * self.step for place in range(first, last + 1)]


def space_of(width: float, height: float, bars: Sequence[Bar], lead: float) -> Space:
    """How a tornado divides its area; rows never get below 22 pixels, so that many of them scroll."""
    row_height = (height - HEADER - 6.0) / max(1, len(bars))
    name_right = LEFT + min(300.0, max(104.0, 0.32 * width))
    word = SIGN_ROOM if width < NARROW else WORD_ROOM
    least = min([0.0, lead, *(bar.least for bar in bars)])
    greatest = max([0.0, lead, *(bar.greatest for bar in bars)])
    plot_left = name_right + END_ROOM
    plot_right = max(plot_left + 40.0, width - word - END_ROOM)
    high = max(greatest, least + 1e-6)
    return Space(
        width,
        min(ROW_HIGHEST, max(ROW_LOWEST, row_height)),
        name_right,
        plot_left,
        plot_right,
        least,
        high,
        step_of(high - least, max(2, int((plot_right - plot_left) / 48.0))),
    )


def step_of(reach: float, most: int) -> float:
    """The smallest of 1, 2 or 5 times a power of ten that divides `reach` into at most `most` steps."""
    power = 10.0 ** floor(log10(reach / most))
    return next(times * power for times in (1.0, 2.0, 5.0, 10.0) if times * power * most >= reach * (1.0 - 1e-9))


def content_height(count: int) -> float:
    """How high so many rows are at least."""
    return HEADER + count * ROW_LOWEST + 6.0 if count else 0.0
