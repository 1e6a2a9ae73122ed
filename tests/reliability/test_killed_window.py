"""The application itself, killed: what the window said was saved is there, a drag in progress wrote nothing."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

from db.library import Library
from db.store import Store
from tests.reliability.lanes import lane
from tests.reliability.processes import needs_kills

KILLS = lane(4, 60)
APP = Path(__file__).with_name("driven_app.py")
ROOT = Path(__file__).parents[2]

pytestmark = needs_kills


def start() -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.Popen([sys.executable, str(APP)], env=environment, stdout=subprocess.PIPE, text=True)


def hear_until(app: subprocess.Popen[str], word: str, times: int) -> list[str]:
    """What it says, up to the moment when it has said a word so many times."""
    assert app.stdout is not None
    heard: list[str] = []
    while sum(line.split()[0] == word for line in heard) < times:
        line = app.stdout.readline()
        assert line, "the application ended by itself"
        heard.append(line.strip())
    return heard


def run_and_kill(word: str, times: int, wait: float) -> list[str]:
    """Start the application, kill it a moment after it said a word; returns all it said."""
    app = start()
    try:
        heard = hear_until(app, word, times)
        time.sleep(wait)
    finally:
        app.kill()
        rest, _ = app.communicate()
    return heard + rest.splitlines()


def digests(heard: list[str], word: str) -> list[str]:
    return [line.split()[1] for line in heard if line.startswith(word)]


def test_what_the_window_called_saved_is_there_after_a_kill_and_a_drag_in_progress_is_not(home: Path) -> None:
    chance, dragged = random.Random(5), 0
    saved_before: list[str] = []
    for number in range(KILLS):
        word, wait = ("saved", 0.0) if number % 2 == 0 else ("holding", chance.uniform(0, 0.004))
        heard = run_and_kill(word, chance.randint(2, 6), wait)
        saved, released = digests(heard, "saved"), digests(heard, "released")
        (path,) = Library(home).studies.glob("*.steelyard")
        with Store.open(path) as store:
            store.verify()
            chain = [change.digest for change in store.changes()]
            assert len(store.undoable()) == len(chain) - 1
        if saved_before:
            assert digests(heard, "at") == [saved_before[-1]], "started again with what was there"
        assert chain[: len(saved_before)] == saved_before
        new = chain[len(saved_before) or 1 :]
        assert new[: len(saved)] == saved, "the window said that it was saved"
        # It may be killed between letting go and saying so.
        assert new[: len(released)] == released[: len(new)], "only drags that were let go are there"
        assert len(saved) <= len(new) <= len(released) + 1
        saved_before, dragged = chain, dragged + len(released)
    print(f"\n{KILLS} kills of the application, {dragged} drags, 0 lost that the window had called saved")
