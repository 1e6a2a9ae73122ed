"""From the differences between two studies to the rows that differ, through SQLAlchemy's tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

from sqlalchemy import Connection, Delete, Table, Update, bindparam, delete, insert, update

from db import tables
from db.study.diff import LISTS, Difference
from db.study.model import NOT_ASKED, Cell, Criterion, Evidence, Id, Option, Perspective, Scale, Score, Study
from db.tables import Base, table_of

Row = dict[str, Any]
Located = Iterator[tuple[Table, Row]]

_KEY = "key_"


def create_tables(connection: Connection) -> None:
    """All tables, empty, marked as of the newest revision."""
    Base.metadata.create_all(connection, checkfirst=False)
    connection.execute(insert(table_of(tables.RevisionRow)), {"version_num": tables.REVISION})


def write(connection: Connection, found: Iterable[Difference], after: Study) -> None:
    """Delete, add and change the rows that differ, and no others."""
    places: dict[str, dict[Id, int]] = {kind: _places(after, field) for kind, field in LISTS.items()}
    gone, added, changed, moved = _Batch(), _Batch(), _Batch(), _Batch()
    for kind, key, before, now in found:
        if kind == "order":
            moved[_LISTED[str(key)]].extend(_moves(before, places[str(key)]))
            continue
        place = places.get(kind, {}).get(str(key), 0)
        old, new = (_by_key(_rows(thing, key, place)) for thing in (before, now))
        for address, row in old.items():
            if address not in new:
                gone[address[0]].append(_keys(address[0], row))
        for address, row in new.items():
            if address not in old:
                added[address[0]].append(row)
            elif row != old[address]:
                changed[address[0]].append({**row, **_keys(address[0], row)})
    _execute(connection, gone, _delete)
    _execute(connection, added, insert)
    _execute(connection, changed, _update)
    _execute(connection, moved, _move)


class _Batch(defaultdict[Table, list[Row]]):
    def __init__(self) -> None:
        super().__init__(list)


def _execute(connection: Connection, batch: _Batch, statement: Callable[[Table], Any]) -> None:
    for table, rows in batch.items():
        if rows:
            connection.execute(statement(table), rows)


@cache
def _delete(table: Table) -> Delete:
    return delete(table).where(*(column == bindparam(_KEY + column.name) for column in table.primary_key))


@cache
def _update(table: Table) -> Update:
    own: Row = {column.name: bindparam(column.name) for column in table.columns if not column.primary_key}
    return update(table).where(*(column == bindparam(_KEY + column.name) for column in table.primary_key)).values(own)


def _keys(table: Table, row: Row) -> Row:
    return {_KEY + column.name: row[column.name] for column in table.primary_key}


def _places(study: Study, field: str) -> dict[Id, int]:
    return {thing.id: at for at, thing in enumerate(getattr(study, field))}


@cache
def _move(table: Table) -> Update:
    return update(table).where(table.c.id == bindparam(_KEY + "id")).values(place=bindparam("place"))


def _moves(before: tuple[Id, ...], places: dict[Id, int]) -> Iterator[Row]:
    for at, id_ in enumerate(before):
        if places.get(id_, at) != at:
            yield {_KEY + "id": id_, "place": places[id_]}


def _by_key(rows: Located) -> dict[tuple[Any, ...], Row]:
    """Rows by table and primary key."""
    return {(table, *(row[column.name] for column in table.primary_key)): row for table, row in rows}


_STUDY = table_of(tables.StudyRow)
_NOTE = table_of(tables.NoteRow)
_OPTION = table_of(tables.OptionRow)
_FACT = table_of(tables.FactRow)
_OPTION_EVIDENCE = table_of(tables.OptionEvidenceRow)
_CRITERION = table_of(tables.CriterionRow)
_SCALE = table_of(tables.ScaleRow)
_LEVEL = table_of(tables.LevelRow)
_POINT = table_of(tables.PointRow)
_SCORE = table_of(tables.ScoreRow)
_SCORE_EVIDENCE = table_of(tables.ScoreEvidenceRow)
_PERSPECTIVE = table_of(tables.PerspectiveRow)
_WEIGHT = table_of(tables.WeightRow)
_LOCK = table_of(tables.LockRow)
_REASON = table_of(tables.ReasonRow)
_DOUBT = table_of(tables.DoubtRow)
_WEIGHT_RANGE = table_of(tables.WeightRangeRow)
_PERSPECTIVE_EVIDENCE = table_of(tables.PerspectiveEvidenceRow)
_EVIDENCE = table_of(tables.EvidenceRow)

_LISTED = {"evidence": _EVIDENCE, "option": _OPTION, "criterion": _CRITERION, "perspective": _PERSPECTIVE}


def _rows(thing: Any, key: Id | Cell, place: int) -> Located:
    """Every row that an object consists of; none for None."""
    match thing:
        case Score():
            yield from _of_score(thing, key[0], key[1])
        case Option():
            yield from _of_option(thing, place)
        case Criterion():
            yield from _of_criterion(thing, place)
        case Perspective():
            yield from _of_perspective(thing, place)
        case Evidence():
            yield _EVIDENCE, {**_fields(thing), "place": place, "later": int(thing.later)}
        case Study():
            yield from _of_study(thing)


def _fields(thing: Any, *without: str) -> Row:
    return {name: getattr(thing, name) for name in type(thing).__slots__ if name not in without}


def _number(number: float | None) -> float | None:
    """As stored: a float, and never minus zero."""
    return None if number is None else float(number) + 0.0


def _of_study(study: Study) -> Located:
    head = ("id", "title", "question", "objective", "as_of")
    if study.id:
        yield _STUDY, {"place": 0, **{name: getattr(study, name) for name in head}}
    for at, text in enumerate(study.notes):
        yield _NOTE, {"place": at, "text": text}


def _of_option(option: Option, place: int) -> Located:
    flags = {"is_baseline": int(option.is_baseline), "excluded": int(option.excluded)}
    yield _OPTION, {**_fields(option, "facts", "evidence"), **flags, "place": place}
    for at, (label, text) in enumerate(option.facts):
        yield _FACT, {"option_id": option.id, "place": at, "label": label, "text": text}
    for at, piece in enumerate(option.evidence):
        yield _OPTION_EVIDENCE, {"option_id": option.id, "place": at, "evidence_id": piece}


def _of_criterion(node: Criterion, place: int) -> Located:
    row = {**_fields(node, "parent", "scale"), "parent_id": node.parent, "place": place}
    yield _CRITERION, row
    if node.scale is not None:
        yield from _of_scale(node.scale, node.id)


def _of_scale(scale: Scale, criterion: Id) -> Located:
    numbers = {name: _number(getattr(scale, name)) for name in ("low", "high", "curvature")}
    words = {name: str(getattr(scale, name)) for name in ("direction", "unit", "kind", "shape")}
    yield _SCALE, {"criterion_id": criterion, **numbers, **words}
    for at, level in enumerate(scale.levels):
        yield _LEVEL, {"criterion_id": criterion, "place": at, "x": _number(level.x), "text": level.text}
    for at, (x, value) in enumerate(scale.points):
        yield _POINT, {"criterion_id": criterion, "place": at, "x": _number(x), "value": _number(value)}


def _of_score(score: Score, option: Id, criterion: Id) -> Located:
    address = {"option_id": option, "criterion_id": criterion}
    numbers = {name: _number(getattr(score, name)) for name in ("likely", "low", "high")}
    yield _SCORE, {**address, **_fields(score, "evidence"), **numbers, "origin": str(score.origin)}
    for at, piece in enumerate(score.evidence):
        yield _SCORE_EVIDENCE, {**address, "place": at, "evidence_id": piece}


def _of_perspective(perspective: Perspective, place: int) -> Located:
    words = {"kind": str(perspective.kind), "origin": str(perspective.origin), "assessed": int(perspective.assessed)}
    row = {"id": perspective.id, "name": perspective.name, "summary": perspective.summary}
    yield _PERSPECTIVE, {**row, **words, "place": place}
    for criterion, points in perspective.weights.items():
        yield _WEIGHT, {**_pair(perspective, criterion), "points": _number(points)}
    for criterion in sorted(perspective.locked):
        yield _LOCK, _pair(perspective, criterion)
    for criterion, text in perspective.reasons.items():
        yield _REASON, {**_pair(perspective, criterion), "text": text}
    yield from _of_doubt(perspective)
    for at, piece in enumerate(perspective.evidence):
        yield _PERSPECTIVE_EVIDENCE, {"perspective_id": perspective.id, "place": at, "evidence_id": piece}


def _of_doubt(perspective: Perspective) -> Located:
    doubt = perspective.doubt
    if (doubt.knowledge, doubt.spread) != (NOT_ASKED.knowledge, NOT_ASKED.spread):
        row = {"knowledge": str(doubt.knowledge), "spread": _number(doubt.spread)}
        yield _DOUBT, {"perspective_id": perspective.id, **row}
    for criterion, (low, high) in doubt.ranges.items():
        yield _WEIGHT_RANGE, {**_pair(perspective, criterion), "low": _number(low), "high": _number(high)}


def _pair(perspective: Perspective, criterion: Id) -> Row:
    return {"perspective_id": perspective.id, "criterion_id": criterion}
