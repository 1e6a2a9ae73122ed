"""Shows a flip: the study goes there, rests, and comes back, as a preview that nothing is kept of."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QWindow
from PySide6.QtWidgets import QApplication, QWidget

from desktop.questions.flipping import Journey
from desktop.session import Session

WAY, REST = 0.7, 1.4
"""Seconds there (and back), and of rest in between."""
TICK_MS = 16
_HANDS = {QEvent.Type.MouseButtonPress, QEvent.Type.KeyPress, QEvent.Type.Wheel, QEvent.Type.TouchBegin}


def part_at(seconds: float, *, is_still: bool) -> float | None:
    """How much of the way is gone, 0..1, so long after the start; None when it is over. Still ones jump."""
    if is_still:
        return 1.0 if seconds < REST + WAY else None
    if seconds >= 2 * WAY + REST:
        return None
    from_end = min(seconds, 2 * WAY + REST - seconds)
    gone = min(1.0, max(0.0, from_end / WAY))
    return 1.0 - (1.0 - gone) ** 3 if gone < 1.0 else 1.0


class FlipPlayer(QObject):
    """Plays one journey at a time; any press of a key or button outside `controls` ends it."""

    changed = Signal()
    """It began or ended."""

    def __init__(self, session: Session, controls: QWidget) -> None:
        super().__init__(controls)
        self._session, self._controls = session, controls
        self._journey: Journey | None = None
        self.is_still = False
        self._clock = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._on_tick)
        self._leave: Callable[[], None] = session.on_preview(self._on_preview)

    @property
    def is_playing(self) -> bool:
        """Whether a journey is on show."""
        return self._journey is not None

    def play(self, journey: Journey) -> None:
        """Show a journey from its beginning."""
        self._session.settle()
        self._journey = journey
        self._clock.start()
        self._timer.start()
        app = QGuiApplication.instance()
        assert app is not None
        app.installEventFilter(self)
        self._on_tick()
        self.changed.emit()

    def stop(self) -> None:
        """Show the study itself again."""
        if self._journey is not None:
            self._session.show_instead(None)
            self._end()

    def close(self) -> None:
        """Stop, and hear of the session no more."""
        self.stop()
        self._leave()

    def _on_tick(self) -> None:
        part = part_at(self._clock.elapsed() / 1000.0, is_still=self.is_still)
        if part is None or self._journey is None:
            self.stop()
        else:
            self._session.show_instead(self._journey(part))

    def _on_preview(self) -> None:
        if self._session.preview is None:
            self._end()

    def _end(self) -> None:
        if self._journey is None:
            return
        self._journey = None
        self._timer.stop()
        app = QGuiApplication.instance()
        if app is not None:
            app.removeEventFilter(self)
        self.changed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Nobody shall take hold of a figure that is not the study's."""
        if event.type() in _HANDS and not isinstance(watched, QWindow) and not self._is_own(watched):
            self.stop()
        return False

    def _is_own(self, watched: QObject) -> bool:
        if not isinstance(watched, QWidget):
            return True
        return watched is self._controls or self._controls.isAncestorOf(watched)


def is_still_here() -> bool:
    """Whether the desktop asks for no animations."""
    from PySide6.QtWidgets import QStyle

    return QApplication.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) == 0
