"""The objects of a study as plain values for JSON, and back, with everything checked on the way in."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import partial
from typing import Any, NamedTuple, TypeVar

from db.study.model import (
    Criterion,
    Direction,
    Doubt,
    Evidence,
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
)

Plain = dict[str, Any]
"""Field name -> str, finite float, int, bool, None, or lists and dicts of those."""

_Thing = TypeVar("_Thing")


class _Codec(NamedTuple):
    out: Callable[[Any], Any]
    back: Callable[[Any], Any]


def to_plain(thing: Any) -> Plain:
    """Every field of an object of the model, defaults too. Minus zero becomes zero; whole numbers become floats."""
    return {name: codec.out(getattr(thing, name)) for name, codec in FIELDS[type(thing)].items()}


def from_plain(kind: type[_Thing], fields: Mapping[str, Any]) -> _Thing:
    """The object that `to_plain` described; raises ValueError for anything it would not have written."""
    codecs = FIELDS[kind]
    unknown = fields.keys() - codecs.keys()
    if unknown:
        raise ValueError(f"{kind.__name__} has no field {min(unknown)!r}")
    try:
        return kind(**{name: codecs[name].back(value) for name, value in fields.items()})
    except TypeError as error:
        raise ValueError(f"{kind.__name__}: {error}") from error


def _same(value: Any) -> Any:
    return value


def _of_type(kind: type | tuple[type, ...], value: Any) -> Any:
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise ValueError(f"{value!r} does not belong here")
    return value


def _text_or_none(value: Any) -> str | None:
    return None if value is None else str(_of_type(str, value))


def _number(value: Any) -> float:
    number = float(_of_type((int, float), value)) + 0.0
    if not math.isfinite(number):
        raise ValueError("a number is not finite")
    return number


def _number_or_none(value: Any) -> float | None:
    return None if value is None else _number(value)


def _list(out: Callable[[Any], Any], values: Any) -> list[Any]:
    return [out(value) for value in values]


def _tuple(back: Callable[[Any], Any], values: Any) -> tuple[Any, ...]:
    return tuple([back(value) for value in _of_type(list, values)])


def _pair(back: Callable[[Any], Any], values: Any) -> tuple[Any, ...]:
    pair = _tuple(back, values)
    if len(pair) != 2:
        raise ValueError("a pair is not a pair")
    return pair


def _dict(convert: Callable[[Any], Any], values: Any) -> dict[str, Any]:
    return {str(_of_type(str, key)): convert(value) for key, value in sorted(values.items())}


def _dict_back(convert: Callable[[Any], Any], values: Any) -> dict[str, Any]:
    return _dict(convert, _of_type(dict, values))


def _scale_out(scale: Scale | None) -> Plain | None:
    return None if scale is None else to_plain(scale)


def _scale_back(fields: Any) -> Scale | None:
    return None if fields is None else from_plain(Scale, _of_type(dict, fields))


def _level_back(fields: Any) -> Level:
    return from_plain(Level, _of_type(dict, fields))


def _doubt_back(fields: Any) -> Doubt:
    return from_plain(Doubt, _of_type(dict, fields))


def _enum(kind: type[StrEnum]) -> _Codec:
    return _Codec(str, kind)


_string = partial(_of_type, str)
_text = _Codec(_same, _string)
_flag = _Codec(bool, partial(_of_type, bool))
_whole = _Codec(_same, partial(_of_type, int))
_whole_or_none = _Codec(_same, lambda value: None if value is None else _of_type(int, value))
_float = _Codec(_number, _number)
_float_or_none = _Codec(_number_or_none, _number_or_none)
_id_or_none = _Codec(_same, _text_or_none)
_ids = _Codec(list, partial(_tuple, _string))
_id_set = _Codec(sorted, lambda values: frozenset(_tuple(_string, values)))
_texts = _Codec(list, partial(_tuple, _string))

FIELDS: Mapping[type, Mapping[str, _Codec]] = {
    Level: {"x": _float, "text": _text},
    Scale: {
        "low": _float,
        "high": _float,
        "direction": _enum(Direction),
        "unit": _text,
        "kind": _enum(ScaleKind),
        "levels": _Codec(partial(_list, to_plain), partial(_tuple, _level_back)),
        "shape": _enum(Shape),
        "points": _Codec(partial(_list, partial(_list, _number)), partial(_tuple, partial(_pair, _number))),
        "curvature": _float,
    },
    Criterion: {
        "id": _text,
        "name": _text,
        "parent": _id_or_none,
        "scale": _Codec(_scale_out, _scale_back),
        "definition": _text,
        "excludes": _text,
        "swing": _text,
        "colour": _whole,
    },
    Option: {
        "id": _text,
        "name": _text,
        "short": _text,
        "definition": _text,
        "is_baseline": _flag,
        "excluded": _flag,
        "why_excluded": _text,
        "facts": _Codec(partial(_list, list), partial(_tuple, partial(_pair, _string))),
        "evidence": _ids,
    },
    Score: {
        "likely": _float_or_none,
        "low": _float_or_none,
        "high": _float_or_none,
        "confidence": _text,
        "rationale": _text,
        "origin": _enum(Origin),
        "origin_note": _text,
        "evidence": _ids,
        "entered": _text,
        "changed_by": _text,
        "changed_at": _text,
    },
    Doubt: {
        "knowledge": _enum(Knowledge),
        "spread": _float,
        "ranges": _Codec(partial(_dict, partial(_list, _number)), partial(_dict_back, partial(_pair, _number))),
    },
    Perspective: {
        "id": _text,
        "name": _text,
        "kind": _enum(PerspectiveKind),
        "weights": _Codec(partial(_dict, _number), partial(_dict_back, _number)),
        "locked": _id_set,
        "assessed": _flag,
        "summary": _text,
        "reasons": _Codec(partial(_dict, _same), partial(_dict_back, _string)),
        "evidence": _ids,
        "origin": _enum(Origin),
        "doubt": _Codec(to_plain, _doubt_back),
    },
    Evidence: {
        "id": _text,
        "ref": _text,
        "claim": _text,
        "source": _text,
        "date": _text,
        "url": _text,
        "kind": _text,
        "reliability": _text,
        "credibility": _whole_or_none,
        "grade_note": _text,
        "read_as": _text,
        "used_for": _text,
        "later": _flag,
    },
}
"""How each field of each object is written and read back."""

HEADING: Mapping[str, _Codec] = {
    "id": _text,
    "title": _text,
    "question": _text,
    "objective": _text,
    "as_of": _text,
    "notes": _texts,
}
"""The plain fields of the study itself."""
