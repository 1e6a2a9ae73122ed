"""What the inspector says, as pure functions: numbers, sentences, origins and dates in words."""

from __future__ import annotations

from datetime import datetime
from math import isnan

from db.study.meanings import DIRECTIONS, ORIGINS
from db.study.model import Evidence, Level, Origin, Scale, ScaleKind, Score, Shape, Study
from db.study.words import counted
from desktop.evaluation import Result
from desktop.exchange.numbers import number_text

TONES = {
    Origin.JUDGEMENT: "warn",
    Origin.ASSUMED: "warn",
    Origin.DEFINITION: "neutral",
    Origin.COMPUTED: "info",
    Origin.SEED: "good",
    Origin.CITED: "good",
}
"""The tone of the chip of each origin. Nothing that rests on a judgement looks sourced."""

CONFIDENCE = {
    "": "Not stated",
    "A": "A: on-record or official figure, or several independent sources agree",
    "B": "B: one good source, or true by definition",
    "C": "C: judgement with indirect evidence",
    "D": "D: judgement with little or no evidence",
}

KINDS = {
    ScaleKind.NATURAL: "Natural",
    ScaleKind.CONSTRUCTED: "Constructed",
    ScaleKind.DIRECT: "Direct rating",
}

SHAPES = {Shape.LINEAR: "Linear", Shape.PIECEWISE: "Piecewise", Shape.EXPONENTIAL: "Exponential"}

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def shown(x: float) -> str:
    """A number to look at: at most four decimals, thousands grouped, a real minus sign."""
    text = f"{x:,.4f}".rstrip("0").rstrip(".") if abs(x) < 1e12 else f"{x:.4g}"
    return "0" if text in ("-0", "") else text.replace("-", "−")


def short(x: float, digits: int = 7) -> str:
    """A number as it is typed, rounded to what a narrow field can show; it reads back as that."""
    return number_text(float(f"{x:.{digits}g}"))


def range_text(score: Score) -> str:
    """The range of a score in words."""
    if score.is_missing:
        return "No score yet"
    if score.low is None or score.high is None:
        return "No range given"
    if score.low == score.high:
        return "No doubt stated: low and high are the same"
    return f"Between {shown(score.low)} and {shown(score.high)}"


def origin_text(score: Score) -> tuple[str, str, str]:
    """(words, tone, note) of a score's origin; ("No score", "neutral", "") when it is missing."""
    if score.is_missing:
        return "No score", "neutral", ""
    words, tone = ORIGINS[score.origin], TONES[score.origin]
    note = score.origin_note.strip()
    return words, tone, "" if note.casefold() in (words.casefold(), str(score.origin)) else note


def worth(result: Result | None, option: str, criterion: str, scale: Scale) -> str:
    """What a score is worth, in one sentence; numbers to stress stand between two stars."""
    better = f"{DIRECTIONS[scale.direction]}."
    if result is None or criterion not in result.table.columns:
        return better
    column = result.table.columns[criterion]
    share = f"{100.0 * float(result.shares[column]):.1f}"
    row = result.table.rows.get(option)
    if row is None:
        return f"This option is excluded and not ranked. {better}"
    value = float(result.table.values[row, column])
    if isnan(value):
        return f"Missing: it could add anything from **0** to **{share}** points to the total. {better}"
    points = float(result.contributions[row, column])
    return (
        f"Worth **{value:.0f}** of 100 on this criterion, and **{points:.1f}** of {share} points in the total. {better}"
    )


def in_words(scale: Scale, x: float | None) -> str:
    """What a score means by the worded levels of its scale; "" where there is nothing to say."""
    if x is None or not scale.levels:
        return ""
    levels = sorted(scale.levels, key=lambda level: level.x)
    below = [level for level in levels if level.x <= x]
    above = [level for level in levels if level.x >= x]
    if below and above and below[-1].x == above[0].x:
        return f"{_quoted(below[-1])}."
    if not below:
        return f"Below {_quoted(above[0])}."
    if not above:
        return f"Beyond {_quoted(below[-1])}."
    return f"Between {_quoted(below[-1])} and {_quoted(above[0])}."


def _quoted(level: Level) -> str:
    return f"“{level.text.strip().rstrip('.')}” ({shown(level.x)})"


