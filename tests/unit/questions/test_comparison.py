"""Two states of a study compared: what differs, and how far each difference moved the ranking."""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import permutations as orders
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from db.study.checks import Severity, problems
from db.study.diff import LISTS, Difference, differences
from db.study.model import Id, Known, Level, Option, Shape, Study
from desktop.analysis.work import Cancelled
from desktop.commands import (
    Command,
    EditOption,
    EditStudy,
    Entry,
    MoveOption,
    MoveWeight,
    RemoveCriterion,
    RemoveEvidence,
    RemoveOption,
    ReplaceStudy,
    SetScale,
    SetScores,
)
from desktop.evaluation import evaluate
from desktop.questions.comparison import Between, Comparison, Part, compare, grouped, shared_perspectives
from seeds import security_guarantees
from seeds.security_guarantees import criterion_id
from tests.commands import commands

BUNDLED = security_guarantees.load()
PARTY = BUNDLED.perspectives[0].id
COST, DETERRENCE = criterion_id("cost"), criterion_id("deterrence")


def after(*commands: Command, study: Study = BUNDLED) -> Study:
    for command in commands:
        study = command.apply(study)
    return study


def scored(option: int, leaf: Id, likely: float) -> SetScores:
    return SetScores({(BUNDLED.options[option].id, leaf): Entry(likely)}, "Ada", "2026-01-01T00:00:00+00:00")


MANY = (
    MoveWeight(PARTY, COST, 0.3),
    scored(0, DETERRENCE, 60.0),
    scored(1, DETERRENCE, 5.0),
    EditOption(BUNDLED.options[2].id, {"excluded": True}),
    RemoveOption(BUNDLED.options[3].id),
    EditStudy({"notes": ("Other notes.",)}),
    MoveOption(BUNDLED.options[4].id, 0),
    RemoveEvidence(BUNDLED.evidence[0].id),
)


def totals(study: Study) -> dict[Id, float]:
    result = evaluate(study, PARTY)
    return {option.id: float(result.totals[row]) for option, row in zip(result.table.options, range(99), strict=False)}


def mixed(before: Study, late: Study, made: Sequence[Difference]) -> Study:
    """The study in which exactly these differences have been made, without the evidence."""
    chosen = {(difference.kind, difference.key): difference.after for difference in made}
    found: dict[str, Any] = {}
    for kind, field in LISTS.items():
        things = {thing.id: chosen.get((kind, thing.id), thing) for thing in getattr(before, field)}
        things |= {key: thing for (its, key), thing in chosen.items() if its == kind}  # type: ignore[misc]
        found[field] = tuple(replace(thing, evidence=()) if hasattr(thing, "evidence") else thing
                             for thing in things.values() if thing is not None)  # fmt: skip
    cells = {**before.scores, **{key: score for (kind, key), score in chosen.items() if kind == "score"}}  # type: ignore[dict-item]
    scores = {cell: replace(score, evidence=()) for cell, score in cells.items() if score is not None}
    return replace(before, **{**found, "evidence": ()}, scores=scores)


def effects(found: Comparison) -> dict[str, dict[Id, float]]:
    return {part.title.text: {**part.totals, "lead": part.lead} for part in found.parts}


def check_sums(found: Comparison) -> None:
    """The effects of the parts add up to the change of every total, and of the lead."""
    old, new = totals_of(found.before, found.perspective), totals_of(found.after, found.perspective)
    for option in {key for part in found.parts for key in part.totals}:
        assert math.fsum(part.totals[option] for part in found.parts) == pytest.approx(
            new[option] - old[option], abs=1e-8
        )
    if found.leader is not None:
        assert math.fsum(part.lead for part in found.parts) == pytest.approx(found.lead[1] - found.lead[0], abs=1e-8)


def totals_of(study: Study, party: Id) -> dict[Id, float]:
    result = evaluate(study, party)
    return {option.id: float(result.totals[row]) for row, option in enumerate(result.table.options)}


# Laws


def test_the_effects_add_up_to_the_change_of_every_total() -> None:
    found = compare(BUNDLED, after(*MANY), PARTY)
    assert found.permutations == 0
    assert not found.trouble
    assert found.leader is not None
    check_sums(found)


def test_a_difference_alone_has_the_whole_change_for_its_effect() -> None:
    late = after(MoveWeight(PARTY, COST, 0.3))
    found = compare(BUNDLED, late, PARTY)
    (part,) = found.parts
    old, new = totals(BUNDLED), totals(late)
    assert part.totals == pytest.approx({option: new[option] - old[option] for option in new})


