"""What the window asks of the application: studies to open, make and send. The window knows no storage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from db.study.model import Study


@dataclass(frozen=True)
class RecentStudy:
    """One study of the library as the start page lists it; `key` opens it."""

    key: str
    title: str
    detail: str
    changed: str


class Desk(Protocol):
    """The library and the store, as the window sees them. Everything here raises Known when it cannot be done."""

    def recent(self) -> Sequence[RecentStudy]:
        """The studies of the library, the last changed first."""
        ...

    def open_recent(self, key: str) -> None:
        """Open a study of the library in the window."""
        ...

    def open_file(self, path: Path) -> None:
        """Copy a received study file into the library and open the copy."""
        ...

    def open_example(self) -> None:
        """Make a fresh copy of the bundled study and open it."""
        ...

    def open_new(self, study: Study) -> None:
        """Put a new study into the library and open it."""
        ...

    def send_copy(self, path: Path) -> None:
        """Write the open study as one file to give away."""
        ...

    def save_elsewhere(self, path: Path) -> None:
        """Write what the window holds to another file while the study's own file refuses it."""
        ...

    def remove(self, key: str) -> None:
        """Move a study of the library to its bin."""
        ...

    def close_study(self) -> None:
        """Save and close the open study and show the start page."""
        ...
