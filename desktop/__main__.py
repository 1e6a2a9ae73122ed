"""`steelyard` and `python -m desktop`: the command line, and the window when no command is given."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from db.study.model import Known
from desktop.cli import run


def main(argv: Sequence[str] | None = None) -> int:
    """Carry out a command line; returns its exit code."""
    return run(sys.argv[1:] if argv is None else argv, _open_window)


def _open_window(path: Path | None) -> int:
    try:
        from desktop.app import main as window
    except ImportError as error:
        raise Known(
            f"The window cannot be loaded ({error}); nothing was changed; packaging/start says what is missing, and "
            "steelyard rank, export, import and check work without it."
        ) from error
    return window(path)


if __name__ == "__main__":
    sys.exit(main())
