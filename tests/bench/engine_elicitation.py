"""How long it takes to choose the next two-by-two question, against a linear program made anew for every pair."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from desktop.analysis.arrays import Array
from desktop.analysis.linear import INFINITY, Program
from desktop.analysis.tradeoffs import NOTHING, OPEN, Tradeoffs, tradeoffs
from desktop.analysis.tradeoffs_pairs import Answer, Pair, Preference, gains, pairs_of, row_of
from tests.bench.race import race

Levels = tuple[int, ...]


def run() -> None:
    """Interview a simulated respondent, then race the question in the middle of it."""
    for levels in ((3,) * 4, (4,) * 6, (5,) * 8):
        steps = np.random.default_rng(7).exponential(size=sum(levels) - len(levels))
        rounds, seconds = _interview(levels, steps)
        size = f"{len(levels)} criteria of {levels[0]} levels"
        each = sorted(seconds)
        print(f"\nInterview of {size}: {len(rounds) - 1} questions for {len(rounds[0].pairs)} pairs")
        middle, slowest = 1e3 * each[len(each) // 2], 1e3 * each[-1]
        print(f"  {sum(each):.2f} s in all, {middle:.1f} ms a question, {slowest:.1f} ms at most")
        _race(size, rounds[len(rounds) // 2 - 1], rounds[len(rounds) // 2])


def _interview(levels: Levels, steps: Array) -> tuple[list[Tradeoffs], list[float]]:
    rounds: list[Tradeoffs] = []
    seconds: list[float] = []
    answers: tuple[Answer, ...] = ()
    while not rounds or rounds[-1].question is not None:
        start = time.perf_counter()
        rounds.append(tradeoffs(levels, answers, before=rounds[-1] if rounds else None))
        seconds.append(time.perf_counter() - start)
        if rounds[-1].question is not None:
            answers = (*answers, _answer(rounds[-1].question, levels, steps))
    return rounds, seconds


def _answer(pair: Pair, levels: Levels, steps: Array) -> Answer:
    lead = float((gains(np.array([row_of(pair)]), levels) @ steps)[0])
    return Answer(pair, Preference(int(np.sign(lead))))


def _race(size: str, before: Tradeoffs, middle: Tradeoffs) -> None:
    levels, answers = middle.choices.levels, middle.choices.answers
    peers: dict[str, Callable[[], object]] = {
        "Steelyard without the round before": lambda: tradeoffs(levels, answers),
        "two new programs for every pair": lambda: _naive(levels, answers),
    }
    race(f"Next question, {size}", lambda: tradeoffs(levels, answers, before=before), peers, agree=_agree, rounds=3)


def _naive(levels: Levels, answers: tuple[Answer, ...]) -> list[int]:
    """The verdict on every pair from the least and the greatest difference, each a program of its own."""
    said = np.array([row_of(answer.pair) for answer in answers])
    signs = np.array([int(answer.preferred) for answer in answers])
    told = gains(said, levels) * np.where(signs < 0, -1.0, 1.0)[:, None]
    rows = np.vstack((np.ones(told.shape[1]), told))
    low, high = np.append(1.0, 0.0 * signs), np.append(1.0, np.where(signs == 0, 0.0, INFINITY))
    found = []
    for gain in gains(pairs_of(levels), levels):
        least, most = Program(rows, low, high).minimise(gain), Program(rows, low, high).maximise(gain)
        assert least is not None
        assert most is not None
        if least.value < -NOTHING:
            found.append(OPEN if most.value > NOTHING else -1)
        else:
            found.append(int(most.value > NOTHING))
    return found


def _agree(mine: object, theirs: object) -> bool:
    assert isinstance(mine, Tradeoffs)
    verdicts = theirs.verdicts.tolist() if isinstance(theirs, Tradeoffs) else theirs
    return bool(mine.verdicts.tolist() == verdicts)


if __name__ == "__main__":
    run()
