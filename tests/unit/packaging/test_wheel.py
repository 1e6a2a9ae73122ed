"""The wheel: it holds every module and resource and nothing else, and says what it needs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from email import message_from_bytes
from pathlib import Path
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[3]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
PACKAGES = ("db", "desktop", "resources", "seeds")
LEFT_OUT = {"db/migrations/script.py.mako"}
"""What only developers need."""


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sources, with bytecode lying about as after a start."""
    copy = tmp_path_factory.mktemp("source")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy / name)
    for name in PACKAGES:
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("resources", "desktop"):
        (copy / name / "__pycache__").mkdir()
        (copy / name / "__pycache__" / "old.cpython-311.pyc").write_bytes(b"old")
    return copy


@pytest.fixture(scope="module")
def wheel(source: Path) -> ZipFile:
    pytest.importorskip("setuptools", minversion="77", reason="an environment of an older lock")
    build = "import setuptools.build_meta as b, sys; print(b.build_wheel(sys.argv[1]))"
    run = subprocess.run(
        [sys.executable, "-P", "-W", "ignore", "-c", build, str(source)],
        cwd=source,
        env={**os.environ, "PIP_NO_INDEX": "1"},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    return ZipFile(next(source.glob("*.whl")))


def test_it_is_named_by_its_version(wheel: ZipFile) -> None:
    assert Path(str(wheel.filename)).name == f"steelyard-{PROJECT['version']}-py3-none-any.whl"


def test_it_holds_every_module_and_resource_and_nothing_else(wheel: ZipFile, source: Path) -> None:
    ours = {
        path.relative_to(source).as_posix()
        for package in PACKAGES
        for path in (source / package).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    held = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert held == ours - LEFT_OUT
    for name in sorted(held):
        assert wheel.read(name) == (source / name).read_bytes(), name


def test_it_brings_its_commands_its_licences_and_names_what_it_needs(wheel: ZipFile) -> None:
    info = f"steelyard-{PROJECT['version']}.dist-info"
    commands = wheel.read(f"{info}/entry_points.txt").decode()
    assert "[console_scripts]\nsteelyard = desktop.__main__:main" in commands
    assert "[gui_scripts]\nsteelyard-window = desktop.__main__:main" in commands
    told = message_from_bytes(wheel.read(f"{info}/METADATA"))
    assert told["License-Expression"] == PROJECT["license"]
    assert {f"{info}/licenses/{name}" for name in PROJECT["license-files"]} <= set(wheel.namelist())
    needed = {str(one) for line in told.get_all("Requires-Dist", []) if not (one := Requirement(line)).marker}
    assert needed == {str(Requirement(line)) for line in PROJECT["dependencies"]}
