"""What holds for every test: no screen, a home of its own, nothing left running or open, laws tried the same way in CI.

Qt warnings fail a test through pytest-qt (`qt_log_level_fail` in pyproject.toml), Python's through `filterwarnings`.
"""

from __future__ import annotations

import gc
import os
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# Tests of full disks stop every file of the process from growing; a bytecode file cut short would outlive them.
sys.dont_write_bytecode = True
os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ["QT_SCALE_FACTOR"] = "1"

settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")

PATIENCE = 3.0
"""Seconds a thread or window may take to go once it has been told to."""


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty STEELYARD_HOME: no test sees, or writes to, the studies of whoever runs it."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("STEELYARD_HOME", str(folder))
    return folder


@pytest.fixture(autouse=True)
def nothing_left_running() -> Iterator[None]:
    """Fails a test that leaves a thread behind."""
    before = set(threading.enumerate())
    yield
    if left := _after_a_while(lambda: _threads(before)):
        pytest.fail(f"left running: {', '.join(sorted(thread.name for thread in left))}")


def _threads(before: set[threading.Thread]) -> list[threading.Thread]:
    """New threads of Python's own making; a Qt thread that once ran Python code shows up as a dummy."""
    dummy = threading._DummyThread
    return [thread for thread in threading.enumerate() if thread not in before and not isinstance(thread, dummy)]


@pytest.fixture(autouse=True)
def nothing_left_open(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails a test with Qt in it that leaves a top-level window or a running QThread behind."""
    if not {"qapp", "qtbot"} & set(request.fixturenames):
        yield
        return
    request.getfixturevalue("qapp")
    before = _windows()
    yield
    if left := _after_a_while(lambda: [widget for widget in _windows() if widget not in before]):
        pytest.fail(f"left open: {', '.join(map(repr, left))}")
    if threads := _after_a_while(_qt_threads):
        pytest.fail(f"left running: {', '.join(map(repr, threads))}")


def _windows() -> list[Any]:
    """Windows and dialogs of ours; Qt keeps private top-level widgets (tool tips, drag pictures) for itself."""
    from PySide6.QtWidgets import QApplication

    return [
        widget
        for widget in QApplication.topLevelWidgets()
        if widget.parent() is None and (widget.isVisible() or type(widget).__module__.split(".")[0] == "desktop")
    ]


def _qt_threads() -> list[Any]:
    """Running QThreads that Python made; the pool's own are given time to end and are then idle."""
    from PySide6.QtCore import QThread, QThreadPool
    from shiboken6 import isValid

    QThreadPool.globalInstance().waitForDone(int(PATIENCE * 1000))
    main = QThread.currentThread()
    found = [thing for thing in gc.get_objects() if issubclass(type(thing), QThread)]
    return [thread for thread in found if thread is not main and isValid(thread) and thread.isRunning()]


def _after_a_while(look: Any) -> list[Any]:
    """What `look` still finds after Qt's deferred deletions, the collector and a little patience."""
    deadline = time.monotonic() + PATIENCE
    while found := look():
        if time.monotonic() > deadline:
            return list(found)
        del found
        _settle()
    return []


def _settle() -> None:
    gc.collect()
    if core := sys.modules.get("PySide6.QtCore"):
        core.QCoreApplication.sendPostedEvents(None, core.QEvent.Type.DeferredDelete)
        core.QCoreApplication.processEvents()
    time.sleep(0.01)
