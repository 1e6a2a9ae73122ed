"""The tab that sets options against each other: their profiles, and what the gap between two is made of."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QStackedWidget, QWidget

from db.study.model import Id
from desktop.charts.chart import Chart
from desktop.charts.profiles_chart import ProfilesChart
from desktop.charts.ranking_words import called
from desktop.charts.series import MOST, marker
from desktop.charts.waterfall_chart import WaterfallChart
from desktop.evaluation import Result
from desktop.look import font, paint_icon
from desktop.look.buttons import HEIGHT
from desktop.look.focus import explain, identify
from desktop.look.icons import IconButton
from desktop.look.painting import draw_text, elided_in
from desktop.look.widgets import Button, Segmented
from desktop.panels.analysis_view import AnalysisView
from desktop.panels.frame import Frame
from desktop.questions.contrast import Contraster
from desktop.session import Session

PROFILES, DIFFERENCE = "profiles", "difference"
NARROW = 660
"""Below this width there is no button to swap the two; their menus do it."""
NARROWEST = 530
"""Below this width the order of the bars cannot be chosen."""
_PLACES = ("First", "Second", "Third", "Fourth")
_MENU_TEXT = 380


def chosen_of(
    own: Sequence[Id] | None, shown: Sequence[Id], result: Result, selected: Id | None, held: bool
) -> list[Id]:
    """The options to set against each other: those somebody picked, as far as they are ranked; else the leader, the
    runner-up and the selected one. While a gesture is open (`held`) those shown stay, so that a flip can be watched.
    """
    rows = result.table.rows
    ranked = [result.table.options[row].id for row in result.order]
    if own is not None:
        kept = [option for option in own if option in rows]
        return kept + [option for option in ranked if option not in kept][: max(0, 2 - len(kept))]
    if held and len(shown) >= 2 and all(option in rows for option in shown):
        return list(shown)
    more = [selected] if selected in rows and selected not in ranked[:2] and selected is not None else []
    return ranked[:2] + more


class Pick(Button):
    """A button with the mark and the name of an option; its width does not depend on the name."""

    def __init__(self, place: int, parent: QWidget | None = None) -> None:
        super().__init__("", kind="outlined", parent=parent)
        self._place = place
        self.face = font(12, 500)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setMaximumWidth(190)
        identify(self, f"compare.option.{place + 1}", f"{_PLACES[place]} option")

    def sizeHint(self) -> QSize:
        return QSize(164, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(44, HEIGHT)

    def say(self, name: str, full: str) -> None:
        """Show another option's name."""
        text = name.replace("&", "&&")
        if text != self.text():
            self.setText(text)
            explain(self, f"{full}: choose another option")
            identify(self, name=f"{_PLACES[self._place]} option: {full}")

    def _paint_content(self, painter: QPainter, area: QRectF) -> None:
        marker(painter, self._place, QPointF(15, area.center().y()), 4.4)
        right = area.width() - 9
        paint_icon(painter, "chevron-down", QPointF(right - 6, area.center().y() + 0.5), "text2", 14)
        room = QRectF(26, 0, right - 16 - 26, area.height())
        if room.width() >= 24:  # Less would hold but an ellipsis; the chart names the mark.
            draw_text(painter, room, self._shown(), self.face, self._ink())