def test_what_moves_no_total_has_an_effect_of_nothing() -> None:
    quiet = (MANY[5], MANY[6], MANY[7], EditOption(BUNDLED.options[0].id, {"name": "Otherwise"}))
    found = compare(BUNDLED, after(*quiet), PARTY)
    assert len(found.parts) > 4
    assert all(not any(part.totals.values()) and part.lead == 0 for part in found.parts)
    assert {place.rank_before == place.rank_after for place in found.places} == {True}


def test_the_same_study_does_not_differ() -> None:
    found = compare(BUNDLED, BUNDLED, PARTY)
    assert found.parts == ()
    assert found.lead[0] == found.lead[1]


def test_the_order_of_the_differences_changes_nothing() -> None:
    late = after(*MANY)
    turned = [
        replace(
            study,
            options=study.options[::-1],
            criteria=study.criteria[::-1],
            scores={cell: study.scores[cell] for cell in list(study.scores)[::-1]},
        )
        for study in (BUNDLED, late)
    ]
    first, second = effects(compare(BUNDLED, late, PARTY)), effects(compare(turned[0], turned[1], PARTY))
    for title, found in first.items():
        if "of the options" not in title:
            assert second[title] == pytest.approx(found, abs=1e-9)


def test_the_way_back_has_the_opposite_effects() -> None:
    late = after(*MANY[:3])
    there, back = compare(BUNDLED, late, PARTY), compare(late, BUNDLED, PARTY)
    assert sorted(sum(part.totals.values()) for part in there.parts) == pytest.approx(
        sorted(-sum(part.totals.values()) for part in back.parts)
    )


def test_each_effect_is_the_mean_over_all_orders_of_making_the_differences() -> None:
    late = after(*MANY[:3])
    groups = grouped(differences(BUNDLED, late))
    assert len(groups) == 3
    gains: dict[int, list[float]] = {0: [], 1: [], 2: []}
    watched = BUNDLED.options[0].id
    for order in orders(range(3)):
        made: list[Difference] = []
        last = totals(BUNDLED)[watched]
        for place in order:
            made += groups[place]
            now = totals(mixed(BUNDLED, late, made))[watched]
            gains[place].append(now - last)
            last = now
    found = sorted(part.totals[watched] for part in compare(BUNDLED, late, PARTY).parts)
    assert found == pytest.approx(sorted(sum(each) / 6 for each in gains.values()))


@st.composite
def later_states(draw: DrawFn) -> Study:
    """The bundled study after some commands, wise ones and foolish ones."""
    study = BUNDLED
    for _ in range(draw(st.integers(1, 5))):
        command = draw(commands(study).filter(lambda command: not isinstance(command, ReplaceStudy)))
        with suppress(Known):
            study = command.apply(study)
    return study


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(later_states(), later_states(), st.data())
def test_every_state_in_between_is_a_valid_study_with_the_totals_of_the_real_one(
    study: Study, late: Study, data: st.DataObject
) -> None:
    parties = shared_perspectives(study, late)
    assume(parties)
    party = data.draw(st.sampled_from(parties)).id
    groups = grouped(differences(study, late))
    found = compare(study, late, party)
    assert sorted(line.text for part in found.parts for line in part.lines) == sorted(
        line.text for part in compare(study, late, "nobody").parts for line in part.lines
    )
    assume(not found.trouble)
    check_sums(found)
    flags = data.draw(st.lists(st.booleans(), min_size=len(groups), max_size=len(groups)))
    between = mixed(study, late, [d for group, is_made in zip(groups, flags, strict=True) if is_made for d in group])
    assert [gap for gap in problems(between) if gap.severity is Severity.ERROR] == []
    listed = [option for option in between.options if option.id in {key for part in found.parts for key in part.totals}]
    game = Between(study, late, party, groups, listed)
    open_ = replace(between, options=tuple(replace(option, excluded=False) for option in between.options))
    try:
        right = totals_of(open_, party)
    except Known:
        return
    assert game(np.array(flags, dtype=bool))[: len(listed)] == pytest.approx(
        [right[option.id] for option in listed], abs=1e-7
    )


# What goes together


def test_an_added_option_comes_with_its_scores_and_a_deleted_criterion_with_its_weights() -> None:
    late = after(RemoveOption(BUNDLED.options[3].id), RemoveCriterion(COST))
    groups = grouped(differences(BUNDLED, late))
    kinds = [{difference.kind for difference in group} for group in groups]
    assert {"option", "criterion", "score", "perspective"} in kinds
    assert all(len(group) == 1 for group, found in zip(groups, kinds, strict=True) if "score" not in found)


