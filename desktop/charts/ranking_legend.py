"""Which colour is which criterion: the lines of names under the ranking."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QWidget

from db.study.model import Criterion, Id
from desktop.look import colour_of, font, look
from desktop.look.painting import draw_text, swatch, text_width
from desktop.look.spoken import Part, Role, SpokenParts

LINE = 20
_PAD, _SWATCH, _GAP = 6.0, 16.0, 6.0
LINES_SEEN = 3


def areas_of(leaves: Sequence[Criterion], width: float) -> list[QRectF]:
    """Where each name stands, in as many lines of a width as they need."""
    areas: list[QRectF] = []
    x = y = 0.0
    for leaf in leaves:
        wanted = min(width, 2 * _PAD + _SWATCH + text_width(leaf.name, font(11, 600)))
        if x > 0 and x + wanted > width:
            x, y = 0.0, y + LINE
        areas.append(QRectF(x, y, wanted, LINE))
        x += wanted + _GAP
    return areas


def height_of(areas: Sequence[QRectF]) -> float:
    """How high all lines are together."""
    return areas[-1].bottom() if areas else 0.0


def paint_names(painter: QPainter, leaves: Sequence[Criterion], areas: Sequence[QRectF]) -> None:
    """Paint every name with its colour, none of them marked."""
    for leaf, area in zip(leaves, areas, strict=True):
        _paint_name(painter, area, leaf, font(11, 400), look.tokens.text2)


def _paint_name(painter: QPainter, area: QRectF, leaf: Criterion, face: QFont, ink: QColor) -> None:
    swatch(painter, QPointF(area.left() + _PAD + 5, area.center().y()), colour_of(leaf.colour))
    draw_text(painter, area.adjusted(_PAD + _SWATCH, 0, -_PAD + 2, 0), leaf.name, face, ink)


class _Names(QWidget):
    """The names, as many lines as they need."""

    chosen = Signal(str)
    hovered = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.leaves: Sequence[Criterion] = ()
        self.areas: list[QRectF] = []
        self.selected: Id | None = None
        self.moving: Id | None = None
        self.lit: Id = ""
        self.setMouseTracking(True)
        self.setAccessibleName("Legend")
        self.setAccessibleIdentifier("ranking.legend")
        look.changed.connect(self.update)

    def lines(self) -> int:
        """How many lines the names take."""
        return round(height_of(self.areas) / LINE)

    def arrange(self, width: float) -> None:
        """Put the names into lines of this width."""
        self.areas = areas_of(self.leaves, width)
        self.setFixedHeight(max(1, self.lines() * LINE))

    def spoken(self) -> SpokenParts:
        """A list of the names."""
        return SpokenParts(self, Role.List)

    def spoken_parts(self) -> list[Part]:
        """The names as they stand."""
        return [
            Part(leaf.name, area, leaf.id == self.selected, partial(self.chosen.emit, leaf.id))
            for leaf, area in zip(self.leaves, self.areas, strict=True)
        ]

    def at(self, point: QPointF) -> Id:
        """The criterion at a point, "" where there is none."""
        found = (leaf.id for leaf, area in zip(self.leaves, self.areas, strict=True) if area.contains(point))
        return next(found, "")

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, painter = look.tokens, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for leaf, area in zip(self.leaves, self.areas, strict=True):
            is_strong = leaf.id in (self.selected, self.moving, self.lit)
            if leaf.id in (self.selected, self.lit):
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(tokens.accent_soft if leaf.id == self.selected else tokens.hover)
                painter.drawRoundedRect(area.adjusted(0, 1, 0, -1), 4, 4)
            face = font(11, 600 if leaf.id in (self.selected, self.moving) else 400)
            _paint_name(painter, area, leaf, face, tokens.text if is_strong else tokens.text2)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        found = self.at(event.position())
        if found and event.button() is Qt.MouseButton.LeftButton:
            self.chosen.emit(found)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        found = self.at(event.position())
        self.setToolTip(next((leaf.name for leaf in self.leaves if leaf.id == found), ""))
        self._light(found)

    def leaveEvent(self, event: QEvent) -> None:
        self._light("")

    def _light(self, criterion: Id) -> None:
        if criterion != self.lit:
            self.lit = criterion
            self.update()
            self.hovered.emit(criterion)


class Legend(QScrollArea):
    """Two lines of names, three where needed, and a scroll bar beyond; tells which is chosen or pointed at."""

    chosen = Signal(str)
    hovered = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.names = _Names()
        self._most = LINES_SEEN
        self.names.chosen.connect(self.chosen)
        self.names.hovered.connect(self.hovered)
        self.setWidget(self.names)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        for surface in (self.viewport(), self.names):
            surface.setAutoFillBackground(False)
        self.verticalScrollBar().setSingleStep(LINE)

    def show_leaves(self, leaves: Sequence[Criterion]) -> None:
        """Show other criteria."""
        if leaves is not self.names.leaves:
            self.names.leaves = leaves
            self._arrange()
            self.names.setAccessibleDescription("; ".join(leaf.name for leaf in leaves))

    def set_most(self, lines: int) -> None:
        """Show at most so many lines at once, where height is short."""
        if lines != self._most:
            self._most = lines
            self._arrange()

    def mark(self, selected: Id | None, moving: Id | None) -> None:
        """Mark the selected criterion and the one whose weight moves."""
        names = self.names
        if (selected, moving) != (names.selected, names.moving):
            names.selected, names.moving = selected, moving
            names.update()

    def light(self, criterion: Id) -> None:
        """Mark the criterion that the pointer is over elsewhere."""
        if criterion != self.names.lit:
            self.names.lit = criterion
            self.names.update()

    def sizeHint(self) -> QSize:
        return QSize(400, 2 * LINE)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._arrange()

    def _arrange(self) -> None:
        self.names.arrange(float(self.viewport().width()))
        seen = min(self.names.lines(), self._most) * LINE
        if seen != self.height():
            self.setFixedHeight(seen)
