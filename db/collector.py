"""Keeping Python's search for circular garbage still while many objects are made that have none.

One such search over a large study holds up every thread, the window's among them, for half a second.
"""

from __future__ import annotations

import contextlib
import gc
import threading
from collections.abc import Iterator

_lock = threading.Lock()
_resting: list[bool] = []
"""For every block that runs, whether the search was on before the first of them."""


@contextlib.contextmanager
def collector_at_rest() -> Iterator[None]:
    """No search while the block runs. Blocks of several threads may overlap: the last to end lets it go on."""
    with _lock:
        _resting.append(_resting[0] if _resting else gc.isenabled())
        gc.disable()
    try:
        yield
    finally:
        with _lock:
            if _resting.pop() and not _resting:
                gc.enable()
