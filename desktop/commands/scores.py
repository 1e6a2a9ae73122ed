"""Scores: numbers and ranges, one cell or a block, and what is noted beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from db.study.model import MISSING, Cell, Known, Origin, Score, Study
from desktop.commands.base import is_kept


@dataclass(frozen=True, slots=True)
class Entry:
    """What was typed into a cell: a likely score, a range or none, and the text itself. likely None = missing."""

    likely: float | None
    low: float | None = None
    high: float | None = None
    text: str = ""


@dataclass(frozen=True)
class SetScores:
    """Enter numbers into cells as one change. A number that changes becomes the judgement of whoever typed it.

    A grade of confidence speaks of the number it was given to, so it goes with a number that was sourced, computed or
    somebody else's; whoever adjusts a judgement of their own keeps it. Rationale and evidence stay.
    `who` and `when` (ISO 8601, UTC) are noted on each score that changes. Refused as a whole when one entry is
    outside its scale, out of order, or not finite; the sentence names the first such cell.
    """

    entries: Mapping[Cell, Entry]
    who: str = ""
    when: str = ""
    what: str = ""

    def label(self, study: Study) -> str:
        if self.what:
            return self.what
        if len(self.entries) == 1:
            return f"Score of {_cell_name(study, next(iter(self.entries)))}"
        return f"{len(self.entries)} scores"

    def apply(self, study: Study) -> Study:
        changed = dict(study.scores)
        for cell, entry in self.entries.items():
            if reason := refusal(study, cell, entry):
                raise Known(reason)
            before = study.scores.get(cell, MISSING)
            after = self._entered(before, entry)
            if after is not before:
                changed[cell] = after
        if all(changed.get(cell) is study.scores.get(cell) for cell in self.entries):
            return study
        return replace(study, scores=changed)

    def _entered(self, before: Score, entry: Entry) -> Score:
        likely, low, high = _plain(entry.likely), _plain(entry.low), _plain(entry.high)
        if (before.likely, before.low, before.high) == (likely, low, high):
            return before
        return replace(
            before,
            likely=likely,
            low=low,
            high=high,
            confidence=before.confidence if self._is_own(before) else "",
            origin=Origin.JUDGEMENT,
            origin_note="",
            entered=entry.text,
            changed_by=self.who,
            changed_at=self.when,
        )

    def _is_own(self, score: Score) -> bool:
        return score.origin is Origin.JUDGEMENT and score.changed_by in ("", self.who)


@dataclass(frozen=True)
class ClearScores:
    """Make cells missing; what is noted beside them stays."""

    cells: tuple[Cell, ...]
    who: str = ""
    when: str = ""

    def label(self, study: Study) -> str:
        if len(self.cells) == 1:
            return f"Clear score of {_cell_name(study, self.cells[0])}"
        return f"Clear {len(self.cells)} scores"

    def apply(self, study: Study) -> Study:
        filled = {cell: Entry(None) for cell in self.cells if not study.scores.get(cell, MISSING).is_missing}
        return SetScores(filled, self.who, self.when).apply(study) if filled else study


@dataclass(frozen=True)
class AnnotateScore:
    """Change what stands beside a score: rationale, confidence, evidence (fields of `Score`, numbers excepted)."""

    cell: Cell
    changes: Mapping[str, Any] = field(default_factory=dict)

    def label(self, study: Study) -> str:
        field_name = next(iter(self.changes), "note").replace("_", " ").capitalize()
        return f"{field_name} of {_cell_name(study, self.cell)}"

    def apply(self, study: Study) -> Study:
        before = study.scores.get(self.cell, MISSING)
        after = replace(before, **dict(self.changes))
        if after == before:
            return study
        return replace(study, scores={**study.scores, self.cell: after})


def refusal(study: Study, cell: Cell, entry: Entry) -> str:
    """Why an entry cannot go into a cell, as one sentence; "" when it can."""
    if entry.likely is None and entry.low is None and entry.high is None:
        return ""
    scale = study.criterion(cell[1]).scale
    if scale is None:
        return f"{study.criterion(cell[1]).name} groups other criteria; nothing was changed; score one of those."
    given = [number for number in (entry.low, entry.likely, entry.high) if number is not None]
    where = _cell_name(study, cell)
    if not all(is_kept(number) for number in given):
        return f"{where}: a score must be a number, at most 1e300; the old score stays; type another number."
    if len(given) == 2 or entry.likely is None or given != sorted(given):
        return f"{where}: a range must run from low over likely to high; the old score stays; type it as 40 (30-55)."
    outside = [number for number in given if not scale.low <= number <= scale.high]
    if outside:
        return (
            f"{where}: {outside[0]:g} lies outside the scale from {scale.low:g} to {scale.high:g}"
            f"{' ' + scale.unit if scale.unit else ''}; the old score stays; type another or widen the scale."
        )
    return ""


def _plain(number: float | None) -> float | None:
    # Minus zero is zero, and whole numbers are floats.
    return None if number is None else float(number) + 0.0


def _cell_name(study: Study, cell: Cell) -> str:
    return f"{study.option(cell[0]).name} on {study.criterion(cell[1]).name}"
