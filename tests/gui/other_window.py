"""A second window of the real application, in a process of its own, that writes down what its user would see.

Run as `python other_window.py FILE ...` with the arguments of `steelyard`: whenever it changes, the file `seen` in
STEELYARD_HOME says the window's title and whether it is minimized. Once a study is open the window is minimized, so
that its coming to the front can be seen. It closes its window when the file `leave` is there, and takes `seen` away.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from desktop.__main__ import main
from desktop.app import Program
from desktop.window.main_window import MainWindow

HOME = Path(os.environ["STEELYARD_HOME"])
SEEN, LEAVE = HOME / "seen", HOME / "leave"


class Eyes:
    """Looks at the window again and again."""

    def __init__(self) -> None:
        self._was_put_down = False
        self._timer = QTimer()
        self._timer.timeout.connect(self._look)
        self._timer.start(10)

    def _look(self) -> None:
        for window in QApplication.topLevelWidgets():
            if isinstance(window, MainWindow) and window.isVisible() and window.stack.count() > 1:
                if window.page is not None and not self._was_put_down:
                    self._was_put_down = True
                    window.showMinimized()
                _write(f"{window.windowTitle()}{' (minimized)' if window.isMinimized() else ''}")
                if LEAVE.exists():
                    window.close()


def _write(seen: str) -> None:
    if not SEEN.exists() or SEEN.read_text("utf-8") != seen:
        half = SEEN.with_suffix(".half")
        half.write_text(seen, "utf-8")
        half.replace(SEEN)


if __name__ == "__main__":
    app = Program(sys.argv[:1])
    eyes = Eyes()
    try:
        code = main(sys.argv[1:])
    finally:
        SEEN.unlink(missing_ok=True)
    sys.exit(code)
