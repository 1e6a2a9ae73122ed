"""What the charts of the draws share: a chart that shows what a sample says of the options, or nothing yet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QRectF, QSizeF
from PySide6.QtGui import QPainter

from desktop.charts.acceptance import Acceptance, draws_text
from desktop.charts.chart import Chart, Mark
from desktop.charts.heat_cells import Grid, least_height
from desktop.charts.picture import Cell


class DrawsChart(Chart):
    """One of its own says where things lie (`grid`), paints them (`paint_draws`) and tells of them."""

    shown: Acceptance | None = None
    """What is shown; None before the first draws."""

    def show_draws(self, shown: Acceptance) -> None:
        """Show another moment: at most one repaint."""
        self.shown = shown
        self.refresh()

    # What a chart of its own says

    def grid(self, shown: Acceptance, size: QSizeF) -> Grid:
        """Where rows and cells lie."""
        raise NotImplementedError

    def paint_draws(self, painter: QPainter, shown: Acceptance, grid: Grid, seen: QRectF) -> None:
        """Paint what is on show."""
        raise NotImplementedError

    def marks_of(self, shown: Acceptance, grid: Grid, row: int) -> Iterator[Mark]:
        """What can be pointed at in a row."""
        raise NotImplementedError

    def rows_of(self, shown: Acceptance) -> int:
        """How many rows there are."""
        return len(shown.names)

    def told(self, shown: Acceptance) -> str:
        """The text alternative."""
        raise NotImplementedError

    def figures(self, shown: Acceptance) -> Sequence[Sequence[Cell]]:
        """The figures as a table."""
        raise NotImplementedError

    # What is there for all

    def content_height(self, width: float) -> float:
        return least_height(self.rows_of(self.shown)) if self.shown is not None else 0.0

    def draw(self, painter: QPainter, size: QSizeF, seen: QRectF) -> None:
        if self.shown is not None:
            self.paint_draws(painter, self.shown, self.grid(self.shown, size), seen)

    def marks(self, size: QSizeF) -> Sequence[Mark]:
        if self.shown is None:
            return ()
        grid = self.grid(self.shown, size)
        return [mark for row in range(grid.rows) for mark in self.marks_of(self.shown, grid, row)]

    def summary(self) -> str:
        return self.told(self.shown) if self.shown is not None else ""

    def title(self) -> str:
        name = str(self.accessibleName())
        if self.shown is None:
            return name
        return f"{name}: {self.shown.firm.result.perspective.name}, {draws_text(self.shown.sample.count)}"

    def rows(self) -> Sequence[Sequence[Cell]]:
        return self.figures(self.shown) if self.shown is not None else ()
