"""What the tornado says in figures, and where its bars lie."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.charts.tornado_layout import space_of, step_of
from desktop.charts.tornado_words import figure
from desktop.questions.lead import Bar, End

sizes = st.floats(1e-3, 1e4)


def bar(least: float, greatest: float, option: int | None = 0, at: float = 0.0) -> Bar:
    low, high = End(at, least, least), End(at, greatest, greatest)
    return Bar(option, 0, low, high, least, greatest, 0.0, None)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (40.0, "40"),
        (2.345678, "2.346"),
        (-7.5, "−7.5"),
        (123456.7, "123,457"),
        (2e12, "2e+12"),
    ],
)
def test_an_end_is_written_short_with_a_real_minus(number: float, text: str) -> None:
    assert figure(bar(0, 1, at=number), End(number, 0.0, 0.0)) == text


def test_the_end_of_a_weight_is_written_in_percent() -> None:
    assert figure(bar(0, 1, None), End(0.328, 0.0, 0.0)) == "32.8 %"
    assert figure(bar(0, 1, None), End(0.05, 0.0, 0.0)) == "5 %"


@given(sizes, st.integers(2, 12))
def test_grid_steps_are_round_and_no_more_than_there_is_room_for(reach: float, most: int) -> None:
    step = step_of(reach, most)
    assert reach / step <= most + 1e-6
    assert f"{step:e}"[0] in "125"
    assert reach / step_of(reach, most) * 2.6 > most or most < 3


@given(st.lists(st.tuples(sizes, sizes), min_size=1, max_size=60), sizes, st.integers(300, 2000), st.integers(120, 900))
def test_every_bar_lies_between_the_names_and_the_words_with_room_for_its_figures(
    reaches: list[tuple[float, float]], lead: float, width: int, height: int
) -> None:
    bars = [bar(lead - down, lead + up) for down, up in reaches]
    space = space_of(float(width), float(height), bars, lead)
    for each in bars:
        assert space.plot_left - 1e-6 <= space.at(each.least) <= space.at(each.greatest) <= space.plot_right + 1e-6
    assert space.plot_left <= space.at(0.0) <= space.plot_right
    assert space.name_right < space.plot_left < space.plot_right < space.word_left
    assert 22.0 <= space.row_height <= 32.0
    assert all(space.low - 1e-6 <= tick <= space.high + 1e-6 for tick in space.ticks())
