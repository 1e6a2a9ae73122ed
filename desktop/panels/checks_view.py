"""The checks' tab: what a reviewer would ask of the study, each with a way to its place."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from db.study.model import Id, Study
from desktop.analysis.arrays import Flags
from desktop.charts.chart import Chart
from desktop.charts.checks_list import ChecksList
from desktop.evaluation import Table
from desktop.look.focus import identify
from desktop.look.widgets import Button, TextLabel
from desktop.panels.analysis_view import AnalysisView
from desktop.panels.errand import Errand
from desktop.panels.frame import Frame
from desktop.questions.findings import Case, Finding, Place
from desktop.questions.review import as_text, review, tally
from desktop.session import Session

AT_ONCE = 600
"""Up to so many scores the checks take a moment; with more they are made away from the window, when the hand rests."""
REST_MS = 150
_Key = tuple[Study, Id, frozenset[str], bool]


class ChecksView(AnalysisView):
    """A list of findings; it waits for the end of a drag."""

    key = "checks"
    title = "Checks"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.list = ChecksList("checks.list")
        self.sentence = TextLabel("", 12, 400, "text2", Qt.AlignmentFlag.AlignLeft)
        self.copy = Button("Copy as text", "copy")
        identify(self.copy, "checks.copy", "Copy the checks as text")
        self.copy.clicked.connect(self._on_copy)
        self.bar.addWidget(self.sentence, 1)
        self.bar.addWidget(self.copy)
        self.body.addWidget(self.list, 1)
        self._frame: Frame | None = None
        self._key: _Key | None = None
        self._never: tuple[Table, Flags, Flags] | None = None
        self._places: dict[str, Place] = {}
        self._errand = Errand(self)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._ask)
        self.list.chosen.connect(self._follow)

    def chart(self) -> Chart:
        """The list."""
        return self.list

    def show_frame(self, frame: Frame) -> str:
        is_passing = self.session.in_gesture or frame.is_preview
        if not is_passing or self._key is None:
            self._frame = frame
            self._keep_never_first(frame)
            self._check(frame)
        return ""

    def stop(self) -> None:
        self._rest.stop()
        self._errand.stop()

    # What is worked out

    def _check(self, frame: Frame) -> None:
        key = (frame.study, frame.view.perspective, self._seen(frame), self._never_first(frame) is not None)
        if self._key is not None and self._key[0] is key[0] and self._key[1:] == key[1:]:
            return
        self._key = key
        self._errand.cancel()
        if len(frame.study.options) * len(frame.study.criteria) <= AT_ONCE:
            self._rest.stop()
            self._show(review(self._case(frame)))
            return
        self._rest.start()
        if not self.list.findings:
            self.sentence.setText("Checking…")

    def _case(self, frame: Frame) -> Case:
        return Case(frame.study, frame.result, self._never_first(frame), self._seen(frame))

    def _seen(self, frame: Frame) -> frozenset[str]:
        return frozenset(self.session.visited | {frame.view.perspective, self.key})

    def _ask(self) -> None:
        if self._frame is None or not self.isVisible():
            self._key = None
            return
        case = self._case(self._frame)
        self._errand.ask(lambda cancel, _: review(case, cancel), self._show)

    def _keep_never_first(self, frame: Frame) -> None:
        """Which options can be first depends on the scores and on what counts, not on how much each weighs."""
        firm = frame.firm
        if frame.result is not None and firm is not None and firm.deep is not None:
            self._never = (frame.result.table, np.asarray(frame.result.shares > 0), firm.never_first)

    def _never_first(self, frame: Frame) -> Flags | None:
        if self._never is None or frame.result is None:
            return None
        table, counts, never = self._never
        is_same = table is frame.result.table and np.array_equal(counts, frame.result.shares > 0)
        return never if is_same else None

    # What is shown

    def _show(self, findings: tuple[Finding, ...]) -> None:
        visited = {}
        for finding in findings:
            place = self._places.get(finding.key)
            if place in finding.places:
                visited[finding.key] = finding.places.index(place)
        self.list.show_findings(findings, visited)
        self.sentence.setText(tally(findings))

    def _follow(self, key: object) -> None:
        finding = next((one for one in self.list.findings if one.key == key), None)
        if finding is None or not finding.places:
            return
        number = self.list.next_place(finding)
        place = self._places[finding.key] = finding.places[number]
        self.list.show_findings(self.list.findings, {**self.list.visited, finding.key: number})
        self._go_to(place)

    def _go_to(self, place: Place) -> None:
        if place.tab:
            self.tab_wanted.emit(place.tab)
        if place.perspective:
            self.session.look(replace(self.session.view, perspective=place.perspective))
        if place.option or place.criterion:
            self.session.select(option=place.option, criterion=place.criterion)
            self.inspector_wanted.emit()

    def _on_copy(self) -> None:
        study, view = self.session.study, self.session.view
        party = next((each.name for each in study.perspectives if each.id == view.perspective), "")
        QGuiApplication.clipboard().setText(as_text(study.title, party, self.list.findings))
