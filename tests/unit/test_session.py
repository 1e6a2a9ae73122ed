"""The session: gestures, undo and redo, and who is told what."""

from __future__ import annotations

from dataclasses import replace

import pytest

from db.study.model import Criterion, Known, Option, Perspective, Scale, Study
from desktop.commands import AddOption, EditOption, EditStudy, MoveWeight, RemoveCriterion, RemoveOption
from desktop.session import Kind, Past, Session, Step, Subject


@pytest.fixture
def session() -> Session:
    leaves = tuple(Criterion(f"c{n}", f"Criterion {n}", scale=Scale()) for n in range(3))
    party = Perspective("p", "All", weights={leaf.id: 10.0 for leaf in leaves})
    options = (Option("a", "Alpha"), Option("b", "Beta"))
    return Session(Study("s", "Study", options=options, criteria=leaves, perspectives=(party,)), who="Ada")


def steps_of(session: Session) -> list[Step]:
    told: list[Step] = []
    session.on_step(told.append)
    return told


def test_a_drag_of_many_ticks_is_one_step_and_one_undo(session: Session) -> None:
    before, told = session.study, steps_of(session)
    for share in (0.4, 0.5, 0.6):
        session.do(MoveWeight("p", "c0", share), live=True)
    assert told == []
    session.settle()
    assert [(step.label, step.kind, step.before is before) for step in told] == [
        ("Weight of Criterion 0", Kind.DO, True)
    ]
    session.undo()
    assert session.study is before


def test_every_tick_starts_from_the_study_before_the_gesture(session: Session) -> None:
    before = session.study
    session.do(MoveWeight("p", "c0", 1.0), live=True)
    session.do(MoveWeight("p", "c0", 0.5), live=True)
    assert session.study == MoveWeight("p", "c0", 0.5).apply(before)
    assert session.before_gesture is before


def test_a_drag_out_and_back_leaves_nothing(session: Session) -> None:
    before, told = session.study, steps_of(session)
    session.do(MoveWeight("p", "c0", 0.9), live=True)
    session.do(MoveWeight("p", "c0", 1 / 3), live=True)
    session.settle()
    assert session.study is before
    assert told == []
    assert session.undo_label == ""


def test_a_drag_that_is_given_up_leaves_nothing(session: Session) -> None:
    before, told = session.study, steps_of(session)
    session.do(MoveWeight("p", "c0", 0.9), live=True)
    session.abandon()
    assert session.study is before
    assert not session.in_gesture
    assert told == []


def test_the_open_gesture_is_named_by_undo_and_taken_back_by_it(session: Session) -> None:
    before = session.study
    session.do(MoveWeight("p", "c0", 0.9), live=True)
    assert session.undo_label == "Weight of Criterion 0"
    session.undo()
    assert session.study is before
    assert session.redo_label == "Weight of Criterion 0"


def test_another_step_closes_the_open_gesture_first(session: Session) -> None:
    told = steps_of(session)
    session.do(MoveWeight("p", "c0", 0.9), live=True)
    session.do(EditOption("a", {"name": "Gamma"}))
    assert [step.label for step in told] == ["Weight of Criterion 0", "Rename Alpha to Gamma"]
    assert told[0].after is told[1].before


def test_a_refused_tick_leaves_the_gesture_where_it_was(session: Session) -> None:
    session.do(MoveWeight("p", "c0", 0.9), live=True)
    shown = session.study
    with pytest.raises(Known):
        session.do(MoveWeight("p", "c0", 2.0), live=True)
    assert session.study is shown
    assert session.in_gesture


def test_a_refusal_is_returned_and_told_and_changes_nothing(session: Session) -> None:
    heard: list[str] = []
    session.on_refusal(heard.append)
    before = session.study
    sentence = session.attempt(AddOption("alpha"))
    assert heard == [sentence]
    assert "already an option called “alpha”" in sentence
    assert session.study is before
    assert session.undo_label == ""


def test_a_quiet_refusal_is_returned_and_told_to_nobody(session: Session) -> None:
    heard: list[str] = []
    session.on_refusal(heard.append)
    before = session.study
    assert "already an option called “alpha”" in session.attempt_quietly(AddOption("alpha"))
    assert heard == []
    assert session.study is before
    assert session.attempt_quietly(AddOption("Gamma")) == ""
    assert session.study is not before


def test_a_command_is_found_and_carried_out_and_none_is_no_step(session: Session) -> None:
    told = steps_of(session)
    session.attempt_found(lambda: None)
    session.attempt_found(lambda: EditOption("a", {"name": "Gamma"}))
    assert [step.after.option("a").name for step in told] == ["Gamma"]


def test_a_refusal_to_find_a_command_is_told_and_changes_nothing(session: Session) -> None:
    def find() -> RemoveOption:
        raise Known("There is nowhere to go.")

    heard: list[str] = []
    session.on_refusal(heard.append)
    before = session.study
    session.attempt_found(find)
    assert heard == ["There is nowhere to go."]
    assert session.study is before


def test_a_command_that_changes_nothing_is_no_step(session: Session) -> None:
    told = steps_of(session)
    session.do(EditOption("a", {"name": "Alpha"}))
    assert told == []


