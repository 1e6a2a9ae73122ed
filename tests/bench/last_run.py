"""The figures of the run before, kept beside the repository's own files so that the next run can be held against it."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

KEPT = Path(__file__).resolve().parents[2] / ".bench-last.json"


def before() -> dict[str, float]:
    """Seconds by what was measured; nothing where no run was kept."""
    with suppress(OSError, ValueError):
        return {name: float(seconds) for name, seconds in json.loads(KEPT.read_text()).items()}
    return {}


def keep(figures: dict[str, float]) -> None:
    """Keep the figures of this run, and of the run before what this one did not measure."""
    KEPT.write_text(json.dumps(before() | figures, indent=1, sort_keys=True) + "\n")


def told(name: str, seconds: float, last: dict[str, float]) -> str:
    """How a figure stands to that of the run before."""
    return f"{seconds / last[name]:5.2f} of the run before" if last.get(name) else "no run before"
