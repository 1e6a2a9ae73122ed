"""Crossings and stability intervals of all criteria beside grids: `python -m tests.bench.engine_sensitivity`.

The peers step each share through 101 points and rank each time; Steelyard solves for every share at which two options
are level. From equal weights the peers' ways to move the others are the proportional one; from other weights they are
not (one adds equal amounts to the others, also below 0; one makes them equal), so the race starts from equal weights.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any, cast

import numpy as np

from desktop.analysis.arrays import Array
from desktop.analysis.flips import smallest_weight_move
from desktop.analysis.sensitivity import Crossings, share_lines
from tests.bench.race import Run, importable, race

STEPS = np.linspace(0.0, 1.0, 101)
SIZES = ((8, 8), (100, 20))
Found = tuple[Crossings, Array, Array]
"""(crossings, intervals of the winner, intervals of the whole order)"""


def run() -> None:
    """Race the exact crossings against the grids, and time what runs on every tick of a drag."""
    with warnings.catch_warnings():
        # Peers store a ranking a column at a time, which pandas advises against.
        warnings.simplefilter("ignore")
        for m, n in SIZES:
            _run(*task_of(m, n), f"{m}x{n}")


def _run(values: Array, shares: Array, size: str) -> None:
    race(
        f"crossings and stability intervals of all criteria, {size}",
        lambda: exact(values, shares),
        _peers(values, shares),
        promised=70,
        agree=lambda ours, theirs: finds_all(cast(Found, ours), cast(Array, theirs)),
        rounds=5,
    )
    _ticks(values, shares, size)


def task_of(m: int, n: int) -> tuple[Array, Array]:
    """Values whose columns all reach 100, so that a peer that divides by the best changes nothing, and equal shares."""
    values = np.random.default_rng(m + n).uniform(0.0, 100.0, (m, n))
    return values * (100.0 / values.max(axis=0)), np.full(n, 1.0 / n)


def exact(values: Array, shares: Array) -> Found:
    """Every crossing, and both kinds of intervals."""
    lines = share_lines(values, shares)
    return lines.crossings(), lines.stability(), lines.stability(whole_order=True)


def finds_all(ours: Found, ranks: Array) -> bool:
    """Whether every change of order in a grid (n, 101, m) of ranks lies within its step of a crossing of that pair.

    And whether the grid keeps the winner, and the whole order, at every step inside the intervals.
    """
    crossings, winner, order = ours
    n, _, m = ranks.shape
    meet = np.full((n, m, m), np.nan)
    meet[crossings.criterion, crossings.first, crossings.second] = crossings.share
    sign = np.sign(ranks[:, :, :, None] - ranks[:, :, None, :]).astype(np.int8)
    criterion, step, first, second = np.nonzero(sign[:, :-1] != sign[:, 1:])
    upper = first < second
    share = meet[criterion, first, second][upper]
    low, high = STEPS[step[upper]] - 1e-9, STEPS[step[upper] + 1] + 1e-9
    return bool(((low <= share) & (share <= high)).all()) and _keeps(ranks, winner, order)


def _keeps(ranks: Array, winner: Array, order: Array) -> bool:
    for row, first, whole in zip(ranks, winner, order, strict=True):
        for (low, high), places in ((first, row == 1), (whole, row)):
            inside = places[(low + 1e-9 < STEPS) & (high - 1e-9 > STEPS)]
            if (inside != inside[:1]).any():
                return False
    return True


def _ticks(values: Array, shares: Array, size: str) -> None:
    lines = share_lines(values, shares)
    for title, run_it in (
        ("winner's stability intervals of all criteria", lambda: share_lines(values, shares).stability()),
        ("the whole order's", lambda: share_lines(values, shares).stability(whole_order=True)),
        ("winners along every share", lambda: lines.envelopes()),
        ("all crossings", lambda: lines.crossings()),
        ("smallest weight moves", lambda: smallest_weight_move(values, shares)),
    ):
        race(f"on every tick: {title}, {size}", run_it, {})


def _peers(values: Array, shares: Array) -> Mapping[str, Run]:
    found: dict[str, Run] = {}
    if importable("pysensmcda", "pymcdm"):
        found["pysensmcda grid, pymcdm WSM"] = lambda: _pysensmcda(values, shares)
    if importable("pyrepo_mcda"):
        found["pyrepo-mcda grid, SAW"] = lambda: _pyrepo(values)
    return found


def _pysensmcda(values: Array, shares: Array) -> Array:
    """(n, 101, m) ranks over its weight grid."""
    from pymcdm.methods import WSM
    from pymcdm.normalizations import max_normalization
    from pysensmcda.criteria import range_modification

    method, types = cast(Any, WSM)(max_normalization), np.ones(shares.size)
    ends = np.tile((0.0, 1.0), (shares.size, 1))
    ranks = [
        method.rank(method(values, weights, types, validation=False))
        for _, _, weights in cast(Any, range_modification)(shares, ends, step=0.01)
    ]
    return np.array(ranks).reshape(shares.size, STEPS.size, -1)


def _pyrepo(values: Array) -> Array:
    """(n, 101, m) ranks over its weight grid."""
    from pyrepo_mcda.mcda_methods import SAW
    from pyrepo_mcda.sensitivity_analysis_weights_values import Sensitivity_analysis_weights_values

    n = values.shape[1]
    steps = cast(Any, Sensitivity_analysis_weights_values())
    tables = [steps(values, STEPS, np.ones(n), cast(Any, SAW)(), k) for k in range(n)]
    return np.array([table.to_numpy().T for table in tables], dtype=np.float64)


if __name__ == "__main__":
    run()
