"""Perspectives side by side, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from db.study.model import Option, PerspectiveKind
from db.study.words import counted
from desktop.analysis.arrays import TIE
from desktop.questions.parties import Parties, Party, Slope

KIND_WORDS = {
    PerspectiveKind.STAKEHOLDER: ("Stakeholder", "Stakeholders"),
    PerspectiveKind.STRESS_TEST: ("Stress test", "Stress tests"),
    PerspectiveKind.REFERENCE: ("Reference", "References"),
}
"""What one and several perspectives of a kind are called."""

STRENGTHS = (
    (0.1, "no more than chance would have it"),
    (0.3, "very weakly"),
    (0.5, "weakly"),
    (0.7, "moderately"),
    (0.9, "strongly"),
    (1.01, "very strongly"),
)
"""(below what, word) after Schmidt 1997, of the agreement beyond chance."""

ALONE = "There is only one perspective. Add another, and the two are set side by side here."
ONE_RANKS = "Only one perspective has a ranking. Give another one weights, and the two are compared here."
NONE_RANKS = "No perspective carries any weight, so there is nothing to compare. Give a criterion a weight."
MIDDLES = "Scores are missing: each total is the middle of its range."
_FEW = 3


def option_name(option: Option) -> str:
    """The short name of an option where it has one."""
    return option.short or option.name


def names_of(found: Parties) -> list[str]:
    """What the options are called, in the order of the table."""
    return [option_name(option) for option in found.table.options]


def joined(names: Sequence[str], last: str = "and", few: int = _FEW) -> str:
    """ "A", "A and B", "A, B and 4 others"."""
    shown = list(names) if len(names) <= few else [*names[: few - 1], f"{len(names) - few + 1} others"]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} {last} {shown[-1]}"


def signed(value: float, decimals: int = 2) -> str:
    """A figure with a real minus sign, and no minus zero."""
    text = f"{value:.{decimals}f}"
    return (text.lstrip("-") if not text.strip("-0.") else text).replace("-", "\N{MINUS SIGN}")


def kind_word(party: Party, many: bool = False) -> str:
    """What kind of perspective a party is."""
    return KIND_WORDS[party.perspective.kind][many]


# Who leads where


def leaders_sentence(found: Parties) -> str:
    """Which options lead for which stakeholders, and for the others; and who cannot rank."""
    if not found.ranked:
        return NONE_RANKS
    parts = _leaders(found, found.stakeholders)
    others = _leaders(found, _others(found), counted_together=False)
    if others:
        others[0] = f"not counted among them: {others[0]}" if parts else others[0]
    parts += others + [f"{party.name} cannot rank anything" for party in found.all if party.result is None]
    return f"First: {'; '.join(parts)}."


def _others(found: Parties) -> list[Party]:
    return [party for party in found.ranked if not party.is_stakeholder]


def _first(found: Parties, party: Party) -> str:
    names = names_of(found)
    return joined([names[row] for row in party.firsts])


def _leaders(found: Parties, parties: Sequence[Party], *, counted_together: bool = True) -> list[str]:
    """One part for each set of leaders, the most widely shared first; others than stakeholders only by name."""
    groups: dict[str, list[Party]] = {}
    for party in parties:
        groups.setdefault(_first(found, party), []).append(party)
    ordered = sorted(groups.items(), key=lambda item: -len(item[1]))
    return [_leads(leaders, members, len(parties), counted_together) for leaders, members in ordered]


def _leads(leaders: str, members: Sequence[Party], count: int, counted_together: bool) -> str:
    if len(members) == 1 or not counted_together:
        return f"{leaders} for {joined([party.name for party in members])}"
    every = f"all {count}" if len(members) == count else f"{len(members)} of {count}"
    return f"{leaders} for {every} stakeholders"


# Between two


def slope_sentence(slope: Slope, names: Sequence[str]) -> str:
    """How much two rankings differ, and who moves most."""
    pairs = len(names) * (len(names) - 1) // 2
    if not slope.reversed_pairs:
        return f"{slope.first.name} and {slope.second.name} put no two options in opposite orders."
    row = int(abs(slope.moves).argmax())
    verb = "changes" if slope.reversed_pairs == 1 else "change"
    said = f"{slope.reversed_pairs} of {counted(pairs, 'pair')} {verb} order (tau {signed(slope.tau)})"
    if slope.moves[row]:
        way = "rises" if slope.moves[row] > 0 else "falls"
        said += f"; {names[row]} {way} most, {slope.first.ranks[row]} to {slope.second.ranks[row]}"
    return said + "."


# Agreement


def agreement_words(likeness: float) -> str:
    """How strongly people agree, from the agreement beyond chance."""
    return next(word for below, word in STRENGTHS if likeness < below)


def concordance_sentence(found: Parties) -> str:
    """How far the stakeholders agree, with Kendall's W and what chance would give."""
    count = len(found.stakeholders)
    if found.concordance is None or found.likeness is None:
        return "How far stakeholders agree takes at least two stakeholders with weights, and two options."
    return (
        f"The {count} stakeholders agree {agreement_words(found.likeness)}: Kendall's W {found.concordance:.2f} "
        f"(1 = the same ranking, about {1 / count:.2f} by chance)"
        + ("; nobody else counts." if _others(found) else ".")
    )


def least_alike_sentence(found: Parties) -> str:
    """Who disagrees most, of all and among the stakeholders."""
    pair, inside = found.least_alike(), found.least_alike(stakeholders=True)
    if pair is None:
        return ONE_RANKS
    first, second = (pair.second, pair.first) if not pair.second.is_stakeholder else (pair.first, pair.second)
    said = f"{first.name} and {second.name} disagree most: tau {signed(pair.tau)}"
    if inside is not None and (inside.first, inside.second) != (pair.first, pair.second):
        said += f"; of the stakeholders {inside.first.name} and {inside.second.name}, tau {signed(inside.tau)}"
    return said + "."


def preference_sentence(found: Parties, shown: int) -> str:
    """What the table of options against options counts."""
    count, total = len(found.stakeholders), len(found.table.options)
    if not count:
        return "No stakeholder has a ranking, so there is nobody to count."
    said = f"How many of {counted(count, 'stakeholder')} rank the option of the row before that of the column."
    return said if shown == total else f"{said} The first {shown} of {total} options are shown."


# Acceptance


def rule_sentence(margin: float) -> str:
    """When an option counts as acceptable."""
    return (
        f"Acceptable = at most {margin:.4g} points below that party's own best option. Only stakeholders are counted."
    )


def common_sentence(found: Parties, margin: float) -> str:
    """What is acceptable to every stakeholder within a margin, or from which margin on something is."""
    if not found.stakeholders:
        return "No stakeholder has a ranking, so there is nobody whose acceptance could be counted."
    least = float(found.furthest.min())
    names = names_of(found)
    best = joined([names[row] for row in range(len(names)) if found.furthest[row] <= least + TIE * 100.0], "or")
    count = len(found.stakeholders)
    if count == 1:
        return f"There is one stakeholder only, and its best option is {best}."
    if least <= TIE * 100.0:
        return f"{best} is the best option of all {count} stakeholders."
    if margin >= least - TIE * 100.0:
        now = int((found.support(margin) == count).sum())
        others = f"; {now} options are now" if now > 1 else ""
        return f"{best} is acceptable to all {count} stakeholders from {least:.1f} points on{others}."
    return f"Nothing is acceptable to all {count} stakeholders yet: {best} would be from {least:.1f} points on."
