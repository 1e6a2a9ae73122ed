"""Decisions for the laws of the analysis, and the exact arithmetic they are held against."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from desktop.analysis.arrays import Array, Flags
from desktop.analysis.weights import normalise

Decision = tuple[Array, Array]
"""(values (m, n), shares (n,))"""

CROSSING = np.array([(80, 20, 60, 50), (40, 90, 55, 70), (60, 60, 20, 90)], dtype=float)
CROSSING_WEIGHTS = np.array([0.4, 0.3, 0.2, 0.1])


@st.composite
def decisions(draw: DrawFn, most: int = 6, least: int = 1, lowest: int = 0) -> Decision:
    """Values that are whole numbers `lowest`..100 and shares of whole points: totals are far apart, or equal."""
    m, n = draw(st.integers(least, most)), draw(st.integers(1, most))
    values = draw(rows_of(m, n, lowest))
    points = draw(st.lists(st.integers(0, 9), min_size=n, max_size=n).filter(any))
    return values, normalise(points)


@st.composite
def matrices(draw: DrawFn, most: int = 6, least: int = 1, lowest: int = 0) -> tuple[Array, Array, Flags]:
    """(matrix, shares, maximise): raw scores, some criteria to be minimised."""
    values, shares = draw(decisions(most, least, lowest))
    flags = draw(st.lists(st.booleans(), min_size=shares.size, max_size=shares.size))
    return values, shares, np.array(flags, dtype=bool)


@st.composite
def rows_of(draw: DrawFn, m: int, n: int, lowest: int = 0) -> Array:
    """(m, n) whole numbers `lowest`..100."""
    row = st.lists(st.integers(lowest, 100), min_size=n, max_size=n)
    return np.array(draw(st.lists(row, min_size=m, max_size=m)), dtype=float)


def fractions_of(numbers: Array) -> list[Fraction]:
    """A vector as exact fractions of the floats it holds."""
    return [Fraction(float(number)) for number in numbers]


def exact_totals(values: Array, shares: Array) -> list[Fraction]:
    """sum_k w_k v_ik in exact arithmetic, the shares brought to a sum of exactly 1 first."""
    weights = exact_shares(shares)
    return [sum((w * v for w, v in zip(weights, fractions_of(row), strict=True)), Fraction(0)) for row in values]


def exact_shares(shares: Array) -> list[Fraction]:
    """Shares as exact fractions that sum to exactly 1."""
    parts = fractions_of(shares)
    return [part / sum(parts) for part in parts]


def exact_ranks(totals: Sequence[Fraction], tie: Fraction = Fraction(1, 10**7)) -> list[int]:
    """1 + how many are better by more than `tie`."""
    return [1 + sum(other - own > tie for other in totals) for own in totals]
