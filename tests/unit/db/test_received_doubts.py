"""A received file whose doubts are nonsense is refused in a sentence, however well its history vouches for them."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from db import history
from db.engine import Damaged
from db.library import Library
from db.quarantine import receive
from db.store import write_new
from db.study.diff import differences
from db.study.model import Doubt, Knowledge, Study
from db.study.patch import NOTHING
from tests.unit.db.test_library import STUDY


def with_doubt(doubt: Doubt) -> Study:
    return replace(STUDY, perspectives=(replace(STUDY.perspectives[0], doubt=doubt),))


def forged(path: Path, doubt: Doubt) -> None:
    """A file with this doubt in its tables and, consistently, in its history; no rule of SQL was asked."""
    write_new(path, STUDY, who="Eve")
    study = with_doubt(doubt)
    change = history.next_change(None, differences(NOTHING, study), "Create", who="Eve", kind="create")
    raw = sqlite3.connect(path, isolation_level=None)
    raw.execute("PRAGMA ignore_check_constraints=ON")
    raw.execute("DELETE FROM weight_range")
    raw.execute("UPDATE doubt SET knowledge = ?, spread = ?", (str(doubt.knowledge), doubt.spread))
    for leaf, ends in doubt.ranges.items():
        raw.execute("INSERT INTO weight_range VALUES ('p', ?, ?, ?)", (leaf, *ends))
    row = (change.uuid, change.who, change.at, change.label, change.patch_text, change.digest, change.hash)
    raw.execute("UPDATE change SET uuid = ?, who = ?, at = ?, label = ?, patch = ?, digest = ?, hash = ?", row)
    raw.close()


@pytest.mark.parametrize(
    ("doubt", "why"),
    [
        (Doubt(spread=7.0), "less than 0 or more than 100 %"),
        (Doubt(spread=-1e-9), "less than 0 or more than 100 %"),
        (Doubt(ranges={"c": (0.9, 0.1)}), "does not run from low to high"),
        (Doubt(ranges={"c": (-1.0, 0.5)}), "does not run from low to high"),
        (Doubt(ranges={"c": (0.5, 2.0)}), "does not run from low to high"),
    ],
)
def test_a_doubt_that_cannot_be_is_refused_and_nothing_of_it_kept(tmp_path: Path, doubt: Doubt, why: str) -> None:
    path = tmp_path / "sent.steelyard"
    forged(path, doubt)
    library = Library(tmp_path / "home")
    for taken in (receive, library.import_file):
        with pytest.raises(Damaged, match=f"“sent.steelyard” was refused.* Perspective “Mine” .*{why}"):
            taken(path)
    assert not library.entries()


@pytest.mark.parametrize(
    "doubt",
    [
        Doubt(Knowledge.RANKING, 1.0),
        Doubt(Knowledge.RANGES, 0.0, {"c": (1.0, 1.0), "g": (0.0, 0.5)}),
        Doubt(Knowledge.RANGES, 0.5, {"c": (0.0, 0.5)}),
    ],
)
def test_a_doubt_that_deleting_criteria_may_have_left_is_taken_as_it_is(tmp_path: Path, doubt: Doubt) -> None:
    path = tmp_path / "sent.steelyard"
    forged(path, doubt)
    assert receive(path).study == with_doubt(doubt)
