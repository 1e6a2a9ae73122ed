"""What is saved from a damaged file: the best of history, tables and single rows, and true words about it."""

from __future__ import annotations

import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from db.engine import Damaged, Locked
from db.header import NotAStudy
from db.salvage import LOST, Salvaged, salvage
from db.store import Store
from db.study.model import NOT_ASKED, Known, Score, Study
from tests.unit.db.test_library import STUDY
from tests.unit.db.test_upgrade import RELEASED


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A study with seven changes, the last of which gives a name."""
    target = tmp_path / "study.steelyard"
    with Store.create(target, STUDY, "Ada") as store:
        for number in range(5):
            store.save(store.study, scored(float(number)), f"Score {number}", who="Ada")
        store.name_version("Agreed", who="Ada")
    return target


def scored(number: float) -> Study:
    return replace(STUDY, scores={("a", "c"): Score(likely=number)})


LAST = scored(4.0)


def spoil(path: Path, *statements: str) -> None:
    raw = sqlite3.connect(path, isolation_level=None)
    raw.execute("PRAGMA ignore_check_constraints=ON")
    for statement in statements:
        raw.execute(statement)
    raw.close()


def blank(path: Path, table: str) -> None:
    """Write zeros over the first page of a table, where its rows are or where they are found."""
    raw = sqlite3.connect(path)
    (page,) = raw.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)).fetchone()
    (size,) = raw.execute("PRAGMA page_size").fetchone()
    raw.close()
    with path.open("rb+") as file:
        file.seek((page - 1) * size)
        file.write(bytes(size))


def words(found: Salvaged) -> str:
    return " ".join(found.wrong)


def test_what_is_whole_is_called_whole(path: Path) -> None:
    before = path.read_bytes()
    found = salvage(path)
    assert found.study == LAST
    assert found.wrong == ("Its study and its history hold together; only other parts of the file are damaged.",)
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_score_changed_behind_the_history_is_shown_as_the_history_says(path: Path) -> None:
    spoil(path, "UPDATE score SET likely = 99")
    found = salvage(path)
    assert found.study == LAST
    assert "holds together up to change 7" in words(found)
    assert "In 1 place the tables say something else" in words(found)


@pytest.mark.parametrize("table", ["score", "option", "study", "perspective", "weight"])
def test_tables_that_cannot_be_read_are_told_from_the_history(path: Path, table: str) -> None:
    blank(path, table)
    found = salvage(path)
    assert found.study == LAST
    assert "follows from its history" in words(found)
    assert "cannot be read whole" in words(found)


@pytest.mark.parametrize("seq", [1, 2, 6])
def test_a_study_whose_history_is_broken_is_shown_with_what_vouches_for_it(path: Path, seq: int) -> None:
    spoil(path, f"UPDATE change SET who = 'Eve' WHERE seq = {seq}")
    found = salvage(path)
    assert found.study == LAST
    assert "is what its newest change says it is" in words(found)
    assert ("only up to change" in words(found)) == (seq > 1)
    assert "nothing proves" not in words(found)


def test_a_spoilt_name_at_the_end_of_the_history_is_not_called_whole(path: Path) -> None:
    spoil(path, "UPDATE change SET label = 'Disputed' WHERE seq = 7")
    found = salvage(path)
    assert found.study == LAST
    assert "only other parts" not in words(found)
    assert "only up to change 6, so nothing proves" in words(found)


def test_a_study_without_its_history_is_shown_and_said_to_be_unproved(path: Path) -> None:
    blank(path, "change")
    found = salvage(path)
    assert found.study == LAST
    assert "can be read whole" in words(found)
    assert "cannot be followed, so nothing proves what is shown" in words(found)


def test_a_study_changed_after_its_history_broke_is_not_vouched_for(path: Path) -> None:
    spoil(path, "UPDATE change SET who = 'Eve' WHERE seq = 3", "UPDATE score SET likely = 99")
    found = salvage(path)
    assert found.study.score("a", "c").likely == 99
    assert "only up to change 2, so nothing proves" in words(found)


def test_where_history_and_tables_are_broken_the_rows_that_are_left_are_put_together(path: Path) -> None:
    spoil(path, "INSERT INTO lock VALUES ('p', 'gone')", "DELETE FROM option WHERE id = 'a'")
    blank(path, "change")
    found = salvage(path)
    assert [option.id for option in found.study.options] == ["b"]
    assert found.study.scores == {}, "its option is lost"
    assert found.study.perspectives[0].weights == {"c": 1.0}
    assert found.study.perspectives[0].locked == {"c"}, "a lock on nothing is left out, the other is not"
    assert "1 row of “lock”, 1 row of “score” could not be read or referred to something lost." in words(found)
    assert "nothing proves what is shown" in words(found)


def test_a_table_that_was_not_read_to_its_end_is_named(path: Path) -> None:
    blank(path, "change")
    blank(path, "evidence")
    found = salvage(path)
    assert found.study.options == STUDY.options
    assert found.study.evidence == ()
    assert "Of “evidence” not everything could be read" in words(found)


def test_a_row_that_breaks_a_rule_of_its_table_is_left_out(path: Path) -> None:
    spoil(path, "UPDATE perspective SET kind = 'spy'")
    blank(path, "change")
    found = salvage(path)
    assert found.study.perspectives == ()
    assert "1 row of “perspective”" in words(found)
    assert "1 row of “weight”" in words(found)


def test_a_spoilt_doubt_costs_the_doubt_and_not_the_perspective(path: Path) -> None:
    spoil(path, "UPDATE doubt SET spread = 7", "UPDATE weight_range SET low = 2")
    blank(path, "change")
    found = salvage(path)
    (party,) = found.study.perspectives
    assert party == replace(LAST.perspectives[0], doubt=NOT_ASKED)
    assert "1 row of “doubt”, 1 row of “weight_range” could not be read" in words(found)


@pytest.mark.parametrize("name", ["format-1.steelyard", "format-2.steelyard"])
def test_a_file_of_an_older_format_is_not_said_to_have_lost_what_it_never_had(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    shutil.copy(RELEASED / name, path)
    blank(path, "change")
    found = salvage(path)
    assert found.study.question == "Which of three?"
    assert len(found.study.perspectives) >= 2
    assert all(party.doubt == NOT_ASKED for party in found.study.perspectives)
    assert "can be read whole" in words(found)
    assert "doubt" not in words(found)


def test_a_study_whose_title_is_lost_is_shown_without_it(path: Path) -> None:
    blank(path, "change")
    blank(path, "study")
    found = salvage(path)
    assert found.study.title == LOST
    assert replace(found.study, id=LAST.id, title=LAST.title) == LAST
    assert "1 row of “study”" in words(found)


def test_rows_behind_a_spoilt_page_are_found_from_the_other_end(tmp_path: Path) -> None:
    notes = tuple(f"Note {number}: " + "word " * 150 for number in range(60))
    path = tmp_path / "notes.steelyard"
    Store.create(path, replace(STUDY, notes=notes), "Ada").close()
    blank(path, "change")
    contents = bytearray(path.read_bytes())
    at = contents.index(b"Note 30: ") // 4096 * 4096
    contents[at : at + 4096] = bytes(4096)
    path.write_bytes(contents)
    found = salvage(path)
    assert {notes[0], notes[59]} < set(found.study.notes) < set(notes)
    assert list(found.study.notes) == sorted(found.study.notes, key=notes.index)
    assert "Of “note” not everything could be read" in words(found)


@pytest.mark.parametrize("contents", [b"", b"hello", bytes(8192), b"SQLite format 3\x00" + bytes(5000)])
def test_where_nothing_is_left_that_is_said_plainly(tmp_path: Path, contents: bytes) -> None:
    path = tmp_path / "study.steelyard"
    path.write_bytes(contents)
    with pytest.raises(Damaged, match="Nothing that could be put together is left"):
        salvage(path)
    assert path.read_bytes() == contents


def test_a_file_that_has_lost_only_its_mark_is_still_read(path: Path) -> None:
    spoil(path, "PRAGMA application_id=0")
    with pytest.raises(NotAStudy):
        Store.open(path)
    assert salvage(path).study == LAST


def test_what_stands_in_the_log_beside_the_file_is_salvaged_too(path: Path) -> None:
    raw = sqlite3.connect(path, isolation_level=None)
    raw.execute("PRAGMA journal_mode=WAL")
    raw.execute("UPDATE change SET who = 'Eve' WHERE seq = 2")
    raw.execute("UPDATE score SET likely = 5")
    held = {suffix: Path(f"{path}{suffix}").read_bytes() for suffix in ("", "-wal")}
    raw.close()
    for suffix, contents in held.items():
        Path(f"{path}{suffix}").write_bytes(contents)
    assert salvage(path).study == scored(5.0)
    assert Path(f"{path}-wal").read_bytes() == held["-wal"]


def test_a_file_that_is_open_or_gone_is_not_touched(path: Path) -> None:
    with Store.open(path), pytest.raises(Locked):
        salvage(path)
    with pytest.raises(Known, match="There is no file"):
        salvage(path.with_name("gone.steelyard"))
