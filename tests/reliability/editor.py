"""A program that edits a study as fast as it can and says on standard output what was acknowledged.

Run as `python editor.py STUDY FIRST`: it opens the study and sets the one score to FIRST, FIRST + 1, ... until it is
killed. Each number is printed after `save` returned, never before.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from db.store import Store
from db.study.model import Score


def main() -> None:
    store = Store.open(Path(sys.argv[1]))
    number = int(sys.argv[2])
    option, leaf = store.study.options[0].id, store.study.leaves()[0].id
    print("open", flush=True)
    while True:
        scores = {**store.study.scores, (option, leaf): Score(likely=float(number))}
        store.save(store.study, replace(store.study, scores=scores), f"Set {number}", who="Ada")
        print(number, flush=True)
        number += 1


if __name__ == "__main__":
    main()
