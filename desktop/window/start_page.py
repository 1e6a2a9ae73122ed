"""The start page: begin a study, bring one in, take the example, or go on with a recent one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop.evaluation import Result
from desktop.look import look
from desktop.look.focus import explain, paint_ring
from desktop.look.fonts import font
from desktop.look.icons import IconButton, paint_icon
from desktop.look.painting import draw_text, elided_in, stacked_bar
from desktop.look.theme import colour_of
from desktop.look.widgets import TextLabel
from desktop.window.desk import RecentStudy

WIDTH = 920


class StartPage(QScrollArea):
    """Shown while no study is open."""

    new_requested = Signal()
    import_requested = Signal()
    open_requested = Signal()
    example_requested = Signal()
    recent_requested = Signal(str)
    remove_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self._column = QWidget()
        self._column.setMaximumWidth(WIDTH)
        self._rows = QVBoxLayout(self._column)
        self._rows.setContentsMargins(0, 64, 0, 40)
        self._rows.setSpacing(6)
        ground = QWidget()
        across = QHBoxLayout(ground)
        across.addStretch(1)
        across.addWidget(self._column, 1000)
        across.addStretch(1)
        self.setWidget(ground)
        self._add_head()
        self._add_example()
        self._recent = QVBoxLayout()
        self._recent.setSpacing(2)
        self._rows.addLayout(self._recent)
        self._rows.addStretch(1)

    def _add_head(self) -> None:
        self._rows.addWidget(TextLabel("Weigh your options", 26, 600))
        self._rows.addWidget(
            TextLabel(
                "Score options against what matters, drag the weights, watch the totals follow.", 13, 400, "text2"
            )
        )
        self._rows.addSpacing(20)
        tiles = QGridLayout()
        tiles.setSpacing(12)
        for place, (icon, title, keys, text, signal, key) in enumerate(
            (
                (
                    "file-new",
                    "New study",
                    "Ctrl+N",
                    "Name the decision, then add options and criteria",
                    self.new_requested,
                    "start.new",
                ),
                (
                    "import",
                    "Import a table",
                    "Ctrl+I",
                    "A CSV or tab-separated score table becomes a study",
                    self.import_requested,
                    "start.import",
                ),
                (
                    "folder",
                    "Open a study file",
                    "Ctrl+O",
                    "A .steelyard file somebody sent; a copy is opened",
                    self.open_requested,
                    "start.open",
                ),
            )
        ):
            tile = Tile(icon, title, keys, text)
            tile.setAccessibleIdentifier(key)
            tile.clicked.connect(signal)
            tiles.addWidget(tile, 0, place)
        self._rows.addLayout(tiles)
        self._rows.addSpacing(24)

    def _add_example(self) -> None:
        self._rows.addWidget(TextLabel("Start from an example", 14, 600))
        self._rows.addWidget(
            TextLabel("Opens as a copy of your own; the original stays and can be had again.", 12, 400, "text2")
        )
        self._rows.addSpacing(6)
        self.example = ExampleCard()
        self.example.clicked.connect(self.example_requested)
        self._rows.addWidget(self.example)
        self._rows.addSpacing(24)

    def show_bundled(self) -> None:
        """Show the study that comes with Steelyard as the example."""
        from desktop.evaluation import evaluate
        from seeds import security_guarantees

        study = security_guarantees.load()
        detail = (
            f"{len(study.options)} options · {len(study.leaves())} criteria · {len(study.perspectives)} perspectives · "
            f"{len(study.evidence)} pieces of evidence"
        )
        self.show_example(evaluate(study, study.perspectives[0].id), study.title, detail)

    def show_example(self, result: Result, title: str, detail: str) -> None:
        """Show the bundled study as a card with its real ranking."""
        self.example.show_result(result, title, detail)

    def show_recent(self, studies: Sequence[RecentStudy]) -> None:
        """List the studies of the library."""
        while self._recent.count():
            item = self._recent.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._recent.addWidget(TextLabel("Your studies", 14, 600))
        if not studies:
            self._recent.addWidget(TextLabel("Studies you make or open appear here.", 12, 400, "text2"))
        for study in studies:
            self._recent.addWidget(self._row(study))

    def _row(self, study: RecentStudy) -> QWidget:
        row = RecentRow(study)
        row.clicked.connect(lambda: self.recent_requested.emit(study.key))
        row.bin.clicked.connect(lambda: self.remove_requested.emit(study.key))
        return row

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self.viewport()).fillRect(self.viewport().rect(), look.tokens.window)


class _Face(QAbstractButton):
    """A card that is one big button."""

    def __init__(self, height: int, name: str) -> None:
        super().__init__()
        self.setFixedHeight(height)
        self.setAccessibleName(name)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def ground(self, painter: QPainter) -> QRectF:
        """Paint the card and return where to paint on it."""
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.tokens.border_strong if self.underMouse() else look.tokens.border, 1))
        painter.setBrush(look.tokens.hover if self.isDown() else look.tokens.surface)
        painter.drawRoundedRect(area, 8, 8)
        if self.hasFocus():
            paint_ring(painter, area, 8)
        return area


class Tile(_Face):
    """One way to begin: icon, title, shortcut and a sentence."""

    def __init__(self, icon: str, title: str, keys: str, text: str) -> None:
        super().__init__(92, f"{title}. {text}")
        self._icon, self._title, self._keys, self._text = icon, title, keys, text

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        area = self.ground(painter)
        paint_icon(painter, self._icon, QPointF(28, 28), "accent", 22)
        draw_text(painter, QRectF(50, 17, 150, 22), self._title, font(14, 600), look.tokens.text)
        keys = QRectF(area.right() - 80, 17, 66, 22)
        draw_text(painter, keys, self._keys, font(11), look.tokens.text2, Qt.AlignmentFlag.AlignRight)
        painter.setFont(font(12))
        painter.setPen(look.tokens.text2)
        wrap = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        painter.drawText(QRectF(50, 42, area.width() - 64, 44), int(wrap), self._text)


class ExampleCard(_Face):
    """The bundled study: its real bars, title and size."""

    def __init__(self) -> None:
        super().__init__(132, "Example")
        self._result: Result | None = None
        self._title = self._detail = ""
        self.setAccessibleIdentifier("start.example")

    def show_result(self, result: Result, title: str, detail: str) -> None:
        """Show this ranking as the picture of the example."""
        self._result, self._title, self._detail = result, title, detail
        self.setAccessibleName(f"{title}. {detail}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        area = self.ground(painter)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.tokens.sunken)
        painter.drawRoundedRect(QRectF(8, 8, 300, area.height() - 15), 6, 6)
        draw_text(painter, QRectF(326, 34, area.width() - 340, 22), self._title, font(14, 600), look.tokens.text)
        room = area.width() - 344
        words = elided_in(self._detail, font(12), room)
        draw_text(painter, QRectF(326, 58, room + 2, 20), words, font(12), look.tokens.text2)
        draw_text(painter, QRectF(326, 82, room, 20), "Open a copy", font(12, 600), look.tokens.accent)
        if self._result is not None:
            self._paint_bars(painter, self._result)

    def _paint_bars(self, painter: QPainter, result: Result) -> None:
        colours = [colour_of(leaf.colour) for leaf in result.table.leaves]
        for line, row in enumerate(result.order[:6]):
            widths = [float(part) * 2.7 if part == part else 0.0 for part in result.contributions[row]]
            bar = QRectF(22, 18 + 17 * line, sum(widths), 11)
            stacked_bar(painter, bar, zip(widths, colours, strict=True), look.tokens.sunken)


class RecentRow(_Face):
    """One study of the library."""

    def __init__(self, study: RecentStudy) -> None:
        super().__init__(62 if study.trouble else 44, f"{study.title}. {study.trouble or study.detail}")
        self._study = study
        explain(self, study.trouble)
        self.setAccessibleIdentifier(f"start.recent.{study.key}")
        self.bin = IconButton("trash", f"Move {study.title} to the bin", 16, 28, self)
        self.bin.setAccessibleIdentifier(f"start.bin.{study.key}")

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, self.height())

    def resizeEvent(self, event: object) -> None:
        self.bin.move(self.width() - 38, (self.height() - 28) // 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        area = self.ground(painter)
        if self._study.trouble:
            self._paint_trouble(painter, area)
            return
        paint_icon(painter, "steelyard", QPointF(26, area.center().y()), "text2", 18)
        right = area.width() - 330
        title = elided_in(self._study.title, font(13, 500), right - 50)
        draw_text(painter, QRectF(46, 0, right - 48, area.height()), title, font(13, 500), look.tokens.text)
        words = f"{self._study.detail} · {self._study.changed}"
        place = QRectF(right, 0, 280, area.height())
        draw_text(painter, place, words, font(12), look.tokens.text2, Qt.AlignmentFlag.AlignRight)

    def _paint_trouble(self, painter: QPainter, area: QRectF) -> None:
        """The title, and under it across the row why the study cannot be read."""
        paint_icon(painter, "warning", QPointF(26, area.center().y()), "bad", 18)
        room = area.width() - 100
        lines = ((10, self._study.title, font(13, 500), "text"), (31, self._study.trouble, font(12), "bad"))
        for top, text, face, ink in lines:
            words = elided_in(text, face, room)
            draw_text(painter, QRectF(46, top, room + 2, 20), words, face, look.tokens.colour(ink))
