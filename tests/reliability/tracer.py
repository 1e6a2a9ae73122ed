"""Runs a scene in a process of its own and stops it before every system call that changes a file below one folder.

Each such call is written down with its data, and can be made the last thing the process ever does, be cut in half, or
fail as on a full or broken disk. Linux on x86_64 only, by ptrace and seccomp through ctypes; no compiler, no strace.
"""

from __future__ import annotations

import ctypes
import errno
import functools
import os
import platform
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.reliability.calls import NUMBERS, Call, Said

SAYING = "/memfd:said"
"""Where the file that a player speaks into seems to be."""

ROOT = Path(__file__).parents[2]

_CONT, _GETREGS, _SETREGS, _SYSCALL, _SEIZE = 7, 12, 13, 24, 0x4206
_SYSGOOD, _CLONE, _SECCOMP, _EXITKILL = 0x01, 0x08, 0x80, 0x100000
_EVENT_SECCOMP = 7
_WALL = 0x40000000
_HERE = (1 << 32) - 100
"""AT_FDCWD."""
_WORD = 1 << 64


_REGISTERS = """r15 r14 r13 r12 rbp rbx r11 r10 r9 r8 rax rcx rdx rsi rdi orig_rax rip cs eflags rsp ss fs_base gs_base
ds es fs gs"""


class _Registers(ctypes.Structure):
    _fields_ = [(name, ctypes.c_ulonglong) for name in _REGISTERS.split()]


@functools.cache
def _libc() -> Any:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
    libc.ptrace.restype = ctypes.c_long
    return libc


