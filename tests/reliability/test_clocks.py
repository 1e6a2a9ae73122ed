"""Clocks set back, forward, to 1970 and to 2099: backups keep their order, and what must stay stays."""

from __future__ import annotations

import json
import random
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from db.backup import ALWAYS_KEPT, Backup, Manifest, backups_of, manifest_path, superfluous, thin
from db.history import Change, next_change
from db.store import Store, write_new
from db.study.diff import differences
from db.study.patch import NOTHING
from tests.reliability.lanes import lane
from tests.unit.db.test_library import STUDY

EPOCH, END = datetime(1970, 1, 1, tzinfo=UTC), datetime(2099, 12, 31, tzinfo=UTC)


def clock(chance: random.Random) -> datetime:
    """A next moment of a clock that is right, that stands, or that is set to anything."""
    return chance.choice((EPOCH, END, EPOCH + chance.random() * (END - EPOCH)))


def moments(chance: random.Random, count: int) -> list[datetime]:
    """When backups were made, by a clock that mostly goes on and at times is set."""
    now, found = clock(chance), []
    habit = chance.choice((timedelta(minutes=10), timedelta(hours=5), timedelta(days=1), timedelta(days=30)))
    trouble = chance.choice((0.0, 0.05, 0.5))
    for _ in range(count):
        now = clock(chance) if chance.random() < trouble else now + chance.random() * 2 * habit
        now = min(max(now, EPOCH), END)
        found.append(now)
    return found


def check_kept(before: list[Backup], after: list[Backup], now: datetime) -> None:
    """The ten newest by change, the newest verified, and everything of the last 48 hours are still there, in order."""
    assert after == [backup for backup in before if backup in after]
    assert after[-ALWAYS_KEPT:] == before[-ALWAYS_KEPT:]
    verified = [backup for backup in before if backup.verified]
    assert verified[-1:] == [backup for backup in after if backup.verified][-1:]
    recent = [backup for backup in before if timedelta(0) <= now - backup.made_at <= timedelta(hours=48)]
    assert set(recent) <= set(after)
    if any(backup.made_at > now + timedelta(days=1) for backup in before):
        assert after == before, "a clock that is wrong thins nothing"


def test_no_clock_makes_thinning_touch_what_must_stay() -> None:
    for number in range(lane(200, 10_000)):
        chance = random.Random(number)
        kept: list[Backup] = []
        seq = 0
        for at in moments(chance, chance.randint(1, 60)):
            seq += chance.choice((0, 1, 1, 5))
            path = Path(f"{seq:08d}-{at:%Y%m%dT%H%M%S%f}")
            kept = [backup for backup in kept if backup.path != path]  # A file of the same name is replaced.
            kept.append(Backup(path, seq, at, chance.random() < 0.7))
            kept.sort(key=lambda backup: (backup.seq, backup.path.name))
            gone = superfluous(kept, at)
            after = [backup for backup in kept if backup not in gone]
            check_kept(kept, after, at)
            kept = after


def test_a_folder_of_backups_thinned_by_a_wrong_clock_keeps_its_order_and_its_newest(tmp_path: Path) -> None:
    for number in range(lane(10, 200)):
        chance = random.Random(number)
        folder = tmp_path / str(number)
        folder.mkdir()
        for seq, at in enumerate(moments(chance, 30), start=1):
            _put(folder, seq, at, verified=chance.random() < 0.7)
            before = backups_of(folder)
            assert [backup.seq for backup in before] == sorted(backup.seq for backup in before)
            thin(folder, at)
            check_kept(before, backups_of(folder), at)
        listed = backups_of(folder)
        files = {backup.path for backup in listed} | {manifest_path(backup.path) for backup in listed}
        assert set(folder.iterdir()) <= files, "a manifest goes with its backup"


def _put(folder: Path, seq: int, at: datetime, *, verified: bool) -> None:
    """A backup as far as its name and manifest go; one that is not verified has lost its last byte."""
    path = folder / f"{seq:08d}-{at:%Y%m%dT%H%M%S%f}.steelyard"
    path.write_bytes(bytes(seq if verified else seq - 1))
    manifest = Manifest(seq, "f" * 64, "f" * 64, "T", at.isoformat(), seq, "")
    manifest_path(path).write_text(json.dumps(asdict(manifest)))


def test_the_order_of_changes_is_that_of_their_making_whatever_the_clock_said(tmp_path: Path) -> None:
    for number in range(lane(10, 200)):
        chance = random.Random(number)
        chain: list[Change] = []
        for turn, at in enumerate(moments(chance, 12)):
            study = replace(STUDY, title=f"Title {turn}")
            found = differences(replace(STUDY, title=f"Title {turn - 1}") if chain else NOTHING, study)
            kind = "do" if chain else "create"
            made = next_change(chain[-1] if chain else None, found, f"Title {turn}", who="Ada", kind=kind)
            dated = replace(made, at=at.isoformat(timespec="milliseconds"))
            chain.append(replace(dated, hash=dated.expected_hash()))
        path = tmp_path / f"{number}.steelyard"
        write_new(path, study, chain=chain)
        with Store.open(path) as store:
            assert store.changes() == chain
            assert store.head == chain[-1]
            assert [label for _, label in store.undoable()] == [f"Title {turn}" for turn in range(1, 12)]
            assert store.as_it_was(6).title == "Title 5"
            store.verify()
