"""Study files made by somebody who means harm: refused at little cost, and nothing outside is touched."""

from __future__ import annotations

import os
import random
import re
import sqlite3
import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from db.header import APPLICATION_ID, FORMAT
from db.store import Store, write_new
from db.study.digest import digest
from db.study.model import Known
from tests.reliability import damages
from tests.reliability.conftest import Ask
from tests.reliability.lanes import lane
from tests.reliability.victims import MEMORY, closed
from tests.unit.db.test_library import STUDY

MEGABYTES = 100
"""Most memory that reading a hostile file may take, Python and all."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    target = tmp_path / "received.steelyard"
    write_new(target, STUDY, who="Eve")
    return target


def schema(change: str) -> str:
    """Change the text of the schema as no statement could."""
    return f"PRAGMA writable_schema=ON; {change}; PRAGMA writable_schema=RESET"


LOOSE = """UPDATE sqlite_schema SET sql = replace(sql, 'STRICT', '') WHERE name = 'score'"""
TIGHT = """UPDATE sqlite_schema SET sql = sql || ' STRICT' WHERE name = 'score'"""

CRAFTED = {
    "trigger": "CREATE TRIGGER trap AFTER INSERT ON score BEGIN UPDATE score SET likely = 0; END",
    "temporary trigger's cousin": "CREATE TRIGGER trap INSTEAD OF INSERT ON v BEGIN SELECT 1; END",
    "view": "CREATE VIEW spy AS SELECT * FROM score",
    "table as view": "ALTER TABLE fact RENAME TO f2; CREATE VIEW fact AS SELECT * FROM f2",
    "endless view": """ALTER TABLE note RENAME TO n2; CREATE VIEW note AS WITH RECURSIVE r(place, text) AS
        (SELECT 0, '' UNION ALL SELECT place + 1, '' FROM r) SELECT * FROM r""",
    "exploding view": """ALTER TABLE note RENAME TO n2; CREATE VIEW note AS
        SELECT a.place, hex(zeroblob(100000000)) AS text FROM n2 a, n2 b""",
    "huge blob": "CREATE TABLE huge AS SELECT zeroblob(50000000) AS b",
    "text longer than any": "INSERT INTO note VALUES (9, replace(hex(zeroblob(35000000)), '00', 'ab'))",
    "generated column": "ALTER TABLE fact ADD COLUMN big TEXT GENERATED ALWAYS AS (hex(zeroblob(1000000))) VIRTUAL",
    "hidden generated column": schema(
        "UPDATE sqlite_schema SET sql = replace(sql, 'text TEXT NOT NULL', "
        "'text TEXT GENERATED ALWAYS AS (hex(zeroblob(100000000)))') WHERE name = 'note'"
    ),
    "index": "CREATE INDEX extra ON score (likely)",
    "partial index with a function": "CREATE INDEX extra ON score (likely) WHERE abs(likely) > 0",
    "index of an expression": "CREATE INDEX extra ON score (length(hex(zeroblob(10000000))))",
    "full-text table": "CREATE VIRTUAL TABLE words USING fts5(text)",
    "statistics": "ANALYZE",
    "rule that counts for ever": schema(
        "UPDATE sqlite_schema SET sql = replace(sql, 'CHECK (place = 0)', 'CHECK (place = 0 AND (SELECT 1))') "
        "WHERE name = 'study'"
    ),
    "two tables in one tree": schema(
        "UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'fact') "
        "WHERE name = 'note'"
    ),
    "table in no tree": schema("UPDATE sqlite_schema SET rootpage = 0 WHERE name = 'note'"),
    "table far away": schema("UPDATE sqlite_schema SET rootpage = 2000000000 WHERE name = 'note'"),
    "wrong types": f"{schema(LOOSE)}; UPDATE score SET likely = 'a lot'; {schema(TIGHT)}",
    "other content": "UPDATE score SET likely = 1e308 - 1e308 + 7",
    "infinite": "PRAGMA ignore_check_constraints=ON; UPDATE score SET likely = 9e999",
    "bidi name": "UPDATE option SET name = 'abc' || char(8238) || 'def'",
    "NUL in a name": "UPDATE option SET name = 'abc' || char(0) || 'def'",
    "unknown kind": "PRAGMA ignore_check_constraints=ON; UPDATE perspective SET kind = 'spy'",
    "unknown knowledge": "PRAGMA ignore_check_constraints=ON; UPDATE doubt SET knowledge = 'all'",
    "unsure beyond all": "PRAGMA ignore_check_constraints=ON; UPDATE doubt SET spread = 9e999",
    "range upside down": "PRAGMA ignore_check_constraints=ON; UPDATE weight_range SET low = 1, high = 0",
    "range of nothing": "INSERT INTO weight_range VALUES ('p', 'gone', 0, 1)",
    "doubt of nobody": "INSERT INTO doubt VALUES ('gone', 'around', 0.5)",
    "surer than the history": "UPDATE doubt SET spread = 0.25",
    "dangling": "INSERT INTO lock VALUES ('p', 'gone')",
    "no study": "DELETE FROM study",
    "no history": "DELETE FROM change",
    "broken history": "UPDATE change SET patch = '{'",
    "deep history": "UPDATE change SET patch = replace(hex(zeroblob(100000)), '00', '[')",
    "bytes that are no text": "UPDATE note SET text = ''; UPDATE study SET question = CAST(x'ff41' AS TEXT)",
    "newer": f"PRAGMA user_version={FORMAT + 1}",
    "much newer": "PRAGMA user_version=2147483647",
    "older than all": "PRAGMA user_version=0",
    "less than none": "PRAGMA user_version=-1",
    "another program": "PRAGMA application_id=1",
}


def everything(folder: Path) -> dict[str, object]:
    """Every file below a folder: what it holds, or what it is."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        if path.is_file() and path.stat().st_size < 1 << 25
        else path.lstat()[:7]
        for path in folder.rglob("*")
    }


