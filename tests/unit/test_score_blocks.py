"""Blocks of scores as text, and the arrays behind the table."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.study.model import Criterion, Direction, Known, Option, Scale, Score, Study
from desktop.analysis.arrays import Array
from desktop.commands import EditOption, MoveOption, SetScores
from desktop.commands.scores import Entry
from desktop.evaluation import table_of
from desktop.models.score_blocks import (
    brief,
    decimal_mark,
    has_headers,
    pack,
    parse_block,
    read_block,
    unpack,
    write_block,
)
from desktop.models.score_grid import Grid, grid_of, updated
from seeds import security_guarantees

finite = st.floats(-1e12, 1e12).map(lambda x: x + 0.0)


@st.composite
def scores(draw: st.DrawFn) -> Score:
    low, likely, high = sorted(draw(st.lists(finite, min_size=3, max_size=3)))
    return draw(st.sampled_from((Score(), Score(likely), Score(likely, low, high))))


@st.composite
def blocks(draw: st.DrawFn) -> list[list[Score]]:
    width = draw(st.integers(1, 4))
    rows = draw(st.lists(st.lists(scores(), min_size=width, max_size=width), min_size=1, max_size=5))
    return rows if any(not score.is_missing for row in rows for score in row) else [[Score(1.0)] * width, *rows]


def numbers(entry: Entry | Score) -> tuple[float | None, float | None, float | None]:
    return entry.low, entry.likely, entry.high


def study_of(rows: int, columns: int) -> Study:
    ends = Scale(-1e6, 1e6)
    return Study(
        "s",
        "S",
        options=tuple(Option(f"o{row}", f"O{row}") for row in range(rows)),
        criteria=tuple(Criterion(f"c{column}", f"C{column}", scale=ends) for column in range(columns)),
    )


@settings(max_examples=60)
@given(blocks())
def test_what_is_packed_is_unpacked_to_the_same_bits(rows: list[list[Score]]) -> None:
    assert [[numbers(entry) for entry in row] for row in unpack(pack(rows))] == [
        [numbers(score) for score in row] for row in rows
    ]


@settings(max_examples=60)
@given(blocks(), st.sampled_from(".,"), st.booleans())
def test_what_is_written_for_a_spreadsheet_reads_back_to_the_same_bits(
    rows: list[list[Score]], decimal: str, ranges: bool
) -> None:
    read = read_block(write_block(rows, decimal=decimal, ranges=ranges))
    study = study_of(len(rows), len(rows[0]))
    target = [[(option.id, leaf.id) for leaf in study.leaves()] for option in study.options]
    entries = parse_block(study, target, read)
    wanted = rows if ranges else [[Score(score.likely) for score in row] for row in rows]
    assert [[numbers(entry) for entry in row] for row in entries] == [[numbers(s) for s in row] for row in wanted]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"x",
        b"[[1]]",
        b"[[[1, 2]]]",
        b"{}",
        b"[[]]",
        b"[[[null, null, null]], []]",
        b'[[["1", null, null]]]',
        b"[[[NaN, 1, 1]]]",
    ],
)
def test_packed_cells_that_are_not_ours_are_refused(data: bytes) -> None:
    with pytest.raises(Known, match="nothing was pasted"):
        unpack(data)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("1\t2\r\n3\t4\r\n", [["1", "2"], ["3", "4"]]),
        ("1\t2\n3\t4", [["1", "2"], ["3", "4"]]),
        ('"1,5"\t"a ""b"""\n', [["1,5", 'a "b"']]),
        ('"two\nlines"\t1\n', [["two\nlines", "1"]]),
        ("1\n\n3\n", [["1"], [""], ["3"]]),
        ("40", [["40"]]),
        ("\t1\n", [["", "1"]]),
    ],
)
def test_text_of_spreadsheets_is_read_cell_by_cell(text: str, rows: list[list[str]]) -> None:
    assert read_block(text) == rows


@pytest.mark.parametrize(
    ("rows", "mark"),
    [
        ([["40,5", "1"]], ","),
        ([["40.5", "1"]], "."),
        ([["1", "2"]], None),
        ([["1,5", "2.5"]], None),
        ([["1.234", "0,5"]], ","),
        ([["1,234", "0.25"]], "."),
    ],
)
def test_a_block_as_a_whole_says_its_decimal_mark(rows: list[list[str]], mark: str | None) -> None:
    assert decimal_mark(rows) == mark


