"""One small ranking for each party, in one order of options; and who each option is acceptable to."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from db.study.model import Id
from desktop.analysis.arrays import TIE, Flags, Ranks
from desktop.charts.party_board import BoardChart, Figures, Place, Shown
from desktop.charts.picture import Cell
from desktop.exchange.parties_text import common_sentence, leaders_sentence, names_of, rule_sentence, signed
from desktop.look import blend, font, look
from desktop.questions.parties import Party

_RANK, _TOTAL, _OPEN = 20.0, 34.0, 8.0


def rank_text(party: Party, row: int) -> str:
    """A rank as people write it: "3", "3=" for a tie, "~3" where missing scores leave it open."""
    rank = int(party.ranks[row])
    if party.sure.best_rank[row] != party.sure.worst_rank[row]:
        return f"~{rank}"
    return f"{rank}=" if int((party.ranks == rank).sum()) > 1 else str(rank)


def total_text(party: Party, row: int) -> str:
    """A total, "~" before the middle of a range."""
    result = party.sure
    return f"{'~' if result.low[row] < result.high[row] else ''}{result.totals[row]:.1f}"


def total_words(party: Party, row: int) -> str:
    """Rank and total in words, with the range that missing scores leave."""
    result, count = party.sure, party.ranks.size
    words = f"rank {rank_text(party, row)} of {count}, total {result.totals[row]:.1f}"
    if result.low[row] < result.high[row]:
        words += f" (missing scores leave {result.low[row]:.1f} to {result.high[row]:.1f}, this is the middle)"
    return words


def bar_area(area: QRectF, party: Party) -> QRectF:
    """Where the bar of a cell lies, from 0 to 100."""
    room = _TOTAL + (0.0 if party.sure.is_complete else _OPEN)
    height = min(10.0, round(area.height() * 0.5))
    left = area.left() + 4 + _RANK + 5
    return QRectF(left, round(area.center().y() - height / 2), area.right() - 6 - room - left, height)


class PartiesChart(BoardChart):
    """Ranks and totals of every option for every party; totals are bars from 0 to 100."""

    aside = 46.0
    aside_head = ("Mean", "rank")

    def __init__(self) -> None:
        super().__init__("Rankings of every perspective", "perspectives.rankings")

    def show_parties(self, shown: Shown) -> None:
        """Show another moment."""
        self.shown = shown
        self.refresh()

    def draw_aside(self, painter: QPainter, area: QRectF, row: int) -> None:
        assert self.shown is not None
        mean, figures = self.shown.found.mean_rank, Figures(painter, font(12, 400, True), look.tokens.text2)
        figures.right(area.right(), area.center().y(), "–" if mean is None else f"{mean[row]:.1f}")

    def draw_cells(self, painter: QPainter, cells: Sequence[Place]) -> None:
        tokens, px = look.tokens, 11 if cells[0][0].height() < 17 else 12
        first = [cell for cell in cells if cell[1].ranks[cell[2]] == 1]
        rest = [cell for cell in cells if cell[1].ranks[cell[2]] != 1]
        self._draw_bars(painter, cells, tokens.accent, blend(tokens.track, tokens.text3, 0.75))
        self._draw_chips(painter, first)
        self._draw_ranks(Figures(painter, font(px, 400, True), tokens.text2), rest)
        self._draw_ranks(Figures(painter, font(px, 600, True), tokens.accent_on), first)
        for face, some in ((font(px, 400, True), rest), (font(px, 600, True), first)):
            figures = Figures(painter, face, tokens.text)
            for area, party, row in some:
                figures.right(area.right() - 6, area.center().y(), total_text(party, row))

    def _draw_ranks(self, figures: Figures, cells: Sequence[Place]) -> None:
        for area, party, row in cells:
            figures.centre(area.left() + 4 + _RANK / 2, area.center().y(), rank_text(party, row))

    def _draw_chips(self, painter: QPainter, cells: Sequence[Place]) -> None:
        """What is behind the ranks of those that come first."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.tokens.accent)
        for area, _, _ in cells:
            side = min(area.height() - 2, 17.0)
            painter.drawRoundedRect(QRectF(area.left() + 4, area.center().y() - side / 2, _RANK, side), 4, 4)

    def _draw_bars(self, painter: QPainter, cells: Sequence[Place], strong: QColor, quiet: QColor) -> None:
        tracks: list[QRectF] = []
        bars: tuple[list[QRectF], list[QRectF]] = ([], [])
        spans: list[QRectF] = []
        for area, party, row in cells:
            line = bar_area(area, party)
            result, part = party.sure, line.width() / 100.0
            if line.width() < 8:
                continue
            tracks.append(line)
            filled = QRectF(line.left(), line.top(), max(2.0, part * result.totals[row]), line.height())
            bars[bool(party.ranks[row] == 1)].append(filled)
            low, high = float(result.low[row]), float(result.high[row])
            if low < high:
                y = line.center().y() - 0.5
                spans.append(QRectF(line.left() + part * low, y, max(1.0, part * (high - low)), 1))
        painter.setPen(Qt.PenStyle.NoPen)
        for rects, colour in (
            (tracks, look.tokens.track),
            (bars[0], quiet),
            (bars[1], strong),
            (spans, look.tokens.text),
        ):
            painter.setBrush(colour)
            painter.drawRects(rects)

    def cell_words(self, party: Party, row: int) -> str:
        return total_words(party, row)

    def name_words(self, row: int) -> str:
        assert self.shown is not None
        found = self.shown.found
        if found.mean_rank is None:
            return "no stakeholder ranks it"
        firsts = [party.name for party in found.ranked if party.ranks[row] == 1]
        words = f"mean rank {found.mean_rank[row]:.2f} over {len(found.stakeholders)} stakeholders"
        return f"{words}; first for {', '.join(firsts)}" if firsts else words

    def summary(self) -> str:
        return leaders_sentence(self.shown.found) if self.shown is not None else ""

    def rows(self) -> Sequence[Sequence[Cell]]:
        if self.shown is None:
            return ()
        found, names = self.shown.found, names_of(self.shown.found)
        head: list[Cell] = ["Option", "Mean rank of stakeholders"]
        for party in found.ranked:
            head += [f"{party.name}: rank", f"{party.name}: total"]
        table: list[list[Cell]] = [head]
        for row in self.shown.order.tolist():
            line: list[Cell] = [names[row], None if found.mean_rank is None else float(found.mean_rank[row])]
            for party in found.ranked:
                line += [float(party.ranks[row]), float(party.sure.totals[row])]
            table.append(line)
        return table


