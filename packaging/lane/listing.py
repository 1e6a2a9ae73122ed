"""What is on a file system, to be compared with what is there later."""

from __future__ import annotations

import hashlib
import os
import stat
from fnmatch import fnmatchcase
from pathlib import Path

PASSING = ("proc", "sys", "dev", "run", "tmp", "home")
"""Folders of a root that hold nothing for long, or are the users' own, which are compared by themselves."""
NOT_OURS = {
    "var/cache/apt/*": "what apt remembers of its sources",
    "var/cache/ldconfig/*": "what ldconfig remembers of the libraries",
    "var/lib/dpkg/*-old": "dpkg's copies of its own lists",
    "var/log/*": "the logs of apt, dpkg and the like",
}
"""What apt, dpkg and other packages leave of themselves, each with what it is; `*` stands for anything."""


def listing(root: Path) -> dict[str, str]:
    """Each path below a folder with its kind, mode, owner and content; in a root without what is passing."""
    found: dict[str, str] = {}
    for folder, names, files in os.walk(root):
        here = Path(folder)
        if here == root and (root / "proc").is_dir():
            names[:] = [name for name in names if name not in PASSING]
        for name in [*names, *files]:
            path = here / name
            found[str(path.relative_to(root))] = _told(path)
    return found


def _told(path: Path) -> str:
    status = path.lstat()
    owner = f"{stat.filemode(status.st_mode)} {status.st_uid}:{status.st_gid}"
    if stat.S_ISLNK(status.st_mode):
        return f"{owner} -> {os.readlink(path)}"
    if stat.S_ISREG(status.st_mode):
        return f"{owner} {hashlib.sha256(path.read_bytes()).hexdigest()}"
    return owner


def differences(before: dict[str, str], after: dict[str, str]) -> dict[str, str]:
    """What is `new`, `gone` or `changed`, by path."""
    told = {path: "new" if path not in before else "changed" for path in after if after[path] != before.get(path)}
    return told | {path: "gone" for path in before if path not in after}


def allowed(path: str) -> bool:
    """Whether a path is one of those that others leave."""
    return any(fnmatchcase(path, pattern) for pattern in NOT_OURS)
