"""What the checks of a study found, as a painted list: what to do first, what is worth a look, what is in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QWidget

from desktop.charts.chart import Chart, Mark
from desktop.charts.picture import Cell
from desktop.look import font, look
from desktop.look.icons import paint_icon
from desktop.look.painting import draw_text, metrics, text_width
from desktop.questions.findings import Finding, Group

PAD, GAP, SIGN = 16.0, 14.0, 26.0
HEAD, EDGE = 28.0, 7.0
"""The height of a group's heading, and what is free above and below the words of a finding."""
LINE, SMALL = 18.0, 16.0
NARROW = 820.0
"""Below this width a finding's heading stands above its sentence."""
NAMES, LINKS = 158.0, 78.0
_WRAP = int(Qt.TextFlag.TextWordWrap) | int(Qt.AlignmentFlag.AlignLeft) | int(Qt.AlignmentFlag.AlignTop)
_ICONS = {Group.FIRST: "warning", Group.LOOK: "info", Group.ORDER: "check"}


class Row(NamedTuple):
    """A finding, or the heading of a group, and where its parts stand in the content."""

    group: Group
    finding: Finding | None
    area: QRectF
    name: QRectF
    sentence: QRectF
    why: QRectF
    link: QRectF


def rows_of(findings: Sequence[Finding], width: float) -> list[Row]:
    """Every group that has members with its findings, from the top down."""
    rows: list[Row] = []
    y = 0.0
    for group in Group:
        members = [finding for finding in findings if finding.group is group]
        if members:
            area = QRectF(PAD - 8, y, width - 2 * (PAD - 8), HEAD)
            rows.append(Row(group, None, area, area, area, area, QRectF()))
            y += HEAD
        for finding in members:
            rows.append(_row(finding, y, width))
            y = rows[-1].area.bottom()
    return rows


def _row(finding: Finding, top: float, width: float) -> Row:
    is_narrow, left, y = width < NARROW, PAD + SIGN, top + EDGE
    name = QRectF(left, y, width - left - PAD if is_narrow else NAMES, LINE)
    links = _link_width(len(finding.places))
    link = QRectF(width - PAD - links, y, links, LINE) if finding.places else QRectF()
    if is_narrow:
        name.setRight(width - PAD - (links + GAP if finding.places else 0))
        y += LINE
    x = left if is_narrow else left + NAMES + GAP
    wide = width - PAD - x - (links + GAP if finding.places and not is_narrow else 0)
    sentence = QRectF(x, y, wide, _height(finding.sentence, 13, wide))
    high = 0.0 if finding.group is Group.ORDER else _height(finding.why, 12, wide)
    why = QRectF(x, sentence.bottom() + (2 if high else 0), wide, high)
    area = QRectF(PAD - 8, top, width - 2 * (PAD - 8), why.bottom() + EDGE - top)
    return Row(finding.group, finding, area, name, sentence, why, link)


