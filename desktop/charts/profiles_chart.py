"""Profiles: the values of two to four options on every criterion, as dots joined from row to row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QLineF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from db.study.model import Id
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
    row_height,
)
from desktop.charts.picture import Cell
from desktop.charts.series import line_pen, marker, series_colour, soft
from desktop.look import colour_of, font, look
from desktop.look.painting import draw_text, text_width
from desktop.questions.contrast import Contrast

LABEL, HEAD, FOOT = 20.0, 34.0, 17.0
TICKS = (0.0, 25.0, 50.0, 75.0, 100.0)
FEW = 14
"""Up to so many criteria the rows do without headings where these do not fit; more have them and scroll."""
_BAR = 40.0
_GAP = 10.0
_FULL = 92.0
"""Pixels from which a name has its total beside it, if it is shortened."""

_Align = Qt.AlignmentFlag


@dataclass(frozen=True)
class Space:
    """Where everything lies in content of one size. tops: of each leaf's row; headings: (top, text) of the groups;
    splits: where one group ends and the next begins, where there is no room for headings.
    """

    width: float
    columns: Columns
    bars: tuple[float, float] | None
    """Left edge and width of the longest weight bar; None where there is no room for them."""
    row: float
    tops: tuple[float, ...]
    headings: tuple[tuple[float, str], ...]
    splits: tuple[float, ...]
    left: float
    right: float
    bottom: float

    def x(self, value: float) -> float:
        """Where a value of 0 to 100 lies."""
        return self.left + value / 100.0 * (self.right - self.left)

    def shift(self, place: int, count: int) -> float:
        """How far above or below the middle of a row the option at a place stands, so that equal values show."""
        return (place - (count - 1) / 2) * min(4.0, 0.7 * self.row / max(2, count))

    def dot(self, value: float, column: int, place: int, count: int) -> QPointF:
        """Where an option's value on a criterion lies."""
        return QPointF(self.x(value), self.tops[column] + self.row / 2 + self.shift(place, count))


def starts_of(branches: Sequence[str]) -> list[int]:
    """The leaves with which another group begins."""
    return [column for column, branch in enumerate(branches) if column == 0 or branch != branches[column - 1]]


def space_of(size: QSizeF, branches: Sequence[str]) -> Space:
    """Where everything lies; groups have headings where these fit."""
    columns = columns_of(size.width())
    bars = (columns.end, _BAR) if size.width() >= 600 else None
    left = columns.end + (_BAR + 24 if bars else 12)
    room = size.height() - HEAD - FOOT
    starts, count = starts_of(branches), len(branches)
    named = [start for start in starts if branches[start]]
    is_headed = bool(named) and (count + len(named)) * LOWEST <= room + 0.5
    row = row_height(room, count + (len(named) if is_headed else 0))
    tops, headings, y = [], [], HEAD
    for column in range(count):
        if is_headed and column in named:
            headings.append((y, branches[column]))
            y += row
        tops.append(y)
        y += row
    splits = () if is_headed else tuple(tops[start] for start in starts[1:])
    right = max(left + 40, size.width() - 24)
    return Space(size.width(), columns, bars, row, tuple(tops), tuple(headings), splits, left, right, y)


def spread_out(wanted: Sequence[float], widths: Sequence[float], low: float, high: float) -> list[float]:
    """Left edges of labels centred as near to where they are wanted as they can be without touching each other."""
    order = sorted(range(len(wanted)), key=lambda place: wanted[place])
    lefts, edge = [0.0] * len(wanted), low
    for place in order:
        lefts[place] = max(edge, wanted[place] - widths[place] / 2)
        edge = lefts[place] + widths[place] + _GAP
    edge = high
    for place in reversed(order):
        lefts[place] = max(low, min(lefts[place], edge - widths[place]))
        edge = lefts[place] - _GAP
    return lefts


def shared_out(wanted: Sequence[float], room: float) -> list[float]:
    """Widths that sum to the room at most: only what wants more than its part is cut."""
    widths, left = list(wanted), room
    for count, place in zip(range(len(widths), 0, -1), sorted(range(len(widths)), key=wanted.__getitem__), strict=True):
        widths[place] = min(widths[place], max(0.0, left / count))
        left -= widths[place]
    return widths


