"""Keeps an open study on disk: every step of the session becomes one transaction, on a thread of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from db.study.model import Id, Known, Study

if TYPE_CHECKING:
    from concurrent.futures import Future
    from pathlib import Path

    from db.engine import StorageThread
    from db.history import Change
    from db.library import Library
    from db.store import Store
    from desktop.session import Session, Step
    from desktop.window.main_window import MainWindow

RETRY_MS = 5000
"""How long after a refused save the disk is tried again."""

WARM_MS = 1200
"""How long after opening the libraries of the first save are imported."""


class Keeper(QObject):
    """Keeps one open study: every step of the session becomes one transaction on the storage thread."""

    _saved = Signal(object)
    _failed = Signal(str)

    def __init__(self, store: Store, thread: StorageThread, session: Session, window: MainWindow) -> None:
        super().__init__()
        self.store, self.path = store, store.path
        self._thread, self._session, self._window = thread, session, window
        self._is_closed = False
        self._pending: Future[Change] | None = None
        self._unsaved: Step | None = None
        self._retry = QTimer(self)
        self._retry.setSingleShot(True)
        self._retry.setInterval(RETRY_MS)
        self._retry.timeout.connect(self._try_again)
        self._saved.connect(self._on_saved)
        self._failed.connect(self._on_failed)
        session.on_step(self._save)
        window.status.show_saved(when("Saved", store.head.at))
        QTimer.singleShot(WARM_MS, self, self._warm)

    def _warm(self) -> None:
        """Import what the first save needs, once the window has come to rest."""
        if not self._is_closed:
            self._thread.submit(self.store.warm)

    def before(self, change: Id, study: Study) -> Study:
        """The study with a change of an earlier run taken back."""
        return self._thread.submit(self.store.before, change, study).result()

    def after(self, change: Id, study: Study) -> Study:
        """The study with a change of an earlier run made again."""
        return self._thread.submit(self.store.after, change, study).result()

    def send_copy(self, library: Library, path: Path) -> None:
        """Write what the session holds to another file. Raises Known when that, or its own file, cannot be written."""
        self._session.settle()
        if trouble := self._flushed():
            raise Known(trouble)
        self._thread.submit(library.send_copy, self.store, path).result()

    def save_elsewhere(self, library: Library, path: Path) -> None:
        """Write what the session holds to a file of its own, without the file that refuses it."""
        self._thread.submit(library.write_copy, self._session.study, path, self._session.who).result()

    def close(self) -> str:
        """Save what is open and close the file; returns why not, and stays open, when the disk refuses."""
        self._session.settle()
        if trouble := self._flushed():
            return trouble
        self.let_go()
        return ""

    def let_go(self) -> None:
        """Close the file, with or without what could not be saved."""
        self._is_closed = True
        self._retry.stop()
        try:
            self._thread.submit(self.store.close).result()
        finally:
            self._thread.close()

    def _save(self, step: Step) -> None:
        self._window.status.show_saved("Saving…")
        self._pending = self._submit(step)

    def _submit(self, step: Step) -> Future[Change]:
        future = self._thread.submit(
            self.store.save,
            step.before,
            step.after,
            step.label,
            who=self._session.who,
            change=step.id,
            kind=step.kind.value,
            of=step.of,
        )
        future.add_done_callback(lambda done: self._tell(done, step))
        return future

    def _tell(self, done: Future[Change], step: Step) -> None:
        """Runs on the storage thread: hand the outcome to the window's thread."""
        error = done.exception()
        if error is None:
            self._saved.emit(done.result().at)
            return
        self._unsaved = step
        self._failed.emit(str(error) if isinstance(error, Known) else f"The last change was not saved: {error!r}.")

    def _on_saved(self, at: str) -> None:
        if self._pending is not None and not self._pending.done():
            return
        if self._unsaved is not None:
            self._unsaved = None
            self._window.banner.dismiss()
        self._window.status.show_saved(when("Saved", at))

    def _on_failed(self, sentence: str) -> None:
        self._window.status.show_saved("Not saved", "bad")
        self._window.banner.say(sentence, "bad", "Save a copy elsewhere…", self._window.save_elsewhere)
        self._retry.start()

    def _try_again(self) -> None:
        if self._unsaved is not None:
            self._pending = self._submit(replace(self._unsaved, after=self._session.study))

    def _flushed(self) -> str:
        """Wait until everything is on disk; returns why it is not, "" when it is."""
        if self._pending is None:
            return ""
        if self._unsaved is not None and self._pending.done() and self._pending.exception() is not None:
            self._pending = self._submit(replace(self._unsaved, after=self._session.study))
        error = self._pending.exception()
        return "" if error is None else str(error)


def when(word: str, at: str) -> str:
    """A time in UTC as the clock on the wall shows it, with the day when it was not today."""
    moment = datetime.fromisoformat(at).astimezone()
    is_today = moment.date() == datetime.now().astimezone().date()
    return f"{word} {moment:%H:%M}" if is_today else f"{word} {moment:%-d %b %Y, %H:%M}"