def _ptrace(request: int, thread: int, data: Any = None) -> None:
    if _libc().ptrace(request, thread, None, data) == -1:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens at the call with this number, counted from 0 between “begin” and “end”.

    "kill": the process dies before it. "tear": it dies when half of what it writes is written. "fail": the call returns
    `error`, and so does every later one when `lasting`.
    """

    at: int
    kind: str
    error: int = 0
    lasting: bool = False

    def strikes(self, number: int) -> bool:
        """Whether the call with this number is hit."""
        return number == self.at or (self.lasting and number > self.at)


@dataclass(slots=True)
class Run:
    """What a process did: everything in order, the calls that count, how it ended (-9: killed)."""

    log: list[Call | Said] = field(default_factory=list)
    points: list[Call] = field(default_factory=list)
    ended: int = 0

    @property
    def said(self) -> list[str]:
        """What it said, without the marks that begin and end the counting."""
        return [entry.text for entry in self.log if isinstance(entry, Said) and entry.text not in ("begin", "end")]


def is_supported() -> bool:
    """Whether this is the kind of machine whose system calls are known here."""
    return sys.platform == "linux" and platform.machine() == "x86_64"


class Stage:
    """A process that has imported everything and forks one player after another, each to be traced."""

    def __init__(self) -> None:
        self._parent = subprocess.Popen(
            [sys.executable, "-m", "tests.reliability.player"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        )
        if self._answer() != "ready":
            raise RuntimeError("the player did not get ready")

    def _answer(self) -> str:
        assert self._parent.stdout is not None
        return self._parent.stdout.readline().strip()

    def play(self, scene: str, folder: Path, fault: Fault | None = None) -> Run:
        """Let a fresh process play the scene in this folder; returns when it has ended."""
        assert self._parent.stdin is not None
        self._parent.stdin.write(f"{scene}\t{folder}\n")
        self._parent.stdin.flush()
        process = int(self._answer())
        try:
            return _Tracing(process, folder, fault).follow()
        except BaseException:
            os.kill(process, signal.SIGKILL)
            raise

    def obstacle(self) -> str:
        """Why nothing can be traced here, "" where it can."""
        try:
            with tempfile.TemporaryDirectory() as folder:
                said = self.play("nothing", Path(folder)).said
        except OSError as error:
            return f"this machine does not let a process trace its own children ({error})"
        return "" if said == ["done"] else f"this machine does not let a process stop at its system calls ({said})"

    def close(self) -> None:
        """End the process that forks."""
        self._parent.communicate()


class _Tracing:
    """One process under trace, from its first stop to its end."""

    def __init__(self, process: int, folder: Path, fault: Fault | None) -> None:
        self._process, self._folder, self._fault = process, f"{folder}/", fault
        self._run = Run()
        self._counts = False
        self._unfinished: dict[int, Call] = {}
        self._doomed = False
        _ptrace(_SEIZE, process, _SYSGOOD | _CLONE | _SECCOMP | _EXITKILL)
        self._memory = os.open(f"/proc/{process}/mem", os.O_RDONLY)

    def follow(self) -> Run:
        try:
            while True:
                thread, status = os.waitpid(-self._process, _WALL)
                if os.WIFSTOPPED(status):
                    self._on_stop(thread, status)
                elif thread == self._process:
                    self._run.ended = os.waitstatus_to_exitcode(status)
                    return self._run
        finally:
            os.close(self._memory)

    def _on_stop(self, thread: int, status: int) -> None:
        event, number = status >> 16, os.WSTOPSIG(status)
        try:
            if event == _EVENT_SECCOMP:
                self._on_call(thread)
            elif number == signal.SIGTRAP | 0x80:
                self._on_return(thread)
            else:
                _ptrace(_CONT, thread, 0 if event or number == signal.SIGTRAP else number)
        except OSError as error:
            if error.errno != errno.ESRCH:  # Killed meanwhile; its end is reported next.
                raise

    def _on_call(self, thread: int) -> None:
        registers = _Registers()
        _ptrace(_GETREGS, thread, ctypes.byref(registers))
        call = _Reader(thread, self._memory, registers).call()
        if call.path.startswith(SAYING):
            self._hear(call.data.decode())
        elif f"{call.path}/".startswith(self._folder) and not _only_reads(call):
            return self._before(thread, call, registers)
        return _ptrace(_CONT, thread)

    def _hear(self, text: str) -> None:
        self._run.log.append(Said(text))
        self._counts = text == "begin" or (self._counts and text != "end")

    def _before(self, thread: int, call: Call, registers: _Registers) -> None:
        if self._counts:
            self._run.points.append(call)
            if self._fault is not None and self._fault.strikes(len(self._run.points) - 1):
                self._strike(thread, self._fault, call, registers)
        self._unfinished[thread] = call
        _ptrace(_SYSCALL, thread)

    def _strike(self, thread: int, fault: Fault, call: Call, registers: _Registers) -> None:
        """Shorten the write, or let the kernel skip the call; whoever is to die does so when it would return."""
        self._doomed = fault.kind != "fail"
        if fault.kind == "tear":
            registers.rdx = len(call.data) // 2
        else:
            registers.orig_rax, registers.rax = _WORD - 1, _WORD - (fault.error or errno.EINTR)
        _ptrace(_SETREGS, thread, ctypes.byref(registers))

    def _on_return(self, thread: int) -> None:
        registers = _Registers()
        _ptrace(_GETREGS, thread, ctypes.byref(registers))
        call = self._unfinished.pop(thread)
        call.result = _signed(registers.rax)
        self._run.log.append(call)
        if self._doomed:
            os.kill(self._process, signal.SIGKILL)
        else:
            _ptrace(_CONT, thread)


class _Reader:
    """What a stopped thread asks of the kernel."""

    def __init__(self, thread: int, memory: int, registers: _Registers) -> None:
        self._thread, self._memory = thread, memory
        self._name = NUMBERS[registers.orig_rax]
        r = registers
        self._arguments = (r.rdi, r.rsi, r.rdx, r.r10, r.r8, r.r9)

    def call(self) -> Call:
        """The call with its paths resolved and its data read."""
        name, given = self._name, self._arguments
        match name:
            case "write" | "pwrite64" | "writev" | "pwritev" | "pwritev2":
                return self._writing()
            case "ftruncate" | "fallocate":
                size = given[1] if name == "ftruncate" else given[2] + given[3]
                return Call(name, self._opened(given[0]), size=size)
            case "fsync" | "fdatasync" | "fchmod" | "fchown":
                return Call(name, self._opened(given[0]))
            case "sendfile" | "copy_file_range":
                return Call(name, self._opened(given[0 if name == "sendfile" else 2]))
            case "open" | "openat":
                return self._opening(given if name == "openat" else (_HERE, *given))
            case "rename" | "link":
                return Call(name, self._path(_HERE, given[0]), self._path(_HERE, given[1]))
            case "renameat" | "renameat2" | "linkat":
                return Call(name, self._path(given[0], given[1]), self._path(given[2], given[3]))
            case "symlinkat":
                return Call(name, self._path(given[1], given[2]))
            case _ if name.endswith("at"):
                return Call(name, self._path(given[0], given[1]))
            case _:
                return Call(name, self._path(_HERE, given[0]), size=given[1] if name == "truncate" else 0)

    def _writing(self) -> Call:
        handle, address, count, offset = self._arguments[:4]
        path = self._opened(handle)
        if self._name in ("write", "writev"):
            offset = self._position(handle)
        data = self._bytes(address, count) if self._name in ("write", "pwrite64") else self._pieces(address, count)
        return Call(self._name, path, offset=offset, data=data)

    def _opening(self, given: tuple[int, ...]) -> Call:
        path, flags = self._path(given[0], given[1]), given[2]
        exists = os.path.exists(path)
        creates = bool(flags & os.O_CREAT) and not exists
        return Call(self._name, path, creates=creates, empties=bool(flags & os.O_TRUNC) and exists)

    def _opened(self, handle: int) -> str:
        return os.readlink(f"/proc/{self._thread}/fd/{handle & 0xFFFFFFFF}")

    def _position(self, handle: int) -> int:
        told = Path(f"/proc/{self._thread}/fdinfo/{handle & 0xFFFFFFFF}").read_text()
        return int(told.split()[1])

    def _path(self, handle: int, address: int) -> str:
        folder = "cwd" if handle & 0xFFFFFFFF == _HERE else f"fd/{handle & 0xFFFFFFFF}"
        name = os.fsdecode(self._text(address))
        return os.path.normpath(os.path.join(os.readlink(f"/proc/{self._thread}/{folder}"), name))

    def _text(self, address: int) -> bytes:
        """The bytes up to a NUL; a page at a time, since the next one may not be there."""
        found = b""
        while b"\0" not in found:
            found += self._bytes(address + len(found), 4096 - (address + len(found)) % 4096)
        return found[: found.index(b"\0")]

    def _bytes(self, address: int, count: int) -> bytes:
        return os.pread(self._memory, count, address) if count else b""

    def _pieces(self, address: int, count: int) -> bytes:
        table = self._bytes(address, 16 * count)
        words = [int.from_bytes(table[at : at + 8], "little") for at in range(0, len(table), 8)]
        return b"".join(self._bytes(start, size) for start, size in zip(words[::2], words[1::2], strict=True))


def _only_reads(call: Call) -> bool:
    return call.name in ("open", "openat") and not (call.creates or call.empties)


def _signed(number: int) -> int:
    return number - _WORD if number >= _WORD >> 1 else number
