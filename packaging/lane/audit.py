"""Goes through a running Steelyard on the accessibility bus and names everything that a screen reader would trip over.

`audit.py [NAME]` asks a session in which the application runs with a study open and the bus is on (see `session`);
NAME is what the application is called on the bus. It turns to every tab and opens what the menus open, looks at all
that is shown there (`faults`), and then does with it what a user of a screen reader does (`operate`). It ends with
what it found, one fault a line, and 1 as its exit code if there is any.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator

from accessible import (
    BIG,
    Element,
    Gone,
    NotFound,
    find,
    find_all,
    press,
    range_of,
    set_value,
    until,
    value_of,
    wait_for,
    walk,
    windows,
)
from screen import keys, write

LOOKED_THROUGH = {"filler", "unknown", "redundant object", "layered pane", "split pane"}
"""Roles that a screen reader passes over."""
CHARTS = {"chart", "image", "canvas"}
VALUED = {"slider", "spin button", "progress bar"}
CHECKABLE = {"check box", "radio button", "toggle button"}
TABS = [
    "Scores",
    "Sensitivity",
    "Flips",
    "Robustness",
    "Tornado",
    "Trade-off",
    "Compare",
    "Perspectives",
    "Methods",
    "Checks",
]
DIALOGS = (
    "New study…", "Import a table…", "Export score table…", "History…", "Backups…", "Guide", "About Steelyard",
)  # fmt: skip
MARKUP = re.compile(r"</?[a-z]+[ >]|&[a-z]+;|&#")
CLASS_NAME = re.compile(r"Q[A-Z]\w+|[a-z_]+(\.[A-Za-z_]+){2,}")
ROWS_READ = 3
PATIENCE = 10.0


def told(element: Element) -> str:
    """An element in a few words."""
    return f"{element.role} “{element.name[:60]}” #{element.identifier[-60:]}"


# What is wrong with an element


def faults(root: Element) -> Iterator[str]:
    """Everything wrong with what is shown in an element."""
    for element in walk(root):
        try:
            yield from (f"{told(element)}: {fault}" for fault in _wrong(element))
            yield from _alike(element)
        except Gone:
            continue  # It went while it was being asked.


def _wrong(element: Element) -> Iterator[str]:
    role, name, states, offered = element.role, element.name, element.states, element.interfaces
    is_control = "focusable" in states and role not in ("frame", "dialog")
    if is_control and not name.strip():
        yield "takes the focus and has no name"
    if is_control and role in LOOKED_THROUGH:
        yield "takes the focus and has no role"
    if name.strip() and role in LOOKED_THROUGH:
        yield "has a name that nobody hears, for want of a role"
    if CLASS_NAME.fullmatch(name):
        yield "is named after its class"
    if MARKUP.search(name) or MARKUP.search(element.description):
        yield f"is told with markup: {name[:40]} {element.description[:60]}"
    if is_control and (element.box.width <= 0 or element.box.height <= 0):
        yield "has no place on the screen"
    yield from _wrong_kind(element, role, states, offered)


def _wrong_kind(element: Element, role: str, states: frozenset[str], offered: frozenset[str]) -> Iterator[str]:
    if role in VALUED:
        yield from _wrong_value(element, offered)
    if role in CHECKABLE and "checkable" not in states:
        yield "does not say that it can be checked"
    if "editable" in states and not {"Text", "EditableText"} <= offered:
        yield "can be edited and has no text to edit"
    if role in ("push button", "page tab", "link", "menu item") and "enabled" in states and not element.actions:
        yield "cannot be pressed"
    if role in CHARTS and not element.description:
        yield "shows what it does not tell"
    if role == "page tab list" and [each for each in element.children if "selected" in each.states][1:]:
        yield "has several tabs chosen"
    if role in ("table", "tree table"):
        yield from _wrong_table(element)


def _wrong_value(element: Element, offered: frozenset[str]) -> Iterator[str]:
    if "Value" not in offered:
        yield "has no value"
        return
    low, high, step = range_of(element)
    if not (low < high and low <= value_of(element) <= high):
        yield f"stands at {value_of(element)} of {low} to {high}"
    if step <= 0:
        yield "has no step"


def _wrong_table(table: Element) -> Iterator[str]:
    rows, columns = table.size()
    for column in range(min(columns, 40)):
        heading = table.heading(column)
        if rows and not heading:
            yield f"column {column + 1} has no heading"
    for row in range(min(rows, ROWS_READ)):
        cells = [table.cell(row, column) for column in range(min(columns, 40))]
        if not any(cell.name or cell.description for cell in cells):
            yield f"row {row + 1} says nothing"


def _alike(parent: Element) -> Iterator[str]:
    """Controls of one parent that cannot be told apart."""
    if parent.role in BIG or parent.role in CHARTS:
        return
    shown = [each for each in parent.children if "showing" in each.states and "focusable" in each.states]
    for (role, name), count in Counter((each.role, each.name) for each in shown).items():
        if count > 1 and name:
            yield f"{told(parent)}: has {count} of {role} “{name}”"


# Going through the application


class Walkabout:
    """Turns to all there is to see in one window, and collects what is wrong, each fault once."""

    def __init__(self, window: Element) -> None:
        self.window = window
        self.found: dict[str, str] = {}
        self.seen = 0

    def look(self, place: str, root: Element | None = None) -> None:
        """Look at what is shown now."""
        self.seen += 1
        for fault in faults(root or self.window):
            self.found.setdefault(fault, place)

    def attempt(self, what: str, act: Callable[[], object]) -> None:
        """Do something that has to work."""
        try:
            act()
        except (Gone, NotFound, AssertionError) as trouble:
            self.found.setdefault(f"{what}: {trouble}", "operating")

    def run(self) -> list[str]:
        """Everything that is wrong."""
        self.look("the study")
        self.attempt("menus", self.menus)
        for tab in TABS:
            self.attempt(f"tab {tab}", lambda tab=tab: self.tab(tab))
        for subject in ("list item", "tree item"):
            self.attempt(f"inspector of a {subject}", lambda subject=subject: self.inspector(subject))
        for name in DIALOGS:
            self.attempt(f"dialog {name}", lambda name=name: self.dialog(name))
        for what, act in OPERATIONS.items():
            self.attempt(what, lambda act=act: act(self.window))
        return [f"{place}: {fault}" for fault, place in self.found.items()]

    def tab(self, name: str) -> None:
        """Look at a tab, and at its figures as a table where it has any."""
        turn_to(self.window, name)
        self.look(f"tab {name}")
        as_table = find(self.window, "check box", "Show the figures as a table")
        if as_table is not None and "enabled" in as_table.states:
            press(as_table, "Toggle")
            wait_for(self.window, "table", "…: figures", seconds=PATIENCE)
            self.look(f"tab {name} as a table")
            press(as_table, "Toggle")

    def inspector(self, role: str) -> None:
        """Look at what the inspector says of the first option or criterion."""
        if role == "list item":
            press(find_all(wait_for(self.window, "chart", "Ranking"), "list item")[1])
        else:
            press(find_all(self.window, "tree item")[1])
        self.look(f"inspector of a {role}")

    def menus(self) -> None:
        """Every menu item has a name, also in menus that are closed."""
        for element in walk(wait_for(self.window, "menu bar", ""), hidden=True):
            if element.role == "menu item" and not element.name and "Separator" not in element.identifier:
                self.found.setdefault(f"{told(element)}: has no name", "menus")

    def dialog(self, name: str) -> None:
        """Open what a menu opens, look at it, and close it."""
        before = set(windows())
        item = next((each for each in walk(self.window, hidden=True) if _named(each, "menu item", name)), None)
        if item is None:
            raise NotFound(f"no menu item “{name}”")
        press(item, "Press")
        dialog = until(lambda: next((each for each in windows() if each not in before), None), f"“{name}”", PATIENCE)
        self.look(name, dialog)
        closing = next(each for each in walk(dialog) if each.role == "push button" and each.name in ("Close", "Cancel"))
        press(closing)
        until(lambda: dialog not in windows() or None, f"the end of “{name}”", PATIENCE)


def _named(element: Element, role: str, name: str) -> bool:
    try:
        return element.role == role and element.name.replace("&", "") == name
    except Gone:
        return False


def turn_to(window: Element, tab: str) -> None:
    """Put a tab on show."""
    page = wait_for(window, "page tab", f"Tab: {tab}", seconds=PATIENCE)
    press(page)
    until(lambda: "selected" in page.states or None, f"tab {tab} chosen", PATIENCE)


# Doing what a user of a screen reader does


def _totals(window: Element) -> list[str]:
    return [each.name for each in find_all(wait_for(window, "chart", "Ranking"), "list item")]


def move_a_weight(window: Element) -> None:
    """A slider moved by its value moves the totals."""
    slider = next(each for each in find_all(window, "slider") if each.name.startswith("Weight of "))
    before, value = _totals(window), value_of(slider)
    set_value(slider, value / 2 if value > 1 else value + 10)
    until(lambda: _totals(window) != before or None, "other totals", PATIENCE)
    set_value(slider, value)


def read_the_scores(window: Element) -> None:
    """Every cell of the score table tells its figure, its option and its criterion."""
    turn_to(window, "Scores")
    table = wait_for(window, "table", "Scores", seconds=PATIENCE)
    rows, columns = table.size()
    for row in range(rows):
        option = table.heading(row, "Row")
        assert option, f"row {row} has no heading"
        for column in range(columns):
            cell = table.cell(row, column)
            assert cell.name, f"nothing in the cell of {option} and {table.heading(column)}"


def open_and_close_a_group(window: Element) -> None:
    """A group of criteria closes and opens by its action, and says so."""
    group = next(each for each in find_all(window, "tree item") if "expandable" in each.states)
    count = len(find_all(window, "tree item"))
    press(group, "Toggle")
    until(lambda: "expanded" not in group.states or None, "a closed group", PATIENCE)
    assert len(find_all(window, "tree item")) < count, "a closed group shows what is in it"
    press(group, "Toggle")
    until(lambda: len(find_all(window, "tree item")) == count or None, "an open group", PATIENCE)


def choose_on_a_chart(window: Element) -> None:
    """A row of the ranking is chosen by its action, and says so."""
    rows = find_all(wait_for(window, "chart", "Ranking"), "list item")
    press(rows[2])
    until(lambda: "selected" in rows[2].states or None, "a chosen row", PATIENCE)


def edit_a_score(window: Element) -> None:
    """A score typed into its cell stands in the table, and undo brings back what was there."""
    turn_to(window, "Scores")
    table = wait_for(window, "table", "Scores", seconds=PATIENCE)
    table.focus()
    until(lambda: _has_focus(table) or None, "the focus in the table", PATIENCE)
    keys("ctrl+Home")
    before = table.cell(0, 0).name
    other = "2" if before.startswith("1") else "1"
    write(other)
    keys("Return")
    until(lambda: table.cell(0, 0).name.startswith(other) or None, f"{other} in place of {before}", PATIENCE)
    keys("ctrl+z")
    until(lambda: table.cell(0, 0).name == before or None, f"{before} again", PATIENCE)


def _has_focus(table: Element) -> bool:
    return "focused" in table.states or "focused" in table.cell(0, 0).states


def step_through_a_chart(window: Element) -> None:
    """The keys go from mark to mark of a chart, and each has the focus while they are at it."""
    turn_to(window, "Tornado")
    chart = next(each for each in find_all(window, "chart") if each.identifier.startswith("tornado"))
    chart.focus()
    until(lambda: "focused" in chart.states or None, "the focus on the chart", PATIENCE)
    for key, place in (("Home", 0), ("End", -1)):
        keys(key)
        until(lambda place=place: "focused" in chart.children[place].states or None, f"mark {place}", PATIENCE)
    keys("Escape")


def leave_a_dialog(window: Element) -> None:
    """Escape closes a dialog, and the focus is where it was."""
    slider = next(each for each in find_all(window, "slider") if each.name.startswith("Weight of "))
    slider.focus()
    for key in ("ctrl+n", "ctrl+e", "ctrl+h", "F1"):
        until(lambda: "focused" in slider.states or None, "the focus on the weight", PATIENCE)
        before = set(windows())
        keys(key)
        until(lambda before=before: set(windows()) - before or None, f"a dialog by {key}", PATIENCE)
        keys("Escape")
        until(lambda before=before: set(windows()) == before or None, f"the end of the dialog by {key}", PATIENCE)


OPERATIONS: dict[str, Callable[[Element], None]] = {
    "moving a weight": move_a_weight,
    "reading the scores": read_the_scores,
    "a group of criteria": open_and_close_a_group,
    "choosing on a chart": choose_on_a_chart,
    "editing a score": edit_a_score,
    "stepping through a chart": step_through_a_chart,
    "leaving a dialog": leave_a_dialog,
}


def main(application: str = "Steelyard") -> int:
    """Audit the application that runs; returns the exit code."""
    window = until(lambda: next((each for each in windows(application) if each.role == "frame"), None), application)
    round_ = Walkabout(window)
    found = round_.run()
    for fault in found:
        print(fault)
    print(f"{round_.seen} places looked at, {len(OPERATIONS)} things done, {len(found)} faults")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
