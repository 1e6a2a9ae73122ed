"""What stands in the menu bar, in the words the help uses."""

from __future__ import annotations

import operator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu

from db.study.model import Known
from desktop.commands import EqualWeights
from desktop.session import Subject
from desktop.window.actions import Actions
from desktop.window.analysis import TABS, copy_shown_figures, copy_shown_picture, export_shown, shortcut
from desktop.window.new_window import open_new_window

if TYPE_CHECKING:
    from collections.abc import Sequence

    from desktop.window.desk import RecentStudy
    from desktop.window.main_window import MainWindow


def build_menus(window: MainWindow) -> Actions:
    """Fill the window's menu bar and return its actions."""
    actions = Actions(window.menuBar())
    _file(actions, window)
    _edit(actions, window)
    _view(actions, window)
    _study(actions, window)
    _help(actions, window)
    return actions


def _file(actions: Actions, window: MainWindow) -> None:
    menu = actions.menu("&File")
    actions.add(menu, "file.new", "&New study…", window.open_new, "Ctrl+N", study=False)
    actions.add(menu, "file.window", "New &window", lambda: open_new_window(window), "Ctrl+Shift+N", study=False)
    actions.add(menu, "file.open", "&Open a study file…", window.open_file, "Ctrl+O", study=False)
    recent = menu.addMenu("Open &recent")
    recent.aboutToShow.connect(lambda: _fill_recent(recent, window))
    actions.add(menu, "file.example", "Open a fresh copy of the &example", window.open_example, study=False)
    actions.add(menu, "file.start", "&Start page", window.close_study, "Ctrl+W")
    menu.addSeparator()
    actions.add(menu, "file.import", "&Import a table…", window.open_import, "Ctrl+I", study=False)
    actions.add(menu, "file.export", "&Export score table…", window.open_export, "Ctrl+E")
    actions.add(menu, "file.picture", "Export pict&ure…", lambda: export_shown(window), "Ctrl+Shift+E")
    actions.add(menu, "file.copy", "Send a &copy…", window.send_copy, "Ctrl+Shift+S")
    actions.add(menu, "file.history", "&History…", window.open_history, "Ctrl+H")
    actions.add(menu, "file.backups", "&Backups…", window.open_backups, "Ctrl+Shift+B")
    menu.addSeparator()
    actions.add(menu, "file.quit", "&Quit", window.close, "Ctrl+Q", study=False)


def _fill_recent(menu: QMenu, window: MainWindow) -> None:
    menu.clear()
    studies: Sequence[RecentStudy] = ()
    with suppress(Known):  # The start page says why there are none.
        studies = window.desk.recent() if window.desk is not None else ()
    for study in studies[:12]:
        action = menu.addAction(f"{study.title.replace('&', '&&')}\t{study.changed}")
        action.triggered.connect(lambda _=False, key=study.key: window.open_recent(key))
    if not studies:
        menu.addAction("No studies yet").setEnabled(False)


def _edit(actions: Actions, window: MainWindow) -> None:
    menu = actions.menu("&Edit")
    actions.add(menu, "edit.undo", "Undo", window.undo, "Ctrl+Z")
    actions.add(menu, "edit.redo", "Redo", window.redo, "Ctrl+Shift+Z Ctrl+Y")
    menu.addSeparator()
    for name, text, keys in (
        ("copy", "&Copy scores", "Ctrl+C"),
        ("cut", "Cu&t scores", "Ctrl+X"),
        ("paste", "&Paste scores", "Ctrl+V"),
        ("fill_down", "Fill &down", "Ctrl+D"),
        ("fill_right", "Fill &right", "Ctrl+R"),
        ("clear", "C&lear scores", "Del"),
    ):
        do = partial(_on_page, window, "scores.commands", name)
        actions.add(menu, f"edit.{name}", f"{text}\t{keys}", do)
    menu.addSeparator()
    actions.add(menu, "edit.picture", "Copy chart as p&icture", lambda: copy_shown_picture(window), "Ctrl+Alt+C")
    actions.add(menu, "edit.figures", "Copy chart as fi&gures", lambda: copy_shown_figures(window), "Ctrl+Alt+F")
    menu.addSeparator()
    actions.add(
        menu, "edit.search", "&Search or run a command…", window.open_palette, "Ctrl+K Ctrl+Shift+P", study=False
    )


def _view(actions: Actions, window: MainWindow) -> None:
    menu = actions.menu("&View")
    titles = ("scores", "Scores"), *((tab.key, tab.title) for tab in TABS)
    for place, (key, title) in enumerate(titles):
        turn = partial(_on_page, window, "tabs", "turn_to", key)
        actions.add(menu, f"analysis.{key}", title, turn, shortcut(place)).setCheckable(True)
    actions.add(
        menu, "analysis.as_table", "Chart as a &table", partial(_on_page, window, "tabs", "toggle_table"), "Ctrl+T"
    )
    actions.add(
        menu, "analysis.room", "&More room for the analysis", partial(_on_page, window, "tabs.wider", "toggle"), "F11"
    )
    menu.addSeparator()
    for mode, text in (
        ("weighted", "Ranking: &weighted"),
        ("unweighted", "Ranking: &unweighted"),
        ("difference", "Ranking: &difference to an option"),
    ):
        actions.add(menu, f"view.{mode}", text, lambda mode=mode: _set_mode(window, mode)).setCheckable(True)
    menu.addSeparator()
    for kind, text in (("raw", "Scores: in their own &units"), ("value", "Scores: as &values 0–100")):
        show = partial(_on_page, window, "scores", "set_kind", kind)
        actions.add(menu, f"view.{kind}", text, show).setCheckable(True)
    ranges = partial(_on_page, window, "scores.ranges", "toggle")
    actions.add(menu, "view.ranges", "Scores: show low–high &ranges", ranges).setCheckable(True)
    menu.aboutToShow.connect(lambda: _check_views(actions, window))
    menu.addSeparator()
    actions.add(menu, "view.inspector", "Show or hide the &inspector", lambda: _toggle_inspector(window), "F7")
    actions.add(menu, "view.next_pane", "&Next pane", lambda: _on_page(window, "", "next_pane", 1), "F6")
    actions.add(menu, "view.last_pane", "&Last pane", lambda: _on_page(window, "", "next_pane", -1), "Shift+F6")
    menu.addSeparator()
    schemes = {"system": "Colours as the s&ystem", "light": "L&ight colours", "dark": "&Dark colours"}
    actions.choice(menu, "view.scheme", schemes, window.preferences.text("scheme", "system"), window.set_scheme)


