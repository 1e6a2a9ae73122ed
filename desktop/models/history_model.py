"""The history as a tree of days and their changes, newest first; each change is told when its row is first shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from db.study.past import Past, PastChange, label_of
from db.study.telling import summary, visible
from desktop.look import font, look
from desktop.look.icons import icon

Index = QModelIndex | QPersistentModelIndex

HEADINGS = ("When", "Who", "What", "From", "To", "Why")
WHEN, WHO, WHAT, FROM, TO, WHY = range(6)

_ROLE = Qt.ItemDataRole


@dataclass(frozen=True)
class _Day:
    text: str
    places: tuple[int, ...]


class HistoryModel(QAbstractItemModel):
    """Days at the top, changes below them. The order is that of the history, whatever the clocks said."""

    def __init__(self, past: Past, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._past = past
        self._days: list[_Day] = []
        self._row_of: dict[int, tuple[int, int]] = {}
        self.show_places(range(len(past.changes)))

    def show_places(self, places: Sequence[int]) -> None:
        """Show only the changes at these places of the history, given oldest first."""
        self.beginResetModel()
        self._days = _by_day(self._past.changes, list(places)[::-1])
        self._row_of = {
            place: (number, row) for number, day in enumerate(self._days) for row, place in enumerate(day.places)
        }
        self.endResetModel()

    @property
    def count(self) -> int:
        """How many changes are shown."""
        return len(self._row_of)

    def place_of(self, index: Index) -> int | None:
        """The place in the history of the change in a row; None for a day."""
        if not index.isValid() or not index.internalId():
            return None
        return self._days[index.internalId() - 1].places[index.row()]

    def index_of(self, place: int) -> QModelIndex:
        """The row of the change at a place of the history; an invalid index where it is not shown."""
        if place not in self._row_of:
            return QModelIndex()
        number, row = self._row_of[place]
        return self.createIndex(row, 0, number + 1)

    # What a view asks

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        return self.createIndex(row, column, parent.row() + 1 if parent.isValid() else 0)

    def parent(self, child: Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        if not child.isValid() or not child.internalId():
            return QModelIndex()
        return self.createIndex(child.internalId() - 1, 0, 0)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        if not parent.isValid():
            return len(self._days)
        return 0 if parent.internalId() or parent.column() else len(self._days[parent.row()].places)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return len(HEADINGS)

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag
        if self.place_of(index) is None:
            return flags.NoItemFlags
        return flags.ItemIsEnabled | flags.ItemIsSelectable | flags.ItemNeverHasChildren

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole) -> Any:
        if role == _ROLE.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return HEADINGS[section]
        return None

    def data(self, index: Index, role: int = _ROLE.DisplayRole) -> Any:
        place = self.place_of(index)
        if place is None:
            is_text = role == _ROLE.DisplayRole and index.isValid() and index.column() == 0
            return self._days[index.row()].text if is_text else None
        change, column = self._past.changes[place], index.column()
        if role in (_ROLE.DisplayRole, _ROLE.ToolTipRole, _ROLE.AccessibleTextRole):
            text = self._text(place, column)
            return text if role == _ROLE.DisplayRole else text[:2000]
        return _appearance(change, column, role)

    def _text(self, place: int, column: int) -> str:
        change = self._past.changes[place]
        if column in (FROM, TO):
            return summary(self._past.lines(place))[column - FROM]
        if column == WHEN:
            return clock(change.at)
        texts = {WHO: visible(change.who), WHAT: label_of(change), WHY: visible(change.reason)}
        return texts[column]


def _appearance(change: PastChange, column: int, role: int) -> Any:
    """How a cell looks: a named version stands out, what is beside the point steps back."""
    is_name, tokens = change.kind == "name", look.tokens
    if role == _ROLE.FontRole:
        return font(13, 600 if is_name and column == WHAT else 400, tabular=column == WHEN)
    if role == _ROLE.ForegroundRole:
        if column == WHAT:
            return tokens.accent if is_name else tokens.text
        return tokens.text if column in (FROM, TO) else tokens.text2
    if role == _ROLE.DecorationRole and is_name and column == WHAT:
        return icon("flag", "accent", 16)
    return None


def _by_day(changes: Sequence[PastChange], places: Sequence[int]) -> list[_Day]:
    days: list[tuple[str, list[int]]] = []
    for place in places:
        text = day_text(changes[place].at)
        if not days or days[-1][0] != text:
            days.append((text, []))
        days[-1][1].append(place)
    return [_Day(text, tuple(listed)) for text, listed in days]


def moment_of(at: str) -> datetime | None:
    """A time of the history by the clock on the wall; None where it is none."""
    try:
        return datetime.fromisoformat(at).astimezone()
    except (ValueError, OverflowError):
        return None


def clock(at: str) -> str:
    """Hours and minutes of a time of the history; what stands there where that is none."""
    moment = moment_of(at)
    return visible(at) if moment is None else f"{moment:%H:%M}"


def day_text(at: str, today: date | None = None) -> str:
    """The day of a time of the history, in words."""
    moment = moment_of(at)
    if moment is None:
        return "At an unknown time"
    today = today or date.today()
    near = {today: "Today, ", today - timedelta(days=1): "Yesterday, "}.get(moment.date(), f"{moment:%A} ")
    return f"{near}{moment.day} {moment:%B %Y}"
