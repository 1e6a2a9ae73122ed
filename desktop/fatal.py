"""What is said when no window can open: on standard error, in the log, and in a box where nobody sees either."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from desktop.logbook import Logbook

BOXES = (("zenity", "--error", "--no-markup", "--text"), ("kdialog", "--error"), ("xmessage",))
"""Programs of desktops that show a sentence, the words of which come last."""


def say(sentence: str) -> int:
    """Say what about the machine keeps the window from opening; returns the exit code for that."""
    _print(sentence)
    Logbook().write(sentence, fault=True)
    if not (sys.stderr and sys.stderr.isatty()) and (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        box = next((box for box in BOXES if shutil.which(box[0])), None)
        if box is not None:
            subprocess.run([*box, f"Steelyard: {sentence}"], stderr=subprocess.DEVNULL, check=False)
    return 3


def tell(bug: Exception) -> int:
    """Report a bug that kept the window from opening, or ended it; returns the exit code for that."""
    from desktop.window.crash import last_words, report_of

    report = report_of(type(bug), bug, bug.__traceback__)
    Logbook().write(report, fault=True)
    _print(report)
    last_words(report)
    return 70


def _print(text: str) -> None:
    if sys.stderr:  # A windowed program of Windows has none.
        print(f"steelyard: {text}", file=sys.stderr)