def _check_views(actions: Actions, window: MainWindow) -> None:
    """Tick what holds now, however it came to hold."""
    if window.page is None:
        return
    ranking, scores = window.page.ranking, window.page.scores
    for key in ("scores", *(tab.key for tab in TABS)):
        actions[f"analysis.{key}"].setChecked(window.page.tabs.current == key)
    for mode in ("weighted", "unweighted", "difference"):
        actions[f"view.{mode}"].setChecked(ranking.mode == mode)
    for kind in ("raw", "value"):
        actions[f"view.{kind}"].setChecked(scores.switch.current() == kind)
    actions["view.ranges"].setChecked(scores.ranges.isChecked())


def _on_page(window: MainWindow, part: str, method: str, *values: object) -> None:
    if window.page is not None:
        target = operator.attrgetter(part)(window.page) if part else window.page
        getattr(target, method)(*values)


def _set_mode(window: MainWindow, mode: str) -> None:
    from desktop.charts.ranking_scene import Mode

    _on_page(window, "ranking", "set_mode", Mode(mode))


def _toggle_inspector(window: MainWindow) -> None:
    if window.page is not None:
        window.page.show_inspector(window.page.inspector.isHidden())


def _study(actions: Actions, window: MainWindow) -> None:
    menu = actions.menu("&Study")

    def structure(method: str) -> None:
        if window.page is not None:
            getattr(window.page.structure, method)()

    actions.add(menu, "study.details", "&Title, question and notes", lambda: _details(window))
    menu.addSeparator()
    actions.add(menu, "study.add_option", "Add an &option", lambda: structure("add_option"), "Ctrl+Shift+O")
    actions.add(menu, "study.add_criterion", "Add a &criterion", lambda: structure("add_criterion"), "Ctrl+Shift+C")
    actions.add(menu, "study.add_group", "Add a &group of criteria", lambda: structure("add_group"), "Ctrl+Shift+G")
    option = menu.addMenu("Selected o&ption")
    option.aboutToShow.connect(lambda: _fill_selected(option, window, "option"))
    criterion = menu.addMenu("Selected c&riterion")
    criterion.aboutToShow.connect(lambda: _fill_selected(criterion, window, "criterion"))
    menu.addSeparator()
    perspectives = menu.addMenu("&Perspective")
    perspectives.aboutToShow.connect(lambda: window.fill_perspectives(perspectives))
    for place in range(9):
        QShortcut(QKeySequence(f"Ctrl+{place + 1}"), window, lambda p=place: window.look_at_place(p))
    actions.add(menu, "study.equal", "&Equal weights", lambda: _equal(window))
    actions.add(
        menu, "study.reset", "&Reset weights to the start", lambda: _on_page(window, "weights", "reset"), "Ctrl+0"
    )


def _fill_selected(menu: QMenu, window: MainWindow, what: str) -> None:
    menu.clear()
    page = window.page
    chosen = None if page is None else getattr(page.session.view, what)
    if page is None or chosen is None:
        menu.addAction(f"No {what} is selected").setEnabled(False)
        return
    filled = page.structure.option_menu(chosen) if what == "option" else page.structure.criterion_menu(chosen)
    for action in filled.actions():
        menu.addAction(action)


def _equal(window: MainWindow) -> None:
    window.session.attempt(EqualWeights(window.session.view.perspective))


def _details(window: MainWindow) -> None:
    view = window.session.view
    window.session.look(replace(view, option=None, criterion=None, subject=Subject.OPTION))
    if window.page is not None:
        window.page.show_inspector(True)


def _help(actions: Actions, window: MainWindow) -> None:
    menu = actions.menu("&Help")

    def open_help(page: str) -> None:
        from desktop.window.help_dialog import HelpDialog

        window.show_dialog(HelpDialog(page, window))

    actions.add(menu, "help.guide", "&Guide", lambda: open_help("guide"), "F1", study=False)
    actions.add(menu, "help.keys", "&Keyboard", lambda: open_help("keyboard"), "Ctrl+F1", study=False)
    actions.add(menu, "help.firmness", "How &firm the answer is", lambda: open_help("firmness"), study=False)
    actions.add(menu, "help.method", "How totals are &computed", lambda: open_help("method"), study=False)
    actions.add(menu, "help.safety", "How your work is &kept", lambda: open_help("safety"), study=False)
    actions.add(menu, "help.methods", "&Other methods", lambda: open_help("methods"), study=False)
    actions.add(menu, "help.log", "&Log", lambda: open_help("log"), study=False)
    actions.add(menu, "help.about", "&About Steelyard", lambda: open_help("about"), study=False)
