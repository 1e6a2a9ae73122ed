"""Times and how they are told: medians, 95th percentiles and ratios, in milliseconds."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median


def percentile(times: Sequence[float], part: float) -> float:
    """The time that `part` (0..1) of the times do not exceed."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def spread(times: Sequence[float]) -> str:
    """Median, 95th percentile and longest of times in seconds, told in milliseconds."""
    return (
        f"median {median(times) * 1e3:8.2f}   p95 {percentile(times, 0.95) * 1e3:8.2f}   max {max(times) * 1e3:8.2f} ms"
    )


def against(times: Sequence[float], bare: Sequence[float]) -> str:
    """A median, the one it is measured against, and their ratio."""
    ours, theirs = median(times), median(bare)
    return f"{ours * 1e3:8.1f} ms   against {theirs * 1e3:8.1f} ms   ratio {ours / theirs:5.2f}"
