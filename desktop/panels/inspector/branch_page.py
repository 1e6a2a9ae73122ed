"""A group of criteria: what it is for, and what share each of its parts carries."""

from __future__ import annotations

from functools import partial

from db.study.model import Criterion, Study
from db.study.words import counted
from desktop.charts.profile_bars import Bar, ProfileBars
from desktop.commands import EditCriterion
from desktop.panels.frame import Frame
from desktop.panels.inspector.fields import Paragraph, TextField, caption, labelled
from desktop.panels.inspector.page import Page, StructureActions, structure_buttons
from desktop.panels.inspector.score_page import BigNumber
from desktop.panels.inspector.wording import share_of
from desktop.session import Session


class BranchPage(Page):
    """The selected group."""

    def __init__(self, session: Session, actions: StructureActions | None = None) -> None:
        super().__init__(session)
        self._node = Criterion("", "")
        self.name = self._text("name", "Name", "", 17, 600, True)
        self.share, self.words = BigNumber("inspector.group.share"), Paragraph(px=12.5)
        self.definition = self._text("definition", "Definition", "What do these criteria have in common?")
        self.parts = ProfileBars("Shares of its parts", "inspector.group.parts")
        self.parts.chosen.connect(lambda node: self.session.select(criterion=node))
        self._empty = Paragraph("This group is empty: move criteria into it, or delete it.")
        self.add(self.name, self.share, self.words, labelled("Definition", self.definition))
        if actions is not None:
            self.add(structure_buttons("inspector.group", None, lambda: actions.delete_criterion(self._node.id)), gap=4)
        self.rule()
        self.add(caption("Share of each part, in percent"), self.parts, self._empty)
        self.box.addStretch(1)

    def _text(
        self, field: str, name: str, hint: str = "", px: float = 13, weight: int = 400, is_line: bool = False
    ) -> TextField:
        made = TextField(f"inspector.group.{field}", name, hint, px, weight, is_line)
        return self.text_field(made, partial(self._edit, field), lambda: str(getattr(self._node, field)))

    def _edit(self, field: str, text: str) -> str:
        return self.attempt(EditCriterion(self._node.id, {field: text}))

    def refresh(self, frame: Frame) -> None:
        """Show the selected group and the shares of its parts."""
        assert frame.view.criterion is not None
        study, self._node = frame.study, frame.study.criterion(frame.view.criterion)
        self.name.set_text(self._node.name)
        self.definition.set_text(self._node.definition)
        leaves = frozenset(leaf.id for leaf in study.leaves(self._node.id))
        share = share_of(frame.result, leaves)
        party = frame.result.perspective.name if frame.result else ""
        self.share.say(f"{100.0 * share:.1f}", "%")
        spread = counted(len(leaves), "criterion", "criteria")
        self.words.set_text(f"of all weight{f' by {party}' if party else ''}, spread over {spread}.")
        self.parts.show(self._bars(frame, study, share))
        self._empty.setVisible(not leaves)

    def _bars(self, frame: Frame, study: Study, whole: float) -> list[Bar]:
        bars = []
        for node in study.children(self._node.id):
            leaves = study.leaves(node.id) if not node.is_leaf else (node,)
            part = share_of(frame.result, frozenset(leaf.id for leaf in leaves))
            colour = leaves[0].colour if leaves else node.colour
            note = f"{100 * part / whole:.0f} % of the group" if whole else ""
            bars.append(Bar(node.id, node.name, part / whole if whole else 0.0, f"{100.0 * part:.1f}", colour, note))
        return bars

    def crumb(self) -> str:
        """What kind of thing this is."""
        return "Group of criteria"
