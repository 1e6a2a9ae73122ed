"""Two-by-two choices: which can be asked, what was answered, and what an answer says of the steps between levels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from desktop.analysis.arrays import Array, DomainError, ShapeError


class Preference(IntEnum):
    """Which of the two options of a pair is preferred."""

    SECOND = -1
    EQUAL = 0
    FIRST = 1


@dataclass(frozen=True)
class Pair:
    """Two options that differ on two criteria and are alike on all others; levels count from 0, the worst.

    The first option has level `high` of `criterion` and `other_low` of `other`; the second has `low` and `other_high`.
    """

    criterion: int
    low: int
    high: int
    other: int
    other_low: int
    other_high: int


@dataclass(frozen=True)
class Answer:
    """What was said of a pair."""

    pair: Pair
    preferred: Preference


@dataclass(frozen=True)
class Choices:
    """Everything that was said: levels, the number of levels of each criterion, and the answers.

    Raises DomainError for no criterion, a criterion without a level, a pair of one criterion with itself or whose
    levels do not rise, and an answer that is no Preference; ShapeError for a criterion or level out of range. The
    error's row is the answer's place.
    """

    levels: tuple[int, ...]
    answers: tuple[Answer, ...] = ()

    def __post_init__(self) -> None:
        if not self.levels:
            raise DomainError("levels", "must be of at least one criterion")
        for k, count in enumerate(self.levels):
            if not count >= 1 or count % 1:
                raise DomainError("levels", f"must be a whole number of at least 1, not {count}", column=k)
        for place, answer in enumerate(self.answers):
            _check(answer, place, self.levels)

    def answered(self, pair: Pair, preferred: Preference) -> Choices:
        """These choices and one more."""
        return Choices(self.levels, (*self.answers, Answer(pair, preferred)))

    def without(self, place: int) -> Choices:
        """These choices but for the answer at `place`. Raises ShapeError for one that is not there."""
        if not 0 <= place < len(self.answers):
            raise ShapeError("place", f"must be that of one of {len(self.answers)} answers, not {place}")
        return Choices(self.levels, self.answers[:place] + self.answers[place + 1 :])


def pairs_of(levels: Sequence[int]) -> NDArray[np.intp]:
    """(p, 6) every pair of options that trades one criterion for another, each once, in the fields of `Pair`."""
    rises = [list(combinations(range(count), 2)) for count in levels]
    found = [
        (k, *rise, other, *fall)
        for k, other in combinations(range(len(levels)), 2)
        for rise in rises[k]
        for fall in rises[other]
    ]
    return np.array(found, dtype=np.intp).reshape(-1, 6)


def gains(pairs: NDArray[np.intp], levels: Sequence[int]) -> Array:
    """(p, s) over all s steps between neighbouring levels: gains @ steps is the first option's lead over the second."""
    starts = np.concatenate(([0], np.cumsum([count - 1 for count in levels])))
    steps = np.arange(starts[-1])
    k, low, high, other, other_low, other_high = pairs.T[:, :, None]
    rise = (steps >= starts[k] + low) & (steps < starts[k] + high)
    fall = (steps >= starts[other] + other_low) & (steps < starts[other] + other_high)
    found: Array = rise.astype(np.float64) - fall
    return found


def row_of(pair: Pair) -> tuple[int, ...]:
    """A pair's fields, as a row of `pairs_of`."""
    return pair.criterion, pair.low, pair.high, pair.other, pair.other_low, pair.other_high


def _check(answer: Answer, place: int, levels: tuple[int, ...]) -> None:
    pair = answer.pair
    sides = ((pair.criterion, pair.low, pair.high), (pair.other, pair.other_low, pair.other_high))
    for k, low, high in sides:
        if not 0 <= k < len(levels):
            raise ShapeError("answers", f"must name criteria 0 to {len(levels) - 1}, not {k}", place)
        if low < 0 or high >= levels[k]:
            raise ShapeError("answers", f"must name levels 0 to {levels[k] - 1} of criterion {k}", place)
        if low >= high:
            raise DomainError("answers", f"must set a higher level of criterion {k} against a lower one", place)
    if pair.criterion == pair.other:
        raise DomainError("answers", f"must trade two criteria, not {pair.other} against itself", place)
    if answer.preferred not in tuple(Preference):
        raise DomainError("answers", f"must prefer the first, the second or neither, not {answer.preferred}", place)
