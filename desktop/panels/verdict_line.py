"""The verdict beside the ranking: robust, leaning or a tie, with its figures; the rule behind it is one click away."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from desktop.exchange.firmness_text import verdict_sentence, verdict_word
from desktop.look import font, look
from desktop.look.focus import Ringed, identify
from desktop.look.icons import paint_icon
from desktop.look.painting import draw_text, hint, text_width
from desktop.look.spoken import announce
from desktop.look.widgets import tone_colours
from desktop.panels.verdict_rule import RuleCard
from desktop.panels.verdict_words import fitting, forms_of, joined
from desktop.panels.weight_slider import stay_opaque
from desktop.questions.firmness import Firmness, Verdict

SIGNS: dict[Verdict | None, tuple[str, str]] = {
    Verdict.ROBUST: ("good", "check"),
    Verdict.LEANING: ("warn", "steelyard"),
    Verdict.TIE: ("bad", "equal"),
    None: ("neutral", "more"),
}
"""Tone and icon of each verdict; None while there are no draws."""
TELL_AFTER_MS = 250
_LINE, _CHIP = 19.0, 22.0
_LEFT = 16.0


class VerdictLine(Ringed, QAbstractButton):
    """A chip with the verdict and, beside it, its figures in one line or two. It changes without any layout."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._firm: Firmness | None = None
        self._unsure, self._said, self._word = "", "", ""
        self._lines: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
        self._count, self._is_narrow = 2, False
        self.card: RuleCard | None = None
        self._tell = QTimer(self)
        self._tell.setSingleShot(True)
        self._tell.setInterval(TELL_AFTER_MS)
        self._tell.timeout.connect(self._on_tell)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        identify(self, "ranking.verdict", "How firm the ranking is")
        self.set_lines(2, False)
        self.clicked.connect(self.toggle_rule)

    # What is shown

    def show_firm(self, firm: Firmness | None, unsure: str, lead: str | None = "") -> None:
        """Show how firm a ranking is, or why that cannot be told.

        `lead` stands before who leads; None: who leads is said elsewhere.
        """
        self._firm, self._unsure = firm, unsure
        self._said = verdict_sentence(firm, short=True) if firm is not None else unsure
        self._word = verdict_word(firm) if firm is not None else ""
        self._lines = forms_of(firm, lead) if firm is not None else ((unsure,), ())
        if self.isEnabled() != (firm is not None):
            self.setEnabled(firm is not None)
        if self.card is not None and self.card.isVisible():
            self._fill(self.card)
        self._tell.start()
        self.update()

    def text(self) -> str:
        """All of it in one sentence, also where it is shown shortened."""
        return self._said

    def word(self) -> str:
        """What the chip says; "" where there is none."""
        return self._word

    def shown(self) -> list[str]:
        """The lines as they are painted at this width."""
        first, second = self._rooms()
        if self._count == 1:
            return [fitting(joined(*self._lines), first)]
        lines = [fitting(self._lines[0], first), fitting(self._lines[1], second)]
        return [line for line in lines if line]

    def _on_tell(self) -> None:
        if self.accessibleDescription() != self._said:
            self.setAccessibleDescription(self._said)
            announce(self, self._said)

    def hideEvent(self, event: QHideEvent) -> None:
        self._tell.stop()
        if self.card is not None:
            self.card.put_away()
        super().hideEvent(event)

    # Places

    def set_lines(self, count: int, is_narrow: bool) -> None:
        """Take one line or two; a narrow one begins its second line under the chip. Lays out: not for ticks."""
        if (count, is_narrow, self.height()) != (self._count, self._is_narrow, self.sizeHint().height()):
            self._count, self._is_narrow = count, is_narrow
            self.setFixedHeight(self.sizeHint().height())
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(400, 30 if self._count == 1 else 48 if self._is_narrow else 42)

    def chip_area(self) -> QRectF:
        """Where the chip stands; empty where there is none."""
        if not self._word:
            return QRectF()
        wide = text_width(self._word, font(11, 600)) + 49
        centred = self._count == 1 or not self._is_narrow
        top = (self.height() - 4 - _CHIP) / 2 if centred else 1.0
        return QRectF(_LEFT, top, wide, _CHIP)

    def _rooms(self) -> tuple[float, float]:
        """How wide each line may be."""
        end, beside = self.width() - _LEFT, self._beside()
        return end - beside, end - (_LEFT if self._is_narrow else beside)

    def _beside(self) -> float:
        return self.chip_area().right() + 10 if self._word else _LEFT

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.tokens.surface)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_chip(painter)
        lines = self.shown()
        beside, height = self._beside(), self.height() - 4
        tops = [(height - _LINE * len(lines)) / 2 + place * _LINE for place in range(len(lines))]
        if self._is_narrow and self._count == 2:
            tops = [2.5, 25.0]
        for place, (line, top) in enumerate(zip(lines, tops, strict=False)):
            left = _LEFT if place and self._is_narrow else beside
            area = QRectF(left, top, self.width() - left, _LINE)
            draw_text(painter, area, line, font(12, 400, True), look.tokens.colour("text" if place == 0 else "text2"))

    def _paint_chip(self, painter: QPainter) -> None:
        area = self.chip_area()
        if area.isEmpty():
            return
        tone, icon = SIGNS[None if self._firm is None else self._firm.verdict]
        ink, ground = tone_colours(tone)
        painter.setPen(ink if self.underMouse() else Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), _CHIP / 2, _CHIP / 2)
        middle = area.center().y()
        paint_icon(painter, icon, QPointF(area.left() + 15, middle), ink, 14)
        draw_text(
            painter, QRectF(area.left() + 26, area.top(), area.width() - 40, _CHIP), self._word, font(11, 600), ink
        )
        paint_icon(painter, "chevron-down", QPointF(area.right() - 12, middle + 0.5), ink, 12)
        self.paint_focus(painter, area.adjusted(-2, -2, 2, 2), _CHIP / 2)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            self.setToolTip(hint(f"{self._said} Click to see the rule." if self._word else self._said))
        done = super().event(event)
        stay_opaque(self, event)
        return done

    # The rule

    def toggle_rule(self) -> None:
        """Show the rule behind the verdict, or put it away."""
        if self.card is not None and self.card.isVisible():
            self.card.put_away()
        elif self._firm is not None:
            self.card = self.card or RuleCard(self)
            self._fill(self.card)
            self.card.open_at(QPoint(round(_LEFT), self.height()))

    def _fill(self, card: RuleCard) -> None:
        if self._firm is None:
            card.put_away()
        else:
            card.show_firm(self._firm)
