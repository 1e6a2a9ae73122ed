"""Two parties' rankings beside each other, with a line for every option from the one to the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from db.study.model import Id
from desktop.analysis.arrays import Array
from desktop.charts.chart import Chart, Mark
from desktop.charts.parties_chart import rank_text, total_text, total_words
from desktop.charts.party_board import party_words
from desktop.charts.picture import Cell
from desktop.exchange.parties_text import kind_word, names_of, slope_sentence
from desktop.look import font, look
from desktop.look.painting import draw_text, text_width
from desktop.questions.parties import Parties, Party, Slope

HEAD, FOOT = 22.0, 2.0
LABEL = 14.0
"""Pixels between labels, at the least."""
LEFT, RIGHT, FIGURE, MOVE, STUB = 16.0, 14.0, 42.0, 42.0, 16.0
_AT_RIGHT = Qt.AlignmentFlag.AlignRight


def spread_out(wanted: Array, least: float, low: float, high: float) -> Array:
    """(m,) places as near to those wanted as can be, `least` apart, in the same order, from `low` to `high`.

    The least sum of squared moves (isotonic regression by pooling neighbours, Ayer et al. 1955). Where they do not all
    fit they begin at `low` and run over.
    """
    order = np.argsort(wanted, kind="stable")
    steps = least * np.arange(order.size)
    pools: list[tuple[float, int]] = []
    for value in (wanted[order] - steps).tolist():
        pools.append((value, 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (b, n), (a, m) = pools.pop(), pools.pop()
            pools.append(((a * m + b * n) / (m + n), m + n))
    flat = np.repeat([mean for mean, _ in pools], [count for _, count in pools])
    found = np.empty(order.size)
    found[order] = np.clip(flat, low, max(low, high - (steps[-1] if steps.size else 0.0))) + steps
    return found


@dataclass(frozen=True, eq=False)
class Lines:
    """Where everything lies. left, right: (m,) heights of the lines' ends; *_labels: (m,) those of the labels."""

    x_left: float
    x_right: float
    label: float
    left: Array
    right: Array
    left_labels: Array
    right_labels: Array


def lines_of(slope: Slope, by_totals: bool, size: QSizeF) -> Lines:
    """The lines of a slope, by ranks or by totals."""
    label = min(300.0, max(110.0, size.width() * 0.28))
    x_left, x_right = LEFT + label + FIGURE + STUB, size.width() - RIGHT - label - FIGURE - MOVE - STUB
    top, bottom = HEAD + LABEL / 2, max(HEAD + LABEL, size.height() - FOOT - LABEL / 2)
    if by_totals:
        both = np.concatenate([party.sure.totals for party in (slope.first, slope.second)])
        best, span = float(both.max()), max(1e-9, float(both.max() - both.min()))
        parts = [(best - party.sure.totals) / span for party in (slope.first, slope.second)]
    else:
        parts = [(party.places - 1.0) / max(1, party.places.size - 1) for party in (slope.first, slope.second)]
    ends = [top + part * (bottom - top) for part in parts]
    labels = [spread_out(end, LABEL, top, bottom) for end in ends]
    return Lines(x_left, max(x_left + 40.0, x_right), label, ends[0], ends[1], labels[0], labels[1])


@dataclass(frozen=True, eq=False)
class SlopeShown:
    """One moment: two parties, whether by totals, and which option is selected."""

    found: Parties
    slope: Slope
    by_totals: bool
    option: Id | None = None


