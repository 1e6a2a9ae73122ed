"""Two parts of the value tree against each other: the options, the frontier, and the line of level totals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QFont, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from db.study.model import Id
from db.study.words import counted
from desktop.analysis.arrays import Array
from desktop.charts import tradeoff_key as key
from desktop.charts import tradeoff_words as words
from desktop.charts.chart import Chart, Mark
from desktop.charts.picture import Cell
from desktop.charts.ranking_words import called
from desktop.charts.tradeoff_layout import (
    INSET,
    KEY,
    Box,
    Name,
    Plot,
    Reach,
    along,
    has_key,
    place_names,
    plot_of,
    reach_of,
)
from desktop.charts.tradeoff_points import paint_points
from desktop.look import blend, font, look
from desktop.look.painting import draw_text, elided_in, text_width
from desktop.questions.tradeoff import Axis, Tradeoff

NAMED = 60
"""With more options than this only those on the frontier, the leader and the selected one are named."""
WIDEST_NAME = 190.0
_LEFT, _RIGHT = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight


@dataclass(frozen=True, eq=False)
class Scene:
    """What is on show: `selected` is an option; `moving` holds the axes still; `ranges` draws what scores may be."""

    tradeoff: Tradeoff
    selected: Id | None = None
    ranges: bool = False
    moving: bool = False

    @cached_property
    def selected_row(self) -> int:
        """The row of the selected option, -1 for none."""
        options = self.tradeoff.result.table.options
        return next((row for row, option in enumerate(options) if option.id == self.selected), -1)

    def name_of(self, row: int) -> str:
        """What the option of a row is called on the chart."""
        return called(self.tradeoff.result.table.options[row])

    def face_of(self, row: int) -> QFont:
        """How the name of a row is written: the leader's and the selected one's stand out."""
        return font(12, 600 if row in (self.tradeoff.leader, self.selected_row) else 400)

    @property
    def axes(self) -> tuple[object, ...]:
        """What the axes show."""
        sides = (self.tradeoff.x.side, self.tradeoff.y.side)
        return (*sides, self.ranges, tuple(option.id for option in self.tradeoff.result.table.options))

    def named(self) -> list[tuple[int, bool]]:
        """(row, even where it covers something) of the options that are named, the most important ones first."""
        tradeoff, selected = self.tradeoff, self.selected_row
        sure = {row: True for row in (tradeoff.leader, selected) if row >= 0}
        others = tradeoff.frontier.tolist()
        if len(tradeoff.by) <= NAMED:
            others += tradeoff.result.order.tolist()
        return list((sure | {row: False for row in others if row not in sure}).items())


@dataclass(frozen=True, eq=False)
class _Laid:
    """Where everything stands, in pixels."""

    scene: Scene
    size: QSizeF
    plot: Plot
    points: Array
    line: Array
    names: dict[int, tuple[int, Box]]
    known: list[QLineF]
    """What scores that are there may be."""
    open: list[QLineF]
    """What scores that are missing may be."""

    @property
    def reduced(self) -> str:
        """How the names are reduced, "" where they are not."""
        count, left = len(self.scene.tradeoff.by), len(self.scene.tradeoff.by) - len(self.names)
        if count > NAMED:
            return f"{count} options: named are the frontier, the leader and the selected"
        return f"No room for {counted(left, 'name')}: point at a dot to read it" if left else ""


class TradeoffChart(Chart):
    """See the module."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Trade-off", "tradeoff.chart", parent)
        self.now: Scene | None = None
        self._reach: tuple[Reach, Reach] | None = None
        self._laid: _Laid | None = None
        self._before: dict[int, int] = {}

    def show_scene(self, scene: Scene) -> None:
        """Show another scene. While a weight moves the axes only ever grow, so that points do not jump."""
        across, up = (_reach(axis, scene.ranges) for axis in (scene.tradeoff.x, scene.tradeoff.y))
        is_same = self.now is not None and self.now.axes == scene.axes
        if scene.moving and is_same and self._reach is not None:
            across, up = self._reach[0].joined(across), self._reach[1].joined(up)
        if not is_same:
            self._before = {}
        self._reach, self.now, self._laid = (across, up), scene, None
        self.refresh()

    # Where things stand

    def laid(self, size: QSizeF) -> _Laid | None:
        """Where everything stands at a size; kept until something changes. None while there is nothing."""
        if self.now is None or self._reach is None:
            return None
        if self._laid is None or self._laid.size != size:
            self._laid = _lay(self.now, self._reach, size, self._before)
            if size == self.content_size:
                self._before = {row: place for row, (place, _) in self._laid.names.items()}
        return self._laid

    # What every chart says

    def title(self) -> str:
        return "Trade-off" if self.now is None else words.title_of(self.now.tradeoff)

    def summary(self) -> str:
        return "" if self.now is None else words.summary_of(self.now.tradeoff)

    def rows(self) -> Sequence[Sequence[Cell]]:
        return () if self.now is None else words.rows_of(self.now.tradeoff)

    def marks(self, size: QSizeF) -> Sequence[Mark]:
        laid = self.laid(size)
        if laid is None:
            return ()
        tradeoff = laid.scene.tradeoff
        options = tradeoff.result.table.options
        return [
            Mark(
                QRectF(laid.points[row, 0] - 8.0, laid.points[row, 1] - 8.0, 16.0, 16.0),
                options[row].name,
                words.read_out(tradeoff, row),
                options[row].id,
            )
            for row in tradeoff.result.order.tolist()
        ]

    def mark_at(self, at: QPointF) -> Mark | None:
        """The mark whose middle is nearest to a point, of those around it."""
        around = [mark for mark in self.all_marks() if mark.area.contains(at)]
        return min(around, key=lambda mark: QLineF(at, mark.area.center()).length(), default=None)

    # Painting

    def draw(self, painter: QPainter, size: QSizeF, seen: QRectF) -> None:
        laid = self.laid(size)
        if laid is None:
            return
        scene = laid.scene
        self._draw_area(painter, laid)
        self._draw_axes(painter, laid)
        painter.save()
        plot = laid.plot
        painter.setClipRect(QRectF(plot.left, plot.top, plot.right - plot.left, plot.bottom - plot.top))
        self._draw_lines(painter, laid)
        self._draw_ranges(painter, laid)
        paint_points(painter, scene.tradeoff, laid.points, scene.selected_row)
        painter.restore()
        self._draw_names(painter, laid)
        self._draw_key(painter, laid)

    def _draw_area(self, painter: QPainter, laid: _Laid) -> None:
        """What the frontier is better than: from its ends on towards the worse ends of both axes."""
        tradeoff, plot = laid.scene.tradeoff, laid.plot
        corners = laid.points[tradeoff.frontier]
        worse_x = plot.left if tradeoff.x.rises else plot.right
        worse_y = plot.bottom if tradeoff.y.rises else plot.top
        last, first = corners[-1], corners[0]
        around = [*corners, (worse_x, last[1]), (worse_x, worse_y), (first[0], worse_y)]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(blend(look.tokens.surface, look.tokens.accent, 0.08))
        painter.drawPolygon(_polygon(np.array(around)))

    def _draw_axes(self, painter: QPainter, laid: _Laid) -> None:
        tokens, plot, face, tradeoff = look.tokens, laid.plot, font(11, 400, True), laid.scene.tradeoff
        wide, high = plot.right - plot.left, plot.bottom - plot.top
        ups = [(tick, round(plot.y(tick))) for tick in plot.up.ticks(high - 2 * INSET, 34.0)]
        acrosses = [(tick, round(plot.x(tick))) for tick in plot.across.ticks(wide - 2 * INSET, 72.0)]
        for _, y in ups:
            painter.fillRect(QRectF(plot.left, y, wide, 1.0), tokens.grid)
        for tick, y in ups:
            draw_text(painter, QRectF(0, y - 8, plot.left - 8, 16), words.tick_text(tick), face, tokens.text2, _RIGHT)
        painter.fillRect(QRectF(plot.left, plot.bottom, wide, 1.0), tokens.border_strong)
        centre = Qt.AlignmentFlag.AlignHCenter
        for tick, x in acrosses:
            painter.fillRect(QRectF(x, plot.bottom, 1.0, 4.0), tokens.border_strong)
            area = QRectF(x - 50, plot.bottom + 4, 100, 15)
            draw_text(painter, area, words.tick_text(tick), face, tokens.text2, centre)
        self._draw_headings(painter, plot, tradeoff)

    def _draw_headings(self, painter: QPainter, plot: Plot, tradeoff: Tradeoff) -> None:
        tokens, face, wide = look.tokens, font(11, 600), plot.right - plot.left
        up = QRectF(16, 2, plot.right - 16, 17)
        draw_text(painter, up, words.axis_text(tradeoff.y, upright=True), face, tokens.text2)
        across = QRectF(plot.left, plot.bottom + 18, wide, 17)
        draw_text(
            painter,
            across,
            words.axis_text(tradeoff.x),
            face,
            tokens.text2,
            _RIGHT if tradeoff.x.rises else _LEFT,
        )

    def _draw_lines(self, painter: QPainter, laid: _Laid) -> None:
        tokens, corners = look.tokens, laid.points[laid.scene.tradeoff.frontier]
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(tokens.accent, 2))
        painter.drawPolyline(_polygon(corners))
        if len(laid.line):
            painter.setPen(QPen(tokens.text2, 1.5, Qt.PenStyle.DashLine))
            painter.drawPolyline(_polygon(laid.line))

    def _draw_ranges(self, painter: QPainter, laid: _Laid) -> None:
        """What the scores may be, to either side of each point; always where one is missing."""
        ink = blend(look.tokens.surface, look.tokens.text3, 0.75)
        for lines, style in ((laid.known, Qt.PenStyle.SolidLine), (laid.open, Qt.PenStyle.DotLine)):
            if lines:
                painter.setPen(QPen(ink, 1.25, style))
                painter.drawLines(lines)

    def _draw_names(self, painter: QPainter, laid: _Laid) -> None:
        tokens, scene = look.tokens, laid.scene
        tradeoff, selected = scene.tradeoff, scene.selected_row
        for row, (_, (left, top, right, bottom)) in laid.names.items():
            is_quiet = tradeoff.by[row] >= 0 and row != tradeoff.leader and row != selected
            ink = tokens.accent if row == tradeoff.leader else tokens.text2 if is_quiet else tokens.text
            area = QRectF(left, top, right - left + 1.0, bottom - top)
            draw_text(painter, area, scene.name_of(row), scene.face_of(row), ink)

    def _draw_key(self, painter: QPainter, laid: _Laid) -> None:
        size, plot = laid.size, laid.plot
        if has_key(size.width()):
            area = QRectF(size.width() - KEY - 8.0, 4, KEY, size.height() - 8)
            scene = laid.scene
            key.paint(painter, area, key.entries_of(scene.tradeoff, scene.ranges, laid.reduced))
        else:
            area = QRectF(plot.left, size.height() - 19, plot.right - plot.left, 17)
            draw_text(painter, area, words.level_words(laid.scene.tradeoff), font(11), look.tokens.text2)


