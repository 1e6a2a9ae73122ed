"""Perspectives: every party's ranking side by side, two against each other, who agrees, and who could accept what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import cast

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from db.study.model import Id, Known
from desktop.analysis.arrays import Ranks
from desktop.charts.agreement_chart import PreferenceChart, TauChart
from desktop.charts.chart import Chart
from desktop.charts.parties_chart import AcceptableChart, PartiesChart
from desktop.charts.party_board import Shown
from desktop.charts.slope_chart import SlopeChart, SlopeShown
from desktop.exchange import parties_text as text
from desktop.look.focus import explain, identify, let_tab_go_through
from desktop.look.number_edit import number_problem
from desktop.look.painting import elided_in
from desktop.look.widgets import Button, NumberEdit, Segmented, TextLabel
from desktop.panels.analysis_view import AnalysisView
from desktop.panels.frame import Frame
from desktop.questions.parties import Gatherer, Parties, Party, Slope
from desktop.session import Session

PICTURES = {"rankings": "Rankings", "slope": "Between two", "agreement": "Agreement", "acceptable": "Acceptable to"}
USUAL_MARGIN = 5.0
_BESIDE = 120
"""Pixels of the bar that neither the choice of the picture nor its controls take."""
_NAME_ROOM = 104.0


def margin_problem(typed: str) -> str:
    """Why a text is no margin in points, or ""."""
    problem = number_problem(typed)
    if problem:
        return problem
    return "" if 0.0 <= _number(typed) <= 100.0 else "A margin lies between 0 and 100 points."


def _number(typed: str) -> float:
    return float(typed.strip().removesuffix("%").strip().replace("\u2212", "-").replace(",", "."))


class PerspectivesView(AnalysisView):
    """Four pictures of the same parties. Only stakeholders are counted together, and no totals are averaged."""

    key = "perspectives"
    title = "Perspectives"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._gatherer = Gatherer()
        self._frame: Frame | None = None
        self.found: Parties | None = None
        self._ends: list[Id] = ["", ""]
        self.margin = USUAL_MARGIN
        self.picture = Segmented(PICTURES, "rankings", "Picture", "perspectives.picture")
        self.order = Segmented(
            {"present": "This party's", "mean": "By mean rank"}, "present", "Order of the options", "perspectives.order"
        )
        self.measure = Segmented({"ranks": "Ranks", "totals": "Totals"}, "ranks", "Lines by", "perspectives.measure")
        self.between = Segmented({"parties": "Parties", "options": "Options"}, "parties", "Between", "perspectives.of")
        self.ends = [Button("", kind="outlined", chevron=True) for _ in range(2)]
        self.field = NumberEdit(f"{USUAL_MARGIN:g}", margin_problem)
        self.lead, self.note = TextLabel("", 12, 500), TextLabel("", 12, 400, "text2")
        self._make_charts()
        self._arrange()
        self._connect()
        self._turn()

    def _make_charts(self) -> None:
        self.rankings, self.acceptable = PartiesChart(), AcceptableChart()
        self.slope, self.tau, self.preference = SlopeChart(), TauChart(), PreferenceChart()
        self._stack = QStackedWidget()
        for chart in (self.rankings, self.acceptable, self.slope, self.tau, self.preference):
            self._stack.addWidget(chart)
            chart.chosen.connect(self._on_chosen)

    # Laying out

    def _arrange(self) -> None:
        identify(self.lead, "perspectives.reading")
        identify(self.note, "perspectives.note")
        identify(self.field, "perspectives.margin", "Points below a party's best at which an option is acceptable")
        self.field.setFixedWidth(40)
        for button, end in zip(self.ends, ("from", "to"), strict=True):
            identify(button, f"perspectives.{end}", end.capitalize())
            button.setFixedWidth(round(_NAME_ROOM) + 44)
        self._parts: dict[str, QWidget] = {
            "rankings": _row(_label("Order"), self.order),
            "slope": _row(_label("By"), self.measure),
            "agreement": _row(_label("Between"), self.between),
            "acceptable": _row(_label("Within"), self.field, _label("points of each party's best")),
        }
        self._two_ends = _row(self.ends[0], _label("to"), self.ends[1])
        self._arrange_bar()
        self._arrange_words()
        self.body.addWidget(self._stack, 1)
        self._place_parts()

    def _arrange_bar(self) -> None:
        """The choice of the picture, and two places for what belongs to one picture."""
        self._room, self._below = QWidget(), QWidget()
        self._room.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        for room, left, right in ((self._room, 0, 0), (self._below, 16, 12)):
            line = QHBoxLayout(room)
            line.setContentsMargins(left, 0, right, 0)
            line.addStretch(1)
            line.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)
        self.bar.addWidget(self.picture)
        self.bar.addWidget(self._room, 1)
        cast(QVBoxLayout, self.layout()).insertWidget(1, self._below)

    def _arrange_words(self) -> None:
        first = QHBoxLayout()
        first.setSpacing(10)
        first.addWidget(self._two_ends)
        first.addWidget(self.lead, 1)
        words = QVBoxLayout()
        words.setContentsMargins(16, 2, 16, 2)
        words.setSpacing(0)
        words.addLayout(first)
        words.addWidget(self.note)
        self.body.addLayout(words)

    def _place_parts(self) -> None:
        """The controls of the picture on show: beside its choice, or where there is no room under it."""
        part = self._parts[self.picture.current()]
        is_narrow = self.width() < self.picture.sizeHint().width() + part.sizeHint().width() + _BESIDE
        home = self._below if is_narrow else self._room
        moved = [each for each in self._parts.values() if each.parentWidget() is not home]
        for each in moved:
            home.layout().addWidget(each)
        for each in self._parts.values():
            each.setVisible(each is part)
        self._below.setVisible(is_narrow)
        if moved:
            let_tab_go_through(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_parts()

    def _connect(self) -> None:
        self.picture.changed.connect(lambda _: self._turn())
        self.between.changed.connect(lambda _: self._turn())
        for choice in (self.order, self.measure):
            choice.changed.connect(lambda _: self._again())
        self.field.committed.connect(self._on_margin)
        for place, button in enumerate(self.ends):
            button.clicked.connect(lambda _=False, place=place: self._open_menu(place))

    # Showing

    def chart(self) -> Chart:
        key = self.picture.current()
        if key == "agreement":
            return self.tau if self.between.current() == "parties" else self.preference
        return {"rankings": self.rankings, "slope": self.slope, "acceptable": self.acceptable}[key]

    def show_frame(self, frame: Frame) -> str:
        self._frame = frame
        study = frame.study
        if not (study.included() and study.leaves() and study.perspectives):
            return frame.trouble
        try:
            self.found = self._gatherer.gather(study, frame.result)
        except Known as trouble:
            return str(trouble)
        show = {
            "rankings": self._show_rankings,
            "slope": self._show_slope,
            "agreement": self._show_agreement,
            "acceptable": self._show_acceptable,
        }[self.picture.current()]
        return show(self.found, frame) if self.found.ranked else text.NONE_RANKS

    def _say(self, lead: str, note: str = "") -> None:
        is_still = self._frame is None or self._frame.before is None
        self.lead.setText(lead, announce=is_still)
        self.note.setText(note, announce=is_still)
        self.note.setVisible(bool(note))

    def _rows(self, found: Parties, frame: Frame) -> Ranks:
        by = found.by_mean_rank if self.order.current() == "mean" else found.by_party
        return by(frame.view.perspective)

    def _show_rankings(self, found: Parties, frame: Frame) -> str:
        self.rankings.show_parties(Shown(found, self._rows(found, frame), frame.view.perspective, frame.view.option))
        self._say(text.leaders_sentence(found), _open(found))
        return ""

    def _show_slope(self, found: Parties, frame: Frame) -> str:
        if len(found.ranked) < 2:
            return text.ALONE if len(found.all) < 2 else text.ONE_RANKS
        first, second = self._two(found, frame.view.perspective)
        for button, end, party in zip(self.ends, ("From", "To"), (first, second), strict=True):
            _name(button, end, party.name)
        slope = Slope(first, second)
        self.slope.show_slope(SlopeShown(found, slope, self.measure.current() == "totals", frame.view.option))
        self._say(text.slope_sentence(slope, text.names_of(found)), _open(found))
        return ""

    def _two(self, found: Parties, present: Id) -> tuple[Party, Party]:
        """The parties that were picked; the one looked at and the first other one where none were."""
        first = found.party(self._ends[0]) or found.party(present) or found.ranked[0]
        second = found.party(self._ends[1])
        if second is None or second is first:
            second = next(party for party in found.ranked if party is not first)
        return first, second

    def _show_agreement(self, found: Parties, frame: Frame) -> str:
        if self.between.current() == "options":
            if not found.stakeholders:
                return text.preference_sentence(found, 0)
            self.preference.show_parties(found, self._rows(found, frame), frame.view.option)
            self._say(text.preference_sentence(found, self.preference.shown_count), text.concordance_sentence(found))
            return ""
        if len(found.ranked) < 2:
            return text.ALONE if len(found.all) < 2 else text.ONE_RANKS
        self.tau.show_parties(found, frame.view.perspective)
        self._say(text.concordance_sentence(found), text.least_alike_sentence(found))
        return ""

    def _show_acceptable(self, found: Parties, frame: Frame) -> str:
        order = found.by_support(self.margin, frame.view.perspective)
        self.acceptable.show_parties(Shown(found, order, frame.view.perspective, frame.view.option), self.margin)
        self._say(f"{text.common_sentence(found, self.margin)} Only stakeholders are counted.", _open(found))
        return ""

    def _turn(self) -> None:
        self._stack.setCurrentWidget(self.chart())
        self._two_ends.setVisible(self.picture.current() == "slope")
        self._place_parts()
        self._again()

    def _again(self) -> None:
        if self._frame is not None:
            self.refresh(self._frame)

    # Acting

    def _on_margin(self, typed: str) -> None:
        self.margin = _number(typed)
        self.field.setText(f"{self.margin:.4g}")
        self._again()

    def _on_chosen(self, key: object) -> None:
        what, *ids = cast(tuple[str, ...], key)
        if what == "option":
            self.session.select(option=ids[0])
        elif what == "party":
            self.session.look(replace(self.session.view, perspective=ids[0]))
        else:
            self._ends = [ids[0], ids[1]]
            self.picture.set_current("slope")
            self._turn()

    def _open_menu(self, place: int) -> None:
        menu = self.menu(place)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.ends[place].mapToGlobal(self.ends[place].rect().bottomLeft()))

    def menu(self, place: int) -> QMenu:
        """The parties that one end of the lines can be."""
        menu = QMenu(self)
        found, frame = self.found, self._frame
        if found is None or frame is None or len(found.ranked) < 2:
            return menu
        now = self._two(found, frame.view.perspective)[place]
        for party in found.ranked:
            action = menu.addAction(f"{party.name.replace('&', '&&')}\t{text.kind_word(party)}")
            action.setCheckable(True)
            action.setChecked(party is now)
            action.triggered.connect(self._picker(place, party.id))
        return menu

    def _picker(self, place: int, party: Id) -> Callable[[], None]:
        return lambda: self.pick(place, party)

    def pick(self, place: int, party: Id) -> None:
        """Let one end of the lines be a party; one that stands at the other end changes places with it."""
        found, frame = self.found, self._frame
        if found is None or frame is None:
            return
        ends = [each.id for each in self._two(found, frame.view.perspective)]
        if ends[1 - place] == party:
            ends.reverse()
        ends[place] = party
        self._ends = ends
        self._again()


def _open(found: Parties) -> str:
    return "" if found.is_complete else text.MIDDLES


def _label(words: str) -> TextLabel:
    label = TextLabel(words, 12, 400, "text2", Qt.AlignmentFlag.AlignRight)
    label.setFixedWidth(label.sizeHint().width())
    return label


def _row(*parts: QWidget) -> QWidget:
    row = QWidget()
    line = QHBoxLayout(row)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(6)
    for part in parts:
        line.addWidget(part)
    return row


def _name(button: Button, end: str, name: str) -> None:
    """Put a name on a button of fixed width, with the whole of it as a tooltip."""
    shown = elided_in(name, button.face, _NAME_ROOM).replace("&", "&&")
    if shown != button.text():
        button.setText(shown)
    if button.accessibleName() != f"{end}: {name}":
        explain(button, name)
        button.setAccessibleName(f"{end}: {name}")
