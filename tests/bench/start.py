"""Start: from the process's start to the first paint of the window, and to the bundled study charted.

Each is measured beside a script that does only what cannot be avoided, in turn, so that a busy moment hits all alike.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from time import time

ROOT = Path(__file__).parents[2]
ROUNDS = 7

WINDOW = """
import sys, time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
{imports}
class Bare(QMainWindow):
    def paintEvent(self, event):
        QTimer.singleShot(0, self.told)
    def told(self):
        print("painted", time.time(), flush=True)
        QApplication.quit()
app = QApplication(sys.argv[:1])
window = Bare()
window.resize(1440, 900)
window.show()
app.exec()
"""

BARE = WINDOW.format(imports="")
HEAVY = WINDOW.format(imports="import pyqtgraph\nimport sqlalchemy.orm")

OURS = """
import sys, time
import desktop.__main__
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication
from desktop.app import Application

class Charted(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self.told)
        return False
    def told(self):
        print("charted", time.time(), flush=True)
        QTimer.singleShot(0, lambda: (application.window.close(), app.quit()))

app = QApplication(sys.argv[:1])
app.setApplicationName("Steelyard")
application = Application(app)
charted = Charted()
application.window.painted.connect(lambda: print("painted", time.time(), flush=True))
application.ready.connect(lambda: application.window.page.ranking.chart.viewport().installEventFilter(charted))
application.run()
app.exec()
"""


def measure(rounds: int = ROUNDS) -> dict[str, list[float]]:
    """Seconds of each stage by name, `rounds` of each, in turn."""
    with tempfile.TemporaryDirectory() as folder:
        home, fresh = Path(folder) / "home", iter(range(rounds + 1))
        stages: dict[str, Callable[[], Mapping[str, float]]] = {
            "bare window": lambda: launch(BARE, home),
            "heavy imports": lambda: launch(HEAVY, home),
            "ours": lambda: launch(OURS, home),
            "ours, first start": lambda: launch(OURS, Path(folder) / f"fresh{next(fresh)}"),
        }
        found: dict[str, list[float]] = {}
        for turn in range(rounds + 1):
            for name, stage in stages.items():
                times = stage()
                if turn:
                    for moment, seconds in times.items():
                        found.setdefault(f"{name}: {moment}", []).append(seconds)
    return found


def launch(script: str, home: Path) -> dict[str, float]:
    """Run a script in a Python of its own; seconds from its start to each moment that it tells."""
    begun = time()
    done = run(["-c", script], home)
    lines = (line.split() for line in done.stdout.splitlines())
    return {line[0]: float(line[1]) - begun for line in lines}


def run(arguments: list[str], home: Path) -> subprocess.CompletedProcess[str]:
    """A Python started from the top of the repository, offscreen, with bytecode kept and a home of its own."""
    environment = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"QT_QPA_PLATFORM": "offscreen", "STEELYARD_HOME": str(home)}
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )


def modules_by_cost(home: Path) -> list[tuple[float, str]]:
    """(milliseconds of its own, module) of what the start imports, the dearest first."""
    lines = run(["-X", "importtime", "-c", OURS], home).stderr.splitlines()
    rows = [line.removeprefix("import time:").split("|") for line in lines if line.startswith("import time:")]
    return sorted(((int(own) / 1000, name.strip()) for own, _, name in rows if own.strip().isdigit()), reverse=True)
