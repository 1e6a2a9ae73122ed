"""What options differ in, and the steps that make up the gap of two, without a window."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.study.model import Criterion, Option, Perspective, Scale, Score, Study
from desktop.charts.contrast_words import gap_parts, gap_rows, gap_title
from desktop.evaluation import evaluate
from desktop.questions.contrast import Contrast, Contraster, bars_of, branches_of

VALUES = st.none() | st.floats(0, 100)


def study_of(table: list[list[float | None]], weights: list[float]) -> Study:
    """A study of scores on scales from 0 to 100, so that a score is its value."""
    options = tuple(Option(f"o{row}", f"Option {row}") for row in range(len(table)))
    leaves = tuple(Criterion(f"c{column}", f"Criterion {column}", scale=Scale()) for column in range(len(weights)))
    scores = {(f"o{row}", f"c{column}"): Score(x) for row, line in enumerate(table) for column, x in enumerate(line)}
    party = Perspective("p", "P", weights={f"c{column}": weight for column, weight in enumerate(weights)})
    return Study("s", "Study", options=options, criteria=leaves, scores=scores, perspectives=(party,))


def contrast_of(study: Study, *options: str) -> Contrast:
    return Contraster().contrast(study, evaluate(study, "p"), options or ("o0", "o1"))


@st.composite
def contrasts(draw: st.DrawFn) -> Contrast:
    """The first two options of a study of three."""
    count = draw(st.integers(1, 12))
    table = [draw(st.lists(VALUES, min_size=count, max_size=count)) for _ in range(3)]
    weights = draw(st.lists(st.floats(0, 9), min_size=count, max_size=count).filter(lambda some: sum(some) > 0.01))
    return contrast_of(study_of(table, weights))


@given(contrasts(), st.integers(-3, 14), st.booleans())
def test_bars_begin_at_level_follow_on_one_another_and_end_at_the_difference_of_the_totals(
    contrast: Contrast, room: int, in_tree_order: bool
) -> None:
    bars = bars_of(contrast, contrast.by_size, room, in_tree_order=in_tree_order)
    first, second = (float(contrast.result.totals[row]) for row in contrast.rows)
    assert bars[0].start == 0.0
    assert all(bar.end == after.start for bar, after in pairwise(bars))
    assert bars[-1].end == pytest.approx(first - second, abs=1e-9)
    assert sum(bar.points for bar in bars) == pytest.approx(first - second, abs=1e-9)


@given(contrasts(), st.integers(-3, 14), st.booleans())
def test_every_criterion_is_in_one_bar_and_what_is_put_together_is_smaller_than_what_is_not(
    contrast: Contrast, room: int, in_tree_order: bool
) -> None:
    count = contrast.steps.size
    bars = bars_of(contrast, contrast.by_size, room, in_tree_order=in_tree_order)
    assert sorted(column for bar in bars for column in bar.columns) == list(range(count))
    assert len(bars) == min(count, max(2, room))
    assert [bar.is_rest for bar in bars[:-1]] == [False] * (len(bars) - 1)
    assert bars[-1].is_rest == (count > max(2, room))
    own = [bar.columns[0] for bar in bars if not bar.is_rest]
    sizes = np.abs(contrast.steps)
    if bars[-1].is_rest:
        assert sizes[list(bars[-1].columns)].max() <= sizes[own].min() + 1e-9
    assert own == sorted(own) if in_tree_order else (np.diff(sizes[own]) <= 1e-9).all()


@given(contrasts())
def test_a_step_is_the_weighted_difference_of_the_values_with_the_middle_for_a_missing_one(contrast: Contrast) -> None:
    likely, shares = contrast.result.table.likely[:2], contrast.result.shares
    known = np.where(np.isnan(likely), 50.0, likely)
    assert contrast.steps == pytest.approx(shares * (known[0] - known[1]), abs=1e-9)
    assert (contrast.is_open == np.isnan(likely).any(axis=0)).all()


@given(contrasts())
def test_the_gap_lies_between_what_the_missing_scores_can_make_of_it(contrast: Contrast) -> None:
    likely, shares = contrast.result.table.likely[:2], contrast.result.shares
    least = shares @ (np.nan_to_num(likely[0], nan=0.0) - np.nan_to_num(likely[1], nan=100.0))
    most = shares @ (np.nan_to_num(likely[0], nan=100.0) - np.nan_to_num(likely[1], nan=0.0))
    assert contrast.gap_ends == pytest.approx((least, most), abs=1e-9)
    assert least - 1e-9 <= contrast.gap <= most + 1e-9


@given(contrasts())
def test_turned_round_every_step_changes_its_sign(contrast: Contrast) -> None:
    turned = replace(contrast, rows=contrast.rows[::-1])
    assert turned.steps == pytest.approx(-contrast.steps)
    assert turned.gap == pytest.approx(-contrast.gap)


def test_the_sentence_says_who_is_ahead_by_how_much_and_on_what() -> None:
    study = study_of([[80, 10, 50], [20, 40, 50]], [1, 1, 2])
    assert gap_title(contrast_of(study)) == "Option 0 is 7.5 points ahead of Option 1"
    assert gap_parts(contrast_of(study)) == "+15.0 on 1 criterion, −7.5 on 1 criterion"
    assert gap_title(contrast_of(study, "o1", "o0")) == "Option 1 is 7.5 points behind Option 0"
    level = contrast_of(study_of([[50], [50]], [1]))
    assert gap_title(level) == "Option 0 and Option 1 are level"
    assert gap_parts(level) == "the same on every criterion that carries weight"
    missing = contrast_of(study_of([[None, 60], [20, 40]], [1, 1]))
    assert gap_parts(missing) == "missing scores leave it between 0.0 and +50.0; +25.0 on 2 criteria"


def test_the_figures_have_every_criterion_by_itself_and_nothing_for_a_missing_score() -> None:
    rows = gap_rows(contrast_of(study_of([[None, 60], [20, 40]], [1, 3])), [1, 0])
    assert rows[1][:6] == ["Criterion 1", 75.0, 60.0, 40.0, 15.0, 15.0]
    assert rows[2][:6] == ["Criterion 0", 25.0, None, 20.0, 7.5, 22.5]
    assert "50" in str(rows[2][6])
    assert rows[3][:6] == ["Difference of the totals", 100.0, 57.5, 35.0, 22.5, 22.5]


def test_leaves_are_told_by_the_groups_around_them_in_tree_order() -> None:
    nodes = (
        Criterion("g", "Outer"),
        Criterion("a", "A", scale=Scale()),
        Criterion("h", "Inner", parent="g"),
        Criterion("b", "B", parent="h", scale=Scale()),
        Criterion("c", "C", parent="g", scale=Scale()),
    )
    study = Study("s", "Study", criteria=nodes)
    assert [leaf.id for leaf in study.leaves()] == ["b", "c", "a"]
    assert branches_of(study) == ("Outer › Inner", "Outer", "")
