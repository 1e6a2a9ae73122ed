"""Bringing the file of an older version up to date: back up, migrate a copy, verify it, and only then exchange the two.

All revisions run in one transaction with foreign keys off and checked before COMMIT; Alembic's own way would leave
half-migrated files behind. Whatever fails, the old file is as it was.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

from db.backup import verify
from db.engine import (
    UNREADABLE,
    Damaged,
    Locked,
    claim,
    connect,
    connect_live,
    copy_database,
    engine_over,
    explain,
    make_folder,
    release,
    replacing,
)
from db.header import FORMAT, read_header
from db.study.model import Known

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(
    path: Path,
    backups: Path | None = None,
    *,
    scripts: Path = MIGRATIONS,
    format: int = FORMAT,
    check: Callable[[Path], object] = verify,
) -> None:
    """Bring a closed study file to the present format; raises Known, and leaves the file as it was, when that fails.

    A copy of the old file is kept in `backups`, or beside it. `scripts`, `format` and `check` say what is present.
    """
    old = read_header(path).format
    identity = claim(path)
    try:
        raw = connect_live(path)
        try:
            _keep(raw, _place(path, backups, old))
            with replacing(path) as temporary:
                copy_database(raw, temporary)
                migrate(temporary, scripts, format)
                check(temporary)
                _let_go(raw)
        finally:
            raw.close()
    except Locked:
        raise
    except Known as error:
        raise Damaged(f"“{path.name}” is of an older version and could not be brought up to date. {error}") from error
    except (*UNREADABLE, OSError) as error:
        raise explain(error, path.name) from error
    finally:
        release(identity)


def _place(path: Path, backups: Path | None, old: int) -> Path:
    folder = backups or path.parent
    return folder / f"{path.stem}.format-{old}.backup"


def _keep(raw: sqlite3.Connection, target: Path) -> None:
    make_folder(target.parent)
    with replacing(target) as temporary:
        copy_database(raw, temporary)


def _let_go(raw: sqlite3.Connection) -> None:
    """Leave no log behind that would be taken for that of the new file. The lock is kept where names allow it."""
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    raw.execute("PRAGMA journal_mode=DELETE").fetchall()
    if os.name != "posix":
        raw.close()


def migrate(path: Path, scripts: Path = MIGRATIONS, format: int = FORMAT) -> None:
    """Run every revision that is due on a file nobody else has, in one transaction; raises Damaged or sqlite3.Error."""
    from sqlalchemy.exc import DBAPIError

    raw = connect(path, "rwc")
    try:
        raw.execute("PRAGMA synchronous=FULL")
        raw.execute("PRAGMA foreign_keys=OFF")
        with engine_over(raw, "BEGIN EXCLUSIVE").begin() as connection:
            _run(connection, scripts)
            if raw.execute("PRAGMA foreign_key_check").fetchone() is not None:
                raise Damaged("Some of its rows refer to others that are not there.")
            raw.execute(f"PRAGMA user_version={format}")
    except DBAPIError as error:
        raise (error.orig if isinstance(error.orig, sqlite3.Error) else error) from error
    finally:
        raw.close()


def _run(connection: object, scripts: Path) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
