"""The library: the folder of studies in the user's data folder, with an index that can be rebuilt from the files.

studies/   the study files
backups/   copies of each, one folder per study
trash/     what was removed
heads.json how far each study was seen to go
index.json what the start page shows, so that it need not open every file
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from db import history, reading
from db.arrivals import Arrival, Standing, standing
from db.engine import Damaged, Locked, Unwritable, connect, explain, is_live, make_folder, replacing
from db.header import NotAStudy, read_header, resolved
from db.heads import Head, Heads
from db.history import Change
from db.store import Store, write_new
from db.study.copies import copy_of, free_title
from db.study.diff import differences
from db.study.model import Id, Known, Study, new_id

if TYPE_CHECKING:
    from db.backup import Backup
    from db.quarantine import Received
    from db.salvage import Salvaged

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
        self._heads = Heads(self.home / "heads.json")
        self._open: dict[Path, Store] = {}
        try:
            for place in (self.studies, self.backups, self.trash):
                make_folder(place)
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
        """The open study; a backup is made when it closes. Raises what `Store.open` raises.

        A file that is older than the library last saw it is opened as it is; `notice` of the store says so, and what
        the newest backup holds of the lost changes is put into the library as a study of its own.
        """
        store = Store.open(path)
        store.on_close, store.on_saved = self._closing, self._note_soon
        self._open[store.path] = store
        store.notice = self._older_than_seen(store)
        return store

    def _closing(self, store: Store) -> None:
        self._open.pop(store.path, None)
        self._note(store)
        if store.changed:
            self.back_up(store)

    def _note(self, store: Store, *, synced: bool = True) -> None:
        """The record only serves a notice: a disk that refuses it must not keep the study from closing."""
        with suppress(OSError):
            seen = Head(store.head.seq, store.head.hash, store.head.at, store.study.id)
            self._heads.note(store.path.name, seen, synced=synced)

    def _note_soon(self, store: Store) -> None:
        """Without waiting for the disk: an edit must not wait for it twice."""
        self._note(store, synced=False)

    def _older_than_seen(self, store: Store) -> str:
        seen = self._heads.of(store.path.name)
        if seen is None or store.holds(seen.seq, seen.hash):
            return ""
        told = f"“{store.study.title}” is not as this library last saw it. {self._told(store, seen)}"
        self._note(store)
        return told

    def _told(self, store: Store, seen: Head) -> str:
        cause = (
            "its last changes were lost, or an older file was put in its place"
            if store.head.seq < seen.seq
            else "another file was put in its place"
        )
        held = f"Its file ends at change {store.head.seq}, but change {seen.seq} of {seen.at[:16]} UTC was seen here"
        return f"{held}: {cause}. {self._keep_newer(store, seen)}"

    def _keep_newer(self, store: Store, seen: Head) -> str:
        """Put what the newest fitting backup holds of the lost changes into the library; says what became of them."""
        from db.quarantine import receive

        for backup in reversed(self.backups_of(store.study.id)):
            if backup.seq <= min(store.head.seq, seen.seq - 1):
                break
            with suppress(Known):
                received = receive(backup.path)
                if _contains(received.chain, seen.seq, seen.hash):
                    return f"Both are kept; what was there is now “{self._restored(received)}”."
                if backup.seq < seen.seq and _contains(received.chain, store.head.seq, store.head.hash):
                    title = self._restored(received)
                    return f"A backup holds what was there up to change {backup.seq}; it is now “{title}”."
        return "It was opened as it is; no backup holds what was there."

    def _restored(self, received: Received) -> str:
        return read_entry(self._restore(received)).title

    # Files from elsewhere

    def examine(self, path: Path, chain_of: Callable[[Path], Sequence[Change]] | None = None) -> Arrival:
        """Check a file from elsewhere and say how it stands to the library's own study of that identity.

        The file is only read. `chain_of` gives the history of one of the library's files that is open. Raises Known
        with the reason when the file is refused.
        """
        from db.quarantine import receive

        path = resolved(path)
        received = receive(path)
        own = next((entry for entry in self.entries() if entry.id == received.study.id and not entry.trouble), None)
        if own is None:
            return Arrival(path, received, Standing.NEW)
        ours = (chain_of or self._chain)(own.path) if is_live(own.path) else self._chain(own.path)
        found, common = standing(ours, received.chain)
        return Arrival(path, received, found, own.path, common, len(received.chain) - common, len(ours) - common)

    def _chain(self, path: Path) -> Sequence[Change]:
        from db.quarantine import peek

        try:
            with Store.open(path) as store:
                return store.changes()
        except Locked:
            return peek(path).chain  # As last saved in the window that has it; whoever changes it opens it first.

    def import_file(self, path: Path) -> Path:
        """Keep a checked copy of a study file from elsewhere; returns the file in the library.

        The original is only read. When the library already has the study, the very same state is not kept twice; any
        other state is kept as a study of its own. Raises Known with the reason when the file is refused.
        """
        path = resolved(path)
        if path.parent == self.studies:
            return path
        arrival = self.examine(path)
        if arrival.standing is Standing.SAME and arrival.ours is not None:
            return arrival.ours
        return self.keep(arrival)

    def keep(self, arrival: Arrival) -> Path:
        """Keep what arrived: a new study as itself, any other beside the library's own; returns its file."""
        return self._keep(arrival.received, as_itself=arrival.standing is Standing.NEW)

    def _keep(self, received: Received, *, as_itself: bool, title: str = "") -> Path:
        study, chain = received.study, received.chain
        if not as_itself:
            study = copy_of(study, free_title(title or study.title, (entry.title for entry in self.entries())))
            found = differences(received.study, study)
            renamed = history.next_change(chain[-1], found, f"Keep as “{study.title}”", who="", kind="import")
            chain = (*chain, renamed)
        target = self._new_path(study)
        write_new(target, study, chain=chain)
        return target

    def update(self, arrival: Arrival, who: str) -> Path:
        """Bring the library's own study, which is not open, to the state that arrived; returns its file.

        A file that is ahead adds its changes as they were made. One that went another way is taken over as one change,
        which can be undone. A backup is made first. Raises Known where there is nothing to update.
        """
        if arrival.ours is None or arrival.standing not in (Standing.AHEAD, Standing.APART):
            raise Known(f"“{arrival.path.name}” holds nothing newer than the library. Nothing was changed.")
        with self.open(arrival.ours) as store:
            self.back_up(store)
            received = arrival.received
            if arrival.standing is Standing.AHEAD:
                store.adopt(received.study, received.chain[store.head.seq :])
            else:
                store.save(store.study, received.study, f"Take over “{arrival.path.name}”", who=who)
        return arrival.ours

    # Backups and damage

    def back_up(self, store: Store) -> Path:
        """Back up an open study now. Raises Unwritable or Damaged; what was there stays."""
        from db.backup import back_up

        return back_up(store, self.backups)

    def backups_of(self, study: Id) -> list[Backup]:
        """The backups of a study, the newest change last."""
        from db.backup import backups_of

        return backups_of(self.backups / study)

    def restore(self, backup: Path) -> Path:
        """Put a backup into the library: as itself where the study is gone, else as a study of its own beside it.

        Returns the new file. Raises Known when the backup does not hold together; nothing is then changed.
        """
        from db.quarantine import receive

        return self._restore(receive(backup))

    def _restore(self, received: Received) -> Path:
        gone = all(entry.id != received.study.id for entry in self.entries())
        title = f"{received.study.title} (backup of {received.chain[-1].at[:10]})"
        return self._keep(received, as_itself=gone, title=title)

    def look(self, path: Path) -> Study:
        """What a file of the library or a backup holds, also one that another process has open; nothing is changed."""
        from db.quarantine import peek

        return peek(path).study

    def salvage(self, path: Path) -> Salvaged:
        """What a damaged file still holds, and what is wrong. Raises Damaged where that is nothing."""
        from db.salvage import salvage

        return salvage(path)

    def newest_sound_backup(self, study: Id) -> Backup | None:
        """The newest backup of a study that holds together from end to end, None for none."""
        from db.quarantine import peek

        for backup in reversed(self.backups_of(study)):
            with suppress(Known):
                peek(backup.path)
                return backup
        return None

    def study_in(self, path: Path) -> Id:
        """The identity that the library last saw in one of its files, whatever is in it now; "" where it saw none."""
        seen = self._heads.of(path.name)
        known = self._read_index().get(path.name)
        return (seen.study if seen else "") or (known[1].id if known else "")

    def set_aside(self, path: Path) -> Path:
        """Rename a damaged file that is not open, so that another can take its place; returns where it is now."""
        if is_live(path):
            raise Locked(f"“{path.name}” is open in this window and was left as it is; close it first.")
        moment = datetime.now(UTC)
        target = path.with_name(f"{path.name}.damaged-{moment:%Y%m%dT%H%M%S%f}")
        _move(path, target)
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
        _move(path, target)
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
        with suppress(OSError), replacing(self._index, synced=False) as temporary:
            temporary.write_text(json.dumps(rows, ensure_ascii=False), "utf-8")


def _contains(chain: Sequence[Change], seq: int, hash: str) -> bool:
    return len(chain) >= seq and chain[seq - 1].hash == hash


def _move(path: Path, target: Path) -> None:
    """Rename a file with the journals that belong to it. Raises Unwritable."""
    for suffix in ("-wal", "-journal", ""):
        try:
            os.replace(f"{path}{suffix}", f"{target}{suffix}")
        except FileNotFoundError:
            continue
        except OSError as error:
            raise explain(error, path.name) from error


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
