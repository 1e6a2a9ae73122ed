"""The window after a kill: the next start finds study, tab, perspective, selection, room and place as they were."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.reliability.processes import needs_kills

ROOT = Path(__file__).parents[2]

pytestmark = needs_kills

SCRIPT = """
import json, sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from desktop.app import Application
from desktop.panels.sampling_dialog import sampling_of
from dataclasses import replace
app = QApplication([])
application = Application(app)
window = application.window

def look():
    view = window.page.session.view
    print(json.dumps({
        "study": window.page.session.study.id, "tab": window.page.tabs.current, "perspective": view.perspective,
        "option": view.option, "criterion": view.criterion, "subject": view.subject, "seed": view.sampling.seed,
        "columns": window.page.columns.sizes()[0], "size": [window.width(), window.height()],
        "wider": window.page.tabs.wider.isChecked(), "maximised": window.isMaximized(),
    }), flush=True)

def begin():
    page, session = window.page, window.page.session
    if "--change" in sys.argv:
        session.select(option=session.study.options[2].id, criterion=session.study.leaves()[3].id)
        session.look(replace(session.view, perspective=session.study.perspectives[2].id,
                             sampling=sampling_of("5000", "77")))
        page.tabs.turn_to("tornado")
        page.columns.moveSplitter(320, 1)
        window.resize(860, 702)  # No wider than the screen of a test.
        page.tabs.wider.setChecked(True)
        if "--maximise" in sys.argv:
            window.showMaximized()
    QTimer.singleShot(0, look)

application.ready.connect(lambda: QTimer.singleShot(50, begin))
application.run()
app.exec()
"""


def start(*arguments: str) -> tuple[subprocess.Popen[str], dict[str, Any]]:
    """A start, and what its window shows; it goes on running."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", SCRIPT, *arguments]
    app = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    assert app.stdout is not None
    return app, json.loads(app.stdout.readline())


def killed(app: subprocess.Popen[str]) -> None:
    app.kill()
    app.communicate()


def wait_for(file: Path, *words: str) -> None:
    """Wait until the preferences hold these words; the test's own time limit ends a wait in vain."""
    while not (file.is_file() and all(word in file.read_text("utf-8", "replace") for word in words)):
        os.sched_yield()


def test_a_kill_loses_nothing_of_how_the_window_was_left(home: Path) -> None:
    for extra in ((), ("--maximise",)):
        app, left = start("--change", *extra)
        try:
            wait_for(home / "window.ini", "last=", "analysis=tornado", "wider=yes", "77", left["option"])
        finally:
            killed(app)
        app, found = start()
        killed(app)
        assert found == left
        (home / "window.ini").unlink()
