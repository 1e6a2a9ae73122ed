"""The study: options, a tree of criteria, scores, perspectives and evidence, as immutable values.

Every object is frozen. A change makes a new `Study` that shares every untouched part with the old one, so "what
changed" is a comparison of identities and undo is the old reference. The mappings held here (`Study.scores`,
`Perspective.weights`, ...) are plain dicts for speed; nobody may write to one once it is in a study.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from db.study.known import Known as Known

Id = str
"""A UUID in its 36-character form; unique across studies."""

Cell = tuple[Id, Id]
"""(option id, criterion id): the address of a score."""


def new_id() -> Id:
    """A fresh random identity."""
    return str(uuid.uuid4())


class Direction(StrEnum):
    """Which end of a scale is the better one."""

    HIGHER = "higher"
    LOWER = "lower"


class ScaleKind(StrEnum):
    """How a leaf is measured."""

    NATURAL = "natural"
    CONSTRUCTED = "constructed"
    DIRECT = "direct"


class Shape(StrEnum):
    """The family a value function belongs to."""

    LINEAR = "linear"
    PIECEWISE = "piecewise"
    EXPONENTIAL = "exponential"


class Origin(StrEnum):
    """Where a number comes from. Only the first two may ever be shown as sourced."""

    SEED = "stated in the seed article"
    CITED = "stated in a public source"
    COMPUTED = "computed from sourced figures"
    ASSUMED = "computed from assumptions"
    DEFINITION = "by definition"
    JUDGEMENT = "judgement"


class PerspectiveKind(StrEnum):
    """Whose view a set of weights is; a stress test or a reference is never averaged with stakeholders."""

    STAKEHOLDER = "stakeholder"
    STRESS_TEST = "stress test"
    REFERENCE = "reference"


class Knowledge(StrEnum):
    """What is known of a party's weights."""

    AROUND = "around"
    """They lie near the sliders: w = (1 - spread) w0 + spread u, where u is any weights at all."""
    RANKING = "ranking"
    """Only their order."""
    RANGES = "ranges"
    """Each share lies between a low and a high end."""


@dataclass(frozen=True, slots=True)
class Level:
    """A point of a scale put into words."""

    x: float
    text: str


@dataclass(frozen=True, slots=True)
class Scale:
    """How a leaf is measured: fixed ends in the leaf's own unit, direction, worded levels and value function.

    `points` are (x, value 0..100) corners of a piecewise value function from `low` to `high`, x ascending; empty for
    the other shapes. `curvature` is the c of the exponential shape (0 = linear; positive rises early from the worst
    end). The worst end is always worth 0 and the best 100. Scores outside the ends are worth what the nearer end is.
    """

    low: float = 0.0
    high: float = 100.0
    direction: Direction = Direction.HIGHER
    unit: str = ""
    kind: ScaleKind = ScaleKind.NATURAL
    levels: tuple[Level, ...] = ()
    shape: Shape = Shape.LINEAR
    points: tuple[tuple[float, float], ...] = ()
    curvature: float = 0.0

    @property
    def worst(self) -> float:
        return self.low if self.direction is Direction.HIGHER else self.high

    @property
    def best(self) -> float:
        return self.high if self.direction is Direction.HIGHER else self.low


@dataclass(frozen=True, slots=True)
class Criterion:
    """A node of the value tree. A leaf has a scale; a branch has none and groups the criteria whose parent it is.

    `colour` is the index of the node's colour, kept for life so that a criterion never changes colour.
    `swing` words the range from the worst to the best end ("from no added deterrence to treaty-like cover").
    """

    id: Id
    name: str
    parent: Id | None = None
    scale: Scale | None = None
    definition: str = ""
    excludes: str = ""
    swing: str = ""
    colour: int = 0

    @property
    def is_leaf(self) -> bool:
        return self.scale is not None


