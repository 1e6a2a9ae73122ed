"""Ways in which a disk, a cable or a copy spoils a file."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable

from db.study.model import Study

PAGE = 4096
SECTOR = 512

Damage = Callable[[bytearray, random.Random], None]


def flip_bit(contents: bytearray, chance: random.Random) -> None:
    contents[chance.randrange(len(contents))] ^= 1 << chance.randrange(8)


def flip_byte(contents: bytearray, chance: random.Random) -> None:
    contents[chance.randrange(len(contents))] ^= chance.randrange(1, 256)


def garble(contents: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(contents) - 16)
    contents[at : at + 16] = chance.randbytes(16)


def _blank(contents: bytearray, size: int, chance: random.Random) -> None:
    at = chance.randrange(len(contents) // size) * size
    contents[at : at + size] = bytes(size)


def blank_sector(contents: bytearray, chance: random.Random) -> None:
    _blank(contents, SECTOR, chance)


def blank_page(contents: bytearray, chance: random.Random) -> None:
    _blank(contents, PAGE, chance)


def swap_pages(contents: bytearray, chance: random.Random) -> None:
    first, second = (place * PAGE for place in chance.sample(range(len(contents) // PAGE), 2))
    held = contents[first : first + PAGE]
    contents[first : first + PAGE] = contents[second : second + PAGE]
    contents[second : second + PAGE] = held


def cut(contents: bytearray, chance: random.Random) -> None:
    del contents[chance.randrange(len(contents)) :]


def cut_between_pages(contents: bytearray, chance: random.Random) -> None:
    del contents[chance.randrange(len(contents) // PAGE) * PAGE :]


ANYWHERE: tuple[Damage, ...] = (
    flip_bit,
    flip_byte,
    garble,
    blank_sector,
    blank_page,
    swap_pages,
    cut,
    cut_between_pages,
)
"""Damage that knows nothing of what the file holds."""


def lose_a_write(earlier: tuple[bytes, ...]) -> Damage:
    """One page is as it was in an earlier state of the same file: a write that was acknowledged and never made."""

    def lose(contents: bytearray, chance: random.Random) -> None:
        before = earlier[chance.randrange(len(earlier) - 1)]
        ends = range(0, min(len(before), len(contents)), PAGE)
        at = chance.choice([at for at in ends if before[at : at + PAGE] != contents[at : at + PAGE]])
        contents[at : at + PAGE] = before[at : at + PAGE]

    return lose


def change_a_score(study: Study) -> Damage:
    """One bit of a score that is stored as a float."""
    stored = [struct.pack(">d", score.likely) for score in study.scores.values() if score.likely is not None]

    def change(contents: bytearray, chance: random.Random) -> None:
        at = chance.choice([place for number in stored if (place := contents.find(number)) >= 0])
        contents[at + chance.randrange(8)] ^= 1 << chance.randrange(8)

    return change


def rewrite_history(contents: bytearray, chance: random.Random) -> None:
    """One letter of what a change was called, or of why it was made."""
    wanted = chance.choice((b"Thought better", b"Step ", b"For the reason", b"Undo Step"))
    places, at = [], contents.find(wanted)
    while at >= 0:
        places.append(at)
        at = contents.find(wanted, at + 1)
    contents[chance.choice(places) + chance.randrange(len(wanted))] ^= 1
