"""`steelyard rank`: a whole process beside one that does nothing, and what it imports."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter

from tests.bench.start import ROUNDS, run

RANK = ["-m", "desktop", "rank", "bundled"]
LOOK = "import sys, desktop.__main__ as d; d.main(['rank', 'bundled']); print(*sorted(sys.modules), file=sys.stderr)"


def measure(home: Path, rounds: int = ROUNDS) -> tuple[list[float], list[float]]:
    """Seconds of `steelyard rank bundled` and of an empty Python, in turn."""
    ours: list[float] = []
    bare: list[float] = []
    for turn in range(rounds + 1):
        for arguments, times in ((RANK, ours), (["-c", "pass"], bare)):
            start = perf_counter()
            run(arguments, home)
            if turn:
                times.append(perf_counter() - start)
    return ours, bare


def imported(home: Path) -> set[str]:
    """The modules that `steelyard rank bundled` imports, by their top names."""
    return {name.split(".")[0] for name in run(["-c", LOOK], home).stderr.split()}
