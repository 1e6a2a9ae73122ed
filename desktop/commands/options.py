"""Options: add, edit, move, duplicate, exclude and remove."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from db.study.model import Id, Option, Study, new_id
from db.study.names import normal_name
from db.study.words import counted
from desktop.commands.base import clean_name, edited, free_name, moved, replaced, scores_without


@dataclass(frozen=True)
class AddOption:
    """Add an option at a place (None: at the end). `id` is fixed at creation so that redo brings back the same one."""

    name: str
    place: int | None = None
    id: Id = field(default_factory=new_id)

    def label(self, study: Study) -> str:
        return f"Add {normal_name(self.name)}"

    def apply(self, study: Study) -> Study:
        name = clean_name(self.name, [option.name for option in study.options], "An option")
        place = len(study.options) if self.place is None else max(0, self.place)
        options = (*study.options[:place], Option(self.id, name), *study.options[place:])
        return replace(study, options=options)


@dataclass(frozen=True)
class EditOption:
    """Change fields of an option (`name`, `short`, `definition`, `excluded`, `why_excluded`, `is_baseline`, ...).

    At most one option is the baseline: making one takes it from the other.
    """

    option: Id
    changes: Mapping[str, Any]

    def label(self, study: Study) -> str:
        name = study.option(self.option).name
        if "excluded" in self.changes:
            return f"{'Exclude' if self.changes['excluded'] else 'Include'} {name}"
        if "name" in self.changes:
            return f"Rename {name} to {normal_name(self.changes['name'])}"
        return f"{next(iter(self.changes), 'Text').replace('_', ' ').capitalize()} of {name}"

    def apply(self, study: Study) -> Study:
        option, changes = study.option(self.option), dict(self.changes)
        if "name" in changes:
            others = [other.name for other in study.options if other.id != self.option]
            changes["name"] = clean_name(changes["name"], others, "An option")
        after = edited(option, changes)
        if after is option:
            return study
        options = replaced(study.options, after)
        if changes.get("is_baseline"):
            options = tuple(
                replace(other, is_baseline=False) if other.is_baseline and other.id != self.option else other
                for other in options
            )
        return replace(study, options=options)


@dataclass(frozen=True)
class MoveOption:
    """Put an option at another place in the list (0 = first)."""

    option: Id
    place: int

    def label(self, study: Study) -> str:
        return f"Move {study.option(self.option).name}"

    def apply(self, study: Study) -> Study:
        options = moved(study.options, self.option, self.place)
        return study if options == study.options else replace(study, options=options)


@dataclass(frozen=True)
class DuplicateOption:
    """A copy of an option with its scores, right behind it."""

    option: Id
    id: Id = field(default_factory=new_id)

    def label(self, study: Study) -> str:
        return f"Duplicate {study.option(self.option).name}"

    def apply(self, study: Study) -> Study:
        original = study.option(self.option)
        name = free_name(f"{original.name} (copy)", [option.name for option in study.options])
        twin = replace(original, id=self.id, name=name, is_baseline=False)
        place = study.options.index(original) + 1
        twins = {(self.id, leaf): score for (option, leaf), score in study.scores.items() if option == self.option}
        options = (*study.options[:place], twin, *study.options[place:])
        return replace(study, options=options, scores={**study.scores, **twins} if twins else study.scores)


@dataclass(frozen=True)
class RemoveOption:
    """Remove an option and its scores."""

    option: Id

    def label(self, study: Study) -> str:
        return f"Delete {study.option(self.option).name}"

    def apply(self, study: Study) -> Study:
        options = tuple(option for option in study.options if option.id != self.option)
        scores = scores_without(study.scores, lambda cell: cell[0] == self.option)
        return replace(study, options=options, scores=scores)

    def loses(self, study: Study) -> str:
        """What goes with the option, in words."""
        count = sum(1 for (option, _), score in study.scores.items() if option == self.option and not score.is_missing)
        return f"{study.option(self.option).name} and its {counted(count, 'score')}"
