"""A gesture of keys or of the wheel is closed when the hand rests; one of the mouse when it lets go."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from desktop.session import Session

STILL_MS = 600


class Stillness(QObject):
    """Closes the session's open gesture once nothing has moved for a while."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(STILL_MS)
        self._timer.timeout.connect(session.settle)

    def moved(self, *, is_held: bool) -> None:
        """Something moved: by a hand that holds it, which will let go, or by keys, which will rest."""
        if is_held:
            self._timer.stop()
        else:
            self._timer.start()

    def settle(self) -> None:
        """Close the gesture now."""
        self._timer.stop()
        self._session.settle()

    def settle_keys(self) -> None:
        """Close what keys have begun, if they have."""
        if self._timer.isActive():
            self.settle()

    def stop(self) -> None:
        """Forget the rest that is waited for."""
        self._timer.stop()
