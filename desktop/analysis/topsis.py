"""TOPSIS: how near each option comes to the best of each column, and how far it stays from the worst."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import ArrayLike

from desktop.analysis.arrays import (
    TIE,
    Array,
    Flags,
    NotFiniteError,
    Ranks,
    WeightError,
    flags_of,
    frozen,
    index_of,
    matrix_of,
    shares_of,
    vector_of,
)
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


class LiveTopsis:
    """TOPSIS while one weight after another is moved: a move is one product, with nothing made anew but its results.

    matrix: (m, n) raw scores; weights: (n,) non-negative, in any unit; maximise: (n,) bool. Closeness does not change
    with the unit of the weights, so that they are never normalised. Raises as `topsis`.
    """

    def __init__(self, matrix: ArrayLike, weights: ArrayLike, maximise: ArrayLike) -> None:
        held = PreparedTopsis.of(matrix, maximise)
        shares_of(weights, held.ranges.size)
        self._given = vector_of(weights, "weights").tolist()
        self._squares, self._ranges = held.squares, held.ranges.tolist()
        self._distances = np.empty(held.squares.shape[1])
        self._to_best, self._to_worst = self._distances.reshape(2, -1)
        self._costs = np.empty(self._to_best.size)
        self._room = np.empty(self._to_best.size + 1)
        self._settle()

    def move(self, index: int, weight: float) -> None:
        """Give criterion `index` another weight, in the unit of the weights given; the others keep theirs.

        Raises ShapeError for an index out of range, NotFiniteError, WeightError for a negative weight and for one that
        leaves all weights 0; the weights are then as before.
        """
        index_of(index, "index", len(self._given))
        if weight < 0:
            raise WeightError("weight", f"must not be negative, not {weight}")
        if not weight < inf:
            raise NotFiniteError("weight", f"must be a finite number, not {weight}")
        if weight == 0.0 and not any(self._given[:index] + self._given[index + 1 :]):
            raise WeightError("weight", "must not leave all weights 0")
        self._given[index] = float(weight)
        stretch = self._stretch[index] = weight / self._unit * self._ranges[index] / self._peak
        self._parts[index] = stretch * stretch
        # Far from the stretch that was the largest, squares would vanish or overflow.
        if 1e-30 < max(self._stretch) < 1e30:
            self._measure()
        else:
            self._settle()

    def closeness(self) -> Array:
        """(m,) C_i, 0..1, higher is better."""
        return 1.0 - self._costs

    def ranks(self) -> Ranks:
        """(m,) ranks, 1 = best."""
        return places(self._costs, TIE, self._room)

    def _settle(self) -> None:
        self._unit = max(self._given)
        stretch = [given / self._unit * span for given, span in zip(self._given, self._ranges, strict=True)]
        self._peak = max(stretch) or 1.0
        self._stretch = [part / self._peak for part in stretch]
        self._parts = np.square(self._stretch)
        self._measure()

    def _measure(self) -> None:
        if not any(self._stretch):
            self._costs.fill(0.5)
            return
        self._parts.dot(self._squares, self._distances)
        np.sqrt(self._distances, self._distances)
        np.add(self._to_best, self._to_worst, self._costs)
        np.divide(self._to_best, self._costs, self._costs)


def topsis(matrix: ArrayLike, weights: ArrayLike, maximise: ArrayLike) -> Topsis:
    """TOPSIS with vector normalisation and Euclidean distances (Hwang & Yoon 1981).

    matrix: (m, n) raw scores; weights: (n,) non-negative; maximise: (n,) bool.
    r_ik = x_ik / sqrt(sum_i x_ik^2); S+_i and S-_i are the distances of w r_i from the best and the worst of each
    column; C_i = S-_i / (S+_i + S-_i), and 0.5 where all options are equal. An option that is worse in no criterion is
    no farther from the best and no nearer to the worst, so it never ranks behind. Dropping an option can change the
    order of the rest. Scores of both signs are taken, but their length is no unit for them: bringing one nearer to 0
    stretches its column, so that a better score can cost its own option a rank. Raises ShapeError,
    NotFiniteError, MissingScoreError (every score is needed) or WeightError.
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
