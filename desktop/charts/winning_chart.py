"""Who beats whom: in how many of the draws each option is better than each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from PySide6.QtCore import QRectF, QSizeF
from PySide6.QtGui import QPainter

from desktop.charts import heat_cells as cells
from desktop.charts.acceptance import Acceptance, first_words, often, pair_rows, pairs_sentence, percent_text
from desktop.charts.chart import Mark
from desktop.charts.draws_chart import DrawsChart
from desktop.charts.heat_cells import Grid
from desktop.charts.picture import Cell


class WinningChart(DrawsChart):
    """Pairwise winning, rows and columns by expected rank; of more than 30 options the best 30."""

    def __init__(self) -> None:
        super().__init__("Who beats whom", "robustness.pairs")

    def rows_of(self, shown: Acceptance) -> int:
        return int(shown.pairs_shown.size)

    def grid(self, shown: Acceptance, size: QSizeF) -> Grid:
        """Columns are known by the numbers of the rows, which stand before the names."""
        count = self.rows_of(shown)
        return cells.grid_of(count, count, size.width(), size.height())

    def paint_draws(self, painter: QPainter, shown: Acceptance, grid: Grid, seen: QRectF) -> None:
        places, rows = shown.pairs_shown, grid.rows_in(seen)
        for row in rows:
            place = int(places[row])
            if shown.ids[place] == shown.option:
                cells.paint_selection(painter, grid, row)
            cells.paint_name(painter, grid.name_area(row), shown.names[place], shown.is_stressed(place), row + 1)
        parts = shown.sample.pairwise_winning[np.ix_(places, places)]
        cells.paint_cells(painter, grid, parts, rows, are_pairs=True)
        is_reduced = places.size < len(shown.names)
        label = f"The {places.size} best of {len(shown.names)}" if is_reduced else "row beats column, %"
        cells.paint_heads(painter, grid, label, seen.top())

    def marks_of(self, shown: Acceptance, grid: Grid, row: int) -> Iterator[Mark]:
        places, sample = shown.pairs_shown.tolist(), shown.sample
        place = places[row]
        words = f"first in {first_words(shown, place)}"
        yield Mark(grid.name_area(row), shown.names[place], words, (shown.ids[place], ""))
        for column, rival in enumerate(places):
            if rival != place:
                part, half = sample.pairwise_winning[place, rival], sample.pairwise_half_widths[place, rival]
                words = f"beats {shown.names[rival]} in {often(float(part), float(half))}"
                yield Mark(grid.area(row, column), shown.names[place], words, (shown.ids[place], shown.ids[rival]))

    def told(self, shown: Acceptance) -> str:
        leader, wins = shown.leader, shown.sample.pairwise_winning
        lines = [
            f"{shown.names[rival]} {percent_text(float(wins[leader, rival]))}"
            for rival in shown.pairs_shown.tolist()
            if rival != leader
        ]
        return f"{pairs_sentence(shown)} {shown.names[leader]} beats: {'; '.join(lines)}."

    def figures(self, shown: Acceptance) -> Sequence[Sequence[Cell]]:
        return pair_rows(shown)
