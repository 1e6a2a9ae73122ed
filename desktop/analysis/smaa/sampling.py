"""Weights drawn at random from what is known of them: uniform on a polytope of shares, or around a centre."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike

from desktop.analysis.arrays import Array, DomainError, frozen, shares_of, whole_of
from desktop.analysis.polytope import EmptyPolytopeError, WeightPolytope
from desktop.analysis.smaa import hit_and_run, simplex
from desktop.analysis.smaa.draws import WEIGHTS, generator, regrouped, told
from desktop.analysis.work import Cancel, Progress, Work

Found = TypeVar("Found")

ROWS = 16_384
"""Rows of a block, unless told."""
LEAST_ACCEPTED = 0.02
"""Rejection is used where at least this part of the simplex around a polytope belongs to it."""


@dataclass(frozen=True, eq=False)
class WeightSample:
    """Shares drawn at random.

    weights: (count, n) float64, C order, each row 0..1 with sum 1; seed; method: the sampler that was used; effective:
    how many independent draws they are worth, count where they are independent.
    """

    weights: Array
    seed: int
    method: str
    effective: float

    def __post_init__(self) -> None:
        frozen(self.weights)

    @property
    def count(self) -> int:
        """Number of draws."""
        return int(self.weights.shape[0])


class WeightSampler:
    """A polytope made ready to be sampled: what takes linear programs, trials and warming up is done once.

    Which sampler it uses depends on the polytope alone, and `method` names it:
    exact, where the polytope is a simplex (nothing known, rankings, lower bounds, chains of ratios), or a single point;
    exact by rejection, where at least 2 % of the smallest simplex found around it belongs to it;
    else hit-and-run (Smith 1984; Tervonen, van Valkenhoef, Basturk & Postmus 2013), within the affine hull of the
    statements, so that equalities are no trouble.
    Raises EmptyPolytopeError, naming the conflict, where no weights meet the statements.
    """

    def __init__(self, polytope: WeightPolytope, *, cancel: Cancel | None = None) -> None:
        self.polytope = polytope
        self._chains: hit_and_run.Chains | None = None
        self._enclosure = _found(simplex.enclose(polytope), polytope)
        part = self._enclosure.accepted()
        if part < LEAST_ACCEPTED:
            self._walk_instead(Work(cancel=cancel))
        self.method = self._named(part)

    def _walk_instead(self, work: Work) -> None:
        chains = _found(hit_and_run.prepare(self._enclosure, work), self.polytope)
        if chains.dimensions:
            self._chains = chains
        else:
            self._enclosure = simplex.point(chains.centre @ self._enclosure.vertices)

    def sample(
        self,
        count: int,
        seed: int,
        *,
        around: ArrayLike | None = None,
        spread: float | None = None,
        progress: Progress | None = None,
        cancel: Cancel | None = None,
    ) -> WeightSample:
        """`count` draws, as `sample_weights` has them."""
        weights = np.empty((whole_of(count, "count"), self.polytope.size))
        filled = 0
        rows = simplex.CHUNK
        for block in self.blocks(
            count, seed, around=around, spread=spread, rows=rows, progress=progress, cancel=cancel
        ):
            weights[filled : filled + len(block)] = block
            filled += len(block)
        return WeightSample(weights, int(seed), self.method, self._effective(weights, spread))

    def blocks(
        self,
        count: int,
        seed: int,
        *,
        around: ArrayLike | None = None,
        spread: float | None = None,
        rows: int = ROWS,
        progress: Progress | None = None,
        cancel: Cancel | None = None,
    ) -> Iterator[Array]:
        """The same draws in blocks of `rows` rows, as `weight_blocks` has them."""
        centre, part = centre_of(self.polytope, around, spread)
        draws = self._draws(generator(seed, WEIGHTS), Work(cancel=cancel))
        blocks = regrouped(draws, whole_of(count, "count"), whole_of(rows, "rows"))
        return told(_moved(blocks, centre, part), count, Work(progress, cancel))

    def _draws(self, stream: np.random.Generator, work: Work) -> Iterator[Array]:
        if self._chains is None:
            return self._enclosure.draws(stream)
        return self._walked(self._chains.layers(stream, work))

    def _walked(self, layers: Iterator[Array]) -> Iterator[Array]:
        for layer in layers:
            weights = np.maximum(layer @ self._enclosure.vertices, 0.0)
            yield weights / weights.sum(axis=1, keepdims=True)

    def _effective(self, weights: Array, spread: float | None) -> float:
        count, chains = len(weights), hit_and_run.CHAINS
        if self._chains is None or spread == 0.0 or count <= chains:
            return float(count)
        if count < 2 * chains:
            return float(chains)
        layers = weights[: count // chains * chains].reshape(-1, chains, self.polytope.size)
        return count * hit_and_run.effective_part(layers[: hit_and_run.WATCHED])

    def _named(self, part: float) -> str:
        if self._chains is not None:
            way = f"{hit_and_run.CHAINS} chains, {self._chains.steps} steps between draws"
            return f"hit-and-run in {self._chains.dimensions} dimensions, {way}"
        if not self._enclosure.is_exact:
            return f"exact: rejection from a simplex, {part:.0%} accepted"
        if self._enclosure.is_point:
            return "exact: a single point"
        if self.polytope.is_whole:
            return "exact: exponentials over their sum"
        return f"exact: exponentials over their sum, on a simplex of {len(self._enclosure.vertices)} corners"


def centre_of(polytope: WeightPolytope, around: ArrayLike | None, spread: float | None) -> tuple[Array | None, float]:
    """(the centre w0 as shares, the spread L) of draws towards a centre; (None, 1) where neither is given.

    Raises DomainError for one without the other, a spread outside 0..1, a centre outside the polytope; as `normalise`.
    """
    if around is None and spread is None:
        return None, 1.0
    if around is None or spread is None:
        raise DomainError("spread", "and around must be given together")
    if not 0.0 <= spread <= 1.0:
        raise DomainError("spread", f"must lie between 0 and 1, not {spread}")
    centre = shares_of(around, polytope.size, "around")
    if not polytope.contains(centre):
        raise DomainError("around", "does not meet what is known of the weights")
    return centre, float(spread)


def sample_weights(
    polytope: WeightPolytope,
    count: int,
    seed: int,
    *,
    around: ArrayLike | None = None,
    spread: float | None = None,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> WeightSample:
    """`count` weight vectors, uniform on the polytope, or drawn towards a centre.

    With `around`, w0, (n,) and `spread`, L, 0..1: w = (1 - L) w0 + L u, u uniform on the polytope: 0 is w0 itself, 1
    forgets it. w0 must meet the statements, and then every draw does. The same seed draws the same u whatever w0 and L
    are, and the first rows of a longer sample are the shorter one. See WeightSampler for the samplers; make one to
    sample again and again.

    Raises EmptyPolytopeError; DomainError for a count below 1, a negative seed, a spread outside 0..1 or without
    `around`, a centre outside the polytope; as `normalise` for `around`; Cancelled.
    """
    sampler = WeightSampler(polytope, cancel=cancel)
    return sampler.sample(count, seed, around=around, spread=spread, progress=progress, cancel=cancel)


def weight_blocks(
    polytope: WeightPolytope,
    count: int,
    seed: int,
    *,
    around: ArrayLike | None = None,
    spread: float | None = None,
    rows: int = ROWS,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> Iterator[Array]:
    """The rows of `sample_weights`, bit for bit, in blocks of `rows` rows of which one is held at a time.

    Raises as `sample_weights`, and Cancelled between two blocks.
    """
    sampler = WeightSampler(polytope, cancel=cancel)
    return sampler.blocks(count, seed, around=around, spread=spread, rows=rows, progress=progress, cancel=cancel)


def _moved(blocks: Iterator[Array], centre: Array | None, spread: float) -> Iterator[Array]:
    for block in blocks:
        if centre is not None:
            block *= spread
            block += (1.0 - spread) * centre
        yield block


def _found(part: Found | None, polytope: WeightPolytope) -> Found:
    """What was found of the polytope, or EmptyPolytopeError where that was nothing."""
    if part is None:
        polytope.refuse_empty()
        # The statements conflict by less than the solver's tolerance: no smaller conflict can be told.
        raise EmptyPolytopeError(polytope.statements)
    return part
