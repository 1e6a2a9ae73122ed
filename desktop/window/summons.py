"""One window calling another: a second start hands what it was started on to the window that is there, and ends.

A lock file says which window answers for all of a user's starts; each window also answers for the study that it has
open. They speak over local sockets that only the same user can reach. Nothing goes over a network.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCryptographicHash, QDeadlineTimer, QLockFile, QObject, Qt, QTimer

# Whoever starts first needs none of Qt's sockets before its window is painted.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtNetwork import QLocalServer, QLocalSocket

WAIT_MS = 2000
"""How long another window may take to answer; one that takes longer hangs."""

ASK_MS = 250
"""How long a caller may take to say what it wants; it has it ready when it calls."""

LOOK_MS = 10
"""How long is waited at a time: no other thread of Python runs meanwhile."""

STARTING_MS = 15_000
"""How long a window that is just starting may take until it can be called."""

TURN_MS = 2000
"""How often a further window looks whether it is the one to answer for all starts: the one that did may be gone."""

LONGEST = 1 << 20
"""Bytes that a call may have."""

TAKEN, BUSY = b"taken\n", b"busy\n"


@dataclass(frozen=True)
class Call:
    """What a start asks of the window that is there: open these files, if any, and come to the front.

    `token` is what the desktop gave the start so that its window may take the focus; "" for none.
    """

    files: tuple[Path, ...] = ()
    token: str = ""


def starts_lock() -> QLockFile:
    """What the window that answers for all of a user's starts holds; a process that is gone holds nothing."""
    lock = QLockFile(f"{_folder()}/{_name(_home())}.lock")
    lock.setStaleLockTime(0)
    return lock


def hand_over(files: Sequence[Path], lock: QLockFile) -> bool:
    """Give files to the window that is there; returns whether it took them.

    Otherwise this start needs a window of its own, and if there is none yet it now holds the lock.
    """
    call = Call(tuple(Path(os.path.abspath(file)) for file in files), os.environ.get("XDG_ACTIVATION_TOKEN", ""))
    patience = QDeadlineTimer(STARTING_MS)
    while not lock.tryLock(50):
        if lock.error() != QLockFile.LockError.LockFailedError:
            return False  # Nothing can be written there, so nobody can be called either.
        answer = _answer(_name(_home()), call)
        if answer == TAKEN:
            _end_busy_pointer()
        if answer or patience.hasExpired():
            return answer == TAKEN
    return False


def _end_busy_pointer() -> None:
    """Tell a desktop on X11 to wait no longer for this start to show a window, with a busy pointer for 20 seconds.

    Qt says so with the first window that it shows; here that is one which nobody sees.
    """
    if not os.environ.get("DESKTOP_STARTUP_ID") or os.environ.get("WAYLAND_DISPLAY"):
        return
    from PySide6.QtGui import QGuiApplication, QWindow

    app = QGuiApplication.instance() or QGuiApplication(["steelyard"])
    window = QWindow()
    window.setFlags(Qt.WindowType.ToolTip | Qt.WindowType.BypassWindowManagerHint)
    window.setGeometry(-9, -9, 1, 1)
    window.show()
    del window, app


def summon(path: Path) -> bool:
    """Ask the window that has this study open to come to the front; returns whether one did."""
    return _answer(_name(path.resolve()), Call()) == TAKEN


