"""All weights of a perspective as one thin bar that is always full."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from db.study.model import Criterion, Id
from desktop.analysis.arrays import Array
from desktop.look import colour_of, look
from desktop.look.painting import stacked_bar
from desktop.look.spoken import Part, SpokenParts

HEIGHT, BAR = 16, 10
DESCRIBE_MS = 250


class ShareStrip(QWidget):
    """Shares side by side in the criteria's colours; hovering names one, clicking chooses it."""

    criterion_clicked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._leaves: tuple[Criterion, ...] = ()
        self._shares: list[float] = []
        self._selected: Id | None = None
        self._telling = QTimer(self)
        self._telling.setSingleShot(True)
        self._telling.setInterval(DESCRIBE_MS)
        self._telling.timeout.connect(self._describe)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(HEIGHT)
        self.setAccessibleName("Shares of all criteria")
        self.setAccessibleIdentifier("weights.strip")
        look.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(300, HEIGHT)

    def show_shares(self, leaves: tuple[Criterion, ...], shares: Array, selected: Id | None) -> None:
        """Show (n,) shares, summing to 1, of n leaves; nothing is painted where nothing changed."""
        wanted = shares.tolist()
        if leaves is self._leaves and wanted == self._shares and selected == self._selected:
            return
        self._leaves, self._shares, self._selected = leaves, wanted, selected
        self._telling.start()
        self.update()

    def segment(self, leaf: Id) -> QRectF:
        """Where a leaf's share is painted; empty when it has none."""
        x = 0.0
        for node, share in zip(self._leaves, self._shares, strict=True):
            if node.id == leaf:
                return QRectF(x, 0, share * self.width(), BAR)
            x += share * self.width()
        return QRectF()

    def leaf_at(self, point: QPointF) -> Criterion | None:
        """The leaf whose share is painted at a point."""
        for node in self._leaves:
            area = self.segment(node.id)
            if area.left() <= point.x() < area.right():
                return node
        return None

    def spoken(self) -> SpokenParts:
        """A chart whose parts are the shares."""
        return SpokenParts(self)

    def spoken_parts(self) -> list[Part]:
        """The shares in the order of the criteria."""
        return [
            Part(
                f"{leaf.name}: {share * 100:.1f} %",
                self.segment(leaf.id),
                leaf.id == self._selected,
                partial(self.criterion_clicked.emit, leaf.id),
            )
            for leaf, share in zip(self._leaves, self._shares, strict=True)
        ]

    def _describe(self) -> None:
        pairs = sorted(zip(self._shares, (leaf.name for leaf in self._leaves), strict=True), key=lambda pair: -pair[0])
        self.setAccessibleDescription("; ".join(f"{name} {share * 100:.1f} %" for share, name in pairs))

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            self._name(event.pos(), event.globalPos())
            return True
        return super().event(event)

    def _name(self, at: QPoint, on_screen: QPoint) -> None:
        leaf = self.leaf_at(QPointF(at))
        if leaf is None:
            QToolTip.hideText()
            return
        share = self._shares[self._leaves.index(leaf)]
        QToolTip.showText(on_screen, f"{leaf.name}: {share * 100:.1f} %", self, self.segment(leaf.id).toAlignedRect())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        shape = Qt.CursorShape.PointingHandCursor if self.leaf_at(event.position()) else Qt.CursorShape.ArrowCursor
        self.setCursor(shape)
        self._name(event.position().toPoint(), event.globalPosition().toPoint())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        leaf = self.leaf_at(event.position())
        if leaf is not None and event.button() == Qt.MouseButton.LeftButton:
            self.criterion_clicked.emit(leaf.id)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, width = look.tokens, float(self.width())
        painter = QPainter(self)
        painter.fillRect(self.rect(), tokens.surface)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(0, 0, width, BAR)
        if not any(self._shares):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.track)
            painter.drawRoundedRect(area, 3, 3)
            return
        pairs = zip(self._leaves, self._shares, strict=True)
        stacked_bar(painter, area, [(share * width, colour_of(leaf.colour)) for leaf, share in pairs], tokens.surface)
        mark = self.segment(self._selected) if self._selected else QRectF()
        if mark.width() > 0:
            painter.fillRect(QRectF(mark.left(), BAR + 2, max(2.0, mark.width() - 1), 2), tokens.text2)
