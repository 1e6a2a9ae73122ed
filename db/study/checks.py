"""What is wrong with a study, as records and never as exceptions."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, pairwise

from db.study.model import Criterion, Doubt, Evidence, Id, Knowledge, Option, Perspective, Scale, Score, Study
from db.study.names import legible, name_key, name_trouble
from db.study.words import counted


class Severity(StrEnum):
    """How much a problem matters."""

    ERROR = "error"
    """The study contradicts itself or is unsafe to show: no command may lead here, no such file is accepted."""
    WARNING = "warning"
    """A result that depends on it cannot be trusted or cannot be computed."""
    NOTE = "note"
    """Incomplete or unusual, but the results stand."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: `kind` for programs, `message` for people, `objects` the ids concerned."""

    kind: str
    message: str
    objects: tuple[Id, ...] = ()
    severity: Severity = Severity.WARNING


def problems(study: Study) -> tuple[Problem, ...]:
    """Everything that is wrong with the study, errors first; empty for a study that is complete and sound."""
    found = chain(
        _counts(study),
        _names(study),
        _tree(study),
        _scales(study),
        _scores(study),
        _weights(study),
        _doubts(study),
        _links(study),
    )
    rank = list(Severity).index
    return tuple(sorted(found, key=lambda problem: rank(problem.severity)))


def _finite(*numbers: float | None) -> bool:
    return all(number is None or math.isfinite(number) for number in numbers)


def _counts(study: Study) -> Iterator[Problem]:
    included = len(study.included())
    if not study.options:
        yield Problem("no_options", "There is no option yet.")
    elif included == 0:
        yield Problem("no_options", "Every option is excluded.")
    elif included == 1:
        yield Problem("one_option", "There is only one option to rank.", (study.included()[0].id,), Severity.NOTE)
    leaves = study.leaves()
    if not leaves:
        yield Problem("no_criteria", "There is no criterion yet that options could be scored on.")
    elif len(leaves) == 1:
        yield Problem("one_criterion", "There is only one criterion.", (leaves[0].id,), Severity.NOTE)
    if not study.perspectives:
        yield Problem("no_perspective", "There is no perspective yet, so no weights.")


def _names(study: Study) -> Iterator[Problem]:
    yield from _odd_name("study", study.title, study.id)
    for what, things in _named(study):
        for thing in things:
            yield from _odd_name(what, thing.name, thing.id)
        yield from _duplicates(what, things)
        repeated = [id_ for id_, times in Counter(thing.id for thing in things).items() if times > 1]
        for id_ in repeated:
            yield Problem("duplicate_id", f"Two things are the same {what}.", (id_,), Severity.ERROR)
    for id_, times in Counter(piece.id for piece in study.evidence).items():
        if times > 1:
            yield Problem("duplicate_id", "Two pieces of evidence have the same identity.", (id_,), Severity.ERROR)


def _named(study: Study) -> tuple[tuple[str, tuple[Option | Criterion | Perspective, ...]], ...]:
    return ("option", study.options), ("criterion", study.criteria), ("perspective", study.perspectives)


def _odd_name(what: str, name: str, id_: Id) -> Iterator[Problem]:
    trouble = name_trouble(name)
    if trouble == "is empty":
        yield Problem("empty_name", f"A {what} has no name.", (id_,), Severity.ERROR)
    elif trouble:
        yield Problem("odd_name", f"The name of {what} “{_shown(name)}” {trouble}.", (id_,), Severity.ERROR)


def _shown(name: str) -> str:
    return legible(name, 60)


def _duplicates(what: str, things: Iterable[Option | Criterion | Perspective]) -> Iterator[Problem]:
    groups: dict[str, list[Option | Criterion | Perspective]] = defaultdict(list)
    for thing in things:
        groups[name_key(thing.name)].append(thing)
    plural = {"criterion": "criteria"}.get(what, what + "s")
    for key, group in groups.items():
        if key and len(group) > 1:
            ids = tuple(thing.id for thing in group)
            yield Problem("duplicate_name", f"{len(group)} {plural} are called “{_shown(group[0].name)}”.", ids)


def _tree(study: Study) -> Iterator[Problem]:
    parents = {node.id: node.parent for node in study.criteria}
    leaves = {node.id for node in study.criteria if node.is_leaf}
    for node in study.criteria:
        name = _shown(node.name)
        if node.parent is None:
            continue
        if node.parent not in parents:
            message = f"Criterion “{name}” stands below a criterion that does not exist."
            yield Problem("dangling", message, (node.id, node.parent), Severity.ERROR)
        elif node.parent in leaves:
            message = f"Criterion “{name}” stands below a criterion that has scores of its own."
            yield Problem("leaf_with_children", message, (node.id, node.parent), Severity.ERROR)
    for ring in _rings(parents):
        yield Problem("cycle", "Some criteria stand below themselves.", ring, Severity.ERROR)


