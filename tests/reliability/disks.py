"""What may be on a disk after the power went, given the log of writes and syncs up to then.

Certain is only what a sync that succeeded had confirmed. Of every write since, any sectors of 512 bytes may be there;
so may any truncation. About names (creations, renames, unlinks) there are two models:

"ordered"  as ext4 and other journals keep them: names change in the order asked for, up to any moment. Syncing a file
           confirms its own name and every change before that; syncing a folder, every change so far.
"worst"    what POSIX promises: any of the changes since the folder was last synced may be there and any may be missing,
           one rename being one change; syncing a file says nothing about its name. Where a file grew and its new
           sectors are missing, the size may have grown nevertheless, and anything may stand there.

A sync that failed leaves its file's writes in doubt for good: no later one confirms them, only writing them again does.
A sector is written wholly or not at all, and writing one does no harm to its neighbours: SQLite's own assumption.
"""

from __future__ import annotations

import os
import random
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.reliability.calls import Call
from tests.reliability.victims import MEMORY

SECTOR = 512


@dataclass(frozen=True, slots=True)
class _Write:
    offset: int
    data: bytes

    def sectors(self) -> Iterator[_Write]:
        start, end = self.offset, self.offset + len(self.data)
        while start < end:
            stop = min(end, (start // SECTOR + 1) * SECTOR)
            yield _Write(start, self.data[start - self.offset : stop - self.offset])
            start = stop

    def onto(self, contents: bytearray) -> None:
        contents.extend(bytes(max(0, self.offset - len(contents))))
        contents[self.offset : self.offset + len(self.data)] = self.data


@dataclass(frozen=True, slots=True)
class _Cut:
    size: int

    def sectors(self) -> Iterator[_Cut]:
        yield self

    def onto(self, contents: bytearray) -> None:
        del contents[self.size :]
        contents.extend(bytes(self.size - len(contents)))


@dataclass(eq=False, slots=True)
class _File:
    """`certain` is on the disk; each of `since` may be, and each of `lost`, which no sync will confirm."""

    certain: bytearray = field(default_factory=bytearray)
    lost: list[_Write | _Cut] = field(default_factory=list)
    since: list[_Write | _Cut] = field(default_factory=list)

    def sync(self) -> None:
        for change in self.since:
            change.onto(self.certain)
        self.lost, self.since = [], []

    def fail_to_sync(self) -> None:
        """The system now takes for written what is not, and no later sync brings it to the disk: Linux does so."""
        self.lost += self.since
        self.since = []

    def after_cut(self, chance: random.Random, share: float, garbage: bool) -> bytes:
        contents = bytearray(self.certain)
        largest = len(contents)
        for change in (*self.lost, *self.since):
            for part in change.sectors():
                if chance.random() < share:
                    part.onto(contents)
                elif isinstance(part, _Write):
                    largest = max(largest, part.offset + len(part.data))
        if garbage and largest > len(contents) and chance.random() < 0.5:
            contents += chance.choice((bytes, chance.randbytes))(largest - len(contents))
        return bytes(contents)


_Names = dict[str, _File | None]


class Disk:
    """A folder on a disk: what of it is certain, and what is not, while calls are replayed."""

    def __init__(self, folder: Path, played_in: Path, *, ordered: bool) -> None:
        """What stands in `folder` is certain; the calls to come name `played_in` instead."""
        self._root, self._ordered = str(played_in), ordered
        files = {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}
        self._certain = {f"{played_in}/{name}": _File(bytearray(path.read_bytes())) for name, path in files.items()}
        self._now = dict(self._certain)
        self._made: set[str] = set()
        self._since: list[_Names] = []

    def replay(self, call: Call) -> None:
        """Note what a call did; one that failed did nothing to the folder. Raises ValueError for an unknown one."""
        if call.result < 0:
            if call.name in ("fsync", "fdatasync") and call.path in self._now:
                self._now[call.path].fail_to_sync()
            return
        match call.name:
            case "open" | "openat" | "creat":
                self._open(call)
            case "write" | "pwrite64" | "writev" | "pwritev":
                self._now[call.path].since.append(_Write(call.offset, call.data[: call.result]))
            case "ftruncate" | "truncate":
                self._now[call.path].since.append(_Cut(call.size))
            case "fsync" | "fdatasync":
                self._sync(call.path)
            case "rename" | "renameat" | "renameat2":
                self._name({call.path: None, call.to: self._now[call.path]})
            case "unlink" | "unlinkat":
                self._name({call.path: None})
            case "mkdir" | "mkdirat":
                self._made.add(call.path)
                self._name({call.path: _File()})
            case "chmod" | "fchmod" | "fchmodat" | "fchown":
                pass  # Who may read it is not looked at.
            case _:
                raise ValueError(f"{call.name} is not replayed")

    def _open(self, call: Call) -> None:
        if call.creates:
            self._name({call.path: _File()})
        elif call.empties:
            self._now[call.path].since.append(_Cut(0))

    def _name(self, names: _Names) -> None:
        _apply(names, self._now)
        self._since.append(names)

    def _sync(self, path: str) -> None:
        if path in self._now and path not in self._made:
            self._now[path].sync()
            confirmed = [names for names in self._since if path in names] if self._ordered else []
        else:
            confirmed = [names for names in self._since if any(str(Path(name).parent) == path for name in names)]
        if confirmed and self._ordered:
            last = max(at for at, names in enumerate(self._since) if names is confirmed[-1])
            confirmed = self._since[: last + 1]
        for names in confirmed:
            _apply(names, self._certain)
        self._since = [names for names in self._since if not any(names is other for other in confirmed)]

    def certain(self) -> dict[str, bytes]:
        """The least there can be: only what was confirmed. Names are relative to the folder."""
        return self._shown(self._certain, lambda file: bytes(file.certain))

    def after_cut(self, chance: random.Random) -> dict[str, bytes]:
        """One of the states there can be when the power goes now. Names are relative to the folder."""
        names = dict(self._certain)
        for change in self._happened(chance):
            _apply(change, names)
        share, garbage = chance.choice((0.0, 0.1, 0.5, 0.9, 1.0)), not self._ordered
        return self._shown(names, lambda file: file.after_cut(chance, share, garbage))

    def _happened(self, chance: random.Random) -> list[_Names]:
        if self._ordered:
            return self._since[: chance.randint(0, len(self._since))]
        share = chance.choice((0.0, 0.5, 1.0))
        return [change for change in self._since if chance.random() < share]

    def _shown(self, names: dict[str, _File], contents: Callable[[_File], bytes]) -> dict[str, bytes]:
        """Files whose folders are there, too."""
        return {
            os.path.relpath(name, self._root): contents(file)
            for name, file in names.items()
            if name not in self._made
            and all(str(folder) in names for folder in Path(name).parents if str(folder) in self._made)
        }


def _apply(names: _Names, onto: dict[str, _File]) -> None:
    for name, file in names.items():
        if file is None:
            onto.pop(name, None)
        else:
            onto[name] = file


@contextmanager
def laid_out(state: dict[str, bytes]) -> Iterator[Path]:
    """A fresh folder that holds a state."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        for name, contents in state.items():
            target = Path(folder) / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(contents)
        yield Path(folder)
