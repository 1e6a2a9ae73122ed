"""Races between Steelyard and its peers on the same data: first they must agree, then they run in turns."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping
from functools import cache
from statistics import median

import numpy as np

from tests.bench.figures import percentile

Run = Callable[[], object]
OURS = "Steelyard"
SHORTEST = 2e-3
"""Seconds a turn lasts at least: quick work is repeated within its turn."""


def race(
    title: str,
    ours: Run,
    peers: Mapping[str, Run],
    *,
    promised: float | None = None,
    agree: Callable[[object, object], bool] | None = None,
    rounds: int = 9,
    flops: float = 0.0,
    read: float = 0.0,
) -> dict[str, float]:
    """Medians in seconds of Steelyard and its peers, run in turns `rounds` times and printed with their ratios.

    `agree(ours, theirs)` is asked before anything is timed, and a peer that disagrees is named, not timed. `promised`
    is the ratio to reach against the fastest peer. `flops` and `read` (bytes) of one run give the share of this
    machine's measured limit. A peer that raises is named and left out.
    """
    print(f"\n{title}", flush=True)
    mine = ours()
    runners = {OURS: ours} | {name: run for name, run in peers.items() if _is_right(name, run, mine, agree)}
    times = _timed(runners, rounds)
    found = {name: median(spent) for name, spent in times.items()}
    own = found[OURS]
    print(f"  {OURS:34} {_span(own)}   p95 {_span(percentile(times[OURS], 0.95))}{_limits(own, flops, read)}")
    for name in sorted(set(found) - {OURS}, key=lambda other: found[other]):
        print(f"  {name:34} {_span(found[name])}   {found[name] / own:10.1f}x", flush=True)
    if len(found) > 1 and promised is not None:
        reached = min(found[name] for name in found if name != OURS) / own
        verdict = "reached" if reached >= promised else f"SHORT of it at {reached / promised:.0%}"
        print(f"  promised {promised:g}x against the fastest: {reached:.1f}x, {verdict}", flush=True)
    return found


def importable(*names: str) -> bool:
    """Whether peers are installed; says how to install them where not."""
    from importlib.util import find_spec

    missing = [name for name in names if find_spec(name) is None]
    if missing:
        print(f"  not installed: {', '.join(missing)}; `packaging/start bench` runs where the peers are", flush=True)
    return not missing


@cache
def gemm_limit() -> float:
    """Floating-point operations a second this machine reaches in a float64 matrix product on one thread."""
    a = np.random.default_rng(1).random((768, 768))
    best = min(_once(lambda: a @ a) for _ in range(9))
    return float(2 * 768**3 / best)


@cache
def read_limit() -> float:
    """Bytes a second this machine reads when it sums an array far larger than its caches."""
    a = np.ones(32_000_000)
    best = min(_once(lambda: a.sum()) for _ in range(7))
    return float(a.nbytes / best)


def _is_right(name: str, run: Run, mine: object, agree: Callable[[object, object], bool] | None) -> bool:
    try:
        theirs = run()
    except Exception as error:  # a peer may fail in any way; it is named and the race goes on
        print(f"  {name:34} failed: {type(error).__name__}: {error}", flush=True)
        return False
    if agree is not None and not agree(mine, theirs):
        print(f"  {name:34} DISAGREES with Steelyard, not timed", flush=True)
        return False
    return True


def _timed(runners: Mapping[str, Run], rounds: int) -> dict[str, list[float]]:
    counts = {name: max(1, int(SHORTEST / _warm(run))) for name, run in runners.items()}
    times: dict[str, list[float]] = {name: [] for name in runners}
    gc.disable()
    try:
        for _ in range(rounds):
            for name, run in runners.items():
                times[name].append(_turn(run, counts[name]))
    finally:
        gc.enable()
    return times


def _turn(run: Run, count: int) -> float:
    start = time.perf_counter()
    for _ in range(count):
        run()
    return (time.perf_counter() - start) / count


def _once(run: Run) -> float:
    return _turn(run, 1)


def _warm(run: Run) -> float:
    """The best of three calls where they are quick: the first is often cold."""
    first = _once(run)
    return max(1e-7, first if first > SHORTEST else min(first, _once(run), _once(run)))


def _limits(seconds: float, flops: float, read: float) -> str:
    parts = []
    if flops:
        parts.append(f"{flops / seconds / gemm_limit():.1%} of the matrix-product limit")
    if read:
        parts.append(f"{read / seconds / read_limit():.0%} of the reading limit")
    return "   " + ", ".join(parts) if parts else ""


def _span(seconds: float) -> str:
    if seconds < 1e-3:
        return f"{seconds * 1e6:8.2f} us"
    return f"{seconds * 1e3:8.2f} ms" if seconds < 1 else f"{seconds:8.2f} s "
