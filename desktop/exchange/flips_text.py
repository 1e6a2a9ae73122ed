"""What would change the answer, in sentences: for two options, and how close a flip is."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, log10

from db.study.model import Criterion, Scale
from desktop.analysis.flips import Flip, Obstacle
from desktop.exchange.firmness_text import moved_words, names_of
from desktop.exchange.numbers import number_text
from desktop.questions.firmness import Firmness
from desktop.questions.flipping import (
    CLOSE_SCORE,
    CLOSE_WEIGHT,
    NEAR_SCORE,
    NEAR_WEIGHT,
    Closeness,
    Pair,
    closeness_of,
    score_ends,
)

WORDS = {
    Closeness.CLOSE: "Close",
    Closeness.NEAR: "Near",
    Closeness.FAR: "Far",
    Closeness.NONE: "No flip",
    Closeness.LOCKED: "Locked",
}
WEIGHT_RULE = (
    f"Close: within {100 * CLOSE_WEIGHT:.0f} points of weight. Near: within {100 * NEAR_WEIGHT:.0f}. Far: beyond."
)
SCORE_RULE = (
    f"Close: within its own range ({CLOSE_SCORE:.0f} points of value where it has none). "
    f"Near: within {NEAR_SCORE:.0f} points. Far: beyond."
)
_LEVEL = "The two are level now: any change parts them."
_DIGITS = 3
_ALIKE = 0.05
"""A score and its value that differ by less are not both told."""


@dataclass(frozen=True)
class Way:
    """One way to reverse two options: its name, how far it is in a word and in figures, and the whole sentence."""

    title: str
    closeness: Closeness
    amount: str
    sentence: str


def ways_of(pair: Pair, *, short: bool = True) -> tuple[Way, Way, Way]:
    """By one weight, by the fewest points of weight in all, and by one score."""
    return _one_weight(pair, short), _fewest_points(pair, short), _one_score(pair, short)


def _one_weight(pair: Pair, short: bool) -> Way:
    flip = pair.move.one_share
    if flip is None or pair.is_level:
        return _none("One weight", pair, pair.move.one_share_obstacle)
    leaf = pair.firm.result.table.leaves[flip.criterion].name
    way = "up" if flip.after > flip.before else "down"
    points = f"{100 * flip.distance:.1f} points"
    change = f"{leaf} going {way} from {100 * flip.before:.1f} to {100 * flip.after:.1f} %"
    return Way("One weight", _weight_word(flip), points, f"{change} {_level(pair, flip.overtakes, short)}")


def _fewest_points(pair: Pair, short: bool) -> Way:
    flip = pair.move.fewest_points
    if flip is None or pair.is_level:
        return _none("Fewest points", pair, pair.move.obstacle)
    points = f"{100 * flip.distance:.1f} points"
    moved = moved_words(pair.firm, flip)
    sentence = f"Moving {moved} {_level(pair, flip.overtakes, short)}"
    return Way("Fewest points", _weight_word(flip), points, sentence)


def _one_score(pair: Pair, short: bool) -> Way:
    flip, firm = pair.change.flip, pair.firm
    if pair.is_level:
        return _none("One score", pair, None)
    if flip is None:
        behind = names_of(firm, short)[pair.behind]
        left = f"the best of them leaves {behind} {pair.change.shortfall:.1f} points behind"
        return Way("One score", Closeness.NONE, "", f"None: {Obstacle.ONE_SCORE.value}; {left}.")
    leaf, option = firm.result.table.leaves[flip.criterion], names_of(firm, short)[flip.option]
    before, after = score_ends(firm, flip.option, flip.criterion, flip.after)
    is_gap = bool(firm.spans.gaps[flip.option, flip.criterion])
    now = "where nothing is known now" if is_gap else f"instead of {figure(before, leaf.scale)}"
    is_plain = abs(before - flip.before) < _ALIKE and abs(after - flip.after) < _ALIKE
    worth = "" if is_plain else f" (value {flip.after:.1f} instead of {flip.before:.1f})"
    scored = f"{option} scoring {measured(after, leaf)} on {leaf.name}, {now}{worth},"
    sentence = f"{scored} {_level(pair, True, short)}"
    return Way("One score", pair.score_closeness, f"{flip.points:.1f} points", sentence)


def _none(title: str, pair: Pair, obstacle: Obstacle | None) -> Way:
    if pair.is_level:
        return Way(title, Closeness.CLOSE, "level now", _LEVEL)
    reason = obstacle.value if obstacle is not None else "nothing of the kind does it"
    return Way(title, Closeness.NONE, "", f"None: {reason}.")


def _level(pair: Pair, overtakes: bool, short: bool) -> str:
    behind = names_of(pair.firm, short)[pair.behind]
    if not overtakes:
        return f"makes the two level, but nothing beyond it puts {behind} ahead."
    return f"makes the two level; any more puts {behind} ahead."


def _weight_word(flip: Flip) -> Closeness:
    return closeness_of(flip.distance, CLOSE_WEIGHT, NEAR_WEIGHT)


def figure(x: float, scale: Scale | None) -> str:
    """A score as it is read: about three digits of its scale, a real minus sign, no needless zeros."""
    span = (scale.high - scale.low) if scale is not None else 100.0
    decimals = min(9, max(0, _DIGITS - ceil(log10(span)))) if span > 0 else 1
    text = number_text(x, decimals)
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace("-", "\N{MINUS SIGN}")


def measured(x: float, leaf: Criterion) -> str:
    """A score with its unit."""
    unit = leaf.scale.unit if leaf.scale is not None else ""
    return f"{figure(x, leaf.scale)} {unit}".rstrip()


def value_words(firm: Firmness, row: int, column: int) -> str:
    """A score as it is now: "40 US$ bn", "missing"."""
    if firm.spans.gaps[row, column]:
        return "missing"
    table = firm.result.table
    return measured(float(table.likely[row, column]), table.leaves[column])
