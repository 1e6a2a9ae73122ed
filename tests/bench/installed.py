"""Start of the installed program: from its process's start to the first frame and to the open study, beside the source.

Both run on one virtual screen (Xvfb) in turn, each with its own copy of a library that has been used before. What is
watched is the picture of that screen, which the server keeps in a file: nothing inside the program is told of it.
"""

from __future__ import annotations

import mmap
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

from tests.bench.start import OURS, ROOT, launch

ROUNDS = 15
BUNDLE = ROOT / "build" / "bundle" / "steelyard" / "steelyard"
WIDTH, HEIGHT = 1440, 900
STILL = 1.0
"""Seconds without a change after which the picture is taken for the whole one."""
PATIENCE = 60.0
STEP = 1009
"""One byte of so many of the screen is looked at."""


def starters(program: Path) -> dict[str, list[str]]:
    """The command lines that are compared: the program, and the source in this Python and in that of the bundle."""
    found = {"installed": [str(program)], "source": [sys.executable, "-P", "-m", "desktop"]}
    for beside in sorted((ROOT / "build").glob("venv-*/bin/python")):
        found[f"source, {beside.parents[1].name}"] = [str(beside), "-P", "-m", "desktop"]
    return found


def windows(program: Path, rounds: int = ROUNDS) -> dict[str, dict[str, list[float]]]:
    """Seconds to "first frame" and "open study" by starter, `rounds` of each, in turn."""
    with tempfile.TemporaryDirectory() as folder, screen(Path(folder)) as (display, picture):
        used = Path(folder) / "used"
        launch(OURS, used)
        return _in_turn(program, rounds, lambda words: _seen(words, Path(folder), used, display, picture))


def commands(program: Path, rounds: int = ROUNDS) -> dict[str, dict[str, list[float]]]:
    """Seconds of whole processes of the command line by starter, `rounds` of each, in turn."""
    with tempfile.TemporaryDirectory() as folder:
        asked = {"--help": ["--help"], "rank": ["rank", "bundled"]}
        environment = _environment(Path(folder), "")
        return _in_turn(
            program,
            rounds,
            lambda words: {name: _spent([*words, *more], environment) for name, more in asked.items()},
        )


@contextmanager
def screen(folder: Path) -> Iterator[tuple[str, mmap.mmap]]:
    """An X server of its own; gives its display and its picture, byte for byte."""
    reading, writing = os.pipe()
    words = ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-fbdir", str(folder)]
    server = subprocess.Popen([*words, "-br", "-nolisten", "tcp", "-noreset"], pass_fds=[writing], stderr=-3)
    os.close(writing)
    try:
        with os.fdopen(reading) as told:
            number = told.readline().strip()
        with (folder / "Xvfb_screen0").open("rb") as file, mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as picture:
            yield f":{number}", picture
    finally:
        server.terminate()
        server.wait()


def _in_turn(
    program: Path, rounds: int, measure: Callable[[list[str]], Mapping[str, float]]
) -> dict[str, dict[str, list[float]]]:
    found: dict[str, dict[str, list[float]]] = {}
    for turn in range(rounds + 1):
        for name, words in starters(program).items():
            times = measure(words)
            for moment, seconds in times.items() if turn else ():
                found.setdefault(moment, {}).setdefault(name, []).append(seconds)
    return found


def _environment(home: Path, display: str) -> dict[str, str]:
    """What a desktop tells a program; bytecode is kept, as the set-up and pip do."""
    dropped = ("PYTHONDONTWRITEBYTECODE", "QT_QPA_PLATFORM", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS")
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return kept | {"STEELYARD_HOME": str(home), "DISPLAY": display, "PYTHONPATH": str(ROOT)}


def _spent(words: list[str], environment: dict[str, str]) -> float:
    begun = monotonic()
    subprocess.run(words, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    return monotonic() - begun


def _seen(words: list[str], folder: Path, used: Path, display: str, picture: mmap.mmap) -> dict[str, float]:
    """Start a window on a fresh copy of what was used, watch it come, and end it."""
    home = folder / "home"
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(used, home)
    empty = _await_other(picture, None)
    begun = monotonic()
    process = subprocess.Popen(words, env=_environment(home, display), cwd=ROOT)
    try:
        now = _await_other(picture, empty)
        first = last = monotonic()
        while monotonic() - last < STILL:
            sleep(0.001)
            if (then := picture[::STEP]) != now:
                now, last = then, monotonic()
    finally:
        process.kill()
        process.wait()
    _await_other(picture, now)
    return {"first frame": first - begun, "open study": last - begun}


def _await_other(picture: mmap.mmap, before: bytes | None) -> bytes:
    """Wait until the screen shows another picture than before; returns that. Raises TimeoutError."""
    deadline = monotonic() + PATIENCE
    while (now := picture[::STEP]) == before:
        if monotonic() > deadline:
            raise TimeoutError("The screen stayed as it was.")
        sleep(0.001)
    return now
