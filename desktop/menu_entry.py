"""The menu entry, file type and icons of an install of one user, as pipx and `uv tool` make it; packages bring theirs.

Everything goes into the user's data folder of the freedesktop.org standards (XDG_DATA_HOME) and nowhere else.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import resources
from db.study.model import Known

Paint = Callable[[Path, int], bytes]
"""Paints an SVG file at a size in pixels; returns a PNG."""

SIZES = (16, 22, 24, 32, 48, 64, 96, 128, 256, 512)
"""Sizes in pixels at which desktops look for an icon."""

PICTURES = {"icons/app.svg": "apps/steelyard", "desktop/document.svg": "mimetypes/application-x-steelyard"}
"""Which picture of the resources is which icon of a theme."""

_ENTRY = "applications/steelyard.desktop"
_TYPE = "mime/packages/steelyard.xml"


def install(paint: Paint) -> str:
    """Put Steelyard into the user's menu, replacing what an earlier call put there; returns what was done.

    Raises Known where there is no such menu or no command to start, OSError where a file cannot be written.
    """
    folder, command = _data_folder(), _command()
    made = {_ENTRY: _entry(command), _TYPE: resources.path("desktop/steelyard.xml").read_bytes(), **_icons(paint)}
    changed = [name for name, data in made.items() if _write(folder / name, data)]
    missing = _refresh(folder)
    if not changed:
        return f"Steelyard was in the menu already, starting {command}; nothing was changed."
    files = f"{len(changed)} of {len(made)} files were written below {folder}"
    return f"Steelyard is in the menu, starting {command}, and opens .steelyard files; {files}.{_lacking(missing)}"


def remove() -> str:
    """Take out of the user's menu what `install` put there; returns what was done. Studies are left alone."""
    folder = _data_folder()
    gone = [path for name in (_ENTRY, _TYPE, *_icon_names()) if _delete(path := folder / name, folder)]
    if not gone:
        return f"Steelyard was not in the menu below {folder}; nothing was changed."
    missing = _refresh(folder)
    return f"Steelyard is out of the menu; {len(gone)} files below {folder} were removed.{_lacking(missing)}"


def _data_folder() -> Path:
    if sys.platform in ("win32", "darwin"):
        raise Known("Menu entries of this kind are for Linux and the BSDs; nothing was changed.")
    given = os.environ.get("XDG_DATA_HOME", "")
    return Path(given) if os.path.isabs(given) else Path.home() / ".local" / "share"


def _command() -> Path:
    """The command that started this, or the one beside this Python. Raises Known where there is none."""
    told = shutil.which(sys.argv[0]) if Path(sys.argv[0]).name == "steelyard" else None
    beside = Path(sys.executable).with_name("steelyard")
    for found in (told, beside):
        if found and os.access(found, os.X_OK):
            return Path(os.path.abspath(found))  # Not resolved: pipx keeps the link, and replaces what it leads to.
    raise Known("There is no command steelyard to put into a menu; nothing was changed; install Steelyard first.")


def _entry(command: Path) -> bytes:
    """The menu entry, starting this very command whatever the PATH of the desktop is."""
    lines = resources.read_text("desktop/steelyard.desktop").splitlines()
    own = {"Exec=steelyard ": f"Exec={_quoted(str(command))} ", "TryExec=steelyard": f"TryExec={_plain(command)}"}
    for shipped, ours in own.items():
        lines = [ours + line.removeprefix(shipped) if line.startswith(shipped) else line for line in lines]
    return "".join(f"{line}\n" for line in lines).encode()


def _plain(value: object) -> str:
    """A value of a desktop file, in which a backslash stands for what follows."""
    return str(value).replace("\\", "\\\\")


def _quoted(command: str) -> str:
    """One argument of an Exec line: quoted, then written as a value."""
    escaped = "".join(f"\\{letter}" if letter in '"`$\\' else letter for letter in command)
    return _plain(f'"{escaped}"').replace("%", "%%")


def _icon_names() -> list[str]:
    scaled = [f"icons/hicolor/scalable/{icon}.svg" for icon in PICTURES.values()]
    return scaled + [f"icons/hicolor/{size}x{size}/{icon}.png" for icon in PICTURES.values() for size in SIZES]


def _icons(paint: Paint) -> dict[str, bytes]:
    drawn = {f"icons/hicolor/scalable/{icon}.svg": resources.path(svg).read_bytes() for svg, icon in PICTURES.items()}
    for svg, icon in PICTURES.items():
        for size in SIZES:
            drawn[f"icons/hicolor/{size}x{size}/{icon}.png"] = paint(resources.path(svg), size)
    return drawn


def _write(path: Path, data: bytes) -> bool:
    """Make a file hold this; returns whether it did not."""
    if path.is_file() and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return True


def _delete(path: Path, folder: Path) -> bool:
    """Remove a file and the folders below `folder` that it leaves empty; returns whether it was there."""
    if not path.is_file():
        return False
    path.unlink()
    for parent in path.parents:
        # The folder of file types stays: what update-mime-database made of ours goes only if it finds the folder.
        if parent in (folder, folder / "mime" / "packages") or any(parent.iterdir()):
            break
        parent.rmdir()
    return True


def _refresh(folder: Path) -> list[str]:
    """Let desktops that are running see what changed; returns the programs that are not there to do it."""
    theme = folder / "icons" / "hicolor"
    if theme.is_dir():
        os.utime(theme)
    missing = []
    for program, place in (("update-mime-database", "mime"), ("update-desktop-database", "applications")):
        if not (folder / place).is_dir():
            continue
        if found := shutil.which(program):
            subprocess.run([found, str(folder / place)], capture_output=True, check=False)
        else:
            missing.append(program)
    return missing


def _lacking(missing: list[str]) -> str:
    return f" {' and '.join(missing)} is not installed, so it may show at the next login only." if missing else ""
