"""The program that the tracer stops: it imports everything once, then forks one player of a scene after another.

On each line of standard input: the name of a scene, a tab and a folder. On standard output: "ready", then the process
of each player. A player waits, stopped, until it is traced; then it tells the kernel which calls to stop it at.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import tempfile
import traceback
from pathlib import Path

from db.study.model import Known
from tests.reliability.calls import NUMBERS
from tests.reliability.scenes import SCENES

_LOAD, _IS, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _TRACE = 0x7FFF0000, 0x7FF00000
_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER = 38, 22, 2


class _Instruction(ctypes.Structure):
    _fields_ = [
        ("code", ctypes.c_ushort),
        ("if_true", ctypes.c_ubyte),
        ("if_false", ctypes.c_ubyte),
        ("value", ctypes.c_uint32),
    ]


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.POINTER(_Instruction))]


def stop_at_writes() -> None:
    """From now on the kernel stops this process, and its threads, at every call in NUMBERS. Raises OSError."""
    numbers = sorted(NUMBERS)
    tests = [(_IS, len(numbers) - at, 0, number) for at, number in enumerate(numbers)]
    listed = [(_LOAD, 0, 0, 0), *tests, (_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _TRACE)]
    program = _Program(len(listed), (_Instruction * len(listed))(*listed))
    libc = ctypes.CDLL(None, use_errno=True)
    zero = ctypes.c_ulong(0)
    for request in (
        (_NO_NEW_PRIVILEGES, ctypes.c_ulong(1), zero, zero, zero),
        (_SET_SECCOMP, ctypes.c_ulong(_FILTER), ctypes.byref(program), zero, zero),
    ):
        if libc.prctl(*request):
            raise OSError(ctypes.get_errno(), "seccomp is not available")


def main() -> None:
    """Rehearse every scene, so that nothing is left to be imported; then fork until standard input ends."""
    for scene in SCENES.values():
        with tempfile.TemporaryDirectory() as folder:
            scene.prepare(Path(folder))
            scene.play(Path(folder), lambda text: None)
    print("ready", flush=True)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        name, folder = line.rstrip("\n").split("\t", 1)
        process = os.fork()
        if process == 0:
            _perform(name, Path(folder))
        os.waitpid(process, os.WUNTRACED)
        print(process, flush=True)


def _perform(name: str, folder: Path) -> None:
    """Play one scene and end. What a user would be told is said as “refused”, what is a bug as “error”."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setpgid(0, 0)
    said = os.memfd_create("said")
    os.kill(os.getpid(), signal.SIGSTOP)
    try:
        stop_at_writes()
        SCENES[name].play(folder, lambda text: os.write(said, text.encode()))
    except Known as error:
        os.write(said, f"refused {error}".encode())
    except BaseException:
        os.write(said, f"error {traceback.format_exc()}".encode())
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    main()