def test_undo_and_redo_are_steps_that_name_the_step_they_speak_of(session: Session) -> None:
    told = steps_of(session)
    session.do(EditOption("a", {"name": "Gamma"}))
    session.undo()
    session.redo()
    assert [step.kind for step in told] == [Kind.DO, Kind.UNDO, Kind.REDO]
    assert {told[1].of, told[2].of} == {told[0].id}
    assert len({step.id for step in told}) == 3
    assert told[2].after is told[0].after


def test_a_new_step_forgets_what_was_undone(session: Session) -> None:
    session.do(EditOption("a", {"name": "Gamma"}))
    session.undo()
    session.do(EditOption("b", {"name": "Delta"}))
    assert session.redo_label == ""
    assert session.undo_label == "Rename Beta to Delta"


def test_undo_and_redo_with_nothing_to_do_do_nothing(session: Session) -> None:
    before, told = session.study, steps_of(session)
    session.undo()
    session.redo()
    assert session.study is before
    assert told == []


def test_listeners_hear_the_study_before_and_after_until_they_leave(session: Session) -> None:
    heard: list[tuple[Study, Study]] = []
    leave = session.subscribe(lambda before, after: heard.append((before, after)))
    before = session.study
    session.do(EditOption("a", {"name": "Gamma"}))
    leave()
    leave()
    session.undo()
    assert len(heard) == 1
    assert heard[0][0] is before


def test_the_view_looks_away_from_what_was_deleted_and_tells_so(session: Session) -> None:
    session.select(option="a", criterion="c0")
    assert (session.cell, session.view.subject) == (("a", "c0"), Subject.SCORE)
    told: list[str | None] = []
    session.on_view(lambda before, after: told.append(after.option))
    session.do(RemoveOption("a"))
    assert (session.view.option, session.view.criterion, session.cell) == (None, "c0", None)
    session.do(RemoveCriterion("c0"))
    assert session.view.criterion is None
    assert told == [None, None]


def test_selecting_the_same_again_tells_nobody(session: Session) -> None:
    session.select(option="a")
    told: list[object] = []
    session.on_view(lambda before, after: told.append(after))
    session.select(option="a")
    assert told == []


class Yesterday:
    """Steps of an earlier run: one rename, its far sides made on demand."""

    def before(self, change: str, study: Study) -> Study:
        assert change == "earlier"
        return replace(study, title="Before")

    def after(self, change: str, study: Study) -> Study:
        assert change == "earlier"
        return replace(study, title="Study")


def test_a_step_of_an_earlier_run_is_undone_through_the_history_and_redone_from_memory() -> None:
    study = Study("s", "Study")
    session = Session(study, who="Ada", undoable=[Past("earlier", "Title of the study")])
    session.recall_from(Yesterday())
    told = steps_of(session)
    session.undo()
    assert session.study.title == "Before"
    session.redo()
    assert session.study is study
    assert [(step.kind, step.of) for step in told] == [(Kind.UNDO, "earlier"), (Kind.REDO, "earlier")]


def test_an_earlier_step_that_cannot_be_rebuilt_stays_to_be_undone() -> None:
    study = Study("s", "Study")
    session = Session(study, who="Ada", undoable=[Past("earlier", "Title of the study")])
    with pytest.raises(Known, match="earlier run"):
        session.undo()
    assert (session.study, session.undo_label, session.redo_label) == (study, "Title of the study", "")


def test_a_study_that_is_only_looked_at_refuses_every_command_with_its_reason(session: Session) -> None:
    looked_at = Session(session.study, read_only="This is how the study was yesterday; nothing was changed.")
    refused: list[str] = []
    looked_at.on_refusal(refused.append)
    for live in (False, True):
        assert looked_at.attempt(MoveWeight("p", "c0", 0.9), live=live) == looked_at.read_only
    looked_at.undo()
    looked_at.redo()
    assert looked_at.study is session.study
    assert refused == [looked_at.read_only] * 2
    assert not looked_at.in_gesture


def test_a_view_that_fails_over_a_change_does_not_keep_it_from_being_saved(session: Session) -> None:
    told = steps_of(session)

    def fail(before: Study, after: Study) -> None:
        raise ZeroDivisionError

    session.subscribe(fail)
    with pytest.raises(ZeroDivisionError):
        session.do(EditStudy({"title": "Another"}))
    with pytest.raises(ZeroDivisionError):
        session.undo()
    with pytest.raises(ZeroDivisionError):
        session.redo()
    assert [step.kind for step in told] == [Kind.DO, Kind.UNDO, Kind.REDO]
    assert told[-1].after is session.study


def test_a_preview_is_shown_until_anything_is_done_and_nothing_is_kept_of_it(session: Session) -> None:
    study, other, told = session.study, replace(session.study, title="Another"), steps_of(session)
    heard: list[Study | None] = []
    session.on_preview(lambda: heard.append(session.preview))
    ends = (session.undo, session.settle, session.abandon, lambda: session.look(replace(session.view, perspective="q")))
    for end in ends:
        session.show_instead(other)
        end()
    assert heard == [other, None] * len(ends)
    assert (session.study is study, told, session.undo_label) == (True, [], "")
    session.show_instead(other)
    session.do(MoveWeight("p", "c0", 0.9))
    assert session.preview is None
    assert [step.before for step in told] == [study]


def test_what_the_hand_moves_is_shown_before_any_preview(session: Session) -> None:
    session.do(MoveWeight("p", "c0", 0.9), live=True)
    session.show_instead(replace(session.study, title="Another"))
    assert session.preview is None
