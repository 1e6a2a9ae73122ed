"""Scenes played under trace, each in a fresh folder."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.reliability.scenes import SCENES
from tests.reliability.tracer import Fault, Run, Stage
from tests.reliability.victims import MEMORY


class Theatre:
    """Plays scenes, each time in a fresh copy of its prepared folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stage = Stage()
        self._templates: dict[str, Path] = {}

    def obstacle(self) -> str:
        """Why nothing can be played under trace here, "" where it can."""
        return self._stage.obstacle()

    def template(self, scene: str) -> Path:
        """The folder of a scene as it is before."""
        if scene not in self._templates:
            self._templates[scene] = Path(tempfile.mkdtemp(dir=self._folder))
            SCENES[scene].prepare(self._templates[scene])
        return self._templates[scene]

    @contextmanager
    def folder_of(self, scene: str) -> Iterator[Path]:
        """A fresh folder with what the scene prepared."""
        folder = self._folder / "now"
        shutil.copytree(self.template(scene), folder)
        try:
            yield folder
        finally:
            shutil.rmtree(folder)

    def play(self, scene: str, folder: Path, fault: Fault | None = None) -> Run:
        """Play it in a folder from `folder_of`; fails when anything goes wrong in there but what the fault explains."""
        run = self._stage.play(scene, folder, fault)
        unexplained = ("error",) if fault is not None and fault.kind == "fail" else ("error", "refused")
        troubles = [text for text in run.said if text.startswith(unexplained)]
        assert not troubles, f"{fault}: {troubles[0]}"
        return run

    def rehearse(self, scene: str) -> Run:
        """What the scene does where nothing goes wrong."""
        with self.folder_of(scene) as folder:
            run = self.play(scene, folder)
            assert run.ended == 0
            if "done" in run.said:
                SCENES[scene].judge(folder, done=True)
            return run

    def close(self) -> None:
        self._stage.close()


@contextmanager
def theatre() -> Iterator[Theatre]:
    """A theatre, and nothing left of it."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as name:
        opened = Theatre(Path(name).resolve())
        try:
            yield opened
        finally:
            opened.close()
