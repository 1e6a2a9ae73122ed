"""The same study under one method after the other: how each ranks the options, and why they differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from db.study.model import Id, Known, Study
from desktop.analysis.arrays import Array, Flags, Ranks
from desktop.analysis.group import kendall_tau
from desktop.analysis.promethee import Preference, Shape, promethee
from desktop.analysis.ranking import additive, rank_matrix, ranks, weighted_product
from desktop.analysis.reversal import leave_one_out
from desktop.analysis.topsis import topsis
from desktop.analysis.vikor import vikor
from desktop.evaluation import Table, shares_of, table_of


@dataclass(frozen=True, eq=False)
class Ranked:
    """What one method makes of the table.

    scores: (m,) by the method's own measure, named in `measure`, higher is better except where it says lower; ranks:
    (m,), 1 = best. tau: rank correlation with the additive totals, -1..1. why: what the method does with the same
    scores, and what that did here. reversals: options whose removal would make another of the rest first.
    """

    method: str
    measure: str
    scores: Array
    ranks: Ranks
    tau: float
    why: tuple[str, ...]
    reversals: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Concordance:
    """Every method over one table and one perspective, the additive totals first. Nothing is averaged."""

    table: Table
    perspective: str
    methods: tuple[Ranked, ...]


@dataclass(frozen=True, eq=False)
class _Case:
    """Values 0..100, raw scores, shares and directions of a table without gaps; `half`: (n,) half of each scale."""

    table: Table
    raw: Array
    values: Array
    shares: Array
    maximise: Flags
    half: Array


def concordance(study: Study, perspective: Id) -> Concordance:
    """The ranking of the options under each method. Raises Known where a score that counts is missing."""
    party = study.perspective(perspective)
    case = _case_of(table_of(study), shares_of(party, study.leaves()))
    base = ranks(additive(case.values, case.shares)[0])
    return Concordance(case.table, party.name, tuple(_ranked(case, method, base) for method in METHODS))


def _case_of(table: Table, shares: Array) -> _Case:
    missing = np.argwhere(np.isnan(table.values) & (shares > 0))
    if missing.size:
        option, leaf = table.options[missing[0][0]].name, table.leaves[missing[0][1]].name
        raise Known(
            f"The score of “{option}” on “{leaf}” is missing, and the other methods need every score; nothing was "
            "compared; enter it, exclude the option, or give the criterion no weight."
        )
    counted = np.flatnonzero(shares > 0)
    scales = [leaf.scale for leaf in (table.leaves[column] for column in counted)]
    maximise = np.array([scale is not None and scale.worst < scale.best for scale in scales], dtype=bool)
    half = np.array([0.5 * abs(scale.high - scale.low) if scale is not None else 50.0 for scale in scales])
    return _Case(table, table.likely[:, counted], table.values[:, counted], shares[counted], maximise, half)


@dataclass(frozen=True)
class _Method:
    """A method as the concordance shows it; `score` gives (m,) scores, higher is better."""

    name: str
    measure: str
    score: Callable[[Array, Array, Flags, Array], Array]
    on_values: bool
    nature: str
    sign: float = 1.0


def _additive(matrix: Array, shares: Array, maximise: Flags, half: Array) -> Array:
    return additive(matrix, shares)[0]


def _product(matrix: Array, shares: Array, maximise: Flags, half: Array) -> Array:
    return weighted_product(matrix, shares).totals


def _topsis(matrix: Array, shares: Array, maximise: Flags, half: Array) -> Array:
    return topsis(matrix, shares, maximise).closeness


def _vikor(matrix: Array, shares: Array, maximise: Flags, half: Array) -> Array:
    return -vikor(matrix, shares, maximise).q


def _promethee(matrix: Array, shares: Array, maximise: Flags, half: Array) -> Array:
    return promethee(matrix, shares, maximise, [Preference(Shape.V, p=p) for p in half]).net


def _sheet(matrix: Array, shares: Array, maximise: Flags, half: Array) -> Array:
    return -rank_matrix(matrix, shares, maximise).totals


METHODS = (
    _Method(
        "Weighted sum",
        "total 0–100",
        _additive,
        True,
        "Adds weighted values on the fixed scales of the study. Leaving an option out never reorders the rest.",
    ),
    _Method(
        "Weighted product",
        "product 0–100",
        _product,
        True,
        "Multiplies values instead of adding them, so that a low value on one criterion is less made good by others.",
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
        "net flow -1–1",
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


def _ranked(case: _Case, method: _Method, base: Ranks) -> Ranked:
    matrix = case.values if method.on_values else case.raw

    def scores_of(matrix: Array, shares: Array, maximise: Flags) -> Array:
        return method.score(matrix, shares, maximise, case.half)

    scale = 100.0 if method.on_values else 1.0
    reversal = leave_one_out(scores_of, matrix, case.shares, case.maximise, scale=scale)
    found = ranks(reversal.scores, scale)
    why = (method.nature, *_differences(case, method, base, found), *_wiped(case, method))
    return Ranked(
        method.name,
        method.measure,
        method.sign * reversal.scores,
        found,
        kendall_tau(base, found),
        why,
        reversal.winner_changers,
    )


def _differences(case: _Case, method: _Method, base: Ranks, found: Ranks) -> Iterator[str]:
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


def _wiped(case: _Case, method: _Method) -> Iterator[str]:
    if method.score is _product:
        gone = weighted_product(case.values, case.shares).wiped
        if gone.size:
            names = [option.name for option in case.table.options]
            yield f"A value of 0 wipes out {_joined(names, [int(row) for row in gone])} whatever the other values."


def _firsts(found: Ranks) -> list[int]:
    return [int(row) for row in np.flatnonzero(found == 1)]


def _joined(names: Sequence[str], rows: Sequence[int]) -> str:
    chosen = [names[row] for row in rows]
    return chosen[0] if len(chosen) == 1 else f"{', '.join(chosen[:-1])} and {chosen[-1]}"
