"""The methods' tab: whether the answer depends on how scores and weights are put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

import numpy as np
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from db.study.model import Known
from desktop.analysis.arrays import Array
from desktop.analysis.work import Cancel
from desktop.charts import methods_words as words
from desktop.charts.chart import Chart
from desktop.charts.methods_chart import Key, MethodsChart, Mode
from desktop.charts.notes_chart import NotesChart
from desktop.evaluation import Result, Table
from desktop.look.widgets import Segmented, TextLabel
from desktop.panels.analysis_view import AnalysisView
from desktop.panels.errand import Errand
from desktop.panels.frame import Frame
from desktop.questions.concordance import Comparer, Concordance, refuse_gaps, with_removals
from desktop.session import Session

LIVE = 60
"""Up to so many options the rankings follow the hand; with more they come when it rests."""
REST_MS = 120
NARROW = 560
"""Below this width the reasons are beside the table only while a method is chosen."""
KEPT = 8
"""Answers that are kept, for perspectives that are turned to and back."""


class MethodsView(AnalysisView):
    """A table of ranks, or of what leaving each option out does, and the reasons at the right."""

    key = "methods"
    title = "Methods"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.table, self.notes = MethodsChart(), NotesChart("Why the methods differ", "methods.notes")
        modes = {"ranks": "Ranks", "removals": "Leaving one out"}
        self.mode = Segmented(modes, "ranks", "What is compared", "methods.mode")
        self.sentence = TextLabel("", 12, 400, "text2", Qt.AlignmentFlag.AlignRight)
        self.bar.addWidget(self.mode)
        self.bar.addWidget(self.sentence, 1)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.table, 1)
        row.addWidget(self.notes)
        self.body.addLayout(row, 1)
        self._comparer = Comparer()
        self._kept: list[Concordance] = []
        self._frame: Frame | None = None
        self._method: int | None = None
        self._errand = Errand(self)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._on_rest)
        self.mode.changed.connect(lambda _: self._show_again())
        self.table.chosen.connect(self._on_chosen)

    def chart(self) -> Chart:
        """The table; the reasons are its text alternative."""
        return self.table

    def show_frame(self, frame: Frame) -> str:
        self._frame = frame
        result = frame.result
        if result is None:
            return frame.trouble
        if len(result.table.options) < 2:
            return "Only one option is left, so every method puts it first; add or include another."
        try:
            found = self._answer(result)
        except Known as trouble:
            self._drop()
            return str(trouble)
        self._show(found, result)
        return ""

    def stop(self) -> None:
        self._rest.stop()
        self._errand.stop()

    # What is worked out

    def _answer(self, result: Result) -> Concordance | None:
        """The answer for a result: kept, made now, or None until the hand rests; what is missing is asked for.

        Raises Known where a score that counts is missing.
        """
        refuse_gaps(result.table, result.shares)
        found = next((kept for kept in self._kept if _answers(kept, result.table, result.shares)), None)
        if found is None and len(result.table.options) <= LIVE:
            found = self._comparer.compare(result.table, result.shares, result.perspective.name)
        if found is None or not found.is_whole:
            self._ask(result)
        else:
            self._drop()
        return found and replace(found, perspective=result.perspective.name)

    _asked: tuple[Table, Array] | None = None

    def _ask(self, result: Result) -> None:
        if self._asked is not None and _is_same(*self._asked, result.table, result.shares):
            return
        self._drop()
        self._asked = (result.table, result.shares)
        self._rest.start()

    def _drop(self) -> None:
        self._rest.stop()
        self._errand.cancel()
        self._asked = None

    def _on_rest(self) -> None:
        if self._asked is None or not self.isVisible():
            self._asked = None
        else:
            table, shares = self._asked
            self._errand.ask(lambda cancel, _: _whole(table, shares, cancel), self._on_answer)

    def _on_answer(self, found: Concordance) -> None:
        self._asked = None
        self._kept = [found, *self._kept[: KEPT - 1]]
        self._show_again()

    # What is shown

    def _show(self, found: Concordance | None, result: Result) -> None:
        mode, chosen = cast(Mode, self.mode.current()), self._method
        order: Sequence[int] = result.order.tolist()
        assert self._frame is not None
        self.table.show_methods(found, order, mode, chosen, self._frame.view.option)
        if found is None:
            self.sentence.setText("Working out the rankings…")
            return
        is_ranks = mode == "ranks"
        self.notes.show_sections((words.reasons if is_ranks else words.removal_reasons)(found, chosen))
        self.sentence.setText(words.agreement(found) if is_ranks else words.reversal_sentence(found))

    def _show_again(self) -> None:
        if self._frame is not None:
            self.refresh(self._frame)

    def _on_chosen(self, key: Key) -> None:
        option, method = key
        if option is None:
            self._method = None if method == self._method else method
        elif method is not None:
            self._method = method
        self._place_notes()
        if option is not None:
            self.session.select(option=option)
        self._show_again()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_notes()

    def _place_notes(self) -> None:
        self.notes.setFixedWidth(min(360, max(168, round(0.31 * self.width()))))
        self.notes.setVisible(self.width() >= NARROW or self._method is not None)


def _whole(table: Table, shares: Array, cancel: Cancel) -> Concordance:
    return with_removals(Comparer().compare(table, shares, ""), cancel)


def _answers(found: Concordance, table: Table, shares: Array) -> bool:
    return _is_same(found.table, found.shares, table, shares)


def _is_same(table: Table, shares: Array, other: Table, others: Array) -> bool:
    return table is other and bool(np.array_equal(shares, others))
