"""One window calling another: whoever asks for a study that is open elsewhere brings that window to the front.

A local socket, named after the file, on which the window that has the study open listens. Nothing goes over a network.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtNetwork import QLocalServer, QLocalSocket

WAIT_MS = 300
"""How long another window may take to answer."""


def summon(path: Path) -> bool:
    """Ask the window that has this study open to come to the front; returns whether one answered."""
    socket = QLocalSocket()
    socket.connectToServer(_name(path))
    answered = socket.waitForConnected(WAIT_MS)
    socket.abort()
    return answered


class Summons(QObject):
    """Listens for calls to come to the front, for one study at a time."""

    def __init__(self, come: Callable[[], object], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._come = come
        self._server: QLocalServer | None = None

    def answer_for(self, path: Path | None) -> None:
        """Listen for calls for this study instead of the last one; for none with None."""
        if self._server is not None:
            self._server.close()
            self._server.deleteLater()
            self._server = None
        if path is not None:
            server = QLocalServer(self)
            server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
            # The study's lock is ours, so a socket that is still there was left by a process that is gone.
            QLocalServer.removeServer(_name(path))
            server.newConnection.connect(self._on_called)
            server.listen(_name(path))
            self._server = server

    def _on_called(self) -> None:
        if self._server is not None:
            self._server.nextPendingConnection().close()
            self._come()


def _name(path: Path) -> str:
    """A socket in the folder that the system keeps for such, else in the one for what is temporary."""
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    name = "steelyard-" + hashlib.sha256(str(path.resolve()).encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return f"{runtime}/{name}" if os.path.isabs(runtime) and os.access(runtime, os.W_OK) else name
