"""Rankings as text: for people, for spreadsheets and for programs."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any, Literal

from db.study.model import Id, Study
from desktop.evaluation import Evaluator, Result
from desktop.exchange.headings import defused
from desktop.exchange.numbers import number_text

Format = Literal["table", "csv", "json"]

_PLACES = 9


def ranking(study: Study, perspectives: Sequence[Id], form: Format) -> str:
    """The ranking under each perspective, best first. Raises Known where one cannot rank.

    `table` is for reading, totals to one decimal; `csv` has a row per perspective and option; `json` is one object.
    """
    evaluator = Evaluator()
    results = [evaluator.evaluate(study, perspective) for perspective in perspectives]
    if form == "csv":
        return _csv(results)
    if form == "json":
        return _json(study, results)
    return "\n".join("\n".join(_lines(study, result)) + "\n" for result in results)


def _lines(study: Study, result: Result) -> Iterator[str]:
    names = [option.name for option in result.table.options]
    wide = max(width(name) for name in names)
    yield f"{study.title}: {result.perspective.name}"
    for row in result.order:
        rank, name = result.rank_text(int(row)), names[row]
        yield f"{rank:>5}  {name}{' ' * (wide - width(name))}  {_total(result, int(row)):>11}"
    yield from (f"      {sentence}" for sentence in _firmness(result))


def _total(result: Result, row: int) -> str:
    low, high = (number_text(float(end[row]), 1) for end in (result.low, result.high))
    return low if low == high else f"{low}–{high}"


def _firmness(result: Result) -> Iterator[str]:
    """What stands beside a ranking, so that nobody takes the first place for more than it is."""
    if not result.is_complete:
        yield "Scores are missing, so totals and ranks are ranges."
    elif result.order.size > 1:
        lead = result.lead()
        first, second = (result.table.options[row].name for row in result.order[:2])
        yield f"{first} leads {second} by {lead:.1f} points of 100." if lead else f"{first} and {second} are tied."
    if not result.perspective.assessed:
        yield "The weights are equal because nobody has set them yet."


def _rows(result: Result) -> Iterator[dict[str, Any]]:
    for row in result.order:
        yield {
            "option": result.table.options[row].name,
            "rank": int(result.best_rank[row]),
            "worst_rank": int(result.worst_rank[row]),
            "total": round(float(result.totals[row]), _PLACES),
            "low": round(float(result.low[row]), _PLACES),
            "high": round(float(result.high[row]), _PLACES),
        }


def _csv(results: Sequence[Result]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("perspective", "option", "rank", "worst_rank", "total", "low", "high"))
    for result in results:
        for row in _rows(result):
            name, option, *numbers = result.perspective.name, *row.values()
            writer.writerow((defused(name), defused(option), *(number_text(number) for number in numbers)))
    return text.getvalue()


def _json(study: Study, results: Sequence[Result]) -> str:
    found = {
        "study": study.title,
        "perspectives": [
            {
                "name": result.perspective.name,
                "kind": result.perspective.kind.value,
                "assessed": result.perspective.assessed,
                "complete": result.is_complete,
                "ranking": list(_rows(result)),
            }
            for result in results
        ],
    }
    return json.dumps(found, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def width(text: str) -> int:
    """Columns that a terminal gives a text."""
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )
