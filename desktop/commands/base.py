"""What every command is, and the small tools they share."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Protocol, TypeVar

from db.study.model import Id, Known, Study


class Identified(Protocol):
    """A part of a study that has an identity."""

    @property
    def id(self) -> Id: ...


Item = TypeVar("Item", bound=Identified)


class Command(Protocol):
    """One thing a user can do to a study."""

    def label(self, study: Study) -> str:
        """What it does, as the undo menu says it, seen from the study before it."""
        ...

    def apply(self, study: Study) -> Study:
        """The study after it; the same object when nothing changes. Raises Known, changing nothing, when refused."""
        ...


def replaced(items: tuple[Item, ...], item: Item) -> tuple[Item, ...]:
    """`items` with the one of the same id replaced."""
    return tuple(item if old.id == item.id else old for old in items)


def moved(items: tuple[Item, ...], item: Id, place: int) -> tuple[Item, ...]:
    """`items` with one taken out and put back at `place` (clipped) among the others."""
    kept: list[Item] = [old for old in items if old.id != item]
    taken = next(old for old in items if old.id == item)
    place = max(0, min(place, len(kept)))
    return (*kept[:place], taken, *kept[place:])


def edited(item: Item, changes: dict[str, Any]) -> Item:
    """`item` with fields replaced; the same object when none differs."""
    if all(getattr(item, name) == value for name, value in changes.items()):
        return item
    after: Item = replace(item, **changes)  # type: ignore[type-var]  # every part of a study is a dataclass
    return after


def clean_name(name: str, others: Iterable[str], what: str) -> str:
    """`name` in NFC with single spaces. Raises Known when it is empty, unprintable, or taken by one of `others`.

    Names are compared by NFKC and case folding, so that look-alikes by width or case count as the same.
    """
    text = " ".join(unicodedata.normalize("NFC", name).split())
    if not text:
        raise Known(f"{what} needs a name; nothing was changed; type one.")
    if any(unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co") for letter in text):
        raise Known(f"The name “{text!r}” holds characters that cannot be seen; nothing was changed; type it again.")
    key = name_key(text)
    if any(name_key(other) == key for other in others):
        raise Known(f"There is already {_article(what)} called “{text}”; nothing was changed; pick another name.")
    return text


def name_key(name: str) -> str:
    """What two names have in common when they count as the same."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def free_name(wanted: str, others: Sequence[str]) -> str:
    """`wanted`, or with the first number behind it that nobody has ("New option 2")."""
    taken = {name_key(other) for other in others}
    if name_key(wanted) not in taken:
        return wanted
    number = 2
    while name_key(f"{wanted} {number}") in taken:
        number += 1
    return f"{wanted} {number}"


def _article(what: str) -> str:
    noun = what.split(" ", 1)[-1]
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"
