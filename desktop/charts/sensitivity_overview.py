"""All criteria at once: for each a small chart of who leads along its weight, the one closest to a flip first."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QPainter, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QWidget

from desktop.charts import sensitivity_words as words
from desktop.charts.chart import Chart, Mark
from desktop.charts.picture import Cell
from desktop.charts.ranking_words import called
from desktop.charts.sensitivity_scene import Survey, Sweep
from desktop.look import blend, colour_of, font, look
from desktop.look.painting import draw_text, swatch

NARROWEST, HIGH, EDGE, GAP, HEAD = 224.0, 116.0, 12.0, 8.0, 38.0
KEPT = 120
"""Small charts whose still parts are kept as pixels."""
_RIGHT = Qt.AlignmentFlag.AlignRight


def cells(count: int, width: float) -> list[QRectF]:
    """Where so many small charts stand in this width, row by row."""
    across = max(1, min(count, int((width - 2 * EDGE + GAP) // (NARROWEST + GAP))))
    wide = float((width - 2 * EDGE - GAP * (across - 1)) // across)  # Whole, so that what is kept as pixels is sharp.
    return [
        QRectF(EDGE + (place % across) * (wide + GAP), 4 + (place // across) * (HIGH + GAP), wide, HIGH)
        for place in range(count)
    ]


class SensitivityOverview(Chart):
    """Shows a survey; clicking a small chart chooses its criterion."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Totals against every weight", "sensitivity.overview", parent)
        self.survey: Survey | None = None
        self._range = (0.0, 100.0)
        self._leader = ""
        self._is_picture = False
        self._frames: dict[object, QPixmap] = {}

    def show_survey(self, survey: Survey) -> None:
        """Show another moment."""
        self.survey = survey
        self._range = survey.range
        firm = survey.sweeps[0].firm
        self._leader = called(firm.result.table.options[firm.leader])
        self.refresh()

    @property
    def order(self) -> tuple[int, ...]:
        """The columns in the order in which they are shown."""
        return () if self.survey is None else tuple(sweep.column for sweep in self.survey.sweeps)

    def title(self) -> str:
        return f"Who leads as each weight changes; {self._leader} leads now" if self._leader else "Who leads"

    def summary(self) -> str:
        return "" if self.survey is None else words.survey_summary(self.survey)

    def rows(self) -> Sequence[Sequence[Cell]]:
        return () if self.survey is None else words.survey_rows(self.survey)

    def content_height(self, width: float) -> float:
        if self.survey is None:
            return 0.0
        across = max(1, int((width - 2 * EDGE + GAP) // (NARROWEST + GAP)))
        return 8.0 + ceil(len(self.survey.sweeps) / across) * (HIGH + GAP) - GAP

    def marks(self, size: QSizeF) -> Sequence[Mark]:
        if self.survey is None:
            return ()
        areas = cells(len(self.survey.sweeps), size.width())
        return [
            Mark(area, f"{sweep.leaf.name}, {words.percent(sweep.share)}", words.sentence(sweep), sweep.leaf.id,
                 colour_of(sweep.leaf.colour))
            for area, sweep in zip(areas, self.survey.sweeps, strict=True)
        ]  # fmt: skip

    def draw(self, painter: QPainter, size: QSizeF, seen: QRectF) -> None:
        if self.survey is None:
            return
        for area, sweep in zip(cells(len(self.survey.sweeps), size.width()), self.survey.sweeps, strict=True):
            if area.intersects(seen):
                cell = _Cell(painter, area, sweep, self._range)
                if self._is_picture:
                    cell.frame()
                else:
                    painter.drawPixmap(area.topLeft(), self._frame_of(sweep, area, painter.device().devicePixelRatio()))
                cell.content()

    def paint_picture(self, painter: QPainter, size: QSizeF) -> None:
        self._is_picture = True
        super().paint_picture(painter, size)
        self._is_picture = False

    def _frame_of(self, sweep: Sweep, area: QRectF, ratio: float) -> QPixmap:
        """What of a small chart stays while weights move, painted once."""
        leaf, is_pointed = sweep.leaf, self._pointed_key() == sweep.leaf.id
        key = (leaf.name, leaf.colour, area.width(), ratio, look.tokens.is_dark, is_pointed)
        if key not in self._frames:
            if len(self._frames) >= KEPT:
                self._frames.clear()
            made = QPixmap(round(area.width() * ratio), round(area.height() * ratio))
            made.setDevicePixelRatio(ratio)
            made.fill(look.tokens.surface)
            painter = QPainter(made)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            _Cell(painter, QRectF(0, 0, area.width(), area.height()), sweep, self._range).frame(is_pointed)
            painter.end()
            self._frames[key] = made
        return self._frames[key]

    def _pointed_key(self) -> object:
        return None if self._pointed is None else self._pointed.key

    def _point_at(self, mark: Mark | None, at: QPointF) -> None:
        super()._point_at(mark, at)
        self.setCursor(Qt.CursorShape.ArrowCursor if mark is None else Qt.CursorShape.PointingHandCursor)
        self._item.update()


class _Cell:
    """One small chart."""

    def __init__(self, painter: QPainter, area: QRectF, sweep: Sweep, shown: tuple[float, float]) -> None:
        self.painter, self.area, self.sweep, self.tokens = painter, area, sweep, look.tokens
        self.plot = QRectF(area.left() + 9, area.top() + HEAD + 4, area.width() - 18, area.height() - HEAD - 11)
        self.least, self.most = shown

    def frame(self, is_pointed: bool = False) -> None:
        """Paint what does not depend on any weight."""
        tokens, painter = self.tokens, self.painter
        painter.setPen(QPen(tokens.border_strong if is_pointed else tokens.border, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(self.area.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        swatch(painter, QPointF(self.area.left() + 14, self.area.top() + 14), colour_of(self.sweep.leaf.colour), 9)
        name = QRectF(self.area.left() + 24, self.area.top() + 5, self.area.width() - 24 - 58, 18)
        draw_text(painter, name, self.sweep.leaf.name, font(12, 600), tokens.text)
        painter.fillRect(self.plot, blend(tokens.surface, tokens.hover, 0.45))

    def content(self) -> None:
        """Paint what follows the weights."""
        self._head()
        self._ground()
        if not self.sweep.course.is_stuck:
            self._lines()
        self._now()

    def _point(self, share: float, total: float) -> QPointF:
        part = (total - self.least) / (self.most - self.least)
        return QPointF(self.plot.left() + share * self.plot.width(), self.plot.bottom() - part * self.plot.height())

    def _head(self) -> None:
        area, sweep, tokens = self.area, self.sweep, self.tokens
        share = QRectF(area.right() - 60, area.top() + 5, 52, 18)
        draw_text(self.painter, share, words.percent(sweep.share), font(12, 400, True), tokens.text, _RIGHT)
        line = QRectF(area.left() + 9, area.top() + 22, area.width() - 17, 17)
        draw_text(self.painter, line, words.way_words(sweep), font(11, 400, True), tokens.text2)

    def _ground(self) -> None:
        tokens, plot, sweep = self.tokens, self.plot, self.sweep
        if sweep.band is not None:
            low, high = (self._point(share, 0).x() for share in sweep.band)
            area = QRectF(low, plot.top(), max(1.5, high - low), plot.height())
            self.painter.fillRect(area, tokens.accent_soft)
        self.painter.fillRect(QRectF(plot.left(), plot.bottom(), plot.width(), 1), tokens.border_strong)

    def _lines(self) -> None:
        sweep, painter, tokens = self.sweep, self.painter, self.tokens
        line, found, leader = sweep.course.line, sweep.course.envelope, sweep.firm.leader
        best = zip(found.edges.tolist(), found.totals.tolist(), strict=True)
        painter.setPen(QPen(blend(tokens.surface, tokens.accent, 0.45 if tokens.is_dark else 0.32), 5))
        painter.drawPolyline(QPolygonF([self._point(share, total) for share, total in best]))
        ends = [self._point(end, float(totals[0, leader])) for end, totals in (
            (sweep.course.low, line.start), (sweep.course.high, line.end))]  # fmt: skip
        painter.setPen(QPen(tokens.accent, 1.8))
        painter.drawLine(*ends)
        painter.setPen(QPen(tokens.accent, 1.6))
        painter.setBrush(tokens.surface)
        for flip in sweep.course.flips:
            painter.drawEllipse(self._point(flip.share, flip.total), 3.2, 3.2)

    def _now(self) -> None:
        x, plot = self._point(self.sweep.share, 0).x(), self.plot
        self.painter.fillRect(QRectF(round(x) - 0.75, plot.top() - 2, 1.5, plot.height() + 5), self.tokens.text)
