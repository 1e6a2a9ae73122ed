"""The definitions for Windows and macOS and the recipe that builds them, as far as that can be seen elsewhere."""

from __future__ import annotations

import plistlib
import re
import shutil
import subprocess
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).resolve().parents[3]
PACKAGING = ROOT / "packaging"
INSTALLER = PACKAGING / "windows" / "installer.nsi"


@pytest.fixture(scope="module")
def make() -> ModuleType:
    """packaging/windows/make."""
    loader = SourceFileLoader("steelyard_windows_make", str(PACKAGING / "windows" / "make"))
    spec = spec_from_loader(loader.name, loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A small bundle with names that are hard to write into a script."""
    for name in ("steelyard.exe", "steelyard-cli.exe", "_internal/a $b/c.txt", "_internal/é.dll"):
        path = tmp_path / "bundle" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * 3000)
    return tmp_path / "bundle"


def test_the_uninstaller_removes_each_file_that_was_installed_and_never_a_folder_with_more_in_it(
    make: ModuleType, bundle: Path
) -> None:
    assert make.removal_of(bundle).splitlines() == [
        'Delete "$INSTDIR\\_internal\\a $$b\\c.txt"',
        'Delete "$INSTDIR\\_internal\\é.dll"',
        'Delete "$INSTDIR\\steelyard-cli.exe"',
        'Delete "$INSTDIR\\steelyard.exe"',
        'RMDir "$INSTDIR\\_internal\\a $$b"',
        'RMDir "$INSTDIR\\_internal"',
    ]
    assert not re.search(r"(?i)rmdir\s+/r", INSTALLER.read_text("utf-8"))


def test_the_installer_asks_for_no_administrator_and_keeps_to_the_user(make: ModuleType) -> None:
    text = INSTALLER.read_text("utf-8")
    assert "RequestExecutionLevel user" in text
    assert not re.search(r"HKLM|HKCR|SHCTX|SetShellVarContext|\$PROGRAMFILES", text)


def test_what_the_installer_writes_into_the_registry_the_uninstaller_takes_out() -> None:
    installs, removes = INSTALLER.read_text("utf-8").split('Section "Uninstall"')
    written = set(re.findall(r'WriteReg\w+ HKCU "([^"]+)"', installs))
    whole = set(re.findall(r'DeleteRegKey HKCU "([^"]+)"', removes))
    types = {f"${{CLASSES}}\\{key}" for key in re.findall(r'DropIfBare "([^"]+)"', removes)}
    left = {key for key in written - types if not any(key == gone or key.startswith(f"{gone}\\") for gone in whole)}
    assert written
    assert not left
    assert re.search(r'ReadRegStr \$0 HKCU "\$\{CLASSES\}\\\.steelyard" ""\s+\$\{If\} \$0 == "\$\{STUDY\}"', removes)
    assert not re.search(r'WriteRegStr HKCU "\$\{CLASSES\}\\\.(csv|tsv)" ', installs)


@pytest.mark.skipif(not shutil.which("makensis"), reason="makensis is not installed (apt-get install nsis)")
@pytest.mark.parametrize("signed", [False, True])
def test_the_installer_compiles_without_a_warning(make: ModuleType, bundle: Path, tmp_path: Path, signed: bool) -> None:
    icons, removal, target = tmp_path / "icons", tmp_path / "removal.nsh", tmp_path / "steelyard-setup.exe"
    icons.mkdir()
    # One blue pixel: a directory, a bitmap of twice the height, its pixel and its mask.
    picture = bytes.fromhex("28000000 01000000 02000000 0100 2000") + bytes(24) + b"\xff\0\0\xff" + bytes(4)
    head = bytes.fromhex("0000 0100 0100 01010000 0100 2000") + len(picture).to_bytes(4, "little") + b"\x16\0\0\0"
    for name in ("steelyard", "application-x-steelyard"):
        (icons / f"{name}.ico").write_bytes(head + picture)
    removal.write_text(make.removal_of(bundle), "utf-8")
    (tmp_path / "sign").write_text(f"#!/bin/sh\necho signed >>{tmp_path}/log\n")
    (tmp_path / "sign").chmod(0o755)
    sign = [str(tmp_path / "sign")] if signed else []
    told = make.definitions("1.2.3", bundle, icons, removal, target, sign)
    run = subprocess.run(["makensis", *told, str(INSTALLER)], capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    assert target.read_bytes()[:2] == b"MZ"
    assert "1.2.3".encode("utf-16-le") in target.read_bytes()
    assert not signed or (tmp_path / "log").read_text() == "signed\nsigned\n"  # The uninstaller, then the installer.


def test_signing_is_asked_for_by_the_environment_only(make: ModuleType) -> None:
    assert make.signing({}) == []
    asked = make.signing({"STEELYARD_SIGN_WITH": "AB12"})
    assert asked[:4] == ["signtool", "sign", "/sha1", "AB12"]
    assert "/tr" not in asked
    assert make.signing({"STEELYARD_SIGN_WITH": "AB12", "STEELYARD_SIGN_TIMESTAMP": "server"})[-4:-2] == [
        "/tr",
        "server",
    ]


@pytest.mark.parametrize("system", ["windows", "macos"])
@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="there it would build")
def test_elsewhere_nothing_is_built_and_the_reason_is_told(system: str) -> None:
    run = subprocess.run([sys.executable, "-B", str(PACKAGING / system / "make")], capture_output=True, text=True)
    assert run.returncode == 2
    assert "is built on" in run.stdout


def test_macos_is_told_of_the_file_type_that_linux_is_told_of() -> None:
    told = plistlib.loads((PACKAGING / "macos" / "Info.plist").read_bytes())
    (kind,) = told["UTExportedTypeDeclarations"]
    linux = ElementTree.parse(ROOT / "resources" / "desktop" / "steelyard.xml").getroot()[0]
    pattern = next(part.get("pattern") for part in linux if part.tag.endswith("glob"))
    assert [f"*.{one}" for one in kind["UTTypeTagSpecification"]["public.filename-extension"]] == [pattern]
    assert kind["UTTypeTagSpecification"]["public.mime-type"] == [linux.get("type")]
    study, table = told["CFBundleDocumentTypes"]
    assert study["LSItemContentTypes"] == [kind["UTTypeIdentifier"]]
    assert (study["LSHandlerRank"], table["LSHandlerRank"]) == ("Owner", "Alternate")


def test_every_script_that_the_recipe_runs_is_there() -> None:
    recipe = (ROOT / ".github" / "workflows" / "packages.yml").read_text("utf-8")
    named = set(re.findall(r"packaging/[\w/.-]+", recipe))
    assert {"packaging/build", "packaging/windows/make", "packaging/macos/make"} <= named
    assert [name for name in sorted(named) if not (ROOT / name).is_file()] == []
    assert "Not run:" in recipe
