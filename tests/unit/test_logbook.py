"""The log: what is in it, how long it grows, and that nobody is stopped by it."""

from __future__ import annotations

import multiprocessing
import os
from pathlib import Path

from desktop.logbook import KEPT, LARGEST, Logbook, log_file


def test_an_entry_is_in_the_file_with_its_time_and_what_it_is(home: Path) -> None:
    book = Logbook()
    assert book.write("a fault\nin two lines", fault=True)
    assert book.write("another")
    text = log_file().read_text("utf-8")
    assert log_file().is_relative_to(home)
    assert "ERROR a fault\nin two lines\n" in text
    assert text.rstrip().endswith("INFO another")
    assert text[:2] == "20"


def test_it_keeps_itself_short_and_the_newest_entries(home: Path) -> None:
    book = Logbook()
    for number in range(60):
        assert book.write(f"{number} " + "x" * (LARGEST // 10))
    files = sorted(log_file().parent.iterdir())
    assert len(files) == KEPT + 1
    assert all(file.stat().st_size <= LARGEST for file in files)
    assert "59 x" in log_file().read_text("utf-8")


def write_many(home: str, name: str) -> None:
    os.environ["STEELYARD_HOME"] = home
    book = Logbook()
    for number in range(200):
        assert book.write(f"{name} {number}")


def test_two_windows_write_into_one_log_and_no_entry_is_torn(home: Path) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=write_many, args=(str(home), name)) for name in "ab"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    entries = [line.split(" INFO ")[1] for line in log_file().read_text("utf-8").splitlines()]
    assert sorted(entries) == sorted(f"{name} {number}" for name in "ab" for number in range(200))


def test_nobody_is_stopped_by_a_log_that_cannot_be_written(home: Path) -> None:
    (home / "log").write_text("in the way")
    book = Logbook()
    assert not book.write("lost")
