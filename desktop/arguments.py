"""What the command line takes: the window's file, and the commands with their flags."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from typing import NoReturn

from desktop.version import version

BUNDLED = "bundled"
"""The STUDY that comes with Steelyard."""

Command = Callable[[argparse.Namespace], int]
"""Carries out a command; returns its exit code."""

_BAD_INPUT = 2
_OVERVIEW = """\
steelyard              open the window on the last study
steelyard FILE ...     open studies (.steelyard) or a score table (.csv) in the window
steelyard --new-window [FILE ...]   the same in a window of its own, beside the one that is there
steelyard rank         rank the options of a study
steelyard firm         say how firm the ranking is, and what would overturn it
steelyard methods      rank them by other methods beside the sum, and say why they differ
steelyard export       write its score table as CSV
steelyard import       make a study file from a CSV score table
steelyard check        say whether a study file is sound and its study complete
steelyard history      list the changes of a study: who, when, what, from, to, why
steelyard diff         say what differs between two studies, and how far each difference moved the ranking
steelyard COMMAND -h   what a command takes

STUDY is a study file, a CSV score table, or `bundled`, the study that comes with Steelyard.
Exit codes: 0 done, 1 check found trouble or diff a difference, 2 wrong command line or input, 3 no display or nothing
can be written.
"""


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence."""

    def error(self, message: str) -> NoReturn:
        """Leave with exit code 2."""
        print(f"{self.prog}: {message}; nothing was done; {self.prog} --help says what it takes.", file=sys.stderr)
        raise SystemExit(_BAD_INPUT)


def window_parser() -> argparse.ArgumentParser:
    """Takes the file to open in the window."""
    parser = _Parser(
        "steelyard",
        usage="steelyard [[--new-window] [FILE ...] | --install-desktop-entry | --remove-desktop-entry | --version]",
        description="Weighs options against criteria.",
        epilog=_OVERVIEW,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("file", nargs="*", metavar="FILE", help="studies or a score table to open in the window")
    parser.add_argument(
        "--new-window", action="store_true", help="open a window of its own beside the one that is there"
    )
    menu = parser.add_mutually_exclusive_group()
    menu.add_argument(
        "--install-desktop-entry", action="store_true", help="put Steelyard and its file type into your menu"
    )
    menu.add_argument("--remove-desktop-entry", action="store_true", help="take them out again; studies are left alone")
    parser.add_argument("--version", action="version", version=f"Steelyard {version()}")
    return parser


def command_parser(commands: Mapping[str, tuple[Command, str]]) -> argparse.ArgumentParser:
    """Takes one of the commands, each by its name with what carries it out and what it does in a sentence."""
    parser = _Parser("steelyard", allow_abbrev=False)
    listed = parser.add_subparsers(required=True, parser_class=_Parser)
    for name, (command, says) in commands.items():
        found = listed.add_parser(name, help=says, description=says, allow_abbrev=False)
        found.set_defaults(command=command)
        _ARGUMENTS[name](found)
    return parser


def _rank_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("study", nargs="?", default=BUNDLED, metavar="STUDY", help="default: the bundled study")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--perspective", metavar="P", help="its name or how it begins; default: the first")
    which.add_argument("--all", action="store_true", help="every perspective")
    parser.add_argument("--format", choices=("table", "csv", "json"), default="table")
    _dialect_arguments(parser)


def _firm_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("study", nargs="?", default=BUNDLED, metavar="STUDY", help="default: the bundled study")
    parser.add_argument("--perspective", metavar="P", help="its name or how it begins; default: the first")
    parser.add_argument(
        "--spread", type=float, metavar="L", help="0 exact weights .. 1 any; default: as the study says"
    )
    parser.add_argument("--samples", type=int, default=20_000, metavar="N", help="how many draws; default 20000")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="the same seed draws the same; default 1")
    parser.add_argument("--format", choices=("table", "json"), default="table")
    _dialect_arguments(parser)


def _methods_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("study", nargs="?", default=BUNDLED, metavar="STUDY", help="default: the bundled study")
    parser.add_argument("--perspective", metavar="P", help="its name or how it begins; default: the first")
    parser.add_argument("--format", choices=("table", "csv", "json"), default="table")
    _dialect_arguments(parser)


def _export_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("study", metavar="STUDY")
    parser.add_argument("--out", required=True, metavar="FILE.csv", help="the file to write, - for standard output")
    parser.add_argument("--force", action="store_true", help="replace a file that is there")
    parser.add_argument("--kind", choices=("raw", "value", "weighted"), default="raw")
    parser.add_argument("--perspective", action="append", metavar="P", help="may be given more than once; default: all")
    parser.add_argument("--no-totals", action="store_true", help="leave out the totals")
    parser.add_argument("--no-ranks", action="store_true", help="leave out the ranks")
    parser.add_argument("--no-ranges", action="store_true", help="leave out the low and high ends of raw scores")
    _dialect_arguments(parser)


def _import_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE.csv")
    parser.add_argument("--out", required=True, metavar="STUDY.steelyard", help="the study file to make")
    parser.add_argument("--title", help="default: the name of the table's file")
    _dialect_arguments(parser)


def _check_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("study", metavar="STUDY")
    parser.add_argument("--deep", action="store_true", help="also replay every state in the history")
    _dialect_arguments(parser)


def _dialect_arguments(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("how a CSV table is written")
    group.add_argument("--encoding", help="of a table that is read, such as utf-8 or cp1252")
    group.add_argument("--separator", metavar="S", help="comma, semicolon, tab or the character itself")
    group.add_argument("--decimal", metavar="D", help="point or comma")


def _history_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("study", metavar="STUDY")
    for kind in ("option", "criterion", "perspective"):
        parser.add_argument(f"--{kind}", metavar="NAME", help="only changes that speak of it; also of a deleted one")
    parser.add_argument("--search", metavar="WORDS", default="", help="only changes with all these words")
    parser.add_argument("--format", choices=("table", "csv", "json"), default="table")


def _diff_arguments(parser: argparse.ArgumentParser) -> None:
    for name, metavar in (("before", "A"), ("after", "B")):
        parser.add_argument(name, metavar=metavar, help="STUDY, FILE@NUMBER as of a change, or FILE@NAME of a version")
    parser.add_argument("--perspective", metavar="P", help="its name or how it begins; default: the first in both")
    parser.add_argument("--format", choices=("table", "json"), default="table")
    _dialect_arguments(parser)


_ARGUMENTS: dict[str, Callable[[argparse.ArgumentParser], None]] = {
    "rank": _rank_arguments,
    "firm": _firm_arguments,
    "methods": _methods_arguments,
    "export": _export_arguments,
    "import": _import_arguments,
    "check": _check_arguments,
    "history": _history_arguments,
    "diff": _diff_arguments,
}