def test_changes_of_two_scores_stand_alone() -> None:
    assert len(grouped(differences(BUNDLED, after(*MANY[1:3])))) == 2


def test_a_new_option_is_ranked_after_and_nowhere_before() -> None:
    new = Option("new", "Something else")
    late = replace(BUNDLED, options=(*BUNDLED.options, new))
    place = next(place for place in compare(BUNDLED, late, PARTY).places if place.option == "new")
    assert (place.rank_before, place.total_before) == ("", None)
    assert place.total_after == pytest.approx(50.0)


def test_an_option_that_is_excluded_takes_part_in_the_lead_no_more() -> None:
    result = evaluate(BUNDLED, PARTY)
    first, second = (result.table.options[row] for row in result.order[:2])
    found = compare(BUNDLED, after(EditOption(second.id, {"excluded": True})), PARTY)
    assert found.leader == first.id
    (part,) = found.parts
    assert part.lead == pytest.approx(found.lead[1] - found.lead[0])
    assert part.lead > 0


# Where nothing can be said, and where it takes long


def test_without_a_perspective_in_both_the_differences_are_told_and_the_reason() -> None:
    late = replace(after(*MANY), perspectives=BUNDLED.perspectives[1:])
    found = compare(BUNDLED, late, PARTY)
    assert "No perspective is in both" in found.trouble
    assert found.parts
    assert found.places == ()


def test_without_options_the_differences_are_told_and_the_reason() -> None:
    late = replace(BUNDLED, options=(), scores={})
    assert "nothing can be said of the ranking" in compare(BUNDLED, late, PARTY).trouble


def test_many_differences_are_sampled_with_their_errors_and_still_add_up() -> None:
    leaves = [leaf for leaf in BUNDLED.leaves() if leaf.scale is not None and leaf.scale.shape is Shape.LINEAR][:5]
    late = after(*(scored(row, leaf.id, 7.0) for row in range(4) for leaf in leaves))
    for leaf in leaves:
        assert leaf.scale is not None
        bent = SetScale(leaf.id, replace(leaf.scale, shape=Shape.EXPONENTIAL, curvature=4.0))
        late = after(bent, MoveWeight(PARTY, leaf.id, 0.2), study=late)
    found = compare(BUNDLED, late, PARTY, permutations=40)
    assert found.permutations == 40
    check_sums(found)
    assert max(error for part in found.parts for error in part.errors.values()) > 1e-3
    finer = compare(BUNDLED, late, PARTY, permutations=400)
    assert finer.permutations > 300
    for part in found.parts:
        twin = next(other for other in finer.parts if other.title == part.title)
        for option, effect in part.totals.items():
            assert abs(effect - twin.totals[option]) <= 6 * (part.errors[option] + twin.errors[option]) + 1e-9


def test_where_only_scores_and_weights_meet_few_orders_are_exact() -> None:
    late = after(*(scored(row, leaf.id, 7.0) for row in range(4) for leaf in BUNDLED.leaves()[:5]))
    late = after(MoveWeight(PARTY, COST, 0.3), study=late)
    few, many = (compare(BUNDLED, late, PARTY, permutations=count) for count in (4, 40))
    for part in few.parts:
        twin = next(other for other in many.parts if other.title == part.title)
        assert part.totals == pytest.approx(twin.totals, abs=1e-9)


def test_a_long_comparison_tells_how_far_it_is_and_stops_when_asked() -> None:
    class Stop:
        def is_set(self) -> bool:
            return len(told) > 3

    told: list[float] = []
    with pytest.raises(Cancelled):
        compare(BUNDLED, after(*MANY), PARTY, progress=told.append, cancel=Stop())
    assert told


def test_the_largest_effect_comes_first() -> None:
    parts = compare(BUNDLED, after(*MANY), PARTY).parts

    def size(part: Part) -> float:
        return max(abs(effect) for effect in (*part.totals.values(), part.lead))

    assert [size(part) for part in parts] == sorted(map(size, parts), reverse=True)


def test_a_wording_alone_is_no_difference_of_the_ranking() -> None:
    leaf = BUNDLED.criterion(DETERRENCE)
    assert leaf.scale is not None
    worded = replace(leaf, scale=replace(leaf.scale, levels=(Level(leaf.scale.low, "Nothing"),)))
    late = replace(BUNDLED, criteria=tuple(worded if node.id == leaf.id else node for node in BUNDLED.criteria))
    (part,) = compare(BUNDLED, late, PARTY).parts
    assert not any(part.totals.values())
