"""Ranks of thousands of samples at once: counted on whole numbers where gaps are wide, in float64 where they are not.

A block of totals is brought to whole levels. Two totals that lie two levels apart or more differ by more than a tie, so
their order is sure; a sample in which any two lie closer is handed back, to be ranked from its float64 totals. The
answer is that of float64 throughout, for the price of sorting small integers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from desktop.analysis.arrays import Array

Places = NDArray[Any]
"""(m, b) unsigned places, 0 = best, of m options in b samples."""

Fill = Callable[[slice, Array], None]
"""Writes the totals (m, b) of the samples of a slice to an array."""

HELD = 2**23
"""Places counted at a time."""
CREDITED = 2**18
"""Numbers, of weights and of shares in first places, that are multiplied at a time: they stay in the cache."""
PAIRED = 2**21
"""Pairs of totals compared in float64 at the most, before groups are formed one place after the other."""
FEW = 24
"""Up to so many options, comparing all pairs beats sorting; their sum of places fits 16 bits."""


class Placer(Protocol):
    """Turns blocks of totals into places."""

    step: int
    """Samples in the largest block."""

    def room(self, count: int) -> Array:
        """(m, count) totals to be filled in, laid out in memory as suits the placing."""
        ...

    def place(self, totals: Array, out: Places) -> NDArray[np.intp]:
        """Write places to `out` (m, b); returns the samples whose places are not sure, ascending."""
        ...


def placer(options: int, edge: float) -> Placer:
    """The quickest placer of so many options, for which totals closer than `edge` are ties."""
    return _Pairs(options, edge) if options <= FEW else _Sorting(options, edge)


def places_dtype(options: int) -> type[np.unsignedinteger[Any]]:
    """The smallest type that holds the places of so many options."""
    return np.uint8 if options < 2**8 else np.uint16 if options < 2**16 else np.uint32


def grouped(totals: Array, edge: float) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """(place of the group, options in the group), both (m, b), of each option in each column of `totals` (m, b).

    A group holds the totals within `edge` of its best; its place counts the options of better groups. That is the rank
    of `ranking.ranks` less 1, unless near ties make a chain: then groups, unlike pairs, still share out every place.
    """
    order = np.argsort(-totals, axis=0, kind="stable")
    descending = np.take_along_axis(totals, order, axis=0)
    starts, sizes = np.zeros((2, *totals.shape), dtype=np.intp)
    best = descending[0].copy()
    for place in range(1, len(totals)):
        opens = best - descending[place] > edge
        np.copyto(best, descending[place], where=opens)
        starts[place] = np.where(opens, place, starts[place - 1])
    end = np.full(totals.shape[1], len(totals))
    for place in reversed(range(len(totals))):
        sizes[place] = end - starts[place]
        end = np.where(starts[place] == place, place, end)
    return _unsorted(starts, order), _unsorted(sizes, order)


def settled(totals: Array, edge: float) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """What `grouped` says, sooner where no two totals are close and the samples are few."""
    m, b = totals.shape
    if m * m * b > PAIRED:
        return grouped(totals, edge)
    # Several edges apart, rounding does not matter.
    places = _beaten_by(totals, totals + 8.0 * edge)
    groups, sizes = places.astype(np.intp), np.ones((m, b), dtype=np.intp)
    close = _not_all_told(places)
    if close.size:
        groups[:, close], sizes[:, close] = grouped(totals[:, close], edge)
    return groups, sizes


def _unsorted(numbers: NDArray[np.intp], order: NDArray[np.intp]) -> NDArray[np.intp]:
    found = np.empty_like(numbers)
    np.put_along_axis(found, order, numbers, axis=0)
    return found


class _Levels:
    """Totals as whole numbers -top..top, two levels apart only where they differ by more than `edge`."""

    def __init__(self, top: int, edge: float) -> None:
        self._top = top
        # A hundredth more than an edge to each level outweighs the rounding of the operations below.
        self._least_reach = 1.01 * top * max(edge, 1e-300)

    def write(self, totals: Array, out: NDArray[Any]) -> None:
        lowest, highest = float(totals.min()), float(totals.max())
        reach = max(-lowest, highest)
        if highest - lowest < reach:
            # All on one side of 0: half of the levels and more would lie idle.
            totals, reach = totals - (lowest / 2 + highest / 2), (highest - lowest) / 2
        scale = self._top / max(reach, self._least_reach)
        np.multiply(totals, scale, out=out, dtype=np.float64, casting="unsafe")


class _Pairs:
    """Compares every option with every other, a row of samples at a time."""

    step = 5504

    def __init__(self, options: int, edge: float) -> None:
        self._options, size = options, options * self.step
        self._totals, (self._low, self._high) = np.empty(size), np.empty((2, size), np.int16)
        self._levels = _Levels(2**15 - 8, edge)

    def room(self, count: int) -> Array:
        return self._totals[: self._options * count].reshape(-1, count)

    def place(self, totals: Array, out: Places) -> NDArray[np.intp]:
        low, high = (levels[: totals.size].reshape(totals.shape) for levels in (self._low, self._high))
        self._levels.write(totals, low)
        np.add(low, 1, out=high)
        found = _beaten_by(low, high)
        out[...] = found
        return _not_all_told(found)


def _beaten_by(low: NDArray[Any], high: NDArray[Any]) -> Places:
    """(m, b): of each option, how many `low` of the same sample lie above its `high`."""
    found, above = np.zeros(low.shape, places_dtype(len(low))), np.empty(low.shape, np.bool_)
    for rival in low:
        np.greater(rival, high, out=above)
        np.add(found, above.view(np.uint8), out=found)
    return found


def _not_all_told(places: Places) -> NDArray[np.intp]:
    """The samples in which a pair was not sure: every one that is adds 1 to one of its two places."""
    m = len(places)
    return np.flatnonzero(np.add.reduce(places, axis=0, dtype=np.uint16 if m < 256 else np.intp) != m * (m - 1) // 2)


class _Sorting:
    """Sorts levels that carry their option in the low bits, then options that carry their place."""

    def __init__(self, options: int, edge: float) -> None:
        self.step = max(64, min(2**14, 2**18 // options))
        shape = (self.step, options)
        small = options < 2**8
        self._bits = (options - 1).bit_length()
        self._totals = np.empty(shape)
        self._keys = np.empty(shape, np.int32 if small else np.int64)
        self._gaps = np.empty((self.step, options - 1), np.uint32 if small else np.uint64)
        self._pairs = np.empty(shape, np.uint16 if small else np.uint64)
        self._short = np.empty(shape, places_dtype(options))
        self._shift = 8 * self._short.itemsize
        # Beyond 2**44 levels float64 itself would no longer tell them apart.
        self._levels = _Levels(2 ** min(8 * self._keys.itemsize - 1 - self._bits, 44) - 8, edge)
        self._options = np.arange(options, dtype=self._keys.dtype)
        self._places = np.arange(options, dtype=self._pairs.dtype)[::-1]

    def room(self, count: int) -> Array:
        return self._totals[:count].T

    def place(self, totals: Array, out: Places) -> NDArray[np.intp]:
        b = totals.shape[1]
        keys = self._keys[:b]
        self._levels.write(totals.T, keys)
        np.left_shift(keys, self._bits, out=keys)
        np.bitwise_or(keys, self._options, out=keys)
        keys.sort(axis=1)
        unsure = self._narrow(keys.view(self._gaps.dtype))
        np.bitwise_and(keys, (1 << self._bits) - 1, out=keys)
        out[...] = self._inverse(keys).T
        return unsure

    def _narrow(self, keys: NDArray[Any]) -> NDArray[np.intp]:
        gaps = np.subtract(keys[:, 1:], keys[:, :-1], out=self._gaps[: len(keys)])
        flagged = np.flatnonzero(gaps < (2 << self._bits))
        return np.unique(flagged // gaps.shape[1])

    def _inverse(self, options: NDArray[Any]) -> Places:
        """(b, m) places by option of rows that hold the options from the worst to the best."""
        pairs, short = self._pairs[: len(options)], self._short[: len(options)]
        np.copyto(pairs, options, casting="unsafe")
        np.left_shift(pairs, self._shift, out=pairs)
        np.bitwise_or(pairs, self._places, out=pairs)
        pairs.sort(axis=1)
        np.copyto(short, pairs, casting="unsafe")
        return short


class Tally:
    """What samples add up to: places, wins between pairs, and the weights behind each first place.

    `take` may be called with any blocks; the counts do not depend on how the samples are cut into them.
    """

    def __init__(self, options: int, criteria: int, edge: float) -> None:
        self._edge, self._placer = edge, placer(options, edge)
        step = self._placer.step
        self._held = np.empty((options, max(step, min(64_000, HELD // options))), places_dtype(options))
        self._work = np.empty(self._held.shape[1], np.bool_)
        self._used = 0
        self._unsure: list[tuple[NDArray[np.intp], Array, Array]] = []
        self._waiting = 0
        # Wins and ties are those of i and j > i: what is neither is lost.
        self._places, self._beats, self._equals = np.zeros((3, options, options), np.int64)
        self._shared: dict[int, NDArray[np.int64]] = {}
        self._step, self._squared = step, np.empty((max(1, CREDITED // (options + 2 * criteria)), criteria))
        self._sums, self._squares = np.zeros((2, options, criteria))
        self.count = 0

    def take(self, weights: Array, fill: Fill) -> None:
        """Count the samples with `weights` (b, n), whose totals `fill` writes."""
        for start in range(0, len(weights), self._placer.step):
            part = slice(start, min(start + self._placer.step, len(weights)))
            totals = self._placer.room(part.stop - start)
            fill(part, totals)
            self._add(totals, weights[part])

    def places(self) -> Array:
        """(m, m) how often each option took each place, 1/t of each of t places where t options are tied."""
        self._flush()
        found = self._places.astype(np.float64)
        for size, starts in sorted(self._shared.items()):
            taken = np.cumsum(starts, axis=1)
            taken[:, size:] -= taken[:, :-size].copy()
            found += taken / size - starts
        return found

    def wins(self) -> Array:
        """(m, m) how often option i beat option j, ties counting half."""
        self._flush()
        upper = self._beats + self._equals / 2.0
        found: Array = np.triu(upper, 1) + np.tril(self.count - upper.T, -1)
        np.fill_diagonal(found, self.count / 2.0)
        return found

    def central(self, firsts: Array) -> tuple[Array, Array]:
        """Mean and variance, both (m, n), of the weights behind `firsts` (m,) first places; NaN where none."""
        self._flush()
        often = np.where(firsts > 0, firsts, np.nan)[:, None]
        mean = self._sums / often
        return mean, np.maximum(self._squares / often - mean**2, 0.0)

    def _add(self, totals: Array, weights: Array) -> None:
        b = totals.shape[1]
        if self._used + b > self._held.shape[1]:
            self._flush()
        places = self._held[:, self._used : self._used + b]
        unsure = self._placer.place(totals, places)
        if unsure.size:
            # No first place until they are settled.
            places[:, unsure] = 1
            self._unsure.append((self._used + unsure, totals[:, unsure], weights[unsure]))
            self._waiting += unsure.size
        self._credit(places == 0, weights)
        self._used += b
        self.count += b
        if self._waiting >= self._step:
            self._settle()

    def _settle(self) -> None:
        """Place the unsure samples from their float64 totals, many at a time."""
        if not self._unsure:
            return
        where, totals, weights = (list(parts) for parts in zip(*self._unsure, strict=True))
        self._unsure, self._waiting = [], 0
        groups, sizes = settled(np.concatenate(totals, axis=1), self._edge)
        self._held[:, np.concatenate(where)] = groups
        self._credit(np.where(groups == 0, 1.0 / sizes, 0.0), np.concatenate(weights))
        self._share(groups, sizes)

    def _share(self, groups: NDArray[np.intp], sizes: NDArray[np.intp]) -> None:
        m = len(groups)
        cells = groups + m * np.arange(m)[:, None]
        for size in np.unique(sizes[sizes > 1]).tolist():
            starts = np.bincount(cells[sizes == size], minlength=m * m).reshape(m, m)
            self._shared[size] = self._shared.get(size, 0) + starts
        tied = (sizes > 1).any(axis=0)
        if tied.any():
            self._count_pairs(np.equal, groups[:, tied].astype(self._held.dtype), self._equals)

    def _credit(self, shares: NDArray[Any], weights: Array) -> None:
        """Add weights (b, n) and their squares to the options that came first with them; shares: (m, b)."""
        some = np.flatnonzero(shares.any(axis=1))
        for start in range(0, len(weights), len(self._squared)):
            part = slice(start, start + len(self._squared))
            parts, own = shares[some, part].astype(np.float64), weights[part]
            self._sums[some] += parts @ own
            self._squares[some] += parts @ np.square(own, out=self._squared[: len(own)])

    def _flush(self) -> None:
        if not self._used:
            return
        self._settle()
        held = self._held[:, : self._used]
        for i, own in enumerate(held):
            self._places[i] += _histogram(own, len(held))
        self._count_pairs(np.less, held, self._beats)
        self._used = 0

    def _count_pairs(self, holds: np.ufunc, places: Places, counts: NDArray[np.int64]) -> None:
        """Add to `counts` (m, m) in how many samples a comparison holds of the places of i and j > i."""
        work = self._work[: places.shape[1]]
        for i, own in enumerate(places):
            often = [np.count_nonzero(holds(own, rival, out=work)) for rival in places[i + 1 :]]
            counts[i, i + 1 :] += np.array(often, dtype=np.int64)


def _histogram(places: Places, options: int) -> NDArray[np.int64]:
    """(m,) how often each place occurs in `places` (b,)."""
    if places.itemsize > 1:
        return np.bincount(places, minlength=options)
    # Two at a time: half as many steps, in m times as many counters.
    pairs = places[: places.size // 2 * 2].view(np.uint16)
    found = np.bincount(pairs, minlength=2**8 * options).reshape(options, 2**8)[:, :options]
    last = np.bincount(places[2 * pairs.size :], minlength=options)
    counts: NDArray[np.int64] = found.sum(axis=0) + found.sum(axis=1) + last
    return counts
