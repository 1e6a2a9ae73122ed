"""What `steelyard check` finds."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from db.health import check
from db.store import Store
from db.study.model import Score
from tests.unit.db.test_library import STUDY


@pytest.fixture
def path(tmp_path: Path) -> Path:
    target = tmp_path / "study.steelyard"
    with Store.create(target, STUDY, "Ada") as store:
        for number in range(3):
            scores = {**STUDY.scores, ("a", "c"): Score(likely=float(number))}
            store.save(store.study, replace(STUDY, scores=scores), "Score", who="Ada")
    return target


def test_a_sound_file_is_called_sound_with_what_it_holds(path: Path) -> None:
    contents = path.read_bytes()
    report = check(path, deep=True)
    assert report.sound, str(report)
    assert "2 options, 1 criterion, 1 score, 1 perspective" in str(report)
    assert "4 changes" in str(report)
    assert {problem.kind for problem in report.problems} == {"missing_score", "one_criterion"}
    assert path.read_bytes() == contents


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE score SET likely = likely + 1e-12",
        "UPDATE change SET patch = replace(patch, '1.0', '1.5') WHERE seq = 3",
        "UPDATE change SET who = 'Eve' WHERE seq = 2",
        "DELETE FROM change WHERE seq = 4",
        "INSERT INTO weight VALUES ('p', 'gone', 1.0)",
    ],
)
def test_a_file_that_was_tampered_with_is_called_unsound(path: Path, damage: str) -> None:
    raw = sqlite3.connect(path, isolation_level=None)
    raw.execute(damage)
    raw.close()
    assert not check(path).sound


def test_a_chain_that_was_sealed_again_after_a_change_in_its_middle_is_found_by_the_deep_check(path: Path) -> None:
    from db.history import START, changes

    raw = sqlite3.connect(path, isolation_level=None)
    hash_ = START
    for change in list(changes(raw)):
        digest = "f" * 64 if change.seq == 2 else change.digest
        sealed = replace(change, digest=digest, prev_hash=hash_)
        hash_ = sealed.expected_hash()
        raw.execute(
            "UPDATE change SET digest = ?, prev_hash = ?, hash = ? WHERE seq = ?",
            (digest, sealed.prev_hash, hash_, change.seq),
        )
    raw.close()
    assert check(path).sound
    assert "after change 2" in str(check(path, deep=True))


def test_something_that_is_no_study_gets_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"hello")
    report = check(tmp_path / "x")
    assert (report.sound, len(report.sentences)) == (False, 1)
    assert not check(tmp_path / "missing").sound
