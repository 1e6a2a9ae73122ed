"""The chain of changes: append, verify, replay, undo after a restart.

Each change keeps what was and what became of it as a patch, the digest of the whole study after it, and the hash of
everything in the row and of the hash before. The rows are only ever added; the tables are their projection.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from db.engine import Damaged
from db.study.diff import Difference, differences
from db.study.digest import digest_of_nothing, moved
from db.study.model import Id, Study, new_id
from db.study.patch import Mismatch, Patch, Workbench, make_patch

if TYPE_CHECKING:
    from sqlalchemy import Connection

_SPACE = frozenset(" \t\n\r")
_DECODER = json.JSONDecoder()
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))

START = "0" * 64
"""What stands before the hash of the first change."""

_COLUMNS = "seq, uuid, who, at, label, reason, kind, of_change, patch, digest, prev_hash, hash"


@dataclass(frozen=True, slots=True)
class Change:
    """One committed gesture. `kind` is create, do, undo, redo, name, import or migrate; `of` what was undone or redone.

    A change of the kind name changes nothing: its label is what the study as it then was is called from now on.

    `at` is the time by the clock of that computer, ISO 8601 in UTC; the order is that of `seq`, never of time. `digest`
    is that of the study after the change, `hash` that of the chain up to it.
    """

    seq: int
    uuid: Id
    who: str
    at: str
    label: str
    reason: str
    kind: str
    of: Id | None
    patch_text: str
    digest: str
    prev_hash: str
    hash: str

    @property
    def patch(self) -> Patch:
        """What was and what became of it; raises Mismatch when it cannot be read."""
        try:
            return list(_records(self.patch_text))
        except (ValueError, IndexError, RecursionError) as error:
            raise Mismatch(f"change {self.seq} cannot be read") from error

    def expected_hash(self) -> str:
        """The hash that the contents of this row call for."""
        row = [self.seq, self.uuid, self.who, self.at, self.label, self.reason, self.kind, self.of]
        text = json.dumps([*row, self.patch_text, self.digest, self.prev_hash], ensure_ascii=False)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _records(text: str) -> Iterator[Any]:
    """The members of a JSON list one by one: reading a large study at once would hold up every other thread."""
    place = _after_space(text, 0)
    if text[place] != "[":
        raise ValueError("no list")
    place = _after_space(text, place + 1)
    while text[place] != "]":
        record, place = _DECODER.raw_decode(text, place)
        yield record
        place = _after_space(text, place)
        if text[place] == ",":
            place = _after_space(text, place + 1)
            if text[place] == "]":
                raise ValueError("a comma before the end")
        elif text[place] != "]":
            raise ValueError("no comma")
    if _after_space(text, place + 1) != len(text):
        raise ValueError("something after the end")


def _after_space(text: str, place: int) -> int:
    while text[place : place + 1] in _SPACE:
        place += 1
    return place


def next_change(
    head: Change | None,
    found: Sequence[Difference],
    label: str,
    *,
    who: str,
    kind: str,
    uuid: Id | None = None,
    of: Id | None = None,
    reason: str = "",
) -> Change:
    """The change that follows `head` (None: the first), not yet written anywhere."""
    from dataclasses import replace

    unsealed = Change(
        seq=head.seq + 1 if head else 1,
        uuid=uuid or new_id(),
        who=who,
        at=datetime.now(UTC).isoformat(timespec="milliseconds"),
        label=label,
        reason=reason,
        kind=kind,
        of=of,
        patch_text="[" + ",".join(map(_ENCODER.encode, make_patch(found))) + "]",
        digest=moved(head.digest if head else digest_of_nothing(), found),
        prev_hash=head.hash if head else START,
        hash="",
    )
    return replace(unsealed, hash=unsealed.expected_hash())


def append(connection: Connection, new: Iterable[Change]) -> None:
    """Write changes as rows, within the transaction of the connection."""
    from sqlalchemy import insert

    from db.tables import ChangeRow, table_of

    rows = [_as_row(change) for change in new]
    connection.execute(insert(table_of(ChangeRow)), rows)


def _as_row(change: Change) -> dict[str, Any]:
    row = {name: getattr(change, name) for name in Change.__slots__}
    return {**row, "of_change": row.pop("of"), "patch": row.pop("patch_text")}


def changes(raw: sqlite3.Connection, since: int = 0) -> Iterator[Change]:
    """The changes with a higher `seq` than `since`, oldest first."""
    rows = raw.execute(f"SELECT {_COLUMNS} FROM change WHERE seq > ? ORDER BY seq", (since,))
    return (Change(*row) for row in rows)


def head(raw: sqlite3.Connection) -> Change:
    """The newest change; raises Damaged when there is none."""
    return _one(raw, "ORDER BY seq DESC LIMIT 1", ())


def find(raw: sqlite3.Connection, uuid: Id) -> Change | None:
    """The change with this identity, if the file holds it."""
    row = raw.execute(f"SELECT {_COLUMNS} FROM change WHERE uuid = ?", (uuid,)).fetchone()
    return Change(*row) if row else None


def _one(raw: sqlite3.Connection, condition: str, values: tuple[object, ...]) -> Change:
    row = raw.execute(f"SELECT {_COLUMNS} FROM change {condition}", values).fetchone()
    if row is None:
        raise Damaged("The file holds no history.")
    return Change(*row)


def verify(chain: Iterable[Change], prev_hash: str = START, seq: int = 0) -> Change | None:
    """Walk the chain from a known place; returns its last change. Raises Damaged where a link does not hold."""
    last: Change | None = None
    for change in chain:
        seq += 1
        if change.seq != seq or change.prev_hash != prev_hash or change.hash != change.expected_hash():
            raise Damaged(f"The history of the study does not hold together at change {change.seq}.")
        last, prev_hash = change, change.hash
    return last


def verify_end(raw: sqlite3.Connection, links: int = 100) -> Change:
    """Check the newest links of the chain, for the opening of a study; raises Damaged."""
    newest = head(raw)
    start = max(0, newest.seq - links)
    before = raw.execute("SELECT hash FROM change WHERE seq = ?", (start,)).fetchone() if start else (START,)
    count = raw.execute("SELECT count(*) FROM change").fetchone()[0]
    if before is None or count != newest.seq:
        raise Damaged("The history of the study has gaps.")
    verify(changes(raw, start), before[0], start)
    return newest


def replay(chain: Iterable[Change], until: int | None = None) -> Study:
    """The study as it was after change `until` (None: after the last); raises Mismatch where a patch does not fit."""
    bench = Workbench()
    for change in chain:
        if until is not None and change.seq > until:
            break
        bench.apply(change.patch)
    return bench.study()


def verify_replay(chain: Iterable[Change], present: Study) -> None:
    """Check every link, and that following them leads to the present study; raises Damaged."""
    listed = list(chain)
    verify(listed)
    try:
        replayed = replay(listed)
    except Mismatch as error:
        raise Damaged(f"The history of the study cannot be followed: {error}.") from error
    if differences(replayed, present):
        raise Damaged("The study is not what its history leads to.")


@dataclass(frozen=True, slots=True)
class Steps:
    """What can be undone and redone, as (uuid of the change, its label); the next one to go is the last."""

    undoable: tuple[tuple[Id, str], ...]
    redoable: tuple[tuple[Id, str], ...]


def steps(raw: sqlite3.Connection) -> Steps:
    """Follow what was done, undone and redone to what can be undone and redone now."""
    labels: dict[Id, str] = {}
    done: dict[Id, None] = {}
    undone: dict[Id, None] = {}
    for uuid, label, kind, of in raw.execute("SELECT uuid, label, kind, of_change FROM change ORDER BY seq"):
        if kind == "do":
            labels[uuid] = label
            done[uuid] = None
            undone.clear()
        elif kind == "undo" and of in done:
            del done[of]
            undone[of] = None
        elif kind == "redo" and of in undone:
            del undone[of]
            done[of] = None
    return Steps(*(tuple((uuid, labels[uuid]) for uuid in stack) for stack in (done, undone)))
