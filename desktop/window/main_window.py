"""The main window: menu, top bar, start page or study page, messages and status line."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QMainWindow, QMenu, QStackedWidget, QVBoxLayout, QWidget

from desktop.look import look
from desktop.window.preferences import Preferences
from desktop.window.status_line import StatusLine
from desktop.window.top_bar import TopBar

# What is imported above stands between the user and the first paint; everything else waits until it is needed.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QDialog

    from db.study.model import Id
    from desktop.panels.frame import Frame
    from desktop.session import Session
    from desktop.window.actions import Actions
    from desktop.window.command_palette import CommandPalette
    from desktop.window.desk import Arrived, Desk
    from desktop.window.start_page import StartPage
    from desktop.window.study_page import StudyPage

STUDIES = "Steelyard studies (*.steelyard)"
"""What file dialogs offer for studies."""


class MainWindow(QMainWindow):
    """Opens bare and paints at once; pages and menus come when the application hands over its desk."""

    painted = Signal()

    def __init__(self, preferences: Preferences) -> None:
        super().__init__()
        self.preferences = preferences
        self.desk: Desk | None = None
        self.page: StudyPage | None = None
        self._start: StartPage | None = None
        self._palette: CommandPalette | None = None
        self._dialogs: list[QDialog] = []
        self._menus: Actions | None = None
        self._is_painted = False
        self._leave: list[Callable[[], None]] = []
        self.on_close: Callable[[], bool] = lambda: True
        self.setWindowTitle("Steelyard")
        self.setMinimumSize(860, 560)
        self.resize(1440, 900)
        self.setAcceptDrops(True)
        self._lay_out()

    def _lay_out(self) -> None:
        self.ground = QWidget()
        column = QVBoxLayout(self.ground)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.top = TopBar()
        self.stack = QStackedWidget()
        self.stack.addWidget(QWidget())
        self.status = StatusLine()
        for widget in (self.top, self.stack, self.status):
            column.addWidget(widget, 1 if widget is self.stack else 0)
        self.setCentralWidget(self.ground)
        self.top.show_place("", "")

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), look.tokens.window)
        if not self._is_painted:
            self._is_painted = True
            QTimer.singleShot(0, self.painted.emit)

    # Handing over

    def take_desk(self, desk: Desk) -> None:
        """Build the menus, now that there is somebody to ask."""
        from desktop.look.icons import app_icon
        from desktop.look.widgets import Banner, Toast
        from desktop.window.menus import build_menus
        from desktop.window.remembering import Remembering

        self.desk = desk
        self.remembering = Remembering(self)
        self.setWindowIcon(app_icon())
        self._menus = build_menus(self)
        self.toast = Toast(self.ground)
        self.banner, self.strip = Banner(), Banner()
        self.banner.setAccessibleIdentifier("window.banner")
        self.strip.setAccessibleIdentifier("window.read_only")
        layout = self.ground.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(1, self.banner)
        layout.insertWidget(2, self.strip)
        self.top.undo.clicked.connect(self.undo)
        self.top.redo.clicked.connect(self.redo)
        self.top.search_requested.connect(self.open_palette)
        self.top.importer.clicked.connect(self.open_import)
        self.top.exporter.clicked.connect(self.open_export)
        self._menus.open_study(False)
        self.top.study.set_menu(self._study_menu())
        self.top.perspective.set_menu(self._perspective_menu())

    @property
    def menus(self) -> Actions:
        """The actions of the menu bar."""
        assert self._menus is not None
        return self._menus

    @property
    def session(self) -> Session:
        """The open study's session. Raises Known when no study is open."""
        from db.study.model import Known

        if self.page is None:
            raise Known("No study is open; open one first.")
        return self.page.session

    def show_study(self, session: Session) -> None:
        """Show the page of a study."""
        from desktop.window.study_page import StudyPage

        self._drop_page()
        self.page = StudyPage(session)
        self.remembering.follow(self.page)
        self.page.announced.connect(self._on_announced)
        self.page.refresher.framed.connect(self._on_frame)
        self.page.scores.pasted_table.connect(self.open_import_of)
        self.page.tabs.export_wanted.connect(lambda chart: self.menus["file.picture"].trigger())
        self._leave = [
            session.on_refusal(lambda sentence: self.toast.say(sentence, "warn")),
            session.on_step(lambda step: self._name_steps()),
            session.on_settled(self._name_steps),
        ]
        self.stack.addWidget(self.page)
        self.stack.setCurrentWidget(self.page)
        self.menus.open_study(True)
        self.status.show()
        self._name_steps()
        self.page.refresher.flush()
        self.page.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_view(
        self, session: Session, told: str, action: str, act: Callable[[], object] | None, tone: str, *, has_past: bool
    ) -> None:
        """Show a study that is only looked at: a strip tells why, and offers to act on it or to go back.

        `has_past`: it is the past of the open study, which is whose history and backups can be listed.
        """
        self.show_study(session)
        for name in ("file.history", "file.backups"):
            self.menus[name].setEnabled(has_past)
        self.status.show_saved("Read only")
        back = ("Back", lambda: self.guard(self._desk().back_to_present))
        self.strip.say(told, tone, action, act and (lambda: self.guard(act)), back, lasting=True)

    def show_start(self) -> None:
        """Show the start page."""
        from desktop.window.start_page import StartPage

        self._drop_page()
        if self._start is None:
            self._start = StartPage()
            self._start.new_requested.connect(self.open_new)
            self._start.import_requested.connect(self.open_import)
            self._start.open_requested.connect(self.open_file)
            self._start.example_requested.connect(self.open_example)
            self._start.recent_requested.connect(self.open_recent)
            self._start.remove_requested.connect(self.remove_recent)
            self.stack.addWidget(self._start)
            self._start.show_bundled()
        self._list_recent()
        self.stack.setCurrentWidget(self._start)
        self.top.show_place("", "")
        self.setWindowTitle("Steelyard")
        self.menus.open_study(False)
        self.status.hide()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _list_recent(self) -> None:
        start = self._start
        if start is not None:
            self.guard(lambda: start.show_recent(self._desk().recent()))

    def _drop_page(self) -> None:
        if self.page is not None:
            page, self.page = self.page, None
            self.strip.hide()
            for leave in self._leave:
                leave()
            page.remember(self.preferences)
            page.refresher.stop()
            self.stack.removeWidget(page)
            page.hide()
            page.deleteLater()
            for dialog in tuple(self._dialogs):
                dialog.close()

    # Telling

    def _on_frame(self, frame: Frame) -> None:
        study = frame.study
        party = next((p.name for p in study.perspectives if p.id == frame.view.perspective), "No perspective")
        self.top.show_place(study.title, party)
        self.status.show_study(study)
        title = f"{study.title}{' (read only)' if self.session.read_only else ''} – Steelyard"
        if self.windowTitle() != title:
            self.setWindowTitle(title)
        if frame.moving is None:
            self._name_steps()

    def _name_steps(self) -> None:
        if self.page is None:
            return
        session = self.page.session
        for name, verb, label in (("undo", "Undo", session.undo_label), ("redo", "Redo", session.redo_label)):
            text = f"{verb} {label}" if label else verb
            action = self.menus[f"edit.{name}"]
            if action.iconText() != text or action.isEnabled() != bool(label):
                action.setText(text.replace("&", "&&"))
                action.setIconText(text)
                action.setEnabled(bool(label))
                button = self.top.undo if name == "undo" else self.top.redo
                button.setEnabled(bool(label))
                button.set_label(f"{text} ({action.shortcut().toString()})")

    def _on_announced(self, sentence: str) -> None:
        self.toast.say(sentence, "info", "Undo", self.undo)

    def guard(self, act: Callable[[], object]) -> None:
        """Do something that may be refused; a refusal is said in a banner."""
        from db.study.model import Known

        try:
            act()
        except Known as refusal:
            self.banner.say(str(refusal), "bad")

    # Acting

    def undo(self) -> None:
        """Take the last change back."""
        self.guard(lambda: self.session.undo())

    def redo(self) -> None:
        """Bring the last undone change back."""
        self.guard(lambda: self.session.redo())

    def look_at(self, perspective: Id) -> None:
        """Show another perspective."""
        from dataclasses import replace

        session = self.session
        session.settle()
        session.look(replace(session.view, perspective=perspective))

    def _perspective_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.aboutToShow.connect(lambda: self.fill_perspectives(menu))
        return menu

    def fill_perspectives(self, menu: QMenu) -> None:
        """List the perspectives of the open study, then what can be done with them."""
        menu.clear()
        if self.page is None:
            return
        session = self.page.session
        for place, party in enumerate(session.study.perspectives, 1):
            note = "" if party.kind == "stakeholder" else f"   ({party.kind})"
            keys = f"\tCtrl+{place}" if place <= 9 else ""
            action = menu.addAction(f"{party.name.replace('&', '&&')}{note}{keys}")
            action.setCheckable(True)
            action.setChecked(party.id == session.view.perspective)
            action.setToolTip(party.summary)
            action.triggered.connect(lambda _=False, key=party.id: self.look_at(key))
        menu.addSeparator()
        for action in self.page.structure.perspective_menu().actions():
            menu.addAction(action)
        menu.setToolTipsVisible(True)

    def _study_menu(self) -> QMenu:
        menu = QMenu(self)
        for name in ("study.details", "file.copy", "file.export"):
            menu.addAction(self.menus[name])
        menu.addSeparator()
        for name in ("file.new", "file.open", "file.start"):
            menu.addAction(self.menus[name])
        return menu

    def look_at_place(self, place: int) -> None:
        """Show the perspective at a place in the list, 0 = first."""
        parties = self.page.session.study.perspectives if self.page is not None else ()
        if place < len(parties):
            self.look_at(parties[place].id)

    def open_palette(self) -> None:
        """Show the command palette over the window."""
        from desktop.window.command_palette import CommandPalette
        from desktop.window.searching import lines, special

        if self._palette is None:
            self._palette = CommandPalette(self.ground)
        self._palette.open(lines(self), lambda query: special(self, query))

    def show_dialog(self, dialog: QDialog) -> None:
        """Show a dialog without stopping the window; it is destroyed when closed."""
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._dialogs.append(dialog)
        dialog.destroyed.connect(lambda: self._forget(dialog))
        dialog.open()

    def _forget(self, dialog: QDialog) -> None:
        self._dialogs = [other for other in self._dialogs if other is not dialog]

    def open_new(self) -> None:
        """Ask what the new study is about."""
        from desktop.window.new_study_dialog import NewStudyDialog

        dialog = NewStudyDialog(self)
        dialog.made.connect(lambda study: self.guard(lambda: self._desk().open_new(study)))
        self.show_dialog(dialog)

    def open_import(self) -> None:
        """Ask for a table to import."""
        from desktop.window.import_dialog import choose_file

        choose_file(self, self.open_import_file)

    def open_import_file(self, path: Path) -> None:
        """Show what a table file holds, and import it if wanted."""
        from desktop.exchange.files import read_bytes

        self.guard(lambda: self._open_import(read_bytes(path), path.stem))

    def open_import_of(self, text: str) -> None:
        """Show what a pasted table holds, and import it if wanted."""
        self.guard(lambda: self._open_import(text.encode(), "Pasted table"))

    def _open_import(self, data: bytes, title: str) -> None:
        from desktop.window.import_dialog import ImportDialog

        dialog = ImportDialog(data, title, self.page.session.study if self.page else None, self)
        dialog.new_made.connect(lambda study: self.guard(lambda: self._desk().open_new(study)))
        dialog.replaced.connect(lambda command: self.guard(lambda: self.session.do(command)))
        self.show_dialog(dialog)

    def open_export(self) -> None:
        """Show what the score table will look like, and write it if wanted."""
        from desktop.window.export_dialog import ExportDialog

        session = self.session
        session.settle()
        dialog = ExportDialog(session.study, session.view.perspective, self)
        dialog.written.connect(lambda path: self.toast.say(f"Score table written to {path}", "good"))
        self.show_dialog(dialog)

    def open_file(self) -> None:
        """Ask for a study file and open a copy of it."""
        from desktop.window.file_dialogs import ask_open

        ask_open(self, "Open a study file", f"{STUDIES};;All files (*)", self.take_file)

    def take_file(self, path: Path) -> None:
        """Open a study file, or start the import of a table, by its name."""
        self.take_files([path])

    def take_files(self, paths: Sequence[Path]) -> None:
        """Open studies, or start the import of a table, by the names of the files."""
        from desktop.window.incoming import take_files

        take_files(self, paths)

    def send_copy(self) -> None:
        """Ask where to write a copy of the study to give away."""
        from desktop.window.file_dialogs import ask_save, file_name

        name = file_name(self.session.study.title, ".steelyard")

        ask_save(self, "Send a copy", name, STUDIES, lambda path: self.guard(lambda: self.send_copy_to(path)))

    def send_copy_to(self, path: Path) -> None:
        """Write the open study as one file. Raises Known when that cannot be done."""
        self._desk().send_copy(path)
        self.toast.say(f"Copy written to {path}", "good")

    def save_elsewhere(self) -> None:
        """Ask where to write what the window holds while the study's own file refuses it."""
        from desktop.window.file_dialogs import ask_save, file_name

        name = file_name(self.session.study.title, " (rescued).steelyard")
        ask_save(self, "Save a copy elsewhere", name, STUDIES, lambda path: self.guard(lambda: self.rescue_to(path)))

    def rescue_to(self, path: Path) -> None:
        """Write what the window holds to a file of its own. Raises Known when that cannot be done either."""
        self._desk().save_elsewhere(path)
        self.toast.say(f"Copy written to {path}", "good")

    def open_backups(self) -> None:
        """List the backups of the open study."""
        from desktop.window.backups_dialog import BackupsDialog

        self.guard(lambda: self.show_dialog(BackupsDialog(self._desk().archive, self)))

    def open_history(self) -> None:
        """List every change of the open study."""
        from desktop.window.history_dialog import HistoryDialog

        self.guard(lambda: self.show_dialog(HistoryDialog(self._desk().archive, self)))

    def ask_arrived(self, arrived: Arrived) -> None:
        """Ask what becomes of a file whose study the library has."""
        from desktop.window.arrived_dialog import ArrivedDialog

        self.show_dialog(ArrivedDialog(arrived, self._desk().archive, self))

    def open_example(self) -> None:
        """Open a fresh copy of the bundled study."""
        self.guard(self._desk().open_example)

    def open_recent(self, key: str) -> None:
        """Open a study of the library."""
        self.guard(lambda: self._desk().open_recent(key))

    def remove_recent(self, key: str) -> None:
        """Move a study of the library to its bin."""
        self.guard(lambda: self._desk().remove(key))
        self._list_recent()

    def close_study(self) -> None:
        """Close the study and show the start page."""
        self.guard(self._desk().close_study)

    def _desk(self) -> Desk:
        assert self.desk is not None
        return self.desk

    def set_scheme(self, scheme: str) -> None:
        """Use light, dark, or the system's scheme, and remember it."""
        look.set_scheme(scheme)
        self.preferences.set("scheme", scheme)

    # Events

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        from desktop.window.incoming import local_files

        if self.desk is not None and local_files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        from desktop.window.incoming import local_files

        # Not at once: whoever dragged them waits until this returns.
        QTimer.singleShot(0, self, partial(self.take_files, local_files(event.mimeData())))

    def is_busy(self) -> bool:
        """Whether a dialog waits for an answer, which opening another study would close."""
        return any(dialog.isVisible() for dialog in self._dialogs)

    def come_forward(self, token: str = "") -> None:
        """Come to the front; `token` is what the desktop gave for it, which Wayland wants to see."""
        if token:
            os.environ["XDG_ACTIVATION_TOKEN"] = token
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.raise_()
        self.activateWindow()

    def finish_typing(self) -> None:
        """Close what is being typed or dragged, so that it is part of the study."""
        if self.page is not None:
            focused = self.page.focusWidget()
            if focused is not None:
                focused.clearFocus()
            self.page.session.settle()

    def closeEvent(self, event: QCloseEvent) -> None:
        from desktop.window.patience import afterwards, is_waiting

        if is_waiting():
            event.ignore()
            afterwards(self.close)
            return
        self.finish_typing()
        if not self.on_close():
            event.ignore()
            return
        self.remembering.write_down()
        if self.page is not None:
            self.page.refresher.stop()
        self.preferences.sync()
        event.accept()
