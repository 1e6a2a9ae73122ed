"""Every perspective over the same scores, side by side: how each ranks the options, who agrees with whom, and what
each could accept. Totals are never averaged over parties, and only stakeholders are ever counted together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from db.study.model import Id, Known, Perspective, PerspectiveKind, Study
from desktop.analysis.arrays import TIE, Array, Flags, Ranks
from desktop.analysis.group import agreement, kendall_w, preference_shares
from desktop.analysis.ranking import mid_places, ranks
from desktop.evaluation import Evaluator, Result, Table

KINDS = (PerspectiveKind.STAKEHOLDER, PerspectiveKind.STRESS_TEST, PerspectiveKind.REFERENCE)
"""The order in which perspectives are shown; those of one kind stay in the order of the study."""


@dataclass(frozen=True, eq=False)
class Party:
    """One perspective and what it makes of the table; `result` is None, and `trouble` says why, where nothing can be
    ranked. Where scores are missing every figure is about the middle of each total's range."""

    perspective: Perspective
    result: Result | None
    trouble: str = ""

    @property
    def id(self) -> Id:
        """The id of the perspective."""
        return self.perspective.id

    @property
    def name(self) -> str:
        """The name of the perspective."""
        return self.perspective.name

    @property
    def is_stakeholder(self) -> bool:
        """Whether it is counted: a stress test or a reference never is."""
        return self.perspective.kind is PerspectiveKind.STAKEHOLDER

    @property
    def sure(self) -> Result:
        """The result of a party that has one."""
        assert self.result is not None
        return self.result

    @cached_property
    def ranks(self) -> Ranks:
        """(m,) the rank of each option, 1 = best, ties sharing the better one."""
        return ranks(self.sure.totals)

    @cached_property
    def places(self) -> Array:
        """(m,) the same, ties sharing the middle of their places."""
        return mid_places(-self.sure.totals, TIE * 100.0)

    @cached_property
    def shortfall(self) -> Array:
        """(m,) points between each total and the best one of this party, 0 for its leader."""
        totals = self.sure.totals
        return np.maximum(0.0, totals.max() - totals) if totals.size else totals

    @property
    def firsts(self) -> tuple[int, ...]:
        """Rows that come first."""
        return tuple(int(row) for row in np.flatnonzero(self.ranks == 1))

    def accepts(self, margin: float) -> Flags:
        """(m,) whether each option is acceptable: at most `margin` points below the best total of this party."""
        found: Flags = self.shortfall <= margin + TIE * 100.0
        return found


@dataclass(frozen=True, eq=False)
class Pair:
    """Two parties and how alike their rankings are; tau -1..1."""

    first: Party
    second: Party
    tau: float


@dataclass(frozen=True, eq=False)
class Slope:
    """What changes between the rankings of two parties."""

    first: Party
    second: Party

    @cached_property
    def moves(self) -> NDArray[np.intp]:
        """(m,) places each option rises from the first party to the second; negative where it falls."""
        found: NDArray[np.intp] = self.first.ranks - self.second.ranks
        return found

    @cached_property
    def crossings(self) -> Flags:
        """(m, m) whether two options stand in opposite orders for the two parties."""
        before, after = (np.sign(party.ranks[:, None] - party.ranks[None, :]) for party in (self.first, self.second))
        found: Flags = before * after < 0
        return found

    @cached_property
    def crossed(self) -> NDArray[np.intp]:
        """(m,) how many others each option changes its order with."""
        found: NDArray[np.intp] = self.crossings.sum(axis=1)
        return found

    @property
    def reversed_pairs(self) -> int:
        """How many pairs of options change their order."""
        return int(self.crossed.sum()) // 2

    @cached_property
    def tau(self) -> float:
        """Kendall's tau-b of the two rankings."""
        return float(agreement(np.vstack((self.first.ranks, self.second.ranks)))[0, 1])


