"""How the sensitivity chart is painted: what stays while a weight moves, and over it what moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPolygonF

from desktop.analysis.arrays import TIE
from desktop.charts.ranking_words import called, number
from desktop.charts.sensitivity_scene import Sweep
from desktop.charts.sensitivity_space import NUMBER, PITCH, RIBBON, Space, spread
from desktop.charts.sensitivity_words import names, notes, percent
from desktop.look import blend, font, look, paint_icon
from desktop.look.painting import draw_text, metrics, text_width

_RIGHT, _CENTRE = Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignHCenter
PILL = 18.0
_QUARTERS = (0.0, 0.25, 0.5, 0.75, 1.0)
NAMED_FROM = 40.0
"""Pixels of the ribbon from which a piece has a name: with fewer nothing but dots would be read."""


@dataclass(frozen=True)
class Label:
    """A name beside the lines: of which row, how high it stands, and where its line ends."""

    row: int
    y: float
    end: float


def label_face(sweep: Sweep, row: int) -> QFont:
    """The face of a name: bold for the leader and for the selected option."""
    return font(11, 600 if row in (sweep.first[0], sweep.option) else 400)


def labels_of(sweep: Sweep, space: Space) -> list[Label]:
    """The names beside the lines, as many as fit, those that matter most first, placed so that none touch."""
    shown = list(sweep.rows[: space.labels])
    ends = [space.y(float(total)) for total in sweep.course.line.end[0, shown]]
    places = spread(np.array(ends), PITCH, space.top + PITCH / 2 + 1, space.bottom - PITCH / 2 + 4)
    return [Label(row, float(y), end) for row, y, end in zip(shown, places, ends, strict=True)]


def label_left(sweep: Sweep, space: Space) -> float:
    """Where the names begin: beside the ends of the lines."""
    return space.x(sweep.course.high) + 14.0


def pill_area(sweep: Sweep, space: Space) -> QRectF:
    """The handle of the line that stands at the present weight, on the axis."""
    width = text_width(pill_text(sweep), font(11, 600, True)) + (30 if sweep.is_locked else 16)
    x = max(2.0, space.x(sweep.share) - width / 2)
    return QRectF(x, space.bottom + 3, width, PILL)


def pill_text(sweep: Sweep) -> str:
    """What the handle says."""
    return f"now {percent(sweep.share)}"


def piece_area(sweep: Sweep, space: Space, piece: int) -> QRectF:
    """The piece of the ribbon along which the same options lead."""
    low, high = (space.x(float(edge)) for edge in sweep.course.envelope.edges[piece : piece + 2])
    return QRectF(low, 4, max(1.0, high - low - 1), RIBBON - 3)


def ink_of(sweep: Sweep, row: int) -> QColor:
    """The colour of an option's line."""
    tokens = look.tokens
    if row == sweep.first[0]:
        return tokens.accent
    if row in sweep.first or row == sweep.option:
        return tokens.text
    return blend(tokens.text3, tokens.surface, 0.35 if tokens.is_dark else 0.5)


