"""SMAA-2 beside the peers, pairwise winning without sampling, and memory: `python -m tests.bench.engine_smaa`."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from shutil import which
from typing import cast

import numpy as np

from desktop.analysis.arrays import Array
from desktop.analysis.polytope import ranked, whole
from desktop.analysis.smaa import Acceptability, acceptability, first_rank, pairwise_winning, sample_weights
from desktop.analysis.smaa.scores import normal
from tests.bench.race import OURS, Run, importable, race

Answer = tuple[Array, Array, Array]
"""(rank acceptability (m, m), central weights (m, n), pairwise winning (m, m) with nothing on the diagonal)"""

SIZES = ((8, 8), (20, 10), (100, 20))
COUNT = 100_000
FEW = 10_000
DEVIATION = 10.0
MEMORY = """
import sys, tracemalloc
import numpy as np
from desktop.analysis.polytope import whole
from desktop.analysis.smaa import acceptability, sample_weights, weight_blocks
tracemalloc.start()
held = sys.argv[1] == "held"
source = sample_weights(whole(20), 1_000_000, 1) if held else weight_blocks(whole(20), 1_000_000, 1)
found = acceptability(np.random.default_rng(1).random((100, 20)) * 100, source)
assert found.count == 1_000_000
print(tracemalloc.get_traced_memory()[1])
"""


def run() -> None:
    """Race certain and uncertain scores, time the exact pairwise winning, and measure the memory of 10^6 samples."""
    for m, n in SIZES:
        _certain(m, n)
    _uncertain(20, 10)
    for m, n in SIZES:
        _exact(m, n)
    _memory()


def _certain(m: int, n: int) -> None:
    values, sample = _values(m, n), sample_weights(whole(n), COUNT, 1)
    weights = sample.weights
    found = race(
        f"SMAA: rank acceptability, central weights, pairwise winning, {m}x{n}, {COUNT:,} samples",
        lambda: acceptability(values, sample),
        _peers(values, weights),
        promised=19,
        agree=_agree,
        rounds=3,
        flops=2.0 * m * n * COUNT,
    )
    _against_r(values, weights, found[OURS])
    some = weights[:FEW]
    race(
        f"the same with {FEW:,} samples, and with the peer's own additive method",
        lambda: acceptability(values, some),
        _peers(values, some, method=True),
        agree=_agree,
        rounds=3,
    )
    race(
        f"first ranks alone, {m}x{n}, {COUNT:,} samples",
        lambda: first_rank(values, weights),
        {"the whole of SMAA": lambda: acceptability(values, weights)},
        agree=lambda ours, theirs: np.array_equal(cast(Array, ours), cast(Acceptability, theirs).first),
    )


def _uncertain(m: int, n: int) -> None:
    values, sample = _values(m, n), sample_weights(whole(n), FEW, 1)
    scores = normal(values, np.full((m, n), DEVIATION))
    draws = values + DEVIATION * np.random.default_rng(2).standard_normal((FEW, m, n))
    peers: dict[str, Run] = {}
    if importable("pysensmcda"):
        peers["pysensmcda smaa2, scores given"] = partial(_pysensmcda, values, sample.weights, draws)
    race(
        f"SMAA with uncertain scores and confidence factors, {m}x{n}, {FEW:,} samples",
        lambda: acceptability(values, sample, scores=scores),
        peers,
        promised=50,
        agree=_agree_in_law,
        rounds=5,
    )


def _exact(m: int, n: int) -> None:
    values = _values(m, n)
    for name, polytope in (("uniform", whole(n)), ("ranked", ranked(n, range(n)))):
        weights = sample_weights(polytope, COUNT, 1).weights
        race(
            f"pairwise winning without sampling, {name} weights, {m}x{n}",
            partial(pairwise_winning, values, polytope),
            {f"{COUNT:,} samples, ready drawn": partial(acceptability, values, weights)},
            agree=_near,
        )


def _memory() -> None:
    print("\nSMAA, 100x20, 1,000,000 samples: memory (promised: 500 MB)")
    notes = {"blocks": "blocks", "held": "one array, which takes 160 MB of it"}
    for name, note in notes.items():
        command = [sys.executable, "-c", MEMORY, name]
        most = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        print(f"  weights in {note:50} {int(most) / 1e6:6.0f} MB at the most", flush=True)


def _values(m: int, n: int) -> Array:
    return np.random.default_rng(m).uniform(0.0, 100.0, (m, n))


def _peers(values: Array, weights: Array, method: bool = False) -> dict[str, Run]:
    if not importable("pysensmcda", "pymcdm"):
        return {}
    peers: dict[str, Run] = {"pysensmcda smaa2, matrix @ weights": partial(_pysensmcda, values, weights)}
    if method:
        peers["pysensmcda smaa2, pymcdm's WSM"] = partial(_pysensmcda, values, weights, None, _wsm())
    return peers


def _wsm() -> object:
    from pymcdm.methods import WSM

    # The values stand as they are: a normalisation that changes nothing.
    return WSM(normalization_function=lambda column, cost=False: column)


def _additive(matrix: Array, weights: Array, types: Array) -> Array:
    return matrix @ weights


def _pysensmcda(values: Array, weights: Array, draws: Array | None = None, method: object = _additive) -> Answer:
    import warnings

    from pysensmcda.robustness import pairwise_winning_indices
    from pysensmcda.smaa import smaa2

    with warnings.catch_warnings():
        # It says that confidence factors of certain scores are all 1.
        warnings.simplefilter("ignore", UserWarning)
        found = smaa2(method, values, np.ones(values.shape[1]), weights=weights, matrix_samples=draws)
    return found.rank_acceptability, found.central_weights, pairwise_winning_indices(found.simulation.rankings)


def _agree(ours: object, theirs: object) -> bool:
    own, (ranks, central, wins) = cast(Acceptability, ours), cast(Answer, theirs)
    # The peer splits no ties: one total in ten million lies within 1e-9 of the scale of another.
    room = (20 if own.count == COUNT else 2) / own.count
    return bool(
        np.allclose(own.rank_acceptability, ranks, rtol=0, atol=room)
        and np.array_equal(np.isnan(own.central_weights), np.isnan(central))
        and np.allclose(own.central_weights[own.first > 0.01], central[own.first > 0.01], rtol=0, atol=1e-3)
        and _same_wins(own.pairwise_winning, wins, room)
    )


def _agree_in_law(ours: object, theirs: object) -> bool:
    own, (ranks, _, wins) = cast(Acceptability, ours), cast(Answer, theirs)
    # Half-widths of both samples: 5 standard errors of a difference.
    room = 5 / 1.96 * np.sqrt(2.0) * own.rank_half_widths.max()
    return bool(np.abs(own.rank_acceptability - ranks).max() < room and _same_wins(own.pairwise_winning, wins, room))


def _same_wins(own: Array, theirs: Array, room: float) -> bool:
    apart = ~np.eye(len(own), dtype=bool)
    return bool(np.abs(own - theirs)[apart].max() <= room)


def _near(ours: object, theirs: object) -> bool:
    sampled = cast(Acceptability, theirs)
    return _same_wins(cast(Array, ours), sampled.pairwise_winning, 5 / 1.96 * float(sampled.pairwise_half_widths.max()))


def _against_r(values: Array, weights: Array, own: float) -> None:
    """R's smaa runs in a process of its own and times itself: not in turns with ours."""
    program = which("Rscript")
    if program is None:
        print("  R smaa: no Rscript here, not run", flush=True)
        return
    with tempfile.TemporaryDirectory() as folder:
        values.tofile(Path(folder, "values.bin"))
        weights.tofile(Path(folder, "weights.bin"))
        Path(folder, "shape.txt").write_text(f"{len(values)} {len(weights)} {values.shape[1]}\n", encoding="ascii")
        script = Path(__file__).with_suffix(".R")
        said = subprocess.run([program, str(script), folder], check=True, capture_output=True, text=True).stdout.split()
    if said[0] == "absent":
        print("  R smaa: the package is not installed, not run", flush=True)
        return
    agrees = np.allclose([float(part) for part in said[1:]], first_rank(values, weights), rtol=0, atol=1e-12)
    note = "" if agrees else ", and DISAGREES"
    print(f"  R smaa (C), not in turns: {float(said[0]) / own:.1f}x, promised 20x{note}", flush=True)


if __name__ == "__main__":
    run()
