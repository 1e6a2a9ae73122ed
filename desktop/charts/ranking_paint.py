"""How the ranking is painted: every visible row from arrays, in opaque colours."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QImage, QPainter, QPen, QPixmap

from desktop.analysis.arrays import Array
from desktop.charts.ranking_layout import OVERVIEW_WIDTH, TOP, Hit, Space, Spans, overview, spans_of, visible
from desktop.charts.ranking_scene import Mode, Rows, Scene
from desktop.charts.ranking_words import called, change_text, climb_text, number, total_text
from desktop.look import blend, colour_of, faded, font, look, paint_icon
from desktop.look.painting import elided_in, metrics, text_width

RADIUS = 3.0
_HOVER_FADE = 0.55

_Right = Qt.AlignmentFlag.AlignRight
_Left = Qt.AlignmentFlag.AlignLeft
_Centre = Qt.AlignmentFlag.AlignHCenter


@dataclass(frozen=True, eq=False)
class Picture:
    """All that one painting of the chart needs."""

    scene: Scene
    space: Space
    places: Array
    gliding: Rows
    order: Rows
    scroll: float = 0.0
    hover: Hit | None = None
    lit: int | None = None
    """The column lit in every row because the pointer is over it, here or in the legend."""
    is_ringed: bool = False


def paint(painter: QPainter, picture: Picture) -> None:
    """Paint the whole chart."""
    _Canvas(painter, picture).paint()


class _Canvas:
    """One painting: the picture and what is worked out from it once."""

    def __init__(self, painter: QPainter, picture: Picture) -> None:
        self.painter, self.picture = painter, picture
        self.scene, self.space, self.bars = picture.scene, picture.space, picture.scene.bars
        self.tokens = look.tokens
        self.ratio = painter.device().devicePixelRatio()
        self.bar_height = round(self.space.bar_height * self.ratio) / self.ratio
        self.table = self.scene.result.table
        self.options = self.table.options
        self.moved = self.scene.moved
        self.gliding = set(picture.gliding.tolist())
        self.selected = self.table.rows.get(self.scene.option, -1) if self.scene.option else -1
        self.colours = self._colours()
        self.rank_face, self.total_face = font(12, 400, True), font(13, 600, True)
        self.change_face = font(11, 600, True)

    def _colours(self) -> list[QColor]:
        picked = [colour_of(leaf.colour) for leaf in self.table.leaves]
        moving, lit = self.scene.moving_column, self.picture.lit
        if moving is not None:
            return [colour if column == moving else faded(colour) for column, colour in enumerate(picked)]
        if lit is not None:
            ground = self.tokens.surface
            return [
                colour if column == lit else blend(colour, ground, _HOVER_FADE) for column, colour in enumerate(picked)
            ]
        return picked

    def paint(self) -> None:
        space, painter = self.space, self.painter
        painter.fillRect(QRectF(0, 0, space.width, space.height), self.tokens.surface)
        painter.setPen(Qt.PenStyle.NoPen)
        self._grid()
        rows = visible(space, self.picture.places, self.picture.scroll)
        self._rows(rows)
        self._axis()
        if space.has_overview:
            self._overview()
        if self.picture.is_ringed:
            self._ring()

    # Behind the rows

    def _grid(self) -> None:
        tokens, space = self.tokens, self.space
        for tick in space.axis.ticks():
            colour = tokens.border_strong if tick == 0.0 else tokens.grid
            self.painter.fillRect(QRectF(round(space.at(tick)), 0, 1, space.bottom + 4), colour)

    def _axis(self) -> None:
        tokens, space = self.tokens, self.space
        below = QRectF(0, space.bottom + 4, space.width, space.height - space.bottom - 4)
        if space.scroll_reach:
            self.painter.fillRect(QRectF(0, space.bottom, space.right, space.height - space.bottom), tokens.surface)
        self.painter.setFont(font(11, 400, True))
        self.painter.setPen(tokens.text2)
        is_signed = self.scene.mode is Mode.DIFFERENCE
        if self.scene.mode is Mode.UNWEIGHTED:
            self._put("plain average of values", 16, below.top() + 9, font(11))
        for tick in space.axis.ticks():
            x = space.at(tick)
            area = QRectF(x - 30, below.top(), 60, min(18.0, below.height()))
            self.painter.drawText(area, int(_Centre | Qt.AlignmentFlag.AlignTop), number(tick, 0, is_signed))

    # The rows

    def _rows(self, rows: Rows) -> None:
        tops = self.space.tops(self.picture.places[rows], self.picture.scroll)
        spans = spans_of(self.space, self.bars.points(rows), self.ratio)
        painter = self.painter
        if self.space.scroll_reach:
            painter.save()
            painter.setClipRect(QRectF(0, TOP, self.space.width, self.space.bottom - TOP))
        still = [place for place, row in enumerate(rows.tolist()) if row not in self.gliding]
        self._group(rows, tops, spans, still)
        self._brackets(rows, tops, still)
        seen = {row: place for place, row in enumerate(rows.tolist())}
        for row in self.picture.gliding.tolist():
            if row in seen:
                self._group(rows, tops, spans, [seen[row]])
        if self.space.scroll_reach:
            painter.restore()

    def _group(self, rows: Rows, tops: Array, spans: Spans, chosen: list[int]) -> None:
        """Paint some of the visible rows: their grounds, bars and marks, then all texts of one face together."""
        if not chosen:
            return
        group = [(place, int(rows[place]), float(tops[place])) for place in chosen]
        for _, row, top in group:
            self._ground(row, top)
        self._segments(spans, group)
        for place, row, top in group:
            self._marks(row, top, spans, place)
        self._texts(spans, group)

    def _ground(self, row: int, top: float) -> None:
        tokens, hover = self.tokens, self.picture.hover
        if row == self.selected or row in self.gliding:
            colour = tokens.accent_soft
        elif hover is not None and hover.row == row:
            colour = tokens.hover
        else:
            return
        painter = self.painter
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(QRectF(6, top + 0.5, self.space.right - 12, self.space.row_height - 1), 4, 4)

    def _bar_top(self, top: float) -> float:
        y = top + (self.space.row_height - self.bar_height) / 2
        return round(y * self.ratio) / self.ratio

    def _segments(self, spans: Spans, group: list[tuple[int, int, float]]) -> None:
        painter, height = self.painter, self.bar_height
        columns: list[list[QRectF]] = [[] for _ in self.colours]
        caps: list[tuple[QRectF, int]] = []
        for place, _, top in group:
            y = self._bar_top(top)
            lefts, rights = spans.left[place].tolist(), spans.right[place].tolist()
            begin, end = spans.ends[place].tolist()
            for column, (left, right) in enumerate(zip(lefts, rights, strict=True)):
                if right <= left:
                    continue
                piece = QRectF(left, y, right - left, height)
                if left == begin or right == end:
                    caps.append((piece, column))
                    piece = _inner(piece, left == begin, right == end)
                columns[column].append(piece)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for piece, column in caps:
            painter.setBrush(self.colours[column])
            painter.drawRoundedRect(piece, min(RADIUS, piece.width() / 2), RADIUS)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for column, pieces in enumerate(columns):
            if pieces:
                painter.setBrush(self.colours[column])
                painter.drawRects(pieces)

    def _marks(self, row: int, top: float, spans: Spans, place: int) -> None:
        y, height = self._bar_top(top), self.bar_height
        low, high = float(self.bars.low[row]), float(self.bars.high[row])
        if high - low > 1e-9:
            self._gap(QRectF(self.space.at(low), y, self.space.at(high) - self.space.at(low), height))
        elif self.scene.mode is Mode.DIFFERENCE and row != self.bars.reference:
            self._net(row, y, height)
        if row == self.selected:
            self._selected_piece(spans, place, y)
        if self.moved is not None:
            old = float(self.moved.totals[row])
            if abs(old - float(self.bars.totals[row])) > 1e-6:
                x = round(self.space.at(old) * self.ratio) / self.ratio
                self.painter.fillRect(QRectF(x - 1, y - 3, 2, height + 6), self.tokens.text)

    def _gap(self, area: QRectF) -> None:
        """The part of the total that missing scores leave open."""
        painter, in_difference = self.painter, self.scene.mode is Mode.DIFFERENCE
        if in_difference:
            area = QRectF(area.left(), area.center().y() - 4, area.width(), 8)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrushOrigin(area.topLeft())
        painter.setBrush(_hatch(self.tokens.text3.name(), self.tokens.surface.name(), self.ratio))
        painter.setPen(QPen(self.tokens.text3, 1))
        painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), 2, 2)
        painter.setPen(Qt.PenStyle.NoPen)

    def _net(self, row: int, y: float, height: float) -> None:
        """A diamond where all pieces of a difference come to."""
        painter, x = self.painter, self.space.at(float(self.bars.totals[row]))
        middle, size = y + height / 2, min(6.0, height / 3)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.tokens.surface, 1.5))
        painter.setBrush(self.tokens.text)
        corners = ((x - size, middle), (x, middle - size), (x + size, middle), (x, middle + size))
        painter.drawPolygon([QPointF(*corner) for corner in corners])
        painter.setPen(Qt.PenStyle.NoPen)

    def _selected_piece(self, spans: Spans, place: int, y: float) -> None:
        column = self.table.columns.get(self.scene.criterion) if self.scene.criterion else None
        if column is None or spans.right[place, column] <= spans.left[place, column]:
            return
        left, right = float(spans.left[place, column]), float(spans.right[place, column])
        painter = self.painter
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self.tokens.text, 1.5))
        painter.drawRoundedRect(
            QRectF(left - 0.75, y - 1.75, right - left + 1.5, self.bar_height + 3.5), RADIUS, RADIUS
        )
        painter.setPen(Qt.PenStyle.NoPen)

    # Words and figures

    def _texts(self, spans: Spans, group: list[tuple[int, int, float]]) -> None:
        middle = self.space.row_height / 2
        self.painter.setFont(self.rank_face)
        self.painter.setPen(self.tokens.text2)
        for _, row, top in group:
            self._put(self.scene.shown.rank_text(row), self.space.rank_right, top + middle, self.rank_face, _Right)
        for _, row, top in group:
            self._name(row, top + middle)
        for place, row, top in group:
            self._total(row, top + middle, float(spans.ends[place, 1]))

    def _put(self, text: str, x: float, y: float, face: QFont, align: Qt.AlignmentFlag = _Left) -> float:
        """Paint text in the painter's font, vertically centred on y; return how wide it is."""
        width = text_width(text, face)
        left = x - width if align is _Right else x
        self.painter.drawText(QPointF(left, y + _drop(face)), text)
        return width

    def _name(self, row: int, y: float) -> None:
        option, space = self.options[row], self.space
        is_strong = row == self.selected or int(self.scene.shown.worst_rank[row]) == 1
        face = font(13, 600 if is_strong else 400)
        room = space.name_room - (20 if option.is_baseline else 0)
        self.painter.setFont(face)
        self.painter.setPen(self.tokens.text)
        width = self._put(elided_in(called(option), face, room), space.name_left, y, face)
        if option.is_baseline:
            paint_icon(self.painter, "flag", QPointF(space.name_left + width + 12, y), self.tokens.text3, 13)

    def _total(self, row: int, y: float, bar_end: float) -> None:
        tokens, space = self.tokens, self.space
        text = total_text(self.scene, row)
        is_reference = row == self.bars.reference
        face = font(12) if is_reference else self.total_face
        change, climb = self._changes(row)
        labels = [(change_text(change), tokens.good if change > 0 else tokens.bad)]
        labels.append((climb_text(climb), tokens.good if climb > 0 else tokens.bad))
        shown = [label for label in labels if label[0]]
        width = text_width(text, face) + sum(8 + text_width(label, self.change_face) for label, _ in shown)
        x = max(bar_end, space.at(self._furthest(row))) + 9
        x = min(x, space.right - 10 - width)
        self.painter.setFont(face)
        self.painter.setPen(tokens.text3 if is_reference else tokens.text)
        x += self._put(text, x, y, face)
        if shown:
            self.painter.setFont(self.change_face)
        for label, colour in shown:
            self.painter.setPen(colour)
            x += 8 + self._put(label, x + 8, y, self.change_face)

    def _furthest(self, row: int) -> float:
        """The points that the label of a row must stand beyond: bar, open part and the mark of the old total."""
        furthest = max(0.0, float(self.bars.high[row]))
        if self.moved is not None and float(self.moved.totals[row]) > furthest:
            return float(self.moved.totals[row])
        return furthest

    def _changes(self, row: int) -> tuple[float, int]:
        if self.moved is None:
            return 0.0, 0
        return float(self.bars.totals[row] - self.moved.totals[row]), int(self.moved.climbed[row])

    def _brackets(self, rows: Rows, tops: Array, still: list[int]) -> None:
        """Join neighbouring rows that share a rank."""
        shown, height = self.scene.shown, self.space.row_height
        painter, colour = self.painter, self.tokens.text3
        for upper, lower in pairwise(still):
            above, below = int(rows[upper]), int(rows[lower])
            is_next = abs(float(tops[lower] - tops[upper]) - height) < 0.5
            if not (is_next and _is_tie(shown.best_rank, shown.worst_rank, above, below)):
                continue
            x, start, end = 11.0, float(tops[upper]) + height / 2 - 6, float(tops[lower]) + height / 2 + 6
            painter.fillRect(QRectF(x, start, 1, end - start), colour)
            painter.fillRect(QRectF(x, start, 4, 1), colour)
            painter.fillRect(QRectF(x, end - 1, 4, 1), colour)

    # Around the rows

    def _overview(self) -> None:
        space, picture, tokens = self.space, self.picture, self.tokens
        height, width = int(space.bottom - TOP), OVERVIEW_WIDTH - 8
        totals = self.bars.totals[picture.order]
        area = QRectF(space.right + 2, TOP, width, height)
        light, ink = tokens.track, blend(tokens.accent, tokens.surface, 0.6)
        pixels = np.where(overview(totals, space.axis, height, width), ink.rgb(), light.rgb()).astype(np.uint32)
        self.painter.drawImage(area, QImage(pixels.tobytes(), width, height, width * 4, QImage.Format.Format_RGB32))
        share = height / (space.rows * space.row_height)
        seen = QRectF(area.left(), TOP + picture.scroll * share, width, max(6.0, height * share))
        if self.selected >= 0:
            y = TOP + float(picture.places[self.selected]) * space.row_height * share
            self.painter.fillRect(QRectF(area.left(), y, width, 2), tokens.accent)
        self.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.setPen(QPen(tokens.text2, 1.5))
        self.painter.drawRoundedRect(seen, 2, 2)

    def _ring(self) -> None:
        self.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.setPen(QPen(self.tokens.accent, 2))
        self.painter.drawRoundedRect(QRectF(1, 1, self.space.width - 2, self.space.height - 2), 6, 6)


def _inner(piece: QRectF, is_first: bool, is_last: bool) -> QRectF:
    """A bar's first or last segment without the part whose corners are round."""
    inset = min(RADIUS, piece.width() / 2)
    return piece.adjusted(inset if is_first else 0.0, 0.0, -inset if is_last else 0.0, 0.0)


def _is_tie(best: Rows, worst: Rows, one: int, other: int) -> bool:
    return bool(best[one] == worst[one] == best[other] == worst[other])


@lru_cache(maxsize=32)
def _drop(face: QFont) -> float:
    """How far below its middle the baseline of a line of text lies."""
    measured = metrics(face)
    return (measured.ascent() - measured.descent()) / 2


@lru_cache(maxsize=16)
def _hatch(ink: str, ground: str, ratio: float) -> QBrush:
    """Slanted lines on whole device pixels."""
    side = 6
    tile = QPixmap(round(side * ratio), round(side * ratio))
    tile.setDevicePixelRatio(ratio)
    tile.fill(QColor(ground))
    painter = QPainter(tile)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(ink), 1))
    for shift in (-side, 0, side):
        painter.drawLine(QPointF(shift, side), QPointF(shift + side, 0))
    painter.end()
    return QBrush(tile)
