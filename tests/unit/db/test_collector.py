"""The search for garbage rests while it is told to, and goes on afterwards, whatever overlaps."""

from __future__ import annotations

import gc
import threading

import pytest

from db.collector import collector_at_rest


def test_it_rests_inside_and_goes_on_afterwards() -> None:
    assert gc.isenabled()
    with collector_at_rest():
        assert not gc.isenabled()
        with collector_at_rest():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_goes_on_after_a_failure() -> None:
    with pytest.raises(KeyError), collector_at_rest():
        raise KeyError
    assert gc.isenabled()


def test_blocks_of_two_threads_may_end_in_any_order() -> None:
    inside, leave = threading.Event(), threading.Event()

    def other() -> None:
        with collector_at_rest():
            inside.set()
            leave.wait(20)

    thread = threading.Thread(target=other)
    with collector_at_rest():
        thread.start()
        assert inside.wait(20)
    assert not gc.isenabled()
    leave.set()
    thread.join()
    assert gc.isenabled()


def test_what_was_off_before_stays_off() -> None:
    gc.disable()
    try:
        with collector_at_rest():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
