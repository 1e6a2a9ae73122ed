"""Moves of nodes in the value tree, worked out before they are done: where a drop lands, and what a key does. No Qt."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from db.study.model import Criterion, Id, Known, Study
from desktop.commands.base import Command, Together
from desktop.commands.criteria import MoveCriterion
from desktop.commands.weights import LockWeight


@dataclass(frozen=True)
class Spot:
    """A place in the tree: below `parent` (None: the top), right before `before` (None: behind its last child)."""

    parent: Id | None
    before: Id | None = None


def walk_open(study: Study, closed: Collection[Id]) -> Iterator[tuple[int, Criterion]]:
    """(depth, node) of every node that no closed branch hides, in the order of the tree."""
    hidden_below = -1
    for depth, node in study.walk():
        if hidden_below >= 0 and depth > hidden_below:
            continue
        hidden_below = depth if node.id in closed else -1
        yield depth, node


def tops(study: Study, nodes: Collection[Id]) -> tuple[Id, ...]:
    """`nodes` in tree order, without those that lie below another of them."""
    found: list[Id] = []
    inside = -1
    for depth, node in study.walk():
        if inside >= 0 and depth > inside:
            continue
        inside = -1
        if node.id in nodes:
            found.append(node.id)
            inside = depth
    return tuple(found)


def next_sibling(study: Study, node: Id) -> Id | None:
    """The sibling right behind a node, None for the last one."""
    siblings = [other.id for other in study.children(study.criterion(node).parent)]
    at = siblings.index(node) + 1
    return siblings[at] if at < len(siblings) else None


def to_spot(study: Study, nodes: Collection[Id], spot: Spot) -> Command | None:
    """The command that puts nodes at a spot, None when they are there already. Raises Known when they cannot go."""
    moving = tops(study, nodes)
    before = spot.before
    while before in moving and before is not None:
        before = next_sibling(study, before)
    commands: list[Command] = []
    after = study
    for node in moving:
        siblings = [other.id for other in after.children(spot.parent) if other.id != node]
        place = siblings.index(before) if before in siblings else len(siblings)
        commands.append(MoveCriterion(node, spot.parent, place))
        after = commands[-1].apply(after)
    if [node.id for _, node in after.walk()] == [node.id for _, node in study.walk()] and after == study:
        return None
    return commands[0] if len(commands) == 1 else Together(tuple(commands), f"Move {len(commands)} criteria")


def shifted(study: Study, nodes: Collection[Id], by: int) -> Command | None:
    """Nodes one place up (by = -1) or down (+1) among their siblings; None where there is nowhere to go."""
    moving = tops(study, nodes)
    parent = _shared_parent(study, moving)
    siblings = [node.id for node in study.children(parent)]
    edge = siblings.index(moving[0] if by < 0 else moving[-1]) + by
    if not 0 <= edge < len(siblings):
        return None
    if by < 0:
        return to_spot(study, moving, Spot(parent, siblings[edge]))
    return to_spot(study, moving, Spot(parent, next_sibling(study, siblings[edge])))


def outward(study: Study, nodes: Collection[Id]) -> Command | None:
    """Nodes out of their group, right behind it; None at the top of the tree."""
    moving = tops(study, nodes)
    parent = _shared_parent(study, moving)
    if parent is None:
        return None
    return to_spot(study, moving, Spot(study.criterion(parent).parent, next_sibling(study, parent)))


def inward(study: Study, nodes: Collection[Id]) -> Command | None:
    """Nodes into the nearest group among their siblings, the one above first; None where there is none."""
    moving = tops(study, nodes)
    siblings = study.children(_shared_parent(study, moving))
    at = [place for place, node in enumerate(siblings) if node.id in moving]
    above = [node for node in siblings[: at[0]] if not node.is_leaf]
    below = [node for node in siblings[at[0] :] if not node.is_leaf and node.id not in moving]
    if above:
        return to_spot(study, moving, Spot(above[-1].id))
    if below:
        children = study.children(below[0].id)
        return to_spot(study, moving, Spot(below[0].id, children[0].id if children else None))
    return None


def unlock_all(study: Study, perspective: Id) -> Command | None:
    """The command that lets every weight of a perspective go, None when none is locked."""
    held = study.perspective(perspective).locked
    order = [node.id for node in study.criteria if node.id in held]
    if not order:
        return None
    return Together(tuple(LockWeight(perspective, leaf, False) for leaf in order), "Unlock all weights")


def _shared_parent(study: Study, nodes: Sequence[Id]) -> Id | None:
    parents = {study.criterion(node).parent for node in nodes}
    if len(parents) != 1:
        raise Known("These criteria stand in different groups; nothing was moved; select some of one group.")
    return parents.pop()
