"""The tables of a study file: every value in a column of its own type, every rule that SQL can keep kept by SQL.

The file format is the text of these definitions: a file is only accepted when its schema is exactly this one. Change a
table only together with a migration, a new `FORMAT` in header.py and a new `SCHEMA` in reading.py.

Reading does not need these classes, so that opening a study at start does not wait for SQLAlchemy.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from sqlalchemy import (
    REAL,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from db.study.model import Direction, Knowledge, Origin, PerspectiveKind, ScaleKind, Shape

REVISION = "0003"
"""The newest migration."""


class Base(DeclarativeBase):
    """What all tables share: names for constraints, and strict column types."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        }
    )
    type_annotation_map: ClassVar = {str: Text(), float: REAL(), int: Integer()}


STRICT = {"sqlite_strict": True}


def _finite(column: str) -> CheckConstraint:
    return CheckConstraint(f"abs({column}) <= 1e300", name=f"{column}_finite")


def _named(column: str) -> CheckConstraint:
    return CheckConstraint(f"length(trim({column})) > 0", name=f"{column}_not_empty")


def _flag(column: str) -> CheckConstraint:
    return CheckConstraint(f"{column} IN (0, 1)", name=f"{column}_flag")


def _one_of(column: str, values: Iterable[str]) -> CheckConstraint:
    known = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({known})", name=f"{column}_known")


def _key(target: str) -> Mapped[str]:
    """Part of a primary key that refers to another table; checked at COMMIT, so that rows may come in any order."""
    return mapped_column(ForeignKey(target, deferrable=True, initially="DEFERRED"), primary_key=True)


def _link(target: str) -> Mapped[str]:
    return mapped_column(ForeignKey(target, deferrable=True, initially="DEFERRED"))


def _score_link() -> ForeignKeyConstraint:
    columns = ["option_id", "criterion_id"]
    target = ["score.option_id", "score.criterion_id"]
    return ForeignKeyConstraint(columns, target, deferrable=True, initially="DEFERRED")


class StudyRow(Base):
    """The study itself; the one row has place 0."""

    __tablename__ = "study"
    __table_args__ = (CheckConstraint("place = 0", name="one_row"), _named("title"), STRICT)

    place: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str]
    title: Mapped[str]
    question: Mapped[str]
    objective: Mapped[str]
    as_of: Mapped[str]


class NoteRow(Base):
    """A note on the study as a whole."""

    __tablename__ = "note"
    __table_args__ = (STRICT,)

    place: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]


class EvidenceRow(Base):
    """A claim with its source."""

    __tablename__ = "evidence"
    __table_args__ = (
        _one_of("reliability", ("", *"ABCDEF")),
        CheckConstraint("credibility BETWEEN 1 AND 6", name="credibility_known"),
        _flag("later"),
        STRICT,
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[int]
    ref: Mapped[str]
    claim: Mapped[str]
    source: Mapped[str]
    date: Mapped[str]
    url: Mapped[str]
    kind: Mapped[str]
    reliability: Mapped[str]
    credibility: Mapped[int | None]
    grade_note: Mapped[str]
    read_as: Mapped[str]
    used_for: Mapped[str]
    later: Mapped[int]


class OptionRow(Base):
    """Something that could be chosen."""

    __tablename__ = "option"
    __table_args__ = (_named("name"), _flag("is_baseline"), _flag("excluded"), STRICT)

    id: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[int]
    name: Mapped[str]
    short: Mapped[str]
    definition: Mapped[str]
    is_baseline: Mapped[int]
    excluded: Mapped[int]
    why_excluded: Mapped[str]


class FactRow(Base):
    """A fact about an option."""

    __tablename__ = "fact"
    __table_args__ = (STRICT,)

    option_id: Mapped[str] = _key("option.id")
    place: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str]
    text: Mapped[str]


class OptionEvidenceRow(Base):
    """Evidence that an option cites."""

    __tablename__ = "option_evidence"
    __table_args__ = (STRICT,)

    option_id: Mapped[str] = _key("option.id")
    place: Mapped[int] = mapped_column(primary_key=True)
    evidence_id: Mapped[str] = _link("evidence.id")


class CriterionRow(Base):
    """A node of the value tree."""

    __tablename__ = "criterion"
    __table_args__ = (_named("name"), STRICT)

    id: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[int]
    name: Mapped[str]
    parent_id: Mapped[str | None] = mapped_column(
        ForeignKey("criterion.id", deferrable=True, initially="DEFERRED"),
    )
    definition: Mapped[str]
    excludes: Mapped[str]
    swing: Mapped[str]
    colour: Mapped[int]


class ScaleRow(Base):
    """How a leaf is measured."""

    __tablename__ = "scale"
    __table_args__ = (
        _finite("low"),
        _finite("high"),
        _finite("curvature"),
        _one_of("direction", Direction),
        _one_of("kind", ScaleKind),
        _one_of("shape", Shape),
        STRICT,
    )

    criterion_id: Mapped[str] = _key("criterion.id")
    low: Mapped[float]
    high: Mapped[float]
    direction: Mapped[str]
    unit: Mapped[str]
    kind: Mapped[str]
    shape: Mapped[str]
    curvature: Mapped[float]


class LevelRow(Base):
    """A point of a scale put into words."""

    __tablename__ = "level"
    __table_args__ = (_finite("x"), STRICT)

    criterion_id: Mapped[str] = _key("scale.criterion_id")
    place: Mapped[int] = mapped_column(primary_key=True)
    x: Mapped[float]
    text: Mapped[str]


