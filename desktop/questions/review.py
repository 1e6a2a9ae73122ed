"""What a reviewer would ask of a study: every check, what it found and why it matters. No check blocks anything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from db.study.checks import Problem, Severity, problems
from db.study.model import Id, Origin, Scale, ScaleKind
from db.study.words import counted
from desktop.analysis.arrays import Array
from desktop.analysis.dominance import certainly_dominated, dominated
from desktop.analysis.work import Cancel, Cancelled
from desktop.questions import doubles
from desktop.questions.findings import (
    Answer,
    Case,
    Check,
    Finding,
    Group,
    Hits,
    Place,
    at_cells,
    joined,
    of_all,
    quoted,
)

SPLIT = 0.1
"""A group's share of the weight within this part of its share of the criteria is one that counting would give, too."""
_LEAST_FIT = 1e-9


def review(case: Case, cancel: Cancel | None = None) -> tuple[Finding, ...]:
    """Every check that applies, what is to be done first at the top. Raises Cancelled."""
    found = list(_troubles(case))
    for check in CHECKS:
        if cancel is not None and cancel.is_set():
            raise Cancelled
        finding = check.find(case)
        if finding is not None:
            found.append(finding)
    rank = list(Group).index
    return tuple(sorted(found, key=lambda finding: rank(finding.group)))


def tally(findings: Sequence[Finding]) -> str:
    """How many findings there are, in a line."""
    count = {group: sum(finding.group is group for finding in findings) for group in Group}
    first, look, fine = count[Group.FIRST], count[Group.LOOK], count[Group.ORDER]
    return f"{counted(len(findings), 'check')}: {first} to do first, {look} worth a look, {fine} in order"


def as_text(title: str, perspective: str, findings: Sequence[Finding]) -> str:
    """The findings as text to be sent or pasted, with every place that they speak of."""
    lines = [f"Checks of {title}" + (f", with the weights of {perspective}" if perspective else ""), tally(findings)]
    for group in Group:
        members = [finding for finding in findings if finding.group is group]
        if members:
            lines += ["", f"{group} ({len(members)})"]
            lines += [line for finding in members for line in _lines(finding)]
    return "\n".join(lines) + "\n"


def _lines(finding: Finding) -> Iterator[str]:
    yield f"- {finding.heading}. {finding.sentence}"
    if finding.group is not Group.ORDER:
        yield f"  Why it matters: {finding.why}"
        if len(finding.places) > 1:
            yield from (f"  * {place.words}" for place in finding.places)


# What the study's own checks say

_HEADINGS = {
    "no_options": "Options",
    "one_option": "Options",
    "no_criteria": "Criteria",
    "one_criterion": "Criteria",
    "empty_branch": "Empty groups",
    "no_perspective": "Perspectives",
    "duplicate_name": "Same names",
    "empty_name": "Names",
    "odd_name": "Names",
    "no_range": "Scales",
    "level_outside": "Scales",
    "bad_points": "Scales",
    "range_order": "Ranges of scores",
    "outside_scale": "Beyond the scale",
    "no_weight": "No weight",
    "range_of_group": "Ranges of weights",
    "no_weights_fit": "Ranges of weights",
}
_OWN = frozenset({"missing_score"})
"""Kinds of problems that a check of this module tells with more detail."""


def _troubles(case: Case) -> Iterator[Finding]:
    kinds: dict[str, list[Problem]] = {}
    for problem in problems(case.study):
        if problem.kind not in _OWN:
            kinds.setdefault(problem.kind, []).append(problem)
    for kind, members in kinds.items():
        is_note = members[0].severity is Severity.NOTE
        group = Group.LOOK if is_note else Group.FIRST
        why = "The results stand, but a reader will ask." if is_note else "What depends on it cannot be trusted."
        words = [problem.message.removesuffix(".") for problem in members]
        places = (_place_of(case, problem) for problem in members)
        heading = _HEADINGS.get(kind, "Contradiction")
        kept = tuple(place for place in places if place is not None)
        yield Finding(f"problem.{kind}", heading, group, _sentences(words), why, kept)
    if not kinds:
        sentence = "Names, scales, numbers, weights and links contradict each other nowhere."
        yield Finding("problem", "Soundness", Group.ORDER, sentence, "What is contradictory cannot be trusted.")


