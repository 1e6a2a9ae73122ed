"""The inspector at the right: what stands behind the score, the option or the criterion that is selected."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QScrollBar, QVBoxLayout, QWidget

from db.study.model import Id
from desktop.look.spoken import Role, Spoken
from desktop.look.widgets import Card, IconButton, identify
from desktop.panels.frame import Frame
from desktop.panels.inspector.fields import Link
from desktop.panels.inspector.page import Page, StructureActions
from desktop.session import Session, Subject

WIDTH, LEAST = 296, 270


class Target(NamedTuple):
    """What the inspector shows: the kind of page and the ids it speaks of."""

    kind: str
    option: Id | None = None
    criterion: Id | None = None


def target_of(frame: Frame) -> Target:
    """What the inspector shall show for a frame."""
    study, view = frame.study, frame.view
    option = next((each for each in study.options if each.id == view.option), None)
    node = next((each for each in study.criteria if each.id == view.criterion), None)
    if view.subject is Subject.SCORE and option and node and node.is_leaf:
        return Target("score", option.id, node.id)
    if node and (view.subject is Subject.CRITERION or (view.subject is Subject.SCORE and not option)):
        return Target("leaf" if node.is_leaf else "branch", None, node.id)
    if option:
        return Target("option", option.id)
    if node and view.subject is Subject.SCORE:
        return Target("leaf" if node.is_leaf else "branch", None, node.id)
    return Target("study")


class _Bar(QScrollBar):
    """A scroll bar that always keeps its place and shows itself only when there is something to scroll."""

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.maximum() > self.minimum():
            super().paintEvent(event)


class InspectorPanel(QWidget):
    """Shows and edits what is selected. Pages are built when first needed."""

    closed = Signal()

    def __init__(
        self, session: Session, structure: StructureActions | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session, self._structure = session, structure
        self._pages: dict[str, Page] = {}
        self._target = Target("")
        self._page: Page | None = None
        self._frames = 0
        identify(self, "inspector", "Inspector")
        self.setMinimumWidth(LEAST)
        self._build()

    def _build(self) -> None:
        card = Card(self)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(card)
        self.crumb = Link("inspector.crumb", 11, 600, "text2")
        self.crumb.clicked.connect(self._on_crumb)
        self.close_button = IconButton("close", "Hide the inspector (F7)", 16, 26)
        identify(self.close_button, "inspector.close")
        self.close_button.clicked.connect(self.closed)
        head = QHBoxLayout()
        head.setContentsMargins(16, 10, 10, 4)
        head.addWidget(self.crumb, 1, Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(self.close_button)
        self._area, self._holder = QScrollArea(), QWidget()
        self._area.setVerticalScrollBar(_Bar(Qt.Orientation.Vertical))
        self._area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setWidget(self._holder)
        self._area.viewport().setAutoFillBackground(False)
        self._holder.setAutoFillBackground(False)
        self._column = QVBoxLayout(self._holder)
        self._column.setContentsMargins(16, 0, 6, 0)
        card.body.addLayout(head)
        card.body.addWidget(self._area, 1)

    def spoken(self) -> Spoken:
        """A group of controls."""
        return Spoken(self, Role.Grouping)

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, 760)

    def page(self) -> Page | None:
        """The page on show."""
        return self._page

    def flush(self) -> None:
        """Hand over what is being typed; to be called before the study is saved, left or replaced."""
        if self._page is not None:
            self._page.flush()

    def refresh(self, frame: Frame) -> None:
        """Show what the frame looks at. What was typed for something else is handed over first."""
        target = target_of(frame)
        self._frames = latest = self._frames + 1
        if target != self._target:
            self.flush()
            if self._frames != latest:
                return
            self._turn_to(target)
        assert self._page is not None
        self._page.refresh(frame)
        self.crumb.set_text(self._page.crumb())
        self.crumb.set_active(self._page.leads_on())

    def _turn_to(self, target: Target) -> None:
        page = self._pages.get(target.kind)
        if page is None:
            page = self._pages[target.kind] = self._made(target.kind)
            self._column.addWidget(page)
        if page is not self._page:
            if self._page is not None:
                self._page.hide()
            page.show()
        self._target, self._page = target, page
        self._area.verticalScrollBar().setValue(0)

    def _made(self, kind: str) -> Page:
        # Each page brings its own charts, which are imported when first needed.
        if kind == "score":
            from desktop.panels.inspector.score_page import ScorePage

            return ScorePage(self._session)
        if kind == "option":
            from desktop.panels.inspector.option_page import OptionPage

            return OptionPage(self._session, self._structure)
        if kind == "leaf":
            from desktop.panels.inspector.leaf_page import LeafPage

            return LeafPage(self._session, self._structure)
        if kind == "branch":
            from desktop.panels.inspector.branch_page import BranchPage

            return BranchPage(self._session, self._structure)
        from desktop.panels.inspector.study_page import StudyPage

        return StudyPage(self._session)

    def _on_crumb(self) -> None:
        if self._page is not None:
            self._page.follow_crumb()

    def hideEvent(self, event: QHideEvent) -> None:
        self.flush()
        super().hideEvent(event)
