"""Focus rings that only those see who move by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFocusEvent, QPainter, QPen
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QLayout, QWidget

from desktop.look.painting import hint
from desktop.look.theme import look

if TYPE_CHECKING:
    _Widget = QWidget
else:
    _Widget = object  # Qt wants one widget class among the bases of a widget.

_MOUSE = (Qt.FocusReason.MouseFocusReason, Qt.FocusReason.PopupFocusReason)


def came_by_keyboard(event: QFocusEvent, was_ringed: bool) -> bool:
    """Whether a widget that just got the focus shall show its ring; a window coming back keeps what was."""
    if event.reason() == Qt.FocusReason.ActiveWindowFocusReason:
        return was_ringed
    return event.reason() not in _MOUSE


def paint_ring(painter: QPainter, area: QRectF, radius: float = 6.0) -> None:
    """Paint the focus ring just inside an area."""
    painter.setPen(QPen(look.tokens.accent, 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), radius, radius)


class Ringed(_Widget):
    """A widget that shows a ring while it has the focus, if the focus came by keyboard; stands before the Qt class."""

    _is_ringed = False

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._is_ringed = came_by_keyboard(event, self._is_ringed)
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paint_focus(self, painter: QPainter, area: QRectF, radius: float = 6.0) -> None:
        """Paint the ring just inside an area if it is to be seen now."""
        if self.hasFocus() and self._is_ringed:
            paint_ring(painter, area, radius)


def identify(widget: QWidget, identifier: str = "", name: str = "") -> None:
    """Give a widget its stable identifier and the name a screen reader says; empty texts change nothing."""
    if identifier:
        widget.setAccessibleIdentifier(identifier)
    if name:
        widget.setAccessibleName(name)


def explain(widget: QWidget, text: str) -> None:
    """Give a widget a tooltip, and the same words without markup to a screen reader."""
    widget.setToolTip(hint(text))
    widget.setAccessibleDescription(text)


def let_tab_go_through(part: QWidget, after: QWidget | None = None) -> None:
    """Let Tab go through what is inside a widget in the order in which its layouts show it, and there from another.

    Left alone, Tab goes through widgets in the order they were made, and through late ones after all others.
    """
    chain = [*([] if after is None else [after]), part, *_as_shown(part)]
    policies = [each.focusPolicy() for each in chain]
    for each in chain:
        each.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # Qt leaves out those that have none now, and may later.
    for before, after in pairwise(chain):
        QWidget.setTabOrder(before, after)
    for each, policy in zip(chain, policies, strict=True):
        each.setFocusPolicy(policy)


def _as_shown(root: QWidget) -> Iterator[QWidget]:
    layout = root.layout()
    parts = [] if layout is None else list(_laid_out(layout))
    if not isinstance(root, QAbstractScrollArea):
        parts += [each for each in root.children() if isinstance(each, QWidget) and each not in parts]
    for part in parts:
        if isinstance(part, QAbstractButton) or part.focusPolicy() & Qt.FocusPolicy.TabFocus:
            yield part
        elif not part.isWindow():
            yield from _as_shown(part)


def _laid_out(layout: QLayout) -> Iterator[QWidget]:
    for place in range(layout.count()):
        item = layout.itemAt(place)
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            yield widget
        elif inner is not None:
            yield from _laid_out(inner)
