"""What a change did, in words: a line for every single thing that differs, from and to.

The names are those that things had then. A weight is told as a share of its perspective, because shares are what the
window shows; where no other weight gave way (free points) the points stand first, and where the share stays as it was
they stand alone. Nothing that a patch holds is left untold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import fsum
from typing import Any, Protocol

from db.study.diff import LISTS
from db.study.meanings import KNOWLEDGE
from db.study.model import Criterion, Evidence, Id, Knowledge, Option, Perspective, Scale, Score, Study
from db.study.patch import Patch
from db.study.plain import Plain, to_plain

NONE = "none"
"""What stands where there is nothing."""

_NOUNS = {"option": "Option", "criterion": "Criterion", "perspective": "Perspective", "evidence": "Evidence"}
_PLURALS = {"option": "options", "criterion": "criteria", "perspective": "perspectives", "evidence": "evidence"}
_BLANK: Mapping[str, Plain] = {
    "option": to_plain(Option("", "")),
    "criterion": to_plain(Criterion("", "")),
    "perspective": to_plain(Perspective("", "")),
    "evidence": to_plain(Evidence("", "", "")),
    "score": to_plain(Score()),
    "scale": to_plain(Scale()),
}
_WORDS = {
    "short": "short name",
    "ref": "short name",
    "is_baseline": "baseline",
    "why_excluded": "why excluded",
    "parent": "group",
    "excludes": "what it leaves out",
    "origin_note": "note on the origin",
    "entered": "as typed",
    "changed_by": "last changed by",
    "changed_at": "last changed at",
    "assessed": "weights set by somebody",
    "url": "address",
    "grade_note": "why this grade",
    "read_as": "read as",
    "used_for": "used for",
    "later": "later than the study's date",
    "as_of": "as of",
    "id": "identity",
}
_OF_SCALE = {
    "low": "low end of the scale",
    "high": "high end of the scale",
    "direction": "which is better",
    "kind": "kind of scale",
    "shape": "shape of the value function",
    "points": "points of the value function",
    "curvature": "curvature of the value function",
}
_QUIET = frozenset({"id", "entered", "changed_by", "changed_at", "assessed", "colour", "origin"})
_NUMBERS = ("likely", "low", "high")


class Names(Protocol):
    """What things were called, and what a perspective's points came to, at one moment."""

    def name(self, kind: str, key: Id) -> str:
        """The name of an option, criterion, perspective or piece of evidence; "" for one that nobody knows."""
        ...

    def points(self, perspective: Id) -> float:
        """The sum of a perspective's points over the leaves; 0 where there are none."""
        ...


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that differs: `subject` was `old` and became `new`; `old` is "" for what was added or deleted whole.

    `about` are the ids of the options, criteria, perspectives and evidence it speaks of. A quiet line tells what goes
    along with another (who changed a score last, where a new option stands) and need not stand in a summary.
    """

    subject: str
    old: str
    new: str
    about: frozenset[Id]
    quiet: bool = False

    @property
    def text(self) -> str:
        """The whole line."""
        return f"{self.subject}: {self.old} → {self.new}" if self.old else f"{self.subject}: {self.new}"


class StudyNames:
    """The names of one study."""

    def __init__(self, study: Study) -> None:
        self._study = study
        self._names = {
            (str(kind), thing.id): thing.ref if isinstance(thing, Evidence) else thing.name
            for kind, field in LISTS.items()
            for thing in getattr(study, field)
        }

    def name(self, kind: str, key: Id) -> str:
        return self._names.get((kind, key), "")

    def points(self, perspective: Id) -> float:
        party = next((party for party in self._study.perspectives if party.id == perspective), None)
        if party is None:
            return 0.0
        return fsum(party.weights.get(node.id, 0.0) for node in self._study.criteria if node.is_leaf)


def tell(patch: Patch, before: Names, after: Names) -> list[Line]:
    """Everything that a patch did, in its order."""
    teller = _Teller(before, after)
    return [line for record in patch for line in teller.record(record)]


def summary(lines: Sequence[Line]) -> tuple[str, str]:
    """From and to, for a table with one row per change: the one thing that differs, or how many do."""
    loud = [line for line in lines if not line.quiet] or list(lines)
    if not loud:
        return "", ""
    first, subjects = loud[0], {line.about for line in loud}
    if len(loud) == 1 or len(subjects) == 1 or not first.old:
        return first.old, first.new if len(loud) == 1 else f"{first.new}, and {len(loud) - 1} more"
    parties = frozenset.intersection(*subjects)
    if parties and first.subject.startswith("Weight of"):
        return first.old, f"{first.new}, others give way"
    return "", f"{len(loud)} differences"


class _Teller:
    """Tells records with the names before and after them."""

    def __init__(self, before: Names, after: Names) -> None:
        self._before, self._after = before, after

    def _name(self, kind: str, key: Id) -> str:
        found = self._before.name(kind, key) or self._after.name(kind, key)
        return visible(found) if found else f"an unknown {kind}"

    def record(self, record: Mapping[str, Any]) -> Iterator[Line]:
        """The lines of one record."""
        kind, key, old, new = record["kind"], record["key"], record["old"], record["new"]
        if kind == "order":
            yield from self._order(key, record["at"], old, new)
        elif kind == "study":
            yield from self._fields(old, new, "Study", frozenset())
        elif kind == "score":
            yield from self._score(key[0], key[1], old, new)
        else:
            yield from self._thing(kind, key, old, new)

    # Objects

    def _thing(self, kind: str, key: Id, old: Plain | None, new: Plain | None) -> Iterator[Line]:
        name, about, blank = self._name(kind, key), frozenset({key}), {**_BLANK[kind], "id": key}
        if old is None or new is None:
            there = new if old is None else old
            assert there is not None
            noun = "Group" if kind == "criterion" and there["scale"] is None else _NOUNS[kind]
            yield Line(f"{noun} {name}", "", "added" if old is None else "deleted", about)
            called = {label: value for label, value in there.items() if label in ("name", "ref")}
            old, new = ({**blank, **(side or called)} for side in (old, new))
        yield from self._fields(old, new, name, about)

    def _fields(self, old: Plain, new: Plain, subject: str, about: frozenset[Id]) -> Iterator[Line]:
        for field, value in new.items():
            if old[field] != value:
                yield from self._field(field, old[field], value, subject, about)

    def _field(self, field: str, old: Any, new: Any, subject: str, about: frozenset[Id]) -> Iterator[Line]:
        if field == "weights":
            yield from self._weights(next(iter(about)), old, new)
        elif field == "locked":
            yield from self._locks(next(iter(about)), old, new)
        elif field == "reasons":
            yield from self._reasons(next(iter(about)), old, new)
        elif field == "doubt":
            yield from self._doubt(next(iter(about)), old, new)
        elif field == "scale":
            yield from self._scale(old, new, subject, about)
        elif field == "parent":
            groups = frozenset(key for key in (old, new) if key)
            texts = [self._name("criterion", key) if key else "top level" for key in (old, new)]
            yield _line(f"{subject} · group", old, new, about | groups, texts)
        elif field == "evidence":
            moved = frozenset(old) ^ frozenset(new)
            rows = [[self._name("evidence", key) for key in keys] for keys in (old, new)]
            yield _line(f"{subject} · evidence", old, new, about | moved, _rows(*rows))
        else:
            name = f"{subject} · {_WORDS.get(field, field)}"
            yield _line(name, old, new, about, _texts(old, new), field in _QUIET)

    def _scale(self, old: Plain | None, new: Plain | None, subject: str, about: frozenset[Id]) -> Iterator[Line]:
        there = old or new
        assert there is not None
        if old is None or new is None:
            texts = [NONE if scale is None else _scale_text(scale) for scale in (old, new)]
            yield _line(f"{subject} · scale", old, new, about, texts)
        # The line above has told the ends, the unit and which is better.
        blank = {**_BLANK["scale"], **{name: there[name] for name in ("low", "high", "direction", "unit")}}
        old, new = old or blank, new or blank
        for field in new:
            if old[field] != new[field]:
                name = f"{subject} · {_OF_SCALE.get(field, field)}"
                yield _line(name, old[field], new[field], about, _texts(old[field], new[field]))

    def _score(self, option: Id, criterion: Id, old: Plain | None, new: Plain | None) -> Iterator[Line]:
        subject = f"{self._name('option', option)} · {self._name('criterion', criterion)}"
        about = frozenset({option, criterion})
        was, now = ({**_BLANK["score"], **(side or {})} if old is None or new is None else side for side in (old, new))
        assert was is not None
        assert now is not None
        numbers = [name for name in _NUMBERS if name in now and was[name] != now[name]]
        if numbers:
            yield _line(subject, was, now, about, [_numbers_text(side, numbers) for side in (was, now)])
        rest = [{name: side[name] for name in side if name not in _NUMBERS} for side in (was, now)]
        yield from self._fields(rest[0], rest[1], subject, about)
        if was == now:
            yield _line(subject, old, new, about, [NONE if side is None else "an empty entry" for side in (old, new)])

    # Perspectives

    def _weights(self, party: Id, old: Plain, new: Plain) -> Iterator[Line]:
        totals = self._before.points(party), self._after.points(party)
        moves = [(key, old.get(key), new.get(key)) for key in {**old, **new} if old.get(key) != new.get(key)]
        name, is_free = self._name("perspective", party), len(moves) == 1
        moves.sort(key=lambda move: -round(abs(_share(move[2], totals[1]) - _share(move[1], totals[0])), 9))
        for key, was, now in moves:
            subject = f"Weight of {self._name('criterion', key)} in “{name}”"
            yield _line(subject, was, now, frozenset({party, key}), _weight_texts(was, now, totals, is_free))

    def _locks(self, party: Id, old: Sequence[Id], new: Sequence[Id]) -> Iterator[Line]:
        for key in sorted(set(old) ^ set(new)):
            subject = f"Lock on {self._name('criterion', key)} in “{self._name('perspective', party)}”"
            texts = ["off", "on"] if key in new else ["on", "off"]
            yield _line(subject, None, key, frozenset({party, key}), texts)

    def _reasons(self, party: Id, old: Plain, new: Plain) -> Iterator[Line]:
        for key in {**old, **new}:
            was, now = old.get(key), new.get(key)
            if was != now:
                name = self._name("criterion", key)
                subject = f"Reason for the weight of {name} in “{self._name('perspective', party)}”"
                yield _line(subject, was, now, frozenset({party, key}), [value_text(was), value_text(now)])

    def _doubt(self, party: Id, old: Plain, new: Plain) -> Iterator[Line]:
        name, about = self._name("perspective", party), frozenset({party})
        if old.get("knowledge") != new.get("knowledge"):
            texts = [KNOWLEDGE[Knowledge(side["knowledge"])] for side in (old, new)]
            yield _line(f"What is known of the weights in “{name}”", old, new, about, texts)
        if old.get("spread") != new.get("spread"):
            texts = _apart(100.0 * old["spread"], 100.0 * new["spread"])
            yield _line(f"How unsure “{name}” is of its weights", old["spread"], new["spread"], about, texts)
        yield from self._ranges(party, old.get("ranges", {}), new.get("ranges", {}))

    def _ranges(self, party: Id, old: Plain, new: Plain) -> Iterator[Line]:
        for key in {**old, **new}:
            was, now = old.get(key), new.get(key)
            if was != now:
                name = self._name("criterion", key)
                subject = f"Range of the weight of {name} in “{self._name('perspective', party)}”"
                sides = (None if ends is None else [100.0 * end for end in ends] for ends in (was, now))
                yield _line(subject, was, now, frozenset({party, key}), _ranges_apart(*sides))

    # Orders

    def _order(self, kind: str, at: int, old: Sequence[Id], new: Sequence[Id]) -> Iterator[Line]:
        among, there, here = _PLURALS[kind], set(old), set(new)
        is_moved = [key for key in old if key in here] != [key for key in new if key in there]
        one = _moved_one(old, new)
        if one is not None:
            key, down = one
            ends = [str(at + 1), str(at + len(old))]
            subject = f"Place of {self._name(kind, key)} among the {among}"
            yield _line(subject, old, new, frozenset({key}), ends if down else ends[::-1])
            return
        texts = [", ".join(self._name(kind, key) for key in side) or NONE for side in (old, new)]
        about = frozenset(there | here if is_moved else there ^ here)
        yield _line(f"Order of the {among} from place {at + 1}", old, new, about, texts, quiet=not is_moved)


def _line(subject: str, old: Any, new: Any, about: frozenset[Id], texts: Sequence[str], quiet: bool = False) -> Line:
    """A line; where both sides read alike though they differ, each is spelt out."""
    was, now = texts
    return Line(subject, *((was, now) if was != now else (ascii(old), ascii(new))), about, quiet)


def visible(text: str) -> str:
    """A text on one line, with line breaks and what nobody can see made visible."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else "↵" if c == "\n" else f"\\u{ord(c):04x}" for c in text)


