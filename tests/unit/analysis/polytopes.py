"""Polytopes of weights for the laws of dominance and regret, and their corners in exact arithmetic."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import numpy as np
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from desktop.analysis import polytope as known
from desktop.analysis.arrays import Array
from desktop.analysis.polytope import WeightPolytope

Exact = list[Fraction]


@st.composite
def polytopes(draw: DrawFn, n: int) -> WeightPolytope:
    """Nothing, a ranking, bounds, ratios or two of these; all coefficients are binary fractions, so exact in floats."""
    found = known.whole(n)
    for _ in range(draw(st.integers(0, 2))):
        found = found & draw(_statements(n))
    return found


@st.composite
def _statements(draw: DrawFn, n: int) -> WeightPolytope:
    kind = draw(st.sampled_from(("ranked", "within", "ratio")))
    if kind == "ranked":
        order = draw(st.permutations(range(n)))
        return known.ranked(n, order[: draw(st.integers(1, n))])
    if kind == "within":
        eighths = [sorted(draw(st.tuples(st.integers(0, 3), st.integers(1, 8)))) for _ in range(n)]
        return known.within(*(np.array(ends) / 8 for ends in zip(*eighths, strict=True)))
    if n == 1:
        return known.whole(1)
    heavy, light = draw(st.permutations(range(n)))[:2]
    low = draw(st.integers(0, 4)) / 2
    return known.ratio(n, heavy, light, low, low + draw(st.integers(0, 4)) / 2)


def exact_corners(polytope: WeightPolytope) -> list[Exact]:
    """Every corner: n - 1 conditions met with equality, all others met. Empty where the statements contradict."""
    n = polytope.size
    rows = [[Fraction(-(k == j)) for j in range(n)] for k in range(n)]
    rows += [[Fraction(x) for x in row] for row in polytope.rows.tolist()]
    limits = [Fraction(0)] * n + [Fraction(x) for x in polytope.limits.tolist()]
    found: list[Exact] = []
    for chosen in combinations(range(len(rows)), n - 1):
        system = [[Fraction(1)] * n, *(rows[c] for c in chosen)]
        point = _solved(system, [Fraction(1), *(limits[c] for c in chosen)])
        inside = point and all(dot(row, point) <= limit for row, limit in zip(rows, limits, strict=True))
        if point and inside and point not in found:
            found.append(point)
    return found


def dot(row: Exact, point: Exact) -> Fraction:
    return sum((a * b for a, b in zip(row, point, strict=True)), Fraction(0))


def exact_totals(values: Array, corners: list[Exact]) -> list[Exact]:
    """The total of each option at each corner."""
    return [[dot([Fraction(x) for x in row], corner) for corner in corners] for row in values.tolist()]


def _solved(system: list[Exact], right: Exact) -> Exact | None:
    """The only solution of a square system by Gauss and Jordan, None where there is none or more than one."""
    n = len(right)
    table = [[*row, value] for row, value in zip(system, right, strict=True)]
    for k in range(n):
        pivot = next((r for r in range(k, n) if table[r][k]), None)
        if pivot is None:
            return None
        table[k], table[pivot] = table[pivot], table[k]
        table[k] = [x / table[k][k] for x in table[k]]
        for r in range(n):
            if r != k and table[r][k]:
                table[r] = [x - table[r][k] * y for x, y in zip(table[r], table[k], strict=True)]
    return [row[n] for row in table]
