"""When Steelyard itself fails: say so once, in words, with the report ready to copy. The study is on disk."""

from __future__ import annotations

import platform
import sys
import threading
import traceback
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QMessageLogContext, QObject, Qt, QtMsgType, Signal, qInstallMessageHandler
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QMessageBox, QPlainTextEdit
from shiboken6 import isValid

from desktop.look.buttons import Button
from desktop.version import version
from desktop.window.dialog import Dialog

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from desktop.logbook import Logbook
    from desktop.window.main_window import MainWindow


MOST_OF_QT = 200
"""How many complaints of Qt one run may put into the log."""

_SAFE = "This is a fault of the app, not of your study. Every finished change is on disk."


class CrashDialog(Dialog):
    """Shows the report of a failure that is not the user's."""

    def __init__(self, report: str, kept: str, parent: QWidget | None = None) -> None:
        super().__init__("Something went wrong in Steelyard", "", parent)
        self.resize(680, 440)
        self.words = words = QLabel(
            f"{_SAFE} You can go on; if things look odd, close and open the app again. The report below helps its "
            f"makers mend it.{kept}"
        )
        words.setWordWrap(True)
        self.report = QPlainTextEdit(report)
        self.report.setReadOnly(True)
        self.report.setAccessibleName("Report")
        self.report.setAccessibleIdentifier("crash.report")
        copy = Button("Copy the report", "copy", "outlined")
        copy.setAccessibleIdentifier("crash.copy")
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(report))
        self.buttons.insertWidget(0, copy)
        self.body.addWidget(words)
        self.body.addWidget(self.report, 1)


class _Reporter(QObject):
    """Shows one report at a time, whichever thread it comes from."""

    noted = Signal(str, bool)

    def __init__(self, window: MainWindow, logbook: Logbook) -> None:
        super().__init__(window)
        self._window, self._logbook = window, logbook
        self._is_open = False
        self.noted.connect(self._show)

    def report(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Print and log a fault; the window shows it once it comes to it."""
        sys.__excepthook__(kind, error, trace)
        if issubclass(kind, KeyboardInterrupt):
            return
        text = report_of(kind, error, trace)
        is_kept = self._logbook.write(text, fault=True)
        if isValid(self):
            self.noted.emit(text, is_kept)

    def report_of_thread(self, told: threading.ExceptHookArgs) -> None:
        """As `report`, for a thread of Python's that ended with a fault."""
        if told.exc_value is not None and not issubclass(told.exc_type, SystemExit):
            self.report(told.exc_type, told.exc_value, told.exc_traceback)

    def _show(self, text: str, is_kept: bool) -> None:
        if self._is_open:
            return
        self._is_open = True
        where = f" It is also in {self._logbook.path}." if is_kept else ""
        try:
            dialog: QDialog = CrashDialog(text, where, self._window)
            self._window.show_dialog(dialog)
        except Exception as bug:  # Then the plainest box there is, which nothing of ours paints.
            self._logbook.write(report_of(type(bug), bug, bug.__traceback__), fault=True)
            dialog = plain_box(text, self._window)
            dialog.open()
        dialog.finished.connect(self._on_finished)

    def _on_finished(self) -> None:
        self._is_open = False


def report_crashes(window: MainWindow, logbook: Logbook) -> Callable[[], None]:
    """Show a report for every exception that nobody caught, one at a time; print and log every one.

    Returns the way to stop.
    """
    reporter = _Reporter(window, logbook)
    before = sys.excepthook, threading.excepthook
    sys.excepthook, threading.excepthook = reporter.report, reporter.report_of_thread

    def stop() -> None:
        sys.excepthook, threading.excepthook = before

    return stop


def report_of(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> str:
    """What the makers of Steelyard need to know of a fault."""
    lines = "".join(traceback.format_exception(kind, error, trace))
    return f"Steelyard {version()} on {platform.platform()}, Python {platform.python_version()}\n\n{lines}"


def plain_box(text: str, parent: QWidget | None = None) -> QMessageBox:
    """The system's own box for a fault, where ours cannot be had."""
    box = QMessageBox(QMessageBox.Icon.Critical, "Steelyard", _SAFE, QMessageBox.StandardButton.Close, parent)
    box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    box.setDetailedText(text)
    return box


def last_words(text: str) -> None:
    """Show a fault that keeps the window from opening, until it is closed; nothing where Qt has not begun."""
    app = QApplication.instance()
    if app is not None:
        box = plain_box(text)
        box.show()
        app.exec()


def log_qt(logbook: Logbook) -> None:
    """Put what Qt complains of into the log, each complaint once, and on standard error as ever."""
    told: set[str] = set()

    def heard(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
        if sys.stderr:
            print(text, file=sys.stderr)
        if kind not in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg) and text not in told and len(told) < MOST_OF_QT:
            told.add(text)  # First: what writing it calls forth must not come here again.
            logbook.write(f"Qt: {text}", fault=kind != QtMsgType.QtWarningMsg)

    qInstallMessageHandler(heard)
