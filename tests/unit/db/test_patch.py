"""Patches go forwards and backwards without loss, and refuse what they do not fit."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.history import _records
from db.study.diff import differences
from db.study.digest import _contents, digest, moved
from db.study.model import Doubt, Knowledge, Option, Perspective, Score, Study
from db.study.patch import NOTHING, Mismatch, Patch, Workbench, make_patch
from db.study.plain import from_plain, to_plain
from tests.strategies import StudyEdit, scores, studies, study_edits


def patch_between(before: Study, after: Study) -> Patch:
    patch: Patch = json.loads(json.dumps(make_patch(differences(before, after))))
    return patch


def applied(study: Study, patch: Patch, backwards: bool = False) -> Study:
    bench = Workbench(study)
    bench.apply(patch, backwards=backwards)
    return bench.study()


@settings(max_examples=60)
@given(studies(), st.lists(study_edits(), max_size=5))
def test_a_patch_leads_from_one_study_to_the_other_and_back(study: Study, edits: list[StudyEdit]) -> None:
    after = study
    for edit in edits:
        after = edit(after)
    patch = patch_between(study, after)
    assert applied(study, patch) == after
    assert applied(after, patch, backwards=True) == study


@settings(max_examples=30)
@given(studies(), studies())
def test_a_patch_leads_between_studies_that_have_nothing_in_common(first: Study, second: Study) -> None:
    patch = patch_between(first, second)
    assert applied(first, patch) == second
    assert applied(second, patch, backwards=True) == first


@settings(max_examples=30)
@given(studies(), study_edits())
def test_the_digest_kept_up_to_date_is_the_digest_of_the_whole(study: Study, edit: StudyEdit) -> None:
    after = edit(study)
    assert moved(digest(study), differences(study, after)) == digest(after)
    assert (digest(study) == digest(after)) == (study == after)


@given(scores())
def test_the_short_cut_for_scores_reads_the_same_as_the_general_way(score: Score) -> None:
    assert json.dumps(_contents(score)) == json.dumps(list(to_plain(score).values()))


def test_minus_zero_and_whole_numbers_have_the_digest_of_the_floats_they_are_stored_as() -> None:
    one = Study("s", "T", scores={("a", "c"): Score(likely=-0.0, low=5)})
    other = Study("s", "T", scores={("a", "c"): Score(likely=0.0, low=5.0)})
    assert digest(one) == digest(other)


def test_a_weight_drag_keeps_only_the_weights_that_moved() -> None:
    before = Study("s", "T", perspectives=(Perspective("p", "P", weights={"c": 1.0, "d": 2.0, "e": 3.0}),))
    after = replace(before, perspectives=(replace(before.perspectives[0], weights={"c": 4.0, "d": 2.0}),))
    (record,) = patch_between(before, after)
    assert record["old"] == {"weights": {"c": 1.0, "e": 3.0}}
    assert record["new"] == {"weights": {"c": 4.0, "e": None}}


UNSURE = Doubt(Knowledge.RANGES, 0.5, {"c": (0.1, 0.2), "d": (0.2, 0.9)})


def with_doubt(doubt: Doubt) -> Study:
    return Study("s", "T", perspectives=(Perspective("p", "P", weights={"c": 1.0}, doubt=doubt),))


def test_of_a_doubt_only_what_became_another_is_kept() -> None:
    after = with_doubt(replace(UNSURE, spread=0.75, ranges={"d": (0.2, 0.8), "e": (0.0, 1.0)}))
    (record,) = patch_between(with_doubt(UNSURE), after)
    assert record["old"] == {"doubt": {"spread": 0.5, "ranges": {"c": [0.1, 0.2], "d": [0.2, 0.9], "e": None}}}
    assert record["new"] == {"doubt": {"spread": 0.75, "ranges": {"c": None, "d": [0.2, 0.8], "e": [0.0, 1.0]}}}


def test_taking_back_a_spread_leaves_the_ranges_that_were_set_since() -> None:
    before, after = with_doubt(UNSURE), with_doubt(replace(UNSURE, spread=0.75))
    later = with_doubt(replace(UNSURE, spread=0.75, ranges={"c": (0.3, 0.4)}))
    undone = applied(later, patch_between(before, after), backwards=True)
    assert undone == with_doubt(replace(UNSURE, ranges={"c": (0.3, 0.4)}))


def test_a_perspective_added_before_there_were_doubts_is_not_taken_back_with_one() -> None:
    empty = Study("s", "T")
    patch = patch_between(empty, with_doubt(Doubt()))
    del next(record for record in patch if record["kind"] == "perspective")["new"]["doubt"]
    assert applied(empty, patch) == with_doubt(Doubt())
    assert applied(with_doubt(Doubt()), patch, backwards=True) == empty
    with pytest.raises(Mismatch):
        applied(with_doubt(UNSURE), patch, backwards=True)


@pytest.mark.parametrize(
    "new", [None, 7, {"spread": "0.5"}, {"spread": True}, {"knowledge": "a lot"}, {"ranges": {"c": [0.1]}}, {"trap": 1}]
)
def test_a_doubt_that_nobody_of_ours_wrote_is_refused(new: object) -> None:
    plain = {**to_plain(with_doubt(UNSURE).perspectives[0]), "doubt": new}
    for old in (None, {"doubt": to_plain(UNSURE)}):
        patch = [{"kind": "perspective", "key": "p", "old": old, "new": {"doubt": new} if old else plain}]
        with pytest.raises(Mismatch):
            applied(with_doubt(UNSURE) if old else NOTHING, patch)


def test_an_option_added_to_many_keeps_only_the_place_it_came_to() -> None:
    options = tuple(Option(str(number), f"Option {number}") for number in range(500))
    before = Study("s", "T", options=options)
    after = replace(before, options=(*options[:7], Option("new", "New"), *options[7:]))
    order = patch_between(before, after)[-1]
    assert (order["at"], order["old"], order["new"]) == (7, [], ["new"])


def test_a_patch_is_refused_by_a_study_that_went_on_elsewhere() -> None:
    before = Study("s", "T", scores={("a", "c"): Score(likely=1.0)})
    after = replace(before, scores={("a", "c"): Score(likely=2.0)})
    other = replace(before, scores={("a", "c"): Score(likely=3.0)})
    with pytest.raises(Mismatch):
        applied(other, patch_between(before, after), backwards=True)


def test_undoing_in_part_leaves_what_the_patch_does_not_name() -> None:
    before = Study("s", "T", scores={("a", "c"): Score(likely=1.0)})
    after = replace(before, scores={("a", "c"): Score(likely=2.0)})
    later = replace(after, title="Other", scores={("a", "c"): Score(likely=2.0, rationale="because")})
    undone = applied(later, patch_between(before, after), backwards=True)
    assert (undone.title, undone.score("a", "c")) == ("Other", Score(likely=1.0, rationale="because"))


@pytest.mark.parametrize(
    "patch",
    [
        [{"kind": "option", "key": "a", "old": None, "new": {"id": "a"}}],
        [{"kind": "option", "key": "a", "old": None, "new": {"id": "a", "name": 7}}],
        [{"kind": "option", "key": "a", "old": None, "new": {"id": "a", "name": "A", "trap": 1}}],
        [{"kind": "score", "key": ["a", "c"], "old": None, "new": {"likely": float("inf")}}],
        [{"kind": "score", "key": ["a", "c"], "old": None, "new": {"likely": True}}],
        [{"kind": "nonsense", "key": "a", "old": None, "new": {}}],
        [{"kind": "order", "key": "option", "at": 0, "old": ["x"], "new": []}],
        [{"kind": "study", "key": "", "old": {"title": "wrong"}, "new": {"title": "x"}}],
        [{}],
    ],
)
def test_a_patch_that_nobody_of_ours_wrote_is_refused(patch: Patch) -> None:
    with pytest.raises(Mismatch):
        applied(NOTHING, patch)


def test_an_object_without_its_place_in_the_order_is_refused() -> None:
    bench = Workbench()
    bench.apply([{"kind": "option", "key": "a", "old": None, "new": to_plain(Option("a", "A"))}])
    with pytest.raises(Mismatch):
        bench.study()


def test_plain_values_of_the_wrong_type_are_refused() -> None:
    good = to_plain(Score(likely=1.0))
    for name, value in (("likely", "1"), ("rationale", None), ("evidence", "S1"), ("origin", "hearsay")):
        with pytest.raises(ValueError):
            from_plain(Score, {**good, name: value})


values = st.recursive(
    st.none() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(st.lists(values, max_size=4), st.sampled_from(("", " ", "\n\t ")))
def test_a_patch_is_read_record_by_record_as_json_reads_it(records: list[object], space: str) -> None:
    text = space + "[" + f"{space},{space}".join(json.dumps(record) for record in records) + space + "]" + space
    assert list(_records(text)) == json.loads(text)


@pytest.mark.parametrize("text", ["", "[", "[1", "[1,", "[1,]", "{}", "1", "[1]x", "[1 2]", "[,]", "x", "[1]]", "null"])
def test_a_patch_that_is_no_list_of_records_is_refused(text: str) -> None:
    with pytest.raises((ValueError, IndexError)):
        list(_records(text))
