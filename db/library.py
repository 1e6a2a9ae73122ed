"""The library: the folder of studies in the user's data folder, with an index that can be rebuilt from the files.

studies/   the study files
backups/   copies of each, one folder per study
trash/     what was removed
index.json what the start page shows, so that it need not open every file
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from db import history, reading
from db.engine import Damaged, Unwritable, connect, is_live, replacing
from db.header import NotAStudy, read_header
from db.store import Store, write_new
from db.study.copies import copy_of, free_title
from db.study.diff import differences
from db.study.model import Id, Known, Study, new_id

SUFFIX = ".steelyard"


@dataclass(frozen=True, slots=True)
class Entry:
    """What the start page shows of one file. `trouble` is a sentence when the file cannot be read, else empty.

    `seq` and `hash` are the newest change that the library has seen in the file, `digest` that of its contents.
    """

    path: Path
    id: Id = ""
    title: str = ""
    n_options: int = 0
    n_criteria: int = 0
    changed_at: str = ""
    seq: int = 0
    hash: str = ""
    digest: str = ""
    trouble: str = ""


def default_home() -> Path:
    """Where the library is kept: STEELYARD_HOME, or the user's data folder."""
    given = os.environ.get("STEELYARD_HOME")
    if given:
        return Path(given)
    import platformdirs

    return Path(platformdirs.user_data_dir("Steelyard", appauthor=False))


