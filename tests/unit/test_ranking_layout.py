"""The numbers, places and words of the ranking, without a window."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from db.study.model import Criterion, Option, Perspective, Scale, Score, Study
from desktop.charts.ranking_layout import (
    BAR_HIGHEST,
    ROW_HIGHEST,
    ROW_LOWEST,
    TOP,
    Axis,
    Space,
    axis_of,
    hit,
    overview,
    rank_characters,
    scroll_to,
    space_of,
    spans_of,
    stacked,
    visible,
)
from desktop.charts.ranking_motion import DURATION, Motion
from desktop.charts.ranking_scene import FREEZE_ABOVE, Mode, Scene, Sort, order_of, places_of
from desktop.charts.ranking_words import change_text, climb_text, description, number, read_out, sentence, total_text
from desktop.evaluation import Result, evaluate

Table = list[list[float | None]]


def study_of(values: Table, weights: list[float] | None = None, baseline: int | None = None) -> Study:
    """A study of scores on scales from 0 to 100, so that a score is its value."""
    count = len(values[0]) if values else 0
    options = tuple(Option(f"o{row}", f"Option {row}", is_baseline=row == baseline) for row in range(len(values)))
    leaves = tuple(Criterion(f"c{column}", f"Criterion {column}", scale=Scale()) for column in range(count))
    scores = {(f"o{row}", f"c{column}"): Score(x) for row, line in enumerate(values) for column, x in enumerate(line)}
    points = {f"c{column}": weight for column, weight in enumerate(weights or [1.0] * count)}
    return Study(
        "s",
        "Study",
        options=options,
        criteria=leaves,
        scores=scores,
        perspectives=(Perspective("p", "P", weights=points),),
    )


def result_of(values: Table, weights: list[float] | None = None, baseline: int | None = None) -> Result:
    return evaluate(study_of(values, weights, baseline), "p")


@st.composite
def results(draw: st.DrawFn, with_gaps: bool = True) -> Result:
    """A result of 1 to 8 options by 1 to 6 criteria."""
    rows, columns = draw(st.integers(1, 8)), draw(st.integers(1, 6))
    cell = st.floats(0, 100).map(lambda x: round(x, 3))
    cells = st.none() | cell if with_gaps else cell
    values = draw(st.lists(st.lists(cells, min_size=columns, max_size=columns), min_size=rows, max_size=rows))
    weights = draw(st.lists(st.floats(0.05, 1), min_size=columns, max_size=columns))
    return result_of(values, weights)


def space_for(result: Result, mode: Mode = Mode.WEIGHTED, width: float = 760, height: float = 320) -> Space:
    bars = Scene(result, mode).bars
    return space_of(width, height, result.totals.size, rank_characters(bars), axis_of(mode, bars))


every = st.sampled_from(list(Mode))
few = settings(max_examples=40, deadline=None)


@few
@given(results())
def test_the_pieces_of_a_weighted_bar_add_up_to_the_lowest_possible_total(result: Result) -> None:
    points = Scene(result).bars.points(np.arange(result.totals.size))
    starts, ends = stacked(points)
    assert ends[:, -1] == pytest.approx(result.low)
    assert starts[:, 1:] == pytest.approx(ends[:, :-1])
    assert (starts[:, 0] == 0).all()


@few
@given(results(with_gaps=False), st.data())
def test_the_pieces_of_a_difference_add_up_to_the_difference_of_the_totals(result: Result, data: st.DataObject) -> None:
    reference = data.draw(st.integers(0, result.totals.size - 1))
    bars = Scene(result, Mode.DIFFERENCE, reference=f"o{reference}").bars
    points = bars.points(np.arange(result.totals.size))
    starts, ends = stacked(points)
    assert bars.totals == pytest.approx(result.totals - result.totals[reference], abs=1e-9)
    assert points.sum(axis=1) == pytest.approx(bars.totals, abs=1e-9)
    assert (ends >= starts).all()
    assert ((starts >= -1e-9) | (ends <= 1e-9)).all(), "a piece never crosses zero"
    assert (ends.max(axis=1, initial=0) + starts.min(axis=1, initial=0)) == pytest.approx(bars.totals, abs=1e-9)


@few
@given(results())
def test_an_unweighted_total_is_the_plain_average_of_the_values(result: Result) -> None:
    scene, values = Scene(result, Mode.UNWEIGHTED), result.table.values
    low, high = np.nan_to_num(values, nan=0.0).mean(axis=1), np.nan_to_num(values, nan=100.0).mean(axis=1)
    assert scene.bars.low == pytest.approx(low)
    assert scene.bars.high == pytest.approx(high)
    assert list(scene.shown.order) == sorted(
        range(result.totals.size), key=lambda row: (-round((low + high)[row], 6), f"Option {row}")
    )


@few
@given(results(), every)
def test_every_bar_and_possible_total_lies_on_the_axis(result: Result, mode: Mode) -> None:
    bars = Scene(result, mode).bars
    axis, (starts, ends) = axis_of(mode, bars), stacked(bars.points(np.arange(result.totals.size)))
    for found in (starts, ends, bars.low, bars.high):
        assert (found >= axis.low - 1e-6).all()
        assert (found <= axis.high + 1e-6).all()
    assert 0.0 in axis.ticks()
    assert axis.ticks()[-1] == axis.high


def test_the_axis_of_differences_is_symmetric_and_never_less_than_it_was() -> None:
    bars = Scene(result_of([[10.0], [14.0]]), Mode.DIFFERENCE).bars
    assert axis_of(Mode.DIFFERENCE, bars) == Axis(-4.0, 4.0, 2.0)
    assert axis_of(Mode.DIFFERENCE, bars, at_least=40.0) == Axis(-40.0, 40.0, 20.0)
    assert axis_of(Mode.WEIGHTED, bars) == Axis(0.0, 100.0, 20.0)


@few
@given(st.integers(1, 2500), st.floats(300, 2000), st.floats(100, 1500))
def test_rows_are_never_stretched_nor_squeezed_and_the_rest_scrolls(rows: int, width: float, height: float) -> None:
    space = space_of(width, height, rows, 3, Axis())
    assert ROW_LOWEST <= space.row_height <= ROW_HIGHEST
    assert 0 < space.bar_height <= BAR_HIGHEST
    assert space.name_left < space.plot_left < space.plot_right <= max(width, space.plot_left + 60)
    assert space.bottom <= height
    assert space.bottom - TOP + space.scroll_reach == pytest.approx(rows * space.row_height)


@few
@given(st.integers(1, 300), st.floats(0, 1), st.integers(0, 2**32 - 1))
def test_the_visible_rows_are_those_between_the_top_and_the_axis(rows: int, part: float, seed: int) -> None:
    space = space_of(700, 320, rows, 3, Axis())
    scroll, places = part * space.scroll_reach, np.random.default_rng(seed).permutation(rows).astype(float)
    seen = visible(space, places, scroll).tolist()
    expected = [
        row
        for row in np.argsort(places).tolist()
        if TOP + (places[row] + 1) * space.row_height - scroll > TOP
        and TOP + places[row] * space.row_height - scroll < space.bottom
    ]
    assert seen == expected
    assert len(seen) <= (space.bottom - TOP) / space.row_height + 2


@few
@given(results(with_gaps=False), every)
def test_pointing_at_the_middle_of_a_wide_piece_finds_that_piece(result: Result, mode: Mode) -> None:
    scene, count = Scene(result, mode), result.totals.size
    space, places = space_for(result, mode), places_of(scene.shown.order).astype(float)
    spans = spans_of(space, scene.bars.points(np.arange(count)))
    for row, column in zip(*np.nonzero(spans.right - spans.left >= 3), strict=True):
        x = (spans.left[row, column] + spans.right[row, column]) / 2
        y = float(space.tops(places[row])) + space.row_height / 2
        found = hit(space, scene.bars, places, 0.0, (float(x), y))
        assert found is not None
        assert (found.row, found.column) == (row, column)


@few
@given(results(), st.sampled_from((1.0, 1.25, 1.5, 2.0)))
def test_pieces_stand_on_whole_device_pixels_and_never_overlap(result: Result, ratio: float) -> None:
    spans = spans_of(space_for(result), Scene(result).bars.points(np.arange(result.totals.size)), ratio)
    for edges in (spans.left, spans.right):
        assert edges * ratio == pytest.approx(np.round(edges * ratio))
    assert (spans.left[:, 1:] >= spans.right[:, :-1] - 1e-9).all()
    assert (spans.right >= spans.left).all()


def test_nothing_is_hit_outside_the_rows() -> None:
    result = result_of([[10.0], [14.0]])
    space, bars = space_for(result), Scene(result).bars
    places = np.array([1.0, 0.0])
    assert hit(space, bars, places, 0.0, (300.0, space.bottom + 1)) is None
    assert hit(space, bars, places, 0.0, (300.0, 1.0)) is None
    assert hit(space, bars, places, 0.0, (50.0, TOP + 5)) is not None


@few
@given(st.integers(1, 500), st.data())
def test_scrolling_to_a_row_brings_all_of_it_into_sight(rows: int, data: st.DataObject) -> None:
    space = space_of(700, 320, rows, 3, Axis())
    place = data.draw(st.integers(0, rows - 1))
    before = data.draw(st.floats(0, 1)) * space.scroll_reach
    after = scroll_to(space, place, before)
    top = place * space.row_height - after
    assert top >= -1e-6
    assert top + space.row_height <= space.bottom - TOP + 1e-6
    assert 0 <= after <= space.scroll_reach


@few
@given(arrays(float, st.integers(1, 2000), elements=st.floats(0, 100)), st.integers(20, 400))
def test_the_overview_shows_no_row_shorter_than_it_is(totals: np.ndarray, height: int) -> None:
    ordered = np.sort(totals)[::-1]
    lengths = overview(ordered, Axis(), height, 20).sum(axis=1)
    assert (np.diff(lengths) <= 0).all()
    assert lengths[0] == max(1, np.ceil(ordered[0] / 5 - 1e-12))


# Order


def many(count: int = FREEZE_ABOVE + 5) -> tuple[Result, Result]:
    values: Table = [[float(row), float(count - row)] for row in range(count)]
    return result_of(values, [3.0, 1.0]), result_of(values, [1.0, 3.0])


def test_the_order_follows_the_totals_at_once_with_few_options() -> None:
    before, after = (result_of([[0.0, 90.0], [80.0, 10.0]], weights) for weights in ([3.0, 1.0], [1.0, 3.0]))
    assert order_of(Scene(before)).tolist() == [1, 0]
    assert order_of(Scene(after, before=before), order_of(Scene(before))).tolist() == [0, 1]


def test_the_order_stands_still_during_a_gesture_over_many_options_and_follows_after_it() -> None:
    before, after = many()
    standing = order_of(Scene(before))
    assert order_of(Scene(after, before=before), standing) is standing
    assert order_of(Scene(after), standing).tolist() == standing.tolist()[::-1]


def test_rows_can_stand_in_the_order_of_the_study_or_of_their_names() -> None:
    study = study_of([[1.0], [2.0], [3.0]])
    named = zip(study.options, ("beta", "Alpha", "gamma"), strict=True)
    result = evaluate(replace(study, options=tuple(replace(option, name=name) for option, name in named)), "p")
    assert order_of(Scene(result, sort=Sort.STUDY)).tolist() == [0, 1, 2]
    assert order_of(Scene(result, sort=Sort.NAME)).tolist() == [1, 0, 2]
    assert order_of(Scene(result, sort=Sort.TOTAL)).tolist() == [2, 1, 0]


def test_the_reference_is_the_one_asked_for_else_the_baseline_else_the_first() -> None:
    result = result_of([[1.0], [2.0], [3.0]], baseline=1)
    assert Scene(result, Mode.DIFFERENCE, reference="o2").reference_row == 2
    assert Scene(result, Mode.DIFFERENCE, reference="gone").reference_row == 1
    assert Scene(result_of([[1.0], [2.0]]), Mode.DIFFERENCE).reference_row == 0
    assert Scene(result).reference_row is None


# Motion


@few
@given(st.permutations(range(6)), st.permutations(range(6)), st.floats(0, 2 * DURATION), st.floats(0, 2 * DURATION))
def test_an_interrupted_glide_goes_on_from_where_the_rows_stand(
    first: list[int], second: list[int], pause: float, rest: float
) -> None:
    motion, options = Motion(), [Option(str(row), str(row)) for row in range(6)]
    motion.aim(options, np.arange(6), 0.0)
    motion.aim(options, np.array(first), 0.0)
    motion.step(pause)
    stood = motion.places.copy()
    motion.aim(options, np.array(second), pause)
    assert motion.places == pytest.approx(stood)
    motion.step(pause + rest)
    low, high = np.minimum(stood, second), np.maximum(stood, second)
    assert ((motion.places >= low - 1e-9) & (motion.places <= high + 1e-9)).all()
    motion.step(pause + DURATION)
    assert motion.places.tolist() == second
    assert not motion.is_moving


def test_a_row_that_moves_furthest_glides_on_top() -> None:
    motion, options = Motion(), [Option(str(row), str(row)) for row in range(4)]
    motion.aim(options, np.array([0, 1, 2, 3]), 0.0)
    motion.aim(options, np.array([3, 0, 1, 2]), 0.0)
    motion.step(DURATION / 4)
    assert motion.gliding[-1] == 0
    assert sorted(motion.gliding.tolist()) == [0, 1, 2, 3]


def test_rows_that_stay_glide_when_an_option_comes_or_goes() -> None:
    motion, options = Motion(), [Option(str(row), str(row)) for row in range(3)]
    motion.aim(options, np.array([0, 1, 2]), 0.0)
    assert not motion.is_moving
    motion.aim(options[1:], np.array([0, 1]), 0.0)
    assert motion.places.tolist() == [1.0, 2.0]
    motion.step(DURATION)
    assert motion.places.tolist() == [0.0, 1.0]


def test_rows_jump_when_told_to() -> None:
    motion, options = Motion(), [Option(str(row), str(row)) for row in range(3)]
    motion.aim(options, np.array([0, 1, 2]), 0.0)
    motion.aim(options, np.array([2, 1, 0]), 0.0, jump=True)
    assert motion.places.tolist() == [2.0, 1.0, 0.0]
    assert not motion.is_moving


# Words


def test_the_sentence_names_the_leader_and_the_gap() -> None:
    assert sentence(Scene(result_of([[50.0], [60.0]]))) == "Option 1 leads by 10.0 points"
    assert sentence(Scene(result_of([[59.0], [60.0]]))) == "Option 1 leads by 1.0 point"
    assert sentence(Scene(result_of([[59.99], [60.0]]))) == "Option 1 leads by less than 0.1 points"


def test_the_sentence_tells_ties_and_what_missing_scores_leave_open() -> None:
    assert sentence(Scene(result_of([[60.0], [10.0], [60.0]]))) == "Option 0 and Option 2 tie"
    assert sentence(Scene(result_of([[60.0]] * 4))) == "4 options tie for the first place"
    assert sentence(Scene(result_of([[60.0, None], [50.0, 50.0]]))) == "Missing scores leave the first place open"
    sure = Scene(result_of([[90.0, None], [10.0, 10.0]], [3.0, 1.0]))
    assert sentence(sure) == "Option 0 leads whatever the missing scores turn out to be"
    assert sentence(Scene(result_of([[60.0]]))) == "Option 0 is the only option; add another to compare"


def test_the_sentence_of_differences_speaks_of_the_reference() -> None:
    result = result_of([[50.0], [60.0]], baseline=0)
    assert sentence(Scene(result, Mode.DIFFERENCE)) == "Option 1 is 10.0 points ahead of Option 0"
    assert sentence(Scene(result, Mode.DIFFERENCE, reference="o1")) == "No option is ahead of Option 1"


def test_totals_are_ranges_while_scores_are_missing_and_signed_as_differences() -> None:
    gaps, whole = result_of([[60.0, None], [50.0, 50.0]]), result_of([[60.0], [50.5]])
    assert [total_text(Scene(gaps), row) for row in (0, 1)] == ["30.0–80.0", "50.0"]
    assert [total_text(Scene(whole, Mode.DIFFERENCE), row) for row in (0, 1)] == ["reference", "−9.5"]
    assert [total_text(Scene(whole, Mode.DIFFERENCE, reference="o1"), row) for row in (0, 1)] == ["+9.5", "reference"]


@few
@given(st.floats(-1e4, 1e4), st.booleans())
def test_a_figure_is_never_minus_zero_and_has_a_real_minus(value: float, signed: bool) -> None:
    text = number(value, signed=signed)
    assert "-" not in text
    assert float(text.replace("−", "-")) == pytest.approx(value, abs=0.0501)
    if float(text.replace("−", "-")) == 0:
        assert text == "0.0"


def test_changes_say_their_direction_by_sign_and_vanish_when_nothing_can_be_seen() -> None:
    assert [change_text(x) for x in (1.62, -2.4, 0.04, -0.0, float("nan"))] == ["▲ 1.6", "▼ 2.4", "", "", ""]
    assert [climb_text(places) for places in (1, -2, 0)] == ["↑1", "↓2", ""]


@few
@given(results(with_gaps=False), every)
def test_the_read_out_of_a_piece_gives_the_points_that_are_drawn(result: Result, mode: Mode) -> None:
    scene = Scene(result, mode)
    space, places = space_for(result, mode), np.arange(result.totals.size, dtype=float)
    for row in range(result.totals.size):
        points = scene.bars.points(np.array([row]))[0]
        for column in np.flatnonzero(np.abs(points) > 1.0).tolist():
            middle = float(space.x(np.add(*(edge[0, column] for edge in stacked(points[None])))) + space.x(0.0)) / 2
            found = hit(space, scene.bars, places, 0.0, (middle, float(space.tops(row)) + space.row_height / 2))
            assert found is not None
            heading, words = read_out(scene, found)
            assert heading == f"Criterion {found.column}"
            assert found.column is not None
            assert f"= {number(float(points[found.column]), signed=mode is Mode.DIFFERENCE)} points" in words


def test_the_description_lists_ranks_and_totals_with_ties() -> None:
    result = result_of([[60.0], [10.0], [60.0]])
    words = description(Scene(result), result.order.tolist())
    assert words == "1=. Option 0 60.0; 1=. Option 2 60.0; 3. Option 1 10.0"


def test_a_long_description_says_how_many_more_there_are() -> None:
    result = result_of([[float(row)] for row in range(60)])
    assert description(Scene(result), result.order.tolist()).endswith("; and 10 more")


@few
@given(results(with_gaps=False), st.data())
def test_what_moved_is_the_difference_to_the_moment_before_the_gesture(result: Result, data: st.DataObject) -> None:
    count = len(result.table.leaves)
    weights = data.draw(st.lists(st.floats(0.05, 1), min_size=count, max_size=count))
    before = evaluate(
        replace(study_of(result.table.values.tolist()), perspectives=(
            Perspective("p", "P", weights={f"c{column}": weight for column, weight in enumerate(weights)}),
        )), "p",
    )  # fmt: skip
    scene = Scene(result, before=before)
    assert scene.moved is not None
    assert scene.moved.totals == pytest.approx(before.totals)
    assert scene.moved.climbed.tolist() == (before.best_rank - result.best_rank).tolist()
    assert Scene(result).moved is None


def test_a_moving_weight_changes_nothing_that_is_unweighted() -> None:
    result = result_of([[50.0, 1.0], [60.0, 2.0]])
    scene = Scene(result, Mode.UNWEIGHTED, before=replace(result), moving="c0")
    assert scene.moved is None
    assert scene.moving_column is None
    assert Scene(result, before=result, moving="c1").moving_column == 1