class PointRow(Base):
    """A corner of a piecewise value function."""

    __tablename__ = "point"
    __table_args__ = (_finite("x"), _finite("value"), STRICT)

    criterion_id: Mapped[str] = _key("scale.criterion_id")
    place: Mapped[int] = mapped_column(primary_key=True)
    x: Mapped[float]
    value: Mapped[float]


class ScoreRow(Base):
    """What one option achieves on one leaf."""

    __tablename__ = "score"
    __table_args__ = (
        _finite("likely"),
        _finite("low"),
        _finite("high"),
        _one_of("confidence", ("", *"ABCD")),
        _one_of("origin", Origin),
        STRICT,
    )

    option_id: Mapped[str] = _key("option.id")
    criterion_id: Mapped[str] = _key("criterion.id")
    likely: Mapped[float | None]
    low: Mapped[float | None]
    high: Mapped[float | None]
    confidence: Mapped[str]
    rationale: Mapped[str]
    origin: Mapped[str]
    origin_note: Mapped[str]
    entered: Mapped[str]
    changed_by: Mapped[str]
    changed_at: Mapped[str]


class ScoreEvidenceRow(Base):
    """Evidence that a score cites."""

    __tablename__ = "score_evidence"
    __table_args__ = (_score_link(), STRICT)

    option_id: Mapped[str] = mapped_column(primary_key=True)
    criterion_id: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    evidence_id: Mapped[str] = _link("evidence.id")


class PerspectiveRow(Base):
    """One party's view."""

    __tablename__ = "perspective"
    __table_args__ = (
        _named("name"),
        _one_of("kind", PerspectiveKind),
        _flag("assessed"),
        _one_of("origin", Origin),
        STRICT,
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[int]
    name: Mapped[str]
    kind: Mapped[str]
    assessed: Mapped[int]
    summary: Mapped[str]
    origin: Mapped[str]


class WeightRow(Base):
    """The points a perspective gives to a leaf."""

    __tablename__ = "weight"
    __table_args__ = (CheckConstraint("points BETWEEN 0 AND 1e300", name="points_finite"), STRICT)

    perspective_id: Mapped[str] = _key("perspective.id")
    criterion_id: Mapped[str] = _key("criterion.id")
    points: Mapped[float]


class LockRow(Base):
    """A leaf whose weight a perspective keeps."""

    __tablename__ = "lock"
    __table_args__ = (STRICT,)

    perspective_id: Mapped[str] = _key("perspective.id")
    criterion_id: Mapped[str] = _key("criterion.id")


class ReasonRow(Base):
    """Why a perspective weighs a leaf as it does."""

    __tablename__ = "reason"
    __table_args__ = (STRICT,)

    perspective_id: Mapped[str] = _key("perspective.id")
    criterion_id: Mapped[str] = _key("criterion.id")
    text: Mapped[str]


class DoubtRow(Base):
    """How sure a perspective is of its weights; none where nobody has been asked."""

    __tablename__ = "doubt"
    __table_args__ = (
        _one_of("knowledge", Knowledge),
        CheckConstraint("spread BETWEEN 0 AND 1", name="spread_is_share"),
        STRICT,
    )

    perspective_id: Mapped[str] = _key("perspective.id")
    knowledge: Mapped[str]
    spread: Mapped[float]


class WeightRangeRow(Base):
    """The ends between which a perspective's share of a leaf lies."""

    __tablename__ = "weight_range"
    __table_args__ = (CheckConstraint("0 <= low AND low <= high AND high <= 1", name="ends_in_order"), STRICT)

    perspective_id: Mapped[str] = _key("perspective.id")
    criterion_id: Mapped[str] = _key("criterion.id")
    low: Mapped[float]
    high: Mapped[float]


class PerspectiveEvidenceRow(Base):
    """Evidence that a perspective cites."""

    __tablename__ = "perspective_evidence"
    __table_args__ = (STRICT,)

    perspective_id: Mapped[str] = _key("perspective.id")
    place: Mapped[int] = mapped_column(primary_key=True)
    evidence_id: Mapped[str] = _link("evidence.id")


class ChangeRow(Base):
    """One committed gesture; rows are only ever added. `patch` holds what was and what became of it, as JSON."""

    __tablename__ = "change"
    __table_args__ = (
        CheckConstraint("kind IN ('create', 'do', 'undo', 'redo', 'name', 'import', 'migrate')", name="kind_known"),
        CheckConstraint("(of_change IS NULL) = (kind NOT IN ('undo', 'redo'))", name="of_change_fits_kind"),
        CheckConstraint("length(digest) = 64 AND length(prev_hash) = 64 AND length(hash) = 64", name="hash_lengths"),
        STRICT,
    )

    seq: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(unique=True)
    who: Mapped[str]
    at: Mapped[str]
    label: Mapped[str]
    reason: Mapped[str]
    kind: Mapped[str]
    of_change: Mapped[str | None] = mapped_column(ForeignKey("change.uuid"))
    patch: Mapped[str]
    digest: Mapped[str]
    prev_hash: Mapped[str]
    hash: Mapped[str]


class RevisionRow(Base):
    """The newest migration that shaped the file, where Alembic looks for it."""

    __tablename__ = "alembic_version"
    __table_args__ = (PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),)

    version_num: Mapped[str] = mapped_column(String(32))


def table_of(row: type[Base]) -> Table:
    """The table behind a row class, for statements in bulk."""
    table = row.__table__
    assert isinstance(table, Table)
    return table
