"""What the window remembers between runs: scheme, geometry, the last study and folder. Never a judgement."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QSettings


class Preferences:
    """A small INI file in the user's configuration folder (STEELYARD_HOME overrides the folder)."""

    def __init__(self, folder: Path | None = None) -> None:
        folder = folder or config_folder()
        self._settings = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)

    def text(self, key: str, default: str = "") -> str:
        """A remembered text."""
        value: Any = self._settings.value(key, default)
        return value if isinstance(value, str) else default

    def flag(self, key: str, default: bool = False) -> bool:
        """A remembered yes or no."""
        return self.text(key, "yes" if default else "no") == "yes"

    def blob(self, key: str) -> QByteArray:
        """Remembered bytes, such as a window's geometry; empty when there are none."""
        value: Any = self._settings.value(key)
        return value if isinstance(value, QByteArray) else QByteArray()

    def set(self, key: str, value: str | bool | QByteArray) -> None:
        """Remember a value."""
        self._settings.setValue(key, ("yes" if value else "no") if isinstance(value, bool) else value)

    def sync(self) -> None:
        """Write to disk now."""
        self._settings.sync()


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
