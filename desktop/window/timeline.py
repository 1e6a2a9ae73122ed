"""The list of a study's changes: days as headings across, changes as rows, quick with any number of them."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from desktop.look import font, look
from desktop.look.focus import identify
from desktop.look.icons import paint_icon
from desktop.look.painting import draw_text
from desktop.models.history_model import FROM, TO, WHAT, WHEN, HistoryModel

_WIDTHS = (66, 110, 290, 180, 230, 170)
_NARROWEST = 60
_ROW = 28
_INSET = 8

_Index = QModelIndex | QPersistentModelIndex


class Timeline(QTableView):
    """Shows a `HistoryModel`. Days cannot be selected; one or two changes can."""

    def __init__(self, model: HistoryModel) -> None:
        super().__init__()
        identify(self, "history.timeline", "Changes, newest first")
        self.setItemDelegate(_Painter(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(_ROW)
        heads = self.horizontalHeader()
        heads.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        heads.setHighlightSections(False)
        heads.setStretchLastSection(True)
        heads.setMinimumSectionSize(48)
        self.show_model(model)
        self._is_fitted = False

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._is_fitted:
            self._is_fitted = True
            self._fit()

    def _fit(self) -> None:
        """Share the width out, so that a narrow window shows every column; the last takes what is left."""
        part = min(1.0, self.viewport().width() / sum(_WIDTHS))
        for column, width in enumerate(_WIDTHS[:-1]):
            self.setColumnWidth(column, max(_NARROWEST, round(part * width)))

    def show_model(self, model: HistoryModel) -> None:
        """Show another history."""
        self.changes = model
        self.setModel(model)

    def chosen(self) -> list[int]:
        """The places in the history of the selected changes, oldest first."""
        found = (self.changes.place_of(index) for index in self.selectionModel().selectedRows())
        return sorted(place for place in found if place is not None)

    def choose(self, *places: int) -> None:
        """Select the changes at these places of the history, as far as they are shown; the last comes into view."""
        flags = QItemSelectionModel.SelectionFlag
        how = flags.ClearAndSelect | flags.Rows
        for index in filter(QModelIndex.isValid, map(self.changes.index_of, places)):
            self.selectionModel().setCurrentIndex(index, how)
            self.scrollTo(index)
            how = flags.Select | flags.Rows

    def choose_first(self) -> None:
        """Select the newest change that is shown."""
        self.setCurrentIndex(self.changes.index(1, 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.doubleClicked.emit(self.currentIndex())
            return
        super().keyPressEvent(event)


class _Painter(QStyledItemDelegate):
    """Paints a day across the whole width, and the cells of a change; a named version stands out."""

    def __init__(self, view: Timeline) -> None:
        super().__init__(view)
        self._view = view

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        area: QRectF = QRectF(option.rect)  # type: ignore[attr-defined]
        day = self._view.changes.day_of(index.row())
        painter.save()
        painter.setClipRect(area)
        if day:
            self._paint_day(painter, area, day)
        else:
            state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
            self._paint_cell(painter, area, index, bool(state & QStyle.StateFlag.State_Selected))
        painter.restore()

    def _paint_day(self, painter: QPainter, area: QRectF, day: str) -> None:
        """Each cell paints its part of a text that runs across all of them."""
        left = self._view.columnViewportPosition(0)
        whole = QRectF(left + _INSET, area.top(), self._view.viewport().width() - 2 * _INSET, area.height())
        painter.fillRect(area, look.tokens.sunken)
        draw_text(painter, whole, day, font(12, 600), look.tokens.text2)

    def _paint_cell(self, painter: QPainter, area: QRectF, index: _Index, is_selected: bool) -> None:
        column, is_named = index.column(), self._view.changes.is_named(index.row())
        if is_selected:
            painter.fillRect(area, look.tokens.accent_soft)
        words = area.adjusted(_INSET, 0, -_INSET, 0)
        if is_named and column == WHAT:
            paint_icon(painter, "flag", QPointF(words.left() + 7, area.center().y()), look.tokens.accent, 15)
            words.setLeft(words.left() + 22)
        face = font(13, 600 if is_named and column == WHAT else 400, column == WHEN)
        draw_text(painter, words, str(index.data()), face, _ink(column, is_named))


def _ink(column: int, is_named: bool) -> QColor:
    if column == WHAT:
        return look.tokens.accent if is_named else look.tokens.text
    return look.tokens.text if column in (FROM, TO) else look.tokens.text2
