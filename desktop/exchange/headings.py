"""The first row of a score table: what each column holds, in one form that people read and programs parse.

    Option
    Cost (US$ bn a year; lower is better; 0 to 45)           the likely scores
    Cost (US$ bn a year; lower is better; 0 to 45; low)      the low ends of their ranges; `high` likewise
    Total (Kyiv; points of 100)                              computed, never read back
    Rank (Kyiv; 1 is best)

A unit whose brackets do not pair, or that holds a semicolon or a quotation mark, stands in quotation marks. Text that a
spreadsheet could take for a formula gets an apostrophe in front (OWASP, CSV injection), which reading takes off again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from db.study.model import Direction, Known, Scale
from desktop.exchange.numbers import number_text, table_number

OPTION = "Option"

_RISKY = re.compile(r"'*[=+\-@\t\r\n\x00＝＋－＠]")
_DEFUSED = re.compile(r"'+[=+\-@\t\r\n\x00＝＋－＠]")
_TAIL = re.compile(
    r"(?:(?P<unit>.*); |(?P<bare>.*) \()(?P<direction>higher|lower) is better"
    r"(?:; (?P<low>[^;()\"]+?) to (?P<high>[^;()\"]+?))?(?:; (?P<part>low|high))?\)\Z",
    re.DOTALL,
)
_QUOTED = re.compile(r'(.*) \("((?:[^"]|"")*)"\Z', re.DOTALL)
_COMPUTED = re.compile(r"(?:Total \(.*; points of 100\)|Rank \(.*; 1 is best\))\Z", re.DOTALL)
_ENDS = re.compile(r"([^;()\"]+?)\s*(?:\bto\b|–|\.\.|…)\s*([^;()\"]+)\Z")
_DIRECTIONS = {
    **dict.fromkeys(("higher is better", "higher better", "more is better"), Direction.HIGHER),
    **dict.fromkeys(("maximise", "maximize"), Direction.HIGHER),
    **dict.fromkeys(("lower is better", "lower better", "less is better"), Direction.LOWER),
    **dict.fromkeys(("minimise", "minimize"), Direction.LOWER),
}


@dataclass(frozen=True, slots=True)
class Heading:
    """What a heading says. None where it says nothing; `part` is "" for likely scores, "low" or "high" for ranges."""

    name: str
    unit: str | None = None
    direction: Direction | None = None
    low: float | None = None
    high: float | None = None
    part: str = ""


def defused(text: str) -> str:
    """`text` so that no spreadsheet takes it for a formula."""
    return f"'{text}" if _RISKY.match(text) else text


def plain(text: str) -> str:
    """The text that `defused` was given."""
    return text[1:] if _DEFUSED.match(text) else text


def heading_text(name: str, scale: Scale, decimal: str = ".", part: str = "") -> str:
    """The heading of a criterion's column; `part` is "low" or "high" for the ends of its ranges."""
    low, high = number_text(scale.low, decimal=decimal), number_text(scale.high, decimal=decimal)
    parts = [_unit_text(scale.unit), f"{scale.direction.value} is better", f"{low} to {high}", part]
    return f"{name} ({'; '.join(filter(None, parts))})"


def total_text(perspective: str) -> str:
    """The heading of the totals of a perspective."""
    return f"Total ({perspective}; points of 100)"


def rank_text(perspective: str) -> str:
    """The heading of the ranks of a perspective."""
    return f"Rank ({perspective}; 1 is best)"


def is_computed(text: str) -> bool:
    """Whether a heading is that of totals or ranks."""
    return _COMPUTED.match(text) is not None


def ends_text(text: str) -> str:
    """The ends of the scale as a heading of ours writes them ("0 to 45"), "" where it has none."""
    found = _TAIL.match(text)
    return f"{found['low']} to {found['high']}" if found and found["low"] else ""


def parse_heading(text: str, decimal: str) -> Heading:
    """What a heading says, ours or somebody else's ("Cost [US$]"). Raises Known for ends that are no numbers."""
    found = _TAIL.match(text)
    if found is None:
        return _other(text, decimal)
    name, unit = (found["bare"], None) if found["unit"] is None else _split_unit(found["unit"])
    if name is None:
        return _other(text, decimal)
    low, high = _ends(found["low"], found["high"], decimal)
    return Heading(name, unit, Direction(found["direction"]), low, high, found["part"] or "")


def _unit_text(unit: str) -> str:
    if unit and (set(unit) & set(';"') or _opening(f"({unit}") != 0 or unit != unit.strip()):
        doubled = unit.replace('"', '""')
        return f'"{doubled}"'
    return unit


def _split_unit(text: str) -> tuple[str | None, str | None]:
    """(name, unit) of "name (unit"; (None, None) when no bracket opens there."""
    if quoted := _QUOTED.match(text):
        return quoted[1], quoted[2].replace('""', '"')
    place = _opening(text)
    if place < 1 or text[place - 1] != " ":
        return None, None
    return text[: place - 1], text[place + 1 :]


def _opening(text: str) -> int:
    """The place of the last bracket that opens and is not closed again, -1 when there is none."""
    depth = 0
    for place in range(len(text) - 1, -1, -1):
        if text[place] == ")":
            depth += 1
        elif text[place] == "(":
            if depth == 0:
                return place
            depth -= 1
    return -1


def _ends(low: str | None, high: str | None, decimal: str) -> tuple[float | None, float | None]:
    if low is None or high is None:
        return None, None
    return table_number(low, decimal), table_number(high, decimal)


def _other(text: str, decimal: str) -> Heading:
    """A heading from elsewhere: what stands in the last brackets is direction, ends or else the unit."""
    bare = text.strip()
    closing = bare[-1:]
    if closing == ")":
        place = _opening(bare[:-1])
    else:
        place = bare.rfind("[") if closing == "]" else -1
    name = bare[:place].strip() if place > 0 else ""
    if not name:
        return Heading(bare)
    return _from_parts(name, [part.strip() for part in bare[place + 1 : -1].split(";")], decimal)


def _from_parts(name: str, parts: list[str], decimal: str) -> Heading:
    directions = [_DIRECTIONS[part.lower()] for part in parts if part.lower() in _DIRECTIONS]
    rest = [part for part in parts if part and part.lower() not in _DIRECTIONS]
    ends = next((found for part in rest if (found := _read_ends(part, decimal))), None)
    units = [part for part in rest if not _read_ends(part, decimal)]
    low, high = ends or (None, None)
    return Heading(name, "; ".join(units) or None, directions[0] if directions else None, low, high)


def _read_ends(part: str, decimal: str) -> tuple[float, float] | None:
    found = _ENDS.match(part)
    if found is None:
        return None
    try:
        return table_number(found[1], decimal), table_number(found[2], decimal)
    except Known:
        return None
