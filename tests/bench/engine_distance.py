"""TOPSIS and VIKOR, ranks included, beside the peers: `python -m tests.bench.engine_distance`."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from functools import partial
from typing import Any, cast

import numpy as np

from desktop.analysis.arrays import Array, Flags, Ranks
from desktop.analysis.topsis import LiveTopsis, PreparedTopsis, Topsis, topsis
from desktop.analysis.vikor import PreparedVikor, Vikor, vikor
from desktop.analysis.weights import move_weight
from tests.bench.race import Run, importable, race

Answer = tuple[Array, Ranks]
"""(scores, ranks)"""

Task = tuple[Array, Array, Flags]
"""(matrix, shares, maximise)"""

SIZES = ((100, 20), (2000, 20))


def run() -> None:
    """Race both methods after one weight moved (held form) and from scratch."""
    for m, n in SIZES:
        with warnings.catch_warnings():
            # scikit-criteria advises against criteria to minimise at every call.
            warnings.simplefilter("ignore")
            _run(task_of(m, n), f"{m}x{n}")


def _run(task: Task, size: str) -> None:
    matrix, shares, maximise = task
    live, distances, peers = LiveTopsis(*task), PreparedTopsis.of(matrix, maximise), _topsis_peers(*task)

    def move() -> Answer:
        live.move(0, shares[0])
        return live.closeness(), live.ranks()

    race(f"TOPSIS after one weight moved, live, {size}", move, peers, promised=20, agree=_agree)
    race(f"TOPSIS under other weights, held, {size}", lambda: distances.at(shares), peers, agree=_agree)
    race(f"TOPSIS from scratch, {size}", lambda: topsis(*task), peers, agree=_agree)
    losses, rivals = PreparedVikor.of(matrix, maximise), _vikor_peers(*task)
    race(f"VIKOR after one weight moved, {size}", lambda: losses.at(shares), rivals, promised=3, agree=_agree)
    race(f"VIKOR from scratch, {size}", lambda: vikor(*task), rivals, agree=_agree)


def task_of(m: int, n: int) -> Task:
    """A random matrix, a third of its criteria to be minimised, and shares of which one has just been moved."""
    rng = np.random.default_rng(m + n)
    shares = move_weight(rng.dirichlet(np.ones(n)), 0, 0.11, np.zeros(n, dtype=bool))
    return rng.uniform(1.0, 100.0, (m, n)), shares, np.arange(n) % 3 > 0


def _agree(ours: object, theirs: object) -> bool:
    scores, places = cast(Answer, theirs)
    own, order = _answer(ours)
    return bool(np.allclose(own, scores, rtol=0, atol=1e-9) and np.array_equal(order, places))


def _answer(ours: object) -> Answer:
    if isinstance(ours, Topsis):
        return ours.closeness, ours.ranks
    return (ours.q, ours.ranks) if isinstance(ours, Vikor) else cast(Answer, ours)


def _topsis_peers(matrix: Array, shares: Array, maximise: Flags) -> Mapping[str, Run]:
    """Peers that normalise by vector lengths, as the paper has it; each ranks as it ranks, SciPy where it does not."""
    peers: dict[str, Run] = {}
    signs, words = np.where(maximise, 1, -1), ["max" if upward else "min" for upward in maximise]
    if importable("pymcdm"):
        from pymcdm.methods import TOPSIS
        from pymcdm.normalizations import vector_normalization

        peers |= _pymcdm(TOPSIS(vector_normalization), matrix, shares, signs)
    if importable("pyDecision", "scipy"):
        from pyDecision.algorithm import topsis_method
        from scipy.stats import rankdata

        def decide() -> Answer:
            scores = topsis_method(matrix, shares, words, graph=False, verbose=False)
            return scores, rankdata(-scores, method="min")

        peers["pyDecision + scipy rankdata"] = decide
    if importable("pyrepo_mcda"):
        from pyrepo_mcda import mcda_methods
        from pyrepo_mcda.normalizations import vector_normalization as by_length

        peers["pyrepo-mcda"] = _pyrepo(mcda_methods.TOPSIS(normalization_method=by_length), True, matrix, shares, signs)
    if importable("skcriteria"):
        from skcriteria.agg import topsis as similarity
        from skcriteria.pipelines import mkpipe
        from skcriteria.preprocessing.scalers import VectorScaler

        peers["scikit-criteria"] = _skcriteria(
            mkpipe(VectorScaler("matrix"), similarity.TOPSIS()), "similarity", matrix, shares, signs
        )
    return peers


def _vikor_peers(matrix: Array, shares: Array, maximise: Flags) -> Mapping[str, Run]:
    peers: dict[str, Run] = {}
    signs, words = np.where(maximise, 1, -1), ["max" if upward else "min" for upward in maximise]
    if importable("pymcdm"):
        from pymcdm.methods import VIKOR

        peers |= _pymcdm(VIKOR(), matrix, shares, signs)
    if importable("pyDecision"):
        from pyDecision.algorithm import vikor_method

        def decide() -> Answer:
            _, _, ordered, _ = vikor_method(matrix, shares, words, graph=False, verbose=False)
            back = np.argsort(ordered[:, 0])
            return ordered[back, 1], back + 1

        peers["pyDecision"] = decide
    if importable("pyrepo_mcda"):
        from pyrepo_mcda import mcda_methods

        peers["pyrepo-mcda"] = _pyrepo(mcda_methods.VIKOR(), False, matrix, shares, signs)
    if importable("skcriteria"):
        from skcriteria.agg import vikor as compromise

        peers["scikit-criteria"] = _skcriteria(compromise.VIKOR(), "q_k", matrix, shares, signs)
    return peers


def _pymcdm(body: Any, matrix: Array, shares: Array, signs: Ranks) -> dict[str, Run]:
    def decide(validation: bool) -> Answer:
        scores = body(matrix, shares, signs, validation=validation)
        return scores, body.rank(scores)

    return {f"pymcdm{name}": partial(decide, flag) for name, flag in ((" validation=False", False), ("", True))}


def _pyrepo(body: Any, reverse: bool, matrix: Array, shares: Array, signs: Ranks) -> Run:
    from pyrepo_mcda.additions import rank_preferences

    def decide() -> Answer:
        scores = body(matrix, shares, signs)
        return scores, rank_preferences(scores, reverse=reverse)

    return decide


def _skcriteria(pipe: Any, score: str, matrix: Array, shares: Array, signs: Ranks) -> Run:
    from skcriteria import mkdm

    def decide() -> Answer:
        found = pipe.evaluate(mkdm(matrix, signs, weights=shares))
        return found.e_[score], found.rank_

    return decide


if __name__ == "__main__":
    run()
