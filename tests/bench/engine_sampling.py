"""Races of the samplers of weights: exact ones and hit-and-run against plain rejection and a plain single chain."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import numpy as np

from desktop.analysis.arrays import Array
from desktop.analysis.polytope import WeightPolytope, linear, ranked, whole, within
from desktop.analysis.smaa import scores
from desktop.analysis.smaa.sampling import WeightSample, WeightSampler, sample_weights
from tests.bench.race import race

T = TypeVar("T")

COUNT = 100_000
CRITERIA = (8, 12, 20)
FEW = {8: 200, 12: 80, 20: 16}
"""Draws of the plain chain, which takes too long for more."""


def run() -> None:
    """Every sampler at each number of criteria, then what hit-and-run is worth, then uncertain scores."""
    for n in CRITERIA:
        _simplex(n)
        _ranking(n)
        _box(n)
        _narrow(n)
    for n in CRITERIA:
        _means(n)
    _scores()


def _simplex(n: int) -> None:
    race(
        f"{COUNT} weights of {n} criteria, nothing known",
        lambda: sample_weights(whole(n), COUNT, 1),
        {"NumPy's Dirichlet": lambda: np.random.default_rng(1).dirichlet(np.ones(n), COUNT)},
        agree=_same_means,
    )


def _ranking(n: int) -> None:
    known = ranked(n, range(n))
    race(
        f"{COUNT} weights of {n} criteria, ranked",
        lambda: sample_weights(known, COUNT, 1),
        {"exponentials, sorted": lambda: _sorted(n)},
        agree=_same_means,
    )
    _against_baselines(known)


def _box(n: int) -> None:
    floors, ceilings = np.full(n, 0.5 / n), np.full(n, 2.5 / n)
    _against_baselines(within(floors, ceilings))


def _narrow(n: int) -> None:
    """No simplex is near it: the sums of two halves are equal to 1 %, and no weight is large."""
    row = np.where(np.arange(n) < n // 2, 1.0, -1.0)
    _against_baselines(linear([row, -row], [0.01, 0.01]) & within(np.zeros(n), np.full(n, 1.6 / n)))


def _against_baselines(known: WeightPolytope) -> None:
    """Times are told for each draw: the baselines make only as many as they can in a few seconds."""
    n = known.size
    sample, ours = _timed(lambda: sample_weights(known, COUNT, 1))
    sampler = WeightSampler(known)
    _, again = _timed(lambda: sampler.sample(COUNT, 2))
    print(f"\n  {COUNT} weights, {n} criteria, {known.limits.size} statements: {sample.method}")
    print(f"  {'Steelyard, made ready first':34} {_each(ours, sample.effective)}")
    print(f"  {'Steelyard, ready':34} {_each(again, sample.effective)}   worth {sample.effective / COUNT:.0%}")
    accepted, spent = _timed(lambda: _rejected(known, 40))
    print(f"  {'rejection from all shares':34} " + (_each(spent, accepted, again / sample.effective)))
    chain, spent = _timed(lambda: _chain(known, FEW[n]))
    print(f"  {'one chain, thinned as in hitandrun':34} " + _each(spent, FEW[n], again / sample.effective))
    gaps = np.abs(chain.mean(axis=0) - sample.weights.mean(axis=0)) / (sample.weights.std(axis=0) / np.sqrt(FEW[n]))
    print(f"  {'its means lie within':34} {gaps.max():8.1f} standard errors of {FEW[n]} draws", flush=True)


def _means(n: int) -> None:
    """How good the means of hit-and-run are where they are known: in a box that is the same for all criteria."""
    box = within(np.full(n, 0.8 / n), np.full(n, 1.1 / n))
    sampler = WeightSampler(box)
    samples = [sampler.sample(COUNT, seed) for seed in range(5)]
    spread = samples[0].weights.std(axis=0) / np.sqrt(COUNT)
    errors = np.array([(sample.weights.mean(axis=0) - 1 / n) / spread for sample in samples])
    print(f"\n  {n} criteria, {sampler.method}, errors of means over those of independent draws:", end=" ")
    print(f"{np.sqrt((errors**2).mean()):.2f}; effective {samples[0].effective / COUNT:.0%}", flush=True)


def _scores() -> None:
    m, n, count = 20, 10, 10_000
    rng = np.random.default_rng(1)
    low = rng.random((m, n)) * 50
    high = low + 1 + rng.random((m, n)) * 49
    mode = low + (high - low) * rng.random((m, n))
    a, b = 1 + 4 * (mode - low) / (high - low), 1 + 4 * (high - mode) / (high - low)
    size = (count, m, n)
    rows: dict[str, tuple[scores.ScoreModel, Callable[[], Array]]] = {
        "uniform": (scores.uniform(low, high), lambda: np.random.default_rng(1).uniform(low, high, size)),
        "triangular": (
            scores.triangular(low, mode, high),
            lambda: np.random.default_rng(1).triangular(low, mode, high, size),
        ),
        "PERT": (scores.pert(low, mode, high), lambda: low + (high - low) * np.random.default_rng(1).beta(a, b, size)),
        "normal": (scores.normal(mode, high), lambda: np.random.default_rng(1).normal(mode, high, size)),
    }
    for name, (model, plain) in rows.items():
        race(
            f"{count} tables of {name} scores, {m} by {n}",
            lambda model=model: sum(len(block) for block in model.draw(count, 1)),  # type: ignore[misc]
            {"NumPy's own, not common": plain},
        )


def _sorted(n: int) -> Array:
    parts = np.random.default_rng(1).standard_exponential((COUNT, n))
    parts /= parts.sum(axis=1, keepdims=True)
    parts.sort(axis=1)
    return parts[:, ::-1]


def _rejected(known: WeightPolytope, wanted: int, seconds: float = 1.0) -> int:
    """How many shares a plain rejection accepts until it has `wanted` or the time is over."""
    rng, found, start = np.random.default_rng(1), 0, time.perf_counter()
    while found < wanted and time.perf_counter() - start < seconds:
        parts = rng.standard_exponential((10_000, known.size))
        shares = parts / parts.sum(axis=1, keepdims=True)
        found += int((shares @ known.rows.T <= known.limits).all(axis=1).sum())
    return found


def _chain(known: WeightPolytope, count: int) -> Array:
    """One chain of hit-and-run from the deepest point, every ceil(ln(d+1)/4 d^3)-th step kept (R's hitandrun)."""
    n = known.size
    rows, limits = np.vstack((known.rows, -np.eye(n))), np.concatenate((known.limits, np.zeros(n)))
    basis = np.linalg.svd(np.ones((1, n)))[2][1:].T
    x, rng = sample_weights(known, 2000, 3).weights.mean(axis=0), np.random.default_rng(1)
    thin = int(np.ceil(np.log(n) / 4 * (n - 1) ** 3))
    kept = np.empty((count, n))
    for place in range(count):
        for _ in range(thin):
            ray = rng.standard_normal(n - 1)
            ray = basis @ (ray / np.sqrt(ray @ ray))
            rates, room = rows @ ray, limits - rows @ x
            low, high = (room[rates < 0] / rates[rates < 0]).max(), (room[rates > 0] / rates[rates > 0]).min()
            x = x + rng.uniform(low, high) * ray
        kept[place] = x
    return kept


def _same_means(ours: object, theirs: object) -> bool:
    assert isinstance(ours, WeightSample)
    other = np.asarray(theirs)
    error = np.sqrt((ours.weights.var(axis=0) + other.var(axis=0)) / COUNT)
    return bool((np.abs(ours.weights.mean(axis=0) - other.mean(axis=0)) < 6 * error).all())


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    start = time.perf_counter()
    found = work()
    return found, time.perf_counter() - start


def _each(seconds: float, draws: float, ours: float = 0.0) -> str:
    if not draws:
        return f"none accepted in {seconds:.1f} s" + (f"   more than {seconds / ours:.0f}x" if ours else "")
    ratio = f"   {seconds / draws / ours:10.1f}x" if ours else ""
    return f"{seconds / draws * 1e6:12.3f} us for each independent draw{ratio}"


if __name__ == "__main__":
    run()
