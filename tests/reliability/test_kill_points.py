"""kill -9 before every system call that writes, and in the middle of every write: the old or the new, never between."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.reliability.calls import Call
from tests.reliability.scenes import SCENES
from tests.reliability.stages import Theatre, theatre
from tests.reliability.tracer import Fault, obstacle

if why := obstacle():
    pytest.skip(why, allow_module_level=True)


@pytest.fixture(scope="module")
def stage() -> Iterator[Theatre]:
    with theatre() as opened:
        yield opened


def faults(points: list[Call]) -> Iterator[Fault]:
    for at, call in enumerate(points):
        yield Fault(at, "kill")
        if call.name in ("write", "pwrite64") and len(call.data) > 1:
            yield Fault(at, "tear")


@pytest.mark.parametrize("scene", ["edit", "migrate", "back up", "export", "send copy", "update", "restore"])
def test_a_process_killed_at_any_write_leaves_the_old_or_the_new(stage: Theatre, scene: str) -> None:
    points = stage.rehearse(scene).points
    assert {"openat", "fsync"} <= {call.name for call in points} or scene == "edit"
    for fault in faults(points):
        with stage.folder_of(scene) as folder:
            run = stage.play(scene, folder, fault)
            assert run.ended == -9, fault
            try:
                SCENES[scene].judge(folder, "done" in run.said)
            except Exception as error:
                raise AssertionError(f"{fault} at {run.points[fault.at].name} {run.points[fault.at].path}") from error
