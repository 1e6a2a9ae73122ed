"""What differs between two studies: by identity of the objects first, then by their contents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import compress
from operator import is_not
from typing import Any, Literal, NamedTuple

from db.study.model import Cell, Criterion, Evidence, Id, Option, Perspective, Score, Study

Kind = Literal["study", "option", "criterion", "perspective", "evidence", "score", "order"]

Listed = Option | Criterion | Perspective | Evidence

LISTS: Mapping[Kind, str] = {
    "evidence": "evidence",
    "option": "options",
    "criterion": "criteria",
    "perspective": "perspectives",
}
"""The kinds of object that stand in an order of their own, and the field of `Study` that holds them."""


class Difference(NamedTuple):
    """One object before and after; None where it did not or does not exist.

    kind "study": key is "" and both sides are the whole studies, of which title, question and the other plain fields
    differ. kind "score": key is the cell. kind "order": key is the kind of list ("option", ...), and the sides are
    the ids in order. Any other kind: key is the object's id.
    """

    kind: Kind
    key: Id | Cell
    before: Any
    after: Any


def heading(study: Study) -> tuple[str, str, str, str, str, tuple[str, ...]]:
    """The plain fields of a study: everything but its objects."""
    return study.id, study.title, study.question, study.objective, study.as_of, study.notes


def differences(before: Study, after: Study) -> tuple[Difference, ...]:
    """What makes `after` another study than `before`; empty when they are equal, order included.

    Costs one pass over the objects, comparing identities; containers the two studies share cost nothing.
    """
    if before is after:
        return ()
    found: list[Difference] = []
    if heading(before) != heading(after):
        found.append(Difference("study", "", before, after))
    for kind, field in LISTS.items():
        found.extend(_of_list(kind, getattr(before, field), getattr(after, field)))
    found.extend(_of_scores(before.scores, after.scores))
    return tuple(found)


def _of_list(kind: Kind, before: tuple[Listed, ...], after: tuple[Listed, ...]) -> Iterator[Difference]:
    if before is after:
        return
    old, new = {thing.id: thing for thing in before}, {thing.id: thing for thing in after}
    for key, thing in old.items():
        now = new.get(key)
        if now is not thing and now != thing:
            yield Difference(kind, key, thing, now)
    for key, now in new.items():
        if key not in old:
            yield Difference(kind, key, None, now)
    if tuple(old) != tuple(new):
        yield Difference("order", kind, tuple(old), tuple(new))


def _of_scores(before: Mapping[Cell, Score], after: Mapping[Cell, Score]) -> Iterator[Difference]:
    if before is after:
        return
    if len(before) == len(after) and not any(map(is_not, before, after)):
        pairs = zip(before.items(), after.values(), strict=True)
        for (cell, old), new in compress(pairs, map(is_not, before.values(), after.values())):
            if old != new:
                yield Difference("score", cell, old, new)
        return
    for cell, old in before.items():
        now = after.get(cell)
        if now is not old and now != old:
            yield Difference("score", cell, old, now)
    for cell in after.keys() - before.keys():
        yield Difference("score", cell, None, after[cell])
