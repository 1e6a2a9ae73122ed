"""How sure a party is of its weights: what is set, what is kept, what is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from db.study.checks import problems
from db.study.model import NOT_ASKED, Criterion, Doubt, Knowledge, Known, Perspective, Scale, Study
from desktop import commands as c

ASKED = Doubt(Knowledge.RANGES, 0.5, {"c0": (0.2, 0.6), "c1": (0.1, 0.3)})


@pytest.fixture
def study() -> Study:
    criteria = (
        Criterion("g", "Group"),
        Criterion("c0", "Cost", "g", Scale(), colour=0),
        Criterion("c1", "Speed", "g", Scale(), colour=1),
        Criterion("c2", "Trust", None, Scale(), colour=2),
    )
    weights = {"c0": 50.0, "c1": 30.0, "c2": 20.0}
    parties = (Perspective("p", "Kyiv", weights=weights, doubt=ASKED), Perspective("q", "Bern", weights=weights))
    return Study("s", "Study", criteria=criteria, perspectives=parties)


def doubt(study: Study, party: str = "p") -> Doubt:
    return study.perspective(party).doubt


def test_each_part_of_a_doubt_is_set_alone(study: Study) -> None:
    for command, expected in (
        (c.SetSpread("p", 0.75), replace(ASKED, spread=0.75)),
        (c.SetKnowledge("p", Knowledge.RANKING), replace(ASKED, knowledge=Knowledge.RANKING)),
        (c.SetWeightRange("p", "c0", 0.0, 0.4), replace(ASKED, ranges={**ASKED.ranges, "c0": (0.0, 0.4)})),
        (c.SetWeightRange("p", "c2", 0.3, 0.5), replace(ASKED, ranges={**ASKED.ranges, "c2": (0.3, 0.5)})),
        (c.ClearWeightRange("p", "c0"), replace(ASKED, ranges={"c1": (0.1, 0.3)})),
    ):
        after = command.apply(study)
        assert doubt(after) == expected
        assert after.perspectives[1] is study.perspectives[1]
        assert replace(after.perspectives[0], doubt=ASKED) == study.perspectives[0], "weights and the rest are kept"


@pytest.mark.parametrize(
    "command",
    [
        c.SetSpread("p", 0.5),
        c.SetSpread("q", 0.3),
        c.SetKnowledge("p", Knowledge.RANGES),
        c.SetKnowledge("q", Knowledge.AROUND),
        c.SetWeightRange("p", "c0", 0.2, 0.6),
        c.ClearWeightRange("p", "c2"),
        c.ClearWeightRange("q", "c0"),
    ],
)
def test_what_is_so_already_gives_the_very_same_study(study: Study, command: c.Command) -> None:
    assert command.apply(study) is study


@pytest.mark.parametrize(
    ("command", "label"),
    [
        (c.SetSpread("p", 0.1), "Set how sure Kyiv is of its weights"),
        (c.SetKnowledge("p", Knowledge.RANKING), "Set what Kyiv knows of its weights"),
        (c.SetWeightRange("p", "c0", 0.1, 0.2), "Set the range of the weight of Cost in Kyiv"),
        (c.ClearWeightRange("p", "c0"), "Clear the range of the weight of Cost in Kyiv"),
    ],
)
def test_the_undo_menu_says_what_it_was(study: Study, command: c.Command, label: str) -> None:
    assert command.label(study) == label


@pytest.mark.parametrize(
    ("command", "part"),
    [
        (c.SetSpread("p", 1.2), "between 0 and 100 %; it stays as it is"),
        (c.SetSpread("p", float("nan")), "between 0 and 100 %"),
        (c.SetWeightRange("p", "g", 0.0, 1.0), "Group is a group and has no range"),
        (c.SetWeightRange("p", "c0", 0.5, 0.4), "that of Cost stays as it is"),
        (c.SetWeightRange("p", "c0", -0.1, 0.4), "within 0 to 100 %"),
        (c.SetWeightRange("p", "c0", 0.1, float("nan")), "within 0 to 100 %"),
        (c.SetWeightRange("p", "c2", 0.8, 0.9), "would add up to 110 %, and no weights fit more than 100 %"),
        (c.SetWeightRange("p", "c2", 0.0, 0.05), "would add up to 95 %, and no weights fit less than 100 %"),
    ],
)
def test_what_cannot_be_is_refused_with_what_was_kept_and_what_to_do(
    study: Study, command: c.Command, part: str
) -> None:
    with pytest.raises(Known, match=part):
        command.apply(study)


def test_ranges_may_leave_exactly_the_room_there_is(study: Study) -> None:
    for low, high in ((0.7, 0.7), (0.0, 0.1), (0.1, 0.7)):
        after = c.SetWeightRange("p", "c2", low, high).apply(study)
        assert not [problem for problem in problems(after) if problem.kind == "no_weights_fit"]


def test_ranges_that_a_deletion_left_without_room_can_be_mended_step_by_step(study: Study) -> None:
    after = c.RemoveCriterion("c2").apply(study)
    assert "no_weights_fit" in {problem.kind for problem in problems(after)}
    with pytest.raises(Known, match="add up to 80 %"):
        c.SetWeightRange("p", "c1", 0.1, 0.2).apply(after)
    for high in (0.35, 0.4):
        after = c.SetWeightRange("p", "c1", 0.1, high).apply(after)
    assert "no_weights_fit" not in {problem.kind for problem in problems(after)}


def test_deleting_a_criterion_takes_its_range_and_no_other(study: Study) -> None:
    after = c.RemoveCriterion("c0").apply(study)
    assert doubt(after) == replace(ASKED, ranges={"c1": (0.1, 0.3)})
    assert doubt(c.RemoveCriterion("g").apply(study)) == replace(ASKED, ranges={})
    assert doubt(c.RemoveCriterion("c2").apply(study)) is ASKED


def test_other_changes_of_the_criteria_leave_every_doubt_alone(study: Study) -> None:
    for command in (
        c.AddCriterion("New"),
        c.DuplicateCriterion("c0"),
        c.MoveCriterion("c0", None),
        c.GroupCriteria(("c0", "c1"), "Both"),
        c.SetScale("c0", Scale(0, 200)),
        c.EqualWeights("p"),
        c.MoveWeight("p", "c0", 0.9),
    ):
        assert doubt(command.apply(study)) is ASKED


def test_a_copy_of_a_perspective_is_as_sure_and_a_new_one_was_not_asked(study: Study) -> None:
    assert doubt(c.DuplicatePerspective("p", id="twin").apply(study), "twin") == ASKED
    assert doubt(c.AddPerspective("New", id="new").apply(study), "new") == NOT_ASKED
