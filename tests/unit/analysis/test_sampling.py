"""Weights at random: the law of every sampler against closed forms, what is known kept by every draw, seeds kept."""

from __future__ import annotations

import threading
from functools import reduce
from itertools import pairwise
from math import sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.analysis.arrays import Array, DomainError, ShapeError, WeightError
from desktop.analysis.polytope import EmptyPolytopeError, WeightPolytope, linear, ranked, ratio, whole, within
from desktop.analysis.smaa.hit_and_run import CHAINS, effective_part, prepare
from desktop.analysis.smaa.sampling import WeightSampler, sample_weights, weight_blocks
from desktop.analysis.smaa.scores import uniform
from desktop.analysis.smaa.simplex import Enclosure, enclose
from desktop.analysis.work import Cancelled

COUNT = 40_000
FIVE_DEVIATIONS = 5.0
KOLMOGOROV = 2.23
"""sqrt(count) times the largest gap of a right sample stays below this but once in 10^4 (Kolmogorov 1933)."""


def roc(n: int) -> Array:
    """The mean of the ranked simplex: w_r = 1/n sum of 1/s over s = r..n."""
    return np.array([sum(1 / s for s in range(r, n + 1)) / n for r in range(1, n + 1)])


def errors(weights: Array, expected: Array, effective: float | None = None) -> float:
    """The largest gap between means and what they should be, in standard errors."""
    spread = weights.std(axis=0) / sqrt(effective or len(weights))
    return float((np.abs(weights.mean(axis=0) - expected) / spread).max())


def gap(draws: Array, distribution: Array) -> float:
    """Kolmogorov's statistic: `distribution` is the exact distribution function at the sorted draws."""
    steps = np.arange(len(draws) + 1) / len(draws)
    return float(sqrt(len(draws)) * max((steps[1:] - distribution).max(), (distribution - steps[:-1]).max()))


def marginal_gap(column: Array, n: int) -> float:
    """Against Beta(1, n - 1), the marginal law of the uniform simplex."""
    ordered = np.sort(column)
    return gap(ordered, 1.0 - (1.0 - ordered) ** (n - 1))


def walked(polytope: WeightPolytope, count: int, seed: int = 1) -> Array:
    """Hit-and-run straight from the statements, on the simplex of all shares, whatever exact sampler there is."""
    rows = np.hstack((np.zeros((polytope.size, 0)), (polytope.limits[:, None] - polytope.rows).T))
    chains = prepare(Enclosure(np.eye(polytope.size), np.ascontiguousarray(rows)))
    assert chains is not None
    stream, layers = np.random.default_rng(seed), []
    for layer in chains.layers(stream):
        layers.append(layer)
        if len(layers) * CHAINS >= count:
            break
    return np.array(layers)


# Exact samplers


@pytest.mark.parametrize("n", [1, 2, 3, 8])
def test_uniform_weights_have_the_moments_of_the_uniform_simplex(n: int) -> None:
    weights = sample_weights(whole(n), COUNT, 1).weights
    assert weights.shape == (COUNT, n)
    assert weights.sum(axis=1) == pytest.approx(np.ones(COUNT), abs=1e-14)
    if n > 1:
        assert errors(weights, np.full(n, 1 / n)) < FIVE_DEVIATIONS
        covariance = (np.eye(n) * n - 1) / (n**2 * (n + 1))
        assert np.cov(weights.T) == pytest.approx(covariance, abs=0.03 / n**2)


@pytest.mark.parametrize("n", [2, 3, 8])
def test_the_marginals_are_beta_and_those_of_scaled_uniform_numbers_are_not(n: int) -> None:
    weights = sample_weights(whole(n), COUNT, 2).weights
    assert max(marginal_gap(column, n) for column in weights.T) < KOLMOGOROV
    wrong = np.random.default_rng(2).random((COUNT, n))
    wrong /= wrong.sum(axis=1, keepdims=True)
    assert marginal_gap(wrong[:, 0], n) > 2 * KOLMOGOROV


@pytest.mark.parametrize("order", [(0, 1, 2, 3, 4), (3, 0, 4, 2, 1)])
def test_ranked_weights_keep_their_order_and_have_the_rank_order_centroid_as_mean(order: tuple[int, ...]) -> None:
    sample = sample_weights(ranked(5, order), COUNT, 3)
    along = sample.weights[:, order]
    assert (np.diff(along, axis=1) <= 0).all()
    assert errors(along, roc(5)) < FIVE_DEVIATIONS
    assert sample.method.startswith("exact")
    assert sample.effective == COUNT


