"""What Steelyard is made of: every part that comes with it, its version, its licence and the words of that licence."""

from __future__ import annotations

import json
import platform
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

import resources


@dataclass(frozen=True)
class Part:
    """One part made by others; `licence` is its SPDX expression, `what` says what it is for."""

    name: str
    version: str
    licence: str
    what: str
    files: tuple[str, ...] = ()
    distribution: str = ""


@cache
def parts() -> tuple[Part, ...]:
    """The parts that are there; a bundle leaves out what it does not need."""
    listed = json.loads(resources.read_text("licences/notices.json"))
    return tuple(part for entry in listed if (part := _part(**entry)) is not None)


def licence_text(part: Part) -> str:
    """The words of a part's licences: those it came with, then those that lie in the resources."""
    own = [path for path in _files(part.distribution) if _is_licence(path)]
    texts = [path.read_text("utf-8") for path in sorted(own, key=str)]
    return "\n\n".join(texts + [resources.read_text(f"licences/{name}") for name in part.files])


def _part(
    name: str, licence: str, what: str, distribution: str = "", version: str = "", files: tuple[str, ...] = ()
) -> Part | None:
    try:
        number = metadata.version(distribution or version) if distribution or version else ""
    except metadata.PackageNotFoundError:
        return None
    if name == "Python":
        number = platform.python_version()
    return Part(name, number, licence, what, tuple(files), distribution)


def _files(distribution: str) -> list[metadata.PackagePath]:
    return list(metadata.files(distribution) or ()) if distribution else []


def _is_licence(path: metadata.PackagePath) -> bool:
    named = any(word in path.name.lower() for word in ("licen", "copying", "notice"))
    return named and ".dist-info" in path.parts[0] and Path(str(path.locate())).is_file()
