"""What the lists of flips show, row by row, each worked out when it is first looked at: no Qt here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Protocol

import numpy as np

from db.study.model import Id
from db.study.words import counted
from desktop.charts.ranking_words import number
from desktop.exchange.firmness_text import names_of
from desktop.exchange.flips_text import WORDS, figure, measured, value_words
from desktop.questions.flipping import Closeness, ScoreFlips, WeightFlips, score_ends

Cell = str | float | None
_TOLD = 5


@dataclass(frozen=True)
class Row:
    """A line of a list. `span`, `now` and `flip` are places on its track, 0..1; `flip` is NaN for none."""

    closeness: Closeness
    option: str
    criterion: str
    colour: int
    span: tuple[float, float]
    now: float
    flip: float
    texts: tuple[str, str, str, str]
    """Now, at the flip, how far, and who is first then."""
    heading: str
    words: str
    key: tuple[Id | None, Id]
    figures: tuple[Cell, ...]


class Rows(Protocol):
    """A list of flips."""

    headings: tuple[str, ...]
    has_options: bool
    track: str
    """From where to where the tracks go."""

    def __len__(self) -> int: ...

    def row(self, place: int) -> Row:
        """The row at a place."""
        ...

    def nothing(self) -> str:
        """Why the list is empty."""
        ...

    def key(self, place: int) -> tuple[Id | None, Id]:
        """What the row at a place speaks of: (option or None, criterion)."""
        ...


def table_of(rows: Rows) -> Sequence[Sequence[Cell]]:
    """The figures of a list, headings first."""
    return [rows.headings, *(rows.row(place).figures for place in range(len(rows)))]


def summary_of(rows: Rows) -> str:
    """The closest of a list in words."""
    told = [rows.row(place) for place in range(min(_TOLD, len(rows)))]
    if not told:
        return rows.nothing()
    return f"{counted(len(rows), 'row')}. " + "; ".join(
        f"{WORDS[row.closeness]}: {row.heading}, {row.words}" for row in told
    )


def _change(points: float) -> str:
    text = number(abs(points))
    return text if text == "0.0" else f"{'▲' if points > 0 else '▼'} {text}"


class _Kept:
    """Makes each row once."""

    def __init__(self) -> None:
        self._made: dict[int, Row] = {}

    def row(self, place: int) -> Row:
        """The row at a place."""
        if place not in self._made:
            self._made[place] = self._row(place)
        return self._made[place]

    def _row(self, place: int) -> Row:
        raise NotImplementedError


class WeightRows(_Kept):
    """Every criterion by how far its weight is from a flip."""

    has_options = False
    headings: tuple[str, ...] = (
        "Criterion",
        "Closeness",
        "Weight now, %",
        "Flips at, %",
        "Change, points",
        "Then first",
        "Same leader from, %",
        "Same leader to, %",
    )

    def __init__(self, flips: WeightFlips) -> None:
        self._flips, self._firm = flips, flips.firm
        self._names = names_of(flips.firm, short=True)
        most = max(float(flips.firm.shares.max()), float(np.nanmax(flips.flip, initial=0.0)))
        self._reach = min(1.0, ceil(most * 10.0 + 0.5) / 10.0)
        self.track = f"0–{100 * self._reach:.0f} %"
        super().__init__()

    def __len__(self) -> int:
        return int(self._flips.columns.size)

    def nothing(self) -> str:
        """Why the list is empty."""
        return "There are no criteria."

    def key(self, place: int) -> tuple[Id | None, Id]:
        """(None, criterion)"""
        return None, self._firm.result.table.leaves[self._flips.columns[place]].id

    def _row(self, place: int) -> Row:
        flips, column = self._flips, int(self._flips.columns[place])
        leaf, now = self._firm.result.table.leaves[column], float(self._firm.shares[column])
        flip, rival = float(flips.flip[place]), int(flips.rival[place])
        low, high = (float(end) for end in self._firm.stable[column])
        change = 100.0 * (flip - now)
        has_flip = not np.isnan(flip)
        first = self._names[rival] if rival >= 0 else ""
        texts = (
            f"{number(100.0 * now)} %",
            f"{number(100.0 * flip)} %" if has_flip else "–",
            _change(change) if has_flip else "–",
            first,
        )
        word = flips.closeness[place]
        told = (100.0 * flip, change, first) if has_flip else (None, None, None)
        figures = (leaf.name, WORDS[word], 100.0 * now, *told, 100.0 * low, 100.0 * high)
        reach = self._reach
        span = (0.0, 0.0) if np.isnan(low) else (low / reach, min(1.0, high / reach))
        words = self._words(place, now, flip, first)
        key = (None, leaf.id)
        return Row(
            word,
            "",
            leaf.name,
            leaf.colour,
            span,
            now / reach,
            flip / reach,
            texts,
            leaf.name,
            words,
            key,
            figures,
        )

    def _words(self, place: int, now: float, flip: float, first: str) -> str:
        word = self._flips.closeness[place]
        share = f"weight {number(100.0 * now)} %"
        if word is Closeness.LOCKED:
            return f"{share}, locked, so it does not move"
        if word is Closeness.NONE:
            unknown = bool(np.isnan(self._firm.stable[self._flips.columns[place], 0]))
            return f"{share}; " + (
                "scores are missing, so nothing can be told" if unknown else "no share of it changes who is first"
            )
        way = "up" if flip > now else "down"
        moved = f"{number(100.0 * abs(flip - now))} points {way}"
        return f"{share}; at {number(100.0 * flip)} %, {moved}, {first or 'somebody else'} draws level and goes first"


class ScoreRows(_Kept):
    """The scores by how far each alone is from a flip."""

    has_options, track = True, "0–100"
    headings: tuple[str, ...] = (
        "Option",
        "Criterion",
        "Closeness",
        "Score now",
        "Flips at",
        "Value now",
        "Value at the flip",
        "Change, points of value",
        "Then first",
        "Range low, value",
        "Range high, value",
    )

    def __init__(self, flips: ScoreFlips) -> None:
        self._flips, self._firm = flips, flips.firm
        self._names = names_of(flips.firm, short=True)
        super().__init__()

    def __len__(self) -> int:
        return int(self._flips.rows.size)

    def nothing(self) -> str:
        """Why the list is empty."""
        left = self._flips.margins.shortfall
        return (
            f"No single score within its scale changes who is first: the best of them still leaves a gap of "
            f"{number(left)} points."
        )

    def key(self, place: int) -> tuple[Id | None, Id]:
        """(option, criterion)"""
        table = self._firm.result.table
        return table.options[self._flips.rows[place]].id, table.leaves[self._flips.columns[place]].id

    def _row(self, place: int) -> Row:
        flips, firm = self._flips, self._firm
        row, column = int(flips.rows[place]), int(flips.columns[place])
        leaf, option, first = (
            firm.result.table.leaves[column],
            self._names[row],
            self._names[int(flips.rival[place])],
        )
        value, worth, change = float(firm.values[row, column]), flips.after(place), float(flips.change[place])
        before, after = score_ends(firm, row, column, worth)
        is_gap = bool(firm.spans.gaps[row, column])
        low, high = float(firm.spans.low[row, column]), float(firm.spans.high[row, column])
        texts = ("missing" if is_gap else figure(before, leaf.scale), figure(after, leaf.scale), _change(change), first)
        words = (
            f"{value_words(firm, row, column)}, value {number(value)}; at {measured(after, leaf)}, value "
            f"{number(worth)}, {first} draws level and goes first"
        )
        word = flips.closeness[place]
        figures: tuple[Cell, ...] = (option, leaf.name, WORDS[word], None if is_gap else before, after)
        figures += (value, worth, change, first, low, high)
        span, heading = (low / 100.0, high / 100.0), f"{option} on {leaf.name}"
        return Row(
            word,
            option,
            leaf.name,
            leaf.colour,
            span,
            value / 100.0,
            worth / 100.0,
            texts,
            heading,
            words,
            self.key(place),
            figures,
        )
