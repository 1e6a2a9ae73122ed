"""The engine beside its peers: `python -m tests.bench.engine [AREA ...]`, or `packaging/start bench [AREA ...]`.

Every race checks first that the answers agree, then runs the contenders in turns and prints medians, ratios and, where
it means something, the share of this machine's measured limit. Needs no display. A peer that is not installed is named
and left out.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path


def areas() -> list[str]:
    """What can be measured: the modules beside this one named engine_<area>."""
    return sorted(path.stem.removeprefix("engine_") for path in Path(__file__).parent.glob("engine_*.py"))


def main(wanted: Sequence[str]) -> int:
    """Run the wanted areas, all where none is named; returns an exit code."""
    unknown = [name for name in wanted if name not in areas()]
    if unknown:
        print(f"There is nothing to measure called {unknown[0]}; there are {', '.join(areas())}.", file=sys.stderr)
        return 2
    from tests.bench.race import gemm_limit, read_limit

    product, reading = gemm_limit() / 1e9, read_limit() / 1e9
    print(f"Limits of this machine: {product:.0f} GFLOP/s (float64 product), {reading:.0f} GB/s read")
    for name in wanted or areas():
        print(f"\n== {name}", flush=True)
        import_module(f"tests.bench.engine_{name}").run()
    return 0


if __name__ == "__main__":
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    sys.exit(main(sys.argv[1:]))
