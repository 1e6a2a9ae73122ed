"""Keeps an open study on disk: every step of the session becomes one transaction, on a thread of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from db.study.model import Id, Known, Study
from desktop.window.patience import result_of

if TYPE_CHECKING:
    from concurrent.futures import Future
    from pathlib import Path

    from db.engine import StorageThread
    from db.history import Change
    from db.library import Library
    from db.store import Store
    from desktop.session import Session, Step
    from desktop.window.main_window import MainWindow

Result = TypeVar("Result")

RETRY_MS = 5000
"""How long after a refused save the disk is tried again."""

OPEN_MS = 40
"""How long after a new study is shown its file is made, so that showing it comes first."""

WARM_MS = 1200
"""How long after opening the libraries of the first save are imported."""

CHECK_MS = 3000
"""How long after opening the whole file is checked."""

BACKUP_MS = 10 * 60 * 1000
"""How often a backup is made while the study is being changed."""


class Keeper(QObject):
    """Keeps one open study: every step of the session becomes one transaction on the storage thread.

    `open_store` opens the study's file there, making it first if it is new; `opened` tells the file. While that is
    refused, the study is shown and edited as "Not saved", and is tried again. Steps are written one after the other,
    in their order. One that the disk refuses is tried again, and those after it wait, so that each stays a step of
    its own that can be undone after a restart.
    """

    opened = Signal(object)
    _done = Signal(object)
    _store_ready = Signal(object)
    _looked_after = Signal(object)

    def __init__(
        self,
        open_store: Callable[[], Store],
        thread: StorageThread,
        session: Session,
        window: MainWindow,
        library: Library,
    ) -> None:
        super().__init__()
        self.session = session
        self._open_store = open_store
        self._thread, self._window, self._library = thread, window, library
        self._is_closed = self._is_flushing = False
        self._opening: Future[Store] | None = None
        self._waiting: list[Step] = []
        self._pending: Future[Change] | None = None
        self._complaint = self._saved_at = ""
        self._retry = QTimer(self)
        self._retry.setSingleShot(True)
        self._retry.setInterval(RETRY_MS)
        self._retry.timeout.connect(self._try_again)
        self._done.connect(self._on_done)
        self._store_ready.connect(self._on_store_ready)
        self._looked_after.connect(self._on_looked_after)
        self._last = self._backed_up = session.study
        """The study of the last step that was saved, and of the last backup."""
        self._backing_up: Future[None] | None = None
        self._backups = QTimer(self)
        self._backups.timeout.connect(self._back_up)
        self._backups.start(BACKUP_MS)
        self._leave = session.on_step(self._save)
        window.status.show_saved("Saving…")
        QTimer.singleShot(OPEN_MS, self, self._begin)
        QTimer.singleShot(WARM_MS, self, self._warm)

    @property
    def path(self) -> Path | None:
        """The study's file; None while it cannot be opened."""
        try:
            return result_of(self._begin()).path
        except Exception:  # Why it cannot be opened is shown by whoever hears of the opening.
            return None

    def settle(self) -> None:
        """Wait until the file is open, or refused."""
        _outcome(self._begin())

    @property
    def saved(self) -> Study:
        """The study as its file holds it. Raises Known while the file cannot be opened."""
        return result_of(self._begin()).study

    def _begin(self) -> Future[Store]:
        """The file, being opened; an opening that was refused is tried again."""
        opening = self._opening
        if opening is None or (opening.done() and opening.exception() is not None):
            opening = self._opening = self._thread.submit(self._open_store)
            opening.add_done_callback(self._store_ready.emit)
        return opening

    def _on_store_ready(self, opening: Future[Store]) -> None:
        error = opening.exception()
        if self._is_closed or opening is not self._opening:
            return
        if error is not None:
            self._complain(_sentence(error))
            return
        store = opening.result()
        self.opened.emit(store.path)
        QTimer.singleShot(CHECK_MS, self, self._look_after)
        if not self._waiting:
            self._rejoice(store.head.at)

    def _on_file(self, work: Callable[[Store], Result]) -> Future[Result]:
        """Do something with the open file on the storage thread, after all that was asked for before."""
        opening = self._begin()
        return self._thread.submit(lambda: work(opening.result()))

    def _warm(self) -> None:
        """Import what the first save needs, once the window has come to rest."""
        if not self._is_closed:
            self._on_file(lambda store: store.warm())

    def before(self, change: Id, study: Study) -> Study:
        """The study with a change of an earlier run taken back."""
        return result_of(self._on_file(lambda store: store.before(change, study)))

    def after(self, change: Id, study: Study) -> Study:
        """The study with a change of an earlier run made again."""
        return result_of(self._on_file(lambda store: store.after(change, study)))

    def changes(self) -> list[Change]:
        """The history of the study, what was just done included. Raises Known when the disk refuses."""
        self.session.settle()
        self.flush()
        return result_of(self._on_file(lambda store: store.changes()))

    def chain(self) -> list[Change]:
        """The history as the file holds it; for another thread than the window's, which must not wait so."""
        return self._on_file(lambda store: store.changes()).result()

    def as_it_was(self, seq: int) -> Study:
        """The study after the change with this number."""
        return result_of(self._on_file(lambda store: store.as_it_was(seq)))

    def name_version(self, name: str, reason: str) -> None:
        """Give what the session holds a name in the history. Raises Known when that, or saving, is refused."""
        self.session.settle()
        self.flush()
        who = self.session.who
        named = result_of(self._on_file(lambda store: store.name_version(name, who=who, reason=reason)))
        if not self._waiting:
            self._rejoice(named.at)

    def _back_up(self) -> None:
        """Make a backup when something was saved since the last one, while nothing else is being written."""
        study = self._last
        if self._is_closed or self._complaint or self._backed_up is study:
            return
        if self._backing_up is not None and not self._backing_up.done():
            return

        def back_up(store: Store) -> None:
            self._library.back_up(store)
            self._backed_up = study  # Only now: one that fails is tried again.

        self._backing_up = self._on_file(back_up)
        self._backing_up.add_done_callback(self._looked_after.emit)

    def _look_after(self) -> None:
        """Check the whole file once it has been opened: what its first reading cannot notice."""
        if not self._is_closed:
            self._on_file(lambda store: store.verify()).add_done_callback(self._looked_after.emit)

    def _on_looked_after(self, done: Future[object]) -> None:
        """A backup was made, or the file checked; only a failure is told."""
        error = done.exception()
        if isinstance(error, Known) and not self._is_closed:
            self._window.banner.say(str(error), "bad", "Backups…", self._window.open_backups)

    def send_copy(self, path: Path) -> None:
        """Write what the session holds to another file. Raises Known when that, or its own file, cannot be written."""
        self.session.settle()
        self.flush()
        result_of(self._on_file(lambda store: self._library.send_copy(store, path)))

    def save_elsewhere(self, path: Path) -> None:
        """Write what the session holds to a file of its own, without the file that refuses it."""
        self.session.settle()
        result_of(self._thread.submit(self._library.write_copy, self.session.study, path, self.session.who))

    def flush(self) -> None:
        """Wait until everything that was done is on disk. Raises Known when the disk refuses; the file stays open."""
        self._is_flushing = True
        try:
            if error := _outcome(self._begin()):
                self._complain(_sentence(error))
                raise Known(self._complaint)
            self._write_all()
        finally:
            self._is_flushing = False
            if self._pending is not None and self._pending.done():
                self._on_done(self._pending)  # It ended while nobody took notice.

    def _write_all(self) -> None:
        if self._pending is not None:
            self._take(self._pending)  # Whether or not it was refused, what waits is tried now.
        while self._waiting:
            self._write_next()
            if self._pending is not None and (trouble := self._take(self._pending)):
                self._complain(trouble)
                raise Known(trouble)

    def let_go(self) -> str:
        """Close the file, with or without what could not be saved; returns what is to be said about it, or ""."""
        self._is_closed = True
        self._retry.stop()
        self._backups.stop()
        self._leave()
        try:
            if self._opening is not None and _outcome(self._opening) is None:
                result_of(self._on_file(lambda store: store.close()))
        except Known as trouble:
            return str(trouble)
        finally:
            self._thread.close()
        return ""

    # Writing, one step at a time

    def _save(self, step: Step) -> None:
        self._waiting.append(step)
        if not self._complaint:
            self._window.status.show_saved("Saving…")
            self._write_next()

    def _try_again(self) -> None:
        self._begin()
        self._write_next()

    def _write_next(self) -> None:
        if self._pending is None and self._waiting:
            step, who = self._waiting[0], self.session.who
            self._pending = self._on_file(lambda store: _write(store, step, who))
            self._pending.add_done_callback(self._done.emit)

    def _on_done(self, done: Future[Change]) -> None:
        """A step was written or refused; while `flush` waits, it takes every outcome itself."""
        if done is self._pending and not self._is_closed and not self._is_flushing:
            if sentence := self._take(done):
                self._complain(sentence)
            else:
                self._write_next()

    def _take(self, done: Future[Change]) -> str:
        """Note the outcome of a write, once it is there; returns why it was refused, or ""."""
        error = _outcome(done)
        if done is not self._pending:
            return ""  # Somebody who waited within this wait has noted it.
        self._pending = None
        if error is not None:
            return _sentence(error)
        self._last = self._waiting.pop(0).after
        if not self._waiting:
            self._rejoice(done.result().at)
        return ""

    def tell(self) -> None:
        """Say again what is on disk, after something else was shown."""
        if self._complaint:
            self._complain(self._complaint)
        else:
            self._window.status.show_saved("Saving…" if self._waiting else when("Saved", self._saved_at))

    def _rejoice(self, at: str) -> None:
        if self._complaint and self._window.banner.text() == self._complaint:
            self._window.banner.dismiss()
        self._complaint, self._saved_at = "", at
        page = self._window.page
        if page is None or not page.session.read_only:
            self._window.status.show_saved(when("Saved", at))

    def _complain(self, sentence: str) -> None:
        self._complaint = sentence
        self._window.status.show_saved("Not saved", "bad")
        self._window.banner.say(sentence, "bad", "Save a copy elsewhere…", self._window.save_elsewhere)
        self._retry.start()


def _outcome(future: Future[Any]) -> BaseException | None:
    """What `future` raises, None when it does not; the window goes on painting while it is not done."""
    try:
        result_of(future)
    except Exception as error:
        return error
    return None


def _sentence(error: BaseException) -> str:
    return str(error) if isinstance(error, Known) else f"The last change was not saved: {error!r}."


def _write(store: Store, step: Step, who: str) -> Change:
    """Make the file hold a step. One whose outcome was in doubt may be there already."""
    if store.head.uuid == step.id:
        return store.head
    return store.save(step.before, step.after, step.label, who=who, change=step.id, kind=step.kind.value, of=step.of)


def when(word: str, at: str) -> str:
    """A time in UTC as the clock on the wall shows it, with the day when it was not today; "" for no time."""
    if not at:
        return ""
    moment = datetime.fromisoformat(at).astimezone()
    is_today = moment.date() == datetime.now().astimezone().date()
    return f"{word} {moment:%H:%M}" if is_today else f"{word} {moment.day} {moment:%b %Y, %H:%M}"