def _sentences(told: Sequence[str]) -> str:
    """The first two of some sentences, and how many more there are."""
    more = f" And {len(told) - 2} more." if len(told) > 2 else ""
    return ". ".join(told[:2]) + "." + more


def _place_of(case: Case, problem: Problem) -> Place | None:
    def first(things: Sequence[object]) -> Id | None:
        known = {getattr(thing, "id", None) for thing in things}
        return next((id_ for id_ in problem.objects if id_ in known), None)

    study = case.study
    place = Place(problem.message, first(study.options), first(study.criteria), first(study.perspectives))
    return place if place.option or place.criterion or place.perspective else None


# Scores


def _missing(case: Case) -> Answer:
    total = len(case.cells)
    cells = [cell for cell, score in case.cells.items() if score.is_missing]
    if not cells:
        return f"All {counted(total, 'score')} are filled in." if total else None
    return at_cells(case, of_all(len(cells), total, "score", "is missing", "are missing"), cells, Group.FIRST)


def _without_rationale(case: Case) -> Answer:
    total = len(case.given)
    cells = [cell for cell, score in case.given.items() if not score.rationale.strip()]
    if not cells:
        return f"{counted(total, 'score')}: each says why." if total else None
    return at_cells(case, of_all(len(cells), total, "score", "has no rationale", "have no rationale"), cells)


def _without_evidence(case: Case) -> Answer:
    asked = {cell: score for cell, score in case.given.items() if score.origin is not Origin.DEFINITION}
    cells = [cell for cell, score in asked.items() if not score.evidence]
    if not cells:
        return f"{counted(len(asked), 'score')}: each cites evidence." if asked else None
    return at_cells(case, of_all(len(cells), len(asked), "score", "cites no evidence", "cite no evidence"), cells)


def _unsure(case: Case) -> Answer:
    total = len(case.given)
    cells = [cell for cell, score in case.given.items() if score.confidence == "D"]
    if not cells:
        return f"None of {counted(total, 'score')} has confidence D." if total else None
    ending = "confidence D (little evidence)"
    return at_cells(case, of_all(len(cells), total, "score", f"has {ending}", f"have {ending}"), cells)


def _without_range(case: Case) -> Answer:
    asked = {cell: score for cell, score in case.given.items() if score.origin is not Origin.DEFINITION}
    cells = [cell for cell, score in asked.items() if not score.has_range]
    if not cells:
        return f"{counted(len(asked), 'score')}: each has a low and a high end." if asked else None
    ending = "no low and high end"
    return at_cells(case, of_all(len(cells), len(asked), "score", f"has {ending}", f"have {ending}"), cells)


# Scales


def _bare_ends(scale: Scale) -> list[float]:
    worded = [level.x for level in scale.levels if level.text.strip()]
    near = _LEAST_FIT * (scale.high - scale.low)
    return [end for end in (scale.low, scale.high) if not any(abs(x - end) <= near for x in worded)]


def _unworded_ends(case: Case) -> Answer:
    if not case.leaves:
        return None
    places, is_urgent = [], False
    for leaf in case.leaves:
        assert leaf.scale is not None
        bare = _bare_ends(leaf.scale)
        if bare:
            # The unit says what a number means; levels and ratings mean nothing without words.
            is_urgent |= leaf.scale.kind is not ScaleKind.NATURAL or not leaf.scale.unit
            ends = " and ".join(f"{end:g} {leaf.scale.unit}".rstrip() for end in bare)
            places.append(Place(f"{quoted(leaf.name)} at {ends}", criterion=leaf.id))
    if not places:
        return f"{counted(len(case.leaves), 'scale')}: each says in words what its worst and best end are."
    lead = of_all(len(places), len(case.leaves), "scale", "lacks words at an end", "lack words at an end")
    return Hits(lead, tuple(places), group=Group.FIRST if is_urgent else Group.LOOK)


def _without_swing(case: Case) -> Answer:
    parties = [party for party in case.study.perspectives if party.assessed]
    weighed = [leaf for leaf in case.leaves if any(party.weights.get(leaf.id, 0.0) > 0 for party in parties)]
    bare = [leaf for leaf in weighed if not leaf.swing.strip()]
    if not bare:
        many = counted(len(weighed), "weighed criterion", "weighed criteria")
        return f"{many}: each says from what to what its weight counts." if weighed else None
    lead = of_all(
        len(bare), len(weighed), "weight", "was set without a worded range", "were set without a worded range"
    )
    return Hits(lead, tuple(Place(quoted(leaf.name), criterion=leaf.id) for leaf in bare), group=Group.FIRST)


