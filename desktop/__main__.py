"""`steelyard` and `python -m desktop`: the window when nothing else is asked for, else the command line."""

from __future__ import annotations

import sys

from desktop.display import display_trouble, missing_library, remedy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def main(argv: Sequence[str] | None = None) -> int:
    """Carry out a command line; returns its exit code."""
    words = sys.argv[1:] if argv is None else list(argv)
    if not words and not display_trouble():
        # The common start goes straight to the window: reading a command line would delay its first paint.
        return _open_window((), False)
    from desktop.cli import run

    return run(words, _open_window, _paint)


def _paint(svg: Path, size: int) -> bytes:
    from desktop.look.picture_file import png

    return png(svg, size)


def _open_window(files: Sequence[Path], is_new: bool) -> int:
    if missing := missing_library():
        return _say(f"The window cannot be opened ({missing}).")
    try:
        from desktop.app import main as window
    except ImportError as error:
        return _say(f"The window cannot be loaded ({error}).")
    try:
        return window(files, is_new)
    except Exception as bug:
        from desktop.fatal import tell

        return tell(bug)


def _say(what: str) -> int:
    from desktop.fatal import say

    return say(f"{what} Nothing was changed; {remedy()}, and steelyard rank, export, import and check work without it.")


if __name__ == "__main__":
    sys.exit(main())
