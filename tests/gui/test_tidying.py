"""Circular garbage, widgets among it, ends on the window's thread and on no other."""

from __future__ import annotations

import gc
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor

from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.window import tidying
from desktop.window.tidying import Tidier, tidy
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
        qtbot.waitUntil(lambda: ended == [threading.get_ident()], timeout=20_000)


def left_behind() -> weakref.ref[QWidget]:
    """A widget whose own button knows it, which nobody else does."""
    widget = QWidget()
    button = QPushButton(widget)
    button.clicked.connect(lambda: widget.close())
    return weakref.ref(widget)


def test_a_closed_widget_that_its_own_button_knows_is_let_go(qtbot: QtBot) -> None:
    tidier = Tidier()
    gone = left_behind()
    many = [[number] for number in range(2_000)]
    qtbot.waitUntil(lambda: gone() is None, timeout=20 * tidying.LOOK_MS)
    tidier.deleteLater()
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
