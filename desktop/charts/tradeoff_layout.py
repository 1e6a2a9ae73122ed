"""Where things stand on the trade-off chart: two axes, the points, and names that do not cover each other. No Qt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, isfinite, log10

import numpy as np

from desktop.analysis.arrays import Array, Flags

KEY, KEY_FROM = 232.0, 660.0
"""Pixels for the key at the right, and the width from which there is room for it."""
TOP, FOOT, RIGHT, INSET = 22.0, 36.0, 12.0, 12.0
HEADROOM = 22.0
"""Pixels above the highest point, for its name."""
LINE = 18.0
"""Pixels for the sentence under a plot without a key."""
DOT = 9.0
"""Pixels from the middle of a point to where its name may begin."""
_MARGIN = 0.06


@dataclass(frozen=True)
class Reach:
    """What an axis runs over, in the unit it shows."""

    least: float
    most: float

    def joined(self, other: Reach) -> Reach:
        """The smallest that holds both."""
        return Reach(min(self.least, other.least), max(self.most, other.most))

    def ticks(self, room: float, apart: float) -> list[float]:
        """Round numbers on it, at least so many pixels apart in a room of so many."""
        step = _round_up((self.most - self.least) * apart / max(room, apart))
        first, last = ceil(self.least / step - 1e-9), floor(self.most / step + 1e-9)
        return [place * step for place in range(first, min(last, first + 40) + 1)]


def reach_of(numbers: Array, ends: tuple[float, float]) -> Reach:
    """What an axis with these numbers runs over: a little more than them, within its ends where they are."""
    least, most = float(np.min(numbers)), float(np.max(numbers))
    fit = 0.1 * (ends[1] - ends[0])
    extra = max(_MARGIN * (most - least), (fit - (most - least)) / 2.0)
    low, high = least - extra, most + extra
    return Reach(low if least < ends[0] else max(low, ends[0]), high if most > ends[1] else min(high, ends[1]))


def _round_up(step: float) -> float:
    """1, 2 or 5 times a power of ten, at least so much."""
    if not (isfinite(step) and step > 0.0):
        return 1.0
    power = 10.0 ** floor(log10(step))
    return power * next((part for part in (1.0, 2.0, 5.0) if part * power >= step * (1.0 - 1e-9)), 10.0)


@dataclass(frozen=True)
class Plot:
    """The plot inside its widget, in pixels, over what its axes run."""

    left: float
    top: float
    right: float
    bottom: float
    across: Reach
    up: Reach

    def x(self, number: float) -> float:
        """Where a number of the axis across stands."""
        return float(self.points(np.array([(number, self.up.least)]))[0, 0])

    def y(self, number: float) -> float:
        """Where a number of the axis up stands."""
        return float(self.points(np.array([(self.across.least, number)]))[0, 1])

    def points(self, numbers: Array) -> Array:
        """(k, 2) pixels of (k, 2) numbers."""
        found = np.empty(numbers.shape)
        wide = self.right - self.left - 2.0 * INSET
        high = self.bottom - self.top - INSET - HEADROOM
        found[:, 0] = self.left + INSET + wide * _part(numbers[:, 0], self.across)
        found[:, 1] = self.bottom - INSET - high * _part(numbers[:, 1], self.up)
        return found


def _part(numbers: Array, reach: Reach) -> Array:
    return (numbers - reach.least) / ((reach.most - reach.least) or 1.0)


def plot_of(width: float, height: float, gutter: float, across: Reach, up: Reach) -> Plot:
    """The plot of a widget of this size, `gutter` pixels for the numbers at its left."""
    foot = FOOT + (0.0 if has_key(width) else LINE)
    right = width - RIGHT - (KEY + 8.0 if has_key(width) else 0.0)
    return Plot(gutter, TOP, max(gutter + 80.0, right), max(TOP + 60.0, height - foot), across, up)


def has_key(width: float) -> bool:
    """Whether there is room for the key at the right."""
    return width >= KEY_FROM


# Names beside the points

_OUT, _BLOCKED, _CROSSED, _STRUCK, _STICK, _NEAR = 1000.0, 100.0, 2.0, 4.0, 2.5, 5.0
_PREFERENCE = np.arange(8) * 0.25
Box = tuple[float, float, float, float]
"""(left, top, right, bottom)"""


@dataclass(frozen=True)
class Name:
    """A name to be placed: whose it is, how large, and whether it is shown even where there is no good place."""

    row: int
    width: float
    height: float
    must: bool = False


def place_names(
    names: Sequence[Name], points: Array, bounds: Box, lines: Array, bars: Array, before: Mapping[int, int]
) -> dict[int, tuple[int, Box]]:
    """(which of the places around its point, box) of each name that found one; the first names choose first.

    points: (m, 2) pixels of all options; bounds: where names may stand; lines: (s, 2) pixels and bars: (b, 4) boxes
    they had better not cover; before: the places taken last time, kept where they are about as good, so that nothing
    jumps.
    """
    found: dict[int, tuple[int, Box]] = {}
    count, hard = len(names), len(names) + len(points)
    taken = np.full((count, 4), np.inf)
    around = np.hstack((points - _NEAR, points + _NEAR))
    things = np.vstack((taken, around, np.hstack((lines, lines)), bars))
    weights = np.repeat([_BLOCKED, _CROSSED, _STRUCK], [hard, len(lines), len(bars)])
    for turn, name in enumerate(names):
        boxes = _around(points[name.row], name.width, name.height)
        hits = _overlaps(boxes, things)
        hits[:, count + name.row] = False
        is_out = _outside(boxes, bounds)
        is_blocked = hits[:, :hard].any(axis=1) | is_out
        cost = hits @ weights + is_out * _OUT + _PREFERENCE
        if name.row in before:
            cost[before[name.row]] -= _STICK
        place = int(cost.argmin())
        if name.must or not is_blocked[place]:
            box = _kept_in(boxes[place], bounds)
            found[name.row] = (place, box)
            things[turn] = box
    return found


def _around(point: Array, width: float, height: float) -> Array:
    """(8, 4) boxes beside a point: right, left, above, below, and at its corners."""
    x, y, far, near = float(point[0]), float(point[1]), DOT, DOT * 0.6
    starts = (
        (x + far, y - height / 2),
        (x - far - width, y - height / 2),
        (x - width / 2, y - far - height),
        (x - width / 2, y + far),
        (x + near, y - near - height),
        (x + near, y + near),
        (x - near - width, y - near - height),
        (x - near - width, y + near),
    )
    return np.array([(left, top, left + width, top + height) for left, top in starts])


def _outside(boxes: Array, bounds: Box) -> Flags:
    inner = np.array(bounds)
    found: Flags = np.any((boxes[:, :2] < inner[:2]) | (boxes[:, 2:] > inner[2:]), axis=1)
    return found


def _overlaps(boxes: Array, things: Array) -> Flags:
    """(8, t) which boxes (8, 4) cover some of which things (t, 4)."""
    one, other = boxes[:, None, :], things[None, :, :]
    found: Flags = (
        (one[..., 0] < other[..., 2])
        & (other[..., 0] < one[..., 2])
        & (one[..., 1] < other[..., 3])
        & (other[..., 1] < one[..., 3])
    )
    return found


def _kept_in(box: Array, bounds: Box) -> tuple[float, float, float, float]:
    """The box moved into the bounds."""
    left, top, right, bottom = box.tolist()
    x = max(bounds[0] - left, 0.0) - max(right - bounds[2], 0.0)
    y = max(bounds[1] - top, 0.0) - max(bottom - bounds[3], 0.0)
    return left + x, top + y, right + x, bottom + y


def along(corners: Array, apart: float = 10.0) -> Array:
    """(s, 2) points along a line through (k, 2) corners, about so many pixels apart."""
    if len(corners) < 2:
        return corners.reshape(-1, 2)
    lengths = np.append(0.0, np.hypot(*np.diff(corners, axis=0).T).cumsum())
    stops = np.arange(0.0, min(lengths[-1], 6000.0) + apart, apart)
    return np.column_stack([np.interp(stops, lengths, corners[:, axis]) for axis in (0, 1)])
