"""Files of older versions: migrated on a copy, wholly or not at all."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from db import reading
from db.engine import Damaged, connect
from db.header import APPLICATION_ID, FORMAT, read_header
from db.quarantine import receive
from db.store import Store, write_new
from db.study.model import NOT_ASKED, Doubt, Knowledge, Known
from db.study.past import Past
from db.upgrade import MIGRATIONS, migrate, upgrade
from tests.unit.db.test_library import STUDY

RELEASED = Path(__file__).parent / "files"
"""One file of every format that was ever released, made by the version of its time."""

FOURTH = """
from alembic import op

revision, down_revision, branch_labels, depends_on = "0004", "0003", None, None


def upgrade():
    op.execute("CREATE TABLE extra (id TEXT PRIMARY KEY) STRICT")
    op.execute("INSERT INTO extra SELECT id FROM option")
    {last}
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    target = tmp_path / "old 100%.steelyard"
    write_new(target, STUDY, who="Ada")
    return target


@pytest.fixture
def scripts(tmp_path: Path) -> Callable[[str], Path]:
    def with_fourth(last: str) -> Path:
        folder = tmp_path / "migrations 5%"
        shutil.copytree(MIGRATIONS, folder)
        (folder / "versions" / "0004_extra.py").write_text(FOURTH.format(last=last))
        return folder

    return with_fourth


def rows(path: Path, sql: str) -> list[tuple[object, ...]]:
    raw = connect(path, "ro")
    found = raw.execute(sql).fetchall()
    raw.close()
    return found


def test_the_migrations_make_exactly_the_tables_that_new_files_have(tmp_path: Path, path: Path) -> None:
    migrated = tmp_path / "migrated.steelyard"
    migrate(migrated)
    schema = "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name"
    ours, theirs = ([(*row[:3], str(row[3]).split()) for row in rows(file, schema)] for file in (path, migrated))
    assert theirs == ours
    raw = connect(migrated, "ro")
    assert reading.schema_digest(raw) == reading.SCHEMA
    raw.close()
    assert rows(migrated, "SELECT version_num FROM alembic_version") == rows(
        path, "SELECT version_num FROM alembic_version"
    )
    assert rows(migrated, "PRAGMA user_version") == [(FORMAT,)]


def test_a_new_file_carries_the_marks_of_its_kind(path: Path) -> None:
    assert rows(path, "PRAGMA application_id") == [(APPLICATION_ID,)]
    assert rows(path, "PRAGMA journal_mode") == [("delete",)]
    assert read_header(path).format == FORMAT


def test_an_older_file_is_migrated_and_the_old_one_kept(path: Path, scripts: Callable[[str], Path]) -> None:
    upgrade(path, path.parent / "kept", scripts=scripts(""), format=4, check=lambda _: None)
    assert rows(path, "SELECT id FROM extra ORDER BY id") == [("a",), ("b",)]
    assert rows(path, "PRAGMA user_version") == [(4,)]
    (kept,) = (path.parent / "kept").iterdir()
    shutil.move(kept, path)
    with Store.open(path) as store:
        assert store.study == STUDY


@pytest.mark.parametrize("name", sorted(file.name for file in RELEASED.iterdir()))
def test_a_file_of_every_released_format_opens_with_all_it_held(tmp_path: Path, name: str) -> None:
    path = tmp_path / "studies" / name
    path.parent.mkdir()
    shutil.copy(RELEASED / name, path)
    held = rows(path, "SELECT * FROM change ORDER BY seq")
    with Store.open(path) as store:
        store.verify()
        assert rows_of(store) == held
        assert store.study.question == "Which of three?"
        assert [label for _, label in store.undoable()] == [held[1][4], held[-1][4]]
        store.name_version("Brought up to date", who="Ada")
    assert receive(path).chain[-1].kind == "name"
    assert read_header(path).format == FORMAT
    (kept,) = (tmp_path / "backups").iterdir()
    assert rows(kept, "SELECT * FROM change ORDER BY seq") == held


