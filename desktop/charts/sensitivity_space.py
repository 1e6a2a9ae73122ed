"""Where things stand on the sensitivity chart: shares across, totals upwards, names beside the lines. No Qt here."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor

import numpy as np

from desktop.analysis.arrays import Array

GUTTER, RIBBON, AXIS, NOTE, HEADROOM = 46.0, 18.0, 24.0, 18.0, 24.0
PITCH = 14.0
"""Pixels from one name to the next."""
NUMBER = 38.0
"""Pixels for a total beside its name."""
_STEPS = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0)


@dataclass(frozen=True)
class Space:
    """The plot inside its widget, all in pixels; `least` and `most` are the totals at its foot and near its top.

    `names` is how wide the names beside the lines may be.
    """

    width: float
    height: float
    least: float
    most: float
    names: float
    has_note: bool = False

    @property
    def left(self) -> float:
        """The place of the share 0."""
        return GUTTER

    @property
    def right(self) -> float:
        """The place of the share 1."""
        return max(GUTTER + 60.0, self.width - self.names - NUMBER - 34.0)

    @property
    def top(self) -> float:
        """The top of the plot, under the ribbon."""
        return 4.0 + RIBBON

    @property
    def bottom(self) -> float:
        """The foot of the plot, above the axis."""
        return max(self.top + HEADROOM + 20.0, self.height - AXIS - (NOTE if self.has_note else 0.0) - 2.0)

    def x(self, share: float) -> float:
        """Where a share stands."""
        return self.left + share * (self.right - self.left)

    def y(self, total: float) -> float:
        """Where a total stands."""
        room = self.bottom - 6.0 - self.top - HEADROOM
        return self.bottom - 6.0 - (total - self.least) / (self.most - self.least) * room

    def share_at(self, x: float) -> float:
        """The share at a place, not necessarily 0..1."""
        return (x - self.left) / (self.right - self.left)

    def ticks(self) -> list[float]:
        """Round totals for the grid."""
        scale = abs(self.y(0.0) - self.y(1.0))
        step = next((step for step in _STEPS if step * scale >= 21.0), 100.0)
        first, last = ceil(self.least / step - 1e-9), floor(self.most / step + 1e-9)
        return [place * step for place in range(first, last + 1)]

    @property
    def labels(self) -> int:
        """How many names fit beside the lines."""
        return max(1, int((self.bottom - self.top - 4.0) // PITCH))


def span_of(totals: Array) -> tuple[float, float]:
    """(least, most) totals for the plot: those shown, never closer than four points."""
    least, most = float(totals.min()), float(totals.max())
    lack = max(0.0, 4.0 - (most - least)) / 2.0
    return least - lack, most + lack


def spread(wanted: Array, pitch: float, top: float, bottom: float) -> Array:
    """(c,) places as near to the wanted ones as they can be, in their order, `pitch` apart, inside top..bottom.

    Least squares under order (pool adjacent violators): neighbours that would touch share the shift.
    """
    order = np.argsort(wanted, kind="stable")
    slack = wanted[order] - pitch * np.arange(wanted.size)
    blocks: list[tuple[float, int]] = []
    for place in slack.tolist():
        mean, size = float(place), 1
        while blocks and blocks[-1][0] > mean:
            before, count = blocks.pop()
            mean, size = (before * count + mean * size) / (count + size), size + count
        blocks.append((mean, size))
    pooled = np.repeat([mean for mean, _ in blocks], [size for _, size in blocks])
    last = bottom - pitch * max(0, wanted.size - 1)
    found = np.empty(wanted.size)
    found[order] = np.clip(pooled, top, max(top, last)) + pitch * np.arange(wanted.size)
    return found
