"""A study made from another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from db.study.model import Criterion, Evidence, Id, Option, Perspective, Study, new_id
from db.study.names import name_key

_Thing = TypeVar("_Thing", Option, Criterion, Perspective, Evidence)


def copy_of(study: Study, title: str) -> Study:
    """The same study under an identity and a title of its own; its objects keep theirs."""
    return replace(study, id=new_id(), title=title)


def free_title(title: str, taken: Iterable[str]) -> str:
    """`title`, or the first of "title 2", "title 3", ... that is not taken."""
    keys = {name_key(other) for other in taken}
    candidate, number = title, 2
    while name_key(candidate) in keys:
        candidate, number = f"{title} {number}", number + 1
    return candidate


def alike(study: Study, other: Study) -> Study:
    """`study` under the identity of `other`, each thing under that of the one there which has its name.

    For two that were made apart, from tables for instance. What both know by its identity keeps it.
    """
    options, criteria = _twins(study.options, other.options), _twins(study.criteria, other.criteria)
    parties, evidence = _twins(study.perspectives, other.perspectives), _twins(study.evidence, other.evidence)

    def cited(keys: Iterable[Id]) -> tuple[Id, ...]:
        return tuple(evidence[key] for key in keys)

    return replace(
        study,
        id=other.id,
        options=tuple(replace(each, id=options[each.id], evidence=cited(each.evidence)) for each in study.options),
        criteria=tuple(
            replace(node, id=criteria[node.id], parent=None if node.parent is None else criteria[node.parent])
            for node in study.criteria
        ),
        scores={
            (options[option], criteria[node]): replace(score, evidence=cited(score.evidence))
            for (option, node), score in study.scores.items()
        },
        perspectives=tuple(
            replace(
                party,
                id=parties[party.id],
                weights={criteria[node]: points for node, points in party.weights.items()},
                locked=frozenset(criteria[node] for node in party.locked),
                reasons={criteria[node]: reason for node, reason in party.reasons.items()},
                evidence=cited(party.evidence),
                doubt=replace(party.doubt, ranges={criteria[node]: ends for node, ends in party.doubt.ranges.items()}),
            )
            for party in study.perspectives
        ),
        evidence=tuple(replace(item, id=evidence[item.id]) for item in study.evidence),
    )


def _twins(things: tuple[_Thing, ...], others: tuple[_Thing, ...]) -> dict[Id, Id]:
    """The id of each thing, or that of the one of its name among others, where none of these is known by two."""
    known, own = {other.id for other in others}, {thing.id for thing in things}
    free = {_key(other): other.id for other in others if other.id not in own}
    return {thing.id: thing.id if thing.id in known else free.pop(_key(thing), thing.id) for thing in things}


def _key(thing: Option | Criterion | Perspective | Evidence) -> str:
    return name_key(thing.ref if isinstance(thing, Evidence) else thing.name)
