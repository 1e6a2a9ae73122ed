"""A full and a broken disk at every system call that writes: nothing is lost, nobody dies, on it goes afterwards."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from tests.reliability.calls import Call, Said
from tests.reliability.disks import Disk, laid_out
from tests.reliability.lanes import lane
from tests.reliability.scenes import EVERYTHING, NEW, SCENES, held, in_library
from tests.reliability.stages import Theatre
from tests.reliability.tracer import Fault, Run

ACKNOWLEDGED = (Said("editing: "), Said("closing: "))


def assert_durable(stage: Theatre, folder: Path, run: Run) -> None:
    """Whatever was acknowledged is there if the power goes at once, with nothing but what the disk confirmed."""
    disk = Disk(stage.template("refused"), folder, ordered=False)
    for entry in run.log:
        if isinstance(entry, Call):
            disk.replay(entry)
        elif entry in ACKNOWLEDGED:
            with laid_out(disk.certain()) as cut:
                assert held(in_library(cut)) == NEW, f"{entry.text} was told"


@pytest.mark.parametrize("lasting", [False, True], ids=["once", "from then on"])
@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO], ids=["full", "broken"])
def test_what_the_store_shows_is_what_the_file_holds_and_works_again_when_the_disk_does(
    stage: Theatre, error: int, lasting: bool
) -> None:
    points = stage.rehearse("refused").points
    print(f"{len(points)} calls that fail")
    for at in range(len(points)):
        with stage.folder_of("refused") as folder:
            run = stage.play("refused", folder, Fault(at, "fail", error, lasting))
            assert run.ended == 0, at
            assert not [text for text in run.said if text.startswith("refused")], at
            assert_durable(stage, folder, run)
            SCENES["refused"].judge(folder, done=True)


@pytest.mark.parametrize(("error", "lasting"), [(errno.EIO, False), (errno.ENOSPC, True)], ids=["broken", "full"])
@pytest.mark.parametrize("scene", EVERYTHING)
def test_what_a_failing_disk_refuses_is_told_and_leaves_the_old_or_the_new(
    stage: Theatre, scene: str, error: int, lasting: bool
) -> None:
    points = stage.rehearse(scene).points
    places = range(0, len(points), lane(6, 1))
    print(f"{scene}: {len(places)} of {len(points)} calls that fail")
    for at in places:
        with stage.folder_of(scene) as folder:
            run = stage.play(scene, folder, Fault(at, "fail", error, lasting))
            assert run.ended == 0, at
            SCENES[scene].judge(folder, "done" in run.said)
            assert lasting or points[at].name == "unlink" or not list(folder.rglob(".*")), f"{at}: left behind"
