"""The history of a study, ready to be told: the names of each moment, searched and filtered."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from math import fsum
from typing import NamedTuple, Protocol, TypeVar

from db.study.model import Id
from db.study.patch import Patch
from db.study.plain import Plain
from db.study.telling import Line, tell, visible

_Value = TypeVar("_Value")
_VERBS = {"undo": "Undo ", "redo": "Redo "}


class PastChange(Protocol):
    """One change as the history keeps it; see `db.history.Change`."""

    @property
    def seq(self) -> int: ...
    @property
    def who(self) -> str: ...
    @property
    def at(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def patch(self) -> Patch: ...


class Mentioned(NamedTuple):
    """Something that is, or once was, in the study, under the last name it had."""

    id: Id
    name: str
    is_there: bool


def label_of(change: PastChange) -> str:
    """What a change did, in a few words."""
    return visible(_VERBS.get(change.kind, "") + change.label)


class Past:
    """All changes of a study, oldest first, told with the names things then had; each is told when first asked for.

    Places count from 0. Making one reads every change once, which takes a moment for a long history.
    """

    def __init__(self, changes: Sequence[PastChange]) -> None:
        self.changes = tuple(changes)
        self._names: dict[tuple[str, Id], tuple[list[int], list[str]]] = defaultdict(lambda: ([], []))
        self._totals: dict[Id, tuple[list[int], list[float]]] = defaultdict(lambda: ([], []))
        self._there: dict[tuple[str, Id], None] = {}
        self._leaves: set[Id] = set()
        self._weights: dict[Id, dict[Id, float]] = {}
        self._told: dict[int, tuple[Line, ...]] = {}
        for place, change in enumerate(self.changes):
            self._follow(place, change.patch)

    def lines(self, place: int) -> tuple[Line, ...]:
        """What the change at a place did."""
        found = self._told.get(place)
        if found is None:
            lines = tell(self.changes[place].patch, _Moment(self, place - 1), _Moment(self, place))
            found = self._told[place] = tuple(lines)
        return found

    def mentioned(self, kind: str) -> list[Mentioned]:
        """Every option, criterion or perspective that ever was: those there now by name, then the deleted ones."""
        found = [
            Mentioned(key, names[-1], (kind, key) in self._there)
            for (its, key), (_, names) in self._names.items()
            if its == kind
        ]
        return sorted(found, key=lambda thing: (not thing.is_there, thing.name.casefold(), thing.id))

    def matching(self, search: str = "", about: Iterable[Id] = ()) -> Iterator[int]:
        """The places of the changes with all the words, that speak of all these things in one line; oldest first."""
        words, wanted = search.casefold().split(), frozenset(about)
        for place in range(len(self.changes)):
            if wanted and not any(wanted <= line.about for line in self.lines(place)):
                continue
            if all(word in self._text(place) for word in words):
                yield place

    def _text(self, place: int) -> str:
        change = self.changes[place]
        told = (line.text for line in self.lines(place))
        return "\n".join((label_of(change), change.reason, change.who, *told)).casefold()

    # One pass over the history

    def _follow(self, place: int, patch: Patch) -> None:
        for record in patch:
            kind, key, new = record["kind"], record["key"], record["new"]
            if kind in ("study", "order", "score"):
                continue
            if new is None:
                self._there.pop((kind, key), None)
            else:
                self._there[kind, key] = None
                if "name" in new or "ref" in new:
                    _note(self._names[kind, key], place, new["name" if "name" in new else "ref"])
            if kind == "criterion":
                self._follow_leaf(place, key, new)
            elif kind == "perspective":
                self._follow_weights(place, key, record["old"], new)

    def _follow_leaf(self, place: int, key: Id, new: Plain | None) -> None:
        is_leaf = key in self._leaves if new is not None and "scale" not in new else bool(new and new["scale"])
        if is_leaf != (key in self._leaves):
            (self._leaves.add if is_leaf else self._leaves.discard)(key)
            for party in self._weights:
                self._count(place, party)

    def _follow_weights(self, place: int, key: Id, old: Plain | None, new: Plain | None) -> None:
        if new is None:
            self._weights.pop(key, None)
        elif "weights" in new:
            merged = {**(self._weights.get(key, {}) if old is not None else {}), **new["weights"]}
            self._weights[key] = {leaf: points for leaf, points in merged.items() if points is not None}
            self._count(place, key)

    def _count(self, place: int, party: Id) -> None:
        _note(self._totals[party], place, fsum(p for leaf, p in self._weights[party].items() if leaf in self._leaves))

    def name_at(self, kind: str, key: Id, place: int) -> str:
        """What a thing was called after the change at a place, or last before it was deleted; "" before it was."""
        return _at(self._names[kind, key], place) or "" if (kind, key) in self._names else ""

    def points_at(self, perspective: Id, place: int) -> float:
        """What the points of a perspective came to after the change at a place; 0 before it was."""
        return _at(self._totals[perspective], place) or 0.0 if perspective in self._totals else 0.0


class _Moment(NamedTuple):
    past: Past
    place: int

    def name(self, kind: str, key: Id) -> str:
        return self.past.name_at(kind, key, self.place)

    def points(self, perspective: Id) -> float:
        return self.past.points_at(perspective, self.place)


def _note(kept: tuple[list[int], list[_Value]], place: int, value: _Value) -> None:
    places, values = kept
    if places and places[-1] == place:
        values[-1] = value
    else:
        places.append(place)
        values.append(value)


def _at(kept: tuple[list[int], list[_Value]], place: int) -> _Value | None:
    found = bisect_right(kept[0], place) - 1
    return kept[1][found] if found >= 0 else None
