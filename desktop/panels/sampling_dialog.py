"""How many draws are taken at rest, and from which seed."""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.look import look
from desktop.look.focus import identify
from desktop.look.widgets import Button, TextLabel, link_button, paragraph
from desktop.questions.plausible import COARSE, USUAL, Sampling

FEWEST, MOST = 1_000, 1_000_000
LAST_SEED = 2**31 - 1


def sampling_of(draws: str, seed: str) -> Sampling | str:
    """What two texts ask for, or why that is nothing."""
    count, start = _whole(draws), _whole(seed)
    if count is None or not FEWEST <= count <= MOST:
        return f"The number of draws is a whole number from {FEWEST:,} to {MOST:,}; nothing was changed."
    if start is None or start > LAST_SEED:
        return f"The seed is a whole number from 0 to {LAST_SEED:,}; nothing was changed."
    return Sampling(count, start)


def _whole(text: str) -> int | None:
    bare = text.strip().replace(",", "").replace(" ", "").replace("\u00a0", "").replace("\u2009", "")
    return int(bare) if bare.isascii() and bare.isdigit() and len(bare) <= 12 else None


class SamplingDialog(QDialog):
    """Two fields; `apply` is given what was asked for when it is sound, and else the dialog says why not."""

    def __init__(self, now: Sampling, apply: Callable[[Sampling], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle("Draws")
        identify(self, "sampling.dialog")
        self._apply = apply
        self.draws, self.seed = QLineEdit(f"{now.samples:,}"), QLineEdit(str(now.seed))
        for field, name, key in ((self.draws, "Number of draws at rest", "draws"), (self.seed, "Seed", "seed")):
            identify(field, f"sampling.{key}", name)
            field.textEdited.connect(self._on_edited)
        self.words = paragraph("", 12)
        self.trouble = paragraph("", 12, "bad")
        identify(self.trouble, "sampling.trouble")
        self._lay_out()
        self._on_edited()
        self.draws.setFocus()
        self.draws.selectAll()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 18)
        column.setSpacing(8)
        column.addWidget(TextLabel("Draws", 17, 600))
        why = f"While a slider moves, {COARSE:,} draws are taken; when it rests, as many as you say here."
        column.addWidget(paragraph(why, 12))
        for text, field in (
            ("Number of draws at rest", self.draws),
            ("Seed (the same seed gives the same draws)", self.seed),
        ):
            column.addWidget(TextLabel(text, 12, 600, "text2"))
            column.addWidget(field)
        column.addWidget(self.words)
        column.addWidget(self.trouble)
        usual, cancel, accept = link_button("Use the usual"), Button("Cancel"), Button("Use these", kind="primary")
        for button, key in ((usual, "usual"), (cancel, "cancel"), (accept, "accept")):
            identify(button, f"sampling.{key}")
        usual.clicked.connect(self._use_usual)
        cancel.clicked.connect(self.reject)
        accept.clicked.connect(self.try_accept)
        accept.setDefault(True)
        foot = QHBoxLayout()
        foot.addWidget(usual)
        foot.addStretch(1)
        foot.addWidget(cancel)
        foot.addWidget(accept)
        column.addLayout(foot)
        self.setMinimumWidth(400)

    def _use_usual(self) -> None:
        self.draws.setText(f"{USUAL.samples:,}")
        self.seed.setText(str(USUAL.seed))
        self._on_edited()

    def _on_edited(self) -> None:
        found = sampling_of(self.draws.text(), self.seed.text())
        self.trouble.hide()
        self.words.setVisible(isinstance(found, Sampling))
        if isinstance(found, Sampling):
            half = 98.0 / sqrt(found.samples)
            self.words.setText(f"Each figure is then right to ± {half:.2g} points or better, 19 times in 20.")

    def try_accept(self) -> None:
        """Use what was typed, or say why not."""
        found = sampling_of(self.draws.text(), self.seed.text())
        if isinstance(found, Sampling):
            self._apply(found)
            self.accept()
        else:
            self.trouble.setText(found)
            self.trouble.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), look.tokens.surface)
