"""A store driven at random: do, undo, redo, reopen and look back, compared with a plain list of states."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from db.store import Store
from db.study.model import Study
from tests.strategies import StudyEdit, studies, study_edits


class StoreMachine(RuleBasedStateMachine):
    """`states` are what undo and redo walk through, `at` where the study stands; `seen` is every state ever saved."""

    @initialize(study=studies())
    def create(self, study: Study) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.store = Store.create(Path(self.folder.name) / "study.steelyard", study, "Ada")
        self.states, self.at, self.seen = [study], 0, [study]

    def _save(self, after: Study, kind: str, of: str | None = None) -> None:
        self.store.save(self.store.study, after, kind, who="Ada", kind=kind, of=of)
        self.seen.append(after)

    @rule(edit=study_edits())
    def do(self, edit: StudyEdit) -> None:
        after = edit(self.states[self.at])
        self.states[self.at + 1 :] = [after]
        self.at += 1
        self._save(after, "do")

    @precondition(lambda self: self.at > 0)
    @rule()
    def undo(self) -> None:
        change, _ = self.store.undoable()[-1]
        self.at -= 1
        self._save(self.store.before(change, self.store.study), "undo", change)

    @precondition(lambda self: self.at + 1 < len(self.states))
    @rule()
    def redo(self) -> None:
        change, _ = self.store.redoable()[-1]
        self.at += 1
        self._save(self.store.after(change, self.store.study), "redo", change)

    @rule()
    def reopen(self) -> None:
        self.store.close()
        self.store = Store.open(self.store.path)

    @rule(which=st.integers(0, 10**6))
    def look_back(self, which: int) -> None:
        seq = which % len(self.seen) + 1
        assert self.store.as_it_was(seq) == self.seen[seq - 1]

    @invariant()
    def the_file_holds_the_state_and_the_steps_of_the_model(self) -> None:
        assert self.store.study == self.states[self.at]
        assert len(self.store.undoable()) == self.at
        assert len(self.store.redoable()) == len(self.states) - self.at - 1

    def teardown(self) -> None:
        if hasattr(self, "store"):
            assert self.store.load() == self.states[self.at]
            self.store.verify()
            self.store.close()
            self.folder.cleanup()


TestStore = StoreMachine.TestCase
TestStore.settings = settings(max_examples=12, stateful_step_count=15, deadline=None)
