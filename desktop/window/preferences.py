"""What the window remembers between runs: scheme, geometry, the last study and folder. Never a judgement."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QObject, QSettings, QThreadPool, QTimer

WRITE_MS = 200
"""How long after a value was set it is written, so that several are written at once."""


class Preferences(QObject):
    """A small INI file in the user's configuration folder (STEELYARD_HOME overrides the folder).

    It is read once and written on a thread of its own, so that the window never waits for the disk. Each writing puts
    a whole new file in the place of the old one, with what other windows have written meanwhile.
    """

    def __init__(self, folder: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._file = str((folder or config_folder()) / "window.ini")
        settings = QSettings(self._file, QSettings.Format.IniFormat)
        self._values: dict[str, Any] = {key: settings.value(key) for key in settings.allKeys()}
        self._changed: dict[str, Any] = {}
        self._writer = QThreadPool(self)
        self._writer.setMaxThreadCount(1)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(WRITE_MS)
        self._timer.timeout.connect(self._write)

    def text(self, key: str, default: str = "") -> str:
        """A remembered text."""
        value = self._values.get(key, default)
        return value if isinstance(value, str) else default

    def flag(self, key: str, default: bool = False) -> bool:
        """A remembered yes or no."""
        return self.text(key, "yes" if default else "no") == "yes"

    def blob(self, key: str) -> QByteArray:
        """Remembered bytes, such as a window's geometry; empty when there are none."""
        value = self._values.get(key)
        return value if isinstance(value, QByteArray) else QByteArray()

    def set(self, key: str, value: str | bool | QByteArray) -> None:
        """Remember a value."""
        kept = ("yes" if value else "no") if isinstance(value, bool) else value
        if self._values.get(key) != kept:
            self._values[key] = self._changed[key] = kept
            self._timer.start()

    def sync(self) -> None:
        """Write to disk now, and wait for it."""
        self._write()
        self._writer.waitForDone()

    def _write(self) -> None:
        self._timer.stop()
        if self._changed:
            changed, self._changed = self._changed, {}
            self._writer.start(partial(_write, self._file, changed))


def _write(file: str, changed: dict[str, Any]) -> None:
    settings = QSettings(file, QSettings.Format.IniFormat)
    for key, value in changed.items():
        settings.setValue(key, value)
    settings.sync()


def config_folder() -> Path:
    """Where preferences live; made when it is not there yet and can be."""
    home = os.environ.get("STEELYARD_HOME")
    if home:
        folder = Path(home)
    else:
        from platformdirs import user_config_dir

        folder = Path(user_config_dir("Steelyard", appauthor=False))
    with suppress(OSError):  # Nothing is remembered then; whatever needs the folder says so.
        folder.mkdir(parents=True, exist_ok=True)
    return folder
