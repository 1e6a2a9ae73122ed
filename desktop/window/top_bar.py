"""The bar under the menu: which study, which perspective, undo and redo, search, and hand the table over."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QSizePolicy, QWidget

from desktop.look import look
from desktop.look.buttons import Button
from desktop.look.focus import paint_ring
from desktop.look.fonts import font
from desktop.look.icons import IconButton, paint_icon
from desktop.look.painting import draw_text, elided_in, text_width
from desktop.look.widgets import TextLabel

HEIGHT = 48


class TopBar(QWidget):
    """Shows where the user is; every button is a menu action with a face."""

    search_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(HEIGHT)
        self.study = NameButton("steelyard", 600, "Study", "top.study")
        self.slash = TextLabel("/", 13, 400, "text3")
        self.slash.setFixedWidth(8)
        self.perspective = NameButton("people", 400, "Perspective: whose weights these are", "top.perspective")
        self.undo = _tool("undo", "Undo", "top.undo")
        self.redo = _tool("redo", "Redo", "top.redo")
        self.search = SearchField()
        self.importer = Button("Import", "import", "plain")
        self.exporter = Button("Export scores", "export", "outlined")
        self.search.clicked.connect(self.search_requested)
        self._lay_out()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(4)
        for widget in (self.study, self.slash, self.perspective):
            row.addWidget(widget)
        row.addSpacing(12)
        row.addWidget(self.undo)
        row.addWidget(self.redo)
        row.addStretch(1)
        row.addWidget(self.search, 4)
        row.addStretch(1)
        row.addWidget(self.importer)
        row.addWidget(self.exporter)
        for button, key in ((self.importer, "top.import"), (self.exporter, "top.export")):
            button.setAccessibleIdentifier(key)

    def show_place(self, study: str, perspective: str) -> None:
        """Name the study and the perspective; empty texts hide everything that needs a study."""
        self.study.set_name(study)
        self.perspective.set_name(perspective)
        for widget in (self.study, self.slash, self.perspective, self.undo, self.redo, self.exporter):
            widget.setVisible(bool(study))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.tokens.surface)
        painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), look.tokens.border)


class NameButton(QPushButton):
    """A flat button that shows an icon, a name shortened to fit, and that it opens a menu."""

    WIDEST = 300

    def __init__(self, icon: str, weight: int, label: str, identifier: str) -> None:
        super().__init__()
        self._icon, self._label, self._name = icon, label, ""
        self._face = font(13, weight)
        self.setAccessibleIdentifier(identifier)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(96)

    def set_name(self, name: str) -> None:
        """Show another name."""
        if name != self._name:
            self._name = name
            self.setAccessibleName(f"{self._label}: {name}")
            self.setToolTip(f"{name}\n{self._label}")
            self.updateGeometry()
            self.update()

    def name(self) -> str:
        """The whole name, also where it is shown shortened."""
        return self._name

    def set_menu(self, menu: QMenu) -> None:
        """Open this menu on a press."""
        self.setMenu(menu)

    def sizeHint(self) -> QSize:
        return QSize(min(self.WIDEST, round(text_width(self._name, self._face)) + 58), 32)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, area = QPainter(self), QRectF(self.rect())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() or self.isDown():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.tokens.pressed if self.isDown() else look.tokens.hover)
            painter.drawRoundedRect(area, 6, 6)
        paint_icon(painter, self._icon, QPointF(17, area.center().y()), "text", 18)
        room = area.width() - 56
        words = elided_in(self._name, self._face, room)
        draw_text(painter, QRectF(31, 0, room + 2, area.height()), words, self._face, look.tokens.text)
        x = 31 + text_width(words, self._face) + 12
        paint_icon(painter, "chevron-down", QPointF(x, area.center().y() + 0.5), "text2", 14)
        if self.hasFocus():
            paint_ring(painter, area.adjusted(1, 1, -1, -1))


class SearchField(QPushButton):
    """Looks like a field, opens the command palette."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Search or run a command")
        self.setAccessibleIdentifier("top.search")
        self.setMinimumWidth(120)
        self.setMaximumWidth(330)
        self.setFixedHeight(32)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, painter = look.tokens, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(tokens.text3 if self.underMouse() else tokens.border, 1))
        painter.setBrush(tokens.sunken)
        painter.drawRoundedRect(area, 6, 6)
        paint_icon(painter, "search", QPointF(17, area.center().y()), "text2", 16)
        key = QRectF(area.right() - 58, area.top() + 6, 50, area.height() - 12)
        has_key = area.width() > 230
        room = (key.left() if has_key else area.right()) - 42
        words = elided_in("Search or run a command", font(13), room)
        draw_text(painter, QRectF(34, 0, room + 2, self.height()), words, font(13), tokens.text2)
        if has_key:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.hover)
            painter.drawRoundedRect(key, 4, 4)
            draw_text(painter, key, "Ctrl K", font(11, 500), tokens.text2, Qt.AlignmentFlag.AlignHCenter)
        if self.hasFocus():
            paint_ring(painter, area)


def _tool(icon: str, label: str, identifier: str) -> IconButton:
    button = IconButton(icon, label, 18, 32)
    button.setAccessibleIdentifier(identifier)
    return button
