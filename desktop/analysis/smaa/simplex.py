"""A small simplex around a polytope of weights: exact to sample from, and often the polytope itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from desktop.analysis.arrays import Array, Flags, frozen
from desktop.analysis.polytope import WeightPolytope
from desktop.analysis.smaa.draws import TRIALS, generator

CLOSE = 1e-12
"""Slack that counts as none: every statement is scaled to coefficients of at most 1."""
SHRINK = -1e-9
"""Logarithm of the volume that an exchange must save at least."""
CHUNK = 4096
"""Rows drawn at a time: they stay in the cache, and a row does not depend on how many are asked for."""


@dataclass(frozen=True, eq=False)
class Enclosure:
    """conv(vertices), which holds the polytope, and what of it lies outside.

    vertices: (k, n), each with sum 1; slacks: (k, r), how far each vertex is inside (negative: outside) each statement
    that cuts the simplex, on a scale where the furthest is at 1. A point with barycentric coordinates b, (k,), has
    weights b @ vertices and slacks b @ slacks: it is in the polytope where those are not negative. With r = 0 the
    simplex is the polytope.
    """

    vertices: Array
    slacks: Array

    def __post_init__(self) -> None:
        frozen(self.vertices, self.slacks)

    @property
    def is_exact(self) -> bool:
        """Whether the simplex is the polytope itself."""
        return bool(self.slacks.shape[1] == 0)

    @property
    def is_point(self) -> bool:
        """Whether a single weight vector is left."""
        return len(self.vertices) == 1

    def accepted(self) -> float:
        """Part of the simplex, 0..1, that lies in the polytope, from 16,384 draws of a stream of their own."""
        if self.is_exact:
            return 1.0
        draws = generator(0, TRIALS).standard_exponential((4 * CHUNK, len(self.vertices)))
        return float(inside(draws, self.slacks).mean())

    def draws(self, stream: np.random.Generator) -> Iterator[Array]:
        """Endless blocks of points, uniform on the polytope: uniform on the simplex, those outside left out.

        Exponentials over their sum are uniform barycentric coordinates (Devroye 1986, ch. V.2), and an affine map keeps
        uniform what is uniform. On the simplex of a complete ranking this is the law of sorted exponentials (Renyi
        1953), without the sorting.
        """
        k, n = self.vertices.shape
        plain = k == n and np.array_equal(self.vertices, np.eye(n))
        while True:
            # One vector for a single vertex; else exponentials, which are in proportion to the coordinates.
            parts = stream.standard_exponential((CHUNK, k)) if k > 1 else np.ones((CHUNK, 1))
            if not self.is_exact:
                parts = parts[inside(parts, self.slacks)]
            found = parts if plain else parts @ self.vertices
            found /= parts @ np.ones((k, 1))
            yield found


def point(weights: Array) -> Enclosure:
    """The polytope of a single weight vector (n,)."""
    shares = np.maximum(weights, 0.0)
    return Enclosure((shares / shares.sum())[None, :], np.zeros((1, 0)))


def inside(parts: Array, slacks: Array) -> Flags:
    """Which of the points with coordinates in proportion to `parts`, (s, k), have no negative slack."""
    found: Flags = np.logical_and.reduce(parts @ slacks >= 0, axis=1)
    return found


def enclose(polytope: WeightPolytope) -> Enclosure | None:
    """The smallest simplex that exchanging one facet at a time finds around the polytope; None where that is empty.

    It starts from all shares. A facet gives way to a statement wherever the simplex stays bounded and loses volume:
    then only the vertex furthest inside the statement can stay, and every other slides along its edge to it, up to
    where the statement holds just so; the volume shrinks by the product of those parts of the edges. A statement that
    no vertex meets with room to spare leaves a face of the simplex, and so equalities are met exactly. Rankings, also
    partial ones in chains or trees, lower bounds, and ratios one after the other end in the polytope itself.
    """
    cone = _cone(polytope)
    vertices = np.eye(polytope.size)
    for _ in range(20 * cone.shape[1]):
        slacks = vertices @ cone
        best, worst = slacks.max(axis=0), slacks.min(axis=0)
        if (best < -CLOSE).any():
            return None
        touching = np.flatnonzero((best <= CLOSE) & (worst < -CLOSE))
        if touching.size:
            vertices = vertices[slacks[:, touching[0]] >= -CLOSE]
            continue
        exchanged = _exchanged(vertices, slacks)
        if exchanged is None:
            break
        vertices = exchanged
    slacks = vertices @ cone
    slacks = slacks[:, slacks.min(axis=0) < -CLOSE]
    return Enclosure(vertices, np.ascontiguousarray(slacks / np.abs(slacks).max(axis=0, initial=0.0)))


def _cone(polytope: WeightPolytope) -> Array:
    """(n, n + p): w >= 0 and the statements as columns g with w . g >= 0, since the weights sum to 1."""
    scale = np.maximum(np.abs(polytope.rows).max(axis=1, initial=0.0), np.abs(polytope.limits))
    scale = np.where(scale > 0, scale, 1.0)
    gaps = (polytope.limits / scale)[:, None] - polytope.rows / scale[:, None]
    sizes = np.abs(gaps).max(axis=1, initial=0.0)
    rows = gaps / np.where(sizes > 0, sizes, 1.0)[:, None]
    return np.ascontiguousarray(np.vstack((np.eye(polytope.size), rows)).T)


def _exchanged(vertices: Array, slacks: Array) -> Array | None:
    """The vertices after the exchange that saves most volume, None where none saves any."""
    cutting = np.flatnonzero((slacks.min(axis=0) < -CLOSE) & (slacks.max(axis=0) > CLOSE))
    if not cutting.size:
        return None
    parts = _edge_parts(slacks[:, cutting])
    saved = np.log(parts).sum(axis=0)
    chosen = int(saved.argmin())
    if not saved[chosen] < SHRINK:
        return None
    apex = vertices[slacks[:, cutting[chosen]].argmax()]
    moved: Array = apex + (vertices - apex) * parts[:, chosen, None]
    return moved


def _edge_parts(slacks: Array) -> Array:
    """(k, c): the part of the edge from the apex to each vertex at which the statement holds just so; 1 for the apex.

    Infinite where the edge never comes there: the simplex would not be bounded.
    """
    apex = slacks.argmax(axis=0)
    top = slacks.max(axis=0)
    falls = top - slacks
    falls[apex, np.arange(apex.size)] = top
    with np.errstate(divide="ignore"):
        parts: Array = np.where(falls > CLOSE * top, top / falls, np.inf)
    return parts
