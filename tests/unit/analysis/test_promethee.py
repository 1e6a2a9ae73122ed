"""PROMETHEE I and II and GAIA: the published examples, pairs in plain loops, and the laws of the methods."""

from __future__ import annotations

import math
import threading
import tracemalloc
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from desktop.analysis.arrays import (
    Array,
    DomainError,
    Flags,
    MissingScoreError,
    NotFiniteError,
    ShapeError,
    WeightError,
)
from desktop.analysis.promethee import (
    INCOMPARABLE,
    Preference,
    PreparedPromethee,
    Promethee,
    Shape,
    gaia,
    promethee,
)
from desktop.analysis.work import Cancelled
from tests.decisions import exact_shares, matrices

Case = tuple[Array, Array, Flags, list[Preference]]
LAW = settings(max_examples=40)

GOLDEN = (
    np.array([(1, 10, 1), (4, 20, 2), (2, 20, 0), (6, 40, 0), (30, 30, 3)], dtype=float),
    np.array([0.2, 0.3, 0.5]),
    np.array([False, False, True]),
    [Preference(Shape.GAUSSIAN, s=4), Preference(Shape.LEVEL, q=11, p=15), Preference(Shape.LINEAR, q=1, p=3)],
)


@st.composite
def preferences(draw: DrawFn, step: float = 1.0, most: int = 60) -> Preference:
    """A preference function whose thresholds are whole steps, often met exactly by differences of scores."""
    q = draw(st.integers(0, most))
    p = q + draw(st.integers(0, most))
    return Preference(draw(st.sampled_from(Shape)), q=q * step, p=p * step, s=draw(st.integers(1, most)) * step)


@st.composite
def cases(draw: DrawFn, step: float = 1.0) -> Case:
    """(matrix, shares, maximise, preferences); the scores are whole steps."""
    matrix, shares, maximise = draw(matrices())
    wanted = draw(st.lists(preferences(step), min_size=len(shares), max_size=len(shares)))
    return matrix * step, shares, maximise, wanted


def preference_of(d: Any, preference: Preference) -> Any:
    """P(d) as the paper tabulates it, of a float or of a fraction."""
    q, p = (type(d)(threshold) for threshold in (preference.q, preference.p))
    if d <= 0:
        return d * 0
    if preference.shape is Shape.GAUSSIAN:
        return type(d)(-math.expm1(-0.5 * float(d / preference.s) ** 2))
    if preference.shape is Shape.LEVEL:
        return type(d)((d > q) + (d > p)) / 2
    if preference.shape in (Shape.LINEAR, Shape.V):
        start = q if preference.shape is Shape.LINEAR else q * 0
        return min(max((d - start) / (p - start), d * 0), d / d) if p > start else type(d)(d > start)
    return type(d)(d > (q if preference.shape is Shape.U else 0))


def flows_by_pairs(column: list[Any], preference: Preference) -> list[tuple[Any, Any]]:
    """(sum_b P(a, b), sum_b P(b, a)) of each option, pair by pair."""
    return [
        (
            sum((preference_of(own - other, preference) for other in column), own * 0),
            sum((preference_of(other - own, preference) for other in column), own * 0),
        )
        for own in column
    ]


def flows_of(column: Any, preference: Preference) -> tuple[Array, Array]:
    """The sums of one criterion as the engine has them, before they are divided by m - 1."""
    held = PreparedPromethee.of(np.asarray(column, dtype=float)[:, None], np.array([True]), [preference])
    others = max(len(column) - 1, 1)
    return held.positive[0] * others, held.negative[0] * others


def test_the_published_example_of_usual_preferences() -> None:
    found = promethee(
        [(4, 3, 2), (3, 2, 4), (5, 1, 3)], [0.5, 0.3, 0.2], np.ones(3, dtype=bool), [Preference(Shape.USUAL)] * 3
    )
    assert found.net == pytest.approx([0.1, -0.3, 0.2])
    assert found.ranks.tolist() == [2, 3, 1]


def test_the_example_of_three_shapes_and_its_plane() -> None:
    found = promethee(*GOLDEN)
    assert found.net == pytest.approx([0.1784, 0.2377, -0.0385, -0.4152, 0.0375], abs=5e-5)
    assert found.ranks.tolist() == [2, 1, 4, 5, 3]
    assert gaia(found.unicriterion, GOLDEN[1]).quality == pytest.approx(0.981, abs=5e-4)


