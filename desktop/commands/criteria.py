"""The value tree: add, edit, move, group, duplicate and remove criteria, and set their scales."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from db.study.model import Criterion, Id, Known, Perspective, Scale, Study, new_id
from db.study.names import normal_name
from db.study.words import counted
from desktop.commands.base import clean_name, edited, free_name, kept, replaced, scores_without
from desktop.commands.scales import check_scale, kept_tradeoffs, outside


@dataclass(frozen=True)
class AddCriterion:
    """Add a leaf (with a scale) or a branch (without) below `parent`, at a place among its siblings (None: last).

    A new leaf carries no weight until somebody gives it some, so that adding one changes no total; the first leaf
    that a perspective can weigh gets all of it.
    """

    name: str
    parent: Id | None = None
    scale: Scale | None = field(default_factory=Scale)
    place: int | None = None
    id: Id = field(default_factory=new_id)

    def label(self, study: Study) -> str:
        return f"Add {normal_name(self.name)}"

    def apply(self, study: Study) -> Study:
        name = clean_name(self.name, [node.name for node in study.criteria], "A criterion")
        _check_branch(study, self.parent)
        if self.scale is not None:
            check_scale(name, self.scale)
        node = Criterion(self.id, name, self.parent, self.scale, colour=free_colour(study))
        return _weighed(replace(study, criteria=_inserted(study.criteria, node, self.place)))


@dataclass(frozen=True)
class EditCriterion:
    """Change texts of a criterion (`name`, `definition`, `excludes`, `swing`); scales go through `SetScale`."""

    criterion: Id
    changes: Mapping[str, Any]

    def label(self, study: Study) -> str:
        name = study.criterion(self.criterion).name
        if "name" in self.changes:
            return f"Rename {name} to {normal_name(self.changes['name'])}"
        return f"{next(iter(self.changes), 'Text').capitalize()} of {name}"

    def apply(self, study: Study) -> Study:
        node, changes = study.criterion(self.criterion), dict(self.changes)
        if "name" in changes:
            others = [other.name for other in study.criteria if other.id != self.criterion]
            changes["name"] = clean_name(changes["name"], others, "A criterion")
        after = edited(node, changes)
        return study if after is node else replace(study, criteria=replaced(study.criteria, after))


@dataclass(frozen=True)
class MoveCriterion:
    """Put a node, with all below it, under another branch (None: the top) at a place among the siblings there."""

    criterion: Id
    parent: Id | None
    place: int | None = None

    def label(self, study: Study) -> str:
        return f"Move {study.criterion(self.criterion).name}"

    def apply(self, study: Study) -> Study:
        node = study.criterion(self.criterion)
        _check_branch(study, self.parent)
        if self.parent is not None and self.parent in subtree(study, self.criterion):
            raise Known(f"{node.name} cannot be moved below itself; it stays where it is; pick another branch.")
        rest = tuple(other for other in study.criteria if other.id != node.id)
        criteria = _inserted(rest, edited(node, {"parent": self.parent}), self.place)
        return study if criteria == study.criteria else replace(study, criteria=criteria)


@dataclass(frozen=True)
class GroupCriteria:
    """Put several siblings under a new branch, which takes the place of the first of them."""

    criteria: tuple[Id, ...]
    name: str
    id: Id = field(default_factory=new_id)

    def label(self, study: Study) -> str:
        return f"Group as {normal_name(self.name)}"

    def apply(self, study: Study) -> Study:
        name = clean_name(self.name, [node.name for node in study.criteria], "A group")
        if not self.criteria:
            raise Known("Nothing is selected to group; nothing was changed; select criteria first.")
        parents = {study.criterion(node).parent for node in self.criteria}
        if len(parents) > 1:
            raise Known("These criteria stand in different groups; nothing was changed; select some of one group.")
        branch = Criterion(self.id, name, parents.pop(), None, colour=0)
        criteria: list[Criterion] = []
        for node in study.criteria:
            if node.id in self.criteria and branch not in criteria:
                criteria.append(branch)
            criteria.append(replace(node, parent=self.id) if node.id in self.criteria else node)
        return replace(study, criteria=tuple(criteria))


@dataclass(frozen=True)
class DuplicateCriterion:
    """A copy of a leaf with its scale and scores, right behind it, without weight."""

    criterion: Id
    id: Id = field(default_factory=new_id)

    def label(self, study: Study) -> str:
        return f"Duplicate {study.criterion(self.criterion).name}"

    def apply(self, study: Study) -> Study:
        original = study.criterion(self.criterion)
        if not original.is_leaf:
            raise Known(f"{original.name} is a group; nothing was changed; duplicate its criteria one by one.")
        name = free_name(f"{original.name} (copy)", [node.name for node in study.criteria])
        twin = replace(original, id=self.id, name=name, colour=free_colour(study))
        place = study.criteria.index(original) + 1
        criteria = (*study.criteria[:place], twin, *study.criteria[place:])
        twins = {(option, self.id): score for (option, leaf), score in study.scores.items() if leaf == original.id}
        scores = {**study.scores, **twins} if twins else study.scores
        return _weighed(replace(study, criteria=criteria, scores=scores))


@dataclass(frozen=True)
class RemoveCriterion:
    """Remove a node with all below it: their scores, weights, locks, reasons and weight ranges go too."""

    criterion: Id

    def label(self, study: Study) -> str:
        return f"Delete {study.criterion(self.criterion).name}"

    def apply(self, study: Study) -> Study:
        study.criterion(self.criterion)
        gone = subtree(study, self.criterion)
        return _weighed(
            replace(
                study,
                criteria=tuple(node for node in study.criteria if node.id not in gone),
                scores=scores_without(study.scores, lambda cell: cell[1] in gone),
                perspectives=kept(study.perspectives, tuple(_without(party, gone) for party in study.perspectives)),
            )
        )

    def loses(self, study: Study) -> str:
        """What goes with the node, in words."""
        gone = subtree(study, self.criterion)
        leaves = sum(1 for node in study.criteria if node.id in gone and node.is_leaf)
        scores = sum(1 for cell, score in study.scores.items() if cell[1] in gone and not score.is_missing)
        node = study.criterion(self.criterion)
        lost = counted(scores, "score")
        if node.is_leaf:
            return f"{node.name}, its {lost} and its weight in every perspective"
        below = counted(leaves, "criterion", "criteria")
        return f"{node.name} with {below}, their {lost} and their weights in every perspective"


@dataclass(frozen=True)
class SetScale:
    """Set a leaf's scale. When its ends move, the weights keep every trade-off unless `keep_tradeoffs` is False.

    Where the ends move, the old value function is carried over to them whatever `scale` says of it, and levels beyond
    them are dropped. Refused when a score would lie outside them, or when the value function cannot be carried over.
    """

    criterion: Id
    scale: Scale
    keep_tradeoffs: bool = True

    def label(self, study: Study) -> str:
        return f"Scale of {study.criterion(self.criterion).name}"

    def apply(self, study: Study) -> Study:
        leaf = study.criterion(self.criterion)
        if leaf.scale is None:
            raise Known(f"{leaf.name} is a group and has no scale; nothing was changed; pick one of its criteria.")
        scale, old = self.scale, leaf.scale
        if scale == old:
            return study
        perspectives = study.perspectives
        ends_move = (scale.low, scale.high) != (old.low, old.high) and scale.direction is old.direction
        check_scale(leaf.name, replace(scale, shape=old.shape, points=(), levels=()) if ends_move else scale)
        if ends_move:
            scale, perspectives = kept_tradeoffs(study, leaf, scale, keep_weights=not self.keep_tradeoffs)
            check_scale(leaf.name, scale)
        if lost := outside(study, leaf.id, scale):
            raise Known(
                f"{lost} of the scores on {leaf.name} lie outside {scale.low:g} to {scale.high:g}; the scale stays as "
                "it is; change those scores first or set wider ends."
            )
        criteria = replaced(study.criteria, replace(leaf, scale=scale))
        return replace(study, criteria=criteria, perspectives=perspectives)


def subtree(study: Study, top: Id) -> frozenset[Id]:
    """The ids of a node and of all below it."""
    return frozenset({top, *(node.id for _, node in study.walk(top))})


def free_colour(study: Study) -> int:
    """The lowest colour index that no leaf of the study has."""
    taken = {node.colour for node in study.criteria if node.is_leaf}
    return next(index for index in range(len(taken) + 1) if index not in taken)


def _check_branch(study: Study, parent: Id | None) -> None:
    if parent is not None and study.criterion(parent).is_leaf:
        name = study.criterion(parent).name
        raise Known(f"{name} has a scale and cannot hold other criteria; nothing was changed; pick or add a group.")


def _inserted(criteria: tuple[Criterion, ...], node: Criterion, place: int | None) -> tuple[Criterion, ...]:
    """`criteria` with `node` put before the sibling that now stands at `place`; None or beyond the last: at the end."""
    siblings = [index for index, other in enumerate(criteria) if other.parent == node.parent]
    at = siblings[max(0, place)] if place is not None and max(0, place) < len(siblings) else len(criteria)
    return (*criteria[:at], node, *criteria[at:])


def _without(party: Perspective, gone: frozenset[Id]) -> Perspective:
    return edited(
        party,
        {
            "weights": {leaf: points for leaf, points in party.weights.items() if leaf not in gone},
            "locked": party.locked - gone,
            "reasons": {leaf: reason for leaf, reason in party.reasons.items() if leaf not in gone},
            "doubt": edited(
                party.doubt, {"ranges": {leaf: ends for leaf, ends in party.doubt.ranges.items() if leaf not in gone}}
            ),
        },
    )


def _weighed(study: Study) -> Study:
    """The study with equal, unassessed weights in each perspective in which no leaf is left with any."""
    leaves = study.leaves()
    if not leaves:
        return study
    perspectives = tuple(
        party
        if sum(party.weights.get(leaf.id, 0.0) for leaf in leaves) > 0
        else replace(party, weights={leaf.id: 100.0 / len(leaves) for leaf in leaves}, assessed=False)
        for party in study.perspectives
    )
    return edited(study, {"perspectives": kept(study.perspectives, perspectives)})
