"""Long sums away from the window: the newest question is answered, errors come back, nothing is left running."""

from __future__ import annotations

import threading

from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from desktop.analysis.work import Cancel, Cancelled, Progress
from desktop.panels.errand import Errand


def test_the_answer_is_heard_on_the_windows_thread(qtbot: QtBot) -> None:
    errand = Errand()
    heard: list[tuple[int, int]] = []
    here = threading.get_ident()

    def work(cancel: Cancel, progress: Progress) -> int:
        return threading.get_ident()

    errand.ask(work, lambda answer: heard.append((answer, threading.get_ident())))
    qtbot.waitUntil(lambda: bool(heard))
    assert heard[0][0] != here
    assert heard[0][1] == here
    assert not errand.is_out


def test_a_newer_question_drops_the_older_and_stops_its_work(qtbot: QtBot) -> None:
    errand, began, stopped = Errand(), threading.Event(), threading.Event()
    heard: list[str] = []

    def endless(cancel: Cancel, progress: Progress) -> str:
        began.set()
        while not cancel.is_set():
            QThread.yieldCurrentThread()
        stopped.set()
        raise Cancelled

    errand.ask(endless, heard.append)
    assert began.wait(5)
    errand.ask(lambda cancel, _: "second", heard.append)
    errand.ask(lambda cancel, _: "third", heard.append)
    qtbot.waitUntil(lambda: bool(heard))
    assert stopped.is_set()
    assert heard == ["third"]


def test_nothing_is_heard_after_stop_and_no_thread_is_left() -> None:
    errand = Errand()
    heard: list[int] = []
    errand.ask(lambda cancel, _: 1, heard.append)
    errand.stop()
    assert not [thread for thread in threading.enumerate() if thread.name == "errand"]
    assert heard == []


def test_an_error_comes_up_where_the_answer_was_awaited(qtbot: QtBot) -> None:
    errand = Errand()

    def fail(cancel: Cancel, progress: Progress) -> None:
        raise ZeroDivisionError("no such luck")

    with qtbot.captureExceptions() as caught:
        errand.ask(fail, lambda answer: None)
        qtbot.waitUntil(lambda: bool(caught))
    assert "no such luck" in str(caught[0][1])


def test_one_thread_serves_one_question_after_the_other(qtbot: QtBot) -> None:
    errand = Errand()
    for number in range(20):
        heard: list[int] = []
        errand.ask(lambda cancel, _, n=number: n, heard.append)
        qtbot.waitUntil(lambda heard=heard: bool(heard))
        assert heard == [number]
    errand.stop()


def test_how_far_an_answer_is_can_be_heard_and_nothing_after_it_is_dropped(qtbot: QtBot) -> None:
    errand, told = Errand(), threading.Event()
    heard: list[float] = []

    def half(cancel: Cancel, progress: Progress) -> None:
        progress(0.5)
        while not cancel.is_set():
            QThread.yieldCurrentThread()
        progress(0.9)
        told.set()

    errand.ask(half, lambda answer: None, heard.append)
    qtbot.waitUntil(lambda: heard == [0.5])
    errand.cancel()
    assert told.wait(5)
    errand.ask(lambda cancel, _: "next", lambda answer: heard.append(1.0))
    qtbot.waitUntil(lambda: heard[-1] == 1.0)
    assert heard == [0.5, 1.0]


def test_whoever_asked_is_not_ended_on_the_other_thread(qapp: object) -> None:
    errand, gate, ended = Errand(), threading.Event(), []
    errand.destroyed.connect(lambda: ended.append(threading.get_ident()))
    errand.ask(lambda cancel, _: gate.wait(5), lambda answer: None)
    del errand
    gate.set()
    for thread in threading.enumerate():
        if thread.name == "errand":
            thread.join()
    assert ended == [threading.get_ident()]
