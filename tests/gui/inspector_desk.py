"""An inspector in a window on a real session, and the ways to each of its pages."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from db.study.model import Score, Study
from desktop.panels.inspector.branch_page import BranchPage
from desktop.panels.inspector.leaf_page import LeafPage
from desktop.panels.inspector.option_page import OptionPage
from desktop.panels.inspector.score_page import ScorePage
from desktop.panels.inspector.study_page import StudyPage
from desktop.panels.inspector_panel import InspectorPanel
from desktop.panels.structure_actions import StructureActions
from desktop.session import Subject
from tests.gui.desk import PanelDesk, shown

W = TypeVar("W", bound=QWidget)


class Desk(PanelDesk):
    """An inspector in a window, with a session that hands it a frame after every change."""

    panel: InspectorPanel

    def __init__(self, study: Study) -> None:
        super().__init__(study)
        self.window = QWidget()
        self.panel = InspectorPanel(self.session, StructureActions(self.session, self.window), self.window)
        self.panel.resize(296, 900)
        self.window.resize(600, 900)
        self.feed()

    def score_page(self, option: str = "Tripwire", leaf: str = "Cost") -> ScorePage:
        self.session.select(option=self.option(option).id, criterion=self.criterion(leaf).id)
        return self.page(ScorePage)

    def option_page(self, option: str = "Tripwire") -> OptionPage:
        self.session.select(option=self.option(option).id, subject=Subject.OPTION)
        return self.page(OptionPage)

    def leaf_page(self, leaf: str = "Cost") -> LeafPage:
        self.session.select(criterion=self.criterion(leaf).id, subject=Subject.CRITERION)
        return self.page(LeafPage)

    def branch_page(self, branch: str = "Can be done") -> BranchPage:
        self.session.select(criterion=self.criterion(branch).id, subject=Subject.CRITERION)
        return self.page(BranchPage)

    def study_page(self) -> StudyPage:
        return self.page(StudyPage)

    def page(self, kind: type[W]) -> W:
        """The page that is shown, of this kind."""
        QApplication.processEvents()
        page = self.panel.page()
        assert isinstance(page, kind)
        return page

    def score(self, option: str = "Tripwire", leaf: str = "Cost") -> Score:
        return self.study.score(self.option(option).id, self.criterion(leaf).id)

    def dialog(self, kind: type[W]) -> W:
        """The one open dialog of this kind, brought to the front."""
        (found,) = [each for each in self.window.findChildren(kind) if each.isVisible()]
        found.activateWindow()
        QApplication.processEvents()
        assert found.isActiveWindow()
        return found


def opened(qtbot: QtBot, study: Study) -> Desk:
    made = Desk(study)
    shown(qtbot, made.window)
    return made
