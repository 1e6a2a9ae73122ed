"""The real application in a home of its own, with hands on its window."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from db.study.model import Id, Score, Study
from desktop.app import Application
from desktop.evaluation import evaluate
from desktop.models.score_edit import ScoreEdit
from desktop.session import Session
from desktop.window.main_window import MainWindow
from desktop.window.study_page import StudyPage
from desktop.window.summons import starts_lock
from seeds.security_guarantees import criterion_id, option_id

LEFT = Qt.MouseButton.LeftButton
PLAIN = Qt.KeyboardModifier.NoModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
Key = Qt.Key
DETERRENCE, COST = criterion_id("deterrence"), criterion_id("cost")
Found = TypeVar("Found", bound=QWidget)


class Stage:
    """A running application and what its user can do and see."""

    def __init__(self, application: Application, qtbot: QtBot) -> None:
        self.application, self.qtbot = application, qtbot
        self.bugs: list[BaseException] = []

    @property
    def window(self) -> MainWindow:
        return self.application.window

    @property
    def page(self) -> StudyPage:
        assert self.window.page is not None
        return self.window.page

    @property
    def session(self) -> Session:
        return self.page.session

    @property
    def study(self) -> Study:
        return self.session.study

    @property
    def banner(self) -> str:
        """What the banner says, "" where there is none."""
        return "" if self.window.banner.isHidden() else self.window.banner.text()

    @property
    def toast(self) -> str:
        return "" if self.window.toast.isHidden() else self.window.toast.text()

    def flush(self) -> None:
        QApplication.processEvents()
        if self.window.page is not None:
            self.window.page.refresher.flush()
            QApplication.processEvents()

    def key(self, key: Qt.Key, held: Qt.KeyboardModifier = PLAIN) -> None:
        """Press a key where the focus is, as the keyboard does, so that shortcuts are heard."""
        if not self.dialogs():
            self.window.activateWindow()  # As a window manager does when a dialog has gone.
            self.qtbot.waitUntil(self.window.isActiveWindow)
        focused = QApplication.focusWidget() or self.window
        QTest.keyClick(focused, key, held)
        self.flush()

    def write(self, text: str) -> None:
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClicks(focused, text)
        self.flush()

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        QTest.mouseClick(widget, LEFT, PLAIN, at if at is not None else widget.rect().center())
        self.flush()

    def wait_saved(self) -> None:
        self.qtbot.waitUntil(lambda: self.window.status.saved.text().startswith("Saved"))

    # Weights

    def points(self, leaf: Id) -> float:
        party = self.study.perspective(self.session.view.perspective)
        return 100.0 * party.weights.get(leaf, 0.0) / sum(party.weights.values())

    def take(self, leaf: Id, *amounts: float) -> None:
        """Take the slider's handle where it is and move it through these amounts, button held."""
        slider = self.page.weights.tree.leaf_row(leaf).slider
        QTest.mousePress(slider, LEFT, PLAIN, slider.point_of(self.points(leaf)).toPoint())
        for amount in amounts:
            QTest.mouseMove(slider, slider.point_of(amount).toPoint())
            self.flush()

    def release(self, leaf: Id) -> None:
        slider = self.page.weights.tree.leaf_row(leaf).slider
        QTest.mouseRelease(slider, LEFT, PLAIN, QPoint(0, 0))
        self.flush()

    def drag(self, leaf: Id, *amounts: float) -> None:
        self.take(leaf, *amounts)
        self.release(leaf)

    # Scores

    def score(self, option: Id, leaf: Id) -> Score:
        return self.study.score(option, leaf)

    def enter(self, option: Id, leaf: Id, text: str) -> None:
        """Type over a score of the table and press Enter."""
        table = self.page.scores.table
        at = self.page.scores.model.place_of(option, leaf)
        table.scrollTo(at)
        self.click(table.viewport(), table.visualRect(at).center())
        QTest.keyClicks(table, text[0])
        QApplication.processEvents()
        editor = table.editor()
        assert isinstance(editor, ScoreEdit)
        QTest.keyClicks(editor, text[1:])
        QTest.keyClick(editor, Key.Key_Return)
        self.flush()

    # Ranking

    def shown_totals(self) -> dict[Id, float]:
        """The totals that the ranking chart shows, by option."""
        scene = self.page.ranking.chart.scene_shown
        assert scene is not None
        totals = scene.bars.totals
        return {option.id: float(totals[row]) for row, option in enumerate(scene.result.table.options)}

    def right_totals(self) -> dict[Id, float]:
        """The totals of the study as it stands, worked out afresh."""
        result = evaluate(self.study, self.session.view.perspective)
        return {option.id: float(result.totals[row]) for row, option in enumerate(result.table.options)}

    def leader(self) -> str:
        return self.study.option(self.page.ranking.chart.order[0]).name

    # Dialogs

    def dialog(self, kind: type[Found]) -> Found:
        """The dialog of this kind that is open."""
        QApplication.processEvents()
        found = [dialog for dialog in self.window.findChildren(kind) if dialog.isVisible()]
        assert len(found) == 1, f"{len(found)} open: {found}"
        return found[0]

    def dialogs(self) -> list[QDialog]:
        QApplication.processEvents()
        return [dialog for dialog in self.window.findChildren(QDialog) if dialog.isVisible()]


@contextmanager
def running(qtbot: QtBot, *files: Path, may_fail: bool = False) -> Iterator[Stage]:
    """The application from its start until its window is closed. A bug in a slot fails the test unless it may be."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    app.setCursorFlashTime(0)
    lock = starts_lock()
    lock.tryLock(0)
    application = Application(app, lock)
    stage = Stage(application, qtbot)
    hook = sys.excepthook
    with qtbot.waitSignal(application.ready, timeout=20_000):
        application.run(files)
    if application.keeper is not None:
        application.keeper.settle()
    _listen(stage)
    stage.window.set_scheme("light")
    stage.window.activateWindow()
    stage.flush()
    try:
        yield stage
    finally:
        sys.excepthook = hook
        _end(stage)
    assert may_fail or not stage.bugs, stage.bugs


def _listen(stage: Stage) -> None:
    ours = sys.excepthook

    def heard(kind: type[BaseException], bug: BaseException, trace: TracebackType | None) -> None:
        stage.bugs.append(bug)
        ours(kind, bug, trace)

    sys.excepthook = heard


def _end(stage: Stage) -> None:
    window, keeper = stage.window, stage.application.keeper
    for dialog in stage.dialogs():
        dialog.close()
    if not window.close() and keeper is not None:
        stage.application._close_anyway()
    QApplication.processEvents()
    window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QApplication.processEvents()
    assert not isValid(window)


def option(key: str) -> Id:
    return option_id(key)