def _rings(parents: dict[Id, Id | None]) -> Iterator[tuple[Id, ...]]:
    settled: set[Id] = set()
    for start in parents:
        path: list[Id] = []
        node: Id | None = start
        while node in parents and node not in settled:
            settled.add(node)
            path.append(node)
            node = parents[node]
        if node in path:
            yield tuple(path[path.index(node) :])


def _scales(study: Study) -> Iterator[Problem]:
    for node in study.criteria:
        if node.scale is not None:
            for kind, trouble in scale_troubles(node.scale):
                severity = Severity.ERROR if kind == "not_a_number" else Severity.WARNING
                yield Problem(kind, f"Criterion “{_shown(node.name)}” {trouble}.", (node.id,), severity)
        elif not any(child.parent == node.id for child in study.criteria):
            message = f"Group “{_shown(node.name)}” holds no criterion."
            yield Problem("empty_branch", message, (node.id,), Severity.NOTE)


def scale_troubles(scale: Scale) -> Iterator[tuple[str, str]]:
    """(kind, end of a sentence) for everything that is wrong with a scale and its value function."""
    corners = tuple(chain.from_iterable(scale.points))
    if not _finite(scale.low, scale.high, scale.curvature, *corners, *(level.x for level in scale.levels)):
        yield "not_a_number", "has a scale that is not made of finite numbers"
        return
    if scale.low >= scale.high:
        yield "no_range", "has no range: the low end of its scale must be below the high end"
        return
    if any(not scale.low <= level.x <= scale.high for level in scale.levels):
        yield "level_outside", "has a level outside its scale"
    if scale.points:
        yield from _point_troubles(scale)


def _point_troubles(scale: Scale) -> Iterator[tuple[str, str]]:
    xs = [x for x, _ in scale.points]
    values = dict(scale.points)
    if any(first >= second for first, second in pairwise(xs)):
        yield "bad_points", "has value function points that are not in ascending order"
    elif any(not scale.low <= x <= scale.high or not 0 <= value <= 100 for x, value in scale.points):
        yield "bad_points", "has value function points outside its scale or outside 0 to 100"
    elif values.get(scale.worst) != 0 or values.get(scale.best) != 100:
        yield "bad_points", "has a value function that does not run from 0 at the worst end to 100 at the best"


def _scores(study: Study) -> Iterator[Problem]:
    options = {option.id: option for option in study.options}
    criteria = {node.id: node for node in study.criteria}
    for cell, score in study.scores.items():
        option, node = options.get(cell[0]), criteria.get(cell[1])
        if option is None or node is None:
            message = "A score belongs to an option or a criterion that does not exist."
            yield Problem("dangling", message, cell, Severity.ERROR)
        elif node.scale is not None:
            yield from _score(option, node, node.scale, score)
    yield from _missing(study)


def _score(option: Option, node: Criterion, scale: Scale, score: Score) -> Iterator[Problem]:
    where, cell = f"“{_shown(option.name)}” on “{_shown(node.name)}”", (option.id, node.id)
    numbers = [number for number in (score.low, score.likely, score.high) if number is not None]
    if not _finite(*numbers):
        yield Problem("not_a_number", f"The score of {where} is not a finite number.", cell, Severity.ERROR)
        return
    if (score.low is None) != (score.high is None):
        yield Problem("range_order", f"The score of {where} has one end of its range only.", cell)
    if numbers != sorted(numbers):
        yield Problem("range_order", f"The score of {where} must have low, likely and high in this order.", cell)
    if any(not scale.low <= number <= scale.high for number in numbers):
        message = f"The score of {where} lies outside the scale and counts as the nearer end."
        yield Problem("outside_scale", message, cell, Severity.NOTE)


def _missing(study: Study) -> Iterator[Problem]:
    included = study.included()
    for leaf in study.leaves():
        without = tuple(option.id for option in included if study.score(option.id, leaf.id).is_missing)
        if without:
            options = counted(len(without), "option has", "options have")
            message = f"{options} no score on “{_shown(leaf.name)}”."
            yield Problem("missing_score", message, (leaf.id, *without))


