"""The one place that evaluates while the window is open: at most once a frame, for every panel at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from db.study.model import Id, Known, Study
from desktop.analysis.work import Cancel
from desktop.commands.weights import MoveWeight, SetPoints
from desktop.evaluation import Evaluator, Result
from desktop.panels.errand import Errand
from desktop.panels.frame import Frame
from desktop.questions.firmness import Deep, DeepJudge, Firmness, Judge
from desktop.questions.plausible import Sampling
from desktop.session import Session

REST_MS = 30
"""Stillness after which the deep answer is worked out."""
FIRST_REST_MS = 400
"""The same when a study has just been opened, and the window has more urgent things to do."""


class FramePanel(Protocol):
    """A panel that shows frames."""

    def isVisible(self) -> bool: ...

    def refresh(self, frame: Frame) -> None: ...


class Refresher(QObject):
    """Turns changes of the session into frames. A change only asks for a frame; the event loop makes one of many."""

    framed = Signal(object)
    stopped = Signal()

    def __init__(self, session: Session, panels: Sequence[FramePanel], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._panels = session, panels
        self._now, self._before = Evaluator(), Evaluator()
        self._before_key: tuple[Study, Id] | None = None
        self._before_result: Result | None = None
        self._judge, self._deep_judge = Judge(), DeepJudge()
        # A preview has its own, so that what is known of the study is still there when it ends.
        self._previewed, self._preview_judge = Evaluator(), Judge()
        self._deep: tuple[Firmness, Deep | Known] | None = None
        self._asked: Firmness | None = None
        self._errand = Errand(self)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(FIRST_REST_MS)
        self._rest.timeout.connect(self._deepen)
        # Stillness begins once a frame is painted: while one takes long, the next move is waiting already.
        self._painted = QTimer(self)
        self._painted.setSingleShot(True)
        self._painted.setInterval(0)
        self._painted.timeout.connect(self._rest.start)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self.flush)
        self._leave = [
            session.subscribe(lambda before, after: self.request()),
            session.on_view(lambda before, after: self.request()),
            session.on_settled(self.request),
            session.on_preview(self._on_preview),
        ]

    def request(self) -> None:
        """Ask for a frame as soon as the events at hand are done."""
        if not self._timer.isActive():
            self._timer.start()

    def stop(self) -> None:
        """Hear of the session no more."""
        self._timer.stop()
        self._painted.stop()
        self._rest.stop()
        self._errand.stop()
        for leave in self._leave:
            leave()
        self.stopped.emit()

    def flush(self) -> None:
        """Make the frame of this moment and hand it to every panel that can be seen."""
        self._timer.stop()
        frame = self.frame()
        self._ask_for_depth(None if frame.is_preview else frame.firm)
        for panel in self._panels:
            if panel.isVisible():
                panel.refresh(frame)
        self.framed.emit(frame)

    def frame(self) -> Frame:
        """The frame of this moment."""
        study, view = self._session.study, self._session.view
        if self._session.preview is not None:
            return self._preview_frame(self._session.preview)
        result, trouble = _evaluated(self._now, study, view.perspective)
        firm, unsure = self._judged(result)
        before = self._result_before(view.perspective)
        return Frame(study, view, result, trouble, before, self._moving(), firm, unsure)

    def _preview_frame(self, study: Study) -> Frame:
        view = self._session.view
        result, trouble = _evaluated(self._previewed, study, view.perspective)
        firm, unsure = _judgement(self._preview_judge, result, view.sampling, None)
        before = _evaluated(self._now, self._session.study, view.perspective)[0]
        return Frame(study, view, result, trouble, before, None, firm, unsure, is_preview=True)

    def _on_preview(self) -> None:
        """Its end is shown at once: nobody shall take hold of what is not there."""
        if self._session.preview is None:
            self.flush()
        else:
            self.request()

    # How firm it is

    def _judged(self, result: Result | None) -> tuple[Firmness | None, str]:
        if result is None:
            return None, ""
        sampling = self._session.view.sampling
        deep = self._deep[1] if self._deep and _answers(self._deep[0], result, sampling) else None
        if isinstance(deep, Known):
            return None, str(deep)
        return _judgement(self._judge, result, sampling, deep)

    def _ask_for_depth(self, firm: Firmness | None) -> None:
        """Drop the deep question of an older frame; ask that of this one once the hand is still."""
        if self._asked is not None and firm is not None and _answers(self._asked, firm.result, firm.sampling):
            return
        self._errand.cancel()
        self._asked = None
        self._rest.stop()
        self._painted.stop()
        if firm is not None and firm.deep is None:
            self._asked = firm
            self._painted.start()

    def _deepen(self) -> None:
        firm, deep_judge = self._asked, self._deep_judge
        self._rest.setInterval(REST_MS)
        if firm is not None:
            self._errand.ask(lambda cancel, _: _deepened(deep_judge, firm, cancel), self._on_deep)

    def _on_deep(self, deep: Deep | Known) -> None:
        assert self._asked is not None
        self._deep, self._asked = (self._asked, deep), None
        self.request()

    # What was before

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


def _judgement(
    judge: Judge, result: Result | None, sampling: Sampling, deep: Deep | None
) -> tuple[Firmness | None, str]:
    if result is None:
        return None, ""
    try:
        return judge.judge(result, sampling, deep), ""
    except Known as trouble:
        return None, str(trouble)


def _deepened(judge: DeepJudge, firm: Firmness, cancel: Cancel) -> Deep | Known:
    try:
        return judge.deepen(firm, cancel)
    except Known as trouble:
        return trouble


def _answers(asked: Firmness, result: Result, sampling: Sampling) -> bool:
    """Whether the deep answer to `asked` is that to a result, too."""
    was = asked.result
    return (
        was.table is result.table
        and asked.sampling == sampling
        and (was is result or bool(np.array_equal(was.shares, result.shares)))
        and was.perspective.doubt == result.perspective.doubt
    )


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
