"""Two states of a study side by side: what differs, in words, and how far each difference moved the ranking.

Differences are taken as they can be made alone: one per object, except that a score goes with the option or criterion
that is added or deleted with it, and so do weights. How far each moved the totals is its Shapley value: the mean of
what it does over all orders in which the differences could have been made. Evidence, names, texts and orders move no
total, so the studies in between are looked at without their evidence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

import numpy as np

from db.study.diff import Difference, differences
from db.study.model import Criterion, Id, Known, Option, Perspective, Study
from db.study.patch import make_patch
from db.study.telling import Line, StudyNames, tell
from desktop.analysis.arrays import Array, Flags
from desktop.analysis.group import EXACT_UP_TO, Attribution, what_changed
from desktop.analysis.weights import normalise
from desktop.analysis.work import Cancel, Progress
from desktop.evaluation import Evaluator, Result, value_of

PERMUTATIONS = 1000
"""How many orders are sampled where there are too many differences to try all."""

LOOKS = 10_000
"""About how many states in between are evaluated at most.

An order and its reverse together are exact wherever no more than two differences meet in one product, as the change of
a score and that of a weight do, so few orders go far; the standard errors tell where they do not.
"""

HALF_WAY = 50.0
"""What a missing score counts as in a total: the middle between the worst and the best it can be."""


@dataclass(frozen=True, eq=False)
class Part:
    """A difference that can be made alone: its lines, and what it did to each total and to the lead, in points.

    `totals` are by option, `errors` and `lead_error` the standard errors where orders were sampled, else 0.
    """

    lines: tuple[Line, ...]
    totals: Mapping[Id, float]
    errors: Mapping[Id, float]
    lead: float = 0.0
    lead_error: float = 0.0

    @property
    def title(self) -> Line:
        """The line that says best what it is."""
        return next((line for line in self.lines if not line.quiet), self.lines[0])


@dataclass(frozen=True)
class Place:
    """Where an option stands before and after; a rank of "" and a total of None where it is not ranked."""

    option: Id
    name: str
    rank_before: str
    rank_after: str
    total_before: float | None
    total_after: float | None


@dataclass(frozen=True, eq=False)
class Comparison:
    """What differs between two states of a study, under one perspective.

    `parts` come with the largest effect first. `leader` and `runner_up` are the first two after, of the options that
    stand in both; the lead is that of the leader over the best of the others, before and after. `permutations` is 0
    where all orders were tried. `trouble` says why nothing can be said of the ranking, "" where it can.
    """

    before: Study
    after: Study
    perspective: Id
    parts: tuple[Part, ...]
    places: tuple[Place, ...] = ()
    leader: Id | None = None
    runner_up: Id | None = None
    lead: tuple[float, float] = (0.0, 0.0)
    permutations: int = 0
    trouble: str = ""


def shared_perspectives(before: Study, after: Study) -> tuple[Perspective, ...]:
    """The perspectives that both have, as they are after."""
    known = {party.id for party in before.perspectives}
    return tuple(party for party in after.perspectives if party.id in known)


def compare(
    before: Study,
    after: Study,
    perspective: Id,
    *,
    permutations: int = PERMUTATIONS,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> Comparison:
    """What differs, and how far each difference moved the ranking under one perspective. Raises Cancelled.

    Exact up to 10 differences that move anything; beyond, orders are sampled and standard errors given.
    """
    groups = grouped(differences(before, after))
    names = StudyNames(before), StudyNames(after)
    told = [tuple(tell(make_patch(group), *names)) for group in groups]
    try:
        results = _results(before, after, perspective)
    except Known as trouble:
        return Comparison(before, after, perspective, _without_effects(told), trouble=str(trouble))
    places = _places(*results)
    between = Between(before, after, perspective, groups, _in_both(results))
    found, players = _attributed(between, permutations, progress, cancel)
    parts = sorted(_parts(told, between, found, players), key=_size, reverse=True)
    first, second = (*(option.id for option in between.compared[:2]), None, None)[:2]
    lead = float(between(between.none)[-1]), float(between(between.all)[-1])
    sampled = found.permutations if found is not None else 0
    return Comparison(before, after, perspective, tuple(parts), places, first, second, lead, sampled)


# What goes together


def grouped(found: Sequence[Difference]) -> list[list[Difference]]:
    """The differences, in their order, those together of which one cannot be made without the other."""
    leader = list(range(len(found)))

    def root(place: int) -> int:
        while leader[place] != place:
            place = leader[place]
        return place

    for first, second in _ties(found):
        low, high = sorted((root(first), root(second)))
        leader[high] = low
    groups: dict[int, list[Difference]] = {}
    for place, difference in enumerate(found):
        groups.setdefault(root(place), []).append(difference)
    return list(groups.values())


def _ties(found: Sequence[Difference]) -> Iterable[tuple[int, int]]:
    """Pairs of places of differences that go together."""
    standing = {
        (difference.kind, difference.key): place
        for place, difference in enumerate(found)
        if _stands_or_falls(difference)
    }
    moved = [place for place, difference in enumerate(found) if _parents(difference)]
    # Criteria that change places in the tree go together: one move alone could put a group below itself.
    yield from pairwise(moved)
    for place, difference in enumerate(found):
        for needed in _needs(difference):
            if needed in standing:
                yield place, standing[needed]


def _stands_or_falls(difference: Difference) -> bool:
    """Whether something begins or ceases to be an option, or a leaf, that others can speak of."""
    old, new = difference.before, difference.after
    if difference.kind == "criterion":
        return old is None or new is None or old.is_leaf != new.is_leaf
    return difference.kind == "option" and (old is None or new is None)


def _parents(difference: Difference) -> set[Id | None]:
    """The groups a criterion was and is in, where it stands in both and they differ."""
    sides = [side.parent for side in (difference.before, difference.after) if isinstance(side, Criterion)]
    return set(sides) if len(set(sides)) == 2 else set()


def _needs(difference: Difference) -> Iterable[tuple[str, Id]]:
    """What must be there, as (kind, id), for a difference to be made."""
    if difference.kind == "score":
        yield "option", difference.key[0]
        yield "criterion", difference.key[1]
    for side in (difference.before, difference.after):
        if isinstance(side, Criterion) and side.parent is not None:
            yield "criterion", side.parent
        elif isinstance(side, Perspective):
            for key in chain(side.weights, side.locked, side.reasons, side.doubt.ranges):
                yield "criterion", key


# The ranking before and after


def _results(before: Study, after: Study, perspective: Id) -> tuple[Result, Result]:
    """Both rankings. Raises Known where there is none."""
    if perspective not in {party.id for party in shared_perspectives(before, after)}:
        raise Known("No perspective is in both, so nothing can be said of the ranking.")
    evaluator = Evaluator()
    for study in (before, after):
        if not study.included() or not study.leaves():
            raise Known("One of the two has no options or no criteria, so nothing can be said of the ranking.")
    return evaluator.evaluate(before, perspective), evaluator.evaluate(after, perspective)


def _in_both(results: tuple[Result, Result]) -> list[Option]:
    """The options ranked after that were ranked before, the best first."""
    before, after = results
    ranked = [after.table.options[row] for row in after.order]
    return [option for option in ranked if option.id in before.table.rows]


def _places(before: Result, after: Result) -> tuple[Place, ...]:
    """Where each option stands, in the order after, then those that are ranked no more."""
    listed = [after.table.options[row] for row in after.order]
    gone = [before.table.options[row] for row in before.order]
    listed += [option for option in gone if option.id not in after.table.rows]
    return tuple(
        Place(option.id, option.name, *_rank(before, after, option), *_totals(before, after, option))
        for option in listed
    )


def _rank(before: Result, after: Result, option: Option) -> tuple[str, str]:
    rows = [(side, side.table.rows.get(option.id)) for side in (before, after)]
    first, second = ("" if row is None else side.rank_text(row) for side, row in rows)
    return first, second


def _totals(before: Result, after: Result, option: Option) -> tuple[float | None, float | None]:
    rows = [(side, side.table.rows.get(option.id)) for side in (before, after)]
    first, second = (None if row is None else float(side.totals[row]) for side, row in rows)
    return first, second


# The states in between


class Between:
    """Evaluates the states in which some of the groups of differences have been made, and some have not.

    Called with (p,) flags it gives (k + 1,): the totals of the k `compared` options, then the lead of the first of
    them over the best other that is ranked in that state (0 where there is none), in points of 100.
    """

    def __init__(
        self,
        before: Study,
        after: Study,
        perspective: Id,
        groups: Sequence[Sequence[Difference]],
        compared: list[Option],
    ) -> None:
        self.compared = compared
        self.none, self.all = np.zeros(len(groups), dtype=bool), np.ones(len(groups), dtype=bool)
        self._group = {(d.kind, d.key): place for place, group in enumerate(groups) for d in group}
        sides = before, after
        self._options = _union(study.options for study in sides)
        self._leaves = _union(study.leaves() for study in sides)
        self._fill_axes(sides)
        self._fill_values(sides)
        points = [study.perspective(perspective).weights for study in sides]
        self._weights = np.array([[side.get(leaf, 0.0) for leaf in self._leaves] for side in points])
        self._weights_of = self._group.get(("perspective", perspective), -1)
        rows = _places_of(self._options)
        self._rows = np.array([rows[option.id] for option in compared], dtype=np.intp)

    def _fill_axes(self, sides: tuple[Study, Study]) -> None:
        included = [{option.id for option in study.included()} for study in sides]
        leaves = [{leaf.id for leaf in study.leaves()} for study in sides]
        self._included = np.array([[option in side for option in self._options] for side in included])
        self._stands = np.array([[leaf in side for leaf in self._leaves] for side in leaves])
        self._row_of = np.array([self._group.get(("option", option), -1) for option in self._options])
        self._column_of = np.array([self._group.get(("criterion", leaf), -1) for leaf in self._leaves])

    def _fill_values(self, sides: tuple[Study, Study]) -> None:
        """(2, 2, m, n) values by the side of the score and the side of the scale."""
        shape = len(self._options), len(self._leaves)
        self._cell_of = np.full(shape, -1)
        self._values = np.full((2, 2, *shape), HALF_WAY)
        rows, columns = _places_of(self._options), _places_of(self._leaves)
        for (kind, key), place in self._group.items():
            if kind == "score" and key[0] in rows and key[1] in columns:
                self._cell_of[rows[key[0]], columns[key[1]]] = place
        for scored, study in enumerate(sides):
            likely = np.full(shape, np.nan)
            for (option, node), score in study.scores.items():
                if score.likely is not None and option in rows and node in columns:
                    likely[rows[option], columns[node]] = score.likely
            for scaled, other in enumerate(sides):
                for leaf in other.leaves():
                    assert leaf.scale is not None
                    column = columns[leaf.id]
                    values = value_of(leaf.scale, likely[:, column])
                    self._values[scored, scaled, :, column] = np.where(np.isnan(values), HALF_WAY, values)

    def __call__(self, made: Flags) -> Array:
        # What belongs to no group is the same on both sides: the last flag stands for it.
        flags = np.append(np.asarray(made, dtype=np.intp), 0)
        columns, weighed = flags[self._column_of], int(flags[self._weights_of])
        m, n = self._cell_of.shape
        values = self._values[flags[self._cell_of], columns, np.arange(m)[:, None], np.arange(n)]
        points = self._weights[weighed] * self._stands[columns, np.arange(n)]
        totals = values @ (normalise(points) if points.any() else points)
        if not self._rows.size:
            return np.zeros(1)
        rivals = self._included[flags[self._row_of], np.arange(m)].copy()
        rivals[self._rows[0]] = False
        lead = totals[self._rows[0]] - totals[rivals].max() if rivals.any() else 0.0
        return np.append(totals[self._rows], lead)

    def players(self) -> list[int]:
        """The groups that can move anything, by place."""
        scored = (self._values[0] != self._values[1]).any(axis=0)
        scaled = (self._values[:, 0] != self._values[:, 1]).any(axis=(0, 1)) | (self._stands[0] != self._stands[1])
        included = self._included[0] != self._included[1]
        found = {*self._cell_of[scored].tolist(), *self._column_of[scaled].tolist(), *self._row_of[included].tolist()}
        if (self._weights[0] != self._weights[1]).any():
            found.add(self._weights_of)
        return sorted(found - {-1})


def _places_of(keys: Sequence[Id]) -> dict[Id, int]:
    return {key: place for place, key in enumerate(keys)}


def _union(sides: Iterable[Iterable[Option | Criterion]]) -> list[Id]:
    return list(dict.fromkeys(thing.id for side in sides for thing in side))


def _attributed(
    between: Between, permutations: int, progress: Progress | None, cancel: Cancel | None
) -> tuple[Attribution | None, list[int]]:
    """The part of each group that can move anything, and which groups these are; None where there is none."""
    players = between.players()
    if not players or not between.compared:
        return None, []

    def outcome(chosen: Flags) -> Array:
        made = between.none.copy()
        made[players] = chosen
        return between(made)

    count = len(players)
    orders = permutations if count <= EXACT_UP_TO else max(20, min(permutations, LOOKS // count))
    return what_changed(outcome, count, permutations=orders, progress=progress, cancel=cancel), players


def _parts(
    told: Sequence[tuple[Line, ...]], between: Between, found: Attribution | None, players: Sequence[int]
) -> Iterable[Part]:
    keys = [option.id for option in between.compared]
    for place, lines in enumerate(told):
        if found is None or place not in players:
            yield Part(lines, dict.fromkeys(keys, 0.0), dict.fromkeys(keys, 0.0))
            continue
        shares, errors = (side[players.index(place)].tolist() for side in (found.shares, found.errors))
        yield Part(
            lines,
            dict(zip(keys, shares[:-1], strict=True)),
            dict(zip(keys, errors[:-1], strict=True)),
            shares[-1],
            errors[-1],
        )


def _without_effects(told: Iterable[tuple[Line, ...]]) -> tuple[Part, ...]:
    return tuple(Part(lines, {}, {}) for lines in told)


def _size(part: Part) -> float:
    """How much a part moved, rounded so that noise settles no order."""
    return round(max((abs(effect) for effect in (*part.totals.values(), part.lead)), default=0.0), 9)
