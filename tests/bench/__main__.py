"""Measures the speed that the design promises: `python -m tests.bench [tick] [analysis] [start] [rank] [profile MxN]`.

`python -m tests.bench installed [PROGRAM]` holds a bundle, that of packaging/build if none is named, against the
source; it needs Xvfb. The others need no display. Prints medians, 95th percentiles and ratios on this machine's terms;
nothing fails here.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.bench.figures import against, percentile, spread

HEAVY = ("PySide6", "pyqtgraph", "scipy", "pandas", "alembic", "sqlalchemy", "charset_normalizer")


def main(wanted: Sequence[str]) -> None:
    """Run what is wanted; everything but the profile when nothing is named."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if wanted and wanted[0] == "profile":
        _profile(wanted[1])
        return
    if wanted and wanted[0] == "installed":
        _installed(*map(Path, wanted[1:]))
        return
    for name, measure in {"start": _start, "rank": _rank, "tick": _tick, "analysis": _analysis}.items():
        if not wanted or name in wanted:
            measure()


def _tick() -> None:
    from tests.bench import tick
    from tests.bench.tables import study_of

    print("\nWeight tick (promised: painted p95 8 ms at 10 x 12, 16 ms at 100 x 30; without painting 1 ms)")
    for rows, columns in tick.SIZES:
        study = study_of(rows, columns)
        print(f"  {rows:5} x {columns}  without painting  {spread(tick.unpainted(study))}", flush=True)
        print(f"  {rows:5} x {columns}  painted           {spread(tick.painted(study))}", flush=True)


def _analysis() -> None:
    from tests.bench import analysis, last_run

    last, now = last_run.before(), {}
    for size in analysis.SIZES:
        rows, columns = size
        print(f"\nDrag with a tab on show, {rows} x {columns} (promised: p95 {analysis.PROMISED_MS[size]:.0f} ms)")
        for tab, times in analysis.drags(*size):
            name = f"{rows}x{columns} {tab}"
            now[name] = percentile(times, 0.95)
            print(f"  {tab:14} {spread(times)}   {last_run.told(name, now[name], last)}", flush=True)
    print(f"\nDeep answer after the hand rests, 10 x 12, 100,000 draws (promised: {analysis.REST_MS:.0f} ms)")
    times = analysis.rests(10, 12)
    now["rest"] = percentile(times, 0.95)
    print(f"  {'':14} {spread(times)}   {last_run.told('rest', now['rest'], last)}")
    last_run.keep(now)


def _start() -> None:
    from tests.bench.start import measure

    times = measure()
    bare, heavy = times["bare window: painted"], times["heavy imports: painted"]
    print("\nStart (promised: painted 1.5 of a bare window; charted 1.3 of the imports alone)")
    for name in ("ours", "ours, first start"):
        print(f"  {name + ': painted':28} {against(times[name + ': painted'], bare)}")
        print(f"  {name + ': charted':28} {against(times[name + ': charted'], heavy)}", flush=True)


def _rank() -> None:
    from tests.bench import command

    with tempfile.TemporaryDirectory() as folder:
        ours, bare = command.measure(Path(folder))
        heavy = sorted(command.imported(Path(folder)) & set(HEAVY))
    print("\nsteelyard rank bundled (promised: no Qt)")
    print(f"  whole process                {against(ours, bare)}")
    print(f"  heavy imports                {', '.join(heavy) or 'none'}", flush=True)


def _installed(program: Path | None = None) -> None:
    from tests.bench import installed

    given = (program or installed.BUNDLE).resolve()
    print("\nThe installed program (promised: first frame no later than 1.1 times the source)")
    for moment, times in {**installed.windows(given), **installed.commands(given)}.items():
        ours = times.pop("installed")
        for name, theirs in times.items():
            print(f"  {moment:12} {name:28} {against(ours, theirs)}", flush=True)


def _profile(size: str) -> None:
    from tests.bench.tick import profile

    rows, columns = size.split("x")
    profile(int(rows), int(columns))


if __name__ == "__main__":
    main(sys.argv[1:])
