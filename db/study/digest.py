"""A digest of everything a study holds, kept up to date at the cost of what changed.

The digest is the sum, modulo 2**256, of the SHA-256 of every object and of every place in an order. Sums make it
independent of the order in which objects are visited and let one object be exchanged without visiting the others. It
notices damage; without a key it proves nothing against someone who computes it anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any

from db.study.diff import Difference, differences
from db.study.model import NOT_ASKED, Perspective, Score, Study
from db.study.patch import NOTHING, heading_plain
from db.study.plain import to_plain

_MODULUS = 1 << 256
_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def digest(study: Study) -> str:
    """64 hexadecimal digits that differ when anything in the study does."""
    return moved(digest_of_nothing(), differences(NOTHING, study))


def digest_of_nothing() -> str:
    """The digest of the study before its creation."""
    return _text(_hash("study", "", list(heading_plain(NOTHING).values())))


def moved(old: str, found: Iterable[Difference]) -> str:
    """The digest after the differences, given the one before them."""
    total = int(old, 16)
    for difference in found:
        total += sum(_terms(difference))
    return _text(total)


def _text(total: int) -> str:
    return f"{total % _MODULUS:064x}"


def _terms(difference: Difference) -> Iterator[int]:
    kind, key, before, after = difference
    if kind == "order":
        yield from (-_hash("order", key, [at, id_]) for at, id_ in enumerate(before))
        yield from (_hash("order", key, [at, id_]) for at, id_ in enumerate(after))
        return
    if before is not None:
        yield -_hash(kind, key, _contents(before))
    if after is not None:
        yield _hash(kind, key, _contents(after))


def _contents(thing: Any) -> list[Any]:
    if type(thing) is Score:
        return _score(thing)
    plain = heading_plain(thing) if isinstance(thing, Study) else to_plain(thing)
    if isinstance(thing, Perspective) and thing.doubt == NOT_ASKED:
        del plain["doubt"]  # So that studies from before there was any keep the digests they were given.
    return list(plain.values())


def _score(score: Score) -> list[Any]:
    """The same list as the general way gives, for the kind of object there may be 100,000 of."""
    numbers = [None if number is None else number + 0.0 for number in (score.likely, score.low, score.high)]
    texts = (score.confidence, score.rationale, score.origin, score.origin_note, score.evidence)
    return [*numbers, *texts, score.entered, score.changed_by, score.changed_at]


def _hash(kind: str, key: Any, contents: list[Any]) -> int:
    return int.from_bytes(sha256(_encode([kind, key, contents]).encode()).digest(), "big")
