"""Waiting for another thread while the window goes on painting: nothing the disk does may freeze it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any, TypeVar

from PySide6.QtCore import QEventLoop, QTimer

Result = TypeVar("Result")

AT_ONCE = 0.015
"""Seconds to wait without turning to the events: one frame, which nobody sees."""

LOOK_MS = 5
"""How often the loop looks whether the other thread is done."""

_waiting = 0
_afterwards: list[Callable[[], object]] = []


def result_of(future: Future[Result]) -> Result:
    """What `future` gives, or raises; meanwhile the window paints and takes no input: that is kept for afterwards."""
    wait([future], AT_ONCE)
    if not future.done():
        _turn_to_events(future)
    return future.result()


def _turn_to_events(future: Future[Any]) -> None:
    global _waiting
    # The loop looks for itself: a call from the other thread could come before it has begun, and be lost.
    loop, look = QEventLoop(), QTimer()
    look.timeout.connect(lambda: loop.quit() if future.done() else None)
    look.start(LOOK_MS)
    _waiting += 1
    try:
        loop.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
    finally:
        look.stop()
        _waiting -= 1
        if not _waiting:
            _catch_up()


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
    for act in _afterwards:
        QTimer.singleShot(0, act)
    _afterwards.clear()
