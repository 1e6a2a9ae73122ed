"""Random studies and random edits, for every test that states a law.

`studies()` draws whole studies that keep every promise of the model (identities resolve, scales have a range, points
run from worst to best). `study_edits()` draws functions from study to study that keep those promises too; an edit that
has nothing to act on returns the study it was given.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from db.study.model import (
    NOT_ASKED,
    Cell,
    Criterion,
    Direction,
    Doubt,
    Evidence,
    Id,
    Knowledge,
    Level,
    Option,
    Origin,
    Perspective,
    PerspectiveKind,
    Scale,
    ScaleKind,
    Score,
    Shape,
    Study,
)
from db.study.names import name_key, name_trouble, normal_name

ids: SearchStrategy[Id] = st.uuids(version=4).map(str)
"""Fresh identities; unlike `new_id` they come back the same when a failing example is replayed."""

texts = st.one_of(
    st.sampled_from(
        ("", "Plain words.", "Two\nlines", "=1+1", "naïve “quotes” ’ — 日本語 🜚", " leading", "a\x00b", "'x'; --")
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
)
"""Free text as it may stand in a rationale: anything that can be encoded."""

names = (
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
    .map(normal_name)
    .filter(lambda name: not name_trouble(name))
)
"""Names as commands would keep them."""

numbers = st.floats(-1e6, 1e6) | st.sampled_from((0.1, 1 / 3, -0.0, 5e-324, 1e-300, 1e15, 0.30000000000000004))
"""Finite numbers, awkward ones among them."""


@st.composite
def scales(draw: DrawFn) -> Scale:
    """A scale with a range, and points that fit its shape and direction."""
    low = draw(st.floats(-1e6, 1e6))
    high = low + draw(st.floats(0.5, 1e6))
    direction = draw(st.sampled_from(Direction))
    shape = draw(st.sampled_from(Shape))
    inner = sorted(draw(st.sets(st.floats(0.1, 0.9), max_size=3)))
    ends = (0.0, 100.0) if direction is Direction.HIGHER else (100.0, 0.0)
    corners = {low: ends[0], **{low + part * (high - low): draw(st.floats(0, 100)) for part in inner}, high: ends[1]}
    return Scale(
        low=low,
        high=high,
        direction=direction,
        unit=draw(st.sampled_from(("", "%", "US$ bn", "points 0-100"))),
        kind=draw(st.sampled_from(ScaleKind)),
        levels=tuple(draw(st.lists(st.builds(Level, st.floats(low, high), texts), max_size=3))),
        shape=shape,
        points=tuple(corners.items()) if shape is Shape.PIECEWISE else (),
        curvature=draw(st.floats(-10, 10)) if shape is Shape.EXPONENTIAL else 0.0,
    )


@st.composite
def scores(draw: DrawFn, evidence: tuple[Id, ...] = ()) -> Score:
    """A score: missing, a single number, or a range in order."""
    three = sorted(draw(st.lists(numbers, min_size=3, max_size=3)))
    low, likely, high = draw(
        st.sampled_from(((None, None, None), (None, three[1], None), (three[0], three[1], three[2])))
    )
    return Score(
        likely=likely,
        low=low,
        high=high,
        confidence=draw(st.sampled_from(("", *"ABCD"))),
        rationale=draw(texts),
        origin=draw(st.sampled_from(Origin)),
        origin_note=draw(texts),
        evidence=draw(_some(evidence)),
        entered=draw(st.sampled_from(("", "40 (30-55)", "0,5"))),
        changed_by=draw(st.sampled_from(("", "Ada"))),
        changed_at=draw(st.sampled_from(("", "2025-08-20T12:00:00+00:00"))),
    )


def _some(known: tuple[Id, ...]) -> SearchStrategy[tuple[Id, ...]]:
    if not known:
        return st.just(())
    return st.lists(st.sampled_from(known), max_size=2, unique=True).map(tuple)


@st.composite
def studies(draw: DrawFn, max_options: int = 4, max_criteria: int = 5) -> Study:
    """A whole study; may be empty."""
    evidence = tuple(draw(_evidence(id_)) for id_ in draw(_id_lists(4)))
    cited = tuple(piece.id for piece in evidence)
    options = tuple(draw(_options(id_, name, cited)) for id_, name in draw(_named(max_options)))
    criteria = draw(_trees(max_criteria))
    leaves = tuple(node.id for node in criteria if node.is_leaf)
    cells = [(option.id, leaf) for option in options for leaf in leaves]
    filled = draw(st.lists(st.sampled_from(cells), unique=True)) if cells else []
    return Study(
        id=draw(ids),
        title=draw(names),
        question=draw(texts),
        objective=draw(texts),
        as_of=draw(texts),
        notes=tuple(draw(st.lists(texts, max_size=2))),
        options=options,
        criteria=criteria,
        scores={cell: draw(scores(cited)) for cell in filled},
        perspectives=tuple(draw(_perspectives(id_, name, leaves, cited)) for id_, name in draw(_named(3))),
        evidence=evidence,
    )


def _id_lists(most: int) -> SearchStrategy[list[Id]]:
    return st.lists(ids, max_size=most, unique=True)


@st.composite
def _named(draw: DrawFn, most: int) -> list[tuple[Id, str]]:
    chosen = draw(st.lists(names, max_size=most, unique_by=name_key))
    return list(zip(draw(st.lists(ids, min_size=len(chosen), max_size=len(chosen), unique=True)), chosen, strict=True))


@st.composite
def _evidence(draw: DrawFn, id_: Id) -> Evidence:
    return Evidence(
        id=id_,
        ref=draw(names),
        claim=draw(texts),
        source=draw(texts),
        date=draw(texts),
        url=draw(texts),
        kind=draw(st.sampled_from(("source", "seed statement"))),
        reliability=draw(st.sampled_from(("", *"ABCDEF"))),
        credibility=draw(st.none() | st.integers(1, 6)),
        later=draw(st.booleans()),
    )


@st.composite
def _options(draw: DrawFn, id_: Id, name: str, evidence: tuple[Id, ...]) -> Option:
    return Option(
        id=id_,
        name=name,
        short=draw(texts),
        definition=draw(texts),
        is_baseline=draw(st.booleans()),
        excluded=draw(st.booleans()),
        why_excluded=draw(texts),
        facts=tuple(draw(st.lists(st.tuples(texts, texts), max_size=2))),
        evidence=draw(_some(evidence)),
    )


@st.composite
def _trees(draw: DrawFn, most: int) -> tuple[Criterion, ...]:
    nodes: list[Criterion] = []
    for id_, name in draw(_named(most)):
        branches: list[Id | None] = [None, *(node.id for node in nodes if not node.is_leaf)]
        scale = draw(scales()) if draw(st.integers(0, 3)) else None
        nodes.append(
            Criterion(
                id=id_,
                name=name,
                parent=draw(st.sampled_from(branches)),
                scale=scale,
                definition=draw(texts),
                swing=draw(texts),
                colour=draw(st.integers(0, 20)),
            )
        )
    return tuple(draw(st.permutations(nodes)))


@st.composite
def _perspectives(draw: DrawFn, id_: Id, name: str, leaves: tuple[Id, ...], evidence: tuple[Id, ...]) -> Perspective:
    weighted = draw(_some_of(leaves))
    return Perspective(
        id=id_,
        name=name,
        kind=draw(st.sampled_from(PerspectiveKind)),
        weights={leaf: draw(st.floats(0, 1e6)) for leaf in weighted},
        locked=frozenset(draw(_some_of(leaves))),
        assessed=draw(st.booleans()),
        summary=draw(texts),
        reasons={leaf: draw(texts) for leaf in draw(_some_of(leaves))},
        evidence=draw(_some(evidence)),
        origin=draw(st.sampled_from(Origin)),
        doubt=draw(st.just(NOT_ASKED) | doubts(leaves)),
    )


def doubts(leaves: tuple[Id, ...] = ()) -> SearchStrategy[Doubt]:
    """How sure a party is of its weights; its ranges may contradict each other, as when a criterion was deleted."""
    ends = st.lists(st.floats(0, 1), min_size=2, max_size=2).map(lambda pair: (min(pair), max(pair)))
    ranges = st.dictionaries(st.sampled_from(leaves), ends) if leaves else st.just({})
    return st.builds(Doubt, st.sampled_from(Knowledge), st.floats(0, 1), ranges)


def _some_of(leaves: tuple[Id, ...]) -> SearchStrategy[list[Id]]:
    return st.lists(st.sampled_from(leaves), unique=True) if leaves else st.just([])


@dataclass(frozen=True)
class StudyEdit:
    """A named function from study to study, with the numbers it was drawn with."""

    label: str
    change: Callable[[Study], Study]

    def __call__(self, study: Study) -> Study:
        return self.change(study)


@st.composite
def study_edits(draw: DrawFn) -> StudyEdit:
    """An edit of the kind a user makes: a score, a weight, a name, a new or deleted option, an order, notes."""
    which, fresh = draw(st.integers(0, 10**6)), draw(ids)
    text, name = draw(texts), draw(names)
    number, weight = draw(numbers), draw(st.floats(0, 1e3))
    edits: dict[str, Callable[[Study], Study]] = {
        "Set a score": lambda study: _set_score(study, which, number, text),
        "Clear a score": lambda study: _clear_score(study, which),
        "Set a weight": lambda study: _set_weight(study, which, weight),
        "Lock a weight": lambda study: _lock(study, which),
        "Say how sure of the weights": lambda study: _doubt(study, which, spread=weight / 1e3),
        "Say what is known of the weights": lambda study: _doubt(study, which, knowledge=list(Knowledge)[which % 3]),
        "Set or clear a weight range": lambda study: _range(study, which, weight / 1e3),
        "Rename an option": lambda study: _change_one(study, "options", which, name=unused(study.options, name)),
        "Rename a criterion": lambda study: _change_one(study, "criteria", which, name=unused(study.criteria, name)),
        "Add an option": lambda study: _add_option(study, which, Option(fresh, unused(study.options, name))),
        "Delete an option": lambda study: _delete_option(study, which),
        "Move an option": lambda study: replace(study, options=_rotated(study.options, which)),
        "Move a criterion": lambda study: replace(study, criteria=_rotated(study.criteria, which)),
        "Add evidence": lambda study: replace(study, evidence=(Evidence(fresh, "NEW", text), *study.evidence)),
        "Write a note": lambda study: replace(study, notes=(*study.notes[-3:], text)),
        "Rename the study": lambda study: replace(study, title=name),
        "Change a scale": lambda study: _stretch_scale(study, which),
    }
    label = draw(st.sampled_from(sorted(edits)))
    return StudyEdit(label, edits[label])


def unused(things: tuple[Any, ...], name: str) -> str:
    """`name`, or the first numbered form of it that none of `things` bears."""
    taken, candidate, number = {name_key(thing.name) for thing in things}, name, 2
    while name_key(candidate) in taken:
        candidate, number = f"{name} {number}", number + 1
    return candidate


def _cells(study: Study) -> list[Cell]:
    return [(option.id, leaf.id) for option in study.options for leaf in study.leaves()]


def _set_score(study: Study, which: int, number: float, text: str) -> Study:
    cells = _cells(study)
    if not cells:
        return study
    cell = cells[which % len(cells)]
    score = replace(study.score(*cell), likely=number, low=None, high=None, rationale=text)
    return replace(study, scores={**study.scores, cell: score})


def _clear_score(study: Study, which: int) -> Study:
    filled = list(study.scores)
    if not filled:
        return study
    gone = filled[which % len(filled)]
    return replace(study, scores={cell: score for cell, score in study.scores.items() if cell != gone})


def _set_weight(study: Study, which: int, weight: float) -> Study:
    leaves = study.leaves()
    if not leaves or not study.perspectives:
        return study
    chosen = study.perspectives[which % len(study.perspectives)]
    return _change_one(study, "perspectives", which, weights={**chosen.weights, leaves[which % len(leaves)].id: weight})


def _lock(study: Study, which: int) -> Study:
    leaves = study.leaves()
    if not leaves or not study.perspectives:
        return study
    chosen = study.perspectives[which % len(study.perspectives)]
    return _change_one(study, "perspectives", which, locked=chosen.locked ^ {leaves[which % len(leaves)].id})


def _doubt(study: Study, which: int, **changes: Any) -> Study:
    if not study.perspectives:
        return study
    chosen = study.perspectives[which % len(study.perspectives)]
    return _change_one(study, "perspectives", which, doubt=replace(chosen.doubt, **changes))


def _range(study: Study, which: int, low: float) -> Study:
    leaves = study.leaves()
    if not leaves or not study.perspectives:
        return study
    chosen, leaf = study.perspectives[which % len(study.perspectives)], leaves[which % len(leaves)].id
    ranges = {key: ends for key, ends in chosen.doubt.ranges.items() if key != leaf}
    if leaf not in chosen.doubt.ranges or which % 2:
        ranges[leaf] = (low, 1.0)
    return _doubt(study, which, ranges=ranges)


def _change_one(study: Study, field: str, which: int, **changes: Any) -> Study:
    things = list(getattr(study, field))
    if not things:
        return study
    things[which % len(things)] = replace(things[which % len(things)], **changes)
    container: dict[str, Any] = {field: tuple(things)}
    return replace(study, **container)


def _add_option(study: Study, which: int, option: Option) -> Study:
    at = which % (len(study.options) + 1)
    return replace(study, options=(*study.options[:at], option, *study.options[at:]))


def _delete_option(study: Study, which: int) -> Study:
    if not study.options:
        return study
    gone = study.options[which % len(study.options)].id
    return replace(
        study,
        options=tuple(option for option in study.options if option.id != gone),
        scores={cell: score for cell, score in study.scores.items() if cell[0] != gone},
    )


def _rotated(things: tuple[Any, ...], which: int) -> tuple[Any, ...]:
    at = which % len(things) if things else 0
    return things[at:] + things[:at]


def _stretch_scale(study: Study, which: int) -> Study:
    leaves = study.leaves()
    if not leaves:
        return study
    leaf = leaves[which % len(leaves)]
    assert leaf.scale is not None
    scale = replace(leaf.scale, high=leaf.scale.high + 1.0, points=(), shape=Shape.LINEAR)
    return _change_one(study, "criteria", study.criteria.index(leaf), scale=scale)
