"""Rows gliding to their new places, as arrays: no Qt and no timer here."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from db.study.model import Option
from desktop.analysis.arrays import Array
from desktop.charts.ranking_scene import Rows

DURATION = 0.16
"""Seconds a row takes to its new place."""


class Motion:
    """Where each row stands between its old place and its new one. Times are seconds of any one clock."""

    def __init__(self) -> None:
        self.places: Array = np.empty(0)
        """(m,) where the rows stand now, in rows from the top; fractional on the way."""
        self.target: Rows = np.empty(0, dtype=np.intp)
        self._from: Array = self.places
        self._began = 0.0
        self._options: Sequence[Option] = ()

    @property
    def is_moving(self) -> bool:
        return not np.array_equal(self.places, self.target)

    @property
    def gliding(self) -> Rows:
        """The rows on their way, the one with the longest way last."""
        way = np.abs(self._from - self.target)
        moving = np.flatnonzero(self.places != self.target)
        return moving[np.argsort(way[moving], kind="stable")]

    def aim(self, options: Sequence[Option], target: Rows, now: float, jump: bool = False) -> None:
        """Send the rows to new places from where they stand; at once when `jump`, or when they are all new."""
        self._carry(options, target)
        if np.array_equal(target, self.target) and not jump:
            return
        self.target = target
        self._from, self._began = self.places.copy(), now
        if jump:
            self.land()

    def step(self, now: float) -> bool:
        """Move the rows to where they are at `now`. Returns whether they still move."""
        if self.is_moving:
            passed = min(1.0, max(0.0, (now - self._began) / DURATION))
            eased = 1.0 - (1.0 - passed) ** 3
            self.places = self._from + (self.target - self._from) * eased
            if passed >= 1.0:
                self.land()
        return self.is_moving

    def land(self) -> None:
        """Put every row where it belongs."""
        self.places = self.target.astype(np.float64)

    def _carry(self, options: Sequence[Option], target: Rows) -> None:
        """Keep the places of options that stay when others come or go; a new one appears where it belongs."""
        if options == self._options:
            return
        stood = {option.id: place for option, place in zip(self._options, self.places.tolist(), strict=True)}
        if any(option.id in stood for option in options):
            self.places = np.array(
                [stood.get(option.id, place) for option, place in zip(options, target.tolist(), strict=True)],
                dtype=float,
            )
        else:
            self.places = target.astype(np.float64)
        self._from, self._options = self.places.copy(), options
        self.target = np.full(target.size, -1, dtype=np.intp)