class Library:
    """The studies kept for this user. Raises Unwritable when the folder cannot be made."""

    def __init__(self, folder: Path | None = None) -> None:
        self.home = (folder or default_home()).resolve()
        self.studies = self.home / "studies"
        self.backups = self.home / "backups"
        self.trash = self.home / "trash"
        self._index = self.home / "index.json"
        self._open: dict[Path, Store] = {}
        try:
            for place in (self.studies, self.backups, self.trash):
                place.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Unwritable(
                f"The library cannot be kept in {self.home} ({error.strerror}). Nothing was changed; allow writing "
                f"there or set STEELYARD_HOME to another folder."
            ) from error

    def entries(self) -> list[Entry]:
        """Every study in the library, the most recently changed first. Opens only files that changed since."""
        known = self._read_index()
        fresh = {path.name: self._entry(path, known.get(path.name)) for path in self._files()}
        if fresh != known:
            self._write_index(fresh)
        return sorted((entry for _, entry in fresh.values()), key=lambda entry: entry.changed_at, reverse=True)

    def create(self, study: Study, who: str) -> Path:
        """Keep a new study; returns its file."""
        path = self._new_path(study)
        write_new(path, study, who=who)
        return path

    def open(self, path: Path) -> Store:
        """The open study; a backup is made when it closes. Raises what `Store.open` raises."""
        store = Store.open(path)
        store.on_close = self._closing
        self._open[store.path] = store
        return store

    def _closing(self, store: Store) -> None:
        self._open.pop(store.path, None)
        if store.changed:
            from db.backup import back_up

            back_up(store, self.backups)

    def import_file(self, path: Path) -> Path:
        """Keep a checked copy of a study file from elsewhere; returns the file in the library.

        The original is only read. When the library already has the study, the very same state is not kept twice; any
        other state is kept as a study of its own. Raises Known with the reason when the file is refused.
        """
        from db.quarantine import receive

        path = path.resolve()
        if path.parent == self.studies:
            return path
        received = receive(path)
        study, chain = received.study, received.chain
        entries = self.entries()
        same = next((entry for entry in entries if entry.id == study.id), None)
        if same is not None and same.hash == chain[-1].hash:
            return same.path
        if same is not None:
            study = copy_of(study, free_title(study.title, (entry.title for entry in entries)))
            found = differences(received.study, study)
            renamed = history.next_change(chain[-1], found, f"Keep as “{study.title}”", who="", kind="import")
            chain = (*chain, renamed)
        target = self._new_path(study)
        write_new(target, study, chain=chain)
        return target

    def send_copy(self, store: Store, target: Path) -> None:
        """Write the open study as one file elsewhere, in one step; an old file there is replaced only at the end."""
        self._write_elsewhere(target, store.copy_to)

    def write_copy(self, study: Study, target: Path, who: str) -> None:
        """Write a study as a file of its own elsewhere, whatever its own file holds or refuses."""
        self._write_elsewhere(target, lambda temporary: write_new(temporary, study, who=who))

    def _write_elsewhere(self, target: Path, write: Callable[[Path], object]) -> None:
        if is_live(target):
            raise Known(f"“{target.name}” is open in this window and was not overwritten. Choose another name.")
        try:
            with replacing(target) as temporary:
                write(temporary)
        except Unwritable as error:
            raise Unwritable(f"The copy “{target.name}” could not be written. The study is intact.") from error
        except (sqlite3.Error, OSError) as error:
            reason = getattr(error, "strerror", None) or error
            raise Unwritable(
                f"The copy “{target.name}” could not be written ({reason}). The study is intact."
            ) from error

    def remove(self, path: Path) -> Path:
        """Move a study to the trash folder of the library; returns where it is now. Raises Locked when it is open."""
        with suppress(Damaged, NotAStudy):
            Store.open(path).close()
        target = self.trash / f"{new_id()[:8]}-{path.name}"
        for suffix in ("", "-wal", "-journal"):
            with suppress(FileNotFoundError):
                os.replace(f"{path}{suffix}", f"{target}{suffix}")
        return target

    def _files(self) -> Iterator[Path]:
        for path in sorted(self.studies.iterdir()):
            if path.suffix == SUFFIX and not path.name.startswith("."):
                yield path

    def _new_path(self, study: Study) -> Path:
        return self.studies / f"{slug(study.title)}-{new_id()[:8]}{SUFFIX}"

    def _entry(self, path: Path, known: tuple[list[int], Entry] | None) -> tuple[list[int], Entry]:
        status = path.stat()
        stamp = [status.st_size, status.st_mtime_ns]
        store = self._open.get(path)
        if store is not None:
            return stamp, entry_of(store)
        if known is not None and (known[0] == stamp or is_live(path)):
            return known
        try:
            return stamp, read_entry(path)
        except Known as error:
            last = known[1] if known is not None else Entry(path, title=path.stem)
            return stamp, replace(last, trouble=str(error))

    def _read_index(self) -> dict[str, tuple[list[int], Entry]]:
        try:
            found = json.loads(self._index.read_text("utf-8"))
            return {
                name: (list(stamp), Entry(**{**fields, "path": self.studies / name}))
                for name, (stamp, fields) in found.items()
            }
        except (OSError, ValueError, TypeError, AttributeError):
            return {}

    def _write_index(self, fresh: dict[str, tuple[list[int], Entry]]) -> None:
        """Losing the index costs nothing, so nothing waits for the disk and a failure is no failure."""
        rows: dict[str, Any] = {
            name: (stamp, {**asdict(entry), "path": name}) for name, (stamp, entry) in fresh.items()
        }
        temporary = self._index.with_name(f".{new_id()}.tmp")
        with suppress(OSError):
            temporary.write_text(json.dumps(rows, ensure_ascii=False), "utf-8")
            os.replace(temporary, self._index)


def entry_of(store: Store) -> Entry:
    """What an open study holds now."""
    study, head = store.study, store.head
    counts = len(study.options), len(study.leaves())
    return Entry(store.path, study.id, study.title, *counts, head.at, head.seq, head.hash, head.digest)


def read_entry(path: Path) -> Entry:
    """What a file that is not open in this process holds, without locks and without playing back its journals."""
    read_header(path)
    raw: sqlite3.Connection | None = None
    try:
        raw = connect(path, "immutable")
        if reading.schema_digest(raw) != reading.SCHEMA:
            raise Damaged(f"“{path.name}” is not made as a study of this version is.")
        id_, title = raw.execute("SELECT id, title FROM study").fetchone()
        (options,) = raw.execute("SELECT count(*) FROM option").fetchone()
        (leaves,) = raw.execute("SELECT count(*) FROM scale").fetchone()
        newest = history.head(raw)
    except reading.BAD_CONTENT as error:
        raise Damaged(f"“{path.name}” is damaged ({error}). Open a backup of it, or run a check on it.") from error
    finally:
        if raw is not None:
            raw.close()
    last = (newest.seq, newest.hash, newest.digest)
    return Entry(path, id_, title, options, leaves, newest.at, *last)


def slug(title: str) -> str:
    """A short file name that every file system accepts."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:40].strip("-") or "study"