@LAW
@given(case=cases())
def test_flows_agree_with_pairs_in_exact_arithmetic(case: Case) -> None:
    matrix, shares, maximise, wanted = case
    found, others = promethee(*case), max(len(matrix) - 1, 1)
    totals = np.zeros((2, len(matrix)))
    for k, weight in enumerate(exact_shares(shares)):
        column = [Fraction(score) if maximise[k] else -Fraction(score) for score in matrix[:, k]]
        pairs = flows_by_pairs(column, wanted[k])
        net = [float(given - taken) / others for given, taken in pairs]
        assert found.unicriterion[:, k] == pytest.approx(net, abs=1e-12)
        totals += np.array([[float(weight * flow) for flow in both] for both in pairs]).T / others
    assert found.positive == pytest.approx(totals[0], abs=1e-12)
    assert found.negative == pytest.approx(totals[1], abs=1e-12)
    assert found.net == pytest.approx(totals[0] - totals[1], abs=1e-12)


@settings(max_examples=300)
@given(
    steps=st.lists(st.integers(-40, 40), min_size=1, max_size=14),
    preference=preferences(0.1, 12),
    offset=st.sampled_from([0.0, 0.3, 1e6, -1e15]),
)
def test_differences_at_a_threshold_fall_as_the_float_differences_do(
    steps: list[int], preference: Preference, offset: float
) -> None:
    column = [offset + step / 10 for step in steps]
    found = np.transpose(flows_of(column, preference))
    assert found == pytest.approx(np.array(flows_by_pairs(column, preference)), abs=1e-9)


def test_a_difference_rounded_onto_the_threshold_does_not_exceed_it() -> None:
    # 1 - x is rounded to 1 for all but the largest x; x + q would place many of them on the other side.
    tiny = [2.0**-53 * part / 64 for part in range(1, 64)]
    for q in (1.0, 1 - 2.0**-53, 1 - 2.0**-52):
        preference, column = Preference(Shape.U, q=q), [*tiny, 1.0, 0.0, 2.0]
        assert np.transpose(flows_of(column, preference)).tolist() == [
            list(pair) for pair in flows_by_pairs(column, preference)
        ]


def test_a_difference_rounded_to_the_end_of_a_ramp_is_worth_no_more_than_one() -> None:
    q = 1e6
    p = math.nextafter(q, math.inf)
    # 0.4 of the ramp is lost when the difference is rounded to p.
    column, preference = [p, *(-part * (p - q) for part in (0.4, 0.375, 0.25))], Preference(Shape.LINEAR, q=q, p=p)
    assert [flow.tolist() for flow in flows_of(column, preference)] == [[3, 0, 0, 0], [0, 1, 1, 1]]


def by_arrays(column: Array, preference: Preference) -> tuple[Array, Array]:
    """All pairs at once: what the sorted sums replace."""
    d, q, p = column[:, None] - column, preference.q, preference.p
    with np.errstate(divide="ignore", invalid="ignore"):
        preferred = {
            Shape.USUAL: np.ones_like(d),
            Shape.U: d > q,
            Shape.V: np.minimum(d / p, 1),
            Shape.LEVEL: ((d > q) * 1.0 + (d > p)) / 2,
            Shape.LINEAR: np.clip((d - q) / (p - q), 0, 1),
            Shape.GAUSSIAN: 1 - np.exp(-(d**2) / (2 * preference.s**2)),
        }[preference.shape]
    preferred = np.where(d > 0, preferred, 0.0)
    return preferred.sum(axis=1), preferred.sum(axis=0)


@pytest.mark.parametrize("shape", Shape)
@pytest.mark.parametrize("m", [2, 30, 300, 700])
def test_sorted_sums_agree_with_all_pairs_at_once(shape: Shape, m: int) -> None:
    rng = np.random.default_rng(m)
    preference = Preference(shape, q=0.3, p=1.7, s=0.8)
    for column in (rng.normal(size=m), np.round(rng.normal(size=m), 1), 1e6 + rng.exponential(size=m)):
        for own, other in zip(flows_of(column, preference), by_arrays(column, preference), strict=True):
            assert own == pytest.approx(other, abs=1e-8 if column.min() > 1e5 else 1e-10)


