"""A score table in a window on a real session."""

from __future__ import annotations

from PySide6.QtCore import QRect
from pytestqt.qtbot import QtBot

from db.study.model import Score, Study
from desktop.models.score_edit import ScoreEdit
from desktop.panels.scores_panel import ScoresPanel
from tests.gui.desk import PanelDesk, shown


class Desk(PanelDesk):
    """A score panel with a session that hands it a frame after every change."""

    panel: ScoresPanel

    def __init__(self, study: Study) -> None:
        super().__init__(study)
        self.tables: list[str] = []
        self.panel = ScoresPanel(self.session)
        self.panel.resize(1000, 480)
        self.panel.pasted_table.connect(self.tables.append)
        self.feed()

    def at(self, row: int, column: int) -> Score:
        return self.study.score(self.study.options[row].id, self.study.leaves()[column].id)

    def stand(self, row: int, column: int) -> None:
        self.panel.table.setCurrentIndex(self.panel.model.index(row, column))
        self.panel.table.setFocus()

    def place(self) -> tuple[int, int]:
        at = self.panel.table.currentIndex()
        return at.row(), at.column()

    def area(self, row: int, column: int) -> QRect:
        """Where a cell is painted."""
        return self.panel.table.visualRect(self.panel.model.index(row, column))

    def editor(self) -> ScoreEdit:
        found = self.panel.table.editor()
        assert found is not None
        return found


def opened(qtbot: QtBot, study: Study) -> Desk:
    made = Desk(study)
    shown(qtbot, made.panel)
    return made