def _local(case: Case) -> Answer:
    if case.result is None or len(case.options) < 2:
        return None
    places = []
    for column, leaf in enumerate(case.result.table.leaves):
        scale, scores = leaf.scale, case.result.table.likely[:, column]
        assert scale is not None
        is_fitted = (np.nanmin(scores), np.nanmax(scores)) == (scale.low, scale.high) if _any(scores) else False
        if is_fitted and len(_bare_ends(scale)) == 2:
            span = f"{scale.low:g} to {scale.high:g} {scale.unit}".rstrip()
            places.append(Place(f"{quoted(leaf.name)} ({span})", criterion=leaf.id))
    if not places:
        return "No scale is merely fitted to the lowest and highest score of these options."
    lead = of_all(len(places), len(case.leaves), "scale", "is fitted to these options", "are fitted to these options")
    return Hits(lead, tuple(places))


def _any(scores: Array) -> bool:
    return not bool(np.isnan(scores).all())


# Weights


def _unassessed(case: Case) -> Answer:
    parties = case.study.perspectives
    places = tuple(Place(quoted(party.name), perspective=party.id) for party in parties if not party.assessed)
    if not places:
        return f"{counted(len(parties), 'perspective')}: in each somebody has set the weights." if parties else None
    ending = "equal weights that nobody has assessed"
    lead = of_all(len(places), len(parties), "perspective", f"has {ending}", f"have {ending}")
    return Hits(lead, places, group=Group.FIRST)


def _split(case: Case) -> Answer:
    result = case.result
    if result is None or not result.perspective.assessed:
        return None
    share = dict(zip((leaf.id for leaf in result.table.leaves), result.shares.tolist(), strict=True))
    total, groups, places = len(share), 0, []
    for branch in case.study.criteria:
        members = () if branch.is_leaf else case.study.leaves(branch.id)
        if not 1 < len(members) < total:
            continue
        groups += 1
        weight, part = sum(share[leaf.id] for leaf in members), len(members) / total
        if abs(weight - part) <= SPLIT * part + _LEAST_FIT:
            figures = f"{100 * weight:.1f} % of the weight, {len(members)} of {total} criteria = {100 * part:.1f} %"
            places.append(Place(f"{quoted(branch.name)} ({figures})", criterion=branch.id))
    name = quoted(result.perspective.name)
    if not places:
        return f"For {name}, no group's weight is just its share of the criteria." if groups else None
    many = counted(len(places), "group weighs", "groups weigh")
    return Hits(f"For {name}, {many} what counting criteria would give", tuple(places))


# Options


def _beaten(case: Case) -> dict[int, int]:
    """Row of each option that another beats for sure, and the row of that other."""
    if case.result is None or len(case.options) < 2:
        return {}
    values = case.result.table.values[:, case.result.shares > 0]
    if case.has_gaps:
        gap = np.isnan(values)
        found = certainly_dominated(np.where(gap, 0.0, values), np.where(gap, 100.0, values))
    else:
        found = dominated(values)
    return {row: by for row, by in enumerate(found.by.tolist()) if by >= 0}


def _dominated(case: Case) -> Answer:
    if case.result is None or len(case.options) < 2:
        return None
    options, beaten, names = case.result.table.options, _beaten(case), case.names
    if not beaten:
        return "No option is beaten by another on every criterion that carries weight."
    pairs = ((options[row].id, options[by].id) for row, by in beaten.items())
    places = (Place(f"{names[one]} (beaten by {names[other]})", one) for one, other in pairs)
    lead = of_all(
        len(beaten),
        len(options),
        "option",
        "is nowhere better than another and somewhere worse",
        "are nowhere better than another and somewhere worse",
    )
    return Hits(lead, tuple(places))


def _never_first(case: Case) -> Answer:
    if case.result is None or case.never_first is None or case.has_gaps or len(case.options) < 2:
        return None
    options, beaten = case.result.table.options, _beaten(case)
    rows = [row for row in np.flatnonzero(case.never_first).tolist() if row not in beaten]
    if not rows:
        return "Every option that no other beats is first under some weights."
    lead = of_all(len(rows), len(options), "option", "can never be first", "can never be first")
    return Hits(lead, tuple(Place(case.names[options[row].id], options[row].id) for row in rows))


