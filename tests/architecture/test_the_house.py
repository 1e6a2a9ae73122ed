"""The house rule: who may import whom, what stands where, and what no file may carry."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
CODE = ("db", "desktop", "resources", "seeds")
FOLDERS = {"desktop", "resources", "db", "tests", "seeds", "packaging"}
QT = {"PySide6", "shiboken6", "pyqtgraph"}
QT_FOLDERS = {"models", "charts", "panels", "window", "look"}
ROOTS = ("app.py", "archive.py", "keeper.py")
SQL = {"sqlalchemy", "alembic", "sqlite3"}
SKIPPED = {"build", "dist", "__pycache__", "node_modules"}


def files() -> list[Path]:
    """Every file of the repository: what git knows or would add, or, without git, what is not hidden or built."""
    names = known_to_git() or [str(path) for path in walked()]
    return [path for name in names if (path := ROOT / name).is_file()]


def known_to_git() -> list[str]:
    """Empty where there is no git, or no repository of ours."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    if not shutil.which("git") or not (ROOT / ".git").exists():
        return []
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    return [name for name in listed.stdout.split("\0") if name] if listed.returncode == 0 else []


def walked() -> Iterator[Path]:
    for folder, below, names in os.walk(ROOT):
        below[:] = [name for name in below if name not in SKIPPED and (name == ".ci" or not name.startswith("."))]
        yield from (Path(folder) / name for name in names)


def modules() -> list[Path]:
    """The Python files of the four packages, relative to the root."""
    return [found for path in files() if (found := path.relative_to(ROOT)).parts[0] in CODE and found.suffix == ".py"]


def imports(path: Path) -> set[str]:
    """Absolute names of the modules a file imports, lazily or not; `from a import b` counts as a and a.b."""
    package = path.with_suffix("").parts[:-1]
    found: set[str] = set()
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            base = ".".join((*above, *filter(None, [node.module])))
            found |= {base, *(f"{base}.{alias.name}" for alias in node.names)}
    return found


def tops(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imports(path)}


def test_the_import_contracts_hold() -> None:
    lint = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True, no_logo=True))"
    run = subprocess.run(
        [sys.executable, "-c", lint],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "0 broken" in run.stdout


def test_only_the_folders_of_the_window_and_its_roots_import_qt() -> None:
    with_qt = {path for path in modules() if tops(path) & QT}
    allowed = {path for path in modules() if path.parts[0] == "desktop" and path.parts[1] in (*QT_FOLDERS, *ROOTS)}
    assert with_qt <= allowed
    assert with_qt


def test_only_the_roots_reach_past_the_study_into_storage() -> None:
    doors = {Path("desktop") / name for name in (*ROOTS, "cli.py")}
    for path in modules():
        if path.parts[0] in ("desktop", "resources", "seeds") and path not in doors:
            reached = {name for name in imports(path) if name.startswith("db.") and not name.startswith("db.study")}
            assert not reached, f"{path} imports {reached}"


def test_sql_is_spoken_in_db_outside_the_study_only() -> None:
    speaking = {path for path in modules() if tops(path) & SQL}
    assert all(path.parts[0] == "db" and path.parts[1] != "study" for path in speaking)


def test_the_study_needs_the_standard_library_only() -> None:
    for path in modules():
        if path.parts[:2] == ("db", "study"):
            assert tops(path) - {"db"} <= sys.stdlib_module_names, path
            assert all(name.startswith("db.study") for name in imports(path) if name.split(".")[0] == "db"), path


def test_a_migration_imports_no_live_code() -> None:
    for path in modules():
        if path.parts[:2] == ("db", "migrations"):
            ours = {name for name in imports(path) if name.split(".")[0] in CODE}
            assert all(name.startswith("db.migrations") for name in ours), f"{path} imports {ours}"


def test_the_analysis_needs_numpy_and_the_solver_only() -> None:
    for path in modules():
        if path.parts[:2] == ("desktop", "analysis"):
            known = sys.stdlib_module_names | {"numpy", "highspy"}
            foreign = {name for name in imports(path) if name.split(".")[0] not in known}
            assert all(name.startswith("desktop.analysis") for name in foreign), f"{path} imports {foreign}"


def test_every_folder_of_code_is_a_package() -> None:
    for folder in {path.parent for path in modules()}:
        assert (ROOT / folder / "__init__.py").is_file(), folder


def test_the_top_level_folders_are_those_of_the_house() -> None:
    found = {path.relative_to(ROOT).parts[0] for path in files() if len(path.relative_to(ROOT).parts) > 1}
    assert {name for name in found if not name.startswith(".")} == FOLDERS


def test_nothing_in_packaging_stands_before_the_library_of_that_name() -> None:
    assert not [path.name for path in (ROOT / "packaging").iterdir() if path.suffix in (".py", ".so", ".pyd")]
    assert not list((ROOT / "packaging").rglob("__init__.py"))


def test_python_files_stay_under_five_hundred_lines() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in files() if path.suffix == ".py"}
    assert {str(path.relative_to(ROOT)): n for path, n in lengths.items() if n >= 500} == {}


def test_every_module_says_what_it_is_for() -> None:
    silent = [p for p in modules() if not ast.get_docstring(ast.parse((ROOT / p).read_text(encoding="utf-8")))]
    assert silent == []


# Put together here, so that this file is not a finding of its own.
HOSTS = tuple(f"{name}.org" for name in ("pypi", "pythonhosted", "npmjs", "golang", "debian"))
MACHINE = re.compile(r"(?<![\w./-])/(?:work|farm|root|home/\w+|Users/\w+|opt/pypi)/")


def texts() -> Iterator[tuple[Path, str]]:
    for path in files():
        content = path.read_bytes()
        if b"\0" not in content:
            yield path.relative_to(ROOT), content.decode("utf-8", errors="replace")


def test_no_file_names_a_registry_host() -> None:
    assert [f"{path}: {host}" for path, text in texts() for host in HOSTS if host in text] == []


def test_no_file_carries_a_path_of_one_machine() -> None:
    assert [f"{path}: {found.group()}" for path, text in texts() if (found := MACHINE.search(text))] == []


def locked() -> dict[str, list[str]]:
    """Versions in requirements.lock by project; two where the lock tells Python versions apart."""
    found: dict[str, list[str]] = {}
    for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines():
        if match := re.match(r"([A-Za-z0-9._-]+)==([^\s;]+)", line):
            found.setdefault(canonicalize_name(match[1]), []).append(match[2])
    return found


def required() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [Requirement(line) for line in (*project["dependencies"], *project["optional-dependencies"]["dev"])]


@pytest.mark.parametrize("requirement", required(), ids=str)
def test_the_lock_holds_a_version_that_the_project_accepts(requirement: Requirement) -> None:
    versions = locked()[canonicalize_name(requirement.name)]
    assert all(version in requirement.specifier for version in versions)


def test_every_line_of_the_lock_has_hashes() -> None:
    entries = re.split(r"\n(?=\S)", (ROOT / "requirements.lock").read_text(encoding="utf-8").strip())
    assert len(entries) > 20
    assert all("--hash=sha256:" in entry for entry in entries)


def test_a_void_call_of_qt_keeps_the_count_of_none() -> None:
    """PySide6 6.12.0 takes a reference to None with every void call and aborts Python 3.11 within seconds."""
    from PySide6.QtGui import QPainterPath

    path = QPainterPath()
    before = sys.getrefcount(None)
    for _ in range(1000):
        path.moveTo(0.0, 0.0)
    assert abs(sys.getrefcount(None) - before) < 100
