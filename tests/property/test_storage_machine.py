"""A study in a process that may be killed does what a plain list of studies and a position in it would do.

Commands, gestures, undo, redo, kills, reopening, restored states, named versions, backups, copies and updates from
copies come in any order; after every one the file, the session and the list must agree.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from db.arrivals import Standing
from db.engine import Locked
from db.library import Library
from db.store import Store
from db.study.digest import digest
from db.study.model import Known, Study
from desktop.commands import ReplaceStudy
from desktop.commands.base import Command
from desktop.session import Past, Session
from tests.commands import commands, doubt_commands, moves, weight_commands
from tests.keeping import Keeping
from tests.property.keeper_process import Seen, serve
from tests.reliability.lanes import lane
from tests.reliability.processes import Child, needs_kills
from tests.strategies import names, studies


class StorageMachine(RuleBasedStateMachine):
    """`past` holds (label of the step to it, study), `at` where in it the study stands, `chain` every state saved."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.library = Library(self.folder / "home")
        self.process: Child | None = None
        self.backups: list[tuple[Path, int]] = []

    @initialize(study=studies())
    def open_a_study(self, study: Study) -> None:
        self.path = self.library.create(study, "Ada")
        self.past: list[tuple[str, Study]] = [("", study)]
        self.chain, self.at = [study], 0
        self.start()

    def start(self) -> None:
        self.process = Child(serve, self.library.home, self.path)
        _, self.seen = self.process.pipe.recv()

    def ask(self, *question: object) -> str:
        assert self.process is not None
        answer, seen = self.process.ask(*question)
        assert isinstance(seen, Seen)
        self.seen = seen
        return str(answer)

    @property
    def study(self) -> Study:
        return self.past[self.at][1]

    def expect(self, label: str, after: Study) -> None:
        """A step to `after`."""
        self.past[self.at + 1 :] = [(label, after)]
        self.at += 1
        self.chain.append(after)

    def expect_move(self, by: int) -> None:
        """An undo or a redo."""
        to = self.at + by
        if 0 <= to < len(self.past):
            self.at = to
            self.chain.append(self.study)

    def expect_done(self, command: Command) -> str:
        """What the command does to the list; returns the sentence that refuses it."""
        try:
            after = command.apply(self.study)
        except Known as refusal:
            return str(refusal)
        if after is not self.study:
            self.expect(command.label(self.study), after)
        return ""

    # Working

    @rule(data=st.data())
    def do(self, data: st.DataObject) -> None:
        command = data.draw(commands(self.study))
        assert self.ask("do", command) == self.expect_done(command)

    @precondition(lambda self: self.can_weigh())
    @rule(data=st.data(), kept=st.booleans())
    def drag(self, data: st.DataObject, kept: bool) -> None:
        before = self.study
        tick = moves(before) | weight_commands(before) | doubt_commands(before)
        ticks = data.draw(st.lists(tick, min_size=1, max_size=4))
        refused = self.ask("drag", ticks, kept).split("\n")
        done = [tick for tick, sentence in zip(ticks, refused, strict=True) if not sentence]
        if done and kept and done[-1].apply(before) != before:
            self.expect(done[-1].label(before), done[-1].apply(before))

    @precondition(lambda self: self.can_weigh())
    @rule(data=st.data())
    def drag_ended_by_undo(self, data: st.DataObject) -> None:
        tick = data.draw(moves(self.study))
        if not self.ask("drag_and_undo", tick) and tick.apply(self.study) != self.study:
            self.expect(tick.label(self.study), tick.apply(self.study))
        self.expect_move(-1)

    @rule()
    def undo(self) -> None:
        self.ask("undo")
        self.expect_move(-1)

    @rule()
    def redo(self) -> None:
        self.ask("redo")
        self.expect_move(1)

    @rule(which=st.integers(0, 10**6))
    def restore_a_past_state(self, which: int) -> None:
        seq = which % len(self.chain) + 1
        refused = self.ask("restore", seq)
        assert refused == self.expect_done(ReplaceStudy(self.chain[seq - 1], f"Restore {seq}"))

    @rule(name=names)
    def name_this_version(self, name: str) -> None:
        self.ask("name", name)
        self.chain.append(self.study)

    # Ending and beginning again

    @rule()
    def kill_and_reopen(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.start()

    @rule(data=st.data(), seconds=st.floats(0, 0.015))
    def kill_in_the_middle_of_a_command(self, data: st.DataObject, seconds: float) -> None:
        assert self.process is not None
        command = data.draw(commands(self.study))
        self.process.pipe.send(("do", command))
        time.sleep(seconds)
        self.process.kill()
        self.start()
        if self.seen.changes > len(self.chain):
            self.expect_done(command)

    @rule()
    def close_and_reopen(self) -> None:
        self.close()
        self.start()

    def close(self) -> None:
        assert self.process is not None
        self.ask("verify")
        self.process.pipe.send(("close",))
        self.process.end()

    # Backups and copies

    @rule()
    def back_up(self) -> None:
        self.backups.append((Path(self.ask("back_up")), len(self.chain)))

    @precondition(lambda self: bool(self.backups))
    @rule(which=st.integers(0, 10**6))
    def restore_a_backup_as_a_study(self, which: int) -> None:
        backup, seq = self.backups[which % len(self.backups)]
        restored = self.library.restore(backup)
        with Store.open(restored) as store:
            wanted = self.chain[seq - 1]
            assert store.study.id != wanted.id
            assert replace(store.study, id=wanted.id, title=wanted.title) == wanted
            assert [store.as_it_was(n) for n in (1, seq)] == [self.chain[0], wanted]
        restored.unlink()

    def copy_elsewhere(self) -> tuple[Library, Path]:
        """Another library that imported a copy of the study."""
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        copy = folder / "copy.steelyard"
        self.ask("send_copy", copy)
        other = Library(folder / "other")
        return other, other.import_file(copy)

    @rule()
    def send_a_copy_and_import_it(self) -> None:
        other, imported = self.copy_elsewhere()
        assert other.look(imported) == self.study
        self.know_it_again(imported)
        self.close()
        self.know_it_again(imported)
        self.start()

    def know_it_again(self, copy: Path) -> None:
        """A copy of the study's last saved state is one, whether or not a process has the study open."""
        assert self.library.examine(copy).standing is Standing.SAME
        assert self.library.import_file(copy) == self.path

    @rule(data=st.data(), here_too=st.booleans())
    def update_from_a_copy_that_went_on(self, data: st.DataObject, here_too: bool) -> None:
        other, imported = self.copy_elsewhere()
        news: list[tuple[str, Study]] = []
        keeping = Keeping(other, imported)
        for _ in range(data.draw(st.integers(1, 3))):
            before = keeping.session.study
            command = data.draw(commands(before))
            if not keeping.session.attempt(command) and keeping.session.study is not before:
                news.append((command.label(before), keeping.session.study))
        keeping.close()
        if here_too:
            self.do(data)
        if news:
            with pytest.raises(Locked):
                self.library.update(self.library.examine(imported), "Ada")
        self.close()
        self.take_over(imported, news)
        self.start()

    def take_over(self, imported: Path, news: list[tuple[str, Study]]) -> None:
        arrival = self.library.examine(imported)
        if not news:
            with pytest.raises(Known, match="nothing newer"):
                self.library.update(arrival, "Ada")
            return
        assert self.library.update(arrival, "Ada") == self.path
        if arrival.standing is Standing.APART:
            news = [(f"Take over “{imported.name}”", news[-1][1])]
        for label, study in news:
            self.expect(label, study)

    # What must hold

    def can_weigh(self) -> bool:
        return bool(self.process and self.study.perspectives and self.study.leaves())

    @invariant()
    def file_session_and_list_agree(self) -> None:
        if self.process is None:
            return
        assert self.seen.shown == self.seen.on_disk == self.study
        assert digest(self.seen.on_disk) == digest(self.study)
        assert self.seen.changes == len(self.chain)

    @invariant()
    def undo_and_redo_are_named_after_their_steps(self) -> None:
        if self.process is None:
            return
        assert self.seen.undo_label == (self.past[self.at][0] if self.at else "")
        following = self.past[self.at + 1 : self.at + 2]
        assert self.seen.redo_label == (following[0][0] if following else "")

    def teardown(self) -> None:
        try:
            if self.process is not None:
                self.take_everything_back()
        finally:
            if self.process is not None:
                self.process.give_up()
            shutil.rmtree(self.folder)

    def take_everything_back(self) -> None:
        while self.at:
            self.undo()
            assert self.seen.shown == self.study
        self.close()


TestStorageMachine = needs_kills(StorageMachine.TestCase)
TestStorageMachine.settings = settings(max_examples=lane(10, 300), stateful_step_count=20, deadline=None)


def test_a_step_the_history_does_not_know_is_refused_and_changes_nothing() -> None:
    study = Study("2f0f6a6e-0000-4000-8000-000000000000", "A choice")
    session = Session(study, who="Ada", undoable=[Past("earlier", "Rename the study")])
    with pytest.raises(Known, match="earlier run"):
        session.undo()
    assert session.study is study
    assert session.undo_label == "Rename the study"
