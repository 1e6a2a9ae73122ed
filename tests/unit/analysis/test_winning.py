"""Pairwise winning without sampling, against exact areas, exact formulas and samples."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from math import comb, prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.analysis.arrays import Array, DomainError, MissingScoreError, ShapeError, WeightError
from desktop.analysis.polytope import EmptyPolytopeError, ranked, ratio, whole, within
from desktop.analysis.smaa import acceptability, pairwise_winning, sample_weights
from desktop.analysis.smaa.winning import chance_not_above
from tests.decisions import fractions_of, rows_of

Point = tuple[Fraction, Fraction]


def truncated_powers(differences: list[Fraction]) -> Fraction:
    """P(d . u <= 0) for differences of which no two are equal: sum over d_k < 0 of (-d_k)^(n-1) / prod (d_j - d_k)."""
    n = len(differences)
    return sum(
        (
            (-own) ** (n - 1) / prod((other - own for j, other in enumerate(differences) if j != k), start=Fraction(1))
            for k, own in enumerate(differences)
            if own < 0
        ),
        Fraction(0),
    )


def clipped_area(differences: list[Fraction]) -> Fraction:
    """The part of the triangle u1 + u2 <= 1 in which d . (u1, u2, 1 - u1 - u2) <= 0."""
    zero, one = Fraction(0), Fraction(1)
    corners: list[Point] = [(one, zero), (zero, one), (zero, zero)]
    heights = dict(zip(corners, differences, strict=True))
    kept: list[Point] = []
    for here, there in zip(corners, corners[1:] + corners[:1], strict=True):
        if heights[here] <= 0:
            kept.append(here)
        if heights[here] * heights[there] < 0:
            part = heights[here] / (heights[here] - heights[there])
            kept.append((here[0] + part * (there[0] - here[0]), here[1] + part * (there[1] - here[1])))
    turns = zip(kept, kept[1:] + kept[:1], strict=True)
    return abs(sum((a[0] * b[1] - a[1] * b[0] for a, b in turns), zero))


def random_values(m: int, n: int, seed: int = 1) -> Array:
    return np.random.default_rng(seed).uniform(0, 100, (m, n))


def test_the_golden_example_of_the_methods() -> None:
    found = pairwise_winning([(1, 0), (0, 1), (0.6, 0.6)], whole(2))
    assert found == pytest.approx(np.array([(0.5, 0.5, 0.4), (0.5, 0.5, 0.4), (0.6, 0.6, 0.5)]), abs=1e-15)


@settings(max_examples=60)
@given(found=st.lists(st.integers(-30, 30), min_size=1, max_size=8, unique=True).filter(lambda d: d != [0]))
def test_differences_that_are_all_distinct_agree_with_the_sum_of_truncated_powers(found: list[int]) -> None:
    exact = truncated_powers([Fraction(d) for d in found])
    assert chance_not_above([found])[0] == pytest.approx(float(exact), rel=1e-13, abs=0)


@settings(max_examples=60)
@given(found=st.lists(st.integers(-3, 3), min_size=3, max_size=3).filter(any))
def test_three_criteria_agree_with_exact_areas_whatever_differences_are_equal_or_none(found: list[int]) -> None:
    exact = clipped_area([Fraction(d) for d in found])
    assert chance_not_above([found])[0] == pytest.approx(float(exact), abs=1e-15)


@pytest.mark.parametrize(("gains", "losses"), [(1, 1), (4, 7), (15, 15), (29, 1), (1, 29)])
def test_differences_of_two_sizes_are_a_beta_law(gains: int, losses: int) -> None:
    n, cut = gains + losses, Fraction(2, 5)
    exact = sum(
        (comb(n - 1, j) * cut**j * (1 - cut) ** (n - 1 - j) for j in range(gains, n)),
        Fraction(0),
    )
    found = chance_not_above([[3.0] * gains + [-2.0] * losses])[0]
    assert found == pytest.approx(float(exact), rel=1e-12, abs=0)


@pytest.mark.parametrize("gap", [1e-3, 1e-8, 1e-13])
def test_thirty_criteria_that_nearly_agree_lose_no_digit(gap: float) -> None:
    stream = np.random.default_rng(3)
    differences = np.where(np.arange(30) % 2, 1.0, -1.0) + gap * stream.random(30)
    exact = truncated_powers(fractions_of(differences))
    assert chance_not_above([differences])[0] == pytest.approx(float(exact), rel=1e-12, abs=0)


def test_a_chance_far_below_what_a_sample_would_see_keeps_its_digits() -> None:
    differences = [1.0 + k for k in range(20)] + [-0.01]
    exact = truncated_powers(fractions_of(np.array(differences)))
    assert 0 < exact < Fraction(1, 10**40)
    assert chance_not_above([differences])[0] == pytest.approx(float(exact), rel=1e-12, abs=0)


@settings(max_examples=40)
@given(data=st.data())
def test_ranked_weights_are_uniform_on_the_means_of_the_first_criteria(data: st.DataObject) -> None:
    n = data.draw(st.integers(1, 5))
    values = data.draw(rows_of(2, n))
    order = data.draw(st.permutations(range(n)))
    steps = [Fraction(int(values[0, k] - values[1, k])) for k in order]
    corners = [sum(steps[: r + 1], Fraction(0)) / (r + 1) for r in range(n)]
    if len(set(corners)) < n or corners == [0]:
        return
    lost = pairwise_winning(values, ranked(n, order))[1, 0]
    assert lost == pytest.approx(float(truncated_powers(corners)), abs=1e-12)


@pytest.mark.parametrize("n", [4, 12, 30])
@pytest.mark.parametrize("kind", ["whole", "ranked", "floors", "chain", "around"])
def test_samples_agree_within_their_error(n: int, kind: str) -> None:
    known = {
        "whole": whole(n),
        "ranked": ranked(n, range(n)[::-1]),
        "floors": within(np.full(n, 0.4 / n), np.ones(n)),
        "chain": ratio(n, 0, 1, 2.0),
        "around": whole(n),
    }[kind]
    centre = {"around": np.arange(1.0, n + 1), "spread": 0.3} if kind == "around" else {}
    values = random_values(8, n)
    exact = pairwise_winning(values, known, **centre)  # type: ignore[arg-type]
    sampled = acceptability(values, sample_weights(known, 40_000, 2, **centre))  # type: ignore[arg-type]
    error = np.sqrt(exact * (1 - exact) / sampled.effective)
    assert (np.abs(sampled.pairwise_winning - exact) <= 5 * error + 1e-12).all()


@settings(max_examples=40)
@given(data=st.data())
def test_chances_of_both_sides_sum_to_one_and_follow_every_permutation(data: st.DataObject) -> None:
    m, n = data.draw(st.integers(1, 5)), data.draw(st.integers(1, 5))
    values = data.draw(rows_of(m, n))
    found = pairwise_winning(values, whole(n))
    assert (found + found.T == 1).all()
    assert ((found >= 0) & (found <= 1)).all()
    rows, columns = data.draw(st.permutations(range(m))), data.draw(st.permutations(range(n)))
    assert pairwise_winning(values[rows][:, columns], whole(n)) == pytest.approx(found[rows][:, rows], abs=1e-13)


@settings(max_examples=40)
@given(data=st.data())
def test_a_dominated_option_never_beats_its_dominator_and_duplicates_share(data: st.DataObject) -> None:
    n = data.draw(st.integers(1, 5))
    values = data.draw(rows_of(2, n))
    better = values.max(axis=0)
    found = pairwise_winning(np.vstack((values, better, better)), whole(n))
    for row in (0, 1):
        assert found[row, 2] == (0.5 if (values[row] == better).all() else 0.0)
    assert found[2, 3] == found[3, 2] == 0.5


def test_raising_an_option_never_lowers_its_chances() -> None:
    values = random_values(6, 5)
    raised = values.copy()
    raised[2, 1] += 7
    before, after = pairwise_winning(values, whole(5)), pairwise_winning(raised, whole(5))
    assert (after[2] >= before[2]).all()
    assert (after[2] > before[2]).any()


def test_a_pair_within_a_billionth_of_the_scale_is_tied() -> None:
    assert pairwise_winning([(50, 50), (50 + 0.9e-7, 50 - 0.5e-7)], whole(2))[0, 1] == 0.5
    assert pairwise_winning([(50, 50), (50 + 0.9e-7, 50 + 0.5e-7)], whole(2), scale=1)[0, 1] == 0.0


def test_a_spread_of_nothing_is_certain_and_a_full_one_forgets_the_centre() -> None:
    values, centre = random_values(7, 4), [0.1, 0.2, 0.3, 0.4]
    certain = pairwise_winning(values, whole(4), around=centre, spread=0.0)
    totals = values @ np.array(centre)
    assert (certain == np.where(np.eye(7, dtype=bool), 0.5, totals[:, None] > totals)).all()
    full = pairwise_winning(values, whole(4), around=centre, spread=1.0)
    assert full == pytest.approx(pairwise_winning(values, whole(4)), abs=1e-14)


def test_more_pairs_than_fit_one_block_are_the_same_as_each_pair_alone() -> None:
    values = random_values(100, 6)
    found = pairwise_winning(values, whole(6))
    for i, j in list(combinations(range(100), 2))[::331]:
        assert found[i, j] == pytest.approx(pairwise_winning(values[[i, j]], whole(6))[0, 1], abs=1e-15)


@pytest.mark.parametrize(
    "values",
    [
        [[5.0]],
        [[5.0], [5.0]],
        [[1.7e308, -1.7e308], [-1.7e308, 1.7e308]],
        [[0.0, 5e-324], [5e-324, 0.0]],
        [[1e12, 0.0, 1.0], [1e12, 1.0, 0.0]],
        [[0.0, 0.0], [0.0, 0.0], [0.0, 0.0]],
    ],
)
def test_degenerate_values_have_chances_too(values: list[list[float]]) -> None:
    found = pairwise_winning(values, whole(len(values[0])))
    assert found == pytest.approx(np.full(found.shape, 0.5), abs=1e-12)


def test_weights_that_fill_no_simplex_are_refused_by_name() -> None:
    with pytest.raises(DomainError, match="polytope") as caught:
        pairwise_winning(random_values(3, 3), within([0.0, 0.0, 0.0], [0.5, 0.6, 0.7]))
    assert caught.value.argument == "polytope"


def test_every_argument_is_checked_at_the_door() -> None:
    values = random_values(2, 3)
    with pytest.raises(ShapeError, match="polytope"):
        pairwise_winning(values, whole(4))
    with pytest.raises(EmptyPolytopeError):
        pairwise_winning(values, within([0.9, 0.9, 0.0], [1.0, 1.0, 1.0]))
    with pytest.raises(MissingScoreError) as missing:
        pairwise_winning([[1.0, np.nan]], whole(2))
    assert (missing.value.row, missing.value.column) == (0, 1)
    with pytest.raises(DomainError, match="spread"):
        pairwise_winning(values, whole(3), around=[1, 1, 1])
    with pytest.raises(DomainError, match="spread"):
        pairwise_winning(values, whole(3), around=[1, 1, 1], spread=1.5)
    with pytest.raises(DomainError, match="around"):
        pairwise_winning(values, ranked(3, (0, 1, 2)), around=[1, 2, 3], spread=0.5)
    with pytest.raises(WeightError, match="around"):
        pairwise_winning(values, whole(3), around=[1, -2, 3], spread=0.5)
    with pytest.raises(DomainError, match="scale"):
        pairwise_winning(values, whole(3), scale=0.0)
