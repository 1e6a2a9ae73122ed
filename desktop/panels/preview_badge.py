"""Says, over everything, that what is shown is not the study."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.look import font, look
from desktop.look.buttons import link_button
from desktop.look.focus import identify
from desktop.look.icons import paint_icon
from desktop.look.painting import draw_text, text_width
from desktop.panels.frame import Frame
from desktop.session import Session

TEXT = "Preview: the study itself is not changed"
HEIGHT = 36
LEFT, TOP = 80, 6
"""Where it stands on the panel it covers: beside the title, on the sentence that would speak of the study."""


class PreviewBadge(QWidget):
    """A strip on a panel, `over`, while a preview is on show."""

    def __init__(self, session: Session, over: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self._over, self._page = over, parent
        identify(self, "preview", TEXT)
        self.end = link_button("End")
        identify(self.end, "preview.end", "End the preview")
        self.end.clicked.connect(lambda: session.show_instead(None))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 10, 0)
        row.addStretch(1)
        row.addWidget(self.end)
        self.setFixedSize(round(text_width(TEXT, font(13, 600))) + 44 + self.end.sizeHint().width() + 20, HEIGHT)
        self.hide()

    def show_frame(self, frame: Frame) -> None:
        """Come with a preview, and go with it."""
        if frame.is_preview == self.isHidden():
            self.move(self._over.mapTo(self._page, QPoint(LEFT, TOP)))
            self.setVisible(frame.is_preview)
            self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, painter = look.tokens, QPainter(self)
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(tokens.accent, 1.5))
        painter.setBrush(tokens.accent_soft)
        painter.drawRoundedRect(area, 8, 8)
        paint_icon(painter, "eye", QPointF(22, area.center().y()), tokens.accent, 18)
        draw_text(painter, area.adjusted(40, 0, 0, 0), TEXT, font(13, 600), tokens.text)
