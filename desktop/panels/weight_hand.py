"""A hand that moves one weight from a chart: a drag is one gesture, and so are keys until they rest."""

from __future__ import annotations

from PySide6.QtCore import QObject

from db.study.model import Id
from desktop.commands import MoveWeight
from desktop.commands.weights import locked_words
from desktop.panels.stillness import Stillness
from desktop.session import Session


class WeightHand(QObject):
    """Moves weights through the session, live, and closes the gesture when the hand lets go or rests."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._is_refused = False
        self._still = Stillness(session, self)

    def take(self) -> None:
        """Begin a drag."""
        self._is_refused = False
        self._still.settle()

    def drag(self, leaf: Id, share: float) -> None:
        """Move the weight, 0..1, while it is held; a refusal is told once a drag."""
        if not self._is_refused:
            self._is_refused = not self._move(leaf, share)

    def step(self, leaf: Id, share: float) -> None:
        """Move the weight by a key; the gesture ends when the keys rest."""
        if self._move(leaf, share):
            self._still.moved(is_held=False)

    def let_go(self) -> None:
        """End the drag, and keep where it ended."""
        self._still.settle()

    def give_up(self) -> None:
        """End the drag as if it had never begun."""
        self._still.stop()
        self._session.abandon()

    def leave(self) -> None:
        """Close what keys have begun, if they have."""
        self._still.settle_keys()

    def _move(self, leaf: Id, share: float) -> bool:
        session, party = self._session, self._session.view.perspective
        live = session.live
        if not (isinstance(live, MoveWeight) and (live.criterion, live.perspective) == (leaf, party)):
            session.settle()  # A live command takes the place of the one before, whatever that was about.
        if leaf in session.study.perspective(party).locked:
            session.refuse(locked_words(session.study.criterion(leaf).name))
            return False
        return not session.attempt(MoveWeight(party, leaf, share), live=True)
