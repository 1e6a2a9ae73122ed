"""How often a fault is injected: a little in every run of the tests, often with STEELYARD_LONG=1."""

from __future__ import annotations

import os

IS_LONG = os.environ.get("STEELYARD_LONG") == "1"


def lane(short: int, long: int) -> int:
    """The count for this run."""
    return long if IS_LONG else short
