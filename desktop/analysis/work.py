"""Long sums that tell how far they are and stop when asked to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

Progress = Callable[[float], None]
"""Called with the part that is done, 0..1."""


class Cancel(Protocol):
    """Whether to stop; a `threading.Event` is one."""

    def is_set(self) -> bool:
        """Whether somebody asked to stop."""
        ...


class Cancelled(Exception):
    """The caller asked to stop; there is no result."""


@dataclass(frozen=True)
class Work:
    """What a long sum asks between two blocks."""

    progress: Progress | None = None
    cancel: Cancel | None = None

    def at(self, part: float) -> None:
        """Tell that `part` (0..1) is done. Raises Cancelled where that was asked for."""
        if self.cancel is not None and self.cancel.is_set():
            raise Cancelled
        if self.progress is not None:
            self.progress(part)
