"""Options, the value tree, scales, perspectives and evidence: what each command does, and what it refuses."""

from __future__ import annotations

from dataclasses import replace

import pytest

from db.study.model import Criterion, Direction, Evidence, Known, Level, Option, Perspective, Scale, Score, Shape, Study
from desktop import commands as c

LEAF = Scale(0, 100)


@pytest.fixture
def study() -> Study:
    criteria = (
        Criterion("g", "Group"),
        Criterion("c0", "Cost", "g", LEAF, colour=0),
        Criterion("c1", "Speed", "g", LEAF, colour=1),
        Criterion("c2", "Trust", None, LEAF, colour=2),
    )
    scores = {(option, leaf): Score(50.0, evidence=("e",)) for option in "ab" for leaf in ("c0", "c1", "c2")}
    weights = {"c0": 50.0, "c1": 30.0, "c2": 20.0}
    party = Perspective("p", "All", weights=weights, locked=frozenset({"c1"}), reasons={"c0": "Money"})
    return Study(
        "s",
        "Study",
        options=(Option("a", "Alpha", is_baseline=True), Option("b", "Beta")),
        criteria=criteria,
        scores=scores,
        perspectives=(party,),
        evidence=(Evidence("e", "E1", "It is so."),),
    )


@pytest.mark.parametrize(
    ("command", "part"),
    [
        (c.MoveWeight("p", "c1", 0.5), "is locked"),
        (c.MoveWeight("p", "c0", 2.0), "between 0 and 100 %"),
        (c.MoveWeight("p", "c0", float("nan")), "between 0 and 100 %"),
        (c.SetPoints("p", "c0", -1.0), "0 or more"),
        (c.SetPoints("p", "c0", 1e308), "0 or more"),
        (c.SetWeights("p", {"c0": 0.0}), "At least one criterion"),
        (c.SetScores({("a", "c0"): c.Entry(101.0)}), "Alpha on Cost: 101 lies outside the scale from 0 to 100"),
        (c.SetScores({("a", "c0"): c.Entry(float("inf"))}), "must be a number"),
        (c.SetScores({("a", "c0"): c.Entry(40.0, 50.0, 60.0)}), "low over likely to high"),
        (c.SetScores({("a", "c0"): c.Entry(None, 50.0, 60.0)}), "low over likely to high"),
        (c.SetScores({("a", "g"): c.Entry(1.0)}), "groups other criteria"),
        (c.SetScale("c0", Scale(5, 5)), "has no range"),
        (c.SetScale("c0", Scale(0, float("inf"))), "must be numbers"),
        (c.SetScale("c0", Scale(60, 100)), "2 of the scores on Cost lie outside 60 to 100"),
        (c.SetScale("g", LEAF), "is a group"),
        (c.SetScale("c0", replace(LEAF, shape=Shape.PIECEWISE, points=((0, 0), (100, 90)))), "best 100"),
        (c.SetScale("c0", replace(LEAF, shape=Shape.PIECEWISE, points=((0, 0), (50, 50)))), "whole scale"),
        (c.SetScale("c0", replace(LEAF, levels=(Level(101, "Too far"),))), "a level lies outside"),
        (c.AddCriterion("New", "c0"), "cannot hold other criteria"),
        (c.AddCriterion("New", scale=Scale(3, 3)), "has no range"),
        (c.MoveCriterion("g", "g"), "below itself"),
        (c.MoveCriterion("c0", "c1"), "cannot hold other criteria"),
        (c.GroupCriteria((), "New"), "Nothing is selected"),
        (c.GroupCriteria(("c0", "c2"), "New"), "different groups"),
        (c.DuplicateCriterion("g"), "is a group"),
        (c.RemovePerspective("p"), "at least one perspective"),
        (c.AddEvidence(Evidence("f", "E2", "  ")), "says nothing yet"),
        (c.EditStudy({"title": ""}), "A study needs a name"),
    ],
)
def test_bad_input_is_refused_in_a_sentence(study: Study, command: c.Command, part: str) -> None:
    with pytest.raises(Known, match=part.replace("(", r"\(")):
        command.apply(study)


