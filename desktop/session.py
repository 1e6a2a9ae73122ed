"""The open study: do, undo, redo, and tell whoever listens. No Qt, no SQL.

A gesture is one action from press to release: one step in the history, one save. While a gesture is open, each
command is applied to the study as it stood before the gesture, so that a slider dragged out and back leaves nothing.
"""

from __future__ import annotations

import getpass
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Protocol

from db.study.model import Cell, Id, Known, Study, new_id
from desktop.commands.base import Command, Identified
from desktop.questions.plausible import USUAL, Sampling

Listener = Callable[[Study, Study], None]
"""Called with the study before and after a change, in the order of subscription."""


class Kind(StrEnum):
    """What a step is to the history."""

    DO = "do"
    UNDO = "undo"
    REDO = "redo"


@dataclass(frozen=True)
class Step:
    """One step of history that has happened: what the store writes and a screen names."""

    id: Id
    label: str
    kind: Kind
    of: Id | None
    before: Study
    after: Study


@dataclass(frozen=True)
class Past:
    """A step that can be undone or redone. `other` is the study on its far side, None for one of an earlier run."""

    id: Id
    label: str
    other: Study | None = None


class Recall(Protocol):
    """Rebuilds the far side of a step of an earlier run from the stored history. Raises Known."""

    def before(self, change: Id, study: Study) -> Study: ...

    def after(self, change: Id, study: Study) -> Study: ...


class Subject(StrEnum):
    """What the inspector speaks of."""

    SCORE = "score"
    OPTION = "option"
    CRITERION = "criterion"


@dataclass(frozen=True)
class View:
    """What the window looks at; shared by every panel, not part of the study and not undone."""

    perspective: Id = ""
    option: Id | None = None
    criterion: Id | None = None
    subject: Subject = Subject.OPTION
    reference: Id | None = None
    sampling: Sampling = USUAL


ViewListener = Callable[[View, View], None]