def test_a_narrow_ramp_in_a_wide_column_keeps_its_digits() -> None:
    rng = np.random.default_rng(2)
    column = np.concatenate([rng.integers(0, 400, 60) / 1024, 1e11 + rng.integers(0, 400, 60) / 1024, [-4e14]])
    preference = Preference(Shape.LINEAR, q=1 / 128, p=1 / 16)
    exact = flows_by_pairs([Fraction(score) for score in column], preference)
    assert np.transpose(flows_of(column, preference)) == pytest.approx(np.array(exact, dtype=float), abs=1e-11)


def test_a_narrow_ramp_behind_a_wide_threshold_keeps_its_digits() -> None:
    rng = np.random.default_rng(3)
    column = np.concatenate([shift + rng.integers(0, 32, 90) / 2**26 for shift in (0.0, 1e6)])
    preference = Preference(Shape.LINEAR, q=1e6, p=1e6 + 2.0**-21)
    exact = flows_by_pairs([Fraction(score) for score in column], preference)
    assert np.transpose(flows_of(column, preference)) == pytest.approx(np.array(exact, dtype=float), abs=1e-9)


@LAW
@given(case=cases(), data=st.data())
def test_permuting_options_permutes_what_is_found(case: Case, data: st.DataObject) -> None:
    matrix, *rest = case
    order = data.draw(st.permutations(range(len(matrix))))
    found, permuted = promethee(*case), promethee(matrix[order], *rest)
    assert permuted.positive == pytest.approx(found.positive[order], abs=1e-12)
    assert permuted.negative == pytest.approx(found.negative[order], abs=1e-12)
    assert permuted.ranks.tolist() == found.ranks[order].tolist()
    assert permuted.partial().tolist() == found.partial()[np.ix_(order, order)].tolist()


@LAW
@given(case=cases(), factor=st.sampled_from([1e-300, 0.3, 1e300]), data=st.data())
def test_the_order_of_criteria_and_the_scale_of_weights_change_nothing(
    case: Case, factor: float, data: st.DataObject
) -> None:
    matrix, shares, maximise, wanted = case
    order = data.draw(st.permutations(range(len(shares))))
    found = promethee(*case)
    permuted = promethee(matrix[:, order], factor * shares[order], maximise[order], [wanted[k] for k in order])
    assert permuted.net == pytest.approx(found.net, abs=1e-12)
    assert permuted.ranks.tolist() == found.ranks.tolist()
    assert permuted.unicriterion == pytest.approx(found.unicriterion[:, order])


@LAW
@given(case=cases(), unit=st.sampled_from([2.0**-900, 2.0**-40, 8.0, 2.0**900]))
def test_another_unit_for_scores_and_thresholds_changes_nothing(case: Case, unit: float) -> None:
    matrix, shares, maximise, wanted = case
    scaled = [Preference(kind.shape, q=kind.q * unit, p=kind.p * unit, s=kind.s * unit) for kind in wanted]
    found = promethee(matrix * unit, shares, maximise, scaled)
    assert found.net == pytest.approx(promethee(*case).net, abs=1e-12)


@LAW
@given(case=cases())
def test_net_flows_sum_to_nothing_and_are_the_weighted_flows_of_the_criteria(case: Case) -> None:
    found = promethee(*case)
    assert found.net.sum() == pytest.approx(0, abs=1e-12)
    assert found.unicriterion.sum(axis=0) == pytest.approx(0, abs=1e-12)
    assert found.net == pytest.approx(found.unicriterion @ case[1], abs=1e-12)
    assert found.net == pytest.approx(found.positive - found.negative)
    for flow in (found.positive, found.negative):
        assert flow.min() >= 0
        assert flow.max() <= 1 + 1e-12


@LAW
@given(case=cases())
def test_a_dominated_option_never_outranks_its_dominator(case: Case) -> None:
    matrix, _, maximise, _ = case
    found, upward = promethee(*case), np.where(maximise, matrix, -matrix)
    relations = found.partial()
    for first, second in product(range(len(matrix)), repeat=2):
        if (upward[first] >= upward[second]).all():
            assert found.positive[first] >= found.positive[second] - 1e-12
            assert found.negative[first] <= found.negative[second] + 1e-12
            assert found.ranks[first] <= found.ranks[second]
            assert relations[first, second] in (0, 1)


