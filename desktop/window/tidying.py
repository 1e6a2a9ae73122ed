"""Circular garbage is looked for on the window's thread only.

Python looks for it on whichever thread happens to make the next object. There may be widgets among it, such as a closed
dialog whose buttons know it, and a widget that dies on another thread than the window's takes the application with it.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

LOOK_MS = 1000
"""How often it is looked whether enough objects were made since."""


class Tidier(QObject):
    """Takes over from Python's own search for good; by the same thresholds, but on this thread."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(tidy)
        self._timer.start(LOOK_MS)


def tidy() -> None:
    """Search the generations that have grown beyond Python's own thresholds, the youngest first."""
    for generation, most in enumerate(gc.get_threshold()):
        if gc.get_count()[generation] <= most:
            return
        gc.collect(generation)