def test_ranked_weights_have_the_law_of_sorted_exponentials() -> None:
    along = sample_weights(ranked(4, range(4)), COUNT, 4).weights
    parts = np.random.default_rng(4).standard_exponential((COUNT, 4))
    descending = -np.sort(-parts / parts.sum(axis=1, keepdims=True), axis=1)
    for mine, sorted_ in zip(along.T, descending.T, strict=True):
        assert two_sample_gap(mine, sorted_) < KOLMOGOROV
    assert two_sample_gap(along[:, 0], descending[:, 1]) > 2 * KOLMOGOROV


def two_sample_gap(first: Array, other: Array) -> float:
    both = np.sort(np.concatenate((first, other)))
    found = [np.searchsorted(np.sort(part), both, side="right") / len(part) for part in (first, other)]
    return float(sqrt(len(first) * len(other) / (len(first) + len(other))) * np.abs(found[0] - found[1]).max())


def test_lower_bounds_lift_and_shrink_the_uniform_draws() -> None:
    floors = np.array([0.1, 0.0, 0.35, 0.2])
    lifted = sample_weights(within(floors, np.ones(4)), 5000, 5)
    plain = sample_weights(whole(4), 5000, 5).weights
    assert lifted.weights == pytest.approx(floors + (1 - floors.sum()) * plain, abs=1e-14)
    assert lifted.method.startswith("exact")


def test_a_partial_ranking_and_ratios_in_a_chain_are_exact_too() -> None:
    chain = ratio(4, 0, 1, 1.5) & ratio(4, 1, 2, 2.0)
    found = enclose(chain)
    assert found is not None
    assert found.is_exact
    corners = sorted(tuple(np.round(vertex * 30, 9)) for vertex in found.vertices)
    assert corners == [(0, 0, 0, 30), (15, 10, 5, 0), (18, 12, 0, 0), (30, 0, 0, 0)]
    weights = sample_weights(chain, COUNT, 6).weights
    assert errors(weights, found.vertices.mean(axis=0)) < FIVE_DEVIATIONS
    assert chain.contains(weights[0])


@given(data=st.data(), n=st.integers(2, 6))
@settings(max_examples=40)
def test_the_simplex_found_around_a_polytope_holds_all_of_it(data: st.DataObject, n: int) -> None:
    inner = np.array(data.draw(st.lists(st.integers(1, 9), min_size=n, max_size=n)), dtype=float)
    inner /= inner.sum()
    coefficient = st.lists(st.integers(-3, 3), min_size=n, max_size=n)
    rows = np.array(data.draw(st.lists(coefficient, min_size=1, max_size=6)), dtype=float)
    polytope = linear(rows, rows @ inner + 0.02)
    found = enclose(polytope)
    assert found is not None
    points = np.random.default_rng(7).dirichlet(inner * 60, 4000)
    points = points[(points @ rows.T <= polytope.limits).all(axis=1)]
    parts, *_ = np.linalg.lstsq(found.vertices.T, points.T, rcond=None)
    assert (parts.T @ found.vertices) == pytest.approx(points, abs=1e-9)
    assert parts.min(initial=0.0) >= -1e-9
    assert ((parts.T @ found.slacks) >= -1e-9).all()


# Rejection and hit-and-run


def test_rejection_keeps_every_bound_and_the_mean_of_a_symmetric_box() -> None:
    box = within(np.full(4, 0.15), np.full(4, 0.4))
    sample = sample_weights(box, COUNT, 8)
    assert "rejection" in sample.method
    assert sample.weights.min() >= 0.15 - 1e-15
    assert sample.weights.max() <= 0.4 + 1e-15
    assert errors(sample.weights, np.full(4, 0.25)) < FIVE_DEVIATIONS


@pytest.mark.parametrize("n", [3, 6])
def test_hit_and_run_on_ranking_rows_has_the_rank_order_centroid_as_mean(n: int) -> None:
    layers = walked(ranked(n, range(n)), COUNT)
    part = effective_part(layers)
    assert part > 0.5
    weights = layers.reshape(-1, n)
    assert (np.diff(weights, axis=1) <= 1e-12).all()
    assert errors(weights, roc(n), part * len(weights)) < FIVE_DEVIATIONS
    assert errors(weights[:, ::-1], roc(n), part * len(weights)) > 10 * FIVE_DEVIATIONS


