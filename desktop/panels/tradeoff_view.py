"""The tab that sets any two parts of the value tree against each other: benefit against cost to begin with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QPoint, QSize
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from db.study.model import Study
from desktop.charts.chart import Chart
from desktop.charts.tradeoff_chart import Scene, TradeoffChart
from desktop.evaluation import Result
from desktop.look.focus import identify
from desktop.look.widgets import Button, TextLabel
from desktop.panels.analysis_view import AnalysisView
from desktop.panels.frame import Frame
from desktop.questions.firmness import Firmness
from desktop.questions.tradeoff import Side, Tradeoffs, leaves_of, name_of, sides_of, unit_of, usual_sides
from desktop.session import Session

TOO_FEW = "A trade-off needs two criteria; add another on the left."
_WIDEST = 250


class AxisButton(Button):
    """Says what stands on an axis; shortened where there is little room."""

    def sizeHint(self) -> QSize:
        wanted = super().sizeHint()
        return QSize(min(wanted.width(), _WIDEST), wanted.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(min(80, self.sizeHint().width()), self.sizeHint().height())


class TradeoffView(AnalysisView):
    """See the module."""

    key = "tradeoff"
    title = "Trade-off"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._tradeoffs = Tradeoffs()
        self._frame: Frame | None = None
        self._sides: tuple[Side, Side] | None = None
        self._criteria: object = None
        self._is_chosen = False
        self._why = ""
        self.plot = TradeoffChart()
        self.plot.chosen.connect(lambda option: session.select(option=option))
        self.up, self.across = (self._axis_button(name) for name in ("up", "across"))
        self.ranges = Button("Ranges", kind="outlined")
        self.ranges.setCheckable(True)
        self.ranges.setToolTip("Show what the scores may be, from low to high")
        identify(self.ranges, "tradeoff.ranges", "Show ranges")
        self.ranges.toggled.connect(lambda _: self._again())
        for word, button in (("Up", self.up), ("Across", self.across)):
            label = TextLabel(word, 12, 400, "text2")
            label.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
            self.bar.addWidget(label)
            self.bar.addWidget(button)
        self.bar.addWidget(self.ranges)
        self.bar.addStretch(1)
        self.body.addWidget(self.plot)

    def _axis_button(self, name: str) -> AxisButton:
        button = AxisButton("", kind="outlined", chevron=True)
        button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        identify(button, f"tradeoff.{name}")
        button.clicked.connect(lambda: self._drop(name))
        return button

    # Showing

    def chart(self) -> Chart | None:
        return self.plot

    def show_frame(self, frame: Frame) -> str:
        return super().show_frame(frame) or self._why

    def show_firm(self, frame: Frame, result: Result, firm: Firmness) -> None:
        self._frame = frame
        self._choose_usual(frame.study, result)
        self._why = "" if self._sides is not None else TOO_FEW
        for button in (self.up, self.across, self.ranges):
            button.setEnabled(self._sides is not None)
        if self._sides is None:
            return
        across, up = self._sides
        self._say(self.across, "Across", frame.study, across)
        self._say(self.up, "Up", frame.study, up)
        tradeoff = self._tradeoffs.between(frame.study, firm, across, up)
        is_moving = frame.before is not None
        self.plot.show_scene(Scene(tradeoff, frame.view.option, self.ranges.isChecked(), is_moving))

    def _choose_usual(self, study: Study, result: Result) -> None:
        """Keep what was chosen as long as it is there; else show cost against everything else."""
        if study.criteria is self._criteria:
            return
        self._criteria = study.criteria
        if not (self._is_chosen and self._sides is not None and all(_is_there(study, side) for side in self._sides)):
            self._sides, self._is_chosen = usual_sides(study, result), False

    @staticmethod
    def _say(button: AxisButton, place: str, study: Study, side: Side) -> None:
        name = name_of(study, side)
        if button.text() != name.replace("&", "&&"):
            button.setText(name.replace("&", "&&"))
            button.setToolTip(name)
            button.setAccessibleName(f"{place}: {name}")
            button.updateGeometry()

    def _again(self) -> None:
        if self._frame is not None:
            self.refresh(self._frame)

    # Choosing

    def sides(self) -> tuple[Side, Side] | None:
        """What stands across and up now; None where there are too few criteria."""
        return self._sides

    def choose(self, across: Side | None = None, up: Side | None = None) -> None:
        """Put something else on an axis, as the menus do."""
        if self._sides is not None:
            self._sides = (across or self._sides[0], up or self._sides[1])
            self._is_chosen = True
            self._again()

    def _drop(self, name: str) -> None:
        button = self.up if name == "up" else self.across
        menu = self.menu_of(name)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(button.mapToGlobal(QPoint(0, button.height() + 2)))

    def menu_of(self, name: str) -> QMenu:
        """What may stand on the axis "up" or "across"."""
        menu = QMenu(self)
        if self._frame is None or self._sides is None:
            return menu
        study, now = self._frame.study, self._sides[1 if name == "up" else 0]
        self._fill(menu, name, study, now, is_rest=False)
        menu.addSeparator()
        self._fill(menu.addMenu("Everything but"), name, study, now, is_rest=True)
        unit = unit_of(study, now)
        menu.addSeparator()
        own = menu.addAction(f"In its own unit ({_escaped(unit)})" if unit else "In its own unit")
        own.setCheckable(True)
        own.setEnabled(bool(unit))
        own.setChecked(bool(unit) and now.in_unit)
        own.triggered.connect(lambda is_on: self._put(name, replace(now, in_unit=is_on)))
        menu.addAction("Swap the axes").triggered.connect(self._swap)
        return menu

    def _fill(self, menu: QMenu, name: str, study: Study, now: Side, is_rest: bool) -> None:
        for depth, node in sides_of(study):
            side = Side(node.id, is_rest)
            action: QAction = menu.addAction("    " * depth + _escaped(node.name))
            action.setCheckable(True)
            action.setChecked(side == replace(now, in_unit=False))
            action.triggered.connect(self._putter(name, side))

    def _putter(self, name: str, side: Side) -> Callable[[], None]:
        return lambda: self._put(name, side)

    def _put(self, name: str, side: Side) -> None:
        self.choose(up=side) if name == "up" else self.choose(across=side)

    def _swap(self) -> None:
        if self._sides is not None:
            self.choose(across=self._sides[1], up=self._sides[0])


def _escaped(text: str) -> str:
    return text.replace("&", "&&")


def _is_there(study: Study, side: Side) -> bool:
    return any(node.id == side.node for _, node in sides_of(study)) and bool(leaves_of(study, side))