@LAW
@given(case=cases(), data=st.data())
def test_duplicates_tie_and_are_indifferent(case: Case, data: st.DataObject) -> None:
    matrix, *rest = case
    twin = data.draw(st.integers(0, len(matrix) - 1))
    found = promethee(np.vstack([matrix, matrix[twin]]), *rest)
    assert found.net[-1] == pytest.approx(found.net[twin], abs=1e-12)
    assert found.ranks[-1] == found.ranks[twin]
    assert found.partial()[-1, twin] == 0


@LAW
@given(case=cases())
def test_relations_are_those_of_the_flows(case: Case) -> None:
    found = promethee(*case)
    relations = found.partial()
    assert relations.dtype == np.int8
    for a, b in product(range(len(found.net)), repeat=2):
        assert relations[a, b] == relation_of(found, a, b)


def relation_of(found: Promethee, a: int, b: int) -> int:
    """PROMETHEE I as Brans & Vincke 1985 word it, for one pair."""
    gain, loss = found.positive[a] - found.positive[b], found.negative[a] - found.negative[b]
    gain, loss = (0.0 if abs(part) <= 1e-9 else part for part in (gain, loss))
    if gain == 0 and loss == 0:
        return 0
    if gain >= 0 and loss <= 0:
        return 1
    return -1 if gain <= 0 and loss >= 0 else INCOMPARABLE


def test_all_four_relations_occur() -> None:
    relations = promethee(*GOLDEN).partial()
    assert relations[1, 0] == 1
    assert relations[0, 1] == -1
    assert relations[0, 4] == relations[4, 0] == INCOMPARABLE
    assert not relations.diagonal().any()
    assert not relations.flags.writeable


def test_flows_within_a_billionth_are_equal() -> None:
    def relation(gain: float, loss: float) -> int:
        flows = np.array([0.5 + gain, 0.5]), np.array([0.25 + loss, 0.25])
        return int(Promethee(*flows, flows[0] - flows[1], np.array([1, 1]), np.zeros((2, 1))).partial()[0, 1])

    assert relation(0.9e-9, -0.9e-9) == 0
    assert relation(1.1e-9, 0.9e-9) == 1
    assert relation(-0.9e-9, 1.1e-9) == -1
    assert relation(1.1e-9, 1.1e-9) == INCOMPARABLE


def test_one_option_has_no_flows() -> None:
    for shape in Shape:
        found = promethee([(3, 4)], [1, 2], np.array([True, False]), [Preference(shape, q=1, p=2)] * 2)
        assert (found.net.tolist(), found.positive.tolist(), found.ranks.tolist()) == ([0], [0], [1])
        assert found.partial().tolist() == [[0]]


def test_thresholds_that_meet_are_the_limit_of_their_shape() -> None:
    column = [0.0, 1, 2, 4]
    for shape, q in ((Shape.LEVEL, 2.0), (Shape.LINEAR, 2.0), (Shape.V, 0.0)):
        own, limit = flows_of(column, Preference(shape, q=q, p=q)), flows_of(column, Preference(Shape.U, q=q))
        assert [flow.tolist() for flow in own] == [flow.tolist() for flow in limit]


@pytest.mark.parametrize("shape", Shape)
def test_the_largest_and_the_smallest_numbers_there_are_do_no_harm(shape: Shape) -> None:
    largest, smallest = 1.7e308, 5e-324
    for column in ([largest, -largest, 0.0, smallest], [smallest, 2 * smallest, 0.0], [0.0, -0.0, 0.0]):
        for threshold in (smallest, 1.0, largest):
            for preference in (Preference(shape, q=0, p=threshold, s=threshold), Preference(shape, q=1, p=largest)):
                for flow in flows_of(column, preference):
                    assert ((flow >= 0) & (flow <= len(column) - 1)).all()
    given_, taken = flows_of([largest, -largest, 0.0], Preference(shape, q=1, p=2, s=1))
    assert (given_.tolist(), taken.tolist()) == ([2, 0, 1], [0, 2, 1])


