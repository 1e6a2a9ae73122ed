"""What is said of the study under each method: no Qt here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from desktop.analysis.reversal import Removal
from desktop.charts.ranking_words import called, climb_text, number
from desktop.questions.concordance import METHODS, Concordance, Ranked

Section = tuple[str, str]
"""A heading and what stands below it."""

NOT_AVERAGED = (
    "Nothing here is averaged. The weighted sum is the answer of this study; the others show whether that answer hangs "
    "on how scores and weights are put together."
)
TAU = "Same order as the weighted sum"
TAU_WORDS = (
    "The figures say how alike the order is to that of the weighted sum: 1 the same, −1 reversed (Kendall's tau)."
)
SHORT = {
    "Weighted sum": (("Sum",),),
    "Weighted product": (("Product",),),
    "PROMETHEE II": (("PROME-", "THEE II"), ("PROM.", "II")),
    "Ranks times weights": (("Ranks",),),
}
"""Names of methods where there is little room, each in one line or two; the shortest last."""
_FEW = 3


def names_of(found: Concordance) -> list[str]:
    """Names of the options by row, the short ones where there are any."""
    return [called(option) for option in found.table.options]


def first_of(found: Concordance, one: Ranked) -> str:
    """Who is first under a method: "A", "A and B", "3 options"."""
    names = names_of(found)
    return _joined([names[row] for row in (one.ranks == 1).nonzero()[0].tolist()])


def rank_text(one: Ranked, row: int) -> str:
    """The rank of an option, "2=" where others share it."""
    rank = int(one.ranks[row])
    return f"{rank}=" if np.count_nonzero(one.ranks == rank) > 1 else str(rank)


def climb(found: Concordance, one: Ranked, row: int) -> str:
    """How a rank differs from that of the weighted sum: "↑2", "↓1", "" where it does not."""
    return climb_text(int(found.methods[0].ranks[row]) - int(one.ranks[row]))


def agreement(found: Concordance) -> str:
    """How many methods put the same options first as the weighted sum, in one sentence."""
    lead = first_of(found, found.methods[0])
    same = sum(first_of(found, one) == lead for one in found.methods)
    if same == len(found.methods):
        return f"All {len(found.methods)} methods put {lead} first"
    return f"{same} of {len(found.methods)} methods put {lead} first"


def cell_words(found: Concordance, one: Ranked, row: int) -> str:
    """A rank in words: "rank 3 of 10, the weighted sum says 2; closeness 0–1: 0.512"."""
    said = f"rank {rank_text(one, row)} of {len(found.table.options)}"
    if one is not found.methods[0] and climb(found, one, row):
        said += f"; by the weighted sum {rank_text(found.methods[0], row)}"
    return f"{said}; {one.measure}: {number(float(one.scores[row]), 3)}"


def removal_words(found: Concordance, one: Ranked, removal: Removal) -> str:
    """What leaving one option out does under a method."""
    names = names_of(found)
    then = _joined([names[row] for row in removal.winners])
    if removal.winner_changed:
        return f"{then} would be first instead of {_without(found, one, removal.removed)}"
    if one.ranks[removal.removed] == 1 and int((one.ranks == 1).sum()) == 1:
        said = f"it was first itself; then {then} is"
    else:
        said = "the same option stays first"
    if not removal.order_changed:
        return f"{said}; the rest keep their order"
    changed = len(removal.swapped) + len(removal.tied) + len(removal.untied)
    return f"{said}; {changed} pair{'s' if changed > 1 else ''} of the rest change order"


def removal_text(found: Concordance, one: Ranked, removal: Removal) -> str:
    """The same for a small cell; "" where nothing changes."""
    if removal.winner_changed:
        names = names_of(found)
        return _joined([names[row] for row in removal.winners])
    return "reorders" if removal.order_changed else ""


def reversal_sentence(found: Concordance) -> str:
    """Under which methods leaving out an option would put another of the rest first."""
    if not found.is_whole:
        return "Working out what leaving each option out would do"
    changed = [one.method for one in found.methods if one.reversals]
    if not changed:
        return "Leaving out any one option changes no winner under any method"
    return f"Leaving out one option changes the winner under {_joined(changed, 6)}"


def reasons(found: Concordance, chosen: int | None) -> list[Section]:
    """Why the methods differ: all of them, or the one that was chosen."""
    if chosen is not None:
        return [_reason(found, found.methods[chosen])]
    others = [one for one in found.methods if first_of(found, one) != first_of(found, found.methods[0])]
    said = "; ".join(f"{one.method} puts {first_of(found, one)} first" for one in others)
    short = f"{agreement(found)}{'; ' + said if said else ''}. {NOT_AVERAGED} {TAU_WORDS}"
    return [("Does the answer depend on the method?", short), *(_reason(found, one) for one in found.methods)]


def _reason(found: Concordance, one: Ranked) -> Section:
    likeness = "" if one is found.methods[0] else f": same order {number(one.tau, 2)}"
    return f"{one.method}{likeness}", " ".join(one.why)


def removal_reasons(found: Concordance, chosen: int | None) -> list[Section]:
    """What leaving options out does, and what scales made from the options would do."""
    if not found.is_whole:
        return [("Leaving each option out", f"{reversal_sentence(found)}…")]
    if chosen is not None:
        return [_removals(found, found.methods[chosen])]
    changed = [_removals(found, one) for one in found.methods if one.reversals]
    return [
        ("Does the winner depend on who else is on the list?", f"{reversal_sentence(found)}. {_local_methods()}"),
        *changed,
        ("Scales made from these options", " ".join(_local(found))),
    ]


def _removals(found: Concordance, one: Ranked) -> Section:
    names = names_of(found)
    changers = [removal for removal in one.removals if removal.winner_changed]
    if not changers:
        reordered = sum(removal.order_changed for removal in one.removals)
        if not reordered:
            return one.method, "No option left out changes the winner, or the order of any others."
        options = "1 option" if reordered == 1 else f"{reordered} options"
        return one.method, f"No option left out changes the winner; leaving out {options} puts others in another order."
    said = " ".join(
        f"Without {names[removal.removed]}, {removal_words(found, one, removal)}." for removal in changers[:_FEW]
    )
    more = f" The same holds of {len(changers) - _FEW} more." if len(changers) > _FEW else ""
    removal = changers[0]
    then, was = _joined([names[row] for row in removal.winners]), _without(found, one, removal.removed)
    back = (
        f" Read backwards: adding {names[removal.removed]} to the others takes the first place from {then}, for {was}."
    )
    return one.method, f"{said}{more}{back}"


def _local_methods() -> str:
    names = [method.name for method in METHODS if method.is_local]
    return (
        f"{_joined(names, 6)} measure options against the others on the list, so that one left out or added can "
        "reorder the rest; the weighted sum and product measure each on the fixed scales of the study, and no option "
        "left out or added reorders them."
    )


def _local(found: Concordance) -> Iterator[str]:
    local, names = found.local, names_of(found)
    assert local is not None
    yield (
        "If every scale ran from the worst to the best score of these options (a local scale), the weighted sum would "
        f"put {first_of(found, local)} first"
    )
    if local.reversals:
        gone = [names[row] for row in local.reversals]
        yield f"and leaving out {_joined(gone, _FEW, 'or')} would put another of the rest first: do not set scales so."
    else:
        yield "and leaving out any one option would not change that."
    if found.local_ends:
        leaves = [found.table.leaves[column].name for column in found.local_ends]
        yield (
            f"The scale of {_joined(leaves)} ends exactly at the lowest and the highest score here: check that its "
            "ends are what could be, and not just what is on the list, or an option added later needs a new scale and "
            "other weights."
        )


def _without(found: Concordance, one: Ranked, gone: int) -> str:
    names = names_of(found)
    return _joined([names[row] for row in (one.ranks == 1).nonzero()[0].tolist() if row != gone])


def _joined(names: Sequence[str], most: int = _FEW, word: str = "and") -> str:
    if len(names) == 1:
        return names[0]
    if len(names) > most:
        return f"{', '.join(names[: most - 1])} {word} {len(names) - most + 1} others"
    return f"{', '.join(names[:-1])} {word} {names[-1]}"
