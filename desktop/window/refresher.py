"""The one place that evaluates while the window is open: at most once a frame, for every panel at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from db.study.model import Id, Known, Study
from desktop.commands.weights import MoveWeight, SetPoints
from desktop.evaluation import Evaluator, Result
from desktop.panels.frame import Frame
from desktop.session import Session


class FramePanel(Protocol):
    """A panel that shows frames."""

    def isVisible(self) -> bool: ...

    def refresh(self, frame: Frame) -> None: ...


class Refresher(QObject):
    """Turns changes of the session into frames. A change only asks for a frame; the event loop makes one of many."""

    framed = Signal(object)

    def __init__(self, session: Session, panels: Sequence[FramePanel], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._panels = session, panels
        self._now, self._before = Evaluator(), Evaluator()
        self._before_key: tuple[Study, Id] | None = None
        self._before_result: Result | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self.flush)
        self._leave = [
            session.subscribe(lambda before, after: self.request()),
            session.on_view(lambda before, after: self.request()),
            session.on_settled(self.request),
        ]

    def request(self) -> None:
        """Ask for a frame as soon as the events at hand are done."""
        if not self._timer.isActive():
            self._timer.start()

    def stop(self) -> None:
        """Hear of the session no more."""
        self._timer.stop()
        for leave in self._leave:
            leave()

    def flush(self) -> None:
        """Make the frame of this moment and hand it to every panel that can be seen."""
        self._timer.stop()
        frame = self.frame()
        for panel in self._panels:
            if panel.isVisible():
                panel.refresh(frame)
        self.framed.emit(frame)

    def frame(self) -> Frame:
        """The frame of this moment."""
        study, view = self._session.study, self._session.view
        result, trouble = _evaluated(self._now, study, view.perspective)
        return Frame(study, view, result, trouble, self._result_before(view.perspective), self._moving())

    def _result_before(self, perspective: Id) -> Result | None:
        if not self._session.in_gesture:
            self._before_key = self._before_result = None
            return None
        start = self._session.before_gesture
        if self._before_key is None or self._before_key[0] is not start or self._before_key[1] != perspective:
            self._before_key = (start, perspective)
            self._before_result = _evaluated(self._before, start, perspective)[0]
        return self._before_result

    def _moving(self) -> Id | None:
        live = self._session.live
        return live.criterion if isinstance(live, MoveWeight | SetPoints) else None


def _evaluated(evaluator: Evaluator, study: Study, perspective: Id) -> tuple[Result | None, str]:
    if not study.options:
        return None, "No options yet. Add the things to choose between."
    if not study.leaves():
        return None, "No criteria yet. Add what the options are to be judged by."
    if not study.included():
        return None, "Every option is excluded. Include one to see a ranking."
    if not perspective:
        return None, "No perspective yet. Add one to hold the weights."
    try:
        return evaluator.evaluate(study, perspective), ""
    except Known as trouble:
        return None, str(trouble)
