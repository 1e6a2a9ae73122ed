"""Weights from two-by-two choices: what the answers imply, what to ask next, and what each level is worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop.analysis.arrays import Array, DomainError, frozen
from desktop.analysis.contradiction import ContradictionError
from desktop.analysis.linear import INFINITY, Program, SolverError, conflicting
from desktop.analysis.tradeoffs_pairs import Answer, Choices, Pair, Preference, gains, pairs_of, row_of
from desktop.analysis.work import Cancel, Progress, Work

Verdicts = NDArray[np.int8]

OPEN = 2
"""The verdict on a pair that the answers leave open; else it is a Preference."""

UNKNOWN = 3
"""Not looked at yet."""

NOTHING = 1e-8
"""Differences of at most this part of the sum of all steps are none."""

WITNESSES = 500
"""How many witnesses are handed on at most."""

NEWTON = 200
"""Steps of Newton's method at most; a dozen are common."""


@dataclass(frozen=True, eq=False)
class Tradeoffs:
    """What the answers say.

    pairs: (p, 6) every pair in the fields of `Pair`; verdicts: (p,) the preferred option of each, a Preference, or
    OPEN; question: the pair to ask next, None where all are settled; utilities: for each criterion the worth of its
    levels, rising from 0, the best levels together worth 100; weights: (n,) the share of each criterion's best level;
    witnesses: (v, s) steps between levels that fit the answers and showed some pair to be open.
    """

    choices: Choices
    pairs: NDArray[np.intp]
    verdicts: Verdicts
    question: Pair | None
    utilities: tuple[Array, ...]
    weights: Array
    witnesses: Array

    def __post_init__(self) -> None:
        frozen(self.pairs, self.verdicts, self.weights, self.witnesses, *self.utilities)

    @property
    def remaining(self) -> int:
        """How many questions are left at most: each settles at least itself."""
        return int((self.verdicts == OPEN).sum())

    def implied(self) -> tuple[Answer, ...]:
        """The answers nobody gave that follow from those given."""
        fields = (row_of(answer.pair) for answer in self.choices.answers)
        given = {min(row, row[3:] + row[:3]) for row in fields}
        settled = (
            (tuple(self.pairs[p].tolist()), int(self.verdicts[p])) for p in np.flatnonzero(self.verdicts != OPEN)
        )
        return tuple(Answer(Pair(*row), Preference(verdict)) for row, verdict in settled if row not in given)


