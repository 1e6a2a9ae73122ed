"""One open study: what it refuses, what it says, what it keeps."""

from __future__ import annotations

import sqlite3
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from db import reading
from db.engine import PRAGMAS, Damaged, Locked, StorageThread, connect
from db.header import FORMAT, NotAStudy, TooNew
from db.store import Store, write_new
from db.study.model import NOT_ASKED, Doubt, Known, Option, Score, Study, new_id
from tests.unit.db.test_library import STUDY


@pytest.fixture
def path(tmp_path: Path) -> Path:
    target = tmp_path / "study.steelyard"
    write_new(target, STUDY, who="Ada")
    return target


def set_score(study: Study, likely: float) -> Study:
    return replace(study, scores={**study.scores, ("a", "c"): Score(likely=likely)})


def with_doubt(doubt: Doubt) -> Study:
    return replace(STUDY, perspectives=(replace(STUDY.perspectives[0], doubt=doubt),))


def patch_header(path: Path, at: int, number: int) -> bytes:
    contents = bytearray(path.read_bytes())
    contents[at : at + 4] = number.to_bytes(4, "big")
    path.write_bytes(contents)
    return bytes(contents)


def test_every_setting_that_protects_the_file_is_in_force(path: Path) -> None:
    with Store.open(path) as store:
        raw = store._connection()
        assert {name: raw.execute(f"PRAGMA {name}").fetchone() for name, _, _ in PRAGMAS if name != "mmap_size"} == {
            name: (expected,) for name, _, expected in PRAGMAS if name != "mmap_size"
        }
        assert raw.execute("PRAGMA mmap_size").fetchone() in {None, (0,)}


def test_a_schema_is_what_opening_expects(path: Path) -> None:
    raw = connect(path, "ro")
    assert reading.schema_digest(raw) == reading.SCHEMA
    raw.close()


def test_saving_writes_only_the_rows_that_differ(path: Path) -> None:
    with Store.open(path) as store:
        raw = store._connection()
        store.warm()
        written = raw.total_changes
        store.save(STUDY, set_score(STUDY, 7.0), "Score", who="Ada")
        # The score, the link to its evidence that went, the change.
        assert raw.total_changes - written == 3


def test_saying_how_sure_one_is_writes_one_row(path: Path) -> None:
    doubt = STUDY.perspectives[0].doubt
    with Store.open(path) as store:
        raw = store._connection()
        store.warm()
        for other, rows in (
            (replace(doubt, spread=0.75), 1),
            (replace(doubt, spread=0.75, ranges={"c": (0.5, 1.0)}), 1),
            (replace(doubt, spread=0.75, ranges={}), 1),
            (NOT_ASKED, 1),
            (doubt, 2),
        ):
            written = raw.total_changes
            store.save(store.study, with_doubt(other), "Doubt", who="Ada")
            assert raw.total_changes - written == rows + 1, "the change itself is one more"
            assert store.load() == with_doubt(other)
        store.verify()


def test_a_doubt_said_yesterday_is_taken_back_today(path: Path) -> None:
    with Store.open(path) as store:
        change = store.save(STUDY, with_doubt(NOT_ASKED), "Doubt", who="Ada")
    with Store.open(path) as store:
        assert store.study == with_doubt(NOT_ASKED)
        assert store.before(change.uuid, store.study) == STUDY


def test_a_change_says_who_did_what_and_what_it_was(path: Path) -> None:
    with Store.open(path) as store:
        uuid = new_id()
        change = store.save(STUDY, set_score(STUDY, 7.0), "Set price", who="Ada", change=uuid, reason="menu")
        assert (change.uuid, change.who, change.label, change.reason, change.kind) == (
            uuid,
            "Ada",
            "Set price",
            "menu",
            "do",
        )
        (record,) = change.patch
        assert (record["old"]["likely"], record["new"]["likely"]) == (0.1 + 0.2, 7.0)
        assert store.changes()[-1] == change