def value_text(value: Any) -> str:
    """A plain value in words: a text in quotation marks, a number as short as it can be exact."""
    if value is None or value == "":
        return NONE
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"“{visible(value)}”" if isinstance(value, str) else number_text(value)


def number_text(number: float) -> str:
    """The shortest text of exactly this number."""
    return repr(float(number) + 0.0).removesuffix(".0")


def _numbers_text(score: Plain, changed: Sequence[str]) -> str:
    """Those numbers of a score that changed: `40`, `40 (low 30, high 55)`, `40 (no range)`, `low 30`, `missing`."""
    ends = [
        f"{name} {NONE if score[name] is None else number_text(score[name])}" for name in changed if name != "likely"
    ]
    if len(ends) == 2 and score["low"] is None and score["high"] is None:
        ends = ["no range"]
    if "likely" not in changed:
        return ", ".join(ends)
    if score["likely"] is None and ends == ["no range"]:
        return "missing"
    likely = "missing" if score["likely"] is None else number_text(score["likely"])
    return f"{likely} ({', '.join(ends)})" if ends else likely


def _scale_text(scale: Plain) -> str:
    unit = f" {visible(scale['unit'])}" if scale["unit"] else ""
    return f"{number_text(scale['low'])} to {number_text(scale['high'])}{unit}, {scale['direction']} is better"


