"""The ranking: who leads and by how much, live; always visible at the centre of the window."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QActionGroup, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from db.study.model import Study
from db.study.words import counted
from desktop.charts.picture import Pictured
from desktop.charts.ranking_chart import RankingChart
from desktop.charts.ranking_legend import LINES_SEEN, Legend
from desktop.charts.ranking_scene import Mode, Scene, Sort, reference_row
from desktop.charts.ranking_words import called, sentence
from desktop.commands import AddCriterion, AddOption
from desktop.commands.base import free_name
from desktop.evaluation import Result
from desktop.look.buttons import Button
from desktop.look.focus import explain, identify
from desktop.look.icons import IconButton
from desktop.look.widgets import Card, CardHeader, Segmented, TextLabel, paragraph
from desktop.panels.frame import Frame
from desktop.panels.verdict_line import VerdictLine
from desktop.panels.verdict_words import shortened
from desktop.session import Session, Subject

MODES = {Mode.WEIGHTED: "Weighted", Mode.UNWEIGHTED: "Unweighted", Mode.DIFFERENCE: "Difference"}
SORTS = {Sort.TOTAL: "By total", Sort.STUDY: "In the order of the study", Sort.NAME: "By name"}
SHORT, SHORTEST = 380, 340
"""Below the first height the rows get the room of one line of the legend, below the second of all of it."""
LEAD_BELOW = 640
"""In less width who leads is said below the title and not beside it."""
TALL = 300
"""From this height on the verdict takes two lines."""
_NO_SCENE = "Nothing to rank yet"


class RankingPanel(QWidget):
    """A card with the chart, what it says in a sentence, and how it is shown."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._frame: Frame | None = None
        self._said = ""
        self._mode, self._sort = Mode.WEIGHTED, Sort.TOTAL
        self.chart = RankingChart()
        self.legend = Legend()
        self.header = self._header()
        self.reference_button = self._reference()
        self._sentence = TextLabel("", 12, 400, "text2")
        self.verdict = VerdictLine()
        self._excluded = TextLabel("", 11, 400, "text2")
        self._pages = QStackedWidget()
        self._empty = _EmptyPage(session)
        self._assemble()
        self._connect()

    def _header(self) -> CardHeader:
        header = CardHeader("Ranking")
        self.modes = Segmented(
            {str(key): text for key, text in MODES.items()}, name="What the bars show", identifier="ranking.mode"
        )
        self.sort_button = IconButton("sort", "Sort the ranking")
        self.sort_button.setAccessibleIdentifier("ranking.sort")
        self.sort_button.setPopupMode(IconButton.ToolButtonPopupMode.InstantPopup)
        self.sort_button.setMenu(self._sort_menu())
        header.add(self.modes)
        header.add(self.sort_button)
        header.setMinimumWidth(0)
        return header

    def _sort_menu(self) -> QMenu:
        menu, group = QMenu(self), QActionGroup(self)
        for sort, text in SORTS.items():
            action = QAction(text, menu, checkable=True, checked=sort is self._sort)
            action.triggered.connect(lambda _=False, chosen=sort: self.set_sort(chosen))
            group.addAction(action)
            menu.addAction(action)
        return menu

    def _reference(self) -> Button:
        button = Button("", chevron=True)
        identify(button, "ranking.reference", "Compare with")
        self._references = QMenu(self)
        self._references.aboutToShow.connect(self._fill_references)
        button.setMenu(self._references)
        self.chart.put_in_corner(button)
        button.hide()
        return button

    def _assemble(self) -> None:
        card, chart_page = Card(self), QWidget()
        column = QVBoxLayout(chart_page)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(2)
        below = QVBoxLayout()
        below.setContentsMargins(10, 0, 12, 0)
        below.addWidget(self.legend)
        words = QHBoxLayout()
        words.setContentsMargins(16, 2, 16, 0)
        words.addWidget(self._excluded)
        said = QHBoxLayout()
        said.setContentsMargins(16, 0, 16, 4)
        said.addWidget(self._sentence)
        self._sentence.hide()
        column.addLayout(said)
        column.addWidget(self.verdict)
        column.addWidget(self.chart, 1)
        column.addLayout(below)
        column.addLayout(words)
        self._excluded.hide()
        self._pages.addWidget(chart_page)
        self._pages.addWidget(self._empty)
        card.body.addWidget(self.header)
        card.body.addWidget(self._pages, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(card)
        identify(self, "ranking.panel")

    def _connect(self) -> None:
        session, chart = self._session, self.chart
        self.modes.changed.connect(lambda key: self.set_mode(Mode(key)))
        chart.option_chosen.connect(lambda option: session.select(option=option))
        chart.score_chosen.connect(lambda option, criterion: session.select(option=option, criterion=criterion))
        for source in (chart.criterion_chosen, self.legend.chosen):
            source.connect(lambda criterion: session.select(criterion=criterion, subject=Subject.CRITERION))
        chart.criterion_hovered.connect(self.legend.light)
        self.legend.hovered.connect(chart.light)

    # How it is shown

    @property
    def mode(self) -> Mode:
        """What the bars are made of."""
        return self._mode

    @property
    def sort(self) -> Sort:
        """What the rows are sorted by."""
        return self._sort

    def pictured(self) -> Pictured | None:
        """The chart, to be copied or exported; None where nothing is ranked."""
        return self.chart if self._frame is not None and self._frame.result is not None else None

    def set_mode(self, mode: Mode) -> None:
        """Show other bars."""
        self._mode = mode
        self.modes.set_current(str(mode))
        self._draw()

    def set_sort(self, sort: Sort) -> None:
        """Sort the rows otherwise."""
        self._sort = sort
        chosen = list(SORTS).index(sort)
        self.sort_button.menu().actions()[chosen].setChecked(True)
        self._draw()

    def set_still(self, is_still: bool) -> None:
        """Let rows jump instead of glide."""
        self.chart.set_still(is_still)

    # What is shown

    def refresh(self, frame: Frame) -> None:
        """Show a frame."""
        self._frame = frame
        self._draw()

    def _draw(self) -> None:
        frame = self._frame
        if frame is None:
            return
        result = frame.result
        has_ranking = result is not None and bool(result.table.options and result.table.leaves)
        self._turn_to(0 if has_ranking else 1)
        if has_ranking and result is not None:
            self._draw_scene(frame, result)
        else:
            self._say(_NO_SCENE)
            self._empty.show_frame(frame)

    def sentence(self) -> str:
        """What the panel says of the ranking."""
        return self._said

    def _say(self, text: str) -> None:
        """Say it beside the title, or below it where the panel is narrow."""
        self._said, is_narrow = text, self.width() < LEAD_BELOW
        if is_narrow:
            self.header.set_subtitle("")
        label = self._sentence if is_narrow else self.header.subtitle
        label.setText(shortened(text, self._names(), label.face, label.width()))
        if label.text() != text:
            explain(label, text)
            identify(label, name=text)

    def _names(self) -> list[str]:
        """What the options are called in the sentence."""
        result = None if self._frame is None else self._frame.result
        return [] if result is None else [called(option) for option in result.table.options]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        _set_shown(self._sentence, self.width() < LEAD_BELOW)
        height = self.height()
        self.verdict.set_lines(2 if height >= TALL else 1, self.width() < LEAD_BELOW)
        self.legend.set_most(LINES_SEEN if height >= SHORT else LINES_SEEN - 1 if height >= SHORTEST else 0)
        self._say(self._said)

    def _turn_to(self, page: int) -> None:
        if self._pages.currentIndex() != page:
            self._pages.setCurrentIndex(page)
            self.modes.setEnabled(page == 0)
            self.sort_button.setEnabled(page == 0)

    def _draw_scene(self, frame: Frame, result: Result) -> None:
        view = frame.view
        scene = Scene(
            result, self._mode, self._sort, view.reference, frame.before, frame.moving, view.option, view.criterion
        )
        self.legend.show_leaves(result.table.leaves)
        self.legend.mark(view.criterion, frame.moving)
        self._draw_reference(scene)
        self._draw_excluded(frame.study)
        self._say(sentence(scene))
        self.verdict.show_firm(frame.firm, frame.unsure, _lead_before(scene))
        self.chart.show_frame(scene)

    def _draw_reference(self, scene: Scene) -> None:
        row, button = scene.reference_row, self.reference_button
        if row is not None:
            name = called(scene.result.table.options[row])
            text = f"Against {name}".replace("&", "&&")
            if text != button.text():
                button.setText(text)
                button.setToolTip(f"Differences are taken to {name}; choose another option")
                self.chart.put_in_corner(button)
        _set_shown(button, row is not None)

    def _draw_excluded(self, study: Study) -> None:
        names = [called(option) for option in study.options if option.excluded]
        count = f"{counted(len(names), 'option')} excluded: "
        self._excluded.setText(count + ", ".join(names) if names else "")
        _set_shown(self._excluded, bool(names))

    def _fill_references(self) -> None:
        menu, frame = self._references, self._frame
        menu.clear()
        if frame is None or frame.result is None:
            return
        table = frame.result.table
        current = reference_row(table, frame.view.reference)
        for row, option in enumerate(table.options):
            text = called(option).replace("&", "&&") + (" (baseline)" if option.is_baseline else "")
            action = QAction(text, menu, checkable=True, checked=row == current)
            action.triggered.connect(lambda _=False, chosen=option.id: self.set_reference(chosen))
            menu.addAction(action)

    def set_reference(self, option: str) -> None:
        """Take differences to another option."""
        self._session.look(replace(self._session.view, reference=option))
        if self._frame is not None:
            self._frame = replace(self._frame, view=self._session.view)
            self._draw()


class _EmptyPage(QWidget):
    """Says why nothing can be ranked, and offers the next step."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._study: Study | None = None
        self.title = TextLabel("", 14, 600, align=Qt.AlignmentFlag.AlignHCenter)
        self.words = paragraph("", 13, "text2")
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.button = Button("", "plus", "primary")
        identify(self.button, "ranking.add")
        self.button.clicked.connect(self._on_clicked)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 0, 24, 24)
        column.setSpacing(8)
        column.addStretch(1)
        column.addWidget(self.title)
        column.addWidget(self.words)
        column.addSpacing(8)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)

    def show_frame(self, frame: Frame) -> None:
        """Say what is missing in this study."""
        study = frame.study
        self._study = study
        title, words, button = _what_is_missing(study, frame.trouble)
        self.title.setText(title)
        self.words.setText(words)
        self.button.setText(button)
        self.button.setAccessibleName(button)
        self.button.updateGeometry()
        _set_shown(self.button, bool(button))

    def _on_clicked(self) -> None:
        study = self._session.study
        if not study.options:
            option = AddOption(free_name("New option", []))
            if not self._session.attempt(option):
                self._session.select(option=option.id)
        elif not study.leaves():
            criterion = AddCriterion(free_name("New criterion", [node.name for node in study.criteria]))
            if not self._session.attempt(criterion):
                self._session.select(criterion=criterion.id)


def _what_is_missing(study: Study, trouble: str) -> tuple[str, str, str]:
    """(title, sentence, text of the button or "") for a study in which nothing can be ranked."""
    if not study.options:
        return "No options yet", "Add an option, something that could be chosen, to see where it ranks.", "Add option"
    if not study.included():
        names = ", ".join(called(option) for option in study.options)
        return "Every option is excluded", f"Include at least one again to see a ranking: {names}.", ""
    if not study.leaves():
        return "No criteria yet", "Add a criterion, something that options are good or bad at.", "Add criterion"
    return "Nothing can be ranked", trouble, ""


def _lead_before(scene: Scene) -> str | None:
    """What stands before the lead in the verdict; None where the sentence beside the title says who leads."""
    if scene.mode is Mode.UNWEIGHTED:
        return "With the weights, "
    is_said = scene.mode is Mode.WEIGHTED and scene.result.is_complete and scene.result.lead() > 0.0
    return None if is_said else ""


def _set_shown(widget: QWidget, is_shown: bool) -> None:
    if widget.isHidden() == is_shown:
        widget.setVisible(is_shown)
