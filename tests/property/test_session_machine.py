"""A session over a real study file does what a plain list of studies and a position in it would do.

Commands, gestures, undo, redo and reopening come in any order; each closed step is saved on the storage thread as the
window saves it, and after every rule the file, the session and the list must agree.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from db.engine import StorageThread
from db.library import Library
from db.study.digest import digest
from db.study.model import Id, Known, Study
from desktop.session import Past, Session, Step
from tests.commands import commands, moves, weight_commands
from tests.strategies import studies


class Keeping:
    """What the window does with a file: every step is one save on the storage thread, earlier runs are recalled."""

    def __init__(self, library: Library, path: Path) -> None:
        self.thread = StorageThread()
        self.store = self.thread.submit(library.open, path).result()
        self.session = Session(
            self.store.study,
            who="Ada",
            undoable=[Past(change, label) for change, label in self.thread.submit(self.store.undoable).result()],
            redoable=[Past(change, label) for change, label in self.thread.submit(self.store.redoable).result()],
        )
        self.session.recall_from(self)
        self.session.on_step(self.save)

    def save(self, step: Step) -> None:
        self.thread.submit(
            self.store.save,
            step.before,
            step.after,
            step.label,
            who=self.session.who,
            change=step.id,
            kind=step.kind.value,
            of=step.of,
        ).result()

    def before(self, change: Id, study: Study) -> Study:
        return self.thread.submit(self.store.before, change, study).result()

    def after(self, change: Id, study: Study) -> Study:
        return self.thread.submit(self.store.after, change, study).result()

    def load(self) -> Study:
        return self.thread.submit(self.store.load).result()

    def close(self) -> None:
        self.session.settle()
        self.thread.submit(self.store.verify).result()
        self.thread.submit(self.store.close).result()
        self.thread.close()


class SessionMachine(RuleBasedStateMachine):
    """`past` holds (label of the step to it, study), `at` where in it the study stands."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.library = Library(self.folder)
        self.keeping: Keeping | None = None

    @initialize(study=studies())
    def open_a_study(self, study: Study) -> None:
        self.path = self.library.create(study, "Ada")
        self.keeping = Keeping(self.library, self.path)
        self.past: list[tuple[str, Study]] = [("", study)]
        self.at = 0

    @property
    def session(self) -> Session:
        assert self.keeping is not None
        return self.keeping.session

    def expect(self, label: str, study: Study) -> None:
        """The list after a step that made `study`; none where nothing changed."""
        if study != self.past[self.at][1]:
            self.past[self.at + 1 :] = [(label, study)]
            self.at += 1

    @rule(data=st.data())
    def do(self, data: st.DataObject) -> None:
        before = self.session.study
        command = data.draw(commands(before))
        refused = self.session.attempt(command)
        if refused:
            assert self.session.study is before
        else:
            self.expect(command.label(before), command.apply(before))

    @precondition(lambda self: self.can_weigh())
    @rule(data=st.data(), kept=st.booleans())
    def gesture(self, data: st.DataObject, kept: bool) -> None:
        before = self.session.study
        ticks = data.draw(st.lists(moves(before) | weight_commands(before), min_size=1, max_size=4))
        done = [tick for tick in ticks if not self.session.attempt(tick, live=True)]
        assert self.session.before_gesture is before
        if done:
            assert self.session.study == done[-1].apply(before)
        if kept:
            self.session.settle()
            if done:
                self.expect(done[-1].label(before), done[-1].apply(before))
        else:
            self.session.abandon()
            assert self.session.study is before

    @precondition(lambda self: self.can_weigh())
    @rule(data=st.data())
    def gesture_ended_by_the_next_step(self, data: st.DataObject) -> None:
        before = self.session.study
        tick = data.draw(moves(before))
        if not self.session.attempt(tick, live=True):
            self.expect(tick.label(before), tick.apply(before))
        self.undo()

    @rule()
    def undo(self) -> None:
        self.session.undo()
        self.at = max(0, self.at - 1)

    @rule()
    def redo(self) -> None:
        self.session.redo()
        self.at = min(len(self.past) - 1, self.at + 1)

    @precondition(lambda self: self.at > 0)
    @rule()
    def undo_everything_and_redo_it(self) -> None:
        study, steps = self.session.study, self.at
        for _ in range(steps):
            self.session.undo()
        assert self.session.study == self.past[0][1]
        for _ in range(steps):
            self.session.redo()
        assert self.session.study == study

    @rule()
    def reopen(self) -> None:
        self.end()
        self.keeping = Keeping(self.library, self.path)

    def can_weigh(self) -> bool:
        return bool(self.keeping and self.session.study.perspectives and self.session.study.leaves())

    @invariant()
    def file_session_and_list_agree(self) -> None:
        if self.keeping is None:
            return
        study = self.past[self.at][1]
        assert self.session.study == study
        assert self.keeping.load() == study
        assert digest(self.session.study) == digest(study)

    @invariant()
    def undo_and_redo_are_named_after_their_steps(self) -> None:
        if self.keeping is None:
            return
        assert self.session.undo_label == (self.past[self.at][0] if self.at else "")
        following = self.past[self.at + 1 : self.at + 2]
        assert self.session.redo_label == (following[0][0] if following else "")

    def end(self) -> None:
        if self.keeping is not None:
            keeping, self.keeping = self.keeping, None
            keeping.close()

    def teardown(self) -> None:
        try:
            self.end()
        finally:
            shutil.rmtree(self.folder)


TestSessionMachine = SessionMachine.TestCase
TestSessionMachine.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)


def test_a_step_the_history_does_not_know_is_refused_and_changes_nothing() -> None:
    study = Study("2f0f6a6e-0000-4000-8000-000000000000", "A choice")
    session = Session(study, who="Ada", undoable=[Past("earlier", "Rename the study")])
    with pytest.raises(Known, match="earlier run"):
        session.undo()
    assert session.study is study
    assert session.undo_label == "Rename the study"