@dataclass(frozen=True, eq=False)
class Parties:
    """Every perspective of a study, stakeholders first, then stress tests, then references."""

    table: Table
    all: tuple[Party, ...]

    @cached_property
    def ranked(self) -> tuple[Party, ...]:
        """Those with a ranking."""
        return tuple(party for party in self.all if party.result is not None)

    @cached_property
    def stakeholders(self) -> tuple[Party, ...]:
        """Stakeholders with a ranking: the only ones that are counted."""
        return tuple(party for party in self.ranked if party.is_stakeholder)

    @cached_property
    def mean_rank(self) -> Array | None:
        """(m,) mean rank of each option over the stakeholders, ties in the middle of their places; None without any."""
        if not self.stakeholders:
            return None
        found: Array = np.mean([party.places for party in self.stakeholders], axis=0)
        return found

    @property
    def is_complete(self) -> bool:
        """Whether no total is left open by a missing score."""
        return all(party.sure.is_complete for party in self.ranked)

    def party(self, wanted: Id) -> Party | None:
        """The party of a perspective; None where it is none, or cannot rank."""
        return next((party for party in self.ranked if party.id == wanted), None)

    # Agreement

    @cached_property
    def tau(self) -> Array:
        """(p, p) Kendall's tau-b between the rankings of `ranked`."""
        return agreement(np.array([party.ranks for party in self.ranked]))

    @cached_property
    def concordance(self) -> float | None:
        """Kendall's W over the stakeholders, 0..1; None for fewer than two of them or fewer than two options."""
        if len(self.stakeholders) < 2 or len(self.table.options) < 2:
            return None
        return kendall_w(np.array([party.ranks for party in self.stakeholders]))

    @cached_property
    def likeness(self) -> float | None:
        """(p W - 1) / (p - 1), -1/(p - 1)..1, 0 = what chance gives: the mean of Spearman's rho over all pairs of
        stakeholders where none has ties (Kendall & Babington Smith 1939). None as `concordance`."""
        count = len(self.stakeholders)
        return None if self.concordance is None else (count * self.concordance - 1.0) / (count - 1.0)

    @cached_property
    def preference(self) -> Array:
        """(m, m) share of the stakeholders who rank one option (row) strictly before another (column)."""
        return preference_shares(np.array([party.ranks for party in self.stakeholders]))

    def least_alike(self, *, stakeholders: bool = False) -> Pair | None:
        """The two parties whose rankings agree least, of all or of the stakeholders; None where there are no two."""
        chosen = [k for k, party in enumerate(self.ranked) if party.is_stakeholder or not stakeholders]
        if len(chosen) < 2:
            return None
        pairs = [(float(self.tau[a, b]), a, b) for at, a in enumerate(chosen) for b in chosen[at + 1 :]]
        tau, a, b = min(pairs)
        return Pair(self.ranked[a], self.ranked[b], tau)

    # Acceptance

    def support(self, margin: float) -> NDArray[np.intp]:
        """(m,) how many stakeholders each option is acceptable to."""
        found = np.zeros(len(self.table.options), dtype=np.intp)
        for party in self.stakeholders:
            found += party.accepts(margin)
        return found

    @cached_property
    def furthest(self) -> Array:
        """(m,) the largest shortfall of each option over the stakeholders: the margin at which all could accept it."""
        found: Array = np.max([party.shortfall for party in self.stakeholders], axis=0)
        return found

    # Orders

    def by_party(self, wanted: Id) -> NDArray[np.intp]:
        """Rows in the order of one party, in that of the study where it has none."""
        party = self.party(wanted)
        return party.sure.order if party is not None else np.arange(len(self.table.options))

    def by_mean_rank(self, wanted: Id) -> NDArray[np.intp]:
        """Rows by the mean rank over the stakeholders, equal ones in the order of one party."""
        order = self.by_party(wanted)
        if self.mean_rank is None:
            return order
        found: NDArray[np.intp] = order[np.argsort(self.mean_rank[order], kind="stable")]
        return found

    def by_support(self, margin: float, wanted: Id) -> NDArray[np.intp]:
        """Rows by how many stakeholders accept them, then by the largest shortfall, then in one party's order."""
        order = self.by_party(wanted)
        if not self.stakeholders:
            return order
        found: NDArray[np.intp] = order[np.lexsort((self.furthest[order], -self.support(margin)[order]))]
        return found


class Gatherer:
    """Gathers the parties of one moment after the other; whoever has not changed is not worked out again."""

    def __init__(self) -> None:
        self._evaluator = Evaluator()
        self._last: Parties | None = None

    def gather(self, study: Study, present: Result | None = None) -> Parties:
        """The parties of a study; `present` is the result of one of them, if it is known. Raises as `table_of`."""
        if present is not None:
            self._evaluator.adopt(study, present.table)
        table, last = self._evaluator.table(study), self._last
        known = {party.id: party for party in last.all} if last is not None and last.table is table else {}
        found = tuple(self._party(study, party, present, known.get(party.id)) for party in _in_order(study))
        if last is None or last.table is not table or found != last.all:
            self._last = last = Parties(table, found)
        return last

    def _party(self, study: Study, wanted: Perspective, present: Result | None, known: Party | None) -> Party:
        if known is not None and known.perspective is wanted:
            return known
        if present is not None and present.perspective is wanted:
            return Party(wanted, present)
        try:
            return Party(wanted, self._evaluator.evaluate(study, wanted.id))
        except Known as trouble:
            return Party(wanted, None, str(trouble))


def _in_order(study: Study) -> list[Perspective]:
    return sorted(study.perspectives, key=lambda party: KINDS.index(party.kind))
