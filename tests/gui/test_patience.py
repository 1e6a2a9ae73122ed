"""Waiting for the disk: the window goes on painting, and a wish to close it meanwhile is kept."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from desktop.window.patience import is_waiting, result_of, worked_out
from tests.gui.window_stage import running


@pytest.fixture
def other() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(max_workers=1) as pool:
        yield pool


def released(other: ThreadPoolExecutor, after_ms: int) -> Future[str]:
    """Work on another thread that ends when the event loop of this one has run for a while."""
    gate = threading.Event()
    # Not the method itself: Qt would let go of the gate on whichever thread does so last.
    QTimer.singleShot(after_ms, lambda: gate.set())
    return other.submit(lambda: "done" if gate.wait(20) else "the events stood still")


def test_events_go_on_while_another_thread_works(dressed: object, other: ThreadPoolExecutor) -> None:
    assert result_of(released(other, 50)) == "done"
    assert not is_waiting()


def test_what_is_done_already_is_given_at_once(dressed: object, other: ThreadPoolExecutor) -> None:
    done = other.submit(lambda: 7)
    done.result()
    assert result_of(done) == 7


def test_what_the_other_thread_raises_is_raised_here(dressed: object, other: ThreadPoolExecutor) -> None:
    def fail() -> None:
        raise KeyError("lost")

    with pytest.raises(KeyError, match="lost"):
        result_of(other.submit(fail))
    assert not is_waiting()


def test_one_wait_inside_another_ends_both(dressed: object, other: ThreadPoolExecutor) -> None:
    inner: list[str] = []
    QTimer.singleShot(20, lambda: inner.append(result_of(released(other, 20))))
    assert result_of(released(other, 60)) == "done"
    assert inner == ["done"]


def test_a_window_told_to_close_while_it_waits_closes_afterwards(qtbot: QtBot, other: ThreadPoolExecutor) -> None:
    with running(qtbot) as stage:
        QTimer.singleShot(10, stage.window.close)
        assert result_of(released(other, 60)) == "done"
        assert stage.window.isVisible()
        qtbot.waitUntil(lambda: not stage.window.isVisible())


def test_what_takes_long_is_worked_out_on_a_thread_of_its_own(dressed: object) -> None:
    assert worked_out(threading.current_thread) is not threading.current_thread()
    with pytest.raises(ZeroDivisionError):
        worked_out(lambda: 1 // 0)
