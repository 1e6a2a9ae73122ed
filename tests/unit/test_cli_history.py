"""The commands that list a history and compare studies: what they print, what they refuse, how they exit."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest

from db.store import Store, write_new
from db.study.copies import alike, copy_of
from db.study.diff import differences
from db.study.model import Doubt, Knowledge, Study, new_id
from desktop.cli import run
from desktop.commands import Command, EditOption, Entry, MoveWeight, RemoveOption, SetScores
from desktop.evaluation import evaluate
from desktop.exchange.csv_export import ExportChoice, table_text
from seeds import security_guarantees
from seeds.security_guarantees import criterion_id
from tests.unit.test_cli import Here, steelyard

BUNDLED = security_guarantees.load()
KYIV = BUNDLED.perspectives[0]
COST = criterion_id("cost")
FIRST, SECOND = BUNDLED.options[:2]


@pytest.fixture
def here(capfdbinary: pytest.CaptureFixture[bytes]) -> Here:
    return Here(capfdbinary)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A study that was edited six times; after the third edit it got a name."""
    path = tmp_path / "guarantees.steelyard"
    with Store.create(path, BUNDLED, "Ada") as store:
        do(store, MoveWeight(KYIV.id, COST, 0.2))
        do(store, SetScores({(FIRST.id, COST): Entry(4.0)}, "Ada", "2026-01-01T00:00:00+00:00"), "A new price list")
        do(store, EditOption(SECOND.id, {"name": "Watchers"}))
        store.name_version("Sent out", who="Ada", reason="The gondolier asked")
        do(store, RemoveOption(SECOND.id))
        do(store, MoveWeight(KYIV.id, COST, 0.3), "=1+1")
    return path


def do(store: Store, command: Command, reason: str = "") -> None:
    before = store.study
    store.save(before, command.apply(before), command.label(before), who="Ada", reason=reason)


# History


def test_history_lists_every_change_newest_first_from_and_to(file: Path) -> None:
    ran = steelyard("history", file)
    assert (ran.returncode, ran.stderr) == (0, "")
    lines = ran.stdout.splitlines()
    assert lines[0] == "7 changes, newest first"
    assert [line.split()[0] for line in lines[1:] if line[:6].strip().isdigit()] == ["7", "6", "5", "4", "3", "2", "1"]
    assert f"{'':8}Weight of Cost in “Kyiv”: 2 % → 20 %" in lines
    assert "Ada  Version “Sent out” (The gondolier asked)" in ran.stdout
    assert f"{'':8}Observer force · name: “Observer force” → “Watchers”" in lines
    assert "… and " in ran.stdout


def test_history_can_be_searched_and_filtered_also_by_what_is_deleted(here: Here, file: Path) -> None:
    def seqs(*flags: str) -> list[int]:
        code, out, err = here("history", file, "--format", "json", *flags)
        assert (code, err) == (0, "")
        return [change["seq"] for change in json.loads(out)]

    assert seqs() == [7, 6, 5, 4, 3, 2, 1]
    assert seqs("--option", "watchers") == [6, 4, 1]
    assert seqs("--criterion", "cost", "--perspective", "Kyiv") == [7, 2, 1]
    assert seqs("--option", FIRST.name, "--criterion", "Cost") == [3, 1]
    assert seqs("--search", "GONDOLIER sent") == [5]
    assert seqs("--search", "xylophone") == []


