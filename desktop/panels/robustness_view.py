"""Robustness: how the ranking holds when weights and scores are as uncertain as they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from desktop.charts.acceptability_chart import AcceptabilityChart
from desktop.charts.acceptance import (
    Acceptance,
    central_sentence,
    drawn_words,
    draws_text,
    pairs_sentence,
    ranks_sentence,
)
from desktop.charts.central_chart import CentralChart
from desktop.charts.chart import Chart
from desktop.charts.draws_chart import DrawsChart
from desktop.charts.winning_chart import WinningChart
from desktop.evaluation import Result
from desktop.look.focus import identify
from desktop.look.widgets import IconButton, Segmented, TextLabel
from desktop.panels.analysis_view import AnalysisView
from desktop.panels.doubt_controls import DoubtControls
from desktop.panels.frame import Frame
from desktop.panels.sampling_dialog import SamplingDialog
from desktop.questions.firmness import Firmness
from desktop.questions.plausible import Sampling
from desktop.session import Session

DRAWING = "Drawing …"
_PICTURES = {"ranks": "Ranks", "pairs": "Who beats whom", "central": "Central weights"}


class RobustnessView(AnalysisView):
    """The doubt of the perspective on show, and three pictures of what it does to the ranking."""

    key = "robustness"
    title = "Robustness"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.doubt = DoubtControls(session)
        cast(QVBoxLayout, self.layout()).insertWidget(1, self.doubt)
        self.picture = Segmented(_PICTURES, "ranks", "Picture", "robustness.picture")
        self.picture.changed.connect(lambda _: self._turn())
        self.draws = TextLabel("", 12, 400, "text2", Qt.AlignmentFlag.AlignRight, tabular=True)
        self.draws.setMinimumWidth(60)
        identify(self.draws, "robustness.draws")
        self.set_draws = IconButton("edit", "Set the number of draws and their seed", 16)
        identify(self.set_draws, "robustness.sampling")
        self.set_draws.clicked.connect(self.ask_for_draws)
        self.reading = TextLabel("", 12, 500)
        identify(self.reading, "robustness.reading")
        self.charts: dict[str, DrawsChart] = {
            "ranks": AcceptabilityChart(), "pairs": WinningChart(), "central": CentralChart()
        }  # fmt: skip
        self._sentences: dict[str, Callable[[Acceptance], str]] = {
            "ranks": ranks_sentence, "pairs": pairs_sentence, "central": central_sentence
        }  # fmt: skip
        self._stack = QStackedWidget()
        self._frame: Frame | None = None
        self._arrange()

    def _arrange(self) -> None:
        self.bar.addWidget(self.picture)
        self.bar.addWidget(self.draws, 1)
        self.bar.addWidget(self.set_draws)
        line = QVBoxLayout()
        line.setContentsMargins(16, 2, 16, 2)
        line.addWidget(self.reading)
        self.body.addLayout(line)
        self.body.addWidget(self._stack, 1)
        for chart in self.charts.values():
            self._stack.addWidget(chart)
            chart.chosen.connect(self._on_chosen)

    # Showing

    def chart(self) -> Chart | None:
        return self.charts[self.picture.current()]

    def show_frame(self, frame: Frame) -> str:
        self._frame = frame
        self.doubt.show_frame(frame)
        trouble = super().show_frame(frame)
        if trouble or frame.firm is None or frame.firm.sample is not None:
            return trouble
        self.draws.setText(DRAWING)
        shown = self.charts[self.picture.current()].shown
        # The last picture stays where it is of the same options and criteria.
        return "" if shown is not None and shown.firm.result.table is frame.firm.result.table else DRAWING

    def show_firm(self, frame: Frame, result: Result, firm: Firmness) -> None:
        if firm.sample is None:
            return
        key, is_still = self.picture.current(), frame.before is None
        shown = Acceptance(firm, firm.sample, frame.view.option)
        self.charts[key].show_draws(shown)
        self.draws.setText(f"{draws_text(firm.sample.count)}, seed {firm.sampling.seed}", announce=is_still)
        self.reading.setText(self._sentences[key](shown) + drawn_words(shown), announce=is_still)

    def _turn(self) -> None:
        self._stack.setCurrentWidget(self.charts[self.picture.current()])
        if self._frame is not None:
            self.refresh(self._frame)

    # Acting

    def _on_chosen(self, key: object) -> None:
        option, other = cast(tuple[str, object], key)
        leaf = str(other) if self.picture.current() == "central" and other else None
        if option or leaf:
            self.session.select(option=option or None, criterion=leaf)

    def ask_for_draws(self) -> None:
        """Ask for another number of draws or another seed."""
        SamplingDialog(self.session.view.sampling, self._use, self).open()

    def _use(self, sampling: Sampling) -> None:
        self.session.look(replace(self.session.view, sampling=sampling))

    def stop(self) -> None:
        self.doubt.stop()
