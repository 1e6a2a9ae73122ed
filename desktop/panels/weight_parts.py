"""Small parts of the weights panel: whose weights these are, and what stands where no criterion is."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from db.study.model import Perspective
from desktop.look import font, look
from desktop.look.buttons import Button
from desktop.look.painting import draw_text, text_width
from desktop.look.spoken import Role, Spoken
from desktop.look.widgets import Chip, TextLabel
from desktop.panels.weight_amounts import POINTS


class PartyLine(QWidget):
    """Whose weights these are, what they want, and the unit of the numbers below."""

    def __init__(self) -> None:
        super().__init__()
        self._name, self._summary, self._unit = "", "", "%"
        self.chip = Chip("Equal, never assessed", "warn", self)
        self.chip.setToolTip("Nobody has set these weights yet: they are equal only because nothing else is known.")
        self.chip.setAccessibleIdentifier("weights.unassessed")
        self.chip.hide()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(20)

    def spoken(self) -> Spoken:
        """A text."""
        return Spoken(self, Role.StaticText)

    def show_party(self, party: Perspective, method: str) -> None:
        """Show a perspective; nothing is laid out anew."""
        self._name, self._summary = party.name, party.summary
        self._unit = "points" if method == POINTS else "%"
        self.chip.setVisible(not party.assessed)
        self.chip.adjustSize()
        self.setAccessibleName(f"{party.name}. {party.summary}")
        self.setToolTip(party.summary or party.name)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, area = look.tokens, QRectF(self.rect())
        painter = QPainter(self)
        right = area.width() - 19
        draw_text(
            painter,
            QRectF(0, 0, area.width() - 21, 20),
            self._unit,
            font(11),
            tokens.text3,
            Qt.AlignmentFlag.AlignRight,
        )
        right -= text_width(self._unit, font(11)) + 8
        if not self.chip.isHidden():
            right -= self.chip.width() + 6
            self.chip.move(round(right) + 6, 0)
        name = min(text_width(self._name, font(12, 600)), right)
        draw_text(painter, QRectF(0, 0, name + 1, 20), self._name, font(12, 600), tokens.text2)
        if self.chip.isHidden():
            rest = QRectF(name + 8, 0, max(0.0, right - name - 8), 20)
            draw_text(painter, rest, self._summary, font(12), tokens.text3)


class NoCriteria(QWidget):
    """What stands where no criterion is."""

    def __init__(self) -> None:
        super().__init__()
        centre = Qt.AlignmentFlag.AlignHCenter
        self.button = Button("Add a criterion", icon="plus", kind="outlined")
        self.button.setAccessibleIdentifier("weights.first")
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addStretch(1)
        column.addWidget(TextLabel("No criteria yet", 14, 600, align=centre))
        column.addWidget(TextLabel("Add what the options are to be judged by.", 12, 400, "text2", centre))
        column.addWidget(self.button, 0, centre)
        column.addStretch(2)
