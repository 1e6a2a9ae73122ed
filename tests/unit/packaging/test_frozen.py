"""The frozen program: built here as documented, it starts, opens a study and says the same as the source."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from db.library import Library
from desktop.menu_entry import PICTURES, SIZES
from seeds import security_guarantees
from tests.bench.installed import screen

ROOT = Path(__file__).resolve().parents[3]
RELEASED = ROOT / "tests" / "unit" / "db" / "files"
QT_MODULES = {"QtCore", "QtDBus", "QtGui", "QtNetwork", "QtOpenGL", "QtOpenGLWidgets", "QtSvg", "QtWidgets"}
"""What the application and pyqtgraph import."""
PROMISED_MB = 200
PATIENCE = 60.0


def lacking() -> str:
    """Why nothing can be frozen here; empty where it can."""
    if not sys.platform.startswith("linux"):
        return "the bundle of Linux is built on Linux"
    if not sysconfig.get_config_var("Py_ENABLE_SHARED"):
        return "this Python has no shared library, which a bundle needs"
    tools = [tool for tool in ("strip", "readelf", "objdump") if not shutil.which(tool)]
    return f"needs {', '.join(tools)}: apt-get install binutils" if tools else ""


pytestmark = pytest.mark.skipif(bool(lacking()), reason=lacking() or "can be built")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build folder of its own, so that neither dist/ nor a build that runs at the same time is touched."""
    folder = tmp_path_factory.mktemp("frozen")
    environment = {**os.environ, "STEELYARD_BUILD": str(folder)}
    words = [sys.executable, str(ROOT / "packaging" / "build"), "bundle"]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def bundle(made: Path) -> Path:
    return made / "bundle" / "steelyard"


