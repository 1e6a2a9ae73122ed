"""What is saved is what is loaded, bit for bit and in order, whatever was edited, undone and reopened."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.store import Store, write_new
from db.study.digest import digest
from db.study.model import Cell, Doubt, Study, new_id
from tests.reliability.lanes import lane
from tests.strategies import StudyEdit, studies, study_edits


def bits(study: Study) -> str:
    """A text that differs whenever a float differs in a bit, minus zero aside."""
    ordered: dict[Cell, object] = {cell: study.scores[cell] for cell in sorted(study.scores)}
    views = [
        (
            *(view.id, view.name, view.summary),
            [sorted(view.weights.items()), sorted(view.reasons.items()), sorted(view.locked), *doubted(view.doubt)],
        )
        for view in study.perspectives
    ]
    rest = replace(study, scores={}, perspectives=())
    return repr((rest, ordered, views)).replace("-0.0", "0.0")


def doubted(doubt: Doubt) -> tuple[object, ...]:
    return doubt.knowledge, doubt.spread, sorted(doubt.ranges.items())


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


@settings(max_examples=lane(30, 2_000), deadline=None)
@given(study=studies(), edits=st.lists(study_edits(), max_size=4))
def test_a_study_comes_back_identical_after_every_save_and_after_reopening(
    folder: Path, study: Study, edits: list[StudyEdit]
) -> None:
    path = folder / f"{new_id()}.steelyard"
    with Store.create(path, study, "Ada") as store:
        assert store.study == study
        for edit in edits:
            before, study = study, edit(study)
            store.save(before, study, edit.label, who="Ada")
            assert store.load() == study
        store.verify()
    with Store.open(path) as store:
        assert store.study == study
        assert bits(store.study) == bits(study)
        assert [change.label for change in store.changes()][1:] == [edit.label for edit in edits]


@settings(max_examples=20, deadline=None)
@given(study=studies(), edits=st.lists(study_edits(), min_size=1, max_size=4))
def test_everything_done_yesterday_can_be_undone_and_redone_today(
    folder: Path, study: Study, edits: list[StudyEdit]
) -> None:
    path = folder / f"{new_id()}.steelyard"
    states = [study]
    with Store.create(path, study, "Ada") as store:
        for edit in edits:
            states.append(edit(states[-1]))
            store.save(states[-2], states[-1], edit.label, who="Ada")
    for expected in reversed(states[:-1]):
        with Store.open(path) as store:
            change, label = store.undoable()[-1]
            undone = store.before(change, store.study)
            assert undone == expected
            store.save(store.study, undone, f"Undo {label}", who="Ada", kind="undo", of=change)
    for expected in states[1:]:
        with Store.open(path) as store:
            change, label = store.redoable()[-1]
            redone = store.after(change, store.study)
            assert redone == expected
            store.save(store.study, redone, f"Redo {label}", who="Ada", kind="redo", of=change)
    with Store.open(path) as store:
        assert (len(store.undoable()), store.redoable()) == (len(edits), [])
        assert digest(store.study) == digest(states[-1])
        store.verify()


@settings(max_examples=15, deadline=None)
@given(study=studies(), edits=st.lists(study_edits(), min_size=1, max_size=4))
def test_the_history_tells_how_the_study_was_after_each_change(
    folder: Path, study: Study, edits: list[StudyEdit]
) -> None:
    path = folder / f"{new_id()}.steelyard"
    write_new(path, study, who="Ada")
    states = [study]
    with Store.open(path) as store:
        for edit in edits:
            states.append(edit(states[-1]))
            store.save(states[-2], states[-1], edit.label, who="Ada")
        for seq, expected in enumerate(states, start=1):
            assert store.as_it_was(seq) == expected
