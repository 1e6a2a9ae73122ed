"""One criterion with its scale: what it means, how it is measured and what its levels are worth."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from db.study.model import Criterion, Scale, ScaleKind, Study
from desktop.commands import EditCriterion, SetScale
from desktop.look.widgets import identify
from desktop.panels.frame import Frame
from desktop.panels.inspector.fields import Choice, Paragraph, TextField, caption, labelled, side_by_side
from desktop.panels.inspector.levels import LevelTable
from desktop.panels.inspector.page import Page, StructureActions, structure_buttons
from desktop.panels.inspector.scale_ends import ScaleEnds
from desktop.panels.inspector.value_editor import ValueEditor
from desktop.panels.inspector.wording import KINDS
from desktop.session import Session, Subject


class LeafPage(Page):
    """The selected leaf."""

    def __init__(self, session: Session, actions: StructureActions | None = None) -> None:
        super().__init__(session)
        self._leaf = Criterion("", "", scale=Scale())
        self._study: Study | None = None
        self._parent = ""
        self._build_texts(actions)
        self.rule()
        self._build_scale()
        self.box.addStretch(1)

    def _build_texts(self, actions: StructureActions | None) -> None:
        self.name = self._text("name", "Name", "", 17, 600, True)
        self.share = Paragraph(px=12.5)
        identify(self.share, "inspector.criterion.share")
        self.definition = self._text("definition", "Definition", "What does this criterion count?")
        self.excludes = self._text("excludes", "Does not count", "What is left to other criteria?")
        self.swing = self._text("swing", "From worst to best", "from … to …", is_line=True)
        self.add(self.name, self.share)
        for text, field in (
            ("Definition", self.definition),
            ("Does not count", self.excludes),
            ("From worst to best", self.swing),
        ):
            self.add(labelled(text, field))
        if actions is not None:
            buttons = structure_buttons(
                "inspector.criterion",
                lambda: actions.duplicate_criterion(self._leaf.id),
                lambda: actions.delete_criterion(self._leaf.id),
            )
            self.add(buttons, gap=4)

    def _build_scale(self) -> None:
        self.unit = TextField("inspector.criterion.unit", "Unit", "such as € or months", is_line=True)
        self.text_field(self.unit, lambda text: self._set(unit=" ".join(text.split())), lambda: self.scale().unit)
        self.kind = Choice("inspector.criterion.kind", "Kind of scale", {str(key): text for key, text in KINDS.items()})
        self.kind.picked.connect(lambda kind: self._set(kind=ScaleKind(kind)))
        self.ends = ScaleEnds(self)
        self.editor = ValueEditor(self)
        self.levels = LevelTable(self)
        self.add(caption("Scale"), side_by_side(labelled("Unit", self.unit, 5), labelled("Kind", self.kind)), self.ends)
        self.rule()
        self.add(self.editor)
        self.rule()
        self.add(self.levels)

    def _text(
        self, field: str, name: str, hint: str = "", px: float = 13, weight: int = 400, is_line: bool = False
    ) -> TextField:
        made = TextField(f"inspector.criterion.{field}", name, hint, px, weight, is_line)
        return self.text_field(made, partial(self._edit, field), lambda: str(getattr(self._leaf, field)))

    # Showing

    def refresh(self, frame: Frame) -> None:
        """Show the selected leaf; while weights move, only the sentence about its share can differ."""
        assert frame.view.criterion is not None
        study, leaf = frame.study, frame.study.criterion(frame.view.criterion)
        self._say_share(frame, leaf)
        if leaf is not self._leaf or self._study is None or study.criteria is not self._study.criteria:
            self._parent = next((node.name for node in study.criteria if node.id == leaf.parent), "")
        if leaf is not self._leaf:
            is_other = leaf.id != self._leaf.id
            self._leaf = leaf
            self._show_leaf(is_other)
        self.ends.follow(study)
        self._study = study

    def _say_share(self, frame: Frame, leaf: Criterion) -> None:
        result = frame.result
        text = "Nothing can be ranked yet."
        if result is not None and leaf.id in result.table.columns:
            share = 100.0 * float(result.shares[result.table.columns[leaf.id]])
            text = f"Carries **{share:.1f} %** of all weight by {result.perspective.name}."
        self.share.set_text(text, lays_out=frame.before is None)

    def _show_leaf(self, is_other: bool) -> None:
        leaf, scale = self._leaf, self._leaf.scale or Scale()
        self.name.set_text(leaf.name)
        self.definition.set_text(leaf.definition)
        self.excludes.set_text(leaf.excludes)
        self.swing.set_text(leaf.swing)
        self.unit.set_text(scale.unit)
        self.kind.set_current(str(scale.kind))
        self.ends.show_scale(scale, is_other)
        self.editor.show_scale(scale, leaf.colour)
        self.levels.show_scale(scale)

    def crumb(self) -> str:
        """The group the leaf stands in."""
        return self._parent or "Criterion"

    def leads_on(self) -> bool:
        """To the group, if there is one."""
        return self._leaf.parent is not None

    def follow_crumb(self) -> None:
        """Go to the group."""
        if self._leaf.parent is not None:
            self.session.select(criterion=self._leaf.parent, subject=Subject.CRITERION)

    # Editing

    def leaf(self) -> Criterion:
        """The leaf on show."""
        return self._leaf

    def scale(self) -> Scale:
        """The scale of the leaf as it is in the study now, which may be ahead of what is on show."""
        node = next((node for node in self.session.study.criteria if node.id == self._leaf.id), self._leaf)
        return node.scale or Scale()

    def _edit(self, field: str, value: object) -> str:
        return self.attempt(EditCriterion(self._leaf.id, {field: value}))

    def _set(self, **changes: object) -> str:
        return self.set_scale(replace(self.scale(), **changes))  # type: ignore[arg-type]

    def set_scale(self, scale: Scale, *, keep_tradeoffs: bool = True, live: bool = False) -> str:
        """Give the leaf another scale. Returns the refusal or ""."""
        return self.attempt(SetScale(self._leaf.id, scale, keep_tradeoffs), live=live)
