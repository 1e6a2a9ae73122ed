"""Streams of random numbers: one for each purpose, handed out in blocks whose size changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from desktop.analysis.arrays import Array, whole_of
from desktop.analysis.work import Work

WEIGHTS, SCORES, SCENARIOS, TRIALS = range(4)
"""What a stream is for: with one seed, weights and scores are still independent of each other."""


def generator(seed: int, purpose: int) -> np.random.Generator:
    """The stream of one purpose under `seed`. Raises DomainError for a negative seed."""
    return np.random.default_rng(np.random.SeedSequence(whole_of(seed, "seed", least=0), spawn_key=(purpose,)))


def regrouped(blocks: Iterable[Array], count: int, rows: int) -> Iterator[Array]:
    """The first `count` rows of endless `blocks`, in new blocks of `rows` rows, the last with what is left."""
    source = iter(blocks)
    part = next(source)
    for start in range(0, count, rows):
        size = min(rows, count - start)
        if len(part) < size:
            part = _joined(part, size, source)
        yield part[:size]
        part = part[size:] if len(part) > size or start + rows >= count else next(source)


def _joined(part: Array, size: int, source: Iterator[Array]) -> Array:
    """`part` and as much of what follows as makes `size` rows or more."""
    parts, found = [part], len(part)
    while found < size:
        parts.append(next(source))
        found += len(parts[-1])
    return np.concatenate(parts)


def told(blocks: Iterable[Array], count: int, work: Work) -> Iterator[Array]:
    """The same blocks, of `count` rows together, with `work` told after each. Raises Cancelled between two."""
    done = 0
    for block in blocks:
        work.at(done / count)
        yield block
        done += len(block)
    work.at(1.0)
