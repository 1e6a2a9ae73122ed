"""Files that ship with the application: palette, fonts, icons. This module is the one reader."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any


def path(name: str) -> Path:
    """Return where the file called name lies; name may hold folders, as in "fonts/Inter-Regular.otf"."""
    return Path(str(files(__name__).joinpath(*name.split("/"))))


def read_text(name: str) -> str:
    """Return the text of the file called name. Raises FileNotFoundError if it does not ship."""
    return files(__name__).joinpath(*name.split("/")).read_text(encoding="utf-8")


def names(folder: str) -> list[str]:
    """Return the names of the files in a folder, sorted."""
    return sorted(entry.name for entry in files(__name__).joinpath(folder).iterdir() if entry.is_file())


@cache
def palette() -> dict[str, Any]:
    """Return the colours: "light" and "dark" tokens, "categorical" colours and "groups", all as "#RRGGBB"."""
    loaded: dict[str, Any] = json.loads(read_text("palette.json"))
    return loaded
