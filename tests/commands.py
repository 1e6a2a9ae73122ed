"""Random commands on a study, wise ones and foolish ones, for the laws that every command keeps."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from db.study.model import (
    Cell,
    Criterion,
    Evidence,
    Knowledge,
    Option,
    Origin,
    Perspective,
    PerspectiveKind,
    Scale,
    Study,
)
from desktop import commands as c
from tests.strategies import ids, names, numbers, scales, studies, texts

odd_numbers = st.sampled_from((float("nan"), float("inf"), float("-inf"), -1.0, 2.0, 1e308, -0.0, 5e-324))

shares = st.floats(0, 1) | st.floats(0, 1) | odd_numbers
points = st.floats(0, 1000) | st.floats(0, 1000) | odd_numbers

bad_names = st.sampled_from(("", "  \n ", "a\x00b", "\u202eabc", "\u200b", "x" * 301))


def labels(study: Study) -> SearchStrategy[str]:
    """Names for a thing: mostly fresh, at times one that cannot be, or one that is there in other letters."""
    things: tuple[Option | Criterion | Perspective, ...] = (*study.options, *study.criteria, *study.perspectives)
    taken = [thing.name for thing in things]
    swapped = st.sampled_from(taken).map(str.swapcase) if taken else st.nothing()
    return names | names | names | bad_names | swapped | st.just("Line one\nand  two ")


def commands(study: Study) -> SearchStrategy[c.Command]:
    """Any command that has something to act on in `study`."""
    kinds = [*_study_commands(study), _add_option(study), _add_criterion(study), _add_perspective(study)]
    if study.options:
        kinds += _option_commands(study)
    if study.criteria:
        kinds += _criterion_commands(study)
    if study.perspectives:
        kinds += _perspective_commands(study)
    if study.perspectives and study.leaves():
        kinds += [weight_commands(study)] * 4
        kinds += [doubt_commands(study)] * 2
    if study.options and study.leaves():
        kinds += [_score_commands(study)] * 4
    return st.one_of(kinds)


def weight_commands(study: Study) -> SearchStrategy[c.Command]:
    """What a hand does in the weights panel; needs a perspective and a leaf."""
    party = st.sampled_from([party.id for party in study.perspectives])
    leaf = st.sampled_from([leaf.id for leaf in study.leaves()])
    return st.one_of(
        moves(study),
        moves(study),
        st.builds(c.SetPoints, party, leaf, points),
        st.builds(c.SetWeights, party, st.dictionaries(leaf, points, min_size=1)),
        st.builds(c.EqualWeights, party),
        st.builds(c.LockWeight, party, leaf, st.booleans()),
    )


def doubt_commands(study: Study) -> SearchStrategy[c.Command]:
    """What a hand says of how sure a party is; needs a perspective and a leaf."""
    party = st.sampled_from([party.id for party in study.perspectives])
    leaf = st.sampled_from([leaf.id for leaf in study.leaves()])
    node = leaf | leaf | st.sampled_from([node.id for node in study.criteria])
    ends = st.lists(st.floats(0, 1), min_size=2, max_size=2).map(sorted) | st.tuples(shares, shares)
    return st.one_of(
        st.builds(c.SetKnowledge, party, st.sampled_from(Knowledge)),
        st.builds(c.SetSpread, party, shares),
        st.builds(lambda party, node, ends: c.SetWeightRange(party, node, *ends), party, node, ends),
        st.builds(c.ClearWeightRange, party, leaf),
    )


def moves(study: Study) -> SearchStrategy[c.Command]:
    """One tick of a slider."""
    party = st.sampled_from([party.id for party in study.perspectives])
    leaf = st.sampled_from([leaf.id for leaf in study.leaves()])
    return st.builds(c.MoveWeight, party, leaf, shares)


def _study_commands(study: Study) -> list[SearchStrategy[c.Command]]:
    ref = names | bad_names
    cell = _cells(study) | st.none() if _has_cells(study) else st.none()
    edits: list[SearchStrategy[c.Command]] = [
        st.builds(lambda title: c.EditStudy({"title": title}), names | bad_names),
        st.builds(lambda question: c.EditStudy({"question": question}), texts),
        st.builds(c.AddEvidence, st.builds(Evidence, ids, ref, texts), cell),
        st.builds(c.ReplaceStudy, studies()),
    ]
    if study.evidence:
        known = st.sampled_from([piece.id for piece in study.evidence])
        edits.append(st.builds(lambda id_, ref: c.EditEvidence(id_, {"ref": ref}), known, ref))
        edits.append(st.builds(c.RemoveEvidence, known))
        if _has_cells(study):
            edits.append(st.builds(c.Cite, _cells(study), known, st.booleans()))
    return edits


def _add_option(study: Study) -> SearchStrategy[c.Command]:
    return st.builds(c.AddOption, labels(study), st.none() | st.integers(-2, 9), ids)


def _option_commands(study: Study) -> list[SearchStrategy[c.Command]]:
    option = st.sampled_from([option.id for option in study.options])
    changes = st.one_of(
        st.fixed_dictionaries({"name": labels(study)}),
        st.fixed_dictionaries({"excluded": st.booleans(), "why_excluded": texts}),
        st.fixed_dictionaries({"is_baseline": st.booleans()}),
        st.fixed_dictionaries({"short": texts, "definition": texts}),
    )
    return [
        st.builds(c.EditOption, option, changes),
        st.builds(c.MoveOption, option, st.integers(-2, 9)),
        st.builds(c.DuplicateOption, option, ids),
        st.builds(c.RemoveOption, option),
    ]


def _add_criterion(study: Study) -> SearchStrategy[c.Command]:
    parent = st.sampled_from([None, *(node.id for node in study.criteria)])
    return st.builds(c.AddCriterion, labels(study), parent, scales() | st.none(), st.none() | st.integers(-2, 9), ids)


def _criterion_commands(study: Study) -> list[SearchStrategy[c.Command]]:
    node = st.sampled_from([node.id for node in study.criteria])
    parent = st.sampled_from([None, *(node.id for node in study.criteria)])
    changes = st.one_of(
        st.fixed_dictionaries({"name": labels(study)}),
        st.fixed_dictionaries({"definition": texts, "swing": texts}),
    )
    kinds: list[SearchStrategy[c.Command]] = [
        st.builds(c.EditCriterion, node, changes),
        st.builds(c.MoveCriterion, node, parent, st.none() | st.integers(-2, 9)),
        st.builds(c.GroupCriteria, st.lists(node, max_size=3, unique=True).map(tuple), labels(study), ids),
        st.builds(c.DuplicateCriterion, node, ids),
        st.builds(c.RemoveCriterion, node),
        st.builds(c.SetScale, node, scales(), st.booleans()),
    ]
    if study.leaves():
        kinds += [stretches(study)] * 2
    return kinds


@st.composite
def stretches(draw: DrawFn, study: Study) -> c.Command:
    """The ends of a scale moved, inwards or outwards, by at most half its range."""
    leaf = draw(st.sampled_from(study.leaves()))
    assert leaf.scale is not None
    span = leaf.scale.high - leaf.scale.low
    low = leaf.scale.low + span * draw(st.floats(-0.5, 0.45))
    high = leaf.scale.high + span * draw(st.floats(-0.45, 0.5))
    return c.SetScale(leaf.id, replace(leaf.scale, low=low, high=high), draw(st.booleans()))


def _add_perspective(study: Study) -> SearchStrategy[c.Command]:
    return st.builds(c.AddPerspective, labels(study), ids)


def _perspective_commands(study: Study) -> list[SearchStrategy[c.Command]]:
    party = st.sampled_from([party.id for party in study.perspectives])
    changes = st.one_of(
        st.fixed_dictionaries({"name": labels(study)}),
        st.fixed_dictionaries({"kind": st.sampled_from(PerspectiveKind), "summary": texts}),
    )
    return [
        st.builds(c.DuplicatePerspective, party, labels(study) | st.just(""), ids),
        st.builds(c.EditPerspective, party, changes),
        st.builds(c.MovePerspective, party, st.integers(-2, 9)),
        st.builds(c.RemovePerspective, party),
    ]


def _score_commands(study: Study) -> SearchStrategy[c.Command]:
    cells = _cells(study)
    changes = st.one_of(
        st.fixed_dictionaries({"rationale": texts}),
        st.fixed_dictionaries({"confidence": st.sampled_from(("", *"ABCD"))}),
        st.fixed_dictionaries({"origin": st.sampled_from(Origin), "origin_note": texts}),
    )
    who, when = st.sampled_from(("", "Ada")), st.sampled_from(("", "2025-08-20T12:00:00+00:00"))
    return st.one_of(
        _set_scores(study),
        _set_scores(study),
        st.builds(c.ClearScores, st.lists(cells, max_size=3, unique=True).map(tuple).filter(bool), who, when),
        st.builds(c.AnnotateScore, cells, changes),
    )


@st.composite
def _set_scores(draw: DrawFn, study: Study) -> c.Command:
    chosen = draw(st.lists(_cells(study), min_size=1, max_size=3, unique=True))
    entries = {}
    for cell in chosen:
        scale = study.criterion(cell[1]).scale
        assert scale is not None
        entries[cell] = draw(_entries(scale))
    return c.SetScores(entries, "Ada", "2025-08-20T12:00:00+00:00")


def _entries(scale: Scale) -> SearchStrategy[c.Entry]:
    inside = st.floats(scale.low, scale.high)
    ordered = st.lists(inside, min_size=3, max_size=3).map(sorted)
    return st.one_of(
        st.builds(c.Entry, inside, st.none(), st.none(), st.just("typed")),
        ordered.map(lambda three: c.Entry(three[1], three[0], three[2], "typed")),
        st.builds(c.Entry, st.none() | inside | numbers | odd_numbers, st.none() | inside, st.none() | inside),
    )


def _has_cells(study: Study) -> bool:
    return bool(study.options and study.leaves())


def _cells(study: Study) -> SearchStrategy[Cell]:
    options = [option.id for option in study.options]
    return st.tuples(st.sampled_from(options), st.sampled_from([leaf.id for leaf in study.leaves()]))
