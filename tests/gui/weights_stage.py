"""A weights panel in a real window on a real session, with hands to move it."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from db.study.model import Id, Perspective, Study
from desktop.panels.weight_rows import LeafRow
from desktop.panels.weights_panel import WeightsPanel
from desktop.session import Session, Step
from desktop.window.refresher import Refresher
from seeds.security_guarantees import criterion_id
from tests.gui.desk import LEFT, shown

PLAIN = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
COST, RISK, UNITY = criterion_id("cost"), criterion_id("escalation"), criterion_id("allied_unity")


@dataclass
class Stage:
    """A panel in a window, its session, and what was heard of both."""

    session: Session
    panel: WeightsPanel
    refresher: Refresher
    steps: list[Step] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    announced: list[str] = field(default_factory=list)

    def flush(self) -> None:
        QApplication.processEvents()
        self.refresher.flush()

    @property
    def study(self) -> Study:
        return self.session.study

    @property
    def party(self) -> Perspective:
        return self.study.perspective(self.session.view.perspective)

    def share(self, leaf: Id) -> float:
        weights = {node.id: self.party.weights.get(node.id, 0.0) for node in self.study.leaves()}
        return 100.0 * weights[leaf] / sum(weights.values())

    def shares(self) -> dict[Id, float]:
        return {leaf.id: self.share(leaf.id) for leaf in self.study.leaves()}

    def row(self, leaf: Id) -> LeafRow:
        return self.panel.tree.leaf_row(leaf)

    def point(self, leaf: Id, amount: float) -> QPoint:
        return self.row(leaf).slider.point_of(amount).toPoint()

    def drag(self, leaf: Id, *amounts: float) -> None:
        """Take the handle where it is and move it through these amounts, button held."""
        slider = self.row(leaf).slider
        QTest.mousePress(slider, LEFT, PLAIN, self.point(leaf, self.share(leaf)))
        for amount in amounts:
            QTest.mouseMove(slider, self.point(leaf, amount))
            self.flush()

    def release(self, leaf: Id) -> None:
        slider = self.row(leaf).slider
        QTest.mouseRelease(slider, LEFT, PLAIN, QPoint(0, 0))
        self.flush()

    def key(self, leaf: Id, key: Qt.Key, held: Qt.KeyboardModifier = PLAIN) -> None:
        QTest.keyClick(self.row(leaf).slider, key, held)
        self.flush()

    def type(self, leaf: Id, text: str) -> None:
        number = self.row(leaf).number
        number.setFocus(Qt.FocusReason.TabFocusReason)
        number.selectAll()
        QTest.keyClick(number, Qt.Key.Key_Delete)
        QTest.keyClicks(number, text)
        QTest.keyClick(number, Qt.Key.Key_Return)
        self.flush()


def staged(qtbot: QtBot, study: Study, width: int = 336, height: int = 770) -> Stage:
    session = Session(study)
    panel = WeightsPanel(session)
    panel.resize(width, height)
    stage = Stage(session, panel, Refresher(session, [panel], panel))
    session.on_step(stage.steps.append)
    session.on_refusal(stage.refusals.append)
    panel.announced.connect(stage.announced.append)
    shown(qtbot, panel)
    stage.flush()
    return stage
