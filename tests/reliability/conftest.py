"""What the tests of spoilt and hostile files share, and the one stage on which everything that is traced is played."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.reliability.lanes import IS_LONG
from tests.reliability.tracer import is_supported
from tests.reliability.victims import MEMORY, ROOT

Ask = Callable[[str, Path], dict[str, Any]]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that costs no wait for the disk, for private copies too."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as name:
        monkeypatch.setattr(tempfile, "tempdir", name)
        yield Path(name)


@pytest.fixture(scope="module")
def tally(request: pytest.FixtureRequest) -> Iterator[Counter[str]]:
    """Counts what was injected and what came of it; the long lane says it at the end."""
    counts: Counter[str] = Counter()
    yield counts
    if IS_LONG:
        with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
            print("\n" + ", ".join(f"{what}: {count}" for what, count in sorted(counts.items())))


@pytest.fixture(scope="module")
def ask(tally: Counter[str]) -> Iterator[Ask]:
    """Have a file taken in by a process of its own (receiver.py); says what came of it. A death fails the test."""
    receiver = subprocess.Popen(
        [sys.executable, str(ROOT / "tests" / "reliability" / "receiver.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": MEMORY},
    )
    assert receiver.stdin is not None
    assert receiver.stdout is not None

    def asked(task: str, path: Path) -> dict[str, Any]:
        assert receiver.stdin is not None
        assert receiver.stdout is not None
        receiver.stdin.write(f"{task} {path}\n")
        receiver.stdin.flush()
        found: dict[str, Any] = json.loads(receiver.stdout.readline())
        assert "died" not in found, found
        tally["files taken in"] += 1
        tally["refused"] += "refused" in found
        tally["most milliseconds"] = max(tally["most milliseconds"], int(1000 * found["seconds"]))
        tally["most megabytes"] = max(tally["most megabytes"], int(found["megabytes"]))
        return found

    yield asked
    receiver.stdin.close()
    receiver.stdout.close()
    assert receiver.wait() == 0


@pytest.fixture(scope="session")
def stage() -> Iterator[object]:
    """A theatre; skips the test where no process may be traced."""
    if not is_supported():
        pytest.skip("traces system calls of Linux on x86_64 only")
    from tests.reliability.stages import theatre

    with theatre() as opened:
        if why := opened.obstacle():
            pytest.skip(why)
        yield opened
