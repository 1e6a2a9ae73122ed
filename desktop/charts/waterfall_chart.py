"""The waterfall: what the gap between two options is made of, criterion by criterion, from level to the gap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from db.study.model import Id
from desktop.analysis.arrays import Ranks
from desktop.charts import contrast_words as words
from desktop.charts.chart import Chart, Mark
from desktop.charts.criterion_rows import (
    LEFT,
    LOWEST,
    Columns,
    columns_of,
    paint_criterion,
    paint_ground,
    paint_heading,
    paint_weight,
    row_height,
)
from desktop.charts.picture import Cell
from desktop.charts.ranking_words import number
from desktop.charts.series import marker, series_colour
from desktop.look import blend, colour_of, font, look
from desktop.look.painting import draw_text, text_width
from desktop.questions.contrast import Bar, Contrast, bars_of

SENTENCE, HEADS, NOTE, FOOT = 20.0, 15.0, 18.0, 2.0
VALUE = 40.0
_LABEL = 46.0
_LEAST = 2.0
"""Pixels of a bar too small to be seen."""
_HATCH = 5.0

_Right = Qt.AlignmentFlag.AlignRight


@dataclass(frozen=True)
class Space:
    """Where everything lies in content of one size; points from `low` to `high` lie between `left` and `right`."""

    width: float
    columns: Columns
    values: tuple[float, ...]
    """Right edges of the columns with the values of the two; empty where there is no room for them."""
    row: float
    left: float
    right: float
    low: float
    high: float

    def x(self, points: float) -> float:
        """Where a running total lies."""
        return self.left + (points - self.low) / (self.high - self.low) * (self.right - self.left)

    def top(self, place: int) -> float:
        """The top of the row of a bar."""
        return SENTENCE + HEADS + place * self.row

    def bar(self, place: int, start: float, end: float) -> QRectF:
        """The bar between two running totals, never too thin to be seen."""
        first, last = sorted((self.x(start), self.x(end)))
        if last - first < _LEAST:
            first, last = (first + last - _LEAST) / 2, (first + last + _LEAST) / 2
        height = max(9.0, round(self.row * 0.62))
        return QRectF(first, self.top(place) + (self.row - height) / 2, last - first, height)


def room_in(height: float) -> int:
    """How many bars have room in so much height, beside that of the gap."""
    return int((height - SENTENCE - HEADS - FOOT) // LOWEST) - 1


def fitted(contrast: Contrast, by_size: Ranks, height: float, *, in_tree_order: bool) -> tuple[Bar, ...]:
    """The bars that have room in so much height, that of the gap and the line of notes taken off."""
    is_noted = bool(contrast.is_open.any()) or len(by_size) > room_in(height)
    room = room_in(height - NOTE if is_noted else height)
    return bars_of(contrast, by_size, room, in_tree_order=in_tree_order)


def space_of(size: QSizeF, bars: Sequence[Bar], is_noted: bool) -> Space:
    """Where everything lies, given what is to be shown."""
    columns = columns_of(size.width())
    values: tuple[float, ...] = ()
    end = columns.end
    if size.width() >= 600:
        values = (columns.weight_right + VALUE, columns.weight_right + 2 * VALUE)
        end += 2 * VALUE
    totals = [0.0, *(bar.end for bar in bars)]
    low, high = min(totals), max(totals)
    if high - low < 1e-9:
        low, high = low - 1.0, high + 1.0
    room = size.height() - SENTENCE - HEADS - FOOT - (NOTE if is_noted else 0.0)
    left, right = end + _LABEL, max(end + _LABEL + 20, size.width() - 16 - _LABEL)
    return Space(size.width(), columns, values, row_height(room, len(bars) + 1), left, right, low, high)


class WaterfallChart(Chart):
    """The steps from level to the gap; `chosen` gives the criterion of a bar that was clicked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("What the difference is made of", "compare.difference", parent)
        self._contrast: Contrast | None = None
        self._by_size: Ranks | None = None
        self._key: tuple[object, ...] = ()
        self._in_tree_order = False
        self._stressed: tuple[Id | None, bool] = (None, False)

    def show_contrast(
        self, contrast: Contrast, *, in_tree_order: bool, selected: Id | None = None, moving: Id | None = None
    ) -> None:
        """Show the gap between the first two. While a weight moves bars keep their places, so that the eye can too."""
        key = (contrast.result.table, contrast.rows[:2])
        if moving is None or self._by_size is None or key != self._key:
            self._by_size = contrast.by_size
        self._key, self._contrast, self._in_tree_order = key, contrast, in_tree_order
        self._stressed = (moving or selected, moving is not None)
        self.refresh()

    def bars(self, size: QSizeF | None = None) -> tuple[Bar, ...]:
        """The bars in content of a size, as shown now if none is given; without that of the gap."""
        if self._contrast is None or self._by_size is None:
            return ()
        height = (size or self.content_size).height()
        return fitted(self._contrast, self._by_size, height, in_tree_order=self._in_tree_order)

    # What it says

    def title(self) -> str:
        return str(super().title()) if self._contrast is None else words.gap_title(self._contrast)

    def summary(self) -> str:
        return "" if self._contrast is None else words.gap_summary(self._contrast, self.bars())

    def rows(self) -> Sequence[Sequence[Cell]]:
        if self._contrast is None or self._by_size is None:
            return ()
        order = self._by_size.tolist()
        return words.gap_rows(self._contrast, sorted(order) if self._in_tree_order else order)

    def content_height(self, width: float) -> float:
        return SENTENCE + HEADS + 4 * LOWEST + NOTE + FOOT

    def marks(self, size: QSizeF) -> Sequence[Mark]:
        if self._contrast is None:
            return ()
        contrast, bars = self._contrast, self.bars(size)
        space = space_of(size, bars, bool(words.gap_notes(contrast, bars)))
        leaves = contrast.result.table.leaves
        found = []
        for place, bar in enumerate(bars):
            leaf = None if bar.is_rest else leaves[bar.columns[0]]
            colour = None if leaf is None else colour_of(leaf.colour)
            reading = words.bar_reading(contrast, bar)
            found.append(Mark(self._row(space, place), *reading, leaf and leaf.id, colour))
        found.append(Mark(self._row(space, len(bars)), *words.gap_reading(contrast)))
        return found

    def _row(self, space: Space, place: int) -> QRectF:
        return QRectF(6, space.top(place), space.width - 12, space.row)

    # Painting

    def draw(self, painter: QPainter, size: QSizeF, seen: QRectF) -> None:
        if self._contrast is None:
            return
        bars = self.bars(size)
        note = words.gap_notes(self._contrast, bars)
        space = space_of(size, bars, bool(note))
        canvas = _Canvas(painter, space, self._contrast, bars)
        canvas.stress(*self._stressed)
        canvas.head()
        canvas.lines()
        for place, bar in enumerate(bars):
            canvas.step(place, bar)
        canvas.gap()
        if note:
            area = QRectF(LEFT, space.top(len(bars) + 1) + 1, size.width() - 2 * LEFT, NOTE - 2)
            draw_text(painter, area, note, font(11), look.tokens.text2)