def test_an_option_added_at_a_place_stands_there_and_redo_brings_back_the_same(study: Study) -> None:
    command = c.AddOption("New", 1)
    assert [option.name for option in command.apply(study).options] == ["Alpha", "New", "Beta"]
    assert command.apply(study) == command.apply(study)


def test_only_one_option_is_the_baseline(study: Study) -> None:
    after = c.EditOption("b", {"is_baseline": True}).apply(study)
    assert [option.is_baseline for option in after.options] == [False, True]


def test_a_duplicate_option_has_the_scores_and_is_no_baseline(study: Study) -> None:
    after = c.DuplicateOption("a", "twin").apply(study)
    assert [option.name for option in after.options] == ["Alpha", "Alpha (copy)", "Beta"]
    assert not after.option("twin").is_baseline
    assert after.score("twin", "c0") is study.score("a", "c0")


def test_a_new_leaf_carries_no_weight_and_a_colour_of_its_own(study: Study) -> None:
    after = c.AddCriterion("New", id="new").apply(study)
    assert after.perspectives is study.perspectives
    assert after.criterion("new").colour == 3


def test_the_first_leaf_carries_all_the_weight_though_nobody_has_said_so() -> None:
    study = Study("s", "Study", perspectives=(Perspective("p", "All"),))
    party = c.AddCriterion("New", id="new").apply(study).perspectives[0]
    assert (party.weights, party.assessed) == ({"new": 100.0}, False)


def test_deleting_a_group_takes_all_below_it_their_scores_weights_locks_and_reasons(study: Study) -> None:
    after = c.RemoveCriterion("g").apply(study)
    assert [node.id for node in after.criteria] == ["c2"]
    assert set(after.scores) == {("a", "c2"), ("b", "c2")}
    party = after.perspectives[0]
    assert (party.weights, party.locked, party.reasons) == ({"c2": 20.0}, frozenset(), {})


def test_what_goes_with_a_deleted_thing_is_told(study: Study) -> None:
    weights = "in every perspective"
    assert c.RemoveCriterion("c0").loses(study) == f"Cost, its 2 scores and its weight {weights}"
    assert c.RemoveCriterion("g").loses(study) == f"Group with 2 criteria, their 4 scores and their weights {weights}"
    assert c.RemoveOption("a").loses(study) == "Alpha and its 3 scores"


def test_deleting_the_last_weighted_leaf_shares_the_weight_among_the_rest_unassessed(study: Study) -> None:
    only = c.SetWeights("p", {"c0": 1.0}).apply(study)
    party = c.RemoveCriterion("c0").apply(only).perspectives[0]
    assert (party.weights, party.assessed) == ({"c1": 50.0, "c2": 50.0}, False)


def test_grouping_puts_a_branch_in_the_place_of_the_first(study: Study) -> None:
    after = c.GroupCriteria(("c1", "c0"), "Both", "new").apply(study)
    assert [(node.id, node.parent) for _, node in after.walk()] == [
        ("g", None),
        ("new", "g"),
        ("c0", "new"),
        ("c1", "new"),
        ("c2", None),
    ]


@pytest.mark.parametrize(("place", "order"), [(0, "c2 g c0 c1"), (1, "g c0 c1 c2"), (None, "g c0 c1 c2")])
def test_a_criterion_moves_among_its_siblings(study: Study, place: int | None, order: str) -> None:
    after = c.MoveCriterion("c2", None, place).apply(study)
    assert " ".join(node.id for _, node in after.walk()) == order


def test_levels_beyond_the_new_ends_go_with_them(study: Study) -> None:
    worded = c.SetScale("c0", replace(LEAF, levels=(Level(0, "None"), Level(50, "Some"), Level(100, "All")))).apply(
        study
    )
    scale = worded.criterion("c0").scale
    assert scale is not None
    after = c.SetScale("c0", replace(scale, low=20, high=80)).apply(worded).criterion("c0").scale
    assert after is not None
    assert [level.text for level in after.levels] == ["Some"]


