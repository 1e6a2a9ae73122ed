"""Files that come in: dropped on the window, named at a start, or handed over by another start."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QMimeData

    from desktop.window.main_window import MainWindow

TABLES = (".csv", ".tsv", ".txt")
"""How the names of score tables end; every other file should be a study."""


def take_files(window: MainWindow, paths: Sequence[Path]) -> None:
    """Open studies, or start the import of a table, by the names of the files.

    Of several studies the first is shown and all are put into the library; tables are looked at one at a time.
    """
    desk = window.desk
    assert desk is not None
    tables = [path for path in paths if path.suffix.lower() in TABLES]
    studies = [path for path in paths if path not in tables]
    if studies:
        window.guard(lambda: desk.open_files(studies))
    elif tables:
        window.open_import_file(tables.pop(0))
    if tables:
        named = ", ".join(f"“{path.name}”" for path in tables)
        window.toast.say(f"Left out: {named}. Tables are imported one at a time", "info")


def local_files(data: QMimeData) -> list[Path]:
    """The files of this machine that are dragged; addresses of others are none."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
