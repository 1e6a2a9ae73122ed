"""How a received study stands to the library's own."""

from __future__ import annotations

from functools import cache
from itertools import takewhile

from hypothesis import given
from hypothesis import strategies as st

from db.arrivals import Standing, standing
from db.history import Change, next_change

labels = st.lists(st.sampled_from("abc"), max_size=12)


@cache
def chain_of(made: str) -> tuple[Change, ...]:
    """A history in which each letter is one change; histories that begin alike share their beginning."""
    if not made:
        return ()
    before = chain_of(made[:-1])
    return (*before, next_change(before[-1] if before else None, (), made[-1], who="Ada", kind="do"))


@given(labels, labels, labels)
def test_how_two_histories_stand_is_told_by_their_longest_common_beginning(
    shared: list[str], mine: list[str], others: list[str]
) -> None:
    ours, theirs = chain_of("".join(shared + mine)), chain_of("".join(shared + others))
    common = len(list(takewhile(lambda pair: pair[0] == pair[1], zip(ours, theirs, strict=False))))
    expected = {
        (True, True): Standing.SAME,
        (True, False): Standing.AHEAD,
        (False, True): Standing.BEHIND,
        (False, False): Standing.APART,
    }[common == len(ours), common == len(theirs)]
    assert standing(ours, theirs) == (expected, common)


@given(labels, labels)
def test_what_is_ahead_from_here_is_behind_from_there(mine: list[str], others: list[str]) -> None:
    mirrored = {Standing.AHEAD: Standing.BEHIND, Standing.BEHIND: Standing.AHEAD}
    ours, theirs = chain_of("".join(mine)), chain_of("".join(others))
    found, common = standing(ours, theirs)
    assert standing(theirs, ours) == (mirrored.get(found, found), common)
