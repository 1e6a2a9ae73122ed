"""What the trade-off chart says in words and figures. No Qt here."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from desktop.charts.picture import Cell
from desktop.charts.ranking_words import called, number, trimmed
from desktop.exchange.firmness_text import percent
from desktop.questions.tradeoff import Axis, Tradeoff


def figure(value: float) -> str:
    """A number on an axis, with four significant digits at most."""
    return f"{value:.4g}".replace("-", "\N{MINUS SIGN}")


def tick_text(value: float) -> str:
    """A round number beside an axis."""
    return f"{value + 0.0:,.10g}".replace("-", "\N{MINUS SIGN}")


def axis_text(axis: Axis, *, upright: bool = False) -> str:
    """The words at an axis, with which way is better."""
    if upright:
        return f"{'↑' if axis.rises else '↓'} better: {axis.heading}"
    return f"{axis.heading}: better →" if axis.rises else f"← better: {axis.heading}"


def title_of(tradeoff: Tradeoff) -> str:
    """ "Everything but Cost against Cost"."""
    return f"{tradeoff.y.name} against {tradeoff.x.name}"


def standing_words(tradeoff: Tradeoff, row: int) -> str:
    """Where an option stands among the others."""
    options, by, beaten = tradeoff.result.table.options, int(tradeoff.by[row]), int(tradeoff.beaten[row])
    if beaten >= 0:
        return f"dominated by {called(options[beaten])} on every criterion"
    lost = "undominated, but no weights make it first" if tradeoff.lost[row] else ""
    here = "on the frontier" if by < 0 else f"behind {called(options[by])} on both axes"
    return f"{here}; {lost}" if lost else here


def read_out(tradeoff: Tradeoff, row: int) -> str:
    """What pointing at an option says: where it stands, and its figures."""
    result = tradeoff.result
    parts = [f"{axis.name} {_on_axis(axis, row)}" for axis in (tradeoff.x, tradeoff.y)]
    total = f"total {number(float(result.totals[row]))}, rank {result.rank_text(row)}"
    return "; ".join((standing_words(tradeoff, row), *parts, total))


def _on_axis(axis: Axis, row: int) -> str:
    place, low, high = (float(each[row]) for each in (axis.places, axis.low, axis.high))
    if axis.gaps[row]:
        return f"open, score missing ({figure(low)}–{figure(high)})"
    span = f" ({figure(low)}–{figure(high)})" if low < high else ""
    return f"{figure(place)}{f' {axis.unit}' if axis.scale is not None else ''}{span}"


def level_words(tradeoff: Tradeoff) -> str:
    """What the level line means, or why there is none."""
    if tradeoff.is_shared:
        return "No level line: a criterion counts on both axes"
    if not len(tradeoff.line):
        return "No level line: no criterion on these axes carries weight"
    if tradeoff.is_exact:
        return "Along the dashed line totals are equal"
    return f"Dashed: level for these two alone, which carry {percent(tradeoff.carried)} of the weight"


def weights_words(tradeoff: Tradeoff) -> str:
    """How much weight each axis carries."""
    x, y = tradeoff.x, tradeoff.y
    return f"Weight: {trimmed(100 * x.share)} % across, {trimmed(100 * y.share)} % up"


def range_words(tradeoff: Tradeoff) -> str:
    """What the ranges are."""
    several = sum(axis.columns.size > 1 for axis in (tradeoff.x, tradeoff.y))
    many = "where 9 in 10 draws of its scores lie"
    if several == 2:
        return f"Range: {many}"
    return "Range: low to high" if several == 0 else f"Range: low to high; of several criteria, {many}"


def summary_of(tradeoff: Tradeoff) -> str:
    """The chart for those who do not see it."""
    names = [called(option) for option in tradeoff.result.table.options]
    sure = ", ".join(names[row] for row in tradeoff.frontier.tolist()[:20])
    said = [
        f"{title_of(tradeoff)}: {len(names)} options",
        f"best on {tradeoff.x.name} first, the frontier is {sure}",
        *(f"{names[row]} is dominated by {names[by]}" for row, by in beaten_pairs(tradeoff)[:20]),
        *(f"no weights make {names[row]} first" for row in np.flatnonzero(tradeoff.lost)[:20]),
        level_words(tradeoff),
    ]
    return "; ".join(said) + "."


def beaten_pairs(tradeoff: Tradeoff) -> list[tuple[int, int]]:
    """(option, what dominates it on every criterion), from the best total to the worst."""
    order = tradeoff.result.order.tolist()
    return [(row, int(tradeoff.beaten[row])) for row in order if tradeoff.beaten[row] >= 0]


def rows_of(tradeoff: Tradeoff) -> Sequence[Sequence[Cell]]:
    """The figures: every option from the best total to the worst."""
    result, options = tradeoff.result, tradeoff.result.table.options
    front = set(tradeoff.frontier.tolist())
    heads: list[Cell] = ["Option"]
    for axis in (tradeoff.x, tradeoff.y):
        heads += [axis.heading, f"{axis.name}: low", f"{axis.name}: high"]
        heads += [f"{axis.name} (value)"] if axis.scale is not None else []
    table = [[*heads, "Total", "On the frontier", "Behind, on both axes", "Dominated by", "First under some weights"]]
    for row in result.order.tolist():
        cells: list[Cell] = [options[row].name]
        for axis in (tradeoff.x, tradeoff.y):
            cells += [float(each[row]) for each in (axis.places, axis.low, axis.high)]
            cells += [float(axis.values[row])] if axis.scale is not None else []
        by, beaten = (int(each[row]) for each in (tradeoff.by, tradeoff.beaten))
        ahead, above = (options[other].name if other >= 0 else None for other in (by, beaten))
        cells += [float(result.totals[row]), "yes" if row in front else "no", ahead, above, _first_words(tradeoff, row)]
        table.append(cells)
    return table


def _first_words(tradeoff: Tradeoff, row: int) -> str:
    if tradeoff.beaten[row] >= 0:
        return "no"
    if tradeoff.never is None:
        return "not known yet" if len(tradeoff.by) <= 200 else "not worked out for more than 200 options"
    return "no" if tradeoff.never[row] else "yes"
