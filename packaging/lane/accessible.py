"""What a screen reader sees of running applications, and can do to them: asked on the accessibility bus itself.

Nothing is kept: each question goes to the application, so that no answer is stale. Needs Gio (python3-gi) and a bus
that runs (at-spi2-core). An element that has gone raises Gone; waiting functions go on instead.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

import gi  # type: ignore[import-not-found]
from screen import Box

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # type: ignore[import-not-found]  # noqa: E402

T = TypeVar("T")
PATIENCE = 30.0
"""Seconds that are waited for what shall happen."""
REPLY_MS = 20_000
"""How long an application may take for one answer."""
PAUSE = 0.1
PREFIX = "org.a11y.atspi."
DEEPEST = 60
BIG = ("table", "tree", "tree table")
"""Roles whose cells are asked for one by one, through `cell`, and not walked through: there may be a million."""

# The numbers of the protocol (atspi-constants.h).
STATES = {
    1: "active", 4: "checked", 7: "editable", 8: "enabled", 9: "expandable", 10: "expanded", 11: "focusable",
    12: "focused", 16: "modal", 17: "multi line", 20: "pressed", 22: "selectable", 23: "selected", 24: "sensitive",
    25: "showing", 26: "single line", 30: "visible", 41: "checkable", 44: "read only",
}  # fmt: skip
ON_SCREEN = GLib.Variant("(u)", (0,))


class Gone(Exception):
    """The element or its application is no longer there, or has no such part."""


class NotFound(Exception):
    """What was waited for did not come; says what was there instead."""


@dataclass(frozen=True)
class Element:
    """One element of an application, by the application's name on the bus and its own path."""

    bus: str
    path: str

    def call(self, interface: str, method: str, arguments: Any = None) -> Any:
        """Call a method of an interface such as `Accessible`; returns what it answers, a single answer unpacked."""
        return _call(connection(), self.bus, self.path, PREFIX + interface, method, arguments)

    def ask(self, interface: str, name: str) -> Any:
        """A property of an interface."""
        asked = GLib.Variant("(ss)", (PREFIX + interface, name))
        return _call(connection(), self.bus, self.path, "org.freedesktop.DBus.Properties", "Get", asked)

    def tell(self, interface: str, name: str, value: Any) -> None:
        """Set a property of an interface to a GLib.Variant."""
        told = GLib.Variant("(ssv)", (PREFIX + interface, name, value))
        _call(connection(), self.bus, self.path, "org.freedesktop.DBus.Properties", "Set", told)

    @property
    def name(self) -> str:
        """What a screen reader says first."""
        return str(self.ask("Accessible", "Name"))

    @property
    def description(self) -> str:
        """What it says when more is asked for."""
        return str(self.ask("Accessible", "Description"))

    @property
    def identifier(self) -> str:
        """The stable name that the program gave it; else one that Qt made up."""
        try:
            return str(self.ask("Accessible", "AccessibleId"))
        except Gone:
            return str(dict(self.call("Accessible", "GetAttributes")).get("id", ""))

    @property
    def role(self) -> str:
        """What kind of thing it is, such as `slider` or `push button`."""
        return str(self.call("Accessible", "GetRoleName"))

    @property
    def states(self) -> frozenset[str]:
        """What holds of it, such as `focused`, `checked`, `showing`; those of STATES."""
        low, high = self.call("Accessible", "GetState")
        bits = low | high << 32
        return frozenset(name for bit, name in STATES.items() if bits >> bit & 1)

    @property
    def interfaces(self) -> frozenset[str]:
        """What can be asked of it, such as `Value`, `Action`, `Table`."""
        return frozenset(name.removeprefix(PREFIX) for name in self.call("Accessible", "GetInterfaces"))

    @property
    def children(self) -> list[Element]:
        """Its parts, in order."""
        return [Element(bus, path) for bus, path in self.call("Accessible", "GetChildren")]

    @property
    def parent(self) -> Element:
        """What it is part of."""
        return Element(*self.ask("Accessible", "Parent"))

    @property
    def box(self) -> Box:
        """Where it is on the screen."""
        return Box(*self.call("Component", "GetExtents", ON_SCREEN))

    @property
    def text(self) -> str:
        """The text that it holds, not its name."""
        return str(self.call("Text", "GetText", GLib.Variant("(ii)", (0, -1))))

    @property
    def actions(self) -> list[str]:
        """The names of what can be done to it."""
        return [action[0] for action in self.call("Action", "GetActions")]

    @property
    def process(self) -> int:
        """The id of the process that it belongs to."""
        asked = GLib.Variant("(s)", (self.bus,))
        place = ("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus")
        return int(_call(connection(), *place, "GetConnectionUnixProcessID", asked))

    def shows(self) -> bool:
        """Whether it is to be seen; one that has gone is not."""
        try:
            return "showing" in self.states
        except Gone:
            return False

    def is_big(self) -> bool:
        """Whether it has cells, which are asked for one by one."""
        return self.role in BIG and "Table" in self.interfaces

    def heading(self, place: int, way: str = "Column") -> str:
        """The heading of a column of a table, or of a row if `way` is `Row`."""
        return Element(*self.call("Table", f"Get{way}Header", GLib.Variant("(i)", (place,)))).name

    def cell(self, row: int, column: int) -> Element:
        """A cell of a table."""
        return Element(*self.call("Table", "GetAccessibleAt", GLib.Variant("(ii)", (row, column))))

    def size(self) -> tuple[int, int]:
        """Rows and columns of a table."""
        return int(self.ask("Table", "NRows")), int(self.ask("Table", "NColumns"))

    def focus(self) -> bool:
        """Give it the keyboard."""
        return bool(self.call("Component", "GrabFocus"))


