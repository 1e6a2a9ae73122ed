"""`steelyard` and `python -m desktop`: the window when nothing else is asked for, else the command line."""

from __future__ import annotations

import sys

from desktop.display import display_trouble

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def main(argv: Sequence[str] | None = None) -> int:
    """Carry out a command line; returns its exit code."""
    words = sys.argv[1:] if argv is None else list(argv)
    if not words and not display_trouble():
        # The common start goes straight to the window: reading a command line would delay its first paint.
        return _open_window(())
    from desktop.cli import run

    return run(words, _open_window, _paint)


def _paint(svg: Path, size: int) -> bytes:
    from desktop.look.picture_file import png

    return png(svg, size)


def _open_window(files: Sequence[Path]) -> int:
    try:
        from desktop.app import main as window
    except ImportError as error:
        message = (
            f"The window cannot be loaded ({error}); nothing was changed; packaging/start says what is missing, and "
            "steelyard rank, export, import and check work without it."
        )
        print(f"steelyard: {message}", file=sys.stderr)
        return 3
    return window(files)


if __name__ == "__main__":
    sys.exit(main())
