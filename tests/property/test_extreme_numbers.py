"""The largest and the smallest numbers there are, and tables that tell nothing apart, cost no door of the analysis a
warning; whoever cannot take them says so by name."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from desktop.analysis.arrays import Array, InputError
from tests.analysis_calls import CASES, TABLE, answer

LARGEST = float(np.finfo(np.float64).max)


def is_table(value: Any) -> bool:
    """Whether an argument is a table of floats, of options by criteria."""
    return isinstance(value, np.ndarray) and value.shape == TABLE.shape and value.dtype == float


DOORS = [
    name
    for name, case in sorted(CASES.items())
    if any(is_table(value) for value in case.good.values()) and not name.startswith("arrays.")
]


def tables(largest: float) -> dict[str, Array]:
    """Tables of 4 options and 3 criteria."""
    rng = np.random.default_rng(4)
    return {
        "all 0": np.zeros(TABLE.shape),
        "all equal": np.full(TABLE.shape, 7.0),
        "below 0": -TABLE,
        "twelve orders of magnitude": 10.0 ** rng.uniform(-6, 6, TABLE.shape),
        "six hundred orders of magnitude": 10.0 ** rng.uniform(-300, 300, TABLE.shape),
        "subnormal": rng.integers(0, 5, TABLE.shape) * 5e-324,
        "one column of huge numbers": TABLE * [1.0, 1.0, largest / 100.0],
        "huge": rng.uniform(0.1, 1.0, TABLE.shape) * largest,
        "huge, of both signs": np.where(rng.random(TABLE.shape) < 0.5, largest, -largest),
    }


@pytest.mark.parametrize("name", DOORS)
@pytest.mark.parametrize("weights", [(1.0, 0.0, 0.0), (5e-324, 0.0, 5e-324), (LARGEST, LARGEST, 1.0)], ids=str)
def test_extreme_numbers_are_answered_without_a_warning_or_refused_by_name(
    name: str, weights: tuple[float, ...]
) -> None:
    refused = set()
    for table in tables(LARGEST).values():
        try:
            answer(name, with_extremes(CASES[name].good, table, np.array(weights)))
        except InputError as error:
            refused.add(error.argument)
    assert refused <= set(CASES[name].good)


def with_extremes(good: dict[str, Any], table: Array, weights: Array) -> dict[str, Any]:
    """A call with the table in the place of every table of floats, and the weights in that of weights."""

    def replaced(argument: str, value: Any) -> Any:
        if is_table(value):
            return table
        return weights if argument == "weights" and np.shape(value) == weights.shape else value

    # Intervals of weights, and laws of scores, belong to those of the good call.
    kept = {argument: value for argument, value in good.items() if argument not in {"weights_low", "weights_high"}}
    return {argument: replaced(argument, value) for argument, value in kept.items()}
