"""How often methods reverse ranks when an option is left out: 4,000 random problems of 6 options and 6 criteria.

Scores are uniform between 5 and 100, weights uniform on the simplex, and each option that did not win is left out in
turn. The figures measured before, by other code, stand beside. No peer does this and nothing is raced.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from desktop.analysis.arrays import Array, Flags
from desktop.analysis.pairwise import synthesise
from desktop.analysis.promethee import Preference, Shape, promethee
from desktop.analysis.reversal import Reversal, Scorer, leave_one_out, min_max
from desktop.analysis.topsis import topsis
from desktop.analysis.vikor import vikor

PROBLEMS, SIZE = 4000, 6
V_SHAPES = [Preference(Shape.V, p=50.0)] * SIZE


def additive_fixed(matrix: Array, weights: Array, maximise: Flags) -> Array:
    """The additive model on the scale 0..100 of the scores themselves, 0..1."""
    return matrix @ weights / 100.0


def additive_local(matrix: Array, weights: Array, maximise: Flags) -> Array:
    """The additive model on local scales, 0..1."""
    return min_max(matrix, maximise) @ weights / 100.0


METHODS: tuple[tuple[str, Scorer, int, int], ...] = (
    ("additive, fixed scale", additive_fixed, 0, 0),
    ("additive, min-max local scale", additive_local, 60, 17),
    ("TOPSIS (vector)", lambda x, w, up: topsis(x, w, up).closeness, 62, 14),
    ("VIKOR", lambda x, w, up: -vikor(x, w, up).q, 61, 20),
    ("AHP distributive", lambda x, w, up: synthesise(x, w, "distributive"), 53, 14),
    ("AHP ideal", lambda x, w, up: synthesise(x, w, "ideal"), 28, 6),
    ("PROMETHEE II (V-shape p=50)", lambda x, w, up: promethee(x, w, up, V_SHAPES).net, 31, 7),
)
"""(name, scores, % of problems measured before with any change of order among the rest, % with another winner)"""


def run() -> None:
    """Print the share of problems in which any removal changes the order of the rest, and the winner."""
    problems = problems_of(PROBLEMS)
    print(f"\nRank reversal, {PROBLEMS:,} problems, {SIZE} options x {SIZE} criteria (measured before in brackets)")
    for name, scores, order_before, winner_before in METHODS:
        start = time.perf_counter()
        order, winner = reversals(scores, problems)
        spent = time.perf_counter() - start
        print(
            f"  {name:30} order {order:6.1%} ({order_before} %)   winner {winner:6.1%} ({winner_before} %)"
            f"   {spent:5.1f} s",
            flush=True,
        )


def problems_of(count: int, seed: int = 1) -> list[tuple[Array, Array]]:
    """(matrix, shares) at random."""
    rng = np.random.default_rng(seed)
    return [(rng.uniform(5, 100, (SIZE, SIZE)), rng.dirichlet(np.ones(SIZE))) for _ in range(count)]


def reversals(scores: Scorer, problems: list[tuple[Array, Array]]) -> tuple[float, float]:
    """(share of problems where leaving out some loser changes the order of the rest, where it changes the winner)."""
    found = [leave_one_out(scores, matrix, weights) for matrix, weights in problems]
    return _share(found, _any_order), _share(found, _any_winner)


def _share(found: list[Reversal], test: Callable[[Reversal], bool]) -> float:
    return sum(map(test, found)) / len(found)


def _any_order(found: Reversal) -> bool:
    return any(found.scores[gone] < found.scores.max() for gone in found.order_changers)


def _any_winner(found: Reversal) -> bool:
    return bool(found.winner_changers)


if __name__ == "__main__":
    run()
