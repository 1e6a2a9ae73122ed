"""A study made from another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from db.study.model import Study, new_id
from db.study.names import name_key


def copy_of(study: Study, title: str) -> Study:
    """The same study under an identity and a title of its own; its objects keep theirs."""
    return replace(study, id=new_id(), title=title)


def free_title(title: str, taken: Iterable[str]) -> str:
    """`title`, or the first of "title 2", "title 3", ... that is not taken."""
    keys = {name_key(other) for other in taken}
    candidate, number = title, 2
    while name_key(candidate) in keys:
        candidate, number = f"{title} {number}", number + 1
    return candidate
