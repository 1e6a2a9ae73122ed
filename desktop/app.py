"""The composition root of the window: the only module that sees both the window and the store.

The window is painted before anything heavy is imported; the store lives on its own thread, and the window never waits
for the disk.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

from db.study.model import Id, Known, Study
from desktop.look import look
from desktop.window.main_window import MainWindow
from desktop.window.preferences import Preferences

if TYPE_CHECKING:
    from concurrent.futures import Future

    from db.engine import StorageThread
    from db.history import Change
    from db.library import Library
    from db.store import Store
    from desktop.session import Session, Step
    from desktop.window.desk import RecentStudy

RETRY_MS = 5000
"""How long after a refused save the disk is tried again."""


def main(path: Path | None = None) -> int:
    """Run the window until it is closed, on a study or table file if one is given. Returns the exit code."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication(sys.argv[:1])
    app.setApplicationName("Steelyard")
    app.setApplicationDisplayName("")
    app.setDesktopFileName("steelyard")
    application = Application(app)
    application.run(path)
    return app.exec()


class Application(QObject):
    """Opens studies from the library into the window, and keeps what the session does."""

    ready = Signal()

    def __init__(self, app: QApplication) -> None:
        super().__init__()
        self.preferences = Preferences()
        look.scheme = self.preferences.text("scheme", "system")
        look.install(app)
        self.window = MainWindow(self.preferences)
        self.keeper: Keeper | None = None

    def run(self, path: Path | None = None) -> None:
        """Show the window, and open a study once it has been painted."""
        geometry = self.preferences.blob("geometry")
        if not geometry.isEmpty():
            self.window.restoreGeometry(geometry)
        self.window.painted.connect(lambda: self._start(path))
        self.window.show()

    def _start(self, path: Path | None) -> None:
        from db.library import Library
        from desktop.window.crash import report_crashes

        report_crashes(self.window)
        self.window.on_close = self._may_close
        try:
            self.library = Library()
        except Known as trouble:
            self.window.take_desk(self)
            self.window.banner.say(str(trouble), "bad")
            return
        self.window.take_desk(self)
        self.window.guard(lambda: self._open_first(path))
        if self.window.page is None:
            self.window.show_start()
        self.ready.emit()

    def _open_first(self, path: Path | None) -> None:
        """A file that was asked for; else the last study; else, at the very first start, a copy of the example."""
        if path is not None:
            self.window.take_file(path)
            return
        last = self.preferences.text("last")
        known = [entry.path.name for entry in self.library.entries() if not entry.trouble]
        if last in known:
            self._open(self.library.studies / last)
        elif not known:
            self.open_example()

    # What the window asks for

    def recent(self) -> Sequence[RecentStudy]:
        """The studies of the library, the last changed first."""
        from desktop.window.desk import RecentStudy

        return [
            RecentStudy(
                entry.path.name,
                entry.title,
                entry.trouble or f"{entry.n_options} options · {entry.n_criteria} criteria",
                _day(entry.changed_at),
            )
            for entry in self.library.entries()
        ]

    def open_recent(self, key: str) -> None:
        """Open a study of the library in the window."""
        if self.keeper is None or self.keeper.path.name != key:
            self._open(self.library.studies / key)

    def open_file(self, path: Path) -> None:
        """Copy a received study file into the library and open the copy."""
        self._open(self.library.import_file(path))

    def open_example(self) -> None:
        """Make a fresh copy of the bundled study and open it."""
        from db.study.copies import copy_of, free_title
        from seeds import security_guarantees

        original = security_guarantees.load()
        titles = [entry.title for entry in self.library.entries()]
        self.open_new(copy_of(original, free_title(original.title, titles)))

    def open_new(self, study: Study) -> None:
        """Put a new study into the library and open it."""
        from desktop.session import user_name

        self._open(self.library.create(study, user_name()))

    def send_copy(self, path: Path) -> None:
        """Write the open study as one file to give away."""
        self._keeper().send_copy(self.library, path)

    def save_elsewhere(self, path: Path) -> None:
        """Write what the window holds to another file while the study's own file refuses it."""
        self._keeper().save_elsewhere(self.library, path)

    def remove(self, key: str) -> None:
        """Move a study of the library to its bin."""
        if self.keeper is not None and self.keeper.path.name == key:
            self._put_away()
        self.library.remove(self.library.studies / key)

    def close_study(self) -> None:
        """Save and close the open study and show the start page."""
        self._put_away()
        self.window.show_start()

    # Inside

    def _open(self, path: Path) -> None:
        from db.engine import StorageThread
        from desktop.session import Past, Session

        self._put_away()
        thread = StorageThread()
        try:
            store = thread.submit(self.library.open, path).result()
        except BaseException:
            thread.close()
            raise
        session = Session(
            store.study,
            undoable=[Past(change, label) for change, label in thread.submit(store.undoable).result()],
            redoable=[Past(change, label) for change, label in thread.submit(store.redoable).result()],
        )
        self.keeper = Keeper(store, thread, session, self.window)
        session.recall_from(self.keeper)
        self.preferences.set("last", path.name)
        self.window.show_study(session)

    def _put_away(self) -> None:
        keeper = self.keeper
        if keeper is None:
            return
        if trouble := keeper.close():
            raise Known(trouble)
        self.keeper = None

    def _may_close(self) -> bool:
        try:
            self._put_away()
        except Known as trouble:
            self.window.banner.say(str(trouble), "bad", "Close anyway", self._close_anyway)
            return False
        return True

    def _close_anyway(self) -> None:
        if self.keeper is not None:
            self.keeper.let_go()
            self.keeper = None
        self.window.close()

    def _keeper(self) -> Keeper:
        if self.keeper is None:
            raise Known("No study is open; open one first.")
        return self.keeper


class Keeper(QObject):
    """Keeps one open study: every step of the session becomes one transaction on the storage thread."""

    _saved = Signal(object)
    _failed = Signal(str)

    def __init__(self, store: Store, thread: StorageThread, session: Session, window: MainWindow) -> None:
        super().__init__()
        self.store, self.path = store, store.path
        self._thread, self._session, self._window = thread, session, window
        self._pending: Future[Change] | None = None
        self._unsaved: Step | None = None
        self._retry = QTimer(self)
        self._retry.setSingleShot(True)
        self._retry.setInterval(RETRY_MS)
        self._retry.timeout.connect(self._try_again)
        self._saved.connect(self._on_saved)
        self._failed.connect(self._on_failed)
        session.on_step(self._save)
        window.status.show_saved(_clock("Saved", store.head.at))
        thread.submit(store.warm)

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
        self._window.status.show_saved(_clock("Saved", at))

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


def _clock(word: str, at: str) -> str:
    """A time in UTC as the clock on the wall shows it, with the day when it was not today."""
    moment = datetime.fromisoformat(at).astimezone()
    is_today = moment.date() == datetime.now().astimezone().date()
    return f"{word} {moment:%H:%M}" if is_today else f"{word} {moment:%-d %b %Y, %H:%M}"


def _day(at: str) -> str:
    return _clock("changed", at)
