"""The corners of weight polytopes against every intersection of their conditions in exact arithmetic."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.analysis import polytope as known
from desktop.analysis.vertices import vertices_of
from tests.unit.analysis.polytopes import exact_corners, polytopes


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_the_corners_are_those_of_exact_arithmetic(data: st.DataObject) -> None:
    polytope = data.draw(polytopes(data.draw(st.integers(1, 4))))
    found = vertices_of(polytope)
    assert found is not None
    expected = sorted([float(x) for x in corner] for corner in exact_corners(polytope))
    assert sorted(np.round(found, 9).tolist()) == np.round(np.reshape(expected, (-1, polytope.size)), 9).tolist()


def test_a_complete_ranking_has_the_means_of_its_first_criteria_as_corners() -> None:
    found = vertices_of(known.ranked(3, [2, 0, 1]))
    assert found is not None
    assert found == pytest.approx(np.array([(0, 0, 1), (1 / 2, 0, 1 / 2), (1 / 3, 1 / 3, 1 / 3)]))
    cut = vertices_of(known.linear(known.ranked(3, [2, 0, 1]).rows, [0, 0]))
    assert cut is not None
    assert sorted(np.round(cut, 12).tolist()) == sorted(np.round(found, 12).tolist())


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), n=st.integers(5, 9))
def test_no_weights_lie_beyond_the_corners(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    polytope = known.within(rng.random(n) / (2 * n), (1 + 2 * rng.random(n)) / n) & known.ranked(n, range(n // 2))
    found = vertices_of(polytope)
    assert found is not None
    program = polytope.program()
    for aim in rng.standard_normal((10, n)):
        best = program.maximise(aim)
        assert best is not None
        assert (found @ aim).max() == pytest.approx(best.value, abs=1e-9)
    assert all(polytope.contains(corner) for corner in found)


def test_too_many_corners_are_not_listed() -> None:
    assert vertices_of(known.within(np.full(30, 0.01), np.full(30, 0.1))) is None
    assert vertices_of(known.whole(4), most=3) is None


def test_statements_that_contradict_each_other_leave_no_corner() -> None:
    found = vertices_of(known.within([0.6, 0.6], [1, 1]))
    assert found is not None
    assert found.shape == (0, 2)


def test_an_equality_said_as_two_inequalities_keeps_its_corners() -> None:
    found = vertices_of(known.ratio(3, 0, 1, 2, 2))
    assert found is not None
    assert sorted(found.tolist()) == [[0, 0, 1], pytest.approx([2 / 3, 1 / 3, 0])]
