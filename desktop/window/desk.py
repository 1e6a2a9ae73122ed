"""What the window asks of the application: studies to open, make and send. The window knows no storage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from db.study.model import Study
from db.study.patch import Patch


@dataclass(frozen=True)
class RecentStudy:
    """One study of the library as the start page lists it; `key` opens it, `trouble` says why it cannot be read."""

    key: str
    title: str
    detail: str
    changed: str
    trouble: str = ""


@dataclass(frozen=True)
class PastChange:
    """One change in the history of the open study: who made it, when (ISO 8601, UTC), what it did, and why.

    `kind` is create, do, undo, redo, name, import or migrate; a change of the kind name gives the study as it then was
    a name, its `label`. `patch` is what was and what became of it, as `db.study.patch` writes it.
    """

    seq: int
    who: str
    at: str
    label: str
    reason: str
    kind: str
    patch: Patch


@dataclass(frozen=True)
class BackupCopy:
    """One backup of a study: `key` opens it, `seq` is its newest change, `made_at` is ISO 8601 in UTC, `size` in bytes.

    `holds` says in words what is in it; `verified` whether it was checked when it was made and is still as long.
    """

    key: str
    seq: int
    made_at: str
    size: int
    verified: bool
    holds: str


@dataclass(frozen=True)
class Arrived:
    """A checked study file from elsewhere that the library has a study for already.

    `standing` is ahead, behind or apart; `theirs` and `own` count the changes that only the file and only the library
    have. `place` says what else writes to the file's folder, "" for nothing known.
    """

    name: str
    study: Study
    own_title: str
    standing: str
    theirs: int
    own: int
    place: str


class Archive(Protocol):
    """The past of studies and what arrives, as the window sees them. Everything here raises Known when refused."""

    def update_from_arrived(self) -> None:
        """Bring the library's study to the state of the file last asked about, and open it."""
        ...

    def keep_arrived(self) -> None:
        """Keep the file last asked about as a study of its own, and open it."""
        ...

    def open_own_of_arrived(self) -> None:
        """Leave the file last asked about alone, and open the library's own study."""
        ...

    def own_of_arrived(self) -> Study:
        """The library's own study, as it stands beside the file last asked about."""
        ...

    def changes(self) -> Sequence[PastChange]:
        """The history of the open study, oldest first."""
        ...

    def as_it_was(self, seq: int) -> Study:
        """The open study after the change with this number."""
        ...

    def look_at_change(self, seq: int) -> None:
        """Show the open study as it was after a change, to be looked at only."""
        ...

    def restore_change(self, seq: int) -> None:
        """Make the open study what it was after a change, as a new change."""
        ...

    def name_version(self, name: str, reason: str) -> None:
        """Call the open study as it is now by a name, in its history."""
        ...

    def backups(self) -> Sequence[BackupCopy]:
        """The backups of the open study, the newest first."""
        ...

    def look_at_backup(self, key: str) -> None:
        """Show what a backup holds, to be looked at only."""
        ...

    def restore_backup(self, key: str) -> None:
        """Put a backup into the library as a study of its own, and open it."""
        ...


class Desk(Protocol):
    """The library and the store, as the window sees them. Everything here raises Known when it cannot be done."""

    @property
    def archive(self) -> Archive:
        """The past of studies, and what arrives."""
        ...

    def recent(self) -> Sequence[RecentStudy]:
        """The studies of the library, the last changed first."""
        ...

    def open_recent(self, key: str) -> None:
        """Open a study of the library in the window."""
        ...

    def open_files(self, paths: Sequence[Path]) -> None:
        """Copy received study files into the library and open the first; ask first where one alone is known."""
        ...

    def back_to_present(self) -> None:
        """Show the open study again, or the start page, after something was looked at."""
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