class CompareView(AnalysisView):
    """Two to four options side by side, or the first against the second."""

    key = "compare"
    title = "Compare"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._contraster = Contraster()
        self._own: list[Id] | None = None
        self.shown: list[Id] = []
        self._frame: Frame | None = None
        self.profiles, self.difference = ProfilesChart(), WaterfallChart()
        self._charts = QStackedWidget()
        for chart in (self.profiles, self.difference):
            self._charts.addWidget(chart)
            chart.chosen.connect(self._on_chosen)
        self.body.addWidget(self._charts, 1)
        self._make_bar()

    def _make_bar(self) -> None:
        kinds = {PROFILES: "Profiles", DIFFERENCE: "Difference"}
        self.kind = Segmented(kinds, PROFILES, "What is compared", "compare.kind")
        self.picks = [Pick(place) for place in range(MOST)]
        for place, pick in enumerate(self.picks):
            menu = QMenu(pick)
            menu.aboutToShow.connect(lambda place=place, menu=menu: self._fill(menu, place))
            pick.setMenu(menu)
        self.add = IconButton("plus", "Add an option")
        identify(self.add, "compare.add")
        adding = QMenu(self.add)
        adding.aboutToShow.connect(lambda: self._fill(adding, len(self.shown)))
        self.add.setPopupMode(IconButton.ToolButtonPopupMode.InstantPopup)
        self.add.setMenu(adding)
        self.swap = IconButton("swap", "Swap the two")
        identify(self.swap, "compare.swap")
        self.order = Segmented({"size": "By size", "tree": "In tree"}, "size", "Order of the criteria", "compare.order")
        self.order.setToolTip("Order by size of the difference, or as in the tree of criteria")
        self.bar.setSpacing(6)
        self.bar.addWidget(self.kind)
        for pick in self.picks:
            self.bar.addWidget(pick)
        for part in (self.add, self.swap, self.order):
            self.bar.addWidget(part)
        self.bar.addStretch(1)
        self.kind.changed.connect(lambda _: self._turn())
        self.order.changed.connect(lambda _: self._turn())
        self.swap.clicked.connect(self.swap_two)
        self._arrange()

    # Showing

    def chart(self) -> Chart:
        return self.profiles if self.kind.current() == PROFILES else self.difference

    def show_frame(self, frame: Frame) -> str:
        result = frame.result
        if result is None:
            return frame.trouble
        if len(result.table.options) < 2:
            return "Only one option is left, so there is nothing to compare it with; add or include another."
        self._frame = frame
        self.shown = chosen_of(self._own, self.shown, result, frame.view.option, frame.before is not None)
        self._draw(frame, result)
        return ""

    def _draw(self, frame: Frame, result: Result) -> None:
        options, rows = result.table.options, result.table.rows
        for pick, option in zip(self.picks, self.shown, strict=False):
            pick.say(called(options[rows[option]]), options[rows[option]].name)
        self._arrange()
        contrast = self._contraster.contrast(frame.study, result, self.shown)
        selected, moving = frame.view.criterion, frame.moving
        if self.kind.current() == PROFILES:
            self.profiles.show_contrast(contrast, selected=selected, moving=moving)
        else:
            in_tree_order = self.order.current() == "tree"
            self.difference.show_contrast(contrast, in_tree_order=in_tree_order, selected=selected, moving=moving)

    def _arrange(self) -> None:
        """Show the controls that what is on show has a use for."""
        is_profiles = self.kind.current() == PROFILES
        count = len(self.shown) if is_profiles else 2
        frame = self._frame
        there = 0 if frame is None or frame.result is None else len(frame.result.table.options)
        for place, pick in enumerate(self.picks):
            _set_shown(pick, place < count)
        _set_shown(self.add, is_profiles and len(self.shown) < min(MOST, there))
        _set_shown(self.swap, not is_profiles and self.width() >= NARROW)
        _set_shown(self.order, not is_profiles and self.width() >= NARROWEST)

    def _turn(self) -> None:
        self._charts.setCurrentWidget(self.chart())
        self._again()

    def _again(self) -> None:
        if self._frame is not None and self._frame.result is not None:
            self.refresh(self._frame)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    # Choosing

    def pick(self, place: int, option: Id) -> None:
        """Put an option at a place; one that is shown already changes places with it."""
        own = list(self.shown)
        if option in own and place < len(own):
            own[own.index(option)] = own[place]
        self._choose([*own[:place], option, *own[place + 1 :]])

    def remove(self, place: int) -> None:
        """Show one option fewer; two stay."""
        if len(self.shown) > 2:
            self._choose(self.shown[:place] + self.shown[place + 1 :])

    def swap_two(self) -> None:
        """Turn the difference round."""
        first, second, *others = self.shown
        self._choose([second, first, *others])

    def follow(self) -> None:
        """Show the leader, the runner-up and the selected option again, whichever they are."""
        self._choose(None)

    def _choose(self, own: list[Id] | None) -> None:
        self._own = own
        self._again()

    def _fill(self, menu: QMenu, place: int) -> None:
        """The options in the order of the ranking, and what else can be done here."""
        menu.clear()
        frame = self._frame
        if frame is None or frame.result is None:
            return
        result, is_new = frame.result, place >= len(self.shown)
        for row in result.order.tolist():
            option = result.table.options[row]
            if is_new and option.id in self.shown:
                continue
            text = elided_in(called(option), font(13), _MENU_TEXT).replace("&", "&&")
            action = menu.addAction(f"{text}\t{result.rank_text(row)}")
            action.setCheckable(not is_new)
            action.setChecked(not is_new and self.shown[place] == option.id)
            action.triggered.connect(lambda _=False, option=option.id: self.pick(place, option))
        self._fill_rest(menu, place, is_new)

    def _fill_rest(self, menu: QMenu, place: int, is_new: bool) -> None:
        menu.addSeparator()
        if not is_new and self.kind.current() == PROFILES and len(self.shown) > 2:
            menu.addAction("Leave this option out").triggered.connect(lambda: self.remove(place))
        if not is_new and self.kind.current() == DIFFERENCE:
            menu.addAction("Swap the two").triggered.connect(self.swap_two)
        if self._own is not None:
            menu.addAction("Leader and runner-up again").triggered.connect(self.follow)

    def _on_chosen(self, key: Id) -> None:
        is_criterion = any(node.id == key for node in self.session.study.criteria)
        self.session.select(criterion=key) if is_criterion else self.session.select(option=key)


def _set_shown(widget: QWidget, wanted: bool) -> None:
    """Show or hide where that is not so already: either asks for another layout."""
    if widget.isHidden() == wanted:
        widget.setVisible(wanted)
