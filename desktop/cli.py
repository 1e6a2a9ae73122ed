"""The commands that need no window: rank, firm, methods, export, import, check, history, diff; on the window's engine.

Data goes to standard output, messages to standard error, one sentence each. Exit codes: 0 done, 1 `check` found
trouble or `diff` a difference, 2 a wrong command line or input, 3 something is wrong with the machine (no display, a
folder that cannot be written), 70 a bug in Steelyard.
"""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from db.study.model import Id, Known, Study
from desktop.arguments import BUNDLED, Command, command_parser, window_parser
from desktop.display import display_trouble
from desktop.logbook import Logbook

if TYPE_CHECKING:
    from collections.abc import Iterable

    from db.history import Change
    from db.study.past import Past
    from desktop.exchange.csv_export import ExportChoice
    from desktop.exchange.csv_table import ImportedTable
    from desktop.exchange.csv_text import Dialect
    from desktop.menu_entry import Paint

DONE, TROUBLE, BAD_INPUT, ENVIRONMENT, BUG = 0, 1, 2, 3, 70

Window = Callable[[Sequence[Path], bool], int]
"""Opens the window on these files or on the last study, and returns its exit code."""

_SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|", "\\t": "\t"}
_DECIMALS = {"point": ".", "comma": ","}
_WITHOUT_A_WINDOW = "steelyard rank, firm, methods, export, import, check, history, diff and --help work without one."


class Environment(Known):
    """Something about the machine, not about what was asked."""


def run(argv: Sequence[str], window: Window, paint: Paint | None = None) -> int:
    """Carry out a command line; returns its exit code and never raises. `paint` draws the icons of a menu entry."""
    try:
        code = _carry_out(list(argv), window, paint)
        if sys.stdout:  # A windowed program of Windows has none.
            sys.stdout.flush()
        return code
    except SystemExit as leave:
        return leave.code if isinstance(leave.code, int) else DONE
    except Known as error:
        return _say(str(error), ENVIRONMENT if _of_the_machine(error) else BAD_INPUT)
    except BrokenPipeError:
        # Whoever read us has seen enough; the interpreter must not complain when it closes the pipe either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except OSError as error:
        return _say(f"The output cannot be written ({error.strerror or error}).", ENVIRONMENT)
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        return _say(f"This is a bug in Steelyard: {_traced(error)}; please report it.", BUG)


def _traced(error: Exception) -> str:
    """What a bug is and the last line of ours that it passed, in one line."""
    root = str(Path(__file__).parents[1])
    places = traceback.extract_tb(error.__traceback__)
    ours = [place for place in places if place.filename.startswith(root) and "site-packages" not in place.filename]
    where = (ours or list(places))[-1]
    text = " ".join(str(error).split())
    return f"{type(error).__name__} at {Path(where.filename).name}:{where.lineno} ({text[:120]})"


def _say(sentence: str, code: int) -> int:
    print(f"steelyard: {sentence}", file=sys.stderr)
    return code


def _of_the_machine(error: Known) -> bool:
    from desktop.exchange.files import Unwritable

    if isinstance(error, Environment | Unwritable):
        return True
    # The store is not imported to ask about an error that it cannot have raised.
    engine = sys.modules.get("db.engine")
    return engine is not None and isinstance(error, engine.Unwritable)


def _carry_out(argv: list[str], window: Window, paint: Paint | None) -> int:
    if argv and argv[0] in _COMMANDS:
        options = command_parser(_COMMANDS).parse_args(argv)
        command: Command = options.command
        return command(options)
    options = window_parser().parse_args(argv)
    if options.install_desktop_entry or options.remove_desktop_entry:
        return _change_menu(paint if options.install_desktop_entry else None)
    return _open([_located(name) for name in options.file], options.new_window, window)


def _change_menu(paint: Paint | None) -> int:
    """Put Steelyard into the user's menu, or without a painter take it out."""
    from desktop import menu_entry

    try:
        done = menu_entry.remove() if paint is None else menu_entry.install(paint)
    except OSError as error:
        raise Environment(f"The menu cannot be changed ({error}); try again when it can be written to.") from error
    return _say(done, DONE)


# Opening the window


def _open(files: Sequence[Path], is_new: bool, window: Window) -> int:
    for path in files:
        if not path.is_file():
            raise Known(f"There is no file {path}; nothing was opened; check its name or see steelyard --help.")
    if trouble := display_trouble():
        sentence = f"There is no display to open the window on ({trouble}); {_WITHOUT_A_WINDOW}"
        Logbook().write(sentence, fault=True)  # Whoever double-clicked sees no standard error.
        raise Environment(sentence)
    return window(files, is_new)


