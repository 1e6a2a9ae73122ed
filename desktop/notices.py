"""What Steelyard is made of: every part that comes with it, its version, its licence and the words of that licence."""

from __future__ import annotations

import json
import platform
import re
import sys
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

import resources


@dataclass(frozen=True)
class Part:
    """One part made by others; `licence` is its SPDX expression, `what` says what it is for.

    `distribution` is itself, or what it comes with, in the Python library that has the words of its licence.
    """

    name: str
    version: str
    licence: str
    what: str
    files: tuple[str, ...] = ()
    distribution: str = ""


@cache
def parts() -> tuple[Part, ...]:
    """The parts that are in this install; only a bundle brings the libraries of the system and a starter."""
    listed = json.loads(resources.read_text("licences/notices.json"))
    return tuple(part for entry in listed if (part := _part(**entry)) is not None)


def licence_text(part: Part) -> str:
    """The words of a part's licences: those it came with, then those that lie in the resources."""
    own = [path for path in _files(part.distribution) if _is_licence(path)]
    texts = [path.read_text("utf-8") for path in sorted(own, key=str)]
    return "\n\n".join(texts + [resources.read_text(f"licences/{name}") for name in part.files])


def _part(
    name: str,
    licence: str,
    what: str,
    distribution: str = "",
    version: str = "",
    files: tuple[str, ...] = (),
    library: str = "",
    everywhere: bool = False,
) -> Part | None:
    """One entry of the list as it is here; `version` names the distribution it comes with, `library` its file."""
    try:
        number = metadata.version(distribution or version) if distribution or version else ""
    except metadata.PackageNotFoundError:
        return None
    if library and not everywhere:
        found = next(filter(None, (re.fullmatch(library, file) for file in _libraries(version))), None)
        if found is None:
            return None
        number = found[1] or "" if found.re.groups else ""
    if name == "Python":
        number = platform.python_version()
    return Part(name, number, licence, what, tuple(files), distribution or version)


@cache
def _libraries(distribution: str) -> tuple[str, ...]:
    """The names of all files of a bundle; elsewhere of those that came with a distribution."""
    if bundle := getattr(sys, "_MEIPASS", ""):
        return tuple(sorted(path.name for path in Path(bundle).parent.rglob("*") if path.is_file()))
    return tuple(sorted(path.name for path in _files(distribution)))


def _files(distribution: str) -> list[metadata.PackagePath]:
    return list(metadata.files(distribution) or ()) if distribution else []


def _is_licence(path: metadata.PackagePath) -> bool:
    named = any(word in path.name.lower() for word in ("licen", "copying", "notice"))
    return named and ".dist-info" in path.parts[0] and Path(str(path.locate())).is_file()
