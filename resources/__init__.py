"""Files that ship with the application: palette, fonts, icons. This module is the one reader."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

# Always a folder, also in a bundle; importlib.resources would cost the first paint several milliseconds.
_FOLDER = Path(__file__).parent


def path(name: str) -> Path:
    """Return where the file called name lies; name may hold folders, as in "fonts/Inter-Regular.otf"."""
    return _FOLDER.joinpath(*name.split("/"))


def read_text(name: str) -> str:
    """Return the text of the file called name. Raises FileNotFoundError if it does not ship."""
    return path(name).read_text(encoding="utf-8")


def names(folder: str) -> list[str]:
    """Return the names of the files in a folder, sorted."""
    return sorted(entry.name for entry in path(folder).iterdir() if entry.is_file())


@cache
def palette() -> dict[str, Any]:
    """Return the colours: "light" and "dark" tokens, "categorical" colours and "groups", all as "#RRGGBB"."""
    loaded: dict[str, Any] = json.loads(read_text("palette.json"))
    return loaded
