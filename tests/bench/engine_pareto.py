"""Pareto fronts beside paretoset: a million given points, and a million packages of one item from each of six lists."""

from __future__ import annotations

from functools import partial

import numpy as np

from desktop.analysis.arrays import Array, Flags, Ranks
from desktop.analysis.packages import package_front
from desktop.analysis.pareto import pareto_front
from tests.bench.race import importable, race

PACKAGES = {2: 80.0, 3: 10.0, 4: 5.0}
"""The ratio to reach by number of objectives."""
LISTS, ITEMS = 6, 10


def run() -> None:
    """Prints every race of this area."""
    peer = importable("paretoset", "numba")
    for d in PACKAGES:
        _race_of_points("uniform", np.random.default_rng(d).random((1_000_000, d)), peer)
    for d in PACKAGES:
        _race_of_points("sums of packages", _sums(_lists(d)), peer)
    for d, promised in PACKAGES.items():
        _race_of_packages(d, promised, peer)


def _race_of_points(name: str, points: Array, peer: bool) -> None:
    d = points.shape[1]
    peers = {"paretoset, numba": partial(_paretoset, -points)} if peer else {}
    race(
        f"front of 1,000,000 points, {d} objectives, {name}",
        partial(pareto_front, points, np.ones(d, dtype=bool)),
        peers,
        promised=1.0,
        agree=lambda ours, theirs: bool(np.array_equal(ours, theirs)),
        rounds=7,
        read=float(points.nbytes),
    )


def _race_of_packages(d: int, promised: float, peer: bool) -> None:
    lists = _lists(d)
    given = -_sums(lists)
    peers = {
        "paretoset, numba, sums given": partial(_indices, given),
        "paretoset, numba, and enumerating": lambda: _indices(-_sums(lists)),
    }
    race(
        f"front of 1,000,000 packages, {LISTS} lists of {ITEMS}, {d} objectives",
        lambda: package_front(lists, np.ones(d, dtype=bool)).items @ ITEMS ** np.arange(LISTS)[::-1],
        peers if peer else {},
        promised=promised,
        agree=lambda ours, theirs: bool(np.array_equal(ours, theirs)),
        rounds=7,
    )


def _lists(d: int) -> list[Array]:
    rng = np.random.default_rng(d)
    return [rng.random((ITEMS, d)) for _ in range(LISTS)]


def _sums(lists: list[Array]) -> Array:
    """(items ** lists, d) the sums of every package, the first list outermost."""
    sums = lists[0]
    for part in lists[1:]:
        sums = (sums[:, None] + part).reshape(-1, part.shape[1])
    return sums


def _paretoset(costs: Array) -> Flags:
    from paretoset import paretoset

    found: Flags = paretoset(costs, distinct=False)
    return found


def _indices(costs: Array) -> Ranks:
    return np.flatnonzero(_paretoset(costs))


if __name__ == "__main__":
    run()
