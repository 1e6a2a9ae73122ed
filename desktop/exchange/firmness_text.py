"""How firm a ranking is, as text: the verdict, what would overturn it, and how often each option comes first."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np

from db.study.model import Id, Knowledge, Study
from db.study.words import counted
from desktop.analysis.arrays import TIE
from desktop.analysis.flips import Flip
from desktop.exchange.ranking_text import width
from desktop.questions.firmness import OPEN, ROBUST, Firmness, Verdict, firmness

Form = Literal["table", "json"]

_PLACES = 9
_MOVED = 1e-6
"""Shares that differ by less are not said to move."""


def firmness_text(
    study: Study, perspective: Id, form: Form, *, spread: float | None = None, samples: int = 20_000, seed: int = 1
) -> str:
    """How firm one perspective's ranking is: `table` for reading, `json` for programs. Raises as `firmness`."""
    found = firmness(study, perspective, spread=spread, samples=samples, seed=seed)
    if form == "json":
        return json.dumps(_record(study, found), ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    return "\n".join(_lines(study, found)) + "\n"


# Sentences that the window says, too


def verdict_word(found: Firmness) -> str:
    """The verdict in a word or three; "Working" while there are no draws."""
    if found.verdict is None:
        return "Working"
    if found.verdict is Verdict.TIE:
        return "A tie" if found.result.lead() == 0.0 else "As good as a tie"
    return found.verdict.value.capitalize()


def verdict_sentence(found: Firmness, *, short: bool = False) -> str:
    """The verdict in one sentence with its figures: who leads, how often that holds, what would change it."""
    parts = [f"{verdict_word(found)}: {lead_words(found, short=short)}", first_words(found), move_words(found, short)]
    return "; ".join(part for part in parts if part) + "."


def lead_words(found: Firmness, *, short: bool = False) -> str:
    """ "A leads by 4.0 points", "A and B are level"."""
    names = names_of(found, short)
    lead, level = found.result.lead(), found.result.order[found.result.best_rank[found.result.order] == 1].tolist()
    if lead == 0.0 and len(level) > 2:
        return f"{names[level[0]]} and {len(level) - 1} others are level"
    if lead == 0.0:
        return f"{names[found.leader]} and {names[int(found.result.order[1])]} are level"
    return f"{names[found.leader]} leads by {lead:.1f} points"


def first_words(found: Firmness) -> str:
    """ "it is first in 62 % of plausible weightings"; "" while there are no draws."""
    if np.isnan(found.first):
        return ""
    who = "the first named" if found.result.lead() == 0.0 else "it"
    return f"{who} is first in {percent(found.first)} of plausible {drawn_words(found)}"


def drawn_words(found: Firmness) -> str:
    """What is drawn: "weightings", "scores", "weights and scores"."""
    is_exact = found.doubt.knowledge is Knowledge.AROUND and found.doubt.spread == 0.0
    if not found.varies_scores:
        return "weightings"
    return "scores" if is_exact else "weights and scores"


def move_words(found: Firmness, short: bool = False) -> str:
    """The fewest points of weight to move, and who is first then; or why none do it."""
    move = found.move.fewest_points
    if move is None:
        reason = found.move.obstacle
        return reason.value if reason else ""
    if move.distance <= TIE:
        return ""
    return f"moving {moved_words(found, move)} makes {names_of(found, short)[move.rival]} first"


def moved_words(found: Firmness, flip: Flip) -> str:
    """ "5.5 points from Cost to Durability": how much weight a flip moves, from where to where."""
    leaves = found.result.table.leaves
    gone = found.shares - flip.weights
    # A hair before a tie nothing moves by more: then the most there is.
    least = min(_MOVED, float(np.abs(gone).max()) / 2.0)
    sides = (np.flatnonzero(gone > least), np.flatnonzero(-gone > least))
    give, take = ([leaves[k].name for k in side[np.argsort(-np.abs(gone[side]), kind="stable")]] for side in sides)
    return f"{100 * gone[gone > 0].sum():.1f} points from {_few(give)} to {_few(take)}"


def names_of(found: Firmness, short: bool = False) -> list[str]:
    """Names of the options by row."""
    return [(option.short if short else "") or option.name for option in found.result.table.options]


def rule_sentences(found: Firmness) -> list[str]:
    """The rule behind the verdict, and what was drawn how."""
    return [
        f"Robust: first in {percent(ROBUST)} of the draws or more.",
        f"A tie: level now, or ahead of its nearest rival in fewer than {percent(OPEN)} of the draws.",
        "Leaning: anything in between.",
        *draws_sentences(found),
    ]


def draws_sentences(found: Firmness) -> list[str]:
    """What was drawn, how often and from which seed."""
    said = []
    count = found.standing.count if found.standing is not None else 0
    spread = percent(found.doubt.spread)
    said.append(
        {
            Knowledge.AROUND: f"{count:,} draws of weights, {spread} of the way from the given ones to any at all.",
            Knowledge.RANKING: f"{count:,} draws of weights in the order of the given ones, whatever their sizes.",
            Knowledge.RANGES: f"{count:,} draws of weights within their ranges.",
        }[found.doubt.knowledge]
        if count
        else "The draws are being made ready."
    )
    if found.varies_scores:
        said.append("Scores vary between low and high, most often near the likely one.")
    if found.gaps:
        said.append(f"{counted(found.gaps, 'missing score')} may be anything from worst to best.")
    if found.rows.size < len(found.result.table.options):
        said.append(f"Only the {found.rows.size} best of {len(found.result.table.options)} options are drawn.")
    said.append(f"Seed {found.sampling.seed}: the same draws every time.")
    return said


def percent(part: float) -> str:
    """A part 0..1 in whole percent; never 0 or 100 % of what is not."""
    if 0.0 < part < 0.005:
        return "under 1 %"
    if 0.995 <= part < 1.0:
        return "over 99 %"
    return f"{100 * part:.0f} %"


def _few(names: Sequence[str]) -> str:
    return _and(names) if len(names) <= 3 else f"{', '.join(names[:2])} and {len(names) - 2} others"


# The text of the command line


def _lines(study: Study, found: Firmness) -> Iterator[str]:
    names = names_of(found)
    yield f"{study.title}: {found.result.perspective.name}, how firm the ranking is"
    yield f"  {verdict_sentence(found)}"
    yield f"  {_change(found, names)}"
    yield ""
    yield from _first_places(found, names)
    yield ""
    yield from _weights(found)
    yield from _never(found, names)
    yield ""
    yield from (f"  {sentence}" for sentence in (*draws_sentences(found), *rule_sentences(found)[:3]))


def _change(found: Firmness, names: Sequence[str]) -> str:
    flip = found.change.flip
    if flip is None:
        return "No single score within its scale draws another option level."
    leaf = found.result.table.leaves[flip.criterion].name
    return (
        f"The value of {names[flip.option]} on {leaf} going from {flip.before:.0f} to {flip.after:.0f} draws "
        f"{names[flip.rival]} level."
    )


def _first_places(found: Firmness, names: Sequence[str]) -> Iterator[str]:
    sample, places = found.sample, {int(row): place for place, row in enumerate(found.rows)}
    assert sample is not None
    wide = max(width(name) for name in names)
    yield f"  {'comes first in':>{wide + 17}}"
    for row in found.result.order.tolist():
        if row in places:
            share, half = sample.first[places[row]], sample.rank_half_widths[places[row], 0]
            yield f"  {names[row]}{' ' * (wide - width(names[row]))}  {percent(share):>8} ±{100 * half:.1f}"


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


def _record(study: Study, found: Firmness) -> dict[str, object]:
    names = names_of(found)
    assert found.sample is not None
    assert found.verdict is not None
    assert found.rival is not None
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
        "comes_first": round(found.first, _PLACES),
        "knowledge": found.doubt.knowledge.value,
        "spread": found.doubt.spread,
        "samples": found.sample.count,
        "seed": found.sample.seed,
        "first": {
            names[row]: round(float(share), _PLACES) for row, share in zip(found.rows, found.sample.first, strict=True)
        },
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


def _and(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
