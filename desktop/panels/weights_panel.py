"""The weights of one perspective: drag, type, lock, and shape the value tree; every picture follows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from db.study.model import Criterion, Id, Known, Perspective, Study
from db.study.words import counted
from desktop.charts.share_strip import ShareStrip
from desktop.commands import (
    AddCriterion,
    Command,
    EditCriterion,
    EqualWeights,
    GroupCriteria,
    LockWeight,
    MoveWeight,
    SetPoints,
    SetWeights,
)
from desktop.commands.base import free_name
from desktop.commands.weights import locked_words
from desktop.evaluation import Result
from desktop.exchange.numbers import number_text, parse_number
from desktop.look import IconButton
from desktop.look.buttons import Button
from desktop.look.widgets import Card, CardHeader, Separator, TextLabel
from desktop.panels.frame import Frame
from desktop.panels.stillness import Stillness
from desktop.panels.structure_actions import StructureActions
from desktop.panels.tree_moves import Spot, to_spot, tops, unlock_all
from desktop.panels.weight_amounts import POINTS, PROPORTIONAL, Amounts, Ghost, amounts_of, state_of
from desktop.panels.weight_flips import Hold, holds_of
from desktop.panels.weight_keys import RowKeys
from desktop.panels.weight_menus import METHODS, add_menu, method_menu, more_menu, row_menu
from desktop.panels.weight_parts import NoCriteria, PartyLine
from desktop.panels.weight_rows import BranchRow
from desktop.panels.weight_tree import WeightTree
from desktop.session import Session


class WeightsPanel(Card):
    """The value tree with a slider for each leaf. It paints frames and acts through the session."""

    announced = Signal(str)

    def __init__(
        self, session: Session, structure: StructureActions | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self.structure = structure or StructureActions(session, self)
        if structure is None:
            self.structure.announced.connect(self.announced)
        self.method = PROPORTIONAL
        self._frame: Frame | None = None
        self._party: Perspective | None = None
        self._leaves: tuple[Criterion, ...] = ()
        self._amounts: Amounts | None = None
        self._below: dict[Id, list[int]] = {}
        self._ghost = Ghost()
        self._held: Result | None = None
        self._holds: dict[Id, Hold] = {}
        self._scale = 40.0
        self._is_stale = False
        self._adding: AddCriterion | GroupCriteria | None = None
        self._to_name: Id | None = None
        self._still = Stillness(session, self)
        self._build()
        self._connect()

    # Building

    def _build(self) -> None:
        self.setAccessibleName("Weights")
        self.setAccessibleIdentifier("weights")
        self.setMinimumWidth(280)
        self.header = CardHeader("Weights")
        self.header.setFixedHeight(46)
        self.method_button = Button(METHODS[PROPORTIONAL], chevron=True)
        self.method_button.setAccessibleIdentifier("weights.method")
        self.method_button.setAccessibleName("How the other weights react")
        self.more_button = IconButton("more", "More about weights")
        self.more_button.setAccessibleIdentifier("weights.more")
        self.header.add(self.method_button)
        self.header.add(self.more_button)
        self.party_line = PartyLine()
        self.strip = ShareStrip()
        self.tree = WeightTree(self._number_problem)
        self.empty = NoCriteria()
        top = QVBoxLayout()
        top.setContentsMargins(16, 0, 16, 4)
        top.setSpacing(6)
        top.addWidget(self.party_line)
        top.addWidget(self.strip)
        self.body.addWidget(self.header)
        self.body.addLayout(top)
        self.body.addWidget(Separator())
        self.body.addWidget(self.tree, 1)
        self.body.addWidget(self.empty, 1)
        self.body.addWidget(Separator())
        self.body.addLayout(self._footer())
        self.empty.hide()

    def _footer(self) -> QHBoxLayout:
        self.total = TextLabel("", 12, 400, "text2", tabular=True)
        self.equal_button = IconButton("equal", "Make the unlocked weights equal")
        self.equal_button.setAccessibleIdentifier("weights.equal")
        self.reset_button = IconButton("reset", "Reset to the weights at opening (Ctrl+0)")
        self.reset_button.setAccessibleIdentifier("weights.reset")
        self.add_button = Button("Add", icon="plus", chevron=False)
        self.add_button.setAccessibleIdentifier("weights.add")
        self.add_button.setAccessibleName("Add a criterion or a group")
        row = QHBoxLayout()
        row.setContentsMargins(16, 7, 8, 7)
        row.setSpacing(0)
        row.addWidget(self.total, 1)
        for button in (self.equal_button, self.reset_button, self.add_button):
            row.addWidget(button)
        return row

    def _connect(self) -> None:
        tell = self.tree.signals
        tell.weight_taken.connect(lambda leaf: self._session.settle())
        tell.weight_moved.connect(self._on_weight_moved)
        tell.weight_released.connect(lambda leaf: self._still.settle())
        tell.weight_given_up.connect(lambda leaf: self._session.abandon())
        tell.weight_blocked.connect(self._on_weight_blocked)
        tell.slider_left.connect(lambda leaf: self._still.settle_keys())
        tell.number_typed.connect(self._on_number_typed)
        tell.lock_clicked.connect(self.toggle_lock)
        tell.renamed.connect(self._on_renamed)
        tell.naming_ended.connect(lambda node: self._end_adding())
        tell.menu_wanted.connect(self._on_menu_wanted)
        self.keys = RowKeys(self)
        tell.keyed.connect(self.keys.on_keyed)
        self.tree.chosen.connect(lambda node: self._session.select(criterion=node))
        self.tree.landed.connect(self._on_landed)
        self.tree.scrolled.connect(self._on_scrolled)
        self.strip.criterion_clicked.connect(self._on_strip_clicked)
        self.method_button.clicked.connect(lambda: self._drop(method_menu(self), self.method_button))
        self.more_button.clicked.connect(lambda: self._drop(more_menu(self), self.more_button))
        self.add_button.clicked.connect(lambda: self._drop(add_menu(self), self.add_button))
        self.equal_button.clicked.connect(self.equal)
        self.reset_button.clicked.connect(self.reset)
        self.empty.button.clicked.connect(self.add_criterion)

    @property
    def study(self) -> Study:
        """The study as it is now, which may be newer than the frame shown."""
        return self._session.study

    # Showing

    def refresh(self, frame: Frame) -> None:
        """Show a frame; only what differs from the one before is touched."""
        party = next((each for each in frame.study.perspectives if each.id == frame.view.perspective), None)
        is_new_tree = self.tree.show_study(frame.study)
        if is_new_tree:
            self._leaves = frame.study.leaves()
            self._below = _leaves_below(frame.study, self._leaves)
            self._show_emptiness(frame.study)
            self._bound_sliders()
            self.tree.chain_after(self.more_button)
        if party is not None:
            self._show_party(frame, party, is_new_tree)
        self._frame = frame
        self.tree.show_viewed(frame.view.criterion)
        if self._to_name is not None and self._to_name in self.tree.rows:
            self._begin_naming(self._to_name)

    def _show_party(self, frame: Frame, party: Perspective, is_new_tree: bool) -> None:
        shown, self._party = self._party, party
        if shown is None or shown.id != party.id:
            self._ghost.forget()
            self._scale = 40.0
            is_new_tree = True
        elif frame.is_preview or (self._frame is not None and self._frame.is_preview):
            pass  # What stood before the last gesture is still that.
        elif self._session.in_gesture:
            self._ghost.gesture(self._session.before_gesture, party)
        else:
            self._ghost.step(shown, party)
        if is_new_tree or shown is not party:
            self.party_line.show_party(party, self.method)
        if self._take_holds(frame) or is_new_tree or shown is not party or self._is_stale:
            self._show_weights(frame, party, everything=is_new_tree or not self._session.in_gesture)
        else:
            self._show_strip(frame)

    def _take_holds(self, frame: Frame) -> bool:
        """Keep how far each weight of a frame is from a flip; False when they are those known already."""
        result = None if frame.firm is None else frame.firm.result
        if result is self._held:
            return False
        self._held, self._holds = result, {} if frame.firm is None else holds_of(frame.firm)
        return True

    def _show_weights(self, frame: Frame, party: Perspective, everything: bool) -> None:
        self._amounts = amounts_of(party, self._leaves, self.method)
        self._scale = max(self._scale, self._amounts.most())
        self._is_stale = not everything
        self._show_rows(everything)
        for branch, below in self._below.items():
            row = self.tree.rows.get(branch)
            if isinstance(row, BranchRow):
                row.set_sum(f"{self._amounts.share_of(below) * 100.0:.1f}" if below else "–", everything)
        self._show_strip(frame)
        self.total.setText(self._total_text(party))

    def _show_rows(self, everything: bool) -> None:
        if self._amounts is None or self._party is None:
            return
        ghosts = self._ghost.amounts(self._leaves, self.method)
        for place, leaf in enumerate(self._leaves):
            row = self.tree.leaf_row(leaf.id)
            if everything or self.tree.is_near(row):
                ghost, hold = None if ghosts is None else ghosts[place], self._holds.get(leaf.id)
                row.present(state_of(self._amounts, place, self._scale, ghost, hold))
                if everything:
                    row.tell()

    def _show_strip(self, frame: Frame) -> None:
        if self._amounts is not None:
            self.strip.show_shares(self._leaves, self._amounts.shares, frame.view.criterion)

    def _show_emptiness(self, study: Study) -> None:
        is_empty = not study.criteria
        self.tree.setVisible(not is_empty)
        self.empty.setVisible(is_empty)
        self.equal_button.setEnabled(bool(self._leaves))
        self.reset_button.setEnabled(bool(self._leaves))

    def _total_text(self, party: Perspective) -> str:
        count = len(self._leaves)
        if not count:
            return "No criteria"
        what = counted(count, "criterion", "criteria")
        if self.method == POINTS:
            return f"{what} · points total {number_text(round(sum(party.weights.values()), 2))}"
        total = 0.0 if self._amounts is None else float(self._amounts.shares.sum()) * 100.0
        return f"{what} · total {total:.1f} %"

    def _show_again(self) -> None:
        """Show the present weights on every row, whatever a widget shows by itself."""
        if self._frame is not None and self._party is not None:
            self._show_weights(self._frame, self._party, everything=True)

    def _on_scrolled(self) -> None:
        if self._is_stale:
            self._show_rows(everything=False)

    # Weighing

    def _command(self, leaf: Id, amount: float) -> Command:
        party = self._session.view.perspective
        if self.method == POINTS:
            return SetPoints(party, leaf, amount)
        return MoveWeight(party, leaf, amount / 100.0)

    def _on_weight_moved(self, leaf: Id, tenths: int) -> None:
        self._settle_other(leaf)
        slider = self.tree.leaf_row(leaf).slider
        if self._session.attempt(self._command(leaf, tenths / 10.0), live=True):
            self._show_again()
        else:
            self._still.moved(is_held=slider.isSliderDown())

    def _settle_other(self, leaf: Id) -> None:
        """Close an open gesture that is not about this leaf: a live command would take its place."""
        live = self._session.live
        is_same = isinstance(live, MoveWeight | SetPoints) and live.criterion == leaf
        if not is_same or live.perspective != self._session.view.perspective:
            self._session.settle()

    def _on_weight_blocked(self, leaf: Id) -> None:
        name = self._session.study.criterion(leaf).name
        self._session.refuse(locked_words(name))

    def _number_problem(self, leaf: Id, text: str) -> str:
        """Why a typed weight is refused, "" when it is not."""
        study = self._session.study
        name = study.criterion(leaf).name
        if not text.strip():
            return f"{name} needs a number; its weight stays as it is."
        try:
            amount = parse_number(text)
            if self.method == PROPORTIONAL and not 0.0 <= amount <= 100.0:
                return f"A weight lies between 0 and 100 %; {name} stays as it is."
            self._command(leaf, amount).apply(study)
        except Known as refusal:
            return str(refusal)
        room = None if self._amounts is None else self._amounts.room(leaf)
        if room is not None and amount > room + 0.05:
            return f"The locked weights leave at most {room:.1f} % for {name}; it stays as it is; unlock one."
        return ""

    def _on_number_typed(self, leaf: Id, text: str) -> None:
        refusal = self._session.attempt(self._command(leaf, parse_number(text)))
        if refusal:
            self.tree.leaf_row(leaf).number.refuse(refusal)
        self._show_again()

    def toggle_lock(self, leaf: Id) -> None:
        """Lock a weight, or let it go."""
        party = self._session.study.perspective(self._session.view.perspective)
        self._session.attempt(LockWeight(party.id, leaf, leaf not in party.locked))
        self._show_again()

    def equal(self) -> None:
        """Make all unlocked weights equal."""
        self._session.attempt(EqualWeights(self._session.view.perspective))

    def reset(self) -> None:
        """Bring back the weights with which the study was opened."""
        here, study = self._session.view.perspective, self._session.study
        opened = next((party for party in self._session.opened.perspectives if party.id == here), None)
        if opened is None:
            self._session.refuse("This perspective is newer than the opening of the study; its weights stay.")
            return
        leaves = {leaf.id for leaf in study.leaves()}
        weights = {leaf: points for leaf, points in opened.weights.items() if leaf in leaves}
        self._session.attempt(SetWeights(here, weights, "Reset weights", opened.assessed))

    def unlock_all(self) -> None:
        """Let every locked weight go."""
        command = unlock_all(self._session.study, self._session.view.perspective)
        if command is not None:
            self._session.attempt(command)

    def set_method(self, method: str) -> None:
        """Let others give way ("proportional"), or set free points ("points")."""
        self._still.settle()
        self.method = method
        self.method_button.setText(METHODS[method])
        self.method_button.updateGeometry()
        self._scale = 40.0
        self._bound_sliders()
        if self._party is not None:
            self.party_line.show_party(self._party, method)
        self._show_again()
        self.tree.is_tall = method == POINTS
        self.tree.lay_out()

    def _bound_sliders(self) -> None:
        for leaf in self._leaves:
            self.tree.leaf_row(leaf.id).slider.bound(1000 if self.method == PROPORTIONAL else 1_000_000)

    # Shaping the tree

    def rename(self, node: Id) -> None:
        """Let the user type another name of a node in its row."""
        self.tree.open_to(node)
        self._begin_naming(node)

    def add_criterion(self) -> None:
        """Add a leaf beside or below what is selected, and let the user name it."""
        study, (parent, place) = self._session.study, self._new_spot()
        name = free_name("New criterion", [node.name for node in study.criteria])
        self._add(AddCriterion(name, parent, place=place))

    def add_group(self) -> None:
        """Add a group beside or below what is selected, and let the user name it."""
        study, (parent, place) = self._session.study, self._new_spot()
        name = free_name("New group", [node.name for node in study.criteria])
        self._add(AddCriterion(name, parent, None, place))

    def group_selected(self) -> None:
        """Put the selected siblings under a new group, and let the user name it."""
        study = self._session.study
        name = free_name("New group", [node.name for node in study.criteria])
        self._add(GroupCriteria(tops(study, self.tree.selection), name))

    def carry(self, find: Callable[[], Command | None]) -> None:
        """Do what a move works out, or say why it cannot be done."""
        self._session.attempt_found(find)

    def _new_spot(self) -> tuple[Id | None, int | None]:
        study = self._session.study
        chosen = self.tree.selection[-1] if self.tree.selection else None
        if chosen is None:
            return None, None
        node = study.criterion(chosen)
        if not node.is_leaf:
            return node.id, None
        return node.parent, study.children(node.parent).index(node) + 1

    def _add(self, command: AddCriterion | GroupCriteria) -> None:
        # The gesture stays open while the name is typed, so that adding and naming are one step.
        self._still.settle()
        if self._session.attempt(command, live=True):
            return
        self._adding, self._to_name = command, command.id
        self._still.moved(is_held=False)

    def _begin_naming(self, node: Id) -> None:
        self._to_name = None
        if self._adding is not None and self._adding.id == node:
            self._still.stop()
            self.tree.open_to(node)
            self.tree.choose(node)
        self.tree.reveal(node)
        self.tree.row(node).begin_naming(lambda text: self._name_problem(node, text))

    def _naming(self, node: Id, name: str) -> tuple[Command, bool]:
        adding = self._adding
        is_open = getattr(self._session.live, "id", None) == node
        if adding is not None and adding.id == node and is_open:
            return replace(adding, name=name), True
        return EditCriterion(node, {"name": name}), False

    def _name_problem(self, node: Id, text: str) -> str:
        command, is_live = self._naming(node, text)
        try:
            command.apply(self._session.before_gesture if is_live else self._session.study)
        except Known as refusal:
            return str(refusal)
        return ""

    def _on_renamed(self, node: Id, text: str) -> None:
        command, is_live = self._naming(node, text)
        self._session.attempt(command, live=is_live)
        self._end_adding()

    def _end_adding(self) -> None:
        if self._adding is not None:
            self._adding = None
            self._still.settle()

    def _on_landed(self, spot: Spot) -> None:
        self.carry(lambda: to_spot(self._session.study, self.tree.selection, spot))

    def _on_strip_clicked(self, leaf: Id) -> None:
        self.tree.open_to(leaf)
        self.tree.choose(leaf)
        self.tree.reveal(leaf)

    # Menus

    def row_menu(self, node: Id) -> QMenu:
        """What can be done to a node."""
        return row_menu(self, node)

    def _on_menu_wanted(self, node: Id, at: QPoint) -> None:
        if node not in self.tree.selection:
            self.tree.choose(node)
        self.row_menu(node).popup(at)

    def _drop(self, menu: QMenu, button: QWidget) -> None:
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(button.mapToGlobal(QPoint(0, button.height() + 2)))

    # Events

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_0 and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self.reset()
        else:
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._still.settle_keys()


def _leaves_below(study: Study, leaves: Sequence[Criterion]) -> dict[Id, list[int]]:
    """The places in `leaves` of all leaves below each branch."""
    parents = {node.id: node.parent for node in study.criteria}
    below: dict[Id, list[int]] = {node.id: [] for node in study.criteria if not node.is_leaf}
    for place, leaf in enumerate(leaves):
        above = leaf.parent
        while above is not None:
            below[above].append(place)
            above = parents[above]
    return below
