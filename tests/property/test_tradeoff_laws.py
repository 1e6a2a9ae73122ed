"""When the ends of a scale move and trade-offs are kept, every difference between totals keeps its ratio."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from db.study.model import Criterion, Direction, Known, Option, Perspective, Scale, Score, Shape, Study
from desktop.commands import SetScale
from desktop.evaluation import evaluate

LOW, HIGH = 10.0, 30.0


@st.composite
def old_scales(draw: DrawFn) -> Scale:
    """A scale from 10 to 30 of any shape and direction; corners rise towards the best end."""
    direction = draw(st.sampled_from(Direction))
    scale = Scale(LOW, HIGH, direction, shape=draw(st.sampled_from(Shape)), curvature=draw(st.floats(-4, 4)))
    if scale.shape is not Shape.PIECEWISE:
        return scale
    xs = sorted(draw(st.sets(st.floats(LOW + 1, HIGH - 1), max_size=3)))
    vs = sorted(draw(st.lists(st.floats(5, 95), min_size=len(xs), max_size=len(xs))))
    values = [0.0, *vs, 100.0] if direction is Direction.HIGHER else [100.0, *reversed(vs), 0.0]
    return replace(scale, points=tuple(zip([LOW, *xs, HIGH], values, strict=True)))


@st.composite
def stretched(draw: DrawFn) -> tuple[Study, Scale]:
    """A study, and new ends for its first leaf that clip no score."""
    old = draw(old_scales())
    low, high = draw(st.floats(LOW - 15, LOW + 6)), draw(st.floats(HIGH - 6, HIGH + 15))
    inside = st.floats(max(low, LOW), min(high, HIGH))
    leaves = (Criterion("moved", "Moved", scale=old), *(Criterion(f"c{n}", f"Leaf {n}", scale=Scale()) for n in "12"))
    options = tuple(Option(f"o{row}", f"Option {row}") for row in range(draw(st.integers(2, 5))))
    scores = {(option.id, "moved"): Score(draw(inside)) for option in options}
    scores |= {(option.id, f"c{n}"): Score(draw(st.floats(0, 100))) for option in options for n in "12"}
    parties = tuple(
        Perspective(f"p{n}", f"Party {n}", weights={leaf.id: draw(st.floats(0.5, 50)) for leaf in leaves}) for n in "12"
    )
    study = Study("s", "Study", options=options, criteria=leaves, scores=scores, perspectives=parties)
    return study, replace(old, low=low, high=high, points=())


@settings(max_examples=200)
@given(case=stretched())
def test_all_differences_between_totals_keep_their_ratios_in_every_perspective(case: tuple[Study, Scale]) -> None:
    study, scale = case
    try:
        after = SetScale("moved", scale).apply(study)
    except Known:
        event("refused")
        return
    event(f"{scale.shape} {'wider' if scale.high - scale.low > HIGH - LOW else 'narrower'}")
    for party in study.perspectives:
        old, new = evaluate(study, party.id), evaluate(after, party.id)
        factor = new.shares[1] / old.shares[1]
        old_gaps, new_gaps = (np.subtract.outer(result.totals, result.totals) for result in (old, new))
        assert new_gaps == pytest.approx(old_gaps * factor, abs=1e-6)
        assert new.shares[1] / new.shares[2] == pytest.approx(old.shares[1] / old.shares[2])


@settings(max_examples=100)
@given(case=stretched())
def test_the_new_ends_are_worth_0_and_100_and_going_back_gives_the_old_weights(case: tuple[Study, Scale]) -> None:
    study, scale = case
    assume(scale.low <= LOW)
    assume(scale.high >= HIGH)
    after = SetScale("moved", scale).apply(study)
    old = study.criterion("moved").scale
    assert old is not None
    back = SetScale("moved", replace(old, points=())).apply(after)
    for party in study.perspectives:
        assert evaluate(back, party.id).shares == pytest.approx(evaluate(study, party.id).shares, rel=1e-6)
        assert evaluate(back, party.id).totals == pytest.approx(evaluate(study, party.id).totals, abs=1e-5)


@settings(max_examples=50)
@given(case=stretched())
def test_keeping_the_weights_instead_moves_no_weight(case: tuple[Study, Scale]) -> None:
    study, scale = case
    assert SetScale("moved", scale, keep_tradeoffs=False).apply(study).perspectives is study.perspectives


def test_doubling_a_linear_range_doubles_the_weight_against_the_others() -> None:
    leaves = (Criterion("moved", "Moved", scale=Scale(0, 50)), Criterion("other", "Other", scale=Scale()))
    party = Perspective("p", "All", weights={"moved": 20.0, "other": 80.0})
    study = Study("s", "Study", criteria=leaves, perspectives=(party,))
    after = SetScale("moved", Scale(0, 100)).apply(study).perspectives[0]
    assert after.weights == pytest.approx({"moved": 100 / 3, "other": 200 / 3})


def test_a_value_function_that_turns_back_between_the_new_ends_is_refused() -> None:
    points = ((0.0, 0.0), (25.0, 80.0), (50.0, 20.0), (100.0, 100.0))
    leaf = Criterion("moved", "Moved", scale=Scale(0, 100, shape=Shape.PIECEWISE, points=points))
    study = Study("s", "Study", criteria=(leaf,), perspectives=(Perspective("p", "All", weights={"moved": 1.0}),))
    with pytest.raises(Known, match="turns back"):
        SetScale("moved", Scale(25, 100)).apply(study)


def test_ends_where_an_exponential_curve_outgrows_every_number_are_refused() -> None:
    leaf = Criterion("moved", "Moved", scale=Scale(0, 1, shape=Shape.EXPONENTIAL, curvature=-10))
    study = Study("s", "Study", criteria=(leaf,), perspectives=(Perspective("p", "All", weights={"moved": 1.0}),))
    with pytest.raises(Known, match="present value function"):
        SetScale("moved", Scale(0, 1000)).apply(study)
