"""One concern counted twice: criteria that go together, rest on the same evidence or have nearly the same name."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import combinations

import numpy as np

from db.study.model import Criterion, Id
from db.study.names import name_key
from db.study.words import counted
from desktop.analysis.arrays import Array, Flags
from desktop.questions.findings import Answer, Case, Hits, Place, quoted

CLOSE = 0.8
"""Criteria that go together this closely, 0..1, may be one concern: their correlation, or the evidence they share."""
FEWEST_OPTIONS = 4
"""Options from which a correlation says anything."""
FEWEST_PIECES = 3
"""Pieces of evidence from which sharing them says anything."""
ALIKE = 0.85
"""Names that are this much the same, 0..1, read alike."""


def correlated(case: Case) -> Answer:
    """Criteria on which the options stand nearly alike, or the other way round."""
    if case.result is None or len(case.options) < FEWEST_OPTIONS or len(case.leaves) < 2:
        return None
    leaves, places = case.result.table.leaves, []
    for one, other, r in sorted(correlations(case.result.table.values), key=lambda pair: -abs(pair[2])):
        words = f"{quoted(leaves[one].name)} and {quoted(leaves[other].name)} (correlation {_signed(r)})"
        places.append(Place(words, criterion=leaves[one].id))
    if not places:
        return f"No two criteria rank these options nearly alike (correlations stay within ±{CLOSE:g})."
    return Hits(_pairs(len(places), "goes together", "go together"), tuple(places))


def correlations(values: Array) -> Iterator[tuple[int, int, float]]:
    """(column, column, r) of each two columns of values (m, n) with |r| >= 0.8 over at least four common rows."""
    whole: Flags = np.asarray(~np.isnan(values).any(axis=0))
    with np.errstate(invalid="ignore", divide="ignore"):
        table = np.atleast_2d(np.corrcoef(values[:, whole], rowvar=False)) if whole.any() else np.empty((0, 0))
    position = np.cumsum(whole) - 1
    for one, other in combinations(range(values.shape[1]), 2):
        if whole[one] and whole[other]:
            r = float(table[position[one], position[other]])
        else:
            r = _correlation(values[:, one], values[:, other])
        if abs(r) >= CLOSE and len(values) >= FEWEST_OPTIONS:
            yield one, other, min(1.0, max(-1.0, r))


def _correlation(one: Array, other: Array) -> float:
    both = ~(np.isnan(one) | np.isnan(other))
    first, second = one[both], other[both]
    if first.size < FEWEST_OPTIONS or not (np.ptp(first) and np.ptp(second)):
        return float("nan")
    return float(np.corrcoef(first, second)[0, 1])


def shared_evidence(case: Case) -> Answer:
    """Criteria whose scores cite nearly the same evidence."""
    cited: dict[Id, set[Id]] = {leaf.id: set() for leaf in case.leaves}
    for (_, leaf), score in case.given.items():
        cited[leaf].update(score.evidence)
    asked = [leaf for leaf in case.leaves if len(cited[leaf.id]) >= FEWEST_PIECES]
    places = []
    for one, other in combinations(asked, 2):
        shared, every = cited[one.id] & cited[other.id], cited[one.id] | cited[other.id]
        if len(shared) >= CLOSE * len(every):
            words = f"{quoted(one.name)} and {quoted(other.name)} ({len(shared)} of {len(every)} pieces)"
            places.append(Place(words, criterion=one.id))
    if not places:
        return "No two criteria rest on nearly the same evidence." if len(asked) > 1 else None
    return Hits(_pairs(len(places), "shares its evidence", "share their evidence"), tuple(places))


def alike(case: Case) -> Answer:
    """Criteria whose names are nearly the same."""
    if len(case.leaves) < 2:
        return None
    pairs = [pair for pair in combinations(case.leaves, 2) if _read_alike(*pair)]
    if not pairs:
        return "No two criteria have names that read alike."
    places = (Place(f"{quoted(one.name)} and {quoted(other.name)}", criterion=one.id) for one, other in pairs)
    return Hits(_pairs(len(pairs), "has names that read alike", "have names that read alike"), tuple(places))


def _read_alike(one: Criterion, other: Criterion) -> bool:
    """Names that differ in their numbers only are meant to be told apart by them."""
    first, second = name_key(one.name), name_key(other.name)
    if first == second or _without_digits(first) == _without_digits(second):
        return False
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    return matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE


def _without_digits(text: str) -> str:
    return "".join(letter for letter in text if not letter.isdigit())


def _pairs(number: int, ending: str, endings: str) -> str:
    return f"{counted(number, 'pair')} of criteria {ending if number == 1 else endings}"


def _signed(r: float) -> str:
    return f"{r:+.2f}".replace("-", "\u2212")
