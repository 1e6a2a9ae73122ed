"""Files that the system hands over while Steelyard starts or runs, as macOS does instead of starting it again."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from db.library import Library
from seeds import security_guarantees

ROOT = Path(__file__).resolve().parents[2]
START = """
import sys
from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtGui import QFileOpenEvent
from desktop import app as whole
from seeds import security_guarantees

when, file = sys.argv[1:]
wanted = security_guarantees.load().id  # The example of a first start is a copy with an id of its own.
started = whole.Application.run

def run(self, *asked):
    hand_over = lambda: QCoreApplication.sendEvent(QCoreApplication.instance(), QFileOpenEvent(file))
    if when == "starting":
        hand_over()
    else:
        self.ready.connect(lambda: QTimer.singleShot(0, hand_over))
    look = QTimer(self, interval=20)
    def seen():
        if self.keeper is not None and self.keeper.session.study.id == wanted:
            print("opened", flush=True)
            look.stop()
            self.window.close()
    look.timeout.connect(seen)
    look.start()
    started(self, *asked)

whole.Application.run = run
sys.exit(whole.main())
"""


@pytest.mark.parametrize("when", ["starting", "running"])
def test_a_study_that_the_system_hands_over_is_opened(when: str, tmp_path: Path) -> None:
    received = Library(tmp_path / "elsewhere").create(security_guarantees.load(), "Ada")
    run = subprocess.run(
        [sys.executable, "-P", "-c", START, when, str(received)],
        env={**os.environ, "PYTHONPATH": str(ROOT), "STEELYARD_HOME": str(tmp_path / "home")},
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout == "opened\n"
    kept = [entry.id for entry in Library(tmp_path / "home").entries()]
    assert security_guarantees.load().id in kept
