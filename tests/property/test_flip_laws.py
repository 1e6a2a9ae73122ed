"""Every flip the window names makes a tie, on any study, when it is put into the study and that is evaluated."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from db.study.model import Criterion, Id, Known, Option, Perspective, Scale, Score, Study
from desktop.analysis.arrays import TIE
from desktop.evaluation import Evaluator, value_of
from desktop.questions.firmness import Firmness, Judge
from desktop.questions.flipping import Journey, pair_of, score_flips, score_journey, weight_flips, weights_journey
from desktop.questions.plausible import Sampling
from desktop.session import Session
from tests.strategies import ids, studies

LEVEL = 100.0 * TIE
"""A tie: 1e-9 of the scale."""
SOME = settings(max_examples=40, deadline=None)


@st.composite
def decisions(draw: DrawFn) -> tuple[Study, Id]:
    """A study with something to decide, and one of its perspectives."""
    study = draw(studies())
    options = [replace(option, excluded=False) for option in study.options]
    options += [Option(draw(ids), f"Added {place}") for place in range(len(options), 2)]
    criteria = study.criteria
    if not study.leaves():
        criteria = (*criteria, Criterion(draw(ids), "Added criterion", scale=Scale()))
    leaves = replace(study, criteria=criteria).leaves()
    scores = dict(study.scores)
    for option in options:
        for leaf in leaves:
            if (option.id, leaf.id) not in scores and draw(st.integers(0, 4)):
                assert leaf.scale is not None
                scores[option.id, leaf.id] = Score(draw(st.floats(leaf.scale.low, leaf.scale.high)))
    weights = {leaf.id: float(draw(st.integers(0, 9))) for leaf in leaves}
    locked = frozenset(leaf.id for leaf in leaves if not draw(st.integers(0, 4)))
    party = Perspective(draw(ids), "Added perspective", weights=weights, locked=locked)
    made = replace(study, options=tuple(options), criteria=criteria, scores=scores)
    return replace(made, perspectives=(party, *study.perspectives)), party.id


def firm_of(study: Study, party: Id) -> Firmness:
    try:
        return Judge().judge(Evaluator().evaluate(study, party), Sampling(10, 1))
    except Known:
        assume(False)
        raise


def gap_after(session: Session, journey: Journey, party: Id, one: int, other: int) -> float:
    """By how much two options are apart at the end of a journey, which the session shows in place of its study."""
    session.show_instead(journey(1.0))
    assert session.preview is not None
    totals = Evaluator().evaluate(session.preview, party).totals
    return float(abs(totals[one] - totals[other]))


def grain(firm: Firmness, study: Study, row: int, column: int) -> float:
    """What the nearest numbers that a score could be instead make of the total: no flip is finer than that."""
    table = firm.result.table
    option, leaf = table.options[row], table.leaves[column]
    likely = study.score(option.id, leaf.id).likely
    assert leaf.scale is not None
    assert likely is not None
    steps = value_of(leaf.scale, np.array([np.nextafter(likely, -np.inf), likely, np.nextafter(likely, np.inf)]))
    return float(firm.shares[column] * max(abs(b - a) for a, b in pairwise(steps.tolist())))


@SOME
@given(decisions())
def test_every_weight_in_the_list_makes_a_tie_at_its_flip(case: tuple[Study, Id]) -> None:
    study, party = case
    firm, session = firm_of(study, party), Session(study)
    flips = weight_flips(firm)
    assert (np.diff(flips.way[np.isfinite(flips.way)]) >= 0).all()
    for column, flip, rival in zip(flips.columns, flips.flip, flips.rival, strict=True):
        if not np.isnan(flip) and rival >= 0:
            weights = _weights_at(firm, int(column), float(flip))
            journey = weights_journey(study, firm, weights)
            assert gap_after(session, journey, party, firm.leader, int(rival)) <= LEVEL
    session.show_instead(None)
    assert session.study is study


def _weights_at(firm: Firmness, column: int, share: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """One share set by hand: the free others keep their proportions."""
    weights = firm.shares.copy()
    others = ~firm.locked
    others[column] = False
    giving = np.where(others, weights, 0.0)
    giving = giving if giving.any() else others.astype(float)
    weights[others] = 0.0
    weights[column] = share
    found: np.ndarray[tuple[int], np.dtype[np.float64]] = weights + giving / giving.sum() * (1.0 - weights.sum())
    return np.maximum(found, 0.0)


@SOME
@given(decisions())
def test_every_score_in_the_list_makes_a_tie_at_its_flip(case: tuple[Study, Id]) -> None:
    study, party = case
    firm, session = firm_of(study, party), Session(study)
    flips = score_flips(firm)
    for place, (row, column, rival) in enumerate(zip(flips.rows, flips.columns, flips.rival, strict=True)):
        journey = score_journey(study, firm, int(row), int(column), flips.after(place))
        slack = LEVEL + grain(firm, journey(1.0), int(row), int(column))
        assert gap_after(session, journey, party, firm.leader, int(rival)) <= slack


@SOME
@given(decisions(), st.data())
def test_every_way_to_reverse_two_options_makes_them_level_and_holds_the_locks(
    case: tuple[Study, Id], data: st.DataObject
) -> None:
    study, party = case
    firm, session = firm_of(study, party), Session(study)
    count = len(firm.result.table.options)
    one, other = data.draw(st.permutations(range(count)))[:2]
    pair = pair_of(firm, one, other)
    assert pair.gap >= 0.0
    for flip in (pair.move.one_share, pair.move.fewest_points):
        if flip is not None:
            assert np.abs(flip.weights - firm.shares)[firm.locked].max(initial=0.0) <= TIE
            assert gap_after(session, weights_journey(study, firm, flip.weights), party, one, other) <= LEVEL
    changed = pair.change.flip
    if changed is not None:
        journey = score_journey(study, firm, changed.option, changed.criterion, changed.after)
        slack = LEVEL + grain(firm, journey(1.0), changed.option, changed.criterion)
        assert gap_after(session, journey, party, one, other) <= slack


@SOME
@given(decisions(), st.floats(0, 1))
def test_on_the_way_a_preview_is_a_study_like_any_other_and_changes_nothing_else(
    case: tuple[Study, Id], part: float
) -> None:
    study, party = case
    firm = firm_of(study, party)
    flips = score_flips(firm, 1)
    for place in range(len(flips.rows)):
        shown = score_journey(study, firm, int(flips.rows[place]), int(flips.columns[place]), flips.after(place))(part)
        cell = firm.result.table.options[flips.rows[place]].id, firm.result.table.leaves[flips.columns[place]].id
        score = shown.score(*cell)
        assert score.likely is not None
        assert not score.has_range or (score.low or 0.0) <= score.likely <= (score.high or 0.0)
        assert {key: value for key, value in shown.scores.items() if key != cell} == {
            key: value for key, value in study.scores.items() if key != cell
        }
        assert replace(shown, scores=study.scores) == study