def _texts(old: Any, new: Any) -> list[str]:
    """Two plain values in words; of lists only what differs."""
    if isinstance(old, list):
        return _rows([_row_text(row) for row in old], [_row_text(row) for row in new])
    return [value_text(old), value_text(new)]


def _row_text(row: Any) -> str:
    if isinstance(row, dict):
        return f"{number_text(row['x'])} = {value_text(row['text'])}"
    if isinstance(row, list):
        return " = ".join(visible(part) if isinstance(part, str) else number_text(part) for part in row)
    return value_text(row)


def _rows(old: Sequence[str], new: Sequence[str]) -> list[str]:
    """Two lists in words, without what both begin and end with."""
    start, shorter = 0, min(len(old), len(new))
    while start < shorter and old[start] == new[start]:
        start += 1
    end = 0
    while end < shorter - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return ["; ".join(side[start : len(side) - end]) or NONE for side in (old, new)]


def _moved_one(old: Sequence[Id], new: Sequence[Id]) -> tuple[Id, bool] | None:
    """The one that changed its place among the others, and whether it went down; None where more happened."""
    if len(old) == len(new) > 1:
        if [*old[1:], old[0]] == list(new):
            return old[0], True
        if [old[-1], *old[:-1]] == list(new):
            return old[-1], False
    return None


