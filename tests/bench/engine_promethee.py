"""PROMETHEE II, ranks included, beside the peers: `python -m tests.bench.engine_promethee`."""

from __future__ import annotations

from functools import partial
from typing import cast

import numpy as np

from desktop.analysis.arrays import Array, Ranks
from desktop.analysis.promethee import Preference, PreparedPromethee, Promethee, Shape, promethee
from desktop.analysis.weights import move_weight
from tests.bench.race import Run, importable, race

Answer = tuple[Array, Ranks]
"""(net flows, ranks)"""

Q, P = 5.0, 30.0
"""Thresholds of every criterion, whose scores run from 1 to 100."""

PAIRWISE_LIMIT = 100
"""Options up to which peers that visit every pair in a Python loop are waited for."""


def run() -> None:
    """Race PROMETHEE II with linear preferences, from scratch and after one weight moved (held form)."""
    for m, n in ((100, 20), (2000, 20)):
        _run(m, n)


def _run(m: int, n: int) -> None:
    matrix, maximise = np.random.default_rng(m).uniform(1.0, 100.0, (m, n)), np.arange(n) % 3 > 0
    shares = move_weight(np.random.default_rng(n).dirichlet(np.ones(n)), 0, 0.11, np.zeros(n, dtype=bool))
    preferences = [Preference(Shape.LINEAR, q=Q, p=P)] * n
    held = PreparedPromethee.of(matrix, maximise, preferences)
    peers = _peers(matrix, shares, np.where(maximise, 1, -1))
    rounds = 9 if m <= PAIRWISE_LIMIT else 3
    race(
        f"PROMETHEE II after one weight moved, {m}x{n}",
        lambda: held.at(shares),
        peers,
        promised=100,
        agree=_agree,
        rounds=rounds,
    )
    race(
        f"PROMETHEE II from scratch, {m}x{n}",
        lambda: promethee(matrix, shares, maximise, preferences),
        peers,
        promised=100 if m == 2000 else None,
        agree=_agree,
        rounds=rounds,
    )


def _agree(ours: object, theirs: object) -> bool:
    net, places = cast(Answer, theirs)
    own = cast(Promethee, ours)
    return bool(np.allclose(own.net, net, rtol=0, atol=1e-9) and np.array_equal(own.ranks, places))


def _peers(matrix: Array, shares: Array, signs: Ranks) -> dict[str, Run]:
    peers: dict[str, Run] = {}
    m, n = matrix.shape
    if importable("pymcdm"):
        from pymcdm.methods import PROMETHEE_II

        def decide(validation: bool) -> Answer:
            # Made anew each time: it uses up its thresholds at the first call.
            body = PROMETHEE_II("vshape_2", p=[P] * n, q=[Q] * n)
            net = body(matrix, shares, signs, validation=validation)
            return net, body.rank(net)

        peers |= {"pymcdm validation=False": partial(decide, False), "pymcdm": partial(decide, True)}
    if m <= PAIRWISE_LIMIT:
        peers |= _pairwise_peers(matrix, shares, signs)
    return peers


def _pairwise_peers(matrix: Array, shares: Array, signs: Ranks) -> dict[str, Run]:
    peers: dict[str, Run] = {}
    n = shares.size
    if importable("pyDecision", "scipy"):
        from pyDecision.algorithm import promethee_ii
        from scipy.stats import rankdata

        def flow() -> Answer:
            found = promethee_ii(
                matrix * signs, shares, [Q] * n, [P] * n, [P] * n, ["t5"] * n, sort=False, verbose=False
            )
            return found[:, 1], rankdata(-found[:, 1], method="min")

        peers["pyDecision + scipy rankdata"] = flow
    if importable("pyrepo_mcda"):
        from pyrepo_mcda import mcda_methods
        from pyrepo_mcda.additions import rank_preferences

        body = mcda_methods.PROMETHEE_II()

        def net_flow() -> Answer:
            net = body(matrix, shares, signs, [body._linear_function] * n, p=np.full(n, P), q=np.full(n, Q))
            return net, rank_preferences(net, reverse=True)

        peers["pyrepo-mcda"] = net_flow
    return peers


if __name__ == "__main__":
    run()
