"""Tables spoilt on their way: refused with a reason, or every score read is what stands in the file."""

from __future__ import annotations

import csv
import io
import random
import re
from collections import Counter
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any

from db.study.model import Criterion, Option, Scale, Score, Study
from desktop.exchange.csv_export import ExportChoice, table_text
from tests.reliability.conftest import Ask
from tests.reliability.lanes import lane

MUTATIONS = lane(250, 5000)

NAMES = ("Plain", "naïve", "日本", "=1+1", 'say "no"', "a;b", "a,b", "two words (of three)")
NUMBERS = (0.0, 1.0, -1.5, 1234.5, 1e-3, 1e6, 0.1 + 0.2, 12.0, 999.25, 3.0)
SCRAPS = (
    b",", b";", b"\t", b".", b'"', b"\n", b"\r\n", b"\x00", b"\xff", b"1e999", b"nan", b"inf", b"-", b"1_000",
    "\u0661".encode(), "\uff11".encode(), b"0x10", b"1,234", b"1.234", b"\xef\xbb\xbf", b"=1+1", b"%", b"(1-2)", b"k",
)  # fmt: skip


def written(chance: random.Random) -> bytes:
    """A table as Steelyard writes it, in one of the ways that tables are written."""
    options = tuple(Option(f"o{n}", name) for n, name in enumerate(chance.sample(NAMES, 4)))
    leaves = tuple(Criterion(f"c{n}", f"{name} {n}", scale=Scale(-1e7, 1e7)) for n, name in enumerate(NAMES[:3]))
    scores = {(o.id, leaf.id): scored(chance) for o in options for leaf in leaves if chance.random() < 0.9}
    study = Study("s", "S", options=options, criteria=leaves, scores=scores)
    separator, decimal = chance.choice(((",", "."), (";", ","), ("\t", "."), (";", "."), ("\t", ",")))
    text = table_text(study, ExportChoice("raw", separator, decimal, (), ranges=chance.random() < 0.3))
    if chance.random() < 0.3:
        text = text.replace("\r\n", "\n")
    return text.encode(chance.choice(("utf-8", "utf-8-sig", "utf-16", "cp1252", "utf-8")), "replace")


def scored(chance: random.Random) -> Score:
    low, likely, high = sorted(chance.sample(NUMBERS, 3))
    return Score(likely, low, high) if chance.random() < 0.5 else Score(likely)


def mutate(contents: bytearray, chance: random.Random) -> None:
    """What a cable, an editor or a spreadsheet does to a table."""
    start = contents.find(b"\n") + 1 if chance.random() < 0.85 else 0  # Mostly below the headings.
    at, end = sorted(chance.randrange(start, len(contents)) for _ in range(2))
    kind = chance.randrange(8)
    if kind < 2:
        contents[at] ^= 1 << chance.randrange(8) if kind else chance.randrange(1, 256)
    elif kind < 4:
        contents[at:at] = chance.choice(SCRAPS)
    elif kind == 4:
        del contents[at : min(end, at + chance.randint(1, 40))]
    elif kind == 5:
        contents[at:at] = contents[at : min(end, at + 60)]
    elif kind == 6:
        lines = contents[start:].split(b"\n")
        chance.shuffle(lines)
        contents[start:] = b"\n".join(lines)
    else:
        contents[at : at + 1] = chance.choice(SCRAPS)


# What a table says, read as plainly as can be

GROUPS = re.compile("[\u0020\u00a0\u2007\u2009\u202f'’]")
MISSING = {"", "-", "–", "—", "−", "n/a", "na", "#n/a"}
RANGE = re.compile(r"(?s)(.+?)[(\[](.*)[)\]]\Z")


def plain_cells(data: bytes, encoding: str, separator: str) -> list[list[str]]:
    text = data.decode(encoding).removeprefix("\ufeff")
    hint = re.match('"?sep=."?(\r\n|\r|\n)', text, re.IGNORECASE)
    source = io.StringIO(text[hint.end() :] if hint else text, newline="")
    return list(csv.reader(source, delimiter=separator, strict=True))


def plain_number(text: str, decimal: str) -> Fraction:
    """The number that stands there, exactly; raises ValueError for what is none."""
    bare = GROUPS.sub("", text.strip().removesuffix("%").strip().replace("−", "-"))
    bare = bare.replace("," if decimal == "." else ".", "").replace(decimal, ".")
    if not re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", bare):
        raise ValueError(text)
    return Fraction(bare)


def plain_score(text: str, decimal: str) -> list[Fraction | None]:
    """Likely, low and high of one cell."""
    text = text.strip().removeprefix("'")
    if text.strip().lower() in MISSING:
        return [None, None, None]
    ranged = RANGE.match(text)
    if ranged is None:
        return [plain_number(text, decimal), None, None]
    for dash in re.finditer(r"[-–—]|\.\.|…|\bto\b", ranged[2]):
        try:
            ends = [plain_number(part, decimal) for part in (ranged[2][: dash.start()], ranged[2][dash.end() :])]
        except ValueError:
            continue
        return [plain_number(ranged[1], decimal), *ends]
    raise ValueError(text)


def numbers_beside(cells: list[str], heads: list[str], decimal: str) -> set[float]:
    """What stands in the columns for the ends of ranges."""
    found = set()
    for cell, head in zip(cells, heads, strict=True):
        if re.search(r"\b(low|high)\b\W*\Z", head):
            with suppress(ValueError):
                found.add(float(plain_number(cell, decimal)))
    return found


def check_cells(found: dict[str, Any], data: bytes) -> None:
    """Every score that was read stands in the file, in its row and column."""
    encoding, separator, decimal, _ = found["dialect"]
    rows = plain_cells(data, encoding, separator)
    heads = [head.strip() for head in next(row for row in rows if any(cell.strip() for cell in row))]
    for row, place, *numbers in found["cells"]:
        cells = rows[row - 1]
        assert len(cells) == len(heads)
        expected = plain_score(cells[place - 1], decimal)
        if expected[1] is None and numbers[1] is not None:
            assert {float(end) for end in numbers[1:]} <= numbers_beside(cells, heads, decimal)
            numbers[1:] = expected[1:]
        assert numbers == [None if number is None else float(number) for number in expected], (row, place, cells)


def test_a_mutated_table_is_refused_or_read_as_it_stands(ask: Ask, quick: Path, tally: Counter[str]) -> None:
    path = quick / "mutated.csv"
    for number in range(MUTATIONS):
        chance = random.Random(number)
        contents = bytearray(written(chance))
        for _ in range(1 + number % 2):
            mutate(contents, chance)
        path.write_bytes(contents)
        found = ask("table", path)
        if "refused" in found:
            assert found["refused"].endswith("."), found["refused"]
        else:
            check_cells(found, bytes(contents))
            tally["read as it stands"] += 1
    assert 0 < tally["read as it stands"] < MUTATIONS
