"""What assistive technology is told of widgets that paint themselves: their role, state, value, actions and parts.

Qt knows what its own widgets are and takes every other one for a box to look through. A widget of ours that is more
has a method `spoken`, which makes one of the classes below; it is asked once, when somebody first listens.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol, cast
from weakref import ref

from PySide6.QtCore import QObject, QRect, QRectF, Qt
from PySide6.QtGui import (
    QAccessible,
    QAccessibleActionInterface,
    QAccessibleAnnouncementEvent,
    QAccessibleEvent,
    QAccessibleInterface,
    QAccessibleStateChangeEvent,
    QAccessibleValueInterface,
    QWindow,
)
from PySide6.QtWidgets import QAccessibleWidget, QWidget
from shiboken6 import VoidPtr, isValid

Role = QAccessible.Role
Kind = QAccessible.InterfaceType
_NOTHING = VoidPtr(0)
"""No such interface; None or 0 in its place would end the process."""

_kept: list[QAccessibleInterface] = []
_sweep_at = 64


class Part(NamedTuple):
    """Something painted inside a widget: its words, its area there, whether it is chosen, and how to choose it."""

    words: str
    area: QRectF
    is_current: bool = False
    choose: Callable[[], object] | None = None


class Parted(Protocol):
    """A widget with painted parts."""

    def spoken_parts(self) -> Sequence[Part]:
        """Its parts in reading order."""
        ...


class Spoken(QAccessibleWidget):
    """A widget under a role of its own; `press` is what its one action does."""

    def __init__(self, widget: QWidget, role: QAccessible.Role, press: Callable[[], object] | None = None) -> None:
        super().__init__(widget, role)
        self._press = press

    def actionNames(self) -> list[str]:
        return [*([self.pressAction()] if self._press is not None else []), *super().actionNames()]

    def doAction(self, action: str) -> None:
        if self._press is not None and action == self.pressAction():
            self._press()
        else:
            super().doAction(action)


class SpokenChoice(Spoken):
    """One of several of which some are chosen; `is_chosen` says whether it is now."""

    def __init__(
        self, widget: QWidget, role: QAccessible.Role, is_chosen: Callable[[], bool], press: Callable[[], object]
    ) -> None:
        super().__init__(widget, role, press)
        self._is_chosen = is_chosen

    def state(self) -> QAccessible.State:
        state = super().state()
        state.selectable, state.selected = True, self._is_chosen()
        return state


class SpokenBranch(SpokenChoice):
    """One that also opens and closes, by the action Toggle."""

    def __init__(
        self,
        widget: QWidget,
        is_chosen: Callable[[], bool],
        press: Callable[[], object],
        is_open: Callable[[], bool],
        toggle: Callable[[], object],
    ) -> None:
        super().__init__(widget, Role.TreeItem, is_chosen, press)
        self._is_open, self._toggle = is_open, toggle

    def state(self) -> QAccessible.State:
        state = super().state()
        state.expandable, state.expanded, state.collapsed = True, self._is_open(), not self._is_open()
        return state

    def actionNames(self) -> list[str]:
        return [self.toggleAction(), *super().actionNames()]

    def doAction(self, action: str) -> None:
        if action == self.toggleAction():
            self._toggle()
        else:
            super().doAction(action)


class Amount(QAccessibleValueInterface):
    """A number from 0 on in the unit that the user sees: how to read and set it, the greatest, the step between two."""

    def __init__(
        self, read: Callable[[], float], write: Callable[[float], object], greatest: Callable[[], float], step: float
    ) -> None:
        super().__init__()
        self._read, self._write = read, write
        self._greatest, self._step = greatest, step

    def currentValue(self) -> float:
        return self._read()

    def setCurrentValue(self, value: object) -> None:
        self._write(float(cast(float, value)))

    def minimumValue(self) -> float:
        return 0.0

    def maximumValue(self) -> float:
        return self._greatest()

    def minimumStepSize(self) -> float:
        return self._step


class SpokenAmount(Spoken):
    """A slider whose steps are not what the user sees, or what else is moved as one."""

    def __init__(self, widget: QWidget, amount: Amount, role: QAccessible.Role = Role.Slider) -> None:
        super().__init__(widget, role)
        self._amount = amount

    def interface_cast(self, kind: QAccessible.InterfaceType) -> int:
        return _cast(self._amount if kind is Kind.ValueInterface else super().interface_cast(kind))


class SpokenParts(Spoken):
    """A widget with what is painted in it as its children, in place of the widgets that it is made of."""

    def __init__(self, widget: QWidget, role: QAccessible.Role = Role.Chart) -> None:
        super().__init__(widget, role)
        self._shown = ref(widget)
        self._parts: list[_SpokenPart] = []
        ids: list[int] = []
        self._ids = ids
        widget.destroyed.connect(lambda: _forget(ids))

    def parts(self) -> Sequence[Part]:
        """What is painted now."""
        shown = self._shown()  # Qt's own answer is a stranger while the widget goes.
        return cast(Parted, shown).spoken_parts() if shown is not None and isValid(shown) else ()

    def childCount(self) -> int:
        return len(self.parts())

    def child(self, index: int) -> QAccessibleInterface | None:
        count = self.childCount()
        if not 0 <= index < count:
            return None
        while len(self._parts) < count:
            part = _SpokenPart(self, len(self._parts))
            self._parts.append(part)
            _keep(part)
            self._ids.append(QAccessible.registerAccessibleInterface(part))
        return self._parts[index]

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        return child.place if isinstance(child, _SpokenPart) else -1

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:
        inside = (place for place in range(self.childCount()) if self.on_screen(place).contains(x, y))
        return self.child(next(inside, -1))

    def on_screen(self, place: int) -> QRect:
        """Where a part is on the screen."""
        widget, area = self.widget(), self.parts()[place].area.toAlignedRect()
        return QRect(widget.mapToGlobal(area.topLeft()), area.size())


class _SpokenPart(QAccessibleInterface):
    """The part at a place, whatever it is at the time."""

    def __init__(self, owner: SpokenParts, place: int) -> None:
        super().__init__()
        self._owner, self.place = owner, place
        self._pressing = _Pressing(self)

    def part(self) -> Part | None:
        """What is painted there now."""
        parts = self._owner.parts() if isValid(self._owner) else ()
        return parts[self.place] if self.place < len(parts) else None

    def isValid(self) -> bool:
        return self.part() is not None

    def object(self) -> QObject | None:
        return None

    def parent(self) -> QAccessibleInterface:
        return self._owner

    def child(self, index: int) -> QAccessibleInterface | None:
        return None

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:
        return None

    def childCount(self) -> int:
        return 0

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        return -1

    def rect(self) -> QRect:
        return self._owner.on_screen(self.place) if self.part() is not None else QRect()

    def role(self) -> QAccessible.Role:
        return Role.ListItem

    def state(self) -> QAccessible.State:
        state, part = QAccessible.State(), self.part()
        if part is None:
            state.invalid = True
            return state
        widget = self._owner.widget()
        state.selectable, state.selected = part.choose is not None, part.is_current
        state.focusable = widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        state.focused = part.is_current and widget.hasFocus()
        state.invisible = not widget.isVisible()
        return state

    def text(self, kind: QAccessible.Text) -> str:
        part = self.part()
        return part.words if part is not None and kind is QAccessible.Text.Name else ""

    def setText(self, kind: QAccessible.Text, text: str) -> None:
        """What is painted is not changed this way."""

    def window(self) -> QWindow | None:
        return self._owner.window()

    def interface_cast(self, kind: QAccessible.InterfaceType) -> int:
        part = self.part()
        can_press = kind is Kind.ActionInterface and part is not None and part.choose is not None
        return _cast(self._pressing if can_press else None)


class _Pressing(QAccessibleActionInterface):
    """Chooses a part, as a click on it does."""

    def __init__(self, pressed: _SpokenPart) -> None:
        super().__init__()
        self._pressed = pressed

    def actionNames(self) -> list[str]:
        return [self.pressAction()]

    def doAction(self, action: str) -> None:
        part = self._pressed.part()
        if action == self.pressAction() and part is not None and part.choose is not None:
            part.choose()

    def keyBindingsForAction(self, action: str) -> list[str]:
        return []


def say_stop(widget: QWidget) -> None:
    """Let a screen reader know that the keys have gone on to another of the parts of a widget."""
    told = QAccessible.queryAccessibleInterface(widget) if QAccessible.isActive() else None
    if isinstance(told, SpokenParts):
        place = next((place for place, part in enumerate(told.parts()) if part.is_current), -1)
        part = told.child(place)
        if part is not None:
            QAccessible.updateAccessibility(QAccessibleEvent(part, QAccessible.Event.Focus))


def say_chosen(widget: QWidget) -> None:
    """Let a screen reader know that a widget is the chosen one of several now."""
    if QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleEvent(widget, QAccessible.Event.Selection))


def say_open(widget: QWidget) -> None:
    """Let a screen reader know that a widget has opened or closed."""
    if QAccessible.isActive():
        changed = QAccessible.State()
        changed.expanded = True
        QAccessible.updateAccessibility(QAccessibleStateChangeEvent(widget, changed))


def announce(widget: QWidget, words: str) -> None:
    """Have a screen reader say something when it has said what it is saying now."""
    if words and QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, words))


def install() -> None:
    """Have assistive technology told what the widgets of this application say they are."""
    QAccessible.installFactory(_made)


def _made(_key: str, thing: QObject | None) -> QAccessibleInterface | None:
    spoken = getattr(thing, "spoken", None)
    return _keep(spoken()) if callable(spoken) else None


def _keep(told: QAccessibleInterface) -> QAccessibleInterface:
    """Hold on to what Qt holds on to, and to nothing that it has let go of."""
    global _kept, _sweep_at
    if len(_kept) >= _sweep_at:
        _kept = [each for each in _kept if isValid(each)]
        _sweep_at = 2 * len(_kept) + 64
    _kept.append(told)
    return told


def _forget(ids: list[int]) -> None:
    while ids:
        QAccessible.deleteAccessibleInterface(ids.pop())


def _cast(offered: object) -> int:
    """What Qt takes for the address of an interface, typed as its declarations have it."""
    return cast(int, _NOTHING if offered is None else offered)