@pytest.mark.parametrize(
    ("text", "is_table"),
    [
        ("\tCost\nBridge\t4\n", True),
        ("Option\tCost\tSpeed\nBridge\t4\t\n", True),
        ("1\t2\n3\t4\n", False),
        ("Cost\n4\n", False),
        ("a\tb\nc\td\n", False),
        ("\tCost\n5\t4\n", False),
    ],
)
def test_a_block_with_names_along_its_sides_is_a_table(text: str, is_table: bool) -> None:
    assert has_headers(read_block(text)) is is_table


def test_the_reason_alone_keeps_semicolons_of_what_was_typed() -> None:
    assert brief("“a; b” is not a number; nothing was changed; type 40.") == "“a; b” is not a number"


# The grid


def arrays(grid: Grid) -> tuple[Array, ...]:
    return grid.likely, grid.low, grid.high, grid.values


def test_the_grid_holds_excluded_options_too_and_equals_the_table_of_all() -> None:
    study = security_guarantees.load()
    without = EditOption(study.options[2].id, {"excluded": True}).apply(study)
    table, grid = table_of(study), grid_of(without, table_of(without))
    assert np.array_equal(grid.values, table.values)
    assert np.array_equal(grid.likely, table.likely)


def test_the_arrays_of_the_evaluation_are_used_again_when_nothing_is_excluded() -> None:
    study = security_guarantees.load()
    table = table_of(study)
    assert grid_of(study, table).values is table.values


def test_a_scale_without_a_range_leaves_its_column_without_values() -> None:
    study = security_guarantees.load()
    flat = replace(study.leaves()[0], scale=Scale(5.0, 5.0))
    broken = replace(study, criteria=tuple(flat if node.id == flat.id else node for node in study.criteria))
    grid = grid_of(broken)
    assert np.isnan(grid.values[:, 0]).all()
    assert not np.isnan(grid.values[:, 1]).any()
    assert np.isnan(grid.ends[0][:, 0]).all()


@pytest.mark.parametrize(
    ("given_scores", "places"),
    [
        ([1.0, 20.0], 0),
        ([0.5, 20.0], 1),
        ([0.16, 9.0, 13.5], 2),
        ([0.6, 92.5], 1),
        ([1 / 3, 250.0], 1),
        ([12345.678], 0),
        ([0.00123], 5),
        ([0.0], 0),
    ],
)
def test_a_column_shows_as_few_decimals_as_its_scores_need(given_scores: list[float], places: int) -> None:
    study = study_of(len(given_scores), 1)
    cells = {(option.id, "c0"): Score(x) for option, x in zip(study.options, given_scores, strict=True)}
    assert grid_of(replace(study, scores=cells)).decimals == (places,)


def test_the_ends_of_a_value_are_in_order_also_where_lower_is_better() -> None:
    study = study_of(1, 1)
    leaf = replace(study.criteria[0], scale=Scale(0.0, 100.0, Direction.LOWER))
    study = replace(study, criteria=(leaf,), scores={("o0", "c0"): Score(40.0, 30.0, 70.0)})
    low, high = grid_of(study).ends
    assert (low[0, 0], high[0, 0]) == (30.0, 70.0)


@settings(max_examples=40)
@given(
    st.dictionaries(
        st.tuples(st.integers(0, 5), st.integers(0, 5)),
        st.sampled_from((Entry(2.0), Entry(3.0, 2.0, 5.0), Entry(None))),
        max_size=6,
    )
)
def test_the_changed_block_encloses_exactly_what_changed(touched: dict[tuple[int, int], Entry]) -> None:
    study = study_of(6, 6)
    study = replace(study, scores={(o.id, leaf.id): Score(1.0) for o in study.options for leaf in study.leaves()})
    before = grid_of(study)
    entries = {before.cell(*place): entry for place, entry in touched.items()}
    after = SetScores(entries).apply(study)
    grid, block = updated(before, after)
    whole = grid_of(after)
    assert all(np.array_equal(a, b, equal_nan=True) for a, b in zip(arrays(grid), arrays(whole), strict=True))
    assert grid.decimals == whole.decimals
    if not touched:
        assert block is None
        return
    rows, columns = {row for row, _ in touched}, {column for _, column in touched}
    assert block == (min(rows), min(columns), max(rows), max(columns))


def test_a_score_that_is_gone_counts_as_changed() -> None:
    study = security_guarantees.load()
    first = (study.options[0].id, study.leaves()[0].id)
    fewer = replace(study, scores={cell: score for cell, score in study.scores.items() if cell != first})
    grid, block = updated(grid_of(study), fewer)
    assert block == (0, 0, 0, 0)
    assert np.isnan(grid.values[0, 0])


def test_rows_follow_the_order_of_the_study() -> None:
    study = security_guarantees.load()
    moved = MoveOption(study.options[0].id, 3).apply(study)
    assert grid_of(moved).rows[study.options[0].id] == 3
