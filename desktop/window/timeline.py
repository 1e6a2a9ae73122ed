"""The list of a study's changes: days as headings across, changes as rows, quick with any number of them."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QStyleOptionViewItem, QTreeView

from desktop.look import font, look
from desktop.look.focus import identify
from desktop.look.painting import draw_text
from desktop.models.history_model import WHAT, HistoryModel

_WIDTHS = (66, 110, 280, 170, 230)
_INSET = 6


class Timeline(QTreeView):
    """Shows a `HistoryModel`. Days cannot be selected; one or two changes can."""

    def __init__(self, model: HistoryModel) -> None:
        super().__init__()
        identify(self, "history.timeline", "Changes, newest first")
        self.setUniformRowHeights(True)
        self.setIndentation(0)
        self.setRootIsDecorated(False)
        self.setItemsExpandable(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setAllColumnsShowFocus(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setTabKeyNavigation(False)
        self.setStyleSheet("QTreeView::item { padding: 5px 4px; } QTreeView { border: none; }")
        self.header().setSectionsMovable(False)
        self.header().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.header().setStretchLastSection(True)
        self.header().setMinimumSectionSize(48)
        self.header().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.show_model(model)
        for column, width in enumerate(_WIDTHS):
            self.header().resizeSection(column, width)

    def show_model(self, model: HistoryModel) -> None:
        """Show another history."""
        self._changes = model
        self.setModel(model)
        model.modelReset.connect(self.expandAll)
        self.expandAll()

    def chosen(self) -> list[int]:
        """The places in the history of the selected changes, oldest first."""
        found = (self._changes.place_of(index) for index in self.selectionModel().selectedRows())
        return sorted(place for place in found if place is not None)

    def choose(self, place: int) -> None:
        """Select the change at a place of the history, if it is shown, and bring it into view."""
        index = self._changes.index_of(place)
        if index.isValid():
            self.setCurrentIndex(index)
            self.scrollTo(index.siblingAtColumn(WHAT))

    def choose_first(self) -> None:
        """Select the newest change that is shown."""
        self.setCurrentIndex(self._changes.index(0, 0, self._changes.index(0, 0)))

    def drawRow(
        self, painter: QPainter, options: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        if index.parent().isValid():
            super().drawRow(painter, options, index)
            return
        rect: QRect = options.rect  # type: ignore[attr-defined]
        area = QRectF(0, rect.top(), self.viewport().width(), rect.height())
        painter.fillRect(area, look.tokens.sunken)
        words = area.adjusted(_INSET, 0, -_INSET, 0)
        draw_text(painter, words, str(index.siblingAtColumn(0).data()), font(12, 600), look.tokens.text2)
