"""A CSV score table into a new study, or over an open one as one undoable change.

    dialect = propose(data)                  # show it with `cells(data, dialect)`; ask while `dialect.sure` is False
    table = read_table(data, dialect)        # while `table.problems`, show them and import nothing
    study = new_study(table, "Title")        # or
    after = onto(study, table, who, when)    # say `summary(study, after)`, then do `ReplaceStudy(after)`

A cell without text says nothing: in an open study the score stays as it is. "-" or "n/a" makes the score missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor, isfinite, log10

from db.study.model import (
    MISSING,
    Cell,
    Criterion,
    Direction,
    Id,
    Known,
    Option,
    Perspective,
    Scale,
    Score,
    Study,
    new_id,
)
from db.study.names import name_key, normal_name
from db.study.words import counted
from desktop.commands.criteria import AddCriterion
from desktop.commands.options import AddOption
from desktop.commands.scores import Entry, SetScores, refusal
from desktop.exchange.csv_proposal import propose
from desktop.exchange.csv_table import Column, ImportedTable, read_table
from desktop.exchange.csv_text import ENCODINGS, SEPARATORS, Dialect, cells
from desktop.exchange.files import read_bytes

__all__ = [
    "ENCODINGS",
    "SEPARATORS",
    "Column",
    "Dialect",
    "ImportedTable",
    "cells",
    "new_study",
    "onto",
    "propose",
    "read_bytes",
    "read_table",
    "scale_of",
    "summary",
]


def new_study(table: ImportedTable, title: str, who: str = "", when: str = "") -> Study:
    """A study with the table's options, criteria and scores, and equal weights that nobody has assessed.

    Every score is the judgement of `who` imported it (`when`: ISO 8601, UTC). Raises Known while the table has
    problems.
    """
    _check(table)
    options = tuple(Option(new_id(), name) for name in table.options)
    criteria = tuple(
        Criterion(new_id(), column.name, scale=scale_of(column, _column_entries(table, place)), colour=place)
        for place, column in enumerate(table.columns)
    )
    scores = {
        (option.id, leaf.id): Score(
            entry.likely, entry.low, entry.high, entered=entry.text, changed_by=who, changed_at=when
        )
        for option, row in zip(options, table.entries, strict=True)
        for leaf, entry in zip(criteria, row, strict=True)
        if entry.likely is not None
    }
    weights = {leaf.id: 100.0 / len(criteria) for leaf in criteria}
    equal = Perspective(new_id(), "Equal weights", weights=weights, assessed=False)
    name = normal_name(title) or "Imported table"
    return Study(new_id(), name, options=options, criteria=criteria, scores=scores, perspectives=(equal,))


def onto(study: Study, table: ImportedTable, who: str = "", when: str = "") -> Study:
    """The study with the table put over it; the same object when the table says nothing new.

    Options and criteria are found by name, those not found are added (criteria with the weight of nothing), those
    that the table does not name stay. Numbers that differ become judgements of `who`; a range stays where the table
    has no ranges and the same score. Raises Known, naming row and column, while the table has problems, for a score
    outside its scale, and where unit or direction of a heading contradict the study.
    """
    _check(table)
    after, options = _with_options(study, table)
    after, leaves = _with_criteria(after, table)
    entries: dict[Cell, Entry] = {}
    for row, option in enumerate(options):
        for place, leaf in enumerate(leaves):
            column, entry = table.columns[place], table.entries[row][place]
            if _says_something(after.scores.get((option, leaf), MISSING), entry, column):
                _check_entry(after, (option, leaf), entry, table.rows[row], column)
                entries[option, leaf] = entry
    return SetScores(entries, who, when).apply(after) if entries else after


def summary(before: Study, after: Study) -> str:
    """What an import changes, in a sentence."""
    options = len(after.options) - len(before.options)
    criteria = len(after.criteria) - len(before.criteria)
    touched = [cell for cell, score in after.scores.items() if score is not before.scores.get(cell)]
    differ = [cell for cell in touched if _three(after.scores[cell]) != _three(before.scores.get(cell, MISSING))]
    cleared = sum(after.scores[cell].is_missing for cell in differ)
    added = sum(before.scores.get(cell, MISSING).is_missing for cell in differ)
    parts = [
        _some("added", options, "option"),
        _some("added", criteria, "criterion", "criteria"),
        _some("added", added, "score"),
        _some("changed", len(differ) - cleared - added, "score"),
        _some("cleared", cleared, "score"),
    ]
    said = ", ".join(filter(None, parts))
    return f"{said}." if said else "Nothing changes: the study already says the same."


def scale_of(column: Column, entries: Sequence[Entry]) -> Scale:
    """The scale of a new criterion: ends from the heading, or else the range of the numbers rounded outwards."""
    if column.low is not None and column.high is not None:
        low, high = column.low, column.high
    else:
        low, high = _rounded_out(
            [x for entry in entries for x in (entry.low, entry.likely, entry.high) if x is not None]
        )
    return Scale(low, high, column.direction or Direction.HIGHER, column.unit or "")


def _rounded_out(numbers: Sequence[float]) -> tuple[float, float]:
    """Ends on whole steps of the power of ten below the span; 0 to 100 without numbers."""
    low, high = min(numbers, default=0.0), max(numbers, default=100.0)
    if low == high:
        low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        return 0.0, 1.0
    span = high - low
    if not isfinite(span):
        return low, high
    power = floor(log10(span))
    if not -300 < power < 300:
        return low, high
    # Dividing by a whole power of ten keeps the ends short: 3 / 10 is 0.3, 3 * 0.1 is not.
    if power < 0:
        return floor(low * 10**-power) / 10**-power, ceil(high * 10**-power) / 10**-power
    return float(floor(low / 10**power) * 10**power), float(ceil(high / 10**power) * 10**power)


def _check(table: ImportedTable) -> None:
    if table.problems:
        more = len(table.problems) - 1
        raise Known(table.problems[0] + (f" ({more} more like this.)" if more else ""))


def _column_entries(table: ImportedTable, place: int) -> list[Entry]:
    return [row[place] for row in table.entries]


def _with_options(study: Study, table: ImportedTable) -> tuple[Study, list[Id]]:
    known = _by_name(study.options, "options")
    found: list[Id] = []
    for name in table.options:
        id_ = known.get(name_key(name))
        if id_ is None:
            command = AddOption(name)
            study, id_ = command.apply(study), command.id
        found.append(id_)
    return study, found


def _with_criteria(study: Study, table: ImportedTable) -> tuple[Study, list[Id]]:
    known = _by_name(study.criteria, "criteria")
    found: list[Id] = []
    for place, column in enumerate(table.columns):
        id_ = _named(column, known)
        if id_ is None:
            command = AddCriterion(column.name, scale=scale_of(column, _column_entries(table, place)))
            study, id_ = command.apply(study), command.id
        else:
            _check_column(study.criterion(id_), column)
        if id_ in found:
            raise Known(f"{_where(column)}: this criterion stands in two columns; nothing was changed; leave one out.")
        found.append(id_)
    return study, found


def _by_name(items: Sequence[Option] | Sequence[Criterion], what: str) -> dict[str, Id]:
    found: dict[str, Id] = {}
    for item in items:
        if found.setdefault(name_key(item.name), item.id) != item.id:
            raise Known(
                f"Two {what} of the study are called “{item.name}”, so a table cannot tell them apart; nothing was "
                "changed; rename one first."
            )
    return found


def _named(column: Column, known: dict[str, Id]) -> Id | None:
    """The criterion that a column names. What stands in brackets may be part of the name where it says no direction."""
    names = [name_key(column.heading), name_key(column.name)]
    if column.direction is not None:
        names.reverse()
    return next((known[name] for name in names if name in known), None)


def _check_column(node: Criterion, column: Column) -> None:
    scale, where = node.scale, _where(column)
    if scale is None:
        raise Known(f"{where}: {node.name} groups other criteria and has no scores; nothing was changed; rename it.")
    matched_whole = name_key(column.heading) == name_key(node.name)
    if matched_whole:
        return
    if column.direction is not None and column.direction is not scale.direction:
        raise Known(
            f"{where}: {column.direction.value} is better in the table but {scale.direction.value} is better in the "
            "study; nothing was changed; make the two agree."
        )
    if column.unit is not None and normal_name(column.unit) != normal_name(scale.unit):
        has = f"in “{scale.unit}”" if scale.unit else "without a unit"
        raise Known(
            f"{where}: measured in “{column.unit}” in the table but {has} in the study; nothing was changed; convert "
            "the numbers or take the unit out of the heading."
        )


def _says_something(before: Score, entry: Entry, column: Column) -> bool:
    if entry.likely is None:
        return bool(entry.text) and not before.is_missing
    if entry.low is None and not column.has_range:
        return entry.likely != before.likely
    return (entry.likely, entry.low, entry.high) != _three(before)


def _check_entry(study: Study, cell: Cell, entry: Entry, row: int, column: Column) -> None:
    if reason := refusal(study, cell, entry):
        raise Known(f"Row {row}, column {column.place}: {reason}")


def _where(column: Column) -> str:
    return f"Column {column.place} ({column.name})"


def _three(score: Score) -> tuple[float | None, float | None, float | None]:
    return score.likely, score.low, score.high


def _some(done: str, number: int, one: str, many: str = "") -> str:
    return f"{counted(number, one, many)} {done}" if number > 0 else ""
