"""How the verdict is said in the room there is: at length, in short, or cut where it hurts least."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QFont

from desktop.exchange.firmness_text import first_words, lead_words, move_words, moved_words, names_of, percent
from desktop.look import font
from desktop.look.painting import elided_in, text_width
from desktop.questions.firmness import Firmness

LEAST_NAME = 60.0
"""Pixels that a shortened name keeps at least."""


def forms_of(firm: Firmness, lead: str | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """How each line can be said, at length first: how often the leader is first; what would make another first."""
    first = first_words(firm) or "the draws are being made ready"
    brief = "" if firm.standing is None else f"first in {percent(firm.first)}"
    said: tuple[str, ...]
    if lead is None:
        said = (first.removeprefix("it is "), brief or first)
    else:
        who = lead + lead_words(firm, short=True)
        said = (f"{who}; {first}", f"{who}; {brief or first}", f"{brief or first}; {who}")
    return tuple(map(_begun, said)), tuple(map(_begun, _moves(firm)))


def _moves(firm: Firmness) -> list[str]:
    """What would make another option first: from which criteria to which, or only how much and who."""
    words, flip = move_words(firm, short=True), firm.move.fewest_points
    if not words or flip is None:
        return [words] if words else []
    amount = moved_words(firm, flip).split(" from ")[0]
    return [words, f"moving {amount} of weight makes {names_of(firm, short=True)[flip.rival]} first"]


def joined(first: Sequence[str], second: Sequence[str]) -> list[str]:
    """Two lines as one."""
    if not second:
        return list(first)
    moves = [text[:1].lower() + text[1:] for text in second]
    return [f"{first[0]}; {moves[0]}", *(f"{form}; {move}" for move in moves for form in first[1:])]


def fitting(forms: Sequence[str], room: float) -> str:
    """The longest form that fits, or else the shortest, cut off."""
    face = font(12, 400, True)
    if not forms:
        return ""
    return next((form for form in forms if text_width(form, face) <= room), elided_in(forms[-1], face, room))


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]


def shortened(text: str, names: Sequence[str], face: QFont, room: float) -> str:
    """A sentence in the room there is: the names in it are cut before its end is."""
    said = sorted((name for name in names if name in text), key=len, reverse=True)
    for name in said:
        excess = text_width(text, face) - room
        if excess > 0.0 and name in text:
            text = text.replace(name, elided_in(name, face, max(LEAST_NAME, text_width(name, face) - excess - 2.0)))
    return text