def when_text(stamp: str) -> str:
    """An ISO date and time as people write a date ("20 Aug 2025"); the text itself when it is none."""
    try:
        day = datetime.fromisoformat(stamp)
    except ValueError:
        return stamp
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def changed_text(score: Score) -> str:
    """Who changed a score last and when; "" when nobody noted it."""
    if not score.changed_by and not score.changed_at:
        return ""
    who = f" by {score.changed_by}" if score.changed_by else ""
    when = f", {when_text(score.changed_at)}" if score.changed_at else ""
    return f"Last changed{who}{when}"


def evidence_line(item: Evidence) -> str:
    """Where a claim comes from, in one line."""
    grade = f"grade {item.reliability}{item.credibility or ''}" if item.reliability or item.credibility else ""
    kind = "" if item.kind == "source" else item.kind
    return " · ".join(part for part in (item.source, item.date, grade, kind) if part)


def standing(result: Result | None, option: str) -> tuple[str, str]:
    """(total, sentence about the rank) of an option in the present perspective."""
    if result is None or option not in result.table.rows:
        return "–", "Not ranked."
    row, names = result.table.rows[option], result.table.options
    total, party = float(result.totals[row]), result.perspective.name
    place = f"Rank **{result.rank_text(row)}** of {len(names)} by the weights of {party}"
    if float(result.high[row]) > float(result.low[row]):
        bounds = f"{float(result.low[row]):.1f} to {float(result.high[row]):.1f}"
        return f"{total:.1f}", f"{place}; from {bounds} while scores are missing."
    return f"{total:.1f}", f"{place}{_gap(result, row)}."


def _gap(result: Result, row: int) -> str:
    names, order = result.table.options, [int(index) for index in result.order]
    if len(order) < 2:
        return ""
    first, second = order[0], order[1]
    if row == first:
        lead = result.lead()
        other = names[second].short or names[second].name
        return f", {lead:.1f} points ahead of {other}" if lead else f", level with {other}"
    behind = float(result.totals[first] - result.totals[row])
    leader = names[first].short or names[first].name
    return f", {behind:.1f} points behind {leader}" if int(result.best_rank[row]) > 1 else f", level with {leader}"


def share_of(result: Result | None, criteria: frozenset[str]) -> float:
    """The share, 0 to 1, that these leaves carry together."""
    if result is None:
        return 0.0
    return float(sum(float(result.shares[place]) for leaf, place in result.table.columns.items() if leaf in criteria))


def weight_moves(before: Study, after: Study, criterion: str, perspective: str, *, kept_tradeoffs: bool) -> str:
    """What a moved end of a scale did to a leaf's weight in one perspective, in plain words."""
    name = after.criterion(criterion).name
    old, new = _share(before, criterion, perspective), _share(after, criterion, perspective)
    if old is None or new is None:
        return f"{name} carries no weight here, so there was no trade-off to keep."
    if not kept_tradeoffs:
        return f"Weight of {name} stays {new:.1f} %, so its trade-offs against the other criteria have changed."
    return f"Weight of {name} {old:.1f} % → {new:.1f} %, so that every trade-off stays as it was."


def _share(study: Study, criterion: str, perspective: str) -> float | None:
    party = next((each for each in study.perspectives if each.id == perspective), None)
    points = [0.0] if party is None else [party.weights.get(leaf.id, 0.0) for leaf in study.leaves()]
    if party is None or sum(points) <= 0 or party.weights.get(criterion, 0.0) <= 0:
        return None
    return 100.0 * party.weights[criterion] / sum(points)


def counts(study: Study) -> str:
    """How much a study holds, in one line."""
    scores = sum(1 for score in study.scores.values() if not score.is_missing)
    sizes = (
        counted(len(study.options), "option"),
        counted(len(study.leaves()), "criterion", "criteria"),
        counted(scores, "score"),
        counted(len(study.perspectives), "perspective"),
        counted(len(study.evidence), "piece of evidence", "pieces of evidence"),
    )
    return " · ".join(sizes)


RELIABILITY = {
    "": "Not graded",
    "A": "A: completely reliable",
    "B": "B: usually reliable",
    "C": "C: fairly reliable",
    "D": "D: not usually reliable",
    "E": "E: unreliable",
    "F": "F: cannot be judged",
}
"""The NATO grades of a source."""

CREDIBILITY = {
    "": "Not graded",
    "1": "1: confirmed",
    "2": "2: probably true",
    "3": "3: possibly true",
    "4": "4: doubtful",
    "5": "5: improbable",
    "6": "6: cannot be judged",
}
"""The NATO grades of a claim."""