def check_refused(ask: Ask, path: Path) -> str:
    """Refused with a reason that names the file, at little cost; nothing is kept of it and nothing is touched."""
    before, scratch = everything(path.parent), set(os.listdir(MEMORY))
    found = ask("study", path)
    assert path.name in found.get("refused", "accepted")
    assert found["kept"] == 0
    assert found["megabytes"] < MEGABYTES
    assert everything(path.parent) == before
    assert not [name for name in set(os.listdir(MEMORY)) - scratch if name.startswith("steelyard-")]
    return str(found["refused"])


@pytest.mark.parametrize("attack", CRAFTED)
def test_a_crafted_file_is_refused_with_a_reason_and_nothing_is_kept_of_it(ask: Ask, path: Path, attack: str) -> None:
    before = path.read_bytes()
    raw = sqlite3.connect(path, isolation_level=None)
    if attack.startswith("temporary"):
        raw.execute("CREATE VIEW v AS SELECT 1")
    raw.executescript(CRAFTED[attack])
    raw.close()
    assert path.read_bytes() != before
    check_refused(ask, path)


def test_the_same_file_without_an_attack_is_taken_at_little_cost(ask: Ask, path: Path) -> None:
    found = ask("study", path)
    assert found["digest"] == digest(STUDY)
    assert found["megabytes"] < MEGABYTES


def test_names_with_direction_marks_and_nuls_that_the_history_vouches_for_are_refused_too(
    ask: Ask, tmp_path: Path
) -> None:
    for number, name in enumerate(("abc\u202edef", "abc\u2066", "abc\x00def", "\u200b")):
        path = tmp_path / f"{number}.steelyard"
        (first, *rest) = STUDY.options
        write_new(path, replace(STUDY, options=(replace(first, name=name), *rest)), who="Eve")
        check_refused(ask, path)


# Files that are no files, or not what they seem


def instead(path: Path, make: Callable[[], object]) -> None:
    """Put something else where the file was."""
    path.unlink()
    make()


def sparse(path: Path, size: int) -> None:
    os.truncate(path, size)


