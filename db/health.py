"""Whether a study file is sound: what `steelyard check` says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from db.header import resolved
from db.history import Change
from db.quarantine import Received, receive
from db.study.checks import Problem, problems
from db.study.diff import differences
from db.study.digest import digest_of_nothing, moved
from db.study.model import Known, Study
from db.study.patch import NOTHING, Mismatch, Workbench
from db.study.words import counted


@dataclass(frozen=True, slots=True)
class Report:
    """The verdict on a file. `sound` says whether it can be trusted; `problems` are gaps in what it holds."""

    path: Path
    sound: bool
    sentences: tuple[str, ...]
    problems: tuple[Problem, ...] = ()

    def __str__(self) -> str:
        return "\n".join((*self.sentences, *(f"{found.severity}: {found.message}" for found in self.problems)))


def check(path: Path, deep: bool = False) -> Report:
    """Examine a study file that is not open in this process; the file is only read. Never raises Known.

    Reads a copy, checks the tables, every row, the links and the digest, and follows the history to the present; with
    `deep` also that every state on the way was what the history says.
    """
    try:
        received = receive(resolved(path))
    except Known as error:
        return Report(path, False, (str(error),))
    sentences = [*_holds(path, received)]
    if deep:
        wrong = first_wrong_state(received.chain)
        if wrong:
            return Report(path, False, (*sentences, f"The state after change {wrong} is not what its history says."))
        sentences.append("Every state in its history has the contents recorded for it.")
    return Report(path, True, tuple(sentences), problems(received.study))


def _holds(path: Path, received: Received) -> Iterator[str]:
    study = received.study
    yield f"“{path.name}” is sound: {_counted(study)}."
    yield f"Its history of {counted(len(received.chain), 'change')} holds together and leads to the study as it is."


def _counted(study: Study) -> str:
    counts = (
        counted(len(study.options), "option"),
        counted(len(study.leaves()), "criterion", "criteria"),
        counted(len(study.scores), "score"),
        counted(len(study.perspectives), "perspective"),
    )
    return f"“{study.title}” with {', '.join(counts)}"


def first_wrong_state(chain: Iterable[Change]) -> int:
    """The number of the first change whose digest is not that of the study after it; 0 when there is none."""
    bench, before, expected = Workbench(), NOTHING, digest_of_nothing()
    for change in chain:
        try:
            bench.apply(change.patch)
            after = bench.study()
        except Mismatch:
            return change.seq
        expected = moved(expected, differences(before, after))
        if expected != change.digest:
            return change.seq
        before = after
    return 0
