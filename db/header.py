"""What the first bytes of a file say: whether it is a study, and of which format."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import NamedTuple

from db.engine import Locked, Unwritable, is_live
from db.study.model import Known

APPLICATION_ID = 0x53594C44
"""Bytes 68-71 of a study file: "SYLD"."""

FORMAT = 3
"""The format this version writes (`user_version`); one higher with each migration."""

_MAGIC = b"SQLite format 3\x00"


class NotAStudy(Known):
    """The file is something else."""


class TooNew(Known):
    """The study was made by a newer version."""


class Header(NamedTuple):
    """Size in bytes, when it was modified (ns since 1970), and the format number of a study file."""

    size: int
    modified: int
    format: int


def resolved(path: Path) -> Path:
    """The file that a path leads to; links in a circle lead nowhere and stay, for `read_header` to refuse."""
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return path.absolute()


def read_header(path: Path) -> Header:
    """The header of a study; raises Locked when it is open in this process, NotAStudy, TooNew or Unwritable.

    Reads 100 bytes and never waits: pipes and devices are refused.
    """
    start, status = read_start(path)
    if not start:
        raise NotAStudy(f"“{path.name}” is empty: it holds no study. Nothing was changed.")
    if not start.startswith(_MAGIC) or len(start) < 100 or _number(start, 68) != APPLICATION_ID:
        raise NotAStudy(f"“{path.name}” is not a Steelyard study. Nothing was changed; choose a .steelyard file.")
    found = _number(start, 60)
    if found < 1:
        raise NotAStudy(f"“{path.name}” says of itself that it is a study of no known format. Nothing was changed.")
    if found > FORMAT:
        raise TooNew(
            f"“{path.name}” was made by a newer version of Steelyard (format {found}, this one reads up to {FORMAT}). "
            f"It was left as it is; update Steelyard to open it."
        )
    return Header(status.st_size, status.st_mtime_ns, found)


def _number(start: bytes, at: int) -> int:
    return int.from_bytes(start[at : at + 4], "big")


def read_start(path: Path) -> tuple[bytes, os.stat_result]:
    """The first 100 bytes of a file, whatever it is, and its state; raises as `read_header`."""
    if is_live(path):
        raise Locked(f"“{path.name}” is already open in this window. Nothing was changed.")
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except FileNotFoundError as error:
        raise NotAStudy(f"There is no file “{path.name}” in {path.parent}.") from error
    except OSError as error:
        raise Unwritable(f"“{path.name}” cannot be read ({error.strerror}). Nothing was changed.") from error
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise NotAStudy(f"“{path.name}” is not a file that could hold a study. Nothing was changed.")
        return os.read(handle, 100), status
    finally:
        os.close(handle)
