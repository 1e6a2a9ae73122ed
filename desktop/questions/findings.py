"""What a check of a study finds: a sentence with its figures, why it matters, and the places it speaks of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

import numpy as np

from db.study.model import Cell, Criterion, Id, Option, Score, Study
from db.study.names import legible
from desktop.analysis.arrays import Flags
from desktop.evaluation import Result

FEW = 3
"""So many places are named in a sentence; of the rest it says how many."""


class Group(StrEnum):
    """How soon a finding should be seen to."""

    FIRST = "To do first"
    LOOK = "Worth a look"
    ORDER = "In order"


class Place(NamedTuple):
    """Where a finding leads: its words, and the score, option, criterion, perspective or tab to go to."""

    words: str
    option: Id | None = None
    criterion: Id | None = None
    perspective: Id | None = None
    tab: str = ""


@dataclass(frozen=True)
class Finding:
    """The answer to one check. `places` are all it speaks of, in the order in which they are worth visiting."""

    key: str
    heading: str
    group: Group
    sentence: str
    why: str
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, eq=False)
class Case:
    """What is checked: a study, what the perspective on show makes of it, and what has been looked at.

    `never_first`: (m,) options of the result that are first under no weights, None where that is not known yet. `seen`
    holds the ids of perspectives and the keys of tabs that were on show at some time.
    """

    study: Study
    result: Result | None = None
    never_first: Flags | None = None
    seen: frozenset[str] = frozenset()

    @cached_property
    def leaves(self) -> tuple[Criterion, ...]:
        """The criteria that are scored."""
        return self.study.leaves()

    @cached_property
    def options(self) -> tuple[Option, ...]:
        """The options that are ranked."""
        return self.study.included()

    @cached_property
    def cells(self) -> dict[Cell, Score]:
        """Every score that is there to be filled in, criterion by criterion."""
        study = self.study
        return {
            (option.id, leaf.id): study.score(option.id, leaf.id) for leaf in self.leaves for option in self.options
        }

    @cached_property
    def given(self) -> dict[Cell, Score]:
        """Every score that is filled in."""
        return {cell: score for cell, score in self.cells.items() if not score.is_missing}

    @cached_property
    def names(self) -> dict[Id, str]:
        """What options and criteria are called in a sentence."""
        names = {leaf.id: quoted(leaf.name) for leaf in self.study.criteria}
        return names | {option.id: quoted(option.short or option.name) for option in self.study.options}

    @cached_property
    def has_gaps(self) -> bool:
        """Whether a score that carries weight is missing."""
        if self.result is None:
            return True
        return bool(np.isnan(self.result.table.values[:, self.result.shares > 0]).any())


@dataclass(frozen=True)
class Hits:
    """What a check has found: `lead` says how much, `shown` names the first of it where the places do not."""

    lead: str
    places: tuple[Place, ...]
    shown: str = ""
    group: Group = Group.LOOK

    @property
    def sentence(self) -> str:
        """The whole sentence."""
        return f"{self.lead}: {self.shown or joined([place.words for place in self.places])}."


Answer = Hits | str | None
"""What a check says: hits, a sentence where all is in order, or None where there is nothing to be checked."""


@dataclass(frozen=True)
class Check:
    """Something a reviewer would ask: `why` it matters in a line, and what looks for it."""

    key: str
    heading: str
    why: str
    look: Callable[[Case], Answer]

    def find(self, case: Case) -> Finding | None:
        """The finding in a case; None where the check does not apply."""
        answer = self.look(case)
        if answer is None:
            return None
        if isinstance(answer, str):
            return Finding(self.key, self.heading, Group.ORDER, answer, self.why)
        return Finding(self.key, self.heading, answer.group, answer.sentence, self.why, answer.places)


def quoted(name: str) -> str:
    """A name as it stands in a sentence."""
    return f"“{legible(name)}”"


def joined(words: Sequence[str], few: int = FEW) -> str:
    """The first few of the words, and how many more there are."""
    if len(words) <= few:
        return "; ".join(words)
    return f"{'; '.join(words[:few])}; and {len(words) - few} more"


def of_all(number: int, total: int, one: str, ending: str, endings: str) -> str:
    """How many of how many: `1 of 12 scores is missing`, `3 of 12 scores are missing`."""
    return f"{number} of {total} {one}{'' if total == 1 else 's'} {ending if number == 1 else endings}"


def at_cells(case: Case, lead: str, cells: Sequence[Cell], group: Group = Group.LOOK) -> Hits:
    """Hits at scores: named one by one where they are few, else counted criterion by criterion."""
    names = case.names
    places = tuple(Place(f"{names[option]} on {names[leaf]}", option, leaf) for option, leaf in cells)
    if len(cells) <= FEW:
        return Hits(lead, places, group=group)
    counts = Counter(leaf for _, leaf in cells).most_common()
    shown = [f"{count} on {names[leaf]}" for leaf, count in counts[:FEW]]
    rest = sum(count for _, count in counts[FEW:])
    return Hits(lead, places, "; ".join(shown) + (f"; and {rest} on others" if rest else ""), group)
