"""Where nodes of the value tree go when they are moved: laws over random trees."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.study.model import Criterion, Id, Known, Perspective, Scale, Study
from desktop.commands import Command
from desktop.commands.base import Together
from desktop.panels.tree_moves import (
    Spot,
    inward,
    next_sibling,
    outward,
    shifted,
    to_spot,
    tops,
    unlock_all,
    walk_open,
)


@st.composite
def trees(draw: st.DrawFn) -> Study:
    """A study that is only a tree of up to fourteen nodes."""
    nodes: list[Criterion] = []
    for index in range(draw(st.integers(2, 14))):
        branches = [None, *(node.id for node in nodes if not node.is_leaf)]
        parent = draw(st.sampled_from(branches))
        nodes.append(Criterion(f"n{index}", f"N{index}", parent, draw(st.sampled_from([None, Scale()]))))
    return Study("s", "Tree", criteria=tuple(draw(st.permutations(nodes))))


def order(study: Study) -> list[Id]:
    return [node.id for _, node in study.walk()]


def after(study: Study, command: Command | None) -> Study:
    return study if command is None else command.apply(study)


@settings(max_examples=80)
@given(trees(), st.data())
def test_a_node_moved_up_and_down_again_stands_where_it_stood(study: Study, data: st.DataObject) -> None:
    node = data.draw(st.sampled_from(order(study)))
    up = shifted(study, [node], -1)
    if up is not None:
        moved = up.apply(study)
        assert order(moved) != order(study) or not moved.children(study.criterion(node).parent)
        assert order(after(moved, shifted(moved, [node], 1))) == order(study)


@settings(max_examples=80)
@given(trees(), st.data())
def test_a_drop_lands_at_its_spot_and_loses_nothing(study: Study, data: st.DataObject) -> None:
    nodes = data.draw(st.lists(st.sampled_from(order(study)), min_size=1, max_size=3, unique=True))
    parent = data.draw(st.sampled_from([None, *(node.id for node in study.criteria if not node.is_leaf)]))
    before = data.draw(st.sampled_from([None, *(node.id for node in study.children(parent))]))
    moving = tops(study, nodes)
    try:
        moved = after(study, to_spot(study, nodes, Spot(parent, before)))
    except Known:
        below = {node.id for top in moving for _, node in study.walk(top)} | set(moving)
        assert parent in below
        return
    assert sorted(order(moved)) == sorted(order(study))
    siblings = [node.id for node in moved.children(parent)]
    place = siblings.index(moving[0])
    assert siblings[place : place + len(moving)] == list(moving)
    if before is not None and before not in moving:
        assert siblings[place + len(moving)] == before


@settings(max_examples=60)
@given(trees(), st.data())
def test_a_node_taken_out_of_its_group_stands_right_behind_it(study: Study, data: st.DataObject) -> None:
    node = data.draw(st.sampled_from(order(study)))
    parent = study.criterion(node).parent
    command = outward(study, [node])
    if parent is None:
        assert command is None
        return
    moved = after(study, command)
    assert moved.criterion(node).parent == study.criterion(parent).parent
    assert next_sibling(moved, parent) == node


@settings(max_examples=60)
@given(trees(), st.data())
def test_a_node_goes_into_a_sibling_group_or_nowhere(study: Study, data: st.DataObject) -> None:
    node = data.draw(st.sampled_from(order(study)))
    siblings = study.children(study.criterion(node).parent)
    groups = {other.id for other in siblings if not other.is_leaf and other.id != node}
    command = inward(study, [node])
    assert (command is None) == (not groups)
    if command is not None:
        assert command.apply(study).criterion(node).parent in groups


@settings(max_examples=60)
@given(trees(), st.data())
def test_tops_never_hold_a_node_and_one_below_it(study: Study, data: st.DataObject) -> None:
    nodes = data.draw(st.lists(st.sampled_from(order(study)), unique=True))
    kept = tops(study, nodes)
    covered = {node.id for top in kept for _, node in study.walk(top)} | set(kept)
    assert set(nodes) <= covered
    assert all(node.id not in kept for top in kept for _, node in study.walk(top))
    assert list(kept) == [node for node in order(study) if node in kept]


@settings(max_examples=60)
@given(trees(), st.data())
def test_a_closed_branch_hides_all_below_it_and_nothing_else(study: Study, data: st.DataObject) -> None:
    closed = data.draw(st.sets(st.sampled_from(order(study))))
    hidden = {node.id for top in closed for _, node in study.walk(top)}
    assert [node.id for _, node in walk_open(study, closed)] == [node for node in order(study) if node not in hidden]


def test_nodes_of_different_groups_do_not_shift_together() -> None:
    nodes = (Criterion("b", "B"), Criterion("x", "X", "b", Scale()), Criterion("y", "Y", None, Scale()))
    with pytest.raises(Known, match="different groups"):
        shifted(Study("s", "S", criteria=nodes), ["x", "y"], 1)


def test_a_move_to_where_a_node_stands_is_no_move() -> None:
    nodes = (Criterion("x", "X", None, Scale()), Criterion("y", "Y", None, Scale()))
    study = Study("s", "S", criteria=nodes)
    assert to_spot(study, ["x"], Spot(None, "x")) is None
    assert to_spot(study, ["x"], Spot(None, "y")) is None
    assert to_spot(study, ["y"], Spot(None)) is None


def test_unlock_all_lets_every_lock_of_one_perspective_go() -> None:
    nodes = (Criterion("x", "X", None, Scale()), Criterion("y", "Y", None, Scale()))
    held = Perspective("p", "P", weights={"x": 1.0, "y": 1.0}, locked=frozenset("xy"))
    other = Perspective("q", "Q", weights={"x": 1.0}, locked=frozenset("x"))
    study = Study("s", "S", criteria=nodes, perspectives=(held, other))
    command = unlock_all(study, "p")
    assert isinstance(command, Together)
    freed = command.apply(study)
    assert not freed.perspective("p").locked
    assert freed.perspective("q") is other
    assert unlock_all(freed, "p") is None
