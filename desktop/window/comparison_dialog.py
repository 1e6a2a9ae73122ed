"""Two states of a study side by side: what differs, how far each difference moved the ranking, and the ranks."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from db.study.model import Id, Study
from db.study.telling import Line, visible
from db.study.words import counted
from desktop.exchange.numbers import number_text
from desktop.look.focus import identify
from desktop.look.painting import hint
from desktop.look.splitter import Splitter
from desktop.look.widgets import paragraph
from desktop.panels.errand import Errand
from desktop.questions.comparison import Comparison, Part, Place, compare, shared_perspectives
from desktop.window.dialog import Dialog, field_label
from desktop.window.list_card import FLAT_ROWS, ListCard

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_NOTHING = 0.05
"""Points; a smaller effect is shown as 0.0."""

_MOST_LINES = 2000

_WATCHED = 4
"""The column of the effects on the option that is selected among the ranks."""

_WIDE = 1000
"""Pixels from which both tables stand side by side."""

_PART_WIDTHS = (130, 130, 96, 96, 68)
_PLACE_WIDTHS = (70, 104)
_NUMBERS = {6: 3, 3: 2}
"""Columns of numbers at the right of a table with so many columns."""


class ComparisonDialog(Dialog):
    """Compares `before` with `after`, called `names`. The ranking is worked out beside the window's thread."""

    def __init__(
        self, before: Study, after: Study, names: tuple[str, str], parent: QWidget, perspective: Id = ""
    ) -> None:
        super().__init__("Compare", "", parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        room = _outermost(parent).size()
        self.resize(min(1240, room.width() - 60), min(720, room.height() - 60))
        self._before, self._after, self._names = before, after, names
        self.found: Comparison | None = None
        self._errand = Errand(self)
        self.party = self._parties(perspective)
        self.sentence = paragraph("", 13, "text")
        identify(self.sentence, "comparison.sentence")
        self.parts = _tree("comparison.parts", "What differs, the largest effect first")
        self.places = _tree("comparison.places", "Ranks before and after")
        self.note = paragraph("", 12)
        identify(self.note, "comparison.note")
        self._lay_out()
        self.party.currentIndexChanged.connect(lambda _: self._ask())
        self.places.currentItemChanged.connect(lambda *_: self._on_watched())
        self._ask()

    def _parties(self, perspective: Id) -> QComboBox:
        combo = QComboBox()
        identify(combo, "comparison.perspective", "Perspective by which the ranking is compared")
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        combo.setMinimumContentsLength(18)
        for party in shared_perspectives(self._before, self._after):
            combo.addItem(visible(party.name), party.id)
        combo.setCurrentIndex(max(0, combo.findData(perspective)))
        combo.setEnabled(combo.count() > 1)
        return combo

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(16)
        versions = QVBoxLayout()
        versions.setSpacing(4)
        versions.addWidget(field_label("Before → after"))
        self.versions = paragraph(" → ".join(map(_cut, self._names)), 13, "text", 600)
        self.versions.setToolTip(hint(" → ".join(self._names)))
        versions.addWidget(self.versions)
        versions.addStretch(1)
        parties = QVBoxLayout()
        parties.setSpacing(4)
        parties.addWidget(field_label("Perspective"))
        parties.addWidget(self.party)
        top.addLayout(versions, 1)
        top.addLayout(parties)
        self.body.addLayout(top)
        self.body.addWidget(self.sentence)
        is_wide = self.width() >= _WIDE
        way = Qt.Orientation.Horizontal if is_wide else Qt.Orientation.Vertical
        cards = {"differences": ListCard(self.parts), "ranks": ListCard(self.places)}
        split = Splitter(way, "comparison.edge", 10, cards)
        for place, (tree, card) in enumerate(zip((self.parts, self.places), cards.values(), strict=True)):
            card.body.addWidget(tree)
            split.setStretchFactor(place, (5, 2)[place])
        split.setSizes([800, 380] if is_wide else [300, 200])
        self.body.addWidget(split, 1)
        self.body.addWidget(self.note)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.parts.setFocus(Qt.FocusReason.OtherFocusReason)

    def done(self, result: int) -> None:
        self._errand.cancel()
        super().done(result)

    # Working it out

    def _ask(self) -> None:
        before, after, party = self._before, self._after, self.party.currentData() or ""
        self.sentence.setText("Working out how far each difference moved the ranking…")
        self._errand.ask(
            lambda cancel, progress: compare(before, after, party, progress=progress, cancel=cancel),
            self._on_compared,
            self._on_progress,
        )

    def _on_progress(self, part: float) -> None:
        self.sentence.setText(f"Working out how far each difference moved the ranking… {part:.0%}")

    def _on_compared(self, found: Comparison) -> None:
        self.found = found
        names = {place.option: visible(place.name) for place in found.places}
        self.sentence.setText(_sentence(found, names))
        _fill(self.parts, ("What differs", "Before", "After", *_short(found), "Lead"), _PART_WIDTHS)
        self.parts.headerItem().setToolTip(
            3, hint(f"Effect on the total of {names.get(found.leader or '', 'the first')}")
        )
        self.parts.headerItem().setToolTip(5, "Effect on the lead of the first over the best of the others")
        self.parts.addTopLevelItems([_part_item(part, found) for part in found.parts])
        self.parts.setRootIsDecorated(any(len(part.lines) > 1 for part in found.parts))
        self.parts.setCurrentIndex(self.parts.model().index(0, 0))
        _fill(self.places, ("Option", "Rank", "Total"), _PLACE_WIDTHS)
        self.places.addTopLevelItems([_place_item(place) for place in found.places])
        watched = [row for row, place in enumerate(found.places) if place.option == found.runner_up]
        self.places.setCurrentIndex(self.places.model().index(watched[0] if watched else -1, 0))
        self.note.setText(_note(found))
        self.note.setVisible(bool(found.parts))

    def _on_watched(self) -> None:
        """Show the effects on the total of the option that is selected among the ranks."""
        found, row = self.found, self.places.currentIndex().row()
        if found is None or found.trouble or not 0 <= row < len(found.places):
            return
        place = found.places[row]
        self.parts.headerItem().setText(_WATCHED, visible(_short_name(found, place)))
        self.parts.headerItem().setToolTip(_WATCHED, hint(f"Effect on the total of {visible(place.name)}"))
        for number, part in enumerate(found.parts):
            item = self.parts.topLevelItem(number)
            effect = part.totals.get(place.option)
            if item is not None:
                text = "–" if effect is None else effect_text(effect, part.errors[place.option])
                item.setText(_WATCHED, text)


def _outermost(widget: QWidget) -> QWidget:
    """The window that the dialogs around a widget belong to."""
    above = widget.parentWidget()
    return widget if above is None else _outermost(above)


# What it says


def _sentence(found: Comparison, names: dict[Id, str]) -> str:
    if not found.parts:
        return "The two are the same."
    what = f"{counted(len(found.parts), 'difference')}."
    if found.trouble:
        return f"{what} {found.trouble}"
    if found.leader is None:
        return f"{what} No option is ranked in both, so nothing can be said of the ranking."
    first = next(place for place in found.places if place.option == found.leader)
    old, new = found.lead
    name = names[found.leader]
    if max(abs(effect) for part in found.parts for effect in (*part.totals.values(), part.lead)) < 1e-9:
        return f"{what} None of them moves a total: the ranking is the same."
    held = "led before too" if first.rank_before.startswith("1") else f"was at rank {first.rank_before or '–'} before"
    return f"{what} {name} is first after and {held}; its lead went from {_points(old)} to {_points(new)} points."


def _note(found: Comparison) -> str:
    words = (
        "Effects are in points of the total (0 to 100). Each is the mean of what the difference does over all orders "
        "in which the differences could have been made (its Shapley value), so they add up to the whole change. Select "
        "an option among the ranks to see the effects on it."
    )
    if found.permutations:
        words += f" {found.permutations} orders were sampled; ± is the standard error."
    return words if not found.trouble else "Without a ranking in both, effects cannot be told."


def _short(found: Comparison) -> tuple[str, str]:
    """The leader and the runner-up by their short names, for headings."""
    names = {place.option: visible(_short_name(found, place)) for place in found.places}
    return names.get(found.leader or "", "First"), names.get(found.runner_up or "", "Second")


def _short_name(found: Comparison, place: Place) -> str:
    short = next((option.short for option in found.after.options if option.id == place.option), "")
    return short or place.name


def _part_item(part: Part, found: Comparison) -> QTreeWidgetItem:
    title = part.title
    more = len(part.lines) - 1
    subject = f"{title.subject}  (+{more})" if more else title.subject
    item = QTreeWidgetItem([subject, title.old or ("–" if title.new in ("added", "deleted") else ""), title.new])
    if not found.trouble:
        if found.leader is not None:
            item.setText(3, effect_text(part.totals[found.leader], part.errors[found.leader]))
        item.setText(5, effect_text(part.lead, part.lead_error) if found.leader is not None else "")
    for column in (3, 4, 5):
        item.setTextAlignment(column, _RIGHT)
    _explain(item)
    if more:
        for line in part.lines[:_MOST_LINES]:
            item.addChild(_line_item(line))
        if len(part.lines) > _MOST_LINES:
            item.addChild(QTreeWidgetItem([f"… and {len(part.lines) - _MOST_LINES} more"]))
    return item


def _line_item(line: Line) -> QTreeWidgetItem:
    item = QTreeWidgetItem([line.subject, line.old, line.new])
    _explain(item)
    return item


def _place_item(place: Place) -> QTreeWidgetItem:
    totals = _both(*(None if total is None else _points(total) for total in (place.total_before, place.total_after)))
    item = QTreeWidgetItem([visible(place.name), _both(place.rank_before, place.rank_after), totals])
    for column in (1, 2):
        item.setTextAlignment(column, _RIGHT)
    _explain(item)
    return item


def _cut(name: str) -> str:
    return name if len(name) <= 90 else f"{name[:89]}…"


def _both(old: str | None, new: str | None) -> str:
    return f"{old or '–'} → {new or '–'}" if old != new else f"{new or '–'}"


def _explain(item: QTreeWidgetItem) -> None:
    for column in range(6):
        if text := item.text(column):
            item.setToolTip(column, hint(text))


def _points(points: float) -> str:
    return number_text(round(points, 9) + 0.0, 1).replace("-", "−")


def effect_text(points: float, error: float = 0.0) -> str:
    """An effect in points with its sign, and its standard error where it has one."""
    if abs(points) < 1e-9 and not error:
        return "0"
    text = f"{'+' if points >= _NOTHING else ''}{_points(points)}"
    text = f"{'+' if points > 0 else '−'}<0.1" if abs(points) < _NOTHING else text
    return f"{text} ±{number_text(error, 1)}" if error >= _NOTHING else text


# Trees


def _tree(identifier: str, name: str) -> QTreeWidget:
    tree = QTreeWidget()
    identify(tree, identifier, name)
    tree.setUniformRowHeights(True)
    tree.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    tree.setIndentation(14)
    tree.setRootIsDecorated(False)
    tree.setStyleSheet(FLAT_ROWS)
    return tree


def _fill(tree: QTreeWidget, headings: Sequence[str], widths: Sequence[int]) -> None:
    """Clear a tree for new rows. The first column takes what room there is; numbers stand at the right."""
    tree.clear()
    tree.setColumnCount(len(headings))
    tree.setHeaderLabels(headings)
    tree.header().setStretchLastSection(False)
    tree.header().setTextElideMode(Qt.TextElideMode.ElideRight)
    tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    for column, width in enumerate(widths, 1):
        tree.header().resizeSection(column, width)
        if column >= len(headings) - _NUMBERS[len(headings)]:
            tree.headerItem().setTextAlignment(column, _RIGHT)
