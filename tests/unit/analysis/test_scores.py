"""Uncertain scores: laws against exact distributions and moments, common random numbers, refusals with place."""

from __future__ import annotations

import threading
from collections.abc import Callable
from itertools import accumulate
from math import comb, sqrt
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.analysis.arrays import Array, DomainError, InputError, MissingScoreError, NotFiniteError, ShapeError
from desktop.analysis.smaa import quantiles
from desktop.analysis.smaa.scores import ScoreModel, discrete, exact, mixed, normal, pert, triangular, uniform
from desktop.analysis.work import Cancelled

COUNT = 20_000
KOLMOGOROV = 2.23
"""sqrt(count) times the largest gap of a right sample stays below this but once in 10^4 (Kolmogorov 1933)."""
LOW, MODE, HIGH = np.array([[10.0, 0, -5]]), np.array([[15.0, 80, -5]]), np.array([[40.0, 100, 20]])

Distribution = Callable[[float], float]


def drawn(model: ScoreModel, count: int = COUNT, seed: int = 1) -> Array:
    """(count, m, n)"""
    return np.concatenate(list(model.draw(count, seed)))


def moved_by(table: Array, column: int, by: float) -> Array:
    """A row with one of its cells raised."""
    moved = table.copy()
    moved[0, column] += by
    return moved


def gap(draws: Array, distribution: Distribution) -> float:
    """Kolmogorov's statistic against an exact distribution function."""
    expected = np.array([distribution(score) for score in np.sort(draws).tolist()])
    steps = np.arange(len(draws) + 1) / len(draws)
    return float(sqrt(len(draws)) * max((steps[1:] - expected).max(), (expected - steps[:-1]).max()))


def triangle(low: float, mode: float, high: float) -> Distribution:
    def distribution(score: float) -> float:
        if score < mode:
            return (score - low) ** 2 / ((high - low) * (mode - low))
        return 1 - (high - score) ** 2 / ((high - low) * (high - mode)) if mode < high else 1.0

    return distribution


def beta(a: float, b: float) -> Distribution:
    """By Gauss-Legendre quadrature of the density, in t with x = t^6 / (t^6 + (1-t)^6), smooth at both ends."""
    nodes, weights = np.polynomial.legendre.leggauss(80)

    def mass(end: float) -> float:
        t = end * (nodes + 1) / 2
        below, above = t**6, (1 - t) ** 6
        x, slope = below / (below + above), 6 * t**5 * (1 - t) ** 5 / (below + above) ** 2
        return float((weights * x ** (a - 1) * (1 - x) ** (b - 1) * slope).sum() * end / 2)

    def distribution(x: float) -> float:
        root = (x / (1 - x)) ** (1 / 6) if x < 1 else np.inf
        return mass(root / (1 + root) if np.isfinite(root) else 1.0) / mass(1.0)

    return distribution


# Quantiles


@given(u=st.floats(0, 1, exclude_min=True, exclude_max=True))
def test_the_normal_quantile_is_exact_to_the_last_digits(u: float) -> None:
    assert quantiles.normal(np.array([u]))[0] == pytest.approx(
        NormalDist().inv_cdf(max(u, quantiles.HALF_STEP)), rel=1e-14, abs=1e-15
    )


def test_the_normal_quantile_is_finite_at_the_ends_of_the_stream() -> None:
    ends = quantiles.normal(np.array([0.0, 0.5, 1 - 2.0**-53]))
    assert ends == pytest.approx([-8.3, 0.0, 8.2], abs=0.1)


@pytest.mark.parametrize("peak", range(5))
def test_pert_quantiles_of_whole_shapes_invert_their_polynomials(peak: int) -> None:
    """I_x(a, b) = sum over j = a..5 of C(5, j) x^j (1-x)^(5-j) where a + b = 6 (Abramowitz & Stegun 26.5.24)."""
    a = 1 + peak
    u = np.concatenate((np.linspace(0, 1, 2001)[1:-1], np.logspace(-12, -3, 50)))
    x = quantiles.Pert(np.array([peak / 4])).quantiles(u[:, None])[:, 0]
    found = sum(comb(5, j) * x**j * (1 - x) ** (5 - j) for j in range(a, 6))
    density = a * comb(5, a) * x ** (a - 1) * (1 - x) ** (5 - a)
    assert (np.abs(found - u) <= 1e-9 * density + 1e-15).all()


@given(peak=st.floats(0, 1), u=st.floats(1e-9, 1 - 1e-9))
@settings(max_examples=200)
def test_pert_quantiles_of_any_shape_invert_the_integral_of_the_density(peak: float, u: float) -> None:
    x = float(quantiles.Pert(np.array([peak])).quantiles(np.array([[u]]))[0, 0])
    distribution = beta(1 + 4 * peak, 5 - 4 * peak)
    assert distribution(max(x - 1e-8, 0.0)) - 1e-12 <= u <= distribution(min(x + 1e-8, 1.0)) + 1e-12


