"""Writing the score table: what stands in it, and that the file is whole or as it was."""

from __future__ import annotations

import csv
import io
import os
from dataclasses import replace
from pathlib import Path

import pytest

from db.study.model import Criterion, Known, Option, Perspective, Scale, Score, Study
from desktop.evaluation import evaluate
from desktop.exchange import files
from desktop.exchange.csv_export import ExportChoice, Kind, preview, table_rows, table_text, write
from seeds import security_guarantees


@pytest.fixture(scope="module")
def bundled() -> Study:
    return security_guarantees.load()


def small(**changes: object) -> Study:
    study = Study(
        "s",
        "S",
        options=(Option("a", "A"), Option("b", "B"), Option("c", "C", excluded=True)),
        criteria=(Criterion("x", "X", scale=Scale(0, 10, unit="km")), Criterion("y", "Y", scale=Scale(0, 1))),
        scores={("a", "x"): Score(2.5, 1.0, 3.0), ("a", "y"): Score(0.5), ("b", "x"): Score(5.0)},
        perspectives=(Perspective("p", "P", weights={"x": 1.0, "y": 1.0}),),
    )
    return replace(study, **changes)  # type: ignore[arg-type]


def test_the_raw_table_is_written_as_documented() -> None:
    assert table_text(small(), ExportChoice(separator=";", decimal=",")).splitlines() == [
        "Option;"
        '"X (km; higher is better; 0 to 10)";"X (km; higher is better; 0 to 10; low)";'
        '"X (km; higher is better; 0 to 10; high)";'
        '"Y (higher is better; 0 to 1)";"Y (higher is better; 0 to 1; low)";"Y (higher is better; 0 to 1; high)";'
        '"Total (P; points of 100)";"Rank (P; 1 is best)"',
        "A;2,5;1;3;0,5;;;37,5;1–2",
        "B;5;;;;;;25–75;1–2",
        "C;;;;;;;;",
    ]


def test_values_and_weighted_points_are_those_of_the_engine(bundled: Study) -> None:
    kyiv = bundled.perspectives[0]
    result = evaluate(bundled, kyiv.id)
    for kind, array in (("value", result.table.values), ("weighted", result.contributions)):
        choice = ExportChoice(kind, perspectives=(kyiv.id,))  # type: ignore[arg-type]
        rows = table_rows(bundled, choice)[1:]
        assert [float(cell) for row in rows for cell in row[1:13]] == pytest.approx(array.ravel().tolist())
        assert [float(row[13]) for row in rows] == pytest.approx(result.totals.tolist())
        assert [row[14] for row in rows] == [result.rank_text(row) for row in range(10)]


@pytest.mark.parametrize("kind", ["raw", "value", "weighted"])
def test_the_preview_is_what_is_written(bundled: Study, kind: Kind) -> None:
    choice = ExportChoice(kind, separator="\t")
    written = list(csv.reader(io.StringIO(table_text(bundled, choice), newline=""), delimiter="\t"))
    assert preview(bundled, choice, rows=3) == written[:4]
    assert table_rows(bundled, choice) == written


def test_totals_and_ranks_can_be_left_out(bundled: Study) -> None:
    heads = [table_rows(bundled, ExportChoice(totals=t, ranks=r, ranges=False))[0] for t in (0, 1) for r in (0, 1)]
    assert [len(head) for head in heads] == [13, 19, 19, 25]
    assert len(table_rows(bundled, ExportChoice(perspectives=(), ranges=False))[0]) == 13


@pytest.mark.parametrize(
    "wrong", [{"separator": ",", "decimal": ","}, {"separator": "x"}, {"decimal": "'"}, {"kind": "cooked"}]
)
def test_a_choice_that_could_not_be_read_back_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(Known, match="nothing was written"):
        ExportChoice(**wrong)  # type: ignore[arg-type]


def test_a_perspective_without_weights_is_refused_for_totals_and_left_alone_without() -> None:
    study = small(perspectives=(Perspective("p", "P", weights={"x": 0.0}),))
    with pytest.raises(Known, match="carries weight"):
        table_rows(study, ExportChoice())
    assert len(table_rows(study, ExportChoice(perspectives=()))) == 4