def session_bus() -> Any:
    """The bus of the user's session."""
    return Gio.bus_get_sync(Gio.BusType.SESSION, None)


@cache
def connection() -> Any:
    """The bus of accessibility, which the session knows the address of."""
    address = _call(session_bus(), "org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress")
    flags = Gio.DBusConnectionFlags
    kind = flags.AUTHENTICATION_CLIENT | flags.MESSAGE_BUS_CONNECTION
    return Gio.DBusConnection.new_for_address_sync(address, kind, None, None)


def switch_on() -> None:
    """Let applications know that somebody listens, as a screen reader does when it starts."""
    connection()
    for name in ("IsEnabled", "ScreenReaderEnabled"):
        told = GLib.Variant("(ssv)", ("org.a11y.Status", name, GLib.Variant("b", True)))
        _call(session_bus(), "org.a11y.Bus", "/org/a11y/bus", "org.freedesktop.DBus.Properties", "Set", told)


def _call(bus: Any, owner: str, path: str, interface: str, method: str, arguments: Any = None) -> Any:
    try:
        answer = bus.call_sync(
            owner, path, interface, method, arguments, None, Gio.DBusCallFlags.NONE, REPLY_MS, None
        ).unpack()
    except GLib.Error as trouble:
        raise Gone(f"{interface}.{method} of {path}: {trouble.message}") from trouble
    return answer[0] if len(answer) == 1 else answer


def applications() -> list[Element]:
    """The root of each application that is on the bus."""
    return Element("org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root").children


def windows(application: str = "steelyard") -> list[Element]:
    """The windows that an application shows, of all its processes; its name is that of its program or what it says."""
    found: list[Element] = []
    for root in applications():
        try:
            if root.name.casefold() == application.casefold():
                found += [window for window in root.children if window.shows()]
        except Gone:
            continue
    return found


def walk(root: Element, *, hidden: bool = False, deep: int = DEEPEST) -> Iterator[Element]:
    """An element and all that is in it, in reading order, without what is hidden and the cells of tables."""
    try:
        if not hidden and not root.shows():
            return
        yield root
        parts = [] if deep <= 0 or root.is_big() else root.children
    except Gone:
        return
    for part in parts:
        yield from walk(part, hidden=hidden, deep=deep - 1)


def matches(element: Element, role: str = "", name: str = "", identifier: str = "") -> bool:
    """Whether an element is of a role and has a name; `…` at either end of a name stands for any text."""
    try:
        return (
            (not identifier or element.identifier == identifier)
            and (not role or element.role == role)
            and (not name or _fits(element.name, name))
        )
    except Gone:
        return False


def _fits(name: str, wanted: str) -> bool:
    middle = wanted.strip("…")
    if wanted.startswith("…"):
        return middle in name if wanted.endswith("…") else name.endswith(middle)
    return name.startswith(middle) if wanted.endswith("…") else name == middle


