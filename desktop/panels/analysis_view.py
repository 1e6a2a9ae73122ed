"""What every tab of the analysis is: controls, a chart or several, the same as a table, or why there is none."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QLocale, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QMenu,
    QStackedWidget,
    QStyledItemDelegate,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from desktop.charts.chart import Chart
from desktop.charts.picture import Cell, Pictured, copy_data, copy_picture
from desktop.evaluation import Result
from desktop.look import font
from desktop.look.focus import identify
from desktop.look.icons import IconButton
from desktop.look.painting import text_width
from desktop.look.spoken import Role, Spoken
from desktop.look.widgets import paragraph
from desktop.panels.frame import Frame
from desktop.questions.firmness import Firmness
from desktop.session import Session

_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_TOLD = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole)
_NARROWEST, _WIDEST, _LOOKED_AT = 80, 240, 12
"""A column's least and greatest width in pixels, and how many of its cells are asked how wide it must be."""


class AnalysisView(QWidget):
    """A tab. One of its own sets `key` and `title`, fills `bar` and `body`, and says what it shows (`show_firm`).

    `show_firm` is called for every frame while the tab is visible, and only where how firm the ranking is can be told;
    a tab that can show more overrides `show_frame`.
    """

    key = ""
    title = ""
    export_wanted = Signal(object)
    """A chart is to be written to a file as a picture."""
    tab_wanted = Signal(str)
    """Another tab, by its key, has what is asked for."""
    inspector_wanted = Signal()
    """What has just been selected is to be seen in the inspector."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        identify(self, f"analysis.{self.key}", self.title)
        self.bar = QHBoxLayout()
        self.bar.setContentsMargins(16, 2, 12, 2)
        self.bar.setSpacing(8)
        self.body = QVBoxLayout()
        self.body.setContentsMargins(0, 0, 0, 4)
        self.body.setSpacing(0)
        self.figures = FiguresTable(f"{self.key}.table", self.title)
        self.nothing = paragraph("", 13, "text2")
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages = QStackedWidget()
        content, empty = QWidget(), QWidget()
        content.setLayout(self.body)
        centred = QVBoxLayout(empty)
        centred.setContentsMargins(48, 8, 48, 24)
        centred.addWidget(self.nothing)
        for page in (content, self.figures, empty):
            self._pages.addWidget(page)
        self._lay_out()

    def _lay_out(self) -> None:
        self._table_button = IconButton("table", "Show the figures as a table")
        self._table_button.setCheckable(True)
        identify(self._table_button, f"{self.key}.as_table")
        self._table_button.toggled.connect(lambda _: self._choose_page())
        self._more = IconButton("more", "Copy or export this chart")
        identify(self._more, f"{self.key}.more")
        self._more.clicked.connect(self._open_menu)
        top = QHBoxLayout()
        top.setContentsMargins(0, 0, 12, 0)
        top.setSpacing(4)
        top.addLayout(self.bar, 1)
        top.addWidget(self._table_button)
        top.addWidget(self._more)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self._pages, 1)

    # What a tab of its own says

    def show_firm(self, frame: Frame, result: Result, firm: Firmness) -> None:
        """Show a frame in which how firm the ranking is can be told."""

    def chart(self) -> Chart | None:
        """The chart that is copied, exported and shown as a table now; None where there is none."""
        return None

    def show_frame(self, frame: Frame) -> str:
        """Show a frame; returns why there is nothing to show, or ""."""
        if frame.result is None or frame.firm is None:
            return frame.trouble or frame.unsure
        self.show_firm(frame, frame.result, frame.firm)
        return ""

    # What is there for all

    def spoken(self) -> Spoken:
        """What belongs to a tab."""
        return Spoken(self, Role.PropertyPage)

    def refresh(self, frame: Frame) -> None:
        """Show a frame."""
        trouble = self.show_frame(frame)
        if trouble != self.nothing.text():
            self.nothing.setText(trouble)
        self._choose_page()

    def stop(self) -> None:
        """Drop what is being worked out, if anything is: the page goes."""

    def toggle_table(self) -> None:
        """Show the figures in place of the picture, or the picture again."""
        self._table_button.toggle()

    def _choose_page(self) -> None:
        chart = self.chart()
        self._table_button.setEnabled(chart is not None and not self.nothing.text())
        self._more.setEnabled(self._table_button.isEnabled())
        if self.nothing.text():
            self._pages.setCurrentIndex(2)
        elif self._table_button.isChecked() and chart is not None:
            self.figures.show_rows(chart.rows())
            self._pages.setCurrentIndex(1)
        else:
            self._pages.setCurrentIndex(0)

    def pictured(self) -> Pictured | None:
        """What would be copied or exported; None where there is nothing to see."""
        return None if self.nothing.text() else self.chart()

    def _open_menu(self) -> None:
        menu, chart = QMenu(self), self.chart()
        if chart is None:
            return
        menu.addAction("Copy as picture").triggered.connect(lambda: copy_picture(chart, chart.size()))
        menu.addAction("Copy figures").triggered.connect(lambda: copy_data(chart))
        menu.addAction("Export picture…").triggered.connect(lambda: self.export_wanted.emit(chart))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))


class FiguresModel(QAbstractTableModel):
    """Rows of figures, the first of them headings; numbers keep their precision under EditRole."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows: Sequence[Sequence[Cell]] = ((),)
        self._figured: frozenset[int] = frozenset()

    def show_rows(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Show other figures; the selection stays where the shape is the same."""
        shown = tuple(tuple(row) for row in rows) or ((),)
        if shown == self._rows:
            return
        is_same_shape = (len(shown), shown[0]) == (len(self._rows), self._rows[0])
        if not is_same_shape:
            self.beginResetModel()
        self._rows = shown
        cells = ((column, cell) for row in shown[1:] for column, cell in enumerate(row))
        self._figured = frozenset(column for column, cell in cells if isinstance(cell, float | int))
        if is_same_shape:
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, self.columnCount() - 1))
        else:
            self.endResetModel()

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows) - 1

    def columnCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows[0])

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is Qt.Orientation.Horizontal and role in _TOLD:
            return str(self._rows[0][section])
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return self._side(section)
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        cell = self._cell(index)
        if role == Qt.ItemDataRole.EditRole:
            return cell
        if role == Qt.ItemDataRole.DisplayRole:
            return figure_text(cell)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._side(index.column())
        if role == Qt.ItemDataRole.ToolTipRole and isinstance(cell, str) and len(cell) > 24:
            return cell
        return None

    def _side(self, column: int) -> int:
        """Figures stand to the right, with their heading and the dashes among them."""
        side = Qt.AlignmentFlag.AlignRight if column in self._figured else Qt.AlignmentFlag.AlignLeft
        return int(side | Qt.AlignmentFlag.AlignVCenter)

    def _cell(self, index: _Index) -> Cell:
        row = self._rows[index.row() + 1]
        return row[index.column()] if index.column() < len(row) else None


def figure_text(cell: Cell) -> str:
    """A figure as the table shows it: with four significant digits, a real minus sign, a dash for nothing."""
    if cell is None or cell != cell:
        return "–"
    return f"{cell:.4g}".replace("-", "\u2212") if isinstance(cell, float) else str(cell)


class _Spaced(QStyledItemDelegate):
    """Keeps what is in a cell clear of its neighbours, as the headings are."""

    def displayText(self, value: object, locale: QLocale | QLocale.Language) -> str:
        return f"\u2002{value}\u2002"


class FiguresTable(QTableView):
    """A chart's figures, to be read and copied."""

    def __init__(self, identifier: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        identify(self, identifier, f"{name}: figures")
        self._figures = FiguresModel(self)
        self.setModel(self._figures)
        self.setItemDelegate(_Spaced(self))
        self.setFont(font(12, 400, True))
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(26)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setDefaultSectionSize(_NARROWEST)
        header.setTextElideMode(Qt.TextElideMode.ElideRight)
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    def show_rows(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Show other figures."""
        before = self._headings()
        self._figures.show_rows(rows)
        after = self._headings()
        for column, heading in enumerate(after):
            if len(before) != len(after) or before[column] != heading:
                self.setColumnWidth(column, self._wide_enough(column, heading))

    def _headings(self) -> list[str]:
        across = Qt.Orientation.Horizontal
        return [str(self._figures.headerData(place, across)) for place in range(self._figures.columnCount())]

    def _wide_enough(self, column: int, heading: str) -> int:
        """For the heading and the first cells, within reason: what is cut has a tooltip."""
        rows = range(min(_LOOKED_AT, self._figures.rowCount()))
        cells = (str(self._figures.data(self._figures.index(row, column))) for row in rows)
        widest = max((text_width(cell, self.font()) for cell in cells), default=0.0)
        widest = max(widest, text_width(heading, self.horizontalHeader().font()))
        return round(min(_WIDEST, max(_NARROWEST, widest + 28)))
