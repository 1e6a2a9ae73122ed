"""The composition root of the window: with the keeper, the only module that sees both the window and the store.

The window is painted before anything heavy is imported; the store lives on its own thread, and the window never waits
for the disk.
"""

from __future__ import annotations

import sys
from typing import ParamSpec, TypeVar

from PySide6.QtCore import QEvent, QLockFile, QObject, QPoint, QSize, Qt, QTimer, Signal, qInstallMessageHandler
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication

from desktop.logbook import Logbook
from desktop.look import look
from desktop.window.main_window import MainWindow
from desktop.window.preferences import Preferences
from desktop.window.summons import Call, Summons, hand_over, starts_lock, summon
from desktop.window.tidying import Tidier

# What is imported above stands between the user and the first paint; everything else waits until it is needed.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from db.engine import StorageThread
    from db.library import Entry, Library
    from db.store import Store
    from db.study.model import Id, Study
    from desktop.archive import StudyArchive
    from desktop.keeper import Keeper
    from desktop.session import Session
    from desktop.window.desk import RecentStudy

P = ParamSpec("P")
T = TypeVar("T")

BESIDE = QPoint(32, 32)
"""How far a new window stands from where the last one stood, so that both are seen."""

FRAME = QSize(16, 48)
"""What a desktop puts around a window, at most."""


def main(files: Sequence[Path] = (), is_new: bool = False) -> int:
    """Run the window until it is closed, on studies or a table if they are given. Returns the exit code.

    Where a window of this user is there already, that one takes them, unless a new one is asked for.
    """
    lock = starts_lock()
    if is_new:
        lock.tryLock(0)
    elif hand_over(files, lock):
        return 0
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = Program(sys.argv[:1])
    app.setApplicationName("Steelyard")
    app.setApplicationDisplayName("")
    app.setDesktopFileName("steelyard")
    application = Application(app, lock)
    application.ready.connect(application.listen_to_qt)
    application.run(files, is_new)
    try:
        return app.exec()
    finally:
        qInstallMessageHandler(None)  # What Qt says at its very end finds no Python.


def _is_cramped(window: MainWindow) -> bool:
    """Whether a window in its usual size would reach over the edge of its screen, which has room for a smaller one."""
    room, smallest, usual = window.screen().availableSize(), window.minimumSize(), window.size() + FRAME
    return smallest.boundedTo(room) == smallest and usual.boundedTo(room) != usual


class Program(QApplication):
    """The process as the system sees it: macOS names files to open by events, not on the command line."""

    asked_to_open = Signal(str)

    def event(self, event: QEvent) -> bool:
        """Pass on a file that the system wants opened."""
        if isinstance(event, QFileOpenEvent):
            self.asked_to_open.emit(event.file())
            return True
        return super().event(event)


