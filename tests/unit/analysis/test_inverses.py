"""Value functions read backwards: the score found is worth the value asked for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.analysis.inverses import exponential_score, linear_score, piecewise_score
from desktop.analysis.values import exponential_value, linear_value, piecewise_value

worths = st.floats(0, 100)
ends = st.sampled_from(((0.0, 5.0), (40.0, -10.0), (1e6, 1e6 + 500)))


@given(worths, ends, st.floats(-12, 12))
def test_the_score_found_is_worth_the_value(value: float, scale: tuple[float, float], curvature: float) -> None:
    straight, bent = linear_score(value, *scale), exponential_score(value, *scale, curvature)
    assert linear_value(straight, *scale) == pytest.approx(value, abs=1e-6)
    assert exponential_value(bent, *scale, curvature) == pytest.approx(value, abs=1e-6)
    assert min(scale) <= min(straight, bent) <= max(straight, bent) <= max(scale)


@pytest.mark.parametrize("curvature", [-700.0, -50.0, 50.0, 700.0])
def test_the_steepest_curves_reach_both_ends(curvature: float) -> None:
    assert exponential_score(0.0, 2.0, 7.0, curvature) == 2.0
    assert exponential_score(100.0, 2.0, 7.0, curvature) == 7.0


@given(st.integers(0, 100), st.lists(st.sampled_from((0.0, 20.0, 50.0, 100.0)), max_size=5), st.floats(-2, 8))
def test_of_several_scores_worth_the_same_the_nearest_is_found(value: float, inner: list[float], near: float) -> None:
    vs = [0.0, *inner, 100.0]
    xs = np.arange(len(vs), dtype=float)
    found = piecewise_score(value, xs, vs, near)
    assert piecewise_value(found, xs, vs) == pytest.approx(value, abs=1e-9)
    fine = np.linspace(xs[0], xs[-1], 2001)
    alike = fine[piecewise_value(fine, xs, vs) == value]
    assert all(abs(found - near) <= abs(x - near) + 1e-9 for x in alike)
