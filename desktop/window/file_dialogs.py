"""The system's file dialogs, opened without stopping the window, starting where the user was last."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from desktop.window.main_window import MainWindow

LONGEST = 80
"""Letters of a title that go into a file's name; file systems take 255 bytes."""

Take = Callable[[Path], object]


def file_name(title: str, end: str) -> str:
    """A file name that every file system takes, for a study with this title; `end` is its end with the suffix."""
    plain = "".join("-" if letter in '/\\:*?"<>|' or not letter.isprintable() else letter for letter in title)
    return (plain[:LONGEST].strip(" .") or "study") + end


def ask_open(window: MainWindow, title: str, filters: str, take: Take) -> QFileDialog:
    """Ask for a file that is there."""
    dialog = QFileDialog(window, title, window.preferences.text("folder", str(Path.home())), filters)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    return _opened(dialog, window, take)


def ask_save(
    window: MainWindow, title: str, name: str, filters: str, take: Take, parent: QWidget | None = None
) -> QFileDialog:
    """Ask where to write; the system asks before a file is written over."""
    folder = Path(window.preferences.text("folder", str(Path.home())))
    dialog = QFileDialog(parent or window, title, str(folder / name), filters)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(Path(name).suffix.lstrip("."))
    return _opened(dialog, window, take)


def _opened(dialog: QFileDialog, window: MainWindow, take: Take) -> QFileDialog:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def on_selected(chosen: str) -> None:
        path = Path(chosen)
        window.preferences.set("folder", str(path.parent))
        take(path)

    dialog.fileSelected.connect(on_selected)
    dialog.open()
    return dialog
