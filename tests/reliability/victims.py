"""A study with a past, to be damaged: what it was after every change, and what its file was at every closing.

Run as `python victims.py STUDY CHANGES` it makes that many more changes to a study file and ends without closing it,
as a process that is killed does.
"""

from __future__ import annotations

import atexit
import os
import random
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import gettempdir, mkdtemp

from db.history import Change, replay
from db.library import Library
from db.quarantine import peek
from db.store import Store
from db.study.model import Criterion, Evidence, Option, Perspective, Scale, Score, Study

ROOT = Path(__file__).parents[2]

MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else gettempdir()
"""A folder in memory where there is one, for what does not ask whether the disk keeps what it is given."""

N_OPTIONS, N_LEAVES = 5, 6
FIRST = Study(
    id="11111111-2222-4333-8444-555555555555",
    title="A study with a past",
    question="Which? " * 40,
    options=tuple(Option(f"option-{n}", f"Option {n}", definition="Long words. " * 30) for n in range(N_OPTIONS)),
    criteria=tuple(Criterion(f"leaf-{n}", f"Criterion {n}", scale=Scale()) for n in range(N_LEAVES)),
    perspectives=(Perspective("p", "Mine", weights={f"leaf-{n}": 1.0 + n / 7 for n in range(N_LEAVES)}),),
    evidence=tuple(Evidence(f"e{n}", f"E{n}", f"Claim {n}. " * 20) for n in range(4)),
)


@dataclass(frozen=True)
class Victim:
    """A library with one study, closed or left behind by a killed process, and everything known of it.

    `states[n - 1]` is the study after change n, `chain` its history; `earlier` are the bytes of its file at every
    closing, the last of them what it is now.
    """

    home: Path
    name: str
    states: tuple[Study, ...]
    chain: tuple[Change, ...]
    earlier: tuple[bytes, ...]

    @property
    def study(self) -> Study:
        """The study as it was last saved."""
        return self.states[-1]

    def fresh(self, folder: Path) -> tuple[Library, Path]:
        """A library of its own to be damaged, and the file of the study in it."""
        shutil.copytree(self.home, folder)
        return Library(folder), folder / "studies" / self.name


def step(study: Study, number: int) -> Study:
    """The study after one more change: mostly a score, at times a weight, a note or a name."""
    chance = random.Random(number)
    if number % 7 == 3:
        (view,) = study.perspectives
        weights = {**view.weights, f"leaf-{chance.randrange(N_LEAVES)}": chance.random()}
        return replace(study, perspectives=(replace(view, weights=weights),))
    if number % 7 == 5:
        return replace(study, notes=(*study.notes[-3:], f"Note {number}. " * 30))
    cell = (f"option-{chance.randrange(N_OPTIONS)}", f"leaf-{chance.randrange(N_LEAVES)}")
    score = Score(likely=chance.uniform(0, 100), rationale=f"Because of {number}. " * 20, evidence=("e1",))
    return replace(study, scores={**study.scores, cell: score})


def go_on(store: Store, count: int) -> list[Study]:
    """Make so many more changes to an open study; returns the study after each. Some give a name, some undo."""
    found: list[Study] = []
    for _ in range(count):
        number, before = store.head.seq, store.study
        if number % 11 == 7:
            store.name_version(f"Name {number}", who="Ada", reason=f"For the reason {number}")
        elif number % 11 == 9:
            change, label = store.undoable()[-1]
            store.save(before, store.before(change, before), f"Undo {label}", who="Ada", kind="undo", of=change)
        else:
            store.save(before, step(before, number), f"Step {number}", who="Ada", reason="Thought better of it")
        found.append(store.study)
    return found


@cache
def closed(changes: int = 120, closings: int = 10) -> Victim:
    """A study that was opened, changed and closed often; its newest backup holds all of it.

    Its history is longer than what is looked at when a file is opened.
    """
    home = scratch()
    library = Library(home)
    path = library.create(FIRST, "Ada")
    states, earlier = [FIRST], [path.read_bytes()]
    chain: list[Change] = []
    for _ in range(closings):
        with library.open(path) as store:
            states += go_on(store, changes // closings)
            chain = store.changes()
        earlier.append(path.read_bytes())
    library.entries()
    return Victim(home, path.name, tuple(states), tuple(chain), tuple(earlier))


@cache
def left_behind(changes: int = 6) -> Victim:
    """The same study after a killed process made more changes to it: they stand in the log beside the file."""
    before = closed()
    library, path = before.fresh(scratch() / "home")
    subprocess.run(
        [sys.executable, __file__, str(library.home), path.name, str(changes)],
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert path.with_name(f"{path.name}-wal").stat().st_size
    held = peek(path)
    since = [replay(held.chain, seq) for seq in range(len(before.chain) + 1, len(held.chain) + 1)]
    assert (len(since), since[-1]) == (changes, held.study)
    return Victim(library.home, path.name, (*before.states, *since), held.chain, (*before.earlier, path.read_bytes()))


def scratch() -> Path:
    """A folder that goes when the tests end."""
    folder = Path(mkdtemp(prefix="steelyard-victim-", dir=MEMORY))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def main() -> None:
    library = Library(Path(sys.argv[1]))
    store = library.open(library.studies / sys.argv[2])
    go_on(store, int(sys.argv[3]))
    os._exit(0)


if __name__ == "__main__":
    main()
