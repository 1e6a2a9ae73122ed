"""The real application, started as its user starts it, with hands on the sliders that never rest.

Run as `python driven_app.py`: it says on standard output, line by line, "at DIGEST" for the study it opened with,
"holding" in the middle of every drag, "released DIGEST" once the handle is let go, and "saved DIGEST" when the window
says so of that study. It drags until it is killed.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from itertools import count

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from db.study.digest import digest
from desktop.__main__ import main
from desktop.window.main_window import MainWindow
from desktop.window.study_page import StudyPage

LEFT, PLAIN = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


class Hands:
    """Drags one slider after the other, a little at a time, as events come between."""

    def __init__(self) -> None:
        self._chance = random.Random()
        self._told = ""
        self._work = self._drag()
        self._timer = QTimer()
        self._timer.timeout.connect(self._on_tick)
        self._timer.start(3)

    def _on_tick(self) -> None:
        windows = [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, MainWindow)]
        if windows and windows[0].page is not None and windows[0].page.isVisible():
            self._window, self._page = windows[0], windows[0].page
            next(self._work)

    def _drag(self) -> Iterator[None]:
        page: StudyPage = self._page
        _say("at", digest(page.session.study))
        for number in count():
            leaf = page.session.study.leaves()[number % 3].id
            slider = page.weights.tree.leaf_row(leaf).slider
            QTest.mousePress(slider, LEFT, PLAIN, slider.rect().center())
            for _ in range(self._chance.randint(3, 8)):
                QTest.mouseMove(slider, slider.point_of(self._chance.uniform(2, 60)).toPoint())
                yield
            _say("holding")
            yield
            QTest.mouseRelease(slider, LEFT, PLAIN, QPoint(0, 0))
            now = digest(page.session.study)
            _say("released", now)
            while not self._window.status.saved.text().startswith("Saved"):
                yield
            _say("saved", now)


def _say(*words: str) -> None:
    print(*words, flush=True)


if __name__ == "__main__":
    app = QApplication(sys.argv[:1])
    hands = Hands()
    sys.exit(main([]))
