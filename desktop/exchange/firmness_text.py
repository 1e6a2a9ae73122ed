"""How firm a ranking is, as text: the verdict, what would overturn it, and how often each option comes first."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np

from db.study.model import Id, Study
from desktop.analysis.smaa import Acceptability
from desktop.exchange.ranking_text import width
from desktop.firmness import OPEN, ROBUST, Firmness, Verdict, firmness

Form = Literal["table", "json"]

_PLACES = 9


def firmness_text(study: Study, perspective: Id, form: Form, *, spread: float, samples: int, seed: int) -> str:
    """How firm one perspective's ranking is: `table` for reading, `json` for programs. Raises as `firmness`."""
    found = firmness(study, perspective, spread=spread, samples=samples, seed=seed)
    if form == "json":
        return json.dumps(_record(study, found, spread), ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    return "\n".join(_lines(study, found, spread)) + "\n"


def verdict_sentence(found: Firmness) -> str:
    """The verdict in one sentence with its figures."""
    names = [option.name for option in found.result.table.options]
    leader, rival, lead = names[found.leader], names[found.rival], found.result.lead()
    beats = f"and beats {rival} in {_percent(found.winning)} of plausible weights and scores"
    if lead == 0.0:
        return f"A tie: {leader} is level with the next option now, {beats}."
    word = {Verdict.ROBUST: "Robust", Verdict.LEANING: "Leaning", Verdict.TIE: "As good as a tie"}[found.verdict]
    return f"{word}: {leader} leads by {lead:.1f} points {beats}."


def _lines(study: Study, found: Firmness, spread: float) -> Iterator[str]:
    names = [option.name for option in found.result.table.options]
    yield f"{study.title}: {found.result.perspective.name}, how firm the ranking is"
    yield f"  {verdict_sentence(found)}"
    yield from (f"  {sentence}" for sentence in _changes(found, names))
    yield ""
    yield from _first_places(found.sample, names, found.result.order.tolist())
    yield ""
    yield from _weights(found)
    yield from _never(found, names)
    yield ""
    drawn = f"{found.sample.count:,} draws of weights {_percent(spread)} of the way to anything"
    yield f"  {drawn}, and of scores in their ranges; seed {found.sample.seed}."
    yield f"  Robust: beats every rival in {_percent(ROBUST)} of them; a tie: not even in {_percent(OPEN)}."


def _changes(found: Firmness, names: Sequence[str]) -> Iterator[str]:
    leaves = found.result.table.leaves
    counted = np.flatnonzero(found.result.shares > 0)
    move = found.move.fewest_points
    if move is None:
        reason = found.move.obstacle
        yield f"No change of weights makes another option first: {reason.value if reason else 'nothing moves'}."
    else:
        gone = found.result.shares[counted] - move.weights
        give, take = ([leaves[int(counted[k])].name for k in np.flatnonzero(side > 1e-6)] for side in (gone, -gone))
        moved = f"Moving {100 * move.distance:.1f} points of weight from {_and(give)} to {_and(take)}"
        yield f"{moved} draws {names[move.rival]} level."
    flip = found.change.flip
    if flip is None:
        yield "No single score within its scale draws another option level."
    else:
        leaf = leaves[counted[flip.criterion]].name
        yield (
            f"So does the value of {names[flip.option]} on {leaf} going from {flip.before:.0f} to {flip.after:.0f}"
            f"{'' if flip.rival == flip.option else f', which draws {names[flip.rival]} level'}."
        )


def _first_places(sample: Acceptability, names: Sequence[str], order: Sequence[int]) -> Iterator[str]:
    wide = max(width(name) for name in names)
    yield f"  {'comes first in':>{wide + 17}}"
    for row in order:
        share, half = sample.first[row], sample.rank_half_widths[row, 0]
        yield f"  {names[row]}{' ' * (wide - width(names[row]))}  {_percent(share):>8} ±{100 * half:.1f}"


def _weights(found: Firmness) -> Iterator[str]:
    leaves = found.result.table.leaves
    wide = max(width(leaf.name) for leaf in leaves)
    yield f"  {'weight':>{wide + 8}}  same leader between"
    for column in found.closest.tolist():
        low, high = found.stable[column]
        if np.isnan(low):
            continue
        span = f"{100 * low:5.1f} and {100 * high:5.1f} %" if np.isfinite(found.way[column]) else "  any share"
        share = f"{100 * found.result.shares[column]:.1f} %"
        yield f"  {leaves[column].name}{' ' * (wide - width(leaves[column].name))}{share:>8}  {span}"


def _never(found: Firmness, names: Sequence[str]) -> Iterator[str]:
    for row in np.flatnonzero(found.never_first).tolist():
        by = int(found.dominance.by[row])
        why = f"{names[by]} is at least as good on every criterion" if by >= 0 else "no weights at all make it first"
        yield f"  {names[row]} can never be first: {why}."


def _record(study: Study, found: Firmness, spread: float) -> dict[str, object]:
    names = [option.name for option in found.result.table.options]
    leaves = found.result.table.leaves
    return {
        "study": study.title,
        "perspective": found.result.perspective.name,
        "verdict": found.verdict.value,
        "sentence": verdict_sentence(found),
        "leader": names[found.leader],
        "rival": names[found.rival],
        "lead": round(found.result.lead(), _PLACES),
        "winning": round(found.winning, _PLACES),
        "spread": spread,
        "samples": found.sample.count,
        "seed": found.sample.seed,
        "first": {name: round(float(share), _PLACES) for name, share in zip(names, found.sample.first, strict=True)},
        "weights": [
            {
                "criterion": leaf.name,
                "share": round(float(share), _PLACES),
                "same_leader_from": None if np.isnan(low) else round(float(low), _PLACES),
                "same_leader_to": None if np.isnan(high) else round(float(high), _PLACES),
            }
            for leaf, share, (low, high) in zip(leaves, found.result.shares, found.stable, strict=True)
        ],
        "never_first": [names[row] for row in np.flatnonzero(found.never_first)],
    }


def _percent(part: float) -> str:
    return f"{100 * part:.0f} %"


def _and(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
