"""The history as a table, newest first: a heading for each day, a row for each change, told when it is first shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from db.study.past import Past, PastChange, label_of
from db.study.telling import summary, visible
from desktop.look.painting import hint

Index = QModelIndex | QPersistentModelIndex

HEADINGS = ("When", "Who", "What", "From", "To", "Why")
WHEN, WHO, WHAT, FROM, TO, WHY = range(6)

_ROLE = Qt.ItemDataRole


class HistoryModel(QAbstractTableModel):
    """Rows are changes or the headings of days; `days` gives the day of each change in words.

    The order is that of the history, whatever the clocks said.
    """

    def __init__(self, past: Past, days: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._past, self._days = past, days
        self._rows: list[int | str] = []
        self._row_of: dict[int, int] = {}
        self._texts: dict[int, tuple[str, ...]] = {}
        self.show_places(range(len(past.changes)))

    def show_places(self, places: Sequence[int]) -> None:
        """Show only the changes at these places of the history, given oldest first."""
        self.beginResetModel()
        self._rows = self._with_days(places)
        self._row_of = {place: row for row, place in enumerate(self._rows) if isinstance(place, int)}
        self.endResetModel()

    def _with_days(self, places: Sequence[int]) -> list[int | str]:
        rows: list[int | str] = []
        last = ""
        for place in reversed(places):
            if self._days[place] != last:
                last = self._days[place]
                rows.append(last)
            rows.append(place)
        return rows

    @property
    def count(self) -> int:
        """How many changes are shown."""
        return len(self._row_of)

    def place_of(self, index: Index) -> int | None:
        """The place in the history of the change in a row; None for the heading of a day."""
        found = self._rows[index.row()] if index.isValid() else None
        return found if isinstance(found, int) else None

    def index_of(self, place: int) -> QModelIndex:
        """The row of the change at a place of the history; an invalid index where it is not shown."""
        return self.index(self._row_of[place], 0) if place in self._row_of else QModelIndex()

    def day_of(self, row: int) -> str:
        """The day that a row is the heading of; "" for a change."""
        found = self._rows[row]
        return found if isinstance(found, str) else ""

    def is_named(self, row: int) -> bool:
        """Whether a row is that of a named version."""
        place = self._rows[row]
        return isinstance(place, int) and self._past.changes[place].kind == "name"

    # What a view asks

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(HEADINGS)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if self.place_of(index) is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole) -> Any:
        if role == _ROLE.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return HEADINGS[section]
        return None

    def data(self, index: Index, role: int = _ROLE.DisplayRole) -> Any:
        if role == _ROLE.DisplayRole:
            return self._text(index)
        if role == _ROLE.ToolTipRole:
            return hint(self._text(index))
        return self._text(index)[:2000] if role == _ROLE.AccessibleTextRole else None

    def _text(self, index: Index) -> str:
        place = self._rows[index.row()]
        if isinstance(place, str):
            return place if index.column() == 0 else ""
        texts = self._texts.get(place)
        if texts is None:
            change = self._past.changes[place]
            spoken = (clock(change.at), visible(change.who), label_of(change))
            texts = self._texts[place] = (*spoken, *summary(self._past.lines(place)), visible(change.reason))
        return texts[index.column()]


def days_of(changes: Sequence[PastChange]) -> list[str]:
    """The day of each change in words; for many changes this takes a moment."""
    today = date.today()
    return [day_text(change.at, today) for change in changes]


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
