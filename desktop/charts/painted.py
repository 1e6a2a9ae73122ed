"""The one item of a chart: whatever is on show is painted in one go."""

from __future__ import annotations

from collections.abc import Callable

import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget


class PaintedItem(pg.GraphicsObject):  # type: ignore[misc]
    """Fills an area, in pixels of its chart, by asking the chart to paint."""

    def __init__(self, paint: Callable[[QPainter], None]) -> None:
        super().__init__()
        self._paint, self._area = paint, QRectF()

    def set_area(self, area: QRectF) -> None:
        """Fill another area."""
        self.prepareGeometryChange()
        self._area = area

    def boundingRect(self) -> QRectF:
        return self._area

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        self._paint(painter)