class ChecksList(Chart):
    """Shows findings; choosing one gives its key."""

    def __init__(self, identifier: str, parent: QWidget | None = None) -> None:
        super().__init__("Checks", identifier, parent)
        self.findings: tuple[Finding, ...] = ()
        self.visited: Mapping[str, int] = {}
        self._rows: list[Row] = []
        self._width = -1.0

    def show_findings(self, findings: tuple[Finding, ...], visited: Mapping[str, int]) -> None:
        """Show findings, and for those of several places which of them was gone to last, 0 being the first."""
        self.findings, self.visited, self._width = findings, dict(visited), -1.0
        self.refresh()

    # What it says

    def summary(self) -> str:
        open_ = [finding for finding in self.findings if finding.group is not Group.ORDER]
        said = " ".join(f"{finding.heading}: {finding.sentence}" for finding in open_)
        return f"{said} {len(self.findings) - len(open_)} checks found all in order.".strip()

    def rows(self) -> Sequence[Sequence[Cell]]:
        table: list[list[Cell]] = [["Check", "Group", "Finding", "Places", "Why it matters"]]
        for finding in self.findings:
            places = float(len(finding.places))
            table.append([finding.heading, str(finding.group), finding.sentence, places, finding.why])
        return table

    def placed(self, width: float) -> list[Row]:
        """Where everything stands at a width."""
        if width != self._width:
            self._rows, self._width = rows_of(self.findings, width), width
        return self._rows

    def content_height(self, width: float) -> float:
        rows = rows_of(self.findings, width) if width != self._width else self._rows
        return rows[-1].area.bottom() + 4 if rows else 0.0

    def marks(self, size: QSizeF) -> Sequence[Mark]:
        return [
            Mark(row.area, row.finding.heading, self._words(row.finding), row.finding.key)
            for row in self.placed(size.width())
            if row.finding is not None
        ]

    def _words(self, finding: Finding) -> str:
        """What the list itself does not say: where Enter or a click leads."""
        if not finding.places:
            return finding.why
        place = finding.places[self.next_place(finding)]
        return f"Go to {place.words}"

    def next_place(self, finding: Finding) -> int:
        """Which of a finding's places is next; after the last comes the first."""
        return (self.visited.get(finding.key, -1) + 1) % len(finding.places)

    # Painting

    def draw(self, painter: QPainter, size: QSizeF, seen: QRectF) -> None:
        for row in self.placed(size.width()):
            if row.area.top() > seen.bottom() or row.area.bottom() < seen.top():
                continue
            if row.finding is None:
                self._paint_heading(painter, row)
            else:
                self._paint_row(painter, row, row.finding)

    def _paint_heading(self, painter: QPainter, row: Row) -> None:
        count = sum(finding.group is row.group for finding in self.findings)
        ink = tone_of(row.group)
        draw_text(painter, row.area.adjusted(8, 3, -8, 0), f"{row.group}: {count}", font(12, 600), ink)
        painter.fillRect(QRectF(row.area.left(), row.area.bottom() - 1, row.area.width(), 1), look.tokens.border)

    def _paint_row(self, painter: QPainter, row: Row, finding: Finding) -> None:
        tokens, is_fine = look.tokens, row.group is Group.ORDER
        painter.fillRect(QRectF(row.area.left(), row.area.bottom() - 0.5, row.area.width(), 1), tokens.grid)
        sign = QPointF(PAD + 8, row.name.center().y())
        paint_icon(painter, _ICONS[row.group], sign, tone_of(row.group), 16)
        draw_text(painter, row.name, finding.heading, font(13, 500 if is_fine else 600), tokens.text)
        painter.setFont(font(13))
        painter.setPen(tokens.text2 if is_fine else tokens.text)
        painter.drawText(row.sentence, _WRAP, finding.sentence)
        if row.why.height():
            painter.setFont(font(12))
            painter.setPen(tokens.text2)
            painter.drawText(row.why, _WRAP, finding.why)
        if finding.places:
            self._paint_link(painter, row.link, finding)

    def _paint_link(self, painter: QPainter, area: QRectF, finding: Finding) -> None:
        right = Qt.AlignmentFlag.AlignRight
        words, accent = area.adjusted(0, 0, -18, 0), look.tokens.accent
        draw_text(painter, words, link_words(finding, self.next_place(finding)), font(13), accent, right)
        paint_icon(painter, "chevron-right", QPointF(area.right() - 7, area.center().y()), accent, 14)


def link_words(finding: Finding, place: int) -> str:
    """What leads to a place of a finding."""
    return _link_words(place + 1, len(finding.places))


def tone_of(group: Group) -> QColor:
    """The colour that goes with a group's word and sign."""
    tokens = look.tokens
    return {Group.FIRST: tokens.bad, Group.LOOK: tokens.warn, Group.ORDER: tokens.good}[group]


def _link_words(number: int, many: int) -> str:
    return "Show" if many == 1 else f"Show {number} of {many}"


def _link_width(many: int) -> float:
    """Room for the widest words that a link to so many places ever has, and the arrow."""
    return max(LINKS, round(text_width(_link_words(many, many), font(13))) + 20.0)


@lru_cache(maxsize=512)
def _height(text: str, px: int, width: float) -> float:
    line = LINE if px == 13 else SMALL
    return max(line, metrics(font(px)).boundingRect(QRectF(0, 0, width, 10_000), _WRAP, text).height())
