"""A long sum on a thread of its own: the newest question is answered, an older one is dropped."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QTimer

from desktop.analysis.work import Cancel, Cancelled, Progress

Answer = TypeVar("Answer")

LOOK_MS = 5
"""How often the window's thread looks whether there is an answer."""


@dataclass
class _Job:
    work: Callable[[Cancel, Progress], Any]
    cancel: threading.Event = field(default_factory=threading.Event)
    told: deque[float] = field(default_factory=lambda: deque(maxlen=1))
    answer: Any = None
    error: BaseException | None = None


class _Worker:
    """What the other thread holds. None of it is Qt's: what that thread lets go of last would be ended there."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._next: _Job | None = None
        self._thread: threading.Thread | None = None
        self._ended: deque[_Job] = deque()

    def give(self, job: _Job) -> None:
        """Have this done next, in place of what has not been begun."""
        with self._lock:
            self._next = job
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="errand", daemon=True)
                self._thread.start()

    def forget(self) -> None:
        """Do not begin what has not been begun."""
        with self._lock:
            self._next = None

    def join(self) -> None:
        """Wait until the thread has ended, if there is one."""
        if (thread := self._thread) is not None:
            thread.join()

    def ended(self) -> list[_Job]:
        """What was done since this was asked last."""
        return [self._ended.popleft() for _ in range(len(self._ended))]

    def _run(self) -> None:
        while True:
            with self._lock:
                job, self._next = self._next, None
                if job is None:
                    self._thread = None
                    return
            try:
                job.answer = job.work(job.cancel, job.told.append)
            except BaseException as error:
                job.error = error
            self._ended.append(job)
            del job


class Errand(QObject):
    """Asks one question at a time away from the window's thread, and hears the answer on it.

    `work` must hold no widgets: what is let go of on the other thread is ended there.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker = _Worker()
        self._now: _Job | None = None
        self._done: Callable[[Any], object] = lambda answer: None
        self._heard: Progress | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._on_look)

    @property
    def is_out(self) -> bool:
        """Whether an answer is awaited."""
        return self._now is not None

    def ask(
        self,
        work: Callable[[Cancel, Progress], Answer],
        done: Callable[[Answer], object],
        heard: Progress | None = None,
    ) -> None:
        """Have `work` done away from the window and `done` called with its answer; drops what was asked before.

        `work` is given what tells it to stop, and then raises Cancelled, and whom to tell how far it is, which `heard`
        is told here. Any other error is raised here, at the look for the answer, as if the work had been done here.
        """
        self.cancel()
        self._now, self._done, self._heard = _Job(work), done, heard
        self._worker.give(self._now)
        self._timer.start()

    def cancel(self) -> None:
        """Drop the question, if there is one: its answer will not be heard."""
        if self._now is not None:
            self._now.cancel.set()
            self._now = None
        self._worker.forget()
        self._timer.stop()

    def stop(self) -> None:
        """Drop the question and wait until the thread has ended."""
        self.cancel()
        self._worker.join()

    def _on_look(self) -> None:
        ended, job = self._worker.ended(), self._now
        if job is None:
            return
        if job.told and self._heard is not None:
            self._heard(job.told.pop())
        if job not in ended:
            return
        self._now = None
        self._timer.stop()
        if isinstance(job.error, Cancelled):
            return
        if job.error is not None:
            raise job.error
        self._done(job.answer)
