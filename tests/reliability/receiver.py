"""A program that takes in files that may be hostile, each in a process of its own that may die or be stopped.

On each line of standard input: a task ("study" or "table") and a path. On standard output, for each: what
came of it as JSON, with the seconds it took and the most memory the process had, in MB.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import db.backup
import db.quarantine
import db.writing  # noqa: F401 - once here rather than in every process
from db.library import Library
from db.store import Store
from db.study.digest import digest
from db.study.model import Known
from desktop.exchange.csv_import import ImportedTable, propose, read_table

PATIENCE = 60
"""Seconds after which a process counts as hanging, on however busy a machine."""


def take_study(path: Path) -> dict[str, Any]:
    """Import a study file into an empty library."""
    with tempfile.TemporaryDirectory() as home:
        library = Library(Path(home))
        try:
            kept = library.import_file(path)
        except Known as refusal:
            return {"refused": str(refusal), "kept": len(library.entries())}
        with Store.open(kept) as store:
            return {"digest": digest(store.study), "head": store.head.hash}


def take_table(path: Path) -> dict[str, Any]:
    """Read a table as its own bytes propose it."""
    data = path.read_bytes()
    try:
        dialect = propose(data)
        table = read_table(data, dialect)
    except Known as refusal:
        return {"refused": str(refusal)}
    if table.problems:
        return {"refused": table.problems[0]}
    return {
        "dialect": [dialect.encoding, dialect.separator, dialect.decimal, dialect.sure],
        "cells": cells_of(table),
    }


def cells_of(table: ImportedTable) -> list[list[Any]]:
    """Every score that was read: row and column in the file, from 1 on, and its three numbers."""
    return [
        [row, column.place, entry.likely, entry.low, entry.high]
        for row, entries in zip(table.rows, table.entries, strict=True)
        for column, entry in zip(table.columns, entries, strict=True)
    ]


TASKS = {"study": take_study, "table": take_table}


def answer(task: str, path: Path) -> str:
    """What came of one file, taken in by a child of this process."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _work(task, path, writing)
    os.close(writing)
    with open(reading, "rb") as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    return said.decode() if status == 0 else json.dumps({"died": status, "said": said.decode(errors="replace")})


def _work(task: str, path: Path, writing: int) -> None:
    signal.alarm(PATIENCE)
    begun = time.perf_counter()
    try:
        found = TASKS[task](path)
    except BaseException as error:
        os.write(writing, repr(error).encode(errors="replace")[:60_000])
        os._exit(1)
    found["seconds"] = time.perf_counter() - begun
    found["megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with open(writing, "wb") as pipe:
        pipe.write(json.dumps(found).encode())
    os._exit(0)


def main() -> None:
    for line in sys.stdin:
        task, _, path = line.rstrip("\n").partition(" ")
        print(answer(task, Path(path)), flush=True)


if __name__ == "__main__":
    main()
