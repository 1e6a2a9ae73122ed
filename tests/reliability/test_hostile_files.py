"""Study files made by somebody who means harm: refused, and nothing outside is touched."""

from __future__ import annotations

import os
import random
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from db.header import APPLICATION_ID, FORMAT
from db.library import Library
from db.store import Store, write_new
from db.study.model import Known
from tests.unit.db.test_library import STUDY

MUTATIONS = int(os.environ.get("STEELYARD_MUTATIONS", "150"))


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "home")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    target = tmp_path / "received.steelyard"
    write_new(target, STUDY, who="Eve")
    return target


CRAFTED = {
    "trigger": "CREATE TRIGGER trap AFTER INSERT ON score BEGIN UPDATE score SET likely = 0; END",
    "view": "CREATE VIEW spy AS SELECT * FROM score",
    "table as view": "ALTER TABLE fact RENAME TO f2; CREATE VIEW fact AS SELECT * FROM f2",
    "endless view": """ALTER TABLE note RENAME TO n2; CREATE VIEW note AS WITH RECURSIVE r(place, text) AS
        (SELECT 0, '' UNION ALL SELECT place + 1, '' FROM r) SELECT * FROM r""",
    "huge blob": "CREATE TABLE huge AS SELECT zeroblob(50000000) AS b",
    "generated column": "ALTER TABLE fact ADD COLUMN big TEXT GENERATED ALWAYS AS (hex(zeroblob(1000000))) VIRTUAL",
    "index": "CREATE INDEX extra ON score (likely)",
    "other content": "UPDATE score SET likely = 1e308 - 1e308 + 7",
    "infinite": "PRAGMA ignore_check_constraints=ON; UPDATE score SET likely = 9e999",
    "bidi name": "UPDATE option SET name = 'abc' || char(8238) || 'def'",
    "NUL in a name": "UPDATE option SET name = 'abc' || char(0) || 'def'",
    "unknown kind": "PRAGMA ignore_check_constraints=ON; UPDATE perspective SET kind = 'spy'",
    "dangling": "INSERT INTO lock VALUES ('p', 'gone')",
    "no study": "DELETE FROM study",
    "no history": "DELETE FROM change",
    "broken history": "UPDATE change SET patch = '{'",
    "deep history": "UPDATE change SET patch = replace(hex(zeroblob(100000)), '00', '[')",
    "bytes that are no text": "UPDATE note SET text = ''; UPDATE study SET question = CAST(x'ff41' AS TEXT)",
    "newer": f"PRAGMA user_version={FORMAT + 1}",
    "older than all": "PRAGMA user_version=0",
    "another program": "PRAGMA application_id=1",
}


@pytest.mark.parametrize("attack", CRAFTED)
def test_a_crafted_file_is_refused_with_a_reason_and_nothing_is_kept_of_it(
    library: Library, path: Path, attack: str
) -> None:
    raw = sqlite3.connect(path, isolation_level=None)
    raw.executescript(CRAFTED[attack])
    raw.close()
    contents = path.read_bytes()
    with pytest.raises(Known, match=re.escape(path.name)):
        library.import_file(path)
    assert library.entries() == []
    assert path.read_bytes() == contents


def test_a_journal_beside_a_received_file_is_not_played_back(library: Library, tmp_path: Path, path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    master = str(victim).encode()
    size = len(master).to_bytes(4, "big")
    checksum = (sum(master) & 0xFFFFFFFF).to_bytes(4, "big")
    journal = path.with_name(path.name + "-journal")
    header = bytes.fromhex("d9d505f920a163d7") + bytes(20) + bytes(484)
    journal.write_bytes(header + (0x40000000 // 4096 + 1).to_bytes(4, "big") + master + size + checksum + header[:8])
    library.import_file(path)
    assert victim.read_text() == "precious"
    assert journal.exists()


def test_a_received_file_whose_last_changes_stand_in_a_log_is_refused(library: Library, path: Path) -> None:
    path.with_name(path.name + "-wal").write_bytes(b"x" * 100)
    with pytest.raises(Known, match="not closed properly"):
        library.import_file(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_refused_and_not_waited_for(library: Library, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.steelyard")
    with pytest.raises(Known, match="not a file"):
        library.import_file(tmp_path / "pipe.steelyard")


def _flip(contents: bytearray, chance: random.Random) -> None:
    contents[chance.randrange(len(contents))] ^= 1 << chance.randrange(8)


def _garble(contents: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(contents))
    contents[at : at + 16] = chance.randbytes(16)[: len(contents) - at]


def _blank(contents: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(contents) // 4096) * 4096
    contents[at : at + 4096] = bytes(4096)


def _swap(contents: bytearray, chance: random.Random) -> None:
    first, second = (chance.randrange(len(contents) // 4096) * 4096 for _ in range(2))
    page = contents[first : first + 4096]
    contents[first : first + 4096], contents[second : second + 4096] = contents[second : second + 4096], page


def _cut(contents: bytearray, chance: random.Random) -> None:
    del contents[chance.randrange(len(contents)) :]


@pytest.mark.parametrize("mutate", [_flip, _garble, _blank, _swap, _cut])
def test_a_damaged_file_is_refused_or_means_exactly_what_it_meant_before(
    tmp_path: Path, path: Path, mutate: Callable[[bytearray, random.Random], None]
) -> None:
    original, chance = path.read_bytes(), random.Random(11)
    with Store.open(path) as store:
        history = store.changes()
    refused = 0
    for number in range(MUTATIONS // 5):
        contents = bytearray(original)
        mutate(contents, chance)
        path.write_bytes(contents)
        library = Library(tmp_path / str(number))
        try:
            kept = library.import_file(path)
        except Known:
            refused += 1
            continue
        with Store.open(kept) as store:
            assert store.study == STUDY
            assert store.changes() == history
    assert refused


def test_a_bit_flipped_in_a_stored_score_is_noticed_at_opening(path: Path) -> None:
    import struct

    contents = bytearray(path.read_bytes())
    stored = struct.pack(">d", 0.1 + 0.2)
    at = contents.index(stored)
    contents[at + 7] ^= 1
    path.write_bytes(contents)
    raw = sqlite3.connect(path)
    assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert raw.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
    raw.close()
    with pytest.raises(Known, match="damaged"):
        Store.open(path)
