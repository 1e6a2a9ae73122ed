"""Whether a folder is one that something else writes to: a network share, or a folder kept in step with a cloud."""

from __future__ import annotations

import os
import re
from pathlib import Path

_NETWORK = {
    "nfs", "nfs4", "cifs", "smb2", "smb3", "smbfs", "afs", "9p", "ceph", "glusterfs", "davfs", "fuse.sshfs",
    "fuse.rclone", "fuse.gvfsd-fuse", "fuse.davfs2", "fuse.glusterfs", "fuse.s3fs", "drvfs",
    "virtiofs", "vboxsf", "fuse.vmhgfs-fuse",
}  # fmt: skip
_SYNCHRONISED = (
    "dropbox", "onedrive", "google drive", "googledrive", "my drive", "icloud drive", "iclouddrive", "mobile documents",
    "nextcloud", "owncloud", "seafile", "syncthing", "box sync", "pclouddrive", "megasync", "creative cloud files",
)  # fmt: skip


def shared_with(path: Path, mounts: str | None = None) -> str:
    """What else writes to the folder of a file, in words ("a network share (nfs4)"); "" for nothing known.

    `mounts` is what the system says of its mounted file systems, as /proc/mounts does; by default it is asked.
    """
    folder = path.resolve().parent
    if kind := _network_kind(folder, _mounts() if mounts is None else mounts):
        return f"a network share ({kind})"
    for part in folder.parts:
        if _synchronised(part):
            return f"a synchronised folder ({part})"
    return ""


def _synchronised(part: str) -> bool:
    plain = part.casefold()
    return any(plain == name or plain.startswith((f"{name} ", f"{name}-", f"{name}_")) for name in _SYNCHRONISED)


def _network_kind(folder: Path, mounts: str) -> str:
    if os.name == "nt" and folder.drive.startswith("\\\\"):
        return folder.drive
    best, kind = "", ""
    for line in mounts.splitlines():
        fields = line.split()
        if len(fields) < 3:
            continue
        point = _unescaped(fields[1])
        inside = folder.is_relative_to(point)
        # The last of two file systems mounted at one place hides the first.
        if inside and len(point) >= len(best):
            best, kind = point, fields[2]
    return kind if kind in _NETWORK else ""


def _unescaped(text: str) -> str:
    """A mount point as /proc/mounts writes it: blanks and the like as octal numbers."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), text)


def _mounts() -> str:
    try:
        return Path("/proc/self/mounts").read_text("utf-8", "surrogateescape")
    except OSError:
        return ""