def test_hit_and_run_on_a_bounded_box_agrees_with_rejection() -> None:
    box = within([0.05, 0.0, 0.1, 0.2], [0.3, 0.35, 0.6, 0.5])
    sample = sample_weights(box, COUNT, 9)
    assert "rejection" in sample.method
    layers = walked(box, COUNT)
    weights = layers.reshape(-1, 4)
    assert ((weights >= [0.05 - 1e-12, 0, 0.1 - 1e-12, 0.2 - 1e-12]) & (weights <= [0.3, 0.35, 0.6, 0.5])).all()
    for mine, other in zip(weights[:: len(weights) // 10_000].T, sample.weights[:10_000].T, strict=True):
        assert two_sample_gap(mine, other) < KOLMOGOROV


def test_hit_and_run_is_worth_most_of_its_draws_and_its_means_are_as_good_as_it_says() -> None:
    n = 9
    narrow = within(np.full(n, 0.8 / n), np.full(n, 1.1 / n))
    sampler = WeightSampler(narrow)
    assert "hit-and-run" in sampler.method
    samples = [sampler.sample(8 * CHAINS, seed) for seed in range(12)]
    assert all(sample.effective > 0.5 * sample.count for sample in samples)
    effective = sum(sample.effective for sample in samples)
    weights = np.vstack([sample.weights for sample in samples])
    assert errors(weights, np.full(n, 1 / n), effective) < FIVE_DEVIATIONS
    assert weights.min() >= 0.8 / n - 1e-12
    assert weights.max() <= 1.1 / n + 1e-12
    means = np.array([sample.weights.mean(axis=0) for sample in samples])
    told = weights.std(axis=0) / np.sqrt(effective / len(samples))
    assert (means.std(axis=0, ddof=1) / told).mean() < 1.5


def test_a_tiny_polytope_is_sampled_like_a_large_one() -> None:
    n, size = 9, 1e-7
    tiny = within(np.full(n, (1 - 2 * size) / n), np.full(n, (1 + size) / n))
    sample = sample_weights(tiny, 8 * CHAINS, 26)
    assert "hit-and-run" in sample.method
    assert sample.effective > 0.5 * sample.count
    assert errors(sample.weights, np.full(n, 1 / n), sample.effective) < FIVE_DEVIATIONS
    assert sample.weights.std() > 0.2 * size / n
    assert all(tiny.contains(row, slack=1e-14) for row in sample.weights[:100])


def test_hit_and_run_on_a_segment_draws_from_all_of_it_alike() -> None:
    line = walked(linear([[1.0, -1, 0], [-1, 1, 0]], [0, 0]), 10 * CHAINS)
    assert np.abs(line[..., 0] - line[..., 1]).max() < 1e-9
    ordered = np.sort(line[..., 2].ravel())
    assert gap(ordered, ordered) < KOLMOGOROV
    assert effective_part(line) > 0.9


def test_chains_that_hardly_move_are_worth_little() -> None:
    stream = np.random.default_rng(10)
    walk = np.cumsum(stream.standard_normal((40, 200, 1)), axis=0) + 20 * stream.standard_normal((1, 200, 1))
    assert effective_part(walk) < 0.05
    assert effective_part(stream.standard_normal((40, 200, 3))) > 0.9


def test_a_thin_slanted_polytope_is_mixed_as_well_as_a_round_one() -> None:
    row = np.array([1.0, 1, -1, -1, 0, 0])
    sample = sample_weights(linear([row, -row], [1e-5, 1e-5]), 4 * CHAINS, 11)
    assert np.abs(sample.weights @ row).max() <= 1e-5 + 1e-12
    assert sample.effective > 0.4 * sample.count
    assert errors(sample.weights[:, 4:], symmetric_mean(), sample.effective) < FIVE_DEVIATIONS


def symmetric_mean() -> Array:
    """Of the last two of six weights, where the first two sum to the same as the next two.

    With s the sum of the first two, the volume is in proportion to s s (1 - 2s): the integrals are taken exactly.
    """
    line = np.polynomial.Polynomial([0, 0, 1]) * np.polynomial.Polynomial([1, -2])
    total, moment = line.integ(), (line * np.polynomial.Polynomial([0, 1])).integ()
    mean = (moment(0.5) - moment(0)) / (total(0.5) - total(0))
    return np.full(2, (1 - 2 * mean) / 2)


# Equalities and conflicts


def test_equal_weights_are_sampled_within_their_hull() -> None:
    sample = sample_weights(ranked(4, range(4)) & ranked(4, [1, 0]), COUNT, 12)
    assert np.abs(sample.weights[:, 0] - sample.weights[:, 1]).max() < 1e-15
    assert sample.method.startswith("exact")
    assert errors(sample.weights, np.array([1 / 2 + 1 / 3 + 1 / 4, 1 / 2 + 1 / 3 + 1 / 4, 7 / 12, 1 / 4]) / 3) < 5


def test_an_equality_that_no_face_shows_is_kept_by_hit_and_run() -> None:
    row = np.array([1.0, 1, -1, -1, 0, 0])
    sample = sample_weights(linear([row, -row], [0, 0]), COUNT, 13)
    assert "hit-and-run in 4 dimensions" in sample.method
    assert np.abs(sample.weights @ row).max() < 1e-12
    assert sample.weights.min() >= 0
    assert errors(sample.weights[:, 4:], symmetric_mean(), sample.effective) < FIVE_DEVIATIONS


def test_statements_that_leave_one_vector_give_that_vector() -> None:
    only = np.array([0.5, 0.3, 0.2])
    sample = sample_weights(within(only, np.ones(3)), 5, 14)
    assert sample.weights == pytest.approx(np.tile(only, (5, 1)), abs=1e-12)
    exact = sample_weights(linear(np.vstack((np.eye(3), -np.eye(3))), np.concatenate((only, -only))), 5, 14)
    assert exact.weights == pytest.approx(np.tile(only, (5, 1)), abs=1e-9)


def test_a_point_that_no_face_shows_is_found() -> None:
    rows = np.array([[1.0, 1, -1, -1], [1, -1, 1, -1], [1, -1, -1, 1]])
    sample = sample_weights(linear(np.vstack((rows, -rows)), np.zeros(6)), 3, 15)
    assert sample.weights == pytest.approx(np.full((3, 4), 0.25), abs=1e-9)


def test_statements_that_conflict_are_named() -> None:
    empty = ranked(3, [0, 1, 2]) & within([0.0, 0.0, 0.5], [1.0, 1.0, 1.0])
    with pytest.raises(EmptyPolytopeError) as found:
        sample_weights(empty, 10, 1)
    assert "criterion 2 weighs at least 0.5" in found.value.conflict
    crowded = within(np.full(12, 0.0), np.full(12, 0.08))
    with pytest.raises(EmptyPolytopeError) as found:
        list(weight_blocks(crowded, 10, 1))
    assert len(found.value.conflict) == 12


# Around a centre


@given(
    points=st.lists(st.integers(0, 9), min_size=4, max_size=4).filter(any),
    spread=st.floats(0, 1),
    seed=st.integers(0, 2**32),
)
@settings(max_examples=40)
def test_draws_around_a_centre_are_that_far_on_the_way_to_it(points: list[int], spread: float, seed: int) -> None:
    centre = np.array(points) / sum(points)
    plain = sample_weights(whole(4), 50, seed).weights
    moved = sample_weights(whole(4), 50, seed, around=points, spread=spread).weights
    assert moved == pytest.approx((1 - spread) * centre + spread * plain, abs=1e-14)
    assert moved.sum(axis=1) == pytest.approx(np.ones(50))


def test_a_small_move_of_the_centre_or_the_spread_moves_each_draw_a_little() -> None:
    one = sample_weights(whole(3), 1000, 16, around=[5, 3, 2], spread=0.4).weights
    other = sample_weights(whole(3), 1000, 16, around=[5.01, 3, 2], spread=0.4001).weights
    assert 0 < np.abs(one - other).max() < 1e-3
    assert np.abs(one - sample_weights(whole(3), 1000, 17, around=[5, 3, 2], spread=0.4).weights).max() > 0.1


def test_draws_around_a_centre_meet_what_is_known_when_the_centre_does() -> None:
    known = ranked(3, [2, 0, 1])
    sample = sample_weights(known, 2000, 18, around=[0.3, 0.1, 0.6], spread=0.5)
    assert all(known.contains(row) for row in sample.weights[:200])
    still = sample_weights(known, 7, 18, around=[3, 1, 6], spread=0).weights
    assert still == pytest.approx(np.tile([0.3, 0.1, 0.6], (7, 1)), abs=1e-15)
    with pytest.raises(DomainError, match="around"):
        sample_weights(known, 10, 1, around=[0.6, 0.3, 0.1], spread=0.5)


# Seeds and blocks

KINDS = {
    "simplex": whole(5),
    "ranking": ranked(5, [4, 2, 0, 1, 3]),
    "rejection": within(np.full(5, 0.1), np.full(5, 0.35)),
    "hit-and-run": within(np.full(9, 0.8 / 9), np.full(9, 1.1 / 9)),
}


@pytest.mark.parametrize("kind", KINDS)
def test_blocks_of_any_size_are_the_sample_bit_for_bit(kind: str) -> None:
    sampler = WeightSampler(KINDS[kind])
    told = sampler.sample(9000, 19).weights
    for rows in (1000, 4096, 8999, 50_000):
        blocks = list(sampler.blocks(9000, 19, rows=rows))
        assert all(len(block) == rows for block in blocks[:-1])
        assert np.vstack(blocks).tobytes() == told.tobytes()
    assert np.vstack(list(weight_blocks(KINDS[kind], 9000, 19))).tobytes() == told.tobytes()
    assert sampler.sample(2500, 19).weights.tobytes() == told[:2500].tobytes()


@pytest.mark.parametrize("kind", KINDS)
def test_a_seed_gives_the_same_sample_again_and_another_seed_another(kind: str) -> None:
    one, again, other = (sample_weights(KINDS[kind], 2000, seed) for seed in (20, 20, 21))
    assert one.weights.tobytes() == again.weights.tobytes()
    assert (one.seed, one.count, one.method) == (20, 2000, other.method)
    assert not np.isin(one.weights, other.weights).all(axis=1).any()
    assert one.weights.flags.c_contiguous
    assert not one.weights.flags.writeable


@pytest.mark.parametrize("kind", KINDS)
def test_draws_do_not_follow_one_another(kind: str) -> None:
    weights = sample_weights(KINDS[kind], 16_384, 22).weights[:, 0]
    assert abs(np.corrcoef(weights[1:], weights[:-1])[0, 1]) < 5 / sqrt(16_384)


def test_weights_and_scores_of_one_seed_are_independent() -> None:
    weights = sample_weights(whole(2), 20_000, 23).weights[:, 0]
    scores = np.vstack(list(uniform(np.zeros((1, 2)), np.ones((1, 2))).draw(20_000, 23))).reshape(-1, 2)
    assert np.abs(np.corrcoef(np.column_stack((weights, scores)).T) - np.eye(3)).max() < 5 / sqrt(20_000)


@given(order=st.permutations(range(5)))
@settings(max_examples=20)
def test_the_order_of_criteria_does_not_change_the_law(order: list[int]) -> None:
    chain = reduce(WeightPolytope.__and__, (ratio(5, heavy, light, 1.2) for heavy, light in pairwise(order)))
    found, plain = enclose(chain), enclose(reduce(WeightPolytope.__and__, (ratio(5, k, k + 1, 1.2) for k in range(4))))
    assert found is not None
    assert plain is not None
    assert found.vertices.mean(axis=0)[order] == pytest.approx(plain.vertices.mean(axis=0))
    assert found.is_exact


# Refusals


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"count": 0}, "count"),
        ({"seed": -1}, "seed"),
        ({"spread": 0.5}, "spread"),
        ({"around": [1, 1, 1]}, "spread"),
        ({"around": [1, 1, 1], "spread": 1.5}, "spread"),
        ({"around": [1, 1, 1], "spread": float("nan")}, "spread"),
    ],
)
def test_arguments_out_of_range_are_refused_by_name(arguments: dict[str, object], named: str) -> None:
    with pytest.raises(DomainError) as found:
        sample_weights(whole(3), **({"count": 10, "seed": 1} | arguments))
    assert found.value.argument == named


