"""What a weight decides: every total against the weight of one criterion, or who leads along each of them."""

from __future__ import annotations

from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QMenu, QStackedWidget, QWidget

from db.study.model import Id
from desktop.charts import sensitivity_words as words
from desktop.charts.chart import Chart
from desktop.charts.ranking_words import called
from desktop.charts.sensitivity_chart import SensitivityChart
from desktop.charts.sensitivity_overview import SensitivityOverview
from desktop.charts.sensitivity_scene import Sweeper, survey
from desktop.evaluation import Result
from desktop.look.buttons import Button, Segmented
from desktop.look.focus import explain, identify
from desktop.look.painting import hint, text_width
from desktop.look.widgets import TextLabel
from desktop.panels.analysis_view import AnalysisView
from desktop.panels.frame import Frame
from desktop.panels.weight_hand import WeightHand
from desktop.questions.firmness import Firmness
from desktop.session import Session

ONE, ALL = "one", "all"


class SensitivityView(AnalysisView):
    """Follows the selected criterion, or the one whose weight moves; its line is that criterion's slider."""

    key = "sensitivity"
    title = "Sensitivity"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._sweeper = Sweeper()
        self._hand = WeightHand(session, self)
        self._frame: Frame | None = None
        self._leaf: Id | None = None
        self._selected: Id | None = None
        self._moving: Id | None = None
        self.one, self.all = SensitivityChart(), SensitivityOverview()
        self._build()
        self._connect()

    def _build(self) -> None:
        self.which = Segmented({ONE: "One criterion", ALL: "All criteria"}, ONE, "What to show", "sensitivity.which")
        self.criterion = Button("Criterion", kind="outlined", chevron=True)
        self.criterion.setMaximumWidth(230)
        identify(self.criterion, "sensitivity.criterion", "Criterion whose weight is looked at")
        self.said = TextLabel("", 12, 400, "text2", tabular=True)
        self.bar.addWidget(self.which)
        self.bar.addWidget(self.criterion)
        self.bar.addWidget(self.said, 1)
        self._charts = QStackedWidget()
        self._charts.addWidget(self.one)
        self._charts.addWidget(self.all)
        self.body.addWidget(self._charts, 1)

    def _connect(self) -> None:
        self.which.changed.connect(lambda _: self._show_again())
        self.criterion.clicked.connect(self._on_criterion_clicked)
        self.one.weight_taken.connect(self._hand.take)
        self.one.weight_moved.connect(self._on_dragged)
        self.one.weight_released.connect(self._hand.let_go)
        self.one.weight_given_up.connect(self._hand.give_up)
        self.one.key_moved.connect(self._on_stepped)
        self.one.left.connect(self._hand.leave)
        self.one.chosen.connect(self._on_chosen)
        self.all.chosen.connect(self._on_criterion)

    def chart(self) -> Chart:
        return self.one if self.which.current() == ONE else self.all

    # Showing

    def show_firm(self, frame: Frame, result: Result, firm: Firmness) -> None:
        self._frame = frame
        self._follow(frame, result)
        is_one = self.which.current() == ONE
        self._charts.setCurrentWidget(self.one if is_one else self.all)
        self.criterion.setVisible(is_one)
        if is_one:
            self._show_one(frame, result, firm)
        else:
            self._show_all(frame, firm)

    def _follow(self, frame: Frame, result: Result) -> None:
        """Turn to the criterion that begins to move or has just been selected; else stay with the one before."""
        known, selected = result.table.columns, frame.view.criterion
        if frame.moving != self._moving and frame.moving in known:
            self._leaf = frame.moving
        elif selected != self._selected and selected in known:
            self._leaf = selected
        elif self._leaf not in known:
            self._leaf = selected if selected in known else result.table.leaves[0].id
        self._selected, self._moving = selected, frame.moving

    def _show_one(self, frame: Frame, result: Result, firm: Firmness) -> None:
        assert self._leaf is not None
        before = frame.before if frame.moving == self._leaf else None
        sweep = self._sweeper.sweep(firm, result.table.columns[self._leaf], frame.view.option, before)
        if self.criterion.toolTip() != hint(sweep.leaf.name):
            self.criterion.setText(sweep.leaf.name.replace("&", "&&"))
            explain(self.criterion, sweep.leaf.name)
        said = words.sentence(sweep)
        if text_width(said, self.said.face) > self.said.width():
            said = words.short_sentence(sweep) or said
        self.said.setText(said, announce=not self.session.in_gesture)
        self.one.show_sweep(sweep)

    def _show_all(self, frame: Frame, firm: Firmness) -> None:
        # While a weight moves the charts keep their places, so that none jumps away from under the eye.
        self.all.show_survey(survey(firm, self.all.order if self.session.in_gesture else None))
        leader = called(firm.result.table.options[firm.leader])
        self.said.setText(
            f"{leader} leads now; the weight closest to a flip comes first.", announce=not self.session.in_gesture
        )

    def _show_again(self) -> None:
        if self._frame is not None:
            self.refresh(self._frame)

    # Acting

    def criteria_menu(self) -> QMenu:
        """The criteria to choose from, the one on show ticked."""
        menu = QMenu(self)
        result = None if self._frame is None else self._frame.result
        for leaf in () if result is None else result.table.leaves:
            action = menu.addAction(leaf.name.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(leaf.id == self._leaf)
            action.triggered.connect(lambda _=False, leaf=leaf.id: self._on_criterion(leaf))
        return menu

    def _on_criterion_clicked(self) -> None:
        menu = self.criteria_menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.criterion.mapToGlobal(self.criterion.rect().bottomLeft()))

    def _on_criterion(self, leaf: object) -> None:
        assert isinstance(leaf, str)
        self._leaf = leaf
        self.which.set_current(ONE)
        self.session.select(criterion=leaf)
        self._show_again()

    def _on_dragged(self, share: float) -> None:
        assert self._leaf is not None
        self._hand.drag(self._leaf, share)

    def _on_stepped(self, share: float) -> None:
        assert self._leaf is not None
        self._hand.step(self._leaf, share)

    def _on_chosen(self, key: object) -> None:
        """Select the option of a line or a name; at a ring, the one that overtakes there."""
        sweep = self.one.sweep
        assert sweep is not None
        if isinstance(key, tuple):
            flip = sweep.course.flips[key[1]]
            key = words.overtakers(flip, flip.share >= sweep.share)[0][0]
        if isinstance(key, int):
            self.session.select(option=sweep.firm.result.table.options[key].id)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._hand.leave()
