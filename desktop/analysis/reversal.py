"""Rank reversal: whether the order of options depends on which others are compared with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from desktop.analysis.arrays import TIE, Array, Flags, flags_of, frozen, matrix_of, positive_of, shares_of, vector_of
from desktop.analysis.topsis import shortfalls, unit_rows
from desktop.analysis.work import Cancel, Progress, Work

Scorer = Callable[[Array, Array, Flags], ArrayLike]
"""(matrix (m, n), shares (n,), maximise (n,)) -> (m,) scores, higher is better."""

Pairs = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Removal:
    """What leaving out option `removed` does to the others, which keep their indices.

    winners: those no other is better than, afterwards. winner_changed: whether these are not the winners before, less
    `removed`; never where `removed` won alone. swapped: pairs (i, j), i better before and j after. tied and untied:
    pairs i < j that became, or are no longer, equally good.
    """

    removed: int
    winners: tuple[int, ...]
    winner_changed: bool
    swapped: Pairs
    tied: Pairs
    untied: Pairs

    @property
    def order_changed(self) -> bool:
        """Whether any two of the others are ordered another way: a preference reversed, or a tie made or broken."""
        return bool(self.swapped or self.tied or self.untied)


@dataclass(frozen=True, eq=False)
class Reversal:
    """What leaving out each option in turn does. scores: (m,) of all options; removals: m of them, by option."""

    scores: Array
    removals: tuple[Removal, ...]

    @property
    def winner_changers(self) -> tuple[int, ...]:
        """The options whose removal makes others win."""
        return tuple(one.removed for one in self.removals if one.winner_changed)

    @property
    def order_changers(self) -> tuple[int, ...]:
        """The options whose removal changes the order of the others."""
        return tuple(one.removed for one in self.removals if one.order_changed)


def leave_one_out(
    method: Scorer,
    matrix: ArrayLike,
    weights: ArrayLike,
    maximise: ArrayLike | None = None,
    *,
    scale: float = 1.0,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> Reversal:
    """How `method` orders the options when each is left out in turn (Belton & Gear 1983 found that it may matter).

    matrix: (m, n); weights: (n,), given to the method as shares; maximise: (n,) bool, by default all. Scores no further
    apart than 1e-9 of `scale`, the range scores can have, are ties. The method is asked m + 1 times, but not about an
    option left alone. Raises as `matrix_of`, `shares_of` and `flags_of`, DomainError for a scale that is not positive,
    ShapeError or NotFiniteError for the method's scores, Cancelled.
    """
    table = matrix_of(matrix, "matrix")
    m, n = table.shape
    shares = shares_of(weights, n)
    flags = np.ones(n, dtype=bool) if maximise is None else flags_of(maximise, "maximise", n)

    def scores_of(kept: NDArray[np.intp]) -> Array:
        if 1 == kept.size < m:
            return np.zeros(1)
        return vector_of(method(table[kept], shares, flags), "scores", kept.size).copy()

    edge = TIE * positive_of(scale, "scale")
    everyone = np.arange(m)
    scores = scores_of(everyone)
    frozen(scores)
    work = Work(progress, cancel)
    removals = []
    for gone in range(m if m > 1 else 0):
        work.at(gone / m)
        kept = np.delete(everyone, gone)
        removals.append(_compared(scores, scores_of(kept), gone, kept, edge))
    work.at(1.0)
    return Reversal(scores, tuple(removals))


def min_max(matrix: ArrayLike, maximise: ArrayLike | None = None) -> Array:
    """(m, n) values 0..100 on the local scale of each column, worst to best score; 100 where all are equal.

    A local scale moves with the options compared, so that the additive model on it can reverse ranks when one is added
    or dropped; a fixed scale cannot (Belton & Stewart 2002). Raises as `matrix_of` and `flags_of`.
    """
    table = matrix_of(matrix, "matrix")
    flags = np.ones(table.shape[1], dtype=bool) if maximise is None else flags_of(maximise, "maximise", table.shape[1])
    lost, _ = shortfalls(unit_rows(table), flags)
    kept: Array = 100.0 * (1.0 - lost.T)
    return kept


def _compared(before: Array, after: Array, gone: int, kept: NDArray[np.intp], edge: float) -> Removal:
    was, now = _order(before[kept], edge), _order(after, edge)
    changed = was != now
    swapped = changed & (was > 0) & (now < 0)
    tied = changed & (now == 0) & (was > 0)
    untied = changed & (was == 0) & (now > 0)
    winners = {int(kept[place]) for place in _best(after, edge)}
    expected = {int(place) for place in _best(before, edge)} - {gone}
    return Removal(
        gone,
        tuple(sorted(winners)),
        bool(expected) and winners != expected,
        _pairs(kept, swapped),
        tuple(sorted((min(pair), max(pair)) for pair in _pairs(kept, tied))),
        tuple(sorted((min(pair), max(pair)) for pair in _pairs(kept, untied))),
    )


def _order(scores: Array, edge: float) -> NDArray[np.int8]:
    """(m, m) 1 where the row is better than the column, -1 where worse, 0 where they tie."""
    better = scores[:, None] > scores + edge
    found: NDArray[np.int8] = better.astype(np.int8) - better.T.astype(np.int8)
    return found


def _best(scores: Array, edge: float) -> NDArray[np.intp]:
    return np.flatnonzero(scores + edge >= scores.max())


def _pairs(kept: NDArray[np.intp], chosen: Flags) -> Pairs:
    if not chosen.any():
        return ()
    return tuple((int(kept[i]), int(kept[j])) for i, j in np.argwhere(chosen))
