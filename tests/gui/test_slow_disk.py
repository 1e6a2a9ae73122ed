"""A disk that takes long: the window goes on meanwhile, nothing is lost, and the order is kept."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from db.store import Store
from desktop.commands import MoveWeight
from desktop.keeper import Keeper
from tests.gui.window_stage import CONTROL, COST, DETERRENCE, Key, Stage, running

TICKS = 50
"""How often the window must turn to its events before the disk goes on."""


def keeper_of(stage: Stage) -> Keeper:
    assert stage.application.keeper is not None
    return stage.application.keeper


def file_of(stage: Stage) -> Path:
    path = keeper_of(stage).path
    assert path is not None
    return path


@contextmanager
def slow_disk(stage: Stage) -> Iterator[None]:
    """The storage thread is held up until the window has turned to its events `TICKS` times."""
    gate, ticks, timer = threading.Event(), [0], QTimer()

    def tick() -> None:
        ticks[0] += 1
        if ticks[0] == TICKS:
            gate.set()

    timer.timeout.connect(tick)
    held = keeper_of(stage)._thread.submit(gate.wait, 60)
    timer.start(2)
    try:
        yield
        stage.qtbot.waitUntil(held.done, timeout=60_000)
    finally:
        gate.set()
        timer.stop()
    assert ticks[0] >= TICKS, "the window waited for the disk"


def labels_in(path: Path) -> list[str]:
    with Store.open(path) as store:
        store.verify()
        return [change.label for change in store.changes()[1:]]


def test_dragging_and_undoing_go_on_while_the_disk_works_and_all_is_saved_in_order(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        stage.wait_saved()
        path, first = file_of(stage), stage.study
        with slow_disk(stage):
            stage.drag(DETERRENCE, 20.0, 10.0)
            second = stage.study
            stage.drag(COST, 25.0)
            assert stage.shown_totals() == pytest.approx(stage.right_totals())
            stage.key(Key.Key_Z, CONTROL)
            assert stage.study == second != first
            assert stage.window.status.saved.text() == "Saving…"
        stage.wait_saved()
        left, file = stage.study, keeper_of(stage)
        assert file.saved == left == second
    labels = labels_in(path)
    assert len(labels) == 3
    assert labels[1] == labels[2], "a step, and the same taken back"


def test_another_study_can_be_asked_for_while_the_disk_works_and_the_first_is_saved_before(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        first = file_of(stage)
        stage.application.open_example()
        stage.wait_saved()
        second = file_of(stage)
        with slow_disk(stage):
            stage.drag(COST, 25.0)
            left = stage.study
            stage.window.open_recent(first.name)
            assert file_of(stage) == first
        with Store.open(second) as store:
            assert store.study == left


def test_a_window_closed_while_the_disk_works_closes_when_all_is_saved(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        path = file_of(stage)
        with slow_disk(stage):
            for amount in (20.0, 10.0, 15.0):
                stage.drag(DETERRENCE, amount)
            left = stage.study
            assert stage.window.close()
        assert not stage.window.isVisible()
    assert len(labels_in(path)) == 3
    with running(qtbot) as later:
        assert later.study == left


def test_two_who_wait_for_the_disk_at_once_lose_no_step_between_them(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        path, told = file_of(stage), []
        with slow_disk(stage):
            party = stage.session.view.perspective
            for share in (0.1, 0.2, 0.3, 0.4):
                stage.session.do(MoveWeight(party, COST, share))
            left = stage.study
            QTimer.singleShot(10, lambda: told.append(len(keeper_of(stage).changes())))
            keeper_of(stage).flush()
            assert keeper_of(stage).saved == left
            stage.qtbot.waitUntil(lambda: bool(told))
        assert told == [5]
    assert len(labels_in(path)) == 4