class AcceptableChart(BoardChart):
    """Which options lie within a margin of each party's best, and to how many stakeholders."""

    aside = 92.0
    aside_head = ("Acceptable to", "stakeholders")

    def __init__(self) -> None:
        super().__init__("Who each option is acceptable to", "perspectives.acceptable")
        self.margin = 5.0
        self._support: Ranks = np.zeros(0, dtype=np.intp)
        self._accepts: dict[Id, Flags] = {}

    def show_parties(self, shown: Shown, margin: float) -> None:
        """Show another moment, or another margin in points."""
        self.shown, self.margin = shown, margin
        self._support = shown.found.support(margin)
        self._accepts = {party.id: party.accepts(margin) for party in shown.found.ranked}
        self.refresh()

    def support(self, row: int) -> tuple[int, int]:
        """(how many stakeholders accept an option, how many there are)."""
        assert self.shown is not None
        return int(self._support[row]), len(self.shown.found.stakeholders)

    def accepts(self, party: Party, row: int) -> bool:
        """Whether an option is acceptable to a party."""
        return bool(self._accepts[party.id][row])

    def draw_aside(self, painter: QPainter, area: QRectF, row: int) -> None:
        count, most = self.support(row)
        tokens, is_all = look.tokens, most > 0 and count == most
        words = f"{'all ' if is_all and most > 1 else ''}{count} of {most}" if most else "–"
        figures = Figures(painter, font(12, 600 if is_all else 400, True), tokens.text if count else tokens.text3)
        figures.right(area.right(), area.center().y(), words)

    def draw_cells(self, painter: QPainter, cells: Sequence[Place]) -> None:
        tokens, px = look.tokens, 11 if cells[0][0].height() < 17 else 12
        good = [cell for cell in cells if self.accepts(*cell[1:])]
        rest = [cell for cell in cells if not self.accepts(*cell[1:])]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tokens.good_soft)
        painter.drawRects([area.adjusted(4, 1, -6, -1) for area, _, _ in good])
        painter.setPen(QPen(tokens.good, 1.8))
        painter.drawLines([line for area, _, _ in good for line in _tick(area)])
        painter.setPen(QPen(tokens.text3, 1.0))
        painter.drawLines([line for area, _, _ in rest for line in _cross(area)])
        for some, weight, ink in ((rest, 400, tokens.text2), (good, 600, tokens.good)):
            figures = Figures(painter, font(px, weight, True), ink)
            for area, party, row in some:
                figures.left(area.left() + 28, area.center().y(), self.cell_text(party, row, area.width() - 10))

    def cell_text(self, party: Party, row: int, width: float) -> str:
        """What a cell says: "best", "4.0 below"."""
        below = float(party.shortfall[row])
        if below <= TIE * 100.0:
            return "best"
        figure = f"{below:.1f}"
        return f"{figure} below" if width >= 96 else signed(-float(figure), 1)

    def cell_words(self, party: Party, row: int) -> str:
        below = float(party.shortfall[row])
        word = "acceptable" if self.accepts(party, row) else "not acceptable"
        if below <= TIE * 100.0:
            return f"{word}: the best option of this party; {total_words(party, row)}"
        return f"{word}: {below:.1f} points below the best of this party; {total_words(party, row)}"

    def name_words(self, row: int) -> str:
        assert self.shown is not None
        found = self.shown.found
        if not found.stakeholders:
            return "no stakeholder ranks it"
        without = [party.name for party in found.stakeholders if not self.accepts(party, row)]
        count, most = self.support(row)
        words = f"acceptable to {count} of {most} stakeholders"
        if without:
            words += f", not to {', '.join(without)}; to all from {found.furthest[row]:.1f} points on"
        return words

    def summary(self) -> str:
        if self.shown is None:
            return ""
        names = names_of(self.shown.found)
        rows = self.shown.order[:20].tolist()
        return " ".join(
            (
                rule_sentence(self.margin),
                common_sentence(self.shown.found, self.margin),
                *(f"{names[row]}: {self.name_words(row)}." for row in rows),
            )
        )

    def title(self) -> str:
        return f"{self.accessibleName()}, within {self.margin:.4g} points of its best"

    def rows(self) -> Sequence[Sequence[Cell]]:
        if self.shown is None:
            return ()
        found, names = self.shown.found, names_of(self.shown.found)
        head: list[Cell] = ["Option", "Stakeholders who accept it", "Acceptable to all from (points)"]
        head += [f"{party.name}: points below its best" for party in found.ranked]
        table: list[list[Cell]] = [head]
        for row in self.shown.order.tolist():
            least = float(found.furthest[row]) if found.stakeholders else None
            line: list[Cell] = [names[row], float(self.support(row)[0]), least]
            table.append(line + [float(party.shortfall[row]) for party in found.ranked])
        return table


def _tick(area: QRectF) -> tuple[QLineF, QLineF]:
    """The check mark of a cell."""
    x, y = area.left() + 16, area.center().y()
    return QLineF(x - 4.5, y, x - 1, y + 3.5), QLineF(x - 1, y + 3.5, x + 4.5, y - 3.5)


def _cross(area: QRectF) -> tuple[QLineF, QLineF]:
    """The cross of a cell that is not acceptable."""
    x, y = area.left() + 16, area.center().y()
    return QLineF(x - 3, y - 3, x + 3, y + 3), QLineF(x - 3, y + 3, x + 3, y - 3)
