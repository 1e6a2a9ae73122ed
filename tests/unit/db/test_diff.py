"""Differences are exactly what changed."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from db.study.diff import differences
from db.study.model import Option, Score, Study
from tests.strategies import StudyEdit, studies, study_edits


@settings(max_examples=50)
@given(studies(), st.lists(study_edits(), max_size=4))
def test_there_is_a_difference_exactly_when_the_studies_differ(study: Study, edits: list[StudyEdit]) -> None:
    after = study
    for edit in edits:
        after = edit(after)
    assert bool(differences(study, after)) == (study != after)


@settings(max_examples=30)
@given(studies(), study_edits())
def test_the_differences_backwards_are_the_same_with_the_sides_exchanged(study: Study, edit: StudyEdit) -> None:
    after = edit(study)
    forward = {(d.kind, d.key, repr(d.before), repr(d.after)) for d in differences(study, after)}
    backward = {(d.kind, d.key, repr(d.after), repr(d.before)) for d in differences(after, study)}
    assert forward == backward


def test_one_score_among_many_is_one_difference() -> None:
    cells = {(str(option), str(leaf)): Score(likely=1.0) for option in range(200) for leaf in range(50)}
    study = Study("s", "Large", scores=cells)
    after = replace(study, scores={**cells, ("7", "7"): Score(likely=2.0)})
    (found,) = differences(study, after)
    assert (found.kind, found.key, found.before, found.after) == (
        "score",
        ("7", "7"),
        Score(likely=1.0),
        Score(likely=2.0),
    )


def test_an_equal_copy_of_an_object_is_no_difference() -> None:
    study = Study("s", "Same", options=(Option("a", "A"),), scores={("a", "c"): Score(likely=1.0)})
    copy = replace(study, options=(Option("a", "A"),), scores={("a", "c"): Score(likely=1.0)})
    assert differences(study, copy) == ()


def test_a_new_order_is_one_difference_that_names_both_orders() -> None:
    study = Study("s", "Order", options=(Option("a", "A"), Option("b", "B")))
    (found,) = differences(study, replace(study, options=study.options[::-1]))
    assert found == ("order", "option", ("a", "b"), ("b", "a"))