def test_pert_quantiles_rise_from_0_to_1_and_are_mirrored() -> None:
    peaks = np.array([0.0, 0.3, 0.5, 1.0])
    u = np.tile(np.linspace(0, 1, 4097)[:, None], 4)
    x = quantiles.Pert(peaks).quantiles(u)
    assert (np.diff(x, axis=0) > 0).all()
    assert x[0] == pytest.approx(0)
    assert x[-1] == pytest.approx(1)
    assert x == pytest.approx(1 - quantiles.Pert(1 - peaks).quantiles(u[::-1]), abs=1e-12)


# Laws


def test_uniform_scores_have_their_distribution() -> None:
    scores = drawn(uniform(LOW, HIGH))[:, 0]
    for k, (low, high) in enumerate(zip(LOW[0], HIGH[0], strict=True)):
        assert gap(scores[:, k], lambda x, low=low, high=high: (x - low) / (high - low)) < KOLMOGOROV
    assert gap(scores[:, 0], triangle(10, 15, 40)) > 2 * KOLMOGOROV


def test_triangular_scores_have_their_distribution() -> None:
    scores = drawn(triangular(LOW, MODE, HIGH))[:, 0]
    for k in range(3):
        assert gap(scores[:, k], triangle(LOW[0, k], MODE[0, k], HIGH[0, k])) < KOLMOGOROV
    assert gap(scores[:, 0], triangle(10, 17, 40)) > 2 * KOLMOGOROV


def test_pert_scores_have_their_distribution_and_not_the_triangular_one() -> None:
    scores = drawn(pert(LOW, MODE, HIGH), 5000)[:, 0]
    for k in range(3):
        width = HIGH[0, k] - LOW[0, k]
        peak = (MODE[0, k] - LOW[0, k]) / width
        assert gap((scores[:, k] - LOW[0, k]) / width, beta(1 + 4 * peak, 5 - 4 * peak)) < KOLMOGOROV
    assert gap(scores[:, 0], triangle(10, 15, 40)) > 2 * KOLMOGOROV


def test_normal_scores_have_their_distribution() -> None:
    scores = drawn(normal(MODE, HIGH / 4))[:, 0]
    for k in range(3):
        assert gap(scores[:, k], NormalDist(MODE[0, k], HIGH[0, k] / 4).cdf) < KOLMOGOROV
    assert gap(scores[:, 0], NormalDist(15, 11.5).cdf) > 2 * KOLMOGOROV


def test_scenarios_come_as_often_as_they_are_probable_and_whole() -> None:
    tables = np.arange(4 * 2 * 3, dtype=float).reshape(4, 2, 3)
    chances = [0.1, 0.0, 0.6, 0.3]
    scores = drawn(discrete(tables, chances))
    scenario = (scores[:, 0, 0] / 6).astype(int)
    assert (scores == tables[scenario]).all()
    frequencies = np.bincount(scenario, minlength=4) / COUNT
    assert frequencies[1] == 0
    assert np.abs(frequencies - chances).max() < 5 * sqrt(0.25 / COUNT)
    assert np.abs(np.array(list(accumulate(frequencies))) - list(accumulate(chances))).max() * sqrt(COUNT) < KOLMOGOROV


MODELS = {
    "exact": exact(MODE),
    "uniform": uniform(LOW, HIGH),
    "triangular": triangular(LOW, MODE, HIGH),
    "pert": pert(LOW, MODE, HIGH),
    "normal": normal(MODE, HIGH / 4),
    "discrete": discrete([LOW, MODE, HIGH], [0.2, 0.5, 0.3]),
}


@pytest.mark.parametrize("name", MODELS)
def test_draws_have_the_mean_and_variance_the_model_states(name: str) -> None:
    model = MODELS[name]
    scores = drawn(model, 2 * COUNT, 2)
    deviation = np.sqrt(model.variance())
    assert (np.abs(scores.mean(axis=0) - model.mean()) <= 5 * deviation / sqrt(2 * COUNT) + 1e-12).all()
    assert scores.var(axis=0) == pytest.approx(model.variance(), rel=0.06, abs=1e-9)


def test_means_and_variances_are_the_closed_forms() -> None:
    low, mode, high = np.array([[2.0]]), np.array([[3.0]]), np.array([[8.0]])
    cases = [
        (uniform(low, high), 5, 3),
        (triangular(low, mode, high), 13 / 3, (4 + 9 + 64 - 6 - 16 - 24) / 18),
        (pert(low, mode, high), 22 / 6, (22 / 6 - 2) * (8 - 22 / 6) / 7),
        (normal(mode, low), 3, 4),
        (discrete([low, high], [0.25, 0.75]), 6.5, 36 * 3 / 16),
        (exact(high), 8, 0),
    ]
    for model, mean, variance in cases:
        assert model.mean()[0, 0] == pytest.approx(mean)
        assert model.variance()[0, 0] == pytest.approx(variance)