class Summons(QObject):
    """Listens for calls: for one study at a time, and for all starts once `answer_all` has been asked for.

    `come` is told each call; it returns whether it does what is asked.
    """

    def __init__(self, come: Callable[[Call], bool], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._come = come
        self._study: QLocalServer | None = None
        self._all: QLocalServer | None = None
        self._lock: QLockFile | None = None
        self._turn = QTimer(self)
        self._turn.setInterval(TURN_MS)
        self._turn.timeout.connect(self._look_for_turn)

    def answer_for(self, path: Path | None) -> None:
        """Listen for calls for this study instead of the last one; for none with None."""
        _end(self._study)
        # The study's lock is ours, so a socket that is still there was left by a process that is gone.
        self._study = None if path is None else self._listening(_name(path.resolve()))

    def answer_all(self, lock: QLockFile) -> None:
        """Listen for every start of this user, now or once no other window holds the lock."""
        self._lock = lock
        self._look_for_turn()

    def _look_for_turn(self) -> None:
        lock = self._lock
        assert lock is not None
        if lock.isLocked() or lock.tryLock(0):
            self._turn.stop()
            self._all = self._listening(_name(_home()))
        elif lock.error() == QLockFile.LockError.LockFailedError:
            self._turn.start()

    def close(self) -> None:
        """Listen no more."""
        self._turn.stop()
        _end(self._study)
        _end(self._all)
        self._study = self._all = None

    def _listening(self, name: str) -> QLocalServer:
        from PySide6.QtNetwork import QLocalServer

        server = QLocalServer()  # Without a parent: two owners would both end it.
        server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        QLocalServer.removeServer(_address(name))
        server.newConnection.connect(lambda: self._on_connected(server))
        server.listen(_address(name))
        return server

    def _on_connected(self, server: QLocalServer) -> None:
        socket = server.nextPendingConnection()
        line = _line(socket, ASK_MS)
        call = _read(line)
        socket.write(TAKEN if call is not None and self._come(call) else BUSY)
        socket.waitForBytesWritten(ASK_MS)
        socket.abort()
        socket.deleteLater()


def _end(server: QLocalServer | None) -> None:
    if server is not None:
        server.close()


def _answer(name: str, call: Call) -> bytes:
    """What the window of this name says to a call: TAKEN, BUSY (also when it hangs), or nothing where there is none."""
    from PySide6.QtNetwork import QLocalSocket

    socket = QLocalSocket()
    socket.connectToServer(_address(name))
    if not socket.waitForConnected(WAIT_MS):
        return b""
    socket.write(_written(call))
    answer = _line(socket, WAIT_MS)
    socket.abort()
    return TAKEN if answer == TAKEN else BUSY


def _line(socket: QLocalSocket, wait_ms: int) -> bytes:
    """What the other side says, up to the end of its line; less where that does not come in time."""
    patience = QDeadlineTimer(wait_ms)
    while not socket.canReadLine() and not patience.hasExpired() and socket.bytesAvailable() <= LONGEST:
        if not socket.isValid():
            break
        socket.waitForReadyRead(LOOK_MS)
    return bytes(socket.readLine(LONGEST).data())


def _written(call: Call) -> bytes:
    return json.dumps({"files": [str(file) for file in call.files], "token": call.token}).encode() + b"\n"


def _read(line: bytes) -> Call | None:
    """What was asked; None where it is no call of ours."""
    try:
        told = json.loads(line)
        return Call(tuple(Path(str(file)) for file in told["files"]), str(told["token"]))
    except (ValueError, TypeError, KeyError):
        return None


def _home() -> Path:
    """What all starts of one user have in common: the folder of their studies."""
    if given := os.environ.get("STEELYARD_HOME"):
        return Path(given).resolve()
    from platformdirs import user_data_dir

    return Path(user_data_dir("Steelyard", appauthor=False)).resolve()


def _name(path: Path) -> str:
    digest = QCryptographicHash.hash(os.fsencode(path), QCryptographicHash.Algorithm.Sha256)
    return "steelyard-" + bytes(digest.toHex().data()).decode()[:32]


def _address(name: str) -> str:
    """Where a socket is: on Windows pipes have no folder."""
    return name if os.name == "nt" else f"{_folder()}/{name}"


def _folder() -> Path:
    """A folder that is the user's alone: the one that the system keeps for sockets, else the one of our cache."""
    given = Path(os.environ.get("XDG_RUNTIME_DIR", ""))
    if given.is_absolute() and _is_own(given):
        return given
    if home := os.environ.get("STEELYARD_HOME"):
        folder = Path(home) / "run"
    else:
        from platformdirs import user_cache_dir

        folder = Path(user_cache_dir("Steelyard", appauthor=False)) / "run"
    try:
        folder.mkdir(0o700, parents=True, exist_ok=True)
    except OSError:
        return folder  # Whoever tries to lock or listen there hears of it.
    return folder


def _is_own(folder: Path) -> bool:
    try:
        found = folder.stat()
    except OSError:
        return False
    return found.st_uid == os.getuid() and not found.st_mode & 0o077 and os.access(folder, os.W_OK)