@pytest.fixture
def room(tmp_path: Path) -> dict[str, str]:
    """What a desktop tells a program, with a home of its own and no trace of this Python."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "XDG_", "STEELYARD"))}
    (tmp_path / "run").mkdir(mode=0o700)
    return kept | {
        "HOME": str(tmp_path),
        "XDG_RUNTIME_DIR": str(tmp_path / "run"),
        "STEELYARD_HOME": str(tmp_path / "home"),
        "QT_QPA_PLATFORM": "offscreen",
    }


def said(words: list[str], environment: dict[str, str], folder: Path) -> bytes:
    done = subprocess.run(words, env=environment, cwd=folder, capture_output=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout


@cache
def files(folder: Path) -> tuple[Path, ...]:
    return tuple(path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())


@cache
def dynamic(folder: Path) -> dict[Path, str]:
    """What every program and library of a folder tells the loader."""
    found = [path for path in files(folder) if path.read_bytes()[:4] == b"\x7fELF"]
    words = ["readelf", "--dynamic", "--wide"]
    return {path: subprocess.run([*words, path], capture_output=True, text=True).stdout for path in found}


@pytest.mark.parametrize(
    "words", [["--help"], ["rank", "bundled", "--format", "json"], ["firm", "bundled"], ["methods", "bundled"]]
)
def test_its_command_line_says_the_same_as_the_source(
    bundle: Path, room: dict[str, str], tmp_path: Path, words: list[str]
) -> None:
    source = [sys.executable, "-P", "-m", "desktop", *words]
    ours = said([str(bundle / "steelyard"), *words], room, tmp_path)
    assert ours == said(source, room | {"PYTHONPATH": str(ROOT)}, tmp_path)
    assert ours


@pytest.mark.parametrize("released", sorted(RELEASED.glob("*.steelyard")), ids=lambda path: path.stem)
def test_it_reads_the_studies_of_every_version(
    bundle: Path, room: dict[str, str], tmp_path: Path, released: Path
) -> None:
    assert said([str(bundle / "steelyard"), "rank", str(released)], room, tmp_path)


def opened(program: Path, given: Path, environment: dict[str, str], seen: Callable[[], bool]) -> None:
    """Start the window on a file, wait until its study is in the library and it was seen, and end it."""
    home = Path(environment["STEELYARD_HOME"])
    process = subprocess.Popen([program, given], env=environment, cwd=given.parent, stderr=subprocess.PIPE)
    deadline = time.monotonic() + PATIENCE
    try:
        while not (list(home.rglob("*.steelyard")) and seen()):
            assert process.poll() is None, process.communicate()[1]
            assert time.monotonic() < deadline
            time.sleep(0.02)
        assert process.poll() is None
    finally:
        process.kill()
        _, errors = process.communicate()
    assert errors == b""


@pytest.fixture
def given(tmp_path: Path) -> Path:
    return Library(tmp_path / "elsewhere").create(security_guarantees.load(), "Ada")


def test_it_opens_a_window_on_a_study_and_keeps_it(bundle: Path, room: dict[str, str], given: Path) -> None:
    opened(bundle / "steelyard", given, room, lambda: True)
    kept = next(Path(room["STEELYARD_HOME"]).rglob("*.steelyard"))
    tables = exported(bundle, kept, room, given.parent), exported(bundle, "bundled", room, given.parent)
    source = [sys.executable, "-P", "-m", "desktop"]
    assert tables == (exported(source, "bundled", room | {"PYTHONPATH": str(ROOT)}, given.parent),) * 2


def exported(program: Path | list[str], study: str | Path, environment: dict[str, str], folder: Path) -> bytes:
    """The score table of a study, bit for bit, as a program writes it."""
    words = program if isinstance(program, list) else [str(program / "steelyard")]
    table = folder / "table.csv"
    said([*words, "export", str(study), "--force", "--out", str(table)], environment, folder)
    return table.read_bytes()


@pytest.mark.skipif(not shutil.which("Xvfb"), reason="needs Xvfb")
def test_its_window_is_seen_on_a_screen(bundle: Path, room: dict[str, str], given: Path, tmp_path: Path) -> None:
    with screen(tmp_path) as (display, picture):
        empty = picture[::1009]
        del room["QT_QPA_PLATFORM"]
        opened(bundle / "steelyard", given, room | {"DISPLAY": display}, lambda: picture[::1009] != empty)


def test_libraries_are_looked_for_beside_themselves_only(bundle: Path) -> None:
    paths = [
        (path, found) for path, text in dynamic(bundle).items() for found in re.findall(r"R(?:UN)?PATH.*\[(.*)\]", text)
    ]
    assert paths
    assert [
        (path, found) for path, found in paths if not all(part.startswith("$ORIGIN") for part in found.split(":"))
    ] == []


def test_of_qt_it_holds_what_it_loads_and_no_more(bundle: Path) -> None:
    inside = bundle / "_internal" / "PySide6"
    assert {path.name.split(".")[0] for path in inside.glob("Qt*.so")} == QT_MODULES
    assert not {path.suffix for path in files(inside)} & {".qm", ".qml", ".pyi", ".py", ".h"}
    needed = {name for text in dynamic(bundle).values() for name in re.findall(r"NEEDED.*\[(.*)\]", text)}
    there = {path.name for path in (inside / "Qt" / "lib").iterdir()}
    assert {name for name in needed if name.startswith(("libQt6", "libicu"))} == there


def test_it_names_no_folder_of_the_build_and_is_within_its_promised_size(bundle: Path, made: Path) -> None:
    places = [str(made).encode(), str(ROOT).encode()]
    assert [path for path in files(bundle) if any(place in path.read_bytes() for place in places)] == []
    assert sum(path.stat().st_size for path in files(bundle)) < PROMISED_MB * 10**6


def test_every_icon_is_drawn_in_every_size(made: Path) -> None:
    themed = made / "icons" / "hicolor"
    for icon in PICTURES.values():
        assert (themed / "scalable" / f"{icon}.svg").is_file()
        for size in SIZES:
            data = (themed / f"{size}x{size}" / f"{icon}.png").read_bytes()
            assert data[:4] == b"\x89PNG"
            assert (int.from_bytes(data[16:20]), int.from_bytes(data[20:24])) == (size, size)


@pytest.mark.skipif(not shutil.which("desktop-file-validate"), reason="needs desktop-file-utils")
def test_the_menu_entry_is_valid() -> None:
    entry = ROOT / "resources" / "desktop" / "steelyard.desktop"
    done = subprocess.run(["desktop-file-validate", entry], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.skipif(not shutil.which("update-mime-database"), reason="needs shared-mime-info")
def test_the_file_type_is_known_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "packages").mkdir()
    shutil.copy(ROOT / "resources" / "desktop" / "steelyard.xml", tmp_path / "packages")
    subprocess.run(["update-mime-database", tmp_path], check=True, capture_output=True)
    assert "application/x-steelyard:*.steelyard" in (tmp_path / "globs").read_text()
