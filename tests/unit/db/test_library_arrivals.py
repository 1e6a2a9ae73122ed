"""What arrives from elsewhere, what is put back from a backup, and what is put aside."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from db.arrivals import Standing
from db.engine import Locked
from db.library import Library
from db.store import Store, write_new
from db.study.copies import copy_of
from db.study.model import Known, Score, Study
from tests.unit.db.test_library import STUDY, rename


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "home")


@pytest.fixture
def ours(library: Library) -> Path:
    return library.create(STUDY, "Ada")


@pytest.fixture
def sent(library: Library, ours: Path, tmp_path: Path) -> Path:
    """A copy of the study as it was created, sent away."""
    with library.open(ours) as store:
        library.send_copy(store, tmp_path / "sent.steelyard")
    return tmp_path / "sent.steelyard"


def edit(path: Path, *titles: str) -> None:
    with Store.open(path) as store:
        for title in titles:
            rename(store, title)


def held(path: Path) -> Study:
    with Store.open(path) as store:
        store.verify()
        return store.study


# Examined, kept, updated


def test_a_study_the_library_does_not_have_is_new_and_is_kept_as_itself(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "received.steelyard"
    write_new(path, STUDY, who="Eve")
    arrival = library.examine(path)
    assert (arrival.standing, arrival.ours, arrival.received.study) == (Standing.NEW, None, STUDY)
    assert library.entries() == [], "looking at it keeps nothing"
    assert held(library.keep(arrival)) == STUDY


@pytest.mark.parametrize(
    ("there", "here", "expected"),
    [
        ((), (), (Standing.SAME, 1, 0, 0)),
        (("X", "Y"), (), (Standing.AHEAD, 1, 2, 0)),
        ((), ("X",), (Standing.BEHIND, 1, 0, 1)),
        (("X", "Y"), ("X",), (Standing.APART, 1, 2, 1)),
    ],
)
def test_how_a_file_stands_to_the_librarys_own_study_is_told(
    library: Library,
    ours: Path,
    sent: Path,
    there: tuple[str, ...],
    here: tuple[str, ...],
    expected: tuple[Standing, int, int, int],
) -> None:
    edit(sent, *there)
    edit(ours, *here)
    contents, own = sent.read_bytes(), held(ours)
    arrival = library.examine(sent)
    assert (arrival.standing, arrival.common, arrival.theirs, arrival.own) == expected
    assert arrival.ours == ours
    assert (sent.read_bytes(), held(ours)) == (contents, own)


def test_the_history_of_an_open_study_is_asked_of_whoever_has_it_open(library: Library, ours: Path, sent: Path) -> None:
    with library.open(ours) as store:
        rename(store, "Went on")
        assert library.examine(sent, lambda path: store.changes()).standing is Standing.BEHIND
        with pytest.raises(Locked):
            library.examine(sent)


def test_a_study_that_is_damaged_here_does_not_keep_the_same_study_from_arriving(
    library: Library, ours: Path, sent: Path
) -> None:
    ours.write_bytes(b"x" * 5000)
    arrival = library.examine(sent)
    assert arrival.standing is Standing.NEW
    assert held(library.keep(arrival)) == STUDY


def test_what_is_ahead_brings_its_changes_as_they_were_made(library: Library, ours: Path, sent: Path) -> None:
    edit(sent, "X", "Y")
    with Store.open(sent) as theirs:
        expected = theirs.changes()
    assert library.update(library.examine(sent), "Ada") == ours
    with library.open(ours) as store:
        assert store.changes() == expected
        assert store.study == replace(STUDY, title="Y")
        assert [label for _, label in store.undoable()] == ["Rename", "Rename"]
        store.verify()
    assert len(library.entries()) == 1
    assert library.examine(sent).standing is Standing.SAME


def test_what_went_another_way_is_taken_over_as_one_change_after_a_backup(
    library: Library, ours: Path, sent: Path
) -> None:
    edit(sent, "X", "Y")
    edit(ours, "Mine")
    library.update(library.examine(sent), "Ada")
    with library.open(ours) as store:
        assert store.study == replace(STUDY, title="Y")
        change, label = store.undoable()[-1]
        assert sent.name in label
        assert store.before(change, store.study) == replace(STUDY, title="Mine")
        assert store.head.who == "Ada"
        store.verify()
    assert [library.look(backup.path).title for backup in library.backups_of(STUDY.id)] == ["Mine", "Y"]


@pytest.mark.parametrize("standing", ["behind", "same", "new"])
def test_a_file_that_holds_nothing_newer_updates_nothing(
    library: Library, ours: Path, sent: Path, standing: str
) -> None:
    if standing == "behind":
        edit(ours, "X")
    if standing == "new":
        sent.unlink()
        write_new(sent, copy_of(STUDY, "Other"), who="Eve")
    own = held(ours)
    with pytest.raises(Known, match="nothing newer"):
        library.update(library.examine(sent), "Ada")
    assert held(ours) == own


def test_what_went_on_here_since_it_was_asked_about_is_not_overwritten(
    library: Library, ours: Path, sent: Path
) -> None:
    edit(sent, "X")
    arrival = library.examine(sent)
    edit(ours, "Mine")
    with pytest.raises(Known, match="do not follow"):
        library.update(arrival, "Ada")
    assert held(ours).title == "Mine"


def test_whatever_is_not_new_is_kept_beside_under_a_title_of_its_own(library: Library, ours: Path, sent: Path) -> None:
    edit(sent, "X")
    for number, title in enumerate(("X", "X 2", "X 3")):
        kept = held(library.keep(library.examine(sent)))
        assert kept.title == title
        assert kept.id != STUDY.id
        assert len(library.entries()) == number + 2
    assert held(ours) == STUDY


# Backups


def backed_up(library: Library, ours: Path, *titles: str) -> None:
    for title in titles:
        with library.open(ours) as store:
            rename(store, title)


def test_a_backup_is_restored_as_itself_where_the_study_is_gone_else_beside_it(library: Library, ours: Path) -> None:
    backed_up(library, ours, "X", "Y")
    first, second = library.backups_of(STUDY.id)
    assert (library.look(first.path).title, library.look(second.path).title) == ("X", "Y")
    beside = held(library.restore(first.path))
    assert beside.id != STUDY.id
    assert beside.title.startswith("X (backup of ")
    assert held(ours).title == "Y"
    library.remove(ours)
    with library.open(library.restore(second.path)) as store:
        assert store.study == replace(STUDY, title="Y")
        assert [label for _, label in store.undoable()] == ["Rename", "Rename"]


def test_a_backup_that_does_not_hold_together_is_refused_and_passed_over(library: Library, ours: Path) -> None:
    backed_up(library, ours, "X", "Y")
    first, second = library.backups_of(STUDY.id)
    contents = bytearray(second.path.read_bytes())
    contents[5000:9000] = bytes(4000)
    second.path.write_bytes(contents)
    with pytest.raises(Known):
        library.restore(second.path)
    assert [entry.title for entry in library.entries()] == ["Y"]
    assert library.newest_sound_backup(STUDY.id) == first
    first.path.unlink()
    assert library.newest_sound_backup(STUDY.id) is None
    assert library.newest_sound_backup("no such study") is None


# Aside


def test_a_file_put_aside_is_kept_byte_for_byte_with_its_log_and_is_no_study_of_the_library(
    library: Library, ours: Path
) -> None:
    ours.write_bytes(b"damaged")
    Path(f"{ours}-wal").write_bytes(b"its log")
    first = library.set_aside(ours)
    assert (first.read_bytes(), Path(f"{first}-wal").read_bytes()) == (b"damaged", b"its log")
    assert first.name.startswith(f"{ours.name}.damaged-")
    assert library.entries() == []
    ours.write_bytes(b"damaged again")
    second = library.set_aside(ours)
    assert second != first
    assert second.read_bytes() == b"damaged again"


def test_an_open_study_is_not_put_aside(library: Library, ours: Path) -> None:
    with library.open(ours) as store:
        with pytest.raises(Locked, match="close it first"):
            library.set_aside(ours)
        assert store.load() == STUDY


def test_what_study_a_file_held_is_known_whatever_is_in_it_now(library: Library, ours: Path) -> None:
    assert library.study_in(ours) == "", "never opened, never listed"
    library.entries()
    assert library.study_in(ours) == STUDY.id
    (library.home / "index.json").unlink()
    library.open(ours).close()
    ours.write_bytes(b"rubbish")
    assert library.study_in(ours) == STUDY.id


# Looked at


def unfolded(library: Library, ours: Path, folder: Path) -> Path:
    """A copy of the study as a killed process would leave it: its last change stands in the log."""
    copy = folder / "left.steelyard"
    with library.open(ours) as store:
        rename(store, "In the log")
        # Both names lead to the very files, and linking opens neither.
        for suffix in ("", "-wal"):
            Path(f"{folder / 'link'}{suffix}").hardlink_to(f"{store.path}{suffix}")
        script = "import shutil, sys\nfor s in ('', '-wal'): shutil.copyfile(sys.argv[1] + s, sys.argv[2] + s)"
        _elsewhere(script, folder / "link", copy)
    return copy


def _elsewhere(script: str, *arguments: Path) -> None:
    """In a process of its own: opening a live file here would drop its locks."""
    import subprocess
    import sys

    subprocess.run([sys.executable, "-c", script, *map(str, arguments)], check=True)


def test_what_a_file_holds_is_seen_with_its_log_and_nothing_is_changed(
    library: Library, ours: Path, tmp_path: Path
) -> None:
    left = unfolded(library, ours, tmp_path)
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir() if file.is_file()}
    assert library.look(left).title == "In the log"
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir() if file.is_file()} == before


def test_a_study_open_in_this_window_is_not_looked_at_by_other_means(library: Library, ours: Path) -> None:
    with library.open(ours) as store:
        with pytest.raises(Locked):
            library.look(ours)
        assert store.load() == STUDY


# Put back to an older file


def put_back(library: Library, ours: Path, older: bytes) -> str:
    """Put an older file in the place of a study; returns what is said when it is opened."""
    ours.write_bytes(older)
    with library.open(ours) as store:
        return store.notice


def test_an_older_file_is_noticed_once_and_what_was_there_is_kept(library: Library, ours: Path) -> None:
    older = ours.read_bytes()
    backed_up(library, ours, "X", "Y")
    said = put_back(library, ours, older)
    assert "is not as this library last saw it" in said
    assert "ends at change 1, but change 3" in said
    assert "Both are kept" in said
    assert len(library.entries()) == 2
    (kept,) = [entry for entry in library.entries() if entry.path != ours]
    assert kept.title in said
    assert held(kept.path) == replace(STUDY, id=kept.id, title=kept.title)
    with library.open(ours) as store:
        assert (store.notice, store.study) == ("", STUDY)
    assert len(library.entries()) == 2


def test_without_a_backup_an_older_file_is_noticed_all_the_same(library: Library, ours: Path) -> None:
    older = ours.read_bytes()
    backed_up(library, ours, "X")
    shutil.rmtree(library.backups)
    assert "no backup holds what was there" in put_back(library, ours, older)
    assert len(library.entries()) == 1


def test_a_backup_of_another_course_is_not_taken_for_what_was_there(library: Library, ours: Path) -> None:
    older = ours.read_bytes()
    backed_up(library, ours, "X", "Y", "Z")
    put_back(library, ours, older)
    with Store.open(ours) as store:
        rename(store, "Other course")
        library._note(store)
    assert len(library.entries()) == 2
    assert "no backup holds what was there" in put_back(library, ours, older)
    assert len(library.entries()) == 2


def test_a_backup_that_holds_a_part_of_what_was_there_is_kept_and_said_to_be_a_part(
    library: Library, ours: Path
) -> None:
    older = ours.read_bytes()
    backed_up(library, ours, "X")
    with library.open(ours) as store:
        rename(store, "Y")
        store.on_close = None
    said = put_back(library, ours, older)
    assert "A backup holds what was there up to change 2" in said
    assert sorted(entry.title.split(" (")[0] for entry in library.entries()) == [STUDY.title, "X"]


def test_a_sibling_that_went_another_way_is_noticed_although_it_is_longer(library: Library, ours: Path) -> None:
    older = ours.read_bytes()
    backed_up(library, ours, "X")
    mine = ours.read_bytes()
    ours.write_bytes(older)
    edit(ours, "A", "B", "C")
    sibling = ours.read_bytes()
    ours.write_bytes(mine)
    said = put_back(library, ours, sibling)
    assert "ends at change 4, but change 2" in said
    assert "another file was put in its place" in said
    assert "Both are kept" in said


def test_a_study_that_was_never_put_back_gives_no_notice(library: Library, ours: Path) -> None:
    for number in range(5):
        with library.open(ours) as store:
            assert store.notice == ""
            scores = {**STUDY.scores, ("b", "c"): Score(likely=float(number))}
            store.save(store.study, replace(store.study, scores=scores), "Score", who="Ada")
            store.name_version(f"Version {number}", who="Ada")
