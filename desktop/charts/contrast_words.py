"""What profiles and waterfalls say in words and figures: no Qt here."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from db.study.words import counted
from desktop.analysis.arrays import TIE
from desktop.charts.ranking_words import called, number, points, trimmed
from desktop.questions.contrast import Bar, Contrast

Cell = str | float | None

STAND_IN = "no score; 50, the middle of the scale, stands in"
_LISTED = 4


def names_of(contrast: Contrast) -> list[str]:
    """The options by their short names."""
    options = contrast.result.table.options
    return [called(options[row]) for row in contrast.rows]


def weight_text(contrast: Contrast, columns: Sequence[int]) -> str:
    """The share of a criterion, or of several together: "18.0 %"."""
    return f"{number(100.0 * float(contrast.result.shares[list(columns)].sum()))} %"


# Profiles


def profile_title(contrast: Contrast) -> str:
    """Whose profiles these are."""
    names = names_of(contrast)
    return f"Profiles: {', '.join(names[:-1])} and {names[-1]}"


def value_text(contrast: Contrast, place: int, column: int) -> str:
    """A value as it is read out: "80", "50 (30–70)", "no score (50 stands in)"."""
    value = trimmed(float(contrast.values[place, column]))
    if contrast.gaps[place, column]:
        return f"no score ({value} stands in)"
    low, high = (float(end[place, column]) for end in contrast.ends)
    return f"{value} ({trimmed(low)}–{trimmed(high)})" if high > low else value


def profile_reading(contrast: Contrast, column: int) -> tuple[str, str]:
    """(heading, words) of a criterion: its weight, and the value of every option."""
    leaf = contrast.result.table.leaves[column]
    values = [f"{name} {value_text(contrast, place, column)}" for place, name in enumerate(names_of(contrast))]
    return f"{leaf.name}, weight {weight_text(contrast, [column])}", " · ".join(values)


def option_reading(contrast: Contrast, place: int) -> tuple[str, str]:
    """(heading, words) of an option: its name, rank and total."""
    row, result = contrast.rows[place], contrast.result
    return result.table.options[row].name, f"rank {result.rank_text(row)}, total {total_text(contrast, place)} points"


def total_text(contrast: Contrast, place: int) -> str:
    """The total of an option: "57.5", or "52.0–61.0" while scores are missing."""
    row = contrast.rows[place]
    low, high = number(float(contrast.result.low[row])), number(float(contrast.result.high[row]))
    return low if low == high else f"{low}–{high}"


def profile_summary(contrast: Contrast) -> str:
    """The profiles for those who do not see them."""
    readings = (profile_reading(contrast, column) for column in range(contrast.values.shape[1]))
    lines = [f"{heading}: {words}" for heading, words in readings]
    return f"{profile_title(contrast)}. Values from 0 (worst) to 100 (best). {'; '.join(lines)}"


def profile_rows(contrast: Contrast) -> list[list[Cell]]:
    """The figures of the profiles; nothing where a score is missing."""
    heads: list[Cell] = ["Criterion", "Group", "Weight, %"]
    for name in names_of(contrast):
        heads += [name, f"{name}: low", f"{name}: high"]
    lines, (low, high) = [heads], contrast.ends
    for column, leaf in enumerate(contrast.result.table.leaves):
        line: list[Cell] = [leaf.name, contrast.branches[column] or None]
        line.append(100.0 * float(contrast.result.shares[column]))
        for place in range(len(contrast.rows)):
            shown = (contrast.values, low, high)
            is_gap = contrast.gaps[place, column]
            line += [None if is_gap else float(side[place, column]) for side in shown]
        lines.append(line)
    return lines


# The difference


def gap_title(contrast: Contrast) -> str:
    """What the waterfall explains, in a line: who is ahead of whom, by how much."""
    first, second = names_of(contrast)[:2]
    gap = contrast.gap
    if abs(gap) <= TIE * 100.0:
        return f"{first} and {second} are level"
    return f"{first} is {points(abs(gap))} {'ahead of' if gap > 0 else 'behind'} {second}"


def gap_parts(contrast: Contrast) -> str:
    """What the gap is made of: the points each way, and what missing scores leave open."""
    sides = (contrast.steps[contrast.steps > 0], contrast.steps[contrast.steps < 0])
    made = ", ".join(
        f"{_signed(float(some.sum()))} on {counted(some.size, 'criterion', 'criteria')}" for some in sides if some.size
    )
    low, high = (number(end, signed=True) for end in contrast.gap_ends)
    unsure = f"missing scores leave it between {low} and {high}; " if low != high else ""
    return unsure + (made or "the same on every criterion that carries weight")


def gap_summary(contrast: Contrast, bars: Sequence[Bar]) -> str:
    """The waterfall for those who do not see it."""
    lines = (f"{bar_name(contrast, bar)} {number(bar.points, signed=True)}" for bar in bars)
    return f"{gap_title(contrast)}: {gap_parts(contrast)}. {'; '.join(lines)}; together {_signed(contrast.gap)} points"


def bar_name(contrast: Contrast, bar: Bar) -> str:
    """The criterion of a bar, or how many it sums."""
    leaves = contrast.result.table.leaves
    return f"{len(bar.columns)} others" if bar.is_rest else leaves[bar.columns[0]].name


def bar_reading(contrast: Contrast, bar: Bar) -> tuple[str, str]:
    """(heading, words) of a bar: how its points come about, and the running total."""
    gain, so_far = _signed(bar.points), f"so far {_signed(bar.end)}"
    if bar.is_rest:
        return f"{bar_name(contrast, bar)}: {gain} points", f"{_listed(contrast, bar)}; {so_far}"
    column = bar.columns[0]
    first, second = (value_text(contrast, place, column) for place in (0, 1))
    weight = weight_text(contrast, bar.columns)
    name = bar_name(contrast, bar)
    return f"{name}: {gain} points", f"value {first} against {second}, times weight {weight}; {so_far}"


def gap_reading(contrast: Contrast) -> tuple[str, str]:
    """(heading, words) of the last bar: the difference of the totals."""
    first, second = (total_text(contrast, place) for place in (0, 1))
    return f"Difference: {_signed(contrast.gap)} points", f"total {first} against {second}; {gap_parts(contrast)}"


def gap_notes(contrast: Contrast, bars: Sequence[Bar]) -> str:
    """What must be said below the bars: what stands in for missing scores, and what was put together."""
    notes = []
    if contrast.is_open.any():
        notes.append(f"Hatched: {STAND_IN}")
    if bars and bars[-1].is_rest:
        notes.append(f"{len(bars[-1].columns)} others: the smallest differences, put together for want of room")
    return ". ".join(notes) + "." if notes else ""


def gap_rows(contrast: Contrast, by_size: Sequence[int]) -> list[list[Cell]]:
    """The figures of all steps, in this order, and of the gap; every criterion by itself."""
    first, second = names_of(contrast)[:2]
    lines: list[list[Cell]] = [["Criterion", "Weight, %", first, second, "Points", "Running total", "Note"]]
    so_far = 0.0
    for column in by_size:
        so_far += float(contrast.steps[column])
        values: list[Cell] = [
            None if contrast.gaps[place, column] else float(contrast.values[place, column]) for place in (0, 1)
        ]
        name, share = contrast.result.table.leaves[column].name, 100.0 * float(contrast.result.shares[column])
        note = STAND_IN if contrast.is_open[column] else None
        lines.append([name, share, *values, float(contrast.steps[column]), so_far, note])
    totals = [float(contrast.result.totals[row]) for row in contrast.rows[:2]]
    weight = 100.0 * float(np.sum(contrast.result.shares))
    lines.append(["Difference of the totals", weight, *totals, contrast.gap, contrast.gap, None])
    return lines


def _listed(contrast: Contrast, bar: Bar) -> str:
    order = sorted(bar.columns, key=lambda column: -abs(float(contrast.steps[column])))
    leaves = contrast.result.table.leaves
    texts = [f"{leaves[column].name} {_signed(float(contrast.steps[column]))}" for column in order[:_LISTED]]
    more = len(order) - _LISTED
    return ", ".join(texts) + (f" and {more} more" if more > 0 else "")


def _signed(value: float) -> str:
    return number(value, signed=True)
