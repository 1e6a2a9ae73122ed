"""Two processes on one study: one has it at a time, the other goes on where it stopped, and a look sees what was."""

from __future__ import annotations

import random
import shutil
import time
from pathlib import Path

import pytest

from db.engine import Damaged, Locked, connect
from db.library import Library
from db.quarantine import peek
from db.store import Store
from tests.reliability.editor import (
    STUDY,
    Mark,
    mark,
    marks,
    open_at_once,
    take_turns,
    write_for_ever,
)
from tests.reliability.lanes import lane
from tests.reliability.processes import child, needs_kills

EDITS = lane(200, 10_000)
RACES = lane(8, 300)
LOOKS = lane(100, 4000)
LOOKS_AT_ONE = 50
"""Looks at one study before a new one takes its place: reading a long history takes long."""
OLD = Path(__file__).parents[1] / "unit" / "db" / "files" / "format-1.steelyard"

pytestmark = needs_kills


def chain_of(path: Path) -> list[Mark]:
    """What the file holds, checked from end to end."""
    with Store.open(path) as store:
        store.verify()
        return [mark(change) for change in store.changes()]


def test_no_edit_is_lost_when_two_processes_take_turns_at_a_study(home: Path) -> None:
    path = Library(home).create(STUDY, "Ada")
    held = Store.open(path)  # Neither can begin, and end, before the other is there.
    with child(take_turns, path, EDITS // 2, 1) as one, child(take_turns, path, EDITS // 2, 2) as two:
        assert [each.pipe.recv() for each in (one, two)] == ["refused", "refused"]
        held.close()
        said = one.end(), two.end()
    refused = sum(heard[-1] for heard in said)
    acknowledged = sorted(mark for heard in said for mark in marks(heard))
    print(f"\n{len(acknowledged)} edits acknowledged by two processes, {refused} openings refused meanwhile, 0 lost")
    assert chain_of(path)[1:] == acknowledged
    assert len(acknowledged) == EDITS


def race(path: Path) -> list[Mark]:
    """Let two processes open a file at once; returns what they acknowledged."""
    with child(open_at_once, path) as one, child(open_at_once, path) as two:
        for racer in (one, two):
            racer.pipe.send("now")
        answers = [racer.pipe.recv() for racer in (one, two)]
        for racer, answer in zip((one, two), answers, strict=True):
            if answer:
                racer.pipe.send("enough")
            racer.end()
    return [answer for answer in answers if answer]


def test_of_two_processes_that_open_a_study_at_once_no_more_than_one_gets_it(home: Path) -> None:
    path = Library(home).create(STUDY, "Ada")
    acknowledged: list[Mark] = []
    for _ in range(RACES):
        won = race(path)
        assert len(won) <= 1
        acknowledged += won
    assert chain_of(path)[1:] == acknowledged
    assert acknowledged


def test_of_two_processes_that_bring_an_old_study_up_to_date_at_once_neither_loses_what_the_other_wrote(
    home: Path,
) -> None:
    library = Library(home)
    for number in range(RACES):
        path = library.studies / f"old-{number}.steelyard"
        shutil.copyfile(OLD, path)
        won = race(path)
        assert len(won) <= 1
        assert set(won) <= set(chain_of(path))


def test_a_study_exchanged_while_somebody_waits_for_it_loses_none_of_their_edits(home: Path) -> None:
    library = Library(home)
    path, other = library.create(STUDY, "Ada"), library.create(STUDY, "Bob")
    for _ in range(lane(3, 20)):
        shutil.copyfile(path, other)
        raw = connect(path)
        raw.execute("PRAGMA locking_mode=EXCLUSIVE").fetchall()
        raw.execute("BEGIN IMMEDIATE")
        with child(open_at_once, path) as waiting:
            waiting.pipe.send("now")
            time.sleep(0.1)
            other.replace(path)
            raw.close()
            won = waiting.pipe.recv()
            if won:
                waiting.pipe.send("enough")
            waiting.end()
        assert won is None or won in chain_of(path)


def look_while_written(path: Path, chance: random.Random) -> tuple[int, int, int]:
    """Look while another process writes; returns how many looks saw something, were refused, and how much there is."""
    acknowledged, seen, refused = chain_of(path), [], 0
    with child(write_for_ever, path) as writer:
        for _ in range(LOOKS_AT_ONE):
            for _ in range(chance.randint(0, 8)):
                acknowledged.append(writer.pipe.recv())
            try:
                seen.append(mark(peek(path).chain[-1]))
            except Damaged:
                refused += 1
            else:
                assert seen[-1][0] >= acknowledged[-1][0], "older than what had been saved"
        acknowledged += marks(writer.kill())
    held = chain_of(path)
    assert held[: len(acknowledged)] == acknowledged
    assert set(seen) <= set(held)
    return len(seen), refused, len(held)


def test_a_look_at_a_study_that_another_process_writes_sees_what_was_acknowledged_before_it(home: Path) -> None:
    library, chance = Library(home), random.Random(3)
    found = [look_while_written(library.create(STUDY, "Ada"), chance) for _ in range(LOOKS // LOOKS_AT_ONE)]
    seen, refused, changes = (sum(counts) for counts in zip(*found, strict=True))
    print(f"\n{LOOKS} looks at {changes} changes: {seen} saw a committed state, {refused} refused")
    assert refused <= LOOKS // 20


def test_the_study_of_the_window_is_not_looked_at_beside_it(home: Path) -> None:
    library = Library(home)
    with (
        library.open(library.create(STUDY, "Ada")) as store,
        pytest.raises(Locked, match="already open in this window"),
    ):
        library.look(store.path)
