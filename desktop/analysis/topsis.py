"""TOPSIS: how near each option comes to the best of each column, and how far it stays from the worst."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from desktop.analysis.arrays import TIE, Array, Flags, Ranks, flags_of, frozen, matrix_of, shares_of
from desktop.analysis.ranking import places


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
        rows = unit_rows(matrix_of(matrix, "matrix"))
        lost, spans = shortfalls(rows, flags_of(maximise, "maximise", len(rows)))
        lengths = np.sqrt(np.square(rows).sum(axis=1))
        squares = np.square(np.concatenate([lost, 1.0 - lost], axis=1))
        prepared = cls(squares, spans / np.where(lengths > 0, lengths, 1.0))
        frozen(prepared.squares, prepared.ranges)
        return prepared

    def at(self, weights: ArrayLike) -> Topsis:
        """TOPSIS under (n,) weights: S_i^2 = sum_k w_k^2 (r_ik - r*_k)^2, one product. Raises as `topsis`."""
        stretch = shares_of(weights, self.ranges.size) * self.ranges
        largest = stretch.max()
        # Squared as parts of the largest stretch: where only a tiny one is left, its square must not vanish.
        distances = np.sqrt(np.square(stretch / (largest or 1.0)) @ self.squares)
        to_best, to_worst = distances.reshape(2, -1)
        closeness = to_worst / (to_best + to_worst) if largest else np.full(to_best.size, 0.5)
        distances *= largest
        found = Topsis(closeness, places(-closeness, TIE), to_best, to_worst)
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


def unit_rows(table: Array) -> Array:
    """(n, m) criteria by options, each row over the power of two above its largest magnitude: exact, and no range or
    square overflows.
    """
    rows = np.ascontiguousarray(table.T)
    exponents = np.frexp(np.abs(rows).max(axis=1))[1]
    scaled: Array = rows * np.ldexp(1.0, -np.maximum(exponents, -1022))[:, None]
    return scaled


def shortfalls(rows: Array, maximise: Flags) -> tuple[Array, Array]:
    """((n, m) parts of the range of a criterion by which a score misses the best, 0..1, 0 where all are equal; (n,) the
    ranges) of rows as `unit_rows` makes them.
    """
    low, high = rows.min(axis=1), rows.max(axis=1)
    spans = high - low
    lost = np.abs(rows - np.where(maximise, high, low)[:, None])
    lost /= np.where(spans > 0, spans, 1.0)[:, None]
    return lost, spans
