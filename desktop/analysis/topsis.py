"""TOPSIS: how near each option comes to the best of each column, and how far it stays from the worst."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from desktop.analysis.arrays import Array, Flags, Ranks, flags_of, frozen, matrix_of, shares_of
from desktop.analysis.ranking import ranks


@dataclass(frozen=True, eq=False)
class Topsis:
    """What TOPSIS finds, read-only.

    closeness: (m,) C_i, 0..1, higher is better; ranks: (m,) 1 = best; to_best and to_worst: (m,) distances S+ and S-
    from the ideal and the anti-ideal point, in weighted vector-normalised units, at least 0.
    """

    closeness: Array
    ranks: Ranks
    to_best: Array
    to_worst: Array


@dataclass(frozen=True, eq=False)
class PreparedTopsis:
    """What TOPSIS needs of a matrix whatever the weights: vector normalisation fixes both ideal points per column.

    squares: (n, 2m) squared distances of each score to the best of its column (first m) and to the worst (last m), in
    squared ranges of the column, 0..1; ranges: (n,) ranges of the normalised columns, 0 where all scores are equal.
    """

    squares: Array
    ranges: Array

    @classmethod
    def of(cls, matrix: ArrayLike, maximise: ArrayLike) -> PreparedTopsis:
        """Prepare a raw (m, n) matrix. Raises as `topsis`."""
        table = unit_columns(matrix_of(matrix, "matrix"))
        lost, spans = shortfalls(table, flags_of(maximise, "maximise", table.shape[1]))
        lengths = np.sqrt(np.square(table).sum(axis=0))
        kept = np.where(spans > 0, 1.0 - lost, 0.0)
        squares = np.ascontiguousarray(np.square(np.concatenate([lost, kept])).T)
        ranges = np.divide(spans, lengths, out=np.zeros_like(spans), where=lengths > 0)
        frozen(squares, ranges)
        return cls(squares, ranges)

    def at(self, weights: ArrayLike) -> Topsis:
        """TOPSIS under (n,) weights: S_i^2 = sum_k w_k^2 (r_ik - r*_k)^2, one product. Raises as `topsis`."""
        stretch = shares_of(weights, self.ranges.size) * self.ranges
        largest = stretch.max()
        # Squared as parts of the largest stretch: where only a tiny one is left, its square must not vanish.
        distances = np.sqrt(np.square(stretch / (largest or 1.0)) @ self.squares)
        to_best, to_worst = distances.reshape(2, -1)
        closeness = to_worst / (to_best + to_worst) if largest else np.full(to_best.size, 0.5)
        distances *= largest
        found = Topsis(closeness, ranks(closeness, 1.0), to_best, to_worst)
        frozen(closeness, found.ranks, to_best, to_worst)
        return found


def topsis(matrix: ArrayLike, weights: ArrayLike, maximise: ArrayLike) -> Topsis:
    """TOPSIS with vector normalisation and Euclidean distances (Hwang & Yoon 1981).

    matrix: (m, n) raw scores; weights: (n,) non-negative; maximise: (n,) bool.
    r_ik = x_ik / sqrt(sum_i x_ik^2); S+_i and S-_i are the distances of w r_i from the best and the worst of each
    column; C_i = S-_i / (S+_i + S-_i), and 0.5 where all options are equal. An option that is worse in no criterion is
    no farther from the best and no nearer to the worst, so it never ranks behind. Dropping an option can change the
    order of the rest. Raises ShapeError, NotFiniteError, MissingScoreError (every score is needed) or WeightError.
    """
    return PreparedTopsis.of(matrix, maximise).at(weights)


def unit_columns(table: Array) -> Array:
    """(m, n) columns over the power of two above their largest magnitude: exact, and nothing squared overflows."""
    exponents = np.frexp(np.abs(table).max(axis=0))[1]
    scaled: Array = np.ldexp(table, -exponents)
    return scaled


def shortfalls(table: Array, maximise: Flags) -> tuple[Array, Array]:
    """(lost, spans): (m, n) parts of its column's range by which a score misses the best, 0..1, 0 where all are equal;
    and the (n,) ranges. table: columns as `unit_columns` makes them.
    """
    low, high = table.min(axis=0), table.max(axis=0)
    spans = high - low
    missed = np.where(maximise, high - table, table - low)
    lost: Array = missed / np.where(spans > 0, spans, 1.0)
    return lost, spans