def _lay(scene: Scene, reach: tuple[Reach, Reach], size: QSizeF, before: dict[int, int]) -> _Laid:
    tradeoff, (across, up) = scene.tradeoff, reach
    texts = [words.tick_text(tick) for tick in up.ticks(size.height() - 80.0, 34.0)]
    gutter = 20.0 + max((text_width(text, font(11, 400, True)) for text in texts), default=20.0)
    plot = plot_of(size.width(), size.height(), min(gutter, 110.0), across, up)
    points = plot.points(np.column_stack((tradeoff.x.places, tradeoff.y.places)))
    line = plot.points(tradeoff.line)
    bounds = (plot.left + 2.0, plot.top + 1.0, plot.right - 2.0, plot.bottom - 1.0)
    lines = np.vstack([along(corners) for corners in (points[tradeoff.frontier], line)])
    known, bars = _whiskers(scene, plot, points, are_gaps=False)
    gaps, more = _whiskers(scene, plot, points, are_gaps=True)
    names = place_names(_names(scene, plot), points, bounds, lines, np.vstack((bars, more)), before)
    return _Laid(scene, size, plot, points, line, names, known, gaps)


def _names(scene: Scene, plot: Plot) -> list[Name]:
    widest, names = min(WIDEST_NAME, 0.42 * (plot.right - plot.left)), []
    for row, must in scene.named():
        face = scene.face_of(row)
        width = text_width(elided_in(scene.name_of(row), face, widest), face)
        names.append(Name(row, width + 2.0, 15.0, must))
    return names


