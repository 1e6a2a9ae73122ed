"""CSV out, then in, is identity: bit for bit, whatever the names, numbers, separators and decimal marks."""

from __future__ import annotations

import struct
from dataclasses import replace

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from db.study.model import Criterion, Direction, Known, Option, Scale, Score, Study
from db.study.names import name_key, name_trouble, normal_name
from desktop.evaluation import evaluate
from desktop.exchange.csv_export import ExportChoice, table_text
from desktop.exchange.csv_import import Dialect, new_study, onto, propose, read_table
from desktop.exchange.headings import defused, heading_text, parse_heading, plain
from tests.reliability.lanes import lane
from tests.strategies import studies

NASTY = (
    "=1+1", "'=1+1", "''=x", "+49", "-5", "@SUM(A1)", "'plain", "''", "a;b", "a,b", 'say "no"', '"', "tab and (bracket",
    "A (higher is better; 0 to 1)", "A", "Total (Kyiv; points of 100)", "Rank (x; 1 is best)",
    "x (US$; lower is better)",
    "Option", "sep=;", "1,5", "1.234", "n/a", "#N/A", "日本語", "naïve", "́x", "＝1", "|", "A (low; high)", "(", "a (b",
    "=cmd|' /C calc'!A0", "0 to 100)", "N; lower is better", "нет", "\U0001f41f", "Cost [US$]",
)  # fmt: skip
UNITS = (
    "",
    "%",
    "US$ bn",
    "a (b) c",
    "a) b",
    "(",
    '"',
    "x; low",
    "two\nlines",
    "cr\rlf\r\n",
    " edge ",
    "=1",
    "\x00",
    "min",
)

names = st.sampled_from([normal_name(name) for name in NASTY]) | st.text(
    st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8
).map(normal_name).filter(lambda name: not name_trouble(name))
dialects = st.sampled_from([(s, d) for s in ",;\t" for d in ".," if s != d])


def bits(*numbers: float | None) -> tuple[bytes | None, ...]:
    return tuple(None if x is None else struct.pack(">d", x + 0.0) for x in numbers)


def contents(study: Study) -> tuple[object, ...]:
    """Everything that a table shows of a study."""
    leaves = [leaf for leaf in study.leaves() if leaf.scale]
    return (
        [option.name for option in study.options],
        [(leaf.name, leaf.scale.unit, leaf.scale.direction, bits(leaf.scale.low, leaf.scale.high)) for leaf in leaves],  # type: ignore[union-attr]
        [
            bits(score.likely, score.low, score.high)
            for option in study.options
            for score in (study.score(option.id, leaf.id) for leaf in leaves)
        ],
    )


@st.composite
def nasty_studies(draw: st.DrawFn) -> Study:
    """A study whose names and units are what a table can trip over."""
    study = draw(studies())
    assume(study.options and study.leaves())
    count = len(study.options) + len(study.criteria)
    fresh = draw(st.lists(names, min_size=count, max_size=count, unique_by=name_key))
    units = st.sampled_from(UNITS)
    return replace(
        study,
        options=tuple(replace(o, name=name) for o, name in zip(study.options, fresh, strict=False)),
        criteria=tuple(
            replace(node, name=name, scale=node.scale and replace(node.scale, unit=draw(units)))
            for node, name in zip(study.criteria, fresh[len(study.options) :], strict=True)
        ),
    )


def evaluable(study: Study) -> tuple[str, ...]:
    found = []
    for party in study.perspectives:
        try:
            evaluate(study, party.id)
        except Known:
            continue
        found.append(party.id)
    return tuple(found)


@settings(max_examples=lane(120, 10_000))
@given(nasty_studies(), dialects)
def test_a_table_written_and_read_is_the_same_table_bit_for_bit(study: Study, marks: tuple[str, str]) -> None:
    separator, decimal = marks
    choice = ExportChoice("raw", separator, decimal, evaluable(study))
    data = table_text(study, choice).encode("utf-8-sig")
    table = read_table(data, Dialect("utf-8", separator, decimal))

    assert table.problems == ()
    assert onto(study, table, "Ada", "2025-08-20T12:00:00+00:00") is study
    assert contents(new_study(table, "Again")) == contents(study)


@settings(max_examples=60)
@given(nasty_studies(), dialects)
def test_a_proposal_that_is_sure_reads_what_was_written(study: Study, marks: tuple[str, str]) -> None:
    separator, decimal = marks
    data = table_text(study, ExportChoice("raw", separator, decimal, ())).encode("utf-8-sig")
    dialect = propose(data)
    if dialect.sure:
        table = read_table(data, dialect)
        assert table.problems or contents(new_study(table, "Again")) == contents(study)


@settings(max_examples=60)
@given(nasty_studies(), dialects)
def test_a_table_without_ranges_read_over_its_study_changes_nothing(study: Study, marks: tuple[str, str]) -> None:
    choice = ExportChoice("raw", *marks, perspectives=(), ranges=False)
    data = table_text(study, choice).encode("utf-8-sig")
    assert onto(study, read_table(data, Dialect("utf-8", *marks))) is study


@given(st.text("'=+-@\t\r\n\x00＝a ", max_size=6) | st.text(max_size=10))
@example("'=")
@example("''")
def test_defused_text_is_no_formula_and_comes_back(text: str) -> None:
    assert plain(defused(text)) == text
    assert not defused(text).startswith(tuple("=+-@\t\r\n\x00＝＋－＠"))


@settings(max_examples=300)
@given(
    names,
    st.sampled_from(UNITS)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
    | st.text('(); "a', max_size=8),
    st.sampled_from(Direction),
    st.tuples(st.floats(-1e300, 1e300), st.floats(-1e300, 1e300)),
    st.sampled_from((".", ",")),
    st.sampled_from(("", "low", "high")),
)
def test_a_heading_says_what_it_was_made_from(
    name: str, unit: str, direction: Direction, ends: tuple[float, float], decimal: str, part: str
) -> None:
    text = heading_text(name, Scale(*ends, direction, unit), decimal, part)
    head = parse_heading(text, decimal)
    assert (head.name, head.unit or "", head.direction, head.part) == (name, unit, direction, part)
    assert bits(head.low, head.high) == bits(*ends)


def test_a_score_beyond_its_scale_that_stands_in_the_study_comes_back_unchanged() -> None:
    leaf = Criterion("c", "Cost", scale=Scale(0, 10))
    study = Study("s", "S", options=(Option("o", "A"),), criteria=(leaf,), scores={("o", "c"): Score(60.0)})
    table = read_table(table_text(study, ExportChoice()).encode(), Dialect())
    assert onto(study, table) is study
