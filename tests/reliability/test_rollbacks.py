"""A study file put back to an older one, or exchanged for a sibling: noticed every time, once, and both are kept."""

from __future__ import annotations

import random
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from db.library import Library
from db.store import Store
from db.study.model import Known, Study
from tests.reliability.lanes import lane
from tests.reliability.victims import FIRST, ROOT, Victim, go_on, scratch, step

FURTHEST = 50
"""Changes back."""


@cache
def closed_after_every_change() -> Victim:
    """A study whose file is known as it was after each of its changes."""
    home = scratch()
    library = Library(home)
    path = library.create(FIRST, "Ada")
    states, earlier = [FIRST], [path.read_bytes()]
    for _ in range(FURTHEST):
        with library.open(path) as store:
            states += go_on(store, 1)
            chain = store.changes()
        earlier.append(path.read_bytes())
    return Victim(home, path.name, tuple(states), tuple(chain), tuple(earlier))


@cache
def logs() -> tuple[tuple[bytes, bytes], ...]:
    """Files with the logs that killed processes left beside them, each from an earlier state of the study."""
    victim, found = closed_after_every_change(), []
    for seq in (10, 20, 30, 40):
        folder = scratch()
        path = folder / "studies" / victim.name
        path.parent.mkdir()
        path.write_bytes(victim.earlier[seq])
        command = [sys.executable, str(ROOT / "tests" / "reliability" / "victims.py"), str(folder), path.name, "4"]
        subprocess.run(command, check=True, env={"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"})
        found.append((path.read_bytes(), Path(f"{path}-wal").read_bytes()))
    return tuple(found)


def held(path: Path) -> Study:
    with Store.open(path) as store:
        store.verify()
        return store.study


def contents(study: Study) -> tuple[object, ...]:
    """What a study holds, its identity and title aside."""
    return study.options, study.criteria, study.scores, study.perspectives, study.notes


def check_noticed_once(library: Library, path: Path, expected: Study) -> None:
    """The file is opened as it is, what was there is kept beside it, and the next opening says nothing."""
    newest = closed_after_every_change().study
    with library.open(path) as store:
        assert "not as this library last saw it" in store.notice
        assert "Both are kept" in store.notice
        assert store.study == expected
        store.verify()
    others = [entry for entry in library.entries() if entry.path != path]
    assert [contents(held(entry.path)) for entry in others] == [contents(newest)]
    with library.open(path) as store:
        assert (store.notice, store.study) == ("", expected)


@pytest.mark.parametrize("part", range(5))
def test_a_file_put_back_is_noticed_every_time(quick: Path, tally: Counter[str], part: int) -> None:
    victim = closed_after_every_change()
    for number in range(lane(4, 40)):
        back = part * 10 + number % 10 + 1
        library, path = victim.fresh(quick / str(number))
        path.write_bytes(victim.earlier[-1 - back])
        check_noticed_once(library, path, victim.states[-1 - back])
        tally["put back, noticed"] += 1


def test_a_sibling_that_went_another_way_is_noticed_every_time(quick: Path, tally: Counter[str]) -> None:
    victim = closed_after_every_change()
    for number in range(lane(5, 50)):
        chance = random.Random(number)
        library, path = victim.fresh(quick / str(number))
        path.write_bytes(victim.earlier[-1 - chance.randint(1, FURTHEST)])
        with Store.open(path) as store:
            for turn in range(chance.randint(1, 2 * FURTHEST if number % 5 == 0 else 5)):
                store.save(store.study, step(store.study, 1000 * number + turn), "Elsewhere", who="Eve")
            sibling = store.study
        check_noticed_once(library, path, sibling)
        tally["sibling, noticed"] += 1


def test_an_old_file_with_its_old_log_is_noticed(quick: Path, tally: Counter[str]) -> None:
    victim = closed_after_every_change()
    for number, (file, log) in enumerate(logs()):
        library, path = victim.fresh(quick / str(number))
        path.write_bytes(file)
        Path(f"{path}-wal").write_bytes(log)
        with library.open(path) as store:
            assert "not as this library last saw it" in store.notice
            store.verify()
        with library.open(path) as store:
            assert store.notice == ""
        tally["old file with its log, noticed"] += 1


def test_a_log_beside_a_file_it_does_not_belong_to_is_noticed_or_does_nothing(quick: Path, tally: Counter[str]) -> None:
    victim = closed_after_every_change()
    for number in range(lane(12, 120)):
        chance = random.Random(number)
        library, path = victim.fresh(quick / str(number))
        seq = chance.randint(0, FURTHEST)
        path.write_bytes(victim.earlier[seq])
        Path(f"{path}-wal").write_bytes(chance.choice(logs())[1])
        try:
            with library.open(path) as store:
                store.verify()
                said, shown, chain = store.notice, store.study, store.changes()
        except Known as refusal:
            said, shown, chain = str(refusal), None, []
        if (shown, tuple(chain)) == (victim.study, victim.chain):
            assert said == ""
            continue
        assert said, f"pair {number} was silently accepted"
        tally["log of another state, noticed"] += 1