def _located(name: str) -> Path:
    """The file that is named, by its path or as file://. Raises Known for an address elsewhere."""
    from urllib.parse import unquote, urlsplit

    path = Path(name)
    if "://" not in name or path.exists():
        return path
    address = urlsplit(name)
    if address.scheme != "file" or address.hostname not in (None, "localhost"):
        raise Known(f"{name} is no file of this machine; nothing was opened; copy it here first.")
    return Path(unquote(address.path, errors="surrogateescape"))


# Reading what is named


def _study(options: argparse.Namespace) -> Study:
    """The study that the command line names."""
    if options.study == BUNDLED:
        from seeds import security_guarantees

        return security_guarantees.load()
    path = Path(options.study)
    if _is_study_file(path):
        from db.quarantine import receive

        return receive(path.resolve()).study
    from desktop.exchange.csv_import import new_study

    return new_study(_table(path, options), path.stem)


def _is_study_file(path: Path) -> bool:
    """Whether a file is a study, or says by its name that it should be one. Raises Known when there is no file."""
    if not path.is_file():
        raise Known(f"There is no file {path}; nothing was read; name a study file, a CSV table or {BUNDLED}.")
    try:
        with path.open("rb") as file:
            return path.suffix == ".steelyard" or file.read(16) == b"SQLite format 3\x00"
    except OSError as error:
        raise Environment(f"{path} cannot be read ({error.strerror}); nothing was done.") from error


def _table(path: Path, options: argparse.Namespace) -> ImportedTable:
    from desktop.exchange.csv_import import read_bytes, read_table

    data = read_bytes(path)
    return read_table(data, _dialect(path, data, options))


def _dialect(path: Path, data: bytes, options: argparse.Namespace) -> Dialect:
    """How a table is written: as the flags say, and where they do not, as it must be. Raises Known when in doubt."""
    from desktop.exchange.csv_proposal import propose

    given = {
        "encoding": options.encoding,
        "separator": options.separator and _separator(options.separator),
        "decimal": options.decimal and _decimal(options.decimal),
    }
    told = {name: value for name, value in given.items() if value}
    if len(told) == len(given):
        return replace(_nothing_proposed(), **told)
    proposal = propose(data, **told)
    if not proposal.sure:
        way_out = "import it first" if options.command is _export else _flags(proposal)
        raise Known(f"{path} can be read in more than one way; nothing was read; {way_out}. {proposal.why}")
    return proposal


def _nothing_proposed() -> Dialect:
    from desktop.exchange.csv_text import Dialect

    return Dialect()


def _flags(proposal: Dialect) -> str:
    names = {mark: name for name, mark in _SEPARATORS.items() if len(name) > 2}
    separator = names.get(proposal.separator, proposal.separator)
    decimal = {".": "point", ",": "comma"}[proposal.decimal]
    return f"confirm or correct it with --encoding {proposal.encoding} --separator {separator} --decimal {decimal}"


def _separator(text: str) -> str:
    return _SEPARATORS.get(text.lower(), text)


def _decimal(text: str) -> str:
    mark = _DECIMALS.get(text.lower(), text)
    if mark not in _DECIMALS.values():
        raise Known(f"“{text}” is no decimal mark; nothing was done; say point or comma.")
    return mark


def _perspective(study: Study, wanted: str) -> Id:
    """The perspective whose name is `wanted`, or the only one whose name begins so. Raises Known, listing them."""
    key = wanted.casefold()
    exact = [party.id for party in study.perspectives if party.name.casefold() == key]
    begins = [party.id for party in study.perspectives if party.name.casefold().startswith(key)]
    for found in (exact, begins):
        if len(found) == 1:
            return found[0]
    names = ", ".join(f"“{party.name}”" for party in study.perspectives) or "none"
    fits = "More than one perspective begins with" if begins else "There is no perspective"
    raise Known(f"{fits} “{wanted}”; nothing was done; the study has {names}.")


# The commands


def _rankable(options: argparse.Namespace) -> Study:
    """The study that is named. Raises Known when nothing in it can be ranked."""
    study = _study(options)
    if not study.perspectives:
        raise Known(f"“{study.title}” has no perspective, so no weights to rank by; open it in the window and add one.")
    if not study.included() or not study.leaves():
        raise Known(f"“{study.title}” has no options or no criteria, so nothing can be ranked; add some first.")
    return study


