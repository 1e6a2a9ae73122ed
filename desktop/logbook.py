"""The log: starts and faults of the application, in a file that keeps itself short. A study is no part of it."""

from __future__ import annotations

import os
from pathlib import Path

TYPE_CHECKING = False
if TYPE_CHECKING:
    import logging

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
    """Writes to the log, opening it for the first line; a log that cannot be written keeps nobody from working."""

    def __init__(self) -> None:
        self.path = log_file()
        self._handler: logging.Handler | None = None
        self._failed = False

    def write(self, text: str, *, fault: bool = False) -> bool:
        """Add an entry with its time; returns whether it is in the file."""
        import logging

        self._failed = False
        try:
            handler = self._handler = self._handler or self._opened()
        except OSError:
            return False
        level = logging.ERROR if fault else logging.INFO
        handler.handle(logging.LogRecord("steelyard", level, "", 0, text, None, None))
        return not self._failed

    def close(self) -> None:
        """Let go of the file; a later entry opens it again."""
        if self._handler is not None:
            self._handler.close()
            self._handler = None

    def _opened(self) -> logging.Handler:
        import logging
        from logging.handlers import RotatingFileHandler

        self.path.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(self.path, "a", LARGEST, KEPT, encoding="utf-8", errors="backslashreplace")
        handler.setFormatter(logging.Formatter("%(asctime)s %(process)d %(levelname)s %(message)s"))
        handler.handleError = self._on_failed  # type: ignore[method-assign]
        return handler

    def _on_failed(self, record: logging.LogRecord) -> None:
        self._failed = True