class Session:
    """One open study and what the user does to it."""

    def __init__(
        self,
        study: Study,
        *,
        who: str = "",
        undoable: Sequence[Past] = (),
        redoable: Sequence[Past] = (),
        read_only: str = "",
    ) -> None:
        self.study = study
        self.opened = study
        self.who = who or user_name()
        self.read_only = read_only
        """Why nothing can be changed here, as the sentence that refuses every command; "" where it can."""
        self.view = View(perspective=study.perspectives[0].id if study.perspectives else "")
        self.visited: set[str] = set()
        """What has been on show of this study, also in earlier runs: ids of perspectives and keys of tabs."""
        self._undo, self._redo = list(undoable), list(redoable)
        self._recall: Recall | None = None
        self._start: Study | None = None
        self._label = ""
        self.live: Command | None = None
        """The command of the open gesture; None when none is open."""
        self.preview: Study | None = None
        """A study that is shown in place of this one for a while; nothing of it is kept."""
        self._listeners: list[Listener] = []
        self._step_listeners: list[Callable[[Step], None]] = []
        self._view_listeners: list[ViewListener] = []
        self._settled_listeners: list[Callable[[], None]] = []
        self._preview_listeners: list[Callable[[], None]] = []
        self._refusal_listeners: list[Callable[[str], None]] = []

    def recall_from(self, recall: Recall) -> None:
        """Where the far sides of steps from earlier runs come from."""
        self._recall = recall

    # Doing

    def do(self, command: Command, *, live: bool = False) -> None:
        """Carry out a command. With `live` the gesture stays open until `settle`. Raises Known when refused.

        A live command that follows a live one takes its place: both start from the study before the gesture.
        """
        self.show_instead(None)
        if self.read_only:
            raise Known(self.read_only)
        if not live:
            self.settle()
        start = self._start if self._start is not None else self.study
        label = command.label(start)
        after = command.apply(start)
        if live:
            self._start, self._label, self.live = start, label, command
            self._show(after)
        elif after is not start:
            self._finish(start, after, label)

    def attempt(self, command: Command, *, live: bool = False) -> str:
        """As `do`, but a refusal is returned as its sentence (and told to refusal listeners); "" when done."""
        reason = self.attempt_quietly(command, live=live)
        if reason:
            self.refuse(reason)
        return reason

    def attempt_quietly(self, command: Command, *, live: bool = False) -> str:
        """As `attempt`, but nobody else is told of a refusal: for whoever shows its sentence where it was typed."""
        try:
            self.do(command, live=live)
        except Known as refusal:
            return str(refusal)
        return ""

    def attempt_found(self, find: Callable[[], Command | None]) -> None:
        """Attempt the command that `find` works out, if any; its own refusal is told like that of a command."""
        try:
            command = find()
        except Known as refusal:
            self.refuse(str(refusal))
            return
        if command is not None:
            self.attempt(command)

    def settle(self) -> None:
        """Close the open gesture: one step, unless it ended where it began."""
        self.show_instead(None)
        start, label = self._start, self._label
        if start is None:
            return
        self._start = self.live = None
        if start == self.study:
            self._show(start)
        else:
            self._finish(start, self.study, label)
        self._tell_settled()

    def abandon(self) -> None:
        """Take back the open gesture as if it had never begun."""
        self.show_instead(None)
        start, self._start, self.live = self._start, None, None
        if start is not None:
            self._show(start)
            self._tell_settled()

    @property
    def before_gesture(self) -> Study:
        """The study as it stood before the open gesture; the present one when none is open."""
        return self.study if self._start is None else self._start

    @property
    def in_gesture(self) -> bool:
        return self._start is not None

    # Undoing

    @property
    def undo_label(self) -> str:
        """What `undo` would take back, "" for nothing."""
        if self._start is not None and self._start is not self.study:
            return self._label
        return self._undo[-1].label if self._undo else ""

    @property
    def redo_label(self) -> str:
        """What `redo` would bring back, "" for nothing."""
        return self._redo[-1].label if self._redo else ""

    def undo(self) -> None:
        """Take the last step back; nothing happens when there is none."""
        self.settle()
        if self._undo:
            past = self._undo[-1]
            other = past.other if past.other is not None else self._recalled().before(past.id, self.study)
            self._undo.pop()
            self._redo.append(Past(past.id, past.label, self.study))
            self._step(Kind.UNDO, past, other)

    def redo(self) -> None:
        """Bring the last undone step back; nothing happens when there is none."""
        self.settle()
        if self._redo:
            past = self._redo[-1]
            other = past.other if past.other is not None else self._recalled().after(past.id, self.study)
            self._redo.pop()
            self._undo.append(Past(past.id, past.label, self.study))
            self._step(Kind.REDO, past, other)

    # Looking

    def select(
        self,
        *,
        option: Id | None = None,
        criterion: Id | None = None,
        subject: Subject | None = None,
    ) -> None:
        """Select an option, a criterion, or both (then the subject is the score, unless said otherwise)."""
        implied = Subject.SCORE if option and criterion else Subject.OPTION if option else Subject.CRITERION
        self.look(
            replace(
                self.view,
                option=option or self.view.option,
                criterion=criterion or self.view.criterion,
                subject=subject or implied,
            )
        )

    def show_instead(self, study: Study | None) -> None:
        """Show another study in place of this one, as a preview; None ends that, as does whatever is done next.

        Neither the study nor its history knows of it. Only where no gesture is open: what the hand moves is shown.
        """
        if study is not self.preview and (study is None or not self.in_gesture):
            self.preview = study
            for listener in tuple(self._preview_listeners):
                listener()

    def look(self, view: View) -> None:
        """Look at something else, and tell the view listeners."""
        if view.perspective != self.view.perspective:
            self.show_instead(None)
        before, self.view = self.view, view
        if view != before:
            for listener in tuple(self._view_listeners):
                listener(before, view)

    @property
    def cell(self) -> Cell | None:
        """The selected score's address, None when no option or no leaf is selected."""
        if self.view.option is None or self.view.criterion is None:
            return None
        return self.view.option, self.view.criterion

    # Listening

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Hear of every change of the study, live ones included. Returns the way to stop."""
        return _joined(self._listeners, listener)

    def on_step(self, listener: Callable[[Step], None]) -> Callable[[], None]:
        """Hear of every closed gesture, undo and redo: what must be saved. Returns the way to stop."""
        return _joined(self._step_listeners, listener)

    def on_view(self, listener: ViewListener) -> Callable[[], None]:
        """Hear of every change of what is looked at. Returns the way to stop."""
        return _joined(self._view_listeners, listener)

    def on_settled(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Hear when an open gesture has ended, kept or taken back. Returns the way to stop."""
        return _joined(self._settled_listeners, listener)

    def on_preview(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Hear when another study is shown in place of this one, or no more. Returns the way to stop."""
        return _joined(self._preview_listeners, listener)

    def on_refusal(self, listener: Callable[[str], None]) -> Callable[[], None]:
        """Hear the sentence of every refusal. Returns the way to stop."""
        return _joined(self._refusal_listeners, listener)

    def refuse(self, sentence: str) -> None:
        """Tell the refusal listeners why something could not be done."""
        for listener in tuple(self._refusal_listeners):
            listener(sentence)

    # Inside

    def _finish(self, before: Study, after: Study, label: str) -> None:
        past = Past(new_id(), label, before)
        self._undo.append(past)
        self._redo.clear()
        self._show_and_tell(after, Step(past.id, label, Kind.DO, None, before, after))

    def _step(self, kind: Kind, past: Past, after: Study) -> None:
        self._show_and_tell(after, Step(new_id(), past.label, kind, past.id, self.study, after))

    def _show_and_tell(self, after: Study, step: Step) -> None:
        """A view that fails over the new study must not keep it from being saved."""
        try:
            self._show(after)
        finally:
            self._tell(step)

    def _show(self, after: Study) -> None:
        before, self.study = self.study, after
        if before is after:
            return
        self._keep_view()
        for listener in tuple(self._listeners):
            listener(before, after)

    def _tell(self, step: Step) -> None:
        for listener in tuple(self._step_listeners):
            listener(step)

    def _tell_settled(self) -> None:
        for listener in tuple(self._settled_listeners):
            listener()

    def _keep_view(self) -> None:
        """Look away from what the study no longer holds."""
        study, view = self.study, self.view
        parties = study.perspectives
        self.look(
            replace(
                view,
                perspective=_if_in(parties, view.perspective) or (parties[0].id if parties else ""),
                option=_if_in(study.options, view.option),
                criterion=_if_in(study.criteria, view.criterion),
                reference=_if_in(study.options, view.reference),
            )
        )

    def _recalled(self) -> Recall:
        if self._recall is None:
            raise Known("This step belongs to an earlier run whose history is not at hand; the study is as it was.")
        return self._recall


def user_name() -> str:
    """The name of whoever runs the app, as the system knows it; "unknown" when it does not."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def now() -> str:
    """The time in UTC as ISO 8601 to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _if_in(items: Sequence[Identified], wanted: Id | None) -> Id | None:
    return wanted if wanted and any(item.id == wanted for item in items) else None


def _joined(listeners: list[Callable[..., None]], listener: Callable[..., None]) -> Callable[[], None]:
    listeners.append(listener)
    return lambda: listeners.remove(listener) if listener in listeners else None
