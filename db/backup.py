"""Backups: copies made through SQLite on our own connection, verified before they get their name, thinned by age."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from db import history, reading
from db.collector import collector_at_rest
from db.engine import Damaged, Unwritable, connect, make_folder, replacing
from db.study.digest import digest
from db.study.model import Study
from db.study.words import counted

if TYPE_CHECKING:
    from db.store import Store

ALWAYS_KEPT = 10
"""The newest backups, by number of the change, that thinning never touches."""

KEEP_ALL = timedelta(hours=48)
CLOCK_TRUST = timedelta(days=1)
"""When the newest backup is further in the future than this, the clock is wrong and nothing is thinned."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds: newest change, its hash, the digest of the study, and of the file itself."""

    seq: int
    hash: str
    digest: str
    title: str
    made_at: str
    size: int
    sha256: str
    holds: str = ""


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup with its manifest; one whose manifest is missing or does not fit is not verified.

    `size` is in bytes, `holds` says in words what the manifest says is in it.
    """

    path: Path
    seq: int
    made_at: datetime
    verified: bool
    size: int = 0
    holds: str = ""


def back_up(store: Store, backups: Path) -> Path:
    """Back up an open study into its folder below `backups`, verify the copy, thin the older ones.

    Raises Unwritable when the disk refuses and Damaged when the copy does not hold together; no backup is then made and
    none removed.
    """
    made_at = datetime.now(UTC)
    folder = backups / store.study.id
    target = folder / f"{store.head.seq:08d}-{made_at:%Y%m%dT%H%M%S%f}.steelyard"
    try:
        make_folder(folder)
        with replacing(target) as temporary:
            store.copy_to(temporary)
            verify(temporary)
            manifest = _manifest(store, temporary, made_at)
        with replacing(manifest_path(target)) as temporary:
            temporary.write_text(json.dumps(asdict(manifest), ensure_ascii=False), "utf-8")
    except (sqlite3.Error, OSError) as error:
        reason = getattr(error, "strerror", None) or error
        raise Unwritable(f"“{store.study.title}” is saved, but a backup of it could not be made ({reason}).") from error
    thin(folder, made_at)
    return target


@collector_at_rest()
def verify(path: Path) -> Study:
    """Check a file that nobody has open in every way we know; returns its study or raises Damaged."""
    raw = connect(path, "immutable")
    try:
        if reading.schema_digest(raw) != reading.SCHEMA:
            raise Damaged(f"“{path.name}” is not made as a study of this version is.")
        if raw.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",):
            raise Damaged(f"SQLite finds “{path.name}” damaged.")
        if raw.execute("PRAGMA foreign_key_check").fetchone() is not None:
            raise Damaged(f"Some rows of “{path.name}” refer to others that are not there.")
        study = reading.load(raw)
        history.verify_replay(history.changes(raw), study)
        if digest(study) != history.head(raw).digest:
            raise Damaged(f"The study in “{path.name}” is not what its history says it is.")
        return study
    except reading.BAD_CONTENT as error:
        raise Damaged(f"“{path.name}” is damaged ({error}).") from error
    finally:
        raw.close()


def manifest_path(backup: Path) -> Path:
    """Where the manifest of a backup stands."""
    return backup.with_suffix(".json")


def _manifest(store: Store, copy: Path, made_at: datetime) -> Manifest:
    contents = copy.read_bytes()
    return Manifest(
        seq=store.head.seq,
        hash=store.head.hash,
        digest=store.head.digest,
        title=store.study.title,
        made_at=made_at.isoformat(),
        size=len(contents),
        sha256=hashlib.sha256(contents).hexdigest(),
        holds=_holds(store),
    )


def _holds(store: Store) -> str:
    """What the newest change was called, and how much the study holds."""
    study = store.study
    options, leaves = counted(len(study.options), "option"), counted(len(study.leaves()), "criterion", "criteria")
    return f"{store.head.label} · {options}, {leaves}, {counted(len(study.scores), 'score')}"


def backups_of(folder: Path) -> list[Backup]:
    """The backups in a folder, the newest change last."""
    found = [_described(path) for path in folder.glob("*.steelyard") if not path.name.startswith(".")]
    return sorted(found, key=lambda backup: (backup.seq, backup.path.name))


def _described(path: Path) -> Backup:
    with suppress(OSError, ValueError, TypeError):
        manifest = Manifest(**json.loads(manifest_path(path).read_text("utf-8")))
        size = path.stat().st_size
        made_at = datetime.fromisoformat(manifest.made_at)
        return Backup(path, manifest.seq, made_at, size == manifest.size, size, manifest.holds)
    seq = int(path.name[:8]) if path.name[:8].isdigit() else 0
    status = path.stat()
    return Backup(path, seq, datetime.fromtimestamp(status.st_mtime, UTC), False, status.st_size)


def thin(folder: Path, now: datetime) -> None:
    """Remove the backups that `superfluous` names; a file that cannot be removed stays."""
    for backup in superfluous(backups_of(folder), now):
        with suppress(OSError):
            backup.path.unlink()
            manifest_path(backup.path).unlink(missing_ok=True)


def superfluous(backups: Iterable[Backup], now: datetime) -> list[Backup]:
    """Which backups may go: all of the last 48 hours stay, then 12 daily, 10 weekly and 9 monthly ones.

    Whatever the clock says, the ten of the newest changes and the newest verified one stay.
    """
    ordered = sorted(backups, key=lambda backup: (backup.seq, backup.path.name), reverse=True)
    if any(backup.made_at > now + CLOCK_TRUST for backup in ordered):
        return []
    kept = set(ordered[:ALWAYS_KEPT])
    kept.update([backup for backup in ordered if backup.verified][:1])
    kept.update(backup for backup in ordered if now - backup.made_at <= KEEP_ALL)
    for periods, name in ((12, _day), (10, _week), (9, _month)):
        kept.update(_newest_of_each(ordered, name, periods))
    return [backup for backup in ordered if backup not in kept]


def _newest_of_each(ordered: list[Backup], name: Callable[[datetime], str], periods: int) -> list[Backup]:
    newest: dict[str, Backup] = {}
    for backup in ordered:
        newest.setdefault(name(backup.made_at), backup)
    return [newest[period] for period in sorted(newest, reverse=True)[:periods]]


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}"


def _week(moment: datetime) -> str:
    return f"{moment:%G-%V}"


def _month(moment: datetime) -> str:
    return f"{moment:%Y-%m}"