def _excluded(case: Case) -> Answer:
    out = [option for option in case.study.options if option.excluded]
    bare = [option for option in out if not option.why_excluded.strip()]
    if bare:
        lead = of_all(len(bare), len(out), "excluded option", "has no reason", "have no reason")
        return Hits(lead, tuple(Place(case.names[option.id], option.id) for option in bare))
    if not out:
        return "No option is excluded." if case.study.options else None
    reasons = joined([f"{case.names[option.id]} ({option.why_excluded.strip()})" for option in out])
    return f"{counted(len(out), 'option is', 'options are')} excluded, with a reason: {reasons}."


# What has been looked at


def _unopened(case: Case) -> Answer:
    parties = case.study.perspectives
    if len(parties) < 2:
        return None
    current = case.result.perspective.id if case.result is not None else ""
    places = tuple(
        Place(quoted(party.name), perspective=party.id)
        for party in parties
        if party.id != current and party.id not in case.seen
    )
    if not places:
        return f"{counted(len(parties), 'perspective')}: each has been on show."
    lead = of_all(len(places), len(parties), "perspective", "has never been on show", "have never been on show")
    return Hits(lead, places)


_VARIED = (
    ("what another weight does (Sensitivity)", "sensitivity", {"sensitivity", "flips", "robustness"}),
    ("what another score does (Tornado)", "tornado", {"tornado", "robustness"}),
    ("what another view does (Perspectives)", "perspectives", {"perspectives", "methods"}),
)


def _varied(case: Case) -> Answer:
    places = tuple(Place(words, tab=tab) for words, tab, tabs in _VARIED if not tabs & case.seen)
    if not places:
        return "A weight, a score and the point of view: what changing each does has been looked at."
    return Hits(of_all(len(places), len(_VARIED), "question", "was never asked", "were never asked"), places)


CHECKS: tuple[Check, ...] = (
    Check("missing", "Completeness", "Totals stay ranges until they are filled in, and ranks can change.", _missing),
    Check(
        "unassessed",
        "Assessed weights",
        "Equal weights are a judgement, too: a default is nobody's.",
        _unassessed,
    ),
    Check(
        "swing",
        "What weights mean",
        "A weight says what the step from worst to best is worth; without the step it says “important” and misleads.",
        _without_swing,
    ),
    Check(
        "ends",
        "Ends of scales",
        "Where worst and best are not in words, two people score the same thing differently.",
        _unworded_ends,
    ),
    Check(
        "local",
        "Fixed scales",
        "Such a scale changes when an option comes or goes, and the others can change places.",
        _local,
    ),
    Check(
        "correlated",
        "Overlap",
        "Can you score one without knowing the other? If not, one concern counts twice.",
        doubles.correlated,
    ),
    Check(
        "shared_evidence",
        "Shared evidence",
        "Criteria that rest on the same facts may be one concern counted twice.",
        doubles.shared_evidence,
    ),
    Check("alike", "Similar names", "Criteria that read alike may be one concern counted twice.", doubles.alike),
    Check(
        "split",
        "Splitting",
        "People give more weight to what is split into more criteria: ask for the weight of the group as a whole.",
        _split,
    ),
    Check(
        "dominated",
        "Beaten options",
        "No weights can put it ahead of the one that beats it: say why it stays, or exclude it with a reason.",
        _dominated,
    ),
    Check(
        "never_first",
        "Chances to win",
        "No single option beats it, yet none of all possible weights puts it first with the likely scores.",
        _never_first,
    ),
    Check("excluded", "Excluded options", "Readers ask why an option is not in the ranking.", _excluded),
    Check(
        "rationale",
        "Rationale",
        "Each number has to answer “why?” when those who set it are not there.",
        _without_rationale,
    ),
    Check("evidence", "Evidence", "Each number has to answer “who says so?”.", _without_evidence),
    Check("confidence", "Confidence", "Firm up first what moves the lead: see Tornado.", _unsure),
    Check(
        "ranges",
        "Ranges of scores",
        "A score without a range counts as exact, and the answer looks firmer than it is.",
        _without_range,
    ),
    Check(
        "unopened",
        "Perspectives",
        "Whoever disagrees tests the answer; look at it through every party's eyes.",
        _unopened,
    ),
    Check("varied", "Sensitivity", "An analysis is complete once weights, scores and views have been varied.", _varied),
)
"""Every check, in the order in which a reviewer would go through the study."""
