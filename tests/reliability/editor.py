"""Programs that edit studies as the window does, through a session and a store, and say what was acknowledged.

Each runs in a process of its own (`processes.Child`) that may be killed at any moment. A change is said after it was
acknowledged, never before, by its number and the hash of the chain up to it; what is about to be done is said before
it is.
"""

from __future__ import annotations

import random
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TypeAlias

from db.engine import Locked
from db.history import Change
from db.library import Library
from db.store import Store
from db.study.model import Criterion, Option, Perspective, Scale, Score, Study
from desktop.commands import AnnotateScore, Entry, MoveWeight, SetScores
from desktop.session import Session
from tests.keeping import Keeping

STUDY = Study(
    "11111111-2222-4333-8444-555555555555",
    "Where to build",
    options=(Option("a", "Hill"), Option("b", "Harbour")),
    criteria=(Criterion("c", "Cost", scale=Scale()), Criterion("d", "Daylight", scale=Scale())),
    scores={("a", "c"): Score(likely=1.0), ("b", "d"): Score(likely=2.0)},
    perspectives=(Perspective("p", "Mine", weights={"c": 1.0, "d": 2.0}),),
)
Mark: TypeAlias = tuple[int, str]

PHASES = ("open", "edit", "fold", "back up", "close")
"""What a busy editor does, in turn; to "fold" is to fill the log so far that it is folded into the file."""

FOLDS = 200 * 4096
"""Characters of a text that, with its copy in the history, fills the log beyond what is folded in by itself."""


def edit_for_ever(say: Connection, home: Path, path: Path, seed: int) -> None:
    """Open, edit, fill the log, back up, close, again and again; says each phase and each change."""
    library, chance = Library(home), random.Random(seed)
    while True:
        say.send("open")
        keeping = Keeping(library, path, lambda change: say.send(mark(change)))
        say.send("edit")
        for _ in range(chance.randint(2, 8)):
            _edit(keeping, chance)
        say.send("fold")
        text = chr(ord("a") + chance.randrange(26)) * FOLDS
        keeping.session.do(AnnotateScore(("a", "c"), {"rationale": text}))
        keeping.session.do(AnnotateScore(("a", "c"), {"rationale": "short again"}))
        say.send("back up")
        keeping.back_up()
        _edit(keeping, chance)
        say.send("close")
        keeping.close()


def _edit(keeping: Keeping, chance: random.Random) -> None:
    session = keeping.session
    match chance.randrange(8):
        case 0 | 1:
            session.undo()
        case 2:
            session.redo()
        case 3:
            keeping.name_version(f"Version {chance.random()}")
        case 4:
            drag(session, chance)
        case _:
            cell = chance.choice(["a", "b"]), chance.choice(["c", "d"])
            session.do(SetScores({cell: Entry(likely=chance.uniform(0, 100))}))


def drag(session: Session, chance: random.Random) -> None:
    """A slider taken, moved and let go."""
    for _ in range(chance.randint(1, 5)):
        session.do(MoveWeight("p", "c", chance.random()), live=True)
    session.settle()


def take_turns(say: Connection, path: Path, edits: int, seed: int) -> None:
    """Make so many edits, a few at each opening; says each change, and in the end how often it was refused.

    The first refusal is said at once, too.
    """
    chance, refused = random.Random(seed), 0
    done: list[Mark] = []
    while len(done) < edits:
        try:
            store = Store.open(path)
        except Locked:
            if not refused:
                say.send("refused")
            refused += 1
            continue
        with store:
            for _ in range(min(edits - len(done), chance.randint(1, 12))):
                scores = {**store.study.scores, ("a", "c"): Score(likely=chance.random())}
                after = replace(store.study, scores=scores)
                done.append(mark(store.save(store.study, after, f"By {seed}", who=str(seed))))
    for thing in (*done, refused):  # Only now: whoever listens to the other would keep us waiting with the study open.
        say.send(thing)


def open_at_once(say: Connection, path: Path) -> None:
    """Wait for the word, open, edit once; says the change, or None where it was refused, and keeps it till told."""
    say.recv()
    try:
        store = Store.open(path)
    except Locked:
        say.send(None)
        return
    with store:
        say.send(mark(store.save(store.study, replace(store.study, scores={}), "Won", who="Ada")))
        say.recv()


def write_for_ever(say: Connection, path: Path) -> None:
    """Edit as fast as can be, at times with much, and reopen at times; says each change."""
    chance = random.Random(7)
    while True:
        with Store.open(path) as store:
            for number in range(chance.randint(20, 120)):
                text = "x" * chance.choice([10, 10, 10, 3000])
                scores = {**store.study.scores, ("a", "c"): Score(likely=float(number), rationale=text)}
                say.send(mark(store.save(store.study, replace(store.study, scores=scores), "Set", who="Ada")))


def hold(say: Connection, path: Path) -> None:
    """Keep a study open until told otherwise."""
    with Store.open(path):
        say.send("open")
        with suppress(EOFError):
            say.recv()


def mark(change: Change) -> Mark:
    """What tells a change from every other, and its whole past too."""
    return change.seq, change.hash


def marks(heard: list[object]) -> list[Mark]:
    """The acknowledged changes among what was said."""
    return [thing for thing in heard if isinstance(thing, tuple)]
