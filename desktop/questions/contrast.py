"""A few options against each other: their values criterion by criterion, and what the gap between two is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from db.study.model import Id, Study
from desktop.analysis.arrays import Array, Flags, Ranks
from desktop.evaluation import Result
from desktop.questions.plausible import MIDDLE, Spans, spans_of

_PLACES = 9
"""Decimals of points beyond which sizes count as the same, so that noise settles no order."""


@dataclass(frozen=True, eq=False)
class Contrast:
    """Options of a ranking against each other. rows: the rows of the result, two or more; branches: the group of each
    leaf in words, "" for one at the top of the tree.
    """

    result: Result
    spans: Spans
    rows: tuple[int, ...]
    branches: tuple[str, ...]

    @cached_property
    def gaps(self) -> Flags:
        """(rows, n) whether the score is missing, so that the middle of the scale stands in."""
        found: Flags = self.spans.gaps[list(self.rows)]
        return found

    @cached_property
    def values(self) -> Array:
        """(rows, n) values, 0..100; the middle where a score is missing."""
        found: Array = self.spans.values[list(self.rows)]
        return found

    @cached_property
    def ends(self) -> tuple[Array, Array]:
        """Lowest and highest value, both (rows, n), 0..100; equal where no range is given."""
        rows = list(self.rows)
        return self.spans.low[rows], self.spans.high[rows]

    # The first of them against the second

    @cached_property
    def steps(self) -> Array:
        """(n,) points by which each criterion puts the first ahead of the second: w_k (v_ik - v_jk), also its Shapley
        value in the gap. They sum to `gap`.
        """
        rows = list(self.rows[:2])
        points = self.result.contributions[rows]
        first, second = np.where(np.isnan(points), self.result.shares * MIDDLE, points)
        found: Array = first - second
        return found

    @cached_property
    def is_open(self) -> Flags:
        """(n,) whether a step rests on a missing score."""
        found: Flags = np.any(self.gaps[:2], axis=0)
        return found

    @property
    def gap(self) -> float:
        """Points between the total of the first and that of the second."""
        first, second = self.rows[:2]
        return float(self.result.totals[first] - self.result.totals[second])

    @property
    def gap_ends(self) -> tuple[float, float]:
        """The least and most that the gap can be once the missing scores are known."""
        (first, second), result = self.rows[:2], self.result
        return float(result.low[first] - result.high[second]), float(result.high[first] - result.low[second])

    @cached_property
    def by_size(self) -> Ranks:
        """(n,) criteria, the largest step either way first; equal ones in tree order."""
        found: Ranks = np.argsort(-np.round(np.abs(self.steps), _PLACES), kind="stable")
        return found


@dataclass(frozen=True)
class Bar:
    """One step of the way from level to the gap, in points: from the running total before it to that after it.

    `columns` are the criteria it sums, several only in the last, which holds what had no room of its own.
    """

    columns: tuple[int, ...]
    points: float
    start: float
    end: float
    is_open: bool
    is_rest: bool = False


def bars_of(contrast: Contrast, by_size: Ranks, room: int, *, in_tree_order: bool = False) -> tuple[Bar, ...]:
    """The steps as at most `room` bars (two at least), each beginning where the one before ends; the last ends at the
    gap. by_size: (n,) criteria, those first that are to have bars of their own.
    """
    count, room = len(by_size), max(2, room)
    named = count if count <= room else room - 1
    own, rest = by_size[:named].tolist(), tuple(sorted(by_size[named:].tolist()))
    groups: list[tuple[int, ...]] = [(column,) for column in (sorted(own) if in_tree_order else own)]
    bars, at = [], 0.0
    for columns in [*groups, rest] if rest else groups:
        some = list(columns)
        points = float(contrast.steps[some].sum())
        bars.append(Bar(columns, points, at, at + points, bool(contrast.is_open[some].any()), columns is rest))
        at += points
    return tuple(bars)


class Contraster:
    """Makes contrasts frame after frame and keeps what does not change in between."""

    def __init__(self) -> None:
        self._spans: Spans | None = None
        self._criteria: object = None
        self._branches: tuple[str, ...] = ()

    def contrast(self, study: Study, result: Result, options: Sequence[Id]) -> Contrast:
        """Some of a result's options against each other. Raises KeyError for one that is not ranked."""
        table = result.table
        if self._spans is None or self._spans.table is not table:
            self._spans = spans_of(table)
        if self._criteria is not study.criteria:
            self._criteria, self._branches = study.criteria, branches_of(study)
        return Contrast(result, self._spans, tuple(table.rows[option] for option in options), self._branches)


def branches_of(study: Study) -> tuple[str, ...]:
    """The groups that each leaf is in, from the top down; "" for one at the top. In tree order."""
    paths: dict[Id | None, str] = {None: ""}
    for _, node in study.walk():
        if not node.is_leaf:
            above = paths[node.parent]
            paths[node.id] = f"{above} › {node.name}" if above else node.name
    return tuple(paths[leaf.parent] for leaf in study.leaves())