def _rank(options: argparse.Namespace) -> int:
    study = _rankable(options)
    chosen = [party.id for party in study.perspectives] if options.all else [study.perspectives[0].id]
    if options.perspective is not None:
        chosen = [_perspective(study, options.perspective)]
    from desktop.exchange.ranking_text import ranking

    _write_out(ranking(study, chosen, options.format))
    return DONE


def _firm(options: argparse.Namespace) -> int:
    study = _rankable(options)
    if (
        not (options.spread is None or 0 <= options.spread <= 1)
        or not 1 <= options.samples <= 10_000_000
        or options.seed < 0
    ):
        raise Known(
            "Nothing was drawn: --spread lies between 0 and 1, --samples between 1 and 10 million, --seed from 0."
        )
    from desktop.exchange.firmness_text import firmness_text

    party = _party(study, options.perspective)
    drawn = {"spread": options.spread, "samples": options.samples, "seed": options.seed}
    _write_out(firmness_text(study, party, options.format, **drawn))
    return DONE


def _party(study: Study, wanted: str | None) -> Id:
    return study.perspectives[0].id if wanted is None else _perspective(study, wanted)


def _methods(options: argparse.Namespace) -> int:
    study = _rankable(options)
    from desktop.exchange.concordance_text import methods_text

    _write_out(methods_text(study, _party(study, options.perspective), options.format))
    return DONE


def _export(options: argparse.Namespace) -> int:
    from desktop.exchange.csv_export import table_text, write

    path = None if options.out == "-" else Path(options.out)
    if path is not None and path.exists() and not options.force:
        raise Known(f"{path} is there already; it was kept; choose another name or add --force.")
    study = _study(_for_reading(options))
    text = table_text(study, _choice(study, options))
    if path is None:
        _write_out(text)
    else:
        write(path, text)
    return DONE


def _for_reading(options: argparse.Namespace) -> argparse.Namespace:
    """The options without separator and decimal mark, which say how to write an export, not how to read for it."""
    return argparse.Namespace(**{**vars(options), "separator": None, "decimal": None})


def _choice(study: Study, options: argparse.Namespace) -> ExportChoice:
    from desktop.exchange.csv_export import ExportChoice

    decimal = _decimal(options.decimal) if options.decimal else "."
    separator = _separator(options.separator) if options.separator else ";" if decimal == "," else ","
    named = options.perspective
    return ExportChoice(
        kind=options.kind,
        separator=separator,
        decimal=decimal,
        perspectives=None if named is None else tuple(_perspective(study, name) for name in named),
        totals=not options.no_totals,
        ranks=not options.no_ranks,
        ranges=not options.no_ranges,
    )


def _import(options: argparse.Namespace) -> int:
    from db.study.words import counted
    from desktop.exchange.csv_import import new_study
    from desktop.session import now, user_name

    _check_paths(Path(options.file), Path(options.out))
    source, target = Path(options.file), Path(options.out)
    who = user_name()
    study = new_study(_table(source, options), options.title or source.stem, who, now())
    from db.store import write_new

    write_new(target, study, who=who)
    rows, scores = counted(len(study.options), "option"), counted(len(study.scores), "score")
    columns = counted(len(study.leaves()), "criterion", "criteria")
    return _say(f"{target} holds {rows}, {columns} and {scores}, with equal weights.", DONE)


def _check_paths(source: Path, target: Path) -> None:
    if not source.is_file():
        raise Known(f"There is no file {source}; nothing was imported; check its name.")
    if target.exists():
        raise Known(f"{target} is there already; it was kept, nothing was imported; choose another name.")


def _check(options: argparse.Namespace) -> int:
    from db.study.checks import Severity, problems

    path = Path(options.study)
    if options.study == BUNDLED:
        study = _study(options)
    elif _is_study_file(path):
        return _check_file(path, options.deep)
    else:
        from desktop.exchange.csv_import import new_study

        table = _table(path, options)
        if table.problems:
            _write_out("".join(f"{problem}\n" for problem in table.problems))
            return TROUBLE
        study = new_study(table, path.stem)
    found = problems(study)
    said = "has these gaps:" if found else "is complete, and nothing is wrong with it."
    _write_out("".join([f"“{study.title}” {said}\n", *(f"{gap.severity}: {gap.message}\n" for gap in found)]))
    return TROUBLE if any(gap.severity is not Severity.NOTE for gap in found) else DONE


