"""What packages say of Steelyard agrees with Steelyard: its commands, what it is made of, and from which versions."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from xml.etree import ElementTree

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import resources
from desktop.cli import _COMMANDS
from desktop.display import APT

ROOT = Path(__file__).resolve().parents[3]
PACKAGING = ROOT / "packaging"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def _locked(lock: Path) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([a-z0-9._-]+)==(\S+)", lock.read_text("utf-8"), re.MULTILINE):
        found.setdefault(canonicalize_name(name), set()).add(version)
    return found


def test_the_manual_names_every_command_and_no_other() -> None:
    manual = (PACKAGING / "debian" / "steelyard.1").read_text("utf-8")
    section = manual.split(".SH COMMANDS")[1].split(".SH")[0]
    assert re.findall(r"^\.B (\S+)$", section, re.MULTILINE) == list(_COMMANDS)


def test_the_portable_folder_names_the_packages_that_the_program_names() -> None:
    told = re.search(r"apt-get install (.*?)\n\n", (PACKAGING / "portable.txt").read_text("utf-8"), re.DOTALL)
    assert told is not None
    assert told[1].replace("\\", "").split() == APT.split()


def test_packages_are_built_from_the_versions_that_were_tested() -> None:
    tested, built = _locked(ROOT / "requirements.lock"), _locked(PACKAGING / "build.lock")
    shared = tested.keys() & built.keys()
    assert {canonicalize_name(Requirement(need).name) for need in PROJECT["dependencies"]} <= shared
    assert {name: built[name] for name in shared} == {name: tested[name] for name in shared}


def test_the_lock_of_the_build_holds_what_it_builds_with_and_names_no_host() -> None:
    text = (PACKAGING / "build.lock").read_text("utf-8")
    tools = {canonicalize_name(Requirement(need).name) for need in PROJECT["optional-dependencies"]["package"]}
    assert tools <= _locked(PACKAGING / "build.lock").keys()
    assert "://" not in text
    assert text.count("--hash=sha256:") >= len(_locked(PACKAGING / "build.lock"))


@pytest.mark.parametrize(
    "part", json.loads(resources.read_text("licences/notices.json")), ids=lambda part: part["name"]
)
def test_the_copyright_file_speaks_of_everything_that_is_listed(part: dict[str, str]) -> None:
    said = (PACKAGING / "debian" / "copyright").read_text("utf-8").lower()
    assert part["name"].lower().replace("-", "_").removesuffix("_essentials") in said.replace("-", "_")


def test_the_copyright_file_has_the_text_of_every_licence_it_names() -> None:
    blocks = (PACKAGING / "debian" / "copyright").read_text("utf-8").split("\n\n")
    named = {block.split("License: ")[1].split("\n")[0] for block in blocks if block.startswith("Files: ")}
    assert named == {block.split("License: ")[1].split("\n")[0] for block in blocks if block.startswith("License: ")}


def test_software_centres_are_told_of_the_menu_entry_and_the_file_type_that_are_shipped() -> None:
    told = ElementTree.parse(PACKAGING / "debian" / "metainfo.xml").getroot()
    assert told.findtext("launchable") == "steelyard.desktop"
    entry = (ROOT / "resources" / "desktop" / "steelyard.desktop").read_text("utf-8")
    types = re.search(r"^MimeType=(.*)$", entry, re.MULTILINE)
    assert types is not None
    assert told.findtext("provides/mediatype") in types[1].split(";")
