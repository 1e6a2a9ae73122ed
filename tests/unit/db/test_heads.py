"""How far each study was seen to go, remembered outside its file."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.heads import Head, Heads

hashes = st.text("0123456789abcdef", min_size=64, max_size=64)
heads = st.builds(Head, st.integers(1, 2**40), hashes, st.text(), st.text())


@given(st.lists(st.tuples(st.text(max_size=9), heads, st.booleans())))
def test_what_was_noted_last_of_each_file_is_what_is_known(noted: list[tuple[str, Head, bool]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "heads.json"
        for name, head, synced in noted:
            Heads(path).note(name, head, synced=synced)
        expected = {name: head for name, head, _ in noted}
        assert {name: Heads(path).of(name) for name in expected} == expected
        assert Heads(path).of("never noted") is None


@pytest.mark.parametrize(
    "contents",
    [
        b"",
        b"{",
        b"[]",
        b"\xff",
        b'{"a": 1}',
        b'{"a": {"seq": "x", "hash": "", "at": ""}}',
        b'{"a": {"seq": 1}}',
        b'{"a": null}',
        b'{"a": []}',
    ],
)
def test_a_record_that_cannot_be_read_is_no_record_and_is_written_anew(tmp_path: Path, contents: bytes) -> None:
    path = tmp_path / "heads.json"
    path.write_bytes(contents)
    known = Heads(path)
    assert known.of("a") is None
    known.note("b", Head(1, "f" * 64, "now"))
    assert known.of("b") == Head(1, "f" * 64, "now")


def test_a_record_that_cannot_be_written_is_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "heads.json"
    known = Heads(path)
    known.note("a", Head(1, "f" * 64, "now"))
    path.with_name("in the way").mkdir()
    with pytest.raises(OSError, match="in the way"):
        Heads(path.with_name("in the way")).note("a", Head(2, "f" * 64, "now"))
    assert json.loads(path.read_text()) == {"a": {"seq": 1, "hash": "f" * 64, "at": "now", "study": ""}}
    assert sorted(file.name for file in tmp_path.iterdir()) == ["heads.json", "in the way"], "nothing is left lying"


def test_a_record_of_an_older_version_is_still_a_record(tmp_path: Path) -> None:
    path = tmp_path / "heads.json"
    path.write_text(json.dumps({"a": {"seq": 3, "hash": "f" * 64, "at": "now"}}))
    assert Heads(path).of("a") == Head(3, "f" * 64, "now", study="")
