"""What every command is, and the small tools they share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

from db.study.copies import free_title
from db.study.model import Cell, Id, Known, Score, Study
from db.study.names import legible, name_key, name_trouble, normal_name, same_name


class Identified(Protocol):
    """A part of a study that has an identity."""

    @property
    def id(self) -> Id: ...


Item = TypeVar("Item", bound=Identified)
Part = TypeVar("Part")


class Command(Protocol):
    """One thing a user can do to a study."""

    def label(self, study: Study) -> str:
        """What it does, as the undo menu says it, seen from the study before it."""
        ...

    def apply(self, study: Study) -> Study:
        """The study after it; the same object when nothing changes. Raises Known, changing nothing, when refused."""
        ...


LARGEST = 1e300
"""The largest number that a study file keeps."""


def is_kept(number: float) -> bool:
    """Whether a number is finite and small enough for a study file to keep it."""
    return abs(number) <= LARGEST


@dataclass(frozen=True)
class Together:
    """Several commands as one step, each applied to what the one before it left."""

    commands: tuple[Command, ...]
    what: str

    def label(self, study: Study) -> str:
        return self.what

    def apply(self, study: Study) -> Study:
        for command in self.commands:
            study = command.apply(study)
        return study


def replaced(items: tuple[Item, ...], item: Item) -> tuple[Item, ...]:
    """`items` with the one of the same id replaced."""
    return tuple(item if old.id == item.id else old for old in items)


def moved(items: tuple[Item, ...], item: Id, place: int) -> tuple[Item, ...]:
    """`items` with one taken out and put back at `place` (clipped) among the others."""
    kept: list[Item] = [old for old in items if old.id != item]
    taken = next(old for old in items if old.id == item)
    place = max(0, min(place, len(kept)))
    return (*kept[:place], taken, *kept[place:])


def edited(item: Part, changes: dict[str, Any]) -> Part:
    """`item` with fields replaced; the same object when none differs."""
    if all(getattr(item, name) == value for name, value in changes.items()):
        return item
    after: Part = replace(item, **changes)  # type: ignore[type-var]  # every part of a study is a dataclass
    return after


def kept(before: tuple[Part, ...], after: tuple[Part, ...]) -> tuple[Part, ...]:
    """`after`, or `before` itself when it holds the very same objects."""
    if len(after) == len(before) and all(new is old for new, old in zip(after, before, strict=True)):
        return before
    return after


def scores_without(scores: Mapping[Cell, Score], gone: Callable[[Cell], bool]) -> Mapping[Cell, Score]:
    """`scores` without the cells that are gone; the same object when none is."""
    rest = {cell: score for cell, score in scores.items() if not gone(cell)}
    return rest if len(rest) < len(scores) else scores


def clean_name(name: str, others: Iterable[str], what: str) -> str:
    """`name` as it is kept (`names.normal_name`). Raises Known when it cannot be one, or one of `others` is the same.

    `what` is the kind of thing with its article, such as "An option".
    """
    text = normal_name(name)
    if not name_key(text):
        raise Known(f"{what} needs a name; nothing was changed; type one.")
    if trouble := name_trouble(text):
        raise Known(f"The name “{legible(text)}” {trouble}; nothing was changed; type another.")
    if any(same_name(other, text) for other in others):
        raise Known(f"There is already {what[0].lower()}{what[1:]} called “{text}”; nothing was changed; pick another.")
    return text


def free_name(wanted: str, others: Sequence[str]) -> str:
    """`wanted`, or with the first number behind it that nobody has ("New option 2")."""
    return free_title(wanted, others)
