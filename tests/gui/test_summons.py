"""One window calling another: a second start, in a process of its own, and the window that is there."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QLockFile, Qt
from PySide6.QtNetwork import QLocalSocket
from pytestqt.qtbot import QtBot

from db.library import Library
from db.study.copies import copy_of
from desktop.window import summons as calling
from desktop.window.help_dialog import HelpDialog
from desktop.window.import_dialog import ImportDialog
from desktop.window.patience import worked_out
from desktop.window.summons import Call, Summons, hand_over, starts_lock, summon
from seeds import security_guarantees
from tests.gui.window_stage import CONTROL, Key, Stage, running
from tests.reliability.processes import child, needs_kills

ROOT = Path(__file__).resolve().parents[2]
TABLE = "Option,Cost (US$; lower is better; 0 to 10),Use\nA,2.5,30\nB,4,70.5\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "study.steelyard"


def called(path: Path) -> bool:
    """Call from another thread, as another process would: this one has to hear it."""
    return worked_out(lambda: summon(path))


# Sockets


def test_nobody_answers_for_a_study_that_no_window_has(qtbot: QtBot, path: Path) -> None:
    assert not called(path)


def test_a_window_comes_for_its_own_study_and_for_no_other(qtbot: QtBot, path: Path) -> None:
    heard: list[Call] = []

    def come(call: Call) -> bool:
        heard.append(call)
        return True

    other = path.with_name("other.steelyard")
    summons = Summons(come)
    summons.answer_for(path)
    assert not called(other)
    assert called(path)
    assert called(path.parent / "x" / ".." / path.name), "the same file by another name"
    assert len(heard) == 2
    summons.answer_for(other)
    assert not called(path)
    assert called(other)
    summons.answer_for(None)
    assert not called(other)
    assert len(heard) == 3


def test_what_is_no_call_opens_nothing(qtbot: QtBot, path: Path) -> None:
    heard: list[Call] = []

    def come(call: Call) -> bool:
        heard.append(call)
        return True

    summons = Summons(come)
    summons.answer_for(path)
    address = calling._address(calling._name(path.resolve()))
    for said in (b"{}\n", b"[1]\n", b"\xff\xfe\n", b'{"files": 1, "token": ""}\n', b"x" * (calling.LONGEST + 1)):
        socket = QLocalSocket()
        socket.connectToServer(address)
        socket.write(said)
        qtbot.waitUntil(lambda s=socket: s.state() == QLocalSocket.LocalSocketState.UnconnectedState)
    assert heard == []
    summons.close()


@pytest.mark.skipif(os.name != "posix", reason="the modes of files on POSIX systems")
def test_no_other_user_can_reach_the_sockets(qtbot: QtBot, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_to_all = path.parent / "run"
    open_to_all.mkdir()
    open_to_all.chmod(0o777)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(open_to_all))
    summons = Summons(lambda call: True)
    summons.answer_for(path)
    socket = Path(calling._address(calling._name(path.resolve())))
    assert socket.is_socket()
    assert not open_to_all.samefile(socket.parent)
    assert not stat.S_IMODE(socket.parent.stat().st_mode) & 0o077
    assert not stat.S_IMODE(socket.stat().st_mode) & 0o077
    summons.close()


# Other processes


def told(say: Connection, word: str) -> bool:
    say.send(word)
    return True


def listen(say: Connection, path: Path, home: Path) -> None:
    """A window without a window, in a process of its own; says when it listens, and when it was called."""
    os.environ["STEELYARD_HOME"] = str(home)
    app = QCoreApplication([])
    lock = starts_lock()
    assert lock.tryLock(0)
    summons = Summons(lambda call: told(say, "come"))
    summons.answer_for(path)
    summons.answer_all(lock)
    say.send("listening")
    app.exec()


def hang(say: Connection, home: Path) -> None:
    """A window that listens and then never turns to its events again."""
    os.environ["STEELYARD_HOME"] = str(home)
    app = QCoreApplication([])
    lock = starts_lock()
    assert lock.tryLock(0)
    summons = Summons(lambda call: True)
    summons.answer_all(lock)
    say.send("listening")
    say.recv()
    app.quit()


@needs_kills
def test_what_a_killed_window_leaves_stands_in_nobodys_way(qtbot: QtBot, path: Path, home: Path) -> None:
    for _ in range(2):
        with child(listen, path, home) as window:
            assert window.pipe.recv() == "listening"
            assert summon(path)
            assert window.pipe.recv() == "come"
            assert hand_over([], starts_lock())
            assert window.pipe.recv() == "come"
            window.kill()
        assert not summon(path)
    lock = starts_lock()
    assert not hand_over([], lock)
    assert lock.isLocked()
    lock.unlock()


@needs_kills
def test_a_window_that_hangs_keeps_nobody_from_a_window_of_his_own(
    path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calling, "WAIT_MS", 100)
    with child(hang, home) as window:
        assert window.pipe.recv() == "listening"
        lock = starts_lock()
        assert not hand_over([path], lock)
        assert not lock.isLocked()


def compete(say: Connection, path: Path) -> None:
    """One of several starts at the same moment: says what came of it, and answers the others if it is the first."""
    app = QCoreApplication([])
    lock = starts_lock()
    say.send("ready")
    say.recv()
    if hand_over([path], lock):
        say.send("handed over")
        return
    say.send("first" if lock.isLocked() else "alone")
    summons = Summons(lambda call: told(say, str(call.files[0])))
    summons.answer_all(lock)
    app.exec()


@needs_kills
def test_of_several_starts_at_one_moment_one_has_a_window_and_the_files_of_all(path: Path) -> None:
    files = [path.with_name(f"{number} ü.steelyard") for number in range(4)]
    with child(compete, files[0]) as a, child(compete, files[1]) as b, child(compete, files[2]) as c:
        starts = (a, b, c)
        assert [start.pipe.recv() for start in starts] == ["ready"] * 3
        for start in starts:
            start.pipe.send("go")
        said = [start.pipe.recv() for start in starts]
        assert sorted(said) == ["first", "handed over", "handed over"]
        first = starts[said.index("first")]
        assert {first.pipe.recv(), first.pipe.recv()} == {
            str(file) for file, word in zip(files, said, strict=False) if word == "handed over"
        }


def test_where_no_lock_can_be_made_every_start_has_its_own_window(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    (home / "run").write_text("in the way")
    lock = starts_lock()
    assert not hand_over([], lock)
    assert lock.error() != QLockFile.LockError.NoError


# The application


@contextmanager
def second_start(stage: Stage, *arguments: str, cwd: Path = ROOT, **environment: str) -> Iterator[None]:
    """Start Steelyard again, really; it must end well by itself, and the window that is there must have come."""
    stage.window.showMinimized()
    start = subprocess.Popen(
        [sys.executable, "-P", "-W", "error", "-m", "desktop", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        cwd=cwd,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        stage.qtbot.waitUntil(lambda: start.poll() is not None, timeout=30_000)
    finally:
        start.kill()
        _, said = start.communicate()
    assert (start.returncode, said) == (0, "")
    assert not stage.window.windowState() & Qt.WindowState.WindowMinimized
    yield


def test_a_second_start_brings_the_window_to_the_front(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        own = stage.study.id
        with second_start(stage, XDG_ACTIVATION_TOKEN="token"):
            assert stage.study.id == own
        assert os.environ.pop("XDG_ACTIVATION_TOKEN") == "token"


def test_the_files_of_a_second_start_are_opened_in_the_window_that_is_there(qtbot: QtBot, tmp_path: Path) -> None:
    away = tmp_path / "50 % größer"
    away.mkdir()
    other = Library(tmp_path / "elsewhere").create(copy_of(security_guarantees.load(), "Another"), "Ada")
    study = other.rename(away / "mein plan.steelyard")
    (away / "choice.csv").write_text(TABLE)
    with running(qtbot) as stage:
        with second_start(stage, "mein plan.steelyard", cwd=away):
            qtbot.waitUntil(lambda: stage.study.title == "Another")
        with second_start(stage, (away / "choice.csv").as_uri()):
            qtbot.waitUntil(lambda: bool(stage.dialogs()))
            assert stage.dialog(ImportDialog).table.item(1, 0).text() == "B"
            stage.dialog(ImportDialog).close()
        with second_start(stage, str(study)):
            stage.flush()
            assert stage.study.title == "Another"
            assert not stage.banner


def test_a_window_in_the_middle_of_a_dialog_leaves_files_to_the_start_that_brought_them(
    qtbot: QtBot, tmp_path: Path
) -> None:
    with running(qtbot) as stage:
        stage.window.menus["help.about"].trigger()
        lock = starts_lock()
        assert not worked_out(lambda: hand_over([tmp_path / "study.steelyard"], lock))
        assert worked_out(lambda: hand_over([], lock)), "it can still be looked at"
        assert stage.dialog(HelpDialog).isVisible()


def test_the_window_rises_when_it_is_called_and_not_for_a_study_it_has_closed(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        assert stage.application.keeper is not None
        path = stage.application.keeper.path
        assert path is not None
        stage.window.showMinimized()
        assert called(path)
        assert not stage.window.windowState() & Qt.WindowState.WindowMinimized
        stage.key(Key.Key_W, CONTROL)
        assert not called(path)


def test_a_call_is_written_as_one_line_whatever_the_names(qtbot: QtBot) -> None:
    files = (Path("/tmp/a\nb.steelyard"), Path(os.fsdecode(b"/tmp/\xff.steelyard")))
    line = calling._written(Call(files, "t"))
    assert line.count(b"\n") == 1
    assert json.loads(line)["token"] == "t"
    assert calling._read(line) == Call(files, "t")
