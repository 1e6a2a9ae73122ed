"""Counts in words."""

from __future__ import annotations

import pytest

from db.study.words import counted


@pytest.mark.parametrize(
    ("number", "said"), [(0, "0 options"), (1, "1 option"), (2, "2 options"), (11, "11 options"), (101, "101 options")]
)
def test_one_thing_alone_is_said_in_the_singular(number: int, said: str) -> None:
    assert counted(number, "option") == said


def test_a_plural_that_is_no_s_is_said_as_given() -> None:
    assert counted(1, "criterion", "criteria") == "1 criterion"
    assert counted(3, "criterion", "criteria") == "3 criteria"
