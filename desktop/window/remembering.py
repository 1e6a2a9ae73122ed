"""How the window was left is written down whenever the hand rests, so that even a kill finds it as it was."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QTimer

from desktop.panels.sampling_dialog import sampling_of
from desktop.questions.plausible import Sampling
from desktop.session import Subject

if TYPE_CHECKING:
    from collections.abc import Collection

    from desktop.session import Session, View
    from desktop.window.main_window import MainWindow
    from desktop.window.study_page import StudyPage

REST_MS = 400
"""How long nothing must change before it is written down."""


class Remembering(QObject):
    """Writes down where the window is and what it shows, a moment after either changed."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REST_MS)
        self._timer.timeout.connect(self.write_down)
        window.installEventFilter(self)

    def follow(self, page: StudyPage) -> None:
        """Show a page as it was left, and write down what becomes of it."""
        page.recall(self._window.preferences)
        start = self._timer.start
        page.tabs.turned.connect(lambda _: start())
        page.tabs.wider.toggled.connect(lambda _: start())
        page.columns.splitterMoved.connect(lambda *_: start())
        page.centre.splitterMoved.connect(lambda *_: start())
        page.inspector_turned.connect(lambda _: start())
        page.session.on_view(lambda before, after: start())

    def write_down(self) -> None:
        """Remember how the window is now."""
        self._timer.stop()
        preferences = self._window.preferences
        if self._window.page is not None:
            self._window.page.remember(preferences)
        preferences.set("geometry", self._window.saveGeometry())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.WindowStateChange):
            self._timer.start()
        return False


def written(view: View) -> str:
    """What is looked at, as the preferences keep it."""
    return json.dumps(
        {
            "perspective": view.perspective,
            "option": view.option,
            "criterion": view.criterion,
            "subject": view.subject,
            "reference": view.reference,
            "samples": view.sampling.samples,
            "seed": view.sampling.seed,
        }
    )


def looked(session: Session, text: str) -> View:
    """What was looked at of a study, as far as it still has that; as it is now where nothing can be read."""
    view, study = session.view, session.study
    try:
        told = dict(json.loads(text))
    except (ValueError, TypeError):
        return view
    criteria = [criterion.id for criterion in study.criteria]
    options = [option.id for option in study.options]
    sampling = sampling_of(str(told.get("samples")), str(told.get("seed")))
    return replace(
        view,
        perspective=_among([party.id for party in study.perspectives], told.get("perspective")) or view.perspective,
        option=_among(options, told.get("option")),
        criterion=_among(criteria, told.get("criterion")),
        subject=_among(list(Subject), told.get("subject")) or view.subject,
        reference=_among(options, told.get("reference")),
        sampling=sampling if isinstance(sampling, Sampling) else view.sampling,
    )


def _among(known: Collection[Any], wanted: object) -> Any:
    return next((one for one in known if one == wanted), None)
