"""The running application keeps to itself: no network, and no write outside its folders in the user's home."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MORNING = """
import sys
heard = []
sys.addaudithook(lambda event, _: heard.append(event) if event.startswith(("socket.", "urllib.")) else None)
from PySide6.QtWidgets import QApplication
from desktop.app import Application
from desktop.commands import EqualWeights
app = QApplication([])
application = Application(app)

def morning():
    window, session = application.window, application.window.session
    party = session.study.perspectives[0].id
    session.do(EqualWeights(party))
    for name in ("help.about", "file.export", "file.history", "file.backups"):
        window.menus[name].trigger()
        app.processEvents()
    application.keeper.settle()
    application.keeper.flush()
    print("saved" if application.keeper.saved == session.study else "not saved")
    window.close()

application.ready.connect(morning)
application.run()
app.exec()
print(sorted(set(heard)))
"""
CHANGING = re.compile(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC")
PLACES = (".local/share/Steelyard", ".config/Steelyard", ".cache/Steelyard", ".local/state/Steelyard", "run")

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the folders and system calls of Linux")


@pytest.fixture
def room(tmp_path: Path) -> Path:
    """A home of its own with the folders that a session of a desktop has."""
    for name in ("run", "tmp", ".local/share", ".config", ".cache", ".local/state"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "run").chmod(0o700)
    return tmp_path


def morning(room: Path, *before: str) -> list[str]:
    """What the application prints in a process of its own that edits, looks about and closes."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "STEELYARD"))}
    told = {"HOME": room, "XDG_RUNTIME_DIR": room / "run", "TMPDIR": room / "tmp", "PYTHONPATH": ROOT}
    run = subprocess.run(
        [*before, sys.executable, "-P", "-c", MORNING],
        env=kept | {name: str(value) for name, value in told.items()},
        cwd=room,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.splitlines()


def is_ours(path: str, room: Path) -> bool:
    """Whether a path is in one of our folders, is one of those, or is nowhere on a disk."""
    allowed = tuple(str(room / place) for place in PLACES)
    nowhere = path.startswith(("/dev/null", "/proc/self/fd/"))
    return nowhere or path in allowed or path.startswith(tuple(f"{place}/" for place in allowed))


def test_a_morning_leaves_nothing_outside_the_folders_of_the_user(room: Path) -> None:
    assert morning(room) == ["saved", "[]"]
    left = [str(path) for path in room.rglob("*") if path.is_file()]
    assert [path for path in left if not is_ours(path, room)] == []
    assert any(path.endswith(".steelyard") for path in left)
    assert any(path.endswith("steelyard.log") for path in left)


@pytest.mark.skipif(not shutil.which("strace"), reason="needs strace")
def test_the_kernel_is_asked_for_no_network_and_no_change_elsewhere(room: Path) -> None:
    record = room / "record"
    names = "network,open,openat,creat,mkdir,mkdirat,rename,renameat,renameat2,unlink,unlinkat,link,linkat,symlink"
    said = morning(room, "strace", "-f", "-y", "-s", "4096", "-o", str(record), "-e", f"trace={names}")
    assert said == ["saved", "[]"]
    lines = record.read_text("utf-8", "replace").splitlines()
    calls = [line for line in lines if re.search(r"\) += +\d", line)]
    assert len(calls) > 100
    assert [line for line in calls if re.search(r"AF_INET6?\b", line)] == []
    changes = [line for line in calls if "open" not in line.split("(")[0] or CHANGING.search(line)]
    named = [(path, line) for line in changes if "socket" not in line for path in re.findall(r'"(/[^"]*)"', line)]
    assert [line for path, line in named if not is_ours(path, room)] == []
