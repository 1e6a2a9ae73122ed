"""Where the rows and segments of the ranking lie, as arrays of pixels: no Qt here."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop.analysis.arrays import Array
from desktop.charts.ranking_scene import Bars, Mode, Rows

ROW_HIGHEST = 38
ROW_LOWEST = 22
BAR_HIGHEST = 20
AXIS = 26
TOP = 4
OVERVIEW_FROM = 200
OVERVIEW_WIDTH = 30
SCROLL_WIDTH = 12
LABEL_ROOM = 128
NARROW = 560

_AXES = ((4.0, 2.0), (10.0, 5.0), (20.0, 10.0), (40.0, 20.0), (60.0, 20.0), (80.0, 20.0), (100.0, 20.0))


@dataclass(frozen=True)
class Axis:
    """The points that the plot spans, and the step of its grid."""

    low: float = 0.0
    high: float = 100.0
    step: float = 20.0

    def ticks(self) -> list[float]:
        """Where the grid lines stand."""
        return [self.low + place * self.step for place in range(round((self.high - self.low) / self.step) + 1)]


def axis_of(mode: Mode, bars: Bars, at_least: float = 0.0) -> Axis:
    """0 to 100, or symmetric around 0 for differences: as far as they reach, and never less than `at_least`."""
    if mode is not Mode.DIFFERENCE:
        return Axis()
    reach = max(bars.reach, at_least)
    high, step = next((axis for axis in _AXES if axis[0] >= reach - 1e-9), _AXES[-1])
    return Axis(-high, high, step)


@dataclass(frozen=True)
class Space:
    """The places of columns and rows in pixels from the top left of the chart."""

    width: float
    height: float
    rows: int
    row_height: float
    rank_right: float
    name_left: float
    plot_left: float
    plot_right: float
    axis: Axis = Axis()

    @property
    def bar_height(self) -> float:
        return min(BAR_HIGHEST, self.row_height - 8)

    @property
    def name_room(self) -> float:
        """How wide a name may be."""
        return self.plot_left - self.name_left - 12

    @property
    def bottom(self) -> float:
        """Where the rows end for the eye: the axis stands below."""
        return min(TOP + self.rows * self.row_height, self.height - AXIS)

    @property
    def scroll_reach(self) -> float:
        """How far the rows can be scrolled; 0 when all fit."""
        return max(0.0, self.rows * self.row_height - (self.bottom - TOP))

    @property
    def right(self) -> float:
        """Where the rows end to the right: scroll bar and overview stand beyond."""
        taken = SCROLL_WIDTH if self.scroll_reach else 0.0
        return self.width - taken - (OVERVIEW_WIDTH if self.has_overview else 0.0)

    @property
    def has_overview(self) -> bool:
        return self.rows >= OVERVIEW_FROM and self.scroll_reach > 0

    def x(self, points: Array | float) -> Array:
        """Pixels from the left of so many points on the axis."""
        scale = (self.plot_right - self.plot_left) / (self.axis.high - self.axis.low)
        return np.asarray(self.plot_left + (np.asarray(points, dtype=np.float64) - self.axis.low) * scale)

    def at(self, points: float) -> float:
        """Pixels from the left of so many points on the axis, for one number."""
        return self.plot_left + (points - self.axis.low) * (
            (self.plot_right - self.plot_left) / (self.axis.high - self.axis.low)
        )

    def tops(self, places: Array, scroll: float = 0.0) -> Array:
        """(k,) upper edges of rows that stand at these (possibly fractional) places."""
        return np.asarray(TOP + np.asarray(places, dtype=np.float64) * self.row_height - scroll)


def space_of(width: float, height: float, rows: int, rank_characters: int, axis: Axis) -> Space:
    """How the chart divides its area among so many rows; rows are never stretched above 38 px and scroll below 22."""
    room = max(1.0, height - AXIS - TOP)
    row_height = float(np.clip(np.floor(room / max(1, rows)), ROW_LOWEST, ROW_HIGHEST))
    rank_right = 16.0 + max(20.0, 7.2 * rank_characters)
    name_left = rank_right + 8.0
    plot_left = float(round(name_left + np.clip(0.32 * width, 84.0, 182.0)))
    space = Space(width, height, rows, row_height, rank_right, name_left, plot_left, plot_left + 1.0, axis)
    label_room = LABEL_ROOM if width >= NARROW else LABEL_ROOM / 2
    plot_right = max(plot_left + 60.0, float(round(space.right - label_room)))
    return Space(width, height, rows, row_height, rank_right, name_left, plot_left, plot_right, axis)


def rank_characters(bars: Bars) -> int:
    """How many characters the widest rank may need, now or at the next moment of a gesture."""
    digits = len(str(bars.result.totals.size))
    return digits + 1 if bars.is_complete else 2 * digits + 1


def visible(space: Space, places: Array, scroll: float) -> Rows:
    """(k,) the rows that can be seen, from top to bottom."""
    tops = space.tops(places, scroll)
    seen = np.flatnonzero((tops + space.row_height > TOP) & (tops < space.bottom))
    return seen[np.argsort(places[seen], kind="stable")]


def stacked(points: Array) -> tuple[Array, Array]:
    """(starts, ends) in points, both (k, n): positive pieces side by side to the right of 0, negative to the left.

    points: (k, n) signed, NaN = nothing to show.
    """
    known = np.nan_to_num(points, nan=0.0)
    if known.size and known.min() >= 0.0:
        ends = np.cumsum(known, axis=1)
        return ends - known, ends
    ahead, behind = np.maximum(known, 0.0), np.minimum(known, 0.0)
    right, left = np.cumsum(ahead, axis=1), np.cumsum(behind, axis=1)
    is_behind = known < 0.0
    return np.where(is_behind, left, right - ahead), np.where(is_behind, left - behind, right)


@dataclass(frozen=True, eq=False)
class Spans:
    """The segments of some rows in pixels: `left`, `right` (k, n) with the gap between neighbours taken off,
    `ends` (k, 2) where each whole bar begins and ends."""

    left: Array
    right: Array
    ends: Array


def spans_of(space: Space, points: Array, ratio: float = 1.0) -> Spans:
    """The segments of rows with these points (k, n) on whole device pixels, about 1 px apart; a thin one has no gap."""
    starts, ends = stacked(points)
    left, right = _snapped(space.x(starts), ratio), _snapped(space.x(ends), ratio)
    zero = float(_snapped(space.x(0.0), ratio))
    gap = max(1, round(ratio)) / ratio
    has_gap = right - left > 2.0 * gap
    outer = np.stack((left.min(axis=1, initial=zero), right.max(axis=1, initial=zero)), axis=1)
    return Spans(
        np.where(has_gap & (left > zero), left + gap, left),
        np.where(has_gap & (right < zero), right - gap, right),
        outer,
    )


def _snapped(x: Array, ratio: float) -> Array:
    return np.round(x * ratio) / ratio


@dataclass(frozen=True)
class Hit:
    """What lies under a point: a row, and the column of the segment if one is there; `in_gap` on the hatched part."""

    row: int
    column: int | None = None
    in_gap: bool = False


def hit(space: Space, bars: Bars, places: Array, scroll: float, at: tuple[float, float]) -> Hit | None:
    """What lies at a point (x, y); None outside the rows."""
    x, y = at
    if not (TOP <= y < space.bottom and 0 <= x < space.right):
        return None
    tops = space.tops(places, scroll)
    found = np.flatnonzero((tops <= y) & (y < tops + space.row_height))
    if not found.size:
        return None
    row = int(found[0])
    if abs(y - (float(tops[row]) + space.row_height / 2)) > space.bar_height / 2 + 3:
        return Hit(row)
    starts, ends = stacked(bars.points(np.array([row])))
    columns = np.flatnonzero((space.x(starts[0]) <= x) & (x < space.x(ends[0])))
    if columns.size:
        return Hit(row, int(columns[0]))
    return Hit(row, None, bool(space.x(bars.low[row]) <= x < space.x(bars.high[row])))


def scroll_to(space: Space, place: float, scroll: float) -> float:
    """The least scrolling that brings the row at a place into sight."""
    top, seen = place * space.row_height, space.bottom - TOP
    wanted = min(scroll, top) if top < scroll else max(scroll, top + space.row_height - seen)
    return min(max(0.0, wanted), space.scroll_reach)


def overview(totals: Array, axis: Axis, height: int, width: int) -> NDArray[np.bool_]:
    """(height, width) bool: the totals in row order as thin bars, one pixel a row or, where rows are more, the best."""
    count = totals.size
    starts = (np.arange(height) * count) // height
    longest = totals[starts] if count <= height else np.maximum.reduceat(totals, starts)
    lengths = (longest - axis.low) / (axis.high - axis.low) * width
    found: NDArray[np.bool_] = np.arange(width)[None, :] < np.maximum(1.0, lengths)[:, None]
    return found