class ProfilesChart(Chart):
    """A dotted line for each option; `chosen` gives the criterion of a row, or the option of a label."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Profiles", "compare.profiles", parent)
        self._contrast: Contrast | None = None
        self._stressed: tuple[Id | None, bool] = (None, False)

    def show_contrast(self, contrast: Contrast, *, selected: Id | None = None, moving: Id | None = None) -> None:
        """Show the options of a contrast, up to four."""
        self._contrast, self._stressed = contrast, (moving or selected, moving is not None)
        self.refresh()

    def space(self, size: QSizeF | None = None) -> Space:
        """Where everything lies in content of a size, as shown now if none is given."""
        assert self._contrast is not None
        return space_of(size or self.content_size, self._contrast.branches)

    def labels(self, space: Space) -> list[QRectF]:
        """Where the name of each option stands: near its first dot."""
        contrast = self._contrast
        assert contrast is not None
        high, natural = space.width - 6, self._label_widths()
        low = space.columns.end - 4
        if sum(natural) + _GAP * (len(natural) - 1) > high - low and not contrast.gaps.any():
            low = LEFT
        widths = shared_out(natural, high - low - _GAP * (len(natural) - 1))
        wanted = [space.x(float(value)) for value in contrast.values[:, 0]]
        lefts = spread_out(wanted, widths, low, high)
        return [QRectF(left, 1, width, LABEL) for left, width in zip(lefts, widths, strict=True)]

    def _label_widths(self) -> list[float]:
        assert self._contrast is not None
        names = words.names_of(self._contrast)
        totals = (words.total_text(self._contrast, place) for place in range(len(names)))
        return [
            16 + text_width(name, font(12, 500)) + 8 + text_width(total, font(12, 600, True)) + 2
            for name, total in zip(names, totals, strict=True)
        ]

    # What it says

    def title(self) -> str:
        return str(super().title()) if self._contrast is None else words.profile_title(self._contrast)

    def summary(self) -> str:
        return "" if self._contrast is None else words.profile_summary(self._contrast)

    def rows(self) -> Sequence[Sequence[Cell]]:
        return () if self._contrast is None else words.profile_rows(self._contrast)

    def content_height(self, width: float) -> float:
        if self._contrast is None:
            return 0.0
        branches = self._contrast.branches
        count = len(branches)
        headings = sum(1 for start in starts_of(branches) if branches[start]) if count > FEW else 0
        return HEAD + (count + headings) * LOWEST + FOOT

    def marks(self, size: QSizeF) -> Sequence[Mark]:
        contrast = self._contrast
        if contrast is None:
            return ()
        space, options = self.space(size), contrast.result.table.options
        found = [
            Mark(
                area,
                *words.option_reading(contrast, place),
                options[contrast.rows[place]].id,
                series_colour(place),
            )
            for place, area in enumerate(self.labels(space))
        ]
        for column, leaf in enumerate(contrast.result.table.leaves):
            area = QRectF(6, space.tops[column], space.width - 12, space.row)
            found.append(Mark(area, *words.profile_reading(contrast, column), leaf.id, colour_of(leaf.colour)))
        return found

    # Painting

    def draw(self, painter: QPainter, size: QSizeF, seen: QRectF) -> None:
        if self._contrast is None:
            return
        space = self.space(size)
        canvas = _Canvas(painter, space, self._contrast, seen)
        stressed, is_moving = self._stressed
        column = self._contrast.result.table.columns.get(stressed) if stressed else None
        if column is not None:
            paint_ground(painter, space.tops[column], space.row, space.width, is_moving=is_moving)
        canvas.grid()
        canvas.criteria()
        canvas.options(self.labels(space), self._label_widths())
        canvas.axis()
        if self._contrast.gaps.any():
            canvas.note()


class _Canvas:
    """One painting of the profiles."""

    def __init__(self, painter: QPainter, space: Space, contrast: Contrast, seen: QRectF) -> None:
        self.painter, self.space, self.contrast = painter, space, contrast
        self.tokens, self.count = look.tokens, len(contrast.rows)
        self.foot = seen.bottom()
        tops = space.tops
        self.seen = [n for n, top in enumerate(tops) if top + space.row >= seen.top() and top <= seen.bottom()]

    def grid(self) -> None:
        """The scale from 0 to 100, and what parts the groups."""
        painter, space, tokens = self.painter, self.space, self.tokens
        paint_heading(painter, space.columns, HEAD - 17, 16)
        for value in TICKS:
            tone = tokens.border_strong if value in (0.0, 100.0) else tokens.grid
            painter.fillRect(QRectF(round(space.x(value)), HEAD - 2, 1, space.bottom - HEAD + 4), tone)
        for y in space.splits:
            painter.fillRect(QRectF(LEFT, round(y), space.right - LEFT, 1), tokens.border)
        for y, text in space.headings:
            draw_text(painter, QRectF(LEFT, y, space.columns.end + 30, space.row), text, font(11, 600), tokens.text2)
            painter.fillRect(QRectF(LEFT, round(y + space.row) - 1, space.right - LEFT, 1), tokens.grid)

    def axis(self) -> None:
        """The ends and quarters of the scale, always in sight."""
        space, tokens = self.space, self.tokens
        top = min(space.bottom, self.foot - FOOT)
        self.painter.fillRect(QRectF(0, top + 1, space.width, FOOT + 1), tokens.surface)
        for value in TICKS:
            x = round(space.x(value))
            text = {0.0: "0 worst", 100.0: "100 best"}.get(value, f"{value:.0f}")
            right = min(x + 40.0, space.width - 8)
            align = _Align.AlignRight if right < x + 40 else _Align.AlignHCenter
            area = QRectF(right - 80, top + 2, 80, 14)
            draw_text(self.painter, area, text, font(11, 400, True), tokens.text2, align)

    def criteria(self) -> None:
        """Names and weights."""
        space, contrast = self.space, self.contrast
        leaves, shares = contrast.result.table.leaves, contrast.result.shares
        largest = float(shares.max())
        for column in self.seen:
            share, top = float(shares[column]), space.tops[column]
            weight = words.weight_text(contrast, [column])
            paint_criterion(self.painter, leaves[column], weight, space.columns, top, space.row, counts=share > 0)
            if space.bars is not None and share > 0:
                left, width = space.bars
                area = QRectF(left, round(top + space.row / 2) - 2, max(1.5, width * share / largest), 4)
                self.painter.fillRect(area, self.tokens.border_strong)

    def options(self, labels: Sequence[QRectF], widths: Sequence[float]) -> None:
        """Ranges behind, then lines, then dots, then names, in labels that might want to be wider."""
        for place in range(self.count):
            self._ranges(place)
        for place in range(self.count):
            self._line(place, labels[place])
        for place in range(self.count):
            for column in self.seen:
                is_gap = bool(self.contrast.gaps[place, column])
                marker(self.painter, place, self._dot(place, column), self._radius(), hollow=is_gap)
            self._label(place, labels[place], widths[place])

    def _radius(self) -> float:
        return 3.6 if self.space.row < 19 else 4.4

    def _dot(self, place: int, column: int) -> QPointF:
        return self.space.dot(float(self.contrast.values[place, column]), column, place, self.count)

    def _ranges(self, place: int) -> None:
        """Whiskers from low to high; dotted over the whole scale where the score is missing."""
        low, high = self.contrast.ends
        known: list[QLineF] = []
        unknown: list[QLineF] = []
        for column in self.seen:
            if high[place, column] > low[place, column]:
                y = self._dot(place, column).y()
                left, right = (self.space.x(float(end[place, column])) for end in (low, high))
                is_gap = self.contrast.gaps[place, column]
                (unknown if is_gap else known).append(QLineF(left, y, right, y))
        colour = soft(place)
        self.painter.setPen(QPen(colour, 1.25))
        caps = [QLineF(x, line.y1() - 2.5, x, line.y1() + 2.5) for line in known for x in (line.x1(), line.x2())]
        self.painter.drawLines(known + caps)
        self.painter.setPen(QPen(colour, 1.25, Qt.PenStyle.DotLine))
        self.painter.drawLines(unknown)

    def _joined(self) -> range:
        """The rows between which lines can be seen."""
        return range(max(0, self.seen[0] - 1), min(len(self.space.tops), self.seen[-1] + 2)) if self.seen else range(0)

    def _line(self, place: int, label: QRectF) -> None:
        first = self._dot(place, 0)
        foot = QPointF(max(label.left() + 8, min(first.x(), label.right() - 8)), label.bottom())
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.setPen(QPen(soft(place), 1))
        self.painter.drawLine(foot, first)
        self.painter.setPen(line_pen(place))
        dots = [self._dot(place, column) for column in self._joined()]
        # Lines one by one are stroked far faster than one line with corners, which the dots hide anyway.
        self.painter.drawLines([QLineF(*pair) for pair in pairwise(dots)])

    def _label(self, place: int, area: QRectF, wanted: float) -> None:
        total = words.total_text(self.contrast, place)
        wide = text_width(total, font(12, 600, True)) + 1
        marker(self.painter, place, QPointF(area.left() + 6, area.center().y()), 4.2)
        if area.width() < min(_FULL, wanted - 1):  # Too little room for both: the total is in the ranking.
            total, wide = "", -8.0
        name = QRectF(area.left() + 16, area.top(), max(0.0, area.width() - 16 - 8 - wide), area.height())
        ink = series_colour(place)
        draw_text(self.painter, name, words.names_of(self.contrast)[place], font(12, 500), ink)
        figure = QRectF(area.right() - wide, area.top(), wide, area.height())
        draw_text(self.painter, figure, total, font(12, 600, True), self.tokens.text)

    def note(self) -> None:
        """What hollow dots mean, where the names leave room."""
        area = QRectF(LEFT, 1, self.space.columns.end - LEFT - 10, LABEL)
        draw_text(self.painter, area, "Hollow: no score, 50 stands in", font(11), self.tokens.text2)
