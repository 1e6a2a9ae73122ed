"""The two headers of the score table: options down the left, frozen and reorderable; criteria along the top."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFont, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QHeaderView, QWidget

from db.study.model import Direction, Id, Option, Scale
from desktop.look import colour_of, font, look, paint_icon
from desktop.look.painting import draw_text, elided_in, text_width
from desktop.models.score_model import ScoreModel, option_label

OPTION_WIDTH = 190
HEAD_HEIGHT = 58
ROW_HEIGHT = 32
COLUMN_WIDTH = 88
WIDE_COLUMN_WIDTH = 156

_RIGHT = Qt.AlignmentFlag.AlignRight
_LEFT = Qt.MouseButton.LeftButton


class ScoreHeader(QHeaderView):
    """What both headers share: sections picked, renamed and asked for a menu."""

    picked = Signal(int, bool)
    """A section was clicked; with True the pick extends the one before."""
    renaming = Signal(int)
    menu_wanted = Signal(int, QPoint)

    def __init__(self, orientation: Qt.Orientation, model: ScoreModel, parent: QWidget) -> None:
        super().__init__(orientation, parent)
        self._scores = model
        self.marked: Id | None = None
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setHighlightSections(False)
        self.setMouseTracking(True)
        self._hover = -1

    def mark(self, shown: Id | None) -> None:
        """Emphasise the section of this option or criterion."""
        if shown != self.marked:
            self.marked = shown
            self.viewport().update()

    def section_rect(self, section: int) -> QRect:
        """Where a section is, in the viewport's pixels."""
        start, size = self.sectionViewportPosition(section), self.sectionSize(section)
        if self.orientation() == Qt.Orientation.Vertical:
            return QRect(0, start, self.viewport().width(), size)
        return QRect(start, 0, size, self.viewport().height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        section = self.logicalIndexAt(event.position().toPoint())
        if section >= 0 and (event.button() == _LEFT or event.button() == Qt.MouseButton.RightButton):
            self.picked.emit(section, bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._set_hover(self.logicalIndexAt(event.position().toPoint()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        section = self.logicalIndexAt(event.position().toPoint())
        if section >= 0 and event.button() == _LEFT:
            self.renaming.emit(section)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        section = self.logicalIndexAt(event.pos())
        if section >= 0:
            self.menu_wanted.emit(section, event.globalPos())

    def leaveEvent(self, event: QEvent) -> None:
        self._set_hover(-1)
        super().leaveEvent(event)

    def _set_hover(self, section: int) -> None:
        if section != self._hover:
            self._hover = section
            self.viewport().update()


class OptionHeader(ScoreHeader):
    """The options, one row each; a row is dragged to another place."""

    moved = Signal(int, int)
    """A row was dropped: which, and its place among the others."""

    def __init__(self, model: ScoreModel, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Vertical, model, parent)
        self.setFixedWidth(OPTION_WIDTH)
        self.setDefaultSectionSize(ROW_HEIGHT)
        self.setMinimumSectionSize(ROW_HEIGHT)
        self.setAccessibleName("Options")
        self.setAccessibleIdentifier("scores.options")
        self._pressed = -1
        self._start = QPoint()
        self._gap = -1

    @property
    def is_dragging(self) -> bool:
        """Whether a row is being dragged."""
        return self._gap >= 0

    def cancel(self) -> None:
        """Let a dragged row go where it was."""
        self._pressed = self._gap = -1
        self.unsetCursor()
        self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if event.button() == _LEFT:
            self._start = event.position().toPoint()
            self._pressed = self.logicalIndexAt(self._start)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        at = event.position().toPoint()
        if self._pressed < 0 or not event.buttons() & _LEFT:
            return
        far = (at - self._start).manhattanLength() >= QApplication.startDragDistance()
        if self.is_dragging or far:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self._scroll_along(at.y())
            self._gap = max(0, min(self.count(), round((at.y() + self.offset()) / ROW_HEIGHT)))
            self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, gap = self._pressed, self._gap
        self.cancel()
        if gap >= 0 and gap not in (pressed, pressed + 1):
            self.moved.emit(pressed, gap if gap < pressed else gap - 1)

    def _scroll_along(self, y: int) -> None:
        table = self.parentWidget()
        bar = table.verticalScrollBar() if hasattr(table, "verticalScrollBar") else None
        if bar is not None and not 0 <= y < self.viewport().height():
            bar.setValue(bar.value() + (bar.singleStep() if y >= 0 else -bar.singleStep()))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.is_dragging:
            y = self._gap * ROW_HEIGHT - self.offset()
            QPainter(self.viewport()).fillRect(0, max(0, y - 1), self.viewport().width(), 2, look.tokens.accent)

    def paintSection(self, painter: QPainter, rect: QRect, index: int) -> None:
        tokens, option = look.tokens, self._scores.grid.options[index]
        is_marked = option.id == self.marked
        hover = index == self._hover
        ground = tokens.accent_soft if is_marked else tokens.hover if hover else tokens.surface
        painter.fillRect(rect, ground)
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, tokens.grid)
        painter.fillRect(rect.right(), rect.top(), 1, rect.height(), tokens.border)
        if hover or (self.is_dragging and index == self._pressed):
            paint_icon(painter, "drag-handle", QPointF(rect.left() + 8.0, rect.center().y() + 0.5), "text3", 12)
        self._paint_name(painter, rect, option, is_marked)

    def _paint_name(self, painter: QPainter, rect: QRect, option: Option, is_marked: bool) -> None:
        tokens = look.tokens
        area = QRectF(rect).adjusted(16, 0, -8, 0)
        face = font(13, 600 if is_marked else 400)
        if option.excluded:
            draw_text(painter, area, "excluded", font(11, 400), tokens.text3, _RIGHT)
            area.setRight(area.right() - text_width("excluded", font(11, 400)) - 8)
            face = _struck(600 if is_marked else 400)
        draw_text(painter, area, option_label(option), face, tokens.text3 if option.excluded else tokens.text)


class CriterionHeader(ScoreHeader):
    """The leaves, one column each: name, direction and unit, and the criterion's colour."""

    def __init__(self, model: ScoreModel, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, model, parent)
        self.setFixedHeight(HEAD_HEIGHT)
        self.setMinimumSectionSize(COLUMN_WIDTH)
        self.setDefaultSectionSize(COLUMN_WIDTH)
        self.setAccessibleName("Criteria")
        self.setAccessibleIdentifier("scores.criteria")

    def paintSection(self, painter: QPainter, rect: QRect, index: int) -> None:
        tokens, leaf = look.tokens, self._scores.grid.leaves[index]
        is_marked, hover = leaf.id == self.marked, index == self._hover
        painter.fillRect(rect, tokens.hover if hover else tokens.surface)
        painter.fillRect(rect.right(), rect.top(), 1, rect.height(), tokens.grid)
        ink = tokens.accent if is_marked else tokens.text
        face, left, width = font(12, 600), rect.left() + 6, rect.width() - 16
        for number, line in enumerate(two_lines(leaf.name, face, width)):
            draw_text(painter, QRectF(left, rect.top() + 6 + 15 * number, width, 15), line, face, ink, _RIGHT)
        assert leaf.scale is not None
        place = QRectF(left, rect.bottom() - 18, width, 14)
        draw_text(painter, place, unit_line(leaf.scale), font(11, 400), tokens.text2, _RIGHT)
        painter.fillRect(rect.left(), rect.bottom() - 2, rect.width() - 1, 3, colour_of(leaf.colour))


def unit_line(scale: Scale) -> str:
    """The direction that is better, and the unit or the ends: "↓ US$ bn a year", "↑ 0–100"."""
    arrow = "↑" if scale.direction is Direction.HIGHER else "↓"
    return f"{arrow} {scale.unit}" if scale.unit else f"{arrow} {scale.low:g}–{scale.high:g}"


@lru_cache(maxsize=1024)
def two_lines(text: str, face: QFont, width: int) -> tuple[str, ...]:
    """A text broken between words into at most two lines, what does not fit shortened with an ellipsis."""
    if text_width(text, face) <= width:
        return (text,)
    words = text.split()
    taken = next((n for n in range(len(words) - 1, 0, -1) if text_width(" ".join(words[:n]), face) <= width), 1)
    rest = " ".join(words[taken:])
    lines = (" ".join(words[:taken]), rest) if rest else (text,)
    return tuple(elided_in(line, face, width) for line in lines)


@lru_cache(maxsize=4)
def _struck(weight: int) -> QFont:
    face = QFont(font(13, weight))
    face.setStrikeOut(True)
    return face
