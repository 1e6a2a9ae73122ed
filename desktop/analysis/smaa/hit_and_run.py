"""Hit-and-run: weights uniform on a polytope that no exact sampler reaches, from many chains at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np

from desktop.analysis.arrays import Array, frozen
from desktop.analysis.linear import INFINITY, Program
from desktop.analysis.smaa.draws import TRIALS, generator
from desktop.analysis.smaa.simplex import Enclosure
from desktop.analysis.work import Work

CHAINS = 1024
FLAT = 1e-8
"""A polytope thinner than this part of the simplex around it has no inside there: the thin direction is an equality."""
EDGE = 1e-12
"""Part of a chord left out at both ends, so that rounding carries no point out of the polytope."""
NEAREST = 1e-30
"""Least distance to a statement that a point on its edge is given."""
ROUNDS = 40
"""Times the body may be rounded anew before it is taken as it is."""
SWEEPS = 8
"""Sweeps between two of them."""
ROUND = 3.0
"""A body whose widest variance is at most this many times its narrowest is round."""
WATCHED = 48
"""Sweeps watched to find how many to skip."""
EFFECTIVE = 0.7
"""Part of the draws kept that must be worth an independent one: errors of means at most 1.2 times the independent."""
SLOWEST = 0.98
"""The most that autocorrelations too late to be seen are taken to keep from one to the next."""
SKIPS = (1, 2, 3, 4, 6, 8, 12, 16, 24)
BURN_IN = 5
"""Kept layers that are thrown away first."""
STEADY = Work()
"""Nobody asks, nobody stops it."""


@dataclass(frozen=True, eq=False)
class Chains:
    """Hit-and-run on a polytope in round coordinates z: coordinates b = centre + basis z in the simplex around it.

    centre: (k,); basis: (k, d); heights: (q,) and slopes: (q, d), a point is inside where heights + slopes z >= 0;
    start: (d, CHAINS), points spread over the body; skip: sweeps between two layers that are kept.
    """

    centre: Array
    basis: Array
    heights: Array
    slopes: Array
    start: Array
    skip: int = 1

    def __post_init__(self) -> None:
        frozen(self.centre, self.basis, self.heights, self.slopes, self.start)

    @property
    def dimensions(self) -> int:
        """Of the polytope: 0 where it is a single point."""
        return int(self.basis.shape[1])

    @property
    def steps(self) -> int:
        """Between two layers that are kept."""
        return self.skip * (self.dimensions + len(self.centre) - 1)

    def layers(self, stream: np.random.Generator, work: Work = STEADY) -> Iterator[Array]:
        """Endless layers (CHAINS, k) of coordinates in the simplex: one point of each chain, `skip` sweeps apart."""
        kept = self._walk(self.start, self.skip, stream, work)
        for z in islice(kept, BURN_IN, None):
            yield (self.centre[:, None] + self.basis @ z).T

    def _walk(self, start: Array, skip: int, stream: np.random.Generator, work: Work) -> Iterator[Array]:
        """Endless points (d, chains) after every `skip` sweeps; `work` may stop it after each.

        Smith (1984): a direction, then a point drawn uniformly from the chord. A sweep takes the edges of a random path
        through all corners of the simplex, which lead out of corners quickly, then the axes of a random rotation, which
        follow whatever way the rounded body is long (any set of directions that spans the body will do: Belisle,
        Romeijn & Smith 1993). All chains share them: since a step along a direction that does not depend on the point
        keeps the uniform law, they stay independent, and a step costs a few sums for each statement.
        """
        z = start
        d, chains = start.shape
        corners = np.linalg.pinv(self.basis)
        while True:
            for _ in range(skip):
                work.at(0.0)
                path = corners[:, stream.permutation(corners.shape[1])]
                rotation = np.linalg.qr(stream.standard_normal((d, d)))[0]
                axes = np.hstack((np.diff(path), rotation))
                z = z + axes @ self._steps(z, axes, stream.random((axes.shape[1], chains)))
            yield z

    def _steps(self, z: Array, axes: Array, steps: Array) -> Array:
        """(a, chains): how far to go along the `axes`, (d, a); in `steps`, which hold the parts of the chords."""
        slacks = np.maximum(self.heights[:, None] + self.slopes @ z, NEAREST)
        rates = np.empty_like(slacks)
        steps *= 1.0 - 2.0 * EDGE
        steps += EDGE
        for slope, step in zip((self.slopes @ axes).T[:, :, None], steps, strict=True):
            # The chord ends where the fastest growing and the fastest falling of the slacks would vanish.
            np.divide(slope, slacks, out=rates)
            back, forth = -1.0 / rates.max(axis=0), -1.0 / rates.min(axis=0)
            step *= forth - back
            step += back
            slacks += slope * step
        return steps

    def _rounded(self, z: Array) -> Chains:
        """The same body in coordinates in which the points `z` have the unit matrix as covariance."""
        stretch = np.linalg.cholesky(_covariance(z))
        start = np.linalg.solve(stretch, z)
        return Chains(self.centre, self.basis @ stretch, self.heights, self.slopes @ stretch, start)


def prepare(enclosure: Enclosure, work: Work = STEADY) -> Chains | None:
    """Chains that are spread over the polytope and know how many sweeps to skip; None where the polytope is empty.

    The body is rounded by the covariance of the chains again and again until that is nearly the unit matrix (as
    Lovasz & Vempala 2006 do), so that thin bodies mix like round ones; then `skip` is the least at which the effective
    sample size of the chains reaches `EFFECTIVE` of their draws. A stream of its own: it depends on the polytope alone.
    """
    chains = _flat(enclosure)
    if chains is None or chains.dimensions == 0:
        return chains
    stream = generator(1, TRIALS)
    for _ in range(ROUNDS):
        z = next(chains._walk(chains.start, SWEEPS, stream, work))
        if _is_round(z):
            break
        chains = chains._rounded(z)
    return _thinned(chains, stream, work)


def effective_part(layers: Array) -> float:
    """Effective sample size over the number of draws, 0..1, from `layers` (t, chains, n) of independent chains.

    1 / (1 + 2 sum of the autocorrelations), each taken over all chains, summed up to the first pair that is not
    positive (Geyer 1992) or the first that is lost in its own sampling error. The least over the n coordinates and
    their squared distances from the mean.
    """
    centred = layers - layers.mean(axis=(0, 1))
    squares = centred**2
    return min(_part(centred), _part(squares - squares.mean(axis=(0, 1))))


def _part(centred: Array) -> float:
    t, chains, _ = centred.shape
    variance = np.einsum("tcn,tcn->n", centred, centred) / t
    moving = variance > 1e-12 * variance.max()
    if t < 2 or not moving.any():
        return 1.0
    total, last, going = np.ones(variance.size), np.ones(variance.size), moving
    for lag in range(1, t):
        found = np.einsum("tcn,tcn->n", centred[lag:], centred[:-lag]) / (t - lag)
        found = np.divide(found, variance, out=np.zeros_like(found), where=moving)
        going = going & (found + last > 0) & (found > 1.0 / np.sqrt(chains * (t - lag)))
        if not going.any():
            break
        total[going] += 2.0 * found[going]
        last = found
    else:  # No more to see: the rest falls off as fast as it did on the whole.
        fall = np.minimum(last[going] ** (1.0 / (t - 1)), SLOWEST)
        total[going] += 2.0 * last[going] * fall / (1.0 - fall)
    return float(min(1.0, 1.0 / total.max()))


def _thinned(chains: Chains, stream: np.random.Generator, work: Work) -> Chains:
    watched = [z.T for z in islice(chains._walk(chains.start, 1, stream, work), WATCHED)]
    layers = np.array(watched)
    skip = next((skip for skip in SKIPS if effective_part(layers[::skip]) >= EFFECTIVE), WATCHED)
    start = np.ascontiguousarray(layers[-1].T)
    return Chains(chains.centre, chains.basis, chains.heights, chains.slopes, start, skip)


def _is_round(z: Array) -> bool:
    spans = np.linalg.eigvalsh(_covariance(z))
    return bool(spans[-1] <= ROUND * spans[0])


def _covariance(z: Array) -> Array:
    return np.atleast_2d(np.cov(z))


def _flat(enclosure: Enclosure) -> Chains | None:
    """The body in orthonormal coordinates of its affine hull, all chains at the point deepest inside.

    Statements that no point of the polytope meets with room to spare are equalities; one linear program for each of
    the statements finds them, where the deepest point is not inside.
    """
    k = len(enclosure.vertices)
    cone = np.vstack((np.eye(k), enclosure.slacks.T))
    equal = np.zeros((0, k))
    basis = _null(equal)
    centre, depth = _deepest(cone, equal, basis)
    if depth < -FLAT:
        return None
    if depth <= FLAT:
        equal = cone[_equalities(cone)]
        basis = _null(equal)
        centre, _ = _deepest(cone, equal, basis)
    cone = cone[np.linalg.norm(cone @ basis, axis=1) > FLAT]
    start = np.zeros((basis.shape[1], CHAINS))
    return Chains(centre, basis, cone @ centre, cone @ basis, start)


def _deepest(cone: Array, equal: Array, basis: Array) -> tuple[Array, float]:
    """(point, depth): the centre of the largest ball inside the cone, in the hull of the equalities; depth its radius.

    It may be negative: then no point meets all the statements.
    """
    k = cone.shape[1]
    widths = np.linalg.norm(cone @ basis, axis=1)
    widths[widths <= FLAT] = 0.0
    hull = np.vstack((np.ones((1, k)), equal))
    rows = np.vstack((np.column_stack((cone, -widths)), np.column_stack((hull, np.zeros(len(hull))))))
    target = np.concatenate(([1.0], np.zeros(len(equal))))
    low = np.concatenate((np.full(len(cone), -FLAT) * (widths == 0), target))
    high = np.concatenate((np.full(len(cone), INFINITY), target))
    lower = np.append(np.full(k, -INFINITY), -2.0)
    found = Program(rows, low, high, lower, np.append(np.full(k, INFINITY), 2.0)).maximise(np.eye(k + 1)[k])
    if found is None:
        return np.full(k, 1.0 / k), -np.inf
    point, depth = found.x[:k], float(found.x[k])
    return point + np.linalg.pinv(hull) @ (target - hull @ point), depth


def _equalities(cone: Array) -> list[int]:
    """The statements that hold just so wherever all hold."""
    k = cone.shape[1]
    low = np.concatenate(([1.0], np.full(len(cone), -FLAT / 10)))
    high = np.concatenate(([1.0], np.full(len(cone), INFINITY)))
    program = Program(np.vstack((np.ones((1, k)), cone)), low, high)
    most = [program.maximise(row) for row in cone]
    return [place for place, found in enumerate(most) if found is not None and found.value <= 10 * FLAT]


def _null(equal: Array) -> Array:
    """(k, d) orthonormal directions in which the sum and the equalities do not change."""
    k = equal.shape[1]
    rows = np.vstack((np.ones((1, k)), equal))
    _, sizes, turned = np.linalg.svd(rows)
    rank = int((sizes > FLAT * sizes[0]).sum())
    basis: Array = turned[rank:].T
    return np.ascontiguousarray(basis)
