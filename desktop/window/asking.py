"""Questions whose answers take a while: worked out in the pool, and dropped when another is asked meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

from PySide6.QtCore import QObject, QThreadPool, Signal


class Asking(QObject):
    """Tells the answer to the question asked last; a bug is carried over to the window's thread, which reports it.

    Keep it without a parent: work that goes on while its window closes still has somebody to answer.
    """

    answered = Signal(object)
    progressed = Signal(float)
    _done = Signal(int, object)
    _went_on = Signal(int, float)

    def __init__(self) -> None:
        super().__init__()
        self._asked, self._cancel = 0, Event()
        self._done.connect(self._on_done)
        self._went_on.connect(self._on_went_on)

    def ask(self, work: Callable[[Event, Callable[[float], None]], object]) -> None:
        """Work something out; `work` gets the event that asks it to stop, and whom to tell how far it is (0..1)."""
        self.drop()
        number, cancel = self._asked, self._cancel
        QThreadPool.globalInstance().start(lambda: self._work(number, cancel, work))

    def drop(self) -> None:
        """Wait for no answer any more, and ask the work to stop."""
        self._cancel.set()
        self._asked, self._cancel = self._asked + 1, Event()

    def _work(self, number: int, cancel: Event, work: Callable[[Event, Callable[[float], None]], object]) -> None:
        """Runs in the pool."""
        try:
            answer = work(cancel, lambda part: self._went_on.emit(number, part))
        except Exception as bug:
            answer = bug
        self._done.emit(number, answer)

    def _on_done(self, number: int, answer: object) -> None:
        if number != self._asked:
            return
        if isinstance(answer, Exception):
            raise answer
        self.answered.emit(answer)

    def _on_went_on(self, number: int, part: float) -> None:
        if number == self._asked:
            self.progressed.emit(part)
