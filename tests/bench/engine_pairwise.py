"""Weights and consistency ratio from pairwise comparisons, 5 to 15 criteria, against the Python packages."""

from __future__ import annotations

from itertools import combinations
from typing import cast

import numpy as np

from desktop.analysis.arrays import Array
from desktop.analysis.pairwise import Method, ahp
from tests.bench.race import Run, importable, race

SIZES = (5, 9, 15)
PROMISED = 25.0
SCALE = np.array([1 / k for k in range(9, 1, -1)] + list(range(1, 10)))


def run() -> None:
    """Eigenvector against eigenvector, then geometric mean against geometric mean. pymcdm checks its judgements too."""
    for n in SIZES:
        table = judgements_of(n)
        race(f"AHP by eigenvector with CR, {n} criteria", _ours(table), _pymcdm(table), promised=PROMISED, agree=_agree)
        race(f"the same against a peer without checks, {n} criteria", _ours(table), _pydecision(table), agree=_agree)
        geometric = _ours(table, "geometric")
        race(f"AHP by geometric mean, {n} criteria", geometric, _pydecision(table, "geometric"), agree=_agree)


def judgements_of(n: int) -> Array:
    """Judgements on Saaty's scale that a careful judge of n things might give: CR below 0.10."""
    rng = np.random.default_rng(n)
    weights = rng.random(n) + 0.1
    table = np.ones((n, n))
    for i, j in combinations(range(n), 2):
        meant = weights[i] / weights[j] * np.exp(rng.normal(0, 0.3))
        table[i, j] = SCALE[np.abs(np.log(SCALE / meant)).argmin()]
        table[j, i] = 1 / table[i, j]
    return table


def _ours(table: Array, method: Method = "eigenvector") -> Run:
    def weighed() -> tuple[Array, float]:
        found = ahp(table, method)
        return found.weights, found.cr

    return weighed


def _pymcdm(table: Array) -> dict[str, Run]:
    if not importable("pymcdm"):
        return {}
    from pymcdm.weights.subjective import AHP

    def weighed() -> tuple[Array, float]:
        found = AHP(matrix=table)
        return found(), found.get_cr()

    return {"pymcdm AHP": weighed}


def _pydecision(table: Array, method: Method = "eigenvector") -> dict[str, Run]:
    if not importable("pyDecision"):
        return {}
    from pyDecision.algorithm import ahp_method

    return {"pyDecision ahp_method": lambda: ahp_method(table, {"eigenvector": "me", "geometric": "g"}[method])}


def _agree(ours: object, theirs: object) -> bool:
    """The same weights, and the same ratio as far as the packages' random indices and eigenvalues differ."""
    weights, ratio = cast(tuple[Array, float], ours)
    others, their_ratio = cast(tuple[Array, float], theirs)
    return bool(np.allclose(weights, others, rtol=1e-9) and abs(ratio - their_ratio) < 0.05 * ratio)


if __name__ == "__main__":
    run()
