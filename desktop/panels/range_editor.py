"""The ranges of one party's weights: a low and a high share for each criterion, refused in place."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from db.study.checks import range_sums
from db.study.model import Criterion, Id, Known, Perspective, Study
from desktop.analysis.arrays import TIE
from desktop.commands import ClearWeightRange, Command, SetWeightRange
from desktop.exchange.numbers import number_text, parse_number
from desktop.look import colour_of, look
from desktop.look.focus import identify
from desktop.look.painting import swatch
from desktop.look.widgets import Button, IconButton, NumberEdit, TextLabel, paragraph, scroll_area
from desktop.session import Session

_FIELD, _SHARE = 64, 116


def outside(party: Perspective, leaf: Id, share: float) -> str:
    """ "below" or "above" for a share that lies outside its range, "" for one inside or without a range."""
    low, high = party.doubt.ranges.get(leaf, (0.0, 1.0))
    return "below" if share < low - TIE else "above" if share > high + TIE else ""


def end_problem(text: str) -> str:
    """Why a text is no end of a range, in percent; "" where it is one, or nothing."""
    if not text.strip():
        return ""
    try:
        part = parse_number(text)
    except Known as trouble:
        return str(trouble)
    return "" if 0 <= part <= 100 else "A share lies between 0 and 100 %."


class RangeRow(QWidget):
    """One criterion: its name, its present share, and the two ends of its range."""

    def __init__(self, leaf: Criterion, attempt: Callable[[Criterion, tuple[float, float] | None], str]) -> None:
        super().__init__()
        self.leaf, self._attempt = leaf, attempt
        self.name = TextLabel(leaf.name, 13)
        self.share = TextLabel("", 12, 400, "text2", Qt.AlignmentFlag.AlignRight, tabular=True)
        self.share.setFixedWidth(_SHARE)
        self.low, self.high = (NumberEdit("", end_problem) for _ in range(2))
        for field, end, usual in ((self.low, "low", "0"), (self.high, "high", "100")):
            field.setFixedWidth(_FIELD)
            field.setPlaceholderText(usual)
            identify(field, f"ranges.{end}.{leaf.id}", f"{end.capitalize()} end of {leaf.name}, in percent")
        self.low.committed.connect(lambda _: self._on_typed(self.low))
        self.high.committed.connect(lambda _: self._on_typed(self.high))
        self.clear = IconButton("close", f"Clear the range of {leaf.name}", 14, 26)
        identify(self.clear, f"ranges.clear.{leaf.id}")
        self.clear.clicked.connect(lambda: self._attempt(self.leaf, None))
        row = QHBoxLayout(self)
        row.setContentsMargins(38, 1, 16, 1)
        row.setSpacing(8)
        row.addWidget(self.name, 1)
        row.addWidget(self.share)
        for field in (self.low, self.high):
            row.addWidget(field)
        row.addWidget(self.clear)

    def show_party(self, party: Perspective, share: float, can_change: bool) -> None:
        """Show what a party says of this criterion."""
        ends = party.doubt.ranges.get(self.leaf.id)
        texts = ("", "") if ends is None else tuple(number_text(round(100 * end, 6)) for end in ends)
        for field, text in zip((self.low, self.high), texts, strict=True):
            field.setText(text)
            field.setReadOnly(not can_change)
        self.clear.setEnabled(ends is not None and can_change)
        where = outside(party, self.leaf.id, share)
        self.share.setText(f"{f'{where}: ' if where else ''}{100 * share:.1f} %")
        self.share.set_colour("warn" if where else "text2")

    def _on_typed(self, field: NumberEdit) -> None:
        low, high = (edit.text().strip() for edit in (self.low, self.high))
        ends = (parse_number(low) / 100 if low else 0.0, parse_number(high) / 100 if high else 1.0)
        reason = "The low end lies above the high end; the range stays as it was." if ends[0] > ends[1] else ""
        reason = reason or self._attempt(self.leaf, ends if low or high else None)
        if reason:
            field.refuse(reason)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        swatch(painter, QPointF(22, self.height() / 2), colour_of(self.leaf.colour))


class RangeEditor(QDialog):
    """Every criterion with its range, each end edited in place. It stays open while the window is used."""

    def __init__(self, session: Session, perspective: Id, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.perspective = perspective
        self._session = session
        self._leaves: tuple[Criterion, ...] = ()
        self.rows: dict[Id, RangeRow] = {}
        identify(self, "ranges.dialog")
        self.heading = TextLabel("", 17, 600)
        self.sums = paragraph("", 12, "text2")
        identify(self.sums, "ranges.sums")
        self.trouble = paragraph("", 12, "bad")
        identify(self.trouble, "ranges.trouble")
        self._list = QVBoxLayout()
        self._lay_out()
        self._leave: Callable[[], None] | None = session.subscribe(lambda _, after: self._on_study(after))
        self._on_study(session.study)

    def _lay_out(self) -> None:
        content = QWidget()
        content.setLayout(self._list)
        self._list.setContentsMargins(0, 4, 0, 8)
        self._list.setSpacing(0)
        done = Button("Close", kind="primary")
        identify(done, "ranges.close")
        done.clicked.connect(self.close)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 16, 0, 14)
        column.setSpacing(8)
        top, foot = QVBoxLayout(), QHBoxLayout()
        top.setContentsMargins(16, 0, 16, 0)
        top.addWidget(self.heading)
        top.addWidget(paragraph("Shares of the total weight, in percent. An empty field sets no limit.", 12))
        column.addLayout(top)
        column.addLayout(_heads())
        column.addWidget(scroll_area(content), 1)
        foot.setContentsMargins(16, 0, 16, 0)
        words = QVBoxLayout()
        words.addWidget(self.trouble)
        words.addWidget(self.sums)
        foot.addLayout(words, 1)
        foot.addWidget(done)
        column.addLayout(foot)
        done.setFocus()

    def sizeHint(self) -> QSize:
        return QSize(580, min(640, 190 + 28 * max(1, len(self._leaves))))

    # Showing

    def _on_study(self, study: Study) -> None:
        party = next((each for each in study.perspectives if each.id == self.perspective), None)
        if self._leave is None:
            return
        if party is None:
            self.close()
            return
        self.setWindowTitle(f"Weight ranges: {party.name}")
        self.heading.setText(f"Weight ranges: {party.name}")
        leaves = study.leaves()
        if leaves != self._leaves:
            self._leaves = leaves
            self._make_rows()
        self._show_party(party)

    def _make_rows(self) -> None:
        while self._list.count():
            item = self._list.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.deleteLater()
        self.rows = {leaf.id: RangeRow(leaf, self._attempt) for leaf in self._leaves}
        for row in self.rows.values():
            self._list.addWidget(row)
        self._list.addStretch(1)

    def _show_party(self, party: Perspective) -> None:
        points = [party.weights.get(leaf.id, 0.0) for leaf in self._leaves]
        whole = sum(points)
        can_change = not self._session.read_only
        for row, part in zip(self.rows.values(), points, strict=True):
            row.show_party(party, part / whole if whole > 0 else 1 / len(points), can_change)
        lows, highs = range_sums(party.doubt, self.rows)
        self.sums.setText(
            f"Low ends add up to {100 * lows:.4g} %, high ends to {100 * highs:.5g} %; 100 % must lie between."
        )
        self._say("")

    # Changing

    def _attempt(self, leaf: Criterion, ends: tuple[float, float] | None) -> str:
        command: Command = ClearWeightRange(self.perspective, leaf.id)
        if ends is not None:
            command = SetWeightRange(self.perspective, leaf.id, *ends)
        reason = self._session.attempt_quietly(command)
        self._say(reason)
        return reason

    def _say(self, trouble: str) -> None:
        self.trouble.setText(trouble)
        self.trouble.setVisible(bool(trouble))

    def done(self, result: int) -> None:
        leave, self._leave = self._leave, None
        if leave is not None:
            leave()
        super().done(result)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), look.tokens.surface)


def _heads() -> QHBoxLayout:
    row = QHBoxLayout()
    row.setContentsMargins(38, 0, 16, 0)
    row.setSpacing(8)
    right = Qt.AlignmentFlag.AlignRight
    for text, width in (("Criterion", 0), ("Now", _SHARE), ("Low", _FIELD), ("High", _FIELD), ("", 26)):
        label = TextLabel(text, 11, 500, "text3", right if width else Qt.AlignmentFlag.AlignLeft)
        if width:
            label.setFixedWidth(width)
        row.addWidget(label, 0 if width else 1)
    return row