def test_a_centre_of_another_length_or_sign_is_refused() -> None:
    with pytest.raises(ShapeError, match="around"):
        sample_weights(whole(3), 10, 1, around=[1, 1], spread=0.5)
    with pytest.raises(WeightError) as found:
        sample_weights(whole(3), 10, 1, around=[1, -1, 1], spread=0.5)
    assert (found.value.argument, found.value.column) == ("around", 1)


def test_coefficients_of_any_magnitude_are_taken() -> None:
    tiny = sample_weights(linear([[1e-300, -1e-300, 0.0]], [0.0]), 1000, 24).weights
    huge = sample_weights(linear([[1e300, -1e300, 0.0]], [0.0]), 1000, 24).weights
    assert (huge[:, 0] <= huge[:, 1] + 1e-15).all()
    assert tiny == pytest.approx(huge)


def test_progress_rises_to_one_and_a_cancel_stops() -> None:
    told: list[float] = []
    sample_weights(whole(3), 50_000, 25, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0
    stop = threading.Event()
    blocks = weight_blocks(whole(3), 50_000, 25, cancel=stop)
    next(blocks)
    stop.set()
    with pytest.raises(Cancelled):
        next(blocks)
    with pytest.raises(Cancelled):
        sample_weights(KINDS["hit-and-run"], 10, 1, cancel=stop)