@pytest.mark.parametrize("name", ["format-1.steelyard", "format-2.steelyard"])
def test_parties_that_were_never_asked_how_sure_they_are_come_up_unasked_and_can_say_so(
    tmp_path: Path, name: str
) -> None:
    path = tmp_path / "studies" / name
    path.parent.mkdir()
    shutil.copy(RELEASED / name, path)
    with Store.open(path) as store:
        first, *others = store.study.perspectives
        assert others
        assert all(party.doubt == NOT_ASKED for party in store.study.perspectives)
        doubt = Doubt(Knowledge.RANGES, 0.5, {leaf.id: (0.1, 0.9) for leaf in store.study.leaves()})
        asked = replace(store.study, perspectives=(replace(first, doubt=doubt), *others))
        store.save(store.study, asked, "Ask", who="Ada")
        store.verify()
    with Store.open(path) as store:
        assert store.study == asked
        (_, (change, _)) = store.undoable()[-2:]
        assert all(party.doubt == NOT_ASKED for party in store.before(change, store.study).perspectives)
    assert receive(path).study == asked


def test_what_a_file_of_the_second_format_undid_can_still_be_followed(tmp_path: Path) -> None:
    path = tmp_path / "studies" / "format-2.steelyard"
    path.parent.mkdir()
    shutil.copy(RELEASED / path.name, path)
    with Store.open(path) as store:
        names = [[party.name for party in store.as_it_was(seq).perspectives] for seq in (1, 3, 4, 5, 6, 8)]
        lines = Past(store.changes())
        told = [line.text for place in range(len(lines.changes)) for line in lines.lines(place)]
    created, copied, *rest, taken_over = names
    assert copied == [created[0], "Kyiv (copy)", *created[1:]]
    assert rest == [created, copied, created]
    assert taken_over == [*created[:-1], "Brussels"]
    assert "Perspective Kyiv (copy): added" in told
    assert not [text for text in told if "unsure" in text or "known of the weights" in text]


def rows_of(store: Store) -> list[tuple[object, ...]]:
    return [
        (c.seq, c.uuid, c.who, c.at, c.label, c.reason, c.kind, c.of, c.patch_text, c.digest, c.prev_hash, c.hash)
        for c in store.changes()
    ]


@pytest.mark.parametrize(
    "last", ['op.execute("no such statement")', """op.execute("INSERT INTO fact VALUES ('gone', 0, '', '')")"""]
)
def test_a_migration_that_fails_at_its_end_leaves_the_old_file_as_it_was(
    path: Path, scripts: Callable[[str], Path], last: str
) -> None:
    with pytest.raises((Damaged, sqlite3.Error)):
        upgrade(path, path.parent / "kept", scripts=scripts(last), format=4, check=lambda _: None)
    with Store.open(path) as store:
        assert store.study == STUDY
    assert sorted(file.name for file in path.parent.iterdir()) == ["kept", "migrations 5%", path.name]


def test_a_migrated_file_that_does_not_pass_the_check_is_not_used(path: Path, scripts: Callable[[str], Path]) -> None:
    with pytest.raises(Damaged, match="could not be brought up to date"):
        upgrade(path, scripts=scripts(""), format=4)
    assert rows(path, "PRAGMA user_version") == [(FORMAT,)]


def test_a_study_that_is_open_is_not_migrated(path: Path, scripts: Callable[[str], Path]) -> None:
    with Store.open(path) as store:
        with pytest.raises(Known):
            upgrade(path, scripts=scripts(""), format=4)
        assert store.load() == STUDY


def test_opening_and_saving_does_not_import_what_only_a_migration_needs(path: Path) -> None:
    import subprocess
    import sys

    script = (
        "import sys; from pathlib import Path; from db.library import Library; from db.store import Store\n"
        "store = Store.open(Path(sys.argv[1])); store.study\n"
        "assert not {'sqlalchemy', 'alembic', 'PySide6', 'numpy'} & set(sys.modules), 'at opening'\n"
        "store.save(store.study, store.study, 'Nothing', who=''); store.close()\n"
        "assert 'sqlalchemy' in sys.modules and 'alembic' not in sys.modules, 'at saving'\n"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", script, str(path)], check=True)
