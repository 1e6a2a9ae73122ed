"""Processes that are quick to start and are really killed: one warm parent has everything loaded and forks them."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

import pytest

needs_kills = pytest.mark.skipif(os.name != "posix", reason="kill -9 is a POSIX matter")

_WARM = [
    "pytest",
    "sqlalchemy.dialects.sqlite",
    "db.backup",
    "db.library",
    "db.quarantine",
    "db.upgrade",
    "db.writing",
    "desktop.commands",
    "desktop.session",
    "tests.commands",
    "tests.keeping",
]


class Child:
    """A process of its own that runs `main(pipe, *arguments)`, with our end of the pipe."""

    def __init__(self, main: Callable[..., object], *arguments: Any) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(_WARM)
        self.pipe, theirs = context.Pipe()
        self._process = context.Process(target=main, args=(theirs, *arguments), daemon=True)
        self._process.start()
        theirs.close()

    def ask(self, *question: Any) -> Any:
        """Send something and wait for the answer."""
        self.pipe.send(question)
        return self.pipe.recv()

    def kill(self) -> list[Any]:
        """End it at once, as a crash does; returns what it had said that nobody had heard."""
        assert self._process.pid is not None
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.join()
        assert self._process.exitcode == -signal.SIGKILL
        return self._unheard()

    def end(self) -> list[Any]:
        """Wait until it has ended by itself, and well; returns what it had said that nobody had heard."""
        said = self._unheard()
        self._process.join()
        assert self._process.exitcode == 0
        return said

    def _unheard(self) -> list[Any]:
        said = []
        try:
            while True:
                said.append(self.pipe.recv())
        except (EOFError, ConnectionError):
            self.pipe.close()
            return said

    def give_up(self) -> None:
        """Let it go if it still runs, for a test that failed."""
        if self._process.is_alive():
            self._process.kill()
        self._process.join()
        self.pipe.close()


@contextmanager
def child(main: Callable[..., object], *arguments: Any) -> Iterator[Child]:
    """A process that does not outlive the block."""
    process = Child(main, *arguments)
    try:
        yield process
    finally:
        process.give_up()


__all__ = ["Child", "Connection", "child", "needs_kills"]
