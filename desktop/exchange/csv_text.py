"""From bytes to cells: encoding, line ends, separators and quotation marks; nothing about what the cells mean."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from db.study.model import Known
from desktop.exchange.files import LARGEST

ENCODINGS = (
    "utf-8", "utf-16", "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1257", "iso8859-15", "mac-roman", "koi8-u",
    "shift_jis", "gb18030", "big5", "euc-kr",
)  # fmt: skip
"""Encodings to offer, the likely ones first; any other text encoding that Python knows is taken too."""

SEPARATORS = (";", "\t", ",", "|")
"""Separators to offer."""

_HINT = re.compile('(?:"sep=(.)"|sep=(.))(?:\r\n|\r|\n)', re.IGNORECASE)
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a table is written. `sure` is False where `propose` could not tell; `why` says in a sentence what it saw.

    `newline` is for the reader's information only: every kind of line end is read. Change a proposal with
    `dataclasses.replace` and preview it with `cells` before reading the table.
    """

    encoding: str = "utf-8"
    separator: str = ","
    decimal: str = "."
    newline: str = "\n"
    sure: bool = True
    why: str = ""


def marked_encoding(data: bytes) -> str | None:
    """The encoding that the first bytes announce (a byte order mark); None when there is no mark."""
    return next((encoding for mark, encoding in _MARKS if data.startswith(mark)), None)


def decoded(data: bytes, encoding: str) -> str:
    """The text of a table. Raises Known for an unknown encoding, bytes it does not have, and what is too large."""
    if len(data) > LARGEST:
        raise Known(f"The table is larger than {LARGEST // 1_000_000} MB; nothing was imported; split the file.")
    try:
        text = data.decode(encoding)
    except (UnicodeDecodeError, UnicodeError) as error:
        raise Known(_undecodable(data, encoding, error)) from error
    except (LookupError, ValueError, AssertionError) as error:
        raise Known(f"“{encoding}” is no known text encoding; nothing was imported; try {ENCODINGS[0]}.") from error
    text = text.removeprefix("\ufeff")
    if not text.strip("\x00 \t\r\n\ufeff"):
        raise Known("The file is empty; nothing was imported; choose a file with a table in it.")
    return text


def records(text: str, separator: str) -> Iterator[list[str]]:
    """The rows of a table, each a list of cells as they are written. Raises Known where quotation marks do not pair.

    A first line `sep=;`, as some spreadsheets write it, is left out.
    """
    if len(separator) != 1 or separator in '"\r\n\x00':
        raise Known(f"“{separator}” cannot separate cells; nothing was imported; choose a comma, semicolon or tab.")
    hint = _HINT.match(text)
    source = io.StringIO(text[hint.end() :] if hint else text, newline="")
    reader = csv.reader(source, delimiter=separator, strict=True)
    count = 0
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Known(
                f"Row {count + 1} cannot be split into cells, a quotation mark or a cell goes on too long ({error}); "
                "nothing was imported; mend the row."
            ) from error
        count += 1
        yield row


def cells(data: bytes, dialect: Dialect, rows: int = 8) -> list[list[str]]:
    """The headings and the first rows as a dialect splits them, for a preview. Raises Known like `decoded`."""
    return list(islice(records(decoded(data, dialect.encoding), dialect.separator), rows + 1))


def hinted_separator(text: str) -> str | None:
    """The separator that a first line `sep=;` names."""
    hint = _HINT.match(text)
    return (hint[1] or hint[2]) if hint else None


def line_end(text: str) -> str:
    """The first line end of a text."""
    found = re.search("\r\n|\r|\n", text)
    return found[0] if found else "\n"


def _undecodable(data: bytes, encoding: str, error: UnicodeError) -> str:
    place = getattr(error, "start", None)
    row = f" in line {data.count(bytes((10,)), 0, place) + 1}" if place is not None else ""
    return f"The file is not written in {encoding}{row}; nothing was imported; choose another encoding."
