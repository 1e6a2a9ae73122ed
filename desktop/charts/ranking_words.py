"""What the ranking says in words and figures: no Qt here."""

from __future__ import annotations

from db.study.model import Option
from desktop.analysis.arrays import TIE
from desktop.charts.ranking_layout import Hit
from desktop.charts.ranking_scene import Mode, Scene
from desktop.evaluation import Result

MINUS = "\N{MINUS SIGN}"
_NAMED_TIES = 3


def called(option: Option) -> str:
    """The short name of an option where it has one."""
    return option.short or option.name


def number(value: float, decimals: int = 1, signed: bool = False) -> str:
    """A figure with a real minus sign and no minus zero."""
    text = f"{value:+.{decimals}f}" if signed else f"{value:.{decimals}f}"
    if not text.strip("+-0."):
        return text.lstrip("+-")
    return text.replace("-", MINUS)


def trimmed(value: float) -> str:
    """A figure with one decimal only where it needs one: "15", "15.3"."""
    return number(value).removesuffix(".0")


def total_text(scene: Scene, row: int) -> str:
    """The total of a row, a range while scores are missing; a signed difference in difference mode."""
    bars = scene.bars
    signed = bars.reference is not None
    if row == bars.reference:
        return "reference"
    low, high = number(float(bars.low[row]), signed=signed), number(float(bars.high[row]), signed=signed)
    if low == high:
        return low
    return f"{low} to {high}" if signed else f"{low}–{high}"


def change_text(change: float) -> str:
    """How a total moved: "▲ 1.6", "▼ 2.4", "" where it cannot be seen."""
    size = f"{abs(change):.1f}"
    if size in ("0.0", "nan"):
        return ""
    return f"{'▲' if change > 0 else '▼'} {size}"


def climb_text(places: int) -> str:
    """How a rank moved: "↑1", "↓2", "" where it did not."""
    return "" if places == 0 else f"{'↑' if places > 0 else '↓'}{abs(places)}"


def sentence(scene: Scene) -> str:
    """Who leads, or why nobody does."""
    result = scene.shown
    names = [called(option) for option in result.table.options]
    if len(names) == 1:
        return f"{names[0]} is the only option; add another to compare"
    if scene.mode is Mode.DIFFERENCE and scene.bars.reference is not None:
        return _difference_sentence(scene, names)
    where = " with equal weights" if scene.mode is Mode.UNWEIGHTED else ""
    if not result.is_complete:
        return _open_sentence(result, names) + where
    first = [names[row] for row in result.order.tolist() if result.best_rank[row] == 1]
    if len(first) > 1:
        return _tie_sentence(first) + where
    return f"{first[0]} leads by {points(result.lead())}{where}"


def points(gap: float) -> str:
    """So many points, in words."""
    text = number(gap)
    return "less than 0.1 points" if text == "0.0" else f"{text} point{'' if text == '1.0' else 's'}"


def _tie_sentence(first: list[str]) -> str:
    if len(first) > _NAMED_TIES:
        return f"{len(first)} options tie for the first place"
    return f"{', '.join(first[:-1])} and {first[-1]} tie"


def _open_sentence(result: Result, names: list[str]) -> str:
    sure = [names[row] for row in result.order.tolist() if result.worst_rank[row] == 1]
    if len(sure) == 1:
        return f"{sure[0]} leads whatever the missing scores turn out to be"
    return "Missing scores leave the first place open"


def _difference_sentence(scene: Scene, names: list[str]) -> str:
    bars, result = scene.bars, scene.shown
    assert bars.reference is not None
    to = names[bars.reference]
    if not result.is_complete:
        return f"Missing scores leave differences to {to} open"
    ahead = int((bars.low > TIE * 100.0).sum())
    if not ahead:
        return f"No option is ahead of {to}"
    best = result.order[0]
    gap = points(float(bars.low[best]))
    return f"{names[best]} is {gap} ahead of {to}"


def read_out(scene: Scene, found: Hit) -> tuple[str, str]:
    """(heading, explanation) of what the pointer is over; both empty where nothing needs saying."""
    option = scene.result.table.options[found.row]
    if found.column is not None:
        return scene.result.table.leaves[found.column].name, _piece(scene, found.row, found.column)
    if found.in_gap:
        low, high = scene.bars.low[found.row], scene.bars.high[found.row]
        unit = "difference" if scene.bars.reference is not None else "total"
        return called(option), f"missing scores leave the {unit} between {number(low)} and {number(high)} points"
    return "", ""


def _piece(scene: Scene, row: int, column: int) -> str:
    shown, reference = scene.shown, scene.bars.reference
    value, share = float(shown.table.values[row, column]), 100.0 * float(shown.shares[column])
    weight = f"{'equal share' if scene.mode is Mode.UNWEIGHTED else 'weight'} {trimmed(share)} %"
    if reference is None:
        return f"value {trimmed(value)} × {weight} = {number(value * share / 100.0)} points"
    other = float(shown.table.values[reference, column])
    gain = number((value - other) * share / 100.0, signed=True)
    named = called(shown.table.options[reference])
    return f"(value {trimmed(value)} {MINUS} {trimmed(other)} of {named}) × {weight} = {gain} points"


def description(scene: Scene, order: list[int], most: int = 50) -> str:
    """The chart for those who cannot see it: "1. Reassurance + US 57.5; 2. ..."."""
    said = lines(scene, order[:most])
    if len(order) > most:
        said.append(f"and {len(order) - most} more")
    return "; ".join(said)


def lines(scene: Scene, order: list[int]) -> list[str]:
    """Each row in words: its rank, its option and its total."""
    options, shown = scene.result.table.options, scene.shown
    return [f"{shown.rank_text(row)}. {called(options[row])} {total_text(scene, row)}" for row in order]