@settings(max_examples=30)
@given(case=cases(), data=st.data())
def test_the_held_form_forgets_the_weights_before(case: Case, data: st.DataObject) -> None:
    matrix, shares, maximise, wanted = case
    held = PreparedPromethee.of(matrix, maximise, wanted)
    held.at(data.draw(st.permutations(shares.tolist())))
    again, fresh = held.at(shares), promethee(*case)
    for name in ("positive", "negative", "net", "ranks", "unicriterion"):
        assert getattr(again, name).tolist() == getattr(fresh, name).tolist()
        assert not getattr(again, name).flags.writeable


@pytest.mark.parametrize(("shape", "bytes_a_pair"), [(Shape.LINEAR, 0.5), (Shape.LEVEL, 0.5), (Shape.GAUSSIAN, 3.0)])
def test_no_array_of_all_pairs_is_held(shape: Shape, bytes_a_pair: float) -> None:
    matrix = np.random.default_rng(4).random((2500, 2))
    tracemalloc.start()
    PreparedPromethee.of(matrix, np.ones(2, dtype=bool), [Preference(shape, q=0.1, p=0.3, s=0.2)] * 2)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < bytes_a_pair * len(matrix) ** 2


def test_progress_rises_to_the_end_and_cancel_stops() -> None:
    matrix = np.random.default_rng(4).random((1200, 3))
    parts: list[float] = []
    cancel, wanted, maximise = threading.Event(), [Preference(Shape.GAUSSIAN, s=0.2)] * 3, np.ones(3, dtype=bool)
    promethee(matrix, [1, 1, 1], maximise, wanted, progress=parts.append, cancel=cancel)
    assert len(parts) > 6
    assert parts == sorted(parts)
    assert parts[-1] == 1.0
    cancel.set()
    with pytest.raises(Cancelled):
        promethee(matrix, [1, 1, 1], maximise, wanted, cancel=cancel)


def test_errors_name_the_threshold() -> None:
    for name, wrong in (
        ("q", {"shape": Shape.USUAL, "q": -1.0}),
        ("p", {"shape": Shape.V, "p": -0.5}),
        ("p", {"shape": Shape.LINEAR, "q": 2.0, "p": 1.0}),
        ("p", {"shape": Shape.LEVEL, "q": 2.0, "p": 1.0}),
        ("s", {"shape": Shape.GAUSSIAN, "s": 0.0}),
        ("s", {"shape": Shape.USUAL, "s": -1.0}),
    ):
        with pytest.raises(DomainError) as domain:
            Preference(**wrong)  # type: ignore[arg-type]
        assert domain.value.argument == name
    for name in ("q", "p", "s"):
        for number in (math.nan, math.inf):
            with pytest.raises(NotFiniteError) as infinite:
                Preference(Shape.USUAL, **{name: number})
            assert infinite.value.argument == name


def test_errors_name_the_argument_and_its_place() -> None:
    both, usual = np.ones(2, dtype=bool), [Preference()] * 2
    with pytest.raises(MissingScoreError) as missing:
        promethee([(1, 2), (np.nan, 3)], [1, 1], both, usual)
    assert (missing.value.argument, missing.value.row, missing.value.column) == ("matrix", 1, 0)
    with pytest.raises(WeightError):
        promethee([(1, 2)], [1, -1], both, usual)
    for matrix, weights, maximise, wanted, argument in (
        ([1, 2], [1, 1], both, usual, "matrix"),
        ([(1, 2)], [1], both, usual, "weights"),
        ([(1, 2)], [1, 1], [1, 1], usual, "maximise"),
        ([(1, 2)], [1, 1], both, usual[:1], "preferences"),
    ):
        with pytest.raises(ShapeError) as shape:
            promethee(matrix, weights, maximise, wanted)
        assert shape.value.argument == argument


@LAW
@given(case=cases())
def test_the_quality_is_the_part_of_the_inertia_in_the_plane(case: Case) -> None:
    flows = promethee(*case).unicriterion
    found, inertia = gaia(flows, case[1]), np.linalg.eigvalsh(flows.T @ flows / len(flows))
    if inertia.sum() <= 0:
        assert (found.quality, bool(found.options.any()), bool(found.criteria.any())) == (1.0, False, False)
        return
    assert found.quality == pytest.approx(inertia[-2:].sum() / inertia.sum(), abs=1e-9)
    assert np.square(found.options).sum() / len(flows) == pytest.approx(inertia[-2:].sum(), abs=1e-9)
    assert found.decision == pytest.approx(found.criteria.T @ case[1], abs=1e-12)


