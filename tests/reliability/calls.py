"""The system calls that change what a disk holds, as numbers, and as records of what one process did."""

from __future__ import annotations

from dataclasses import dataclass

NUMBERS = {
    1: "write",
    2: "open",
    18: "pwrite64",
    20: "writev",
    26: "msync",
    40: "sendfile",
    74: "fsync",
    75: "fdatasync",
    76: "truncate",
    77: "ftruncate",
    82: "rename",
    83: "mkdir",
    84: "rmdir",
    85: "creat",
    86: "link",
    87: "unlink",
    88: "symlink",
    90: "chmod",
    91: "fchmod",
    93: "fchown",
    257: "openat",
    258: "mkdirat",
    263: "unlinkat",
    264: "renameat",
    265: "linkat",
    266: "symlinkat",
    268: "fchmodat",
    285: "fallocate",
    296: "pwritev",
    316: "renameat2",
    326: "copy_file_range",
    328: "pwritev2",
}
"""Linux on x86_64."""


@dataclass(slots=True)
class Call:
    """One call on a file below the watched folder.

    `to` is the new name of a rename or link; `offset` and `data` belong to writes, `size` to truncations, `creates` and
    `empties` to openings. `result` is what the kernel returned, a negative error number for a failure.
    """

    name: str
    path: str
    to: str = ""
    offset: int = 0
    data: bytes = b""
    size: int = 0
    creates: bool = False
    empties: bool = False
    result: int = 0


@dataclass(frozen=True, slots=True)
class Said:
    """What the traced process said at this place in its log, such as what it acknowledged."""

    text: str