def _weights(study: Study) -> Iterator[Problem]:
    criteria = {node.id for node in study.criteria}
    leaves = {leaf.id for leaf in study.leaves()}
    for perspective in study.perspectives:
        name, weights = _shown(perspective.name), perspective.weights
        if not _finite(*weights.values()):
            message = f"Perspective “{name}” has a weight that is not a finite number."
            yield Problem("not_a_number", message, (perspective.id,), Severity.ERROR)
        elif any(weight < 0 for weight in weights.values()):
            message = f"Perspective “{name}” has a weight below zero."
            yield Problem("negative_weight", message, (perspective.id,), Severity.ERROR)
        elif leaves and not any(weight > 0 for leaf, weight in weights.items() if leaf in leaves):
            yield Problem("no_weight", f"In perspective “{name}” every weight is zero.", (perspective.id,))
        for criterion in sorted({*weights, *perspective.locked, *perspective.reasons} - criteria):
            message = f"Perspective “{name}” weighs a criterion that does not exist."
            yield Problem("dangling", message, (perspective.id, criterion), Severity.ERROR)


RANGES_FIT = 1e-9
"""By how much the ends of ranges may miss 1 and still fit: what rounding leaves of a sum."""


def range_sums(doubt: Doubt, leaves: Iterable[Id]) -> tuple[float, float]:
    """The sums of the low and of the high ends over the leaves; shares fit where the first <= 1 <= the second."""
    ends = [doubt.ranges.get(leaf, (0.0, 1.0)) for leaf in leaves]
    return math.fsum(low for low, _ in ends), math.fsum(high for _, high in ends)


def _doubts(study: Study) -> Iterator[Problem]:
    criteria = {node.id for node in study.criteria}
    leaves = tuple(leaf.id for leaf in study.leaves())
    for party in study.perspectives:
        name = _shown(party.name)
        if trouble := _doubt_trouble(party.doubt):
            yield Problem(trouble[0], f"Perspective “{name}” {trouble[1]}.", (party.id,), Severity.ERROR)
        else:
            yield from _misfit(party, leaves)
        for criterion in sorted(party.doubt.ranges.keys() - criteria):
            message = f"Perspective “{name}” has a weight range for a criterion that does not exist."
            yield Problem("dangling", message, (party.id, criterion), Severity.ERROR)
        for criterion in sorted((party.doubt.ranges.keys() & criteria).difference(leaves)):
            message = f"Perspective “{name}” has a weight range for a group, where it counts for nothing."
            yield Problem("range_of_group", message, (party.id, criterion), Severity.NOTE)


def _doubt_trouble(doubt: Doubt) -> tuple[str, str] | None:
    """(kind, end of a sentence) where a number of a doubt cannot be one."""
    if not _finite(doubt.spread, *chain.from_iterable(doubt.ranges.values())):
        return "not_a_number", "is unsure of its weights by what is not a finite number"
    if not 0 <= doubt.spread <= 1:
        return "bad_spread", "is unsure of its weights by less than 0 or more than 100 %"
    if any(not 0 <= low <= high <= 1 for low, high in doubt.ranges.values()):
        return "bad_range", "has a weight range that does not run from low to high within 0 to 100 %"
    return None


def _misfit(party: Perspective, leaves: tuple[Id, ...]) -> Iterator[Problem]:
    """Ranges that no shares fit; deleting a criterion may leave such."""
    lows, highs = range_sums(party.doubt, leaves)
    severity = Severity.WARNING if party.doubt.knowledge is Knowledge.RANGES else Severity.NOTE
    where = f"In perspective “{_shown(party.name)}” no weights fit the ranges"
    if lows > 1 + RANGES_FIT:
        message = f"{where}: their low ends add up to {100 * lows:.10g} %. Lower one of them."
        yield Problem("no_weights_fit", message, (party.id,), severity)
    elif leaves and highs < 1 - RANGES_FIT:
        message = f"{where}: their high ends add up to {100 * highs:.10g} %. Raise one of them."
        yield Problem("no_weights_fit", message, (party.id,), severity)


def _links(study: Study) -> Iterator[Problem]:
    known = {piece.id for piece in study.evidence}
    cited = chain(
        ((option.evidence, (option.id,)) for option in study.options),
        ((score.evidence, cell) for cell, score in study.scores.items()),
        ((perspective.evidence, (perspective.id,)) for perspective in study.perspectives),
    )
    for evidence, citing in cited:
        for piece in evidence:
            if piece not in known:
                message = "Evidence is cited that does not exist."
                yield Problem("dangling", message, (*citing, piece), Severity.ERROR)
    yield from _grades(study.evidence)


def _grades(evidence: Iterable[Evidence]) -> Iterator[Problem]:
    for piece in evidence:
        graded = piece.reliability in {"", *"ABCDEF"} and piece.credibility in {None, 1, 2, 3, 4, 5, 6}
        if not graded:
            message = f"Evidence “{_shown(piece.ref)}” has a grade outside A to F and 1 to 6."
            yield Problem("bad_grade", message, (piece.id,), Severity.ERROR)
