"""Problems are found, named and never raised."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings

from db.study.checks import Severity, problems
from db.study.model import (
    Criterion,
    Direction,
    Doubt,
    Evidence,
    Knowledge,
    Option,
    Perspective,
    Scale,
    Score,
    Shape,
    Study,
)
from db.study.names import name_key, name_trouble, normal_name, same_name
from tests.strategies import studies, study_edits

SOUND = Study(
    id="s",
    title="Lunch",
    options=(Option("a", "Apple"), Option("b", "Bread")),
    criteria=(
        Criterion("g", "Group"),
        Criterion("c", "Taste", parent="g", scale=Scale()),
        Criterion("d", "Price", parent="g", scale=Scale(0, 10, Direction.LOWER)),
    ),
    scores={(option, leaf): Score(likely=5.0, low=1.0, high=9.0) for option in "ab" for leaf in "cd"},
    perspectives=(Perspective("p", "Mine", weights={"c": 1.0, "d": 2.0}),),
)


def kinds(study: Study) -> set[str]:
    return {problem.kind for problem in problems(study)}


def with_doubt(spread: float = 0.3, knowledge: Knowledge = Knowledge.RANGES, **ranges: tuple[float, float]) -> Study:
    doubt = Doubt(knowledge, spread, ranges)
    return replace(SOUND, perspectives=(replace(SOUND.perspectives[0], doubt=doubt),))


def with_scale(**changes: object) -> Study:
    leaf = replace(SOUND.criteria[1], scale=replace(Scale(), **changes))  # type: ignore[arg-type]
    return replace(SOUND, criteria=(SOUND.criteria[0], leaf, SOUND.criteria[2]))


def with_score(**changes: object) -> Study:
    cell = ("a", "c")
    score = replace(SOUND.scores[cell], **changes)  # type: ignore[arg-type]
    return replace(SOUND, scores={**SOUND.scores, cell: score})


def with_weights(**weights: float) -> Study:
    return replace(SOUND, perspectives=(replace(SOUND.perspectives[0], weights=weights),))


def test_a_sound_study_has_no_problem() -> None:
    assert problems(SOUND) == ()


@pytest.mark.parametrize(
    ("kind", "study"),
    [
        ("no_options", replace(SOUND, options=(), scores={})),
        ("no_options", replace(SOUND, options=tuple(replace(option, excluded=True) for option in SOUND.options))),
        ("one_option", replace(SOUND, options=SOUND.options[:1], scores={})),
        ("no_criteria", replace(SOUND, criteria=(), scores={}, perspectives=())),
        ("no_perspective", replace(SOUND, perspectives=())),
        ("duplicate_name", replace(SOUND, options=(Option("a", "Café"), Option("b", "CAFE\u0301")))),
        ("empty_name", replace(SOUND, options=(Option("a", " \n"), Option("b", "Bread")))),
        ("odd_name", replace(SOUND, options=(Option("a", "Ap\u202eple"), Option("b", "Bread")))),
        ("odd_name", replace(SOUND, title="Lu\x00nch")),
        ("not_a_number", with_score(likely=math.nan)),
        ("not_a_number", with_score(high=math.inf)),
        ("range_order", with_score(low=6.0)),
        ("range_order", with_score(low=None)),
        ("outside_scale", with_score(high=101.0)),
        ("missing_score", with_score(likely=None)),
        ("no_range", with_scale(low=100.0)),
        ("no_range", with_scale(low=101.0)),
        ("not_a_number", with_scale(high=math.nan)),
        ("bad_points", with_scale(shape=Shape.PIECEWISE, points=((0.0, 0.0), (50.0, 120.0), (100.0, 100.0)))),
        ("bad_points", with_scale(shape=Shape.PIECEWISE, points=((0.0, 0.0), (150.0, 100.0)))),
        ("bad_points", with_scale(shape=Shape.PIECEWISE, points=((0.0, 100.0), (100.0, 0.0)))),
        (
            "bad_points",
            with_scale(shape=Shape.PIECEWISE, points=((0.0, 0.0), (60.0, 10.0), (50.0, 20.0), (100.0, 100.0))),
        ),
        ("no_weight", with_weights(c=0.0, d=0.0)),
        ("no_weight", with_weights()),
        ("negative_weight", with_weights(c=-1.0, d=2.0)),
        ("not_a_number", with_weights(c=math.inf)),
        ("dangling", with_weights(c=1.0, gone=1.0)),
        ("bad_spread", with_doubt(1.01)),
        ("bad_spread", with_doubt(-0.01)),
        ("not_a_number", with_doubt(math.nan)),
        ("not_a_number", with_doubt(c=(-math.inf, math.inf))),
        ("not_a_number", with_doubt(c=(math.nan, 1.0))),
        ("bad_range", with_doubt(c=(0.5, 0.4))),
        ("bad_range", with_doubt(c=(-0.1, 0.4))),
        ("bad_range", with_doubt(c=(0.5, 1.1))),
        ("dangling", with_doubt(gone=(0.0, 1.0))),
        ("range_of_group", with_doubt(g=(0.0, 1.0))),
        ("no_weights_fit", with_doubt(c=(0.6, 0.8), d=(0.5, 0.5))),
        ("no_weights_fit", with_doubt(c=(0.1, 0.5), d=(0.2, 0.4))),
        ("dangling", with_score(evidence=("gone",))),
        ("dangling", replace(SOUND, scores={**SOUND.scores, ("gone", "c"): Score(likely=1.0)})),
        ("dangling", replace(SOUND, criteria=SOUND.criteria[1:])),
        ("leaf_with_children", replace(SOUND, criteria=(*SOUND.criteria, Criterion("e", "More", "c", Scale())))),
        ("cycle", replace(SOUND, criteria=(replace(SOUND.criteria[0], parent="g"), *SOUND.criteria[1:]))),
        ("empty_branch", replace(SOUND, criteria=(*SOUND.criteria, Criterion("h", "Hollow")))),
        ("duplicate_id", replace(SOUND, options=(*SOUND.options, Option("a", "Again")))),
        ("bad_grade", replace(SOUND, evidence=(Evidence("e", "E1", "claim", reliability="Z"),))),
    ],
)
def test_each_defect_is_found_by_its_kind(kind: str, study: Study) -> None:
    assert kind in kinds(study)


@pytest.mark.parametrize(
    "study",
    [
        with_doubt(0.0),
        with_doubt(1.0, Knowledge.RANKING),
        with_doubt(c=(0.5, 0.5), d=(0.5, 0.5)),
        with_doubt(c=(0.9, 1.0)),
        with_doubt(c=(0.0, 0.0)),
        with_doubt(c=(0.1 + 0.2, 0.9), d=(0.7, 0.9)),
    ],
)
def test_a_doubt_that_some_weights_fit_is_sound(study: Study) -> None:
    assert problems(study) == ()


def test_ranges_that_no_weights_fit_are_told_with_their_sum_and_worse_where_they_count() -> None:
    lows = {"c": (0.6, 0.8), "d": (0.5, 0.5)}
    (counting,) = problems(with_doubt(**lows))
    (idle,) = problems(with_doubt(knowledge=Knowledge.AROUND, **lows))
    assert counting.message == idle.message
    assert counting.message.startswith(
        "In perspective “Mine” no weights fit the ranges: their low ends add up to 110 %"
    )
    assert (counting.severity, idle.severity) == (Severity.WARNING, Severity.NOTE)


def test_a_long_ring_of_criteria_is_reported_once_with_its_members() -> None:
    ring = tuple(Criterion(str(i), f"Node {i}", parent=str((i + 1) % 5)) for i in range(5))
    found = [problem for problem in problems(Study("s", "Ring", criteria=ring)) if problem.kind == "cycle"]
    assert [set(problem.objects) for problem in found] == [set("01234")]


@settings(max_examples=40)
@given(studies(), study_edits())
def test_random_studies_and_edits_never_hold_an_error(study: Study, edit) -> None:  # type: ignore[no-untyped-def]
    assert [problem for problem in problems(edit(study)) if problem.severity is Severity.ERROR] == []


def test_a_name_is_kept_composed_stripped_and_with_single_spaces() -> None:
    assert normal_name("  Cafe\u0301\t au\n\nlait ") == "Café au lait"


@pytest.mark.parametrize("other", ["COST", "cost", "ｃｏｓｔ", "Co\u200bst", " Cost ", "Co\u00adst"])
def test_names_a_reader_cannot_tell_apart_are_the_same(other: str) -> None:
    assert same_name("Cost", other)
    assert name_key("Cost") != name_key("Costs")


@pytest.mark.parametrize("name", ["", "  ", "\u200b", "a\x00b", "a\x07", "\u202eabc", "x\u2066y", "\ud800", "n" * 301])
def test_a_name_that_would_mislead_is_refused_with_a_reason(name: str) -> None:
    assert name_trouble(name)


@pytest.mark.parametrize("name", ["Cost", "Coût", "価格", "Zmiana 😀", "שלום", "👩‍💻"])
def test_a_name_in_any_script_is_accepted(name: str) -> None:
    assert name_trouble(name) == ""