class Application(QObject):
    """Opens studies from the library into the window, and keeps what the session does."""

    ready = Signal()

    def __init__(self, app: QApplication, lock: QLockFile | None = None) -> None:
        """`lock`: of the one window that answers for all starts of its user; held where this is it already."""
        super().__init__()
        self._lock = lock
        self._tidier = Tidier(self)
        self.preferences = Preferences()
        look.scheme = self.preferences.text("scheme", "system")
        look.install(app)
        self.window = MainWindow(self.preferences)
        self.keeper: Keeper | None = None
        self.logbook = Logbook()
        self._asked_to_open: list[Path] = []
        if isinstance(app, Program):
            app.asked_to_open.connect(self._on_asked_to_open)
        self._starting, self._called, self._closing = True, False, False
        self._is_noted = False
        self._unreport: Callable[[], None] = lambda: None
        self._library: Library | None = None
        self._errands: StorageThread | None = None
        self._archive: StudyArchive | None = None
        self._summons: Summons | None = None

    def run(self, files: Sequence[Path] = (), is_new: bool = False) -> None:
        """Show the window, and open a study once it has been painted; a new window without files opens none."""
        geometry = self.preferences.blob("geometry")
        if not geometry.isEmpty():
            self.window.restoreGeometry(geometry)
        elif _is_cramped(self.window):
            self.window.setWindowState(Qt.WindowState.WindowMaximized)
        if is_new:
            self.window.move(self.window.pos() + BESIDE)
        self.window.painted.connect(lambda: self._start(files, is_new))
        self.window.show()

    def listen_to_qt(self) -> None:
        """Put what Qt complains of into the log from now on."""
        from desktop.window.crash import log_qt

        log_qt(self.logbook)

    def _start(self, files: Sequence[Path], is_new: bool) -> None:
        from desktop.window.crash import report_crashes

        self._unreport = report_crashes(self.window, self.logbook)
        self.window.on_close = self._may_close
        self.window.take_desk(self)
        files, self._asked_to_open = [*files, *self._asked_to_open], []
        if files or not is_new:
            self.window.guard(lambda: self._open_first(files))
        self._starting = False
        if self.window.page is None and self.window.isVisible():
            self.window.show_start()
        if self._lock is not None and self.window.isVisible():
            self._listening().answer_all(self._lock)
        self.ready.emit()
        if self._asked_to_open:
            self._take_called(self._asked_to_open)

    def _on_asked_to_open(self, name: str) -> None:
        from pathlib import Path

        if self._starting:
            self._asked_to_open.append(Path(name))
        else:
            self._take_called([Path(name)])

    @property
    def archive(self) -> StudyArchive:
        """The past of studies, and what arrives."""
        if self._archive is None:
            from desktop.archive import StudyArchive

            self._archive = StudyArchive(self)
        return self._archive

    @property
    def library(self) -> Library:
        """The user's studies. Raises Known while their folder cannot be made."""
        if self._library is None:
            from db.library import Library

            self._library = Library()
        return self._library

    def _open_first(self, files: Sequence[Path]) -> None:
        """What was asked for; else the study of last time; else, at the very first start, the example."""
        if files:
            self.window.take_files(files)
            return
        last = self.library.studies / self.preferences.text("last")
        if last.is_file():
            self.open_path(last)
            return
        sound = [entry.path for entry in self.aside(self.library.entries) if not entry.trouble]
        if sound:
            self.open_path(sound[0])
        else:
            self.open_example()

    # What the window asks for

    def recent(self) -> Sequence[RecentStudy]:
        """The studies of the library, the last changed first."""
        from db.study.words import counted
        from desktop.keeper import when
        from desktop.window.desk import RecentStudy

        return [
            RecentStudy(
                entry.path.name,
                entry.title,
                f"{counted(entry.n_options, 'option')} · {counted(entry.n_criteria, 'criterion', 'criteria')}",
                when("changed", entry.changed_at),
                entry.trouble,
            )
            for entry in self.entries()
        ]

    def open_recent(self, key: str) -> None:
        """Open a study of the library in the window."""
        self.open_path(self.library.studies / key)

    def open_files(self, paths: Sequence[Path]) -> None:
        """Copy received study files into the library and open the first; ask first where one alone is known."""
        self.archive.open_files(paths)

    def back_to_present(self) -> None:
        """Show the open study again, or the start page, after something was looked at."""
        if self.keeper is not None:
            self.window.show_study(self.keeper.session)
            self.keeper.tell()
        else:
            self.window.show_start()

    def open_example(self) -> None:
        """Make a fresh copy of the bundled study and open it."""
        from db.study.copies import copy_of, free_title
        from seeds import security_guarantees

        original = security_guarantees.load()
        titles = [entry.title for entry in self.entries()]
        self.open_new(copy_of(original, free_title(original.title, titles)))

    def open_new(self, study: Study) -> None:
        """Show a new study and put it into the library."""
        from db.engine import StorageThread
        from desktop.session import Session

        library, session = self.library, Session(study)
        made: list[Path] = []

        def open_store() -> Store:
            if not made:  # An opening that is refused after the file was made must not make a second one.
                made.append(library.create(study, session.who))
            return library.open(made[0])

        self.put_away()
        self._show(open_store, StorageThread(), session)

    def send_copy(self, path: Path) -> None:
        """Write the study that is shown as one file to give away."""
        from desktop.session import user_name

        page = self.window.page
        if page is not None and page.session.read_only:
            self.aside(self.library.write_copy, page.session.study, path, user_name())
        else:
            self.the_keeper().send_copy(path)

    def save_elsewhere(self, path: Path) -> None:
        """Write what the window holds to another file while the study's own file refuses it."""
        self.the_keeper().save_elsewhere(path)

    def remove(self, key: str) -> None:
        """Move a study of the library to its bin."""
        path = self.library.studies / key
        if self.is_open(path):
            self.close_study()
        self.aside(self.library.remove, path)

    def close_study(self) -> None:
        """Save and close the open study and show the start page."""
        self.put_away()
        self.window.show_start()

    # Inside

    def open_path(self, path: Path) -> None:
        """Open a study in place of the one that is open; that one stays when this one is refused.

        One that another window has, that is damaged, or that cannot be written can still be looked at.
        """
        from db.engine import Damaged, Locked, Unwritable
        from db.header import NotAStudy

        try:
            self._open_for_work(path)
        except Locked as refusal:
            if not self._gave_way(path):
                self.archive.offer_look(path, str(refusal))
        except (Damaged, NotAStudy) as refusal:
            self.archive.show_salvaged(path, str(refusal))
        except Unwritable as refusal:
            self.archive.show_unwritable(path, str(refusal))

    def _gave_way(self, path: Path) -> bool:
        """Whether the window that has a study came to the front in place of this one, which was only just asked."""
        from desktop.window.patience import worked_out

        if not (self._starting or self._called) or not worked_out(lambda: summon(path)):
            return False
        return self.window.close() if self._starting else True

    def _open_for_work(self, path: Path) -> None:
        from db.engine import StorageThread
        from desktop.session import Past, Session
        from desktop.window.patience import result_of

        if self.is_open(path):
            self.back_to_present()
            return
        thread = StorageThread()
        opening = thread.submit(self.library.open, path)
        try:
            store, undoable, redoable = result_of(thread.submit(lambda: _with_steps(opening.result())))
            self.put_away()
        except BaseException:
            thread.submit(lambda: opening.result().close())
            thread.close()
            raise
        session = Session(
            store.study,
            undoable=[Past(change, label) for change, label in undoable],
            redoable=[Past(change, label) for change, label in redoable],
        )
        self._show(lambda: store, thread, session)
        if store.notice:
            self.window.banner.say(store.notice, "warn")

    def _show(self, open_store: Callable[[], Store], thread: StorageThread, session: Session) -> None:
        from desktop.keeper import Keeper

        self.window.banner.dismiss()
        self.keeper = Keeper(open_store, thread, session, self.window, self.library)
        self.keeper.opened.connect(self._on_opened)
        session.recall_from(self.keeper)
        self.window.show_study(session)

    def _on_opened(self, path: Path) -> None:
        from desktop.version import version

        self.preferences.set("last", path.name)
        if not self._is_noted:
            self._is_noted = self.logbook.write(f"Steelyard {version()} opened its first study")
        self._listening().answer_for(path)

    def _listening(self) -> Summons:
        """Whoever hears when another start calls."""
        if self._summons is None:
            self._summons = Summons(self._on_called, self)
        return self._summons

    def _on_called(self, call: Call) -> bool:
        """Another start asks for this window; one that waits for an answer in a dialog opens nothing else."""
        from desktop.window.patience import afterwards, is_waiting

        files = [file for file in call.files if not self.is_open(file)]
        if self._closing or (files and self.window.is_busy()):
            return False
        self.window.come_forward(call.token)
        if files and is_waiting():
            afterwards(lambda: self._take_called(files))
        elif files:
            QTimer.singleShot(0, self, lambda: self._take_called(files))
        return True

    def _take_called(self, files: Sequence[Path]) -> None:
        self._called = True
        try:
            self.window.take_files(files)
        finally:
            self._called = False

    def entries(self) -> list[Entry]:
        """What the library holds, the study just made included."""
        if self.keeper is not None:
            self.keeper.settle()
        return self.aside(self.library.entries)

    def aside(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do what takes the disk's time on a thread of its own, while the window goes on painting."""
        from db.engine import StorageThread
        from desktop.window.patience import result_of

        if self._errands is None:
            self._errands = StorageThread()
        return result_of(self._errands.submit(work, *args, **kwargs))

    def is_open(self, path: Path) -> bool:
        """Whether this window has a file open for work."""
        return self.keeper is not None and self.keeper.path == path.resolve()

    def put_away(self) -> None:
        """Save and close the open study. Raises Known when the disk refuses; the study then stays open."""
        keeper = self.keeper
        if keeper is not None:
            self.window.finish_typing()
            keeper.flush()
            self.keeper = None
            self._listening().answer_for(None)
            if trouble := keeper.let_go():
                self.window.banner.say(trouble, "warn")

    def _may_close(self) -> bool:
        from db.study.model import Known

        self._closing = True
        try:
            self.put_away()
        except Known as trouble:
            self._closing = False
            self.window.banner.say(str(trouble), "bad", "Close anyway", self._close_anyway)
            return False
        self._end_errands()
        return True

    def _close_anyway(self) -> None:
        keeper, self.keeper = self.keeper, None
        if keeper is not None:
            keeper.let_go()
        self._end_errands()
        self.window.close()

    def _end_errands(self) -> None:
        self._listening().close()
        self._unreport()
        if self._lock is not None:
            self._lock.unlock()
        if self._errands is not None:
            self._errands.close()
            self._errands = None

    def the_keeper(self) -> Keeper:
        """Whoever keeps the open study. Raises Known when none is open."""
        from db.study.model import Known

        if self.keeper is None:
            raise Known("No study is open; open one first.")
        return self.keeper


def _with_steps(store: Store) -> tuple[Store, list[tuple[Id, str]], list[tuple[Id, str]]]:
    """An open store, and what can be undone and redone in it."""
    return store, store.undoable(), store.redoable()