@given(
    ends=st.tuples(st.floats(-1e300, 1e300), st.floats(-1e300, 1e300), st.floats(-1e300, 1e300)),
    seed=st.integers(0, 2**63),
)
@settings(max_examples=60)
def test_no_draw_leaves_its_range(ends: tuple[float, float, float], seed: int) -> None:
    low, mode, high = (np.array([[end]]) for end in sorted(ends))
    for model in (uniform(low, high), triangular(low, mode, high), pert(low, mode, high)):
        scores = drawn(model, 200, seed)
        assert ((low <= scores) & (scores <= high)).all()
        assert low <= model.mean() <= high


@pytest.mark.parametrize(("low", "high"), [(0.0, 5e-324), (-1.7e308, 1.7e308), (1e16, 1e16 + 2), (-1e-310, 1e-310)])
def test_ranges_of_any_magnitude_give_numbers(low: float, high: float) -> None:
    ends = np.array([[low]]), np.array([[high]])
    for model in (uniform(*ends), triangular(ends[0], *ends), pert(ends[0], ends[1], ends[1])):
        scores = drawn(model, 100)
        assert ((low <= scores) & (scores <= high)).all()
        assert not np.isnan(model.variance()).any()


def test_a_range_of_no_width_and_a_deviation_of_0_are_known_scores() -> None:
    for model in (uniform(MODE, MODE), triangular(MODE, MODE, MODE), pert(MODE, MODE, MODE), normal(MODE, 0 * MODE)):
        assert (drawn(model, 10) == MODE).all()
        assert model.variance().tolist() == [[0, 0, 0]]
        assert model.mean().tolist() == MODE.tolist()


def test_only_normal_and_known_scores_make_a_normal_model() -> None:
    assert normal(MODE, [[1, 0, 2]]).is_normal
    assert exact(MODE).is_normal
    assert not mixed([[0, 1, 0]], [normal(MODE, HIGH), uniform(LOW, HIGH)]).is_normal


# Common random numbers


@pytest.mark.parametrize("family", [triangular, pert])
def test_editing_one_cell_leaves_the_draws_of_all_others(family: Callable[..., ScoreModel]) -> None:
    edited = HIGH.copy()
    edited[0, 1] = 130
    before, after = drawn(family(LOW, MODE, HIGH), 500), drawn(family(LOW, MODE, edited), 500)
    assert (before[:, :, [0, 2]] == after[:, :, [0, 2]]).all()
    assert (before[:, :, 1] != after[:, :, 1]).all()


def test_making_one_cell_known_leaves_the_draws_of_all_others() -> None:
    known = np.array([[15.0, 80, -5]]), np.array([[15.0, 100, 20]])
    before, after = drawn(normal(MODE, HIGH), 500), drawn(normal(MODE, HIGH * [[0, 1, 1]]), 500)
    assert (before[:, :, 1:] == after[:, :, 1:]).all()
    assert (drawn(uniform(*known), 5)[:, 0, 0] == 15).all()


@given(moved=st.floats(1e-9, 1e-4))
@settings(max_examples=20)
def test_a_small_move_of_a_range_moves_each_draw_a_little(moved: float) -> None:
    for family in (triangular, pert):
        one, other = drawn(family(LOW, MODE, HIGH), 300), drawn(family(LOW, moved_by(MODE, 0, moved), HIGH), 300)
        assert np.abs(one - other).max() <= 20 * moved + 1e-9


def test_a_cell_of_a_mixture_draws_what_its_model_draws() -> None:
    models = list(MODELS.values())
    choice = np.array([[3, 5, 4]])
    model = mixed(choice, models)
    scores = drawn(model, 800)
    for k, place in enumerate(choice[0]):
        assert (scores[:, 0, k] == drawn(models[place], 800)[:, 0, k]).all()
        assert model.mean()[0, k] == models[place].mean()[0, k]
        assert model.variance()[0, k] == models[place].variance()[0, k]


def test_cells_are_independent_of_each_other_and_from_draw_to_draw() -> None:
    scores = drawn(uniform(np.zeros((2, 3)), np.ones((2, 3)))).reshape(COUNT, 6)
    assert np.abs(np.corrcoef(scores.T) - np.eye(6)).max() < 5 / sqrt(COUNT)
    assert abs(np.corrcoef(scores[1:, 0], scores[:-1, 0])[0, 1]) < 5 / sqrt(COUNT)


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("shape", [(1, 1), (7, 11)])
def test_blocks_of_any_size_are_the_same_draws_bit_for_bit(name: str, shape: tuple[int, int]) -> None:
    model = mixed(np.zeros(shape, dtype=int), [widened(MODELS[name], shape)])
    told = drawn(model, 1200, 3)
    assert told.shape == (1200, *shape)
    for rows in (1, 700, 1200, 5000):
        blocks = list(model.draw(1200, 3, rows=rows))
        assert [len(block) for block in blocks[:-1]] == [rows] * (len(blocks) - 1)
        assert np.concatenate(blocks).tobytes() == told.tobytes()
    assert drawn(model, 50, 3).tobytes() == told[:50].tobytes()
    assert (drawn(model, 1200, 4) != told).any() or name == "exact"


