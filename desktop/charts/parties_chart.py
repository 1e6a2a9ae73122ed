"""One small ranking for each party, in one order of options; and who each option is acceptable to."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from desktop.analysis.arrays import TIE
from desktop.charts.party_board import BoardChart, Shown, tick
from desktop.charts.picture import Cell
from desktop.exchange.parties_text import common_sentence, leaders_sentence, names_of, signed
from desktop.look import blend, font, look
from desktop.look.painting import BAR_RADIUS
from desktop.parties import Party

_RANK, _TOTAL = 22.0, 36.0
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_CENTRE = int(Qt.AlignmentFlag.AlignCenter)


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


class PartiesChart(BoardChart):
    """Ranks and totals of every option for every party; totals are bars from 0 to 100."""

    aside = 56.0
    aside_head = ("Mean", "rank")

    def __init__(self) -> None:
        super().__init__("Rankings of every perspective", "perspectives.rankings")

    def show_parties(self, shown: Shown) -> None:
        """Show another moment."""
        self.shown = shown
        self.refresh()

    def draw_aside(self, painter: QPainter, area: QRectF, row: int) -> None:
        assert self.shown is not None
        mean = self.shown.found.mean_rank
        painter.setFont(font(12, 400, True))
        painter.setPen(look.tokens.text2)
        painter.drawText(area, _RIGHT, "–" if mean is None else f"{mean[row]:.1f}")

    def draw_cell(self, painter: QPainter, area: QRectF, party: Party, row: int) -> None:
        tokens, is_first = look.tokens, bool(party.ranks[row] == 1)
        px = 11 if area.height() < 17 else 12
        rank = QRectF(area.left() + 4, area.top(), _RANK, area.height())
        if is_first:
            side = min(area.height() - 2, 17.0)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.accent)
            painter.drawRoundedRect(QRectF(rank.left(), rank.center().y() - side / 2, _RANK, side), 4, 4)
        painter.setFont(font(px, 600 if is_first else 400, True))
        painter.setPen(tokens.accent_on if is_first else tokens.text2)
        painter.drawText(rank, _CENTRE, rank_text(party, row))
        painter.setPen(tokens.text)
        painter.drawText(area.adjusted(0, 0, -6, 0), _RIGHT, total_text(party, row))
        self._draw_bar(painter, area.adjusted(4 + _RANK + 6, 0, -6 - _TOTAL, 0), party, row, is_first)

    def _draw_bar(self, painter: QPainter, area: QRectF, party: Party, row: int, is_first: bool) -> None:
        if area.width() < 8:
            return
        tokens, result = look.tokens, party.sure
        height = min(10.0, area.height() * 0.5)
        line = QRectF(area.left(), area.center().y() - height / 2, area.width(), height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tokens.track)
        painter.drawRoundedRect(line, BAR_RADIUS, BAR_RADIUS)
        filled = QRectF(line)
        filled.setWidth(max(2.0, line.width() * result.totals[row] / 100.0))
        painter.setBrush(tokens.accent if is_first else blend(tokens.track, tokens.text3, 0.75))
        painter.drawRoundedRect(filled, BAR_RADIUS, BAR_RADIUS)
        if result.low[row] < result.high[row]:
            x, part = line.left(), line.width() / 100.0
            low, high = x + part * result.low[row], x + part * result.high[row]
            painter.fillRect(QRectF(low, line.center().y() - 0.5, max(1.0, high - low), 1), tokens.text)

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

    def show_parties(self, shown: Shown, margin: float) -> None:
        """Show another moment, or another margin in points."""
        self.shown, self.margin = shown, margin
        self.refresh()

    def support(self, row: int) -> tuple[int, int]:
        """(how many stakeholders accept an option, how many there are)."""
        assert self.shown is not None
        parties = self.shown.found.stakeholders
        return sum(bool(party.accepts(self.margin)[row]) for party in parties), len(parties)

    def draw_aside(self, painter: QPainter, area: QRectF, row: int) -> None:
        count, most = self.support(row)
        tokens, is_all = look.tokens, most > 0 and count == most
        painter.setFont(font(12, 600 if is_all else 400, True))
        painter.setPen(tokens.text if count else tokens.text3)
        painter.drawText(area, _RIGHT, f"{'all ' if is_all and most > 1 else ''}{count} of {most}" if most else "–")

    def draw_cell(self, painter: QPainter, area: QRectF, party: Party, row: int) -> None:
        tokens, is_good = look.tokens, bool(party.accepts(self.margin)[row])
        px = 11 if area.height() < 17 else 12
        box = area.adjusted(4, 1, -6, -1)
        centre = QPointF(box.left() + 12, box.center().y())
        ink = tokens.good if is_good else tokens.text2
        if is_good:
            painter.fillRect(box, tokens.good_soft)
            painter.setPen(QPen(ink, 1.8, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
            tick(painter, centre, 9.0)
        else:
            painter.setPen(QPen(tokens.text3, 1.2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(centre, 3.5, 3.5)
        painter.setFont(font(px, 600 if is_good else 400, True))
        painter.setPen(ink)
        painter.drawText(box.adjusted(24, 0, -2, 0), _LEFT, self.cell_text(party, row, box.width()))

    def cell_text(self, party: Party, row: int, width: float) -> str:
        """What a cell says: "best", "4.0 below"."""
        below = float(party.shortfall[row])
        if below <= TIE * 100.0:
            return "best"
        figure = f"{below:.1f}"
        return f"{figure} below" if width >= 96 else signed(-float(figure), 1)

    def cell_words(self, party: Party, row: int) -> str:
        below = float(party.shortfall[row])
        word = "acceptable" if party.accepts(self.margin)[row] else "not acceptable"
        if below <= TIE * 100.0:
            return f"{word}: the best option of this party; {total_words(party, row)}"
        return f"{word}: {below:.1f} points below the best of this party; {total_words(party, row)}"

    def name_words(self, row: int) -> str:
        assert self.shown is not None
        found = self.shown.found
        if not found.stakeholders:
            return "no stakeholder ranks it"
        without = [party.name for party in found.stakeholders if not party.accepts(self.margin)[row]]
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
            (common_sentence(self.shown.found), *(f"{names[row]}: {self.name_words(row)}." for row in rows))
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
