"""What the tornado says in words and figures: no Qt here."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.charts.ranking_words import MINUS, called, number, points
from desktop.evaluation import Result
from desktop.exchange.firmness_text import percent
from desktop.questions.lead import Bar, End, Kind, Lead

RULE = "By the part of its range in which the lead is lost, then by how far it moves the lead."
"""How what to firm up first is found, in one sentence."""

HEADINGS = (
    "What moves",
    "Unit",
    "Low end",
    "High end",
    "Lead at low end",
    "Lead at high end",
    "Least lead",
    "Greatest lead",
    "Over the second at low end",
    "Over the second at high end",
    "Part of the range that loses the lead",
    "Loses the lead to",
    "Firm up",
)


def headline(lead: Lead) -> str:
    """ "Lead of 4.1 points: A over B", in this order because the names may be long."""
    names = _names(lead.firm.result)
    if lead.firm.result.lead() == 0.0:
        return f"{names[lead.first]} and {names[lead.second]} are level"
    return f"Lead of {points(lead.points)}: {names[lead.first]} over {names[lead.second]}"


def label(result: Result, bar: Bar) -> str:
    """ "Cost of Large force", "Weight of Cost"."""
    criterion = result.table.leaves[bar.criterion].name
    return f"Weight of {criterion}" if bar.option is None else f"{criterion} of {_names(result)[bar.option]}"


def figure(bar: Bar, end: End) -> str:
    """The end of an interval as a number, a weight in percent."""
    if bar.option is None:
        return f"{number(100.0 * end.figure).removesuffix('.0')} %"
    size = abs(end.figure)
    text = f"{end.figure:,.0f}" if 1e4 <= size < 1e9 else f"{end.figure:.4g}"
    return text.replace("-", MINUS) if size else "0"


def unit(result: Result, bar: Bar) -> str:
    """The unit of a score that has one, "" for weights, whose figures say percent."""
    scale = result.table.leaves[bar.criterion].scale
    return "" if bar.option is None or scale is None else scale.unit


def with_unit(result: Result, bar: Bar, end: End) -> str:
    """The end of an interval with its unit."""
    return f"{figure(bar, end)} {unit(result, bar)}".rstrip()


def span(result: Result, bar: Bar) -> str:
    """ "40 to 82 points", "2.8 % to 32.8 %"."""
    return f"{figure(bar, bar.low)} to {with_unit(result, bar, bar.high)}"


def verdict(result: Result, bar: Bar) -> str:
    """ "loses the lead to B in 43 % of its range", or how far it moves a lead that it cannot lose."""
    if bar.rival is not None:
        return f"loses the lead to {_names(result)[bar.rival]} in {percent(bar.lost)} of its range"
    return f"moves the lead by {number(bar.swing)} points and cannot lose it"


def short_verdict(bar: Bar) -> str:
    """The same in fewer words, without a name."""
    if bar.rival is not None:
        return f"lost in {percent(bar.lost)} of its range"
    return f"not lost; moves it by {number(bar.swing)}"


def reading(result: Result, bar: Bar) -> str:
    """A bar in one line: the lead at either end, and what that means."""
    at_low, at_high = (f"lead {number(end.lead)} at {with_unit(result, bar, end)}" for end in (bar.low, bar.high))
    return f"{at_low}, {at_high}; {verdict(result, bar)}"


def summary(lead: Lead, bars: Sequence[Bar], kind: Kind) -> str:
    """The tornado for those who cannot see it."""
    result = lead.firm.result
    if not bars:
        return nothing(lead, kind)
    said = "; ".join(f"{label(result, bar)}: {reading(result, bar)}" for bar in bars[:10])
    more = f"; and {len(bars) - 10} more" if len(bars) > 10 else ""
    return f"{headline(lead)}. {said}{more}."


def nothing(lead: Lead, kind: Kind) -> str:
    """Why there is no bar, and what would make one."""
    if kind == "weights":
        return "No weight moves the lead: they are taken as exact. Say how sure you are of the weights."
    if kind == "scores":
        return "No score moves the lead: none that could has a low and a high that differ. Give scores a range."
    return "Nothing moves the lead. Give scores a low and a high, or say how sure you are of the weights."


def rows(lead: Lead, places: Sequence[int]) -> list[list[str | float | None]]:
    """The figures of some bars; shares of weights in percent."""
    result, names = lead.firm.result, _names(lead.firm.result)
    order = {place: rank for rank, place in enumerate(lead.priority.tolist(), 1)}
    found: list[list[str | float | None]] = [list(HEADINGS)]
    for place in places:
        bar = lead.bar(place)
        times = 100.0 if bar.option is None else 1.0
        found.append(
            [
                label(result, bar),
                "%" if bar.option is None else unit(result, bar),
                times * bar.low.figure,
                times * bar.high.figure,
                bar.low.lead,
                bar.high.lead,
                bar.least,
                bar.greatest,
                bar.low.over_second,
                bar.high.over_second,
                bar.lost,
                None if bar.rival is None else names[bar.rival],
                order[place],
            ]
        )
    return found


def _names(result: Result) -> list[str]:
    return [called(option) for option in result.table.options]
