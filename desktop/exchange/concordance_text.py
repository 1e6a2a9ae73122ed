"""The rankings of every method as text: for people, for spreadsheets and for programs."""

from __future__ import annotations

import csv
import io
import json
import textwrap
from collections.abc import Iterator

import numpy as np

from db.study.model import Id, Study
from desktop.exchange.headings import defused
from desktop.exchange.numbers import number_text
from desktop.exchange.ranking_text import Format, width
from desktop.questions.concordance import Concordance, Ranked, concordance

_PLACES = 9


def methods_text(study: Study, perspective: Id, form: Format) -> str:
    """How each method ranks the options of a study, and why they differ. Raises Known where they cannot be compared.

    `table` is for reading; `csv` has a row per method and option; `json` is one object.
    """
    found = concordance(study, perspective)
    if form == "csv":
        return _csv(found)
    if form == "json":
        return _json(study, found)
    return "\n".join(_lines(study, found)) + "\n"


def _lines(study: Study, found: Concordance) -> Iterator[str]:
    names = [option.name for option in found.table.options]
    wide = max(width(name) for name in names)
    yield f"{study.title}: {found.perspective}, the same scores under each method (ranks)"
    yield ""
    for number, one in enumerate(found.methods, 1):
        yield f"  {number}  {one.method}, {one.measure}"
    yield ""
    yield f"  {' ' * wide}" + "".join(f"{number:>5}" for number in range(1, len(found.methods) + 1))
    for row in np.lexsort((np.array(names), found.methods[0].ranks)):
        cells = "".join(f"{_rank(one, int(row)):>5}" for one in found.methods)
        yield f"  {names[row]}{' ' * (wide - width(names[row]))}{cells}"
    for one in found.methods:
        yield ""
        yield from _told(found, one, names)


def _told(found: Concordance, one: Ranked, names: list[str]) -> Iterator[str]:
    agreement = "" if one is found.methods[0] else f" (agrees with the sum: tau {one.tau:.2f})"
    yield f"  {one.method}{agreement}"
    said = " ".join(one.why)
    if one.reversals:
        said += f" Leaving out {_listed(names, one.reversals)} would put another of the rest first."
    yield from textwrap.wrap(said, 100, initial_indent="    ", subsequent_indent="    ")


def _listed(names: list[str], rows: tuple[int, ...]) -> str:
    return " or ".join(f"“{names[row]}”" for row in rows)


def _rank(one: Ranked, row: int) -> str:
    rank = int(one.ranks[row])
    return f"{rank}=" if int((one.ranks == rank).sum()) > 1 else str(rank)


def _csv(found: Concordance) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("perspective", "method", "measure", "option", "rank", "score"))
    for one in found.methods:
        for row in np.argsort(one.ranks, kind="stable"):
            name, score = found.table.options[row].name, number_text(round(float(one.scores[row]), _PLACES))
            writer.writerow((defused(found.perspective), one.method, one.measure, defused(name), one.ranks[row], score))
    return text.getvalue()


def _json(study: Study, found: Concordance) -> str:
    names = [option.name for option in found.table.options]
    methods = [
        {
            "method": one.method,
            "measure": one.measure,
            "tau": round(one.tau, _PLACES),
            "why": list(one.why),
            "removals_that_change_the_winner": [names[row] for row in one.reversals],
            "ranking": [
                {"option": names[row], "rank": int(one.ranks[row]), "score": round(float(one.scores[row]), _PLACES)}
                for row in np.argsort(one.ranks, kind="stable")
            ],
        }
        for one in found.methods
    ]
    whole = {"study": study.title, "perspective": found.perspective, "methods": methods}
    return json.dumps(whole, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
