"""The study as a whole: its texts, its evidence, and a table that takes the place of the present one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from db.study.model import MISSING, Cell, Evidence, Id, Known, Option, Perspective, Score, Study
from db.study.names import normal_name
from desktop.commands.base import clean_name, edited, kept, replaced

Citing = TypeVar("Citing", Option, Perspective, Score)


@dataclass(frozen=True)
class EditStudy:
    """Change texts of the study (`title`, `question`, `objective`, `as_of`, `notes`)."""

    changes: Mapping[str, Any]

    def label(self, study: Study) -> str:
        return f"{next(iter(self.changes), 'text').replace('_', ' ').capitalize()} of the study"

    def apply(self, study: Study) -> Study:
        changes = dict(self.changes)
        if "title" in changes:
            changes["title"] = clean_name(changes["title"], [], "A study")
        if all(getattr(study, name) == value for name, value in changes.items()):
            return study
        return replace(study, **changes)


@dataclass(frozen=True)
class ReplaceStudy:
    """Put another state in place of the study, as one change: an import, or how it once was; `what` names it."""

    after: Study
    what: str = "Import a table"

    def label(self, study: Study) -> str:
        return self.what

    def apply(self, study: Study) -> Study:
        after = replace(self.after, id=study.id)
        return study if after == study else after


@dataclass(frozen=True)
class AddEvidence:
    """Add a piece of evidence; `cell` cites it at a score in the same change."""

    evidence: Evidence
    cell: Cell | None = None

    def label(self, study: Study) -> str:
        return f"Add evidence {normal_name(self.evidence.ref)}"

    def apply(self, study: Study) -> Study:
        ref = clean_name(self.evidence.ref, [item.ref for item in study.evidence], "A piece of evidence")
        if not self.evidence.claim.strip():
            raise Known(f"Evidence {ref} says nothing yet; nothing was added; type what it states.")
        after = replace(study, evidence=(*study.evidence, replace(self.evidence, ref=ref)))
        return after if self.cell is None else Cite(self.cell, self.evidence.id, True).apply(after)


@dataclass(frozen=True)
class EditEvidence:
    """Change fields of a piece of evidence."""

    evidence: Id
    changes: Mapping[str, Any]

    def label(self, study: Study) -> str:
        return f"Edit evidence {study.cited(self.evidence).ref}"

    def apply(self, study: Study) -> Study:
        item, changes = study.cited(self.evidence), dict(self.changes)
        if "ref" in changes:
            others = [other.ref for other in study.evidence if other.id != self.evidence]
            changes["ref"] = clean_name(changes["ref"], others, "A piece of evidence")
        after = edited(item, changes)
        return study if after is item else replace(study, evidence=replaced(study.evidence, after))


@dataclass(frozen=True)
class Cite:
    """Link a piece of evidence to a score, or take the link away."""

    cell: Cell
    evidence: Id
    cited: bool = True

    def label(self, study: Study) -> str:
        ref = next((item.ref for item in study.evidence if item.id == self.evidence), "evidence")
        return f"{'Cite' if self.cited else 'No longer cite'} {ref}"

    def apply(self, study: Study) -> Study:
        before = study.scores.get(self.cell, MISSING)
        kept = tuple(item for item in before.evidence if item != self.evidence)
        links = (*kept, self.evidence) if self.cited else kept
        if (self.evidence in before.evidence) == self.cited:
            return study
        return replace(study, scores={**study.scores, self.cell: replace(before, evidence=links)})


@dataclass(frozen=True)
class RemoveEvidence:
    """Remove a piece of evidence and every link to it."""

    evidence: Id

    def label(self, study: Study) -> str:
        return f"Delete evidence {study.cited(self.evidence).ref}"

    def apply(self, study: Study) -> Study:
        def without(item: Citing) -> Citing:
            links = tuple(link for link in item.evidence if link != self.evidence)
            return edited(item, {"evidence": links})

        study.cited(self.evidence)
        scores = {cell: without(score) for cell, score in study.scores.items()}
        return replace(
            study,
            evidence=tuple(item for item in study.evidence if item.id != self.evidence),
            scores=study.scores if all(score is study.scores[cell] for cell, score in scores.items()) else scores,
            options=kept(study.options, tuple(without(option) for option in study.options)),
            perspectives=kept(study.perspectives, tuple(without(party) for party in study.perspectives)),
        )
