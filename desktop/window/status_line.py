"""The line at the foot of the window: what the study holds and lacks, and when it was saved."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from db.study.words import counted
from desktop.look import look
from desktop.look.widgets import TextLabel

TYPE_CHECKING = False
if TYPE_CHECKING:
    from db.study.model import Study


class StatusLine(QWidget):
    """Counts and gaps at the left, "Saved 10:42" at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(28)
        self.counts = TextLabel("", 12, 400, "text2")
        self.counts.setAccessibleIdentifier("status.counts")
        self.saved = TextLabel("", 12, 400, "text2", Qt.AlignmentFlag.AlignRight)
        self.saved.setFixedWidth(220)
        self.saved.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.saved.setAccessibleIdentifier("status.saved")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.addWidget(self.counts, 1)
        row.addWidget(self.saved)
        self._counted: tuple[object, ...] = ()

    def show_study(self, study: Study) -> None:
        """Count what the study holds; a study whose parts are unchanged is not counted again."""
        parts = (study.options, study.criteria, study.scores)
        if len(parts) != len(self._counted) or any(a is not b for a, b in zip(parts, self._counted, strict=True)):
            self._counted = parts
            self.counts.setText(counts(study))

    def show_saved(self, text: str, tone: str = "text2") -> None:
        """Say what is on disk."""
        self.saved.setText(text)
        self.saved.set_colour(tone)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.tokens.surface)
        painter.fillRect(0, 0, self.width(), 1, look.tokens.border)


def counts(study: Study) -> str:
    """What a study holds and lacks, in one line."""
    options, leaves = study.included(), study.leaves()
    scores = [study.score(option.id, leaf.id) for option in options for leaf in leaves]
    missing = sum(score.is_missing for score in scores)
    weak = sum(score.confidence == "D" for score in scores)
    excluded = len(study.options) - len(options)
    parts = [counted(len(study.options), "option"), counted(len(leaves), "criterion", "criteria")]
    if excluded:
        parts.append(f"{excluded} excluded")
    if scores:
        parts.append(f"{counted(missing, 'score')} missing" if missing else "all scores complete")
    if weak:
        parts.append(f"{weak} with little evidence")
    return " · ".join(parts)
