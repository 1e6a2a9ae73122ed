"""Numbers as people write them, in and out: one ASCII grammar for typed entries, pasted blocks and tables.

    number  = sign? digits mark? digits? exponent?       digits are 0 to 9 only
    digits  = 1234567 or groups of three after a first group of one to three: 1 234 567
    mark    = the decimal mark, "." or ","
    group   = a space (plain, no-break, thin), an apostrophe, or whichever of "." and "," is not the decimal mark

A lone "1,234" can mean 1.234 or 1234. In a typed entry (no decimal mark named) comma and point are both the decimal
mark, so it is 1.234. In a table, where the decimal mark is named, the other mark groups digits only where nothing else
can be meant ("1,234.5", "1,234,567"); "1,234" under a decimal point is refused rather than guessed.

Text never reaches `float` before it has passed this grammar: Python would take `1_000`, `nan`, `1e999` and digits of
other scripts.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from db.study.model import Known, Score
from db.study.names import legible
from desktop.commands.scores import Entry

MISSING_WORDS = frozenset(("", "-", "–", "—", "−", "n/a", "na", "#n/a"))
"""What stands for a missing score, in lower case."""

LARGEST = 1e300
"""The largest number that a study file takes; sums of larger ones would not be finite."""

_SPACES = "\u0020\u00a0\u2007\u2009\u202f"
_GROUPERS = f"[{_SPACES}'’]"
_PLAIN = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]{1,5}))?\Z")
_SUFFIXES = {"k": 3, "m": 6}
_RANGED = re.compile(r"\s*([^()\[\]]+?)\s*[(\[]([^()\[\]]*)[)\]]\s*\Z")
_DASH = re.compile(r"[-–—]|\.\.|…|\bto\b")
_LONGEST = 400
_MARKS = {".": "point", ",": "comma"}
_Reader = Callable[[str], float]


def parse_number(text: str, decimal: str | None = None) -> float:
    """The number that `text` writes; a percent sign is dropped and a `k` or `m` behind it means thousands or millions.

    `decimal` is "." or ",", or None for a typed entry, where both are decimal marks. Raises Known, saying why, for
    anything else than one finite number, also for a missing one.
    """
    bare = text.strip().removesuffix("%").strip()
    power = _SUFFIXES.get(bare[-1:].lower(), 0)
    return _number(bare[:-1] if power else bare, decimal, text, power)


def table_number(text: str, decimal: str) -> float:
    """Like `parse_number` for a cell of a table: no `k` or `m`, which could be a unit there. Raises Known."""
    return _number(text.strip().removesuffix("%").strip(), decimal, text)


def parse_entry(text: str, decimal: str | None = None) -> Entry:
    """What was typed into a score's cell: `40`, `40,5`, `40 (30-55)`, or nothing, "-" or "n/a" for a missing score.

    `decimal` as in `parse_number`. Raises Known when it is none of these; whether the numbers fit the scale and stand
    in order is for `desktop.commands.scores.refusal` to say.
    """
    return _entry(text, lambda part: parse_number(part, decimal))


def table_entry(text: str, decimal: str) -> Entry:
    """Like `parse_entry` for a cell of a table; see `table_number`. Raises Known."""
    return _entry(text, lambda part: table_number(part, decimal))


def is_missing(text: str) -> bool:
    """Whether `text` stands for a missing score."""
    return text.strip().lower() in MISSING_WORDS


def number_text(x: float, decimals: int | None = None, decimal: str = ".") -> str:
    """`x` as text: rounded to `decimals` places, or the shortest text that reads back as exactly the same float.

    Whole numbers stand without ".0" in the shortest form, and minus zero is zero.
    """
    text = repr(float(x) + 0.0).removesuffix(".0") if decimals is None else f"{x:.{decimals}f}"
    if text.startswith("-") and not text.strip("-0."):
        text = text[1:]
    return text.replace(".", decimal)


def entry_text(score: Score, decimal: str = ".") -> str:
    """A score as it is typed: `40`, `40 (30–55)`, or "" when it is missing; `parse_entry` reads it back exactly."""
    if score.likely is None:
        return ""
    likely = number_text(score.likely, decimal=decimal)
    if score.low is None or score.high is None:
        return likely
    return f"{likely} ({number_text(score.low, decimal=decimal)}–{number_text(score.high, decimal=decimal)})"


def _entry(text: str, number: _Reader) -> Entry:
    if is_missing(text):
        return Entry(None, text=text.strip())
    ranged = _RANGED.match(text) if len(text) <= _LONGEST else None
    if ranged is None:
        return Entry(number(text), text=text.strip())
    low, high = _range(ranged[2], number, text)
    return Entry(number(ranged[1]), low, high, text.strip())


def _range(inside: str, number: _Reader, text: str) -> tuple[float, float]:
    for dash in _DASH.finditer(inside):
        try:
            return number(inside[: dash.start()]), number(inside[dash.end() :])
        except Known:
            continue
    raise Known(f"“{_shown(text)}” has no range of two numbers in its brackets; nothing was changed; type 40 (30-55).")


def _number(bare: str, decimal: str | None, text: str, power: int = 0) -> float:
    plain = _with_point(bare.replace("−", "-"), decimal, text) if len(bare) <= _LONGEST else ""
    found = _PLAIN.match(plain)
    if found is None or not (found[2] or found[3]):
        raise Known(f"“{_shown(text)}” {_trouble(text)}; nothing was changed; write it like 40 or 40{decimal or '.'}5.")
    sign, whole, part, exponent = found[1], found[2], found[3] or "", int(found[4] or 0) + power
    number = float(f"{sign}{whole or '0'}.{part or '0'}e{exponent}") + 0.0
    if abs(number) > LARGEST:
        raise Known(f"“{_shown(text)}” is too large to be kept; nothing was changed; use a larger unit.")
    if number == 0.0 and (whole + part).strip("0"):
        raise Known(f"“{_shown(text)}” is too small to be kept; nothing was changed; type 0 or use a smaller unit.")
    return number


def _with_point(bare: str, decimal: str | None, text: str) -> str:
    """`bare` without what groups its digits and with a point as its decimal mark; "" when its groups make no sense."""
    if decimal is None:
        decimal = _typed_mark(bare)
    other = "," if decimal == "." else "."
    if bare.count(other) == 1 and decimal not in bare:
        raise Known(
            f"“{_shown(text)}” has a {_MARKS[other]} where the decimal mark is a {_MARKS[decimal]}; nothing was "
            "changed; check the decimal mark."
        )
    whole, mark, rest = bare.partition(decimal)
    grouped = re.compile(rf"([+-]?)([0-9]{{1,3}})((?:{_GROUPERS}|{re.escape(other)})[0-9]{{3}})+\Z")
    mantissa, exponent = (whole, "") if mark else _split_exponent(whole)
    if grouped.match(mantissa):
        marks = {letter for letter in mantissa if not (letter.isdigit() or letter in "+-")}
        if len(marks) != 1:
            return ""
        mantissa = mantissa.replace(marks.pop(), "")
    return mantissa + exponent + ("." + rest if mark else "")


def _split_exponent(text: str) -> tuple[str, str]:
    place = max(text.find("e"), text.find("E"))
    return (text[:place], text[place:]) if place > 0 else (text, "")


def _typed_mark(bare: str) -> str:
    """The decimal mark of a typed number: the later of the two kinds, a kind that occurs twice cannot be it."""
    if bare.count(",") > 1:
        return "."
    if bare.count(".") > 1:
        return ","
    return "," if bare.rfind(",") > bare.rfind(".") else "."


def _trouble(text: str) -> str:
    bare = text.strip().lower().lstrip("+-−")
    if not bare:
        return "is no number"
    if bare in ("nan", "inf", "infinity", "∞", "1.#inf", "1.#ind", "-1.#ind"):
        return "is not a finite number"
    if any(letter.isnumeric() and not letter.isascii() for letter in bare):
        return "uses digits other than 0 to 9"
    if "_" in bare:
        return "has an underscore, which is no part of a number"
    if bare.startswith(("0x", "0b", "0o")):
        return "is not a decimal number"
    return "is not a number" if len(bare) <= _LONGEST else "is far too long for a number"


def _shown(text: str) -> str:
    return legible(text.strip())
