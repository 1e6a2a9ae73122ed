"""Perspectives: add, duplicate, edit, move and remove."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from db.study.model import Id, Known, Perspective, Study, new_id
from db.study.names import normal_name
from desktop.commands.base import clean_name, edited, free_name, moved, replaced


@dataclass(frozen=True)
class AddPerspective:
    """Add a perspective at the end, with equal weights that nobody has assessed yet."""

    name: str
    id: Id = field(default_factory=new_id)

    def label(self, study: Study) -> str:
        return f"Add perspective {normal_name(self.name)}"

    def apply(self, study: Study) -> Study:
        name = clean_name(self.name, [party.name for party in study.perspectives], "A perspective")
        leaves = study.leaves()
        weights = {leaf.id: 100.0 / len(leaves) for leaf in leaves}
        party = Perspective(self.id, name, weights=weights, assessed=False)
        return replace(study, perspectives=(*study.perspectives, party))


@dataclass(frozen=True)
class DuplicatePerspective:
    """A copy of a perspective under another name, right behind it."""

    perspective: Id
    name: str = ""
    id: Id = field(default_factory=new_id)

    def label(self, study: Study) -> str:
        return f"Duplicate perspective {study.perspective(self.perspective).name}"

    def apply(self, study: Study) -> Study:
        original = study.perspective(self.perspective)
        names = [party.name for party in study.perspectives]
        name = clean_name(self.name or free_name(f"{original.name} (copy)", names), names, "A perspective")
        place = study.perspectives.index(original) + 1
        twin = replace(original, id=self.id, name=name)
        return replace(study, perspectives=(*study.perspectives[:place], twin, *study.perspectives[place:]))


@dataclass(frozen=True)
class EditPerspective:
    """Change fields of a perspective (`name`, `kind`, `summary`, `reasons`); weights have commands of their own."""

    perspective: Id
    changes: Mapping[str, Any]

    def label(self, study: Study) -> str:
        name = study.perspective(self.perspective).name
        if "name" in self.changes:
            return f"Rename {name} to {normal_name(self.changes['name'])}"
        return f"{next(iter(self.changes), 'Text').capitalize()} of {name}"

    def apply(self, study: Study) -> Study:
        party, changes = study.perspective(self.perspective), dict(self.changes)
        if "name" in changes:
            others = [other.name for other in study.perspectives if other.id != self.perspective]
            changes["name"] = clean_name(changes["name"], others, "A perspective")
        after = edited(party, changes)
        return study if after is party else replace(study, perspectives=replaced(study.perspectives, after))


@dataclass(frozen=True)
class MovePerspective:
    """Put a perspective at another place in the list (0 = first)."""

    perspective: Id
    place: int

    def label(self, study: Study) -> str:
        return f"Move perspective {study.perspective(self.perspective).name}"

    def apply(self, study: Study) -> Study:
        after = moved(study.perspectives, self.perspective, self.place)
        return study if after == study.perspectives else replace(study, perspectives=after)


@dataclass(frozen=True)
class RemovePerspective:
    """Remove a perspective with its weights; a study keeps at least one."""

    perspective: Id

    def label(self, study: Study) -> str:
        return f"Delete perspective {study.perspective(self.perspective).name}"

    def apply(self, study: Study) -> Study:
        if len(study.perspectives) < 2:
            raise Known("A study needs at least one perspective to hold its weights; nothing was deleted.")
        kept = tuple(party for party in study.perspectives if party.id != self.perspective)
        return replace(study, perspectives=kept)
