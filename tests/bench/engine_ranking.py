"""Totals and ranks after one weight moved, against peers: `python -m tests.bench.engine_ranking`.

Every column of the values is the same hundred-point scale in another order, so that the peers' normalisations, by the
sum or by the largest, divide all columns alike and change no rank. Each peer has its arrays, and scikit-criteria its
decision matrices, before the clock starts, and ranks with the function it comes with. pymcdm and pyrepo-mcda run once
more with a normalisation that does nothing, for values that need none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import cycle
from typing import cast

import numpy as np

from desktop.analysis.arrays import Array, Ranks
from desktop.analysis.live import LiveTotals
from tests.bench.race import Run, importable, race

PEERS = ("pymcdm", "pyrepo_mcda", "pyDecision", "skcriteria", "scipy")
MOVED = 3
SIZES = ((8, 8, 7.0), (100, 20, 25.0), (10_000, 100, 25.0))


@dataclass(frozen=True, eq=False)
class Ticks:
    """A decision and the two weight vectors its slider goes between; they differ in one weight."""

    values: Array
    weights: tuple[Array, Array]

    @property
    def shares(self) -> tuple[Array, Array]:
        """The same as shares, as the peers want them."""
        low, high = self.weights
        return low / low.sum(), high / high.sum()


def ticks(m: int, n: int) -> Ticks:
    """Columns that hold the same values up to 100, each in an order of its own, and a weight that doubles."""
    random = np.random.default_rng(m * n)
    column = np.linspace(100.0 / m, 100.0, m)
    values = np.column_stack([random.permutation(column) for _ in range(n)])
    low = random.uniform(0.1, 1.0, n)
    high = low.copy()
    high[MOVED] *= 2.0
    return Ticks(values, (low, high))


def run() -> None:
    """Race the rows of totals and ranks."""
    if not importable(*PEERS):
        return
    for m, n, promised in SIZES:
        case, title = ticks(m, n), f"Totals and ranks after one weight moved, {m:,} x {n}"
        race(title, live(case, _ranked), peers(case), promised=promised, agree=same_order, rounds=15)
        race("  the same, no peer normalises", live(case, _ranked), bare(case), agree=same_order, rounds=15)
    case = ticks(1_000_000, 20)
    title = "Totals and ranks after one weight moved, 1,000,000 x 20"
    race(title, live(case, _ranked), fast_peers(case), promised=8.0, agree=same_order, rounds=3)
    title = "Top 100 and one option's exact rank after one weight moved, 1,000,000 x 20; peers rank all"
    # A column and the sums, and the sums once more for the top and once for the rank.
    read = 4.0 * 8.0 * case.values.shape[0]
    race(title, live(case, _viewed), fast_peers(case), promised=300.0, agree=same_view, rounds=3, read=read)


def live(case: Ticks, look: Callable[[LiveTotals], object]) -> Run:
    """Move one weight there and back, and look."""
    totals = LiveTotals(case.values, case.weights[0])
    ends = cycle(float(weights[MOVED]) for weights in case.weights)

    def tick() -> object:
        totals.move(MOVED, next(ends))
        return look(totals)

    return tick


def peers(case: Ticks) -> dict[str, Run]:
    """Each peer's totals and ranks as it comes, by turns with the one and the other weight."""
    from pymcdm.methods import WSM
    from pyrepo_mcda.additions import rank_preferences
    from pyrepo_mcda.mcda_methods import SAW

    wsm, saw, types = WSM(), SAW(), np.ones(case.values.shape[1], dtype=int)
    return fast_peers(case) | {
        "pymcdm WSM, validation": turns(case, lambda w: wsm.rank(wsm(case.values, w, types))),
        "pyrepo-mcda SAW": turns(case, lambda w: rank_preferences(saw(case.values, w, types))),
    }


def fast_peers(case: Ticks) -> dict[str, Run]:
    """Those that do not need minutes for a million options."""
    from pymcdm.methods import WSM

    wsm, types = WSM(), np.ones(case.values.shape[1], dtype=int)
    return {
        "pymcdm WSM, no validation": turns(case, lambda w: wsm.rank(wsm(case.values, w, types, validation=False))),
        "pyDecision saw_method, rankdata": turns(case, pydecision(case.values)),
        "scikit-criteria WeightedSumModel": skcriteria(case),
    }


def bare(case: Ticks) -> dict[str, Run]:
    """pymcdm and pyrepo-mcda with a normalisation that does nothing, the fastest that can be made of them."""
    from pymcdm.methods import WSM
    from pyrepo_mcda.additions import rank_preferences
    from pyrepo_mcda.mcda_methods import SAW

    wsm, saw = WSM(lambda column, cost: column), SAW(lambda matrix, types: matrix)
    types = np.ones(case.values.shape[1], dtype=int)
    return {
        "pymcdm WSM, no validation": turns(case, lambda w: wsm.rank(wsm(case.values, w, types, validation=False))),
        "pyrepo-mcda SAW": turns(case, lambda w: rank_preferences(saw(case.values, w, types))),
    }


def turns(case: Ticks, of: Callable[[Array], object]) -> Run:
    """`of` the one share vector and the other by turns."""
    ends = cycle(case.shares)
    return lambda: of(next(ends))


def pydecision(values: Array) -> Callable[[Array], object]:
    """Its totals, ranked by SciPy: it has no ranks of its own."""
    from pyDecision.algorithm import saw_method
    from scipy.stats import rankdata

    kinds = ["max"] * values.shape[1]

    def ranks_of(shares: Array) -> object:
        flow = saw_method(values, kinds, shares, graph=False, verbose=False)
        return rankdata(-flow[:, 1], method="min")

    return ranks_of


def skcriteria(case: Ticks) -> Run:
    """It takes its weights inside a decision matrix, made beforehand."""
    from skcriteria import mkdm
    from skcriteria.agg.simple import WeightedSumModel

    model = WeightedSumModel()
    ends = cycle([mkdm(case.values, [1] * case.values.shape[1], weights=shares) for shares in case.shares])
    return lambda: model.evaluate(next(ends)).rank_


def same_order(ours: object, theirs: object) -> bool:
    """Whether the ranks agree, but for near ties that only we call ties."""
    totals, ranks = cast("tuple[Array, Ranks]", ours)
    order = np.argsort(np.asarray(theirs), kind="stable")
    return bool((np.diff(totals[order]) <= 1e-7).all() and (np.diff(ranks[order]) >= 0).all())


def same_view(ours: object, theirs: object) -> bool:
    """Whether the top and the one rank are those of the peer's ranks, a rank or two apart where only we call a tie."""
    top, rank = cast("tuple[Ranks, int]", ours)
    ranks = np.asarray(theirs)
    return bool(abs(ranks[0] - rank) <= 2 and set(np.argsort(ranks, kind="stable")[: len(top)]) == set(top.tolist()))


def _ranked(totals: LiveTotals) -> tuple[Array, object]:
    return totals.totals(), totals.ranks()


def _viewed(totals: LiveTotals) -> tuple[object, int]:
    return totals.top(100), totals.rank_of(0)


if __name__ == "__main__":
    run()
