"""How far a weight is from a flip: the band of shares that leave the leader first, in figures, words and shapes."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from db.study.model import Id
from desktop.analysis.arrays import TIE
from desktop.charts.ranking_words import number, trimmed
from desktop.look import blend, font, look
from desktop.look.painting import draw_text, text_width
from desktop.questions.firmness import Firmness
from desktop.questions.flipping import CLOSE_WEIGHT, NEAR_WEIGHT, Closeness, closeness_of

BAND = 11.0
"""Pixels from the upper to the lower edge of the band."""
_TICK, _SERIF = 13.0, 3.0
_TINT, _DARK_TINT = 0.26, 0.36
_INK = {Closeness.CLOSE: "bad", Closeness.NEAR: "warn", Closeness.FAR: "good"}


class Hold(NamedTuple):
    """Where a weight leaves the leader first, in points of percent, with one decimal.

    `low` to `high` is the band; `flips_below` and `flips_above` say which of its ends is a flip, and not just the end
    of what the weight can be. `way` is the signed way to the nearest flip, None where there is none.
    """

    low: float
    high: float
    flips_below: bool
    flips_above: bool
    way: float | None
    closeness: Closeness

    def label(self) -> str:
        """As short as it can be said: "near +3.7", "+12.4", "any share"."""
        return _label(self.way, self.closeness)

    def sentence(self) -> str:
        """Said in full."""
        if self.way is None:
            return "The leader stays first whatever its share."
        if self.low == self.high:
            return f"At {trimmed(self.low)} % the answer is on the edge: any move can make another option first."
        where = f"{abs(self.way):.1f} points {'up' if self.way > 0 else 'down'}"
        return f"The leader stays first {self._span()}; the nearest flip is {where}: {self.closeness}."

    def _span(self) -> str:
        if not self.flips_above:
            return f"from {trimmed(self.low)} % up"
        return f"from {trimmed(self.low)} to {trimmed(self.high)} %"


@lru_cache(maxsize=4096)
def _label(way: float | None, closeness: Closeness) -> str:
    if way is None:
        return "any share"
    figure = number(way, signed=True)
    return figure if closeness is Closeness.FAR else f"{closeness} {figure}"


RULE = (
    "The green band on the track is where the leader stays first while the other weights give way. "
    f"A flip is close up to {100 * CLOSE_WEIGHT:.0f} points away, near up to {100 * NEAR_WEIGHT:.0f}, far beyond."
)
"""What the band and the words mean."""


def holds_of(firm: Firmness) -> dict[Id, Hold]:
    """The hold of every weight that can move, by criterion; none of which it is not known."""
    lines, shares = firm.lines, firm.shares
    first, last = lines.reach()
    known = ~firm.locked & ~np.isnan(firm.stable[:, 0]) & (lines.high > lines.low)
    below, above = first > TIE, last < 1.0 - TIE
    is_down = below & (shares - firm.stable[:, 0] <= firm.way)
    ends, way = np.round(100.0 * firm.stable, 1).tolist(), np.round(100.0 * firm.way, 1).tolist()
    leaves = firm.result.table.leaves
    return {
        leaves[k].id: _hold(ends[k], bool(below[k]), bool(above[k]), -way[k] if is_down[k] else way[k], firm.way[k])
        for k in np.flatnonzero(known).tolist()
    }


def _hold(ends: list[float], below: bool, above: bool, signed: float, way: float) -> Hold:
    found = closeness_of(float(way), CLOSE_WEIGHT, NEAR_WEIGHT)
    return Hold(ends[0], ends[1], below, above, signed if np.isfinite(way) else None, found)


@cache
def _tinted(ground: int, ink: int, part: float) -> QColor:
    return blend(QColor.fromRgb(ground), QColor.fromRgb(ink), part)


@cache
def _tick_pen(ink: int) -> QPen:
    return QPen(QColor.fromRgb(ink), 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.MiterJoin)


def paint_band(painter: QPainter, area: QRectF, left_tick: bool, right_tick: bool, ground: QColor) -> None:
    """Shade a part of a track, with brackets at those ends where it flips."""
    good = look.tokens.good
    band = QRectF(area.left(), area.center().y() - BAND / 2, max(1.0, area.width()), BAND)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_tinted(ground.rgb(), good.rgb(), _DARK_TINT if look.tokens.is_dark else _TINT))
    painter.drawRoundedRect(band, 2, 2)
    top, bottom = area.center().y() - _TICK / 2, area.center().y() + _TICK / 2
    painter.setPen(_tick_pen(good.rgb()))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for wanted, x, inwards in ((left_tick, band.left(), _SERIF), (right_tick, band.right(), -_SERIF)):
        if wanted:
            ends = (QPointF(x + inwards, top), QPointF(x, top), QPointF(x, bottom), QPointF(x + inwards, bottom))
            painter.drawPolyline(ends)


def label_width(hold: Hold) -> float:
    """How wide the label is painted."""
    return text_width(hold.label(), font(11, 400, True))


def paint_label(painter: QPainter, area: QRectF, hold: Hold) -> None:
    """Paint the label at the right end of an area; only what is close or near stands out."""
    is_loud = hold.closeness in (Closeness.CLOSE, Closeness.NEAR)
    ink = look.tokens.colour(_INK[hold.closeness]) if is_loud else look.tokens.text3
    draw_text(painter, area, hold.label(), font(11, 400, True), ink, Qt.AlignmentFlag.AlignRight)


def paint_shape(painter: QPainter, centre: QPointF, closeness: Closeness) -> None:
    """Paint the sign of a closeness: triangle for close, diamond for near, dot for far, nothing for none."""
    if closeness not in _INK:
        return
    x, y = centre.x(), centre.y()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.tokens.colour(_INK[closeness]))
    if closeness is Closeness.FAR:
        painter.drawEllipse(centre, 2.5, 2.5)
    elif closeness is Closeness.NEAR:
        painter.drawPolygon(
            QPolygonF([QPointF(x, y - 4.5), QPointF(x + 4.5, y), QPointF(x, y + 4.5), QPointF(x - 4.5, y)])
        )
    else:
        painter.drawPolygon(QPolygonF([QPointF(x, y - 4.5), QPointF(x + 5, y + 4), QPointF(x - 5, y + 4)]))
