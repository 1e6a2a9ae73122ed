"""Takes the pictures of the README from the real window: light and dark, 1440x900 and 1100x700.

Two tabs of the analysis, the history and a comparison are taken once each, in light.

    .venv/bin/python -m tests.screenshots [FOLDER]

Runs without a screen. Everything is the real application on a fresh copy of the bundled study in a folder of its own.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from desktop.app import Application
    from desktop.session import Session
    from desktop.window.main_window import MainWindow

Shown = TypeVar("Shown", bound="QWidget")
ROOT = Path(__file__).resolve().parents[1]
SIZES = ((1440, 900), (1100, 700))
SCHEMES = ("light", "dark")


def main(folder: Path) -> None:
    """Write every picture into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        os.environ["STEELYARD_HOME"] = home
        os.environ["LOGNAME"] = "anna"
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        _take(folder)


def _take(folder: Path) -> None:
    from PySide6.QtWidgets import QApplication

    from desktop.app import Application

    app = QApplication([])
    app.setCursorFlashTime(0)
    application = Application(app)
    application.run()
    while application.window.page is None:
        app.processEvents()
    for scheme in SCHEMES:
        application.window.set_scheme(scheme)
        for width, height in SIZES:
            application.window.resize(width, height)
            _take_each(application, folder, f"{scheme}_{width}x{height}")
    application.window.set_scheme("light")
    application.window.resize(*SIZES[0])
    _take_tabs(application, folder)
    _take_past(application, folder)
    application.window.close()


def _take_each(application: Application, folder: Path, tail: str) -> None:
    window, session = application.window, application.window.session
    assert window.page is not None
    leaf, option = session.study.leaves()[0], session.study.options[7]
    session.select(option=option.id, criterion=leaf.id)
    _save(window, folder / f"main_{tail}.png")
    _drag(window, session, leaf.id, folder / f"drag_{tail}.png")
    session.select(option=option.id)
    _save(window, folder / f"option_{tail}.png")
    application.close_study()
    _save(window, folder / f"start_{tail}.png")
    application.open_recent(application.recent()[0].key)


def _take_tabs(application: Application, folder: Path) -> None:
    window = application.window
    assert window.page is not None
    window.page.tabs.wider.setChecked(True)
    for key in ("sensitivity", "robustness"):
        window.page.tabs.turn_to(key)
        _save(window, folder / f"tab_{key}_light.png")
    window.page.tabs.turn_to("scores")
    window.page.tabs.wider.setChecked(False)


def _take_past(application: Application, folder: Path) -> None:
    """Some work on the study, then its history, and what all of it did to the ranking."""
    from desktop.commands import EditOption, MoveWeight, RemoveOption
    from desktop.window.comparison_dialog import ComparisonDialog
    from desktop.window.history_dialog import HistoryDialog

    window, session = application.window, application.window.session
    study, party = session.study, session.view.perspective
    leaves = study.leaves()
    session.do(MoveWeight(party, leaves[0].id, 0.24))
    session.do(EditOption(study.options[4].id, {"name": "Shield in the air and at sea"}))
    session.do(MoveWeight(party, leaves[9].id, 0.18))
    application.archive.name_version("Sent to the committee", "They read it before Friday")
    session.do(MoveWeight(party, leaves[3].id, 0.15))
    session.do(RemoveOption(study.options[8].id))
    session.undo()
    window.open_history()
    history = _shown(window, HistoryDialog)
    history.timeline.choose(2)
    _save(history, folder / "history_light.png")
    history.timeline.choose(0)
    history.compare.click()
    comparison = _shown(history, ComparisonDialog)
    while comparison.found is None:
        _settle()
    _save(comparison, folder / "comparison_light.png")
    comparison.close()
    history.close()


def _drag(window: MainWindow, session: Session, leaf: str, path: Path) -> None:
    from desktop.commands import MoveWeight

    assert window.page is not None
    for share in (0.35, 0.41, 0.46):
        session.do(MoveWeight(session.view.perspective, leaf, share), live=True)
        window.page.refresher.flush()
    _save(window, path)
    session.abandon()


def _save(window: QWidget, path: Path) -> None:
    _settle()
    window.grab().save(str(path))
    print(path)


def _shown(parent: QWidget, kind: type[Shown]) -> Shown:
    """The dialog of this kind that is open."""
    _settle()
    return next(found for found in parent.findChildren(kind) if found.isVisible())


def _settle() -> None:
    """Let animations and debounced texts come to rest."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop = QEventLoop()
    QTimer.singleShot(450, loop.quit)
    loop.exec()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "packaging" / "screenshots")