def test_history_as_a_table_for_spreadsheets_has_a_row_for_every_line(here: Here, file: Path) -> None:
    code, out, _ = here("history", file, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert code == 0
    listed = json.loads(here("history", file, "--format", "json")[1])
    assert len(rows) == sum(max(1, len(change["lines"])) for change in listed)
    assert {row["reason"] for row in rows} == {"", "A new price list", "The gondolier asked", "'=1+1"}
    renamed = next(row for row in rows if row["seq"] == "4")
    assert (renamed["subject"], renamed["from"]) == ("Observer force · name", "“Observer force”")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("history", "bundled"), "has no history"),
        (("history", "gone.steelyard"), "There is no file"),
        (("history", "FILE", "--option", "Nobody"), "No option was ever called “Nobody”"),
        (("history", "FILE", "--option", "Reassurance"), "More than one option begins with"),
    ],
)
def test_a_history_that_cannot_be_told_is_refused_in_a_sentence(
    here: Here, file: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    code, out, err = here(*(file if part == "FILE" else part for part in arguments))
    assert (code, out) == (2, "")
    assert sentence in err
    assert err.count("\n") == 1


# Comparing


def test_diff_of_the_same_is_silent_about_differences_and_exits_with_nothing(here: Here, file: Path) -> None:
    code, out, err = here("diff", file, f"{file}@7")
    assert (code, err) == (0, "")
    assert "are the same" in out
    assert here("diff", "bundled", "bundled", "--format", "json")[0] == 0


def test_diff_says_what_differs_and_how_far_it_moved_the_ranking(file: Path) -> None:
    ran = steelyard("diff", f"{file}@1", f"{file}@Sent out", "--perspective", "Kyiv")
    assert (ran.returncode, ran.stderr) == (1, "")
    assert "3 differences" in ran.stdout
    assert "Weight of Cost in “Kyiv”: 2 % → 20 %" in ran.stdout
    assert "⇒ lead of" in ran.stdout
    assert "Ranking: Kyiv" in ran.stdout


def test_the_effects_that_diff_prints_add_up_to_the_change_of_each_total(here: Here, file: Path) -> None:
    code, out, _ = here("diff", f"{file}@2", file, "--format", "json")
    found = json.loads(out)
    assert code == 1
    assert not found["same"]
    for place in found["ranking"]:
        before, after = place["total"]
        if before is not None and after is not None:
            moved = sum(part["effects"][place["option"]] for part in found["differences"])
            assert moved == pytest.approx(after - before, abs=1e-6)
    with Store.open(file) as store:
        result = evaluate(store.study, KYIV.id)
    right = {option.name: float(result.totals[row]) for row, option in enumerate(result.table.options)}
    shown = {place["option"]: place["total"][1] for place in found["ranking"] if place["total"][1] is not None}
    assert shown == pytest.approx(right)


def test_a_change_can_be_named_by_its_number_and_by_the_name_of_a_version(here: Here, file: Path) -> None:
    assert here("diff", f"{file}@4", f'{file}@"sent out"')[0] == 0
    assert here("diff", f"{file}@4", f"{file}@5")[0] == 0
    assert here("diff", f"{file}@4", f"{file}@6")[0] == 1


def test_tables_are_compared_by_name(here: Here, tmp_path: Path) -> None:
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    first.write_text("Option,Cost,Use\nA,2.5,30\nB,4,70.5\n")
    second.write_text("Option,Cost,Use\nB,4,70.5\nA,3.5,30\n")
    code, out, err = here("diff", first, second)
    assert (code, err) == (1, "")
    assert "A · Cost: 2.5 → 3.5" in out
    assert "B · " not in out
    same = tmp_path / "first copy.csv"
    same.write_text(first.read_text())
    code, out, _ = here("diff", first, same, "--format", "json")
    assert [line["subject"] for part in json.loads(out)["differences"] for line in part["lines"]] == ["Study · title"]


def test_a_table_is_compared_with_the_study_it_was_exported_from(here: Here, file: Path, tmp_path: Path) -> None:
    with Store.open(file) as store:
        text = table_text(store.study, ExportChoice(ranges=False))
    table = tmp_path / "table.csv"
    table.write_text(text)
    code, out, _ = here("diff", file, table, "--format", "json")
    found = json.loads(out)
    assert code == 1
    assert "No perspective is in both" in found["trouble"]
    assert not [line for part in found["differences"] for line in part["lines"] if line["to"] == "added"
                and line["subject"].startswith("Option")]  # fmt: skip


@pytest.mark.parametrize(
    ("version", "sentence"),
    [("8", "has no version “8”"), ("0", "has no version “0”"), ("Lost", "named versions “Sent out”")],
)
def test_a_version_that_is_not_there_is_refused_with_those_that_are(
    here: Here, file: Path, version: str, sentence: str
) -> None:
    code, out, err = here("diff", file, f"{file}@{version}")
    assert (code, out) == (2, "")
    assert sentence in err


def test_a_file_with_an_at_sign_in_its_name_is_the_file(here: Here, tmp_path: Path) -> None:
    path = tmp_path / "plan@2.steelyard"
    write_new(path, BUNDLED, who="Ada")
    assert here("diff", "bundled", path)[0] == 0


def test_a_perspective_that_is_not_there_is_refused(here: Here) -> None:
    code, _, err = here("diff", "bundled", "bundled", "--perspective", "Mars")
    assert code == 2
    assert "There is no perspective “Mars”" in err


def test_help_names_both_commands(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"], lambda path: 0) == 0
    told = capfd.readouterr().out
    assert "steelyard history" in told
    assert "steelyard diff" in told


# Two made apart


def renewed(study: Study) -> Study:
    """The same contents under identities nobody has seen."""
    fresh: dict[str, str] = {}

    def other(key: str) -> str:
        return fresh.setdefault(key, new_id())

    return replace(
        study,
        id=new_id(),
        options=tuple(replace(o, id=other(o.id), evidence=tuple(map(other, o.evidence))) for o in study.options),
        criteria=tuple(replace(c, id=other(c.id), parent=c.parent and other(c.parent)) for c in study.criteria),
        scores={
            (other(o), other(c)): replace(score, evidence=tuple(map(other, score.evidence)))
            for (o, c), score in study.scores.items()
        },
        perspectives=tuple(
            replace(
                party,
                id=other(party.id),
                weights={other(c): points for c, points in party.weights.items()},
                locked=frozenset(map(other, party.locked)),
                reasons={other(c): reason for c, reason in party.reasons.items()},
                evidence=tuple(map(other, party.evidence)),
                doubt=replace(party.doubt, ranges={other(c): ends for c, ends in party.doubt.ranges.items()}),
            )
            for party in study.perspectives
        ),
        evidence=tuple(replace(item, id=other(item.id)) for item in study.evidence),
    )


def test_a_study_with_other_identities_is_alike_by_its_names() -> None:
    assert alike(renewed(BUNDLED), BUNDLED) == BUNDLED
    leaves, parties = BUNDLED.leaves(), BUNDLED.perspectives
    doubt = Doubt(Knowledge.RANGES, 0.5, {leaf.id: (0.01, 0.5) for leaf in leaves})
    asked = replace(BUNDLED, perspectives=(replace(parties[0], doubt=doubt), *parties[1:]))
    assert alike(renewed(asked), asked) == asked


def test_what_two_studies_know_by_identity_keeps_it_whatever_its_name() -> None:
    swapped = replace(
        BUNDLED,
        options=(replace(FIRST, name=SECOND.name), replace(SECOND, name=FIRST.name), *BUNDLED.options[2:]),
    )
    assert alike(copy_of(swapped, swapped.title), BUNDLED) == swapped
    assert len(differences(BUNDLED, swapped)) == 2
