"""What the command palette finds: actions, options, criteria, perspectives, and "weight NAME NUMBER"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from db.study.model import Known
from desktop.commands import MoveWeight
from desktop.exchange.numbers import parse_number
from desktop.window.command_palette import Found, match

if TYPE_CHECKING:
    from desktop.session import Session
    from desktop.window.main_window import MainWindow

_WEIGHT = re.compile(r"\s*weight\s+(?P<name>.+?)\s+(?P<share>\S+?)\s*%?\s*", re.IGNORECASE | re.ASCII)


def lines(window: MainWindow) -> list[Found]:
    """Everything that can be found now."""
    found = [
        Found(_plain(action.text()), action.shortcut().toString(), action.trigger) for action in window.menus.every()
    ]
    if window.page is not None:
        found.extend(_of_study(window, window.page.session))
    return found


def _of_study(window: MainWindow, session: Session) -> Iterator[Found]:
    study = session.study
    for option in study.options:
        yield Found(option.name, "option", lambda key=option.id: session.select(option=key))
    for criterion in study.criteria:
        note = "criterion" if criterion.is_leaf else "group"
        yield Found(criterion.name, note, lambda key=criterion.id: session.select(criterion=key))
    for party in study.perspectives:
        yield Found(party.name, "perspective", lambda key=party.id: window.look_at(key))


def special(window: MainWindow, query: str) -> Iterator[Found]:
    """ "weight cost 25" sets the share of each leaf that the name may mean."""
    typed = _WEIGHT.fullmatch(query)
    if typed is None or window.page is None or window.page.session.read_only:
        return
    session = window.page.session
    try:
        share = parse_number(typed["share"])
    except Known:
        return
    leaves = [leaf for leaf in session.study.leaves() if match(typed["name"], leaf.name) >= 1]
    for leaf in leaves[:4]:
        command = MoveWeight(session.view.perspective, leaf.id, share / 100.0)
        yield Found(f"Set the weight of {leaf.name} to {share:g} %", "", lambda c=command: session.attempt(c))


def _plain(text: str) -> str:
    return text.split("\t")[0].replace("&&", "\0").replace("&", "").replace("\0", "&").rstrip("…")
