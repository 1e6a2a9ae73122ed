"""Long sums away from the window: the newest question is answered, errors come back, nothing is left running."""

from __future__ import annotations

import threading

from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from desktop.analysis.work import Cancel, Cancelled
from desktop.panels.errand import Errand


def test_the_answer_is_heard_on_the_windows_thread(qtbot: QtBot) -> None:
    errand = Errand()
    heard: list[tuple[int, int]] = []
    here = threading.get_ident()

    def work(cancel: Cancel) -> int:
        return threading.get_ident()

    errand.ask(work, lambda answer: heard.append((answer, threading.get_ident())))
    qtbot.waitUntil(lambda: bool(heard))
    assert heard[0][0] != here
    assert heard[0][1] == here
    assert not errand.is_out


def test_a_newer_question_drops_the_older_and_stops_its_work(qtbot: QtBot) -> None:
    errand, began, stopped = Errand(), threading.Event(), threading.Event()
    heard: list[str] = []

    def endless(cancel: Cancel) -> str:
        began.set()
        while not cancel.is_set():
            QThread.yieldCurrentThread()
        stopped.set()
        raise Cancelled

    errand.ask(endless, heard.append)
    assert began.wait(5)
    errand.ask(lambda cancel: "second", heard.append)
    errand.ask(lambda cancel: "third", heard.append)
    qtbot.waitUntil(lambda: bool(heard))
    assert stopped.is_set()
    assert heard == ["third"]


def test_nothing_is_heard_after_stop_and_no_thread_is_left() -> None:
    errand = Errand()
    heard: list[int] = []
    errand.ask(lambda cancel: 1, heard.append)
    errand.stop()
    assert not [thread for thread in threading.enumerate() if thread.name == "errand"]
    assert heard == []


def test_an_error_comes_up_where_the_answer_was_awaited(qtbot: QtBot) -> None:
    errand = Errand()

    def fail(cancel: Cancel) -> None:
        raise ZeroDivisionError("no such luck")

    with qtbot.captureExceptions() as caught:
        errand.ask(fail, lambda answer: None)
        qtbot.waitUntil(lambda: bool(caught))
    assert "no such luck" in str(caught[0][1])


def test_one_thread_serves_one_question_after_the_other(qtbot: QtBot) -> None:
    errand = Errand()
    for number in range(20):
        heard: list[int] = []
        errand.ask(lambda cancel, n=number: n, heard.append)
        qtbot.waitUntil(lambda heard=heard: bool(heard))
        assert heard == [number]
    errand.stop()
