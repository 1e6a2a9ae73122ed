"""Histories and comparisons as text: for people, for spreadsheets and for programs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Literal

from db.study.model import Id
from db.study.past import Past, label_of
from db.study.telling import visible
from db.study.words import counted
from desktop.exchange.headings import defused
from desktop.exchange.numbers import number_text
from desktop.questions.comparison import Comparison, Part, Place

Format = Literal["table", "csv", "json"]

LINES = 12
"""Lines of one change that the table for reading shows; the other forms give all."""

_PLACES = 9


def history_text(past: Past, places: Sequence[int], form: Format) -> str:
    """The changes at these places, given oldest first, newest first.

    `table` is for reading, times by the clock of this machine; `csv` has a row per line; `json` is one list. Those two
    give times in UTC.
    """
    newest_first = list(places)[::-1]
    if form == "csv":
        return _history_csv(past, newest_first)
    if form == "json":
        return _json([_change(past, place) for place in newest_first])
    whole = counted(len(past.changes), "change")
    head = whole if len(newest_first) == len(past.changes) else f"{len(newest_first)} of {whole}"
    return "\n".join([f"{head}, newest first", *(line for place in newest_first for line in _told(past, place)), ""])


def _told(past: Past, place: int) -> Iterator[str]:
    change, lines = past.changes[place], past.lines(place)
    title = f"Version “{label_of(change)}”" if change.kind == "name" else label_of(change)
    why = f" ({visible(change.reason)})" if change.reason else ""
    yield f"{change.seq:>6}  {_local(change.at)}  {visible(change.who)}  {title}{why}"
    yield from (f"{'':8}{line.text}" for line in lines[:LINES])
    if len(lines) > LINES:
        yield f"{'':8}… and {len(lines) - LINES} more"


def _local(at: str) -> str:
    try:
        return f"{datetime.fromisoformat(at).astimezone():%Y-%m-%d %H:%M}"
    except (ValueError, OverflowError):
        return visible(at)


def _change(past: Past, place: int) -> dict[str, Any]:
    change = past.changes[place]
    return {
        "seq": change.seq,
        "at": change.at,
        "who": change.who,
        "kind": change.kind,
        "label": change.label,
        "reason": change.reason,
        "lines": [{"subject": line.subject, "from": line.old, "to": line.new} for line in past.lines(place)],
    }


def _history_csv(past: Past, places: Sequence[int]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("seq", "at", "who", "kind", "label", "reason", "subject", "from", "to"))
    for place in places:
        *values, lines = _change(past, place).values()
        for line in lines or [{"subject": "", "from": "", "to": ""}]:
            writer.writerow([defused(str(value)) for value in (*values, *line.values())])
    return text.getvalue()


def comparison_text(found: Comparison, names: tuple[str, str], form: Literal["table", "json"]) -> str:
    """What differs and how far it moved the ranking, `names` being what the two are called."""
    if form == "json":
        return _json(_compared(found, names))
    return "\n".join([*_difference_lines(found, names), ""])


def _difference_lines(found: Comparison, names: tuple[str, str]) -> Iterator[str]:
    if not found.parts:
        yield f"{names[0]} and {names[1]} are the same."
        return
    yield f"{counted(len(found.parts), 'difference')} from {names[0]} to {names[1]}"
    for part in found.parts:
        yield from _part_lines(part, found)
    yield ""
    if found.trouble:
        yield found.trouble
        return
    party = next(party.name for party in found.after.perspectives if party.id == found.perspective)
    yield f"Ranking: {visible(party)}"
    for place in found.places:
        ranks, totals = _arrow(place.rank_before, place.rank_after), _arrow(*map(_total, _totals_of(place)))
        yield f"{ranks:>10}  {totals:>14}  {visible(place.name)}"
    if found.permutations:
        yield f"Effects are means over {found.permutations} sampled orders of making the differences."


def _part_lines(part: Part, found: Comparison) -> Iterator[str]:
    yield f"  {part.title.text}"
    others = [line for line in part.lines if line is not part.title]
    yield from (f"      {line.text}" for line in others[: LINES - 1])
    if len(others) >= LINES:
        yield f"      … and {len(others) - LINES + 1} more"
    if found.leader is None:
        return
    effects = [(key, points) for key, points in part.totals.items() if abs(points) >= 0.05]
    if effects:
        called = _called(found)
        yield "    ⇒ " + ", ".join(f"{called[key]} {_signed(points)}" for key, points in effects)
        yield f"    ⇒ lead of {called[found.leader]} {_signed(part.lead)}"


def _compared(found: Comparison, names: tuple[str, str]) -> dict[str, Any]:
    called = _called(found)
    return {
        "before": names[0],
        "after": names[1],
        "same": not found.parts,
        "perspective": next((p.name for p in found.after.perspectives if p.id == found.perspective), None),
        "trouble": found.trouble or None,
        "leader": called.get(found.leader or ""),
        "lead": None if found.leader is None else [_rounded(end) for end in found.lead],
        "sampled_orders": found.permutations,
        "differences": [_part(part, called) for part in found.parts],
        "ranking": [
            {
                "option": place.name,
                "rank": [place.rank_before or None, place.rank_after or None],
                "total": [None if total is None else _rounded(total) for total in _totals_of(place)],
            }
            for place in found.places
        ],
    }


def _part(part: Part, called: dict[Id, str]) -> dict[str, Any]:
    return {
        "lines": [{"subject": line.subject, "from": line.old, "to": line.new} for line in part.lines],
        "effects": {called[key]: _rounded(points) for key, points in part.totals.items()},
        "errors": {called[key]: _rounded(error) for key, error in part.errors.items() if _rounded(error)},
        "lead": _rounded(part.lead),
    }


def _called(found: Comparison) -> dict[Id, str]:
    return {place.option: visible(place.name) for place in found.places}


def _totals_of(place: Place) -> tuple[float | None, float | None]:
    return place.total_before, place.total_after


def _total(total: float | None) -> str:
    return "" if total is None else number_text(_rounded(total), 1)


def _arrow(old: str, new: str) -> str:
    return (old or "–") if old == new else f"{old or '–'} → {new or '–'}"


def _signed(points: float) -> str:
    return ("+" if points >= 0.05 else "") + number_text(_rounded(points), 1)


def _rounded(number: float) -> float:
    """To nine places; minus zero is zero."""
    return round(number, _PLACES) + 0.0


def _json(found: Any) -> str:
    return json.dumps(found, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
