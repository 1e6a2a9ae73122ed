"""The eyes of the lane that double-clicks: how it compares file systems and pictures, and that its steps are there."""

from __future__ import annotations

import ast
import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from PySide6.QtGui import QImage

LANE = Path(__file__).resolve().parents[3] / "packaging" / "lane"


def part(name: str) -> ModuleType:
    """A module of the lane, which is no package."""
    spec = importlib.util.spec_from_file_location(f"lane_{name}", LANE / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


listing, screen = part("listing"), part("screen")


def test_a_file_that_is_left_changed_or_lost_is_a_difference(tmp_path: Path) -> None:
    for name in ("kept", "changed", "gone", "opened"):
        (tmp_path / name).write_text(name, "utf-8")
    before = listing.listing(tmp_path)
    (tmp_path / "changed").write_text("other", "utf-8")
    (tmp_path / "gone").unlink()
    (tmp_path / "opened").chmod(0o777)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "link").symlink_to("../kept")
    assert listing.differences(before, listing.listing(tmp_path)) == {
        "changed": "changed",
        "gone": "gone",
        "opened": "changed",
        "folder": "new",
        "folder/link": "new",
    }


@pytest.mark.parametrize("path", ["usr/lib/steelyard", "etc/xdg/steelyard", "var/lib/steelyard", "opt/steelyard"])
def test_nothing_of_ours_is_among_what_others_may_leave(path: str) -> None:
    assert not listing.allowed(path)
    assert not listing.allowed(f"{path}/file")


def _picture(*boxes: tuple[int, int, int, int]) -> Any:
    rows = [bytearray(b"\x10\x20\x30\x00" * 120) for _ in range(90)]
    for x, y, width, height in boxes:
        for row in rows[y : y + height]:
            row[4 * x : 4 * (x + width)] = b"\x00\x00\xff\x00" * width
    return screen.Picture(120, tuple(map(bytes, rows)))


def test_an_icon_is_found_where_the_picture_changed() -> None:
    found = screen.changes(_picture((2, 2, 5, 5)), _picture((2, 2, 5, 5), (40, 20, 32, 40), (10, 80, 60, 5)))
    assert found == [screen.Box(40, 20, 32, 40), screen.Box(10, 80, 60, 5)]
    assert screen.changes(_picture(), _picture()) == []


def test_a_picture_is_kept_as_it_was_seen(tmp_path: Path) -> None:
    screen_now = _picture((40, 20, 32, 40))
    screen_now.save(tmp_path / "seen.png")
    image = QImage(str(tmp_path / "seen.png"))
    assert (image.width(), image.height()) == (120, 90)
    assert image.pixelColor(41, 21).name() == "#ff0000"
    assert image.pixelColor(1, 1).name() == "#302010"


def test_every_step_that_the_lane_runs_is_one_that_its_user_can_do() -> None:
    tree = ast.parse((LANE / "steps.py").read_text("utf-8"))
    table = next(node for node in tree.body if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "STEPS")
    assert isinstance(table.value, ast.Dict)
    known = {ast.literal_eval(key) for key in table.value.keys if key is not None}
    strings = {
        node.value for node in ast.walk(ast.parse((LANE / "run").read_text("utf-8"))) if isinstance(node, ast.Constant)
    }
    assert known <= strings
