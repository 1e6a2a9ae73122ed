"""The page of an open study: weights, ranking over scores, inspector, and the refresher that feeds them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.charts.picture import Pictured
from desktop.look import look
from desktop.look.splitter import Splitter
from desktop.panels.analysis_tabs import AnalysisTabs
from desktop.panels.inspector_panel import InspectorPanel
from desktop.panels.preview_badge import PreviewBadge
from desktop.panels.ranking_panel import RankingPanel
from desktop.panels.scores_panel import ScoresPanel
from desktop.panels.structure_actions import StructureActions
from desktop.panels.weights_panel import WeightsPanel
from desktop.session import Session
from desktop.window import analysis
from desktop.window.preferences import Preferences
from desktop.window.refresher import Refresher
from desktop.window.remembering import looked, written

NARROW = 1180
"""Below this width the inspector makes room for the rest, unless it was asked for."""

LEADERS = 236
"""Pixels that the ranking keeps when the analysis has most of the height: the verdict and the first few."""


class StudyPage(QWidget):
    """Everything about one open study; made anew for each."""

    announced = Signal(str)
    inspector_turned = Signal(bool)
    """The inspector is wanted, or not."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.structure = StructureActions(session, self)
        self.weights = WeightsPanel(session, self.structure)
        self.ranking = RankingPanel(session)
        self.scores = ScoresPanel(session, self.structure)
        titles = {"scores": "Scores"} | {tab.key: tab.title for tab in analysis.TABS}
        keys = {key: analysis.shortcut(place) for place, key in enumerate(titles)}
        makers: dict[str, Callable[[], QWidget]] = {"scores": lambda: self.scores, **analysis.makers(session)}
        self.tabs = AnalysisTabs(titles, makers, keys)
        self.inspector = InspectorPanel(session, self.structure)
        self._wants_inspector: bool | None = None
        self._usual: list[int] = []
        self._lay_out()
        panels = (self.weights, self.ranking, self.tabs, self.inspector)
        self.refresher = Refresher(session, panels, self)
        self.refresher.stopped.connect(self.tabs.stop)
        self.badge = PreviewBadge(session, self.ranking, self)
        self.refresher.framed.connect(self.badge.show_frame)
        self.refresher.framed.connect(lambda frame: self.session.visited.add(frame.view.perspective))
        self.tabs.turned.connect(self.session.visited.add)
        self.tabs.inspector_wanted.connect(self._on_inspector_wanted)
        self.tabs.room_wanted.connect(self._make_room)
        self.inspector.closed.connect(lambda: self.show_inspector(False))
        self.structure.announced.connect(self.announced)
        self.weights.announced.connect(self.announced)

    def _lay_out(self) -> None:
        low = {"ranking": self.ranking, "analysis": self.tabs}
        self.centre = Splitter(Qt.Orientation.Vertical, "edge.centre", 8, low)
        self.centre.setSizes([444, 332])
        row = {"weights": self.weights, "ranking": self.centre, "inspector": self.inspector}
        self.columns = Splitter(Qt.Orientation.Horizontal, "edge.columns", 8, row)
        self.columns.setSizes([336, 776, 296])
        for place, stretch in enumerate((0, 1, 0)):
            self.columns.setStretchFactor(place, stretch)
        self.weights.setMinimumWidth(300)
        self.centre.setMinimumWidth(420)
        self.inspector.setMinimumWidth(270)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.addWidget(self.columns)

    def remember(self, preferences: Preferences) -> None:
        """Keep how the page is laid out and what it shows, for the next time this study is open."""
        preferences.set("columns", self.columns.saveState())
        if not self.tabs.wider.isChecked():
            preferences.set("centre", self.centre.saveState())
        preferences.set("wider", self.tabs.wider.isChecked())
        if self._wants_inspector is not None:
            preferences.set("inspector", self._wants_inspector)
        preferences.set("analysis", self.tabs.current)
        preferences.set(f"looked/{self.session.study.id}", written(self.session.view))
        preferences.set(f"visited/{self.session.study.id}", " ".join(sorted(self.session.visited)))

    def recall(self, preferences: Preferences) -> None:
        """Lay the page out as it was, on what was looked at last."""
        self.columns.restoreState(preferences.blob("columns"))
        self.centre.restoreState(preferences.blob("centre"))
        tab = preferences.text("analysis")
        if any(tab == known.key for known in analysis.TABS):
            self.tabs.turn_to(tab)
        self.session.visited.update(preferences.text(f"visited/{self.session.study.id}").split())
        self.session.look(looked(self.session, preferences.text(f"looked/{self.session.study.id}")))
        if preferences.text("inspector"):
            self._wants_inspector = preferences.flag("inspector")
        if preferences.flag("wider"):
            QTimer.singleShot(0, self, lambda: self.tabs.wider.setChecked(True))  # It asks how high the page is.

    def pictured(self) -> Pictured | None:
        """The chart that is copied or exported now: the ranking if it has the focus or no other is on show."""
        shown = None if self.ranking.isAncestorOf(self.focusWidget() or self) else self.tabs.pictured()
        return shown or self.ranking.pictured()

    def _make_room(self, wanted: bool) -> None:
        """Give the analysis most of the height, and the ranking just what it needs to stay in sight; or as before."""
        if wanted:
            self._usual = self.centre.sizes()
            self.centre.setSizes([LEADERS, max(1, self.centre.height() - LEADERS)])
        elif self._usual:
            self.centre.setSizes(self._usual)

    def panes(self) -> list[QWidget]:
        """The panels that F6 goes through, in reading order."""
        every: list[QWidget] = [self.weights, self.ranking, self.tabs, self.inspector]
        return [pane for pane in every if pane.isVisible()]

    def next_pane(self, by: int) -> None:
        """Move the focus to the next pane, or the one before."""
        panes = self.panes()
        here = next((place for place, pane in enumerate(panes) if pane.isAncestorOf(self.focusWidget() or self)), -1)
        pane = panes[(here + by) % len(panes)] if here >= 0 else panes[0]
        (self.ranking.chart if pane is self.ranking else _first_stop(pane)).setFocus(Qt.FocusReason.TabFocusReason)

    def show_inspector(self, wanted: bool) -> None:
        """Show or hide the inspector, whatever the width."""
        self._wants_inspector = wanted
        self.inspector.setVisible(wanted)
        self.inspector_turned.emit(wanted)
        self.refresher.request()

    def _on_inspector_wanted(self) -> None:
        if self.inspector.isHidden():
            self.show_inspector(True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wanted = self.width() >= NARROW if self._wants_inspector is None else self._wants_inspector
        if self.inspector.isHidden() == wanted:
            self.inspector.setVisible(wanted)
            self.refresher.request()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresher.request()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), look.tokens.window)


def _first_stop(pane: QWidget) -> QWidget:
    """The first part of a pane that Tab would stop at."""
    tab = Qt.FocusPolicy.TabFocus
    parts = pane.findChildren(QWidget)
    return next((part for part in parts if part.focusPolicy() & tab and part.isVisible() and part.isEnabled()), pane)
