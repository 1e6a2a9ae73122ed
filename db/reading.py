"""From the rows of a study file to the study.

Plain SQL on the bare connection: the start of the application must not wait for SQLAlchemy, and the same code reads a
received file in quarantine. Everything read is checked as if a stranger had written it.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from db.engine import Damaged
from db.study.model import (
    NOT_ASKED,
    Cell,
    Criterion,
    Direction,
    Doubt,
    Evidence,
    Id,
    Knowledge,
    Level,
    Option,
    Origin,
    Perspective,
    PerspectiveKind,
    Scale,
    ScaleKind,
    Score,
    Shape,
    Study,
)

SCHEMA = "2b6ed8afdac338ce2a26ea9a24c16544abd33823e83febf226e1a418fc3cffae"
"""What `schema_digest` gives for a file of the present format; a test keeps it true."""

BAD_CONTENT = (sqlite3.DatabaseError, UnicodeDecodeError, ValueError, TypeError, KeyError)
"""Everything that reading a damaged file may raise."""


def schema_digest(raw: sqlite3.Connection) -> str:
    """A digest of the text of the whole schema, the kind of white space aside."""
    rows: Iterable[Any] = raw.execute(
        "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema ORDER BY type, name"
    )
    squeezed = [(*names, " ".join(sql.split())) for *names, sql in rows]
    return hashlib.sha256(repr(squeezed).encode()).hexdigest()


def load(raw: sqlite3.Connection) -> Study:
    """The whole study; raises one of BAD_CONTENT when the rows do not make one."""
    head = raw.execute("SELECT id, title, question, objective, as_of FROM study").fetchall()
    if len(head) != 1:
        raise Damaged("The file holds no study, or more than one.")
    criteria = _criteria(raw)
    options = _options(raw)
    id_, title, question, objective, as_of = head[0]
    return Study(
        id_,
        title,
        question,
        objective,
        as_of,
        notes=tuple(text for (text,) in raw.execute("SELECT text FROM note ORDER BY place")),
        options=options,
        criteria=criteria,
        scores=_scores(raw, options, criteria),
        perspectives=_perspectives(raw, criteria),
        evidence=_evidence(raw),
    )


def _grouped(rows: Iterable[tuple[Any, ...]], keys: int = 1) -> dict[Any, list[Any]]:
    """The last columns of each row (one: itself; more: a tuple) by its first, or first two, columns."""
    groups: dict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        rest = row[keys:]
        groups[row[0] if keys == 1 else row[:keys]].append(rest[0] if len(rest) == 1 else rest)
    return groups


def _options(raw: sqlite3.Connection) -> tuple[Option, ...]:
    facts = _grouped(raw.execute("SELECT option_id, label, text FROM fact ORDER BY option_id, place"))
    links = _grouped(raw.execute("SELECT option_id, evidence_id FROM option_evidence ORDER BY option_id, place"))
    rows = raw.execute(
        "SELECT id, name, short, definition, is_baseline, excluded, why_excluded FROM option ORDER BY place, id"
    )
    return tuple(
        Option(
            id_, name, short, text, bool(baseline), bool(out), why, tuple(facts.get(id_, ())), tuple(links.get(id_, ()))
        )
        for id_, name, short, text, baseline, out, why in rows
    )


def _criteria(raw: sqlite3.Connection) -> tuple[Criterion, ...]:
    scales = _scales(raw)
    rows = raw.execute(
        "SELECT id, name, parent_id, definition, excludes, swing, colour FROM criterion ORDER BY place, id"
    )
    return tuple(
        Criterion(id_, name, parent, scales.get(id_), definition, excludes, swing, colour)
        for id_, name, parent, definition, excludes, swing, colour in rows
    )


def _scales(raw: sqlite3.Connection) -> dict[str, Scale]:
    levels = _grouped(raw.execute("SELECT criterion_id, x, text FROM level ORDER BY criterion_id, place"))
    points = _grouped(raw.execute("SELECT criterion_id, x, value FROM point ORDER BY criterion_id, place"))
    rows = raw.execute("SELECT criterion_id, low, high, direction, unit, kind, shape, curvature FROM scale")
    return {
        id_: Scale(
            low,
            high,
            Direction(direction),
            unit,
            ScaleKind(kind),
            tuple(Level(*level) for level in levels.get(id_, ())),
            Shape(shape),
            tuple(points.get(id_, ())),
            curvature,
        )
        for id_, low, high, direction, unit, kind, shape, curvature in rows
    }


def _scores(raw: sqlite3.Connection, options: tuple[Option, ...], criteria: tuple[Criterion, ...]) -> dict[Cell, Score]:
    links = _grouped(
        raw.execute("SELECT option_id, criterion_id, evidence_id FROM score_evidence ORDER BY 1, 2, place"), keys=2
    )
    origins = {origin.value: origin for origin in Origin}
    rows: Iterable[Any] = raw.execute(
        "SELECT option_id, criterion_id, likely, low, high, confidence, rationale, origin, origin_note, entered, "
        "changed_by, changed_at FROM score"
    )
    found: dict[Cell, Score] = {}
    for option, criterion, likely, low, high, confidence, rationale, origin, note, entered, by, at in rows:
        cell = (option, criterion)
        cited = tuple(links.get(cell, ()))
        found[cell] = Score(likely, low, high, confidence, rationale, origins[origin], note, cited, entered, by, at)
    cells = ((option.id, node.id) for option in options for node in criteria)
    ordered = {cell: found[cell] for cell in cells if cell in found}
    if len(ordered) != len(found):
        raise Damaged("A score belongs to an option or a criterion that does not exist.")
    return ordered


def _perspectives(raw: sqlite3.Connection, criteria: tuple[Criterion, ...]) -> tuple[Perspective, ...]:
    place = {node.id: at for at, node in enumerate(criteria)}
    weights, reasons = (
        _grouped(raw.execute(f"SELECT perspective_id, criterion_id, {column} FROM {table}"))
        for table, column in (("weight", "points"), ("reason", "text"))
    )
    locks = _grouped(raw.execute("SELECT perspective_id, criterion_id FROM lock"))
    doubts = _doubts(raw, place)
    links = _grouped(
        raw.execute("SELECT perspective_id, evidence_id FROM perspective_evidence ORDER BY perspective_id, place")
    )
    rows = raw.execute("SELECT id, name, kind, assessed, summary, origin FROM perspective ORDER BY place, id")
    return tuple(
        Perspective(
            id_,
            name,
            PerspectiveKind(kind),
            dict(sorted(weights.get(id_, ()), key=lambda item: place[item[0]])),
            frozenset(locks.get(id_, ())),
            bool(assessed),
            summary,
            dict(sorted(reasons.get(id_, ()), key=lambda item: place[item[0]])),
            tuple(links.get(id_, ())),
            Origin(origin),
            doubts.get(id_, NOT_ASKED),
        )
        for id_, name, kind, assessed, summary, origin in rows
    )


def _doubts(raw: sqlite3.Connection, place: dict[Id, int]) -> dict[Id, Doubt]:
    """The doubts of those perspectives that were asked."""
    asked = {id_: rest for id_, *rest in raw.execute("SELECT perspective_id, knowledge, spread FROM doubt")}
    ranges = _grouped(raw.execute("SELECT perspective_id, criterion_id, low, high FROM weight_range"))
    unasked = (NOT_ASKED.knowledge, NOT_ASKED.spread)
    found: dict[Id, Doubt] = {}
    for id_ in asked.keys() | ranges.keys():
        knowledge, spread = asked.get(id_, unasked)
        ends = sorted(ranges.get(id_, ()), key=lambda item: place[item[0]])
        found[id_] = Doubt(Knowledge(knowledge), spread, {leaf: (low, high) for leaf, low, high in ends})
    return found


def _evidence(raw: sqlite3.Connection) -> tuple[Evidence, ...]:
    rows: Iterable[Any] = raw.execute(
        "SELECT id, ref, claim, source, date, url, kind, reliability, credibility, grade_note, read_as, used_for, "
        "later FROM evidence ORDER BY place, id"
    )
    return tuple(
        Evidence(id_, ref, claim, source, date, url, kind, grade, credit, note, read_as, used, bool(later))
        for id_, ref, claim, source, date, url, kind, grade, credit, note, read_as, used, later in rows
    )