class _Canvas:
    """One painting of the waterfall."""

    def __init__(self, painter: QPainter, space: Space, contrast: Contrast, bars: Sequence[Bar]) -> None:
        self.painter, self.space, self.contrast, self.bars = painter, space, contrast, bars
        self.tokens, self.stressed = look.tokens, -1
        self.figure = font(12, 600, True)
        self.leaves, self.shares = contrast.result.table.leaves, contrast.result.shares

    def stress(self, leaf: Id | None, is_moving: bool) -> None:
        """The row of the criterion that is selected or being moved."""
        column = self.contrast.result.table.columns.get(leaf) if leaf else None
        space, places = self.space, range(len(self.bars))
        self.stressed = next((place for place in places if column in self.bars[place].columns), -1)
        if self.stressed >= 0:
            paint_ground(self.painter, space.top(self.stressed), space.row, space.width, is_moving=is_moving)

    def head(self) -> None:
        """The sentence, and what stands above the columns."""
        contrast, space, tokens = self.contrast, self.space, self.tokens
        title, parts = words.gap_title(contrast), words.gap_parts(contrast)
        room = space.width - 2 * LEFT
        wide = min(text_width(title, font(13, 600)) + 2, room)
        draw_text(self.painter, QRectF(LEFT, 0, wide, SENTENCE), title, font(13, 600), tokens.text)
        if room - wide > 60:
            area = QRectF(LEFT + wide + 8, 0, room - wide - 8, SENTENCE)
            draw_text(self.painter, area, parts, font(12), tokens.text2)
        paint_heading(self.painter, space.columns, SENTENCE, HEADS)
        for place, right in enumerate(space.values):
            marker(self.painter, place, QPointF(right - 8, SENTENCE + HEADS / 2), 3.6)
        self._sides()

    def _sides(self) -> None:
        """Which way is for whom."""
        space, face = self.space, font(11, 500)
        left, most = space.left, (space.right + _LABEL - space.left) / 2 - 12
        for place, (arrow, name) in enumerate(zip("▸◂", words.names_of(self.contrast), strict=False)):
            text = f"{arrow} for {name}"
            area = QRectF(left, SENTENCE, min(most, text_width(text, face) + 1), HEADS)
            draw_text(self.painter, area, text, face, series_colour(place))
            left = area.right() + 20

    def lines(self) -> None:
        """The line of being level, and the running totals from bar to bar."""
        space, tokens, painter = self.space, self.tokens, self.painter
        count = len(self.bars)
        zero = QRectF(round(space.x(0.0)), space.top(0), 1, space.top(count + 1) - space.top(0))
        painter.fillRect(zero, tokens.border_strong)
        painter.fillRect(QRectF(LEFT, round(space.top(count)), space.width - 2 * LEFT, 1), tokens.border)
        painter.setPen(QPen(tokens.text3, 1))
        inset = space.bar(0, 0.0, 0.0).top() - space.top(0)
        links = ((space.x(bar.end), space.top(place + 1)) for place, bar in enumerate(self.bars))
        painter.drawLines([QLineF(x, y - inset, x, y + inset) for x, y in links])

    def step(self, place: int, bar: Bar) -> None:
        """One bar with all that its row says."""
        space, top = self.space, self.space.top(place)
        weight = words.weight_text(self.contrast, bar.columns)
        if bar.is_rest:
            area = QRectF(LEFT + 16, top, space.columns.name_right - LEFT - 20, space.row)
            draw_text(self.painter, area, words.bar_name(self.contrast, bar), font(12), self.tokens.text2)
            paint_weight(self.painter, weight, space.columns, top, space.row)
        else:
            column = bar.columns[0]
            counts = bool(self.shares[column] > 0)
            leaf = self.leaves[column]
            paint_criterion(self.painter, leaf, weight, space.columns, top, space.row, counts=counts)
            self._values(column, top)
        area = space.bar(place, bar.start, bar.end)
        self._bar(area, series_colour(0 if bar.points >= 0 else 1), bar.is_open)
        self._label(area, bar.points, place)

    def _values(self, column: int, top: float) -> None:
        contrast = self.contrast
        for place, right in enumerate(self.space.values):
            is_gap = bool(contrast.gaps[place, column])
            text = "none" if is_gap else number(float(contrast.values[place, column]), 0)
            area = QRectF(right - VALUE, top, VALUE, self.space.row)
            ink = self.tokens.text3 if is_gap else self.tokens.text2
            draw_text(self.painter, area, text, font(12, 400, True), ink, _Right)

    def _bar(self, area: QRectF, colour: QColor, is_open: bool) -> None:
        painter = self.painter
        if not is_open:
            painter.fillRect(area, colour)
            return
        painter.setBrush(blend(self.tokens.surface, colour, 0.12))
        painter.setPen(QPen(colour, 1))
        painter.drawRect(area.adjusted(0.5, 0.5, -0.5, -0.5))
        painter.drawLines(hatches(area))

    def _label(self, bar: QRectF, points: float, place: int) -> None:
        """The points beside the end that the bar grows towards."""
        text = number(points, signed=True)
        wide = text_width(text, self.figure) + 1
        left = bar.left() - 5 - wide if points < 0 else bar.right() + 5
        area = QRectF(left, self.space.top(place), wide, self.space.row)
        if place != self.stressed:  # So that the line of being level does not run through a figure.
            self.painter.fillRect(area.adjusted(-1, 3, 0, -3), self.tokens.surface)
        draw_text(self.painter, area, text, self.figure, self.tokens.text)

    def gap(self) -> None:
        """The last bar: the difference of the totals."""
        contrast, space, gap = self.contrast, self.space, self.contrast.gap
        place = len(self.bars)
        top = space.top(place)
        area = QRectF(LEFT, top, space.columns.weight_right - LEFT, space.row)
        draw_text(self.painter, area, "Difference", font(12, 600), self.tokens.text)
        for side, right in enumerate(space.values):
            total = number(float(contrast.result.totals[contrast.rows[side]]))
            area = QRectF(right - VALUE, top, VALUE, space.row)
            draw_text(self.painter, area, total, self.figure, self.tokens.text, _Right)
        area = space.bar(place, 0.0, gap)
        self._bar(area, series_colour(0 if gap >= 0 else 1), bool(contrast.is_open.any()))
        self._label(area, gap, place)


def hatches(area: QRectF) -> list[QLineF]:
    """Slanted lines that fill an area and stay inside it."""
    found, height = [], area.height()
    start = area.left() - height + _HATCH
    while start < area.right():
        left, right = max(start, area.left()), min(start + height, area.right())
        found.append(QLineF(left, area.bottom() - (left - start), right, area.bottom() - (right - start)))
        start += _HATCH
    return found
