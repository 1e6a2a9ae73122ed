"""What every command keeps, whatever the study and however foolish the input."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from db.study.checks import Severity, problems
from db.study.model import Known, Study
from desktop.commands import Command, RemoveCriterion, RemoveEvidence, RemoveOption, RemovePerspective, ReplaceStudy
from desktop.session import Session
from tests.commands import commands
from tests.strategies import studies


def applied(command: Command, study: Study) -> Study | None:
    """The study after a command; None when it was refused in a whole sentence."""
    try:
        return command.apply(study)
    except Known as refusal:
        sentence = str(refusal)
        assert sentence.endswith((".", ")")), sentence
        assert not set(sentence) & set("\n\0\u202e"), sentence
        assert any(word in sentence for word in ("nothing was", "stay", "the study is as it was")), sentence
        return None


def is_an_edit(command: Command) -> bool:
    """Not an imported table: that is a study from elsewhere, as it comes."""
    return not isinstance(command, ReplaceStudy)


@settings(max_examples=40)
@given(data=st.data(), study=studies())
def test_a_command_gives_a_study_or_a_sentence_and_never_touches_the_study_it_was_given(
    data: st.DataObject, study: Study
) -> None:
    command = data.draw(commands(study))
    as_it_was = copy.deepcopy(study)
    after = applied(command, study)
    event(f"{type(command).__name__} {'refused' if after is None else 'done'}")
    assert study == as_it_was
    assert after is None or after is study or after != study


@settings(max_examples=40)
@given(data=st.data(), study=studies())
def test_a_command_leaves_every_untouched_part_the_same_object(data: st.DataObject, study: Study) -> None:
    command = data.draw(commands(study).filter(is_an_edit))
    after = applied(command, study)
    if after is None:
        return
    for kind in ("options", "criteria", "perspectives", "evidence"):
        before_parts, after_parts = getattr(study, kind), getattr(after, kind)
        assert after_parts is before_parts or after_parts != before_parts
        assert_shared({part.id: part for part in before_parts}, {part.id: part for part in after_parts})
    assert after.scores is study.scores or after.scores != study.scores
    assert_shared(study.scores, after.scores)


def assert_shared(before: Mapping[Any, Any], after: Mapping[Any, Any]) -> None:
    for key, part in after.items():
        assert part is before.get(key) or part != before.get(key)


@settings(max_examples=40)
@given(data=st.data(), study=studies())
def test_a_command_breaks_no_promise_of_the_study(data: st.DataObject, study: Study) -> None:
    command = data.draw(commands(study).filter(is_an_edit))
    after = applied(command, study)
    if after is not None:
        assert errors(after) <= errors(study), command


def errors(study: Study) -> set[str]:
    return {str(problem) for problem in problems(study) if problem.severity is Severity.ERROR}


@settings(max_examples=40)
@given(data=st.data(), study=studies())
def test_a_label_is_one_readable_line(data: st.DataObject, study: Study) -> None:
    command = data.draw(commands(study))
    label = command.label(study)
    if applied(command, study) in (None, study):
        return
    assert label
    assert "\n" not in label


@settings(max_examples=40)
@given(data=st.data(), study=studies())
def test_undo_restores_the_very_same_study_and_redo_the_one_after(data: st.DataObject, study: Study) -> None:
    session = Session(study, who="Ada")
    seen = [study]
    for _ in range(data.draw(st.integers(1, 4))):
        if not session.attempt(data.draw(commands(session.study))) and session.study is not seen[-1]:
            seen.append(session.study)
    for expected in reversed(seen[:-1]):
        session.undo()
        assert session.study is expected
    assert session.undo_label == ""
    for expected in seen[1:]:
        session.redo()
        assert session.study is expected
    assert session.redo_label == ""


@pytest.mark.parametrize(
    ("kind", "command"),
    [
        ("options", RemoveOption),
        ("criteria", RemoveCriterion),
        ("perspectives", RemovePerspective),
        ("evidence", RemoveEvidence),
    ],
)
@settings(max_examples=10)
@given(data=st.data())
def test_what_is_deleted_is_gone_everywhere_and_undo_brings_all_of_it_back(
    kind: str, command: Any, data: st.DataObject
) -> None:
    least = 2 if kind == "perspectives" else 1
    study = data.draw(studies().filter(lambda study: len(getattr(study, kind)) >= least))
    gone = data.draw(st.sampled_from(getattr(study, kind))).id
    session = Session(study)
    session.do(command(gone))
    assert gone not in repr(session.study)
    session.undo()
    assert session.study is study
