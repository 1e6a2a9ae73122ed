"""A study file that came from elsewhere, beside the study of the same identity that the library has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from db.history import Change

if TYPE_CHECKING:
    from db.quarantine import Received


class Standing(StrEnum):
    """How a received study stands to the library's own."""

    NEW = "new"
    SAME = "same"
    AHEAD = "ahead"
    BEHIND = "behind"
    APART = "apart"


@dataclass(frozen=True, slots=True)
class Arrival:
    """A checked file and how it stands to the library's own study, whose file is `ours` (None for a new study).

    `common` changes stand in both histories; then follow `theirs` in the file only and `own` in the library only.
    """

    path: Path
    received: Received
    standing: Standing
    ours: Path | None = None
    common: int = 0
    theirs: int = 0
    own: int = 0


def standing(ours: Sequence[Change], theirs: Sequence[Change]) -> tuple[Standing, int]:
    """How `theirs` stands to `ours`, and how many changes both begin with.

    Two chains that agree in a hash agree in everything before it, so the first difference is found by halving.
    """
    low, high = 0, min(len(ours), len(theirs))
    while low < high:
        middle = (low + high + 1) // 2
        if ours[middle - 1].hash == theirs[middle - 1].hash:
            low = middle
        else:
            high = middle - 1
    if low == len(theirs):
        return (Standing.SAME if low == len(ours) else Standing.BEHIND), low
    return (Standing.AHEAD if low == len(ours) else Standing.APART), low
