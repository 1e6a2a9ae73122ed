"""Numbers as people write them: what is read, what is refused, and that text and number agree."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.study.model import Known, Score
from desktop.commands.scores import Entry
from desktop.exchange.numbers import (
    LARGEST,
    entry_text,
    number_text,
    parse_entry,
    parse_number,
    table_entry,
    table_number,
)

finite = st.floats(-LARGEST, LARGEST)


def bits(x: float) -> bytes:
    return struct.pack(">d", x + 0.0)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("40", 40.0),
        (" 40 ", 40.0),
        ("40.5", 40.5),
        ("40,5", 40.5),
        (",5", 0.5),
        ("5.", 5.0),
        ("+7", 7.0),
        ("-7", -7.0),
        ("\u22127,5", -7.5),
        ("40%", 40.0),
        ("40 %", 40.0),
        ("1 234,5", 1234.5),
        ("1\u00a0234,5", 1234.5),
        ("1\u2009234\u2009567.5", 1234567.5),
        ("1\u202f234", 1234.0),
        ("1'234.5", 1234.5),
        ("1,234", 1.234),
        ("1.234", 1.234),
        ("1,234.5", 1234.5),
        ("1.234,5", 1234.5),
        ("1,234,567", 1234567.0),
        ("1.234.567,25", 1234567.25),
        ("3k", 3000.0),
        ("1.5M", 1.5e6),
        ("0.1k", 100.0),
        ("1e5", 1e5),
        ("2.5E-3", 0.0025),
        ("-0", 0.0),
    ],
)
def test_a_typed_number_is_read(text: str, number: float) -> None:
    assert bits(parse_number(text)) == bits(number)


REFUSED = [
    "", " ", "-", "nan", "NaN", "-nan", "inf", "Infinity", "-inf", "∞", "1e999", "-1e999", "1e-400", "1_000", "0x10",
    "0b1", "0o7", "４０", "٤٠", "४०", "½", "²", "Ⅳ", "1 23", "1,23,4", "12,34,567", "1..2", "1,2,3", "--1", "+-1", "1e",
    "e5", "1e1.5", ".", ",", "4 0", "forty", "=1+1", "1+1", "40 (", "40(30", "0.1.2", "1 234'567", "9" * 401, "1\n2",
    "1\x00", "40)", "1e99999999", "%", "k", "40%%", "1;2", "\u200b1", "1 2345", "1.234,567.8", "12 34", "30-55",
]  # fmt: skip


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_finite_decimal_number_is_refused_in_one_sentence(text: str) -> None:
    for read in (parse_number, lambda t: table_number(t, "."), lambda t: table_number(t, ",")):
        with pytest.raises(Known, match=r"nothing was changed; .+\.$") as caught:
            read(text)
        assert "\n" not in str(caught.value)
        assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("NaN", "finite"),
        ("-inf", "finite"),
        ("٤٠", "digits other than 0 to 9"),
        ("1_000", "underscore"),
        ("0x1F", "decimal number"),
        ("1e999", "too large"),
        ("-1.1e300", "too large"),
        ("1e-400", "too small"),
    ],
)
def test_the_refusal_says_why(text: str, why: str) -> None:
    with pytest.raises(Known, match=why):
        parse_number(text)


@pytest.mark.parametrize(
    ("text", "decimal", "number"),
    [
        ("1,5", ",", 1.5),
        ("1.5", ".", 1.5),
        ("1,234.5", ".", 1234.5),
        ("1.234,5", ",", 1234.5),
        ("1,234,567", ".", 1234567.0),
        ("1 234", ".", 1234.0),
        ("1,0e-05", ",", 1e-5),
    ],
)
def test_a_table_number_is_read_under_its_decimal_mark(text: str, decimal: str, number: float) -> None:
    assert table_number(text, decimal) == number


@pytest.mark.parametrize(("text", "decimal"), [("1,234", "."), ("1.234", ","), ("40,5", "."), ("40.5", ",")])
def test_a_table_number_with_the_other_mark_is_refused_rather_than_guessed(text: str, decimal: str) -> None:
    with pytest.raises(Known, match="decimal mark"):
        table_number(text, decimal)


@pytest.mark.parametrize("text", ["3k", "5 m", "5m", "2M"])
def test_a_table_takes_no_suffix_that_could_be_a_unit(text: str) -> None:
    with pytest.raises(Known):
        table_number(text, ".")


@pytest.mark.parametrize("text", ["", "  ", "-", "—", "n/a", "N/A", "#N/A", "–"])
def test_a_word_for_nothing_is_a_missing_score(text: str) -> None:
    assert parse_entry(text) == Entry(None, text=text.strip())
    assert table_entry(text, ",").likely is None


@pytest.mark.parametrize(
    ("text", "three"),
    [
        ("40 (30-55)", (40.0, 30.0, 55.0)),
        ("40 (30–55)", (40.0, 30.0, 55.0)),
        ("40(30 - 55)", (40.0, 30.0, 55.0)),
        ("40 [30 to 55]", (40.0, 30.0, 55.0)),
        ("40,5 (30,25–55,75)", (40.5, 30.25, 55.75)),
        ("-4 (-5--3)", (-4.0, -5.0, -3.0)),
        ("\u22124 (\u22125–\u22123)", (-4.0, -5.0, -3.0)),
        ("40 % (30 % – 55 %)", (40.0, 30.0, 55.0)),
        ("1k (500-2k)", (1000.0, 500.0, 2000.0)),
        ("1 (1e-5-2e+3)", (1.0, 1e-5, 2e3)),
    ],
)
def test_a_range_is_read_with_its_likely_score(text: str, three: tuple[float, float, float]) -> None:
    assert parse_entry(text) == Entry(*three, text=text)


@pytest.mark.parametrize("text", ["40 (30)", "40 ()", "40 (a-b)", "(30-55)", "40 (30-55) x", "40 (30-55", "40 ((1-2))"])
def test_half_a_range_is_refused(text: str) -> None:
    with pytest.raises(Known):
        parse_entry(text)


@given(finite, st.sampled_from([".", ","]))
def test_a_number_written_shortest_reads_back_bit_for_bit(x: float, decimal: str) -> None:
    text = number_text(x, decimal=decimal)
    assert bits(table_number(text, decimal)) == bits(x)
    assert bits(parse_number(text)) == bits(x)


@given(st.lists(finite, min_size=3, max_size=3), st.sampled_from([".", ","]))
def test_a_score_written_as_typed_reads_back_bit_for_bit(three: list[float], decimal: str) -> None:
    low, likely, high = sorted(three)
    entry = table_entry(entry_text(Score(likely, low, high), decimal), decimal)
    assert entry.likely is not None
    assert entry.low is not None
    assert entry.high is not None
    assert [bits(entry.low), bits(entry.likely), bits(entry.high)] == [bits(low), bits(likely), bits(high)]


@given(st.text(max_size=30))
def test_any_text_is_a_finite_number_or_refused(text: str) -> None:
    for read in (parse_number, lambda t: table_number(t, ".")):
        try:
            number = read(text)
        except Known:
            continue
        assert abs(number) < float("inf")
        assert text.strip()[:1] in "+-−.,0123456789"


@pytest.mark.parametrize(
    ("x", "decimals", "text"),
    [(40.0, None, "40"), (0.1, None, "0.1"), (1e16, None, "1e+16"), (-0.0, None, "0"), (-0.04, 1, "0.0")],
)  # fmt: skip
def test_a_number_is_written_plainly(x: float, decimals: int | None, text: str) -> None:
    assert number_text(x, decimals) == text


def test_a_missing_score_is_written_as_nothing() -> None:
    assert entry_text(Score()) == ""
