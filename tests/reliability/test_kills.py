"""Real processes, killed at any moment: every acknowledged change is there, nothing is damaged, it reopens at once."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from db.engine import Locked
from db.history import Change
from db.library import Library
from db.store import Store
from db.study.model import Id
from tests.keeping import Keeping
from tests.reliability.editor import PHASES, STUDY, Mark, edit_for_ever, hold, mark, marks
from tests.reliability.lanes import lane
from tests.reliability.processes import Child, child, needs_kills

KILLS = lane(100, 1000)
KILLS_OF_ONE = 5
"""Kills that one study suffers before a new one takes its place: checking a long history takes long."""

LATEST = {"open": 0.02, "edit": 0.03, "fold": 0.05, "back up": 0.04, "close": 0.03}
"""Seconds within which a kill falls after the phase was announced."""

pytestmark = needs_kills


class Witness:
    """What is known to be on disk of one study."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with Store.open(path) as store:
            self._known: list[Mark] = [mark(store.head)]

    def check(self, acknowledged: list[Mark]) -> int:
        """The file opens at once and holds all of this, and at most one change more; returns whether it does."""
        with Store.open(self.path) as store:
            store.verify()
            chain = store.changes()
            self._known += acknowledged
            held, more = [mark(change) for change in chain], len(chain) - len(self._known)
            assert held[: len(self._known)] == self._known, "an acknowledged change is lost"
            assert more <= 1
            undo, redo = steps_after(chain)
            assert [change for change, _ in store.undoable()] == undo
            assert [change for change, _ in store.redoable()] == redo
        self._known = held
        return more


def steps_after(chain: Iterable[Change]) -> tuple[list[Id], list[Id]]:
    """What can be undone and redone after these changes, the next one last."""
    undo: list[Id] = []
    redo: list[Id] = []
    for change in chain:
        if change.kind == "do":
            undo.append(change.uuid)
            redo.clear()
        elif change.kind in ("undo", "redo"):
            there, back = (undo, redo) if change.kind == "undo" else (redo, undo)
            assert there.pop() == change.of
            back.append(change.of or "")
    return undo, redo


def kill_in(phase: str, editor: Child, chance: random.Random) -> list[object]:
    """Let it work until it comes to a phase, and a little on; returns all it said before it was killed."""
    heard: list[object] = []
    while not heard or heard[-1] != phase:
        heard.append(editor.pipe.recv())
    time.sleep(chance.uniform(0, LATEST[phase]))
    return heard + editor.kill()


def take_everything_back(library: Library, path: Path) -> None:
    keeping = Keeping(library, path)
    try:
        while keeping.session.undo_label:
            keeping.session.undo()
        assert keeping.session.study == STUDY
    finally:
        keeping.close()


def test_no_acknowledged_change_is_lost_whenever_a_process_is_killed_in_whatever_it_does(home: Path) -> None:
    library, chance, killed_in = Library(home), random.Random(11), Counter[str]()
    acknowledged = unheard = 0
    for number in range(KILLS):
        if number % KILLS_OF_ONE == 0:
            path = library.create(STUDY, "Ada")
            witness = Witness(path)
        with child(edit_for_ever, home, path, number) as editor:
            heard = kill_in(PHASES[number % len(PHASES)], editor, chance)
        killed_in[next(str(thing) for thing in reversed(heard) if thing in PHASES)] += 1
        acknowledged += len(marks(heard))
        unheard += witness.check(marks(heard))
        if number % KILLS_OF_ONE == KILLS_OF_ONE - 1:
            take_everything_back(library, path)
    for backup in library.backups_of(STUDY.id):
        library.look(backup.path)
    print(f"\n{KILLS} kills in {dict(killed_in)}: {acknowledged} acknowledged, {unheard} more on disk, 0 lost")
    assert set(killed_in) == set(PHASES)
    assert acknowledged > 2 * KILLS


def test_a_study_open_in_another_process_is_refused_and_free_at_once_when_that_is_killed_or_closes_it(
    home: Path,
) -> None:
    path = Library(home).create(STUDY, "Ada")
    for ends_well in (False, True) * lane(5, 50):
        with child(hold, path) as holder:
            assert holder.pipe.recv() == "open"
            with pytest.raises(Locked, match="another window"):
                Store.open(path)
            if ends_well:
                holder.pipe.send("enough")
                holder.end()
            else:
                holder.kill()
        with Store.open(path) as store:
            assert store.study == STUDY
    assert [file.name for file in path.parent.iterdir()] == [path.name]
