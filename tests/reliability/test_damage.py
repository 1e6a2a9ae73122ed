"""Study files spoilt on the disk: what does harm is noticed, and there is always a way back."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from db import backup, history, reading
from db.engine import connect
from db.history import Change
from db.library import Library
from db.study.digest import digest
from db.study.model import Known, Study
from tests.reliability import damages
from tests.reliability.damages import Damage
from tests.reliability.lanes import lane
from tests.reliability.victims import Victim, closed, left_behind

EACH = lane(19, 110)
"""Faults of each of the eleven kinds."""

KINDS = (*(damage.__name__ for damage in damages.ANYWHERE), "lost write", "bit in a score", "text of the history")


def damage_of(kind: str, victim: Victim) -> Damage:
    known = {
        "lost write": damages.lose_a_write(victim.earlier),
        "bit in a score": damages.change_a_score(closed().study),
        "text of the history": damages.rewrite_history,
    }
    return known.get(kind) or getattr(damages, kind)  # type: ignore[no-any-return]


@dataclass(frozen=True)
class Shown:
    """What the application shows and says in the first seconds of a study."""

    said: str
    study: Study | None = None
    chain: tuple[Change, ...] = ()


def opened(library: Library, path: Path) -> Shown:
    """Open a study as the application does. Anything but a Known is a bug and fails the test."""
    try:
        store = library.open(path)
    except Known as refusal:
        return Shown(str(refusal))
    with store:
        try:
            store.verify()
            return Shown(store.notice, store.study, tuple(store.changes()))
        except Known as verdict:
            return Shown(f"{store.notice}{verdict}")


def is_harmless(path: Path, victim: Victim, scratch: Path) -> bool:
    """Whether a file, read by plain means, holds exactly what was saved, with all of its history."""
    copy = scratch / "copy"
    for suffix in ("", "-wal"):
        if Path(f"{path}{suffix}").exists():
            shutil.copyfile(f"{path}{suffix}", f"{copy}{suffix}")
    try:
        _fold(copy)
        raw = connect(copy, "immutable")
        try:
            study, chain = reading.load(raw), tuple(history.changes(raw))
        finally:
            raw.close()
        return (digest(study), chain) == (digest(victim.study), victim.chain) and backup.verify(copy) == victim.study
    except (Known, *reading.BAD_CONTENT):
        return False


def _fold(copy: Path) -> None:
    raw = sqlite3.connect(copy)
    try:
        raw.execute("PRAGMA journal_mode=DELETE").fetchall()
    finally:
        raw.close()


def is_noticed_by_sqlite(path: Path, scratch: Path) -> bool:
    """Whether SQLite's own check of the whole file finds fault with it."""
    copy = scratch / "control"
    shutil.copyfile(path, copy)
    try:
        raw = sqlite3.connect(copy)
        try:
            return bool(raw.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",))
        finally:
            raw.close()
    except (sqlite3.Error, UnicodeDecodeError):
        return True


def check_the_way_back(library: Library, path: Path, victim: Victim, tally: Counter[str]) -> None:
    """What can be salvaged is shown with words; the backup takes the place of the file, which is kept as it is."""
    damaged = {suffix: _bytes(path, suffix) for suffix in ("", "-wal")}
    try:
        found = library.salvage(path)
    except Known:
        tally["nothing left to show"] += 1
    else:
        tally["salvaged"] += 1
        assert found.wrong
        _check_words(found.study, found.wrong, victim)
    assert {suffix: _bytes(path, suffix) for suffix in damaged} == damaged, "looking at it changed it"
    sound = library.newest_sound_backup(victim.study.id)
    assert sound is not None
    aside = library.set_aside(path)
    assert {suffix: _bytes(aside, suffix) for suffix in damaged} == damaged
    with library.open(library.restore(sound.path)) as store:
        assert store.study == closed().study
        assert tuple(store.changes()) == closed().chain
        assert store.undoable()
        store.verify()
    assert [entry.id for entry in library.entries() if not entry.trouble] == [victim.study.id]


def _bytes(path: Path, suffix: str) -> bytes | None:
    whole = Path(f"{path}{suffix}")
    return whole.read_bytes() if whole.exists() else None


def _check_words(study: Study, wrong: tuple[str, ...], victim: Victim) -> None:
    """Where the words vouch for what is shown, it is what was saved."""
    said = " ".join(wrong)
    if "holds together up to change " in said:
        seq = int(said.split("holds together up to change ")[1].split()[0])
        assert study == victim.states[seq - 1], said
    elif "only other parts" in said:
        assert study == victim.study, said
    elif "what its newest change says it is" in said:
        assert study in victim.states, said
    else:
        assert "nothing proves what is shown" in said


@pytest.mark.parametrize("kind", KINDS)
def test_damage_that_does_harm_is_noticed_and_there_is_a_way_back(quick: Path, tally: Counter[str], kind: str) -> None:
    for number in range(EACH):
        chance = random.Random(f"{kind} {number}")
        victim = left_behind() if number % 4 == 3 else closed()
        library, path = victim.fresh(quick / str(number))
        contents = bytearray(path.read_bytes())
        damage_of(kind, victim)(contents, chance)
        path.write_bytes(contents)
        harmless = is_harmless(path, victim, quick)
        tally["faults"] += 1
        if not harmless:
            tally["harmful"] += 1
            tally["harmful, noticed by SQLite's own check"] += is_noticed_by_sqlite(path, quick)
        shown = opened(library, path)
        if not shown.said:
            assert (shown.study, shown.chain) == (victim.study, victim.chain), f"fault {number} was silently accepted"
            assert harmless
        elif not harmless:
            tally["harmful, noticed"] += 1
        else:
            tally["harmless but refused, for what the file says of itself"] += 1
            assert "Steelyard" in shown.said
        if shown.study is None:
            check_the_way_back(library, path, victim, tally)
        shutil.rmtree(library.home)


LOG_KINDS = tuple(kind for kind in KINDS if kind not in ("lost write", "bit in a score", "text of the history"))


@pytest.mark.parametrize("kind", LOG_KINDS)
def test_a_spoilt_log_beside_a_study_loses_nothing_without_a_word(quick: Path, tally: Counter[str], kind: str) -> None:
    victim = left_behind()
    for number in range(lane(5, 40)):
        chance = random.Random(f"log {kind} {number}")
        library, path = victim.fresh(quick / str(number))
        log = path.with_name(f"{path.name}-wal")
        contents = bytearray(log.read_bytes())
        damage_of(kind, victim)(contents, chance)
        log.write_bytes(contents)
        shown = opened(library, path)
        tally["faults in a log"] += 1
        if shown.study == victim.study:
            assert (shown.said, shown.chain) == ("", victim.chain), number
            continue
        assert shown.said, f"fault {number} was silently accepted"
        tally["harmful in a log, all noticed"] += 1
        if shown.study is not None:
            assert shown.chain == victim.chain[: len(shown.chain)]
            assert shown.study == victim.states[len(shown.chain) - 1]
            assert opened(library, path).said == "", "told once"
        shutil.rmtree(library.home)
