"""What the sensitivity charts say in words and figures: no Qt here."""

from __future__ import annotations

from collections.abc import Sequence

from db.study.words import counted
from desktop.analysis.arrays import TIE
from desktop.charts.ranking_words import MINUS, called, number, trimmed
from desktop.charts.sensitivity_scene import Flip, Survey, Sweep

Cell = str | float | None
_NAMED = 2


def percent(share: float) -> str:
    """A share as people read it: "41.3 %"."""
    return f"{number(100.0 * share)} %"


def names(sweep: Sweep, rows: Sequence[int]) -> str:
    """The options of some rows: "A", "A and B", "A and 3 others"."""
    options = sweep.firm.result.table.options
    said = [called(options[row]) for row in rows]
    if len(said) > _NAMED:
        return f"{said[0]} and {len(said) - 1} others"
    return " and ".join(said)


def _leads(rows: Sequence[int]) -> str:
    return "leads" if len(rows) == 1 else "lead together"


def overtakers(flip: Flip, is_rising: bool) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """(who overtakes, who is overtaken) at a flip on the way up, or on the way down."""
    gains, loses = (flip.above, flip.below) if is_rising else (flip.below, flip.above)
    return tuple(row for row in gains if row not in loses) or gains, tuple(
        row for row in loses if row not in gains
    ) or loses


def flip_words(sweep: Sweep, flip: Flip) -> str:
    """ "going up, Large force overtakes Reassurance + US; both total 52.3": seen from the weight as it is now."""
    is_rising = flip.share >= sweep.share
    gains, loses = overtakers(flip, is_rising)
    verb = "overtakes" if len(gains) == 1 else "overtake"
    way = "going up" if is_rising else "going down"
    return f"{way}, {names(sweep, gains)} {verb} {names(sweep, loses)}; both total {number(flip.total)}"


def way_words(sweep: Sweep) -> str:
    """The nearest flip in few words: "+9.3 points: Large force leads"."""
    flip = sweep.nearest
    if sweep.course.is_stuck:
        return "Cannot move: nothing gives way"
    if sweep.is_unknown:
        return "Cannot be told: scores missing"
    if flip is None:
        return "No flip at any weight"
    if sweep.way <= TIE:
        return "Level now"
    gains, _ = overtakers(flip, flip.share > sweep.share)
    step = 100.0 * (flip.share - sweep.share)
    sign = "+" if step > 0 else MINUS
    size = "under 0.1" if abs(step) < 0.05 else f"{sign}{number(abs(step))}"
    return f"{size} points: {names(sweep, gains)} {_leads(gains)}"


def sentence(sweep: Sweep) -> str:
    """Who leads between which weights, and what the nearest flip is."""
    if sweep.course.is_stuck:
        is_only = len(sweep.firm.result.table.leaves) == 1
        return f"It cannot move: {'it is the only criterion' if is_only else 'all other weights are locked'}."
    if sweep.is_unknown:
        return "It has no weight and scores on it are missing, so what a weight would change cannot be told."
    order, best = sweep.firm.result.order.tolist(), sweep.firm.result.best_rank
    leading = [row for row in order if best[row] == 1]
    if sweep.way <= TIE:
        return f"{names(sweep, leading)} are level now; any move of this weight parts them."
    who = f"{names(sweep, leading)} {_leads(leading)}"
    if sweep.nearest is None or sweep.band is None:
        reach = "at every weight" if sweep.course.high >= 1.0 - TIE else "at every weight that the locks leave"
        return f"{who} {reach} of this criterion."
    low, high = sweep.band
    return f"{who} from {trimmed(100.0 * low)} to {trimmed(100.0 * high)} %; {_nearest_words(sweep, sweep.nearest)}."


def short_sentence(sweep: Sweep) -> str:
    """The nearest flip alone, where the whole sentence has no room; "" where the sentence is short itself."""
    if sweep.course.is_stuck or sweep.is_unknown or sweep.way <= TIE:
        return ""
    if sweep.nearest is None or sweep.band is None:
        return "No flip at any weight" + ("" if sweep.course.high >= 1.0 - TIE else " that the locks leave")
    said = _nearest_words(sweep, sweep.nearest)
    return f"{said[0].upper()}{said[1:]}"


def _nearest_words(sweep: Sweep, flip: Flip) -> str:
    step = 100.0 * (flip.share - sweep.share)
    gains, _ = overtakers(flip, step > 0)
    size = "less than 0.1" if abs(step) < 0.05 else number(abs(step))
    return f"{size} points {'more' if step > 0 else 'less'} and {names(sweep, gains)} {_leads(gains)}"