class Canvas:
    """One painting of a sweep into a space."""

    def __init__(self, painter: QPainter, sweep: Sweep, space: Space) -> None:
        self.painter, self.sweep, self.space = painter, sweep, space
        self.course, self.tokens = sweep.course, look.tokens

    def still(self) -> None:
        """Paint what stays as it is while the weight moves between two flips."""
        self._band()
        self._grid()
        if self.course.is_stuck:
            self._dots(list(self.sweep.rows), self.sweep.share, 3.0)
        else:
            self._unreachable()
            self._envelope()
            self._crossings()
            self._lines()
            self._flips()
            self._ribbon()
        self._names()
        self._note()

    def moving(self, at: float | None = None, lit: int | None = None, is_taken: bool = False) -> None:
        """Paint what moves: the line at the present weight, the totals, and what the pointer is over.

        at: the share under the pointer; lit: the row of the line nearest to it.
        """
        if at is not None and not is_taken:
            self._guide(at, lit)
        self._now(is_taken)
        self._flip_names()
        self._shares()
        self._totals(self.sweep.share if at is None or is_taken else at)

    # What stays

    def _band(self) -> None:
        band = self.sweep.band
        if band is not None and self.course.flips:
            left, right = (self.space.x(share) for share in band)
            area = QRectF(left, self.space.top, max(1.0, right - left), self.space.bottom - self.space.top)
            self.painter.fillRect(area, blend(self.tokens.surface, self.tokens.accent_soft, 0.7))

    def _grid(self) -> None:
        space, tokens, painter = self.space, self.tokens, self.painter
        grid = tokens.border if tokens.is_dark else tokens.grid
        for total in space.ticks():
            y = round(space.y(total))
            painter.fillRect(QRectF(space.left, y, space.right - space.left, 1), grid)
            area = QRectF(0, y - 8, space.left - 8, 16)
            draw_text(painter, area, number(total, 0), font(11, 400, True), tokens.text3, _RIGHT)
        painter.fillRect(QRectF(space.left, space.bottom, space.right - space.left, 1), tokens.border_strong)
        for share in _QUARTERS:
            painter.fillRect(QRectF(round(space.x(share)), space.bottom, 1, 4), tokens.border_strong)

    def _unreachable(self) -> None:
        space, tokens = self.space, self.tokens
        if self.course.high < 1.0 - TIE:
            left = space.x(self.course.high) + 1
            area = QRectF(left, space.top, space.right - left, space.bottom - space.top)
            self.painter.fillRect(area, blend(tokens.surface, tokens.hover, 0.75))
            self.painter.fillRect(QRectF(left - 1, space.top, 1, area.height()), tokens.border_strong)

    def _envelope(self) -> None:
        found, space = self.course.envelope, self.space
        points = [
            QPointF(space.x(share), space.y(total))
            for share, total in zip(found.edges.tolist(), found.totals.tolist(), strict=True)
        ]
        pen = QPen(blend(self.tokens.surface, self.tokens.accent, 0.28), 8)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        self.painter.setPen(pen)
        self.painter.drawPolyline(QPolygonF(points))

    def _line(self, row: int) -> QLineF:
        line, space = self.course.line, self.space
        left, right = space.x(self.course.low), space.x(self.course.high)
        return QLineF(left, space.y(float(line.start[0, row])), right, space.y(float(line.end[0, row])))

    def _lines(self) -> None:
        sweep, painter = self.sweep, self.painter
        leader, special = sweep.first[0], {*sweep.first, sweep.option}
        grey = [row for row in sweep.rows if row not in special]
        if grey:
            painter.setPen(QPen(ink_of(sweep, grey[0]), 1.3))
            painter.drawLines([self._line(row) for row in grey])
        for row in sweep.rows:
            if row in special and row != leader:
                painter.setPen(QPen(ink_of(sweep, row), 2.0 if row == sweep.option else 1.5))
                painter.drawLine(self._line(row))
        self.draw_lit(leader)

    def draw_lit(self, row: int) -> None:
        """Paint one line in full strength."""
        self.painter.setPen(QPen(ink_of(self.sweep, row) if row in self.sweep.first else self.tokens.text, 2.5))
        self.painter.drawLine(self._line(row))

    def _crossings(self) -> None:
        shares, totals = self.course.crossings_of(np.array(self.sweep.rows))
        pen = QPen(blend(self.tokens.text3, self.tokens.surface, 0.25), 4.0)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        self.painter.setPen(pen)
        points = [
            QPointF(self.space.x(share), self.space.y(total))
            for share, total in zip(shares.tolist(), totals.tolist(), strict=True)
        ]
        if points:
            self.painter.drawPoints(points)

    def _flips(self) -> None:
        self.painter.setPen(QPen(self.tokens.accent, 2))
        self.painter.setBrush(self.tokens.surface)
        for flip in self.course.flips:
            self.painter.drawEllipse(QPointF(self.space.x(flip.share), self.space.y(flip.total)), 4.5, 4.5)

    def _ribbon(self) -> None:
        found, space, tokens = self.course.envelope, self.space, self.tokens
        share, leader = self.sweep.share, self.sweep.first[0]
        draw_text(self.painter, QRectF(0, 4, space.left - 8, RIBBON - 2), "Leads", font(11), tokens.text3, _RIGHT)
        for piece, winners in enumerate(found.winners):
            low, high = float(found.edges[piece]), float(found.edges[piece + 1])
            area = piece_area(self.sweep, space, piece)
            is_now = leader in winners and low - TIE <= share <= high + TIE
            self.painter.setPen(Qt.PenStyle.NoPen)
            self.painter.setBrush(tokens.accent if is_now else tokens.pressed)
            self.painter.drawRoundedRect(area, 3, 3)
            if area.width() >= NAMED_FROM:
                ink = tokens.accent_on if is_now else tokens.text
                face = font(11, 600 if is_now else 500)
                draw_text(self.painter, area.adjusted(5, 0, -4, 0), names(self.sweep, winners), face, ink, _CENTRE)

    def _names(self) -> None:
        sweep, space, options = self.sweep, self.space, self.sweep.firm.result.table.options
        left, end = label_left(sweep, space), space.x(self.course.high)
        labels = labels_of(sweep, space)
        self.painter.setPen(QPen(self.tokens.border_strong, 1))
        self.painter.drawLines([QLineF(end + 2, label.end, left - 3, label.y) for label in labels])
        for label in labels:
            is_quiet = label.row not in sweep.first and label.row != sweep.option
            ink = self.tokens.text2 if is_quiet else ink_of(sweep, label.row)
            area = QRectF(left, label.y - 8, space.names, 16)
            draw_text(self.painter, area, called(options[label.row]), label_face(sweep, label.row), ink)

    def _note(self) -> None:
        if self.space.has_note:
            area = QRectF(16, self.space.height - 19, self.space.width - 32, 17)
            draw_text(self.painter, area, " · ".join(notes(self.sweep)), font(11), self.tokens.text2)

    # What moves

    def _dots(self, rows: Sequence[int], share: float, size: float) -> None:
        x, totals = self.space.x(share), self.course.totals_at(share)
        for row in rows:
            self.painter.setPen(QPen(self.tokens.surface, 1))
            self.painter.setBrush(ink_of(self.sweep, row))
            self.painter.drawEllipse(QPointF(x, self.space.y(float(totals[row]))), size, size)

    def _guide(self, at: float, lit: int | None) -> None:
        space, x = self.space, round(self.space.x(at))
        self.painter.fillRect(QRectF(x, space.top, 1, space.bottom - space.top), self.tokens.text3)
        if lit is not None:
            self.draw_lit(lit)
            self._dots([lit], at, 4.0)

    def _now(self, is_taken: bool) -> None:
        sweep, space, painter, tokens = self.sweep, self.space, self.painter, self.tokens
        ground = tokens.accent if is_taken else tokens.text
        if sweep.from_share is not None and abs(sweep.from_share - sweep.share) > TIE:
            x = round(space.x(sweep.from_share))
            painter.fillRect(QRectF(x, space.top, 1, space.bottom - space.top), tokens.border_strong)
        painter.fillRect(
            QRectF(round(space.x(sweep.share)) - 0.75, space.top, 1.5, space.bottom - space.top + 4), ground
        )
        shown = [row for row in sweep.first if row in sweep.rows]
        self._dots(shown[::-1], sweep.share, 3.5)
        area = pill_area(sweep, space)
        painter.setPen(QPen(tokens.surface, 2))
        painter.setBrush(ground)
        painter.drawRoundedRect(area, 5, 5)
        ink = tokens.accent_on if is_taken else tokens.surface
        if sweep.is_locked:
            paint_icon(painter, "lock", QPointF(area.left() + 12, area.center().y()), ink, 12)
            area = area.adjusted(14, 0, 0, 0)
        draw_text(painter, area, pill_text(sweep), font(11, 600, True), ink, _CENTRE)

    def _flip_names(self) -> None:
        face, space, last = font(11, 600, True), self.space, -1e9
        now = space.x(self.sweep.share)
        for flip in self.course.flips:
            text, x = percent(flip.share), space.x(flip.share)
            width = text_width(text, face)
            left = max(space.left + 2, min(x - width / 2, space.right - width))
            if left <= last + 4:  # Too close to the one before: the ribbon and its read-out tell of it.
                continue
            area = QRectF(left, space.y(flip.total) - 24, width + 2, 16)
            if left - 2 <= now <= left + width + 2:
                self.painter.fillRect(area.adjusted(-3, 1, 2, 0), self.tokens.surface)
            draw_text(self.painter, area, text, face, self.tokens.text)
            last = left + width

    def _shares(self) -> None:
        """The axis, without what the handle would hide."""
        space, face, handle = self.space, font(11, 400, True), pill_area(self.sweep, self.space)
        for share in _QUARTERS:
            text = f"{round(100 * share)} %"
            half, x = text_width(text, face) / 2 + 3, space.x(share)
            if x + half < handle.left() or x - half > handle.right():
                area = QRectF(x - 26, space.bottom + 4, 52, 16)
                draw_text(self.painter, area, text, face, self.tokens.text3, _CENTRE)

    def _totals(self, share: float) -> None:
        sweep, space, painter, tokens = self.sweep, self.space, self.painter, self.tokens
        totals = sweep.totals if share == sweep.share else self.course.totals_at(share)
        right = label_left(sweep, space) + space.names + NUMBER
        face = font(11, 400, True)
        heading = f"total at {percent(share)}"
        draw_text(painter, QRectF(right - 90, 4, 90, RIBBON - 2), heading, face, tokens.text3, _RIGHT)
        drop = _drop(face)
        for label in labels_of(sweep, space):
            bold = font(11, 600, True) if label.row in (sweep.first[0], sweep.option) else face
            text = number(float(totals[label.row]))
            painter.setFont(bold)
            painter.setPen(tokens.text)
            painter.drawText(QPointF(right - text_width(text, bold), label.y + drop), text)


@lru_cache(maxsize=8)
def _drop(face: QFont) -> float:
    """How far below its middle the baseline of a line of text lies."""
    measured = metrics(face)
    return (measured.ascent() - measured.descent()) / 2


def names_width(sweep: Sweep, width: float) -> float:
    """How wide the names beside the lines are, at most a quarter of the width."""
    options, most = sweep.firm.result.table.options, max(90.0, min(280.0, width * 0.24))
    return min(most, max(text_width(called(options[row]), font(11, 600)) for row in sweep.rows) + 2)