class SlopeChart(Chart):
    """A slope chart: options that change their order with another one stand out, those that do not stay in the back."""

    def __init__(self) -> None:
        super().__init__("Two perspectives beside each other", "perspectives.slope")
        self.shown: SlopeShown | None = None

    def show_slope(self, shown: SlopeShown) -> None:
        """Show another moment."""
        self.shown = shown
        self.refresh()

    def content_height(self, width: float) -> float:
        return HEAD + FOOT + LABEL * len(self.shown.found.table.options) if self.shown is not None else 0.0

    def lines(self, size: QSizeF) -> Lines:
        """Where everything lies."""
        assert self.shown is not None
        return lines_of(self.shown.slope, self.shown.by_totals, size)

    # Painting

    def draw(self, painter: QPainter, size: QSizeF, seen: QRectF) -> None:
        if self.shown is None:
            return
        lines, slope = self.lines(size), self.shown.slope
        still_first = np.argsort(slope.crossed, kind="stable").tolist()
        for row in still_first:
            self._draw_line(painter, lines, row)
        for row in still_first:
            if seen.top() - LABEL <= lines.left_labels[row] <= seen.bottom() + LABEL:
                self._draw_left(painter, lines, row)
            if seen.top() - LABEL <= lines.right_labels[row] <= seen.bottom() + LABEL:
                self._draw_right(painter, lines, row)
        self._draw_heads(painter, lines, size.width(), seen.top())

    def _is_chosen(self, row: int) -> bool:
        assert self.shown is not None
        return self.shown.found.table.options[row].id == self.shown.option

    def _ink(self, row: int) -> QColor:
        assert self.shown is not None
        tokens, move = look.tokens, int(self.shown.slope.moves[row])
        return tokens.accent if move > 0 else tokens.warn if move < 0 else tokens.text3

    def _draw_line(self, painter: QPainter, lines: Lines, row: int) -> None:
        assert self.shown is not None
        is_crossing = bool(self.shown.slope.crossed[row])
        wide = 3.5 if self._is_chosen(row) else 2.0 if is_crossing else 1.0
        ends = QPointF(lines.x_left, lines.left[row]), QPointF(lines.x_right, lines.right[row])
        painter.setPen(QPen(self._ink(row), wide))
        painter.drawLine(*ends)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._ink(row))
        for end in ends:
            painter.drawEllipse(end, 3.5, 3.5)

    def _draw_stub(self, painter: QPainter, x: float, away: float, y: float, label: float) -> None:
        """The thin line from a dot to a label that had to make room."""
        if abs(y - label) > 1.0:
            painter.setPen(QPen(look.tokens.border_strong, 1))
            painter.drawLine(QPointF(x, y), QPointF(x + away, label))

    def _draw_left(self, painter: QPainter, lines: Lines, row: int) -> None:
        assert self.shown is not None
        first, y = self.shown.slope.first, float(lines.left_labels[row])
        self._draw_stub(painter, lines.x_left - 4, 3 - STUB, float(lines.left[row]), y)
        area = QRectF(LEFT, y - LABEL / 2, lines.label, LABEL)
        self._draw_name(painter, area, row, bool(first.ranks[row] == 1), _AT_RIGHT)
        area = QRectF(area.right(), area.top(), FIGURE, LABEL)
        draw_text(painter, area, self._figure(first, row), font(12, 500, True), look.tokens.text2, _AT_RIGHT)

    def _draw_right(self, painter: QPainter, lines: Lines, row: int) -> None:
        assert self.shown is not None
        second, y = self.shown.slope.second, float(lines.right_labels[row])
        self._draw_stub(painter, lines.x_right + 4, STUB - 3, float(lines.right[row]), y)
        area = QRectF(lines.x_right + STUB, y - LABEL / 2, FIGURE, LABEL)
        draw_text(
            painter, area.adjusted(0, 0, -4, 0), self._figure(second, row), font(12, 500, True), look.tokens.text2
        )
        area = QRectF(area.right(), area.top(), MOVE, LABEL)
        draw_text(painter, area, move_text(int(self.shown.slope.moves[row])), font(12, 600, True), self._ink(row))
        area = QRectF(area.right(), area.top(), lines.label, LABEL)
        self._draw_name(painter, area, row, bool(second.ranks[row] == 1), Qt.AlignmentFlag.AlignLeft)

    def _draw_name(self, painter: QPainter, area: QRectF, row: int, is_first: bool, align: Qt.AlignmentFlag) -> None:
        assert self.shown is not None
        name = names_of(self.shown.found)[row]
        face = font(12, 600 if is_first or self._is_chosen(row) else 400)
        draw_text(painter, area.adjusted(0, 0, -4, 0), name, face, look.tokens.text, align)

    def _figure(self, party: Party, row: int) -> str:
        assert self.shown is not None
        return total_text(party, row) if self.shown.by_totals else rank_text(party, row)

    def _draw_heads(self, painter: QPainter, lines: Lines, width: float, top: float) -> None:
        tokens, face = look.tokens, font(12, 600)
        painter.fillRect(QRectF(0, top, width, HEAD - 4), tokens.surface)
        for area, party, align in self._heads(lines, top):
            draw_text(painter, area, party.name, face, tokens.text, align)
        middle = QRectF(lines.x_left, top, lines.x_right - lines.x_left, HEAD - 4)
        words = "▲ rises   ▼ falls   = stays"
        if text_width(words, font(11)) < middle.width():
            draw_text(painter, middle, words, font(11), tokens.text3, Qt.AlignmentFlag.AlignHCenter)

    def _heads(self, lines: Lines, top: float) -> Iterator[tuple[QRectF, Party, Qt.AlignmentFlag]]:
        assert self.shown is not None
        wide = lines.label + FIGURE
        yield QRectF(LEFT, top, wide, HEAD - 4), self.shown.slope.first, _AT_RIGHT
        area = QRectF(lines.x_right + STUB, top, wide + MOVE, HEAD - 4)
        yield area, self.shown.slope.second, Qt.AlignmentFlag.AlignLeft

    # Reading

    def marks(self, size: QSizeF) -> Sequence[Mark]:
        if self.shown is None:
            return ()
        lines, names, options = self.lines(size), names_of(self.shown.found), self.shown.found.table.options
        wide = lines.label + FIGURE
        found: list[Mark] = []
        for row in np.argsort(lines.left_labels).tolist():
            words = self.words(row)
            left = QRectF(LEFT, lines.left_labels[row] - LABEL / 2, wide, LABEL)
            right = QRectF(lines.x_right + STUB, lines.right_labels[row] - LABEL / 2, wide + MOVE, LABEL)
            for area, side in ((left, "left"), (right, "right")):
                found.append(Mark(area, names[row], words, ("option", options[row].id, side), self._ink(row)))
        heads = self._heads(lines, self.scroll)
        return found + [Mark(area, party.name, party_words(party), ("party", party.id)) for area, party, _ in heads]

    def words(self, row: int) -> str:
        """What is said of an option."""
        assert self.shown is not None
        slope = self.shown.slope
        parts = [f"{party.name}: {total_words(party, row)}" for party in (slope.first, slope.second)]
        crossed = int(slope.crossed[row])
        return f"{'; '.join(parts)}; changes its order with {crossed} other{'' if crossed == 1 else 's'}"

    def _on_scrolled(self) -> None:
        self._marks = None
        super()._on_scrolled()

    def summary(self) -> str:
        return slope_sentence(self.shown.slope, names_of(self.shown.found)) if self.shown is not None else ""

    def title(self) -> str:
        if self.shown is None:
            return super().title()
        slope = self.shown.slope
        kinds = [
            f" ({kind_word(party).lower()})" if not party.is_stakeholder else ""
            for party in (slope.first, slope.second)
        ]
        return f"From {slope.first.name}{kinds[0]} to {slope.second.name}{kinds[1]}"

    def rows(self) -> Sequence[Sequence[Cell]]:
        if self.shown is None:
            return ()
        slope, names = self.shown.slope, names_of(self.shown.found)
        pair = (slope.first, slope.second)
        head: list[Cell] = ["Option", *(f"{party.name}: {what}" for party in pair for what in ("rank", "total"))]
        table: list[list[Cell]] = [[*head, "Places it rises", "Options it changes its order with"]]
        for row in slope.first.sure.order.tolist():
            figures = [float(x) for party in pair for x in (party.ranks[row], party.sure.totals[row])]
            table.append([names[row], *figures, float(slope.moves[row]), float(slope.crossed[row])])
        return table


def move_text(places: int) -> str:
    """How a rank changes: "▲ 2", "▼ 3", "=" where it stays."""
    return "=" if places == 0 else f"{'▲' if places > 0 else '▼'} {abs(places)}"