def widened(model: ScoreModel, shape: tuple[int, int]) -> ScoreModel:
    """The law of the first cell, in every cell of another shape."""
    everywhere = np.zeros(shape[0] * shape[1], dtype=np.intp)
    laws = []
    for law in model.laws:
        first = law.only(everywhere)
        object.__setattr__(first, "cells", np.arange(everywhere.size))
        laws.append(first)
    return ScoreModel(shape, tuple(laws[:1]))


def test_the_caller_may_change_its_arrays_afterwards() -> None:
    low, high = LOW.copy(), HIGH.copy()
    model = uniform(low, high)
    before = drawn(model, 20)
    low += 5
    assert (drawn(model, 20) == before).all()


# Refusals

NAN, HALF = float("nan"), [0.5, 0.5]
TABLES = np.zeros((2, 1, 3))


@pytest.mark.parametrize(
    ("make", "kind", "argument", "row", "column"),
    [
        (lambda: triangular(LOW, moved_by(MODE, 1, 50), HIGH), DomainError, "mode", 0, 1),
        (lambda: pert(moved_by(LOW, 2, 9), MODE, HIGH), DomainError, "low", 0, 2),
        (lambda: uniform(HIGH, LOW), DomainError, "low", 0, 0),
        (lambda: uniform(LOW, HIGH[:, :2]), ShapeError, "high", None, None),
        (lambda: triangular(LOW, MODE.T, HIGH), ShapeError, "mode", None, None),
        (lambda: pert(LOW, [[1, NAN, 1]], HIGH), MissingScoreError, "mode", 0, 1),
        (lambda: uniform(LOW, [[1, 1, np.inf]]), NotFiniteError, "high", 0, 2),
        (lambda: normal(MODE, [[1, 0, -1]]), DomainError, "sd", 0, 2),
        (lambda: normal(MODE, [[1, 1e308, 1]]), DomainError, "sd", 0, 1),
        (lambda: normal(MODE, [[1, 1]]), ShapeError, "sd", None, None),
        (lambda: exact([[1, NAN]]), MissingScoreError, "values", 0, 1),
        (lambda: discrete(TABLES, [0.5, 0.4]), DomainError, "probabilities", None, None),
        (lambda: discrete(TABLES, [1.5, -0.5]), DomainError, "probabilities", None, 1),
        (lambda: discrete(TABLES, [1.0]), ShapeError, "probabilities", None, None),
        (lambda: discrete(TABLES[0], HALF), ShapeError, "values", None, None),
        (lambda: discrete([[[1, 2]], [[1, NAN]]], HALF), MissingScoreError, "values[1]", 0, 1),
        (lambda: mixed([[0, 2, 0]], [uniform(LOW, HIGH)]), ShapeError, "choice", None, None),
        (lambda: mixed([[0.0, 0.0]], [uniform(LOW, HIGH)]), ShapeError, "choice", None, None),
        (lambda: mixed([[0, 0]], [uniform(LOW, HIGH)]), ShapeError, "models", None, None),
        (lambda: list(uniform(LOW, HIGH).draw(0, 1)), DomainError, "count", None, None),
        (lambda: list(uniform(LOW, HIGH).draw(1, -1)), DomainError, "seed", None, None),
        (lambda: list(uniform(LOW, HIGH).draw(1, 1, rows=0)), DomainError, "rows", None, None),
    ],
)
def test_what_no_law_can_be_is_refused_by_name_and_place(
    make: Callable[[], object], kind: type[InputError], argument: str, row: int | None, column: int | None
) -> None:
    with pytest.raises(kind) as found:
        make()
    assert type(found.value) is kind
    assert (found.value.argument, found.value.row, found.value.column) == (argument, row, column)


def test_progress_rises_to_one_and_a_cancel_stops() -> None:
    told: list[float] = []
    list(uniform(LOW, HIGH).draw(100, 5, rows=30, progress=told.append))
    assert told == pytest.approx([0, 0.3, 0.6, 0.9, 1.0])
    stop = threading.Event()
    blocks = uniform(LOW, HIGH).draw(100, 5, rows=30, cancel=stop)
    next(blocks)
    stop.set()
    with pytest.raises(Cancelled):
        next(blocks)