def find_all(root: Element, role: str = "", name: str = "", identifier: str = "") -> list[Element]:
    """All that is shown in an element and fits; empty texts fit everything."""
    return [each for each in walk(root) if matches(each, role, name, identifier)]


def find(root: Element, role: str = "", name: str = "", identifier: str = "") -> Element | None:
    """The first of what is shown in an element and fits."""
    return next((each for each in walk(root) if matches(each, role, name, identifier)), None)


def until(question: Callable[[], T | None], what: str, seconds: float = PATIENCE) -> T:
    """Ask again and again until the answer is neither None nor False. Raises NotFound, saying what did not come."""
    end = time.monotonic() + seconds
    while True:
        try:
            answer = question()
        except Gone:
            answer = None
        if answer is not None and answer is not False:
            return answer
        if time.monotonic() > end:
            raise NotFound(f"{what} did not come in {seconds:.0f} s")
        time.sleep(PAUSE)


def wait_for(root: Element, role: str = "", name: str = "", identifier: str = "", seconds: float = PATIENCE) -> Element:
    """The first that fits, waited for. Raises NotFound with what is there of that role."""
    wanted = " ".join(part for part in (role, name and f"“{name}”", identifier and f"#{identifier}") if part)
    try:
        return until(lambda: find(root, role, name, identifier), wanted, seconds)
    except NotFound as trouble:
        there = [each.name for each in find_all(root, role)]
        raise NotFound(f"{trouble}; of that role there are {there[:40]}") from None


def window(name: str, application: str = "steelyard", seconds: float = PATIENCE) -> Element:
    """A window of an application by its accessible name, waited for. Raises NotFound, naming those that are there."""

    def asked() -> Element | None:
        return next((each for each in windows(application) if matches(each, name=name)), None)

    try:
        return until(asked, f"a window “{name}” of {application}", seconds)
    except NotFound as trouble:
        there = {root.name: [each.name for each in root.children] for root in applications()}
        raise NotFound(f"{trouble}; there are {there}") from None


def value_of(element: Element) -> float:
    """The number that a slider, a progress bar or a number field stands at."""
    return float(element.ask("Value", "CurrentValue"))


def range_of(element: Element) -> tuple[float, float, float]:
    """The least and the greatest value and the step between two."""
    low, high, step = (element.ask("Value", name) for name in ("MinimumValue", "MaximumValue", "MinimumIncrement"))
    return float(low), float(high), float(step)


def set_value(element: Element, value: float) -> None:
    """Move a slider or a number field."""
    element.tell("Value", "CurrentValue", GLib.Variant("d", value))


def set_text(element: Element, text: str) -> None:
    """Put a text into a field. Raises Gone when it takes none."""
    if not element.call("EditableText", "SetTextContents", GLib.Variant("(s)", (text,))):
        raise Gone(f"{element.name} takes no text")


def press(element: Element, action: str = "Press") -> None:
    """Do what a click would do. Raises Gone, naming what can be done instead."""
    known = element.actions
    folded = [name.casefold() for name in known]
    if action.casefold() not in folded:
        raise Gone(f"“{element.name}” cannot {action}; it can {known}")
    element.call("Action", "DoAction", GLib.Variant("(i)", (folded.index(action.casefold()),)))


def tree(root: Element, *, hidden: bool = False, deep: int = DEEPEST) -> str:
    """The element and its parts, one a line: role, name, value or text, identifier, states."""
    return "\n".join(_lines(root, 0, hidden, deep))


def _lines(element: Element, depth: int, hidden: bool, deep: int) -> Iterator[str]:
    if depth > deep or not (hidden or element.shows()):
        return
    try:
        yield "  " * depth + line(element)
        parts = [] if element.is_big() else element.children
    except Gone:
        return
    for part in parts:
        yield from _lines(part, depth + 1, hidden, deep)


def line(element: Element) -> str:
    """One element in a line."""
    offered = element.interfaces
    shown = [f"{element.role} “{element.name}”"]
    if "Value" in offered:
        shown.append(f"= {value_of(element):g}")
    if "Text" in offered and element.text != element.name:
        shown.append(f"holds “{element.text[:80]}”")
    if "Table" in offered:
        shown.append("{} x {}".format(*element.size()))
    if said := element.description:
        shown.append(f"({said[:200]})")
    dull = {"enabled", "sensitive", "showing", "visible"}
    return " ".join([*shown, f"#{element.identifier}", *sorted(element.states - dull)])
