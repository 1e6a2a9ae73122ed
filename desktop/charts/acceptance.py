"""What the draws say of the options, in the order in which charts show it, and in words: no Qt here."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from db.study.model import Id
from desktop.analysis.arrays import Array, Ranks
from desktop.analysis.smaa import Acceptability
from desktop.charts.picture import Cell
from desktop.charts.ranking_words import called
from desktop.questions.firmness import Firmness

BARS_UP_TO = 12
"""Options whose ranks are shown as stacked bars; where there are more, as cells."""
RANKS_UP_TO = 60
"""Options of which every rank is shown; where there are more, the first ranks."""
FIRST_RANKS = 20
PAIRS_UP_TO = 30
"""Options that are compared in pairs: where there are more, those with the best expected ranks."""
_NAMED = 3
_BRIEF = 34
_SPOKEN = 84
"""Letters that a sentence over the chart has room for, beside its own words."""


@dataclass(frozen=True, eq=False)
class Acceptance:
    """A sample of one moment. `option` is what is selected; `sample` is about `firm.rows`, called places here."""

    firm: Firmness
    sample: Acceptability
    option: Id | None = None

    @cached_property
    def ids(self) -> list[Id]:
        """Ids of the options by place."""
        options = self.firm.result.table.options
        return [options[row].id for row in self.firm.rows.tolist()]

    @cached_property
    def names(self) -> list[str]:
        """What the options are called, by place."""
        options = self.firm.result.table.options
        return [called(options[row]) for row in self.firm.rows.tolist()]

    @cached_property
    def expected(self) -> Array:
        """(m,) the mean rank of each place."""
        found: Array = self.sample.rank_acceptability @ np.arange(1.0, len(self.firm.rows) + 1.0)
        return found

    @cached_property
    def order(self) -> Ranks:
        """(m,) places by expected rank, the best first."""
        found: Ranks = np.argsort(self.expected, kind="stable")
        return found

    @property
    def ranks_shown(self) -> int:
        """How many ranks are shown, from the first on."""
        count = len(self.firm.rows)
        return count if count <= RANKS_UP_TO else FIRST_RANKS

    @property
    def pairs_shown(self) -> Ranks:
        """The places that are compared in pairs, the best first."""
        return self.order[:PAIRS_UP_TO]

    @property
    def is_sure(self) -> bool:
        """Whether confidence factors are there: they take the deep answer."""
        return self.firm.deep is not None

    @cached_property
    def leader(self) -> int:
        """The place of the option that is listed first."""
        return int(np.searchsorted(self.firm.rows, self.firm.leader))

    @property
    def spoken_of(self) -> int:
        """The place of the selected option, or of the leader where none is selected or drawn."""
        return self.ids.index(self.option) if self.option in self.ids else self.leader

    @cached_property
    def central(self) -> Array:
        """(m, n) mean weights over all criteria with which each place comes first; NaN where it never does."""
        return self.firm.central

    def brief(self, place: int) -> str:
        """What an option is called in a sentence: no longer than leaves room for the rest."""
        name = self.names[place]
        return name if len(name) <= _BRIEF else f"{name[: _BRIEF - 2].rstrip()}…"

    def is_never_first(self, place: int) -> bool:
        """Whether no draw made an option first."""
        return not self.sample.first[place] > 0

    def is_stressed(self, place: int) -> bool:
        """Whether the name of an option stands out: it leads, or is selected."""
        return place == self.leader or self.ids[place] == self.option


def draws_text(count: int) -> str:
    """ "100,000 draws"."""
    return f"{count:,} draw{'' if count == 1 else 's'}"


def percent_text(part: float) -> str:
    """A part 0..1 with one decimal: "31.4 %"; never 0 or 100 % of what is not."""
    return f"{short_percent(part, 1)} %"


def short_percent(part: float, decimals: int = 0) -> str:
    """The same without its sign, for cells: "31", "<1" for up to half of the last place, ">99" for as near to all."""
    step = 10.0**-decimals
    if part <= 0.0:
        return "0"
    if 100.0 * part <= step / 2:
        return f"<{step:.{decimals}f}"
    if part < 1.0 and 100.0 - 100.0 * part <= step / 2:
        return f">{100.0 - step:.{decimals}f}"
    return f"{100.0 * part:.{decimals}f}"


def half_text(half: float) -> str:
    """Half of the 95 % interval of a part 0..1, in percent: "0.9"; never 0.0 where chance had a say."""
    return "<0.1" if 0.0 < half < 0.0005 else f"{100.0 * half:.1f}"


def often(part: float, half: float) -> str:
    """ "31.4 % ± 0.9"."""
    return f"{percent_text(part)} ± {half_text(half)}"


def first_words(shown: Acceptance, place: int) -> str:
    """How often an option is first: "62.3 % ± 0.3"."""
    return often(float(shown.sample.first[place]), float(shown.sample.rank_half_widths[place, 0]))


# Sentences


def ranks_sentence(shown: Acceptance) -> str:
    """How often the option spoken of comes first, and what rank it takes on the average."""
    place, sample = shown.spoken_of, shown.sample
    reach = min(_NAMED, sample.rank_acceptability.shape[1])
    top = float(sample.rank_acceptability[place, :reach].sum())
    among = f", among the best {reach} in {percent_text(top)}" if 1 < reach < len(shown.names) else ""
    average = f"its rank is {shown.expected[place]:.1f} on average"
    return f"{shown.brief(place)} is first in {first_words(shown, place)} of the draws{among}; {average}."


def pairs_sentence(shown: Acceptance) -> str:
    """How often the option spoken of beats its nearest rival, or the leader."""
    place, sample = shown.spoken_of, shown.sample
    if place == shown.leader:
        wins = sample.pairwise_winning[place].copy()
        wins[place] = np.inf
        rival, what = int(wins.argmin()), "its nearest rival"
    else:
        rival, what = shown.leader, "the leader"
    found = often(float(sample.pairwise_winning[place, rival]), float(sample.pairwise_half_widths[place, rival]))
    return f"{shown.brief(place)} beats {shown.brief(rival)}, {what}, in {found} of the draws."


def central_sentence(shown: Acceptance) -> str:
    """Who would choose the option spoken of: its largest central weights, beside the present ones."""
    place = shown.spoken_of
    if shown.is_never_first(place):
        return f"{shown.brief(place)}: {never_words(shown, place)}."
    weights, leaves = shown.central[place], shown.firm.result.table.leaves
    parts: list[str] = []
    for k in np.argsort(-weights, kind="stable")[:_NAMED].tolist():
        part = f"{100 * weights[k]:.0f} % on {leaves[k].name} (now {100 * shown.firm.shares[k]:.0f})"
        if weights[k] > 0 and (len(parts) < 2 or len(shown.brief(place)) + len(", ".join([*parts, part])) <= _SPOKEN):
            parts.append(part)
    return f"Somebody who chooses {shown.brief(place)} puts {_and(parts)}."


def never_words(shown: Acceptance, place: int) -> str:
    """Why an option is never first: by nature, or only in these draws."""
    row = int(shown.firm.rows[place])
    if not shown.firm.never_first[row]:
        return f"first in none of the {draws_text(shown.sample.count)}"
    by = int(shown.firm.dominance.by[row])
    if by >= 0:
        other = called(shown.firm.result.table.options[by])
        return f"never first: {other} is at least as good on every criterion"
    return "never first, whatever the weights"


def drawn_words(shown: Acceptance) -> str:
    """ " Only the 200 best of 230 options are drawn.", "" where all are."""
    drawn, every = len(shown.names), len(shown.firm.result.table.options)
    return f" Only the {drawn} best of {every} options are drawn." if drawn < every else ""


def confidence_words(shown: Acceptance, place: int) -> str:
    """How often the option is first with its central weights, "…" while that is being worked out."""
    if not shown.is_sure:
        return "…"
    factor = float(shown.sample.confidence_factors[place])
    return often(factor, float(shown.sample.confidence_half_widths[place]))


# Tables


def rank_rows(shown: Acceptance) -> list[list[Cell]]:
    """Expected ranks, rank acceptabilities and their half-widths in percent, and the entropy of the first place."""
    ranks = range(shown.ranks_shown)
    heads = [head for rank in ranks for head in (f"Rank {rank + 1}, %", "±")]
    found: list[list[Cell]] = [["Option", "Expected rank", *heads]]
    parts, halves = 100.0 * shown.sample.rank_acceptability, 100.0 * shown.sample.rank_half_widths
    for place in shown.order.tolist():
        pairs = [float(cell) for rank in ranks for cell in (parts[place, rank], halves[place, rank])]
        found.append([shown.names[place], float(shown.expected[place]), *pairs])
    entropy: list[Cell] = ["Entropy of the first place, bits", None, shown.sample.entropy]
    found.append([*entropy, shown.sample.entropy_half_width, *[None] * (2 * shown.ranks_shown - 2)])
    return found


def pair_rows(shown: Acceptance) -> list[list[Cell]]:
    """In how many percent of the draws each option of a row beats that of a column."""
    places = shown.pairs_shown.tolist()
    wins, halves = 100.0 * shown.sample.pairwise_winning, 100.0 * shown.sample.pairwise_half_widths
    heads = [head for place in places for head in (f"Beats {shown.names[place]}, %", "±")]
    found: list[list[Cell]] = [["Option", *heads]]
    for place in places:
        cells: list[Cell] = []
        for rival in places:
            is_same = place == rival
            cells += [None, None] if is_same else [float(wins[place, rival]), float(halves[place, rival])]
        found.append([shown.names[place], *cells])
    return found


def central_rows(shown: Acceptance) -> list[list[Cell]]:
    """How often each option comes first, its confidence factor, and its central weights, all in percent."""
    leaves, sample = shown.firm.result.table.leaves, shown.sample
    found: list[list[Cell]] = [
        ["Option", "First, %", "±", "Confidence, %", "±", *(f"{leaf.name}, %" for leaf in leaves)],
        ["Present weights", None, None, None, None, *(100.0 * shown.firm.shares).tolist()],
    ]
    for place in shown.order.tolist():
        figures = [
            sample.first[place], sample.rank_half_widths[place, 0],
            sample.confidence_factors[place], sample.confidence_half_widths[place], *shown.central[place],
        ]  # fmt: skip
        found.append([shown.names[place], *(None if np.isnan(part) else 100.0 * float(part) for part in figures)])
    return found


def _and(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
