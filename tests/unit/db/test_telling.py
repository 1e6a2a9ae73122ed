"""What a change did, in words: nothing is left untold, and names are those of the moment."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.study.diff import differences
from db.study.model import (
    Criterion,
    Doubt,
    Evidence,
    Knowledge,
    Level,
    Option,
    Perspective,
    Scale,
    Score,
    Study,
)
from db.study.past import Past, label_of
from db.study.patch import NOTHING, Patch, make_patch
from db.study.plain import FIELDS, HEADING
from db.study.telling import Line, StudyNames, summary, tell, visible
from tests.strategies import StudyEdit, studies, study_edits

LEAF = Criterion("cost", "Cost", scale=Scale(0.0, 100.0))
STUDY = Study(
    "s",
    "Guarantees",
    options=(Option("trip", "Tripwire"), Option("obs", "Observers"), Option("pledge", "Pledge")),
    criteria=(Criterion("group", "Money"), LEAF, Criterion("speed", "Speed", scale=Scale())),
    scores={("trip", "cost"): Score(40.0, 30.0, 55.0)},
    perspectives=(Perspective("wash", "Washington", weights={"cost": 12.0, "speed": 88.0}),),
    evidence=(Evidence("e1", "S1", "It costs."), Evidence("e2", "S2", "It does not.")),
)


def told(before: Study, after: Study) -> list[Line]:
    patch: Patch = json.loads(json.dumps(make_patch(differences(before, after))))
    return tell(patch, StudyNames(before), StudyNames(after))


def texts(before: Study, after: Study) -> list[str]:
    return [line.text for line in told(before, after)]


def with_one(field: str, thing: Any) -> Study:
    """STUDY with one object of a list in the place of that of the same id."""
    things = tuple(thing if old.id == thing.id else old for old in getattr(STUDY, field))
    return replace(STUDY, **{field: things})  # type: ignore[arg-type]


def another(value: Any) -> Any:
    """A value of the same type that differs."""
    match value:
        case bool():
            return not value
        case StrEnum():
            return next(member for member in type(value) if member is not value)
        case str():
            return f"{value} and more"
        case int() | float():
            return value + 1
        case frozenset():
            return value ^ {"cost"}
        case dict():
            return {**value, "cost": another(value.get("cost", 3.0))}
    raise AssertionError(value)


SPECIAL = {
    (Criterion, "parent"): "group",
    (Criterion, "scale"): Scale(1.0, 2.0),
    (Option, "facts"): (("Size", "10"),),
    (Option, "evidence"): ("e1",),
    (Score, "evidence"): ("e1",),
    (Score, "likely"): 41.0,
    (Score, "low"): 1.0,
    (Score, "high"): None,
    (Perspective, "evidence"): ("e2",),
    (Perspective, "reasons"): {"cost": "Money is short."},
    (Perspective, "doubt"): Doubt(Knowledge.RANKING, 0.5, {"cost": (0.0, 0.2)}),
    (Doubt, "ranges"): {"cost": (0.1, 0.35)},
    (Evidence, "credibility"): 3,
    (Scale, "levels"): (Level(0.0, "Nothing"),),
    (Scale, "points"): ((0.0, 0.0), (100.0, 100.0)),
}
HOLDERS = {Option: "options", Criterion: "criteria", Perspective: "perspectives", Evidence: "evidence"}
EVERY_FIELD = [(kind, name) for kind in FIELDS if kind is not Level for name in FIELDS[kind]]


def changed(kind: type, field: str) -> tuple[Study, set[str]]:
    """STUDY with this one field of an object of this kind changed, and the ids that this is about."""
    if kind is Score:
        score = STUDY.scores["trip", "cost"]
        value = SPECIAL.get((kind, field)) if (kind, field) in SPECIAL else another(getattr(score, field))
        return replace(STUDY, scores={("trip", "cost"): replace(score, **{field: value})}), {"trip", "cost"}
    if kind is Scale:
        assert LEAF.scale is not None
        value = SPECIAL.get((kind, field)) if (kind, field) in SPECIAL else another(getattr(LEAF.scale, field))
        return with_one("criteria", replace(LEAF, scale=replace(LEAF.scale, **{field: value}))), {"cost"}
    if kind is Doubt:
        party = STUDY.perspectives[0]
        value = SPECIAL.get((kind, field)) or another(getattr(party.doubt, field))
        return with_one("perspectives", replace(party, doubt=replace(party.doubt, **{field: value}))), {"wash"}
    thing = next(thing for thing in getattr(STUDY, HOLDERS[kind]) if not isinstance(thing, Criterion) or thing == LEAF)
    value = SPECIAL[kind, field] if (kind, field) in SPECIAL else another(getattr(thing, field))
    return with_one(HOLDERS[kind], replace(thing, **{field: value})), {thing.id}


@pytest.mark.parametrize(("kind", "field"), [pair for pair in EVERY_FIELD if pair[1] != "id"])
def test_a_change_of_any_one_field_of_any_object_is_told_from_and_to(kind: type, field: str) -> None:
    after, about = changed(kind, field)
    lines = told(STUDY, after)
    assert lines
    for line in lines:
        assert line.old
        assert line.new
        assert line.old != line.new
        assert about <= line.about
    assert [line.text for line in told(after, STUDY)] == [
        f"{line.subject}: {line.new} → {line.old}" for line in lines
    ] or field in ("name", "ref"), "the way back reads the other way round"


@pytest.mark.parametrize("field", HEADING)
def test_a_change_of_any_field_of_the_study_itself_is_told(field: str) -> None:
    value: Any = ("A note.",) if field == "notes" else another(getattr(STUDY, field))
    (line,) = told(STUDY, replace(STUDY, **{field: value}))
    assert line.old != line.new
    assert not line.about


def test_the_fields_that_are_written_are_all_the_fields_there_are() -> None:
    for kind, codecs in FIELDS.items():
        assert set(codecs) == {field.name for field in fields(kind)}


@pytest.mark.parametrize("kind", HOLDERS)
def test_what_is_added_or_deleted_is_told_with_all_it_holds(kind: type) -> None:
    holder = HOLDERS[kind]
    thing = getattr(STUDY, holder)[0] if kind is not Criterion else LEAF
    for field in FIELDS[kind]:
        if field != "id":
            value = SPECIAL[kind, field] if (kind, field) in SPECIAL else another(getattr(thing, field))
            thing = replace(thing, **{field: value})
    others = tuple(each for each in getattr(STUDY, holder) if each.id != thing.id)
    without, with_it = replace(STUDY, **{holder: others}), replace(STUDY, **{holder: (*others, thing)})
    added, deleted = told(without, with_it), told(with_it, without)
    assert added[0].new == "added"
    assert deleted[0].new == "deleted"
    assert added[0].subject == deleted[0].subject
    assert len(added) == len(deleted) >= len(FIELDS[kind]) - 2
    assert [(line.subject, line.old, line.new) for line in added[1:]] == [
        (line.subject, line.new, line.old) for line in deleted[1:]
    ]


@settings(max_examples=25)
@given(studies(), st.lists(study_edits(), max_size=4), studies())
def test_every_record_of_a_patch_has_a_line_and_every_line_differs(
    study: Study, edits: Sequence[StudyEdit], other: Study
) -> None:
    after = study
    for edit in edits:
        after = edit(after)
    for first, second in ((study, after), (study, other), (NOTHING, study), (study, NOTHING)):
        patch = make_patch(differences(first, second))
        names = StudyNames(first), StudyNames(second)
        for record in patch:
            lines = tell([record], *names)
            assert lines, record
            assert all(line.old != line.new and line.new and line.subject for line in lines)
            assert all(line.text.isprintable() for line in lines)
            if record["kind"] not in ("study", "order"):
                keys = {record["key"]} if isinstance(record["key"], str) else set(record["key"])
                assert all(keys & line.about for line in lines)


@settings(max_examples=15)
@given(studies(), st.data())
def test_two_scores_that_differ_in_anything_are_told_differently(study: Study, data: st.DataObject) -> None:
    if not study.scores:
        return
    cell = data.draw(st.sampled_from(sorted(study.scores)))
    edits = [data.draw(study_edits())(study).scores.get(cell) for _ in range(2)]
    first, second = (replace(study, scores={**study.scores, cell: score or Score()}) for score in edits)
    if first.scores[cell] != second.scores[cell] and study not in (first, second):
        assert texts(study, first) != texts(study, second)


# What it reads like


def test_a_score_is_told_with_those_of_its_numbers_that_changed() -> None:
    score = STUDY.scores["trip", "cost"]
    moved = replace(STUDY, scores={("trip", "cost"): replace(score, likely=55.0, low=35.0, high=60.0)})
    assert texts(STUDY, moved) == ["Tripwire · Cost: 40 (low 30, high 55) → 55 (low 35, high 60)"]
    lower = replace(STUDY, scores={("trip", "cost"): replace(score, low=35.5)})
    assert texts(STUDY, lower) == ["Tripwire · Cost: low 30 → low 35.5"]
    cleared = replace(STUDY, scores={})
    assert texts(STUDY, cleared) == ["Tripwire · Cost: 40 (low 30, high 55) → missing"]
    certain = replace(STUDY, scores={("trip", "cost"): Score(40.0)})
    assert texts(STUDY, certain) == ["Tripwire · Cost: low 30, high 55 → no range"]
    assert texts(cleared, certain) == ["Tripwire · Cost: missing → 40"]


def test_a_weight_is_told_as_a_share_the_one_that_moved_most_first() -> None:
    after = with_one("perspectives", replace(STUDY.perspectives[0], weights={"cost": 20.0, "speed": 80.0}))
    assert texts(STUDY, after) == [
        "Weight of Cost in “Washington”: 12 % → 20 %",
        "Weight of Speed in “Washington”: 88 % → 80 %",
    ]
    assert summary(told(STUDY, after)) == ("12 %", "20 %, others give way")


def test_how_sure_of_its_weights_a_party_is_is_told_in_words() -> None:
    party = STUDY.perspectives[0]
    unsure = with_one("perspectives", replace(party, doubt=Doubt(Knowledge.RANKING, 0.45, {"cost": (0.07, 0.25)})))
    assert texts(STUDY, unsure) == [
        "What is known of the weights in “Washington”: near the sliders → only their order",
        "How unsure “Washington” is of its weights: 30 % → 45 %",
        "Range of the weight of Cost in “Washington”: none → 7 to 25 %",
    ]
    narrower = with_one("perspectives", replace(party, doubt=Doubt(Knowledge.RANKING, 0.45, {"cost": (0.07, 0.2501)})))
    assert texts(unsure, narrower) == ["Range of the weight of Cost in “Washington”: 7 to 25 % → 7 to 25.01 %"]


def test_a_perspective_from_before_there_were_doubts_is_told_without_one() -> None:
    after = replace(STUDY, perspectives=())
    patch = make_patch(differences(STUDY, after))
    for record in patch:
        if record["kind"] == "perspective":
            del record["old"]["doubt"]
    lines = tell(patch, StudyNames(STUDY), StudyNames(after))
    assert lines
    assert not [line for line in lines if "known" in line.subject or "unsure" in line.subject]


def test_points_set_alone_are_told_as_points_with_the_share_they_give() -> None:
    after = with_one("perspectives", replace(STUDY.perspectives[0], weights={"cost": 12.0, "speed": 12.0}))
    assert texts(STUDY, after) == ["Weight of Speed in “Washington”: 88 points (88 %) → 12 points (50 %)"]


def test_points_that_leave_every_share_alone_are_told_as_points() -> None:
    after = with_one("perspectives", replace(STUDY.perspectives[0], weights={"cost": 24.0, "speed": 176.0}))
    assert texts(STUDY, after) == [
        "Weight of Cost in “Washington”: 12 points → 24 points",
        "Weight of Speed in “Washington”: 88 points → 176 points",
    ]


def test_a_share_that_hardly_moved_is_told_with_the_digits_it_takes() -> None:
    after = with_one("perspectives", replace(STUDY.perspectives[0], weights={"cost": 12.001, "speed": 87.999}))
    assert texts(STUDY, after)[0] == "Weight of Cost in “Washington”: 12 % → 12.001 %"


def test_a_moved_option_is_told_with_its_places() -> None:
    first, second, third = STUDY.options
    after = replace(STUDY, options=(second, third, first))
    (line,) = told(STUDY, after)
    assert (line.text, set(line.about)) == ("Place of Tripwire among the options: 1 → 3", {"trip"})
    assert texts(after, STUDY) == ["Place of Tripwire among the options: 3 → 1"]


def test_texts_stand_in_quotation_marks_with_what_is_invisible_made_visible() -> None:
    after = with_one("options", replace(STUDY.options[0], definition="two\nlines\x00"))
    assert texts(STUDY, after) == ["Tripwire · definition: none → “two↵lines\\u0000”"]
    assert visible("plain") == "plain"


def test_of_a_list_only_what_differs_is_told() -> None:
    scale = Scale(levels=(Level(0.0, "Nothing"), Level(50.0, "Some"), Level(100.0, "All")))
    before = with_one("criteria", replace(LEAF, scale=scale))
    levels = (scale.levels[0], Level(60.0, "Some"), scale.levels[2])
    after = with_one("criteria", replace(LEAF, scale=replace(scale, levels=levels)))
    assert texts(before, after) == ["Cost · levels: 50 = “Some” → 60 = “Some”"]


# A whole history


@dataclass(frozen=True)
class Made:
    seq: int
    who: str
    at: str
    label: str
    reason: str
    kind: str
    patch: Patch


def past_of(*states: Study, labels: Sequence[str] = (), kind: str = "do") -> Past:
    """The history of a study that was each of these in turn."""
    found = []
    for number, (before, after) in enumerate(zip((NOTHING, *states), states, strict=False), 1):
        label = labels[number - 1] if labels else f"Change {number}"
        patch = make_patch(differences(before, after))
        found.append(Made(number, "Ada", "2026-01-01T00:00:00+00:00", label, "", kind, patch))
    return Past(found)


@settings(max_examples=25)
@given(studies(), st.lists(study_edits(), max_size=6))
def test_a_history_tells_each_change_as_the_two_studies_around_it_do(study: Study, edits: list[StudyEdit]) -> None:
    states = [study]
    for edit in edits:
        states.append(edit(states[-1]))
    past = past_of(*states)
    for place, (before, after) in enumerate(zip((NOTHING, *states), states, strict=False)):
        assert list(past.lines(place)) == told(before, after)


def test_things_since_renamed_or_deleted_are_told_by_the_name_they_had() -> None:
    scored = replace(STUDY, scores={})
    renamed = replace(scored, options=(replace(STUDY.options[0], name="Wire"), *STUDY.options[1:]))
    deleted = replace(renamed, options=STUDY.options[1:])
    past = past_of(STUDY, scored, renamed, deleted)
    assert past.lines(1)[0].subject == "Tripwire · Cost"
    assert past.lines(2)[0].text == "Tripwire · name: “Tripwire” → “Wire”"
    assert past.lines(3)[0].text == "Option Wire: deleted"
    assert [(thing.name, thing.is_there) for thing in past.mentioned("option")] == [
        ("Observers", True),
        ("Pledge", True),
        ("Wire", False),
    ]


def test_a_search_finds_words_of_labels_names_and_values_also_of_deleted_things() -> None:
    scored = replace(STUDY, scores={("trip", "cost"): Score(77.0)})
    deleted = replace(scored, options=STUDY.options[1:], scores={})
    past = past_of(STUDY, scored, deleted, labels=("Create", "Type it", "Throw it away"))
    assert list(past.matching("77 tripwire")) == [1, 2]
    assert list(past.matching("TYPE")) == [1]
    assert list(past.matching("ada")) == [0, 1, 2]
    assert list(past.matching("nowhere")) == []


def test_filters_together_ask_for_one_line_about_all_of_them() -> None:
    scored = replace(STUDY, scores={("obs", "cost"): Score(5.0), ("trip", "speed"): Score(6.0)})
    both = replace(scored, scores={**scored.scores, ("trip", "cost"): Score(7.0)})
    past = past_of(replace(STUDY, scores={}), scored, both)
    assert list(past.matching(about=["trip"])) == [0, 1, 2]
    assert list(past.matching(about=["trip", "cost"])) == [2]
    assert list(past.matching(about=["wash", "cost"])) == [0]


def test_what_was_undone_and_redone_says_so() -> None:
    change = past_of(STUDY, labels=("Weight of Cost",), kind="undo").changes[0]
    assert label_of(change) == "Undo Weight of Cost"


def test_a_summary_of_many_things_counts_them() -> None:
    assert summary(told(NOTHING, STUDY))[1].endswith(" differences")
    assert summary(()) == ("", "")
