"""The first window of all fits the screen that it comes up on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOOK = """
from PySide6.QtWidgets import QApplication
from desktop.app import Application
app = QApplication([])
application = Application(app)
window = application.window

def look():
    window.screen().geometry().contains(window.geometry()) and print("on the screen")
    print("maximized" if window.isMaximized() else f"{window.width()} x {window.height()}")
    window.close()

application.ready.connect(look)
application.run()
app.exec()
"""


@pytest.mark.parametrize(
    ("screen", "seen"),
    [((1920, 1080), "1440 x 900"), ((1440, 900), "maximized"), ((1366, 768), "maximized"), ((1600, 900), "maximized")],
)
def test_on_a_screen_too_small_for_its_usual_size_the_window_fills_it(
    screen: tuple[int, int], seen: str, tmp_path: Path
) -> None:
    width, height = screen
    about = {"name": "one", "x": 0, "y": 0, "width": width, "height": height, "logicalDpi": 96, "dpr": 1}
    about |= {"logicalBaseDpi": 96, "refreshRate": 60}
    (tmp_path / "screens.json").write_text(json.dumps({"screens": [about]}))
    told = {"QT_QPA_PLATFORM": "offscreen:configfile=screens.json", "STEELYARD_HOME": str(tmp_path / "home")}
    run = subprocess.run(
        [sys.executable, "-P", "-c", LOOK],
        env={**os.environ, **told, "PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines() == ["on the screen", seen]
