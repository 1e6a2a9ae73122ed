"""Panes side by side whose edges are moved by mouse and by keyboard, and told to those who read the screen aloud."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import (
    QAccessible,
    QAccessibleInterface,
    QAccessibleValueChangeEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QSplitter, QSplitterHandle, QWidget

from desktop.look.focus import Ringed, identify
from desktop.look.spoken import Amount, Role, SpokenAmount
from desktop.look.theme import look

STEP = 16
"""Pixels that an edge goes at one press of an arrow key."""

_GRIP = 36.0
"""Length of the mark that an edge shows under the pointer."""


class Splitter(QSplitter):
    """Panes in a row or a column, none of which can be pushed away; its edges are named after those beside them."""

    def __init__(self, way: Qt.Orientation, identifier: str, gap: int, parts: Mapping[str, QWidget]) -> None:
        super().__init__(way)
        self.setChildrenCollapsible(False)
        self.setHandleWidth(gap)
        names = list(parts)
        for place, part in enumerate(parts.values()):
            self.addWidget(part)
            if place:
                words = f"Edge between {names[place - 1]} and {names[place]}"
                identify(self.handle(place), f"{identifier}.{place}", words)
        for part in parts.values():
            part.raise_()  # A splitter puts each new part behind the others, also for those who read the screen aloud.

    def createHandle(self) -> QSplitterHandle:
        """An edge."""
        return Edge(self.orientation(), self)


class Edge(Ringed, QSplitterHandle):
    """An edge between two panes; the arrow keys move it by `STEP`, Home and End as far as it goes."""

    def __init__(self, way: Qt.Orientation, owner: Splitter) -> None:
        super().__init__(way, owner)
        self._is_upright = way == Qt.Orientation.Horizontal
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def spoken(self) -> QAccessibleInterface:
        """Where the edge is, in per cent of the way from the first pane to the last."""
        return SpokenAmount(self, Amount(self._share, self._go_to, lambda: 100.0, 1.0), Role.Splitter)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        here, keys = self._place(), Qt.Key
        back, on = (keys.Key_Left, keys.Key_Right) if self._is_upright else (keys.Key_Up, keys.Key_Down)
        ways = {back: here - STEP, on: here + STEP, keys.Key_Home: 0, keys.Key_End: self._length()}
        to = ways.get(keys(event.key()))
        if to is None:
            super().keyPressEvent(event)
        else:
            self._move(to)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect())
        if self.underMouse():
            wide, high = (3.0, _GRIP) if self._is_upright else (_GRIP, 3.0)
            grip = QRectF(0, 0, wide, high)
            grip.moveCenter(area.center())
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.tokens.text3)
            painter.drawRoundedRect(grip, 1.5, 1.5)
        self.paint_focus(painter, area, 3.0)

    def _place(self) -> int:
        return self.x() if self._is_upright else self.y()

    def _length(self) -> int:
        return self.splitter().width() if self._is_upright else self.splitter().height()

    def _share(self) -> float:
        return round(100.0 * self._place() / max(1, self._length()), 1)

    def _go_to(self, share: float) -> None:
        self._move(round(share * self._length() / 100.0))

    def _move(self, to: int) -> None:
        splitter = self.splitter()
        splitter.moveSplitter(to, splitter.indexOf(self))
        QAccessible.updateAccessibility(QAccessibleValueChangeEvent(self, self._share()))