def _share(points: float | None, total: float) -> float:
    return 100.0 * (points or 0.0) / total if total > 0 else 0.0


def _weight_texts(was: float | None, now: float | None, totals: tuple[float, float], is_free: bool) -> list[str]:
    points = [NONE if side is None else f"{number_text(side)} points" for side in (was, now)]
    if min(totals) <= 0 and not (was is None or now is None):
        return points
    shares = _apart(_share(was, totals[0]), _share(now, totals[1]))
    if shares[0] == shares[1]:
        return points
    if is_free and was is not None and now is not None:
        return [f"{point} ({share})" for point, share in zip(points, shares, strict=True)]
    return [NONE if side is None else share for side, share in zip((was, now), shares, strict=True)]


def _apart(old: float, new: float) -> list[str]:
    """Two percentages with one decimal, or with as many as it takes to tell them apart."""
    return _ranges_apart((old,), (new,))


def _ranges_apart(*sides: Sequence[float] | None) -> list[str]:
    """The same of percentages or ranges of them, such as `10 to 30 %`."""
    for places in (1, 2, 4, 6, 9):
        texts = [NONE if side is None else _percent_text(side, places) for side in sides]
        if texts[0] != texts[1]:
            break
    return texts


def _percent_text(ends: Sequence[float], places: int) -> str:
    return " to ".join(f"{end:.{places}f}".rstrip("0").rstrip(".") for end in ends) + " %"
