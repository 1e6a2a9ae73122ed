"""A process that keeps one study open and does what it is told over a pipe, until it is told to end or is killed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from db.library import Library
from db.study.model import Study
from desktop.commands import ReplaceStudy
from desktop.commands.base import Command
from tests.keeping import Keeping


@dataclass(frozen=True)
class Seen:
    """What the session and the file hold after something was done."""

    shown: Study
    on_disk: Study
    changes: int
    undo_label: str
    redo_label: str


class Keeper:
    """What may be asked for; each answers with what is then seen, and with a sentence where something was refused."""

    def __init__(self, home: Path, path: Path) -> None:
        self._keeping = Keeping(Library(home), path)
        self._session, self._store = self._keeping.session, self._keeping.store

    def seen(self) -> Seen:
        on_disk = self._keeping.thread.submit(self._store.load).result()
        session = self._session
        return Seen(session.study, on_disk, self._store.head.seq, session.undo_label, session.redo_label)

    def do(self, command: Command) -> str:
        return self._session.attempt(command)

    def drag(self, ticks: Sequence[Command], kept: bool) -> str:
        refused = [self._session.attempt(tick, live=True) for tick in ticks]
        if kept:
            self._session.settle()
        else:
            self._session.abandon()
        return "\n".join(refused)

    def undo(self) -> str:
        self._session.undo()
        return ""

    def redo(self) -> str:
        self._session.redo()
        return ""

    def drag_and_undo(self, tick: Command) -> str:
        """The gesture is still open when it is to be taken back."""
        return self._session.attempt(tick, live=True) + self.undo()

    def restore(self, seq: int) -> str:
        state = self._keeping.thread.submit(self._store.as_it_was, seq).result()
        return self.do(ReplaceStudy(state, f"Restore {seq}"))

    def name(self, name: str) -> str:
        self._keeping.name_version(name)
        return ""

    def back_up(self) -> str:
        return str(self._keeping.back_up())

    def send_copy(self, target: Path) -> str:
        self._keeping.send_copy(target)
        return ""

    def verify(self) -> str:
        self._keeping.thread.submit(self._store.verify).result()
        return ""

    def close(self) -> None:
        self._keeping.close()


def serve(pipe: Connection, home: Path, path: Path) -> None:
    """Open the study, then do what is asked for until that is to close."""
    keeper = Keeper(home, path)
    pipe.send(("", keeper.seen()))
    while (asked := pipe.recv()) != ("close",):
        name, *arguments = asked
        answer = getattr(keeper, name)(*arguments)
        pipe.send((answer, keeper.seen()))
    keeper.close()