@dataclass(frozen=True, slots=True)
class Option:
    """Something that could be chosen. `facts` are (label, text) rows for the reader, not inputs to any sum."""

    id: Id
    name: str
    short: str = ""
    definition: str = ""
    is_baseline: bool = False
    excluded: bool = False
    why_excluded: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    evidence: tuple[Id, ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """What one option achieves on one leaf, in the scale's own unit.

    `likely` is None where the score is missing (its rationale may stay). `low` and `high` are both None (no range
    given) or low <= likely <= high. `confidence` is "A" (firm) to "D" (little evidence) or "" (not stated).
    `entered` is the text as typed, `changed_by` and `changed_at` (ISO 8601, UTC) who set the numbers last and when.
    """

    likely: float | None = None
    low: float | None = None
    high: float | None = None
    confidence: str = ""
    rationale: str = ""
    origin: Origin = Origin.JUDGEMENT
    origin_note: str = ""
    evidence: tuple[Id, ...] = ()
    entered: str = ""
    changed_by: str = ""
    changed_at: str = ""

    @property
    def is_missing(self) -> bool:
        return self.likely is None

    @property
    def has_range(self) -> bool:
        return self.low is not None and self.high is not None


MISSING = Score()
"""The score of a cell that nobody has filled in."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """How sure a party is of its weights.

    `spread` is 0 (exact) to 1 (nothing is known) and counts where the knowledge is AROUND; `ranges` are (low, high)
    shares of 0 to 1 per leaf id and count where it is RANGES. A leaf without a range may have any share. Whatever does
    not count is kept.
    """

    knowledge: Knowledge = Knowledge.AROUND
    spread: float = 0.3
    ranges: Mapping[Id, tuple[float, float]] = field(default_factory=dict)


NOT_ASKED = Doubt()
"""The doubt of a party that nobody has asked. Files and digests leave it out, so it must stay what it is for ever."""


@dataclass(frozen=True, slots=True)
class Perspective:
    """One party's weights and locks over the same scores, and how sure it is of them.

    `weights` are non-negative points per leaf id in any unit; a leaf that is absent has 0. A leaf's share is its
    points over the sum of all. `assessed` is False until somebody has set a weight: equal weights nobody chose are
    shown as such.
    """

    id: Id
    name: str
    kind: PerspectiveKind = PerspectiveKind.STAKEHOLDER
    weights: Mapping[Id, float] = field(default_factory=dict)
    locked: frozenset[Id] = frozenset()
    assessed: bool = True
    summary: str = ""
    reasons: Mapping[Id, str] = field(default_factory=dict)
    evidence: tuple[Id, ...] = ()
    origin: Origin = Origin.JUDGEMENT
    doubt: Doubt = NOT_ASKED


@dataclass(frozen=True, slots=True)
class Evidence:
    """A claim with source and date that scores, options and perspectives may cite by id.

    `ref` is the short handle the reader sees ("LAV25", "S27"). `reliability` is a NATO source grade "A".."F" or "";
    `credibility` is 1..6 or None; `grade_note` says in words why. `kind` groups the list ("source", "seed statement").
    """

    id: Id
    ref: str
    claim: str
    source: str = ""
    date: str = ""
    url: str = ""
    kind: str = "source"
    reliability: str = ""
    credibility: int | None = None
    grade_note: str = ""
    read_as: str = ""
    used_for: str = ""
    later: bool = False


@dataclass(frozen=True, slots=True)
class Study:
    """One decision. Options, criteria and perspectives are in display order, siblings by their order in `criteria`."""

    id: Id
    title: str
    question: str = ""
    objective: str = ""
    as_of: str = ""
    notes: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    scores: Mapping[Cell, Score] = field(default_factory=dict)
    perspectives: tuple[Perspective, ...] = ()
    evidence: tuple[Evidence, ...] = ()

    def option(self, option: Id) -> Option:
        """The option with this id; raises KeyError."""
        return _find(self.options, option)

    def criterion(self, criterion: Id) -> Criterion:
        """The node with this id; raises KeyError."""
        return _find(self.criteria, criterion)

    def perspective(self, perspective: Id) -> Perspective:
        """The perspective with this id; raises KeyError."""
        return _find(self.perspectives, perspective)

    def cited(self, evidence: Id) -> Evidence:
        """The piece of evidence with this id; raises KeyError."""
        return _find(self.evidence, evidence)

    def score(self, option: Id, criterion: Id) -> Score:
        """The score of a cell; `MISSING` where nothing was ever entered."""
        return self.scores.get((option, criterion), MISSING)

    def children(self, parent: Id | None) -> tuple[Criterion, ...]:
        """The nodes directly below a branch (None: the top of the tree), in display order."""
        return tuple(node for node in self.criteria if node.parent == parent)

    def walk(self, parent: Id | None = None, depth: int = 0) -> Iterator[tuple[int, Criterion]]:
        """(depth, node) from the top down, depth first, in display order."""
        below: dict[Id | None, list[Criterion]] = {}
        for node in self.criteria:
            below.setdefault(node.parent, []).append(node)
        stack = [(depth, node) for node in reversed(below.get(parent, []))]
        while stack:
            level, node = stack.pop()
            yield level, node
            stack.extend((level + 1, child) for child in reversed(below.get(node.id, [])))

    def leaves(self, parent: Id | None = None) -> tuple[Criterion, ...]:
        """The leaves below a branch (None: all), in the order in which the tree shows them."""
        return tuple(node for _, node in self.walk(parent) if node.is_leaf)

    def included(self) -> tuple[Option, ...]:
        """The options that take part in the ranking, in display order."""
        return tuple(option for option in self.options if not option.excluded)


_Item = TypeVar("_Item", Option, Criterion, Perspective, Evidence)


def _find(items: tuple[_Item, ...], wanted: Id) -> _Item:
    for item in items:
        if item.id == wanted:
            return item
    raise KeyError(wanted)
