"""What the rows of the weights panel show, worked out from a perspective: amounts, room under locks, and ghosts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from db.study.model import Criterion, Id, Known, Perspective, Study
from desktop.analysis.arrays import Array
from desktop.evaluation import shares_of
from desktop.exchange.numbers import number_text
from desktop.panels.weight_flips import Hold
from desktop.panels.weight_rows import LeafState
from desktop.panels.weight_slider import SliderState

PROPORTIONAL, POINTS = "proportional", "points"
SEEN = 0.05
"""A ghost nearer to the weight than this many points is not shown."""


@dataclass(frozen=True, eq=False)
class Amounts:
    """What each leaf has under one perspective: `shares` (n,) summing to 1 (or all 0), `shown` (n) in percent or
    points, `locked` (n), and `free_room`, the most percent that an unlocked leaf may take (None: no limit)."""

    leaves: tuple[Criterion, ...]
    method: str
    shares: Array
    shown: Sequence[float]
    locked: Sequence[bool]
    free_room: float | None

    def most(self) -> float:
        """The largest amount of all."""
        return max(self.shown, default=0.0)

    def share_of(self, places: Sequence[int]) -> float:
        """The shares of several leaves together, 0 to 1."""
        return float(sum(self.shares[place] for place in places))

    def room(self, leaf: Id) -> float | None:
        """The most percent a leaf may take, None when nothing limits it."""
        place = next(place for place, node in enumerate(self.leaves) if node.id == leaf)
        return self.shown[place] if self.locked[place] and self.free_room is not None else self.free_room


def amounts_of(party: Perspective, leaves: tuple[Criterion, ...], method: str) -> Amounts:
    """The amounts of all leaves under a perspective, in percent or in points."""
    try:
        shares = shares_of(party, leaves)
    except Known:
        shares = np.zeros(len(leaves))
    percent = (shares * 100.0).tolist()
    locked = [leaf.id in party.locked for leaf in leaves]
    if method == POINTS:
        return Amounts(leaves, method, shares, [party.weights.get(leaf.id, 0.0) for leaf in leaves], locked, None)
    return Amounts(leaves, method, shares, percent, locked, _free_room(percent, locked))


def _free_room(percent: Sequence[float], locked: Sequence[bool]) -> float | None:
    held = [amount for amount, is_locked in zip(percent, locked, strict=True) if is_locked]
    return max(0.0, 100.0 - sum(held)) if held else None


def state_of(amounts: Amounts, place: int, scale: float, ghost: float | None, hold: Hold | None = None) -> LeafState:
    """What the row of the leaf at a place shows; free points have no place for the hold, which is in percent."""
    amount = amounts.shown[place]
    seen = ghost if ghost is not None and abs(ghost - amount) > SEEN else None
    known = hold if amounts.method == PROPORTIONAL else None
    slider = SliderState(amount, scale, amounts.free_room, seen, amounts.locked[place], known)
    if amounts.method == POINTS:
        share = amounts.shares[place] * 100.0
        return LeafState(slider, number_text(round(amount, 1)), f"{share:.1f} %")
    return LeafState(slider, f"{amount:.1f}")


class Ghost:
    """Remembers the weights before the last gesture, until the next one or another perspective."""

    def __init__(self) -> None:
        self._start: Study | None = None
        self._party: Perspective | None = None
        self._known: tuple[tuple[Criterion, ...], str, Sequence[float]] | None = None

    def forget(self) -> None:
        """Show none."""
        self._start = self._party = self._known = None

    def gesture(self, start: Study, party: Perspective) -> None:
        """An open gesture that began at `start` moves the weights of `party`."""
        if start is self._start:
            return
        before = next((each for each in start.perspectives if each.id == party.id), None)
        if before is not None and before.weights is not party.weights:
            self._start = start
            self._remember(before)

    def step(self, before: Perspective, after: Perspective) -> None:
        """A finished step led from `before` to `after`; one that returns to the remembered weights keeps them."""
        if before.weights is after.weights or (self._party is not None and self._party.weights == after.weights):
            return
        self._remember(before)

    def amounts(self, leaves: tuple[Criterion, ...], method: str) -> Sequence[float] | None:
        """What each leaf had, in percent or points; None when nothing is remembered."""
        if self._party is None:
            return None
        if self._known is None or self._known[0] is not leaves or self._known[1] != method:
            self._known = leaves, method, amounts_of(self._party, leaves, method).shown
        return self._known[2]

    def _remember(self, party: Perspective) -> None:
        self._party, self._known = party, None