def notes(sweep: Sweep) -> list[str]:
    """What has to be known to read the chart: locks, missing scores, options that are left out."""
    said, count = [], len(sweep.firm.result.table.options)
    if sweep.is_locked:
        said.append("This weight is locked; unlock it to move the line")
    elif not sweep.course.is_stuck and sweep.course.high < 1.0 - TIE:
        said.append(f"Locked weights leave at most {percent(sweep.course.high)}")
    if sweep.firm.gaps:
        verb = "counts" if sweep.firm.gaps == 1 else "count"
        said.append(f"{counted(sweep.firm.gaps, 'missing score')} {verb} as the middle, 50 of 100")
    if len(sweep.rows) < count:
        kinds = "those that lead somewhere and the best eight"
        if sweep.option is not None:
            kinds = "those that lead somewhere, the best eight and the selected"
        said.append(f"{len(sweep.rows)} of {count} shown: {kinds}")
    return said


def piece_words(sweep: Sweep, piece: int) -> str:
    """ "leads from 16.6 to 68.7 %": where a piece of the envelope lies."""
    edges, winners = sweep.course.envelope.edges, sweep.course.envelope.winners[piece]
    low, high = (trimmed(100.0 * float(edge)) for edge in edges[piece : piece + 2])
    return f"{_leads(winners)} from {low} to {high} %"


def summary(sweep: Sweep) -> str:
    """The chart for those who do not see it."""
    flips = [f"At {percent(flip.share)}, {flip_words(sweep, flip)}." for flip in sweep.course.flips]
    totals = "; ".join(
        f"{called(sweep.firm.result.table.options[row])} {number(float(sweep.totals[row]))}"
        for row in sweep.firm.result.order[:10].tolist()
    )
    now = f"{sweep.leaf.name} weighs {percent(sweep.share)} now."
    return " ".join((now, sentence(sweep), *flips, f"Totals now: {totals}.", *(f"{note}." for note in notes(sweep))))


def rows(sweep: Sweep) -> list[list[Cell]]:
    """Every option's total at both ends and now, and where it leads; then where the lead passes on."""
    course, options = sweep.course, sweep.firm.result.table.options
    low, high = course.totals_at(course.low), course.totals_at(course.high)
    table: list[list[Cell]] = [
        [
            "Option", f"Total at {_end(course.low)}", "Total now", f"Total at {_end(course.high)}", "Leads from, %",
            "Leads to, %",
        ]
    ]  # fmt: skip
    for row in sweep.firm.result.order.tolist():
        first, last = _lead_span(sweep, row)
        figures = (float(low[row]), float(sweep.totals[row]), float(high[row]), first, last)
        table.append([options[row].name, *figures])
    if course.flips:
        table.append(["The lead passes on", "At weight, %", "Total there", None, None, None])
    for flip in course.flips:
        gains, loses = overtakers(flip, is_rising=True)
        who = f"{names(sweep, gains)} overtake{'s' if len(gains) == 1 else ''} {names(sweep, loses)}"
        table.append([who, 100.0 * flip.share, flip.total, None, None, None])
    return table


def _end(share: float) -> str:
    return f"{trimmed(100.0 * share)} %"


def _lead_span(sweep: Sweep, row: int) -> tuple[float | None, float | None]:
    if sweep.course.is_stuck:
        return None, None
    edges, winners = sweep.course.envelope.edges, sweep.course.envelope.winners
    pieces = [piece for piece, rows in enumerate(winners) if row in rows]
    if not pieces:
        return None, None
    return 100.0 * float(edges[pieces[0]]), 100.0 * float(edges[pieces[-1] + 1])


def survey_rows(shown: Survey) -> list[list[Cell]]:
    """Every criterion's weight, the band in which the leader stays, and the nearest flip."""
    table: list[list[Cell]] = [
        [
            "Criterion",
            "Weight now, %",
            "Same leader from, %",
            "Same leader to, %",
            "Nearest flip, points",
            "Nearest flip",
        ]
    ]
    for sweep in shown.sweeps:
        low, high = sweep.band or (None, None)
        step = None if sweep.nearest is None or sweep.is_unknown else 100.0 * (sweep.nearest.share - sweep.share)
        ends = [None if end is None else 100.0 * end for end in (low, high)]
        table.append([sweep.leaf.name, 100.0 * sweep.share, *ends, step, way_words(sweep)])
    return table


def survey_summary(shown: Survey, most: int = 12) -> str:
    """All criteria for those who do not see the charts, the closest to a flip first."""
    said = [f"{sweep.leaf.name}, {percent(sweep.share)} now: {way_words(sweep)}" for sweep in shown.sweeps[:most]]
    if len(shown.sweeps) > most:
        said.append(f"and {len(shown.sweeps) - most} more")
    return "; ".join(said)
