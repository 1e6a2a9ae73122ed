"""The wheel installed as pipx and `uv tool` do it: an environment of its own, and a link to its command on the PATH."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]

pytestmark = pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="freedesktop.org menus")


@pytest.fixture
def command(tmp_path: Path) -> Path:
    """The command of a wheel that was installed into an environment which sees the libraries of this one."""
    pytest.importorskip("setuptools", minversion="77", reason="an environment of an older lock")
    source, tool = tmp_path / "source", tmp_path / "tool"
    source.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    for name in ("db", "desktop", "resources", "seeds"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    _run(sys.executable, "-m", "venv", "--without-pip", str(tool))
    python = tool / "bin" / "python"
    words = ("install", "-q", "--no-deps", "--no-index", "--no-build-isolation", "--no-compile", str(source))
    libraries = Path(_run(str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip())
    (libraries / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    _run(sys.executable, "-m", "pip", "--python", str(python), *words)
    link = tmp_path / "bin" / "steelyard"
    link.parent.mkdir()
    link.symlink_to(tool / "bin" / "steelyard")
    return link


def _run(*words: str, **environment: str) -> str:
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    run = subprocess.run(words, env={**kept, **environment}, cwd="/", capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return run.stdout


def test_it_runs_from_a_wheel_and_leaves_the_menu_as_it_found_it(command: Path, tmp_path: Path) -> None:
    share = tmp_path / "share"
    assert '"ranking"' in _run(str(command), "rank", "--format", "json")
    _run(str(command), "--install-desktop-entry", XDG_DATA_HOME=str(share))
    entry = share / "applications" / "steelyard.desktop"
    assert f'Exec="{command}" %F\n' in entry.read_text("utf-8")
    assert (share / "icons/hicolor/256x256/apps/steelyard.png").is_file()
    if found := shutil.which("desktop-file-validate"):
        assert _run(found, str(entry)) == ""
    _run(str(command), "--remove-desktop-entry", XDG_DATA_HOME=str(share))
    assert [path for path in share.rglob("*steelyard*") if path.is_file()] == []
