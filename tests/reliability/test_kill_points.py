"""kill -9 before every system call that writes, and in the middle of every write: the old or the new, never between."""

from __future__ import annotations

import hashlib
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from db.study.model import Known
from tests.reliability.calls import Call
from tests.reliability.lanes import lane
from tests.reliability.scenes import EVERYTHING, SCENES
from tests.reliability.stages import Theatre
from tests.reliability.tracer import Fault

STEPS = {"send copy": lane(3, 1), "update": lane(3, 1), "restore": lane(3, 1)}
"""These consist of what other scenes are killed in everywhere; in the short lane, every third place is enough."""


def faults(points: list[Call]) -> Iterator[Fault]:
    """A kill before each call, and one in the middle of each write."""
    for at, call in enumerate(points):
        yield Fault(at, "kill")
        if call.name in ("write", "pwrite64") and len(call.data) > 1:
            yield Fault(at, "tear")


def fingerprint(folder: Path) -> frozenset[tuple[str, bytes]]:
    """What tells a folder from others: every file, but of unfinished ones only that there are some of their kind."""
    files = ((str(path.relative_to(folder)), path) for path in folder.rglob("*") if path.is_file())
    return frozenset(
        (path.suffix, b"") if path.name.startswith(".") else (name, hashlib.sha256(path.read_bytes()).digest())
        for name, path in files
    )


def kill_everywhere(stage: Theatre, scene: str) -> Iterator[tuple[Fault, str]]:
    """Every fault that leaves something else than the old or the new, and why; a folder is judged when first seen."""
    judged, places = set(), list(faults(stage.rehearse(scene).points))[:: STEPS.get(scene, 1)]
    print(f"{scene}: killed at {len(places)} places")
    for fault in places:
        with stage.folder_of(scene) as folder:
            run = stage.play(scene, folder, fault)
            assert run.ended == -signal.SIGKILL, fault
            state = fingerprint(folder), "done" in run.said
            try:
                if state not in judged:
                    SCENES[scene].judge(folder, "done" in run.said)
            except (Known, AssertionError) as error:
                yield fault, f"{run.points[fault.at].name}: {error}"
            judged.add(state)


@pytest.mark.parametrize("scene", EVERYTHING)
def test_a_process_killed_at_any_write_leaves_the_old_or_the_new(stage: Theatre, scene: str) -> None:
    assert not list(kill_everywhere(stage, scene))


def test_a_file_that_is_written_over_in_place_is_seen_to_be_torn(stage: Theatre) -> None:
    assert {fault.kind for fault, _ in kill_everywhere(stage, "write over")} == {"kill", "tear"}