def test_turning_a_scale_round_keeps_the_weights(study: Study) -> None:
    after = c.SetScale("c0", Scale(0, 100, Direction.LOWER)).apply(study)
    assert after.perspectives is study.perspectives


def test_equal_weights_leave_locked_shares_and_count_as_assessed(study: Study) -> None:
    party = c.EqualWeights("p").apply(study).perspectives[0]
    assert party.weights == pytest.approx({"c0": 35.0, "c1": 30.0, "c2": 35.0})
    unsaid = replace(
        study, perspectives=(Perspective("p", "All", weights={"c0": 1.0, "c1": 1.0, "c2": 1.0}, assessed=False),)
    )
    assert c.EqualWeights("p").apply(unsaid).perspectives[0].assessed


def test_the_only_criterion_cannot_give_weight_away() -> None:
    leaf = Criterion("c", "Cost", scale=LEAF)
    study = Study("s", "Study", criteria=(leaf,), perspectives=(Perspective("p", "All", weights={"c": 1.0}),))
    with pytest.raises(Known, match="Cost is the only criterion"):
        c.MoveWeight("p", "c", 0.5).apply(study)


def test_where_all_others_are_locked_nothing_gives_way(study: Study) -> None:
    held = c.LockWeight("p", "c2", True).apply(study)
    with pytest.raises(Known, match="Every other weight is locked"):
        c.MoveWeight("p", "c0", 0.9).apply(held)


def test_a_typed_score_is_the_judgement_of_whoever_typed_it_and_keeps_the_notes(study: Study) -> None:
    noted = c.AnnotateScore(("a", "c0"), {"rationale": "Because"}).apply(study)
    score = c.SetScores({("a", "c0"): c.Entry(40, 30, 55, "40 (30-55)")}, "Ada", "now").apply(noted).score("a", "c0")
    assert (score.likely, score.low, score.high, score.entered) == (40, 30, 55, "40 (30-55)")
    assert (score.changed_by, score.changed_at, score.rationale) == ("Ada", "now", "Because")


def test_a_block_with_one_bad_cell_enters_none_of_it(study: Study) -> None:
    entries = {("a", "c0"): c.Entry(1.0), ("b", "c0"): c.Entry(999.0)}
    with pytest.raises(Known, match="Beta on Cost"):
        c.SetScores(entries).apply(study)
    assert study.score("a", "c0").likely == 50.0


def test_clearing_a_score_keeps_what_is_noted_beside_it(study: Study) -> None:
    score = c.ClearScores((("a", "c0"),), "Ada", "now").apply(study).score("a", "c0")
    assert (score.is_missing, score.evidence) == (True, ("e",))


def test_deleting_evidence_takes_every_link_to_it(study: Study) -> None:
    after = c.RemoveEvidence("e").apply(study)
    assert after.evidence == ()
    assert all(score.evidence == () for score in after.scores.values())
    assert after.options is study.options


def test_evidence_may_be_added_and_cited_at_once(study: Study) -> None:
    after = c.AddEvidence(Evidence("f", "E2", "So it is."), ("a", "c0")).apply(study)
    assert after.score("a", "c0").evidence == ("e", "f")
    assert c.Cite(("a", "c0"), "f", False).apply(after).score("a", "c0").evidence == ("e",)


def test_a_new_perspective_weighs_all_leaves_equally_and_says_that_nobody_chose_so(study: Study) -> None:
    party = c.AddPerspective("Kyiv").apply(study).perspectives[-1]
    assert set(party.weights.values()) == {100 / 3}
    assert not party.assessed


def test_a_copied_perspective_stands_behind_the_original_under_a_free_name(study: Study) -> None:
    twice = c.DuplicatePerspective("p").apply(c.DuplicatePerspective("p").apply(study))
    assert [party.name for party in twice.perspectives] == ["All", "All (copy) 2", "All (copy)"]


def test_an_imported_table_keeps_the_identity_of_the_study(study: Study) -> None:
    assert c.ReplaceStudy(Study("other", "Other")).apply(study).id == "s"
    assert c.ReplaceStudy(replace(study, id="other")).apply(study) is study
