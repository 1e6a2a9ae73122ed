"""What stands beside the trade-off chart: what its signs mean, and which options they speak of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPen

from desktop.charts import tradeoff_words as words
from desktop.charts.ranking_words import called
from desktop.charts.tradeoff_points import Shape, paint_point
from desktop.look import font, look
from desktop.look.painting import draw_text, text_width
from desktop.questions.tradeoff import Tradeoff

PITCH, AFTER, INDENT = 15.0, 5.0, 24.0


@dataclass(frozen=True)
class Entry:
    """A sign with what it means, and the options it speaks of; `sign` is a shape, "hollow", "level", "range" or ""."""

    sign: Shape | str
    text: str
    names: tuple[str, ...] = ()


def entries_of(tradeoff: Tradeoff, with_ranges: bool, reduced: str) -> list[Entry]:
    """What has to be explained of a trade-off, the most important first."""
    options = tradeoff.result.table.options
    pairs = words.beaten_pairs(tradeoff)
    lost = [row for row in tradeoff.result.order.tolist() if tradeoff.lost[row]]
    is_behind = bool(np.any((tradeoff.by >= 0) & (tradeoff.beaten < 0)))
    found = [
        Entry("level", words.level_words(tradeoff), (words.weights_words(tradeoff),)),
        Entry(Shape.FRONTIER, "Frontier: none is better on both"),
    ]
    if is_behind:
        found.append(Entry(Shape.BEHIND, "Behind another on both axes"))
    if pairs:
        named = tuple(f"{called(options[row])}, by {called(options[by])}" for row, by in pairs)
        found.append(Entry(Shape.BEATEN, "Dominated on every criterion", named))
    if lost:
        text = "Undominated, but no weights make it first"
        found.append(Entry("hollow", text, tuple(called(options[row]) for row in lost)))
    if with_ranges:
        found.append(Entry("range", words.range_words(tradeoff)))
    if (tradeoff.x.gaps | tradeoff.y.gaps).any():
        found.append(Entry("gap", "A score is missing: it may be anything, and is taken for the middle"))
    return [*found, Entry("", reduced)] if reduced else found


def paint(painter: QPainter, area: QRectF, entries: Sequence[Entry]) -> None:
    """The entries from the top; lists are cut short where there is no room, and say so."""
    y = area.top()
    for entry, kept in zip(entries, names_kept(entries, area.width(), area.height()), strict=True):
        lines = wrapped(entry.text, font(11), int(area.width() - INDENT))
        if y + PITCH * len(lines) > area.bottom() + 1.0:
            return
        _paint_sign(painter, entry.sign, QPointF(area.left() + 9.0, y + PITCH / 2.0))
        for line in lines:
            y = _paint_line(painter, area, y, line, "text2")
        for line in shown_names(entry, kept):
            y = _paint_line(painter, area, y, line, "text")
        y += AFTER


def names_kept(entries: Sequence[Entry], width: float, height: float) -> list[int]:
    """How many lines each entry has for its names: the longest list gives way first, never below one line."""
    texts = sum(PITCH * len(wrapped(entry.text, font(11), int(width - INDENT))) + AFTER for entry in entries)
    kept = [len(entry.names) for entry in entries]
    while any(lines > 1 for lines in kept) and texts + PITCH * sum(kept) > height + AFTER:
        kept[kept.index(max(kept))] -= 1
    return kept


def shown_names(entry: Entry, lines: int) -> tuple[str, ...]:
    """The names in so many lines, the last of which counts those left out."""
    if lines >= len(entry.names):
        return entry.names
    left = len(entry.names) - lines + 1
    return (*entry.names[: lines - 1], f"and {left} more, in the table" if lines > 1 else f"{left}, see the table")


@lru_cache(maxsize=512)
def wrapped(text: str, face: QFont, width: int) -> tuple[str, ...]:
    """A text in lines of at most so many pixels, broken between words."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and text_width(longer, face) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return tuple(lines)


def _paint_line(painter: QPainter, area: QRectF, y: float, line: str, colour: str) -> float:
    place = QRectF(area.left() + INDENT, y, area.width() - INDENT, PITCH)
    draw_text(painter, place, line, font(11), look.tokens.colour(colour))
    return y + PITCH


def _paint_sign(painter: QPainter, sign: Shape | str, at: QPointF) -> None:
    tokens = look.tokens
    if isinstance(sign, Shape):
        paint_point(painter, at, sign)
    elif sign == "hollow":
        paint_point(painter, at, Shape.BEHIND, is_hollow=True)
    elif sign:
        style = {"level": Qt.PenStyle.DashLine, "gap": Qt.PenStyle.DotLine}.get(sign, Qt.PenStyle.SolidLine)
        painter.setPen(QPen(tokens.text2, 1.5, style))
        painter.drawLine(QLineF(at.x() - 9.0, at.y(), at.x() + 9.0, at.y()))
