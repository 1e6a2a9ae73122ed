"""The score table as CSV: options in rows, criteria in columns, totals and ranks of perspectives behind them.

Say what you want in an `ExportChoice`, show `preview`, write `table_text` with `write`. What is written raw with ranges
reads back bit for bit through `csv_import`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from db.study.model import Criterion, Direction, Id, Known, Option, Scale, Study
from desktop.exchange.files import write_bytes
from desktop.exchange.headings import OPTION, defused, heading_text, rank_text, total_text
from desktop.exchange.numbers import number_text

if TYPE_CHECKING:
    from desktop.analysis.arrays import Array

Kind = Literal["raw", "value", "weighted"]
KINDS: tuple[Kind, ...] = ("raw", "value", "weighted")
SEPARATORS = (",", ";", "\t")
DECIMALS = (".", ",")

_PLACES = 9
"""Decimal places of what is computed: totals closer than that are ties."""

_Cell = Callable[[Option], str]


@dataclass(frozen=True, slots=True)
class ExportChoice:
    """What a table is to hold and how it is written. Raises Known for a choice that cannot be read back.

    `kind`: scores in their own units, their values 0 to 100, or the points they add to the total of the first of
    `perspectives` (ids; None: all). `ranges` adds columns for low and high ends, to raw scores only.
    """

    kind: Kind = "raw"
    separator: str = ","
    decimal: str = "."
    perspectives: tuple[Id, ...] | None = None
    totals: bool = True
    ranks: bool = True
    ranges: bool = True

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise Known(f"“{self.kind}” is no kind of table; nothing was written; choose raw, value or weighted.")
        if self.separator not in SEPARATORS:
            raise Known("Cells are separated by a comma, a semicolon or a tab; nothing was written; choose one.")
        if self.decimal not in DECIMALS:
            raise Known("The decimal mark is a point or a comma; nothing was written; choose one.")
        if self.separator == self.decimal:
            raise Known("The comma cannot separate cells and decimals at once; nothing was written; change one.")


def table_rows(study: Study, choice: ExportChoice) -> list[list[str]]:
    """The cells as they are written, headings first. Raises Known where a total asked for cannot be computed."""
    columns = list(_columns(study, choice))
    heads = [defused(OPTION), *(defused(head) for head, _ in columns)]
    return [heads, *([defused(option.name), *(cell(option) for _, cell in columns)] for option in study.options)]


def table_text(study: Study, choice: ExportChoice) -> str:
    """The table as CSV (RFC 4180, CRLF). Raises Known where a total asked for cannot be computed."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=choice.separator, lineterminator="\r\n").writerows(table_rows(study, choice))
    return text.getvalue()


def preview(study: Study, choice: ExportChoice, rows: int = 8) -> list[list[str]]:
    """The headings and the first rows as they would be written. Raises Known like `table_text`."""
    return table_rows(study, choice)[: rows + 1]


def write(path: Path, text: str) -> None:
    """Write a table as UTF-8 with the mark that spreadsheets know it by; the file is whole or as it was.

    Raises Known when it cannot be written.
    """
    try:
        data = text.encode("utf-8-sig")
    except UnicodeEncodeError as error:
        raise Known(
            f"{path} was not written: {_broken(text, error.start)} holds half a character; retype it."
        ) from error
    write_bytes(path, data)


def _broken(text: str, place: int) -> str:
    return f"“{text[max(0, place - 20) : place].splitlines()[-1] if place else ''}…”"


def _columns(study: Study, choice: ExportChoice) -> Iterator[tuple[str, _Cell]]:
    if choice.kind == "raw":
        for leaf in study.leaves():
            yield from _raw(study, leaf, choice)
    elif choice.kind == "value":
        yield from _values(study, choice)
    else:
        yield from _weighted(study, choice)
    for perspective in _perspectives(study, choice):
        yield from _totals(study, perspective, choice)


def _perspectives(study: Study, choice: ExportChoice) -> tuple[Id, ...]:
    if choice.perspectives is None:
        return tuple(party.id for party in study.perspectives)
    return choice.perspectives


def _raw(study: Study, leaf: Criterion, choice: ExportChoice) -> Iterator[tuple[str, _Cell]]:
    scale = _scale(leaf)
    for part in ("", "low", "high") if choice.ranges else ("",):
        yield heading_text(leaf.name, scale, choice.decimal, part), _score(study, leaf.id, part or "likely", choice)


def _score(study: Study, leaf: Id, part: str, choice: ExportChoice) -> _Cell:
    def cell(option: Option) -> str:
        number = getattr(study.score(option.id, leaf), part)
        return "" if number is None else number_text(number, decimal=choice.decimal)

    return cell


def _values(study: Study, choice: ExportChoice) -> Iterator[tuple[str, _Cell]]:
    from desktop.evaluation import value_of

    head = Scale(0.0, 100.0, Direction.HIGHER, "value")
    for leaf in study.leaves():
        scale = _scale(leaf)

        def cell(option: Option, leaf: Criterion = leaf, scale: Scale = scale) -> str:
            likely = study.score(option.id, leaf.id).likely
            return "" if likely is None else _computed(float(value_of(scale, likely)), choice)

        yield heading_text(leaf.name, head, choice.decimal), cell


def _weighted(study: Study, choice: ExportChoice) -> Iterator[tuple[str, _Cell]]:
    from desktop.evaluation import evaluate

    first = next(iter(_perspectives(study, choice)), None)
    if first is None:
        raise Known("Weighted points need a perspective to weigh them; nothing was written; choose one.")
    result = evaluate(study, first)
    rows = result.table.rows
    for column, leaf in enumerate(result.table.leaves):
        points = result.contributions[:, column]

        def cell(option: Option, points: Array = points) -> str:
            row = rows.get(option.id)
            return "" if row is None or points[row] != points[row] else _computed(float(points[row]), choice)

        most = round(100.0 * float(result.shares[column]), _PLACES)
        scale = Scale(0.0, most, Direction.HIGHER, f"weighted points, {result.perspective.name}")
        yield heading_text(leaf.name, scale, choice.decimal), cell


def _totals(study: Study, perspective: Id, choice: ExportChoice) -> Iterator[tuple[str, _Cell]]:
    if not (choice.totals or choice.ranks):
        return
    from desktop.evaluation import evaluate

    result = evaluate(study, perspective)
    rows, name = result.table.rows, result.perspective.name

    def total(option: Option) -> str:
        row = rows.get(option.id)
        if row is None:
            return ""
        low, high = (_computed(float(end[row]), choice) for end in (result.low, result.high))
        return low if low == high else f"{low}–{high}"

    def rank(option: Option) -> str:
        row = rows.get(option.id)
        return "" if row is None else result.rank_text(row)

    if choice.totals:
        yield total_text(name), total
    if choice.ranks:
        yield rank_text(name), rank


def _computed(number: float, choice: ExportChoice) -> str:
    return number_text(round(number, _PLACES), decimal=choice.decimal)


def _scale(leaf: Criterion) -> Scale:
    assert leaf.scale is not None
    return leaf.scale
