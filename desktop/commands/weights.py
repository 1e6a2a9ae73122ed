"""Weights and locks of one perspective."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isfinite

import numpy as np

from db.study.model import Id, Known, Perspective, Study
from desktop.analysis.weights import move_weight, normalise
from desktop.commands.base import is_kept, replaced

SAME = 1e-12
"""Shares closer than this are the same: what rounding leaves of a slider put back."""


@dataclass(frozen=True)
class MoveWeight:
    """Give a leaf a share (0..1); the unlocked others give way in proportion, so that shares still sum to 1.

    The share is clipped to what the locks leave. Refused when the leaf is locked or nothing is free to give way.
    """

    perspective: Id
    criterion: Id
    share: float

    def label(self, study: Study) -> str:
        return f"Weight of {study.criterion(self.criterion).name}"

    def apply(self, study: Study) -> Study:
        party, name = study.perspective(self.perspective), study.criterion(self.criterion).name
        if self.criterion in party.locked:
            raise Known(locked_words(name))
        if not isfinite(self.share) or not 0 <= self.share <= 1:
            raise Known(f"A weight must lie between 0 and 100 %; {name} stays as it is; type a number in that range.")
        leaves = [leaf.id for leaf in study.leaves()]
        points = [party.weights.get(leaf, 0.0) for leaf in leaves]
        if sum(points) <= 0:
            points = [1.0] * len(leaves)
        locked = [leaf in party.locked for leaf in leaves]
        place = leaves.index(self.criterion)
        if len(leaves) == 1:
            raise Known(f"{name} is the only criterion and carries all the weight; it stays so; add another first.")
        if all(held for other, held in enumerate(locked) if other != place):
            raise Known(
                f"Every other weight is locked, so nothing can give way to {name}; all stay as they are; unlock one."
            )
        shares = move_weight(points, place, self.share, locked)
        if abs(shares[place] - normalise(points)[place]) < SAME:
            return study
        weights = {leaf: float(share) * 100.0 for leaf, share in zip(leaves, shares, strict=True)}
        return with_weights(study, party, weights)


@dataclass(frozen=True)
class SetPoints:
    """Give a leaf points (0 or more) and leave the others' points alone; the shares follow."""

    perspective: Id
    criterion: Id
    points: float

    def label(self, study: Study) -> str:
        return f"Points of {study.criterion(self.criterion).name}"

    def apply(self, study: Study) -> Study:
        party, name = study.perspective(self.perspective), study.criterion(self.criterion).name
        if self.criterion in party.locked:
            raise Known(locked_words(name))
        if party.weights.get(self.criterion, 0.0) == self.points:
            return study
        return with_weights(study, party, {**party.weights, self.criterion: self.points})


@dataclass(frozen=True)
class SetWeights:
    """Set all points of a perspective at once, such as a reset to earlier weights, assessed or not."""

    perspective: Id
    weights: Mapping[Id, float]
    what: str = "Weights"
    assessed: bool = True

    def label(self, study: Study) -> str:
        return f"{self.what} in {study.perspective(self.perspective).name}"

    def apply(self, study: Study) -> Study:
        return with_weights(study, study.perspective(self.perspective), dict(self.weights), assessed=self.assessed)


@dataclass(frozen=True)
class EqualWeights:
    """Share what the locks leave equally among the unlocked leaves."""

    perspective: Id

    def label(self, study: Study) -> str:
        return f"Equal weights in {study.perspective(self.perspective).name}"

    def apply(self, study: Study) -> Study:
        party = study.perspective(self.perspective)
        leaves = [leaf.id for leaf in study.leaves()]
        free = [leaf for leaf in leaves if leaf not in party.locked]
        if not free:
            raise Known("Every weight is locked; all stay as they are; unlock those that should become equal.")
        points = [party.weights.get(leaf, 0.0) for leaf in leaves]
        shares = normalise(points) if any(points) else np.zeros(len(points))
        held = {leaf: 100.0 * float(share) for leaf, share in zip(leaves, shares, strict=True) if leaf in party.locked}
        share = max(0.0, 100.0 - sum(held.values())) / len(free)
        return with_weights(study, party, {leaf: held.get(leaf, share) for leaf in leaves})


@dataclass(frozen=True)
class LockWeight:
    """Hold a leaf's share while others move, or let it go again."""

    perspective: Id
    criterion: Id
    locked: bool

    def label(self, study: Study) -> str:
        return f"{'Lock' if self.locked else 'Unlock'} {study.criterion(self.criterion).name}"

    def apply(self, study: Study) -> Study:
        party = study.perspective(self.perspective)
        locked = party.locked | {self.criterion} if self.locked else party.locked - {self.criterion}
        if locked == party.locked:
            return study
        return replace(study, perspectives=replaced(study.perspectives, replace(party, locked=locked)))


def locked_words(name: str) -> str:
    """Why the weight of the leaf of this name does not move."""
    return f"The weight of {name} is locked; it stays as it is; unlock it first."


def with_weights(study: Study, party: Perspective, weights: Mapping[Id, float], *, assessed: bool = True) -> Study:
    """The study with new points for one perspective, assessed now; the same object when that changes nothing.

    Raises Known for points that are negative, too large or no number, and when no criterion would carry weight.
    """
    if not all(is_kept(points) and points >= 0 for points in weights.values()):
        raise Known("A weight must be 0 or more, and at most 1e300; the weights stay as they are; type another number.")
    if study.leaves() and sum(weights.get(leaf.id, 0.0) for leaf in study.leaves()) <= 0:
        raise Known(
            "At least one criterion must carry weight; the weights stay as they are; raise another weight first."
        )
    if party.assessed and dict(weights) == dict(party.weights):
        return study
    changed = replace(party, weights=weights, assessed=assessed)
    return replace(study, perspectives=replaced(study.perspectives, changed))
