"""SMAA-2 against brute force on the same samples, exact areas, and the laws of ranks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from desktop.analysis.arrays import Array, DomainError, MissingScoreError, ShapeError, WeightError
from desktop.analysis.polytope import ranked, whole
from desktop.analysis.ranking import ranks
from desktop.analysis.smaa import (
    Acceptability,
    HeldScores,
    WeightSample,
    acceptability,
    first_rank,
    sample_weights,
    standing,
)
from desktop.analysis.smaa.scores import normal, triangular
from desktop.analysis.work import Cancelled
from tests.decisions import fractions_of, rows_of

GOLDEN = [(1.0, 0.0), (0.0, 1.0), (0.6, 0.6)]
LOW = np.array([(20.0, 30.0, 10.0), (25.0, 15.0, 30.0), (40.0, 5.0, 20.0), (22.0, 28.0, 14.0)])
Corner = tuple[Fraction, Fraction, Fraction]


@st.composite
def samples(draw: DrawFn, most: int = 6) -> tuple[Array, Array]:
    """(values (m, n), weights (count, n)); whole numbers and weights of few sizes, so that ties abound."""
    m, n = draw(st.integers(1, most)), draw(st.integers(1, 4))
    points = draw(st.lists(st.lists(st.integers(0, 3), min_size=n, max_size=n).filter(any), min_size=1, max_size=12))
    weights = np.array(points, dtype=float)
    return draw(rows_of(m, n)), weights / weights.sum(axis=1, keepdims=True)


def uniform(n: int, count: int, seed: int = 1) -> Array:
    return sample_weights(whole(n), count, seed).weights


def brute(values: Array, weights: Array) -> tuple[Array, Array, Array]:
    """(rank acceptability, sums of the weights of first places, pairwise winning), one sample and option at a time."""
    m = len(values)
    places, sums, wins = np.zeros((m, m)), np.zeros(values.shape), np.zeros((m, m))
    for shares in weights:
        found = ranks(values @ shares)
        for i, rank in enumerate(found):
            tied = int((found == rank).sum())
            places[i, rank - 1 : rank - 1 + tied] += 1 / tied
            sums[i] += shares / tied * (rank == 1)
        wins += (found[:, None] < found) + 0.5 * (found[:, None] == found)
    return places / len(weights), sums, wins / len(weights)


def check_against_brute_force(values: Array, weights: Array) -> None:
    found = acceptability(values, weights)
    places, sums, wins = brute(values, weights)
    np.testing.assert_allclose(found.rank_acceptability, places, rtol=0, atol=1e-14)
    assert (found.pairwise_winning == wins).all()
    firsts = places[:, 0] * len(weights)
    for i in range(len(values)):
        if firsts[i] == 0:
            assert np.isnan(found.central_weights[i]).all()
        else:
            assert found.central_weights[i] == pytest.approx(sums[i] / firsts[i], abs=1e-13)
    np.testing.assert_allclose(first_rank(values, weights), places[:, 0], rtol=0, atol=1e-14)


def test_the_golden_example_of_the_methods() -> None:
    found = acceptability(GOLDEN, sample_weights(whole(2), 100_000, 1), scale=1)
    assert (np.abs(found.first - [0.4, 0.4, 0.2]) <= 2.5 * found.rank_half_widths[:, 0]).all()
    centre = np.array([(0.8, 0.2), (0.2, 0.8), (0.5, 0.5)])
    assert (np.abs(found.central_weights - centre) <= 2.5 * found.central_half_widths).all()
    assert found.confidence_factors.tolist() == [1, 1, 1]
    assert (found.count, found.seed, found.effective) == (100_000, 1, 100_000)


@settings(max_examples=80)
@given(case=samples())
def test_every_index_is_that_of_brute_force_where_ties_abound(case: tuple[Array, Array]) -> None:
    check_against_brute_force(*case)


@pytest.mark.parametrize("m", [2, 8, 23, 24, 25, 40, 255, 256, 300])
def test_every_index_is_that_of_brute_force_on_either_side_of_each_way_to_rank(m: int) -> None:
    stream = np.random.default_rng(m)
    values = stream.integers(0, 40, (m, 3)).astype(float)
    values[m // 2] = values[0]
    weights = np.vstack((uniform(3, 60), np.eye(3), np.full((1, 3), 1 / 3)))
    check_against_brute_force(values, weights)


@pytest.mark.parametrize("m", [3, 12, 30])
@pytest.mark.parametrize("gap", [0.9e-7, 1.1e-7, 3e-7, 1e-5, 1e-3])
def test_gaps_about_a_tie_and_about_the_levels_of_the_count_are_judged_as_in_float64(m: int, gap: float) -> None:
    values = 50 + 40 * np.random.default_rng(1).random((m, 2))
    values[1] = values[0] + gap
    values[2] = values[0] - 5 * gap
    check_against_brute_force(values, uniform(2, 300))


@pytest.mark.parametrize("m", [8, 40])
def test_more_samples_than_are_held_at_a_time_agree_with_ranks_found_by_sorting(m: int) -> None:
    values, weights = np.random.default_rng(2).uniform(0, 100, (m, 3)), uniform(3, 70_000)
    found = acceptability(values, weights)
    order = np.argsort(-(weights @ values.T), axis=1)
    for place in (0, 1, m - 1):
        often = np.bincount(order[:, place], minlength=m) / len(weights)
        assert found.rank_acceptability[:, place] == pytest.approx(often, abs=5 / len(weights))


@settings(max_examples=40)
@given(case=samples())
def test_rows_and_columns_sum_to_one_and_wins_say_the_mean_rank(case: tuple[Array, Array]) -> None:
    found = acceptability(*case)
    np.testing.assert_allclose(found.rank_acceptability.sum(axis=0), 1, atol=1e-12)
    np.testing.assert_allclose(found.rank_acceptability.sum(axis=1), 1, atol=1e-12)
    assert (found.pairwise_winning + found.pairwise_winning.T == 1).all()
    mean_rank = found.rank_acceptability @ np.arange(1, len(case[0]) + 1)
    # The option itself is the half on the diagonal.
    np.testing.assert_allclose(mean_rank, 0.5 + found.pairwise_winning.sum(axis=0), atol=1e-12)


def test_a_chain_of_near_ties_is_measured_from_the_best_of_each_group() -> None:
    found = acceptability([[50 + 1.6e-7], [50 + 0.8e-7], [50.0]], [[1.0]])
    assert found.rank_acceptability.tolist() == [[0.5, 0.5, 0], [0.5, 0.5, 0], [0, 0, 1]]


@settings(max_examples=40)
@given(case=samples(), data=st.data())
def test_permuting_options_and_criteria_permutes_every_index(case: tuple[Array, Array], data: st.DataObject) -> None:
    values, weights = case
    rows = data.draw(st.permutations(range(len(values))))
    columns = data.draw(st.permutations(range(values.shape[1])))
    found, moved = acceptability(values, weights), acceptability(values[rows][:, columns], weights[:, columns])
    np.testing.assert_allclose(moved.rank_acceptability, found.rank_acceptability[rows], atol=1e-14)
    assert (moved.pairwise_winning == found.pairwise_winning[rows][:, rows]).all()
    np.testing.assert_allclose(moved.central_weights, found.central_weights[rows][:, columns], atol=1e-13)


@settings(max_examples=40)
@given(case=samples(), points=st.integers(1, 50))
def test_raising_an_option_never_pushes_it_down(case: tuple[Array, Array], points: int) -> None:
    values, weights = case
    raised = values.copy()
    raised[0] += points
    before, after = acceptability(values, weights), acceptability(raised, weights)
    lead = np.cumsum(after.rank_acceptability[0]) - np.cumsum(before.rank_acceptability[0])
    assert (lead >= -1e-12).all()
    assert (after.pairwise_winning[0] >= before.pairwise_winning[0]).all()


def test_duplicates_share_every_rank_they_take_evenly() -> None:
    values = np.random.default_rng(3).uniform(0, 100, (4, 3))
    weights = uniform(3, 500)
    alone, trebled = acceptability(values, weights), acceptability(values[[0, 1, 1, 1, 2, 3]], weights)
    assert trebled.first[[1, 2, 3]] == pytest.approx(alone.first[1] / 3)
    assert (trebled.rank_acceptability[1] == trebled.rank_acceptability[3]).all()
    assert trebled.central_weights[2] == pytest.approx(alone.central_weights[1])


@pytest.mark.parametrize("m", [3, 30])
def test_central_weights_of_many_ties_add_up_to_the_mean_of_all_weights(m: int) -> None:
    values = np.random.default_rng(3).uniform(0, 100, (m, 3))
    values[: m // 2 + 1] = 100.0
    weights = uniform(3, 20_000)
    found = acceptability(values, weights)
    won = found.first > 0
    np.testing.assert_allclose(found.first[won] @ found.central_weights[won], weights.mean(axis=0), atol=1e-12)


def test_a_dominated_option_never_beats_its_dominator() -> None:
    values = np.random.default_rng(4).uniform(0, 90, (6, 4))
    values[5] = values[2] + 1
    found = acceptability(values, uniform(4, 2000))
    assert found.pairwise_winning[2, 5] == 0
    assert found.first[2] == 0
    assert np.isnan(found.central_weights[2]).all()
    assert np.isnan(found.confidence_factors[2])


def exact_ranks_of_two_criteria(values: Array) -> Array:
    """(m, m) rank acceptability under weights (w, 1 - w), w uniform: ranks change at crossings and nowhere else."""
    rows = [fractions_of(row) for row in values]
    cuts = {Fraction(0), Fraction(1)}
    for first in rows:
        for second in rows:
            slope = (first[0] - second[0]) - (first[1] - second[1])
            if slope:
                cuts.add(min(max((second[1] - first[1]) / slope, Fraction(0)), Fraction(1)))
    found = np.zeros((len(rows), len(rows)))
    for low, high in pairwise(sorted(cuts)):
        w = (low + high) / 2
        totals = [w * row[0] + (1 - w) * row[1] for row in rows]
        for i, own in enumerate(totals):
            found[i, sum(other > own for other in totals)] += float(high - low)
    return found


def exact_firsts_of_three_criteria(values: Array) -> tuple[list[Fraction], list[Corner]]:
    """Areas of the triangle of weights in which each option comes first, and their centres of gravity."""
    areas, centres = [], []
    for own in values:
        kept: list[Corner] = [tuple(Fraction(int(k == c)) for k in range(3)) for c in range(3)]  # type: ignore[misc]
        for other in values:
            kept = clipped(kept, fractions_of(own - other))
        pieces = [(kept[0], a, b) for a, b in pairwise(kept[1:])] if kept else []
        sizes = [determinant(piece) for piece in pieces]
        areas.append(sum(sizes, Fraction(0)))
        centres.append(
            tuple(
                sum((size * sum(corner[k] for corner in piece) / 3 for size, piece in zip(sizes, pieces, strict=True)))
                / (areas[-1] or 1)
                for k in range(3)
            )
        )
    return areas, centres  # type: ignore[return-value]


def clipped(corners: list[Corner], lead: list[Fraction]) -> list[Corner]:
    """The part of a polygon of weights in which lead . w >= 0."""
    kept: list[Corner] = []
    for here, there in zip(corners, corners[1:] + corners[:1], strict=True):
        near, far = (sum(x * w for x, w in zip(lead, point, strict=True)) for point in (here, there))
        if near >= 0:
            kept.append(here)
        if near * far < 0:
            part = near / (near - far)
            kept.append(tuple(a + part * (b - a) for a, b in zip(here, there, strict=True)))  # type: ignore[arg-type]
    return kept


def determinant(rows: tuple[Corner, Corner, Corner]) -> Fraction:
    """The area of a triangle of weights as part of all of them."""
    (a, b, c), (d, e, f), (g, h, i) = rows
    return abs(a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g))


@pytest.mark.parametrize("seed", range(3))
def test_two_criteria_agree_with_the_exact_length_of_every_rank(seed: int) -> None:
    values = np.random.default_rng(seed).integers(0, 101, (6, 2)).astype(float)
    exact = exact_ranks_of_two_criteria(values)
    found = acceptability(values, sample_weights(whole(2), 40_000, seed))
    assert (np.abs(found.rank_acceptability - exact) <= 5 * np.sqrt(exact * (1 - exact) / 40_000) + 1e-12).all()


@pytest.mark.parametrize("seed", range(3))
def test_three_criteria_agree_with_exact_areas_and_their_centres_of_gravity(seed: int) -> None:
    values = np.random.default_rng(seed).integers(0, 101, (5, 3)).astype(float)
    areas, centres = exact_firsts_of_three_criteria(values)
    assert sum(areas) == 1
    found = acceptability(values, sample_weights(whole(3), 40_000, seed))
    for i, (area, centre) in enumerate(zip(areas, centres, strict=True)):
        b = float(area)
        assert abs(found.first[i] - b) <= 5 * np.sqrt(b * (1 - b) / 40_000) + 1e-12
        if b > 0.01:
            gap = np.abs(found.central_weights[i] - np.array(centre, dtype=float))
            assert (gap <= 5 / 1.96 * found.central_half_widths[i]).all()


def test_central_weights_of_a_sure_winner_under_a_complete_ranking_are_the_rank_order_centroid() -> None:
    found = acceptability([[90] * 5, [10] * 5], sample_weights(ranked(5, range(5)), 40_000, 1))
    centroid = np.array([0.4567, 0.2567, 0.1567, 0.09, 0.04])
    assert (np.abs(found.central_weights[0] - centroid) <= 2.5 * found.central_half_widths[0] + 5e-5).all()


def test_half_widths_are_those_of_the_formula_and_of_many_repetitions() -> None:
    values = np.random.default_rng(5).uniform(0, 100, (4, 3))
    runs = [acceptability(values, uniform(3, 400, seed)) for seed in range(200)]
    one = runs[0]
    b = one.rank_acceptability
    assert one.rank_half_widths == pytest.approx(1.96 * np.sqrt(b * (1 - b) / 400))
    picks: tuple[Callable[[Acceptability], tuple[float, float]], ...] = (
        lambda run: (run.first[0], run.rank_half_widths[0, 0]),
        lambda run: (run.pairwise_winning[0, 1], run.pairwise_half_widths[0, 1]),
        lambda run: (run.entropy, run.entropy_half_width),
        lambda run: (run.holistic([3, 2, 1, 0])[0], run.holistic_half_widths([3, 2, 1, 0])[0]),
        lambda run: (run.central_weights[0, 0], run.central_half_widths[0, 0]),
    )
    for pick in picks:
        found = np.array([pick(run) for run in runs])
        assert found[:, 0].std() * 1.96 == pytest.approx(found[:, 1].mean(), rel=0.25)


def test_samples_that_depend_on_each_other_widen_every_interval() -> None:
    values, weights = np.random.default_rng(6).uniform(0, 100, (4, 3)), uniform(3, 900)
    alone = acceptability(values, weights)
    worth = acceptability(values, WeightSample(weights, 7, "as drawn", 100.0))
    assert (worth.effective, worth.seed, alone.seed) == (100.0, 7, None)
    assert worth.rank_half_widths == pytest.approx(3 * alone.rank_half_widths)
    assert worth.central_half_widths == pytest.approx(3 * alone.central_half_widths, nan_ok=True)
    assert worth.entropy_half_width == pytest.approx(3 * alone.entropy_half_width)


def test_entropy_is_nothing_for_a_sure_winner_and_the_logarithm_of_equal_chances() -> None:
    assert acceptability([[2.0], [1.0]], [[1.0]]).entropy == 0
    assert acceptability(np.eye(4), np.eye(4)).entropy == pytest.approx(2)
    assert acceptability(np.ones((8, 2)), uniform(2, 5)).entropy == pytest.approx(3)


def test_holistic_acceptability_weighs_ranks_as_given() -> None:
    found = acceptability(np.random.default_rng(7).uniform(0, 100, (5, 3)), uniform(3, 300))
    assert found.holistic([1, 0, 0, 0, 0]) == pytest.approx(found.first)
    assert found.holistic([1, 1, 1, 1, 1]) == pytest.approx(np.ones(5))
    assert found.holistic([4, 3, 2, 1, 0]) == pytest.approx(found.pairwise_winning.sum(axis=1) - 0.5)
    with pytest.raises(ShapeError, match="rank_weights"):
        found.holistic([1, 0])


def in_blocks(weights: Array, rows: int) -> Iterator[Array]:
    for start in range(0, len(weights), rows):
        yield weights[start : start + rows].copy()


@pytest.mark.parametrize("m", [7, 30])
@pytest.mark.parametrize("rows", [1, 777, 20_000])
def test_weights_in_blocks_give_what_they_give_as_an_array(m: int, rows: int) -> None:
    values, weights = np.random.default_rng(8).uniform(0, 100, (m, 3)), uniform(3, 3000)
    values[1] = values[0]
    whole_, parts = acceptability(values, weights), acceptability(values, in_blocks(weights, rows))
    np.testing.assert_allclose(parts.rank_acceptability, whole_.rank_acceptability, atol=1e-15)
    assert (parts.pairwise_winning == whole_.pairwise_winning).all()
    np.testing.assert_allclose(parts.central_weights, whole_.central_weights, atol=1e-13)
    assert parts.count == whole_.count == 3000
    assert first_rank(values, in_blocks(weights, rows)) == pytest.approx(whole_.first, abs=1e-15)


DEGENERATE = [
    [[5.0]],
    [[5.0, 5.0], [5.0, 5.0]],
    [[1.7e308, -1.7e308], [-1.7e308, 1.7e308], [0.0, 0.0]],
    [[5e-324, 0.0], [0.0, 5e-324]],
    [[1e12, 0.0], [1e12, 50.0], [1e12, 100.0]],
    [[1e12, 0.0], [0.0, 50.0], [5e11, 100.0]],
    [[7.0, 7.0]] * 40,
]


@pytest.mark.parametrize("values", DEGENERATE)
def test_degenerate_values_have_ranks_too(values: list[list[float]]) -> None:
    found = acceptability(values, uniform(len(values[0]), 50))
    np.testing.assert_allclose(found.rank_acceptability.sum(axis=0), 1, atol=1e-12)
    np.testing.assert_allclose(found.rank_acceptability.sum(axis=1), 1, atol=1e-12)
    assert found.first == pytest.approx(first_rank(values, uniform(len(values[0]), 50)))


def test_a_large_common_part_hides_no_difference() -> None:
    found = acceptability([[1e12, 0.0], [1e12, 50.0], [1e12, 100.0]], uniform(2, 100))
    assert found.rank_acceptability.tolist() == [[0, 0, 1], [0, 1, 0], [1, 0, 0]]


def test_what_float64_cannot_tell_apart_is_tied_off_the_scale() -> None:
    values = np.array([[1e15, 3e15, 7e15], [7e15, 1e15, 3e15]]).repeat(2, axis=0)
    found = acceptability(values, uniform(3, 200))
    assert found.pairwise_winning[0, 1] == found.pairwise_winning[2, 3] == 0.5


def test_nothing_of_a_result_can_be_changed() -> None:
    found = acceptability(GOLDEN, uniform(2, 10))
    for array in (found.rank_acceptability, found.central_weights, found.pairwise_winning, found.first):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_progress_rises_to_one_and_a_wish_to_stop_is_heard() -> None:
    told: list[float] = []
    acceptability(GOLDEN, uniform(2, 60_000), progress=told.append)
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0.0, 1.0)
    assert len(told) > 3

    class Stop:
        asked = 0

        def is_set(self) -> bool:
            self.asked += 1
            return self.asked > 2

    with pytest.raises(Cancelled):
        acceptability(GOLDEN, in_blocks(uniform(2, 60_000), 10_000), cancel=Stop())


@pytest.mark.parametrize("judge", [acceptability, first_rank])
def test_every_argument_is_checked_at_the_door(judge: object) -> None:
    assert callable(judge)
    with pytest.raises(MissingScoreError) as missing:
        judge([[1.0, np.nan]], uniform(2, 5))
    assert (missing.value.argument, missing.value.row, missing.value.column) == ("values", 0, 1)
    with pytest.raises(ShapeError, match="weights"):
        judge(GOLDEN, uniform(3, 5))
    with pytest.raises(ShapeError, match="weights"):
        judge(GOLDEN, sample_weights(whole(3), 5, 1))
    with pytest.raises(ShapeError, match="weights"):
        judge(GOLDEN, [0.5, 0.5])
    with pytest.raises(DomainError, match="at least one"):
        judge(GOLDEN, iter(()))
    with pytest.raises(DomainError, match="scale"):
        judge(GOLDEN, uniform(2, 5), scale=0.0)


@pytest.mark.parametrize("wrong", [(0.6, 0.6), (-0.5, 1.5), (np.nan, 1.0), (np.inf, -np.inf)])
def test_weights_that_are_no_shares_are_named_with_their_row(wrong: tuple[float, float]) -> None:
    weights = uniform(2, 30_000).copy()
    weights[20_001] = wrong
    with pytest.raises(WeightError) as caught:
        acceptability(GOLDEN, weights)
    assert (caught.value.argument, caught.value.row) == ("weights", 20_001)


def test_scores_about_another_table_are_refused() -> None:
    with pytest.raises(ShapeError, match="scores"):
        acceptability(GOLDEN, uniform(2, 5), scores=normal([[1.0, 2.0]], [[1.0, 1.0]]))


def test_held_scores_give_what_drawing_them_anew_gives() -> None:
    low, values, high = LOW, LOW + 10.0, LOW + 35.0
    model = triangular(low, values, high)
    held = HeldScores(model, 3000, 7)
    weights = sample_weights(whole(3), 3000, 7)
    anew, again = acceptability(values, weights, scores=model), acceptability(values, weights, scores=held)
    for part in ("rank_acceptability", "central_weights", "confidence_factors", "pairwise_winning"):
        np.testing.assert_allclose(getattr(again, part), getattr(anew, part), rtol=1e-12, atol=1e-12)
    hasty = acceptability(values, weights, scores=held, confident=False)
    assert (hasty.rank_acceptability == again.rank_acceptability).all()
    assert np.isnan(hasty.confidence_factors).all()


@pytest.mark.parametrize("is_uncertain", [False, True])
def test_a_standing_is_a_part_of_the_acceptability(is_uncertain: bool) -> None:
    values = LOW + 10.0
    weights = sample_weights(whole(3), 2500, 3)
    held = HeldScores(triangular(LOW, values, values + 25.0), 2500, 3) if is_uncertain else None
    whole_ = acceptability(values, weights, scores=held)
    for option in range(len(values)):
        found = standing(values, weights, option, scores=held)
        assert found.first == pytest.approx(whole_.first, abs=1e-12)
        assert found.wins == pytest.approx(whole_.pairwise_winning[option], abs=1e-12)


def test_tied_options_share_a_standing() -> None:
    found = standing([(10.0, 20.0), (10.0, 20.0), (0.0, 0.0)], sample_weights(whole(2), 100, 1), 0)
    assert (found.first.tolist(), found.wins.tolist()) == ([0.5, 0.5, 0.0], [0.5, 0.5, 1.0])


def test_more_weights_than_held_scores_are_refused() -> None:
    held = HeldScores(triangular(LOW, LOW, LOW), 50, 1)
    with pytest.raises(ShapeError, match="at most as many as the 50 draws"):
        acceptability(LOW, sample_weights(whole(3), 51, 1), scores=held)
