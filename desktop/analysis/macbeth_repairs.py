"""The smallest changes of judgements that make them consistent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from desktop.analysis.arrays import Array, DomainError, whole_of
from desktop.analysis.linear import INFINITY, Program
from desktop.analysis.macbeth_judgements import EXTREME, Judgement, checked, clash
from desktop.analysis.work import Cancel, Progress, Work

CONTRADICTIONS = 100
"""How many contradictions are looked at before the search gives up: judgements so far apart are to be made anew."""


@dataclass(frozen=True)
class Change:
    """The judgement at `place` becomes `judgement`, `steps` categories away, up where positive."""

    place: int
    judgement: Judgement
    steps: int


@dataclass(frozen=True)
class Repairs:
    """repairs: sets of changes each of which makes the judgements consistent, one empty set where they are so already.

    No other set takes fewer, and `complete` tells that these are all that take so few. None at all means that the
    search gave up after CONTRADICTIONS of them.
    """

    repairs: tuple[tuple[Change, ...], ...]
    complete: bool


def macbeth_repairs(
    judgements: Sequence[Judgement],
    n: int,
    *,
    fewest: Literal["steps", "judgements"] = "steps",
    limit: int = 20,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> Repairs:
    """The sets of changes with the fewest category steps, or of the fewest judgements and then the fewest steps.

    A judgement of one category moves to another one: from category 1 down to 0 and on to category 1 of the opposite
    preference. A hesitation grows by as many categories at one end, and turns to the opposite preference below 0.
    At most `limit` sets are listed, those of fewest judgements first. Each was put in the place of the judgements and
    found consistent.

    Every contradiction among the judgements must lose one of its members, so the smallest set that hits all those
    found is looked for, substituted, and asked for the next contradiction (Reiter 1987; Codato & Fischetti 2006).
    Raises as `checked`, DomainError for a limit below 1 or an unknown `fewest`, Cancelled.
    """
    whole_of(limit, "limit")
    if fewest not in ("steps", "judgements"):
        raise DomainError("fewest", f'must be "steps" or "judgements", not {fewest!r}')
    said, work = checked(judgements, n), Work(progress, cancel)
    # Where the fewest judgements are asked for, one more costs more than the steps of all of them together.
    search = _Search(said, n, 2.0 * EXTREME * len(said) + 1.0 if fewest == "judgements" else 0.0)
    repairs = _found(search, limit, work)
    work.at(1.0)
    return repairs


def _found(search: _Search, limit: int, work: Work) -> Repairs:
    found: list[tuple[Change, ...]] = []
    least = INFINITY
    while search.contradictions < CONTRADICTIONS:
        work.at(len(found) / limit)
        changes = search.cheapest()
        if changes is None or search.cost(changes) > least:
            return Repairs(_sorted(found), True)
        if not search.learn(changes):
            if len(found) == limit:
                return Repairs(_sorted(found), False)
            found.append(changes)
            least = search.cost(changes)
            if not changes:
                return Repairs(tuple(found), True)
            search.forbid(changes)
    return Repairs(_sorted(found), False)


@dataclass(frozen=True)
class _Choice:
    """A judgement `steps` categories away; low and high count below 0 for the opposite preference."""

    steps: int
    low: int
    high: int

    def of(self, judgement: Judgement) -> Judgement:
        """The judgement it makes of one."""
        if self.low >= 0:
            return Judgement(judgement.better, judgement.worse, self.low, self.high)
        return Judgement(judgement.worse, judgement.better, -self.high, -self.low)


@dataclass
class _Cut:
    """A sum over choices, each with its factor, that must be at least `low`."""

    factors: dict[tuple[int, int], float] = field(default_factory=dict)
    low: float = 1.0


class _Search:
    """Cheapest sets of changes that escape every contradiction learnt so far."""

    def __init__(self, said: tuple[Judgement, ...], n: int, judgement_cost: float) -> None:
        self._said, self._n, self._judgement_cost = said, n, judgement_cost
        self._cuts: list[_Cut] = []
        self.contradictions = 0
        self._choices: dict[int, dict[int, _Choice]] = {}

    def cost(self, changes: Sequence[Change]) -> float:
        """What a set of changes costs."""
        return sum(self._judgement_cost + abs(change.steps) for change in changes)

    def cheapest(self) -> tuple[Change, ...] | None:
        """The cheapest set of changes that keeps to the cuts, None where every set was forbidden."""
        keys = [(place, steps) for place, choices in self._choices.items() for steps in choices]
        if not self._cuts:
            return ()
        columns = {key: column for column, key in enumerate(keys)}
        rows = np.zeros((len(self._cuts), len(keys)))
        for row, cut in enumerate(self._cuts):
            for key, factor in cut.factors.items():
                rows[row, columns[key]] = factor
        once = np.array([[float(place == other) for place, _ in keys] for other in self._choices])
        low = np.concatenate(([cut.low for cut in self._cuts], np.full(len(once), -INFINITY)))
        high = np.concatenate((np.full(len(rows), INFINITY), np.ones(len(once))))
        cost: Array = np.array([self._judgement_cost + abs(steps) for _, steps in keys])
        whole = np.ones(len(keys), dtype=bool)
        best = Program(np.vstack((rows, once)), low, high, 0.0, 1.0, whole).minimise(cost)
        if best is None:
            return None
        chosen = sorted(key for key, amount in zip(keys, best.x, strict=True) if amount > 0.5)
        return tuple(Change(p, self._choices[p][steps].of(self._said[p]), steps) for p, steps in chosen)

    def learn(self, changes: Sequence[Change]) -> bool:
        """Whether the judgements clash after such changes; the clash becomes a cut."""
        moved = list(self._said)
        for change in changes:
            moved[change.place] = change.judgement
        sides = clash(moved, self._n)
        steps = {change.place: change.steps for change in changes}
        cut = _Cut()
        for place in sorted({place for place, _ in sides}):
            choices = self._choices.setdefault(place, _choices_of(self._said[place]))
            now = choices.get(steps.get(place, 0)) or _stay(self._said[place])
            ends = {top != (now.low < 0) for other, top in sides if other == place}
            stays = _clashes(_stay(self._said[place]), now, ends)
            # Where staying escapes, every choice that does not takes that way out off the sum again.
            cut.low -= 0.0 if stays else 1.0
            for key, choice in choices.items():
                if _clashes(choice, now, ends) != stays:
                    cut.factors[place, key] = 1.0 if stays else -1.0
        if sides:
            self._cuts.append(cut)
            self.contradictions += 1
        return bool(sides)

    def forbid(self, changes: Sequence[Change]) -> None:
        """Never propose this set of changes again, nor one that holds it."""
        self._cuts.append(_Cut({(change.place, change.steps): -1.0 for change in changes}, 1.0 - len(changes)))


def _stay(judgement: Judgement) -> _Choice:
    return _Choice(0, judgement.low, judgement.high)


def _choices_of(judgement: Judgement) -> dict[int, _Choice]:
    low, high = judgement.low, judgement.high
    down, up = range(-EXTREME - low, 0), range(1, EXTREME - high + 1)
    if low == high:
        found = [_Choice(steps, low + steps, low + steps) for steps in (*down, *up)]
    else:
        lower = [_Choice(steps, low + steps, high if low + steps >= 0 else 0) for steps in down]
        found = lower + [_Choice(steps, low, high + steps) for steps in up]
    return {choice.steps: choice for choice in found}


def _clashes(choice: _Choice, now: _Choice, ends: set[bool]) -> bool:
    """Whether a choice is at least as demanding at those ends (True: the high one) as the one that clashed."""
    return not ((False in ends and choice.low < now.low) or (True in ends and choice.high > now.high))


def _sorted(found: Sequence[tuple[Change, ...]]) -> tuple[tuple[Change, ...], ...]:
    return tuple(sorted(found, key=lambda changes: (len(changes), [(c.place, c.steps) for c in changes])))
