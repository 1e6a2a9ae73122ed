"""What Steelyard is made of: nothing that comes with it is left out, and every licence can be read."""

from __future__ import annotations

import json
import tomllib
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import resources
from desktop.notices import licence_text, parts

ROOT = Path(__file__).resolve().parents[2]


def needed() -> set[str]:
    """Every distribution that comes with Steelyard: what it requires, and what those require, on every system."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    waiting, found = list(project["dependencies"]), set[str]()
    while waiting:
        requirement = Requirement(waiting.pop())
        name = canonicalize_name(requirement.name)
        if name in found or (requirement.marker and not requirement.marker.evaluate({"extra": ""})):
            continue
        found.add(name)
        waiting += metadata.requires(name) or []
    return found


def test_every_library_that_comes_along_is_listed() -> None:
    listed = json.loads(resources.read_text("licences/notices.json"))
    assert {canonicalize_name(entry["distribution"]) for entry in listed if "distribution" in entry} == needed()


def test_each_has_its_version_and_the_words_of_its_licence() -> None:
    for part in parts():
        if canonicalize_name(part.name) in needed():
            assert part.version == metadata.version(part.name)
        if part.licence != "Public domain":
            assert len(licence_text(part)) > 500, part.name


def test_the_licences_are_those_that_the_libraries_name() -> None:
    for part in parts():
        if canonicalize_name(part.name) in needed():
            told = metadata.metadata(part.name)
            named = next((told[field] for field in ("License-Expression", "License") if field in told), "BSD-3-Clause")
            assert part.licence in named or named in part.licence, part.name


def test_what_comes_inside_a_library_is_listed_and_what_only_a_bundle_brings_is_not() -> None:
    named = {part.name: part.version for part in parts()}
    assert {"ICU", "OpenBLAS", "libgfortran", "libquadmath", "HiGHS"} <= named.keys()
    assert named["ICU"].isdigit()
    assert not {"PyInstaller", "libffi", "Expat", "zlib"} & named.keys()


def test_qt_comes_with_both_licences_that_the_lesser_one_asks_for() -> None:
    for name in ("Qt", "PySide6-Essentials", "shiboken6"):
        text = licence_text(next(part for part in parts() if part.name == name))
        assert "GNU LESSER GENERAL PUBLIC LICENSE" in text
        assert "TERMS AND CONDITIONS" in text
    about = " ".join(resources.read_text("help/about.md").split())
    assert "GNU Lesser General Public License, version 3" in about
    assert "put your own builds of them in their place" in about