@LAW
@given(case=cases())
def test_axes_are_at_right_angles_and_of_length_one_or_absent(case: Case) -> None:
    axes = gaia(promethee(*case).unicriterion, case[1]).criteria
    lengths = np.square(axes).sum(axis=0)
    assert np.minimum(lengths, np.abs(1 - lengths)) == pytest.approx(0, abs=1e-9)
    assert lengths[0] >= lengths[1] - 1e-9
    assert axes[:, 0] @ axes[:, 1] == pytest.approx(0, abs=1e-9)


@LAW
@given(case=cases())
def test_two_criteria_lose_nothing_in_the_plane(case: Case) -> None:
    matrix, _, maximise, wanted = case
    assume(matrix.shape[1] >= 2)
    found = promethee(matrix[:, :2], [2, 3], maximise[:2], wanted[:2])
    plane = gaia(found.unicriterion, [2, 3])
    assert plane.quality == pytest.approx(1)
    assert plane.options @ plane.decision == pytest.approx(found.net, abs=1e-9)
    assert plane.options @ plane.criteria.T == pytest.approx(found.unicriterion, abs=1e-9)


@LAW
@given(case=cases(), data=st.data())
def test_the_plane_does_not_depend_on_the_order_of_options_and_criteria(case: Case, data: st.DataObject) -> None:
    flows, shares = promethee(*case).unicriterion, case[1]
    sizes = np.square(np.linalg.svd(np.vstack([flows, np.zeros((3, flows.shape[1]))]), compute_uv=False))
    gaps = -np.diff(np.append(sizes, 0.0))[:2]
    assume((gaps > 1e-3).all())
    rows, columns = (data.draw(st.permutations(range(size))) for size in flows.shape)
    plane, permuted = gaia(flows, shares), gaia(flows[np.ix_(rows, columns)], shares[columns])
    clear = np.abs(plane.decision) > 1e-8
    assert permuted.options[:, clear] == pytest.approx(plane.options[rows][:, clear], abs=1e-7)
    assert permuted.criteria[:, clear] == pytest.approx(plane.criteria[columns][:, clear], abs=1e-7)
    assert (plane.decision >= -1e-9).all()


def test_an_axis_at_right_angles_to_the_weights_still_has_a_direction() -> None:
    # Opposite criteria of equal weight: the decision axis is nothing; three options differ, one against two.
    flows = np.array([(1.0, -1), (-0.5, 0.5), (-0.5, 0.5)])
    plane, mirrored = gaia(flows, [1, 1]), gaia(flows[::-1, ::-1], [1, 1])
    assert plane.decision == pytest.approx([0, 0])
    assert plane.options[:, 0] == pytest.approx(np.array([2, -1, -1]) / math.sqrt(2))
    assert mirrored.options[::-1] == pytest.approx(plane.options)
    assert mirrored.criteria[::-1] == pytest.approx(plane.criteria)


def test_a_plane_of_one_criterion_or_one_option() -> None:
    line = gaia([[-1.0], [0.0], [1.0]], [5])
    assert line.options.tolist() == [[-1, 0], [0, 0], [1, 0]]
    assert (line.criteria.tolist(), line.decision.tolist(), line.quality) == ([[1, 0]], [1, 0], 1.0)
    point = gaia([[0.0, 0.0, 0.0]], [1, 1, 1])
    assert (point.options.shape, point.criteria.shape, point.quality) == ((1, 2), (3, 2), 1.0)
    assert not any(array.flags.writeable for array in (point.options, point.criteria, point.decision))


def test_the_plane_of_tiny_flows_is_that_of_large_ones() -> None:
    flows, shares = promethee(*GOLDEN).unicriterion, GOLDEN[1]
    assert gaia(flows * 1e-200, shares).quality == pytest.approx(gaia(flows, shares).quality)
    assert gaia(flows * 1e-200, shares).criteria == pytest.approx(gaia(flows, shares).criteria)


def test_errors_of_the_plane_name_the_argument() -> None:
    with pytest.raises(ShapeError) as shape:
        gaia([1.0, 2.0], [1, 1])
    assert shape.value.argument == "unicriterion_net_flows"
    with pytest.raises(WeightError):
        gaia([(0.1, -0.1)], [0, 0])