def test_undo_and_redo_are_offered_in_the_order_a_user_expects(path: Path) -> None:
    with Store.open(path) as store:
        states = [STUDY, set_score(STUDY, 1.0), set_score(STUDY, 2.0)]
        first = store.save(states[0], states[1], "One", who="")
        second = store.save(states[1], states[2], "Two", who="")
        assert [label for _, label in store.undoable()] == ["One", "Two"]
        store.save(states[2], states[1], "Undo Two", who="", kind="undo", of=second.uuid)
        store.save(states[1], states[0], "Undo One", who="", kind="undo", of=first.uuid)
        assert [label for _, label in store.redoable()] == ["Two", "One"]
        store.save(states[0], states[1], "Redo One", who="", kind="redo", of=first.uuid)
        assert (store.undoable(), store.redoable()) == ([(first.uuid, "One")], [(second.uuid, "Two")])
        store.save(states[1], set_score(STUDY, 9.0), "Other", who="")
        assert store.redoable() == []


def test_a_step_that_later_edits_built_on_is_not_undone_alone(path: Path) -> None:
    with Store.open(path) as store:
        first = store.save(STUDY, set_score(STUDY, 1.0), "One", who="")
        store.save(store.study, set_score(STUDY, 2.0), "Two", who="")
        with pytest.raises(Known, match="“One” cannot be undone"):
            store.before(first.uuid, store.study)


def test_taking_back_a_step_that_was_never_saved_is_saved_as_an_edit_of_its_own(path: Path) -> None:
    with Store.open(path) as store:
        change = store.save(STUDY, set_score(STUDY, 1.0), "Undo", who="", kind="undo", of=new_id())
        assert (change.kind, change.of) == ("do", None)
        assert store.load() == set_score(STUDY, 1.0)


def test_an_edit_that_contradicts_itself_is_refused_in_words_and_the_file_keeps_what_it_held(path: Path) -> None:
    bad = replace(STUDY, scores={**STUDY.scores, ("gone", "c"): Score(likely=1.0)})
    with Store.open(path) as store:
        with pytest.raises(Known, match="does not exist"):
            store.save(STUDY, bad, "Bad", who="Ada")
        with pytest.raises(Known, match="has no name"):
            store.save(STUDY, replace(STUDY, options=(*STUDY.options, Option("z", " "))), "Bad", who="Ada")
        for number in (float("nan"), float("inf")):
            with pytest.raises(Known, match="not a finite number"):
                store.save(STUDY, set_score(STUDY, number), "Bad", who="Ada")
        for doubt in (Doubt(spread=2.0), Doubt(spread=float("nan")), Doubt(ranges={"c": (0.9, 0.1)})):
            with pytest.raises(Known, match=r"Perspective “Mine” .* This was not saved"):
                store.save(STUDY, with_doubt(doubt), "Bad", who="Ada")
        assert store.load() == store.study == STUDY
        store.save(STUDY, set_score(STUDY, 1.0), "Good", who="Ada")
        store.verify()


def test_text_that_cannot_be_stored_is_refused_in_words(path: Path) -> None:
    bad = replace(STUDY, scores={("a", "c"): Score(rationale="\ud800")})
    with Store.open(path) as store:
        with pytest.raises(Known, match="character"):
            store.save(STUDY, bad, "Bad", who="Ada")
        assert store.load() == STUDY


def test_a_second_opener_in_this_process_is_refused(path: Path) -> None:
    with Store.open(path) as store:
        with pytest.raises(Locked, match="already open"):
            Store.open(path)
        store.save(STUDY, set_score(STUDY, 1.0), "Still ours", who="")
    Store.open(path).close()


@pytest.mark.parametrize(
    ("contents", "reason"),
    [(b"", "empty"), (b"hello", "not a Steelyard study"), (b"SQLite format 3\x00" + bytes(200), "not a Steelyard")],
)
def test_a_file_that_is_no_study_is_refused_and_unchanged(tmp_path: Path, contents: bytes, reason: str) -> None:
    path = tmp_path / "x.steelyard"
    path.write_bytes(contents)
    with pytest.raises(NotAStudy, match=reason):
        Store.open(path)
    assert path.read_bytes() == contents


