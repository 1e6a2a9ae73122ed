"""`packaging/start`, run in a small house of its own: what it says, in which order, and what it starts."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

START = Path(__file__).resolve().parents[3] / "packaging" / "start"
TOOLS = (
    "sh",
    "cat",
    "chmod",
    "cksum",
    "dirname",
    "env",
    "flock",
    "id",
    "ln",
    "mkdir",
    "rm",
    "sed",
    "sleep",
    "sort",
    "tr",
    "uname",
)

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="displays and system libraries are looked for on Linux only"
)


@dataclass(frozen=True)
class House:
    """A copy of the script in a folder with a blank in its name, a PATH, and an app that prints its arguments."""

    root: Path
    path: Path

    def start(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self.root / "packaging" / "start"), *arguments],
            env={"PATH": str(self.path), "HOME": str(self.root), **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def tool(self, name: str, script: str) -> None:
        """Puts a shell script on the PATH."""
        file = self.path / name
        file.unlink(missing_ok=True)
        file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        file.chmod(0o755)

    def set_up(self) -> None:
        """What a finished set-up leaves: a Python, a plug-in to look at, and the stamp of the lock."""
        bin_folder = self.root / ".venv" / "bin"
        plugins = self.root / ".venv/lib/python3.11/site-packages/PySide6/Qt/plugins/platforms"
        bin_folder.mkdir(parents=True)
        plugins.mkdir(parents=True)
        for plugin in ("xcb", "wayland", "offscreen"):
            (plugins / f"libq{plugin}.so").touch()
        (bin_folder / "python").symlink_to(sys.executable)
        lock = (self.root / "requirements.lock").open("rb")
        with lock:
            (self.root / ".venv" / "set-up-from").write_bytes(subprocess.check_output(["cksum"], stdin=lock))


@pytest.fixture
def house(tmp_path: Path) -> House:
    root, path = tmp_path / "a house", tmp_path / "path"
    (root / "packaging").mkdir(parents=True)
    (root / "desktop").mkdir()
    path.mkdir()
    shutil.copy(START, root / "packaging" / "start")
    (root / "requirements.lock").write_text("nothing==1\n", encoding="utf-8")
    (root / "desktop" / "__main__.py").write_text("import sys\nprint('opened', *sys.argv[1:])\n", encoding="utf-8")
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found
        (path / tool).symlink_to(found)
    return House(root, path)


def test_no_display_is_said_before_anything_is_set_up(house: House) -> None:
    run = house.start()
    assert run.returncode == 3
    assert "no display" in run.stderr
    assert "neither DISPLAY nor WAYLAND_DISPLAY is set" in run.stderr
    assert "packaging/start steelyard rank" in run.stderr
    assert not (house.root / ".venv").exists()


def test_a_display_that_does_not_answer_is_called_by_its_name(house: House) -> None:
    house.set_up()
    run = house.start(DISPLAY=":4711")
    assert run.returncode == 3
    assert "DISPLAY is :4711, but nothing answers there." in run.stderr


def test_a_machine_without_python_is_told_what_to_install(house: House) -> None:
    run = house.start("test")
    assert run.returncode == 3
    assert "needs Python 3.11 or newer" in run.stderr
    assert "Traceback" not in run.stderr


def test_an_old_python_is_passed_over(house: House) -> None:
    house.tool("python3", "exit 1")
    assert "found none" in house.start("test").stderr


def test_a_python_without_venv_is_told_its_package(house: House) -> None:
    house.tool("python3", f'case "$*" in *ensurepip*) exit 1 ;; esac\nexec "{sys.executable}" "$@"')
    run = house.start("test")
    assert run.returncode == 3
    assert f"python{sys.version_info.major}.{sys.version_info.minor}-venv" in run.stderr


def test_a_failed_set_up_leaves_no_stamp_and_is_done_again(house: House) -> None:
    house.tool("python3", f'case "$*" in "-m venv"*) echo broken >&2; exit 1 ;; esac\nexec "{sys.executable}" "$@"')
    for _ in range(2):
        run = house.start("steelyard", "rank")
        assert run.returncode == 3
        assert "Setting up Steelyard" in run.stderr
        assert "broken" in run.stderr
        assert "could not be installed" in run.stderr
        assert not (house.root / ".venv" / "set-up-from").exists()


MAKES_A_VENV = """case "$*" in
"-m venv"*) echo made >>"{log}"; sleep 0.5; mkdir -p "$3/bin"; ln -s "{tool}" "$3/bin/python" ;;
"-m pip"* | "-m compileall"*) ;;
*) exec "{python}" "$@" ;;
esac"""


def test_of_two_starts_at_once_one_sets_up_and_both_run(house: House) -> None:
    log = house.root / "log"
    house.tool("python3", MAKES_A_VENV.format(log=log, tool=house.path / "python3", python=sys.executable))
    with ThreadPoolExecutor(2) as pool:
        runs = list(pool.map(lambda word: house.start("steelyard", word), ("rank", "check")))
    assert [run.stdout for run in runs] == ["opened rank\n", "opened check\n"]
    assert log.read_text(encoding="utf-8") == "made\n"


def test_a_finished_set_up_is_not_done_again_and_leaves_a_command_line(house: House) -> None:
    log = house.root / "log"
    house.tool("python3", MAKES_A_VENV.format(log=log, tool=house.path / "python3", python=sys.executable))
    for _ in range(2):
        assert house.start("steelyard", "rank").returncode == 0
    assert log.read_text(encoding="utf-8") == "made\n"
    command = [str(house.root / ".venv" / "bin" / "steelyard"), "rank", "a b"]
    run = subprocess.run(command, env={"PATH": str(house.path)}, capture_output=True, text=True)
    assert run.stdout == "opened rank a b\n"


def test_another_lock_means_another_set_up(house: House) -> None:
    house.set_up()
    assert house.start("steelyard", "rank").returncode == 0
    (house.root / "requirements.lock").write_text("nothing==2\n", encoding="utf-8")
    assert "needs Python" in house.start("steelyard", "rank").stderr


def test_the_command_line_needs_neither_display_nor_libraries(house: House) -> None:
    house.set_up()
    house.tool("ldd", "echo '  libGL.so.1 => not found'")
    run = house.start("steelyard", "rank", "a b", "--format", "csv")
    assert (run.returncode, run.stdout) == (0, "opened rank a b --format csv\n")


def test_the_window_opens_where_qt_finds_all_it_needs(house: House) -> None:
    house.set_up()
    house.tool("ldd", "echo '  libGL.so.1 => /lib/libGL.so.1'")
    run = house.start(QT_QPA_PLATFORM="offscreen")
    assert (run.returncode, run.stdout) == (0, "opened\n")


def test_a_study_file_opens_the_window(house: House, tmp_path: Path) -> None:
    study = tmp_path / "my study.steelyard"
    study.touch()
    house.set_up()
    assert "no display" in house.start("steelyard", str(study)).stderr
    run = house.start("steelyard", str(study), QT_QPA_PLATFORM="offscreen")
    assert run.stdout == f"opened {study}\n"


MISSING = """echo '  libGL.so.1 => not found'
echo '  libglib-2.0.so.0 => not found'
echo '  libdbus-1.so.3 => not found'
echo '  libxkbcommon-x11.so.0 => not found'
echo '  libX11.so.6 => not found'
echo '  libc.so.6 => /lib/libc.so.6'"""


def test_missing_libraries_are_named_with_the_one_command_that_installs_them(house: House) -> None:
    house.set_up()
    house.tool("ldd", MISSING)
    run = house.start(WAYLAND_DISPLAY="wayland-0")
    assert run.returncode == 3
    assert "libGL.so.1 libX11.so.6 libdbus-1.so.3 libglib-2.0.so.0 libxkbcommon-x11.so.0" in run.stderr
    packages = "libdbus-1-3 libgl1 libglib2.0-0 libx11-6 libxkbcommon-x11-0"
    assert f"apt-get install --no-install-recommends {packages}\n" in run.stderr


def test_one_platform_that_can_start_is_enough(house: House) -> None:
    house.set_up()
    house.tool("ldd", 'case "$1" in *xcb*) echo "  libxcb-cursor.so.0 => not found" ;; esac')
    assert house.start(DISPLAY=":4711", WAYLAND_DISPLAY="wayland-0").stdout == "opened\n"


def test_with_leave_the_missing_libraries_are_installed(house: House) -> None:
    house.set_up()
    house.tool("sudo", 'exec "$@"')
    installed = house.root / "installed"
    house.tool("ldd", f"[ -e '{installed}' ] || echo '  libEGL.so.1 => not found'")
    house.tool("apt-get", f'case "$1" in install) echo "$@" >\'{installed}\' ;; esac')
    run = house.start(QT_QPA_PLATFORM="offscreen", ASSUME_YES="1")
    assert (run.returncode, run.stdout) == (0, "opened\n")
    assert installed.read_text(encoding="utf-8").split() == [
        "install",
        "-y",
        "-qq",
        "--no-install-recommends",
        "libegl1",
    ]


def test_an_installation_that_changes_nothing_is_not_tried_for_ever(house: House) -> None:
    house.set_up()
    house.tool("sudo", 'exec "$@"')
    house.tool("ldd", "echo '  libEGL.so.1 => not found'")
    house.tool("apt-get", ":")
    run = house.start(QT_QPA_PLATFORM="offscreen", ASSUME_YES="1")
    assert run.returncode == 3
    assert "still cannot start" in run.stderr


def test_a_module_of_the_working_folder_is_not_run_instead(house: House, tmp_path: Path) -> None:
    (tmp_path / "desktop").mkdir()
    (tmp_path / "desktop" / "__main__.py").write_text("print('wrong')", encoding="utf-8")
    house.set_up()
    run = subprocess.run(
        [str(house.root / "packaging" / "start"), "steelyard", "rank"],
        cwd=tmp_path,
        env={"PATH": str(house.path), "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert run.stdout == "opened rank\n"


def test_the_tests_run_from_the_root_wherever_one_stands(house: House) -> None:
    house.set_up()
    python = house.root / ".venv" / "bin" / "python"
    python.unlink()
    python.write_text('#!/bin/sh\necho "$PWD" "$QT_QPA_PLATFORM" "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    run = house.start("test", "tests/unit", "-k", "weights")
    assert run.stdout == f"{house.root} offscreen -m pytest tests/unit -k weights\n"


def test_every_failed_step_is_named_and_none_is_skipped(house: House) -> None:
    house.set_up()
    for name in ("python", "ruff", "lint-imports"):
        tool = house.root / ".venv" / "bin" / name
        tool.unlink(missing_ok=True)
        tool.write_text('#!/bin/sh\ncase "$*" in *mypy | *--no-logo) exit 1 ;; esac\n', encoding="utf-8")
        tool.chmod(0o755)
    run = house.start("test")
    assert run.returncode == 1
    assert [line for line in run.stderr.splitlines() if line.startswith("==")] == [
        "== ruff check",
        "== ruff format",
        "== mypy",
        "== lint-imports",
        "== pytest, side by side",
        "== pytest, one by one",
    ]
    assert run.stderr.endswith("Not passed: mypy lint-imports\n")


def test_an_unknown_word_prints_the_usage(house: House) -> None:
    run = house.start("launch")
    assert run.returncode == 2
    assert "packaging/start test" in run.stderr


def test_the_script_is_executable_and_plain_sh() -> None:
    assert os.access(START, os.X_OK)
    assert START.read_bytes().startswith(b"#!/bin/sh\n")
    subprocess.run(["sh", "-n", str(START)], check=True)
