"""What the ranking chart shows at one moment, as numbers: no Qt here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from db.study.model import Id
from desktop.analysis.arrays import Array
from desktop.analysis.ranking import rank_bounds, ranks
from desktop.evaluation import Result, Table, points_of, totals_of

Rows = NDArray[np.intp]

FREEZE_ABOVE = 30
"""With more options than this the order stands still while a gesture is open."""


class Mode(StrEnum):
    """What the bars are made of."""

    WEIGHTED = "weighted"
    UNWEIGHTED = "unweighted"
    DIFFERENCE = "difference"


class Sort(StrEnum):
    """What the rows are sorted by."""

    TOTAL = "total"
    STUDY = "study"
    NAME = "name"


@dataclass(frozen=True, eq=False)
class Scene:
    """One moment of the chart.

    `before` is the result before the open gesture (None: no gesture) and `moving` the leaf whose weight it moves;
    `reference` is the option that differences are taken to, `option` and `criterion` what is selected.
    """

    result: Result
    mode: Mode = Mode.WEIGHTED
    sort: Sort = Sort.TOTAL
    reference: Id | None = None
    before: Result | None = None
    moving: Id | None = None
    option: Id | None = None
    criterion: Id | None = None

    @cached_property
    def bars(self) -> Bars:
        """The numbers of this moment."""
        return Bars(self.shown, self.reference_row)

    @cached_property
    def shown(self) -> Result:
        """The result whose totals and ranks are on screen: with equal shares when the mode is unweighted."""
        return unweighted(self.result) if self.mode is Mode.UNWEIGHTED else self.result

    @property
    def reference_row(self) -> int | None:
        """The row differences are taken to; None where the bars are no differences."""
        return reference_row(self.result.table, self.reference) if self.mode is Mode.DIFFERENCE else None

    @property
    def is_held(self) -> bool:
        """Whether a gesture is open."""
        return self.before is not None

    @cached_property
    def moved(self) -> Moved | None:
        """What the open gesture changed; None when none is open or nothing shown depends on it."""
        if self.before is None or (self.mode is Mode.UNWEIGHTED and self.before.table is self.result.table):
            return None
        before = unweighted(self.before) if self.mode is Mode.UNWEIGHTED else self.before
        row = reference_row(before.table, self.reference) if self.mode is Mode.DIFFERENCE else None
        return moved(Bars(before, row), self.bars)

    @property
    def moving_column(self) -> int | None:
        """The column of the leaf whose weight moves, where the mode shows weights."""
        if self.moving is None or self.mode is Mode.UNWEIGHTED:
            return None
        return self.result.table.columns.get(self.moving)


@dataclass(frozen=True, eq=False)
class Bars:
    """The bars of every option, in points: of the total, or more or less than the reference's."""

    result: Result
    reference: int | None = None

    def points(self, rows: Rows) -> Array:
        """(k, n) signed length of each criterion's piece in the bars of `rows`; NaN where it cannot be known."""
        parts = self.result.contributions
        return parts[rows] if self.reference is None else parts[rows] - parts[self.reference]

    @cached_property
    def low(self) -> Array:
        """(m,) lowest possible total, or difference of totals."""
        return self._against(self.result.low, self.result.high)

    @cached_property
    def high(self) -> Array:
        """(m,) highest possible total, or difference of totals."""
        return self._against(self.result.high, self.result.low)

    @cached_property
    def is_complete(self) -> bool:
        """Whether no score that counts is missing."""
        return self.result.is_complete

    @cached_property
    def totals(self) -> Array:
        """(m,) the middle of low and high."""
        return self.low if self.is_complete else (self.low + self.high) / 2.0

    def _against(self, own: Array, other: Array) -> Array:
        if self.reference is None:
            return own
        found = own - other[self.reference]
        found[self.reference] = 0.0
        return found

    @cached_property
    def reach(self) -> float:
        """How far the longest bar or possible difference goes from zero, in points."""
        parts = self.points(np.arange(self.result.totals.size))
        if not parts.size:
            return 0.0
        ahead = np.nansum(np.maximum(parts, 0.0), axis=1).max()
        behind = np.nansum(np.minimum(parts, 0.0), axis=1).min()
        return float(max(ahead, -behind, np.abs(self.low).max(), np.abs(self.high).max()))


@dataclass(frozen=True, eq=False)
class Moved:
    """What a gesture changed: `totals` (m,) as they were, NaN for a new option; `climbed` (m,) places, + = better."""

    totals: Array
    climbed: Rows


def moved(before: Bars, after: Bars) -> Moved:
    """What lies between two moments of the same options."""
    was, now = before.result, after.result
    old, climbed = np.full(now.totals.size, np.nan), np.zeros(now.totals.size, dtype=np.intp)
    here, there = _shared_rows(now.table, was.table)
    old[here] = before.totals[there]
    if was.is_complete and now.is_complete:
        climbed[here] = was.best_rank[there] - now.best_rank[here]
    else:
        climbed[here] = places_of(was.order)[there] - places_of(now.order)[here]
    return Moved(old, climbed)


def _shared_rows(now: Table, was: Table) -> tuple[Rows, Rows]:
    if now.options == was.options:
        every = np.arange(len(now.options))
        return every, every
    shared = [(row, was.rows[option]) for option, row in now.rows.items() if option in was.rows]
    pairs = np.array(shared, dtype=np.intp).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


def reference_row(table: Table, wanted: Id | None) -> int | None:
    """The row differences are taken to: the wanted option, else the baseline, else the first; None without any."""
    if wanted is not None and wanted in table.rows:
        return table.rows[wanted]
    baseline = (row for row, option in enumerate(table.options) if option.is_baseline)
    return next(baseline, 0 if table.options else None)


@lru_cache(maxsize=4)
def name_places(table: Table) -> Rows:
    """(m,) each row's place when the options are sorted by name."""
    options = table.options
    ordered = sorted(range(len(options)), key=lambda row: (options[row].name.casefold(), options[row].id))
    return places_of(np.array(ordered, dtype=np.intp))


def unweighted(result: Result) -> Result:
    """The same scores with an equal share for every criterion: each total is the plain average of its values."""
    low, high, totals, order = _plain(result.table)
    best, worst = rank_bounds(low, high)
    shares = _equal_shares(result.table)
    parts = points_of(result.table, shares)
    return replace(
        result, shares=shares, low=low, high=high, totals=totals, order=order, best_rank=best, worst_rank=worst,
        contributions=parts,
    )  # fmt: skip


@lru_cache(maxsize=4)
def _plain(table: Table) -> tuple[Array, Array, Array, Rows]:
    low, high = totals_of(table, _equal_shares(table))
    totals = low if low is high else (low + high) / 2.0
    return low, high, totals, np.lexsort((name_places(table), ranks(totals)))


def _equal_shares(table: Table) -> Array:
    count = len(table.leaves)
    return np.full(count, 1.0 / max(count, 1))


def places_of(order: Rows) -> Rows:
    """(m,) the place of each row in an order of rows."""
    places = np.empty(order.size, dtype=np.intp)
    places[order] = np.arange(order.size)
    return places


def order_of(scene: Scene, last: Rows | None = None) -> Rows:
    """(m,) rows from top to bottom; `last` stands while a gesture is open over many options."""
    count = scene.result.totals.size
    if scene.sort is Sort.STUDY:
        return np.arange(count)
    if scene.sort is Sort.NAME:
        return np.argsort(name_places(scene.result.table))
    if scene.is_held and count > FREEZE_ABOVE and last is not None and last.size == count:
        return last
    return scene.shown.order
