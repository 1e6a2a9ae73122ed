"""Files in and out: read with a cap on their size, written whole or not at all."""

from __future__ import annotations

import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from db.study.model import Known

LARGEST = 50_000_000
"""Bytes of the largest table that is read."""


class Unwritable(Known):
    """The disk or the folder refuses a file."""


def read_bytes(path: Path, most: int = LARGEST) -> bytes:
    """The bytes of a file of at most `most` bytes. Raises Known when it cannot be read or is larger."""
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        raise Known(f"{path} cannot be read ({_reason(error)}); nothing was changed; check the name.") from error
    if len(data) > most:
        raise Known(f"{path} is larger than {most // 1_000_000} MB; nothing was read; split the file.")
    return data


def write_bytes(path: Path, data: bytes) -> None:
    """Put `data` at `path` so that whatever happens the old file or the new one is there, whole.

    Temporary file beside it, fsync, rename, fsync of the folder. Raises Unwritable when that cannot be done.
    """
    target = Path(os.path.realpath(path))
    if target.exists() and not target.is_file():
        raise Unwritable(f"{path} is not a file that can be replaced; nothing was written; choose another name.")
    try:
        _replace(target, data)
    except OSError as error:
        raise Unwritable(
            f"{path} cannot be written ({_reason(error)}); what was there before is as it was; choose another folder."
        ) from error


def _replace(target: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, _mode(target))
        os.replace(name, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise
    _sync_folder(target.parent)


def _mode(target: Path) -> int:
    """The permissions of the file that is replaced, or what the user gives new files."""
    with suppress(OSError):
        return stat.S_IMODE(target.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__
