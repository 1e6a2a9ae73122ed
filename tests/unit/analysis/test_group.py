"""Several people: concordance, rank correlation, consensus, spread; and what moved a result."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, permutations
from threading import Event

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn
from numpy.typing import NDArray

from desktop.analysis.arrays import DomainError, MissingScoreError, ShapeError, WeightError
from desktop.analysis.group import (
    Consensus,
    Outcome,
    agreement,
    consensus,
    kendall_tau,
    kendall_w,
    preference_shares,
    spread,
    what_changed,
)
from desktop.analysis.ranking import ranks
from desktop.analysis.work import Cancelled

Array = NDArray[np.float64]


@st.composite
def rankings(draw: DrawFn, least: int = 1, most: int = 5) -> Array:
    """(p, m) ranks with ties."""
    p, m = draw(st.integers(least, most)), draw(st.integers(1, most + 1))
    row = st.lists(st.integers(1, m), min_size=m, max_size=m)
    return np.array(draw(st.lists(row, min_size=p, max_size=p)), dtype=float)


# Concordance


def test_the_golden_concordance_of_the_methods() -> None:
    assert kendall_w([(1, 2, 3, 4), (1, 3, 2, 4), (2, 1, 3, 4)]) == pytest.approx(0.7778, abs=5e-5)


@given(table=rankings())
@settings(max_examples=80)
def test_identical_rankings_are_in_full_concord(table: Array) -> None:
    assert kendall_w(np.tile(table[0], (3, 1))) == pytest.approx(1)


@given(table=rankings())
@settings(max_examples=80)
def test_concordance_lies_between_0_and_1_whatever_the_numbering_of_ties(table: Array) -> None:
    found = kendall_w(table)
    assert -1e-12 <= found <= 1 + 1e-12
    assert kendall_w(table * 10 - 3) == pytest.approx(found)


@given(m=st.integers(2, 6), data=st.data())
@settings(max_examples=60)
def test_without_ties_concordance_is_the_mean_of_spearmans_correlations(m: int, data: st.DataObject) -> None:
    p = data.draw(st.integers(2, 5))
    table = np.array([data.draw(st.permutations(range(m))) for _ in range(p)], dtype=float)
    rho = [np.corrcoef(table[a], table[b])[0, 1] for a, b in combinations(range(p), 2)]
    assert (p * kendall_w(table) - 1) / (p - 1) == pytest.approx(np.mean(rho), abs=1e-10)


def test_opposite_rankings_are_in_no_concord() -> None:
    assert kendall_w([(1, 2, 3), (3, 2, 1)]) == pytest.approx(0)


@pytest.mark.parametrize("table", [[[1]], [[1], [1]], [[1, 2, 3]], [[1, 1], [1, 1]]])
def test_where_nothing_can_differ_concord_is_full(table: list[list[int]]) -> None:
    assert kendall_w(table) == 1


# Rank correlation


def tau_by_pairs(a: Array, b: Array) -> float:
    pairs = list(combinations(range(len(a)), 2))
    first = [np.sign(a[i] - a[j]) for i, j in pairs]
    second = [np.sign(b[i] - b[j]) for i, j in pairs]
    apart = sum(map(abs, first)) * sum(map(abs, second))
    if not apart:
        return float(not any(first) and not any(second))
    return float(sum(x * y for x, y in zip(first, second, strict=True)) / np.sqrt(apart))


@given(table=rankings())
@settings(max_examples=80)
def test_tau_counts_pairs(table: Array) -> None:
    found = agreement(table)
    assert found.shape == (len(table), len(table))
    for a, b in combinations(range(len(table)), 2):
        assert found[a, b] == found[b, a] == pytest.approx(tau_by_pairs(table[a], table[b]))
        assert kendall_tau(table[a], table[b]) == pytest.approx(found[a, b])
    assert found.diagonal().tolist() == [1.0] * len(table)


@given(a=st.permutations(range(5)), b=st.permutations(range(5)))
@settings(max_examples=40)
def test_turning_a_strict_ranking_round_turns_tau_round(a: list[int], b: list[int]) -> None:
    assert kendall_tau(a, [-x for x in b]) == pytest.approx(-kendall_tau(a, b))


def test_tau_b_with_ties_by_hand() -> None:
    """Pairs 12, 13, 23: a tells 13 and 23 apart, b all three, both alike: 2 / sqrt(2 x 3)."""
    assert kendall_tau([1, 1, 3], [1, 2, 3]) == pytest.approx(2 / np.sqrt(6))


def test_a_ranking_that_tells_nothing_apart_agrees_only_with_another_such() -> None:
    assert kendall_tau([1, 1], [1, 2]) == 0
    assert kendall_tau([1, 1], [4, 4]) == 1
    assert kendall_tau([1], [1]) == 1


def test_many_options_are_compared_in_blocks_as_at_once() -> None:
    rng = np.random.default_rng(3)
    table = rng.integers(0, 400, (3, 1500)).astype(float)
    signs = np.sign(table[:, :, None] - table[:, None, :]).reshape(3, -1)
    products = signs @ signs.T
    root = np.sqrt(products.diagonal())
    assert agreement(table) == pytest.approx(products / root / root[:, None])


def test_huge_numbers_can_stand_for_ranks() -> None:
    assert kendall_tau([1e308, -1e308], [1, 2]) == -1


@given(table=rankings())
@settings(max_examples=60)
def test_shares_of_people_and_of_ties_make_up_everybody(table: Array) -> None:
    found = preference_shares(table)
    tied = np.mean(table[:, :, None] == table[:, None, :], axis=0)
    assert found + found.T + tied == pytest.approx(np.ones(found.shape))
    assert found.diagonal().tolist() == [0.0] * table.shape[1]


def test_a_share_is_that_of_the_people_who_rank_the_row_before_the_column() -> None:
    assert preference_shares([(1, 2), (1, 2), (2, 1), (1, 1)]).tolist() == [[0, 0.5], [0.25, 0]]


# Consensus


def test_the_golden_consensus_of_the_methods() -> None:
    apart = np.full((4, 4), 1.0) + 8 * np.eye(4)
    assert consensus(apart).index == pytest.approx(0, abs=1e-12)
    assert consensus(np.tile(apart[0], (4, 1))).index == pytest.approx(1)


def test_without_a_scale_only_weights_that_share_nothing_are_in_no_consensus() -> None:
    assert consensus(np.eye(3), scale=None).index == pytest.approx(0, abs=1e-12)
    apart = np.full((4, 4), 1.0) + 8 * np.eye(4)
    assert 0 < consensus(apart, scale=None).index < 1
    assert consensus(np.eye(3)).index == 0


@given(points=st.lists(st.lists(st.integers(0, 9), min_size=3, max_size=3).filter(any), min_size=1, max_size=5))
@settings(max_examples=60)
def test_consensus_lies_between_0_and_1_and_depends_on_no_order(points: list[list[int]]) -> None:
    found = consensus(points)
    assert 0 <= found.index <= 1
    assert found.alpha <= found.gamma + 1e-12
    turned = consensus(np.array(points)[::-1, ::-1] * 7)
    assert turned.index == pytest.approx(found.index, abs=1e-9)


def test_one_person_and_one_criterion_are_always_in_consensus() -> None:
    assert consensus([[3, 1, 1]]).index == pytest.approx(1)
    assert consensus([[3], [1]]).index == 1


@pytest.mark.parametrize(
    ("index", "band"),
    [(0, "very low"), (0.5, "very low"), (0.51, "low"), (0.7, "moderate"), (0.8, "high"), (0.86, "very high")],
)
def test_the_bands_of_consensus(index: float, band: str) -> None:
    assert Consensus(index, 0, 0).band == band
    assert Consensus(1.0, 0, 0).band == "very high"


def test_the_spread_of_weights_by_hand() -> None:
    found = spread([(1, 1), (3, 1), (1, 3)])
    assert found.low == pytest.approx([0.25, 0.25])
    assert found.high == pytest.approx([0.75, 0.75])
    assert found.range == pytest.approx([0.5, 0.5])
    assert found.deviation == pytest.approx([0.25, 0.25])
    assert spread([(1, 3)]).deviation.tolist() == [0, 0]


def test_the_smallest_and_the_largest_weights_have_shares_too() -> None:
    found = spread([(5e-324, 5e-324), (1e308, 1e308)])
    assert found.high.tolist() == found.low.tolist() == [0.5, 0.5]


def test_people_are_checked_as_arrays_are() -> None:
    for function in (kendall_w, agreement, preference_shares, consensus, spread):
        with pytest.raises(ShapeError):
            function([1, 2])  # type: ignore[operator]
        with pytest.raises(MissingScoreError, match=r"\[0, 1\]"):
            function([[1, np.nan]])  # type: ignore[operator]
    with pytest.raises(ShapeError, match="second"):
        kendall_tau([1, 2], [1, 2, 3])
    with pytest.raises(WeightError, match=r"weights\[1, 0\]"):
        consensus([[1, 1], [-1, 1]])
    with pytest.raises(WeightError, match=r"weights\[1\]"):
        spread([[1, 1], [0, 0]])
    with pytest.raises(DomainError, match="scale"):
        consensus([[1, 1]], scale=0.5)


# What changed


def random_game(p: int, seed: int, shape: tuple[int, ...] = ()) -> Outcome:
    table = np.random.default_rng(seed).normal(size=(1 << p, *shape))
    return lambda flags: table[int(flags @ (1 << np.arange(p)))]


def by_all_orders(outcome: Outcome, p: int) -> Array:
    """The mean of what each change adds over all p! orders."""
    found = np.zeros((p, *np.shape(outcome(np.zeros(p, dtype=bool)))))
    orders = list(permutations(range(p)))
    for order in orders:
        flags = np.zeros(p, dtype=bool)
        for k in order:
            before = np.asarray(outcome(flags.copy()))
            flags[k] = True
            found[k] += np.asarray(outcome(flags.copy())) - before
    mean: Array = found / len(orders)
    return mean


@pytest.mark.parametrize("p", [1, 2, 3, 5])
@pytest.mark.parametrize("shape", [(), (3,), (2, 2)])
def test_the_exact_parts_are_the_means_over_all_orders(p: int, shape: tuple[int, ...]) -> None:
    outcome = random_game(p, p, shape)
    found = what_changed(outcome, p)
    assert found.shares == pytest.approx(by_all_orders(outcome, p))
    assert found.exact
    assert found.permutations == 0
    assert not found.errors.any()


@given(p=st.integers(1, 6), seed=st.integers(0, 99), sampled=st.booleans())
@settings(max_examples=40)
def test_the_parts_sum_to_the_whole_change(p: int, seed: int, sampled: bool) -> None:
    outcome = random_game(p, seed, (2,))
    found = what_changed(outcome, p, permutations=6, exact_up_to=0 if sampled else 10)
    whole = np.asarray(outcome(np.ones(p, dtype=bool))) - np.asarray(outcome(np.zeros(p, dtype=bool)))
    assert found.whole == pytest.approx(whole)
    assert found.shares.sum(axis=0) == pytest.approx(whole, abs=1e-12)


@pytest.mark.parametrize("exact_up_to", [0, 10])
def test_of_a_sum_each_change_has_its_own_term_without_error(exact_up_to: int) -> None:
    terms = np.array([3.0, -1.0, 0.0, 2.5])
    found = what_changed(lambda flags: flags @ terms, 4, permutations=8, exact_up_to=exact_up_to)
    assert found.shares == pytest.approx(terms)
    assert found.errors == pytest.approx(np.zeros(4), abs=1e-12)


def test_changes_that_do_the_same_share_alike_and_idle_ones_have_no_part() -> None:
    found = what_changed(lambda flags: float(flags[:3].sum() >= 2), 5)
    assert found.shares == pytest.approx([1 / 3, 1 / 3, 1 / 3, 0, 0])


def test_a_rank_is_shared_out_among_what_moved_it() -> None:
    """The first option falls from 1 to 3; either change alone lets one rival pass."""
    before, after = np.array([50.0, 45, 40]), np.array([50.0, 55, 60])
    found = what_changed(lambda flags: ranks(np.where(np.r_[False, flags], after, before)), 2)
    assert found.whole.tolist() == [2, 0, -2]
    assert found.shares[:, 0].tolist() == [1, 1]


def test_sampled_parts_lie_within_their_errors_of_the_exact_ones() -> None:
    outcome = random_game(8, 5, (4,))
    exact = what_changed(outcome, 8)
    sampled = what_changed(outcome, 8, exact_up_to=0, permutations=2000, seed=7)
    assert (sampled.exact, sampled.permutations, sampled.seed) == (False, 2000, 7)
    apart = (sampled.shares - exact.shares) / sampled.errors
    assert np.abs(apart).max() < 5
    assert 0.5 < np.sqrt((apart**2).mean()) < 1.6


def test_the_seed_decides_the_sample() -> None:
    outcome = random_game(6, 1)
    first, again, other = (what_changed(outcome, 6, exact_up_to=0, permutations=8, seed=s).shares for s in (1, 1, 2))
    assert first.tolist() == again.tolist() != other.tolist()


def test_reversed_orders_cancel_what_pairs_of_changes_do_together() -> None:
    """Where only pairs interact, an order and its reverse give each change exactly half of every pair."""
    together = np.triu(np.random.default_rng(2).normal(size=(12, 12)))
    found = what_changed(lambda flags: flags @ together @ flags, 12, permutations=4)
    halves = (together + together.T).sum(axis=1) / 2
    assert found.shares == pytest.approx(halves)
    assert not found.exact


def test_every_set_is_asked_for_once() -> None:
    asked: list[bytes] = []
    outcome = random_game(4, 0)

    def counted(flags: NDArray[np.bool_]) -> object:
        asked.append(flags.tobytes())
        return outcome(flags)

    what_changed(counted, 4)  # type: ignore[arg-type]
    assert len(asked) == len(set(asked)) == 16
    what_changed(counted, 4, exact_up_to=0, permutations=50)  # type: ignore[arg-type]
    assert len(asked) <= 32


@pytest.mark.parametrize("exact_up_to", [0, 10])
def test_progress_runs_to_1_and_a_cancel_stops(exact_up_to: int) -> None:
    parts: list[float] = []
    what_changed(random_game(4, 0), 4, exact_up_to=exact_up_to, permutations=8, progress=parts.append)
    assert parts == sorted(parts)
    assert parts[-1] == 1
    stop = Event()
    stop.set()
    with pytest.raises(Cancelled):
        what_changed(random_game(4, 0), 4, exact_up_to=exact_up_to, cancel=stop)


@pytest.mark.parametrize(
    ("error", "call"),
    [
        (DomainError, lambda: what_changed(lambda flags: 0.0, 0)),
        (DomainError, lambda: what_changed(lambda flags: 0.0, 2, permutations=3)),
        (ShapeError, lambda: what_changed(lambda flags: np.zeros(1 + int(flags[0])), 2)),
    ],
)
def test_what_cannot_be_shared_out_is_refused(error: type[Exception], call: Callable[[], object]) -> None:
    with pytest.raises(error):
        call()
