"""The menus: every action of the window with its shortcut, built once, enabled as the study allows."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar

Act = Callable[[], object]


class Actions(QObject):
    """Builds menus from (name, text, shortcut) lines and keeps each action by its name."""

    def __init__(self, bar: QMenuBar) -> None:
        super().__init__(bar)
        self._bar = bar
        self._named: dict[str, QAction] = {}
        self._needs_study: list[QAction] = []

    def menu(self, title: str) -> QMenu:
        """A new menu in the bar."""
        return self._bar.addMenu(title)

    def add(self, menu: QMenu, name: str, text: str, act: Act, keys: str = "", *, study: bool = True) -> QAction:
        """An action in a menu. Several shortcuts are parted by spaces; `study`: off while no study is open."""
        action = QAction(text, self)
        action.setObjectName(name)
        action.setShortcuts([QKeySequence(key) for key in keys.split()])
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.triggered.connect(lambda _checked=False: act())
        menu.addAction(action)
        self._named[name] = action
        if study:
            self._needs_study.append(action)
        return action

    def choice(self, menu: QMenu, name: str, texts: dict[str, str], current: str, act: Callable[[str], object]) -> None:
        """A group of actions of which one is checked; `act` gets the key of the one chosen."""
        group = QActionGroup(self)
        for key, text in texts.items():
            action = self.add(menu, f"{name}.{key}", text, lambda key=key: act(key), study=False)
            action.setCheckable(True)
            action.setChecked(key == current)
            group.addAction(action)

    def __getitem__(self, name: str) -> QAction:
        return self._named[name]

    def every(self) -> Iterator[QAction]:
        """All actions that can be run now, in menu order."""
        return (action for action in self._named.values() if action.isEnabled() and action.isVisible())

    def named(self) -> dict[str, QAction]:
        """All actions by name."""
        return dict(self._named)

    def open_study(self, is_open: bool) -> None:
        """Enable or disable what needs a study."""
        for action in self._needs_study:
            action.setEnabled(is_open)
