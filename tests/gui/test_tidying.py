"""Circular garbage, widgets among it, ends on the window's thread and on no other."""

from __future__ import annotations

import gc
import threading
from concurrent.futures import ThreadPoolExecutor

from pytestqt.qtbot import QtBot

from desktop.window.tidying import tidy
from tests.gui.window_stage import running


class Marked:
    """Something in a circle that notes the thread it ends on."""

    def __init__(self, ended: list[int]) -> None:
        self.me, self.ended = self, ended

    def __del__(self) -> None:
        self.ended.append(threading.get_ident())


def many_objects() -> int:
    """Make enough of them for Python to look for garbage several times."""
    return len([[number] for number in range(200_000)])


def test_while_the_application_runs_no_other_thread_ends_what_the_window_left(qtbot: QtBot) -> None:
    ended: list[int] = []
    with running(qtbot), ThreadPoolExecutor(1) as pool:
        assert not gc.isenabled()
        Marked(ended)
        assert pool.submit(many_objects).result() == 200_000
        assert ended == []
        many = [[number] for number in range(2_000)]
        qtbot.waitUntil(lambda: ended == [threading.get_ident()], timeout=20_000)
        assert many


def test_little_that_is_new_is_no_reason_to_look() -> None:
    gc.collect()
    ended: list[int] = []
    Marked(ended)
    tidy()
    assert ended == []
    many = [[number] for number in range(2_000)]
    tidy()
    assert ended == [threading.get_ident()]
    assert many
