"""When Steelyard itself fails: say so once, in words, with the report ready to copy. The study is on disk."""

from __future__ import annotations

import platform
import sys
import traceback
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPlainTextEdit

from desktop.look.buttons import Button
from desktop.version import version
from desktop.window.dialog import Dialog

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from desktop.logbook import Logbook
    from desktop.window.main_window import MainWindow


class CrashDialog(Dialog):
    """Shows the report of a failure that is not the user's."""

    def __init__(self, report: str, kept: str, parent: QWidget | None = None) -> None:
        super().__init__("Something went wrong in Steelyard", "", parent)
        self.resize(680, 440)
        self.words = words = QLabel(
            "This is a fault of the app, not of your study. Every finished change is on disk. You can go on; "
            f"if things look odd, close and open the app again. The report below helps its makers mend it.{kept}"
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


def report_crashes(window: MainWindow, logbook: Logbook) -> None:
    """Show a report for every exception that nobody caught, one at a time; print and log every one."""
    open_reports: list[CrashDialog] = []

    def report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        sys.__excepthook__(kind, error, trace)
        if issubclass(kind, KeyboardInterrupt):
            return
        lines = "".join(traceback.format_exception(kind, error, trace))
        text = f"Steelyard {version()} on {platform.platform()}, Python {platform.python_version()}\n\n{lines}"
        is_kept = logbook.write(text, fault=True)
        if open_reports:
            return
        dialog = CrashDialog(text, f" It is also in {logbook.path}." if is_kept else "", window)
        open_reports.append(dialog)
        dialog.finished.connect(lambda _result: open_reports.clear())
        window.show_dialog(dialog)

    sys.excepthook = report
