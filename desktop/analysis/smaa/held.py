"""Draws of uncertain scores kept in memory, so that the weights can move under the same draws again and again."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from desktop.analysis.arrays import Array, ShapeError, frozen, whole_of
from desktop.analysis.smaa.confidence import HELD, TRIALS, chance_first, frame_of, trial_seed
from desktop.analysis.smaa.kernels import Tally
from desktop.analysis.smaa.scores import ScoreModel
from desktop.analysis.work import Cancel

KEPT = 4096
"""The most samples whose totals are kept until others are asked for: a frame asks twice for those of a drag."""


class HeldScores:
    """The first `count` draws of a score model under a seed: those that `acceptability` draws anew in each call.

    Takes 8 bytes for each draw and cell. The last `acceptability` of a drag costs as little as that of certain scores,
    and two that differ in their weights alone differ by nothing else (common random numbers).
    Raises DomainError for a count below 1 and a negative seed; as `confidence.frame_of`; Cancelled.
    """

    def __init__(
        self, model: ScoreModel, count: int, seed: int, *, scale: float = 100.0, cancel: Cancel | None = None
    ) -> None:
        self.model, self.seed, self.scale = model, int(seed), float(scale)
        self.count = whole_of(count, "count")
        self.frame = frame_of(model.mean(), scale, float(np.sqrt(model.variance().max())))
        self.draws = np.empty((self.count, *model.shape))
        filled = 0
        for block in model.draw(self.count, seed, cancel=cancel):
            self.draws[filled : filled + len(block)] = self.frame.of(block)
            filled += len(block)
        frozen(self.draws)
        self._last: tuple[Array, int, Array] | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """(m, n)"""
        return self.model.shape

    def totals(self, weights: Array, start: int = 0) -> Array:
        """(m, b) totals in the units of `frame`: draw `start` + s under row s of `weights`, (b, n).

        Raises ShapeError where there are more weights than draws.
        """
        if start + len(weights) > self.count:
            raise ShapeError("weights", f"must be at most as many as the {self.count} draws of the scores")
        last = self._last
        if last is not None and last[1] == start and _is_same(last[0], weights):
            return last[2]
        found: Array = (self.draws[start : start + len(weights)] @ weights[:, :, None])[:, :, 0].T
        if len(weights) <= KEPT and _is_fixed(weights):
            frozen(found)
            self._last = (weights, start, found)
        return found

    @cached_property
    def _fresh(self) -> Array:
        """Fresh draws in the units of `frame`, for confidence factors."""
        trials = min(self.count, TRIALS)
        return self.frame.of(np.concatenate(list(self.model.draw(trials, trial_seed(self.seed, trials)))))


def _is_fixed(numbers: Array) -> bool:
    """Whether nobody can write to an array any more, nor to the one that it is a part of."""
    whole = numbers if numbers.base is None else numbers.base
    return not numbers.flags.writeable and isinstance(whole, np.ndarray) and not whole.flags.writeable


def _is_same(one: Array, other: Array) -> bool:
    """Whether two arrays, of which the first is held and cannot change, are the same part of the same numbers."""
    is_same = one.ctypes.data == other.ctypes.data and one.shape == other.shape
    return is_same and one.strides == other.strides


class Replayed:
    """Totals of held draws, one after the other."""

    def __init__(self, held: HeldScores) -> None:
        self.frame, self._held, self._fed = held.frame, held, 0

    def feed(self, tally: Tally, weights: Array) -> None:
        """Have the samples with `weights` (b, n) counted."""
        start = self._fed

        def fill(part: slice, out: Array) -> None:
            out[...] = self._held.totals(weights[part], start + part.start)

        tally.take(weights, fill)
        self._fed += len(weights)

    def confidence(self, central: Array) -> tuple[Array, Array]:
        """As `confidence.Drawn` has it, from the same fresh draws."""
        fresh = self._held._fresh[: self._fed]
        step = max(1, HELD // fresh[0].size)
        blocks = (fresh[start : start + step] for start in range(0, len(fresh), step))
        return chance_first(blocks, len(fresh), central, self.frame.edge)
