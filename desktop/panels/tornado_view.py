"""The tornado's tab: what moves the lead, and which judgement to firm up first."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.charts import tornado_words as words
from desktop.charts.chart import Chart
from desktop.charts.firm_up_chart import FirmUpChart
from desktop.charts.tornado_chart import TOP, Key, TornadoChart
from desktop.evaluation import Result
from desktop.look.widgets import Segmented, TextLabel
from desktop.panels.analysis_view import AnalysisView
from desktop.panels.frame import Frame
from desktop.questions.firmness import Firmness
from desktop.questions.lead import Kind, Lead, lead_of
from desktop.session import Session, Subject, View

NARROW = 560
"""Below this width the bars have it all; the places of the list are among the figures."""


class TornadoView(AnalysisView):
    """Bars around the present lead at the left, the list of what to firm up first at the right."""

    key = "tornado"
    title = "Tornado"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.tornado, self.first = TornadoChart(), FirmUpChart()
        kinds = {"both": "Both", "scores": "Scores", "weights": "Weights"}
        self.kind = Segmented(kinds, "both", "What moves", "tornado.kind")
        self.extent = Segmented({"top": f"Top {TOP}", "all": "All"}, "top", "How many bars", "tornado.extent")
        self.count = TextLabel("", 12, 500, "text2", tabular=True)
        self.count.setFixedWidth(76)
        self.headline = TextLabel("", 12, 400, "text2", Qt.AlignmentFlag.AlignRight)
        for part in (self.kind, self.extent, self.count):
            self.bar.addWidget(part)
        self.bar.addWidget(self.headline, 1)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.tornado, 1)
        row.addWidget(self.first)
        self.body.addLayout(row, 1)
        self._lead: Lead | None = None
        self._selected: Key | None = None
        for choice in (self.kind, self.extent):
            choice.changed.connect(lambda _: self._on_choice())
        for chart in (self.tornado, self.first):
            chart.chosen.connect(self._on_chosen)

    def chart(self) -> Chart:
        """The tornado; the places of the list are among its figures."""
        return self.tornado

    def show_firm(self, frame: Frame, result: Result, firm: Firmness) -> None:
        self._lead, self._selected = lead_of(firm), _selected(frame.view)
        self._show()
        self.first.show_lead(self._lead)

    def _show(self) -> None:
        if self._lead is None:
            return
        kind = cast(Kind, self.kind.current())
        self.tornado.show_lead(self._lead, kind, self.extent.current() == "all", self._selected)
        shown, moving = len(self.tornado.bars), self._lead.moving(kind).size
        self.count.setText(f"{shown} of {moving}")
        gaps = self._lead.firm.gaps
        self.headline.setText(words.headline(self._lead) + ("; missing scores at the middle" if gaps else ""))

    def _on_choice(self) -> None:
        self._show()
        self._choose_page()

    def _on_chosen(self, key: Key) -> None:
        option, criterion = key
        self.session.select(option=option, criterion=criterion)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.first.setFixedWidth(min(320, max(176, round(0.29 * self.width()))))
        self.first.setVisible(self.width() >= NARROW)


def _selected(view: View) -> Key | None:
    """The bar that belongs to what is selected."""
    if view.criterion is None or view.subject is Subject.OPTION:
        return None
    return (view.option if view.subject is Subject.SCORE else None, view.criterion)
