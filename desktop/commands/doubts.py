"""How sure a party is of its weights: what is known of them, how far off they may be, and ranges of the shares."""

from __future__ import annotations

from dataclasses import dataclass, replace

from db.study.checks import RANGES_FIT, range_sums
from db.study.model import Doubt, Id, Knowledge, Known, Perspective, Study
from desktop.commands.base import replaced


@dataclass(frozen=True)
class SetKnowledge:
    """Say what is known of a perspective's weights; its spread and its ranges are kept, whether they count or not."""

    perspective: Id
    knowledge: Knowledge

    def label(self, study: Study) -> str:
        return f"Set what {study.perspective(self.perspective).name} knows of its weights"

    def apply(self, study: Study) -> Study:
        party = study.perspective(self.perspective)
        return _with_doubt(study, party, replace(party.doubt, knowledge=self.knowledge))


@dataclass(frozen=True)
class SetSpread:
    """Say how far from the sliders a perspective's weights may lie: 0 is exact, 1 is that nothing is known."""

    perspective: Id
    spread: float

    def label(self, study: Study) -> str:
        return f"Set how sure {study.perspective(self.perspective).name} is of its weights"

    def apply(self, study: Study) -> Study:
        party = study.perspective(self.perspective)
        if not 0 <= self.spread <= 1:
            raise Known(
                f"How unsure {party.name} is of its weights must lie between 0 and 100 %; it stays as it is; pick an "
                "amount in that range."
            )
        return _with_doubt(study, party, replace(party.doubt, spread=float(self.spread) + 0.0))


@dataclass(frozen=True)
class SetWeightRange:
    """Give a leaf's share a low and a high end (0..1), whatever share its slider says.

    Refused for a group, for ends out of order, and where it would leave the ranges further from what shares can fit.
    """

    perspective: Id
    leaf: Id
    low: float
    high: float

    def label(self, study: Study) -> str:
        name = study.perspective(self.perspective).name
        return f"Set the range of the weight of {study.criterion(self.leaf).name} in {name}"

    def apply(self, study: Study) -> Study:
        party, node = study.perspective(self.perspective), study.criterion(self.leaf)
        if not node.is_leaf:
            raise Known(f"{node.name} is a group and has no range; nothing was changed; pick one of its criteria.")
        if not 0 <= self.low <= self.high <= 1:
            raise Known(
                f"A weight range must run from low to high within 0 to 100 %; that of {node.name} stays as it is; type "
                "two such numbers."
            )
        ends = (float(self.low) + 0.0, float(self.high) + 0.0)
        doubt = replace(party.doubt, ranges={**party.doubt.ranges, self.leaf: ends})
        _check_fit(study, party.doubt, doubt, node.name)
        return _with_doubt(study, party, doubt)


@dataclass(frozen=True)
class ClearWeightRange:
    """Let a leaf's share be anything again."""

    perspective: Id
    leaf: Id

    def label(self, study: Study) -> str:
        name = study.perspective(self.perspective).name
        return f"Clear the range of the weight of {study.criterion(self.leaf).name} in {name}"

    def apply(self, study: Study) -> Study:
        party = study.perspective(self.perspective)
        ranges = {leaf: ends for leaf, ends in party.doubt.ranges.items() if leaf != self.leaf}
        return _with_doubt(study, party, replace(party.doubt, ranges=ranges))


def _check_fit(study: Study, before: Doubt, after: Doubt, name: str) -> None:
    """Raise Known where ranges move further from what shares can fit; a step towards it is let pass."""
    leaves = [leaf.id for leaf in study.leaves()]
    (old_lows, old_highs), (lows, highs) = range_sums(before, leaves), range_sums(after, leaves)
    if lows > max(1 + RANGES_FIT, old_lows):
        raise Known(
            f"The low ends of the weight ranges would add up to {100 * lows:.10g} %, and no weights fit more than "
            f"100 %; the range of {name} stays as it is; lower another first."
        )
    if highs < min(1 - RANGES_FIT, old_highs):
        raise Known(
            f"The high ends of the weight ranges would add up to {100 * highs:.10g} %, and no weights fit less than "
            f"100 %; the range of {name} stays as it is; raise another first."
        )


def _with_doubt(study: Study, party: Perspective, doubt: Doubt) -> Study:
    """The study with another doubt for one perspective; the same object when it is the same doubt."""
    if doubt == party.doubt:
        return study
    return replace(study, perspectives=replaced(study.perspectives, replace(party, doubt=doubt)))
