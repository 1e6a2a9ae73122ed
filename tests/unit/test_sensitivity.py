"""What the sensitivity charts show, held against the study with the weight set there, and where it stands on them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.study.model import Id, Study
from desktop.analysis import sensitivity
from desktop.charts import sensitivity_words as words
from desktop.charts.sensitivity_scene import BEST, MOST, Course, Sweep, Sweeper, line_of, survey
from desktop.charts.sensitivity_space import PITCH, Space, spread
from desktop.commands import LockWeight, MoveWeight, SetWeights
from desktop.evaluation import Result, evaluate
from desktop.questions.firmness import Firmness, Judge
from desktop.questions.plausible import USUAL
from seeds import security_guarantees
from seeds.security_guarantees import criterion_id
from tests.bench.tables import study_of

DETERRENCE, COST = criterion_id("deterrence"), criterion_id("cost")
STUDY = security_guarantees.load()
PARTY = STUDY.perspectives[0].id


def firm_of(study: Study) -> Firmness:
    return Judge().judge(evaluate(study, study.perspectives[0].id), USUAL)


def swept(study: Study, leaf: Id, option: Id | None = None, before: Result | None = None) -> Sweep:
    firm = firm_of(study)
    return Sweeper().sweep(firm, firm.result.table.columns[leaf], option, before)


def with_locks(study: Study, *leaves: Id) -> Study:
    for leaf in leaves:
        study = LockWeight(study.perspectives[0].id, leaf, True).apply(study)
    return study


# What is shown


@pytest.mark.parametrize("leaf", [leaf.id for leaf in STUDY.leaves()])
def test_at_every_flip_the_study_with_that_weight_is_level_between_the_two_named(leaf: Id) -> None:
    for flip in swept(STUDY, leaf).course.flips:
        totals = evaluate(MoveWeight(PARTY, leaf, flip.share).apply(STUDY), PARTY).totals
        assert totals.max() - totals[[*flip.below, *flip.above]] == pytest.approx(0.0, abs=1e-9)
        assert totals.max() == pytest.approx(flip.total, abs=1e-9)


@pytest.mark.parametrize("leaf", [leaf.id for leaf in STUDY.leaves()])
def test_just_past_a_flip_those_named_above_lead_and_just_before_it_those_below(leaf: Id) -> None:
    for flip in swept(STUDY, leaf).course.flips:
        for share, leading in ((flip.share - 1e-6, flip.below), (flip.share + 1e-6, flip.above)):
            result = evaluate(MoveWeight(PARTY, leaf, share).apply(STUDY), PARTY)
            assert int(result.order[0]) in leading


def test_the_nearest_flip_is_the_nearer_end_of_the_band_in_which_the_leader_stays() -> None:
    firm = firm_of(STUDY)
    for sweep in survey(firm).sweeps:
        low, high = sensitivity.stability_interval(firm.values, firm.shares, sweep.column)
        assert sweep.band == pytest.approx((low, high))
        inner = [end for end in (low, high) if 1e-9 < end < 1.0 - 1e-9]
        if inner:
            assert sweep.way == pytest.approx(min(abs(end - sweep.share) for end in inner))
        else:
            assert sweep.way == np.inf


@pytest.mark.parametrize("locks", [(), (COST,), (COST, DETERRENCE, criterion_id("durability"))])
def test_the_way_to_the_nearest_flip_is_the_one_that_the_sliders_show(locks: tuple[Id, ...]) -> None:
    firm = firm_of(with_locks(STUDY, *locks))
    for sweep in survey(firm).sweeps:
        assert sweep.way == pytest.approx(firm.way[sweep.column], abs=1e-9)


def test_all_criteria_are_shown_the_one_closest_to_a_flip_first_or_in_the_order_asked_for() -> None:
    firm = firm_of(STUDY)
    ways = [sweep.way for sweep in survey(firm).sweeps]
    assert ways == sorted(ways)
    asked = tuple(reversed(range(firm.shares.size)))
    assert tuple(sweep.column for sweep in survey(firm, asked).sweeps) == asked


def test_a_weight_dragged_to_the_end_goes_back_along_the_lines_it_came_by() -> None:
    before = evaluate(STUDY, PARTY)
    at_end = MoveWeight(PARTY, DETERRENCE, 1.0).apply(STUDY)
    course = swept(at_end, DETERRENCE, before=before).course
    back = evaluate(MoveWeight(PARTY, DETERRENCE, 0.4).apply(STUDY), PARTY)
    assert course.totals_at(0.4) == pytest.approx(back.totals, abs=1e-9)


def test_lines_the_weight_has_left_are_not_shown() -> None:
    before = evaluate(STUDY, PARTY)
    points = dict(STUDY.perspectives[0].weights) | {COST: 60.0, DETERRENCE: 10.0}
    elsewhere = SetWeights(PARTY, points).apply(STUDY)
    sweep = swept(elsewhere, DETERRENCE, before=before)
    assert sweep.course.totals_at(sweep.share) == pytest.approx(sweep.totals, abs=1e-9)


def test_the_course_ends_where_the_locks_end() -> None:
    locked = with_locks(STUDY, COST, criterion_id("durability"))
    sweep = swept(locked, DETERRENCE)
    held = [criterion_id("durability"), COST]
    columns = sweep.firm.result.table.columns
    assert sweep.course.high == pytest.approx(1.0 - sum(float(sweep.firm.shares[columns[leaf]]) for leaf in held))
    assert words.notes(sweep) == [f"Locked weights leave at most {100 * sweep.course.high:.1f} %"]


def test_a_weight_for_which_nothing_gives_way_says_so_and_has_no_flips() -> None:
    others = [leaf.id for leaf in STUDY.leaves() if leaf.id != COST]
    sweep = swept(with_locks(STUDY, *others), COST)
    assert sweep.course.is_stuck
    assert sweep.course.flips == ()
    assert words.sentence(sweep) == "It cannot move: all other weights are locked."


def test_of_many_options_the_leading_the_best_and_the_selected_are_shown_and_that_is_said() -> None:
    study = study_of(60, 6)
    last = evaluate(study, study.perspectives[0].id).order[-1]
    sweep = swept(study, study.leaves()[0].id, study.options[int(last)].id)
    order = sweep.firm.result.order
    leading = {row for piece in sweep.course.envelope.winners for row in piece}
    assert set(sweep.rows) == {*order[:BEST].tolist(), *leading, int(last)}
    assert words.notes(sweep)[-1].startswith(f"{len(sweep.rows)} of 60 shown")


def test_up_to_twenty_options_are_all_shown() -> None:
    study = study_of(MOST, 6)
    sweep = swept(study, study.leaves()[0].id)
    assert sorted(sweep.rows) == list(range(MOST))
    assert words.notes(sweep) == []


def test_missing_scores_are_said_to_count_as_the_middle() -> None:
    scores = {cell: score for cell, score in STUDY.scores.items() if cell != (STUDY.options[0].id, COST)}
    sweep = swept(replace(STUDY, scores=scores), COST)
    assert "1 missing score counts as the middle, 50 of 100" in words.notes(sweep)


def test_without_weight_and_with_missing_scores_no_flip_is_claimed() -> None:
    scores = {cell: score for cell, score in STUDY.scores.items() if cell != (STUDY.options[0].id, COST)}
    study = MoveWeight(PARTY, COST, 0.0).apply(replace(STUDY, scores=scores))
    sweep = swept(study, COST)
    assert sweep.is_unknown
    assert sweep.way == np.inf
    assert "cannot be told" in words.sentence(sweep)
    assert words.way_words(sweep).startswith("Cannot be told")


def test_small_crossings_leave_out_where_the_lead_passes_on() -> None:
    firm = firm_of(STUDY)
    course = Course(line_of(firm.lines, firm.result.table.columns[DETERRENCE]))
    shares, _ = course.crossings_of(np.arange(len(STUDY.options)))
    every = sensitivity.crossings(firm.values, firm.shares, firm.result.table.columns[DETERRENCE])
    at_flips = sum(any(abs(share - flip.share) < 1e-9 for flip in course.flips) for share in every.share)
    assert shares.size == every.share.size - at_flips


def test_the_table_says_where_each_option_leads() -> None:
    sweep = swept(STUDY, DETERRENCE)
    table = words.rows(sweep)
    leads = {str(row[0]): (row[4], row[5]) for row in table[1 : 1 + len(STUDY.options)]}
    spans = sorted(span for span in leads.values() if span[0] is not None)
    assert spans[0][0] == 0.0
    assert spans[-1][1] == pytest.approx(100.0)
    assert [low for low, _ in spans[1:]] == pytest.approx([100.0 * flip.share for flip in sweep.course.flips])


# Where things stand


@given(st.lists(st.floats(0, 400), min_size=1, max_size=20))
def test_names_never_touch_stay_in_order_and_inside(wanted: list[float]) -> None:
    ends = np.array(wanted)
    places = spread(ends, PITCH, 0.0, 400.0)
    order = np.argsort(ends, kind="stable")
    assert (np.diff(places[order]) >= PITCH - 1e-9).all()
    assert places.min() >= -1e-9
    assert places.max() <= 400.0 + 1e-9


@given(st.lists(st.integers(0, 20), min_size=1, max_size=10, unique=True))
def test_names_that_do_not_touch_stay_beside_their_lines(steps: list[int]) -> None:
    ends = np.array(steps, dtype=float) * PITCH
    assert spread(ends, PITCH, 0.0, 20 * PITCH) == pytest.approx(ends)


@given(st.floats(0, 1), st.floats(300, 2000), st.floats(120, 900))
def test_a_place_on_the_plot_is_the_share_that_stands_there(share: float, width: float, height: float) -> None:
    space = Space(width, height, 20.0, 80.0, 100.0)
    assert space.share_at(space.x(share)) == pytest.approx(share, abs=1e-9)
    assert space.top <= space.y(80.0) < space.y(20.0) <= space.bottom
