"""The same study under one method after the other: how each ranks the options, and why they differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from db.study.model import Id, Known, Study
from desktop.analysis.arrays import Array, Flags, Ranks
from desktop.analysis.group import agreement
from desktop.analysis.promethee import Preference, PreparedPromethee, Shape, promethee
from desktop.analysis.ranking import additive, rank_matrix, ranks, weighted_product
from desktop.analysis.reversal import Removal, leave_one_out, min_max
from desktop.analysis.topsis import topsis
from desktop.analysis.vikor import vikor
from desktop.analysis.work import Cancel
from desktop.evaluation import Table, shares_of, table_of


@dataclass(frozen=True, eq=False)
class Ranked:
    """What one method makes of the table.

    scores: (m,) by the method's own measure, named in `measure`, higher is better except where it says lower; ranks:
    (m,), 1 = best. tau: rank correlation with the additive totals, -1..1. why: what the method does with the same
    scores, and what that did here. removals: what leaving out each option does to the rest, by option; empty until it
    has been worked out, and for one option alone.
    """

    method: str
    measure: str
    scores: Array
    ranks: Ranks
    tau: float
    why: tuple[str, ...]
    removals: tuple[Removal, ...] = ()

    @property
    def reversals(self) -> tuple[int, ...]:
        """Options whose removal would make another of the rest first."""
        return tuple(one.removed for one in self.removals if one.winner_changed)


@dataclass(frozen=True, eq=False)
class Concordance:
    """Every method over one table and one perspective, the additive totals first. Nothing is averaged.

    local: the additive totals on scales stretched between the worst and the best score of these options, which no
    method of the study uses: it shows what such scales would do. None until the removals have been worked out.
    """

    table: Table
    shares: Array
    perspective: str
    methods: tuple[Ranked, ...]
    local: Ranked | None = None

    @property
    def is_whole(self) -> bool:
        """Whether it has been worked out what leaving out each option does."""
        return self.local is not None

    @property
    def local_ends(self) -> tuple[int, ...]:
        """Columns under weight whose scale ends exactly at the lowest and the highest score of these options."""
        found = []
        for column in np.flatnonzero(self.shares > 0).tolist():
            scale, scores = self.table.leaves[column].scale, self.table.likely[:, column]
            if scale is not None and (scores.min(), scores.max()) == (scale.low, scale.high):
                found.append(column)
        return tuple(found)


@dataclass(frozen=True, eq=False)
class _Case:
    """A table without gaps on the criteria that carry weight: raw scores and values 0..100, (m, n), and directions.

    counted: (n,) columns of the table; half: (n,) half of each scale.
    """

    table: Table
    counted: Ranks
    raw: Array
    values: Array
    maximise: Flags
    half: Array

    @cached_property
    def flows(self) -> PreparedPromethee:
        """What PROMETHEE needs whatever the weights."""
        return PreparedPromethee.of(self.raw, self.maximise, _preferences(self.half))


def concordance(study: Study, perspective: Id) -> Concordance:
    """The ranking of the options under each method, and what leaving each option out does to it.

    Raises Known where a score that counts is missing.
    """
    party = study.perspective(perspective)
    return with_removals(Comparer().compare(table_of(study), shares_of(party, study.leaves()), party.name))


class Comparer:
    """Compares methods again and again, and keeps what does not depend on the weights while the table is the same."""

    def __init__(self) -> None:
        self._case: _Case | None = None

    def compare(self, table: Table, shares: Array, perspective: str) -> Concordance:
        """The ranking under each method, without removals. Raises Known where a score that counts is missing."""
        counted = np.flatnonzero(shares > 0)
        held = self._case
        if held is None or held.table is not table or not np.array_equal(held.counted, counted):
            held = self._case = _case_of(table, counted)
        found = [_scores_of(held, method, shares[counted]) for method in METHODS]
        places = [ranks(scores, method.scale) for method, scores in zip(METHODS, found, strict=True)]
        tau = agreement(np.vstack(places))[0]
        return Concordance(
            table,
            shares,
            perspective,
            tuple(
                Ranked(
                    method.name,
                    method.measure,
                    method.sign * scores,
                    place,
                    float(tau[number]),
                    (method.nature, *_differences(held, places[0], place), *_wiped(held, method, shares[counted])),
                )
                for number, (method, scores, place) in enumerate(zip(METHODS, found, places, strict=True))
            ),
        )


def with_removals(found: Concordance, cancel: Cancel | None = None) -> Concordance:
    """The same with what leaving each option out does under each method. Slow with many options. Raises Cancelled."""
    counted = np.flatnonzero(found.shares > 0)
    case, shares = _case_of(found.table, counted), found.shares[counted]
    methods = tuple(
        replace(one, removals=_removals(case, method, shares, cancel))
        for one, method in zip(found.methods, METHODS, strict=True)
    )
    totals = _local(case.raw, shares, case.maximise, case.half)
    places = ranks(totals)
    tau = float(agreement(np.vstack((found.methods[0].ranks, places)))[0, 1])
    removals = _removals(case, _LOCAL, shares, cancel)
    local = Ranked(_LOCAL.name, _LOCAL.measure, totals, places, tau, (_LOCAL.nature,), removals)
    return replace(found, methods=methods, local=local)


def refuse_gaps(table: Table, shares: Array) -> None:
    """Raise Known where a score that counts is missing."""
    _refuse_gaps(table, np.flatnonzero(shares > 0))


def _refuse_gaps(table: Table, counted: Ranks) -> None:
    missing = np.argwhere(np.isnan(table.values[:, counted]))
    if missing.size:
        option, leaf = table.options[missing[0][0]].name, table.leaves[counted[missing[0][1]]].name
        raise Known(
            f"The score of “{option}” on “{leaf}” is missing, and the other methods need every score; nothing was "
            "compared; enter it, exclude the option, or give the criterion no weight."
        )


def _case_of(table: Table, counted: Ranks) -> _Case:
    _refuse_gaps(table, counted)
    scales = [leaf.scale for leaf in (table.leaves[column] for column in counted)]
    maximise = np.array([scale is not None and scale.worst < scale.best for scale in scales], dtype=bool)
    half = np.array([0.5 * abs(scale.high - scale.low) if scale is not None else 50.0 for scale in scales])
    return _Case(table, counted, table.likely[:, counted], table.values[:, counted], maximise, half)


@dataclass(frozen=True)
class _Method:
    """A method as the concordance shows it; `score` gives (m,) scores, higher is better.

    is_local: whether it measures options against the others, so that one left out or added can reorder the rest.
    """

    name: str
    measure: str
    score: Callable[[Array, Array, Flags, Array], Array]
    on_values: bool
    nature: str
    sign: float = 1.0
    is_local: bool = True

    @property
    def scale(self) -> float:
        """The range its scores can have."""
        return 100.0 if self.on_values else 1.0


def _additive(matrix: Array, shares: Array, maximise: Flags, half: Array) -> Array:
    return additive(matrix, shares)[0]


def _product(matrix: Array, shares: Array, maximise: Flags, half: Array) -> Array:
    return weighted_product(matrix, shares).totals


def _topsis(matrix: Array, shares: Array, maximise: Flags, half: Array) -> Array:
    return topsis(matrix, shares, maximise).closeness


def _vikor(matrix: Array, shares: Array, maximise: Flags, half: Array) -> Array:
    return -vikor(matrix, shares, maximise).q


def _promethee(matrix: Array, shares: Array, maximise: Flags, half: Array) -> Array:
    return promethee(matrix, shares, maximise, _preferences(half)).net


def _preferences(half: Array) -> list[Preference]:
    return [Preference(Shape.V, p=p) for p in half]


def _sheet(matrix: Array, shares: Array, maximise: Flags, half: Array) -> Array:
    return -rank_matrix(matrix, shares, maximise).totals


def _local(matrix: Array, shares: Array, maximise: Flags, half: Array) -> Array:
    return additive(min_max(matrix, maximise), shares)[0]


METHODS = (
    _Method(
        "Weighted sum",
        "total 0–100",
        _additive,
        True,
        "Adds weighted values on the fixed scales of the study. Leaving an option out never reorders the rest.",
        is_local=False,
    ),
    _Method(
        "Weighted product",
        "product 0–100",
        _product,
        True,
        "Multiplies values instead of adding them, so that a low value on one criterion is less made good by others.",
        is_local=False,
    ),
    _Method(
        "TOPSIS",
        "closeness 0–1",
        _topsis,
        False,
        "Measures squared distances to the best and worst scores among these options, in the scores' own units: the "
        "ends of the scales and the value functions do not count.",
    ),
    _Method(
        "VIKOR",
        "Q 0–1, lower is better",
        _vikor,
        False,
        "Counts the largest single loss of an option as much as all its losses together, on scales from the worst to "
        "the best score among these options.",
        -1.0,
    ),
    _Method(
        "PROMETHEE II",
        "net flow from \u22121 to 1",
        _promethee,
        False,
        "Compares in pairs; an advantage counts in proportion up to half of the scale and no more beyond, so that one "
        "great advantage is worth no more than a clear one.",
    ),
    _Method(
        "Ranks times weights",
        "sum of ranks, lower is better",
        _sheet,
        False,
        "Replaces each score by its rank, as staff sheets do, so that a hair's breadth counts as much as a gulf. Not a "
        "value model; for comparison only.",
        -1.0,
    ),
)
"""Every method compared, the additive first."""

_LOCAL = _Method(
    "Weighted sum, local scale",
    "total 0–100",
    _local,
    False,
    "Adds weighted values on scales that run from the worst to the best score among these options.",
)


def _scores_of(case: _Case, method: _Method, shares: Array) -> Array:
    if method.score is _promethee:
        return case.flows.at(shares).net
    return method.score(case.values if method.on_values else case.raw, shares, case.maximise, case.half)


def _removals(case: _Case, method: _Method, shares: Array, cancel: Cancel | None) -> tuple[Removal, ...]:
    def scores_of(matrix: Array, shares: Array, maximise: Flags) -> Array:
        return method.score(matrix, shares, maximise, case.half)

    matrix, scale = case.values if method.on_values else case.raw, 100.0 if method is _LOCAL else method.scale
    return leave_one_out(scores_of, matrix, shares, case.maximise, scale=scale, cancel=cancel).removals


def _differences(case: _Case, base: Ranks, found: Ranks) -> Iterator[str]:
    names = [option.name for option in case.table.options]
    was, now = _firsts(base), _firsts(found)
    if was != now:
        yield f"Here {_joined(names, now)} instead of {_joined(names, was)} comes first."
    moves = np.abs(base - found)
    moved = int(moves.argmax())
    if moves[moved] == 1:
        yield "No option moves by more than one place."
    elif moves[moved] and moved not in set(was) ^ set(now):
        yield f"{names[moved]} moves most, from rank {base[moved]} to {found[moved]}."


def _wiped(case: _Case, method: _Method, shares: Array) -> Iterator[str]:
    if method.score is _product:
        gone = weighted_product(case.values, shares).wiped
        if gone.size:
            names = [option.name for option in case.table.options]
            yield f"A value of 0 wipes out {_joined(names, [int(row) for row in gone])} whatever the other values."


def _firsts(found: Ranks) -> list[int]:
    return [int(row) for row in np.flatnonzero(found == 1)]


def _joined(names: Sequence[str], rows: Sequence[int]) -> str:
    chosen = [names[row] for row in rows]
    return chosen[0] if len(chosen) == 1 else f"{', '.join(chosen[:-1])} and {chosen[-1]}"
