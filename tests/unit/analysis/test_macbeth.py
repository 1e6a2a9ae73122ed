"""MACBETH: the scale of least span, its intervals, dragging, contradictions and their smallest repairs, and weights."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from desktop.analysis.arrays import Array, DomainError, Flags, InputError, NotFiniteError, ShapeError
from desktop.analysis.contradiction import ContradictionError
from desktop.analysis.macbeth import Macbeth, is_admissible, macbeth, macbeth_weights, move, room
from desktop.analysis.macbeth_judgements import Judgement, contradiction
from desktop.analysis.macbeth_repairs import macbeth_repairs
from desktop.analysis.work import Cancelled

Case = tuple[list[Judgement], int]

A, B, C, D = range(4)


def exactly(better: int, worse: int, category: int) -> Judgement:
    return Judgement(better, worse, category, category)


GOLDEN = [
    exactly(A, B, 2),
    exactly(B, C, 1),
    exactly(C, D, 3),
    exactly(A, C, 3),
    exactly(B, D, 4),
    exactly(A, D, 5),
]
CONTRADICTORY = [*GOLDEN[:5], exactly(A, D, 2)]


@st.composite
def cases(draw: DrawFn, most: int = 4, turned: bool = True) -> Case:
    """(judgements, n): some pairs, most with the better element first, some with hesitation."""
    n = draw(st.integers(2, most))
    pairs = draw(st.lists(st.sampled_from(list(combinations(range(n), 2))), unique=True, max_size=6))
    return [draw(judged(pair, turned)) for pair in pairs], n


@st.composite
def judged(draw: DrawFn, pair: tuple[int, int], turned: bool) -> Judgement:
    low = draw(st.integers(0, 6))
    high = draw(st.one_of(st.just(low), st.integers(low, 6)))
    better, worse = pair[::-1] if turned and draw(st.integers(0, 5)) == 0 else pair
    return Judgement(better, worse, low, high)


@st.composite
def consistent(draw: DrawFn, most: int = 5) -> Case:
    """Judgements of some pairs of hidden values: always consistent."""
    n = draw(st.integers(2, most))
    hidden = draw(st.lists(st.integers(0, 6), min_size=n, max_size=n))
    pairs = draw(st.lists(st.sampled_from(list(combinations(range(n), 2))), unique=True, max_size=10))
    found = []
    for x, y in pairs:
        better, worse = (x, y) if hidden[x] >= hidden[y] else (y, x)
        category = hidden[better] - hidden[worse]
        low, high = category - draw(st.integers(0, 1)), category + draw(st.integers(0, 1))
        found.append(Judgement(better, worse, max(0, low), min(6, high)))
    return found, n


def meets(judgements: list[Judgement], points: Array, steps: bool) -> Flags:
    """Which of the scales, points (..., n), meet the conditions pair by pair: by steps, or merely apart."""
    none = Judgement(0, 0, 0, 0)
    kept = np.ones(points.shape[:-1], dtype=bool)
    for one in judgements:
        lead = points[..., one.better] - points[..., one.worse]
        kept &= (abs(lead) < 1e-7) if one.high == 0 else (lead > -1e-7)
        for two in (*judgements, none):
            if one.low > two.high:
                more = lead - (points[..., two.better] - points[..., two.worse])
                kept &= (more > one.low - two.high - 1e-7) if steps else (more > 1e-7)
    return kept


def grid(n: int, span: float, parts: int) -> Array:
    """Every scale from 0 whose values are multiples of 1 / parts up to `span`."""
    ticks = np.arange(int(span * parts) + 1) / parts
    return np.array(list(product(ticks, repeat=n)))


def scale_of(case: Case) -> Macbeth | None:
    try:
        return macbeth(*case)
    except ContradictionError:
        return None


def test_the_golden_example_of_the_methods() -> None:
    found = macbeth(GOLDEN, 4)
    assert found.raw == pytest.approx([6, 4, 3, 0])
    assert found.values == pytest.approx([100, 200 / 3, 50, 0])
    assert found.low == pytest.approx(found.values)
    assert found.high == pytest.approx(found.values)


def test_the_golden_contradiction_is_named_and_repaired() -> None:
    with pytest.raises(ContradictionError, match="judgements 0, 4, 5 contradict each other") as caught:
        macbeth(CONTRADICTORY, 4)
    assert caught.value.conflict == (0, 4, 5)
    single, double = macbeth_repairs(CONTRADICTORY, 4).repairs
    assert [(change.place, change.judgement) for change in single] == [(5, exactly(A, D, 4))]
    assert [(change.place, change.steps) for change in double] == [(4, -1), (5, 1)]
    fewest = macbeth_repairs(CONTRADICTORY, 4, fewest="judgements")
    assert (fewest.repairs, fewest.complete) == ((single,), True)


@settings(max_examples=20, deadline=None)
@given(case=cases())
def test_a_scale_is_found_exactly_where_one_exists(case: Case) -> None:
    judgements, n = case
    found = scale_of(case)
    if found is None:
        assert not meets(judgements, grid(n, 9, 1), steps=False).any()
    else:
        assert meets(judgements, found.raw, steps=True)
        assert is_admissible(judgements, found.values) or found.raw.max() == 0


@settings(max_examples=20, deadline=None)
@given(case=cases(most=3))
def test_no_scale_on_a_fine_grid_has_a_smaller_span_or_lies_outside_the_intervals(case: Case) -> None:
    judgements, n = case
    found = scale_of(case)
    assume(found is not None and 0 < found.raw.max() <= 8)
    scales = grid(n, found.raw.max() + 1e-9, 4)
    scales = scales[meets(judgements, scales, steps=True)]
    assert (scales.max(axis=1) >= found.raw.max() - 1e-7).all()
    scaled = 100 * scales / found.raw.max()
    assert ((found.low - 1e-5 <= scaled) & (scaled <= found.high + 1e-5)).all()
    for end, reached in ((found.low, scaled.min(axis=0)), (found.high, scaled.max(axis=0))):
        quarters = end * found.raw.max() / 25
        on_grid = abs(quarters - np.round(quarters)) < 1e-6
        assert reached[on_grid] == pytest.approx(end[on_grid], abs=1e-5)


@settings(max_examples=25, deadline=None)
@given(case=consistent())
def test_hidden_values_always_have_a_scale_between_0_and_100_within_its_intervals(case: Case) -> None:
    found = macbeth(*case)
    assert meets(case[0], found.raw, steps=True)
    assert found.raw.min() == 0
    assert found.values.max() == pytest.approx(100 if found.raw.any() else 0)
    assert ((found.low - 1e-6 <= found.values) & (found.values <= found.high + 1e-6)).all()


@settings(max_examples=25, deadline=None)
@given(case=consistent(), data=st.data())
def test_permuting_the_elements_and_the_judgements_permutes_the_scale(case: Case, data: st.DataObject) -> None:
    judgements, n = case
    order = data.draw(st.permutations(range(n)))
    renamed = [Judgement(order[j.better], order[j.worse], j.low, j.high) for j in judgements]
    found, other = macbeth(judgements, n), macbeth(data.draw(st.permutations(renamed)), n)
    for ours, theirs in ((found.values, other.values), (found.low, other.low), (found.high, other.high)):
        assert theirs[list(order)] == pytest.approx(ours, abs=1e-5)


def test_elements_that_nothing_tells_apart_share_a_middle() -> None:
    found = macbeth([exactly(A, B, 1)], 4)
    assert found.values == pytest.approx([100, 0, 50, 50])
    assert found.low == pytest.approx([100, 0, 0, 0])
    assert found.high == pytest.approx([100, 0, 100, 100])


def test_elements_with_one_middle_that_cannot_both_have_it_keep_the_same_distance_from_it() -> None:
    top, bottom, x, y = range(4)
    found = macbeth([exactly(top, bottom, 4), Judgement(x, bottom, 0, 6), Judgement(top, y, 0, 6), exactly(x, y, 2)], 4)
    assert found.values[x] + found.values[y] == pytest.approx(100)
    assert meets(list(found.judgements), found.raw, steps=True)


def test_a_hesitation_leaves_more_open_than_one_category() -> None:
    found = macbeth([*GOLDEN[:4], Judgement(B, D, 1, 6), Judgement(A, D, 1, 6)], 4)
    assert found.raw.max() <= 6


@settings(max_examples=25, deadline=None)
@given(case=consistent(most=4), data=st.data())
def test_an_element_can_be_dragged_through_its_room_and_no_further(case: Case, data: st.DataObject) -> None:
    judgements, n = case
    scale = macbeth(judgements, n)
    low, high = room(scale)
    element = data.draw(st.integers(0, n - 1))
    share = data.draw(st.floats(0.01, 0.99))
    ends = max(float(low[element]), -500.0), min(float(high[element]), 500.0)
    moved = move(scale, element, ends[0] + share * (ends[1] - ends[0]))
    assert is_admissible(judgements, moved.values) or not scale.raw.any()
    if ends[0] < ends[1]:
        assert meets(judgements, moved.values, steps=False)
    for beyond in (low[element] - 1, high[element] + 1):
        if np.isfinite(beyond):
            with pytest.raises(DomainError, match="value must lie between"):
                move(scale, element, beyond)


@settings(max_examples=25, deadline=None)
@given(case=consistent(most=4), data=st.data())
def test_outside_its_room_an_element_breaks_a_judgement(case: Case, data: st.DataObject) -> None:
    judgements, n = case
    scale = macbeth(judgements, n)
    alone = {e for j in judgements if j.high == 0 for e in (j.better, j.worse)}
    free = [k for k in range(n) if not scale.held[k] and k not in alone]
    assume(free)
    element = data.draw(st.sampled_from(free))
    for end, step in ((room(scale)[0][element], -0.5), (room(scale)[1][element], 0.5)):
        if np.isfinite(end):
            outside = scale.values.copy()
            outside[element] = end + step
            assert not meets(judgements, outside, steps=False)
            assert not is_admissible(judgements, outside)


def test_a_drag_changes_the_room_of_the_others() -> None:
    scale = macbeth(GOLDEN, 4)
    low, high = room(scale)
    assert low == pytest.approx([100, 50, 100 / 3, 0])
    assert high == pytest.approx([100, 75, 200 / 3, 0])
    moved = move(scale, B, 70.0)
    assert moved.values == pytest.approx([100, 70, 50, 0])
    assert room(moved)[0][C] == pytest.approx(40)
    assert room(moved)[1][C] == pytest.approx(70)
    assert scale.values[B] == pytest.approx(200 / 3)


def test_indifferent_elements_move_together() -> None:
    scale = macbeth([exactly(A, B, 3), exactly(B, C, 0), exactly(C, D, 1)], 4)
    assert scale.values[B] == scale.values[C]
    moved = move(scale, C, scale.values[C] + 5)
    assert moved.values[B] == moved.values[C] == pytest.approx(scale.values[C] + 5)


def test_the_elements_that_define_0_and_100_stay() -> None:
    scale = macbeth(GOLDEN, 4)
    assert scale.held.tolist() == [True, False, False, True]
    for element in (A, D):
        with pytest.raises(DomainError, match="value must lie between"):
            move(scale, element, 50.0)


def test_reference_elements_give_0_and_100_to_good_and_neutral() -> None:
    found = macbeth(GOLDEN, 4, good=B, neutral=C)
    assert found.values == pytest.approx([300, 100, 0, -300])
    assert found.held.tolist() == [False, True, True, False]
    assert [room(found)[end][k] for end, k in ((0, B), (1, B), (0, C), (1, C))] == pytest.approx([100, 100, 0, 0])


def test_anchors_must_come_in_a_pair_and_the_right_way_round() -> None:
    with pytest.raises(DomainError, match="good and neutral must be given together"):
        macbeth(GOLDEN, 4, good=A)
    with pytest.raises(DomainError, match="good element 3 must be above the neutral one, 0"):
        macbeth(GOLDEN, 4, good=D, neutral=A)
    with pytest.raises(ShapeError, match="neutral"):
        macbeth(GOLDEN, 4, good=A, neutral=4)


@pytest.mark.parametrize(("judgements", "n"), [([], 1), ([], 3), ([exactly(A, B, 0)], 2), ([Judgement(A, B, 0, 6)], 2)])
def test_elements_that_no_judgement_tells_apart_are_all_worth_0(judgements: list[Judgement], n: int) -> None:
    found = macbeth(judgements, n)
    assert found.values.tolist() == found.low.tolist() == found.high.tolist() == [0] * n
    assert [end.tolist() for end in room(found)] == [[0] * n] * 2


@settings(max_examples=20, deadline=None)
@given(case=cases())
def test_a_named_contradiction_is_one_and_no_judgement_can_be_left_out_of_it(case: Case) -> None:
    judgements, n = case
    found = contradiction(judgements, n)
    assert (scale_of(case) is None) == bool(found)
    named = [judgements[place] for place in found]
    assert not found or contradiction(named, n) == tuple(range(len(found)))
    for left_out in range(len(found)):
        assert macbeth(named[:left_out] + named[left_out + 1 :], n)


def options_of(judgement: Judgement) -> dict[int, Judgement]:
    """Every change of a judgement, 0 for none, by its steps."""
    x, y, low, high = judgement.better, judgement.worse, judgement.low, judgement.high
    found = {0: judgement}
    for steps in range(1, 7 - high):
        found[steps] = Judgement(x, y, low + steps if low == high else low, high + steps)
    for steps in range(1, 7 + low):
        reached = low - steps
        top = reached if low == high else (high if reached >= 0 else 0)
        found[-steps] = Judgement(x, y, reached, top) if reached >= 0 else Judgement(y, x, -top, -reached)
    return found


@settings(max_examples=20, deadline=None)
@given(case=cases(most=3), fewest=st.sampled_from(["steps", "judgements"]))
def test_repairs_are_all_the_smallest_ones_there_are(case: Case, fewest: str) -> None:
    judgements, n = case
    found = macbeth_repairs(judgements, n, fewest=fewest, limit=50)
    options = [options_of(judgement) for judgement in judgements]
    best, least = set(), (np.inf, np.inf)
    for steps in sorted(product(*options), key=lambda taken: cost(taken, fewest)):
        if cost(steps, fewest) > least:
            break
        if not contradiction([choices[step] for choices, step in zip(options, steps, strict=True)], n):
            least = cost(steps, fewest)
            best.add(tuple((place, step) for place, step in enumerate(steps) if step))
    assert found.complete
    assert {tuple((change.place, change.steps) for change in repair) for repair in found.repairs} == best
    for repair in found.repairs:
        assert all(change.judgement == options[change.place][change.steps] for change in repair)


def cost(steps: tuple[int, ...], fewest: str) -> tuple[int, int]:
    total, changed = sum(map(abs, steps)), sum(step != 0 for step in steps)
    return (changed, total) if fewest == "judgements" else (total, 0)


def test_a_cycle_is_repaired_by_turning_any_one_judgement_round() -> None:
    found = macbeth_repairs([exactly(A, B, 1), exactly(B, C, 1), exactly(C, A, 1)], 3)
    assert [repair[0].judgement for repair in found.repairs] == [exactly(B, A, 1), exactly(C, B, 1), exactly(A, C, 1)]
    assert {repair[0].steps for repair in found.repairs} == {-2}


def test_repairs_stop_at_the_limit_and_say_so() -> None:
    found = macbeth_repairs([exactly(A, B, 1), exactly(B, C, 1), exactly(C, A, 1)], 3, limit=2)
    assert (len(found.repairs), found.complete) == (2, False)


def test_several_contradictions_at_once_are_repaired_and_every_repair_is_consistent() -> None:
    values = [9, 7, 6, 4, 1, 0]
    judgements = [exactly(x, y, min(6, values[x] - values[y])) for x, y in combinations(range(6), 2)]
    for place, category in ((0, 5), (6, 1), (12, 6)):
        judgements[place] = exactly(judgements[place].better, judgements[place].worse, category)
    found = macbeth_repairs(judgements, 6, fewest="judgements", limit=3)
    assert found.repairs
    for repair in found.repairs:
        assert 1 <= len(repair) <= 3
        repaired = list(judgements)
        for change in repair:
            repaired[change.place] = change.judgement
        assert macbeth(repaired, 6).raw.min() == 0


def test_consistent_judgements_need_no_repair() -> None:
    found = macbeth_repairs(GOLDEN, 4)
    assert (found.repairs, found.complete) == (((),), True)


class Stop:
    def is_set(self) -> bool:
        return True


def test_repairs_tell_how_far_they_are_and_stop_when_asked() -> None:
    parts: list[float] = []
    macbeth_repairs(CONTRADICTORY, 4, progress=parts.append)
    assert parts == sorted(parts)
    assert parts
    with pytest.raises(Cancelled):
        macbeth_repairs(CONTRADICTORY, 4, cancel=Stop())


def test_weights_are_the_swings_over_their_sum() -> None:
    worst = 3
    swings = [exactly(A, B, 2), exactly(B, C, 1), exactly(C, worst, 3), exactly(A, C, 3), exactly(B, worst, 4)]
    found = macbeth_weights([*swings, exactly(A, worst, 5)], 3)
    assert found.weights == pytest.approx([6 / 13, 4 / 13, 3 / 13])
    assert found.scale.values == pytest.approx([100, 200 / 3, 50, 0])


@settings(max_examples=20, deadline=None)
@given(case=consistent(most=4))
def test_weights_sum_to_1_and_keep_the_order_of_the_judgements(case: Case) -> None:
    judgements, n = case
    assume(any(judgement.low > 0 for judgement in judgements))
    found = macbeth_weights(judgements, n)
    assert found.weights.sum() == pytest.approx(1)
    assert (found.weights >= 0).all()
    assert all(found.weights[j.better] >= found.weights[j.worse] - 1e-9 for j in judgements)


def test_a_swing_judged_to_be_nothing_weighs_nothing() -> None:
    found = macbeth_weights([exactly(A, 2, 3), exactly(2, B, 0)], 2)
    assert found.weights == pytest.approx([1, 0])


def test_weights_refuse_what_no_swings_can_be() -> None:
    with pytest.raises(DomainError, match=r"judgements\[1\] must not prefer the option that is worst") as caught:
        macbeth_weights([exactly(A, B, 1), exactly(2, A, 1)], 2)
    assert caught.value.row == 1
    with pytest.raises(DomainError, match="judgements give no criterion any weight"):
        macbeth_weights([exactly(A, 2, 0)], 2)
    with pytest.raises(ContradictionError) as clash:
        macbeth_weights([exactly(A, B, 1), exactly(A, 2, 0)], 2)
    assert clash.value.conflict == (0, 1)


@pytest.mark.parametrize(
    ("wrong", "kind", "trouble"),
    [
        (exactly(A, A, 2), DomainError, "must not set element 0 against itself"),
        (exactly(A, 4, 2), ShapeError, "must name elements 0 to 3, not 4"),
        (exactly(-1, A, 2), ShapeError, "must name elements 0 to 3, not -1"),
        (exactly(A, D, 7), DomainError, "must be of categories 0 to 6, not 7"),
        (Judgement(A, D, 1.5, 2), DomainError, "must be of categories 0 to 6, not 1.5"),
        (Judgement(A, D, -1, 2), DomainError, "must be of categories 0 to 6, not -1"),
        (Judgement(A, D, 3, 2), DomainError, "has its low end 3 above its high end 2"),
        (exactly(A, B, 4), DomainError, "contradicts judgement 0 of the same two elements"),
        (exactly(B, A, 2), DomainError, "contradicts judgement 0 of the same two elements"),
    ],
)
def test_a_judgement_that_is_none_is_refused_by_its_place(
    wrong: Judgement, kind: type[InputError], trouble: str
) -> None:
    for method in (macbeth, macbeth_repairs):
        with pytest.raises(kind, match=trouble) as caught:
            method([exactly(A, B, 2), wrong], 4)
        assert (caught.value.argument, caught.value.row) == ("judgements", 1)


def test_the_same_pair_may_be_judged_twice_where_the_judgements_share_a_category() -> None:
    twice = macbeth([exactly(A, B, 2), Judgement(A, B, 1, 3), exactly(B, C, 1)], 3)
    assert twice.raw == pytest.approx(macbeth([exactly(A, B, 2), exactly(B, C, 1)], 3).raw)


def test_other_arguments_that_no_scale_can_take_are_refused_by_name() -> None:
    with pytest.raises(DomainError, match="n must be at least 1"):
        macbeth([], 0)
    with pytest.raises(DomainError, match="limit must be at least 1"):
        macbeth_repairs(GOLDEN, 4, limit=0)
    with pytest.raises(DomainError, match='fewest must be "steps" or "judgements"'):
        macbeth_repairs(GOLDEN, 4, fewest="hours")
    with pytest.raises(ShapeError, match="element must be a whole number between 0 and 3"):
        move(macbeth(GOLDEN, 4), 4, 1.0)
    with pytest.raises(NotFiniteError, match="value must be a finite number"):
        move(macbeth(GOLDEN, 4), B, float("nan"))
