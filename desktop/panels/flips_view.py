"""What would change the answer: weights and scores by how close they are to it, and any two options reversed."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from db.study.model import Id, Study
from desktop.charts.chart import Chart
from desktop.charts.flip_list import FlipList
from desktop.charts.flip_rows import ScoreRows, WeightRows
from desktop.charts.flip_ways import MOST, FlipWays
from desktop.charts.ranking_words import called, points
from desktop.evaluation import Result
from desktop.exchange.flips_text import SCORE_RULE, WEIGHT_RULE, ways_of
from desktop.look.buttons import Button, Segmented
from desktop.look.focus import identify
from desktop.look.widgets import TextLabel
from desktop.panels.analysis_view import AnalysisView
from desktop.panels.flip_player import FlipPlayer, is_still_here
from desktop.panels.frame import Frame
from desktop.questions.firmness import Firmness
from desktop.questions.flipping import Journey, Pair, pair_of, score_flips, score_journey, weight_flips, weights_journey
from desktop.session import Session, Subject

PARTS = {"weights": "Weights", "scores": "Scores", "pair": "Any two"}
_KINDS = ("weight", "points", "score")
_NARROWEST, _WIDEST = 100, 190


class FlipsView(AnalysisView):
    """The tab "Flips"."""

    key = "flips"
    title = "Flips"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._shown: tuple[Frame, Firmness] | None = None
        self.part = Segmented(PARTS, "weights", "What is changed", "flips.part")
        self.rule = TextLabel("", 12, 400, "text2")
        self.rule.setAccessibleIdentifier("flips.rule")
        self.bar.addWidget(self.part)
        self.bar.addWidget(self.rule, 1)
        self.weights = FlipList("Weights by how close they are to a flip", "flips.weights")
        self.scores = FlipList("Scores by how close they are to a flip", "flips.scores")
        self.two = _TwoOptions(session)
        self._stack = QStackedWidget()
        for page in (self.weights, self.scores, self.two):
            self._stack.addWidget(page)
        self.body.addWidget(self._stack)
        self.part.changed.connect(self._on_part)
        self.two.chosen.connect(self._draw)
        for chart in (self.weights, self.scores):
            chart.chosen.connect(self._on_chosen)

    def chart(self) -> Chart | None:
        return {"weights": self.weights, "scores": self.scores}.get(self.part.current(), self.two.ways)

    def stop(self) -> None:
        self.two.player.close()

    def show_firm(self, frame: Frame, result: Result, firm: Firmness) -> None:
        # While a flip is shown its own words stay as they were: they speak of the study.
        if not frame.is_preview or self._shown is None:
            self._shown = frame, firm
            self._draw()

    def _on_part(self, part: str) -> None:
        self.two.player.stop()
        self._stack.setCurrentIndex(list(PARTS).index(part))
        self._draw()
        self._choose_page()

    def _draw(self) -> None:
        if self._shown is None:
            return
        (frame, firm), part = self._shown, self.part.current()
        view = frame.view
        if part == "weights":
            self.weights.show_flips(WeightRows(weight_flips(firm)), None, view.criterion)
            self.rule.setText(WEIGHT_RULE)
        elif part == "scores":
            flips = score_flips(firm)
            self.scores.show_flips(ScoreRows(flips), view.option, view.criterion)
            self.rule.setText(f"{_count_words(len(flips.rows), flips.count, flips.of)} {SCORE_RULE}")
        else:
            self.two.show_firm(frame.study, firm)
            self.rule.setText("The smallest change that reverses two options.")

    def _on_chosen(self, key: tuple[Id | None, Id]) -> None:
        option, criterion = key
        subject = Subject.CRITERION if option is None else Subject.SCORE
        self.session.select(option=option, criterion=criterion, subject=subject)


def _count_words(shown: int, count: int, of: int) -> str:
    if shown < count:
        return f"The closest {shown} of {count:,} scores that can do it alone."
    return f"{count:,} of {of:,} scores can do it alone."


class _TwoOptions(QWidget):
    """Two options to choose, what would reverse them, and a button for each way that shows it."""

    chosen = Signal()
    """Another pair was chosen."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._study: Study | None = None
        self._firm: Firmness | None = None
        self.pair: Pair | None = None
        self._wanted: list[Id | None] = [None, None]
        self._playing = ""
        self.ways = FlipWays("What reverses two options", "flips.ways")
        self.player = FlipPlayer(session, self)
        self.player.is_still = is_still_here()
        self.player.changed.connect(self._name_buttons)
        self.choices = [self._choice("flips.first", "First option"), self._choice("flips.second", "Second option")]
        self.buttons = [Button("Show me", kind="outlined") for _ in _KINDS]
        for kind, button in zip(_KINDS, self.buttons, strict=True):
            identify(button, f"flips.show_{kind}")
            button.setFixedSize(button.sizeHint())
            button.clicked.connect(partial(self._on_show, kind))
        self._lay_out()

    def _choice(self, identifier: str, name: str) -> Button:
        button, menu = Button("", kind="outlined"), QMenu(self)
        identify(button, identifier, name)
        # Of a width that no name changes: names change while a weight is dragged.
        button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        button.setMinimumWidth(_NARROWEST)
        button.setMaximumWidth(_WIDEST)
        button.setMenu(menu)
        menu.aboutToShow.connect(partial(self._fill, menu, identifier))
        return button

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(16, 2, 16, 4)
        top.setSpacing(8)
        self.between = TextLabel("and", 13, 400, "text2")
        self.between.setFixedWidth(26)
        self.gap = TextLabel("", 12, 400, "text2")
        for part, stretch in ((self.choices[0], 2), (self.between, 0), (self.choices[1], 2)):
            top.addWidget(part, stretch)
        top.addWidget(self.gap, 1)
        shows = QVBoxLayout()
        shows.setContentsMargins(4, 0, 16, 0)
        shows.setSpacing(0)
        for button in self.buttons:
            shows.addWidget(button, 1, Qt.AlignmentFlag.AlignVCenter)
        middle = QWidget()
        middle.setMaximumHeight(round(len(_KINDS) * MOST))
        row = QHBoxLayout(middle)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.ways, 1)
        row.addLayout(shows)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(middle, 1)
        column.addStretch(0)

    # Showing

    def show_firm(self, study: Study, firm: Firmness) -> None:
        """Show what reverses the two options that are chosen: the leader and its rival, unless others are."""
        self._study, self._firm = study, firm
        rows = self.rows()
        self.pair = pair_of(firm, *rows)
        options = firm.result.table.options
        names = [called(options[row]) for row in rows]
        for button, name in zip(self.choices, names, strict=True):
            text = name.replace("&", "&&")
            if button.text() != text:
                button.setText(text)
                button.setToolTip(f"{name}; choose another option")
        ahead, behind = called(options[self.pair.ahead]), called(options[self.pair.behind])
        self.gap.setText("level now" if self.pair.is_level else f"{ahead} is {points(self.pair.gap)} ahead")
        self.ways.show_ways(ways_of(self.pair), f"What puts {behind} ahead of {ahead}")
        self._name_buttons()

    def rows(self) -> tuple[int, int]:
        """The rows of the two options that are chosen, or stand in for one that is no more."""
        firm = self._firm
        assert firm is not None
        known = firm.result.table.rows
        first, second = (known.get(wanted) if wanted is not None else None for wanted in self._wanted)
        usual = [firm.leader, *([] if firm.rival is None else [firm.rival]), *firm.result.order.tolist()]
        if first is None:
            first = next(row for row in usual if row != second)
        if second is None or second == first:
            second = next(row for row in usual if row != first)
        return first, second

    def choose(self, place: int, option: Id) -> None:
        """Choose the first (0) or the second (1) option; choosing the other one exchanges them."""
        assert self._firm is not None
        options = self._firm.result.table.options
        now = [options[row].id for row in self.rows()]
        if now[1 - place] == option:
            now.reverse()
        now[place] = option
        self._wanted = list(now)
        self.player.stop()
        self.chosen.emit()

    def _fill(self, menu: QMenu, identifier: str) -> None:
        menu.clear()
        if self._firm is None:
            return
        result, place = self._firm.result, int(identifier == "flips.second")
        current = self.rows()[place]
        for row in result.order.tolist():
            option = result.table.options[row]
            text = f"{result.rank_text(row)}  {called(option)}".replace("&", "&&")
            action = QAction(text, menu, checkable=True, checked=row == current)
            action.triggered.connect(partial(self._on_picked, place, option.id))
            menu.addAction(action)

    def _on_picked(self, place: int, option: Id, _checked: bool = False) -> None:
        self.choose(place, option)

    # Showing the way there

    def journey(self, kind: str) -> Journey | None:
        """The way to the flip of a kind, "weight", "points" or "score"; None where there is none."""
        pair, study = self.pair, self._study
        if pair is None or study is None or pair.is_level:
            return None
        if kind == "score":
            flip = pair.change.flip
            if flip is None:
                return None
            return score_journey(study, pair.firm, flip.option, flip.criterion, flip.after)
        move = pair.move.one_share if kind == "weight" else pair.move.fewest_points
        return None if move is None else weights_journey(study, pair.firm, move.weights)

    def _on_show(self, kind: str, _checked: bool = False) -> None:
        if self.player.is_playing and self._playing == kind:
            self.player.stop()
            return
        self.player.stop()
        journey = self.journey(kind)
        if journey is not None:
            self._playing = kind
            self.player.play(journey)

    def _name_buttons(self) -> None:
        for kind, button, way in zip(_KINDS, self.buttons, self.ways.ways, strict=False):
            plays = self.player.is_playing and self._playing == kind
            text = "Stop" if plays else "Show me"
            if button.text() != text:
                button.setText(text)
            button.setAccessibleName(f"{text}: {way.title.lower()}")
            button.setEnabled(plays or self.journey(kind) is not None)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.player.stop()
