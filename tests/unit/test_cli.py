"""The command line: the real command in a process of its own for what matters, its exit codes and its sentences."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from db.health import check
from db.library import Library
from db.quarantine import receive
from desktop.__main__ import main
from desktop.cli import run
from desktop.evaluation import evaluate
from desktop.exchange.csv_export import ExportChoice, table_text
from seeds import security_guarantees

ROOT = Path(__file__).resolve().parents[2]
TABLE = "Option,Cost (US$; lower is better; 0 to 10),Use\nA,2.5,30\nB,4,70.5\n"


def steelyard(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """The real command, as its users run it: no display, and no help from this process."""
    kept = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    kept.pop("QT_QPA_PLATFORM", None)
    return subprocess.run(
        [sys.executable, "-P", "-m", "desktop", *map(str, arguments)],
        env={**kept, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error", **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


class Here:
    """The command in this process, for what needs no process of its own."""

    def __init__(self, capture: pytest.CaptureFixture[bytes]) -> None:
        self._capture = capture
        self.opened: list[list[Path]] = []
        self.is_new = False

    def __call__(self, *arguments: object) -> tuple[int, str, str]:
        code = run([str(argument) for argument in arguments], self._open)
        out, err = self._capture.readouterr()
        return code, out.decode(), err.decode()

    def _open(self, files: Sequence[Path], is_new: bool) -> int:
        self.opened.append(list(files))
        self.is_new = is_new
        return 0


@pytest.fixture
def here(capfdbinary: pytest.CaptureFixture[bytes]) -> Here:
    return Here(capfdbinary)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "choice.csv"
    path.write_text(TABLE)
    return path


@pytest.fixture
def study_file(tmp_path: Path) -> Path:
    return Library(tmp_path / "library").create(security_guarantees.load(), "Ada")


# Ranking


def test_rank_says_the_ranking_of_the_bundled_study_and_how_firm_it_is() -> None:
    done = steelyard("rank")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "Security guarantees for Ukraine: Kyiv"
    assert " ".join(lines[1].split()) == "1 Reassurance force with American promise and separate monitors 57.5"
    assert len(lines) == 12
    assert "leads" in lines[-1]


def test_rank_of_the_bundled_study_needs_neither_window_nor_store() -> None:
    code = (
        "import sys\nfrom desktop.__main__ import main\ncode = main(['rank', '--all', '--format', 'json'])\n"
        "heavy = {'PySide6', 'shiboken6', 'pyqtgraph', 'sqlalchemy', 'alembic', 'sqlite3', 'charset_normalizer'}\n"
        "found = sorted(heavy & set(sys.modules))\nassert not found, found\nsys.exit(code)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-P", "-c", code], env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    study = security_guarantees.load()
    found = json.loads(done.stdout)
    assert [party["name"] for party in found["perspectives"]] == [party.name for party in study.perspectives]
    for said, party in zip(found["perspectives"], study.perspectives, strict=True):
        result = evaluate(study, party.id)
        assert [row["option"] for row in said["ranking"]] == [result.table.options[row].name for row in result.order]
        assert [row["total"] for row in said["ranking"]] == pytest.approx([result.totals[row] for row in result.order])


@pytest.mark.parametrize("name", ["Kyiv", "kyiv", "KY", "european c"])
def test_a_perspective_is_found_by_the_beginning_of_its_name_in_any_case(here: Here, name: str) -> None:
    code, out, _ = here("rank", "--perspective", name, "--format", "csv")
    assert code == 0
    assert all(row["perspective"].casefold().startswith(name.casefold()) for row in csv.DictReader(io.StringIO(out)))


def test_an_unknown_perspective_is_answered_with_those_there_are(here: Here) -> None:
    code, out, err = here("rank", "--perspective", "Paris")
    assert (code, out) == (2, "")
    assert "“Kyiv”, “Washington”" in err
    assert "More than one" not in err


def test_an_ambiguous_beginning_is_not_guessed(here: Here) -> None:
    code, _, err = here("rank", "--perspective", "")
    assert code == 2
    assert "More than one perspective begins with" in err


def test_a_score_table_can_be_ranked_as_it_is(here: Here, table: Path) -> None:
    code, out, _ = here("rank", table)
    assert code == 0
    assert out.splitlines()[0] == "choice: Equal weights"
    assert "nobody has set" in out


def test_a_table_with_gaps_is_ranked_in_ranges(here: Here, tmp_path: Path) -> None:
    path = tmp_path / "gaps.csv"
    path.write_text("Option,X (higher is better; 0 to 10),Y (higher is better; 0 to 10)\nA,5,\nB,2,3\n")
    code, out, _ = here("rank", path)
    assert code == 0
    assert "25.0–75.0" in out
    assert "ranges" in out
    assert "leads" not in out


def test_a_study_file_is_ranked_from_a_copy_and_left_alone(study_file: Path) -> None:
    before = study_file.read_bytes(), study_file.stat().st_mtime_ns, sorted(os.listdir(study_file.parent))
    done = steelyard("rank", study_file, "--format", "csv")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == steelyard("rank", "--format", "csv").stdout
    assert (study_file.read_bytes(), study_file.stat().st_mtime_ns, sorted(os.listdir(study_file.parent))) == before


def test_an_output_that_nobody_reads_on_is_no_error() -> None:
    script = f'"{sys.executable}" -P -m desktop rank --all --format json | true; exit ${{PIPESTATUS[0]}}'
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    for _ in range(3):
        done = subprocess.run(["bash", "-c", script], env=environment, capture_output=True, check=False)
        assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_an_output_that_cannot_be_written_is_said_in_one_sentence() -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "desktop", "rank"], env=environment, stdout=full, stderr=-1, check=False
        )
    assert done.returncode == 3
    assert done.stderr.decode().count("\n") == 1


# Out and in


def test_export_and_import_bring_the_same_table_into_a_study_file(tmp_path: Path) -> None:
    out, made = tmp_path / "table.csv", tmp_path / "again.steelyard"
    exported = steelyard("export", "bundled", "--out", out, "--decimal", "comma")
    assert (exported.returncode, exported.stdout, exported.stderr) == (0, "", "")
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")
    imported = steelyard("import", out, "--out", made, "--title", "Again")
    assert (imported.returncode, imported.stdout) == (0, "")
    assert "10 options, 12 criteria and 120 scores" in imported.stderr
    assert check(made, deep=True).sound
    study = receive(made).study
    assert study.title == "Again"
    choice = ExportChoice(perspectives=())
    assert table_text(study, choice) == table_text(security_guarantees.load(), choice)
    assert study.scores[study.options[0].id, study.leaves()[0].id].changed_at.endswith("+00:00")
    assert steelyard("check", made, "--deep").returncode == 0


def test_export_writes_what_the_window_would_write(here: Here) -> None:
    study = security_guarantees.load()
    kyiv = study.perspectives[0].id
    code, out, _ = here(
        "export",
        "bundled",
        "--out",
        "-",
        "--kind",
        "value",
        "--separator",
        "tab",
        "--perspective",
        "kyiv",
        "--no-ranks",
    )
    assert code == 0
    assert out == table_text(study, ExportChoice("value", "\t", ".", (kyiv,), ranks=False))


def test_a_file_that_is_there_is_kept_unless_forced(here: Here, tmp_path: Path, table: Path) -> None:
    out = tmp_path / "old.csv"
    out.write_text("old")
    assert here("export", "bundled", "--out", out)[0] == 2
    assert out.read_text() == "old"
    assert here("export", table, "--out", out, "--force")[0] == 0
    assert "Cost" in out.read_text("utf-8-sig")
    code, _, err = here("import", table, "--out", out)
    assert code == 2
    assert "kept" in err


@pytest.mark.parametrize("command", ["export", "import"])
def test_a_folder_that_is_not_there_is_the_machines_fault(
    here: Here, tmp_path: Path, table: Path, command: str
) -> None:
    code, out, err = here(command, table, "--out", tmp_path / "no" / "where.steelyard")
    assert (code, out) == (3, "")
    assert err.count("\n") == 1
    assert os.listdir(tmp_path) == ["choice.csv"]


def test_a_table_that_can_be_read_in_two_ways_is_asked_about(here: Here, tmp_path: Path) -> None:
    path, made = tmp_path / "unsure.csv", tmp_path / "made.steelyard"
    path.write_bytes("Option;Größe\nSüd;1,5\nOst;2,5\n".encode("cp1252"))
    code, _, err = here("import", path, "--out", made)
    assert code == 2
    assert "--encoding cp1252 --separator semicolon --decimal comma" in err
    assert not made.exists()
    assert here("import", path, "--out", made, "--encoding", "cp1252")[0] == 0
    assert [option.name for option in receive(made).study.options] == ["Süd", "Ost"]


def test_a_decimal_mark_that_is_told_settles_thousands(here: Here, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("Option;Cost\nA;1,234\nB;2\n")
    assert here("rank", path)[0] == 2
    assert here("rank", path, "--decimal", "comma")[0] == 0


@pytest.mark.parametrize("flag", [("--separator", "ab"), ("--decimal", "x"), ("--encoding", "klingon")])
def test_a_way_of_writing_that_cannot_be_is_refused(here: Here, table: Path, flag: tuple[str, str]) -> None:
    code, _, err = here("rank", table, *flag)
    assert code == 2
    assert err.count("\n") == 1


# Checking


def test_check_tells_a_sound_file_from_a_damaged_one(here: Here, study_file: Path) -> None:
    assert here("check", study_file)[0] == 0
    data = bytearray(study_file.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 4096] = b"\xff" * 4096
    study_file.write_bytes(data)
    code, out, _ = here("check", study_file)
    assert code == 1
    assert out


def test_check_lists_everything_that_is_wrong_with_a_table(here: Here, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("Option,Cost\nA,much\nA,1\nB\n")
    code, out, _ = here("check", path)
    assert code == 1
    assert len(out.splitlines()) == 3


def test_check_names_what_a_table_lacks(here: Here, tmp_path: Path, table: Path) -> None:
    assert here("check", table)[:2] == (0, "“choice” is complete, and nothing is wrong with it.\n")
    path = tmp_path / "gap.csv"
    path.write_text("Option,Cost,Use\nA,1,\nB,2,3\n")
    code, out, _ = here("check", path)
    assert code == 1
    assert "no score on “Use”" in out
    assert here("check", "bundled")[0] == 0


# Bad input


@pytest.mark.parametrize(
    "arguments",
    [
        ["rank", "none.csv"],
        ["rank", "."],
        ["rank", "bundled", "--bogus"],
        ["rank", "--format", "xml"],
        ["export", "bundled"],
        ["export", "bundled", "--out", "-", "--separator", "comma", "--decimal", "comma"],
        ["import", "none.csv", "--out", "x"],
        ["check"],
        ["check", "none.steelyard"],
        ["none.steelyard"],
        ["rnak"],
        ["--bogus"],
        ["a", "b"],
    ],
)
def test_a_wrong_command_line_is_one_sentence_and_exit_code_2(here: Here, arguments: list[str]) -> None:
    code, out, err = here(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith("steelyard")
    assert err.count("\n") == 1
    assert here.opened == []


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("empty.csv", b""),
        ("empty.steelyard", b""),
        ("text.steelyard", b"no study"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40),
        ("other.csv", b"SQLite format 3\x00" + bytes(4096)),
        ("ragged.csv", b"Option,Cost\nA,1\nB\n"),
        ("twice.csv", b"Option,Cost\nA,1\nA,2\n"),
        ("text.csv", b"Option,Cost\nA,much\n"),
        ("nan.csv", b"Option,Cost\nA,nan\n"),
        ("infinite.csv", b"Option,Cost\nA,1e999\n"),
        ("huge.csv", b"Option,Cost\nA,1e305\n"),
        ("one.csv", b"Option\nA\n"),
    ],
)
def test_a_file_that_is_no_study_and_no_table_is_one_sentence(
    here: Here, tmp_path: Path, name: str, data: bytes
) -> None:
    path, made = tmp_path / name, tmp_path / "made.steelyard"
    path.write_bytes(data)
    for command in (["rank", path], ["export", path, "--out", "-"], ["import", path, "--out", made]):
        code, out, err = here(*command)
        assert (code, out) == (2, "")
        assert err.count("\n") == 1
        assert not made.exists()


# The window


def test_without_a_display_it_says_so_and_what_works_without_one() -> None:
    done = steelyard()
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.count("\n") == 1
    assert "no display" in done.stderr
    assert "steelyard rank" in done.stderr


def test_a_display_that_does_not_answer_is_no_display() -> None:
    done = steelyard(DISPLAY=":987")
    assert done.returncode == 3
    assert ":987" in done.stderr


def test_files_are_handed_to_the_window(here: Here, table: Path, tmp_path: Path) -> None:
    odd = tmp_path / "50 % größer.csv"
    odd.write_text(TABLE)
    assert here(table)[0] == 0
    assert here()[0] == 0
    assert here(table, odd)[0] == 0
    assert here(odd.as_uri())[0] == 0
    assert here.opened == [[table], [], [table, odd], [odd]]
    assert here(table, tmp_path / "gone.csv")[0] == 2
    code, _, said = here("https://example.org/study.steelyard")
    assert (code, said.count("\n")) == (2, 1)
    assert "no file of this machine" in said
    assert len(here.opened) == 4
    assert not here.is_new
    assert here("--new-window", table)[0] == 0
    assert here.opened[4:] == [[table]]
    assert here.is_new


def test_a_bug_is_called_one_and_never_a_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    def window(files: Sequence[Path], is_new: bool) -> int:
        raise ZeroDivisionError("by\nhand" * 500)

    assert run([], window) == 70
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert len(said) < 300


def test_version_and_help_are_for_everyone(here: Here) -> None:
    assert steelyard("--version").stdout.startswith("Steelyard 0.")
    for arguments in (["--help"], ["rank", "-h"], ["export", "-h"], ["import", "-h"], ["check", "-h"]):
        code, out, _ = here(*arguments)
        assert code == 0
        assert "usage: steelyard" in out
    assert main(["--version"]) == 0


def test_methods_says_every_method_and_firm_the_verdict_of_a_perspective(here: Here, table: Path) -> None:
    code, out, err = here("methods", "--perspective", "wash")
    assert (code, err) == (0, "")
    assert "Washington" in out.splitlines()[0]
    assert "VIKOR" in out
    code, out, err = here("firm", "bundled", "--perspective", "Front", "--samples", "500", "--format", "json")
    assert (code, err) == (0, "")
    assert json.loads(out)["samples"] == 500
    assert here("methods", table)[0] == 0


@pytest.mark.parametrize("flag", [("--spread", "1.5"), ("--samples", "0"), ("--seed", "-1"), ("--spread", "nan")])
def test_draws_that_cannot_be_made_are_refused(here: Here, flag: tuple[str, str]) -> None:
    code, out, err = here("firm", *flag)
    assert (code, out) == (2, "")
    assert "Nothing was drawn" in err
