"""How far the library has seen each study go, kept outside its file: a file put back to an older one tells nobody."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from db.engine import replacing
from db.study.model import Id


@dataclass(frozen=True, slots=True)
class Head:
    """The newest change seen in a file: its number, the hash of the chain up to it, and when it was made.

    `study` is the identity of the study in the file, so that its backups are found when the file itself tells nothing.
    """

    seq: int
    hash: str
    at: str
    study: Id = ""


class Heads:
    """The heads of all files, by file name, in one small file of their own."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def of(self, name: str) -> Head | None:
        """The newest change ever seen in a file, None where none was or the record is lost."""
        with suppress(TypeError, KeyError, ValueError, AttributeError):
            head = self._all()[name]
            return Head(int(head["seq"]), str(head["hash"]), str(head["at"]), str(head.get("study", "")))
        return None

    def note(self, name: str, head: Head, *, synced: bool = True) -> None:
        """Remember a head. Raises OSError; the record is then as it was.

        Not `synced` costs no wait for the disk: it outlives the process, but perhaps not a power cut.
        """
        heads = {**self._all(), name: asdict(head)}
        with replacing(self._path, synced=synced) as temporary:
            temporary.write_text(json.dumps(heads), "utf-8")

    def _all(self) -> dict[str, dict[str, Any]]:
        try:
            found = json.loads(self._path.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}
