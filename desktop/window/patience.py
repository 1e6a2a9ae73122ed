"""Waiting for another thread while the window goes on painting: nothing the disk does may freeze it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TypeVar

from PySide6.QtCore import QEventLoop, QObject, Signal

Result = TypeVar("Result")

AT_ONCE = 0.015
"""Seconds to wait without turning to the events: one frame, which nobody sees."""

_waiting = 0
_afterwards: list[Callable[[], object]] = []


class _Bell(QObject):
    rung = Signal()


def result_of(future: Future[Result]) -> Result:
    """What `future` gives, or raises; meanwhile the window paints and takes no input: that is kept for afterwards."""
    global _waiting
    wait([future], AT_ONCE)
    if not future.done():
        loop, bell = QEventLoop(), _Bell()
        bell.rung.connect(loop.quit)
        future.add_done_callback(lambda _: bell.rung.emit())
        _waiting += 1
        try:
            # Done by now, the bell has rung before the loop began, and nothing would end it.
            if not future.done():
                loop.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
        finally:
            _waiting -= 1
            if not _waiting:
                _catch_up()
    return future.result()


def worked_out(work: Callable[[], Result]) -> Result:
    """What `work` gives, or raises, done on a thread of its own while the window goes on painting."""
    with ThreadPoolExecutor(1) as pool:
        return result_of(pool.submit(work))


def is_waiting() -> bool:
    """Whether `result_of` is waiting, so that this is no moment to begin something else."""
    return _waiting > 0


def afterwards(act: Callable[[], object]) -> None:
    """Do something once nobody waits any more."""
    _afterwards.append(act)


def _catch_up() -> None:
    from PySide6.QtCore import QTimer

    for act in _afterwards:
        QTimer.singleShot(0, act)
    _afterwards.clear()