def tradeoffs(
    levels: Sequence[int],
    answers: Sequence[Answer] = (),
    *,
    before: Tradeoffs | None = None,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> Tradeoffs:
    """What answers to two-by-two choices imply, which to ask next, and the worth of every level.

    levels: (n,) how many levels each criterion has. Levels rise in worth; an option's worth is the sum over its levels.
    A pair is implied where the opposite answer contradicts those given (Hansen & Ombler 2008): the least and the
    greatest difference of its options over the cone of the answers, one linear program where neither another pair nor
    an earlier vertex decides it. Only pairs that differ on two criteria are asked; others have no question.

    The levels' worths are the analytic centre of what the answers leave open, unique and free of every order. The next
    question is the pair whose answer cuts nearest that centre, and of those the pair about which least is known, both
    measured in the ellipsoid round it (Toubia, Hauser & Simester 2004); only what these two leave tied is decided by
    the order of the criteria. `before`, the result for some of the same answers, saves what it found.

    Raises as `Choices`, DomainError where no criterion has two levels, ContradictionError with the places of answers
    that cannot all hold, Cancelled.
    """
    choices = Choices(tuple(levels), tuple(answers))
    if max(choices.levels) < 2:
        raise DomainError("levels", "must be at least 2 for one criterion")
    cone = _Cone(choices)
    centre = cone.centre()
    pairs = pairs_of(choices.levels)
    rows = gains(pairs, choices.levels)
    lean, width, reach = cone.seen_from(centre, rows)
    verdicts, witnesses = _known(choices, before, rows)
    witnesses = cone.drawn_in(witnesses, centre)
    _look(verdicts, lean, cone.terms * width, reach)
    unknown = np.flatnonzero(verdicts == UNKNOWN)
    turned = (np.sign(lean[unknown]) * (witnesses @ rows[unknown].T) < -NOTHING).any(axis=0)
    verdicts[unknown[turned]] = OPEN
    more = _solve(verdicts, cone.program(), rows, lean, Work(progress, cancel))
    kept = np.vstack((more, witnesses))[:WITNESSES]
    utilities = _utilities(100.0 * centre, choices.levels)
    weights = np.array([worth[-1] / 100.0 for worth in utilities])
    return Tradeoffs(choices, pairs, verdicts, _question(pairs, verdicts, lean, width), utilities, weights, kept)


class _Cone:
    """Steps s > 0 with strict @ s > 0, equal @ s = 0 and sum 1: what the answers leave open."""

    def __init__(self, choices: Choices) -> None:
        pairs = np.array([row_of(answer.pair) for answer in choices.answers], dtype=np.intp).reshape(-1, 6)
        signs = np.array([int(answer.preferred) for answer in choices.answers])
        self._answers, self._equal = gains(pairs, choices.levels), signs == 0
        self._answers[signs < 0] *= -1.0
        self._steps = self._answers.shape[1]
        self.terms = self._steps + int((~self._equal).sum())

    def program(self) -> Program:
        """The linear program over the closure of the cone, cut off where the steps sum to 1."""
        rows = np.vstack((np.ones((1, self._steps)), self._answers))
        return Program(rows, np.append(1.0, 0.0 * self._equal), np.append(1.0, np.where(self._equal, 0.0, INFINITY)))

    def centre(self) -> Array:
        """The analytic centre: the steps with the greatest product of all steps and all strict differences.

        Newton's method in proportions of the steps, damped while the decrement is large (Nesterov & Nemirovskii 1994).
        Raises ContradictionError where the cone is empty.
        """
        steps = self._inside()
        for _ in range(NEWTON):
            terms, free = self._local(steps)
            change = free @ np.linalg.lstsq(terms @ free, np.ones(len(terms)), rcond=None)[0]
            decrement = float(np.linalg.norm(terms @ change))
            steps = steps * (1.0 + change / (1.0 + decrement if decrement > 0.25 else 1.0))
            steps = steps / steps.sum()
            if decrement < 1e-10:
                break
        return steps

    def seen_from(self, centre: Array, rows: Array) -> tuple[Array, Array, Array]:
        """(lean, width, reach), each (p,): rows @ centre, how far that varies over the ellipsoid round the centre, and
        how far it falls towards 0 and beyond on the way through the ellipsoid's farthest point to the cone's edge.

        The ellipsoid lies within the cone, and one `terms` times as large holds it.
        """
        lean = rows @ centre
        terms, free = self._local(centre)
        if not free.size:
            return lean, np.zeros(len(rows)), np.zeros(len(rows))
        directions, triangle = np.linalg.qr(terms @ free)
        spread = np.linalg.solve(triangle.T, ((rows * centre) @ free).T)
        width: Array = np.linalg.norm(spread, axis=0)
        steepest = (np.where(lean < 0, -1.0, 1.0) * (directions @ spread)).max(axis=0)
        return lean, width, np.divide(width**2, steepest, out=np.zeros_like(width), where=steepest > 0)

    def drawn_in(self, witnesses: Array, centre: Array) -> Array:
        """Witnesses drawn towards the centre until they fit every strict answer; not those that break an equal one."""
        leads = witnesses @ self._answers.T
        fit = (np.abs(leads[:, self._equal]) <= 1e-12).all(axis=1)
        wrong, held = np.maximum(-leads[fit][:, ~self._equal], 0.0), self._answers[~self._equal] @ centre
        share = (held / (held + wrong)).min(axis=1, initial=1.0)[:, None]
        drawn: Array = centre + share * (witnesses[fit] - centre)
        return drawn

    def _inside(self) -> Array:
        low, high = np.where(self._equal, 0.0, 1.0), np.where(self._equal, 0.0, INFINITY)
        found = Program(self._answers, low, high, 1.0).minimise(np.ones(self._steps))
        if found is None:
            raise ContradictionError("answers", conflicting(self._answers, low, high, 1.0))
        inside: Array = found.x / found.x.sum()
        return inside

    def _local(self, steps: Array) -> tuple[Array, Array]:
        """(terms, free): the terms' gradients over their values, and the directions left free, in proportions."""
        strict = self._answers[~self._equal] * steps
        terms = np.vstack((np.eye(self._steps), strict / strict.sum(axis=1, keepdims=True)))
        tied = np.vstack((steps, self._answers[self._equal] * steps))
        _, sizes, directions = np.linalg.svd(tied)
        return terms, directions[int((sizes > 1e-10 * sizes[0]).sum()) :].T


def _known(choices: Choices, before: Tradeoffs | None, rows: Array) -> tuple[Verdicts, Array]:
    """(verdicts, witnesses) an earlier result brings; no verdicts where one of its answers was taken back."""
    verdicts = np.full(len(rows), UNKNOWN, dtype=np.int8)
    if before is None or before.choices.levels != choices.levels:
        return verdicts, np.zeros((0, rows.shape[1]))
    if set(before.choices.answers) <= set(choices.answers):
        verdicts[before.verdicts != OPEN] = before.verdicts[before.verdicts != OPEN]
    return verdicts, before.witnesses


def _look(verdicts: Verdicts, lean: Array, most: Array, reach: Array) -> None:
    """Settle what the ellipsoids round the centre settle: a difference varies by at most `most`, at least `reach`."""
    unknown, size = verdicts == UNKNOWN, np.abs(lean)
    outside = unknown & (size > most + NOTHING)
    verdicts[unknown & (size < reach - NOTHING)] = OPEN
    verdicts[outside] = np.sign(lean[outside])
    verdicts[unknown & (most <= NOTHING) & (size <= NOTHING)] = Preference.EQUAL


def _solve(verdicts: Verdicts, program: Program, rows: Array, lean: Array, work: Work) -> Array:
    """Settle the rest: a pair is open where its difference can turn round, else all that dominate it follow too.

    Returns the (v, s) steps at which differences turned round.
    """
    witnesses = [np.zeros((0, rows.shape[1]))]
    sides = np.sign(lean)
    for done, place in enumerate(np.argsort(np.abs(lean))):
        if verdicts[place] != UNKNOWN:
            continue
        work.at(done / lean.size)
        unknown = np.flatnonzero(verdicts == UNKNOWN)
        towards = sides[place] * rows[place]
        least = program.minimise(towards)
        if least is None:
            raise SolverError("the linear program of the answers lost its solution to rounding")
        if least.value < -NOTHING:
            verdicts[unknown[sides[unknown] * (rows[unknown] @ least.x) < -NOTHING]] = OPEN
            witnesses.append(least.x[None])
        else:
            mine = sides[unknown, None] * rows[unknown]
            follow = unknown[(mine >= towards).all(axis=1)]
            verdicts[follow] = sides[follow]
    work.at(1.0)
    return np.vstack(witnesses)


def _question(pairs: NDArray[np.intp], verdicts: Verdicts, lean: Array, width: Array) -> Pair | None:
    places = np.flatnonzero(verdicts == OPEN)
    if not places.size:
        return None
    depth = np.round(np.abs(lean[places]) / width[places], 6)
    spread = np.round(width[places] / width[places].max(), 6)
    first = places[np.lexsort((-spread, depth))[0]]
    return Pair(*pairs[first].tolist())


def _utilities(steps: Array, levels: Sequence[int]) -> tuple[Array, ...]:
    parts = np.split(steps, np.cumsum([count - 1 for count in levels])[:-1])
    return tuple(np.concatenate(([0.0], np.cumsum(part))) for part in parts)
