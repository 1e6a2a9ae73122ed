"""Power cuts, replayed from the log of writes and syncs: what was acknowledged is there, and what is there is sound.

The models of the disk stand in disks.py. Two sessions that must fail show that the test can: synchronous NORMAL, and
SQLite's default journal.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator

import pytest

from db.store import Store
from db.study.model import Known
from tests.reliability.calls import Call, Said
from tests.reliability.disks import Disk, laid_out
from tests.reliability.lanes import lane
from tests.reliability.scenes import EVERYTHING, FIRST_SESSION, SCENES, SECOND_SESSION, held, in_library, numbered
from tests.reliability.stages import Theatre
from tests.reliability.tracer import Fault, Run

STATES = lane(1_000, 6_000)
"""Of the disk after a cut, half of them by each model."""

CONTROL_STATES = lane(200, 1_000)
SCENE_STATES = lane(60, 500)
"""By each model."""

State = tuple[dict[str, bytes], list[str]]
"""Files by name, and what had been said when the power went."""


def states(run: Run, disk: Disk, count: int) -> Iterator[State]:
    """States after cuts from “begin” on: half at moments spread evenly, half where most is in doubt, before a sync."""
    chance, said = random.Random(5), list[str]()
    wanted = _moments(run, count)
    for at, entry in enumerate([*run.log, Said("end")]):
        for _ in range(wanted[at]):
            yield disk.after_cut(chance), list(said)
        if isinstance(entry, Said):
            said.append(entry.text)
        else:
            disk.replay(entry)


def _moments(run: Run, count: int) -> Counter[int]:
    """How many cuts there are to be before each entry of the log."""
    anywhere = range(run.log.index(Said("begin")), len(run.log) + 1)
    doubtful = [at for at in anywhere[:-1] if getattr(run.log[at], "name", "") in ("fsync", "fdatasync")]
    half = count // 2
    return Counter(places[n * len(places) // half] for places in (anywhere, doubtful) for n in range(half))


def cuts(stage: Theatre, scene: str, count: int) -> Iterator[State]:
    """States by both models of the disk."""
    with stage.folder_of(scene) as folder:
        run = stage.play(scene, folder)
    for ordered in (True, False):
        yield from states(run, Disk(stage.template(scene), folder, ordered=ordered), count)


def number_in(state: dict[str, bytes]) -> int:
    """The newest edit that a state holds; everything about it must be sound. Raises Known."""
    with laid_out(state) as folder, Store.open(in_library(folder)) as store:
        store.verify()
        number = int(store.study.score("a", "c").likely or 0)
        assert store.study == numbered(number)
        return number


def acknowledged(said: list[str]) -> int:
    return max((int(text.split()[1]) for text in said if text.startswith("saved")), default=0)


def test_no_acknowledged_edit_is_lost_in_a_power_cut(stage: Theatre) -> None:
    seen = set()
    for state, said in cuts(stage, "sessions", STATES // 2):
        number = number_in(state)
        assert number >= acknowledged(said), said
        seen.add((acknowledged(said), number))
    print(f"{STATES} states, none of them without an acknowledged edit")
    assert {number for number, _ in seen} == set(range(FIRST_SESSION + SECOND_SESSION + 1))
    assert any(number < held for number, held in seen), "no cut ever fell between a write and its acknowledgement"


@pytest.mark.parametrize("scene", ["sessions, synchronous NORMAL", "sessions, SQLite's default journal"])
def test_settings_known_to_lose_edits_are_seen_to_lose_them(stage: Theatre, scene: str) -> None:
    lost = 0
    for state, said in cuts(stage, scene, CONTROL_STATES // 2):
        try:
            lost += number_in(state) < acknowledged(said)
        except Known:
            lost += 1
    print(f"{lost} of {CONTROL_STATES} states lose edits")
    assert lost


@pytest.mark.parametrize("scene", EVERYTHING)
def test_a_power_cut_leaves_the_old_or_the_new_and_the_new_once_it_was_told(stage: Theatre, scene: str) -> None:
    for state, said in cuts(stage, scene, SCENE_STATES):
        with laid_out(state) as folder:
            SCENES[scene].judge(folder, "done" in said)


def test_what_a_study_shows_after_a_kill_is_not_lost_in_a_power_cut_that_follows(stage: Theatre) -> None:
    """The log may hold a change that no sync confirmed; once it is shown, it must stay."""
    shown = set()
    for at in range(len(stage.rehearse("edit").points)):
        with stage.folder_of("edit") as folder:
            disk = Disk(stage.template("edit"), folder, ordered=False)
            first = stage.play("edit", folder, Fault(at, "kill"))
            second = stage.play("look", folder)
        for call in (*first.log, *second.log[: second.log.index(Said(second.said[0]))]):
            if isinstance(call, Call):
                disk.replay(call)
        with laid_out(disk.certain()) as folder:
            assert [held(in_library(folder)).title] == second.said, f"killed at {at}"
        shown.update(second.said)
    assert shown == {"Old", "New"}
