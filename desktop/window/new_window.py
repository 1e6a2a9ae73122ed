"""A second window, for another study: a process of its own, so that neither can take the other down."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QProcess, QProcessEnvironment

if TYPE_CHECKING:
    from desktop.window.main_window import MainWindow


def open_new_window(window: MainWindow) -> None:
    """Start Steelyard once more, as this one was started but without its files; `window` says so where it fails."""
    environment = QProcessEnvironment.systemEnvironment()
    environment.insert("PYINSTALLER_RESET_ENVIRONMENT", "1")  # A packed one, or it takes itself for a part of this one.
    process = QProcess()
    process.setProgram(sys.executable)
    process.setArguments([*_start(), "--new-window"])
    process.setProcessEnvironment(environment)
    if not process.startDetached():
        reason = process.errorString()
        window.banner.say(f"No new window could be opened ({reason}). This one goes on; try again later.", "bad")


def _start() -> list[str]:
    """What stands between Python and the arguments of this process; nothing where Python is packed in."""
    if getattr(sys, "frozen", False):
        return []
    return sys.orig_argv[1 : len(sys.orig_argv) - len(sys.argv) + 1]
