"""Takes a picture of every tab of the analysis: light and dark, on four studies of very different shapes.

    .venv/bin/python -m tests.shots [FOLDER [STUDY ...]]

The studies are `bundled`, `two` (options), `sixty` (options) and `long` (names). The pictures go to build/shots; they
are for whoever changes a tab, and must be looked at then.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QApplication

from db.study.model import Study
from desktop.commands import MoveWeight
from desktop.look import look
from desktop.session import Session
from desktop.window.analysis import TABS
from desktop.window.study_page import StudyPage
from seeds import security_guarantees
from tests.bench.tables import study_of

SIZE = (1440, 860)
SCHEMES = ("light", "dark")
LONG = " as understood by the working group on verification, sequencing and the financing of long-term commitments"


def bundled() -> Study:
    """The study that comes with the application."""
    return security_guarantees.load()


def two() -> Study:
    """The bundled study with two of its options."""
    study = bundled()
    kept = {study.options[1].id, study.options[7].id}
    return replace(
        study,
        options=tuple(option for option in study.options if option.id in kept),
        scores={cell: score for cell, score in study.scores.items() if cell[0] in kept},
    )


def sixty() -> Study:
    """Sixty options on twelve criteria."""
    return study_of(60, 12)


def long() -> Study:
    """The bundled study with names of more than a hundred letters and no short ones."""
    study = bundled()
    return replace(
        study,
        options=tuple(replace(option, name=option.name + LONG, short="") for option in study.options),
        criteria=tuple(replace(node, name=node.name + LONG) for node in study.criteria),
        perspectives=tuple(replace(party, name=party.name + LONG) for party in study.perspectives),
    )


STUDIES: dict[str, Callable[[], Study]] = {"bundled": bundled, "two": two, "sixty": sixty, "long": long}


def main(folder: Path, names: Sequence[str]) -> None:
    """Write the pictures of every tab on the studies named into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication([])
    app.setCursorFlashTime(0)
    look.install(app)
    for name in names:
        _take(app, name, folder)


def _take(app: QApplication, name: str, folder: Path) -> None:
    session = Session(STUDIES[name](), who="anna")
    page = StudyPage(session)
    page.resize(*SIZE)
    page.show()
    page.refresher.flush()
    page.tabs.wider.setChecked(True)
    for scheme in SCHEMES:
        look.set_scheme(scheme)
        for tab in TABS:
            page.tabs.turn_to(tab.key)
            _rest(app)
            path = folder / f"tab_{tab.key}_{name}_{scheme}.png"
            _save(page, path)
    _drag(app, session, page, folder / f"tab_drag_{name}.png")
    page.refresher.stop()
    page.hide()
    page.deleteLater()


def _drag(app: QApplication, session: Session, page: StudyPage, path: Path) -> None:
    """In the middle of a drag, with the first tab on show."""
    page.tabs.turn_to(TABS[0].key)
    leaf = session.study.leaves()[0].id
    for share in (0.36, 0.41, 0.46):
        session.do(MoveWeight(session.view.perspective, leaf, share), live=True)
        page.refresher.flush()
    app.processEvents()
    _save(page, path)
    session.abandon()


def _save(page: StudyPage, path: Path) -> None:
    page.grab().save(str(path))
    print(path, flush=True)


def _rest(app: QApplication) -> None:
    """Until the deep answer is on the screen and whatever else was asked for has had its time."""
    begun = time.perf_counter()
    while time.perf_counter() - begun < 0.6:
        app.processEvents()


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[1] / "build/shots"
    main(target, sys.argv[2:] or list(STUDIES))