def test_a_database_of_another_program_is_refused_and_unchanged(tmp_path: Path) -> None:
    path = tmp_path / "places.sqlite"
    raw = sqlite3.connect(path)
    raw.execute("CREATE TABLE places (url TEXT)")
    raw.commit()
    raw.close()
    contents = path.read_bytes()
    with pytest.raises(NotAStudy):
        Store.open(path)
    assert path.read_bytes() == contents
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(NotAStudy, match="no file"):
        Store.open(tmp_path / "missing.steelyard")
    with pytest.raises(Known):
        Store.open(tmp_path)


def test_a_study_of_a_newer_version_is_refused_and_unchanged(path: Path) -> None:
    contents = patch_header(path, 60, FORMAT + 1)
    with pytest.raises(TooNew, match="newer version"):
        Store.open(path)
    assert path.read_bytes() == contents


def test_a_file_that_exists_is_not_overwritten_by_a_new_study(path: Path) -> None:
    contents = path.read_bytes()
    with pytest.raises(Known, match="already a file"):
        Store.create(path, STUDY, "Ada")
    assert path.read_bytes() == contents


@pytest.mark.parametrize(
    "name", ["a?b%c#d.steelyard", "spaced name &=+.steelyard", "日本 “x”.steelyard", "%41.steelyard"]
)
def test_a_file_has_exactly_the_name_it_was_given(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with Store.create(path, STUDY, "Ada") as store:
        store.save(STUDY, set_score(STUDY, 1.0), "One", who="")
    assert [file.name for file in tmp_path.iterdir()] == [name]
    with Store.open(path) as store:
        assert store.study.score("a", "c").likely == 1.0


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE score SET likely = 99.5",
        "UPDATE option SET name = 'Bistro' WHERE id = 'a'",
        "UPDATE change SET label = 'Another story'",
        "DELETE FROM weight",
        "DELETE FROM change",
        "CREATE TRIGGER trap AFTER UPDATE ON score BEGIN DELETE FROM option; END",
        "CREATE VIEW spy AS SELECT * FROM score",
    ],
)
def test_a_file_that_was_tampered_with_is_refused_as_damaged(path: Path, damage: str) -> None:
    raw = sqlite3.connect(path, isolation_level=None)
    raw.execute(damage)
    raw.close()
    with pytest.raises(Damaged, match="damaged"):
        Store.open(path)
    with pytest.raises(Damaged):  # The lock was let go of.
        Store.open(path)


def test_the_storage_thread_finishes_what_was_submitted_and_then_ends(path: Path) -> None:
    thread = StorageThread()
    store = thread.submit(Store.open, path).result()
    saved = [
        thread.submit(store.save, STUDY, set_score(STUDY, float(number)), str(number), who="") for number in range(20)
    ]
    closed = thread.submit(store.close)
    thread.close()
    assert [future.result().seq for future in saved] == list(range(2, 22))
    assert closed.result() is None
    assert not [other for other in threading.enumerate() if other.name.startswith("storage")]
    with pytest.raises(RuntimeError):
        thread.submit(store.load)


def test_a_named_version_is_kept_in_the_history_and_changes_nothing(path: Path) -> None:
    with Store.open(path) as store:
        store.save(STUDY, set_score(STUDY, 7.0), "Score", who="Ada")
        saved, steps = store.study, store.undoable()
        named = store.name_version(" As sent to the minister ", who="Bo", reason="first round")
        assert (named.label, named.who, named.reason, named.kind) == (
            "As sent to the minister",
            "Bo",
            "first round",
            "name",
        )
        assert store.study is saved
        assert store.undoable() == steps
    with Store.open(path) as store:
        assert store.head == named
        assert store.study == saved
        store.verify()


def test_a_version_needs_a_name(path: Path) -> None:
    with Store.open(path) as store:
        head = store.head
        with pytest.raises(Known, match="needs a name"):
            store.name_version("  ", who="Bo")
        assert store.head is head


def test_a_file_whose_schema_is_no_text_is_called_damaged(path: Path) -> None:
    contents = bytearray(path.read_bytes())
    at = contents.index(b"CREATE TABLE study")
    contents[at : at + 12] = b"CREA\xdaE \xffABLE"
    path.write_bytes(contents)
    with pytest.raises(Damaged):
        Store.open(path)
    assert path.read_bytes() == contents
