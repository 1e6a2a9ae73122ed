"""Reading a score table: what is proposed, what is refused and where, and what an import changes."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from db.study.checks import Severity, problems
from db.study.model import Direction, Known, Origin, Study
from desktop.commands import ReplaceStudy
from desktop.exchange.csv_export import ExportChoice, table_text
from desktop.exchange.csv_import import Dialect, cells, new_study, onto, propose, read_table, summary
from desktop.exchange.csv_table import MOST_CELLS
from desktop.exchange.files import LARGEST
from desktop.session import Session
from seeds import security_guarantees

COMMA = Dialect()
SEMICOLON = Dialect(separator=";", decimal=",")

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "cp1250", "latin-1")
SCALES = ((3, 40, 7), (0.5, 12.25, 100), (1.234, 5.678, 9.012), (1234.5, 5678.25, 0.5), (-1.5, 0.125, 2e-05))
Row = tuple[str, float, float, float]


def one(text: str, dialect: Dialect = COMMA) -> str:
    """The only problem of a table."""
    found = read_table(text.encode(), dialect).problems
    assert len(found) == 1
    return found[0]


def written(rows: list[Row], separator: str, decimal: str, newline: str) -> str:
    def cell(number: float) -> str:
        text = repr(number).replace(".", decimal)
        return f'"{text}"' if separator in text else text

    lines = [separator.join(("Option", "Größe", "Prüfung", "Preis"))]
    lines += [separator.join((name, *map(cell, numbers))) for name, *numbers in rows]
    return newline.join(lines) + newline


MATRIX = list(itertools.product(ENCODINGS, ",;\t|", ".,", ("\n", "\r\n", "\r"), SCALES))


def test_no_table_of_the_matrix_is_ever_read_wrong_without_asking() -> None:
    sure = 0
    for encoding, separator, decimal, newline, numbers in MATRIX:
        rows: list[Row] = [("Süd", *numbers), ("Été", *numbers[::-1])]
        data = written(rows, separator, decimal, newline).encode(encoding)
        dialect = propose(data)
        told = replace(dialect, encoding=encoding, separator=separator, decimal=decimal)
        for given in [told, *([dialect] if dialect.sure else [])]:
            table = read_table(data, given)
            assert table.problems == (), (encoding, separator, decimal, given)
            assert [column.name for column in table.columns] == ["Größe", "Prüfung", "Preis"]
            read = [(name, *(e.likely for e in row)) for name, row in zip(table.options, table.entries, strict=True)]
            assert read == rows, (encoding, separator, decimal, given)
        sure += dialect.sure
    # UTF-8 with and without mark and marked UTF-16 are certain, except where every number looks like thousands.
    assert sure >= 0.8 * len(MATRIX) * 3 / 7


@pytest.mark.parametrize("encoding", ["cp1252", "cp1250", "latin-1", "cp1251", "utf-16-le", "shift_jis"])
def test_no_encoding_but_marked_or_valid_unicode_is_taken_without_asking(encoding: str) -> None:
    text = {"cp1251": "Вариант;Цена\nЮг;1,5\n", "shift_jis": "選択肢;費用\n南;1,5\n"}.get(
        encoding, "Süd;Größe\nÉté;1,5\n"
    )
    dialect = propose(text.encode(encoding))
    assert not dialect.sure
    assert "guess" in dialect.why


def test_numbers_that_may_be_thousands_are_not_sure() -> None:
    assert not propose(b"Option;Cost\nA;1,234\nB;2,345\n").sure
    assert not propose(b"Option\tCost\nA\t1.234\nB\t7\n").sure
    assert not propose(b'Option,Cost\nA,"1,234"\n').sure


def test_one_number_that_can_only_be_a_decimal_settles_the_others() -> None:
    dialect = propose(b"Option;Cost\nA;1,234\nB;0,345\n")
    assert dialect.sure
    assert (dialect.separator, dialect.decimal) == (";", ",")


def test_the_ends_of_the_scale_settle_what_the_numbers_leave_open() -> None:
    text = 'Option;"Cost (US$; lower is better; 0 to {})"\nA;1,234\n'
    assert propose(text.format("45").encode()).sure
    assert propose(text.format("45,5").encode()).sure
    assert not propose(text.format("4500").encode()).sure
    assert not propose(text.format("4,500").encode()).sure


def test_two_separators_that_both_make_a_table_are_not_sure() -> None:
    dialect = propose(b"Option;Cost, US$\nA;1,5\nB;2,5\n")
    assert not dialect.sure
    assert "separator" in dialect.why


def test_a_table_with_a_flaw_is_proposed_by_its_shape_so_that_the_flaw_is_told() -> None:
    data = b"Option;Cost;Risk\nA;1,5;2\nB;high;3\nC;4\n"
    dialect = propose(data)
    assert (dialect.separator, dialect.decimal) == (";", ",")
    assert [problem.split(":")[0].split(" has")[0] for problem in read_table(data, dialect).problems] == [
        "Row 3, column 2 (Cost)",
        "Row 4",
    ]


def test_the_line_that_names_the_separator_is_heeded() -> None:
    data = b"sep=|\r\nOption|Cost\r\nA|1.5\r\n"
    dialect = propose(data)
    assert (dialect.separator, dialect.newline, dialect.sure) == ("|", "\r\n", True)
    assert read_table(data, dialect).options == ("A",)


def test_the_preview_shows_the_first_rows_as_split() -> None:
    assert cells(b"Option;Cost\nA;1\nB;2\nC;3\n", SEMICOLON, rows=2) == [["Option", "Cost"], ["A", "1"], ["B", "2"]]


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ("Option,Cost,Risk\nA,1,2\nB,1\n", "Row 3", "2 cells where the headings have 3"),
        ("Option,Cost\nA,1,2\n", "Row 2", "3 cells"),
        ("Option,Cost\nA,1\na,2\n", "Row 3", "stands in row 2 already"),
        ("Option,Cost,cost\nA,1,2\n", "Column 3", "stands in column 2 already"),
        ("Option,Cost\nA,much\n", "Row 2, column 2 (Cost)", "is not a number"),
        ("Option,Cost\nA,NaN\n", "Row 2, column 2 (Cost)", "finite"),
        ("Option,Cost\nA,-inf\n", "Row 2, column 2 (Cost)", "finite"),
        ("Option,Cost\nA,1e999\n", "Row 2, column 2 (Cost)", "too large"),
        ("Option,Cost\nA,٤\n", "Row 2, column 2 (Cost)", "digits other than"),
        ("Option,Cost\nA,1 (3-5)\n", "Row 2, column 2 (Cost)", "does not hold"),
        ("Option,Cost\n,1\n", "Row 2", "is empty"),
        ("Option,\nA,1\n", "Column 2", "no heading"),
        ("Option\nA\n", "", "only one column"),
        ("Option,Cost\n", "", "no row below"),
        ("Option,Cost\nA\u202e,1\n", "Row 2", "reading direction"),
        ('Option,Cost\n"A,1\n', "Row 2", "quotation mark"),
        ("Option,Total (Kyiv; points of 100)\nA,1\n", "", "no column with scores"),
        ("Option,C (u; lower is better; 0 to x)\nA,1\n", "Column 2, heading", "is not a number"),
        ("Option,C (u; lower is better; 0 to 9; low)\nA,1\n", "Column 2 (C)", "without its scores"),
        ("Option,C,C (lower is better; low)\nA,1,0\n", "Column 2 (C)", "one end of its range"),
        ("Option,C,C (lower is better; low),C (lower is better; high)\nA,1,0,\n", "Row 2, column 2 (C)", "one end"),
        ("Option,C,C (lower is better; low),C (lower is better; high)\nA,,0,1\n", "Row 2, column 2 (C)", "no likely"),
    ],
)
def test_each_flaw_is_one_sentence_with_its_place(text: str, where: str, what: str) -> None:
    problem = one(text)
    assert problem.startswith(where)
    assert what in problem
    assert "nothing was imported" in problem
    assert "\n" not in problem
    with pytest.raises(Known, match="nothing was imported"):
        new_study(read_table(text.encode(), COMMA), "T")


@pytest.mark.parametrize("data", [b"", b" \r\n\n", b"\xef\xbb\xbf", b" \n"])
def test_an_empty_file_is_refused(data: bytes) -> None:
    for read in (propose, lambda d: read_table(d, COMMA)):
        with pytest.raises(Known, match="empty"):
            read(data)
    with pytest.raises(Known, match="empty"):
        propose(data.decode("utf-8-sig").encode("utf-16"))


@pytest.mark.parametrize("encoding", ["klingon", "hex", "rot13", "", "undefined"])
def test_an_unknown_encoding_is_refused(encoding: str) -> None:
    with pytest.raises(Known, match="nothing was imported"):
        read_table(b"Option,Cost\nA,1\n", Dialect(encoding))


def test_bytes_that_an_encoding_does_not_have_are_named_by_line() -> None:
    with pytest.raises(Known, match="not written in utf-8 in line 2"):
        read_table("Option,Cost\nSüd,1\n".encode("cp1252"), COMMA)


def test_a_table_that_is_too_large_is_refused() -> None:
    with pytest.raises(Known, match="larger than 50 MB"):
        read_table(b"x" * (LARGEST + 1), COMMA)
    with pytest.raises(Known, match="more than 1,000,000 cells"):
        read_table(b"," * (MOST_CELLS + 1), COMMA)


def test_empty_rows_and_columns_of_a_spreadsheet_are_left_out() -> None:
    table = read_table(b"\n,,\nOption,Cost,\nA,1,\n,,\nB,2,\n,,\n", COMMA)
    assert table.problems == ()
    assert table.options == ("A", "B")
    assert table.rows == (4, 6)


@pytest.mark.parametrize(
    ("heading", "name", "unit", "direction"),
    [
        ("Cost", "Cost", None, None),
        ("Cost (US$ bn)", "Cost", "US$ bn", None),
        ("Time [min]", "Time", "min", None),
        ("Cost (lower is better)", "Cost", None, Direction.LOWER),
        ("Cost (US$; minimise)", "Cost", "US$", Direction.LOWER),
        ("Gain (k (thousands); higher is better)", "Gain", "k (thousands)", Direction.HIGHER),
    ],
)
def test_unit_and_direction_are_taken_from_a_heading(
    heading: str, name: str, unit: str | None, direction: Direction | None
) -> None:
    column = read_table(f"Option,{heading}\nA,1\n".encode(), COMMA).columns[0]
    assert (column.name, column.unit, column.direction) == (name, unit, direction)


def test_headings_that_differ_in_brackets_only_are_two_criteria() -> None:
    table = read_table(b"Option,Cost (2024),Cost (2025)\nA,1,2\n", COMMA)
    assert [column.name for column in table.columns] == ["Cost (2024)", "Cost (2025)"]


@pytest.mark.parametrize(
    ("numbers", "ends"),
    [
        ("3,97", (0.0, 100.0)),
        ("120,880", (100.0, 900.0)),
        ("0.13,0.17", (0.13, 0.17)),
        ("7,7", (0.0, 7.0)),
        ("0,0", (0.0, 1.0)),
        ("-3,-3", (-3.0, 0.0)),
        (",", (0.0, 100.0)),
        ("-1e300,1e300", (-1e300, 1e300)),
        ("1e-310,2e-310", (1e-310, 2e-310)),
    ],
)
def test_a_scale_without_ends_in_its_heading_spans_the_numbers_rounded_out(
    numbers: str, ends: tuple[float, float]
) -> None:
    first, second = numbers.split(",")
    study = new_study(read_table(f"Option,C\nA,{first}\nB,{second}\n".encode(), COMMA), "T")
    scale = study.criteria[0].scale
    assert scale is not None
    assert (scale.low, scale.high) == pytest.approx(ends)
    assert scale.low < scale.high


def test_a_new_study_is_sound_and_its_weights_are_nobodys_yet() -> None:
    table = read_table("Option,Cost (US$; lower is better),Use\nA,1 (0.5–3),2\nB,2,n/a\n".encode(), COMMA)
    study = new_study(table, " My  table ", "Ada", "2025-08-20T12:00:00+00:00")
    assert study.title == "My table"
    assert not [p for p in problems(study) if p.severity is Severity.ERROR]
    assert [(p.name, p.assessed, set(p.weights.values())) for p in study.perspectives] == [
        ("Equal weights", False, {50.0})
    ]
    score = study.score(study.options[0].id, study.criteria[0].id)
    assert (score.low, score.likely, score.high) == (0.5, 1.0, 3.0)
    assert (score.origin, score.entered, score.changed_by) == (Origin.JUDGEMENT, "1 (0.5–3)", "Ada")
    assert study.score(study.options[1].id, study.criteria[1].id).is_missing


# Over an open study


@pytest.fixture(scope="module")
def bundled() -> Study:
    return security_guarantees.load()


def edited(study: Study, old: str, new: str) -> Study:
    text = table_text(study, ExportChoice(ranges=False, totals=False, ranks=False))
    assert old in text
    return onto(study, read_table(text.replace(old, new).encode(), COMMA), "Ada", "2025-08-20T12:00:00+00:00")


def test_the_bundled_table_with_totals_and_ranges_read_back_changes_nothing(bundled: Study) -> None:
    for choice in (ExportChoice(), ExportChoice(separator=";", decimal=","), ExportChoice(ranges=False)):
        data = table_text(bundled, choice).encode("utf-8-sig")
        dialect = propose(data)
        assert dialect.sure
        table = read_table(data, dialect)
        assert len(table.ignored) == 12
        assert onto(bundled, table) is bundled
        assert summary(bundled, bundled) == "Nothing changes: the study already says the same."


def test_a_changed_number_becomes_the_importers_judgement_and_the_rest_stays(bundled: Study) -> None:
    after = edited(bundled, "Observer force,8,", "Observer force,9,")
    assert summary(bundled, after) == "1 score changed."
    changed = [cell for cell, score in after.scores.items() if score is not bundled.scores[cell]]
    assert len(changed) == 1
    score, before = after.scores[changed[0]], bundled.scores[changed[0]]
    assert (score.likely, score.low, score.origin, score.changed_by) == (9.0, None, Origin.JUDGEMENT, "Ada")
    assert (score.rationale, score.evidence) == (before.rationale, before.evidence)


def test_an_empty_cell_leaves_a_score_and_a_dash_clears_it(bundled: Study) -> None:
    assert edited(bundled, "Observer force,8,", "Observer force,,") is bundled
    after = edited(bundled, "Observer force,8,", "Observer force,-,")
    assert summary(bundled, after) == "1 score cleared."


def test_options_and_criteria_that_the_table_does_not_name_stay(bundled: Study) -> None:
    after = onto(bundled, read_table(b"Option,Cost,Fame\nTripwire force,20,3\nBlue helmets,7,5\n", COMMA))
    assert summary(bundled, after) == "1 option added, 1 criterion added, 3 scores added, 1 score changed."
    assert after.options[:-1] == bundled.options
    assert after.options[-1].name == "Blue helmets"
    added = after.criteria[-1]
    assert added.scale is not None
    assert (added.name, added.scale.low, added.scale.high) == ("Fame", 3.0, 5.0)
    assert all(party.weights.get(added.id, 0.0) == 0.0 for party in after.perspectives)
    assert not [p for p in problems(after) if p.severity is Severity.ERROR]


def test_an_import_is_one_change_that_undo_takes_back(bundled: Study) -> None:
    session = Session(bundled)
    session.do(ReplaceStudy(edited(bundled, "Observer force,8,", "Observer force,9,")))
    assert session.study is not bundled
    session.undo()
    assert session.study is bundled


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Option,Cost\nTripwire force,46\n", r"Row 2, column 2: Tripwire force on Cost: 46 lies outside"),
        ("Option,Cost (US$ bn a year; higher is better; 0 to 45)\nTripwire force,4\n", "Column 2 .*lower is better in"),
        ("Option,Cost (EUR; lower is better; 0 to 45)\nTripwire force,4\n", "Column 2 .*measured in “EUR”"),
        ("Option,Cost (value; higher is better; 0 to 100)\nTripwire force,4\n", "Column 2"),
        ("Option,Costs and burdens\nTripwire force,4\n", ""),
    ],
)
def test_what_contradicts_the_study_is_refused_and_changes_nothing(bundled: Study, text: str, why: str) -> None:
    if not why:
        branch = next(node for node in bundled.criteria if not node.is_leaf)
        text, why = text.replace("Costs and burdens", f'"{branch.name}"'), "groups other criteria"
    before = replace(bundled)
    with pytest.raises(Known, match=why):
        onto(bundled, read_table(text.encode(), COMMA))
    assert bundled == before


@pytest.mark.parametrize("kind", ["value", "weighted"])
def test_a_table_of_values_is_not_taken_for_scores(bundled: Study, kind: str) -> None:
    choice = ExportChoice(kind)  # type: ignore[arg-type]
    table = read_table(table_text(bundled, choice).encode(), COMMA)
    with pytest.raises(Known, match=r"measured in|is better in"):
        onto(bundled, table)


def test_a_study_with_two_options_of_one_name_cannot_take_a_table(bundled: Study) -> None:
    twin = replace(bundled, options=(*bundled.options, replace(bundled.options[0], id="twin")))
    with pytest.raises(Known, match="cannot tell them apart"):
        onto(twin, read_table(b"Option,Cost\nTripwire force,4\n", COMMA))