def bomb_of_pages(path: Path) -> None:
    """The header and the length of the file both say that it is a study of 900 MB, nearly all of it empty pages."""
    size = 900 << 20
    sparse(path, size)
    with path.open("rb+") as file:
        file.seek(28)
        file.write((size // 4096).to_bytes(4, "big"))


def ring_of_free_pages(path: Path) -> None:
    """The list of unused pages comes back to itself."""
    pages = path.stat().st_size // 4096
    with path.open("rb+") as file:
        file.seek(0, os.SEEK_END)
        file.write((pages + 1).to_bytes(4, "big") + bytes(4092))
        file.seek(28)
        file.write((pages + 1).to_bytes(4, "big") + (pages + 1).to_bytes(4, "big") + (10_000).to_bytes(4, "big"))


ODD: dict[str, Callable[[Path], object]] = {
    "sparse 10 GB": lambda path: sparse(path, 10 << 30),
    "bomb of pages": bomb_of_pages,
    "ring of free pages": ring_of_free_pages,
    "directory": lambda path: instead(path, path.mkdir),
    "pipe": lambda path: instead(path, lambda: os.mkfifo(path)),
    "link to nowhere": lambda path: instead(path, lambda: path.symlink_to(path.with_name("gone"))),
    "link to itself": lambda path: instead(path, lambda: path.symlink_to(path)),
    "link to a device": lambda path: instead(path, lambda: path.symlink_to("/dev/zero")),
    "empty": lambda path: path.write_bytes(b""),
    "only a header": lambda path: path.write_bytes(path.read_bytes()[:100]),
    "no header": lambda path: path.write_bytes(path.read_bytes()[100:]),
}


@pytest.mark.skipif(os.name != "posix", reason="makes files that only POSIX has")
@pytest.mark.parametrize("kind", ODD)
def test_a_file_that_is_not_what_it_seems_is_refused_and_not_waited_for(ask: Ask, path: Path, kind: str) -> None:
    (path.parent / "precious").write_text("precious")
    ODD[kind](path)
    # What a link leads to is what is refused.
    before, found = everything(path.parent), ask("study", path)
    assert re.search("“.+”", found["refused"])
    assert found["kept"] == 0
    assert found["megabytes"] < MEGABYTES
    assert everything(path.parent) == before


@pytest.mark.skipif(os.name != "posix", reason="makes a file that only POSIX has")
def test_a_link_to_a_study_is_taken_for_the_study_and_the_link_is_left(ask: Ask, path: Path) -> None:
    link = path.with_name("link.steelyard")
    link.symlink_to(path)
    before = everything(path.parent)
    assert ask("study", link)["digest"] == digest(STUDY)
    assert everything(path.parent) == before


@pytest.mark.parametrize("disguise", ["holes behind it", "an older format"])
def test_a_study_that_only_looks_odd_is_taken_for_exactly_what_it_holds(ask: Ask, path: Path, disguise: str) -> None:
    if disguise == "holes behind it":
        sparse(path, (1 << 30) - 4096)
    else:
        raw = sqlite3.connect(path, isolation_level=None)
        raw.execute(f"PRAGMA user_version={FORMAT - 1}")
        raw.close()
    found = ask("study", path)
    assert found["digest"] == digest(STUDY)
    assert found["megabytes"] < MEGABYTES


# Journals


def journal(path: Path, victim: Path) -> bytes:
    """A journal that tells SQLite to delete another file."""
    master = str(victim).encode()
    size = len(master).to_bytes(4, "big")
    checksum = (sum(master) & 0xFFFFFFFF).to_bytes(4, "big")
    header = bytes.fromhex("d9d505f920a163d7") + bytes(20) + bytes(484)
    return header + (0x40000000 // 4096 + 1).to_bytes(4, "big") + master + size + checksum + header[:8]


def test_a_journal_beside_a_received_file_is_not_played_back(ask: Ask, tmp_path: Path, path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    path.with_name(path.name + "-journal").write_bytes(journal(path, victim))
    before = everything(tmp_path)
    assert ask("study", path)["digest"] == digest(STUDY)
    assert everything(tmp_path) == before


def test_a_hot_journal_of_other_pages_is_not_played_back(ask: Ask, tmp_path: Path, path: Path) -> None:
    sound = path.read_bytes()
    raw = sqlite3.connect(path, isolation_level=None)
    raw.execute("UPDATE study SET title = 'Evil'")
    raw.execute("BEGIN IMMEDIATE")
    raw.execute("UPDATE study SET title = 'Never committed'")
    pages = path.with_name(path.name + "-journal").read_bytes()
    raw.execute("ROLLBACK")
    raw.close()
    hot = bytes.fromhex("d9d505f920a163d7ffffffff") + pages[12:]
    for name in (path.name, "control"):
        (tmp_path / name).write_bytes(sound)
        (tmp_path / f"{name}-journal").write_bytes(hot)
    control = sqlite3.connect(tmp_path / "control")
    assert control.execute("SELECT title FROM study").fetchone() == ("Evil",), "else the journal is not hot"
    control.close()
    before = everything(tmp_path)
    assert ask("study", path)["digest"] == digest(STUDY)
    assert everything(tmp_path) == before


def test_a_received_file_whose_last_changes_stand_in_a_log_is_refused(ask: Ask, path: Path) -> None:
    path.with_name(path.name + "-wal").write_bytes(b"x" * 100)
    assert "not closed properly" in check_refused(ask, path)


# Mutations


@pytest.mark.parametrize("mutate", damages.ANYWHERE, ids=lambda mutate: mutate.__name__)
def test_a_mutated_study_file_is_refused_or_means_exactly_what_it_meant_before(
    ask: Ask, tmp_path: Path, mutate: damages.Damage
) -> None:
    chance = random.Random(mutate.__name__)
    original, victim = closed().earlier[2], closed()
    path = Path(MEMORY) / f"steelyard-mutated-{os.getpid()}.steelyard"
    head = next(change.hash for change in victim.chain if change.seq == 25)
    meant = digest(victim.states[24]), head
    refused = 0
    try:
        for number in range(lane(32, 625)):
            contents = bytearray(original)
            for _ in range(1 + number % 3):
                mutate(contents, chance)
                if len(contents) < 2 * damages.PAGE:
                    break
            path.write_bytes(contents)
            found = ask("study", path)
            if "refused" in found:
                refused += 1
                assert found["kept"] == 0
            else:
                assert (found["digest"], found["head"]) == meant, f"mutation {number} was taken for something else"
    finally:
        path.unlink(missing_ok=True)
    assert refused


def test_a_bit_flipped_in_a_stored_score_is_noticed_at_opening(path: Path) -> None:
    contents = bytearray(path.read_bytes())
    at = contents.index(struct.pack(">d", 0.1 + 0.2))
    contents[at + 7] ^= 1
    path.write_bytes(contents)
    raw = sqlite3.connect(path)
    assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert raw.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
    raw.close()
    with pytest.raises(Known, match="damaged"):
        Store.open(path)
