"""What the sensitivity charts show: how every total runs while one weight goes from end to end. No Qt here."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from db.study.model import Criterion, Id
from desktop.analysis.arrays import TIE, Array, Ranks
from desktop.analysis.share_lines import Envelope, ShareLines, share_line
from desktop.evaluation import Result
from desktop.questions.firmness import Firmness

MOST, BEST = 20, 8
"""Options up to which all are shown; how many of the best are shown where there are more."""


@dataclass(frozen=True)
class Flip:
    """Where the lead passes on: from the options `below` to the options `above` as the share rises past `share`."""

    share: float
    total: float
    below: tuple[int, ...]
    above: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Course:
    """The lines of one criterion: what stays as it is while its share moves along them."""

    line: ShareLines
    known: Envelope | None = None

    @property
    def low(self) -> float:
        """The lowest share it can take."""
        return float(self.line.low[0])

    @property
    def high(self) -> float:
        """The highest share it can take."""
        return float(self.line.high[0])

    @property
    def is_stuck(self) -> bool:
        """Whether the share cannot move, since nothing is free to give way."""
        return self.high <= self.low

    @cached_property
    def envelope(self) -> Envelope:
        """Who is first along the share."""
        return self.known or self.line.envelopes()[0]

    @cached_property
    def flips(self) -> tuple[Flip, ...]:
        """Where the lead passes on, from the lowest share to the highest."""
        if self.is_stuck:
            return ()
        found, winners = self.envelope, self.envelope.winners
        return tuple(
            Flip(float(found.edges[piece]), float(found.totals[piece]), winners[piece - 1], winners[piece])
            for piece in range(1, len(winners))
        )

    def totals_at(self, share: float) -> Array:
        """(m,) totals at a share; one it cannot take counts as the nearest it can."""
        found: Array = self.line.totals_at(share)[0, 0]
        return found

    def crossings_of(self, rows: Ranks) -> tuple[Array, Array]:
        """(shares, totals) where lines of these options meet, those where the lead passes on left out."""
        line = self.line
        some = ShareLines(
            line.criteria, line.shares, line.low, line.high, line.start[:, rows], line.end[:, rows], line.totals[rows],
            line.tie,
        )  # fmt: skip
        found = some.crossings()
        best = np.interp(found.share, self.envelope.edges, self.envelope.totals)
        is_below = found.total < best - line.tie
        return found.share[is_below], found.total[is_below]


@dataclass(frozen=True, eq=False)
class Sweep:
    """One criterion's weight from end to end, as one moment of the window shows it.

    `rows` are the options shown, those that matter most first; `option` is the row of the selected one; `from_share`
    is the share before the open gesture.
    """

    firm: Firmness
    column: int
    course: Course
    rows: tuple[int, ...]
    option: int | None = None
    from_share: float | None = None

    @property
    def leaf(self) -> Criterion:
        """The criterion."""
        return self.firm.result.table.leaves[self.column]

    @property
    def share(self) -> float:
        """Its share now, 0..1."""
        return float(self.firm.shares[self.column])

    @property
    def totals(self) -> Array:
        """(m,) totals now."""
        return self.firm.result.totals

    @property
    def is_locked(self) -> bool:
        """Whether its own share holds."""
        return bool(self.firm.locked[self.column])

    @property
    def first(self) -> tuple[int, ...]:
        """The rows of the first three options now."""
        return tuple(self.firm.result.order[:3].tolist())

    @property
    def band(self) -> tuple[float, float] | None:
        """The shares between which the first place stays as it is; None where that is unknown or nothing can move."""
        low, high = self.firm.stable[self.column].tolist()
        return None if np.isnan(low) or self.course.is_stuck else (low, high)

    @property
    def is_unknown(self) -> bool:
        """Whether missing scores keep it from being told what the weight would change."""
        return bool(np.isnan(self.firm.stable[self.column, 0])) and not self.course.is_stuck

    @property
    def nearest(self) -> Flip | None:
        """The flip with the least way to it; None where the lead never passes on."""
        return min(self.course.flips, key=lambda flip: abs(flip.share - self.share), default=None)

    @property
    def way(self) -> float:
        """How far that flip is, 0..1; infinite where there is none or it is unknown."""
        return np.inf if self.nearest is None or self.is_unknown else abs(self.nearest.share - self.share)


class Sweeper:
    """Makes the sweep of each frame, and keeps the course while a weight moves along it."""

    def __init__(self) -> None:
        self._kept: tuple[Result, object, int, Course] | None = None

    def sweep(self, firm: Firmness, column: int, option: Id | None = None, before: Result | None = None) -> Sweep:
        """The sweep of a criterion; `before` is what was before the gesture that moves its weight, if one is open."""
        course = None if before is None else self._course_from(before, firm, column)
        if course is None:
            course = Course(line_of(firm.lines, column))
        row = firm.result.table.rows.get(option) if option else None
        from_share = None if before is None else float(before.shares[column])
        return Sweep(firm, column, course, rows_shown(firm, course, row), row, from_share)

    def _course_from(self, before: Result, firm: Firmness, column: int) -> Course | None:
        """The course on which the weight set out, if it still is: weights that are 0 now give way as before."""
        kept = self._kept
        if kept is None or kept[0] is not before or kept[1] is not firm.spans or kept[2] != column:
            course = Course(share_line(firm.values, before.shares, firm.locked, column))
            kept = self._kept = (before, firm.spans, column, course)
        course, share = kept[3], float(firm.shares[column])
        away = np.abs(course.totals_at(share) - firm.result.totals).max(initial=0.0)
        return course if away <= TIE * 100.0 else None


def line_of(lines: ShareLines, column: int) -> ShareLines:
    """The lines of one criterion out of those of all."""
    one = slice(column, column + 1)
    return ShareLines(
        lines.criteria[one], lines.shares[one], lines.low[one], lines.high[one], lines.start[one], lines.end[one],
        lines.totals, lines.tie,
    )  # fmt: skip


def rows_shown(firm: Firmness, course: Course, option: int | None) -> tuple[int, ...]:
    """The options to show, those that matter most first: the best three, the selected, whoever leads somewhere, others.

    All of up to `MOST` options; of more, those and the best `BEST`.
    """
    order = firm.result.order.tolist()
    leading = [row for piece in course.envelope.winners for row in piece] if not course.is_stuck else []
    rest = order if len(order) <= MOST else order[:BEST]
    wanted = [*order[:3], *([] if option is None else [option]), *leading, *rest]
    return tuple(dict.fromkeys(wanted))


@dataclass(frozen=True, eq=False)
class Survey:
    """The sweeps of all criteria, in the order in which they are shown."""

    sweeps: tuple[Sweep, ...]

    @property
    def range(self) -> tuple[float, float]:
        """The lowest and the highest total that any of them shows, in whole tens."""
        shown = [end for sweep in self.sweeps for end in (*_lead_ends(sweep), *sweep.course.envelope.totals.tolist())]
        low, high = 10.0 * np.floor(min(shown) / 10.0), 10.0 * np.ceil(max(shown) / 10.0)
        return float(low), float(max(high, low + 10.0))


def survey(firm: Firmness, order: tuple[int, ...] | None = None) -> Survey:
    """The sweeps of all criteria: in the order of these columns, else the one closest to a flip first."""
    sweeps = [
        Sweep(firm, column, Course(line_of(firm.lines, column), envelope), ())
        for column, envelope in enumerate(firm.lines.envelopes())
    ]
    if order is not None and len(order) == len(sweeps):
        return Survey(tuple(sweeps[column] for column in order))
    return Survey(tuple(sorted(sweeps, key=lambda sweep: sweep.way)))


def _lead_ends(sweep: Sweep) -> tuple[float, float]:
    line, leader = sweep.course.line, sweep.firm.leader
    return float(line.start[0, leader]), float(line.end[0, leader])
