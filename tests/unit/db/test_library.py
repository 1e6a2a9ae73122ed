"""The folder of studies: what comes in, what goes out, what is shown."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from db.engine import Locked, Unwritable
from db.library import Library, slug
from db.store import Store
from db.study.copies import copy_of
from db.study.model import (
    Criterion,
    Doubt,
    Evidence,
    Knowledge,
    Known,
    Option,
    Perspective,
    Scale,
    Score,
    Study,
    new_id,
)

STUDY = Study(
    id=new_id(),
    title="Where to eat: café or bar?",
    options=(Option("a", "Café"), Option("b", "Bar")),
    criteria=(Criterion("g", "Group"), Criterion("c", "Price", parent="g", scale=Scale())),
    scores={("a", "c"): Score(likely=0.1 + 0.2, evidence=("e",))},
    perspectives=(
        Perspective(
            "p",
            "Mine",
            weights={"c": 1.0},
            locked=frozenset("c"),
            reasons={"c": "only one"},
            doubt=Doubt(Knowledge.RANGES, 0.5, {"c": (0.25, 1.0)}),
        ),
    ),
    evidence=(Evidence("e", "E1", "A claim"),),
)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "home")


def rename(store: Store, title: str) -> None:
    store.save(store.study, replace(store.study, title=title), "Rename", who="Ada")


def test_a_created_study_is_listed_and_opens(library: Library) -> None:
    path = library.create(STUDY, "Ada")
    (entry,) = library.entries()
    assert (entry.path, entry.id, entry.title, entry.n_options, entry.n_criteria) == (path, STUDY.id, STUDY.title, 2, 1)
    with library.open(path) as store:
        assert store.study == STUDY


def test_the_list_shows_a_title_as_it_is_now_while_the_study_is_open_and_after(library: Library) -> None:
    path = library.create(STUDY, "Ada")
    with library.open(path) as store:
        rename(store, "New")
        assert [entry.title for entry in library.entries()] == ["New"]
    assert [entry.title for entry in library.entries()] == ["New"]


def test_the_list_is_the_same_without_its_index(library: Library) -> None:
    library.create(STUDY, "Ada")
    library.create(copy_of(STUDY, "Second"), "Ada")
    listed = library.entries()
    (library.home / "index.json").write_text("nonsense")
    assert Library(library.home).entries() == listed
    (library.home / "index.json").unlink()
    assert Library(library.home).entries() == listed


def test_the_most_recently_changed_study_is_listed_first(library: Library) -> None:
    first = library.create(STUDY, "Ada")
    library.create(copy_of(STUDY, "Second"), "Ada")
    with library.open(first) as store:
        rename(store, "Touched")
    assert [entry.title for entry in library.entries()] == ["Touched", "Second"]


def test_a_file_that_is_no_study_is_listed_with_its_trouble(library: Library) -> None:
    (library.studies / "odd.steelyard").write_bytes(b"hello")
    (entry,) = library.entries()
    assert entry.title == "odd"
    assert "not a Steelyard study" in entry.trouble


def test_a_copy_sent_and_imported_elsewhere_is_the_same_study_with_its_history(
    library: Library, tmp_path: Path
) -> None:
    target = tmp_path / "a?b%c#d e.steelyard"
    with library.open(library.create(STUDY, "Ada")) as store:
        rename(store, "Sent")
        library.send_copy(store, target)
        sent, history = store.study, store.changes()
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == [target.name]
    other = Library(tmp_path / "other")
    with other.open(other.import_file(target)) as store:
        assert store.study == sent
        assert store.changes() == history
        assert store.undoable()[-1][1] == "Rename"


def test_importing_the_same_state_twice_keeps_one_study_and_another_state_keeps_both(
    library: Library, tmp_path: Path
) -> None:
    target = tmp_path / "sent.steelyard"
    with library.open(library.create(STUDY, "Ada")) as store:
        library.send_copy(store, target)
        original = store.path
    assert library.import_file(target) == original
    with library.open(original) as store:
        rename(store, "Went on")
    second = library.import_file(target)
    assert second != original
    with library.open(second) as store:
        assert store.study == replace(STUDY, id=store.study.id)
        assert store.study.id != STUDY.id
        store.verify()
    assert len(library.entries()) == 2


def test_sending_onto_an_open_study_is_refused(library: Library) -> None:
    with library.open(library.create(STUDY, "Ada")) as store:
        with pytest.raises(Known, match="not overwritten"):
            library.send_copy(store, store.path)
        assert store.load() == STUDY


def test_sending_into_a_folder_that_is_not_there_is_refused_and_leaves_nothing(
    library: Library, tmp_path: Path
) -> None:
    with (
        library.open(library.create(STUDY, "Ada")) as store,
        pytest.raises(Unwritable, match="could not be written"),
    ):
        library.send_copy(store, tmp_path / "missing" / "x.steelyard")


def test_what_a_window_holds_is_written_elsewhere_as_a_study_of_its_own(library: Library, tmp_path: Path) -> None:
    target = tmp_path / "elsewhere.steelyard"
    target.write_bytes(b"old")
    with library.open(library.create(STUDY, "Ada")) as store:
        unsaved = replace(STUDY, title="Not yet saved")
        library.write_copy(unsaved, target, "Ada")
        with pytest.raises(Known, match="not overwritten"):
            library.write_copy(unsaved, store.path, "Ada")
        with pytest.raises(Unwritable, match=r"“x\.steelyard” could not be written"):
            library.write_copy(unsaved, tmp_path / "missing" / "x.steelyard", "Ada")
    with library.open(library.import_file(target)) as store:
        assert store.study.options == STUDY.options
        assert store.study.title == "Not yet saved"


def test_a_removed_study_lies_in_the_trash_and_an_open_one_is_not_removed(library: Library) -> None:
    path = library.create(STUDY, "Ada")
    with library.open(path), pytest.raises(Locked):
        library.remove(path)
    trashed = library.remove(path)
    assert library.entries() == []
    with Store.open(trashed) as store:
        assert store.study == STUDY


def test_an_unknown_study_is_refused(library: Library) -> None:
    with pytest.raises(Known, match=r"gone\.steelyard"):
        library.open(library.studies / "gone.steelyard")


def test_a_closed_study_that_changed_has_a_verified_backup(library: Library) -> None:
    from db.backup import backups_of, verify

    path = library.create(STUDY, "Ada")
    library.open(path).close()
    assert not (library.backups / STUDY.id).exists()
    with library.open(path) as store:
        rename(store, "Changed")
        saved = store.study
    (backup,) = backups_of(library.backups / STUDY.id)
    assert backup.verified
    assert verify(backup.path) == saved


def test_a_closed_study_is_a_single_file(library: Library) -> None:
    path = library.create(STUDY, "Ada")
    with library.open(path) as store:
        rename(store, "Changed")
    assert [file.name for file in library.studies.iterdir()] == [path.name]


def test_the_library_stands_where_the_environment_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEELYARD_HOME", str(tmp_path / "elsewhere"))
    assert Library().studies == tmp_path / "elsewhere" / "studies"
    monkeypatch.delenv("STEELYARD_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    if os.name == "posix":
        assert tmp_path in Library().home.parents


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Where to eat: café?", "where-to-eat-cafe"),
        ("日本", "study"),
        ("../../x", "x"),
        ("CON" * 30, ("con" * 30)[:40]),
    ],
)
def test_a_file_name_is_short_and_plain(title: str, expected: str) -> None:
    assert slug(title) == expected