def _check_file(path: Path, deep: bool) -> int:
    from db.health import check
    from db.study.checks import Severity

    report = check(path, deep)
    _write_out(f"{report}\n")
    trusted = report.sound and all(gap.severity is Severity.NOTE for gap in report.problems)
    return DONE if trusted else TROUBLE


def _history(options: argparse.Namespace) -> int:
    from db.study.past import Past
    from desktop.exchange.history_text import history_text

    path = Path(options.study)
    if options.study == BUNDLED or not _is_study_file(path):
        raise Known(f"{path} is no study file, so it has no history; nothing was listed; name a .steelyard file.")
    past = Past(_chain(path))
    wanted = ((kind, getattr(options, kind)) for kind in ("option", "criterion", "perspective"))
    about = [_mentioned(past, kind, name) for kind, name in wanted if name is not None]
    _write_out(history_text(past, list(past.matching(options.search, about)), options.format))
    return DONE


def _chain(path: Path) -> Sequence[Change]:
    from db.quarantine import receive

    return receive(path.resolve()).chain


def _mentioned(past: Past, kind: str, wanted: str) -> Id:
    """What is, or last was, called so, of this kind; else the only one whose name begins so. Raises Known."""
    key, things = wanted.casefold(), past.mentioned(kind)
    exact = [thing.id for thing in things if thing.name.casefold() == key]
    begins = [thing.id for thing in things if thing.name.casefold().startswith(key)]
    if exact or len(begins) == 1:
        return (exact or begins)[0]
    names = ", ".join(f"“{thing.name}”" for thing in things) or "none"
    fits = f"More than one {kind} begins with" if begins else f"No {kind} was ever called"
    raise Known(f"{fits} “{wanted}”; nothing was listed; the history speaks of {names}.")


def _diff(options: argparse.Namespace) -> int:
    from db.study.copies import alike
    from desktop.exchange.history_text import comparison_text
    from desktop.questions.comparison import compare, shared_perspectives

    before, after = (_state(name, options) for name in (options.before, options.after))
    after = alike(after, before)
    shared = shared_perspectives(before, after)
    party = shared[0].id if shared else ""
    if options.perspective is not None:
        party = _perspective(after, options.perspective)
    found = compare(before, after, party)
    _write_out(comparison_text(found, (options.before, options.after), options.format))
    return TROUBLE if found.parts else DONE


def _state(name: str, options: argparse.Namespace) -> Study:
    """The study that STUDY, FILE@NUMBER or FILE@NAME says. Raises Known where there is none."""
    file, mark, version = name.rpartition("@")
    if name == BUNDLED or Path(name).is_file() or not (mark and Path(file).is_file()):
        return _study(argparse.Namespace(**{**vars(options), "study": name}))
    if not _is_study_file(Path(file)):
        raise Known(f"{file} is no study file, so it has no versions; nothing was compared; leave out @{version}.")
    from db.history import replay

    chain = _chain(Path(file))
    return replay(chain, _version(chain, version.strip().strip('"“”'), file))


def _version(chain: Sequence[Change], wanted: str, file: str) -> int:
    """The number of the change that a number or the name of a version says."""
    if wanted.isascii() and wanted.isdigit() and 1 <= int(wanted[:18]) <= len(chain):
        return int(wanted)
    named = {change.label.casefold(): change.seq for change in chain if change.kind == "name"}
    if wanted.casefold() in named:
        return named[wanted.casefold()]
    names: Iterable[str] = (f"“{change.label}”" for change in chain if change.kind == "name")
    raise Known(
        f"{file} has no version “{wanted}”; nothing was compared; it has the changes 1 to {len(chain)} and the named "
        f"versions {', '.join(names) or '(none)'}."
    )


def _write_out(text: str) -> None:
    """Text to standard output in UTF-8, its line ends as they are."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))
    sys.stdout.buffer.flush()


_COMMANDS: dict[str, tuple[Command, str]] = {
    "rank": (_rank, "Rank the options of a study under one perspective or all."),
    "firm": (
        _firm,
        "Say how firm the ranking is: a verdict, what would overturn it, how often each option comes first.",
    ),
    "methods": (_methods, "Rank the options by other methods beside the weighted sum, and say why they differ."),
    "export": (_export, "Write the score table of a study as CSV."),
    "import": (_import, "Make a study file from a CSV score table: option names first, one criterion per column."),
    "check": (_check, "Say whether a study file is sound and its study complete."),
    "history": (_history, "List the changes of a study file, newest first: who, when, what, from, to, why."),
    "diff": (_diff, "Say what differs between two studies, and how far each difference moved the ranking."),
}
