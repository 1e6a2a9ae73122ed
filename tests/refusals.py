"""What arguments of the analysis can be no tables, weights, flags or numbers: all that its doors must refuse."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from desktop.analysis.polytope import whole

NAN, INF = math.nan, math.inf

Bad = Sequence[tuple[str, Any]]
"""(what is wrong with it, what cannot be taken)"""


def matrices(good: Any, *, gaps: bool = False) -> Bad:
    """What can be no table, least of all one that must fit the other arguments."""
    table = np.asarray(good, dtype=float)
    found: list[tuple[str, Any]] = [("infinite", with_hole(table, INF)), ("minus infinite", with_hole(table, -INF))]
    found += [] if gaps else [("missing", with_hole(table, NAN))]
    flat = table.ravel()
    shapes = [("flat", flat), ("deep", table[None, None]), ("number", 5.0), ("empty", np.zeros((0, 3)))]
    return [*found, *shapes, ("narrow", np.zeros((2, 0))), *words(table)]


def vectors(good: Any) -> Bad:
    """What can be no list of so many numbers."""
    numbers = np.asarray(good, dtype=float)
    holes = [(name, with_hole(numbers, hole)) for name, hole in (("NaN", NAN), ("infinite", INF), ("minus", -INF))]
    shapes = [("table", numbers[None]), ("number", 0.5), ("empty", [])]
    return [*holes, *shapes, ("long", np.append(numbers, numbers[-1])), *words(numbers)]


def weights(good: Any) -> Bad:
    """What can be no weights."""
    numbers = np.asarray(good, dtype=float)
    return [*vectors(good), ("negative", with_hole(numbers, -0.1)), ("all 0", np.zeros_like(numbers))]


def free_vectors(good: Any) -> Bad:
    """As `vectors`, of a list that may be of any length."""
    return [(name, bad) for name, bad in vectors(good) if name != "long"]


def free_weights(good: Any) -> Bad:
    """As `weights`, of a list that may be of any length."""
    return [(name, bad) for name, bad in weights(good) if name != "long"]


def totals(good: Any) -> Bad:
    """As `free_vectors`, of a list that may be empty."""
    return [(name, bad) for name, bad in free_vectors(good) if name != "empty"]


def weight_tables(good: Any) -> Bad:
    """What can be no weights of several people, or of several options under each criterion."""
    table = np.asarray(good, dtype=float)
    return [*matrices(good), ("negative", with_hole(table, -0.1)), ("all 0", np.zeros_like(table))]


def samples(good: Any) -> Bad:
    """What can be no sample of shares."""
    shares = good if isinstance(good, np.ndarray) else good.weights
    bad = [(name, with_hole(shares, hole)) for name, hole in (("NaN", NAN), ("infinite", INF), ("negative", -0.1))]
    return [*bad, ("of sum 2", shares * 2), ("empty", shares[:0]), ("narrow", shares[:, :2] / 2), ("flat", shares[0])]


def values(good: Any) -> Bad:
    """What can be no score; NaN is missing and infinity is beyond both ends of the scale."""
    return words(np.atleast_1d(np.asarray(good, dtype=float)))


def words(good: Any) -> Bad:
    """What is not even numbers."""
    return [
        ("words", np.full(np.shape(good), "good").tolist()),
        ("ragged", [[1.0], [1.0, 2.0]]),
        ("complex", good + 1j),
    ]


def flags(good: Any) -> Bad:
    """What can be no flags."""
    return [("numbers", np.ones(len(good))), ("long", np.append(good, True)), ("table", good[None]), ("flag", True)]


def index(good: int) -> Bad:
    """What can be no place among 3 criteria or 4 options."""
    return [("negative", -1), ("beyond", 99), ("between", 0.5), ("NaN", NAN), ("infinite", INF)]


def positive(good: float) -> Bad:
    """What can be no size."""
    return [("NaN", NAN), ("infinite", INF), ("0", 0.0), ("negative", -1.0)]


def finite(good: float) -> Bad:
    """What can be no number."""
    return [("NaN", NAN), ("infinite", INF), ("minus infinite", -INF)]


def part(good: float) -> Bad:
    """What lies not in 0..1."""
    return [("NaN", NAN), ("infinite", INF), ("above", 1.1), ("below", -0.1)]


def count(good: int) -> Bad:
    """What can be no number of things."""
    return [("0", 0), ("negative", -1), ("NaN", NAN), ("infinite", INF), ("between", 2.5)]


def seed(good: int) -> Bad:
    """What can be no seed."""
    return [("negative", -1), ("between", 0.5), ("NaN", NAN), ("infinite", INF)]


def indices(good: Sequence[int]) -> Bad:
    """What can be no places."""
    return [(name, [*good[:-1], bad]) for name, bad in index(0)]


def one_of(good: str) -> Bad:
    """What is no such word."""
    return [("word", "whatever")]


def given(*bad: Any) -> Callable[[Any], Bad]:
    """What an argument of its own kind cannot be."""
    return lambda good: [(repr(one)[:40], one) for one in bad]


def with_hole(good: Any, hole: float) -> Any:
    """A copy with `hole` in its last place."""
    found = np.array(good, dtype=float)
    found.flat[-1] = hole
    return found


free = given()
"""Takes anything of its type."""

KINDS: Mapping[str, Callable[[Any], Bad]] = {
    "around": weights,
    "cancel": free,
    "changes": count,
    "count": count,
    "criterion": index,
    "criteria": indices,
    "index": index,
    "limit": count,
    "locked": flags,
    "matrix": matrices,
    "maximise": flags,
    "most": count,
    "n": count,
    "options": indices,
    "permutations": count,
    "progress": free,
    "polytope": given(whole(2)),
    "rows": count,
    "scale": positive,
    "seed": seed,
    "spread": part,
    "values": matrices,
    "weights": weights,
    "whole_order": free,
}
"""What the arguments of a name cannot be, unless a case says otherwise."""
