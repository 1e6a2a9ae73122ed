"""The menu entry of an install of one user: what is put where, again and again, and taken away without a trace."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import resources
from db.study.model import Known
from desktop import menu_entry
from desktop.cli import ENVIRONMENT
from desktop.menu_entry import SIZES

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="freedesktop.org menus")


@pytest.fixture
def command(tmp_path: Path) -> Path:
    """A command in a folder that is hard to write into an Exec line, behind a link as pipx makes it."""
    kept = tmp_path / "kept" / "steelyard"
    kept.parent.mkdir()
    kept.write_text(f'#!/bin/sh\nexec "{sys.executable}" -P -m desktop "$@"\n')
    kept.chmod(0o755)
    linked = tmp_path / 'a "b" $c 100%' / "steelyard"
    linked.parent.mkdir()
    linked.symlink_to(kept)
    return linked


def told(command: Path, word: str, data: Path, code: int = 0) -> str:
    """What the real command says when it is asked to change the menu below this folder."""
    start = "import sys; from desktop.__main__ import main; sys.argv = sys.argv[1:]; sys.exit(main())"
    run = subprocess.run(
        [sys.executable, "-P", "-c", start, str(command), f"--{word}-desktop-entry"],
        env={**os.environ, "PYTHONPATH": str(ROOT), "XDG_DATA_HOME": str(data)},
        capture_output=True,
        text=True,
    )
    assert run.returncode == code, run.stderr
    return run.stderr


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_it_is_put_into_the_menu_once_and_removed_without_a_trace(command: Path, tmp_path: Path) -> None:
    data = tmp_path / "share"
    other = data / "applications" / "other.desktop"
    other.parent.mkdir(parents=True)
    other.write_text("[Desktop Entry]\nType=Application\nName=Other\nExec=true\n")
    assert "is in the menu" in told(command, "install", data)
    first = files(data)
    assert resources.path("icons/app.svg").read_bytes() == first["icons/hicolor/scalable/apps/steelyard.svg"]
    for size in SIZES:
        for icon in ("apps/steelyard", "mimetypes/application-x-steelyard"):
            png = first[f"icons/hicolor/{size}x{size}/{icon}.png"]
            assert png.startswith(b"\x89PNG")
            assert int.from_bytes(png[16:20], "big") == int.from_bytes(png[20:24], "big") == size
    assert "nothing was changed" in told(command, "install", data)
    ours = {name for name in first if "steelyard" in name and not name.endswith("cache")}
    assert {name: files(data)[name] for name in ours} == {name: first[name] for name in ours}
    assert "is out of the menu" in told(command, "remove", data)
    assert not [name for name in files(data) if "steelyard" in name]
    assert other.exists()
    assert not (data / "icons").exists()
    assert not any(b"steelyard" in content for content in files(data).values())
    assert "nothing was changed" in told(command, "remove", data)


def test_the_entry_starts_the_link_and_not_what_it_leads_to(command: Path, tmp_path: Path) -> None:
    told(command, "install", tmp_path)
    entry = tmp_path / "applications" / "steelyard.desktop"
    text = entry.read_text()
    assert f"TryExec={command}\n" in text
    escaped = str(command).replace('"', '\\\\"').replace("$", "\\\\$").replace("%", "%%")
    assert f'Exec="{escaped}" %F\n' in text
    assert f'Exec="{escaped}" --new-window\n' in text
    if found := shutil.which("desktop-file-validate"):
        checked = subprocess.run([found, str(entry)], capture_output=True, text=True)
        assert checked.stdout == "", checked.stdout


def test_a_folder_that_cannot_be_written_is_told_in_one_sentence(command: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "share"
    blocked.write_text("not a folder")
    said = told(command, "install", blocked, ENVIRONMENT)
    assert said.count("\n") == 1
    assert "cannot be changed" in said


def test_without_a_command_nothing_is_put_into_the_menu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    monkeypatch.setattr(sys, "argv", ["python"])
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with pytest.raises(Known, match="no command steelyard"):
        menu_entry.install(lambda svg, size: b"")
    assert not (tmp_path / "share").exists()


@pytest.mark.skipif(not shutil.which("update-mime-database"), reason="the file types of desktops are not kept here")
def test_a_study_is_known_by_its_name_and_by_its_content(command: Path, tmp_path: Path) -> None:
    told(command, "install", tmp_path)
    types = (tmp_path / "mime" / "globs2").read_text()
    assert "50:application/x-steelyard:*.steelyard" in types
    assert b"application/x-steelyard" in (tmp_path / "mime" / "magic").read_bytes()