def test_weighted_points_without_a_perspective_are_refused() -> None:
    with pytest.raises(Known, match="perspective"):
        table_rows(small(perspectives=()), ExportChoice("weighted"))


def test_a_study_without_options_or_criteria_is_written_as_far_as_it_goes() -> None:
    assert table_rows(small(options=(), scores={}), ExportChoice(perspectives=()))[1:] == []
    assert table_rows(small(criteria=(), scores={}), ExportChoice(perspectives=()))[1] == ["A"]


def test_the_same_study_is_written_the_same_way_in_every_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    import locale

    first = table_text(small(), ExportChoice())
    for name in locale.locale_alias.values():
        try:
            locale.setlocale(locale.LC_NUMERIC, name)
        except locale.Error:
            continue
        try:
            assert table_text(small(), ExportChoice()) == first
        finally:
            locale.setlocale(locale.LC_NUMERIC, "C")


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@x", "=cmd|' /C calc'!A0", "'=1"])
def test_formula_like_names_are_defused_and_numbers_are_not(name: str) -> None:
    scale = Scale(-10, 10)
    study = small(
        options=(Option("a", name),),
        criteria=(Criterion("x", name, scale=scale),),
        scores={("a", "x"): Score(-5.0)},
        perspectives=(Perspective("p", name, weights={"x": 1.0}),),
    )
    rows = table_rows(study, ExportChoice(ranges=False))
    assert rows[1][:2] == [f"'{name}", "-5"]
    assert all(cell[:1] not in "=+-@" for cell in rows[0])


# Files


def test_a_file_is_utf8_that_spreadsheets_know_with_their_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "tåble.csv"
    write(path, table_text(small(options=(Option("a", "Süd"),)), ExportChoice(perspectives=())))
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbfOption,")
    assert data.count(b"\n") == data.count(b"\r\n") == 2
    assert "Süd".encode() in data
    assert os.listdir(tmp_path) == [path.name]


def test_writing_over_a_file_keeps_its_permissions_and_follows_its_link(tmp_path: Path) -> None:
    real, link = tmp_path / "real.csv", tmp_path / "link.csv"
    real.write_text("old")
    real.chmod(0o640)
    link.symlink_to(real)
    write(link, "new")
    assert link.is_symlink()
    assert real.read_text("utf-8-sig") == "new"
    assert real.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("where", ["missing/table.csv", "file/table.csv", "."])
def test_a_folder_that_cannot_be_written_is_named_in_one_sentence(tmp_path: Path, where: str) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(Known, match=r"(cannot be written|not a file that can be replaced).*; choose another"):
        write(tmp_path / where, "x")
    assert os.listdir(tmp_path) == ["file"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_device_is_not_replaced_by_a_file() -> None:
    with pytest.raises(Known, match="not a file"):
        write(Path("/dev/full"), "x")
    assert not Path("/dev/full").is_file()


def test_a_write_that_fails_half_way_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import resource
    import signal

    path = tmp_path / "table.csv"
    path.write_text("old")
    limits, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, limits[1]))
    try:
        with pytest.raises(Known, match="what was there before is as it was"):
            write(path, "x" * 1_000_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["table.csv"]


def test_half_a_character_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(Known, match="half a character"):
        write(tmp_path / "t.csv", "Option\r\nA\ud800\r\n")
    assert os.listdir(tmp_path) == []


def test_a_file_that_is_too_large_or_missing_is_refused(tmp_path: Path) -> None:
    (tmp_path / "big").write_bytes(b"x" * 11)
    with pytest.raises(Known, match="larger than"):
        files.read_bytes(tmp_path / "big", most=10)
    with pytest.raises(Known, match="cannot be read"):
        files.read_bytes(tmp_path / "none")


def test_the_totals_of_the_bundled_study_stand_in_the_table(bundled: Study) -> None:
    data = security_guarantees.read()
    rows = table_rows(bundled, ExportChoice(ranges=False, ranks=False))[1:]
    for place, party in enumerate(data["perspectives"]):
        published = {row["option"]: row["total"] for row in data["checks"]["results"][party["id"]]["ranking"]}
        for row, option in zip(rows, data["options"], strict=True):
            assert float(row[13 + place]) == pytest.approx(published[option["id"]], abs=0.0501)
