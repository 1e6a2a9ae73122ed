"""Backups: verified before they count, and thinned without ever losing the newest."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.backup import ALWAYS_KEPT, Backup, back_up, backups_of, manifest_path, superfluous, verify
from db.engine import Damaged, Unwritable
from db.store import Store
from tests.unit.db.test_library import STUDY

NOW = datetime(2025, 8, 20, 12, tzinfo=UTC)

moments = st.datetimes(datetime(1970, 1, 2), datetime(2099, 1, 1), timezones=st.just(UTC))
histories = st.lists(st.tuples(moments, st.booleans()), max_size=40).map(
    lambda made: [Backup(Path(f"{seq:08d}"), seq, at, verified) for seq, (at, verified) in enumerate(made, 1)]
)


@settings(max_examples=200)
@given(histories, moments)
def test_whatever_the_clock_says_the_newest_and_the_newest_verified_backups_stay(
    backups: list[Backup], now: datetime
) -> None:
    gone = superfluous(backups, now)
    kept = [backup for backup in backups if backup not in gone]
    assert kept[-ALWAYS_KEPT:] == backups[-ALWAYS_KEPT:]
    verified = [backup for backup in backups if backup.verified]
    assert verified[-1:] == [backup for backup in kept if backup.verified][-1:]
    assert not [backup for backup in gone if timedelta(0) <= now - backup.made_at <= timedelta(hours=48)]


def test_an_hourly_backup_for_two_years_is_thinned_to_days_weeks_and_months() -> None:
    backups = [Backup(Path(str(hour)), hour, NOW - timedelta(hours=17520 - hour), True) for hour in range(17520)]
    gone = set(superfluous(backups, NOW))
    kept = [backup for backup in backups if backup not in gone]
    ages = sorted((NOW - backup.made_at).days for backup in kept)
    assert len([age for age in ages if age >= 3]) <= 12 + 10 + 9
    assert 60 < max(ages) <= 31 * 9


def test_nothing_is_thinned_while_the_clock_is_behind_the_backups() -> None:
    backups = [Backup(Path(str(day)), day, NOW + timedelta(days=day), True) for day in range(40)]
    assert superfluous(backups, NOW) == []


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.create(tmp_path / "study.steelyard", STUDY, "Ada")


def test_a_backup_is_one_file_with_a_manifest_and_opens_as_the_study_it_was(store: Store, tmp_path: Path) -> None:
    path = back_up(store, tmp_path / "backups")
    store.save(STUDY, replace(STUDY, title="Later"), "Rename", who="Ada")
    store.close()
    assert sorted(file.name for file in path.parent.iterdir()) == sorted([path.name, manifest_path(path).name])
    manifest = json.loads(manifest_path(path).read_text("utf-8"))
    assert (manifest["seq"], manifest["title"], manifest["size"]) == (1, STUDY.title, path.stat().st_size)
    assert verify(path) == STUDY
    restored = shutil.copy(path, tmp_path / "restored.steelyard")
    with Store.open(Path(restored)) as again:
        assert again.study == STUDY


def test_a_study_whose_history_does_not_hold_is_not_backed_up_and_the_old_backups_stay(
    store: Store, tmp_path: Path
) -> None:
    first = back_up(store, tmp_path / "backups")
    store._connection().execute("UPDATE score SET likely = 99")
    with pytest.raises(Damaged):
        back_up(store, tmp_path / "backups")
    store.close()
    assert [backup.path for backup in backups_of(first.parent)] == [first]


def test_a_backup_that_cannot_be_written_is_told_and_leaves_the_study_open(store: Store, tmp_path: Path) -> None:
    (tmp_path / "backups").write_text("in the way")
    with pytest.raises(Unwritable, match="is saved, but a backup of it could not be made"):
        back_up(store, tmp_path / "backups")
    store.save(STUDY, replace(STUDY, title="Later"), "Rename", who="Ada")
    store.close()


def test_a_backup_without_a_fitting_manifest_does_not_count_as_verified(store: Store, tmp_path: Path) -> None:
    path = back_up(store, tmp_path / "backups")
    store.close()
    assert backups_of(path.parent)[0].verified
    with path.open("ab") as file:
        file.write(b"more")
    assert not backups_of(path.parent)[0].verified
    manifest_path(path).unlink()
    assert not backups_of(path.parent)[0].verified