def _reach(axis: Axis, with_ranges: bool) -> Reach:
    """What an axis runs over: all places, and what they may be where that is shown."""
    ends = (0.0, 100.0) if axis.scale is None else (axis.scale.low, axis.scale.high)
    shown = axis.gaps | with_ranges
    return reach_of(np.concatenate((axis.places, axis.low[shown], axis.high[shown])), ends)


def _polygon(points: Array) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in points.tolist()])


def _whiskers(scene: Scene, plot: Plot, points: Array, are_gaps: bool) -> tuple[list[QLineF], Array]:
    """Lines from low to high through each point along both axes, with small feet; and (b, 4) the boxes of the lines."""
    x, y = scene.tradeoff.x, scene.tradeoff.y
    lows, highs = (plot.points(np.column_stack(ends)) for ends in ((x.low, y.low), (x.high, y.high)))
    bars = [np.empty((0, 4))]
    feet = [np.empty((0, 4))]
    for place, axis in enumerate((x, y)):
        shown = (axis.gaps == are_gaps) & (axis.low < axis.high) & (are_gaps or scene.ranges)
        low, high, at = lows[shown, place], highs[shown, place], points[shown, 1 - place]
        bars.append(_along(np.minimum(low, high), at, np.maximum(low, high), at, place))
        feet += [_along(end, at - 3.0, end, at + 3.0, place) for end in (low, high)]
    boxes = np.vstack(bars)
    return [QLineF(*ends) for ends in np.vstack((boxes, *feet)).tolist()], boxes


def _along(start: Array, across: Array, end: Array, over: Array, place: int) -> Array:
    """(b, 4) x, y, x, y of lines from `start` to `end` along one axis and from `across` to `over` along the other."""
    ends = (start, across, end, over) if place == 0 else (across, start, over, end)
    return np.column_stack(ends)
