"""The log: starts and faults of the application, in a file that keeps itself short. A study is no part of it."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

LARGEST = 512 * 1024
"""Bytes after which a new file is begun."""

KEPT = 3
"""How many full files are kept beside the one that is written."""


def log_file() -> Path:
    """Where the log is: in STEELYARD_HOME, or in the user's folder for logs."""
    if home := os.environ.get("STEELYARD_HOME"):
        return Path(home) / "log" / "steelyard.log"
    from platformdirs import user_log_dir

    return Path(user_log_dir("Steelyard", appauthor=False)) / "steelyard.log"


class Logbook:
    """Adds to the log, entry by entry; a log that cannot be written keeps nobody from working.

    The file is opened for each entry and written in one piece, so that several windows can share it.
    """

    def __init__(self) -> None:
        self.path = log_file()

    def write(self, text: str, *, fault: bool = False) -> bool:
        """Add an entry with its time; returns whether it is in the file."""
        moment = datetime.now().astimezone().isoformat(" ", "seconds")
        entry = f"{moment} {os.getpid()} {'ERROR' if fault else 'INFO'} {text.rstrip()}\n"
        data = entry.encode("utf-8", "backslashreplace")[:LARGEST]
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._make_room(len(data))
            with self.path.open("ab", buffering=0) as file:
                return file.write(data) == len(data)
        except OSError:
            return False

    def tail(self, most: int) -> str:
        """The newest entries, up to so many bytes; "" where there are none."""
        try:
            with self.path.open("rb") as file:
                file.seek(max(0, self.path.stat().st_size - most))
                return file.read().decode("utf-8", "replace")
        except OSError:
            return ""

    def _make_room(self, wanted: int) -> None:
        """Begin a new file where this one would grow too large; the oldest makes way."""
        if not self.path.exists() or self.path.stat().st_size + wanted <= LARGEST:
            return
        for number in range(KEPT, 0, -1):
            older = self.path.with_name(f"{self.path.name}.{number - 1}") if number > 1 else self.path
            if older.exists():
                os.replace(older, self.path.with_name(f"{self.path.name}.{number}"))
