"""What the tests of panels share: a session that feeds one panel, windows that can be typed into, and hands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from db.study.model import Criterion, Id, Option, Perspective, Scale, Score, Study
from desktop.panels.frame import Frame
from desktop.session import Session
from desktop.window.refresher import Refresher

Key, Mod, LEFT = Qt.Key, Qt.KeyboardModifier, Qt.MouseButton.LeftButton


class Shows(Protocol):
    """A panel that shows frames."""

    def refresh(self, frame: Frame) -> None: ...


class PanelDesk:
    """A session that hands one panel the window's frame after every change: at once, not once a frame."""

    panel: Shows

    def __init__(self, study: Study) -> None:
        self.session = Session(study, who="Ada")
        self.refusals: list[str] = []
        self.steps: list[str] = []
        self._frames = Refresher(self.session, ())
        self._frames.stop()

    def feed(self) -> None:
        """Show the panel this moment and every one that follows, and note what is told of them."""
        self.session.subscribe(lambda before, after: self.refresh())
        self.session.on_view(lambda before, after: self.refresh())
        self.session.on_settled(self.refresh)
        self.session.on_refusal(self.refusals.append)
        self.session.on_step(lambda step: self.steps.append(step.label))
        self.refresh()

    def refresh(self) -> None:
        self.panel.refresh(self._frames.frame())

    @property
    def study(self) -> Study:
        return self.session.study

    def option(self, name: str) -> Option:
        return next(option for option in self.study.options if name in (option.name, option.short))

    def criterion(self, name: str) -> Criterion:
        return next(node for node in self.study.criteria if node.name == name)


def shown(qtbot: QtBot, window: QWidget) -> None:
    """Show a window and wait until it can be typed into."""
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)


def focused() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


def press(*keys: Qt.Key, mod: Qt.KeyboardModifier = Mod.NoModifier) -> None:
    """Press keys where the focus is, as a keyboard does."""
    for key in keys:
        QTest.keyClick(focused(), key, mod)


def type_in(text: str) -> None:
    """Type where the focus is, which the first letter may move."""
    for letter in text:
        QTest.keyClicks(focused(), letter)


def type_over(field: QWidget, text: str, *keys: Qt.Key) -> None:
    """Focus a field, replace what it holds by what is typed, and press keys."""
    field.setFocus()
    QTest.keyClick(field, Key.Key_A, Mod.ControlModifier)
    QTest.keyClick(field, Key.Key_Delete)
    QTest.keyClicks(field, text)
    for key in keys:
        QTest.keyClick(field, key)


def put(text: str) -> None:
    """Put text on the clipboard."""
    QGuiApplication.clipboard().setText(text)


def double_click(widget: QWidget, at: QPoint) -> None:
    """As a hand does it: Qt's own helper leaves the button down for whichever test comes next."""
    QTest.mouseDClick(widget, LEFT, Mod.NoModifier, at)
    QTest.mouseRelease(widget, LEFT, Mod.NoModifier, at)


class _Layouts(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize, QEvent.Type.Move):
            self.seen.append(f"{event.type()} of {watched}")
        return False


@contextmanager
def layouts(app: QApplication) -> Iterator[list[str]]:
    """Notes what anywhere in the application is laid out, resized or moved meanwhile."""
    watch = _Layouts()
    app.installEventFilter(watch)
    yield watch.seen
    app.removeEventFilter(watch)


def grid(rows: int, columns: int, weights: dict[Id, float] | None = None) -> Study:
    """A study of numbered options, all scored on numbered criteria from 0 to 100, and one perspective."""
    options = tuple(Option(f"o{row}", f"Option {row}") for row in range(rows))
    leaves = tuple(
        Criterion(f"c{column}", f"Criterion {column}", scale=Scale(), colour=column) for column in range(columns)
    )
    scores = {
        (option.id, leaf.id): Score(float((row * 7 + 3) % 101)) for row, option in enumerate(options) for leaf in leaves
    }
    party = Perspective("p", "P", weights=weights or {leaf.id: 1.0 for leaf in leaves})
    return Study("s", "Study", options=options, criteria=leaves, scores=scores, perspectives=(party,))
