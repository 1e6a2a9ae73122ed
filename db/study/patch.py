"""A patch: the differences between two studies as plain values, applied forwards or backwards.

A patch is a list of records {"kind", "key", "old", "new"}, one per `Difference`. Of an object that was and is, only the
fields that differ are kept, and of weights, reasons and doubt only the entries; null stands for an object or entry that
is absent. A perspective without a doubt is from before there was any. A change of order is kept as the stretch that
differs, with "at" where it begins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from db.study.diff import LISTS, Difference
from db.study.model import NOT_ASKED, Cell, Criterion, Evidence, Id, Option, Perspective, Score, Study
from db.study.plain import FIELDS, HEADING, Plain, from_plain, to_plain

Patch = list[dict[str, Any]]

TYPES: Mapping[str, type] = {
    "option": Option,
    "criterion": Criterion,
    "perspective": Perspective,
    "evidence": Evidence,
    "score": Score,
}
"""The class of the objects of each kind."""

NOTHING = Study(id="", title="")
"""The study before its creation: what the first patch starts from."""

_BY_ENTRY = frozenset({"weights", "reasons", "ranges"})
_BY_FIELD = frozenset({"doubt"})
_ABSENT: Mapping[type, Plain] = {Perspective: {"doubt": to_plain(NOT_ASKED)}}


class Mismatch(ValueError):
    """A patch does not fit the study it is applied to."""


def make_patch(found: Iterable[Difference]) -> Patch:
    """The differences as plain values that `Workbench.apply` understands."""
    return [_record(difference) for difference in found]


def _record(difference: Difference) -> dict[str, Any]:
    kind, key, before, after = difference
    if kind == "order":
        return {"kind": kind, "key": key, **_stretch(before, after)}
    old, new = _contents(before), _contents(after)
    if old is not None and new is not None:
        old, new = _narrowed(old, new)
    return {"kind": kind, "key": list(key) if kind == "score" else key, "old": old, "new": new}


def _contents(thing: Any) -> Plain | None:
    if thing is None:
        return None
    return heading_plain(thing) if isinstance(thing, Study) else to_plain(thing)


def heading_plain(study: Study) -> Plain:
    """The plain fields of the study itself, as plain values."""
    return {name: codec.out(getattr(study, name)) for name, codec in HEADING.items()}


def _narrowed(old: Plain, new: Plain) -> tuple[Plain, Plain]:
    fields = [name for name in old if old[name] != new[name]]
    narrow_old, narrow_new = {name: old[name] for name in fields}, {name: new[name] for name in fields}
    for name in _BY_ENTRY.intersection(fields):
        narrow_old[name], narrow_new[name] = _entries(old[name], new[name])
    for name in _BY_FIELD.intersection(fields):
        narrow_old[name], narrow_new[name] = _narrowed(old[name], new[name])
    return narrow_old, narrow_new


def _entries(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Plain, Plain]:
    keys = [key for key in sorted(old.keys() | new.keys()) if old.get(key) != new.get(key)]
    return {key: old.get(key) for key in keys}, {key: new.get(key) for key in keys}


def _stretch(before: tuple[Id, ...], after: tuple[Id, ...]) -> dict[str, Any]:
    start, shorter = 0, min(len(before), len(after))
    while start < shorter and before[start] == after[start]:
        start += 1
    end = 0
    while end < shorter - start and before[-1 - end] == after[-1 - end]:
        end += 1
    return {
        "at": start,
        "old": list(before[start : len(before) - end]),
        "new": list(after[start : len(after) - end]),
    }


class Workbench:
    """A study taken apart, so that many patches can be applied before it is put together again."""

    def __init__(self, study: Study = NOTHING) -> None:
        self._study = study
        self._things: dict[str, dict[Any, Any]] = {
            kind: {thing.id: thing for thing in getattr(study, field)} for kind, field in LISTS.items()
        }
        self._things["score"] = dict(study.scores)
        self._orders: dict[str, list[Id]] = {
            kind: [thing.id for thing in getattr(study, field)] for kind, field in LISTS.items()
        }
        self._touched: set[str] = set()

    def apply(self, patch: Patch, *, backwards: bool = False) -> None:
        """Do what the patch says, or undo it; raises Mismatch when the study is not what the patch expects."""
        try:
            for record in reversed(patch) if backwards else patch:
                self._apply(record, "new" if backwards else "old", "old" if backwards else "new")
        except Mismatch:
            raise
        except (ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
            raise Mismatch(f"the change cannot be read: {error}") from error

    def _apply(self, record: Mapping[str, Any], source: str, target: str) -> None:
        kind, key, old, new = record["kind"], record["key"], record[source], record[target]
        self._touched.add(key if kind == "order" else kind)
        if kind == "study":
            self._study = _with_heading(self._study, old, new)
        elif kind == "order":
            _splice(self._orders[key], record["at"], old, new)
        else:
            _exchange(self._things[kind], tuple(key) if kind == "score" else key, TYPES[kind], old, new)

    def study(self) -> Study:
        """The study put together again; parts that no patch touched are the same objects as before."""
        changed: dict[str, Any] = {
            field: self._in_order(kind) for kind, field in LISTS.items() if kind in self._touched
        }
        if "score" in self._touched:
            changed["scores"] = dict(self._things["score"])
        return replace(self._study, **changed) if changed else self._study

    def _in_order(self, kind: str) -> tuple[Any, ...]:
        things, order = self._things[kind], self._orders[kind]
        if len(order) != len(things) or things.keys() != set(order):
            raise Mismatch(f"the order of each {kind} does not fit")
        return tuple([things[id_] for id_ in order])


def _with_heading(study: Study, old: Plain, new: Plain) -> Study:
    _expect(heading_plain(study), old)
    changed: dict[str, Any] = {name: HEADING[name].back(value) for name, value in new.items()}
    return replace(study, **changed)


def _expect(found: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    if any(found[name] != value for name, value in expected.items()):
        raise Mismatch("something has changed since")


def _splice(order: list[Id], at: int, old: list[Id], new: list[Id]) -> None:
    if at < 0 or order[at : at + len(old)] != old:
        raise Mismatch("the order has changed since")
    order[at : at + len(old)] = new


def _exchange(things: dict[Any, Any], key: Id | Cell, kind: type, old: Plain | None, new: Plain | None) -> None:
    thing = things.get(key)
    if (thing is None) != (old is None):
        raise Mismatch("something was added or deleted since")
    if new is None:
        _expect(to_plain(thing), {**_ABSENT.get(kind, {}), **(old or {})})
        del things[key]
    elif thing is None or old is None:
        things[key] = from_plain(kind, new)
    else:
        things[key] = _changed(thing, old, new)


def _changed(thing: Any, old: Plain, new: Plain) -> Any:
    codecs, plain = FIELDS[type(thing)], to_plain(thing)
    changes: dict[str, Any] = {}
    for name, value in new.items():
        if name in _BY_ENTRY:
            changes[name] = _merged(plain[name], old[name], value, codecs[name].back)
        elif name in _BY_FIELD:
            changes[name] = _changed(getattr(thing, name), old[name], value)
        else:
            _expect(plain, {name: old[name]})
            changes[name] = codecs[name].back(value)
    return replace(thing, **changes)


def _merged(found: Plain, old: Plain, new: Plain, back: Callable[[Any], Any]) -> Any:
    _expect({key: found.get(key) for key in old}, old)
    merged = {**found, **new}
    return back({key: value for key, value in merged.items() if value is not None})
