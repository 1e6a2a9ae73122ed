"""The screen, the mouse and the keys of a session on Xvfb: pictures are read from its frame buffer."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PAUSE = 0.15
GAP = 12
"""Pixels without a change that part two changes."""


@dataclass(frozen=True)
class Box:
    """A place on the screen in pixels."""

    x: int
    y: int
    width: int
    height: int

    @property
    def centre(self) -> tuple[int, int]:
        """Its middle."""
        return self.x + self.width // 2, self.y + self.height // 2

    def __str__(self) -> str:
        return f"{self.width} x {self.height} at {self.x}, {self.y}"


@dataclass(frozen=True)
class Picture:
    """What was to be seen: `rows` are the lines from the top, four bytes a pixel: blue, green, red and one unused."""

    width: int
    rows: tuple[bytes, ...]

    def crop(self, box: Box) -> Picture:
        """A part of it; what lies beyond the edge is left out."""
        left, right = max(0, box.x), min(self.width, box.x + box.width)
        return Picture(
            right - left, tuple(row[4 * left : 4 * right] for row in self.rows[max(0, box.y) :][: box.height])
        )

    def pixels(self) -> Iterator[bytes]:
        """Its pixels, line by line."""
        for row in self.rows:
            for place in range(0, len(row), 4):
                yield row[place : place + 3]

    def colours(self) -> int:
        """How many different colours it has."""
        return len(set(self.pixels()))

    def share_changed(self, other: Picture) -> float:
        """The share of the pixels, 0 to 1, that differ from another picture of the same size."""
        pairs = list(zip(self.pixels(), other.pixels(), strict=True))
        return sum(one != another for one, another in pairs) / max(1, len(pairs))

    def save(self, path: Path) -> None:
        """Write it as PNG."""

        def chunk(kind: bytes, data: bytes) -> bytes:
            return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

        lines = []
        for row in self.rows:
            line = bytearray(len(row) // 4 * 3)
            line[0::3], line[1::3], line[2::3] = row[2::4], row[1::4], row[0::4]
            lines.append(b"\0" + line)
        head = struct.pack(">IIBBBBB", self.width, len(self.rows), 8, 2, 0, 0, 0)
        body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"".join(lines), 6)) + chunk(b"IEND", b"")
        path.write_bytes(b"\x89PNG\r\n\x1a\n" + body)


def read(buffer: Path) -> Picture:
    """The picture in a frame buffer of Xvfb (a file in the format of xwd)."""
    data = buffer.read_bytes()
    fields = struct.unpack(">25I", data[:100])
    start, width, height, depth, line, colours = fields[0], fields[4], fields[5], fields[11], fields[12], fields[19]
    if depth != 32:
        raise SystemExit(f"The screen has {depth} bits a pixel; 32 are wanted.")
    start += 12 * colours
    return Picture(width, tuple(data[start + y * line : start + y * line + 4 * width] for y in range(height)))


def now() -> Picture:
    """What is to be seen now."""
    return read(Path(os.environ["LANE_SCREEN"]))


def at_rest(seconds: float = 10.0) -> Picture:
    """What is to be seen once nothing moves any more. Raises TimeoutError when something does so for ever.

    A pointer that a desktop leaves busy for 20 seconds moves, too.
    """
    end, before = time.monotonic() + seconds, now()
    while True:
        time.sleep(2 * PAUSE)
        after = now()
        if after == before:
            return after
        if time.monotonic() > end:
            raise TimeoutError(f"the screen was not at rest in {seconds:.0f} s")
        before = after


def changes(before: Picture, after: Picture) -> list[Box]:
    """Where two pictures differ, from the top, as boxes; nearer than GAP is one box."""
    found = []
    for top, bottom in _runs([one != other for one, other in zip(before.rows, after.rows, strict=True)]):
        columns = [False] * before.width
        for one, other in zip(before.rows[top:bottom], after.rows[top:bottom], strict=True):
            if one != other:
                for x in range(before.width):
                    columns[x] = columns[x] or one[4 * x : 4 * x + 3] != other[4 * x : 4 * x + 3]
        found += [Box(left, top, right - left, bottom - top) for left, right in _runs(columns)]
    return found


def _runs(flags: list[bool]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for place, flag in enumerate(flags):
        if flag and runs and place - runs[-1][1] < GAP:
            runs[-1] = (runs[-1][0], place + 1)
        elif flag:
            runs.append((place, place + 1))
    return runs


def tool(*words: object) -> str:
    """Run xdotool and return what it says."""
    done = subprocess.run(["xdotool", *map(str, words)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"xdotool {' '.join(map(str, words))}: {done.stderr.strip() or done.returncode}")
    return done.stdout.strip()


def move(place: tuple[int, int]) -> None:
    """Put the mouse at a place."""
    tool("mousemove", "--sync", *place)


def click(place: tuple[int, int]) -> None:
    """Click once."""
    tool("mousemove", *place, "click", 1)


def double_click(place: tuple[int, int]) -> None:
    """Click twice, as fast as a hand does."""
    tool("mousemove", *place, "click", "--repeat", 2, "--delay", 90, 1)


def press_and_move(start: tuple[int, int], end: tuple[int, int], steps: int = 24) -> None:
    """Press the button at one place and move to another with it held."""
    tool("mousemove", *start, "mousedown", 1)
    for step in range(1, steps + 1):
        part = step / steps
        tool("mousemove", *(round(a + (b - a) * part) for a, b in zip(start, end, strict=True)), "sleep", 0.01)


def release() -> None:
    """Let the button go."""
    tool("mouseup", 1)


def keys(*names: str) -> None:
    """Press keys one after the other, such as `ctrl+e` or `Return`."""
    tool("key", "--clearmodifiers", "--delay", 40, *names)


def write(text: str) -> None:
    """Type a text."""
    tool("type", "--clearmodifiers", "--delay", 15, text)


def title_in_front() -> str:
    """The title of the window that has the keyboard; empty when none has."""
    words = ["xdotool", "getactivewindow", "getwindowname"]
    return subprocess.run(words, capture_output=True, text=True, check=False).stdout.strip()


if __name__ == "__main__":
    read(Path(sys.argv[1])).save(Path(sys.argv[2]))
