"""What the window does with a study's file, without the window: every step is one save on the storage thread."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from db.engine import StorageThread
from db.history import Change
from db.library import Library
from db.store import Store
from db.study.model import Id, Study
from desktop.session import Past, Session, Step


class Keeping:
    """An open study of a library and its session; steps of earlier runs are recalled from the file.

    `on_saved` hears of every change once it is acknowledged, never before.
    """

    def __init__(
        self, library: Library, path: Path, on_saved: Callable[[Change], object] = lambda change: None
    ) -> None:
        self.library, self.thread, self._on_saved = library, StorageThread(), on_saved
        try:
            self.store: Store = self.thread.submit(library.open, path).result()
        except BaseException:
            self.thread.close()
            raise
        self.session = Session(
            self.store.study,
            who="Ada",
            undoable=[Past(change, label) for change, label in self.thread.submit(self.store.undoable).result()],
            redoable=[Past(change, label) for change, label in self.thread.submit(self.store.redoable).result()],
        )
        self.session.recall_from(self)
        self.session.on_step(self.save)

    def save(self, step: Step) -> None:
        saved = self.thread.submit(
            self.store.save,
            step.before,
            step.after,
            step.label,
            who=self.session.who,
            change=step.id,
            kind=step.kind.value,
            of=step.of,
        ).result()
        self._on_saved(saved)

    def name_version(self, name: str) -> None:
        self._on_saved(self.thread.submit(self.store.name_version, name, who=self.session.who).result())

    def before(self, change: Id, study: Study) -> Study:
        return self.thread.submit(self.store.before, change, study).result()

    def after(self, change: Id, study: Study) -> Study:
        return self.thread.submit(self.store.after, change, study).result()

    def back_up(self) -> Path:
        return self.thread.submit(self.library.back_up, self.store).result()

    def send_copy(self, target: Path) -> None:
        self.thread.submit(self.library.send_copy, self.store, target).result()

    def close(self) -> None:
        self.session.settle()
        self.thread.submit(self.store.close).result()
        self.thread.close()
